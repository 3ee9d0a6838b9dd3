"""Ward officials: a pair in every post, where their hours go, what wears them out, and what stays when one of them leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent

from model.engine.chance import EXIT, HANDOVER, MATE, draw, join, key_of
from model.engine.loops import loop
from model.rules import hours_of_practice, official_leaves, share_kept, strain_moves, style_of
from model.state.accounts import (
    CASE_HOURS,
    COORDINATION_HOURS,
    COUNTER_HOURS,
    CREW_HOURS,
    DESK_HOURS,
    ENFORCER_HOURS,
    INSIDE_HOURS,
    MUNICIPAL,
    PROGRAMME_HOURS,
    STREET_HOURS,
    SUPPORT_HOURS,
)
from model.state.experiences import CORPORATION, NEW_OFFICIAL, OFFICIAL, OWN, USUAL, tell
from model.state.tallies import MATES_LEFT, OFFICIALS_LEFT, UNREGISTERED
from model.week.contacts import knock, meet_group, rank_doors
from model.week.planned_acts import go_where_sent
from model.week.promises import PENDING

if TYPE_CHECKING:
    from model.case.case import Conditions
    from model.neighbourhood import Neighbourhood

FULL_WEEK = 36.0  # hours
OTHERS_LAST = 50.0  # taken off the rank of doors that are not wanted: more than any rank comes to
RESIDENTS_PER_POST = 10_000  # Amersfoort (DSP): areas of about 10,000


def hours_shares(practice: Any, conditions: Conditions, supported: bool = True) -> np.ndarray:
    """Return which share of the municipality's hours goes to each of its ten activities; they add up to one.

    Practices only shift weights between activities: what one takes, the others lack (crews and enforcers too). The slopes
    are assumptions. `supported`: False where support was stopped; its hours go to the others.
    """
    c = conditions
    field = c.ward_hours * 0.6  # two fifths of a ward official's time goes inside the town hall (Amersfoort, DSP)
    weights = np.zeros(MUNICIPAL)
    weights[DESK_HOURS] = c.desk_hours * (1.0 + 0.6 * practice.support_desk) + field * 0.6 * (1.0 - practice.presence)
    weights[STREET_HOURS] = field * practice.presence
    asked = 0.5 + practice.build_on_existing + practice.lead_switching + 0.5 * practice.reciprocity
    asked += 0.5 * practice.face_to_face_bargaining + 0.5 * practice.listening_first / 26.0 + 0.3 * practice.conditional_on_residents
    weights[SUPPORT_HOURS] = field * 0.4 * asked if supported else 0.0
    weights[INSIDE_HOURS] = c.ward_hours * 0.8 * practice.inside_work
    weights[PROGRAMME_HOURS] = c.programme_hours * (1.5 - practice.build_on_existing)
    weights[CREW_HOURS] = c.crew_hours
    weights[ENFORCER_HOURS] = c.enforcer_hours
    weights[CASE_HOURS] = c.case_hours * (0.5 + practice.approval_lag / (practice.approval_lag + 8.0))
    weights[COUNTER_HOURS] = c.counter_hours * (0.65 + 0.4 * practice.control + 0.5 * practice.tailoring)
    kinds = 4.0 - 2.0 * practice.pairing  # of task in the week of a ward official: desk, street, support, inside; two for each of a pair
    weights[COORDINATION_HOURS] += c.ward_hours * (c.hours_switching * (kinds - 1.0) + c.hours_in_step * practice.pairing) / FULL_WEEK
    total = weights.sum()
    return weights / total if total > 0 else weights


@loop
def tire(
    week, seed, keys, par, practice, tally, minutes_a_week, first_pending: int, years, official_count, official_name, official_mate_name,
    official_mate_nth, official_mate_since, official_mate_hours, official_mate_style, official_whole, official_heard, official_strain,
    official_leaving, account_spent, street_post, resident_street, promise_count, promise_recipient, promise_due, promise_fate,
):  # fmt: skip
    """The week ends at every post: practice inside grows, strain follows the work, and one of the two may leave; returns how many."""
    p = par[0]
    g = practice[0]
    posts = official_count[0]
    pressing = np.zeros(posts + 1, np.float64)
    for m in range(first_pending, promise_count[0]):
        if posts > 0 and promise_fate[m] == PENDING and promise_due[m] - week <= 4:
            pressing[street_post[resident_street[promise_recipient[m]]]] += p.visit_minutes
    desk = (account_spent[DESK_HOURS] + tally[UNREGISTERED] * p.report_minutes) / max(minutes_a_week[DESK_HOURS], 1.0)
    street = max(minutes_a_week[STREET_HOURS], 1.0) / max(posts, 1)
    leaving = 0
    for post in range(posts):
        inside = account_spent[INSIDE_HOURS] / 60.0 / posts
        official_mate_hours[post] = float(official_mate_hours[post]) + hours_of_practice(float(official_whole[post]) * inside, g.pairing)
        load = desk + (pressing[post] + p.hurt_minutes * official_heard[post]) / street
        strain = strain_moves(float(official_strain[post]), load, p.strain_rate)
        official_heard[post] = 0
        official_strain[post] = strain
        official_leaving[post] = 0
        if official_leaves(draw(keys[EXIT], official_name[post]), years, strain):
            official_leaving[post] = 1
            leaving += 1
        if official_leaves(draw(keys[MATE], official_mate_name[post]), years, strain):
            official_leaving[post] += 2
            leaving += 1
            official_mate_hours[post] = float(official_mate_hours[post]) * share_kept(0.5 * g.warm_handover, g.pairing)
            official_mate_nth[post] += 1
            official_mate_name[post] = join(join(17, post), official_mate_nth[post])
            official_mate_since[post] = week
            official_mate_style[post] = style_of(draw(key_of(seed, MATE, 0), join(official_mate_name[post], 1)), p.style_spread)
            official_strain[post] = 0.5 * strain  # of the two, one is fresh
            tally[MATES_LEFT] += 1
    return leaving


@loop
def meet_new_official(handover: float, first: int, last: int, practice, resident_contact, event_count, event_what, event_size):
    """Residents of an area get another official: personal trust goes, except what was handed over; a colleague they met stays."""
    known = handover + 0.5 * (share_kept(handover, practice[0].pairing) - handover)
    for i in range(first, last):
        resident_contact[i] = known * float(resident_contact[i])
        tell(event_count, event_what, event_size, NEW_OFFICIAL, i, OFFICIAL, -1, handover, USUAL, OWN)


@loop
def told_by_who_stays(street, par, street_venue):
    """The share of what is known in a street that teachers, club boards and centre staff can tell: none where there are none."""
    kinds = 0.0
    for kind in range(street_venue.shape[1]):
        kinds += 1.0 if street_venue[street, kind] >= 0 else 0.0
    return par[0].key_figures * kinds / street_venue.shape[1]


@loop
def forget_area(
    post: int, handover: float, keys, par, practice, problem_count, problem_name, problem_street, problem_known, initiative_count,
    initiative_name, initiative_street, initiative_known, street_post, street_venue,
):  # fmt: skip
    """A successor knows what was handed over, what the colleague knows, and what key figures of school, club and centre tell."""
    share = share_kept(handover, practice[0].pairing)
    for q in range(problem_count[0]):
        told = told_by_who_stays(problem_street[q], par, street_venue)
        kept = draw(keys[HANDOVER], problem_name[q]) < share or draw(keys[HANDOVER], join(problem_name[q], 1)) < told
        if street_post[problem_street[q]] == post and not kept:
            problem_known[q] = 0
    for k in range(initiative_count[0]):
        told = told_by_who_stays(initiative_street[k], par, street_venue)
        kept = draw(keys[HANDOVER], initiative_name[k]) < share or draw(keys[HANDOVER], join(initiative_name[k], 1)) < told
        if street_post[initiative_street[k]] == post and not kept:
            initiative_known[k] = 0


class Post(Agent):
    """One of the two who hold a post; its numbers are columns of the table of officials."""

    model: Neighbourhood
    prefix = ""  # of its own columns

    def __init__(self, model: Neighbourhood, post: int) -> None:
        super().__init__(model)
        self.post = post

    def __getattr__(self, name: str) -> Any:
        columns = self.model.officials.arrays if "model" in self.__dict__ else {}
        for column in (self.prefix + name, name):
            if column in columns:
                return columns[column][self.post].item()
        raise AttributeError(f"a ward official has no {name!r}")

    @property
    def weeks_in_post(self) -> int:
        """Weeks since this person took the post."""
        return self.model.week - self.since

    @property
    def skill(self) -> float:
        """Skill at the work of this side (0-1): half of it is there after the hours named in the case."""
        return self.hours / (self.hours + self.model.case.behaviour.skill_hours)


class SystemOfficial(Post):
    """The colleague of a ward official: as a pair, who guards bounds and links inside the town hall."""

    prefix = "mate_"

    @property
    def role(self) -> str:
        """What this person does: half of everything, or the system side."""
        return "system side" if self.model.practices.pairing >= 0.5 else "colleague"


class WardOfficial(Post):
    """The person in a post whom residents know: knows an area and its people, and takes most of that along when leaving."""

    @property
    def role(self) -> str:
        """What this person does: half of everything, or the street side."""
        return "street side" if self.model.practices.pairing >= 0.5 else "ward official"

    def _spend(self, account: int, minutes: int) -> int:
        self.model.accounts.arrays["left"][account] -= minutes
        self.model.accounts.arrays["spent"][account] += minutes
        return minutes

    def step(self) -> None:
        """Spend this week's hours of coordination, and those of the street: at doors, and on meetings with groups."""
        model, o, left = self.model, self.model.officials.arrays, self.model.accounts.arrays["left"]
        others = len(model.officials) - self.post
        if left[COORDINATION_HOURS] > 0:
            self._spend(COORDINATION_HOURS, int(left[COORDINATION_HOURS]) // others)
        first, last = int(o["from"][self.post]), int(o["to"][self.post])
        budget = int(left[STREET_HOURS]) // others
        if budget <= 0 or first == last:
            return
        handing_over = model.case.behaviour.handover_weeks * model.practices.warm_handover
        if o["nth"][self.post] > 0 and self.weeks_in_post <= handing_over:  # half the time goes into it
            budget -= self._spend(STREET_HOURS, budget // 2)
        sent, met = go_where_sent(self, budget)
        budget -= sent
        streets = model.streets
        own = (streets.post == self.post) & (streets.stop > streets.start)
        room = int(own.sum()) * int(model.case.behaviour.group_minutes) - int(o["saved"][self.post])  # a meeting a street each week
        group = max(0, min(int(budget * model.practices.group_approach), room))
        wanted = None
        if met:  # they were seen this week already
            wanted = np.ones(last - first, bool)
            wanted[np.array(met) - first] = False
        self.visit(first, last, budget - group, wanted)
        self._meet(first, last, self._spend(STREET_HOURS, group))

    def visit(self, first: int, last: int, budget: int, wanted: np.ndarray | None, doors: int = -1, hearing: int = 0) -> None:
        """Knock at doors, those wanted before all others; a time too short for a visit goes into preparing one.

        `doors`: how many at most (-1: all); `hearing`: 1 when it is old hurt that is to be heard out.
        """
        model, o, minutes = self.model, self.model.officials.arrays, int(self.model.case.behaviour.visit_minutes)
        if budget + o["begun"][self.post] < minutes:
            o["begun"][self.post] += self._spend(STREET_HOURS, budget)
            return
        most = budget // minutes + 2
        model.promises.reserve(most)
        model.events.reserve(most * 5)
        model.loops.call(rank_doors, first=first, last=last, incumbent=o["name"][self.post])
        if wanted is not None:
            model._values["visit_rank"][first:last][~wanted] -= OTHERS_LAST
        doors = last - first if doors < 0 else doors
        model.loops.call(knock, post=self.post, first=first, last=last, budget=budget, doors=doors, hearing=hearing)

    def _meet(self, first: int, last: int, minutes: int) -> None:
        """Hold as many meetings as were prepared; what is left over prepares the next."""
        model, p, saved = self.model, self.model.case.behaviour, self.model.officials.arrays["saved"]
        saved[self.post] += minutes
        meetings = int(saved[self.post]) // int(p.group_minutes)
        for nth in range(meetings):
            model.events.reserve(2 * int(p.group_size))
            street, came = model.loops.call(meet_group, post=self.post, first=first, last=last, nth=nth)
            saved[self.post] -= int(p.group_minutes)
            if model.week > 0:
                model.note("group_meeting", post=self.post, nth=int(self.nth), street=int(street), came=int(came))

    def leave(self) -> None:
        """Leave now; a successor comes, with or without a warm hand-over."""
        model, table = self.model, self.model.officials.arrays
        handover = 0.5 * model.practices.warm_handover
        first, last = int(table["from"][self.post]), int(table["to"][self.post])
        model.events.reserve(last - first)
        model.note("official_leaves", post=self.post, strain=round(float(self.strain), 3))
        model.loops.call(meet_new_official, handover=handover, first=first, last=last)
        model.loops.call(forget_area, post=self.post, handover=handover)
        table["nth"][self.post] += 1
        table["name"][self.post] = model.official_name(self.post)
        table["since"][self.post] = model.week
        table["hours"][self.post] *= model.rules.get("share_kept", share_kept)(handover, model.practices.pairing)
        table["strain"][self.post] *= 0.5  # of the two, one is fresh
        model.tally[OFFICIALS_LEFT] += 1

    def maybe_leave(self) -> None:
        """Change post when it has come to that this week, or see the colleague go."""
        leaving = int(self.model.officials.arrays["leaving"][self.post])
        if leaving & 2:
            self.model.note("mate_leaves", post=self.post)
        if leaving & 1:
            self.leave()


def fill_posts(model: Neighbourhood) -> None:
    """Give every post its first two people and their employer: the first posts, by its share, are the corporation's."""
    o, posts = model.officials.arrays, len(model.officials)
    for post in range(posts):
        o["name"][post] = model.official_name(post)
        o["mate_name"][post] = join(join(17, post), 0)
        u = draw(key_of(model.seed, MATE, 0), join(int(o["mate_name"][post]), 1))
        o["mate_style"][post] = model.rules.get("style_of", style_of)(u, model.case.behaviour.style_spread)
    o["since"][:] = o["mate_since"][:] = model.week
    people = np.maximum(o["to"].astype(np.float64) - o["from"], 1.0)
    o["whole"][:posts] = np.maximum(1.0, RESIDENTS_PER_POST / people[:posts])
    o["employer"][: int(model.case.conditions.corporation_posts * posts + 0.5)] = CORPORATION
