"""The commands `leefwereld calibrate ...`, without heavy imports; `experiments.cli.calibrate` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.options import EPILOG, HELP, Json, Workers, done_in, option

work = done_in("cli.calibrate")
calibrate_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings=HELP,
    help="Fit parameters to measured patterns. Keeps all parameter sets that fit, not only the best.",
    epilog=EPILOG
    + "  leefwereld calibrate plan\n"
    + "  leefwereld calibrate run --out results/calibration\n"
    + "  leefwereld calibrate resume results/calibration\n"
    + "  leefwereld calibrate report results/calibration",
)
File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A calibration file (default: the shipped one).", show_default=False)]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a calibration.", show_default=False)]


@calibrate_app.command(epilog=EPILOG + "  leefwereld calibrate plan\n  leefwereld calibrate plan my_calibration.toml --workers 16")
def plan(file: File = None, workers: Workers = None, json: Json = False) -> None:
    """Check a calibration file, and estimate its time from one trial. Writes nothing."""
    work().plan(file, workers=workers, json=json)


@calibrate_app.command(epilog=EPILOG + "  leefwereld calibrate run\nAfter a stop: leefwereld calibrate resume DIR")
def run(
    file: File = None,
    out: Annotated[
        Path | None, option("--out", metavar="DIR", says="Folder for the results (default: results/calibration-DATE-HASH).")
    ] = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Run a calibration: waves of trials, then the likely sets, each with several seeds. Results are saved as they come."""
    work().run(file, out=out, workers=workers, json=json)


@calibrate_app.command(epilog=EPILOG + "  leefwereld calibrate resume results/calibration")
def resume(
    folder: Folder,
    workers: Workers = None,
    changed_code: Annotated[bool, option("--changed-code", says="Continue although the model's code has changed.")] = False,
    json: Json = False,
) -> None:
    """Resume a calibration; only missing trials are run."""
    work().resume(folder, workers=workers, changed_code=changed_code, json=json)


@calibrate_app.command(
    epilog=EPILOG + "  leefwereld calibrate report results/calibration\n  leefwereld calibrate report results/calibration --json"
)
def report(
    folder: Folder,
    recover: Annotated[
        bool, option("--recover/--no-recover", says="Also test the recovery of known parameters (a few minutes, once; default: yes).")
    ] = True,
    json: Json = False,
) -> None:
    """Show the accepted sets, the parameters that stayed free, and the recovery of known parameters."""
    work().report(folder, recover=recover, json=json)


@calibrate_app.command("default", epilog=EPILOG + "  leefwereld calibrate default results/calibration")
def default_(folder: Folder, workers: Workers = None, json: Json = False) -> None:
    """Test the model's defaults again after a change. If they fit, they become a member of the ensemble."""
    work().default(folder, workers=workers, json=json)


@calibrate_app.command(
    epilog=EPILOG
    + "  leefwereld calibrate study fits.toml\n"
    + "  leefwereld study run fits.toml\n"
    + "The report says in how many of the sets each regime is ahead."
)
def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The study file to write (a new name).", show_default=False)],
    folder: Annotated[Path | None, option("--from", metavar="DIR", says="The folder of a calibration (default: the shipped sets).")] = None,
) -> None:
    """Write a study that compares regimes under every fitting parameter set: does their order hold in all of them?"""
    work().study(file, folder)


@calibrate_app.command("carry-over", epilog=EPILOG + "  leefwereld calibrate carry-over")
def carry_over() -> int:
    """After moving code: repeat one set of the shipped ensemble; if the result is equal, the ensemble is valid for this code."""
    return work().carry_over()
