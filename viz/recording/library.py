"""Neighbourhoods to choose from: those that ship, and those of one's own, kept so that a link to one works tomorrow too."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.shared.files import replacing
from model.case.case import SCENARIOS, Case, checked, load
from model.engine.modules import cache_root
from model.errors import BadInput
from viz.recording.recorder import in_both

MOST_RESIDENTS = 10_000  # of a neighbourhood in the app
OWN = "own-"  # begins the name of a neighbourhood of one's own
KNOWN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MOST_KEPT = 200  # neighbourhoods of one's own; the oldest go first
TOLD = ("title", "text", "watch", "question")


def folder() -> Path:
    """Where neighbourhoods of one's own are kept."""
    return cache_root() / "app"


def names() -> list[str]:
    """The scenarios that ship and are not too large to look at; the default first."""
    found = [path.stem for path in sorted(SCENARIOS.glob("*.toml"))]
    found = [name for name in found if case(name).residents <= MOST_RESIDENTS]
    return sorted(found, key=lambda name: name != "default")


@lru_cache(maxsize=64)
def case(name: str) -> Case:
    """Return the case of a name in a link. BadInput when there is none: a link can name no file."""
    if KNOWN.fullmatch(name) is None:
        raise BadInput("link", "scenario", name[:80], "a scenario that ships, or a neighbourhood loaded here before")
    if not name.startswith(OWN):
        if not (SCENARIOS / f"{name}.toml").exists():
            raise BadInput("link", "scenario", name, ", ".join(path.stem for path in sorted(SCENARIOS.glob("*.toml"))))
        return load(name)
    try:
        data = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadInput("link", "scenario", name, "a neighbourhood loaded on this computer before; load its file again") from None
    return checked(data, name)


def keep(found: Case) -> str:
    """Keep a case for links to it; returns the name that it has there. BadInput when it is too large to look at."""
    if found.residents > MOST_RESIDENTS:
        raise BadInput("file", "residents", found.residents, f"at most {MOST_RESIDENTS} in the app; use the command line for more")
    text = json.dumps(found.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    name = OWN + hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        with replacing(folder() / f"{name}.json") as fresh:
            fresh.write_text(text, encoding="utf-8")
        kept = sorted(folder().glob(f"{OWN}*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-MOST_KEPT]:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput("file", allowed=f"room to keep it in {folder()} ({error.strerror})") from None
    return name


def told(name: str, found: Case) -> dict[str, Any]:
    """Return what a page says about a scenario, in both languages as far as there are both."""
    return {"name": name, **{key: in_both(getattr(found, key)) for key in TOLD}, "residents": found.residents, "weeks": found.weeks}
