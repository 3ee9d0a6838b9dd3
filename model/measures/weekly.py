"""The weekly sums, and the value of every outcome that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.engine.loops import loop
from model.kinds import HIDDEN_AFTER
from model.measures.end_of_run import shares
from model.measures.handling import handling
from model.outcomes import OUTCOMES, WEEKLY
from model.outcomes import Outcome as Outcome  # re-exported
from model.state.accounts import OFFICIAL_ACCOUNTS
from model.state.experiences import ADDRESSEES
from model.state.tallies import (
    ACTING,
    ACTIVE,
    AGENDA_ADDRESSED,
    AGENDA_GOAL,
    AGENDA_LANDED,
    AGENDA_STOPPED,
    AGENDA_TAKEN_UP,
    ALIVE,
    BINS,
    BONDING,
    BONDING_TOUCHED,
    BOUNDARIES,
    BRIDGING,
    BRIDGING_TOUCHED,
    BROKEN,
    BUILT_ON,
    BURDEN,
    BURDEN_TOUCHED,
    BURNED_OUT_COUNT,
    CASES_FRIENDS,
    CASES_OTHERS,
    CAUGHT,
    CENTS_ENDOWED,
    CENTS_SPENT,
    CHECKED_COUNT,
    CLOSED_BADLY,
    CLOSED_EMPTY,
    CLOSED_IGNORED,
    CLOSED_LATE,
    CLOSED_ON_TIME,
    DELIVERED,
    EFFICACY,
    EFFICACY_TOUCHED,
    ENDED_FRIENDS,
    ENTERPRISES,
    ENVIED,
    EXCEPTIONS,
    EXCHANGE_CONTACTS,
    EXCHANGE_MINUTES,
    EXCHANGES,
    FAILED,
    FILED,
    FOUND_NOTHING,
    FOUNDER_MEANS,
    GROUP_MEETINGS,
    GUIDED,
    HAND_OVERS,
    HANDLED_IN_TIME,
    HANDLING_DAYS,
    HELPED_COUNT,
    HIDDEN,
    HURT_HEARD,
    HURT_SUM,
    HURT_TOUCHED,
    INSTITUTION_KNOWN,
    KEPT,
    KEPT_FRIENDS,
    LED_BY_OFFICIALS,
    LINKED,
    LIVE_CONTACT,
    LOW_TRUST,
    MADE,
    MATTERS,
    MATTERS_KNOWN,
    MEANS_SUM,
    MINUTES_ENDOWED,
    MINUTES_SPENT,
    MISUSED,
    MOVES,
    NUISANCE_VISITS,
    OBJECTIONS,
    OPEN_PROBLEMS,
    OPENED_DOORS,
    OPENNESS,
    OVERDUE,
    PEOPLE,
    PERCENTILES,
    PLAN_WEEKS,
    PLANS_APPROVED,
    PLANS_ON_THE_SPOT,
    PUBLISHED,
    REACHED,
    READY_SUM,
    READY_TOUCHED,
    REFUSED_COUNT,
    REPORTERS,
    REPORTERS_PLEASED,
    REPORTERS_TOLD,
    REQUESTED,
    RESIDENT_HOURS,
    RETURNED,
    RULE_WEEKS,
    SILENT_MINUTES,
    SILENT_PEOPLE,
    SOLVED_BY_CASE,
    SOLVED_BY_RESIDENTS,
    STARTED,
    STARTED_OVER,
    SUMS,
    TAILORED,
    TAKEN_AS_INPUT,
    TOLD,
    TOUCHED,
    TRUST_ALL,
    TRUST_KNOWN,
    TRUST_TOUCHED,
    UPKEEP_CENTS,
    VARIANTS,
    VIGOUR_SUM,
    WEEKS_FRIENDS,
    WEEKS_OTHERS,
    WITHERED,
    WORK_MINUTES,
)
from model.week.problems import LIVING
from model.week.reports import OPEN

if TYPE_CHECKING:
    from model.state.world import World

YEARLY = {  # plain counts, per 1,000 residents a year
    "conversations": OPENED_DOORS, "exceptions": EXCEPTIONS, "promises_made": MADE, "reports": FILED, "problems_returned": RETURNED,
    "agenda_landed": AGENDA_LANDED, "agenda_stopped": AGENDA_STOPPED, "objections": OBJECTIONS, "local_variants": VARIANTS,
    "requests": REQUESTED, "misuse": MISUSED, "envy": ENVIED, "group_meetings": GROUP_MEETINGS, "exchanges": EXCHANGES,
    "taken_as_input": TAKEN_AS_INPUT, "in_the_news": PUBLISHED,
    "on_the_spot": PLANS_ON_THE_SPOT, "built_on": BUILT_ON, "started_over": STARTED_OVER, "hurt_heard": HURT_HEARD,
    "rule_weeks": RULE_WEEKS,
    "hand_overs": HAND_OVERS, "boundaries_crossed": BOUNDARIES, "exchange_contacts": EXCHANGE_CONTACTS,
}  # fmt: skip


@loop
def measure(
    week, par, sums, histogram, resident_count, resident_trust, resident_burden, resident_readiness, resident_acting,
    resident_contact, resident_member, resident_touched, resident_street, resident_grievance, resident_means, street_silent,
    initiative_count, initiative_state, initiative_vigour, initiative_known, problem_count, problem_state, problem_known, department_count,
    department_openness, street_count, street_reached, account_spent_ever, account_endowed_ever, purse_count,
    purse_spent_ever, purse_endowed_ever, report_count, report_week, report_day, report_fate,
):  # fmt: skip
    """Compute the week's sums, and the 10th and 90th percentiles of trust from a histogram."""
    for n in range(PEOPLE, SUMS):
        sums[n] = 0.0
    for a in range(3):
        for b in range(BINS):
            histogram[a, b] = 0
    people = resident_count[0]
    sums[PEOPLE] = people
    for i in range(people):
        touched = resident_touched[i] > 0
        burden = float(resident_burden[i])
        for a in range(5):
            trust = float(resident_trust[i, a])
            sums[TRUST_ALL + a] += trust
            if touched:
                sums[TRUST_TOUCHED + a] += trust
            if a < 3:
                histogram[a, min(int(trust * BINS), BINS - 1)] += 1
        sums[BURDEN] += burden
        if street_silent[resident_street[i]] >= HIDDEN_AFTER:
            sums[HIDDEN] += burden
            sums[SILENT_PEOPLE] += 1.0
        if touched:
            sums[TOUCHED] += 1.0
            sums[BURDEN_TOUCHED] += burden
            sums[EFFICACY_TOUCHED] += float(resident_trust[i, 0]) * float(resident_acting[i])
            sums[HURT_TOUCHED] += 0.5 * (float(resident_grievance[i, 1]) + float(resident_grievance[i, 2]))
            sums[READY_TOUCHED] += float(resident_readiness[i])
        if resident_contact[i] >= LIVE_CONTACT:
            sums[LINKED] += 1.0
            sums[TRUST_KNOWN] += float(resident_trust[i, 1])
            sums[INSTITUTION_KNOWN] += float(resident_trust[i, 2])
        if resident_member[i, 0] >= 0:
            sums[ACTIVE] += 1.0
        if resident_trust[i, 2] < 0.4:
            sums[LOW_TRUST] += 1.0
        sums[READY_SUM] += float(resident_readiness[i])
        sums[ACTING] += float(resident_acting[i])
        sums[EFFICACY] += float(resident_trust[i, 0]) * float(resident_acting[i])
        sums[HURT_SUM] += 0.5 * (float(resident_grievance[i, 1]) + float(resident_grievance[i, 2]))
        sums[MEANS_SUM] += float(resident_means[i])
    for k in range(initiative_count[0]):
        if initiative_state[k] < 4:
            sums[ALIVE] += 1.0
            sums[VIGOUR_SUM] += float(initiative_vigour[k])
            sums[MATTERS_KNOWN] += initiative_known[k]
    for q in range(problem_count[0]):
        if problem_state[q] == LIVING:
            sums[OPEN_PROBLEMS] += 1.0
            sums[MATTERS_KNOWN] += problem_known[q]
    for r in range(report_count[0]):
        if report_fate[r] == OPEN and 7.0 * (week + 1 - report_week[r]) - float(report_day[r]) > par[0].promised_days:
            sums[OVERDUE] += 1.0
    sums[MATTERS] = sums[ALIVE] + sums[OPEN_PROBLEMS]
    for d in range(department_count[0]):
        sums[OPENNESS] += float(department_openness[d])
    for s in range(street_count[0]):
        sums[REACHED] += street_reached[s]
    sums[REACHED] /= street_count[0]
    for a in range(OFFICIAL_ACCOUNTS):
        sums[MINUTES_SPENT] += account_spent_ever[a]
        sums[MINUTES_ENDOWED] += account_endowed_ever[a]
    for b in range(purse_count[0]):
        sums[CENTS_SPENT] += purse_spent_ever[b]
        sums[CENTS_ENDOWED] += purse_endowed_ever[b]
    for a in range(3):
        for end in range(2):
            wanted = 0.1 * people if end == 0 else 0.9 * people
            b = 0
            below = float(histogram[a, 0])
            while below < wanted and b < BINS - 1:
                b += 1
                below += histogram[a, b]
            inside = max(float(histogram[a, b]), 1.0)
            sums[PERCENTILES + 2 * a + end] = (b + 1.0 - (below - wanted) / inside) / BINS


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where whole is 0."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def weekly_values(record: np.ndarray) -> np.ndarray:
    """Return the weekly outcomes, shape (weeks, outcomes), in the order of `WEEKLY`.

    `record`, shape (weeks, SUMS + TALLIES): each week's sums, then the tallies since the start.
    """
    sums, t = record[:, :SUMS].T, record[:, SUMS:].T
    weeks = np.arange(1, len(record) + 1)
    people, touched = sums[PEOPLE], sums[TOUCHED]
    rest = people - touched
    k = 1000.0 / np.maximum(people, 1.0)
    ka = k * 52.0 / weeks  # per 1,000 a year
    kw = k / weeks  # per 1,000 a week
    unsolved = t[CLOSED_EMPTY] + t[CLOSED_BADLY]
    handled = t[CLOSED_ON_TIME] + t[CLOSED_LATE] + unsolved
    ended = t[KEPT] + t[BROKEN] + t[TOLD]
    found = {
        "trust_official_known": _ratio(sums[TRUST_KNOWN], sums[LINKED]), "low_trust_municipality": _ratio(sums[LOW_TRUST], people),
        "bridging_share": _ratio(sums[BRIDGING], sums[BONDING] + sums[BRIDGING]), "linking": _ratio(sums[LINKED], people),
        "initiatives_alive": sums[ALIVE] * k, "initiatives_started": t[STARTED] * k, "initiatives_delivered": t[DELIVERED] * k,
        "initiatives_failed": (t[FAILED] + t[WITHERED]) * k, "active": _ratio(sums[ACTIVE], people), "streets_reached": sums[REACHED],
        "burden_hidden": _ratio(sums[HIDDEN], people), "problems_open": sums[OPEN_PROBLEMS] * k,
        "problems_solved": (t[SOLVED_BY_CASE] + t[SOLVED_BY_RESIDENTS]) * ka,
        "handling_days": np.where(sums[HANDLING_DAYS] < 0, np.nan, sums[HANDLING_DAYS]),
        "on_time": np.where(sums[HANDLED_IN_TIME] < 0, np.nan, sums[HANDLED_IN_TIME]),
        "nothing_found": _ratio(t[CLOSED_EMPTY], handled), "closed_unsolved": _ratio(unsolved, handled),
        "ignored": _ratio(t[CLOSED_IGNORED], handled + t[CLOSED_IGNORED]),
        "overdue": _ratio(sums[OVERDUE], t[FILED] * 52.0 / weeks), "reporters_told": _ratio(t[REPORTERS_TOLD], t[REPORTERS]),
        "reporters_pleased": _ratio(t[REPORTERS_PLEASED], t[REPORTERS]), "promises_kept": _ratio(t[KEPT], ended),
        "promises_broken": _ratio(t[BROKEN], ended),
        "hours_spent": sums[MINUTES_SPENT] / 60.0 * kw, "hours_used": _ratio(sums[MINUTES_SPENT], sums[MINUTES_ENDOWED]),
        "euro_spent": sums[CENTS_SPENT] / 100.0 * ka / 1000.0, "euro_used": _ratio(sums[CENTS_SPENT], sums[CENTS_ENDOWED]),
        "resident_hours": t[RESIDENT_HOURS] / 60.0 * kw, "resident_value": 15.0 * t[RESIDENT_HOURS] / 60.0 * ka / 1000.0,
        "resident_value_30": 30.0 * t[RESIDENT_HOURS] / 60.0 * ka / 1000.0, "upkeep_euro": t[UPKEEP_CENTS] / 100.0 * ka / 1000.0,
        "openness": sums[OPENNESS] / 5.0, "moved": t[MOVES] * ka / 1000.0,
        "enterprises": t[ENTERPRISES] * k, "burned_out": t[BURNED_OUT_COUNT] * k, "guided": _ratio(t[GUIDED], t[STARTED]),
        "led_by_officials": _ratio(t[LED_BY_OFFICIALS], t[DELIVERED]), "agenda_goal": _ratio(t[AGENDA_GOAL] / 1000.0, t[AGENDA_ADDRESSED]),
        "agenda_reach": t[AGENDA_ADDRESSED] * ka,
        "uptake": _ratio(t[AGENDA_TAKEN_UP], t[AGENDA_ADDRESSED]), "helped": _ratio(t[HELPED_COUNT], t[REQUESTED]),
        "refused": _ratio(t[REFUSED_COUNT], t[REQUESTED]), "tailored": _ratio(t[TAILORED], t[REQUESTED]),
        "checked": _ratio(t[CHECKED_COUNT], t[REQUESTED]), "misuse_caught": _ratio(t[CAUGHT], t[CAUGHT] + t[MISUSED]),
    }  # fmt: skip
    found["exchange_hours"] = t[EXCHANGE_MINUTES] / 60.0 * ka
    found |= {name: t[place] * ka for name, place in YEARLY.items()}
    silent_share = _ratio(np.cumsum(sums[HIDDEN]), np.cumsum(sums[BURDEN]))  # of all burden since the start
    found |= {
        "burden_silent": _ratio(sums[HIDDEN], sums[SILENT_PEOPLE]),
        "attention_silent": _ratio(_ratio(t[SILENT_MINUTES], t[WORK_MINUTES]), silent_share),
        "visits_in_vain": _ratio(t[FOUND_NOTHING], t[NUISANCE_VISITS]), "approval_weeks": _ratio(t[PLAN_WEEKS], t[PLANS_APPROVED]),
        "local_knowledge": _ratio(sums[MATTERS_KNOWN], sums[MATTERS]), "vigour": sums[VIGOUR_SUM] * k,
        "case_weeks_friends": _ratio(t[WEEKS_FRIENDS], t[CASES_FRIENDS]), "case_weeks_others": _ratio(t[WEEKS_OTHERS], t[CASES_OTHERS]),
        "promises_kept_friends": _ratio(t[KEPT_FRIENDS], t[ENDED_FRIENDS]),
        "promises_kept_others": _ratio(t[KEPT] - t[KEPT_FRIENDS], ended - t[ENDED_FRIENDS]),
        "means": _ratio(sums[MEANS_SUM], people), "trust_person": _ratio(sums[TRUST_KNOWN] - sums[INSTITUTION_KNOWN], sums[LINKED]),
    }  # fmt: skip
    means = {
        "grievance": (HURT_SUM, HURT_TOUCHED), "bonding": (BONDING, BONDING_TOUCHED), "bridging": (BRIDGING, BRIDGING_TOUCHED),
        "efficacy": (EFFICACY, EFFICACY_TOUCHED), "readiness": (READY_SUM, READY_TOUCHED), "burden": (BURDEN, BURDEN_TOUCHED),
    }  # fmt: skip
    means |= {f"trust_{who}": (TRUST_ALL + a, TRUST_TOUCHED + a) for a, who in enumerate(ADDRESSEES)}
    for name, (whole, part) in means.items():
        found[name] = _ratio(sums[whole], people)
        found[f"{name}_touched"] = _ratio(sums[part], touched)
        found[f"{name}_untouched"] = _ratio(sums[whole] - sums[part], rest)
    for a, who in enumerate(ADDRESSEES[:3]):
        found[f"trust_{who}_p10"], found[f"trust_{who}_p90"] = sums[PERCENTILES + 2 * a], sums[PERCENTILES + 2 * a + 1]
    return np.column_stack([found[name] for name in WEEKLY])


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def run_values(world: World) -> dict[str, float]:
    """Return every outcome of a run as one number (NaN where it is not defined)."""
    series, weeks = weekly_values(world.record), world.weeks_done
    found = shares(world)
    for place, name in enumerate(WEEKLY):
        column = series[:, place]
        if not weeks:
            found[name] = float("nan")
        elif OUTCOMES[name].summary == "run":
            found[name] = float(column[-1])
        else:
            last = column[-52:]
            last = last[~np.isnan(last)]
            found[name] = float(last.mean()) if len(last) else float("nan")
    if weeks:
        found["handling_days"], found["on_time"] = handling(world)
    initiatives = world.initiatives
    born, now = initiatives.born, world.week
    begun = (born > 0) & (born <= now - 52)
    found["success_rate"] = _share(float((initiatives.results[begun] > 0).sum()), float(begun.sum()))
    cohort = (born > 0) & (born <= now - 104)
    found["reproduction"] = _share(float(initiatives.offspring[cohort].sum()), float(cohort.sum()))
    found |= {"snowball_multiplier": world.multiplier, "shock_depth": world.shock_depth, "recovery_weeks": world.recovery_weeks}
    means = float(world.residents.means.mean())
    found["founder_means"] = _share(world.tally[FOUNDER_MEANS] / 1000.0, world.tally[STARTED] * means)
    return {name: found[name] for name in OUTCOMES}
