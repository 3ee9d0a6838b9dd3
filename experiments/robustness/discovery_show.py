"""Show regions as tables, plain data, a figure and a folder."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import polars as pl
from matplotlib.lines import Line2D
from rich.text import Text

from experiments.reporting import drawing
from experiments.reporting.findings import Findings
from experiments.robustness.scenario_discovery import FOLDS, LEAST, NOBODY, SURE, Map, Region, leads, places
from experiments.shared import folders as results
from experiments.shared.style import COLOURS, STYLE, readable
from experiments.shared.text import counted, empty_table
from model.measures.weekly import OUTCOMES

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from rich.console import RenderableType

KIND, SCHEMA = "leefwereld regions", 1
NOBODYS = "#c9cdd1"  # colour of rows where no regime is ahead
DRAWN = 6  # maps in the figure, with the largest gain


def limits(region: Region) -> str:
    """Return a region's limits as text, such as "ward_hours > 3.2 and problem_rate ≤ 1.1"."""
    parts = []
    for name, (low, high) in region.limits.items():
        shown = words(name)
        if math.isfinite(low) and math.isfinite(high):
            parts.append(f"{low:.3g} < {shown} ≤ {high:.3g}")
        else:
            parts.append(f"{shown} > {low:.3g}" if math.isfinite(low) else f"{shown} ≤ {high:.3g}")
    return " and ".join(parts).replace("-", "−")


def words(factor: str) -> str:
    """Return a factor as text; a practice shifted from the presets is marked."""
    practice = factor.removeprefix("around.")
    return drawing.words(factor) if practice == factor else f"{practice} (beside the preset, −1 to 1)"


def percent(share: float) -> str:
    """Return a share as a percentage: 0.345 as "34 %"."""
    return f"{100 * share:.0f} %" if math.isfinite(share) else "–"


def shown(maps: Sequence[Map], found: Findings) -> Iterator[RenderableType]:
    """Yield regions by outcome, outcomes without a region, and notes."""
    sure = [one for one in maps if one.found]
    heads = ["of the box", "ahead there", "95 % interval", "ahead anywhere", "coverage"]
    made = empty_table("outcome and region", "ahead", *heads, right=heads)
    for one in sure:
        made.add_row(Text(f"{OUTCOMES[one.outcome].label} ({OUTCOMES[one.outcome].unit})", style="bold"), "", "", "", "", "", "")
        for region in one.regions:
            interval = f"{percent(region.low)} to {percent(region.high)}"
            cells = percent(region.share), percent(region.density), interval, percent(region.usual), percent(region.coverage)
            made.add_row(f"  {limits(region)}", readable(region.winner), *cells)
    if sure:
        yield made
    over = empty_table(
        "outcome without a region", *(readable(label) for label in found.regimes), NOBODY, right=[*map(readable, found.regimes), NOBODY]
    )
    for one in maps:
        if not one.found:
            over.add_row(OUTCOMES[one.outcome].label, *(percent(one.ahead[label]) for label in (*found.regimes, NOBODY)))
    if over.row_count:
        yield Text("\nNo region beyond luck: share of the whole box in which each is ahead", style="bold")
        yield over
    yield Text("\n" + "\n".join(notes(maps, found)), style="dim")


def notes(maps: Sequence[Map], found: Findings) -> list[str]:
    """Return notes on the method, and outcomes where regimes hardly differ."""
    rows = maps[0].rows if maps else 0
    small = [OUTCOMES[one.outcome].label for one in maps if one.ahead[NOBODY] > 0.9]
    lines = [
        f"{counted(rows, 'row')} of the design, {counted(len(found.factors), 'factor')}. Ahead: by the mean over replications, of "
        "all others, by at least the "
        f"smallest effect of interest. A tree was grown on half of the rows, as large as {FOLDS}-fold cross-validation there allows "
        f"(regions of at least {100 * LEAST:.0f} %); the numbers are those of the other half. A region is shown where the tree is right "
        f"oftener there than the commonest answer (p < {SURE:g} after Holm's correction over {counted(len(maps), 'outcome')}).",
    ]
    if small:
        lines.append(f"Too small to matter nearly everywhere (nobody ahead in more than 90 % of the box): {', '.join(small)}.")
    return lines


def facts(maps: Sequence[Map]) -> list[dict[str, object]]:
    """Return every map as plain data; an open limit is None."""
    return [
        {
            "outcome": one.outcome, "ahead": one.ahead, "rows": one.rows, "gain": one.gain, "p": one.p, "found": one.found,
            "regions": [_region(region) for region in one.regions],
        }
        for one in maps
    ]  # fmt: skip


