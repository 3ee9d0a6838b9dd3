"""What is said of a study's runs, tried on functions whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as walks
from SALib.sample import sobol as saltelli
from scipy import stats

from experiments.reporting import analysis
from experiments.study import designs
from experiments.study.designs import Range, Row

ISHIGAMI = {f"x{i}": Range(-math.pi, math.pi) for i in (1, 2, 3)}
LABELS = {"scenario": "default", "rules": "", "regime": "a"}


def ishigami(x: Mapping[str, float]) -> float:
    return math.sin(x["x1"]) + 7 * math.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * math.sin(x["x1"])


def lived(
    rows: Sequence[tuple[dict[str, str], Mapping[str, float]]], function: Callable[..., float], replications: int = 2, luck: float = 0.0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Points and runs whose outcome y is a function of the factors (and the regime), with luck that a replication shares."""
    points = pl.DataFrame([{"point": i} | LABELS | labels | dict(values) for i, (labels, values) in enumerate(rows)])
    shared = np.random.default_rng(1).normal(size=replications)
    own = np.random.default_rng(2).normal(size=(len(rows), replications))
    runs = [
        {"point": i, "replication": r, "y": function({**LABELS, **labels, **values}) + shared[r] + luck * own[i, r]}
        for i, (labels, values) in enumerate(rows)
        for r in range(replications)
    ]
    return points, pl.DataFrame(runs).sample(fraction=1.0, shuffle=True, seed=3)


def placed(rows: list[Row]) -> list[tuple[dict[str, str], Mapping[str, float]]]:
    return [({}, row.values) for row in rows]


@pytest.mark.parametrize("second_order", [False, True])
def test_sobol_indices_of_ishigamis_function(second_order):
    points, runs = lived(placed(designs.sobol(ISHIGAMI, 1024, 1, second_order)), ishigami)
    found = analysis.sobol_indices(points, runs, list(ISHIGAMI), "y", second_order)
    assert found["factor"].to_list() == ["x1", "x2", "x3"]
    assert found["first"].to_list() == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert found["total"].to_list() == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert (found["first_half_width"] < 0.15).all()
    assert found.equals(analysis.sobol_indices(points, runs, list(ISHIGAMI), "y", second_order))


def test_indices_are_undefined_when_nothing_varies_or_something_is_missing():
    points, runs = lived(placed(designs.sobol(ISHIGAMI, 8, 1)), ishigami)
    flat = runs.with_columns(y=pl.lit(1.0))
    for given in ((points, flat), (points.head(-1), runs), (points, runs.filter(pl.col("point") % 5 > 1))):
        assert analysis.sobol_indices(*given, list(ISHIGAMI), "y")["total"].is_nan().all()


@pytest.mark.parametrize("second_order", [False, True])
def test_a_draw_with_an_undefined_point_is_left_out_and_the_others_are_those_of_salib(second_order):
    points, runs = lived(placed(designs.sobol(ISHIGAMI, 64, 1, second_order)), ishigami)
    block = 8 if second_order else 5
    holed = runs.with_columns(y=pl.when(pl.col("point").is_in([3, 10 * block])).then(math.nan).otherwise("y"))
    found = analysis.sobol_indices(points, holed, list(ISHIGAMI), "y", second_order)
    assert found["draws"].to_list() == [62] * 3
    means = runs.group_by("point").agg(pl.col("y").mean()).sort("point")["y"].to_numpy().reshape(-1, block)
    whole = np.delete(means, [0, 10], axis=0).ravel()
    problem: Any = designs.problem(ISHIGAMI)
    expected = salib_sobol.analyze(problem, whole, calc_second_order=second_order, num_resamples=1000, conf_level=0.95, seed=1)
    assert found["total"].to_list() == pytest.approx(expected["ST"].tolist())
    if second_order:
        pairs = analysis.sobol_pairs(points, holed, list(ISHIGAMI), "y")
        assert pairs.select("factor", "other").rows() == [("x1", "x2"), ("x1", "x3"), ("x2", "x3")]
        assert pairs["second"].to_list() == pytest.approx([expected["S2"][i][j] for i, j in ((0, 1), (0, 2), (1, 2))])
        assert pairs["second_half_width"].to_list() == pytest.approx([expected["S2_conf"][i][j] for i, j in ((0, 1), (0, 2), (1, 2))])


