"""Ties between residents: formed by chance meetings and shared hours, fading unless renewed.

Each resident has at most `MOST_TIES` ties; the contact and the strength have the same place in two rows. Both ends hold
the same strength and kin (same group and street, same group, or across groups). A new tie replaces the weakest one if
there is no room and it is stronger.
"""

from __future__ import annotations

import math

from model.engine.chance import ENCOUNTER, KNOWN, PARTNER, PLACE, VENUE, draw, join, key_of, pair
from model.engine.loops import loop
from model.rules import draws_to_centre, fade_tie, renew_tie, strikes_up
from model.state.people import MOST_TIES
from model.state.streets import CENTRE, CLUB, FAMILY, SCHOOL
from model.state.tallies import BONDING, BONDING_TOUCHED, BRIDGING, BRIDGING_TOUCHED
from model.week.examples import hear_of

CLOSE, SAME_GROUP, ACROSS = range(3)  # kin of a tie


@loop("void(i8, i8, i4[::1], u4[:, ::1], f4[:, ::1], u1[:, ::1])")
def drop_tie(i, d, resident_degree, resident_tie, resident_strength, resident_kin):
    """Remove the tie in place d from the row of resident i (only on this side)."""
    last = resident_degree[i] - 1
    resident_tie[i, d] = resident_tie[i, last]
    resident_strength[i, d] = resident_strength[i, last]
    resident_tie[i, last] = 0
    resident_kin[i, d] = resident_kin[i, last]
    resident_strength[i, last] = 0.0
    resident_kin[i, last] = 0
    resident_degree[i] = last


@loop("i8(i8, i8, i4[::1], u4[:, ::1])")
def find_tie(i, j, resident_degree, resident_tie):
    """Return the place of resident j in the row of i, or -1."""
    for d in range(resident_degree[i]):
        if resident_tie[i, d] == j:
            return d
    return -1


@loop
def make_room(i, strength, resident_name, resident_degree, resident_tie, resident_strength, resident_kin):
    """Return whether resident i has room for a tie of `strength`, dropping the weakest tie if it is weaker."""
    if resident_degree[i] < MOST_TIES:
        return True
    weakest = 0
    for d in range(1, MOST_TIES):
        now = resident_strength[i, d]
        least = resident_strength[i, weakest]
        if now < least or (now == least and resident_name[resident_tie[i, d]] < resident_name[resident_tie[i, weakest]]):
            weakest = d
    if float(resident_strength[i, weakest]) >= strength:
        return False
    j = resident_tie[i, weakest]
    drop_tie(j, find_tie(j, i, resident_degree, resident_tie), resident_degree, resident_tie, resident_strength, resident_kin)
    drop_tie(i, weakest, resident_degree, resident_tie, resident_strength, resident_kin)
    return True


@loop
def spend_time(
    i, j, hours, hours_to_friend, resident_street, resident_group, resident_name, resident_degree, resident_tie,
    resident_strength, resident_kin,
):  # fmt: skip
    """Two residents spend hours together: their tie strengthens, or a new one forms."""
    if i == j:
        return
    here = find_tie(i, j, resident_degree, resident_tie)
    if here >= 0:
        there = find_tie(j, i, resident_degree, resident_tie)
        strength = renew_tie(float(resident_strength[i, here]), hours, hours_to_friend)
        resident_strength[i, here] = strength
        resident_strength[j, there] = strength
        return
    strength = renew_tie(0.0, hours, hours_to_friend)
    if strength < 0.01:
        return
    if not make_room(i, strength, resident_name, resident_degree, resident_tie, resident_strength, resident_kin):
        return
    if not make_room(j, strength, resident_name, resident_degree, resident_tie, resident_strength, resident_kin):
        return
    resident_tie[i, resident_degree[i]] = j
    resident_strength[i, resident_degree[i]] = strength
    kin = ACROSS
    if resident_group[i] == resident_group[j]:
        kin = CLOSE if resident_street[i] == resident_street[j] else SAME_GROUP
    resident_kin[i, resident_degree[i]] = kin
    resident_kin[j, resident_degree[j]] = kin
    resident_degree[i] += 1
    resident_tie[j, resident_degree[j]] = i
    resident_strength[j, resident_degree[j]] = strength
    resident_degree[j] += 1