def _region(region: Region) -> dict[str, Any]:
    ends = {name: [x if math.isfinite(x) else None for x in pair] for name, pair in region.limits.items()}
    numbers = {key: getattr(region, key) for key in ("share", "density", "low", "high", "usual", "coverage")}
    plain = {key: x if math.isfinite(x) else None for key, x in numbers.items()}
    return {"ahead": region.winner, "limits": ends, "n": region.n, "text": limits(region)} | plain


def write(maps: Sequence[Map], found: Findings, folder: Path, command: str) -> Path:
    """Write regions.json, regions.csv, the figure and a manifest, completely or not at all. Raises BadInput."""
    results.check_target(folder)
    rows = [
        {"outcome": one.outcome, "found": one.found, "p": one.p} | {k: v for k, v in _region(region).items() if k != "limits"}
        for one in maps
        for region in one.regions
    ]
    with results.new_folder(folder) as fresh:
        results.write_json(fresh / "regions.json", facts(maps))
        pl.DataFrame(rows, infer_schema_length=None).write_csv(fresh / "regions.csv")
        if figure := drawn(maps, found):
            drawing.write(figure, fresh)
        results.write_json(
            fresh / results.MANIFEST,
            {"kind": KIND, "schema": SCHEMA, "command": command, "study": found.facts["identity"]} | results.surroundings(),
        )
    return folder


def drawn(maps: Sequence[Map], found: Findings) -> drawing.Drawing | None:
    """Return a figure of the best maps: rows as dots coloured by the leading regime, over the two most limiting factors."""
    best = sorted((one for one in maps if one.found), key=lambda one: -one.gain)[:DRAWN]
    if not best:
        return None
    x, rows = places(found)
    caption = " ".join(notes(maps, found)) + " Lines: limits of regions by the two factors that are drawn."
    with mpl.rc_context(STYLE):
        columns = min(3, len(best))
        lines = -(-len(caption) // drawing.NOTE) + 1
        figure, axes = drawing.frame(-(-len(best) // columns), columns, 1.75, left=0.55, top=0.55, lines=lines, gap=0.62, between=0.62)
        for one, ax in zip(best, axes, strict=False):
            _panel(ax, one, x, leads(found, one.outcome, rows), found)
        drawing.hide(axes[len(best) :])
        drawing.legend(figure, [_mark(k, readable(label)) for k, label in enumerate(found.regimes)] + [_mark(-1, NOBODY)])
        drawing.note(figure, caption)
    told = "; ".join(f"{OUTCOMES[one.outcome].label}: " + ", ".join(f"{r.winner} where {limits(r)}" for r in one.regions) for one in best)
    return drawing.Drawing("regions", "Where each regime wins", caption, told, figure)


def _mark(place: int, label: str) -> Line2D:
    colour = COLOURS[place] if place >= 0 else NOBODYS
    return Line2D([], [], color=colour, marker=drawing.MARKS[place] if place >= 0 else ".", linestyle="none", markersize=4, label=label)


def _panel(ax: Axes, one: Map, x: np.ndarray, ahead: np.ndarray, found: Findings) -> None:
    counted: dict[str, float] = {}
    for region in one.regions:
        for name in region.limits:
            counted[name] = counted.get(name, 0.0) + region.share
    chosen = sorted(counted, key=lambda name: -counted[name])[:2]
    chosen += [name for name in found.factors if name not in chosen][: 2 - len(chosen)]
    columns = [found.factors.index(name) for name in chosen]
    for place in (-1, *range(len(found.regimes))):
        these = ahead == place
        look = (
            {"color": COLOURS[place], "marker": drawing.MARKS[place], "s": 7} if place >= 0 else {"color": "#c9cdd1", "marker": ".", "s": 6}
        )
        ax.scatter(*(x[these, column] for column in columns), linewidths=0, alpha=0.85, **look)
    for region in one.regions:
        for name, line in zip(chosen, (ax.axvline, ax.axhline), strict=False):
            for end in region.limits.get(name, ()):
                if math.isfinite(end):
                    line(end, color="black", linewidth=0.6, linestyle=(0, (3, 2)))
    ax.set_title(drawing.title(one.outcome), loc="left", pad=3)
    ax.set(xlabel=drawing.short(words(chosen[0]), 34), ylabel=drawing.short(words(chosen[1]), 30))
    drawing.bare(ax)
