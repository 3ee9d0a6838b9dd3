"""The figures of a study's report, as they could stand in a paper: SVG with text as text, and PNG at 300 dots an inch.

Each is drawn from a table of the report. A figure names n and its interval in the note below it; who is ahead is told by
colour and by a letter, a sign or a hatching, so that nothing rests on colour alone.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures import COLOURS, DASHES, STYLE, readable
from experiments.report import CAVEAT, SIGNIFICANT
from experiments.study_frames import LABELS, StudyResults
from experiments.study_keys import KEYS
from experiments.study_tables import AHEAD, BEHIND, duels, wins
from model.measures import OUTCOMES

WIDTH = 7.09  # inches: 180 mm
NOTE = 160  # characters in a line of the note
MARKS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++")
GREY, PALE = "#5a5f64", "#e9ebed"
MOST_MAPS = 9  # slices of a grid of more than two factors
TALL = 9.2  # inches that a figure may be high

Row = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A figure with its words. name: of its files; caption: what is shown, with n and interval; alt: what it says, for who cannot see it."""

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure

    @property
    def facts(self) -> dict[str, str]:
        """All but the figure."""
        return {"name": self.name, "title": self.title, "caption": self.caption, "alt": self.alt}


def drawings(found: StudyResults) -> Iterator[Drawing]:
    """Every figure that fits the design, numbered in the names of their files."""
    with mpl.rc_context(STYLE):
        for number, drawing in enumerate(_all(found), 1):
            yield replace(drawing, name=f"figure-{number:02}-{drawing.name}")


def write(drawing: Drawing, folder: Path) -> str:
    """Write SVG and PNG; returns the SVG. The same study gives the same bytes."""
    svg = folder / f"{drawing.name}.svg"
    with mpl.rc_context(STYLE | {"svg.hashsalt": drawing.name}):
        FigureCanvasSVG(drawing.figure).print_svg(svg, metadata={"Date": None, "Title": drawing.title})
        FigureCanvasAgg(drawing.figure)
        drawing.figure.savefig(folder / f"{drawing.name}.png", format="png", dpi=300, metadata={"Title": drawing.title})
    return svg.read_text(encoding="utf-8")


def _all(found: StudyResults) -> Iterator[Drawing]:
    tables = found.tables
    if "differences" in tables and found.kind not in ("grid", "lhs", "sobol", "morris"):
        yield from differences(found, tables["differences"])
    if "regime_map" in tables:
        yield from maps(found, tables["regime_map"])
    if "practice_ends" in tables:
        yield from two_sides(found, tables["practice_ends"])
    if "dose_response" in tables:
        yield from doses(found, tables["dose_response"])
    if "decomposition" in tables:
        yield from parts(found, tables["decomposition"])
    if "differences" in tables and found.kind in ("grid", "lhs", "sobol", "morris"):
        yield from shares_of_rows(found, wins(tables["differences"]))
    if "rank_correlations" in tables:
        yield from correlations(found, tables["rank_correlations"])
    if "sobol" in tables:
        yield from indices(found, tables["sobol"])
    if "morris" in tables:
        yield from screening(found, tables["morris"])


# --- regimes -------------------------------------------------------------------------------------------------------


