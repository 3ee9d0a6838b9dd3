"""Problems in streets: they arise, grow, fade and return, and residents feel the burden."""

from __future__ import annotations

from model.engine.chance import ARISE, RETURN, draw, join, key_of
from model.engine.loops import loop
from model.rules import feel_burden, problem_arises, problem_changes, problem_returns
from model.state.tallies import FADED_AWAY, RETURNED

NO_CASE, WAITING, STOPPED, READY = range(4)  # a case waits for approval, is stopped by a rule, or may be carried out
LIVING, SOLVED, FADED = range(3)  # states of a problem


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
    """Add one problem (other columns of a new row have their default)."""
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
    """New problems arise, each a candidate named (street, kind, week, count); stops when the table is full."""
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
    """Solved problems whose cause remains may return, named (root, number of returns)."""
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
    """Problems grow and fade; compute each street's list of living problems and its load."""
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
    """Compute each resident's burden from the load of their street."""
    for i in range(resident_count[0]):
        s = resident_street[i]
        resident_burden[i] = feel_burden(
            float(street_public[s]), float(street_private[s]), float(resident_means[i]), float(resident_sensitivity[i])
        )
