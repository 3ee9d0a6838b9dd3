"""Checks of founders, boundaries between departments, objections, and officials who leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.running.audit import Memory, every_week
from model import kinds
from model.state import accounts, tallies

if TYPE_CHECKING:
    from model.engine.tables import Table
    from model.neighbourhood import Neighbourhood


# --- mechanisms 2: founders (A30), boundaries (A34), objections (A39) -----------------------------------------------


@every_week
def founders_are_counted(place: Neighbourhood, memory: Memory) -> str | None:
    """Every initiative of the run has a founder who lives there, is counted once, with the founder's own means."""

    i, r = place.world.initiatives, place.world.residents
    known = memory.get("known", int((i.born <= 0).sum()))
    fresh = i.founder[known:]
    memory["known"] = len(i)
    if not ((fresh >= 0) & (fresh < len(r))).all():
        return "an initiative without a founder"
    begun = int((i.born > 0).sum())
    if begun != int(place.world.tally[tallies.STARTED]):
        return f"{begun} initiatives were started, and the tally says {int(place.world.tally[tallies.STARTED])}"
    before, now = memory.get("tally"), place.world.tally.copy()
    memory["tally"] = now
    if before is None or (r.arrived[fresh] >= place.week).any() or now[tallies.ENTERPRISES] > before[tallies.ENTERPRISES]:
        return None  # another resident lives there now, or an enterprise has changed means
    means = int((1000.0 * r.means[fresh].astype(np.float64)).astype(int).sum())
    told = int(now[tallies.FOUNDER_MEANS] - before[tallies.FOUNDER_MEANS])
    return f"this week's founders have means of {means}, and the tally says {told}" if means != told else None


@every_week
def boundaries_are_crossed_by_officials(place: Neighbourhood, memory: Memory) -> str | None:
    """A case between two departments continues only after an official's hour inside, and each is counted."""
    from model.week import problems as p

    q, crossed = place.world.problems, int(place.world.tally[tallies.BOUNDARIES])
    ready = (q.case == p.READY) & (np.array([kind.spans for kind in kinds.KINDS])[q.kind] >= 0)
    before, counted = memory.get("ready"), memory.get("crossed", 0)
    memory.update(ready=ready.copy(), crossed=crossed)
    if before is None:
        return None
    was = np.concatenate([before, np.zeros(len(ready) - len(before), bool)])
    went_on, fresh = int((ready & ~was).sum()), crossed - counted
    if went_on > fresh:
        return f"{went_on} cases between two departments went on, and {fresh} boundaries were crossed"
    if 60 * fresh > int(place.world.accounts.spent[accounts.INSIDE_HOURS]):
        return f"{fresh} boundaries were crossed in {int(place.world.accounts.spent[accounts.INSIDE_HOURS])} minutes inside the town hall"
    return None


@every_week
def objections_have_their_price(place: Neighbourhood, memory: Memory) -> str | None:
    """Every objection costs case work and the legal term; no project continues before both; the tally counts them."""
    from model.week import agenda_planning as a

    table, b = place.world.agenda, place.case.behaviour
    owed, count = table.owed.copy(), int(place.world.tally[tallies.OBJECTIONS])
    before, counted = memory.get("owed"), memory.get("count", 0)
    memory.update(owed=owed, count=count)
    made = table.objections > 0
    done = made & ((table.state == a.AT_WORK) | (table.state == a.HAS_LANDED))
    if (owed[done] > 0).any() or (place.week - table.answered[done] < int(b.objection_weeks)).any():
        return "a project went on before the objections to it were dealt with"
    if before is None:
        return None
    fresh = int(table.objections[table.answered == place.week].sum())
    if count - counted != fresh:
        return f"{fresh} objections this week, and the tally says {count - counted}"
    was = np.concatenate([before, np.zeros(len(owed) - len(before), before.dtype)])
    paid = int(np.maximum(was - owed, 0).sum())
    if paid > int(place.world.accounts.spent[accounts.CASE_HOURS]):
        return f"{paid} minutes were put into objections, and case work took {int(place.world.accounts.spent[accounts.CASE_HOURS])}"
    return None


# --- mechanisms 1: who leaves (A7), and trust in that person (A22) ----------------------------------------------------


