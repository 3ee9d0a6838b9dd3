"""The work of the commands `leefwereld calibrate`."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Any

from rich.text import Text

from experiments.calibration import schema as calibrate_file
from experiments.calibration import waves as calibrate_work
from experiments.calibration import work as calibration_work
from experiments.cli.compare_and_run import print_json, say, show
from experiments.running.ledger import Ledger
from experiments.running.worker import usable_cores
from model import warm_up
from model.errors import BadInput


def plan(file: Path | None, *, workers: int | None, json: bool) -> None:
    """Check a calibration file, run one trial, and print the estimated time."""
    from experiments.calibration.trials import measured

    found = calibrate_file.read(file or calibrate_file.FILE)
    warm_up.ensure_compiled({}, say)
    began = time.perf_counter()
    measured(found.case, 1, found.runs, found.runs.forks, tuple(found.targets))
    each = time.perf_counter() - began
    waves, confirm = found.waves, found.confirm
    trials = sum(waves.sizes) + waves.repeated * (waves.seeds - 1)
    most = trials + confirm.at_most * confirm.seeds
    seconds = [number * each / (workers or usable_cores()) for number in (trials + confirm.wanted * confirm.seeds, most)]
    facts: dict[str, Any] = {
        "parameters": len(found.parameters), "targets": len(found.targets), "trials": trials, "at most": most,
        "seconds each": round(each, 2), "minutes": [round(s / 60, 1) for s in seconds], "identity": found.identity,
    }  # fmt: skip
    if json:
        print_json(facts)
        return
    show(
        Text(
            f"{len(found.parameters)} free parameters, {len(found.targets)} targets. {trials} trials in {len(waves.sizes)} waves, then "
            f"at most {confirm.at_most} sets with {confirm.seeds} seeds each. A trial takes {each:.1f} s here: "
            f"{facts['minutes'][0]:g} to {facts['minutes'][1]:g} minutes on {workers or usable_cores()} processes."
        )
    )


def run(file: Path | None, *, out: Path | None, workers: int | None, json: bool) -> None:
    """Begin a calibration and run it until it is done."""
    found = calibrate_file.read(file or calibrate_file.FILE)
    folder = out or calibrate_work.default_folder(found)
    calibrate_work.begin(found, folder)
    resume(folder, workers=workers, changed_code=False, json=json)


def resume(folder: Path, *, workers: int | None, changed_code: bool, json: bool) -> None:
    """Resume a calibration until it is done."""
    from experiments.shared.progress import studied

    with Ledger(folder, reading=True) as ledger:
        total = sum(ledger.counts().values())
    try:
        with studied(total) as tell:
            calibration_work.work(folder, workers, tell, say, changed_code)
    except KeyboardInterrupt:
        say(f"leefwereld: stopped with Ctrl-C; what ended is kept; go on: leefwereld calibrate resume {shlex.quote(str(folder))}")
        raise SystemExit(130) from None
    report(folder, recover=False, json=json)


def default(folder: Path, *, workers: int | None, json: bool) -> None:
    """Test the model's present defaults as a parameter set."""
    from experiments.shared.progress import studied

    with studied(calibrate_file.read(folder / "calibration.toml").confirm.seeds) as tell:
        calibration_work.try_default(folder, workers, tell, say)
    report(folder, recover=False, json=json)


def report(folder: Path, *, recover: bool, json: bool) -> None:
    """Print the results of a calibration as tables."""
    from experiments.calibration import report as calibrate_report

    found = calibrate_report.report(folder, recover)
    if json:
        print_json(cleaned(found))
        return
    show(*calibrate_report.shown(found))
    say(f"The sets that fit: {folder / 'ensemble.json'}")


def study(file: Path, folder: Path | None) -> None:
    """Write a study file over the fitting parameter sets. Raises BadInput."""
    from experiments.calibration.report import read_ensemble, study_text

    source = calibrate_file.ENSEMBLE if folder is None else folder / "ensemble.json"
    text = study_text(read_ensemble(source))
    if file.suffix != ".toml":
        raise BadInput("calibrate study", "file", str(file), "a name that ends in .toml")
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        raise BadInput("calibrate study", "file", str(file), "a new name; this file exists, and is left alone") from None
    except OSError as error:
        raise BadInput("calibrate study", "file", str(file), f"a place that can be written ({error.strerror})") from None
    say(f"Written: {file}. See what it takes: leefwereld study plan {shlex.quote(str(file))}")


def cleaned(facts: object) -> object:
    """Return plain data with None for NaN."""
    if isinstance(facts, dict):
        return {key: cleaned(each) for key, each in facts.items()}
    if isinstance(facts, list):
        return [cleaned(each) for each in facts]
    return None if isinstance(facts, float) and facts != facts else facts


def carry_over() -> int:
    """Repeat the first set of the ensemble. Return 1 if a target differs, and then leave the ensemble unchanged."""
    from experiments.calibration.carry_over import carry_over

    other = carry_over()
    say(f"different from the stored result: {', '.join(other)}; calibrate again" if other else "The ensemble is valid for this code.")
    return 1 if other else 0
