"""When replications are enough: when it looks, how wide it finds the interval, and that this covers what it says."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from experiments.study import precision
from experiments.study.precision import Look, Precision, compared, differences_of, half_width, looks, pairs_needed, weights_of


def given(at_most: int, batch: int) -> Any:
    return SimpleNamespace(at_most=at_most, batch=batch)


class Until(SimpleNamespace):
    def model_dump(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "precision": self.precision}


UNTIL: Any = Until(outcome="burden", first="a", second="b", contrasts=(), precision=0.5, named="burden, b - a")


class Kept:
    """In the place of a ledger: points and outcomes that are given."""

    path = "here"

    def __init__(self, points: list[tuple[Any, ...]], values: dict[int, dict[int, float]], arms: bool = False) -> None:
        self.of, self.values, self.arms = points, values, arms

    def points(self) -> list[tuple[Any, ...]]:
        return self.of

    def outcomes(self, columns: list[str]) -> pl.DataFrame:
        rows = [{"point": p, "replication": r, columns[0]: x, "other": 0.0} for p, each in self.values.items() for r, x in each.items()]
        return pl.DataFrame(rows)

    def meta(self, _name: str) -> str:
        return json.dumps({"arms": {"one": {}}} if self.arms else {})


def test_it_looks_after_20_then_after_every_batch_and_at_the_end():
    assert looks(given(60, 15)) == [20, 35, 50, 60]
    assert looks(given(60, 20)) == [20, 40, 60]
    assert looks(given(21, 50)) == [20, 21]
    assert looks(given(20, 5)) == [20]
    assert looks(given(12, 5)) == [12]


@pytest.mark.parametrize("n", [2, 3, 5, 20, 33])
def test_the_half_width_is_that_of_students_interval_for_a_variance_that_is_raised_by_a_part(n):
    d = np.random.default_rng(n).normal(0, 2, n)
    low, high = stats.ttest_1samp(d, 0.0).confidence_interval(0.95)
    assert half_width(d) == pytest.approx((high - low) / 2 * math.sqrt((n + 1) / n))
    assert half_width(np.append(d, math.nan)) == pytest.approx(half_width(d))


def test_of_one_pair_no_interval_has_an_end():
    assert half_width(np.array([1.0])) == math.inf
    assert half_width(np.array([math.nan, 1.0])) == math.inf
    assert half_width(np.array([1.0, 3.0])) == pytest.approx(12.706204736 * math.sqrt(2 / 2 * 1.5))


def test_an_interval_that_was_stopped_when_narrow_enough_still_covers_nearly_what_it_says():
    """What RULE says: the stop follows the spread alone, so that the mean stays right and the interval covers a little less than 95 %."""
    luck, wanted, covered, means = np.random.default_rng(1), 0.5, 0, []
    for _ in range(400):
        d = luck.normal(0.0, 1.0, 100)
        n = next((n for n in looks(given(100, 5)) if half_width(d[:n]) <= wanted), 100)
        means.append(d[:n].mean())
        covered += abs(d[:n].mean()) <= half_width(d[:n])
    assert 0.92 <= covered / 400 <= 0.99
    assert abs(np.mean(means)) < 3 * np.std(means) / math.sqrt(400)


def test_second_minus_first_is_compared_at_every_place_where_both_are_run():
    points = [
        (0, "s", "a", "", {"x": 1.0}), (1, "s", "b", "", {"x": 1.0}), (2, "s", "a", "", {"x": 2.0}), (3, "s", "b", "", {"x": 2.0}),
        (4, "s", "c", "", {"x": 2.0}), (5, "t", "a", "", {"x": 1.0}),
    ]  # fmt: skip
    values = {0: {1: 1.0, 2: 2.0}, 1: {1: 5.0, 2: 7.0, 3: 8.0}, 2: {1: 1.0}, 3: {1: 4.0}, 4: {1: 9.0}, 5: {1: 9.0}}
    ledger: Any = Kept(points, values)
    assert weights_of(ledger, UNTIL) == [{"b": 1, "a": -1}]
    found = [(off.tolist(), on.tolist()) for off, on in compared(ledger, "burden", [{"b": 1, "a": -1}])]
    assert found == [([1.0, 2.0], [5.0, 7.0]), ([1.0], [4.0])]
    assert [d.tolist() for d in differences_of(ledger, UNTIL)] == [[4.0, 5.0], [3.0]]


def test_rules_make_a_place_of_their_own_unless_they_belong_to_the_label():
    points = [(0, "s", "a", "", {}), (1, "s", "b", "r1", {}), (2, "s", "b", "", {})]
    values = {0: {1: 1.0}, 1: {1: 5.0}, 2: {1: 7.0}}
    plain: Any = Kept(points, values)
    assert [on.tolist() for _, on in compared(plain, "burden", [{"b": 1, "a": -1}])] == [[7.0]]
    arms: Any = Kept(points[:2], values, arms=True)
    assert [on.tolist() for _, on in compared(arms, "burden", [{"b": 1, "a": -1}])] == [[5.0]]


def test_contrasts_that_are_named_are_compared_instead():
    points = [(0, "s", "a", "", {}), (1, "s", "b", "", {}), (2, "s", "c", "", {})]
    ledger: Any = Kept(points, {0: {1: 1.0, 2: 2.0}, 1: {1: 4.0, 2: 2.0}, 2: {1: 9.0, 2: 9.0}})
    until: Any = Until(**vars(UNTIL) | {"contrasts": ("b - a", "c - a")})
    assert weights_of(ledger, until) == [{"b": 1, "a": -1}, {"c": 1, "a": -1}]
    assert [d.tolist() for d in differences_of(ledger, until)] == [[3.0, 0.0], [8.0, 7.0]]


def test_skewness_asks_for_more_pairs_and_alike_differences_for_sixty():
    luck = np.random.default_rng(1)
    d = luck.exponential(1.0, 50)
    assert pairs_needed(d) == pytest.approx(25 * stats.skew(d, bias=False) ** 2)
    assert pairs_needed(np.append(d, math.nan)) == pytest.approx(pairs_needed(d))
    assert pairs_needed(luck.normal(0.0, 1.0, 1000)) < 1
    assert pairs_needed(np.zeros(20)) == pairs_needed(np.array([2.0])) == 60


@pytest.mark.parametrize(("draw", "mean", "sd"), [("exponential", 1.0, 1.0), ("rare", 0.05, 0.312)])
def test_skewed_differences_are_covered_as_the_rule_says(draw, mean, sd):
    luck, covered, without = np.random.default_rng(2), 0, 0
    wanted = 1.96 * sd / math.sqrt(60)
    for _ in range(300):
        d = luck.exponential(1.0, 400) * (luck.random(400) < 0.05 if draw == "rare" else 1.0)
        narrow = [n for n in range(20, 401, 20) if 0 < half_width(d[:n]) <= wanted]
        n = next((n for n in narrow if n >= pairs_needed(d[:n])), 400)
        covered += abs(d[:n].mean() - mean) <= half_width(d[:n])
        first = next(iter(narrow), 400)
        without += abs(d[:first].mean() - mean) <= half_width(d[:first])
    assert covered / 300 >= 0.88
    assert covered > without


def look_at(monkeypatch: pytest.MonkeyPatch, *columns: list[float]) -> None:
    monkeypatch.setattr(precision, "differences_of", lambda *_: [np.array(column) for column in columns])


def test_every_look_is_remembered_and_the_widest_interval_decides(monkeypatch):
    seen: Any = Precision(UNTIL, 60)
    assert math.isnan(seen.half_width)
    assert not seen.reached
    wide, narrow = [-2.0, 2.0] * 10, [-0.5, 0.5] * 30
    look_at(monkeypatch, narrow, wide)
    seen = seen.looked(None, 20)
    look_at(monkeypatch, narrow, narrow)
    seen = seen.looked(None, 60)
    assert [(look.pairs, look.half_width) for look in seen.seen] == [(20, half_width(np.array(wide))), (60, half_width(np.array(narrow)))]
    assert seen.reached
    assert seen.line == "60 pairs: half-width of burden, b - a: 0.131 (wanted 0.5)"
    look_at(monkeypatch)
    assert math.isnan(seen.looked(None, 50).half_width)
    assert not seen.looked(None, 50).reached


def test_alike_differences_are_not_known_after_twenty_pairs(monkeypatch):
    look_at(monkeypatch, [0.0] * 20)
    seen = Precision(UNTIL, 100).looked(None, 20)  # type: ignore[arg-type]
    assert not seen.reached
    assert seen.line.endswith("0 (wanted 0.5); they are skewed or all alike: at least 60 pairs")
    look_at(monkeypatch, [0.0] * 60)
    assert seen.looked(None, 60).reached  # type: ignore[arg-type]


def test_the_last_line_says_when_the_budget_is_spent():
    def line(n: int, width: float) -> str:
        return Precision(UNTIL, 60, (Look(n, width, 0.0),)).line

    assert Precision(UNTIL, 60, (Look(20, 0.5, 20.0),)).reached  # 0.5 itself is narrow enough
    assert line(59, 0.71234).endswith("0.712 (wanted 0.5)")
    assert line(60, 0.71234).endswith("0.712 (wanted 0.5); the budget is spent")
    assert line(60, 0.4).endswith("0.4 (wanted 0.5)")


def test_the_manifest_knows_the_rule_and_every_look_and_no_end_is_null():
    facts = Precision(UNTIL, 60, (Look(20, math.inf, 0.0), Look(40, 0.25, 12.0))).facts()
    assert facts == {
        "outcome": "burden", "precision": 0.5, "rule": precision.RULE, "at_most": 60, "reached": True,
        "looks": [{"pairs": 20, "half_width": None, "needed": 0.0}, {"pairs": 40, "half_width": 0.25, "needed": 12.0}],
    }  # fmt: skip
