"""The commands `leefwereld scenarios ...`; `experiments.cli.scenarios` does the work."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.cli.options import EPILOG, HELP, Area, Json, Kwb, Lang, done_in, option, source_of

work = done_in("cli.scenarios")
scenarios_app = typer.Typer(rich_markup_mode=None, context_settings=HELP)


@scenarios_app.callback(invoke_without_command=True)
def scenarios(context: typer.Context, json: Json = False) -> None:
    """List the shipped scenarios, among them ten cases from practitioners' essays."""
    if context.invoked_subcommand is None:
        done_in("cli.compare_and_run")().scenarios(json=json)


@scenarios_app.command("show", epilog=EPILOG + "  leefwereld scenarios show kolping --lang nl")
def show_scenario(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped scenario, or a TOML file.", show_default=False)],
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show a case: its story, what to watch, a question for a group, events, checks of the essay, and sources of its figures."""
    work().show_case(name, lang=lang, json=json)


@scenarios_app.command(
    "new",
    epilog=EPILOG + "  leefwereld scenarios new mine\n" + '  leefwereld scenarios new west --kwb kwb2019.csv --area "Holendrecht West"',
)
def new_scenario(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name; the file is NAME.toml in this folder.", show_default=False)],
    kwb: Kwb = None,
    area: Area = None,
    json: Json = False,
) -> None:
    """Write a valid scenario file that explains every figure. An existing file is not changed."""
    work().new(name, source_of(None, kwb, area), json=json)


@scenarios_app.command("check", epilog=EPILOG + "  leefwereld scenarios check mine.toml\n  leefwereld scenarios check kolping --count")
def check_scenario(
    name: Annotated[str, typer.Argument(metavar="FILE|NAME", help="A TOML file, or a shipped scenario.", show_default=False)],
    count: Annotated[bool, option("--count", says="Run its checklist over 20 seeds; exit status 1 if it differs from the file.")] = False,
    alone: Annotated[bool, option("--alone", says="With --count: leave sentences uncounted that compare regimes.")] = False,
    write: Annotated[bool, option("--write", says="With --count: write the results into the file.")] = False,
    json: Json = False,
) -> int:
    """Check a scenario file, and list what is missing: sources, ranges, languages."""
    if write and not count:
        raise typer.BadParameter("asked for without --count; allowed: both", param_hint="'--write'")
    if alone and not count:
        raise typer.BadParameter("asked for without --count; allowed: both", param_hint="'--alone'")
    return work().check(name, count=count, write=write, json=json, alone=alone)
