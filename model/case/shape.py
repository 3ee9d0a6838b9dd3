"""The type of a case for modules that `case` imports, to avoid a circular import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from model.case.sections import Area, Conditions, Place


class PersonShape(Protocol):
    """A named person, as far as the checks of events look."""

    @property
    def name(self) -> str: ...
    @property
    def is_a(self) -> str: ...
    @property
    def street(self) -> int: ...


class CaseShape(Protocol):
    """The attributes of a case that the checks of events use."""

    @property
    def place(self) -> Place: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def neighbourhoods(self) -> Sequence[Area]: ...
    @property
    def people(self) -> Sequence[PersonShape]: ...
