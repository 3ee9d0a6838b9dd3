"""Measure patterns: compare what was measured in the world with runs of the model.

    from experiments.patterns.measure import measure
    found = measure(["P1", "P4"], quick=True)
    found["P4"].parts["association"].estimate, .low, .high, .verdict

Three kinds. *Calibrated*: the default scenario was fitted to these, so they are no test. *Check*: a rule says so, and the
pattern checks the implementation. *Reported*: never fitted; it emerges or it does not.
Each pattern is one function (in `reports`, `service`, `trust`, `door_trial`, `spread`, `claims`) whose docstring says what is measured,
from which source, and what is expected. It returns numbers for one seed; a pair (a, b) means the ratio of the sums of a and of
b over all seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns import claims, door_trial, reports, service, spread, trust  # noqa: F401 - they declare the patterns
from experiments.patterns.cache import kept_at, read, write
from experiments.patterns.declared import (
    LARGE,
    PATTERNS,
    REGIMES,
    SERVICE,
    SPREAD,
    TWINS,
    Part,
    Pattern,
    Value,
)
from experiments.running.pairs import Failure, check_last_seed, run_all
from experiments.shared.own_model import check_model
from experiments.shared.progress import Progress
from model import identity, warm_up
from model.case.case import Case, load
from model.errors import BadInput

if TYPE_CHECKING:
    pass

RUNS = {LARGE: 4, TWINS: 6, REGIMES: 20, SPREAD: 2, SERVICE: 1}  # number of runs for one seed
LANDED = 20_000  # residents needed to judge the concentration of reports


@dataclass(frozen=True)
class Measured:
    """A part as measured: the mean over seeds (or a ratio of sums), its 95 % interval, and seeds where it is defined."""

    part: Part
    estimate: float
    low: float
    high: float
    n: int

    @property
    def met(self) -> bool | None:
        """Whether the estimate is in the expected range; None if undefined."""
        return self.part.holds(self.estimate) if math.isfinite(self.estimate) else None

    @property
    def sure(self) -> bool:
        """Whether the whole interval lies inside the range, or outside."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return False
        inside = self.part.holds(self.low) and self.part.holds(self.high)
        return inside or self.high < self.part.low or self.low > self.part.high


@dataclass(frozen=True)
class Found:
    """A measured pattern. small: measured on fewer residents or weeks than required."""

    pattern: Pattern
    parts: dict[str, Measured]
    seeds: int
    residents: int
    weeks: int
    small: bool = False

    @property
    def scored(self) -> list[Measured]:
        """The parts that count for the verdict."""
        return [part for part in self.parts.values() if part.part.scored]

    @property
    def met(self) -> bool | None:
        """Whether all scored parts are met; None if one is undefined."""
        states = [part.met for part in self.scored]
        return False if False in states else None if None in states else True

    @property
    def sure(self) -> bool:
        """Whether the verdict is certain: all scored parts are, or one is certainly not met."""
        if self.met is False:
            return any(part.sure for part in self.scored if part.met is False)
        return all(part.sure for part in self.scored)


@dataclass(frozen=True)
class Size:
    """The size of the runs for patterns of one kind."""

    residents: int
    weeks: int
    seeds: int


FULL = {
    LARGE: Size(LANDED, 260, 8),
    TWINS: Size(4_000, 416, 8),
    REGIMES: Size(1_000, 260, 100),
    SPREAD: Size(10_000, 1040, 8),
    SERVICE: Size(4_000, 260, 8),
}
SMALL = {
    LARGE: Size(2_000, 156, 2),
    TWINS: Size(600, 260, 2),
    REGIMES: Size(300, 78, 4),
    SPREAD: Size(1_000, 260, 2),
    SERVICE: Size(1_000, 208, 2),
}


def patterns() -> dict[str, Pattern]:
    """Return every pattern by id, in order."""
    ids = sorted(PATTERNS, key=lambda id: (not id.startswith("P"), int(id[1:]) if id.startswith("P") else 0))
    return {id: PATTERNS[id] for id in ids}


@dataclass(frozen=True)
class Job:
    """One seed, and the patterns to measure on it. runs: as many entries as runs, for the runner to judge its size.

    keep: cache file of each pattern.
    """

    case: Case
    seed: int
    weeks: int
    on: str
    ids: tuple[str, ...]
    code: str = ""
    followed: int = 104
    runs: Sized = ()
    keep: Mapping[str, Path] = field(default_factory=dict)


def look(job: Job) -> dict[str, dict[str, Value]]:
    """Measure patterns on one seed. Raises BadInput if the sources were edited meanwhile."""
    from experiments.patterns.observed import Seen

    if job.code and job.code != identity.code_hash():
        raise BadInput("model", allowed="sources that stay the same during a run; these were edited, so start again")
    seen = Seen(job.case, job.seed, job.weeks, followed=job.followed)
    known = patterns()
    with np.errstate(all="ignore"):
        values = {id: known[id].measure(seen) for id in job.ids}
    for id, path in job.keep.items():
        write(path, values[id])
    return values


