"""Reports (meldingen): filing, registration at the desk, and closing."""

from __future__ import annotations

import numpy as np

from model.engine.chance import DAY, FEEDBACK, LOOK, PUTS_UP, REPORT, WHICH, draw, join
from model.engine.loops import loop
from model.rules import will_report, will_tell
from model.state.accounts import CORPORATION_HOURS, DESK_HOURS, POLICE_HOURS, WARD_DESK_HOURS, find_minutes
from model.state.experiences import (
    CORPORATION,
    FELT_DROPPED,
    FELT_LATE,
    FELT_UNTOLD,
    FIXED,
    FIXED_BADLY,
    IGNORED,
    MUNICIPALITY,
    NOTHING_FOUND,
    OWN,
    POLICE,
    USUAL,
    tell,
)
from model.state.tallies import (
    CLOSED_BADLY,
    CLOSED_EMPTY,
    CLOSED_GONE,
    CLOSED_IGNORED,
    CLOSED_LATE,
    CLOSED_ON_TIME,
    FILED,
    REGISTERED,
    REPORTERS,
    REPORTERS_PLEASED,
    REPORTERS_SAW,
    REPORTERS_TOLD,
    UNREGISTERED,
)
from model.week.problems import LIVING, NO_CASE

OPEN, ON_TIME, LATE, EMPTY, DROPPED, GONE, BAD = range(7)  # fates
HANDLED = (ON_TIME, LATE, EMPTY, BAD)  # those that somebody dealt with: a closed report need not be a solved problem
UNTOLD, HEARD_BACK, SAW_IT = range(3)
PLEASED = 0.6  # value of the experience above which a reporter counts as satisfied (assumption: as for meetings)


@loop
def file_reports(
    week, keys, par, kind, tally, resident_count, resident_name, resident_street, resident_burden, resident_habit,
    resident_reporting, resident_owner, resident_touched, resident_filed, street_first, street_reported, street_silent,
    problem_name, problem_kind, problem_severity, problem_next, problem_last_report, report_count, report_reporter, report_person,
    report_problem, report_week, report_day, report_fate, report_registered, report_next,
):  # fmt: skip
    """Bothered residents who believe that reporting helps report one problem of their street."""
    p = par[0]
    for i in range(resident_count[0]):
        s = resident_street[i]
        if street_first[s] < 0:
            continue
        u = draw(keys[REPORT], resident_name[i])
        burden = float(resident_burden[i])
        if not will_report(
            u, float(resident_habit[i]), burden, float(resident_reporting[i]), float(resident_owner[i]), p.owner_ratio, p.belief_reach
        ):
            continue
        chosen = -1
        best = 0.0
        q = street_first[s]
        while q >= 0:  # choose a problem: worst most likely, without an open report by this resident
            told = problem_last_report[q]
            while told >= 0 and report_person[told] != resident_name[i]:
                told = report_next[told]
            if told >= 0:
                q = problem_next[q]
                continue
            score = float(problem_severity[q]) * draw(keys[WHICH], join(resident_name[i], problem_name[q]))
            if kind[problem_kind[q]].reportable > 0.0 and score > best:
                best = score
                chosen = q
            q = problem_next[q]
        if chosen < 0 or draw(keys[PUTS_UP], resident_name[i]) >= kind[problem_kind[chosen]].reportable:
            continue
        n = report_count[0]
        report_reporter[n] = i
        report_person[n] = resident_name[i]
        report_problem[n] = chosen
        report_week[n] = week
        report_day[n] = 7.0 * draw(keys[DAY], resident_name[i])
        report_fate[n] = OPEN
        report_registered[n] = 0
        report_next[n] = problem_last_report[chosen]
        problem_last_report[chosen] = n
        report_count[0] = n + 1
        resident_touched[i] |= 4
        resident_filed[i] += 1
        street_reported[s] = float(street_reported[s]) + 1.0
        street_silent[s] = 0
        tally[FILED] += 1
        tally[UNREGISTERED] += 1


@loop
def waiting_reports(first_open: int, report_count, report_fate, report_registered, waiting_list):
    """List the open reports not yet registered; return their number and the row where the next search can start."""
    n = 0
    first = report_count[0]
    for r in range(first_open, report_count[0]):
        if report_fate[r] == OPEN and report_registered[r] == 0:
            if n < waiting_list.shape[0]:
                waiting_list[n] = r
                n += 1
            first = min(first, r)
    return n, first


