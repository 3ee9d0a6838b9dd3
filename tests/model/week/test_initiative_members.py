"""Initiatives at the town hall: who leads, who tires, and who pays upkeep or exchanges euros for hours."""

from __future__ import annotations

from typing import Any

import pytest

from model import rules
from model.state.accounts import CENTRAL_POT, ENTREPRENEUR_POT, INSIDE_HOURS, SUPPORT_HOURS
from model.state.experiences import BURNED_OUT, DELIVERED_FOR, DELIVERED_TOGETHER, EXCHANGED, NEIGHBOURS
from model.state.matters import NEVER
from model.state.tallies import (
    BURNED_OUT_COUNT,
    ENTERPRISES,
    EXCHANGE_CONTACTS,
    EXCHANGE_MINUTES,
    EXCHANGES,
    HAND_OVERS,
    LED_BY_OFFICIALS,
    UPKEEP_CENTS,
)
from model.week.initiative_founding import CONTINUING, ON_HOLD, WORKING
from tests.model.week.one_initiative import MEMBERS, one, result, spent, week

# --- who leads ----------------------------------------------------------------------------------------------------


def weeks_on_hold(minutes: int = 600, **columns: Any) -> int:
    hood = one(columns={"needs_money": 1, "known": 0, **columns})
    for n in range(40):
        if hood.world.initiatives.state[0] != ON_HOLD:
            return n
        week(hood, minutes)
    return 40


def test_officials_who_lead_halve_the_wait_for_money_if_they_have_hours_for_it():
    assert weeks_on_hold(lead=1) < weeks_on_hold(lead=0)
    assert weeks_on_hold(minutes=0, lead=1, led_until=NEVER) >= weeks_on_hold(lead=0) - 5  # but for the month that was paid for
    hood = one(columns={"needs_money": 1, "lead": 1})
    assert spent(hood, INSIDE_HOURS) == 120


def test_a_blocked_step_passes_once_to_officials_and_the_work_back_to_residents_for_two_hours_each():
    hood = one(columns={"needs_money": 1, "may_pass": 1}, lead_switching=1)
    assert hood.world.initiatives.lead[0] == 1
    assert hood.world.initiatives.to_officials[0] == hood.week
    while hood.world.initiatives.state[0] == ON_HOLD:
        assert hood.world.initiatives.lead[0] == 1
        week(hood)
    week(hood)
    assert hood.world.initiatives.lead[0] == 0
    assert hood.world.initiatives.to_residents[0] == hood.week
    assert hood.world.tally[HAND_OVERS] == 2
    assert one(columns={"needs_money": 1}).world.initiatives.lead[0] == 0  # it does not pass at this step
    assert one(columns={"needs_money": 1, "may_pass": 1, "known": 0}).world.initiatives.lead[0] == 0  # no official knows of it


def test_the_lead_stays_with_who_has_it_where_nobody_has_hours_to_hand_over():
    hood = one(columns={"needs_money": 1, "known": 0, "may_pass": 1})
    assert hood.world.initiatives.lead[0] == 0
    hood.world.initiatives.arrays["known"][0] = 1
    week(hood, minutes=60)
    assert hood.world.initiatives.lead[0] == 0
    week(hood, minutes=600)
    assert hood.world.initiatives.lead[0] == 1


def test_officials_take_over_what_they_know_unless_they_let_go():
    def led(**practices: Any) -> int:
        return int(one(state=0, changes={"take_over": 1}, columns={"needs_money": 1}, **practices).world.initiatives.lead[0])

    assert led(letting_go=0) == 1
    assert led(letting_go=1) == 0


