"""What must add up where a mechanism is in force: checks by name, each of a run that was lived, or of every week of it.

A check returns None, or one sentence that says what does not add up. `@at_end` looks once, at the finished neighbourhood;
`@every_week` looks after each week, with a dict of its own in which to remember what it saw before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    from model.neighbourhood import Neighbourhood

Memory = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One check: what it holds to be true, and how it looks."""

    name: str
    meaning: str
    look: Callable[[Neighbourhood, Memory], str | None]
    weekly: bool


CHECKS: dict[str, Check] = {}


def every_week(look: Callable[[Neighbourhood, Memory], str | None]) -> Callable[[Neighbourhood, Memory], str | None]:
    """Declare a check that looks after each week."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), look, True)
    return look


def at_end(look: Callable[[Neighbourhood], str | None]) -> Callable[[Neighbourhood], str | None]:
    """Declare a check that looks at the finished run."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), lambda place, _: look(place), False)
    return look


def _first_line(look: Callable[..., Any]) -> str:
    return (look.__doc__ or "").strip().splitlines()[0]


class Auditor:
    """Lives the weeks of a run and looks on; keeps the first thing that each check found."""

    def __init__(self, names: Sequence[str]) -> None:
        self.checks = [CHECKS[name] for name in names]
        self.memory: dict[str, Memory] = {name: {} for name in names}
        self.faults: dict[str, str] = {}

    def run(self, place: Neighbourhood, weeks: int) -> None:
        """Live so many weeks; week by week where a check looks at each."""
        weekly = [check for check in self.checks if check.weekly]
        if not weekly:
            place.run(weeks)
            return
        place.burn_in()
        for _ in range(weeks):
            place.run(1)
            for check in weekly:
                self._look(check, place)

    def _look(self, check: Check, place: Neighbourhood) -> None:
        if check.name not in self.faults and (fault := check.look(place, self.memory[check.name])):
            self.faults[check.name] = f"week {place.week}: {fault}"

    def frame(self, place: Neighbourhood) -> pl.DataFrame:
        """Every check with what it found; an empty text where all adds up."""
        import polars as pl

        for check in self.checks:
            if not check.weekly:
                self._look(check, place)
        names = [check.name for check in self.checks]
        return pl.DataFrame({"check": names, "fault": [self.faults.get(name, "") for name in names]}, schema=["check", "fault"])


# --- hours and euros (A29) -----------------------------------------------------------------------------------------


@every_week
def hours_and_euros_add_up(place: Neighbourhood, _: Memory) -> str | None:
    """Every hour and every euro endowed is spent, lapsed or left, to the minute and the cent."""
    hours, pots = place.accounts, place.purses
    for what, table, rest in (("minutes", hours, hours.endowed_ever - hours.spent_ever - hours.lapsed_ever - hours.left),
                              ("cents", pots, pots.endowed_ever - pots.spent_ever - pots.lapsed_ever - pots.left)):  # fmt: skip
        if rest.any():
            row = int(np.flatnonzero(rest)[0])
            return f"{rest[row]} {what} of row {row} of {table.title} are neither spent, lapsed nor left"
    if (hours.left < 0).any() or (pots.left < 0).any():
        return "more was spent than there was"
    return None


# --- reports (A1) --------------------------------------------------------------------------------------------------


@every_week
def reports_have_one_fate(place: Neighbourhood, memory: Memory) -> str | None:
    """Every report has a reporter, a problem and a date, and gets one fate, once, which the tallies count."""
    from model import problems as p
    from model import reports as r

    table, week = place.reports, place.week
    fate, closed = table.fate.copy(), table.closed
    there = (table.reporter < len(place.residents_table)) & (table.problem < len(place.problems)) & (table.week <= week)
    if not there.all():
        return "a report without a resident, a problem or a date"
    before = memory.get("fate", fate[:0])
    memory["fate"] = fate
    given = before != r.OPEN
    if (fate[: len(before)][given] != before[given]).any():
        return "a report was given another fate than it had"
    done = fate != r.OPEN
    if (closed[done] < table.week[done]).any():
        return "a report was closed before it was filed"
    here = done & (closed > 0)
    fates = np.bincount(fate[here], minlength=r.BAD + 1)
    counted = (
        ("filed", p.FILED, (table.week > 0).sum()),
        ("closed on time", p.CLOSED_ON_TIME, fates[r.ON_TIME]),
        ("closed late", p.CLOSED_LATE, fates[r.LATE] + fates[r.BAD]),
        ("where nothing was found", p.CLOSED_EMPTY, fates[r.EMPTY]),
        ("dropped", p.CLOSED_IGNORED, fates[r.DROPPED]),
        ("about what had gone", p.CLOSED_GONE, fates[r.GONE]),
    )
    return _tallied("reports", place.tally, counted)


