"""Friends' groups that press: for whom cases go faster, for whom slower, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from model import rules
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.state.tallies import PRESSURE_MINUTES, RESIDENT_HOURS
from model.story.teller import tell_story
from model.week.case_delivery import carry_out
from model.week.friends import press
from model.week.problems import NO_CASE, READY
from tests.model.week.two_neighbourhoods import RICH, live

BUSY = load("default").replaced(
    neighbourhoods=[RICH | {"name": "A", "residents": 150, "friends": 1.0}, RICH | {"name": "B", "residents": 150}],
    burn_in=8, problem_rate=6, crew_hours=8.0, case_hours=1.0, structural_budget=60.0,
)  # fmt: skip


def waited(hood: Neighbourhood, area: int) -> float:
    """Mean weeks that cases of a neighbourhood took that ended by being carried out, or are still open."""
    p = hood.world.problems
    here = (hood.world.streets.area[p.street] == area) & (p.opened > 0)
    open_case, done = here & (p.case != NO_CASE), here & (p.case == NO_CASE) & (p.ended > 0)
    return float(np.concatenate([hood.week - p.opened[open_case], (p.ended - p.opened)[done]]).mean())


def test_friends_press_as_hard_as_they_want_if_enough_are_ready():
    assert rules.pressure_carried(0.5, 10.0, 5.0) == 0.5
    assert rules.pressure_carried(0.5, 1.0, 5.0) == pytest.approx(0.1)
    assert rules.pressure_carried(0.5, 0.0, 5.0) == 0.0
    assert rules.pressure_carried(0.0, 10.0, 5.0) == 0.0


def test_where_friends_press_cases_are_served_faster_and_elsewhere_slower():
    served = {}
    for pressure in (0.0, 1.0):
        hoods = [
            Neighbourhood(BUSY.replaced(counter_pressure=pressure, pressure_weight=5.0), "top_down", seed=s).run(104) for s in range(16)
        ]
        served[pressure] = (
            [[waited(hood, area) for hood in hoods] for area in (0, 1)],
            [hood.by_neighbourhood["hours_share"][0] for hood in hoods],
        )
    (here, there), share = served[0.0]
    (pressed, displaced), share_pressed = served[1.0]
    assert np.mean(pressed) < np.mean(here)
    assert np.mean(displaced) > np.mean(there)
    assert np.mean(share_pressed) > np.mean(share)


def test_compiled_and_plain_live_the_same_weeks_in_a_city_with_friends_and_meeting_places():
    case = BUSY.replaced(counter_pressure=1.0, ward_hours=20.0, schools=10.0, clubs=10.0, centres=10.0)
    one, other = (Neighbourhood(case, "leapfrog", seed=5, compiled=compiled).run(40) for compiled in (True, False))
    for name, table in one.world.tables.items():
        for column in table.arrays:
            assert np.array_equal(getattr(table, column), getattr(other.world.tables[name], column)), f"{name}.{column}"
    assert one.world.venues.visits.min() > 0
    assert one.world.tally[PRESSURE_MINUTES] > 0
    saved = one.checkpoint()
    one.run(10)
    after = one.by_street
    one.restore(saved)
    assert one.run(10).by_street.equals(after, null_equal=True)


def test_pressing_costs_residents_hours_and_takes_people_who_are_ready_and_free():
    silent, pressing = live(BUSY, 20), live(BUSY.replaced(counter_pressure=1.0), 20)
    assert silent.world.tally[PRESSURE_MINUTES] == 0
    assert 0 < pressing.world.tally[PRESSURE_MINUTES] <= 20 * 3 * 15  # at most 2 % of 150 residents, 15 minutes a week
    assert pressing.world.tally[RESIDENT_HOURS] >= pressing.world.tally[PRESSURE_MINUTES]
    assert pressing.world.areas.carriers.tolist()[1] == 0
    s = pressing.world.streets
    assert (s.pressure[s.area == 0] > 0).all()
    assert (s.pressure[s.area == 1] == 0).all()
    half = live(BUSY.replaced(counter_pressure=0.5), 20)
    assert 0 < half.world.tally[PRESSURE_MINUTES] < pressing.world.tally[PRESSURE_MINUTES]
    nobody = live(BUSY.replaced(counter_pressure=1.0, pressure_ready=1.0), 20)
    assert nobody.world.tally[PRESSURE_MINUTES] == 0
    assert (nobody.world.streets.pressure == 0).all()


def test_members_of_initiatives_have_no_hands_free_to_press():
    hood = live(BUSY.replaced(counter_pressure=1.0, ward_hours=0.0, found_base=0.0))
    hood.step()
    assert hood.world.areas.carriers[0] == 3
    hood.world.residents.member[:, 0] = 0
    hood.world.loops.call(press, first_pending=0)
    assert hood.world.areas.carriers[0] == 0
    assert (hood.world.streets.pressure == 0).all()


def test_friends_hold_promises_up_in_the_three_weeks_before_they_fall_due():
    hood = live(BUSY.replaced(counter_pressure=1.0, ward_hours=60.0), 60)
    p, m = hood.world.problems, hood.world.promises
    defended = np.flatnonzero(p.defended > -(10**6))
    assert len(defended) > 0
    assert (hood.world.streets.area[p.street[defended]] == 0).all()
    assert all(any(0 <= due - p.defended[q] <= 3 for due in m.due[m.problem == q]) for q in defended)
    assert any("held the promise to" in line for line in hood.story)
    assert any("friends’ group that presses" in line for line in hood.story)
    assert any("vriendengroep" in line for line in tell_story(hood.world, lang="nl"))


def test_a_defended_promise_puts_its_case_before_a_like_one_of_the_same_street():
    hood = live(BUSY.replaced(counter_pressure=1.0, burn_in=0, problem_rate=0.0))
    hood.step()
    hood.intervene(2, "problem", "litter", 0.5, street=0)
    hood.intervene(2, "problem", "traffic", 0.5, street=0)
    hood.step()
    p = hood.world.problems
    p.case[:], p.account[:], p.minutes[:], p.opened[:], p.kind[:] = READY, 5, 60, 1, 0
    for first in (0, 1):
        p.case[:], p.minutes[:], p.state[:] = READY, 60, 0
        p.defended[:] = -(10**6)
        p.defended[first] = hood.week
        hood.world.streets.pressure[:] = 1.0
        hood.world.accounts.arrays["left"][5] = 60
        hood.world.loops.call(carry_out)
        assert p.case[first] == NO_CASE
        assert p.case[1 - first] == READY


def test_a_neighbourhood_alone_has_friends_in_its_first_half():
    hood = live(load("default").replaced(residents=210, burn_in=0, counter_pressure=1.0), 3)
    assert hood.world.streets.friends.tolist() == [1, 1, 1, 0, 0]
    assert (hood.world.streets.pressure > 0).tolist() == [True, True, True, False, False]
    assert any("in the streets around" in line for line in hood.story)
