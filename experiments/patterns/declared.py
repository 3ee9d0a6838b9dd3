"""The declaration of a pattern: what it is measured on, its parts with targets, and the function that measures them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen

CALIBRATED, CHECK, REPORTED = "calibrated", "check", "reported"
LARGE, TWINS, REGIMES, SPREAD, SERVICE = "large", "twins", "regimes", "spread", "service"  # the runs that a pattern is measured on
Value = float | tuple[float, float]
Measure = Callable[["Seen"], dict[str, Value]]


@dataclass(frozen=True)
class Part:
    """One number of a pattern and its expected range; `scored`: whether it counts for the verdict."""

    name: str
    low: float = -math.inf
    high: float = math.inf
    scored: bool = True

    def holds(self, value: float) -> bool:
        """Return whether a value is in the range; with only one end given, strictly beyond it."""
        one_sided = math.isfinite(self.low) != math.isfinite(self.high)
        return self.low < value < self.high if one_sided else self.low <= value <= self.high


@dataclass(frozen=True)
class Pattern:
    """A pattern: what it is measured on, its parts with their targets, and the function that measures them for one seed."""

    id: str
    kind: str
    on: str
    parts: tuple[Part, ...]
    source: str
    measure: Measure

    @property
    def text(self) -> str:
        """The definition: the docstring of its function."""
        return " ".join((self.measure.__doc__ or "").split())


PATTERNS: dict[str, Pattern] = {}


def pattern(id: str, kind: str, on: str, source: str, *parts: Part) -> Callable[[Measure], Measure]:
    """Declare a pattern: its function measures the parts for one seed."""

    def declare(function: Measure) -> Measure:
        PATTERNS[id] = Pattern(id, kind, on, parts, source, function)
        return function

    return declare
