"""Classes of one's own that build on a neighbourhood: what they add to its identity, and what of them is in a checkpoint."""

from __future__ import annotations

import copy
import hashlib
import inspect
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from mesa import Model

from model.engine.rule_files import described
from model.errors import BadInput
from model.state.kept import OwnState

SAID_BY_PYTHON = frozenset(  # what every class has, by Python and by Mesa
    "__module__ __qualname__ __doc__ __firstlineno__ __static_attributes__ __annotations__ __dict__ __weakref__ observables".split()  # noqa: SIM905
)


class _Place:
    """Stands in a checkpoint for the neighbourhood, its world or one of its agents."""


# --- state ----------------------------------------------------------------------------------------------------------


def own_state(model: Model, names: set[str]) -> OwnState:
    """Return a copy of what stands under names of one's own, with Mesa's luck; raises BadInput on what cannot be copied."""
    places = [_Place() for _ in _anchors(model)]
    memo: dict[int, Any] = {id(anchor): place for anchor, place in zip(_anchors(model), places, strict=True)}
    kept = {name: _copied(model, name, memo) for name in sorted(names)}
    return {"values": kept, "places": places, "luck": (model.random.getstate(), model.rng.bit_generator.state)}


def put_back(model: Model, names: set[str], saved: OwnState) -> None:
    """Put back what `own_state` returned, in this neighbourhood or another of its class."""
    for name in names - saved["values"].keys():
        delattr(model, name)
    memo: dict[int, Any] = {id(place): anchor for place, anchor in zip(saved["places"], _anchors(model), strict=True)}
    for name, value in saved["values"].items():
        setattr(model, name, copy.deepcopy(value, memo))
    model.random.setstate(saved["luck"][0])
    model.rng.bit_generator.state = copy.deepcopy(saved["luck"][1])


def _anchors(model: Any) -> list[Any]:
    return [model, model.world, *model._all_agents]


def _copied(model: Model, name: str, memo: dict[int, Any]) -> Any:
    try:
        return copy.deepcopy(getattr(model, name), memo)
    except Exception as error:
        allowed = f"own state that can be copied ({type(error).__name__}: {error}); or a checkpoint() and a restore() of its own"
        raise BadInput(f"checkpoint of {type(model).__name__}", name, None, allowed) from error


# --- identity -------------------------------------------------------------------------------------------------------


def own_identity(model: Model, base: type, names: set[str]) -> str:
    """Return a hash of what a class of one's own adds: its code, what that uses, and its state; empty when it adds nothing."""
    classes = [kind for kind in type(model).__mro__ if kind is not base and issubclass(kind, base)]
    code = [f"{kind.__name__}.{name}={_of_class(value)}" for kind in classes for name, value in sorted(vars(kind).items()) if _counts(name)]
    state = [f"{name}={_plain(getattr(model, name))}" for name in sorted(names)]
    return hashlib.sha256("\n".join(code + state).encode()).hexdigest()[:16] if code or state else ""


def _counts(name: str) -> bool:
    return name not in SAID_BY_PYTHON and not name.startswith(("__abstract", "_abc", "__parameters"))


def _of_class(thing: Any) -> str:
    """Return what a class attribute does: functions by what they do and use, all else by value."""
    if isinstance(thing, property):
        return "|".join(described(part) for part in (thing.fget, thing.fset) if part)
    thing = getattr(thing, "__func__", thing)
    return described(thing) if inspect.isfunction(thing) else _plain(thing)


def _plain(value: Any) -> str:
    """Return a value as a text that is the same in every process; of what is no plain data only its kind."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_plain(key)}:{_plain(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_plain, value)) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_plain, value))) + "}"
    if isinstance(value, int | float | str | bytes | np.generic | None):
        return repr(value)
    if inspect.isfunction(value):
        return described(value)
    return re.sub(r" at 0x[0-9a-f]+", "", f"a {type(value).__module__}.{type(value).__qualname__}")
