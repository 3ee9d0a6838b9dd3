"""Contents of a page about regimes side by side: people and place, outcomes, hours and euros, practices, one pair's story.

The template sections.html.j2 holds the words, this file the numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from experiments.reporting.comparison import Comparison
from experiments.reporting.course import WEEKS_A_YEAR
from experiments.reporting.side_by_side import Found, chosen, notes
from experiments.shared.reach import impossible
from experiments.shared.style import COLOURS, DASHES, places, readable
from experiments.shared.text import amounts, burn_in_of, counted, number, shares, size
from experiments.shared.verdicts import mark
from experiments.study.keys import Declared, declared
from model.case.case import Case
from model.case.event import SORTS
from model.measures.weekly import Outcome
from model.regimes import PRACTICES

MOST_SENTENCES = 1_000  # shown under each regime; a city's whole story would make the page too large


@dataclass(frozen=True)
class Regime:
    """A regime on the page: its label, its readable name, and its line in the figure."""

    label: str
    name: str
    colour: str
    dashes: str


class Valued(Declared):
    """A number in a section of a case, and its value and unit as shown."""

    text: str


def sections(comparison: Comparison) -> dict[str, object]:
    """Return the contents of the page for its template."""
    of = {regime.label: regime for regime in shown_regimes(list(comparison.regimes))}
    headline, everything = chosen(comparison), chosen(comparison, everything=True)
    return {
        "comparison": comparison,
        "pairs": counted(comparison.pairs, "pair"),
        "weeks": counted(comparison.weeks, "week"),
        "case": comparison.case,
        "changed": list(changed(comparison.case)),
        "place": list(place_facts(comparison.case)),
        "conditions": [valued(fact) for fact in declared(comparison.case.conditions)],
        "duels": [(of[first], of[second]) for first, second in comparison.duels],
        "headlines": list(outcome_rows(comparison, headline)),
        "every_outcome": list(outcome_rows(comparison, everything)) if len(everything) > len(headline) else [],
        "notes": list(notes(comparison, headline)),
        "accounts": [] if comparison.ledger.is_empty() else list(ledgers(comparison)),
        "practices": list(practice_rows(comparison)),
        "story": list(story_years(comparison)),
        "told": sum(map(len, comparison.stories.values())),
        "untold": max((len(story) - MOST_SENTENCES for story in comparison.stories.values()), default=0),
        "identities": [[seed, *row] for seed, row in identities(comparison)],
    }


def method(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield how the regimes were compared, as terms and descriptions."""
    pairs = counted(comparison.pairs, "pair")
    doing = "A pair is the same people with the same luck under each regime, so that what differs within a pair is the regime’s doing."
    yield "Pairs", f"{pairs}. {doing}"
    yield "Time", f"{counted(comparison.weeks, 'week')}, after {burn_in_of(comparison.case)}, which all regimes of a pair share."
    means = " and ".join(amounts(comparison.endowment))
    if means and comparison.equal_means:
        yield "Equal means", f"Each regime has the same endowment: {means} a year. A regime only divides them."
    elif means:
        yield "Means", f"The regimes do not have the same endowment; the first has {means} a year."
    if len(comparison.governed) < len(comparison.regimes):
        yield "Reference", "No government: the same people with the same luck, without any hours or money of anybody who is not a resident."
    if comparison.rules:
        yield "Replaced rules", comparison.rules
    if comparison.failures:
        yield "Left out", " ".join(f"Seed {failure.seed} failed: {failure.reason}." for failure in comparison.failures)


def shown_regimes(labels: Sequence[str]) -> Iterator[Regime]:
    """Yield the regimes in the given order, with the colours and dashes of the figures."""
    for label, i in places(labels).items():
        dashes = DASHES[i]
        pattern = "" if isinstance(dashes, str) else " ".join(f"{2 * length:g}" for length in dashes[1])
        yield Regime(label, readable(label), COLOURS[i], pattern)


def place_facts(case: Case) -> Iterator[Valued]:
    """Yield the key figures of the place; the number of streets is computed when the case does not set it."""
    for fact in declared(case.place):
        if fact["name"] == "streets":
            fact["value"], fact["meaning"] = case.place.street_count, "streets"
        yield valued(fact)


def valued(fact: Declared) -> Valued:
    """Return the fact with `text`: its value and unit as shown; shares in per cent."""
    value, unit = fact["value"], fact["unit"]
    text = f"{100 * value:.3g} %" if unit == "share" else f"{value:,} {unit}" if isinstance(value, int) else f"{value:,g} {unit}"
    return {**fact, "text": text.strip()}


def changed(case: Case) -> Iterator[str]:
    """Yield the other settings of the case that differ from the default: behaviour, problem rates, planned events."""
    usual = type(case.behaviour)()
    for fact in declared(case.behaviour):
        before = getattr(usual, fact["name"])
        if fact["value"] != before:
            yield f"{fact['name']} is {fact['value']:g} instead of {before:g}: {fact['meaning']}"
    for name, factor in case.problems.items():
        yield f"problems of the kind {name.replace('_', ' ')} arise {factor:g} times as often as usual"
    for event in case.events:
        what = f"{event.kind} {event.name}".strip().replace("_", " ")
        where = ", everywhere" if event.street < 0 else f", street {event.street}" if SORTS[event.kind].placed else ""
        yield f"planned in week {event.week}: {what} {event.value:g}{where}" + f", for {event.weeks} weeks" * (event.weeks > 0)


