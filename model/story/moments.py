"""Collect the moments of a run that the story can tell, from its records; `Teller` turns them into sentences."""
# pyright: reportTypedDictNotRequiredAccess=false
# what a note has follows from its kind, and each is read only where its kind is known

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, cast

import numpy as np

from model.case.event import IN_FORCE, SORTS
from model.kinds import HOUSING
from model.measures.by_place import by_neighbourhood
from model.state.accounts import ACCOUNTS
from model.state.tallies import HELPED_COUNT, REFUSED_COUNT, SUMS
from model.story.names import Ref, founder, holder, mate
from model.week.agenda_planning import CALLED_OFF, HAS_LANDED
from model.week.friends import DEFEND_WEEKS
from model.week.initiative_founding import CONTINUING, DEAD, DISAPPOINTED, DONE, GATHERING, ON_HOLD, WORKING
from model.week.initiative_town_hall import council_week
from model.week.planned_acts import PROMISE
from model.week.problems import FADED, LIVING
from model.week.promises import WAS_BROKEN, WAS_KEPT, WAS_TOLD, WAS_VOID
from model.week.reports import BAD, DROPPED, EMPTY, GONE, LATE, ON_TIME
from model.week.requests import MEASURED, UNDUE

if TYPE_CHECKING:
    from model.engine.tables import Table
    from model.state.kept import Lacked, Note
    from model.state.world import World

ROUTINE = (
    "arose",
    "reported",
    "on_time",
    "solved",
    "solved_bent",
    "faded",
    "gone",
    "void",
    "tailored",
    "got_away",
)  # summed by quarter, or left out
TALK_OF_THE_STREET = 8  # number of envious neighbours from which the story tells it
ENDS_OF_REPORTS = {ON_TIME: "on_time", LATE: "late", EMPTY: "empty", BAD: "bad", DROPPED: "dropped", GONE: "gone"}
ENDS_OF_PROMISES = {WAS_KEPT: "kept", WAS_BROKEN: "broken", WAS_TOLD: "told", WAS_VOID: "void"}
ENDS_OF_INITIATIVES = {DONE: "done", DISAPPOINTED: "disappointed", DEAD: "withered"}
WORN_OUT = 0.6  # strain above which a departure is told as caused by overload
STATES_NOW = {GATHERING: "gathering", ON_HOLD: "on_hold", WORKING: "working", CONTINUING: "continuing"}


class Facts(TypedDict, total=False):
    """What a text about a moment is filled in with, beside who and what; each has some of these."""

    n: int
    m: int
    nth: int
    due: int  # week
    by: str
    about: int  # kind of problem
    act: str
    hours: float
    words: dict[str, str]  # by language
    name: str
    where: str
    value: float
    entrepreneur: int
    area: str
    filed: int
    counts: dict[str, int]
    hours_meant: float
    text: dict[str, str]
    lack: Lacked


@dataclass
class Moment:
    """Something that happened: week, order within the week, key of its text, references and facts for that text."""

    week: int
    order: int
    key: str
    refs: dict[str, Ref]
    facts: Facts = field(default_factory=lambda: Facts())
    people: tuple[int, ...] = ()  # reporters, for reports closed together
    weeks: tuple[int, ...] = ()  # weeks of those reports


