"""Named people of a case: residents and officials of a tale who are called so in story and map.

Naming somebody changes nothing in a run: at the end of the burn-in the name goes to whoever fits best (`state.named`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from model.case.bilingual import Words
from model.case.shape import CaseShape
from model.parameters import Section

RESIDENT, OFFICIAL, COLLEAGUE = "resident", "official", "colleague"
TRAITS = ("tenure", "means", "energy", "age")


class Person(Section):
    """Somebody of the tale: a resident of a street, or who holds the post of that street, or the colleague in it."""

    # fmt: off
    name: str = Field(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$", description="name in story and map")
    is_a: str = Field(RESIDENT, pattern=f"^({RESIDENT}|{OFFICIAL}|{COLLEAGUE})$", description="resident, official or colleague")
    street: int = Field(0, strict=True, ge=0, description="street number: of the home, or of the post")
    role: Words = Field(Words(""), description="who this is in the tale")
    lives_with: str = Field("", description="name of somebody earlier in the list with whom the home is shared")
    tenure: str = Field("", pattern="^(owner|tenant)?$", description="owner or tenant; left out: either")
    means: float | None = Field(None, strict=True, ge=0, le=1, allow_inf_nan=False, description="national rank of income (0-1)")
    energy: float | None = Field(None, strict=True, ge=0, le=100, allow_inf_nan=False, description="free hours a week")
    age: float | None = Field(None, strict=True, ge=15, le=100, allow_inf_nan=False, description="years")
    # fmt: on


def check_people(people: Sequence[Person], case: CaseShape) -> None:
    """Raise ValueError for people who cannot be there."""
    streets = case.place.street_count
    taken: dict[str, Person] = {}
    for n, person in enumerate(people):
        where = f"people.{n}"
        if person.name.lower() in taken:
            raise ValueError(f"{where}.name = {person.name!r}; allowed: a name that nobody else in the list has")
        if person.street >= streets:
            raise ValueError(f"{where}.street = {person.street}; allowed: 0 to {streets - 1}")
        if person.is_a != RESIDENT:
            if given := [key for key in (*TRAITS, "lives_with") if getattr(person, key) not in ("", None)]:
                raise ValueError(f"{where}.{given[0]} = {getattr(person, given[0])!r}; allowed: for a resident")
            if case.conditions.ward_hours <= 0:
                raise ValueError(f"{where}.is_a = {person.is_a!r}; allowed: resident, for conditions.ward_hours is 0")
        if person.lives_with:
            with_whom = taken.get(person.lives_with.lower())
            if with_whom is None or with_whom.is_a != RESIDENT or with_whom.street != person.street:
                earlier = [p.name for p in taken.values() if p.is_a == RESIDENT and p.street == person.street]
                raise ValueError(
                    f"{where}.lives_with = {person.lives_with!r}; allowed: {', '.join(earlier) or 'nobody, for there is none'}"
                )
        taken[person.name.lower()] = person
