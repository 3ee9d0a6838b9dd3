"""Values outside a column's declared range, and what is no number: found, and told by column, row, value and week."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import TracebackType

import numpy as np

from model.engine.loops import Loops
from model.engine.rule_files import RULES
from model.engine.tables import Column, Table
from model.errors import OutOfRange
from model.state.world import World


def check_bounds(world: World, loop: Callable[..., object] | None = None) -> None:
    """Raise OutOfRange when a value of a world lies outside its column's range; loop: the one that was called just now."""
    for table in world.tables.values():
        for column in table.columns.values():
            values = getattr(table, column.name)
            if values.size and _outside(column, values.min(), values.max()):
                raise _told(world, table, column, values, loop)


def _outside(column: Column, low: float, high: float) -> bool:
    return not (low >= column.low and high <= column.high)  # what is no number fails both


def _told(world: World, table: Table, column: Column, values: np.ndarray, loop: Callable[..., object] | None) -> OutOfRange:
    place = np.argwhere(~((values >= column.low) & (values <= column.high)))[0]
    which = f" (number {place[1] + 1} of {column.width})" if len(place) > 1 else ""
    where = f"week {world.week}" + ("" if loop is None else f", loop {loop.__name__}{_own_rules(world, loop)}")
    value, allowed = values[tuple(place)].item(), f"{column.low:g} to {column.high:g} ({column.unit})"
    hint = "" if loop else "; to see which rule: run --checked, or Neighbourhood(..., checked=True)"
    return OutOfRange(where, f"{column.name}{which} of {table.title} {place[0]}", value, allowed + hint)


def _own_rules(world: World, loop: Callable[..., object]) -> str:
    """The rules of one's own that a loop may call, itself or by other loops."""
    seen: set[str] = set()
    waiting = [loop]
    while waiting:
        function = waiting.pop()
        names = {step.argval for step in dis.get_instructions(function) if step.opname.startswith("LOAD_GLOBAL")} - seen
        seen |= names
        others = [vars(sys.modules[function.__module__]).get(name) for name in names]
        waiting += [other for other in others if other is not None and hasattr(other, "is_loop")]
    own = sorted(name for name in seen & RULES.keys() if name in world.rules)
    return f" with your {', '.join(own)}" if own else ""


# --- loops that fail, and loops that are watched --------------------------------------------------------------------------


def failed(world: World, error: ArithmeticError | ValueError) -> OutOfRange:
    """Return what is said when a rule of one's own cannot be worked out: the week, and the loop that called it."""
    loop, at = None, error.__traceback__
    while at is not None:
        loop = _loop_of(at) or loop
        at = at.tb_next
    where = f"week {world.week}" + ("" if loop is None else f", loop {loop.__name__}{_own_rules(world, loop)}")
    return OutOfRange(where, "", None, f"not {type(error).__name__}: {error}; allowed: rules that answer for all inputs")


def _loop_of(at: TracebackType) -> Callable[..., object] | None:
    return at.tb_frame.f_locals.get("loop") if at.tb_frame.f_code is Loops.call.__code__ else None


class CheckedLoops(Loops):
    """The loops of a world; after each call every column that it may have written is looked at."""

    def __init__(self, loops: Loops, world: World) -> None:
        self.__dict__.update(loops.__dict__)
        self._world = world

    def call[Result](self, loop: Callable[..., Result], **given: float | np.uint64) -> Result:
        """Call a loop, and raise OutOfRange when it leaves a value outside its range."""
        result = super().call(loop, **given)
        arguments = loop.__code__.co_varnames[: loop.__code__.co_argcount]
        for argument in arguments:
            name, _, column = argument.partition("_")
            table = self._world.tables.get(name)
            if table is not None and column in table.columns:
                values = getattr(table, column)
                if values.size and _outside(table.columns[column], values.min(), values.max()):
                    raise _told(self._world, table, table.columns[column], values, loop)
        return result


def watch(world: World) -> None:
    """Check a world after every loop of every week from now on."""
    world.loops = CheckedLoops(world.loops, world)
