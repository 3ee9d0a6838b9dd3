"""What tests of rules share: the usual numbers, and the chance at which a rule says yes."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from model.parameters import Behaviour

USUAL = Behaviour()


def chance_of(rule: Callable[..., bool], **given: float) -> float:
    """The share of draws at which a rule says yes: where yes turns into no, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rule(draw=middle, **given) else (low, middle)
    return high


def rising(values: list[float]) -> bool:
    return all(a < b for a, b in itertools.pairwise(values))
