"""User-defined rules: read from a file or a dict, tried as plain Python, and identified by a hash."""

from __future__ import annotations

import difflib
import hashlib
import importlib.machinery
import inspect
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from model import rules
from model.engine.rule_flow import RefusedError
from model.engine.rule_language import Own, Reader
from model.engine.rule_spaces import OURS, FileSpace, own_of
from model.errors import BadInput

RULES: dict[str, Callable[..., float]] = {name: f for name, f in vars(rules).items() if inspect.isfunction(f)}
Rules = dict[str, Callable[..., float]]
_SAMPLES = (0.2, 0.5, 0.8)


def load_rules(source: str | Path | Rules | None) -> Rules:
    """Return the rules of a file or dict, after trying each on sample values. Raises BadInput."""
    if not source:
        return {}
    if isinstance(source, dict):
        found, where = dict(source), "rules"
        for name, function in found.items():
            if name not in RULES:
                raise BadInput(where, name, None, f"no such rule; allowed: {', '.join(RULES)}")
            _check_arguments(where, name, function)
            _read_rule(where, name, function)
    else:
        where, path = str(source), Path(source).resolve()
        space = read_file(where, path)
        module, digest = _import_file(where, path)
        functions = {name: f for name, f in vars(module).items() if inspect.isfunction(getattr(f, "py_func", f))}
        found = {name: f for name, f in functions.items() if name in RULES}
        for name in functions.keys() - RULES.keys():
            near = difflib.get_close_matches(name, RULES, 1, 0.85)
            if near and near[0] not in functions and name in space.functions:
                raise BadInput(where, name, None, f"did you mean the rule {near[0]}?")
        if not found:
            raise BadInput(where, "rules", None, f"a file that defines at least one of: {', '.join(RULES)}")
        for name, function in found.items():
            _check_arguments(where, name, function)
            function.rules_digest = digest  # type: ignore[attr-defined]
    for name, function in found.items():
        _try_rule(where, name, function)
    return found


# --- read before it is run ----------------------------------------------------------------------------------------------


def read_file(where: str, path: Path) -> FileSpace:
    """Read a file and those beside it that it imports, without running them; raises BadInput on what a rule may not do."""
    if not path.is_file() or path.suffix != ".py":
        raise BadInput(where, "file", None, "a readable Python file (.py) with rules")
    try:
        space = FileSpace(path)
        for name in [name for name in space.functions if name in RULES]:
            node = space.functions[name]
            _compare_arguments(where, name, [a.arg for a in node.args.args] + [f"*{a.arg}" for a in (node.args.vararg,) if a])
            _refused(where, name, lambda name=name, node=node: Reader(OURS, _answer(name)).function(Own(node, space)))
        for other in space.all():
            _refused(where, "", lambda other=other: other.check(Reader(OURS)))
    except BadInput as error:
        raise error if str(error).startswith(where) else BadInput(f"{where}: {error}") from None
    return space


def _read_rule(where: str, name: str, function: Callable[..., object]) -> None:
    """The same for a function that was made in Python; one from a file was read there."""
    function = getattr(function, "py_func", function)
    if not hasattr(function, "rules_digest"):
        own = own_of(function)
        _refused(where, name, lambda: Reader(OURS, _answer(name)).function(own))


def _refused(where: str, rule: str, read: Callable[[], None]) -> None:
    try:
        read()
    except RefusedError as error:
        home = f" of {error.file}" if error.file and error.file != Path(where).name else ""
        place = f"line {error.line}{home}"
        raise BadInput(where, f"{rule}, {place}" if rule else place, None, f"not {error.what}; allowed: {error.instead}") from None


def _answer(name: str) -> str:
    return "True or False" if inspect.signature(RULES[name]).return_annotation is bool else "a finite number"


def _check_arguments(where: str, name: str, function: Callable[..., object]) -> None:
    """Raises BadInput unless something is a function with the arguments of a rule."""
    if not inspect.isfunction(getattr(function, "py_func", function)):
        raise BadInput(where, name, None, "a function written in Python")
    _compare_arguments(where, name, list(inspect.signature(function).parameters))


def _compare_arguments(where: str, name: str, given: list[str]) -> None:
    expected = list(inspect.signature(RULES[name]).parameters)
    if given != expected:
        raise BadInput(where, name, f"({', '.join(given)})", f"these arguments: ({', '.join(expected)})")


# --- run ----------------------------------------------------------------------------------------------------------------

MOST_LINES = 100_000  # of one's own, in one call of a rule, or in reading a file


class EndlessError(RuntimeError):
    """A rule, or a file of rules, that does not come to an end."""


def limited[Answer](call: Callable[..., Answer], *given: object, folder: str) -> Answer:
    """Call a function; raises EndlessError after too many lines of the files in a folder."""
    left, homes = MOST_LINES, {}

    def count(frame: types.FrameType, _event: str, _given: object) -> Any:
        nonlocal left
        file = frame.f_code.co_filename
        if file not in homes:
            homes[file] = os.path.dirname(file) == folder
        if not homes[file]:
            return None
        left -= 1
        if left < 0:
            raise EndlessError(f"it does not come to an end within {MOST_LINES:,} lines (an endless loop?)")
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        return call(*given)
    finally:
        sys.settrace(before)


