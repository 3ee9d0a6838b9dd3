"""Stars where nothing differs: comparisons of one regime with itself, drawn from runs with other seeds; and one where something does."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from experiments.shared.statistics import holm, paired
from experiments.shared.verdicts import mark
from model.case.case import load
from model.measures.weekly import OUTCOMES
from model.neighbourhood import Neighbourhood

STUDIES = int(os.environ.get("NULL_STUDIES", "100"))  # 1,000 for the figures in docs/how_it_works/fair_comparison.md
RUNS, MOST = 200, 0.065
SMALL = load("default").replaced(residents=60, burn_in=8)  # few people: many outcomes that are mostly zero, which is the hard part


@pytest.fixture(scope="module")
def kept() -> dict[str, np.ndarray]:
    """Every outcome of runs of one regime, one value for each seed."""
    runs = [Neighbourhood(SMALL, "relational", seed).run(26).outcomes() for seed in range(1, RUNS + 1)]
    return {name: np.array([run[name] for run in runs]) for name in OUTCOMES}


def spread(x: np.ndarray) -> float:
    """Standard deviation of the runs where it is defined."""
    known = x[np.isfinite(x)]
    return float(known.std()) if len(known) else 0.0


def stars(kept: dict[str, np.ndarray], first: np.ndarray, second: np.ndarray, shift: float = 0.0) -> set[str]:
    """Outcomes with a star when these runs are compared. shift: added on the second side, in standard deviations of a difference."""
    family: list[dict[str, Any]] = [
        {"outcome": name} | paired(x[first], x[second] + shift * np.sqrt(2) * spread(x), OUTCOMES[name].good) for name, x in kept.items()
    ]
    rows = [dict[str, Any](row, p_holm=p) for row, p in zip(family, holm([row["p"] for row in family]), strict=True)]
    return {str(row["outcome"]) for row in rows if mark(row) == "*"}


@pytest.mark.parametrize("pairs", [2, 3, 5, 10, 20])
def test_a_regime_against_itself_seldom_shows_a_star(kept, pairs):
    luck = np.random.default_rng(pairs)
    drawn = [luck.choice(RUNS, 2 * pairs, replace=False) for _ in range(STUDIES)]
    assert sum(bool(stars(kept, seeds[:pairs], seeds[pairs:])) for seeds in drawn) <= MOST * STUDIES


def test_a_shift_of_one_and_a_half_standard_deviations_is_starred_at_twenty_pairs(kept):
    luck, found = np.random.default_rng(1), []
    wide = {name for name, x in kept.items() if np.isfinite(x).all() and spread(x) > 2 * OUTCOMES[name].smallest}
    assert len(wide) > 10
    for _ in range(20):
        seeds = luck.choice(RUNS, 40, replace=False)
        found.append(len(stars(kept, seeds[:20], seeds[20:], 1.5) & wide) / len(wide))
    assert np.mean(found) >= 0.9
