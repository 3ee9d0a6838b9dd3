"""The identity of a run: a hash of what determines it. Editing a comment or text does not change it, so kept results stay valid.

`code_hash` covers the generated loops, the declarations (by value), and the determining Python as a syntax tree without
docstrings, comments, type hints and texts. `ROLES` gives the role of every file.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel

from model.engine.meaning import WORDS, meaning
from model.engine.modules import cache_root, generated_source
from model.engine.rule_files import rules_hash
from model.state.world import World

HOME = Path(__file__).parent
DECIDES, DECLARES, APART = "decides", "declares", "apart"
# Every file below `model/`, by its role in a run:
#   decides    its code determines what happens, or how outcomes are computed
#   declares   numbers, columns, kinds, outcomes; hashed by value
#   apart      texts, display, reading, compiling; what it returns is hashed by value (a case, replaced rules)
ROLES: dict[str, str] = {}
for _role, _folder, _names in (
    (DECIDES, "", "neighbourhood regimes rules schedule"),
    (DECLARES, "", "kinds outcomes parameters"),
    (
        APART,
        "",
        "__init__ burnt_in errors identity mesa_tools bounds odd outcomes_dutch own_classes profile rule_check rule_ranges warm_up",
    ),
    (DECIDES, "case/", "at_start case event layout needs person sections"),
    (APART, "case/", "__init__ bilingual cbs cbs_file shape sources"),
    (DECIDES, "engine/", "chance declared loops modules tables"),
    (APART, "engine/", "__init__ meaning rule_files rule_flow rule_language rule_spaces source"),
    (DECIDES, "measures/", "by_place counterfactual end_of_run frames handling weekly"),
    (APART, "measures/", "__init__"),
    (DECIDES, "state/", "means named start world"),
    (DECLARES, "state/", "accounts experiences matters people streets tallies"),
    (APART, "state/", "__init__ kept"),
    (APART, "story/", "__init__ dutch english language moments names teller words"),
    (
        DECIDES,
        "week/",
        "agenda_delivery agenda_planning agents asking case_delivery cases contacts council entrepreneurs examples friends "
        "initiative_founding initiative_life initiative_town_hall interventions learning moves needs news officials places_to_meet "
        "planned_act_kinds planned_acts police problems promises reports requests residents ties ward_hours",
    ),
    (APART, "week/", "__init__"),
):
    ROLES |= {f"{_folder}{_name}.py": _role for _name in _names.split()}


@cache
def code_hash() -> str:
    """Return a hash (16 hex digits) of all code and declarations that determine a run; results store it.

    It takes a second to compute, so it is cached in the user's cache folder under a hash of the sources.
    """
    sources = b"\0".join(path.read_bytes() for path in sorted(HOME.rglob("*.py")))
    kept = cache_root() / "identity" / hashlib.sha256(sources + sys.version.encode()).hexdigest()[:24]
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    found = hash_of_code(generated_source(), ROLES)
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_text(found, encoding="utf-8")
        fresh.replace(kept)
    return found


def run_identity(world: World, own: str = "", swaps: Mapping[str, Callable[..., float]] | None = None) -> str:
    """Return a hash (24 hex digits) of everything that determines a run up to its world's present week.

    own: what a class of one's own adds. swaps: functions put in the place of loops.
    """
    facts = {
        "case": world.case.model_dump(mode="json", exclude={"title", "text", "notes", "events", "street_names"}),
        "practices": world.chosen.model_dump(), "seed": world.seed, "week": world.week,
        "planned": [e.model_dump(exclude={"text", "called"}) for e in sorted(world.planned, key=lambda e: e.week)],
        "changes": world.changes,
        "code": code_hash(), "rules": rules_hash(world.rules),
    }  # fmt: skip
    if world.at_start:
        facts |= {"at_start": world.at_start}
    if own or swaps:
        facts |= {"own": own, "swaps": rules_hash(dict(swaps or {}))}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def hash_of_code(loops: str, roles: Mapping[str, str], read: Callable[[str], str] | None = None) -> str:
    """Return the hash of generated loops and of the files in `roles`; `read` gives a file's source (default: from disk)."""
    read = read or (lambda name: (HOME / name).read_text(encoding="utf-8"))
    digest = hashlib.sha256(_meaning_of("", loops, DECIDES).encode())
    for name, role in sorted(roles.items()):
        if role != APART:
            digest.update(f"\n{name}\n{_meaning_of(name, read(name), role)}".encode())
        if role == DECLARES:
            digest.update(json.dumps(declared(_module(name)), sort_keys=True).encode())
    return digest.hexdigest()[:16]


@cache
def _meaning_of(name: str, source: str, role: str) -> str:
    return meaning(source, _module(name) if name else None, wordless=role == DECLARES)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"model.{name.removesuffix('.py').replace('/', '.')}")


def declared(module: ModuleType) -> dict[str, object]:
    """Return the values that a module declares: its upper-case names, and its classes of parameters."""
    found: dict[str, object] = {name: _plain(value) for name, value in vars(module).items() if name.isupper()}
    for name, value in vars(module).items():
        if inspect.isclass(value) and issubclass(value, BaseModel) and value.__module__ == module.__name__:
            found[name] = {key: [repr(part) for part in (field.default, *field.metadata)] for key, field in value.model_fields.items()}
    return found


def _plain(value: object) -> object:
    """Return a declaration as plain data, without its texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name not in WORDS}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value if isinstance(value, bool | int | float | str | None) else repr(value)
