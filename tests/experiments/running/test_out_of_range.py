"""A run that left its ranges is a failed run with that reason, in a comparison and in a study; where none is left it is one line."""

from __future__ import annotations

import pytest

from experiments.comparison.compare import gather
from experiments.running.groups import Group, run_group
from experiments.running.pairs import Failure, Spec, attempt, run_one
from model.case.case import load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

SMALL = load("default").replaced(residents=60, burn_in=2)
REASON = "week 2: burden of resident 7 = -1.0; allowed: 0 to 1"


@pytest.fixture(autouse=True)
def spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
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
    spec = Spec(SMALL, {"top_down": NAMED["top_down"]}, 1, 2)
    found = attempt(run_one, spec)
    assert isinstance(found, Failure)
    assert found.reason.startswith(REASON)
    with pytest.raises(BadInput, match=r"not one pair could be run; seed 1: week 2: burden of resident 7 = -1\.0"):
        gather([spec], [found])
