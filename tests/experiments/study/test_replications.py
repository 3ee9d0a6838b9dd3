"""Sequential stopping: how many replications a study takes, and what that costs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import experiments
from experiments.running.ledger import OK, Answer, Ledger
from experiments.study import precision as study_precision
from experiments.study import work as study_work
from experiments.study.points import checked, points
from model.measures.weekly import OUTCOMES

# --- replications on purpose ---------------------------------------------------------------------------------------


def until(precision: float, at_most: int = 60) -> dict:
    rule = {"outcome": "burden", "first": "top_down", "second": "leapfrog", "precision": precision}
    return {"until": rule, "at_most": at_most, "batch": 10}


def invent(group):
    """A stand-in: the difference between the two points of a replication has a spread of 0.1."""
    for number, _ in group.runs:
        luck = np.random.default_rng([group.seed % 2**32, number]).normal(scale=0.1 / math.sqrt(2))
        yield Answer(number, OK, 0.0, "code", "identity", dict.fromkeys(OUTCOMES, 0.0) | {"burden": luck})


@pytest.mark.parametrize(("precision", "least", "most"), [(0.03, 30, 60), (0.06, 20, 20), (0.001, 60, 60)])
def test_replications_go_on_until_the_difference_is_precise_or_the_budget_is_spent(tmp_path, precision, least, most):
    data = {"name": "s", "question": "?", "weeks": 4, "regimes": ["top_down", "leapfrog"], "replications": until(precision)}
    study_work.begin(checked(data | {"conditions": {"residents": 40}}), tmp_path / "out")
    said: list[str] = []
    ended = study_work.work(tmp_path / "out", 1, say=said.append, function=invent)
    assert least <= ended.replications <= most
    assert ended.precision is not None
    assert ended.precision.reached == (precision > 0.001)
    facts = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert facts["replications"] == ended.replications
    assert facts["half_width"] == ended.precision.half_width
    assert facts["until"]["precision"] == precision
    assert facts["until"]["rule"] == study_precision.RULE
    assert f"{ended.replications} pairs: half-width of burden, leapfrog - top_down: {facts['half_width']:.3g}" in said[-1]
    runs = experiments.load(tmp_path / "out").runs
    both = runs.filter(regime="leapfrog").join(runs.filter(regime="top_down"), on="replication")
    d = (both["burden"] - both["burden_right"]).to_numpy()
    assert facts["half_width"] == pytest.approx(study_precision.half_width(d))


def test_the_rule_costs_the_interval_little_of_its_coverage():
    """Normal differences, four true spreads: of 95 % intervals at the stop, how many hold the truth."""
    draws = np.random.default_rng(1).normal(size=(4000, 200))
    for wanted in (0.2, 0.25, 0.3, 0.35):
        held, n, width = 0, 0, 0.0
        for row in draws:
            for n in range(20, 201, 10):
                width = 2.0 * math.sqrt(row[:n].var(ddof=1) / n * (1 + 1 / n))  # t is 2.09 at 20, 1.97 at 200
                if width <= wanted:
                    break
            held += abs(row[:n].mean()) <= width
        assert held / len(draws) > 0.925


def test_points_that_are_equal_are_all_run_where_a_design_is_reckoned_with_as_a_whole(tmp_path):
    data = {"name": "s", "question": "?", "weeks": 4, "regimes": ["top_down"], "replications": {"number": 1}}
    data |= {"factors": {"listening_first": {"low": 0, "high": 2}}, "design": {"kind": "morris", "size": 4, "levels": 4}}
    study = checked(data)
    found = points(study)
    assert len({tuple(point.factors.values()) for point in found}) < len(found)
    study_work.begin(study, tmp_path / "out")
    with Ledger(tmp_path / "out", reading=True) as ledger:
        assert sum(ledger.counts().values()) == len(found)
