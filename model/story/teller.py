"""The story of a run: dated sentences made from its records. Names of people, streets and initiatives are invented.

`moments` collects what happened, without texts; `Teller` turns moments into sentences in one language.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from model.case.layout import street_name
from model.errors import BadInput
from model.kinds import DEPARTMENTS, KINDS
from model.story.language import Language, Text
from model.story.moments import PARTS, ROUTINE, Moment, requests_by_quarter
from model.story.names import Names, Ref, official_name, resident_name
from model.story.words import WORDS, decimal, ordinal
from model.week.agenda_planning import decided_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.state.world import World


def heading(lang: str = "en") -> str:
    """Return the line that says that names are invented."""
    return str(words(lang)["text"]["heading"])


def words(lang: str) -> Language:
    """Return the texts of a language. Raises BadInput for an unknown language."""
    if lang not in WORDS:
        raise BadInput("story", "lang", lang, " or ".join(WORDS))
    return WORDS[lang]


def tell_story(
    world: World,
    everything: bool = False,
    lang: str = "en",
    resident: str | int | None = None,
    official: str | None = None,
    initiative: str | int | None = None,
    street: str | None = None,
    short: int = 0,
) -> list[str]:
    """Return what happened since the start of the run, one dated sentence each, in order.

    Routine (a problem arises or fades, a report is filed or answered in time) is summed by quarter, unless `everything` is
    True or you ask for one resident (name, or row), official, initiative (row) or street. `short`: at most this many
    sentences, about that street (or the one with the most kinds of moments) and about the whole neighbourhood.
    `lang`: "en" or "nl". Raises BadInput for an unknown language or name.
    """
    names = Names(world)
    teller = Teller(world, names, lang)
    asked = names.find(resident, official, initiative, street)
    moments = [moment for part in PARTS for moment in part(world)]
    moments = [moment for moment in moments if 0 < moment.week <= world.week]
    if short > 0:
        chosen = next((row for sort, row in asked if sort == "street"), -1)
        moments = _shortened(world, [moment for moment in moments if moment.key not in ROUTINE], short, chosen)
    elif asked:
        moments = [moment for moment in moments if asked <= _about(world, moment)]
    elif not everything:
        moments = [moment for moment in moments if moment.key not in ROUTINE] + _quarters(world, moments)
    person = next((name for sort, name in asked if sort == "person"), None)
    return [f"week {m.week}: {teller.sentence(m, person)}" for m in sorted(moments, key=lambda m: (m.week, m.order))]


def _about(world: World, moment: Moment) -> set[Ref]:
    """Return everybody and everything that the moment's sentence names, with their streets."""
    about = {*moment.refs.values(), *(("person", name) for name in moment.people)}
    about |= {("street", int(world.problems.street[row])) for sort, row in about if sort == "problem"}
    for row in [row for sort, row in about if sort == "project"]:
        first = int(world.agenda.first[row])
        about |= {("street", first + n) for n in range(int(world.agenda.span[row]))}
    return about | {("street", int(world.initiatives.street[row])) for sort, row in about if sort == "initiative"}


def about_street(world: World, moment: Moment, street: int) -> bool:
    """Return whether a moment's sentence names this street, or something in it."""
    return ("street", street) in _about(world, moment)


def _shortened(world: World, moments: list[Moment], most: int, chosen: int = -1) -> list[Moment]:
    """Return at most `most` moments about street `chosen` (-1: with the most kinds) or none: first of each kind, then second, ..."""
    streets = [{row for sort, row in _about(world, moment) if sort == "street"} for moment in moments]
    kinds: dict[int, set[str]] = {}
    for moment, rows in zip(moments, streets, strict=True):
        for row in rows:
            kinds.setdefault(row, set()).add(moment.key)
    if chosen < 0:
        chosen = max(sorted(kinds), key=lambda row: len(kinds[row]), default=-1)
    told: Counter[str] = Counter()
    ranked = []
    for moment, rows in sorted(zip(moments, streets, strict=True), key=lambda pair: (pair[0].week, pair[0].order)):
        if chosen in rows or not rows:
            told[moment.key] += 1
            ranked.append((told[moment.key], len(ranked), moment))
    return [moment for _, _, moment in sorted(ranked, key=lambda entry: entry[:2])[:most]]


