"""Outcomes: each declared once, with unit, definition, direction and how a run is summed up; and the weekly count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.learning import ADDRESSEES
from model.loops import loop
from model.problems import (
    BROKEN,
    CLOSED_EMPTY,
    CLOSED_GONE,
    CLOSED_IGNORED,
    CLOSED_LATE,
    CLOSED_ON_TIME,
    DELIVERED,
    EXCEPTIONS,
    FAILED,
    FILED,
    FOUNDER_MEANS,
    KEPT,
    LIVING,
    MADE,
    MOVES,
    OPENED_DOORS,
    RESIDENT_HOURS,
    RETURNED,
    SOLVED_BY_CASE,
    SOLVED_BY_RESIDENTS,
    STARTED,
    TOLD,
    WAITED_WEEKS,
    WITHERED,
)  # fmt: skip
from model.ties import BONDING, BONDING_TOUCHED, BRIDGING, BRIDGING_TOUCHED

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

HIDDEN_AFTER = 26  # weeks without a report that make a street silent
LIVE_CONTACT = 0.1  # a tie with an official that counts as live

# places in the week's sums (ties come first, from `ties`)
PEOPLE, TOUCHED, BURDEN, HIDDEN, READY_SUM, ACTING, EFFICACY, LINKED, ACTIVE, ALIVE, OPEN_PROBLEMS, HURT_SUM, TRUST_KNOWN, MEANS_SUM = (
    range(4, 18)
)
TRUST_ALL = 18  # five addressees
TRUST_TOUCHED = 23  # five
BURDEN_TOUCHED, OPENNESS, LOW_TRUST = range(28, 31)
PERCENTILES = 31  # 10th and 90th for neighbours, official, municipality: six
MINUTES_SPENT, MINUTES_ENDOWED, CENTS_SPENT, CENTS_ENDOWED, REACHED = range(37, 42)
EFFICACY_TOUCHED, HURT_TOUCHED, READY_TOUCHED = range(42, 45)
SUMS = 45
BINS = 200


@loop
def measure(
    sums, histogram, resident_count, resident_trust, resident_burden, resident_readiness, resident_acting, resident_contact,
    resident_member, resident_touched, resident_street, resident_grievance, resident_means, street_silent, initiative_count,
    initiative_state, problem_count, problem_state, department_count, department_openness, street_count, street_reached,
    account_count, account_spent_ever, account_endowed_ever, purse_count, purse_spent_ever, purse_endowed_ever,
):  # fmt: skip
    """Add up the week over all residents, and find the 10th and 90th percentiles of trust by counting."""
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
        if touched:
            sums[TOUCHED] += 1.0
            sums[BURDEN_TOUCHED] += burden
            sums[EFFICACY_TOUCHED] += float(resident_trust[i, 0]) * float(resident_acting[i])
            sums[HURT_TOUCHED] += 0.5 * (float(resident_grievance[i, 1]) + float(resident_grievance[i, 2]))
            sums[READY_TOUCHED] += float(resident_readiness[i])
        if resident_contact[i] >= LIVE_CONTACT:
            sums[LINKED] += 1.0
            sums[TRUST_KNOWN] += float(resident_trust[i, 1])
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
    for q in range(problem_count[0]):
        if problem_state[q] == LIVING:
            sums[OPEN_PROBLEMS] += 1.0
    for d in range(department_count[0]):
        sums[OPENNESS] += float(department_openness[d])
    for s in range(street_count[0]):
        sums[REACHED] += street_reached[s]
    sums[REACHED] /= street_count[0]
    for a in range(account_count[0]):
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


@dataclass(frozen=True)
class Outcome:
    """One outcome: name, label, heading, unit, which direction is good, how a run is summed up, and what it means."""

    name: str
    label: str
    heading: str
    unit: str
    good: str  # "up", "down" or "none"
    summary: str  # "last year": mean of the last 52 weeks; "run": over the whole run
    meaning: str
    weekly: bool = True
    headline: bool = False


def _both(name: str, label: str, heading: str, unit: str, good: str) -> list[Outcome]:
    met = f"{label}, of those who met an official, took part or reported since the start"
    return [
        Outcome(f"{name}_touched", f"{label}, touched", heading, unit, good, "last year", met),
        Outcome(f"{name}_untouched", f"{label}, not touched", heading, unit, good, "last year", f"{label}, of all others"),
    ]


def _trust(who: str, words: str, headline: bool = True) -> list[Outcome]:
    label = f"trust in {words}"
    whole = Outcome(f"trust_{who}", label, "Trust", "0-1", "up", "last year", f"mean trust of residents in {words}", True, headline)
    return [whole, *_both(f"trust_{who}", label, "Trust", "0-1", "up")]


def _o(
    name: str, label: str, heading: str, unit: str, good: str, summary: str, meaning: str, weekly: bool = True, headline: bool = False
) -> Outcome:
    return Outcome(name, label, heading, unit, good, summary, meaning, weekly, headline)


OUTCOMES: dict[str, Outcome] = {
    o.name: o
    for o in (
        *_trust("neighbours", "neighbours"),
        *_trust("official", "the official"),
        *_trust("municipality", "the municipality"),
        *_trust("corporation", "the housing corporation", False),
        *_trust("police", "the police", False),
        *(
            _o(f"trust_{who}_p{p}", f"trust in {who}, {p}th percentile", "Trust", "0-1", "up", "last year", f"{p} % of residents trust {who} less than this")
            for who in ("neighbours", "official", "municipality") for p in (10, 90)
        ),
        _o("trust_official_known", "trust in the official, if known", "Trust", "0-1", "up", "last year", "mean of those with a live tie to the official"),
        _o("low_trust_municipality", "low trust in the municipality", "Trust", "share", "down", "last year", "residents whose trust in the municipality is below 0.4"),
        _o("grievance", "old hurt", "Trust", "0-1", "down", "last year", "mean grievance towards official and municipality", True, True),
        *_both("grievance", "old hurt", "Trust", "0-1", "down"),
        _o("bonding", "bonding", "Social capital", "ties", "up", "last year", "strength of ties within the group, added up, per resident", True, True),
        *_both("bonding", "bonding", "Social capital", "ties", "up"),
        _o("bridging", "bridging", "Social capital", "ties", "up", "last year", "strength of ties across groups, added up, per resident", True, True),
        *_both("bridging", "bridging", "Social capital", "ties", "up"),
        _o("bridging_share", "bridging share", "Social capital", "share", "up", "last year", "bridging as a share of all tie strength"),
        _o("linking", "linking", "Social capital", "share", "up", "last year", "residents with a live tie (0.1 or more) to their ward official", True, True),
        _o("efficacy", "collective efficacy", "Social capital", "0-1", "up", "last year", "trust in neighbours times the belief that acting helps, mean", True, True),
        *_both("efficacy", "collective efficacy", "Social capital", "0-1", "up"),
        _o("readiness", "readiness", "Social capital", "0-1", "up", "last year", "mean readiness to take part"),
        *_both("readiness", "readiness", "Social capital", "0-1", "up"),
        _o("initiatives_alive", "initiatives alive", "Snowball", "per 1,000", "up", "last year", "living initiatives per 1,000 residents", True, True),
        _o("initiatives_started", "initiatives started", "Snowball", "per 1,000", "up", "run", "since the start, per 1,000 residents", True, True),
        _o("initiatives_delivered", "results delivered", "Snowball", "per 1,000", "up", "run", "results of initiatives since the start, per 1,000 residents", True, True),
        _o("initiatives_failed", "initiatives failed", "Snowball", "per 1,000", "down", "run", "disappointed or withered since the start, per 1,000 residents"),
        _o("success_rate", "success per effort begun", "Snowball", "share", "up", "run", "initiatives with a result, of those begun at least a year before the end", False),
        _o("reproduction", "reproduction number", "Snowball", "foundings", "up", "run", "foundings owed to one initiative's example: mean of the cohort with 104 weeks of follow-up", False, True),
        _o("snowball_multiplier", "snowball multiplier", "Snowball", "foundings", "up", "run", "foundings that follow from one initiative more, by the same run with one inserted at a quarter of its length", False, True),
        _o("active", "taking part", "Snowball", "share", "up", "last year", "residents who are a member of an initiative", True, True),
        _o("streets_reached", "streets reached", "Snowball", "share", "up", "run", "streets that have had an initiative since the start"),
        _o("founder_means", "means of founders", "Snowball", "ratio", "none", "run", "mean means of founders over mean means of residents (above 1: an elite)", False),
        _o("burden", "burden felt", "Burden", "0-1", "down", "last year", "mean burden of residents", True, True),
        _o("burden_hidden", "burden hidden", "Burden", "0-1", "down", "last year", "burden in streets without a report in 26 weeks, over all residents", True, True),
        *_both("burden", "burden felt", "Burden", "0-1", "down"),
        _o("problems_open", "problems open", "Burden", "per 1,000", "down", "last year", "living problems per 1,000 residents"),
        _o("problems_solved", "problems solved", "Burden", "per 1,000 a year", "up", "run", "solved by a case or by residents, per 1,000 residents a year", True, True),
        _o("problems_returned", "problems returned", "Burden", "per 1,000 a year", "down", "run", "returned because only the symptom was treated"),
        _o("reports", "reports", "Burden", "per 1,000 a year", "none", "run", "reports per 1,000 residents a year", True, True),
        _o("handling_weeks", "handling time", "Burden", "weeks", "down", "run", "mean time from report to close", True, True),
        _o("on_time", "reports on time", "Burden", "share", "up", "run", "reports fixed within the norm, of those closed by somebody"),
        _o("nothing_found", "nothing found", "Burden", "share", "down", "run", "reports after which a visit found nothing, of those closed by somebody"),
        _o("ignored", "reports ignored", "Burden", "share", "down", "run", "reports dropped as stale, of those closed by somebody"),
        _o("promises_made", "promises made", "Promises", "per 1,000 a year", "none", "run", "by officials to residents", True, True),
        _o("promises_kept", "promises kept", "Promises", "share", "up", "run", "kept, of those that ended as kept, broken or told early", True, True),
        _o("promises_broken", "promises broken", "Promises", "share", "down", "run", "broken, of those that ended as kept, broken or told early"),
        _o("conversations", "conversations", "Costs", "per 1,000 a year", "none", "run", "doors that opened to an official"),
        _o("exceptions", "exceptions made", "Costs", "per 1,000 a year", "none", "run", "rules bent"),
        _o("hours_spent", "official hours spent", "Costs", "hours/1,000/week", "none", "run", "of municipality, corporation and police", True, True),
        _o("hours_used", "hours used", "Costs", "share", "up", "run", "hours spent, of those endowed; the rest lapsed", True, True),
        _o("euro_spent", "euros spent", "Costs", "euro/resident/year", "none", "run", "on problems and initiatives", True, True),
        _o("euro_used", "euros used", "Costs", "share", "none", "run", "euros spent, of those endowed", True),
        _o("resident_hours", "resident hours", "Costs", "hours/1,000/week", "none", "run", "given to initiatives", True, True),
        _o("resident_value", "resident hours, priced", "Costs", "euro/resident/year", "none", "run", "at 15 euro an hour (assumption; 0 and 30 are a factor)"),
        _o("openness", "open departments", "Costs", "0-1", "up", "last year", "mean openness of departments to what comes from the street"),
        _o("moved", "residents who moved", "Costs", "share a year", "none", "run", "residential turnover (the same luck in every regime)"),
    )
}  # fmt: skip
WEEKLY = tuple(name for name, o in OUTCOMES.items() if o.weekly)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where there is no whole."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def weekly_values(record: np.ndarray) -> np.ndarray:
    """Return the weekly outcomes, (weeks, outcomes) in the order of `WEEKLY`, from the week's sums and the tallies since the start.

    `record` (weeks, 45 + 65): what `measure` added up, and `tally`.
    """
    sums, t = record[:, :SUMS].T, record[:, SUMS:].T
    weeks = np.arange(1, len(record) + 1)
    people, touched = sums[PEOPLE], sums[TOUCHED]
    rest = people - touched
    k = 1000.0 / np.maximum(people, 1.0)
    ka = k * 52.0 / weeks  # per 1,000 a year
    kw = k / weeks  # per 1,000 a week
    closed = t[CLOSED_ON_TIME] + t[CLOSED_LATE] + t[CLOSED_EMPTY] + t[CLOSED_IGNORED]
    ended = t[KEPT] + t[BROKEN] + t[TOLD]
    found = {
        "trust_official_known": _ratio(sums[TRUST_KNOWN], sums[LINKED]), "low_trust_municipality": _ratio(sums[LOW_TRUST], people),
        "bridging_share": _ratio(sums[BRIDGING], sums[BONDING] + sums[BRIDGING]), "linking": _ratio(sums[LINKED], people),
        "initiatives_alive": sums[ALIVE] * k, "initiatives_started": t[STARTED] * k, "initiatives_delivered": t[DELIVERED] * k,
        "initiatives_failed": (t[FAILED] + t[WITHERED]) * k, "active": _ratio(sums[ACTIVE], people), "streets_reached": sums[REACHED],
        "burden_hidden": _ratio(sums[HIDDEN], people), "problems_open": sums[OPEN_PROBLEMS] * k,
        "problems_solved": (t[SOLVED_BY_CASE] + t[SOLVED_BY_RESIDENTS]) * ka, "problems_returned": t[RETURNED] * ka,
        "reports": t[FILED] * ka, "handling_weeks": _ratio(t[WAITED_WEEKS], closed + t[CLOSED_GONE]),
        "on_time": _ratio(t[CLOSED_ON_TIME], closed), "nothing_found": _ratio(t[CLOSED_EMPTY], closed),
        "ignored": _ratio(t[CLOSED_IGNORED], closed), "promises_made": t[MADE] * ka, "promises_kept": _ratio(t[KEPT], ended),
        "promises_broken": _ratio(t[BROKEN], ended), "conversations": t[OPENED_DOORS] * ka, "exceptions": t[EXCEPTIONS] * ka,
        "hours_spent": sums[MINUTES_SPENT] / 60.0 * kw, "hours_used": _ratio(sums[MINUTES_SPENT], sums[MINUTES_ENDOWED]),
        "euro_spent": sums[CENTS_SPENT] / 100.0 * ka / 1000.0, "euro_used": _ratio(sums[CENTS_SPENT], sums[CENTS_ENDOWED]),
        "resident_hours": t[RESIDENT_HOURS] / 60.0 * kw, "resident_value": 15.0 * t[RESIDENT_HOURS] / 60.0 * ka / 1000.0,
        "openness": sums[OPENNESS] / 5.0, "moved": t[MOVES] * ka / 1000.0,
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


def run_values(model: Neighbourhood) -> dict[str, float]:
    """Return every outcome of a run as one number (NaN where it is not defined)."""
    series, weeks = model.series, model.weeks_done
    found: dict[str, float] = {}
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
    initiatives = model.initiatives
    born, now = initiatives.born, model.week
    begun = (born > 0) & (born <= now - 52)
    found["success_rate"] = _share(float((initiatives.results[begun] > 0).sum()), float(begun.sum()))
    cohort = (born > 0) & (born <= now - 104)
    found["reproduction"] = _share(float(initiatives.offspring[cohort].sum()), float(cohort.sum()))
    found["snowball_multiplier"] = model.multiplier
    means = float(model.residents_table.means.mean())
    found["founder_means"] = _share(model.tally[FOUNDER_MEANS] / 1000.0, model.tally[STARTED] * means)
    return {name: found[name] for name in OUTCOMES}
