"""Tables: columns of numbers, declared once, that grow by doubling.

A column is a NumPy array with one entry (or one short row) per row of the table. Growing replaces the arrays, so get a
column from its table each time you use it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.errors import BadInput


@dataclass(frozen=True)
class Column:
    """One column: name, dtype, unit, lowest and highest value, meaning, and `width`, the numbers in a row."""

    name: str
    dtype: str
    unit: str
    low: float
    high: float
    meaning: str
    width: int = 1
    fill: float = 0

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        numbers = f"{self.width} numbers, each " if self.width > 1 else ""
        whole = "whole numbers " if np.dtype(self.dtype).kind in "iu" else ""
        return f"{numbers}{whole}{self.low:g} to {self.high:g} ({self.unit})"

    def fitting(self, where: str, value: object, shape: tuple[int, ...], hint: str = "") -> np.ndarray:
        """Return a value as an array of a shape, when this column can hold it; else raise BadInput."""
        given = np.asarray(value)
        fits = given.dtype.kind in "biuf" and given.shape == shape and bool(((given >= self.low) & (given <= self.high)).all())
        if not fits or (np.dtype(self.dtype).kind in "iu" and not bool((given == np.floor(given)).all())):
            raise BadInput(where, self.name, "nothing" if value is None else value, self.allowed + hint)
        return given


def unknown(owner: str, name: str, names: list[str]) -> AttributeError:
    """Return the error for an attribute that cannot be set, with near names."""
    near = difflib.get_close_matches(name, names, 3, 0.7)
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else "only what is a column can be set; set a column, or keep your own numbers elsewhere"
    )
    return AttributeError(f"{owner} has no {name!r} to be set; {hint}")


class Table:
    """Rows of one kind. `table.column_name` is the array of rows in use; `arrays` holds the spare rows too."""

    def __init__(self, name: str, columns: tuple[Column, ...], room: int = 16) -> None:
        self.title = name
        self.columns = {column.name: column for column in columns}
        self.count = np.zeros(1, np.int64)
        self.when_grown: Callable[[], None] = lambda: None  # called when arrays are replaced, so that holders get them again
        self.room = max(room, 1)  # rows that fit before the table grows
        self.arrays = {column.name: self._blank(column, self.room) for column in columns}

    @staticmethod
    def _blank(column: Column, room: int) -> np.ndarray:
        shape = (room, column.width) if column.width > 1 else (room,)
        return np.full(shape, column.fill, dtype=column.dtype)

    def __len__(self) -> int:
        return int(self.count[0])

    def reserve(self, extra: int) -> None:
        """Make room for `extra` more rows, doubling the arrays as often as needed."""
        needed = int(self.count[0]) + int(extra)
        if needed <= self.room:
            return
        while self.room < needed:
            self.room *= 2
        for name, column in self.columns.items():
            grown = self._blank(column, self.room)
            old = self.arrays[name]
            grown[: len(old)] = old
            self.arrays[name] = grown
        self.when_grown()

    def __getattr__(self, name: str) -> np.ndarray:
        arrays = self.__dict__.get("arrays")
        if arrays is None or name not in arrays:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}")
        return arrays[name][: int(self.count[0])]

    def __setattr__(self, name: str, value: object) -> None:
        """Set a whole column, for all rows alike or one by one; raises BadInput, AttributeError when there is no such column."""
        columns = self.__dict__.get("columns", {})
        if name in columns:
            array = getattr(self, name)
            array[:] = columns[name].fitting(self.title, value, () if np.asarray(value).ndim == 0 else array.shape)
        elif name in ("title", "columns", "count", "when_grown", "room", "arrays"):
            object.__setattr__(self, name, value)
        else:
            raise unknown(f"the table {self.title}", name, list(columns))

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Return a copy of all rows in use, as arrays by column."""
        return {name: getattr(self, name).copy() for name in self.arrays}

    def restore(self, saved: dict[str, np.ndarray]) -> None:
        """Restore what `checkpoint` returned; arrays are reused if the rows fit."""
        rows = len(next(iter(saved.values())))
        old = int(self.count[0])
        self.count[0] = 0
        self.reserve(rows)
        for name, column in self.columns.items():
            array = self.arrays[name]
            array[:rows] = saved[name]
            array[rows : max(rows, old)] = column.fill
        self.count[0] = rows

    def out_of_bounds(self) -> list[str]:
        """Return a message for each column with a NaN or a value outside its declared range."""
        faults = []
        for name, column in self.columns.items():
            values = getattr(self, name)
            if not values.size:
                continue
            low, high = values.min(), values.max()
            if not (low >= column.low and high <= column.high):  # a NaN fails both
                faults.append(f"{self.title}.{name}: {low} to {high}, declared {column.low} to {column.high}")
        return faults
