"""What tables and sentences share: numbers, marks and words for people, and printing without guesses."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table

from model.case.case import Case

PLAIN_WIDTH = 120  # of a file or a pipe
CAVEAT = "Invented people; a model, no forecast."
Row = Mapping[str, Any]


def plain(put: Callable[[Console], None], width: int = PLAIN_WIDTH) -> str:
    """What `put` prints on a console, without colours and without spaces at the ends of lines."""
    file = StringIO()
    put(Console(file=file, width=width, color_system=None))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def show_one(console: Console, *things: RenderableType) -> None:
    """Print without any guessing at markup, smileys or highlights in what users have named."""
    for thing in things:
        console.print(thing, markup=False, highlight=False, emoji=False)


def about(case: Case) -> str:
    """The title, with the number of residents unless the title names it."""
    number = f"{case.residents:,}"
    return case.title if number in case.title else f"{case.title}, {number} residents"


def amounts(endowment: Mapping[str, float]) -> Iterator[str]:
    """{"hours_per_year": 1600} -> "1,600 hours"."""
    for name, value in endowment.items():
        yield f"{value:,.0f} {name.removesuffix('_per_year').removesuffix('s') if 'euro' in name else 'hours'}"


def half(row: Row) -> float:
    """Half the width of the 95 % interval."""
    return (row["high"] - row["low"]) / 2


def shares(row: Row) -> str:
    """Per cent of pairs that favour the second-named minus side : the other, as in "85:15"."""
    if not row["n"]:
        return "–"
    return f"{row['share_second'] * 100:.0f}:{row['share_first'] * 100:.0f}"


def size(row: Row, told: Callable[[float], str]) -> str:
    """A difference as text, or that nothing was seen to differ; `told` says a number as it is to be rounded."""
    if row["n"] > 1 and row["sd"] == 0.0:
        if not math.isnan(row["never"]):
            return f"never (< {min(row['never'], 1.0):.2g})"
        return f"{told(row['difference'])} in all"
    return told(row["difference"])


def number(value: float, decimals: int, sign: str = "") -> str:
    """A number with a typographic minus; a dash when it is undefined."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:{sign},.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")  # no sign before a zero
    return text.replace("-", "−")


def counted(n: int, what: str) -> str:
    """1 pair, 20 pairs."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def empty_table(*heads: str, right: Sequence[str] = ()) -> Table:
    """An empty table in the house's manner; the columns named in `right` hold numbers."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        made.add_column(head, justify="right" if head in right else "left", no_wrap=head in heads[:1], overflow="fold")
    return made
