"""What there is to tell of a run, gathered from its own records: moments, without a word of any language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from model.city import DEFEND_WEEKS
from model.initiatives import CONTINUING, DEAD, DISAPPOINTED, DONE, GATHERING, ON_HOLD, WORKING
from model.officials import ACCOUNTS
from model.problems import FADED, LIVING
from model.promises import WAS_BROKEN, WAS_KEPT, WAS_TOLD, WAS_VOID
from model.reports import BAD, DROPPED, EMPTY, GONE, LATE, ON_TIME
from model.story_names import Ref, founder, holder

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

ROUTINE = ("arose", "reported", "on_time", "solved", "solved_bent", "faded", "gone", "void")  # added up by quarter, or left out
ENDS_OF_REPORTS = {ON_TIME: "on_time", LATE: "late", EMPTY: "empty", BAD: "bad", DROPPED: "dropped", GONE: "gone"}
ENDS_OF_PROMISES = {WAS_KEPT: "kept", WAS_BROKEN: "broken", WAS_TOLD: "told", WAS_VOID: "void"}
ENDS_OF_INITIATIVES = {DONE: "done", DISAPPOINTED: "disappointed", DEAD: "withered"}
LIVES = {GATHERING: "gathering", ON_HOLD: "on_hold", WORKING: "working", CONTINUING: "continuing"}


@dataclass
class Moment:
    """Something that happened: the week, its place within the week, which text, who and what, and how many of them."""

    week: int
    order: int
    key: str
    refs: dict[str, Ref]
    facts: dict[str, Any] = field(default_factory=dict)
    people: tuple[int, ...] = ()  # who filed the reports that were closed together
    weeks: tuple[int, ...] = ()  # and when


def _problems(model: Neighbourhood) -> list[Moment]:
    p, i, moments = model.problems, model.initiatives, []
    helped: dict[int, list[int]] = {}
    for k in range(len(i)):
        if i.results[k] > 0:
            helped.setdefault(int(i.problem[k]), []).append(k)
    for q in range(len(p)):
        what: dict[str, Ref] = {"what": ("problem", q)}
        nth = int(p.nth[q])
        moments.append(Moment(int(p.born[q]), 6 if nth else 0, "came_back" if nth else "arose", what, {"nth": nth + 1}))
        if p.state[q] == LIVING:
            continue
        key, refs = "faded" if p.state[q] == FADED else "solved_bent" if p.bent[q] else "solved", what
        if key != "faded" and p.cause[q]:
            key = "solved_badly"
        elif key != "faded" and p.account[q] == 0 and len(helped.get(q, ())) == 1:  # no organisation ever took it up
            key, refs = "solved_by_residents", {"what": ("kind", int(p.kind[q])), "name": ("initiative", helped[q][0])}
        moments.append(Moment(int(p.ended[q]), 4 if key in ROUTINE else 7, key, refs))
    return moments


def _reports(model: Neighbourhood) -> list[Moment]:
    r, moments = model.reports, []
    closed: dict[tuple[int, int, int], list[int]] = {}
    for n in range(len(r)):
        what: Ref = ("problem", int(r.problem[n]))
        moments.append(Moment(int(r.week[n]), 1, "reported", {"who": ("person", int(r.person[n])), "what": what}))
        if int(r.fate[n]) in ENDS_OF_REPORTS:
            closed.setdefault((int(r.closed[n]), int(r.problem[n]), int(r.fate[n])), []).append(n)
    for (week, q, fate), rows in closed.items():
        key, people, weeks = ENDS_OF_REPORTS[fate], tuple(int(r.person[n]) for n in rows), tuple(int(r.week[n]) for n in rows)
        by = {"by": ACCOUNTS[model.problems.account[q]]}
        moments.append(Moment(week, 3 if key in ROUTINE else 7, key, {"what": ("problem", q)}, by, people, weeks))
    return moments


def _promises(model: Neighbourhood) -> list[Moment]:
    m, p, moments = model.promises, model.problems, []
    broken: Counter[int] = Counter()
    for n in sorted(range(len(m)), key=lambda n: (int(m.due[n]), n)):
        person, q, due = int(m.person[n]), int(m.problem[n]), int(m.due[n])
        refs: dict[str, Ref] = {"official": ("official", int(m.maker[n])), "who": ("person", person), "what": ("problem", q)}
        moments.append(Moment(int(m.made[n]), 2, "promised", refs, {"due": due}))
        key = ENDS_OF_PROMISES.get(int(m.fate[n]))
        if key is None or (key == "void" and int(model.residents_table.name[m.recipient[n]]) != person):
            continue  # still pending; or the resident moved away, in a week that nobody wrote down
        over = min(max(int(p.ended[q]), int(m.made[n])), due)
        week = {"broken": due, "told": due - 2}.get(key, over)
        broken[person] += key == "broken"
        again = key == "broken" and broken[person] > 1
        moments.append(Moment(week, 6, "broken_again" if again else key, refs, {"nth": broken[person]}))
    return moments


def _initiatives(model: Neighbourhood) -> list[Moment]:
    i, moments, now = model.initiatives, [], model.week
    followers = Counter(int(parent) for parent, born in zip(i.parent, i.born, strict=True) if parent >= 0 and born > 0)
    for k in range(len(i)):
        refs: dict[str, Ref] = {"who": ("person", founder(model, k)), "name": ("initiative", k)}
        start, key = dict(refs), "wished"
        if i.problem[k] >= 0:
            start["what"], key = ("kind", int(model.problems.kind[i.problem[k]])), "started"
        if i.parent[k] >= 0:
            start["parent"], key = ("initiative", int(i.parent[k])), f"{key}_after"
        moments.append(Moment(int(i.born[k]), 6, key, start))
        state = int(i.state[k])
        if state in LIVES:
            moments.append(Moment(now, 10, LIVES[state], refs, {"n": int(i.members[k])}))
        else:
            moments.append(Moment(int(i.ended[k]), 7, ENDS_OF_INITIATIVES[state], refs, {"n": int(i.results[k])}))
        if followers[k]:
            moments.append(Moment(now, 11, "snowball", {"name": ("initiative", k)}, {"n": followers[k]}))
    return moments


def _people(model: Neighbourhood) -> list[Moment]:
    """Departures of officials, and what was planned."""
    moments = []
    nth = dict(enumerate(int(n) for n in model.officials.nth))
    for week, kind, facts in reversed(model.happenings):
        if kind == "official_leaves":
            post = facts["post"]
            refs = {"official": ("official", holder(post, nth[post] - 1)), "successor": ("official", holder(post, nth[post]))}
            nth[post] -= 1
            moments.append(Moment(week, 9, kind, refs))
        elif kind == "planned":
            told = {"value": float(facts["value"]), "name": facts["name"]}
            placed = facts["what"] in ("problem", "initiative")
            moments.append(Moment(week, 8, f"planned_{facts['what']}", {"where": ("street", facts["street"])} if placed else {}, told))
    return moments[::-1]


# requests
# --


# agenda projects
# --


# officials in pairs and groups
# --


# initiatives, exchange and the news
# --


# the city
def _city(model: Neighbourhood) -> list[Moment]:
    """Friends' groups that press, the promises that they hold up, and what each neighbourhood of a city gets."""
    case, m, moments = model.case, model.promises, []
    if case.conditions.counter_pressure > 0:
        for area in case.neighbourhoods:
            if area.friends > 0:
                moments.append(Moment(1, 0, "friends", {}, {"area": area.name}))
        if not case.neighbourhoods:
            moments.append(Moment(1, 0, "friends_around", {"where": ("street", 0)}))
        held = model.problems.defended[m.problem]
        for n in np.flatnonzero((held > 0) & (held <= m.due) & (held >= m.due - DEFEND_WEEKS) & (held >= m.made)).tolist():
            refs: dict[str, Ref] = {"who": ("person", int(m.person[n])), "what": ("problem", int(m.problem[n]))}
            moments.append(Moment(int(held[n]), 5, "held_up", refs, {"due": int(m.due[n])}))
    if case.neighbourhoods and model.weeks_done:
        for row in model.by_neighbourhood.iter_rows(named=True):
            facts = {"area": row["name"], "filed": round(row["reports"]), "hours": round(row["hours"])}
            moments.append(Moment(model.week, 12, "area_now", {}, facts))
    return moments


# --


PARTS = (
    _problems,
    _reports,
    _promises,
    _initiatives,
    _people,
    _city,
)
