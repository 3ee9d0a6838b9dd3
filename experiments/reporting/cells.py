"""Tables for readers: cells of text, with numbers rounded to the precision that their interval allows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from experiments.reporting.findings import Findings
from experiments.shared.rows import Row
from experiments.shared.style import readable
from experiments.shared.text import number
from model.measures.weekly import OUTCOMES

Cell = tuple[str, str]  # text, CSS class


@dataclass(frozen=True)
class Shown:
    """A table for the page. heads: text and CSS class; groups: a heading (or "") and its lines, each beginning with its label."""

    name: str
    caption: str
    heads: Sequence[Cell]
    groups: Sequence[tuple[str, list[list[Cell]]]]
    folded: bool = False
    printed: Sequence[tuple[int, str]] = ()  # columns (and their heads) shown in a narrow terminal; empty: all


def text(cell: str) -> Cell:
    """Return a cell with text."""
    return cell, ""


def num(cell: str, more: str = "") -> Cell:
    """Return a cell with a number."""
    return cell, f"num {more}".strip()


def value(x: float | None, half: float | None = None, sign: str = "") -> str:
    """Return a number rounded to two digits of its uncertainty `half`; without one, to about three digits."""
    if x is None or not math.isfinite(x):
        return "–"
    scale = half if half and math.isfinite(half) else abs(x) / 50
    decimals = 1 - math.floor(math.log10(scale)) if scale > 0 else 1
    return number(x, max(0, min(decimals, 5)), sign)


def interval(low: float | None, high: float | None, sign: str = "+") -> str:
    """Return an interval as text: +0.012 to +0.034."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    return f"{value(low, (high - low) / 2, sign)} to {value(high, (high - low) / 2, sign)}"


def label(name: str) -> str:
    """Return an outcome's label with its unit; ° marks outcomes without a better direction."""
    outcome = OUTCOMES[name]
    return f"{outcome.label}{'°' if outcome.good == 'none' else ''} ({outcome.unit})"


def context(found: Findings, row: Row, regime: bool = True) -> str:
    """Return the scenario, rule file and regime of a row, each only when the study has several."""
    parts = [f"scenario {row['scenario']}"] if found.points["scenario"].n_unique() > 1 else []
    parts += [f"rules {row['rules'] or 'as they are'}"] if found.points["rules"].n_unique() > 1 else []
    parts += [readable(row["regime"])] if regime and len(found.regimes) > 1 else []
    return ", ".join(parts)


def by_heading(rows: Sequence[Row], line: Callable[[Row], list[Cell]]) -> list[tuple[str, list[list[Cell]]]]:
    """Return the lines grouped under the headings of their outcomes."""
    return [(heading, [line(row) for row in group]) for heading, group in groupby(rows, key=lambda row: OUTCOMES[row["outcome"]].heading)]
