"""The hours of each role and the euros of a week. The hours of a role and the total of euros are equal under every regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.case.case import Case, Conditions
from model.state.accounts import (
    ACCOUNTS,
    CENTRAL_POT,
    CORPORATION_POT,
    ENTREPRENEUR_POT,
    MANDATE_POT,
    OF_WARD,
    OFFER_POT,
    POTS,
    ROLES,
    STREET_HOURS,
    SUPPORT_HOURS,
    WARD,
    WARD_DESK_HOURS,
)

if TYPE_CHECKING:
    from model.regimes import Practices


class Means(NamedTuple):
    """The weekly endowment: minutes by account, cents by pot."""

    minutes: np.ndarray
    blocks: np.ndarray  # number of weeks whose minutes are endowed together
    cents: np.ndarray
    ward: float  # minutes of ward officials, which they divide themselves (`week.ward_hours`)


def weekly_means(case: Case, conditions: Conditions, practices: Practices, supported: bool = True) -> Means:
    """Return the weekly endowment under these conditions and practices. `supported`: False if support was stopped."""
    c = conditions
    hours = role_hours(case, c)
    minutes = np.array([0.0 if account.role == WARD else 60.0 * hours[account.role] for account in ACCOUNTS])
    ward, on_call = 60.0 * hours[WARD], case.behaviour.on_call
    minutes[SUPPORT_HOURS] = ward * on_call if supported else 0.0
    minutes[STREET_HOURS] = (ward - minutes[SUPPORT_HOURS]) * practices.presence
    minutes[WARD_DESK_HOURS] = (ward - minutes[SUPPORT_HOURS]) * (1.0 - practices.presence)
    least = np.array([float(account.block) for account in ACCOUNTS])
    blocks = np.clip(np.ceil(least / np.maximum(minutes, 1e-9)), 1, 52).astype(np.int64)
    blocks[OF_WARD | (minutes <= 0.0)] = 1  # they keep what they need themselves; accounts without staff
    municipal_cents = 100.0 * c.structural_budget * case.residents / 52.0
    cents = np.zeros(len(POTS))
    cents[MANDATE_POT] = municipal_cents * practices.mandate_euro
    cents[OFFER_POT] = (municipal_cents - cents[MANDATE_POT]) * case.behaviour.offer_share * practices.standing_offer
    cents[CENTRAL_POT] = municipal_cents - cents[MANDATE_POT] - cents[OFFER_POT]
    cents[CORPORATION_POT] = 100.0 * c.corporation_budget * case.residents * case.association_share / 52.0
    cents[ENTREPRENEUR_POT] = 100.0 * c.entrepreneur_budget * case.residents / 52.0
    return Means(minutes, blocks, cents, ward)


def role_hours(case: Case, conditions: Conditions) -> dict[str, float]:
    """Return each role's hours a week, of its own condition and of nothing else."""
    c, thousands = conditions, case.residents / 1000.0
    hours = (
        c.ward_hours, c.desk_hours, c.crew_hours, c.enforcer_hours, c.case_hours, c.counter_hours, c.programme_hours,
        c.corporation_hours * case.association_share, c.police_hours, c.broker_hours if c.broker > 0 else 0.0, c.go_between,
    )  # fmt: skip
    return {role: some * thousands for role, some in zip(ROLES, hours, strict=True)}
