"""Formatting for tables and sentences: numbers, marks, words, and plain printing."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table

from experiments.shared.rows import Row
from model.case.case import Case

PLAIN_WIDTH = 120  # characters a line, in a file or pipe
CAVEAT = "Invented people; a model, no forecast."


def plain(put: Callable[[Console], None], width: int = PLAIN_WIDTH) -> str:
    """Return what `put` prints on a console of `width` characters, without colours and trailing spaces."""
    file = StringIO()
    put(Console(file=file, width=width, color_system=None))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def show_one(console: Console, *things: RenderableType) -> None:
    """Print without interpreting markup, emoji or highlights in users' names."""
    for thing in things:
        console.print(thing, markup=False, highlight=False, emoji=False)


def about(case: Case) -> str:
    """Return the case's title, with the number of residents unless the title has it."""
    number = f"{case.residents:,}"
    return case.title if number in case.title else f"{case.title}, {number} residents"


def burn_in_of(case: Case) -> str:
    """Return how long a case burns in, and whether that is until it is at rest."""
    weeks = counted(case.burn_in, "week")
    return f"{weeks} of burn-in, until it is at rest" if case.at_rest else f"{weeks} of burn-in (set; not until it is at rest)"


def amounts(endowment: Mapping[str, float]) -> Iterator[str]:
    """Yield a text for each amount: {"hours_per_year": 1600} gives "1,600 hours"."""
    for name, value in endowment.items():
        yield f"{value:,.0f} {name.removesuffix('_per_year').removesuffix('s') if 'euro' in name else 'hours'}"


def half(row: Row) -> float:
    """Return half the width of the 95 % interval."""
    return (row["high"] - row["low"]) / 2


def shares(row: Row) -> str:
    """Return the percentages of pairs that favour the second and the first regime, such as "85:15"."""
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
    """Return a number with a typographic minus; a dash if it is undefined."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:{sign},.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")  # no sign before a zero
    return text.replace("-", "−")


def counted(n: int, what: str) -> str:
    """Return a count with its noun: "1 pair", "20 pairs"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def spanned(counts: Iterable[int], what: str = "") -> str:
    """Return from the lowest to the highest of some counts, with their noun if it has one: "20", "1 pair", "18 to 20 pairs"."""
    found = list(counts)
    low, high = min(found, default=0), max(found, default=0)
    told = f"{high:,}" if low == high else f"{low:,} to {high:,}"
    return told + (f" {what}{'' if high == 1 else 's'}" if what else "")


def empty_table(*heads: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table in our style; columns in `right` are right-aligned."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        made.add_column(head, justify="right" if head in right else "left", no_wrap=head in heads[:1], overflow="fold")
    return made


def hint(given: str, names: Iterable[str], allowed: str) -> str:
    """Return a text with the nearest name, if any, and what is allowed."""
    near = difflib.get_close_matches(given, list(names), 1, 0.7)
    return (f"did you mean {near[0]}? " if near else "") + f"allowed: {allowed}"
