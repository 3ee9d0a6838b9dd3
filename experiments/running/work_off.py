"""Run the pending runs of a ledger: give groups to workers, store results, and repeat interrupted runs.

A worker returns results run by run, so a lost or hanging worker only costs its current run.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue

from experiments.running.groups import LOADING, Group, RunGroup, each_run
from experiments.running.ledger import FAILED, OK, TIMED_OUT, Answer, Ledger
from experiments.running.pool import LOST, MAX_FAILED_STARTS, SilentError, Workers
from experiments.shared.progress import Pace, Tell
from experiments.shared.stopping import Stop
from model.errors import BadInput

NEVER_BEGAN = (
    "processes that can be started; these ended before they began (out of memory? in a script of your own: "
    "start it under `if __name__ == '__main__':`, or use workers=1)"
)


def work_off(
    ledger: Ledger,
    groups: Iterator[Group],
    pool: Workers,
    timeout: float = 600.0,
    tell: Tell | None = None,
    function: RunGroup = each_run,
) -> None:
    """Run all pending runs; store each result as it arrives.

    timeout: seconds a run may take before its worker is killed.
    KeyboardInterrupt, SystemExit and BadInput (e.g. disk full) stop running runs, which become pending; no result is lost.
    """
    _WorkOff(ledger, groups, pool, timeout, tell, function, _pace(ledger)).work()


def work_off_here(ledger: Ledger, groups: Iterator[Group], tell: Tell | None = None, function: RunGroup = each_run) -> None:
    """Do the same in this process, run by run: for small work, and for rules that cannot be pickled. There is no timeout.

    Ctrl-C waits for the end of the run; a second one does not, and that run is lived again.
    """
    pace, began = _pace(ledger), time.monotonic()
    with Stop(patient=False) as stop:
        for group in groups:
            left = [number for number, _ in group.runs]
            try:
                ledger.start(left)
                for answer in function(group):
                    if answer is not None:
                        ledger.record([answer])
                        left.remove(answer.id)
                        pace.count(group.seed, 1, int(answer.status != OK))
                    pace.seconds = time.monotonic() - began
                    if tell:
                        tell(pace)
                    stop.check()
            finally:
                if left:
                    ledger.requeue(left)


def _pace(ledger: Ledger) -> Pace:
    counts = ledger.counts()
    return Pace(sum(counts.values()), counts[OK] + counts[FAILED] + counts[TIMED_OUT], counts[FAILED] + counts[TIMED_OUT])


@dataclass(eq=False)
class _Submitted:
    """A group submitted to the pool. runs: unanswered runs, the first is running. began: the worker has sent something."""

    group: Group
    runs: deque[int]
    began: bool = False

    def rest(self, numbers: Iterable[int]) -> Group:
        """Return the group with only these runs."""
        wanted = set(numbers)
        return replace(self.group, runs=tuple(run for run in self.group.runs if run[0] in wanted))


@dataclass
class _WorkOff:
    """The state of one `work_off` call; at most one group per worker is submitted, so that the rest stays pending in the ledger."""

    ledger: Ledger
    groups: Iterator[Group]
    pool: Workers
    timeout: float
    tell: Tell | None
    function: RunGroup
    pace: Pace

    def __post_init__(self) -> None:
        self.out: dict[Future[Iterable[Answer | None]], _Submitted] = {}
        self.again: deque[Group] = deque()
        self.heard: SimpleQueue[tuple[_Submitted | None, object]] = SimpleQueue()  # (group, message), or (None, future that ended)
        self.writes: list[Callable[[], object]] = []  # pending writes to the ledger, in order
        self.failed_starts = 0
        self.began = time.monotonic()

    def work(self) -> None:
        """Run until nothing is pending."""
        with Stop() as stop:
            try:
                while self._fill():
                    self._tell()
                    stop.check()
                    self._listen()
                self._tell()
            finally:
                for future in list(self.out):  # only after a stop
                    self.pool.cancel(future)
                if under_way := [number for given in self.out.values() for number in given.runs]:
                    self.writes.append(partial(self.ledger.requeue, under_way))
                self._write()

    def _fill(self) -> bool:
        """Submit a group for every free worker; return whether any group is running."""
        while len(self.out) < self.pool.size:
            group = self.again.popleft() if self.again else next(self.groups, None)
            if group is None:
                break
            numbers = [number for number, _ in group.runs]
            given = _Submitted(group, deque(numbers))
            hear = partial(self._put, given)
            future = self.pool.submit(self.function, group, hear=hear, timeout=self.timeout, loading=LOADING)
            self.out[future] = given
            future.add_done_callback(partial(self._put, None))
            self.writes.append(partial(self.ledger.start, numbers))
        self._write()
        return bool(self.out)

    def _put(self, given: _Submitted | None, what: object) -> None:
        self.heard.put((given, what))

    def _write(self) -> None:
        """Apply the pending writes in one transaction."""
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
        """Wait shortly for messages, and handle all of them."""
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
                        self.pace.count(given.group.seed, 1, int(what.status != OK))
                given, what = self.heard.get_nowait()
        except Empty:
            pass
        if answers:
            self.failed_starts = 0
            self.writes.append(partial(self.ledger.record, answers))
        for future in ended:
            self._end(self.out.pop(future), future.exception())

    def _end(self, given: _Submitted, error: BaseException | None) -> None:
        """Handle the end of a group: success, an error of the whole study, or a lost or silent worker."""
        if isinstance(error, BadInput):  # the sources were edited meanwhile
            self.writes.append(partial(self.ledger.requeue, list(given.runs)))
            raise error
        if error is None or not given.runs:
            return
        if isinstance(error, SilentError):
            number = given.runs.popleft()
            self.writes.append(partial(self.ledger.record, [Answer(number, TIMED_OUT, self.timeout, reason=str(error))]))
            self.pace.count(given.group.seed, 1, 1)
        elif given.began:
            number = given.runs.popleft()
            self._write()
            if self.ledger.record_lost([number], LOST):
                self.again.append(given.rest([number]))
            else:
                self.pace.count(given.group.seed, 1, 1)
        else:
            self.failed_starts += 1
            if self.failed_starts >= MAX_FAILED_STARTS:
                self.writes.append(partial(self.ledger.requeue, list(given.runs)))
                raise BadInput("workers", allowed=NEVER_BEGAN) from error
        if given.runs:  # the remaining runs are pending again
            self.writes.append(partial(self.ledger.requeue, list(given.runs)))
            self.again.append(given.rest(given.runs))
