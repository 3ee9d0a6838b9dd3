"""The keys that a study file may use, and one-line errors about it: file, key, value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from experiments.shared.text import hint
from model.case.case import Case, Conditions, Place
from model.errors import BadInput
from model.kinds import KINDS
from model.parameters import Behaviour, Section
from model.regimes import PRACTICES


@dataclass(frozen=True)
class Key:
    """A key that a study can set or vary, with its range as declared in the model."""

    name: str
    low: float
    high: float
    whole: bool
    unit: str
    practice: bool = False

    @property
    def allowed(self) -> str:
        """Its range, as text."""
        return f"{'whole numbers ' if self.whole else ''}{self.low:g} to {self.high:g} {self.unit}".strip()


def _declared() -> dict[str, Key]:
    found = {p.name: Key(p.name, p.low, p.high, p.whole, p.unit, practice=True) for p in PRACTICES.values()}
    found |= {f"problems.{kind.name}": Key(f"problems.{kind.name}", 0, 10_000, False, "times") for kind in KINDS}
    fields = {"burn_in": Case.model_fields["burn_in"]} | Place.model_fields | Conditions.model_fields | Behaviour.model_fields
    for name, info in fields.items():
        low, high = _bounds(info)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        found[name] = Key(name, float(low), float(high), info.annotation is int, str(extra.get("unit", "")))
    return found


def _bounds(info: FieldInfo) -> tuple[Any, Any]:
    """Return the lowest and highest value of a declared number, None if not declared."""
    ends = [next((getattr(part, end) for part in info.metadata if hasattr(part, end)), None) for end in ("ge", "le")]
    return ends[0], ends[1]


KEYS = _declared()
SETTABLE = "a practice, a number of place, conditions or behaviour, or problems.NAME"


def settable(where: str, section: str, name: str, *, practices: bool = True) -> Key:
    """Return the key of a name. Raises BadInput if there is none, or for a practice with `practices=False`."""
    if name not in KEYS:
        allowed = SETTABLE if practices else SETTABLE.removeprefix("a practice, ")
        raise BadInput(where, f"{section}.{name}", None, "not a known key; " + hint(name, KEYS, allowed))
    if KEYS[name].practice and not practices:
        raise BadInput(
            where, f"{section}.{name}", None, "not a condition but a practice; set it under [practices.LABEL] or vary it as a factor"
        )
    return KEYS[name]


def in_range(where: str, name: str, key: Key, value: float) -> None:
    """Raise BadInput unless the value is within its declared range, and whole if required."""
    if not key.low <= value <= key.high or (key.whole and not float(value).is_integer()):
        raise BadInput(where, name, value, key.allowed)


def one_of(where: str, key: str, given: str, allowed: Iterable[str], says: str = "") -> None:
    """Raise BadInput with the nearest name unless `given` is in `allowed`. says: text instead of a long list."""
    names = list(allowed)
    if given not in names:
        raise BadInput(where, key, given, hint(given, names, says or ", ".join(names)))


def once(where: str, key: str, names: Iterable[str]) -> None:
    """Raise BadInput if a name occurs twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadInput(where, key, name, "each one once")
        seen.add(name)


_FORMS = {
    "string_type": "text, in quotes",
    "float_type": "a number",
    "finite_number": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list, in [ ]",
    "dict_type": "a table of KEY = VALUE",
    "model_type": "a table of KEY = VALUE, in { }",
    "string_pattern_mismatch": "letters, digits, spaces, and . - _ after the first letter",
}


def first_error(model: type[BaseModel], error: ValidationError, where: str, what: str = "a study") -> BadInput:
    """Return the first validation error as BadInput; unknown keys come first, as they may be typing errors."""
    errors = error.errors()
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    path, key = first["loc"], ".".join(str(part) for part in first["loc"])
    siblings, info = _declaration(model, path)
    if first["type"] == "extra_forbidden":
        return BadInput(where, key, None, "not a known key; " + hint(str(path[-1]), siblings, ", ".join(siblings)))
    if first["type"] == "missing":
        return BadInput(where, key, None, f"allowed: {what} needs it ({(info and info.description) or 'no default'})")
    message = _FORMS.get(first["type"], first["msg"].removeprefix("Value error, ").removeprefix("Input should be "))
    given = first.get("input")
    if first["type"] == "literal_error":
        names = re.findall(r"'(\w+)'", message)
        message = hint(str(given), names, ", ".join(names))
    elif info is not None and None not in _bounds(info):
        low, high = _bounds(info)
        message = f"{'whole numbers ' if info.annotation is int else ''}{low:,} to {high:,}"
    elif key.startswith("conditions.") and path[-1] in KEYS:
        message = KEYS[str(path[-1])].allowed
    return BadInput(where, key, given if isinstance(given, bool | int | float | str) else None, message)


def _declaration(model: type[BaseModel] | None, path: tuple[int | str, ...]) -> tuple[list[str], FieldInfo | None]:
    """Return the sibling keys of the last part of a path, and the declaration of that part."""
    siblings, info = list(model.model_fields) if model else [], None
    for part in path:
        if isinstance(part, str) and model is not None and part in model.model_fields:
            siblings, info = list(model.model_fields), model.model_fields[part]
            inside = [t for t in (info.annotation, *get_args(info.annotation)) if isinstance(t, type) and issubclass(t, BaseModel)]
            model = inside[0] if inside else None
        elif model is not None:
            siblings = list(model.model_fields)
    return siblings, info


class Declared(TypedDict):
    """A number in a section of a case."""

    name: str
    value: float
    unit: str
    meaning: str
    source: str


def declared(section: Section) -> list[Declared]:
    """Return every number in a section of a case."""
    facts: list[Declared] = []
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
