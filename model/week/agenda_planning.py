"""The municipality's own agenda projects (energy, youth, traffic, ...), from launch to announcement (then `agenda_delivery`)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from model.engine.chance import AGENDA, ATTEND, COUPLE, HURT, draw, join
from model.engine.loops import loop
from model.kinds import DEPARTMENTS, KIND_ROWS, KINDS
from model.rules import hours_that_count, project_pull, project_span, renew_tie
from model.state.accounts import SUPPORT_HOURS
from model.state.experiences import FELT_HEARD, FELT_TRUTHFUL, HEARD_OUT, MUNICIPALITY, OFFICIAL, OWN, SORE, USUAL, tell
from model.state.tallies import AGENDA_BEGUN, AGENDA_STOPPED, HURT_HEARD
from model.week.problems import LIVING

if TYPE_CHECKING:
    from model.case.event import Event
    from model.state.world import World

PREPARING, ANNOUNCED, OBJECTED_TO, AT_WORK, HAS_LANDED, CALLED_OFF = range(6)  # the first four are in progress
AGENDA_KINDS = tuple(row for row, kind in enumerate(KINDS) if kind.planned)  # kinds that can have a plan
PROJECT_NAMES, LOT = 17, 19


@loop
def aim_project(
    row: int, first: int, last: int, keys, practice, agenda_name, agenda_kind, agenda_street, agenda_concern, street_name, street_attention,
    street_first, problem_kind, problem_severity, problem_known, problem_next,
):  # fmt: skip
    """Choose the project's target street in a district, and note the worst problem there."""
    g = practice[0]
    best = -1.0e300
    for s in range(first, last):
        seen = 0.0
        worst = -1
        q = street_first[s]
        while q >= 0:
            if problem_known[q] == 1 and problem_kind[q] == agenda_kind[row]:
                seen = max(seen, float(problem_severity[q]))
            if worst < 0 or problem_severity[q] > problem_severity[worst]:
                worst = q
            q = problem_next[q]
        turn = math.log(draw(keys[AGENDA], join(agenda_name[row], street_name[s])) + 1e-300)
        turn = turn / project_pull(float(street_attention[s]), seen, g.complaint_steering)
        if turn > best:
            best = turn
            agenda_street[row] = s
            agenda_concern[row] = worst


@loop
def hear_out_streets(
    row: int, keys, par, practice, tally, agenda_name, agenda_first, agenda_span, street_start, street_stop, resident_name,
    resident_grievance, resident_involved, resident_contact, resident_touched, resident_meetings, account_left, account_spent,
    event_count, event_what, event_size,
):  # fmt: skip
    """Before a project, hear out old hurt in its streets, in random order, within support hours."""
    p = par[0]
    g = practice[0]
    minutes = int(p.hurt_minutes)
    counts = hours_that_count(float(minutes), p.visit_minutes, p.contact_hours)
    first = street_start[agenda_first[row]]
    last = street_stop[agenda_first[row] + agenda_span[row] - 1]
    hurt = np.empty(last - first, np.int64)
    rank = np.empty(last - first, np.float64)
    n = 0
    for i in range(first, last):
        sore = max(float(resident_grievance[i, OFFICIAL]), float(resident_grievance[i, MUNICIPALITY]))
        if sore > SORE and resident_involved[i] != row:
            hurt[n] = i
            rank[n] = draw(keys[HURT], join(agenda_name[row], resident_name[i]))
            n += 1
    order = np.argsort(rank[:n])
    for m in range(n):
        if account_left[SUPPORT_HOURS] < max(minutes, 1):
            return
        i = hurt[order[m]]
        account_left[SUPPORT_HOURS] -= minutes
        account_spent[SUPPORT_HOURS] += minutes
        resident_involved[i] = row
        resident_touched[i] |= 1
        resident_meetings[i] += 1
        resident_contact[i] = renew_tie(float(resident_contact[i]), counts, p.hours_to_friend)
        tally[HURT_HEARD] += 1
        for a in (OFFICIAL, MUNICIPALITY):
            tell(event_count, event_what, event_size, HEARD_OUT, i, a, -1, FELT_HEARD + FELT_TRUTHFUL * g.truthfulness, USUAL, OWN)


def in_state(world: World, state: int) -> list[int]:
    """Return the rows of the projects in a state, oldest first."""
    table = world.agenda
    n = int(table.count[0])
    return (table.arrays["state"][:n] == state).nonzero()[0].tolist() if n else []


def spend(world: World, account: int, minutes: int) -> int:
    """Take up to `minutes` from an account; return the minutes taken."""
    left = world.accounts.arrays["left"]
    taken = min(int(left[account]), minutes)
    left[account] -= taken
    world.accounts.arrays["spent"][account] += taken
    return taken


def reserve(world: World, row: int) -> None:
    """Make room for the events of residents of a project's streets."""
    first, span = int(world.agenda.first[row]), int(world.agenda.span[row])
    world.events.reserve(2 * int(world.streets.stop[first + span - 1] - world.streets.start[first]) + 2)


def launch_projects(world: World) -> None:
    """Begin planned projects, and random ones at the rate of the agenda, named (week, count)."""
    for event in world.planned:
        if event.week == world.week and event.kind in ("project", "programme"):
            begin_decided(world, event, imported=event.kind == "programme")
    rate = world.conditions.agenda_rate * len(world.residents) / 52_000.0
    if rate <= 0.0:
        return
    tries = 1 + int(2.0 * rate)
    week = join(PROJECT_NAMES, world.week)
    for n in range(tries):
        name = join(week, n)
        if world.draw(AGENDA, name) < rate / tries:
            _begin(world, int(name))


