"""Profile: the week as a table of its phases and of the loops called in each, with the time that they took."""

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
    """How often each phase and each loop was called, and the nanoseconds that took, in the order in which they were first called."""

    def __init__(self) -> None:
        self.phases: dict[str, list[int]] = {}
        self.loops: dict[tuple[str, str], list[int]] = {}
        self.phase = ""

    def timed(self, phase: Callable[[], None]) -> Callable[[], None]:
        """Return a phase that keeps its time."""

        def live() -> None:
            self.phase = phase.__name__
            kept = self.phases.setdefault(self.phase, [0, 0])
            began = time.perf_counter_ns()
            phase()
            kept[0] += 1
            kept[1] += time.perf_counter_ns() - began

        return live

    def rows(self) -> Iterator[tuple[str, str | None, int, int]]:
        """Return each phase (its loop is None), then its loops, then what is left: name, loop, calls, nanoseconds."""
        for phase, (calls, spent) in self.phases.items():
            inside = {loop: kept for (where, loop), kept in self.loops.items() if where == phase}
            yield phase, None, calls, spent
            for loop, (times, took) in inside.items():
                yield phase, loop, times, took
            yield phase, PYTHON, calls, spent - sum(took for _, took in inside.values())

    def table(self) -> pl.DataFrame:
        """Return the rows with seconds in all, the share of the whole, and milliseconds a call."""
        import polars as pl

        whole = sum(spent for _, spent in self.phases.values()) or 1
        rows = [(*row, row[3] / 1e9, row[3] / whole, row[3] / 1e6 / row[2]) for row in self.rows()]
        names = ("step", "loop", "calls", "nanoseconds", "seconds", "share", "ms_per_call")
        return pl.DataFrame(rows, schema=dict.fromkeys(names), orient="row").drop("nanoseconds")


class TimedLoops(Loops):
    """The loops of a world, each call timed."""

    def __init__(self, loops: Loops, times: Times) -> None:
        self.__dict__.update(loops.__dict__)  # what is bound stays bound, and is forgotten at the same moments
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
    """Time the phases that the schedule walks and the loops that they call, for as long as this stands."""
    times, loops, phases = Times(), world.loops, schedule.phases
    world.loops = TimedLoops(loops, times)
    schedule.phases = tuple(times.timed(phase) for phase in phases)
    try:
        yield times
    finally:
        world.loops, schedule.phases = loops, phases
