"""Ward officials: where their hours go, whose door they knock at, what they discover and promise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent

from model.chance import DISCOVER, DOOR, EXIT, HANDOVER, HURT, INVITE, PROMISE, QUALITY, VISIT, draw, join
from model.learning import HEARD_OUT, MET, MUNICIPALITY, NEW_OFFICIAL, OFFICIAL, PROMISED, WAS_ASKED, tell
from model.loops import loop
from model.problems import BY_NOBODY, MADE, OFFICIALS_LEFT, OPENED_DOORS, VISITS
from model.reports import (
    CASE_HOURS,
    COUNTER_HOURS,
    CREW_HOURS,
    DESK_HOURS,
    ENFORCER_HOURS,
    INSIDE_HOURS,
    PROGRAMME_HOURS,
    STREET_HOURS,
    SUPPORT_HOURS,
)  # fmt: skip
from model.rules import (
    door_opens,
    official_leaves,
    quality_of_contact,
    renew_tie,
    street_draws_attention,
    visit_score,
    will_promise,
)  # fmt: skip
from model.tables import Column

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood
    from model.scenario import Conditions

ACCOUNTS = (
    "desk",
    "street",
    "support",
    "inside",
    "programmes",
    "crews",
    "enforcers",
    "case work",
    "coordination",
    "counter",
    "corporation",
    "police",
)
RANK_BINS = 512
MUNICIPAL = 10  # the first ten accounts share one endowment

OFFICIAL_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "(post, nth incumbent)"),
    Column("nth", "int32", "times", 0, 10**6, "incumbents before this one"),
    Column("since", "int32", "week", -(10**6), 10**6, "when the incumbent came"),
    Column("from", "int32", "row", 0, 2**31 - 1, "first resident of the area"),
    Column("to", "int32", "row", 0, 2**31 - 1, "one past the last resident"),
    Column("hours", "float32", "hours", 0, 1e7, "hours in the street so far: the source of skill"),
    Column("visits", "int64", "visits", 0, 2**40, "doors knocked at"),
)


def hours_shares(practice: Any, conditions: Conditions) -> np.ndarray:
    """Return which share of the municipality's hours goes to each of its ten activities; they add up to one.

    Practices only shift weights between activities: what one takes, the others lack (crews and enforcers too). The slopes
    are assumptions.
    """
    c = conditions
    field = c.ward_hours * 0.6  # two fifths of a ward official's time goes inside the town hall (Amersfoort, DSP)
    weights = np.zeros(MUNICIPAL)
    weights[DESK_HOURS] = c.desk_hours * (1.0 + 0.3 * practice.support_desk) + field * 0.6 * (1.0 - practice.presence)
    weights[STREET_HOURS] = field * practice.presence
    weights[SUPPORT_HOURS] = field * 0.4 * (0.5 + practice.build_on_existing + practice.support_desk + practice.lead_switching)
    weights[SUPPORT_HOURS] += field * 0.4 * (0.5 * practice.listening_first / 26.0 + 0.3 * practice.conditional_on_residents)
    weights[INSIDE_HOURS] = c.ward_hours * 0.8 * practice.inside_work
    weights[PROGRAMME_HOURS] = c.programme_hours * (1.5 - practice.build_on_existing)
    weights[CREW_HOURS] = c.crew_hours
    weights[ENFORCER_HOURS] = c.enforcer_hours
    weights[CASE_HOURS] = c.case_hours * (0.5 + practice.approval_lag / (practice.approval_lag + 8.0))
    weights[COUNTER_HOURS] = c.counter_hours
    total = weights.sum()
    return weights / total if total > 0 else weights


@loop
def observe_streets(practice, street_count, street_reported, street_public, street_private, street_attention):
    """Each street pulls an official by its reports and by what can be seen to be wrong."""
    g = practice[0]
    for s in range(street_count[0]):
        reports = 1.0 - math.exp(-float(street_reported[s]))
        seen = 1.0 - math.exp(-float(street_public[s]) - float(street_private[s]))
        street_attention[s] = street_draws_attention(reports, seen, g.complaint_steering)


@loop
def rank_doors(
    first, last, incumbent, keys, par, practice, resident_name, resident_street, resident_contact, resident_trust, street_attention,
    visit_rank,
):  # fmt: skip
    """Give every resident of an area a place in the ranking of doors to knock at."""
    p = par[0]
    g = practice[0]
    for i in range(first, last):
        noise = draw(keys[VISIT], join(incumbent, resident_name[i]))
        visit_rank[i] = visit_score(
            noise, float(street_attention[resident_street[i]]), p.attention_weight, float(resident_contact[i]),
            0.15 * g.intensity, float(resident_trust[i, OFFICIAL]), p.creaming,
        )  # fmt: skip


@loop
def rank_of_last(visit_rank, first, last, most):
    """Return a rank that at least `most` doors reach, and not many more: found by counting in narrow bins."""
    low = visit_rank[first]
    high = visit_rank[first]
    for i in range(first, last):
        low = min(low, visit_rank[i])
        high = max(high, visit_rank[i])
    if high <= low:
        return low
    counts = np.zeros(RANK_BINS + 1, np.int64)
    for i in range(first, last):
        counts[int((visit_rank[i] - low) / (high - low) * RANK_BINS)] += 1
    b = RANK_BINS
    reached = counts[b]
    while reached < most:
        b -= 1
        reached += counts[b]
    return low + (high - low) * (b - 0.5) / RANK_BINS  # half a bin lower: rounding must not lose one


@loop
def knock(
    post, first, last, budget, week, keys, par, practice, kind, tally, visit_rank, account_left, account_spent, official_name,
    official_hours, official_visits, resident_name, resident_street, resident_trust, resident_grievance, resident_burden,
    resident_contact, resident_touched, resident_promise, street_first, street_project, problem_name, problem_kind, problem_severity,
    problem_known, problem_seen, problem_next, initiative_name, initiative_vigour, initiative_known, initiative_next, promise_count,
    promise_maker, promise_recipient, promise_person, promise_problem, promise_made, promise_due, promise_expected, promise_fate,
    event_count, event_what, event_size,
):  # fmt: skip
    """The official knocks at the doors at the top of the ranking until the hours of this area run out."""
    p = par[0]
    g = practice[0]
    minutes = int(p.visit_minutes)
    most = min(budget // minutes, last - first)
    if most <= 0:
        return
    cut = rank_of_last(visit_rank, first, last, most)
    chosen = np.empty(last - first, np.int64)
    ranks = np.empty(last - first, np.float64)
    n = 0
    for i in range(first, last):
        if visit_rank[i] >= cut:
            chosen[n] = i
            ranks[n] = -visit_rank[i]
            n += 1
    order = np.argsort(ranks[:n])
    left = budget
    for n in range(order.shape[0]):
        if left < minutes or n >= most:
            return
        i = chosen[order[n]]
        left -= minutes
        account_left[STREET_HOURS] -= minutes
        account_spent[STREET_HOURS] += minutes
        tally[VISITS] += 1
        official_visits[post] += 1
        official_hours[post] = float(official_hours[post]) + minutes / 60.0
        name = resident_name[i]
        hurt = max(float(resident_grievance[i, OFFICIAL]), float(resident_grievance[i, MUNICIPALITY]))
        if not door_opens(draw(keys[DOOR], name), float(resident_trust[i, OFFICIAL]), hurt, p.door_base, p.door_slope):
            continue
        tally[OPENED_DOORS] += 1
        resident_touched[i] |= 1
        skill = float(official_hours[post]) / (float(official_hours[post]) + p.skill_hours)
        tell(event_count, event_what, event_size, MET, i, OFFICIAL, -1, quality_of_contact(draw(keys[QUALITY], name), skill), -1.0, 1.0)
        resident_contact[i] = renew_tie(float(resident_contact[i]), p.contact_hours, p.hours_to_friend)
        listening = g.listening_first / 26.0
        if hurt > 0.05 and left >= p.hurt_minutes and draw(keys[HURT], name) < math.sqrt(listening):
            spent = int(p.hurt_minutes)
            left -= spent
            account_left[STREET_HOURS] -= spent
            account_spent[STREET_HOURS] += spent
            for a in (OFFICIAL, MUNICIPALITY):
                tell(event_count, event_what, event_size, HEARD_OUT, i, a, -1, 0.4 + 0.6 * g.truthfulness, -1.0, 1.0)
        worst = -1
        q = street_first[resident_street[i]]
        while q >= 0:
            if draw(keys[DISCOVER], join(name, problem_name[q])) < p.discover_chance:
                problem_known[q] = 1
                problem_seen[q] = 1.0
            if problem_known[q] == 1 and (worst < 0 or problem_severity[q] > problem_severity[worst]):
                worst = q
            q = problem_next[q]
        k = street_project[resident_street[i]]
        best = -1
        while k >= 0:
            initiative_known[k] = 1
            if best < 0 or initiative_vigour[k] > initiative_vigour[best]:
                best = k
            k = initiative_next[k]
        if best >= 0 and draw(keys[INVITE], join(name, initiative_name[best])) < 0.5 * g.build_on_existing:
            tell(event_count, event_what, event_size, WAS_ASKED, i, OFFICIAL, best, 0.5, -1.0, 1.0)
        promisable = worst >= 0 and resident_promise[i] < 0 and kind[problem_kind[worst]].solver != BY_NOBODY
        if promisable and will_promise(draw(keys[PROMISE], name), float(resident_burden[i]), g.promise_boldness):
            m = promise_count[0]
            expected = 0.5 + 0.4 * g.promise_boldness
            promise_maker[m] = official_name[post]
            promise_recipient[m] = i
            promise_person[m] = name
            promise_problem[m] = worst
            promise_made[m] = week
            promise_due[m] = week + int(p.case_norm * (3.0 - 2.0 * g.promise_boldness))
            promise_expected[m] = expected
            promise_fate[m] = 0
            promise_count[0] = m + 1
            resident_promise[i] = m
            tally[MADE] += 1
            problem_seen[worst] = 1.0
            tell(event_count, event_what, event_size, PROMISED, i, OFFICIAL, m, expected, -1.0, 1.0)


@loop
def meet_new_official(share, first, last, resident_contact, event_count, event_what, event_size):
    """Residents of an area get another official; ties and personal trust go, except what was handed over."""
    for i in range(first, last):
        resident_contact[i] = share * float(resident_contact[i])
        tell(event_count, event_what, event_size, NEW_OFFICIAL, i, OFFICIAL, -1, share, -1.0, 1.0)


@loop
def forget_area(
    post, share, keys, problem_count, problem_name, problem_street, problem_known, initiative_count, initiative_name,
    initiative_street, initiative_known, street_post,
):  # fmt: skip
    """A successor knows only what was handed over."""
    for q in range(problem_count[0]):
        if street_post[problem_street[q]] == post and draw(keys[HANDOVER], problem_name[q]) >= share:
            problem_known[q] = 0
    for k in range(initiative_count[0]):
        if street_post[initiative_street[k]] == post and draw(keys[HANDOVER], initiative_name[k]) >= share:
            initiative_known[k] = 0


class WardOfficial(Agent):
    """A person in a post: knows an area and its people, and takes most of that along when leaving."""

    model: Neighbourhood

    def __init__(self, model: Neighbourhood, post: int) -> None:
        super().__init__(model)
        self.post = post

    def __getattr__(self, name: str) -> Any:
        try:
            return self.model.officials.arrays[name][self.post].item()
        except (KeyError, AttributeError):
            raise AttributeError(f"a ward official has no {name!r}") from None

    @property
    def weeks_in_post(self) -> int:
        """Weeks since this person took the post."""
        return self.model.week - self.since

    @property
    def skill(self) -> float:
        """Skill at contact (0-1): half of it is there after the hours named in the case."""
        return self.hours / (self.hours + self.model.case.behaviour.skill_hours)

    def step(self) -> None:
        """Spend this week's street hours."""
        model = self.model
        first, last = int(self.model.officials.arrays["from"][self.post]), int(self.model.officials.arrays["to"][self.post])
        budget = int(model.accounts.arrays["left"][STREET_HOURS]) // (len(model.officials) - self.post)
        handing_over = model.case.behaviour.handover_weeks * model.practices.warm_handover
        if model.officials.arrays["nth"][self.post] > 0 and self.weeks_in_post <= handing_over:  # half the time goes into it
            model.accounts.arrays["left"][STREET_HOURS] -= budget // 2
            model.accounts.arrays["spent"][STREET_HOURS] += budget // 2
            budget -= budget // 2
        if budget < model.case.behaviour.visit_minutes or first == last:
            return
        most = budget // int(model.case.behaviour.visit_minutes) + 1
        model.promises.reserve(most)
        model.events.reserve(most * 5)
        model.loops.call("rank_doors", first=first, last=last, incumbent=model.officials.arrays["name"][self.post])
        model.loops.call("knock", post=self.post, first=first, last=last, budget=budget)

    def maybe_leave(self) -> None:
        """Change post at the hazard that follows from the mean stay."""
        model = self.model
        if official_leaves(float(model.draw(EXIT, self.name)), model.case.conditions.years_in_post):
            self.leave()

    def leave(self) -> None:
        """Leave now; a successor comes, with or without a warm hand-over."""
        model, table = self.model, self.model.officials.arrays
        share = 0.5 * model.practices.warm_handover
        first, last = int(table["from"][self.post]), int(table["to"][self.post])
        model.events.reserve(last - first)
        model.loops.call("meet_new_official", share=share, first=first, last=last)
        model.loops.call("forget_area", post=self.post, share=share)
        table["nth"][self.post] += 1
        table["name"][self.post] = model.official_name(self.post)
        table["since"][self.post] = model.week
        table["hours"][self.post] *= share
        model.tally[OFFICIALS_LEFT] += 1
        model.note("official_leaves", post=self.post)
