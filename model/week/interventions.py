"""Carry out the planned events of a week, from a scenario or an intervention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.case.event import SORTS
from model.engine import chance
from model.kinds import DEPARTMENTS, KIND_ROWS, KINDS
from model.state.experiences import FELT_SHOCK, MUNICIPALITY, PUBLIC_SHOCK
from model.state.tallies import FOUNDER_MEANS, STARTED
from model.week.initiative_founding import GATHERING
from model.week.officials import leave_post
from model.week.planned_acts import ACTS, plan
from model.week.problems import LIVING
from model.week.promises import PENDING

if TYPE_CHECKING:
    from model.case.event import Event
    from model.state.world import World


def happen(world: World, event: Event) -> None:
    """Carry out or begin one planned event, and record it for the story.

    `World.put_in_force` handles changes of practices, conditions and support; `launch_projects` handles projects.
    """
    facts = {"what": event.kind, "name": event.name or SORTS[event.kind].usual, "value": event.value, "street": event.street}
    world.note("planned", **facts, weeks=event.weeks, text=dict(event.text))
    if event.kind in ACTS:
        plan(world, event)
    elif event.kind == "official_leaves":
        for post in range(len(world.officials)):
            leave_post(world, post)
    elif event.kind == "problem":
        _add_problem(world, event)
    elif event.kind == "initiative":
        _add_initiative(world, event)
    elif event.kind == "shock":
        _shock(world, event)
    elif event.kind == "break_promise":
        _break_promise(world, event)


def _break_promise(world: World, event: Event) -> None:
    """Let the street's oldest pending promise fall due now; a promise to many households breaks for all of them."""
    m, r = world.promises, world.residents
    there = (m.fate == PENDING) & (r.street[m.recipient] == event.street) & (r.name[m.recipient] == m.person)
    if not there.any():
        world.note("act", what=event.kind, how="nothing", street=event.street)
        return
    oldest = min(np.flatnonzero(there).tolist(), key=lambda n: (int(m.made[n]), int(m.person[n])))
    same = there.copy()
    for column in ("maker", "problem", "made", "due"):
        same &= getattr(m, column) == getattr(m, column)[oldest]
    world.note("broken_now", promises=np.flatnonzero(same).tolist(), due=int(m.due[oldest]))
    m.arrays["due"][: len(m)][same] = event.week


def _about(world: World, event: Event) -> tuple[int, int]:
    """Return an initiative's field and its problem: the worst of the named kind in the street (-1: a wish)."""
    if not event.name or event.name in DEPARTMENTS:
        return DEPARTMENTS.index(event.name) if event.name else 0, -1
    kind, q = KIND_ROWS[event.name], world.problems
    here = np.flatnonzero((q.state == LIVING) & (q.street == event.street) & (q.kind == kind)).tolist()
    return KINDS[kind].department, max(here, key=lambda n: (float(q.severity[n]), int(q.name[n])), default=-1)


def _add_problem(world: World, event: Event) -> None:
    world.problems.reserve(1)
    kind = KIND_ROWS[event.name]
    row, columns = len(world.problems), world.problems.arrays
    name = chance.join(chance.join(int(world.streets.name[event.street]), 1000 + kind), event.week)
    for column, value in {
        "name": name,
        "root": name,
        "street": event.street,
        "kind": kind,
        "severity": event.value,
        "cause": 1,
        "born": event.week,
    }.items():
        columns[column][row] = value
    world.problems.count[0] += 1


def _add_initiative(world: World, event: Event) -> None:
    """Add an initiative, founded by the person it names, or a random resident of the street who can take a membership."""
    r = world.residents
    start, stop = int(world.streets.start[event.street]), int(world.streets.stop[event.street])
    free = [i for i in range(start, stop) if r.member[i, 1] < 0]
    if not free:
        return
    founder = max(free, key=lambda i: chance.draw(chance.key_of(world.seed, chance.SPARK, 0), int(r.name[i])))
    founder = next((i for i in free if event.who and int(r.name[i]) == world.named.get(event.who)), founder)
    world.initiatives.reserve(1)
    row, columns = len(world.initiatives), world.initiatives.arrays
    r.foundings[founder] += 1
    name = chance.join(int(r.name[founder]), int(r.foundings[founder]))
    topic, problem = _about(world, event)
    values = {
        "name": name,
        "street": event.street,
        "topic": topic,
        "problem": problem,
        "founder": founder,
        "state": GATHERING,
        "vigour": 0.5,
        "born": event.week,
        "asked_week": event.week,
        "members": 1,
    }
    p, key = world.case.behaviour, chance.key_of(world.seed, chance.NEEDS, event.week)
    values["needs_money"] = int(chance.draw(key, name) < p.needs_money)
    values["enterprise"] = int(chance.draw(chance.key_of(world.seed, chance.ENTERPRISE, event.week), name) < p.enterprise_share)
    rules = p.enterprise_rules if values["enterprise"] else 1.0
    values["needs_rule"] = int(chance.draw(key, chance.join(name, 2)) < p.needs_exception * rules)
    for column, value in values.items():
        columns[column][row] = value
    world.initiatives.count[0] += 1
    r.member[founder, 0 if r.member[founder, 0] < 0 else 1] = row
    r.touched[founder] |= 2
    world.streets.reached[event.street] = 1
    world.tally[STARTED] += 1
    world.tally[FOUNDER_MEANS] += int(1000.0 * float(r.means[founder]))


def _shock(world: World, event: Event) -> None:
    """Add bad news about the municipality for every resident, with weight `event.value` (1: own experience)."""
    n = len(world.residents)
    world.events.reserve(n)
    first = len(world.events)
    what, size = world.events.arrays["what"], world.events.arrays["size"]
    what[first : first + n, 0] = PUBLIC_SHOCK
    what[first : first + n, 1] = np.arange(n)
    what[first : first + n, 2] = MUNICIPALITY
    what[first : first + n, 3] = -1
    size[first : first + n] = (FELT_SHOCK, FELT_SHOCK.expected, event.value)
    world.events.count[0] += n
