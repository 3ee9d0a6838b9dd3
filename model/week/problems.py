"""Problems: what goes wrong in a street, how it grows, fades and returns, and the burden that residents feel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.engine.chance import ARISE, RETURN, draw, join, key_of
from model.engine.loops import loop
from model.rules import feel_burden, problem_arises, problem_changes, problem_returns

PUBLIC_SPACE, SOCIAL, PLANNING, SAFETY, HOUSING = range(5)  # departments
DEPARTMENTS = ("public space", "social", "spatial planning", "safety", "housing corporation")

BY_CREW, BY_VISIT, BY_PROGRAMME, BY_CORPORATION, BY_NOBODY = range(5)  # who carries a case out


@dataclass(frozen=True)
class Kind:
    """A kind of problem. Rates and loads are assumptions, set so that reports come out at P1; all can be swept."""

    name: str
    label: str
    rate: float  # new ones a street a year
    severity: float  # at the start, 0-1
    grows: float  # a week, of what room is left
    fades: float  # a week, of what is there
    public: float  # load on all who live in the street
    private: float  # load on those of small means
    reportable: float  # 1: can be reported
    presence: float  # chance that it is there at a visit
    department: int
    solver: int
    planned: float  # 1: a plan must be approved before it is carried out; 0: routine
    minutes: int  # to carry out
    euro: int
    conflict: float  # share of cases that meet a rule conflict
    symptom: float  # share of routine solutions that leave the cause
    by_residents: float  # 1: residents can take it up themselves
    concerned: float  # 1: a conflict of interests, ended by those concerned together
    spans: int = -1  # the other department that must go along; -1: none


KINDS = (
    Kind("litter", "litter and broken things", 2.0, 0.25, 0.04, 0.07, 1.0, 0.0, 1, 1.0, PUBLIC_SPACE, BY_CREW, 0, 90, 60, 0.02, 0.25, 1, 0),
    Kind("noise", "noise and nuisance", 0.8, 0.40, 0.02, 0.05, 1.0, 0.0, 1, 0.25, SAFETY, BY_VISIT, 0, 60, 0, 0.0, 0.60, 0, 1),
    Kind("traffic", "unsafe traffic", 0.15, 0.30, 0.01, 0.015, 1.0, 0.0, 1, 1.0, PLANNING, BY_CREW, 1, 600, 1500, 0.3, 0.20, 0, 0),
    Kind("energy", "energy poverty", 0.15, 0.40, 0.01, 0.02, 0.0, 1.2, 0, 1.0, SOCIAL, BY_PROGRAMME, 1, 480, 800, 0.5, 0.40, 1, 0, HOUSING),
    Kind("loneliness", "loneliness", 0.2, 0.35, 0.01, 0.025, 0.1, 0.6, 0, 1.0, SOCIAL, BY_NOBODY, 0, 0, 0, 0.0, 0.0, 1, 0),
    Kind("design", "a flaw in the design of the place", 0.05, 0.45, 0.0, 0.006, 1.0, 0.0, 1, 1.0, PLANNING, BY_CREW, 1, 360, 900, 0.3, 1.0, 0, 1),
    Kind("neglect", "neglected public space", 0.3, 0.30, 0.02, 0.025, 1.0, 0.0, 1, 1.0, HOUSING, BY_CORPORATION, 1, 420, 500, 0.25, 0.35, 1, 0),
    Kind("youth", "youth with nothing to do", 0.3, 0.35, 0.02, 0.035, 0.8, 0.0, 1, 0.5, SOCIAL, BY_PROGRAMME, 1, 360, 400, 0.2, 0.50, 1, 1),
)  # fmt: skip
KIND_ROWS = {kind.name: row for row, kind in enumerate(KINDS)}

NO_CASE, WAITING, STOPPED, READY = range(4)  # a case waits for approval, is stopped by a rule, or may be carried out
LIVING, SOLVED, FADED = range(3)  # states of a problem
HIDDEN_AFTER = 26  # weeks without a report that make a street silent


@loop
def week_keys(seed, week, keys):
    """Set the week's random key of every decision."""
    for decision in range(keys.shape[0]):
        keys[decision] = key_of(seed, decision, week)


