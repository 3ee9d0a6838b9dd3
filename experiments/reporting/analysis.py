"""Analyse a study's runs: dose-response, maps of regimes, decompositions, Sobol' and Morris indices. Pure functions.

points: one row for each point of the design: point, scenario, regime, rules and a column for every factor, in the order of the design.
runs: point, replication and a column for every outcome; pairs with a missing run are left out.
Points of one replication share people and luck, so differences are paired by replication. Intervals are 95 %, Student's
t, without correction for multiple comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.shared.statistics import CONFIDENCE, paired
from experiments.study.designs import Range, problem

if TYPE_CHECKING:
    from collections.abc import Callable

Values = NDArray[np.float64]
CONTEXT = ("scenario", "rules", "regime")
RESAMPLES = 1000
OPEN = "open"


def dose_response(points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, good: str = "none") -> pl.DataFrame:
    """Return for every level of a factor, all others at the base: the mean, and the paired difference to the base with interval.

    The base is the first point of each scenario, rule file and regime, as in a design "oat"; it is also a level.
    """
    values = columns(runs, outcome)
    rows = []
    for labels, own in _contexts(points):
        base = own.row(0, named=True)
        for factor in factors:
            others = [pl.col(name) == base[name] for name in factors if name != factor]
            levels = own.filter(others) if others else own
            for point in levels.unique(factor, keep="first", maintain_order=True).sort(factor).iter_rows(named=True):
                found = paired(values[base["point"]], values[point["point"]], good)
                row = labels | {"outcome": outcome, "factor": factor, "level": float(point[factor])}
                rows.append(row | {"is_base": point["point"] == base["point"], "mean": found["mean_second"]} | _difference(found))
    return pl.DataFrame(rows, infer_schema_length=None)


def regime_map(points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, good: str = "up") -> pl.DataFrame:
    """Return for every cell of a grid the regime that beats every other: the interval of each paired difference excludes 0.

    good: "up", "down", or "none" (the higher is ahead). Where no regime is ahead of all others the winner is "open".
    best, second: by their means; difference (best minus second), low, high: the paired difference of these two.
    """
    values = columns(runs, outcome)
    sign = -1.0 if good == "down" else 1.0
    rows = []
    cell = ["scenario", "rules", *factors]
    for _, group in points.group_by(cell, maintain_order=True):
        numbers = dict(group.select("regime", "point").iter_rows())
        found = {(a, b): paired(values[numbers[a]], values[numbers[b]], good) for a, b in combinations(numbers, 2)}
        found |= {(b, a): paired(values[numbers[b]], values[numbers[a]], good) for a, b in found}
        ahead = {b: all(_side(found[a, b]) * sign > 0 for a in numbers if a != b) for b in numbers}
        order = sorted(numbers, key=lambda label: -sign * _mean(values[numbers[label]]))
        first, second = order[0], order[1] if len(order) > 1 else order[0]
        between = found.get((second, first), {})
        row = {name: group[name][0] for name in cell} | {"outcome": outcome}
        row |= {"winner": next((label for label in order if ahead[label] and len(order) > 1), OPEN), "best": first, "second": second}
        rows.append(row | _difference(between))
    return pl.DataFrame(rows, infer_schema_length=None)


def decomposition(points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, first: str, second: str) -> pl.DataFrame:
    """Return how much each practice contributes to the difference between two regimes (second minus first), in both directions.

    forward: the first regime with the second's value, minus the first; backward: the second, minus the second with the
    first's value. Both are parts of the same difference, and equal when practices do not interact. The last rows:
    difference, sum (of all parts), unexplained (difference minus sum). Intervals: *_low, *_high.
    """
    values = columns(runs, outcome)
    rows: list[dict[str, Any]] = []
    for (scenario, rules), group in points.group_by(["scenario", "rules"], maintain_order=True):
        of = {label: group.filter(pl.col("regime") == label) for label in (first, second)}
        bases = {label: own.row(0, named=True) for label, own in of.items()}
        start, end = (values[bases[label]["point"]] for label in (first, second))
        parts: dict[str, dict[str, Values]] = {}
        for label, own in of.items():
            for point in own.iter_rows(named=True):
                moved = [name for name in factors if point[name] != bases[label][name]]
                if len(moved) == 1:
                    there = values[point["point"]]
                    parts.setdefault(moved[0], {})["forward" if label == first else "backward"] = (
                        there - start if label == first else end - there
                    )
        sums = {side: _total([part[side] for part in parts.values() if side in part], start) for side in ("forward", "backward")}
        whole = {"difference": dict.fromkeys(sums, end - start), "sum": sums}
        whole["unexplained"] = {side: end - start - total for side, total in sums.items()}
        for name, sides in (parts | whole).items():
            row = {"scenario": scenario, "rules": rules, "outcome": outcome, "practice": name}
            rows.append(row | {"is_part": name in parts} | _both(sides))
    return pl.DataFrame(rows, infer_schema_length=None)


def sobol_indices(
    points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, second_order: bool = False
) -> pl.DataFrame:
    """Return first and total Sobol' indices of every factor, with half-widths of bootstrapped intervals, of the means over replications.

    The points must be all rows of a design "sobol" with these factors, in order. nan where the outcome does not
    vary or a point has no value.
    """
    from SALib.analyze import sobol

    def indices(y: Values, _own: pl.DataFrame) -> Mapping[str, Any]:
        return sobol.analyze(problem(factors), y, calc_second_order=second_order, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=1)

    names = {"first": "S1", "first_half_width": "S1_conf", "total": "ST", "total_half_width": "ST_conf"}
    return _indices(points, runs, factors, outcome, names, 2 * len(factors) + 2 if second_order else len(factors) + 2, indices)


def morris_effects(points: pl.DataFrame, runs: pl.DataFrame, factors: Mapping[str, Range], levels: int, outcome: str) -> pl.DataFrame:
    """Return mu_star (mean absolute effect of a factor over its range, with half-width), mu (mean effect) and sigma (its sd).

    The points must be all rows of a design "morris" with these factors and levels, in order. nan as in `sobol_indices`.
    """
    from SALib.analyze import morris

    def effects(y: Values, own: pl.DataFrame) -> Mapping[str, Any]:
        shares = [(own[name].to_numpy().astype(float) - f.low) / (f.high - f.low) for name, f in factors.items()]
        return morris.analyze(
            problem(factors), np.column_stack(shares), y, num_resamples=RESAMPLES, conf_level=CONFIDENCE, num_levels=levels, seed=1
        )

    names = {"mu_star": "mu_star", "mu_star_half_width": "mu_star_conf", "mu": "mu", "sigma": "sigma"}
    return _indices(points, runs, list(factors), outcome, names, len(factors) + 1, effects)


def columns(runs: pl.DataFrame, outcome: str) -> dict[int, Values]:
    """Return the outcome of every point: one value for each replication, in order; nan where there is no run."""
    replications = {number: place for place, number in enumerate(sorted(runs["replication"].unique().to_list()))}
    found: dict[int, Values] = _Missing(len(replications))
    for point, replication, value in runs.select("point", "replication", outcome).iter_rows():
        found.setdefault(point, np.full(len(replications), np.nan))[replications[replication]] = np.nan if value is None else value
    return found


class _Missing(dict[int, Values]):
    """A dictionary in which a point without any run has only nan."""

    def __init__(self, replications: int) -> None:
        super().__init__()
        self.replications = replications

    def __missing__(self, _point: int) -> Values:
        return np.full(self.replications, np.nan)


def _contexts(points: pl.DataFrame) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
    """Yield the points of each scenario, rule file and regime, in order."""
    for labels, own in points.group_by(CONTEXT, maintain_order=True):
        yield dict(zip(CONTEXT, labels, strict=True)), own.sort("point")


def _indices(
    points: pl.DataFrame,
    runs: pl.DataFrame,
    factors: Sequence[str],
    outcome: str,
    names: Mapping[str, str],
    block: int,
    analyse: Callable[[Values, pl.DataFrame], Mapping[str, Any]],
) -> pl.DataFrame:
    """Return one row for every context and factor with SALib's indices; nan where undefined. block: design rows of one draw."""
    values = columns(runs, outcome)
    rows = []
    for labels, own in _contexts(points):
        y = np.array([_mean(values[point]) for point in own["point"]])
        whole = len(y) % block == 0 and bool(np.isfinite(y).all()) and float(np.ptp(y)) > 0
        found = analyse(y, own) if whole else {}
        for place, factor in enumerate(factors):
            numbers = {name: float(found[theirs][place]) if whole else float("nan") for name, theirs in names.items()}
            rows.append(labels | {"outcome": outcome, "factor": factor} | numbers)
    return pl.DataFrame(rows, infer_schema_length=None)


def _difference(found: Mapping[str, float]) -> dict[str, float]:
    """Return number of pairs, difference, interval and p from a result of `paired`."""
    return {"n": int(found.get("n", 0))} | {name: found.get(name, float("nan")) for name in ("difference", "low", "high", "p")}


def _side(found: Mapping[str, float]) -> int:
    """Return 1 or -1 when the interval lies above or below 0, else 0."""
    return int(found["low"] > 0) - int(found["high"] < 0)


def _mean(values: Values) -> float:
    """Return the mean of the finite values; nan when there are none."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")


def _total(parts: Sequence[Values], like: Values) -> Values:
    """Return the sum of the parts in each replication."""
    return np.sum(parts, axis=0) if parts else np.zeros_like(like)


def _both(sides: Mapping[str, Values]) -> dict[str, float]:
    """Return mean and interval of the parts in both directions."""
    row: dict[str, float] = {}
    for side in ("forward", "backward"):
        part = sides.get(side, np.array([]))
        found = paired(np.zeros_like(part), part)
        row |= {"n": int(found["n"]), side: found["difference"], f"{side}_low": found["low"], f"{side}_high": found["high"]}
    return row
