"""The same residents under two regimes, stratum by stratum: as tables of the page and the terminal, and as a figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import polars as pl
from matplotlib.axes import Axes
from rich.table import Table
from rich.text import Text

from experiments.reporting import drawing as draw
from experiments.reporting.cells import Cell, Shown, interval, num, text, value
from experiments.reporting.strata import LENSES, STRATA
from experiments.running.people import OF_EACH
from experiments.shared.rows import Row
from experiments.shared.style import COLOURS, readable
from experiments.shared.text import CAVEAT, empty_table, number, spanned
from model.outcomes import OUTCOMES

MAIN = ("trust_official", "trust_municipality", "burden", "linking")  # shown in the terminal and in the figure
LABELS = {name: OUTCOMES[name].label.removeprefix("trust in ") for name in MAIN}  # narrow enough for a terminal
MOST_DUELS = 3  # of two regimes, that are printed and drawn; the page's tables have all
HOW = (
    "The same residents under both regimes, those who stayed from the start to the end. Street, need, means and trust are thirds fixed at "
    "the end of the burn-in. Touched (met an official, took part or reported) and meetings are themselves results of the regimes: they say "
    "where a difference sits, not what made it. Intervals are 95 % over pairs, not corrected for how many are looked at. ≈ the whole "
    "interval is smaller than anybody there would notice"
)


def duels(strata: pl.DataFrame, regimes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the two regimes of each table: all, or the first against each other one where there are many."""
    two = [pair for pair in combinations(regimes, 2) if not strata.filter(first=pair[0], second=pair[1]).is_empty()]
    return two if len(two) <= MOST_DUELS else [pair for pair in two if pair[0] == regimes[0]]


def printed(strata: pl.DataFrame, regimes: Sequence[str], everything: bool = False) -> Iterator[Text | Table]:
    """Yield a table for each two regimes for the terminal, and how to read them."""
    two = duels(strata, regimes)
    for first, second in list(dict.fromkeys(strata.select("first", "second").rows())) if everything else two:
        yield Text(f"\nThe same residents: {second} − {first}", style="bold")
        made = empty_table("stratum", "people", *LABELS.values(), right=["people", *LABELS.values()])
        rows = {(row["lens"], row["stratum"], row["outcome"]): row for row in strata.filter(first=first, second=second).to_dicts()}
        for lens, names in STRATA.items():
            made.add_row(Text(draw.wrapped(LENSES[lens], 26), style="dim"))
            for name in names:
                cells = [rows[lens, name, outcome] for outcome in MAIN]
                made.add_row(Text(f"  {name}"), Text(f"{cells[0]['people']:.0f}"), *(Text(_told(cell)) for cell in cells))
        yield made
    if two:
        yield Text(HOW + ".", style="dim")


def _told(row: Row) -> str:
    half = (row["high"] - row["low"]) / 2
    decimals = max(2, min(4, 1 - math.floor(math.log10(half)))) if math.isfinite(half) and half > 0 else 3
    if not math.isfinite(half):
        return number(row["difference"], decimals, "+") + "  " if row["n"] else "–  "
    return f"{number(row['difference'], decimals, '+')} ±{number(half, decimals)}{'≈' if row['negligible'] else ' '}"


def shown(strata: pl.DataFrame) -> Iterator[Shown]:
    """Yield a folded table for each two regimes for the page: every stratum and outcome."""
    for (first, second), group in strata.group_by("first", "second", maintain_order=True):
        a, b = readable(str(first)), readable(str(second))
        heads = [text("Stratum and outcome"), num("residents"), num(f"mean {a}"), num(f"mean {b}"), num(f"{b} − {a}", "first"),
                 num("95 % interval"), num("pairs")]  # fmt: skip
        groups: list[tuple[str, list[list[Cell]]]] = []
        for (lens, stratum), rows in group.group_by("lens", "stratum", maintain_order=True):
            groups.append((f"{LENSES[str(lens)]}: {stratum}", [_line(row) for row in rows.to_dicts()]))
        yield Shown("strata", f"The same residents, {b} − {a}; {HOW[0].lower()}{HOW[1:]}", heads, groups, folded=True)


