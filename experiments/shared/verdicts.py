"""Verdicts on a difference: significant, negligible, or a price."""

from __future__ import annotations

from experiments.shared.text import Row
from model.measures.weekly import OUTCOMES

SIGNIFICANT = 0.05


def mark(row: Row) -> str:
    """Return "≈" if the whole interval is below the smallest of interest, "*" if significant after Holm's correction, else " "."""
    return "≈" if negligible(row) else "*" if row["p_holm"] < SIGNIFICANT else " "


def negligible(row: Row) -> bool:
    """Return whether the whole interval of a difference is smaller than the smallest effect of interest."""
    return OUTCOMES[row["outcome"]].negligible(row["low"], row["high"])


def is_price(name: str) -> bool:
    """Return whether an outcome can be better or worse for the same residents.

    False without a good direction, and for means over a subgroup that itself differs between the ends (touched, knowing the
    official): these change when other residents enter the subgroup.
    """
    return OUTCOMES[name].good != "none" and not name.endswith(("_touched", "_untouched", "_known"))
