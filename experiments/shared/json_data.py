"""Data as JSON has it, for what is written for other programs to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None
type JsonObject = Mapping[str, Json]
