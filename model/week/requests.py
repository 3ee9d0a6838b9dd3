"""Requests (aanvragen) of residents to departments and the housing corporation, and the answers of the counter."""

from __future__ import annotations

import numpy as np

from model.engine.chance import CHECK, ENVY, EXPLAIN, FIT, MISUSE, REQUEST, SETTLE, TAILOR, draw, join, key_of
from model.engine.loops import loop
from model.kinds import HOUSING, PLANNING, PUBLIC_SPACE, SOCIAL
from model.rules import check_refuses, seen_as_favour, standard_fits, will_check, will_request, will_tailor
from model.state.accounts import CENTRAL_POT, CORPORATION_HOURS, CORPORATION_POT, COUNTER_HOURS, MANDATE_POT
from model.state.experiences import (
    CORPORATION,
    FELT_CHECKED,
    FELT_EXPLAINED,
    FELT_FAVOUR,
    FELT_HELPED,
    FELT_MEASURED,
    FELT_REFUSED,
    HELPED,
    MUNICIPALITY,
    OWN,
    REFUSED,
    REFUSED_EXPLAINED,
    SAW_FAVOUR,
    USUAL,
    WAS_CHECKED,
    tell,
)
from model.state.tallies import CAUGHT, CHECKED_COUNT, ENVIED, HELPED_COUNT, MISUSED, REFUSED_COUNT, REQUESTED, TAILORED

NOTHING, STANDARD, MEASURED, UNDUE, FOUND_OUT = range(5)  # results of a request; the last: misuse found by a check


@loop
def who_asks(
    week, seed, keys, par, place, blocks, resident_count, resident_name, resident_home, resident_street, resident_owner,
    resident_needs, street_area, department_count, department_precedents, asking, field, lot,
):  # fmt: skip
    """Residents in need ask a department or their landlord when it takes requests; return the number of requests."""
    p = par[0]
    thousands = max(1.0, resident_count[0] / 1000.0)
    turn = week + 52 * 2000  # as `endow` counts
    counter = float(blocks[COUNTER_HOURS]) if turn % blocks[COUNTER_HOURS] == 0 else 0.0
    landlord = float(blocks[CORPORATION_HOURS]) if turn % blocks[CORPORATION_HOURS] == 0 else 0.0
    most = 0.0
    for d in range(department_count[0]):
        most = max(most, float(department_precedents[d]) / thousands)
    n = 0
    for i in range(resident_count[0]):
        name = resident_name[i]
        u = draw(keys[REQUEST], name)
        needs = float(resident_needs[i])
        if not will_request(u, needs, max(counter, landlord), most, p.precedent_pull, p.precedent_half):
            continue
        home = place[street_area[resident_street[i]]]
        of_association = home.association_share / max(1.0 - home.owner_share, 1e-9)
        tenant = resident_owner[i] == 0 and draw(key_of(seed, SETTLE, 0), join(resident_home[i], 60)) < of_association
        v = draw(keys[REQUEST], join(name, 1))
        d = SOCIAL
        if tenant and v < p.request_landlord:
            d = HOUSING
        else:
            w = draw(keys[REQUEST], join(name, 2))
            if w >= p.request_social:
                d = PUBLIC_SPACE if w < 0.5 * (1.0 + p.request_social) else PLANNING
        since = landlord if d == HOUSING else counter
        if will_request(u, needs, since, float(department_precedents[d]) / thousands, p.precedent_pull, p.precedent_half):
            asking[n] = i
            field[n] = d
            lot[n] = draw(keys[REQUEST], join(name, 3))
            n += 1
    return n


