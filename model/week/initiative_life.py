"""The life of initiatives: members' hours and tiredness, support, results, failure, and ties among members."""

from __future__ import annotations

import numpy as np

from model.engine.chance import GO_ON, PUBLIC, QUIT, SEE, TOGETHER, TRIAL, draw, join
from model.engine.loops import loop
from model.rules import grow_tired, hours_given, street_recalls, trial_fails, vigour_changes, will_quit
from model.state.accounts import SUPPORT_HOURS, find_minutes
from model.state.experiences import (
    BURNED_OUT,
    DELIVERED_FOR,
    DELIVERED_TOGETHER,
    FELT_AT_WORK,
    FELT_DELIVERED,
    FELT_FAILED,
    FELT_GAVE_UP,
    FELT_TOOK_PART,
    FELT_WITHERED,
    FELT_WORN_OUT,
    GAVE_UP,
    LEFT_WAITING,
    MUNICIPALITY,
    NEIGHBOURS,
    OFFICIAL,
    OWN,
    SAW_FAILURE,
    SAW_INITIATIVE,
    SAW_RESULT,
    TOOK_PART,
    USUAL,
    tell,
)
from model.state.matters import NEVER
from model.state.tallies import (
    BURNED_OUT_COUNT,
    DELIVERED,
    ENTERPRISES,
    EXCHANGE_MINUTES,
    FAILED,
    LED_BY_OFFICIALS,
    PUBLISHED,
    QUITS,
    RESIDENT_HOURS,
    SOLVED_BY_RESIDENTS,
    WITHERED,
)
from model.week.examples import seen_in_passing
from model.week.initiative_founding import CONTINUING, DEAD, DISAPPOINTED, DONE, GATHERING, MEMBERSHIPS, ON_HOLD, WORKING
from model.week.problems import LIVING, NO_CASE, SOLVED


@loop
def give_hours(
    week, keys, par, tally, resident_count, resident_name, resident_arrived, resident_energy, resident_tired, resident_acting,
    resident_member, initiative_count, initiative_name, initiative_state, initiative_founder, initiative_born, initiative_given,
    initiative_vigour, initiative_lead, initiative_led_until, initiative_upkeep, initiative_worn_out, event_count, event_what,
    event_size,
):  # fmt: skip
    """Members give hours, have a good experience now and then, tire, and some leave; others recover."""
    p = par[0]
    for k in range(initiative_count[0]):
        initiative_given[k] = 0.0
    for i in range(resident_count[0]):
        tired = float(resident_tired[i])
        if resident_member[i, 0] < 0:
            if tired > 0.0:
                resident_tired[i] = grow_tired(tired, 0.0, p.tire_rate, p.rest_rate)
            continue
        energy = float(resident_energy[i])
        belief = float(resident_acting[i])
        memberships = 1.0 if resident_member[i, 1] >= 0 else 0.0
        load = 0.0
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k < 0:
                continue
            stay = join(initiative_name[k], resident_name[i])
            gone = initiative_state[k] >= DONE
            if gone or will_quit(draw(keys[QUIT], stay), float(initiative_vigour[k]), belief, tired, p.quit_base):
                resident_member[i, m] = -1
                if not gone:
                    tally[QUITS] += 1
                    if tired >= p.burned_out_from:
                        tally[BURNED_OUT_COUNT] += 1
                        tell(event_count, event_what, event_size, BURNED_OUT, i, NEIGHBOURS, k, FELT_WORN_OUT, USUAL, OWN)
                        if initiative_founder[k] == i and resident_arrived[i] < initiative_born[k]:
                            initiative_worn_out[k] = week
                continue
            hours = hours_given(energy, memberships, belief)
            initiative_given[k] += hours
            tally[RESIDENT_HOURS] += int(60.0 * hours)
            effort = hours / energy if energy > 0.0 else 0.0
            load += effort * (p.unpaid_need if initiative_upkeep[k] == 0 else 1.0)
            if initiative_state[k] == ON_HOLD or (
                initiative_state[k] >= WORKING and initiative_lead[k] == 1 and week > initiative_led_until[k]
            ):
                load += 1.0  # kept waiting
            if draw(keys[TOGETHER], stay) < 0.25:
                tell(event_count, event_what, event_size, TOOK_PART, i, NEIGHBOURS, k, FELT_TOOK_PART, USUAL, OWN)
        resident_tired[i] = grow_tired(tired, min(load, 5.0), p.tire_rate, p.rest_rate)
        if resident_member[i, 0] < 0:
            resident_member[i, 0] = resident_member[i, 1]
            resident_member[i, 1] = -1


