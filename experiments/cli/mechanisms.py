"""The work of the command `leefwereld mechanisms`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from experiments.cli.compare_and_run import print_json, say, show
from experiments.mechanisms import declared as mechanisms
from experiments.mechanisms import pages as mechanism_pages
from experiments.mechanisms import results as mechanism_results
from experiments.mechanisms import runs as mechanism_runs
from experiments.mechanisms import show as mechanism_shown
from experiments.mechanisms.declared import MOST, load, load_all
from experiments.mechanisms.rows import Row
from experiments.mechanisms.runs import Trial
from experiments.shared.folders import check_target
from experiments.shared.text import counted
from model.errors import BadInput


def table(*, lang: str, json: bool) -> int:
    """Print all mechanisms, one per line, from the stored results."""
    found, interactions = load_all()
    kept = mechanism_results.read()
    if json:
        print_json(mechanism_shown.as_json([*found, *interactions], kept))
    else:
        show(*mechanism_shown.overview(found, interactions, kept, lang))
    return 0


def one(
    name: str,
    *,
    run: bool,
    pairs: int | None,
    weeks: int | None,
    workers: int | None,
    out: Path | None,
    lang: str,
    json: bool,
) -> int:
    """Print one declaration in full with its stored result, and run its experiment. Return 1 if a run failed."""
    declared, found = load(name), load(name, pairs, weeks)
    kept = mechanism_results.read()
    if not json:
        show(*mechanism_shown.declaration(declared, kept, lang))
    row = None
    if run:
        home = _home(out)
        row = mechanism_results.alone(found, _run([found], home, workers, f"leefwereld mechanisms {name}", out, told=False)[name], kept)
    if json:
        print_json(mechanism_shown.facts(declared, kept) | {"live": row})
    elif row:
        show(*mechanism_shown.live(found, row, kept))
    return 1 if row and row["failed"] else 0


def run_all(*, pairs: int | None, weeks: int | None, workers: int | None, out: Path | None, lang: str, json: bool) -> int:
    """Run all missing experiments, then renew results and documentation. Return 1 if a run failed.

    A short test (pairs, weeks) leaves the stored results unchanged, and writes its own to the folder.
    """
    found, interactions = load_all(pairs, weeks)
    home, short = _home(out), pairs is not None or weeks is not None
    target = home if short else mechanisms.FOLDER
    if not short:
        check_target(target / ".new")
    given = "".join(f" {key} {value}" for key, value in (("--pairs", pairs), ("--weeks", weeks)) if value is not None)
    rows = _run([*found, *interactions], home, workers, f"leefwereld mechanisms --all{given}", out, told=True)
    parts = [{one.id: rows[one.id] for one in some} for some in (found, interactions)]
    results = mechanism_results.made(*parts)
    written = [mechanism_results.write(results, target)]
    if not short:
        written += mechanism_pages.renew(found, interactions, results)
    if json:
        print_json(mechanism_shown.as_json([*found, *interactions], results))
    else:
        show(*mechanism_shown.overview(found, interactions, results, lang))
    for path in written:
        say(f"Written: {path}")
    failed = sum(row["failed"] for row in rows.values())
    if failed:
        say(f"leefwereld: {counted(failed, 'run')} did not end well, and {'is' if failed == 1 else 'are'} left out")
    return 1 if failed else 0


def tables() -> int:
    """Renew the documentation from the stored results."""
    found, interactions = load_all()
    for path in mechanism_pages.renew(found, interactions, mechanism_results.read()):
        say(f"Written: {path}")
    return 0


def carry() -> int:
    """Repeat one cell of each stored result, and mark equal ones as valid for this code. Return 1 if one differs."""
    from experiments.mechanisms.carry_over import carry_over

    found, interactions = load_all()
    results, left = carry_over(
        [*found, *interactions],
        mechanism_results.read(),
        lambda name, same: say(f"{name}: one cell repeated, {'the same' if same else 'different: run it again'}"),
    )
    written = [mechanism_results.write(results), *mechanism_pages.renew(found, interactions, results)]
    for path in written:
        say(f"Written: {path}")
    return 1 if left else 0


def _home(out: Path | None) -> Path:
    """Return the folder for runs. Raises BadInput if it cannot be used."""
    home = out or mechanism_runs.default_folder()
    if home.exists() and not home.is_dir():
        raise BadInput("--out", "folder", str(home), "a folder, or a name that is free")
    check_target(home / ".new")  # test that it is writable
    return home


def _run(found: Sequence[Trial], home: Path, workers: int | None, again: str, out: Path | None, *, told: bool) -> dict[str, Row]:
    """Run the experiments one after the other with the same workers; earlier results are read."""
    from experiments.running.pool import Pool
    from experiments.running.worker import usable_cores
    from experiments.shared.progress import studied

    rows: dict[str, Row] = {}
    try:
        with Pool(workers or usable_cores()) as pool:
            for number, trial in enumerate(found, start=1):
                fresh = not mechanism_runs.finished(mechanism_runs.folder_of(trial, home))
                if told and fresh:
                    say(f"{trial.id} ({number} of {len(found)}): {trial.declared.term.en}")
                given = trial.study.replications
                with studied((MOST if given.until else given.number) * len(trial.study.arms)) as tell:
                    rows[trial.id] = mechanism_runs.run(trial, home, workers, tell, say, pool)
    except KeyboardInterrupt:
        at = f" --out {shlex.quote(str(out))}" if out else ""
        done = f"{len(rows)} of {counted(len(found), 'experiment')}, and what had finished of the next, are kept"
        say(f"leefwereld: stopped with Ctrl-C; {done}; go on: {again}{at}")
        raise SystemExit(130) from None
    return rows
