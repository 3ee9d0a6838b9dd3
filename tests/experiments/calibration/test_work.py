"""A calibration from its start to its end, on trials that give what is said: what is run, in which order, and when it stops."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pytest

from experiments.calibration import waves, work
from experiments.calibration.emulators import Emulators, Trials
from experiments.calibration.schema import Plan, checked
from experiments.calibration.waves import Calibration
from experiments.running.ledger import OK, Answer, Ledger
from model import identity, warm_up
from model.errors import BadInput

PLAN = checked(
    {
        "seed": 3,
        "waves": {"sizes": [4, 3], "repeated": 2, "seeds": 3, "cutoff": 2.5},
        "confirm": {"seeds": 3, "forks": [6, 7], "batch": 4, "wanted": 2, "at_most": 8, "least": 0.3},
        "parameters": {
            "report_habit": {"low": 0.0015, "high": 0.006, "log": True},
            "trust_step": {"low": 0.03, "high": 0.1},
            "loss_aversion": {"low": 1.0, "high": 4.0},
        },
        "targets": {"P1.rate": {"low": 0.1, "high": 0.2}, "moves.share": {"low": 0.05, "high": 0.15}},
    }
)
GOOD, BAD = (0.15, 0.1), (0.3, 0.1)


def some(rows: int) -> np.ndarray:
    """Shares, all of them allowed."""
    return np.random.default_rng(rows).random((rows, 3)) * [1.0, 0.5, 0.5]


class Flat:
    """In the place of a Gaussian process: the same everywhere."""

    def __init__(self, mean: float, sd: float) -> None:
        self.said = mean, sd

    def predict(self, x: np.ndarray, return_std: bool = False) -> Any:
        mean, sd = np.full(len(x), self.said[0]), np.full(len(x), self.said[1])
        return (mean, sd) if return_std else mean


class Emulated:
    """In the place of emulators: knows the first trials it was made of."""

    made: ClassVar[list[tuple[int, bool]]] = []

    def __init__(self, of: Trials, _goals: Any, _discrepancy: Any, like: Any = None) -> None:
        self.trials, self.low, self.high = of, np.array([0.1, 0.05]), np.array([0.2, 0.15])
        self.goals, self.discrepancy, self.each = PLAN.goals, PLAN.discrepancy, [Flat(0.15, 0.03), Flat(0.1, 0.01)]
        Emulated.made.append((len(of), like is not None))

    def typical(self) -> np.ndarray:
        return np.array([0.02, 0.005])

    def __getattr__(self, name: str) -> Any:
        return partial(getattr(Emulators, name), self)


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """A calibration whose trials all give what `gives` says, and whose draws are given too. Returns what was run."""
    ran: list[int] = []
    gives: dict[str, Any] = {"value": GOOD}

    def work_off(ledger: Ledger, groups: Any, *_: Any) -> None:
        for trial in groups:
            ran.append(trial.runs[0][0])
            ledger.record([Answer(trial.runs[0][0], OK, 0.1, "c", outcomes=dict(zip(PLAN.targets, gives["value"], strict=True)))])

    Emulated.made = []
    monkeypatch.setattr(waves, "work_off", work_off)
    monkeypatch.setattr(waves, "Emulators", Emulated)
    monkeypatch.setattr(waves, "share_left", lambda *_: (0.5, some(9)))
    monkeypatch.setattr(waves, "draws", lambda _density, start, wanted, seed: np.random.default_rng(seed).random((max(wanted, 4), 3)) * 0.5)
    monkeypatch.setattr(warm_up, "ensure_compiled", lambda *_: None)
    waves.begin(PLAN, tmp_path / "here")
    return tmp_path / "here", gives, ran


def test_waves_are_run_then_batches_until_enough_sets_fit(quick):
    folder, _gives, ran = quick
    said: list[str] = []
    work.work(folder, say=said.append)
    assert said[0].startswith("wave 2: ")
    assert said[1:] == ["4 of 4 sets fit (3 seeds, or one where that left no hope)"]
    with Ledger(folder, reading=True) as ledger:
        stages = Calibration(ledger, folder).stages
    assert [(stage.name, len(stage.x)) for stage in stages] == [("wave 1", 4), ("wave 2", 3), ("confirm 1", 4)]
    assert len(ran) == 4 + 2 * 2 + 3 + 4 * 3
    assert Emulated.made == [(4, False), (7, False), (7, True), (7, True)]
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["fit"] == 4
    work.work(folder, say=said.append)  # once more is nothing new
    assert len(ran) == 4 + 2 * 2 + 3 + 4 * 3


def test_when_none_fits_it_ends_at_the_most_sets_that_may_be_tried(quick):
    folder, gives, _ran = quick
    gives["value"] = BAD
    said: list[str] = []
    work.work(folder, say=said.append)
    told_of = "sets fit (3 seeds, or one where that left no hope)"
    assert said[1:] == [f"0 of 4 {told_of}", f"0 of 8 {told_of}"]
    with Ledger(folder, reading=True) as ledger:
        one = Calibration(ledger, folder)
        assert [stage.seeds for stage in one.stages[2:]] == [(3, 1, 1, 1), (1, 1, 1, 1)]
        assert ledger.meta("ended")
    assert [known_sets for known_sets, _ in Emulated.made] == [4, 7, 7, 7, 11, 11]


def test_the_default_is_tried_again_with_all_seeds_and_only_when_a_calibration_is_done(quick, monkeypatch):
    folder, _gives, ran = quick
    with pytest.raises(BadInput, match="a calibration that is done; go on: leefwereld calibrate resume"):
        work.try_default(folder, say=lambda _: None)
    work.work(folder, say=lambda _: None)
    before = len(ran)
    work.try_default(folder, say=lambda _: None)
    with Ledger(folder, reading=True) as ledger:
        last = Calibration(ledger, folder).stages[-1]
    assert (last.name, last.seeds, last.forks, last.facts) == ("confirm default", (3,), (6, 7), {"looked": True})
    assert last.x[0] == pytest.approx(PLAN.shares(PLAN.default))
    assert len(ran) - before in (0, 3)  # none where it was run before
    middle = PLAN.default
    for changed, told_of in (({"report_habit": 0.1}, "report_habit"), ({"trust_step": 0.25, "loss_aversion": 4.0}, "trust_step")):
        monkeypatch.setattr(Plan, "default", property(lambda _, changed=changed: middle | changed))
        with pytest.raises(BadInput, match=rf"default: {told_of}; allowed: what .*calibration.toml allows"):
            work.try_default(folder, say=lambda _: None)


def test_a_calibration_is_not_gone_on_with_by_other_code_unless_that_is_meant(quick, monkeypatch):
    folder, _gives, _ran = quick
    monkeypatch.setattr(identity, "code_hash", lambda: "another")
    with pytest.raises(
        BadInput, match=r"code = 'another'; (allowed: )?the model's code that began it, .*; go on anyway with --changed-code"
    ):
        work.work(folder, say=lambda _: None)
    work.work(folder, say=lambda _: None, changed_code=True)
    with Ledger(folder, reading=True) as ledger:
        assert ledger.meta("code") == "another"
