"""The command `leefwereld`: its commands, and the handling of errors.

Heavy modules are not imported here, so that `--help` is fast; `experiments.cli.compare_and_run` does the work.
Exit status: 0 success, 1 some pairs or runs failed or differ, 2 bad input (one line on stderr), 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from experiments.cli.calibrate_options import calibrate_app
from experiments.cli.findings_options import (
    DISCOVER_EXAMPLES,
    PATTERNS_EXAMPLES,
    ROBUSTNESS_EXAMPLES,
    SHAPLEY_EXAMPLES,
    discover,
    patterns,
    robustness,
    shapley,
)
from experiments.cli.groups import ByUser, renamed
from experiments.cli.mechanisms_options import EXAMPLES, mechanisms
from experiments.cli.options import (
    EPILOG,
    HELP,
    Area,
    Everything,
    Initiative,
    Json,
    Kwb,
    Lang,
    Official,
    Out,
    Pairs,
    PricePairs,
    PriceWeeks,
    Quick,
    Regimes,
    Resident,
    Rules,
    Scenario,
    Seed,
    Staffing,
    Story,
    Street,
    TrustRules,
    Weeks,
    Workers,
    done_in,
    option,
    source_of,
    whole,
)
from experiments.cli.scenarios_options import scenarios_app
from experiments.cli.study_options import study_app
from experiments.cli.study_options import work as study_work
from experiments.shared.own_model import WrongModelError
from experiments.shared.telling import Telling

work = done_in("cli.compare_and_run")
app = typer.Typer(
    name="leefwereld",
    cls=ByUser,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=HELP,
    epilog=EPILOG + "  leefwereld compare\n  leefwereld compare --quick\n  leefwereld run --regime leapfrog --seed 3",
)
rules_app = typer.Typer(rich_markup_mode=None, context_settings=HELP)
extra_commands: dict[str, Callable[..., object]] = {}  # commands of other packages; `viz.command` adds them


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"leefwereld {version('leefwereld')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    _version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """A Dutch neighbourhood under four ways of governing: top-down, relational, leapfrog, service. Same people, same luck."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command(
    epilog=EPILOG
    + "  leefwereld compare\n"
    + "  leefwereld compare --quick\n"
    + '  leefwereld compare --kwb kwb2019.csv --area "Holendrecht West" --out results/holendrecht\n'
    + '  leefwereld compare --regimes "top_down,blend(top_down,leapfrog,0.5)" --pairs 50'
)
def compare(
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    regimes: Regimes = "top_down,relational,leapfrog,service",
    seed: Seed = 1,
    weeks: Weeks = None,
    pairs: Pairs = None,
    workers: Workers = None,
    rules: Rules = None,
    out: Out = None,
    quick: Quick = False,
    json: Json = False,
    everything: Annotated[bool, option("--all", says="All outcomes in the table, not only the main ones.")] = False,
    reference: Annotated[
        bool, option("--reference/--no-reference", says="Beside them the same town without any government (default: with it).")
    ] = True,
    staffing: Staffing = "equal",
    reach: Annotated[bool, option("--range", says="First measure what any mix of practices attains here; it is kept.")] = False,
) -> int:
    """Compare regimes: the same people, the same luck. Prints a table and writes a folder with data and a figure."""
    given = {"regimes": regimes, "seed": seed, "weeks": weeks, "pairs": pairs, "workers": workers}
    source = source_of(scenario, kwb, area)
    given |= {"reference": reference, "staffing": staffing, "reach": reach}
    return work().compare(source, rules=rules, out=out, quick=quick, json=json, everything=everything, **given)


