"""Patterns of reports: rate, concentration, effect of answers; silent streets, visits in vain; and residential moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import CALIBRATED, LARGE, REPORTED, Part, Value, pattern
from model.state.tallies import FILED, MOVES
from model.week.reports import LATE, ON_TIME, UNTOLD

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen
    from model.neighbourhood import Neighbourhood

WINDOW = 104  # weeks in which reporters are counted: two years, as in Boston (O'Brien 2015)


@pattern("P1", CALIBRATED, LARGE, "NVRR DoeMee 2019: 126-142 per 1,000 in 51 municipalities; range 99-317", Part("rate", 0.10, 0.32))
def report_rate(seen: Seen) -> dict[str, Value]:
    """Reports per resident and year, over the whole run."""
    model = seen.end_of_years()
    return {"rate": model.world.tally[FILED] / len(model.world.residents) / (seen.weeks / 52)}


@pattern(
    "P2", CALIBRATED, LARGE, "mySociety: top 10 % of users file 62 %, two thirds once; O'Brien 2015: 76 % once, 80 % within 2 blocks",
    Part("top_tenth", 0.50, 0.70), Part("once", 2 / 3, 1.0), Part("near_home", 0.75, 1.0), Part("top_tenth_all", scored=False),
    Part("once_all", scored=False),
)  # fmt: skip
def concentration(seen: Seen) -> dict[str, Value]:
    """Among reporters in the last two years of the run: the share of reports by the busiest tenth, and the share who filed one.

    Judge this with 20,000 residents or more. Near home holds by construction: residents only report about their own street.
    The same over the whole run is also shown: the longer the window, the fewer reporters filed only one.
    """
    model = seen.end_of_years()
    top, once = _shares(model, model.week - WINDOW)
    top_all, once_all = _shares(model, 0)
    return {"top_tenth": top, "once": once, "near_home": _near(model), "top_tenth_all": top_all, "once_all": once_all}


def _shares(model: Neighbourhood, since: int) -> tuple[float, float]:
    reports = model.world.reports
    _, filed = np.unique(reports.person[reports.week > since], return_counts=True)
    if not len(filed):
        return math.nan, math.nan
    filed = np.sort(filed)[::-1]
    return float(filed[: max(1, round(len(filed) / 10))].sum() / filed.sum()), float((filed == 1).mean())


def _near(model: Neighbourhood) -> float:
    """Return the share of reports about the reporter's own street (a place keeps its street)."""
    reports = model.world.reports
    return float((model.world.problems.street[reports.problem] == model.world.residents.street[reports.reporter]).mean())


@pattern(
    "P4", CALIBRATED, LARGE, "Sjoberg, Mellon and Peixoto 2017: +57 % after a first report that was fixed (54 % in the working paper)",
    Part("association", 1.4, 1.7), Part("intervention", 1.4, 1.7), Part("again_fixed", scored=False), Part("again_ignored", scored=False),
)  # fmt: skip
def fixed_first_report(seen: Seen) -> dict[str, Value]:
    """Ratio of the probabilities of a second report within two years, after a first report that was fixed and one that was not.

    As association: first reports that were fixed and whose reporter knows it (there, reporters were asked), against all others, of
    residents who stayed. As intervention: the run is repeated twice from one week with common random numbers; some open first
    reports are fixed at once, or dropped without an answer.
    """
    found: dict[str, Value] = {"association": _association(seen)}
    fixed = ignored = stay = 0.0
    for week in seen.forks:
        after_fix, after_silence, stayed = seen.flipped(week)
        fixed += float((after_fix & stayed).sum())
        ignored += float((after_silence & stayed).sum())
        stay += float(stayed.sum())
    return found | {"intervention": (fixed, ignored), "again_fixed": (fixed, stay), "again_ignored": (ignored, stay)}


