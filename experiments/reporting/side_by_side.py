"""A comparison as text (an opening sentence, a table, notes) and as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from experiments.reporting.comparison import Comparison
from experiments.reporting.people import SPLITS, people_table
from experiments.shared.reach import MIXES, PAIRS, impossible
from experiments.shared.rows import Row
from experiments.shared.text import CAVEAT, about, amounts, burn_in_of, counted, empty_table, half, number, plain, shares, show_one, size
from experiments.shared.verdicts import mark, negligible
from model.measures.weekly import OUTCOMES, Outcome
from model.outcomes import COMPARED
from model.regimes import NO_GOVERNMENT

LABEL_WIDTH = 32  # characters
IMPOSSIBLE = "impossible here"


def plain_text(comparison: Comparison, everything: bool = False, folder: Path | None = None) -> str:
    """Return the report without colours, for a file."""
    return plain(lambda console: show(comparison, console, everything, folder))


def show(
    comparison: Comparison, console: Console, everything: bool = False, folder: Path | None = None, rest: str = "--all shows the rest"
) -> None:
    """Print sentence, table and notes. everything: all outcomes, not only the headline ones; rest: how to see the others."""
    outcomes = chosen(comparison, everything)
    show_one(console, Text(opening(comparison)), tables(comparison, outcomes, console.width))
    for note in notes(comparison, outcomes):
        show_one(console, Text(note, style="dim"))
    if len(comparison.regimes) > 1:
        show_one(console, *reached(comparison, outcomes))
    if not comparison.strata.is_empty():
        from experiments.reporting.strata_shown import printed  # Matplotlib takes half a second to load

        show_one(console, *printed(comparison.strata, list(comparison.regimes), everything))
    if everything:
        for split in SPLITS:
            show_one(console, *people_table(comparison, split))
    if len(outcomes) < len(comparison.outcomes):
        show_one(console, Text(f"{len(outcomes)} of {counted(len(comparison.outcomes), 'outcome')} are shown; {rest}.", style="dim"))
    if folder is not None:
        console.print(Text(f"\nWritten to {folder}"), soft_wrap=True)


def chosen(comparison: Comparison, everything: bool = False) -> list[Outcome]:
    """Return the headline outcomes among the studied ones; all of them when there are none, or when `everything` is True."""
    asked = [OUTCOMES[name] for name in comparison.outcomes]
    return asked if everything else [outcome for outcome in asked if outcome.headline] or asked


def opening(comparison: Comparison) -> str:
    """Return what was compared, with how many pairs and weeks, and whether the means are equal."""
    case, pairs, weeks = comparison.case, comparison.pairs, comparison.weeks
    text = (
        f"{about(case)}: {counted(pairs, 'pair')} of {counted(weeks, 'week')} after "
        f"{burn_in_of(case)}. A pair is the same people with the same luck under each regime. "
    )
    endowment = ", ".join(amounts(comparison.endowment))
    if not comparison.endowment:
        text = text.rstrip()
    elif comparison.staffing == "own":
        text += f"Each regime staffs its own mix of roles, at the same total cost; the first has {endowment} a year."
    elif comparison.equal_means:
        text += f"Each regime has the same endowment: {endowment} a year, the hours of each role alike."
    else:
        text += f"The regimes do NOT have the same endowment; the first has {endowment} a year."
    if comparison.endowment and len(comparison.governed) < len(comparison.regimes):
        text += f" {NO_GOVERNMENT} is a reference: the same people without any of it."
    if comparison.failures:
        lost = ", ".join(str(failure.seed) for failure in comparison.failures)
        text += f" Left out, because they failed: seeds {lost}."
    return text


def tables(comparison: Comparison, outcomes: Sequence[Outcome], width: int) -> RenderableType:
    """Return one table where it fits; on a narrow screen the means, then a table for each two regimes."""
    found = Found(comparison)
    wide = wide_table(found, outcomes)
    beside = [reference_table(found, outcomes)] if found.against else []
    if Console(width=1000).measure(wide).maximum <= width:
        return Group(wide, *beside)
    two = [pair_table(found, outcomes, first, second) for first, second in found.among]
    return Group(means_table(found, outcomes), *two, *beside)


class Found:
    """The frames of a comparison as look-ups: `mean[outcome, regime]`, `difference[outcome, first, second]`."""

    def __init__(self, comparison: Comparison) -> None:
        self.regimes = list(comparison.regimes)
        self.duels = comparison.duels
        self.among = [duel for duel in self.duels if NO_GOVERNMENT not in duel]  # regimes
        self.against = [duel for duel in self.duels if NO_GOVERNMENT in duel]  # a regime, and the town without government
        self.pairs = comparison.pairs
        self.mean = {(row["outcome"], row["regime"]): row for row in comparison.means.to_dicts()}
        rows = comparison.differences.to_dicts()
        self.difference = {(row["outcome"], row["first"], row["second"]): row for row in rows}

    def decimals(self, name: str, difference: bool = False) -> int:
        """Return decimals that show two digits of the narrowest interval, at most 3 (4 for small values and differences)."""
        means = [abs(row["mean"]) for (outcome, _), row in self.mean.items() if outcome == name]
        halves = [half(row) for (outcome, *_), row in self.difference.items() if outcome == name]
        level = max((mean for mean in means if math.isfinite(mean)), default=0.0)
        narrow = min((h for h in halves if h > 0), default=level / 50)
        needed = 1 - math.floor(math.log10(narrow)) if narrow > 0 else 1
        return max(0, min(needed, 4 if level < 0.05 or (difference and level < 1) else 3 if level < 100 else 1))


def wide_table(found: Found, outcomes: Sequence[Outcome]) -> Table:
    """Return a table: outcome and unit, the mean of each regime, the difference of each two regimes with the shares below."""
    table = _table(found.regimes, [f"{_head(b)}\n− {_head(a)}" for a, b in found.among])

    def cells(outcome: Outcome) -> Iterator[str]:
        yield from _mean_cells(found, outcome, found.decimals(outcome.name))
        decimals = found.decimals(outcome.name, difference=True)
        for first, second in found.among:
            row = found.difference[outcome.name, first, second]
            told = size(row, lambda x, decimals=decimals: number(x, decimals, "+"))
            if math.isfinite(half(row)):
                told += f" ±{number(half(row), decimals)}{mark(row)}"
            yield f"{told}\n{shares(row)} "

    return _filled(table, outcomes, cells, "\n  ")


def means_table(found: Found, outcomes: Sequence[Outcome]) -> Table:
    """Return a table: outcome, and the mean of each regime."""

    def cells(outcome: Outcome) -> Iterator[str]:
        return _mean_cells(found, outcome, found.decimals(outcome.name))

    return _filled(_table(found.regimes, []), outcomes, cells, ", ")


def pair_table(found: Found, outcomes: Sequence[Outcome], first: str, second: str) -> Table:
    """Return a table for two regimes: outcome, difference, 95 % interval, shares."""
    table = _table([], ["difference", "95 % interval", "pairs"])
    table.title = Text(f"{second} − {first}", style="bold")

    def cells(outcome: Outcome) -> Iterator[str]:
        row, decimals = found.difference[outcome.name, first, second], found.decimals(outcome.name, difference=True)
        yield size(row, lambda x: number(x, decimals, "+")) + mark(row)
        yield f"{number(row['low'], decimals, '+')} to {number(row['high'], decimals, '+')}"
        yield shares(row)

    return _filled(table, outcomes, cells, "")


def reference_table(found: Found, outcomes: Sequence[Outcome]) -> Table:
    """Return a table: outcome, and how much each regime differs from the town without government, with half the 95 % interval."""
    table = _table([regime for _, regime in found.against], [])
    table.title = Text("each regime − no government", style="bold")

    def cells(outcome: Outcome) -> Iterator[str]:
        decimals = found.decimals(outcome.name, difference=True)
        for duel in found.against:
            row = found.difference[outcome.name, *duel]
            told = size(row, lambda x: number(x, decimals, "+"))
            yield told + (f" ±{number(half(row), decimals)}{mark(row)}" if math.isfinite(half(row)) else " ")

    return _filled(table, outcomes, cells, ", ")


def _table(regimes: Sequence[str], differences: Sequence[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left", title_style="")
    table.add_column("outcome", max_width=LABEL_WIDTH)
    for text in [*map(_head, regimes), *differences]:
        table.add_column(Text(text), justify="right", no_wrap=True, vertical="top")
    return table


def _filled(table: Table, outcomes: Sequence[Outcome], cells: Callable[[Outcome], Iterator[str]], before_unit: str) -> Table:
    """Return the table with a row for each outcome under a line for each heading; the unit after the label or below it."""
    for heading, group in groupby(outcomes, key=lambda outcome: outcome.heading):
        table.add_row(Text(heading, style="bold"))
        for outcome in group:
            sign = "°" if outcome.good == "none" else ""
            unit = (before_unit + outcome.unit, "dim") if before_unit and outcome.unit else ""
            values = [Text(cell) for cell in cells(outcome)]
            for value in values:
                value.stylize("dim", value.plain.find("\n") % (len(value) + 1))
            table.add_row(Text.assemble("  ", outcome.label, sign, unit), *values)
    return table


def _mean_cells(found: Found, outcome: Outcome, decimals: int) -> Iterator[str]:
    for regime in found.regimes:
        row = found.mean[outcome.name, regime]
        yield number(row["mean"], decimals) + ("†" if row["n"] < found.pairs else " ")


def _head(regime: str) -> str:
    """Return a regime's label as the head of a narrow column; a blend takes several lines."""
    return regime.replace(",", ",\n")


