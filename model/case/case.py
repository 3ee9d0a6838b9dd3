"""A case: a neighbourhood and its conditions, from a shipped scenario, your own file, or Statistics Netherlands.

`load("default")` or `load("my.toml")` returns a validated, frozen `Case`. A TOML file has the same sections:
[place], [conditions], [behaviour], [problems.NAME], repeated [[neighbourhoods]], [[people]] (model/case/person.py), [[events]]
(kinds: model/case/event.py), [[sources]] and [[checks]]; keys left out keep their default. Texts are in one language, or a table of both:
{ nl = "...", en = "..." }.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import Field, ValidationError, model_validator

from model.case.bilingual import Words
from model.case.event import Event as Event  # re-exported
from model.case.event import check as check_events
from model.case.person import Person, check_people
from model.case.sections import Area as Area
from model.case.sections import Conditions as Conditions
from model.case.sections import Place as Place
from model.case.sections import check_streets, streets_for
from model.case.sources import Check, Source, check_notes
from model.errors import BadInput
from model.kinds import KINDS
from model.parameters import Behaviour, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from model.case.cbs import AreaFigures

SCENARIOS = Path(__file__).parent / "scenarios"


MOST_EVENTS = 2_000
LONGEST = {"title": 200, "text": 20_000, "watch": 2_000, "question": 2_000}  # characters


TO_REST = 520  # weeks of burn-in until the main series are at rest (`experiments.patterns.rest`)


class Case(Section):
    """Everything that determines a run, except regime, seed and rules."""

    name: str = Field("default", min_length=1, max_length=80)
    title: Words = Words(
        "A neighbourhood of 1,000 residents with Dutch averages", "Een wijk van 1.000 bewoners met Nederlandse gemiddelden"
    )
    text: Words = Words("")
    watch: Words = Field(Words(""), description="what to watch in a run")
    question: Words = Field(Words(""), description="to put to a group")
    weeks: int = Field(
        260,
        strict=True,
        ge=1,
        le=5200,
        description="weeks that a run of this case takes, after the burn-in, unless others are asked for",
        json_schema_extra={"unit": "weeks", "source": "design: a usual run"},
    )
    burn_in: int = Field(
        TO_REST,
        strict=True,
        ge=0,
        le=5200,
        description="weeks under the shared baseline, not shown; left out: until it is at rest",
        json_schema_extra={"unit": "weeks", "source": "measured: experiments.patterns.rest, see docs/world/lenses.md"},
    )
    place: Place = Field(default_factory=lambda: Place.model_validate({}))
    conditions: Conditions = Field(default_factory=lambda: Conditions.model_validate({}))
    behaviour: Behaviour = Field(default_factory=lambda: Behaviour.model_validate({}))
    problems: dict[str, float] = Field(default_factory=dict, description="times the usual rate, by kind of problem")
    neighbourhoods: tuple[Area, ...] = Field((), max_length=20_000, description="of a city; none: the place is one neighbourhood")
    street_names: tuple[str, ...] = Field((), max_length=20_000, description="names of its streets, in order; others get invented ones")
    people: tuple[Person, ...] = Field((), max_length=100, description="named people of the tale")
    events: tuple[Event, ...] = Field((), max_length=MOST_EVENTS)
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field((), description="where each figure comes from")
    checks: tuple[Check, ...] = Field((), description="sentences of an essay, and whether they show in a run")

    @property
    def at_rest(self) -> bool:
        """Whether its burn-in lasts until a neighbourhood is at rest."""
        return self.burn_in >= TO_REST

    @model_validator(mode="before")
    @classmethod
    def _count_the_city(cls, data: object) -> object:
        """Sum residents and streets over a city's neighbourhoods if the place leaves them out."""
        given: dict[str, Any] = data if isinstance(data, dict) else {}
        areas, place = given.get("neighbourhoods"), given.get("place", {})
        if not isinstance(areas, (list, tuple)) or not areas or not isinstance(place, dict):
            return data
        counts: list[tuple[Any, Any]] = [(a.get("residents"), a.get("streets", 0)) for a in areas if isinstance(a, dict)]
        if len(counts) < len(areas) or not all(
            type(n) is int and n >= least for pair in counts for n, least in zip(pair, (1, 0), strict=True)
        ):
            return data  # validation of each number reports the error
        streets = sum(own or streets_for(people) for people, own in counts)
        return given | {"place": {"residents": sum(people for people, _ in counts)} | place | {"streets": place.get("streets") or streets}}

    @model_validator(mode="after")
    def _check(self) -> Case:
        names = [kind.name for kind in KINDS]
        for name, factor in self.problems.items():
            if name not in names:
                raise ValueError(f"problems.{name}; allowed: {', '.join(names)}")
            if not 0 <= factor <= 10000:
                raise ValueError(f"problems.{name} = {factor}; allowed: 0 to 10000")
        self._check_city()
        self.place.check("place", "the number of residents")
        check_streets(self.street_names, self.place.street_count)
        check_people(self.people, self)
        check_events(self.events, self)
        for name, most in LONGEST.items():
            if (length := max(len(text) for text in (getattr(self, name), getattr(self, name).nl))) > most:
                raise ValueError(f"{name}, of {length:,} characters; allowed: at most {most:,}")
        return self

    def _check_city(self) -> None:
        if not self.neighbourhoods:
            return
        taken: set[str] = set()
        for n, (area, place) in enumerate(zip(self.neighbourhoods, self.areas, strict=True)):
            where = f"neighbourhoods.{n}"
            if area.name.strip().lower() in taken:
                raise ValueError(f"{where}.name = {area.name!r}; allowed: a name that no other neighbourhood has")
            taken.add(area.name.strip().lower())
            place.check(where, "the number of its residents")
        for key, total in (("residents", sum(p.residents for p in self.areas)), ("streets", sum(p.street_count for p in self.areas))):
            if (given := getattr(self.place, key)) != total:
                raise ValueError(f"place.{key} = {given}; allowed: {total}, what the neighbourhoods have together, or leave it out")
        if self.conditions.counter_pressure > 0 and not any(area.friends > 0 for area in self.neighbourhoods):
            given = self.conditions.counter_pressure
            raise ValueError(f"conditions.counter_pressure = {given}; allowed: 0, or give a neighbourhood friends (0 to 1)")

    @property
    def residents(self) -> int:
        """Number of residents."""
        return self.place.residents

    @property
    def areas(self) -> tuple[Place, ...]:
        """One Place for each neighbourhood; the place itself if there are none."""
        return tuple(area.place(self.place) for area in self.neighbourhoods) or (self.place,)

    @property
    def association_share(self) -> float:
        """Share of dwellings that the housing corporation owns, over all neighbourhoods."""
        if not self.neighbourhoods:
            return self.place.association_share
        return sum(place.residents * place.association_share for place in self.areas) / self.residents

    def replaced(self, **changes: object) -> Case:
        """Return a copy with some values changed, by key of the case or one of its sections. Raises BadInput."""
        data = self.model_dump(mode="json")
        if changes.get("neighbourhoods", data["neighbourhoods"]) != data["neighbourhoods"]:  # other neighbourhoods have other residents
            data["place"].update({key: Place.model_fields[key].default for key in ("residents", "streets")})
            if areas := cast("Iterable[Mapping[str, int]]", changes["neighbourhoods"]):
                data["place"]["residents"] = sum(dict(area)["residents"] for area in areas)
        for key, value in changes.items():
            homes = [data] if key in data else [s for s in (data["place"], data["conditions"], data["behaviour"]) if key in s]
            if not homes:
                raise BadInput("case", key, value, "a key of place, conditions or behaviour")
            homes[0][key] = value
        return checked(data, "case")


