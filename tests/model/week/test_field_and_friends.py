"""Traces of silence, visits in vain, friends, input and learning in the field: each is counted as declared, and can be otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model import regimes
from model.case.case import load
from model.kinds import SOCIAL
from model.measures.end_of_run import picture_gap
from model.measures.weekly import WEEKLY, weekly_values
from model.neighbourhood import Neighbourhood
from model.state import tallies
from model.state.tallies import BUILT_ON, FOUND_NOTHING, NUISANCE_VISITS, STARTED_OVER, SUMS, TALLIES
from model.week.case_delivery import carry_out
from model.week.council import COUNCIL_WEEKS
from model.week.initiative_founding import WORKING
from model.week.initiative_town_hall import council_week
from model.week.problems import LIVING, NO_CASE, WAITING
from model.week.promises import PENDING

SMALL = load("default").replaced(residents=120, burn_in=6, problem_rate=3, found_base=0.01)


def yearly(sums: dict[str, float], counts: dict[str, float]) -> dict[str, float]:
    """The weekly outcomes of a year that adds up to the given sums (each week) and tallies (at its end)."""
    record = np.zeros((52, SUMS + TALLIES))
    record[:, tallies.PEOPLE] = 1000
    for name, value in sums.items():
        record[:, getattr(tallies, name)] = value
    for name, value in counts.items():
        record[:, SUMS + getattr(tallies, name)] = value
    return dict(zip(WEEKLY, weekly_values(record)[-1], strict=True))


@pytest.mark.parametrize(
    ("sums", "counts", "outcome", "value"),
    [
        ({"HIDDEN": 20.0, "SILENT_PEOPLE": 100.0}, {}, "burden_silent", 0.2),
        ({"HIDDEN": 20.0, "BURDEN": 200.0}, {"WORK_MINUTES": 600, "SILENT_MINUTES": 30}, "attention_silent", 0.5),
        ({}, {"NUISANCE_VISITS": 8, "FOUND_NOTHING": 6}, "visits_in_vain", 0.75),
        ({}, {"PLANS_APPROVED": 4, "PLAN_WEEKS": 48}, "approval_weeks", 12),
        ({}, {"PLANS_ON_THE_SPOT": 3}, "on_the_spot", 3),
        ({"MATTERS": 40.0, "MATTERS_KNOWN": 10.0}, {}, "local_knowledge", 0.25),
        ({"VIGOUR_SUM": 2.5}, {}, "vigour", 2.5),
        ({}, {"CASES_FRIENDS": 2, "WEEKS_FRIENDS": 10, "CASES_OTHERS": 4}, "case_weeks_friends", 5),
        ({}, {"CASES_OTHERS": 4, "WEEKS_OTHERS": 60}, "case_weeks_others", 15),
        ({}, {"KEPT": 6, "BROKEN": 4, "KEPT_FRIENDS": 3, "ENDED_FRIENDS": 4}, "promises_kept_friends", 0.75),
        ({}, {"KEPT": 6, "BROKEN": 4, "KEPT_FRIENDS": 3, "ENDED_FRIENDS": 4}, "promises_kept_others", 0.5),
        ({}, {"HURT_HEARD": 7}, "hurt_heard", 7),
        ({}, {"RULE_WEEKS": 9}, "rule_weeks", 9),
        ({"TRUST_KNOWN": 6.0, "INSTITUTION_KNOWN": 4.0, "LINKED": 10.0}, {}, "trust_person", 0.2),
        ({"MEANS_SUM": 480.0}, {}, "means", 0.48),
    ],
)
def test_a_year_of_1000_residents_is_counted_as_declared(sums, counts, outcome, value):
    assert yearly(sums, counts)[outcome] == pytest.approx(value)


def test_without_silent_streets_or_friends_nothing_is_claimed_about_them():
    found = yearly({}, {})
    assert all(math.isnan(found[name]) for name in ("burden_silent", "attention_silent", "case_weeks_friends", "promises_kept_friends"))


def test_nuisance_that_is_always_there_is_always_found_and_other_nuisance_mostly_not():
    always, mostly = (
        Neighbourhood(SMALL.replaced(problems={"noise": 10.0}, intermittence=share, enforcer_hours=9.0), seed=3, compiled=False).run(60)
        for share in (0.0, 1.0)
    )
    assert min(always.world.tally[NUISANCE_VISITS], mostly.world.tally[NUISANCE_VISITS]) > 5
    assert always.world.tally[FOUND_NOTHING] == 0
    assert mostly.world.tally[FOUND_NOTHING] > 0.5 * mostly.world.tally[NUISANCE_VISITS]


def test_a_case_that_is_closed_administratively_counts_among_the_weeks_that_cases_take():
    hood = Neighbourhood(SMALL.replaced(stale_weeks=5.0, burn_in=0), seed=1, compiled=False)
    hood.world.problems.reserve(1)
    q, columns = len(hood.world.problems), hood.world.problems.arrays
    hood.world.problems.count[0] += 1
    values = {"name": 5, "street": len(hood.world.streets) - 1, "kind": 2, "severity": 0.5, "case": WAITING, "opened": -6, "state": LIVING}
    for column, value in values.items():
        columns[column][q] = value
    before = hood.world.tally.copy()
    columns["case"][:q] = NO_CASE
    hood.world.accounts.arrays["left"][:] = 0
    hood.world.standing["week"] = 0
    hood.world.loops.call(carry_out)
    assert columns["case"][q] == NO_CASE
    assert hood.world.tally[tallies.CASES_OTHERS] - before[tallies.CASES_OTHERS] == 1
    assert hood.world.tally[tallies.WEEKS_OTHERS] - before[tallies.WEEKS_OTHERS] == 6


def test_input_is_decided_on_at_the_first_meeting_after_it_was_made_into_policy():
    assert council_week(27, 0.0) == 39
    assert council_week(27, 11.0) == 39
    assert council_week(27, 12.0) == 52
    assert council_week(26, 0.0) == 39
    assert all(council_week(week, 30.0) % COUNCIL_WEEKS == 0 for week in range(60))


def test_departments_learn_of_what_nobody_reports_as_far_as_officials_bring_it_in():
    found = {}
    for share in (0.0, 0.5, 1.0):
        hood = Neighbourhood(SMALL.replaced(field_learning=share, picture_step=1.0), seed=2, compiled=False)
        p = hood.world.problems.arrays
        p["known"][:], p["reports"][:] = 1, 0
        hood.council.learn_in_the_field()
        found[share] = hood.world.departments.picture.copy()
    assert not found[0.0].any()
    assert found[1.0][SOCIAL] > 0
    assert np.allclose(found[0.5], 0.5 * found[1.0])


def test_the_gap_of_a_picture_is_nought_when_its_shares_are_true_and_one_when_all_is_misplaced():
    hood = Neighbourhood(SMALL, seed=2, compiled=False)
    p, picture = hood.world.problems, hood.world.departments.arrays["picture"]
    living = (p.state == LIVING) * p.severity
    true = np.bincount(hood.world.kind_departments[p.kind], living, len(picture))
    assert math.isnan(picture_gap(hood.world))
    picture[:] = 0.1 * true
    assert picture_gap(hood.world) == pytest.approx(0.0, abs=1e-6)
    p.arrays["kind"][:] = 0
    picture[:] = 0
    picture[SOCIAL] = 3.0
    assert picture_gap(hood.world) == pytest.approx(1.0)


@pytest.mark.parametrize(("share", "counted", "other"), [(1.0, BUILT_ON, STARTED_OVER), (0.0, STARTED_OVER, BUILT_ON)])
def test_a_project_builds_on_what_residents_do_or_starts_over_beside_it_and_both_are_counted(share, counted, other):
    place = SMALL.replaced(agenda_rate=150.0, programme_hours=60.0, found_base=0.03)
    hood = Neighbourhood(place, regimes.practices({"build_on_existing": share, "listening_first": 0}), seed=5, compiled=False).run(60)
    assert hood.world.tally[counted] > 0
    assert hood.world.tally[other] == 0


def test_promises_are_counted_apart_where_residents_may_have_friends():
    practices = regimes.practices({"presence": 1.0, "promise_boldness": 1.0})
    hood = Neighbourhood(SMALL.replaced(ward_hours=60.0), practices, seed=3, compiled=False).run(40)
    m, friends = hood.world.promises, hood.world.streets.friends[hood.world.problems.street[hood.world.promises.problem]] > 0
    ended = np.isin(m.fate, (1, 2, 3)) & friends & (m.made > 0)
    assert 0 < ended.sum() < (m.fate != PENDING).sum()
    assert hood.world.tally[tallies.ENDED_FRIENDS] >= ended.sum()
    assert hood.world.tally[tallies.KEPT_FRIENDS] <= hood.world.tally[tallies.KEPT]


def test_a_rule_in_the_way_is_counted_by_the_week_until_it_is_cleared():
    stuck = SMALL.replaced(needs_exception=1.0, needs_money=0.0, clear_base=0.0, found_base=0.03)
    held = Neighbourhood(stuck, regimes.practices({"letting_go": 0.0, "harvest": 0.0}), seed=4, compiled=False).run(40)
    assert held.world.tally[tallies.RULE_WEEKS] > 0
    assert held.world.tally[tallies.RULES_CLEARED] == 0
    assert not (held.world.initiatives.state == WORKING).any()
    free = Neighbourhood(
        stuck.replaced(clear_base=1.0, strictness=0.0), regimes.practices({"letting_go": 0.0, "harvest": 0.0}), seed=4, compiled=False
    ).run(40)
    assert free.world.tally[tallies.RULES_CLEARED] > 0
