"""Who a regime would hire: the mix of roles of each, at the same total cost, from the first week after the burn-in.

A study or comparison says `staffing`: "equal" (every regime has the hours of the scenario, role by role) or "own". With "own"
a practice that moves hours within a role is no longer the only way to be different: street work is paid for by other roles.
All mixes and costs are assumptions. They were chosen before any comparison was made in which hours stand by role.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from model.case.case import Case
from model.regimes import NAMED, Practices, resolve

Staffing = Literal["equal", "own"]

# Euro an hour for a municipality, all told. Assumption: in proportion to the usual scales of Dutch municipalities (crews some 5,
# desk, counter and enforcers 6-7, case workers 9, ward officials 9-10, programmes 10-11); only their ratio matters.
EURO_AN_HOUR = {
    "ward_hours": 65.0, "desk_hours": 48.0, "crew_hours": 44.0, "enforcer_hours": 50.0, "case_hours": 65.0, "counter_hours": 50.0,
    "programme_hours": 75.0,
}  # fmt: skip

# Times the scenario's own hours, before all are scaled to its total cost. Corporation, police, broker and go-between hire
# for themselves. Each is an assumption, with the town hall that it stands for.
MIXES: dict[str, dict[str, float]] = {
    # plans, weighs and decides in the town hall: more programmes, case workers and enforcers, few officials in the ward
    "top_down": {"ward_hours": 0.5, "desk_hours": 1.2, "enforcer_hours": 1.3, "case_hours": 1.4, "programme_hours": 1.5},
    # people in the ward come first: half as many again, paid for by programmes, weighing and the desk
    "relational": {"ward_hours": 1.5, "desk_hours": 0.8, "enforcer_hours": 0.8, "case_hours": 0.8, "programme_hours": 0.5},
    # pairs, one of them inside: more ward officials, and the case workers whom they need inside; fewer programmes of its own
    "leapfrog": {"ward_hours": 1.4, "enforcer_hours": 0.8, "case_hours": 1.1, "programme_hours": 0.7},
    # complaint-driven and good at it: desk, crews, counter and enforcers that answer; hardly anybody in the ward
    "service": {
        "ward_hours": 0.4, "desk_hours": 1.8, "crew_hours": 1.1, "enforcer_hours": 1.2, "case_hours": 1.2, "counter_hours": 1.1,
        "programme_hours": 0.8,
    },
}  # fmt: skip

SAYS = {"en": "the town hall staffs its own mix of roles", "nl": "de gemeente bemenst haar eigen mix van functies"}


def mix_of(label: str, practices: Practices | None = None) -> dict[str, float]:
    """Return what a regime or blend staffs, times the scenario's hours by condition; empty for a label without a mix.

    practices: those behind the label; a label that stands for others than its name says has no mix.
    """
    blended = re.fullmatch(r"blend\((\w+),(\w+),([-+.\w]+)\)", "".join(label.split()))
    names = (blended[1], blended[2]) if blended else (label,)
    if any(name not in MIXES or name not in NAMED for name in names) or (practices is not None and resolve(label) != practices):
        return {}
    share = float(blended[3]) if blended else 0.0
    first, second = MIXES[names[0]], MIXES[names[-1]]
    return {name: (1 - share) * first.get(name, 1.0) + share * second.get(name, 1.0) for name in EURO_AN_HOUR}


def cost(hours: Mapping[str, float]) -> float:
    """Return the euros a week for 1,000 residents of the municipality's hours, by condition."""
    return sum(EURO_AN_HOUR[name] * hours[name] for name in EURO_AN_HOUR)


def hours_of(case: Case, mix: Mapping[str, float]) -> dict[str, float]:
    """Return the hours of each role under a mix, at the total cost of the case's own; by condition, for 1,000 residents a week."""
    own = {name: float(getattr(case.conditions, name)) for name in EURO_AN_HOUR}
    wanted = {name: own[name] * mix.get(name, 1.0) for name in own}
    scale = cost(own) / cost(wanted) if cost(wanted) > 0 else 1.0
    return {name: hours * scale for name, hours in wanted.items()}


def staffed(case: Case, mix: Mapping[str, float]) -> Case:
    """Return the case with a mix in force from week 1, so that the burn-in is everybody's; without a mix the case itself.

    An event of the case that sets the hours of a role holds from its week on.
    """
    if not mix:
        return case
    taken = {event.name for event in case.events if event.kind == "condition" and event.week == 1}
    events = [
        {"week": 1, "kind": "condition", "name": name, "value": hours, "text": SAYS}
        for name, hours in hours_of(case, mix).items()
        if name not in taken and hours != getattr(case.conditions, name)
    ]
    return case.replaced(events=[*events, *(event.model_dump() for event in case.events)])


def unstaffed(case: Case) -> Case:
    """Return the case without the events of a mix."""
    return case.replaced(events=[event.model_dump() for event in case.events if event.text != SAYS])
