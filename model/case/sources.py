"""Sources of a case's figures, and checks of sentences of an essay against runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field, field_validator, model_validator

from model.case.bilingual import Words
from model.case.event import BEFORE, Event
from model.case.person import Person
from model.case.shape import CaseShape
from model.outcomes import OUTCOMES, WEEKLY
from model.parameters import Section

SEEDS = 20  # number of runs in which a sentence is checked: seeds 1 to 20
ENOUGH = 15  # runs in which it must hold: a fair coin reaches this in 2 of 100 times
ESSAYS = {
    "S0": Words(
        "De smaak van de leefwereld te pakken (blog on Zwolle and Zaanstad)",
        "De smaak van de leefwereld te pakken (blog over Zwolle en Zaanstad)",
    ),
    "S1": Words("Leefwereld en systeemwereld (blog, Lucien Stöpler)"),
    "S2": Words(
        "newsletters on working in neighbourhoods and on De Kolping",
        "nieuwsbrieven over wijkgericht werken en over De Kolping",
    ),
    "S3": Words("Samen bouwen aan de sociale veerkracht van de stad (blog)"),
    "S4": Words("Niet de gemeente, maar de (wijk)ambtenaar werkt integraal (interview, 2019)"),
}
COLUMNS = (
    *("residents", "trust_neighbours", "trust_official", "trust_municipality", "trust_corporation", "trust_police", "burden"),
    *("burden_hidden", "burden_share", "hours_share", "reports", "solved", "hours", "euros", "met", "linking", "bonding", "bridging"),
    *("initiatives_started", "uptake"),
)  # of `Neighbourhood.by_neighbourhood` and `by_street`


class Source(Section):
    """The source of a figure. `key` names one figure, or a section for all its figures; an assumption has a range."""

    key: str = Field(min_length=1, description="place.residents, neighbourhoods.NAME.owner_share, events.KIND.value, or a whole section")
    source: str = Field(min_length=3, description='where it comes from, or "assumption" and why')
    low: float | None = Field(None, allow_inf_nan=False, description="lowest value that would do as well")
    high: float | None = Field(None, allow_inf_nan=False, description="highest")

    @property
    def assumed(self) -> bool:
        """Whether it is an assumption."""
        return self.source.lower().startswith("assumption")


class Check(Section):
    """One sentence of an essay, the comparison that tests it, and the number of 20 seeds in which it held.

    The quantity: an `outcome`, the number of times the story contains a sentence (`story`, optionally in one `street`), or a
    `column` of a neighbourhood (`area`) or `street`. It must be `more` or `less` than one of: a number (`than`), the same in
    another regime (`than_regime`), without some kinds of events (`than_without`), in another neighbourhood (`than_area`), in
    another week (`than_week`), or another outcome of the same run (`than_outcome`).
    """

    # fmt: off
    sentence: str = Field(min_length=10, description="the sentence of the essay, in Dutch")
    en: str = Field(min_length=10, description="the same in English")
    here: Words = Field(Words(""), description="how it is looked for in a run, in plain words")
    essay: str = Field(pattern="^S[0-4]$", description="which essay")
    regime: str = Field(description="the regime in which it is looked for")
    outcome: str = Field("", description="name of an outcome")
    story: str = Field("", description="key of a sentence of the story, counted")
    column: str = Field("", description="column of the table of neighbourhoods or streets")
    area: str = Field("", description="the neighbourhood of that column")
    street: int | None = Field(None, strict=True, ge=0, description="the street of that column or story")
    week: int | None = Field(None, strict=True, ge=13, description="an outcome as a mean of the quarter that ends in this week")
    sign: str = Field("more", pattern="^(more|less)$", description="more or less than")
    than: float | None = Field(None, strict=True, allow_inf_nan=False, description="a number")
    than_regime: str = Field("", description="the same people and luck in another regime")
    than_without: tuple[str, ...] = Field((), description="the same run without events of these kinds, or KIND NAME")
    than_area: str = Field("", description="the same column of another neighbourhood")
    than_outcome: str = Field("", description="another outcome of the same run")
    than_week: int | None = Field(None, strict=True, ge=13, description="the same outcome in the quarter that ends in that week")
    at_least: int = Field(ENOUGH, strict=True, ge=1, le=SEEDS, description="seeds of 20 from which on it counts as showing")
    shows: bool = Field(True, strict=True, description="whether it was found to show")
    found: int = Field(SEEDS, strict=True, ge=0, le=SEEDS, description="seeds of 20 in which it was found")
    counted: bool = Field(True, strict=True, description="false: it compares regimes, and was counted in an earlier version of the world")
    small: bool = Field(False, strict=True, description="in the mean less than the smallest effect of interest of the outcome")
    # fmt: on

    @field_validator("outcome", "than_outcome")
    @classmethod
    def _is_an_outcome(cls, name: str) -> str:
        if name and name not in OUTCOMES:
            raise ValueError(f"{name!r} is no outcome; see model/outcomes.py, such as {', '.join(list(OUTCOMES)[:3])}")
        return name

    @field_validator("story")
    @classmethod
    def _is_told(cls, key: str) -> str:
        from model.story.english import ENGLISH

        if key and key not in ENGLISH["text"]:
            raise ValueError(
                f"{key!r} is never told; see the keys in model/story/words.py, such as {', '.join(list(ENGLISH['text'])[2:5])}"
            )
        return key

    @field_validator("column")
    @classmethod
    def _is_a_column(cls, name: str) -> str:
        if name and name not in COLUMNS:
            raise ValueError(f"{name!r}; allowed: {', '.join(COLUMNS)}")
        return name

    @field_validator("regime", "than_regime")
    @classmethod
    def _is_a_regime(cls, name: str) -> str:
        from model.regimes import resolve

        if name:
            resolve(name)  # raises BadInput for an unknown regime
        return name

    @model_validator(mode="after")
    def _one_of_each(self) -> Check:
        looked = [name for name in ("outcome", "story", "column") if getattr(self, name)]
        if len(looked) != 1:
            raise ValueError(f"looks at {' and '.join(looked) or 'nothing'}; allowed: one of outcome, story, column")
        others = ("than", "than_regime", "than_without", "than_area", "than_week", "than_outcome")
        beside = [name for name in others if getattr(self, name) not in (None, "", ())]
        if len(beside) != 1:
            raise ValueError(f"compares with {' and '.join(beside) or 'nothing'}; allowed: one of {', '.join(others)}")
        self._fits_together()
        if self.shows != (self.found >= self.at_least):
            raise ValueError(f"shows = {str(self.shows).lower()} with found = {self.found} of {SEEDS}, at_least = {self.at_least}")
        return self

    def _fits_together(self) -> None:
        if self.column and bool(self.area) == (self.street is not None):
            raise ValueError("a column is that of one area or of one street; allowed: one of area, street")
        if (self.area and not self.column) or (self.than_area and not self.area):
            raise ValueError("an area belongs to a column; allowed: column, area and perhaps than_area together")
        if self.than_outcome and not self.outcome:
            raise ValueError("than_outcome needs outcome: which of the two comes first")
        if self.outcome and self.street is not None:
            raise ValueError("an outcome is that of all streets; allowed: street with a column or a story")
        weekly = self.week is not None or self.than_week is not None
        if weekly and (self.outcome not in WEEKLY or (self.than_outcome or self.outcome) not in WEEKLY):
            raise ValueError("week and than_week need an outcome that is measured every week")
        if self.than_week is not None and self.week is None:
            raise ValueError("than_week needs week: which of the two weeks comes first")


class CaseWithNotes(CaseShape, Protocol):
    """A case, as far as its sources and checks are held against it."""

    @property
    def weeks(self) -> int: ...
    @property
    def problems(self) -> dict[str, float]: ...
    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def sources(self) -> Sequence[Source]: ...
    @property
    def checks(self) -> Sequence[Check]: ...
    @property
    def model_fields_set(self) -> set[str]: ...


def check_notes(case: CaseWithNotes) -> None:
    """Raise ValueError if a source names no figure, or a check an unknown neighbourhood, street or week."""
    known = figures(case) if case.sources else []
    for n, source in enumerate(case.sources):
        _check_source(source, f"sources.{n}", known)
    check_order(case.events)
    areas = [area.name for area in case.neighbourhoods]
    for n, check in enumerate(case.checks):
        for key in ("area", "than_area"):
            if (name := getattr(check, key)) and name not in areas:
                raise ValueError(f"checks.{n}.{key} = {name!r}; allowed: {', '.join(areas) or 'none, for there is one neighbourhood'}")
        if check.street is not None and check.street >= case.place.street_count:
            raise ValueError(f"checks.{n}.street = {check.street}; allowed: 0 to {case.place.street_count - 1}")
        for key in ("week", "than_week"):
            if (week := getattr(check, key)) is not None and week > case.weeks:
                raise ValueError(f"checks.{n}.{key} = {week}; allowed: 13 to the weeks of the case, {case.weeks}")
        kinds = {name for event in case.events for name in (event.kind, f"{event.kind} {event.name}".strip())}
        if missing := [kind for kind in check.than_without if kind not in kinds]:
            raise ValueError(f"checks.{n}.than_without = {missing[0]!r}; allowed: kinds of its events, {', '.join(sorted(kinds))}")


def check_order(events: Sequence[Event]) -> None:
    """Raise ValueError for an event that comes after an act that is nowhere planned before it."""
    for n, event in enumerate(events):
        earlier = sorted({e.kind for e in events if e.week <= event.week and e.street in (event.street, -1) and e.kind in BEFORE})
        if event.needs.after and event.needs.after not in earlier:
            allowed = ", ".join(earlier) or "nothing, for no act is planned there before it"
            raise ValueError(f"events.{n}.needs.after = {event.needs.after!r}; allowed: {allowed}")


def _check_source(source: Source, where: str, known: list[tuple[str, float]]) -> None:
    if (source.low is None) != (source.high is None) or (source.low or 0) > (source.high or 0):
        raise ValueError(f"{where}: low and high; allowed: both, low not above high, or neither")
    values = [(name, value) for name, value in known if name == source.key or name.startswith(f"{source.key}.")]
    if not values:
        raise ValueError(f"{where}.key = {source.key!r}; allowed: a figure of the case or a section of it")
    for key, value in values:
        if source.low is not None and source.high is not None and not source.low <= value <= source.high:
            raise ValueError(f"{where}: {key} = {value:g} lies outside low = {source.low:g} to high = {source.high:g}")


def figures(case: CaseWithNotes, given: bool = False) -> list[tuple[str, float]]:
    """Return every figure of a case with the key that a source uses; `given`: only figures in the file."""
    found = [(key, getattr(case, key)) for key in ("burn_in", "weeks") if not given or key in case.model_fields_set]
    for section in ("place", "conditions", "behaviour"):
        found += _numbers(section, getattr(case, section), given)
    found += [(f"problems.{name}", factor) for name, factor in case.problems.items()]
    for area in case.neighbourhoods:
        found += _numbers(f"neighbourhoods.{area.name}", area, given)
    for event in case.events:
        found += _numbers(f"events.{event.kind}", event, given)
        found += _numbers(f"events.{event.kind}.needs", event.needs, given)
    for person in case.people:
        found += _numbers(f"people.{person.name}", person, given)
    summed = ("place.residents", "place.streets") if case.neighbourhoods else ()  # computed from the neighbourhoods
    return [(key, value) for key, value in found if not (given and key in summed)]


def _numbers(section: str, model: Section, given: bool) -> list[tuple[str, float]]:
    names = [name for name in type(model).model_fields if not given or name in model.model_fields_set]
    values = {f"{section}.{name}": getattr(model, name) for name in names}
    return [(key, value) for key, value in values.items() if isinstance(value, (int, float))]


def without_source(case: CaseWithNotes) -> list[str]:
    """Return the figures in a case's file that lack a source, or whose source is an assumption without a range."""
    missing = []
    for key in dict.fromkeys(key for key, _ in figures(case, given=True)):
        named = [source for source in case.sources if key == source.key or key.startswith(f"{source.key}.")]
        nearest = max(named, key=lambda source: len(source.key), default=None)
        if nearest is None or (nearest.assumed and nearest.low is None):
            missing.append(key)
    return missing