def test_what_officials_lead_is_done_for_residents_who_do_not_come_to_believe_in_acting():
    own, own_events = result(lead=0)
    led, led_events = result(lead=1)
    assert own_events.count(DELIVERED_TOGETHER) == led_events.count(DELIVERED_FOR) == MEMBERS
    assert DELIVERED_FOR not in own_events
    assert DELIVERED_TOGETHER not in led_events
    assert (own.world.tally[LED_BY_OFFICIALS], led.world.tally[LED_BY_OFFICIALS]) == (0, 1)
    members = slice(0, MEMBERS)
    assert own.world.residents.acting[members].mean() > led.world.residents.acting[members].mean()
    assert own.world.residents.trust[members, NEIGHBOURS].mean() > led.world.residents.trust[members, NEIGHBOURS].mean()
    assert own.world.residents.trust[members, 1].mean() < led.world.residents.trust[members, 1].mean()


def test_work_that_officials_lead_stands_still_without_their_hours():
    hood = one(WORKING, columns={"lead": 1})
    before = float(hood.world.initiatives.progress[0])
    hood.world.initiatives.arrays["led_until"][0] = NEVER
    week(hood, minutes=0)
    assert hood.world.initiatives.progress[0] == before
    week(hood)
    assert hood.world.initiatives.progress[0] > before
    assert spent(hood, SUPPORT_HOURS) == 120


# --- tiring -------------------------------------------------------------------------------------------------------


def test_giving_tires_waiting_tires_more_and_rest_helps():
    working, waiting = (one(state, columns={"needs_money": int(state == ON_HOLD)}) for state in (WORKING, ON_HOLD))
    for hood in (working, waiting):
        for _ in range(10):
            week(hood, cents=0)
    tired = [hood.world.residents.tired[:MEMBERS].mean() for hood in (working, waiting)]
    assert 0 < tired[0] < tired[1] < 0.5
    assert (working.world.residents.tired[10:] == 0).all()
    working.world.residents.member[:] = -1
    week(working)
    assert working.world.residents.tired[:MEMBERS].mean() < tired[0]
    assert rules.grow_tired(0.4, 0, 0.02, 0.04) < 0.4 < rules.grow_tired(0.4, 2, 0.02, 0.04)
    assert rules.will_quit(0.01, 0.5, 0.5, 0.9, 0.005) > rules.will_quit(0.01, 0.5, 0.5, 0.0, 0.005)


def test_a_tired_member_who_leaves_has_burned_out_and_a_fresh_one_has_not():
    for tired, burned in ((0.8, MEMBERS), (0.1, 0)):
        hood = one(WORKING, {"quit_base": 1}, {"born": 1})
        hood.world.tally[:] = 0
        hood.world.residents.member[:MEMBERS, 0] = 0
        hood.world.residents.tired[:] = tired
        events = week(hood)
        assert events.count(BURNED_OUT) == hood.world.tally[BURNED_OUT_COUNT] == burned
        assert (hood.world.residents.tired[:MEMBERS] > 0.9 * tired).all()
        assert (hood.world.initiatives.worn_out[0] == hood.week) == (burned > 0)


def test_newcomers_are_not_tired():
    hood = one(WORKING, {"moves_per_year": 1})
    hood.world.residents.tired[:] = 0.9
    for _ in range(60):
        hood.schedule.begin_week()
        hood.schedule.people_come_and_go()
    assert (hood.world.residents.tired[hood.world.residents.occupant > 0] == 0).all()
    assert (hood.world.residents.occupant > 0).any()


# --- upkeep, enterprise, exchange ---------------------------------------------------------------------------------


def test_upkeep_is_paid_by_the_central_pot_or_carried_by_members():
    lives = []
    for share in (1.0, 0.0):
        hood = one(CONTINUING)
        hood.world.departments.arrays["upkeep"][:] = share
        for _ in range(26):
            week(hood)
        lives.append(hood)
    paid, refused = lives
    assert paid.world.tally[UPKEEP_CENTS] == 2 * 5000 == paid.world.purses.spent_ever[CENTRAL_POT]
    assert refused.world.tally[UPKEEP_CENTS] == 0
    assert (paid.world.initiatives.upkeep[0], refused.world.initiatives.upkeep[0]) == (1, 0)
    assert paid.world.initiatives.refused[0] == NEVER < refused.world.initiatives.refused[0]
    assert paid.world.initiatives.vigour[0] >= refused.world.initiatives.vigour[0]
    assert paid.world.residents.tired[:MEMBERS].mean() < refused.world.residents.tired[:MEMBERS].mean()


