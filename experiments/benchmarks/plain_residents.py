"""The residents of the plain Mesa model (`plain_mesa`): their actions, experiences and learning in a week."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mesa import Agent

from experiments.benchmarks.plain_parts import Initiative, Promise, Street
from model.rules import (
    feel_burden,
    grow_tired,
    hours_given,
    household_moves,
    passes_on,
    renew_tie,
    return_to_rest,
    step_of_trust,
    strikes_up,
    surprise,
    update_belief,
    update_grievance,
    update_readiness,
    update_trust,
    will_found,
    will_join,
    will_quit,
    will_report,
)
from model.state import experiences as happened
from model.state.experiences import EFFECTS, MUNICIPALITY, NEIGHBOURS, OFFICIAL, Effect
from model.state.people import MOST_TIES

if TYPE_CHECKING:
    from experiments.benchmarks.plain_mesa import PlainNeighbourhood

MEMBERSHIPS = 2
RESTS = ("rest_neighbours", "rest_official", "rest_municipality", "rest_corporation", "rest_police")


class Resident(Agent):
    """A resident, who reports, takes part, meets others and learns."""

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
        self.trust, self.recent = list(self.rest), [0.0] * 5
        self.evidence = [6.0 * random.random() for _ in self.rest]
        self.grievance = [0.25 * random.random() * (1.0 - rest) for rest in self.rest]
        self.reporting, self.acting = 0.3 + 0.4 * random.random(), 0.3 + 0.4 * random.random()
        self.eager = self.readiness = 0.05 + 0.35 * random.random()
        self.burden = self.contact = self.tired = 0.0
        self.promise: Promise | None = None
        self.ties: dict[Resident, float] = {}
        self.memberships: list[Initiative] = []
        self.forget_week()

    def forget_week(self) -> None:
        """Reset the week's experience."""
        self.stirred = False
        self.gain, self.loss, self.hurt, self.healed = [0.0] * 5, [0.0] * 5, [0.0] * 5, [0.0] * 5
        self.weight = [0.0] * 5
        self.report_better = self.report_worse = self.act_better = self.act_worse = self.asked = self.saw = 0.0

    def step(self) -> None:
        """Run one week."""
        model, street = self.model, self.street
        p, draw = model.p, model.random.random
        self.burden = feel_burden(street.public, street.private, self.means, self.sensitivity)
        if street.problems and will_report(draw(), self.habit, self.burden, self.reporting, self.owner, p.owner_ratio, p.belief_reach):
            self.report()
        energy = self.energy * (1.0 - self.tired)
        if will_found(draw(), energy, self.readiness, self.acting, self.burden, street.example, p.found_base):
            self.found()
        if self.memberships:
            self.take_part()
        elif self.tired > 0.0:
            self.tired = grow_tired(self.tired, 0.0, p.tire_rate, p.rest_rate)
        if draw() < p.encounter_rate:
            self.meet()
        self.learn()
        if self.head and household_moves(draw(), p.moves_per_year, self.age):
            model.leaving.append(self.household)

    def report(self) -> None:
        """Report a problem of the street, most likely the worst."""
        draw = self.random.random
        problem = max(self.street.problems, key=lambda q: q.severity * (q.kind.reportable > 0) * draw())
        if draw() < problem.kind.reportable and all(who is not self for who, _ in problem.reports):
            problem.reports.append((self, self.model.week))
            self.model.desk.append(problem)
            self.street.reported += 1.0

    def found(self) -> None:
        """Found an initiative about a problem of the street, or from a wish."""
        if len(self.memberships) < MEMBERSHIPS:
            problem = self.random.choice([None, *(q for q in self.street.problems if q.kind.by_residents)])
            initiative = Initiative(self.street, problem, self.model.week, [self])
            for running in (self.memberships, self.street.initiatives, self.model.initiatives):
                running.append(initiative)

    def take_part(self) -> None:
        """Stay or leave, ask a contact to join, give hours, and tire."""
        p, draw, load = self.model.p, self.random.random, 0.0
        for initiative in list(self.memberships):
            if will_quit(draw(), initiative.vigour, self.acting, self.tired, p.quit_base):
                self.memberships.remove(initiative)
                initiative.members.remove(self)
                continue
            if self.ties and draw() < (p.ask_gathering if initiative.ready is None else p.ask_rate):
                other = self.random.choices(list(self.ties), [strength * strength for strength in self.ties.values()])[0]
                other.be_asked(initiative, self.ties[other])
            hours = hours_given(self.energy, len(self.memberships) - 1.0, self.acting)
            initiative.given += hours
            load += hours / self.energy + (1.0 if initiative.ready is not None and initiative.ready > self.model.week else 0.0)
            if draw() < 0.25:
                self.experience(happened.TOOK_PART, NEIGHBOURS, happened.FELT_TOOK_PART)
        self.tired = grow_tired(self.tired, min(load, 5.0), p.tire_rate, p.rest_rate)

    def be_asked(self, initiative: Initiative, tie: float) -> None:
        """Join or not when a contact asks."""
        p = self.model.p
        self.experience(happened.WAS_ASKED, NEIGHBOURS, happened.FELT_ASKED)
        if initiative in self.memberships or len(self.memberships) >= MEMBERSHIPS or self.energy * (1.0 - self.tired) < 0.2:
            return
        active = sum(1.0 for other, strength in self.ties.items() if strength > 0.05 and other.memberships)
        if will_join(self.random.random(), tie, self.readiness, active, p.join_base, p.join_floor, p.join_threshold):
            self.memberships.append(initiative)
            initiative.members.append(self)
            self.experience(happened.JOINED, NEIGHBOURS, happened.FELT_JOINED)

    def meet(self) -> None:
        """Spend time with a contact, or with somebody of the own or a near street."""
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
        """Strengthen or form a tie by hours together."""
        strength = renew_tie(self.ties.get(other, 0.0), hours, self.model.p.hours_to_friend)
        if other in self.ties or (self.make_room(strength) and other.make_room(strength)):
            self.ties[other] = other.ties[self] = strength

    def make_room(self, strength: float) -> bool:
        """Make room for a tie by dropping a weaker one if needed; return whether there is room."""
        if len(self.ties) < MOST_TIES:
            return True
        weakest = min(self.ties, key=self.ties.__getitem__)
        if self.ties[weakest] >= strength:
            return False
        del self.ties[weakest], weakest.ties[self]
        return True

    def keep_ties(self) -> None:
        """Fade all ties."""
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
        """Record an event; the resident may tell contacts about it."""
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
        """Add an event to the week's experience; hearsay has less weight."""
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
        """Add how far an event lies above or below what was expected."""
        trust = self.trust[addressee]
        pull = surprise(value, expected if expected >= 0.0 else trust, trust)
        if pull > 0.0:
            self.gain[addressee] += weight * pull
        else:
            self.loss[addressee] -= weight * pull
        self.weight[addressee] += weight

    def learn(self) -> None:
        """Update trust, grievance, beliefs and readiness from the week."""
        p, stirred = self.model.p, self.stirred
        trust, recent, evidence, grievance, weight = self.trust, self.recent, self.evidence, self.grievance, self.weight
        for a in range(5):
            new = trust[a]
            if weight[a] > 0.0:
                whole = max(weight[a], 1.0)
                step = step_of_trust(evidence[a], p.trust_step, p.trust_floor, p.trust_prior) + p.trust_fast
                new = update_trust(new, grievance[a], self.gain[a] / whole, self.loss[a] / whole, step, p.dampening, p.loss_aversion)
                recent[a] += (new - trust[a]) * p.trust_fast / step
                evidence[a] += weight[a]
            lasting = return_to_rest(new - recent[a], self.rest[a], p.trust_return)
            recent[a] *= 1.0 - p.fast_fade
            trust[a] = min(max(lasting + recent[a], 0.0), 1.0)
            evidence[a] *= 1.0 - p.evidence_fade
            grievance[a] = update_grievance(grievance[a], self.hurt[a], self.healed[a], p.healing, p.grievance_fade)
        asked, seen = p.asked_push * self.asked, p.seen_push * self.saw
        self.readiness = update_readiness(self.readiness, self.eager, asked, seen, p.readiness_fade)
        if stirred:
            self.reporting = update_belief(self.reporting, self.report_better, self.report_worse, p.report_step)
            self.acting = update_belief(self.acting, self.act_better, self.act_worse, p.act_step)
            self.forget_week()

    def leave(self) -> None:
        """Move away, without ties, memberships and promise."""
        for other in self.ties:
            del other.ties[self]
        for initiative in self.memberships:
            initiative.members.remove(self)
        self.street.residents.remove(self)
        self.ties, self.memberships, self.here = {}, [], False
        self.remove()
