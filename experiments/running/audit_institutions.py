"""Checks of hours and euros, reports, promises, approval and mandate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, SupportsInt

import numpy as np

from experiments.running import audit_people  # noqa: F401  (registers its checks)
from experiments.running.audit import CHECKS, Auditor, Memory, every_week
from model import kinds
from model.state import accounts, tallies

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

__all__ = ["CHECKS", "Auditor"]  # exported here, after all checks are registered

# --- hours and euros (A29) -----------------------------------------------------------------------------------------


@every_week
def hours_and_euros_add_up(place: Neighbourhood, _: Memory) -> str | None:
    """Every hour and every euro endowed is spent, lapsed or left, to the minute and the cent."""
    hours, pots = place.world.accounts, place.world.purses
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
    from model.week import reports as r

    table, week = place.world.reports, place.week
    fate, closed = table.fate.copy(), table.closed
    there = (table.reporter < len(place.world.residents)) & (table.problem < len(place.world.problems)) & (table.week <= week)
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
        ("filed", tallies.FILED, (table.week > 0).sum()),
        ("closed on time", tallies.CLOSED_ON_TIME, fates[r.ON_TIME]),
        ("closed late", tallies.CLOSED_LATE, fates[r.LATE]),
        ("fixed badly", tallies.CLOSED_BADLY, fates[r.BAD]),
        ("where nothing was found", tallies.CLOSED_EMPTY, fates[r.EMPTY]),
        ("dropped", tallies.CLOSED_IGNORED, fates[r.DROPPED]),
        ("about what had gone", tallies.CLOSED_GONE, fates[r.GONE]),
    )
    return _tallied("reports", place.world.tally, counted)


def _tallied(what: str, tally: np.ndarray, counted: Sequence[tuple[str, int, SupportsInt]]) -> str | None:
    """Return a message for the first (name, place in the tally, count) that differs from the tally, or None."""
    for name, row, number in counted:
        if int(tally[row]) != int(number):
            return f"{int(number)} {what} {name}, and the tally says {int(tally[row])}"
    return None


# --- promises ------------------------------------------------------------------------------------------------------


@every_week
def promises_have_one_fate(place: Neighbourhood, memory: Memory) -> str | None:
    """Every promise that is made ends once, as kept, broken, told early or void, and the tallies count it."""
    from model.week import promises as m

    fate, tally = place.world.promises.fate.copy(), place.world.tally.copy()
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
        ("made this week", tallies.MADE, len(fate) - len(before)),
        ("kept this week", tallies.KEPT, new[m.WAS_KEPT]),
        ("broken this week", tallies.BROKEN, new[m.WAS_BROKEN]),
        ("told early this week", tallies.TOLD, new[m.WAS_TOLD]),
        ("void this week", tallies.VOID, new[m.WAS_VOID]),
    )
    return _tallied("promises", tally - counted, fresh)


# --- approval and mandate (A4, A5) ---------------------------------------------------------------------------------


@every_week
def approved_before_carried_out(place: Neighbourhood, memory: Memory) -> str | None:
    """No plan continues before its week of decision, unless the mandate paid for it; all others cost case work."""
    from model.week import problems as p

    q = place.world.problems
    stage, spent = q.case.copy(), int(place.world.purses.spent_ever[accounts.MANDATE_POT])
    before, paid = memory.get("stage"), memory.get("spent", 0)
    memory.update(stage=stage, spent=spent)
    if before is None:
        return None
    was = np.concatenate([before, np.zeros(len(stage) - len(before), before.dtype)])
    planned = np.array([kind.planned for kind in kinds.KINDS])[q.kind] > 0.5
    cents = np.array([100 * kind.euro for kind in kinds.KINDS])[q.kind]
    on = planned & ((stage == p.STOPPED) | (stage == p.READY)) & ((was == p.NO_CASE) | (was == p.WAITING))
    early = on & (q.ready > place.week)
    if int(cents[early].sum()) > spent - paid:
        return f"plans for {cents[early].sum() / 100:.0f} euro went on before their decision; the mandate paid {(spent - paid) / 100:.0f}"
    worked = int(place.world.accounts.spent[accounts.CASE_HOURS] + place.world.accounts.spent[accounts.CORPORATION_HOURS])
    asked = int(on.sum()) - _payable(cents[on], spent - paid)
    if asked * int(place.case.behaviour.approval_minutes) > worked:
        return f"{asked} plans were approved, and case work took {worked} minutes"
    return None


def _payable(cents: np.ndarray, budget: int) -> int:
    """Return the largest number of plans that a budget (cents) can pay."""
    return int((np.cumsum(np.sort(cents)) <= budget).sum())


@every_week
def mandate_is_kept(place: Neighbourhood, _: Memory) -> str | None:
    """Decisions on the spot are paid from the mandate pot, which has the agreed share of the money and is never overdrawn."""

    pots = place.world.purses
    if int(pots.spent_ever[accounts.MANDATE_POT]) + int(pots.left[accounts.MANDATE_POT]) > int(pots.endowed_ever[accounts.MANDATE_POT]):
        return "more was decided on the spot than the mandate held"
    weekly = place.world.standing["cents_a_week"]
    whole = weekly[accounts.MANDATE_POT] + weekly[accounts.CENTRAL_POT]
    if whole > 0 and abs(weekly[accounts.MANDATE_POT] / whole - place.practices.mandate_euro) > 1e-9:
        return f"the mandate holds {weekly[accounts.MANDATE_POT] / whole:.3f} of the money; agreed was {place.practices.mandate_euro:g}"
    return None
