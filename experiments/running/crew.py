"""The workers of a study: who is at what, what came back, what is to be done again, and what the ledger is told.

A worker answers run by run, so that a worker that is lost or hangs costs the one run that it was at, and no other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from experiments.running.groups import LOADING, Group, Lives, each_run
from experiments.running.ledger import FAILED, OK, TIMED_OUT, Answer, Ledger
from experiments.running.pool import ctrl_c_ignored, usable_cores
from experiments.shared.progress import Pace, Tell
from experiments.shared.stopping import Stop, deaf, end_with_parent
from model.errors import BadInput

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

IN_VAIN = 5  # workers that end before they begin, one after the other, until it is given up
LOST = "its worker process was lost (out of memory, or killed?)"


def work_off(
    ledger: Ledger,
    groups: Iterator[Group],
    workers: int | None = None,
    timeout: float = 600.0,
    tell: Tell | None = None,
    function: Lives = each_run,
    staff: list[Worker] | None = None,
) -> None:
    """Run everything that waits; each answer is written down as it comes.

    workers: processes, None for one a core. timeout: seconds a run may take before its worker is killed.
    staff: workers that are there already, and stay (see `hired`).
    KeyboardInterrupt, SystemExit and BadInput (no room to write) stop the workers; runs under way wait again, nothing
    finished is lost.
    """
    counts = ledger.counts()
    pace = Pace(sum(counts.values()), counts[OK] + counts[FAILED] + counts[TIMED_OUT], counts[FAILED] + counts[TIMED_OUT])
    if staff is not None:
        _Crew(ledger, groups, workers or usable_cores(), timeout, function, pace, tell, staff).work()
        return
    with hired() as staff:
        _Crew(ledger, groups, workers or usable_cores(), timeout, function, pace, tell, staff).work()


@contextmanager
def hired() -> Iterator[list[Worker]]:
    """An empty list for workers; whoever is in it at the end is ended."""
    staff: list[Worker] = []
    try:
        yield staff
    finally:
        for worker in staff:
            worker.end()


class Worker:
    """A process that runs groups, one after the other. runs: what it has not answered yet, the first of them under way."""

    def __init__(self, function: Lives) -> None:
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, function), daemon=True)
        with ctrl_c_ignored():
            self.process.start()
        theirs.close()
        self.group: Group | None = None
        self.runs: deque[int] = deque()
        self.began = False  # it has said something since it was given the group
        self.since = 0.0

    def give(self, group: Group) -> None:
        """Let it run a group."""
        self.group, self.runs, self.began, self.since = group, deque(number for number, _ in group.runs), False, time.monotonic()
        with suppress(OSError):  # it is gone: that is noticed where its end is looked for
            self.line.send(group)

    def hear(self) -> Iterator[Any]:
        """Everything that it has said and nobody has heard yet."""
        try:
            while self.line.poll():
                said = self.line.recv()
                self.began, self.since = True, time.monotonic()
                yield said
        except (EOFError, OSError):
            return

    def rest(self, numbers: Iterable[int]) -> Group:
        """The part of its group that has these runs."""
        assert self.group is not None
        wanted = set(numbers)
        return replace(self.group, runs=tuple(run for run in self.group.runs if run[0] in wanted))

    def end(self) -> None:
        """Kill it, whatever it is doing; it has nothing of its own to put away."""
        self.process.kill()
        self.process.join()
        self.line.close()


def _serve(line: Connection, function: Lives) -> None:
    """In a worker: run what is asked for and answer run by run; None when a group is done."""
    deaf()
    end_with_parent()
    while True:
        try:
            group = line.recv()
        except (EOFError, OSError):
            return
        try:
            for answer in function(group):
                line.send(answer if answer is not None else _BEGUN)
        except BadInput as error:
            line.send(error)
        except KeyboardInterrupt:  # a library listens for Ctrl-C of its own accord; the parent heard it too
            return
        line.send(None)


_BEGUN = "begun"


class _Crew:
    """Workers, what they are at, and what has to be done again."""

    def __init__(
        self,
        ledger: Ledger,
        groups: Iterator[Group],
        most: int,
        timeout: float,
        function: Lives,
        pace: Pace,
        tell: Tell | None,
        workers: list[Worker],
    ) -> None:
        self.ledger, self.groups, self.most, self.timeout = ledger, groups, most, timeout
        self.function, self.pace, self.tell = function, pace, tell
        self.workers = workers
        self.again: deque[Group] = deque()
        self.writes: list[Callable[[], object]] = []  # what the ledger is still to be told, in its order
        self.in_vain = 0
        self.began = time.monotonic()

    def work(self) -> None:
        """Until nothing is left."""
        with Stop() as stop:
            try:
                while self._fill():
                    self._tell()
                    stop.check()
                    ends = [worker.process.sentinel for worker in self.workers]
                    wait([*(worker.line for worker in self.workers), *ends], timeout=0.2)
                    for worker in list(self.workers):
                        self._attend(worker)
                self._tell()
            finally:
                busy = [worker for worker in self.workers if worker.runs]  # none, unless it was stopped
                under_way = [number for worker in busy for number in worker.runs]
                for worker in busy:
                    self.workers.remove(worker)
                    worker.end()
                if under_way:
                    self.writes.append(partial(self.ledger.put_back, under_way))
                self._write()

    def _fill(self) -> bool:
        """Give work to all who have none, starting workers as needed. Returns whether anybody has work."""
        idle = [worker for worker in self.workers if not worker.runs]
        while idle or len(self.workers) < self.most:
            group = self.again.popleft() if self.again else next(self.groups, None)
            if group is None:
                break
            if not idle:
                idle.append(Worker(self.function))
                self.workers.append(idle[0])
            numbers = [number for number, _ in group.runs]
            idle.pop().give(group)
            self.writes.append(partial(self.ledger.start, numbers))
        self._write()
        return any(worker.runs for worker in self.workers)

    def _write(self) -> None:
        """Tell the ledger, all in one transaction."""
        if self.writes:
            with self.ledger.transaction():
                for write in self.writes:
                    write()
            self.writes = []

    def _tell(self) -> None:
        self.pace.seconds = time.monotonic() - self.began
        if self.tell:
            self.tell(self.pace)

    def _attend(self, worker: Worker) -> None:
        """Hear what a worker has to say; see whether it is still there, and not too long at one run."""
        ended = worker.process.exitcode is not None  # asked first: what it said before its end is heard below
        answers = []
        for said in worker.hear():
            if isinstance(said, BadInput):  # the sources were edited
                raise said
            if isinstance(said, Answer):
                answers.append(said)
                worker.runs.remove(said.id)
        if answers:
            self.in_vain = 0
            self.writes.append(partial(self.ledger.record, answers))
            self._count(len(answers), sum(answer.status != OK for answer in answers))
        if ended:
            self.workers.remove(worker)
            worker.end()
            self._lost(worker)
        elif worker.runs and time.monotonic() - worker.since > self.timeout + (0.0 if worker.began else LOADING):
            self.workers.remove(worker)
            worker.end()
            number = worker.runs.popleft()
            reason = f"took more than {self.timeout:g} seconds; its worker was killed"
            self.writes.append(partial(self.ledger.record, [Answer(number, TIMED_OUT, self.timeout, reason=reason)]))
            self._count(1, 1)
            self._once_more(worker)

    def _lost(self, worker: Worker) -> None:
        """A worker is gone: the run that it was at has used up an attempt; the others of its group have not."""
        if not worker.runs:
            return
        if not worker.began:
            self.in_vain += 1
            if self.in_vain >= IN_VAIN:
                self.writes.append(partial(self.ledger.put_back, list(worker.runs)))
                raise BadInput("workers", allowed="processes that can be started; these ended before they began (out of memory?)")
        else:
            number = worker.runs.popleft()
            self._write()
            if self.ledger.lose([number], LOST):
                self.again.append(worker.rest([number]))
            else:
                self._count(1, 1)
        self._once_more(worker)

    def _once_more(self, worker: Worker) -> None:
        """What a worker was given and did not come to waits again."""
        if worker.runs:
            self.writes.append(partial(self.ledger.put_back, list(worker.runs)))
            self.again.append(worker.rest(worker.runs))

    def _count(self, done: int, failed: int) -> None:
        self.pace.done += done
        self.pace.here += done
        self.pace.failed += failed
