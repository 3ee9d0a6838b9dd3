"""Ward officials: two in every post; their hours, strain, and what remains when one of them leaves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from model.engine import chance
from model.engine.chance import EXIT, HANDOVER, MATE, draw, join, key_of
from model.engine.loops import loop
from model.kinds import SOCIAL
from model.rules import hours_of_practice, official_leaves, seen_as_favour, share_kept, strain_moves, style_of
from model.state.accounts import COORDINATION_HOURS, DESK_HOURS, INSIDE_HOURS, STREET_HOURS, WARD_DESK_HOURS
from model.state.experiences import (
    FELT_FAVOUR,
    FELT_MEASURED,
    HEARD_OUT,
    HELPED,
    MET,
    NEW_OFFICIAL,
    OFFICIAL,
    OWN,
    SAW_FAVOUR,
    USUAL,
    tell,
)
from model.state.tallies import ENVIED, GIVEN, HEARD, MATES_LEFT, OFFICIALS_LEFT, UNREGISTERED
from model.week.agents import RowAgent
from model.week.contacts import knock, meet_group, rank_doors
from model.week.needs import can_pay, pay
from model.week.planned_acts import GIVING, OLD_HURT, happened, spend, take_place, under_way, whom_it_concerns, write_deed
from model.week.promises import PENDING

if TYPE_CHECKING:
    from model.state.world import World

OTHERS_LAST = 50.0  # subtracted from the score of doors not in `wanted`; larger than any score


@loop
def tire(
    week, seed, keys, par, practice, tally, minutes_a_week, first_pending: int, years, official_count, official_name, official_mate_name,
    official_mate_nth, official_mate_since, official_mate_hours, official_mate_style, official_whole, official_heard, official_strain,
    official_leaving, account_spent, street_post, resident_street, promise_count, promise_recipient, promise_due, promise_fate,
):  # fmt: skip
    """End the week at every post: update experience and strain; officials may leave. Return the number who leave."""
    p = par[0]
    g = practice[0]
    posts = official_count[0]
    pressing = np.zeros(posts + 1, np.float64)
    for m in range(first_pending, promise_count[0]):
        if posts > 0 and promise_fate[m] == PENDING and promise_due[m] - week <= 4:
            pressing[street_post[resident_street[promise_recipient[m]]]] += p.visit_minutes
    desk = account_spent[DESK_HOURS] + account_spent[WARD_DESK_HOURS] + tally[UNREGISTERED] * p.report_minutes
    desk = desk / max(minutes_a_week[DESK_HOURS] + minutes_a_week[WARD_DESK_HOURS], 1.0)
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
            official_strain[post] = 0.5 * strain  # one of the two is new
            tally[MATES_LEFT] += 1
    return leaving


@loop
def meet_new_official(handover: float, first: int, last: int, practice, resident_contact, event_count, event_what, event_size):
    """Residents of an area get a new official: ties and trust remain as far as handed over, or known to the colleague."""
    known = handover + 0.5 * (share_kept(handover, practice[0].pairing) - handover)
    for i in range(first, last):
        resident_contact[i] = known * float(resident_contact[i])
        tell(event_count, event_what, event_size, NEW_OFFICIAL, i, OFFICIAL, -1, handover, USUAL, OWN)


@loop
def told_by_who_stays(street, par, street_venue):
    """Return the share of local knowledge that key figures of a street's school, club and community centre can tell."""
    kinds = 0.0
    for kind in range(street_venue.shape[1]):
        kinds += 1.0 if street_venue[street, kind] >= 0 else 0.0
    return par[0].key_figures * kinds / street_venue.shape[1]


@loop
def forget_area(
    post: int, handover: float, keys, par, practice, problem_count, problem_name, problem_street, problem_known, initiative_count,
    initiative_name, initiative_street, initiative_known, street_post, street_venue,
):  # fmt: skip
    """A successor knows only what was handed over, what the colleague knows, and what key figures tell."""
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


class Post(RowAgent):
    """One of the two officials of a post."""

    table, called = "official", "a ward official"
    since: int

    @property
    def post(self) -> int:
        """The number of the post."""
        return self.row

    @property
    def weeks_in_post(self) -> int:
        """Weeks since this person took the post."""
        return self.world.week - self.since

    @property
    def skill(self) -> float:
        """Skill (0-1): one half after `skill_hours` hours of practice."""
        return self.hours / (self.hours + self.world.case.behaviour.skill_hours)


class SystemOfficial(Post):
    """The colleague of a ward official; in a specialised pair, the one who works inside the town hall."""

    prefix = "mate_"

    @property
    def role(self) -> str:
        """Role in the pair: "colleague", or "system side" if roles are specialised."""
        return "system side" if self.world.practices.pairing >= 0.5 else "colleague"


