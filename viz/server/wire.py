"""The messages and links that a page may send; all are validated here first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Handler
from pydantic import model_validator as whole

from model import regimes
from model.case.case import Case
from model.errors import BadInput
from viz.recording.library import KNOWN, MOST_RESIDENTS
from viz.recording.recorder import Side, side
from viz.recording.week import COLUMNS

MOST_WEEKS, MOST_SIDES, MOST_PAIRS, MOST_EVENTS = 1_040, 4, 200, 60
MOST_WORK = 400_000_000  # resident-weeks of a set of pairs: about a minute and a half on one core
MOST_LINK, MOST_FILE = 8_000, 32 * 2**20  # bytes
MOST_IN_FILE = 2_000_000  # resident-weeks of all sides of a view kept as one file
MOST_HAD = 100  # stretches of a side
TABS = ("story", "change", "luck", "bets", "own", "take", "about")


class Message(BaseModel):
    """A message of a page; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Week = Annotated[int, Field(ge=1, le=MOST_WEEKS)]
Run = Annotated[int, Field(ge=0, le=2**53)]


class Change(Message):
    """A new value of a practice, from a week on."""

    week: Week
    practice: str = Field(max_length=60)
    value: Number


class Happening(Message):
    """An intervention in a week."""

    week: Week
    kind: str = Field(max_length=60)
    name: str = Field("", max_length=60)
    value: Number = 0.0
    street: int = Field(0, ge=-1, le=1_000_000)
    weeks: int = Field(0, ge=0, le=MOST_WEEKS)


def _none_left_out(data: object) -> object:
    """Remove keys whose value is None."""
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in cast("dict[str, object]", data).items() if value is not None}


class OneSide(Message):
    """A neighbourhood of a view: its regime, changed practices and events."""

    regime: str = Field(max_length=120)
    label: str = Field("", max_length=80)
    practices: dict[Annotated[str, Field(max_length=60)], Number] = Field({}, max_length=60)
    changes: list[Change] = Field([], max_length=MOST_EVENTS)
    events: list[Annotated[Happening, BeforeValidator(_none_left_out)]] = Field([], max_length=MOST_EVENTS)


class Chosen(Message):
    """Who is looked at: rows of residents, streets and officials, or an initiative by its founder and which of theirs it is."""

    type: Literal["resident", "street", "official", "initiative"]
    id: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] | Annotated[str, Field(pattern=r"^\d{1,7}\.\d{1,4}$")]

    @whole(mode="after")
    def _fits(self) -> Self:
        if (self.type == "initiative") is not isinstance(self.id, str):
            raise ValueError("id does not fit")
        return self


def _or_nothing(value: object, check: Handler) -> object:
    """How a view is looked at stops nobody from seeing it: what cannot be is left out."""
    try:
        return check(value)
    except ValidationError:
        return None


def _one_of(*names: str) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return value

    return AfterValidator(check)


LOOKS = {  # the keys that say how a view is looked at, and what each may be
    "week": "a week of the view",
    "colour": ", ".join(COLUMNS),
    "selected": '{"type": "resident", "id": 5}, with as type resident, street, official, or initiative with an id such as "5.0"',
    "lang": "nl, en",
    "tab": ", ".join(TABS),
}


class State(Message):
    """A view, as contained in a link."""

    scenario: str = Field("default", pattern=KNOWN)
    seed: int = Field(1, ge=0, le=2**53)
    weeks: int = Field(260, ge=1, le=MOST_WEEKS)
    sides: list[Annotated[OneSide, BeforeValidator(_none_left_out)]] = Field(min_length=1, max_length=MOST_SIDES)
    week: Annotated[Week | None, WrapValidator(_or_nothing)] = None
    colour: Annotated[str | None, _one_of(*COLUMNS), WrapValidator(_or_nothing)] = None
    selected: Annotated[Chosen | None, WrapValidator(_or_nothing)] = None
    lang: Annotated[Literal["nl", "en"] | None, WrapValidator(_or_nothing)] = None
    tab: Annotated[str | None, _one_of(*TABS), WrapValidator(_or_nothing)] = None

    @property
    def data(self) -> dict[str, object]:
        """The view as a page keeps it: what was given, in the types that were asked for."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


class Ready(Message):
    """The page is ready to draw."""

    kind: Literal["ready"]


class View(Message):
    """Simulate this. has: by side, the names of the stretches that the page has already, from the first on."""

    kind: Literal["view"]
    run: Run
    state: State
    fresh: bool = False
    has: list[Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST_HAD)]] = Field([], max_length=MOST_SIDES)


class Pairs(Message):
    """Request to simulate a view with many seeds."""

    kind: Literal["pairs"]
    run: Run
    state: State
    pairs: int = Field(50, ge=2, le=MOST_PAIRS)


class Halt(Message):
    """Request to stop the pairs."""

    kind: Literal["stop"]


class Ties(Message):
    """Request for a resident's ties."""

    kind: Literal["ties"]
    run: Run
    side: int = Field(ge=0, lt=MOST_SIDES)
    week: Week
    resident: int = Field(ge=0, lt=MOST_RESIDENTS)


