"""The first compile: all loops ahead, for the arguments they get, by one process or by two that meet midway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model import Neighbourhood
from model import warm_up as compiling
from model.engine import modules as engine
from model.engine.source import find_loops
from model.warm_up import compile_all, from_both_ends, tiny_case

SOME = ["count_listeners", "feel_burdens", "most_seen", "waiting_reports"]
AHEAD = """
import sys
from model import warm_up
from model.engine.source import find_loops
warm_up.from_both_ends = lambda: [find_loops()[name] for name in sys.argv[1].split(",")]
warm_up.compile_ahead(backwards=sys.argv[2] == "backwards")
"""
LATER = """
import json, sys
from model import warm_up
from model.engine.source import find_loops
world, found = warm_up.empty_world(), {}
for name in sys.argv[1].split(","):
    world.loops.compile(find_loops()[name])
    stats = world.loops.made(find_loops()[name]).stats
    found[name] = [len(stats.cache_hits), len(stats.cache_misses)]
print(json.dumps(found))
"""


def start(cache: Path, code: str, *arguments: str) -> subprocess.Popen[str]:
    root = str(Path(engine.__file__).parents[2])
    where = {"PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]), "LEEFWERELD_CACHE": str(cache)}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env={**os.environ, **where}, stdout=subprocess.PIPE, text=True)


def test_the_loops_compiled_ahead_are_those_that_python_calls_and_the_longest_stand_at_both_ends() -> None:
    names = [loop.__name__ for loop in from_both_ends()]
    assert len(names) == len(set(names)) > 40
    assert {"knock", "learn", "measure", "press"} < set(names) < set(find_loops())
    assert not {"tell", "find_minutes", "join", "spend_time", *engine.RULES} & set(names)
    source = engine.generated_source()
    longest = max(names, key=lambda name: source.split(f"def {name}(")[1].split("\n@")[0].count("\n"))
    assert longest in (*names[:2], *names[-2:])  # lines are not quite what the compiler counts


def test_a_loop_is_compiled_for_the_very_arguments_with_which_it_is_called() -> None:
    """Else what was compiled ahead would never be used, and each call would look for the right kernel among several."""
    hood = Neighbourhood(tiny_case(), seed=1).run(25)
    for loop in from_both_ends():
        hood.world.loops.compile(loop)
        assert len(getattr(hood.world.loops.made(loop), "overloads", ())) == 1, loop.__name__


def test_two_processes_at_once_from_both_ends_leave_one_kernel_of_each_loop(tmp_path: Path) -> None:
    running = [start(tmp_path, AHEAD, ",".join(SOME), way) for way in ("forwards", "backwards")]
    for process in running:
        process.communicate(timeout=300)
    assert [process.returncode for process in running] == [0, 0]
    for name in SOME:
        assert len(list(tmp_path.rglob(f"*.{name}-*.nbi"))) == len(list(tmp_path.rglob(f"*.{name}-*.nbc"))) == 1
    found = start(tmp_path, LATER, ",".join(SOME)).communicate(timeout=300)[0]
    assert json.loads(found) == {name: [1, 0] for name in SOME}


def test_without_a_second_core_or_when_it_cannot_start_there_is_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise OSError("no more processes")

    ahead = []
    monkeypatch.setattr(compiling, "compile_ahead", lambda rules: ahead.append(rules))
    monkeypatch.setattr(compiling.subprocess, "Popen", refuse)
    compile_all()
    monkeypatch.setattr(compiling.subprocess, "Popen", lambda *_given, **_more: pytest.fail("a helper was started"))
    monkeypatch.setattr(compiling.os, "sched_getaffinity", lambda _: {0}, raising=False)
    compile_all()
    assert ahead == [None, None]


def test_a_helper_that_fails_at_once_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = []
    monkeypatch.setattr(compiling, "compile_ahead", lambda rules: ahead.append(rules))
    failing = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    monkeypatch.setattr(compiling, "_helper", lambda: failing)
    compile_all()
    assert ahead == [None]
    assert failing.returncode == 3
