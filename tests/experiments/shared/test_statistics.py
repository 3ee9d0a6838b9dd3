from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.shared.statistics import differences, holm, means, paired

FIRST = [1.0, 2.0, 3.0, 4.0, 5.0]
SECOND = [1.5, 2.0, 4.0, 3.5, 7.0]

numbers = st.integers(-1000, 1000).map(float)
columns = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=30)


def test_mean_and_interval_are_those_of_a_paired_t_test():
    found = paired(FIRST, SECOND)
    test = stats.ttest_rel(SECOND, FIRST)
    low, high = test.confidence_interval(0.95)
    assert found["n"] == 5
    assert found["difference"] == pytest.approx(0.6)
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert found["p"] == pytest.approx(test.pvalue)
    assert found["effect"] == pytest.approx(0.6 / np.std([0.5, 0, 1, -0.5, 2], ddof=1))
    assert found["correlation"] == pytest.approx(np.corrcoef(FIRST, SECOND)[0, 1])


def test_shares_follow_what_is_good():
    up, down, none = (paired(FIRST, SECOND, good) for good in ("up", "down", "none"))
    assert (up["share_first"], up["share_second"], up["share_tied"]) == pytest.approx((0.2, 0.6, 0.2))
    assert (down["share_first"], down["share_second"], down["share_tied"]) == pytest.approx((0.6, 0.2, 0.2))
    assert none == up


def test_unpaired_runs_would_need_the_ratio_of_the_variances():
    found = paired(FIRST, SECOND)
    spread = np.var(FIRST, ddof=1) + np.var(SECOND, ddof=1)
    assert found["n_independent"] == pytest.approx(5 * spread / np.var([0.5, 0, 1, -0.5, 2], ddof=1))


def test_independent_columns_gain_nothing_from_pairing():
    rng = np.random.default_rng(1)
    found = paired(rng.normal(size=5000), rng.normal(size=5000))
    assert found["n_independent"] / 5000 == pytest.approx(1, abs=0.05)


def test_a_pair_with_nan_on_either_side_is_dropped_and_n_says_so():
    holes = paired([*FIRST, math.nan, 3.0], [*SECOND, 2.0, math.nan])
    assert holes == paired(FIRST, SECOND)


def test_a_single_pair_has_a_difference_but_no_interval():
    found = paired([1.0], [3.0], "up")
    assert (found["n"], found["difference"], found["share_second"]) == (1, 2.0, 1.0)
    assert all(math.isnan(found[name]) for name in ("low", "high", "sd", "p", "effect", "correlation"))


def test_no_pair_at_all_gives_nan_everywhere():
    found = paired([math.nan], [1.0])
    assert found["n"] == 0
    assert all(math.isnan(value) for name, value in found.items() if name != "n")


def test_equal_differences_are_certain_and_no_difference_is_nothing():
    shifted = paired(FIRST, [x + 0.1 for x in FIRST])
    assert (shifted["low"], shifted["high"]) == pytest.approx((0.1, 0.1))
    assert (shifted["sd"], shifted["p"], shifted["effect"]) == (0.0, 0.0, math.inf)
    same = paired(FIRST, FIRST)
    assert (same["difference"], same["low"], same["high"], same["p"], same["effect"]) == (0.0, 0.0, 0.0, 1.0, 0.0)
    assert (same["share_tied"], same["correlation"]) == (1.0, pytest.approx(1.0))


def test_constant_columns_have_no_correlation():
    assert math.isnan(paired([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])["correlation"])


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="equal length"):
        paired([1.0], [1.0, 2.0])


@given(columns)
def test_swapping_sides_flips_signs_and_shares(pairs):
    a, b = zip(*pairs, strict=True)
    there, back = paired(a, b, "down"), paired(b, a, "down")
    for name in ("difference", "effect"):
        assert back[name] == pytest.approx(-there[name])
    assert (back["low"], back["high"]) == pytest.approx((-there["high"], -there["low"]))
    assert (back["share_first"], back["share_second"]) == (there["share_second"], there["share_first"])
    for name in ("n", "sd", "p", "share_tied"):
        assert back[name] == pytest.approx(there[name])


@given(columns, numbers)
def test_the_same_constant_on_both_sides_changes_no_difference(pairs, constant):
    a, b = map(np.array, zip(*pairs, strict=True))
    there, moved = paired(a, b, "up"), paired(a + constant, b + constant, "up")
    for name in ("difference", "low", "high", "sd", "p", "share_first", "share_second", "share_tied", "effect"):
        assert moved[name] == pytest.approx(there[name], nan_ok=True)


@given(columns)
def test_bounds_hold_for_any_numbers(pairs):
    a, b = zip(*pairs, strict=True)
    found = paired(a, b, "up")
    assert found["low"] <= found["difference"] + 1e-9
    assert found["difference"] <= found["high"] + 1e-9
    assert 0 <= found["p"] <= 1
    assert found["share_first"] + found["share_second"] + found["share_tied"] == pytest.approx(1)


def test_holm_gives_the_known_adjustment_in_any_order():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.005, 0.01, 0.03, 0.04]) == pytest.approx([0.02, 0.03, 0.06, 0.06])


def test_holm_leaves_nan_out_of_the_family():
    assert holm([0.01, math.nan, 0.02]) == pytest.approx([0.02, math.nan, 0.02], nan_ok=True)
    assert len(holm([])) == 0


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_p_and_stays_below_bonferroni(p):
    adjusted = holm(p)
    assert all(given <= got <= min(1.0, given * len(p)) + 1e-12 for given, got in zip(p, adjusted, strict=True))


@pytest.fixture
def runs() -> pl.DataFrame:
    """Four seeds under three regimes, in no order; under c seed 4 is missing."""
    rows = [
        {"seed": seed, "regime": regime, "x": seed + shift, "y": -shift * seed}
        for regime, shift in (("b", 1.0), ("a", 0.0), ("c", 3.0))
        for seed in (3, 1, 4, 2)
        if (regime, seed) != ("c", 4)
    ]
    return pl.DataFrame(rows)


def test_every_outcome_meets_every_two_regimes_in_the_order_asked_for(runs):
    found = differences(runs, {"x": "up", "y": "down"}, ["a", "b", "c"])
    assert found.select("outcome", "first", "second").rows() == [
        *(("x", "a", "b"), ("y", "a", "b"), ("x", "a", "c")),
        *(("y", "a", "c"), ("x", "b", "c"), ("y", "b", "c")),
    ]
    assert found["difference"][:4].to_list() == pytest.approx([1.0, -2.5, 3.0, -6.0])
    assert found["n"].to_list() == [4, 4, 3, 3, 3, 3]
    assert found["share_second"].to_list() == [1.0] * 6


def test_one_regime_has_means_but_no_differences(runs):
    assert differences(runs, {"x": "up"}, ["a"]).is_empty()
    found = means(runs, ["x"], ["a"]).row(0, named=True)
    assert (found["n"], found["mean"], found["p10"], found["p90"]) == pytest.approx((4, 2.5, 1.3, 3.7))


def test_a_mean_leaves_undefined_runs_out():
    frame = pl.DataFrame({"seed": [1, 2, 3], "regime": ["a"] * 3, "x": [1.0, math.nan, 3.0], "y": [math.nan] * 3})
    found = means(frame, ["x", "y"], ["a"])
    assert found["n"].to_list() == [2, 0]
    assert found["mean"].to_list() == pytest.approx([2.0, math.nan], nan_ok=True)
