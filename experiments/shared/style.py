"""How figures and tables look: colours, dashes, letters, and the names of regimes."""

from __future__ import annotations

from typing import Any

# Okabe and Ito's colours, which colour-blind readers can tell apart; the dashes tell them apart in grey as well.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("solid", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1)), (0, (8, 2)), (0, (1, 3)))
STYLE: Any = {
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 7,
    "axes.linewidth": 0.6,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.parse_math": False,  # a $ in the name of a place is a $
    "svg.fonttype": "none",  # text stays text: it can be searched, and edited by hand
    "svg.hashsalt": "leefwereld",  # the same figure gives the same bytes
}


def readable(regime: str) -> str:
    """top_down -> top-down; a blend stays as it was typed."""
    return regime if "(" in regime else regime.replace("_", "-")
