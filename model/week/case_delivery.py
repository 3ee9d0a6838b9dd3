"""Delivery of approved cases: rule conflicts are resolved or an exception is made; crews and enforcers carry cases out."""

from __future__ import annotations

import numpy as np

from model.engine.chance import BARGAIN, BEND, CAUSE, CLEAR, EXPLAIN, PRESENT, QUEUE, SEE, WITNESS, draw, join
from model.engine.loops import loop
from model.kinds import BY_VISIT, HIDDEN_AFTER
from model.rules import boundary_clears, day_done, hour_inside, rule_clears, visit_finds, will_bend
from model.state.accounts import CORPORATION_HOURS, INSIDE_HOURS, POLICE_HOURS, SUPPORT_HOURS
from model.state.experiences import (
    CLASHED,
    CORPORATION,
    FELT_BAD,
    FELT_BARGAIN,
    FELT_CLASH,
    FELT_DROPPED,
    FELT_EMPTY,
    FELT_EXCEPTION,
    FELT_FIXED,
    FELT_REPAIR,
    MUNICIPALITY,
    NEIGHBOURS,
    OWN,
    POLICE,
    SAW_EXCEPTION,
    SAW_REPAIR,
    USUAL,
    WAS_INVOLVED,
    tell,
)
from model.state.tallies import (
    BARGAINS,
    BOUNDARIES,
    CASES_FRIENDS,
    CASES_OTHERS,
    EXCEPTIONS,
    FLAWED,
    FOUND_NOTHING,
    NUISANCE_VISITS,
    RESIDENT_HOURS,
    SILENT_MINUTES,
    SOLVED_BY_CASE,
    WEEKS_FRIENDS,
    WEEKS_OTHERS,
    WORK_MINUTES,
)
from model.week.cases import place_in_queue
from model.week.problems import NO_CASE, READY, SOLVED, STOPPED
from model.week.reports import BAD, DROPPED, EMPTY, ON_TIME, close_reports


@loop
def clear_rules(
    keys, par, practice, kind, tally, case_list, case_rank, problem_opened, problem_count, problem_name, problem_kind,
    problem_street, problem_case, problem_bent, problem_severity, problem_account, street_start, street_stop, street_post,
    official_strain, official_mate_hours, official_mate_style, resident_name, department_openness, department_strictness,
    department_precedents, account_left, account_spent, event_count, event_what, event_size,
):  # fmt: skip
    """Resolve rule conflicts of stopped cases, or make an exception; neighbours may notice an unexplained one."""
    p = par[0]
    g = practice[0]
    n = 0
    for q in range(problem_count[0]):
        if problem_case[q] == STOPPED:
            case_list[n] = q
            case_rank[n] = problem_opened[q] + draw(keys[QUEUE], problem_name[q])
            n += 1
    order = np.argsort(case_rank[:n])
    for m in range(n):  # longest waiting first
        q = case_list[order[m]]
        d = int(kind[problem_kind[q]].department)
        name = problem_name[q]
        post = street_post[problem_street[q]]
        inside = 0.0
        if account_left[INSIDE_HOURS] >= 60:
            account_left[INSIDE_HOURS] -= 60
            account_spent[INSIDE_HOURS] += 60
            practised = float(official_mate_hours[post])
            inside = hour_inside(practised / (practised + p.skill_hours))
        strict = float(department_strictness[d])
        other = int(kind[problem_kind[q]].spans)
        if other >= 0:  # between two departments, so no mandate for an exception
            openness = min(float(department_openness[d]), float(department_openness[other]))
            strict = max(strict, float(department_strictness[other]))
            inside = inside * float(official_mate_style[post])
            if boundary_clears(draw(keys[CLEAR], name), openness, strict, inside, p.clear_base):
                problem_case[q] = READY
                tally[BOUNDARIES] += 1
        elif rule_clears(draw(keys[CLEAR], name), float(department_openness[d]), strict, inside, p.clear_base):
            problem_case[q] = READY
        elif will_bend(draw(keys[BEND], name), g.mandate_rules, strict, float(official_strain[post])):
            problem_case[q] = READY
            problem_bent[q] = 1
            tally[EXCEPTIONS] += 1
            explain = int(p.explain_minutes)
            if draw(keys[EXPLAIN], name) < g.transparency and account_left[SUPPORT_HOURS] >= explain:
                account_left[SUPPORT_HOURS] -= explain
                account_spent[SUPPORT_HOURS] += explain
                continue
            to = CORPORATION if problem_account[q] == CORPORATION_HOURS else MUNICIPALITY
            evident = float(problem_severity[q])
            s = problem_street[q]
            before = event_count[0]
            for i in range(street_start[s], street_stop[s]):
                if draw(keys[WITNESS], join(name, resident_name[i])) < p.notice * (1.0 - evident):
                    tell(event_count, event_what, event_size, SAW_EXCEPTION, i, to, q, FELT_EXCEPTION, USUAL, OWN)
            if event_count[0] > before:
                department_precedents[d] = float(department_precedents[d]) + 1.0


@loop
def count_case(weeks, friends, tally):
    """Count a closed case and its weeks, separately for streets with a friends' group."""
    if friends > 0.0:
        tally[CASES_FRIENDS] += 1
        tally[WEEKS_FRIENDS] += weeks
    else:
        tally[CASES_OTHERS] += 1
        tally[WEEKS_OTHERS] += weeks