def test_the_share_of_luck_is_that_which_the_points_do_not_share():
    rows = placed(designs.sobol(ISHIGAMI, 64, 1))
    calm, stormy = (
        analysis.sobol_indices(*lived(rows, ishigami, replications=4, luck=luck), list(ISHIGAMI), "y")["luck"][0] for luck in (0.0, 2.0)
    )
    assert calm == pytest.approx(0.0, abs=1e-9)
    assert stormy == pytest.approx(1.0 / (1.0 + 13.8), abs=0.03)  # of a mean of four: 2**2 / 4; Ishigami's variance is 13.8
    assert math.isnan(analysis.sobol_indices(*lived(rows, ishigami, replications=1), list(ISHIGAMI), "y")["luck"][0])


def test_morris_effects_of_a_sum_are_its_weights_over_the_whole_range():
    factors = {"a": Range(0, 2), "b": Range(1, 5), "c": Range(0, 12, whole=True), "d": Range(0, 1)}
    points, runs = lived(placed(designs.morris(factors, 20, 4, 1)), lambda x: 3 * x["a"] - x["b"] + 0 * x["c"])
    found = analysis.morris_effects(points, runs, factors, 4, "y")
    assert found["mu_star"].to_list() == pytest.approx([6, 4, 0, 0], abs=1e-9)
    assert found["mu"].to_list() == pytest.approx([6, -4, 0, 0], abs=1e-9)
    assert found["sigma"].to_list() == pytest.approx([0, 0, 0, 0], abs=1e-9)


@pytest.mark.parametrize(("low", "high"), [(1, 2), (1, 3), (0, 4), (0, 5)])
@pytest.mark.parametrize("levels", [4, 6])
def test_whole_numbers_are_measured_by_the_step_that_was_walked(low, high, levels):
    factors = {"a": Range(low, high, whole=True), "b": Range(0, 1)}
    points, runs = lived(placed(designs.morris(factors, 20, levels, 1)), lambda x: (x["a"] - low) / (high - low))
    found = analysis.morris_effects(points, runs, factors, levels, "y")
    assert (found["mu"][0], found["mu_star"][0]) == pytest.approx((1.0, 1.0))
    assert found["mu_star_half_width"].is_nan().all()  # every walk gives the same: nothing is known about the spread


def test_a_walk_with_an_undefined_point_is_left_out():
    factors = {"a": Range(0, 1), "b": Range(0, 1)}
    points, runs = lived(placed(designs.morris(factors, 20, 4, 1)), lambda x: 3 * x["a"] + x["a"] * x["b"])
    found = analysis.morris_effects(points, runs.filter(pl.col("point") != 4), factors, 4, "y")
    assert found["draws"].to_list() == [19, 19]
    assert found["mu"][0] == pytest.approx(3.5, abs=0.2)
    assert analysis.morris_effects(points, runs.filter(pl.col("point") % 3 > 0), factors, 4, "y")["mu"].is_nan().all()


def test_morris_sigma_shows_what_depends_on_others():
    factors = {"a": Range(0, 1), "b": Range(0, 1), "c": Range(0, 1)}
    points, runs = lived(placed(designs.morris(factors, 30, 4, 1)), lambda x: x["a"] * x["b"] + x["c"])
    sigma = analysis.morris_effects(points, runs, factors, 4, "y")["sigma"].to_list()
    assert min(sigma[:2]) > 0.2
    assert sigma[2] == pytest.approx(0, abs=1e-9)


def test_dose_response_is_the_paired_difference_to_the_base_and_the_base_is_a_level():
    base = {"a": 0.4, "b": 2.0}
    rows = [({"regime": regime}, base | row.values) for regime in ("a", "z") for row in designs.one_at_a_time({"a": Range(0, 1)}, 3)]
    points, runs = lived(rows, lambda x: 10 * x["a"] * (x["regime"] == "a") + x["b"], replications=30, luck=0.1)
    found = analysis.dose_response(points, runs, ["a", "b"], "y", "up")
    doses = found.filter((pl.col("factor") == "a") & (pl.col("regime") == "a"))
    assert doses["level"].to_list() == [0.0, 0.4, 0.5, 1.0]
    assert doses["difference"].to_list() == pytest.approx([-4, 0, 1, 6], abs=0.15)
    assert doses["is_base"].to_list() == [False, True, False, False]
    others = doses.filter(~pl.col("is_base"))
    assert (others["low"] <= others["difference"]).all()
    assert doses.filter("is_base")["low"].is_nan().all()  # the base against itself
    assert (others["high"] - others["low"] < 0.2).all()
    other = found.filter((pl.col("factor") == "a") & (pl.col("regime") == "z"))
    assert (other["difference"].abs() < 0.15).all()
    assert found.filter(pl.col("factor") == "b")["level"].to_list() == [2.0, 2.0]


