"""Planned events of a scenario, an intervention or the app: the kinds, their fields and allowed values.

`week`: week of the run; `weeks`: duration (0: once, or from now on); `street`: number from 0, or -1: everywhere;
`text`: replaces the story's own sentence. `week.interventions` and `week.planned_acts` carry the events out.

    practice          name, value, weeks     a practice has another value, and then its former one again
    condition         name, value, weeks     a condition has another value, under every regime
    stop_support      weeks                  no hours for support; the other activities get them, by their shares
    official_leaves                          every ward official leaves
    initiative        street, name           an extra initiative starts; name: a field or a kind of problem
    problem           street, name, value    a problem of a kind, with a severity
    shock             value                  everybody hears bad news about the municipality
    giving            street, weeks, value   officials do something for residents, up to `value` hours a week
    old_hurt          street, weeks, value   officials hear out old hurt, up to `value` hours a week
    gathering         street, value, weeks   a meal or meeting for `value` people, in each week that has hours for it
    visit             street, name           enforcers or police visit about a kind of problem, and may find nothing
    project           street, name, value    an agenda project about a kind of problem, in `value` streets (0: by practice);
                      weeks                  announced after `weeks` weeks (0: by practice)
    programme         street, name, value    the same, designed elsewhere, without coupling or residents; name: also a field
    promise           street, value, weeks   a promise to the street about its worst problem; value: boldness, weeks: term
    break_promise     street                 the street's oldest pending promise is broken
    withdraw          street                 an exception given in the street is withdrawn

An event that needs hours waits for them up to `act_patience` weeks, and is then cancelled. Some have more:

    needs     without which it does not happen: a practice, hours of a role, money on the spot, an act before it (case.needs)
    who       a named person (case.person): whose household is given to, from whom something is withdrawn, who founds it
    minutes   that each gift takes beside the visit
    called    what a project or programme is called in the story
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field, ValidationInfo, field_validator

from model.case.needs import Needs, check_needs
from model.case.person import RESIDENT
from model.case.shape import CaseShape
from model.kinds import BY_VISIT, DEPARTMENTS, KINDS
from model.parameters import Section

FIXED = ("corporation_posts", "schools", "clubs", "centres")  # conditions that only apply at the start
LANGUAGES = ("nl", "en")
EVERYWHERE = -1


@dataclass(frozen=True)
class Sort:
    """The fields of a kind of event: allowed names and values, whether it has a street (or is everywhere) and a duration."""

    kind: str
    names: tuple[str, ...] = ()
    nameless: bool = False  # a name can be left out
    low: float = 0.0
    high: float = 0.0
    placed: bool = False
    everywhere: bool = False
    lasts: bool = False

    @property
    def usual(self) -> str:
        """The name if none is given: the only allowed one, or ""."""
        return self.names[0] if self.nameless and len(self.names) == 1 else ""


_ALL = tuple(kind.name for kind in KINDS)
_PLANNED = tuple(kind.name for kind in KINDS if kind.planned)
_VISITED = tuple(kind.name for kind in KINDS if kind.solver == BY_VISIT)
_ANY = float("inf")  # limited by the number of streets, or checked separately
SORTS = {
    sort.kind: sort
    for sort in (
        Sort("practice", low=-_ANY, high=_ANY, lasts=True),
        Sort("condition", low=-_ANY, high=_ANY, lasts=True),
        Sort("stop_support", lasts=True),
        Sort("official_leaves"),
        Sort("initiative", (*DEPARTMENTS, *_ALL), True, placed=True),
        Sort("problem", _ALL, high=1.0, placed=True),
        Sort("shock", high=1.0),
        Sort("giving", low=0.25, high=1000.0, placed=True, everywhere=True, lasts=True),
        Sort("old_hurt", low=0.25, high=1000.0, placed=True, everywhere=True, lasts=True),
        Sort("gathering", low=2.0, high=500.0, placed=True, everywhere=True, lasts=True),
        Sort("visit", _VISITED, True, placed=True),
        Sort("project", _PLANNED, high=_ANY, placed=True, everywhere=True, lasts=True),
        Sort("programme", (*DEPARTMENTS, *_ALL), high=_ANY, placed=True, everywhere=True),
        Sort("promise", high=1.0, placed=True, lasts=True),
        Sort("break_promise", placed=True),
        Sort("withdraw", placed=True),
    )
}
FOR_SOME = {
    "who": ("giving", "withdraw", "initiative"),
    "minutes": ("giving",),
    "called": ("project", "programme"),
}  # keys of some kinds only
BEFORE = ("giving", "old_hurt", "gathering", "visit", "promise")  # acts that others may need before them
IN_FORCE = ("practice", "condition", "stop_support")  # they only change practices, conditions or support


class Event(Section):
    """A planned event in one week of a run, after the burn-in; the kinds are listed in model/case/event.py."""

    week: int = Field(strict=True, ge=1, le=100_000, description="week of the run")
    kind: str = Field(pattern=f"^({'|'.join(SORTS)})$", description="what happens")
    name: str = Field("", description="practice, condition, kind of problem or field")
    value: float = Field(0.0, strict=True, allow_inf_nan=False, description="new value, severity, size, hours a week, people, streets")
    street: int = Field(0, strict=True, ge=EVERYWHERE, description="street number; -1: everywhere")
    weeks: int = Field(0, strict=True, ge=0, le=100_000, description="how long; 0: once, or from now on")
    text: dict[str, str] = Field(default_factory=dict, description="what the story says, by language: nl, en")
    called: dict[str, str] = Field(default_factory=dict, description="what a project or programme is called, by language: nl, en")
    who: str = Field(
        "", description="a named person: whose household is given to, from whom something is withdrawn, who founds an initiative"
    )
    minutes: int = Field(0, strict=True, ge=0, le=2_400, description="that each gift takes beside the visit; 0: `tailor_minutes`")
    needs: Needs = Field(Needs.model_validate({}), description="without which it does not happen")

    @field_validator("text", "called", mode="before")
    @classmethod
    def _in_every_language(cls, text: object) -> object:
        return dict.fromkeys(LANGUAGES, text) if isinstance(text, str) else text

    @field_validator("text", "called")
    @classmethod
    def _known_languages(cls, text: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        for lang, words in text.items():
            if lang not in LANGUAGES:
                raise ValueError(f"events.{info.field_name}.{lang}; allowed: {' and '.join(LANGUAGES)}")
            if not words.strip() or len(words) > 500 or not words.isprintable():
                raise ValueError(f"events.{info.field_name}.{lang}; allowed: one line of 1 to 500 characters")
        return text


# --- what is allowed ----------------------------------------------------------------------------------------------


def check(events: Sequence[Event], case: CaseShape) -> None:
    """Raise ValueError for an event that is impossible in this case, or for two contradictory events in one week."""
    seen: dict[tuple[int, str, str, int], tuple[float, int]] = {}
    for event in events:
        _check(event, case)
        key = (event.week, event.kind, event.name, event.street if SORTS[event.kind].placed else 0)
        if seen.setdefault(key, (event.value, event.weeks)) != (event.value, event.weeks):
            raise ValueError(f"events: two for week {event.week} contradict each other ({event.kind} {event.name})".rstrip(" )") + ")")


def _check(event: Event, case: CaseShape) -> None:
    sort, streets = SORTS[event.kind], case.place.street_count
    names, low, high = allowed(event.kind, event.name, case)
    if names and event.name not in names and not (sort.nameless and not event.name):
        raise ValueError(f"events.name = {event.name!r}; allowed for {event.kind}: {', '.join(names)}" + (", or none" * sort.nameless))
    if not names and event.name:
        raise ValueError(f"events.name = {event.name!r}; allowed for {event.kind}: none")
    if not low <= event.value <= high:
        raise ValueError(f"events.value = {event.value} for {event.name or event.kind}; allowed: {low} to {high}")
    if event.kind in ("project", "programme") and event.value != int(event.value):
        raise ValueError(f"events.value = {event.value} for {event.kind}; allowed: a whole number of streets, 0 to {streets}")
    least = EVERYWHERE if sort.everywhere or not sort.placed else 0
    if not least <= event.street < streets:
        also = ", or -1 for everywhere" if least < 0 else ""
        raise ValueError(f"events.street = {event.street}; allowed: 0 to {streets - 1}{also}")
    if event.weeks and not sort.lasts:
        raise ValueError(f"events.weeks = {event.weeks} for {event.kind}; allowed: 0, it does not last")
    _check_rest(event, case)


def _check_rest(event: Event, case: CaseShape) -> None:
    for key, kinds in FOR_SOME.items():
        if getattr(event, key) and event.kind not in kinds:
            raise ValueError(f"events.{key} = {getattr(event, key)!r} for {event.kind}; allowed for: {', '.join(kinds)}")
    there = [p.name for p in case.people if p.is_a == RESIDENT and p.street == event.street]
    if event.who and event.who not in there:
        raise ValueError(f"events.who = {event.who!r}; allowed: {', '.join(there) or 'nobody, for no resident of that street is named'}")
    check_needs(event.needs, BEFORE)


def allowed(kind: str, name: str, case: CaseShape) -> tuple[tuple[str, ...], float, float]:
    """Return the allowed names of a kind of event in a case, and the lowest and highest value for `name`."""
    sort = SORTS[kind]
    if kind == "practice":
        from model.regimes import PRACTICES

        practice = PRACTICES.get(name)
        return tuple(PRACTICES), *((practice.low, practice.high) if practice else (0.0, 0.0))
    if kind == "condition":
        fields = {key: field for key, field in type(case.conditions).model_fields.items() if key not in FIXED}
        if name not in fields:
            return tuple(fields), 0.0, 0.0
        low, high = (next(float(getattr(m, end)) for m in fields[name].metadata if hasattr(m, end)) for end in ("ge", "le"))
        if name == "ward_hours" and case.conditions.ward_hours == 0:
            high = 0.0  # there are no posts to fill
        if name == "counter_pressure" and case.neighbourhoods and not any(area.friends > 0 for area in case.neighbourhoods):
            high = 0.0  # nobody has friends
        return tuple(fields), low, high
    high = float(case.place.street_count) if kind in ("project", "programme") else sort.high
    return sort.names, sort.low, high


# --- events in force in a week ------------------------------------------------------------------------------------


def stands(events: Sequence[Event], kind: str, week: int, since: int = 0) -> list[Event]:
    """Return the events of a kind in force in a week, latest last; those up to week `since` no longer count."""
    found = [e for e in events if e.kind == kind and since < e.week <= week and (e.weeks == 0 or week < e.week + e.weeks)]
    return sorted(found, key=lambda e: e.week)


def practices_in[Chosen: Section](events: Sequence[Event], week: int, chosen: Chosen, since: int) -> Chosen:
    """Return the practices of a week: those chosen, changed by planned events."""
    changes = {event.name: event.value for event in stands(events, "practice", week, since)}
    return chosen.model_copy(update=changes) if changes else chosen


def conditions_in[Given: Section](events: Sequence[Event], week: int, given: Given) -> Given:
    """Return the conditions of a week: those of the case, changed by planned events."""
    changes = {event.name: event.value for event in stands(events, "condition", week)}
    return given.model_copy(update=changes) if changes else given
