"""Progress on stderr: a bar with the time left in a terminal or notebook, otherwise a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

QUIET = 5.0  # seconds between two lines, to keep logs short

Progress = Callable[[int, int, int], None]  # pairs done, total pairs, pairs failed
Tell = Callable[["Pace"], None]


@dataclass
class Pace:
    """Progress of a study: total runs, done (including failed), failed; done by this process (`here`), and its seconds.

    lost: seeds of which a run failed in this process.
    """

    total: int
    done: int
    failed: int
    here: int = 0
    seconds: float = 0.0
    lost: set[int] = field(default_factory=set[int])

    def count(self, seed: int, done: int, failed: int) -> None:
        """Count ended runs of a seed, and how many of them failed."""
        self.done, self.here, self.failed = self.done + done, self.here + done, self.failed + failed
        if failed:
            self.lost.add(seed)

    @property
    def per_second(self) -> float:
        """Runs a second since the start of this process."""
        return self.here / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Estimated seconds left; NaN before the first run."""
        return (self.total - self.done) / self.per_second if self.here else float("nan")


def live() -> bool:
    """Return whether a bar can be drawn (terminal or notebook)."""
    shell = sys.modules.get("IPython")  # loaded by the app's libraries, too; only a notebook has a shell that runs
    return sys.stderr.isatty() or (shell is not None and shell.get_ipython() is not None)


@contextmanager
def shown(what: str, total: int) -> Generator[Progress]:
    """Yield a function (done, total, failed) to call after every pair; `what`: name of the counted things."""
    if live():
        with _bar(what, total) as tell:
            yield tell
    else:
        yield _Lines(what)


@contextmanager
def _bar(what: str, total: int) -> Generator[Progress]:
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
            self.first = done, passed  # the first one includes the start of workers, so it does not count for the pace
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


@contextmanager
def studied(total: int) -> Generator[Tell]:
    """Yield a function to call with the `Pace` of a study."""
    if live():
        with _study_bar(total) as tell:
            yield tell
    else:
        yield _StudyLines()


@contextmanager
def _study_bar(total: int) -> Generator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting ...", total=total)

        def tell(pace: Pace) -> None:
            bar.update(task, completed=pace.done, total=pace.total, description=pace_line(pace))

        yield tell


class _StudyLines:
    """Plain lines: one every few seconds, and the last."""

    def __init__(self) -> None:
        self.last, self.told = time.monotonic(), -1

    def __call__(self, pace: Pace) -> None:
        finished = pace.done >= pace.total
        if pace.done == self.told or (not finished and time.monotonic() - self.last < QUIET):
            return
        self.last, self.told = time.monotonic(), pace.done
        print(f"runs: {pace.done} of {pace.total}, {pace_line(pace)}", file=sys.stderr, flush=True)


def pace_line(pace: Pace) -> str:
    """Return a text such as "2 failed, 31 per second, about 4 min left"."""
    parts = [f"{pace.failed} failed"]
    if pace.here:
        parts.append(f"{pace.per_second:.3g} per second")
        if pace.done < pace.total:
            left = pace.left
            told = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min" if left < 5400 else f"{left / 3600:.1f} hours"
            parts.append(f"about {told} left")
    return ", ".join(parts)
