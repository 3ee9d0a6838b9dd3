"""How initiatives spread, and what is left when the go-between leaves: two patterns measured in Rotterdam and in Ghent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import CALIBRATED, SPREAD, Part, Value, pattern
from model.regimes import BASELINE
from model.state.accounts import OFFER_POT

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen
    from model.neighbourhood import Neighbourhood

YEAR, HALF = 52, 26  # weeks
STAYS, GO_BETWEEN = 4 * YEAR, 1.5  # weeks that the go-between is there; hours a week for 1,000 residents (assumption)


def shares_of_streets(street: np.ndarray, born: np.ndarray, streets: int, weeks: int) -> np.ndarray:
    """Return the share of streets with a founding in each year, by half-years: weeks 1-52, 27-78, ..."""
    ends = range(YEAR, weeks + 1, HALF)
    return np.array([len(np.unique(street[(born > end - YEAR) & (born <= end)])) / streets for end in ends])


def middle_of_the_rise(shares: np.ndarray, level: float) -> float:
    """Return where half of `level` is passed, between a tenth (0) and nine tenths (1): .5 on an S, about .27 where growth only slows."""
    smooth = np.convolve(shares, np.ones(3) / 3, "valid") if len(shares) > 2 else shares
    passed = [int(np.argmax(smooth >= part * level)) for part in (0.1, 0.5, 0.9)]
    return (passed[1] - passed[0]) / (passed[2] - passed[0]) if passed[2] > passed[0] else math.nan


def nearest_ratio(x: np.ndarray, y: np.ndarray, street: np.ndarray, born: np.ndarray) -> float:
    """Return how near a founding is to the nearest of the two years before it, relative to a founding in a street drawn by lot.

    Of foundings in a street without one in those years. `x`, `y`: of streets (metres); `street`, `born`: of foundings.
    """
    away, lot = 0.0, 0.0
    for here, week in zip(street, born, strict=True):
        others = np.unique(street[(born < week) & (born >= week - 2 * YEAR)])
        if len(others) < 2 or here in others:
            continue
        nearest = np.hypot(x[:, None] - x[others], y[:, None] - y[others]).min(axis=1)
        away, lot = away + float(nearest[here]), lot + float(np.delete(nearest, others).mean())
    return away / lot if lot else math.nan


@pattern(
    "P16", CALIBRATED, SPREAD, "Opzoomeren, Rotterdam 1989-2022 (rd.nl 2019; opzoomermee.nl; gemeente.nu 2021); SCP 2012",
    Part("streets", 0.10, 0.35), Part("stops", -0.05, 0.05), Part("s_shape", 0.35, 0.75), Part("near", 0.0, 1.0),
    Part("take_part", 0.10, 0.12), Part("first_year", scored=False), Part("pot_left", scored=False),
)  # fmt: skip
def oil_slick(seen: Seen) -> dict[str, Value]:
    """A snowball with a campaign and a standing offer of small grants (all else at the baseline), over twenty years.

    Streets: share with an initiative that had a small grant or the campaign's format, in a year, mean of the last fifth of the run.
    Stops: change of that share over the last quarter of the run. S shape: where half of it is passed, between a tenth (0)
    and nine tenths (1); about .27 where growth only slows. Near: distance of a founding to the nearest of the two years before,
    over that of a street drawn by lot (both without one in those years), in the first half of the run. Take part: residents
    who were a member in the last year. Pot left: share of the grants' money not spent (if none is left, the pot is the ceiling).
    """
    model, start = seen.start
    model.restore(start)
    model.set_regime(BASELINE.model_copy(update={"standing_offer": 1.0}))
    active = _run(model, seen.weeks)
    k, s, pot = model.world.initiatives, model.world.streets, model.world.purses
    ours = (k.born > 0) & ((k.granted == 1) | (k.format == 1))
    street, born = k.street[ours], k.born[ours]
    shares = shares_of_streets(street, born, len(s), seen.weeks)
    level = float(shares[-max(1, len(shares) // 5) :].mean())
    quarter = max(1, len(shares) // 8)
    early = born <= seen.weeks // 2
    return {
        "streets": level,
        "stops": float(shares[-quarter:].mean() - shares[-2 * quarter : -quarter].mean()) if len(shares) >= 2 * quarter else math.nan,
        "s_shape": middle_of_the_rise(shares, level) if level > 0 else math.nan,
        "near": nearest_ratio(s.x.astype(float), s.y.astype(float), street[early], born[early]),
        "take_part": float(active.mean()),
        "first_year": float(shares[0]),
        "pot_left": 1.0 - float(pot.spent_ever[OFFER_POT]) / max(float(pot.endowed_ever[OFFER_POT]), 1.0),
    }


@pattern(
    "P17", CALIBRATED, SPREAD, "Ghent: 51 editions in 30 streets in four years, none in the year after (evidence, section 4)",
    Part("left", 0.0, 0.2), Part("streets_alone", 0.0, 0.25), Part("editions", scored=False),
)  # fmt: skip
def go_between_leaves(seen: Seen) -> dict[str, Value]:
    """A go-between outside government is there for four years and leaves; editions of its own format are counted.

    Left: editions in the year after, over the yearly number while it was there. Streets alone: streets with an edition after that
    year, over streets that had one before (a few go on). Editions: a year and per 1,000 residents, while it was there.
    """
    model, start = seen.start
    model.restore(start)
    model.set_regime(BASELINE)
    stays = min(STAYS, 2 * seen.weeks // 4)
    after = min(2 * YEAR, seen.weeks - stays)
    model.intervene(1, "condition", name="go_between", value=GO_BETWEEN, weeks=stays)
    model.run(stays + after)
    k = model.world.initiatives
    ours = (k.born > 0) & (k.format == 1)
    before, year, later = (
        ours & (k.born > low) & (k.born <= high) for low, high in ((0, stays), (stays, stays + after / 2), (stays + after / 2, 10**6))
    )
    rate = before.sum() * (after / 2) / stays
    return {
        "left": (float(year.sum()), float(rate)),
        "streets_alone": (float(len(np.unique(k.street[later]))), float(len(np.unique(k.street[before])))),
        "editions": float(before.sum()) * YEAR / stays * 1000.0 / seen.case.residents,
    }


def _run(model: Neighbourhood, weeks: int) -> np.ndarray:
    """Run, and return a mask of who was a member of an initiative in the last year."""
    model.run(max(0, weeks - YEAR))
    active = np.zeros(len(model.world.residents), bool)
    for _ in range(min(weeks, YEAR)):
        model.step()
        active |= model.world.residents.member[:, 0] >= 0
    return active
