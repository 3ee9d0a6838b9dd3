"""The world: tables, conditions and practices in force, happenings, weekly record, checkpoints. It knows no agents."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from model import regimes
from model.case.case import Case, Conditions, Event
from model.case.event import IN_FORCE, conditions_in, practices_in, stands
from model.case.layout import area_names, fill_city, lay_out_city, place_venues
from model.engine import chance
from model.engine import modules as engine
from model.engine.loops import Loops, Standing
from model.kinds import KINDS, kinds_record
from model.state.accounts import OF_WARD
from model.state.experiences import MUNICIPALITY, effects_record
from model.state.means import weekly_means
from model.state.start import fill_tables, make_tables, official_name
from model.state.tallies import BINS, SUMS, TALLIES, UNREGISTERED

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.state.kept import Checkpoint, Happening, Note


class World:
    """The state of a neighbourhood, in tables; `loops` binds the rules to them. The schedule and the agents change it.

    `chosen`: the practices for after the burn-in; all other arguments as for `Neighbourhood`.
    """

    def __init__(
        self,
        case: Case,
        chosen: regimes.Practices = regimes.BASELINE,
        seed: int = 1,
        rules: engine.Rules | None = None,
        *,
        compiled: bool = True,
        swaps: dict[str, Callable[..., float]] | None = None,
        keep_events: bool = False,
    ) -> None:
        self.case, self.seed, self.rules = case, seed, rules or {}
        self.compiled, self.keep_events = compiled, keep_events
        self.conditions: Conditions = case.conditions  # in force this week
        self.supported = True  # whether there are hours for support
        self.chosen = chosen
        self.at_start: dict[str, float] = {}  # conditions of an arm of an experiment, from the start of the run on
        self.changes: list[tuple[int, dict[str, float]]] = []  # practices chosen during the run, with their weeks
        self.planned: list[Event] = list(case.events)
        self.happenings: list[Happening] = []
        self.named: dict[str, int] = {}  # 64-bit names of the case's people, by name; known from the end of the burn-in
        self.event_log: list[tuple[int, np.ndarray, np.ndarray]] = []
        self.multiplier = self.shock_depth = self.recovery_weeks = math.nan  # see `Neighbourhood.run_with_multiplier`
        self.weeks_done = 0
        venues = place_venues(case, seed)
        self.tables = t = make_tables(case, len(venues["kind"]))
        self.residents, self.streets, self.problems, self.reports = t["resident"], t["street"], t["problem"], t["report"]
        self.initiatives, self.promises, self.officials, self.departments = t["initiative"], t["promise"], t["official"], t["department"]
        self.accounts, self.purses, self.events, self.requests = t["account"], t["purse"], t["event"], t["request"]
        self.agenda, self.areas, self.venues, self.acts, self.deeds = t["agenda"], t["area"], t["venue"], t["act"], t["deed"]
        self.tally = np.zeros(TALLIES, np.int64)
        self.sums = np.zeros(SUMS)
        self._record = np.zeros((64, SUMS + TALLIES))
        self.first_open = self.first_pending = 0  # before these rows no report is open, no promise pending
        streets = lay_out_city(case.areas, case.behaviour.example_distance)
        homes = fill_city(case.areas, area_names(case), chance.key_of(seed, chance.SETTLE, 1))
        near = {name: streets.pop(name) for name in ("near_street", "near_weight", "near_chance")}
        fill_tables(case, seed, self.rules, t, streets, homes, venues)
        kinds = self._kind_record()
        self.kind_departments = kinds["department"].astype(int)
        self.standing = self._stand(kinds, near)
        self.module = engine.module(self.rules, compiled, swaps)
        self.loops = Loops(self.module, t, self.standing)
        self._count_tries(kinds)
        self.widest = int((self.streets.stop - self.streets.start).max())  # street, in residents
        self.set_practices(regimes.BASELINE if case.burn_in else chosen)
        self.loops.check()

    def _stand(self, kinds: np.ndarray, near: dict[str, np.ndarray]) -> Standing:
        """Return the values that loops use beside columns: parameters, keys, counts, and lists that they fill."""
        case, n = self.case, self.case.residents
        return Standing({
            "par": self._readable(_record(case.behaviour.model_dump())), "kind": self._readable(kinds),
            "effect": self._readable(effects_record()),
            "place": self._readable(np.concatenate([_record(area.model_dump()) for area in case.areas])), "kinds": len(KINDS),
            "keys": np.zeros(chance.DECISIONS, np.uint64), "tally": self.tally, "sums": self.sums,
            "histogram": np.zeros((3, BINS), np.int64), **near, "seed": self.seed,
            "new_count": np.zeros(1, np.int64), "new_first": np.zeros(3 * n + 16, np.int64), "new_second": np.zeros(3 * n + 16, np.int64),
            "new_hours": np.zeros(3 * n + 16), "moved_list": np.arange(n),
            "member_list": np.zeros(2 * n + 1, np.int64), "visit_rank": np.zeros(n),
            "waiting_list": np.zeros(2 * n + 64, np.int64), "case_list": np.zeros(64, np.int64), "case_rank": np.zeros(64),
            **self._given(), "week": -case.burn_in, "of_ward": OF_WARD,
            "news_count": np.zeros(1, np.int64), "news_name": np.zeros(64, np.uint64), "news_good": np.zeros(64, np.int64),
            "news_about": np.zeros(64, np.int64),
        })  # fmt: skip

    def _kind_record(self) -> np.ndarray:
        record = kinds_record(self.case.problems)
        record["rate"] *= self.conditions.problem_rate
        return record

    def _count_tries(self, kinds: np.ndarray) -> None:
        """Set `tries`, the largest number of problems that can arise in a week."""
        self.tries = int(np.sum(1 + (2.0 * np.outer(self.streets.rate, kinds["rate"]) / 52.0).astype(int)))

    def _given(self) -> dict[str, float]:
        """Return the conditions that loops read."""
        c = self.conditions
        return {
            "misuse_share": c.misuse, "broker": c.broker, "rest": c.department_trust, "years": c.years_in_post,
            "counter_pressure": c.counter_pressure, "go_between": c.go_between, "hours_switching": c.hours_switching,
            "hours_in_step": c.hours_in_step,
        }  # fmt: skip

    def _readable(self, record: np.ndarray) -> Any:
        """Return the record for compiled loops, or for plain ones a list of objects with the same fields as Python numbers."""
        if self.compiled:
            return record
        return [SimpleNamespace(**{name: float(row[name]) for name in record.dtype.names or ()}) for row in record]

    # --- present week------------------------------------------------------------------------------------------------

    @property
    def week(self) -> int:
        """The present week; 0 or negative during the burn-in."""
        return self.standing["week"]

    @week.setter
    def week(self, week: int) -> None:
        self.standing["week"] = week

    @property
    def record(self) -> np.ndarray:
        """The sums and tallies of each week since the start of the run, shape (weeks, SUMS + TALLIES)."""
        return self._record[: self.weeks_done]

    def draw(self, decision: int, name: int) -> float:
        """Return this week's uniform number in [0, 1) for a decision and a name."""
        return chance.draw(int(self.standing["keys"][decision]), name)

    def official_name(self, post: int) -> int:
        """Return the 64-bit name of the present incumbent of a post."""
        return official_name(post, int(self.officials.arrays["nth"][post]))

    def note(self, kind: str, **facts: Unpack[Note]) -> None:
        """Record a happening for the story."""
        self.happenings.append((self.week, kind, facts))

    def reserve_lists(self) -> None:
        """Make room in the lists of cases and of news."""
        rows = max(len(self.problems), len(self.initiatives)) + 1
        if rows > len(self.standing["case_list"]):
            self.standing["case_list"], self.standing["case_rank"] = np.zeros(2 * rows, np.int64), np.zeros(2 * rows)
        rows = len(self.initiatives) + len(self.promises)
        if rows > len(self.standing["news_name"]):
            self.standing["news_name"] = np.zeros(2 * rows, np.uint64)
            self.standing["news_good"], self.standing["news_about"] = np.zeros(2 * rows, np.int64), np.zeros(2 * rows, np.int64)

    def start_run(self) -> None:
        """End the burn-in: set the chosen practices and an arm's own conditions, and reset all counts."""
        self._change(self.conditions_in_force(), self.chosen)
        if self.at_start:  # what was left over is of who still gets some
            self.accounts.arrays["left"][self.minutes_a_week <= 0.0] = 0
            self.purses.arrays["left"][self.cents_a_week <= 0.0] = 0
        waiting = self.tally[UNREGISTERED]
        self.tally[:] = 0
        self.tally[UNREGISTERED] = waiting
        for table in (self.accounts, self.purses):
            for name, array in table.arrays.items():
                if name.endswith("_ever"):
                    array[:] = 0
            table.arrays["endowed_ever"] += table.arrays["left"]
        for name in ("touched", "meetings", "filed", "requested", "helped"):
            self.residents.arrays[name][:] = 0
        for name in ("reached", "minutes", "cents"):
            self.streets.arrays[name][:] = 0
        self.venues.arrays["visits"][:] = 0
        r = self.residents.arrays
        r["burden_start"][:] = r["burden"]
        r["trust_start"][:] = r["trust"][:, MUNICIPALITY]

    def add_to_record(self) -> None:
        """Add the week's sums and tallies to the record."""
        if self.weeks_done >= len(self._record):
            self._record = np.concatenate([self._record, np.zeros_like(self._record)])
        row = self._record[self.weeks_done]
        row[:SUMS] = self.sums
        row[SUMS:] = self.tally
        self.weeks_done += 1

    # --- practices and means --------------------------------------------------------------------------------------

    def put_in_force(self) -> None:
        """Set this week's conditions and practices: those of the case and the regime, changed by planned events."""
        if self.week < 1 or not any(event.kind in IN_FORCE for event in self.planned):
            return
        conditions = self.conditions_in_force()
        practices = practices_in(self.planned, self.week, self.chosen, self.changes[-1][0] if self.changes else 0)
        supported = not stands(self.planned, "stop_support", self.week)
        if (conditions, practices, supported) == (self.conditions, self.practices, self.supported):
            return
        self.supported = supported
        self._change(conditions, practices)

    def conditions_in_force(self) -> Conditions:
        """Return this week's conditions: those of the case, changed by planned events; from the start of the run on, an arm's own."""
        conditions = conditions_in(self.planned, self.week, self.case.conditions)
        return conditions.model_copy(update=self.at_start) if self.at_start and self.week >= 0 else conditions

    def _change(self, conditions: Conditions, practices: regimes.Practices) -> None:
        if conditions.strictness != self.conditions.strictness:
            self.departments.arrays["strictness"][:] = conditions.strictness
        if conditions != self.conditions:
            self.set_conditions(conditions)
        self.set_practices(practices)

    def set_conditions(self, conditions: Conditions) -> None:
        """Set the conditions from now on, equally under every regime; `set_practices` then updates hours and euros."""
        self.conditions = conditions
        kinds = self._kind_record()
        self._count_tries(kinds)
        self.standing["kind"] = self._readable(kinds)
        for name, value in self._given().items():
            self.standing[name] = value

    def set_practices(self, practices: regimes.Practices) -> None:
        """Set the practices from now on; hours of each role and the total of euros stay the same."""
        self.practices = practices
        self.standing["practice"] = self._readable(_record(practices.model_dump()))
        means = weekly_means(self.case, self.conditions, practices, self.supported)
        self.minutes_a_week, self.cents_a_week = means.minutes, means.cents
        self.standing["supported"], self.standing["ward_minutes"] = int(self.supported), means.ward
        for name, value in (("minutes_a_week", means.minutes), ("blocks", means.blocks), ("cents_a_week", means.cents)):
            self.standing[name] = value

    # --- checkpoints --------------------------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint:
        """Return the full state that the future depends on, as plain arrays and numbers."""
        return {
            "tables": {name: table.checkpoint() for name, table in self.tables.items()},
            "tally": self.tally.copy(),
            "record": self.record.copy(),
            "week": self.week,
            "practices": self.practices.model_dump(),
            "conditions": self.conditions.model_dump(),
            "at_start": dict(self.at_start),
            "supported": int(self.supported),
            "chosen": self.chosen.model_dump(),
            "planned": [e.model_dump() for e in self.planned],
            "happenings": list(self.happenings),
            "changes": list(self.changes),
            "named": dict(self.named),
        }

    def restore(self, saved: Checkpoint) -> None:
        """Return to a checkpoint taken with the same case, seed and rules."""
        for name, table in self.tables.items():
            table.restore(saved["tables"][name])
        self.tally[:] = saved["tally"]
        self.weeks_done = len(saved["record"])
        if self.weeks_done > len(self._record):
            self._record = np.zeros((2 * self.weeks_done, SUMS + TALLIES))
        self._record[: self.weeks_done] = saved["record"]
        self.week = saved["week"]
        self.happenings = list(saved["happenings"])
        self.changes = list(saved["changes"])
        self.named = dict(saved["named"])
        self.planned = [Event.model_validate(e) for e in saved["planned"]]
        self.chosen = regimes.practices(saved["chosen"])
        self.at_start = dict(saved["at_start"])
        self.supported = bool(saved["supported"])
        self.set_conditions(Conditions(**saved["conditions"]))
        self.set_practices(regimes.practices(saved["practices"]))
        self.standing["new_count"][0] = self.standing["news_count"][0] = 0
        self.first_open = self.first_pending = 0
        self.event_log = []


def _record(values: dict[str, float]) -> np.ndarray:
    record = np.zeros(1, dtype=[(name, np.float64) for name in values])
    for name, value in values.items():
        record[name] = value
    return record
