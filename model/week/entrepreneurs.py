"""Entrepreneurs, who exchange with initiatives, and a broker outside government."""

from __future__ import annotations

from model.state.accounts import ENTREPRENEUR_POT
from model.state.tallies import EXCHANGES
from model.week.agents import WorldAgent


class Entrepreneurs(WorldAgent):
    """All entrepreneurs of the neighbourhood together: their budget, gifts and exchanges."""

    @property
    def left(self) -> float:
        """Euros left to exchange."""
        return float(self.world.purses.left[ENTREPRENEUR_POT]) / 100.0

    @property
    def given(self) -> float:
        """Euros given since the start."""
        return float(self.world.purses.spent_ever[ENTREPRENEUR_POT]) / 100.0

    @property
    def exchanges(self) -> int:
        """Exchanges with initiatives since the start."""
        return int(self.world.tally[EXCHANGES])


class Broker(WorldAgent):
    """Somebody outside government who runs part of the support desk; residents trust the broker as a neighbour."""

    @property
    def share(self) -> float:
        """Share of the desk's work that the broker does."""
        return self.world.conditions.broker

    @property
    def guided(self) -> int:
        """Initiatives guided by the broker."""
        return int((self.world.initiatives.guided == 2).sum())
