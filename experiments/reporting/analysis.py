"""Analyse a study's runs: dose-response, maps of regimes, decompositions, Sobol' and Morris indices. Pure functions.

points: one row for each point of the design: point, scenario, regime, rules and a column for every factor, in the order of the design.
runs: point, replication and a column for every outcome; pairs with a missing run are left out.
Points of one replication share people and luck, so differences are paired by replication. Intervals are 95 %, Student's
t, without correction for multiple comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.shared.statistics import CONFIDENCE, ROUNDING, holm, paired
from experiments.shared.verdicts import BEHIND, UNDECIDED, ahead
from experiments.study.designs import Range, problem

Values = NDArray[np.float64]
CONTEXT = ("scenario", "rules", "regime")
RESAMPLES = 1000
OPEN = UNDECIDED


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


def regime_map(
    points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, good: str = "up", smallest: float = 0.0
) -> pl.DataFrame:
    """For every cell of a grid, the regime that is ahead of each other one (`verdicts.ahead`, Holm over the pairs of regimes in a cell).

    good: "up", "down"; "none": ahead is the higher. Where nobody is ahead of all others the winner is "open".
    smallest: the smallest difference of interest, in the outcome's unit.
    best, second: by their means; difference (best minus second), low, high: what lies between these two.
    """
    values = columns(runs, outcome)
    sign = -1.0 if good == "down" else 1.0
    rows = []
    cell = ["scenario", "rules", *factors]
    for _, group in points.group_by(cell, maintain_order=True):
        numbers = dict(group.select("regime", "point").iter_rows())
        found = {(a, b): paired(values[numbers[a]], values[numbers[b]], good) for a, b in combinations(numbers, 2)}
        beaten = set()
        for two, p in zip(found, holm([one["p"] for one in found.values()]), strict=True):
            one = found[two]
            side = ahead(good, one["difference"], float(p), -smallest < one["low"] and one["high"] < smallest)
            beaten |= {two if side == BEHIND else two[::-1]} if side != UNDECIDED else set()  # (winner, loser)
        order = sorted(numbers, key=lambda label: -sign * _mean(values[numbers[label]]))
        first, second = order[0], order[1] if len(order) > 1 else order[0]
        winner = next((a for a in order if len(order) > 1 and all((a, b) in beaten for b in order if b != a)), OPEN)
        between = paired(values[numbers[second]], values[numbers[first]], good) if len(order) > 1 else {}
        row = {name: group[name][0] for name in cell} | {"outcome": outcome, "winner": winner, "best": first, "second": second}
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

    The points must be all rows of a design "sobol" with these factors, in order. A draw (one block of Saltelli's rows) in which a point
    has no value is left out; `draws` says how many are used. nan where the outcome does not vary, or fewer than half of the draws are left.
    luck: share of the variance between points that is luck of their own; it is part of every total index. nan with one replication.
    """
    found = [
        labels | {"outcome": outcome, "factor": factor, "draws": of.draws, "luck": of.luck}
        | {ours: float(of.indices[theirs][place]) if of.indices else math.nan for ours, theirs in SOBOL.items()}
        for labels, of in _sobol(points, runs, factors, outcome, second_order)
        for place, factor in enumerate(factors)
    ]  # fmt: skip
    return pl.DataFrame(found, infer_schema_length=None)


def sobol_pairs(points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str) -> pl.DataFrame:
    """Second-order Sobol' indices: what two factors account for together beyond what each does alone, with half-widths.

    The points must be all rows of a design "sobol" with second_order; draws are left out as in `sobol_indices`.
    """
    found = [
        labels | {"outcome": outcome, "factor": factors[i], "other": factors[j], "draws": of.draws}
        | {ours: float(of.indices[theirs][i][j]) if of.indices else math.nan for ours, theirs in SOBOL_PAIRS.items()}
        for labels, of in _sobol(points, runs, factors, outcome, True)
        for i, j in combinations(range(len(factors)), 2)
    ]  # fmt: skip
    return pl.DataFrame(found, infer_schema_length=None)


SOBOL = {"first": "S1", "first_half_width": "S1_conf", "total": "ST", "total_half_width": "ST_conf"}
SOBOL_PAIRS = {"second": "S2", "second_half_width": "S2_conf"}


@dataclass(frozen=True)
class _Draws:
    """What SALib finds in the draws of a design that are whole (empty when it cannot be found), their number, and the share of luck."""

    indices: Mapping[str, Any]
    draws: int
    luck: float


