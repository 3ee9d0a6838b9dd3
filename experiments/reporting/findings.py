"""A study's results as its report needs them: its frames and every table of the report.

from experiments import load
from experiments.reporting.findings import Findings
found = Findings(load("results/my-study"))
found.tables["differences"]             # a polars frame, see `experiments.reporting.tables`
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from experiments.reporting.comparison import Comparison, gather
from experiments.reporting.frames import StudyFrames
from experiments.reporting.tables import tables
from experiments.running.ledger import FILE, Ledger
from experiments.shared import folders as results
from experiments.study.results import COMPARISON, KIND, of_ledger, read
from experiments.study.work import study_of
from model.errors import BadInput


def findings(folder: str | Path) -> Findings:
    """Return the findings of a study's folder. Raises BadInput when it is no study, unfinished, unreadable or altered."""
    folder = Path(folder)
    facts = results.read_manifest(folder)
    if facts is None or facts.get("kind") not in (KIND, COMPARISON) or (facts["kind"] == COMPARISON and not (folder / FILE).is_file()):
        raise BadInput(str(folder), allowed="allowed: the folder of a study or comparison that was run, with its manifest.json and ledger")
    if not (folder / FILE).is_file():  # the tables alone, as they may be published
        found = Findings(read(folder, facts))
    else:
        with Ledger(folder, reading=True) as ledger:
            ledger.check()
            found = Findings(read(folder, facts) if facts["kind"] == KIND else of_ledger(ledger, folder, facts))
    if not len(found.runs):
        raise BadInput(str(folder), allowed="a study with at least one run that ended well")
    return found


@dataclass(frozen=True)
class Findings(StudyFrames):
    """What a study found: its frames, and every table of its report. gathered: regimes side by side, when that is known already."""

    gathered: Comparison | None = None

    @cached_property
    def comparison(self) -> Comparison | None:
        """Regimes side by side, when the study is one row of them: in one case, with one set of rules, and nothing varied."""
        one_row = self.points.height == len(self.regimes) and not self.factors and not self.study.get("arms")
        if self.gathered is not None or not one_row or not (self.is_comparison or len(self.regimes) > 1):
            return self.gathered
        whole = self.runs.group_by("replication").len()["len"].max() == len(self.regimes)
        if not whole or not (self.folder / FILE).is_file():
            return None
        with Ledger(self.folder, reading=True) as ledger:
            ledger.check()
            return gather(ledger, study_of(ledger))

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table of the report."""
        return tables(self)
