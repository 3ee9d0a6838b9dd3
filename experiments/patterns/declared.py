"""What a pattern is: what it is measured on, its parts with their targets, and the function that measures them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen

CALIBRATED, CHECK, REPORTED = "calibrated", "check", "reported"
LARGE, TWINS, REGIMES = "large", "twins", "regimes"  # on what a pattern is measured
Value = float | tuple[float, float]
Measure = Callable[["Seen"], dict[str, Value]]


@dataclass(frozen=True)
class Part:
    """One number of a pattern and the range it is expected in; `scored`: whether the pattern is judged by it."""

    name: str
    low: float = -math.inf
    high: float = math.inf
    scored: bool = True

    def holds(self, value: float) -> bool:
        """Is a value in the range? Where only one end is given it must be beyond it: no effect is not an effect."""
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
        """What is measured, and why so."""
        return " ".join((self.measure.__doc__ or "").split())


PATTERNS: dict[str, Pattern] = {}


def pattern(id: str, kind: str, on: str, source: str, *parts: Part) -> Callable[[Measure], Measure]:
    """Declare a pattern: its function measures the parts for one seed."""

    def declare(function: Measure) -> Measure:
        PATTERNS[id] = Pattern(id, kind, on, parts, source, function)
        return function

    return declare
