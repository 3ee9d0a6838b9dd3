"""A class of one's own that builds on a neighbourhood: its identity is its own, and its state is in a checkpoint."""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest
from mesa import DataCollector

from model.case.case import load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.week.residents import Resident

SMALL = load("default").replaced(residents=60, burn_in=3, problem_rate=8, ward_hours=60)


def lowered(trust, by):
    return trust * (1.0 - by)


class Gossip(Neighbourhood):
    """Each week somebody, drawn by Mesa's own luck, loses some trust; who it was is remembered."""

    def __init__(self, by: float = 0.5, seed: int = 1) -> None:
        self.by = by  # before or after what follows, as one likes
        super().__init__(SMALL, "relational", seed=seed)
        self.heard: list[tuple[int, int]] = []
        self.met: dict[object, object] = {}

    def step(self) -> None:
        super().step()
        row = self.random.randrange(60)
        self.heard.append((self.week, row))
        self.met[row] = self.residents[row]
        trust = self.world.residents.trust
        trust[row] = lowered(trust[row], self.by)


class Quiet(Neighbourhood):
    """The same, but for nothing."""


class QuietWeeks(Neighbourhood):
    def step(self) -> None:
        pass


def assert_same_future(first: Neighbourhood, second: Neighbourhood) -> None:
    assert first.identity == second.identity
    for table, other in zip(first.world.tables.values(), second.world.tables.values(), strict=True):
        assert all(np.array_equal(getattr(table, name), getattr(other, name), equal_nan=True) for name in table.arrays), table.title
    assert np.array_equal(first.series, second.series, equal_nan=True)


# --- identity -------------------------------------------------------------------------------------------------------


def test_another_step_or_other_numbers_of_ones_own_give_another_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Neighbourhood(SMALL, "relational", seed=1)
    others = [Gossip(), Gossip(by=0.25), QuietWeeks(SMALL, "relational", 1), Quiet(SMALL, "relational", 1)]
    assert len({hood.identity for hood in (usual, *others)}) == 4  # a class that adds nothing is the same run
    assert others[-1].identity == usual.identity
    before = Gossip().identity
    assert before == Gossip().identity
    monkeypatch.setitem(Gossip.step.__globals__, "lowered", lambda trust, by: trust)
    assert Gossip().identity != before


def test_functions_put_in_the_place_of_loops_are_in_the_identity() -> None:
    usual = Neighbourhood(SMALL, seed=1, compiled=False)
    swapped = Neighbourhood(SMALL, seed=1, compiled=False, swaps={"feel_burden": lambda public, private, means, sensitivity: 0.0})
    assert swapped.identity != usual.identity


# --- checkpoints and copies -----------------------------------------------------------------------------------------


def test_own_state_and_mesas_luck_come_back_with_a_checkpoint() -> None:
    straight, stopped = Gossip().run(9), Gossip().run(4)
    saved, heard = stopped.checkpoint(), list(stopped.heard)
    stopped.run(3)
    vars(stopped)["extra"] = 1
    stopped.restore(saved)
    assert stopped.heard == heard
    assert not hasattr(stopped, "extra")
    stopped.run(5)
    assert stopped.heard == straight.heard
    assert_same_future(straight, stopped)
    fresh = Gossip()
    fresh.restore(pickle.loads(pickle.dumps(saved)))
    assert all(isinstance(one, Resident) and one.model is fresh and one.world is fresh.world for one in fresh.met.values())
    assert_same_future(straight, fresh.run(5))
    assert stopped.heard is not fresh.heard


def test_a_data_collector_of_ones_own_goes_back_with_the_weeks() -> None:
    hood = Neighbourhood(SMALL, seed=1)
    hood.datacollector = DataCollector(model_reporters={"week": lambda model: model.week})
    hood.run(2).datacollector.collect(hood)
    saved = hood.checkpoint()
    hood.run(2).datacollector.collect(hood)
    hood.restore(saved)
    assert hood.datacollector.model_vars == {"week": [2]}


def test_own_state_that_cannot_be_kept_or_is_missing_is_said() -> None:
    hood = Gossip()
    hood.met["lock"] = threading.Lock()
    with pytest.raises(BadInput, match="checkpoint of Gossip: met; allowed: own state that can be copied"):
        hood.checkpoint()
    with pytest.raises(BadInput, match="restore: own state = 'by, heard, met'"):
        Gossip().restore(Neighbourhood(SMALL, "relational", seed=1).checkpoint())


COPIES = {"deep": copy.deepcopy, "plain": copy.copy, "pickled": lambda hood: pickle.loads(pickle.dumps(hood))}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("made", [Gossip, lambda: Neighbourhood(SMALL, "leapfrog", seed=2, keep_events=True)], ids=["own", "ours"])
def test_a_copy_has_the_same_future_and_shares_nothing(made, copied) -> None:
    hood = made().run(3)
    twin = copied(hood)
    assert type(twin) is type(hood)
    assert (twin.week, twin.steps, len(twin.world.event_log)) == (3, 3, len(hood.world.event_log))
    assert_same_future(hood, twin)
    before = hood.world.residents.trust.copy()
    twin.run(4)
    assert np.array_equal(hood.world.residents.trust, before)
    assert_same_future(hood.run(4), twin)


def test_a_copy_has_the_outcomes_for_which_part_of_the_run_was_lived_again() -> None:
    hood = Neighbourhood(SMALL, "leapfrog", seed=2).run_with_multiplier(12)
    assert copy.deepcopy(hood).outcomes() == pytest.approx(hood.outcomes(), nan_ok=True, abs=0)
