"""The same model in plain Mesa: the comparison for `leefwereld bench`.

Written as a good Mesa user would: residents are `mesa.Agent`s with ordinary attributes, the week is
`agents_by_type[Resident].shuffle_do("step")`, a DataCollector reads the agents, ties are dicts of agents, problems and initiatives small
objects. It calls the same rules (`model.rules`) as plain Python, with the parameters of the case, for the same processes per resident
and week. It uses Python's `random`: the numbers differ from ours, the work is similar.

All simplifications make it faster: no keyed random numbers (one draw, or one `choices`, where ours hashes all candidates);
no money, mandates, plans with flaws, rule conflicts, exceptions, trials, support, upkeep or hand-overs; no projects of the
municipality, requests, council, police, entrepreneurs, broker, colleagues of officials, group meetings, meeting places, news or
pressure; one neighbourhood, no city; no ledgers, no story, no record of ended things; six outcomes a week instead of about
sixty. The rates of fading come from `fade_tie` once, and multiply every tie, as in ours.

This file has the neighbourhood and its week; `plain_residents` the residents; `plain_parts` streets, problems and officials.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

from mesa import DataCollector, Model

from experiments.benchmarks.plain_parts import Initiative, Problem, Promise, Street, WardOfficial
from experiments.benchmarks.plain_residents import Resident
from model import regimes
from model.case.layout import HOUSEHOLD_SIZES, lay_out_streets, size_chances
from model.kinds import BY_CORPORATION, BY_CREW, BY_NOBODY, BY_VISIT, KINDS
from model.rules import (
    case_score,
    fade_tie,
    problem_arises,
    problem_changes,
    problem_returns,
    vigour_changes,
    visit_finds,
    will_tell_early,
)
from model.state import experiences as happened
from model.state.accounts import CORPORATION_HOURS, CREW_HOURS, DESK_HOURS, ENFORCER_HOURS, PROGRAMME_HOURS
from model.state.experiences import ADDRESSEES, MUNICIPALITY, NEIGHBOURS, OFFICIAL
from model.state.means import weekly_means

if TYPE_CHECKING:
    from model.case.case import Case

SOLVERS = {BY_CREW: CREW_HOURS, BY_VISIT: ENFORCER_HOURS, BY_CORPORATION: CORPORATION_HOURS}


class PlainNeighbourhood(Model):
    """A neighbourhood of plain Mesa agents under one regime."""

    def __init__(self, case: Case, regime: str = "leapfrog", rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.case, self.p, self.g, self.week = case, case.behaviour, regimes.resolve(regime), 0
        p, place, c, random = self.p, case.place, case.conditions, self.random
        self.fading = tuple(fade_tie(1.0, rate) for rate in (p.fade_bonding, p.fade_bridging, p.fade_linking))
        self.desk: list[Problem] = []
        self.dormant: list[Problem] = []  # solved, but the cause remains
        self.initiatives: list[Initiative] = []
        self.promises: list[Promise] = []
        self.leaving: list[list[Resident]] = []
        self.weekly = weekly_means(case, c, self.g).minutes.tolist()
        least = [
            60.0 if account == DESK_HOURS else 240.0 for account in range(len(self.weekly))
        ]  # small endowments come in blocks, as in ours
        self.blocks = [min(max(math.ceil(some / max(due, 1e-9)), 1), 52) for some, due in zip(least, self.weekly, strict=True)]
        self.left = list(self.weekly)
        at = lay_out_streets(place, p.example_distance)
        self.streets = [Street(math.exp(0.5 * random.gauss() - 0.125)) for _ in at["x"]]
        sizes = size_chances(place.household_size).tolist()
        for n, (street, start, stop) in enumerate(zip(self.streets, at["near_start"], at["near_stop"], strict=True)):
            weights = at["near_weight"][start:stop].tolist()
            street.near = [(self.streets[s], weight) for s, weight in zip(at["near_street"][start:stop], weights, strict=True)]
            street.near_sums = list(accumulate(weights))
            quota = place.residents // len(self.streets) + (n < place.residents % len(self.streets))
            while len(street.residents) < quota:
                self.move_in(street, min(random.choices(HOUSEHOLD_SIZES, sizes)[0], quota - len(street.residents)))
            for i, resident in enumerate(street.residents):
                for other in street.residents[i + 1 :]:
                    if random.random() < p.neighbour_ties / max(quota - 1.0, 1.0):
                        resident.spend_time(other, p.hours_to_friend * (0.2 + random.random()))
        posts = max(1, round(place.residents / 10_000))
        for post in range(posts):
            WardOfficial(self, self.streets[post::posts])
        self.datacollector = DataCollector(
            {
                "burden": lambda m: sum(m.agents_by_type[Resident].get("burden")) / m.case.residents,
                "readiness": lambda m: sum(m.agents_by_type[Resident].get("readiness")) / m.case.residents,
                "initiatives": lambda m: len(m.initiatives),
            }
            | {
                f"trust in {name}": lambda m, a=a: sum(trust[a] for trust in m.agents_by_type[Resident].get("trust")) / m.case.residents
                for a, name in enumerate(ADDRESSEES[:3])
            }
        )

    def move_in(self, street: Street, size: int) -> None:
        """Add a household to a street."""
        place, random = self.case.place, self.random
        owner = float(random.random() < place.owner_share)
        means = random.random() * (0.4 if random.random() < place.low_income_share else 1.0)
        ages = (place.young, place.adult, place.middle, place.old)
        start, span = random.choices(((15, 10), (25, 20), (45, 20), (65, 25)), ages)[0]
        household: list[Resident] = []
        for _ in range(size):
            household.append(Resident(self, street, household, owner, means, start + span * random.random()))
        street.residents += household

    def step(self) -> None:
        """Run one week."""
        self.week += 1
        for account, (minutes, block) in enumerate(zip(self.weekly, self.blocks, strict=True)):
            self.left[account] = minutes * block if self.week % block == 0 else 0.0
        self.problems_arise()
        residents = self.agents_by_type[Resident]
        residents.shuffle_do("step")
        self.register_reports()
        self.agents_by_type[WardOfficial].shuffle_do("step")
        self.handle_cases()
        self.initiatives_live()
        self.promises_fall_due()
        residents.do("keep_ties")
        self.people_come_and_go()
        self.datacollector.collect(self)

    def problems_arise(self) -> None:
        """Problems arise, return, grow and fade; the load on each street follows."""
        draw = self.random.random
        for street in self.streets:
            for kind in KINDS:
                rate = kind.rate * self.case.conditions.problem_rate * street.rate / 52.0
                tries = 1 + int(2.0 * rate)
                for _ in range(tries):
                    if problem_arises(draw(), rate / tries):
                        street.problems.append(Problem(kind, street, kind.severity))
        returning = [old for old in self.dormant if problem_returns(draw(), 1.0 / self.p.return_weeks)]
        for old in returning:
            self.dormant.remove(old)
            old.street.problems.append(Problem(old.kind, old.street, old.kind.severity))
        for street in self.streets:
            street.reported *= 0.75
            street.public = street.private = 0.0
            for problem in list(street.problems):
                kind = problem.kind
                problem.severity = problem_changes(problem.severity, kind.grows, kind.fades)
                if problem.severity < 0.05 and problem.ready is None:
                    self.end(problem)
                    continue
                street.public += problem.severity * kind.public
                street.private += problem.severity * kind.private

    def end(self, problem: Problem) -> None:
        """Remove a problem."""
        problem.alive = False
        problem.street.problems.remove(problem)

    def register_reports(self) -> None:
        """The desk registers reports, oldest first, until its hours run out."""
        ready = min(len(self.desk), int(self.left[DESK_HOURS] // self.p.report_minutes))
        for problem in self.desk[:ready]:
            problem.registered += 1
        del self.desk[:ready]

    def handle_cases(self) -> None:
        """Departments open cases; crews and enforcers work on the queue."""
        g, draw, queue = self.g, self.random.random, []
        for problem in (q for street in self.streets for q in street.problems if q.kind.solver != BY_NOBODY):
            kind = problem.kind
            enough = 1.0 if kind.planned < 0.5 else g.report_threshold
            if problem.ready is None and problem.registered + (1.0 - g.complaint_steering) * enough * problem.seen >= enough:
                problem.ready = self.week + (int(g.approval_lag) if kind.planned > 0.5 else 0)
                problem.minutes = kind.minutes
            if problem.ready is not None and problem.ready <= self.week:
                pull, age = 0.5 * g.inside_work * problem.known, self.week - problem.ready
                queue.append((case_score(problem.registered, 0.0, pull, age, g.complaint_steering, draw()), len(queue), problem))
        for _, _, problem in sorted(queue, reverse=True):
            self.carry_out(problem)

    def carry_out(self, problem: Problem) -> None:
        """Work on a case within the hours; its reporters and the street see the result."""
        kind, draw, account = problem.kind, self.random.random, SOLVERS.get(problem.kind.solver, PROGRAMME_HOURS)
        work = min(self.left[account], problem.minutes)
        self.left[account] -= work
        problem.minutes -= work
        if problem.minutes > 0:
            return
        found = kind.solver != BY_VISIT or visit_finds(draw(), kind.presence)
        for reporter, week in problem.reports:
            if reporter.here and found:
                late = 1.0 if 7.0 * (self.week - week) <= self.p.promised_days else happened.FELT_LATE
                reporter.experience(happened.FIXED, MUNICIPALITY, late * happened.FELT_FIXED)
            elif reporter.here:
                reporter.experience(happened.NOTHING_FOUND, MUNICIPALITY, happened.FELT_EMPTY)
        problem.ready, problem.seen, problem.registered, problem.reports = None, 0.0, 0, []
        if found:
            self.end(problem)
            self.show(problem.street, happened.SAW_REPAIR, 0.3, MUNICIPALITY, happened.FELT_REPAIR)
            if draw() < kind.symptom:
                self.dormant.append(problem)

    def show(self, street: Street, kind: int, chance: float, addressee: int, value: float) -> None:
        """Residents of a street may see an event there."""
        draw = self.random.random
        for resident in street.residents:
            if draw() < chance:
                resident.experience(kind, addressee, value)

    def initiatives_live(self) -> None:
        """Initiatives gather members, wait, work, deliver or wither; neighbours see them; members' ties strengthen."""
        p, g = self.p, self.g
        need = p.initiative_hours * (1.0 + p.paperwork_share * (1.0 - 0.8 * g.support_desk))
        for street in self.streets:
            street.example = 0.0
        for k in list(self.initiatives):
            if k.ready is None and len(k.members) >= p.members_to_start:
                k.ready = self.week + int(g.approval_lag)
            working = k.ready is not None and k.ready <= self.week
            k.vigour = vigour_changes(k.vigour, k.given, p.weekly_need, float(k.ready is not None and not working), p.wear)
            k.progress += k.given if working else 0.0
            k.given, age = 0.0, self.week - k.born
            if k.progress >= need:
                self.close(k, happened.DELIVERED_TOGETHER, happened.FELT_DELIVERED)
                self.show(k.street, happened.SAW_RESULT, 0.5, NEIGHBOURS, happened.FELT_DELIVERED)
                if k.problem and k.problem.alive:
                    self.end(k.problem)
            elif k.vigour < 0.08 or (k.ready is None and age > 26):
                self.close(k, happened.GAVE_UP, happened.FELT_GAVE_UP)
            else:
                if k.vigour > 0.3:
                    self.show(k.street, happened.SAW_INITIATIVE, 0.03, NEIGHBOURS, happened.FELT_AT_WORK)
                for member in k.members:
                    other = self.random.choice(k.members)
                    if other is not member:
                        member.spend_time(other, min(member.energy, other.energy, 4.0))
                pull = p.example_push * k.vigour * 0.5 ** (age / p.example_halflife)
                for street, weight in k.street.near:
                    street.example += pull * weight

    def close(self, initiative: Initiative, kind: int, value: float) -> None:
        """End an initiative, with an experience for its members."""
        self.initiatives.remove(initiative)
        initiative.street.initiatives.remove(initiative)
        for member in initiative.members:
            member.memberships.remove(initiative)
            member.experience(kind, NEIGHBOURS, value)

    def promises_fall_due(self) -> None:
        """Promises are kept, told early, or broken when due."""
        pending, self.promises = self.promises, []
        for promise in pending:
            resident, problem, days = promise.recipient, promise.problem, promise.due - self.week
            kind, value = happened.PROMISE_KEPT, happened.FELT_KEPT
            if problem.alive and days <= 0:
                kind, value = happened.PROMISE_BROKEN, happened.FELT_BROKEN
            elif problem.alive and days == 2 and will_tell_early(self.random.random(), self.g.truthfulness):
                kind, value = happened.TOLD_EARLY, happened.FELT_TOLD
            elif problem.alive and resident.here:
                self.promises.append(promise)
                continue
            if resident.here:
                resident.promise = None
                resident.experience(kind, OFFICIAL, value, promise.expected)

    def people_come_and_go(self) -> None:
        """Households leave, and new ones move in."""
        leaving, self.leaving = self.leaving, []
        for household in leaving:
            for member in household:
                member.leave()
            self.move_in(household[0].street, len(household))
