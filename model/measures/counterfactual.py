"""A run lived again from the same week with one thing changed: an initiative more, or a shock. People and luck are the same."""

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
    from model.neighbourhood import Neighbourhood


LEAST = 8  # weeks: in a shorter run there is nothing to live again


def run_with_twins(model: Neighbourhood, weeks: int, live: Callable[[int], object] | None = None) -> None:
    """Run; then live the weeks after the first quarter again, once with an initiative more and once with bad news for everybody.

    `live`: what runs it the first time, if somebody looks on while it does.

    The initiative is put into a keyed street; counted are the foundings that it adds or displaces (its own not).
    """
    live = live or model.run
    live(weeks // 4)
    before, rest = model.checkpoint(), weeks - weeks // 4
    live(rest)
    after, started, trust = model.checkpoint(), int(model.tally[STARTED]), weekly_trust(model, rest)

    def again(kind: str, value: float, street: int) -> None:
        model.restore(before)
        happen(model, Event(week=model.week, kind=kind, name="", value=value, street=street, weeks=0))
        model.run(rest)

    known = len(before["tables"]["initiative"]["name"])
    again("initiative", 0.0, chance.mix(model.seed) % len(model.streets))
    begun = model.initiatives.born[known:] == model.week - rest  # nobody in that street may have had room for it
    model.multiplier = float(int(model.tally[STARTED]) - started - 1) if begun.any() else float("nan")
    if weeks >= LEAST_WEEKS:
        again("shock", SHOCK, 0)
        model.shock_depth, model.recovery_weeks = recovery(trust - weekly_trust(model, rest))
    model.restore(after)


def weekly_trust(model: Neighbourhood, weeks: int) -> np.ndarray:
    """Return mean trust in the municipality in each of the last weeks."""
    record = model.record[-weeks:]
    return record[:, TRUST_ALL + MUNICIPALITY] / record[:, PEOPLE]


def recovery(gap: np.ndarray) -> tuple[float, float]:
    """Return the greatest gap and the weeks until it has shrunk enough (all weeks when it never does)."""
    worst = int(gap.argmax())
    if gap[worst] <= 0:
        return 0.0, 0.0
    back = np.flatnonzero(gap[worst:] < RECOVERED * gap[worst])
    return float(gap[worst]), float(worst + 1 + back[0]) if len(back) else float(len(gap))
