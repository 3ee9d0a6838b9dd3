"""Check that `import model` finds this package, not a user's file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


class WrongModelError(ImportError):
    """`import model` finds another file. The message is one line that says which, and what to do."""


def check_model() -> None:
    """Make sure that `import model` finds the package beside `experiments`, without importing it.

    A student's own `model.py` beside a script comes first on Python's path and would silently replace ours.
    Raises WrongModelError.
    """
    spec = find_spec("model")
    if spec is None:
        raise WrongModelError("the package 'model' of leefwereld is not installed beside 'experiments'; install it again")
    ours = Path(__file__).absolute().parents[2] / "model" / "__init__.py"
    found = Path(spec.origin).absolute() if spec.origin else None
    if found is None or not (found == ours or (ours.exists() and found.exists() and found.samefile(ours))):
        where = found or ", ".join(spec.submodule_search_locations or ["somewhere else"])
        raise WrongModelError(
            f"'import model' finds {where} instead of leefwereld's own package; rename that file or folder, or run from another folder"
        )
