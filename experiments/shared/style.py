"""Style of figures and tables: colours, dashes, fonts, and the names of regimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from model.regimes import NAMED, NO_GOVERNMENT

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe and Ito's colour-blind safe palette; the dashes also distinguish lines in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("solid", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1)), (0, (8, 2)), (0, (1, 3)))
STYLE: dict[RcKeyType, object] = {
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
    "text.parse_math": False,  # keep a $ in a name
    "svg.fonttype": "none",  # keep text as text: searchable and editable
    "svg.hashsalt": "leefwereld",  # reproducible bytes
}


OWN_PLACE = {**{name: place for place, name in enumerate(NAMED)}, NO_GOVERNMENT: 6}  # in colours, dashes and marks


def places(regimes: Sequence[str]) -> dict[str, int]:
    """Return the place of every label in colours, dashes and marks: a named regime has its own in every figure, others what is left."""
    taken = {OWN_PLACE[regime] for regime in regimes if regime in OWN_PLACE}
    free = [place for place in range(len(COLOURS)) if place not in taken] or [0]
    others = [regime for regime in regimes if regime not in OWN_PLACE]
    return {regime: OWN_PLACE[regime] if regime in OWN_PLACE else free[others.index(regime) % len(free)] for regime in regimes}


def readable(regime: str) -> str:
    """Return a regime's name for readers (top_down: top-down); a blend stays unchanged."""
    return regime if "(" in regime else regime.replace("_", "-")
