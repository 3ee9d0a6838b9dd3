"""Running a study: what is still to do goes to workers, what comes back goes into the ledger, until nothing is left.

Runs that share people and luck (one case, one rule set, one replication) are burnt in once and run together: a *group*.
A worker answers run by run, so that a worker that is lost or hangs costs the one run that it was at, and no other.
"""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from experiments.ledger import FAILED, OK, TIMED_OUT, Answer, Entry, Ledger
from experiments.runner import Rules, ctrl_c_ignored, described, usable_cores
from experiments.stopping import Stop, deaf, end_with_parent
from model.errors import BadInput

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    import polars as pl

    from model.neighbourhood import Neighbourhood
    from model.parameters import Section
    from model.scenario import Case

TOGETHER = 12  # at most so many runs in a group
LOADING = 300.0  # seconds that a worker may take to load and compile, before the clock of its first run starts
IN_VAIN = 5  # workers that end before they begin, one after the other, until it is given up
LOST = "its worker process was lost (out of memory, or killed?)"
EDITED = "sources that stay the same during a study; these were edited, so stop and resume"
Tell = Callable[["Pace"], None]
Lives = Callable[["Group"], Iterable[Answer | None]]


@dataclass(frozen=True)
class Keep:
    """What a run leaves besides its end values: weekly series, tables by street or group, residents at given weeks."""

    weekly: bool = False
    streets: bool = False
    groups: bool = False
    residents_at: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Runs that share everything but their practices. `runs`: (id in the ledger, practices).

    twins: find the outcomes for which part of a run is lived again, too. code, rules_code: hashes of the sources that
    made the study; a worker that finds others refuses (empty: not checked).
    """

    case: Case
    seed: int
    weeks: int
    runs: tuple[tuple[int, Section], ...]
    rules: Rules = None
    keep: Keep = Keep()
    twins: bool = False
    code: str = ""
    rules_code: str = ""


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


def each_run(group: Group) -> Iterator[Answer | None]:
    """Run a group: build and burn in once, then every run from the same checkpoint. A run that raises leaves a traceback.

    Yields None when all is loaded and the first run begins, then an answer for each run.
    """
    from model import engine

    rules = engine.load_rules(group.rules)
    if group.code not in ("", engine.code_hash()) or group.rules_code not in ("", engine.rules_hash(rules)):
        raise BadInput("model", allowed=EDITED)
    _warm(group.rules)
    yield None
    start: list[Any] = []
    for number, practices in group.runs:
        began = time.perf_counter()
        try:
            place = begin(group, practices, start)
            kept = live(place, group)
            yield Answer(number, OK, time.perf_counter() - began, engine.code_hash(), place.identity, place.outcomes(), kept)
        except (Exception, SystemExit) as error:
            start.clear()  # whatever state it was left in
            reason, trace = described(error)
            yield Answer(number, FAILED, time.perf_counter() - began, engine.code_hash(), reason=reason, traceback=trace)


def run_group(group: Group) -> list[Answer]:
    """The same, all at once."""
    return [answer for answer in each_run(group) if answer is not None]


_warmed: set[str] = set()


def _warm(rules: Rules) -> None:
    """Load compiled code before the clock of the first run starts."""
    from model import engine

    if str(rules) not in _warmed:
        with suppress(Exception):  # a rule that raises does so again in the run, which is where it is told
            engine.ensure_compiled(engine.load_rules(rules))
        _warmed.add(str(rules))


def compile_rules(files: Iterable[Path | None], say: Callable[[str], None]) -> None:
    """Compile the rule sets of a study before its workers need them; those of files in a process of their own, as they may hang."""
    from model import engine

    for file in files:
        if engine.is_compiled(engine.load_rules(file)):
            continue
        if file is None:
            engine.ensure_compiled(None, say)
            continue
        say(f"Compiling the rules of {file.name} for this machine, once (up to half a minute) ...")
        trial = get_context("spawn").Process(target=_try_out, args=(file,), daemon=True)
        with Stop() as stop:
            with ctrl_c_ignored():
                trial.start()
            began = time.monotonic()
            try:
                while trial.exitcode is None and time.monotonic() - began < LOADING:
                    trial.join(0.2)
                    stop.check()
                if trial.exitcode is None:
                    raise BadInput(str(file), "rules", None, f"rules that come to an end; a tiny run was not done in {LOADING:g} seconds")
            finally:
                trial.kill()
                trial.join()


def _try_out(file: Path) -> None:
    deaf()
    end_with_parent()
    _warm(file)


def begin(group: Group, practices: Section, start: list[Any]) -> Neighbourhood:
    """A neighbourhood at the end of its burn-in. `start`: where it is kept for the next run of the group."""
    from model.neighbourhood import Neighbourhood

    if start:
        place, checkpoint = start
        place.restore(checkpoint)
    else:
        place = Neighbourhood(group.case, seed=group.seed, rules=group.rules)
        place.burn_in()
        start += [place, place.checkpoint()]
    place.set_regime(practices)
    return place


def live(place: Neighbourhood, group: Group) -> dict[str, bytes]:
    """Live the weeks, and return the tables that are to be kept, as Arrow files."""
    import polars as pl

    from model.twins import LEAST, run_with_twins

    keep, kept, residents = group.keep, {}, []

    def look_on(weeks: int) -> None:
        until = max(place.week, 0) + weeks
        for week in sorted({w for w in keep.residents_at if place.week < w <= until}):
            place.run(week - max(place.week, 0))
            residents.append(residents_frame(place))
        place.run(until - max(place.week, 0))

    if group.twins and group.weeks >= LEAST:
        place.burn_in()
        run_with_twins(place, group.weeks, look_on)
    else:
        look_on(group.weeks)
    if residents:
        kept["residents"] = _arrow(pl.concat(residents))
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
    """The points of a study as groups of runs that are still to do. `like`: what all groups have in common."""

    def __init__(self, points: Sequence[Any], weeks: int, keep: Keep = Keep(), twins: bool = False, code: str = "") -> None:
        from model.engine import load_rules, rules_hash

        self.points = points
        self.shared = {"weeks": weeks, "keep": keep, "twins": twins, "code": code}
        self._first: dict[int, int] = {}  # point -> the first point with the same case and rules
        first: dict[tuple[int, str], int] = {}
        for point in points:
            self._first[point.number] = first.setdefault((id(point.case), str(point.rules_file)), point.number)
        self._rules = {file: rules_hash(load_rules(file)) for file in {point.rules_file for point in points} if file}

    def groups(self, entries: Iterator[Entry]) -> Iterator[Group]:
        """Entries, in their order, gathered into groups of at most `TOGETHER` with the same case, rules and seed."""
        open_groups: dict[tuple[int, int], list[Entry]] = {}
        replication = -1
        for entry in entries:
            if entry.replication != replication:
                yield from (self.group(entries) for entries in open_groups.values())
                open_groups, replication = {}, entry.replication
            key = (self._first[entry.point], entry.seed)
            gathered = open_groups.setdefault(key, [])
            gathered.append(entry)
            if len(gathered) == TOGETHER:
                yield self.group(open_groups.pop(key))
        yield from (self.group(entries) for entries in open_groups.values())

    def group(self, entries: Sequence[Entry]) -> Group:
        """One group of entries that share a case."""
        first = self.points[entries[0].point]
        runs = tuple((entry.id, self.points[entry.point].practices) for entry in entries)
        file = first.rules_file
        return Group(first.case, entries[0].seed, runs=runs, rules=file, rules_code=self._rules.get(file, ""), **self.shared)


def work_off(
    ledger: Ledger,
    groups: Iterator[Group],
    workers: int | None = None,
    timeout: float = 600.0,
    tell: Tell | None = None,
    function: Lives = each_run,
    staff: list[Worker] | None = None,
) -> None:
    """Run everything that waits; each answer is written down as it comes.

    workers: processes, None for one a core. timeout: seconds a run may take before its worker is killed.
    staff: workers that are there already, and stay (see `hired`).
    KeyboardInterrupt, SystemExit and BadInput (no room to write) stop the workers; runs under way wait again, nothing
    finished is lost.
    """
    counts = ledger.counts()
    pace = Pace(sum(counts.values()), counts[OK] + counts[FAILED] + counts[TIMED_OUT], counts[FAILED] + counts[TIMED_OUT])
    if staff is not None:
        _Crew(ledger, groups, workers or usable_cores(), timeout, function, pace, tell, staff).work()
        return
    with hired() as staff:
        _Crew(ledger, groups, workers or usable_cores(), timeout, function, pace, tell, staff).work()


@contextmanager
def hired() -> Iterator[list[Worker]]:
    """An empty list for workers; whoever is in it at the end is ended."""
    staff: list[Worker] = []
    try:
        yield staff
    finally:
        for worker in staff:
            worker.end()


class Worker:
    """A process that runs groups, one after the other. runs: what it has not answered yet, the first of them under way."""

    def __init__(self, function: Lives) -> None:
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, function), daemon=True)
        with ctrl_c_ignored():
            self.process.start()
        theirs.close()
        self.group: Group | None = None
        self.runs: deque[int] = deque()
        self.began = False  # it has said something since it was given the group
        self.since = 0.0

    def give(self, group: Group) -> None:
        """Let it run a group."""
        self.group, self.runs, self.began, self.since = group, deque(number for number, _ in group.runs), False, time.monotonic()
        with suppress(OSError):  # it is gone: that is noticed where its end is looked for
            self.line.send(group)

    def hear(self) -> Iterator[Any]:
        """Everything that it has said and nobody has heard yet."""
        try:
            while self.line.poll():
                said = self.line.recv()
                self.began, self.since = True, time.monotonic()
                yield said
        except (EOFError, OSError):
            return

    def rest(self, numbers: Iterable[int]) -> Group:
        """The part of its group that has these runs."""
        assert self.group is not None
        wanted = set(numbers)
        return replace(self.group, runs=tuple(run for run in self.group.runs if run[0] in wanted))

    def end(self) -> None:
        """Kill it, whatever it is doing; it has nothing of its own to put away."""
        self.process.kill()
        self.process.join()
        self.line.close()


def _serve(line: Connection, function: Lives) -> None:
    """In a worker: run what is asked for and answer run by run; None when a group is done."""
    deaf()
    end_with_parent()
    while True:
        try:
            group = line.recv()
        except (EOFError, OSError):
            return
        try:
            for answer in function(group):
                line.send(answer if answer is not None else _BEGUN)
        except BadInput as error:
            line.send(error)
        line.send(None)


_BEGUN = "begun"


class _Crew:
    """Workers, what they are at, and what has to be done again."""

    def __init__(
        self,
        ledger: Ledger,
        groups: Iterator[Group],
        most: int,
        timeout: float,
        function: Lives,
        pace: Pace,
        tell: Tell | None,
        workers: list[Worker],
    ) -> None:
        self.ledger, self.groups, self.most, self.timeout = ledger, groups, most, timeout
        self.function, self.pace, self.tell = function, pace, tell
        self.workers = workers
        self.again: deque[Group] = deque()
        self.writes: list[Callable[[], object]] = []  # what the ledger is still to be told, in its order
        self.in_vain = 0
        self.began = time.monotonic()

    def work(self) -> None:
        """Until nothing is left."""
        with Stop() as stop:
            try:
                while self._fill():
                    self._tell()
                    stop.check()
                    ends = [worker.process.sentinel for worker in self.workers]
                    wait([*(worker.line for worker in self.workers), *ends], timeout=0.2)
                    for worker in list(self.workers):
                        self._attend(worker)
                self._tell()
            finally:
                busy = [worker for worker in self.workers if worker.runs]  # none, unless it was stopped
                under_way = [number for worker in busy for number in worker.runs]
                for worker in busy:
                    self.workers.remove(worker)
                    worker.end()
                if under_way:
                    self.writes.append(partial(self.ledger.put_back, under_way))
                self._write()

    def _fill(self) -> bool:
        """Give work to all who have none, starting workers as needed. Returns whether anybody has work."""
        idle = [worker for worker in self.workers if not worker.runs]
        while idle or len(self.workers) < self.most:
            group = self.again.popleft() if self.again else next(self.groups, None)
            if group is None:
                break
            if not idle:
                idle.append(Worker(self.function))
                self.workers.append(idle[0])
            numbers = [number for number, _ in group.runs]
            idle.pop().give(group)
            self.writes.append(partial(self.ledger.start, numbers))
        self._write()
        return any(worker.runs for worker in self.workers)

    def _write(self) -> None:
        """Tell the ledger, all in one transaction."""
        if self.writes:
            with self.ledger.transaction():
                for write in self.writes:
                    write()
            self.writes = []

    def _tell(self) -> None:
        self.pace.seconds = time.monotonic() - self.began
        if self.tell:
            self.tell(self.pace)

    def _attend(self, worker: Worker) -> None:
        """Hear what a worker has to say; see whether it is still there, and not too long at one run."""
        ended = worker.process.exitcode is not None  # asked first: what it said before its end is heard below
        answers = []
        for said in worker.hear():
            if isinstance(said, BadInput):  # the sources were edited
                raise said
            if isinstance(said, Answer):
                answers.append(said)
                worker.runs.remove(said.id)
        if answers:
            self.in_vain = 0
            self.writes.append(partial(self.ledger.record, answers))
            self._count(len(answers), sum(answer.status != OK for answer in answers))
        if ended:
            self.workers.remove(worker)
            worker.end()
            self._lost(worker)
        elif worker.runs and time.monotonic() - worker.since > self.timeout + (0.0 if worker.began else LOADING):
            self.workers.remove(worker)
            worker.end()
            number = worker.runs.popleft()
            reason = f"took more than {self.timeout:g} seconds; its worker was killed"
            self.writes.append(partial(self.ledger.record, [Answer(number, TIMED_OUT, self.timeout, reason=reason)]))
            self._count(1, 1)
            self._once_more(worker)

    def _lost(self, worker: Worker) -> None:
        """A worker is gone: the run that it was at has used up an attempt; the others of its group have not."""
        if not worker.runs:
            return
        if not worker.began:
            self.in_vain += 1
            if self.in_vain >= IN_VAIN:
                self.writes.append(partial(self.ledger.put_back, list(worker.runs)))
                raise BadInput("workers", allowed="processes that can be started; these ended before they began (out of memory?)")
        else:
            number = worker.runs.popleft()
            self._write()
            if self.ledger.lose([number], LOST):
                self.again.append(worker.rest([number]))
            else:
                self._count(1, 1)
        self._once_more(worker)

    def _once_more(self, worker: Worker) -> None:
        """What a worker was given and did not come to waits again."""
        if worker.runs:
            self.writes.append(partial(self.ledger.put_back, list(worker.runs)))
            self.again.append(worker.rest(worker.runs))

    def _count(self, done: int, failed: int) -> None:
        self.pace.done += done
        self.pace.here += done
        self.pace.failed += failed
