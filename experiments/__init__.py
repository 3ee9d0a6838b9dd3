"""What a researcher does with the model: compare regimes on the same people and the same luck, and report it.

    from experiments import compare, load
    result = compare("default", pairs=20, weeks=260)
    result.differences                      # a polars frame

Importing this package is cheap: `compare` and `load` are fetched when they are first used.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.comparison.compare import Comparison, compare
    from experiments.public import load

__all__ = ["Comparison", "WrongModelError", "check_model", "compare", "load"]


class WrongModelError(ImportError):
    """The name `model` leads to somebody else's file. The message is one line that says which, and what to do."""


def check_model() -> None:
    """Make sure that `import model` finds the package beside this one, without importing it.

    A student's own `model.py` beside a script comes first on Python's path and would silently replace ours.
    Raises WrongModelError.
    """
    spec = find_spec("model")
    if spec is None:
        raise WrongModelError("the package 'model' of leefwereld is not installed beside 'experiments'; install it again")
    ours = Path(__file__).absolute().parent.parent / "model" / "__init__.py"
    found = Path(spec.origin).absolute() if spec.origin else None
    if found is None or not (found == ours or (ours.exists() and found.exists() and found.samefile(ours))):
        where = found or ", ".join(spec.submodule_search_locations or ["somewhere else"])
        raise WrongModelError(
            f"'import model' finds {where} instead of leefwereld's own package; rename that file or folder, or run from another folder"
        )


def __getattr__(name: str) -> Any:
    """`compare`, `Comparison` and `load`, imported when somebody asks for them."""
    if name in ("compare", "Comparison"):
        from experiments.comparison import compare as comparison

        return getattr(comparison, name)
    if name == "load":
        from experiments.public import load

        return load
    raise AttributeError(f"module 'experiments' has no attribute {name!r}")