def outcome_rows(comparison: Comparison, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield, by heading, the means and paired differences of each outcome, rounded as in the printed table."""
    found = Found(comparison)
    for heading, group in groupby(outcomes, key=lambda outcome: outcome.heading):
        yield (
            heading,
            [{"outcome": o, "means": means(found, o), "duels": duels(found, o), "reach": attainable(comparison, o)} for o in group],
        )


def attainable(comparison: Comparison, outcome: Outcome) -> str:
    """Return what any mix of practices attains there, to stand beside the smallest effect of interest."""
    if outcome.name not in comparison.reach:
        return "what can be attained here was not computed"
    low, high = comparison.reach[outcome.name]
    told = f"attainable here {low:.3g} to {high:.3g}"
    return told + (", so impossible here" if impossible(comparison.reach, outcome.name) else "")


def means(found: Found, outcome: Outcome) -> list[str]:
    """Return the mean under each regime."""
    rows = [found.mean[outcome.name, regime] for regime in found.regimes]
    decimals = found.decimals(outcome.name)
    return [number(row["mean"], decimals) + ("†" if row["n"] < found.pairs else "") for row in rows]


def duels(found: Found, outcome: Outcome) -> list[dict[str, object]]:
    """Return for each two regimes the difference, its interval, and the shares of pairs as text and in per cent."""
    decimals = found.decimals(outcome.name, difference=True)
    rows = [found.difference[outcome.name, *two] for two in found.duels]
    return [
        {
            "difference": size(row, lambda x, decimals=decimals: number(x, decimals, "+")),
            "star": mark(row).strip(),
            "interval": f"{number(row['low'], decimals, '+')} to {number(row['high'], decimals, '+')}",
            "known": math.isfinite(row["low"]),
            "shares": shares(row),
            "second": _percent(row["share_second"]),
            "first": _percent(row["share_first"]),
        }
        for row in rows
    ]


def _percent(share: float | None) -> float:
    return round(100 * share, 1) if share is not None and math.isfinite(share) else 0.0


def ledgers(comparison: Comparison) -> Iterator[dict[str, object]]:
    """Yield hours, then euros: endowed, spent and lapsed by activity and regime, mean per run; the last row is the total."""
    columns = ["endowed", "spent", "lapsed", "left"]
    keys = ["unit", "organisation", "activity"]
    mean = pl.col(columns).sum() / comparison.pairs
    found = comparison.ledger.group_by([*keys, "regime"], maintain_order=True).agg(mean)
    value = {tuple(row[key] for key in [*keys, "regime"]): row for row in found.to_dicts()}
    rows = found.select(keys).unique(maintain_order=True).rows()
    for unit in dict.fromkeys(unit for unit, *_ in rows):
        here = [row for row in rows if row[0] == unit]
        zero = dict.fromkeys(columns, 0.0)
        each = [[value.get((*row, label), zero) for label in comparison.regimes] for row in here]
        total = [{c: math.fsum(row[i][c] for row in each) for c in columns} for i in range(len(comparison.regimes))]
        names = [whose if whose == what else f"{whose}: {what}" for _, whose, what in here]
        yield {
            "unit": unit,
            "lines": [
                (name, [[number(cell[c], 0) for c in columns[:3]] for cell in cells]) for name, cells in zip(names, each, strict=True)
            ],
            "total": [[number(cell[c], 0) for c in columns[:3]] for cell in total],
            "left": [number(cell["left"], 0) for cell in total],
        }


def practice_rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    """Yield every practice with its value under each regime, and where that lies in its range."""
    for practice in PRACTICES.values():
        values = [getattr(practices, practice.name) for practices in comparison.regimes.values()]
        span = practice.high - practice.low
        yield {
            "practice": practice,
            "name": practice.name.replace("_", " "),
            "unit": "" if practice.unit == "0-1" else practice.unit,
            "values": [(f"{value:.3g}", round(100 * (value - practice.low) / span, 1)) for value in values],
        }


def story_years(comparison: Comparison) -> Iterator[dict[str, object]]:
    """Yield the first pair year by year: for each regime the sentences as (when, what, same under every regime)."""
    stories = [comparison.stories.get(label, [])[:MOST_SENTENCES] for label in comparison.regimes]
    everywhere = set.intersection(*map(set, stories)) if len(stories) > 1 else set()
    told = [[(*dated(line), line in everywhere) for line in story] for story in stories]
    for year in sorted({(week - 1) // WEEKS_A_YEAR for story in told for week, *_ in story}):
        columns = [[sentence for sentence in story if (sentence[0] - 1) // WEEKS_A_YEAR == year] for story in told]
        first = year * WEEKS_A_YEAR + 1
        yield {"year": year + 1, "weeks": (first, min(first + WEEKS_A_YEAR - 1, comparison.weeks)), "columns": columns}


def dated(line: str) -> tuple[int, str]:
    """ "week 8: Dirk W. …" -> (8, "Dirk W. …"); a sentence without a week belongs to the first."""
    found = re.match(r"week (\d+): (.*)", line, re.DOTALL)
    return (int(found[1]), found[2]) if found else (1, line)


def identities(comparison: Comparison) -> Iterator[tuple[int, list[str]]]:
    """Yield the identity of the run of each seed under each regime."""
    known = {(row["seed"], row["regime"]): row["identity"] for row in comparison.runs.select("seed", "regime", "identity").to_dicts()}
    for seed in comparison.seeds:
        if (seed, next(iter(comparison.regimes))) in known:
            yield seed, [known[seed, label] for label in comparison.regimes]
