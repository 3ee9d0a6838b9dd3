"""What is done for many seeds, side by side on all cores or here: a `Group` of runs for a price, a job of the patterns.

Everything that happens to a seed follows from its task; neither the worker nor the order nor the other seeds have a say.
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
from typing import TYPE_CHECKING, Any, Protocol

from experiments.running.pool import LostError, Pool
from experiments.running.worker import described, usable_cores
from experiments.shared.progress import Progress
from experiments.shared.stopping import Stop
from model.errors import BadInput

if TYPE_CHECKING:
    from model.case.case import Case

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
    "every worker process died before it began; in a script of your own, call it under `if __name__ == '__main__':`, or use workers=1"
)


class Task(Protocol):
    """As much of a task as is asked for here: a seed, and what tells how much work it is. runs: those that it comes to."""

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
    """A pair that could not be run: its seed, one line that says why, and the traceback where there is one."""

    seed: int
    reason: str
    traceback: str = field(default="", repr=False)


def run_all[T: Task, A](
    function: Callable[[T], A], tasks: Sequence[T], workers: int | None = None, progress: Progress | None = None
) -> list[A | Failure]:
    """Do every task; the answers come in the order of the tasks, whichever finished first.

    workers: processes at once; None means one a core, or none where starting them takes longer than the work;
    1 means here, without other processes.
    A task whose worker is lost is done once more, then becomes a Failure; so does one that raises. The others go on.
    Raises BadInput (from any task, at once), and KeyboardInterrupt after the workers have been stopped.
    """
    wanted = processes(workers, resident_weeks(tasks), len(tasks), tasks[0])
    if wanted <= 1:
        return _run_here(function, tasks, progress)
    return _run_in_pool(function, tasks, wanted, progress)


def processes(asked: int | None, work: int, most: int, sent: object) -> int:
    """How many workers to start: as many as are asked for, or one a core; 1, none, for little work (in resident-weeks), and for
    what cannot be sent to another process, such as functions typed at a prompt."""
    return min(asked or (1 if work < SMALL_WORK else usable_cores()), most) if _travels(sent) else 1


def resident_weeks(tasks: Iterable[Task]) -> int:
    """How much work the tasks are: residents times weeks, burn-in and all runs included."""
    return sum(task.case.residents * (task.case.burn_in + task.weeks * len(task.runs)) for task in tasks)


def attempt[T: Task, A](function: Callable[[T], A], task: T) -> A | Failure:
    """Do one task and turn what it raises into a Failure, here or in a worker; BadInput alone is let through.

    Done on the worker's side, because an exception of an unknown class may not survive the journey back.
    """
    try:
        return function(task)
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
    """Do the tasks in a pool of workers; no more of them are out than keeps every worker busy."""
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
    """Report how far it is."""
    if progress is not None:
        progress(len(answers), total, sum(isinstance(answer, Failure) for answer in answers))


def _travels(task: object) -> bool:
    """Can it be sent to another process? Functions typed at a prompt cannot."""
    try:
        pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True
