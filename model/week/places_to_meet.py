"""Meeting places: schools, clubs and community centres, as agents."""

from __future__ import annotations

import numpy as np

from model.state.streets import CLUB, FAMILY, SCHOOL, VENUES
from model.week.agents import RowAgent
from model.week.residents import Resident


class MeetingPlace(RowAgent):
    """A school, a club or a community centre: its place, visitors and key figures."""

    table, called = "venue", "a meeting place"
    kind: int

    @property
    def title(self) -> str:
        """School, club or community centre."""
        return VENUES[self.kind]

    @property
    def visitors(self) -> np.ndarray:
        """Rows of the residents who meet others here."""
        r = self.world.residents
        here = self.world.streets.venue[r.street, self.kind] == self.row
        if self.kind == SCHOOL:
            here &= r.size >= FAMILY
        elif self.kind == CLUB:
            here &= r.energy >= self.world.case.behaviour.energy
        return np.flatnonzero(here)

    @property
    def key_figures(self) -> list[Resident]:
        """The three visitors with most ties; if equal, those who have lived here longest."""
        r, rows = self.world.residents, self.visitors
        order = np.lexsort((r.name[rows], r.arrived[rows], -r.degree[rows]))
        return [Resident(self.model, self.world, int(row)) for row in rows[order[:3]]]
