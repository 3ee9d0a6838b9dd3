"""What becomes of initiatives: hours, waiting at the town hall, support, results, disappointment, and time together."""

from __future__ import annotations

import numpy as np

from model.chance import CLEAR, GO_ON, LEAD, QUEUE, QUIT, SEE, TOGETHER, TRIAL, draw, join
from model.initiatives import CONTINUING, DEAD, DISAPPOINTED, DONE, GATHERING, MEMBERSHIPS, ON_HOLD, WORKING
from model.institutions import CENTRAL_POT, MANDATE_POT
from model.learning import (
    DELIVERED_TOGETHER,
    GAVE_UP,
    LEFT_WAITING,
    MUNICIPALITY,
    NEIGHBOURS,
    SAW_FAILURE,
    SAW_INITIATIVE,
    SAW_RESULT,
    TOOK_PART,
    tell,
)
from model.loops import loop
from model.problems import (
    DELIVERED,
    FAILED,
    HAND_OVERS,
    INITIATIVE_CENTS,
    LIVING,
    NO_CASE,
    QUITS,
    RESIDENT_HOURS,
    SOLVED,
    SOLVED_BY_RESIDENTS,
    WITHERED,
)  # fmt: skip
from model.reports import INSIDE_HOURS, SUPPORT_HOURS
from model.rules import hour_inside, hours_given, rule_clears, trial_fails, vigour_changes, will_quit


@loop
def give_hours(
    keys, par, tally, resident_count, resident_name, resident_energy, resident_acting, resident_member, initiative_count,
    initiative_name, initiative_state, initiative_given, initiative_vigour, event_count, event_what, event_size,
):  # fmt: skip
    """Members give their hours, take pleasure in it now and then, and some leave."""
    p = par[0]
    for k in range(initiative_count[0]):
        initiative_given[k] = 0.0
    for i in range(resident_count[0]):
        if resident_member[i, 0] < 0:
            continue
        memberships = 1.0 if resident_member[i, 1] >= 0 else 0.0
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k < 0:
                continue
            stay = join(initiative_name[k], resident_name[i])
            gone = initiative_state[k] >= DONE
            if gone or will_quit(draw(keys[QUIT], stay), float(initiative_vigour[k]), float(resident_acting[i]), p.quit_base):
                resident_member[i, m] = -1
                if not gone:
                    tally[QUITS] += 1
                continue
            hours = hours_given(float(resident_energy[i]), memberships, float(resident_acting[i]))
            initiative_given[k] += hours
            tally[RESIDENT_HOURS] += int(60.0 * hours)
            if draw(keys[TOGETHER], stay) < 0.25:
                tell(event_count, event_what, event_size, TOOK_PART, i, NEIGHBOURS, k, 0.75, -1.0, 1.0)
        if resident_member[i, 0] < 0:
            resident_member[i, 0] = resident_member[i, 1]
            resident_member[i, 1] = -1


@loop
def list_members(resident_count, resident_member, initiative_count, initiative_members, initiative_first, member_list):
    """Put the members of each living initiative one after the other in `member_list`."""
    for k in range(initiative_count[0]):
        initiative_members[k] = 0
    for i in range(resident_count[0]):
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k >= 0:
                initiative_members[k] += 1
    place = 0
    for k in range(initiative_count[0]):
        initiative_first[k] = place
        place += initiative_members[k]
        initiative_members[k] = 0
    for i in range(resident_count[0]):
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k >= 0:
                member_list[initiative_first[k] + initiative_members[k]] = i
                initiative_members[k] += 1


