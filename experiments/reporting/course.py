"""The course of a comparison week by week, as a figure that could stand in a paper, with its words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.reporting.cells import Shown, num, text
from experiments.reporting.comparison import Comparison
from experiments.reporting.drawing import Drawing, note
from experiments.shared.style import COLOURS, DASHES, STYLE, places, readable
from experiments.shared.text import CAVEAT, about, counted, number

TITLE = "The course of nine outcomes"
WEEKS_A_YEAR, QUARTER = 52, 13
COLUMNS = 3
MOST_POINTS = 520  # points of a line; more would only make the file larger


@dataclass(frozen=True)
class Panel:
    """One panel: a weekly outcome, its title, its unit, and the smallest range of the y axis."""

    outcome: str
    title: str
    unit: str
    span: float  # a difference smaller than this must not look large


PANELS = (
    Panel("trust_neighbours", "Trust in neighbours", "0–1", 0.1),
    Panel("trust_official", "Trust in the ward official", "0–1", 0.1),
    Panel("trust_municipality", "Trust in the municipality", "0–1", 0.1),
    Panel("bonding", "Bonding", "tie strength per resident", 0.2),
    Panel("bridging", "Bridging", "tie strength per resident", 0.1),
    Panel("linking", "Linking", "share of residents", 0.05),
    Panel("initiatives_alive", "Snowball: initiatives alive", "per 1,000 residents", 2),
    Panel("burden", "Burden felt", "0–1", 0.05),
    Panel("burden_hidden", "Burden hidden (no reports)", "0–1", 0.05),
)


def drawing(comparison: Comparison, name: str = "course") -> Drawing:
    """Return the figure of nine outcomes over time, with its texts. name: of its files. The same comparison gives the same bytes."""
    with mpl.rc_context(STYLE):
        return Drawing(name, TITLE, caption(comparison), alt(comparison), draw(comparison))


def draw(comparison: Comparison) -> Figure:
    """Return nine panels, 180 mm wide: for each regime a line (mean over pairs) and a band (10–90 % of pairs)."""
    figure = Figure(figsize=(7.09, 6.5))
    rows = -(-len(PANELS) // COLUMNS)
    axes = figure.subplots(rows, COLUMNS, sharex=True)
    figure.subplots_adjust(left=0.075, right=0.985, top=0.9, bottom=0.115, wspace=0.33, hspace=0.34)
    paths = _paths(comparison)
    for place, (panel, ax) in enumerate(zip(PANELS, axes.flat, strict=True)):
        _draw_panel(ax, panel, paths, list(comparison.regimes), comparison.weeks)
        ax.set_title(panel.title, loc="left", pad=4)
        ax.text(*(-0.16, 1.035, "abcdefghi"[place]), transform=ax.transAxes, fontsize=9, fontweight="bold", va="bottom")
        if place >= len(PANELS) - COLUMNS:
            ax.set_xlabel("years after the burn-in")
    handles = [
        Line2D([], [], color=COLOURS[i], linestyle=DASHES[i], linewidth=1.6, label=readable(regime))
        for regime, i in places(list(comparison.regimes)).items()
    ]
    figure.legend(handles=handles, loc="upper center", ncols=min(len(handles), 5), frameon=False, fontsize=8.5, handlelength=3.2)
    note(figure, caption(comparison))
    return figure


def _paths(comparison: Comparison) -> pl.DataFrame:
    """Return the mean, 10th and 90th percentile over pairs of every panel's outcome, by regime and block of weeks."""
    names = [panel.outcome for panel in PANELS]
    block = block_length(comparison.weeks)
    middle = ((pl.col("week") - 1) // block * block).cast(pl.Float64) + (block + 1) / 2
    weekly = comparison.weekly.with_columns(pl.col(names).fill_nan(None), middle.alias("week"))
    runs = weekly.group_by("seed", "regime", "week").agg(pl.col(names).mean())
    return (
        runs.group_by("regime", "week")
        .agg(
            pl.col(names).mean(),
            pl.col(names).quantile(0.1, "linear").name.suffix("|low"),
            pl.col(names).quantile(0.9, "linear").name.suffix("|high"),
        )
        .sort("regime", "week")
    )


def block_length(weeks: int) -> int:
    """Return the number of weeks averaged into one point of a line: 1 in a short run, 4 from two years on."""
    return 1 if weeks < 2 * WEEKS_A_YEAR else max(4, -(-weeks // MOST_POINTS))


def _draw_panel(ax: Axes, panel: Panel, paths: pl.DataFrame, regimes: Sequence[str], weeks: int) -> None:
    lowest, highest = np.inf, -np.inf
    for regime, i in places(regimes).items():
        path = paths.filter(pl.col("regime") == regime)
        years = path["week"].to_numpy() / WEEKS_A_YEAR
        low, high, mean = (_column(path, panel.outcome + end) for end in ("|low", "|high", ""))
        ax.fill_between(years, low, high, color=COLOURS[i], alpha=0.12, linewidth=0)
        for edge in (low, high):
            ax.plot(years, edge, color=COLOURS[i], linestyle=DASHES[i], linewidth=0.4, alpha=0.7)
        ax.plot(years, mean, color=COLOURS[i], linestyle=DASHES[i], linewidth=1.3, zorder=3 + i)
        with np.errstate(all="ignore"):
            lowest, highest = np.nanmin([lowest, *low, *mean]), np.nanmax([highest, *high, *mean])
    _set_limits(ax, float(lowest), float(highest), panel)
    ax.set_ylabel(panel.unit, labelpad=2)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlim(0, weeks / WEEKS_A_YEAR)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=weeks >= 3 * WEEKS_A_YEAR))
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))


