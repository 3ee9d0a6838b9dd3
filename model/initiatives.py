"""Initiatives: sparked, joined, worked on, blocked, delivered and followed; what one starts, others see."""

from __future__ import annotations

import math

import numpy as np

from model.chance import ASK, CLEAR, GO_ON, JOIN, LEAD, NEEDS, PARENT, QUEUE, QUIT, SEE, SPARK, TOGETHER, TOPIC, TRIAL, WHOM, draw, join
from model.engine import loop
from model.institutions import CENTRAL_POT, MANDATE_POT
from model.learning import (
    DELIVERED_TOGETHER, GAVE_UP, JOINED, LEFT_WAITING, MUNICIPALITY, NEIGHBOURS, SAW_FAILURE, SAW_INITIATIVE, SAW_RESULT, TOOK_PART, WAS_ASKED, tell,
)  # fmt: skip
from model.problems import (
    ASKS, DELIVERED, FAILED, FOUNDED_WITH_EXAMPLE, FOUNDER_MEANS, HAND_OVERS, INITIATIVE_CENTS, JOINS, LIVING, NO_CASE, QUITS, RESIDENT_HOURS, SOLVED, SOLVED_BY_RESIDENTS,
    STARTED, WITHERED,
)  # fmt: skip
from model.reports import INSIDE_HOURS, SUPPORT_HOURS
from model.rules import hours_given, rule_clears, trial_fails, vigour_changes, will_found, will_join, will_quit
from model.tables import Column

GATHERING, ON_HOLD, WORKING, CONTINUING, DONE, DISAPPOINTED, DEAD = range(7)  # the first four are alive
LIFE = ("gathering", "waiting for money or a rule", "working", "continuing", "done", "disappointed", "withered")
MEMBERSHIPS = 2  # at most so many a resident (assumption)

INITIATIVE_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "(founder, nth founding)"),
    Column("street", "int32", "row", 0, 10**7, "where it started"),
    Column("problem", "int32", "row", -1, 2**31 - 1, "the problem it takes up; -1: a wish", fill=-1),
    Column("topic", "uint8", "department", 0, 4, "the department it meets"),
    Column("parent", "int32", "row", -1, 2**31 - 1, "the example drawn for the tree; -1: none", fill=-1),
    Column("founder", "int32", "row", 0, 2**31 - 1, "resident who started it"),
    Column("state", "uint8", "-", 0, 6, "gathering, on hold, working, continuing, done, disappointed, withered"),
    Column("vigour", "float32", "0-1", 0, 1, "how lively"),
    Column("born", "int32", "week", -(10**6), 10**6, "when it started"),
    Column("ended", "int32", "week", -(10**6), 10**6, "when it ended"),
    Column("members", "int32", "people", 0, 10**7, "members this week"),
    Column("first", "int32", "place", 0, 2**31 - 1, "where its members stand in the list of members"),
    Column("given", "float64", "hours", 0, 1e9, "hours members gave this week"),
    Column("progress", "float64", "hours", 0, 1e9, "hours put in towards the next result"),
    Column("needs_money", "uint8", "0/1", 0, 1, "money still to come"),
    Column("needs_rule", "uint8", "0/1", 0, 1, "a rule still in the way"),
    Column("asked_week", "int32", "week", -(10**6), 10**6, "when it asked for them"),
    Column("tried", "uint8", "0/1", 0, 1, "works without prior approval"),
    Column("lead", "uint8", "0/1", 0, 1, "who leads: residents 0, officials 1"),
    Column("known", "uint8", "0/1", 0, 1, "known to the ward official"),
    Column("results", "int32", "times", 0, 10**6, "results so far"),
    Column("offspring", "float64", "foundings", 0, 1e9, "foundings owed to its example: the shares add up"),
    Column("next", "int32", "row", -1, 2**31 - 1, "next living one of the street", fill=-1),
)


@loop
def survey(
    week, par, resident_count, resident_member, street_count, street_example, street_project, street_near_start, street_near_stop, near_street, near_weight,
    initiative_count, initiative_street, initiative_state, initiative_vigour, initiative_born, initiative_members, initiative_next,
):  # fmt: skip
    """Count members, list each street's living initiatives, and spread their example over near streets."""
    p = par[0]
    for s in range(street_count[0]):
        street_example[s] = 0.0
        street_project[s] = -1
    for k in range(initiative_count[0]):
        initiative_members[k] = 0
    for i in range(resident_count[0]):
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k >= 0:
                initiative_members[k] += 1
    for k in range(initiative_count[0]):
        if initiative_state[k] >= DONE:
            continue
        s = initiative_street[k]
        initiative_next[k] = street_project[s]
        street_project[s] = k
        pull = p.example_push * float(initiative_vigour[k]) * math.exp(-0.6931471805599453 * (week - initiative_born[k]) / p.example_halflife)
        for n in range(street_near_start[s], street_near_stop[s]):
            street_example[near_street[n]] = float(street_example[near_street[n]]) + pull * float(near_weight[n])


