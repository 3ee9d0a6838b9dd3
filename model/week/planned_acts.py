"""Acts that were planned and take hours: giving, hearing out old hurt, gatherings, visits, a promise to a street, an exception
taken back. Each is a row that goes on, or waits for hours, until its last week; whom it reached is written down as deeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.case.event import SORTS
from model.engine import chance
from model.kinds import KIND_ROWS, SOCIAL
from model.rules import seen_as_favour
from model.state.accounts import STREET_HOURS
from model.state.experiences import FELT_FAVOUR, FELT_MEASURED, HEARD_OUT, HELPED, MET, OFFICIAL, OWN, SAW_FAVOUR, SORE, USUAL, tell
from model.state.tallies import ENVIED, GIVEN, HEARD

if TYPE_CHECKING:
    from model.case.event import Event
    from model.neighbourhood import Neighbourhood
    from model.week.officials import WardOfficial

ACTS = ("giving", "old_hurt", "gathering", "visit", "promise", "withdraw")
GIVING, OLD_HURT, GATHERING, VISIT, PROMISE, WITHDRAW = range(6)
LASTING = (GIVING, OLD_HURT, GATHERING)  # they go on for the weeks planned; the others take place once
UNDER_WAY, OVER, CAME_TO_NOTHING = range(3)
NAMES = 23  # of acts


def plan(model: Neighbourhood, event: Event) -> None:
    """Write down an act that begins this week."""
    model.acts.reserve(1)
    row, kind = len(model.acts), ACTS.index(event.kind)
    where = int(model.streets.name[event.street]) if event.street >= 0 else 0
    lasts = kind in LASTING and event.weeks > 0
    patience = int(model.case.behaviour.act_patience)
    about = KIND_ROWS.get(event.name or SORTS[event.kind].usual, -1) if kind == VISIT else -1
    values = {
        "name": chance.join(chance.join(chance.join(NAMES, kind), event.week), where),
        "kind": kind,
        "street": event.street,
        "about": about,
        "value": event.value,
        "weeks": event.weeks,
        "begun": model.week,
        "until": model.week + (event.weeks - 1 if lasts else patience),
    }
    for column, value in values.items():
        model.acts.arrays[column][row] = value
    model.acts.count[0] += 1


def under_way(model: Neighbourhood, kind: int) -> list[int]:
    """Return the rows of the acts of a kind that go on or wait, the oldest first."""
    if not len(model.acts):
        return []
    return np.flatnonzero((model.acts.kind == kind) & (model.acts.state == UNDER_WAY)).tolist()


def spend(model: Neighbourhood, row: int, account: int, minutes: int) -> bool:
    """Take minutes for an act from an account if they are there; return whether they were."""
    left = model.accounts.arrays["left"]
    if left[account] < minutes:
        return False
    left[account] -= minutes
    model.accounts.arrays["spent"][account] += minutes
    model.acts.arrays["minutes"][row] += minutes
    return True


def take_place(model: Neighbourhood, row: int, reached: int) -> None:
    """Note that an act took place, and for how many people; what takes place once is over with that."""
    a = model.acts.arrays
    a["times"][row] += 1
    a["reached"][row] += reached
    if a["kind"][row] not in LASTING or a["weeks"][row] == 0:
        end(model, row, OVER)


def end(model: Neighbourhood, row: int, state: int) -> None:
    """An act is over, or has come to nothing."""
    a = model.acts.arrays
    a["state"][row] = state
    if state == CAME_TO_NOTHING:
        note(model, row, "nothing")
    elif a["kind"][row] in (GIVING, OLD_HURT):
        note(model, row, n=int(a["reached"][row]), hours=round(float(a["minutes"][row]) / 60.0, 1))


def note(model: Neighbourhood, row: int, how: str = "", **facts: object) -> None:
    """Remember what came of an act, for the story."""
    a = model.acts.arrays
    model.note("act", what=ACTS[a["kind"][row]], how=how, street=int(a["street"][row]), **facts)


def end_acts(model: Neighbourhood) -> None:
    """Acts whose last week this is are over; what never took place has come to nothing."""
    if len(model.acts):
        for row in np.flatnonzero((model.acts.state == UNDER_WAY) & (model.acts.until <= model.week)).tolist():
            end(model, row, OVER if model.acts.times[row] else CAME_TO_NOTHING)


def write_deed(model: Neighbourhood, act: int, resident: int, **facts: int) -> None:
    """Write down for whom something was done."""
    model.deeds.reserve(1)
    n, name = len(model.deeds), model.residents_table.name[resident]
    for column, value in {"act": act, "resident": resident, "person": name, "week": model.week, **facts}.items():
        model.deeds.arrays[column][n] = value
    model.deeds.count[0] += 1


def happened(model: Neighbourhood, kind: int, resident: int, to: int, value: float, expected: float = USUAL, weight: float = OWN) -> None:
    """Let something happen to a resident, who will learn from it."""
    model.events.reserve(1)
    tell(model.events.count, model.events.arrays["what"], model.events.arrays["size"], kind, resident, to, -1, value, expected, weight)


# --- an official goes where there is something to do for people, or old hurt ---------------------------------------


def go_where_sent(official: WardOfficial, budget: int) -> tuple[int, list[int]]:
    """Let an official visit for what is planned in the own streets; return the minutes spent and who opened the door."""
    model, spent, met = official.model, 0, []
    for kind in (GIVING, OLD_HURT):
        for row in under_way(model, kind):
            street = int(model.acts.street[row])
            if street < 0 or model.streets.post[street] == official.post:
                minutes, people = _visit_for(official, row, kind, budget - spent)
                spent += minutes
                met += people
    return spent, met


def _visit_for(official: WardOfficial, row: int, kind: int, budget: int) -> tuple[int, list[int]]:
    """Visit those whom this act has not reached yet; behind the doors that open, do what it is for."""
    model, p, s = official.model, official.model.case.behaviour, int(official.model.acts.street[row])
    o, left = model.officials.arrays, model.accounts.arrays["left"]
    first, last = (o["from"][official.post], o["to"][official.post]) if s < 0 else (model.streets.start[s], model.streets.stop[s])
    wanted = _wanted(model, row, kind, int(first), int(last), int(o["employer"][official.post]))
    most = minutes = min(budget, int(60.0 * float(model.acts.value[row])))
    doors = int(wanted.sum())
    if kind == GIVING:  # what is to be done behind the doors takes its time too
        doors = min(doors, most // int(p.visit_minutes + p.tailor_minutes))
        minutes = doors * int(p.visit_minutes)
    if doors <= 0 or minutes <= 0:
        return 0, []
    before, known = int(left[STREET_HOURS]), len(model.events)
    official.visit(int(first), int(last), minutes, wanted=wanted, doors=doors, hearing=int(kind == OLD_HURT))
    spent, what = before - int(left[STREET_HOURS]), model.events.what[known:]
    model.acts.arrays["minutes"][row] += spent
    met = [int(i) for i in what[what[:, 0] == MET, 1]]
    if kind == GIVING:
        reached = [i for i in met if _give(official, row, i, most - before + int(left[STREET_HOURS]))]
    else:
        reached = [int(i) for i in what[(what[:, 0] == HEARD_OUT) & (what[:, 2] == OFFICIAL), 1]]
    for i in reached:
        write_deed(model, row, i)
    model.tally[GIVEN if kind == GIVING else HEARD] += len(reached)
    if reached:
        take_place(model, row, len(reached))
    return before - int(left[STREET_HOURS]), met


def _wanted(model: Neighbourhood, row: int, kind: int, first: int, last: int, employer: int) -> np.ndarray:
    """Whose doors are meant: who has not been reached yet; for hearing out old hurt, who carries some."""
    r = model.residents_table
    wanted = ~np.isin(r.name[first:last], model.deeds.person[model.deeds.act == row])
    if kind == OLD_HURT:
        wanted &= np.maximum(r.grievance[first:last, OFFICIAL], r.grievance[first:last, employer]) > SORE
    return wanted


def _give(official: WardOfficial, row: int, i: int, room: int) -> bool:
    """Do something for a resident, as made to measure as what is asked for at the counter; neighbours may wonder why."""
    model, p, r = official.model, official.model.case.behaviour, official.model.residents_table
    name = chance.join(int(model.acts.name[row]), int(r.name[i]))
    if room < p.tailor_minutes or not spend(model, row, STREET_HOURS, int(p.tailor_minutes)):
        return False
    happened(model, HELPED, i, OFFICIAL, FELT_MEASURED)
    explain = room - p.tailor_minutes >= p.explain_minutes and model.draw(chance.EXPLAIN, name) < model.practices.transparency
    if explain and spend(model, row, STREET_HOURS, int(p.explain_minutes)):
        return True
    s, favour, before = int(r.street[i]), model.rules.get("seen_as_favour", seen_as_favour), int(model.tally[ENVIED])
    for j in range(int(model.streets.start[s]), int(model.streets.stop[s])):
        u = model.draw(chance.ENVY, chance.join(name, int(r.name[j])))
        if r.home[j] != r.home[i] and favour(u, p.notice, 1.0 - float(r.means[i])):
            happened(model, SAW_FAVOUR, j, int(model.officials.employer[official.post]), FELT_FAVOUR)
            model.tally[ENVIED] += 1
    if model.tally[ENVIED] > before:  # a precedent, as at the counter
        model.departments.arrays["precedents"][SOCIAL] += 1.0
    return True
