"""Places: everybody lives somewhere, streets get their share, households their size, and a resident more renames nobody."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.case.case import Place, load
from model.case.layout import HOUSEHOLD_SIZES, STREET_NAMES, fill_homes, lay_out_streets, size_chances, street_name
from model.engine.chance import SETTLE, join, key_of
from model.neighbourhood import Neighbourhood

KEY = key_of(1, SETTLE, 1)
SURELY = settings(deadline=None, derandomize=True, max_examples=60)
counts = st.tuples(st.integers(1, 400), st.integers(1, 60))


def place(residents: int, streets: int, household_size: float = 2.14, density: float = 5000.0) -> Place:
    return Place(residents=residents, streets=streets, household_size=household_size, density=density)


def near_of(layout: dict[str, np.ndarray], street: int) -> dict[int, float]:
    """The streets near one, with their weights."""
    span = slice(int(layout["near_start"][street]), int(layout["near_stop"][street]))
    return dict(zip(layout["near_street"][span].tolist(), layout["near_weight"][span].tolist(), strict=True))


# --- who lives where ----------------------------------------------------------------------------------------------


@SURELY
@given(counts)
def test_residents_add_up_and_every_street_gets_its_share(count: tuple[int, int]) -> None:
    residents, streets = count
    homes = fill_homes(place(residents, streets), KEY)
    assert {len(column) for column in homes.values()} == {residents}
    assert (np.diff(homes["street"]) >= 0).all()  # street by street
    shares = np.bincount(homes["street"], minlength=streets)
    assert len(shares) == streets
    assert shares.max() - shares.min() <= 1
    assert (np.diff(shares) <= 0).all()  # the first streets have the one more


@SURELY
@given(counts, st.floats(1, 4.8))
def test_homes_are_filled_one_after_the_other_each_with_one_head(count: tuple[int, int], size: float) -> None:
    homes = fill_homes(place(*count, household_size=size), KEY)
    assert len(set(homes["place"].tolist())) == count[0]  # everybody has an own name
    rows = list(zip(*(homes[name].tolist() for name in ("street", "home", "head", "size")), strict=True))
    groups = [list(group) for _, group in itertools.groupby(rows, key=lambda row: row[:2])]
    assert len(groups) == len({(street, home) for street, home, _, _ in rows})  # a household lies together
    last = {street: n for n, ((street, *_), *_) in enumerate(groups)}
    for n, group in enumerate(groups):
        assert [head for _, _, head, _ in group] == [1] + [0] * (len(group) - 1)
        assert len({size for *_, size in group}) == 1
        assert group[0][3] in HOUSEHOLD_SIZES
        full = len(group) == group[0][3]
        assert full or (n == last[group[0][0]] and len(group) < group[0][3])  # only a street's last home may lack people


def test_names_of_homes_and_persons_are_those_of_chance() -> None:
    homes = fill_homes(place(50, 3), KEY)
    first = int(homes["home"][0])
    assert first == join(key_of(0, 77, 0), 0)
    assert int(homes["place"][0]) == join(first, 0)
    again = fill_homes(place(50, 3), KEY)
    assert all(np.array_equal(homes[name], again[name]) for name in homes)
    assert not np.array_equal(homes["size"], fill_homes(place(50, 3), key_of(2, SETTLE, 1))["size"])


@SURELY
@given(counts, st.floats(1, 4.8))
def test_a_resident_more_renames_nobody(count: tuple[int, int], size: float) -> None:
    residents, streets = count
    few, more = (fill_homes(place(residents + n, streets, size), KEY) for n in (0, 1))
    columns = ("place", "street", "home", "head", "size")
    before, after = (Counter(zip(*(homes[c].tolist() for c in columns), strict=True)) for homes in (few, more))
    assert before <= after  # nobody is lost or changes home, street or household
    assert (after - before).total() == 1
    newcomer = next(iter(after - before))
    assert more["place"][more["street"] == newcomer[1]][-1] == newcomer[0]  # at the end of a street


def test_of_the_streets_of_a_larger_neighbourhood_each_keeps_who_lived_there() -> None:
    """Not only one more: a street's people are the first of what it would be with more."""
    few, more = fill_homes(place(100, 4), KEY), fill_homes(place(400, 4), KEY)
    for street in range(4):
        names = few["place"][few["street"] == street]
        assert np.array_equal(more["place"][more["street"] == street][: len(names)], names)


