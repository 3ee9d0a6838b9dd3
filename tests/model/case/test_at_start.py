"""Conditions that begin with the regime: the burn-in is the others', and what is gone is gone from the first week on."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.at_start import checked_at_start, without_government
from model.case.case import Conditions, load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE

SMALL = load("default").replaced(residents=200, burn_in=12)


def place(at_start: dict[str, float] | None = None, weeks: int = 30, **more: object) -> Neighbourhood:
    hood = Neighbourhood(SMALL.replaced(**more), BASELINE, 5)
    hood.burn_in()
    hood.set_regime(BASELINE, at_start)
    return hood.run(weeks)


def test_without_government_nobody_but_residents_has_hours_or_money() -> None:
    nothing = without_government()
    assert {name for name in Conditions.model_fields if name.endswith(("_hours", "_budget"))} <= set(nothing)
    assert set(nothing.values()) == {0.0}
    hood = place(nothing)
    assert hood.endowment == {"hours_per_year": 0.0, "euros_per_year": 0.0}
    assert hood.ledger.select("endowed", "spent", "left").sum().row(0) == (0, 0, 0)
    found = hood.outcomes()
    assert (found["hours_spent"], found["euro_spent"], found["helped"]) == (0, 0, 0)
    assert found["bonding"] > 0
    assert found["burden"] > 0


def test_the_burn_in_is_the_others() -> None:
    one, other = Neighbourhood(SMALL, BASELINE, 5), Neighbourhood(SMALL, BASELINE, 5)
    other.set_regime(BASELINE, without_government())
    for hood in (one, other):
        hood.burn_in()
    for name, table in one.world.tables.items():
        for column, values in table.arrays.items():
            assert np.array_equal(values, other.world.tables[name].arrays[column]), (name, column)


def test_an_event_of_the_case_gives_no_hours_back() -> None:
    event = {"week": 3, "kind": "condition", "name": "ward_hours", "value": 50.0}
    assert place(without_government(), events=[event]).endowment["hours_per_year"] == 0
    assert place(None, events=[event]).endowment["hours_per_year"] > 0


def test_nothing_else_changes_where_the_condition_has_the_value_it_had() -> None:
    plain, same = place(), place({"ward_hours": SMALL.conditions.ward_hours})
    assert plain.outcomes() == pytest.approx(same.outcomes(), rel=0, abs=0, nan_ok=True)
    assert plain.identity != same.identity, "an arm by conditions is another run"


def test_it_is_kept_in_a_checkpoint_and_gone_with_the_burn_in_s() -> None:
    hood = Neighbourhood(SMALL, BASELINE, 5)
    hood.burn_in()
    start = hood.checkpoint()
    hood.set_regime(BASELINE, without_government())
    kept = hood.run(4).checkpoint()
    hood.restore(start)
    assert hood.run(4).endowment["hours_per_year"] > 0
    hood.restore(kept)
    assert hood.run(4).endowment["hours_per_year"] == 0


def test_without_a_burn_in_it_holds_at_once() -> None:
    hood = Neighbourhood(SMALL.replaced(burn_in=0), BASELINE, 5)
    hood.set_regime(BASELINE, without_government())
    assert hood.run(2).endowment["hours_per_year"] == 0


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"presence": 0.5}, "presence"),
        ({"schools": 1.0}, "schools"),
        ({"ward_hours": -1.0}, "0 to 100"),
        ({"ward_hours": float("nan")}, "0 to 100"),
    ],
)
def test_what_cannot_begin_with_a_regime_is_refused_by_name(values: dict[str, float], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked_at_start(values)


def test_it_is_too_late_once_the_run_has_begun() -> None:
    with pytest.raises(BadInput, match="before week 1"):
        place(weeks=2).set_regime(BASELINE, without_government())
