from __future__ import annotations

import math
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import DescrStatsW

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
    assert none == pytest.approx(up, nan_ok=True)


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
    assert holes == pytest.approx(paired(FIRST, SECOND), nan_ok=True)


def test_a_single_pair_has_a_difference_but_no_interval():
    found = paired([1.0], [3.0], "up")
    assert (found["n"], found["difference"], found["share_second"]) == (1, 2.0, 1.0)
    assert all(math.isnan(found[name]) for name in ("low", "high", "sd", "p", "effect", "correlation"))


def test_no_pair_at_all_gives_nan_everywhere():
    found = paired([math.nan], [1.0])
    assert found["n"] == 0
    assert all(math.isnan(value) for name, value in found.items() if name != "n")


UNKNOWN = ("low", "high", "effect", "p", "n_independent")


def test_equal_differences_say_nothing_about_the_spread():
    shifted = paired(FIRST, [x + 0.1 for x in FIRST])
    assert (shifted["difference"], shifted["sd"]) == (pytest.approx(0.1), 0.0)
    same = paired(FIRST, FIRST)
    assert (same["difference"], same["sd"], same["share_tied"], same["correlation"]) == (0.0, 0.0, 1.0, pytest.approx(1.0))
    assert all(math.isnan(found[name]) for found in (shifted, same) for name in (*UNKNOWN, "never"))


def test_what_never_happened_may_still_happen_in_three_of_n():
    assert paired([0.0] * 20, [0.0] * 20)["never"] == pytest.approx(0.15)
    assert math.isnan(paired([0.0] * 20, [0.0] * 19 + [1.0])["never"])


def test_fewer_than_five_pairs_have_an_interval_but_no_p():
    found = paired(FIRST[:4], SECOND[:4])
    assert math.isnan(found["p"])
    assert found["low"] < found["difference"] < found["high"]
    assert paired(FIRST, SECOND)["p"] > 0


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
        assert back[name] == pytest.approx(-there[name], nan_ok=True)
    assert (back["low"], back["high"]) == pytest.approx((-there["high"], -there["low"]), nan_ok=True)
    assert (back["share_first"], back["share_second"]) == (there["share_second"], there["share_first"])
    for name in ("n", "sd", "p", "share_tied"):
        assert back[name] == pytest.approx(there[name], nan_ok=True)


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
    assert not found["low"] > found["difference"] + 1e-9
    assert not found["difference"] > found["high"] + 1e-9
    assert math.isnan(found["p"]) or 0 <= found["p"] <= 1
    assert math.isnan(found["p"]) == (len(pairs) < 5 or found["sd"] == 0)
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


# --- against libraries ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 4, 6, 7, 12, 40])
@pytest.mark.parametrize("good", ["up", "down"])
def test_interval_p_and_effect_are_those_of_scipy_and_statsmodels_for_any_number_of_pairs(n, good):
    luck = np.random.default_rng(n)
    a = luck.normal(3.0, 1.0, n)
    b = a + luck.normal(0.4, 0.7, n)
    found = paired(a, b, good)
    test = stats.ttest_rel(b, a)
    described = DescrStatsW(b - a)
    assert (found["low"], found["high"]) == pytest.approx(described.tconfint_mean(0.05), rel=1e-9)
    assert (found["low"], found["high"]) == pytest.approx(test.confidence_interval(0.95), rel=1e-9)
    assert found["p"] == pytest.approx(test.pvalue if n >= 5 else math.nan, rel=1e-9, nan_ok=True)
    assert found["effect"] == pytest.approx(test.statistic / math.sqrt(n), rel=1e-9)  # d_z, with the sign of the difference
    assert found["sd"] == pytest.approx(described.std_ddof(1))
    assert found["correlation"] == pytest.approx(stats.pearsonr(a, b)[0])
    assert (found["mean_first"], found["mean_second"]) == pytest.approx((a.mean(), b.mean()))
    unpaired = (np.var(a, ddof=1) + np.var(b, ddof=1)) / np.var(b - a, ddof=1)
    assert found["n_independent"] == pytest.approx(n * unpaired)
    ahead = (b > a).mean() if good == "up" else (b < a).mean()
    assert (found["share_second"], found["share_first"], found["share_tied"]) == pytest.approx((ahead, 1 - ahead, 0.0))


