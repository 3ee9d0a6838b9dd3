"""What a world keeps beside its tables: notes for the story, and what a checkpoint holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import numpy as np


class CameOfIt(TypedDict, total=False):
    """What is noted of what came of an act."""

    n: int
    hours: float
    about: int  # kind of problem
    who: int  # 64-bit name of a resident
    hours_meant: float  # that were planned for it
    left_out: int  # residents concerned whom it did not reach


class Lacked(TypedDict, total=False):
    """What an event lacked: a practice (least, most), hours, money, or an act before it."""

    how: str
    practice: str
    role: str
    act: str
    needed: float
    there: float


class Note(CameOfIt, total=False):
    """What is noted of something that happened; each kind has some of these."""

    post: int  # of an official
    strain: float
    nth: int
    street: int
    came: int
    field: int
    promises: list[int]  # rows
    due: int  # week
    what: str  # kind of event
    how: str  # it ended
    name: str
    value: float
    weeks: int
    text: dict[str, str]  # by language
    lack: Lacked


Happening = tuple[int, str, Note]  # week, kind, what was noted


class OwnState(TypedDict):
    """What a class of one's own keeps beside the world: copies by name, stand-ins for what was not copied, and Mesa's luck."""

    values: dict[str, object]
    places: Sequence[object]
    luck: tuple[tuple[object, ...], Mapping[str, object]]


class Checkpoint(TypedDict):
    """Everything that the future of a world depends on, as plain arrays and numbers."""

    tables: dict[str, dict[str, np.ndarray]]
    tally: np.ndarray
    record: np.ndarray
    week: int
    practices: dict[str, float]
    conditions: dict[str, float]
    at_start: dict[str, float]
    supported: int
    chosen: dict[str, float]
    planned: list[dict[str, object]]
    happenings: list[Happening]
    changes: list[tuple[int, dict[str, float]]]
    named: dict[str, int]  # 64-bit names of the case's people
    own: NotRequired[OwnState]  # of a class of one's own, beside it
