"""Differences between regimes over all parameter sets that fit the measurements.

One set says little, because many fit. For every scenario, outcome and two regimes this counts the sets by the side of the
mean difference, by significance, and by negligibility, and separates the variance due to parameters from that due to luck.
All sets share their seeds (people and luck). This shared luck moves all sets in the same direction, so it is estimated too,
and the interval of the mean over sets is an interval over seeds.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.shared.statistics import ROUNDING, half_width
from experiments.study.points import STUDIES, checked
from experiments.study.schema import Study
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

if TYPE_CHECKING:
    import polars as pl

    from experiments.reporting.findings import Findings

Values = NDArray[np.float64]
FILE = STUDIES / "headline.toml"
LEAST = 10 * np.finfo(np.float64).eps  # relative spreads below this are rounding errors


def study(
    scenarios: Sequence[str] = (), pairs: int | None = None, sets: int | None = None, ensemble: Path | None = None, quick: bool = False
) -> Study:
    """Return the shipped study, with the given changes. Raises BadInput.

    quick: only the default scenario, unless others are named.
    """
    data: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8")) | {"name": "headline"}
    data["design"]["file"] = str(ensemble.resolve() if ensemble else (FILE.parent / data["design"]["file"]).resolve())
    if scenarios or quick:
        data["scenarios"] = [str(Path(name).resolve()) if name.endswith(".toml") else name for name in scenarios or ["default"]]
    if pairs is not None:
        data["replications"] = {"number": pairs}
    if sets is not None:
        data["design"]["size"] = sets
    return checked(data, FILE, quick)


@dataclass(frozen=True)
class Row:
    """The result for one scenario, outcome and two regimes; differences are second minus first, shares 0 to 1.

    side: +1 or -1, the sign of the mean difference in most sets (0: no difference); better: the better regime, or the higher one
    for an outcome without direction. Shares of sets: same: on that side; sure: significant on that side (95 %); against:
    significant on the other side; small: negligible; matters: mean on that side and of interest. pairs_same, pairs_against:
    share of seeds within a set on that side and on the other, mean over sets. mean, low, high: mean over sets, with its interval
    over seeds. p10, p90: percentiles of the sets' means, with their luck. between: variance due to parameters (an estimate, may
    be below 0); luck: variance within a set, of which `luck_shared` is shared by all sets; share_between: share due to
    parameters. parts: shares of sets by verdict, see PARTS; sum 1.
    """

    scenario: str
    outcome: str
    first: str
    second: str
    good: str
    sets: int
    pairs: int
    side: int
    better: str
    same: float
    sure: float
    against: float
    small: float
    matters: float
    pairs_same: float
    pairs_against: float
    mean: float
    low: float
    high: float
    p10: float
    p90: float
    between: float
    luck: float
    luck_shared: float
    share_between: float
    parts: tuple[float, ...]


PARTS = ("first sure", "first open", "too small", "second open", "second sure")  # "sure": significant; "too small" takes precedence


def headline(found: Findings) -> list[Row]:
    """Return a row for every scenario, outcome and two regimes of a study over an ensemble. Raises BadInput for another study."""
    if found.kind != "ensemble" or len(found.regimes) < 2:
        raise BadInput(str(found.folder), allowed='a study of at least two regimes with design.kind = "ensemble"')
    return [row for scenario in found.points["scenario"].unique(maintain_order=True) for row in _scenario(found, str(scenario))]


def _scenario(found: Findings, scenario: str) -> Iterator[Row]:
    values = cube(found, scenario)
    for first, second in combinations(range(len(found.regimes)), 2):
        for place, name in enumerate(found.outcomes):
            d = differences(values[:, :, first, place], values[:, :, second, place])
            yield judged(d, name, scenario, (found.regimes[first], found.regimes[second]))


def cube(found: Findings, scenario: str) -> Values:
    """Return outcomes, shape (sets, seeds, regimes, outcomes); NaN where a run is missing or an outcome undefined."""
    import polars as pl

    names = found.outcomes
    runs = found.runs.select("point", "replication", *names).join(
        found.points.filter(scenario=scenario).select("point", "row", pl.col("regime").alias("label")), on="point"
    )
    rows, seeds = (np.unique(runs[key].to_numpy(), return_inverse=True) for key in ("row", "replication"))
    labels = runs["label"].replace_strict({label: k for k, label in enumerate(found.regimes)}, return_dtype=pl.Int64).to_numpy()
    filled = np.full((len(rows[0]), len(seeds[0]), len(found.regimes), len(names)), np.nan)
    filled[rows[1], seeds[1], labels] = runs.select(pl.col(names).cast(pl.Float64).fill_null(math.nan)).to_numpy()
    return filled


def differences(first: Values, second: Values) -> Values:
    """Return second minus first; rounding errors are 0, undefined values NaN."""
    d = second - first
    d[np.abs(d) <= ROUNDING * np.maximum(np.abs(first), np.abs(second))] = 0.0
    d[~np.isfinite(d)] = np.nan
    return d


@np.errstate(invalid="ignore", divide="ignore")  # for outcomes that are undefined everywhere
def judged(d: Values, name: str, scenario: str, regimes: tuple[str, str]) -> Row:
    """Summarise the differences of an outcome, shape (sets, seeds)."""
    good, limit = OUTCOMES[name].good, float(OUTCOMES[name].smallest)
    d = d[np.isfinite(d).any(axis=1)]
    n = np.isfinite(d).sum(axis=1)
    means, low, high = intervals(d)
    side = majority(means)
    small = (low > -limit) & (high < limit)
    up, down = low > 0, high < 0
    sure, against = (up, down) if side > 0 else (down, up)
    signs = np.sign(np.nan_to_num(d))
    shared = (np.nansum(d, axis=0) / np.isfinite(d).sum(axis=0))[None]  # mean over sets, for each seed
    middle, lowest, highest = intervals(shared)
    between, luck, luck_shared = variances(d)
    gain = -1 if good == "down" else 1
    return Row(
        scenario, name, *regimes, good, len(d), int(n.max(initial=0)), side, _better(side * gain, regimes),
        same=_share(np.sign(means) == side) if side else math.nan, sure=_share(sure) if side else 0.0,
        against=_share(against) if side else 0.0, small=_share(small), matters=_share((means * side >= limit) & (side != 0)),
        pairs_same=_mean((signs == side).sum(axis=1) / n) if side else math.nan,
        pairs_against=_mean((signs == -side).sum(axis=1) / n) if side else math.nan,
        mean=_first(middle), low=_first(lowest), high=_first(highest), p10=_quantile(means, 0.1), p90=_quantile(means, 0.9),
        between=between, luck=luck, luck_shared=luck_shared, share_between=share(between, luck),
        parts=_parts(means * gain, small, *((up, down) if gain > 0 else (down, up))),
    )  # fmt: skip


def intervals(d: Values) -> tuple[Values, Values, Values]:
    """Mean of every row and its 95 % interval (Student's t); nan ends for a row of fewer than two, or whose values are all the same."""
    n = np.isfinite(d).sum(axis=1)
    means = np.nansum(d, axis=1) / n
    deviations = np.where(np.isfinite(d), d - means[:, None], 0.0)
    sd = np.sqrt((deviations**2).sum(axis=1) / (n - 1))
    sd[sd <= LEAST * np.abs(means)] = 0.0
    half = half_width(sd, n)
    return means, means - half, means + half


def majority(means: Values) -> int:
    """Return the sign of most means; in a tie, the sign of their sum."""
    return int(np.sign(np.sign(means).sum()) or np.sign(np.nansum(means)))


def variances(d: Values) -> tuple[float, float, float]:
    """Return variances between sets, within a set (luck), and of luck shared by all sets. NaN if there are too few values.

    Two seeds of a set only share its parameters, so the covariance of two seeds over sets is the variance between sets, without
    luck. In the same way, the covariance of two sets over seeds is the shared luck. Without missing values these are the
    estimates of a two-way analysis of variance.
    """
    n = np.isfinite(d).sum(axis=1)
    means = np.nansum(d, axis=1) / n
    squares = np.nansum((d - means[:, None]) ** 2)
    luck = float(squares / (n - 1)[n > 1].sum()) if (n > 1).any() else math.nan
    return common(d), luck, common(d.T)


def common(d: Values) -> float:
    """Return the mean covariance of two different columns over their common rows, weighted by degrees of freedom."""
    if min(d.shape, default=0) < 2:
        return math.nan
    there = np.isfinite(d)
    x = np.where(there, d - np.nanmean(d), 0.0)
    here = there.astype(np.float64)
    n, sums = here.T @ here, x.T @ here
    products = x.T @ x - sums * sums.T / np.maximum(n, 1)
    apart = ~np.eye(len(n), dtype=bool) & (n > 1)
    freedom = (n - 1)[apart].sum()
    return float(products[apart].sum() / freedom) if freedom > 0 else math.nan


def share(between: float, luck: float) -> float:
    """Return the share of variance due to parameters; a negative estimate counts as 0."""
    own = max(0.0, between) if math.isfinite(between) else math.nan
    return own / (own + luck) if own + luck > 0 else math.nan


def _parts(gains: Values, small: NDArray[np.bool_], second: NDArray[np.bool_], first: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the shares of sets in the order of PARTS; a mean of exactly 0 is split between both open parts."""
    left = ~small & ~first & ~second
    tied = _share(left & ~(gains < 0) & ~(gains > 0)) / 2
    return (
        _share(first & ~small), _share(left & (gains < 0)) + tied, _share(small), _share(left & (gains > 0)) + tied, _share(second & ~small)
    )  # fmt: skip


def _better(side: int, regimes: tuple[str, str]) -> str:
    return {1: regimes[1], -1: regimes[0]}.get(side, "")


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else math.nan


def _mean(x: Values) -> float:
    return float(x.mean()) if len(x) else math.nan


def _first(x: Values) -> float:
    return float(x[0]) if len(x) else math.nan


def _quantile(x: Values, share: float) -> float:
    return float(np.quantile(x, share)) if len(x) else math.nan


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows as a frame, with a column for each part."""
    import polars as pl

    return pl.DataFrame([plain(row) for row in rows], infer_schema_length=None)


def plain(row: Row) -> dict[str, object]:
    """Return a row as plain data; None where undefined."""
    own: Mapping[str, object] = {key: value for key, value in vars(row).items() if key != "parts"}
    own = {**own, **{f"part {name}".replace(" ", "_"): x for name, x in zip(PARTS, row.parts, strict=True)}}
    return {key: None if isinstance(x, float) and not math.isfinite(x) else x for key, x in own.items()}
