"""Outcomes by tenure, means and group of residents: for whom regimes differ. Tables beside the outcomes of all, not new outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import RenderableType
from rich.text import Text

from experiments.reporting.comparison import Comparison
from experiments.shared.statistics import paired
from experiments.shared.style import readable
from experiments.shared.text import empty_table, half, number
from model.measures.weekly import OUTCOMES
from model.regimes import NO_GOVERNMENT

if TYPE_CHECKING:
    from experiments.reporting.cells import Shown

SPLITS = {
    "tenure": "tenure",
    "means": "means (thirds of the national ranks of income)",
    "group": "group (made from household, tenure and income)",
}
SHOWN = ("trust_neighbours", "trust_official", "trust_municipality", "grievance", "burden", "helped", "active", "linking")


def differences_by_people(comparison: Comparison) -> pl.DataFrame:
    """Return for every class of residents, outcome and two regimes the paired difference: split, class, outcome, first, second, and
    the columns of `statistics.paired`. Not adjusted for their number."""
    if comparison.classes.is_empty():
        return pl.DataFrame()
    rows: list[dict[str, Any]] = []
    for (split, of), own in comparison.classes.group_by("split", "class", maintain_order=True):
        sides = {label: own.filter(regime=label).sort("seed") for label in comparison.regimes}
        for first, second in comparison.duels:
            for name in SHOWN:
                found = paired(sides[first][name].to_numpy(), sides[second][name].to_numpy(), OUTCOMES[name].good)
                rows.append({"split": split, "class": of, "outcome": name, "first": first, "second": second} | found)
    return pl.DataFrame(rows, infer_schema_length=None)


def _line(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return a difference as text: both means, the difference, and its interval."""
    digits = OUTCOMES[row["outcome"]].digits
    means = [number(row[key], digits) for key in ("mean_first", "mean_second")]
    interval = f"{number(row['low'], digits + 1, '+')} to {number(row['high'], digits + 1, '+')}"
    return means[0], means[1], number(row["difference"], digits + 1, "+"), interval


def by_people(comparison: Comparison) -> Iterator[Shown]:
    """Yield for the page a folded table for every two regimes: each outcome for each class of residents."""
    from experiments.reporting.cells import Shown, label, num, text

    table = differences_by_people(comparison)
    for first, second in comparison.duels if len(table) else ():
        own = table.filter(first=first, second=second)
        groups = []
        for name in SHOWN:
            rows = own.filter(outcome=name).to_dicts()
            groups.append(
                (label(name), [[text(f"{row['class']}, by {row['split']}"), *map(num, _line(row)), num(str(row["n"]))] for row in rows])
            )
        a, b = readable(first), readable(second)
        heads = [text("Residents"), num(f"mean {a}"), num(f"mean {b}"), num(f"{b} − {a}"), num("95 % interval"), num("n")]
        caption = f"By tenure, means and group, {b} − {a}; the residents there at the end; not adjusted for their number"
        yield Shown("people", caption, heads, groups, folded=True)


def people_table(comparison: Comparison, split: str) -> Iterator[RenderableType]:
    """Yield a printed table: each outcome for each class of residents, its mean under the first label, and how far the others differ."""
    table = differences_by_people(comparison)
    if not len(table):
        return
    labels = list(comparison.regimes)
    base = NO_GOVERNMENT if NO_GOVERNMENT in labels else labels[0]
    others = [label for label in labels if label != base]
    heads = [base, *(f"{label} −" for label in others)]
    made = empty_table(f"by {split}", *heads, right=heads)
    of = {(row["class"], row["outcome"], row["second"]): row for row in table.filter(split=split, first=base).to_dicts()}
    means = (
        comparison.classes.filter(split=split, regime=base).group_by("class", maintain_order=True).agg(pl.col(SHOWN).fill_nan(None).mean())
    )
    for name in SHOWN:
        digits = OUTCOMES[name].digits
        made.add_row(Text(OUTCOMES[name].label, style="bold"))
        for row in means.to_dicts():
            level = float("nan") if row[name] is None else row[name]
            cells = [of[row["class"], name, label] for label in others]
            told = [f"{number(c['difference'], digits + 1, '+')} ±{number(half(c), digits + 1)}" for c in cells]
            made.add_row(f"  {row['class']}", number(level, digits), *told)
    yield Text(
        f"\nBy {SPLITS[split]}: the residents there at the end; paired differences to {base}, not adjusted for their number.", style="dim"
    )
    yield made
