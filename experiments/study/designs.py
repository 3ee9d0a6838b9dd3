"""Experimental designs: pure functions that make rows from factors, size and seed.

A *row* holds the values that differ from the base (case and practices). Whole numbers are rounded (half up), and duplicate
rows are dropped; Sobol' and Morris designs keep every row, because their indices depend on the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

SAMPLED = ("lhs", "sobol", "morris")  # sampled between low and high; `size`: number of samples
ORDERED = ("sobol", "morris")  # analysed as a whole: no row may be dropped
BETWEEN = ("swap", "shapley")  # rows between two regimes, each for one label


@dataclass(frozen=True)
class Range:
    """The range of a factor: from low to high, or one of `values`; `whole`: rounded to whole numbers."""

    low: float
    high: float
    values: tuple[float, ...] = ()
    whole: bool = False

    def at(self, share: float) -> float:
        """Return the value at a share (0-1) of the way from low to high."""
        value = self.low + share * (self.high - self.low)
        return float(math.floor(value + 0.5)) if self.whole else min(self.high, max(self.low, value))

    def steps(self, levels: int) -> tuple[float, ...]:
        """Return the given values, or `levels` equally spaced ones from low to high, without duplicates."""
        found = self.values or [self.at(i / (levels - 1)) for i in range(levels)]
        return tuple(dict.fromkeys(found))


Ranges = Mapping[str, Range]


@dataclass(frozen=True)
class Row:
    """One row of a design. label: the only regime it is for; empty: all regimes.

    around: shift of practices from those of each regime, -1 to 1 (times the design's `around`).
    """

    values: dict[str, float] = field(default_factory=dict[str, float])
    label: str = ""
    around: dict[str, float] = field(default_factory=dict[str, float])


def listed(points: Sequence[Mapping[str, float]]) -> list[Row]:
    """Return the given points as rows; without points, one row that changes nothing."""
    return _once(Row(dict(point)) for point in points or [{}])


def grid(factors: Ranges, levels: int) -> list[Row]:
    """Return the full factorial of all levels; the last factor changes fastest."""
    steps = [factor.steps(levels) for factor in factors.values()]
    return [Row(dict(zip(factors, values, strict=True))) for values in product(*steps)]


def one_at_a_time(factors: Ranges, levels: int) -> list[Row]:
    """Return the base, then each factor alone at each of its levels."""
    moved = [Row({name: value}) for name, factor in factors.items() for value in factor.steps(levels)]
    return [Row(), *moved]


def latin_hypercube(factors: Ranges, size: int, seed: int, around: Sequence[str] = ()) -> list[Row]:
    """Return a Latin hypercube of `size` rows over the factors and over shifts of the practices in `around`."""
    from scipy.stats import qmc

    drawn = qmc.LatinHypercube(d=len(factors) + len(around), rng=seed).random(size)
    beside = [dict(zip(around, (2.0 * row - 1.0).tolist(), strict=True)) for row in drawn[:, len(factors) :]]
    rows = _placed(factors, drawn[:, : len(factors)])
    return _once(Row(row.values, around=moved) for row, moved in zip(rows, beside, strict=True))


def sobol(factors: Ranges, size: int, seed: int, second_order: bool = False) -> list[Row]:
    """Return Saltelli's rows for Sobol' indices: size * (factors + 2), or with second order size * (2 factors + 2)."""
    from SALib.sample import sobol as sampler

    return _placed(factors, sampler.sample(problem(factors), size, calc_second_order=second_order, seed=seed))


def morris(factors: Ranges, size: int, levels: int, seed: int) -> list[Row]:
    """Return `size` Morris trajectories through the factors' levels: size * (factors + 1) rows."""
    from SALib.sample import morris as sampler

    return _placed(factors, sampler.sample(problem(factors), size, num_levels=levels, seed=seed))


def swap(first: str, second: str, at_first: Mapping[str, float], at_second: Mapping[str, float]) -> list[Row]:
    """Return both regimes, then for each differing practice each regime with the other's value."""
    rows = [Row(label=first), Row(label=second)]
    for name, value in at_first.items():
        other = at_second[name]
        if value != other:
            rows += [Row({name: other}, first), Row({name: value}, second)]
    return rows


def problem(factors: Iterable[str]) -> dict[str, object]:
    """Return the factors in SALib's form, each from 0 to 1; ranges and rounding are applied afterwards."""
    names = list(factors)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def rows_of(kind: str, factors: Ranges, size: int, levels: int, second_order: bool = False) -> int:
    """Return the largest number of rows of a design, without making them."""
    number = len(factors)
    steps = [len(factor.values) or levels for factor in factors.values()]
    sizes = {
        "grid": math.prod(steps),
        "oat": 1 + sum(steps),
        "lhs": size,
        "sobol": size * (2 * number + 2 if second_order else number + 2),
        "morris": size * (number + 1),
    }
    return sizes[kind]


def evenly(number: int, most: int) -> list[int]:
    """Return at most `most` of the indices 0 to number - 1, evenly spread, always including 0."""
    most = max(1, most)
    if number <= most:
        return list(range(number))
    return [0] if most == 1 else [round(i * (number - 1) / (most - 1)) for i in range(most)]


def thinned(kind: str, rows: Sequence[Row], most: int) -> list[Row]:
    """Return at most `most` rows, always with the base (a swap keeps both directions of a practice; ordered designs stay whole)."""
    if kind in (*ORDERED, "shapley"):
        return list(rows)
    if kind == "swap":
        kept = evenly(len(rows) // 2, most // 2)
        return [row for i in kept for row in rows[2 * i : 2 * i + 2]]
    return [rows[i] for i in evenly(len(rows), most)]


def _placed(factors: Ranges, shares: Iterable[Iterable[float]]) -> list[Row]:
    """Return rows of factor values from shares between 0 and 1."""
    return [Row({name: factor.at(float(x)) for (name, factor), x in zip(factors.items(), row, strict=True)}) for row in shares]


def _once(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without duplicates."""
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        found.setdefault((*sorted(row.values.items()), *row.around.items()), row)
    return list(found.values())
