"""One pair, many pairs, and what happens when a worker is lost."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.running.pairs import Failure, Result, Spec, attempt, resident_weeks, run_all, run_one
from experiments.running.worker import usable_cores
from model.errors import BadInput
from model.regimes import NAMED

WORKERS = '''
"""Stand-ins for run_one, in a file that a worker process can import."""
import os, signal, sys, time
from dataclasses import replace
from pathlib import Path
from experiments.running.pairs import Result
from model.errors import BadInput

class Odd(Exception):
    def __init__(self, *, needed):
        super().__init__(needed)

def killed_once(spec):
    mark = Path(os.environ["MARKS"]) / str(spec.seed)
    if spec.seed == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(spec.seed, {}, 0.0)

def killed_always(spec):
    if spec.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(spec.seed, {}, 0.0)

def raises(spec):
    if spec.seed == 1:
        raise Odd(needed="an exception that does not unpickle")
    if spec.seed == 3:
        sys.exit("a rule that leaves")
    time.sleep(0.05 * (5 - spec.seed))
    return Result(spec.seed, {}, 0.0)

def bad_input(spec):
    raise BadInput("somewhere", "key", 3, "1 or 2")
'''


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The module above, importable here and in workers."""
    (tmp_path / "stand_in_for_workers.py").write_text(WORKERS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("MARKS", str(tmp_path))
    yield importlib.import_module("stand_in_for_workers")
    sys.modules.pop("stand_in_for_workers", None)


@pytest.fixture
def specs(small):
    return [Spec(small, {"top_down": NAMED["top_down"]}, seed, 4) for seed in (1, 2, 3, 4)]


def test_a_pair_leaves_outcomes_measures_ledger_and_identity_for_every_regime(small):
    result = run_one(Spec(small, {name: NAMED[name] for name in ("top_down", "leapfrog")}, 5, 6))
    assert list(result.runs) == ["top_down", "leapfrog"]
    for run in result.runs.values():
        assert run.weekly["week"].to_list() == [1, 2, 3, 4, 5, 6]
        assert len(run.ledger)
    first, second = result.runs.values()
    assert first.identity != second.identity
    assert first.endowment == pytest.approx(second.endowment)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_worker_that_is_killed_costs_nothing_when_the_second_try_succeeds(specs, stand_in):
    answers = run_all(specs, workers=2, function=stand_in.killed_once)
    assert [answer.seed for answer in answers] == [1, 2, 3, 4]
    assert all(isinstance(answer, Result) for answer in answers)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_worker_that_is_killed_twice_loses_only_its_own_pair(specs, stand_in):
    told = []
    answers = run_all(specs, workers=2, function=stand_in.killed_always, progress=lambda *at: told.append(at))
    assert [type(answer) for answer in answers] == [Result, Failure, Result, Result]
    assert isinstance(answers[1], Failure)
    assert answers[1].seed == 2
    assert "lost twice" in answers[1].reason
    assert told[-1] == (4, 4, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_pair_that_raises_fails_alone_with_its_traceback_and_the_order_stays(specs, stand_in, workers):
    answers = run_all(specs, workers=workers, function=stand_in.raises)
    assert [type(answer) for answer in answers] == [Failure, Result, Failure, Result]
    assert [answer.seed for answer in answers] == [1, 2, 3, 4]
    assert isinstance(answers[0], Failure)
    assert answers[0].reason == "Odd: an exception that does not unpickle"
    assert "in raises" in answers[0].traceback


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_input_in_a_pair_ends_everything_at_once(specs, stand_in, workers):
    with pytest.raises(BadInput, match="key = 3"):
        run_all(specs, workers=workers, function=stand_in.bad_input)


def test_what_cannot_travel_to_a_worker_is_run_here(specs):
    here = os.getpid()
    seen = []

    def where(spec: Spec) -> Result:
        seen.append(os.getpid())
        return Result(spec.seed, {}, 0.0)

    prompt = [Spec(s.case, s.regimes, s.seed, s.weeks, {"a": lambda x: x}) for s in specs]
    assert len(run_all(prompt, workers=2, function=where)) == 4
    assert seen == [here] * 4


def test_ctrl_c_here_is_no_failure_of_a_pair(specs):
    def interrupted(spec: Spec) -> Result:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, specs[0])


def test_a_worker_that_finds_other_sources_than_its_parent_refuses(specs):
    with pytest.raises(BadInput, match="start again"):
        run_all([replace(specs[0], code="of yesterday")])


def test_little_work_is_not_worth_the_start_of_workers(specs, stand_in):
    here = []
    assert resident_weeks(specs) == 4 * 120 * (8 + 4)
    run_all(specs, function=lambda spec: here.append(os.getpid()) or Result(spec.seed, {}, 0.0))
    assert here == [os.getpid()] * 4


def test_there_is_at_least_one_core():
    assert usable_cores() >= 1
