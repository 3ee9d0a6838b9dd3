"""Planned acts by kind: gathering, visit of enforcers or police, promise to a street, withdrawal of an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.engine import chance
from model.kinds import BY_NOBODY, HOUSING, KINDS
from model.rules import quality_felt, quality_of_contact, renew_tie
from model.state.accounts import CORPORATION_HOURS, COUNTER_HOURS, DESK_HOURS, ENFORCER_HOURS, POLICE_HOURS, SUPPORT_HOURS
from model.state.experiences import (
    CORPORATION,
    EXCHANGED,
    FELT_BOLD,
    FELT_EXCHANGED,
    FELT_PROMISED,
    FELT_SAW_WITHDRAWN,
    FELT_TOOK_PART,
    FELT_WITHDRAWN,
    MET_IN_GROUP,
    MUNICIPALITY,
    NEIGHBOURS,
    OFFICIAL,
    PROMISE_BROKEN,
    PROMISED,
    TOOK_PART,
)
from model.state.streets import CENTRE
from model.state.tallies import GROUP_MEETINGS, GROUP_VISITORS, MADE, TAKEN_BACK
from model.week.planned_acts import (
    CAME_TO_NOTHING,
    GATHERING,
    GIVING,
    PROMISE,
    VISIT,
    WITHDRAW,
    end,
    happened,
    note,
    spend,
    take_place,
    under_way,
    write_deed,
)
from model.week.problems import LIVING, NO_CASE, READY, SOLVED
from model.week.requests import MEASURED

if TYPE_CHECKING:
    from model.state.world import World


def act_at_the_desk(world: World) -> None:
    """Carry out planned promises to streets and withdrawals of exceptions."""
    for row in under_way(world, PROMISE):
        promise_street(world, row)
    for row in under_way(world, WITHDRAW):
        withdraw(world, row)


# --- a gathering ----------------------------------------------------------------------------------------------------


def hold_gatherings(world: World) -> None:
    """Hold the gatherings of this week, each of the planned size or what support hours allow."""
    p, left = world.case.behaviour, world.accounts.arrays["left"]
    for row in under_way(world, GATHERING):
        each = p.group_minutes / p.group_size
        places = min(int(world.acts.value[row]), int(left[SUPPORT_HOURS] / each))
        if places < 2 or not spend(world, row, SUPPORT_HOURS, int(each * places)):
            continue
        people = who_comes(world, row, places)
        _sit_together(world, row, people)
        for i in people:
            _meet_at_table(world, row, i)
            write_deed(world, row, i)
        world.tally[GROUP_MEETINGS] += 1
        world.tally[GROUP_VISITORS] += len(people)
        note(world, row, n=len(people))
        take_place(world, row, len(people))


def who_comes(world: World, row: int, places: int) -> list[int]:
    """Invite random residents of the street's community centre (or of the street); return the rows of those who come."""
    p, r, s = world.case.behaviour, world.residents, int(world.acts.street[row])
    centre = int(world.streets.venue[s, CENTRE]) if s >= 0 else -1
    if s < 0:
        around = np.arange(len(r))
    elif centre >= 0:
        around = np.flatnonzero(world.streets.venue[r.street, CENTRE] == centre)
        world.venues.arrays["visits"][centre] += places
    else:
        around = np.arange(world.streets.start[s], world.streets.stop[s])
    name = int(world.acts.name[row])
    lot = {int(i): world.draw(chance.VENUE, chance.join(name, int(r.name[i]))) for i in around}
    invited = sorted(lot, key=lambda i: lot[i])[: int(places * p.group_invited / p.group_size)]
    return [i for i in invited if world.draw(chance.VENUE, chance.join(chance.join(name, 1), int(r.name[i]))) < p.group_comes][:places]


def _sit_together(world: World, row: int, people: list[int]) -> None:
    """Each visitor spends the hours with one other, of another group if possible, and has a good experience."""
    r, v, p = world.residents, world.standing, world.case.behaviour
    if len(people) < 2:
        return
    for i in people:
        name = chance.join(int(world.acts.name[row]), int(r.name[i]))
        beside = max(
            (j for j in people if j != i),
            key=lambda j: (r.group[j] != r.group[i]) + world.draw(chance.EXCHANGE, chance.join(name, int(r.name[j]))),
        )
        across = r.group[i] != r.group[beside]
        happened(world, EXCHANGED if across else TOOK_PART, i, NEIGHBOURS, FELT_EXCHANGED if across else FELT_TOOK_PART)
        n = int(v["new_count"][0])
        if n < len(v["new_first"]):
            v["new_first"][n], v["new_second"][n], v["new_hours"][n] = i, beside, p.group_hours
            v["new_count"][0] += 1


