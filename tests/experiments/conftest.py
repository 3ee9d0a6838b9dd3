"""A small case, a comparison that was really run, and one with invented numbers for what only reads numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import numpy as np
import polars as pl
import pytest

from experiments.comparison.compare import compare
from experiments.reporting.comparison import Comparison
from experiments.running import pool
from experiments.running.pool import Pool
from experiments.shared.statistics import differences
from experiments.study import work as study_work
from model.case.case import Case, load
from model.measures.weekly import OUTCOMES
from model.regimes import NAMED


@pytest.fixture(scope="session")
def small() -> Case:
    """120 residents and a short burn-in."""
    return load("default").replaced(residents=120, burn_in=8)


@pytest.fixture(scope="session")
def lived(small: Case) -> Comparison:
    """Three pairs of twelve weeks, run in this process."""
    return compare(small, pairs=3, weeks=12, workers=1)


def invent(small: Case, pairs: int = 12, regimes: tuple[str, ...] = ("top_down", "relational", "leapfrog")) -> Comparison:
    """A comparison whose numbers are drawn: an effect of the regime, shared luck, and some luck of its own."""
    weeks = 60
    runs, weekly, ledger = [], [], []
    for seed in range(1, pairs + 1):
        shared = np.random.default_rng(seed).normal(size=len(OUTCOMES))
        for i, label in enumerate(regimes):
            own = np.random.default_rng([seed, i]).normal(size=len(OUTCOMES))
            values = np.abs(0.5 + 0.05 * i + 0.1 * shared + 0.02 * own)
            outcomes = dict(zip(OUTCOMES, values.tolist(), strict=True))
            where = {"seed": seed, "regime": label}
            runs.append(where | {"identity": f"{seed}-{label}"} | outcomes)
            lived = {name: np.full(weeks, outcomes[name]) for name, outcome in OUTCOMES.items() if outcome.weekly}
            weekly.append(pl.DataFrame({"seed": [seed] * weeks, "regime": label, "week": np.arange(1, weeks + 1), **lived}))
            books = {"organisation": ["municipality"] * 2, "activity": ["desk", "central pot"], "unit": ["hours", "euro"]}
            books |= {"endowed": [10.0, 900.0], "spent": [6.0 + i, 500.0], "lapsed": [2.0, 300.0], "left": [2.0 - i, 100.0]}
            ledger.append(pl.DataFrame({"seed": [seed] * 2, "regime": label, **books}))
    frame = pl.DataFrame(runs)
    return Comparison(
        case=small,
        regimes={name: NAMED[name] for name in regimes},
        weeks=weeks,
        seeds=tuple(range(1, pairs + 1)),
        runs=frame,
        weekly=pl.concat(weekly),
        ledger=pl.concat(ledger),
        differences=differences(frame, {name: outcome.good for name, outcome in OUTCOMES.items()}, list(regimes)),
        endowment={"hours_per_year": 1600.0, "euros_per_year": 25000.0},
        equal_means=True,
        stories={label: ["week 3: the same everywhere", f"week 55: only under {label}"] for label in regimes},
    )


@pytest.fixture(scope="session")
def invented(small: Case) -> Comparison:
    """Twelve invented pairs under three regimes."""
    return invent(small)


@pytest.fixture(scope="session")
def crew() -> Iterator[Pool]:
    """One worker process, which starts when it first gets work."""
    with Pool(1) as made:
        yield made


@pytest.fixture
def one_worker(crew: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All studies are run by that process: for tests in which the start of a process is not the point."""
    for where in (study_work, pool):
        monkeypatch.setattr(where, "Pool", lambda *_: nullcontext(crew))
