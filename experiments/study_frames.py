"""A study's folder as frames: what its runs, points and kept tables say, and how they came about.

    from experiments import load
    found = load("results/my-study")
    found.runs                              # a polars frame, one row a run
    found.pandas("runs")                    # the same as a pandas frame
    found.tables["differences"]             # what the report shows, see `experiments.study_tables`

From DuckDB: SELECT regime, avg(trust_municipality) FROM 'results/my-study/runs.parquet' GROUP BY regime;
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from experiments.results import MANIFEST, read_manifest
from model.errors import BadInput
from model.measures import OUTCOMES

KIND, SCHEMA = "leefwereld study", 1
LABELS = ("scenario", "rules", "regime")
PREFIX = "factor."  # of a factor's column in the files, where outcomes of the same name may stand beside it
KEPT = ("weekly", "streets", "groups", "residents")


@dataclass(frozen=True)
class StudyResults:
    """What a study found. facts: its manifest; points: point, row, scenario, rules, regime, and every factor by its own name.

    row: the place of a point in the design of its scenario, rule file and regime; points of one row differ in the regime alone.
    """

    folder: Path
    facts: dict[str, Any]
    points: pl.DataFrame
    runs: pl.DataFrame

    @property
    def study(self) -> dict[str, Any]:
        """The study as its file said it, every default filled in."""
        return self.facts["content"]

    @property
    def kind(self) -> str:
        """The kind of its design."""
        return self.study["design"]["kind"]

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
        return [name for name in (OUTCOMES if "all" in asked else asked) if name in self.runs.columns]

    @property
    def headline(self) -> list[str]:
        """Those of its outcomes that stand in figures: the headline ones, or all when none of them is one."""
        return [name for name in self.outcomes if OUTCOMES[name].headline] or self.outcomes

    @property
    def unfinished(self) -> list[dict[str, Any]]:
        """Runs that failed or took too long, with the reason and what was run."""
        of = {row["point"]: row for row in self.points.drop("row").to_dicts()}
        return [of.get(row.get("point"), {}) | row for row in self.facts.get("unfinished", [])]

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table of the report."""
        from experiments.study_tables import tables

        return tables(self)

    @property
    def kept(self) -> list[str]:
        """Which tables of single runs there are besides end values."""
        return [what for what in KEPT if any((self.folder / what).glob("*.parquet"))]

    def scan(self, what: str) -> pl.LazyFrame:
        """A kept table ("weekly", "streets", ...) of all runs, read only as far as it is asked for. BadInput when it was not kept."""
        if what not in self.kept:
            raise BadInput(str(self.folder), "table", what, ", ".join(self.kept) or "none; the study kept end values only")
        return pl.scan_parquet(self.folder / what / "*.parquet")

    def frame(self, name: str = "runs") -> pl.DataFrame:
        """Runs, points, a kept table, or a table of the report, by name."""
        if name in ("runs", "points"):
            return self.runs if name == "runs" else self.points
        return self.scan(name).collect() if name in KEPT else self.tables[name]

    def pandas(self, name: str = "runs") -> Any:
        """The same for pandas, where that is installed."""
        from pandas import DataFrame

        return DataFrame({column.name: column.to_numpy() for column in self.frame(name)})


def load(folder: str | Path) -> Any:
    """What stands in a folder: a `Comparison`, or the `StudyResults` of a study. BadInput when it is neither."""
    from experiments import results

    facts = read_manifest(Path(folder))
    return read(folder) if facts is not None and facts.get("kind") == KIND else results.load(folder)


def read(folder: str | Path) -> StudyResults:
    """Read a study's folder. BadInput when it is none, has not ended, or cannot be read."""
    folder = Path(folder)
    facts = read_manifest(folder)
    if facts is None or facts.get("kind") != KIND:
        raise BadInput(str(folder), allowed="the folder of a study that was run, with its manifest.json")
    if facts.get("schema", SCHEMA) != SCHEMA:
        raise BadInput(f"{folder / MANIFEST}", "schema", facts.get("schema"), str(SCHEMA))
    if "content" not in facts:
        raise BadInput(str(folder), allowed="a study that came to an end; go on with: leefwereld study resume DIR")
    try:
        given = pl.read_parquet(folder / "points.parquet")
        runs = pl.read_parquet(folder / "runs.parquet")
        points = numbered(given.rename({name: name.removeprefix(PREFIX) for name in given.columns}))
        content = facts["content"] = json.loads(json.dumps(facts["content"]))
        if not content["design"]["kind"] or not {"point", "replication", "seed", "regime"} <= set(runs.columns):
            raise KeyError("the columns of runs")
        return StudyResults(folder, facts, points, shared(points, runs))
    except (OSError, pl.exceptions.PolarsError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(str(folder), allowed=f"a complete study; this one cannot be read ({error})") from error


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


def shared(points: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """The runs; a point that has none because it equals another (Sobol' and Morris keep such rows) has those of the other."""
    same = [name for name in points.columns if name not in ("point", "row")]
    lonely = points.join(runs.select("point").unique(), on="point", how="anti")
    if not len(lonely):
        return runs
    lived = points.join(runs.select("point").unique(), on="point", how="semi").unique(same, keep="first", maintain_order=True)
    pairs = lonely.join(lived, on=same, nulls_equal=True, suffix="_lived").select(lonely="point", point="point_lived")
    lent = pairs.join(runs, on="point").drop("point").rename({"lonely": "point"})
    return pl.concat([runs, lent.select(runs.columns)], how="vertical_relaxed").sort("point", "replication")


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for JSON, which knows neither nan nor infinity."""
    return {key: None if isinstance(value, float) and value - value != 0 else value for key, value in row.items()}
