"""Loops: functions that apply rules to every row of a table, and how a world calls them.

A loop's argument names say what it reads and writes: `resident_burden` is the column `burden` of the table `residents`;
`problem_count` is the number of rows; `par`, `practice`, `keys` and `week` are the parameters, the practices in force,
the week's random keys and the week. An argument with a type (`row: int`) is passed by the caller.
"""

from __future__ import annotations

import difflib
import inspect
import types
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, overload

import numpy as np

from model.engine.source import PACKAGE, find_loops, outer_loops
from model.engine.tables import Table
from model.errors import BadInput

GIVEN = {"int": 0, "float": 0.0, "np.uint64": np.uint64(0)}  # types that a caller may pass, with an example for `compile`


@overload
def loop[Function: Callable[..., object]](marked: Function) -> Function: ...
@overload
def loop[Function: Callable[..., object]](marked: str) -> Callable[[Function], Function]: ...
def loop[Function: Callable[..., object]](marked: Function | str) -> Function | Callable[[Function], Function]:
    """Mark a function as a loop, to be compiled with the rules that it calls: `@loop`.

    A small loop called from many places can state its types, to be compiled only once: `@loop("b1(i8, i8)")`.
    """
    if isinstance(marked, str):
        return partial(_mark, types=marked)
    return _mark(marked)


def _mark[Function: Callable[..., object]](function: Function, types: str = "") -> Function:
    function.is_loop, function.types = True, types  # type: ignore[attr-defined]
    return function


class Standing(dict[str, Any]):
    """Values passed to loops beside columns. Replacing one (except `week`) calls `when_replaced`."""

    def __init__(self, given: Mapping[str, object]) -> None:
        super().__init__(given)
        self.when_replaced: Callable[[], None] = lambda: None

    def __setitem__(self, name: str, value: object) -> None:
        super().__setitem__(name, value)
        if name != "week":
            self.when_replaced()


class Loops:
    """The loops of one rule set, bound by argument name to the tables of one world."""

    def __init__(self, module: types.ModuleType, tables: dict[str, Table], values: Standing) -> None:
        self._module, self._tables, self._values = module, tables, values
        self._given: dict[Callable[..., object], set[str]] = {}
        self._functions: dict[Callable[..., object], Any] = {}
        self._bound: dict[Callable[..., object], tuple[Callable[..., Any], list[Any], list[tuple[int, str]]]] = {}
        for table in tables.values():
            table.when_grown = self._bound.clear
        values.when_replaced = self._bound.clear

    def check(self, package: str = PACKAGE) -> None:
        """Raise BadInput when an argument of a loop names no known column or value."""
        outer = outer_loops(package)
        for loop in find_loops(package).values():
            if loop in outer:
                self._bind(loop)
                continue
            for argument in _arguments(loop):
                table, _, column = argument.partition("_")
                if column and table in self._tables and column not in ("count", *self._tables[table].arrays):
                    raise self._unknown(loop, argument)

    def _bind(self, loop: Callable[..., object]) -> tuple[Callable[..., Any], list[Any], list[tuple[int, str]]]:
        arguments: list[Any] = []
        changing: list[tuple[int, str]] = []
        for place, (argument, kind) in enumerate(_arguments(loop).items()):
            table, _, column = argument.partition("_")
            if kind or argument == "week":
                changing.append((place, argument))
                arguments.append(None)
            elif argument in self._values:
                arguments.append(self._values[argument])
            elif table in self._tables and column == "count":
                arguments.append(self._tables[table].count)
            elif table in self._tables and column in self._tables[table].arrays:
                arguments.append(self._tables[table].arrays[column])
            else:
                raise self._unknown(loop, argument)
        self._given[loop] = {argument for _, argument in changing} - {"week"}
        return self._functions.get(loop) or self.made(loop), arguments, changing

    def _unknown(self, loop: Callable[..., object], argument: str) -> BadInput:
        columns = [f"{name}_{column}" for name, table in self._tables.items() for column in ("count", *table.arrays)]
        allowed = "TABLE_COLUMN, a standing value, or a name with a type, given with the call (`row: int`)"
        return _refused(loop, argument, [*columns, *self._values], allowed)

    def made[Result](self, loop: Callable[..., Result]) -> Callable[..., Result]:
        """Return the loop's function for this rule set, compiled or plain."""
        return getattr(self._module, loop.__name__)

    def call[Result](self, loop: Callable[..., Result], **given: float | np.uint64) -> Result:
        """Call a loop with columns and standing values; `given` holds its typed arguments. Raises BadInput."""
        bound = self._bound.get(loop)
        if bound is None:
            bound = self._bound[loop] = self._bind(loop)
        function, arguments, changing = bound
        if given.keys() != (needed := self._given[loop]):
            wrong = min(given.keys() - needed or needed - given.keys())
            raise _refused(loop, wrong, sorted(needed - {wrong}), f"given with the call: {', '.join(sorted(needed)) or 'nothing'}")
        for place, argument in changing:
            arguments[place] = given[argument] if argument in given else self._values[argument]
        result = function(*arguments)
        if loop not in self._functions:  # compiled by that call; skip type dispatch from now on, since types never change
            overloads = getattr(function, "overloads", {})
            self._functions[loop] = next(iter(overloads.values())).entry_point if len(overloads) == 1 else function
            self._bound.pop(loop, None)
        return result

    def compile(self, loop: Callable[..., object]) -> None:
        """Compile a loop for the types of its arguments, without calling it."""
        import numba

        _, arguments, changing = self._bind(loop)
        for place, argument in changing:
            arguments[place] = GIVEN[_arguments(loop)[argument]] if argument != "week" else self._values["week"]
        getattr(self._module, loop.__name__).compile(tuple(numba.typeof(argument) for argument in arguments))


@cache
def _arguments(loop: Callable[..., object]) -> dict[str, str]:
    """Return {argument: type or ""} of a loop. Raises BadInput for a type not in `GIVEN`."""
    found = {name: "" if p.annotation is p.empty else str(p.annotation) for name, p in inspect.signature(loop).parameters.items()}
    for argument, kind in found.items():
        if kind and kind not in GIVEN:
            raise BadInput(_home(loop), f"loop {loop.__name__}, argument {argument}", kind, f"allowed: {', '.join(GIVEN)}")
    return found


def _refused(loop: Callable[..., object], argument: str, names: list[str], allowed: str) -> BadInput:
    near = difflib.get_close_matches(argument, names, 3, 0.8)
    return BadInput(
        _home(loop), f"loop {loop.__name__}, argument {argument}", None, f"did you mean {', '.join(near)}?" if near else allowed
    )


def _home(loop: Callable[..., object]) -> str:
    return loop.__module__.replace(".", "/") + ".py"
