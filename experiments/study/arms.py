"""Arms of a study: labels that can differ in practices, numbers of the case, events and rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.study.keys import in_range, settable
from experiments.study.names import BASE, changed, regime_of
from experiments.study.schema import Study, flat, squeezed
from model.case.at_start import checked_at_start
from model.case.case import Case
from model.errors import BadInput
from model.regimes import NAMED, NO_GOVERNMENT, Practices
from model.regimes import practices as checked_practices

OWN = ("of", "rules", "events", "at_start")  # keys of an arm that are not settings


@dataclass(frozen=True)
class Arm:
    """One arm. numbers: of place, conditions, behaviour and problems; events: added to those of the scenario.

    at_start: conditions that change when the regime begins, after a burn-in that is shared with the other arms.
    """

    practices: Practices
    numbers: dict[str, float]
    events: tuple[dict[str, object], ...]
    rules: str
    rules_file: Path | None
    at_start: dict[str, float]


def arms_of(study: Study) -> dict[str, Arm]:
    """Return every arm by label; empty if the study has none. Raises BadInput."""
    return {label: _arm(study, label, flat(given)) for label, given in study.arms.items()}


def _arm(study: Study, label: str, given: Mapping[str, object]) -> Arm:
    where, at = study.where, f"arms.{label}"
    if label in (BASE, NO_GOVERNMENT, *NAMED) or not re.fullmatch(r"\w+", label):
        raise BadInput(where, at, None, "allowed: a label of letters, digits and _ that is not the name of a regime")
    of, rules, events = given.get("of", BASE), given.get("rules", ""), given.get("events", ())
    if not isinstance(of, str):
        raise BadInput(where, f"{at}.of", of, f"{BASE}, {', '.join(NAMED)}, or blend(A, B, SHARE)")
    planned: list[Any] = [*events] if isinstance(events, list | tuple) else [None]
    if not all(isinstance(event, Mapping) for event in planned):
        raise BadInput(where, f"{at}.events", None, "allowed: a list of events, each in { }")
    file = study.folder / rules if isinstance(rules, str) and rules else None
    if not isinstance(rules, str) or (file is not None and not file.is_file()):
        raise BadInput(where, f"{at}.rules", rules, "a Python file beside the study; there is no such file")
    practices: dict[str, float] = {}
    numbers: dict[str, float] = {}
    for name, value in given.items():
        if name in OWN:
            continue
        key = settable(where, at, name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(where, f"{at}.{name}", value, f"a number, {key.allowed}")
        in_range(where, f"{at}.{name}", key, value)
        (practices if key.practice else numbers)[name] = float(value)
    chosen = checked_practices(regime_of(where, f"{at}.of", squeezed(of)).model_dump() | practices, f"{where}: {at}")
    begun = given.get("at_start", {})
    changes: Mapping[str, Any] = {**begun} if isinstance(begun, dict) else {"": None}
    if not all(isinstance(change, int | float) for change in changes.values()):
        raise BadInput(where, f"{at}.at_start", None, "allowed: a table of CONDITION = NUMBER, in { }")
    own = checked_at_start(changes, f"{where}: {at}.at_start")
    return Arm(chosen, numbers, tuple(dict(event) for event in planned), rules, file, own)


def arm_cases(study: Study, arms: Mapping[str, Arm], base: Case) -> dict[str, Case]:
    """Return the case of every arm; arms with equal numbers and events share it, and thus a burn-in."""
    made: dict[str, Case] = {}
    found: dict[str, Case] = {}
    for label, arm in arms.items():
        key = json.dumps([arm.numbers, arm.events], sort_keys=True, default=str)
        if key not in made:
            made[key] = _with_events(f"{study.where}: arms.{label}", changed(study.where, base, arm.numbers), arm)
        found[label] = made[key]
    return found


def _with_events(where: str, case: Case, arm: Arm) -> Case:
    if not arm.events:
        return case
    try:
        return case.replaced(events=[*(event.model_dump() for event in case.events), *arm.events])
    except BadInput as error:
        raise BadInput(f"{where}: {str(error).removeprefix('case: ')}") from None


def not_in_arms(study: Study, section: str, name: str) -> None:
    """Raise BadInput if a factor is also set in an arm."""
    for label, given in study.arms.items():
        if name in flat(given):
            raise BadInput(study.where, f"{section}.{name}", None, f"allowed: as a factor or under [arms.{label}], not both")
