"""A study for EMAworkbench: what is written is read back by EMAworkbench itself, and PRIM can go on with it."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.cli import main as cli
from experiments.reporting.findings import Findings, findings
from experiments.study import work as study_work
from experiments.study.points import checked

STUDY = {
    "name": "small", "question": "Does it travel?", "weeks": 12, "regimes": ["top_down", "relational"],
    "conditions": {"residents": 60, "burn_in": 4}, "factors": {"ward_hours": {"low": 1.0, "high": 9.0}, "presence": {}},
    "design": {"kind": "lhs", "size": 6}, "replications": {"number": 2}, "outcomes": ["trust_official", "burden", "success_rate"],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory, crew) -> Path:
    """A study that was run."""
    target = tmp_path_factory.mktemp("study") / "here"
    study_work.begin(checked(STUDY), target)
    study_work.work(target, say=lambda _: None, pool=crew)
    return target


@pytest.fixture(scope="module")
def ema():
    """EMAworkbench, which warns about packages that it can do without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench
        from ema_workbench.analysis import prim

    return ema_workbench, prim


def test_what_is_written_is_read_back_by_emaworkbench(folder, tmp_path, ema):
    assert cli.main(["study", "export", str(folder), "--ema", str(tmp_path / "small.tar.gz")]) == 0
    experiments, outcomes = ema[0].load_results(str(tmp_path / "small.tar.gz"))
    found = findings(folder)
    assert list(experiments.columns) == ["ward_hours", "presence", "scenario", "policy", "model"]
    assert len(experiments) == 12
    assert set(experiments["policy"]) == {"top_down", "relational"}
    assert experiments["policy"].dtype == "category"
    assert list(outcomes) == STUDY["outcomes"]
    for row, point in enumerate(found.points.sort("point").to_dicts()):
        runs = found.runs.filter(pl.col("point") == point["point"])
        assert experiments["ward_hours"][row] == pytest.approx(point["ward_hours"], abs=1e-12)
        assert experiments["policy"][row] == point["regime"]
        assert outcomes["trust_official"][row] == pytest.approx(runs["trust_official"].mean(), abs=1e-12)
    assert np.isnan(outcomes["success_rate"]).all()  # undefined in so short a run, and still so when it is read
    rows = experiments.groupby("scenario", observed=True)["ward_hours"].nunique()
    assert (rows == 1).all()  # the same scenario under both policies is the same row of the design


def test_prim_can_go_on_with_it(folder, tmp_path, ema):
    assert cli.main(["study", "export", str(folder), "--ema", str(tmp_path / "small.tar.gz")]) == 0
    experiments, _ = ema[0].load_results(str(tmp_path / "small.tar.gz"))
    x = experiments.drop(columns=["scenario", "policy", "model"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        box = ema[1].Prim(x, (x["ward_hours"] > 5.0).to_numpy(), peel_alpha=0.2, mass_min=0.2).find_box()
    assert box.density == 1.0


def test_what_cannot_be_written_is_told_in_one_line(folder, tmp_path, capsys, monkeypatch):
    assert cli.main(["study", "export", str(folder), "--ema", str(tmp_path / "small.zip")]) == 2
    assert cli.main(["study", "export", str(folder), "--ema", str(tmp_path / "nowhere" / "small.tar.gz")]) == 2
    assert cli.main(["study", "export", str(folder)]) == 2
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    assert cli.main(["study", "export", str(folder), "--ema", str(tmp_path / "small.tar.gz")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert "--extra ema" in told[-1]
    assert not list(tmp_path.iterdir())


def test_csv_and_ema_may_be_asked_for_together(folder, tmp_path):
    asked = ["study", "export", str(folder), "--csv", "--out", str(tmp_path / "csv"), "--ema", str(tmp_path / "small.tar.gz")]
    assert cli.main(asked) == 0
    assert (tmp_path / "csv" / "runs.csv").is_file()
    assert (tmp_path / "small.tar.gz").is_file()
    assert isinstance(findings(folder), Findings)
