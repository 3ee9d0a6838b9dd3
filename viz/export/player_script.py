"""The page's one script, put together from its source files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
SOURCES = ("dom", "store", "layout", "colours", "ground", "map", "initiatives", "officials", "signs", "charts", "stage", "transport",
           "board", "inspect", "change", "extras", "take", "hearing", "asking", "clock", "main")  # fmt: skip


@cache
def script() -> str:
    """Return the player as one ES module that imports nothing."""
    return "\n".join((HERE / "player" / f"{name}.js").read_text(encoding="utf-8") for name in SOURCES)


@cache
def style() -> str:
    """Return the player's style sheet."""
    return (HERE / "player.css").read_text(encoding="utf-8")


@cache
def texts() -> dict[str, Any]:
    """Return all words of the page, by language."""
    return json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