@loop
def register_reports(
    week, keys, par, tally, waiting: int, waiting_list, report_person, report_week, report_problem, report_registered, problem_reports,
    account_left, account_spent,
):  # fmt: skip
    """The desk registers reports, oldest first, until its hours run out; ward officials who sit there help."""
    p = par[0]
    minutes = int(p.report_minutes)
    age = np.empty(waiting, np.float64)
    for n in range(waiting):
        r = waiting_list[n]
        age[n] = float(report_week[r] - week) + draw(keys[WHICH], report_person[r])
    order = np.argsort(age)
    for n in range(waiting):
        if not find_minutes(DESK_HOURS, minutes, account_left, account_spent) and not find_minutes(
            WARD_DESK_HOURS, minutes, account_left, account_spent
        ):
            return
        r = waiting_list[order[n]]
        report_registered[r] = 1
        problem_reports[report_problem[r]] += 1
        tally[REGISTERED] += 1
        tally[UNREGISTERED] -= 1


@loop
def close_reports(
    q, fate, value, day, week, keys, par, practice, tally, problem_name, problem_last_report, problem_reports, problem_account,
    resident_name, report_reporter, report_person, report_week, report_day, report_fate, report_closed, report_days, report_told,
    report_registered, report_next, account_left, account_spent, event_count, event_what, event_size,
):  # fmt: skip
    """Close all open reports about a problem; each reporter who still lives there is told, sees it, or hears nothing."""
    p = par[0]
    g = practice[0]
    r = problem_last_report[q]
    problem_last_report[q] = -1
    problem_reports[q] = 0
    to = MUNICIPALITY
    if problem_account[q] == CORPORATION_HOURS:
        to = CORPORATION
    elif problem_account[q] == POLICE_HOURS:
        to = POLICE
    while r >= 0:
        days = max(day - 7.0 * report_week[r] - float(report_day[r]), 0.5)
        late = fate == ON_TIME and days > p.promised_days
        given = LATE if late else fate
        report_fate[r] = given
        report_closed[r] = week
        report_days[r] = days
        if report_registered[r] == 0:
            tally[UNREGISTERED] -= 1
        event = FIXED
        good = value
        if given == ON_TIME:
            tally[CLOSED_ON_TIME] += 1
        elif given == LATE:
            tally[CLOSED_LATE] += 1
            good = FELT_LATE * value
        elif given == EMPTY:
            tally[CLOSED_EMPTY] += 1
            event = NOTHING_FOUND
        elif given == BAD:
            tally[CLOSED_BADLY] += 1
            event = FIXED_BADLY
        elif given == DROPPED:
            tally[CLOSED_IGNORED] += 1
            event = IGNORED
        else:
            tally[CLOSED_GONE] += 1
        i = report_reporter[r]
        if given != GONE and resident_name[i] == report_person[r]:
            tally[REPORTERS] += 1
            if given != DROPPED:
                about = join(report_person[r], problem_name[q])
                minutes = int(p.feedback_minutes)
                if will_tell(draw(keys[FEEDBACK], about), g.feedback) and (
                    find_minutes(DESK_HOURS, minutes, account_left, account_spent)
                    or find_minutes(WARD_DESK_HOURS, minutes, account_left, account_spent)
                ):
                    report_told[r] = HEARD_BACK
                    tally[REPORTERS_TOLD] += 1
                elif given != EMPTY and draw(keys[LOOK], about) < p.looks_back:
                    report_told[r] = SAW_IT
                    tally[REPORTERS_SAW] += 1
                else:
                    event = IGNORED
                    good = FELT_UNTOLD
            if event == FIXED and good > PLEASED:
                tally[REPORTERS_PLEASED] += 1
            tell(event_count, event_what, event_size, event, i, to, q, good, USUAL, OWN)
        r = report_next[r]


@loop
def drop_stale_reports(
    week, keys, par, practice, tally, problem_count, problem_name, problem_state, problem_case, problem_last_report, problem_reports,
    problem_account, resident_name, report_reporter, report_person, report_week, report_day, report_fate, report_closed, report_days,
    report_told, report_registered, report_next, account_left, account_spent, event_count, event_what, event_size,
):  # fmt: skip
    """Close reports about problems that are gone; drop stale reports that did not lead to a case."""
    p = par[0]
    for q in range(problem_count[0]):
        r = problem_last_report[q]
        if r < 0 or problem_case[q] != NO_CASE:
            continue
        fate = OPEN
        if problem_state[q] != LIVING:
            fate = GONE
        else:
            while r >= 0:  # the oldest report decides
                if week - report_week[r] > p.stale_reports:
                    fate = DROPPED
                r = report_next[r]
        if fate != OPEN:
            close_reports(
                q, fate, FELT_DROPPED, 7.0 * week + 3.5, week, keys, par, practice, tally, problem_name, problem_last_report,
                problem_reports, problem_account, resident_name, report_reporter, report_person, report_week, report_day, report_fate,
                report_closed, report_days, report_told, report_registered, report_next, account_left, account_spent, event_count,
                event_what, event_size,
            )  # fmt: skip
