"""The commands `leefwereld study ...`: what can be asked for. The work is done in `experiments.study_commands`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from experiments import check_model
from experiments.options import EPILOG, HELP, Json, Quick, Workers

study_app = typer.Typer(
    rich_markup_mode=None,
    context_settings=HELP,
    epilog=EPILOG + "  leefwereld study list\n  leefwereld study new mine.toml\n  leefwereld study plan mine.toml --workers 2",
)


@study_app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Plan studies: one file says what is compared, over what, how often. Make one, list those that ship, see what it takes."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@study_app.command(epilog=EPILOG + "  leefwereld study new\n  leefwereld study new mine.toml")
def new(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Its name (default: study.toml).", show_default=False)] = Path(
        "study.toml"
    ),
) -> None:
    """Write a study file that is valid as it stands and explains every key. A file that exists is left alone."""
    work().new(file)


@study_app.command("list", epilog=EPILOG + "  leefwereld study list\n  leefwereld study list --json")
def list_(json: Json = False) -> None:
    """List the studies that ship: name, question, and how many runs."""
    work().list_studies(json=json)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study plan regime_map\n"
    + "  leefwereld study plan regime_map --quick\n"
    + "  leefwereld study plan mine.toml --workers 16 --json"
)
def plan(
    study: Annotated[str, typer.Argument(metavar="FILE|NAME", help="A study file, or a study that ships.", show_default=False)],
    workers: Workers = None,
    quick: Quick = False,
    json: Json = False,
) -> None:
    """Check a study, and say what it takes: points, runs, and the time by a pilot of a few runs. Writes nothing."""
    work().plan(study, workers=workers, quick=quick, json=json)


def work() -> Any:
    """The module that does the work, imported when a command needs it (a second or two)."""
    check_model()
    from experiments import study_commands

    return study_commands
