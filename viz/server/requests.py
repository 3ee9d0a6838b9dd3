"""What a tab wants: a run, of which it was sent so much, or pairs of runs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np

from model.case.case import Case
from viz.recording.recorder import Side, stretches
from viz.server import wire


class RequestedView:
    """What a tab wants to see: the sides of a run, how far each was sent, and what is asked of the workers."""

    def __init__(self, run: int, state: wire.State, sides: list[Side]) -> None:
        self.run, self.state, self.sides, self.weeks = run, state, sides, state.weeks
        self.spans = stretches(state.weeks)
        self.names = [side.names(state.weeks) for side in sides]
        self.sent = [0] * len(sides)  # stretches of each side that the page has
        self.asked: set[int] = set()  # sides of which a stretch is asked for; -1: the header
        self.begun = False

    def had(self, names: Sequence[Sequence[str]]) -> None:
        """Take note of what the page has already: the names of stretches by side, from the first on."""
        for n, (mine, theirs) in enumerate(zip(self.names, names, strict=False)):
            alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(mine, theirs, strict=False))
            self.sent[n] = sum(1 for _ in alike)

    def continues(self, other: RequestedView) -> bool:
        """Whether a page that shows this can keep what the other has in common with it."""
        alike = self.sides[0].start == other.sides[0].start and self.state.scenario == other.state.scenario
        return self.begun and alike and self.weeks == other.weeks and len(self.sides) == len(other.sides)

    def open(self) -> list[int]:
        """Return what can be asked for: the header (-1), or else sides whose next stretch is not there, least far first."""
        if not self.begun:
            return [] if -1 in self.asked else [-1]
        lacking = [n for n, count in enumerate(self.sent) if count < len(self.spans) and n not in self.asked]
        return sorted(lacking, key=lambda n: self.sent[n])


class RequestedPairs:
    """Pairs that a tab wants, and those that are there."""

    def __init__(self, run: int, weeks: int, of: int, case: Case) -> None:
        self.run, self.weeks, self.of, self.case = run, weeks, of, case
        self.found: list[np.ndarray] = []
        self.waiting: list[Future[np.ndarray]] = []
        self.failed = 0
