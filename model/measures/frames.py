"""What can be looked at in a neighbourhood: agents, measures, outcomes, ledger, tables by place and group, story. Changes nothing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from model.engine import modules as engine
from model.measures.weekly import WEEKLY, run_values, weekly_values
from model.state.world import World
from model.week.officials import ACCOUNTS, MUNICIPAL
from model.week.residents import Resident, Residents

if TYPE_CHECKING:
    import polars as pl
    from mesa import DataCollector

    from model.neighbourhood import Neighbourhood


class Views(World):
    """A world that can be looked at; `Neighbourhood` adds the week that it lives."""

    _collector: DataCollector | None

    @property
    def _whole(self) -> Neighbourhood:
        return cast("Neighbourhood", self)

    @property
    def agents(self) -> Any:  # type: ignore[override]
        """All agents: residents, made on demand, and the officials and institutions that Mesa holds."""
        return Residents(self._whole, self._all_agents)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Agents by type, residents among them."""
        return {Resident: self.residents, **self._agents_by_type}

    @property
    def agent_types(self) -> list[type]:
        """The types of agents."""
        return list(self.agents_by_type)

    @property
    def residents(self) -> Residents:
        """All residents, as a lazy Mesa AgentSet."""
        return Residents(self._whole)

    @property
    def record(self) -> np.ndarray:
        """What each week since the start of the run added up to, and the tallies at its end (`measures.measure`)."""
        return self._record[: self.weeks_done]

    @property
    def series(self) -> np.ndarray:
        """Weekly outcomes, one row a week since the start of the run, one column for each name in `measures.WEEKLY`."""
        return weekly_values(self.record)

    @property
    def measures(self) -> pl.DataFrame:
        """Weekly outcomes: `week`, and a column for each name in `measures.WEEKLY`."""
        import polars as pl

        frame = pl.DataFrame(self.series, schema=list(WEEKLY), orient="row")
        return frame.insert_column(0, pl.Series("week", np.arange(1, self.weeks_done + 1)))

    @property
    def datacollector(self) -> DataCollector:
        """The weekly measures, for Mesa's own tools; a DataCollector of your own may take its place."""
        from model.mesa_tools import Collected

        return Collected(self._whole) if self._collector is None else self._collector

    @datacollector.setter
    def datacollector(self, collector: DataCollector) -> None:
        self._collector = collector

    def outcomes(self) -> dict[str, float]:
        """Every outcome as one number for the run."""
        return run_values(self._whole)

    @property
    def ledger(self) -> pl.DataFrame:
        """Hours by activity and euros by pot since the start: endowed, spent, lapsed, left."""
        import polars as pl

        from model.week.cases import POTS

        a, p = self.accounts, self.purses
        who = ["municipality"] * MUNICIPAL + ["housing corporation", "police"]
        hours = {"organisation": who, "activity": list(ACCOUNTS), "unit": ["hours"] * len(ACCOUNTS)}
        for name in ("endowed", "spent", "lapsed"):
            hours[name] = list(getattr(a, f"{name}_ever") / 60.0)
        hours["left"] = list(a.left / 60.0)
        euros = {
            "organisation": ["municipality", "municipality", "housing corporation", "entrepreneurs"],
            "activity": [f"{pot} pot" for pot in POTS],
            "unit": ["euro"] * 4,
        }
        for name in ("endowed", "spent", "lapsed"):
            euros[name] = list(getattr(p, f"{name}_ever") / 100.0)
        euros["left"] = list(p.left / 100.0)
        return pl.concat([pl.DataFrame(hours), pl.DataFrame(euros)])

    @property
    def by_neighbourhood(self) -> pl.DataFrame:
        """Each neighbourhood as it stands, with what was done there since the start: one row each; one row where there is one."""
        from model.measures.by_place import by_neighbourhood

        return by_neighbourhood(self._whole)

    @property
    def by_street(self) -> pl.DataFrame:
        """The same for each street."""
        from model.measures.by_place import by_street

        return by_street(self._whole)

    @property
    def by_group(self) -> pl.DataFrame:
        """Each group of residents (A, B, C) as it stands, with what came from and to it since the start: one row each."""
        from model.measures.by_place import by_group

        return by_group(self._whole)

    @property
    def identity(self) -> str:
        """A hash of everything that determines this run up to the present week."""
        facts = {
            "case": self.case.model_dump(mode="json", exclude={"title", "text", "notes", "events"}),
            "practices": self.chosen.model_dump(), "seed": self.seed, "week": self.week,
            "planned": [e.model_dump(exclude={"text"}) for e in sorted(self.planned, key=lambda e: e.week)], "changes": self.changes,
            "code": engine.code_hash(), "rules": engine.rules_hash(self.rules),
        }  # fmt: skip
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]

    @property
    def story(self) -> list[str]:
        """What happened, dated, in plain words."""
        from model.story.teller import tell_story

        return tell_story(self._whole)
