"""Planned acts that take hours: giving, hearing out old hurt, gatherings, visits, promises to a street, withdrawals.

Each is a row that continues, or waits for hours, until its last week; `deeds` records the residents it reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from model.case.event import SORTS
from model.engine import chance
from model.kinds import KIND_ROWS
from model.state.experiences import OFFICIAL, OWN, SORE, USUAL, tell

if TYPE_CHECKING:
    from model.case.event import Event
    from model.state.kept import CameOfIt
    from model.state.world import World

ACTS = ("giving", "old_hurt", "gathering", "visit", "promise", "withdraw")
GIVING, OLD_HURT, GATHERING, VISIT, PROMISE, WITHDRAW = range(6)
LASTING = (GIVING, OLD_HURT, GATHERING)  # they continue for the planned weeks; the others take place once
UNDER_WAY, OVER, CAME_TO_NOTHING = range(3)
SHORT = 0.75  # share of the planned hours below which the story tells that hours (or money) were lacking
NAMES = 23  # prefix of the names of acts


def plan(world: World, event: Event) -> None:
    """Add an act that begins this week."""
    world.acts.reserve(1)
    row, kind = len(world.acts), ACTS.index(event.kind)
    where = int(world.streets.name[event.street]) if event.street >= 0 else 0
    lasts = kind in LASTING and event.weeks > 0
    patience = int(world.case.behaviour.act_patience)
    about = KIND_ROWS.get(event.name or SORTS[event.kind].usual, -1) if kind == VISIT else -1
    values = {
        "name": chance.join(chance.join(chance.join(NAMES, kind), event.week), where),
        "kind": kind,
        "street": event.street,
        "about": about,
        "value": event.value,
        "weeks": event.weeks,
        "begun": world.week,
        "until": world.week + (event.weeks - 1 if lasts else patience),
        "person": world.named.get(event.who, 0),
        "each": event.minutes or int(world.case.behaviour.tailor_minutes),
        "cents": int(100.0 * event.needs.euro),
    }
    for column, value in values.items():
        world.acts.arrays[column][row] = value
    world.acts.count[0] += 1


def under_way(world: World, kind: int) -> list[int]:
    """Return the rows of the acts of a kind that continue or wait, oldest first."""
    if not len(world.acts):
        return []
    return np.flatnonzero((world.acts.kind == kind) & (world.acts.state == UNDER_WAY)).tolist()


def spend(world: World, row: int, account: int, minutes: int) -> bool:
    """Take minutes for an act from an account if it has them left; return whether it had."""
    left = world.accounts.arrays["left"]
    if left[account] < minutes:
        return False
    left[account] -= minutes
    world.accounts.arrays["spent"][account] += minutes
    world.acts.arrays["minutes"][row] += minutes
    return True


def take_place(world: World, row: int, reached: int) -> None:
    """Record that an act took place and the number of people reached; end it if it takes place once."""
    a = world.acts.arrays
    a["times"][row] += 1
    a["reached"][row] += reached
    if a["kind"][row] not in LASTING or a["weeks"][row] == 0:
        end(world, row, OVER)


def end(world: World, row: int, state: int) -> None:
    """End an act: as done (OVER) or as cancelled (CAME_TO_NOTHING)."""
    a = world.acts.arrays
    a["state"][row] = state
    if state == CAME_TO_NOTHING:
        note(world, row, "nothing")
    elif a["kind"][row] in (GIVING, OLD_HURT):
        hours, meant = float(a["minutes"][row]) / 60.0, float(a["value"][row]) * max(1, int(a["weeks"][row]))
        note(world, row, n=int(a["reached"][row]), hours=round(hours, 1))
        left_out = int(whom_it_concerns(world, row).sum())
        if hours < SHORT * meant and left_out > 0:
            note(world, row, "short", n=left_out, hours=round(hours, 1), hours_meant=round(meant, 1))


def whom_it_concerns(world: World, row: int, first: int = 0, last: int | None = None) -> np.ndarray:
    """Return a mask of residents (from `first` to `last`) whom an act is for and has not reached: there, or of one household.

    For old hurt, those who carry it, against the official or who employs the official of their street.
    """
    r, a = world.residents, world.acts
    span = slice(first, len(r) if last is None else last)
    wanted = ~np.isin(r.name[span], world.deeds.person[world.deeds.act == row])
    if a.street[row] >= 0:
        wanted &= r.street[span] == a.street[row]
    if a.person[row]:
        wanted &= np.isin(r.home[span], r.home[r.name == a.person[row]])
    if a.kind[row] == OLD_HURT and len(world.officials):
        employer = world.officials.employer[world.streets.post[r.street[span]]]
        sore = np.maximum(r.grievance[span, OFFICIAL], np.take_along_axis(r.grievance[span], employer[:, None].astype(np.int64), 1)[:, 0])
        wanted &= sore > SORE
    return wanted


def note(world: World, row: int, how: str = "", **facts: Unpack[CameOfIt]) -> None:
    """Record the result of an act for the story."""
    a = world.acts.arrays
    world.note("act", what=ACTS[a["kind"][row]], how=how, street=int(a["street"][row]), **facts)


def end_acts(world: World) -> None:
    """End acts whose last week this is: done, or cancelled if they never took place."""
    if len(world.acts):
        for row in np.flatnonzero((world.acts.state == UNDER_WAY) & (world.acts.until <= world.week)).tolist():
            end(world, row, OVER if world.acts.times[row] else CAME_TO_NOTHING)


def write_deed(world: World, act: int, resident: int, **facts: int) -> None:
    """Record the resident for whom an act did something."""
    world.deeds.reserve(1)
    n, name = len(world.deeds), world.residents.name[resident]
    for column, value in {"act": act, "resident": resident, "person": name, "week": world.week, **facts}.items():
        world.deeds.arrays[column][n] = value
    world.deeds.count[0] += 1


def happened(world: World, kind: int, resident: int, to: int, value: float, expected: float = USUAL, weight: float = OWN) -> None:
    """Add an event for a resident, who learns from it this week."""
    world.events.reserve(1)
    tell(world.events.count, world.events.arrays["what"], world.events.arrays["size"], kind, resident, to, -1, value, expected, weight)
