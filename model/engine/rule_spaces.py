"""Where the names of a rule lead: in a file that has not been run yet, or around a function that was made in Python."""

from __future__ import annotations

import ast
import inspect
import math
import sys
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from model import rules
from model.engine.rule_flow import RefusedError, in_file
from model.engine.rule_language import (
    NUMBERS,
    OUTSIDE,
    REMEDY,
    STATE,
    Function,
    Known,
    Meaning,
    Number,
    Other,
    Own,
    Part,
    Reader,
    foreign,
    member,
)  # fmt: skip
from model.errors import BadInput

OURS = frozenset(name for name, f in vars(rules).items() if inspect.isfunction(f))
READABLE = "a function whose source can be read; write it in a file"


class FileSpace:
    """The names of a file and of the files beside it that it imports, as they stand there; nothing is run."""

    def __init__(self, path: Path, known: dict[Path, FileSpace] | None = None) -> None:
        self.path, self.file = path, path.name
        self._known = {} if known is None else known
        self._known[path] = self
        try:
            self.tree = ast.parse(path.read_bytes(), str(path))
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            kind = f"{type(error).__name__}: {error}"
            raise BadInput(self.file, f"line {line}" if line else "file", None, f"the file does not run: {kind}") from None
        self.functions = {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}
        self._constants = {name: value for node in self.tree.body for name, value in _assigned(node)}
        self._imports: dict[str, tuple[str, str]] = {}
        self._stars: list[str] = []
        for node in self.tree.body:
            self._note_import(node)

    def _note_import(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                self._imports[name.asname or name.name.split(".")[0]] = (name.name if name.asname else name.name.split(".")[0], "")
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for name in node.names:
                if name.name == "*":
                    self._stars.append(module)
                else:
                    self._imports[name.asname or name.name] = (module, name.name)

    def find(self, name: str) -> Meaning:
        """Return what a name leads to; None: nothing in this file."""
        if name in self.functions:
            return Own(self.functions[name], self)
        if name in self._constants:
            return Number(self._constants[name], self)
        if name in self._imports:
            module, part = self._imports[name]
            return member(self._part(module), part, OURS) if part else self._part(module)
        for module in self._stars:
            found = member(self._part(module), name, OURS)
            if found is not None and not isinstance(found, Other):
                return found
        return None

    def _part(self, module: str) -> Part:
        return Part(module, self.beside(module))

    def beside(self, module: str) -> FileSpace | None:
        """Return the file beside this one that an import of this name finds, if one does."""
        path = self.path.parent / f"{module}.py"
        loaded = sys.modules.get(module)
        if not path.is_file() or module in sys.stdlib_module_names or (loaded and getattr(loaded, "__file__", None) != str(path)):
            return None
        return self._known[path] if path in self._known else FileSpace(path, self._known)

    def check(self, reader: Reader) -> None:
        """Refuse what happens when this file is read, and those that it imports; raises RefusedError."""
        with in_file(self.file):
            imports = [node for node in self.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
            for node in self.tree.body:
                if node not in imports:
                    self._check_statement(node, reader)
            for node in imports:
                self._check_import(node)

    def _check_statement(self, node: ast.stmt, reader: Reader) -> None:
        if isinstance(node, ast.FunctionDef):
            for part in (*node.args.defaults, *node.args.kw_defaults, *node.decorator_list):
                if part is not None and any(isinstance(inner, ast.Call) for inner in ast.walk(part)):
                    raise RefusedError(part.lineno, f"{ast.unparse(part)}, which is called when the file is read", NUMBERS)
        elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
            isinstance(node, ast.If) and ast.unparse(node.test) in ("__name__ == '__main__'", "TYPE_CHECKING")
        ):
            pass
        elif given := list(_assigned(node)):
            for _, value in given:
                if not _is_literal(value):
                    reader.constant(value, self)
        elif not isinstance(node, ast.Pass):
            called = f"class {node.name}" if isinstance(node, ast.ClassDef) else ast.unparse(node).splitlines()[0][:60]
            raise RefusedError(node.lineno, f"{called}, which is done when the file is read", "imports, constants and functions")

    def _check_import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else ["." * node.level + (node.module or "")]
        for name in names:
            if name in ("math", "numba", "model", "model.rules", "__future__", "typing", "collections.abc") or self.beside(name):
                continue
            other = foreign(name)
            raise RefusedError(node.lineno, f"the import of {other.what}", other.instead)

    def files(self) -> list[Path]:
        """Return this file and those beside it that were looked at."""
        return sorted(self._known)

    def all(self) -> list[FileSpace]:
        """Return this space and those of the files beside it that are imported, in turn."""
        waiting: list[FileSpace] = [self]
        found: list[FileSpace] = []
        while waiting:
            space = waiting.pop()
            if space not in found:
                found.append(space)
                modules = [module for module, _ in space._imports.values()] + space._stars
                waiting += [other for module in modules if (other := space.beside(module))]
        return found


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a line at the top of a file gives a value, with what it is worked out from."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if isinstance(part, ast.Name):
                yield part.id, node.value


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


# --- functions that were made in Python ---------------------------------------------------------------------------------


class LiveSpace:
    """What stands around a function: its closure and its globals, as they are now."""

    def __init__(self, function: types.FunctionType) -> None:
        self.file = Path(function.__code__.co_filename).name
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        self._closure = {name: cell.cell_contents for name, cell in cells}
        self._globals = function.__globals__

    def find(self, name: str) -> Meaning:
        """Return what a name leads to; None: nothing there."""
        for space in (self._closure, self._globals):
            if name in space:
                return _meaning(space[name], name)
        return None


def own_of(function: Callable[..., object]) -> Own:
    """Return a function of one's own with the space around it; raises BadInput when its source cannot be read."""
    return Own(_node_of(function.__code__), LiveSpace(function))  # type: ignore[attr-defined, arg-type]


def _meaning(value: object, name: str) -> Meaning:
    value = getattr(value, "py_func", value)
    numbers = (int, float, np.integer, np.floating)
    if isinstance(value, numbers) or (isinstance(value, tuple) and value and all(isinstance(part, numbers) for part in value)):
        return Number()
    if inspect.isfunction(value):
        return Known() if value.__module__ == "model.rules" else own_of(value)
    if inspect.ismodule(value):
        return Part(value.__name__)
    home = str(getattr(value, "__module__", None) or type(getattr(value, "__self__", value)).__module__)
    if callable(value) and home == "math" and getattr(math, value.__name__, None) is value:
        return member(Part("math"), value.__name__, OURS)
    if isinstance(value, str | bytes):
        return Other(f"{name}, a text")
    if isinstance(value, list | dict | set | np.ndarray):
        return Other(f"{name}, a {type(value).__name__}, {STATE}", "numbers, and tuples of numbers")
    found = foreign(f"{home}.{name}")
    return found if found.what.split(", ", 1)[1:] != [OUTSIDE] else Other(f"{name}, a {type(value).__name__}, {OUTSIDE}", REMEDY[OUTSIDE])


@cache
def _node_of(code: types.CodeType) -> Function:
    """Return the syntax tree of a function by its code: the place in its source file that compiles to just that."""
    try:
        lines, _ = inspect.findsource(code)
        tree = ast.parse("".join(lines))
        found = [inner for inner in _codes(compile(tree, code.co_filename, "exec", dont_inherit=True)) if inner == code]
    except (OSError, SyntaxError, ValueError):
        found, tree = [], ast.Module([], [])
    places = [place for place in code.co_positions() if None not in place]
    last = max((place[0] or 0, place[2] or 0) for place in places) if places else (0, 0)
    nodes = [node for node in ast.walk(tree) if isinstance(node, Function) and _first_line(node) == code.co_firstlineno]
    around = [node for node in nodes if (node.lineno, node.col_offset) <= last <= (node.end_lineno or 0, node.end_col_offset or 0)]
    names = [node for node in around if [a.arg for a in node.args.args] == list(code.co_varnames[: code.co_argcount])]
    if not found or not names:
        raise BadInput("rules", code.co_name, None, READABLE)
    return max(names, key=lambda node: (node.lineno, node.col_offset))


def _first_line(node: Function) -> int:
    marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(mark.lineno for mark in marks)])


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for inner in code.co_consts:
        if inspect.iscode(inner):
            yield inner
            yield from _codes(inner)
