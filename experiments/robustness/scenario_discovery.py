"""Scenario discovery: regions of conditions (and of shifted practices) in which one regime is ahead of all others.

In every row of a study, one regime is ahead of the others by at least the smallest effect of interest, or nobody is. A
classification tree (scikit-learn) is grown on half of the rows, with its size chosen by cross-validation, and tested on the
other half. A region is a leaf of the tree: a box of factors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.calibration.emulators import one_thread
from experiments.reporting.findings import Findings
from experiments.shared.statistics import holm
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeClassifier

LEAVES = (1, 2, 3, 4, 5, 6, 8)  # possible numbers of leaves of a tree
FOLDS = 5
LEAST = 0.05  # smallest share of rows in a region
SURE = 0.05  # after Holm's correction over outcomes
NOBODY = "nobody"


@dataclass(frozen=True)
class Region:
    """A box of factors: the regime ahead, its limits by factor, and the test on the other half of the rows.

    share: of the study's box; density: share of the region's rows in which that regime is ahead, with a 95 % interval; usual: the
    same over all rows; coverage: share of that regime's lead that lies in the region. n: rows in the region.
    """

    winner: str
    limits: dict[str, tuple[float, float]]
    share: float
    density: float
    low: float
    high: float
    usual: float
    coverage: float
    n: int


@dataclass(frozen=True)
class Map:
    """The result for one outcome. ahead: share of all rows in which each regime (or nobody) is ahead.

    gain: accuracy of the tree minus that of the most common answer, in the test rows; p: its p-value (Holm).
    """

    outcome: str
    ahead: dict[str, float]
    rows: int
    gain: float
    p: float
    regions: tuple[Region, ...]

    @property
    def found(self) -> bool:
        """Whether there is a significant region."""
        return bool(self.regions) and self.p < SURE


def regions(found: Findings, seed: int = 1) -> list[Map]:
    """Return a map for every outcome with a better side. Raises BadInput for an unsuitable study."""
    if found.kind not in ("lhs", "sobol", "morris", "grid") or len(found.regimes) < 2 or len(found.factors) < 1:
        raise BadInput(str(found.folder), allowed="a study of at least two regimes over a box of factors (lhs, sobol or grid)")
    names = [name for name in found.outcomes if OUTCOMES[name].good in ("up", "down")]
    x, rows = places(found)
    if len(rows) < 40:
        raise BadInput(str(found.folder), "rows", len(rows), "at least 40 rows of the design; half of them is kept to judge by")
    drawn = np.random.default_rng(seed).permutation(len(rows))
    halves = drawn[: len(rows) // 2], drawn[len(rows) // 2 :]
    with one_thread():
        maps = [_map(name, x, leads(found, name, rows), halves, found) for name in names]
    adjusted = holm([one.p for one in maps])
    return [Map(one.outcome, one.ahead, one.rows, one.gain, float(p), one.regions) for one, p in zip(maps, adjusted, strict=True)]


def places(found: Findings) -> tuple[np.ndarray, list[tuple[object, ...]]]:
    """Return the factors, (rows, factors), of every row of the design that all regimes were run at, and the keys of the rows."""
    keys = ["scenario", "rules", "row"]
    whole = found.points.filter(pl.col("point").is_in(found.runs["point"].unique().implode()))
    counted = whole.group_by(keys, maintain_order=True).agg(pl.col("regime").n_unique(), pl.col(found.factors).first())
    full = counted.filter(pl.col("regime") == len(found.regimes))
    return full.select(found.factors).cast(pl.Float64).to_numpy(), full.select(keys).rows()


def leads(found: Findings, name: str, rows: Sequence[tuple[object, ...]]) -> np.ndarray:
    """Return the index of the regime ahead in each row, by the mean over replications; -1: nobody, by the smallest of interest."""
    keys = ["scenario", "rules", "row"]
    runs = found.runs.select("point", pl.col(name).fill_nan(None)).join(found.points.select("point", "regime", *keys), on="point")
    means = runs.group_by([*keys, "regime"]).agg(pl.col(name).mean()).rows()
    by = {(*row[:3], row[3]): row[4] for row in means}
    sign, least = (1.0 if OUTCOMES[name].good == "up" else -1.0), OUTCOMES[name].smallest
    ahead = []
    for row in rows:
        values = np.array([by.get((*row, regime)) for regime in found.regimes], dtype=np.float64) * sign
        second, first = np.argsort(values, kind="stable")[-2:]
        lead = values[first] - values[second] >= least  # False if one is undefined
        ahead.append(int(first) if lead and np.isfinite(values).all() else -1)
    return np.array(ahead)


def _map(name: str, x: np.ndarray, ahead: np.ndarray, halves: tuple[np.ndarray, np.ndarray], found: Findings) -> Map:
    """Grow a tree on the first half of rows, and test it on the second."""
    labels = [*found.regimes, NOBODY]
    shares = {label: float((ahead == (k if label != NOBODY else -1)).mean()) for k, label in enumerate(labels)}
    first, second = halves
    tree = grown(x[first], ahead[first])
    common = np.bincount(ahead[first] + 1).argmax() - 1
    right = (tree.predict(x[second]) == ahead[second]).astype(float) - (common == ahead[second])
    p = float(one_sided(right)) if tree.get_n_leaves() > 1 else 1.0
    boxes = _leaves(tree, x, ahead, second, found) if tree.get_n_leaves() > 1 else ()
    return Map(name, shares, len(ahead), float(right.mean()), p, tuple(boxes))


def one_sided(gains: np.ndarray) -> float:
    """Return the exact one-sided p-value of gains against losses (sign test)."""
    from scipy.stats import binomtest

    won, lost = int((gains > 0).sum()), int((gains < 0).sum())
    return binomtest(won, won + lost, 0.5, "greater").pvalue if won + lost else 1.0


def grown(x: np.ndarray, y: np.ndarray) -> DecisionTreeClassifier:
    """Return the smallest tree whose cross-validated accuracy is within one standard error of the best."""
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    least = max(3, math.ceil(LEAST * len(x)))

    def tree(leaves: int) -> DecisionTreeClassifier:
        depth: dict[str, Any] = {"max_leaf_nodes": leaves} if leaves > 1 else {"max_depth": 1, "min_impurity_decrease": 2.0}
        return DecisionTreeClassifier(min_samples_leaf=least, random_state=0, **depth)

    scores = {n: cross_val_score(tree(n), x, y, cv=KFold(FOLDS, shuffle=True, random_state=0)) for n in LEAVES}
    best = max(scores.values(), key=lambda each: each.mean())
    enough = best.mean() - best.std(ddof=1) / math.sqrt(FOLDS)
    chosen = next(n for n, each in scores.items() if each.mean() >= enough)
    return tree(chosen).fit(x, y)


def _leaves(tree: DecisionTreeClassifier, x: np.ndarray, ahead: np.ndarray, judged: np.ndarray, found: Findings) -> list[Region]:
    """Return a region for every leaf in which a regime is ahead, without limits equal to the box."""
    t, boxes = tree.tree_, []

    def walk(node: int, limits: dict[str, tuple[float, float]]) -> None:
        if t.children_left[node] < 0:
            winner = int(tree.classes_[t.value[node][0].argmax()])
            if winner >= 0:
                inside = np.flatnonzero(tree.apply(x) == node)
                boxes.append(_region(found.regimes[winner], winner, limits, inside, ahead, judged))
            return
        name, at = found.factors[t.feature[node]], float(t.threshold[node])
        low, high = limits.get(name, (-math.inf, math.inf))
        walk(t.children_left[node], limits | {name: (low, min(high, at))})
        walk(t.children_right[node], limits | {name: (max(low, at), high)})

    walk(0, {})
    return sorted(boxes, key=lambda box: -box.share)


def _region(
    name: str, winner: int, limits: Mapping[str, tuple[float, float]], inside: np.ndarray, ahead: np.ndarray, judged: np.ndarray
) -> Region:
    """Return a region with its test on the second half of rows."""
    seen = np.intersect1d(inside, judged)
    hits, all_hits = int((ahead[seen] == winner).sum()), int((ahead[judged] == winner).sum())
    low, high = wilson(hits, len(seen))
    return Region(
        name, dict(limits), len(inside) / len(ahead), hits / len(seen) if len(seen) else math.nan, low, high,
        all_hits / len(judged), hits / all_hits if all_hits else math.nan, len(seen),
    )  # fmt: skip


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    from scipy.stats import binomtest

    if not n:
        return math.nan, math.nan
    found = binomtest(hits, n).proportion_ci(0.95, "wilson")
    return float(found.low), float(found.high)