def _sobol(
    points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, second_order: bool
) -> Iterator[tuple[dict[str, Any], _Draws]]:
    """SALib's indices in every context."""
    from SALib.analyze import sobol

    values = columns(runs, outcome)
    for labels, own in _contexts(points):
        each = [values[point] for point in own["point"]]
        blocks = _whole_blocks(np.array([_mean(one) for one in each]), 2 * len(factors) + 2 if second_order else len(factors) + 2)
        y, found = blocks.ravel(), {}
        if _enough(blocks, len(each)):
            found = sobol.analyze(
                problem(factors), y, calc_second_order=second_order, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=1
            )
        yield labels, _Draws(found, len(blocks), _share_of_luck(each))


def morris_effects(points: pl.DataFrame, runs: pl.DataFrame, factors: Mapping[str, Range], levels: int, outcome: str) -> pl.DataFrame:
    """Return mu_star (mean absolute effect of a factor over its range, with half-width), mu (mean effect) and sigma (its sd).

    An effect is the change of the outcome over the step really walked, as a share of the factor's range: whole numbers are rounded.
    The points must be all rows of a design "morris" with these factors and levels, in order; a walk in which a point has no value is
    left out, `draws` says how many are used. nan where fewer than half are left; the half-width also where all walks give the same.
    """
    from SALib.analyze import morris

    values, rows, size = columns(runs, outcome), [], len(factors) + 1
    for labels, own in _contexts(points):
        shares = np.column_stack([(own[name].to_numpy().astype(float) - f.low) / (f.high - f.low) for name, f in factors.items()])
        y = np.array([_mean(values[point]) for point in own["point"]])
        kept = np.isfinite(y.reshape(-1, size)).all(axis=1) if len(y) % size == 0 else np.zeros(0, bool)
        found: Mapping[str, Any] = {}
        if 2 * kept.sum() >= len(kept) > 0:
            x, walks = shares.reshape(len(kept), size, -1)[kept], y.reshape(-1, size)[kept]
            found = morris.analyze(
                problem(factors), x.reshape(-1, len(factors)), _as_walked(x, walks, levels).ravel(), num_resamples=RESAMPLES,
                conf_level=CONFIDENCE, num_levels=levels, seed=1,
            )  # fmt: skip
        for place, factor in enumerate(factors):
            numbers = {ours: float(found[theirs][place]) if found else math.nan for ours, theirs in MORRIS.items()}
            if numbers["mu_star_half_width"] <= ROUNDING * numbers["mu_star"]:
                numbers["mu_star_half_width"] = math.nan
            rows.append(labels | {"outcome": outcome, "factor": factor, "draws": int(kept.sum())} | numbers)
    return pl.DataFrame(rows, infer_schema_length=None)


MORRIS = {"mu_star": "mu_star", "mu_star_half_width": "mu_star_conf", "mu": "mu", "sigma": "sigma"}


def _as_walked(x: Values, y: Values, levels: int) -> Values:
    """Return walks whose changes, over the nominal step by which SALib divides, are those over the steps really walked.

    x: shape (walks, points of a walk, factors), shares; y: shape (walks, points of a walk), of the outcome."""
    nominal = levels / (2 * (levels - 1))
    changes = np.diff(y, axis=1) * nominal / np.abs(np.diff(x, axis=1)).max(axis=2)
    return np.concatenate([y[:, :1], y[:, :1] + np.cumsum(changes, axis=1)], axis=1)


def _whole_blocks(y: Values, block: int) -> Values:
    """The draws of a design without an undefined value, shape (draws, block); none when the design is not whole."""
    if len(y) % block:
        return np.empty((0, block))
    blocks = y.reshape(-1, block)
    return blocks[np.isfinite(blocks).all(axis=1)]


def _enough(blocks: Values, points: int) -> bool:
    """Half of the draws are whole, and something varies."""
    return 2 * blocks.size >= points and blocks.size > 0 and float(np.ptp(blocks)) > 0


def _share_of_luck(each: Sequence[Values]) -> float:
    """Variance of a point's mean that is luck of its own (not shared by the points of a replication), over the variance between means."""
    y = np.array(each)
    y = y[np.isfinite(y).all(axis=1)]
    points, replications = y.shape
    if points < 2 or replications < 2:
        return math.nan
    rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0, keepdims=True) + y.mean()
    luck = float((rest**2).sum()) / ((points - 1) * (replications - 1)) / replications
    between = float(y.mean(axis=1).var(ddof=1))
    return min(1.0, luck / between) if between > 0 else math.nan


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


def _difference(found: Mapping[str, float]) -> dict[str, float]:
    """Return number of pairs, difference, interval and p from a result of `paired`."""
    return {"n": int(found.get("n", 0))} | {name: found.get(name, float("nan")) for name in ("difference", "low", "high", "p")}


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
