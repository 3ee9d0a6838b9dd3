"""Tables for people: cells of text, with numbers rounded to what their interval allows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from experiments.reporting.findings import Findings
from experiments.shared.style import readable
from experiments.shared.text import number
from model.measures.weekly import OUTCOMES

Row = Mapping[str, Any]
Cell = tuple[str, str]  # text, class


@dataclass(frozen=True)
class Shown:
    """A table for the page. heads: text and class; groups: a heading (or "") and its lines, the first cell being what the line is about."""

    name: str
    caption: str
    heads: Sequence[Cell]
    groups: Sequence[tuple[str, list[list[Cell]]]]
    folded: bool = False
    printed: Sequence[tuple[int, str]] = ()  # columns of a narrow terminal and their heads; empty: all


def text(cell: str) -> Cell:
    """A cell of words."""
    return cell, ""


def num(cell: str, more: str = "") -> Cell:
    """A cell with a number."""
    return cell, f"num {more}".strip()


def value(x: float | None, half: float | None = None, sign: str = "") -> str:
    """A number with two digits of its uncertainty, or three of its own."""
    if x is None or not math.isfinite(x):
        return "–"
    scale = half if half and math.isfinite(half) else abs(x) / 50
    decimals = 1 - math.floor(math.log10(scale)) if scale > 0 else 1
    return number(x, max(0, min(decimals, 5)), sign)


def interval(low: float | None, high: float | None, sign: str = "+") -> str:
    """+0.012 to +0.034."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    return f"{value(low, (high - low) / 2, sign)} to {value(high, (high - low) / 2, sign)}"


def label(name: str) -> str:
    """Outcome with its unit."""
    outcome = OUTCOMES[name]
    return f"{outcome.label}{'°' if outcome.good == 'none' else ''} ({outcome.unit})"


def context(found: Findings, row: Row, regime: bool = True) -> str:
    """What of scenario, rule file and regime there is more than one of."""
    parts = [f"scenario {row['scenario']}"] if found.points["scenario"].n_unique() > 1 else []
    parts += [f"rules {row['rules'] or 'as they are'}"] if found.points["rules"].n_unique() > 1 else []
    parts += [readable(row["regime"])] if regime and len(found.regimes) > 1 else []
    return ", ".join(parts)


def n_of(rows: Sequence[Row], what: str = "pairs") -> str:
    """n = 20 pairs, or n = 18 to 20 pairs."""
    counts = [row["n"] for row in rows]
    low, high = min(counts, default=0), max(counts, default=0)
    return f"n = {low:,} {what}" if low == high else f"n = {low:,} to {high:,} {what}"


def by_heading(rows: Sequence[Row], line: Any) -> list[tuple[str, list[list[Cell]]]]:
    """Lines under the headings of their outcomes."""
    return [(heading, [line(row) for row in group]) for heading, group in groupby(rows, key=lambda row: OUTCOMES[row["outcome"]].heading)]
