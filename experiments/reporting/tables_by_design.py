"""Tables for readers that depend on the kind of design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from experiments.reporting.cells import Cell, Row, Shown, context, interval, label, num, text, value
from experiments.reporting.drawing import signed, with_unit, words
from experiments.reporting.findings import Findings
from experiments.reporting.frames import LABELS
from experiments.shared.style import readable
from experiments.shared.text import counted, number, spanned
from experiments.shared.verdicts import SIGNIFICANT, is_price
from model.measures.weekly import OUTCOMES

MOST_CELLS = 1_500  # most lines of a table of means
SIDES = 5  # most outcomes named on each side of a factor


def regime_map(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield the maps of regimes as numbers."""
    table = table.filter(pl.col("outcome").is_in(found.headline))

    def line(row: Row) -> list[Cell]:
        half = (row["high"] - row["low"]) / 2
        cell = [context(found, row, False), *(f"{words(name)} {row[name]:g}" for name in found.factors)]
        return [
            *(
                text(", ".join(filter(None, cell))),
                text(readable(row["winner"])),
                text(f"{readable(row['best'])} − {readable(row['second'])}"),
            ),
            *(num(value(row["difference"], half, "+")), num(interval(row["low"], row["high"])), num(str(row["n"]))),
        ]

    groups = [
        (label(str(name)), [line(row) for row in group.to_dicts()]) for (name,), group in table.group_by("outcome", maintain_order=True)
    ]
    heads = [text("Cell"), text("ahead of all others"), text("best − next"), num("difference"), num("95 % interval"), num("n")]
    n = spanned(table["n"], "pair")
    caption = f"The maps in numbers: the best regime by its mean minus the next; n = {n}; not adjusted for the number of cells"
    yield Shown("regime-map", caption, heads, groups, folded=True)


