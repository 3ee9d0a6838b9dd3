"""What can be made to happen in a given week: it stands for a while, is told, and is the same after a checkpoint."""

from __future__ import annotations

import numpy as np
import pytest

from model import regimes
from model.case.event import SORTS
from model.engine import chance
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.state.accounts import CENTRAL_POT, MANDATE_POT, MUNICIPAL, OFFER_POT, SUPPORT_HOURS
from model.story.teller import tell_story
from model.story.words import WORDS
from tests.model.week.planned import CASE, EVERYTHING, NOISE, assert_ledger_closes, hood_with, still


def assert_same(first: Neighbourhood, second: Neighbourhood) -> None:
    for name, table in first.world.tables.items():
        assert len(table) == len(second.world.tables[name]), name
        for column in table.arrays:
            assert np.array_equal(getattr(table, column), getattr(second.world.tables[name], column)), f"{name}.{column}"
    assert np.array_equal(first.series, second.series, equal_nan=True)


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


TOWN = [CENTRAL_POT, MANDATE_POT, OFFER_POT]  # pots of the municipality


@pytest.mark.parametrize("regime", list(regimes.NAMED))
def test_a_condition_changes_the_means_alike_under_every_regime_and_the_ledger_closes_every_week(regime):
    events = [
        {"week": 3, "kind": "condition", "name": "ward_hours", "value": 10.0, "weeks": 5},
        {"week": 4, "kind": "condition", "name": "structural_budget", "value": 52.0, "weeks": 5},
    ]
    hood, hours, cents = hood_with(*events, regime=regime), [], []
    for _ in range(10):
        ever = int(hood.world.purses.endowed_ever[TOWN].sum())
        hood.run(1)
        assert_ledger_closes(hood)
        hours.append(float(hood.world.minutes_a_week[:MUNICIPAL].sum()))
        cents.append(int(hood.world.purses.endowed_ever[TOWN].sum()) - ever)
    less = 60 * 90.0 * 120 / 1000  # 90 of the 100 hours for 1,000 residents
    assert np.allclose(np.array(hours) - hours[0], [0, 0, -less, -less, -less, -less, -less, 0, 0, 0])
    usual = 100 * hood.case.conditions.structural_budget * 120 / 52
    assert np.allclose(cents[1:], [usual, usual, 12000, 12000, 12000, 12000, 12000, usual, usual], atol=2)


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
    for column in ("trust", "recent", "usual", "evidence", "grievance", "reporting", "acting", "readiness"):
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
