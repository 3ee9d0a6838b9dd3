"""Figures of studies that sample the whole space of factors: rank correlations, Sobol' and Morris indices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.reporting import drawing as draw
from experiments.reporting.findings import Findings
from experiments.reporting.frames import LABELS
from experiments.shared.rows import Row
from experiments.shared.style import COLOURS, readable
from experiments.shared.text import CAVEAT, counted, spanned
from model.measures.weekly import OUTCOMES


def correlations(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield figures of rank correlations of factors with outcomes, regimes side by side."""
    series = [{"regime": label} for label in found.regimes]
    for (scenario, rules), group in table.group_by("scenario", "rules", maintain_order=True):
        where = draw.where(found, scenario, rules)
        caption = (
            f"n = {spanned(group['n'], 'row')} of the design{where}. Spearman’s rank correlation of a factor with the mean of an outcome "
            f"over {spanned(found.runs.group_by('point').len()['len'], 'replication')}, "
            "with the 95 % interval of a bootstrap over rows. Above 0: the outcome is higher where the factor is; whether that is "
            "better says the outcome. "
            f"Not adjusted for the number of factors and outcomes. {CAVEAT}"
        )
        for drawing in _dots(found, group, series, ("rho", "low", "high"), caption, (-1, 1), "rank correlation"):
            yield replace(
                drawing, name=f"correlations-{draw.slug(scenario)}-{drawing.name}", title=f"Which conditions go with which outcomes{where}"
            )


