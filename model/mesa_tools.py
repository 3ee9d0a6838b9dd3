"""What Mesa's own tools (`batch_run`, the plots of `SolaraViz`) read from a neighbourhood."""

from __future__ import annotations

from mesa import DataCollector, Model

from model.measures.weekly import WEEKLY, weekly_values
from model.state.world import World


class Collected(DataCollector):
    """The weekly measures as Mesa keeps them: read from the world's own record, not collected a second time."""

    def __init__(self, world: World) -> None:
        super().__init__(model_reporters=dict.fromkeys(WEEKLY, "measures"))
        first = world.case.burn_in + 1  # Mesa counts the weeks of the burn-in as steps; they are not measured
        self.model_vars = dict(zip(WEEKLY, weekly_values(world.record).T, strict=True))
        self._collection_steps = list(range(first, first + world.weeks_done))

    def collect(self, model: Model) -> None:
        """Do nothing: every week is in the record already."""
