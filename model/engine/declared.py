"""Places: array indices with a name, a meaning and a unit, each declared once.

    FILED = Counter("reports that residents filed", "reports")

A place is an integer: its order among the declarations of its class. Loops and Python use it as an index, and an editor
jumps from `tally[FILED]` to the line that says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Place(int):
    """An index into one of the model's arrays, counted from 0 in each class. `width`: number of adjacent places it takes."""

    meaning: str
    unit: str
    total = 0  # places of the class so far

    def __new__(cls, meaning: str, unit: str = "", width: int = 1) -> Self:
        """Take the next free place of the class."""
        made = int.__new__(cls, cls.total)
        made.meaning, made.unit = meaning, unit
        cls.total += width
        return made

    def __reduce__(self) -> tuple[type[int], tuple[int]]:  # pickled as a plain number
        return int, (int(self),)


def declared[P: Place](space: Mapping[str, object], kind: type[P]) -> dict[str, P]:
    """Return the places of one class in a module, in order, by the lower-case names of their constants."""
    return {name.lower(): value for name, value in space.items() if isinstance(value, kind)}
