"""Agents looked at through Mesa: what is set on one is set in the model, or refused in one line."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from model.case.case import load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

SMALL = load("default").replaced(residents=60, burn_in=0, problem_rate=8, ward_hours=60)


@pytest.fixture(scope="module")
def hood() -> Neighbourhood:
    return Neighbourhood(SMALL, "relational", seed=1).run(3)


def test_trust_in_one_addressee_is_set_in_the_model_and_in_no_other(hood: Neighbourhood) -> None:
    before = hood.world.residents.trust[7].copy()
    one = hood.residents[7]
    one.trust_municipality = 0.0
    assert hood.world.residents.trust[7, 2] == one.trust_municipality == 0.0
    one.trust_neighbours = 0.25
    assert hood.world.residents.trust[7].tolist() == [0.25, before[1], 0.0, before[3], before[4]]


def test_a_column_of_several_numbers_takes_as_many_at_once_and_not_one_for_all(hood: Neighbourhood) -> None:
    one: Any = hood.residents[8]
    five = [0.125, 0.25, 0.375, 0.5, 0.625]
    one.trust = five
    assert hood.world.residents.trust[8].tolist() == list(one.trust) == five
    for wrong in (0.9, [0.1, 0.2], [0.1, 0.2, 0.3, 0.4, 1.5], [0.1, 0.2, 0.3, 0.4, float("nan")]):
        with pytest.raises(BadInput, match="trust = "):
            one.trust = wrong
    assert hood.world.residents.trust[8].tolist() == five


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("trust_municipality", 1.5, r"trust_municipality = 1\.5; allowed: 0 to 1"),
        ("trust", 0.9, r"trust = 0\.9; allowed: 5 numbers.*trust_neighbours"),
        ("burden", float("nan"), r"burden = nan; allowed: 0 to 1"),
        ("burden", "much", r"burden = 'much'; allowed: 0 to 1"),
        ("burden", None, r"burden = 'nothing'; allowed: 0 to 1"),
        ("owner", 0.5, r"owner = 0\.5; allowed: whole numbers 0 to 1"),
    ],
)
def test_a_value_that_a_column_cannot_hold_is_refused_and_nothing_is_set(hood: Neighbourhood, name: str, value: object, says: str) -> None:
    one = hood.residents[9]
    before = np.array(getattr(one, name))
    with pytest.raises(BadInput, match=says):
        setattr(one, name, value)
    assert np.array_equal(getattr(one, name), before)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("burdn", "did you mean burden"),
        ("trust_neighbors", "did you mean trust_neighbours"),
        ("favourite_colour", "set a column"),
        ("neighbours", "did you mean trust_neighbours"),
        ("row", "set a column"),
    ],
)
def test_an_attribute_that_is_no_column_is_refused_with_near_names(hood: Neighbourhood, name: str, says: str) -> None:
    with pytest.raises(AttributeError, match=f"a resident has no .*{name}.*{says}"):
        setattr(hood.residents[9], name, 1)
    with pytest.raises(AttributeError, match=name):
        hood.residents.set(name, 1)


def test_officials_and_institutions_are_set_in_the_model_too(hood: Neighbourhood) -> None:
    official, colleague, department, council = hood.ward_officials[0], hood.colleagues[0], hood.institutions[0], hood.council
    official.strain = 0.25
    colleague.style = 1.5
    department.openness = 0.75
    assert hood.world.officials.strain[0] == official.strain == 0.25
    assert hood.world.officials.mate_style[0] == colleague.style == 1.5
    assert hood.world.departments.openness[0] == department.openness == 0.75
    for agent, name, near in ((official, "strian", "strain"), (colleague, "styl", "style"), (department, "opennes", "openness")):
        with pytest.raises(AttributeError, match=f"has no '{name}'.*did you mean {near}"):
            setattr(agent, name, 0.5)
    with pytest.raises(BadInput, match=r"strain = 2\.0; allowed: 0 to 1"):
        official.strain = 2.0
    for agent, name in ((council, "mood"), (hood.police, "trust"), (official, "role"), (department, "queue")):
        with pytest.raises(AttributeError, match=name):
            setattr(agent, name, 0.5)


def test_what_mesa_would_call_without_effect_is_refused(hood: Neighbourhood) -> None:
    for call in (lambda: hood.residents.do("step"), lambda: hood.residents.shuffle_do("step"), lambda: hood.residents[0].step()):
        with pytest.raises(BadInput, match=r"resident.*step.*use Neighbourhood\.step"):
            call()
    with pytest.raises(BadInput, match="advance"):
        hood.residents.do("advance")
    for call in (lambda s: s.shuffle(inplace=True), lambda s: s.sort("age", inplace=True), lambda s: s.select(inplace=True)):
        with pytest.raises(BadInput, match="inplace"):
            call(hood.residents)
    with pytest.raises(BadInput, match="residents: add"):
        hood.residents.add(hood.ward_officials[0])  # pyright: ignore[reportArgumentType]
    with pytest.raises(BadInput, match="residents: discard"):
        hood.residents.discard(hood.residents[0])


def test_every_attribute_of_residents_can_be_got_and_added_up(hood: Neighbourhood) -> None:
    trust = hood.world.residents.trust
    assert hood.residents.agg("trust_official", max) == trust[:, 1].max()
    assert hood.residents.agg("trust_official", [min, max]) == [trust[:, 1].min(), trust[:, 1].max()]
    assert hood.residents.get(["trust_police", "age"]) == [[a, b] for a, b in zip(trust[:, 4], hood.world.residents.age, strict=True)]
    assert hood.residents.get("shoe_size", handle_missing="default", default_value=0) == [0] * 60
    assert len(hood.agents.get("unique_id")) == len(hood.agents)
    assert hood.residents.to_list() == list(hood.residents)
    with pytest.raises(AttributeError, match="burdn"):
        hood.residents.agg("burdn", max)


def test_a_column_that_is_set_whole_is_set_in_the_table_or_refused() -> None:
    residents = Neighbourhood(SMALL, seed=1).world.residents
    residents.burden = np.linspace(0, 1, 60)
    assert residents.arrays["burden"][59] == 1.0
    residents.burden = 0.5
    assert residents.checkpoint()["burden"].tolist() == [0.5] * 60
    with pytest.raises(BadInput, match=re.escape("resident: burden = 1.5; allowed: 0 to 1")):
        residents.burden = 1.5
    with pytest.raises(AttributeError, match="did you mean burden"):
        residents.burdn = 0.5


@pytest.mark.parametrize("name", ["case", "seed", "rules", "compiled", "week", "steps"])
def test_what_a_neighbourhood_is_made_with_cannot_be_set_afterwards(hood: Neighbourhood, name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        setattr(hood, name, 5)


def test_a_regime_that_is_set_is_in_force_and_one_that_does_not_exist_is_refused() -> None:
    hood = Neighbourhood(SMALL, "top_down", seed=1).run(3)
    hood.regime = "leapfrog"
    assert hood.practices == hood.regime == NAMED["leapfrog"]
    with pytest.raises(BadInput, match="regime = 5; allowed: top_down"):
        hood.regime = 5  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(BadInput, match="regime; allowed: top_down"):
        Neighbourhood(SMALL, None)  # pyright: ignore[reportArgumentType]
