"""Loops: what calls a rule for every row, and how a world calls its loops.

A loop's arguments say what it reads and writes: `resident_burden` is the column `burden` of the table `residents`;
`problem_count` is the number of rows; `par`, `practice`, `keys` and `week` are the parameters, the practices in force,
the week's random keys and the week.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from functools import partial
from typing import Any, overload

import numpy as np

from model.engine.source import find_loops

EXTRA = {"handover": 0.0, "incumbent": np.uint64(0)}  # arguments given with the call; all others of them are whole numbers


@overload
def loop[Function: Callable[..., Any]](marked: Function) -> Function: ...
@overload
def loop[Function: Callable[..., Any]](marked: str) -> Callable[[Function], Function]: ...
def loop[Function: Callable[..., Any]](marked: Function | str) -> Function | Callable[[Function], Function]:
    """Mark a function as a loop, to be compiled with the rules that it calls: `@loop`.

    A small one called from many places is compiled for given types alone, not for each mixture of them: `@loop("b1(i8, i8)")`.
    """
    if isinstance(marked, str):
        return partial(_mark, types=marked)
    return _mark(marked)


def _mark[Function: Callable[..., Any]](function: Function, types: str = "") -> Function:
    function.is_loop, function.types = True, types  # type: ignore[attr-defined]
    return function


class Standing(dict[str, Any]):
    """What loops are called with beside columns; says so when something is replaced, but for the week, which always is."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.when_replaced: Callable[[], None] = lambda: None

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        if name != "week":
            self.when_replaced()


class Loops:
    """The loops of one rule set, bound by the names of their arguments to the tables of one world."""

    def __init__(self, module: types.ModuleType, tables: dict[str, Any], values: Standing) -> None:
        self._module, self._tables, self._values = module, tables, values
        self._names: dict[Callable, list[str]] = {}
        self._functions: dict[Callable, Any] = {}
        self._bound: dict[Callable, tuple[Callable, list[Any], list[tuple[int, str]]]] = {}
        for table in tables.values():
            table.when_grown = self._bound.clear
        values.when_replaced = self._bound.clear

    def _bind(self, loop: Callable, extra: dict[str, Any]) -> tuple[Callable, list[Any], list[tuple[int, str]]]:
        if loop not in self._names:
            self._names[loop] = list(inspect.signature(loop).parameters)
        arguments: list[Any] = []
        changing: list[tuple[int, str]] = []
        for place, argument in enumerate(self._names[loop]):
            table, _, column = argument.partition("_")
            if argument in self._values and argument != "week" and argument not in extra:
                arguments.append(self._values[argument])
            elif table not in self._tables:
                changing.append((place, argument))
                arguments.append(None)
            else:
                arguments.append(self._tables[table].count if column == "count" else self._tables[table].arrays[column])
        return self._functions.get(loop) or self.made(loop), arguments, changing

    def made(self, loop: Callable) -> Any:
        """Return what a loop was made into for this rule set: compiled, or plain."""
        return getattr(self._module, loop.__name__)

    def call(self, loop: Callable | str, **extra: Any) -> Any:
        """Call a loop; `extra` gives arguments that are neither columns nor standing values (`par`, `keys`, ...)."""
        if isinstance(loop, str):  # until all calls name the function
            loop = find_loops()[loop]
        bound = self._bound.get(loop)
        if bound is None:
            bound = self._bound[loop] = self._bind(loop, extra)
        function, arguments, changing = bound
        for place, argument in changing:
            arguments[place] = extra[argument] if argument in extra else self._values[argument]
        result = function(*arguments)
        if loop not in self._functions:  # compiled by that call: from now on without looking at types, which never change
            overloads = getattr(function, "overloads", {})
            self._functions[loop] = next(iter(overloads.values())).entry_point if len(overloads) == 1 else function
            self._bound.pop(loop, None)
        return result

    def compile(self, loop: Callable) -> None:
        """Compile a loop for the arguments that it will be called with, and do not call it."""
        import numba

        _, arguments, changing = self._bind(loop, {})
        for place, argument in changing:
            arguments[place] = self._values.get(argument, EXTRA.get(argument, 0))
        self.made(loop).compile(tuple(numba.typeof(argument) for argument in arguments))
