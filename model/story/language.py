"""The texts that every language of the story has; `english` and `dutch` fill them in."""

from __future__ import annotations

from typing import TypedDict

type Text = str | tuple[str, str]  # a pair: for exactly one, and for any other number


class Language(TypedDict):
    """All texts of one language, those of a sort by their keys."""

    text: dict[str, Text]
    counts: dict[str, Text]
    reports: dict[str, Text]
    entrepreneur: tuple[str, ...]
    official: str
    initiative: str
    where: dict[str, str]
    kind: dict[str, str]
    by: dict[str, str]
    idea: dict[str, tuple[str, ...]]
    project: dict[str, str]
    plan: dict[str, str]
    programme: dict[str, str]
    everywhere: str
    act: dict[str, str]
    role: dict[str, str]
    condition: dict[str, str]
    field: dict[str, str]
    practice: dict[str, str]
