"""What a case looks like to those who check its parts; the class itself stands above them, in `case`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from model.case.sections import Area, Conditions, Place


class CaseShape(Protocol):
    """A case, as far as what is planned in it is held against it."""

    @property
    def place(self) -> Place: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def neighbourhoods(self) -> Sequence[Area]: ...
