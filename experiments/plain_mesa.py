"""The same week as a plain Mesa model: the measure that `leefwereld bench` holds ours against.

Written as a good Mesa user would: residents are `mesa.Agent`s with ordinary attributes, the week is
`agents_by_type[Resident].shuffle_do("step")`, a DataCollector reads the agents, ties are dicts of agents, problems and initiatives small
objects. It calls the very rules of `model.rules` as plain Python, with the parameters of the case, for the same processes per resident and
week. Luck is Python's `random`: the numbers differ from ours, the work is alike.

What is simplified makes it faster, never slower: no keyed luck (one draw, or one `choices`, where ours hashes the names of all candidates);
no money, mandates, plans with flaws, rule conflicts, exceptions, trials, support or hand-overs; no ledgers, no story, no record of what is
over; six outcomes a week where ours has some sixty. The rates of fading come from `fade_tie` once, and multiply every tie, as in ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import accumulate
from typing import TYPE_CHECKING

from mesa import Agent, DataCollector, Model

from model import learning as happened
from model import regimes
from model.learning import ADDRESSEES, EFFECTS, MUNICIPALITY, NEIGHBOURS, OFFICIAL, Effect
from model.officials import ACCOUNTS, MUNICIPAL, hours_shares
from model.places import HOUSEHOLD_SIZES, lay_out_streets, size_chances
from model.problems import BY_CORPORATION, BY_CREW, BY_NOBODY, BY_VISIT, KINDS, Kind
from model.reports import CORPORATION_HOURS, CREW_HOURS, DESK_HOURS, ENFORCER_HOURS, PROGRAMME_HOURS, STREET_HOURS
from model.rules import (
    case_score,
    door_opens,
    fade_tie,
    feel_burden,
    hours_given,
    household_moves,
    official_leaves,
    passes_on,
    problem_arises,
    problem_changes,
    problem_returns,
    quality_of_contact,
    renew_tie,
    return_to_rest,
    street_draws_attention,
    strikes_up,
    update_belief,
    update_grievance,
    update_readiness,
    update_trust,
    vigour_changes,
    visit_finds,
    visit_score,
    will_found,
    will_join,
    will_promise,
    will_quit,
    will_report,
    will_tell_early,
)
from model.ties import MOST_TIES

if TYPE_CHECKING:
    from model.scenario import Case

MEMBERSHIPS = 2
SOLVERS = {BY_CREW: CREW_HOURS, BY_VISIT: ENFORCER_HOURS, BY_CORPORATION: CORPORATION_HOURS}
RESTS = ("rest_neighbours", "rest_official", "rest_municipality", "rest_corporation", "rest_police")


@dataclass(eq=False)
class Street:
    """A street: its people, what goes wrong in it, what runs in it."""

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
    """One problem of a street, and the case that was made of it."""

    kind: Kind
    street: Street
    severity: float
    reports: list[tuple[Resident, int]] = field(default_factory=list)  # who, in which week
    registered: int = 0
    seen: float = 0.0
    known: bool = False
    alive: bool = True
    ready: int | None = None  # a case: the week from which it may be carried out
    minutes: float = 0.0


@dataclass(eq=False)
class Initiative:
    """What residents started."""

    street: Street
    problem: Problem | None
    born: int
    members: list[Resident] = field(default_factory=list)
    vigour: float = 0.5
    given: float = 0.0
    progress: float = 0.0
    ready: int | None = None  # the week from which it may work; None: still gathering members


@dataclass(eq=False)
class Promise:
    """What an official promised a resident."""

    recipient: Resident
    problem: Problem
    due: int
    expected: float


class Resident(Agent):
    """A resident who is bothered, reports, takes part, meets others and learns."""

    model: PlainNeighbourhood

    def __init__(
        self, model: PlainNeighbourhood, street: Street, household: list[Resident], owner: float, means: float, age: float
    ) -> None:
        super().__init__(model)
        p, random = model.p, model.random
        self.street, self.household, self.head, self.here = street, household, not household, True
        self.owner, self.means, self.age = owner, means, age
        self.group = 0 if means + 0.25 * owner < 0.45 else (1 if means + 0.25 * owner < 0.85 else 2)
        self.energy = p.energy * math.exp(p.energy_spread * random.gauss()) * (0.7 + 0.6 * means)
        self.habit = p.report_habit * math.exp(p.report_spread * random.gauss() - 0.5 * p.report_spread**2)
        if random.random() < p.habitual_share:
            self.habit = p.report_habit * p.habitual_factor
        self.sensitivity = p.sensitivity * math.exp(p.sensitivity_spread * random.gauss())
        odds = [math.log(getattr(p, name) / (1.0 - getattr(p, name))) + p.rest_means * (means - 0.5) for name in RESTS]
        own = 0.7 * random.gauss()
        self.rest = [1.0 / (1.0 + math.exp(-o - p.rest_spread * (own + 0.714 * random.gauss()))) for o in odds]
        self.trust, self.usual = list(self.rest), list(self.rest)
        self.evidence = [6.0 * random.random() for _ in self.rest]
        self.grievance = [0.25 * random.random() * (1.0 - rest) for rest in self.rest]
        self.reporting, self.acting = 0.3 + 0.4 * random.random(), 0.3 + 0.4 * random.random()
        self.eager = self.readiness = 0.05 + 0.35 * random.random()
        self.burden = self.contact = 0.0
        self.promise: Promise | None = None
        self.ties: dict[Resident, float] = {}
        self.memberships: list[Initiative] = []
        self.forget_week()

    def forget_week(self) -> None:
        """Begin the next week's experience."""
        self.stirred = False
        self.gain, self.loss, self.hurt, self.healed = [0.0] * 5, [0.0] * 5, [0.0] * 5, [0.0] * 5
        self.value, self.weight = [0.0] * 5, [0.0] * 5
        self.report_better = self.report_worse = self.act_better = self.act_worse = self.asked = self.saw = 0.0

    def step(self) -> None:
        """Live one week."""
        model, street = self.model, self.street
        p, draw = model.p, model.random.random
        self.burden = feel_burden(street.public, street.private, self.means, self.sensitivity)
        if street.problems and will_report(draw(), self.habit, self.burden, self.reporting, self.owner, p.owner_ratio, p.belief_reach):
            self.report()
        if will_found(draw(), self.energy, self.readiness, self.acting, self.burden, street.example, p.found_base):
            self.found()
        if self.memberships:
            self.take_part()
        if draw() < p.encounter_rate:
            self.meet()
        self.learn()
        if self.head and household_moves(draw(), p.moves_per_year, self.age):
            model.leaving.append(self.household)

    def report(self) -> None:
        """Report a problem of the street, by and large the worst."""
        draw = self.random.random
        problem = max(self.street.problems, key=lambda q: q.severity * q.kind.reportable * draw())
        if problem.kind.reportable and all(who is not self for who, _ in problem.reports):
            problem.reports.append((self, self.model.week))
            self.model.desk.append(problem)
            self.street.reported += 1.0

    def found(self) -> None:
        """Start something about a problem of the street, or out of a wish."""
        if len(self.memberships) < MEMBERSHIPS:
            problem = self.random.choice([None, *(q for q in self.street.problems if q.kind.by_residents)])
            initiative = Initiative(self.street, problem, self.model.week, [self])
            for running in (self.memberships, self.street.initiatives, self.model.initiatives):
                running.append(initiative)

    def take_part(self) -> None:
        """Stay or leave, ask somebody along, give hours."""
        p, draw = self.model.p, self.random.random
        for initiative in list(self.memberships):
            if will_quit(draw(), initiative.vigour, self.acting, p.quit_base):
                self.memberships.remove(initiative)
                initiative.members.remove(self)
                continue
            if self.ties and draw() < (p.ask_gathering if initiative.ready is None else p.ask_rate):
                other = self.random.choices(list(self.ties), [strength * strength for strength in self.ties.values()])[0]
                other.be_asked(initiative, self.ties[other])
            initiative.given += hours_given(self.energy, len(self.memberships) - 1.0, self.acting)
            if draw() < 0.25:
                self.experience(happened.TOOK_PART, NEIGHBOURS, 0.75)

    def be_asked(self, initiative: Initiative, tie: float) -> None:
        """Join or not when somebody known asks."""
        p = self.model.p
        self.experience(happened.WAS_ASKED, NEIGHBOURS, 0.5)
        if initiative in self.memberships or len(self.memberships) >= MEMBERSHIPS or self.energy < 0.2:
            return
        active = sum(1.0 for other, strength in self.ties.items() if strength > 0.05 and other.memberships)
        if will_join(self.random.random(), tie, self.readiness, active, p.join_base, p.join_floor, p.join_threshold):
            self.memberships.append(initiative)
            initiative.members.append(self)
            self.experience(happened.JOINED, NEIGHBOURS, 0.8)

    def meet(self) -> None:
        """Spend time with somebody known, of the own street, or from near."""
        p, random, street = self.model.p, self.random, self.street
        if self.ties and random.random() < p.encounter_known:
            self.spend_time(random.choices(list(self.ties), list(self.ties.values()))[0], p.encounter_hours)
            return
        if random.random() < p.encounter_far:
            street = random.choices(street.near, cum_weights=street.near_sums)[0][0]
        other = random.choice(street.residents)
        if other is not self and strikes_up(random.random(), float(other.group == self.group), p.homophily):
            self.spend_time(other, p.encounter_hours)

    def spend_time(self, other: Resident, hours: float) -> None:
        """Hours together make a tie grow or begin."""
        strength = renew_tie(self.ties.get(other, 0.0), hours, self.model.p.hours_to_friend)
        if other in self.ties or (self.make_room(strength) and other.make_room(strength)):
            self.ties[other] = other.ties[self] = strength

    def make_room(self, strength: float) -> bool:
        """When there are too many ties, the weakest gives way to a stronger one."""
        if len(self.ties) < MOST_TIES:
            return True
        weakest = min(self.ties, key=self.ties.__getitem__)
        if self.ties[weakest] >= strength:
            return False
        del self.ties[weakest], weakest.ties[self]
        return True

    def keep_ties(self) -> None:
        """Ties fade unless they are renewed."""
        close, across, linking = self.model.fading
        street, group, ties, gone = self.street, self.group, self.ties, []
        for other, strength in ties.items():
            ties[other] = left = strength * (close if other.street is street and other.group == group else across)
            if left < 0.01:
                gone.append(other)
        for other in gone:
            del ties[other]
        self.contact *= linking

    def experience(self, kind: int, addressee: int, value: float, expected: float = -1.0) -> None:
        """Something happens to this resident, who may tell it to people known."""
        effect, p = EFFECTS[kind], self.model.p
        self.hear(effect, addressee, value, expected, 1.0)
        self.hurt[addressee] += effect.hurt
        self.healed[addressee] += effect.heals * value
        if effect.talk > 0.0:
            talk, draw = effect.talk * p.talk, self.random.random
            for other, strength in self.ties.items():
                if passes_on(draw(), strength, talk):
                    other.hear(effect, addressee, value, -1.0, p.hearsay_weight)

    def hear(self, effect: Effect, addressee: int, value: float, expected: float, share: float) -> None:
        """Add something to the week's experience; hearsay counts for a part."""
        self.stirred = True
        if effect.weight > 0.0:
            self.weigh(addressee, effect.weight * share, value, expected)
            if addressee == OFFICIAL:
                self.weigh(MUNICIPALITY, effect.weight * share * self.model.p.spill, value, expected)
        self.report_better += effect.report_better * share * value
        self.report_worse += effect.report_worse * share
        self.act_better += effect.act_better * share
        self.act_worse += effect.act_worse * share
        self.asked += effect.asked * share
        self.saw += effect.seen * share

    def weigh(self, addressee: int, weight: float, value: float, expected: float) -> None:
        """Only the surprise moves trust."""
        surprise = value - (expected if expected >= 0.0 else self.usual[addressee])
        if surprise > 0.0:
            self.gain[addressee] += weight * surprise
        else:
            self.loss[addressee] -= weight * surprise
        self.value[addressee] += weight * value
        self.weight[addressee] += weight

    def learn(self) -> None:
        """Update trust, grievance, beliefs and readiness from the week."""
        p, stirred = self.model.p, self.stirred
        trust, evidence, grievance, weight = self.trust, self.evidence, self.grievance, self.weight
        for a in range(5):
            new = trust[a]
            if weight[a] > 0.0:
                gain, loss = min(self.gain[a], 1.0), min(self.loss[a], 1.0)
                known = evidence[a], grievance[a]
                new = update_trust(new, *known, gain, loss, p.trust_step, p.trust_prior, p.dampening, p.loss_aversion)
                self.usual[a] += p.usual_step * (self.value[a] - self.usual[a] * weight[a]) / (1.0 + weight[a])
                evidence[a] += weight[a]
            trust[a] = return_to_rest(new, self.rest[a], p.trust_return)
            evidence[a] *= 1.0 - p.evidence_fade
            grievance[a] = update_grievance(grievance[a], self.hurt[a], self.healed[a], p.healing, p.grievance_fade)
        asked, seen = p.asked_push * self.asked, p.seen_push * self.saw
        self.readiness = update_readiness(self.readiness, self.eager, asked, seen, p.readiness_fade)
        if stirred:
            self.reporting = update_belief(self.reporting, self.report_better, self.report_worse, p.report_step)
            self.acting = update_belief(self.acting, self.act_better, self.act_worse, p.act_step)
            self.forget_week()

    def leave(self) -> None:
        """Move away: ties, memberships and a promise go."""
        for other in self.ties:
            del other.ties[self]
        for initiative in self.memberships:
            initiative.members.remove(self)
        self.street.residents.remove(self)
        self.ties, self.memberships, self.here = {}, [], False
        self.remove()


