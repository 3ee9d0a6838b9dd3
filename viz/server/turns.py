"""Whose turn it is: who waits keeps a place in the row, and says only when its turn has come what it wants by then."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

Ask = Callable[[], Future[bytes] | None]


class Turns:
    """A row of askers, of which so many are served at once. So what was wanted and is wanted no longer is never begun."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._row: deque[Ask] = deque()
        self._lock = threading.Lock()

    def wait(self, ask: Ask) -> None:
        """Take a place at the end of the row. When its turn has come, `ask` returns what it then waits for, or None: nothing more."""
        with self._lock:
            self._row.append(ask)
        self._serve()

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._free or not self._row:
                    return
                ask = self._row.popleft()
                self._free -= 1
            answer = ask()
            if answer is not None and not answer.done():
                answer.add_done_callback(self._over)
                continue
            with self._lock:
                self._free += 1

    def _over(self, _: Future[bytes]) -> None:
        with self._lock:
            self._free += 1
        self._serve()