@loop
def found(
    week, keys, par, kind, tally, resident_count, resident_name, resident_street, resident_energy, resident_readiness, resident_acting, resident_burden,
    resident_means, resident_member, resident_foundings, resident_touched, street_x, street_y, street_first, street_example, street_reached,
    problem_name, problem_kind, problem_severity, problem_next,
    initiative_count, initiative_name, initiative_street, initiative_problem, initiative_topic, initiative_parent, initiative_founder, initiative_state,
    initiative_vigour, initiative_born, initiative_progress, initiative_needs_money, initiative_needs_rule, initiative_asked_week, initiative_offspring,
    initiative_members,
):  # fmt: skip
    """Residents with energy start something; each living example nearby gets its share of the founding."""
    p = par[0]
    alive = initiative_count[0]
    for i in range(resident_count[0]):
        s = resident_street[i]
        example = float(street_example[s])
        u = draw(keys[SPARK], resident_name[i])
        if not will_found(u, float(resident_energy[i]), float(resident_readiness[i]), float(resident_acting[i]), float(resident_burden[i]), example, p.found_base):
            continue
        if resident_member[i, MEMBERSHIPS - 1] >= 0 or initiative_count[0] >= initiative_name.shape[0]:
            continue
        resident_foundings[i] += 1
        name = join(resident_name[i], resident_foundings[i])
        chosen = -1
        best = 0.5 * draw(keys[TOPIC], name)  # a wish of one's own
        q = street_first[s]
        while q >= 0:
            k = problem_kind[q]
            score = kind[k].by_residents * float(problem_severity[q]) * draw(keys[TOPIC], join(name, problem_name[q]))
            if score > best:
                best = score
                chosen = q
            q = problem_next[q]
        base = p.found_base * (1.0 + float(resident_burden[i]))
        parent = -1
        first = math.log(draw(keys[PARENT], name) + 1e-300) / base  # a race: each wins with the chance of its share
        for k in range(alive):
            if initiative_state[k] >= DONE:
                continue
            dx = float(street_x[s]) - float(street_x[initiative_street[k]])
            dy = float(street_y[s]) - float(street_y[initiative_street[k]])
            away = math.sqrt(dx * dx + dy * dy) / p.example_distance
            if away > 4.0:
                continue
            pull = p.example_push * float(initiative_vigour[k]) * math.exp(-0.6931471805599453 * (week - initiative_born[k]) / p.example_halflife - away)
            initiative_offspring[k] += pull / (base + example)
            turn = math.log(draw(keys[PARENT], join(name, initiative_name[k])) + 1e-300) / (pull + 1e-300)
            if turn > first:
                first = turn
                parent = k
        n = initiative_count[0]
        initiative_count[0] = n + 1
        initiative_name[n] = name
        initiative_street[n] = s
        initiative_problem[n] = chosen
        initiative_topic[n] = int(kind[problem_kind[chosen]].department) if chosen >= 0 else int(5.0 * draw(keys[TOPIC], join(name, 7)))
        initiative_parent[n] = parent
        initiative_founder[n] = i
        initiative_state[n] = GATHERING
        initiative_vigour[n] = 0.5
        initiative_born[n] = week
        initiative_progress[n] = 0.0
        initiative_needs_money[n] = 1 if draw(keys[NEEDS], name) < p.needs_money else 0
        initiative_needs_rule[n] = 1 if draw(keys[NEEDS], join(name, 2)) < p.needs_exception else 0
        initiative_asked_week[n] = week
        initiative_members[n] = 1
        resident_member[i, 0 if resident_member[i, 0] < 0 else 1] = n
        resident_touched[i] |= 2
        street_reached[s] = 1
        tally[STARTED] += 1
        tally[FOUNDER_MEANS] += int(1000.0 * float(resident_means[i]))
        if parent >= 0:
            tally[FOUNDED_WITH_EXAMPLE] += 1