@loop
def meet_by_chance(
    keys, par, resident_count, resident_name, resident_street, resident_group, resident_size, resident_energy, street_start,
    street_stop, street_near_start, street_near_stop, street_private, street_venue, venue_visits, near_street, near_chance,
    resident_degree, resident_tie, resident_strength, resident_member, resident_example, resident_shown, initiative_name, new_count,
    new_first, new_second, new_hours,
):  # fmt: skip
    """Residents sometimes spend time with a contact, a neighbour of the street, or somebody at a meeting place nearby.

    Members of larger households go to the school, residents with energy to the club, everybody to the community centre;
    groups mix more easily there. Without a meeting place, residents of near streets meet as in their own street.
    """
    p = par[0]
    for i in range(resident_count[0]):
        name = resident_name[i]
        if draw(keys[ENCOUNTER], name) >= p.encounter_rate or new_count[0] >= new_first.shape[0]:
            continue
        if resident_degree[i] > 0 and draw(keys[KNOWN], name) < p.encounter_known:
            best = -1.0e30  # a contact, with probability in proportion to the strength of the tie
            known = 0
            for d in range(resident_degree[i]):
                u = draw(keys[KNOWN], pair(name, resident_name[resident_tie[i, d]]))
                score = math.log(u + 1e-300) / float(resident_strength[i, d])
                if score > best:
                    best = score
                    known = d
            new_first[new_count[0]] = i
            new_second[new_count[0]] = resident_tie[i, known]
            new_hours[new_count[0]] = p.encounter_hours
            new_count[0] += 1
            hear_of(i, resident_tie[i, known], par, resident_member, initiative_name, resident_example, resident_shown)
            continue
        s = resident_street[i]
        venue = -1
        what = -1
        if draw(keys[PLACE], name) < p.encounter_far:
            school = 1.0 if resident_size[i] >= FAMILY and street_venue[s, SCHOOL] >= 0 else 0.0
            club = 1.0 if resident_energy[i] >= p.energy and street_venue[s, CLUB] >= 0 else 0.0
            centre = draws_to_centre(float(street_private[s])) if street_venue[s, CENTRE] >= 0 else 0.0
            if school + club + centre > 0.0:
                turn = draw(keys[VENUE], name) * (school + club + centre)
                what = SCHOOL if turn < school else (CLUB if turn < school + club else CENTRE)
                venue = street_venue[s, what]
            low = street_near_start[s]  # the first near street whose cumulative chance exceeds the draw
            high = street_near_stop[s] - 1
            u = draw(keys[PLACE], pair(name, 1))
            while low < high:
                middle = (low + high) // 2
                if near_chance[middle] > u:
                    high = middle
                else:
                    low = middle + 1
            s = near_street[low]
        chosen = -1
        best = -1.0
        for j in range(street_start[s], street_stop[s]):
            if (what == SCHOOL and resident_size[j] < FAMILY) or (what == CLUB and resident_energy[j] < p.energy):
                continue
            score = draw(keys[PARTNER], pair(name, resident_name[j]))
            if j != i and score > best:
                best = score
                chosen = j
        if chosen < 0:
            continue
        same = 1.0 if resident_group[chosen] == resident_group[i] else 0.0
        apart = p.homophily
        if venue >= 0:
            venue_visits[venue] += 2
            apart = p.homophily * (1.0 - p.mixing)
        hear_of(i, chosen, par, resident_member, initiative_name, resident_example, resident_shown)
        if strikes_up(draw(keys[PARTNER], join(resident_name[chosen], name)), same, apart):
            new_first[new_count[0]] = i
            new_second[new_count[0]] = chosen
            new_hours[new_count[0]] = p.encounter_hours
            new_count[0] += 1


