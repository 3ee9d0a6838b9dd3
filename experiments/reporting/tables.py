"""The tables of a study's report, each a polars frame; the design determines which there are. Pure functions of the frames.

means              every point, outcome: n, mean, sd, 95 % interval of the mean
differences        regimes at the same row, paired (see `statistics.differences`), Holm over the outcomes of one pair and row
scores             per scenario and two regimes: in how many outcomes (and rows) which is ahead, and how many by chance
regime_map         grid: who is ahead of all others in a cell
dose_response      oat: every level of a factor against the base
practice_ends      oat: highest against lowest level of a factor: what it improves and what it costs
decomposition      swap: contribution of each practice, in both directions
shapley            shapley: part of each group of practices in the difference between two regimes
over_box           box: difference at the points shown, and its spread over the boxes of both regimes
rank_correlations  lhs: Spearman's, with bootstrapped intervals
sobol, sobol_pairs, morris  indices
ledger             hours and euros endowed and spent
failed             runs left out of the results, with the reason
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl

from experiments.reporting import analysis
from experiments.reporting.boxes import over_box
from experiments.reporting.frames import LABELS, StudyFrames
from experiments.reporting.shapley import shapley
from experiments.shared.statistics import CONFIDENCE, differences, half_width, holm, paired
from experiments.shared.verdicts import AHEAD, BEHIND, SIGNIFICANT, UNDECIDED, ahead
from experiments.study.designs import BETWEEN, Range
from experiments.study.keys import KEYS
from model.measures.weekly import OUTCOMES

RESAMPLES = 1000
MEANS = {  # amount spent, and as a share of the endowment
    "hours_spent": ("official hours", "hours_used"),
    "euro_spent": ("euros", "euro_used"),
    "resident_hours": ("residents' own hours", None),
    "upkeep_euro": ("euros of departments for upkeep", None),
}


def tables(found: StudyFrames) -> dict[str, pl.DataFrame]:
    """Return every table that fits the design by name, in the order of the page."""
    made: dict[str, pl.DataFrame] = {}
    compared = side_by_side(found)
    if len(compared):
        made["differences"] = paired_differences(found, compared)
        made["scores"] = scores(made["differences"])
    match found.kind:
        case "grid" if len(found.regimes) > 1:
            made["regime_map"] = each(found, lambda name: _regime_map(found, name))
        case "oat":
            made["dose_response"] = each(
                found, lambda name: analysis.dose_response(found.points, found.runs, found.factors, name, good(name))
            )
            made["practice_ends"] = ends(found, made["dose_response"])
        case "swap":
            first, second = found.study["design"]["base"]
            made["decomposition"] = each(
                found, lambda name: analysis.decomposition(found.points, found.runs, found.factors, name, first, second)
            )
        case "shapley":
            base, size = found.study["design"]["base"], found.study["design"]["size"]
            made["shapley"] = each(
                found, lambda name: shapley(found.points, found.runs, found.factors, name, base[0], base[1], size, found.study["seed"])
            )
        case "box":
            made["over_box"] = over_box(found, made["differences"])
        case "lhs":
            made["rank_correlations"] = rank_correlations(found)
        case "sobol":
            order = bool(found.study["design"].get("second_order"))
            made["sobol"] = each(found, lambda name: analysis.sobol_indices(found.points, found.runs, found.factors, name, order))
            if order:
                made["sobol_pairs"] = each(found, lambda name: analysis.sobol_pairs(found.points, found.runs, found.factors, name))
        case "morris":
            ranges, levels = {name: range_of(found, name) for name in found.factors}, found.study["design"]["levels"]
            made["morris"] = each(found, lambda name: analysis.morris_effects(found.points, found.runs, ranges, levels, name))
    for name in ("sobol", "sobol_pairs", "morris"):
        if name in made:
            made[name] = made[name].join(replications(found), on=LABELS, how="left")
    made["means"] = means(found)
    made["ledger"] = ledger(found)
    made["failed"] = failed(found)
    return {name: frame for name, frame in made.items() if len(frame) or name == "failed"}


def _regime_map(found: StudyFrames, name: str) -> pl.DataFrame:
    return analysis.regime_map(found.points, found.runs, found.factors, name, good(name), float(OUTCOMES[name].smallest))


def good(name: str) -> str:
    """Return which direction of an outcome is better: "up", "down" or "none"."""
    return OUTCOMES[name].good


def each(found: StudyFrames, make: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of every outcome in one frame; `make` gives the frame of one outcome."""
    return pl.concat([make(name) for name in found.outcomes], how="vertical_relaxed")


