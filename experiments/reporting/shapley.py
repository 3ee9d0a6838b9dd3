"""Divide the paired difference between two regimes over groups of practices: Shapley values, from a study of kind "shapley"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import polars as pl
from scipy.special import stdtrit

from experiments.reporting.analysis import Values, columns
from experiments.shared.statistics import CONFIDENCE, paired
from experiments.study.coalitions import Coalition, coalition_of, orders, players
from model.errors import BadInput
from model.regimes import GROUPS


def shapley(
    points: pl.DataFrame, runs: pl.DataFrame, factors: Sequence[str], outcome: str, first: str, second: str, pairs: int, seed: int
) -> pl.DataFrame:
    """Return the part of every group of practices in the difference second minus first, and the difference itself.

    The parts add up to the difference, in each replication and thus in the mean. low, high: 95 % interval over the luck of runs
    and over the orders that were drawn (pairs 0: all orders, so that only luck is left). A group in which the regimes do not
    differ has part 0 and no interval. n: replications in which every mixture has a value. orders: how many were drawn.
    Raises BadInput when the points were made with other groups or orders.
    """
    values, made = columns(runs, outcome), list[dict[str, Any]]()
    for (scenario, rules), group in points.group_by(["scenario", "rules"], maintain_order=True):
        ends = [group.filter(regime=label).row(0, named=True) for label in (first, second)]
        at_first, at_second = ({name: float(end[name]) for name in factors} for end in ends)
        at_first, at_second = (_whole(at) for at in (at_first, at_second))
        there = {coalition_of({name: row[name] for name in factors}, at_first, at_second): values[row["point"]] for row in group.to_dicts()}
        names = players(at_first, at_second)
        table = np.array(list(there.values()))
        kept = np.isfinite(table).all(axis=0)
        found = {coalition: one[kept] for coalition, one in there.items()}
        try:
            each = _drawn(found, names, pairs, seed) if pairs else _all(found, names)
        except KeyError as error:
            raise BadInput("shapley", "points", None, "allowed: those made with the groups of practices that there are now") from error
        drawn = len(orders(names, pairs, seed))
        row = {"scenario": scenario, "rules": rules, "outcome": outcome, "orders": drawn, "n": int(kept.sum())}
        for name in GROUPS:
            part = _interval(each[:, names.index(name)]) if name in names else {"part": 0.0, "low": math.nan, "high": math.nan}
            made.append(row | {"group": name, "is_part": True} | part)
        whole = paired(found[frozenset()], found[frozenset(names)])
        made.append(
            row | {"group": "difference", "is_part": False, "part": whole["difference"], "low": whole["low"], "high": whole["high"]}
        )
    return pl.DataFrame(made, infer_schema_length=None)


def _whole(at: Mapping[str, float]) -> dict[str, float]:
    """Return the values of all practices; those that are not varied are equal in both regimes, so that any value will do."""
    return {name: at.get(name, 0.0) for names in GROUPS.values() for name in names}


def _drawn(found: Mapping[Coalition, Values], names: Sequence[str], pairs: int, seed: int) -> Values:
    """Return what each group adds, mean of an order and its reverse: shape (pairs, groups, replications)."""
    added = np.array([_along(found, names, order) for order in orders(names, pairs, seed)])
    return added.reshape(pairs, 2, *added.shape[1:]).mean(axis=1)


def _along(found: Mapping[Coalition, Values], names: Sequence[str], order: Sequence[str]) -> Values:
    steps = {name: found[frozenset(order[: at + 1])] - found[frozenset(order[:at])] for at, name in enumerate(order)}
    return np.array([steps[name] for name in names])


def _all(found: Mapping[Coalition, Values], names: Sequence[str]) -> Values:
    """Return what each group adds, averaged over all orders: shape (1, groups, replications)."""
    parts: list[Values] = []
    for name in names:
        others = [other for other in names if other != name]
        total = np.zeros_like(found[frozenset()])
        for size in range(len(names)):
            for some in combinations(others, size):
                total += (found[frozenset((*some, name))] - found[frozenset(some)]) / (len(names) * comb(len(others), size))
        parts.append(total)
    return np.array([parts])


def _interval(each: Values) -> dict[str, float]:
    """Return mean and 95 % interval of a part. each: shape (pairs of orders, replications); one pair: all orders, or too few to tell.

    Its variance is that over replications plus that over pairs of orders (a little too much: what varies with both counts twice);
    degrees of freedom by Welch and Satterthwaite.
    """
    if not each.size:
        return {"part": math.nan, "low": math.nan, "high": math.nan}
    part = float(each.mean())
    kinds = [each.mean(axis=0), each.mean(axis=1)]
    known = [(float(one.var(ddof=1)) / len(one), len(one) - 1) for one in kinds if len(one) > 1]
    variance = sum(v for v, _ in known)
    if each.shape[1] < 2 or variance <= 0.0:
        return {"part": part, "low": math.nan, "high": math.nan}
    freedom = variance**2 / sum(v**2 / df for v, df in known)
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance)
    return {"part": part, "low": part - half, "high": part + half}
