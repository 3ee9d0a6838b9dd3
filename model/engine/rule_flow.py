"""Every way through a function of one's own: each ends in an answer, and no name is used that has no value there.

Where one is without, plain Python stops, and what is compiled goes on with a number from nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class RefusedError(ValueError):
    """Something that a rule may not do: its line, what it is, what to use instead."""

    def __init__(self, line: int, what: str, instead: str) -> None:
        super().__init__(what)
        self.line, self.what, self.instead, self.file = line, what, instead, ""


@contextmanager
def in_file(file: str) -> Iterator[None]:
    """Say of what is refused here in which file its line is counted."""
    try:
        yield
    except RefusedError as error:
        error.file = error.file or file
        raise


def names_given(body: Sequence[ast.stmt]) -> set[str]:
    """Return the names that a function gives a value, those of functions inside it left out."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return found


State = frozenset[str] | None  # names that surely have a value; None: nobody comes here


def _met(states: list[State]) -> State:
    """Return what holds where several ways meet."""
    coming = [state for state in states if state is not None]
    return frozenset.intersection(*coming) if coming else None


class Flow:
    """Follows every way through a function: each ends in an answer, and no name is used that has no value there."""

    def __init__(self, local: frozenset[str], answer: str) -> None:
        self._local, self._answer = local, answer
        self._left: list[tuple[list[State], list[State]]] = []  # of each loop: where it is broken off, where it goes on

    def read(self, body: Sequence[ast.stmt], known: State) -> None:
        """Read a whole function; raises RefusedError."""
        if self._through(body, known) is not None:
            what = "a way through it that ends without an answer (an if without else?)"
            raise RefusedError(body[-1].lineno, what, f"return with {self._answer} on every way")

    def _through(self, body: Sequence[ast.stmt], known: State) -> State:
        for node in body:
            if known is None:
                break
            known = self._after(node, known)
        return known

    def _use(self, node: ast.AST | None, known: frozenset[str]) -> None:
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id in self._local - known:
                what = f"{part.id}, which has a value on some ways to here only"
                raise RefusedError(part.lineno, what, f"a value for {part.id} before the if or the loop")

    def _after(self, node: ast.stmt, known: frozenset[str]) -> State:
        if isinstance(node, ast.Return):
            if node.value is None:
                raise RefusedError(node.lineno, "return without an answer", f"return with {self._answer}")
            self._use(node.value, known)
            return None
        if isinstance(node, ast.Break | ast.Continue):
            self._left[-1][isinstance(node, ast.Continue)].append(known)
            return None
        if isinstance(node, ast.If):
            self._use(node.test, known)
            return _met([self._through(node.body, known), self._through(node.orelse, known)])
        if isinstance(node, ast.For | ast.While):
            return self._loop(node, known)
        if isinstance(node, ast.FunctionDef):
            return known | {node.name}
        if isinstance(node, ast.AugAssign):
            self._use(ast.Name(node.target.id, ast.Load(), lineno=node.lineno) if isinstance(node.target, ast.Name) else None, known)
        self._use(node, known)
        return known | names_given([node]) if not (isinstance(node, ast.AnnAssign) and node.value is None) else known

    def _loop(self, node: ast.For | ast.While, known: frozenset[str]) -> State:
        surely = isinstance(node, ast.For) and _surely_one(node.iter)
        self._use(node.iter if isinstance(node, ast.For) else node.test, known)
        inside = known | names_given([ast.Expr(node.target)]) if isinstance(node, ast.For) else known
        self._left.append(([], []))
        end = self._through(node.body, inside)
        broken, gone_on = self._left.pop()
        around: State = _met([end, *gone_on]) if surely else known
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            around = None
        if around is not None:
            around = self._through(node.orelse, around)
        return _met([around, *broken])


def _surely_one(node: ast.expr) -> bool:
    """Whether a loop over this goes round at least once."""
    if isinstance(node, ast.Tuple):
        return bool(node.elts)
    numbers = [part.value for part in node.args if isinstance(part, ast.Constant)] if isinstance(node, ast.Call) else []
    whole = [number for number in numbers if isinstance(number, int)]
    return isinstance(node, ast.Call) and len(whole) == len(node.args) > 0 and 0 not in whole[2:] and len(range(*whole[:3])) > 0