@loop
def new_problem(
    problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind, problem_severity, problem_cause,
    problem_born, problem_last_report, problem_next, problem_account, name, root, nth, street, kind_row, severity, week,
):  # fmt: skip
    """Write down one problem (all other columns of a new row stand at their default)."""
    n = problem_count[0]
    problem_name[n] = name
    problem_root[n] = root
    problem_nth[n] = nth
    problem_street[n] = street
    problem_kind[n] = kind_row
    problem_severity[n] = severity
    problem_cause[n] = 1
    problem_born[n] = week
    problem_last_report[n] = -1
    problem_next[n] = -1
    problem_account[n] = 0
    problem_count[0] = n + 1


@loop
def arise(
    week, keys, kind, kinds, street_count, street_name, street_rate, problem_count, problem_name, problem_root, problem_nth,
    problem_street, problem_kind, problem_severity, problem_cause, problem_born, problem_last_report, problem_next,
    problem_account,
):  # fmt: skip
    """New problems turn up, each a named candidate (street, kind, week, count); stops early when the table is full."""
    for s in range(street_count[0]):
        for k in range(kinds):
            rate = kind[k].rate * float(street_rate[s]) / 52.0
            tries = 1 + int(2.0 * rate)
            place = join(street_name[s], k)
            for t in range(tries):
                name = join(place, join(week, t))
                if problem_arises(draw(keys[ARISE], name), rate / tries):
                    if problem_count[0] >= problem_name.shape[0]:
                        return
                    new_problem(
                        problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
                        problem_severity, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
                        name, name, 0, s, k, kind[k].severity, week,
                    )  # fmt: skip


@loop
def come_back(
    week, keys, par, tally, kind, problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
    problem_severity, problem_state, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
):  # fmt: skip
    """A solved problem whose cause was left returns, by the name (root, how often)."""
    for q in range(problem_count[0]):
        if problem_state[q] != SOLVED or problem_cause[q] == 0:
            continue
        nth = problem_nth[q] + 1
        name = join(problem_root[q], nth)
        if problem_returns(draw(keys[RETURN], name), 1.0 / par[0].return_weeks):
            if problem_count[0] >= problem_name.shape[0]:
                return
            problem_cause[q] = 0
            tally[RETURNED] += 1
            new_problem(
                problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
                problem_severity, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
                name, problem_root[q], nth, problem_street[q], problem_kind[q], kind[problem_kind[q]].severity, week,
            )  # fmt: skip


@loop
def change_problems(
    week, kind, tally, problem_count, problem_kind, problem_severity, problem_state, problem_cause, problem_ended, problem_case,
    problem_street, problem_next, street_count, street_public, street_private, street_first, street_reported, street_silent,
):  # fmt: skip
    """Problems grow and fade; each street gets its list of living problems and the load they make."""
    for s in range(street_count[0]):
        street_public[s] = 0.0
        street_private[s] = 0.0
        street_first[s] = -1
        street_reported[s] = 0.75 * float(street_reported[s])
        street_silent[s] += 1
    for q in range(problem_count[0]):
        if problem_state[q] != LIVING:
            continue
        k = problem_kind[q]
        severity = problem_changes(float(problem_severity[q]), kind[k].grows, kind[k].fades)
        problem_severity[q] = severity
        if severity < 0.05 and problem_case[q] == NO_CASE:
            problem_state[q] = FADED
            problem_cause[q] = 0
            problem_ended[q] = week
            tally[FADED_AWAY] += 1
            continue
        s = problem_street[q]
        street_public[s] = float(street_public[s]) + severity * kind[k].public
        street_private[s] = float(street_private[s]) + severity * kind[k].private
        problem_next[q] = street_first[s]
        street_first[s] = q