def checked(data: object, where: str) -> Case:
    """Return `data` as a Case. Raises BadInput with where, key, value and what is allowed."""
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        if first["type"] == "value_error":
            raise BadInput(where, f"{key}: {message}" if first["loc"][:1] in OWN_WORDS else message) from None
        if first["type"] == "too_long":
            raise BadInput(
                where, key, None, "at most {max_length:,} of them, not {actual_length:,}".format(**first.get("ctx", {}))
            ) from None
        if first["type"] == "missing":
            raise BadInput(where, key, None, "not given, but required") from None
        if first["type"] == "extra_forbidden":
            raise BadInput(
                where, key, None, "not a known key; allowed: " + _named(str(first["loc"][-1]), _siblings(first["loc"]))
            ) from None
        raise BadInput(where, key, first.get("input"), message) from None


def _named(key: str, names: list[str]) -> str:
    """Return all names of a short list; of a long one the names most like the key, and the number of others."""
    if len(names) <= 60:
        return ", ".join(names)
    near = difflib.get_close_matches(key, names, n=5, cutoff=0.0)
    return f"{', '.join(near)} and {len(names) - len(near)} more (the table of parameters in docs/odd.md)"


OWN_WORDS = {(name,) for name in ("title", "text", "watch", "question", "sources", "checks")}  # their error messages lack the key
LISTS = {"events": Event, "neighbourhoods": Area, "sources": Source, "checks": Check, "people": Person}  # repeated sections of a case


