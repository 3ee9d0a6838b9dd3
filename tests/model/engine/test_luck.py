"""Common luck: two runs with one seed share every draw about what is the same in both."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from model.case.case import Case, load
from model.neighbourhood import Neighbourhood
from model.state.accounts import STREET_HOURS

CASE = load("default").replaced(residents=120, streets=6, burn_in=4, problem_rate=4)
# streets a kilometre apart without far meetings, and no officials or institutions: what happens in one stays there
APART = CASE.replaced(
    density=10, example_distance=10, encounter_far=0, ward_hours=0, crew_hours=0, enforcer_hours=0, case_hours=0, desk_hours=0,
    programme_hours=0, counter_hours=0, corporation_hours=0, police_hours=0, structural_budget=0, corporation_budget=0,
)  # fmt: skip


def one_stream() -> dict[str, Any]:
    """Swap keyed draws for one shared stream with the same seed, as most models have it."""
    stream = random.Random(1)
    return {"draw": lambda key, name: stream.random(), "gauss": lambda key, name: stream.gauss(0.0, 1.0)}


def two_lives(case: Case, swaps: bool) -> tuple[Neighbourhood, Neighbourhood]:
    """The same neighbourhood twice; in the second, an initiative more and a problem more in street 0 at week 52."""
    hoods = []
    for changed in (False, True):
        hood = Neighbourhood(case, "relational", seed=3, compiled=False, swaps=one_stream() if swaps else None)
        if changed:
            hood.intervene(52, "initiative", street=0)
            hood.intervene(52, "problem", "traffic", 0.8, street=0)
        hoods.append(hood.run(90))
    return hoods[0], hoods[1]


def exogenous(hood: Neighbourhood) -> dict[str, Any]:
    """What luck alone decides: who moved, and which problems arose (not those that returned, nor the planned one)."""
    p = hood.world.problems
    fresh = (p.nth == 0) & (p.born > 52)
    planned = (p.born == 52) & (p.kind == 2)
    return {"occupants": hood.world.residents.occupant.tolist(), "problems": sorted(p.name[fresh & ~planned].tolist())}


def elsewhere(hood: Neighbourhood) -> list[np.ndarray]:
    """Everything about the residents of all streets but the first."""
    r = hood.world.residents
    far = r.street > 0
    return [r.arrays[c][: len(r)][far] for c in ("name", "trust", "readiness", "burden", "reporting", "grievance", "strength", "filed")]


def is_common(case: Case, swaps: bool) -> bool:
    first, second = two_lives(case, swaps)
    return exogenous(first) == exogenous(second) and all(
        np.array_equal(a, b) for a, b in zip(elsewhere(first), elsewhere(second), strict=True)
    )


def test_after_a_change_in_one_street_luck_and_far_residents_are_the_same():
    first, second = two_lives(APART, swaps=False)
    assert exogenous(first) == exogenous(second)
    assert len(exogenous(first)["problems"]) > 5
    for a, b in zip(elsewhere(first), elsewhere(second), strict=True):
        assert np.array_equal(a, b)
    here = first.world.residents.street == 0
    assert not np.array_equal(first.world.residents.burden[here], second.world.residents.burden[here])


def test_with_one_shared_stream_that_test_would_fail():
    assert is_common(APART, swaps=False)
    assert not is_common(APART, swaps=True)


def test_what_luck_alone_decides_is_the_same_under_every_regime():
    hoods = [Neighbourhood(CASE, regime, seed=3).run(80) for regime in ("top_down", "relational", "leapfrog")]
    assert len({str(exogenous(hood)["occupants"]) for hood in hoods}) == 1
    for hood in hoods[1:]:
        assert set(hood.world.problems.name[hood.world.problems.nth == 0].tolist()) == set(
            hoods[0].world.problems.name[hoods[0].world.problems.nth == 0].tolist()
        )


@pytest.mark.parametrize("hours_apart", [True, False])
def test_one_resident_more_leaves_the_others_lives_alone(hours_apart):
    case = APART if hours_apart else CASE
    before = Neighbourhood(case, "relational", seed=5).run(60)
    after = Neighbourhood(case.replaced(residents=121), "relational", seed=5).run(60)
    old, new = before.world.residents, after.world.residents
    row = {int(place): i for i, place in enumerate(new.place)}
    at = np.array([row[int(place)] for place in old.place])
    newcomer = (set(range(121)) - set(at.tolist())).pop()
    for column in ("name", "home", "means", "age", "energy", "habit", "rest", "occupant", "owner", "group"):
        assert np.array_equal(old.arrays[column], new.arrays[column][at]), column
    if hours_apart:  # nobody outside the newcomer's street can have noticed
        far = old.street != new.street[newcomer]
        for column in ("trust", "readiness", "burden", "reporting", "grievance", "filed", "degree"):
            assert np.array_equal(old.arrays[column][far], new.arrays[column][at][far]), column


def permuted(hood: Neighbourhood, seed: int) -> np.ndarray:
    """Shuffle the rows of the residents within each street; return where each went."""
    table = hood.world.residents
    order = np.arange(len(table))
    mixer = np.random.default_rng(seed)
    for start, stop in zip(hood.world.streets.start, hood.world.streets.stop, strict=True):
        order[start:stop] = mixer.permutation(order[start:stop])
    place = np.argsort(order)
    for column in table.arrays:
        table.arrays[column][:] = table.arrays[column][order]
    for i in range(len(table)):
        degree = table.degree[i]
        table.tie[i, :degree] = place[table.tie[i, :degree].astype(int)]
    return order


def test_permuting_the_rows_changes_nothing():
    straight, shuffled = (Neighbourhood(CASE.replaced(burn_in=0), "leapfrog", seed=7) for _ in range(2))
    order = permuted(shuffled, 1)
    straight.run(80)
    shuffled.run(80)
    a, b = straight.world.residents, shuffled.world.residents
    assert np.array_equal(a.name[order], b.name)
    for column in ("filed", "occupant", "degree", "foundings", "touched"):
        assert np.array_equal(a.arrays[column][order], b.arrays[column]), column
    for column in ("trust", "grievance", "readiness", "reporting", "acting", "burden", "contact"):
        assert np.allclose(a.arrays[column][order], b.arrays[column], atol=1e-5), column
    assert np.array_equal(straight.world.tally, shuffled.world.tally)
    assert np.allclose(straight.series[:80], shuffled.series[:80], atol=1e-5, equal_nan=True)


def visited(hours: float) -> set[int]:
    """Names of the residents visited in the first week with a given number of street hours."""
    hood = Neighbourhood(CASE.replaced(burn_in=0), "relational", seed=5)
    hood.step()
    hood.world.residents.touched[:] = 0
    hood.schedule.begin_week()
    hood.world.accounts.arrays["left"][STREET_HOURS] = int(60 * hours)
    hood.ward_officials[0].step()
    r = hood.world.residents
    return {int(name) for name, met in zip(r.name, r.touched & 1, strict=True) if met}


def test_one_more_hour_keeps_the_earlier_visits():
    few, more, many = visited(2), visited(3), visited(12)
    assert few < many
    assert few <= more <= many


def test_the_order_of_regimes_and_the_number_of_runs_before_do_not_matter():
    first = Neighbourhood(CASE, "leapfrog", seed=11).run(30)
    Neighbourhood(CASE, "top_down", seed=12).run(10)
    again = Neighbourhood(CASE, "leapfrog", seed=11).run(30)
    assert np.array_equal(first.series[:30], again.series[:30], equal_nan=True)
