"""Designs between two regimes and over their boxes: which mixtures are run."""

from __future__ import annotations

import pytest

from experiments.study import boxes, coalitions
from experiments.study.points import checked, points
from model.errors import BadInput
from model.regimes import GROUPS, NAMED, PRACTICES, box

FIRST, SECOND = (NAMED[name].model_dump() for name in ("service", "relational"))
QUESTION = {"name": "owed", "question": "To what?"}


def test_groups_in_which_regimes_do_not_differ_do_not_play() -> None:
    other = FIRST | {name: SECOND[name] for name in GROUPS["street"]}
    assert coalitions.players(FIRST, other) == ["street"]
    assert coalitions.players(FIRST, FIRST) == []


def test_every_order_is_followed_by_its_reverse_and_a_seed_gives_the_same() -> None:
    found = coalitions.orders("abcdef", 5, 3)
    assert len(found) == 10
    assert all(found[n + 1] == found[n][::-1] for n in range(0, 10, 2))
    assert all(sorted(order) == list("abcdef") for order in found)
    assert found == coalitions.orders("abcdef", 5, 3) != coalitions.orders("abcdef", 5, 4)


def test_all_coalitions_are_there_when_no_orders_are_drawn_and_otherwise_those_on_the_way() -> None:
    assert len(coalitions.coalitions("abcd", 0, 1)) == 16
    some = coalitions.coalitions("abcd", 1, 1)
    assert some[:2] == [frozenset(), frozenset("abcd")]
    assert {len(one) for one in some} == {0, 1, 2, 3, 4}
    assert len(some) <= 2 + 6
    ways = coalitions.orders("abcd", 1, 1)
    assert set(some) == {frozenset(order[:n]) for order in ways for n in range(5)}


def test_a_mixture_has_whole_groups_of_the_second_regime_and_is_found_again_by_its_values() -> None:
    rows = coalitions.rows("service", "relational", FIRST, SECOND, 0, 1)
    names = coalitions.players(FIRST, SECOND)
    assert (rows[0].label, rows[0].values, rows[1].label, rows[1].values) == ("service", {}, "relational", {})
    assert len(rows) == 2 ** len(names)
    found = [coalitions.coalition_of(FIRST | row.values, FIRST, SECOND) for row in rows[2:]]
    assert len(set(found)) == len(found)
    for row, some in zip(rows[2:], found, strict=True):
        for group, members in GROUPS.items():
            differ = {name for name in members if FIRST[name] != SECOND[name]}
            assert differ & set(row.values) == (differ if group in some else set())
    assert coalitions.coalition_of(SECOND, FIRST, SECOND) == frozenset(names)


def test_a_study_between_two_regimes_has_one_point_for_each_mixture_and_shares_its_burn_in() -> None:
    study = checked(QUESTION | {"seed": 4, "design": {"kind": "shapley", "base": ["service", "relational"], "size": 2}})
    found = points(study)
    names = coalitions.players(FIRST, SECOND)
    assert len(found) == len(coalitions.coalitions(names, 2, 4))
    assert len({id(point.case) for point in found}) == 1
    assert found[0].practices == NAMED["service"]
    assert found[1].practices == NAMED["relational"]
    quick = checked(QUESTION | {"design": {"kind": "shapley", "base": ["service", "relational"]}}, quick=True)
    assert quick.design.size == 2
    assert len(points(quick)) == len(coalitions.coalitions(names, 2, 1)), "a design that is reckoned with as a whole stays whole"


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "shapley", "base": ["service"]}, {"kind": "shapley", "base": ["service", "service"]}, {"kind": "shapley", "size": 2},
        {"kind": "shapley", "base": ["service", "relational"], "levels": 3}, {"kind": "box"},
        {"kind": "box", "size": 3, "base": ["service"]},
    ],
)  # fmt: skip
def test_what_such_a_design_cannot_be_is_refused(design: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"design\."):
        checked(QUESTION | {"design": design, "regimes": ["service"] if design["kind"] == "box" else []})


def test_only_what_has_a_box_is_drawn_from_one() -> None:
    with pytest.raises(BadInput, match="regimes that have a box"):
        checked(QUESTION | {"regimes": ["blend(top_down,service,0.5)"], "design": {"kind": "box", "size": 3}})


def test_a_box_gives_the_point_that_is_shown_and_then_draws_inside_the_box_of_each_regime() -> None:
    study = checked(QUESTION | {"regimes": ["service", "relational"], "design": {"kind": "box", "size": 8}})
    found = points(study)
    assert len(found) == 2 * 9
    for name in ("service", "relational"):
        first, *drawn = [point for point in found if point.regime == name]
        assert first.practices == NAMED[name]
        for practice, (low, high) in box(name).items():
            values = [getattr(point.practices, practice) for point in drawn]
            assert all(low <= value <= high for value in values), practice
            if low < high and not PRACTICES[practice].whole:  # one draw in each eighth of the range
                assert sorted(int(8 * (value - low) / (high - low)) for value in values) == list(range(8))
    assert boxes.rows(["service"], 8, 1) == [row for row in boxes.rows(["top_down", "service"], 8, 1) if row.label == "service"]
