"""Projects of the municipality's agenda: prepared, announced, objected to, landed; what each practice buys and costs there."""

from __future__ import annotations

import numpy as np
import pytest

from model import rules
from model.case.case import load
from model.kinds import PLANNING, SOCIAL
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import CASE_HOURS, PROGRAMME_HOURS, SUPPORT_HOURS
from model.state.experiences import HEARD_OUT, MUNICIPALITY, OFFICIAL, TOOK_UP, WAS_CROSSED, WAS_INVOLVED
from model.state.tallies import (
    AGENDA_ADDRESSED,
    AGENDA_BEGUN,
    AGENDA_GOAL,
    AGENDA_LANDED,
    AGENDA_STOPPED,
    AGENDA_TAKEN_UP,
    OBJECTIONS,
    VARIANTS,
)
from model.story.teller import tell_story
from model.week.agenda_delivery import answer_project, land_project
from model.week.agenda_planning import AGENDA_KINDS, AT_WORK, CALLED_OFF, HAS_LANDED, OBJECTED_TO, PREPARING
from model.week.initiative_founding import survey

BUSY = load("default").replaced(residents=120, streets=5, burn_in=0, agenda_rate=60, programme_hours=10, ward_hours=20, problem_rate=2)
ENDS = load("default").replaced(
    residents=400, burn_in=0, agenda_rate=15, programme_hours=6, case_hours=1.5, ward_hours=10, problem_rate=2
)  # fmt: skip


def under(practice: str, value: float):
    return BASELINE.model_copy(update={practice: value})


def small(practices=BASELINE, seed: int = 1, weeks: int = 60, **changes) -> Neighbourhood:
    return Neighbourhood(BUSY.replaced(**changes), practices, seed, compiled=False, keep_events=True).run(weeks)


def told(hood: Neighbourhood, kind: int) -> int:
    """How many residents something happened to themselves."""
    return sum(int(((what[:, 0] == kind) & (size[:, 2] == 1.0)).sum()) for _, what, size in hood.world.event_log)


@pytest.fixture(scope="module")
def busy() -> Neighbourhood:
    return small()


# --- rules --------------------------------------------------------------------------------------------------------


def test_what_raises_and_what_lowers_the_chance_to_come_to_object_and_to_take_up() -> None:
    def yes(rule, **given):
        return sum(rule(draw=(n + 0.5) / 1000, **given) for n in range(1000))

    come = {"readiness": 0.3, "trust": 0.5, "involved": 0.0, "base": 0.5}
    assert all(yes(rules.will_attend, **{**come, key: 1.0}) > yes(rules.will_attend, **come) for key in come)
    against = {"grievance": 0.4, "trust": 0.3, "involved": 0.0, "base": -2.0, "slope": 4.0}
    assert yes(rules.will_object, **{**against, "grievance": 0.8}) > yes(rules.will_object, **against)
    assert yes(rules.will_object, **{**against, "trust": 0.8}) < yes(rules.will_object, **against)
    assert yes(rules.will_object, **{**against, "involved": 1.0}) == 0
    take = {"relevance": 0.3, "trust": 0.5, "fit": 0.0, "known": 0.2, "base": -2.5, "slope": 3.0}
    assert all(
        yes(rules.will_take_up, **{**take, key: 1.0}) > yes(rules.will_take_up, **take) for key in ("relevance", "trust", "fit", "known")
    )


def test_a_project_spans_a_district_or_one_street_and_goes_where_it_is_steered() -> None:
    assert rules.project_span(130.0, 0.0) == 130.0
    assert rules.project_span(130.0, 1.0) == 1.0
    assert 10 < rules.project_span(130.0, 0.5) < 13
    assert rules.project_pull(0.0, 0.8, 0.0) > rules.project_pull(0.0, 0.8, 1.0)


def test_the_council_moves_towards_what_is_asked_and_away_from_what_is_objected_to() -> None:
    assert rules.council_weighs(0.5, 0.5, 0.0, 0.0, 0.3) == 0.5
    assert rules.council_weighs(0.5, 0.5, 9.0, 0.0, 0.3) > 0.6 > 0.4 > rules.council_weighs(0.5, 0.5, 0.0, 9.0, 0.3)


# --- a project, from launch to landing ----------------------------------------------------------------------------


