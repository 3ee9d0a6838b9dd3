"""The commands `leefwereld scenarios ...`: what can be asked for. The work is done in `experiments.cli.scenarios`."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.cli.options import EPILOG, HELP, Area, Json, Kwb, Lang, done_in, option, source_of

work = done_in("cli.scenarios")
scenarios_app = typer.Typer(rich_markup_mode=None, context_settings=HELP)


@scenarios_app.callback(invoke_without_command=True)
def scenarios(context: typer.Context, json: Json = False) -> None:
    """List the scenarios that ship. Among them ten cases from practitioners' essays."""
    if context.invoked_subcommand is None:
        done_in("cli.compare_and_run")().scenarios(json=json)


@scenarios_app.command("show", epilog=EPILOG + "  leefwereld scenarios show kolping --lang nl")
def show_scenario(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A scenario that ships, or a TOML file.", show_default=False)],
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show a case: its story, what to watch, a question for a group, events, what of the essay shows, and where its figures come from."""
    work().show_case(name, lang=lang, json=json)


@scenarios_app.command(
    "new",
    epilog=EPILOG + "  leefwereld scenarios new mine\n" + '  leefwereld scenarios new west --kwb kwb2019.csv --area "Holendrecht West"',
)
def new_scenario(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name; the file is NAME.toml, here.", show_default=False)],
    kwb: Kwb = None,
    area: Area = None,
    json: Json = False,
) -> None:
    """Write a scenario file that is valid as it stands and explains every figure. A file that exists is left alone."""
    work().new(name, source_of(None, kwb, area), json=json)


@scenarios_app.command("check", epilog=EPILOG + "  leefwereld scenarios check mine.toml\n  leefwereld scenarios check kolping --count")
def check_scenario(
    name: Annotated[str, typer.Argument(metavar="FILE|NAME", help="A TOML file, or a scenario that ships.", show_default=False)],
    count: Annotated[bool, option("--count", says="Run its checklist over 20 seeds; status 1 when it is not as the file says.")] = False,
    write: Annotated[bool, option("--write", says="With --count: write what was found into the file.")] = False,
    json: Json = False,
) -> int:
    """Say what is well in a scenario file, and what is missing: sources, ranges, languages."""
    if write and not count:
        raise typer.BadParameter("asked for without --count; allowed: both", param_hint="'--write'")
    return work().check(name, count=count, write=write, json=json)