def indices(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield a figure of first and total Sobol' indices for each regime."""
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
        where = draw.where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        points = counted(max(group["points"].to_list()), "point")
        n = f"n = {points}, {spanned([*group['n_low'], *group['n_high']], 'replication')} averaged at each"
        caption = (
            f"{n}{where}. Sobol’ indices: the share of an outcome’s variation over the design that is owed to a factor alone (first) "
            f"and together with "
            f"others (total), with bootstrapped 95 % intervals. Estimates may fall below 0 or above 1 by chance. Outcomes without "
            f"indices did not vary, or lack points. {CAVEAT}"
        )
        series = [{"index": label} for label in ("first: alone", "total: with others")]
        for drawing in _dots(found, long, series, ("value", "low", "high"), caption, (-0.2, 1.2), "share of variation"):
            yield replace(
                drawing,
                name=f"sobol-{draw.slug(scenario)}-{draw.slug(regime)}-{drawing.name}",
                title=f"How much of the variation is owed to which factor{where}",
            )


def _dots(
    found: Findings,
    table: pl.DataFrame,
    series: Sequence[dict[str, str]],
    keys: tuple[str, str, str],
    caption: str,
    limits: tuple[float, float],
    label: str,
) -> Iterator[draw.Drawing]:
    """Yield figures with a panel for each outcome, a line for each factor, and a mark with interval for each series."""
    names = [name for name in found.headline if name in table["outcome"].to_list()]
    factors = list(dict.fromkeys(table["factor"]))
    value, low, high = keys
    height = max(0.5, (0.07 + 0.075 * len(series)) * len(factors))
    fit = max(1, int((draw.TALL - 1.4) / (height + 0.44))) * 4
    for part, some in enumerate(draw.chunks(names, fit)):
        figure, axes = draw.frame(-(-len(some) // 4), 4, height, left=1.45, top=0.52, lines=4, gap=0.28, between=0.44)
        for i, (ax, name) in enumerate(zip(axes, some, strict=False)):
            ax.axvline(0, color=draw.GREY, linewidth=0.5)
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
                        draw.MARKS[k % len(draw.MARKS)],
                        color=COLOURS[k % len(COLOURS)],
                        markersize=2.8,
                        clip_on=False,
                    )
            for y in range(1, len(factors)):
                ax.axhline(y - 0.5, color=draw.PALE, linewidth=0.5, zorder=0)
            ax.set_ylim(len(factors) - 0.45, -0.55)
            ax.set_xlim(*limits)
            ax.set_yticks([])
            ax.tick_params(labelsize=6)
            ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            ax.set_title(draw.title(name), fontsize=6.5, pad=3)
            draw.bare(ax, "left")
            if i % 4 == 0:
                draw.side_labels(ax, [draw.words(factor) for factor in factors])
            if i + 4 >= len(some):
                ax.set_xlabel(label, fontsize=6.3, labelpad=2)
        draw.hide(axes[len(some) :])
        if len(series) > 1:
            handles = [
                Line2D(
                    [],
                    [],
                    color=COLOURS[k % len(COLOURS)],
                    marker=draw.MARKS[k % len(draw.MARKS)],
                    markersize=3.5,
                    linewidth=1,
                    label=readable(next(iter(only.values()))),
                )
                for k, only in enumerate(series)
            ]
            draw.legend(figure, handles)
        draw.note(figure, caption)
        known = table.filter(pl.col("outcome").is_in(some), pl.col(value).is_finite()).sort(pl.col(value).abs(), descending=True).head(5)
        words = "Strongest: " + "; ".join(
            f"{draw.words(r['factor'])} and {OUTCOMES[r['outcome']].label}{_of_series(r, series)} {r[value]:.2f} ({r[low]:.2f} to "
            f"{r[high]:.2f})"
            for r in known.to_dicts()
        )
        yield draw.Drawing(
            str(part + 1), label, caption, words.replace("-", "−") if known.height else "No index could be reckoned.", figure
        )


def _of_series(row: Row, series: Sequence[dict[str, str]]) -> str:
    key = next(iter(series[0]))
    return f" [{row[key]}]" if len(series) > 1 else ""


def screening(found: Findings, table: pl.DataFrame) -> Iterator[draw.Drawing]:
    """Yield figures of mu* against sigma: a panel for each headline outcome, the strongest factors numbered."""
    for (scenario, rules, regime), group in table.group_by(LABELS, maintain_order=True):
        names = [name for name in found.headline if name in group["outcome"].to_list()]
        factors = list(dict.fromkeys(group["factor"]))
        number = {factor: place for place, factor in enumerate(factors, 1)}
        columns, key_lines = 5, -(-len(factors) // 6)
        figure, axes = draw.frame(
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
                    [max(row["mu_star"] - row["mu_star_half_width"], 0), row["mu_star"] + row["mu_star_half_width"]], [row["sigma"]] * 2,
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
            for row, y in zip(strong, draw.apart([row["sigma"] / (1.28 * tall) for row in strong], 0.15), strict=True):
                at = (1.03, y + 0.0625)
                ax.plot([row["mu_star"], top * 1.1], [row["sigma"], y * 1.28 * tall], color=COLOURS[0], linewidth=0.3, alpha=0.6, zorder=2)
                ax.text(*at, str(number[row["factor"]]), fontsize=6, ha="left", va="center", transform=ax.transAxes, color=COLOURS[0])
            if not rows:
                ax.text(
                    0.5,
                    0.5,
                    "does not vary,\nor lacks points",
                    transform=ax.transAxes,
                    ha="center",
                    va="center",
                    fontsize=6,
                    color=draw.GREY,
                )
            ax.set_xlim(0, top * 1.1)
            ax.set_ylim(-0.08 * tall, tall * 1.2)
            ax.tick_params(labelsize=6, pad=1.5)
            ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            ax.set_title(draw.title(name), fontsize=6.5, pad=3)
            draw.bare(ax)
            if i + columns >= len(names):
                ax.set_xlabel("μ* (size of the effect)", fontsize=6.3, labelpad=2)
            if i % columns == 0:
                ax.set_ylabel("σ (depends on others)", fontsize=6.3, labelpad=2)
        draw.hide(axes[len(names) :])
        where = draw.where(found, scenario, rules) + (f", {readable(regime)}" if len(found.regimes) > 1 else "")
        caption = (
            f"n = {counted(max(group['points'].to_list()), 'point')}, "
            f"{spanned([*group['n_low'], *group['n_high']], 'replication')} averaged at each{where}. Morris’ "
            f"screening: mean size of a factor’s effect over its "
            "whole range (μ*, with bootstrapped 95 % interval) against how much that effect depends on the other factors (σ), in units "
            "of the outcome. "
            f"Numbers: the five strongest. {CAVEAT}"
        )
        keys = "   ".join(f"{n} {draw.words(factor)}".replace(" ", "\u00a0") for factor, n in number.items())
        draw.note(figure, caption, keys)
        words = " ".join(_strongest_words(group.filter(outcome=name), name) for name in names)
        yield draw.Drawing(
            f"morris-{draw.slug(scenario)}-{draw.slug(regime)}",
            f"Which factors matter, alone or with others{where}",
            caption,
            words,
            figure,
        )


def _strongest_words(rows: pl.DataFrame, name: str) -> str:
    first = rows.filter(pl.col("mu_star").is_finite()).sort("mu_star", descending=True).head(3).to_dicts()
    return f"{OUTCOMES[name].label}: {draw.listed([f'{draw.words(row["factor"])} {row["mu_star"]:.3g}' for row in first])}."