def test_projects_are_begun_and_land_and_households_take_them_up(busy: Neighbourhood) -> None:
    a, t = busy.world.agenda, busy.world.tally
    begun = len(a)
    assert t[AGENDA_BEGUN] == begun > 5
    assert t[AGENDA_LANDED] == (a.state == HAS_LANDED).sum() > 2
    assert t[AGENDA_STOPPED] == (a.state == CALLED_OFF).sum()
    assert set(a.kind.tolist()) <= set(AGENDA_KINDS)
    assert (a.first + a.span <= len(busy.world.streets)).all()
    landed = a.state == HAS_LANDED
    assert (a.minutes[landed] == 0).all()
    heads = [
        int(busy.world.residents.head[busy.world.streets.start[f] : busy.world.streets.stop[f + n - 1]].sum())
        for f, n in zip(a.first, a.span, strict=True)
    ]
    assert a.addressed[landed].tolist() == [heads[row] for row in np.flatnonzero(landed)]
    assert t[AGENDA_ADDRESSED] == a.addressed.sum()
    assert t[AGENDA_TAKEN_UP] == a.taken.sum() == told(busy, TOOK_UP) > 0
    assert a.crossed.sum() == told(busy, WAS_CROSSED) > 0
    assert told(busy, WAS_INVOLVED) > 0


def test_the_ledger_closes_and_bounds_hold_every_week_with_projects_under_way() -> None:
    hood = Neighbourhood(BUSY, "relational", 3, compiled=False)
    for _ in range(40):
        hood.step()
        for table in (hood.world.accounts, hood.world.purses):
            assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left)
            assert (table.left >= 0).all()
        assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]


def test_without_programme_hours_nothing_lands_and_without_an_agenda_nothing_begins() -> None:
    idle = small(programme_hours=0, weeks=40)
    assert idle.world.tally[AGENDA_BEGUN] > 0
    assert idle.world.tally[AGENDA_LANDED] == idle.world.tally[AGENDA_TAKEN_UP] == 0
    assert told(idle, TOOK_UP) == told(idle, WAS_CROSSED) == 0
    assert len(small(agenda_rate=0, weeks=10).world.agenda) == 0


def test_without_support_hours_nobody_is_heard_or_asked() -> None:
    asking = under("conditional_on_residents", 1.0).model_copy(update={"listening_first": 10.0})
    hood = small(asking, ward_hours=0, weeks=30)
    assert set(hood.world.agenda.state.tolist()) == {PREPARING}
    assert told(hood, WAS_INVOLVED) == told(hood, HEARD_OUT) == 0


def test_hearing_out_before_a_project_costs_support_hours_and_involves() -> None:
    hood = small(under("listening_first", 10.0).model_copy(update={"presence": 0.0}), weeks=0)
    hood.world.residents.grievance[:] = 0.6
    hood.world.event_log.clear()
    hood.run(8)
    heard = told(hood, HEARD_OUT) // 2
    assert heard > 0
    assert hood.world.accounts.spent_ever[SUPPORT_HOURS] >= heard * hood.case.behaviour.hurt_minutes
    assert (hood.world.residents.involved >= 0).sum() >= 0.8 * heard  # some have moved since


def test_too_few_who_come_stop_a_project_and_the_hours_are_gone() -> None:
    hood = small(under("conditional_on_residents", 1.0), attend_base=0.0, weeks=40)
    assert hood.world.tally[AGENDA_STOPPED] > 2
    assert hood.world.tally[AGENDA_LANDED] == hood.world.tally[AGENDA_TAKEN_UP] == 0
    assert hood.world.accounts.spent_ever[SUPPORT_HOURS] >= hood.world.tally[AGENDA_STOPPED] * hood.case.behaviour.meeting_minutes
    assert any("too few residents" in line for line in tell_story(hood.world))


def test_objections_cost_the_legal_term_and_case_hours_and_without_them_wait() -> None:
    angry = {"object_base": -2.0, "case_hours": 20.0, "weeks": 40}
    slow, calm = small(**angry), small(**{**angry, "object_base": -20.0})
    assert slow.world.tally[OBJECTIONS] > 10
    assert calm.world.tally[OBJECTIONS] == 0
    a = slow.world.agenda
    landed = a.objections * (a.state == HAS_LANDED) > 0
    assert landed.any()
    assert ((a.ended - a.answered)[landed] >= slow.case.behaviour.objection_weeks).all()
    spent = [hood.world.accounts.spent_ever[CASE_HOURS] for hood in (slow, calm)]
    assert spent[0] > spent[1]
    stuck = small(**{**angry, "case_hours": 0.0})
    assert (stuck.world.agenda.state[stuck.world.agenda.objections > 0] == OBJECTED_TO).all()


def test_the_agenda_and_the_cases_share_programme_hours_and_neither_shuts_the_other_out() -> None:
    with_agenda, without = (
        [small(agenda_rate=rate, case_hours=20, structural_budget=400, weeks=80, seed=seed) for seed in (1, 2, 3)] for rate in (60, 0)
    )
    solved = [
        [((h.world.problems.account == PROGRAMME_HOURS) & (h.world.problems.state == 1)).sum() for h in hoods]
        for hoods in (with_agenda, without)
    ]
    assert 0 < sum(solved[0]) < sum(solved[1])
    assert all(hood.world.tally[AGENDA_LANDED] > 0 for hood in with_agenda)


