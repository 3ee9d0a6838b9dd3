"""Contacts of ward officials with residents: visits at the door, group meetings, discoveries and promises."""

from __future__ import annotations

import math

import numpy as np

from model.engine.chance import DISCOVER, DOOR, GROUP, HURT, INVITE, PROMISE, QUALITY, VISIT, draw, join, key_of
from model.engine.loops import loop
from model.kinds import BY_NOBODY
from model.rules import (
    company_eases,
    door_opens,
    hours_of_practice,
    hours_that_count,
    invitation_weight,
    meeting_score,
    minutes_each,
    quality_felt,
    quality_of_contact,
    renew_tie,
    speaks_up,
    street_draws_attention,
    visit_score,
    will_promise,
)  # fmt: skip
from model.state.accounts import STREET_HOURS
from model.state.experiences import (
    FELT_ASKED,
    FELT_BOLD,
    FELT_HEARD,
    FELT_PROMISED,
    FELT_TRUTHFUL,
    HEARD_OUT,
    MET,
    MET_IN_GROUP,
    OFFICIAL,
    OWN,
    PROMISED,
    SORE,
    USUAL,
    WAS_ASKED,
    tell,
)
from model.state.tallies import GROUP_MEETINGS, GROUP_VISITORS, HURT_HEARD, MADE, OPENED_DOORS, VISITS
from model.week.asking import ask_to_start

RANK_BINS = 512
QUARTERS = 1000000  # offset of random keys of quarters, beyond those of weeks


