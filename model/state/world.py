"""The world of a model: its tables, who and what stands in them at the start, the year's means, and checkpoints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from mesa import Model

from model import regimes
from model.case.case import Case, Conditions, Event
from model.case.event import IN_FORCE, conditions_in, practices_in, stands
from model.case.layout import area_names, fill_city, lay_out_city, name_streets, place_venues
from model.engine import chance
from model.engine import modules as engine
from model.engine.loops import Loops, Standing
from model.engine.tables import Table
from model.measures.weekly import BINS, SUMS
from model.state.matters import (
    ACT_COLUMNS,
    AGENDA_COLUMNS,
    DEED_COLUMNS,
    INITIATIVE_COLUMNS,
    PROBLEM_COLUMNS,
    PROMISE_COLUMNS,
    REPORT_COLUMNS,
    REQUEST_COLUMNS,
)
from model.state.people import OFFICIAL_COLUMNS, RESIDENT_COLUMNS
from model.state.start import place_areas
from model.state.streets import AREA_COLUMNS, STREET_COLUMNS, VENUE_COLUMNS
from model.week.cases import (
    ACCOUNT_COLUMNS,
    CENTRAL_POT,
    CORPORATION_POT,
    DEPARTMENT_COLUMNS,
    ENTREPRENEUR_POT,
    MANDATE_POT,
    POTS,
    PURSE_COLUMNS,
    Institution,
)
from model.week.council import Council
from model.week.entrepreneurs import Broker, Entrepreneurs
from model.week.learning import EVENT_COLUMNS, effects_record
from model.week.officials import ACCOUNTS, MUNICIPAL, RESIDENTS_PER_POST, SystemOfficial, WardOfficial, fill_posts, hours_shares
from model.week.places_to_meet import MeetingPlace
from model.week.police import Police
from model.week.problems import DEPARTMENTS, KINDS, TALLIES, kinds_record
from model.week.reports import CORPORATION_HOURS, COUNTER_HOURS, DESK_HOURS, POLICE_HOURS

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood


def _record(values: dict[str, float]) -> np.ndarray:
    record = np.zeros(1, dtype=[(name, np.float64) for name in values])
    for name, value in values.items():
        record[name] = value
    return record


class World(Model):
    """Everything a neighbourhood consists of; `Neighbourhood` adds the week that it lives."""

    case: Case
    conditions: Conditions  # in force this week
    supported: bool  # whether there are hours for support
    seed: int
    week: int
    weeks_done: int
    rules: engine.Rules
    planned: list[Event]
    chosen: Any
    changes: list[tuple[int, dict[str, float]]]
    happenings: list[tuple[int, str, dict[str, Any]]]
    event_log: list[tuple[int, np.ndarray, np.ndarray]]
    _module: Any
    _compiled: bool

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        case, place = self.case, self.case.place
        n = place.residents
        columns = {
            "resident": RESIDENT_COLUMNS, "street": STREET_COLUMNS, "problem": PROBLEM_COLUMNS, "report": REPORT_COLUMNS,
            "initiative": INITIATIVE_COLUMNS, "promise": PROMISE_COLUMNS, "official": OFFICIAL_COLUMNS, "department": DEPARTMENT_COLUMNS,
            "account": ACCOUNT_COLUMNS, "purse": PURSE_COLUMNS, "event": EVENT_COLUMNS, "request": REQUEST_COLUMNS,
            "agenda": AGENDA_COLUMNS, "area": AREA_COLUMNS, "venue": VENUE_COLUMNS, "act": ACT_COLUMNS, "deed": DEED_COLUMNS,
        }  # fmt: skip
        posts = min(max(1, round(n / RESIDENTS_PER_POST)), place.street_count) if case.conditions.ward_hours > 0 else 0
        venues = place_venues(case, self.seed)
        fixed = {
            "resident": n,
            "street": place.street_count,
            "official": posts,
            "department": len(DEPARTMENTS),
            "account": len(ACCOUNTS),
            "purse": len(POTS),
            "area": len(case.areas),
            "venue": len(venues["kind"]),
        }
        rooms = {**fixed, "request": 256, "agenda": 64, "act": 16, "deed": 64}
        self.tables = {name: Table(name, parts, rooms.get(name, max(256, 2 * n))) for name, parts in columns.items()}
        for name, rows in fixed.items():
            self.tables[name].count[0] = rows
        t = self.tables
        self.residents_table, self.streets, self.problems, self.reports = t["resident"], t["street"], t["problem"], t["report"]
        self.initiatives, self.promises, self.officials, self.departments = t["initiative"], t["promise"], t["official"], t["department"]
        self.accounts, self.purses, self.events, self.requests = t["account"], t["purse"], t["event"], t["request"]
        self.agenda, self.areas, self.venues, self.acts, self.deeds = t["agenda"], t["area"], t["venue"], t["act"], t["deed"]
        self.tally = np.zeros(TALLIES, np.int64)
        self.sums = np.zeros(SUMS)
        self._record = np.zeros((64, SUMS + TALLIES))
        self.conditions, self.supported = case.conditions, True
        kind_record = self._kind_record()
        self.kind_departments = kind_record["department"].astype(int)
        streets = lay_out_city(case.areas, case.behaviour.example_distance)
        homes = fill_city(case.areas, area_names(case), chance.key_of(self.seed, chance.SETTLE, 1))
        self._values = Standing({
            "par": self._readable(_record(case.behaviour.model_dump())), "kind": self._readable(kind_record),
            "effect": self._readable(effects_record()),
            "place": self._readable(np.concatenate([_record(area.model_dump()) for area in case.areas])), "kinds": len(KINDS),
            "keys": np.zeros(chance.DECISIONS, np.uint64), "tally": self.tally, "sums": self.sums,
            "histogram": np.zeros((3, BINS), np.int64),
            "near_street": streets.pop("near_street"), "near_weight": streets.pop("near_weight"),
            "near_chance": streets.pop("near_chance"), "seed": self.seed,
            "new_count": np.zeros(1, np.int64), "new_first": np.zeros(3 * n + 16, np.int64), "new_second": np.zeros(3 * n + 16, np.int64),
            "new_hours": np.zeros(3 * n + 16), "moved_list": np.arange(n),
            "member_list": np.zeros(2 * n + 1, np.int64), "visit_rank": np.zeros(n),
            "waiting_list": np.zeros(2 * n + 64, np.int64), "case_list": np.zeros(64, np.int64), "case_rank": np.zeros(64),
            **self._given(), "week": self.week,
            "news_count": np.zeros(1, np.int64), "news_name": np.zeros(64, np.uint64), "news_good": np.zeros(64, np.int64),
        })  # fmt: skip
        self.loops = Loops(self._module, self.tables, self._values)
        for name, column in streets.items():
            self.streets.arrays[name][:] = column
        r = self.residents_table.arrays
        for name, column in homes.items():
            r[name][:] = column
        self._place_streets(homes["street"])
        place_areas(case, t, venues)
        self._count_tries(kind_record)
        self._place_institutions(posts)
        self._first_open = self._first_pending = 0

    def _settle_in(self) -> None:
        """People move in, with the ties that they have and the problems that there are."""
        self.loops.call("settle", count=self.case.place.residents)
        self.loops.call("first_ties")
        self._first_problems()

    def _first_problems(self) -> None:
        """What arose in the 80 weeks before the start and is still there, so that the burn-in begins near rest (assumption)."""
        first = self.week
        for week in range(first - 80, first):
            self._values["week"] = week
            self.problems.reserve(self._tries)
            self.loops.call("week_keys")
            self.loops.call("arise")
            self.loops.call("change_problems")
        self._values["week"] = first
        self.tally[:] = 0

    def _kind_record(self) -> np.ndarray:
        record = kinds_record(self.case.problems)
        record["rate"] *= self.conditions.problem_rate
        return record

    def _count_tries(self, kinds: np.ndarray) -> None:
        """How many problems can arise in a week, at most."""
        self._tries = int(np.sum(1 + (2.0 * np.outer(self.streets.rate, kinds["rate"]) / 52.0).astype(int)))

    def _given(self) -> dict[str, float]:
        """Conditions that loops read."""
        c = self.conditions
        return {
            "misuse_share": c.misuse, "broker": c.broker, "rest": c.department_trust, "years": c.years_in_post,
            "counter_pressure": c.counter_pressure,
        }  # fmt: skip

    def _readable(self, record: np.ndarray) -> Any:
        """Records for compiled loops; for plain ones a list of objects with the same fields as Python numbers."""
        if self._compiled:
            return record
        from types import SimpleNamespace

        return [SimpleNamespace(**{name: float(row[name]) for name in record.dtype.names or ()}) for row in record]

    def _place_streets(self, street_of: np.ndarray) -> None:
        s, rows = self.streets.arrays, np.arange(len(self.streets))
        s["start"][:] = np.searchsorted(street_of, rows, side="left")
        s["stop"][:] = np.searchsorted(street_of, rows, side="right")
        self._widest = int((s["stop"] - s["start"]).max())
        name_key = chance.key_of(self.seed, chance.PLACE, 0)
        s["name"][:], s["area"][:], times = name_streets(self.case)
        s["rate"][:] = [t * math.exp(0.5 * chance.gauss(name_key, int(name)) - 0.125) for name, t in zip(s["name"], times, strict=True)]
        r = self.residents_table.arrays
        along = np.arange(len(street_of)) - s["start"][street_of]
        r["x"][:] = s["x"][street_of] + 6.0 * (along // 2)
        r["y"][:] = s["y"][street_of] + 12.0 * (along % 2)

    def _place_institutions(self, posts: int) -> None:
        o, s, d = self.officials.arrays, self.streets.arrays, self.departments.arrays
        edges = [round(k * len(self.streets) / posts) for k in range(posts + 1)] if posts else [0]
        for post in range(posts):
            s["post"][edges[post] : edges[post + 1]] = post
            o["from"][post] = s["start"][edges[post]]
            o["to"][post] = s["stop"][edges[post + 1] - 1]
        fill_posts(cast("Neighbourhood", self))
        d["openness"][:] = self.case.conditions.openness
        d["strictness"][:] = self.case.conditions.strictness
        d["trust"][:] = self.case.conditions.department_trust
        self.agent_id_counter = self.case.residents + 1  # residents have the first numbers
        self.ward_officials = [WardOfficial(cast("Neighbourhood", self), post) for post in range(posts)]
        self.colleagues = [SystemOfficial(cast("Neighbourhood", self), post) for post in range(posts)]
        self.institutions = [Institution(cast("Neighbourhood", self), row, title) for row, title in enumerate(DEPARTMENTS)]
        self.entrepreneurs = Entrepreneurs(cast("Neighbourhood", self))
        self.broker = Broker(cast("Neighbourhood", self)) if self.case.conditions.broker > 0 else None
        self.council = Council(cast("Neighbourhood", self))
        self.police = Police(cast("Neighbourhood", self))
        self.meeting_places = [MeetingPlace(cast("Neighbourhood", self), row) for row in range(len(self.venues))]

    def official_name(self, post: int) -> int:
        """Return the 64-bit name of the present incumbent of a post: (post, nth incumbent)."""
        return chance.join(chance.join(13, post), int(self.officials.arrays["nth"][post]))

    def draw(self, decision: int, name: int) -> float:
        """Return this week's number in [0, 1) for a decision and a name."""
        return chance.draw(int(self._values["keys"][decision]), name)

    # --- practices and means --------------------------------------------------------------------------------------

    def put_in_force(self) -> None:
        """Let conditions and practices be those of this week: as given and chosen, but for what is planned."""
        if self.week < 1 or not any(event.kind in IN_FORCE for event in self.planned):
            return
        conditions = conditions_in(self.planned, self.week, self.case.conditions)
        practices = practices_in(self.planned, self.week, self.chosen, self.changes[-1][0] if self.changes else 0)
        supported = not stands(self.planned, "stop_support", self.week)
        if (conditions, practices, supported) == (self.conditions, self.practices, self.supported):
            return
        if conditions.strictness != self.conditions.strictness:
            self.departments.arrays["strictness"][:] = conditions.strictness
        self.supported = supported
        self.set_conditions(conditions)
        self.set_practices(practices)

    def set_conditions(self, conditions: Conditions) -> None:
        """Put other conditions in force from now on, under every regime alike; hours and euros follow with the practices."""
        self.conditions = conditions
        kinds = self._kind_record()
        self._count_tries(kinds)
        self._values["kind"] = self._readable(kinds)
        for name, value in self._given().items():
            self._values[name] = value
        if conditions.broker > 0 and self.broker is None:
            self.broker = Broker(cast("Neighbourhood", self))

    def set_practices(self, practices: Any) -> None:
        """Put other practices in force from now on; means stay as they are, only their division changes."""
        self.practices = practices
        self._values["practice"] = self._readable(_record(practices.model_dump()))
        c, thousands = self.conditions, self.case.residents / 1000.0
        shares = hours_shares(practices, c, self.supported)
        municipal = c.ward_hours + c.crew_hours + c.enforcer_hours + c.case_hours + c.desk_hours + c.programme_hours + c.counter_hours
        minutes = np.zeros(len(ACCOUNTS))
        minutes[:MUNICIPAL] = 60.0 * municipal * thousands * shares
        minutes[CORPORATION_HOURS] = 60.0 * c.corporation_hours * thousands * self.case.association_share
        minutes[POLICE_HOURS] = 60.0 * c.police_hours * thousands
        self.minutes_a_week = minutes
        least = np.full(len(ACCOUNTS), 240.0)  # people plan half-days: small endowments come in blocks of four hours
        least[DESK_HOURS] = least[COUNTER_HOURS] = 60.0
        blocks = np.clip(np.ceil(least / np.maximum(minutes, 1e-9)), 1, 52).astype(np.int64)
        blocks[minutes <= 0.0] = 1  # doors without anybody behind them
        municipal_cents = 100.0 * c.structural_budget * self.case.residents / 52.0
        self.cents_a_week = np.zeros(len(POTS))
        self.cents_a_week[MANDATE_POT] = municipal_cents * practices.mandate_euro
        self.cents_a_week[CENTRAL_POT] = municipal_cents - self.cents_a_week[MANDATE_POT]
        self.cents_a_week[CORPORATION_POT] = 100.0 * c.corporation_budget * self.case.residents * self.case.association_share / 52.0
        self.cents_a_week[ENTREPRENEUR_POT] = 100.0 * c.entrepreneur_budget * self.case.residents / 52.0
        values = {"minutes_a_week": minutes, "blocks": blocks, "cents_a_week": self.cents_a_week}
        for name, value in values.items():
            self._values[name] = value

    @property
    def endowment(self) -> dict[str, float]:
        """Hours and euros a year, of all organisations together: the same under every regime."""
        return {"hours_per_year": float(self.minutes_a_week.sum()) * 52 / 60, "euros_per_year": float(self.cents_a_week.sum()) * 52 / 100}

    # --- turning back -------------------------------------------------------------------------------------------

    def checkpoint(self) -> dict[str, Any]:
        """Return everything that the future depends on, as plain arrays and numbers."""
        return {
            "tables": {name: table.checkpoint() for name, table in self.tables.items()},
            "tally": self.tally.copy(),
            "record": self._record[: self.weeks_done].copy(),
            "week": self.week,
            "practices": self.practices.model_dump(),
            "conditions": self.conditions.model_dump(),
            "supported": int(self.supported),
            "chosen": self.chosen.model_dump(),
            "planned": [e.model_dump() for e in self.planned],
            "happenings": list(self.happenings),
            "changes": list(self.changes),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go back to a checkpoint of a neighbourhood with the same case, seed and rules."""
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
        self.planned = [Event(**e) for e in saved["planned"]]
        self.chosen = regimes.practices(saved["chosen"])
        self.supported = bool(saved["supported"])
        self.set_conditions(Conditions(**saved["conditions"]))
        self.set_practices(regimes.practices(saved["practices"]))
        self._values["new_count"][0] = self._values["news_count"][0] = 0
        self._first_open = self._first_pending = 0
        self.event_log = []
