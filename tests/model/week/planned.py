"""What tests of interventions share: a small neighbourhood with many hours, and everything that can be planned in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from model import regimes
from model.case.case import Case, load
from model.neighbourhood import Neighbourhood

NOISE = 1
CASE = load("default").replaced(
    residents=120,
    streets=4,
    burn_in=4,
    problem_rate=4,
    ward_hours=100,
    enforcer_hours=100,
    desk_hours=50,
    programme_hours=50,
    years_in_post=50,
)
EVERYTHING: list[dict[str, Any]] = [
    {"week": 25, "kind": "practice", "name": "presence", "value": 0.9, "weeks": 9},
    {"week": 25, "kind": "condition", "name": "problem_rate", "value": 9.0, "weeks": 9},
    {"week": 26, "kind": "condition", "name": "strictness", "value": 0.9, "weeks": 3},
    {"week": 26, "kind": "giving", "street": 1, "value": 3.0, "weeks": 9},
    {"week": 27, "kind": "old_hurt", "street": -1, "value": 4.0, "weeks": 6},
    {"week": 28, "kind": "gathering", "street": 2, "value": 16.0, "weeks": 2},
    {"week": 28, "kind": "visit", "street": 3},
    {"week": 29, "kind": "project", "name": "energy", "street": 1, "value": 2.0, "weeks": 3},
    {"week": 30, "kind": "programme", "name": "spatial planning", "street": 2, "value": 2.0},
    {"week": 30, "kind": "promise", "street": 0, "value": 0.8, "weeks": 9},
    {"week": 33, "kind": "break_promise", "street": 0},
    {"week": 34, "kind": "stop_support", "weeks": 4},
    {"week": 36, "kind": "withdraw", "street": 1, "text": {"nl": "De karpers moeten terug", "en": "The carp have to go back"}},
    {"week": 37, "kind": "initiative", "street": 2, "name": "social"},
    {"week": 37, "kind": "problem", "street": 2, "name": "noise", "value": 0.6},
    {"week": 38, "kind": "official_leaves"},
    {"week": 39, "kind": "shock", "value": 0.3},
]


def hood_with(*events: dict[str, Any], regime: Any = "relational", seed: int = 3, case: Case = CASE, **options: Any) -> Neighbourhood:
    """A small neighbourhood with many hours, in which these are planned."""
    return Neighbourhood(case.replaced(events=list(events)), regime, seed=seed, **options)


def opened(*events: dict[str, Any], **options: Any) -> Neighbourhood:
    """The same, in the first week, in which nothing but the planned has happened yet."""
    hood = hood_with(*events, **options)
    hood.burn_in()
    hood.schedule.begin_week()
    return hood


def told(hood: Neighbourhood, kind: int, to: int | None = None) -> np.ndarray:
    """Rows of the residents to whom this happened this week."""
    what = hood.world.events.what
    return what[(what[:, 0] == kind) & ((what[:, 2] == to) if to is not None else True), 1]


def in_street(hood: Neighbourhood, street: int) -> set[int]:
    return set(range(int(hood.world.streets.start[street]), int(hood.world.streets.stop[street])))


def assert_ledger_closes(hood: Neighbourhood) -> None:
    for table in (hood.world.accounts, hood.world.purses):
        assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left), table.title
        assert (table.left >= 0).all()
    assert np.array_equal(hood.world.accounts.endowed, hood.world.accounts.spent + hood.world.accounts.left)


def still() -> Any:
    """Practices under which officials do not go out, so that nothing but the planned is promised or given."""
    return regimes.practices(regimes.NAMED["relational"].model_dump() | {"presence": 0.0, "tailoring": 0.0, "mandate_rules": 0.0})
