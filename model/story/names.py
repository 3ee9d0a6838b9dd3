"""Invented names for the story: unique for each person and equal in every run of a seed; and search by name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from model.case.layout import join_all_pairs, street_name
from model.engine.chance import join
from model.errors import BadInput
from model.story.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from model.state.world import World

Ref = tuple[str, int]  # a person or thing in the story: ("person", 64-bit name), ("initiative", row), ...
FIRST_NAMES = (
    "Joop", "Bets", "Amina", "Henk", "Fatma", "Sjoerd", "Lidia", "Ruben", "Noor", "Piet", "Yasmin", "Wim", "Truus",
    "Mehmet", "Anja", "Kees", "Soraya", "Jan", "Ilse", "Omar", "Greet", "Bas", "Naima", "Dirk", "Els", "Hassan", "Mieke",
    "Tom", "Rachida", "Gerrit", "Lotte", "Ali", "Ria", "Sem", "Zeynep", "Cor", "Annie", "Yusuf", "Femke", "Rinus", "Samira",
    "Bart", "Corrie", "Emre", "Tineke", "Winston", "Marga", "Ibrahim", "Sanne", "Gijs", "Hatice", "Leo", "Jolanda", "Karim",
    "Wietske", "Ravi", "Ans", "Daan", "Malika", "Frits", "Priya", "Nel", "Stefan", "Elif", "Harm", "Chantal", "Bilal",
)  # fmt: skip
LETTERS = "ABCDEFGHJKLMNPRSTVWZ"
BETWEEN = ("", "", "de ", "van ")


def resident_name(name: int, own: Collection[str] = ()) -> str:
    """Return the invented name of a resident, from the 64-bit name; no first name of `own`, the names that a case gives."""
    first, between = _first_name(name, own), BETWEEN[(name >> 40) % len(BETWEEN)]
    return f"{first} {between}{LETTERS[(name >> 20) % len(LETTERS)]}."


def official_name(name: int, own: Collection[str] = ()) -> str:
    """Return the invented first name of an official, from the 64-bit name; none of `own`, the names that a case gives."""
    return _first_name(name >> 7, own)


def _first_name(name: int, own: Collection[str]) -> str:
    taken = {text.split()[0].lower() for text in own}
    free = [first for first in FIRST_NAMES if first.lower() not in taken] if taken else FIRST_NAMES
    first = FIRST_NAMES[name % len(FIRST_NAMES)]
    return free[name % len(free)] if first.lower() in taken else first


def tell_apart(text: str, name: int) -> str:
    """Return an invented name with one more letter, for somebody whose name is taken."""
    return f"{text}{'' if text.endswith('.') else ' '}{LETTERS[(name >> (3 * len(text) % 50)) % len(LETTERS)]}."


def holder(post: int, nth: int) -> int:
    """Return the 64-bit name of the nth incumbent of a post."""
    return join(join(13, post), nth)


def mate(post: int, nth: int) -> int:
    """Return the 64-bit name of the nth colleague in a post."""
    return join(join(17, post), nth)


def founder(world: World, k: int) -> int:
    """Return the 64-bit name of the founder of initiative `k`, whose name is (founder, nth founding)."""
    r, i = world.residents, world.initiatives
    row, name = int(i.founder[k]), int(i.name[k])
    for occupant in range(int(r.occupant[row]) + 1, 0, -1):
        person = join(int(r.place[row]), occupant)
        if any(join(person, nth) == name for nth in range(1, 50)):
            return person
    return int(r.name[row])


def names_given(world: World) -> dict[int, str]:
    """Return the names that the case gives, by 64-bit name of who bears them."""
    return {bearer: name for name, bearer in world.named.items()}


class Names:
    """The unique invented names of all residents and officials of a run, and search by name."""

    def __init__(self, world: World) -> None:
        self.world, r = world, world.residents
        own = names_given(world)
        self.residents: dict[int, str] = {}
        self.officials: dict[int, str] = {}
        taken: dict[str, int] = {}
        for occupant in range(1, int(r.occupant.max(initial=0)) + 2):  # by occupant, so that a name never depends on later ones
            places = r.place[r.occupant + 1 >= occupant]
            for name in join_all_pairs(places, np.full(len(places), occupant, np.uint64)).tolist():
                self.residents[name] = self._new(own.get(name) or resident_name(name, own.values()), name, taken)
        self.by_resident, taken = taken, {}
        for named, most in ((holder, world.officials.nth), (mate, world.officials.mate_nth)):
            for nth in range(int(most.max(initial=0)) + 1):
                for post in np.flatnonzero(most >= nth).tolist():
                    name = named(post, nth)
                    self.officials[name] = self._new(own.get(name) or official_name(name, own.values()), name, taken)
        self.by_official = taken

    @staticmethod
    def _new(text: str, name: int, taken: dict[str, int]) -> str:
        while text.lower() in taken:
            text = tell_apart(text, name)
        taken[text.lower()] = name
        return text

    def find(self, resident: str | int | None, official: str | None, initiative: str | int | None, street: str | None) -> set[Ref]:
        """Return the references of what is given. Raises BadInput for an unknown name."""
        found: set[Ref] = set()
        if resident is not None:
            found.add(("person", self._resident(str(resident).strip())))
        if official is not None:
            found.add(("official", self._official(official)))
        if initiative is not None:
            found.add(("initiative", self._initiative(str(initiative))))
        if street is not None:
            found.add(("street", find_street(street, len(self.world.streets), self.world.case.street_names)))
        return found

    def _resident(self, text: str) -> int:
        if text.isdecimal() and int(text) < len(self.world.residents):
            return int(self.world.residents.name[int(text)])
        for spelled in (text.lower(), text.lower() + "."):
            if spelled in self.by_resident:
                return self.by_resident[spelled]
        raise unknown("resident", text, self.residents.values(), f"rows 0 to {len(self.world.residents) - 1}, or a name as told")

    def _official(self, text: str) -> int:
        bare = " ".join(text.split()).lower()
        for language in WORDS.values():
            bare = bare.removeprefix(language["official"].format(who=""))
        if bare not in self.by_official:
            raise unknown("official", text, self.officials.values(), "a name as told, or none where there are no officials")
        return self.by_official[bare]

    def _initiative(self, text: str) -> int:
        number, count = text.split()[-1] if text.split() else "", len(self.world.initiatives)
        if number.isdecimal() and int(number) < count:
            return int(number)
        raise unknown("initiative", text, (), f"numbers 0 to {count - 1}" if count else "none, for there were no initiatives")


def find_street(text: str, count: int, own: Sequence[str] = ()) -> int:
    """Return the row of a street by its name. Raises BadInput with similar names."""
    streets = {street_name(row, own).lower(): row for row in range(count)}
    row = streets.get(" ".join(text.split()).lower())
    if row is None:
        raise unknown("street", text, [street_name(row, own) for row in range(count)], f"streets such as {street_name(0, own)}")
    return row


def unknown(key: str, text: str, known: Iterable[str], otherwise: str) -> BadInput:
    """Return a BadInput that gives similar names, or else `otherwise`."""
    spelled = {name.lower(): name for name in known}
    near = [spelled[match] for match in difflib.get_close_matches(text.lower(), spelled, n=3, cutoff=0.6)]
    return BadInput("story", key, text, f"did you mean {' or '.join(near)}?" if near else otherwise)
