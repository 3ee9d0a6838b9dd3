"""Others who matter to initiatives: entrepreneurs, who have something to exchange, and a broker outside government."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from model.state.accounts import ENTREPRENEUR_POT
from model.state.tallies import EXCHANGES

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood


class Entrepreneurs(Agent):
    """The entrepreneurs of the neighbourhood together: what they have to give, gave, and how many exchanges came of it."""

    model: Neighbourhood

    @property
    def left(self) -> float:
        """Euros that they still have to exchange."""
        return float(self.model.purses.left[ENTREPRENEUR_POT]) / 100.0

    @property
    def given(self) -> float:
        """Euros that they gave since the start."""
        return float(self.model.purses.spent_ever[ENTREPRENEUR_POT]) / 100.0

    @property
    def exchanges(self) -> int:
        """Exchanges with initiatives since the start."""
        return int(self.model.tally[EXCHANGES])


class Broker(Agent):
    """Somebody outside government who runs part of the desk: whom residents trust as they trust their neighbours."""

    model: Neighbourhood

    @property
    def share(self) -> float:
        """Share of the desk's work that the broker does."""
        return self.model.conditions.broker

    @property
    def guided(self) -> int:
        """Initiatives that the broker has shown the way."""
        return int((self.model.initiatives.guided == 2).sum())
