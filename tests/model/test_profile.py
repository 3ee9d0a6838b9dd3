"""The week as a table: every phase and every loop of it, with its time, and nothing else changed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from model import Neighbourhood, load
from model.engine.source import outer_loops
from model.errors import BadInput
from model.profile import PYTHON

CASE = load("default").replaced(residents=120, burn_in=4, problem_rate=6)


@pytest.fixture(scope="module")
def hood() -> Neighbourhood:
    return Neighbourhood(CASE, "relational", seed=3)


@pytest.fixture(scope="module")
def found(hood: Neighbourhood):
    return hood.profile(20)


def test_the_table_has_the_phases_of_the_week_in_order_each_with_its_loops(hood, found):
    steps = found.filter(found["loop"].is_null())
    assert steps["step"].to_list() == [phase.__name__ for phase in hood.schedule.phases]
    assert steps["calls"].to_list() == [20] * len(hood.schedule.phases)
    loops = dict(found.filter(found["loop"].is_not_null()).group_by("step").agg("loop").iter_rows())
    assert loops["problems_arise"] == ["arise", "come_back", "change_problems", PYTHON]
    assert {name for names in loops.values() for name in names} - {PYTHON} <= {loop.__name__ for loop in outer_loops()}


def test_calls_are_counted_and_times_add_up(found):
    row = found.filter((found["step"] == "problems_arise") & (found["loop"] == "arise"))
    assert row["calls"].item() == 20
    whole, parts = found.filter(found["loop"].is_null()), found.filter(found["loop"].is_not_null())
    assert whole["share"].sum() == pytest.approx(1)
    assert parts["seconds"].sum() == pytest.approx(whole["seconds"].sum())
    assert found["seconds"].min() >= 0
    assert found["ms_per_call"].to_numpy() * found["calls"].to_numpy() == pytest.approx(1000 * found["seconds"].to_numpy())


def test_time_is_given_to_the_phase_and_loop_in_which_it_was_spent(monkeypatch: pytest.MonkeyPatch):
    hood = Neighbourhood(CASE.replaced(burn_in=0), compiled=False)
    feel = hood.world.loops.made

    def slow(loop):
        made = feel(loop)
        return (lambda *given: (time.sleep(0.05), made(*given))[1]) if loop.__name__ == "feel_burdens" else made

    monkeypatch.setattr(hood.world.loops, "made", slow)
    found = hood.profile(4)
    slowest = found.filter(found["loop"].is_not_null()).sort("seconds", descending=True).row(0, named=True)
    assert (slowest["step"], slowest["loop"]) == ("residents_are_bothered", "feel_burdens")
    assert slowest["seconds"] >= 0.2


def test_a_profiled_run_computes_what_a_plain_one_does_and_leaves_no_watch_behind(hood, found):
    straight = Neighbourhood(CASE, "relational", seed=3).run(20)
    assert straight.outcomes() == pytest.approx(hood.outcomes(), rel=0, abs=0, nan_ok=True)
    assert np.array_equal(straight.measures.to_numpy(), hood.measures.to_numpy(), equal_nan=True)
    assert type(hood.world.loops) is type(straight.world.loops)
    assert [phase.__qualname__ for phase in hood.schedule.phases] == [phase.__qualname__ for phase in straight.schedule.phases]
    straight.run(10)
    assert np.array_equal(straight.measures.to_numpy(), hood.run(10).measures.to_numpy(), equal_nan=True)


def test_the_watch_is_taken_off_when_a_week_fails(monkeypatch: pytest.MonkeyPatch):
    hood = Neighbourhood(CASE.replaced(burn_in=0), compiled=False)
    loops, phases = hood.world.loops, hood.schedule.phases
    monkeypatch.setattr(hood.world, "put_in_force", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hood.profile(2)
    assert hood.world.loops is loops
    assert hood.schedule.phases is phases


@pytest.mark.parametrize("weeks", [0, -1])
def test_a_profile_of_no_weeks_is_refused(hood, weeks: int):
    with pytest.raises(BadInput, match="weeks = "):
        hood.profile(weeks)
