"""Regimes as boxes: beside the difference at the points shown stands its spread over the boxes of both regimes."""

from __future__ import annotations

import polars as pl

from experiments.reporting.frames import StudyFrames
from experiments.shared.verdicts import AHEAD, BEHIND

TAIL = 0.05  # left out at each end of the spread


def over_box(found: StudyFrames, differences: pl.DataFrame) -> pl.DataFrame:
    """Return for every outcome and two regimes the difference at the points shown, and over the draws from both boxes.

    difference, low, high: at the points shown, with its 95 % interval. box_low, box_middle, box_high: 5th, 50th and 95th percentile
    of the difference over the draws, the mean of its replications in each. second_ahead, first_ahead: share of draws in which either
    is ahead. luck: half of the 95 % interval of a draw (median): spread that is not more than this may be luck alone.
    """
    keys = ["scenario", "rules", "outcome", "first", "second", "good"]
    shown = differences.filter(row=0).select(*keys, "n", "difference", "low", "high", "negligible")
    drawn = differences.filter(pl.col("row") > 0)
    spread = drawn.group_by(keys, maintain_order=True).agg(
        draws=pl.len(),
        box_low=pl.col("difference").quantile(TAIL, "linear"),
        box_middle=pl.col("difference").median(),
        box_high=pl.col("difference").quantile(1 - TAIL, "linear"),
        second_ahead=(pl.col("ahead") == AHEAD).mean(),
        first_ahead=(pl.col("ahead") == BEHIND).mean(),
        luck=((pl.col("high") - pl.col("low")) / 2).fill_nan(None).median(),
    )
    return shown.join(spread, on=keys, how="left", maintain_order="left")
