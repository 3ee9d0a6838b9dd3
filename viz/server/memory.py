"""The workers that simulate, and what they made: shared by all who look, kept while there is room.

Every task is one stretch of one side, so that the tasks of many who look take turns, a side nobody looks at any longer
costs nothing more, and a lost worker loses little. Pairs of runs wait behind: one worker is always free for who clicks.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from experiments.running.pool import Pool
from experiments.running.worker import usable_cores
from model.case.case import Case
from model.errors import BadInput
from viz.recording.recorder import Side
from viz.server import tasks
from viz.server.dutch import in_dutch
from viz.server.turns import Turns

ROOM = 256 * 2**20  # bytes of packets kept in memory
ROOM_ON_DISK = 768 * 2**20  # bytes of states kept in a folder
MOST_WORKERS = 4
PATIENCE = 300.0  # seconds that a task may take
TRIES = 4  # of a task whose worker is lost
FOLDER = "leefwereld-app-"  # and the number of the process whose it is

say = logging.getLogger("leefwereld")


class Crew:
    """Workers, and a memory of what they made. Answers are futures; what is asked twice is made once."""

    def __init__(self, workers: int | None = None) -> None:
        self.size = workers or min(MOST_WORKERS, max(2, usable_cores()))
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self.workers = Pool(self.size, tasks.begin, (str(self.folder),), timeout=PATIENCE, at_once=True)
        self.turns = Turns(self.size + 1)  # one more than there are workers, so that none waits for the next
        self.made: OrderedDict[str, Future[bytes]] = OrderedDict()
        self.bytes = self.simulated = 0  # simulated: stretches that were really lived
        self.lock = threading.Lock()
        self.warm = self._do(tasks.nothing)

    def close(self) -> None:
        """End all workers and forget everything."""
        self.workers.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what can be asked ------------------------------------------------------------------------------------------

    def header(self, side: Side) -> Future[bytes]:
        """What stays the same in the runs of a case and seed."""
        return self._once(f"header {side.start}", tasks.header, side)

    def chunk(self, side: Side, weeks: int, number: int, name: str) -> Future[bytes]:
        """One stretch of a side, under its name."""
        return self._once(f"chunk {name}", tasks.chunk, side, weeks, number)

    def ties(self, side: Side, weeks: int, week: int, resident: int) -> Future[Any]:
        """Whom a resident knows, how well, at the end of a week."""
        return self._do(tasks.ties, side, weeks, week, resident)

    def neighbourhood(self, kind: str, data: bytes, area: str) -> Future[Case | list[str]]:
        """The case in a file of one's own, or the names of the areas in it."""
        return self._do(tasks.neighbourhood, kind, data, area)

    def html(self, sides: list[Side], weeks: int, state: dict[str, Any], choices: dict[str, Any], lang: str) -> Future[bytes]:
        """One file that plays a view by itself."""
        return self._do(tasks.html, sides, weeks, state, choices, lang, later=True)

    def pair(self, sides: list[Side], weeks: int) -> Future[Any]:
        """One more pair of a view, when no click waits for it."""
        return self._do(tasks.pair, sides, weeks, later=True)

    # --- how it is done ---------------------------------------------------------------------------------------------

    def _do(self, function: Callable[..., Any], *given: Any, later: bool = False) -> Future[Any]:
        return self.workers.submit(function, *given, tries=TRIES, later=later)

    def _once(self, name: str, function: Callable[..., bytes], *given: Any) -> Future[bytes]:
        with self.lock:
            if name in self.made:
                self.made.move_to_end(name)
                return self.made[name]
            answer = self.made[name] = self._do(function, *given)
            self.simulated += 1
        answer.add_done_callback(lambda done: self._keep(name, done))
        return answer

    def _keep(self, name: str, done: Future[bytes]) -> None:
        """Count what was made; forget what failed, and what was not asked for longest when room runs out."""
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
        """Remove the oldest states from the folder when there are too many; what is missing is lived again."""
        with suppress(OSError):
            files = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self.folder.iterdir())
            total = sum(size for _, size, _ in files)
            for _, size, path in files:
                if total <= ROOM_ON_DISK:
                    break
                path.unlink(missing_ok=True)
                total -= size


def sweep() -> None:
    """Remove the folders of servers that were killed and could not do so themselves."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdecimal() and len(owner) < 10 and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def in_words(error: BaseException) -> tuple[str, str]:
    """One line about an error for who looks, in Dutch and English."""
    if isinstance(error, BadInput):
        return in_dutch(str(error)), str(error)
    if isinstance(error, TimeoutError):
        return "Dit duurde te lang en is gestopt.", "This took too long and was stopped."
    say.error("a task failed: %s: %s", type(error).__name__, " ".join(str(error).split()))
    return "Er ging iets mis op de server; probeer het opnieuw.", "Something went wrong at the server; please try again."