@loop
def ask_institutions(
    week, keys, par, practice, tally, case_list, case_rank, initiative_count, initiative_name, initiative_state, initiative_topic,
    initiative_members, initiative_needs_money, initiative_needs_rule, initiative_asked_week, initiative_known, initiative_tried,
    initiative_lead, initiative_street, street_post, official_mate_hours, department_openness, department_strictness, account_left,
    account_spent, purse_left, purse_spent_ever,
):  # fmt: skip
    """What gathers members meets the town hall: money after the lag or within the mandate, rules when cleared; the lead may pass."""
    p = par[0]
    g = practice[0]
    cents = int(100.0 * p.initiative_euro)
    n = 0
    for k in range(initiative_count[0]):
        if initiative_state[k] == GATHERING or initiative_state[k] == ON_HOLD:
            case_list[n] = k
            case_rank[n] = initiative_asked_week[k] + draw(keys[QUEUE], initiative_name[k])
            n += 1
    order = np.argsort(case_rank[:n])
    for m in range(n):  # who has waited longest comes first
        k = case_list[order[m]]
        state = initiative_state[k]
        name = initiative_name[k]
        if state == GATHERING:
            if initiative_members[k] < p.members_to_start:
                continue
            initiative_asked_week[k] = week
            initiative_state[k] = ON_HOLD
            initiative_tried[k] = 1 if draw(keys[TRIAL], join(name, 3)) < g.letting_go else 0
            if initiative_tried[k] == 1:
                initiative_needs_rule[k] = 0  # room to try, without asking first
        lag = g.approval_lag
        handover = int(p.handover_minutes)
        push = 0.0
        if initiative_known[k] == 1 and draw(keys[LEAD], name) < g.lead_switching and account_left[SUPPORT_HOURS] >= handover:
            account_left[SUPPORT_HOURS] -= handover
            account_spent[SUPPORT_HOURS] += handover
            tally[HAND_OVERS] += 1
            initiative_lead[k] = 1 - initiative_lead[k]
            lag = 0.5 * lag
            push = 1.0
        if initiative_needs_money[k] == 1:
            pot = CENTRAL_POT
            if initiative_known[k] == 1 and purse_left[MANDATE_POT] >= cents:
                pot = MANDATE_POT
            if (pot == MANDATE_POT or week - initiative_asked_week[k] >= lag) and purse_left[pot] >= cents:
                purse_left[pot] -= cents
                purse_spent_ever[pot] += cents
                initiative_needs_money[k] = 0
                tally[INITIATIVE_CENTS] += cents
        if initiative_needs_rule[k] == 1:
            d = initiative_topic[k]
            inside = push
            if initiative_known[k] == 1 and account_left[INSIDE_HOURS] >= 60:
                account_left[INSIDE_HOURS] -= 60
                account_spent[INSIDE_HOURS] += 60
                practised = float(official_mate_hours[street_post[initiative_street[k]]])
                inside += hour_inside(practised / (practised + p.skill_hours))
            if rule_clears(draw(keys[CLEAR], name), float(department_openness[d]), float(department_strictness[d]), inside, p.clear_base):
                initiative_needs_rule[k] = 0
        if initiative_needs_money[k] == 0 and initiative_needs_rule[k] == 0:
            initiative_state[k] = WORKING


@loop
def support(
    keys,
    par,
    case_list,
    case_rank,
    initiative_count,
    initiative_name,
    initiative_state,
    initiative_known,
    initiative_vigour,
    initiative_given,
    account_left,
    account_spent,
):
    """Officials put support hours into the initiatives they know, the liveliest first."""
    p = par[0]
    n = 0
    for k in range(initiative_count[0]):
        if initiative_known[k] == 1 and initiative_state[k] < DONE and n < case_list.shape[0]:
            case_list[n] = k
            case_rank[n] = -float(initiative_vigour[k]) - 0.2 * draw(keys[GO_ON], initiative_name[k])
            n += 1
    order = np.argsort(case_rank[:n])
    minutes = int(p.support_minutes)
    for m in range(n):
        if account_left[SUPPORT_HOURS] < minutes:
            return
        k = case_list[order[m]]
        account_left[SUPPORT_HOURS] -= minutes
        account_spent[SUPPORT_HOURS] += minutes
        initiative_given[k] += minutes / 60.0  # counts like a member's hour