def _column(path: pl.DataFrame, name: str) -> np.ndarray:
    return path[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _set_limits(ax: Axes, low: float, high: float, panel: Panel) -> None:
    """Set the y axis around the bands: at least the panel's range, never below 0, nor above 1 for outcomes on 0–1."""
    if not np.isfinite([low, high]).all():
        low, high = 0.0, panel.span
    middle, reach = (low + high) / 2, max((high - low) * 0.55, panel.span / 2)
    bottom = max(middle - reach, 0.0)
    top = max(middle + reach, bottom + panel.span)
    ax.set_ylim(bottom, min(top, 1.0) if panel.unit == "0–1" else top)


def caption(comparison: Comparison) -> str:
    """Return what the lines and bands are."""
    block = block_length(comparison.weeks)
    means = f", {'with' if comparison.equal_means else 'but not with'} equal means" if comparison.endowment else ""
    return (
        f"n = {counted(comparison.pairs, 'pair')}. {about(comparison.case)}. The same people and the same luck under each regime{means}. "
        f"Line: mean over pairs; band: the interval that holds 10–90 % of runs{f'; averages over {block} weeks' if block > 1 else ''}. "
        f"The y axes do not all start at zero. {CAVEAT}"
    )


def alt(comparison: Comparison) -> str:
    """Return the panels in words: the first and last value of each line."""
    told = []
    for panel, ends in lines_of(comparison):
        ways = ", ".join(f"{readable(label)} from {first} to {last}" for label, (first, last) in zip(comparison.regimes, ends, strict=True))
        told.append(f"{panel.title} ({panel.unit}): {ways}.")
    return f"Nine panels over {counted(comparison.weeks, 'week')} after the burn-in. " + " ".join(told)


def numbers(comparison: Comparison) -> Shown:
    """Return the figure as a table: the first and last value of each panel's lines."""
    ends = [f"{readable(label)}, {end}" for label in comparison.regimes for end in ("first", "last")]
    heads = [text("Panel"), *(num(head, "first" if i % 2 == 0 else "") for i, head in enumerate(ends))]
    rows = [
        [text(f"{panel.title} ({panel.unit})"), *(num(end, "first" if i == 0 else "") for pair in pairs for i, end in enumerate(pair))]
        for panel, pairs in lines_of(comparison)
    ]
    what = "Mean over the first and over the last weeks of the lines (a quarter of a year, or all weeks of a shorter run)"
    return Shown("course", what, heads, [("", rows)])


def lines_of(comparison: Comparison) -> Iterator[tuple[Panel, list[list[str]]]]:
    """Yield the first and last value of each panel's lines by regime, averaged over a quarter of a year."""
    weeks = min(QUARTER, comparison.weeks)
    names = [panel.outcome for panel in PANELS]
    weekly = comparison.weekly.with_columns(pl.col(names).fill_nan(None))
    ends = [weekly.filter(pl.col("week") <= weeks), weekly.filter(pl.col("week") > comparison.weeks - weeks)]
    first, last = ({row["regime"]: row for row in end.group_by("regime").agg(pl.col(names).mean()).to_dicts()} for end in ends)
    for panel in PANELS:
        values = [[at.get(label, {}).get(panel.outcome) for at in (first, last)] for label in comparison.regimes]
        yield panel, [[number(math.nan if v is None else v, 3) for v in pair] for pair in values]
