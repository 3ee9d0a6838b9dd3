"""Founding of initiatives: examples, founders and recruitment (continued in `initiative_life`)."""

from __future__ import annotations

import math

from model.engine.chance import ASK, ENTERPRISE, JOIN, NEEDS, PARENT, SPARK, TOPIC, WHOM, draw, join, pair
from model.engine.loops import loop
from model.rules import will_found, will_join
from model.state.experiences import FELT_ASKED, FELT_JOINED, JOINED, NEIGHBOURS, OWN, USUAL, WAS_ASKED, tell
from model.state.tallies import ASKS, FOUNDED_WITH_EXAMPLE, FOUNDER_MEANS, JOINS, STARTED

GATHERING, ON_HOLD, WORKING, CONTINUING, DONE, DISAPPOINTED, DEAD = range(7)  # the first four are alive
MEMBERSHIPS = 2  # most memberships of a resident (assumption)


@loop
def survey(
    week, par, resident_count, resident_member, street_count, street_example, street_project, street_near_start, street_near_stop,
    near_street, near_weight, initiative_count, initiative_street, initiative_state, initiative_vigour, initiative_born,
    initiative_members, initiative_next,
):  # fmt: skip
    """Count members, list each street's living initiatives, and add their example to near streets."""
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
        pull = (
            p.example_push * float(initiative_vigour[k]) * math.exp(-0.6931471805599453 * (week - initiative_born[k]) / p.example_halflife)
        )
        for n in range(street_near_start[s], street_near_stop[s]):
            street_example[near_street[n]] = float(street_example[near_street[n]]) + pull * float(near_weight[n])


@loop
def found(
    week, keys, par, kind, tally, resident_count, resident_name, resident_street, resident_energy, resident_tired,
    resident_readiness, resident_acting, resident_burden, resident_means, resident_member, resident_foundings, resident_touched,
    street_x, street_y, street_first, street_example, street_reached, problem_name, problem_kind, problem_severity, problem_next,
    initiative_count, initiative_name, initiative_street, initiative_problem, initiative_topic, initiative_parent,
    initiative_founder, initiative_state, initiative_vigour, initiative_born, initiative_progress, initiative_needs_money,
    initiative_needs_rule, initiative_asked_week, initiative_enterprise, initiative_offspring, initiative_members,
):  # fmt: skip
    """Residents found initiatives; each living example nearby is credited with its share of a founding."""
    p = par[0]
    alive = initiative_count[0]
    for i in range(resident_count[0]):
        s = resident_street[i]
        example = float(street_example[s])
        u = draw(keys[SPARK], resident_name[i])
        energy = float(resident_energy[i]) * (1.0 - float(resident_tired[i]))
        if not will_found(
            u, energy, float(resident_readiness[i]), float(resident_acting[i]), float(resident_burden[i]), example, p.found_base
        ):
            continue
        if resident_member[i, MEMBERSHIPS - 1] >= 0 or initiative_count[0] >= initiative_name.shape[0]:
            continue
        resident_foundings[i] += 1
        name = join(resident_name[i], resident_foundings[i])
        chosen = -1
        best = 0.5 * draw(keys[TOPIC], name)  # score of a wish, without a problem
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
        first = math.log(draw(keys[PARENT], name) + 1e-300) / base  # weighted draw: each is chosen with the probability of its share
        for k in range(alive):
            if initiative_state[k] >= DONE:
                continue
            dx = float(street_x[s]) - float(street_x[initiative_street[k]])
            dy = float(street_y[s]) - float(street_y[initiative_street[k]])
            away = math.sqrt(dx * dx + dy * dy) / p.example_distance
            if away > 4.0:
                continue
            pull = (
                p.example_push
                * float(initiative_vigour[k])
                * math.exp(-0.6931471805599453 * (week - initiative_born[k]) / p.example_halflife - away)
            )
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
        initiative_enterprise[n] = 1 if draw(keys[ENTERPRISE], name) < p.enterprise_share else 0
        conflict = p.needs_exception * (p.enterprise_rules if initiative_enterprise[n] == 1 else 1.0)
        initiative_needs_rule[n] = 1 if draw(keys[NEEDS], join(name, 2)) < conflict else 0
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
    keys, par, tally, resident_count, resident_name, resident_energy, resident_tired, resident_readiness, resident_member,
    resident_touched, resident_invited, resident_pull, resident_degree, resident_tie, resident_strength, initiative_name,
    initiative_state, initiative_members, event_count, event_what, event_size,
):  # fmt: skip
    """Members ask one of their contacts to join; the contact joins or not."""
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
                close = float(resident_strength[i, d])  # weight: strong ties are asked more often
                score = math.log(draw(keys[WHOM], pair(asking, resident_name[j])) + 1e-300) / (close * close)
                if score > best:
                    best = score
                    chosen = d
            if chosen < 0:
                continue
            j = resident_tie[i, chosen]
            tally[ASKS] += 1
            tell(event_count, event_what, event_size, WAS_ASKED, j, NEIGHBOURS, k, FELT_ASKED, USUAL, OWN)
            if (
                resident_member[j, 0] == k
                or resident_member[j, 1] == k
                or resident_member[j, MEMBERSHIPS - 1] >= 0
                or float(resident_energy[j]) * (1.0 - float(resident_tired[j])) < 0.2
            ):
                continue
            active = 0
            for d in range(resident_degree[j]):
                if resident_strength[j, d] > 0.05 and resident_member[resident_tie[j, d], 0] >= 0:
                    active += 1
            u = draw(keys[JOIN], join(asking, resident_name[j]))
            strength = float(resident_strength[i, chosen])
            ready = float(resident_readiness[j])
            joins = will_join(u, strength, ready, float(active), p.join_base, p.join_floor, p.join_threshold)
            if joins and (resident_invited[j] < 0 or u < resident_pull[j]):  # with several invitations, one is accepted
                resident_invited[j] = k
                resident_pull[j] = u
    for j in range(resident_count[0]):  # new members do not ask others this week
        k = resident_invited[j]
        if k >= 0:
            resident_invited[j] = -1
            resident_member[j, 0 if resident_member[j, 0] < 0 else 1] = k
            resident_touched[j] |= 2
            initiative_members[k] += 1
            tally[JOINS] += 1
            tell(event_count, event_what, event_size, JOINED, j, NEIGHBOURS, k, FELT_JOINED, USUAL, OWN)