def test_a_regime_map_names_who_is_ahead_of_all_others_and_else_says_that_it_is_open():
    cells = [({"regime": regime}, {"money": money}) for money in (0.0, 1.0, 2.0) for regime in ("a", "b", "c")]
    ahead = {"a": lambda money: money, "b": lambda money: 1.0, "c": lambda money: -5.0}
    points, runs = lived(cells, lambda x: ahead[x["regime"]](x["money"]), replications=20, luck=0.1)
    up = analysis.regime_map(points, runs, ["money"], "y", "up")
    assert up["winner"].to_list() == ["b", "open", "a"]
    assert up["best"][2] == "a"
    assert up["second"][2] == "b"
    assert up["difference"][2] == pytest.approx(1, abs=0.2)
    down = analysis.regime_map(points, runs, ["money"], "y", "down")
    assert down["winner"].to_list() == ["c", "c", "c"]
    assert down["difference"][0] == pytest.approx(-5, abs=0.2)


def test_a_map_of_cells_without_runs_is_open():
    cells = [({"regime": regime}, {"money": 0.0}) for regime in ("a", "b")]
    points, runs = lived(cells, lambda x: 0.0)
    found = analysis.regime_map(points, runs.filter(pl.col("point") == 0), ["money"], "y")
    assert found["winner"].to_list() == ["open"]
    assert found["n"].to_list() == [0]


def test_a_decomposition_adds_up_without_interplay_and_shows_what_is_left_with_it():
    start, end = {"p": 0.0, "q": 0.0, "r": 1.0}, {"p": 1.0, "q": 2.0, "r": 1.0}
    ends = {"a": start, "z": end}
    rows = [
        ({"regime": row.label}, {k: v for k, v in (ends[row.label] | row.values).items() if k != "r"})
        for row in designs.swap("a", "z", start, end)
    ]

    def parts(function: Callable[..., float]) -> dict[str, dict]:
        points, runs = lived(rows, function, replications=25)
        found = analysis.decomposition(points, runs, ["p", "q"], "y", "a", "z")
        return {row["practice"]: row for row in found.iter_rows(named=True)}

    alone = parts(lambda x: 3 * x["p"] - x["q"])
    assert list(alone) == ["p", "q", "difference", "sum", "unexplained"]
    for side in ("forward", "backward"):
        numbers = [alone[name][side] for name in alone]
        assert numbers == pytest.approx([3, -2, 1, 1, 0], abs=1e-9)
    together = parts(lambda x: 3 * x["p"] * x["q"])
    assert [together[name]["forward"] for name in together] == pytest.approx([0, 0, 6, 0, 6], abs=1e-9)
    assert [together[name]["backward"] for name in together] == pytest.approx([6, 6, 6, 12, -6], abs=1e-9)


def test_a_missing_run_leaves_its_pair_out():
    points, runs = lived([({}, {"a": 0.0}), ({}, {"a": 1.0})], lambda x: 2 * x["a"], replications=10)
    found = analysis.dose_response(points, runs.filter(~((pl.col("point") == 1) & (pl.col("replication") == 4))), ["a"], "y")
    assert found["n"].to_list() == [10, 9]
    assert found["difference"].to_list() == pytest.approx([0, 2])


# --- against libraries ---------------------------------------------------------------------------------------------

G = {"a": Range(0, 2), "b": Range(1, 5), "c": Range(-1, 1)}


def bumpy(x: Mapping[str, float]) -> float:
    return 2 * x["a"] + x["a"] * x["b"] - x["c"] ** 2


def lived_at(runs: pl.DataFrame, points: int) -> list[np.ndarray]:
    """The outcome of each point, by replication."""
    return [runs.filter(pl.col("point") == point).sort("replication")["y"].to_numpy() for point in range(points)]


@pytest.mark.parametrize("second_order", [False, True])
def test_sobol_indices_are_those_that_salib_finds_in_its_own_rows(second_order):
    theirs = {"num_vars": 3, "names": list(G), "bounds": [[one.low, one.high] for one in G.values()]}
    x = saltelli.sample(theirs, 64, calc_second_order=second_order, seed=4)
    y = np.array([bumpy(dict(zip(G, row, strict=True))) for row in x])
    expected = salib_sobol.analyze(theirs, y, calc_second_order=second_order, num_resamples=1000, conf_level=0.95, seed=1)
    points, runs = lived(placed(designs.sobol(G, 64, 4, second_order)), bumpy, replications=3)
    found = analysis.sobol_indices(points, runs, list(G), "y", second_order)
    for name, called in (("first", "S1"), ("total", "ST"), ("first_half_width", "S1_conf"), ("total_half_width", "ST_conf")):
        assert found[name].to_list() == pytest.approx(expected[called].tolist(), rel=1e-6, abs=1e-9)