class WardOfficial(Agent):
    """An official who knocks at doors, finds out and promises, and one day leaves."""

    model: PlainNeighbourhood

    def __init__(self, model: PlainNeighbourhood, streets: list[Street]) -> None:
        super().__init__(model)
        self.streets, self.share, self.hours = streets, len(streets) / len(model.streets), 0.0

    def step(self) -> None:
        """Spend the week's hours at the doors that rank highest."""
        p, g, draw = self.model.p, self.model.g, self.random.random
        budget = int(self.model.left[STREET_HOURS] * self.share)
        ranked = []
        for street in self.streets if budget >= p.visit_minutes else ():
            seen = 1.0 - math.exp(-street.public - street.private)
            pull = street_draws_attention(1.0 - math.exp(-street.reported), seen, g.complaint_steering)
            for r in street.residents:
                known = r.contact, 0.15 * g.intensity, r.trust[OFFICIAL]
                ranked.append((visit_score(draw(), pull, p.attention_weight, *known, p.creaming), r.unique_id, r))
        for _, _, resident in nlargest(int(budget // p.visit_minutes), ranked):
            if budget >= p.visit_minutes:
                budget -= self.visit(resident, budget)
        if official_leaves(draw(), self.model.case.conditions.years_in_post):
            self.hours = 0.0
            for resident in (r for street in self.streets for r in street.residents):
                resident.contact = resident.evidence[OFFICIAL] = resident.grievance[OFFICIAL] = 0.0
                resident.trust[OFFICIAL] = resident.rest[OFFICIAL]

    def visit(self, resident: Resident, budget: int) -> int:
        """Knock, and talk if the door opens; returns the minutes that it took."""
        p, g, draw, street = self.model.p, self.model.g, self.random.random, resident.street
        minutes = int(p.visit_minutes)
        self.hours += minutes / 60.0
        hurt = max(resident.grievance[OFFICIAL], resident.grievance[MUNICIPALITY])
        if not door_opens(draw(), resident.trust[OFFICIAL], hurt, p.door_base, p.door_slope):
            return minutes
        resident.experience(happened.MET, OFFICIAL, quality_of_contact(draw(), self.hours / (self.hours + p.skill_hours)))
        resident.contact = renew_tie(resident.contact, p.contact_hours, p.hours_to_friend)
        if hurt > 0.05 and budget - minutes >= p.hurt_minutes and draw() < math.sqrt(g.listening_first / 26.0):
            minutes += int(p.hurt_minutes)
            for addressee in (OFFICIAL, MUNICIPALITY):
                resident.experience(happened.HEARD_OUT, addressee, 0.4 + 0.6 * g.truthfulness)
        for problem in street.problems:
            if draw() < p.discover_chance:
                problem.known, problem.seen = True, 1.0
        if street.initiatives and draw() < 0.5 * g.build_on_existing:
            resident.experience(happened.WAS_ASKED, OFFICIAL, 0.5)
        solvable = (q for q in street.problems if q.known and q.kind.solver != BY_NOBODY)
        worst = max(solvable, key=lambda q: q.severity, default=None)
        if worst and resident.promise is None and will_promise(draw(), resident.burden, g.promise_boldness):
            due = self.model.week + int(p.case_norm * (3.0 - 2.0 * g.promise_boldness))
            resident.promise = Promise(resident, worst, due, 0.5 + 0.4 * g.promise_boldness)
            self.model.promises.append(resident.promise)
            resident.experience(happened.PROMISED, OFFICIAL, resident.promise.expected)
        return minutes


class PlainNeighbourhood(Model):
    """A neighbourhood of plain Mesa agents under one regime."""

    def __init__(self, case: Case, regime: str = "leapfrog", rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.case, self.p, self.g, self.week = case, case.behaviour, regimes.resolve(regime), 0
        p, place, c, random = self.p, case.place, case.conditions, self.random
        self.fading = tuple(fade_tie(1.0, rate) for rate in (p.fade_bonding, p.fade_bridging, p.fade_linking))
        self.desk: list[Problem] = []
        self.dormant: list[Problem] = []  # solved, but the cause is still there
        self.initiatives: list[Initiative] = []
        self.promises: list[Promise] = []
        self.leaving: list[list[Resident]] = []
        municipal = c.ward_hours + c.crew_hours + c.enforcer_hours + c.case_hours + c.desk_hours + c.programme_hours
        hours = [municipal * share for share in hours_shares(self.g, c).tolist()] + [0.0] * (len(ACCOUNTS) - MUNICIPAL)
        hours[CORPORATION_HOURS] = c.corporation_hours * place.association_share
        self.weekly = [60.0 * h * place.residents / 1000.0 for h in hours]
        least = [60.0 if account == DESK_HOURS else 240.0 for account in range(len(hours))]  # small endowments come in blocks, as in ours
        self.blocks = [min(max(math.ceil(some / max(due, 1e-9)), 1), 52) for some, due in zip(least, self.weekly, strict=True)]
        self.left = list(self.weekly)
        at = lay_out_streets(place, p.example_distance, rng)
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
        """A household takes a dwelling."""
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
        """Live one week."""
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
        returning = [old for old in self.dormant if problem_returns(draw(), 1.0 / 30.0)]
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
        """A problem is gone."""
        problem.alive = False
        problem.street.problems.remove(problem)

    def register_reports(self) -> None:
        """The desk deals with reports, the oldest first, until its hours run out."""
        ready = min(len(self.desk), int(self.left[DESK_HOURS] // self.p.report_minutes))
        for problem in self.desk[:ready]:
            problem.registered += 1
        del self.desk[:ready]

    def handle_cases(self) -> None:
        """Departments open cases; crews and enforcers work down the queue."""
        g, draw, queue = self.g, self.random.random, []
        for problem in (q for street in self.streets for q in street.problems if q.kind.solver != BY_NOBODY):
            kind = problem.kind
            enough = 1.0 if kind.solver == BY_CREW and kind.planned < 0.5 else g.report_threshold
            if problem.ready is None and problem.registered + (1.0 - g.complaint_steering) * enough * problem.seen >= enough:
                problem.ready = self.week + (int(g.approval_lag) if kind.planned > 0.5 else 0)
                problem.minutes = kind.minutes
            if problem.ready is not None and problem.ready <= self.week:
                pull, age = 0.5 * g.inside_work * problem.known, self.week - problem.ready
                queue.append((case_score(problem.registered, 0.0, pull, age, g.complaint_steering, draw()), len(queue), problem))
        for _, _, problem in sorted(queue, reverse=True):
            self.carry_out(problem)

    def carry_out(self, problem: Problem) -> None:
        """Work on a case as far as hours reach; who reported it, and the street, see what comes of it."""
        kind, draw, account = problem.kind, self.random.random, SOLVERS.get(problem.kind.solver, PROGRAMME_HOURS)
        work = min(self.left[account], problem.minutes)
        self.left[account] -= work
        problem.minutes -= work
        if problem.minutes > 0:
            return
        found = kind.solver != BY_VISIT or visit_finds(draw(), kind.presence)
        for reporter, week in problem.reports:
            if reporter.here and found:
                reporter.experience(happened.FIXED, MUNICIPALITY, 0.9 if self.week - week <= self.p.case_norm else 0.54)
            elif reporter.here:
                reporter.experience(happened.NOTHING_FOUND, MUNICIPALITY, 0.15)
        problem.ready, problem.seen, problem.registered, problem.reports = None, 0.0, 0, []
        if found:
            self.end(problem)
            self.show(problem.street, happened.SAW_REPAIR, 0.3, MUNICIPALITY, 0.8)
            if draw() < kind.symptom:
                self.dormant.append(problem)

    def show(self, street: Street, kind: int, chance: float, addressee: int, value: float) -> None:
        """People of a street may see what happens there."""
        draw = self.random.random
        for resident in street.residents:
            if draw() < chance:
                resident.experience(kind, addressee, value)

    def initiatives_live(self) -> None:
        """Initiatives gather, wait, work, deliver or wither; neighbours see them, members grow closer."""
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
                self.close(k, happened.DELIVERED_TOGETHER, 0.85)
                self.show(k.street, happened.SAW_RESULT, 0.5, NEIGHBOURS, 0.85)
                if k.problem and k.problem.alive:
                    self.end(k.problem)
            elif k.vigour < 0.08 or (k.ready is None and age > 26):
                self.close(k, happened.GAVE_UP, 0.3)
            else:
                if k.vigour > 0.3:
                    self.show(k.street, happened.SAW_INITIATIVE, 0.03, NEIGHBOURS, 0.7)
                for member in k.members:
                    other = self.random.choice(k.members)
                    if other is not member:
                        member.spend_time(other, min(member.energy, other.energy, 4.0))
                pull = p.example_push * k.vigour * 0.5 ** (age / p.example_halflife)
                for street, weight in k.street.near:
                    street.example += pull * weight

    def close(self, initiative: Initiative, kind: int, value: float) -> None:
        """An initiative is over, and its members know how it went."""
        self.initiatives.remove(initiative)
        initiative.street.initiatives.remove(initiative)
        for member in initiative.members:
            member.memberships.remove(initiative)
            member.experience(kind, NEIGHBOURS, value)

    def promises_fall_due(self) -> None:
        """Promises are kept, told early, or broken on the day."""
        pending, self.promises = self.promises, []
        for promise in pending:
            resident, problem, days = promise.recipient, promise.problem, promise.due - self.week
            kind, value = happened.PROMISE_KEPT, 1.0
            if problem.alive and days <= 0:
                kind, value = happened.PROMISE_BROKEN, 0.0
            elif problem.alive and days == 2 and will_tell_early(self.random.random(), self.g.truthfulness):
                kind, value = happened.TOLD_EARLY, 0.45
            elif problem.alive and resident.here:
                self.promises.append(promise)
                continue
            if resident.here:
                resident.promise = None
                resident.experience(kind, OFFICIAL, value, promise.expected)

    def people_come_and_go(self) -> None:
        """Households leave, and others take their dwellings."""
        leaving, self.leaving = self.leaving, []
        for household in leaving:
            for member in household:
                member.leave()
            self.move_in(household[0].street, len(household))
