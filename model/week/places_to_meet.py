"""Meeting places: schools, clubs and community centres, as agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent

from model.state.streets import CLUB, SCHOOL, VENUES

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood
    from model.week.residents import Resident

FAMILY = 3  # people of a household that has to do with a school (assumption)


class MeetingPlace(Agent):
    """A school, a club or a community centre: where it stands, how many met there, and who knows most people."""

    model: Neighbourhood

    def __init__(self, model: Neighbourhood, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        try:
            return self.model.venues.arrays[name][self.row].item()
        except (KeyError, AttributeError):
            raise AttributeError(f"a meeting place has no {name!r}") from None

    @property
    def title(self) -> str:
        """School, club or community centre."""
        return VENUES[self.kind]

    @property
    def visitors(self) -> np.ndarray:
        """Rows of the residents who come here when they meet somebody away from their street."""
        r = self.model.residents_table
        here = self.model.streets.venue[r.street, self.kind] == self.row
        if self.kind == SCHOOL:
            here &= r.size >= FAMILY
        elif self.kind == CLUB:
            here &= r.energy >= self.model.case.behaviour.energy
        return np.flatnonzero(here)

    @property
    def key_figures(self) -> list[Resident]:
        """The three who come here and know most people, of two who know as many the one who has lived here longest."""
        r, rows = self.model.residents_table, self.visitors
        order = np.lexsort((r.name[rows], r.arrived[rows], -r.degree[rows]))
        return [self.model.residents[int(row)] for row in rows[order[:3]]]
