"""The type of a case for modules that `case` imports, to avoid a circular import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from model.case.sections import Area, Conditions, Place


class CaseShape(Protocol):
    """The attributes of a case that the checks of events use."""

    @property
    def place(self) -> Place: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def neighbourhoods(self) -> Sequence[Area]: ...
