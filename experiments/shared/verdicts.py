"""What a difference amounts to: sure, too small to matter, or a price that is paid."""

from __future__ import annotations

from experiments.shared.text import Row
from model.measures.weekly import OUTCOMES

SIGNIFICANT = 0.05
AHEAD, BEHIND, UNDECIDED = "second", "first", "open"


def mark(row: Row) -> str:
    """≈ when the whole interval is smaller than of interest; else a star when zero lies outside also after Holm's correction."""
    return "≈" if negligible(row) else "*" if row["p_holm"] < SIGNIFICANT else " "


def negligible(row: Row) -> bool:
    """Is the whole interval of a difference smaller than the smallest effect of interest?"""
    return OUTCOMES[row["outcome"]].negligible(row["low"], row["high"])


def ahead(row: Row) -> str:
    """Which of two is ahead: zero lies outside also after Holm's correction, and the interval is not too small to matter; else "open".

    The second is ahead when it is better, or merely higher where nothing is better. row: good, difference, p_holm and negligible.
    """
    if not row["p_holm"] < SIGNIFICANT or row["negligible"]:
        return UNDECIDED
    return AHEAD if (row["difference"] < 0) == (row["good"] == "down") else BEHIND


def is_price(name: str) -> bool:
    """Can an outcome be better or worse, for the same people?

    Not so what has no good direction; nor means of a part of the residents that differs between the ends (who was
    touched, who knows the official): they move when others come into that part, without anybody faring better or worse.
    """
    return OUTCOMES[name].good != "none" and not name.endswith(("_touched", "_untouched", "_known"))
