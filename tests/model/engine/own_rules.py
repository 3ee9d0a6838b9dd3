"""What tests of rules of one's own share: a small neighbourhood, and what its residents feel by which rules."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.case.case import load
from model.engine import modules as engine
from model.engine.modules import load_rules
from model.errors import BadInput

TINY = load("default").replaced(residents=60, burn_in=0)
MEANS = (0.0, 0.25, 0.5, 0.75, 1.0)
HEAD = "def feel_burden(public_load, private_load, means, sensitivity):\n"
SCALED = "def scaled(number):\n    return {} * number\n"

Write = Callable[..., Path]


def forget(folder: Path) -> None:
    """What a new process would not know either."""
    for name, found in list(sys.modules.items()):
        if str(getattr(found, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


def burdens(source: Path | engine.Rules | None, compiled: bool) -> list[float]:
    """What residents of different means feel in a street with a load of 0.5 for all and 0.3 for some."""
    loop = engine.module(load_rules(source), compiled).feel_burdens
    columns = {
        "par": np.zeros(1),
        "resident_count": np.array([len(MEANS)]),
        "resident_street": np.zeros(len(MEANS), np.int32),
        "resident_means": np.array(MEANS, np.float32),
        "resident_sensitivity": np.ones(len(MEANS), np.float32),
        "resident_burden": np.zeros(len(MEANS), np.float32),
        "street_public": np.array([0.5], np.float32),
        "street_private": np.array([0.3], np.float32),
    }
    loop(*[columns[name] for name in inspect.signature(getattr(loop, "py_func", loop)).parameters])
    return columns["resident_burden"].tolist()


def times(factor: float) -> object:
    """Burden that is means times a factor."""
    return pytest.approx([factor * means for means in MEANS])


def closure(factor: float) -> Callable:
    def feel_burden(public_load, private_load, means, sensitivity):
        return factor * means

    return feel_burden


def message(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    text = str(caught.value)
    assert "\n" not in text
    assert "None" not in text
    return text
