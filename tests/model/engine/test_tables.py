"""Tables: growing keeps what is there, checkpoints come back, bounds are watched, and columns say what they are."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
from model.case.case import load
from model.engine.tables import Column, Table
from model.neighbourhood import Neighbourhood

COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "a name"),
    Column("level", "float32", "0-1", 0, 1, "how much"),
    Column("next", "int32", "row", -1, 2**31 - 1, "the next one", fill=-1),
    Column("pair", "float64", "-", -1, 1, "two numbers", 2),
)
MODULES = [importlib.import_module(found.name) for found in pkgutil.walk_packages(model.__path__, "model.")]
DECLARED: dict[str, tuple[Column, ...]] = {
    name: value for module in MODULES for name, value in vars(module).items() if name.endswith("_COLUMNS")
}


def filled(rows: int, room: int = 4) -> Table:
    """A table with so many rows of numbers that differ."""
    table = Table("things", COLUMNS, room)
    table.reserve(rows)
    table.count[0] = rows
    table.name[:] = np.arange(rows, dtype=np.uint64) + np.uint64(2**63)
    table.level[:] = np.linspace(0, 1, rows)
    table.next[:] = np.arange(rows)
    table.pair[:] = np.linspace(-1, 1, 2 * rows).reshape(rows, 2)
    return table


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


# --- growing ------------------------------------------------------------------------------------------------------


def test_a_new_table_is_empty_and_its_columns_have_their_kind_and_shape() -> None:
    table = Table("things", COLUMNS)
    assert (len(table), table.room) == (0, 16)
    assert table.level.shape == (0,)
    assert table.pair.shape == (0, 2)
    assert {name: str(array.dtype) for name, array in table.arrays.items()} == {c.name: c.dtype for c in COLUMNS}
    assert Table("things", COLUMNS, 0).room == 1


@settings(deadline=None, derandomize=True)
@given(rows=st.integers(0, 40), room=st.integers(0, 40), extra=st.integers(0, 300))
def test_reserving_doubles_the_room_and_keeps_every_value(rows: int, room: int, extra: int) -> None:
    table = filled(rows, room)
    before, had = table.checkpoint(), table.room
    table.reserve(extra)
    assert len(table) == rows
    assert table.room >= rows + extra
    assert table.room % had == 0
    assert (table.room // had).bit_count() == 1  # doubled so many times
    assert table.room == had or table.room < 2 * (rows + extra)  # and not once too often
    assert same(table.checkpoint(), before)
    assert all(array.shape[0] == table.room for array in table.arrays.values())


def test_room_that_was_never_used_stands_at_the_default_of_its_column() -> None:
    table = filled(5)
    table.reserve(100)
    assert (table.arrays["next"][5:] == -1).all()
    assert (table.arrays["level"][5:] == 0).all()
    assert (table.arrays["pair"][5:] == 0).all()


def test_whoever_holds_arrays_is_told_when_they_are_replaced_and_only_then() -> None:
    table, told = filled(4), []
    table.when_grown = lambda: told.append(table.room)
    held = table.arrays["level"]
    table.reserve(0)
    assert told == []
    assert table.arrays["level"] is held
    table.reserve(1)
    assert told == [8]  # after the arrays were replaced
    assert table.arrays["level"] is not held
    table.reserve(29)
    assert told == [8, 64]


def test_a_column_is_the_array_up_to_the_last_row_and_writes_through() -> None:
    table = filled(3)
    table.level[1] = 0.25
    assert table.arrays["level"][1] == 0.25
    table.count[0] = 2
    assert table.level.shape == (2,)
    with pytest.raises(AttributeError, match="no column 'nonsense'"):
        _ = table.nonsense


# --- checkpoints --------------------------------------------------------------------------------------------------


@settings(deadline=None, derandomize=True)
@given(rows=st.integers(0, 30), later=st.integers(0, 80))
def test_a_checkpoint_comes_back_whether_rows_were_added_or_taken_out(rows: int, later: int) -> None:
    table = filled(rows)
    saved = table.checkpoint()
    kept = {name: array.copy() for name, array in saved.items()}
    table.reserve(max(0, later - rows))
    table.count[0] = later
    for array in table.arrays.values():
        array[:] = 1
    assert same(saved, kept)  # what was saved is a copy
    table.restore(saved)
    assert len(table) == rows
    assert same(table.checkpoint(), kept)
    assert same(saved, kept)
    unused = table.arrays["next"][rows : max(rows, later)]
    assert (unused == -1).all()  # rows that are gone left nothing behind for those to come


def test_a_checkpoint_fits_into_a_smaller_table_which_tells_that_it_grew() -> None:
    saved, table, told = filled(50).checkpoint(), filled(2, 2), []
    table.when_grown = lambda: told.append(len(table.arrays["name"]))
    table.restore(saved)
    assert same(table.checkpoint(), saved)
    assert told == [64]


def test_restoring_keeps_the_arrays_in_place_when_the_rows_fit() -> None:
    table = filled(10, 32)
    saved, held = table.checkpoint(), table.arrays["level"]
    table.count[0] = 30
    table.restore(saved)
    assert table.arrays["level"] is held


# --- bounds -------------------------------------------------------------------------------------------------------


def test_values_at_the_bounds_are_fine_and_an_empty_table_has_no_faults() -> None:
    table = filled(3)
    table.level[:] = (0, 0.5, 1)
    table.name[:] = (0, 2**63, 2**64 - 1)
    table.next[:] = (-1, 0, 2**31 - 1)
    assert table.out_of_bounds() == []
    assert Table("things", COLUMNS).out_of_bounds() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("level", -0.001), ("level", 1.001), ("level", np.nan), ("level", np.inf), ("level", -np.inf),
        ("next", -2), ("pair", 1.5), ("pair", np.nan),
    ],
)  # fmt: skip
def test_a_value_out_of_bounds_or_no_number_at_all_is_found_in_any_row(column: str, value: float) -> None:
    for row in range(3):
        table = filled(3)
        table.arrays[column].reshape(len(table.arrays[column]), -1)[row, -1] = value
        faults = table.out_of_bounds()
        assert len(faults) == 1
        assert faults[0].startswith(f"things.{column}: ")
        assert "declared" in faults[0]


def test_spare_room_is_not_looked_at() -> None:
    table = filled(3)
    table.arrays["level"][3:] = np.nan
    assert table.out_of_bounds() == []


# --- declarations -------------------------------------------------------------------------------------------------


def test_every_table_of_the_neighbourhood_is_declared_by_one_set_of_columns() -> None:
    hood = Neighbourhood(load("default").replaced(residents=30, burn_in=0), compiled=False)
    used = [list(table.columns.values()) for table in hood.world.tables.values()]
    assert len(DECLARED) == len(used)
    assert all(list(columns) in used for columns in DECLARED.values())
    assert not any("_" in name for name in hood.world.tables)  # an argument of a loop is table_column


@pytest.mark.parametrize("name", DECLARED)
def test_every_column_says_its_unit_meaning_and_bounds(name: str) -> None:
    for column in DECLARED[name]:
        where = f"{name} {column.name}"
        assert column.unit.strip(), where
        assert len(column.meaning) >= 4, where
        assert column.low < column.high, where
        assert column.width >= 1, where
        dtype = np.dtype(column.dtype)
        if dtype.kind in "iu":
            room = np.iinfo(dtype)
            assert room.min <= column.low, where
            assert column.high <= room.max + (dtype == np.uint64), where
            assert room.min <= column.fill <= room.max, where


@pytest.mark.parametrize("name", DECLARED)
def test_names_of_columns_are_unique_and_free(name: str) -> None:
    names = [column.name for column in DECLARED[name]]
    assert len(set(names)) == len(names)
    taken = {*dir(Table), "title", "columns", "count", "arrays", "when_grown"}
    assert not taken & set(names)


def test_a_neighbourhood_stays_within_all_bounds_from_the_first_day() -> None:
    hood = Neighbourhood(load("default").replaced(residents=60, burn_in=0, problem_rate=10), compiled=False)
    for _ in range(5):
        assert [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()] == []
        hood.step()
