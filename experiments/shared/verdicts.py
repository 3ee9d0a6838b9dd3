"""What a difference amounts to: sure, too small to matter, or a price that is paid."""

from __future__ import annotations

from experiments.shared.text import Row
from model.measures.weekly import OUTCOMES

SIGNIFICANT = 0.05


def mark(row: Row) -> str:
    """≈ when the whole interval is smaller than of interest; else a star when zero lies outside also after Holm's correction."""
    return "≈" if negligible(row) else "*" if row["p_holm"] < SIGNIFICANT else " "


def negligible(row: Row) -> bool:
    """Is the whole interval of a difference smaller than the smallest effect of interest?"""
    return OUTCOMES[row["outcome"]].negligible(row["low"], row["high"])


def is_price(name: str) -> bool:
    """Can an outcome be better or worse, for the same people?

    Not so what has no good direction; nor means of a part of the residents that differs between the ends (who was
    touched, who knows the official): they move when others come into that part, without anybody faring better or worse.
    """
    return OUTCOMES[name].good != "none" and not name.endswith(("_touched", "_untouched", "_known"))
