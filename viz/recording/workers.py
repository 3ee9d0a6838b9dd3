"""Worker processes, each on a line of its own: one that is killed or hangs takes nothing along but the task it was at."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from experiments.running.pool import ctrl_c_ignored
from experiments.shared.stopping import deaf, end_with_parent

MOST_TRIES = 3  # of a task whose worker was lost
say = logging.getLogger("leefwereld")


class LostError(RuntimeError):
    """The worker was lost at this task again and again, or all of them have ended."""


@dataclass
class Task:
    """Something to be done, and who waits for it."""

    function: Callable[..., Any]
    given: tuple[Any, ...]
    answer: Future[Any]
    tried: int = 0


class Workers:
    """Processes that do tasks in the order in which they come. What can wait is done behind the rest, and never by all at once."""

    def __init__(self, size: int, begin: Callable[..., None], given: tuple[Any, ...] = (), patience: float = 300.0) -> None:
        self.size, self.begin, self.given, self.patience = size, begin, given, patience
        self.now: deque[Task] = deque()
        self.later: deque[Task] = deque()
        self.change = threading.Condition()
        self.closed = False
        self.lines: list[tuple[BaseProcess, Connection]] = []
        with ctrl_c_ignored():
            self.lines = [self._start() for _ in range(size)]
        self.threads = [threading.Thread(target=self._attend, args=(n,), name=f"leefwereld-worker-{n}", daemon=True) for n in range(size)]
        for thread in self.threads:
            thread.start()

    def do(self, function: Callable[..., Any], *given: Any, later: bool = False) -> Future[Any]:
        """Have a task done; `later`: when a worker has nothing better to do."""
        task = Task(function, given, Future())
        with self.change:
            if self.closed:
                task.answer.set_exception(LostError("the server stops"))
                return task.answer
            (self.later if later else self.now).append(task)
            self.change.notify_all()
        return task.answer

    def close(self) -> None:
        """End all of them; whoever still waits is told."""
        with self.change:
            self.closed = True
            self.change.notify_all()
        for process, _ in self.lines:
            process.kill()
        for thread in self.threads:
            thread.join()
        for task in (*self.now, *self.later):
            if not task.answer.done() and task.answer.set_running_or_notify_cancel():
                task.answer.set_exception(LostError("the server stops"))

    # --- one worker -------------------------------------------------------------------------------------------------

    def _start(self) -> tuple[BaseProcess, Connection]:
        context = get_context("spawn")
        line, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self.begin, self.given), daemon=True)
        process.start()
        theirs.close()
        return process, line

    def _attend(self, n: int) -> None:
        """Hand tasks to one worker, and replace it when it is lost."""
        while (task := self._next(n)) is not None:
            if task.tried or task.answer.set_running_or_notify_cancel():
                self._have_done(n, task)
        process, line = self.lines[n]
        process.kill()
        process.join()
        line.close()

    def _next(self, n: int) -> Task | None:
        """The next task for a worker; the first worker is kept free for what cannot wait, where there are more."""
        with self.change:
            while not self.closed:
                if self.now:
                    return self.now.popleft()
                if self.later and (n > 0 or self.size == 1):
                    return self.later.popleft()
                self.change.wait()
        return None

    def _have_done(self, n: int, task: Task) -> None:
        if not self.lines[n][0].is_alive():  # it was lost while it had nothing to do
            self._replace(n)
        process, line = self.lines[n]
        said: tuple[bool, Any] | None = None
        try:
            line.send((task.function, task.given))
            ready = wait([line, process.sentinel], self.patience)
            if line in ready or line.poll():
                said = line.recv()
            elif not ready:
                said = False, TimeoutError(f"took more than {self.patience:g} seconds")
                self._replace(n)
        except (EOFError, OSError):
            pass
        if said is not None:
            well, what = said
            task.answer.set_result(what) if well else task.answer.set_exception(what)
        elif self.closed or task.tried >= MOST_TRIES:
            task.answer.set_exception(LostError("the server stops" if self.closed else "its workers were lost again and again"))
        else:
            say.warning("a worker was lost; its task is done once more")
            task.tried += 1
            self._replace(n)
            with self.change:
                self.now.appendleft(task)
                self.change.notify_all()

    def _replace(self, n: int) -> None:
        process, line = self.lines[n]
        process.kill()
        process.join()
        line.close()
        with self.change:
            if not self.closed:
                self.lines[n] = self._start()


def _serve(line: Connection, begin: Callable[..., None], given: tuple[Any, ...]) -> None:
    """In a worker: do what is asked for, one thing after the other."""
    deaf()
    end_with_parent()
    begin(*given)
    while True:
        try:
            function, parts = line.recv()
        except (EOFError, OSError):
            return
        try:
            said: tuple[bool, Any] = True, function(*parts)
        except Exception as error:
            said = False, error
        try:
            line.send(said)
        except (EOFError, OSError):
            return
        except Exception as error:  # what cannot travel
            line.send((False, RuntimeError(f"{type(error).__name__}: {error}")))
