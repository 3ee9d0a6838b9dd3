"""Keep the ensemble valid after code was moved or reworded without changing results.

The rule: repeat the first set of the ensemble with all its seeds; if every target is equal to nine digits, the ensemble is
valid for this code (slopes are fitted by linear algebra, whose last digits differ between machines). Otherwise it remains of
the older code, and must be calibrated again.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from experiments.calibration.emulators import trials
from experiments.calibration.found import Member
from experiments.calibration.report import read_ensemble
from experiments.calibration.schema import ENSEMBLE, FILE, Plan, read
from experiments.calibration.trials import measured
from experiments.shared.files import put
from model import identity
from model.engine.chance import join


def again(plan: Plan, member: Member) -> dict[str, float]:
    """Return the targets of one set of the ensemble, measured again: means over all its seeds."""
    names, given = tuple(plan.targets), plan.confirm
    case = plan.case.replaced(**member["parameters"])
    rows = []
    for r in range(given.seeds):
        seed = join(join(plan.seed, member["number"]), r) & (2**63 - 1)
        values = measured(case, seed, plan.runs, given.forks, names)
        rows.append([values[name] for name in names])
    found = trials(np.zeros((1, 1)), np.array(rows), np.zeros(len(rows), np.int64))
    return dict(zip(names, (float(value) for value in found.y[0]), strict=True))


def carry_over(path: Path = ENSEMBLE, plan: Path = FILE) -> list[str]:
    """Mark the ensemble as valid for the present code if its first set is equal; return the targets that differ. Raises BadInput."""
    kept = read_ensemble(path)
    if kept["code"] == identity.code_hash():
        return []
    member = kept["members"][0]
    now = again(read(plan), member)
    other = [name for name, value in member["measured"].items() if not math.isclose(now[name], value, rel_tol=1e-9, abs_tol=1e-12)]
    if not other:
        put(path, json.dumps(kept | {"code": identity.code_hash()}, indent=2, ensure_ascii=False) + "\n")
    return other
