"""One pool of worker processes for everything that runs: comparisons, studies, calibrations, patterns and the app.

`submit` gives a task to the pool and returns a `Future`. It ends in one of four ways: with the function's result or exception;
with `LostError`, if its worker was lost in every attempt; with `SilentError`, if its worker sent nothing for too long and was
killed; or cancelled. A generator function sends its parts one by one. A pool on other machines only has to implement `Workers`.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, Self, Unpack, cast

from experiments.running.worker import PART, RAISED, WELL, Hear, Task, Worker

MAX_FAILED_STARTS = 5  # consecutive failed starts of workers after which waiting tasks fail
LOST = "its worker process was lost (out of memory, or killed?)"
STOPS = "the pool stops"
NEVER_BEGAN = "worker processes end before they begin (out of memory?)"
say = logging.getLogger("leefwereld")


class LostError(RuntimeError):
    """Workers were lost in every attempt at the task, or the pool has stopped. began: a worker had started the task."""

    def __init__(self, why: str, began: bool = True) -> None:
        super().__init__(why)
        self.began = began


class SilentError(TimeoutError):
    """A task sent nothing for longer than its timeout."""


class Workers(Protocol):
    """The interface of a pool of workers, on any machine."""

    size: int

    def submit[*Given, Found](
        self, function: Callable[[*Given], Found], *given: Unpack[Given], hear: Hear | None = None, tries: int = 1, later: bool = False,
        timeout: float | None = None, loading: float = 0.0,
    ) -> Future[Found]: ...  # fmt: skip

    def cancel[Found](self, future: Future[Found]) -> None: ...

    def close(self) -> None: ...


class Pool:
    """Worker processes on this machine. Tasks run in order; those with `later` have lower priority.

    size: most processes; they start when needed, or immediately (`at_once`). Each first calls begin(*given).
    timeout: default seconds that a task may send nothing. Use as a context manager, or call `close`.
    """

    def __init__(
        self, size: int, begin: Callable[..., None] | None = None, given: tuple[object, ...] = (), *, timeout: float | None = None,
        at_once: bool = False,
    ) -> None:  # fmt: skip
        self.size, self.timeout = size, timeout
        self._begin, self._given = begin, given
        self._now: deque[Task] = deque()
        self._later: deque[Task] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._failed_starts = self._open = 0  # open: number of unfinished tasks
        self._workers: list[Worker] = []
        with self._change:
            for _ in range(size if at_once else 0):
                self._add_worker(at_once=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [pid for worker in self._workers if worker.process is not None and (pid := worker.process.pid)]

    @property
    def waiting(self) -> int:
        """Number of waiting low-priority tasks that are not cancelled."""
        return sum(not task.answer.cancelled() for task in self._later)

    def submit[*Given, Found](
        self, function: Callable[[*Given], Found], *given: Unpack[Given], hear: Hear | None = None, tries: int = 1, later: bool = False,
        timeout: float | None = None, loading: float = 0.0,
    ) -> Future[Found]:  # fmt: skip
        """Submit a task; function and arguments must be picklable.

        hear(part): called for everything the function yields, in a thread of the pool. tries: attempts if workers are lost.
        later: low priority; one of several workers is kept free of such tasks.
        timeout: seconds of silence after which the worker is killed; loading: extra seconds before its first message.
        """
        answer: Future[Found] = Future()
        awaited = cast("Future[object]", answer)
        task = Task(function, given, awaited, hear, tries, self.timeout if timeout is None else timeout, loading)
        with self._change:
            if self._closed:
                task.answer.set_exception(LostError(STOPS, began=False))
                return answer
            task.answer.add_done_callback(self._ended)
            (self._later if later else self._now).append(task)
            self._open += 1
            if len(self._workers) < min(self.size, self._open + later):  # keep one worker free
                self._add_worker()
            self._change.notify_all()
        return answer

    def _ended(self, _: Future[object]) -> None:
        with self._change:
            self._open -= 1

    def cancel[Found](self, future: Future[Found]) -> None:
        """Cancel a task; if it is running, kill its worker."""
        if future.cancel():
            return
        with self._change:
            for worker in self._workers:
                if worker.task is not None and worker.task.answer is future:
                    worker.task.unwanted = True
                    worker.kill()

    def close(self) -> None:
        """Stop all workers; waiting tasks fail with LostError."""
        with self._change:
            self._closed = True
            self._change.notify_all()
            for worker in self._workers:
                worker.kill()
        for worker in self._workers:
            worker.thread.join()
        for task in (*self._now, *self._later):
            _fail(task, LostError(STOPS, began=False))

    # --- workers --------------------------------------------------------------------------------------------------

    def _add_worker(self, at_once: bool = False) -> None:
        """Add a worker with a thread that starts its process, because a process may end with the thread that started it."""
        worker = Worker(self._begin, self._given)
        given = (worker, len(self._workers), at_once)
        worker.thread = threading.Thread(target=self._attend, args=given, name="leefwereld-worker", daemon=True)
        self._workers.append(worker)
        worker.thread.start()

    def _attend(self, worker: Worker, number: int, at_once: bool) -> None:
        """Thread of one worker: give it tasks, and restart it if it is lost."""
        if at_once:
            self._start_worker(worker, None)
        while (task := self._next(number)) is not None:
            if not task.answer.running() and not task.answer.set_running_or_notify_cancel():
                continue
            try:
                if self._start_worker(worker, task):
                    self._run_task(worker, task)
                else:
                    _fail(task, LostError(STOPS, began=False))
            except Exception as error:  # no process can be started, or the task cannot be sent
                _fail(task, error)
            worker.task = None
        worker.end()

    def _start_worker(self, worker: Worker, task: Task | None) -> bool:
        """Start the worker's process for a task if needed; return False if the pool has stopped."""
        with self._change:
            if not self._closed:
                worker.task = task
                worker.start()
            return not self._closed

    def _next(self, number: int) -> Task | None:
        """Wait for the next task of a worker; of several workers, the first takes no low-priority tasks. None: the pool stops."""
        with self._change:
            while not self._closed:
                if self._now:
                    return self._now.popleft()
                if self._later and (number > 0 or self.size == 1):
                    return self._later.popleft()
                self._change.wait()
        return None

    def _run_task(self, worker: Worker, task: Task) -> None:
        task.tried += 1
        worker.send((task.function, task.given))
        for kind, said in worker.heard(task):
            self._failed_starts = 0
            if kind == PART:
                task.began = True
                if task.hear is not None:
                    task.hear(said)
            elif kind == WELL:
                task.answer.set_result(said)
                return
            elif kind == RAISED:
                task.answer.set_exception(cast("BaseException", said))
                return
        worker.end()
        if task.unwanted:
            task.answer.set_exception(LostError("it was cancelled"))
        elif worker.silent:
            task.answer.set_exception(SilentError(f"took more than {task.timeout:g} seconds; its worker was killed"))
        elif self._closed:
            task.answer.set_exception(LostError(STOPS))
        else:
            self._lost(worker, task)

    def _lost(self, worker: Worker, task: Task) -> None:
        """Handle a lost worker: try its task again if allowed. A failed start does not count as an attempt."""
        if not worker.ready:
            task.tried -= 1
            self._failed_starts += 1
        if self._failed_starts >= MAX_FAILED_STARTS:
            self._failed_starts = 0
            with self._change:
                given_up = [task, *self._now, *self._later]
                self._now.clear()
                self._later.clear()
            for each in given_up:
                _fail(each, LostError(NEVER_BEGAN, began=False))
        elif task.tried >= task.tries:
            task.answer.set_exception(LostError(LOST, worker.ready))
        else:
            say.warning("a worker was lost; its task is done once more")
            with self._change:
                self._now.appendleft(task)
                self._change.notify_all()


def _fail(task: Task, error: Exception) -> None:
    """Set the exception of a task, unless it has ended or was cancelled."""
    if task.answer.running() or (not task.answer.done() and task.answer.set_running_or_notify_cancel()):
        task.answer.set_exception(error)
