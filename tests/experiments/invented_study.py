"""A study's folder with invented numbers: begun and finished by the code that does so, only never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from experiments import study_folder, study_work
from experiments.ledger import FAILED, OK, TIMED_OUT, Answer, Ledger
from experiments.study import Point, Study, checked, points
from model.measures import OUTCOMES
from model.regimes import PRACTICES

ENDS = {"top_down": -0.5, "relational": 0.5, "leapfrog": 1.0}
DESIGNS: dict[str, dict[str, Any]] = {
    "regimes": {
        "scenarios": ["default", "city"], "regimes": ["top_down", "relational", "leapfrog"], "replications": {"number": 20},
    },
    "grid": {
        "regimes": ["top_down", "relational", "leapfrog"], "design": {"kind": "grid"}, "replications": {"number": 12},
        "factors": {"years_in_post": {"values": [0.5, 1, 2, 4, 8]}, "structural_budget": {"values": [2, 5, 10, 20, 40]}},
    },
    "oat": {
        "design": {"kind": "oat", "levels": 5}, "replications": {"number": 12},
        "factors": {"presence": {}, "mandate_euro": {"low": 0.0, "high": 0.5}, "approval_lag": {"low": 0, "high": 24}},
    },
    "practices": {"design": {"kind": "oat", "levels": 2}, "replications": {"number": 12}, "factors": "practices"},
    "swap": {"design": {"kind": "swap", "base": ["top_down", "leapfrog"]}, "replications": {"number": 12}},
    "lhs": {
        "regimes": ["top_down", "leapfrog"], "design": {"kind": "lhs", "size": 30}, "replications": {"number": 4},
        "factors": {"years_in_post": {"low": 1, "high": 10}, "structural_budget": {"low": 5, "high": 40}, "warm_handover": {},
                    "openness": {"low": 0.1, "high": 0.9}},
    },
    "sobol": {
        "design": {"kind": "sobol", "size": 16}, "replications": {"number": 2},
        "factors": {"presence": {}, "approval_lag": {"low": 0, "high": 24}, "truthfulness": {}},
    },
    "morris": {"design": {"kind": "morris", "size": 6, "levels": 4}, "replications": {"number": 2}, "factors": "practices"},
}  # fmt: skip
SOME = ("trust_municipality", "bonding", "burden", "reports", "hours_spent", "hours_used")


def value(outcome: str, place: int, point: Point, shared: float, own: float) -> float:
    """An invented outcome: people's luck is shared by all points of a replication, practices and factors push a little."""
    weight = np.sin(np.arange(1, len(PRACTICES) + 1) * (place + 1.3))
    shares = [(getattr(point.practices, p.name) - p.low) / (p.high - p.low) for p in PRACTICES.values()]
    around = sum(
        np.cos(place + i) * np.log1p(v) for i, (name, v) in enumerate(point.factors.items()) if name not in PRACTICES
    ) * ENDS.get(point.regime, 0.2)  # fmt: skip
    level = 1.0 + 0.015 * float(weight @ np.array(shares)) + 0.01 * float(around) + 0.05 * shared + 0.006 * own
    if outcome.endswith("_used"):
        return min(level * 0.8, 1.0)
    return abs(level) * {"0-1": 0.5, "share": 0.3}.get(OUTCOMES[outcome].unit, 100 * OUTCOMES[outcome].smallest)


def invent_study(folder: Path, data: dict[str, Any], lost: bool = True, name: str = "invented") -> Path:
    """Begin a study in `folder`, write down invented outcomes, with two runs lost, and finish it."""
    study: Study = checked({"name": name, "question": "What would invented numbers <b>look</b> like?", "weeks": 52} | data)
    found = points(study)
    study_work.begin(study, folder)
    with Ledger(folder) as ledger:
        entries = list(ledger.waiting())
        bad = {1: FAILED, 4: TIMED_OUT} if lost else {}
        reasons = {FAILED: "ZeroDivisionError: <i>nobody</i> left", TIMED_OUT: "more than 600 seconds"}
        answers = []
        for place, entry in enumerate(entries):
            shared = np.random.default_rng(entry.seed % 2**32).normal(size=len(OUTCOMES))
            own = np.random.default_rng([entry.point, entry.replication]).normal(size=len(OUTCOMES))
            numbers = {name: value(name, i, found[entry.point], shared[i], own[i]) for i, name in enumerate(OUTCOMES)}
            if place in bad:
                answers.append(Answer(entry.id, bad[place], reason=reasons[bad[place]], traceback="Traceback"))
            else:
                answers.append(Answer(entry.id, OK, 0.5, "code", f"identity-{entry.id}", numbers))
        ledger.record(answers)
        ledger.set_meta(ended="2026-01-01T00:00:00+01:00")
        ended = study_work.Ended(folder, ledger.counts(), study.replications.number, None, 1.0)
        study_folder.finish(ledger, folder, study, ended)
    return folder

