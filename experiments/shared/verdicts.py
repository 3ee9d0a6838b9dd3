"""Verdicts on a difference: significant, negligible, or a price."""

from __future__ import annotations

from experiments.shared.rows import Row
from model.measures.weekly import OUTCOMES

SIGNIFICANT = 0.05
AHEAD, BEHIND, UNDECIDED = "second", "first", "open"


def mark(row: Row) -> str:
    """Return "≈" if the whole interval is below the smallest of interest, "*" if significant after Holm's correction, else " "."""
    return "≈" if negligible(row) else "*" if row["p_holm"] < SIGNIFICANT else " "


def negligible(row: Row) -> bool:
    """Return whether the whole interval of a difference is smaller than the smallest effect of interest."""
    return OUTCOMES[row["outcome"]].negligible(row["low"], row["high"])


def ahead(good: str, difference: float, p_holm: float, negligible: bool) -> str:
    """Which of two is ahead: zero lies outside also after Holm's correction, and the interval is not too small to matter; else "open".

    The second is ahead when it is better, or merely higher where nothing is better. negligible: see above.
    """
    if not p_holm < SIGNIFICANT or negligible:
        return UNDECIDED
    return AHEAD if (difference < 0) == (good == "down") else BEHIND


def is_price(name: str) -> bool:
    """Return whether an outcome can be better or worse for the same residents.

    False without a good direction, and for means over a subgroup that itself differs between the ends (touched, knowing the
    official): these change when other residents enter the subgroup.
    """
    return OUTCOMES[name].good != "none" and not name.endswith(("_touched", "_untouched", "_known"))
