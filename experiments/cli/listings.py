"""Tables of scenarios, practices, regimes with their shared conditions, and rules."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from experiments.comparison.practice_ends import Price, ends, strongest
from experiments.shared.rows import Numbers, Row
from experiments.shared.text import CAVEAT, counted, empty_table, half, number
from experiments.shared.verdicts import is_price, mark, negligible
from experiments.study.keys import Declared, declared
from model.case.case import Case
from model.measures.weekly import OUTCOMES
from model.regimes import GROUPS, NAMED, OPEN_TO_ALL, PRACTICES, Practice, box

OUTCOME_HEADS = {
    "en": (("outcome", "what", "unit", "better", "smallest", "definition"), {"up": "higher", "down": "lower"}),
    "nl": (("uitkomst", "wat", "eenheid", "beter", "kleinste", "definitie"), {"up": "hoger", "down": "lager"}),
}
SHOWN = 6  # differences on each side of one practice


def scenarios(rows: Iterable[Mapping[str, object]]) -> Table:
    """Return a table of scenarios: name, residents, title."""
    made = empty_table("scenario", "residents", "title", right=["residents"])
    for row in rows:
        made.add_row(str(row["name"]), f"{row['residents']:,}", str(row["title"]))
    return made


def outcomes(rows: Iterable[Mapping[str, object]], lang: str) -> Table:
    """Return every outcome with unit, better direction, smallest effect of interest and definition, under its heading."""
    heads, sides = OUTCOME_HEADS[lang]
    made = empty_table(*heads, right=[heads[4]])
    for heading, group in groupby(rows, key=lambda row: row[f"heading_{lang}"]):
        made.add_row(Text(str(heading), style="bold"))
        for row in group:
            better = sides.get(str(row["good"]), "–")
            name, label, unit, definition = (str(row[key]) for key in ("name", f"label_{lang}", "unit", f"definition_{lang}"))
            made.add_row(name, label, unit, better, f"{row['smallest_of_interest']:g}", definition)
    return made


def week(rows: Iterable[Mapping[str, object]]) -> Table:
    """Return a table of the steps of the week and their loops: calls, total time, share, time per call."""
    made = empty_table("step", "calls", "seconds", "share", "ms a call", right=["calls", "seconds", "share", "ms a call"])
    for row in rows:
        name = Text(str(row["step"]).replace("_", " "), style="bold") if row["loop"] is None else Text(f"  {row['loop']}")
        made.add_row(name, f"{row['calls']:,}", f"{row['seconds']:.3f}", f"{row['share']:.1%}", f"{row['ms_per_call']:.3f}")
    return made


def practices(found: Iterable[Practice], prices: Mapping[str, Price]) -> Iterator[RenderableType]:
    """Yield a table of practices: both ends, benefits and costs of the high end, and whether it has an effect yet.

    With `prices`, also the strongest measured benefit and cost.
    """
    made = empty_table("practice", "from → to", "the high end buys", "and costs", "acts")
    for practice in found:
        span = f"{practice.at_low} → {practice.at_high}" + ("" if _is_share(practice) else f" ({_range(practice)})")
        buys, costs = practice.buys, practice.costs
        if price := prices.get(practice.name):
            buys, costs = (f"{text}\n→ {_short(rows)}" for text, rows in ((buys, price.better), (costs, price.worse)))
        made.add_row(practice.name, span, buys, costs, "yes" if practice.wired else "not yet")
    yield made
    for price in list(prices.values())[:1]:
        yield Text("→ measured, the strongest of each side (`leefwereld practices NAME` shows more). " + how_measured(price), style="dim")


def practice(found: Practice, price: Price | None = None) -> Iterator[RenderableType]:
    """Yield one practice in full, with the measured benefits and costs of its high end if given."""
    made = Table.grid(padding=(0, 2))
    for key, value in practice_facts(found).items():
        made.add_row(Text(key, style="bold"), Text(str(value)))
    yield made
    if price is None:
        return
    for title, rows in (("Measured: better at the high end", price.better), ("Measured: worse at the high end", price.worse)):
        yield Text(f"\n{title}", style="bold")
        yield _side(rows) if rows else Text("  nothing measurable")
    yield Text("\n" + how_measured(price), style="dim")


def how_measured(price: Price) -> str:
    """Return a note on how the differences were measured."""
    return (
        f"{counted(price.pairs, 'pair')} of {counted(price.weeks, 'week')} on {price.scenario}: the same people, luck and means, all other "
        "practices at the shared baseline; differences are high end minus low end, and shown when zero lies outside the 95 % interval "
        f"also after Holm's correction over the {sum(map(is_price, OUTCOMES))} outcomes that can be better or worse for the same "
        f"people. ≈ sure, but smaller than of interest. {CAVEAT}"
    )


def _side(rows: Sequence[Row]) -> Table:
    """Return a table of outcomes: mean at both ends, difference with interval; strongest first."""
    numbers = ["low end", "high end", "difference", "95 % interval"]
    made = empty_table("  outcome", *numbers, right=numbers)
    for row in strongest(rows, SHOWN):
        outcome, digits = OUTCOMES[row["outcome"]], _digits(row)
        means = [number(row[key], digits) for key in ("mean_first", "mean_second")]
        interval = f"{number(row['low'], digits, '+')} to {number(row['high'], digits, '+')}"
        made.add_row(f"  {outcome.label} ({outcome.unit})", *means, number(row["difference"], digits, "+") + mark(row), interval)
    return made


def _short(rows: Sequence[Row]) -> str:
    """Return the strongest difference as a short text."""
    for row in rows[:1]:
        return f"{OUTCOMES[row['outcome']].label} {number(row['difference'], _digits(row), '+')}{mark(row).strip('*')}"
    return "nothing measurable"


def _digits(row: Row) -> int:
    """Return the decimals (0-4) that show two digits of half the interval."""
    width = half(row) or abs(row["difference"])
    return max(0, min(4, 1 - math.floor(math.log10(width)))) if width > 0 else 0


def price_facts(price: Price) -> dict[str, object]:
    """Return the measured differences as plain data: all significant ones of both sides, strongest first."""
    keys: tuple[Numbers, ...] = ("difference", "low", "high", "effect", "p", "p_holm", "n")
    sides = {
        side: [
            {"outcome": row["outcome"], "unit": OUTCOMES[row["outcome"]].unit, "at_low": row["mean_first"], "at_high": row["mean_second"]}
            | {key: row[key] if math.isfinite(row[key]) else None for key in keys}
            | {"negligible": negligible(row)}
            for row in rows
        ]
        for side, rows in (("better", price.better), ("worse", price.worse))
    }
    low, high = ends(price.name)
    return {"low_end": low, "high_end": high, "pairs": price.pairs, "weeks": price.weeks, "scenario": price.scenario, **sides}


def practice_facts(found: Practice, price: Price | None = None) -> dict[str, object]:
    """Return one practice as plain data, with its value in every named regime and the measured differences."""
    facts: dict[str, object] = {
        "name": found.name,
        "range": _range(found),
        "at the low end": found.at_low,
        "at the high end": found.at_high,
        "the high end buys": found.buys,
        "and costs": found.costs,
        "default": found.default,
        "acts": "yes" if found.wired else "not yet: its process does not exist",
        **{name: _value(getattr(values, found.name)) for name, values in NAMED.items()},
    }
    return facts if price is None else {**facts, "measured": price_facts(price)}


def regimes(case: Case) -> Iterator[RenderableType]:
    """Yield the named regimes side by side, then their shared conditions in this case."""
    made = empty_table("practice", *NAMED, "unit", "acts", right=list(NAMED))
    for found in PRACTICES.values():
        values = [str(_value(getattr(preset, found.name))) for preset in NAMED.values()]
        made.add_row(found.name, *values, found.unit, "" if found.wired else "not yet")
    yield made
    yield Text(f"Conditions, equal under every regime ({case.title}):")
    shared = empty_table("condition", "value", "unit", "meaning", right=["value"])
    for fact in conditions(case):
        shared.add_row(fact["name"], f"{fact['value']:,g}", fact["unit"], fact["meaning"])
    yield shared
    yield Text("A condition can be changed in a scenario file, for all regimes at once; a regime cannot set one.")


def boxes() -> Iterator[RenderableType]:
    """Yield the box of every named regime: within which values it is still that regime, and how the point shown is chosen."""
    made = empty_table("practice", *NAMED, "unit", "group", right=list(NAMED))
    spans = {name: box(name) for name in NAMED}
    of = {practice: group for group, members in GROUPS.items() for practice in members}
    for found in PRACTICES.values():
        ends = [spans[name][found.name] for name in NAMED]
        alike = " (all alike)" if found.name in OPEN_TO_ALL else ""
        made.add_row(found.name, *(_span(*own) for own in ends), found.unit, of[found.name] + alike)
    yield made
    yield Text(
        "From lowest to highest: within its box a regime is still that regime. What is shown of it is the centre of its box, by one "
        "rule for all (`leefwereld regimes`). `leefwereld study run boxes` shows the spread over the boxes beside the difference "
        "at the centres."
    )


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def regimes_facts(case: Case) -> dict[str, object]:
    """Return named regimes with their boxes, and conditions, as plain data."""
    return {
        "regimes": {name: values.model_dump(mode="json") for name, values in NAMED.items()},
        "boxes": {name: box(name) for name in NAMED},
        "groups": GROUPS,
        "conditions": conditions(case),
        "scenario": case.name,
    }


def conditions(case: Case) -> list[Declared]:
    """Return name, value, unit, meaning and source of every condition of a case."""
    return declared(case.conditions)


def rules(found: Mapping[str, Callable[..., object]]) -> Iterator[RenderableType]:
    """Yield every rule with its signature and first docstring line."""
    made = Table.grid(padding=(0, 2))
    for name, rule in found.items():
        facts = rule_facts(name, rule)
        made.add_row(Text(facts["signature"], style="bold"))
        made.add_row(Text(f"  {facts['says']}\n"))
    yield made
    yield Text(
        f"{counted(len(found), 'rule')}. Copy one from model/rules.py into a file of your own, change it, then:\n"
        "  leefwereld rules check my_rules.py\n  leefwereld compare --rules my_rules.py"
    )


def rule_facts(name: str, rule: Callable[..., object]) -> dict[str, str]:
    """Return name, signature and first docstring line of a rule."""
    names = ", ".join(inspect.signature(rule).parameters)
    return {"name": name, "signature": f"{name}({names})", "says": (inspect.getdoc(rule) or "").split("\n")[0]}


def _is_share(found: Practice) -> bool:
    return (found.low, found.high, found.unit) == (0, 1, "0-1")


def _range(found: Practice) -> str:
    return f"{found.low:g} to {found.high:g}" + ("" if _is_share(found) else f" {found.unit}")


def _value(value: float) -> float | int:
    """Return a whole number as int: 3.0 as 3."""
    return int(value) if float(value).is_integer() else value