def _association(seen: Seen) -> tuple[float, float]:
    model = seen.end_of_years()
    reports = model.world.reports
    order = np.argsort(reports.person, kind="stable")  # rows stand in the order of weeks
    person, week = reports.person[order], reports.week[order]
    first = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    following = np.minimum(first + 1, len(person) - 1)
    second = (following > first) & (person[following] == person[first]) & (week[following] - week[first] <= seen.followed)
    rows = order[first]
    stayed = model.world.residents.name[reports.reporter[rows]] == reports.person[rows]
    whole = stayed & (week[first] <= model.week - seen.followed)
    fixed = np.isin(reports.fate[rows], (ON_TIME, LATE)) & (reports.told[rows] != UNTOLD)
    return _mean(second[whole & fixed]), _mean(second[whole & ~fixed])


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


@pattern(
    "P5", REPORTED, LARGE, "S1; Liu, Bhandaram and Garg 2023: some neighbourhoods report 3 times as fast for like incidents; Poelenburg",
    Part("gap", 2.0, 4.0), Part("unmet", 1.0), Part("owners", scored=False),
)  # fmt: skip
def silent_streets(seen: Seen) -> dict[str, Value]:
    """Streets are ranked by reports per unit of public load in the first half of the run, and compared in the second half.

    Gap: reports per load in the top quarter of streets over the bottom quarter. Unmet: load left per problem that arose in the
    bottom quarter, over the same in the top quarter; above 1, unmet need concentrates in silent streets. Also shown: owners in
    the top quarter over the bottom quarter.
    """
    load, model = seen.years.load, seen.end_of_years()
    half, reports, problems = seen.weeks / 2, model.world.reports, model.world.problems
    streets = len(model.world.streets)
    count = [
        np.bincount(problems.street[reports.problem[when]], minlength=streets).astype(float)
        for when in ((reports.week > 0) & (reports.week <= half), reports.week > half)
    ]
    arisen = np.bincount(problems.street[(problems.born > half) & (problems.nth == 0)], minlength=streets)
    people = model.world.streets.stop - model.world.streets.start
    order = np.argsort(count[0] / np.maximum(people * load[0], 1e-9), kind="stable")
    quarter = max(1, streets // 4)
    silent, loud = order[:quarter], order[-quarter:]

    def rate(group: np.ndarray) -> float:
        return float(count[1][group].sum() / (people * load[1])[group].sum())

    def left(group: np.ndarray) -> float:
        return float(load[1][group].sum() / arisen[group].sum())

    owner = np.bincount(model.world.residents.street, weights=model.world.residents.owner, minlength=streets)
    owners = owner[loud].sum() / people[loud].sum() / max(owner[silent].sum() / people[silent].sum(), 1e-9)
    return {"gap": rate(loud) / rate(silent) if rate(silent) else math.nan, "unmet": left(silent) / left(loud), "owners": float(owners)}


@pattern(
    "P7", REPORTED, LARGE, "S1 (practitioner's claim)", Part("nothing_found", 0.5, 1.0), Part("late", 0.0), Part("trust", -math.inf, 0.0),
    Part("trust_ended", scored=False),
)  # fmt: skip
def finds_nothing(seen: Seen) -> dict[str, Value]:
    """Among reports about noise closed by a visit: the share for which nothing was found (they count as done).

    Late: that share for reports that waited longer than promised, minus the others. Trust: change of the reporter's trust in the
    visitor in the week of the visit, minus the mean change of all residents; if nothing was found, and if it was ended.
    """
    visits = np.array(seen.years.visits).reshape(-1, 3)
    empty, waited, change = visits.T
    late = waited > seen.case.behaviour.promised_days
    return {
        "nothing_found": _mean(empty),
        "late": _mean(empty[late]) - _mean(empty[~late]),
        "trust": _mean(change[empty > 0]),
        "trust_ended": _mean(change[empty == 0]),
    }


@pattern("moves", CALIBRATED, LARGE, "clo.nl 2015: 1.68 million moves, 10 % of residents", Part("share", 0.09, 0.11))
def turnover(seen: Seen) -> dict[str, Value]:
    """Residents who move house in a year, as a share of all."""
    model = seen.end_of_years()
    return {"share": model.world.tally[MOVES] / len(model.world.residents) / (seen.weeks / 52)}