@app.command(
    epilog=EPILOG
    + "  leefwereld run --regime relational --seed 3\n"
    + "  leefwereld run --regime leapfrog --lang nl --street Merelplein\n"
    + "  leefwereld run --regime leapfrog --lang nl --initiative 7\n"
    + "  leefwereld run --regime leapfrog --lang nl --short 20\n"
    + "  leefwereld run --quick --no-story --json\n"
    + "  leefwereld run --profile\n"
    + "  leefwereld run --regime top_down --weeks 104 --rules my_rules.py"
)
def run(
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    regime: Annotated[str, option(metavar="NAME", says="A regime (default: top_down), or blend(A,B,SHARE).")] = "top_down",
    seed: Seed = 1,
    weeks: Weeks = None,
    rules: Rules = None,
    out: Out = None,
    quick: Quick = False,
    json: Json = False,
    story: Story = True,
    lang: Lang = "en",
    everything: Everything = False,
    resident: Resident = None,
    official: Official = None,
    initiative: Initiative = None,
    street: Street = None,
    short: Annotated[
        int | None,
        option(
            metavar="N", says="A short story: at most N sentences, about one street and the whole neighbourhood.", reads=whole(1, 10_000)
        ),
    ] = None,
    profile: Annotated[
        bool, option("--profile", says="Print the time of each step of the week and of its loops instead (default: 52 weeks).")
    ] = False,
    checked: Annotated[
        bool, option("--checked", says="Look after every step whether all values are in their ranges, and say which rule left them.")
    ] = False,
) -> None:
    """Run one neighbourhood once, and tell what happened there. People, streets and names are invented."""
    given = {"regime": regime, "seed": seed, "weeks": weeks}
    whom = {"resident": resident, "official": official, "initiative": initiative, "street": street, "short": short}
    asked = next((name for name, value in whom.items() if value is not None), None)
    if asked and not story:
        raise typer.BadParameter("asked for with --no-story; allowed: one of the two", param_hint=f"'--{asked}'")
    if short and (everything or asked in ("resident", "official", "initiative")):
        raise typer.BadParameter("asked for with more of the story; allowed: one of the two", param_hint="'--short'")
    if profile:
        if asked or everything or out:
            raise typer.BadParameter("asked for with a story or a folder; allowed: one of the two", param_hint="'--profile'")
        work().profile(source_of(scenario, kwb, area), rules=rules, quick=quick, json=json, **given)
        return
    telling = Telling(lang, everything, resident, official, initiative, street, short or 0) if story else None
    work().run(source_of(scenario, kwb, area), rules=rules, out=out, quick=quick, json=json, telling=telling, checked=checked, **given)


@app.command(
    epilog=EPILOG
    + "  leefwereld practices\n"
    + "  leefwereld practices mandate_rules\n"
    + "  leefwereld practices mandate_rules --measure\n"
    + "  leefwereld practices presence --measure --scenario my_neighbourhood.toml --pairs 50"
)
def practices(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One practice.", show_default=False)] = None,
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    seed: Seed = 1,
    weeks: PriceWeeks = None,
    pairs: PricePairs = None,
    workers: Workers = None,
    measured: Annotated[
        bool, option("--measure/--no-measure", says="Measure both ends of each practice, or only list what they mean (default: list).")
    ] = False,
    json: Json = False,
) -> None:
    """List what a regime is made of. What each practice means; with --measure also what its high end buys and costs.

    Measuring runs both ends of each practice with the same people, luck and means, and all other practices at the shared
    baseline. The first time this takes a few minutes for all practices, seconds for one; results are cached.
    """
    given = {"seed": seed, "weeks": weeks, "pairs": pairs, "workers": workers}
    work().practices(name, source_of(scenario, kwb, area), measured=measured, json=json, **given)


