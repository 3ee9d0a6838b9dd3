"""The neighbourhood: a Mesa model that holds a world and can be run week by week, saved, restored and replayed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from mesa import Model

from model import burnt_in, regimes
from model.bounds import check_bounds, failed, watch
from model.case.at_start import checked_at_start
from model.case.case import Case, load
from model.engine import modules as engine
from model.errors import BadInput
from model.identity import run_identity
from model.measures.by_place import by_group, by_neighbourhood, by_people, by_street
from model.measures.counterfactual import LEAST, run_with_twins
from model.measures.frames import ledger, measures_frame
from model.measures.weekly import run_values, weekly_values
from model.mesa_tools import UNSAID, Collected, SignatureWithoutSeed
from model.own_classes import own_identity, own_state, put_back
from model.profile import timing
from model.rule_check import checked as checked_rules
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
    from collections.abc import Callable, Mapping

    import polars as pl
    from mesa import Agent, DataCollector
    from mesa.agentset import AbstractAgentSet
    from mesa.experimental.scenarios import Scenario  # noqa: F401 - named in a string below

    from model.regimes import Practices
    from model.state.kept import Checkpoint


class Neighbourhood(Model["Agent[Neighbourhood]", "Scenario"]):
    """One replication: a case under one set of practices with one random seed.

    `case`: a `Case`, or the name or path of one. `regime`: a name, a blend, or `Practices`. `seed`: 0 to 2**63 - 1; equal
    seeds give the same residents and common random numbers; None draws one (Mesa's tools may pass None, or name it `rng`).
    `rules`: a file or dict of rules that replace the built-in ones. `compiled=False` runs the same source as plain Python,
    slowly. `checked=True` looks after each loop at all that it may have written. Raises BadInput. `world` holds the tables,
    the practices in force and the conditions.
    """

    __signature__ = SignatureWithoutSeed()

    def __init__(
        self,
        case: Case | str | Path = "default",
        regime: str | Practices = "top_down",
        seed: int | None = UNSAID,
        rules: str | Path | engine.Rules | None = None,
        *,
        compiled: bool = True,
        swaps: dict[str, Callable[..., float]] | None = None,
        keep_events: bool = False,
        rng: int | None = UNSAID,
        checked: bool = False,
    ) -> None:
        if seed is not UNSAID and rng is not UNSAID and rng is not None and rng != seed:
            raise BadInput("Neighbourhood", "seed", seed, f"either seed or rng, which is {rng}")
        given_before = set(vars(self))  # by a class of one's own
        seed = rng if rng is not UNSAID and (seed is UNSAID or rng is not None) else seed
        seed = secrets.randbits(63) if seed is None else seed
        if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
            raise BadInput("Neighbourhood", "seed", seed, "a whole number from 0 to 2**63 - 1")
        super().__init__(rng=int(seed))
        case = load(case) if isinstance(case, (str, Path)) else case
        world = self.world = World(
            case, _practices(regime), int(seed), checked_rules(rules, compiled), compiled=compiled, swaps=swaps, keep_events=keep_events
        )
        self._made_with = {"case": case, "seed": int(seed), "rules": rules, "compiled": compiled}
        self._made_with |= {"swaps": swaps, "keep_events": keep_events, "checked": checked}
        self._bounds_hold_in: int | None = None  # the week in which that was last looked at
        if checked:
            watch(world)
        self._collector: DataCollector | None = None
        self._kept_residents: list[Resident] = []
        self.agent_id_counter = case.residents + 1  # residents have the first numbers
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
        self._usual_names = frozenset({*vars(self), "_usual_names"} - given_before)

    @property
    def _own_names(self) -> set[str]:
        """Names of what a class or a script of one's own keeps here, a data collector among it."""
        return {name for name in vars(self) if name not in self._usual_names} | ({"_collector"} if self._collector is not None else set())

    def _bring_in_broker(self) -> None:
        if self.world.conditions.broker > 0 and self.broker is None:
            self.broker = Broker(self, self.world)

    def step(self) -> None:
        """Run one week; `Schedule.phases` lists its phases in order."""
        try:
            self.schedule.live_week()
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, BadInput) or not self.world.rules:
                raise
            raise failed(self.world, error) from error
        self._bring_in_broker()

    def check_bounds(self) -> None:
        """Raise OutOfRange, a BadInput, when a value of any column lies outside its declared range, or is no number.

        Done at the end of `run` and before outcomes are read; with `checked=True` after every loop too, which names it.
        """
        if self._bounds_hold_in != self.week:
            check_bounds(self.world)
            self._bounds_hold_in = self.week

    # --- running, saving, restoring -------------------------------------------------------------------------------

    def burn_in(self, kept: bool = True) -> None:
        """Run the weeks of the burn-in under the shared baseline practices, or fetch their end from the user's cache.

        kept: False to live them in any case, for who measures their time.
        """
        if kept and self._is_plain_start():
            burnt_in.fetch_or_live(self, self._live_burn_in)
        else:
            self._live_burn_in()

    def _live_burn_in(self) -> None:
        while self.week < 0:
            self.step()

    def _is_plain_start(self) -> bool:
        """Return whether nothing but case, seed and rules determines the burn-in that is to begin: nothing of one's own."""
        apart = any(self._made_with[name] for name in ("swaps", "keep_events", "checked")) or not self._made_with["compiled"]
        mine = type(self) is Neighbourhood and not self._own_names and "loops" not in vars(self)
        return mine and not apart and self.week == -self.case.burn_in

    def run(self, weeks: int) -> Self:
        """Run the burn-in if it is not done yet, then `weeks` weeks (0 or more); return the neighbourhood."""
        if weeks < 0:
            raise BadInput("run", "weeks", weeks, "0 or more")
        self.burn_in()
        for _ in range(weeks):
            self.step()
        self._bounds_hold_in = None
        self.check_bounds()
        return self

    def profile(self, weeks: int = 52) -> pl.DataFrame:
        """Run `weeks` weeks (1 or more) as `run` does, and return a table of the time spent in each phase and loop."""
        if weeks < 1:
            raise BadInput("profile", "weeks", weeks, "1 or more")
        self.burn_in()
        with timing(self.world, self.schedule) as times:
            self.run(weeks)
        return times.table()

    def run_with_multiplier(self, weeks: int) -> Self:
        """Run, and measure the snowball multiplier and the recovery from a shock by repeating part of the run."""
        if weeks < LEAST:
            return self.run(weeks)
        run_with_twins(self.world, weeks, self.run)
        return self

    def set_regime(self, regime: str | Practices, at_start: Mapping[str, float] | None = None) -> None:
        """Set the practices of the run, from now on or from the end of the burn-in.

        at_start: conditions that begin with the run, such as no hours at all; only until its first week. Raises BadInput.
        """
        world = self.world
        world.chosen = _practices(regime)
        if at_start:
            if self.week > 0:
                raise BadInput("set_regime", "at_start", None, f"allowed: before week 1, when the run begins; this is week {self.week}")
            world.at_start = checked_at_start(at_start)
            if not self.case.burn_in:
                world.set_conditions(world.conditions_in_force())
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
        called: dict[str, str] | str | None = None,
        who: str = "",
        minutes: int = 0,
        needs: dict[str, object] | None = None,
    ) -> None:
        """Plan an event for a future week; model/case/event.py lists the kinds and the rest. Raises BadInput."""
        if week <= self.week:
            raise BadInput("intervene", "week", week, f"later than the present week {self.week}")
        event = {"week": week, "kind": kind, "name": name, "value": value, "street": street, "weeks": weeks, "text": text or {}}
        event |= {"called": called or {}, "who": who, "minutes": minutes, "needs": needs or {}}
        checked = self.case.replaced(events=[*(e.model_dump() for e in self.world.planned), event])
        self.world.planned = list(checked.events)

    def checkpoint(self) -> Checkpoint:
        """Return the full state that the future depends on, as plain arrays and numbers; own state beside it, under `own`."""
        saved = self.world.checkpoint()
        if type(self) is not Neighbourhood or self._own_names:
            saved["own"] = own_state(self, self._own_names)
        return saved

    def restore(self, saved: Checkpoint) -> None:
        """Return to a checkpoint taken with the same case, seed and rules."""
        if self._own_names and "own" not in saved:
            raise BadInput("restore", "own state", ", ".join(sorted(self._own_names)), "a checkpoint that has it, of the same class")
        self.world.restore(saved)
        self._bounds_hold_in = None
        self._bring_in_broker()
        if "own" in saved:
            put_back(self, self._own_names, saved["own"])

    def __copy__(self) -> Self:
        """Return a neighbourhood as this one, with the same future, that shares nothing with it."""
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same."""
        twin = memo[id(self)] = _made_again(*self.__reduce__()[1])
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what a copy is made of, also in another process."""
        world = self.world
        found = {name: getattr(world, name) for name in ("multiplier", "shock_depth", "recovery_weeks")}
        return _made_again, (type(self), self._made_with, self.checkpoint(), found | {"event_log": list(world.event_log)})

    def replay(self, log: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
        """Let residents learn from another run's events, week by week, whatever the practices here.

        Households move as in that run (same seed). No other phase of the week runs. `log`: (week, what, size) per week.
        """
        self.burn_in()
        for week, what, size in log:
            self.schedule.replay_week(week, what, size)

    # --- properties -------------------------------------------------------------------------------------------------

    @property
    def week(self) -> int:
        """The present week; 0 or negative during the burn-in."""
        return self.world.week

    @property
    def steps(self) -> int:  # type: ignore[override]
        """The present week, as Mesa's tools count: to them the burn-in comes before the first step."""
        return self.world.week if "world" in vars(self) else 0

    @steps.setter
    def steps(self, count: int) -> None:  # type: ignore[override]
        if count != (self.week + 1 if "world" in vars(self) else 0):  # as Mesa counts
            raise AttributeError(f"steps = {count}; weeks are lived, by step() and run()")

    @property
    def case(self) -> Case:
        """The case that it was made with."""
        return self.world.case

    @property
    def seed(self) -> int:
        """The seed that it was made with, or drew."""
        return self.world.seed

    @property
    def rules(self) -> engine.Rules:
        """The rules of one's own that it was made with."""
        return self.world.rules

    @property
    def compiled(self) -> bool:
        """Whether its loops are compiled."""
        return self.world.compiled

    @property
    def regime(self) -> Practices:
        """The practices chosen for the run; setting them is `set_regime`."""
        return self.world.chosen

    @regime.setter
    def regime(self, regime: str | Practices) -> None:
        self.set_regime(regime)

    @property
    def weeks_done(self) -> int:
        """Weeks run since the burn-in."""
        return self.world.weeks_done

    @property
    def practices(self) -> Practices:
        """The practices in force this week."""
        return self.world.practices

    @property
    def endowment(self) -> dict[str, float]:
        """Hours and euros a year of all organisations together; equal under every regime."""
        minutes, cents = float(self.world.minutes_a_week.sum()), float(self.world.cents_a_week.sum())
        return {"hours_per_year": minutes * 52 / 60, "euros_per_year": cents * 52 / 100}

    @property
    def agents(self) -> Residents[Agent[Neighbourhood]]:  # type: ignore[override]
        """All agents: residents, created on demand, and the officials and institutions that Mesa stores."""
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
        """The weekly measures as a Mesa DataCollector; can be replaced by your own."""
        self.check_bounds()
        return Collected(self.world) if self._collector is None else self._collector

    @datacollector.setter
    def datacollector(self, collector: DataCollector) -> None:
        self._collector = collector

    def outcomes(self) -> dict[str, float]:
        """Every outcome as one number for the run, by name."""
        self.check_bounds()
        return run_values(self.world)

    @property
    def ledger(self) -> pl.DataFrame:
        """Hours by account and euros by pot since the start: endowed, spent, lapsed, left."""
        return ledger(self.world)

    @property
    def by_neighbourhood(self) -> pl.DataFrame:
        """One row for each neighbourhood of the case: its present state and its totals since the start."""
        return by_neighbourhood(self.world)

    @property
    def by_street(self) -> pl.DataFrame:
        """One row for each street: its present state and its totals since the start."""
        return by_street(self.world)

    @property
    def by_people(self) -> pl.DataFrame:
        """Outcomes by tenure, means and group of residents: one row for each class."""
        return by_people(self.world)

    @property
    def by_group(self) -> pl.DataFrame:
        """One row for each group of residents (A, B, C): its present state and its totals since the start."""
        return by_group(self.world)

    @property
    def identity(self) -> str:
        """A hash of everything that determines this run up to the present week."""
        return run_identity(self.world, own_identity(self, Neighbourhood, self._own_names - {"_collector"}), self._made_with["swaps"])

    @property
    def story(self) -> list[str]:
        """The main events of the run, as dated sentences."""
        return tell_story(self.world)


def _made_again[Kind: Neighbourhood](kind: type[Kind], made_with: dict[str, Any], saved: Checkpoint, found: dict[str, Any]) -> Kind:
    twin = kind.__new__(kind)
    Neighbourhood.__init__(twin, **made_with)
    twin.restore(saved)
    for name, value in found.items():
        setattr(twin.world, name, value)
    return twin


def _practices(regime: object) -> regimes.Practices:
    if isinstance(regime, regimes.Practices):
        return regime
    if not isinstance(regime, str):
        raise BadInput("Neighbourhood", "regime", regime, f"{', '.join(regimes.NAMED)}, a blend, or Practices")
    return regimes.resolve(regime)
