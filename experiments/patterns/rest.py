"""After how many weeks a neighbourhood is at rest: the rule behind the length of a burn-in.

    python -m experiments.patterns.rest            # every shipped scenario, without its events
    python -m experiments.patterns.rest kolping

A series is at rest in a year when its trend over the five years that begin then, as long as a usual run, is within its noise (three
standard errors over seeds, as eight series are looked at) or less than half of its smallest effect of interest. A scenario is at rest
from the first year in which all main series are. Conditions and practices are those of a burn-in: the shared baseline, and no events.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from model import Neighbourhood
from model.case.case import TO_REST, Case, available, load
from model.outcomes import OUTCOMES, WEEKLY
from model.regimes import BASELINE

SERIES = ("trust_neighbours", "trust_official", "trust_municipality", "grievance", "bonding", "bridging", "linking", "burden")
YEAR, AHEAD = 52, 5  # weeks; years that a trend is looked at over
YEARS, SEEDS, PEOPLE = 20, 8, 3_000  # lived; of luck; most residents, for time
NOISE, SHARE = 3.0, 0.5  # standard errors, of eight series at once; of the smallest effect of interest


def lived(case: Case, seeds: Sequence[int], years: int = YEARS) -> np.ndarray:
    """Return yearly means of the main series under the baseline, shape (seeds, years, series)."""
    plain = case.replaced(burn_in=0, events=[])
    columns = [WEEKLY.index(name) for name in SERIES]
    runs = [Neighbourhood(plain, BASELINE, seed=seed).run(years * YEAR).series[:, columns] for seed in seeds]
    return np.array(runs).reshape(len(runs), years, YEAR, len(SERIES)).mean(axis=2)


def trends(years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the change over the `AHEAD` years from each year on, mean over seeds and standard error, shape (years, series)."""
    steps = np.arange(AHEAD) - (AHEAD - 1) / 2
    windows = np.lib.stride_tricks.sliding_window_view(years, AHEAD, axis=1)
    change = AHEAD * (windows @ steps) / (steps @ steps)
    return change.mean(axis=0), change.std(axis=0, ddof=1) / np.sqrt(len(years))


def year_of_rest(years: np.ndarray) -> dict[str, int | None]:
    """Return by series the first year from which it is at rest, None if never; and under "all" when all are at once."""
    change, error = trends(years)
    smallest = np.array([OUTCOMES[name].smallest for name in SERIES])
    still = np.abs(change) <= np.maximum(NOISE * error, SHARE * smallest)
    found = {name: _first(still[:, n]) for n, name in enumerate(SERIES)}
    return found | {"all": _first(still.all(axis=1))}


def _first(still: np.ndarray) -> int | None:
    return int(np.argmax(still)) if still.any() else None


def main(names: Sequence[str]) -> None:
    """Print for each scenario when it comes to rest."""
    for name in names or [name for name, _ in available()]:
        case = load(name)
        if case.residents > PEOPLE:
            print(f"{name}: {case.residents:,} residents, not measured", flush=True)
            continue
        found = year_of_rest(lived(case, range(1, SEEDS + 1)))
        weeks = None if found["all"] is None else found["all"] * YEAR
        told = ", ".join(f"{series} {year}" for series, year in found.items() if series != "all")
        print(f"{name}: at rest after {weeks} weeks (burn-in: {case.burn_in}; {TO_REST} by default); year by series: {told}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
