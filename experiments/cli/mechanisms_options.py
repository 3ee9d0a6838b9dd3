"""The options of `leefwereld mechanisms`; `experiments.cli.mechanisms` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.cli.options import Json, Workers, done_in, one_of, option, whole

work = done_in("cli.mechanisms")
EXAMPLES = (
    "  leefwereld mechanisms\n"
    "  leefwereld mechanisms --lang nl\n"
    "  leefwereld mechanisms A13\n"
    "  leefwereld mechanisms A13 --no-run --json\n"
    "  leefwereld mechanisms A15 --pairs 10 --weeks 104\n"
    "  leefwereld mechanisms --all --workers 2 --out results/mechanisms"
)


def mechanisms(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="One mechanism or interaction, such as A13 or A5xA20.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, option("--all", says="Run all of them; renew the stored results and the tables in the documentation.")
    ] = False,
    run: Annotated[
        bool, option("--run/--no-run", says="Run the experiment of the named mechanism, or only show it (default: run).")
    ] = True,
    pairs: Annotated[
        int | None, option(metavar="N", says="A short test with N pairs, 2-400, instead of the stopping rule.", reads=whole(2, 400))
    ] = None,
    weeks: Annotated[
        int | None, option(metavar="N", says="A short test of N weeks, 1-5200, instead of those declared.", reads=whole(1, 5_200))
    ] = None,
    workers: Workers = None,
    out: Annotated[Path | None, option("--out", metavar="DIR", says="Folder for the runs (default: the user's cache).")] = None,
    tables: Annotated[bool, option("--tables", says="Only renew the tables in the documentation, from the stored results.")] = False,
    carry: Annotated[
        bool, option("--carry-over", says="Repeat one cell of each stored result; equal results are valid for this code.")
    ] = False,
    lang: Annotated[str, option(metavar="nl|en", says="Language of the terms (default: en).", reads=one_of("nl", "en"))] = "en",
    json: Json = False,
) -> int:
    """Show the results for every mechanism that the essays claim. With an ID: its declaration, and its experiment run live.

    An experiment runs the same people with the same luck with the mechanism off and on, until the difference is precise
    enough or after 400 pairs. Runs are stored and not repeated; after a stop the same command continues.
    """
    _refuse(name, everything, run, tables, carry, {"--pairs": pairs, "--weeks": weeks, "--out": out, "--workers": workers})
    given = {"pairs": pairs, "weeks": weeks, "workers": workers, "out": out, "json": json}
    if carry:
        return work().carry()
    if tables:
        return work().tables()
    if everything:
        return work().run_all(lang=lang, **given)
    if name is None:
        return work().table(lang=lang, json=json)
    return work().one(name, run=run, lang=lang, **given)


def _refuse(name: str | None, everything: bool, run: bool, tables: bool, carry: bool, given: dict[str, Any]) -> None:
    """Refuse options that contradict each other or have no effect."""
    for option_name, asked in (("--all", everything), ("--tables", tables), ("--carry-over", carry)):
        if asked and name is not None:
            raise typer.BadParameter(f"given with {name}; allowed: one of the two", param_hint=f"'{option_name}'")
    if everything and (tables or carry or not run):
        raise typer.BadParameter("given with --tables, --carry-over or --no-run; allowed: alone", param_hint="'--all'")
    runs = everything or (name is not None and run)
    idle = next((option_name for option_name, value in given.items() if value is not None), None)
    if idle and not runs:
        raise typer.BadParameter("given where nothing is run; allowed: with an ID or with --all", param_hint=f"'{idle}'")
