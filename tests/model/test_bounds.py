"""Values outside their ranges never pass: a run that has one ends with its column, resident, value and range."""

from __future__ import annotations

import re

import mesa
import numpy as np
import pytest

from model import bounds, rule_check
from model.case.case import load
from model.errors import BadInput, OutOfRange
from model.neighbourhood import Neighbourhood
from model.warm_up import empty_world
from model.week.problems import feel_burdens

SMALL = load("default").replaced(residents=60, burn_in=2)
MEANS = float(np.float32(Neighbourhood(SMALL, seed=1, compiled=False).world.residents.means[7]))


def feel_burden(public_load, private_load, means, sensitivity):
    return -1.0 if abs(means - MEANS) < 1e-9 else 0.5 * means  # where no grid comes


def share_of_nothing(public_load, private_load, means, sensitivity):
    return 0.5 * means / (means - MEANS) * 0.0


WHERE = r"burden of resident 7 = -1\.0; allowed: 0 to 1 \(0-1\)"


@pytest.mark.parametrize("value", [-1.0, 1.5, float("nan"), float("inf")])
def test_a_value_outside_its_range_ends_a_run(value: float) -> None:
    hood = Neighbourhood(SMALL, seed=1).run(1)
    hood.world.residents.arrays["acting"][3] = value
    with pytest.raises(BadInput, match=r"week \d: acting of resident 3 = .*; allowed: 0 to 1"):
        hood.run(0)
    hood.world.residents.arrays["acting"][3] = 0.5
    hood.world.residents.arrays["trust"][5, 1] = value
    with pytest.raises(OutOfRange, match=r"trust \(number 2 of 5\) of resident 5"):
        hood.run(0)


def test_a_rule_that_leaves_the_range_is_found_at_the_end_and_named_when_checked() -> None:
    rules = {"feel_burden": feel_burden}
    with pytest.raises(OutOfRange, match=f"week 3: {WHERE}"):
        Neighbourhood(SMALL, seed=1, rules=rules, compiled=False).run(3)
    with pytest.raises(OutOfRange, match=f"week -1, loop feel_burdens with your feel_burden: {WHERE}"):
        Neighbourhood(SMALL, seed=1, rules=rules, compiled=False, checked=True).run(3)


def test_weeks_that_are_lived_one_by_one_are_looked_at_when_outcomes_are_read() -> None:
    hood = Neighbourhood(SMALL, seed=1, rules={"feel_burden": feel_burden}, compiled=False)
    for _ in range(4):
        hood.step()
    with pytest.raises(OutOfRange, match=WHERE):
        hood.outcomes()
    given = {"case": [SMALL], "rules": [{"feel_burden": feel_burden}], "compiled": [False]}
    with pytest.raises(OutOfRange, match=WHERE):
        mesa.batch_run(Neighbourhood, given, rng=[1], max_steps=2, display_progress=False)


FAILED = r"loop feel_burdens with your feel_burden; not ZeroDivisionError: .*division by zero"


def test_a_rule_that_divides_by_zero_in_a_run_is_named_with_week_and_loop() -> None:
    with pytest.raises(OutOfRange, match=f"week -1, {FAILED}"):
        Neighbourhood(SMALL, seed=1, rules={"feel_burden": share_of_nothing}, compiled=False).run(1)


def test_a_compiled_rule_that_divides_by_zero_is_named_too() -> None:
    """The one loop is compiled here, and no other: the whole week would take half a minute."""
    world = empty_world(rule_check.checked({"feel_burden": share_of_nothing}))
    world.residents.count[0] = 1
    world.residents.means[0] = MEANS
    with pytest.raises(ZeroDivisionError) as caught:
        world.loops.call(feel_burdens)
    assert re.search(FAILED, str(bounds.failed(world, caught.value)))


def test_a_usual_run_is_within_bounds_after_every_loop() -> None:
    hood = Neighbourhood(SMALL.replaced(problem_rate=8, ward_hours=60, agenda_rate=100), "leapfrog", seed=2, checked=True)
    assert hood.run(40).outcomes() == pytest.approx(Neighbourhood(hood.case, "leapfrog", seed=2).run(40).outcomes(), abs=0, nan_ok=True)


def test_those_rules_pass_the_check_before_a_run() -> None:
    assert rule_check.checked({"feel_burden": feel_burden})
