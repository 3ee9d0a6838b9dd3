"""Figures of a study that compare regimes: differences, shares of rows, and maps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, NullLocator

from experiments.reporting import drawing as draw
from experiments.reporting.findings import Findings
from experiments.shared.rows import Row
from experiments.shared.style import COLOURS, places, readable
from experiments.shared.text import CAVEAT, counted, spanned
from experiments.shared.verdicts import AHEAD, BEHIND, SIGNIFICANT
from model.measures.weekly import OUTCOMES


def differences(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield for every scenario a figure: a column for each two regimes, a line for each outcome, in its smallest effects of interest."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    for (scenario, rules, row), group in table.group_by("scenario", "rules", "row", maintain_order=True):
        pairs = list(dict.fromkeys(group.select("first", "second").rows()))
        names = list(dict.fromkeys(group["outcome"]))
        for part, some in enumerate(draw.chunks(pairs, 3)):
            figure, axes = draw.frame(1, len(some), 0.165 * len(names), left=1.75, top=0.5, lines=5, gap=0.12, between=0.45)
            for ax, (first, second) in zip(axes, some, strict=True):
                rows = {r["outcome"]: r for r in group.filter(first=first, second=second).to_dicts()}
                _differences_panel(ax, [rows[name] for name in names], found.regimes)
                ax.set_title(f"{readable(second)} − {readable(first)}", fontsize=7.5, pad=15)
            draw.outcome_labels(axes[0], names)
            where = draw.where(found, scenario, rules) + (f", row {row + 1} of the design" if table["row"].n_unique() > 1 else "")
            n = spanned(group["n"], "pair")
            caption = (
                f"n = {n}{where}. Mean difference within pairs (same people, same luck) with its 95 % interval, in units of the smallest "
                "effect of interest of each outcome (grey band: smaller than that; the axis is logarithmic beyond 1). Right: the outcome "
                "is better under the first-named regime; ° has no better side, right is higher. Filled: zero lies outside also after "
                "Holm’s "
                f"correction over the {counted(draw.family(found), 'outcome')} of the pair. In colour: that, and not too small to "
                f"matter. {CAVEAT}"
            )
            draw.note(figure, caption)
            slug = "-".join(["differences", draw.slug(scenario), *([draw.slug(rules)] if rules else []), *([str(row)] if row else [])])
            title = f"What differs between regimes{where}"
            alt = " ".join(_duel_words(group, first, second) for first, second in some)
            yield draw.Drawing(slug + (f"-{part + 1}" if len(pairs) > 3 else ""), title, caption, alt, figure)


def _differences_panel(ax: Axes, rows: Sequence[Row], regimes: Sequence[str]) -> None:
    ax.axvspan(-1, 1, color=draw.PALE, linewidth=0)
    ax.axvline(0, color=draw.GREY, linewidth=0.6)
    reach = 2.0
    for y, row in enumerate(rows):
        unit = OUTCOMES[row["outcome"]].smallest * (-1 if row["good"] == "down" else 1)
        if not math.isfinite(row["low"]):
            ax.text(
                0,
                y,
                "n < 2" if row["n"] < 2 else "never" if math.isfinite(row["never"]) else "all alike",
                ha="center",
                va="center",
                fontsize=6,
                color=draw.GREY,
            )
            continue
        x, low, high = row["difference"] / unit, *sorted((row["low"] / unit, row["high"] / unit))
        side = {AHEAD: row["second"], BEHIND: row["first"]}.get(row["ahead"])
        place = places(regimes)[side] if side else 0
        colour = COLOURS[place % len(COLOURS)] if side else draw.GREY
        sure = row["p_holm"] < SIGNIFICANT
        ax.plot([low, high], [y, y], color=colour, linewidth=1.3, solid_capstyle="butt")
        ax.plot(
            x,
            y,
            draw.MARKS[place % len(draw.MARKS)] if side else "|",
            color=colour,
            markersize=4,
            markerfacecolor=colour if sure else "white",
        )
        reach = max(reach, abs(low), abs(high))
    ax.set_xscale("symlog", linthresh=1, linscale=0.9)
    _symlog_ticks(ax, reach)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    draw.bare(ax, "left")
    first, second = rows[0]["first"], rows[0]["second"]
    for x, label, align in ((0.0, f"← {readable(first)}", "left"), (1.0, f"{readable(second)} →", "right")):
        place = places(regimes)[first if align == "left" else second]
        ax.text(
            x,
            1.008,
            draw.short(label, 24),
            transform=ax.transAxes,
            ha=align,
            va="bottom",
            fontsize=6.3,
            color=COLOURS[place % len(COLOURS)],
        )
    ax.set_xlabel("smallest effects of interest")


def _symlog_ticks(ax: Axes, reach: float) -> None:
    """Label the axis with plain numbers: -10, -1, 0, 1, 10, ..."""
    top = max(1, math.ceil(math.log10(reach * 1.05)))
    powers = [10.0**p for p in range(top + 1)]
    if top > 2:
        powers = powers[:1] + powers[2 - top % 2 :: 2]
    ax.set_xlim(-reach * 1.25, reach * 1.25)
    ticks = [t for t in (*(-p for p in reversed(powers)), 0.0, *powers) if abs(t) <= reach * 1.25]
    ax.set_xticks(ticks)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    ax.xaxis.set_minor_locator(NullLocator())


def _duel_words(group: pl.DataFrame, first: str, second: str) -> str:
    """Return in words which regime is ahead in which outcomes, after Holm's correction."""
    rows = group.filter(first=first, second=second).to_dicts()
    sure = [row for row in rows if row["p_holm"] < SIGNIFICANT and row["good"] != "none" and not row["negligible"]]
    sides = {side: [OUTCOMES[row["outcome"]].label for row in sure if row["ahead"] == side] for side in (AHEAD, BEHIND)}
    return (
        f"{readable(second)} against {readable(first)}: {readable(second)} is ahead in {draw.listed(sides[AHEAD])}; "
        f"{readable(first)} in {draw.listed(sides[BEHIND])}; the rest is open, too small to matter, or has no better side."
    )


