"""The story of some weeks in both languages, with the people and things that each sentence is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from model.case.layout import join_all_pairs
from model.story.moments import PARTS, STATES_NOW, Moment
from model.story.names import Names, holder, mate, names_given, official_name, resident_name, tell_apart
from model.story.teller import Teller

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

LANGUAGES = ("nl", "en")
STANDING = {*STATES_NOW.values(), "snowball", "area_now"}  # moments that describe the end state, not an event


class About(TypedDict, total=False):
    """What a sentence is about: rows of residents, street, initiative, problem and project; post of an official."""

    residents: list[int]
    street: int
    initiative: int
    problem: int
    project: int
    official: int


class Event(TypedDict):
    """Something that happened. text: by language."""

    kind: str
    text: Mapping[str, str]
    about: About


class Known:
    """The unique invented names of all residents and officials so far; a name never changes."""

    def __init__(self, model: Neighbourhood, saved: tuple[dict[int, str], dict[int, str]] | None = None) -> None:
        first = Names(model.world) if saved is None else None
        self.own = names_given(model.world)
        self.residents, self.officials = (first.residents, first.officials) if first else map(dict, saved or ())
        self.taken = {name.lower() for name in self.residents.values()}
        self.taken_by_officials = {name.lower() for name in self.officials.values()}

    def keep(self) -> tuple[dict[int, str], dict[int, str]]:
        """Return all names, to restore later."""
        return self.residents, self.officials

    def resident(self, name: int) -> str:
        """Return a resident's name, inventing one for a newcomer."""
        return self._called(self.residents, self.taken, name, resident_name)

    def official(self, name: int) -> str:
        """Return the name of an official or colleague."""
        return self._called(self.officials, self.taken_by_officials, name, official_name)

    def _called(self, known: dict[int, str], taken: set[str], name: int, invent: Callable[[int, Collection[str]], str]) -> str:
        if name not in known:
            text = self.own.get(name) or invent(name, self.own.values())
            while text.lower() in taken:
                text = tell_apart(text, name)
            taken.add(text.lower())
            known[name] = text
        return known[name]


class Story:
    """Tells the events of past weeks of a neighbourhood."""

    def __init__(self, model: Neighbourhood, known: Known) -> None:
        self.model, self.known = model, known
        self.tellers = {lang: Teller(model.world, known, lang) for lang in LANGUAGES}  # type: ignore[arg-type]

    def weeks(self, first: int, last: int) -> dict[int, list[Event]]:
        """Return the events of weeks `first` to `last` by week."""
        moments = [m for part in PARTS for m in part(self.model.world) if first <= m.week <= last and m.key not in STANDING]
        self.rows = self._rows()
        self.posts = self._posts()
        self._name(moments)
        told: dict[int, list[Event]] = {}
        for moment in sorted(moments, key=lambda m: (m.week, m.order)):
            text = {lang: teller.sentence(moment) for lang, teller in self.tellers.items()}
            told.setdefault(moment.week, []).append({"kind": moment.key, "text": text, "about": self._about(moment)})
        return told

    def _rows(self) -> dict[int, int]:
        """Return the row of every present and former resident, by 64-bit name."""
        r, rows = self.model.world.residents, dict[int, int]()
        for occupant in range(1, int(r.occupant.max(initial=0)) + 2):
            here = np.flatnonzero(r.occupant + 1 >= occupant)
            names = join_all_pairs(r.place[here], np.full(len(here), occupant, np.uint64))
            rows.update(zip(names.tolist(), here.tolist(), strict=True))
        return rows

    def _posts(self) -> dict[int, int]:
        """Return the post of every official and colleague so far, by 64-bit name."""
        o, posts = self.model.world.officials, dict[int, int]()
        for named, most in ((holder, o.nth), (mate, o.mate_nth)):
            for post, count in enumerate(most.tolist()):
                posts.update({named(post, nth): post for nth in range(count + 1)})
        return posts

    def _name(self, moments: list[Moment]) -> None:
        """Invent names for everybody in these moments."""
        for moment in moments:
            for sort, row in [*moment.refs.values(), *(("person", name) for name in moment.people)]:
                if sort == "person":
                    self.known.resident(row)
                elif sort == "official":
                    self.known.official(row)

    def _about(self, moment: Moment) -> About:
        about: About = {}
        people = list(moment.people)
        for sort, row in moment.refs.values():
            if sort == "person":
                people.append(row)
            elif sort == "official":
                about.setdefault("official", self.posts.get(row, -1))
            elif sort in ("street", "initiative", "problem", "project"):
                about.setdefault(sort, row)
        if people:
            about["residents"] = [self.rows[name] for name in dict.fromkeys(people) if name in self.rows]
        if "street" not in about and (street := self._street(about)) is not None:
            about["street"] = street
        return about

    def _street(self, about: About) -> int | None:
        """Return the street of what a sentence is about; None if unknown."""
        model = self.model
        tables = (("problem", model.world.problems), ("initiative", model.world.initiatives), ("project", model.world.agenda))
        for sort, table in tables:
            if sort in about:
                return int(table.street[about[sort]])
        people = about.get("residents")
        return int(model.world.residents.street[people[0]]) if people else None
