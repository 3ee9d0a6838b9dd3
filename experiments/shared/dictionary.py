"""The data dictionary: what every outcome is, as rows of plain data, for a table of results and for `leefwereld outcomes`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.shared.text import hint
from model.errors import BadInput
from model.outcomes import OUTCOMES
from model.outcomes_dutch import HEADINGS

if TYPE_CHECKING:
    import polars as pl

FILE = "outcomes.csv"
SUMMARIES = {"last year": "mean of the last 52 weeks", "run": "over the whole run", "end": "in the last week"}


def rows(names: Sequence[str] = ()) -> list[dict[str, str | float | bool]]:
    """Name, labels and definitions in both languages, unit, direction, smallest effect of interest, and how a run is summed up.

    names: of outcomes; none: all. Raises BadInput for a name that is none.
    """
    for name in names:
        if name not in OUTCOMES:
            raise BadInput("outcomes", "name", name, hint(name, OUTCOMES, "names that `leefwereld outcomes` lists"))
    return [
        {
            "name": one.name, "label_en": one.label, "label_nl": one.nl, "heading_en": one.heading, "heading_nl": HEADINGS[one.heading],
            "unit": one.unit, "good": one.good,
            "smallest_of_interest": float(one.smallest), "summed_up": SUMMARIES[one.summary], "weekly": one.weekly,
            "headline": one.headline,
            "definition_en": one.meaning, "definition_nl": one.meaning_nl,
        }
        for one in (OUTCOMES[name] for name in names or OUTCOMES)
    ]  # fmt: skip


def frame(names: Sequence[str] = ()) -> pl.DataFrame:
    """The same as a frame."""
    import polars as pl

    return pl.DataFrame(rows(names))


def metadata(names: Sequence[str] = ()) -> dict[str, str]:
    """The same as metadata of a Parquet file."""
    return {"leefwereld.outcomes": json.dumps(rows(names), ensure_ascii=False)}


def write(folder: Path, names: Sequence[str] = ()) -> Path:
    """Write the dictionary beside results; returns its path."""
    path = folder / FILE
    frame(names).write_csv(path)
    return path