def _begin(world: World, name: int) -> None:
    """Begin a project: choose its kind, target street, span and preparation."""
    p, streets = world.case.behaviour, len(world.streets)
    weight = world.departments.weight
    kind = max(
        AGENDA_KINDS,
        key=lambda k: math.log(world.draw(AGENDA, join(name, k)) + 1e-300) / (0.05 + float(weight[world.kind_departments[k]])),
    )
    districts = max(1, round(streets / p.district_streets))
    district = int(world.draw(AGENDA, join(name, 100)) * districts)
    first, last = round(district * streets / districts), round((district + 1) * streets / districts)
    row = _write_down(world, name, kind, first, last)
    span = _usual_span(world, last - first)
    _prepare(world, row, span, first, last, int(world.practices.listening_first))


def begin_decided(world: World, event: Event, imported: bool) -> None:
    """Begin a planned project: the event gives its kind, street and span, practices the rest."""
    s, streets = event.street, len(world.streets)
    kind = _kind_meant(world, event)
    name = decided_name(world, event, kind)
    span = int(event.value) if s >= 0 else streets
    area = int(world.streets.area[max(s, 0)])
    first, last = int(world.areas.from_street[area]), int(world.areas.to_street[area])
    if s < 0 or span > last - first:
        first, last = 0, streets
    if span == 0:
        span = _usual_span(world, last - first)
    row = _write_down(world, name, kind, s if s >= 0 else 0, s + 1 if s >= 0 else streets)
    world.agenda.arrays["imported"][row] = imported
    weeks = 0 if imported else event.weeks or int(world.practices.listening_first)
    _prepare(world, row, span, first, last, weeks)


def decided_name(world: World, event: Event, kind: int) -> int:
    """Return the 64-bit name of the project that a planned event begins: (week, kind, street)."""
    street = int(world.streets.name[event.street]) if event.street >= 0 else 0
    return join(join(join(PROJECT_NAMES, event.week), 10**6 + kind), street)


def _usual_span(world: World, streets: int) -> int:
    """Return the number of streets of a project, out of `streets` in its district, at the scale of the practice."""
    return int(world.rules.get("project_span", project_span)(float(streets), world.practices.scale) + 0.5)


def _kind_meant(world: World, event: Event) -> int:
    """Return the kind of problem an event names; of a field, the kind that is worst in the street."""
    if event.name in KIND_ROWS:
        return KIND_ROWS[event.name]
    field = DEPARTMENTS.index(event.name)
    kinds = [row for row, kind in enumerate(KINDS) if kind.department == field]
    q = world.problems
    here = (q.state == LIVING) & ((q.street == event.street) | (event.street < 0))
    worst = {kind: float(np.max(q.severity[here & (q.kind == kind)], initial=0.0)) for kind in kinds}
    return max(kinds, key=lambda kind: worst[kind])


def _write_down(world: World, name: int, kind: int, first: int, last: int) -> int:
    """Add a project that begins this week, with a target street from `first` to `last`; return its row."""
    world.agenda.reserve(1)
    row, a = len(world.agenda), world.agenda.arrays
    world.agenda.count[0] += 1
    a["name"][row], a["launched"][row], a["kind"][row] = name, world.week, kind
    world.loops.call(aim_project, row=row, first=first, last=last)
    return row


def _prepare(world: World, row: int, span: int, first: int, last: int, weeks: int) -> None:
    """Choose a project's preparation: coupled to a concern or not, with residents or not, weeks, and minutes of work."""
    p, g, a = world.case.behaviour, world.practices, world.agenda.arrays
    name, concern = int(a["name"][row]), int(a["concern"][row])
    imported = bool(a["imported"][row])  # designed elsewhere: no coupling, no residents involved
    other = concern >= 0 and int(world.problems.kind[concern]) != a["kind"][row] and not imported
    coupled = other and world.draw(COUPLE, name) < g.coupling
    span = min(max(span, 1), last - first)  # also if a user's rule returns more
    span = (span + 1) // 2 if coupled else span
    a["coupled"][row] = coupled
    a["span"][row] = span
    a["first"][row] = min(max(int(a["street"][row]) - span // 2, first), last - span)
    a["with_residents"][row] = not imported and world.draw(ATTEND, name) < g.conditional_on_residents
    a["minutes"][row] = int(p.project_minutes + p.project_street_minutes * span + p.couple_minutes * coupled)
    a["ready"][row] = world.week + weeks + int(p.couple_weeks) * coupled
    world.tally[AGENDA_BEGUN] += 1


def prepare_projects(world: World) -> None:
    """Launch projects, hear out old hurt first, then announce, with a meeting if the project depends on residents."""
    launch_projects(world)
    p, a = world.case.behaviour, world.agenda.arrays
    for row in in_state(world, PREPARING):
        if world.week < a["launched"][row] + world.practices.listening_first and not a["imported"][row]:
            reserve(world, row)
            world.loops.call(hear_out_streets, row=row)
        if world.week >= a["ready"][row]:
            minutes = int(p.meeting_minutes) if a["with_residents"][row] else 0
            if world.accounts.left[SUPPORT_HOURS] >= minutes:
                spend(world, SUPPORT_HOURS, minutes)
                a["state"][row] = ANNOUNCED
            elif world.week > a["launched"][row] + p.project_patience:
                call_off(world, row)


def call_off(world: World, row: int) -> None:
    """End a project without landing it."""
    world.agenda.arrays["state"][row] = CALLED_OFF
    world.agenda.arrays["ended"][row] = world.week
    world.tally[AGENDA_STOPPED] += 1
