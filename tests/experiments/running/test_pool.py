"""Tasks of many seeds, and what happens when a worker is lost."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.running.groups import Group
from experiments.running.pairs import Failure, attempt, resident_weeks, run_all
from experiments.running.worker import usable_cores
from model.errors import BadInput
from model.regimes import NAMED

WORKERS = '''
"""Stand-ins for what is done for a seed, in a file that a worker process can import."""
import os, signal, sys, time
from pathlib import Path
from model.errors import BadInput

class Odd(Exception):
    def __init__(self, *, needed):
        super().__init__(needed)

def killed_once(spec):
    mark = Path(os.environ["MARKS"]) / str(spec.seed)
    if spec.seed == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return spec.seed

def killed_always(spec):
    if spec.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return spec.seed

def raises(spec):
    if spec.seed == 1:
        raise Odd(needed="an exception that does not unpickle")
    if spec.seed == 3:
        sys.exit("a rule that leaves")
    time.sleep(0.05 * (5 - spec.seed))
    return spec.seed

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
    return [Group(small, seed, 4, ((0, NAMED["top_down"]),)) for seed in (1, 2, 3, 4)]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_worker_that_is_killed_costs_nothing_when_the_second_try_succeeds(specs, stand_in):
    answers = run_all(stand_in.killed_once, specs, workers=2)
    assert answers == [1, 2, 3, 4]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_worker_that_is_killed_twice_loses_only_its_own_pair(specs, stand_in):
    told = []
    answers = run_all(stand_in.killed_always, specs, workers=2, progress=lambda *at: told.append(at))
    assert [type(answer) for answer in answers] == [int, Failure, int, int]
    assert isinstance(answers[1], Failure)
    assert answers[1].seed == 2
    assert "lost twice" in answers[1].reason
    assert told[-1] == (4, 4, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_pair_that_raises_fails_alone_with_its_traceback_and_the_order_stays(specs, stand_in, workers):
    answers = run_all(stand_in.raises, specs, workers=workers)
    assert [type(answer) for answer in answers] == [Failure, int, Failure, int]
    assert [answer if isinstance(answer, int) else answer.seed for answer in answers] == [1, 2, 3, 4]
    assert isinstance(answers[0], Failure)
    assert answers[0].reason == "Odd: an exception that does not unpickle"
    assert "in raises" in answers[0].traceback


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_input_in_a_pair_ends_everything_at_once(specs, stand_in, workers):
    with pytest.raises(BadInput, match="key = 3"):
        run_all(stand_in.bad_input, specs, workers=workers)


def test_what_cannot_travel_to_a_worker_is_run_here(specs):
    here = os.getpid()
    seen = []

    def where(spec: Group) -> int:
        seen.append(os.getpid())
        return spec.seed

    prompt = [replace(spec, rules={"a": lambda x: x}) for spec in specs]
    assert len(run_all(where, prompt, workers=2)) == 4
    assert seen == [here] * 4


def test_ctrl_c_here_is_no_failure_of_a_pair(specs):
    def interrupted(spec: Group) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, specs[0])


def test_little_work_is_not_worth_the_start_of_workers(specs, stand_in):
    here = []
    assert resident_weeks(specs) == 4 * 120 * (8 + 4)
    run_all(lambda spec: here.append(os.getpid()) or spec.seed, specs)
    assert here == [os.getpid()] * 4


def test_there_is_at_least_one_core():
    assert usable_cores() >= 1
