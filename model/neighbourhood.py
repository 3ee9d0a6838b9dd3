"""The neighbourhood: a Mesa model that builds the world, lives the week, and can be stopped, copied and replayed."""

from __future__ import annotations

import math
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model import regimes
from model.case.case import Case, Event, load
from model.engine import modules as engine
from model.errors import BadInput
from model.measures.frames import Views
from model.measures.weekly import measure
from model.state.accounts import CORPORATION_HOURS, COUNTER_HOURS, endow
from model.state.experiences import MUNICIPALITY
from model.state.tallies import SUMS, UNREGISTERED
from model.week.agenda_delivery import projects_go_first, residents_answer, weigh_objections, work_on_projects
from model.week.agenda_planning import prepare_projects
from model.week.case_delivery import carry_out, clear_rules
from model.week.cases import approve, open_cases
from model.week.contacts import observe_streets
from model.week.initiative_founding import ask_around, found, survey
from model.week.initiative_life import give_hours, grow_together, list_members, live_on, support
from model.week.initiative_town_hall import ask_institutions, pay_upkeep
from model.week.learning import count_listeners, gather_experience, learn, most_seen, spread_word
from model.week.moves import move_households
from model.week.news import spread_news
from model.week.officials import tire
from model.week.places_to_meet import press
from model.week.planned_act_kinds import act_at_the_desk, hold_gatherings, look_back_on_visits, order_visits
from model.week.planned_acts import end_acts
from model.week.problems import arise, change_problems, come_back, feel_burdens, week_keys
from model.week.promises import fall_due
from model.week.reports import drop_stale_reports, file_reports, register_reports, waiting_reports
from model.week.requests import answer_requests
from model.week.residents import Resident, settle
from model.week.ties import fade_ties, meet_by_chance, renew_ties

if TYPE_CHECKING:
    from mesa import DataCollector


