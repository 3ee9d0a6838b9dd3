"""Which story to tell of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Telling:
    """Which story to tell of a run, and in which language; see `model.story.teller.tell_story`."""

    lang: str = "en"
    everything: bool = False
    resident: str | None = None
    official: str | None = None
    initiative: int | None = None
    street: str | None = None
    short: int = 0