def _meet_at_table(world: World, row: int, i: int) -> None:
    """A visitor meets the official, as at a group meeting, and tells of their initiatives."""
    p, r = world.case.behaviour, world.residents.arrays
    post = int(world.streets.post[r["street"][i]])
    hours = float(world.officials.hours[post]) if len(world.officials) else 0.0
    luck = world.draw(chance.QUALITY, chance.join(int(world.acts.name[row]), int(r["name"][i])))
    strain = float(world.officials.strain[post]) if len(world.officials) else 0.5
    unmet = float(r["burden"][i]) * (1.0 - world.practices.mandate_rules)
    quality = world.rules.get("quality_of_contact", quality_of_contact)(
        luck, hours / (hours + p.skill_hours), strain, unmet, 0.0, p.contact_usual, p.contact_spread
    )
    happened(world, MET_IN_GROUP, i, OFFICIAL, world.rules.get("quality_felt", quality_felt)(quality, p.contact_neutral))
    renewed = world.rules.get("renew_tie", renew_tie)(float(r["contact"][i]), p.contact_hours / 3.0, p.hours_to_friend)
    r["contact"][i] = renewed
    r["touched"][i] |= 1
    for k in r["member"][i]:
        if k >= 0:
            world.initiatives.arrays["known"][k] = 1


# --- enforcers and police -------------------------------------------------------------------------------------------


def order_visits(world: World) -> None:
    """Put the problems to visit first in the queue; if there are none, enforcers make a visit in vain."""
    q = world.problems
    for row in under_way(world, VISIT):
        kind = int(world.acts.about[row])
        here = np.flatnonzero((q.state == LIVING) & (q.street == world.acts.street[row]) & (q.kind == kind))
        for problem in here.tolist():
            _open_visit(world, problem)
        if not len(here) and spend(world, row, ENFORCER_HOURS, KINDS[kind].minutes):
            note(world, row, "empty", about=kind)
            take_place(world, row, 0)


def _open_visit(world: World, problem: int) -> None:
    p, q = world.case.behaviour, world.problems.arrays
    q["ordered"][problem] = world.week
    q["due"][problem] = 7.0 * world.week
    if q["case"][problem] == NO_CASE:
        police = world.draw(chance.SHARE, int(q["name"][problem])) < p.police_share
        q["account"][problem] = POLICE_HOURS if police else ENFORCER_HOURS
        q["opened"][problem], q["minutes"][problem] = world.week, KINDS[q["kind"][problem]].minutes
        q["bent"][problem] = q["flaw"][problem] = 0
        q["case"][problem] = READY


def look_back_on_visits(world: World) -> None:
    """End the visits that took place this week, with their result; others wait for hours."""
    q = world.problems
    for row in under_way(world, VISIT):
        here = (q.ordered == world.week) & (q.street == world.acts.street[row]) & (q.kind == world.acts.about[row])
        made = here & (q.case == NO_CASE)
        if made.any():
            world.acts.arrays["minutes"][row] += int(made.sum()) * KINDS[world.acts.about[row]].minutes
            found = int((made & (q.state == SOLVED)).sum())
            note(world, row, "found" if found else "empty", about=int(world.acts.about[row]))
            take_place(world, row, found)


# --- promises and withdrawals ---------------------------------------------------------------------------------------


def promise_street(world: World, row: int) -> None:
    """Promise every household without a pending promise that the street's worst problem will be solved."""
    p, r, m = world.case.behaviour, world.residents.arrays, world.promises
    s, boldness = int(world.acts.street[row]), float(world.acts.value[row])
    q = _worst(world, s)
    homes = [i for i in range(world.streets.start[s], world.streets.stop[s]) if r["head"][i] and r["promise"][i] < 0]
    if q < 0 or not homes or not len(world.officials):
        end(world, row, CAME_TO_NOTHING)
        return
    if not spend(world, row, DESK_HOURS, int(p.report_minutes)):
        return
    m.reserve(len(homes))
    first, expected = len(m), FELT_PROMISED + FELT_BOLD * boldness
    weeks = int(world.acts.weeks[row]) or int(p.case_norm * (3.0 - 2.0 * boldness))
    values = {
        "maker": world.officials.name[world.streets.post[s]], "problem": q, "made": world.week, "due": world.week + weeks,
        "expected": expected, "fate": 0, "published": 0, "recipient": homes, "person": r["name"][homes],
    }  # fmt: skip
    for column, value in values.items():
        m.arrays[column][first : first + len(homes)] = value
    m.count[0] += len(homes)
    r["promise"][homes] = np.arange(first, first + len(homes))
    world.problems.arrays["seen"][q] = 1.0
    world.acts.arrays["about"][row] = first
    world.tally[MADE] += len(homes)
    for i in homes:
        happened(world, PROMISED, i, OFFICIAL, expected)
    take_place(world, row, len(homes))


