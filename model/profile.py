"""Profiling: a table of the time spent in each phase of the week and in each loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from model.engine.loops import Loops
from model.schedule import Schedule
from model.state.world import World

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

PYTHON = "(Python between loops)"


class Times:
    """Number of calls and nanoseconds of each phase and loop, in order of their first call."""

    def __init__(self) -> None:
        self.phases: dict[str, list[int]] = {}
        self.loops: dict[tuple[str, str], list[int]] = {}
        self.phase = ""

    def timed(self, phase: Callable[[], None]) -> Callable[[], None]:
        """Return the phase wrapped so that its time is recorded."""

        def live() -> None:
            self.phase = phase.__name__
            kept = self.phases.setdefault(self.phase, [0, 0])
            began = time.perf_counter_ns()
            phase()
            kept[0] += 1
            kept[1] += time.perf_counter_ns() - began

        return live

    def rows(self) -> Iterator[tuple[str, str | None, int, int]]:
        """Return (phase, loop, calls, nanoseconds): each phase (loop None), then its loops, then the remaining Python."""
        for phase, (calls, spent) in self.phases.items():
            inside = {loop: kept for (where, loop), kept in self.loops.items() if where == phase}
            yield phase, None, calls, spent
            for loop, (times, took) in inside.items():
                yield phase, loop, times, took
            yield phase, PYTHON, calls, spent - sum(took for _, took in inside.values())

    def table(self) -> pl.DataFrame:
        """Return the rows as a frame with total seconds, share of the total, and milliseconds a call."""
        import polars as pl

        whole = sum(spent for _, spent in self.phases.values()) or 1
        rows = [(*row, row[3] / 1e9, row[3] / whole, row[3] / 1e6 / row[2]) for row in self.rows()]
        names = ("step", "loop", "calls", "nanoseconds", "seconds", "share", "ms_per_call")
        return pl.DataFrame(rows, schema=dict.fromkeys(names), orient="row").drop("nanoseconds")


class TimedLoops(Loops):
    """The loops of a world, with every call timed."""

    def __init__(self, loops: Loops, times: Times) -> None:
        self.__dict__.update(loops.__dict__)  # shares the bindings, and their invalidation, with `loops`
        self._times = times

    def call[Result](self, loop: Callable[..., Result], **given: float | np.uint64) -> Result:
        kept = self._times.loops.setdefault((self._times.phase, loop.__name__), [0, 0])
        began = time.perf_counter_ns()
        result = super().call(loop, **given)
        kept[0] += 1
        kept[1] += time.perf_counter_ns() - began
        return result


@contextmanager
def timing(world: World, schedule: Schedule) -> Iterator[Times]:
    """Time the phases of the schedule and the loops they call, within the `with` block."""
    times, loops, phases = Times(), world.loops, schedule.phases
    world.loops = TimedLoops(loops, times)
    schedule.phases = tuple(times.timed(phase) for phase in phases)
    try:
        yield times
    finally:
        world.loops, schedule.phases = loops, phases
