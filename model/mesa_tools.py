"""What Mesa's own tools (`batch_run`, the plots of `SolaraViz`) read from a neighbourhood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import DataCollector

from model.measures.weekly import WEEKLY

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood


class Collected(DataCollector):
    """The weekly measures as Mesa keeps them: read from the neighbourhood's own record, not collected a second time."""

    def __init__(self, model: Neighbourhood) -> None:
        super().__init__(model_reporters=dict.fromkeys(WEEKLY, "measures"))
        first = model.case.burn_in + 1  # Mesa counts the weeks of the burn-in as steps; they are not measured
        self.model_vars = dict(zip(WEEKLY, model.series.T, strict=True))
        self._collection_steps = list(range(first, first + model.weeks_done))

    def collect(self, model: Neighbourhood) -> None:
        """Do nothing: every week is in the record already."""
