"""One pair of runs, and many pairs side by side on all cores.

A *pair* is one seed: the same people, moved in and burnt in once, then lived through under each regime. Everything that
happens in a pair follows from its `Spec`; neither the worker nor the order nor the other regimes have a say.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.shared.progress import Progress
from experiments.shared.stopping import Stop, deaf
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from model.case.case import Case
    from model.parameters import Section

SMALL_WORK = 10_000_000  # resident-weeks: about five seconds, what starting workers costs
Rules = str | Path | dict[str, Callable[..., Any]] | None

GUARD_HINT = (
    "every worker process died before it began; in a script of your own, call compare() under "
    "`if __name__ == '__main__':`, or use workers=1"
)


@dataclass(frozen=True)
class Spec:
    """All that determines a pair: the case, the regimes by label, the seed, weeks after the burn-in, replaced rules.

    code: the hash of the model's sources in the parent; a worker that finds others refuses (empty: not checked).
    story: keep the dated sentences too; one pair of a comparison is enough to read.
    brief: outcomes only, without weekly measures and ledger, and without living parts of the run again.
    """

    case: Case
    regimes: Mapping[str, Section]
    seed: int
    weeks: int
    rules: Rules = None
    code: str = ""
    story: bool = False
    brief: bool = False


@dataclass(frozen=True)
class RegimeRun:
    """What one regime left behind: outcomes by name, weekly measures, hours and euros, the run's identity, a story if asked."""

    outcomes: dict[str, float]
    weekly: pl.DataFrame
    ledger: pl.DataFrame
    identity: str
    endowment: dict[str, float]
    story: list[str] | None = None


@dataclass(frozen=True)
class Result:
    """A pair that was run: one RegimeRun for each label, and the seconds that it took."""

    seed: int
    runs: dict[str, RegimeRun]
    seconds: float


@dataclass(frozen=True)
class Failure:
    """A pair that could not be run: its seed, one line that says why, and the traceback where there is one."""

    seed: int
    reason: str
    traceback: str = field(default="", repr=False)


def run_one(spec: Spec) -> Result:
    """Run one pair: build and burn in once, then live the same weeks under each regime from the same checkpoint."""
    import polars as pl

    from model.identity import code_hash
    from model.neighbourhood import Neighbourhood

    if spec.code and spec.code != code_hash():
        raise BadInput("model", allowed="sources that stay the same during a run; these were edited, so start again")
    began = time.perf_counter()
    place = Neighbourhood(spec.case, seed=spec.seed, rules=spec.rules)
    place.burn_in()
    start = place.checkpoint()
    runs = {}
    for label, practices in spec.regimes.items():
        place.restore(start)
        place.set_regime(practices)
        (place.run if spec.brief else place.run_with_multiplier)(spec.weeks)
        runs[label] = RegimeRun(
            outcomes=place.outcomes(),
            weekly=pl.DataFrame() if spec.brief else place.measures,
            ledger=pl.DataFrame() if spec.brief else place.ledger,
            identity=place.identity,
            endowment=dict(place.endowment),
            story=list(place.story) if spec.story else None,
        )
    return Result(spec.seed, runs, time.perf_counter() - began)


def run_all(
    specs: Sequence[Spec],
    workers: int | None = None,
    progress: Progress | None = None,
    function: Callable[[Spec], Result] = run_one,
) -> list[Result | Failure]:
    """Run every spec; the answers come in the order of the specs, whichever finished first.

    workers: processes at once; None means one a core, or none where starting them takes longer than the work;
    1 means here, without other processes.
    A pair whose worker is lost is run once more, then becomes a Failure; so does a pair that raises. The others go on.
    Raises BadInput (from any pair, at once), and KeyboardInterrupt after the workers have been stopped.
    """
    workers = min(workers or (1 if resident_weeks(specs) < SMALL_WORK else usable_cores()), len(specs))
    if workers <= 1 or not _travels(specs[0]):
        return _run_here(specs, progress, function)
    answers: dict[int, Result | Failure] = {}
    waiting = dict(enumerate(specs))
    for _attempt in (1, 2):
        if waiting:
            _run_in_pool(waiting, answers, min(workers, len(waiting)), progress, len(specs), function)
            waiting = {i: spec for i, spec in waiting.items() if i not in answers}
    for i, spec in waiting.items():
        answers[i] = Failure(spec.seed, "its worker process was lost twice (out of memory, or killed?)")
    if len(waiting) == len(specs):
        raise RuntimeError(GUARD_HINT)
    return [answers[i] for i in range(len(specs))]


def resident_weeks(specs: Sequence[Spec]) -> int:
    """How much work the specs are: residents times weeks, burn-in and all regimes included."""
    return sum(spec.case.residents * (spec.case.burn_in + spec.weeks * len(spec.regimes)) for spec in specs)


def attempt(function: Callable[[Spec], Result], spec: Spec) -> Result | Failure:
    """Run one pair and turn what it raises into a Failure, here or in a worker; BadInput alone is let through.

    Done on the worker's side, because an exception of an unknown class may not survive the journey back.
    """
    try:
        return function(spec)
    except BadInput:
        raise
    except (Exception, SystemExit) as error:
        return Failure(spec.seed, *described(error))


def described(error: BaseException) -> tuple[str, str]:
    """One line that says what an error was, and its traceback; texts, because an unknown class may not travel."""
    return " ".join(f"{type(error).__name__}: {error}".split()), "".join(traceback.format_exception(error))


def _run_here(specs: Sequence[Spec], progress: Progress | None, function: Callable[[Spec], Result]) -> list[Result | Failure]:
    """Run the specs one after the other in this process."""
    answers: list[Result | Failure] = []
    for spec in specs:
        answers.append(attempt(function, spec))
        _tell(progress, answers, len(specs))
    return answers


def _run_in_pool(
    waiting: Mapping[int, Spec],
    answers: dict[int, Result | Failure],
    workers: int,
    progress: Progress | None,
    total: int,
    function: Callable[[Spec], Result],
) -> None:
    """Run the specs in a fresh pool of workers and add what they answer to `answers`; lost ones stay absent."""
    from pebble import ProcessExpired, ProcessPool

    with Stop() as stop:
        pool = ProcessPool(max_workers=workers, initializer=deaf, context=get_context("spawn"))  # type: ignore[arg-type]
        place: dict[Future[Any], int] = {}
        try:
            for i, spec in waiting.items():
                with ctrl_c_ignored() if not place else nullcontext():  # the first one starts the workers, which inherit it
                    place[pool.schedule(attempt, args=(function, spec))] = i
                stop.check()
            pending = set(place)
            while pending:
                done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                stop.check()
                for future in done:
                    with suppress(ProcessExpired, BrokenExecutor, CancelledError):  # the worker was lost
                        answers[place[future]] = future.result()
                        _tell(progress, list(answers.values()), total)
        finally:
            pool.stop()
            pool.join()


def _tell(progress: Progress | None, answers: Sequence[Result | Failure], total: int) -> None:
    """Report how far it is."""
    if progress is not None:
        progress(len(answers), total, sum(isinstance(answer, Failure) for answer in answers))


def _travels(spec: Spec) -> bool:
    """Can the spec be sent to another process? Functions typed at a prompt cannot."""
    try:
        pickle.dumps(spec)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def usable_cores() -> int:
    """Cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@contextmanager
def ctrl_c_ignored() -> Iterator[None]:
    """Start processes with Ctrl-C switched off for them; here it is heard afterwards, where the system can hold it back.

    Only the main thread may change it, elsewhere nothing happens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if hasattr(signal, "pthread_sigmask"):
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
