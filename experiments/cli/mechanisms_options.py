"""The command `leefwereld mechanisms`: what can be asked for. The work is done in `experiments.cli.mechanisms`."""

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
        bool, option("--all", says="Run all of them; renew the kept results and the tables in the documentation.")
    ] = False,
    run: Annotated[
        bool, option("--run/--no-run", says="Run the experiment of the one that is named, or only show it (default: run).")
    ] = True,
    pairs: Annotated[
        int | None, option(metavar="N", says="A short try: so many pairs, 2-400, in the place of the rule.", reads=whole(2, 400))
    ] = None,
    weeks: Annotated[
        int | None, option(metavar="N", says="A short try: so many weeks, 1-5200, in the place of those declared.", reads=whole(1, 5_200))
    ] = None,
    workers: Workers = None,
    out: Annotated[Path | None, option("--out", metavar="DIR", says="Folder in which runs are kept (default: the user's cache).")] = None,
    tables: Annotated[bool, option("--tables", says="Only write the tables in the documentation again, from the kept results.")] = False,
    carry: Annotated[
        bool, option("--carry-over", says="Live one cell of each kept result again; what comes out the same is of this code.")
    ] = False,
    lang: Annotated[str, option(metavar="nl|en", says="Language of the terms (default: en).", reads=one_of("nl", "en"))] = "en",
    json: Json = False,
) -> int:
    """Show what became of every mechanism that the essays claim. One by its ID: the whole declaration, and its experiment run live.

    An experiment lives the same people with the same luck with the mechanism off and on, until the difference is known
    well enough or 400 pairs are spent. What was run is kept and not run again; after any end the same command goes on.
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
    """Words that contradict each other, or that would do nothing."""
    for option_name, asked in (("--all", everything), ("--tables", tables), ("--carry-over", carry)):
        if asked and name is not None:
            raise typer.BadParameter(f"given with {name}; allowed: one of the two", param_hint=f"'{option_name}'")
    if everything and (tables or carry or not run):
        raise typer.BadParameter("given with --tables, --carry-over or --no-run; allowed: alone", param_hint="'--all'")
    runs = everything or (name is not None and run)
    idle = next((option_name for option_name, value in given.items() if value is not None), None)
    if idle and not runs:
        raise typer.BadParameter("given where nothing is run; allowed: with an ID or with --all", param_hint=f"'{idle}'")