def _quarters(world: World, moments: list[Moment]) -> list[Moment]:
    counted = requests_by_quarter(world)
    for m in moments:
        counted[(m.week - 1) // 13, "solved" if m.key == "solved_bent" else m.key] += max(1, len(m.people))
    quarters = range((world.week - 1) // 13 + 1 if world.week > 0 else 0)
    return [
        Moment(min(13 * q + 13, world.week), 9, "quarter", {}, {"counts": {key: counted[q, key] for key in WORDS["en"]["counts"]}})
        for q in quarters
    ]


class Teller:
    """Turns moments into sentences in one language."""

    def __init__(self, world: World, names: Names, lang: str) -> None:
        self.world, self.names, self.lang, self.words = world, names, lang, words(lang)

    def sentence(self, moment: Moment, person: int | None = None) -> str:
        """Return the sentence about a moment; of reports closed together, `person` is named first."""
        parts: dict[str, Any] = {key: self.word(*ref) for key, ref in moment.refs.items()} | self._facts(moment)
        if moment.key.startswith("not_done") and not moment.facts.get("text"):
            parts["words"] += f" {parts['where']}"
        if moment.people:
            parts["reports"] = self._closed(moment, person)
        return self.number(self.words["text"][moment.key], moment.facts.get("n", 0), parts)

    def _facts(self, moment: Moment) -> dict[str, Any]:
        facts: dict[str, Any] = {**moment.facts}
        if "nth" in facts:
            facts["nth"] = ordinal(facts["nth"], self.lang)
        if "by" in facts:
            facts["by"] = self.words["by"].get(facts["by"], self.words["by"]["municipality"])
        if "counts" in facts:
            counts = self.words["counts"]
            facts["counts"] = ", ".join(self.number(counts[key], n, {"n": n}) for key, n in facts["counts"].items())
        if moment.key == "planned_problem":
            facts["what"] = f"{self.words['kind'][facts['name']]} {self.word(*moment.refs['where'])}"
        if moment.key.startswith("not_done"):
            facts |= self._lacking(facts)
        if moment.key.startswith("planned_"):
            for sort in ("practice", "condition"):
                facts[sort] = self.words[sort].get(facts["name"], facts["name"])
            facts["about"] = self.words["kind"].get(facts["name"]) or self.words["field"].get(facts["name"], "")
        if "about" in facts and isinstance(facts["about"], int):
            facts["about"] = self.word("kind", facts["about"])
        if "act" in facts:
            facts["act"] = self.words["act"][facts["act"]]
        for hours in ("hours", "hours_meant"):
            if hours in facts and moment.key.startswith("act_"):
                facts[hours] = decimal(facts[hours], self.lang)
        if "words" in facts and not isinstance(facts["words"], str):  # the event's own text, in at least one language
            facts["words"] = facts["words"].get(self.lang) or next(iter(facts["words"].values()))
        if "where" in facts:
            facts["where"] = self.words["everywhere"]
        if "entrepreneur" in facts:
            known = self.words["entrepreneur"]
            facts["entrepreneur"] = known[facts["entrepreneur"] % len(known)]
        if "value" in facts:
            facts["value"] = decimal(facts["value"], self.lang)
        return {key: value for key, value in facts.items() if key != "name"}

    def _lacking(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the words of what did not happen, and of what it lacked."""
        lack, text = facts.pop("lack"), self.words
        own = facts.pop("text")
        said: dict[str, Any] = {"words": (own.get(self.lang) or next(iter(own.values()))) if own else text["act"][facts.pop("what")]}
        said |= {key: decimal(round(lack[key], 2), self.lang) for key in ("needed", "there") if key in lack}
        said |= {"practice": text["practice"][lack["practice"]]} if "practice" in lack else {}
        said |= {"role_hours": text["role"][lack["role"]]} if "role" in lack else {}
        return said | ({"before": text["act"][lack["act"]]} if "act" in lack else {})

    def _called(self, row: int) -> str:
        """Return what a planned project is called; empty if it has no name of its own."""
        a = self.world.agenda
        for event in self.world.planned:
            if event.called and a.name[row] == decided_name(self.world, event, int(a.kind[row])):
                return event.called.get(self.lang) or next(iter(event.called.values()))
        return ""

    def _closed(self, moment: Moment, person: int | None) -> str:
        first = moment.people.index(person) if person in moment.people else moment.weeks.index(min(moment.weeks))
        week, others = moment.weeks[first], len(moment.people) - 1
        key = ("more" if others else "alone") + ("" if week > 0 else "_before")
        who = self.word("person", moment.people[first])
        return self.number(self.words["reports"][key], others, {"who": who, "week": week, "n": others})

    def number(self, text: Text, n: int, parts: Mapping[str, object]) -> str:
        """Return the text filled in; of a pair of texts, singular or plural by `n`."""
        return (text if isinstance(text, str) else text[n != 1]).format(**parts)

    def word(self, sort: str, row: int) -> str:
        """Return the words for a person or thing."""
        world, text = self.world, self.words
        if sort == "person":
            return self.names.residents.get(row) or resident_name(row, world.named)
        if sort == "official":
            return text["official"].format(who=self.names.officials.get(row) or official_name(row, world.named))
        if sort == "street":
            street = street_name(row, world.case.street_names)
            ending = next(ending for ending in text["where"] if street.rstrip(" 0123456789").lower().endswith(ending))
            return text["where"][ending].format(street=street)
        if sort == "kind":
            return text["kind"][KINDS[row].name]
        if sort == "field":
            return text["field"][DEPARTMENTS[row]]
        if sort == "project":
            plans = text["programme" if world.agenda.imported[row] else "plan"]
            plan, street = (
                self._called(row) or plans[KINDS[world.agenda.kind[row]].name],
                self.word("street", int(world.agenda.street[row])),
            )
            return text["project"]["one" if world.agenda.span[row] == 1 else "more"].format(plan=plan, where=street)
        if sort == "problem":
            return f"{self.word('kind', int(world.problems.kind[row]))} {self.word('street', int(world.problems.street[row]))}"
        q, name = int(world.initiatives.problem[row]), int(world.initiatives.name[row])
        ideas = text["idea"][KINDS[world.problems.kind[q]].name if q >= 0 else DEPARTMENTS[world.initiatives.topic[row]]]
        where = self.word("street", int(world.initiatives.street[row]))
        return text["initiative"].format(idea=ideas[(name >> 9) % len(ideas)], where=where, row=row)
