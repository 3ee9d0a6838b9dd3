"""A study's results as its report needs them: its frames and every table of the report.

from experiments import load
from experiments.reporting.findings import Findings
found = Findings(load("results/my-study"))
found.tables["differences"]             # a polars frame, see `experiments.reporting.tables`
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import polars as pl

from experiments.reporting.frames import StudyFrames
from experiments.reporting.tables import tables
from experiments.shared import folders as results
from experiments.study.results import KIND, read
from model.errors import BadInput


def findings(folder: str | Path) -> Findings:
    """Return the findings of a study's folder. Raises BadInput when it is no study, unfinished or unreadable."""
    facts = results.read_manifest(Path(folder))
    if facts is None or facts.get("kind") != KIND:
        raise BadInput(str(folder), allowed="allowed: the folder of a study that was run, with its manifest.json")
    found = Findings(read(Path(folder), facts))
    if not len(found.runs):
        raise BadInput(str(folder), allowed="a study with at least one run that ended well")
    return found


class Findings(StudyFrames):
    """The results of a study: its frames, and every table of its report."""

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table of the report."""
        return tables(self)
