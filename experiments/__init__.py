"""Experiments with the model: compare regimes with common random numbers, run studies, and report them.

    from experiments import compare, load, report, run_study
    result = compare("default", pairs=20, weeks=260)
    result.differences                      # a polars frame
    found = run_study("regimes", out="results/regimes")
    found.runs                              # one row for each run; load(folder) reads it back
    report("results/regimes")               # writes a page and figures, and returns the page

Importing this package is fast: its functions are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from experiments.shared.own_model import WrongModelError, check_model

if TYPE_CHECKING:
    from experiments.comparison.compare import compare
    from experiments.public import load, report, run_study
    from experiments.reporting.comparison import Comparison
    from experiments.study.results import StudyResults

__all__ = ["Comparison", "StudyResults", "WrongModelError", "check_model", "compare", "load", "report", "run_study"]

_HOMES = {
    "Comparison": "experiments.reporting.comparison",
    "StudyResults": "experiments.study.results",
    "compare": "experiments.comparison.compare",
    "load": "experiments.public",
    "report": "experiments.public",
    "run_study": "experiments.public",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