class WardOfficial(Post):
    """The official whom residents know; most knowledge of the area and its residents is lost when this official leaves."""

    @property
    def role(self) -> str:
        """Role in the pair: "ward official", or "street side" if roles are specialised."""
        return "street side" if self.world.practices.pairing >= 0.5 else "ward official"

    def _spend(self, account: int, minutes: int) -> int:
        self.world.accounts.arrays["left"][account] -= minutes
        self.world.accounts.arrays["spent"][account] += minutes
        return minutes

    def step(self) -> None:
        """Spend this week's hours on coordination, visits and group meetings."""
        world, o, left = self.world, self.world.officials.arrays, self.world.accounts.arrays["left"]
        others = len(world.officials) - self.post
        if left[COORDINATION_HOURS] > 0:
            self._spend(COORDINATION_HOURS, int(left[COORDINATION_HOURS]) // others)
        first, last = int(o["from"][self.post]), int(o["to"][self.post])
        budget = int(left[STREET_HOURS]) // others
        if budget <= 0 or first == last:
            return
        handing_over = world.case.behaviour.handover_weeks * world.practices.warm_handover
        if o["nth"][self.post] > 0 and self.weeks_in_post <= handing_over:  # half the time goes to the hand-over
            budget -= self._spend(STREET_HOURS, budget // 2)
        sent, met = go_where_sent(self, budget)
        budget -= sent
        streets = world.streets
        own = (streets.post == self.post) & (streets.stop > streets.start)
        room = int(own.sum()) * int(world.case.behaviour.group_minutes) - int(o["saved"][self.post])  # one meeting a street each week
        group = max(0, min(int(budget * world.practices.group_approach), room))
        wanted = None
        if met:  # already visited this week
            wanted = np.ones(last - first, bool)
            wanted[np.array(met) - first] = False
        self.visit(first, last, budget - group, wanted)
        self._meet(first, last, self._spend(STREET_HOURS, group))

    def visit(self, first: int, last: int, budget: int, wanted: np.ndarray | None, doors: int = -1, hearing: int = 0) -> None:
        """Visit doors, those in `wanted` first; minutes too few for a visit prepare the next one.

        `first`, `last`: rows of residents; `budget`: minutes; `wanted`: mask over these rows, or None; `doors`: most visits
        (-1: no limit); `hearing`: 1 to hear out old hurt.
        """
        world, o, minutes = self.world, self.world.officials.arrays, int(self.world.case.behaviour.visit_minutes)
        if budget + o["begun"][self.post] < minutes:
            o["begun"][self.post] += self._spend(STREET_HOURS, budget)
            return
        most = budget // minutes + 2
        world.promises.reserve(most)
        world.events.reserve(most * 5)
        world.loops.call(rank_doors, first=first, last=last, incumbent=o["name"][self.post])
        if wanted is not None:
            world.standing["visit_rank"][first:last][~wanted] -= OTHERS_LAST
        doors = last - first if doors < 0 else doors
        world.loops.call(knock, post=self.post, first=first, last=last, budget=budget, doors=doors, hearing=hearing)

    def _meet(self, first: int, last: int, minutes: int) -> None:
        """Hold as many group meetings as the saved minutes allow; the rest prepares the next."""
        world, p, saved = self.world, self.world.case.behaviour, self.world.officials.arrays["saved"]
        saved[self.post] += minutes
        meetings = int(saved[self.post]) // int(p.group_minutes)
        for nth in range(meetings):
            world.events.reserve(2 * int(p.group_size))
            street, came = world.loops.call(meet_group, post=self.post, first=first, last=last, nth=nth)
            saved[self.post] -= int(p.group_minutes)
            if world.week > 0 and came:
                world.note("group_meeting", post=self.post, nth=int(self.nth), street=int(street), came=int(came))

    def leave(self) -> None:
        """Leave the post; a successor comes, with a hand-over as practised."""
        leave_post(self.world, self.post)

    def maybe_leave(self) -> None:
        """Leave if that was decided this week; record the departure of the colleague."""
        leaving = int(self.world.officials.arrays["leaving"][self.post])
        if leaving & 2:
            self.world.note("mate_leaves", post=self.post)
        if leaving & 1:
            self.leave()


def leave_post(world: World, post: int) -> None:
    """Replace the ward official of a post by a successor, with a hand-over as practised."""
    table, handover = world.officials.arrays, 0.5 * world.practices.warm_handover
    first, last = int(table["from"][post]), int(table["to"][post])
    world.events.reserve(last - first)
    world.note("official_leaves", post=post, strain=round(float(table["strain"][post]), 3))
    world.loops.call(meet_new_official, handover=handover, first=first, last=last)
    world.loops.call(forget_area, post=post, handover=handover)
    table["nth"][post] += 1
    table["name"][post] = world.official_name(post)
    table["since"][post] = world.week
    table["hours"][post] *= world.rules.get("share_kept", share_kept)(handover, world.practices.pairing)
    table["strain"][post] *= 0.5  # one of the two is new
    world.tally[OFFICIALS_LEFT] += 1


# --- visits for planned acts: giving, and hearing out old hurt ----------------------------------------------------


def go_where_sent(official: WardOfficial, budget: int) -> tuple[int, list[int]]:
    """Let an official make planned visits in their area; return the minutes spent and the residents who opened."""
    world, spent, met = official.world, 0, []
    for kind in (GIVING, OLD_HURT):
        for row in under_way(world, kind):
            street = int(world.acts.street[row])
            if street < 0 or world.streets.post[street] == official.post:
                minutes, people = _visit_for(official, row, kind, budget - spent)
                spent += minutes
                met += people
    return spent, met


def _visit_for(official: WardOfficial, row: int, kind: int, budget: int) -> tuple[int, list[int]]:
    """Visit residents whom this act has not reached yet, and give or listen; return minutes and residents who opened."""
    world, p, s = official.world, official.world.case.behaviour, int(official.world.acts.street[row])
    o, left = world.officials.arrays, world.accounts.arrays["left"]
    first, last = (o["from"][official.post], o["to"][official.post]) if s < 0 else (world.streets.start[s], world.streets.stop[s])
    wanted = whom_it_concerns(world, row, int(first), int(last))
    most = minutes = min(budget, int(60.0 * float(world.acts.value[row])))
    doors = int(wanted.sum())
    if kind == GIVING:  # giving takes time beside the visit, at the doors that open
        opens = 1.0 / (1.0 + math.exp(-p.door_base))
        doors = min(doors, max(1, int(most / (p.visit_minutes + opens * float(world.acts.each[row])))))
        minutes = min(doors * int(p.visit_minutes), most)
    if doors <= 0 or minutes <= 0:
        return 0, []
    before, known = int(left[STREET_HOURS]), len(world.events)
    official.visit(int(first), int(last), minutes, wanted=wanted, doors=doors, hearing=int(kind == OLD_HURT))
    spent, what = before - int(left[STREET_HOURS]), world.events.what[known:]
    world.acts.arrays["minutes"][row] += spent
    met = [int(i) for i in what[what[:, 0] == MET, 1]]
    if kind == GIVING:
        reached = [j for i in met for j in _give(official, row, i, most - before + int(left[STREET_HOURS]))]
    else:
        reached = [int(i) for i in what[(what[:, 0] == HEARD_OUT) & (what[:, 2] == OFFICIAL), 1]]
    for i in reached if kind == OLD_HURT else ():
        write_deed(world, row, i)
    world.tally[GIVEN if kind == GIVING else HEARD] += len(reached)
    if reached:
        take_place(world, row, len(reached))
    return before - int(left[STREET_HOURS]), met


def _give(official: WardOfficial, row: int, i: int, room: int) -> list[int]:
    """Give a resident's household something, as at the counter; neighbours may see a favour. Return whom it reached.

    Nobody without the minutes and the money, or if another of the household opened the door this week.
    """
    world, p, r = official.world, official.world.case.behaviour, official.world.residents
    name, each = chance.join(int(world.acts.name[row]), int(r.name[i])), int(world.acts.each[row])
    home = [
        i,
        *(
            j
            for j in range(int(world.streets.start[r.street[i]]), int(world.streets.stop[r.street[i]]))
            if r.home[j] == r.home[i] and j != i
        ),
    ]
    before = world.deeds.person[world.deeds.act == row]
    if np.isin(r.name[home], before).any() or room < each or not can_pay(world, int(r.street[i]), int(world.acts.cents[row])):
        return []
    if not spend(world, row, STREET_HOURS, each):
        return []
    pay(world, int(r.street[i]), int(world.acts.cents[row]))
    world.events.reserve(len(home))
    for j in home:
        happened(world, HELPED, j, OFFICIAL, FELT_MEASURED)
        write_deed(world, row, j)
    explain = room - each >= p.explain_minutes and world.draw(chance.EXPLAIN, name) < world.practices.transparency
    if explain and spend(world, row, STREET_HOURS, int(p.explain_minutes)):
        return home
    s, favour, envied = int(r.street[i]), world.rules.get("seen_as_favour", seen_as_favour), int(world.tally[ENVIED])
    for j in range(int(world.streets.start[s]), int(world.streets.stop[s])):
        u = world.draw(chance.ENVY, chance.join(name, int(r.name[j])))
        if r.home[j] != r.home[i] and favour(u, p.notice, 1.0 - float(r.means[i])):
            happened(world, SAW_FAVOUR, j, int(world.officials.employer[official.post]), FELT_FAVOUR)
            world.tally[ENVIED] += 1
    if world.tally[ENVIED] > envied:  # a precedent, as at the counter
        world.departments.arrays["precedents"][SOCIAL] += 1.0
    return home
