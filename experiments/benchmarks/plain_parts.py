"""Parts of the plain Mesa model (`plain_mesa`): streets, problems, initiatives, promises and ward officials."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import nlargest
from typing import TYPE_CHECKING

from mesa import Agent

from model.kinds import BY_NOBODY, Kind
from model.rules import (
    door_opens,
    hours_that_count,
    official_leaves,
    quality_felt,
    quality_of_contact,
    renew_tie,
    street_draws_attention,
    visit_score,
    will_promise,
)
from model.state import experiences as happened
from model.state.accounts import STREET_HOURS
from model.state.experiences import MUNICIPALITY, OFFICIAL

if TYPE_CHECKING:
    from experiments.benchmarks.plain_mesa import PlainNeighbourhood
    from experiments.benchmarks.plain_residents import Resident


@dataclass(eq=False)
class Street:
    """A street with its residents, problems and initiatives."""

    rate: float
    residents: list[Resident] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    near: list[tuple[Street, float]] = field(default_factory=list)
    near_sums: list[float] = field(default_factory=list)
    public: float = 0.0
    private: float = 0.0
    reported: float = 0.0
    example: float = 0.0


@dataclass(eq=False)
class Problem:
    """One problem of a street, and its case."""

    kind: Kind
    street: Street
    severity: float
    reports: list[tuple[Resident, int]] = field(default_factory=list)  # reporter, week
    registered: int = 0
    seen: float = 0.0
    known: bool = False
    alive: bool = True
    ready: int | None = None  # the week from which its case may be carried out; None: no case
    minutes: float = 0.0


@dataclass(eq=False)
class Initiative:
    """An initiative of residents."""

    street: Street
    problem: Problem | None
    born: int
    members: list[Resident] = field(default_factory=list)
    vigour: float = 0.5
    given: float = 0.0
    progress: float = 0.0
    ready: int | None = None  # the week from which it may work; None: gathering members


@dataclass(eq=False)
class Promise:
    """A promise of an official to a resident."""

    recipient: Resident
    problem: Problem
    due: int
    expected: float


class WardOfficial(Agent):
    """A ward official, who visits residents, discovers problems, makes promises, and may leave."""

    model: PlainNeighbourhood

    def __init__(self, model: PlainNeighbourhood, streets: list[Street]) -> None:
        super().__init__(model)
        self.streets, self.share, self.hours = streets, len(streets) / len(model.streets), 0.0

    def step(self) -> None:
        """Spend the week's hours on the highest-ranked doors."""
        p, g, draw = self.model.p, self.model.g, self.random.random
        budget = int(self.model.left[STREET_HOURS] * self.share)
        ranked = []
        for street in self.streets if budget >= p.visit_minutes else ():
            seen = 1.0 - math.exp(-street.public - street.private)
            pull = street_draws_attention(1.0 - math.exp(-street.reported), seen, g.complaint_steering)
            for r in street.residents:
                known = r.contact, 0.15 * g.intensity, r.trust[OFFICIAL]
                ranked.append((visit_score(draw(), pull, p.attention_weight, *known, p.creaming, 0.0), r.unique_id, r))
        for _, _, resident in nlargest(int(budget // p.visit_minutes), ranked):
            if budget >= p.visit_minutes:
                budget -= self.visit(resident, budget)
        if official_leaves(draw(), self.model.case.conditions.years_in_post, 0.5):
            self.hours = 0.0
            for resident in (r for street in self.streets for r in street.residents):
                resident.contact = resident.evidence[OFFICIAL] = resident.grievance[OFFICIAL] = 0.0
                resident.trust[OFFICIAL] = resident.rest[OFFICIAL]

    def visit(self, resident: Resident, budget: int) -> int:
        """Visit a resident; return the minutes it took."""
        p, g, draw, street = self.model.p, self.model.g, self.random.random, resident.street
        minutes = int(p.visit_minutes)
        self.hours += minutes / 60.0
        hurt = max(resident.grievance[OFFICIAL], resident.grievance[MUNICIPALITY])
        if not door_opens(draw(), resident.trust[OFFICIAL], hurt, p.door_base, p.door_slope):
            return minutes
        skill, unmet = self.hours / (self.hours + p.skill_hours), resident.burden * (1.0 - g.mandate_rules)
        quality = quality_of_contact(draw(), skill, 0.5, unmet, 0.0, p.contact_usual, p.contact_spread)
        resident.experience(happened.MET, OFFICIAL, quality_felt(quality, p.contact_neutral))
        if hurt > 0.05 and budget - minutes >= p.hurt_minutes and draw() < math.sqrt(g.listening_first / 26.0):
            minutes += int(p.hurt_minutes)
            for addressee in (OFFICIAL, MUNICIPALITY):
                resident.experience(happened.HEARD_OUT, addressee, happened.FELT_HEARD + happened.FELT_TRUTHFUL * g.truthfulness)
        for problem in street.problems:
            if draw() < p.discover_chance:
                problem.known, problem.seen = True, 1.0
        if street.initiatives and draw() < 0.5 * g.build_on_existing:
            resident.experience(happened.WAS_ASKED, OFFICIAL, happened.FELT_ASKED)
        solvable = (q for q in street.problems if q.known and q.kind.solver != BY_NOBODY)
        worst = max(solvable, key=lambda q: q.severity, default=None)
        if worst and resident.promise is None and will_promise(draw(), resident.burden, g.promise_boldness):
            due = self.model.week + int(p.case_norm * (3.0 - 2.0 * g.promise_boldness))
            resident.promise = Promise(resident, worst, due, 0.5 + 0.4 * g.promise_boldness)
            self.model.promises.append(resident.promise)
            resident.experience(happened.PROMISED, OFFICIAL, resident.promise.expected)
        resident.contact = renew_tie(resident.contact, hours_that_count(minutes, p.visit_minutes, p.contact_hours), p.hours_to_friend)
        return minutes
