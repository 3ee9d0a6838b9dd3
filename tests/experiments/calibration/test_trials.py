"""A trial: which neighbourhoods are looked at, for how long, and what of them becomes a target."""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.calibration import trials
from experiments.calibration.schema import Runs
from experiments.calibration.trials import Trial, each_trial, measured, single
from experiments.patterns import observed
from experiments.patterns.measure import LARGE, TWINS
from experiments.running.ledger import FAILED, OK
from model import identity, warm_up
from model.case.case import load
from model.errors import BadInput
from model.regimes import BASELINE

SIZES = Runs(residents=300, weeks=60, twin_residents=120, twin_weeks=90)


def test_a_pair_becomes_its_ratio_and_is_undefined_without_a_base():
    assert single((3.0, 2.0)) == 1.5
    assert single((0.0, 2.0)) == 0.0
    assert math.isnan(single((3.0, 0.0)))
    assert single(np.float64(0.25)) == 0.25
    assert type(single(np.float64(0.25))) is float


def test_the_large_neighbourhood_and_the_small_one_with_its_twin_are_looked_at_as_long_as_the_file_says(monkeypatch):
    looked: list[Any] = []
    monkeypatch.setattr(observed, "Seen", lambda *given, **more: looked.append((given, more)) or len(looked))
    known = {
        "P1": SimpleNamespace(on=LARGE, measure=lambda seen: {"rate": (1.0 * seen, 4.0), "other": 9.0}),
        "P11": SimpleNamespace(on=TWINS, measure=lambda seen: {"fall": np.float64(seen), "low": np.divide(np.ones(1), 0.0)[0]}),
    }
    monkeypatch.setattr(trials, "patterns", lambda: known)
    case = load("default")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measured(case, 7, SIZES, (5, 9), ("P11.fall", "P1.rate", "P11.low"))
    assert found == {"P11.fall": 2.0, "P1.rate": 0.25, "P11.low": math.inf}
    assert list(found) == ["P11.fall", "P1.rate", "P11.low"]
    (large, how), (twins, plainly) = looked
    assert (large[0].residents, large[1:], how) == (300, (7, 60, (5, 9), 30), {"visits": False})
    assert (twins[0].residents, twins[1:], plainly) == (120, (7, 90), {})
    assert (large[0], twins[0]) == (case.replaced(residents=300, streets=0), case.replaced(residents=120, streets=0))
    measured(case, 7, SIZES.model_copy(update={"weeks": 501}), (5,), ("P1.rate",))
    assert looked[2][0][4] == 104  # two years at most


def test_each_trial_first_loads_then_answers_and_goes_on_after_one_that_raises(monkeypatch):
    asked: list[Any] = []

    def given(*what: Any) -> dict[str, float]:
        asked.append(what)
        if what[1] == 12:
            raise ZeroDivisionError("nothing there")
        return {"P1.rate": 0.5}

    monkeypatch.setattr(warm_up, "ensure_compiled", lambda rules: asked.append(rules))
    monkeypatch.setattr(trials, "measured", given)
    monkeypatch.setattr(trials.time, "perf_counter", iter([10.0, 12.5, 20.0, 21.0]).__next__)
    case = load("default")
    trial = Trial(case, 1, 60, ((4, BASELINE), (5, BASELINE)), sizes=SIZES, forks=(5,), seeds={4: 11, 5: 12}, targets=("P1.rate",))
    begun, well, failed = each_trial(trial)
    assert begun is None
    assert well is not None
    assert failed is not None
    assert (well.id, well.status, well.seconds, well.code, well.outcomes) == (4, OK, 2.5, identity.code_hash(), {"P1.rate": 0.5})
    assert (failed.id, failed.status, failed.seconds, failed.code, failed.outcomes) == (5, FAILED, 1.0, identity.code_hash(), None)
    assert "nothing there" in failed.reason
    assert "ZeroDivisionError" in failed.traceback
    assert asked == [{}, (case, 11, SIZES, (5,), ("P1.rate",)), (case, 12, SIZES, (5,), ("P1.rate",))]


def test_a_trial_of_other_code_is_refused(monkeypatch):
    monkeypatch.setattr(warm_up, "ensure_compiled", lambda _: None)
    case = load("default")
    with pytest.raises(BadInput, match="edited"):
        next(each_trial(Trial(case, 1, 60, (), code="other", sizes=SIZES)))
    assert next(each_trial(Trial(case, 1, 60, (), code=identity.code_hash(), sizes=SIZES))) is None
    assert next(each_trial(Trial(case, 1, 60, (), sizes=SIZES))) is None
    plain = Trial(case, 1, 60, ())
    assert (plain.sizes, plain.forks, plain.seeds, plain.targets) == (None, (), {}, ())
