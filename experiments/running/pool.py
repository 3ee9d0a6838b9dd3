"""One pool of worker processes for everything that runs: comparisons, studies, calibrations, patterns and the app.

`submit` hands a task to the pool and returns a `Future`. It ends in one of four ways: with what the function returned or raised;
with `LostError`, when workers were lost at it as often as it may be tried; with `SilentError`, when nothing was heard of it for too
long and its worker was killed; or cancelled. A function that yields is heard part by part. A pool on other machines needs no more
than `Workers` names.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, Self, cast

from experiments.running.worker import PART, RAISED, WELL, Hear, Task, Worker

IN_VAIN = 5  # workers that end before they begin, one after the other, until what waits is given up
LOST = "its worker process was lost (out of memory, or killed?)"
STOPS = "the pool stops"
NEVER_BEGAN = "worker processes end before they begin (out of memory?)"
say = logging.getLogger("leefwereld")


class LostError(RuntimeError):
    """The worker was lost at this task, as often as it may be tried, or the pool has ended. began: a worker was at it at all."""

    def __init__(self, why: str, began: bool = True) -> None:
        super().__init__(why)
        self.began = began


class SilentError(TimeoutError):
    """Nothing was heard of a task for longer than it may take."""


class Workers(Protocol):
    """What can be asked of a pool, wherever its workers are."""

    size: int

    def submit[*Given, Found](
        self, function: Callable[[*Given], Found], *given: *Given, hear: Hear | None = None, tries: int = 1, later: bool = False,
        timeout: float | None = None, loading: float = 0.0,
    ) -> Future[Found]: ...  # fmt: skip

    def cancel[Found](self, future: Future[Found]) -> None: ...

    def close(self) -> None: ...


class Pool:
    """Processes of this machine that do tasks in the order in which they come. What may be later waits behind the rest.

    size: processes at most; they start when there is work, or all at once (`at_once`). begin(*given) is called in each first.
    timeout: seconds for which a task may be silent, unless it says so itself. Use as a context, or `close` it.
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
        self._in_vain = self._open = 0  # open: tasks that have not ended
        self._workers: list[Worker] = []
        with self._change:
            for _ in range(size if at_once else 0):
                self._hire(at_once=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process numbers of the workers that are there."""
        return [pid for worker in self._workers if worker.process is not None and (pid := worker.process.pid)]

    @property
    def waiting(self) -> int:
        """Tasks that may be later, which nobody is at yet and somebody still wants."""
        return sum(not task.answer.cancelled() for task in self._later)

    def submit[*Given, Found](
        self, function: Callable[[*Given], Found], *given: *Given, hear: Hear | None = None, tries: int = 1, later: bool = False,
        timeout: float | None = None, loading: float = 0.0,
    ) -> Future[Found]:  # fmt: skip
        """Have a task done. function and given must be such as can be sent to another process.

        hear(part): called for everything that the function yields, in a thread of the pool. tries: how often, when workers are lost.
        later: when a worker has nothing better to do; one worker is kept free of such tasks, where there are more.
        timeout: seconds of silence after which its worker is killed; loading: so many more until it is heard for the first time.
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
            if len(self._workers) < min(self.size, self._open + later):  # one more than needed is kept free
                self._hire()
            self._change.notify_all()
        return answer

    def _ended(self, _: Future[object]) -> None:
        with self._change:
            self._open -= 1

    def cancel[Found](self, future: Future[Found]) -> None:
        """Drop a task; the worker that is at it is killed."""
        if future.cancel():
            return
        with self._change:
            for worker in self._workers:
                if worker.task is not None and worker.task.answer is future:
                    worker.task.unwanted = True
                    worker.kill()

    def close(self) -> None:
        """End all workers; whoever still waits is told."""
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

    def _hire(self, at_once: bool = False) -> None:
        """One more worker, with a thread of its own, which starts its process: systems may end it with the thread that did."""
        worker = Worker(self._begin, self._given)
        given = (worker, len(self._workers), at_once)
        worker.thread = threading.Thread(target=self._attend, args=given, name="leefwereld-worker", daemon=True)
        self._workers.append(worker)
        worker.thread.start()

    def _attend(self, worker: Worker, number: int, at_once: bool) -> None:
        """Hand tasks to one worker, and replace it when it is lost."""
        if at_once:
            self._put_to_work(worker, None)
        while (task := self._next(number)) is not None:
            if not task.answer.running() and not task.answer.set_running_or_notify_cancel():
                continue
            try:
                if self._put_to_work(worker, task):
                    self._have_done(worker, task)
                else:
                    _fail(task, LostError(STOPS, began=False))
            except Exception as error:  # no process can be started, or what is asked for cannot be sent
                _fail(task, error)
            worker.task = None
        worker.end()

    def _put_to_work(self, worker: Worker, task: Task | None) -> bool:
        """A process for a task, a new one when it was lost; not when the pool stops."""
        with self._change:
            if not self._closed:
                worker.task = task
                worker.start()
            return not self._closed

    def _next(self, number: int) -> Task | None:
        """The next task for a worker; the first worker is kept free for what cannot wait, where there are more."""
        with self._change:
            while not self._closed:
                if self._now:
                    return self._now.popleft()
                if self._later and (number > 0 or self.size == 1):
                    return self._later.popleft()
                self._change.wait()
        return None

    def _have_done(self, worker: Worker, task: Task) -> None:
        task.tried += 1
        worker.send((task.function, task.given))
        for kind, said in worker.heard(task):
            self._in_vain = 0
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
        """A worker is gone: its task is tried again, if it may; workers that never began are no fault of the task."""
        if not worker.ready:
            task.tried -= 1
            self._in_vain += 1
        if self._in_vain >= IN_VAIN:
            self._in_vain = 0
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
    """Tell whoever waits for a task, unless it is over or was cancelled."""
    if task.answer.running() or (not task.answer.done() and task.answer.set_running_or_notify_cancel()):
        task.answer.set_exception(error)
