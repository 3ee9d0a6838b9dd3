"""Check that everything a declaration names exists: functions, switches, events, tallies, outcomes, essays."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from experiments.mechanisms.schema import Declared, Interaction, Mechanism
from experiments.running.audit_institutions import CHECKS
from experiments.study.keys import KEYS, once, one_of
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

ROOT = Path(__file__).parents[2]
ESSAYS = tuple(f"S{n}" for n in range(5))
MANY = "a practice, a number of place, conditions or behaviour, problems.NAME, or a kind of event"


def check_names(found: Declared) -> None:
    """Raise BadInput unless everything that the declaration names exists."""
    where = found.where
    if found.id != found._file.stem:
        raise BadInput(where, "id", found.id, f"allowed: the name of its file, {found._file.stem}")
    once(where, "essay", found.essay)
    for essay in found.essay:
        one_of(where, "essay", essay, ESSAYS)
    for text in found.process:
        check_process(where, text)
    for name in found.event:
        one_of(
            where,
            "event",
            name,
            events(),
            "a kind of the story, a counter of model/state/tallies.py, or a kind of event of model/state/experiences.py",
        )
    once(where, "also", (found.outcome, *found.also))
    one_of(where, "outcome", found.outcome, OUTCOMES, "the name of an outcome of model/outcomes.py")
    for name in found.also:
        one_of(where, "also", name, OUTCOMES, "the name of an outcome of model/outcomes.py")
    if isinstance(found, Mechanism):
        _check_mechanism(found)
    if isinstance(found, Interaction):
        _check_interaction(found)


def _check_mechanism(found: Mechanism) -> None:
    where = found.where
    if not re.fullmatch(r"A\d+", found.id):
        raise BadInput(where, "id", found.id, "A and a number, such as A13")
    if (found.class_ == "D") != (found.accounting is not None):
        raise BadInput(where, "accounting", None, 'allowed: with class = "D", which needs it, and only there')
    if found.accounting:
        one_of(where, "accounting.check", found.accounting.check, CHECKS)
    for name in found.switch:
        check_switch(where, found, name)


def _check_interaction(found: Interaction) -> None:
    for name in found.switch:
        one_of(found.where, "switch", name, [*KEYS, *event_kinds()], MANY)
    if set(found.expected) != set(found.experiment.contrast):
        names = ", ".join(found.experiment.contrast)
        raise BadInput(found.where, "expected", ", ".join(found.expected), f"one for each contrast: {names}")


def check_switch(where: str, found: Mechanism, name: str) -> None:
    """Raise BadInput unless the switch is declared in the model and differs between the sides."""
    one_of(where, "switch", name, [*KEYS, *event_kinds()], MANY)
    e = found.experiment
    if e.off.get(name) != e.on.get(name) or _flat(e.off).get(name) != _flat(e.on).get(name):
        return
    planned = [event for event in (*e.off_events, *e.on_events) if name in (event.get("kind"), event.get("name"))]
    if not planned:
        raise BadInput(where, "switch", name, "something in which experiment.off and experiment.on differ, or that only one has as event")


def _flat(given: dict[str, object]) -> dict[str, object]:
    from experiments.study.schema import flat

    return flat(given)


def check_process(where: str, text: str) -> None:
    """Raise BadInput unless FILE: FUNCTION names a function, method or class in that file."""
    file, colon, name = (part.strip() for part in text.partition(":"))
    path = ROOT / file
    if not colon or not name or not file.endswith(".py") or not path.is_file() or ROOT not in path.resolve().parents:
        raise BadInput(where, "process", text, "FILE: FUNCTION, of a file that is there, such as model/week/friends.py: press")
    one_of(where, "process", name, defined(path), f"a function of {file}")


@cache
def defined(path: Path) -> tuple[str, ...]:
    """Return the names of functions, methods (also as Class.method) and classes in a file."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = None
        if isinstance(node, ast.ClassDef):
            found |= dict.fromkeys(f"{node.name}.{own.name}" for own in node.body if isinstance(own, ast.FunctionDef))
    return tuple(found)


@cache
def event_kinds() -> tuple[str, ...]:
    """Return the kinds of events that a scenario may plan."""
    from model.case.case import Event

    pattern = next((part.pattern for part in Event.model_fields["kind"].metadata if getattr(part, "pattern", None)), "")
    return tuple(re.findall(r"\w+", pattern))


@cache
def events() -> tuple[str, ...]:
    """Return the names of events and tallies: keys of the story, tallies, and kinds of experience."""
    from model.state.experiences import EXPERIENCES
    from model.state.tallies import COUNTERS
    from model.story.english import ENGLISH

    return tuple(dict.fromkeys([*_keys(ENGLISH), *COUNTERS, *EXPERIENCES]))


def _keys(words: Mapping[str, object]) -> Iterable[str]:
    for name, value in words.items():
        if isinstance(value, dict):
            yield from _keys(value)
        else:
            yield name