def differences(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """For every scenario: each two regimes in a column, each headline outcome on a line, in units of its smallest effect of interest."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    for (scenario, rules, row), group in table.group_by("scenario", "rules", "row", maintain_order=True):
        pairs = list(dict.fromkeys(group.select("first", "second").rows()))
        names = list(dict.fromkeys(group["outcome"]))
        for part, some in enumerate(_chunks(pairs, 3)):
            figure, axes = _frame(1, len(some), 0.165 * len(names), left=1.75, top=0.5, lines=5, gap=0.12, between=0.45)
            for ax, (first, second) in zip(axes, some, strict=True):
                rows = {r["outcome"]: r for r in group.filter(first=first, second=second).to_dicts()}
                _differences_panel(ax, [rows[name] for name in names], found.regimes)
                ax.set_title(f"{readable(second)} − {readable(first)}", fontsize=7.5, pad=15)
            _outcome_labels(axes[0], names)
            where = _where(found, scenario, rules) + (f", row {row + 1} of the design" if table["row"].n_unique() > 1 else "")
            n = _n(group["n"])
            caption = (
                f"{n} pairs{where}. Mean difference within pairs (same people, same luck) with its 95 % interval, in units of the smallest "
                "effect of interest of each outcome (grey band: smaller than that; the axis is logarithmic beyond 1). Right: the outcome "
                "is better under the first-named regime; ° has no better side, right is higher. Filled: zero lies outside also after Holm’s "
                f"correction over the {_family(found)} outcomes of the pair. {CAVEAT}"
            )
            _note(figure, caption)
            slug = "-".join(["differences", _slug(scenario), *([_slug(rules)] if rules else []), *([str(row)] if row else [])])
            title = f"What differs between regimes{where}"
            alt = " ".join(_duel_words(group, first, second) for first, second in some)
            yield Drawing(slug + (f"-{part + 1}" if len(pairs) > 3 else ""), title, caption, alt, figure)


def _differences_panel(ax: Axes, rows: Sequence[Row], regimes: Sequence[str]) -> None:
    ax.axvspan(-1, 1, color=PALE, linewidth=0)
    ax.axvline(0, color=GREY, linewidth=0.6)
    reach = 2.0
    for y, row in enumerate(rows):
        unit = OUTCOMES[row["outcome"]].smallest * (-1 if row["good"] == "down" else 1)
        if not math.isfinite(row["low"]):
            ax.text(0, y, "n < 2", ha="center", va="center", fontsize=6, color=GREY)
            continue
        x, low, high = row["difference"] / unit, *sorted((row["low"] / unit, row["high"] / unit))
        side = {AHEAD: row["second"], BEHIND: row["first"]}.get(row["ahead"])
        place = regimes.index(side) if side else 0
        colour = COLOURS[place % len(COLOURS)] if side else GREY
        sure = row["p_holm"] < SIGNIFICANT
        ax.plot([low, high], [y, y], color=colour, linewidth=1.3, solid_capstyle="butt")
        ax.plot(x, y, MARKS[place % len(MARKS)] if side else "|", color=colour, markersize=4, markerfacecolor=colour if sure else "white")
        reach = max(reach, abs(low), abs(high))
    ax.set_xscale("symlog", linthresh=1, linscale=0.9)
    _symlog_ticks(ax, reach)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    _bare(ax, "left")
    first, second = rows[0]["first"], rows[0]["second"]
    for x, label, align in ((0.0, f"← {readable(first)}", "left"), (1.0, f"{readable(second)} →", "right")):
        place = regimes.index(first if align == "left" else second)
        ax.text(
            x, 1.008, _short(label, 24), transform=ax.transAxes, ha=align, va="bottom", fontsize=6.3, color=COLOURS[place % len(COLOURS)]
        )
    ax.set_xlabel("smallest effects of interest")


def _symlog_ticks(ax: Axes, reach: float) -> None:
    """-10, -1, 0, 1, 10, ... as plain numbers."""
    top = max(1, math.ceil(math.log10(reach * 1.05)))
    powers = [10.0**p for p in range(top + 1)]
    if top > 2:
        powers = powers[:1] + powers[2 - top % 2 :: 2]
    ax.set_xlim(-reach * 1.25, reach * 1.25)
    ticks = [t for t in (*(-p for p in reversed(powers)), 0.0, *powers) if abs(t) <= reach * 1.25]
    ax.set_xticks(ticks)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    ax.xaxis.set_minor_locator(mpl.ticker.NullLocator())


def _duel_words(group: pl.DataFrame, first: str, second: str) -> str:
    """Who is ahead in what, after Holm's correction."""
    rows = group.filter(first=first, second=second).to_dicts()
    sure = [row for row in rows if row["p_holm"] < SIGNIFICANT and row["good"] != "none" and not row["negligible"]]
    sides = {side: [OUTCOMES[row["outcome"]].label for row in sure if row["ahead"] == side] for side in (AHEAD, BEHIND)}
    return (
        f"{readable(second)} against {readable(first)}: {readable(second)} is ahead in {_listed(sides[AHEAD])}; "
        f"{readable(first)} in {_listed(sides[BEHIND])}; the rest is open, too small to matter, or has no better side."
    )


def shares_of_rows(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """For every two regimes and outcome: the share of rows of the design in which either is ahead."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        pairs = list(dict.fromkeys(group.select("first", "second").rows()))
        names = list(dict.fromkeys(group["outcome"]))
        for part, some in enumerate(_chunks(pairs, 3)):
            figure, axes = _frame(1, len(some), 0.165 * len(names), left=1.75, top=0.28, lines=3, gap=0.22, between=0.45)
            for ax, (first, second) in zip(axes, some, strict=True):
                rows = {r["outcome"]: r for r in group.filter(first=first, second=second).to_dicts()}
                for y, name in enumerate(names):
                    row, left = rows[name], 0.0
                    for key, label in (("share_first", first), ("share_open", ""), ("share_second", second)):
                        place = found.regimes.index(label) if label else -1
                        style = (
                            {"facecolor": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)]}
                            if label
                            else {"facecolor": PALE}
                        )
                        ax.barh(y, row[key], left=left, height=0.72, edgecolor="white", linewidth=0.3, **style)
                        left += row[key]
                ax.set_ylim(len(names) - 0.4, -0.6)
                ax.set_xlim(0, 1)
                ax.set_yticks([])
                ax.set_xticks([0, 0.5, 1], ["0", "50", "100"])
                _bare(ax, "left")
                ax.set_title(f"{readable(first)}  |  open  |  {readable(second)}", fontsize=7, pad=4)
                ax.set_xlabel("% of rows")
            _outcome_labels(axes[0], names)
            where = _where(found, scenario, rules)
            caption = (
                f"n = {group['rows'].max()} rows of the design, {_n(pl.concat([group['n_low'], group['n_high']]))} pairs in each{where}. Share of rows in which "
                "the 95 % interval of the paired difference lies on the better side of 0 for either regime (° no better side: higher); "
                "grey: open. Rows are not adjusted for their number: of rows without any difference some 5 % would not be open. " + CAVEAT
            )
            _note(figure, caption)
            words = [
                f"{readable(second)} against {readable(first)}: " + "; ".join(
                    f"{OUTCOMES[r['outcome']].label} {100 * r['share_second']:.0f} % to {100 * r['share_first']:.0f} %"
                    for r in group.filter(first=first, second=second).to_dicts()
                ) + "."
                for first, second in some
            ]  # fmt: skip
            title = f"In how much of the design either regime is ahead{where}"
            yield Drawing("-".join(["wins", _slug(scenario), str(part + 1)]), title, caption, " ".join(words), figure)


def maps(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """A map for every headline outcome over two factors; a figure for every scenario, and for every setting of further factors."""
    factors = found.factors
    if not factors:
        return
    x, y = (factors[0], factors[1]) if len(factors) > 1 else (factors[0], None)
    others = factors[2:]
    table = table.filter(pl.col("outcome").is_in(found.headline))
    letters = letters_of(found.regimes)
    slices = table.group_by("scenario", "rules", *others, maintain_order=True)
    for place, (setting, group) in enumerate(slices):
        if place >= MOST_MAPS:
            return
        names = list(dict.fromkeys(group["outcome"]))
        at = ", ".join(f"{_factor(name)} {value:g}" for name, value in zip(others, setting[2:], strict=True))
        where = _where(found, *setting[:2]) + (f", {at}" if at else "")
        columns = 5
        rows = -(-len(names) // columns)
        figure, axes = _frame(rows, columns, 0.95, left=0.5, top=0.55, lines=5, gap=0.2, between=0.38)
        xs, ys = _levels(group, x), _levels(group, y) if y else [0.0]
        for i, (ax, name) in enumerate(zip(axes, names, strict=False)):
            cells = {(r[x], r[y] if y else 0.0): r for r in group.filter(outcome=name).to_dicts()}
            _map_panel(ax, cells, xs, ys, found.regimes, letters)
            ax.set_title(_title(name), fontsize=6.5, pad=3)
            last = i + columns >= len(names)
            ax.set_xticks(range(len(xs)), [f"{v:g}" for v in xs] if last else [""] * len(xs), fontsize=6)
            ax.set_yticks(range(len(ys)), [f"{v:g}" for v in ys] if i % columns == 0 and y else [""] * len(ys), fontsize=6)
            if last:
                ax.set_xlabel(_wrapped(_factor(x), 24), fontsize=6.3, labelpad=2)
            if i % columns == 0 and y:
                ax.set_ylabel(_wrapped(_factor(y), 22), fontsize=6.3, labelpad=2)
        _hide(axes[len(names) :])
        keys = [
            Patch(
                facecolor=_wash(k),
                edgecolor=COLOURS[k % len(COLOURS)],
                hatch=HATCHES[k % len(HATCHES)],
                label=f"{letters[r]}  {readable(r)} ahead",
            )
            for k, r in enumerate(found.regimes)
        ]
        _legend(figure, [*keys, Patch(facecolor="white", edgecolor="#b5b9bd", label="open")])
        caption = (
            f"{_n(group['n'])} pairs in each cell{where}. A cell carries a regime when the 95 % interval of its paired difference to each other "
            "regime lies on the better side of 0 (° no better side: higher); it is open when nobody is ahead of all others. Differences and intervals "
            f"stand in the table of the map. Cells are not adjusted for their number ({len(xs) * len(ys)} in each map). {CAVEAT}"
        )
        _note(figure, caption)
        title = f"Which regime is ahead where{where}"
        yield Drawing(f"map-{place + 1}", title, caption, " ".join(_map_words(group, names, found.regimes)), figure)


def _map_panel(
    ax: Axes, cells: dict[tuple[float, float], Row], xs: list[float], ys: list[float], regimes: Sequence[str], letters: dict[str, str]
) -> None:
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            winner = cells[x, y]["winner"] if (x, y) in cells else None
            place = regimes.index(winner) if winner in regimes else None
            colour = "white" if place is None else _wash(place)
            edge = "#b5b9bd" if place is None else COLOURS[place % len(COLOURS)]
            hatch = None if place is None else HATCHES[place % len(HATCHES)]
            ax.add_patch(Rectangle((i - 0.5, j - 0.5), 1, 1, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0))
            if place is not None:
                box = {"boxstyle": "square,pad=0.1", "facecolor": colour, "edgecolor": "none"} if hatch else None
                ax.text(i, j, letters[regimes[place]], ha="center", va="center", fontsize=6, color="#1b1f23", bbox=box)
    for i in range(len(xs) + 1):
        ax.axvline(i - 0.5, color="white", linewidth=0.8)
    for j in range(len(ys) + 1):
        ax.axhline(j - 0.5, color="white", linewidth=0.8)
    ax.set_xlim(-0.5, len(xs) - 0.5)
    ax.set_ylim(-0.5, len(ys) - 0.5)
    ax.tick_params(length=0, pad=2)
    for side in ax.spines.values():
        side.set_color("#b5b9bd")


def _map_words(group: pl.DataFrame, names: Sequence[str], regimes: Sequence[str]) -> Iterator[str]:
    for name in names:
        rows = group.filter(outcome=name)
        counts = [f"{readable(r)} {rows.filter(winner=r).height}" for r in regimes]
        yield f"{OUTCOMES[name].label}, of {rows.height} cells: {', '.join(counts)}, open {rows.filter(winner='open').height}."


def letters_of(regimes: Sequence[str]) -> dict[str, str]:
    """One letter for each regime: its first that is free, else a number."""
    found: dict[str, str] = {}
    for place, regime in enumerate(regimes):
        free = [c.upper() for c in regime if c.isalpha() and c.upper() not in found.values()]
        found[regime] = free[0] if free else str(place + 1)
    return found


# --- factors -------------------------------------------------------------------------------------------------------


def doses(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """For every factor with three levels or more a figure: a panel for each headline outcome, a line for each regime."""
    for (scenario, rules, factor), group in table.group_by("scenario", "rules", "factor", maintain_order=True):
        levels = _levels(group, "level")
        if len(levels) < 3 + (not bool(group.filter(pl.col("is_base"))["level"].is_in([levels[0], levels[-1]]).all())):
            continue
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        labels = list(dict.fromkeys(group["regime"]))
        rows, columns = -(-len(names) // 5), 5
        figure, axes = _frame(rows, columns, 0.78, left=0.5, top=0.52 if len(labels) > 1 else 0.36, lines=4, gap=0.52, between=0.44)
        shift = (levels[-1] - levels[0]) * 0.012
        for i, (ax, name) in enumerate(zip(axes, names, strict=False)):
            smallest = OUTCOMES[name].smallest
            ax.axhspan(-smallest, smallest, color=PALE, linewidth=0)
            ax.axhline(0, color=GREY, linewidth=0.5)
            for k, label in enumerate(labels):
                own = group.filter(outcome=name, regime=label).sort("level").to_dicts()
                place = found.regimes.index(label)
                xs = [r["level"] + (k - (len(labels) - 1) / 2) * shift for r in own]
                colour = COLOURS[place % len(COLOURS)]
                ax.plot(xs, [r["difference"] for r in own], color=colour, linestyle=DASHES[place % len(DASHES)], linewidth=1)
                ax.vlines(xs, [r["low"] for r in own], [r["high"] for r in own], color=colour, linewidth=0.9)
                for at, r in zip(xs, own, strict=True):
                    ax.plot(
                        at,
                        r["difference"],
                        MARKS[place % len(MARKS)],
                        color=colour,
                        markersize=2.8,
                        markerfacecolor="white" if r["is_base"] else colour,
                    )
            _better(ax, name)
            ax.set_title(_title(name), fontsize=6.5, pad=3)
            ax.tick_params(labelsize=6, pad=1.5)
            ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
            ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            ax.set_ylabel(OUTCOMES[name].unit, fontsize=6, labelpad=1)
            _bare(ax)
            if i + columns >= len(names):
                ax.set_xlabel(_wrapped(_factor(factor), 24), fontsize=6.3, labelpad=2)
        _hide(axes[len(names) :])
        _regime_legend(figure, labels, found.regimes)
        where = _where(found, scenario, rules)
        caption = (
            f"{_n(group['n'])} pairs at each level{where}. Paired difference to the base (open mark: same people, same luck, every other factor "
            f"at the base) with its 95 % interval, over {_factor(factor)}. Grey band: smaller than of interest. The arrow says which way is better; "
            f"its absence that neither is. Not adjusted for the number of levels and outcomes. {CAVEAT}"
        )
        _note(figure, caption)
        words = f"Difference to the base at the highest level, {levels[-1]:g}: " + "; ".join(
            f"{OUTCOMES[r['outcome']].label} {_signed(r['difference'])} ({_signed(r['low'])} to {_signed(r['high'])})"
            for r in group.filter(pl.col("level") == levels[-1], pl.col("regime") == labels[0]).to_dicts() if r["outcome"] in names
        ) + "."  # fmt: skip
        yield Drawing(f"dose-{_slug(factor)}-{_slug(scenario)}", f"More of {_factor(factor)}: what changes{where}", caption, words, figure)


def two_sides(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """What the high end of every factor buys and what it costs: the surest outcomes on both sides; then every outcome on its own."""
    for (scenario, rules, regime), group in table.group_by(LABELS, maintain_order=True):
        where = _where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        slug = "-".join(_slug(part) for part in (scenario, rules, regime) if part)
        yield _buys_and_costs(found, group, where, slug)
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        factors = list(dict.fromkeys(group["factor"]))
        for part, some in enumerate(_chunks(names, 4)):
            figure, axes = _frame(1, len(some), max(0.155 * len(factors), 0.5), left=1.45, top=0.38, lines=4, gap=0.28, between=0.5)
            for ax, name in zip(axes, some, strict=True):
                rows = {r["factor"]: r for r in group.filter(outcome=name).to_dicts()}
                _ends_panel(ax, [rows[factor] for factor in factors], name)
            _side_labels(axes[0], [_name(factor) for factor in factors])
            caption = (
                f"{_n(group['n'])} pairs{where}. Highest minus lowest level of each factor, all others at the base, within pairs, with 95 % interval. Blue "
                "triangle to the right: better at the high end; orange, to the left: worse; line: open, or no better side. Filled: also after Holm’s "
                f"correction over {_family(found)} outcomes of a factor. Grey band: smaller than of interest. {CAVEAT}"
            )
            _note(figure, caption)
            title = f"Both ends of each factor{where}: {', '.join(OUTCOMES[name].label for name in some)}"
            words = " ".join(_ends_words(group.filter(outcome=name), name) for name in some)
            yield Drawing(f"ends-{slug}-{part + 1}", title, caption, words, figure)


def _ends_panel(ax: Axes, rows: Sequence[Row], name: str) -> None:
    smallest = OUTCOMES[name].smallest
    ax.axvspan(-smallest, smallest, color=PALE, linewidth=0)
    ax.axvline(0, color=GREY, linewidth=0.5)
    for y, row in enumerate(rows):
        colour, mark = _side_style(row["side"])
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=1.2, solid_capstyle="butt")
        ax.plot(
            row["difference"], y, mark, color=colour, markersize=3.6, markerfacecolor=colour if row["p_holm"] < SIGNIFICANT else "white"
        )
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.tick_params(labelsize=6)
    ax.set_title(_title(name), fontsize=6.5, pad=3)
    ax.set_xlabel(OUTCOMES[name].unit, fontsize=6.3, labelpad=2)
    _bare(ax, "left")


def _side_style(side: str) -> tuple[str, str]:
    return {"better": (COLOURS[0], ">"), "worse": (COLOURS[1], "<")}.get(side, (GREY, "|"))


def _buys_and_costs(found: StudyResults, group: pl.DataFrame, where: str, slug: str) -> Drawing:
    """One line for each factor and side: the outcome with the largest standardised effect that is of interest and sure."""
    factors = list(dict.fromkeys(group["factor"]))
    figure, axes = _frame(1, 2, max(0.165 * len(factors), 0.5), left=1.45, top=0.3, lines=4, gap=0.15, between=0.5)
    words = []
    for ax, side, head in zip(axes, ("worse", "better"), ("worse at the high end", "better at the high end"), strict=True):
        colour, mark = _side_style(side)
        ax.axvspan(0, 1, color=PALE, linewidth=0)
        reach = 3.0
        for y, factor in enumerate(factors):
            row = strongest(group.filter(factor=factor, side=side))
            if row is None:
                ax.text(0.05, y, "–", fontsize=6, color=GREY, va="center")
                continue
            unit = OUTCOMES[row["outcome"]].smallest
            x = abs(row["difference"]) / unit
            low, high = sorted((abs(row["low"]) / unit, abs(row["high"]) / unit))
            ax.plot([low, high], [y, y], color=colour, linewidth=1.3, solid_capstyle="butt")
            ax.plot(x, y, mark, color=colour, markersize=4)
            label = OUTCOMES[row["outcome"]].label
            ax.text(high * 1.12 + 0.1, y, label, fontsize=6, va="center", ha="left")
            reach = max(reach, high)
            words.append(
                f"{_name(factor)}, {side}: {label}, by {_signed(row['difference'])} ({_signed(row['low'])} to {_signed(row['high'])})."
            )
        ax.set_xscale("symlog", linthresh=1, linscale=0.9)
        ax.set_xlim(0, reach * 30)
        ticks = [0.0, *(10.0**p for p in range(math.ceil(math.log10(reach)) + 1))]
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
        ax.xaxis.set_minor_locator(mpl.ticker.NullLocator())
        ax.set_ylim(len(factors) - 0.4, -0.6)
        ax.set_yticks([])
        ax.set_title(head, color=colour, fontsize=7.5, pad=5)
        ax.set_xlabel("smallest effects of interest")
        _bare(ax, "left")
    _side_labels(axes[0], [_name(factor) for factor in factors])
    caption = (
        f"{_n(group['n'])} pairs{where}. For each factor the outcome that is worst hit (left) and the one that gains most (right) when it goes from "
        "its lowest to its highest level, all others at the base: mean difference within pairs with 95 % interval, in units of the outcome’s "
        f"smallest effect of interest (logarithmic beyond 1). Shown when zero lies outside also after Holm’s correction over {_family(found)} outcomes "
        f"of a factor and the interval is not all smaller than of interest (–: nothing is); as the strongest of many they are likely to be somewhat overestimated. {CAVEAT}"
    )
    _note(figure, caption)
    return Drawing(
        f"buys-and-costs-{slug}",
        f"What the high end of each factor buys, and what it costs{where}",
        caption,
        " ".join(words) or "Nothing is sure and of interest.",
        figure,
    )


def strongest(rows: pl.DataFrame) -> Row | None:
    """The sure difference of interest with the largest standardised effect; of outcomes that can be better for the same people."""
    from experiments.prices import is_price

    sure = [r for r in rows.to_dicts() if r["p_holm"] < SIGNIFICANT and not r["negligible"] and is_price(r["outcome"])]
    return max(sure, key=lambda row: abs(row["effect"]), default=None)


def _ends_words(rows: pl.DataFrame, name: str) -> str:
    sides = {
        side: [_name(r["factor"]) for r in rows.filter(side=side).to_dicts() if r["p_holm"] < SIGNIFICANT] for side in ("better", "worse")
    }
    return f"{OUTCOMES[name].label}: better at the high end of {_listed(sides['better'])}; worse at that of {_listed(sides['worse'])}."


def parts(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """Bars forward and backward for each practice, the sum, and what remains; four outcomes in a figure."""
    first, second = (readable(label) for label in found.study["design"]["base"])
    names = [name for name in found.headline if name in table["outcome"].to_list()]
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        practices = _parts_of(group)
        where = _where(found, scenario, rules)
        for part, some in enumerate(_chunks(names, 4)):
            single = [practice for practice, is_part in practices if is_part]
            whole = [practice for practice, is_part in practices if not is_part]
            upper = 0.2 * max(len(single), 2)
            figure, axes = _frame(1, len(some), upper, left=1.45, top=0.62, lines=12, gap=0.28, between=0.5)
            lower = [_below(ax, upper, 0.2 * len(whole), 0.24) for ax in axes]
            for ax, under, name in zip(axes, lower, some, strict=True):
                rows = {r["practice"]: r for r in group.filter(outcome=name).to_dicts()}
                _parts_panel(ax, [rows[practice] for practice in single])
                _parts_panel(under, [rows[practice] for practice in whole])
                ax.set_title(_title(name), fontsize=6.5, pad=3)
                good = {"up": "better →", "down": "← better"}.get(OUTCOMES[name].good, "no better side")
                under.set_xlabel(f"{OUTCOMES[name].unit}; {good}", fontsize=6.3, labelpad=2)
            _side_labels(axes[0], [_name(practice) for practice in single])
            _side_labels(lower[0], whole)
            _legend(
                figure,
                [
                    Patch(facecolor=COLOURS[0], label="forward"),
                    Patch(facecolor="white", edgecolor=COLOURS[1], hatch="//////", label="backward"),
                ],
            )
            caption = (
                f"{_n(group['n'])} pairs{where}. What single practices account for in the difference {second} − {first}. Forward: {first} with "
                f"{second}’s value of the practice, minus {first}; backward: {second}, minus {second} with {first}’s value. Lines: 95 % intervals of paired "
                "differences, not adjusted for their number. Below, on a scale of its own: the whole difference, the sum of the bars, and what they leave unexplained: "
                f"practices that work only together, or stand in for each other. The arrow says which way is better. {CAVEAT}"
            )
            _note(figure, caption)
            title = f"Which practices make the difference{where}: {', '.join(OUTCOMES[name].label for name in some)}"
            words = " ".join(_parts_words(group.filter(outcome=name), name) for name in some)
            yield Drawing(f"parts-{_slug(scenario)}-{part + 1}", title, caption, words, figure)


def _parts_of(group: pl.DataFrame) -> list[tuple[str, bool]]:
    return list(dict.fromkeys(group.select("practice", "is_part").rows()))


def _parts_panel(ax: Axes, rows: Sequence[Row]) -> None:
    ax.axvline(0, color=GREY, linewidth=0.6)
    styles = (
        ("forward", -0.19, {"facecolor": COLOURS[0]}),
        ("backward", 0.19, {"facecolor": "white", "edgecolor": COLOURS[1], "hatch": "//////"}),
    )
    for y, row in enumerate(rows):
        for side, shift, style in styles:
            if math.isfinite(row[side]):
                ax.barh(y + shift, row[side], height=0.36, linewidth=0.5, **style)
                ax.plot([row[f"{side}_low"], row[f"{side}_high"]], [y + shift] * 2, color="#1b1f23", linewidth=0.8, solid_capstyle="butt")
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    ax.tick_params(labelsize=6, pad=1.5)
    _bare(ax, "left")


def _below(ax: Axes, height: float, own: float, gap: float) -> Axes:
    """A panel of a height in inches under another, in the same column."""
    box = ax.get_position()
    inch = box.height / height
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    return figure.add_axes((box.x0, box.y0 - (gap + own) * inch, box.width, own * inch))


def _parts_words(rows: pl.DataFrame, name: str) -> str:
    single = sorted(rows.filter("is_part").to_dicts(), key=lambda r: -abs(r["forward"]) if math.isfinite(r["forward"]) else 0)[:3]
    whole = {r["practice"]: r for r in rows.filter(~pl.col("is_part")).to_dicts()}
    largest = ", ".join(f"{_name(r['practice'])} {_signed(r['forward'])} forward and {_signed(r['backward'])} backward" for r in single)
    left = whole["unexplained"]
    return (
        f"{OUTCOMES[name].label}: difference {_signed(whole['difference']['forward'])}; largest parts {largest}; "
        f"unexplained {_signed(left['forward'])} forward, {_signed(left['backward'])} backward."
    )


def correlations(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """Rank correlations of factors with outcomes, regimes side by side."""
    series = [{"regime": label} for label in found.regimes]
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        where = _where(found, scenario, rules)
        caption = (
            f"{_n(group['n'])} rows of the design{where}. Spearman’s rank correlation of a factor with the mean of an outcome over {_replications(found)} replications, "
            "with the 95 % interval of a bootstrap over rows. Above 0: the outcome is higher where the factor is; whether that is better says the outcome. "
            f"Not adjusted for the number of factors and outcomes. {CAVEAT}"
        )
        for drawing in _dots(found, group, series, ("rho", "low", "high"), caption, (-1, 1), "rank correlation"):
            yield replace(
                drawing, name=f"correlations-{_slug(scenario)}-{drawing.name}", title=f"Which conditions go with which outcomes{where}"
            )


def indices(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """First and total Sobol' indices; a figure for each regime."""
    for (scenario, rules, regime), group in table.group_by(LABELS, maintain_order=True):
        long = pl.concat(
            group.select(
                "outcome",
                "factor",
                index=pl.lit(label),
                value=pl.col(key),
                low=pl.col(key) - pl.col(f"{key}_half_width"),
                high=pl.col(key) + pl.col(f"{key}_half_width"),
            )
            for key, label in (("first", "first: alone"), ("total", "total: with others"))
        )
        where = _where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        n = f"n = {group['points'].max()} points, {_count(group)} replications averaged at each"
        caption = (
            f"{n}{where}. Sobol’ indices: the share of an outcome’s variation over the design that is owed to a factor alone (first) and together with "
            f"others (total), with bootstrapped 95 % intervals. Estimates may fall below 0 or above 1 by chance. Outcomes without indices did not vary, or lack points. {CAVEAT}"
        )
        series = [{"index": label} for label in ("first: alone", "total: with others")]
        for drawing in _dots(found, long, series, ("value", "low", "high"), caption, (-0.2, 1.2), "share of variation"):
            yield replace(
                drawing,
                name=f"sobol-{_slug(scenario)}-{_slug(regime)}-{drawing.name}",
                title=f"How much of the variation is owed to which factor{where}",
            )


def _dots(
    found: StudyResults,
    table: pl.DataFrame,
    series: Sequence[dict[str, str]],
    keys: tuple[str, str, str],
    caption: str,
    limits: tuple[float, float],
    label: str,
) -> Iterator[Drawing]:
    """Panels of outcomes, a line for each factor, a mark with interval for each of a series."""
    names = [name for name in found.headline if name in table["outcome"].to_list()]
    factors = list(dict.fromkeys(table["factor"]))
    value, low, high = keys
    height = max(0.5, (0.07 + 0.075 * len(series)) * len(factors))
    fit = max(1, int((TALL - 1.4) / (height + 0.44))) * 4
    for part, some in enumerate(_chunks(names, fit)):
        figure, axes = _frame(-(-len(some) // 4), 4, height, left=1.45, top=0.52, lines=4, gap=0.2, between=0.44)
        for i, (ax, name) in enumerate(zip(axes, some, strict=False)):
            ax.axvline(0, color=GREY, linewidth=0.5)
            for k, only in enumerate(series):
                rows = {r["factor"]: r for r in table.filter(outcome=name, **only).to_dicts()}
                for y, factor in enumerate(factors):
                    row = rows.get(factor)
                    if row is None or not math.isfinite(row[value]):
                        continue
                    at = y + (k - (len(series) - 1) / 2) * 0.8 / max(len(series), 2)
                    ends = np.clip([row[low], row[high]], *limits)
                    ax.plot(ends, [at, at], color=COLOURS[k % len(COLOURS)], linewidth=1, solid_capstyle="butt")
                    ax.plot(
                        np.clip(row[value], *limits),
                        at,
                        MARKS[k % len(MARKS)],
                        color=COLOURS[k % len(COLOURS)],
                        markersize=2.8,
                        clip_on=False,
                    )
            for y in range(1, len(factors)):
                ax.axhline(y - 0.5, color=PALE, linewidth=0.5, zorder=0)
            ax.set_ylim(len(factors) - 0.45, -0.55)
            ax.set_xlim(*limits)
            ax.set_yticks([])
            ax.tick_params(labelsize=6)
            ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            ax.set_title(_title(name), fontsize=6.5, pad=3)
            _bare(ax, "left")
            if i % 4 == 0:
                _side_labels(ax, [_name(factor) for factor in factors])
            if i + 4 >= len(some):
                ax.set_xlabel(label, fontsize=6.3, labelpad=2)
        _hide(axes[len(some) :])
        if len(series) > 1:
            handles = [
                Line2D(
                    [],
                    [],
                    color=COLOURS[k % len(COLOURS)],
                    marker=MARKS[k % len(MARKS)],
                    markersize=3.5,
                    linewidth=1,
                    label=readable(next(iter(only.values()))),
                )
                for k, only in enumerate(series)
            ]
            _legend(figure, handles)
        _note(figure, caption)
        known = table.filter(pl.col("outcome").is_in(some), pl.col(value).is_finite()).sort(pl.col(value).abs(), descending=True).head(5)
        words = "Strongest: " + "; ".join(
            f"{_name(r['factor'])} and {OUTCOMES[r['outcome']].label}{_of_series(r, series)} {r[value]:.2f} ({r[low]:.2f} to {r[high]:.2f})"
            for r in known.to_dicts()
        )
        yield Drawing(str(part + 1), label, caption, words.replace("-", "−") if known.height else "No index could be reckoned.", figure)


def _of_series(row: Row, series: Sequence[dict[str, str]]) -> str:
    key = next(iter(series[0]))
    return f" [{row[key]}]" if len(series) > 1 else ""


def screening(found: StudyResults, table: pl.DataFrame) -> Iterator[Drawing]:
    """mu* against sigma: a panel for each headline outcome; the strongest factors by number."""
    for (scenario, rules, regime), group in table.group_by(LABELS, maintain_order=True):
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        factors = list(dict.fromkeys(group["factor"]))
        number = {factor: place for place, factor in enumerate(factors, 1)}
        columns, key_lines = 5, -(-len(factors) // 6)
        figure, axes = _frame(
            -(-len(names) // columns), columns, 0.85, left=0.5, top=0.38, lines=4 + key_lines, gap=0.54, between=0.44, right=0.22
        )
        for i, (ax, name) in enumerate(zip(axes, names, strict=False)):
            rows = [r for r in group.filter(outcome=name).to_dicts() if math.isfinite(r["mu_star"])]
            rows.sort(key=lambda row: -row["mu_star"])
            top = max((r["mu_star"] + r["mu_star_half_width"] for r in rows), default=1.0) or 1.0
            tall = max((r["sigma"] for r in rows), default=1.0) or 1.0
            for row in rows:
                strong = row in rows[:5]
                ax.plot(
                    np.clip([row["mu_star"] - row["mu_star_half_width"], row["mu_star"] + row["mu_star_half_width"]], 0, None), [row["sigma"]] * 2,
                    color=COLOURS[0] if strong else "#b5b9bd", linewidth=0.7, zorder=2 if strong else 1,
                )  # fmt: skip
                ax.plot(
                    row["mu_star"],
                    row["sigma"],
                    "o",
                    color=COLOURS[0] if strong else "#8b9095",
                    markersize=2.4 if strong else 1.6,
                    zorder=3,
                )
            strong = rows[:5]
            for row, y in zip(strong, _apart([row["sigma"] / (1.28 * tall) for row in strong], 0.15), strict=True):
                at = (1.03, y + 0.0625)
                ax.plot([row["mu_star"], top * 1.1], [row["sigma"], y * 1.28 * tall], color=COLOURS[0], linewidth=0.3, alpha=0.6, zorder=2)
                ax.text(*at, str(number[row["factor"]]), fontsize=6, ha="left", va="center", transform=ax.transAxes, color=COLOURS[0])
            if not rows:
                ax.text(
                    0.5, 0.5, "does not vary,\nor lacks points", transform=ax.transAxes, ha="center", va="center", fontsize=6, color=GREY
                )
            ax.set_xlim(0, top * 1.1)
            ax.set_ylim(-0.08 * tall, tall * 1.2)
            ax.tick_params(labelsize=6, pad=1.5)
            ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            ax.set_title(_title(name), fontsize=6.5, pad=3)
            _bare(ax)
            if i + columns >= len(names):
                ax.set_xlabel("μ* (size of the effect)", fontsize=6.3, labelpad=2)
            if i % columns == 0:
                ax.set_ylabel("σ (depends on others)", fontsize=6.3, labelpad=2)
        _hide(axes[len(names) :])
        where = _where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        caption = (
            f"n = {group['points'].max()} points, {_count(group)} replications averaged at each{where}. Morris’ screening: mean size of a factor’s effect over its "
            "whole range (μ*, with bootstrapped 95 % interval) against how much that effect depends on the other factors (σ), in units of the outcome. "
            f"Numbers: the five strongest. {CAVEAT}"
        )
        keys = "   ".join(f"{n} {_name(factor)}".replace(" ", "\u00a0") for factor, n in number.items())
        _note(figure, caption, keys)
        words = " ".join(
            f"{OUTCOMES[name].label}: " + ", ".join(f"{_name(r['factor'])} {r['mu_star']:.3g}" for r in group.filter(outcome=name).sort("mu_star", descending=True, nulls_last=True).head(3).to_dicts()) + "."
            for name in names
        )  # fmt: skip
        yield Drawing(
            f"morris-{_slug(scenario)}-{_slug(regime)}", f"Which factors matter, alone or with others{where}", caption, words, figure
        )


# --- shared --------------------------------------------------------------------------------------------------------


def _frame(
    rows: int, columns: int, height: float, *, left: float, top: float, lines: float, gap: float, between: float, right: float = 0.1
) -> tuple[Figure, list[Axes]]:
    """Panels of a height in inches, with room for a note of so many lines. gap: between columns; between: rows (and axis labels)."""
    below = 0.42 + 0.115 * lines
    gap = max(gap, 0.12)
    total = top + rows * height + (rows - 1) * between + below
    figure = Figure(figsize=(WIDTH, total))
    width = (WIDTH - left - right - (columns - 1) * gap) / columns
    axes = []
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        x = left + column * (width + gap)
        y = total - top - row * (height + between) - height
        axes.append(figure.add_axes((x / WIDTH, y / total, width / WIDTH, height / total)))
    return figure, axes


def _note(figure: Figure, text: str, keys: str = "") -> None:
    """The words below a figure."""
    lines = textwrap.wrap(keys, NOTE, break_on_hyphens=False) if keys else []
    lines += textwrap.wrap(text, NOTE)
    figure.text(0.012, 0.06 / figure.get_figheight(), "\n".join(lines), fontsize=6.2, color="#444444", va="bottom", linespacing=1.32)


def _legend(figure: Figure, handles: Sequence[Any]) -> None:
    figure.legend(
        handles=handles, loc="upper center", ncols=min(len(handles), 4), frameon=False, fontsize=7.5, handlelength=2.4,
        bbox_to_anchor=(0.5, 1 - 0.03 / figure.get_figheight()), borderaxespad=0.0,
    )  # fmt: skip


def _regime_legend(figure: Figure, labels: Sequence[str], regimes: Sequence[str]) -> None:
    if len(labels) < 2:
        return
    places = [regimes.index(label) for label in labels]
    _legend(
        figure,
        [
            Line2D(
                [],
                [],
                color=COLOURS[p % len(COLOURS)],
                linestyle=DASHES[p % len(DASHES)],
                marker=MARKS[p % len(MARKS)],
                markersize=3.5,
                label=readable(label),
            )
            for p, label in zip(places, labels, strict=True)
        ],
    )


def _outcome_labels(ax: Axes, names: Sequence[str]) -> None:
    _side_labels(ax, [OUTCOMES[name].label + ("°" if OUTCOMES[name].good == "none" else "") for name in names])


def _side_labels(ax: Axes, labels: Sequence[str]) -> None:
    """Words left of a panel, one a line; too long ones shortened."""
    ax.set_yticks(range(len(labels)), [_short(label, 34) for label in labels], fontsize=6.5)
    ax.tick_params(axis="y", length=0)


def _bare(ax: Axes, *without: str) -> None:
    ax.spines[["top", "right", *without]].set_visible(False)


def _hide(axes: Sequence[Axes]) -> None:
    for ax in axes:
        ax.set_visible(False)


def _apart(places: Sequence[float], least: float) -> list[float]:
    """Places between 0 and 1, moved so that any two are at least so far apart; the order stays."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for k in range(1, len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + least)
    ceiling = 0.9
    for k in reversed(range(len(moved))):
        moved[k] = ceiling = min(moved[k], ceiling)
        ceiling -= least
    found = dict(zip(order, moved, strict=True))
    return [found[i] for i in range(len(places))]


def _better(ax: Axes, name: str) -> None:
    sign = {"up": "↑", "down": "↓"}.get(OUTCOMES[name].good)
    if sign:
        ax.text(1.0, 1.0, sign, transform=ax.transAxes, ha="right", va="top", fontsize=7, color=GREY)


def _wash(place: int) -> str:
    """A regime's colour, light enough to read a letter on."""
    red, green, blue = mpl.colors.to_rgb(COLOURS[place % len(COLOURS)])
    return mpl.colors.to_hex(tuple(0.55 + 0.45 * part for part in (red, green, blue)))


def _title(name: str) -> str:
    return _wrapped(OUTCOMES[name].label + ("°" if OUTCOMES[name].good == "none" else ""), 24)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _name(factor: str) -> str:
    return factor.removeprefix("problems.").replace("_", " ")


def _factor(factor: str) -> str:
    """Its name with its unit."""
    unit = KEYS[factor].unit if factor in KEYS else ""
    return f"{_name(factor)}" + (f" ({unit})" if unit else "")


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in text).strip("-").lower()[:40]


def _levels(group: pl.DataFrame, factor: str) -> list[float]:
    return [float(value) for value in group[factor].unique().sort()]


def _where(found: StudyResults, scenario: str, rules: str) -> str:
    """The scenario, when there are several, and the rule file when there is one."""
    several = found.points["scenario"].n_unique() > 1
    return (f", scenario {scenario}" if several else "") + (f", rules {rules}" if rules else "")


def _n(column: pl.Series) -> str:
    """n = 20, or n = 18 to 20."""
    low, high = column.min(), column.max()
    return f"n = {low}" if low == high else f"n = {low} to {high}"


def _count(group: pl.DataFrame) -> str:
    low, high = group["n_low"].min(), group["n_high"].max()
    return f"{low}" if low == high else f"{low} to {high}"


def _replications(found: StudyResults) -> str:
    counts = found.runs.group_by("point").len()["len"]
    return f"{counts.min()}" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"


def _family(found: StudyResults) -> int:
    return len(found.outcomes)


def _listed(names: Sequence[str]) -> str:
    return "nothing" if not names else ", ".join(names)


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−") if math.isfinite(value) else "–"


def _chunks(items: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """As few parts as possible of at most so many, as even as possible."""
    number = -(-len(items) // most)
    start = 0
    for part in range(number):
        size = (len(items) - start) // (number - part)
        yield items[start : start + size]
        start += size


__all__ = ["Drawing", "drawings", "duels", "write"]