def shares_of_rows(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield figures of the share of design rows in which either of two regimes is ahead, for each outcome."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        pairs = list(dict.fromkeys(group.select("first", "second").rows()))
        names = list(dict.fromkeys(group["outcome"]))
        for part, some in enumerate(draw.chunks(pairs, 3)):
            figure, axes = draw.frame(1, len(some), 0.165 * len(names), left=1.75, top=0.28, lines=4, gap=0.22, between=0.45)
            for ax, (first, second) in zip(axes, some, strict=True):
                rows = {r["outcome"]: r for r in group.filter(first=first, second=second).to_dicts()}
                for y, name in enumerate(names):
                    row, left = rows[name], 0.0
                    for key, label in (("share_first", first), ("share_open", ""), ("share_second", second)):
                        place = places(found.regimes)[label] if label else -1
                        style: dict[str, Any] = {"facecolor": draw.PALE}
                        if label:
                            style = {"facecolor": COLOURS[place % len(COLOURS)], "hatch": draw.HATCHES[place % len(draw.HATCHES)]}
                        ax.barh(y, row[key], left=left, height=0.72, edgecolor="white", linewidth=0.3, **style)
                        left += row[key]
                ax.set_ylim(len(names) - 0.4, -0.6)
                ax.set_xlim(0, 1)
                ax.set_yticks([])
                ax.set_xticks([0, 0.5, 1], ["0", "50", "100"])
                draw.bare(ax, "left")
                ax.set_title(f"{readable(first)}  |  open  |  {readable(second)}", fontsize=7, pad=4)
                ax.set_xlabel("% of rows")
            draw.outcome_labels(axes[0], names)
            where = draw.where(found, scenario, rules)
            caption = (
                f"n = {counted(max(group['rows'].to_list()), 'row')} of the design, "
                f"{spanned([*group['n_low'], *group['n_high']], 'pair')} in "
                f"each{where}. Share of rows in which "
                "either regime is ahead (° no better side: higher): 0 lies outside the 95 % interval also after Holm’s correction within a "
                "row, and the difference is not too small to matter; grey: open. Rows are not adjusted for their number. " + CAVEAT
            )
            draw.note(figure, caption)
            words = [
                f"{readable(second)} against {readable(first)}: " + "; ".join(
                    f"{OUTCOMES[r['outcome']].label} {100 * r['share_second']:.0f} % to {100 * r['share_first']:.0f} %"
                    for r in group.filter(first=first, second=second).to_dicts()
                ) + "."
                for first, second in some
            ]  # fmt: skip
            title = f"In how much of the design either regime is ahead{where}"
            yield draw.Drawing("-".join(["wins", draw.slug(scenario), str(part + 1)]), title, caption, " ".join(words), figure)


def maps(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield a figure for every scenario and every setting of further factors: a map over two factors for each headline outcome."""
    factors = found.factors
    if not factors:
        return
    x, y = (factors[0], factors[1]) if len(factors) > 1 else (factors[0], None)
    others = factors[2:]
    table = table.filter(pl.col("outcome").is_in(found.headline))
    letters = letters_of(found.regimes)
    slices = table.group_by("scenario", "rules", *others, maintain_order=True)
    for place, (setting, group) in enumerate(slices):
        if place >= draw.MOST_MAPS:
            return
        names = list(dict.fromkeys(group["outcome"]))
        at = ", ".join(f"{draw.with_unit(name)} {value:g}" for name, value in zip(others, setting[2:], strict=True))
        where = draw.where(found, *setting[:2]) + (f", {at}" if at else "")
        columns = 5
        rows = -(-len(names) // columns)
        figure, axes = draw.frame(rows, columns, 0.95, left=0.5, top=0.55, lines=5, gap=0.2, between=0.38)
        xs, ys = draw.levels(group, x), draw.levels(group, y) if y else [0.0]
        for i, (ax, name) in enumerate(zip(axes, names, strict=False)):
            cells = {(r[x], r[y] if y else 0.0): r for r in group.filter(outcome=name).to_dicts()}
            _map_panel(ax, cells, xs, ys, found.regimes, letters)
            ax.set_title(draw.title(name), fontsize=6.5, pad=3)
            last = i + columns >= len(names)
            ax.set_xticks(range(len(xs)), [f"{v:g}" for v in xs] if last else [""] * len(xs), fontsize=6)
            ax.set_yticks(range(len(ys)), [f"{v:g}" for v in ys] if i % columns == 0 and y else [""] * len(ys), fontsize=6)
            if last:
                ax.set_xlabel(draw.wrapped(draw.with_unit(x), 24), fontsize=6.3, labelpad=2)
            if i % columns == 0 and y:
                ax.set_ylabel(draw.wrapped(draw.with_unit(y), 22), fontsize=6.3, labelpad=2)
        draw.hide(axes[len(names) :])
        keys = [
            Patch(
                facecolor=draw.wash(k),
                edgecolor=COLOURS[k % len(COLOURS)],
                hatch=draw.HATCHES[k % len(draw.HATCHES)],
                label=f"{letters[r]}  {readable(r)} ahead",
            )
            for r, k in places(found.regimes).items()
        ]
        draw.legend(figure, [*keys, Patch(facecolor="white", edgecolor="#b5b9bd", label="open")])
        caption = (
            f"n = {spanned(group['n'], 'pair')} in each cell{where}. A cell carries a regime that is ahead of each other one: 0 lies "
            "outside the 95 % interval of their paired difference also after Holm’s correction over the pairs of regimes in the cell, and "
            "the difference is not too small to matter (° no better side: higher); it is open when nobody is ahead of all others. "
            "Differences and intervals "
            f"stand in the table of the map. Cells are not adjusted for their number ({len(xs) * len(ys)} in each map). {CAVEAT}"
        )
        draw.note(figure, caption)
        title = f"Which regime is ahead where{where}"
        yield draw.Drawing(f"map-{place + 1}", title, caption, " ".join(_map_words(group, names, found.regimes)), figure)


def _map_panel(
    ax: Axes, cells: Mapping[tuple[float, float], Row], xs: list[float], ys: list[float], regimes: Sequence[str], letters: dict[str, str]
) -> None:
    for i, x in enumerate(xs):
        for j, y in enumerate(ys):
            winner = cells[x, y]["winner"] if (x, y) in cells else None
            place = places(regimes).get(winner) if winner else None
            colour = "white" if place is None else draw.wash(place)
            edge = "#b5b9bd" if place is None else COLOURS[place % len(COLOURS)]
            hatch = None if place is None else draw.HATCHES[place % len(draw.HATCHES)]
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
    """Return one letter for each regime: the first letter of its name not yet used, else a number."""
    found: dict[str, str] = {}
    for place, regime in enumerate(regimes):
        free = [c.upper() for c in regime if c.isalpha() and c.upper() not in found.values()]
        found[regime] = free[0] if free else str(place + 1)
    return found
