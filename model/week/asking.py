"""Asking residents to start something, at the price of hours; and making a standing offer known."""

from __future__ import annotations

import numpy as np

from model.engine.chance import DOOR, GO_BETWEEN, URGE, draw, join
from model.engine.loops import loop
from model.rules import campaign_reaches, door_opens
from model.state.accounts import GO_BETWEEN_HOURS, OFFER_POT, PROGRAMME_HOURS, find_minutes
from model.state.experiences import NEIGHBOURS
from model.state.tallies import ASKED_BY_BETWEEN, ASKED_TO_START, CAMPAIGN_MINUTES

BY_OFFICIAL, BY_BETWEEN = range(2)


@loop
def ask_to_start(i, left, keys, par, practice, tally, resident_name, resident_street, resident_urged, resident_urged_by, street_project):
    """At the door, the official may ask a resident to start something where nothing is going on. Return the minutes it took."""
    minutes = int(par[0].urge_minutes)
    if left < minutes or street_project[resident_street[i]] >= 0 or draw(keys[URGE], resident_name[i]) >= practice[0].asking:
        return 0
    resident_urged[i] = 1.0
    resident_urged_by[i] = BY_OFFICIAL
    tally[ASKED_TO_START] += 1
    return minutes


@loop
def go_along_streets(
    keys, par, tally, resident_count, resident_name, resident_street, resident_trust, resident_urged, resident_urged_by,
    street_project, account_left, account_spent,
):  # fmt: skip
    """The go-between knocks at doors as far as the hours go, and asks whom opens to start something of one format."""
    p = par[0]
    minutes = int(p.visit_minutes + p.urge_minutes)
    most = min(account_left[GO_BETWEEN_HOURS] // max(minutes, 1), resident_count[0])
    lots = np.empty(resident_count[0], np.float64)
    for i in range(resident_count[0]):
        lots[i] = draw(keys[GO_BETWEEN], resident_name[i])
    order = np.argsort(lots)
    for n in range(most):  # who lives where something is going on is passed by
        i = order[n]
        if street_project[resident_street[i]] >= 0 or not find_minutes(GO_BETWEEN_HOURS, minutes, account_left, account_spent):
            continue
        u = draw(keys[DOOR], join(resident_name[i], GO_BETWEEN))
        if door_opens(u, float(resident_trust[i, NEIGHBOURS]), 0.0, p.door_base, p.door_slope):
            resident_urged[i] = 1.0
            resident_urged_by[i] = BY_BETWEEN
            tally[ASKED_BY_BETWEEN] += 1


@loop
def campaign(
    par, practice, tally, area_count, area_from, area_to, area_offer_known, area_offer_owed, account_left, account_spent, purse_left,
):  # fmt: skip
    """Programme hours make the standing offer known in each neighbourhood, while there is money for a grant; it is forgotten again."""
    p = par[0]
    offered = practice[0].standing_offer if purse_left[OFFER_POT] >= int(100.0 * p.offer_euro) else 0.0
    for a in range(area_count[0]):
        whole = p.campaign_minutes * (area_to[a] - area_from[a]) / 1000.0  # a full campaign's minutes a week
        area_offer_owed[a] = min(area_offer_owed[a] + whole * offered, 26.0 * whole)
        minutes = min(int(area_offer_owed[a]), account_left[PROGRAMME_HOURS])
        weeks = 0.0
        if minutes > 0 and find_minutes(PROGRAMME_HOURS, minutes, account_left, account_spent):
            area_offer_owed[a] -= minutes
            tally[CAMPAIGN_MINUTES] += minutes
            weeks = minutes / whole
        area_offer_known[a] = campaign_reaches(float(area_offer_known[a]), weeks, p.campaign_reach, p.campaign_fade)