@loop
def feel_burdens(resident_count, resident_street, resident_means, resident_sensitivity, resident_burden, street_public, street_private):
    """Everybody is bothered by what is wrong in the own street."""
    for i in range(resident_count[0]):
        s = resident_street[i]
        resident_burden[i] = feel_burden(
            float(street_public[s]), float(street_private[s]), float(resident_means[i]), float(resident_sensitivity[i])
        )


# places in `tally`: what the run counts, since its start
FILED, REGISTERED, CLOSED_ON_TIME, CLOSED_LATE, CLOSED_EMPTY, CLOSED_IGNORED, CLOSED_GONE, WAITED_WEEKS = range(8)
SOLVED_BY_CASE, SOLVED_BY_RESIDENTS, RETURNED, FADED_AWAY, VISITS, OPENED_DOORS, EXCEPTIONS, FLAWED = range(8, 16)
STARTED, DELIVERED, FAILED, WITHERED, JOINS, QUITS, ASKS, HAND_OVERS = range(16, 24)
MADE, KEPT, BROKEN, TOLD, VOID, MOVES, OFFICIALS_LEFT, RESIDENT_HOURS = range(24, 32)
UNREGISTERED, INITIATIVE_CENTS, BARGAINS, FOUNDED_WITH_EXAMPLE, FOUNDER_MEANS = range(32, 37)
AGENDA_BEGUN, AGENDA_LANDED, AGENDA_STOPPED, AGENDA_ADDRESSED, AGENDA_TAKEN_UP, AGENDA_GOAL, OBJECTIONS, VARIANTS = range(37, 45)
REQUESTED, HELPED_COUNT, REFUSED_COUNT, TAILORED, CHECKED_COUNT, MISUSED, CAUGHT, ENVIED = range(45, 53)
GROUP_MEETINGS, GROUP_VISITORS, MATES_LEFT = range(53, 56)
EXCHANGES, ENTERPRISES, UPKEEP_CENTS, BURNED_OUT_COUNT, TAKEN_AS_INPUT, PUBLISHED, GUIDED, LED_BY_OFFICIALS = range(56, 64)
PRESSURE_MINUTES = 64
GIVEN, HEARD, TAKEN_BACK = range(65, 68)  # what was planned: residents given something, heard out; exceptions taken back
WORK_MINUTES, SILENT_MINUTES, NUISANCE_VISITS, FOUND_NOTHING = range(TAKEN_BACK + 1, TAKEN_BACK + 5)
PLANS_APPROVED, PLAN_WEEKS, PLANS_ON_THE_SPOT, BUILT_ON, STARTED_OVER, HURT_HEARD = range(FOUND_NOTHING + 1, FOUND_NOTHING + 7)
CASES_FRIENDS, WEEKS_FRIENDS, CASES_OTHERS, WEEKS_OTHERS = range(HURT_HEARD + 1, HURT_HEARD + 5)
KEPT_FRIENDS, ENDED_FRIENDS, RULES_CLEARED, RULE_WEEKS = range(WEEKS_OTHERS + 1, WEEKS_OTHERS + 5)
EXCHANGE_MINUTES, EXCHANGE_CONTACTS, BOUNDARIES = range(RULE_WEEKS + 1, RULE_WEEKS + 4)
TALLIES = BOUNDARIES + 1


def kinds_record(factors: dict[str, float]) -> np.ndarray:
    """Return the kinds as records for the loops; `factors` multiplies rates by name."""
    names = [name for name in Kind.__dataclass_fields__ if name not in ("name", "label")]
    record = np.zeros(len(KINDS), dtype=[(name, np.float64) for name in names])
    for row, kind in enumerate(KINDS):
        for name in names:
            record[name][row] = getattr(kind, name)
        record["rate"][row] *= factors.get(kind.name, 1.0)
    return record
