"""Choose the tables shown to readers; the tables of every study: regimes side by side, ledger, failed runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from experiments.reporting import tables_by_design as designs
from experiments.reporting.cells import Cell, Row, Shown, by_heading, context, interval, label, num, text, value
from experiments.reporting.drawing import words
from experiments.reporting.findings import Findings
from experiments.reporting.frames import LABELS
from experiments.reporting.tables import wins
from experiments.shared.style import readable
from experiments.shared.text import counted, number, shares, size, spanned
from experiments.shared.verdicts import AHEAD, BEHIND, mark

MOST_ROWS = 6  # most rows of a design whose differences are shown one by one
PRINTED = tuple(zip((0, 3, 4, 5, 6, 7, 8, 9), ("", "difference", "95 % interval", "dz", "ahead", "pairs", "r", "unpaired"), strict=True))


def shown(found: Findings) -> Iterator[Shown]:
    """Yield every table of the page in order, except the ledger and the failed runs."""
    tables = found.tables
    if "scores" in tables:
        yield _scores(found, tables["scores"])
    if "differences" in tables:
        if tables["differences"]["row"].n_unique() <= MOST_ROWS:
            yield from _differences(found, tables["differences"])
        else:
            yield from _wins(found, wins(tables["differences"]))
    makers = {
        "regime_map": designs.regime_map, "practice_ends": designs.ends, "dose_response": designs.doses, "decomposition": designs.parts,
        "shapley": designs.groups, "over_box": designs.over_box, "rank_correlations": designs.correlations, "sobol": designs.sobol,
        "sobol_pairs": designs.sobol_pairs, "morris": designs.morris, "means": designs.means,
    }  # fmt: skip
    for name, make in makers.items():
        if name in tables:
            yield from make(found, tables[name])


def _scores(found: Findings, table: pl.DataFrame) -> Shown:
    rows = table.to_dicts()
    several = table["rows"].max() != 1
    lines = [
        [
            text(", ".join(filter(None, [context(found, row, False), f"{readable(row['second'])} against {readable(row['first'])}"]))),
            num(f"{row['n_low']}" if row["n_low"] == row["n_high"] else f"{row['n_low']}–{row['n_high']}"),
            *(num(f"{row[key]:,}") for key in ("second_ahead", "first_ahead", "open", "too_small", "compared")),
        ]
        for row in rows
    ]
    what = "outcomes at rows of the design" if several else "outcomes"
    caption = (
        f"In how many {what} which regime is ahead. Ahead: the 95 % interval leaves out 0 also after Holm’s correction, and does not lie "
        "wholly within what is too small to matter. Outcomes that have no better side (°) do not count. "
        "First: the first-named is ahead; second: the other. n: pairs behind each"
    )
    if several:
        caption += (
            f". The correction is made in each row by itself: were there no difference anywhere, up to {table['by_chance'].max():.2g} of "
            f"{table['rows'].max():,} rows would still hold one by chance"
        )
    heads = [
        text("Compared"),
        num("n"),
        num("first-named ahead"),
        num("second-named ahead"),
        num("open"),
        num("too small"),
        num("together"),
    ]
    printed = tuple(enumerate(("", "n", "first", "second", "open", "small", "all")))
    return Shown("scores", caption, heads, [("", lines)], printed=printed)


def _differences(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    keys = ["scenario", "rules", "row", "first", "second"]
    several = table["row"].n_unique() > 1
    for (scenario, rules, at, first, second), group in table.group_by(keys, maintain_order=True):
        a, b = readable(str(first)), readable(str(second))
        where = [context(found, {"scenario": scenario, "rules": rules}, False)]
        if several:
            given = [f"{words(name)} {group[name][0]:g}" for name in found.factors if name in group.columns and group[name][0] is not None]
            where.append(", ".join(given) or f"row {int(str(at)) + 1}")
        heads = [
            *(text("Outcome"), num(f"mean {a}"), num(f"mean {b}"), num(f"{b} − {a}", "first"), num("95 % interval"), num("effect dz")),
            *(text("ahead"), num("pairs for:against"), num("r"), num("runs if unpaired"), num("n")),
        ]

        def line(row: Row, a: str = a, b: str = b) -> list[Cell]:
            half = (row["high"] - row["low"]) / 2
            sure = {"*": "sure", "≈": "small"}.get(mark(row).strip(), "")
            side = {AHEAD: b, BEHIND: a}.get(row["ahead"], "open")
            if row["good"] == "none" and side != "open":
                side = f"({side})"
            return [
                *(text(label(row["outcome"])), num(value(row["mean_first"], half)), num(value(row["mean_second"], half))),
                *(
                    num(size(row, lambda x: value(x, half, "+")) + mark(row).strip(), f"first {sure}"),
                    num(interval(row["low"], row["high"])),
                ),
                *(num(number(row["effect"], 2, "+")), (side, "side"), num(shares(row)), num(number(row["correlation"], 2))),
                *(num(number(row["n_independent"], 0)), num(str(row["n"]))),
            ]

        main = group.filter(pl.col("outcome").is_in(found.headline)).to_dicts()
        place = ", ".join(filter(None, where))
        n = spanned((row["n"] for row in main), "pair")
        caption = f"{b} − {a}{', ' + place if place else ''}; n = {n} of {counted(found.study['weeks'], 'week')}"
        yield Shown("differences", caption, heads, by_heading(main, line), printed=PRINTED)
        if group.height > len(main):
            rows = group.to_dicts()
            yield Shown("differences-all", f"All {len(rows)} outcomes: {caption}", heads, by_heading(rows, line), folded=True)


def _wins(found: Findings, table: pl.DataFrame) -> Iterator[Shown]:
    for (scenario, rules, first, second), group in table.group_by("scenario", "rules", "first", "second", maintain_order=True):
        a, b = readable(str(first)), readable(str(second))
        rows = group.to_dicts()
        place = context(found, {"scenario": scenario, "rules": rules}, False)
        low, high = group["n_low"].min(), group["n_high"].max()
        caption = (
            f"{b} against {a}{', ' + place if place else ''}: share of the {group['rows'].max():,} rows of the design in which it is "
            f"ahead; n = {low if low == high else f'{low} to {high}'} pairs in each; corrected within a row, not for the number of rows: "
            f"without any difference up to 5 % of rows would hold an outcome that is called ahead"
        )
        heads = [text("Outcome"), num(f"{a} ahead"), num("open"), num(f"{b} ahead")]

        def line(row: Row) -> list[Cell]:
            return [text(label(row["outcome"])), *(num(f"{100 * row[key]:.0f} %") for key in ("share_first", "share_open", "share_second"))]

        yield Shown("wins", caption, heads, by_heading(rows, line), folded=True)


def ledger(found: Findings) -> Shown:
    """Return hours and euros, endowed and spent."""
    rows = found.tables["ledger"].to_dicts()

    def line(row: dict[str, Any]) -> list[Cell]:
        used = row.get("used")
        return [
            *(text(row["means"] + f" ({row['unit']})"), num(value(row.get("endowed"))), num(value(row["spent"]))),
            *(num(interval(row["low"], row["high"], "")), num(f"{100 * used:.1f} %" if used is not None and math.isfinite(used) else "–")),
            num(f"{row['n']:,}"),
        ]

    groups = [(context(found, own[0]) or readable(own[0]["regime"]), [line(row) for row in own]) for own in _runs_of(rows)]
    heads = [text("Whose, what for"), num("endowed"), num("spent"), num("95 % interval"), num("used"), num("n")]
    n = spanned((row["n"] for row in rows), "run")
    caption = f"Hours and euros, means over all runs; n = {n}; what was endowed and not spent lapsed or was left"
    return Shown("ledger", caption, heads, groups)


def _runs_of[Kind: Row](rows: Sequence[Kind]) -> list[list[Kind]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: tuple(row[name] for name in LABELS))]


def failed(found: Findings, most: int = 200) -> Shown:
    """Return the runs left out of the results."""
    rows = found.unfinished

    def line(row: Mapping[str, Any]) -> list[Cell]:
        varied = [f"{words(name)} {row[name]:g}" for name in found.factors[:4] if row.get(name) is not None]
        where = ", ".join(filter(None, [context(found, {name: row.get(name, "?") for name in LABELS}), *varied]))
        return [
            *(text(f"{row.get('point')}.{row.get('replication')}"), text(where), num(str(row.get("seed")))),
            *(text(str(row.get("status"))), (str(row.get("reason")), "words")),
        ]

    heads = [text("Run"), text("What"), num("seed"), text("how it ended"), text("reason")]
    caption = f"Runs that failed or took too long, n = {len(rows)} of {sum(found.facts.get('counts', {}).values()):,}"
    if len(rows) > most:
        caption += f"; the first {most}, all stand in failed.csv and manifest.json"
    return Shown("failed", caption, heads, [("", [line(row) for row in rows[:most]])])
