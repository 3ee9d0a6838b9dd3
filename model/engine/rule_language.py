"""What rules of one's own may be written in: numbers, arithmetic, `math`, `if`, loops, and helpers and constants of one's own.

A rule is read as a syntax tree, with what its names lead to, before anything of it is run. Whatever is not allowed here is
refused by its line: luck, a clock, state that is kept between calls, anything read from outside, and what cannot be compiled.
"""

from __future__ import annotations

import ast
import builtins
import math
from dataclasses import dataclass
from typing import Protocol

from model.engine.rule_flow import Flow, RefusedError, in_file, names_given

_MATH = """
acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees e erf erfc exp exp2 expm1 fabs floor hypot inf isfinite isinf
isnan log log10 log1p log2 nan nextafter pi pow radians sin sinh sqrt tan tanh tau trunc
"""
MATH = frozenset(_MATH.split())  # what is compiled too, and then gives the same to the last digit
BUILTINS = frozenset({"abs", "bool", "float", "int", "max", "min", "pow", "range", "round"})
LUCK, CLOCK = "luck of its own: the same seed would give other weeks", "a clock: every run would be another"
OUTSIDE = "something from outside that a run's identity does not cover"
STATE = "state that is kept between calls: weeks would depend on who was asked before"
MODULES = {
    **dict.fromkeys(("random", "secrets", "uuid", "numpy.random"), LUCK),
    **dict.fromkeys(("time", "datetime", "calendar"), CLOCK),
}
CALLS = {  # builtins that a student might try
    **dict.fromkeys(("open", "input", "__import__", "eval", "exec", "compile", "globals", "vars", "getattr", "id", "hash"), OUTSIDE),
    **dict.fromkeys(("setattr", "delattr", "iter", "next"), STATE),
    "print": "which says nothing of where and when",
}
NUMBERS = "numbers, arithmetic, if, loops, math, and functions and constants of your own"
KEYED = "the rule's argument draw, a number in [0, 1) that belongs to this person, decision and week"
REMEDY = {LUCK: KEYED, CLOCK: "the arguments of the rule", OUTSIDE: "the arguments of the rule, and constants in its file"}
REMEDY |= {STATE: "the arguments of the rule, and what it works out from them"}
REFUSED: dict[type[ast.AST], tuple[str, str]] = {  # what it is, what to use instead
    ast.Global: (f"global, {STATE}", REMEDY[STATE]),
    ast.Nonlocal: (f"nonlocal, {STATE}", REMEDY[STATE]),
    ast.Import: (f"an import inside a rule, {OUTSIDE}", "an import at the top of the file"),
    ast.ImportFrom: (f"an import inside a rule, {OUTSIDE}", "an import at the top of the file"),
    ast.NamedExpr: (":=, which cannot be compiled", "a line of its own that gives the value its name"),
    ast.JoinedStr: ("a text (f-string)", NUMBERS),
    ast.Try: ("try and except, which cannot be compiled", "if, to leave out what cannot be worked out"),
    ast.Raise: ("an error of its own", "an answer for all inputs"),
    ast.Assert: ("assert, an error of its own", "an answer for all inputs"),
    ast.With: (f"with, for {OUTSIDE}", REMEDY[OUTSIDE]),
    ast.Delete: ("del", "a name for each value"),
    ast.List: ("a list, which cannot be compiled as it stands", "single numbers, or a tuple: (0.1, 0.2)"),
    ast.Dict: ("a dict", "if and elif"),
    ast.Set: ("a set", "comparisons with or"),
    ast.ListComp: ("a list made in brackets", "a loop: for ..."),
    ast.SetComp: ("a set made in brackets", "a loop: for ..."),
    ast.DictComp: ("a dict made in brackets", "a loop: for ..."),
    ast.GeneratorExp: ("a generator", "a loop: for ..."),
    ast.Yield: (f"yield, {STATE}", REMEDY[STATE]),
    ast.Match: ("match", "if and elif"),
    ast.ClassDef: ("a class", "functions"),
    ast.Starred: ("a *", "every argument by itself"),
    ast.Slice: ("a part of something (:)", "single numbers"),
    ast.Is: ("is", "=="),
    ast.IsNot: ("is not", "!="),
    ast.Await: ("await", NUMBERS),
}
ALLOWED = (
    ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Break, ast.Continue, ast.Pass, ast.Expr,
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Constant, ast.Name, ast.Tuple, ast.Subscript, ast.Attribute,
    ast.Lambda, ast.FunctionDef, ast.keyword, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
Function = ast.FunctionDef | ast.Lambda


class Space(Protocol):
    """What the names of a file, or of a function that was made in Python, lead to."""

    file: str  # where lines are counted

    def find(self, name: str) -> Meaning: ...


@dataclass(frozen=True)
class Own:
    """A function of one's own, and where its names lead."""

    node: Function
    space: Space


@dataclass(frozen=True)
class Number:
    """A number, or a tuple of numbers; in a file, what it is worked out from."""

    made_of: ast.expr | None = None
    space: Space | None = None


@dataclass(frozen=True)
class Known:
    """Something that a rule may call or read: a part of `math`, a builtin, a rule of the model."""


@dataclass(frozen=True)
class Part:
    """A module. inside: where the names of one's own module lead; without it, only what is known of `math` and of the model's rules."""

    name: str
    inside: Space | None = None


@dataclass(frozen=True)
class Other:
    """Anything else, in words, and what to use instead."""

    what: str
    instead: str = NUMBERS


Meaning = Own | Number | Known | Part | Other | None


def member(module: Part, name: str, ours: frozenset[str]) -> Meaning:
    """Return what `module.name` is; `ours`: the names of the model's rules."""
    if module.inside is not None:
        return module.inside.find(name)
    if module.name == "math":
        if name in MATH:
            return Known()
        near = {"fmod": "the operator %", "remainder": "the operator %", "cbrt": "x ** (1 / 3)"}.get(name, ", ".join(sorted(MATH)))
        return Other(f"math.{name}, {'which cannot be compiled to give the same' if hasattr(math, name) else 'which is not there'}", near)
    if module.name in ("model.rules", "model") and (name in ours or name == "rules"):
        return Part("model.rules") if name == "rules" else Known()
    if module.name == "numba" and name in ("njit", "jit"):
        return Known()
    return foreign(f"{module.name}.{name}")


def foreign(name: str) -> Other:
    """Return what is said of a module, or of a part of one, that is not one's own."""
    for module, what in MODULES.items():
        if name == module or name.startswith(f"{module}."):
            return Other(f"{name}, {what}", REMEDY[what])
    if name.split(".")[0] in ("numpy", "scipy"):
        return Other(name, "math, and a loop where there are several numbers")
    return Other(f"{name}, {OUTSIDE}", REMEDY[OUTSIDE])


# --- one function, and all that it uses ---------------------------------------------------------------------------------


class Reader:
    """Reads functions and what they use, each once; raises RefusedError."""

    def __init__(self, ours: frozenset[str], answer: str = "a finite number") -> None:
        self._ours, self._answer = ours, answer
        self._read: set[int] = set()

    def function(self, own: Own, around: frozenset[str] = frozenset()) -> None:
        """Read a function; `around`: the names of a function that it stands in."""
        node = own.node
        if id(node) in self._read:
            return
        self._read.add(id(node))
        with in_file(own.space.file):
            self._whole(own, around)

    def _whole(self, own: Own, around: frozenset[str]) -> None:
        node = own.node
        self._head(own, around)
        body = node.body if isinstance(node, ast.FunctionDef) else [ast.Return(node.body, lineno=node.lineno, col_offset=0)]
        body = body[1:] if _is_docstring(body[0]) and len(body) > 1 else body
        local = frozenset(names_given(body)) | {argument.arg for argument in node.args.args}
        for part in body:
            self._part(part, own.space, local | around)
        Flow(local, self._answer).read(body, frozenset(argument.arg for argument in node.args.args))

    def constant(self, made_of: ast.expr, space: Space) -> None:
        """Read what a constant of a file is worked out from."""
        if id(made_of) not in self._read:
            self._read.add(id(made_of))
            with in_file(space.file):
                self._part(made_of, space, frozenset())

    def _head(self, own: Own, around: frozenset[str]) -> None:
        node, given = own.node, own.node.args
        for argument in (given.vararg, given.kwarg, *given.kwonlyargs, *given.posonlyargs):
            if argument is not None:
                raise RefusedError(argument.lineno, f"the argument {argument.arg} with * or /", "plain arguments")
        for default in given.defaults:
            if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
                raise RefusedError(default.lineno, f"a default that is no number, {STATE}", REMEDY[STATE])
            self._part(default, own.space, around)
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
            named = isinstance(mark, ast.Name | ast.Attribute) and ast.unparse(mark).split(".")[-1] in ("njit", "jit")
            if not named or not isinstance(self._meaning(mark, own.space, around), Known):
                raise RefusedError(mark.lineno, f"@{ast.unparse(mark)}", "the function without it: rules are compiled anyway")

    def _part(self, node: ast.AST, space: Space, local: frozenset[str]) -> None:
        for kind, (what, instead) in REFUSED.items():
            if isinstance(node, kind):
                raise RefusedError(getattr(node, "lineno", 0) or self._line, what, instead)
        if not isinstance(node, ALLOWED):
            raise RefusedError(getattr(node, "lineno", self._line), f"{type(node).__name__.lower()}, which rules do not know", NUMBERS)
        self._line = getattr(node, "lineno", getattr(self, "_line", 0))
        if isinstance(node, Function):
            self.function(Own(node, space), local)
        elif isinstance(node, ast.Constant):
            self._constant(node)
        elif isinstance(node, ast.Name | ast.Attribute):
            self._named(node, space, local)
        elif isinstance(node, ast.Call):
            self._call(node, space, local)
        elif isinstance(node, ast.AnnAssign):
            for part in (node.target, node.value):
                if part is not None:
                    self._part(part, space, local)
        else:
            for part in ast.iter_child_nodes(node):
                self._part(part, space, local)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if value is None:
            raise RefusedError(node.lineno, "None, which is no answer", self._answer)
        if isinstance(value, str | bytes):
            raise RefusedError(node.lineno, f"a text, {value[:40]!r}", self._answer)
        if not isinstance(value, int | float) or (isinstance(value, int) and abs(value) >= 2**63):
            raise RefusedError(node.lineno, f"{value!r}"[:40], "numbers up to 2**63, as 64 bits hold them")

    def _call(self, node: ast.Call, space: Space, local: frozenset[str]) -> None:
        if not isinstance(node.func, ast.Name | ast.Attribute):
            raise RefusedError(node.lineno, "calling what is no name", "functions by their names")
        self._named(node.func, space, local, called=True)
        for part in node.args:
            self._part(part, space, local)
        for keyword in node.keywords:
            if keyword.arg is None:
                raise RefusedError(node.lineno, "a **", "every argument by itself")
            self._part(keyword.value, space, local)

    def _named(self, node: ast.Name | ast.Attribute, space: Space, local: frozenset[str], called: bool = False) -> None:
        if not isinstance(node.ctx, ast.Load) and isinstance(node, ast.Name):
            return
        self._root(node, space, local)
        meaning = self._meaning(node, space, local)
        if isinstance(meaning, Other):
            raise RefusedError(node.lineno, meaning.what, meaning.instead)
        if isinstance(meaning, Part):
            raise RefusedError(node.lineno, f"{meaning.name} as a value", NUMBERS)
        if isinstance(meaning, Own):
            self.function(meaning)
        elif isinstance(meaning, Number) and meaning.made_of is not None and meaning.space is not None:
            self.constant(meaning.made_of, meaning.space)

    def _root(self, node: ast.Name | ast.Attribute, space: Space, local: frozenset[str]) -> None:
        """Read what a name with points begins with, which may say more than the whole."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            self._part(root, space, local)
        elif root is not node and isinstance(found := self._meaning(root, space, local), Number) and found.made_of and found.space:
            if isinstance(found.made_of, ast.List | ast.Dict | ast.Set):
                raise RefusedError(node.lineno, f"{ast.unparse(node)}, {STATE}", REMEDY[STATE])
            self.constant(found.made_of, found.space)

    def _meaning(self, node: ast.expr, space: Space, local: frozenset[str]) -> Meaning:
        """Return what a name, or a name with a point, leads to; None: a value of the function itself."""
        if isinstance(node, ast.Name):
            if node.id in local:
                return None
            found = space.find(node.id)
            if found is None:
                if node.id in BUILTINS:
                    return Known()
                if node.id in CALLS:
                    return Other(f"{node.id}, {CALLS[node.id]}", REMEDY.get(CALLS[node.id], "the story and the outcomes of a run"))
                if hasattr(builtins, node.id):
                    return Other(f"{node.id}, which rules do not know")
                return Other(f"the name '{node.id}', which stands for nothing here", NUMBERS)
            return found
        if not isinstance(node, ast.Attribute):
            return Other("a part of a value", NUMBERS)
        base = self._meaning(node.value, space, local)
        if isinstance(base, Part) and isinstance(node.ctx, ast.Load):
            return member(base, node.attr, self._ours) or Other(f"{base.name}.{node.attr}, which is not there", NUMBERS)
        if isinstance(base, Own) or (isinstance(base, Known) and not isinstance(node.ctx, ast.Load)) or isinstance(base, Part):
            return Other(f"{ast.unparse(node)}, {STATE}", REMEDY[STATE])
        return base if isinstance(base, Other) else Other(f"{ast.unparse(node)}, a part of a value", NUMBERS)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