@every_week
def who_leaves_takes_it_along(place: Neighbourhood, memory: Memory) -> str | None:
    """When an official leaves, ties and knowledge of the area are lost, except what is handed over, shared or told by others."""
    from model.rules import share_kept

    table, practice = place.world.officials, place.practices
    nth = table.nth.copy()
    before = memory.get("nth", nth)
    memory["nth"] = nth
    handover = 0.5 * practice.warm_handover
    share = place.world.rules.get("share_kept", share_kept)(handover, practice.pairing)
    tie = handover + 0.5 * (share - handover)
    for post in np.flatnonzero((nth > before) & ((table.leaving & 1) > 0)):  # at the end of the week, so nothing happens after it
        ties = place.world.residents.contact[table.arrays["from"][post] : table.to[post]]
        if len(ties) and float(ties.max()) > tie + 1e-6:
            return f"a tie of {ties.max():.2f} to an official who came this week; at most {tie:.2f} can be handed over"
        for known in (place.world.problems, place.world.initiatives):
            if not _told_on(place, known, int(post), share):
                return f"a successor knows more of {known.title} in the area than was handed over or told"
    return None


def _told_on(place: Neighbourhood, table: Table, post: int, share: float) -> bool:
    """Return whether everything known in an area was handed over (by its random draw) or told by key figures."""
    from model.engine.chance import HANDOVER, draw, join

    key, told = place.world.standing["keys"][HANDOVER], place.case.behaviour.key_figures
    here = (table.known == 1) & (place.world.streets.post[table.street] == post)
    return all(draw(key, name) < share or draw(key, join(name, 1)) < told for name in table.name[here])


@every_week
def trust_goes_with_the_person(place: Neighbourhood, memory: Memory) -> str | None:
    """When an official leaves, ties and trust in that person are lost, except what was handed over; trust in the institution stays."""

    r, o = place.world.residents, place.world.officials
    now = {"trust": r.trust.copy(), "contact": r.contact.copy(), "nth": o.nth.copy()}
    gone = int(place.world.tally[tallies.OFFICIALS_LEFT])
    before, gone_before, due = memory.get("before"), memory.get("left", 0), memory.get("due", [])
    next_week: list[int] = []
    memory.update(before=now, left=gone, due=next_week)
    if before is None:
        return None
    left = o.nth - before["nth"]
    if int(left.sum()) != gone - gone_before:
        return f"{int(left.sum())} officials left, and the tally says {gone - gone_before}"
    for post in due:  # posts left at the end of last week
        if not _went_along(place, _area(place, post), before["trust"]):
            return f"an official left post {post}, and residents' trust in that person stayed"
    for post in np.flatnonzero(left == 1).tolist():
        area = _area(place, post)
        if (now["contact"][area] > _most_contact(place, before["contact"][area])).any():
            return f"an official left post {post}, and ties with residents stayed"
        if not _went_along(place, area, before["trust"]):
            next_week.append(post)  # residents hear of it next week
    return None


def _area(place: Neighbourhood, post: int) -> slice:
    return slice(int(place.world.officials.arrays["from"][post]), int(place.world.officials.arrays["to"][post]))


def _most_contact(place: Neighbourhood, before: np.ndarray) -> np.ndarray:
    """Return the strongest possible ties with a successor: handed over, known to the colleague, and one new meeting."""
    from model.rules import share_kept

    b, handover = place.case.behaviour, 0.5 * place.practices.warm_handover
    kept = place.world.rules.get("share_kept", share_kept)(handover, place.practices.pairing)
    minutes = 2.0 * b.visit_minutes + b.hurt_minutes + b.urge_minutes + min(b.group_minutes, 60.0 * b.group_hours)
    most = b.contact_hours * minutes / b.visit_minutes
    known = (handover + 0.5 * (kept - handover)) * before
    return known + (1.0 - known) * (1.0 - np.exp(-most / b.hours_to_friend)) + 1e-5


def _went_along(place: Neighbourhood, area: slice, before: np.ndarray) -> bool:
    """Return whether trust in the person is at rest except what was handed over, and trust in the institution unchanged.

    Uses medians over residents: most have met nobody in the week.
    """
    from model.state.experiences import MUNICIPALITY, OFFICIAL

    r, kept = place.world.residents, 0.5 * place.practices.warm_handover * (1.0 - place.case.behaviour.trust_return)
    rest = r.rest[area, OFFICIAL]
    distance = before[area, OFFICIAL] - rest
    away = np.abs(distance) > 0.01  # most residents never met the official
    stayed = np.median(np.abs(r.trust[area, MUNICIPALITY] - before[area, MUNICIPALITY]))
    if not away.any():
        return bool(stayed < 0.01)
    moved = np.median(np.abs(r.trust[area, OFFICIAL] - rest - kept * distance)[away] / np.abs(distance)[away])
    return bool(moved < 0.2 and stayed < 0.01)