def _line(row: Row) -> list[Cell]:
    half = (row["high"] - row["low"]) / 2
    return [
        text(OUTCOMES[row["outcome"]].label), num(f"{row['people']:.0f}"), num(value(row["mean_first"], half)),
        num(value(row["mean_second"], half)), num(value(row["difference"], half, "+") + ("≈" if row["negligible"] else ""), "first"),
        num(interval(row["low"], row["high"])), num(str(row["n"])),
    ]  # fmt: skip


def drawings(strata: pl.DataFrame, regimes: Sequence[str]) -> Iterator[draw.Drawing]:
    """Yield a figure for each two regimes: a column for each outcome, a line for each stratum."""
    for number_, (first, second) in enumerate(duels(strata, regimes), 1):
        own = strata.filter(first=first, second=second)
        lines = [(lens, stratum) for lens, names in STRATA.items() for stratum in names]
        places = [i + 0.8 * list(STRATA).index(lens) for i, (lens, _) in enumerate(lines)]
        figure, axes = draw.frame(1, len(MAIN), 0.14 * places[-1] + 0.3, left=1.85, top=0.45, lines=6, gap=0.18, between=0.4)
        rows: dict[tuple[str, str], Row] = {}
        for ax, outcome in zip(axes, MAIN, strict=True):
            rows = {(row["lens"], row["stratum"]): row for row in own.filter(outcome=outcome).to_dicts()}
            _panel(ax, [rows[line] for line in lines], places, outcome)
        names = [f"{stratum} ({rows[lens, stratum]['people']:.0f})" for lens, stratum in lines]
        heads = [(places[lines.index((lens, strata_[0]))] - 0.9, LENSES[lens]) for lens, strata_ in STRATA.items()]
        axes[0].set_yticks(places, names, fontsize=6)
        for y, head in heads:
            axes[0].text(-0.04, y, head, transform=axes[0].get_yaxis_transform(), ha="right", va="center", fontsize=6, color=draw.GREY)
        caption = (
            f"n = {spanned(own['n'], 'pair')}. {readable(second)} − {readable(first)}, mean over the same residents (how many a pair: in "
            f"brackets). Grey band: the smallest effect of interest. In colour: the interval leaves out 0. {HOW}. {CAVEAT}"
        )
        draw.note(figure, caption)
        title = f"Who differs: {readable(second)} against {readable(first)}"
        yield draw.Drawing(f"strata-{number_}", title, caption, _words(own, first, second), figure)


def _panel(ax: Axes, rows: Sequence[Row], places: Sequence[float], outcome: str) -> None:
    least = OUTCOMES[outcome].smallest
    ax.axvspan(-least, least, color=draw.PALE, linewidth=0)
    ax.axvline(0, color=draw.GREY, linewidth=0.6)
    for y, row in zip(places, rows, strict=True):
        if not math.isfinite(row["low"]):
            continue
        colour = COLOURS[0] if row["low"] > 0 or row["high"] < 0 else draw.GREY
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=1.2, solid_capstyle="butt")
        ax.plot(row["difference"], y, "o", color=colour, markersize=3)
    ax.set_ylim(places[-1] + 0.6, -1.4)
    ax.set_yticks([])
    draw.bare(ax, "left")
    draw.better(ax, outcome)
    ax.set_title(draw.title(outcome), fontsize=7)
    ax.locator_params(axis="x", nbins=4)
    ax.set_xlabel(OUTCOMES[outcome].unit, fontsize=6)


def _words(own: pl.DataFrame, first: str, second: str) -> str:
    """Return in words where an interval leaves out 0 and is not too small to matter."""
    sure = own.filter(pl.col("outcome").is_in(OF_EACH), (pl.col("low") > 0) | (pl.col("high") < 0), ~pl.col("negligible"))
    told = [f"{OUTCOMES[r['outcome']].label} {draw.signed(r['difference'])} ({LENSES[r['lens']]}: {r['stratum']})" for r in sure.to_dicts()]
    return f"{readable(second)} against {readable(first)}, same residents: {draw.listed(told)}; the rest is open or too small to matter."
