"""How far it is: a bar with the time left in a terminal, a plain line now and then elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from experiments.runner import Progress

QUIET = 5.0  # seconds between two plain lines, so that a log stays short


@contextmanager
def shown(what: str, total: int) -> Iterator[Progress]:
    """Yields a function (done, total, failed) to call after every pair; `what` names what is counted."""
    if sys.stderr.isatty():
        with _bar(what, total) as tell:
            yield tell
    else:
        yield _Lines(what)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("·"), TimeElapsedColumn()),
        *(TextColumn("· left"), TimeRemainingColumn()),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def tell(done: int, _total: int, failed: int) -> None:
            bar.update(task, completed=done, description=what + (f" ({failed} failed)" if failed else ""))

        yield tell


class _Lines:
    """Plain lines: the first pair, then one every few seconds, and the last."""

    def __init__(self, what: str) -> None:
        self.what, self.began, self.last, self.first = what, time.monotonic(), -QUIET, (0, 0.0)

    def __call__(self, done: int, total: int, failed: int) -> None:
        passed = time.monotonic() - self.began
        if not self.first[0]:
            self.first = done, passed  # the first one also waits for the workers to start: no measure of the pace
        if done < total and passed - self.last < QUIET:
            return
        self.last = passed
        lost = f", {failed} failed" if failed else ""
        print(f"{self.what}: {done} of {total}{lost}{self._time(done, total, passed)}", file=sys.stderr, flush=True)

    def _time(self, done: int, total: int, passed: float) -> str:
        if done >= total:
            return f", {passed:.1f} s"
        since, at = self.first
        return f", about {(passed - at) / (done - since) * (total - done):.0f} s left" if done > since else ""
