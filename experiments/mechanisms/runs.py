"""Run the experiments of mechanisms, each as a study in its own folder, so that finished runs are never lost.

A folder is named by a hash of everything that determines its results, so that earlier runs are found again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.mechanisms.declared import Tried
from experiments.mechanisms.rows import Cell, Row
from experiments.mechanisms.schema import Interaction, Mechanism
from experiments.running.ledger import FAILED, FILE, TIMED_OUT, Ledger
from experiments.shared.statistics import paired
from experiments.study.contrasts import Weights
from experiments.study.precision import compared
from experiments.study.results import hash_of
from model import identity
from model.engine import modules as engine

if TYPE_CHECKING:
    from experiments.running.pool import Workers
    from experiments.shared.manifest import Manifest
    from experiments.shared.progress import Tell

COLUMNS = ("n", "difference", "low", "high", "p", "sd", "correlation")
Trial = Tried[Mechanism] | Tried[Interaction]


def default_folder() -> Path:
    """Return the default folder of experiments, in the user's cache."""
    return engine.cache_root() / "mechanisms"


def folder_of(one: Trial, home: Path) -> Path:
    """Return the folder of one experiment, by its declaration and the model's code."""
    return home / f"{one.id}-{hash_of(one.identity + identity.code_hash())[:12]}"


def run(
    one: Trial,
    home: Path,
    workers: int | None = None,
    tell: Tell | None = None,
    say: Callable[[str], None] = print,
    pool: Workers | None = None,
) -> Row:
    """Run the missing runs of an experiment, and return its row (see `row_of`). Raises BadInput, KeyboardInterrupt."""
    from experiments.study import work as study_work

    folder = folder_of(one, home)
    if not (folder / FILE).is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        study_work.begin(one.study, folder, max_runs=10_000_000)
    if not finished(folder):
        again = (FAILED, TIMED_OUT)
        study_work.work(folder, workers, tell, say, again=again, trust_rules=True, max_runs=10_000_000, pool=pool)
    return row_of(one, folder)


def finished(folder: Path) -> bool:
    """Return whether the experiment is finished and all its runs succeeded."""
    from experiments.shared.folders import read_manifest

    facts = read_manifest(folder)
    return bool(facts and facts.get("finished") and not facts.get("unfinished"))


def row_of(one: Trial, folder: Path) -> Row:
    """Return the results of an experiment as plain data, without verdict, which needs all experiments."""
    from experiments.shared.folders import read_manifest

    facts = read_manifest(folder)
    ended, pairs = (facts["ended"], facts["replications"]) if facts else ("", 0)
    with Ledger(folder, reading=True) as ledger:
        row: dict[str, Any] = _about(one) | {
            "code": identity.code_hash(), "declaration": one.identity, "date": ended[:10] or date.today().isoformat(),
            "weeks": one.study.weeks, "pairs": pairs, "reached": _reached(facts), "failed": len(ledger.unfinished()),
        }  # fmt: skip
        row["cell"] = _cell(ledger)
        weights = list(one.contrasts.values())
        if isinstance(one.declared, Mechanism):
            row |= _compared(ledger, one.declared.outcome, weights)[0] | _accounts(ledger)
        else:
            found = _compared(ledger, one.declared.outcome, weights)
            expected = one.declared.expected
            row["contrasts"] = {name: {"expected": expected[name]} | own for name, own in zip(one.contrasts, found, strict=True)}
        beside = {name: _compared(ledger, name, weights) for name in one.declared.also}
    for place, own in enumerate(row.get("contrasts", {"": row}).values()):
        own["also"] = {name: found[place] for name, found in beside.items()}
    return row


def _cell(ledger: Ledger) -> Cell | None:
    """Return the cell to repeat later (see `carry_over`): last point, first seed, hash of outcomes."""
    names = list(ledger.names)
    runs = ledger.outcomes(names)
    if not len(runs):
        return None
    run = runs.filter(runs["point"] == runs["point"].max()).row(0, named=True)
    return {"point": run["point"], "seed": run["seed"], "content": content_of({name: run[name] for name in names})}


def content_of(outcomes: Mapping[str, float]) -> str:
    """Return a hash of outcomes by name, to the last digit."""
    return hash_of(json.dumps({name: repr(float(value)) for name, value in sorted(outcomes.items())}))[:24]


def _about(one: Trial) -> dict[str, Any]:
    about: dict[str, Any] = {"outcome": one.declared.outcome, "smallest": one.smallest, "expected": one.declared.expected}
    if isinstance(one.declared, Mechanism):
        about["class"] = one.declared.class_
    return about


def _reached(facts: Manifest | None) -> bool | None:
    """Return whether the interval became narrow enough; None with a fixed number of pairs."""
    return bool(facts["until"]["reached"]) if facts and facts["until"] else None


def _compared(ledger: Ledger, outcome: str, weights: Sequence[Weights]) -> list[dict[str, Any]]:
    """Return paired statistics of an outcome for each contrast; None where undefined."""
    found = []
    for off, on in compared(ledger, outcome, weights):
        numbers = paired(off, on)
        plain = {name: _plain(numbers[name]) for name in COLUMNS}
        found.append(plain | {"n": int(numbers["n"]), "off": _plain(numbers["mean_first"]), "on": _plain(numbers["mean_second"])})
    return found


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _accounts(ledger: Ledger) -> dict[str, Any]:
    """Return the number of checked runs and of faults, and the first faults."""
    checked, faults = 0, []
    for frame in ledger.tables("checks"):
        checked += frame["run"].n_unique()
        faults += [f"{row['check']}, run {row['run']}, {row['fault']}" for row in frame.filter(frame["fault"] != "").iter_rows(named=True)]
    return {"checked": checked, "faulty": len(faults), "faults": faults[:5]}
