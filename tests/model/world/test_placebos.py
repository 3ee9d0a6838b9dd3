"""A practice that cannot act changes nothing at all: for each one a world is named in which its object is missing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from model import Neighbourhood
from model.case.case import load
from model.regimes import BASELINE, PRACTICES
from model.state.tallies import MATES_LEFT, OFFICIALS_LEFT

PLACE = {"residents": 400, "burn_in": 26}
WEEKS = 104


class Without(NamedTuple):
    """A world in which something is missing: what, by which changes of the case, and which outcomes are then 0 or undefined."""

    what: str
    changes: dict[str, Any]
    nothing: tuple[str, ...] = ()


def both(*worlds: Without) -> Without:
    """Return the world in which several things are missing."""
    changes: dict[str, Any] = {}
    for world in worlds:
        changes |= world.changes
    return Without(" and ".join(w.what for w in worlds), changes, tuple(name for w in worlds for name in w.nothing))


NO_PROBLEMS = Without("nothing is wrong in the street", {"problem_rate": 0.0}, ("problems_open", "reports", "promises_made", "exceptions"))
NO_REPORTS = Without("nobody reports", {"report_habit": 0.0}, ("reports",))
NO_PLANS = Without(
    "nothing needs a plan",
    {"problems": dict.fromkeys(("traffic", "energy", "design", "neglect", "youth"), 0.0)},
    ("approval_weeks", "on_the_spot"),
)
NO_PARTIES = Without("there is no conflict of interests", {"problems": dict.fromkeys(("noise", "design", "youth"), 0.0)})
NO_REQUESTS = Without("nobody asks for anything", {"needs_rate": 0.0}, ("requests",))
NO_INITIATIVES = Without("nobody has an hour to spare, so nothing is founded", {"energy": 0.0}, ("initiatives_started", "active"))
NO_PROJECTS = Without("the town hall has no projects", {"agenda_rate": 0.0}, ("agenda_landed", "agenda_stopped"))
NOBODY_MET = Without(
    "nobody opens a door or comes to a meeting", {"door_base": -20.0}, ("conversations", "group_meetings", "promises_made")
)
ONE_STREET = Without("there is one street, which is the district", {"streets": 1})
NOBODY_LEAVES = Without("no official leaves", {"years_in_post": 50.0})
NO_MONEY = Without("there is no money for a grant", {"structural_budget": 0.0})
CANNOT_ACT = {
    "presence": both(NOBODY_MET, NO_REPORTS, NO_INITIATIVES),  # who sits at the desk has as little to do there as at closed doors
    "complaint_steering": NO_PROBLEMS,
    "report_threshold": NO_REPORTS,
    "approval_lag": both(NO_PLANS, NO_INITIATIVES),
    "mandate_euro": both(NO_PROBLEMS, NO_REQUESTS, NO_INITIATIVES),
    "mandate_rules": NO_PROBLEMS,
    "inside_work": both(NO_PROBLEMS, NO_INITIATIVES),
    "pairing": both(NOBODY_MET, NO_PROBLEMS, NO_INITIATIVES),
    "group_approach": NOBODY_MET,
    "build_on_existing": NO_INITIATIVES,
    "support_desk": NO_INITIATIVES,
    "face_to_face_bargaining": NO_PARTIES,
    "conditional_on_residents": NO_PROJECTS,
    "harvest": NO_INITIATIVES,
    "listening_first": both(NOBODY_MET, NO_PROJECTS),  # old hurt is there, and nobody to tell it to
    "promise_boldness": NO_PROBLEMS,
    "truthfulness": both(NOBODY_MET, NO_PROJECTS),  # no bad news to tell, for nothing was promised, and no old hurt is heard
    "reciprocity": NO_INITIATIVES,
    "intensity": NOBODY_MET,
    "lead_switching": NO_INITIATIVES,
    "tailoring": NO_REQUESTS,
    "transparency": both(NO_REQUESTS, NO_PROBLEMS),
    "control": both(NO_REQUESTS, NO_INITIATIVES),
    "coupling": NO_PROJECTS,
    "yielding": NO_PROJECTS,
    "scale": ONE_STREET,
    "letting_go": NO_INITIATIVES,
    "warm_handover": NOBODY_LEAVES,
    "asking": NOBODY_MET,
    "standing_offer": NO_MONEY,
    "feedback": NO_REPORTS,
}


@pytest.mark.parametrize("name", PRACTICES)
def test_a_practice_that_cannot_act_changes_nothing_at_all(name: str) -> None:
    assert name in CANNOT_ACT, f"name a world in which {name} has nothing to act on"
    world, ends = CANNOT_ACT[name], []
    for value in (PRACTICES[name].low, PRACTICES[name].high):
        model = Neighbourhood(load("default").replaced(**PLACE, **world.changes), BASELINE.model_copy(update={name: value}), seed=2)
        model.run(WEEKS)
        if world is NOBODY_LEAVES:
            assert model.world.tally[OFFICIALS_LEFT] == model.world.tally[MATES_LEFT] == 0
        ends.append(model.outcomes())
    low, high = ends
    assert {one: low[one] for one in world.nothing if low[one] > 0 or high[one] > 0} == {}, world.what
    assert [one for one, value in low.items() if not np.array_equal(value, high[one], equal_nan=True)] == []


@pytest.mark.parametrize("name", PRACTICES)
def test_elsewhere_the_same_practice_changes_something(name: str) -> None:
    """Otherwise the test above would show nothing."""
    case = load("default").replaced(residents=2000, burn_in=26, years_in_post=2.0, agenda_rate=5.0, found_base=0.001, ward_hours=6.0)
    ends = [BASELINE.model_copy(update={name: end}) for end in (PRACTICES[name].low, PRACTICES[name].high)]
    low, high = (Neighbourhood(case, practices, seed=2).run(WEEKS).outcomes() for practices in ends)
    assert any(not np.array_equal(value, high[one], equal_nan=True) for one, value in low.items())
