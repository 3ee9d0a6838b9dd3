"""Initiatives at the town hall: who leads, what the council, entrepreneurs, checks and upkeep do, who tires, and the news."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import regimes, rules
from model.case.case import Event, load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import CASE_HOURS, CENTRAL_POT, DESK_HOURS, ENTREPRENEUR_POT, INSIDE_HOURS, MANDATE_POT, SUPPORT_HOURS
from model.state.experiences import (
    BURNED_OUT,
    DELIVERED_FOR,
    DELIVERED_TOGETHER,
    EXCHANGED,
    MUNICIPALITY,
    NEIGHBOURS,
    READ_BAD_NEWS,
    READ_GOOD_NEWS,
)
from model.state.matters import NEVER
from model.state.tallies import (
    BURNED_OUT_COUNT,
    ENTERPRISES,
    EXCHANGE_CONTACTS,
    EXCHANGE_MINUTES,
    EXCHANGES,
    GUIDED,
    HAND_OVERS,
    LED_BY_OFFICIALS,
    PUBLISHED,
    TAKEN_AS_INPUT,
    UPKEEP_CENTS,
)
from model.story.teller import tell_story
from model.week.initiative_founding import CONTINUING, DISAPPOINTED, ON_HOLD, WORKING
from model.week.interventions import happen
from model.week.ties import renew_ties

QUIET = load("default").replaced(
    residents=60, streets=3, burn_in=0, problem_rate=0, found_base=0, ask_rate=0, ask_gathering=0, quit_base=0, moves_per_year=0,
    needs_money=0, needs_exception=0, enterprise_share=0, publicity=0, take_over=0, example_push=0, members_to_start=1,
)  # fmt: skip
BUSY = load("default").replaced(
    residents=120, burn_in=4, problem_rate=3, found_base=0.006, energy=1.2, ward_hours=20, case_hours=4, entrepreneur_budget=20,
    structural_budget=60, publicity=0.3, continuing_share=1, moves_per_year=0.3, take_over=1,
)  # fmt: skip
NOTHING = {"harvest": 0, "letting_go": 0, "lead_switching": 0, "control": 0, "reciprocity": 0, "support_desk": 0, "mandate_euro": 0}
MEMBERS = 6


def one(
    state: int = ON_HOLD, changes: dict[str, Any] | None = None, columns: dict[str, Any] | None = None, **practices: Any
) -> Neighbourhood:
    """A quiet neighbourhood with one initiative of six members, hours and euros in every account, at the town hall in week 2."""
    chosen = BASELINE.model_copy(update={"approval_lag": 12, **NOTHING, **practices})
    hood = Neighbourhood(QUIET.replaced(**(changes or {})), chosen, seed=4, compiled=False, keep_events=True)
    hood.schedule.begin_week()
    happen(hood.world, Event(week=1, kind="initiative", name="", value=0.0, street=0, weeks=0))
    i = hood.world.initiatives
    founder = int(i.founder[0])
    hood.world.residents.member[[n for n in range(MEMBERS) if n != founder][: MEMBERS - 1], 0] = 0
    for name, value in {"state": state, "known": 1, "vigour": 0.7, **(columns or {})}.items():
        i.arrays[name][0] = value
    week(hood)
    return hood


def week(hood: Neighbourhood, minutes: int = 600, cents: int = 10**6) -> list[int]:
    """Live a week of initiatives and learning with so much in each account and purse; return the kinds of event."""
    hood.schedule.begin_week()
    hood.world.accounts.arrays["left"][:] = minutes
    hood.world.purses.arrays["left"][:] = cents
    hood.world.purses.arrays["left"][MANDATE_POT] = 0
    hood.schedule.initiatives_live()
    hood.schedule.promises_fall_due()
    kinds = hood.world.events.what[:, 0].tolist()
    hood.schedule.residents_learn()
    hood.world.loops.call(renew_ties)
    return kinds


def spent(hood: Neighbourhood, account: int) -> int:
    """Minutes spent from an account this week."""
    return int(hood.world.accounts.spent[account])


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


def result(lead: int, **columns: Any) -> tuple[Neighbourhood, list[int]]:
    """One that is about to deliver, with its events."""
    hood = one(WORKING, {"fail_base": 0}, {"lead": lead, "progress": 0, **columns})
    hood.world.initiatives.arrays["progress"][0] = 77.9
    return hood, week(hood)


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


# --- as a whole ---------------------------------------------------------------------------------------------------

ENDS = ("lead_switching", "harvest", "reciprocity", "control", "support_desk", "letting_go")


def busy(seed: int = 1, **practices: float) -> Neighbourhood:
    chosen = BASELINE.model_copy(update={"presence": 0.8, **practices})
    return Neighbourhood(BUSY.replaced(broker=0.3), chosen, seed=seed, compiled=False)


@pytest.fixture(scope="module")
def lived() -> Neighbourhood:
    """A busy neighbourhood in which everything here happens; the ledger is closed each week."""
    hood = busy(**dict.fromkeys(ENDS, 0.6))
    for _ in range(120):
        hood.step()
        assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]
        for table in (hood.world.accounts, hood.world.purses):
            assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left)
            assert (table.left >= 0).all()
    return hood


def test_everything_happens_and_the_ledger_closes_each_week(lived):
    names = (HAND_OVERS, EXCHANGES, UPKEEP_CENTS, TAKEN_AS_INPUT, PUBLISHED, GUIDED)
    assert all(lived.world.tally[name] > 0 for name in names)
    assert lived.world.tally[EXCHANGES] * 60_000 == lived.world.purses.spent_ever[ENTREPRENEUR_POT]
    assert lived.broker.guided + int((lived.world.initiatives.guided == 1).sum()) >= lived.world.tally[GUIDED]


def test_the_story_tells_of_it_in_both_languages(lived):
    told = {lang: " ".join(tell_story(lived.world, lang=lang)) for lang in ("en", "nl")}
    for words in ("the lead", "taken as input", "came to a deal with", "the council spoke", "local paper", "upkeep"):
        assert words in told["en"], words
    for words in ("voortouw", "input voor beleid", "ruilden", "de raad heeft gesproken", "wijkkrant", "beheer"):
        assert words in told["nl"], words


def test_practices_at_nought_leave_no_trace_of_what_they_do():
    hood = busy(**dict.fromkeys(ENDS, 0.0)).run(60)
    assert len(hood.world.initiatives) > 5
    for name in (HAND_OVERS, EXCHANGES, TAKEN_AS_INPUT, GUIDED):
        assert hood.world.tally[name] == 0
    assert (hood.world.initiatives.to_check == 0).all()


def test_one_initiative_more_leaves_the_luck_of_the_others_alone():
    hoods = [busy(lead_switching=0.5, harvest=0.5), busy(lead_switching=0.5, harvest=0.5)]
    hoods[1].intervene(3, "initiative", street=0)
    for hood in hoods:
        hood.run(70)
    tables = [h.world.initiatives for h in hoods]
    first, second = ({(int(n), int(b)): int(e) for n, b, e in zip(i.name, i.born, i.enterprise, strict=True)} for i in tables)
    both = set(first) & set(second)
    assert len(both) > 5
    assert all(first[name] == second[name] for name in both)


def test_all_the_practices_here_are_wired():
    assert all(regimes.PRACTICES[name].wired for name in ENDS)
