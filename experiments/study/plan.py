"""The plan of a study before it runs: points, runs, and time estimated by a pilot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.running.groups import GROUP_SIZE
from experiments.study.designs import ORDERED, evenly
from experiments.study.keys import KEYS
from experiments.study.names import TWINS, needs_twins, outcomes_of
from experiments.study.points import Point, points, rows_of, seed_of
from experiments.study.schema import Study
from model import warm_up
from model.engine import modules as engine

PILOT = 3  # points in a pilot, beside the largest
START = 3.0  # seconds for a worker process to start


@dataclass(frozen=True)
class Pilot:
    """Measurements of a pilot: seconds per resident of a burn-in and of a run; memory of one process in MB."""

    runs: int
    residents: int
    burn_in: float
    run: float
    memory: float


@dataclass(frozen=True)
class Plan:
    """Counts of a study, and notes on it. replications: the maximum."""

    points: int
    rows: int
    cases: int
    labels: int
    replications: int
    residents: int  # of all points together
    burn_ins: int  # residents of all burn-ins of one replication
    notes: tuple[str, ...]

    @property
    def runs(self) -> int:
        """Largest number of runs."""
        return self.points * self.replications

    def seconds(self, pilot: Pilot, workers: int) -> float:
        """Return the estimated seconds with `workers` processes, from a pilot."""
        each = self.residents * pilot.run + self.burn_ins * pilot.burn_in
        return START + each * self.replications / min(workers, self.runs)


def plan_of(study: Study, found: Sequence[Point]) -> Plan:
    """Return the plan of a study: points, runs and shared burn-ins."""
    burn_ins = 0
    for (_, _, residents), runs in Counter((id(point.case), point.rules, point.case.residents) for point in found).items():
        burn_ins += residents * -(-runs // GROUP_SIZE)
    given = study.replications
    return Plan(
        points=len(found),
        rows=len(rows_of(study)),
        cases=len({id(point.case) for point in found}),
        labels=len({point.regime for point in found}),
        replications=given.number if given.until is None else given.at_most,
        residents=sum(point.case.residents for point in found),
        burn_ins=burn_ins,
        notes=tuple(notes(study, found)),
    )


def notes(study: Study, found: Sequence[Point]) -> list[str]:
    """Return notes on rounding, stopping and selection of points."""
    told: list[str] = []
    whole = [name for name in study.factors if KEYS[name].whole]
    if whole:
        told.append(f"{', '.join(whole)}: rounded to whole numbers")
    if needs_twins(study):
        lived = ", ".join(sorted(TWINS & {*outcomes_of(study)}) or sorted(TWINS))
        told.append(f'{lived}: part of every run is lived again for these, about 2.4 times the time; outcomes = ["without_twins"] does not')
    until = study.replications.until
    if until:
        told.append(f"replications stop as soon as the 95 % interval of {until.named} is at most {until.precision:g} to either side")
    if study.quick:
        short = f"{study.weeks} weeks, burn-in {max(point.case.burn_in for point in found)}, {study.replications.number} replications"
        if study.design.kind in ORDERED:
            taken = f"a design of size {study.design.size}, since its rows are reckoned with as a whole"
        else:
            of = len(points(study.model_copy(update={"quick": False})))
            taken = f"{len(found)} of {of} points, evenly taken: scenarios, then rows of the design, the first always"
        told.append(f"quick: {short}; {taken}. Good to see that it works, not to conclude from")
    return told


def tried(found: Sequence[Point]) -> list[Point]:
    """Return the points of a pilot: a few, evenly selected, and the one with most residents."""
    largest = max(range(len(found)), key=lambda i: found[i].case.residents)
    return [found[i] for i in sorted({*evenly(len(found), PILOT), largest})]


def pilot(study: Study, chosen: Sequence[Point], tell: Callable[[int, int, int], None] | None = None) -> Pilot:
    """Run some points once, and measure time and memory; compiles rules first if needed."""
    from experiments.shared.machine import memory_peak
    from model.neighbourhood import Neighbourhood

    burn_in = run = residents = 0.0
    for done, point in enumerate(chosen, start=1):
        warm_up.ensure_compiled(engine.load_rules(point.rules_file))
        began = time.perf_counter()
        place = Neighbourhood(point.case, seed=seed_of(study, 0), rules=point.rules_file)
        place.burn_in(kept=False)
        ready = time.perf_counter()
        place.set_regime(point.practices, point.at_start)
        if needs_twins(study):
            place.run_with_multiplier(study.weeks)
        else:
            place.run(study.weeks)
        place.outcomes()
        burn_in, run, residents = burn_in + ready - began, run + time.perf_counter() - ready, residents + point.case.residents
        if tell:
            tell(done, len(chosen), 0)
    return Pilot(len(chosen), int(residents), burn_in / residents, run / residents, memory_peak())
