"""Conditions that begin with the regime: an arm of an experiment that differs in hours or money, after a burn-in like the others'."""

from __future__ import annotations

from collections.abc import Mapping

from model.case.event import FIXED
from model.case.sections import Conditions
from model.errors import BadInput


def checked_at_start(values: Mapping[str, float], where: str = "at_start") -> dict[str, float]:
    """Return conditions that an arm of an experiment may change when its regime begins. Raises BadInput."""
    fields = {name: field for name, field in Conditions.model_fields.items() if name not in FIXED}
    for name, value in values.items():
        if name not in fields:
            raise BadInput(where, name, None, f"not a condition that can change in a run; allowed: {', '.join(fields)}")
        low, high = (next(float(getattr(m, end)) for m in fields[name].metadata if hasattr(m, end)) for end in ("ge", "le"))
        if isinstance(value, bool) or not low <= value <= high:
            raise BadInput(where, name, value, f"{low:g} to {high:g}")
    return {name: float(value) for name, value in values.items()}


def without_government() -> dict[str, float]:
    """Return the conditions of a town without government: no hours and no money of anybody who is not a resident."""
    given = [name for name in Conditions.model_fields if name.endswith(("_hours", "_budget"))]
    return dict.fromkeys([*given, "agenda_rate", "broker", "go_between"], 0.0)