@loop
def list_members(resident_count, resident_member, initiative_count, initiative_members, initiative_first, member_list):
    """List the members of each initiative consecutively in `member_list`."""
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
def support(
    week, keys, par, practice, case_list, case_rank, initiative_count, initiative_name, initiative_state, initiative_known,
    initiative_vigour, initiative_given, initiative_lead, initiative_led_until, account_left, account_spent,
):  # fmt: skip
    """Officials give support hours to initiatives they lead (which stop without), then to those they know, by vigour.

    What they give to those they know is at most a share of what others left: a third, or all if they build on what runs.
    """
    p = par[0]
    n = 0
    sessions = int(account_left[SUPPORT_HOURS] * (0.5 + practice[0].build_on_existing) / 1.5)
    for k in range(initiative_count[0]):
        if initiative_state[k] >= DONE or n >= case_list.shape[0]:
            continue
        leading = initiative_lead[k] == 1 and initiative_state[k] >= WORKING
        if leading or initiative_known[k] == 1:
            case_list[n] = k
            case_rank[n] = -float(initiative_vigour[k]) - 0.2 * draw(keys[GO_ON], initiative_name[k]) - (2.0 if leading else 0.0)
            n += 1
    order = np.argsort(case_rank[:n])
    for m in range(n):
        k = case_list[order[m]]
        if initiative_lead[k] == 1 and initiative_state[k] >= WORKING:
            given = p.helper_share * initiative_given[k]
            if week >= initiative_led_until[k] and find_minutes(SUPPORT_HOURS, int(p.lead_minutes), account_left, account_spent):
                initiative_led_until[k] = week + int(p.lead_weeks)
                given += p.lead_minutes / 60.0
            initiative_given[k] = given if week < initiative_led_until[k] else 0.0
        elif sessions >= p.support_minutes and find_minutes(SUPPORT_HOURS, int(p.support_minutes), account_left, account_spent):
            sessions -= int(p.support_minutes)
            initiative_given[k] += p.support_minutes / 60.0  # counts like a member's hour


