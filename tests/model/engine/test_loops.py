"""Loops are bound by the names of their arguments, and what those names do not mean is told in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model import Neighbourhood
from model.engine import loops as binding
from model.engine.loops import Loops, Standing, loop
from model.engine.source import find_loops, outer_loops
from model.engine.tables import Column, Table
from model.errors import BadInput
from model.warm_up import empty_world, tiny_case
from model.week.problems import arise
from model.week.reports import waiting_reports

HOME = __name__.replace(".", "/") + ".py"


@loop
def count_up(row: int, week, keys, resident_count, resident_burden):
    resident_burden[row] += week + keys[0] + resident_count[0]
    return resident_burden[row]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], Loops]:
    """The loops of a world with two tables, of which the given one is the only loop that Python calls."""

    def bound(one: Callable) -> Loops:
        module: Any = type("made", (), {one.__name__: staticmethod(one)})
        table = Table("residents", (Column("burden", "float64", "-", 0, 1, "how bad"),), 4)
        table.count[0] = 3
        streets = Table("streets", (Column("x", "float64", "m", 0, 1, "where"),), 4)
        monkeypatch.setattr(binding, "find_loops", lambda _: {one.__name__: one})
        monkeypatch.setattr(binding, "outer_loops", lambda _: [one])
        return Loops(module, {"resident": table, "street": streets}, Standing({"week": 5, "keys": np.ones(2), "practice": 1.0}))

    return bound


def told(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_loop_is_called_with_columns_rows_standing_values_and_what_is_given(small):
    loops = small(count_up)
    loops.check()
    assert loops.call(count_up, row=1) == 9.0
    assert loops.call(count_up, row=1) == 18.0
    assert loops.call(count_up, row=0) == 9.0


@pytest.mark.parametrize(
    ("wrong", "told_so"),
    [
        ("resident_burdn", "did you mean resident_burden?"),
        ("residnt_burden", "did you mean resident_burden?"),
        ("resident_cont", "did you mean resident_count?"),
        ("street_x_y_z_where", "allowed: TABLE_COLUMN, a standing value, or a name with a type, given with the call (`row: int`)"),
        ("practise", "did you mean practice?"),
        ("row", "allowed: TABLE_COLUMN, a standing value, or a name with a type, given with the call (`row: int`)"),
    ],
)
def test_a_misspelt_column_table_or_value_is_told_before_anything_is_lived(wrong: str, told_so: str, small):
    space: dict[str, Any] = {"loop": loop, "__name__": __name__}
    exec(f"@loop\ndef feel(week, {wrong}):\n    return 1\n", space)
    loops = small(space["feel"])
    expected = f"{HOME}: loop feel, argument {wrong}; {told_so}"
    assert told(loops.check) == expected
    assert told(lambda: loops.call(space["feel"])) == expected


def test_an_inner_loop_may_call_its_arguments_as_it_likes_but_for_columns_that_are_not_there(small, monkeypatch):
    for argument, fits in (("hours", True), ("resident_burden", True), ("moved_list", True), ("resident_burdn", False)):
        space: dict[str, Any] = {"loop": loop, "__name__": __name__}
        exec(f"@loop\ndef feel({argument}):\n    return 1\n", space)
        loops = small(space["feel"])
        monkeypatch.setattr(binding, "outer_loops", lambda _: [])
        if fits:
            loops.check()
        else:
            assert told(loops.check) == f"{HOME}: loop feel, argument resident_burdn; did you mean resident_burden?"


def test_what_a_call_leaves_out_misspells_or_adds_is_told(small):
    loops = small(count_up)
    assert told(lambda: loops.call(count_up)) == f"{HOME}: loop count_up, argument row; allowed: given with the call: row"
    assert told(lambda: loops.call(count_up, rows=1)) == f"{HOME}: loop count_up, argument rows; did you mean row?"
    assert loops.call(count_up, row=1) == 9.0
    assert told(lambda: loops.call(count_up, row=1, post=2)) == f"{HOME}: loop count_up, argument post; allowed: given with the call: row"
    assert loops.call(count_up, row=0) == 9.0, "what was refused changed nothing"


def test_a_type_that_cannot_be_given_is_told(small):
    @loop
    def feel(row: str):
        return row

    assert told(small(feel).check) == f"{HOME}: loop feel, argument row = 'str'; allowed: int, float, np.uint64"


def test_every_loop_of_the_model_fits_the_world_and_a_column_less_would_be_told():
    world = empty_world(compiled=False)
    world.loops.check()
    table = world.tables["problem"]
    del table.arrays["severity"]
    text = told(world.loops.check)
    assert "argument problem_severity; " in text
    assert text.startswith("model/week/")


def test_a_neighbourhood_is_refused_before_its_first_week_when_a_loop_does_not_fit(monkeypatch: pytest.MonkeyPatch):
    @loop
    def feel(resident_burdn):
        return 1

    monkeypatch.setattr(binding, "find_loops", lambda _: {**find_loops(), "feel": feel})
    monkeypatch.setattr(binding, "outer_loops", lambda _: [*outer_loops(), feel])
    text = told(lambda: Neighbourhood(tiny_case(), compiled=False))
    assert text.startswith(f"{HOME}: loop feel, argument resident_burdn; did you mean resident_burden")


def test_a_loop_is_called_by_the_function_that_stands_in_its_file():
    world = Neighbourhood(tiny_case(), compiled=False).world
    before = len(world.problems)
    world.problems.reserve(1000)
    world.loops.call(arise)
    assert len(world.problems) > before
    assert world.loops.call(waiting_reports, first_open=0) == (0, 0)
