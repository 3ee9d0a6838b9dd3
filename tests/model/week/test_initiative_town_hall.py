"""Initiatives at the town hall: what the desk, the council and checks do, and what the news makes of it."""

from __future__ import annotations

from model import rules
from model.neighbourhood import Neighbourhood
from model.state.accounts import CASE_HOURS, DESK_HOURS
from model.state.experiences import MUNICIPALITY, NEIGHBOURS, READ_BAD_NEWS, READ_GOOD_NEWS
from model.state.tallies import GUIDED, PUBLISHED, TAKEN_AS_INPUT
from model.week.initiative_founding import DISAPPOINTED, ON_HOLD, WORKING
from tests.model.week.one_initiative import MEMBERS, one, result, spent, week

# --- the desk, the council, checks --------------------------------------------------------------------------------


def test_the_desk_guides_who_trusts_it_and_a_broker_is_trusted_as_a_neighbour():
    def guided(broker: float, municipality: float, minutes: int = 600, desk: float = 1.0) -> int:
        hood = one(state=0, changes={"broker": broker, "members_to_start": 50}, support_desk=desk)
        hood.world.residents.trust[:, NEIGHBOURS] = 1.0
        hood.world.residents.trust[:, MUNICIPALITY] = municipality
        hood.world.residents.member[:, 0] = 0  # now there are members enough
        week(hood, minutes)
        assert hood.world.tally[GUIDED] == int(hood.world.initiatives.guided[0] > 0)
        assert minutes or not spent(hood, DESK_HOURS)
        return int(hood.world.initiatives.guided[0])

    assert guided(broker=0, municipality=1) == 1
    assert guided(broker=0, municipality=0) == 0
    assert guided(broker=1, municipality=0) == 2
    assert guided(broker=1, municipality=0, minutes=0) == guided(broker=1, municipality=0, desk=0) == 0


def test_who_is_guided_loses_less_to_paperwork():
    hood, _ = result(lead=0)
    assert hood.world.initiatives.results[0] == 1
    hood = one(WORKING, {"fail_base": 0}, {"guided": 1})
    hood.world.initiatives.arrays["progress"][0] = 62.0
    week(hood)
    assert hood.world.initiatives.results[0] == 1
    hood = one(WORKING, {"fail_base": 0}, {"guided": 0})
    hood.world.initiatives.arrays["progress"][0] = 62.0
    week(hood)
    assert hood.world.initiatives.results[0] == 0


def test_there_is_a_broker_only_where_the_case_has_one():
    assert one().broker is None
    broker = one(changes={"broker": 0.5}).broker
    assert broker is not None
    assert broker.share == 0.5


def test_an_idea_taken_as_input_waits_for_the_council_which_then_gives_the_money_at_once():
    taken = one(state=0, columns={"needs_money": 1}, harvest=1)
    plain = one(state=0, columns={"needs_money": 1}, harvest=0)
    assert (taken.world.tally[TAKEN_AS_INPUT], plain.world.tally[TAKEN_AS_INPUT]) == (1, 0)
    assert taken.world.departments.input.sum() == 1
    assert taken.world.departments.input[taken.world.initiatives.topic[0]] == 1
    while taken.week < 13:
        assert taken.world.initiatives.state[0] == ON_HOLD
        week(taken)
        week(plain)
    assert taken.world.initiatives.state[0] == WORKING  # the lag of twelve weeks is not over yet
    assert plain.world.initiatives.state[0] == ON_HOLD
    assert plain.world.tally[TAKEN_AS_INPUT] == 0


def test_what_needs_nothing_loses_energy_while_its_idea_waits_for_the_council():
    taken, plain = one(state=0, harvest=1), one(state=0, harvest=0)
    for _ in range(8):
        week(taken)
        week(plain)
    assert plain.world.initiatives.state[0] == WORKING
    assert taken.world.initiatives.state[0] == ON_HOLD
    assert taken.world.initiatives.vigour[0] < plain.world.initiatives.vigour[0]
    assert taken.world.residents.tired[:MEMBERS].mean() > plain.world.residents.tired[:MEMBERS].mean()


def test_a_checked_grant_costs_members_ten_hours_and_a_case_worker_half_an_hour():
    def granted(control: float, minutes: int) -> Neighbourhood:
        hood = one(columns={"needs_money": 1, "born": 1, "asked_week": 100}, control=control)
        hood.world.initiatives.arrays["asked_week"][0] = 0
        hood.world.set_practices(hood.practices.model_copy(update={"approval_lag": 0}))
        week(hood, minutes)
        week(hood, minutes)
        return hood

    checked, trusted, nobody = granted(1, 600), granted(0, 600), granted(1, 0)
    assert [hood.world.initiatives.needs_money[0] for hood in (checked, trusted, nobody)] == [0, 0, 0]
    assert spent(checked, CASE_HOURS) == 30
    assert trusted.world.initiatives.owed[0] == nobody.world.initiatives.owed[0] == 0
    assert nobody.world.initiatives.to_check[0] == 1  # not forgotten: it waits for hours
    assert checked.world.initiatives.progress[0] < trusted.world.initiatives.progress[0]


# --- the news -----------------------------------------------------------------------------------------------------


def test_a_success_and_a_failure_can_be_in_the_news_and_some_residents_read_it():
    for fail_base, kind in ((0, READ_GOOD_NEWS), (1, READ_BAD_NEWS)):
        hood = one(WORKING, {"publicity": 1, "fail_base": fail_base}, {"tried": 1})
        hood.world.initiatives.arrays["progress"][0] = 200
        events = week(hood)
        assert hood.world.tally[PUBLISHED] == 1
        assert hood.world.initiatives.published[0] == hood.week
        assert (hood.world.initiatives.state[0] == DISAPPOINTED) == bool(fail_base)
        assert 3 <= events.count(kind) <= 25  # a fifth of sixty
    hood = one(WORKING, {"publicity": 0})
    hood.world.initiatives.arrays["progress"][0] = 200
    week(hood)
    assert hood.world.tally[PUBLISHED] == 0


def test_the_municipality_is_blamed_more_than_it_is_credited():
    trust = []
    for good, changes in ((1, {"readers": 1.0}), (0, {"readers": 1.0}), (1, {"readers": 1.0, "credit": 1.0}), (0, {"readers": 0.0})):
        hood = one(WORKING, changes)
        hood.world.residents.trust[:, MUNICIPALITY] = hood.world.residents.usual[:, MUNICIPALITY] = 0.5
        hood.world.residents.rest[:, MUNICIPALITY] = 0.5
        hood.world.residents.grievance[:] = 0
        hood.world.standing["news_name"][0], hood.world.standing["news_good"][0], hood.world.standing["news_count"][0] = 77, good, 1
        week(hood)
        trust.append(float(hood.world.residents.trust[20:, MUNICIPALITY].mean()))
    good, bad, credited, unread = trust
    assert bad < unread < good < credited
    assert unread - bad > 2 * (good - unread)
    assert rules.credit_or_blame(0.8, 0.3, 1.0) == 0.3
    assert rules.credit_or_blame(0.2, 0.3, 1.0) == 1.0