@loop
def ask_around(
    keys, par, tally, resident_count, resident_name, resident_energy, resident_readiness, resident_member, resident_touched, resident_invited, resident_pull,
    resident_degree, resident_tie, resident_strength, initiative_name, initiative_state, initiative_members, event_count, event_what, event_size,
):  # fmt: skip
    """Members ask somebody they know; who is asked joins or not."""
    p = par[0]
    for i in range(resident_count[0]):
        for m in range(MEMBERSHIPS):
            k = resident_member[i, m]
            if k < 0 or initiative_state[k] >= DONE:
                continue
            asking = join(initiative_name[k], resident_name[i])
            rate = p.ask_gathering if initiative_state[k] == GATHERING else p.ask_rate
            if draw(keys[ASK], asking) >= rate or event_count[0] + 2 >= event_what.shape[0]:
                continue
            chosen = -1
            best = -1.0e30
            for d in range(resident_degree[i]):
                j = resident_tie[i, d]
                close = float(resident_strength[i, d])  # the closest are asked first, by and large
                score = math.log(draw(keys[WHOM], join(asking, resident_name[j])) + 1e-300) / (close * close)
                if score > best:
                    best = score
                    chosen = d
            if chosen < 0:
                continue
            j = resident_tie[i, chosen]
            tally[ASKS] += 1
            tell(event_count, event_what, event_size, WAS_ASKED, j, NEIGHBOURS, k, 0.5, -1.0, 1.0)
            if resident_member[j, 0] == k or resident_member[j, 1] == k or resident_member[j, MEMBERSHIPS - 1] >= 0 or resident_energy[j] < 0.2:
                continue
            active = 0
            for d in range(resident_degree[j]):
                if resident_strength[j, d] > 0.05 and resident_member[resident_tie[j, d], 0] >= 0:
                    active += 1
            u = draw(keys[JOIN], join(asking, resident_name[j]))
            if will_join(u, float(resident_strength[i, chosen]), float(resident_readiness[j]), float(active), p.join_base, p.join_floor, p.join_threshold):
                if resident_invited[j] < 0 or u < resident_pull[j]:  # asked twice: one invitation is taken up
                    resident_invited[j] = k
                    resident_pull[j] = u
    for j in range(resident_count[0]):  # who joins does not yet ask others this week
        k = resident_invited[j]
        if k >= 0:
            resident_invited[j] = -1
            resident_member[j, 0 if resident_member[j, 0] < 0 else 1] = k
            resident_touched[j] |= 2
            initiative_members[k] += 1
            tally[JOINS] += 1
            tell(event_count, event_what, event_size, JOINED, j, NEIGHBOURS, k, 0.8, -1.0, 1.0)


@loop
def give_hours(keys, par, tally, resident_count, resident_name, resident_energy, resident_acting, resident_member, initiative_count,
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
def list_members(resident_count, resident_member, initiative_count, initiative_state, initiative_members, initiative_first, member_list):
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
    week, keys, par, practice, tally, case_list, case_rank, initiative_count, initiative_name, initiative_state, initiative_topic, initiative_members,
    initiative_needs_money, initiative_needs_rule, initiative_asked_week, initiative_known, initiative_tried, initiative_lead,
    department_openness, department_strictness, account_left, account_spent, purse_left, purse_spent_ever,
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
                inside += 1.0
            if rule_clears(draw(keys[CLEAR], name), float(department_openness[d]), float(department_strictness[d]), inside, p.clear_base):
                initiative_needs_rule[k] = 0
        if initiative_needs_money[k] == 0 and initiative_needs_rule[k] == 0:
            initiative_state[k] = WORKING


@loop
def support(
    week, keys, par, practice, case_list, case_rank, initiative_count, initiative_name, initiative_state, initiative_known, initiative_vigour,
    initiative_progress, initiative_given, account_left, account_spent,
):  # fmt: skip
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
        initiative_given[k] += minutes / 60.0
        if initiative_state[k] == WORKING:
            initiative_progress[k] += minutes / 60.0


@loop
def live_on(
    week, keys, par, practice, kind, tally, initiative_count, initiative_name, initiative_street, initiative_problem, initiative_topic, initiative_state,
    initiative_vigour, initiative_born, initiative_ended, initiative_members, initiative_given, initiative_progress, initiative_tried, initiative_results,
    initiative_asked_week, problem_name, problem_state, problem_severity, problem_cause, problem_ended, problem_case, department_openness,
    department_successes, initiative_first, member_list, resident_name, street_start, street_stop, event_count, event_what, event_size,
):  # fmt: skip
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
        if state == WORKING or state == CONTINUING:
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
                    department_openness[d] = float(department_openness[d]) + p.open_step * (1.0 - float(department_openness[d]))
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
            chance = 0.03 if told == SAW_INITIATIVE else 0.5
            for i in range(street_start[s], street_stop[s]):
                if draw(keys[SEE], join(name, resident_name[i])) < chance:
                    tell(event_count, event_what, event_size, told, i, NEIGHBOURS, k, 0.7 if value < 0.1 else value, -1.0, 1.0)


@loop
def grow_together(
    keys, resident_name, resident_energy, initiative_count, initiative_name, initiative_state, initiative_members, initiative_first, member_list,
    new_count, new_first, new_second, new_hours,
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


