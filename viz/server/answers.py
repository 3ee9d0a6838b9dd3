"""What the server says to a page: each kind of message, by its keys. Texts by language. `run` and `side` are those of the page's view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict


class OfRun(TypedDict):
    """An answer about a run."""

    run: int


class OfSide(OfRun):
    """An answer about a side of a run."""

    side: int


class Wait(OfRun):
    """Nothing can be shown yet, and why."""

    kind: Literal["wait"]
    text: Mapping[str, str]


class Failed(TypedDict):
    """What was asked cannot be done, and why."""

    kind: Literal["error"]
    run: NotRequired[int]
    text: Mapping[str, str]


class LeftOut(TypedDict):
    """What of a link was not understood."""

    kind: Literal["left_out"]
    items: list[Mapping[str, str]]


class Begin(OfRun):
    """A run begins. In the buffer: its `Header`, packed."""

    kind: Literal["header"]
    packed: Literal[1]
    sides: list[Mapping[str, str]]
    weeks: int
    seed: int


class Keep(OfSide):
    """So many weeks of what the page has are also of this run."""

    kind: Literal["keep"]
    weeks: int


# A stretch of weeks of a side, from week `from` on. In the buffer: a `Stretch`, packed. A call, because `from` is no name.
Chunk = TypedDict(
    "Chunk",
    {"kind": Literal["chunk"], "run": int, "side": int, "from": int, "count": int, "packed": Literal[1], "name": str},
)


class Done(OfSide):
    """All weeks of a side were sent."""

    kind: Literal["done"]


class TiesOf(OfSide):
    """A resident's ties at the end of a week as [row of the contact, strength]."""

    kind: Literal["ties"]
    week: int
    resident: int
    ties: list[list[float]]


class Areas(TypedDict):
    """The areas of an uploaded file, of which one must be chosen."""

    kind: Literal["areas"]
    areas: list[str]


class Loaded(TypedDict):
    """The neighbourhood in an uploaded file."""

    kind: Literal["loaded"]
    scenario: Mapping[str, object]


class File(TypedDict):
    """A file to keep. In the buffer: what is in it."""

    kind: Literal["file"]
    name: str
    mime: str


class PairsDone(OfRun):
    """How many pairs of runs are done, and now and then their spread so far."""

    kind: Literal["pairs"]
    done: int
    of: int
    spread: NotRequired[Mapping[str, object]]


Answer = Wait | Failed | LeftOut | Begin | Keep | Chunk | Done | TiesOf | Areas | Loaded | File | PairsDone