class Load(Message):
    """An uploaded file; its bytes are in the buffers."""

    kind: Literal["load"]
    file: Literal["kwb", "scenario"]
    name: str = Field("", max_length=200)
    area: str = Field("", max_length=120)


class Band(Message):
    """The spread of one series of one side: percentiles by week, None where there is none."""

    low: list[float | None] = Field(max_length=MOST_WEEKS)
    middle: list[float | None] = Field(max_length=MOST_WEEKS)
    high: list[float | None] = Field(max_length=MOST_WEEKS)


class Bands(Message):
    """The spread of one series, by side, and of the town without government."""

    sides: list[Band] = Field(max_length=MOST_SIDES)
    reference: Band | None = None


class Wins(Message):
    """In how many pairs each side ended best, and in how many none did."""

    sides: list[Annotated[int, Field(ge=0, le=MOST_PAIRS)]] = Field(max_length=MOST_SIDES)
    level: int = Field(ge=0, le=MOST_PAIRS)


class Reach(Message):
    """The smallest effect of interest of a series, and what any mix of practices attains; None where that was not computed."""

    smallest: float
    low: float | None
    high: float | None
    impossible: bool


class Spread(Message):
    """Pairs of runs, as the page was sent them."""

    pairs: int = Field(ge=2, le=MOST_PAIRS)
    weeks: list[Week] = Field(max_length=MOST_WEEKS)
    series: dict[Annotated[str, Field(max_length=60)], Bands] = Field(max_length=100)
    wins: dict[Annotated[str, Field(max_length=60)], Wins] = Field(max_length=100)
    reach: dict[Annotated[str, Field(max_length=60)], Reach] = Field(default_factory=dict, max_length=100)


class Html(Message):
    """Request for one HTML file of a view that works offline."""

    kind: Literal["html"]
    state: dict[str, object]
    lang: Literal["nl", "en"] = "nl"
    spread: Spread | None = None


Asked = Ready | View | Pairs | Halt | Ties | Load | Html
_ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="kind")])


def read_message(data: object) -> Asked:
    """Return the message in `data`. Raises BadInput if it is invalid."""
    return _checked(lambda: _ASKED.validate_python(data), "message")


def read_state(text: str) -> tuple[State, list[BadInput]]:
    """Return the view in the text of a link, and what was left out of it, each with what is allowed. BadInput when there is no view."""
    if len(text) > MOST_LINK:
        raise BadInput("link", allowed=f"at most {MOST_LINK} characters")
    try:
        data = json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        raise BadInput("link", allowed="a view as a page of this app wrote it") from None
    state = _checked(lambda: State.model_validate(data), "link")
    if state.week is not None and state.week > state.weeks:
        state.week = None
    left_out = _unknown(data, State)
    for n, one in enumerate(data["sides"]):
        left_out += _unknown(one, OneSide, f"sides.{n}.")
        for key, kind in (("changes", Change), ("events", Happening)):
            for k, each in enumerate(one.get(key) or ()):
                left_out += _unknown(each, kind, f"sides.{n}.{key}.{k}.")
    for key, allowed in LOOKS.items():
        if data.get(key) is not None and getattr(state, key) is None:
            left_out.append(BadInput("link", key, _short(data[key]), allowed))
    return state, left_out


def _unknown(data: Mapping[str, object], kind: type[Message], where: str = "") -> list[BadInput]:
    names = tuple(kind.model_fields)
    return [BadInput("link", f"{where}{key}"[:80], None, f"not a known key; {', '.join(names)}") for key in data if key not in names]


def _short(value: object) -> str | float | None:
    """What was given, where it is short enough to be repeated."""
    shown = json.dumps(value) if isinstance(value, (dict, list)) else value
    return shown if isinstance(shown, (str, int, float)) and len(str(shown)) < 80 else None


def _checked[Found](check: Callable[[], Found], where: str) -> Found:
    try:
        return check()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadInput(where, key, _short(first.get("input")), first["msg"].removeprefix("Input should be ")) from None


# --- from a view to what is simulated -----------------------------------------------------------------------------


def sides_of(state: State, case: Case) -> list[Side]:
    """Return the sides of a view. Raises BadInput for impossible practices or events."""
    if case.residents > MOST_RESIDENTS:
        raise BadInput(state.scenario, "residents", case.residents, f"at most {MOST_RESIDENTS} in the app; use the command line for more")
    return [_side(one, case, state.seed) for one in state.sides]


def _side(one: OneSide, case: Case, seed: int) -> Side:
    base = regimes.resolve(one.regime)
    practices = regimes.practices({**base.model_dump(), **one.practices}, one.label or one.regime)
    events = [{"week": c.week, "kind": "practice", "name": c.practice, "value": c.value} for c in one.changes]
    events += [event.model_dump(exclude_defaults=True) for event in one.events]
    if events:
        planned = [event.model_dump(mode="json") for event in case.events]
        case.replaced(events=[*planned, *events])  # raises BadInput for an impossible event
    return side(case, seed, practices, events)
