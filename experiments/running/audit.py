"""Looking on while a run is lived: how what must add up is checked, week by week or at the end.

A check returns None, or one sentence that says what does not add up. `@at_end` looks once, at the finished neighbourhood;
`@every_week` looks after each week, with a dict of its own in which to remember what it saw before.
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
    """One check: what it holds to be true, and how it looks."""

    name: str
    meaning: str
    look: Callable[[Neighbourhood, Memory], str | None]
    weekly: bool


CHECKS: dict[str, Check] = {}


def every_week(look: Callable[[Neighbourhood, Memory], str | None]) -> Callable[[Neighbourhood, Memory], str | None]:
    """Declare a check that looks after each week."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), look, True)
    return look


def at_end(look: Callable[[Neighbourhood], str | None]) -> Callable[[Neighbourhood], str | None]:
    """Declare a check that looks at the finished run."""
    CHECKS[look.__name__] = Check(look.__name__, _first_line(look), lambda place, _: look(place), False)
    return look


def _first_line(look: Callable[..., object]) -> str:
    return (look.__doc__ or "").strip().splitlines()[0]


class Auditor:
    """Lives the weeks of a run and looks on; keeps the first thing that each check found."""

    def __init__(self, names: Sequence[str]) -> None:
        self.checks = [CHECKS[name] for name in names]
        self.memory: dict[str, Memory] = {name: {} for name in names}
        self.faults: dict[str, str] = {}

    def run(self, place: Neighbourhood, weeks: int) -> None:
        """Live so many weeks; week by week where a check looks at each."""
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
        """Every check with what it found; an empty text where all adds up."""
        import polars as pl

        for check in self.checks:
            if not check.weekly:
                self._look(check, place)
        names = [check.name for check in self.checks]
        return pl.DataFrame({"check": names, "fault": [self.faults.get(name, "") for name in names]}, schema=["check", "fault"])