def test_a_project_joined_to_the_worst_concern_lowers_it_too_and_crosses_nobody() -> None:
    hoods = {value: small(under("coupling", value), weeks=80) for value in (0.0, 1.0)}
    assert hoods[0.0].world.agenda.coupled.sum() == 0
    a = hoods[1.0].world.agenda
    assert a.coupled.sum() > 2
    assert a.crossed[a.coupled == 1].sum() == 0
    assert a.span[a.coupled == 1].mean() < hoods[0.0].world.agenda.span.mean()
    assert (a.ready[a.coupled == 1] - a.launched[a.coupled == 1] >= hoods[1.0].case.behaviour.couple_weeks).all()
    assert (a.concern[a.coupled == 1] >= 0).all()


@pytest.mark.parametrize(("value", "sign"), [(0.0, -1), (1.0, 1)])
def test_beside_an_initiative_of_the_same_field_a_project_builds_on_it_or_starts_from_zero(value: float, sign: int) -> None:
    hood = small(under("build_on_existing", value), weeks=30, agenda_rate=0)
    hood.intervene(31, "initiative", street=2)
    hood.run(1)
    row, i = len(hood.world.initiatives) - 1, hood.world.initiatives.arrays
    i["topic"][row], i["vigour"][row] = SOCIAL, 0.5
    a = hood.world.agenda.arrays
    hood.world.agenda.count[0] = 1
    a["kind"][0], a["first"][0], a["span"][0], a["state"][0], a["name"][0] = 7, 2, 1, AT_WORK, 12345
    hood.world.loops.call(survey)
    hood.world.events.reserve(200)
    hood.world.loops.call(land_project, row=0)
    assert np.sign(i["vigour"][row] - 0.5) == sign


@pytest.mark.parametrize("whose", [OFFICIAL, MUNICIPALITY])
def test_old_hurt_objects_whether_an_official_or_the_municipality_left_it(whose: int) -> None:
    def objections(hurt: float) -> int:
        hood = small(weeks=1, agenda_rate=0)
        r, a = hood.world.residents.arrays, hood.world.agenda.arrays
        r["grievance"][:], r["trust"][:, MUNICIPALITY] = 0.0, 0.3
        r["grievance"][:, whose] = hurt
        hood.world.agenda.count[0] = 1
        a["first"][0], a["span"][0], a["name"][0] = 0, 5, 12345
        return int(hood.world.loops.call(answer_project, row=0))

    assert objections(0.0) < objections(1.0)


def test_riper_households_and_neighbours_who_bring_it_along_take_a_project_up_more() -> None:
    def taken(ready: float, build: float, pull: float = 2.0) -> int:
        hood = small(under("build_on_existing", build), weeks=1, agenda_rate=0, uptake_ripe=pull)
        for street in range(5):
            hood.intervene(2, "initiative", street=street)
        hood.run(1)
        hood.world.initiatives.arrays["topic"][: len(hood.world.initiatives)] = SOCIAL
        hood.world.residents.arrays["readiness"][:] = ready
        hood.world.residents.arrays["eager"][:] = 0.1
        hood.world.residents.arrays["contact"][:] = 0.0
        a = hood.world.agenda.arrays
        hood.world.agenda.count[0] = 1
        a["kind"][0], a["first"][0], a["span"][0], a["state"][0], a["name"][0] = 7, 0, 5, AT_WORK, 12345
        hood.world.loops.call(survey)
        hood.world.events.reserve(500)
        hood.world.loops.call(land_project, row=0)
        return int(a["taken"][0])

    assert taken(0.1, 0.0) == taken(0.0, 0.0) == taken(1.0, 0.0, pull=0.0)  # nobody riper than of itself
    assert taken(0.1, 0.0) < taken(1.0, 0.0)
    assert taken(0.1, 0.0) < taken(0.1, 1.0)


# --- the council --------------------------------------------------------------------------------------------------


def test_the_council_hears_input_and_objections_once_a_quarter() -> None:
    hood = small(weeks=0)
    d = hood.world.departments.arrays
    assert set(hood.council.agenda.values()) == {0.5}
    assert (d["upkeep"] == np.float32(hood.case.conditions.upkeep_support)).all()
    hood.run(12)
    d["input"][SOCIAL], d["objections"][:] = 50.0, 0.0
    d["objections"][PLANNING] = 50.0
    hood.run(1)
    assert d["weight"][SOCIAL] > d["weight"][PLANNING]
    assert d["upkeep"][SOCIAL] > hood.case.conditions.upkeep_support > d["upkeep"][PLANNING]
    assert not d["input"].any()
    assert not d["objections"].any()