def measure(
    ids: Sequence[str] | None = None,
    case: Case | str = "default",
    quick: bool = False,
    first_seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    echo: Callable[[str], None] | None = None,
    keep: bool = True,
) -> dict[str, Found]:
    """Measure patterns (default: all); earlier measurements by the same code are read from the cache.

    quick: a small neighbourhood and few seeds. keep: read and write the user's cache.
    progress(done, total, failed) is called after every seed. Raises BadInput; RuntimeError when a seed fails.
    """
    check_model()
    todo = planned(ids, load(case) if isinstance(case, str) else case, quick, first_seed, keep)
    if todo.jobs:
        warm_up.ensure_compiled({}, echo)
    for id, rows in run(todo.jobs, workers, progress).items():
        todo.values[id] += rows
    known = patterns()
    return {id: judged(known[id], rows, todo.cases[known[id].on], todo.sizes[known[id].on]) for id, rows in todo.values.items()}


@dataclass(frozen=True)
class Todo:
    """The plan of a measurement: known values by pattern, and the jobs left."""

    sizes: Mapping[str, Size]
    cases: Mapping[str, Case]
    values: dict[str, list[dict[str, Value]]]
    jobs: list[Job]


def planned(ids: Sequence[str] | None, case: Case, quick: bool, first_seed: int, keep: bool = True) -> Todo:
    """Return known values from the cache, and jobs for the rest. Raises BadInput."""
    known = patterns()
    ids = list(known) if ids is None else list(dict.fromkeys(ids))
    for id in ids:
        if id not in known:
            raise BadInput("patterns", "name", id, ", ".join(known))
    sizes = SMALL if quick else FULL
    check_last_seed(first_seed, max(size.seeds for size in sizes.values()))
    cases = {on: sized(case, size.residents) for on, size in sizes.items()}
    todo = Todo(sizes, cases, {id: [] for id in ids}, [])
    for on, size in sizes.items():
        for seed in range(first_seed, first_seed + size.seeds):
            at = {id: kept_at(id, cases[on], size.residents, size.weeks, seed) for id in ids if known[id].on == on}
            kept = {id: values for id, path in at.items() if keep and (values := read(path)) is not None}
            for id, values in kept.items():
                todo.values[id].append(values)
            if left := {id: path for id, path in at.items() if id not in kept}:
                todo.jobs.append(job_for(on, cases[on], size, seed, left, keep))
    return todo


def sized(case: Case, residents: int) -> Case:
    """Return the case with `residents` residents; a city keeps its own."""
    return case if case.neighbourhoods else case.replaced(residents=residents, streets=0)


def job_for(on: str, case: Case, size: Size, seed: int, at: Mapping[str, Path], keep: bool) -> Job:
    """Return the job for the patterns left on one seed. at: cache file of each."""
    followed = min(104, size.weeks // 3)
    return Job(case, seed, size.weeks, on, tuple(at), identity.code_hash(), followed, range(RUNS[on]), at if keep else {})


def run(jobs: Sequence[Job], workers: int | None = None, progress: Progress | None = None) -> dict[str, list[dict[str, Value]]]:
    """Run all jobs; return for each pattern the numbers of every seed."""
    if not jobs:
        return {}
    rows: dict[str, list[dict[str, Value]]] = {}
    for answer in run_all(look, jobs, workers, progress):
        if isinstance(answer, Failure):
            raise RuntimeError(f"seed {answer.seed}: {answer.reason}\n{answer.traceback}")
        for id, values in answer.items():
            rows.setdefault(id, []).append(values)
    return rows


def judged(of: Pattern, rows: Sequence[Mapping[str, Value]], case: Case, size: Size) -> Found:
    """Combine the numbers of all seeds."""
    small = size != FULL[of.on] or (of.on == LARGE and case.residents < LANDED)
    parts = {part.name: estimated(part, [row[part.name] for row in rows if part.name in row]) for part in of.parts}
    return Found(of, parts, len(rows), case.residents, size.weeks, small)


def estimated(part: Part, values: Iterable[Value]) -> Measured:
    """Return the mean of numbers, or the ratio of sums of pairs, with its 95 % interval (Student's t; for a ratio by linearisation)."""
    from scipy.stats import t

    pairs = np.array([value if isinstance(value, tuple | list) else (value, 1.0) for value in values], dtype=np.float64).reshape(-1, 2)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    n, below = len(pairs), pairs[:, 1].sum()
    if n == 0 or below == 0:
        return Measured(part, math.nan, math.nan, math.nan, n)
    ratio = float(pairs[:, 0].sum() / below)
    if n == 1:
        return Measured(part, ratio, math.nan, math.nan, n)
    residual = pairs[:, 0] - ratio * pairs[:, 1]
    half = float(t.ppf(0.975, n - 1) * math.sqrt(n / (n - 1) * (residual**2).sum()) / abs(below))
    return Measured(part, ratio, ratio - half, ratio + half, n)
