"""A small case, a comparison that was really run, and one with invented numbers for what only reads numbers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from experiments.comparison.compare import Comparison, compare, gather
from experiments.running.pairs import RegimeRun, Result, Spec
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
    chosen = {name: NAMED[name] for name in regimes}
    specs = [Spec(small, chosen, seed, weeks) for seed in range(1, pairs + 1)]
    answers = []
    for spec in specs:
        shared = np.random.default_rng(spec.seed).normal(size=len(OUTCOMES))
        runs = {}
        for i, label in enumerate(chosen):
            own = np.random.default_rng([spec.seed, i]).normal(size=len(OUTCOMES))
            values = np.abs(0.5 + 0.05 * i + 0.1 * shared + 0.02 * own)
            outcomes = dict(zip(OUTCOMES, values.tolist(), strict=True))
            weekly = {name: np.full(weeks, outcomes[name]) for name, outcome in OUTCOMES.items() if outcome.weekly}
            ledger = {"organisation": ["municipality"] * 2, "activity": ["desk", "central pot"], "unit": ["hours", "euro"]}
            ledger |= {"endowed": [10.0, 900.0], "spent": [6.0 + i, 500.0], "lapsed": [2.0, 300.0], "left": [2.0 - i, 100.0]}
            runs[label] = RegimeRun(
                outcomes=outcomes,
                weekly=pl.DataFrame({"week": np.arange(1, weeks + 1), **weekly}),
                ledger=pl.DataFrame(ledger),
                identity=f"{spec.seed}-{label}",
                endowment={"hours_per_year": 1600.0, "euros_per_year": 25000.0},
                story=["week 3: the same everywhere", f"week 55: only under {label}"] if spec.seed == 1 else None,
            )
        answers.append(Result(spec.seed, runs, 0.1))
    return gather(specs, answers)


@pytest.fixture(scope="session")
def invented(small: Case) -> Comparison:
    """Twelve invented pairs under three regimes."""
    return invent(small)
