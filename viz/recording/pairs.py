"""Many paired runs of one view with different seeds: the spread of weekly values, and how often each side ends best.

Beside the sides of each pair lives the same town without any government, as a reference.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.shared.reach import impossible, known
from model.case.at_start import without_government
from model.case.case import Case
from model.measures.weekly import OUTCOMES, WEEKLY
from model.outcomes import DOWN, UP
from model.regimes import BASELINE
from viz.recording.packets import SHOWN, STRETCH
from viz.recording.recorder import Side

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

PERCENTILES = {"low": 10, "middle": 50, "high": 90}
YEAR = 52


def live_pair(sides: Sequence[Side], weeks: int) -> np.ndarray:
    """Run every side of one pair with common random numbers, and then the town without government.

    Return shape (sides + 1, weeks, series).
    """
    from model.neighbourhood import Neighbourhood

    model = Neighbourhood(sides[0].case, sides[0].practices, sides[0].seed)
    model.burn_in()
    start, found = model.checkpoint(), list[np.ndarray]()
    for one in sides:
        model.restore(start)
        model.set_regime(one.practices)
        for event in one.planned:
            model.intervene(**event)
        found.append(_lived(model, weeks))
    model.restore(start)
    model.set_regime(BASELINE, without_government())
    found.append(_lived(model, weeks))
    return np.array(found, np.float32)


def _lived(model: Neighbourhood, weeks: int) -> np.ndarray:
    """Run the weeks; return the shown series, shape (weeks, series)."""
    model.run(weeks)
    return model.series[:, [WEEKLY.index(name) for name in SHOWN]]


def spread(runs: np.ndarray) -> Mapping[str, object]:
    """Return percentiles of every series in every fourth week, from `runs` of shape (pairs, sides + 1, weeks, series).

    By side, and of the reference, which is last.
    """
    weeks = sorted({*range(0, runs.shape[2], STRETCH // 3), runs.shape[2] - 1})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a week in which no run has a value
        bands = np.nanpercentile(runs[:, :, weeks, :], list(PERCENTILES.values()), axis=0)
    series: dict[str, object] = {}
    for n, name in enumerate(SHOWN):
        *sides, reference = ({key: _plain(bands[p, s, :, n]) for p, key in enumerate(PERCENTILES)} for s in range(runs.shape[1]))
        series[name] = {"sides": sides, "reference": reference}
    return {"weeks": [week + 1 for week in weeks], "series": series}


def wins(runs: np.ndarray) -> Mapping[str, object]:
    """Return for each series the number of pairs in which each side ends best, and of ties (difference below the smallest of interest).

    The reference, last in `runs`, does not take part.
    """
    found: dict[str, object] = {}
    runs = runs[:, :-1]
    for n, name in enumerate(SHOWN):
        outcome, counts, level = OUTCOMES[name], [0] * runs.shape[1], 0
        if outcome.good not in (UP, DOWN):
            continue
        for values in _ends(runs[:, :, :, n], outcome.summary):
            if np.isnan(values).any():
                continue
            order = np.argsort(values if outcome.good == DOWN else -values)
            if len(order) < 2 or abs(values[order[0]] - values[order[1]]) < outcome.smallest:
                level += 1
            else:
                counts[order[0]] += 1
        found[name] = {"sides": counts, "level": level}
    return found


def attained(case: Case, weeks: int) -> Mapping[str, object]:
    """Return for each series with a better side its smallest effect of interest and what any mix of practices attains in the case.

    low and high are None where that was not computed (`leefwereld compare --range` does); impossible: the range is smaller.
    """
    reach = known(case, weeks)
    return {
        name: {
            "smallest": OUTCOMES[name].smallest, "low": reach[name][0] if name in reach else None,
            "high": reach[name][1] if name in reach else None, "impossible": impossible(reach, name),
        }
        for name in SHOWN
        if OUTCOMES[name].good in (UP, DOWN)
    }  # fmt: skip


def _ends(runs: np.ndarray, summary: str) -> np.ndarray:
    """Return each run's summary, shape (pairs, sides): its last value, or the mean of its last year."""
    if summary == "run":
        return runs[:, :, -1]
    last = runs[:, :, -YEAR:]
    seen = ~np.isnan(last)
    return np.divide(np.where(seen, last, 0).sum(axis=2), seen.sum(axis=2), out=np.full(last.shape[:2], np.nan), where=seen.any(axis=2))


def _plain(values: np.ndarray) -> list[float | None]:
    """Return numbers for JSON with four digits; None for NaN."""
    return [None if np.isnan(value) else float(f"{value:.4g}") for value in values]
