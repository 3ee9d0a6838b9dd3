"""A study's results as frames: points with their row of the design, and factors by their own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from experiments.shared.manifest import Content, Manifest
from experiments.study.keys import KEYS
from experiments.study.names import named as outcomes_named
from experiments.study.results import COMPARISON, LABELS, StudyResults, column
from model.measures.weekly import OUTCOMES
from model.regimes import PRACTICES

WIDE = ("ensemble", "grid", "lhs", "sobol", "morris", "box")  # designs of many rows
MANY = 12  # rows of a list from which they are counted
FACTORS = {column(name): name for name in (*KEYS, *(f"around.{name}" for name in PRACTICES))}  # by their column in the files


@dataclass(frozen=True)
class StudyFrames:
    """The results of a study. `points`: point, row, scenario, rules, regime, and every factor by its own name."""

    of: StudyResults

    @property
    def folder(self) -> Path:
        """The folder of the study."""
        return self.of.folder

    @property
    def facts(self) -> Manifest:
        """The manifest of the study."""
        return self.of.manifest

    @property
    def is_comparison(self) -> bool:
        """Was it made by `compare`?"""
        return self.facts.get("kind") == COMPARISON

    @property
    def runs(self) -> pl.DataFrame:
        """One row for each successful run."""
        return self.of.runs

    @cached_property
    def points(self) -> pl.DataFrame:
        """The design; points of one `row` differ only in the regime."""
        given = self.of.points
        if self.study.get("arms"):  # its rules are part of the label
            given = given.with_columns(rules=pl.lit(""))
        return given.rename({name: FACTORS[name] for name in given.columns if name in FACTORS})

    @property
    def study(self) -> Content:
        """The contents of the study's file, with every default filled in."""
        return self.facts["content"]

    @property
    def kind(self) -> str:
        """The kind of design."""
        return self.study["design"]["kind"]

    @property
    def wide(self) -> bool:
        """Whether there are so many rows that they are counted instead of listed."""
        return self.kind in WIDE or (self.kind == "list" and self.points["row"].n_unique() > MANY)

    @property
    def factors(self) -> list[str]:
        """The varied factors, in order."""
        return [name for name in self.points.columns if name not in ("point", "row", *LABELS)]

    @property
    def regimes(self) -> list[str]:
        """Regime labels in the order of the design."""
        return self.points["regime"].unique(maintain_order=True).to_list()

    @property
    def outcomes(self) -> list[str]:
        """Names of the study's outcomes: those in its file, else the headline outcomes."""
        asked = self.study.get("outcomes") or [name for name, outcome in OUTCOMES.items() if outcome.headline]
        return [name for name in outcomes_named(asked) if name in self.runs.columns]

    @property
    def headline(self) -> list[str]:
        """The study's outcomes shown in figures: its headline outcomes, or all when it has none."""
        return [name for name in self.outcomes if OUTCOMES[name].headline] or self.outcomes

    @property
    def unfinished(self) -> list[Mapping[str, object]]:
        """Runs that failed or took too long, with their point and the reason."""
        of = {row["point"]: row for row in self.points.drop("row").to_dicts()}
        return [of.get(row.get("point"), {}) | row for row in self.facts.get("unfinished", [])]
