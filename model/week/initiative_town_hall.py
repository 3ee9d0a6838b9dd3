"""Initiatives at the town hall: lead, input for the council, money and rules, exchange, checks, and upkeep."""

from __future__ import annotations

import numpy as np

from model.engine.chance import CHECK, CLEAR, EXCHANGE, GUIDE, INPUT, LEAD, QUEUE, STEP, TRIAL, UPKEEP, draw, join, key_of
from model.engine.loops import loop
from model.rules import hour_inside, hours_that_count, is_guided, renew_tie, rule_clears, takes_over, will_exchange
from model.state.accounts import (
    BROKER_HOURS,
    CASE_HOURS,
    CENTRAL_POT,
    DESK_HOURS,
    ENTREPRENEUR_POT,
    INSIDE_HOURS,
    MANDATE_POT,
    SUPPORT_HOURS,
    WARD_DESK_HOURS,
    find_minutes,
)
from model.state.experiences import EXCHANGED, FELT_EXCHANGED, MUNICIPALITY, NEIGHBOURS, OFFICIAL, OWN, USUAL, tell
from model.state.tallies import (
    EXCHANGE_CONTACTS,
    EXCHANGES,
    GUIDED,
    HAND_OVERS,
    INITIATIVE_CENTS,
    RULE_WEEKS,
    RULES_CLEARED,
    TAKEN_AS_INPUT,
    UPKEEP_CENTS,
)
from model.week.initiative_founding import CONTINUING, GATHERING, ON_HOLD, WORKING

QUARTER = 13  # weeks; the council meets and upkeep is decided once a quarter


@loop
def council_week(taken, policy_weeks):
    """Return the week in which the council decides on input: its first meeting after `policy_weeks`."""
    ready = taken + int(policy_weeks)
    return ready + QUARTER - ready % QUARTER


@loop
def exchange(
    k, hours, keys, par, initiative_name, initiative_members, initiative_first, initiative_known, member_list, resident_name,
    resident_group, resident_contact, resident_touched, resident_meetings, new_count, new_first, new_second, new_hours, event_count,
    event_what, event_size,
):  # fmt: skip
    """Record an exchange with an entrepreneur; two members, of different groups if possible, work together for it.

    If an official knows the initiative, these two also meet the official.
    """
    p = par[0]
    first = -1
    best = -1.0
    for n in range(initiative_members[k]):
        i = member_list[initiative_first[k] + n]
        tell(event_count, event_what, event_size, EXCHANGED, i, NEIGHBOURS, k, FELT_EXCHANGED, USUAL, OWN)
        if initiative_known[k] == 1:
            tell(event_count, event_what, event_size, EXCHANGED, i, OFFICIAL, k, FELT_EXCHANGED, USUAL, OWN)
        score = draw(keys[EXCHANGE], join(initiative_name[k], resident_name[i]))
        if score > best:
            best = score
            first = i
    second = -1
    best = -1.0
    for n in range(initiative_members[k]):
        i = member_list[initiative_first[k] + n]
        score = draw(keys[EXCHANGE], join(resident_name[i], initiative_name[k]))
        if i != first and resident_group[i] != resident_group[first]:
            score += 1.0
        if i != first and score > best:
            best = score
            second = i
    if second >= 0 and new_count[0] < new_first.shape[0]:
        new_first[new_count[0]] = first
        new_second[new_count[0]] = second
        new_hours[new_count[0]] = hours
        new_count[0] += 1
    counts = hours_that_count(p.exchange_minutes / 3.0, p.visit_minutes, p.contact_hours)  # three sit at it, the entrepreneur too
    for i in (first, second):
        if i >= 0 and initiative_known[k] == 1:
            resident_contact[i] = renew_tie(float(resident_contact[i]), counts, p.hours_to_friend)
            resident_touched[i] |= 1
            resident_meetings[i] += 1


@loop
def guide(by_broker, minutes, account_left, account_spent):
    """Take the minutes to show an initiative its way, from the broker or from desk and ward officials; return whether they had them."""
    if by_broker:
        return find_minutes(BROKER_HOURS, minutes, account_left, account_spent)
    return (
        find_minutes(DESK_HOURS, minutes, account_left, account_spent)
        or find_minutes(WARD_DESK_HOURS, minutes, account_left, account_spent)
        or find_minutes(SUPPORT_HOURS, minutes, account_left, account_spent)
    )


