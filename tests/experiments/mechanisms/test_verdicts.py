"""Mechanisms: what a verdict follows from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.mechanisms.declared import NUMBER
from experiments.mechanisms.verdicts import adjusted, definition, judged, verdict
from experiments.shared.statistics import paired
from experiments.study.precision import half_width, looks
from experiments.study.schema import Replications
from model.measures.weekly import OUTCOMES

D = OUTCOMES["handling_days"].smallest  # two days


def row_of(values: np.ndarray, expected: str = "down", letter: str = "O", **more: Any) -> dict[str, Any]:
    """A row as an experiment leaves it, of differences that are given."""
    found = paired(np.zeros(len(values)), values)
    numbers = {name: found[name] for name in ("n", "difference", "low", "high", "p", "sd")}
    return numbers | {"class": letter, "expected": expected, "outcome": "handling_days", "faults": [], "checked": len(values)} | more


def around(mean: float, spread: float = 1.0, n: int = 20) -> np.ndarray:
    """Differences with exactly this mean and spread."""
    x = np.random.default_rng(1).normal(size=n)
    return mean + spread * (x - x.mean()) / x.std(ddof=1)


@pytest.mark.parametrize(
    ("values", "expected", "says"),
    [
        (around(-2 * D, 0.5), "down", "emerges"),
        (around(-2 * D, 0.5), "up", "opposite"),
        (around(-2 * D, 0.5), "open", "down"),
        (around(2 * D, 0.5), "open", "up"),
        (around(-0.5 * D, 0.2), "down", "smaller than d"),  # sure, and of no interest
        (around(0.0, 0.2), "down", "smaller than d"),
        (np.zeros(20), "down", "unsettled"),  # nothing moves at all: it may still do so in 3 of 20
        (around(-0.4 * D, 5.0), "down", "unsettled"),
        (around(-2 * D, 0.5, 3)[:1], "down", "unsettled"),  # one pair says nothing
        (np.full(9, -2 * D), "down", "unsettled"),  # nine say too little, however alike they are
        (np.full(20, -2 * D), "down", "unsettled"),
    ],
)
def test_a_verdict_follows_from_interval_direction_and_smallest_effect(values, expected, says):
    row: dict[str, Any] = {
        key: None if value != value else value for key, value in row_of(values, expected).items() if key not in ("faults",)
    }
    assert verdict(row, expected, "handling_days", row["p"]) == says


def test_a_difference_that_is_sure_alone_may_not_be_sure_among_many():
    lone = row_of(around(-3 * D, 5.5 * D))
    assert 0.02 < lone["p"] < 0.05
    assert judged({"A1": lone})["A1"]["verdict"] == "emerges"
    others = {f"A{n}": row_of(around(0.0, 5.5 * D)) for n in range(2, 45)}
    assert judged({"A1": lone} | others)["A1"]["verdict"] == "unsettled"


def test_what_is_written_in_as_a_rule_is_there_and_does_not_emerge():
    assert judged({"A1": row_of(around(-2 * D, 0.5), letter="W")})["A1"]["verdict"] == "is there"
    assert judged({"A1": row_of(around(2 * D, 0.5), letter="W")})["A1"]["verdict"] == "opposite"


def test_a_definition_holds_when_its_accounts_add_up_and_the_trace_moves():
    moved = row_of(around(-2 * D, 0.5), letter="D")
    assert judged({"A1": moved})["A1"]["verdict"] == "holds"
    assert definition(dict[str, Any](moved, faults=["3 reports too many"]), "down", 0.0)[0] == "does not hold"
    assert "3 reports too many" in definition(dict[str, Any](moved, faults=["3 reports too many"]), "down", 0.0)[1]
    assert definition(dict[str, Any](moved, checked=0), "down", 0.0)[0] == "does not hold"
    assert definition(dict[str, Any](moved, n=4), "down", 0.0)[0] == "unsettled"
    assert definition(moved, "up", 0.0) == ("does not hold", "its accounts add up, but the trace moves the other way")
    assert definition(moved, "open", 0.0)[0] == "holds"
    assert judged({"A1": row_of(np.zeros(20), letter="D")})["A1"]["verdict"] == "does not hold"


def test_a_switch_that_moves_no_pair_at_all_is_named_as_such():
    assert "not one of 20 pairs differs" in judged({"A1": row_of(np.zeros(20))})["A1"]["why"]
    assert judged({"A1": row_of(around(0.0, 0.2))})["A1"]["why"] == ""


def test_where_nothing_is_true_the_whole_table_seldom_says_that_something_emerges():
    """The error over all 44 together, under the very rule that stops: 20 pairs, then 20 more while the interval is too wide."""
    luck, given = np.random.default_rng(7), Replications(at_most=200, batch=20)
    families, wrong, unadjusted = 250, 0, 0
    for _ in range(families):
        p = []
        for _ in range(NUMBER):
            values = luck.normal(scale=luck.uniform(1.0, 4.0) * D, size=200)
            n = next((n for n in looks(given) if half_width(values[:n]) <= D), 200)
            p.append(paired(np.zeros(n), values[:n])["p"])
        wrong += min(one for one in adjusted(p) if one is not None) < 0.05
        unadjusted += min(p) < 0.05
    assert wrong / families < 0.10  # 0.05, and what luck of 250 families and the sequential rule add
    assert unadjusted / families > 0.7  # so that the adjustment is what keeps it down
