"""Commands that test the model: measured patterns, all fitting parameter sets, a range of conditions.

Without heavy imports; `experiments.cli.compare_and_run` and `experiments.cli.robustness` do the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.options import Area, Json, Kwb, Lang, Out, Quick, Scenario, Seed, Weeks, Workers, done_in, option, source_of, whole

work, robustness_work, shapley_work = done_in("cli.compare_and_run"), done_in("cli.robustness"), done_in("cli.shapley")
ROBUSTNESS_EXAMPLES = (
    "  leefwereld robustness --quick\n"
    "  leefwereld robustness --scenario default\n"
    "  leefwereld robustness --scenario default --scenario kolping --pairs 12 --out results/robustness\n"
    "  leefwereld robustness --ensemble results/calibration/ensemble.json --sets 20 --lang nl"
)
SHAPLEY_EXAMPLES = (
    "  leefwereld shapley service relational\n"
    "  leefwereld shapley top_down relational --quick\n"
    "  leefwereld shapley service leapfrog --scenario kolping --pairs 40 --orders 0 --out results/owed"
)
PATTERNS_EXAMPLES = (
    "  leefwereld patterns\n"
    "  leefwereld patterns --quick\n"
    "  leefwereld patterns P4 P11 --lang nl\n"
    "  leefwereld patterns --scenario my_neighbourhood.toml --out results/patterns"
)
DISCOVER_EXAMPLES = (
    "  leefwereld study run regions\n"
    "  leefwereld discover results/study-regions-2025-01-31-1a2b3c4d\n"
    "  leefwereld discover results/mine --out paper/regions --json"
)


def robustness(
    scenario: Annotated[
        list[str] | None,
        option("--scenario", metavar="NAME|FILE", says="A shipped scenario, or a TOML file; may be repeated (default: all shipped)."),
    ] = None,
    pairs: Annotated[
        int | None, option("--pairs", metavar="N", says="Seeds for each set and regime, 2-100000 (default: 20).", reads=whole(2, 100_000))
    ] = None,
    sets: Annotated[
        int | None,
        option("--sets", metavar="N", says="Number of its sets, evenly selected; 0: all (default: all).", reads=whole(0, 100_000)),
    ] = None,
    ensemble: Annotated[
        Path | None, option("--ensemble", metavar="FILE", says="The ensemble.json of a calibration (default: the shipped one).")
    ] = None,
    out: Out = None,
    workers: Workers = None,
    quick: Quick = False,
    lang: Lang = "en",
    json: Json = False,
) -> int:
    """Compare regimes over all fitting parameter sets: in how many sets does a difference hold?

    For each outcome and two regimes: the share of sets with a difference on one side, significant, or negligible; the same over
    seeds within a set; and the share of variance due to parameters. Runs as a study: the same command resumes it.
    Takes minutes for a scenario, an hour or two for all.
    """
    given = {"pairs": pairs, "sets": sets, "ensemble": ensemble, "out": out, "workers": workers}
    return robustness_work().run(scenario or [], quick=quick, lang=lang, json=json, **given)


def patterns(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Patterns, such as P4 (default: all).", show_default=False)
    ] = None,
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = None,
    quick: Quick = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Compare the model with patterns measured elsewhere: the range of each, the model's value, and whether it is met.

    The default scenario was fitted to some patterns; some test what a rule says; practitioners' claims were never fitted: they
    emerge or they do not. The first time takes a minute or two; results are cached.
    """
    given = {"seed": seed, "workers": workers, "out": out, "quick": quick, "lang": lang, "json": json}
    work().patterns(names, source_of(scenario, kwb, area), **given)


def discover(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a study over ranges of factors.", show_default=False)],
    out: Annotated[Path | None, option("--out", metavar="FOLDER", says="Folder for the results (default: DIR/regions).")] = None,
    json: Json = False,
) -> None:
    """Find regions of a study's factor space in which one regime is ahead. Found on half of the rows, tested on the other half.

    Also shows where the difference is negligible, and where no region was found. Needs the extra `calibration`.
    """
    work().regions_of(folder, out=out, json=json)


def shapley(
    first: Annotated[str, typer.Argument(metavar="A", help="A regime, or blend(A,B,SHARE).", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="Another.", show_default=False)],
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    seed: Seed = 1,
    weeks: Weeks = None,
    pairs: Annotated[
        int | None, option("--pairs", metavar="N", says="Seeds, 2-100000 (default: 20; quick: 3).", reads=whole(2, 100_000))
    ] = None,
    orders: Annotated[
        int | None,
        option(
            "--orders",
            metavar="N",
            says="Orders in which groups are brought over, half of them reverses; 0: all (default: 8; quick: 4).",
            reads=whole(0, 1_000),
        ),
    ] = None,
    workers: Workers = None,
    out: Out = None,
    quick: Quick = False,
    json: Json = False,
) -> int:
    """Divide the difference between two regimes over groups of practices: to what is it owed? The parts add up to it.

    Groups: street, procedure, promises, initiatives, agenda, provision. Each is brought over from A to B in random orders and
    their reverses, with the same people and luck; its part is what that adds on average (Shapley value). Runs as a study: the
    same command resumes it.
    """
    given = {"pairs": pairs, "weeks": weeks, "seed": seed, "orders": orders, "out": out, "workers": workers, "quick": quick, "json": json}
    return shapley_work().run(source_of(scenario, kwb, area), first, second, **given)
