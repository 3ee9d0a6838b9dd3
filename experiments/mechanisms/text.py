"""Texts and numbers of mechanisms, for the terminal and the documentation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from experiments.mechanisms.rows import Row
from experiments.mechanisms.runs import Trial
from experiments.mechanisms.schema import Experiment, Setting
from experiments.shared.text import number
from experiments.study.contrasts import Weights
from model.measures.weekly import OUTCOMES

EXPECTED = {"up": "higher", "down": "lower", "open": "open"}


def shown(x: float | None, half: float | None = None, sign: str = "") -> str:
    """Return a number rounded to two digits of its uncertainty, or to three digits; a dash if it is undefined."""
    if x is None:
        return "–"
    scale = half if half else abs(x) / 50
    decimals = 1 - math.floor(math.log10(scale)) if scale > 0 else 1
    return number(x, max(0, min(decimals, 5)), sign)


def difference(row: Row) -> str:
    """Return a difference with its interval, such as "−0.92 (−1.22 to −0.62)"."""
    if row["difference"] is None:
        return "undefined"
    half = half_of(row)
    if half is None:
        return shown(row["difference"], None, "+")
    return f"{shown(row['difference'], half, '+')} ({shown(row['low'], half, '+')} to {shown(row['high'], half, '+')})"


def half_of(row: Row) -> float | None:
    """Return half the width of an interval, or None."""
    low, high = row["low"], row["high"]
    return None if low is None or high is None else (high - low) / 2


def verdict(row: Row, smallest: float) -> str:
    """Return the verdict, with the value of d."""
    return row["verdict"].replace("than d", f"than {smallest:g}")


def outcome(name: str) -> str:
    """Return the outcome's label and unit, or its name if it is unknown."""
    found = OUTCOMES.get(name)
    return f"{found.label} ({found.unit})" if found else name


def formula(weights: Weights) -> str:
    """Return a contrast as text, such as "both − a − b + none"."""
    words = sorted(weights.items(), key=lambda item: -item[1])
    return " ".join(f"{'+' if sign > 0 else '−'} {label}" for label, sign in words).removeprefix("+ ")


def p_value(p: float | None) -> str:
    """Return a p-value as text, such as "p < 0.0001" or "p = 0.012"."""
    if p is None:
        return "p undefined"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}" if p < 1 else "p = 1"


def arms(one: Trial) -> Iterator[tuple[str, str]]:
    """Yield every arm with its settings, as text."""
    for label, given in one.study.arms.items():
        own = {name: value for name, value in given.items() if name not in ("of", "events", "rules", *one.declared.experiment.both)}
        parts = [f"{name} = {value:g}" for name, value in own.items() if not isinstance(value, dict)]
        parts += [f"{name}.{kind} = {value:g}" for name, more in own.items() if isinstance(more, dict) for kind, value in more.items()]
        events = given["events"]
        assert isinstance(events, list | tuple)
        parts += [event(planned) for planned in events]
        parts += [f"rules of {given['rules']}"] if given["rules"] else []
        yield label, ", ".join(parts) or "nothing of its own"


def event(given: Mapping[str, object]) -> str:
    """Return an event as text, such as "week 4: initiative street 0"."""
    more = " ".join(f"{name} {value}" for name, value in given.items() if name not in ("week", "kind", "text"))
    return f"week {given.get('week', '?')}: {given.get('kind', '?')} {more}".strip()


def surroundings(one: Trial) -> str:
    """Return scenario, practices, weeks and shared settings of an experiment, as text."""
    e: Setting = one.declared.experiment
    problems = e.both.get("problems")
    both = {**e.both, **problems} if isinstance(problems, dict) else e.both
    parts = [f"{name} = {value:g}" for name, value in both.items() if isinstance(value, int | float)]
    told = f"scenario {e.scenario}, practices {e.regime}, {one.study.weeks} weeks"
    events = len(e.events) if isinstance(e, Experiment) else 0
    return told + (f"; all arms: {', '.join(parts)}" if parts else "") + (f"; {events} planned events" if events else "")


def precision(row: Row) -> str:
    """Return as text whether the interval became narrow enough."""
    if row["reached"] is None:
        return "a short try: as many pairs as were asked for"
    return "narrow enough" if row["reached"] else "the budget of pairs is spent; wider than was asked"


def reach(row: Row) -> str:
    """Return how far a local rule reaches: what beside its own outcome it surely moves by an amount of interest."""
    felt: list[str] = []
    for name, own in row["also"].items():
        low, high = own["low"], own["high"]
        if low is not None and high is not None and low * high > 0 and not OUTCOMES[name].negligible(low, high):
            felt.append(outcome(name))
    none = f"none of the {len(row['also'])} outcomes beside it by an amount of interest"
    return f"It reaches {', '.join(felt) or none}. It is written in as a rule: this shows its size and reach, not that it is true."
