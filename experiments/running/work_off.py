"""Working off what waits in a ledger: who is at what, what came back, what is to be done again, and what the ledger is told.

A worker answers run by run, so that a worker that is lost or hangs costs the one run that it was at, and no other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue

from experiments.running.groups import LOADING, Group, Lives, each_run
from experiments.running.ledger import FAILED, OK, TIMED_OUT, Answer, Ledger
from experiments.running.pool import IN_VAIN, LOST, SilentError, Workers
from experiments.shared.progress import Pace, Tell
from experiments.shared.stopping import Stop
from model.errors import BadInput


def work_off(
    ledger: Ledger,
    groups: Iterator[Group],
    pool: Workers,
    timeout: float = 600.0,
    tell: Tell | None = None,
    function: Lives = each_run,
) -> None:
    """Run everything that waits; each answer is written down as it comes.

    timeout: seconds a run may take before its worker is killed.
    KeyboardInterrupt, SystemExit and BadInput (no room to write) stop what is under way, which waits again; nothing finished is lost.
    """
    counts = ledger.counts()
    pace = Pace(sum(counts.values()), counts[OK] + counts[FAILED] + counts[TIMED_OUT], counts[FAILED] + counts[TIMED_OUT])
    _WorkOff(ledger, groups, pool, timeout, tell, function, pace).work()


@dataclass(eq=False)
class _Given:
    """A group that the pool has. runs: what was not answered yet, the first of them under way. began: something was heard of it."""

    group: Group
    runs: deque[int]
    began: bool = False

    def rest(self, numbers: Iterable[int]) -> Group:
        """The part of the group that has these runs."""
        wanted = set(numbers)
        return replace(self.group, runs=tuple(run for run in self.group.runs if run[0] in wanted))


@dataclass
class _WorkOff:
    """One work-off: no more groups are out than there are workers, so that the rest waits where nothing can be lost."""

    ledger: Ledger
    groups: Iterator[Group]
    pool: Workers
    timeout: float
    tell: Tell | None
    function: Lives
    pace: Pace

    def __post_init__(self) -> None:
        self.out: dict[Future[Iterable[Answer | None]], _Given] = {}
        self.again: deque[Group] = deque()
        self.heard: SimpleQueue[tuple[_Given | None, object]] = SimpleQueue()  # a group and what was said of it; or a future that ended
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
                    self._listen()
                self._tell()
            finally:
                for future in list(self.out):  # none, unless it was stopped
                    self.pool.cancel(future)
                if under_way := [number for given in self.out.values() for number in given.runs]:
                    self.writes.append(partial(self.ledger.put_back, under_way))
                self._write()

    def _fill(self) -> bool:
        """Give work to all who have none. Returns whether anybody has work."""
        while len(self.out) < self.pool.size:
            group = self.again.popleft() if self.again else next(self.groups, None)
            if group is None:
                break
            numbers = [number for number, _ in group.runs]
            given = _Given(group, deque(numbers))
            hear = partial(self._put, given)
            future = self.pool.submit(self.function, group, hear=hear, timeout=self.timeout, loading=LOADING)
            self.out[future] = given
            future.add_done_callback(partial(self._put, None))
            self.writes.append(partial(self.ledger.start, numbers))
        self._write()
        return bool(self.out)

    def _put(self, given: _Given | None, what: object) -> None:
        self.heard.put((given, what))

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

    def _listen(self) -> None:
        """Wait a moment until something is said, and hear all of it."""
        answers: list[Answer] = []
        ended: list[Future[Iterable[Answer | None]]] = []
        try:
            given, what = self.heard.get(timeout=0.2)
            while True:
                if isinstance(what, Future):
                    ended.append(what)
                elif given is not None:
                    given.began = True
                    if isinstance(what, Answer):
                        answers.append(what)
                        given.runs.remove(what.id)
                given, what = self.heard.get_nowait()
        except Empty:
            pass
        if answers:
            self.in_vain = 0
            self.writes.append(partial(self.ledger.record, answers))
            self._count(len(answers), sum(answer.status != OK for answer in answers))
        for future in ended:
            self._end(self.out.pop(future), future.exception())

    def _end(self, given: _Given, error: BaseException | None) -> None:
        """A group has ended: well, by an error that concerns all, or because the worker was lost or silent at one run."""
        if isinstance(error, BadInput):  # the sources were edited
            self.writes.append(partial(self.ledger.put_back, list(given.runs)))
            raise error
        if error is None or not given.runs:
            return
        if isinstance(error, SilentError):
            number = given.runs.popleft()
            self.writes.append(partial(self.ledger.record, [Answer(number, TIMED_OUT, self.timeout, reason=str(error))]))
            self._count(1, 1)
        elif given.began:
            number = given.runs.popleft()
            self._write()
            if self.ledger.lose([number], LOST):
                self.again.append(given.rest([number]))
            else:
                self._count(1, 1)
        else:
            self.in_vain += 1
            if self.in_vain >= IN_VAIN:
                self.writes.append(partial(self.ledger.put_back, list(given.runs)))
                raise BadInput(
                    "workers", allowed="processes that can be started; these ended before they began (out of memory?)"
                ) from error
        if given.runs:  # what it did not come to waits again
            self.writes.append(partial(self.ledger.put_back, list(given.runs)))
            self.again.append(given.rest(given.runs))

    def _count(self, done: int, failed: int) -> None:
        self.pace.done += done
        self.pace.here += done
        self.pace.failed += failed
