"""The folder of a comparison: written whole or not at all, and read back."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import ValidationError

from experiments.comparison.compare import Comparison
from experiments.comparison.figure import write_figure
from experiments.comparison.page import write_page
from experiments.comparison.table import plain_text
from experiments.running.pairs import Failure, Spec
from experiments.shared.folders import MANIFEST, check_target, new_folder, surroundings, write_json
from model.case.case import Case
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import Practices

KIND, SCHEMA = "leefwereld comparison", 1
FRAMES = ("runs", "weekly", "differences", "ledger")


def write(comparison: Comparison, folder: Path, command: str = "") -> Path:
    """Write everything into `folder`, replacing an earlier result; returns the folder.

    Raises BadInput when the folder holds something else or cannot be written. A run that is killed leaves the
    folder as it was.
    """
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


def read(folder: Path, facts: dict[str, Any]) -> Comparison:
    """Read the folder of a comparison back. BadInput when it is incomplete, was altered, or is of another version."""
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
