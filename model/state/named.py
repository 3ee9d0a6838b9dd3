"""Who bears the names of a case's people: the residents who fit best at the end of the burn-in, and who hold the posts then.

Names change nothing: traits only choose. Nobody is made richer, and no luck is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.case.person import COLLEAGUE, RESIDENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.case.person import Person
    from model.state.world import World

MISFIT = 10.0  # more than all other traits together
SCALES = {"means": 1.0, "energy": 10.0, "age": 50.0}  # a difference of so much counts as one


def choose_people(world: World) -> dict[str, int]:
    """Return the 64-bit name of everybody whom the case names, by name; without whom there is nobody left for."""
    chosen: dict[str, int] = {}
    for person in world.case.people:
        found = _resident(world, person, chosen) if person.is_a == RESIDENT else _official(world, person)
        if found is not None and found not in chosen.values():
            chosen[person.name] = found
    return chosen


def _official(world: World, person: Person) -> int | None:
    o = world.officials
    if not len(o):
        return None
    return int((o.mate_name if person.is_a == COLLEAGUE else o.name)[world.streets.post[person.street]])


def _resident(world: World, person: Person, chosen: Mapping[str, int]) -> int | None:
    """Return who fits best: of that home if it is shared with somebody, else the first of a household large enough."""
    r, s = world.residents, person.street
    rows = range(int(world.streets.start[s]), int(world.streets.stop[s]))
    free = [i for i in rows if int(r.name[i]) not in chosen.values()]
    names = {name.lower(): place for name, place in chosen.items()}
    if person.lives_with and person.lives_with.lower() in names:
        home = [r.home[i] for i in rows if int(r.name[i]) == names[person.lives_with.lower()]]
        free = [i for i in free if r.home[i] in home] or free
    least = 1 + sum(other.lives_with.lower() == person.name.lower() for other in world.case.people)
    return min(((_misfit(world, person, i, least), int(r.name[i])) for i in free), default=(0.0, None))[1]


def _misfit(world: World, person: Person, i: int, least: int) -> float:
    """Return how ill resident `i` fits; `least`: smallest size of the household."""
    r = world.residents
    far = MISFIT * (person.tenure != "" and (person.tenure == "owner") != bool(r.owner[i]))
    far += MISFIT * (not person.lives_with and (not r.head[i] or int(np.sum(r.home == r.home[i])) < least))
    for trait, scale in SCALES.items():
        if (wanted := getattr(person, trait)) is not None:
            far += min(1.0, abs(wanted - float(r.arrays[trait][i])) / scale)
    return far
