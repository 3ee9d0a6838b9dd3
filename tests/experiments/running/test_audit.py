"""Accounting checks: silent where all adds up, and each of them tells when something does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from experiments.running.audit_institutions import CHECKS, Auditor
from model import kinds
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state import accounts, tallies
from model.week import agenda_planning as a
from model.week import problems as p
from model.week import promises as m
from model.week import reports as r

WEEKS = 30


@pytest.fixture(scope="module")
def settled() -> Callable[[], Neighbourhood]:
    """A neighbourhood after its burn-in, afresh each time: officials come and go, projects are many, and much is decided on the spot."""
    case = load("default").replaced(residents=400, burn_in=20, years_in_post=0.3, agenda_rate=3, problems={"energy": 2.0}, problem_rate=1.5)
    practices = BASELINE.model_copy(update={"presence": 0.9, "mandate_euro": 0.3, "approval_lag": 8.0})
    place = Neighbourhood(case, practices, seed=5)
    place.burn_in()
    start = place.checkpoint()

    def again() -> Neighbourhood:
        place.restore(start)
        return place

    return again


def audited(place: Neighbourhood, name: str, spoil: Callable[[Neighbourhood], object] | None = None) -> str:
    """What a check finds in a run in which, after half of the weeks, something was done to the accounts."""
    auditor = Auditor([name])
    auditor.run(place, WEEKS // 2)
    assert not auditor.faults
    if spoil:
        spoil(place)
    auditor.run(place, WEEKS // 2)
    return str(auditor.frame(place)["fault"][0])


@pytest.mark.parametrize("name", CHECKS)
def test_a_run_as_it_is_adds_up(name, settled):
    assert audited(settled(), name) == ""


def test_checks_look_without_changing_what_happens(settled):
    place = settled()
    place.run(WEEKS)
    plain = place.outcomes()
    place = settled()
    Auditor(list(CHECKS)).run(place, WEEKS)
    np.testing.assert_equal(place.outcomes(), plain)


def first(rows: np.ndarray) -> int:
    return int(np.flatnonzero(rows)[0])


def change_a_fate(place: Neighbourhood) -> None:
    fate = place.world.reports.fate
    row = first(fate != r.OPEN)
    fate[row] = r.DROPPED if fate[row] != r.DROPPED else r.EMPTY


def end_a_promise_twice(place: Neighbourhood) -> None:
    fate = place.world.promises.fate
    row = first(fate != m.PENDING)
    fate[row] = m.WAS_KEPT if fate[row] != m.WAS_KEPT else m.WAS_BROKEN


def go_on_without_a_decision(place: Neighbourhood) -> None:
    q = place.world.problems
    planned = np.array([kind.planned for kind in kinds.KINDS])[q.kind] > 0.5
    row = first(planned & (q.state == p.LIVING) & (q.case == p.NO_CASE))
    q.case[row], q.ready[row], q.minutes[row], q.opened[row] = p.READY, place.week + 50, 10**6, place.week


def begin_a_project_while_objections_wait(place: Neighbourhood) -> None:
    table = place.world.agenda
    row = first(table.state != a.CALLED_OFF)
    table.state[row], table.objections[row], table.owed[row] = a.HAS_LANDED, 1, 60


def cross_a_boundary_unseen(place: Neighbourhood) -> None:
    q = place.world.problems
    row = first((np.array([kind.spans for kind in kinds.KINDS])[q.kind] >= 0) & (q.state == p.LIVING) & (q.case == p.NO_CASE))
    q.case[row], q.ready[row], q.minutes[row], q.opened[row] = p.READY, place.week + 50, 10**6, place.week


def add(row: int, number: int) -> Callable[[Neighbourhood], object]:
    return lambda place: place.world.tally.__setitem__(row, place.world.tally[row] + number)


SPOILED = {
    "a minute that is made": ("hours_and_euros_add_up", lambda place: place.world.accounts.spent_ever.__iadd__(1)),
    "a cent that is made": ("hours_and_euros_add_up", lambda place: place.world.purses.left.__iadd__(1)),
    "a report given another fate": ("reports_have_one_fate", change_a_fate),
    "a report that was not counted": (
        "reports_have_one_fate",
        lambda place: place.world.tally.__setitem__(tallies.FILED, place.world.tally[tallies.FILED] - 1),
    ),
    "a promise that ends twice": ("promises_have_one_fate", end_a_promise_twice),
    "a promise that was not counted": (
        "promises_have_one_fate",
        lambda place: place.world.tally.__setitem__(tallies.MADE, place.world.tally[tallies.MADE] - 1),
    ),
    "a plan without a decision": ("approved_before_carried_out", go_on_without_a_decision),
    "a mandate overdrawn": ("mandate_is_kept", lambda place: place.world.purses.spent_ever.__setitem__(accounts.MANDATE_POT, 10**9)),
    "an initiative that was not counted": ("founders_are_counted", add(tallies.STARTED, -1)),
    "means that no founder has": ("founders_are_counted", add(tallies.FOUNDER_MEANS, 1)),
    "a boundary that no official crossed": ("boundaries_are_crossed_by_officials", cross_a_boundary_unseen),
    "boundaries crossed in no time": ("boundaries_are_crossed_by_officials", add(tallies.BOUNDARIES, 10**6)),
    "an objection that nobody made": ("objections_have_their_price", add(tallies.OBJECTIONS, 1)),
    "a project before its objections": ("objections_have_their_price", begin_a_project_while_objections_wait),
    "a mandate of another size": ("mandate_is_kept", lambda place: place.world.cents_a_week.__setitem__(accounts.MANDATE_POT, 1.0)),
}


@pytest.mark.parametrize(("name", "spoil"), SPOILED.values(), ids=SPOILED.keys())
def test_what_does_not_add_up_is_told_with_its_week(name, spoil, settled):
    assert audited(settled(), name, spoil).startswith("week ")
