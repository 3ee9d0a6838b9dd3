"""Compilation: one module of rules and loops is generated per rule set, compiled and cached on disk, or run as plain Python.

A *loop* (see `loops`, and the file of its process) calls a *rule* (in `rules`) for every row.

The module is written to a folder named by a hash of everything that determines it, so that an edit never uses an old
kernel. (Numba's own cache does not notice an edit in another file.)
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import math
import os
import sys
import tempfile
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

import numpy as np

from model import rules
from model.engine import chance
from model.engine.rule_files import RULES as RULES
from model.engine.rule_files import Fresh, Rules, names_in, rules_hash
from model.engine.rule_files import load_rules as load_rules  # re-exported
from model.engine.source import generated_source
from model.errors import BadInput

_HEAD = """import math

import numba
import numpy as np

float = np.float64  # Numba's own float() leaves a 32-bit number at 32 bits; Python's does not


def njit(function):
    return numba.njit(cache=True, no_cfunc_wrapper=True)(function)


def part(function):  # called by loops alone, and kept with them
    return numba.njit(no_cfunc_wrapper=True)(function)


def once(types):
    return numba.njit(types, cache=True, no_cfunc_wrapper=True)


"""
_loaded: dict[tuple, types.ModuleType] = {}


# --- cache -------------------------------------------------------------------------------------------------------------


def _folder(replaced: Rules) -> Path:
    import llvmlite.binding as llvm
    import numba

    facts = (
        "5",  # version of the cache format
        _HEAD,
        generated_source(),
        chance.COMPILED,
        rules_hash(replaced),
        numba.__version__,
        np.__version__,
        sys.version,
        llvm.get_host_cpu_name(),
        str(llvm.get_host_cpu_features().flatten()),
    )
    return cache_root() / hashlib.sha256("\n".join(facts).encode()).hexdigest()[:24]


def cache_root() -> Path:
    """Return the user's cache folder: LEEFWERELD_CACHE, or the system's default."""
    import platformdirs

    return Path(os.environ.get("LEEFWERELD_CACHE") or platformdirs.user_cache_dir("leefwereld"))


# --- modules ------------------------------------------------------------------------------------------------------


def module(replaced: Rules | None = None, compiled: bool = True, swaps: dict[str, Callable[..., float]] | None = None) -> types.ModuleType:
    """Return the module of loops for a rule set, compiled or plain. `swaps`: functions to replace in a plain module."""
    replaced = replaced or {}
    key = (compiled, rules_hash(replaced))
    if swaps is None and key in _loaded:
        return _loaded[key]
    made = _compiled(replaced) if compiled else _plain(replaced, swaps or {})
    if swaps is None:
        _loaded[key] = made
    return made


def _plain(replaced: Rules, swaps: dict[str, Callable[..., float]]) -> types.ModuleType:
    made = types.ModuleType("leefwereld_plain")
    made.__dict__.update(
        math=math,
        np=np,
        njit=lambda f: f,
        part=lambda f: f,
        once=lambda _: lambda f: f,
        mix=chance.mix,
        join=chance.join,
        pair=chance.pair,
        draw=chance.draw,
        gauss=chance.gauss,
        key_of=chance.key_of,
    )
    exec(compile(generated_source(), "<leefwereld plain>", "exec"), made.__dict__)
    made.__dict__.update(replaced)
    made.__dict__.update(swaps)
    return made


def source_file(replaced: Rules) -> Path:
    """Return the source file of a rule set's module, writing it if needed. Raises BadInput if the cache is not writable."""
    folder = _folder(replaced)
    path = folder / "leefwereld_loops.py"
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_HEAD + chance.COMPILED + "\n\n" + generated_source())
        os.replace(temporary, path)
    except OSError as error:
        allowed = f"a folder that can be written to ({error.strerror}); set LEEFWERELD_CACHE to one"
        raise BadInput("cache of compiled rules", "folder", str(folder), allowed) from None
    return path


def _compiled(replaced: Rules) -> types.ModuleType:
    import numba

    path = source_file(replaced)
    folder = path.parent
    spec = importlib.util.spec_from_file_location(f"leefwereld_loops_{folder.name}", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # Numba looks functions up by module name
    config = vars(numba)["config"]  # the environment variable is not read again once Numba is imported
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        spec.loader.exec_module(made)
    finally:
        config.CACHE_DIR = before
    for name, function in replaced.items():  # before compiling, which freezes globals
        setattr(made, name, jitted(function))
    return made


def jitted(thing: Callable[..., object] | types.ModuleType, done: dict[int, object] | None = None) -> object:
    """Return a compiled copy of a rule and of the functions and local modules that it uses."""
    import numba

    done = {} if done is None else done
    if id(thing) in done:
        return done[id(thing)]
    if inspect.ismodule(thing):
        done[id(thing)] = copied = types.ModuleType(thing.__name__)
        own = {k: v for k, v in vars(thing).items() if inspect.isfunction(v) or isinstance(v, (int, float))}
        copied.__dict__.update({name: jitted(value, done) if inspect.isfunction(value) else value for name, value in own.items()})
        return copied
    space = dict(thing.__globals__)
    copied = types.FunctionType(thing.__code__, space, thing.__name__, thing.__defaults__, thing.__closure__)
    copied.__kwdefaults__ = thing.__kwdefaults__
    copied.__module__ = __name__  # Numba's cache imports this module; that of a rule file cannot be imported
    done[id(thing)] = made = numba.njit(copied)
    for name in names_in(thing.__code__):
        value = getattr(space.get(name), "py_func", space.get(name))  # unwrap what Numba already compiled
        if inspect.isfunction(value) or _is_own_module(value):
            space[name] = jitted(value, done)
    return made


def _is_own_module(value: object) -> TypeGuard[types.ModuleType]:
    return inspect.ismodule(value) and (value is rules or isinstance(getattr(value.__spec__, "loader", None), Fresh))


def is_compiled(replaced: Rules | None = None) -> bool:
    """Return whether all loops of a rule set are compiled on this machine."""
    return (_folder(replaced or {}) / "compiled").exists()


def mark_compiled(replaced: Rules | None = None) -> None:
    """Record that all loops of a rule set are compiled."""
    with suppress(OSError):  # a read-only cache is complete already
        (_folder(replaced or {}) / "compiled").touch()