def ends(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield what the highest level of every factor improves and costs."""
    lines = []
    for labels, group in table.group_by([*LABELS, "factor"], maintain_order=True):
        sure = [r for r in group.to_dicts() if r["p_holm"] < SIGNIFICANT and not r["negligible"] and is_price(r["outcome"])]
        sure.sort(key=lambda row: -abs(row["effect"]))
        sides = [[r for r in sure if r["side"] == side] for side in ("better", "worse")]
        place = context(found, group.row(0, named=True))
        low, high = group["lowest"][0], group["highest"][0]
        lines.append(
            [
                text(f"{with_unit(str(labels[3]))}, {low:g} → {high:g}{', ' + place if place else ''}"),
                *((_side(rows), "words") for rows in sides),
                num(spanned(group["n"])),
            ]
        )
    caption = (
        "What the highest level of each factor buys and costs against its lowest, all others at the base; n = "
        f"{spanned(table['n'], 'pair')}. "
        f"Named: differences "
        f"that are sure after Holm’s correction over {counted(len(found.outcomes), 'outcome')} and of interest, the largest "
        "standardised effect "
        f"first, with 95 % intervals"
    )
    yield Shown("ends", caption, [text("Factor"), text("better"), text("worse"), num("n")], [("", lines)])


def _side(rows: Sequence[Row]) -> str:
    if not rows:
        return "nothing sure and of interest"
    told = [f"{OUTCOMES[r['outcome']].label} {signed(r['difference'])} ({signed(r['low'])} to {signed(r['high'])})" for r in rows[:SIDES]]
    return "; ".join(told) + (f"; and {len(rows) - SIDES} more" if len(rows) > SIDES else "")


def doses(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield every level of every factor against the base."""
    for (factor,), group in table.group_by("factor", maintain_order=True):
        own = group.filter(pl.col("outcome").is_in(found.headline))

        def line(row: Row) -> list[Cell]:
            half = (row["high"] - row["low"]) / 2
            first = ", ".join(filter(None, [f"{row['level']:g}", "the base" if row["is_base"] else "", context(found, row)]))
            return [
                *(text(first), num(value(row["mean"], half)), num(value(row["difference"], half, "+"))),
                *(num(interval(row["low"], row["high"])), num(str(row["n"]))),
            ]

        groups = [
            (label(str(name)), [line(row) for row in rows.to_dicts()]) for (name,), rows in own.group_by("outcome", maintain_order=True)
        ]
        heads = [text("Level"), num("mean"), num("difference to the base"), num("95 % interval"), num("n")]
        yield Shown(
            "doses", f"{with_unit(str(factor))}: every level against the base; n = {spanned(own['n'], 'pair')}", heads, groups, folded=True
        )


def parts(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield the forward and backward part of every practice, their sum and the unexplained rest."""
    first, second = (readable(name) for name in found.study["design"]["base"])

    def line(row: dict[str, Any]) -> list[Cell]:
        cells = [text((words(row["practice"]) if row["is_part"] else f"{row['practice']} (together)") + _also(found, row))]
        for side in ("forward", "backward"):
            low, high = row[f"{side}_low"], row[f"{side}_high"]
            cells += [num(value(row[side], (high - low) / 2, "+"), "first"), num(interval(low, high))]
        return [*cells, num(str(row["n"]))]

    table = table.filter(pl.col("outcome").is_in(found.headline))
    groups = [
        (label(str(name)), [line(row) for row in rows.to_dicts()]) for (name,), rows in table.group_by("outcome", maintain_order=True)
    ]
    heads = [text("Practice"), num("forward", "first"), num("95 % interval"), num("backward", "first"), num("95 % interval"), num("n")]
    caption = (
        f"What single practices account for in {second} − {first}, in both directions; n = {spanned(table['n'], 'pair')}; sum: of "
        "all practices; "
        "unexplained: the difference minus the sum"
    )
    yield Shown("decomposition", caption, heads, groups, folded=True)


def groups(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield the part of every group of practices in the difference between two regimes."""
    first, second = (readable(name) for name in found.study["design"]["base"])

    def line(row: dict[str, Any]) -> list[Cell]:
        name = row["group"] if row["is_part"] else "the difference (together)"
        half = (row["high"] - row["low"]) / 2
        return [text(name + _also(found, row)), num(value(row["part"], half, "+"), "first"), num(interval(row["low"], row["high"]))]

    table = table.filter(pl.col("outcome").is_in(found.headline))
    shown = [(label(str(name)), [line(row) for row in rows.to_dicts()]) for (name,), rows in table.group_by("outcome", maintain_order=True)]
    drawn = table["orders"].max()
    how = f"{drawn} orders (half of them the reverse of the others)" if drawn else "all orders"
    n = spanned(table["n"], "pair")
    caption = (
        f"What groups of practices account for in {second} − {first} (Shapley values); n = {n}, {how}; the parts add up "
        "to the difference; intervals: 95 %, over luck and orders, not adjusted for their number"
    )
    heads = [text("Group of practices"), num("part", "first"), num("95 % interval")]
    yield Shown("shapley", caption, heads, shown)


def over_box(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield for every two regimes the difference at the points shown, and its spread over the boxes of both."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    for (scenario, rules, first, second), own in table.group_by("scenario", "rules", "first", "second", maintain_order=True):
        a, b = readable(str(first)), readable(str(second))

        def line(row: dict[str, Any]) -> list[Cell]:
            half = (row["high"] - row["low"]) / 2
            return [
                *(text(label(row["outcome"])), num(value(row["difference"], half, "+"), "first"), num(interval(row["low"], row["high"]))),
                *(num(interval(row["box_low"], row["box_high"]), "first"), num(value(row["luck"]))),
                *(num(f"{100 * row[side]:.0f} %") for side in ("first_ahead", "second_ahead")),
            ]

        place = context(found, {"scenario": scenario, "rules": rules}, False)
        caption = (
            f"{b} − {a}{', ' + place if place else ''}: at the points shown, and over the boxes of both (5th to 95th percentile of "
            f"{spanned(own['draws'], 'draw')}, {spanned(own['n'], 'pair')} in each; luck: half of the 95 % interval of one draw, which the "
            "spread holds too; ahead: in which share of the draws)"
        )
        heads = [
            *(text("Outcome"), num("at the points", "first"), num("95 % interval"), num("over the boxes", "first"), num("luck")),
            *(num(f"{a} ahead"), num(f"{b} ahead")),
        ]
        yield Shown("over-box", caption, heads, [("", [line(row) for row in own.to_dicts()])])


def _also(found: Findings, row: Row) -> str:
    place = context(found, row, regime=False)
    return f", {place}" if place else ""


def correlations(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield rank correlations, regimes side by side."""
    table = table.filter(pl.col("outcome").is_in(found.headline))

    def line(key: tuple[Any, ...], rows: pl.DataFrame) -> list[Cell]:
        own = {row["regime"]: row for row in rows.to_dicts()}
        cells = [text(words(str(key[2])) + _also(found, {"scenario": key[0], "rules": key[1]}))]
        for regime in found.regimes:
            row = own[regime]
            cells += [num(number(row["rho"], 2, "+"), "first"), num(f"{number(row['low'], 2, '+')} to {number(row['high'], 2, '+')}")]
        return cells

    groups = [
        (label(str(name)), [line(key, own) for key, own in rows.group_by("scenario", "rules", "factor", maintain_order=True)])
        for (name,), rows in table.group_by("outcome", maintain_order=True)
    ]
    heads = [text("Factor")]
    for regime in found.regimes:
        heads += [num(readable(regime), "first"), num("95 % interval")]
    caption = (
        f"Spearman’s rank correlation of factor and outcome; n = {spanned(table['n'], 'row')} of the design; intervals: bootstrap over rows"
    )
    yield Shown("correlations", caption, heads, groups, folded=True)


def sobol(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """First and total indices."""
    what = (
        "Sobol’ indices: share of the variation owed to a factor alone (first) and with others (total). Luck is part of every total index: "
        f"{_luck(table)}"
    )
    yield _indices(found, table, "sobol", what, ("first", "total"), 2)


def _luck(table: pl.DataFrame) -> str:
    """The share of the variation between points that is luck, from least to most over outcomes."""
    known = table.filter(pl.col("luck").is_finite())["luck"]
    if known.is_empty():
        return "how much is unknown with one replication"
    return f"{100 * float(known.min()):.2g} to {100 * float(known.max()):.2g} % of the variation, by outcome"  # type: ignore[arg-type]


def sobol_pairs(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """What two factors account for together."""
    what = "Second-order Sobol’ indices: share of the variation owed to two factors together beyond each alone"
    yield _indices(found, table, "sobol-pairs", what, ("second",), 2)


def morris(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield mean sizes and spreads of Morris's effects."""
    yield _indices(
        found,
        table,
        "morris",
        "Morris’ screening, in units of the outcome: mean size of the effect (μ*), its mean (μ), its spread (σ)",
        ("mu_star", "mu", "sigma"),
        None,
    )


def _indices(found: Findings, table: pl.DataFrame, name: str, what: str, keys: Sequence[str], decimals: int | None) -> Shown:
    """Return the indices of every factor for every outcome, ± the half-width of the bootstrapped interval if there is one."""
    table = table.filter(pl.col("outcome").is_in(found.headline))

    def line(row: dict[str, Any]) -> list[Cell]:
        factors = " × ".join(words(row[key]) for key in ("factor", "other") if key in row)
        cells = [text(", ".join(filter(None, [factors, context(found, row)])))]
        for key in keys:
            half = row.get(f"{key}_half_width")
            told = number(row[key], decimals) if decimals else value(row[key], half)
            if half is not None and math.isfinite(half):
                told += f" ± {number(half, decimals) if decimals else value(half, half)}"
            cells.append(num(told))
        return cells

    groups = [(label(str(of)), [line(row) for row in rows.to_dicts()]) for (of,), rows in table.group_by("outcome", maintain_order=True)]
    heads = [
        text("Factors" if "other" in table.columns else "Factor"),
        *(num({"mu_star": "μ*", "mu": "μ", "sigma": "σ"}.get(key, key)) for key in keys),
    ]
    low, high = table["n_low"].min(), table["n_high"].max()
    reps = f"{low}" if low == high else f"{low} to {high}"
    most, few = table["draws"].max(), table["draws"].min()
    draws = f"{most} draws" if few == most else f"{few} to {most} draws (those with an undefined point are left out)"
    caption = f"{what}; n = {table['points'].max():,} points, {draws}, {reps} replications at each; ± 95 %, bootstrapped"
    return Shown(name, caption, heads, groups, folded=True)


def means(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    """Yield the means of every point, unless there are too many."""
    table = table.filter(pl.col("outcome").is_in(found.headline))
    if table.height > MOST_CELLS:
        return
    rows = table.to_dicts()

    def line(row: Row) -> list[Cell]:
        half = (row["high"] - row["low"]) / 2
        varied = [f"{words(name)} {row[name]:g}" for name in found.factors[:4] if found.points[name].n_unique() > 1]
        first = (
            ", ".join(filter(None, [context(found, row), *(varied if len(found.factors) <= 4 else [f"point {row['point']}"])]))
            or "all runs"
        )
        return [
            text(first),
            num(value(row["mean"], half)),
            num(interval(row["low"], row["high"], "")),
            num(value(row["sd"])),
            num(str(row["n"])),
        ]

    groups = [(label(str(name)), [line(row) for row in own.to_dicts()]) for (name,), own in table.group_by("outcome", maintain_order=True)]
    heads = [text("Point"), num("mean"), num("95 % interval of the mean"), num("sd over runs"), num("n")]
    yield Shown(
        "means", f"Means of every point of the design; n = {spanned((row['n'] for row in rows), 'run')}", heads, groups, folded=True
    )
