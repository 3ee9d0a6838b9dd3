"""Problems and events of a case: what is impossible is refused with what is allowed."""

from __future__ import annotations

import math
from typing import Any

import pytest

from model.case.case import checked
from model.kinds import KINDS
from model.regimes import PRACTICES
from tests.model.case.refusals import refused


def test_an_unknown_kind_of_problem_names_the_kinds() -> None:
    text = refused({"problems": {"litter": 2, "graffiti": 1}})
    assert "problems.graffiti" in text
    assert all(kind.name in text for kind in KINDS)


@pytest.mark.parametrize("factor", [-0.1, 10_000.1, math.nan, math.inf, "often", None, {"rate": 2}])
def test_a_factor_of_a_kind_of_problem_out_of_range_is_refused(factor: object) -> None:
    assert "problems.litter" in refused({"problems": {"litter": factor}})


@pytest.mark.parametrize(
    ("event", "key", "allowed"),
    [
        ({"kind": "shock", "value": 0.5}, "events.0.week", "required"),
        ({"week": 3}, "events.0.kind", "required"),
        ({"week": 0, "kind": "shock"}, "events.0.week", "greater than or equal to 1"),
        ({"week": 100_001, "kind": "shock"}, "events.0.week", "less than or equal to 100000"),
        ({"week": 1.5, "kind": "shock"}, "events.0.week", "integer"),
        ({"week": "soon", "kind": "shock"}, "events.0.week", "integer"),
        ({"week": 3, "kind": "party"}, "events.0.kind", "official_leaves"),
        ({"week": 3, "kind": "shock", "value": 1.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "shock", "value": -0.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "shock", "value": math.nan}, "events.0.value", "finite"),
        ({"week": 3, "kind": "shock", "value": "big"}, "events.0.value", "number"),
        ({"week": 3, "kind": "problem", "name": "litter", "value": 1.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "problem", "name": "graffiti", "value": 0.5}, "events.name", "litter"),
        ({"week": 3, "kind": "problem", "value": 0.5}, "events.name", "litter"),
        ({"week": 3, "kind": "problem", "name": "litter", "value": 0.5, "street": 24}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "initiative", "street": 99}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "initiative", "street": -1}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "shock", "street": -2}, "events.0.street", "greater than or equal to -1"),
        ({"week": 3, "kind": "practice", "name": "years_in_post", "value": 3}, "events.name", "presence"),
        ({"week": 3, "kind": "practice", "value": 0.5}, "events.name", "presence"),
        ({"week": 3, "kind": "practice", "name": "presence", "value": 1.01}, "events.value", "0.0 to 1.0"),
        ({"week": 3, "kind": "practice", "name": "report_threshold", "value": 0}, "events.value", "1"),
    ],
)  # fmt: skip
def test_an_impossible_event_is_refused_with_what_is_allowed(event: dict[str, Any], key: str, allowed: str) -> None:
    text = refused({"events": [event]})
    assert text.startswith(f"my.toml: {key}"), text
    assert allowed in text


@pytest.mark.parametrize("name", PRACTICES)
def test_every_practice_can_be_switched_within_its_range(name: str) -> None:
    p = PRACTICES[name]
    for value in (p.low, p.high):
        case = checked({"events": [{"week": 52, "kind": "practice", "name": name, "value": value}]}, "x")
        assert case.events[0].value == value


def test_events_that_contradict_each_other_are_refused() -> None:
    event = {"week": 52, "kind": "practice", "name": "presence", "value": 0.1}
    text = refused({"events": [event, {**event, "value": 0.9}]})
    assert "week 52" in text
    assert "presence" in text
    assert len(checked({"events": [event, {**event, "week": 53, "value": 0.9}]}, "x").events) == 2
    assert len(checked({"events": [event, {**event, "name": "intensity"}]}, "x").events) == 2


def test_a_practice_cannot_take_two_values_in_one_week_whatever_street_is_named() -> None:
    event = {"week": 52, "kind": "practice", "name": "presence", "value": 0.1, "street": 0}
    assert "week 52" in refused({"events": [event, {**event, "value": 0.9, "street": 1}]})