@loop
def answer_requests(
    rest, week, seed, keys, par, practice, place, blocks, misuse_share, tally, resident_count, resident_name, resident_home,
    resident_street, resident_owner, resident_means, resident_burden, resident_needs, resident_requested, resident_helped,
    department_count, department_openness, department_strictness, department_trust, department_precedents, street_start,
    street_stop, account_left, account_spent, purse_left, purse_spent_ever, street_area, street_cents, request_count,
    request_person, request_street, request_week, request_department, request_fate, request_seen, event_count, event_what,
    event_size,
):  # fmt: skip
    """Answer requests in random order within counter hours: standard, tailored or refused; some are checked."""
    p = par[0]
    g = practice[0]
    per_thousand = min(1.0, 1000.0 / resident_count[0])
    cents = int(100.0 * p.tailor_euro)
    asking = np.empty(resident_count[0], np.int64)
    field = np.empty(resident_count[0], np.int64)
    lot = np.empty(resident_count[0], np.float64)
    n = who_asks(
        week, seed, keys, par, place, blocks, resident_count, resident_name, resident_home, resident_street, resident_owner,
        resident_needs, street_area, department_count, department_precedents, asking, field, lot,
    )  # fmt: skip
    for d in range(department_count[0]):
        department_precedents[d] = float(department_precedents[d]) * (1.0 - p.precedent_fade)
        department_trust[d] = float(department_trust[d]) + p.open_return * (rest - float(department_trust[d]))
    order = np.argsort(lot[:n])
    for m in range(n):
        i = asking[order[m]]
        d = field[order[m]]
        name = resident_name[i]
        means = float(resident_means[i])
        trust = float(department_trust[d])
        to = CORPORATION if d == HOUSING else MUNICIPALITY
        account = CORPORATION_HOURS if d == HOUSING else COUNTER_HOURS
        tally[REQUESTED] += 1
        resident_requested[i] += 1
        minutes = int(p.request_minutes)
        if account_left[account] < minutes:  # no time left, not even to explain
            tally[REFUSED_COUNT] += 1
            tell(event_count, event_what, event_size, REFUSED, i, to, -1, FELT_REFUSED, USUAL, OWN)
            continue
        left = account_left[account] - minutes
        undue = draw(keys[MISUSE], name) < misuse_share
        fate = UNDUE if undue else NOTHING
        proven = True
        check = int(p.check_minutes)
        if left >= check and will_check(draw(keys[CHECK], name), g.control, trust):
            left -= check
            tally[CHECKED_COUNT] += 1
            if undue:
                fate = FOUND_OUT
                tally[CAUGHT] += 1
                department_trust[d] = trust * (1.0 - p.caught_step * per_thousand)
            else:
                department_trust[d] = trust + p.honest_step * per_thousand * (1.0 - trust)
                proven = not check_refuses(draw(keys[CHECK], join(name, 2)), means, p.unproven)
                tell(event_count, event_what, event_size, WAS_CHECKED, i, to, -1, FELT_CHECKED, USUAL, OWN)
        extra = int(p.tailor_minutes)
        if not undue and proven:
            if standard_fits(draw(keys[FIT], name), means, float(resident_burden[i]), p.fit_base):
                fate = STANDARD
            elif left >= extra and will_tailor(
                draw(keys[TAILOR], name), g.tailoring, float(department_openness[d]), trust, float(department_strictness[d])
            ):
                fate = MEASURED
        if fate in (MEASURED, UNDUE):
            pot = CENTRAL_POT
            if d == HOUSING:
                pot = CORPORATION_POT
            elif purse_left[MANDATE_POT] >= cents:
                pot = MANDATE_POT
            if purse_left[pot] < cents:
                fate = NOTHING
            else:
                purse_left[pot] -= cents
                street_cents[resident_street[i]] += cents
                purse_spent_ever[pot] += cents
                left -= extra if fate == MEASURED else 0
        explain = int(p.refusal_minutes) if fate == NOTHING else int(p.explain_minutes)
        explained = False
        if fate in (NOTHING, MEASURED) and left >= explain and draw(keys[EXPLAIN], name) < g.transparency:
            left -= explain
            explained = True
        account_spent[account] += account_left[account] - left
        account_left[account] = left
        if fate == NOTHING:
            tally[REFUSED_COUNT] += 1
            event = REFUSED_EXPLAINED if explained else REFUSED
            tell(event_count, event_what, event_size, event, i, to, -1, FELT_EXPLAINED if explained else FELT_REFUSED, USUAL, OWN)
            continue
        if fate in (STANDARD, MEASURED):
            tally[HELPED_COUNT] += 1
            resident_helped[i] += 1
            tell(event_count, event_what, event_size, HELPED, i, to, -1, FELT_MEASURED if fate == MEASURED else FELT_HELPED, USUAL, OWN)
        if fate == STANDARD:
            continue
        seen = 0
        got_about = fate == MEASURED and not explained
        if fate == UNDUE:
            tally[MISUSED] += 1
            got_about = draw(keys[ENVY], name) < p.notice  # misuse is usually secret; once known, the whole street may hear
        s = resident_street[i]
        if got_about:
            for j in range(street_start[s], street_stop[s]):
                u = draw(keys[ENVY], join(name, resident_name[j]))
                if resident_home[j] != resident_home[i] and seen_as_favour(u, p.notice, 1.0 - means if fate == MEASURED else 0.0):
                    tell(event_count, event_what, event_size, SAW_FAVOUR, j, to, -1, FELT_FAVOUR, USUAL, OWN)
                    seen += 1
        if fate == MEASURED:
            tally[TAILORED] += 1
            tally[ENVIED] += seen
            if seen > 0:
                department_precedents[d] = float(department_precedents[d]) + 1.0
        if week > 0:
            r = request_count[0]
            request_person[r] = name
            request_street[r] = s
            request_week[r] = week
            request_department[r] = d
            request_fate[r] = fate
            request_seen[r] = seen
            request_count[0] = r + 1