def test_nobody_pays_upkeep_out_of_an_empty_pot():
    hood = one(CONTINUING)
    hood.world.departments.arrays["upkeep"][:] = 1
    for _ in range(13):
        week(hood, cents=4999)
    assert hood.world.tally[UPKEEP_CENTS] == 0
    assert hood.world.initiatives.upkeep[0] == 0


def test_the_result_of_an_enterprise_adds_to_the_means_of_its_members_only():
    plain, _ = result(lead=0)
    hood, _ = result(lead=0, enterprise=1)
    gain = hood.world.residents.means - plain.world.residents.means
    assert (gain[:MEMBERS] > 0).all()
    assert (gain[MEMBERS:] == 0).all()
    assert (plain.world.tally[ENTERPRISES], hood.world.tally[ENTERPRISES]) == (0, 1)


def test_an_entrepreneur_and_members_exchange_euros_for_hours_and_unlike_members_meet():
    hood = one(columns={"needs_money": 1}, reciprocity=1)
    i, r = hood.world.initiatives, hood.world.residents
    assert hood.world.tally[EXCHANGES] == hood.entrepreneurs.exchanges == 1
    assert hood.world.purses.spent_ever[ENTREPRENEUR_POT] == 60_000
    assert hood.entrepreneurs.given == 600
    assert spent(hood, SUPPORT_HOURS) >= 90
    assert i.state[0] == WORKING
    assert i.exchanged[0] == hood.week
    assert hood.world.event_log[-1][1][:, 0].tolist().count(EXCHANGED) >= 2 * MEMBERS  # neighbours and the official who knew; and hearsay
    alone = one(columns={"needs_money": 1})
    assert (alone.world.tally[EXCHANGES], alone.world.initiatives.state[0]) == (0, ON_HOLD)
    assert len(set(r.group[:MEMBERS])) > 1
    kin = [h.world.residents.strength[:MEMBERS][h.world.residents.kin[:MEMBERS] == 2].sum() for h in (hood, alone)]
    assert kin[0] > kin[1]
    owed = float(i.owed[0]) + float(i.given[0])
    assert owed >= 6
    while i.owed[0] > 0:
        assert i.progress[0] == 0  # first the hours that are owed
        week(hood)


def test_an_exchange_is_counted_on_both_sides_and_two_members_come_to_know_the_official_who_brought_it_about():
    hood, apart = (one(columns={"needs_money": 1, "known": known}, reciprocity=1) for known in (1, 0))
    for h, met in ((hood, 2), (apart, 0)):
        assert h.world.tally[EXCHANGES] == 1
        assert h.world.tally[EXCHANGE_CONTACTS] == MEMBERS
        assert (h.world.residents.contact[:MEMBERS] > 0).sum() == ((h.world.residents.touched[:MEMBERS] & 1) > 0).sum() == met
        while h.world.initiatives.owed[0] > 0:
            week(h)
        assert h.world.tally[EXCHANGE_MINUTES] == pytest.approx(360, abs=10)  # six hours, in whole minutes a week


@pytest.mark.parametrize(("minutes", "cents"), [(0, 10**6), (600, 59_999)])
def test_without_hours_or_euros_there_is_no_exchange(minutes, cents):
    hood = one(columns={"needs_money": 1, "asked_week": 100}, changes={"entrepreneur_budget": 0})
    hood.world.set_practices(hood.practices.model_copy(update={"reciprocity": 1.0}))
    week(hood, minutes, cents)
    assert hood.world.tally[EXCHANGES] == 0
    assert hood.world.initiatives.needs_money[0] == 1
