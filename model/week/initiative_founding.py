"""Founding of initiatives: examples, founders and recruitment (continued in `initiative_life`)."""

from __future__ import annotations

import math

import numpy as np

from model.engine.chance import ASK, ENTERPRISE, GO_BETWEEN, GUIDE, JOIN, NEEDS, OFFER, PARENT, SPARK, TOPIC, WHOM, draw, join, pair
from model.engine.loops import loop
from model.rules import (
    asked_draws,
    example_deters,
    example_draws,
    help_draws,
    offer_draws,
    street_allows,
    will_found,
    will_join,
)
from model.state.accounts import BROKER_HOURS, DESK_HOURS, OFFER_POT, SUPPORT_HOURS, WARD_DESK_HOURS, find_minutes
from model.state.experiences import (
    FELT_ASKED,
    FELT_JOINED,
    JOINED,
    MUNICIPALITY,
    NEIGHBOURS,
    OFFICIAL,
    OWN,
    USUAL,
    WAS_ASKED,
    tell,
)
from model.state.people import EXAMPLES
from model.state.tallies import (
    ASKS,
    FOUNDED_ASKED,
    FOUNDED_BETWEEN,
    FOUNDED_DESK,
    FOUNDED_OFFER,
    FOUNDED_WITH_EXAMPLE,
    FOUNDER_MEANS,
    INITIATIVE_CENTS,
    JOINS,
    SMALL_GRANTS,
    STARTED,
)
from model.week.asking import BY_BETWEEN

GATHERING, ON_HOLD, WORKING, CONTINUING, DONE, DISAPPOINTED, DEAD = range(7)  # the first four are alive
OF_OWN, OF_ASKED, OF_DESK, OF_OFFER, OF_EXAMPLE = range(5)  # causes of a founding
MEMBERSHIPS = 2  # most memberships of a resident (assumption)


@loop
def survey(
    par, resident_count, resident_member, street_count, street_project, street_memory, street_weary, initiative_count,
    initiative_street, initiative_state, initiative_members, initiative_next,
):  # fmt: skip
    """Count members and list each street's living initiatives; streets forget what they had, and recover from it."""
    p = par[0]
    for s in range(street_count[0]):
        street_project[s] = -1
        street_memory[s] = float(street_memory[s]) * (1.0 - p.street_forgets)
        street_weary[s] = float(street_weary[s]) * (1.0 - p.street_recovers)
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


@loop("f8(u8, u8, f8)")
def turn_of(key, name, weight):
    """Return the lot of one of several causes: the highest is drawn with a chance in proportion to its weight."""
    return math.log(draw(key, name) + 1e-300) / (weight + 1e-300)


@loop
def drawn_from(
    name, own, asked, desk, offer, seen, i, keys, resident_example, resident_shown, initiative_name, initiative_offspring,
):  # fmt: skip
    """Credit examples with their share of a founding; return one cause, drawn by its share (from `OF_EXAMPLE` on: a place in mind)."""
    pulls = own + asked + desk + offer + seen
    cause = OF_OWN
    first = turn_of(keys[PARENT], name, own)
    for n in range(1, OF_EXAMPLE):
        turn = turn_of(keys[PARENT], join(name, n), asked if n == OF_ASKED else (desk if n == OF_DESK else offer))
        if turn > first:
            first = turn
            cause = n
    good = 0.0
    for m in range(EXAMPLES):
        good += max(float(resident_shown[i, m]), 0.0)
    for m in range(EXAMPLES):
        shown = max(float(resident_shown[i, m]), 0.0)
        k = resident_example[i, m]
        if seen <= 0.0 or shown <= 0.0 or k < 0:
            continue
        initiative_offspring[k] += seen * shown / good / pulls
        turn = turn_of(keys[PARENT], join(name, initiative_name[k]), seen * shown / good)
        if turn > first:
            first = turn
            cause = OF_EXAMPLE + m
    return cause


