"""Do a task for many seeds, in parallel or in this process: a `Group` of runs, or a job of the patterns.

The result of a seed depends on its task alone, not on the worker, the order or the other seeds.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence, Sized
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from experiments.running.pool import LostError, Pool
from experiments.running.worker import described, usable_cores
from experiments.shared.progress import Progress
from experiments.shared.stopping import Stop
from model.errors import BadInput, OutOfRange

if TYPE_CHECKING:
    from model.case.case import Case

LIMITS = {"pairs": (1, 100_000), "weeks": (1, 5_200), "workers": (1, 256), "first_seed": (0, 2**63 - 1)}


def check_limit(name: str, value: object) -> None:
    """Raise BadInput unless the value is a whole number within the limits of its name."""
    low, high = LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput("compare", name, value, f"whole numbers {low}..{high}")


def check_last_seed(first_seed: int, pairs: int) -> None:
    """Raise BadInput when the seed of the last pair would be too large."""
    highest = LIMITS["first_seed"][1] - pairs + 1
    if first_seed > highest:
        raise BadInput("compare", "seed", first_seed, f"at most {highest} with {pairs} pairs")


SMALL_WORK = 10_000_000  # resident-weeks: about five seconds of work, as long as starting workers takes


Rules = str | Path | dict[str, Callable[..., float]] | None


GUARD_HINT = (
    "every worker process died before it began; in a script of your own, call it under `if __name__ == '__main__':`, or use workers=1"
)


class Task(Protocol):
    """What a task must have: a seed, and what determines the amount of work. runs: the runs it consists of."""

    @property
    def case(self) -> Case: ...
    @property
    def seed(self) -> int: ...
    @property
    def weeks(self) -> int: ...
    @property
    def runs(self) -> Sized: ...


@dataclass(frozen=True)
class Failure:
    """A pair that failed: its seed, the reason in one line, and the traceback if there is one."""

    seed: int
    reason: str
    traceback: str = field(default="", repr=False)


def run_all[T: Task, A](
    function: Callable[[T], A], tasks: Sequence[T], workers: int | None = None, progress: Progress | None = None
) -> list[A | Failure]:
    """Do every task; return the answers in the order of the tasks.

    workers: number of processes; 1 means this process alone; None means one a core, or 1 when starting workers takes
    longer than the work.
    A task that raises becomes a Failure; one whose worker dies is tried once more first. The others continue.
    Raises BadInput (from any task, at once), and KeyboardInterrupt after the workers have been stopped.
    """
    count = processes(workers, resident_weeks(tasks), len(tasks), tasks[0])
    if count <= 1:
        return _run_here(function, tasks, progress)
    return _run_in_pool(function, tasks, count, progress)


def processes(asked: int | None, work: int, most: int, sent: object) -> int:
    """Return the number of processes: as asked, at most `most`, or one a core; 1 for little work (`work` in resident-weeks)
    or when `sent` cannot be sent to another process, such as a function typed at a prompt."""
    return min(asked or (1 if work < SMALL_WORK else usable_cores()), most) if _can_be_sent(sent) else 1


def resident_weeks(tasks: Iterable[Task]) -> int:
    """Return the amount of work of the tasks: residents times weeks, over burn-in and all runs."""
    return sum(task.case.residents * (task.case.burn_in + task.weeks * len(task.runs)) for task in tasks)


def attempt[T: Task, A](function: Callable[[T], A], task: T) -> A | Failure:
    """Do one task; return a Failure for any exception but BadInput, which is raised (not OutOfRange, which is one).

    Exceptions are converted in the worker because not every class can be sent between processes.
    """
    try:
        return function(task)
    except OutOfRange as error:
        return Failure(task.seed, str(error))
    except BadInput:
        raise
    except (Exception, SystemExit) as error:
        return Failure(task.seed, *described(error))


def _run_here[T: Task, A](function: Callable[[T], A], tasks: Sequence[T], progress: Progress | None) -> list[A | Failure]:
    """Do the tasks one after the other in this process."""
    answers: list[A | Failure] = []
    for task in tasks:
        answers.append(attempt(function, task))
        _tell(progress, answers, len(tasks))
    return answers


def _run_in_pool[T: Task, A](function: Callable[[T], A], tasks: Sequence[T], workers: int, progress: Progress | None) -> list[A | Failure]:
    """Do the tasks in a pool of workers; hand out only as many as keep every worker busy."""
    answers: dict[int, A | Failure] = {}
    waiting = iter(enumerate(tasks))
    out: dict[Future[A | Failure], int] = {}
    ended: SimpleQueue[Future[A | Failure]] = SimpleQueue()
    with Stop() as stop, Pool(workers) as pool:
        while len(answers) < len(tasks):
            for i, task in islice(waiting, 2 * workers - len(out)):
                future = pool.submit(attempt, function, task, tries=2)
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
                    answers[i] = Failure(tasks[i].seed, "its worker process was lost twice (out of memory, or killed?)")
                _tell(progress, list(answers.values()), len(tasks))
    return [answers[i] for i in range(len(tasks))]


def _tell(progress: Progress | None, answers: Sequence[object], total: int) -> None:
    """Report progress."""
    if progress is not None:
        progress(len(answers), total, sum(isinstance(answer, Failure) for answer in answers))


def _can_be_sent(task: object) -> bool:
    """Return whether the task can be sent to another process; functions typed at a prompt cannot."""
    try:
        pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True
