"""First compilation: compile all loops ahead of use, with a helper process if there is a second core."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

from model.engine import modules as engine
from model.engine.source import outer_loops
from model.errors import OutOfRange
from model.state.world import World

if TYPE_CHECKING:
    from model.case.case import Case

PATIENCE = 10  # seconds that the helper gets to finish its present loop


def ensure_compiled(rules: engine.Rules | None = None, echo: Callable[[str], None] | None = None) -> None:
    """Compile all loops of a rule set if that was not done before, and run a tiny neighbourhood; `echo` shows a message."""
    from model.neighbourhood import Neighbourhood  # Mesa takes a second to load

    if not engine.is_compiled(rules):
        if echo:
            echo("Compiling the rules for this machine, once (up to half a minute) ...")
        engine.source_file(rules or {})
        compile_all(rules)
    with suppress(OutOfRange):  # told by the run that is to come, of its own people
        Neighbourhood(tiny_case(), seed=1, rules=rules).run(20)
    engine.mark_compiled(rules)


def compile_all(rules: engine.Rules | None = None) -> None:
    """Compile all loops; a helper process starts from the other end of the list.

    Both write the same kernels into one cache, each file in one step. So the order does not matter, nor whether the helper
    fails: what is missing is compiled here. Replaced rules are compiled without a helper.
    """
    helper = None if rules else _helper()
    try:
        compile_ahead(rules)
        if helper:
            with suppress(subprocess.TimeoutExpired):
                helper.wait(PATIENCE)
    finally:
        if helper:
            helper.kill()
            helper.wait()


def compile_ahead(rules: engine.Rules | None = None, backwards: bool = False) -> None:
    """Compile every loop that is not cached yet; the helper process goes `backwards` until the two meet."""
    folder = engine.source_file(rules or {}).parent
    loops, world = from_both_ends(), empty_world(rules)
    collecting = gc.isenabled()
    gc.disable()  # the compiler keeps most of its objects; collecting the rest would cost a tenth of the time
    try:
        for loop in reversed(loops) if backwards else loops:
            if not any(folder.rglob(f"*.{loop.__name__}-*.nbi")):
                world.loops.compile(loop)
    finally:
        if collecting:
            gc.enable()


def empty_world(rules: engine.Rules | None = None, compiled: bool = True) -> World:
    """Return a world with empty tables: enough to know the types of all arguments."""
    return World(tiny_case(), rules=rules, compiled=compiled)


def from_both_ends() -> list[FunctionType]:
    """Return the loops that Python calls, ordered with long ones at both ends and short ones in the middle."""
    longest_first = sorted(outer_loops(), key=lambda loop: -len(loop.__code__.co_code))
    return longest_first[::2] + longest_first[1::2][::-1]


def tiny_case() -> Case:
    """Return a small case in which every process occurs within weeks."""
    from model.case.case import load

    busy = {"problem_rate": 20, "ward_hours": 90, "years_in_post": 0.1, "found_base": 0.02}
    listen = {"week": 1, "kind": "practice", "name": "listening_first", "value": 3.0}
    busy |= {"agenda_rate": 1000, "programme_hours": 100, "events": [listen]}
    return load("default").replaced(residents=60, burn_in=0, **busy)


def _helper() -> subprocess.Popen[bytes] | None:
    """Start a process that compiles backwards; None if there is only one core or it cannot start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    root = str(Path(__file__).resolve().parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from model.warm_up import compile_ahead; compile_ahead(backwards=True)"
    nothing = subprocess.DEVNULL
    with suppress(OSError):
        return subprocess.Popen([sys.executable, "-c", code], stdin=nothing, stdout=nothing, stderr=nothing) if cores > 1 else None
    return None
