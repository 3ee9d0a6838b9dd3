"""The schedule: the initial state, and the phases of the week in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from model.measures.handling import note_handling
from model.measures.weekly import measure
from model.state.accounts import CORPORATION_HOURS, COUNTER_HOURS, endow
from model.state.world import World
from model.week.agenda_delivery import projects_go_first, residents_answer, weigh_objections, work_on_projects
from model.week.agenda_planning import prepare_projects
from model.week.asking import campaign, go_along_streets
from model.week.case_delivery import carry_out, clear_rules
from model.week.cases import Institution, approve, open_cases
from model.week.contacts import observe_streets
from model.week.council import Council
from model.week.examples import notice_examples
from model.week.friends import press
from model.week.initiative_founding import ask_around, found, survey
from model.week.initiative_life import give_hours, grow_together, list_members, live_on, support
from model.week.initiative_town_hall import ask_institutions, pay_upkeep
from model.week.interventions import happen
from model.week.learning import count_listeners, gather_experience, learn, most_seen, spread_word
from model.week.moves import move_households
from model.week.news import spread_news
from model.week.officials import WardOfficial, tire
from model.week.planned_act_kinds import act_at_the_desk, hold_gatherings, look_back_on_visits, order_visits
from model.week.planned_acts import end_acts
from model.week.problems import arise, change_problems, come_back, feel_burdens, week_keys
from model.week.promises import fall_due
from model.week.reports import drop_stale_reports, file_reports, register_reports, waiting_reports
from model.week.requests import answer_requests
from model.week.residents import settle
from model.week.ties import fade_ties, first_ties, meet_by_chance, renew_ties
from model.week.ward_hours import divide_ward_hours, do_papers

EPOCH = 52 * 2000  # added to the week, so that turns of endowment count from 0 upwards


class Schedule:
    """Runs the week of a world and its agents, phase by phase."""

    def __init__(self, world: World, officials: Sequence[WardOfficial], institutions: Sequence[Institution], council: Council) -> None:
        self.world, self.officials, self.institutions, self.council = world, officials, institutions, council
        self.phases: tuple[Callable[[], None], ...] = (  # the week, in order
            self.begin_week,
            self.problems_arise,
            self.residents_are_bothered,
            self.residents_report,
            self.officials_spend_their_hours,
            self.institutions_decide,
            self.institutions_carry_out,
            self.initiatives_live,
            self.promises_fall_due,
            self.residents_learn,
            self.ties_change,
            self.people_come_and_go,
            self.take_measures,
        )

    def live_week(self) -> None:
        """Run the phases of one week."""
        for phase in self.phases:
            phase()

    def settle_in(self) -> None:
        """Create the residents, their first ties and the existing problems."""
        world, first = self.world, self.world.week
        world.loops.call(settle, count=world.case.residents)
        world.loops.call(first_ties)
        for week in range(first - 80, first):  # 80 weeks of problems, so that the burn-in starts near equilibrium (assumption)
            world.week = week
            world.problems.reserve(world.tries)
            world.loops.call(week_keys)
            world.loops.call(arise)
            world.loops.call(change_problems)
        world.week = first
        world.tally[:] = 0

    def begin_week(self) -> None:
        """Set the week's random keys, grant hours and euros, and carry out planned events."""
        world = self.world
        if world.week == 0 and world.case.burn_in:
            world.start_run()
        world.week += 1
        world.loops.call(week_keys)
        world.put_in_force()
        world.loops.call(endow, turn=world.week + EPOCH)
        world.loops.call(divide_ward_hours, turn=world.week + EPOCH)
        for event in [e for e in world.planned if e.week == world.week]:
            happen(world, event)

    def problems_arise(self) -> None:
        """Problems arise, return, grow and fade."""
        world = self.world
        world.problems.reserve(world.tries)
        world.loops.call(arise)
        world.problems.reserve(len(world.problems))
        world.loops.call(come_back)
        world.loops.call(change_problems)

    def residents_are_bothered(self) -> None:
        """Residents feel the burden of the problems in their street."""
        self.world.loops.call(feel_burdens)

    def residents_report(self) -> None:
        """Some bothered residents file a report."""
        self.world.reports.reserve(len(self.world.residents))
        self.world.loops.call(file_reports)

    def officials_spend_their_hours(self) -> None:
        """The desk registers reports; ward officials go into the street."""
        world = self.world
        world.loops.call(campaign)
        act_at_the_desk(world)
        waiting, world.first_open = world.loops.call(waiting_reports, first_open=world.first_open)
        world.loops.call(register_reports, waiting=waiting)
        world.loops.call(observe_streets)
        for official in self.officials:
            official.step()
        hold_gatherings(world)
        if world.conditions.go_between > 0:
            world.loops.call(go_along_streets)

    def institutions_decide(self) -> None:
        """Friends' groups press; cases are opened, approved and unblocked; requests are answered; the council meets."""
        world = self.world
        world.reserve_lists()
        if world.conditions.counter_pressure > 0 or world.streets.pressure.any():
            world.loops.call(press, first_pending=world.first_pending)
        prepare_projects(world)
        if projects_go_first(world):
            weigh_objections(world)
        world.loops.call(open_cases)
        world.loops.call(approve)
        weigh_objections(world)
        self.reserve_events()
        world.loops.call(clear_rules)
        self._residents_ask()
        for institution in self.institutions:
            institution.step()
        self.council.step()

    def _residents_ask(self) -> None:
        """Answer requests; reserve two events for each resident, and one for each neighbour of an exception."""
        world = self.world
        left, n = world.accounts.arrays["left"], len(world.residents)
        most = min(n, int(left[COUNTER_HOURS] + left[CORPORATION_HOURS]) // int(world.case.behaviour.request_minutes))
        world.requests.reserve(most)
        world.events.reserve(2 * n + most * world.widest)
        world.loops.call(answer_requests)

    def reserve_events(self) -> None:
        """Reserve rows for events: what residents see, the outcomes of reports, and being asked."""
        world = self.world
        seen = int(world.loops.call(most_seen))
        world.events.reserve(seen + 2 * len(world.reports) + 6 * len(world.residents) + 64)

    def institutions_carry_out(self) -> None:
        """Crews, enforcers, the police and programmes carry out cases; stale reports are dropped."""
        world = self.world
        if projects_go_first(world):
            work_on_projects(world)
        self.reserve_events()
        order_visits(world)
        world.loops.call(carry_out)
        look_back_on_visits(world)
        world.loops.call(drop_stale_reports)
        work_on_projects(world)
        end_acts(world)

    def initiatives_live(self) -> None:
        """Initiatives are founded, recruit, work, wait at the town hall, deliver or end."""
        world = self.world
        world.initiatives.reserve(len(world.residents))
        world.loops.call(survey)
        world.loops.call(found)
        self.reserve_events()
        world.loops.call(ask_around)
        world.loops.call(give_hours)
        world.loops.call(list_members)
        world.reserve_lists()
        self.reserve_events()
        world.loops.call(ask_institutions)
        world.loops.call(pay_upkeep)
        world.loops.call(support)
        world.loops.call(live_on)

    def promises_fall_due(self) -> None:
        """Promises are kept or broken, residents read the news and respond to announced projects."""
        world = self.world
        world.events.reserve(len(world.promises))
        world.first_pending = world.loops.call(fall_due, first_pending=world.first_pending)
        world.events.reserve(int(world.standing["news_count"][0]) * len(world.residents))
        world.loops.call(spread_news)
        residents_answer(world)

    def residents_learn(self) -> None:
        """Residents tell each other of the week's events and learn from them. Reads only events and residents."""
        world = self.world
        world.events.reserve(int(world.loops.call(count_listeners)))
        world.loops.call(spread_word)
        if world.keep_events and world.week > 0:
            world.event_log.append((world.week, world.events.what.copy(), world.events.size.copy()))
        self._learn_from_events()

    def _learn_from_events(self) -> None:
        self.world.loops.call(notice_examples)
        self.world.loops.call(gather_experience)
        self.world.events.count[0] = 0
        self.world.loops.call(learn)

    def ties_change(self) -> None:
        """Ties form, strengthen and fade."""
        world = self.world
        world.loops.call(meet_by_chance)
        world.loops.call(grow_together)
        world.loops.call(renew_ties)
        world.loops.call(fade_ties)

    def _households_move(self) -> None:
        moved = self.world.loops.call(move_households)
        if moved:
            self.world.loops.call(settle, count=moved)

    def people_come_and_go(self) -> None:
        """Households move; officials' strain changes, and some leave."""
        self._households_move()
        if self.world.loops.call(tire, first_pending=self.world.first_pending):
            for official in self.officials:
                official.maybe_leave()

    def take_measures(self) -> None:
        """Add up the week's spending and measure the outcomes."""
        self.world.loops.call(do_papers)
        accounts = self.world.accounts.arrays
        accounts["spent_ever"] += accounts["spent"]
        if self.world.week > 0:
            self.world.loops.call(measure)
            note_handling(self.world)
            self.world.add_to_record()

    def replay_week(self, week: int, what: np.ndarray, size: np.ndarray) -> None:
        """Let residents learn from another run's events of one week, and households move. No other phase runs."""
        world = self.world
        if world.week == 0 and world.case.burn_in:
            world.start_run()
        world.week = week
        world.loops.call(week_keys)
        world.events.count[0] = 0
        world.events.reserve(len(what))
        world.events.arrays["what"][: len(what)] = what
        world.events.arrays["size"][: len(size)] = size
        world.events.count[0] = len(what)
        self._learn_from_events()
        self._households_move()
