"""A street of a few residents whose week is worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from model.state.experiences import (
    CORPORATION,
    EFFECTS,
    MUNICIPALITY,
    tell,
)
from model.week import learning

ROOM = 8  # events there is room for
PEOPLE = 3
PAR = SimpleNamespace(
    talk=0.5, hearsay_weight=0.2, credit=0.3, blame=0.9, spill=0.25, trust_step=0.1, trust_prior=6.0, dampening=0.5, loss_aversion=2.0,
    trust_floor=0.02, trust_fast=0.05, fast_fade=0.2, habituation=0.0, usual_return=0.1, usual_step=0.5, trust_return=0.1,
    evidence_fade=0.25, healing=0.5, grievance_fade=0.2, asked_push=0.5, seen_push=0.25, readiness_fade=0.1, report_step=0.2,
    act_step=0.1,
)  # fmt: skip


class Street:
    """Three residents, in a street whose official works for the corporation (a second street: for the municipality)."""

    def __init__(self, *events: tuple[int, int, int, float, float, float], **changed: float) -> None:
        self.par = [SimpleNamespace(**(vars(PAR) | changed)), None]
        self.count = np.array([0, -99])  # the first cell counts
        self.what, self.size = np.full((ROOM, 4), -7, np.int64), np.full((ROOM, 3), -7.0)
        for kind, resident, addressee, value, expected, weight in events:
            tell(self.count, self.what, self.size, kind, resident, addressee, 40 + resident, value, expected, weight)
        self.trust, self.rest, self.usual = (np.full((PEOPLE, 5), value) for value in (0.4, 0.6, 0.5))
        self.recent = np.zeros((PEOPLE, 5))
        self.evidence, self.grievance = np.full((PEOPLE, 5), 2.0), np.full((PEOPLE, 5), 0.2)
        self.tally, self.nudge, self.stirred = np.zeros((PEOPLE, 30)), np.zeros((PEOPLE, 6)), np.zeros(PEOPLE, np.int64)
        self.reporting, self.acting, self.readiness, self.eager = (np.full(PEOPLE, value) for value in (0.5, 0.5, 0.4, 0.2))

    def gather(self, effects: Any = EFFECTS) -> Street:
        learning.gather_experience(
            self.par, effects, self.count, self.what, self.size, self.trust, self.rest, self.recent, self.usual, self.evidence,
            self.grievance, self.tally, self.nudge, self.stirred, np.array([0, 0, 1]), np.array([1, 0]),
            np.array([MUNICIPALITY, CORPORATION]),
        )  # fmt: skip
        return self

    def learn(self, people: int = PEOPLE) -> None:
        learning.learn(
            self.par, np.array([people, 99]), self.trust, self.rest, self.recent, self.usual, self.evidence, self.grievance,
            self.reporting, self.acting, self.readiness, self.eager, self.tally, self.nudge, self.stirred,
        )  # fmt: skip

    def felt(self, resident: int, addressee: int) -> dict[int, float]:
        """What of a resident's tally about an addressee is not 0."""
        return {k: self.tally[resident, 6 * addressee + k] for k in range(6) if self.tally[resident, 6 * addressee + k]}

    def nudged(self, resident: int) -> dict[int, float]:
        return {k: x for k, x in enumerate(self.nudge[resident]) if x}
