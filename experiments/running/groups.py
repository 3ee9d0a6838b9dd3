"""Runs of a study and their results: end values, weekly series, tables by street and group, residents.

Runs with the same people and luck (one case, rule set and replication) form a *group*: they share one burn-in.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from experiments.running.audit_institutions import Auditor
from experiments.running.ledger import FAILED, OK, Answer, Entry
from experiments.running.pairs import Rules
from experiments.running.people import stayers
from experiments.running.worker import ctrl_c_ignored, described
from experiments.shared.stopping import Stop, end_with_parent, ignore_ctrl_c
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from model.case.case import Case
    from model.neighbourhood import Neighbourhood
    from model.regimes import Practices
    from model.state.kept import Checkpoint

Start = tuple["Neighbourhood", "Checkpoint"]  # a neighbourhood after its burn-in, and its state then
GROUP_SIZE = 12  # most runs in a group
LOADING = 300.0  # seconds a worker may take to load and compile; not part of the time limit of a run
EDITED = "sources that stay the same during a study; these were edited, so stop and resume"
RunGroup = Callable[["Group"], Iterable[Answer | None]]


class Point(Protocol):
    """What a point of a design must have to be run."""

    @property
    def number(self) -> int: ...
    @property
    def case(self) -> Case: ...
    @property
    def practices(self) -> Practices: ...
    @property
    def rules_file(self) -> Rules: ...
    @property
    def at_start(self) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class Keep:
    """What to store of a run besides its end values: weekly series, tables by street or group, residents at given weeks, checks.

    accounts: hours and euros by organisation and activity, and the endowment; story_of: the seed whose story is stored;
    classes: outcomes by tenure, means and group.
    people: who was there from the start to the end, with what was fixed beforehand and what came of it.
    """

    weekly: bool = False
    streets: bool = False
    groups: bool = False
    residents_at: tuple[int, ...] = ()
    checks: tuple[str, ...] = ()
    accounts: bool = False
    story_of: int | None = None
    people: bool = False
    classes: bool = False


@dataclass(frozen=True)
class Group:
    """Runs that differ only in practices, and in conditions that begin with them. `runs`: (id in the ledger, practices).

    at_start: conditions that begin with the regime, by id, of runs that have some of their own.
    twins: also compute the outcomes that need part of a run to be repeated. code, rules_code: hashes of the sources
    with which the study was made; a worker with other sources refuses to run ("": not checked).
    """

    case: Case
    seed: int
    weeks: int
    runs: tuple[tuple[int, Practices], ...]
    rules: Rules = None
    keep: Keep = Keep()
    twins: bool = False
    code: str = ""
    rules_code: str = ""
    at_start: Mapping[int, Mapping[str, float]] = field(default_factory=dict[int, Mapping[str, float]])


def each_run(group: Group) -> Iterator[Answer | None]:
    """Run a group: one burn-in, then every run from the same checkpoint. A run that raises gives a failed answer with traceback.

    Yields None when the first run begins, then an answer for each run. Raises BadInput when the sources were edited.
    """
    from model import identity
    from model.engine import modules as engine

    rules = engine.load_rules(group.rules)
    if group.code not in ("", identity.code_hash()) or group.rules_code not in ("", engine.rules_hash(rules)):
        raise BadInput("model", allowed=EDITED)
    _warm(group.rules)
    yield None
    start: list[Start] = []
    for number, practices in group.runs:
        began = time.perf_counter()
        try:
            place = begin(group, practices, start, group.at_start.get(number))
            kept = live(place, group)
            yield Answer(number, OK, time.perf_counter() - began, identity.code_hash(), place.identity, place.outcomes(), kept)
        except (Exception, SystemExit) as error:
            start.clear()  # its state is unknown
            reason, trace = described(error)
            yield Answer(number, FAILED, time.perf_counter() - began, identity.code_hash(), reason=reason, traceback=trace)


def run_group(group: Group) -> list[Answer]:
    """Return the answers of a group's runs as a list."""
    return [answer for answer in each_run(group) if answer is not None]


_warmed: set[str] = set()


def _warm(rules: Rules) -> None:
    """Load compiled code before the time of the first run is measured."""
    from model import warm_up
    from model.engine import modules as engine

    import_module("polars")  # a second or more, which is not the run's
    if str(rules) not in _warmed:
        with suppress(Exception):  # a rule that raises will raise again in the run, which reports it
            warm_up.ensure_compiled(engine.load_rules(rules))
        _warmed.add(str(rules))


def compile_rules(sets: Iterable[Rules], say: Callable[[str], None]) -> None:
    """Compile the rule sets of a study before its workers need them; rule files in a separate process, as they may hang."""
    from model import warm_up
    from model.engine import modules as engine

    for file in sets:
        rules = engine.load_rules(file)
        if engine.is_compiled(rules):
            continue
        if not isinstance(file, Path):
            warm_up.ensure_compiled(rules, say)
            continue
        say(f"Compiling the rules of {file.name} for this machine, once (up to half a minute) ...")
        trial = get_context("spawn").Process(target=_compile_file, args=(file,), daemon=True)
        with Stop() as stop:
            with ctrl_c_ignored():
                trial.start()
            began = time.monotonic()
            try:
                while trial.exitcode is None and time.monotonic() - began < LOADING:
                    trial.join(0.2)
                    stop.check()
                if trial.exitcode is None:
                    raise BadInput(str(file), "rules", None, f"rules that finish; a very small run took more than {LOADING:g} seconds")
            finally:
                trial.kill()
                trial.join()


