"""Designs: within bounds, of the size that was said, the same every time, and what each is known for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.sample import morris as walks
from SALib.sample import sobol as saltelli
from scipy.stats import qmc

from experiments.study import designs
from experiments.study.designs import Range, Row

ends = st.tuples(st.integers(-50, 50), st.integers(1, 50)).map(lambda pair: (float(pair[0]), float(pair[0] + pair[1])))
ranges = st.builds(lambda pair, whole: Range(*pair, whole=whole), ends, st.booleans())
factors = st.lists(ranges, min_size=1, max_size=4).map(lambda found: {f"f{i}": one for i, one in enumerate(found)})
seeds = st.integers(0, 2**63 - 1)


def made(kind: str, given: dict[str, Range], size: int, levels: int, seed: int) -> list[Row]:
    return {
        "grid": lambda: designs.grid(given, levels),
        "oat": lambda: designs.one_at_a_time(given, levels),
        "lhs": lambda: designs.latin_hypercube(given, size, seed),
        "sobol": lambda: designs.sobol(given, size, seed),
        "morris": lambda: designs.morris(given, size, levels, seed),
    }[kind]()


@pytest.mark.parametrize("kind", ["grid", "oat", "lhs", "sobol", "morris"])
@settings(max_examples=25, deadline=None)
@given(given=factors, size=st.sampled_from([2, 4, 8]), levels=st.sampled_from([2, 4, 6]), seed=seeds)
def test_rows_lie_within_bounds_are_no_more_than_was_said_and_the_same_every_time(kind, given, size, levels, seed):
    rows = made(kind, given, size, levels, seed)
    assert rows == made(kind, given, size, levels, seed)
    most = designs.rows_of(kind, given, size, levels)
    rounded = any(one.whole for one in given.values())
    assert len(rows) == most if kind in designs.ORDERED or not rounded else len(rows) <= most
    for row in rows:
        assert set(row.values) <= set(given)
        for name, value in row.values.items():
            assert given[name].low <= value <= given[name].high
            assert not given[name].whole or value.is_integer()
    if kind not in designs.ORDERED:
        assert len({tuple(row.values.items()) for row in rows}) == len(rows)


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 40), seed=seeds)
def test_a_latin_hypercube_has_each_factor_once_in_every_equal_part(size, seed):
    rows = designs.latin_hypercube({"a": Range(2, 5), "b": Range(0, 1)}, size, seed)
    for name, low, width in (("a", 2, 3), ("b", 0, 1)):
        parts = sorted(int((row.values[name] - low) / width * size) for row in rows)
        assert parts == list(range(size))


@settings(max_examples=25, deadline=None)
@given(number=st.integers(1, 5), walks=st.integers(2, 6), seed=seeds)
def test_a_morris_walk_moves_one_factor_at_a_time_and_each_once(number, walks, seed):
    rows = designs.morris({f"f{i}": Range(0, 1) for i in range(number)}, walks, 4, seed)
    for walk in range(walks):
        steps = rows[walk * (number + 1) : (walk + 1) * (number + 1)]
        moved = [{name for name in a.values if abs(a.values[name] - b.values[name]) > 1e-9} for a, b in pairwise(steps)]
        assert sorted(map(sorted, moved)) == [[f"f{i}"] for i in range(number)]


def test_a_grid_is_every_level_with_every_other_and_the_last_factor_changes_fastest():
    rows = designs.grid({"a": Range(0, 1), "b": Range(0, 0, values=(7.0, 3.0))}, 2)
    assert [tuple(row.values.values()) for row in rows] == [(0, 7), (0, 3), (1, 7), (1, 3)]


def test_one_at_a_time_starts_with_the_base_and_leaves_all_others_alone():
    rows = designs.one_at_a_time({"a": Range(0, 1), "b": Range(1, 4, whole=True)}, 3)
    assert [row.values for row in rows] == [{}, {"a": 0}, {"a": 0.5}, {"a": 1}, {"b": 1}, {"b": 3}, {"b": 4}]


def test_whole_numbers_round_half_upwards_and_equal_levels_are_taken_once():
    assert Range(0, 2, whole=True).steps(5) == (0, 1, 2)
    assert Range(0, 1, whole=True).at(0.5) == 1


def test_rows_that_rounding_makes_equal_are_kept_where_their_order_counts():
    coarse = {"a": Range(0, 1, whole=True), "b": Range(0, 1, whole=True)}
    assert len(designs.latin_hypercube(coarse, 32, 1)) <= 4
    assert len(designs.sobol(coarse, 32, 1)) == 32 * 4
    assert len(designs.sobol(coarse, 32, 1, second_order=True)) == 32 * 6 == designs.rows_of("sobol", coarse, 32, 4, True)
    assert len(designs.morris(coarse, 32, 4, 1)) == 32 * 3


def test_another_seed_gives_another_draw():
    given = {"a": Range(0, 1), "b": Range(0, 1)}
    for kind in designs.SAMPLED:
        assert made(kind, given, 8, 4, 1) != made(kind, given, 8, 4, 2)


def test_a_swap_has_both_ends_then_each_difference_in_both_directions():
    rows = designs.swap("A", "B", {"p": 1.0, "q": 5.0, "r": 2.0}, {"p": 0.0, "q": 5.0, "r": 3.0})
    assert [(row.label, row.values) for row in rows] == [
        *[("A", {}), ("B", {})],
        *[("A", {"p": 0.0}), ("B", {"p": 1.0})],
        *[("A", {"r": 3.0}), ("B", {"r": 2.0})],
    ]


def test_points_written_down_are_taken_once_and_none_is_one_row_that_changes_nothing():
    assert designs.listed([]) == [Row()]
    assert designs.listed([{"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, {"a": 3.0}]) == [Row({"a": 1.0, "b": 2.0}), Row({"a": 3.0})]


@given(number=st.integers(1, 1000), most=st.integers(-2, 60))
def test_even_places_begin_with_the_first_are_in_order_and_no_more_than_asked(number, most):
    places = designs.evenly(number, most)
    assert places[0] == 0
    assert places == sorted(set(places))
    assert len(places) == min(number, max(1, most))
    assert places[-1] == number - 1 or len(places) == 1
    assert len(places) < 3 or np.ptp(np.diff(places)) <= 1


def test_thinning_keeps_the_base_both_directions_of_a_swap_and_all_of_what_is_reckoned_as_a_whole():
    rows = [Row({"a": float(i)}) for i in range(50)]
    assert designs.thinned("oat", rows, 5)[0] == rows[0]
    assert len(designs.thinned("grid", rows, 5)) == 5
    assert designs.thinned("sobol", rows, 5) == rows
    swapped = designs.swap("A", "B", dict.fromkeys("pqrst", 0.0), dict.fromkeys("pqrst", 1.0))
    kept = designs.thinned("swap", swapped, 7)
    assert kept[:2] == swapped[:2]
    assert [row.label for row in kept] == ["A", "B"] * 3
    assert all(a.values.keys() == b.values.keys() for a, b in zip(kept[::2], kept[1::2], strict=True))


# --- against libraries ---------------------------------------------------------------------------------------------

MIXED = {"a": Range(2, 5), "b": Range(-1, 1), "c": Range(0, 6, whole=True)}


def values(rows: list[Row]) -> np.ndarray:
    return np.array([[row.values[name] for name in MIXED] for row in rows])


def placed(shares: np.ndarray) -> np.ndarray:
    """Shares in the ranges of MIXED, whole numbers rounded half upwards."""
    return np.column_stack([2 + 3 * shares[:, 0], -1 + 2 * shares[:, 1], np.floor(6 * shares[:, 2] + 0.5)])


def test_a_latin_hypercube_is_scipys_and_practices_beside_the_presets_are_its_last_columns():
    drawn = qmc.LatinHypercube(d=5, rng=7).random(40)
    rows = designs.latin_hypercube(MIXED, 40, 7, ["p", "q"])
    assert values(rows) == pytest.approx(placed(drawn))
    assert np.array([[row.around["p"], row.around["q"]] for row in rows]) == pytest.approx(2 * drawn[:, 3:] - 1)


@pytest.mark.parametrize("second_order", [False, True])
def test_rows_for_sobol_indices_are_salibs_on_the_ranges_themselves(second_order):
    theirs = saltelli.sample(
        {"num_vars": 3, "names": list(MIXED), "bounds": [[2, 5], [-1, 1], [0, 1]]}, 16, calc_second_order=second_order, seed=5
    )
    found = values(designs.sobol(MIXED, 16, 5, second_order))
    assert found[:, :2] == pytest.approx(theirs[:, :2])
    assert found[:, 2].tolist() == np.floor(6 * theirs[:, 2] + 0.5).tolist()


def test_walks_of_morris_are_salibs_on_the_ranges_themselves():
    problem = {"num_vars": 3, "names": list(MIXED), "bounds": [[2, 5], [-1, 1], [0, 1]]}
    theirs = walks.sample(problem, 12, num_levels=6, seed=5)
    found = values(designs.morris(MIXED, 12, 6, 5))
    assert found[:, :2] == pytest.approx(theirs[:, :2])
    assert found[:, 2].tolist() == np.floor(6 * theirs[:, 2] + 0.5).tolist()


@pytest.mark.parametrize(("kind", "rows"), [("grid", 4 * 2 * 4), ("oat", 1 + 4 + 2 + 4), ("lhs", 8), ("sobol", 8 * 5), ("morris", 8 * 4)])
def test_sizes_are_told_before_rows_are_made(kind, rows):
    named = {"a": Range(0, 1), "b": Range(0, 1, values=(0.1, 0.7)), "c": Range(2, 3)}
    assert designs.rows_of(kind, named, 8, 4) == rows
    assert designs.rows_of("sobol", named, 8, 4, second_order=True) == 8 * 8


def test_levels_are_even_and_values_stay_in_the_range():
    assert Range(1, 3).steps(5) == (1.0, 1.5, 2.0, 2.5, 3.0)
    assert Range(1, 3).steps(2) == (1.0, 3.0)
    assert Range(0.1, 0.3).at(1.0) == 0.3
    assert Range(0, 7, whole=True).at(0.35) == 2.0  # 2.45
    assert Range(0, 7, whole=True).at(0.36) == 3.0  # 2.52
    assert Range(-3, 0, whole=True).at(0.5) == -1.0  # -1.5, upwards


def test_places_are_spread_evenly():
    assert designs.evenly(10, 4) == [0, 3, 6, 9]
    assert designs.evenly(7, 3) == [0, 3, 6]
    assert designs.evenly(4, 9) == [0, 1, 2, 3]
    assert designs.evenly(5, 0) == [0]
