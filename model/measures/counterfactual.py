"""Counterfactual runs from the same week with common random numbers: one extra initiative, or a shock to trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from model.case.case import Event
from model.engine import chance
from model.outcomes import LEAST_WEEKS, RECOVERED, SHOCK
from model.state.experiences import MUNICIPALITY
from model.state.tallies import PEOPLE, STARTED, TRUST_ALL
from model.week.interventions import happen

if TYPE_CHECKING:
    from model.state.world import World


LEAST = 8  # weeks: shorter runs have no counterfactual


def run_with_twins(world: World, weeks: int, run: Callable[[int], object], live: Callable[[int], object] | None = None) -> None:
    """Run; then repeat the last three quarters twice: with one extra initiative, and with bad news for everybody.

    `run`: runs a number of weeks of this world; `live`: the same for the first time, if it has an observer.

    The extra initiative starts in a random street; the multiplier counts the foundings it adds or displaces, without itself.
    """
    live = live or run
    live(weeks // 4)
    before, rest = world.checkpoint(), weeks - weeks // 4
    live(rest)
    after, started, trust = world.checkpoint(), int(world.tally[STARTED]), weekly_trust(world, rest)

    def again(kind: str, value: float, street: int) -> None:
        world.restore(before)
        happen(world, Event.model_validate({"week": world.week, "kind": kind, "value": value, "street": street}))
        run(rest)

    known = len(before["tables"]["initiative"]["name"])
    again("initiative", 0.0, chance.mix(world.seed) % len(world.streets))
    begun = world.initiatives.born[known:] == world.week - rest  # False if no resident of that street could found it
    world.multiplier = float(int(world.tally[STARTED]) - started - 1) if begun.any() else float("nan")
    if weeks >= LEAST_WEEKS:
        again("shock", SHOCK, 0)
        world.shock_depth, world.recovery_weeks = recovery(trust - weekly_trust(world, rest))
    world.restore(after)


def weekly_trust(world: World, weeks: int) -> np.ndarray:
    """Return mean trust in the municipality in each of the last `weeks` weeks, shape (weeks,)."""
    record = world.record[-weeks:]
    return record[:, TRUST_ALL + MUNICIPALITY] / record[:, PEOPLE]


def recovery(gap: np.ndarray) -> tuple[float, float]:
    """Return the greatest gap and the weeks until it falls below `RECOVERED` of it (all weeks if it never does)."""
    worst = int(gap.argmax())
    if gap[worst] <= 0:
        return 0.0, 0.0
    back = np.flatnonzero(gap[worst:] < RECOVERED * gap[worst])
    return float(gap[worst]), float(worst + 1 + back[0]) if len(back) else float(len(gap))