def range_of(found: StudyFrames, name: str) -> Range:
    """Return the range of a factor: from the study's file, else as declared in the model, else as observed."""
    given, key = found.study["factors"].get(name), KEYS.get(name)
    low, high = (given["low"], given["high"]) if given else (None, None)
    low = (key.low if key else found.points[name].min()) if low is None else low
    high = (key.high if key else found.points[name].max()) if high is None else high
    return Range(float(low), float(high), whole=bool(key and key.whole))  # type: ignore[arg-type]


# --- regimes, side by side ---------------------------------------------------------------------------------------


def side_by_side(found: StudyFrames) -> pl.DataFrame:
    """Return the points at which regimes can be compared; in a design around a base, only the base points."""
    points = found.points
    if found.kind in ("oat", *BETWEEN):
        points = points.group_by(LABELS, maintain_order=True).first().with_columns(row=pl.lit(0, pl.Int64))
    return points.filter(pl.col("regime").n_unique().over("scenario", "rules", "row") > 1)


def paired_differences(found: StudyFrames, compared: pl.DataFrame) -> pl.DataFrame:
    """Return `statistics.differences` for every row of the design, with `negligible` (below the smallest effect of interest)."""
    sides = {name: good(name) for name in found.outcomes}
    factors = [] if found.kind in ("oat", "box", *BETWEEN) else found.factors
    runs = compared.select("point", "scenario", "rules", "row").join(
        found.runs.select("point", "seed", "regime", *found.outcomes), on="point"
    )
    made = []
    for (scenario, rules, row), group in compared.group_by("scenario", "rules", "row", maintain_order=True):
        here = runs.filter(scenario=scenario, rules=rules, row=row)
        labels = [regime for regime in found.regimes if regime in group["regime"].to_list()]
        where = {"scenario": scenario, "rules": rules, "row": row} | {
            name: group[name][0] for name in factors if group[name].n_unique() == 1
        }
        made.append(differences(here, sides, labels).select(*(pl.lit(value).alias(key) for key, value in where.items()), pl.all()))
    frame = pl.concat(made, how="diagonal_relaxed")
    limit = pl.col("outcome").replace_strict({name: float(OUTCOMES[name].smallest) for name in found.outcomes}, return_dtype=pl.Float64)
    judged = frame.with_columns(negligible=(pl.col("low") > -limit) & (pl.col("high") < limit))
    return judged.with_columns(
        ahead=pl.struct("good", "difference", "p_holm", "negligible").map_elements(lambda row: ahead(**row), return_dtype=pl.String)
    )


def scores(rows: pl.DataFrame) -> pl.DataFrame:
    """Count, for every scenario and two regimes, outcomes (times rows): second ahead, first ahead, open, too small.

    Outcomes without a good direction do not count; these four add up to `compared`. Ahead: see `verdicts.ahead`. by_chance: of rows
    without any difference, the expected number that hold one that is called ahead, at most (Holm keeps the chance of one below 5 % in
    each row).
    """
    return (
        rows.filter(pl.col("good") != "none", pl.col("n") > 1)
        .group_by("scenario", "rules", "first", "second", maintain_order=True)
        .agg(
            compared=pl.len(),
            rows=pl.col("row").n_unique(),
            n_low=pl.col("n").min(),
            n_high=pl.col("n").max(),
            second_ahead=(pl.col("ahead") == AHEAD).sum(),
            first_ahead=(pl.col("ahead") == BEHIND).sum(),
            open=((pl.col("ahead") == UNDECIDED) & ~pl.col("negligible")).sum(),
            too_small=pl.col("negligible").sum(),
            by_chance=SIGNIFICANT * pl.col("row").n_unique(),
        )
    )


def wins(rows: pl.DataFrame) -> pl.DataFrame:
    """For every outcome and two regimes: in which share of the rows of the design either is ahead (each row by itself)."""
    return rows.group_by("scenario", "rules", "outcome", "first", "second", "good", maintain_order=True).agg(
        rows=pl.len(),
        n_low=pl.col("n").min(),
        n_high=pl.col("n").max(),
        share_second=(pl.col("ahead") == AHEAD).mean(),
        share_first=(pl.col("ahead") == BEHIND).mean(),
        share_open=(pl.col("ahead") == UNDECIDED).mean(),
    )