@loop
def live_on(
    week,
    keys,
    par,
    practice,
    tally,
    resident_count,
    initiative_count,
    initiative_name,
    initiative_street,
    initiative_problem,
    initiative_topic,
    initiative_state,
    initiative_vigour,
    initiative_born,
    initiative_ended,
    initiative_members,
    initiative_given,
    initiative_progress,
    initiative_tried,
    initiative_results,
    problem_state,
    problem_severity,
    problem_cause,
    problem_ended,
    problem_case,
    department_openness,
    department_successes,
    initiative_first,
    member_list,
    resident_name,
    street_start,
    street_stop,
    event_count,
    event_what,
    event_size,
):
    """Each initiative gains or loses vigour, gets on with its work, delivers, disappoints or withers; neighbours see it."""
    p = par[0]
    g = practice[0]
    need = p.initiative_hours * (1.0 + p.paperwork_share * (1.0 - 0.8 * g.support_desk))
    for k in range(initiative_count[0]):
        state = initiative_state[k]
        if state >= DONE:
            continue
        waiting = 1.0 if state == ON_HOLD else 0.0
        vigour = vigour_changes(float(initiative_vigour[k]), initiative_given[k], p.weekly_need, waiting, p.wear)
        initiative_vigour[k] = vigour
        name = initiative_name[k]
        s = initiative_street[k]
        after = state
        told = -1
        member_event = -1
        value = 0.0
        if state >= WORKING:  # working or continuing
            initiative_progress[k] += initiative_given[k]
            if initiative_progress[k] >= need:
                initiative_progress[k] = 0.0
                if trial_fails(draw(keys[TRIAL], join(name, initiative_results[k])), float(initiative_tried[k]), p.fail_base):
                    tally[FAILED] += 1
                    told = SAW_FAILURE
                    value = 0.3
                    after = DISAPPOINTED
                    member_event = GAVE_UP
                else:
                    tally[DELIVERED] += 1
                    initiative_results[k] += 1
                    told = SAW_RESULT
                    value = 0.85
                    member_event = DELIVERED_TOGETHER
                    d = initiative_topic[k]
                    push = p.open_step * min(1.0, 1000.0 / resident_count[0])
                    department_openness[d] = float(department_openness[d]) + push * (1.0 - float(department_openness[d]))
                    department_successes[d] += 1
                    q = initiative_problem[k]
                    if q >= 0 and problem_state[q] == LIVING:
                        problem_severity[q] = 0.5 * float(problem_severity[q])
                        if problem_case[q] == NO_CASE:
                            problem_state[q] = SOLVED
                            problem_cause[q] = 0
                            problem_ended[q] = week
                            tally[SOLVED_BY_RESIDENTS] += 1
                    go_on = draw(keys[GO_ON], join(name, initiative_results[k])) < p.continuing_share * (0.5 + vigour)
                    after = CONTINUING if go_on else DONE
        if after == state and (vigour < 0.08 or (state == GATHERING and week - initiative_born[k] > 26)):
            after = DEAD
            tally[WITHERED] += 1
            member_event = LEFT_WAITING if state == ON_HOLD else GAVE_UP
            value = 0.15
        if after != state:
            initiative_state[k] = after
            if after >= DONE:
                initiative_ended[k] = week
        if member_event >= 0:
            to = MUNICIPALITY if member_event == LEFT_WAITING else NEIGHBOURS
            for n in range(initiative_members[k]):
                i = member_list[initiative_first[k] + n]
                tell(event_count, event_what, event_size, member_event, i, to, k, value if value > 0.5 else 0.3, -1.0, 1.0)
        if told < 0 and vigour > 0.3:
            told = SAW_INITIATIVE
        if told >= 0:
            chance = 0.1 * p.notice if told == SAW_INITIATIVE else p.notice
            for i in range(street_start[s], street_stop[s]):
                if draw(keys[SEE], join(name, resident_name[i])) < chance:
                    tell(event_count, event_what, event_size, told, i, NEIGHBOURS, k, 0.7 if value < 0.1 else value, -1.0, 1.0)


@loop
def grow_together(
    keys, resident_name, resident_energy, initiative_count, initiative_name, initiative_state, initiative_members, initiative_first,
    member_list, new_count, new_first, new_second, new_hours,
):  # fmt: skip
    """Members of one initiative spend hours together, each with one other this week: ties grow, across groups where they mix."""
    for k in range(initiative_count[0]):
        if initiative_state[k] >= DONE:
            continue
        for n in range(initiative_members[k]):
            i = member_list[initiative_first[k] + n]
            chosen = -1
            best = -1.0
            for o in range(initiative_members[k]):
                if o == n:
                    continue
                j = member_list[initiative_first[k] + o]
                score = draw(keys[TOGETHER], join(join(initiative_name[k], resident_name[i]), resident_name[j]))
                if score > best:
                    best = score
                    chosen = j
            if chosen >= 0 and new_count[0] < new_first.shape[0]:
                new_first[new_count[0]] = i
                new_second[new_count[0]] = chosen
                new_hours[new_count[0]] = min(float(resident_energy[i]), float(resident_energy[chosen]), 4.0)
                new_count[0] += 1
