"""The police as an agent, for their work on nuisance in the neighbourhood."""

from __future__ import annotations

from model.state.accounts import POLICE_HOURS
from model.state.experiences import POLICE
from model.week.agents import WorldAgent
from model.week.problems import LIVING, NO_CASE


class Police(WorldAgent):
    """The police, for their work on nuisance: hours, waiting cases, and residents' trust."""

    @property
    def hours(self) -> float:
        """Hours endowed this week."""
        return self.world.accounts.endowed[POLICE_HOURS].item() / 60.0

    @property
    def queue(self) -> int:
        """Number of cases that wait for a visit by the police."""
        problems = self.world.problems
        mine = (problems.state == LIVING) & (problems.case != NO_CASE) & (problems.account == POLICE_HOURS)
        return int(mine.sum())

    @property
    def trust(self) -> float:
        """Mean trust of residents in the police."""
        return float(self.world.residents.trust[:, POLICE].mean())
