"""The folder of a comparison: a study's folder with extra files (tables, figure, page, manifest); written and read here."""

from __future__ import annotations

import hashlib
import math
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeGuard

import numpy as np
import polars as pl
from pydantic import ValidationError

from experiments.reporting.comparison import Comparison, gather
from experiments.reporting.findings import Findings
from experiments.running.ledger import FILE, Ledger, at_work
from experiments.running.pairs import Failure
from experiments.shared import dictionary
from experiments.shared.files import put as put_text
from experiments.shared.folders import MANIFEST, check_target, read_manifest
from experiments.shared.manifest import Compared, ComparisonManifest, Manifest
from experiments.shared.reach import checked as checked_reach
from experiments.study.results import COMPARISON, SCHEMA, Ended, check_files, facts_of, hashes, of_ledger, whole, write_manifest
from experiments.study.schema import Study
from model.case.case import Case
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import Practices

KIND = COMPARISON
FRAMES = ("runs", "weekly", "differences", "ledger", "classes", "strata")


def finish(ledger: Ledger, folder: Path, study: Study, ended: Ended) -> Comparison:
    """Write the result files from the ledger in `folder`, delete an earlier result, and return the comparison.

    Each file is written completely or not at all, the manifest last: without it the folder counts as unfinished.
    """
    ledger.check()
    comparison = gather(ledger, study, ended.seconds)
    facts: ComparisonManifest = {**facts_of(ledger, study, ended), **manifest(comparison, ledger.meta("command"))}
    put(comparison, Findings(of_ledger(ledger, folder, facts, ()), comparison), folder)
    shutil.rmtree(_earlier(folder), ignore_errors=True)
    return comparison


def put(comparison: Comparison, found: Findings, folder: Path) -> None:
    """Write tables, figure, printed table, page and manifest into `folder`. Raises BadInput when they cannot be written."""
    from experiments.reporting.drawing import write as write_drawing  # Matplotlib takes half a second to load
    from experiments.reporting.figures import drawings
    from experiments.reporting.page import PAGE, render
    from experiments.reporting.side_by_side import plain_text

    for name in FRAMES:
        frame = getattr(comparison, name).with_columns(pl.col(pl.Float64, pl.Float32).fill_nan(None))
        about = dictionary.metadata() if name in ("runs", "weekly") else None
        whole(folder / f"{name}.parquet", partial(frame.write_parquet, metadata=about))
    dictionary.write(folder)
    figures = [(drawing.facts, write_drawing(drawing, folder)) for drawing in drawings(found)]
    put_text(folder / "table.txt", plain_text(comparison, everything=True))
    put_text(folder / PAGE, render(found, figures))
    write_manifest(folder, {**found.facts, "files": hashes(folder)})


def set_aside(folder: Path) -> None:
    """Move an earlier result aside; it is deleted when the new one is complete. Raises BadInput when that is not allowed."""
    check_target(folder)
    facts = read_manifest(folder)
    if facts is None:
        return
    if (folder / FILE).is_file() and facts.get("kind") != KIND:
        raise BadInput("--out", "folder", str(folder), "a new or empty folder, or one of an earlier comparison; this holds a study")
    if at_work(folder):
        raise BadInput(str(folder), allowed="one process at a time; another is at work on it")
    if facts.get("finished", True) or not _earlier(folder).exists():
        shutil.rmtree(_earlier(folder), ignore_errors=True)
        folder.rename(_earlier(folder))
    else:
        shutil.rmtree(folder)


def _earlier(folder: Path) -> Path:
    """Return where the earlier result of a folder is kept until the new one is complete."""
    folder = folder.resolve()
    return folder.with_name(f".{folder.name}.earlier")


def is_comparison(facts: Manifest | None) -> TypeGuard[ComparisonManifest]:
    """Return whether a manifest is of a comparison."""
    return facts is not None and facts.get("kind") == KIND


def read(folder: Path, facts: ComparisonManifest) -> Comparison:
    """Read the folder of a comparison. Raises BadInput when it is incomplete, was changed, or has another version."""
    if facts.get("schema") != SCHEMA:
        raise BadInput(f"{folder / MANIFEST}", "schema", facts.get("schema"), str(SCHEMA))
    if not facts.get("finished", True):
        raise BadInput(str(folder), allowed=f"a comparison that was finished; go on with it: leefwereld study resume {folder}")
    check_files(folder, facts)
    try:
        read = {name: pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
        frames = {name: frame.with_columns(pl.col(pl.Float64).fill_null(math.nan)) for name, frame in read.items()}
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
            staffing=facts.get("staffing", "equal"),
            failures=tuple(Failure(**failure) for failure in facts["failures"]),
            rules=facts["rules"]["given"],
            rules_hash=facts["rules"]["hash"],
            seconds=facts["seconds"],
            loaded_from=folder,
            runs=frames["runs"],
            weekly=frames["weekly"],
            ledger=frames["ledger"],
            differences=frames["differences"],
            classes=frames["classes"],
            strata=frames["strata"],
            reach=checked_reach(facts.get("attainable") or {}),
        )
    except (OSError, pl.exceptions.PolarsError, KeyError, TypeError, ValueError, AttributeError, ValidationError) as error:
        raise BadInput(str(folder), allowed=f"a complete result; this one cannot be read ({error})") from error


def manifest(comparison: Comparison, command: str = "") -> Compared:
    """Return everything needed to reproduce the numbers."""
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
        "at_rest": comparison.case.at_rest,
        "seeds": list(comparison.seeds),
        "endowment": comparison.endowment,
        "equal_means": comparison.equal_means,
        "staffing": comparison.staffing,
        "failures": [{"seed": one.seed, "reason": one.reason, "traceback": one.traceback} for one in comparison.failures],
        "rules": {"given": comparison.rules, "hash": comparison.rules_hash},
        "outcomes_hash": outcomes_hash(comparison.runs),
        "attainable": {name: list(pair) for name, pair in comparison.reach.items()},
        "smallest_of_interest": {name: outcome.smallest for name, outcome in OUTCOMES.items()},
    }


def outcomes_hash(runs: pl.DataFrame) -> str:
    """Return the SHA-256 of seeds, regimes and outcome columns: equal for equal results, whatever the file."""
    digest = hashlib.sha256()
    runs = runs.sort("seed", "regime")
    digest.update("\n".join(f"{seed} {regime}" for seed, regime in runs.select("seed", "regime").rows()).encode())
    for name in sorted(OUTCOMES):
        values = runs[name].to_numpy().astype("<f8")
        with np.errstate(invalid="ignore"):  # a file that was altered may hold a NaN that signals
            values[values == 0] = 0.0  # -0 becomes 0
            values[np.isnan(values)] = np.nan  # one bit pattern for every undefined value
        digest.update(name.encode() + values.tobytes())
    return digest.hexdigest()
