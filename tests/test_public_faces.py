"""The public faces: which names there are, and what their types say."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import experiments
import model

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("model", "experiments", "viz") for path in sorted((ROOT / package).rglob("*.py"))]
CALLED = ("__init__", "__call__", "__getattr__", "__getitem__", "__iter__")  # called by who uses a class


def test_what_the_model_offers() -> None:
    assert sorted(model.__all__) == ["BadInput", "Case", "NAMED", "Neighbourhood", "PRACTICES", "Practices", "blend", "load"]
    assert dir(model) == sorted(model.__all__)
    assert all(getattr(model, name) is not None for name in model.__all__)


def test_what_the_experiments_offer() -> None:
    assert sorted(experiments.__all__) == [
        "Comparison", "StudyResults", "WrongModelError", "check_model", "compare", "load", "report", "run_study",
    ]  # fmt: skip
    assert dir(experiments) == sorted(experiments.__all__)
    assert all(getattr(experiments, name) is not None for name in experiments.__all__)


@pytest.mark.parametrize("package", [model, experiments])
def test_there_is_nothing_else(package) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing_of_the_kind'"):
        _ = package.nothing_of_the_kind


def test_what_the_documentation_imports_is_there() -> None:
    """Every `from model...` or `from experiments...` in README and docs names something that exists."""
    missing, found = [], 0
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.strip().split(" import ")
            if len(words) != 2 or not words[0].startswith(("from model", "from experiments", "from viz")):
                continue
            home = importlib.import_module(words[0].removeprefix("from ").strip())
            for name in words[1].split("#")[0].split(","):
                found += 1
                if not hasattr(home, name.split(" as ")[0].strip()):
                    missing.append(f"{path.name}: {line.strip()}")
    assert found >= 3
    assert missing == []


def test_every_file_that_is_to_be_checked_strictly_is_there() -> None:
    """Pyright does not complain of a pattern that fits no file, such as one with braces."""
    strict = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pyright"]["strict"]
    assert [pattern for pattern in strict if not any(ROOT.glob(pattern))] == []


# --- no Any -------------------------------------------------------------------------------------------------------


def says_any(annotation: ast.expr | None, names: set[str]) -> bool:
    """Whether a type is Any or has it inside, also when it is quoted or has another name."""
    for part in ast.walk(annotation) if annotation is not None else ():
        if isinstance(part, ast.Name) and part.id in names:
            return True
        if isinstance(part, ast.Attribute) and part.attr == "Any":
            return True
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                quoted = ast.parse(part.value, mode="eval").body
            except SyntaxError:
                continue
            if says_any(quoted, names):
                return True
    return False


def other_names(tree: ast.Module) -> set[str]:
    """Return Any and the names that a file gives to types with Any inside."""
    names = {"Any"}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Subscript, ast.BinOp)) and says_any(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.TypeAlias) and says_any(node.value, names):
            names.add(node.name.id)
    return names


def public_any(body: list[ast.stmt], names: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and name of each public function, method or attribute whose type says Any."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.name.startswith("_") and node.name not in CALLED:
                continue
            given = node.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
            if any(says_any(one, names) for one in [node.returns, *(argument.annotation for argument in arguments)]):
                yield node.lineno, node.name
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_any(node.body, names)
        elif isinstance(node, ast.AnnAssign) and says_any(node.annotation, names):
            called = ast.unparse(node.target)
            if not called.startswith("_"):
                yield node.lineno, called


def test_no_public_name_has_any_in_its_type() -> None:
    found: dict[str, list[str]] = {}
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if lines := [f"line {line}: {name}" for line, name in public_any(tree.body, other_names(tree))]:
            found[path.relative_to(ROOT).as_posix()] = lines
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "def f(x: Any): ...",
        "def f() -> dict[str, list[Any]]: ...",
        "def f(*x: 'Any'): ...",
        "def f(*, x: typing.Any): ...",
        "class A:\n    x: Any",
        "class A:\n    def __init__(self, x: int | Any): ...",
        "Row = dict[str, Any]\ndef f(x: Row): ...",
        "type Row = dict[str, Any]\nx: list[Row] = []",
    ],
)
def test_any_is_found_wherever_it_is(source: str) -> None:
    tree = ast.parse(source)
    assert len(list(public_any(tree.body, other_names(tree)))) == 1


@pytest.mark.parametrize("source", ["def _f(x: Any): ...", "class _A:\n    x: Any", "def f():\n    x: Any = 1", "def f(x: Anyone): ..."])
def test_what_is_private_may_say_any(source: str) -> None:
    tree = ast.parse(source)
    assert list(public_any(tree.body, other_names(tree))) == []