class _Rows:
    """The rows of a table, each column read once, as plain numbers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __getattr__(self, column: str) -> list[Any]:
        found = getattr(self._table, column).tolist()
        setattr(self, column, found)
        return found


def _problems(world: World) -> list[Moment]:
    p, i, moments = _Rows(world.problems), _Rows(world.initiatives), []
    helped: dict[int, list[int]] = {}
    for k in range(len(i)):
        if i.results[k] > 0:
            helped.setdefault(int(i.problem[k]), []).append(k)
    table = world.problems
    for q in np.flatnonzero((table.born > 0) | (table.ended > 0)).tolist():  # the others came and went before the run
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


def _reports(world: World) -> list[Moment]:
    r, account, moments = _Rows(world.reports), _Rows(world.problems).account, []
    closed: dict[tuple[int, int, int], list[int]] = {}
    for n in range(len(r)):
        what: Ref = ("problem", int(r.problem[n]))
        moments.append(Moment(int(r.week[n]), 1, "reported", {"who": ("person", int(r.person[n])), "what": what}))
        if int(r.fate[n]) in ENDS_OF_REPORTS:
            closed.setdefault((int(r.closed[n]), int(r.problem[n]), int(r.fate[n])), []).append(n)
    for (week, q, fate), rows in closed.items():
        key, people, weeks = ENDS_OF_REPORTS[fate], tuple(int(r.person[n]) for n in rows), tuple(int(r.week[n]) for n in rows)
        by: Facts = {"by": ACCOUNTS[account[q]].label}
        moments.append(Moment(week, 3 if key in ROUTINE else 7, key, {"what": ("problem", q)}, by, people, weeks))
    return moments


def _promises(world: World) -> list[Moment]:
    m, p, moments = _Rows(world.promises), _Rows(world.problems), []
    broken: Counter[int] = Counter()
    to_streets, once_due = _to_streets(world), _once_due(world)
    for n in sorted(set(range(len(m))) - set(to_streets), key=lambda n: (int(m.due[n]), n)):
        person, q, due = int(m.person[n]), int(m.problem[n]), int(m.due[n])
        refs: dict[str, Ref] = {"official": ("official", int(m.maker[n])), "who": ("person", person), "what": ("problem", q)}
        moments.append(Moment(int(m.made[n]), 2, "promised", refs, {"due": once_due.get(n, due)}))
        key = ENDS_OF_PROMISES.get(int(m.fate[n]))
        if key is None or (key == "void" and int(world.residents.name[m.recipient[n]]) != person):
            continue  # still pending, or the resident moved away in an unrecorded week
        over = min(max(int(p.ended[q]), int(m.made[n])), due)
        week = {"broken": due, "told": due - 2}.get(key, over)
        broken[person] += key == "broken"
        again = key == "broken" and broken[person] > 1
        moments.append(Moment(week, 6, "broken_again" if again else key, refs, {"nth": broken[person]}))
    return moments


def _initiatives(world: World) -> list[Moment]:
    i, moments, now = _Rows(world.initiatives), [], world.week
    followers = Counter(int(parent) for parent, born in zip(i.parent, i.born, strict=True) if parent >= 0 and born > 0)
    for k in range(len(i)):
        refs: dict[str, Ref] = {"who": ("person", founder(world, k)), "name": ("initiative", k)}
        start, key = dict(refs), "wished"
        if i.problem[k] >= 0:
            start["what"], key = ("kind", int(world.problems.kind[i.problem[k]])), "started"
        if i.parent[k] >= 0:
            start["parent"], key = ("initiative", int(i.parent[k])), f"{key}_after"
        moments.append(Moment(int(i.born[k]), 6, key, start))
        state = int(i.state[k])
        if state in STATES_NOW:
            moments.append(Moment(now, 10, STATES_NOW[state], refs, {"n": int(i.members[k])}))
        else:
            moments.append(Moment(int(i.ended[k]), 7, ENDS_OF_INITIATIVES[state], refs, {"n": int(i.results[k])}))
        if followers[k]:
            moments.append(Moment(now, 11, "snowball", {"name": ("initiative", k)}, {"n": followers[k]}))
    return moments


def _people(world: World) -> list[Moment]:
    """Return the departures of ward officials."""
    moments = []
    nth = dict(enumerate(int(n) for n in world.officials.nth))
    for week, kind, facts in reversed(world.happenings):
        if kind == "official_leaves":
            post = facts["post"]
            refs = {"official": ("official", holder(post, nth[post] - 1)), "successor": ("official", holder(post, nth[post]))}
            nth[post] -= 1
            moments.append(Moment(week, 9, "official_worn_out" if facts["strain"] > WORN_OUT else kind, refs))
    return moments[::-1]


def _planned(world: World) -> list[Moment]:
    """Return the planned events, with their own text if they have one, and their results."""
    moments = []
    for week, kind, facts in world.happenings:
        if kind == "not_done":
            moments.append(_not_done(week, facts))
        if kind not in ("planned", "act"):
            continue
        placed = kind == "act" or SORTS[facts["what"]].placed
        told: dict[str, Any] = {**facts}
        street, what = told.pop("street"), told.pop("what")
        refs: dict[str, Ref] = {"where": ("street", street)} if placed and street >= 0 else {}
        if "who" in told:
            refs["who"] = ("person", told.pop("who"))
        if not refs:
            told["where"] = "everywhere"
        if kind == "planned":
            text, weeks = told.pop("text"), told.pop("weeks")
            lasting = f"planned_{what}" + "_for" * (weeks > 0 and what in IN_FORCE)
            key = "planned_text" if text else lasting
            told = {"words": text, "name": ""} if text else {**told, "value": float(told["value"]), "n": weeks}
            moments.append(Moment(week, -1, key, refs, cast("Facts", told)))  # before its results
        else:
            how = told.pop("how")
            key = "act_nothing" if how == "nothing" else f"act_{what}" + f"_{how}" * bool(how)
            told |= {"act": what} if how == "nothing" else {}
            moments.append(Moment(week, 8, key, refs, cast("Facts", told)))
    return moments


def _not_done(week: int, noted: Note) -> Moment:
    """Return that a planned event did not happen, for it lacked what it needs."""
    street, sort = noted["street"], SORTS[noted["what"]]
    refs: dict[str, Ref] = {"where": ("street", street)} if sort.placed and street >= 0 else {}
    facts: dict[str, Any] = {"what": noted["what"], "text": noted["text"], "lack": noted["lack"]}
    return Moment(week, -1, f"not_done_{noted['lack']['how']}", refs, cast("Facts", facts if refs else facts | {"where": "everywhere"}))


def _to_streets(world: World) -> dict[int, range]:
    """Return promises made to a whole street: {row: all rows of that street promise}."""
    a = _Rows(world.acts)
    made = [range(int(a.about[n]), int(a.about[n] + a.reached[n])) for n in range(len(a)) if a.kind[n] == PROMISE and a.about[n] >= 0]
    return {row: rows for rows in made for row in rows}


def _once_due(world: World) -> dict[int, int]:
    """Return the original due week of promises that an event broke early."""
    return {n: facts["due"] for _, kind, facts in world.happenings if kind == "broken_now" for n in facts["promises"]}


def _promised_streets(world: World) -> list[Moment]:
    """Return promises to a street and their ends, each once, with the number of households."""
    m, p, once_due, moments = _Rows(world.promises), _Rows(world.problems), _once_due(world), []
    for rows in {rows.start: rows for rows in _to_streets(world).values()}.values():
        q, made = int(m.problem[rows.start]), int(m.made[rows.start])
        due = max(once_due.get(n, int(m.due[n])) for n in rows)
        refs: dict[str, Ref] = {"official": ("official", int(m.maker[rows.start])), "what": ("problem", q)}
        ends: dict[tuple[str, int], list[int]] = {("promised", made): list(rows)}
        for n in rows:
            key = ENDS_OF_PROMISES.get(int(m.fate[n]))
            if key and (key != "void" or int(world.residents.name[m.recipient[n]]) == int(m.person[n])):
                week = {"broken": int(m.due[n]), "told": int(m.due[n]) - 2}.get(key, min(max(int(p.ended[q]), made), int(m.due[n])))
                ends.setdefault((key, week), []).append(n)
        for (key, week), who in ends.items():
            people = tuple(int(m.person[n]) for n in who)
            facts: Facts = {"n": len(who), "due": due}
            moments.append(Moment(week, 2 if key == "promised" else 6, f"street_{key}", refs, facts, people, (made,) * len(who)))
    return moments


def _requests(world: World) -> list[Moment]:
    r, moments = _Rows(world.requests), []
    for n in range(len(r)):
        fate = int(r.fate[n])
        seen = int(r.seen[n]) >= (TALK_OF_THE_STREET if fate == MEASURED else 1)
        key = {MEASURED: ("tailored", "envied"), UNDUE: ("got_away", "got_away_seen")}.get(fate, ("found_out", "found_out"))[seen]
        refs: dict[str, Ref] = {"who": ("person", int(r.person[n]))}
        if seen:
            refs["where"] = ("street", int(r.street[n]))
        by: Facts = {"by": "corporation" if r.department[n] == HOUSING else "municipality"}
        moments.append(Moment(int(r.week[n]), 3 if key in ROUTINE else 7, key, refs, by))
    return moments


def requests_by_quarter(world: World) -> Counter[tuple[int, str]]:
    """Return the number of requests granted and refused, by (quarter of the run, "helped" or "refused")."""
    counted: Counter[tuple[int, str]] = Counter()
    for key, place in (("helped", HELPED_COUNT), ("refused", REFUSED_COUNT)):
        before = 0
        for week in range(1, world.weeks_done + 1):
            now = int(world.record[week - 1, SUMS + place])
            counted[(week - 1) // 13, key] += now - before
            before = now
    return counted


def _agenda(world: World) -> list[Moment]:
    """Return the agenda projects (begun, announced, stopped, landed) and councils that changed the field of priority."""
    a, moments = world.agenda, []
    for row in range(len(a)):
        refs: dict[str, Ref] = {"name": ("project", row)}
        begun = "programme_begun" if a.imported[row] else "project_begun"
        moments.append(Moment(int(a.launched[row]), 2, begun, refs, {"n": int(a.span[row])}))
        answered, ended, concern = int(a.answered[row]), int(a.ended[row]), int(a.concern[row])
        joined: dict[str, Ref] = {**refs, "what": ("problem", concern)}
        if a.coupled[row]:
            moments.append(Moment(int(a.launched[row]), 3, "project_coupled", joined))
        if a.variant[row]:
            moments.append(Moment(answered, 8, "project_variant", refs))
        if a.objections[row]:
            moments.append(Moment(answered, 9, "project_objections", refs, {"n": int(a.objections[row])}))
        if a.state[row] == CALLED_OFF:
            stranded = "project_without_residents" if answered == ended else "project_stranded"
            moments.append(Moment(ended, 8, stranded, refs))
        elif a.state[row] == HAS_LANDED:
            facts: Facts = {"m": int(a.addressed[row]), "n": int(a.taken[row])}
            against = a.crossed[row] > a.taken[row] and concern >= 0
            key = "project_across" if against else "project_landed"
            moments.append(Moment(ended, 7, key, joined if against else refs, facts))
    for week, kind, noted in world.happenings:
        if kind == "council":
            moments.append(Moment(week, 8, "council", {"field": ("field", noted["field"])}))
    return moments


def _pairs(world: World) -> list[Moment]:
    """Return group meetings and departures of colleagues."""
    moments: list[Moment] = []
    mates = dict(enumerate(int(n) for n in world.officials.mate_nth))
    for week, kind, facts in reversed(world.happenings):
        post = facts.get("post", 0)
        if kind == "group_meeting":
            refs: dict[str, Ref] = {"official": ("official", holder(post, facts["nth"])), "where": ("street", facts["street"])}
            moments.append(Moment(week, 2, "group_met" if facts["came"] else "nobody_came", refs, {"n": facts["came"]}))
        elif kind == "mate_leaves":
            refs = {"official": ("official", mate(post, mates[post] - 1)), "successor": ("official", mate(post, mates[post]))}
            mates[post] -= 1
            moments.append(Moment(week, 9, kind, refs))
    return moments[::-1]


def _turns(world: World) -> list[Moment]:
    """Return changes of lead, acts of the council, entrepreneurs and town hall for initiatives, and local news."""
    i, m, moments = _Rows(world.initiatives), _Rows(world.promises), []
    for k in range(len(i)):
        name: dict[str, Ref] = {"name": ("initiative", k)}
        both: dict[str, Ref] = {"who": ("person", founder(world, k)), **name}
        ended = int(i.ended[k]) if i.state[k] >= DONE else world.week + 1
        council = council_week(int(i.input[k]), world.case.behaviour.policy_weeks)
        moments.append(Moment(int(i.input[k]), 7, "taken_as_input", name, {"due": council}))
        if council < ended:
            moments.append(Moment(min(council, world.week + 1), 6, "council_decided", name))
        moments.append(Moment(int(i.to_officials[k]), 6, "lead_to_officials", name))
        moments.append(Moment(int(i.to_residents[k]), 6, "lead_to_residents", both))
        moments.append(Moment(int(i.exchanged[k]), 6, "exchanged", name, {"entrepreneur": int(i.name[k]) >> 17}))
        moments.append(Moment(int(i.refused[k]), 6, "upkeep_refused", name))
        moments.append(Moment(int(i.worn_out[k]), 6, "worn_out", both))
        bad = i.state[k] == DISAPPOINTED and i.published[k] == i.ended[k]
        moments.append(Moment(int(i.published[k]), 8, "news_bad" if bad else "news_good", name))
    for n in range(len(m)):
        if m.published[n]:
            refs: dict[str, Ref] = {"official": ("official", int(m.maker[n])), "who": ("person", int(m.person[n]))}
            moments.append(Moment(int(m.due[n]), 8, "news_promise", {**refs, "what": ("problem", int(m.problem[n]))}))
    return moments


def _city(world: World) -> list[Moment]:
    """Return friends' groups, the promises they defend, and the reports and hours of each neighbourhood of a city."""
    case, m, moments = world.case, world.promises, []
    held = world.problems.defended[m.problem]
    if case.conditions.counter_pressure > 0:
        for area in case.neighbourhoods:
            if area.friends > 0:
                moments.append(Moment(1, 0, "friends", {}, {"area": area.name}))
        if not case.neighbourhoods:
            moments.append(Moment(1, 0, "friends_around", {"where": ("street", 0)}))
    for n in np.flatnonzero((held > 0) & (held <= m.due) & (held >= m.due - DEFEND_WEEKS) & (held >= m.made)).tolist():
        refs: dict[str, Ref] = {"who": ("person", int(m.person[n])), "what": ("problem", int(m.problem[n]))}
        moments.append(Moment(int(held[n]), 5, "held_up", refs, {"due": int(m.due[n])}))
    if case.neighbourhoods and world.weeks_done:
        for row in by_neighbourhood(world).iter_rows(named=True):
            facts: Facts = {"area": row["name"], "filed": round(row["reports"]), "hours": round(row["hours"])}
            moments.append(Moment(world.week, 12, "area_now", {}, facts))
    return moments


PARTS = (
    _problems,
    _reports,
    _promises,
    _initiatives,
    _people,
    _planned,
    _promised_streets,
    _requests,
    _turns,
    _pairs,
    _agenda,
    _city,
)