@loop
def ask_institutions(
    week, seed, keys, par, practice, broker, tally, case_list, case_rank, initiative_count, initiative_name, initiative_state,
    initiative_topic, initiative_founder, initiative_members, initiative_first, initiative_needs_money, initiative_needs_rule,
    initiative_asked_week, initiative_known, initiative_tried, initiative_lead, initiative_may_pass, initiative_led_until,
    initiative_to_officials, initiative_to_residents, initiative_seeks, initiative_guided, initiative_input, initiative_exchanged,
    initiative_to_check, initiative_owed, initiative_street, street_post, street_cents, official_mate_hours, department_openness,
    department_trust, department_strictness, department_input, account_left, account_spent, purse_left, purse_spent_ever,
    resident_name, resident_group, resident_trust, resident_contact, resident_touched, resident_meetings, member_list, new_count, new_first,
    new_second, new_hours, event_count, event_what, event_size,
):  # fmt: skip
    """Take gathering and waiting initiatives through the town hall: desk, council, lead, money and rules."""
    p = par[0]
    g = practice[0]
    cents = int(100.0 * p.initiative_euro)
    quarter = key_of(seed, EXCHANGE, week // QUARTER)
    n = 0
    for k in range(initiative_count[0]):
        state = initiative_state[k]
        waits = initiative_lead[k] == 1 or initiative_to_check[k] == 1 or initiative_seeks[k] > 0
        if state <= ON_HOLD or (state <= CONTINUING and waits):
            case_list[n] = k
            case_rank[n] = initiative_asked_week[k] + draw(keys[QUEUE], initiative_name[k])
            n += 1
    order = np.argsort(case_rank[:n])
    for m in range(n):  # longest waiting first
        k = case_list[order[m]]
        name = initiative_name[k]
        known = initiative_known[k] == 1
        if initiative_state[k] == GATHERING:
            if initiative_members[k] < p.members_to_start:
                continue
            initiative_asked_week[k] = week
            initiative_state[k] = ON_HOLD
            initiative_tried[k] = 1 if draw(keys[TRIAL], join(name, 3)) < g.letting_go else 0
            if initiative_tried[k] == 1:
                initiative_needs_rule[k] = 0  # a trial without prior approval
            initiative_may_pass[k] = 1 if draw(keys[STEP], name) < g.lead_switching else 0
            initiative_lead[k] = 1 if known and takes_over(draw(keys[LEAD], name), g.letting_go, p.take_over) else 0
            by_broker = draw(keys[GUIDE], join(name, 1)) < broker
            trust = float(resident_trust[initiative_founder[k], NEIGHBOURS if by_broker else MUNICIPALITY])
            if is_guided(draw(keys[GUIDE], name), g.support_desk, trust):
                initiative_seeks[k] = 2 if by_broker else 1
            if draw(keys[INPUT], name) < g.harvest:
                initiative_input[k] = week
                department_input[initiative_topic[k]] = float(department_input[initiative_topic[k]]) + 1.0
                tally[TAKEN_AS_INPUT] += 1
        if initiative_seeks[k] > 0 and guide(initiative_seeks[k] == 2, int(p.guide_minutes), account_left, account_spent):
            initiative_guided[k] = initiative_seeks[k]
            initiative_seeks[k] = 0
            tally[GUIDED] += 1
        if initiative_to_check[k] == 1 and find_minutes(CASE_HOURS, int(p.grant_check_minutes), account_left, account_spent):
            initiative_to_check[k] = 0
            initiative_owed[k] += p.grant_check_hours
        council = council_week(initiative_input[k], p.policy_weeks)
        if initiative_state[k] == ON_HOLD and week < council:
            continue  # waiting costs vigour
        if initiative_may_pass[k] == 1 and week > initiative_asked_week[k]:
            stuck = known and initiative_lead[k] == 0 if initiative_state[k] == ON_HOLD else initiative_lead[k] == 1
            if stuck and find_minutes(SUPPORT_HOURS, int(p.handover_minutes), account_left, account_spent):
                tally[HAND_OVERS] += 1
                initiative_may_pass[k] = 0
                initiative_lead[k] = 1 - initiative_lead[k]
                if initiative_lead[k] == 1:
                    initiative_to_officials[k] = week
                else:
                    initiative_to_residents[k] = week
        if initiative_state[k] >= WORKING:
            continue
        lag = g.approval_lag
        inside = 0.0
        if initiative_lead[k] == 1:
            if week >= initiative_led_until[k] and (
                find_minutes(INSIDE_HOURS, int(p.lead_minutes), account_left, account_spent)
                or find_minutes(SUPPORT_HOURS, int(p.lead_minutes), account_left, account_spent)
            ):
                initiative_led_until[k] = week + int(p.lead_weeks)
            if week < initiative_led_until[k]:
                lag = 0.5 * lag
                inside = 1.0
        if initiative_needs_money[k] == 1:
            decided = week == council
            pot = MANDATE_POT if known and not decided and purse_left[MANDATE_POT] >= cents else CENTRAL_POT
            due = pot == MANDATE_POT or decided or week - initiative_asked_week[k] >= lag
            if due and purse_left[pot] >= cents:
                purse_left[pot] -= cents
                street_cents[initiative_street[k]] += cents
                purse_spent_ever[pot] += cents
                initiative_needs_money[k] = 0
                tally[INITIATIVE_CENTS] += cents
                initiative_to_check[k] = 1 if draw(keys[CHECK], name) < g.control else 0
            elif (
                will_exchange(draw(quarter, name), g.reciprocity)
                and purse_left[ENTREPRENEUR_POT] >= cents
                and find_minutes(SUPPORT_HOURS, int(p.exchange_minutes), account_left, account_spent)
            ):
                purse_left[ENTREPRENEUR_POT] -= cents
                street_cents[initiative_street[k]] += cents
                purse_spent_ever[ENTREPRENEUR_POT] += cents
                initiative_needs_money[k] = 0
                initiative_owed[k] += p.exchange_hours
                initiative_exchanged[k] = week
                tally[EXCHANGES] += 1
                tally[EXCHANGE_CONTACTS] += initiative_members[k]
                exchange(
                    k, p.exchange_hours, keys, par, initiative_name, initiative_members, initiative_first, initiative_known, member_list,
                    resident_name, resident_group, resident_contact, resident_touched, resident_meetings, new_count, new_first, new_second,
                    new_hours, event_count, event_what, event_size,
                )  # fmt: skip
        if initiative_needs_rule[k] == 1:
            d = initiative_topic[k]
            if known and find_minutes(INSIDE_HOURS, 60, account_left, account_spent):
                practised = float(official_mate_hours[street_post[initiative_street[k]]])
                inside += hour_inside(practised / (practised + p.skill_hours))
            open_to_them = min(1.0, float(department_openness[d]) * (0.5 + float(department_trust[d])))
            if rule_clears(draw(keys[CLEAR], name), open_to_them, float(department_strictness[d]), inside, p.clear_base):
                initiative_needs_rule[k] = 0
                tally[RULES_CLEARED] += 1
            else:
                tally[RULE_WEEKS] += 1
        if initiative_needs_money[k] == 0 and initiative_needs_rule[k] == 0:
            initiative_state[k] = WORKING
            initiative_may_pass[k] = 1 if draw(keys[STEP], join(name, WORKING)) < g.lead_switching else 0


@loop
def pay_upkeep(
    week, keys, par, tally, case_list, case_rank, initiative_count, initiative_name, initiative_state, initiative_topic,
    initiative_street, street_cents, initiative_born, initiative_upkeep, initiative_refused, department_upkeep, purse_left,
    purse_spent_ever,
):  # fmt: skip
    """Decide the quarterly upkeep of continuing initiatives: a department pays, or members must give more hours."""
    n = 0
    for k in range(initiative_count[0]):
        if initiative_state[k] == CONTINUING and (week - initiative_born[k]) % QUARTER == 0:
            case_list[n] = k
            case_rank[n] = draw(keys[QUEUE], initiative_name[k])
            n += 1
    order = np.argsort(case_rank[:n])
    cents = int(25.0 * par[0].upkeep_euro)
    for m in range(n):
        k = case_list[order[m]]
        share = float(department_upkeep[initiative_topic[k]])
        if draw(keys[UPKEEP], initiative_name[k]) < share and purse_left[CENTRAL_POT] >= cents:
            purse_left[CENTRAL_POT] -= cents
            street_cents[initiative_street[k]] += cents
            purse_spent_ever[CENTRAL_POT] += cents
            tally[UPKEEP_CENTS] += cents
            initiative_upkeep[k] = 1
        else:
            initiative_upkeep[k] = 0
            initiative_refused[k] = week
