"""What a calibration's report says of parameters, and how well known sets are recovered."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import pearsonr

from experiments.calibration import report
from experiments.calibration.emulators import Emulators, Trials
from experiments.calibration.found import ParameterRow
from experiments.patterns.measure import Part
from tests.experiments.calibration.one_plan import PLAN, X


@pytest.mark.parametrize(
    ("shares", "state"),
    [
        ([0.4, 0.5, 0.6, 0.5], "pinned down"),
        ([0.25, 0.75, 0.5, 0.6], "narrowed"),
        ([0.0, 1.0, 0.1, 0.8], "free"),
    ],
)
def test_a_parameter_is_free_as_far_as_the_sets_that_fit_are_spread_like_the_range(shares, state):
    x = np.column_stack([shares, np.linspace(0, 1, 4)])
    one: Any = SimpleNamespace(
        runs=lambda: (np.concatenate([x, [[9.0, 9.0]]]), None, None), plan=PLAN,
        confirmed=lambda: [(0, True, None), (1, True, None), (2, True, None), (3, True, None), (4, False, None)],
    )  # fmt: skip
    first, second = report.parameters(one)
    spread = np.std(shares, ddof=1) * math.sqrt(12)
    low, middle, high = np.quantile(shares, [0.05, 0.5, 0.95])
    assert first == {
        "name": "report_habit", "low": 0.002, "high": 0.008, "default": PLAN.default["report_habit"],
        "p5": pytest.approx(0.002 * 4**low), "median": pytest.approx(0.002 * 4**middle), "p95": pytest.approx(0.002 * 4**high),
        "ratio": pytest.approx(spread), "state": state, "why": "the level",
    }  # fmt: skip
    assert (second["p5"], second["median"], second["p95"]) == pytest.approx((0.005, 0.05, 0.095))
    assert second["ratio"] == pytest.approx(math.sqrt(5 / 27) * math.sqrt(12))


def test_the_states_of_a_parameter_change_at_a_half_and_at_four_fifths(monkeypatch):
    def state(ratio: float) -> str:
        half = ratio / math.sqrt(12) / math.sqrt(2)  # of two sets so far apart the standard deviation is ratio / sqrt(12)
        one: Any = SimpleNamespace(
            runs=lambda: (np.array([[0.5 - half, 0.5], [0.5 + half, 0.5]]), None, None), plan=PLAN,
            confirmed=lambda: [(0, True, None), (1, True, None)],
        )  # fmt: skip
        return report.parameters(one)[0]["state"]

    found = {ratio: state(ratio) for ratio in (0.49, 0.51, 0.79, 0.81)}
    assert found == {0.49: "pinned down", 0.51: "narrowed", 0.79: "narrowed", 0.81: "free"}
    for ratio, limit in ((0.5, "PINNED"), (0.8, "PARTLY")):
        assert getattr(report, limit) == ratio


def test_of_one_set_or_none_no_spread_is_known():
    def rows(fit: int) -> list[ParameterRow]:
        one: Any = SimpleNamespace(runs=lambda: (X, None, None), plan=PLAN, confirmed=lambda: [(k, k < fit, None) for k in range(3)])
        return report.parameters(one)

    assert math.isnan(rows(1)[1]["ratio"])
    assert rows(1)[1]["median"] == pytest.approx(0.02)
    assert all(math.isnan(rows(0)[1][key]) for key in ("ratio", "p5", "median", "p95"))
    assert rows(0)[1]["state"] == "free"


def recovering(monkeypatch, x: np.ndarray, y: np.ndarray, means: np.ndarray) -> tuple[Any, list[Any]]:
    """A calibration whose recovered sets are given."""
    asked: list[Any] = []
    monkeypatch.setattr(
        report, "recovered", lambda emulators, row, steps, seed, allowed: asked.append((emulators, int(row), steps, seed, allowed))
        or (means[row], np.array([0.1, 0.2]) * (1 + row), np.array([row != 1, True])),
    )  # fmt: skip
    one: Any = SimpleNamespace(
        emulators=lambda: "emulators", trials=lambda: Trials(x, y, np.ones(len(x), int), np.ones(1)),
        stages=[SimpleNamespace(x=x[:-1])], plan=PLAN,
    )  # fmt: skip
    return one, asked


def test_recovery_is_how_well_the_truth_is_found_how_narrowly_and_how_often_it_is_covered(monkeypatch):
    x = np.array([[0.1, 0.9], [0.4, 0.2], [0.3, 0.5], [0.8, 0.7], [0.6, 0.6], [0.2, 0.2]])
    means = x + np.array([[0.02, 0.3], [-0.05, 0.1], [0.0, -0.2], [0.01, 0.0], [0.0, 0.0], [0.0, 0.0]])
    y = np.zeros((6, 1))
    y[2] = math.nan  # gave nothing; the last is no set of the first wave
    one, asked = recovering(monkeypatch, x, y, means)
    first, second = report.recovery(one, truths=3, steps=77)
    rows = [0, 1, 3]
    assert asked == [("emulators", row, 77, 3, PLAN.allowed) for row in rows]
    spreads = np.array([1, 2, 4]).mean() * math.sqrt(12)
    for found, place, spread, covered in ((first, 0, 0.1, 2 / 3), (second, 1, 0.2, 1.0)):
        correlation = pearsonr(x[rows, place], means[rows, place])[0]
        assert found == {
            "name": PLAN.names[place], "truths": 3, "correlation": pytest.approx(correlation), "spread": pytest.approx(spread * spreads),
            "covered": pytest.approx(covered),
        }  # fmt: skip
    assert len(report.recovery(one)) == 2
    assert [row for _, row, _, _, _ in asked[3:]] == [0, 1, 3, 4]  # at most 16, with 400 steps
    assert {steps for _, _, steps, _, _ in asked[3:]} == {400}
    assert report.TRUTHS == 16


def test_no_correlation_is_told_of_what_did_not_vary_or_of_two_truths(monkeypatch):
    x = np.column_stack([np.full(5, 0.5), np.linspace(0, 1, 5)])
    one, _ = recovering(monkeypatch, x, np.zeros((5, 1)), x * [1.0, 0.0] + [0.0, 0.5])
    assert [math.isnan(row["correlation"]) for row in report.recovery(one)] == [True, True]
    one, _ = recovering(monkeypatch, x, np.zeros((5, 1)), x)
    assert [row["correlation"] for row in report.recovery(one)][1] == pytest.approx(1.0)
    assert math.isnan(report.recovery(one, truths=2)[1]["correlation"])
    assert report.recovery(one, truths=3)[1]["correlation"] == pytest.approx(1.0)


class Line:
    """In the place of a Gaussian process: what it says is a straight line."""

    def __init__(self, place: int, slope: float) -> None:
        self.place, self.slope = place, slope

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.slope * x[:, self.place]


def test_a_set_is_recovered_by_emulators_that_have_not_seen_it(monkeypatch):
    x = np.random.default_rng(2).random((20, 2)) * [1.0, 0.4]
    y = np.column_stack([2.0 * x[:, 0], -1.0 * x[:, 1]])
    emulators: Any = Emulators.__new__(Emulators)
    emulators.goals, emulators.discrepancy = [Part("a"), Part("b")], np.zeros(2)
    emulators.trials = Trials(x, y, np.full(20, 4), np.array([0.04, 0.16]))
    made, asked = [], []

    def blind(of: Trials, goals: Any, discrepancy: Any, like: Any) -> Any:
        made.append((of, goals, discrepancy, like))
        one: Any = Emulators.__new__(Emulators)
        one.trials, one.each, one.typical = of, [Line(0, 2.0), Line(1, -1.0)], lambda: np.array([0.3, 0.1])
        return one

    drawn = np.random.default_rng(3).normal(x[7], [0.1, 0.2], (500, 2))
    monkeypatch.setattr(report, "Emulators", blind)
    monkeypatch.setattr(report, "draws", lambda *given: asked.append(given) or drawn)
    mean, sd, inside = report.recovered(emulators, 7, 55, 100, lambda rows: rows[:, 0] <= 0.9)
    assert np.array_equal(made[0][0].x, np.delete(x, 7, axis=0))
    assert made[0][1:] == (emulators.goals, emulators.discrepancy, emulators)
    assert mean == pytest.approx(drawn.mean(axis=0))
    assert sd == pytest.approx(drawn.std(axis=0))
    assert inside.tolist() == [True, True]
    ((density, start, wanted, seed, steps),) = asked
    assert (wanted, seed, steps) == (100_000, 107, 55)
    doubt = np.sqrt([0.3**2 + 0.04 / 4, 0.1**2 + 0.16 / 4])
    at = np.array([[0.2, 0.3], [0.95, 0.3], [0.6, 0.1]])
    expected = -0.5 * (((at * [2.0, -1.0] - y[7]) / doubt) ** 2).sum(axis=1)
    assert density(at) == pytest.approx(np.where(at[:, 0] <= 0.9, expected, -math.inf))
    assert density(at[1:2]).tolist() == [-math.inf]
    others, given = np.delete(x, 7, axis=0), np.delete(y, 7, axis=0)
    near = np.argsort((((given - y[7]) / doubt) ** 2).sum(axis=1))[:12]
    assert np.array_equal(start, others[near])


@pytest.mark.parametrize(("at", "covered"), [(0.04, False), (0.05, True), (0.95, True), (0.96, False)])
def test_a_truth_is_covered_within_the_middle_90_percent(monkeypatch, at, covered):
    of = Trials(np.array([[at], [0.5]]), np.array([[0.0], [0.0]]), np.ones(2, int), np.array([1.0]))
    blind: Any = SimpleNamespace(trials=of.without(0), typical=lambda: np.ones(1), mean=lambda x: x)
    monkeypatch.setattr(report, "Emulators", lambda *_, **__: blind)
    monkeypatch.setattr(report, "draws", lambda *_: np.linspace(0, 1, 101)[:, None])
    emulators: Any = SimpleNamespace(trials=of, goals=[], discrepancy=None)
    _, _, inside = report.recovered(emulators, 0, 1, 1, lambda x: np.ones(len(x), bool))
    assert inside.tolist() == [covered]