class Neighbourhood(Views):
    """One neighbourhood under one set of practices, with one draw of luck.

    `case`: a `Case`, or the name or path of one. `regime`: a name, a blend, or `Practices`. `seed`: 0 to 2**63 - 1;
    two neighbourhoods with one seed have the same people and the same luck; None draws one (Mesa's tools may ask so, and may
    call it `rng`). `rules`: a file or dict of rules that replace ours. `compiled=False` runs the same source as plain Python,
    slowly. Raises BadInput.
    """

    def __init__(
        self,
        case: Case | str | Path = "default",
        regime: Any = "top_down",
        seed: int | None = 1,
        rules: str | Path | engine.Rules | None = None,
        *,
        compiled: bool = True,
        swaps: dict[str, Any] | None = None,
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
        self.rules = engine.load_rules(rules)
        self.week = -self.case.burn_in
        self.weeks_done = 0
        self.keep_events = keep_events
        self.event_log: list[tuple[int, np.ndarray, np.ndarray]] = []
        self.multiplier = self.shock_depth = self.recovery_weeks = math.nan  # see `run_with_multiplier`
        self.changes: list[tuple[int, dict[str, float]]] = []  # other practices chosen in the course of the run
        self.kept_residents: list[Resident] = []
        self.happenings: list[tuple[int, str, dict[str, Any]]] = []
        self.planned: list[Event] = list(self.case.events)
        self._collector: DataCollector | None = None
        self._module = engine.module(self.rules, compiled, swaps)
        self._compiled = compiled
        self._build()
        self._settle_in()
        self.chosen = regimes.resolve(regime) if isinstance(regime, str) else regime
        self.set_practices(regimes.BASELINE if self.case.burn_in else self.chosen)
        self.loops.check()

    # --- the week -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Live one week, in the order of the design."""
        self._begin_week()
        self._problems_arise()
        self._residents_are_bothered()
        self._residents_report()
        self._officials_spend_their_hours()
        self._institutions_decide()
        self._institutions_carry_out()
        self._initiatives_live()
        self._promises_fall_due()
        self.learn()
        self._ties_change()
        self._people_come_and_go()
        self._take_measures()

    def _begin_week(self) -> None:
        if self.week == 0 and self.case.burn_in:
            self._start_run()
        self.week += 1
        self._values["week"] = self.week
        self.loops.call(week_keys)
        self.put_in_force()
        self.loops.call(endow, turn=self.week + 52 * 2000)
        for event in [e for e in self.planned if e.week == self.week]:
            self._happen(event)

    def _start_run(self) -> None:
        """The burn-in is over: practices change, counts begin."""
        self.set_practices(self.chosen)
        waiting = self.tally[UNREGISTERED]
        self.tally[:] = 0
        self.tally[UNREGISTERED] = waiting
        for table in (self.accounts, self.purses):
            for name, array in table.arrays.items():
                if name.endswith("_ever"):
                    array[:] = 0
        self.purses.arrays["endowed_ever"] += self.purses.arrays["left"]
        self.accounts.arrays["endowed_ever"] += self.accounts.arrays["left"]
        for name in ("touched", "filed"):
            self.residents_table.arrays[name][:] = 0
        for name in ("reached", "minutes", "cents"):
            self.streets.arrays[name][:] = 0
        self.venues.arrays["visits"][:] = 0
        r = self.residents_table.arrays
        r["burden_start"][:] = r["burden"]
        r["trust_start"][:] = r["trust"][:, MUNICIPALITY]

    def _problems_arise(self) -> None:
        self.problems.reserve(self._tries)
        self.loops.call(arise)
        self.problems.reserve(len(self.problems))
        self.loops.call(come_back)
        self.loops.call(change_problems)

    def _residents_are_bothered(self) -> None:
        self.loops.call(feel_burdens)

    def _residents_report(self) -> None:
        self.reports.reserve(len(self.residents_table))
        self.loops.call(file_reports)

    def _officials_spend_their_hours(self) -> None:
        act_at_the_desk(self)
        waiting, self._first_open = self.loops.call(waiting_reports, first_open=self._first_open)
        self.loops.call(register_reports, waiting=waiting)
        self.loops.call(observe_streets)
        for official in self.ward_officials:
            official.step()
        hold_gatherings(self)

    def _room_for_lists(self) -> None:
        rows = max(len(self.problems), len(self.initiatives)) + 1
        if rows > len(self._values["case_list"]):
            self._values["case_list"], self._values["case_rank"] = np.zeros(2 * rows, np.int64), np.zeros(2 * rows)
        rows = len(self.initiatives) + len(self.promises)
        if rows > len(self._values["news_name"]):
            self._values["news_name"], self._values["news_good"] = np.zeros(2 * rows, np.uint64), np.zeros(2 * rows, np.int64)

    def _institutions_decide(self) -> None:
        self._room_for_lists()
        if self.conditions.counter_pressure > 0 or self.streets.pressure.any():
            self.loops.call(press, first_pending=self._first_pending)
        prepare_projects(self)
        if projects_go_first(self):
            weigh_objections(self)
        self.loops.call(open_cases)
        self.loops.call(approve)
        weigh_objections(self)
        self._reserve_events()
        self.loops.call(clear_rules)
        self._residents_ask()
        for institution in self.institutions:
            institution.step()
        self.council.step()

    def _residents_ask(self) -> None:
        """Room for what can come of requests: two events for each resident, and a street that sees each exception."""
        left, n = self.accounts.arrays["left"], len(self.residents_table)
        most = min(n, int(left[COUNTER_HOURS] + left[CORPORATION_HOURS]) // int(self.case.behaviour.request_minutes))
        self.requests.reserve(most)
        self.events.reserve(2 * n + most * self._widest)
        self.loops.call(answer_requests)

    def _reserve_events(self) -> None:
        """Room for what can be seen, and for what becomes of reports and of being asked."""
        seen = int(self.loops.call(most_seen))
        self.events.reserve(seen + 2 * len(self.reports) + 6 * len(self.residents_table) + 64)

    def _institutions_carry_out(self) -> None:
        if projects_go_first(self):
            work_on_projects(self)
        self._reserve_events()
        order_visits(self)
        self.loops.call(carry_out)
        look_back_on_visits(self)
        self.loops.call(drop_stale_reports)
        work_on_projects(self)
        end_acts(self)

    def _initiatives_live(self) -> None:
        self.initiatives.reserve(len(self.residents_table))
        self.loops.call(survey)
        self.loops.call(found)
        self._reserve_events()
        self.loops.call(ask_around)
        self.loops.call(give_hours)
        self.loops.call(list_members)
        self._room_for_lists()
        self._reserve_events()
        self.loops.call(ask_institutions)
        self.loops.call(pay_upkeep)
        self.loops.call(support)
        self.loops.call(live_on)

    def _promises_fall_due(self) -> None:
        self.events.reserve(len(self.promises))
        self._first_pending = self.loops.call(fall_due, first_pending=self._first_pending)
        self.events.reserve(int(self._values["news_count"][0]) * len(self.residents_table))
        self.loops.call(spread_news)
        residents_answer(self)

    def learn(self) -> None:
        """Residents hear of each other's week and learn from it. Reads events and residents, nothing else."""
        self.events.reserve(int(self.loops.call(count_listeners)))
        self.loops.call(spread_word)
        if self.keep_events and self.week > 0:
            self.event_log.append((self.week, self.events.what.copy(), self.events.size.copy()))
        self._learn_from_events()

    def _learn_from_events(self) -> None:
        self.loops.call(gather_experience)
        self.events.count[0] = 0
        self.loops.call(learn)

    def _ties_change(self) -> None:
        self.loops.call(meet_by_chance)
        self.loops.call(grow_together)
        self.loops.call(renew_ties)
        self.loops.call(fade_ties)

    def _people_come_and_go(self) -> None:
        moved = self.loops.call(move_households)
        if moved:
            self.loops.call(settle, count=moved)
        if self.loops.call(tire, first_pending=self._first_pending):
            for official in self.ward_officials:
                official.maybe_leave()

    def _take_measures(self) -> None:
        self.accounts.arrays["spent_ever"] += self.accounts.arrays["spent"]
        if self.week <= 0:
            return
        self.loops.call(measure)
        if self.weeks_done >= len(self._record):
            self._record = np.concatenate([self._record, np.zeros_like(self._record)])
        row = self._record[self.weeks_done]
        row[:SUMS] = self.sums
        row[SUMS:] = self.tally
        self.weeks_done += 1

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

    def run_with_multiplier(self, weeks: int) -> Neighbourhood:
        """Run, and find the snowball multiplier and the recovery from a shock, for which part of the run is lived again (`twins`)."""
        from model.measures.counterfactual import LEAST, run_with_twins

        if weeks < LEAST:
            return self.run(weeks)
        run_with_twins(self, weeks)
        return self

    def set_regime(self, regime: Any) -> None:
        """Choose the practices for the run: at once, or after the burn-in."""
        self.chosen = regimes.resolve(regime) if isinstance(regime, str) else regime
        if self.week > 0:
            self.changes.append((self.week, self.chosen.model_dump()))
        if self.week > 0 or not self.case.burn_in:
            self.set_practices(self.chosen)

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
        checked = self.case.replaced(events=[*(e.model_dump() for e in self.planned), event])
        self.planned = list(checked.events)

    def _happen(self, event: Event) -> None:
        from model.week.interventions import happen

        happen(self, event)

    def note(self, kind: str, **facts: Any) -> None:
        """Remember something for the story."""
        self.happenings.append((self.week, kind, facts))

    def replay(self, log: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
        """Let residents learn from the events of another run, week by week, whatever the practices here.

        People come and go as luck has it, which is the same for both. Nothing else of the week is lived.
        """
        self.burn_in()
        if self.week == 0 and self.case.burn_in:
            self._start_run()
        for week, what, size in log:
            self.week = week
            self._values["week"] = week
            self.loops.call(week_keys)
            self.events.count[0] = 0
            self.events.reserve(len(what))
            self.events.arrays["what"][: len(what)] = what
            self.events.arrays["size"][: len(size)] = size
            self.events.count[0] = len(what)
            self._learn_from_events()
            moved = self.loops.call(move_households)
            if moved:
                self.loops.call(settle, count=moved)
