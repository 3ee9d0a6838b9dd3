"""One worker process and the connection to it."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from inspect import isgenerator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess

from experiments.shared.stopping import end_with_parent, ignore_ctrl_c

READY, PART, WELL, RAISED = "ready", "part", "well", "raised"  # kinds of messages from a worker
READ_AT_IMPORT = ("NUMBA_", "NUMEXPR_", "OMP_", "OPENBLAS_", "MKL_", "BLIS_", "PYTHON", "LD_")  # variables that libraries read once
Hear = Callable[..., object]  # is called with each part
_forked_with: dict[str, dict[str, str]] = {}


@dataclass(eq=False)
class Task:
    """A task, its future, and its number of attempts. began: the worker has sent a part."""

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
    """A process and the connection to it. ready: it has started; silent: it was killed because it sent nothing for too long."""

    thread: threading.Thread
    line: Connection

    def __init__(self, begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
        self._whole = (begin, given)
        self.task: Task | None = None
        self.process: BaseProcess | None = None
        self.ready = self.silent = False

    def start(self) -> None:
        """Start the process, unless it is alive."""
        if self.process is not None and self.process.is_alive():
            return
        self.end()
        context = _context()
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, dict(os.environ), *self._whole), daemon=True)
        self.ready = self.silent = False
        with ctrl_c_ignored():
            self.process.start()
        theirs.close()

    def kill(self) -> None:
        """Kill the process; it has no state to save."""
        if self.process is not None and self.process.pid is not None:
            self.process.kill()

    def end(self) -> None:
        """Kill the process and wait until it has ended."""
        self.kill()
        if self.process is not None and self.process.pid is not None:
            self.process.join()
            self.line.close()

    def send(self, what: object) -> None:
        """Send an object to the process; `heard` notices if it has ended."""
        with suppress(OSError):
            self.line.send(what)

    def heard(self, task: Task) -> Iterator[tuple[str, object]]:
        """Yield (kind, content) of each message about a task, until the process ends or is silent for too long."""
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
            except Exception as error:  # a message that cannot be unpickled
                kind, said = RAISED, RuntimeError(described(error)[0])
            since = time.monotonic()
            if kind == READY:
                self.ready = True
            yield kind, said


def _context() -> ForkServerContext | SpawnContext:
    """Return how a worker starts: forked from a process that loaded the model once, where systems and variables allow it."""
    if sys.platform != "linux":
        return get_context("spawn")
    at_import = {name: value for name, value in os.environ.items() if name.startswith(READ_AT_IMPORT)}
    if _forked_with.setdefault("environment", at_import) != at_import:
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["experiments.running.preload"])
    return context


def _serve(line: Connection, environment: dict[str, str], begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    """In a worker: run tasks one after the other."""
    os.environ.clear()
    os.environ.update(environment)
    ignore_ctrl_c()
    end_with_parent()
    if begin is not None:
        begin(*given)
    with suppress(EOFError, OSError, KeyboardInterrupt):  # the parent has ended, or a library handles Ctrl-C itself
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
    """Return an exception pickled, or a RuntimeError with its text if it cannot be pickled."""
    try:
        sent = pickle.dumps((RAISED, error))
        pickle.loads(sent)
    except Exception:
        return pickle.dumps((RAISED, RuntimeError(described(error)[0])))
    return sent


def described(error: BaseException) -> tuple[str, str]:
    """Return an error as one line, and its traceback, both as text."""
    return " ".join(f"{type(error).__name__}: {error}".split()), "".join(traceback.format_exception(error))


def usable_cores() -> int:
    """Return the number of cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@contextmanager
def ctrl_c_ignored() -> Generator[None]:
    """Start processes that ignore Ctrl-C; this process receives it afterwards, if the system can delay it."""
    if hasattr(signal, "pthread_sigmask"):
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return
    if threading.current_thread() is not threading.main_thread():  # signals can only be changed in the main thread
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
