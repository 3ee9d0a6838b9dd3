"""The neighbourhood: a Mesa model that has a world, lives its week, and can be stopped, copied and replayed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mesa import Model

from model import regimes
from model.case.case import Case, load
from model.engine import modules as engine
from model.errors import BadInput
from model.identity import run_identity
from model.measures.by_place import by_group, by_neighbourhood, by_street
from model.measures.counterfactual import LEAST, run_with_twins
from model.measures.frames import ledger, measures_frame
from model.measures.weekly import run_values, weekly_values
from model.mesa_tools import Collected
from model.profile import timing
from model.schedule import Schedule
from model.state.world import World
from model.story.teller import tell_story
from model.week.cases import Institution
from model.week.council import Council
from model.week.entrepreneurs import Broker, Entrepreneurs
from model.week.officials import SystemOfficial, WardOfficial
from model.week.places_to_meet import MeetingPlace
from model.week.police import Police
from model.week.residents import Resident, Residents

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from mesa import Agent, DataCollector
    from mesa.agentset import AbstractAgentSet
    from mesa.experimental.scenarios import Scenario  # noqa: F401 - named in a string below

    from model.regimes import Practices
    from model.state.kept import Checkpoint


class Neighbourhood(Model["Agent[Neighbourhood]", "Scenario"]):
    """One neighbourhood under one set of practices, with one draw of luck.

    `case`: a `Case`, or the name or path of one. `regime`: a name, a blend, or `Practices`. `seed`: 0 to 2**63 - 1;
    two neighbourhoods with one seed have the same people and the same luck; None draws one (Mesa's tools may ask so, and may
    call it `rng`). `rules`: a file or dict of rules that replace ours. `compiled=False` runs the same source as plain Python,
    slowly. Raises BadInput. Its tables, and what is in force, are in `world`.
    """

    def __init__(
        self,
        case: Case | str | Path = "default",
        regime: str | Practices = "top_down",
        seed: int | None = 1,
        rules: str | Path | engine.Rules | None = None,
        *,
        compiled: bool = True,
        swaps: dict[str, Callable[..., object]] | None = None,
        keep_events: bool = False,
        rng: int | None = None,
    ) -> None:
        seed = rng if rng is not None else seed
        seed = secrets.randbits(63) if seed is None else seed
        if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
            raise BadInput("Neighbourhood", "seed", seed, "a whole number from 0 to 2**63 - 1")
        super().__init__(rng=int(seed))
        self.case = load(case) if isinstance(case, (str, Path)) else case
        self.seed = int(seed)
        world = self.world = World(
            self.case, _practices(regime), self.seed, engine.load_rules(rules), compiled=compiled, swaps=swaps, keep_events=keep_events
        )
        self._collector: DataCollector | None = None
        self._kept_residents: list[Resident] = []
        self.agent_id_counter = self.case.residents + 1  # residents have the first numbers
        posts = range(len(world.officials))
        self.ward_officials = [WardOfficial(self, world, post) for post in posts]
        self.colleagues = [SystemOfficial(self, world, post) for post in posts]
        self.institutions = [Institution(self, world, row) for row in range(len(world.departments))]
        self.entrepreneurs = Entrepreneurs(self, world)
        self.broker: Broker | None = None
        self._bring_in_broker()
        self.council = Council(self, world)
        self.police = Police(self, world)
        self.meeting_places = [MeetingPlace(self, world, row) for row in range(len(world.venues))]
        self.schedule = Schedule(world, self.ward_officials, self.institutions, self.council)
        self.schedule.settle_in()

    def _bring_in_broker(self) -> None:
        if self.world.conditions.broker > 0 and self.broker is None:
            self.broker = Broker(self, self.world)

    def step(self) -> None:
        """Live one week; `Schedule.phases` lists what happens in it, in the order of the design."""
        self.schedule.live_week()
        self._bring_in_broker()

    # --- running, stopping, turning back --------------------------------------------------------------------------

    def burn_in(self) -> None:
        """Live the weeks of the burn-in, under the shared baseline."""
        while self.week < 0:
            self.step()

    def run(self, weeks: int) -> Neighbourhood:
        """Live so many weeks (after the burn-in, if that is still to come)."""
        if weeks < 0:
            raise BadInput("run", "weeks", weeks, "0 or more")
        self.burn_in()
        for _ in range(weeks):
            self.step()
        return self

    def profile(self, weeks: int = 52) -> pl.DataFrame:
        """Live so many weeks as `run` does, and return the time of each step of the week and of the loops in it, as a table."""
        if weeks < 1:
            raise BadInput("profile", "weeks", weeks, "1 or more")
        self.burn_in()
        with timing(self.world, self.schedule) as times:
            self.run(weeks)
        return times.table()

    def run_with_multiplier(self, weeks: int) -> Neighbourhood:
        """Run, and find the snowball multiplier and the recovery from a shock, for which part of the run is lived again."""
        if weeks < LEAST:
            return self.run(weeks)
        run_with_twins(self.world, weeks, self.run)
        return self

    def set_regime(self, regime: str | Practices) -> None:
        """Choose the practices for the run: at once, or after the burn-in."""
        world = self.world
        world.chosen = _practices(regime)
        if self.week > 0:
            world.changes.append((self.week, world.chosen.model_dump()))
        if self.week > 0 or not self.case.burn_in:
            world.set_practices(world.chosen)

    def intervene(
        self,
        week: int,
        kind: str,
        name: str = "",
        value: float = 0.0,
        street: int = 0,
        weeks: int = 0,
        text: dict[str, str] | str | None = None,
    ) -> None:
        """Plan something for a week still to come; what can be planned stands in model/case/event.py."""
        if week <= self.week:
            raise BadInput("intervene", "week", week, f"later than the present week {self.week}")
        event = {"week": week, "kind": kind, "name": name, "value": value, "street": street, "weeks": weeks, "text": text or {}}
        checked = self.case.replaced(events=[*(e.model_dump() for e in self.world.planned), event])
        self.world.planned = list(checked.events)

    def checkpoint(self) -> Checkpoint:
        """Return everything that the future depends on, as plain arrays and numbers."""
        return self.world.checkpoint()

    def restore(self, saved: Checkpoint) -> None:
        """Go back to a checkpoint of a neighbourhood with the same case, seed and rules."""
        self.world.restore(saved)
        self._bring_in_broker()

    def replay(self, log: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
        """Let residents learn from the events of another run, week by week, whatever the practices here.

        People come and go as luck has it, which is the same for both. Nothing else of the week is lived.
        """
        self.burn_in()
        for week, what, size in log:
            self.schedule.replay_week(week, what, size)

    # --- what can be looked at --------------------------------------------------------------------------------------

    @property
    def week(self) -> int:
        """The present week: 0 and less in the burn-in."""
        return self.world.week

    @property
    def weeks_done(self) -> int:
        """Weeks lived since the burn-in."""
        return self.world.weeks_done

    @property
    def practices(self) -> Practices:
        """The practices in force this week."""
        return self.world.practices

    @property
    def endowment(self) -> dict[str, float]:
        """Hours and euros a year, of all organisations together: the same under every regime."""
        minutes, cents = float(self.world.minutes_a_week.sum()), float(self.world.cents_a_week.sum())
        return {"hours_per_year": minutes * 52 / 60, "euros_per_year": cents * 52 / 100}

    @property
    def agents(self) -> Residents[Agent[Neighbourhood]]:  # type: ignore[override]
        """All agents: residents, made on demand, and the officials and institutions that Mesa holds."""
        return Residents(self, self.world, self._kept_residents, self._all_agents)

    @property
    def agents_by_type(self) -> dict[type[Agent[Neighbourhood]], AbstractAgentSet[Resident] | AbstractAgentSet[Agent[Neighbourhood]]]:  # type: ignore[override]
        """Agents by type, residents among them."""
        return {Resident: self.residents, **self._agents_by_type}

    @property
    def agent_types(self) -> list[type]:
        """The types of agents."""
        return list(self.agents_by_type)

    @property
    def residents(self) -> Residents[Resident]:
        """All residents, as a lazy Mesa AgentSet."""
        return Residents(self, self.world, self._kept_residents)

    @property
    def series(self) -> np.ndarray:
        """Weekly outcomes, one row a week since the start of the run, one column for each name in `measures.WEEKLY`."""
        return weekly_values(self.world.record)

    @property
    def measures(self) -> pl.DataFrame:
        """Weekly outcomes: `week`, and a column for each name in `measures.WEEKLY`."""
        return measures_frame(self.world)

    @property
    def datacollector(self) -> DataCollector:
        """The weekly measures, for Mesa's own tools; a DataCollector of your own may take its place."""
        return Collected(self.world) if self._collector is None else self._collector

    @datacollector.setter
    def datacollector(self, collector: DataCollector) -> None:
        self._collector = collector

    def outcomes(self) -> dict[str, float]:
        """Every outcome as one number for the run."""
        return run_values(self.world)

    @property
    def ledger(self) -> pl.DataFrame:
        """Hours by activity and euros by pot since the start: endowed, spent, lapsed, left."""
        return ledger(self.world)

    @property
    def by_neighbourhood(self) -> pl.DataFrame:
        """Each neighbourhood as it stands, with what was done there since the start: one row each; one row where there is one."""
        return by_neighbourhood(self.world)

    @property
    def by_street(self) -> pl.DataFrame:
        """The same for each street."""
        return by_street(self.world)

    @property
    def by_group(self) -> pl.DataFrame:
        """Each group of residents (A, B, C) as it stands, with what came from and to it since the start: one row each."""
        return by_group(self.world)

    @property
    def identity(self) -> str:
        """A hash of everything that determines this run up to the present week."""
        return run_identity(self.world)

    @property
    def story(self) -> list[str]:
        """What happened, dated, in plain words."""
        return tell_story(self.world)


def _practices(regime: str | Practices) -> Practices:
    return regimes.resolve(regime) if isinstance(regime, str) else regime