def notes(comparison: Comparison, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield notes: how to read the table, how large luck is, and what the results do not show."""
    if len(comparison.regimes) > 1:
        yield (
            "± or interval: 95 % of the mean difference between paired runs. * still without zero after Holm's "
            f"correction over all {counted(len(comparison.outcomes), 'outcome')}. ≈ the whole interval is smaller than anybody "
            "there would notice "
            "(our assumption for each outcome): no difference of interest. 85:15: per cent of pairs better under the first-named : "
            "the second-named regime (° neither better nor worse: higher : lower); the rest are ties."
        )
    differences = comparison.differences.filter(pl.col("outcome").is_in([outcome.name for outcome in outcomes]))
    if len(differences.filter(pl.col("never").is_finite())):
        most = min(1.0, 3 / comparison.pairs)
        yield f"never (< {most:.2g}): in no run; by the rule of three it may still happen in up to that share of pairs."
    if len(differences.filter(pl.col("sd") == 0, pl.col("never").is_nan() | pl.col("never").is_null())):
        yield "in all: every pair differs by just as much, so that nothing is known of the spread."
    shown = {outcome.name for outcome in outcomes}
    if any(row["n"] < comparison.pairs for row in comparison.means.to_dicts() if row["outcome"] in shown):
        yield "† undefined in some runs, which are left out of that line."
    yield " ".join([*luck(comparison, outcomes), CAVEAT])


def reached(comparison: Comparison, outcomes: Sequence[Outcome]) -> Iterator[RenderableType]:
    """Yield beside every smallest effect of interest what any mix of practices attains there, or that it was not computed."""
    if not comparison.reach:
        yield Text("What can be attained here at all was not computed: leefwereld compare --range does, once.", style="dim")
        return
    heads = ("of interest from", "lowest", "highest", "")
    made = empty_table("outcome", *heads, right=heads[:3])
    for outcome in outcomes:
        low, high = comparison.reach.get(outcome.name, (math.nan, math.nan))
        places = max(0, 1 - math.floor(math.log10(outcome.smallest)))
        cells = (f"{outcome.smallest:g}", number(low, places), number(high, places))
        told = IMPOSSIBLE if impossible(comparison.reach, outcome.name) else "" if math.isfinite(low) else "not computed"
        made.add_row(Text(outcome.label), *map(Text, (*cells, told)))
    yield Text(f"\nWhat can be attained here: the extremes over {MIXES} mixes of practices", style="bold")
    yield made
    yield Text(
        f"Mixes drawn by a Latin hypercube over the range of every practice, {PAIRS} seeds each. {IMPOSSIBLE}: no two mixes differ by as "
        "much as is of interest, so that no way of governing could. ≈ without that: it could, and these do not.",
        style="dim",
    )


def luck(comparison: Comparison, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield how much runs of one regime vary, and how much common random numbers narrowed the intervals."""
    regime = comparison.governed[0]
    row = comparison.means.filter((pl.col("outcome") == outcomes[0].name) & (pl.col("regime") == regime)).to_dicts()[0]
    if comparison.pairs > 1:
        yield (
            f"Luck is large: with {counted(comparison.pairs, 'pair')}, {outcomes[0].label} under {regime} alone "
            f"runs from {number(row['p10'], 3)} to {number(row['p90'], 3)} (10–90 % of runs)."
        )
    else:
        yield "Luck is large: one pair shows no more than that it runs; take 20."
    ratio = (pl.col("n_independent") / pl.col("n")).alias("ratio")
    known = comparison.differences.filter(pl.col("n_independent").is_finite(), pl.col("n") > 2).select(ratio)["ratio"]
    if len(known):
        yield (
            f"Sharing it helps: unpaired runs would have to be {known.median():.1f} times as many for intervals "
            "as narrow (median over outcomes)."
        )


def as_json(comparison: Comparison, folder: Path | None = None) -> dict[str, object]:
    """Return every outcome with its means by regime and its paired differences, for JSON; undefined values are null."""
    mean = comparison.means.to_dicts()
    difference = comparison.differences.to_dicts()
    return {
        "kind": "leefwereld comparison",
        "schema": 1,
        "scenario": comparison.case.name,
        "title": comparison.case.title,
        "notes": list(comparison.case.notes),
        "residents": comparison.case.residents,
        "pairs": comparison.pairs,
        "weeks": comparison.weeks,
        "seeds": list(comparison.seeds),
        "regimes": {label: practices.model_dump(mode="json") for label, practices in comparison.regimes.items()},
        "endowment": comparison.endowment,
        "equal_means": comparison.equal_means,
        "staffing": comparison.staffing,
        "rules": comparison.rules,
        "outcomes": [
            {
                "attainable": list(comparison.reach[name]) if name in comparison.reach else None,
                "impossible": impossible(comparison.reach, name),
                **{key: getattr(outcome, key) for key in ("name", "label", "heading", "unit", "good", "smallest", "headline")},
                "means": {row["regime"]: _plain(row, "outcome", "regime") for row in mean if row["outcome"] == name},
                "differences": [
                    _plain(row, "outcome", "good") | {"negligible": negligible(row)} for row in difference if row["outcome"] == name
                ],
            }
            for name, outcome in ((name, OUTCOMES[name]) for name in COMPARED)
        ],
        "strata": [_plain(row) for row in comparison.strata.to_dicts()],
        "failures": [{"seed": failure.seed, "reason": failure.reason} for failure in comparison.failures],
        "folder": str(folder) if folder else None,
        "caveat": CAVEAT,
    }


def _plain(row: Row, *without: str) -> dict[str, object]:
    """Return a row for JSON, which has neither nan nor infinity."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items() if key not in without
    }
