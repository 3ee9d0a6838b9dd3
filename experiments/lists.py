"""What ships, as tables: scenarios, practices, regimes with the conditions that they share, and rules."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from experiments.report import counted
from model.parameters import Section
from model.regimes import NAMED, PRACTICES, Practice
from model.scenario import Case


def table(*heads: str, right: Sequence[str] = ()) -> Table:
    """An empty table in the house's manner; the columns named in `right` hold numbers."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        made.add_column(head, justify="right" if head in right else "left", no_wrap=head in heads[:1], overflow="fold")
    return made


def scenarios(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Name, residents, title."""
    made = table("scenario", "residents", "title", right=["residents"])
    for row in rows:
        made.add_row(row["name"], f"{row['residents']:,}", row["title"])
    return made


def practices(found: Iterable[Practice]) -> Table:
    """Every practice on a line: what it is at both ends, what the high end buys and costs, whether it acts yet."""
    made = table("practice", "from → to", "the high end buys", "and costs", "acts")
    for practice in found:
        ends = f"{practice.at_low} → {practice.at_high}" + ("" if _is_share(practice) else f" ({_range(practice)})")
        made.add_row(practice.name, ends, practice.buys, practice.costs, "yes" if practice.wired else "not yet")
    return made


def practice(found: Practice) -> Table:
    """One practice in full."""
    made = Table.grid(padding=(0, 2))
    for key, value in practice_facts(found).items():
        made.add_row(Text(key, style="bold"), Text(str(value)))
    return made


def practice_facts(found: Practice) -> dict[str, Any]:
    """One practice as plain data, with its value in every named regime."""
    facts = {
        "name": found.name,
        "range": _range(found),
        "at the low end": found.at_low,
        "at the high end": found.at_high,
        "the high end buys": found.buys,
        "and costs": found.costs,
        "default": found.default,
        "acts": "yes" if found.wired else "not yet: its process does not exist",
    }
    return facts | {name: _value(getattr(values, found.name)) for name, values in NAMED.items()}


def regimes(case: Case) -> Iterator[RenderableType]:
    """The presets side by side, then the conditions that they share in this case."""
    made = table("practice", *NAMED, "unit", "acts", right=list(NAMED))
    for found in PRACTICES.values():
        values = [str(_value(getattr(preset, found.name))) for preset in NAMED.values()]
        made.add_row(found.name, *values, found.unit, "" if found.wired else "not yet")
    yield made
    yield Text(f"Conditions, equal under every regime ({case.title}):")
    shared = table("condition", "value", "unit", "meaning", right=["value"])
    for fact in conditions(case):
        shared.add_row(fact["name"], f"{fact['value']:,g}", fact["unit"], fact["meaning"])
    yield shared
    yield Text("A condition can be changed in a scenario file, for all regimes at once; a regime cannot set one.")


def regimes_facts(case: Case) -> dict[str, Any]:
    """Presets and conditions as plain data."""
    return {
        "regimes": {name: values.model_dump(mode="json") for name, values in NAMED.items()},
        "conditions": conditions(case),
        "scenario": case.name,
    }


def conditions(case: Case) -> list[dict[str, Any]]:
    """Name, value, unit, meaning and source of every condition of a case."""
    return declared(case.conditions)


def declared(section: Section) -> list[dict[str, Any]]:
    """Name, value, unit, meaning and source of every number in a section of a case."""
    facts = []
    for name, field in type(section).model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        facts.append(
            {
                "name": name,
                "value": getattr(section, name),
                "unit": str(extra.get("unit", "")),
                "meaning": field.description or "",
                "source": str(extra.get("source", "")),
            }
        )
    return facts


def rules(found: Mapping[str, Callable[..., Any]]) -> Iterator[RenderableType]:
    """Every rule with its signature and the first line of what it says."""
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


def rule_facts(name: str, rule: Callable[..., Any]) -> dict[str, Any]:
    """Name, signature and first docstring line of a rule."""
    names = ", ".join(inspect.signature(rule).parameters)
    return {"name": name, "signature": f"{name}({names})", "says": (inspect.getdoc(rule) or "").split("\n")[0]}


def _is_share(found: Practice) -> bool:
    return (found.low, found.high, found.unit) == (0, 1, "0-1")


def _range(found: Practice) -> str:
    return f"{found.low:g} to {found.high:g}" + ("" if _is_share(found) else f" {found.unit}")


def _value(value: float) -> float | int:
    """3.0 as 3: whole numbers are shown as such."""
    return int(value) if float(value).is_integer() else value