@loop
def renew_ties(
    par, new_count, new_first, new_second, new_hours, resident_street, resident_group, resident_name, resident_degree,
    resident_tie, resident_strength, resident_kin,
):  # fmt: skip
    """Apply the week's list of shared hours to ties."""
    p = par[0]
    for n in range(new_count[0]):
        spend_time(
            new_first[n],
            new_second[n],
            new_hours[n],
            p.hours_to_friend,
            resident_street,
            resident_group,
            resident_name,
            resident_degree,
            resident_tie,
            resident_strength,
            resident_kin,
        )
    new_count[0] = 0


@loop
def fade_ties(
    par, sums, resident_touched, resident_count, resident_contact, resident_degree, resident_tie, resident_strength, resident_kin,
):  # fmt: skip
    """Fade all ties: slowly within group and street, fast otherwise and with the official; sum the strengths left."""
    p = par[0]
    close = fade_tie(1.0, p.fade_bonding)
    across = fade_tie(1.0, p.fade_bridging)
    linking = fade_tie(1.0, p.fade_linking)
    bonding = 0.0
    bridging = 0.0
    bonding_touched = 0.0
    bridging_touched = 0.0
    for i in range(resident_count[0]):
        contact = float(resident_contact[i]) * linking
        resident_contact[i] = contact if contact >= 0.01 else 0.0
        weakest = 1.0
        within = 0.0
        across_groups = 0.0
        for d in range(resident_degree[i]):
            kin = resident_kin[i, d]
            strength = float(resident_strength[i, d]) * (close if kin == CLOSE else across)
            resident_strength[i, d] = strength
            weakest = min(weakest, strength)
            within += strength if kin < ACROSS else 0.0
            across_groups += strength if kin == ACROSS else 0.0
        if weakest < 0.01:
            d = 0
            while d < resident_degree[i]:
                strength = float(resident_strength[i, d])
                if strength < 0.01:
                    within -= strength if resident_kin[i, d] < ACROSS else 0.0
                    across_groups -= strength if resident_kin[i, d] == ACROSS else 0.0
                    drop_tie(i, d, resident_degree, resident_tie, resident_strength, resident_kin)
                else:
                    d += 1
        bonding += within
        bridging += across_groups
        if resident_touched[i] > 0:
            bonding_touched += within
            bridging_touched += across_groups
    sums[BONDING] = bonding
    sums[BRIDGING] = bridging
    sums[BONDING_TOUCHED] = bonding_touched
    sums[BRIDGING_TOUCHED] = bridging_touched


@loop
def first_ties(
    seed, par, street_count, street_start, street_stop, resident_street, resident_name, resident_group, resident_degree,
    resident_tie, resident_strength, resident_kin,
):  # fmt: skip
    """Create initial ties within streets; the burn-in then brings them to equilibrium."""
    p = par[0]
    key = key_of(seed, PARTNER, 0)
    for s in range(street_count[0]):
        people = street_stop[s] - street_start[s]
        for i in range(street_start[s], street_stop[s]):
            for j in range(i + 1, street_stop[s]):
                low = min(resident_name[i], resident_name[j])
                pair = join(low, max(resident_name[i], resident_name[j]))
                if draw(key, pair) < p.neighbour_ties / max(people - 1.0, 1.0):
                    share = draw(key, join(pair, 1))  # close ties within the group, weak ones across groups
                    hours = p.hours_to_friend * (0.3 + 2.0 * share if resident_group[i] == resident_group[j] else 0.02 + 0.18 * share)
                    spend_time(
                        i,
                        j,
                        hours,
                        p.hours_to_friend,
                        resident_street,
                        resident_group,
                        resident_name,
                        resident_degree,
                        resident_tie,
                        resident_strength,
                        resident_kin,
                    )