@loop
def live_on(
    week, keys, par, tally, resident_count, initiative_count, initiative_name, initiative_street, initiative_problem,
    initiative_topic, initiative_state, initiative_vigour, initiative_waited, initiative_born, initiative_ended, initiative_members,
    initiative_given, initiative_owed, initiative_progress, initiative_tried, initiative_guided, initiative_lead, initiative_upkeep,
    initiative_enterprise, initiative_exchanged, initiative_results, initiative_published, problem_state, problem_severity,
    problem_cause, problem_ended, problem_case, department_openness, department_trust, department_successes, initiative_first,
    member_list, resident_name, resident_means, street_start, street_stop, news_count, news_name, news_good, news_about,
    street_memory, street_weary, street_near_start, street_near_stop, near_street, near_chance, near_weight, initiative_granted,
    resident_example, resident_shown, event_count, event_what, event_size,
):  # fmt: skip
    """Update each initiative: vigour, progress, and delivery, failure or withering; neighbours may see it."""
    p = par[0]
    for k in range(initiative_count[0]):
        state = initiative_state[k]
        if state >= DONE:
            continue
        waiting = 1.0 if state == ON_HOLD else 0.0
        initiative_waited[k] += int(waiting)
        back = min(initiative_given[k], initiative_owed[k])  # owed hours come first
        initiative_owed[k] -= back
        if initiative_exchanged[k] > NEVER:  # hours given back to an entrepreneur
            tally[EXCHANGE_MINUTES] += int(60.0 * back)
        given = initiative_given[k] - back
        upkeep = p.unpaid_need if initiative_upkeep[k] == 0 else 1.0
        vigour = vigour_changes(float(initiative_vigour[k]), given, p.weekly_need * upkeep, waiting, p.wear)
        initiative_vigour[k] = vigour
        name = initiative_name[k]
        s = initiative_street[k]
        after = state
        told = -1
        member_event = -1
        value = 0.0
        d = initiative_topic[k]
        seen = p.result_step * min(1.0, 1000.0 / resident_count[0])
        if state >= WORKING:  # working or continuing
            initiative_progress[k] += given
            if initiative_progress[k] >= p.initiative_hours * (
                1.0 + p.paperwork_share * (0.2 if initiative_guided[k] > 0 or initiative_granted[k] > 0 else 1.0)
            ):
                initiative_progress[k] = 0.0
                if trial_fails(draw(keys[TRIAL], join(name, initiative_results[k])), float(initiative_tried[k]), p.fail_base):
                    tally[FAILED] += 1
                    department_trust[d] = float(department_trust[d]) * (1.0 - seen)
                    told = SAW_FAILURE
                    value = FELT_FAILED
                    after = DISAPPOINTED
                    member_event = GAVE_UP
                else:
                    tally[DELIVERED] += 1
                    initiative_results[k] += 1
                    told = SAW_RESULT
                    value = FELT_DELIVERED
                    member_event = DELIVERED_TOGETHER
                    department_trust[d] = float(department_trust[d]) + seen * (1.0 - float(department_trust[d]))
                    if initiative_lead[k] == 1:
                        member_event = DELIVERED_FOR
                        tally[LED_BY_OFFICIALS] += 1
                    if initiative_enterprise[k] == 1:
                        tally[ENTERPRISES] += 1
                        for n in range(initiative_members[k]):
                            i = member_list[initiative_first[k] + n]
                            means = float(resident_means[i])
                            resident_means[i] = means + p.enterprise_gain * (1.0 - means)
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
                if draw(keys[PUBLIC], join(name, initiative_results[k])) < p.publicity:
                    initiative_published[k] = week
                    tally[PUBLISHED] += 1
                    news_name[news_count[0]] = name
                    news_good[news_count[0]] = 1 if told == SAW_RESULT else 0
                    news_about[news_count[0]] = k
                    news_count[0] += 1
        if after == state and (vigour < 0.08 or (state == GATHERING and week - initiative_born[k] > 26)):
            after = DEAD
            tally[WITHERED] += 1
            member_event = LEFT_WAITING if state == ON_HOLD else GAVE_UP
            value = FELT_WITHERED
        if after != state:
            initiative_state[k] = after
            if after >= DONE:
                initiative_ended[k] = week
                if state != GATHERING:  # what never came to work was hardly seen
                    ending = -1.0 if initiative_results[k] == 0 else 1.0
                    street_memory[s] = street_recalls(float(street_memory[s]), ending, 0.5)
                    street_weary[s] = float(street_weary[s]) + p.street_wearies * (1.0 - float(street_weary[s]))
        if told in (SAW_RESULT, SAW_FAILURE):
            shown = 1.0 if told == SAW_RESULT else -p.example_failure
            seen_in_passing(
                k, s, shown, keys, par, street_start, street_stop, street_near_start, street_near_stop, near_street, near_chance,
                near_weight, initiative_name, initiative_results, resident_example, resident_shown,
            )  # fmt: skip
        if member_event >= 0:
            to = MUNICIPALITY if member_event == LEFT_WAITING else (OFFICIAL if member_event == DELIVERED_FOR else NEIGHBOURS)
            for n in range(initiative_members[k]):
                i = member_list[initiative_first[k] + n]
                tell(event_count, event_what, event_size, member_event, i, to, k, value if value > 0.5 else FELT_GAVE_UP, USUAL, OWN)
        if after == state and vigour > 0.3:
            told = SAW_INITIATIVE
            value = FELT_AT_WORK
        if told >= 0:
            chance = 0.1 * p.notice if told == SAW_INITIATIVE else p.notice
            for i in range(street_start[s], street_stop[s]):
                if draw(keys[SEE], join(name, resident_name[i])) < chance:
                    tell(event_count, event_what, event_size, told, i, NEIGHBOURS, k, value, USUAL, OWN)


@loop
def grow_together(
    keys, resident_name, resident_energy, initiative_count, initiative_name, initiative_state, initiative_members,
    initiative_first, member_list, new_count, new_first, new_second, new_hours,
):  # fmt: skip
    """Each member of an initiative spends hours with one other member this week, which strengthens their tie."""
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
