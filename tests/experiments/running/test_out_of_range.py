"""A run that left its ranges is a failed run with that reason, in a comparison and in a study; where none is left it is one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from experiments.comparison.compare import compare
from experiments.running.groups import Group, run_group
from experiments.running.pairs import Failure, attempt
from experiments.study.points import checked
from model.case.case import Case, load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

SMALL = load("default").replaced(residents=60, burn_in=2)
REASON = "week 2: burden of resident 7 = -1.0; allowed: 0 to 1"


@dataclass(frozen=True)
class Task:
    case: Case = SMALL
    seed: int = 1
    weeks: int = 2
    runs: tuple[str, ...] = ("top_down",)


@pytest.fixture(autouse=True)
def _spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every week leaves a burden that cannot be."""
    usual = Neighbourhood.step

    def step(self: Neighbourhood) -> None:
        usual(self)
        self.world.residents.arrays["burden"][7] = -1.0 if self.week > 0 else 0.0

    monkeypatch.setattr(Neighbourhood, "step", step)


def test_in_a_study_it_is_a_failed_run() -> None:
    answers = run_group(Group(SMALL, 1, 2, ((1, NAMED["top_down"]), (2, NAMED["leapfrog"]))))
    assert [answer.status for answer in answers] == ["failed", "failed"]
    assert all(REASON in answer.reason for answer in answers)


def test_in_a_comparison_it_is_a_failed_pair_and_one_line_when_all_have_failed() -> None:
    found = attempt(lambda task: Neighbourhood(task.case, seed=task.seed).run(task.weeks), Task())
    assert isinstance(found, Failure)
    assert found.reason.startswith(REASON)
    with pytest.raises(BadInput, match=r"^week 2: burden of resident 7 = -1\.0"):
        compare(SMALL, ["top_down"], pairs=1, weeks=2, workers=1)


def test_rules_that_leave_their_range_are_refused_before_a_study_or_a_comparison_begins(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_text("def feel_burden(public_load, private_load, means, sensitivity):\n    return -means\n")
    study = {"name": "bounds", "question": "?", "regimes": ["top_down"], "rules": [str(path)], "weeks": 2, "replications": {"number": 1}}
    for begin in (lambda: checked(study), lambda: compare(SMALL, ["top_down"], pairs=1, weeks=2, workers=1, rules=path)):
        with pytest.raises(BadInput, match=r"rules\.py: feel_burden; the answer for .*; allowed: 0 to 1"):
            begin()
