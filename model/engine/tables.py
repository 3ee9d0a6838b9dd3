"""Tables: columns of numbers, declared once, grown by doubling.

A column is a NumPy array with one entry (or one short row) per thing. Processes take columns afresh from the table
each time, because growing replaces the arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Column:
    """One column: its name, kind of number, unit, lowest and highest value, meaning, and how many numbers a row holds."""

    name: str
    dtype: str
    unit: str
    low: float
    high: float
    meaning: str
    width: int = 1
    fill: float = 0


class Table:
    """Rows of one kind of thing. `table.column_name` is the array up to the last row; `arrays` holds the spare room too."""

    def __init__(self, name: str, columns: tuple[Column, ...], room: int = 16) -> None:
        self.title = name
        self.columns = {column.name: column for column in columns}
        self.count = np.zeros(1, np.int64)
        self.when_grown: Callable[[], None] = lambda: None  # called when arrays are replaced: whoever holds one looks again
        self.room = max(room, 1)  # rows that fit before the table grows
        self.arrays = {column.name: self._blank(column, self.room) for column in columns}

    @staticmethod
    def _blank(column: Column, room: int) -> np.ndarray:
        shape = (room, column.width) if column.width > 1 else (room,)
        return np.full(shape, column.fill, dtype=column.dtype)

    def __len__(self) -> int:
        return int(self.count[0])

    def reserve(self, extra: int) -> None:
        """Make sure that `extra` more rows fit, doubling the arrays as often as needed."""
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

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Return a copy of all rows as plain arrays."""
        return {name: getattr(self, name).copy() for name in self.arrays}

    def restore(self, saved: dict[str, np.ndarray]) -> None:
        """Put back what `checkpoint` returned; arrays stay where they are when the rows fit."""
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
        """Return one sentence for each column with a value outside its declared range, or one that is not a number."""
        faults = []
        for name, column in self.columns.items():
            values = getattr(self, name)
            if not values.size:
                continue
            low, high = values.min(), values.max()
            if not (low >= column.low and high <= column.high):  # a NaN fails both
                faults.append(f"{self.title}.{name}: {low} to {high}, declared {column.low} to {column.high}")
        return faults
