"""Places: what loops know by a number, and readers by a name, a meaning and a unit; each is declared once.

    FILED = Counter("reports that residents filed", "reports")

A place is a whole number: its turn among the declarations of its class. Loops and Python use it as such, and an editor
jumps from `tally[FILED]` to the line that says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Place(int):
    """A place in one of the model's arrays; the first declared of its class is 0. `width`: so many places in a row."""

    meaning: str
    unit: str
    total = 0  # places of the class so far

    def __new__(cls, meaning: str, unit: str = "", width: int = 1) -> Self:
        """Take the next free place of the class."""
        made = int.__new__(cls, cls.total)
        made.meaning, made.unit = meaning, unit
        cls.total += width
        return made

    def __reduce__(self) -> tuple[type[int], tuple[int]]:  # in a file it is a number
        return int, (int(self),)


def declared[P: Place](space: Mapping[str, object], kind: type[P]) -> dict[str, P]:
    """Return the places of a class that a module declares, by the names of their constants in small letters, in order."""
    return {name.lower(): value for name, value in space.items() if isinstance(value, kind)}