# --- designs -----------------------------------------------------------------------------------------------------


def ends(found: StudyFrames, doses: pl.DataFrame) -> pl.DataFrame:
    """Return paired differences of highest minus lowest level of every factor (Holm over its outcomes): better, worse or open."""
    made: list[dict[str, Any]] = []
    values = {name: analysis.columns(found.runs, name) for name in found.outcomes}
    number = {tuple(row[name] for name in (*LABELS, *found.factors)): row["point"] for row in found.points.to_dicts()}
    bases = {tuple(row[name] for name in LABELS): row for row in side_bases(found).to_dicts()}
    keys = [*LABELS, "factor"]
    for labels, group in doses.group_by(keys, maintain_order=True):
        base, factor = bases[labels[:3]], str(labels[3])
        low, high = (float(group["level"].min()), float(group["level"].max()))  # type: ignore[arg-type]
        if low == high:
            continue
        at = [number[(*labels[:3], *(base[name] if name != factor else level for name in found.factors))] for level in (low, high)]
        family: list[dict[str, Any]] = [
            dict(zip(keys, labels, strict=True)) | {"outcome": name, "good": good(name), "lowest": low, "highest": high}
            | paired(values[name][at[0]], values[name][at[1]], good(name))
            for name in found.outcomes
        ]  # fmt: skip
        for row, p in zip(family, holm([row["p"] for row in family]), strict=True):
            small = OUTCOMES[row["outcome"]].negligible(row["low"], row["high"])
            names = ("higher", "lower") if row["good"] == "none" else ("better", "worse")
            side = ahead(row["good"], row["difference"], float(p), small)
            judged = {"p_holm": float(p), "negligible": small, "side": {AHEAD: names[0], BEHIND: names[1], UNDECIDED: "open"}[side]}
            made.append(row | judged)
    return pl.DataFrame(made, infer_schema_length=None)


def side_bases(found: StudyFrames) -> pl.DataFrame:
    """Return the first point of every scenario, rule file and regime."""
    return found.points.group_by(LABELS, maintain_order=True).first()


def rank_correlations(found: StudyFrames) -> pl.DataFrame:
    """Return Spearman's rank correlation of every factor with every outcome (mean over replications), and its interval.

    The interval is a percentile bootstrap over rows of the design. n: rows in which the outcome is defined.
    """
    made: list[dict[str, Any]] = []
    of = {name: analysis.columns(found.runs, name) for name in found.outcomes}
    for labels, own in found.points.group_by(LABELS, maintain_order=True):
        x = own.select(found.factors).to_numpy().astype(float)
        y = np.array([[_mean(of[name][point]) for name in found.outcomes] for point in own["point"]])
        for columns in _alike(np.isfinite(y)):
            rows = np.isfinite(y[:, columns[0]])
            rho, low, high = _spearman(x[rows], y[np.ix_(rows, columns)])
            for j, column in enumerate(columns):
                for i, factor in enumerate(found.factors):
                    made.append(
                        dict(zip(LABELS, labels, strict=True))
                        | {"outcome": found.outcomes[column], "factor": factor, "n": int(rows.sum())}
                        | {"rho": rho[i, j], "low": low[i, j], "high": high[i, j]}
                    )
    order = {name: place for place, name in enumerate(found.outcomes)}
    frame = pl.DataFrame(made, infer_schema_length=None)
    return frame.sort(pl.col("outcome").replace_strict(order, return_dtype=pl.Int64), maintain_order=True)


def _alike(known: np.ndarray) -> Iterator[list[int]]:
    """Yield groups of columns that are defined in the same rows."""
    groups: dict[bytes, list[int]] = {}
    for column in range(known.shape[1]):
        groups.setdefault(known[:, column].tobytes(), []).append(column)
    yield from groups.values()


