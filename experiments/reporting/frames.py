"""A study's results as frames: points by row of the design, factors by their own names, what is about what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from experiments.study.names import named as outcomes_named
from experiments.study.results import COMPARISON, StudyResults
from model.measures.weekly import OUTCOMES

MANY = 12  # rows of a list from which they are counted
LABELS = ("scenario", "rules", "regime")
PREFIX = "factor."  # of a factor's column in the files, where outcomes of the same name may stand beside it


@dataclass(frozen=True)
class StudyFrames:
    """What a study found. `points`: point, row, scenario, rules, regime, and every factor by its own name."""

    of: StudyResults

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self.of.folder

    @property
    def facts(self) -> dict[str, Any]:
        """Its manifest."""
        return self.of.manifest

    @property
    def is_comparison(self) -> bool:
        """Was it made by `compare`?"""
        return self.facts.get("kind") == COMPARISON

    @property
    def runs(self) -> pl.DataFrame:
        """One row for each run that ended well."""
        return self.of.runs

    @cached_property
    def points(self) -> pl.DataFrame:
        """The design; points of one `row` differ in the regime alone."""
        given = self.of.points
        if self.study.get("arms"):  # whose rules belong to the label
            given = given.with_columns(rules=pl.lit(""))
        return numbered(given.rename({name: name.removeprefix(PREFIX) for name in given.columns}))

    @property
    def study(self) -> dict[str, Any]:
        """The study as its file said it, every default filled in."""
        return self.facts["content"]

    @property
    def kind(self) -> str:
        """The kind of its design."""
        return self.study["design"]["kind"]

    @property
    def wide(self) -> bool:
        """Does it have so many rows that they are counted and not shown one by one?"""
        return self.kind in ("ensemble", "grid", "lhs", "sobol", "morris") or (self.kind == "list" and self.points["row"].n_unique() > MANY)

    @property
    def factors(self) -> list[str]:
        """What was varied, in order."""
        return [name for name in self.points.columns if name not in ("point", "row", *LABELS)]

    @property
    def regimes(self) -> list[str]:
        """Labels in the order of the design."""
        return self.points["regime"].unique(maintain_order=True).to_list()

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes that the study is about: those it names, or the headline ones."""
        asked = self.study.get("outcomes") or [name for name, outcome in OUTCOMES.items() if outcome.headline]
        return [name for name in outcomes_named(asked) if name in self.runs.columns]

    @property
    def headline(self) -> list[str]:
        """Those of its outcomes that stand in figures: the headline ones, or all when none of them is one."""
        return [name for name in self.outcomes if OUTCOMES[name].headline] or self.outcomes

    @property
    def unfinished(self) -> list[dict[str, Any]]:
        """Runs that failed or took too long, with the reason and what was run."""
        of = {row["point"]: row for row in self.points.drop("row").to_dicts()}
        return [of.get(row.get("point"), {}) | row for row in self.facts.get("unfinished", [])]


def numbered(points: pl.DataFrame) -> pl.DataFrame:
    """The points with `row`: which of them stand in the same row of the design.

    That is their place under each regime; where rows that were equal for one regime were taken once there, their values.
    """
    factors = [name for name in points.columns if name not in ("point", *LABELS)]
    points = points.sort("point").with_columns(row=pl.int_range(pl.len()).over(LABELS))
    if factors and points.group_by(LABELS).len()["len"].n_unique() > 1:
        values = points.select(factors).unique(maintain_order=True).with_row_index("row")
        points = points.drop("row").join(values, on=factors, nulls_equal=True, maintain_order="left")
    return points.select("point", pl.col("row").cast(pl.Int64), *LABELS, *factors)
