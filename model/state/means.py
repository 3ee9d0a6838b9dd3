"""The hours and euros of a week, and how practices divide them. Their totals are equal under every regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.case.case import Case, Conditions
from model.state.accounts import (
    ACCOUNTS,
    CASE_HOURS,
    CENTRAL_POT,
    COORDINATION_HOURS,
    CORPORATION_HOURS,
    CORPORATION_POT,
    COUNTER_HOURS,
    CREW_HOURS,
    DESK_HOURS,
    ENFORCER_HOURS,
    ENTREPRENEUR_POT,
    INSIDE_HOURS,
    MANDATE_POT,
    MUNICIPAL,
    OFFER_POT,
    POLICE_HOURS,
    POTS,
    PROGRAMME_HOURS,
    STREET_HOURS,
    SUPPORT_HOURS,
)

if TYPE_CHECKING:
    from model.regimes import Practices

FULL_WEEK = 36.0  # hours


class Means(NamedTuple):
    """The weekly endowment: minutes by account, cents by pot."""

    minutes: np.ndarray
    blocks: np.ndarray  # number of weeks whose minutes are endowed together
    cents: np.ndarray


def weekly_means(case: Case, conditions: Conditions, practices: Practices, supported: bool = True) -> Means:
    """Return the weekly endowment under these conditions and practices. `supported`: False if support was stopped."""
    c, thousands = conditions, case.residents / 1000.0
    shares = hours_shares(practices, c, supported)
    municipal = c.ward_hours + c.crew_hours + c.enforcer_hours + c.case_hours + c.desk_hours + c.programme_hours + c.counter_hours
    minutes = np.zeros(len(ACCOUNTS))
    minutes[:MUNICIPAL] = 60.0 * municipal * thousands * shares
    minutes[CORPORATION_HOURS] = 60.0 * c.corporation_hours * thousands * case.association_share
    minutes[POLICE_HOURS] = 60.0 * c.police_hours * thousands
    least = np.array([float(account.block) for account in ACCOUNTS])
    blocks = np.clip(np.ceil(least / np.maximum(minutes, 1e-9)), 1, 52).astype(np.int64)
    blocks[minutes <= 0.0] = 1  # accounts without staff
    municipal_cents = 100.0 * c.structural_budget * case.residents / 52.0
    cents = np.zeros(len(POTS))
    cents[MANDATE_POT] = municipal_cents * practices.mandate_euro
    cents[OFFER_POT] = (municipal_cents - cents[MANDATE_POT]) * case.behaviour.offer_share * practices.standing_offer
    cents[CENTRAL_POT] = municipal_cents - cents[MANDATE_POT] - cents[OFFER_POT]
    cents[CORPORATION_POT] = 100.0 * c.corporation_budget * case.residents * case.association_share / 52.0
    cents[ENTREPRENEUR_POT] = 100.0 * c.entrepreneur_budget * case.residents / 52.0
    return Means(minutes, blocks, cents)


def hours_shares(practice: Practices, conditions: Conditions, supported: bool = True) -> np.ndarray:
    """Return the share of the municipality's hours for each of its ten activities; shares add up to 1.

    Practices only shift weights: what one activity gains, the others lose (crews and enforcers too). The slopes are
    assumptions. `supported`: False if support was stopped; its hours go to the others.
    """
    c = conditions
    field = c.ward_hours * 0.6  # two fifths of a ward official's time goes inside the town hall (Amersfoort, DSP)
    weights = np.zeros(MUNICIPAL)
    weights[DESK_HOURS] = c.desk_hours * (1.0 + 0.6 * practice.support_desk) + field * 0.6 * (1.0 - practice.presence)
    weights[STREET_HOURS] = field * practice.presence
    asked = 0.5 + practice.build_on_existing + practice.lead_switching + 0.5 * practice.reciprocity
    asked += 0.5 * practice.face_to_face_bargaining + 0.5 * practice.listening_first / 26.0 + 0.3 * practice.conditional_on_residents
    weights[SUPPORT_HOURS] = field * 0.4 * asked if supported else 0.0
    weights[INSIDE_HOURS] = c.ward_hours * 0.8 * practice.inside_work
    weights[PROGRAMME_HOURS] = c.programme_hours * (1.5 - practice.build_on_existing)
    weights[CREW_HOURS] = c.crew_hours
    weights[ENFORCER_HOURS] = c.enforcer_hours
    weights[CASE_HOURS] = c.case_hours * (0.5 + practice.approval_lag / (practice.approval_lag + 8.0))
    weights[COUNTER_HOURS] = c.counter_hours * (0.65 + 0.4 * practice.control + 0.5 * practice.tailoring)
    kinds = 4.0 - 2.0 * practice.pairing  # of task in the week of a ward official: desk, street, support, inside; two for each of a pair
    weights[COORDINATION_HOURS] += c.ward_hours * (c.hours_switching * (kinds - 1.0) + c.hours_in_step * practice.pairing) / FULL_WEEK
    total = weights.sum()
    return weights / total if total > 0 else weights