def folder_of(function: Callable[..., object]) -> str:
    """Return the folder of the file that a function stands in."""
    return os.path.dirname(getattr(function, "py_func", function).__code__.co_filename)


class Fresh(importlib.machinery.SourceFileLoader):
    """Loads a source file as it is now, ignoring a compiled file beside it."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _import_file(where: str, path: Path) -> tuple[types.ModuleType, str]:
    """Execute a rule file and what it imports from its folder; return the module and a hash of all these sources."""
    name = f"rules_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    module = types.ModuleType(name)
    module.__file__ = str(path)
    beside = importlib.machinery.FileFinder(str(path.parent), (Fresh, [".py"]))

    class Finder:
        @staticmethod
        def find_spec(fullname: str, _path: object = None, _target: object = None) -> importlib.machinery.ModuleSpec | None:
            return beside.find_spec(fullname)

    hidden = {key: sys.modules.pop(key) for key, value in list(sys.modules.items()) if _stands_beside(value, path)}
    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]
    try:
        limited(exec, compile(path.read_bytes(), str(path), "exec"), module.__dict__, folder=str(path.parent))
    except (Exception, SystemExit) as error:
        kind = f"{type(error).__name__}: {error}"
        raise BadInput(where, _place_of(error, path), None, f"the file does not run: {kind}") from error
    finally:
        sys.meta_path.remove(Finder)  # type: ignore[arg-type]
        used = {key: sys.modules.pop(key) for key, value in list(sys.modules.items()) if _stands_beside(value, path)}
        sys.modules.update(hidden)
    files = [path, *sorted(Path(str(value.__file__)) for value in used.values())]
    return module, hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _stands_beside(module: types.ModuleType, path: Path) -> bool:
    """Return whether a module was loaded from the rule file's folder (not this package, not a running test)."""
    file = getattr(module, "__file__", None)
    loader = getattr(getattr(module, "__spec__", None), "loader", None)
    return bool(file) and isinstance(loader, Fresh) and Path(str(file)).parent == path.parent


def _place_of(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}" if error.lineno else "file"
    lines = [frame.tb_lineno for frame in _frames(error) if frame.tb_frame.f_code.co_filename == str(path)]
    return f"line {lines[-1]}" if lines else "file"


def _frames(error: BaseException) -> list[types.TracebackType]:
    frames, at = [], error.__traceback__
    while at is not None:
        frames.append(at)
        at = at.tb_next
    return frames


def _try_rule(where: str, name: str, function: Callable[..., float]) -> None:
    """Call a rule as plain Python on sample values, so that an error names its line. Raises BadInput."""
    expected, folder = list(inspect.signature(RULES[name]).parameters), folder_of(function)
    for sample in _SAMPLES:
        usual = RULES[name](*[sample] * len(expected))
        try:
            result = limited(function, *[sample] * len(expected), folder=folder)
            fits = is_like(usual, result)
        except Exception as error:
            filename = getattr(getattr(function, "__code__", None), "co_filename", "")
            line = _place_of(error, Path(filename)).replace("file", "rule")
            kind = f"{type(error).__name__}: {error}"
            raise BadInput(where, f"{name}, {line}", None, f"it fails on sample values {sample}: {kind}") from error
        if not fits:
            result = result if not isinstance(result, int) or abs(result) < 10**20 else "an endless number"
            raise BadInput(where, name, result, "True or False" if isinstance(usual, bool) else "a finite number")


def is_like(usual: object, result: object) -> bool:
    """Whether a result is a truth value, or a finite number, as the rule's own is."""
    if isinstance(usual, bool):
        return isinstance(result, (bool, np.bool_))
    if isinstance(result, bool) or not isinstance(result, (int, float, np.floating)):
        return False
    return bool(abs(result) <= sys.float_info.max)  # false for what is not a number, too


def described(thing: object, seen: set[int] | None = None) -> str:
    """Return what determines a function: its source files, or its bytecode, constants, and all that it uses, in turn."""
    seen = set() if seen is None else seen
    thing = getattr(thing, "py_func", thing)  # what Numba compiled already
    if digest := getattr(thing, "rules_digest", ""):
        return str(digest)
    if inspect.iscode(thing):
        inner = [described(c, seen) if inspect.iscode(c) else repr(c) for c in thing.co_consts]
        return "|".join([thing.co_code.hex(), *inner, repr(thing.co_names)])
    if inspect.ismodule(thing):
        return thing.__name__
    if not inspect.isfunction(thing):
        return repr(thing)
    if id(thing) in seen:
        return thing.__qualname__
    seen.add(id(thing))
    used = [cell.cell_contents for cell in thing.__closure__ or ()]
    used += [thing.__globals__[name] for name in names_in(thing.__code__) if name in thing.__globals__]
    defaults = repr(thing.__defaults__) + repr(sorted((thing.__kwdefaults__ or {}).items()))
    return "|".join([described(thing.__code__, seen), defaults, *(described(value, seen) for value in used)])


def names_in(code: types.CodeType) -> list[str]:
    """Return the global names and attributes that code uses, those of inner functions too."""
    inner = [name for c in code.co_consts if inspect.iscode(c) for name in names_in(c)]
    return [*code.co_names, *inner]


def rules_hash(replaced: Rules) -> str:
    """Return a hash of the rules that replace ours; the empty set has a hash too."""
    text = "\n".join(f"{name}:{described(f, set())}" for name, f in sorted(replaced.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
