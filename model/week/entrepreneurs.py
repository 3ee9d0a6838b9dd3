"""Others who matter to initiatives: entrepreneurs, who have something to exchange, and a broker outside government."""

from __future__ import annotations

from model.state.accounts import ENTREPRENEUR_POT
from model.state.tallies import EXCHANGES
from model.week.agents import WorldAgent


class Entrepreneurs(WorldAgent):
    """The entrepreneurs of the neighbourhood together: what they have to give, gave, and how many exchanges came of it."""

    @property
    def left(self) -> float:
        """Euros that they still have to exchange."""
        return float(self.world.purses.left[ENTREPRENEUR_POT]) / 100.0

    @property
    def given(self) -> float:
        """Euros that they gave since the start."""
        return float(self.world.purses.spent_ever[ENTREPRENEUR_POT]) / 100.0

    @property
    def exchanges(self) -> int:
        """Exchanges with initiatives since the start."""
        return int(self.world.tally[EXCHANGES])


class Broker(WorldAgent):
    """Somebody outside government who runs part of the desk: whom residents trust as they trust their neighbours."""

    @property
    def share(self) -> float:
        """Share of the desk's work that the broker does."""
        return self.world.conditions.broker

    @property
    def guided(self) -> int:
        """Initiatives that the broker has shown the way."""
        return int((self.world.initiatives.guided == 2).sum())