def _compile_file(file: Path) -> None:
    ignore_ctrl_c()
    end_with_parent()
    _warm(file)


def begin(group: Group, practices: Practices, start: list[Start], at_start: Mapping[str, float] | None = None) -> Neighbourhood:
    """Return a neighbourhood after its burn-in, under the practices, with conditions that begin with them.

    `start`: list that stores it for the next run of the group."""
    from model.neighbourhood import Neighbourhood

    if start:
        place, checkpoint = start[0]
        place.restore(checkpoint)
    else:
        place = Neighbourhood(group.case, seed=group.seed, rules=group.rules)
        place.burn_in()
        start.append((place, place.checkpoint()))
    place.set_regime(practices, at_start)
    return place


def live(place: Neighbourhood, group: Group) -> dict[str, bytes]:
    """Run the weeks; return the requested tables by name, as Arrow files."""
    import polars as pl

    from model.measures.counterfactual import LEAST, run_with_twins

    keep = group.keep
    kept: dict[str, bytes] = {}
    residents: list[pl.DataFrame] = []
    auditor = Auditor(keep.checks)

    def run_on(weeks: int) -> None:
        until = max(place.week, 0) + weeks
        for week in sorted({w for w in keep.residents_at if place.week < w <= until}):
            auditor.run(place, week - max(place.week, 0))
            residents.append(residents_frame(place))
        auditor.run(place, until - max(place.week, 0))

    if group.twins and group.weeks >= LEAST:
        place.burn_in()
        run_with_twins(place.world, group.weeks, place.run, run_on)
    else:
        run_on(group.weeks)
    if residents:
        kept["residents"] = _arrow(pl.concat(residents))
    if keep.checks:
        kept["checks"] = _arrow(auditor.frame(place))
    if keep.weekly:
        kept["weekly"] = _arrow(place.measures)
    if keep.streets:
        kept["streets"] = _arrow(place.by_street)
    if keep.groups:
        kept["groups"] = _arrow(place.by_group)
    if keep.classes:
        kept["classes"] = _arrow(place.by_people)
    if keep.accounts:
        kept["accounts"] = _arrow(place.ledger)
        kept["endowment"] = _arrow(pl.DataFrame(place.endowment))
    if keep.people:
        kept["people"] = _arrow(stayers(place))
    if keep.story_of == group.seed:
        kept["story"] = _arrow(pl.DataFrame({"sentence": place.story}, schema={"sentence": pl.String}))
    return kept


def residents_frame(place: Neighbourhood) -> pl.DataFrame:
    """Return one row for each resident this week: name, street, group, means, tenure, trust by addressee, burden, beliefs, readiness."""
    import polars as pl

    from model.state.experiences import ADDRESSEES

    r = place.world.residents
    plain = ("name", "street", "group", "owner", "means", "age", "burden", "reporting", "acting", "readiness", "contact", "degree")
    columns = {name: getattr(r, name).copy() for name in plain}
    columns |= {f"trust_{who}": r.trust[:, a].copy() for a, who in enumerate(ADDRESSEES)}
    return pl.DataFrame(columns).insert_column(0, pl.Series("week", [place.week] * len(r), dtype=pl.Int64))


def _arrow(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_ipc(file)
    return file.getvalue()


def rule_sets(points: Iterable[Point]) -> dict[str, Rules]:
    """Return the rule sets of the points, each once."""
    return {str(point.rules_file): point.rules_file for point in points}


class Work:
    """Divides the remaining runs of a study into groups. weeks, keep, twins, code: the same for all groups, see `Group`."""

    def __init__(self, points: Sequence[Point], weeks: int, keep: Keep = Keep(), twins: bool = False, code: str = "") -> None:
        from model.engine.modules import load_rules, rules_hash

        self.points = points
        self._made = partial(Group, weeks=weeks, keep=keep, twins=twins, code=code)
        self._first: dict[int, int] = {}  # point -> the first point with the same case and rules
        first: dict[tuple[int, str], int] = {}
        for point in points:
            self._first[point.number] = first.setdefault((id(point.case), str(point.rules_file)), point.number)
        self._rules = {name: rules_hash(load_rules(rules)) for name, rules in rule_sets(points).items() if rules}

    def groups(self, entries: Iterator[Entry]) -> Iterator[Group]:
        """Yield groups of at most `GROUP_SIZE` entries with the same case, rules and seed, in the order of the entries."""
        open_groups: dict[tuple[int, int], list[Entry]] = {}
        replication = -1
        for entry in entries:
            if entry.replication != replication:
                yield from (self.group(entries) for entries in open_groups.values())
                open_groups, replication = {}, entry.replication
            key = (self._first[entry.point], entry.seed)
            gathered = open_groups.setdefault(key, [])
            gathered.append(entry)
            if len(gathered) == GROUP_SIZE:
                yield self.group(open_groups.pop(key))
        yield from (self.group(entries) for entries in open_groups.values())

    def group(self, entries: Sequence[Entry]) -> Group:
        """Return one group of entries that share case, rules and seed."""
        first = self.points[entries[0].point]
        runs = tuple((entry.id, self.points[entry.point].practices) for entry in entries)
        rules = first.rules_file
        own = {entry.id: self.points[entry.point].at_start for entry in entries if self.points[entry.point].at_start}
        return self._made(first.case, entries[0].seed, runs=runs, rules=rules, rules_code=self._rules.get(str(rules), ""), at_start=own)