def _tallied(what: str, tally: np.ndarray, counted: Sequence[tuple[str, int, Any]]) -> str | None:
    """The first of what was counted, by name and place in the tally, that the tally has another number of."""
    for name, row, number in counted:
        if int(tally[row]) != int(number):
            return f"{int(number)} {what} {name}, and the tally says {int(tally[row])}"
    return None


# --- promises ------------------------------------------------------------------------------------------------------


@every_week
def promises_have_one_fate(place: Neighbourhood, memory: Memory) -> str | None:
    """Every promise that is made ends once, as kept, broken, told early or void, and the tallies count it."""
    from model import problems as p
    from model import promises as m

    fate, tally = place.promises.fate.copy(), place.tally.copy()
    before, counted = memory.get("fate"), memory.get("tally")
    memory.update(fate=fate, tally=tally)
    if before is None or counted is None:
        return None
    ended = before != m.PENDING
    if (fate[: len(before)][ended] != before[ended]).any():
        return "a promise that had ended was given another fate"
    old = np.concatenate([before, np.full(len(fate) - len(before), m.PENDING, before.dtype)])
    new = np.bincount(fate[old == m.PENDING], minlength=m.WAS_VOID + 1)
    fresh = (
        ("made this week", p.MADE, len(fate) - len(before)),
        ("kept this week", p.KEPT, new[m.WAS_KEPT]),
        ("broken this week", p.BROKEN, new[m.WAS_BROKEN]),
        ("told early this week", p.TOLD, new[m.WAS_TOLD]),
        ("void this week", p.VOID, new[m.WAS_VOID]),
    )
    return _tallied("promises", tally - counted, fresh)


# --- approval and mandate (A4, A5) ---------------------------------------------------------------------------------


@every_week
def approved_before_carried_out(place: Neighbourhood, memory: Memory) -> str | None:
    """No plan goes on before its week of decision, unless a mandate paid for it; every other one cost case work."""
    from model import institutions as i
    from model import problems as p
    from model import reports as r

    q = place.problems
    stage, spent = q.case.copy(), int(place.purses.spent_ever[i.MANDATE_POT])
    before, paid = memory.get("stage"), memory.get("spent", 0)
    memory.update(stage=stage, spent=spent)
    if before is None:
        return None
    was = np.concatenate([before, np.zeros(len(stage) - len(before), before.dtype)])
    planned = np.array([kind.planned for kind in p.KINDS])[q.kind] > 0.5
    cents = np.array([100 * kind.euro for kind in p.KINDS])[q.kind]
    on = planned & ((stage == p.STOPPED) | (stage == p.READY)) & ((was == p.NO_CASE) | (was == p.WAITING))
    early = on & (q.ready > place.week)
    if int(cents[early].sum()) > spent - paid:
        return f"plans for {cents[early].sum() / 100:.0f} euro went on before their decision; the mandate paid {(spent - paid) / 100:.0f}"
    worked = int(place.accounts.spent[r.CASE_HOURS] + place.accounts.spent[r.CORPORATION_HOURS])
    asked = int(on.sum()) - _payable(cents[on], spent - paid)
    if asked * int(place.case.behaviour.approval_minutes) > worked:
        return f"{asked} plans were approved, and case work took {worked} minutes"
    return None


def _payable(cents: np.ndarray, budget: int) -> int:
    """The most plans that so much money can have paid for."""
    return int((np.cumsum(np.sort(cents)) <= budget).sum())


