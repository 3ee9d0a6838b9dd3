"""The first compile: every loop ahead, by two processes where there is a core for a second one."""

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
from model.state.world import World

if TYPE_CHECKING:
    from model.case.case import Case

PATIENCE = 10  # seconds in which the helper may end what it was at


def ensure_compiled(rules: engine.Rules | None = None, echo: Callable[[str], None] | None = None) -> None:
    """Compile all loops of a rule set, once, and live a few weeks of a tiny neighbourhood; say so with `echo`."""
    from model.neighbourhood import Neighbourhood  # Mesa takes a second to load

    if not engine.is_compiled(rules):
        if echo:
            echo("Compiling the rules for this machine, once (up to half a minute) ...")
        engine.source_file(rules or {})
        compile_all(rules)
    Neighbourhood(tiny_case(), seed=1, rules=rules).run(20)
    engine.mark_compiled(rules)


def compile_all(rules: engine.Rules | None = None) -> None:
    """Compile all loops; a helper starts from the other end.

    Both write the same kernels into one cache, each file at once, so it does not matter who comes first, nor whether the
    helper starts or ends well: what is missing is compiled here. Rules of one's own are compiled without a helper.
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
    """Compile every loop that is not in the cache yet; a second process does so `backwards`, until the two meet."""
    folder = engine.source_file(rules or {}).parent
    loops, world = from_both_ends(), unlived(rules)
    collecting = gc.isenabled()
    gc.disable()  # a compiler keeps most of what it makes: to look for what it does not costs a tenth of the time
    try:
        for loop in reversed(loops) if backwards else loops:
            if not any(folder.rglob(f"*.{loop.__name__}-*.nbi")):
                world.loops.compile(loop)
    finally:
        if collecting:
            gc.enable()


def unlived(rules: engine.Rules | None = None, compiled: bool = True) -> World:
    """Return a world with all its tables and nobody living there: enough to know the types of all arguments."""
    return World(tiny_case(), rules=rules, compiled=compiled)


def from_both_ends() -> list[FunctionType]:
    """Return the loops that Python calls, long ones at both ends and short ones where two processes meet."""
    longest_first = sorted(outer_loops(), key=lambda loop: -len(loop.__code__.co_code))
    return longest_first[::2] + longest_first[1::2][::-1]


def tiny_case() -> Case:
    """Return a case in which everything happens within weeks."""
    from model.case.case import load

    busy = {"problem_rate": 20, "ward_hours": 90, "years_in_post": 0.1, "found_base": 0.02}
    listen = {"week": 1, "kind": "practice", "name": "listening_first", "value": 3.0}
    busy |= {"agenda_rate": 1000, "programme_hours": 100, "events": [listen]}
    return load("default").replaced(residents=60, burn_in=0, **busy)


def _helper() -> subprocess.Popen[bytes] | None:
    """Start a second process that compiles backwards; None where there is no core for it, or it cannot start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    root = str(Path(__file__).resolve().parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from model.warm_up import compile_ahead; compile_ahead(backwards=True)"
    nothing = subprocess.DEVNULL
    with suppress(OSError):
        return subprocess.Popen([sys.executable, "-c", code], stdin=nothing, stdout=nothing, stderr=nothing) if cores > 1 else None
    return None