@loop
def observe_streets(
    week, seed, par, practice, street_count, street_name, street_reported, street_public, street_private, street_attention,
    street_turn,
):  # fmt: skip
    """Compute each street's attention from reports and visible problems, and its turn this quarter (at street scale)."""
    g = practice[0]
    quarter = key_of(seed, VISIT, QUARTERS + week // 13)
    for s in range(street_count[0]):
        street_turn[s] = par[0].street_turn * g.scale * draw(quarter, street_name[s])
        reports = 1.0 - math.exp(-float(street_reported[s]))
        seen = 1.0 - math.exp(-float(street_public[s]) - float(street_private[s]))
        street_attention[s] = street_draws_attention(reports, seen, g.complaint_steering)


@loop
def rank_doors(
    first: int, last: int, incumbent: np.uint64, keys, par, practice, resident_name, resident_street, resident_contact, resident_trust,
    street_attention, street_turn, visit_rank,
):  # fmt: skip
    """Compute the visit score of every resident of an area."""
    p = par[0]
    g = practice[0]
    for i in range(first, last):
        noise = draw(keys[VISIT], join(incumbent, resident_name[i]))
        visit_rank[i] = visit_score(
            noise, float(street_attention[resident_street[i]]), p.attention_weight, float(resident_contact[i]),
            0.15 * g.intensity, float(resident_trust[i, OFFICIAL]), p.creaming, float(street_turn[resident_street[i]]),
        )  # fmt: skip


@loop
def rank_of_last(visit_rank, first, last, most):
    """Return a score that at least `most` doors reach, and few more, from a histogram."""
    low = visit_rank[first]
    high = visit_rank[first]
    for i in range(first, last):
        low = min(low, visit_rank[i])
        high = max(high, visit_rank[i])
    if high <= low:
        return low
    counts = np.zeros(RANK_BINS + 1, np.int64)
    for i in range(first, last):
        counts[int((visit_rank[i] - low) / (high - low) * RANK_BINS)] += 1
    b = RANK_BINS
    reached = counts[b]
    while reached < most:
        b -= 1
        reached += counts[b]
    return low + (high - low) * (b - 0.5) / RANK_BINS  # half a bin lower, so that rounding loses none


@loop
def point_to_initiative(
    i, name, keys, practice, resident_street, street_project, initiative_name, initiative_vigour, initiative_known, initiative_next,
    event_count, event_what, event_size,
):  # fmt: skip
    """The official learns of the initiatives in a resident's street, and may invite the resident to the most vigorous one."""
    k = street_project[resident_street[i]]
    best = -1
    while k >= 0:
        initiative_known[k] = 1
        if best < 0 or initiative_vigour[k] > initiative_vigour[best]:
            best = k
        k = initiative_next[k]
    if best >= 0 and draw(keys[INVITE], join(name, initiative_name[best])) < 0.5 * practice[0].build_on_existing:
        tell(event_count, event_what, event_size, WAS_ASKED, i, OFFICIAL, best, FELT_ASKED, USUAL, OWN)


@loop
def knock(
    post: int, first: int, last: int, budget: int, doors: int, hearing: int, week, keys, par, practice, kind, tally, visit_rank,
    account_left, account_spent, official_name, official_hours, official_whole, official_visits, official_begun, official_heard,
    official_employer, official_strain, resident_name, resident_street, resident_trust, resident_grievance, resident_burden,
    resident_contact, resident_touched, resident_meetings, resident_promise, resident_urged, resident_urged_by, street_first,
    street_project, problem_name, problem_kind, problem_severity, problem_known, problem_seen, problem_next, initiative_name,
    initiative_vigour, initiative_known, initiative_next, promise_count, promise_maker, promise_recipient, promise_person,
    promise_problem, promise_made, promise_due, promise_expected, promise_fate, event_count, event_what, event_size,
):  # fmt: skip
    """The official visits the highest-ranked doors until the hours run out; remaining minutes prepare the next visit.

    `budget`: minutes; `doors`: most visits; `hearing`: 1 if sent to hear out old hurt.
    """
    p = par[0]
    g = practice[0]
    minutes = int(p.visit_minutes)
    employer = official_employer[post]
    left = budget + official_begun[post]  # minutes of preparation, already paid
    most = min(left // minutes, doors)
    cut = rank_of_last(visit_rank, first, last, most)
    chosen = np.empty(last - first, np.int64)
    ranks = np.empty(last - first, np.float64)
    n = 0
    for i in range(first, last):
        if visit_rank[i] >= cut:
            chosen[n] = i
            ranks[n] = -visit_rank[i]
            n += 1
    order = np.argsort(ranks[:n])
    for n in range(order.shape[0]):
        if left < minutes or n >= most:
            break
        i = chosen[order[n]]
        before = left
        left -= minutes
        tally[VISITS] += 1
        official_visits[post] += 1
        official_hours[post] = float(official_hours[post]) + hours_of_practice(float(official_whole[post]) * minutes / 60.0, g.pairing)
        name = resident_name[i]
        hurt = max(float(resident_grievance[i, OFFICIAL]), float(resident_grievance[i, employer]))
        if not door_opens(draw(keys[DOOR], name), float(resident_trust[i, OFFICIAL]), hurt, p.door_base, p.door_slope):
            continue
        tally[OPENED_DOORS] += 1
        resident_touched[i] |= 1
        resident_meetings[i] += 1
        skill = float(official_hours[post]) / (float(official_hours[post]) + p.skill_hours)
        unmet = float(resident_burden[i]) * (1.0 - g.mandate_rules)
        quality = quality_of_contact(
            draw(keys[QUALITY], name), skill, float(official_strain[post]), unmet, 0.0, p.contact_usual, p.contact_spread
        )
        tell(event_count, event_what, event_size, MET, i, OFFICIAL, -1, quality_felt(quality, p.contact_neutral), USUAL, OWN)
        listening = 1.0 if hearing == 1 else g.listening_first / 26.0
        if hurt > SORE and left >= p.hurt_minutes and draw(keys[HURT], name) < math.sqrt(listening):
            left -= int(p.hurt_minutes)
            official_heard[post] += 1
            tally[HURT_HEARD] += 1
            value = FELT_HEARD + FELT_TRUTHFUL * g.truthfulness
            tell(event_count, event_what, event_size, HEARD_OUT, i, OFFICIAL, -1, value, USUAL, OWN)
            tell(event_count, event_what, event_size, HEARD_OUT, i, employer, -1, value, USUAL, OWN)
        worst = -1
        q = street_first[resident_street[i]]
        while q >= 0:
            if draw(keys[DISCOVER], join(name, problem_name[q])) < p.discover_chance:
                problem_known[q] = 1
                problem_seen[q] = 1.0
            if problem_known[q] == 1 and (worst < 0 or problem_severity[q] > problem_severity[worst]):
                worst = q
            q = problem_next[q]
        point_to_initiative(
            i, name, keys, practice, resident_street, street_project, initiative_name, initiative_vigour, initiative_known,
            initiative_next, event_count, event_what, event_size,
        )  # fmt: skip
        left -= ask_to_start(
            i, left, keys, par, practice, tally, resident_name, resident_street, resident_urged, resident_urged_by, street_project
        )
        promisable = worst >= 0 and resident_promise[i] < 0 and kind[problem_kind[worst]].solver != BY_NOBODY
        if promisable and will_promise(draw(keys[PROMISE], name), float(resident_burden[i]), g.promise_boldness):
            m = promise_count[0]
            expected = FELT_PROMISED + FELT_BOLD * g.promise_boldness
            promise_maker[m] = official_name[post]
            promise_recipient[m] = i
            promise_person[m] = name
            promise_problem[m] = worst
            promise_made[m] = week
            promise_due[m] = week + int(p.case_norm * (3.0 - 2.0 * g.promise_boldness))
            promise_expected[m] = expected
            promise_fate[m] = 0
            promise_count[0] = m + 1
            resident_promise[i] = m
            tally[MADE] += 1
            problem_seen[worst] = 1.0
            tell(event_count, event_what, event_size, PROMISED, i, OFFICIAL, m, expected, USUAL, OWN)
        counts = hours_that_count(float(before - left), p.visit_minutes, p.contact_hours)
        resident_contact[i] = renew_tie(float(resident_contact[i]), counts, p.hours_to_friend)
    official_begun[post] = left if left < minutes else 0
    spent = budget if left < minutes else budget - left
    account_left[STREET_HOURS] -= spent
    account_spent[STREET_HOURS] += spent


@loop
def meet_group(
    post: int, first: int, last: int, nth: int, keys, par, practice, kind, tally, official_hours, official_whole, official_employer,
    official_strain, resident_name, resident_street, resident_trust, resident_grievance, resident_burden, resident_contact,
    resident_touched, resident_meetings, street_name, street_start, street_stop, street_attention, street_turn, street_first,
    street_project, problem_name, problem_kind, problem_severity, problem_known, problem_seen, problem_next, initiative_name,
    initiative_vigour, initiative_known, initiative_next, new_count, new_first, new_second, new_hours, event_count, event_what,
    event_size,
):  # fmt: skip
    """Hold a group meeting in the week's nth street: visitors meet the official and each other, and mention problems."""
    p = par[0]
    g = practice[0]
    low = resident_street[first]
    streets = resident_street[last - 1] + 1 - low
    score = np.empty(streets, np.float64)
    for t in range(streets):
        s = low + t
        score[t] = -meeting_score(draw(keys[GROUP], street_name[s]), street_attention[s], street_turn[s])
        if street_start[s] == street_stop[s]:
            score[t] = 1.0e30
    here = low + np.argsort(score)[nth]
    invited = np.empty(int(p.group_invited), np.int64)
    race = np.empty(invited.shape[0], np.float64)  # weighted sampling without replacement: smallest -log(u)/weight
    called = 0
    for i in range(first, last):
        at_home = 1.0 if resident_street[i] == here else 0.0
        weight = invitation_weight(at_home, g.scale, float(street_stop[here] - street_start[here]), float(last - first))
        if weight <= 0.0:
            continue
        lot = draw(keys[GROUP], join(street_name[here], resident_name[i]))
        n = min(called, invited.shape[0] - 1)
        if called == invited.shape[0] and (1.0 - lot) > 1.000001 * weight * race[n]:
            continue  # certainly too late, as -log(lot) > 1 - lot
        moment = -math.log(lot + 1e-300) / weight
        if called == invited.shape[0] and moment >= race[n]:
            continue
        while n > 0 and race[n - 1] > moment:
            invited[n] = invited[n - 1]
            race[n] = race[n - 1]
            n -= 1
        invited[n] = i
        race[n] = moment
        called = min(called + 1, invited.shape[0])
    visitors = np.empty(int(p.group_size), np.int64)
    came = 0
    for n in range(called):
        i = invited[n]
        name = join(street_name[here], resident_name[i])
        hurt = max(float(resident_grievance[i, OFFICIAL]), float(resident_grievance[i, official_employer[post]]))
        opens = door_opens(draw(keys[DOOR], name), float(resident_trust[i, OFFICIAL]), hurt, p.door_base, p.door_slope)
        if opens and came < visitors.shape[0] and draw(keys[GROUP], join(name, 1)) < p.group_comes:
            visitors[came] = i
            came += 1
    official_hours[post] = float(official_hours[post]) + hours_of_practice(float(official_whole[post]) * p.group_minutes / 60.0, g.pairing)
    skill = float(official_hours[post]) / (float(official_hours[post]) + p.skill_hours)
    tally[GROUP_MEETINGS] += 1 if came > 0 else 0
    tally[GROUP_VISITORS] += came
    counts = hours_that_count(minutes_each(p.group_minutes, p.group_hours, float(came)), p.visit_minutes, p.contact_hours)
    hurry = max(0.0, 1.0 - p.group_minutes / max(came, 1) / p.visit_minutes)
    for n in range(came):
        i = visitors[n]
        name = join(street_name[here], resident_name[i])
        resident_touched[i] |= 1
        resident_meetings[i] += 1
        unmet = float(resident_burden[i]) * (1.0 - g.mandate_rules)
        quality = quality_of_contact(
            draw(keys[QUALITY], name), skill, float(official_strain[post]), unmet, hurry, p.contact_usual, p.contact_spread
        )
        tell(event_count, event_what, event_size, MET_IN_GROUP, i, OFFICIAL, -1, quality_felt(quality, p.contact_neutral), USUAL, OWN)
        resident_contact[i] = renew_tie(float(resident_contact[i]), counts, p.hours_to_friend)
        beside = visitors[(n + 1) % came]
        if (came > 2 or n < came - 1) and new_count[0] < new_first.shape[0]:
            new_first[new_count[0]] = i
            new_second[new_count[0]] = beside
            new_hours[new_count[0]] = p.group_hours
            new_count[0] += 1
        q = street_first[resident_street[i]]
        while q >= 0:
            k = problem_kind[q]
            if speaks_up(draw(keys[DISCOVER], join(name, problem_name[q])), p.discover_chance, kind[k].public, kind[k].private):
                problem_known[q] = 1
                problem_seen[q] = 1.0
            if came > 1 and kind[k].solver == BY_NOBODY:
                problem_severity[q] = company_eases(float(problem_severity[q]), p.group_relief / visitors.shape[0])
            q = problem_next[q]
        point_to_initiative(
            i, name, keys, practice, resident_street, street_project, initiative_name, initiative_vigour, initiative_known,
            initiative_next, event_count, event_what, event_size,
        )  # fmt: skip
    return here, came
