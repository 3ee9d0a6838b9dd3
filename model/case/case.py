"""A case: a neighbourhood and its conditions, from a shipped scenario, your own file, or Statistics Netherlands.

`load("default")` or `load("my.toml")` returns a validated, frozen `Case`. A TOML file has the same sections:
[place], [conditions], [behaviour], [problems.NAME], repeated [[neighbourhoods]], [[events]] (kinds: model/case/event.py),
[[sources]] and [[checks]]; keys left out keep their default. Texts are in one language, or a table of both:
{ nl = "...", en = "..." }.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from model.case.bilingual import Words
from model.case.event import Event as Event  # re-exported
from model.case.event import check as check_events
from model.case.sources import Check, Source, check_notes
from model.errors import BadInput
from model.kinds import KINDS
from model.parameters import Behaviour, Section, number

if TYPE_CHECKING:
    from model.case.cbs import AreaFigures

SCENARIOS = Path(__file__).parent / "scenarios"


class Place(Section):
    """Population and housing of a place."""

    # fmt: off
    residents: int = Field(1000, strict=True, ge=1, le=20_000_000, description="residents (people of all ages)", json_schema_extra={"unit": "people", "source": "design: a neighbourhood of 1,000"})
    streets: int = Field(0, strict=True, ge=0, le=1_000_000, description="streets; 0: one for every 42 residents", json_schema_extra={"unit": "streets", "source": "assumption"})
    household_size: float = number(2.14, 1, 4.8, "people", "mean size of a household (one to five people)", "CBS 2020, the Netherlands: 2.14")
    owner_share: float = number(0.57, 0, 1, "share", "dwellings lived in by their owner", "CBS 2020, the Netherlands: 57 %")
    association_share: float = number(0.29, 0, 1, "share", "dwellings owned by a housing association", "CBS 2020, the Netherlands: 29 %")
    low_income_share: float = number(0.40, 0, 1, "share", "households in the national lowest 40 % of incomes", "by definition, the Netherlands: 40 %")
    density: float = number(5000, 1, 60000, "residents/km2", "residents per square kilometre", "assumption: a city neighbourhood (the Netherlands as a whole: 520)")
    young: float = number(0.123, 0, 1, "share", "residents aged 15 to 25", "CBS 2020, the Netherlands")
    adult: float = number(0.247, 0, 1, "share", "residents aged 25 to 45", "CBS 2020, the Netherlands")
    middle: float = number(0.278, 0, 1, "share", "residents aged 45 to 65", "CBS 2020, the Netherlands")
    old: float = number(0.195, 0, 1, "share", "residents aged 65 and over", "CBS 2020, the Netherlands")
    # fmt: on

    @property
    def street_count(self) -> int:
        """Number of streets: as given, or one for every 42 residents."""
        return self.streets or _streets_for(self.residents)

    def check(self, where: str, most_streets: str) -> None:
        """Raise ValueError if numbers contradict each other; messages use `where` and `most_streets` (the limit of streets)."""
        if self.streets > self.residents:
            raise ValueError(f"{where}.streets = {self.streets}; allowed: at most {most_streets}, {self.residents}")
        if self.owner_share + self.association_share > 1.0001:
            raise ValueError(f"{where}.owner_share + {where}.association_share; allowed: at most 1 together")


def _streets_for(residents: int) -> int:
    return max(1, round(residents / 42))


def _own(key: str) -> Any:
    """Declare a number that a neighbourhood may override: range and meaning as in [place]."""
    field = Place.model_fields[key]
    low, high = (next(getattr(m, end) for m in field.metadata if hasattr(m, end)) for end in ("ge", "le"))
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return number(None, low, high, str(extra["unit"]), f"{field.description}; left out: as in [place]", "as in [place]")  # type: ignore[arg-type]


class Area(Section):
    """One neighbourhood of a city: its name, its residents, and its differences from the place."""

    # fmt: off
    name: str = Field(min_length=1, max_length=60, pattern=r"\S", description="name, no two alike")
    residents: int = Field(strict=True, ge=1, le=20_000_000, description="residents (people of all ages)", json_schema_extra={"unit": "people", "source": "to be given"})
    streets: int = Field(0, strict=True, ge=0, le=1_000_000, description="streets; 0: one for every 42 residents", json_schema_extra={"unit": "streets", "source": "assumption"})
    household_size: float | None = _own("household_size")
    owner_share: float | None = _own("owner_share")
    association_share: float | None = _own("association_share")
    low_income_share: float | None = _own("low_income_share")
    density: float | None = _own("density")
    young: float | None = _own("young")
    adult: float | None = _own("adult")
    middle: float | None = _own("middle")
    old: float | None = _own("old")
    problem_rate: float = number(1.0, 0, 100, "times", "multiplies the rates at which problems arise here")
    friends: float = number(0.0, 0, 1, "0-1", "how far residents have an organised friends' group (true: 1); it presses as far as `counter_pressure` goes")
    # fmt: on

    @field_validator("friends", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object) -> object:
        return float(value) if isinstance(value, bool) else value

    def place(self, rest: Place) -> Place:
        """Return this neighbourhood as a Place: its own numbers, and those of `rest` where it has none."""
        own = {key: getattr(self, key) for key in Place.model_fields if getattr(self, key) is not None}
        return rest.model_copy(update=own)


class Conditions(Section):
    """Conditions, equal under every regime: hours, budgets, tenure of posts. Hours are per week for 1,000 residents."""

    # fmt: off
    ward_hours: float = number(2.88, 0, 100, "hours", "ward officials", "Amersfoort (DSP): about one full-time official per 10,000; 1,500 hours a year")
    crew_hours: float = number(3.2, 0, 500, "hours", "crews of public space")
    enforcer_hours: float = number(0.4, 0, 100, "hours", "municipal enforcers")
    case_hours: float = number(0.45, 0, 100, "hours", "case workers who weigh and approve")
    desk_hours: float = number(0.25, 0, 100, "hours", "the desk where reports come in")
    programme_hours: float = number(0.8, 0, 100, "hours", "own programmes and agenda projects")
    counter_hours: float = number(4.2, 0, 100, "hours", "the counter where residents ask for help, permits and provisions", "assumption: just enough for the requests that come (load 0.9-1)")
    corporation_hours: float = number(4.0, 0, 100, "hours", "housing corporation, times the share of dwellings it owns", "assumption: cases, and the requests of its tenants")
    police_hours: float = number(0.3, 0, 100, "hours", "police on nuisance: about a twentieth of one officer per 5,000", "law: 1 per 5,000; share is an assumption")
    structural_budget: float = number(26.0, 0, 10000, "euro/resident/year", "money for problems, initiatives and what is made to measure", "assumption (BB 2008: about 300,000 euro residents' budget per municipality)")
    corporation_budget: float = number(10.0, 0, 10000, "euro/resident/year", "the corporation's money, times the share of dwellings it owns")
    entrepreneur_budget: float = number(3.0, 0, 10000, "euro/resident/year", "what entrepreneurs have to exchange with initiatives")
    years_in_post: float = number(5.9, 0.1, 50, "years", "mean stay of a ward official", "VNG 2022: 8.3 % leave, 8.4 % move: 0.17 a year")
    problem_rate: float = number(1.0, 0, 10000, "times", "multiplies the rates at which all problems arise")
    strictness: float = number(0.5, 0, 1, "0-1", "how strictly departments keep their rules")
    openness: float = number(0.3, 0, 1, "0-1", "how open departments are at rest")
    # requests
    misuse: float = number(0.05, 0, 1, "share", "of requests that ask for what there is no right to", "design: 2-10 %")
    department_trust: float = number(0.5, 0, 1, "0-1", "departments' trust in residents at rest")
    # agenda projects
    agenda_rate: float = number(1.0, 0, 1000, "projects/1,000 residents/year", "projects that the municipality begins of its own")
    upkeep_support: float = number(0.5, 0, 1, "0-1", "the council's support for the upkeep of what residents made, at rest")
    # officials in pairs and groups
    hours_switching: float = number(1.0, 0, 2, "hours", "lost by a ward official in a full week of 36 hours to each further kind of task", "design: half an hour to two")
    hours_in_step: float = number(2.0, 0, 8, "hours", "of a full week of 36 hours that each of a pair with two roles needs to keep in step")
    corporation_posts: float = number(0.0, 0, 1, "share", "ward officials' posts with the housing corporation as employer (the hours are the same)")
    # initiatives, exchange and the news
    broker: float = number(0.0, 0, 1, "share", "of the support desk's work done by a broker outside government")
    # the city
    counter_pressure: float = number(0.0, 0, 1, "0-1", "how hard organised friends' groups of residents press the town hall for their own streets")
    schools: float = number(0.7, 0, 20, "per 1,000", "schools: one for about 1,500 residents, and at least one from 200 residents on", "assumption (the Netherlands: one primary school for about 2,700)")
    clubs: float = number(0.7, 0, 20, "per 1,000", "sports clubs and other clubs: as many", "assumption (the Netherlands: one sports club for about 750)")
    centres: float = number(0.7, 0, 20, "per 1,000", "community centres: as many")
    # fmt: on


MOST_EVENTS = 2_000
LONGEST = {"title": 200, "text": 20_000, "watch": 2_000, "question": 2_000}  # characters


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
        104,
        strict=True,
        ge=0,
        le=5200,
        description="weeks under the shared baseline, not shown",
        json_schema_extra={"unit": "weeks", "source": "design: two years, in which trust and ties drift to rest"},
    )
    place: Place = Field(default_factory=lambda: Place.model_validate({}))
    conditions: Conditions = Field(default_factory=lambda: Conditions.model_validate({}))
    behaviour: Behaviour = Field(default_factory=lambda: Behaviour.model_validate({}))
    problems: dict[str, float] = Field(default_factory=dict, description="times the usual rate, by kind of problem")
    neighbourhoods: tuple[Area, ...] = Field((), max_length=20_000, description="of a city; none: the place is one neighbourhood")
    events: tuple[Event, ...] = Field((), max_length=MOST_EVENTS)
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field((), description="where each figure comes from")
    checks: tuple[Check, ...] = Field((), description="sentences of an essay, and whether they show in a run")

    @model_validator(mode="before")
    @classmethod
    def _count_the_city(cls, data: Any) -> Any:
        """Sum residents and streets over a city's neighbourhoods if the place leaves them out."""
        areas = data.get("neighbourhoods") if isinstance(data, dict) else None
        if not isinstance(areas, (list, tuple)) or not areas or not isinstance(place := data.get("place", {}), dict):
            return data
        counts: list[tuple[Any, Any]] = [(a.get("residents"), a.get("streets", 0)) for a in areas if isinstance(a, dict)]
        if len(counts) < len(areas) or not all(
            type(n) is int and n >= least for pair in counts for n, least in zip(pair, (1, 0), strict=True)
        ):
            return data  # validation of each number reports the error
        streets = sum(own or _streets_for(people) for people, own in counts)
        return data | {"place": {"residents": sum(people for people, _ in counts)} | place | {"streets": place.get("streets") or streets}}

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

    def replaced(self, **changes: Any) -> Case:
        """Return a copy with some values changed, by key of the case or one of its sections. Raises BadInput."""
        data = self.model_dump(mode="json")
        if changes.get("neighbourhoods", data["neighbourhoods"]) != data["neighbourhoods"]:  # other neighbourhoods have other residents
            data["place"].update({key: Place.model_fields[key].default for key in ("residents", "streets")})
            if areas := changes["neighbourhoods"]:
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
LISTS = {"events": Event, "neighbourhoods": Area, "sources": Source, "checks": Check}  # repeated sections of a case


def _siblings(path: tuple) -> list[str]:
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
