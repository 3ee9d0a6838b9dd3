"""The models that a benchmark measures, each in its own process."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from experiments.shared.machine import memory_now, memory_peak, say

REGIME, SEED = "leapfrog", 1


class Worker:
    """A process that holds one model and runs its methods on request."""

    def __init__(self, kind: type[Subject], residents: int, weeks: int, cache: str | None) -> None:
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, kind, residents, weeks, cache), daemon=True)
        self.process.start()
        theirs.close()

    def prepare(self) -> dict[str, float]:
        """Do `Subject.prepare`. Raises EOFError if the process is lost, RuntimeError if it failed."""
        return self._ask("prepare")

    def round(self) -> float:
        """Do `Subject.round`. Raises as `prepare`."""
        return self._ask("round")

    def _ask(self, what: str) -> Any:
        try:
            self.line.send(what)
            well, answer = self.line.recv()
        except OSError as error:
            raise EOFError from error
        if not well:
            raise RuntimeError(f"a process of the benchmark failed:\n{answer}")
        return answer

    def stop(self) -> None:
        """End the process."""
        self.line.close()
        self.process.terminate()
        self.process.join()


@contextmanager
def workers() -> Iterator[Callable[[type[Subject], int, int, str | None], Worker]]:
    """Yield a function that starts workers; all are stopped after the block."""
    started: list[Worker] = []

    def start(kind: type[Subject], residents: int, weeks: int, cache: str | None) -> Worker:
        started.append(Worker(kind, residents, weeks, cache))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            worker.stop()


def _serve(line: Connection, kind: type[Subject], residents: int, weeks: int, cache: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and ends this process
    if cache is not None:
        os.environ["LEEFWERELD_CACHE"] = cache
    subject = kind(residents, weeks)
    while True:
        try:
            what = line.recv()
        except EOFError:
            return
        try:
            answer = True, getattr(subject, what)()
        except Exception:
            answer = False, traceback.format_exc()
        line.send(answer)


class Subject:
    """The model in a worker."""

    def __init__(self, residents: int, weeks: int) -> None:
        from model.case.case import load

        self.case = load("default").replaced(residents=residents)
        self.weeks = weeks

    def prepare(self) -> dict[str, float]:
        """Build and burn in; return the time to build and the memory used."""
        raise NotImplementedError

    def round(self) -> float:
        """Run the weeks of a round; return seconds."""
        raise NotImplementedError


class Ours(Subject):
    """Our neighbourhood."""

    def prepare(self) -> dict[str, float]:
        from model import warm_up
        from model.neighbourhood import Neighbourhood

        warm_up.ensure_compiled(None, say)
        Neighbourhood("default", REGIME, SEED).run(self.weeks)  # exclude loading and compiling on first use
        before = memory_now()
        began = time.perf_counter()
        self.place = Neighbourhood(self.case, REGIME, SEED)
        spent = time.perf_counter() - began
        self.place.run(self.weeks)
        peak = memory_peak()
        self.place = Neighbourhood(self.case, REGIME, SEED)  # built again, because a checkpoint is not part of a run's memory
        self.place.burn_in(kept=False)
        self.start = self.place.checkpoint()
        return {"build_seconds": spent, "burn_in": self.case.burn_in, "peak_mb": peak, "before_mb": before}

    def round(self) -> float:
        self.place.restore(self.start)
        began = time.perf_counter()
        self.place.run(self.weeks)
        return time.perf_counter() - began


class Plain(Subject):
    """The plain Mesa model; it has no checkpoint, so each round continues."""

    def prepare(self) -> dict[str, float]:
        from experiments.benchmarks.plain_mesa import PlainNeighbourhood

        PlainNeighbourhood(self.case.replaced(residents=50), REGIME, SEED).step()
        before = memory_now()
        began = time.perf_counter()
        self.place = PlainNeighbourhood(self.case, REGIME, SEED)
        spent = time.perf_counter() - began
        for _ in range(self.case.burn_in):
            self.place.step()
        return {"build_seconds": spent, "burn_in": self.case.burn_in, "peak_mb": memory_peak(), "before_mb": before}

    def round(self) -> float:
        self.place.step()  # not timed: warm-up, as ours is warm after its checkpoint
        began = time.perf_counter()
        for _ in range(self.weeks):
            self.place.step()
        return time.perf_counter() - began


class Compiler(Subject):
    """The first run on a machine, with compilation."""

    def prepare(self) -> dict[str, float]:
        began = time.perf_counter()
        from model import warm_up

        warm_up.ensure_compiled()
        announced = time.perf_counter() - began
        late = max(0.0, self.round() - self.round())  # extra time of the first run: compiled late
        return {"seconds": announced + late, "late_seconds": late}

    def round(self) -> float:
        from model.neighbourhood import Neighbourhood

        began = time.perf_counter()
        Neighbourhood(self.case, REGIME, SEED).run(self.weeks)
        return time.perf_counter() - began