def test_morris_effects_are_those_that_salib_finds_in_its_own_walks():
    theirs = {"num_vars": 3, "names": list(G), "bounds": [[0.0, 1.0]] * 3}
    x = walks.sample(theirs, 20, num_levels=6, seed=4)
    values = [{name: one.low + share * (one.high - one.low) for (name, one), share in zip(G.items(), row, strict=True)} for row in x]
    y = np.array([bumpy(each) for each in values])
    expected: Any = salib_morris.analyze(theirs, x, y, num_resamples=1000, conf_level=0.95, num_levels=6, seed=1)
    points, runs = lived(placed(designs.morris(G, 20, 6, 4)), bumpy, replications=3)
    found = analysis.morris_effects(points, runs, G, 6, "y")
    for name, called in (("mu", "mu"), ("mu_star", "mu_star"), ("sigma", "sigma"), ("mu_star_half_width", "mu_star_conf")):
        assert found[name].to_list() == pytest.approx(np.asarray(expected[called]).tolist(), rel=1e-6, abs=1e-9)


def test_a_dose_response_has_the_interval_of_a_paired_t_test():
    points, runs = lived([({}, {"a": level}) for level in (0.0, 1.0)], lambda x: 2 * x["a"], replications=9, luck=0.5)
    found = analysis.dose_response(points, runs, ["a"], "y").row(1, named=True)
    base, there = lived_at(runs, 2)
    test: Any = stats.ttest_rel(there, base)
    low, high = test.confidence_interval(0.95)
    assert (found["low"], found["high"], found["p"]) == pytest.approx((low, high, test.pvalue))
    assert (found["mean"], found["n"]) == (pytest.approx(there.mean()), 9)


def test_parts_of_a_decomposition_have_the_intervals_of_paired_t_tests():
    swapped = designs.swap("a", "z", {"p": 0.0}, {"p": 1.0})
    rows = [({"regime": row.label}, {"p": 0.0 if row.label == "a" else 1.0} | row.values) for row in swapped]
    points, runs = lived(rows, lambda x: 2 * x["p"] + (x["regime"] == "z"), replications=8, luck=0.4)
    found = {row["practice"]: row for row in analysis.decomposition(points, runs, ["p"], "y", "a", "z").iter_rows(named=True)}
    start, end, forward, backward = lived_at(runs, 4)
    for name, side, d in (
        ("p", "forward", forward - start), ("p", "backward", end - backward), ("difference", "forward", end - start),
        ("sum", "backward", end - backward), ("unexplained", "forward", end - forward), ("unexplained", "backward", backward - start),
    ):  # fmt: skip
        low, high = stats.ttest_1samp(d, 0.0).confidence_interval(0.95)
        row = found[name]
        assert (row[side], row[f"{side}_low"], row[f"{side}_high"]) == pytest.approx((d.mean(), low, high))
    assert [row["is_part"] for row in found.values()] == [True, False, False, False]
    assert found["p"]["n"] == 8


@pytest.mark.parametrize(("gap", "luck", "winner"), [(0.3, 0.2, "b"), (0.05, 0.2, "open"), (0.3, 0.9, "open"), (-0.3, 0.2, "a")])
def test_a_regime_is_ahead_only_where_the_interval_of_the_paired_difference_excludes_0(gap, luck, winner):
    rows = [({"regime": regime}, {"money": 0.0}) for regime in ("a", "b")]
    points, runs = lived(rows, lambda x: gap * (x["regime"] == "b"), replications=12, luck=luck)
    a, b = lived_at(runs, 2)
    low, high = stats.ttest_rel(b, a).confidence_interval(0.95)
    found = analysis.regime_map(points, runs, ["money"], "y", "up").row(0, named=True)
    assert found["winner"] == ("b" if low > 0 else "a" if high < 0 else "open") == winner
    ahead, sign = ("b", 1) if b.mean() > a.mean() else ("a", -1)
    assert (found["best"], found["difference"]) == (ahead, pytest.approx(sign * (b - a).mean()))
    assert [found["low"], found["high"]] == pytest.approx(sorted((sign * low, sign * high)))
