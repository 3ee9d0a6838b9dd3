"""Every annotation means something at run time: editors, notebooks and documentation read them so, not only pyright."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import experiments
import model


def modules() -> list[str]:
    """All of the model and of the experiments."""
    return [found.name for of in (model, experiments) for found in pkgutil.walk_packages(of.__path__, f"{of.__name__}.") if not found.ispkg]


def names(module: ModuleType) -> dict[str, Any]:
    """What a module knows, with what it imports for types alone."""
    known = dict(vars(module))
    for kind in (one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__):
        known |= {str(parameter): parameter for parameter in kind.__type_params__}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            exec(compile(ast.Module(node.body, []), module.__name__, "exec"), known)
    return known


def annotated(module: ModuleType) -> Iterator[Any]:
    """The functions and classes that a module defines, and what its classes do."""
    for one in vars(module).values():
        if (inspect.isfunction(one) or inspect.isclass(one)) and one.__module__ == module.__name__:
            inside = [getattr(part, "fget", None) or getattr(part, "__func__", part) for part in vars(one).values()]
            yield from (one, *(part for part in inside if inspect.isfunction(part) and part.__code__.co_filename == module.__file__))


@pytest.mark.parametrize("name", modules())
def test_every_annotation_can_be_read(name):
    module = importlib.import_module(name)
    known = names(module)
    for one in annotated(module):
        for text in one.__annotations__.values():
            if isinstance(text, str):
                eval(text, known | {kind.__name__: kind for kind in getattr(one, "__type_params__", ())})
