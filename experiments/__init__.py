"""What a researcher does with the model: compare regimes on the same people and the same luck, and report it.

    from experiments import compare, load, report, run_study
    result = compare("default", pairs=20, weeks=260)
    result.differences                      # a polars frame
    found = run_study("regimes", out="results/regimes")
    found.runs                              # one row for each run; load(folder) reads it back
    report("results/regimes")               # writes a page and figures, and returns the page

Importing this package is cheap: what it offers is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.comparison.compare import Comparison, compare
    from experiments.public import load, report, run_study
    from experiments.study.results import StudyResults

__all__ = ["Comparison", "StudyResults", "WrongModelError", "check_model", "compare", "load", "report", "run_study"]

_HOMES = {
    "Comparison": "experiments.comparison.compare",
    "StudyResults": "experiments.study.results",
    "compare": "experiments.comparison.compare",
    "load": "experiments.public",
    "report": "experiments.public",
    "run_study": "experiments.public",
}


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


def __getattr__(name: str) -> object:
    """One of the public names, imported when somebody asks for it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