@every_week
def mandate_is_kept(place: Neighbourhood, _: Memory) -> str | None:
    """What is decided on the spot is paid from the mandate's own pot, which is the agreed share of the money and never overdrawn."""
    from model import institutions as i

    pots = place.purses
    if int(pots.spent_ever[i.MANDATE_POT]) + int(pots.left[i.MANDATE_POT]) > int(pots.endowed_ever[i.MANDATE_POT]):
        return "more was decided on the spot than the mandate held"
    weekly = place._values["cents_a_week"]
    whole = weekly[i.MANDATE_POT] + weekly[i.CENTRAL_POT]
    if whole > 0 and abs(weekly[i.MANDATE_POT] / whole - place.practices.mandate_euro) > 1e-9:
        return f"the mandate holds {weekly[i.MANDATE_POT] / whole:.3f} of the money; agreed was {place.practices.mandate_euro:g}"
    return None


# --- mechanisms 2: founders (A30), boundaries (A34), objections (A39) -----------------------------------------------


@every_week
def founders_are_counted(place: Neighbourhood, memory: Memory) -> str | None:
    """Every initiative of the run has a founder who lives there, is counted once, over all groups, with the founder's own means."""
    from model import problems as p

    i, r = place.initiatives, place.residents_table
    known = memory.get("known", int((i.born <= 0).sum()))
    fresh = i.founder[known:]
    memory["known"] = len(i)
    if not ((fresh >= 0) & (fresh < len(r))).all():
        return "an initiative without a founder"
    begun = int((i.born > 0).sum())
    if begun != int(place.tally[p.STARTED]):
        return f"{begun} initiatives were started, and the tally says {int(place.tally[p.STARTED])}"
    by_group = np.bincount(r.group[i.founder[i.born > 0]], minlength=3)
    if int(by_group.sum()) != begun:
        return f"{begun} initiatives were started, by groups {int(by_group.sum())}"
    before, now = memory.get("tally"), place.tally.copy()
    memory["tally"] = now
    if before is None or (r.arrived[fresh] >= place.week).any() or now[p.ENTERPRISES] > before[p.ENTERPRISES]:
        return None  # somebody else lives there by now, or an enterprise has added to means
    means, told = int((1000.0 * r.means[fresh].astype(np.float64)).astype(int).sum()), int(now[p.FOUNDER_MEANS] - before[p.FOUNDER_MEANS])
    return f"this week's founders have means of {means}, and the tally says {told}" if means != told else None


@every_week
def boundaries_are_crossed_by_officials(place: Neighbourhood, memory: Memory) -> str | None:
    """What lies between two departments goes on only where an official spent an hour inside to cross over, and each is counted."""
    from model import problems as p
    from model import reports as r

    q, crossed = place.problems, int(place.tally[p.BOUNDARIES])
    ready = (q.case == p.READY) & (np.array([kind.spans for kind in p.KINDS])[q.kind] >= 0)
    before, counted = memory.get("ready"), memory.get("crossed", 0)
    memory.update(ready=ready.copy(), crossed=crossed)
    if before is None:
        return None
    was = np.concatenate([before, np.zeros(len(ready) - len(before), bool)])
    went_on, fresh = int((ready & ~was).sum()), crossed - counted
    if went_on > fresh:
        return f"{went_on} cases between two departments went on, and {fresh} boundaries were crossed"
    if 60 * fresh > int(place.accounts.spent[r.INSIDE_HOURS]):
        return f"{fresh} boundaries were crossed in {int(place.accounts.spent[r.INSIDE_HOURS])} minutes inside the town hall"
    return None


@every_week
def objections_have_their_price(place: Neighbourhood, memory: Memory) -> str | None:
    """Every objection costs its hours of case work and the legal term, and no project lands before both are paid; the tally counts them."""
    from model import agenda as a
    from model import problems as p
    from model import reports as r

    table, b = place.agenda, place.case.behaviour
    owed, count = table.owed.copy(), int(place.tally[p.OBJECTIONS])
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
    if paid > int(place.accounts.spent[r.CASE_HOURS]):
        return f"{paid} minutes were put into objections, and case work took {int(place.accounts.spent[r.CASE_HOURS])}"
    return None


# --- mechanisms 1: who leaves (A7), and trust in that person (A22) ----------------------------------------------------


