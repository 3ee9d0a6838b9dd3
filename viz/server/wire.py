"""The messages and links that a page may send; all are validated here first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from model import regimes
from model.case.case import Case
from model.errors import BadInput
from viz.recording.library import KNOWN, MOST_RESIDENTS
from viz.recording.recorder import Side, side

MOST_WEEKS, MOST_SIDES, MOST_PAIRS, MOST_EVENTS = 1_040, 3, 200, 60
MOST_WORK = 400_000_000  # resident-weeks of a set of pairs: about a minute and a half on one core
MOST_LINK, MOST_FILE = 8_000, 32 * 2**20  # bytes
MOST_IN_FILE = 2_000_000  # resident-weeks of all sides of a view in one file


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


def _none_left_out(data: Any) -> Any:
    """Remove keys whose value is None."""
    return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class OneSide(Message):
    """A neighbourhood of a view: its regime, changed practices and events."""

    regime: str = Field(max_length=120)
    label: str = Field("", max_length=80)
    practices: dict[Annotated[str, Field(max_length=60)], Number] = Field({}, max_length=60)
    changes: list[Change] = Field([], max_length=MOST_EVENTS)
    events: list[Annotated[Happening, BeforeValidator(_none_left_out)]] = Field([], max_length=MOST_EVENTS)


class State(Message):
    """A view, as contained in a link."""

    scenario: str = Field("default", pattern=KNOWN)
    seed: int = Field(1, ge=0, le=2**53)
    weeks: int = Field(260, ge=1, le=MOST_WEEKS)
    sides: list[Annotated[OneSide, BeforeValidator(_none_left_out)]] = Field(min_length=1, max_length=MOST_SIDES)


class Ready(Message):
    """The page is ready to draw."""

    kind: Literal["ready"]


class View(Message):
    """Request to simulate a view."""

    kind: Literal["view"]
    run: Run
    state: State
    fresh: bool = False


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


class Link(Message):
    """Request to put a view into the page's address."""

    kind: Literal["state"]
    state: dict[str, object]


class Html(Message):
    """Request for one HTML file of a view that works offline."""

    kind: Literal["html"]
    state: dict[str, object]
    lang: Literal["nl", "en"] = "nl"


Asked = Ready | View | Pairs | Halt | Ties | Load | Link | Html
_ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="kind")])


def read_message(data: object) -> Asked:
    """Return the message in `data`. Raises BadInput if it is invalid."""
    return _checked(lambda: _ASKED.validate_python(data), "message")


def read_state(text: str) -> tuple[State, dict[str, object]]:
    """Return the view in the text of a link, validated and as plain data. Raises BadInput."""
    if len(text) > MOST_LINK:
        raise BadInput("link", allowed=f"at most {MOST_LINK} characters")
    try:
        data = json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        raise BadInput("link", allowed="a view as a page of this app wrote it") from None
    return _checked(lambda: State.model_validate(data), "link"), data


def link(state: Mapping[str, object]) -> str:
    """Return a view as text for an address. Raises BadInput if it is too long or invalid."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
    read_state(text)
    return quote(text, safe="{}:,[]!*'()")


def _checked(check: Any, where: str) -> Any:
    try:
        return check()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        given = first.get("input")
        shown = given if isinstance(given, (str, int, float)) and len(str(given)) < 80 else None
        raise BadInput(where, key, shown, first["msg"].removeprefix("Input should be ")) from None


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
