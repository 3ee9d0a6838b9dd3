"""Institutions (departments, housing corporation, police): they open cases and approve plans, within hours and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.engine.chance import (
    CONFLICT,
    FLAW,
    LEAD,
    NOTICE,
    QUEUE,
    SHARE,
    WATCH,
    draw,
)
from model.engine.loops import loop
from model.kinds import BY_CORPORATION, BY_CREW, BY_NOBODY, BY_VISIT, DEPARTMENTS
from model.rules import approval_catches_flaw, case_score, days_until_there
from model.state.accounts import (
    CASE_HOURS,
    CENTRAL_POT,
    CORPORATION_HOURS,
    CORPORATION_POT,
    CREW_HOURS,
    ENFORCER_HOURS,
    MANDATE_POT,
    POLICE_HOURS,
    PROGRAMME_HOURS,
)
from model.state.tallies import PLAN_WEEKS, PLANS_APPROVED, PLANS_ON_THE_SPOT
from model.week.agents import RowAgent
from model.week.problems import LIVING, NO_CASE, READY, STOPPED, WAITING

if TYPE_CHECKING:
    pass


@loop
def open_cases(
    week, keys, par, practice, kind, place, tally, case_list, case_rank, problem_count, problem_name, problem_kind, problem_street,
    problem_state, problem_case, problem_reports, problem_last_report, problem_seen, problem_known, problem_opened, problem_ready,
    problem_due, problem_flaw, problem_bent, problem_account, problem_minutes, report_week, report_day, street_area, street_cents,
    purse_left, purse_spent_ever,
):  # fmt: skip
    """Open cases after enough reports or an official's observation; routine cases get their money at once."""
    p = par[0]
    g = practice[0]
    n = 0
    for q in range(problem_count[0]):
        k = problem_kind[q]
        solver = int(kind[k].solver)
        if problem_state[q] != LIVING or problem_case[q] != NO_CASE or solver == BY_NOBODY:
            continue
        enough = g.report_threshold
        if kind[k].planned < 0.5:
            enough = 1.0  # routine: one report is enough anywhere (litter is fixed within nine days, Telegraaf/Decos 2018)
        watched = draw(keys[WATCH], problem_name[q]) < (1.0 - g.complaint_steering) * float(problem_seen[q])
        if problem_reports[q] >= enough or watched:
            case_list[n] = q
            case_rank[n] = draw(keys[QUEUE], problem_name[q])
            n += 1
    order = np.argsort(case_rank[:n])
    for m in range(n):  # money goes in random order, not by street number
        q = case_list[order[m]]
        k = problem_kind[q]
        solver = int(kind[k].solver)
        name = problem_name[q]
        account = PROGRAMME_HOURS
        if solver == BY_CREW:
            account = CREW_HOURS
        elif solver == BY_VISIT:
            account = POLICE_HOURS if draw(keys[SHARE], name) < p.police_share else ENFORCER_HOURS
        elif solver == BY_CORPORATION:
            share = place[street_area[problem_street[q]]].association_share
            account = CORPORATION_HOURS if draw(keys[SHARE], name) < share else CREW_HOURS
        problem_account[q] = account
        problem_opened[q] = week
        problem_bent[q] = 0
        problem_minutes[q] = int(kind[k].minutes)
        planned = kind[k].planned > 0.5
        problem_flaw[q] = 1 if planned and draw(keys[FLAW], name) < p.flaw_share else 0
        problem_case[q] = WAITING
        problem_ready[q] = week + (int(g.approval_lag) if planned else 0)
        last = problem_last_report[q]
        day = 3.5  # in the middle of the week, or on the day of the report
        if last >= 0:
            day = float(report_day[last]) if report_week[last] == week else 0.0
        problem_due[q] = 7.0 * week + day + days_until_there(draw(keys[LEAD], name), kind[k].days)
        cents = int(100.0 * kind[k].euro)
        pot = -1
        if account != CORPORATION_HOURS and problem_known[q] == 1 and cents <= purse_left[MANDATE_POT]:
            pot = MANDATE_POT  # on the spot, without review of the plan
            tally[PLANS_ON_THE_SPOT] += 1 if planned else 0
        elif not planned and cents <= purse_left[CENTRAL_POT]:
            pot = CENTRAL_POT
        if pot >= 0:
            purse_left[pot] -= cents
            purse_spent_ever[pot] += cents
            street_cents[problem_street[q]] += cents
            problem_case[q] = STOPPED if kind[k].spans >= 0 or draw(keys[CONFLICT], name) < kind[k].conflict else READY


