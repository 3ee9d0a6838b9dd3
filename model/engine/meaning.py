"""Reduce source code to what affects a run, so that it can be hashed by meaning."""

from __future__ import annotations

import ast
import inspect
from dataclasses import is_dataclass
from types import ModuleType

WORDS = frozenset(  # fields and arguments that hold texts for users, which no run depends on
    "label heading meaning text source title description unit ends at_low at_high buys costs words says definition nl en meaning_nl".split()  # noqa: SIM905
)


def meaning(source: str, module: ModuleType | None = None, wordless: bool = False) -> str:
    """Return source without docstrings, comments, type hints, and texts in errors and in arguments named in `WORDS`.

    module: where names of called functions are looked up. wordless: drop all texts, for files that are hashed by value.
    """
    return ast.unparse(_Meaning(module, wordless).visit(ast.parse(source)))


class _Meaning(ast.NodeTransformer):
    """Removes what does not affect a run."""

    def __init__(self, module: ModuleType | None, wordless: bool) -> None:
        self.module, self.silent = module, wordless
        self.in_function = False

    def _body(self, node: ast.Module | ast.ClassDef | ast.FunctionDef) -> ast.AST:
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    visit_Module = _body  # noqa: N815 - method names required by `ast`

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, function=False)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        if any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list):
            return None
        node.returns, node.type_params = None, []
        return self._inside(node, function=True)

    def _inside(self, node: ast.ClassDef | ast.FunctionDef, function: bool) -> ast.AST:
        before, self.in_function = self.in_function, function
        made = self._body(node)
        self.in_function = before
        return made

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """The type of a local or of an attribute that a method sets decides nothing; that of a field of a class does."""
        if not self.in_function:
            return self.generic_visit(node)
        node.annotation = ast.Constant(...)
        if node.value is None:
            return node
        return ast.copy_location(ast.Assign([self.visit(node.target)], self.visit(node.value)), node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module in ("__future__", "typing", "collections.abc") else node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        before, self.silent = self.silent, True
        self.generic_visit(node)
        self.silent = before
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if self.silent and isinstance(node.value, str) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "cast":
            return self.visit(node.args[1])
        names = self._arguments(node.func)
        node.args = [self._said(part) if name in WORDS else self.visit(part) for part, name in zip(node.args, names, strict=False)] + [
            self.visit(part) for part in node.args[len(names) :]
        ]
        for keyword in node.keywords:
            keyword.value = self._said(keyword.value) if keyword.arg in WORDS | {"json_schema_extra"} else self.visit(keyword.value)
        node.func = self.visit(node.func)
        return node

    def _said(self, part: ast.expr) -> ast.expr:
        before, self.silent = self.silent, True
        part = self.visit(part)
        self.silent = before
        return part

    def _arguments(self, function: ast.expr) -> list[str]:
        """Return the argument names of a called function or dataclass of the module; empty if unknown."""
        found = getattr(self.module, function.id, None) if isinstance(function, ast.Name) else None
        if not (inspect.isfunction(found) or (inspect.isclass(found) and is_dataclass(found))):
            return []
        return list(inspect.signature(found).parameters)
