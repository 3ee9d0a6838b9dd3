"""The workers that simulate, and a cache of their results, shared by all tabs.

Each task is one stretch of one side. So tasks of many tabs take turns, a side that nobody watches any longer costs nothing,
and a lost worker loses little. Pairs of runs have lower priority: one worker is always free for a click.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Unpack

import numpy as np

from experiments.running.pool import Pool
from experiments.running.worker import usable_cores
from model.case.case import Case
from model.errors import BadInput
from viz.recording.recorder import Side
from viz.server import tasks
from viz.server.dutch import in_dutch
from viz.server.turns import Turns

ROOM = 256 * 2**20  # bytes of packets in memory
ROOM_ON_DISK = 768 * 2**20  # bytes of states on disk
MOST_WORKERS = 4
PATIENCE = 300.0  # time limit of a task in seconds
TRIES = 4  # attempts at a task whose worker is lost
FOLDER = "leefwereld-app-"  # prefix; then the id of the owning process

say = logging.getLogger("leefwereld")


class Workers:
    """Worker processes and a cache of their results. Methods return futures; equal requests share one task."""

    def __init__(self, count: int | None = None) -> None:
        self.size = count or min(MOST_WORKERS, max(2, usable_cores()))
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self.pool = Pool(self.size, tasks.begin, (str(self.folder),), timeout=PATIENCE, at_once=True)
        self.turns = Turns(self.size + 1)  # one more than there are workers, so that none waits for the next
        self.made: OrderedDict[str, Future[bytes]] = OrderedDict()
        self.bytes = self.simulated = 0  # simulated: number of tasks run
        self.lock = threading.Lock()
        self.warm = self._do(tasks.nothing)

    def close(self) -> None:
        """Stop all workers and delete all states."""
        self.pool.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- requests ---------------------------------------------------------------------------------------------------

    def header(self, side: Side) -> Future[bytes]:
        """Return the packed constant data of runs of a case and seed."""
        return self._once(f"header {side.start}", tasks.header, side)

    def chunk(self, side: Side, weeks: int, number: int, name: str) -> Future[bytes]:
        """One stretch of a side, under its name."""
        return self._once(f"chunk {name}", tasks.chunk, side, weeks, number)

    def ties(self, side: Side, weeks: int, week: int, resident: int) -> Future[list[list[float]]]:
        """Return a resident's ties at the end of a week."""
        return self._do(tasks.ties, side, weeks, week, resident)

    def neighbourhood(self, kind: str, data: bytes, area: str) -> Future[Case | list[str]]:
        """Return the case in an uploaded file, or the names of its areas."""
        return self._do(tasks.neighbourhood, kind, data, area)

    def html(
        self, sides: list[Side], weeks: int, state: Mapping[str, object], choices: Mapping[str, object], lang: str,
        spread: Mapping[str, object] | None = None,
    ) -> Future[bytes]:  # fmt: skip
        """Return one HTML file that plays a view offline."""
        return self._do(tasks.html, sides, weeks, state, choices, lang, spread, later=True)

    def pair(self, sides: list[Side], weeks: int) -> Future[np.ndarray]:
        """Return one more pair of runs of a view, with low priority."""
        return self._do(tasks.pair, sides, weeks, later=True)

    # --- tasks and cache -------------------------------------------------------------------------------------------

    def _do[*Given, Found](self, function: Callable[[*Given], Found], *given: Unpack[Given], later: bool = False) -> Future[Found]:
        return self.pool.submit(function, *given, tries=TRIES, later=later)

    def _once[*Given](self, name: str, function: Callable[[*Given], bytes], *given: Unpack[Given]) -> Future[bytes]:
        with self.lock:
            if name in self.made:
                self.made.move_to_end(name)
                return self.made[name]
            answer = self.made[name] = self._do(function, *given)
            self.simulated += 1
        answer.add_done_callback(lambda done: self._keep(name, done))
        return answer

    def _keep(self, name: str, done: Future[bytes]) -> None:
        """Add a result to the cache; drop failed tasks, and the least recently used results beyond `ROOM`."""
        with self.lock:
            if done.cancelled() or done.exception() is not None:
                self.made.pop(name, None)
                return
            self.bytes += len(done.result())
            for old in list(self.made):
                if self.bytes <= ROOM or old == name:
                    break
                if self.made[old].done():
                    self.bytes -= len(self.made.pop(old).result())
        if self.simulated % 50 == 0:
            self._tidy()

    def _tidy(self) -> None:
        """Delete the oldest states beyond `ROOM_ON_DISK`; a missing state is computed again when needed."""
        with suppress(OSError):
            files = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self.folder.iterdir())
            total = sum(size for _, size, _ in files)
            for _, size, path in files:
                if total <= ROOM_ON_DISK:
                    break
                path.unlink(missing_ok=True)
                total -= size


def sweep() -> None:
    """Delete the folders of servers that were killed."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdecimal() and len(owner) < 10 and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def in_words(error: BaseException) -> tuple[str, str]:
    """Return one line about an error for the user, in Dutch and English."""
    if isinstance(error, BadInput):
        return in_dutch(str(error)), str(error)
    if isinstance(error, TimeoutError):
        return "Dit duurde te lang en is gestopt.", "This took too long and was stopped."
    say.error("a task failed: %s: %s", type(error).__name__, " ".join(str(error).split()))
    return "Er ging iets mis op de server; probeer het opnieuw.", "Something went wrong at the server; please try again."
