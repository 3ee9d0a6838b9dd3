"""Find the constants, rules and loops of the package and write them as the source of one module.

A *loop* is a function marked with `@loop` at the top level of any file of the package. It may use numbers and other loops
(of its file, or imported without an alias), rules, the keyed draws of `chance`, `math` and `np`. Anything else raises
BadInput, as does a name with two meanings: the generated module has one namespace.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import importlib.abc
import importlib.util
import inspect
import math
import pkgutil
import re
import types
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from model import rules
from model.engine import chance
from model.engine.rule_files import RULES
from model.errors import BadInput

PACKAGE = "model"
_MARKED = re.compile(r"^@loop\b", re.MULTILINE)
_CHANCE = ("mix", "join", "pair", "draw", "gauss", "key_of")  # plain Python; `chance.COMPILED` has compiled versions


@dataclass(frozen=True)
class _File:
    """A module of the package and its syntax tree."""

    module: types.ModuleType
    tree: ast.Module

    @cached_property
    def path(self) -> str:
        return self.module.__name__.replace(".", "/") + ".py"

    @cached_property
    def defined(self) -> set[str]:
        """The names that the file defines at its top level."""
        plain = [node for node in self.tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        stored = {n.id for node in plain for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return stored | {node.name for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The file's import aliases: {alias: original name}."""
        imports = [node for node in self.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        return {a.asname: a.name for node in imports for a in node.names if a.asname and a.asname != a.name}


@dataclass(frozen=True)
class _Loop:
    file: _File
    node: ast.FunctionDef
    function: Any  # `@loop` set its attribute `types`

    def refuse(self, what: str, allowed: str) -> BadInput:
        return BadInput(self.file.path, f"loop {self.node.name}, {what}", None, allowed)


@cache
def find_loops(package: str = PACKAGE) -> dict[str, types.FunctionType]:
    """Return every loop of a package by name, in order of files and lines. Raises BadInput."""
    return {loop.node.name: loop.function for loop in _loops(package)}


@cache
def generated_source(package: str = PACKAGE) -> str:
    """Return the source of all constants, rules and loops as one module (without imports), without comments and docstrings."""
    loops = _loops(package)
    constants, inner = _constants(loops), _called(loops)
    made = [_bare(node, "@part") for node in _rules()]
    for loop in loops:
        types = loop.function.types
        made.append(_bare(loop.node, f"@once({types!r})" if types else "@part" if loop.node.name in inner else "@njit"))
    return "\n".join(f"{name} = {value!r}" for name, value in constants.items()) + "\n\n\n" + "\n\n\n".join(made) + "\n"


@cache
def outer_loops(package: str = PACKAGE) -> list[types.FunctionType]:
    """Return the loops that Python calls: those that no other loop calls."""
    inner = _called(_loops(package))
    return [loop.function for loop in _loops(package) if loop.node.name not in inner]


def _called(loops: list[_Loop]) -> set[str]:
    return {n.func.id for loop in loops for n in ast.walk(loop.node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def _bare(node: ast.FunctionDef, mark: str) -> str:
    """Return a function's source with decorator `mark`, without docstring, comments and types."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    arguments = ast.arguments([], [ast.arg(a.arg) for a in node.args.args], None, [], [], None, [])
    bare = ast.FunctionDef(node.name, arguments, body or [ast.Pass()], [], None, None, [])
    return f"{mark}\n{ast.unparse(ast.fix_missing_locations(bare))}"


# --- finding loops ------------------------------------------------------------------------------------------------


def _rules() -> list[ast.FunctionDef]:
    nodes = {node.name: node for node in ast.parse(inspect.getsource(rules)).body if isinstance(node, ast.FunctionDef)}
    return [nodes[name] for name in RULES]


@cache
def _file(name: str) -> _File:
    module = importlib.import_module(name)
    return _File(module, ast.parse(inspect.getsource(module)))


@cache
def _loops(package: str) -> list[_Loop]:
    found: dict[str, _Loop] = {}
    for name in sorted(info.name for info in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")):
        spec = importlib.util.find_spec(name)
        text = spec.loader.get_source(name) if spec and isinstance(spec.loader, importlib.abc.InspectLoader) else ""
        if not _MARKED.search(text or ""):
            continue
        file = _file(name)
        for node in file.tree.body:
            function = getattr(file.module, node.name, None) if isinstance(node, ast.FunctionDef) else None
            if isinstance(node, ast.FunctionDef) and inspect.isfunction(function) and hasattr(function, "is_loop"):
                loop = _Loop(file, node, function)
                _refuse_clash(loop, found.get(node.name))
                _refuse_defaults(loop)
                found[node.name] = loop
    return list(found.values())


def _refuse_clash(loop: _Loop, other: _Loop | None) -> None:
    name = loop.node.name
    if other or name in RULES or name in _CHANCE:
        where = other.file.path if other else rules.__name__.replace(".", "/") + ".py" if name in RULES else "model/engine/chance.py"
        raise loop.refuse(f"line {loop.node.lineno}", f"a unique name: {where} defines {name} too")


def _refuse_defaults(loop: _Loop) -> None:
    given = loop.node.args
    with_default = given.args[len(given.args) - len(given.defaults) :]
    special = [*with_default, *given.posonlyargs, given.vararg, *given.kwonlyargs, given.kwarg]
    for argument in [a for a in special if a]:
        raise loop.refuse(f"argument {argument.arg}", "plain arguments without defaults: every call passes all of them")


# --- names in loops -----------------------------------------------------------------------------------------------


def _constants(loops: list[_Loop]) -> dict[str, Any]:
    """Return the numbers that loops use, by name. Raises BadInput for what cannot be compiled and for a name with two meanings."""
    by_name = {loop.node.name: loop for loop in loops}
    numbers: dict[str, tuple[Any, _Loop]] = {}
    for loop in loops:
        for name in _globals(loop.node):
            value = _value(loop, name, by_name)
            if not isinstance(value, int | float):
                continue
            before, other = numbers.setdefault(name, (value, loop))
            if repr(before) != repr(value):
                raise loop.refuse(
                    name, f"one value under one name: {value!r} here, {before!r} in {other.file.path}, loop {other.node.name}"
                )
    homes: dict[str, str] = {}
    for file in {loop.file.path: loop.file for loop in loops}.values():
        for name in sorted(file.defined & numbers.keys()):
            other = homes.setdefault(name, file.path)
            if other != file.path:
                raise BadInput(
                    file.path, name, None, f"a unique name: {other} defines {name} too, and loop {numbers[name][1].node.name} uses it"
                )
    return {name: numbers[name][0] for name in sorted(numbers)}


def _globals(node: ast.FunctionDef) -> list[str]:
    """Return the names that a function uses but does not define, in alphabetical order."""
    names = [n for part in node.body for n in ast.walk(part) if isinstance(n, ast.Name)]
    own = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {a.arg for a in node.args.args}
    return sorted({n.id for n in names} - own)


def _value(loop: _Loop, name: str, loops: dict[str, _Loop]) -> Any:
    """Return the value of a global name in a loop, None if it is no number. Raises BadInput if the generated module would differ."""
    space = vars(loop.file.module)
    if name not in space:
        if hasattr(builtins, name):
            return None
        near = difflib.get_close_matches(name, [*space, *loops, *RULES], 3, 0.7)
        raise loop.refuse(name, f"did you mean {', '.join(near)}?" if near else "a name that the file defines or imports")
    value, renamed = space[name], loop.file.renamed
    if (value is math and name == "math") or (value is np and name == "np"):
        return None
    own = renamed.get(name, getattr(value, "__name__", name) if inspect.isfunction(value) else name)
    if own != name:
        raise loop.refuse(name, f"its original name {own} (the compiled module has no alias {name})")
    known = loops[name].function if name in loops else RULES.get(name) or (getattr(chance, name) if name in _CHANCE else None)
    if known is not None and known is value:
        return None
    if isinstance(value, int | float):  # also a declared place, such as a tally
        return value
    what = "not marked as a @loop" if inspect.isfunction(value) else f"a {type(value).__name__}"
    raise loop.refuse(name, f"numbers, rules, loops, draws of chance, math and np; {name} is {what}")
