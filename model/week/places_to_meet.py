"""Meeting places: schools, clubs and community centres, as agents."""

from __future__ import annotations

import numpy as np

from model.state.streets import CLUB, FAMILY, SCHOOL, VENUES
from model.week.agents import RowAgent
from model.week.residents import Resident


class MeetingPlace(RowAgent):
    """A school, a club or a community centre: where it stands, how many met there, and who knows most people."""

    table, called = "venue", "a meeting place"
    kind: int

    @property
    def title(self) -> str:
        """School, club or community centre."""
        return VENUES[self.kind]

    @property
    def visitors(self) -> np.ndarray:
        """Rows of the residents who come here when they meet somebody away from their street."""
        r = self.world.residents
        here = self.world.streets.venue[r.street, self.kind] == self.row
        if self.kind == SCHOOL:
            here &= r.size >= FAMILY
        elif self.kind == CLUB:
            here &= r.energy >= self.world.case.behaviour.energy
        return np.flatnonzero(here)

    @property
    def key_figures(self) -> list[Resident]:
        """The three who come here and know most people, of two who know as many the one who has lived here longest."""
        r, rows = self.world.residents, self.visitors
        order = np.lexsort((r.name[rows], r.arrived[rows], -r.degree[rows]))
        return [Resident(self.model, self.world, int(row)) for row in rows[order[:3]]]