def _spearman(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rank correlations of every column of x with every column of y; 2.5th and 97.5th percentile over resampled rows."""
    n, shape = len(x), (x.shape[1], y.shape[1])
    from scipy.stats import rankdata

    if n < 3:
        return np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    both = np.hstack([x, y])
    luck = np.random.default_rng(1)

    def correlated(rows: np.ndarray) -> np.ndarray:
        ranks = rankdata(both[rows], axis=0)
        ranks -= ranks.mean(axis=0)
        size = np.sqrt((ranks**2).sum(axis=0))
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (ranks[:, : shape[0]].T @ ranks[:, shape[0] :]) / np.outer(size[: shape[0]], size[shape[0] :])
        return np.clip(found, -1, 1)

    drawn = np.array([correlated(luck.integers(0, n, n)) for _ in range(RESAMPLES)])
    tail = (1 - CONFIDENCE) / 2
    undefined = np.isnan(drawn).all(axis=0)
    drawn[:, undefined] = 0.0
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    low[undefined], high[undefined] = np.nan, np.nan
    return correlated(np.arange(n)), low, high


def replications(found: StudyFrames) -> pl.DataFrame:
    """Return the number of points and the fewest and most replications behind means over replications."""
    per = found.runs.group_by("point").agg(n=pl.len())
    return (
        found.points.join(per, on="point", how="left")
        .group_by(LABELS, maintain_order=True)
        .agg(points=pl.len(), n_low=pl.col("n").fill_null(0).min(), n_high=pl.col("n").fill_null(0).max())
    )


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


# --- all designs -------------------------------------------------------------------------------------------------


def means(found: StudyFrames) -> pl.DataFrame:
    """Return every outcome at every point: n (runs where it is defined), mean, sd, and the 95 % interval of the mean."""
    long = found.runs.select("point", *found.outcomes).unpivot(index="point", variable_name="outcome").filter(pl.col("value").is_finite())
    of = long.group_by("point", "outcome").agg(n=pl.len(), mean=pl.col("value").mean(), sd=pl.col("value").std())
    order = pl.DataFrame({"outcome": found.outcomes, "place": range(len(found.outcomes))}, schema_overrides={"outcome": pl.String})
    frame = found.points.join(order, how="cross").join(of, on=["point", "outcome"], how="left").sort("place", "point")
    n = frame["n"].fill_null(0).to_numpy()
    sd = frame["sd"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    half = half_width(sd, n)
    mean = pl.col("mean").cast(pl.Float64).fill_null(np.nan)
    return frame.with_columns(n=pl.Series(n), mean=mean, sd=pl.Series(sd), low=mean - half, high=mean + half).select(
        "outcome", "point", "row", *LABELS, *found.factors, "n", "mean", "sd", "low", "high"
    )


def ledger(found: StudyFrames) -> pl.DataFrame:
    """Return mean hours and euros over the runs of every scenario and regime: endowed, spent (with interval), used."""
    made: list[dict[str, Any]] = []
    columns = [name for name in (*MEANS, "hours_used", "euro_used") if name in found.runs.columns]
    runs = found.points.select("point", *LABELS).join(found.runs.select("point", *columns), on="point")
    for labels, own in runs.group_by(LABELS, maintain_order=True):
        for name, (label, share) in MEANS.items():
            if name not in columns:
                continue
            spent = own[name].to_numpy()
            row = dict(zip(LABELS, labels, strict=True)) | {"means": label, "unit": OUTCOMES[name].unit} | _interval(spent)
            if share in columns:
                used = own[share].to_numpy()
                with np.errstate(invalid="ignore", divide="ignore"):
                    row |= {"endowed": _mean(np.where(used > 0, spent / used, np.nan)), "used": _mean(used)}
            made.append(row)
    return pl.DataFrame(made, infer_schema_length=None)


def _interval(values: np.ndarray) -> dict[str, float]:
    values = values[np.isfinite(values)]
    n, mean = len(values), _mean(values)
    half = float(half_width(values.std(ddof=1), n)) if n > 1 else math.nan
    return {"n": n, "spent": mean, "low": mean - half, "high": mean + half}


def failed(found: StudyFrames) -> pl.DataFrame:
    """Return runs that failed or took too long."""
    columns = ("run", "point", "replication", "seed", *LABELS, "status", "attempts", "reason")
    rows = [{name: row.get(name) for name in columns} | {f: row.get(f) for f in found.factors} for row in found.unfinished]
    text: dict[str, Any] = dict.fromkeys(("run", *LABELS, "status", "reason"), pl.String)
    schema = {name: text.get(name, pl.Int64) for name in columns} | dict.fromkeys(found.factors, pl.Float64)
    return pl.DataFrame(rows, schema=schema)
