"""Pairs of runs: the same people and the same luck."""

from __future__ import annotations

from typing import Any

from model.errors import BadInput

LIMITS = {"pairs": (1, 100_000), "weeks": (1, 5_200), "workers": (1, 256), "first_seed": (0, 2**63 - 1)}


def check_limit(name: str, value: Any) -> None:
    """A whole number within the limits of its name, or BadInput."""
    low, high = LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput("compare", name, value, f"whole numbers {low}..{high}")


def check_last_seed(first_seed: int, pairs: int) -> None:
    """The last pair has a seed too, or BadInput."""
    highest = LIMITS["first_seed"][1] - pairs + 1
    if first_seed > highest:
        raise BadInput("compare", "seed", first_seed, f"at most {highest} with {pairs} pairs")