@loop
def carry_out(
    week, keys, par, practice, kind, tally, case_list, case_rank, problem_count, problem_name, problem_kind, problem_street,
    problem_severity, problem_state, problem_cause, problem_ended, problem_case, problem_opened, problem_due, problem_reports, problem_flaw,
    problem_account, problem_minutes, problem_known, problem_last_report, problem_seen, problem_defended, problem_ordered,
    street_start, street_stop, street_silent, street_friends, street_pressure, street_minutes, account_left,
    account_spent, resident_name, report_reporter, report_person, report_week, report_day, report_fate, report_closed, report_days,
    report_told, report_registered, report_next, event_count, event_what, event_size,
):  # fmt: skip
    """Crews work on cases in order of the queue; enforcers visit and may find nothing; stale cases are closed."""
    p = par[0]
    g = practice[0]
    n = 0
    for q in range(problem_count[0]):
        if problem_case[q] == NO_CASE:
            continue
        if problem_case[q] == READY:
            if problem_due[q] >= 7.0 * (week + 1):
                continue
            case_list[n] = q
            case_rank[n] = place_in_queue(
                q, week, keys, practice, problem_name, problem_street, problem_reports, problem_opened, problem_known, problem_defended,
                street_pressure,
            )  # fmt: skip
            if problem_ordered[q] == week:
                case_rank[n] -= 1000.0  # an event ordered this visit first
            n += 1
        elif week - problem_opened[q] > p.stale_weeks:
            count_case(week - problem_opened[q], street_friends[problem_street[q]], tally)
            problem_case[q] = NO_CASE
            problem_seen[q] = 0.0
            close_reports(
                q, DROPPED, FELT_DROPPED, 7.0 * week + 3.5, week, keys, par, practice, tally, problem_name, problem_last_report,
                problem_reports, problem_account, resident_name, report_reporter, report_person, report_week, report_day, report_fate,
                report_closed, report_days, report_told, report_registered, report_next, account_left, account_spent, event_count,
                event_what, event_size,
            )  # fmt: skip
    order = np.argsort(case_rank[:n])
    for m in range(n):
        q = case_list[order[m]]
        k = problem_kind[q]
        account = int(problem_account[q])
        work = int(min(account_left[account], problem_minutes[q]))
        visit = int(kind[k].solver) == BY_VISIT
        if work <= 0 or (visit and work < problem_minutes[q]):
            continue
        account_left[account] -= work
        account_spent[account] += work
        problem_minutes[q] -= work
        street_minutes[problem_street[q]] += work
        tally[WORK_MINUTES] += work
        if street_silent[problem_street[q]] >= HIDDEN_AFTER:
            tally[SILENT_MINUTES] += work
        if problem_minutes[q] > 0:
            continue
        count_case(week - problem_opened[q], street_friends[problem_street[q]], tally)
        if visit:
            tally[NUISANCE_VISITS] += 1
        problem_case[q] = NO_CASE
        problem_seen[q] = 0.0
        name = problem_name[q]
        fate = ON_TIME
        value = FELT_FIXED
        if visit and not visit_finds(draw(keys[PRESENT], name), 1.0 - p.intermittence * (1.0 - kind[k].presence)):
            fate = EMPTY
            value = FELT_EMPTY
            tally[FOUND_NOTHING] += 1
        elif problem_flaw[q] == 1:
            fate = BAD
            value = FELT_BAD
            tally[FLAWED] += 1
            problem_severity[q] = 0.7 * float(problem_severity[q])
        else:
            problem_state[q] = SOLVED
            problem_ended[q] = week
            tally[SOLVED_BY_CASE] += 1
            together = (
                kind[k].concerned > 0.5
                and draw(keys[BARGAIN], name) < g.face_to_face_bargaining
                and account_left[SUPPORT_HOURS] >= p.bargain_minutes
            )
            if together:  # the parties bargain until they agree, which removes the cause
                account_left[SUPPORT_HOURS] -= int(p.bargain_minutes)
                account_spent[SUPPORT_HOURS] += int(p.bargain_minutes)
                tally[BARGAINS] += 1
                for i in range(street_start[problem_street[q]], street_stop[problem_street[q]]):
                    u = draw(keys[BARGAIN], join(name, resident_name[i]))
                    if u < 0.5 * p.notice:  # residents who take part
                        tally[RESIDENT_HOURS] += int(60.0 * p.bargain_hours)
                        clash = u < 0.5 * p.notice * p.bargain_conflict
                        event = CLASHED if clash else WAS_INVOLVED
                        felt = FELT_CLASH if clash else FELT_BARGAIN
                        tell(event_count, event_what, event_size, event, i, NEIGHBOURS, q, felt, USUAL, OWN)
            problem_cause[q] = 1 if not together and draw(keys[CAUSE], name) < kind[k].symptom else 0
        share = account_spent[account] / (account_spent[account] + account_left[account])
        done = day_done(7.0 * week, problem_due[q], share)
        close_reports(
            q, fate, value, done, week, keys, par, practice, tally, problem_name, problem_last_report, problem_reports, problem_account,
            resident_name, report_reporter, report_person, report_week, report_day, report_fate, report_closed, report_days, report_told,
            report_registered, report_next, account_left, account_spent, event_count, event_what, event_size,
        )  # fmt: skip
        if problem_state[q] == SOLVED:
            to = CORPORATION if account == CORPORATION_HOURS else (POLICE if account == POLICE_HOURS else MUNICIPALITY)
            s = problem_street[q]
            for i in range(street_start[s], street_stop[s]):
                if draw(keys[SEE], join(name, resident_name[i])) < p.notice:
                    tell(event_count, event_what, event_size, SAW_REPAIR, i, to, q, FELT_REPAIR, USUAL, OWN)
