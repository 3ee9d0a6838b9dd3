"""Beside the difference at the points shown stands its spread over the boxes; on invented differences, and in a small study."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from experiments.reporting.boxes import over_box
from experiments.reporting.findings import findings
from experiments.reporting.tables_shown import shown
from experiments.study import work as study_work
from experiments.study.points import checked


def test_the_spread_is_over_the_draws_and_the_point_stands_apart() -> None:
    keys = {"scenario": "default", "rules": "", "outcome": "burden", "first": "service", "second": "relational", "good": "down"}
    rows = [keys | {"row": 0, "n": 4, "difference": 0.5, "low": 0.4, "high": 0.6, "negligible": False, "ahead": "second"}]
    for place in range(21):
        size = (place - 10) / 10
        side = "ahead" if place < 5 else "open"
        rows.append(
            keys | {"row": place + 1, "n": 4, "difference": size, "low": size - 0.2, "high": size + 0.2, "negligible": False, "ahead": side}
        )
    found: Any = SimpleNamespace()
    (row,) = over_box(found, pl.DataFrame(rows)).to_dicts()
    assert (row["difference"], row["draws"]) == (0.5, 21)
    assert (row["box_low"], row["box_middle"], row["box_high"]) == pytest.approx((-0.9, 0.0, 0.9))
    assert row["luck"] == pytest.approx(0.2)


@pytest.mark.usefixtures("one_worker")
def test_a_study_of_boxes_has_the_table_and_shows_it(tmp_path: Any) -> None:
    study = checked(
        {
            "name": "boxes", "question": "Wide?", "weeks": 4, "regimes": ["service", "top_down"], "outcomes": ["burden", "reports"],
            "conditions": {"residents": 60, "burn_in": 2}, "design": {"kind": "box", "size": 3}, "replications": {"number": 2},
        }
    )  # fmt: skip
    study_work.begin(study, tmp_path / "x")
    study_work.work(tmp_path / "x", 1)
    found = findings(tmp_path / "x")
    table = found.tables["over_box"]
    assert table.select("outcome", "draws", "n").rows() == [("burden", 3, 2), ("reports", 3, 2)]
    names = [one.name for one in shown(found)]
    assert "over-box" in names
