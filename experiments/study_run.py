"""Running a study: what is still to do goes to workers, what comes back goes into the ledger, until nothing is left.

Runs that share people and luck (one case, one rule set, one replication) are burnt in once and run together: a *group*.
A group whose worker is lost or takes too long is taken apart, so that only the run that did it is blamed.
"""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from experiments.ledger import FAILED, OK, TIMED_OUT, Answer, Entry, Ledger
from experiments.runner import Rules, ctrl_c_ignored, described, usable_cores
from experiments.stopping import Stop, deaf
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from model.neighbourhood import Neighbourhood
    from model.parameters import Section
    from model.scenario import Case

TOGETHER = 12  # at most so many runs in a group: what a kill can cost
AHEAD = 3  # groups that wait at each worker's door, so that none stands idle
LOST = "its worker process was lost (out of memory, or killed?)"
Tell = Callable[["Pace"], None]


@dataclass(frozen=True)
class Keep:
    """What a run leaves besides its end values: weekly series, tables by street or group, residents at given weeks."""

    weekly: bool = False
    streets: bool = False
    groups: bool = False
    residents_at: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Runs that share everything but their practices. `runs`: (id in the ledger, practices)."""

    case: Case
    seed: int
    weeks: int
    runs: tuple[tuple[int, Section], ...]
    rules: Rules = None
    keep: Keep = Keep()
    interventions: bool = False
    code: str = ""


@dataclass
class Pace:
    """How far it is: wanted runs, done (well or not), of those failed, since this process began, and seconds since then."""

    total: int
    done: int
    failed: int
    here: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Runs a second since the start of this process."""
        return self.here / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds still to go at this pace; nan when nothing is known yet."""
        return (self.total - self.done) / self.per_second if self.here else float("nan")


def run_group(group: Group) -> list[Answer]:
    """Run a group: build and burn in once, then every run from the same checkpoint. A run that raises leaves a traceback."""
    from model.engine import code_hash
    from model.neighbourhood import Neighbourhood

    if group.code and group.code != code_hash():
        raise BadInput("model", allowed="sources that stay the same during a study; these were edited, so stop and resume")
    answers = []
    place: Neighbourhood | None = None
    start: dict[str, Any] = {}
    for number, practices in group.runs:
        began = time.perf_counter()
        try:
            if place is None:
                place = Neighbourhood(group.case, seed=group.seed, rules=group.rules)
                place.burn_in()
                start = place.checkpoint()
            else:
                place.restore(start)
            place.set_regime(practices)
            kept = _live(place, group)
            answers.append(
                Answer(number, OK, time.perf_counter() - began, code_hash(), place.identity, place.outcomes(), kept),
            )
        except (Exception, SystemExit) as error:
            place = None  # whatever state it was left in
            reason, trace = described(error)
            answers.append(Answer(number, FAILED, time.perf_counter() - began, code_hash(), reason=reason, traceback=trace))
    return answers


def _live(place: Neighbourhood, group: Group) -> dict[str, bytes]:
    """Live the weeks, and return the tables that are to be kept, as Arrow files."""
    import polars as pl

    keep, kept, residents = group.keep, {}, []
    for week in sorted(w for w in keep.residents_at if w <= group.weeks):
        place.run(week - max(place.week, 0))
        residents.append(residents_frame(place))
    if residents:
        kept["residents"] = _arrow(pl.concat(residents))
    rest = group.weeks - max(place.week, 0)
    if group.interventions and not residents:
        place.run_with_multiplier(rest)
    else:
        place.run(rest)
    if keep.weekly:
        kept["weekly"] = _arrow(place.measures)
    if keep.streets:
        kept["streets"] = _arrow(place.by_street)
    if keep.groups:
        kept["groups"] = _arrow(place.by_group)
    return kept


def residents_frame(place: Neighbourhood) -> pl.DataFrame:
    """Every resident of this week in a row: name, street, group, means, tenure, trust by addressee, burden, beliefs, readiness."""
    import polars as pl

    from model.learning import ADDRESSEES

    r = place.residents_table
    plain = ("name", "street", "group", "owner", "means", "age", "burden", "reporting", "acting", "readiness", "contact", "degree")
    columns = {name: getattr(r, name).copy() for name in plain}
    columns |= {f"trust_{who}": r.trust[:, a].copy() for a, who in enumerate(ADDRESSEES)}
    return pl.DataFrame(columns).insert_column(0, pl.Series("week", [place.week] * len(r), dtype=pl.Int64))


def _arrow(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_ipc(file)
    return file.getvalue()


class Work:
    """The points of a study as groups of runs that are still to do."""

    def __init__(
        self,
        points: Sequence[Any],
        weeks: int,
        keep: Keep = Keep(),
        interventions: bool = False,
        code: str = "",
    ) -> None:
        self.points, self.weeks, self.keep, self.interventions, self.code = points, weeks, keep, interventions, code
        self._case: dict[int, int] = {}  # point -> the first point with the same case and rules
        first: dict[tuple[int, str], int] = {}
        for point in points:
            self._case[point.number] = first.setdefault((id(point.case), str(point.rules_file)), point.number)

    def groups(self, entries: Iterator[Entry]) -> Iterator[Group]:
        """Entries, in their order, gathered into groups of at most `TOGETHER` with the same case, rules and seed."""
        open_groups: dict[tuple[int, int], list[Entry]] = {}
        replication = -1
        for entry in entries:
            if entry.replication != replication:
                yield from (self.group(entries) for entries in open_groups.values())
                open_groups, replication = {}, entry.replication
            key = (self._case[entry.point], entry.seed)
            gathered = open_groups.setdefault(key, [])
            gathered.append(entry)
            if len(gathered) == TOGETHER:
                yield self.group(open_groups.pop(key))
        yield from (self.group(entries) for entries in open_groups.values())

    def group(self, entries: Sequence[Entry]) -> Group:
        """One group of entries that share a case."""
        first = self.points[entries[0].point]
        runs = tuple((entry.id, self.points[entry.point].practices) for entry in entries)
        rules = first.rules_file
        return Group(first.case, entries[0].seed, self.weeks, runs, rules, self.keep, self.interventions, self.code)


def alone(group: Group) -> Iterator[Group]:
    """The runs of a group, each in a group of its own."""
    from dataclasses import replace

    for run in group.runs:
        yield replace(group, runs=(run,))


def work_off(
    ledger: Ledger,
    groups: Iterator[Group],
    workers: int | None = None,
    timeout: float = 600.0,
    tell: Tell | None = None,
    function: Callable[[Group], list[Answer]] = run_group,
) -> None:
    """Run everything that waits; each group's answers are written down as they come.

    workers: processes, None for one a core. timeout: seconds a run may take before its worker is killed.
    KeyboardInterrupt, SystemExit and BadInput (no room to write) stop the workers; runs under way wait again, nothing
    finished is lost.
    """
    counts = ledger.counts()
    pace = Pace(sum(counts.values()), counts[OK] + counts[FAILED] + counts[TIMED_OUT], counts[FAILED] + counts[TIMED_OUT])
    crew = _Crew(ledger, groups, workers or usable_cores(), timeout, function, pace, tell)
    crew.work()


class _Crew:
    """Workers, what they are at, and what has to be done again."""

    def __init__(
        self, ledger: Ledger, groups: Iterator[Group], workers: int, timeout: float, function: Callable, pace: Pace, tell: Tell | None
    ) -> None:
        self.ledger, self.groups, self.workers, self.timeout = ledger, groups, workers, timeout
        self.function, self.pace, self.tell = function, pace, tell
        self.again: deque[Group] = deque()
        self.at: dict[Future[Any], Group] = {}
        self.began = time.monotonic()

    def work(self) -> None:
        """Until nothing is left."""
        from pebble import ProcessPool

        with Stop() as stop:
            pool = ProcessPool(max_workers=self.workers, initializer=deaf, context=get_context("spawn"))  # type: ignore[arg-type]
            try:
                self._fill(pool)
                while self.at:
                    stop.check()
                    done, _ = wait(self.at, timeout=0.2, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._take(future, self.at.pop(future))
                    self._fill(pool)
                    self._report()
            finally:
                pool.stop()
                pool.join()
                under_way = [number for group in self.at.values() for number, _ in group.runs]
                if under_way:
                    self.ledger.put_back(under_way)

    def _fill(self, pool: Any) -> None:
        """Keep a few groups waiting at the workers' door, and no more: memory stays flat however long the study is."""
        while len(self.at) < self.workers * AHEAD:
            group = self.again.popleft() if self.again else next(self.groups, None)
            if group is None:
                return
            self.ledger.start([number for number, _ in group.runs])
            with nullcontext() if self.at else ctrl_c_ignored():  # the first one starts the workers, which inherit it
                future = pool.schedule(self.function, args=(group,), timeout=self.timeout * len(group.runs))
            self.at[future] = group

    def _take(self, future: Future[Any], group: Group) -> None:
        """Write down what came back; a group that was lost or too slow is taken apart."""
        from pebble import ProcessExpired

        numbers = [number for number, _ in group.runs]
        try:
            answers = future.result()
        except BadInput:  # the sources were edited
            self.ledger.put_back(numbers)
            raise
        except (ProcessExpired, BrokenExecutor, CancelledError):
            waiting = self.ledger.lose(numbers, LOST)
            self.again.extend(part for part in alone(group) if part.runs[0][0] in waiting)
            self._count(len(numbers) - len(waiting), len(numbers) - len(waiting))
        except (TimeoutError, FutureTimeoutError):
            if len(numbers) > 1:
                self.ledger.put_back(numbers)
                self.again.extend(alone(group))
            else:
                reason = f"took more than {self.timeout:g} seconds; its worker was killed"
                self.ledger.record([Answer(numbers[0], TIMED_OUT, self.timeout, reason=reason)])
                self._count(1, 1)
        else:
            self.ledger.record(answers)
            self._count(len(answers), sum(answer.status != OK for answer in answers))

    def _count(self, done: int, failed: int) -> None:
        self.pace.done += done
        self.pace.here += done
        self.pace.failed += failed

    def _report(self) -> None:
        self.pace.seconds = time.monotonic() - self.began
        if self.tell:
            self.tell(self.pace)
