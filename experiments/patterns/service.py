"""The pattern of handling (P6): how long reports take, under complaint-led practices that are good at service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import CALIBRATED, SERVICE, Part, Value, pattern
from model.kinds import KINDS
from model.measures.handling import days_followed, kaplan_meier
from model.regimes import NAMED
from model.state.tallies import (
    CLOSED_BADLY,
    CLOSED_EMPTY,
    CLOSED_IGNORED,
    CLOSED_LATE,
    CLOSED_ON_TIME,
    REPORTERS,
    REPORTERS_PLEASED,
    REPORTERS_TOLD,
)

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen
    from model.neighbourhood import Neighbourhood

LAX = 30.0  # days: the term within which 93.6 % were dealt with in one municipality


@pattern(
    "P6", CALIBRATED, SERVICE,
    "municipalities' benchmark 13 days; 16.3, 20, 14.8-25.6 elsewhere; 55-95 % in time; 52-55 % of reporters satisfied; Amsterdam, "
    "December 2022: 3.6 % of a year's reports overdue; Telegraaf/Decos 2018: litter 9, lighting 20, vandalism 22 days",
    Part("days", 10.0, 25.0), Part("in_time", 0.55, 0.95), Part("pleased", 0.45, 0.60), Part("overdue", 0.02, 0.05),
    Part("routine", 0.90, 1.0), Part("within_30", scored=False), Part("litter", scored=False), Part("lighting", scored=False),
    Part("paving", scored=False), Part("planned", scored=False), Part("told", scored=False), Part("unsolved", scored=False),
    Part("dropped", scored=False),
)  # fmt: skip
def handling(seen: Seen) -> dict[str, Value]:
    """Mean days until somebody dealt with a report, over its first year, and the share dealt with in the promised time.

    By Kaplan-Meier: open reports, those dropped without an answer, and those about what had gone are censored. Under complaint-led
    practices that are good at service, for the municipalities that were measured work so. Also: reporters who know that it was fixed
    in time (satisfied), reports overdue at a time over those of a year (mean of the last year), and the share of routine matters.
    """
    model = seen.after(NAMED["service"])
    days, dealt_with = days_followed(model.world)
    promised = model.case.behaviour.promised_days
    mean, in_time = kaplan_meier(days, dealt_with, promised)
    kinds = kinds_reported(model)
    planned = np.array([kind.planned > 0.5 for kind in KINDS])[kinds]
    found: dict[str, Value] = {"days": mean, "in_time": in_time, "within_30": kaplan_meier(days, dealt_with, LAX)[1]}
    found |= {"routine": float((~planned).mean()), "planned": kaplan_meier(days[planned], dealt_with[planned], promised)[0]}
    for name in ("litter", "lighting", "paving"):
        these = np.array([kind.name == name for kind in KINDS])[kinds]
        found[name] = kaplan_meier(days[these], dealt_with[these], promised)[0]
    t = model.world.tally
    unsolved = t[CLOSED_EMPTY] + t[CLOSED_BADLY]
    closed = t[CLOSED_ON_TIME] + t[CLOSED_LATE] + unsolved
    return found | {
        "pleased": t[REPORTERS_PLEASED] / t[REPORTERS], "told": t[REPORTERS_TOLD] / t[REPORTERS], "unsolved": unsolved / closed,
        "dropped": t[CLOSED_IGNORED] / (closed + t[CLOSED_IGNORED]), "overdue": model.outcomes()["overdue"],
    }  # fmt: skip


def kinds_reported(model: Neighbourhood) -> np.ndarray:
    """Return the kind of problem of each report since the start."""
    reports = model.world.reports
    return model.world.problems.kind[reports.problem[reports.week > 0]]
