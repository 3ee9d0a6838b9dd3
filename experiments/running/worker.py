"""One worker process and the line to it: how it starts, what it is given, what it says, how it ends."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from inspect import isgenerator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from experiments.shared.stopping import deaf, end_with_parent

READY, PART, WELL, RAISED = "ready", "part", "well", "raised"  # what a worker says
Hear = Callable[..., object]  # is called with each part


@dataclass(eq=False)
class Task:
    """Something to be done, who waits for it, and how often it may be tried. began: something was said about it."""

    function: Callable[..., object]
    given: tuple[object, ...]
    answer: Future[object]
    hear: Hear | None
    tries: int
    timeout: float | None
    loading: float
    tried: int = 0
    began: bool = False
    unwanted: bool = False


class Worker:
    """A process, and the line to it. ready: it has begun; silent: it was killed because it said nothing for too long."""

    thread: threading.Thread
    line: Connection

    def __init__(self, begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
        self._whole = (begin, given)
        self.task: Task | None = None
        self.process: BaseProcess | None = None
        self.ready = self.silent = False

    def start(self) -> None:
        """See to it that the process is there."""
        if self.process is not None and self.process.is_alive():
            return
        self.end()
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, *self._whole), daemon=True)
        self.ready = self.silent = False
        with ctrl_c_ignored():
            self.process.start()
        theirs.close()

    def kill(self) -> None:
        """End the process at once; it has nothing of its own to put away."""
        if self.process is not None and self.process.pid is not None:
            self.process.kill()

    def end(self) -> None:
        """The same, and wait until it is gone."""
        self.kill()
        if self.process is not None and self.process.pid is not None:
            self.process.join()
            self.line.close()

    def send(self, what: object) -> None:
        """Hand it something; when it is gone that is noticed where it is heard."""
        with suppress(OSError):
            self.line.send(what)

    def heard(self, task: Task) -> Iterator[tuple[str, object]]:
        """Everything that it says about a task, until it has no more to say, is lost, or is silent for too long."""
        assert self.process is not None
        since = time.monotonic()
        while True:
            left = None
            if task.timeout is not None:
                left = max(0.0, since + task.timeout + (0.0 if task.began else task.loading) - time.monotonic())
            try:
                ready = wait([self.line, self.process.sentinel], left)
                if self.line not in ready and not self.line.poll():
                    self.silent = not ready
                    return
                kind, said = self.line.recv()
            except (EOFError, OSError):
                return
            except Exception as error:  # what cannot be read here
                kind, said = RAISED, RuntimeError(described(error)[0])
            since = time.monotonic()
            if kind == READY:
                self.ready = True
            yield kind, said


def _serve(line: Connection, begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    """In a worker: do what is asked for, one thing after the other."""
    deaf()
    end_with_parent()
    if begin is not None:
        begin(*given)
    with suppress(EOFError, OSError, KeyboardInterrupt):  # the parent is gone, or a library listens for Ctrl-C of its own accord
        line.send((READY, None))
        while True:
            function, parts = line.recv()
            try:
                found = function(*parts)
                if isgenerator(found):
                    for part in found:
                        line.send((PART, part))
                    found = None
                said: tuple[str, object] = WELL, found
                pickled = pickle.dumps(said)
            except Exception as error:
                pickled = _as_sent(error)
            line.send_bytes(pickled)


def _as_sent(error: Exception) -> bytes:
    """An error as it can travel: itself if it can, else its text."""
    try:
        sent = pickle.dumps((RAISED, error))
        pickle.loads(sent)
    except Exception:
        return pickle.dumps((RAISED, RuntimeError(described(error)[0])))
    return sent


def described(error: BaseException) -> tuple[str, str]:
    """One line that says what an error was, and its traceback; texts, because an unknown class may not travel."""
    return " ".join(f"{type(error).__name__}: {error}".split()), "".join(traceback.format_exception(error))


def usable_cores() -> int:
    """Cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@contextmanager
def ctrl_c_ignored() -> Iterator[None]:
    """Start processes with Ctrl-C switched off for them; here it is heard afterwards, where the system can hold it back."""
    if hasattr(signal, "pthread_sigmask"):
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return
    if threading.current_thread() is not threading.main_thread():  # where it cannot be changed
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