@loop
def place_in_queue(
    q, week, keys, practice, problem_name, problem_street, problem_reports, problem_opened, problem_known, problem_defended,
    street_pressure,
):  # fmt: skip
    """Return a case's rank in the queue (lowest first): by reports, pressure, local knowledge, waiting and chance."""
    g = practice[0]
    pressed = street_pressure[problem_street[q]] * (2.0 if problem_defended[q] == week else 1.0)
    return -case_score(
        problem_reports[q], pressed, 0.5 * g.inside_work * problem_known[q], week - problem_opened[q], g.complaint_steering,
        draw(keys[QUEUE], problem_name[q]),
    )  # fmt: skip


@loop
def approve(
    week, keys, par, practice, kind, tally, case_list, case_rank, problem_count, problem_name, problem_kind, problem_street,
    problem_case, problem_ready, problem_due, problem_reports, problem_opened, problem_flaw, problem_account, problem_known,
    problem_defended, street_pressure, street_cents, account_left, account_spent, purse_left, purse_spent_ever,
):  # fmt: skip
    """Approve plans whose waiting time is over, within case workers' hours and money; some flaws are found."""
    p = par[0]
    g = practice[0]
    n = 0
    for q in range(problem_count[0]):
        if problem_case[q] == WAITING and problem_ready[q] <= week:
            case_list[n] = q
            case_rank[n] = place_in_queue(
                q, week, keys, practice, problem_name, problem_street, problem_reports, problem_opened, problem_known, problem_defended,
                street_pressure,
            )  # fmt: skip
            n += 1
    order = np.argsort(case_rank[:n])
    minutes = int(p.approval_minutes)
    for m in range(n):
        q = case_list[order[m]]
        k = problem_kind[q]
        pot = CORPORATION_POT if problem_account[q] == CORPORATION_HOURS else CENTRAL_POT
        worker = CORPORATION_HOURS if pot == CORPORATION_POT else CASE_HOURS
        cents = int(100.0 * kind[k].euro)
        if account_left[worker] < minutes or purse_left[pot] < cents:
            continue
        account_left[worker] -= minutes
        account_spent[worker] += minutes
        purse_left[pot] -= cents
        purse_spent_ever[pot] += cents
        street_cents[problem_street[q]] += cents
        if problem_flaw[q] == 1 and approval_catches_flaw(draw(keys[NOTICE], problem_name[q]), g.approval_lag, p.flaw_scale):
            problem_flaw[q] = 0
        problem_due[q] = 7.0 * week + days_until_there(draw(keys[LEAD], problem_name[q]), kind[k].days)
        tally[PLANS_APPROVED] += 1
        tally[PLAN_WEEKS] += week - problem_opened[q]
        problem_case[q] = STOPPED if kind[k].spans >= 0 or draw(keys[CONFLICT], problem_name[q]) < kind[k].conflict else READY


class Institution(RowAgent):
    """A department or the housing corporation: openness, strictness, queue, trust in residents, recent precedents."""

    table, called = "department", "an institution"

    @property
    def title(self) -> str:
        """The name of its field."""
        return DEPARTMENTS[self.row]

    @property
    def queue(self) -> int:
        """Number of open cases in its field."""
        problems = self.world.problems
        fields = self.world.kind_departments[problems.kind]
        return int(((problems.case != NO_CASE) & (fields == self.row)).sum())

    def step(self) -> None:
        """Move openness back towards its resting level; successes have raised it during the week."""
        p, table = self.world.case.behaviour, self.world.departments.arrays
        rest = self.world.conditions.openness
        table["openness"][self.row] += p.open_return * (rest - table["openness"][self.row])
