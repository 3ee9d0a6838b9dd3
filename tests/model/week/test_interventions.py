"""What can be made to happen in a given week: each act is paid for, leaves a trace, and is the same after a checkpoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import regimes
from model.case.case import Case, load
from model.case.event import SORTS, Event
from model.engine import chance
from model.errors import BadInput
from model.kinds import KINDS
from model.neighbourhood import Neighbourhood
from model.state.accounts import (
    COUNTER_HOURS,
    DESK_HOURS,
    ENFORCER_HOURS,
    MANDATE_POT,
    MUNICIPAL,
    PROGRAMME_HOURS,
    STREET_HOURS,
    SUPPORT_HOURS,
)
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
from model.story.words import WORDS
from model.week.agenda_delivery import work_on_projects
from model.week.agenda_planning import AT_WORK, HAS_LANDED, launch_projects
from model.week.planned_act_kinds import act_at_the_desk, hold_gatherings, order_visits, who_comes, withdraw
from model.week.planned_acts import CAME_TO_NOTHING, OVER, UNDER_WAY, plan
from model.week.problems import LIVING, NO_CASE, SOLVED
from model.week.promises import PENDING, WAS_BROKEN

NOISE, ENERGY = 1, 3
CASE = load("default").replaced(
    residents=120,
    streets=4,
    burn_in=4,
    problem_rate=4,
    ward_hours=100,
    enforcer_hours=100,
    desk_hours=50,
    programme_hours=50,
    years_in_post=50,
)
NOBODY = dict.fromkeys(("ward_hours", "enforcer_hours", "police_hours", "desk_hours", "programme_hours", "counter_hours"), 0.0)
EVERYTHING: list[dict[str, Any]] = [
    {"week": 25, "kind": "practice", "name": "presence", "value": 0.9, "weeks": 9},
    {"week": 25, "kind": "condition", "name": "problem_rate", "value": 9.0, "weeks": 9},
    {"week": 26, "kind": "condition", "name": "strictness", "value": 0.9, "weeks": 3},
    {"week": 26, "kind": "giving", "street": 1, "value": 3.0, "weeks": 9},
    {"week": 27, "kind": "old_hurt", "street": -1, "value": 4.0, "weeks": 6},
    {"week": 28, "kind": "gathering", "street": 2, "value": 16.0, "weeks": 2},
    {"week": 28, "kind": "visit", "street": 3},
    {"week": 29, "kind": "project", "name": "energy", "street": 1, "value": 2.0, "weeks": 3},
    {"week": 30, "kind": "programme", "name": "spatial planning", "street": 2, "value": 2.0},
    {"week": 30, "kind": "promise", "street": 0, "value": 0.8, "weeks": 9},
    {"week": 33, "kind": "break_promise", "street": 0},
    {"week": 34, "kind": "stop_support", "weeks": 4},
    {"week": 36, "kind": "withdraw", "street": 1, "text": {"nl": "De karpers moeten terug", "en": "The carp have to go back"}},
    {"week": 37, "kind": "initiative", "street": 2, "name": "social"},
    {"week": 37, "kind": "problem", "street": 2, "name": "noise", "value": 0.6},
    {"week": 38, "kind": "official_leaves"},
    {"week": 39, "kind": "shock", "value": 0.3},
]


def hood_with(*events: dict[str, Any], regime: Any = "relational", seed: int = 3, case: Case = CASE, **options: Any) -> Neighbourhood:
    """A small neighbourhood with many hours, in which these are planned."""
    return Neighbourhood(case.replaced(events=list(events)), regime, seed=seed, **options)


def opened(*events: dict[str, Any], **options: Any) -> Neighbourhood:
    """The same, in the first week, in which nothing but the planned has happened yet."""
    hood = hood_with(*events, **options)
    hood.burn_in()
    hood.schedule.begin_week()
    return hood


def told(hood: Neighbourhood, kind: int, to: int | None = None) -> np.ndarray:
    """Rows of the residents to whom this happened this week."""
    what = hood.world.events.what
    return what[(what[:, 0] == kind) & ((what[:, 2] == to) if to is not None else True), 1]


def in_street(hood: Neighbourhood, street: int) -> set[int]:
    return set(range(int(hood.world.streets.start[street]), int(hood.world.streets.stop[street])))


def assert_same(first: Neighbourhood, second: Neighbourhood) -> None:
    for name, table in first.world.tables.items():
        assert len(table) == len(second.world.tables[name]), name
        for column in table.arrays:
            assert np.array_equal(getattr(table, column), getattr(second.world.tables[name], column)), f"{name}.{column}"
    assert np.array_equal(first.series, second.series, equal_nan=True)


def assert_ledger_closes(hood: Neighbourhood) -> None:
    for table in (hood.world.accounts, hood.world.purses):
        assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left), table.title
        assert (table.left >= 0).all()
    assert np.array_equal(hood.world.accounts.endowed, hood.world.accounts.spent + hood.world.accounts.left)


# --- an act is paid for and leaves a trace ----------------------------------------------------------------------------


def test_giving_takes_street_hours_up_to_its_own_and_those_behind_open_doors_of_that_street_are_helped():
    hood = opened({"week": 1, "kind": "giving", "street": 1, "value": 2.5, "weeks": 4})
    before = int(hood.world.accounts.left[STREET_HOURS])
    hood.ward_officials[0].step()
    given = told(hood, HELPED, OFFICIAL)
    assert 0 < len(given) == hood.world.tally[GIVEN] == hood.world.acts.reached[0] == len(hood.world.deeds)
    assert set(given) <= in_street(hood, 1) & set(told(hood, MET))
    assert 60 * len(given) <= hood.world.acts.minutes[0] <= 150
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


def still() -> Any:
    """Practices under which officials do not go out, so that nothing but the planned is promised or given."""
    return regimes.practices(regimes.NAMED["relational"].model_dump() | {"presence": 0.0, "tailoring": 0.0, "mandate_rules": 0.0})


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
    assert int(hood.world.deeds.undone.sum()) == 1 + len(helped)  # what was given, and for whom that was taken back
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
        plan(hood.world, Event(week=10, kind="withdraw", name="", value=0.0, street=street, weeks=0))
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


# --- what stands for a while --------------------------------------------------------------------------------------------


def test_a_practice_with_weeks_goes_back_to_what_it_was_and_a_later_choice_overrules_it():
    events = [
        {"week": 3, "kind": "practice", "name": "presence", "value": 0.9, "weeks": 4},
        {"week": 5, "kind": "practice", "name": "presence", "value": 0.2},
    ]
    hood, seen = hood_with(*events), []
    for _ in range(9):
        seen.append(hood.run(1).practices.presence)
    usual = regimes.NAMED["relational"].presence
    assert seen == [usual, usual, 0.9, 0.9, 0.2, 0.2, 0.2, 0.2, 0.2]
    hood = hood_with(events[0]).run(4)
    hood.set_regime("top_down")
    assert hood.run(1).practices == regimes.NAMED["top_down"]
    assert hood_with(events[0]).run(7).practices.presence == usual


@pytest.mark.parametrize("regime", list(regimes.NAMED))
def test_a_condition_changes_the_means_alike_under_every_regime_and_the_ledger_closes_every_week(regime):
    events = [
        {"week": 3, "kind": "condition", "name": "ward_hours", "value": 10.0, "weeks": 5},
        {"week": 4, "kind": "condition", "name": "structural_budget", "value": 52.0, "weeks": 5},
    ]
    hood, hours, cents = hood_with(*events, regime=regime), [], []
    for _ in range(10):
        ever = int(hood.world.purses.endowed_ever[: MANDATE_POT + 1].sum())
        hood.run(1)
        assert_ledger_closes(hood)
        hours.append(float(hood.world.minutes_a_week[:MUNICIPAL].sum()))
        cents.append(int(hood.world.purses.endowed_ever[: MANDATE_POT + 1].sum()) - ever)
    less = 60 * 90.0 * 120 / 1000  # 90 of the 100 hours for 1,000 residents
    assert np.allclose(np.array(hours) - hours[0], [0, 0, -less, -less, -less, -less, -less, 0, 0, 0])
    assert np.allclose(cents[1:], [6000, 6000, 12000, 12000, 12000, 12000, 12000, 6000, 6000], atol=2)


def test_conditions_other_than_means_are_in_force_too():
    names = {
        "years_in_post": 0.2,
        "strictness": 0.9,
        "openness": 0.8,
        "broker": 0.7,
        "problem_rate": 40.0,
        "upkeep_support": 1.0,
        "counter_pressure": 0.6,
    }
    hood = hood_with(*({"week": 2, "kind": "condition", "name": name, "value": value} for name, value in names.items())).run(40)
    usual = hood_with().run(40)
    assert (hood.world.departments.strictness == np.float32(0.9)).all()
    assert (hood.world.departments.openness > usual.world.departments.openness).all()
    assert (hood.world.departments.upkeep > usual.world.departments.upkeep).all()
    assert (hood.world.problems.born > 1).sum() > 4 * (usual.world.problems.born > 1).sum()
    assert hood.world.officials.nth[0] + hood.world.officials.mate_nth[0] > usual.world.officials.nth[0] + usual.world.officials.mate_nth[0]
    assert hood.world.streets.pressure.any()
    assert hood.broker is not None
    assert hood.broker.share == 0.7
    assert usual.broker is None


def test_pressure_ends_when_the_condition_does():
    hood = hood_with({"week": 2, "kind": "condition", "name": "counter_pressure", "value": 1.0, "weeks": 3})
    pressed = [bool(hood.run(1).world.streets.pressure.any()) for _ in range(6)]
    assert pressed == [False, True, True, True, False, False]


def test_stopped_support_has_no_hours_for_so_long_and_the_others_share_them():
    hood, minutes = hood_with({"week": 3, "kind": "stop_support", "weeks": 4}), []
    for _ in range(8):
        hood.run(1)
        assert_ledger_closes(hood)
        minutes.append((hood.world.minutes_a_week[SUPPORT_HOURS] > 0, float(hood.world.minutes_a_week.sum())))
    assert [there for there, _ in minutes] == [True, True, False, False, False, False, True, True]
    assert np.allclose([total for _, total in minutes], minutes[0][1])
    stopped = hood_with({"week": 1, "kind": "stop_support"}).run(30)
    assert stopped.world.accounts.endowed_ever[SUPPORT_HOURS] <= hood_with().run(1).world.accounts.endowed_ever[SUPPORT_HOURS]


# --- the same luck, and the same after turning back -----------------------------------------------------------------------


def test_everything_that_can_be_planned_is_planned_here():
    assert {event["kind"] for event in EVERYTHING} == set(SORTS)


def test_what_luck_alone_decides_is_the_same_whatever_is_planned():
    quiet = hood_with().run(70)
    planned = [event for event in EVERYTHING if event.get("name") != "problem_rate"]
    loud = hood_with(*planned).run(70)
    assert quiet.world.residents.occupant.tolist() == loud.world.residents.occupant.tolist()
    made = chance.join(chance.join(int(loud.world.streets.name[2]), 1000 + NOISE), 37)
    fresh = [set(h.world.problems.name[h.world.problems.nth == 0].tolist()) for h in (quiet, loud)]
    assert fresh[1] - fresh[0] == {made}
    assert fresh[0] <= fresh[1]


def test_a_gathering_in_one_street_leaves_far_streets_as_they_were():
    nowhere = dict.fromkeys(("encounter_far", "schools", "clubs", "centres", "agenda_rate", "found_base"), 0)
    apart = CASE.replaced(density=10, example_distance=10, **nowhere)
    calm = hood_with(case=apart, regime=still()).run(40)
    held = hood_with({"week": 3, "kind": "gathering", "street": 0, "value": 12.0, "weeks": 9}, case=apart, regime=still()).run(40)
    assert len(held.world.deeds) > 10
    far = calm.world.residents.street > 0
    for column in ("trust", "readiness", "burden", "grievance", "strength", "filed", "contact"):
        assert np.array_equal(getattr(calm.world.residents, column)[far], getattr(held.world.residents, column)[far]), column
    assert not np.array_equal(calm.world.residents.trust[~far], held.world.residents.trust[~far])


def test_intervening_after_a_checkpoint_is_the_same_as_having_planned_it():
    planned = hood_with(*EVERYTHING).run(60)
    stopped = hood_with().run(24)
    saved = stopped.checkpoint()
    stopped.intervene(30, "practice", "presence", 0.0)
    stopped.intervene(26, "condition", "crew_hours", 50.0, weeks=30)
    stopped.intervene(27, "giving", street=3, value=9.0, weeks=20)
    stopped.run(20)
    stopped.restore(saved)
    for event in EVERYTHING:
        stopped.intervene(**event)
    stopped.run(36)
    assert_same(planned, stopped)
    assert planned.identity == stopped.identity
    assert planned.story == stopped.story
    assert len(planned.world.deeds) > 5
    assert planned.identity != hood_with(*EVERYTHING[1:]).run(60).identity


@pytest.mark.parametrize("week", [27, 29, 35])
def test_what_is_under_way_goes_on_after_a_checkpoint_in_another_neighbourhood(week):
    straight = hood_with(*EVERYTHING).run(60)
    stopped = hood_with(*EVERYTHING).run(week)
    fresh = hood_with(regime="top_down")
    fresh.restore(stopped.checkpoint())
    assert_same(straight, fresh.run(60 - week))
    assert straight.identity == fresh.identity


def test_what_is_planned_reaches_residents_by_what_happens_to_them_alone():
    lived = hood_with(*EVERYTHING, keep_events=True).run(60)
    replayed = hood_with(regime="top_down")
    replayed.replay(lived.world.event_log)
    for column in ("trust", "usual", "evidence", "grievance", "reporting", "acting", "readiness"):
        assert np.array_equal(getattr(lived.world.residents, column), getattr(replayed.world.residents, column)), column


def test_what_is_planned_can_be_lived_again_with_one_initiative_more():
    straight, found = hood_with(*EVERYTHING).run(60), hood_with(*EVERYTHING).run_with_multiplier(60)
    assert_same(straight, found)
    assert found.story == straight.story


def test_compiled_and_plain_live_the_same_when_everything_happens():
    hoods = [hood_with(*EVERYTHING, compiled=compiled).run(60) for compiled in (True, False)]
    assert_same(*hoods)


def test_everything_keeps_its_bounds_and_the_ledger_closes_every_week():
    hood = hood_with(*EVERYTHING, regime="leapfrog")
    for _ in range(60):
        hood.run(1)
        assert_ledger_closes(hood)
    assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]


# --- what is told, and what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", list(WORDS))
def test_everything_planned_is_told_in_both_languages_and_in_its_own_words_where_there_are_some(lang):
    story = tell_story(hood_with(*EVERYTHING).run(60).world, lang=lang)
    planned = {"nl": "gepland: ", "en": "planned: "}[lang]
    for week in {event["week"] for event in EVERYTHING}:
        count = sum(event["week"] == week and "text" not in event for event in EVERYTHING)
        assert sum(line.startswith(f"week {week}: {planned}") for line in story) == count
    assert f"week 36: {EVERYTHING[12]['text'][lang]}" in story
    taken_back = {"nl": "is teruggedraaid", "en": "was taken back"}[lang]
    assert story.index(f"week 36: {EVERYTHING[12]['text'][lang]}") < next(n for n, line in enumerate(story) if taken_back in line)
    assert not [line for line in story if "{" in line or "_" in line or "  " in line or " ," in line]


def test_a_text_in_one_language_is_told_in_the_other_too():
    hood = hood_with({"week": 1, "kind": "shock", "value": 0.1, "text": {"nl": "De wethouder stapt op"}}).run(2)
    assert "week 1: De wethouder stapt op" in tell_story(hood.world, lang="en")


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({"kind": "condition", "name": "presence", "value": 1.0}, "ward_hours"),
        ({"kind": "condition", "name": "schools", "value": 1.0}, "upkeep_support"),
        ({"kind": "condition", "name": "strictness", "value": 1.5}, "0.0 to 1.0"),
        ({"kind": "giving", "value": 0.0}, "0.25 to 1000"),
        ({"kind": "giving", "value": 2.0, "street": 4}, "0 to 3, or -1 for everywhere"),
        ({"kind": "giving", "value": 2.0, "name": "litter"}, "none"),
        ({"kind": "old_hurt", "value": -1.0}, "0.25 to 1000"),
        ({"kind": "gathering", "value": 1.0}, "2.0 to 500"),
        ({"kind": "visit", "name": "litter"}, "noise, or none"),
        ({"kind": "visit", "weeks": 3}, "allowed: 0"),
        ({"kind": "visit", "street": -1}, "0 to 3"),
        ({"kind": "project", "value": 1.0}, "traffic, energy, design, neglect, youth"),
        ({"kind": "project", "name": "energy", "value": 5.0}, "0.0 to 4.0"),
        ({"kind": "project", "name": "energy", "value": 1.5}, "whole number"),
        ({"kind": "programme", "name": "theatre", "value": 1.0}, "public space"),
        ({"kind": "promise", "value": 1.1}, "0.0 to 1.0"),
        ({"kind": "break_promise", "street": -1}, "0 to 3"),
        ({"kind": "withdraw", "value": 2.0}, "0.0 to 0.0"),
        ({"kind": "stop_support", "weeks": -1}, "greater than or equal to 0"),
        ({"kind": "shock", "value": 0.1, "text": {"fr": "non"}}, "nl and en"),
        ({"kind": "shock", "value": 0.1, "text": {"nl": "een\ntwee"}}, "one line"),
        ({"kind": "initiative", "name": "choir"}, "social"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line_with_what_is(event, says):
    with pytest.raises(BadInput) as caught:
        hood_with({"week": 3, **event})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ward_hours_cannot_come_where_there_are_no_posts():
    with pytest.raises(BadInput, match=r"0\.0 to 0\.0"):
        hood_with({"week": 3, "kind": "condition", "name": "ward_hours", "value": 1.0}, case=CASE.replaced(ward_hours=0))