def _siblings(path: tuple[int | str, ...]) -> list[str]:
    model: Any = Case
    for part in path[:-1]:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if part in LISTS:
            model = LISTS[part]
        elif field is not None:
            model = field.annotation
    return list(model.model_fields) if hasattr(model, "model_fields") else []


def available() -> list[tuple[str, str]]:
    """Return name and title of every shipped scenario."""
    return [(case.name, case.title) for case in (load(path.stem) for path in sorted(SCENARIOS.glob("*.toml")))]


def load(name: str | Path) -> Case:
    """Return a shipped scenario by name, or your own by the path of its TOML file. Raises BadInput."""
    path = Path(name)
    if path.suffix != ".toml":
        path = SCENARIOS / f"{name}.toml"
        names = sorted(p.stem for p in SCENARIOS.glob("*.toml"))
        if str(name) not in names:
            raise BadInput("scenario", "name", str(name), ", ".join(names) + ", or the path of a .toml file")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a byte order mark in front
    except OSError as error:
        raise BadInput(str(path), "file", None, f"a readable TOML file ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(str(path), "file", None, f"valid TOML ({str(error)[:200]})") from None
    data.setdefault("name", path.stem[:80])
    case = checked(data, str(path))
    try:
        check_notes(case)  # only when loading: a study may go beyond the range of a source
    except ValueError as error:
        raise BadInput(str(path), str(error)) from None
    return case


def from_figures(figures: AreaFigures) -> Case:
    """Return the default case with one area's figures from Statistics Netherlands."""
    owner, association = figures.owner_share, figures.association_share
    total = max(1.0, owner + association)
    notes = list(figures.notes)
    size, density = min(4.8, max(1.0, figures.household_size)), min(60000.0, max(1.0, figures.density))
    if size != figures.household_size:
        notes.append(f"household_size: {figures.household_size:g} for {figures.name}, taken as {size:g}, the limit of the model")
    if density != figures.density:
        notes.append(f"density: {figures.density:g} for {figures.name}, taken as {density:g}, the limit of the model")
    if total > 1.0:
        notes.append(f"owner_share and association_share: {owner + association:.2f} together for {figures.name}, scaled to 1")
    base = load("default").model_dump(mode="json")
    base["place"].update(
        residents=figures.residents,
        streets=0,
        household_size=size,
        owner_share=owner / total,
        association_share=association / total,
        low_income_share=figures.low_income_share,
        density=density,
        young=figures.age_shares[1],
        adult=figures.age_shares[2],
        middle=figures.age_shares[3],
        old=figures.age_shares[4],
    )
    base.update(
        name=figures.code.lower() or "area",
        title=f"{figures.name}, {figures.municipality} ({figures.code}; Bron: CBS)",
        text=Words(
            "Built from Statistics Netherlands' neighbourhood figures; streets and people are invented.",
            "Gemaakt van de kerncijfers wijken en buurten van het CBS; straten en mensen zijn verzonnen.",
        ),
        notes=notes,
    )
    return checked(base, figures.code)
