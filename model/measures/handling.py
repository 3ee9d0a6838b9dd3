"""How long reports take, by Kaplan-Meier: those still open, dropped without an answer, or about what had gone are censored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.state.tallies import HANDLED_IN_TIME, HANDLING_DAYS
from model.week.reports import HANDLED, OPEN

if TYPE_CHECKING:
    from model.state.world import World

HORIZON = 364.0  # days: the mean is taken over a report's first year, or as long as reports have been followed
FIRST = (4, 8, 13, 26)  # weeks after which it is computed in a run, and then every year; at its end always
UNKNOWN = -1.0  # in a record: nothing has been dealt with yet


def days_followed(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return of each report since the start how many days it was followed, and whether somebody dealt with it at the end of them."""
    r = world.reports
    mine = r.week > 0
    until = np.where(r.fate == OPEN, 7.0 * (world.week + 1.0 - r.week) - r.day, r.days)
    return until[mine].astype(np.float64), np.isin(r.fate, HANDLED)[mine]


def kaplan_meier(days: np.ndarray, handled: np.ndarray, promised: float) -> tuple[float, float]:
    """Return the mean of the days until somebody dealt with a report, and the share within those promised; NaN if nobody ever did."""
    from scipy.stats import CensoredData, ecdf

    if not handled.any():
        return float("nan"), float("nan")
    left = ecdf(CensoredData(uncensored=days[handled], right=days[~handled])).sf
    end = min(HORIZON, float(days.max()))
    within = left.quantiles < end
    edges = np.concatenate([[0.0], left.quantiles[within], [end]])
    still_open = np.concatenate([[1.0], left.probabilities[within]])
    return float((np.diff(edges) * still_open).sum()), 1.0 - float(left.evaluate(promised))


def handling(world: World) -> tuple[float, float]:
    """Return mean days to handling and the share handled within the promised days, of the reports since the start."""
    return kaplan_meier(*days_followed(world), world.case.behaviour.promised_days)


def note_handling(world: World) -> None:
    """Add to the week's sums how long reports take, as it was last computed."""
    sums = world.sums
    if world.weeks_done in FIRST or world.weeks_done % 52 == 0:
        sums[[HANDLING_DAYS, HANDLED_IN_TIME]] = np.nan_to_num(handling(world), nan=UNKNOWN)
    else:
        sums[[HANDLING_DAYS, HANDLED_IN_TIME]] = world.record[-1, [HANDLING_DAYS, HANDLED_IN_TIME]]
