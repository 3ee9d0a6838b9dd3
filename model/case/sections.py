"""The sections of a case that say who lives where, and what is given: each number with its range, unit, meaning and source."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, field_validator

from model.parameters import Section, number

STREET_ENDINGS = ("straat", "plein", "hof", "weg", "laan", "pad", "steeg")  # each has its own preposition, and its look on the map


def check_streets(names: Sequence[str], streets: int) -> None:
    """Raise ValueError for names of streets that cannot be told: too many, two alike, or of no known ending."""
    if len(names) > streets:
        raise ValueError(f"street_names, {len(names)} of them; allowed: at most {streets}, the number of streets")
    for n, name in enumerate(names):
        if not name.lower().endswith(STREET_ENDINGS) or name != name.strip() or len(name) > 60 or not name.isprintable():
            raise ValueError(f"street_names.{n} = {name!r}; allowed: a name that ends in {', '.join(STREET_ENDINGS)}")
        if name.lower() in {other.lower() for other in names[:n]}:
            raise ValueError(f"street_names.{n} = {name!r}; allowed: a name that no other street has")


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
        return self.streets or streets_for(self.residents)

    def check(self, where: str, most_streets: str) -> None:
        """Raise ValueError if numbers contradict each other; messages use `where` and `most_streets` (the limit of streets)."""
        if self.streets > self.residents:
            raise ValueError(f"{where}.streets = {self.streets}; allowed: at most {most_streets}, {self.residents}")
        if self.owner_share + self.association_share > 1.0001:
            raise ValueError(f"{where}.owner_share + {where}.association_share; allowed: at most 1 together")


def streets_for(residents: int) -> int:
    """Return the number of streets for so many residents, when nobody counted: one for every 42."""
    return max(1, round(residents / 42))


def _own(key: str) -> float | None:
    """Declare a number that a neighbourhood may override: range and meaning as in [place]."""
    field = Place.model_fields[key]
    low, high = (next(getattr(m, end) for m in field.metadata if hasattr(m, end)) for end in ("ge", "le"))
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return number(None, low, high, str(extra["unit"]), f"{field.description}; left out: as in [place]", "as in [place]")


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
    crew_hours: float = number(5.6, 0, 500, "hours", "crews that repair and clean what is reported", "assumption: 1.1 posts per 1,000 residents in public space, a sixth of their time on what is reported")
    enforcer_hours: float = number(0.22, 0, 100, "hours", "municipal enforcers on nuisance in the street", "0.23 sworn enforcers per 1,000 (2020); 3 % of their time on visits about nuisance: assumption")
    case_hours: float = number(0.92, 0, 100, "hours", "case workers who weigh and approve", "assumption: 0.5 posts per 1,000 residents, 5 % of their time on plans, objections and grants of the neighbourhood")
    desk_hours: float = number(0.62, 0, 100, "hours", "the desk where reports come in and reporters are told", "assumption: 0.045 posts per 1,000 residents, half of their time on reports")
    programme_hours: float = number(1.05, 0, 100, "hours", "own programmes and agenda projects", "assumption: 0.35 posts per 1,000 residents, a tenth of their time in these streets")
    counter_hours: float = number(4.1, 0, 100, "hours", "the counter where residents ask for help, permits and provisions", "assumption: 0.6 posts per 1,000 residents, a quarter of their time on these requests")
    corporation_hours: float = number(3.6, 0, 100, "hours", "housing corporation, times the share of dwellings it owns", "assumption: cases, and the requests of its tenants")
    police_hours: float = number(0.14, 0, 100, "hours", "police on nuisance: 2 % of one officer per 5,000", "law: 1 per 5,000; share is an assumption")
    structural_budget: float = number(30.0, 0, 10000, "euro/resident/year", "money for problems, initiatives and what is made to measure", "assumption (BB 2008: about 300,000 euro residents' budget per municipality; 4 of it for materials of repairs)")
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
    broker_hours: float = number(0.1, 0, 100, "hours", "that broker, where there is one", "assumption: enough to show each initiative its way")
    go_between: float = number(0.0, 0, 100, "hours", "a go-between outside government who goes along the streets and asks residents to start something of one format")
    # the city
    counter_pressure: float = number(0.0, 0, 1, "0-1", "how hard organised friends' groups of residents press the town hall for their own streets")
    schools: float = number(0.7, 0, 20, "per 1,000", "schools: one for about 1,500 residents, and at least one from 200 residents on", "assumption (the Netherlands: one primary school for about 2,700)")
    clubs: float = number(0.7, 0, 20, "per 1,000", "sports clubs and other clubs: as many", "assumption (the Netherlands: one sports club for about 750)")
    centres: float = number(0.7, 0, 20, "per 1,000", "community centres: as many")
    # fmt: on