def _worst(world: World, street: int) -> int:
    """Return the worst solvable problem of a street; -1 if there is none."""
    q = world.problems
    here = np.flatnonzero((q.state == LIVING) & (q.street == street))
    here = [n for n in here.tolist() if KINDS[q.kind[n]].solver != BY_NOBODY]
    return max(here, key=lambda n: (float(q.severity[n]), int(q.name[n])), default=-1)


def withdraw(world: World, row: int) -> None:
    """Withdraw the latest exception given in a street: those helped had counted on it, and neighbours may notice."""
    p, r, s = world.case.behaviour, world.residents, int(world.acts.street[row])
    found = max(_given(world, s) + _measured(world, s) + _bent(world, s), default=None)
    if found is None:
        end(world, row, CAME_TO_NOTHING)
        return
    _, _, facts, helped, to = found
    if not spend(world, row, CORPORATION_HOURS if to == CORPORATION else COUNTER_HOURS, int(p.check_minutes)):
        return
    for what, n in facts.items():
        if what == "deed":
            world.deeds.arrays["undone"][n] = 1
        elif what == "problem":
            world.problems.arrays["cause"][n] = 1  # so that the solved problem returns
    traced = {what: n for what, n in facts.items() if what != "deed"}
    for i in helped:
        happened(world, PROMISE_BROKEN, i, to, FELT_WITHDRAWN, FELT_WITHDRAWN.expected)
        write_deed(world, row, i, undone=1, **traced)
    name = int(world.acts.name[row])
    for i in sorted(set(range(int(world.streets.start[s]), int(world.streets.stop[s]))) - set(helped)):
        if world.draw(chance.WITNESS, chance.join(name, int(r.name[i]))) < p.notice:
            happened(world, PROMISE_BROKEN, i, to, FELT_SAW_WITHDRAWN, weight=p.hearsay_weight)
    world.tally[TAKEN_BACK] += 1
    note(world, row, who=int(r.name[helped[0]]))
    take_place(world, row, len(helped))


Found = tuple[int, int, dict[str, int], list[int], int]  # week, type, rows to undo, residents helped, addressee


def _household(world: World, person: int, street: int) -> list[int]:
    """Return the residents of a person's household, that person first; empty if they moved."""
    r = world.residents
    span = slice(int(world.streets.start[street]), int(world.streets.stop[street]))
    at = np.flatnonzero(r.name[span] == np.uint64(person))
    if not len(at):
        return []
    i = span.start + int(at[0])
    return [i] + [j for j in range(span.start, span.stop) if j != i and r.home[j] == r.home[i]]


def _given(world: World, street: int) -> list[Found]:
    """Return the latest gift of an official in the street, if any."""
    d = world.deeds
    employer = int(world.officials.employer[world.streets.post[street]]) if len(world.officials) else MUNICIPALITY
    for n in reversed(np.flatnonzero((world.acts.kind[d.act] == GIVING) & (d.undone == 0)).tolist()):
        people = _household(world, int(d.person[n]), street)
        if people:
            return [(int(d.week[n]), 3, {"deed": n}, people, employer)]
    return []


def _measured(world: World, street: int) -> list[Found]:
    """Return the latest tailored provision in the street, if any."""
    q, back = world.requests, set(world.deeds.request.tolist())
    rows = np.flatnonzero((q.street == street) & (q.fate == MEASURED)).tolist()
    for n in reversed([n for n in rows if n not in back]):
        people = _household(world, int(q.person[n]), street)
        if people:
            return [(int(q.week[n]), 2, {"request": n}, people, CORPORATION if q.department[n] == HOUSING else MUNICIPALITY)]
    return []


def _bent(world: World, street: int) -> list[Found]:
    """Return the latest case in the street solved with an exception, for its reporters, if any."""
    q, m, back = world.problems, world.reports, set(world.deeds.problem.tolist())
    rows = np.flatnonzero((q.street == street) & (q.bent == 1) & (q.state == SOLVED)).tolist()
    for n in sorted((n for n in rows if n not in back), key=lambda n: -int(q.ended[n])):
        people = [int(m.reporter[k]) for k in np.flatnonzero(m.problem == n).tolist()]
        names = {int(m.person[k]) for k in np.flatnonzero(m.problem == n).tolist()}
        people = sorted({i for i in people if int(world.residents.name[i]) in names})
        if people:
            to = CORPORATION if q.account[n] == CORPORATION_HOURS else MUNICIPALITY
            return [(int(q.ended[n]), 1, {"problem": n}, people, to)]
    return []
