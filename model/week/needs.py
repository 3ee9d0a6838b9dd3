"""Whether a planned event has what it needs this week: a practice, hours of a role, money on the spot, an act before it.

An event without it does not happen, and a happening says what was lacking. Practices and hours are read as they are in force;
whose regime they are is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.case.event import IN_FORCE
from model.case.needs import ROLES
from model.state.accounts import CORPORATION_POT, MANDATE_POT
from model.state.experiences import CORPORATION
from model.week.planned_acts import ACTS

if TYPE_CHECKING:
    from model.case.event import Event
    from model.state.kept import Lacked
    from model.state.world import World


def put_in_force(world: World) -> None:
    """Set this week's practices and conditions; events of this week that lack what they need are struck off, and noted."""
    needy = [event for event in world.planned if event.week == world.week and event.needs.any]
    everything = world.planned
    world.planned = [event for event in everything if event not in needy]
    world.put_in_force()
    if not needy:
        return
    lacking = [what_is_lacking(world, event) for event in needy]
    failed = [event for event, lack in zip(needy, lacking, strict=True) if lack]
    world.planned = [event for event in everything if event not in failed]
    for event, lack in zip(needy, lacking, strict=True):
        if lack:
            world.note("not_done", what=event.kind, name=event.name, street=event.street, text=dict(event.text), lack=lack)
        elif event.needs.euro and event.kind != "giving":
            pay(world, event.street, int(100.0 * event.needs.euro))
    if any(event.kind in IN_FORCE for event in needy if event not in failed):
        world.put_in_force()


def what_is_lacking(world: World, event: Event) -> Lacked | None:
    """Return what an event lacks this week, with what there is of it; None if it can happen."""
    needs = event.needs
    if needs.practice:
        value = float(getattr(world.practices, needs.practice))
        if needs.at_least is not None and value < needs.at_least:
            return {"how": "least", "practice": needs.practice, "needed": needs.at_least, "there": value}
        if needs.at_most is not None and value > needs.at_most:
            return {"how": "most", "practice": needs.practice, "needed": needs.at_most, "there": value}
    if needs.role:
        hours = hours_of(world, needs.role)
        if hours < needs.hours:
            return {"how": "hours", "role": needs.role, "needed": needs.hours, "there": hours}
    if needs.euro and (there := _euros(world, event)) < needs.euro:
        return {"how": "money", "needed": needs.euro, "there": there}
    if needs.after and not was_before(world, event):
        return {"how": "after", "act": needs.after}
    return None


def _euros(world: World, event: Event) -> float:
    """Return what there is to spend on the spot: what is left, and for giving what comes in its weeks."""
    pot = pot_on_the_spot(world, event.street)
    coming = float(world.cents_a_week[pot]) * max(1, event.weeks) if event.kind == "giving" else 0.0
    return (float(world.purses.left[pot]) + coming) / 100.0


def hours_of(world: World, role: str) -> float:
    """Return the hours a week of a role in this place; those of the corporation by its share of the dwellings."""
    hours = float(getattr(world.conditions, ROLES[role])) * world.case.residents / 1000.0
    return hours * world.case.association_share if role == "corporation" else hours


def pot_on_the_spot(world: World, street: int) -> int:
    """Return the pot that the official of a street may spend on the spot: that of a corporation if it is the employer."""
    if not len(world.officials):
        return MANDATE_POT
    employer = int(world.officials.employer[world.streets.post[max(street, 0)]])
    return CORPORATION_POT if employer == CORPORATION else MANDATE_POT


def can_pay(world: World, street: int, cents: int) -> bool:
    """Return whether so many cents are left to spend on the spot in a street."""
    return cents <= 0 or int(world.purses.left[pot_on_the_spot(world, street)]) >= cents


def pay(world: World, street: int, cents: int) -> None:
    """Spend cents on the spot in a street; only if `can_pay`."""
    pot, purses = pot_on_the_spot(world, street), world.purses.arrays
    purses["left"][pot] -= cents
    purses["spent_ever"][pot] += cents
    if street >= 0:
        world.streets.arrays["cents"][street] += cents


def was_before(world: World, event: Event) -> bool:
    """Return whether an act of the kind that an event comes after has reached somebody in its street, or whom it is about."""
    a, d = world.acts, world.deeds
    rows = np.flatnonzero((a.kind == ACTS.index(event.needs.after)) & (a.times > 0))
    if event.who:
        return bool((a.person[rows] == world.named.get(event.who, 0)).any())
    there = np.isin(d.act, rows) & (world.residents.street[d.resident] == event.street)
    return bool((a.street[rows] == event.street).any() or there.any())