@every_week
def who_leaves_takes_it_along(place: Neighbourhood, memory: Memory) -> str | None:
    """An official who leaves takes along the ties and the knowledge of the area, but for what is handed over, shared or told by others."""
    from model.rules import share_kept

    table, practice = place.officials, place.practices
    nth = table.nth.copy()
    before = memory.get("nth", nth)
    memory["nth"] = nth
    handover = 0.5 * practice.warm_handover
    share = place.rules.get("share_kept", share_kept)(handover, practice.pairing)
    tie = handover + 0.5 * (share - handover)
    for post in np.flatnonzero((nth > before) & ((table.leaving & 1) > 0)):  # at the end of the week: nothing happens after it
        ties = place.residents_table.contact[table.arrays["from"][post] : table.to[post]]
        if len(ties) and float(ties.max()) > tie + 1e-6:
            return f"a tie of {ties.max():.2f} to an official who came this week; at most {tie:.2f} can be handed over"
        for known in (place.problems, place.initiatives):
            if not _told_on(place, known, int(post), share):
                return f"a successor knows more of {known.title} in the area than was handed over or told"
    return None


def _told_on(place: Neighbourhood, table: Any, post: int, share: float) -> bool:
    """Is all that is known in an area what luck let be handed over, or told by key figures?"""
    from model.chance import HANDOVER, draw, join

    key, told = place._values["keys"][HANDOVER], place.case.behaviour.key_figures
    here = (table.known == 1) & (place.streets.post[table.street] == post)
    return all(draw(key, name) < share or draw(key, join(name, 1)) < told for name in table.name[here])


@every_week
def trust_goes_with_the_person(place: Neighbourhood, memory: Memory) -> str | None:
    """With an official who leaves, ties and trust in that person go, but for what was handed over; trust in the institution stays."""
    from model import problems as p

    r, o = place.residents_table, place.officials
    now = {"trust": r.trust.copy(), "contact": r.contact.copy(), "nth": o.nth.copy(), "left": int(place.tally[p.OFFICIALS_LEFT])}
    before, due = memory.get("now"), memory.get("due", [])
    memory.update(now=now, due=[])
    if before is None:
        return None
    left = o.nth - before["nth"]
    if int(left.sum()) != now["left"] - before["left"]:
        return f"{int(left.sum())} officials left, and the tally says {now['left'] - before['left']}"
    for post in due:  # who left at the end of last week
        if not _went_along(place, _area(place, post), before["trust"]):
            return f"an official left post {post}, and residents' trust in that person stayed"
    for post in np.flatnonzero(left == 1).tolist():
        area = _area(place, post)
        if (now["contact"][area] > _most_contact(place, before["contact"][area])).any():
            return f"an official left post {post}, and ties with residents stayed"
        if not _went_along(place, area, before["trust"]):
            memory["due"].append(post)  # residents hear of it next week
    return None


def _area(place: Neighbourhood, post: int) -> slice:
    return slice(int(place.officials.arrays["from"][post]), int(place.officials.arrays["to"][post]))


def _most_contact(place: Neighbourhood, before: np.ndarray) -> np.ndarray:
    """The strongest ties that residents can have with a successor: what was handed over and known to the colleague, and one new meeting."""
    from model.rules import share_kept

    b, handover = place.case.behaviour, 0.5 * place.practices.warm_handover
    kept = place.rules.get("share_kept", share_kept)(handover, place.practices.pairing)
    known = (handover + 0.5 * (kept - handover)) * before
    return known + (1.0 - known) * (1.0 - np.exp(-2.0 * b.contact_hours / b.hours_to_friend)) + 1e-5


def _went_along(place: Neighbourhood, area: slice, before: np.ndarray) -> bool:
    """Has trust in the person gone back to residents' own rest, but for what was handed over, and trust in the institution not?

    Looks at the resident in the middle: most have met nobody in the week.
    """
    from model.learning import MUNICIPALITY, OFFICIAL

    r, kept = place.residents_table, 0.5 * place.practices.warm_handover * (1.0 - place.case.behaviour.trust_return)
    rest = r.rest[area, OFFICIAL]
    expected = rest + kept * (before[area, OFFICIAL] - rest)
    moved = np.median(np.abs(r.trust[area, OFFICIAL] - expected))
    stayed = np.median(np.abs(r.trust[area, MUNICIPALITY] - before[area, MUNICIPALITY]))
    return bool(moved < 1e-4 and stayed < 0.01)