@loop
def found(
    week, keys, par, practice, broker, go_between, kind, tally, resident_count, resident_name, resident_street, resident_energy,
    resident_tired, resident_readiness, resident_acting, resident_burden, resident_means, resident_member, resident_foundings,
    resident_touched, resident_trust, resident_urged, resident_urged_by, resident_example, resident_shown, street_count,
    street_first, street_project, street_openness, street_memory, street_weary, street_area, street_reached, street_cents,
    area_offer_known, account_left, account_spent, purse_left, purse_spent_ever, problem_name, problem_kind, problem_severity,
    problem_next, initiative_count, initiative_name, initiative_street, initiative_problem, initiative_topic, initiative_parent,
    initiative_founder, initiative_state, initiative_vigour, initiative_born, initiative_progress, initiative_needs_money,
    initiative_needs_rule, initiative_asked_week, initiative_enterprise, initiative_offspring, initiative_members,
    initiative_format, initiative_granted,
):  # fmt: skip
    """Residents found initiatives: of their own accord, asked, helped, by an offer, or after what they saw of others."""
    p = par[0]
    g = practice[0]
    grant = int(100.0 * p.offer_euro)
    guide = int(p.guide_minutes)
    fade_asked = math.exp(-0.6931471805599453 / p.urge_halflife)
    fade_shown = math.exp(-0.6931471805599453 / p.example_halflife)
    allows = np.empty(street_count[0], np.float64)
    for s in range(street_count[0]):
        busy = p.street_busy if street_project[s] >= 0 else 1.0
        allows[s] = street_allows(float(street_openness[s]), float(street_memory[s]), float(street_weary[s]), busy, p.street_remembers)
    for i in range(resident_count[0]):
        s = resident_street[i]
        seen = 0.0
        for m in range(EXAMPLES):
            if resident_example[i, m] >= 0:
                resident_shown[i, m] = float(resident_shown[i, m]) * fade_shown
                seen += float(resident_shown[i, m])
        urged = float(resident_urged[i])
        if urged > 0.0:
            resident_urged[i] = urged * fade_asked if urged > 0.01 else 0.0
        between = resident_urged_by[i] == BY_BETWEEN
        street = float(allows[s])
        own = street * p.found_base * example_deters(seen)
        asked = street * asked_draws(urged, float(resident_trust[i, NEIGHBOURS if between else OFFICIAL]), p.urge_push)
        of_broker = broker * float(resident_trust[i, NEIGHBOURS]) if account_left[BROKER_HOURS] >= guide else 0.0
        of_desk = 0.0
        if max(account_left[DESK_HOURS], account_left[WARD_DESK_HOURS], account_left[SUPPORT_HOURS]) >= guide:
            of_desk = (1.0 - broker) * float(resident_trust[i, MUNICIPALITY])
        desk = street * help_draws(g.support_desk, of_desk + of_broker, p.desk_push)
        open_offer = g.standing_offer > 0.0 and purse_left[OFFER_POT] >= grant
        known = float(area_offer_known[street_area[s]]) if open_offer else 0.0
        offer = street * offer_draws(known, p.offer_push)
        example = street * example_draws(seen, p.example_half, p.example_push, known, p.offer_eases)
        u = draw(keys[SPARK], resident_name[i])
        energy = float(resident_energy[i]) * (1.0 - float(resident_tired[i]))
        burden = float(resident_burden[i])
        pulls = asked + desk + offer + example
        if not will_found(u, energy, float(resident_readiness[i]), float(resident_acting[i]), burden, pulls, own):
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
        cause = drawn_from(
            name, own * (1.0 + burden), asked, desk, offer, example, i, keys, resident_example, resident_shown, initiative_name,
            initiative_offspring,
        )  # fmt: skip
        parent = resident_example[i, cause - OF_EXAMPLE] if cause >= OF_EXAMPLE else -1
        organised = go_between > 0.0 or g.standing_offer > 0.0 or draw(keys[GO_BETWEEN], name) < p.format_alone
        copied = 1 if parent >= 0 and organised and initiative_format[parent] == 1 else 0
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
        initiative_format[n] = 1 if (cause == OF_ASKED and between) or cause == OF_OFFER else copied
        initiative_needs_money[n] = 1 if draw(keys[NEEDS], name) < p.needs_money else 0
        initiative_enterprise[n] = 1 if draw(keys[ENTERPRISE], name) < p.enterprise_share else 0
        conflict = p.needs_exception * (p.enterprise_rules if initiative_enterprise[n] == 1 else 1.0)
        initiative_needs_rule[n] = 1 if draw(keys[NEEDS], join(name, 2)) < conflict else 0
        initiative_asked_week[n] = week
        initiative_members[n] = 1
        initiative_granted[n] = 0
        if open_offer and (cause == OF_OFFER or draw(keys[OFFER], name) < known):  # who knows of it asks for it, needed or not
            purse_left[OFFER_POT] -= grant
            purse_spent_ever[OFFER_POT] += grant
            street_cents[s] += grant
            initiative_granted[n] = 1
            initiative_needs_money[n] = 0
            tally[SMALL_GRANTS] += 1
            tally[INITIATIVE_CENTS] += grant
        if cause == OF_DESK:
            if draw(keys[GUIDE], join(name, 2)) * (of_desk + of_broker) < of_broker:
                find_minutes(BROKER_HOURS, guide, account_left, account_spent)
            elif not find_minutes(DESK_HOURS, guide, account_left, account_spent) and not find_minutes(
                WARD_DESK_HOURS, guide, account_left, account_spent
            ):
                find_minutes(SUPPORT_HOURS, guide, account_left, account_spent)
            tally[FOUNDED_DESK] += 1
        elif cause == OF_ASKED:
            tally[FOUNDED_BETWEEN if between else FOUNDED_ASKED] += 1
        elif cause == OF_OFFER:
            tally[FOUNDED_OFFER] += 1
        resident_urged[i] = 0.0
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
