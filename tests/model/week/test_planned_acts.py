"""Acts that are planned: each is paid for and leaves a trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import regimes
from model.case.event import Event
from model.kinds import KINDS
from model.state.accounts import COUNTER_HOURS, DESK_HOURS, ENFORCER_HOURS, PROGRAMME_HOURS, STREET_HOURS, SUPPORT_HOURS
from model.state.experiences import (
    EXCHANGED,
    HEARD_OUT,
    HELPED,
    MET,
    MUNICIPALITY,
    NEIGHBOURS,
    OFFICIAL,
    PROMISE_BROKEN,
    PROMISED,
    TOOK_PART,
)
from model.state.tallies import BROKEN, GIVEN, GROUP_MEETINGS, HEARD, MADE, TAKEN_BACK
from model.story.teller import tell_story
from model.week.agenda_delivery import work_on_projects
from model.week.agenda_planning import AT_WORK, HAS_LANDED, launch_projects
from model.week.planned_act_kinds import act_at_the_desk, hold_gatherings, order_visits, who_comes, withdraw
from model.week.planned_acts import CAME_TO_NOTHING, OVER, UNDER_WAY, plan
from model.week.problems import LIVING, NO_CASE, SOLVED
from model.week.promises import PENDING, WAS_BROKEN
from tests.model.week.planned import CASE, EVERYTHING, NOISE, hood_with, in_street, opened, still, told

ENERGY = 3
NOBODY = dict.fromkeys(("ward_hours", "enforcer_hours", "police_hours", "desk_hours", "programme_hours", "counter_hours"), 0.0)


def test_giving_takes_street_hours_up_to_its_own_and_households_behind_open_doors_of_that_street_are_helped():
    hood = opened({"week": 1, "kind": "giving", "street": 1, "value": 2.5, "weeks": 4})
    before = int(hood.world.accounts.left[STREET_HOURS])
    hood.ward_officials[0].step()
    given = told(hood, HELPED, OFFICIAL)
    assert 0 < len(given) == hood.world.tally[GIVEN] == hood.world.acts.reached[0] == len(hood.world.deeds)
    homes = hood.world.residents.home
    assert set(given) <= in_street(hood, 1)
    assert set(homes[given]) <= set(homes[told(hood, MET)])
    assert set(given) == {i for i in in_street(hood, 1) if homes[i] in set(homes[given])}  # whole households
    assert 60 * len(set(homes[given])) <= hood.world.acts.minutes[0] <= 150
    assert before - hood.world.accounts.left[STREET_HOURS] == hood.world.accounts.spent[STREET_HOURS] >= hood.world.acts.minutes[0]


def test_whom_something_was_given_to_is_not_given_to_again_by_the_same_act():
    hood = hood_with({"week": 1, "kind": "giving", "street": 1, "value": 30.0, "weeks": 30}).run(32)
    people = hood.world.deeds.person.tolist()
    assert len(people) == len(set(people)) > 10
    assert hood.world.acts.state[0] == OVER
    assert any("did something for" in line for line in hood.story)


def test_more_hours_for_giving_keep_those_to_whom_it_was_given_with_fewer():
    reached = []
    for hours in (2.0, 5.0):
        hood = opened({"week": 1, "kind": "giving", "street": 1, "value": hours, "weeks": 4}, case=CASE.replaced(door_base=1.0))
        hood.ward_officials[0].step()
        reached.append(set(hood.world.deeds.person.tolist()))
    assert reached[0] < reached[1]


def test_hearing_out_old_hurt_heals_those_of_that_street_who_carry_it_and_takes_the_hours_of_each():
    event = {"week": 1, "kind": "old_hurt", "street": 1, "value": 6.0, "weeks": 20}
    hood = opened(event, regime=regimes.practices(regimes.NAMED["relational"].model_dump() | {"listening_first": 0.0}))
    sore = {i for i in in_street(hood, 1) if max(hood.world.residents.grievance[i, [OFFICIAL, MUNICIPALITY]]) > 0.05}
    before = hood.world.residents.grievance[:, MUNICIPALITY].copy()
    hood.ward_officials[0].step()
    heard = told(hood, HEARD_OUT, MUNICIPALITY)
    assert set(heard) <= sore
    assert 0 < len(heard) == hood.world.tally[HEARD] == hood.world.officials.heard[0]
    assert 60 * len(heard) <= hood.world.acts.minutes[0] <= 360
    hood.schedule.residents_learn()
    assert (hood.world.residents.grievance[heard, MUNICIPALITY] < before[heard]).all()


def test_a_gathering_takes_support_hours_by_its_places_and_mixes_who_shares_a_centre():
    hood = opened({"week": 1, "kind": "gathering", "street": 1, "value": 24.0, "weeks": 3})
    before, p = int(hood.world.accounts.left[SUPPORT_HOURS]), hood.case.behaviour
    hold_gatherings(hood.world)
    places = min(24, int(before / (p.group_minutes / p.group_size)))
    assert places >= 2
    assert before - hood.world.accounts.left[SUPPORT_HOURS] == hood.world.acts.minutes[0] == int(places * p.group_minutes / p.group_size)
    came = hood.world.deeds.resident.tolist()
    assert 0 < len(came) == len(set(came)) == hood.world.acts.reached[0] <= places
    assert len(told(hood, EXCHANGED, NEIGHBOURS)) + len(told(hood, TOOK_PART, NEIGHBOURS)) == len(came)
    assert hood.world.tally[GROUP_MEETINGS] == 1
    group, pairs = hood.world.residents.group, hood.world.standing["new_count"][0]
    first, second = hood.world.standing["new_first"][:pairs], hood.world.standing["new_second"][:pairs]
    assert (group[first] != group[second]).any()
    hood.schedule.ties_change()
    assert all(int(j) in hood.world.residents.tie[i, : hood.world.residents.degree[i]] for i, j in zip(first, second, strict=True))


def test_who_comes_to_a_gathering_does_not_depend_on_how_many_places_there_are():
    hood = opened({"week": 1, "kind": "gathering", "street": 1, "value": 24.0})
    few, many = (who_comes(hood.world, 0, places) for places in (6, 12))
    assert set(few) <= set(many)
    assert len(few) < len(many)


@pytest.mark.parametrize("present", [True, False])
def test_an_ordered_visit_goes_first_costs_its_hours_and_finds_what_is_there_or_nothing(present):
    rules: Any = {"visit_finds": (lambda draw, presence: True) if present else (lambda draw, presence: False)}
    noise = {"week": 2, "kind": "problem", "name": "noise", "street": 2, "value": 0.7}
    case = CASE.replaced(police_share=0.0)
    hood = hood_with(noise, {"week": 2, "kind": "visit", "name": "noise", "street": 2}, rules=rules, case=case, compiled=False).run(2)
    made = (hood.world.problems.ordered == 2) & (hood.world.problems.case == NO_CASE)
    assert set(hood.world.problems.street[made]) == {2}
    assert set(hood.world.problems.kind[made]) == {NOISE}
    assert hood.world.accounts.spent[ENFORCER_HOURS] >= hood.world.acts.minutes[0] == KINDS[NOISE].minutes * made.sum()
    assert (hood.world.problems.state[made] == (SOLVED if present else LIVING)).all()
    assert any(("found noise" if present else "found nothing") in line and "a visit" in line for line in hood.story)


def test_a_visit_where_there_is_nothing_at_all_takes_its_hour_and_finds_nothing():
    hood = opened({"week": 1, "kind": "visit", "street": 2}, case=CASE.replaced(problems={"noise": 0.0}))
    order_visits(hood.world)
    assert hood.world.accounts.spent[ENFORCER_HOURS] == hood.world.acts.minutes[0] == KINDS[NOISE].minutes
    assert hood.world.acts.state[0] == OVER


def test_a_promise_to_a_street_is_one_pending_promise_for_each_household_that_waits_for_nothing():
    problem = {"week": 1, "kind": "problem", "name": "traffic", "street": 1, "value": 1.0}
    hood = opened(problem, {"week": 1, "kind": "promise", "street": 1, "value": 0.5, "weeks": 7})
    r, before = hood.world.residents, len(hood.world.promises)
    waiting = {i for i in in_street(hood, 1) if r.head[i] and r.promise[i] < 0}
    act_at_the_desk(hood.world)
    rows = range(before, len(hood.world.promises))
    assert {int(hood.world.promises.recipient[m]) for m in rows} == waiting == set(told(hood, PROMISED, OFFICIAL).tolist())
    assert all(r.promise[hood.world.promises.recipient[m]] == m for m in rows)
    assert set(hood.world.promises.due[before:]) == {8}
    assert set(hood.world.problems.kind[hood.world.promises.problem[before:]]) == {2}
    assert hood.world.accounts.spent[DESK_HOURS] == hood.world.acts.minutes[0] == int(hood.case.behaviour.report_minutes)
    assert hood.world.tally[MADE] == len(rows)


def test_breaking_a_promise_breaks_the_oldest_pending_there_for_all_to_whom_it_was_made():
    problem = {"week": 1, "kind": "problem", "name": "design", "street": 1, "value": 1.0}
    promise = {"week": 1, "kind": "promise", "street": 1, "value": 0.5, "weeks": 30}
    case = CASE.replaced(crew_hours=0, case_hours=0, structural_budget=0, found_base=0, burn_in=0)
    hood = hood_with(problem, promise, {"week": 5, "kind": "break_promise", "street": 1}, regime=still(), case=case).run(4)
    pending = np.flatnonzero(hood.world.promises.fate == PENDING)
    there = pending[hood.world.residents.street[hood.world.promises.recipient[pending]] == 1]
    oldest = there[hood.world.promises.made[there] == hood.world.promises.made[there].min()]
    assert len(oldest) > 1
    before = int(hood.world.tally[BROKEN])
    hood.run(1)
    assert (hood.world.promises.fate[oldest] == WAS_BROKEN).all()
    assert hood.world.tally[BROKEN] - before == len(oldest)
    assert any("households" in line and "in week 31 at the latest" in line for line in hood.story)
    assert any(line.startswith("week 5: ") and "households" in line and "was broken" in line for line in hood.story)


def test_breaking_a_promise_where_none_is_pending_is_told_and_does_nothing():
    hood = hood_with({"week": 1, "kind": "break_promise", "street": 1}, regime=still(), case=CASE.replaced(ward_hours=0)).run(2)
    assert hood.world.tally[BROKEN] == 0
    assert any("nothing came of breaking a promise" in line for line in hood.story)


def test_what_was_given_is_taken_back_from_the_household_and_others_who_saw_it_hear_of_it():
    hood = hood_with(
        {"week": 1, "kind": "giving", "street": 1, "value": 20.0},
        {"week": 9, "kind": "withdraw", "street": 1},
        case=CASE.replaced(counter_hours=50),
    ).run(8)
    given = hood.world.deeds.person[hood.world.deeds.undone == 0]
    assert len(given)
    hood.schedule.begin_week()
    before = int(hood.world.accounts.left[COUNTER_HOURS])
    act_at_the_desk(hood.world)
    hurt = hood.world.events.what[:, 0] == PROMISE_BROKEN
    whole = hurt & (hood.world.events.size[:, 2] == 1.0)
    helped = hood.world.events.what[whole, 1]
    assert len(helped)
    assert int(hood.world.deeds.undone.sum()) == 2 * len(helped)  # what was given to the household, and for whom it was taken back
    assert len(set(hood.world.residents.home[helped])) == 1
    assert (hood.world.events.what[hurt, 2] == MUNICIPALITY).all()
    assert 0 < (hurt & ~whole).sum() < len(in_street(hood, 1))
    assert before - hood.world.accounts.left[COUNTER_HOURS] == hood.world.acts.minutes[1] == int(hood.case.behaviour.check_minutes)
    assert hood.world.tally[TAKEN_BACK] == 1
    sore = hood.world.residents.grievance[helped, MUNICIPALITY].copy()
    hood.schedule.residents_learn()
    assert (hood.world.residents.grievance[helped, MUNICIPALITY] > sore).all()


def test_what_was_made_to_measure_can_be_taken_back_once():
    practices = regimes.practices(still().model_dump() | {"tailoring": 1.0})
    case = CASE.replaced(fit_base=0.0, needs_rate=10.0, counter_hours=50, structural_budget=1000, moves_per_year=0)
    hood = hood_with(regime=practices, case=case).run(10)
    street = int(np.bincount(hood.world.requests.street[hood.world.requests.fate == 2]).argmax()) if len(hood.world.requests) else 0
    for _ in range(2):
        hood.world.accounts.arrays["left"][:] = 600
        plan(hood.world, Event.model_validate({"week": 10, "kind": "withdraw", "name": "", "value": 0.0, "street": street, "weeks": 0}))
        withdraw(hood.world, len(hood.world.acts) - 1)
    back = hood.world.deeds.request[hood.world.deeds.request >= 0]
    assert hood.world.tally[TAKEN_BACK] == 2
    assert len(set(back.tolist())) == 2


def test_nothing_is_taken_back_where_nothing_was_given():
    hood = opened({"week": 1, "kind": "withdraw", "street": 1}, regime=still(), case=CASE.replaced(tailor_euro=100000.0))
    for name in ("bent",):
        hood.world.problems.arrays[name][:] = 0
    hood.world.requests.count[0] = 0
    act_at_the_desk(hood.world)
    assert hood.world.acts.state[0] == CAME_TO_NOTHING
    assert hood.world.accounts.spent[COUNTER_HOURS] == 0


@pytest.mark.parametrize("kind", ["project", "programme"])
def test_a_project_decided_elsewhere_goes_the_way_of_any_project_and_takes_programme_hours(kind):
    practices = regimes.practices(regimes.NAMED["relational"].model_dump() | {"conditional_on_residents": 1.0, "coupling": 1.0})
    event = {"week": 1, "kind": kind, "name": "energy", "street": 1, "value": 2.0}
    hood = opened(event, regime=practices, case=CASE.replaced(agenda_rate=0, programme_hours=100))
    launch_projects(hood.world)
    a = hood.world.agenda
    assert len(a) == 1
    assert (a.kind[0], a.street[0]) == (ENERGY, 1)
    assert a.first[0] <= 1 < a.first[0] + a.span[0]
    imported = kind == "programme"
    assert a.imported[0] == imported
    assert a.with_residents[0] == (not imported)
    assert a.span[0] == (2 if imported or not a.coupled[0] else 1)
    a.state[0] = AT_WORK
    minutes = int(a.minutes[0])
    work_on_projects(hood.world)
    assert hood.world.accounts.spent[PROGRAMME_HOURS] == minutes - a.minutes[0] > 0
    assert any(("programme" if imported else "project") in line for line in tell_story(hood.world))


def test_a_programme_for_everywhere_comes_to_all_streets():
    hood = opened({"week": 1, "kind": "programme", "name": "social", "street": -1})
    launch_projects(hood.world)
    assert (hood.world.agenda.first[-1], hood.world.agenda.span[-1]) == (0, 4)


def test_a_programme_lands_at_the_doors_and_a_project_is_announced_after_its_weeks():
    programme = {"week": 1, "kind": "programme", "name": "traffic", "street": 1, "value": 1.0}
    project = {"week": 1, "kind": "project", "name": "energy", "street": 2, "value": 1.0, "weeks": 11}
    hood = hood_with(programme, project, case=CASE.replaced(agenda_rate=0, object_base=-20.0), regime=still()).run(10)
    assert hood.world.agenda.state[0] == HAS_LANDED
    assert hood.world.agenda.addressed[0] == sum(hood.world.residents.head[i] for i in in_street(hood, 1))
    assert hood.world.agenda.state[1] == 0
    assert hood.run(20).world.agenda.answered[1] >= 12


@pytest.mark.parametrize(
    "event", [e for e in EVERYTHING if e["kind"] in ("giving", "old_hurt", "gathering", "visit", "promise", "programme")]
)
def test_without_hours_it_does_not_happen_and_the_story_says_so(event):
    hood = hood_with(event, case=CASE.replaced(**NOBODY, agenda_rate=0)).run(50)
    assert len(hood.world.deeds) == 0
    assert hood.world.tally[GIVEN] == hood.world.tally[HEARD] == hood.world.tally[MADE] == hood.world.tally[GROUP_MEETINGS] == 0
    assert (hood.world.acts.state == CAME_TO_NOTHING).all()
    assert (hood.world.acts.minutes == 0).all()
    assert not (hood.world.agenda.state == HAS_LANDED).any()
    if event["kind"] != "programme":
        assert any("nothing came of" in line for line in hood.story)


def test_an_act_waits_a_quarter_for_hours_and_takes_place_when_they_come():
    gathering = {"week": 1, "kind": "gathering", "street": 1, "value": 8.0}
    hood = hood_with(gathering, {"week": 6, "kind": "stop_support"}, case=CASE.replaced(ward_hours=0)).run(13)
    assert hood.world.acts.state[0] == UNDER_WAY
    assert hood.run(1).world.acts.state[0] == CAME_TO_NOTHING
    late = [{"week": 1, "kind": "stop_support", "weeks": 6}, {**gathering, "week": 2}]
    hood = hood_with(*late).run(6)
    assert hood.world.acts.state[0] == UNDER_WAY
    assert hood.run(4).world.acts.state[0] == OVER
