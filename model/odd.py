"""Generate the tables of docs/odd.md from the declarations: `python -m model.odd` renews them, `--check` compares.

Each table, and the sentence that counts the sources of parameters, stands between `<!-- table: NAME -->` and
`<!-- end -->`. All other text of the file stays as it is.
"""

from __future__ import annotations

import argparse
import inspect
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from model.case.case import Area, Case, Conditions, Place
from model.engine.declared import Place as Declared
from model.engine.declared import declared
from model.engine.rule_files import RULES
from model.engine.tables import Column
from model.kinds import DEPARTMENTS, KINDS
from model.measures.weekly import OUTCOMES
from model.parameters import Behaviour, Section
from model.regimes import NAMED, PRACTICES
from model.state import tallies
from model.state.accounts import ACCOUNTS, POTS
from model.state.experiences import EXPERIENCES, FELT_VALUES, USUAL, Effect

FILE = Path(__file__).parents[1] / "docs" / "odd.md"
SOLVERS = ("crew", "visit", "programme", "corporation or crew", "nobody")
MARKED = re.compile(r"(<!-- table: ([a-z ]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def _cell(value: object) -> str:
    if isinstance(value, float):
        value = f"{value:.6g}"
    return " ".join(str(value).split()).replace("|", "\\|")


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    lines = [list(heads)]
    lines.append(["---"] * len(lines[0]))
    lines += [[_cell(value) for value in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _count(value: float) -> str:
    """Format a bound; large powers of two and ten ("no limit in practice") are written as powers."""
    if value > 0 and float(value).is_integer():
        for base in (2, 10):
            for power in range(20 if base == 2 else 5, 65):
                if value in (base**power, base**power - 1):
                    return f"{base}^{power}" + (" - 1" if value == base**power - 1 else "")
    return "-" + _count(-value) if value < 0 else f"{value:g}"


def numbers(section: type[Section]) -> list[tuple[str, object, str, str, str, str]]:
    """Return name, default, range, unit, meaning and source of every number that a section declares."""
    rows = []
    for name, field in section.model_fields.items():
        extra = field.json_schema_extra
        if not isinstance(extra, dict):
            continue
        bounds = {key: getattr(bound, key) for bound in field.metadata for key in ("ge", "le") if hasattr(bound, key)}
        span = f"{_count(bounds['ge'])} to {_count(bounds['le'])}"
        default = "" if field.is_required() or field.default is None else field.default
        rows.append((f"`{name}`", default, span, str(extra["unit"]), field.description or "", str(extra["source"])))
    return rows


def _numbers(section: type[Section]) -> str:
    return table(("name", "default", "range", "unit", "meaning", "source"), numbers(section))


def sources() -> dict[str, list[str]]:
    """Return the names of the behaviour parameters by the type of their source: fitted, measured, design or assumption."""
    found: dict[str, list[str]] = {"fitted": [], "measured": [], "design": [], "assumption": []}
    for name, *_, source in numbers(Behaviour):
        first = source.split(" ")[0].rstrip(":;,")
        found[first if first in found else "measured"].append(name.strip("`"))
    return found


def _sources() -> str:
    count = {source: len(names) for source, names in sources().items()}
    fitted = ", ".join(f"`{name}`" for name in sources()["fitted"])
    return (
        f"Of the {sum(count.values())} numbers of behaviour {count['fitted']} are fitted to patterns measured elsewhere ({fitted});\n"
        f"{count['measured']} rest on a source, {count['design']} on the project's design, and {count['assumption']} are assumptions.\n"
    )


def _kinds() -> str:
    heads = ("kind", "what", "new a street a year", "severity", "grows", "fades", "load on all", "load on small means", "reportable")
    heads += ("found at a visit", "department", "carried out by", "plan", "minutes", "days", "euro", "rule conflict", "leaves the cause")
    heads += ("residents can", "conflict of interests", "between two: also")
    yes = ("", "yes")
    rows = [
        (
            f"`{k.name}`", k.label, k.rate, k.severity, k.grows, k.fades, k.public, k.private, k.reportable,
            k.presence, DEPARTMENTS[k.department], SOLVERS[k.solver], yes[int(k.planned)], k.minutes, k.days, k.euro, k.conflict, k.symptom,
            yes[int(k.by_residents)], yes[int(k.concerned)], DEPARTMENTS[k.spans] if k.spans >= 0 else "",
        )
        for k in KINDS
    ]  # fmt: skip
    return table(heads, rows)


def _acting(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a table of practices; if some have no effect yet, a last column says which."""
    if all(p.wired for p in PRACTICES.values()):
        return table(heads, rows)
    marked = zip(rows, PRACTICES.values(), strict=True)
    return table((*heads, "acts"), [(*row, "yes" if p.wired else "**not yet**") for row, p in marked])


def _practices() -> str:
    heads = ("practice", "range", "unit", "baseline", "low end → high end", "the high end buys", "and costs")
    rows: list[tuple[object, ...]] = [
        (f"`{p.name}`", f"{p.low:g} to {p.high:g}", p.unit, p.default, f"{p.at_low} → {p.at_high}", p.buys, p.costs)
        for p in PRACTICES.values()
    ]
    return _acting(heads, rows)


def _regimes() -> str:
    rows: list[tuple[object, ...]] = [(f"`{p.name}`", *(getattr(preset, p.name) for preset in NAMED.values())) for p in PRACTICES.values()]
    return _acting(("practice", *NAMED), rows)


def first_line(function: Callable[..., object]) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _rules() -> str:
    rows = [(f"`{name}({', '.join(inspect.signature(rule).parameters)})`", first_line(rule)) for name, rule in RULES.items()]
    return table(("rule", "what it says"), rows)


def _events() -> str:
    names = [field.name for field in fields(Effect)]
    rows = [(f"`{name}`", kind.meaning, *(getattr(kind.effect, part) or "" for part in names)) for name, kind in EXPERIENCES.items()]
    return table(("event", "a resident", *(name.replace("_", " ") for name in names)), rows)


def _felt() -> str:
    rows = [
        (f"`{name}`", float(value), "nothing" if value.expected == USUAL else value.expected, value.meaning, value.source)
        for name, value in FELT_VALUES.items()
    ]
    return table(("value", "how good", "held out", "when", "source"), rows)


def _places(places: Mapping[str, Declared]) -> str:
    return table(("name", "place", "unit", "meaning"), [(f"`{name}`", int(p), p.unit, p.meaning) for name, p in places.items()])


def _accounts() -> str:
    rows = [(a.label, a.whose, a.unit, a.block, a.meaning) for a in ACCOUNTS]
    rows += [(p.label, p.whose, p.unit, "", p.meaning) for p in POTS]
    return table(("account or pot", "whose", "unit", "endowed in blocks of", "what for"), rows)


def _outcomes() -> str:
    rows = [
        (
            f"`{o.name}`", o.heading, o.label, o.unit, o.good, o.smallest, o.summary,
            "weekly" if o.weekly else "run only", "yes" if o.headline else "", o.meaning,
        )
        for o in OUTCOMES.values()
    ]  # fmt: skip
    heads = ("outcome", "heading", "label", "unit", "good", "smallest of interest (assumption)", "summary", "series", "headline")
    return table((*heads, "definition"), rows)


def columns() -> dict[str, tuple[Column, ...]]:
    """Return the columns of every table of a world, by the table's name."""
    from model.warm_up import empty_world

    return {name: tuple(table.columns.values()) for name, table in empty_world(compiled=False).tables.items()}


def _columns(parts: tuple[Column, ...]) -> str:
    rows = [
        (f"`{c.name}`", c.dtype + (f" x {c.width}" if c.width > 1 else ""), c.unit, f"{_count(c.low)} to {_count(c.high)}", c.meaning)
        for c in parts
    ]
    return table(("column", "kept as", "unit", "range", "meaning"), rows)


def tables() -> dict[str, str]:
    """Return every generated table by the name of its marker."""
    made = {
        "place": _numbers(Place),
        "neighbourhoods": _numbers(Area),
        "conditions": _numbers(Conditions),
        "run": _numbers(Case),
        "parameters": _numbers(Behaviour),
        "where numbers come from": _sources(),
        "kinds": _kinds(),
        "practices": _practices(),
        "regimes": _regimes(),
        "rules": _rules(),
        "events": _events(),
        "felt": _felt(),
        "counters": _places(tallies.COUNTERS),
        "sums": _places(declared(vars(tallies), tallies.Sum)),
        "accounts": _accounts(),
        "outcomes": _outcomes(),
    }
    return made | {f"columns {name}": _columns(parts) for name, parts in columns().items()}


def stale(text: str) -> list[str]:
    """Return the names of tables in `text` that are out of date, missing, duplicated or unknown."""
    made = tables()
    found = [match[2] for match in MARKED.finditer(text)]
    old = [match[2] for match in MARKED.finditer(text) if made.get(match[2]) != match[3]]
    return sorted({*old, *(name for name in found if found.count(name) > 1), *(made.keys() - set(found))})


def renewed(text: str) -> str:
    """Return the text with every table renewed."""
    made = tables()
    return MARKED.sub(lambda match: match[1] + made.get(match[2], match[3]) + match[4], text)


def main(arguments: list[str] | None = None, file: Path = FILE) -> int:
    """Renew the file (written completely or not at all), or with --check only name stale tables. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m model.odd", description="Renew the tables of docs/odd.md from the code.")
    parser.add_argument("--check", action="store_true", help="change nothing; name stale tables and exit with 1 if there are any")
    only_check = parser.parse_args(arguments).check
    if not file.is_file():
        print(f"{file}: not found; allowed: docs/odd.md beside the packages, as in the repository", file=sys.stderr)
        return 2
    text = file.read_text(encoding="utf-8")
    new = text if only_check else renewed(text)
    left = stale(new)
    if left:
        print(
            f"{file}: stale or without a marker: {', '.join(left)}" + ("; run python -m model.odd" if only_check else ""), file=sys.stderr
        )
    if new != text:
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(new)
        os.chmod(temporary, file.stat().st_mode & 0o777)
        os.replace(temporary, file)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
