"""Pairs of runs, one or many of them side by side on all cores.

A *pair* is one seed: the same people, moved in and burnt in once, then lived through under each regime. Everything that
happens in a pair follows from its `Spec`; neither the worker nor the order nor the other regimes have a say.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from experiments.running.pool import LostError, Pool
from experiments.running.worker import described, usable_cores
from experiments.shared.progress import Progress
from experiments.shared.stopping import Stop
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from model.case.case import Case
    from model.regimes import Practices

LIMITS = {"pairs": (1, 100_000), "weeks": (1, 5_200), "workers": (1, 256), "first_seed": (0, 2**63 - 1)}


def check_limit(name: str, value: Any) -> None:
    """A whole number within the limits of its name, or BadInput."""
    low, high = LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput("compare", name, value, f"whole numbers {low}..{high}")


def check_last_seed(first_seed: int, pairs: int) -> None:
    """The last pair has a seed too, or BadInput."""
    highest = LIMITS["first_seed"][1] - pairs + 1
    if first_seed > highest:
        raise BadInput("compare", "seed", first_seed, f"at most {highest} with {pairs} pairs")


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
    regimes: Mapping[str, Practices]
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
    return _run_in_pool(specs, workers, progress, function)


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


def _run_here(specs: Sequence[Spec], progress: Progress | None, function: Callable[[Spec], Result]) -> list[Result | Failure]:
    """Run the specs one after the other in this process."""
    answers: list[Result | Failure] = []
    for spec in specs:
        answers.append(attempt(function, spec))
        _tell(progress, answers, len(specs))
    return answers


def _run_in_pool(
    specs: Sequence[Spec], workers: int, progress: Progress | None, function: Callable[[Spec], Result]
) -> list[Result | Failure]:
    """Run the specs in a pool of workers; no more of them are out than keeps every worker busy."""
    answers: dict[int, Result | Failure] = {}
    waiting = iter(enumerate(specs))
    out: dict[Future[Result | Failure], int] = {}
    ended: SimpleQueue[Future[Result | Failure]] = SimpleQueue()
    with Stop() as stop, Pool(workers) as pool:
        while len(answers) < len(specs):
            for i, spec in islice(waiting, 2 * workers - len(out)):
                future = pool.submit(attempt, function, spec, tries=2)
                out[future] = i
                future.add_done_callback(ended.put)
            stop.check()
            with suppress(Empty):
                future = ended.get(timeout=0.2)
                i = out.pop(future)
                try:
                    answers[i] = future.result()
                except LostError as error:
                    if not error.began:
                        raise RuntimeError(GUARD_HINT) from None
                    answers[i] = Failure(specs[i].seed, "its worker process was lost twice (out of memory, or killed?)")
                _tell(progress, list(answers.values()), len(specs))
    return [answers[i] for i in range(len(specs))]


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
