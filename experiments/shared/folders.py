"""The folder of a comparison: written whole or not at all, and read back.

runs.parquet  weekly.parquet  differences.parquet  ledger.parquet  manifest.json  table.txt  figure.svg  figure.png
page.html (all of it to read, in one file that needs no network)
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import ValidationError

from experiments.comparison.compare import Comparison
from experiments.running.pool import Failure, Spec
from model.case.case import Case
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import Practices

KIND, SCHEMA = "leefwereld comparison", 1
MANIFEST = "manifest.json"
FRAMES = ("runs", "weekly", "differences", "ledger")
PACKAGES = ("mesa", "numpy", "numba", "scipy", "polars", "pydantic", "matplotlib", "pebble")


def write(comparison: Comparison, folder: Path, command: str = "") -> Path:
    """Write everything into `folder`, replacing an earlier result; returns the folder.

    Raises BadInput when the folder holds something else or cannot be written. A run that is killed leaves the
    folder as it was.
    """
    from experiments.comparison.figure import write_figure
    from experiments.comparison.page import write_page
    from experiments.comparison.table import plain_text

    check_target(folder)
    with new_folder(folder) as fresh:
        for name in FRAMES:
            getattr(comparison, name).write_parquet(fresh / f"{name}.parquet")
        write_figure(comparison, fresh / "figure.svg", fresh / "figure.png")
        (fresh / "table.txt").write_text(plain_text(comparison, everything=True), encoding="utf-8")
        facts = manifest(comparison, command)
        write_json(fresh / MANIFEST, facts)
        write_page(comparison, fresh, facts)
    return folder


def load(folder: str | Path) -> Any:
    """Read a folder back: a Comparison, or the StudyResults of a study.

    BadInput when it is no result, is incomplete, was altered, or is of another version.
    """
    from experiments.study import results as study_folder

    folder = Path(folder)
    facts = read_manifest(folder)
    if facts is not None and facts.get("kind") == study_folder.KIND:
        return study_folder.read(folder, facts)
    if facts is None or facts.get("kind") != KIND:
        raise BadInput(str(folder), allowed="allowed: the folder of an earlier comparison or study, with its manifest.json")
    if facts.get("schema") != SCHEMA:
        raise BadInput(f"{folder / MANIFEST}", "schema", facts.get("schema"), str(SCHEMA))
    try:
        frames: dict[str, Any] = {name: pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
        missing = [name for name in OUTCOMES if name not in frames["runs"].columns]
        if missing:
            raise BadInput(str(folder), allowed=f"use the version that made it; outcome {missing[0]} is not in it")
        if outcomes_hash(frames["runs"]) != facts["outcomes_hash"]:
            raise BadInput(f"{folder / 'runs.parquet'}", allowed="allowed: the outcomes that were written; these were altered")
        return Comparison(
            case=Case.model_validate(facts["case"]),
            regimes={label: Practices.model_validate(values) for label, values in facts["regimes"].items()},
            weeks=facts["weeks"],
            seeds=tuple(facts["seeds"]),
            endowment=facts["endowment"],
            equal_means=facts["equal_means"],
            failures=tuple(Failure(**failure) for failure in facts["failures"]),
            rules=facts["rules"]["given"],
            rules_hash=facts["rules"]["hash"],
            seconds=facts["seconds"],
            loaded_from=folder,
            **frames,
        )
    except (OSError, pl.exceptions.PolarsError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise BadInput(str(folder), allowed=f"a complete result; this one cannot be read ({error})") from error


def manifest(comparison: Comparison, command: str = "") -> dict[str, Any]:
    """Everything needed to know how the numbers came about, and to get them again."""
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "command": command,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(comparison.seconds, 3),
        "case": comparison.case.model_dump(mode="json"),
        "notes": list(comparison.case.notes),
        "regimes": {label: practices.model_dump(mode="json") for label, practices in comparison.regimes.items()},
        "weeks": comparison.weeks,
        "seeds": list(comparison.seeds),
        "endowment": comparison.endowment,
        "equal_means": comparison.equal_means,
        "failures": [vars(failure) for failure in comparison.failures],
        "rules": {"given": comparison.rules, "hash": comparison.rules_hash},
        "outcomes_hash": outcomes_hash(comparison.runs),
        "smallest_of_interest": {name: outcome.smallest for name, outcome in OUTCOMES.items()},
    } | surroundings()


def surroundings() -> dict[str, Any]:
    """Versions, code hash and machine."""
    from model.identity import code_hash

    return {
        "code_hash": code_hash(),
        "packages": {name: _version(name) for name in ("leefwereld", *PACKAGES)},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
    }


def outcomes_hash(runs: pl.DataFrame) -> str:
    """SHA-256 of seeds, regimes and outcome columns; the same for equal results, whatever file they stand in."""
    digest = hashlib.sha256()
    runs = runs.sort("seed", "regime")
    digest.update("\n".join(f"{seed} {regime}" for seed, regime in runs.select("seed", "regime").rows()).encode())
    for name in sorted(OUTCOMES):
        values = runs[name].to_numpy().astype("<f8") + 0.0  # -0 becomes 0
        values[np.isnan(values)] = np.nan  # one bit pattern for all that is undefined
        digest.update(name.encode() + values.tobytes())
    return digest.hexdigest()


def default_folder(spec: Spec, pairs: int) -> Path:
    """results/compare-<date>-<hash>: the hash is of all that determines the comparison."""
    from model.engine.modules import load_rules, rules_hash
    from model.identity import code_hash

    determines = [
        spec.case.model_dump(mode="json"),
        {label: practices.model_dump(mode="json") for label, practices in spec.regimes.items()},
        [spec.seed, pairs, spec.weeks, rules_hash(load_rules(spec.rules)), code_hash()],
    ]
    short = hashlib.sha256(json.dumps(determines, sort_keys=True).encode()).hexdigest()[:8]
    return Path("results") / f"compare-{date.today().isoformat()}-{short}"


def check_target(folder: Path) -> None:
    """May results be written here? A new name, an empty folder or an earlier result; anything else is BadInput."""
    try:
        folder = folder.resolve()
        if folder.exists() and not folder.is_dir():
            raise BadInput("--out", "folder", str(folder), "allowed: the name of a folder; this is a file")
        if folder.is_dir() and any(folder.iterdir()) and read_manifest(folder) is None:
            raise BadInput("--out", "folder", str(folder), "a new, empty or earlier result folder; this holds other things")
        trial = next(parent for parent in folder.parents if parent.exists()) / f".{folder.name}.trial-{os.getpid()}"
        trial.mkdir()  # the only way to know
        trial.rmdir()
    except OSError as error:
        raise BadInput("--out", "folder", str(folder), f"a place that can be written ({error.strerror})") from error


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of an earlier result, or None."""
    try:
        facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) and str(facts.get("kind", "")).startswith("leefwereld") else None


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill: it takes the name `target` when the block ends well, and is removed when it does not."""
    target = target.resolve()
    fresh = target.parent / f".{target.name}.partial-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir()
        yield fresh
        for path in [*sorted(fresh.iterdir()), fresh]:
            _sync(path)
        _take_name(fresh, target)
    except OSError as error:
        raise BadInput(str(target), allowed=f"a place that can be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _take_name(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; what stood there goes last."""
    old = fresh.with_name(fresh.name.replace(".partial-", ".old-"))
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Make sure that the disk has it. Windows cannot sync a folder, nor a file opened for reading."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Write JSON for people and machines: indented, UTF-8, no nan."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