@app.command(epilog=EPILOG + "  leefwereld outcomes\n  leefwereld outcomes linking burden --lang nl\n  leefwereld outcomes --json")
def outcomes(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME ...]", help="Outcomes.", show_default=False)] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """List the outcomes of a run: unit, which direction is better, the smallest effect of interest, and what each means."""
    work().outcomes(names or (), lang=lang, json=json)


@app.command(epilog=EPILOG + "  leefwereld regimes\n  leefwereld regimes --box")
def regimes(
    scenario: Scenario = None,
    kwb: Kwb = None,
    area: Area = None,
    boxes: Annotated[bool, option("--box", says="The box of each instead: from which to which value it is still that regime.")] = False,
    json: Json = False,
) -> None:
    """Show the named regimes side by side, and the conditions that they share."""
    work().regimes(source_of(scenario, kwb, area), json=json, boxes=boxes)


@app.command(
    epilog=EPILOG
    + "  leefwereld bench\n  leefwereld bench --residents 1000 --residents 100000 --weeks 52\n  leefwereld bench --studies --quick\n"
    + "  leefwereld bench --app"
)
def bench(
    residents: Annotated[
        list[int] | None,
        option(metavar="N", says="Residents, 1-20000000; may be repeated.", reads=whole(1, 20_000_000)),
    ] = None,
    weeks: Weeks = None,
    out: Out = None,
    studies: Annotated[bool, option("--studies", says="Measure the overhead of many runs, compared with mesa.batch_run.")] = False,
    app: Annotated[bool, option("--app", says="Measure the app in the browser, compared with Mesa's SolaraViz.")] = False,
    quick: Quick = False,
    json: Json = False,
) -> None:
    """Measure speed and memory, compared with a plain Mesa model."""
    if app:
        if residents or weeks or studies or "bench" not in extra_commands:
            raise typer.BadParameter("given with other measurements; allowed: it alone, as `leefwereld bench --app`", param_hint="'--app'")
        extra_commands["bench"](out=out, quick=quick, json=json)
        return
    if studies:
        if residents or weeks:
            raise typer.BadParameter("given with --studies; allowed: one of the two", param_hint="'--residents' or '--weeks'")
        work().bench_studies(out=out, quick=quick, json=json)
        return
    work().bench(residents, weeks, out=out, quick=quick, json=json)


@app.command(
    epilog=EPILOG
    + "  leefwereld replay results/study-regimes-2025-01-31-1a2b3c4d 12.3\n"
    + "  leefwereld replay results/study-regimes-2025-01-31-1a2b3c4d 5f0c --lang nl --short 20"
)
def replay(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a study.", show_default=False)],
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The name of a run or its first characters, or POINT.REPLICATION.", show_default=False)
    ],
    lang: Lang = "en",
    short: Annotated[int | None, option(metavar="N", says="At most N sentences (default: all).", reads=whole(1, 100_000))] = None,
    street: Street = None,
    trust_rules: TrustRules = False,
    json: Json = False,
) -> int:
    """Repeat one run of a study, tell its story, and check that its result is the same. Writes nothing."""
    return study_work().replay(folder, run, lang=lang, short=short, street=street, trust_rules=trust_rules, json=json)


@rules_app.callback(invoke_without_command=True)
def rules(context: typer.Context, json: Json = False) -> None:
    """List the rules that a file of your own can replace."""
    if context.invoked_subcommand is None:
        work().rules(json=json)


@rules_app.command(epilog=EPILOG + "  leefwereld rules check my_rules.py")
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A Python file.")], json: Json = False) -> None:
    """Try a rule file on sample values, and say which rules it replaces."""
    work().check_rules(file, json=json)


app.command(epilog=EPILOG + EXAMPLES)(mechanisms)
app.command(epilog=EPILOG + ROBUSTNESS_EXAMPLES)(robustness)
renamed(app, "headline", robustness)
app.command(epilog=EPILOG + SHAPLEY_EXAMPLES)(shapley)
app.command(epilog=EPILOG + PATTERNS_EXAMPLES)(patterns)
app.command(epilog=EPILOG + DISCOVER_EXAMPLES)(discover)
renamed(app, "regions", discover)
app.add_typer(rules_app, name="rules", epilog=EPILOG + "  leefwereld rules\n  leefwereld rules check my_rules.py")
app.add_typer(
    scenarios_app,
    name="scenarios",
    epilog=EPILOG + "  leefwereld scenarios\n  leefwereld scenarios show kolping --lang nl\n  leefwereld scenarios new mine",
)
app.add_typer(study_app, name="study")
app.add_typer(calibrate_app, name="calibrate")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status; user errors are shown as one line on stderr."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks "−" or "°" must not stop a run
    try:
        status = app(args=arguments, prog_name="leefwereld", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    except WrongModelError as error:
        return _tell(error)
    except Exception as error:
        if isinstance(error, _their_errors()):
            return _tell(error)
        raise
    if status == 130:
        print("leefwereld: stopped with Ctrl-C; nothing was written", file=sys.stderr)
    return status if isinstance(status, int) else 0


def _their_errors() -> tuple[type[Exception], ...]:
    """Return the classes of user errors: BadInput, if it was imported, and those of the command line."""
    usage = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
    errors = sys.modules.get("model.errors")
    return (usage,) if errors is None else (usage, errors.BadInput)


def _tell(error: Exception) -> int:
    message = getattr(error, "format_message", error.__str__)()
    print("leefwereld: " + " ".join(message.split()), file=sys.stderr)
    return 2


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    """Handle SIGTERM: exit normally, so that workers and temporary folders are removed."""
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