@pytest.mark.parametrize("residents", [1, 2, 5])
def test_the_smallest_neighbourhoods_have_one_street_and_a_first_home(residents: int) -> None:
    homes = fill_homes(place(residents, 0, household_size=4.8), KEY)
    assert homes["street"].tolist() == [0] * residents
    assert homes["head"][0] == 1


def test_two_hundred_streets_of_one_home_each_hold_one_head() -> None:
    homes = fill_homes(place(200, 200), KEY)
    assert homes["street"].tolist() == list(range(200))
    assert homes["head"].tolist() == [1] * 200
    assert len(set(homes["home"].tolist())) == 200


def test_more_streets_than_residents_leave_streets_empty() -> None:
    homes = fill_homes(place(3, 10), KEY)
    assert homes["street"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(("residents", "streets"), [(1, 1), (10, 10), (40, 1), (60, 60)])
def test_a_neighbourhood_of_any_shape_lives(residents: int, streets: int) -> None:
    case = load("default").replaced(residents=residents, streets=streets, burn_in=0, problem_rate=20)
    hood = Neighbourhood(case, regime="relational", compiled=False).run(4)
    assert [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()] == []
    assert len(hood.world.streets) == streets
    people = hood.world.streets.stop - hood.world.streets.start
    assert people.sum() == residents
    assert all(
        (hood.world.residents.street[a:b] == s).all()
        for s, (a, b) in enumerate(zip(hood.world.streets.start, hood.world.streets.stop, strict=True))
    )


# --- sizes of households ------------------------------------------------------------------------------------------


@SURELY
@given(st.floats(1.0, 4.8))
def test_chances_of_household_sizes_have_exactly_the_mean_asked_for(mean: float) -> None:
    chances = size_chances(mean)
    assert chances.shape == (len(HOUSEHOLD_SIZES),)
    assert chances.sum() == pytest.approx(1.0, rel=1e-12)
    assert (chances >= 0).all()
    assert (chances * HOUSEHOLD_SIZES).sum() == pytest.approx(mean, rel=1e-7)
    ratios = chances[1:] / chances[:-1]
    assert ratios == pytest.approx(np.full(4, ratios[0]), rel=1e-6)  # geometric


def test_means_that_no_household_sizes_have_come_to_the_nearest() -> None:
    assert size_chances(0.5)[0] == pytest.approx(1.0)
    assert np.array_equal(size_chances(6.0), size_chances(4.8))


@pytest.mark.parametrize("mean", [1.0, 1.4, 2.14, 3.0, 4.5])
def test_households_are_as_large_on_average_as_asked_for(mean: float) -> None:
    homes = fill_homes(place(40_000, 100, mean), KEY)
    households = homes["size"][homes["head"] == 1]
    assert households.mean() == pytest.approx(mean, rel=0.02)
    shares = np.bincount(households, minlength=6)[1:] / len(households)
    assert shares == pytest.approx(size_chances(mean), abs=0.015)


def test_a_place_takes_only_means_that_its_households_can_have() -> None:
    """What is declared as allowed must be what is done: sizes are 1 to 5."""
    high = next(m.le for m in Place.model_fields["household_size"].metadata if hasattr(m, "le"))
    chances = size_chances(high)
    assert (chances * HOUSEHOLD_SIZES).sum() == pytest.approx(high, rel=1e-6)


# --- streets ------------------------------------------------------------------------------------------------------


def test_streets_have_names_of_their_own() -> None:
    names = [street_name(row) for row in range(200)]
    assert len(set(names)) == 200
    assert names[0] == STREET_NAMES[0]
    assert names[len(STREET_NAMES)] == f"{STREET_NAMES[0]} 2"
    assert len(set(STREET_NAMES)) == len(STREET_NAMES)


@SURELY
@given(counts, st.floats(500, 60_000), st.floats(10, 1000))
def test_near_streets_are_those_within_four_distances_weighted_by_distance(count: tuple[int, int], density: float, distance: float) -> None:
    residents, streets = count
    layout = lay_out_streets(place(residents, streets, density=density), distance)
    spacing = 1000.0 * math.sqrt(residents / density / streets)
    x, y = layout["x"].astype(float), layout["y"].astype(float)
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    steps = np.maximum(np.abs(x[:, None] - x), np.abs(y[:, None] - y)) / spacing
    edge = np.abs(away - 4 * distance) < 1e-3 * spacing  # too close to the edge to tell in 32 bits
    expected = (away <= 4 * distance) & (steps < 12.5)
    for street in range(streets):
        near = near_of(layout, street)
        listed = np.isin(np.arange(streets), list(near))
        assert len(near) == layout["near_stop"][street] - layout["near_start"][street]  # none twice
        assert (listed == expected[street])[~edge[street]].all()
        for other, weight in near.items():
            assert weight == pytest.approx(math.exp(-away[street, other] / distance), rel=1e-3, abs=1e-6)


@SURELY
@given(counts, st.floats(500, 60_000), st.floats(10, 1000))
def test_nearness_is_mutual_and_only_the_own_street_has_weight_1(count: tuple[int, int], density: float, distance: float) -> None:
    residents, streets = count
    layout = lay_out_streets(place(residents, streets, density=density), distance)
    lists = [near_of(layout, street) for street in range(streets)]
    spacing = 1000.0 * math.sqrt(residents / density / streets)
    next_door = math.exp(-spacing / distance)
    for street, near in enumerate(lists):
        assert near[street] == 1.0
        for other, weight in near.items():
            assert lists[other][street] == weight
            assert other == street or weight <= next_door * (1 + 1e-6)


def test_streets_that_follow_each_other_lie_next_door_and_none_share_a_place() -> None:
    layout = lay_out_streets(place(2000, 47), 200.0)
    spacing = 1000.0 * math.sqrt(2000 / 5000 / 47)
    x, y = layout["x"].astype(float), layout["y"].astype(float)
    assert np.hypot(np.diff(x), np.diff(y)) == pytest.approx(np.full(46, spacing), rel=1e-5)
    assert len(set(zip(x.tolist(), y.tolist(), strict=True))) == 47


def test_streets_cover_the_area_that_density_gives() -> None:
    for streets in (1, 24, 100):
        layout = lay_out_streets(place(1000, streets, density=5000.0), 200.0)
        spacing = 1000.0 * math.sqrt(1000 / 5000 / streets)
        assert streets * spacing**2 == pytest.approx(1000 / 5000 * 1e6)
        assert max(layout["x"].max(), layout["y"].max()) <= spacing * math.ceil(math.sqrt(streets))


def test_lists_of_near_streets_follow_each_other_without_gap() -> None:
    layout = lay_out_streets(place(1000, 24), 200.0)
    assert layout["near_start"][0] == 0
    assert (layout["near_start"][1:] == layout["near_stop"][:-1]).all()
    assert layout["near_stop"][-1] == len(layout["near_street"]) == len(layout["near_weight"])


def test_one_street_is_near_itself_alone() -> None:
    layout = lay_out_streets(place(40, 1), 200.0)
    assert near_of(layout, 0) == {0: 1.0}
    assert (layout["x"].tolist(), layout["y"].tolist()) == ([0.0], [0.0])
