"""The ensemble is carried over when its first set is measured as before, and only then."""

from __future__ import annotations

import json

import pytest

from experiments.calibration import carry_over as module
from experiments.calibration.schema import ENSEMBLE, read
from model import identity


@pytest.fixture
def ensemble(tmp_path, monkeypatch):
    """An ensemble whose first set was measured by invented targets: 1, 2 and 6 by its three seeds, 3 on the mean."""
    kept = json.loads(ENSEMBLE.read_text(encoding="utf-8"))
    names = list(read().targets)
    seeds: list[int] = []

    def measured(case, seed, sizes, forks, targets):
        seeds.append(seed)
        assert case.behaviour.report_habit == kept["members"][0]["parameters"]["report_habit"]
        return dict.fromkeys(targets, (1.0, 2.0, 6.0)[(len(seeds) - 1) % 3])

    monkeypatch.setattr(module, "measured", measured)
    kept |= {"code": "older"}
    kept["members"][0]["measured"] = dict.fromkeys(names, 3.0)
    path = tmp_path / "ensemble.json"
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path, kept, seeds


def test_the_same_measures_name_the_ensemble_after_this_code(ensemble):
    path, kept, seeds = ensemble
    assert module.carry_over(path) == []
    assert json.loads(path.read_text(encoding="utf-8")) == kept | {"code": identity.code_hash()}
    assert len(set(seeds)) == read().confirm.seeds == 3


def test_another_measure_leaves_the_ensemble_as_it_was_and_is_named(ensemble):
    path, kept, _ = ensemble
    name = next(iter(kept["members"][0]["measured"]))
    kept["members"][0]["measured"][name] = 3.0000001
    path.write_text(json.dumps(kept), encoding="utf-8")
    before = path.read_bytes()
    assert module.carry_over(path) == [name]
    assert path.read_bytes() == before


def test_an_ensemble_of_this_code_is_not_measured_again(ensemble):
    path, kept, seeds = ensemble
    path.write_text(json.dumps(kept | {"code": identity.code_hash()}), encoding="utf-8")
    assert module.carry_over(path) == []
    assert seeds == []
