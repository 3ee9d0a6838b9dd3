"""Checks of invariants of a run, every week or at the end.

A check returns None, or one sentence about the violation. `@at_end` checks the finished neighbourhood once;
`@every_week` checks after each week, with a dict to store data between weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from model.neighbourhood import Neighbourhood


class Memory(TypedDict, total=False):
    """What a check remembers of the week before; each uses some of these."""

    known: int
    tally: np.ndarray
    ready: np.ndarray
    crossed: int
    owed: np.ndarray
    count: int
    nth: np.ndarray
    before: dict[str, np.ndarray]
    left: int
    due: list[int]
    fate: np.ndarray
    stage: np.ndarray
    spent: int


@dataclass(frozen=True)
class Check:
    """One check: name, the invariant in words, the function, and whether it runs every week."""

    name: str
    meaning: str
    look: Callable[[Neighbourhood, Memory], str | None]
    weekly: bool


CHECKS: dict[str, Check] = {}


def every_week(look: Callable[[Neighbourhood, Memory], str | None]) -> Callable[[Neighbourhood, Memory], str | None]:
    """Declare a check that runs after each week."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), look, True)
    return look


def at_end(look: Callable[[Neighbourhood], str | None]) -> Callable[[Neighbourhood], str | None]:
    """Declare a check that runs once, at the end of the run."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), lambda place, _: look(place), False)
    return look


def _first_line(look: Callable[..., object]) -> str:
    return (look.__doc__ or "").strip().splitlines()[0]


class Auditor:
    """Runs the weeks of a neighbourhood with checks; keeps the first fault of each check."""

    def __init__(self, names: Sequence[str]) -> None:
        self.checks = [CHECKS[name] for name in names]
        self.memory: dict[str, Memory] = {name: {} for name in names}
        self.faults: dict[str, str] = {}

    def run(self, place: Neighbourhood, weeks: int) -> None:
        """Run `weeks` weeks, one by one if a check runs every week."""
        weekly = [check for check in self.checks if check.weekly]
        if not weekly:
            place.run(weeks)
            return
        place.burn_in()
        for _ in range(weeks):
            place.run(1)
            for check in weekly:
                self._look(check, place)

    def _look(self, check: Check, place: Neighbourhood) -> None:
        if check.name not in self.faults and (fault := check.look(place, self.memory[check.name])):
            self.faults[check.name] = f"week {place.week}: {fault}"

    def frame(self, place: Neighbourhood) -> pl.DataFrame:
        """Return a frame of all checks with their first fault ("" if none)."""
        import polars as pl

        for check in self.checks:
            if not check.weekly:
                self._look(check, place)
        names = [check.name for check in self.checks]
        return pl.DataFrame({"check": names, "fault": [self.faults.get(name, "") for name in names]}, schema=["check", "fault"])