def test_what_weighs_most_for_the_council_is_begun_most() -> None:
    hood = small(weeks=0, council_step=0.0, agenda_rate=1000.0)
    hood.world.departments.arrays["weight"][:] = 0.0
    hood.world.departments.arrays["weight"][SOCIAL] = 1.0
    hood.run(20)
    fields = hood.world.kind_departments[hood.world.agenda.kind]
    assert (fields == SOCIAL).mean() > 0.8


def test_rules_of_ones_own_for_the_council_and_for_the_reach_of_projects_are_followed() -> None:
    own = {"council_weighs": lambda weight, rest, voiced, objections, step: 0.25, "project_span": lambda streets, scale: 2.0}
    hood = Neighbourhood(BUSY, under("coupling", 0.0), 1, rules=own, compiled=False).run(20)
    assert (hood.world.departments.weight == 0.25).all()
    assert set(hood.world.agenda.span.tolist()) == {2}


# --- luck, checkpoints, story -------------------------------------------------------------------------------------


def test_projects_of_other_weeks_have_the_same_luck_when_more_are_begun() -> None:
    few, many = small(weeks=30), small(weeks=30, agenda_rate=400)
    assert set(few.world.agenda.name.tolist()) <= set(many.world.agenda.name.tolist())
    assert len(many.world.agenda) > 2 * len(few.world.agenda)
    assert set(few.world.problems.name[few.world.problems.nth == 0].tolist()) == set(
        many.world.problems.name[many.world.problems.nth == 0].tolist()
    )


def test_projects_and_the_council_go_on_from_a_checkpoint_as_if_never_stopped() -> None:
    straight, stopped = small(weeks=50), small(weeks=25)
    saved = stopped.checkpoint()
    stopped.run(10)
    stopped.restore(saved)
    stopped.run(25)
    for column in straight.world.agenda.arrays:
        assert np.array_equal(getattr(straight.world.agenda, column), getattr(stopped.world.agenda, column)), column
    assert straight.council.agenda == stopped.council.agenda


def test_the_story_tells_of_projects_in_both_languages(busy: Neighbourhood) -> None:
    english, dutch = tell_story(busy.world), tell_story(busy.world, lang="nl")
    assert sum("the municipality began a project of its own" in line for line in english) == len(busy.world.agenda)
    assert sum("de gemeente begon een eigen project" in line for line in dutch) == len(busy.world.agenda)
    assert sum(" is klaar" in line for line in dutch) == busy.world.tally[AGENDA_LANDED]


# --- the price at both ends ---------------------------------------------------------------------------------------


def ends_of(practice: str, high: float = 1.0) -> tuple[dict[str, float], dict[str, float]]:
    """Means over seeds of what comes of the agenda at the low and at the high end of a practice."""
    found = []
    for value in (0.0, high):
        rows = []
        for seed in range(4):
            hood = Neighbourhood(ENDS, under(practice, value), seed).run(130)
            t, a = hood.world.tally, hood.world.agenda
            landed = a.state == HAS_LANDED
            rows.append(
                {
                    "landed": t[AGENDA_LANDED],
                    "stopped": t[AGENDA_STOPPED],
                    "addressed": t[AGENDA_ADDRESSED],
                    "uptake": t[AGENDA_TAKEN_UP] / t[AGENDA_ADDRESSED],
                    "goal": t[AGENDA_GOAL] / 1000.0,
                    "objections": t[OBJECTIONS],
                    "variants": t[VARIANTS],
                    "crossed": a.crossed.sum() / a.addressed.sum(),
                    "weeks": (a.ended - a.launched)[landed].mean(),
                    "minutes": 240.0 / a.span.mean() + 40.0,
                    "grievance": hood.outcomes()["grievance"],
                }
            )
        found.append({key: float(np.mean([row[key] for row in rows])) for key in rows[0]})
    return found[0], found[1]


@pytest.mark.parametrize(
    ("practice", "high", "more", "less"),
    [
        ("conditional_on_residents", 1.0, ("uptake", "stopped"), ("objections", "landed", "addressed")),
        ("coupling", 1.0, ("uptake", "weeks"), ("crossed", "addressed")),
        ("yielding", 1.0, ("uptake", "variants"), ("objections", "goal")),
        ("scale", 1.0, ("uptake", "minutes"), ("objections", "addressed")),
        ("listening_first", 26.0, ("weeks",), ("grievance", "objections")),
    ],
)
def test_the_high_end_of_a_practice_buys_something_and_costs_something(practice, high, more, less) -> None:
    low_end, high_end = ends_of(practice, high)
    for key in more:
        assert high_end[key] > low_end[key], key
    for key in less:
        assert high_end[key] < low_end[key], key
