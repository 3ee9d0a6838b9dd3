"""The trial of one visit at the door: who is visited, what is measured, and what the default gives."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.patterns.declared import CALIBRATED, PATTERNS
from experiments.patterns.door_trial import OFFERED, _visited, door_visit
from experiments.patterns.observed import Seen
from model.case.case import load

SMALL = load("default").replaced(residents=1200, burn_in=26)


def test_400_residents_are_offered_a_visit_and_two_in_five_open():
    model, _ = Seen(SMALL, 3, 52, visits=False).start
    rows, quality = _visited(model)
    assert len(rows) == len(set(rows.tolist())) == OFFERED
    assert 0.3 < (quality >= 0).mean() < 0.55
    assert quality.max() <= 1.0
    assert set(rows.tolist()) != set(_visited(Seen(SMALL, 4, 52, visits=False).start[0])[0].tolist())


def test_who_opens_trusts_more_than_who_does_not():
    model, _ = Seen(SMALL, 3, 52, visits=False).start
    rows, quality = _visited(model)
    trust = model.world.residents.trust[rows, 1]
    assert trust[quality >= 0].mean() > trust[quality < 0].mean()


def test_the_default_meets_both_points_of_the_trial():
    found = [door_visit(Seen(load("default").replaced(residents=2000), seed, 52, visits=False)) for seed in (1, 2, 3)]
    parts = {part.name: part for part in PATTERNS["P18"].parts}
    assert PATTERNS["P18"].kind == CALIBRATED
    offered = np.array([one["offered"] for one in found])
    later, first = (sum(np.atleast_1d(one["lasts"])[n] for one in found) for n in (0, 1))
    assert parts["offered"].holds(offered.mean())
    assert parts["lasts"].holds(later / first)
    assert parts["spread"].holds(np.mean([one["spread"] for one in found]))


@pytest.mark.parametrize(
    ("changed", "part"), [({"trust_step": 0.02, "trust_floor": 0.02, "trust_fast": 0.0}, "offered"), ({"trust_fast": 0.0}, "lasts")]
)
def test_with_hardly_a_step_or_without_what_fades_the_trial_is_missed(changed, part):
    found = door_visit(Seen(load("default").replaced(residents=2000, **changed), 1, 52, visits=False))
    value = found[part]
    value = value[0] / value[1] if isinstance(value, tuple) else value
    assert not {one.name: one for one in PATTERNS["P18"].parts}[part].holds(value)
