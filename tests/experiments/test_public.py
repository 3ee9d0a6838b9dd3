"""A study in three lines of Python: run, gone on with, read back and reported."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import experiments
from experiments.running import groups
from experiments.running.ledger import Ledger
from experiments.shared import progress
from experiments.study import work
from model.case.case import Case
from model.errors import BadInput

STUDY: dict[str, Any] = {
    "question": "Does it run from Python?", "weeks": 6, "regimes": ["top_down", "leapfrog"], "outcomes": ["burden"],
    "conditions": {"residents": 40, "burn_in": 2}, "replications": {"number": 2},
}  # fmt: skip


def test_a_study_is_run_and_read_back_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    found = experiments.run_study(STUDY, out=tmp_path / "mine", workers=1)
    assert len(found.runs) == 4
    assert "4 of 4" in capsys.readouterr().err
    again = experiments.load(tmp_path / "mine")
    assert isinstance(again, experiments.StudyResults)
    assert again.runs.equals(found.runs)
    page = experiments.report(tmp_path / "mine")
    assert page == tmp_path / "mine" / "report" / "page.html"
    assert "Does it run from Python?" in page.read_text(encoding="utf-8")


def test_the_same_call_goes_on_with_what_is_kept_and_another_study_does_not_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "mine"
    with monkeypatch.context() as patch:
        patch.setattr(work, "work_off", interrupted)
        with pytest.raises(KeyboardInterrupt):
            experiments.run_study(STUDY, out=folder, workers=1, progress=False)
    with Ledger(folder) as ledger:  # half of it, by hand
        points = work.points_of(ledger, folder)
        entries = list(ledger.waiting())
        half = groups.Work(points, 6).group(entries[:2])
        ledger.start([number for number, _ in half.runs])
        ledger.record(groups.run_group(half))
        kept = set(ledger.outcomes([])["run"])
    found = experiments.run_study(STUDY, out=folder, workers=1, progress=False)
    assert len(found.runs) == 4
    assert kept < set(found.runs["run"])
    assert capsys.readouterr().err == ""
    with pytest.raises(BadInput, match="new or empty folder"):
        experiments.run_study({**STUDY, "weeks": 7}, out=folder, workers=1, progress=False)


def test_the_page_of_a_comparison_is_its_report(small: Case, tmp_path: Path):
    folder = tmp_path / "found"
    experiments.compare(small, ["top_down"], pairs=1, weeks=2, out=folder)
    assert experiments.report(folder) == folder / "page.html"
    assert isinstance(experiments.load(folder), experiments.Comparison)


def test_what_is_no_study_is_refused_in_one_line(tmp_path: Path):
    with pytest.raises(BadInput, match="question"):
        experiments.run_study({"weeks": 6}, out=tmp_path / "x")
    with pytest.raises(BadInput, match="folder of an earlier comparison or study"):
        experiments.load(tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_notebook_gets_a_bar_and_a_pipe_plain_lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress.sys, "stderr", io.StringIO())  # no terminal
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not progress.live()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))  # loaded by a library: no notebook
    assert not progress.live()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    assert progress.live()


def test_the_public_face_is_cheap_and_a_package_never_takes_the_place_of_a_function():
    code = (
        "import sys, experiments; assert not {'polars', 'numpy'} & set(sys.modules)\n"
        "import experiments.reporting.report, experiments.study.work\n"
        "assert all(callable(getattr(experiments, name)) for name in experiments.__all__)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr == ""
