"""The type of a line of a table of results, as polars gives it."""

from __future__ import annotations

from collections.abc import ItemsView
from typing import Literal, Protocol, overload

Words = Literal[
    "outcome", "good", "first", "second", "ahead", "side", "winner", "best", "scenario", "rules", "regime", "factor", "practice", "unit",
]  # fmt: skip
Numbers = Literal[
    "n", "mean", "mean_first", "mean_second", "difference", "low", "high", "sd", "never", "effect", "correlation", "p", "p_holm", "level",
    "share_first", "share_second", "share_open", "n_independent",
]  # fmt: skip


class Row(Protocol):
    """A line: these columns hold text or numbers (nan where undefined), others hold what they hold."""

    @overload
    def __getitem__(self, column: Words, /) -> str: ...
    @overload
    def __getitem__(self, column: Numbers, /) -> float: ...
    @overload
    def __getitem__(self, column: str, /) -> object: ...
    def items(self) -> ItemsView[str, object]: ...
