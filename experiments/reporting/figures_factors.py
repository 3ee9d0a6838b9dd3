"""Figures of studies that change one factor or practice at a time: dose-response, both ends, decompositions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator

from experiments.reporting import drawing as draw
from experiments.reporting.findings import Findings
from experiments.reporting.frames import LABELS
from experiments.shared.rows import Row
from experiments.shared.style import COLOURS, DASHES, places, readable
from experiments.shared.text import CAVEAT, counted, spanned
from experiments.shared.verdicts import SIGNIFICANT
from model.measures.weekly import OUTCOMES


def doses(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield a figure for every factor with at least three levels: a panel for each headline outcome, a line for each regime."""
    for (scenario, rules, factor), group in table.group_by("scenario", "rules", "factor", maintain_order=True):
        levels = draw.levels(group, "level")
        if len(levels) < 3 + (not bool(group.filter(pl.col("is_base"))["level"].is_in([levels[0], levels[-1]]).all())):
            continue
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        labels = list(dict.fromkeys(group["regime"]))
        rows, columns = -(-len(names) // 5), 5
        figure, axes = draw.frame(rows, columns, 0.78, left=0.5, top=0.52 if len(labels) > 1 else 0.36, lines=4, gap=0.52, between=0.44)
        shift = (levels[-1] - levels[0]) * 0.012
        for i, (ax, name) in enumerate(zip(axes, names, strict=False)):
            smallest = OUTCOMES[name].smallest
            ax.axhspan(-smallest, smallest, color=draw.PALE, linewidth=0)
            ax.axhline(0, color=draw.GREY, linewidth=0.5)
            for k, label in enumerate(labels):
                own = group.filter(outcome=name, regime=label).sort("level").to_dicts()
                place = places(found.regimes)[label]
                xs = [r["level"] + (k - (len(labels) - 1) / 2) * shift for r in own]
                colour = COLOURS[place % len(COLOURS)]
                ax.plot(xs, [r["difference"] for r in own], color=colour, linestyle=DASHES[place % len(DASHES)], linewidth=1)
                ax.vlines(xs, [r["low"] for r in own], [r["high"] for r in own], color=colour, linewidth=0.9)
                for at, r in zip(xs, own, strict=True):
                    ax.plot(
                        at,
                        r["difference"],
                        draw.MARKS[place % len(draw.MARKS)],
                        color=colour,
                        markersize=2.8,
                        markerfacecolor="white" if r["is_base"] else colour,
                    )
            draw.better(ax, name)
            ax.set_title(draw.title(name), fontsize=6.5, pad=3)
            ax.tick_params(labelsize=6, pad=1.5)
            ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
            ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            ax.set_ylabel(OUTCOMES[name].unit, fontsize=6, labelpad=1)
            draw.bare(ax)
            if i + columns >= len(names):
                ax.set_xlabel(draw.wrapped(draw.with_unit(factor), 24), fontsize=6.3, labelpad=2)
        draw.hide(axes[len(names) :])
        draw.regime_legend(figure, labels, found.regimes)
        where = draw.where(found, scenario, rules)
        caption = (
            f"n = {spanned(group['n'], 'pair')} at each level{where}. Paired difference to the base (open mark: same people, same luck, "
            f"every other factor "
            f"at the base) with its 95 % interval, over {draw.with_unit(factor)}. Grey band: smaller than of interest. The arrow says "
            f"which way is better; "
            f"its absence that neither is. Not adjusted for the number of levels and outcomes. {CAVEAT}"
        )
        draw.note(figure, caption)
        words = f"Difference to the base at the highest level, {levels[-1]:g}: " + "; ".join(
            f"{OUTCOMES[r['outcome']].label} {draw.signed(r['difference'])} ({draw.signed(r['low'])} to {draw.signed(r['high'])})"
            for r in group.filter(pl.col("level") == levels[-1], pl.col("regime") == labels[0]).to_dicts() if r["outcome"] in names
        ) + "."  # fmt: skip
        yield draw.Drawing(
            f"dose-{draw.slug(factor)}-{draw.slug(scenario)}",
            f"More of {draw.with_unit(factor)}: what changes{where}",
            caption,
            words,
            figure,
        )


def two_sides(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield what the high end of every factor improves and what it costs: the strongest outcomes, then each outcome by itself."""
    for (scenario, rules, regime), group in table.group_by(LABELS, maintain_order=True):
        where = draw.where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        slug = "-".join(draw.slug(part) for part in (scenario, rules, regime) if part)
        yield _buys_and_costs(found, group, where, slug)
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        factors = list(dict.fromkeys(group["factor"]))
        height = max(0.155 * len(factors), 0.5)
        fit = max(1, int((draw.TALL - 1.3) / (height + 0.58)))
        for part, some in enumerate(draw.chunks(names, 4 * fit)):
            columns = min(4, len(some))
            figure, axes = draw.frame(-(-len(some) // columns), columns, height, left=1.45, top=0.38, lines=4, gap=0.28, between=0.58)
            for place, (ax, name) in enumerate(zip(axes, some, strict=False)):
                rows = {r["factor"]: r for r in group.filter(outcome=name).to_dicts()}
                _ends_panel(ax, [rows[factor] for factor in factors], name)
                if place % columns == 0:
                    draw.side_labels(ax, [draw.words(factor) for factor in factors])
            draw.hide(axes[len(some) :])
            caption = (
                f"n = {spanned(group['n'], 'pair')}{where}. Highest minus lowest level of each factor, all others at the base, within "
                f"pairs, with 95 % interval. Blue "
                "triangle to the right: better at the high end; orange, to the left: worse; line: open, or no better side. Filled: "
                "also after Holm’s "
                f"correction over {counted(draw.family(found), 'outcome')} of a factor. Grey band: smaller than of interest. {CAVEAT}"
            )
            draw.note(figure, caption)
            title = f"Both ends of each factor{where}" + (f": {', '.join(OUTCOMES[name].label for name in some)}" if len(some) <= 4 else "")
            words = " ".join(_ends_words(group.filter(outcome=name), name) for name in some)
            yield draw.Drawing(f"ends-{slug}-{part + 1}", title, caption, words, figure)


def _ends_panel(ax: Axes, rows: Sequence[Row], name: str) -> None:
    smallest = OUTCOMES[name].smallest
    ax.axvspan(-smallest, smallest, color=draw.PALE, linewidth=0)
    ax.axvline(0, color=draw.GREY, linewidth=0.5)
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
    ax.set_title(draw.title(name), fontsize=6.5, pad=3)
    ax.set_xlabel(OUTCOMES[name].unit, fontsize=6.3, labelpad=2)
    draw.bare(ax, "left")


def _side_style(side: str) -> tuple[str, str]:
    return {"better": (COLOURS[0], ">"), "worse": (COLOURS[1], "<")}.get(side, (draw.GREY, "|"))


def _buys_and_costs(found: Findings, group: pl.DataFrame, where: str, slug: str) -> draw.Drawing:
    """Draw one line for each factor and side: the significant outcome of interest with the largest standardised effect."""
    factors = list(dict.fromkeys(group["factor"]))
    figure, axes = draw.frame(1, 2, max(0.165 * len(factors), 0.5), left=1.45, top=0.3, lines=4, gap=0.15, between=0.5)
    words = []
    for ax, side, head in zip(axes, ("worse", "better"), ("worse at the high end", "better at the high end"), strict=True):
        colour, mark = _side_style(side)
        ax.axvspan(0, 1, color=draw.PALE, linewidth=0)
        reach = 3.0
        for y, factor in enumerate(factors):
            row = strongest(group.filter(factor=factor, side=side))
            if row is None:
                ax.text(0.05, y, "–", fontsize=6, color=draw.GREY, va="center")
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
                f"{draw.words(factor)}, {side}: {label}, by {draw.signed(row['difference'])} ({draw.signed(row['low'])} to "
                f"{draw.signed(row['high'])})."
            )
        ax.set_xscale("symlog", linthresh=1, linscale=0.9)
        ax.set_xlim(0, reach * 30)
        ticks = [0.0, *(10.0**p for p in range(math.ceil(math.log10(reach)) + 1))]
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_ylim(len(factors) - 0.4, -0.6)
        ax.set_yticks([])
        ax.set_title(head, color=colour, fontsize=7.5, pad=5)
        ax.set_xlabel("smallest effects of interest")
        draw.bare(ax, "left")
    draw.side_labels(axes[0], [draw.words(factor) for factor in factors])
    caption = (
        f"n = {spanned(group['n'], 'pair')}{where}. For each factor the outcome that is worst hit (left) and the one that gains most "
        f"(right) when it goes from "
        "its lowest to its highest level, all others at the base: mean difference within pairs with 95 % interval, in units of the "
        "outcome’s "
        f"smallest effect of interest (logarithmic beyond 1). Shown when zero lies outside also after Holm’s correction over "
        f"{counted(draw.family(found), 'outcome')} "
        f"of a factor and the interval is not all smaller than of interest (–: nothing is); as the strongest of many they are likely "
        f"to be somewhat overestimated. {CAVEAT}"
    )
    draw.note(figure, caption)
    return draw.Drawing(
        f"buys-and-costs-{slug}",
        f"What the high end of each factor buys, and what it costs{where}",
        caption,
        " ".join(words) or "Nothing is sure and of interest.",
        figure,
    )


def strongest(rows: pl.DataFrame) -> Row | None:
    """Return the significant difference of interest with the largest standardised effect, among outcomes that can be a price."""
    from experiments.shared.verdicts import is_price

    sure = [r for r in rows.to_dicts() if r["p_holm"] < SIGNIFICANT and not r["negligible"] and is_price(r["outcome"])]
    return max(sure, key=lambda row: abs(row["effect"]), default=None)


def _ends_words(rows: pl.DataFrame, name: str) -> str:
    sides = {
        side: [draw.words(r["factor"]) for r in rows.filter(side=side).to_dicts() if r["p_holm"] < SIGNIFICANT]
        for side in ("better", "worse")
    }
    return (
        f"{OUTCOMES[name].label}: better at the high end of {draw.listed(sides['better'])}; worse at that of {draw.listed(sides['worse'])}."
    )


def parts(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield figures of four outcomes: forward and backward bars for each practice, their sum, and the unexplained rest."""
    first, second = (readable(label) for label in found.study["design"]["base"])
    names = [name for name in found.headline if name in table["outcome"].to_list()]
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        practices = _parts_of(group)
        where = draw.where(found, scenario, rules)
        for part, some in enumerate(draw.chunks(names, 4)):
            single = [practice for practice, is_part in practices if is_part]
            whole = [practice for practice, is_part in practices if not is_part]
            upper = 0.2 * max(len(single), 2)
            figure, axes = draw.frame(1, len(some), upper, left=1.45, top=0.62, lines=12, gap=0.28, between=0.5)
            lower = [_below(ax, upper, 0.2 * len(whole), 0.24) for ax in axes]
            for ax, under, name in zip(axes, lower, some, strict=True):
                rows = {r["practice"]: r for r in group.filter(outcome=name).to_dicts()}
                _parts_panel(ax, [rows[practice] for practice in single])
                _parts_panel(under, [rows[practice] for practice in whole])
                ax.set_title(draw.title(name), fontsize=6.5, pad=3)
                good = {"up": "better →", "down": "← better"}.get(OUTCOMES[name].good, "no better side")
                under.set_xlabel(f"{OUTCOMES[name].unit}; {good}", fontsize=6.3, labelpad=2)
            draw.side_labels(axes[0], [draw.words(practice) for practice in single])
            draw.side_labels(lower[0], whole)
            draw.legend(
                figure,
                [
                    Patch(facecolor=COLOURS[0], label="forward"),
                    Patch(facecolor="white", edgecolor=COLOURS[1], hatch="//////", label="backward"),
                ],
            )
            caption = (
                f"n = {spanned(group['n'], 'pair')}{where}. What single practices account for in the difference {second} − {first}. "
                f"Forward: {first} with "
                f"{second}’s value of the practice, minus {first}; backward: {second}, minus {second} with {first}’s value. Lines: 95 "
                f"% intervals of paired "
                "differences, not adjusted for their number. Below, on a scale of its own: the whole difference, the sum of the bars, "
                "and what they leave unexplained: "
                f"practices that work only together, or stand in for each other. The arrow says which way is better. {CAVEAT}"
            )
            draw.note(figure, caption)
            title = f"Which practices make the difference{where}: {', '.join(OUTCOMES[name].label for name in some)}"
            words = " ".join(_parts_words(group.filter(outcome=name), name) for name in some)
            yield draw.Drawing(f"parts-{draw.slug(scenario)}-{part + 1}", title, caption, words, figure)


def _parts_of(group: pl.DataFrame) -> list[tuple[str, bool]]:
    return list(dict.fromkeys(group.select("practice", "is_part").rows()))


def _parts_panel(ax: Axes, rows: Sequence[dict[str, Any]]) -> None:
    ax.axvline(0, color=draw.GREY, linewidth=0.6)
    styles: tuple[tuple[str, float, dict[str, Any]], ...] = (
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
    draw.bare(ax, "left")


def _below(ax: Axes, height: float, own: float, gap: float) -> Axes:
    """Return a panel of a given height in inches under another, in the same column."""
    box = ax.get_position()
    inch = box.height / height
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    return figure.add_axes((box.x0, box.y0 - (gap + own) * inch, box.width, own * inch))


def _parts_words(rows: pl.DataFrame, name: str) -> str:
    single = sorted(rows.filter("is_part").to_dicts(), key=lambda r: -abs(r["forward"]) if math.isfinite(r["forward"]) else 0)[:3]
    whole = {r["practice"]: r for r in rows.filter(~pl.col("is_part")).to_dicts()}
    largest = ", ".join(
        f"{draw.words(r['practice'])} {draw.signed(r['forward'])} forward and {draw.signed(r['backward'])} backward" for r in single
    )
    left = whole["unexplained"]
    return (
        f"{OUTCOMES[name].label}: difference {draw.signed(whole['difference']['forward'])}; largest parts {largest}; "
        f"unexplained {draw.signed(left['forward'])} forward, {draw.signed(left['backward'])} backward."
    )