def test_columns_that_move_in_opposite_directions_correlate_negatively():
    found = paired([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    assert found["correlation"] == pytest.approx(-1.0)
    assert found["n_independent"] == pytest.approx(3 * 2 / 4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_is_that_of_statsmodels(p):
    with patch("gc.collect"):  # which theirs calls each time: see findings/
        theirs = multipletests(p, method="holm")[1]
    assert holm(p) == pytest.approx(theirs, abs=1e-12)


def test_differences_that_are_only_rounding_are_ties_and_those_that_are_more_are_not():
    eps = np.finfo(np.float64).eps
    first = [1.0, -1.0, 1e6]
    rounding = paired(first, [x * (1 + 32 * eps) for x in first], "up")
    assert (rounding["share_tied"], rounding["difference"], rounding["sd"]) == (1.0, 0.0, 0.0)
    more = paired(first, [x * (1 + 256 * eps) for x in first], "up")
    assert (more["share_second"], more["share_first"]) == pytest.approx((2 / 3, 1 / 3))
    mixed = paired([1.0, 2.0], [1.0 + 32 * eps, 3.0], "up")  # each by its own size
    assert (mixed["share_tied"], mixed["difference"]) == (0.5, 0.5)
    assert paired([0.0, 0.0], [0.0, 0.0])["share_tied"] == 1.0
    assert paired([0.0], [1e-300], "up")["share_second"] == 1.0


def test_the_limit_of_rounding_is_64_times_the_finest_step_of_the_larger_value():
    step = 2.0**-52
    assert paired([1.0], [1.0 + 64 * step], "up")["share_tied"] == 1.0
    assert paired([1.0], [1.0 + 66 * step], "up")["share_tied"] == 0.0
    assert paired([1.0 + 64 * step], [1.0], "up")["share_tied"] == 1.0


def test_a_constant_side_has_no_correlation_but_a_spread():
    for a, b in (([1.0, 1.0, 1.0], [1.0, 2.0, 4.0]), ([1.0, 2.0, 4.0], [1.0, 1.0, 1.0])):
        found = paired(a, b)
        assert math.isnan(found["correlation"])
        assert found["n_independent"] == pytest.approx(3.0)


def test_a_spread_that_is_only_rounding_is_none():
    found = paired([0.0, 0.0, 0.0], [1.0, 1.0 + 2**-50, 1.0 - 2**-51])
    assert found["sd"] == 0.0
    assert math.isnan(found["effect"])
    assert paired([0.0, 0.0], [1.0, 1.0 + 2**-40])["sd"] > 0


@pytest.mark.parametrize(("first", "second"), [([1.0], [1.0, 2.0]), ([[1.0], [2.0]], [[1.0], [2.0]])])
def test_what_are_no_two_columns_of_equal_length_is_refused_with_their_shapes(first, second):
    with pytest.raises(ValueError, match=r"two columns of equal length are needed, not \(.*\) and \(.*\)"):
        paired(first, second)


def test_the_columns_of_a_comparison_are_these():
    assert list(paired(FIRST, SECOND)) == [
        "n", "mean_first", "mean_second", "difference", "low", "high", "sd", "share_first", "share_second", "share_tied", "correlation",
        "effect", "p", "n_independent", "never",
    ]  # fmt: skip


def test_holm_counts_the_outcomes_of_two_regimes_as_one_family(runs):
    more = pl.concat([runs, runs.with_columns(pl.col("seed") + 4, pl.col("y") * 1.5)])  # eight seeds
    noisy = more.with_columns(x=pl.col("x") + pl.col("seed").sin() * 0.3 * (pl.col("regime") == "b"))
    found = differences(noisy, {"x": "up", "y": "down"}, ["a", "b"])
    assert found["p_holm"].to_list() == pytest.approx(multipletests(found["p"].to_numpy(), method="holm")[1].tolist())
    assert found["p_holm"].to_list() != found["p"].to_list()
    assert found.schema["n"] == pl.Int64
    assert found.columns[-1] == "p_holm"
    assert found["good"].to_list() == ["up", "down"]
    one = noisy.filter(pl.col("regime") != "c").sort("seed")
    a, b = (one.filter(pl.col("regime") == regime)["x"].to_numpy() for regime in ("a", "b"))
    assert found["p"][0] == pytest.approx(stats.ttest_rel(b, a).pvalue)


@pytest.mark.parametrize("n", [1, 2, 5, 11])
def test_means_are_those_of_numpy_for_each_outcome_and_regime(n):
    luck = np.random.default_rng(n)
    frame = pl.DataFrame(
        {"seed": list(range(n)) * 2, "regime": ["a"] * n + ["b"] * n, "x": luck.normal(size=2 * n), "y": luck.normal(size=2 * n)}
    )
    found = means(frame, ["x", "y"], ["b", "a"])
    assert found.select("outcome", "regime").rows() == [("x", "b"), ("x", "a"), ("y", "b"), ("y", "a")]
    for row in found.iter_rows(named=True):
        x = frame.filter(pl.col("regime") == row["regime"])[row["outcome"]].to_numpy()
        sd = x.std(ddof=1) if n > 1 else math.nan
        p10, p90 = np.percentile(x, [10, 90])
        assert [row[name] for name in ("n", "mean", "sd", "p10", "p90")] == pytest.approx([n, x.mean(), sd, p10, p90], nan_ok=True)
    assert found.schema["n"] == pl.Int64
    nothing = means(frame.with_columns(x=pl.lit(math.nan)), ["x"], ["a"]).row(0, named=True)
    assert nothing["n"] == 0
    assert all(math.isnan(nothing[name]) for name in ("mean", "sd", "p10", "p90"))
