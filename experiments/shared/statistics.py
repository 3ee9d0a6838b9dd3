"""Paired statistics: what differs between regimes when people and luck are the same.

A *pair* is one seed run under two regimes. The frames that come out have one row for each outcome (and each pair of
regimes); nothing here knows what an outcome means except by its `good` ("up", "down" or "none").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

if TYPE_CHECKING:
    import polars as pl

Values = NDArray[np.float64]

CONFIDENCE = 0.95
ROUNDING = 64 * np.finfo(np.float64).eps  # relative differences below this are rounding errors
FEWEST = 5  # pairs needed for a p-value: with fewer, outcomes that are mostly zero look certain (assumption)


def paired(first: Sequence[float] | Values, second: Sequence[float] | Values, good: str = "none") -> dict[str, float]:
    """Compare two columns of the same pairs; the difference is second minus first.

    first, second: shape (pairs,), in the outcome's unit; a pair with nan on either side is dropped.
    good: "up" or "down": which side a pair favours; "none": the higher side.
    Returns n, mean_first, mean_second, difference, low, high (95 % interval, Student's t), sd (of the differences),
    share_first, share_second, share_tied (of n), correlation (of the pairs), effect (d_z = difference / sd),
    p (two-sided), n_independent (runs for each regime that unpaired runs would have needed for the same width),
    never (3 / n when the outcome was 0 in every run: the 95 % bound on the share of pairs in which it may still occur).
    Undefined numbers are nan: p with fewer than FEWEST pairs; interval, effect and p when every pair differs by the same amount,
    for then nothing is known about the spread. Raises ValueError when the columns differ in length.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"two columns of equal length are needed, not {a.shape} and {b.shape}")
    whole = np.isfinite(a) & np.isfinite(b)
    a, b = a[whole], b[whole]
    n = len(a)
    result = dict.fromkeys(COLUMNS, float("nan")) | {"n": n}
    if n == 0:
        return result
    d = b - a
    d[np.abs(d) <= ROUNDING * np.maximum(np.abs(a), np.abs(b))] = 0.0
    gain = -d if good == "down" else d
    result |= {
        "mean_first": float(a.mean()),
        "mean_second": float(b.mean()),
        "difference": float(d.mean()),
        "share_first": float((gain < 0).mean()),
        "share_second": float((gain > 0).mean()),
        "share_tied": float((gain == 0).mean()),
    }
    return result | _spread(a, b, d) if n > 1 else result


def _spread(a: Values, b: Values, d: Values) -> dict[str, float]:
    """Return the statistics that need two pairs: interval, sd, effect, p, correlation, equivalent number of unpaired runs."""
    n, mean = len(d), float(d.mean())
    sd, sd_a, sd_b = (_sd(x) for x in (d, a, b))
    found = {"sd": sd}
    if sd_a > 0 and sd_b > 0:
        found["correlation"] = float(np.clip(np.corrcoef(a, b)[0, 1], -1.0, 1.0))
    if sd > 0:
        half, effect = float(half_width(sd, n)), mean / sd
        found |= {"low": mean - half, "high": mean + half, "effect": effect, "n_independent": n * (sd_a**2 + sd_b**2) / sd**2}
        if n >= FEWEST:
            found["p"] = float(2 * stdtr(n - 1, -abs(effect) * np.sqrt(n)))
    elif not a.any() and not b.any():
        found["never"] = 3 / n
    return found


def half_width(sd: ArrayLike, n: ArrayLike) -> Values:
    """Half of the 95 % interval of a mean of n values by Student's t. sd: their sample standard deviation. nan where n < 2 or sd is 0."""
    sd, n = np.asarray(sd, np.float64), np.asarray(n, np.float64)
    known = (n > 1) & (sd > 0)
    return np.where(known, stdtrit(np.where(known, n - 1, 1), 0.5 + CONFIDENCE / 2) * sd / np.sqrt(np.where(known, n, 1)), np.nan)


def _sd(x: Values) -> float:
    """Sample standard deviation; 0 when all values are equal but for rounding."""
    sd = float(x.std(ddof=1))
    return sd if sd > ROUNDING * float(np.abs(x).max()) else 0.0


COLUMNS = (
    *("n", "mean_first", "mean_second", "difference", "low", "high", "sd"),
    *("share_first", "share_second", "share_tied", "correlation", "effect", "p", "n_independent", "never"),
)


def holm(p: Sequence[float] | Values) -> Values:
    """Holm's step-down adjustment of a family of p-values, shape (tests,); nan stays nan and does not count."""
    p = np.asarray(p, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * (len(order) - np.arange(len(order)))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def differences(runs: pl.DataFrame, good: Mapping[str, str], regimes: Sequence[str]) -> pl.DataFrame:
    """Paired statistics of every outcome for every two regimes, in the order of `regimes`.

    runs: one row a run, with `seed`, `regime` and a column for each key of `good` (outcome -> "up" | "down" | "none").
    Returns columns outcome, first, second, good, those of `paired`, and p_holm (adjusted over the outcomes
    within the two regimes). A seed that is missing under either regime is dropped.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    for first, second in combinations(regimes, 2):
        both = runs.filter(pl.col("regime") == first).join(runs.filter(pl.col("regime") == second), on="seed", suffix="|second")
        family: list[dict[str, Any]] = [
            {"outcome": name, "first": first, "second": second, "good": side}
            | paired(both[name].to_numpy(), both[f"{name}|second"].to_numpy(), side)
            for name, side in good.items()
        ]
        for row, p in zip(family, holm([row["p"] for row in family]), strict=True):
            rows.append(row | {"p_holm": float(p)})
    text, whole = dict.fromkeys(("outcome", "first", "second", "good"), pl.String), {"n": pl.Int64}
    schema = text | dict.fromkeys(COLUMNS, pl.Float64) | whole | {"p_holm": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def means(runs: pl.DataFrame, outcomes: Sequence[str], regimes: Sequence[str]) -> pl.DataFrame:
    """One row for each outcome and regime: n (runs where it is defined), mean, sd, p10 and p90 over runs."""
    import polars as pl

    rows: list[dict[str, object]] = []
    parts = {regime: runs.filter(pl.col("regime") == regime) for regime in regimes}
    for name in outcomes:
        for regime in regimes:
            x = parts[regime][name].to_numpy()
            x = x[np.isfinite(x)]
            p10, p90 = np.quantile(x, [0.1, 0.9]) if len(x) else (np.nan, np.nan)
            rows.append(
                {
                    "outcome": name,
                    "regime": regime,
                    "n": len(x),
                    "mean": float(x.mean()) if len(x) else float("nan"),
                    "sd": _sd(x) if len(x) > 1 else float("nan"),
                    "p10": float(p10),
                    "p90": float(p90),
                }
            )
    numbers = dict.fromkeys(("mean", "sd", "p10", "p90"), pl.Float64)
    return pl.DataFrame(rows, schema={"outcome": pl.String, "regime": pl.String, "n": pl.Int64} | numbers)
