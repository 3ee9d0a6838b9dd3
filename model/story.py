"""The story of a run: its own records as dated sentences. Names of people, streets and initiatives are invented, and stay.

What happened is gathered once as moments, without a word of any language; `Teller` puts them into words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model.errors import BadInput
from model.initiatives import CONTINUING, DEAD, DISAPPOINTED, DONE, GATHERING, ON_HOLD, WORKING
from model.officials import ACCOUNTS
from model.places import street_name
from model.problems import DEPARTMENTS, FADED, KINDS, LIVING
from model.promises import WAS_BROKEN, WAS_KEPT, WAS_TOLD, WAS_VOID
from model.reports import BAD, DROPPED, EMPTY, GONE, LATE, ON_TIME
from model.story_names import Names, Ref, founder, holder, official_name, resident_name
from model.story_words import WORDS, decimal, ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def heading(lang: str = "en") -> str:
    """Return the line that says what is invented."""
    return words(lang)["text"]["heading"]


def words(lang: str) -> dict[str, Any]:
    """Return the texts of a language. BadInput when there are none."""
    if lang not in WORDS:
        raise BadInput("story", "lang", lang, " or ".join(WORDS))
    return WORDS[lang]


def tell_story(
    model: Neighbourhood,
    everything: bool = False,
    lang: str = "en",
    resident: str | int | None = None,
    official: str | None = None,
    initiative: str | int | None = None,
    street: str | None = None,
) -> list[str]:
    """Return what happened since the start of the run, in order, each sentence with its week.

    Daily routine (a problem turns up or wears off, a report is filed, or answered in time) is added up by quarter,
    unless `everything` is asked for, or everything about one resident (name as told, or row), one official, one
    initiative (row) or one street. `lang`: "en" or "nl". BadInput for a language or a name that is not there.
    """
    names = Names(model)
    teller = Teller(model, names, lang)
    wanted = names.wanted(resident, official, initiative, street)
    moments = [moment for part in (_problems, _reports, _promises, _initiatives, _people) for moment in part(model)]
    moments = [moment for moment in moments if 0 < moment.week <= model.week]
    if wanted:
        moments = [moment for moment in moments if wanted <= _about(model, moment)]
    elif not everything:
        moments = [moment for moment in moments if moment.key not in ROUTINE] + _quarters(model, moments)
    person = next((name for sort, name in wanted if sort == "person"), None)
    return [f"week {m.week}: {teller.sentence(m, person)}" for m in sorted(moments, key=lambda m: (m.week, m.order))]


def _about(model: Neighbourhood, moment: Moment) -> set[Ref]:
    """Everybody and everything that a sentence names."""
    about = {*moment.refs.values(), *(("person", name) for name in moment.people)}
    about |= {("street", int(model.problems.street[row])) for sort, row in about if sort == "problem"}
    return about | {("street", int(model.initiatives.street[row])) for sort, row in about if sort == "initiative"}


def _quarters(model: Neighbourhood, moments: list[Moment]) -> list[Moment]:
    counted: Counter[tuple[int, str]] = Counter()
    for m in moments:
        counted[(m.week - 1) // 13, "solved" if m.key == "solved_bent" else m.key] += max(1, len(m.people))
    quarters = range((model.week - 1) // 13 + 1 if model.week > 0 else 0)
    return [
        Moment(min(13 * q + 13, model.week), 9, "quarter", {}, {"counts": {key: counted[q, key] for key in WORDS["en"]["counts"]}})
        for q in quarters
    ]


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


class Teller:
    """Puts moments into the words of one language."""

    def __init__(self, model: Neighbourhood, names: Names, lang: str) -> None:
        self.model, self.names, self.lang, self.words = model, names, lang, words(lang)

    def sentence(self, moment: Moment, person: int | None = None) -> str:
        """Return the sentence about a moment; reports that were closed together are told from the person asked for."""
        parts: dict[str, Any] = {key: self.word(*ref) for key, ref in moment.refs.items()} | self._facts(moment)
        if moment.people:
            parts["reports"] = self._closed(moment, person)
        return self.number(self.words["text"][moment.key], moment.facts.get("n", 0), parts)

    def _facts(self, moment: Moment) -> dict[str, Any]:
        facts = dict(moment.facts)
        if "nth" in facts:
            facts["nth"] = ordinal(facts["nth"], self.lang)
        if "by" in facts:
            facts["by"] = self.words["by"].get(facts["by"], self.words["by"]["municipality"])
        if "counts" in facts:
            counts = self.words["counts"]
            facts["counts"] = ", ".join(self.number(counts[key], n, {"n": n}) for key, n in facts["counts"].items())
        if moment.key == "planned_problem":
            facts["what"] = f"{self.words['kind'][facts['name']]} {self.word(*moment.refs['where'])}"
        if moment.key == "planned_practice":
            facts["practice"] = self.words["practice"].get(facts["name"], facts["name"])
        if "value" in facts:
            facts["value"] = decimal(facts["value"], self.lang)
        return {key: value for key, value in facts.items() if key != "name"}

    def _closed(self, moment: Moment, person: int | None) -> str:
        first = moment.people.index(person) if person in moment.people else moment.weeks.index(min(moment.weeks))
        week, others = moment.weeks[first], len(moment.people) - 1
        key = ("more" if others else "alone") + ("" if week > 0 else "_before")
        who = self.word("person", moment.people[first])
        return self.number(self.words["reports"][key], others, {"who": who, "week": week, "n": others})

    def number(self, text: str | Sequence[str], n: int, parts: dict[str, Any]) -> str:
        """Return a text filled in, of a pair the one for n."""
        return (text if isinstance(text, str) else text[n != 1]).format(**parts)

    def word(self, sort: str, row: int) -> str:
        """Return how somebody or something is called."""
        model, text = self.model, self.words
        if sort == "person":
            return self.names.residents.get(row) or resident_name(row)
        if sort == "official":
            return text["official"].format(who=self.names.officials.get(row) or official_name(row))
        if sort == "street":
            street = street_name(row)
            ending = next(ending for ending in text["where"] if street.rstrip(" 0123456789").endswith(ending))
            return text["where"][ending].format(street=street)
        if sort == "kind":
            return text["kind"][KINDS[row].name]
        if sort == "problem":
            return f"{self.word('kind', int(model.problems.kind[row]))} {self.word('street', int(model.problems.street[row]))}"
        q, name = int(model.initiatives.problem[row]), int(model.initiatives.name[row])
        ideas = text["idea"][KINDS[model.problems.kind[q]].name if q >= 0 else DEPARTMENTS[model.initiatives.topic[row]]]
        where = self.word("street", int(model.initiatives.street[row]))
        return text["initiative"].format(idea=ideas[(name >> 9) % len(ideas)], where=where, row=row)
