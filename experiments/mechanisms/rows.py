"""The types of results of mechanisms, as results.json holds them."""

from __future__ import annotations

from collections.abc import KeysView
from typing import Literal, Protocol, TypedDict, overload

Words = Literal["outcome", "expected", "class", "code", "declaration", "date", "verdict", "why"]
Counts = Literal["n", "weeks", "pairs", "failed", "checked", "faulty"]
Numbers = Literal["difference", "low", "high", "p", "sd", "off", "on", "p_holm"]


class Row(Protocol):
    """The row of a mechanism, an interaction, or one of its contrasts; a number is None where it is undefined.

    Verdict, p_holm and why are there once it was judged; an interaction has its numbers in its contrasts.
    """

    @overload
    def __getitem__(self, key: Words, /) -> str: ...
    @overload
    def __getitem__(self, key: Counts, /) -> int: ...
    @overload
    def __getitem__(self, key: Numbers, /) -> float | None: ...
    @overload
    def __getitem__(self, key: Literal["smallest"], /) -> float: ...
    @overload
    def __getitem__(self, key: Literal["reached"], /) -> bool | None: ...
    @overload
    def __getitem__(self, key: Literal["faults"], /) -> list[str]: ...
    @overload
    def __getitem__(self, key: Literal["contrasts", "also"], /) -> dict[str, Row]: ...
    @overload
    def __getitem__(self, key: str, /) -> object: ...
    def __contains__(self, key: object, /) -> bool: ...
    def get(self, key: str, /) -> object: ...
    def keys(self) -> KeysView[str]: ...


class Cell(TypedDict):
    """The cell that is run again to see whether a result still holds: its point, its seed, a hash of its outcomes (or why it failed)."""

    point: int
    seed: int
    content: str


class Results(TypedDict):
    """The results of all experiments."""

    kind: str
    schema: int
    date: str
    code: str
    mechanisms: dict[str, Row]
    interactions: dict[str, Row]
