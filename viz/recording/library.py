"""The neighbourhoods of the app: shipped scenarios, and uploaded ones, stored so that links to them keep working."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from experiments.shared.files import replacing
from model.case.case import SCENARIOS, Case, checked, load
from model.engine.modules import cache_root
from model.errors import BadInput
from viz.recording.packets import in_both

MOST_RESIDENTS = 10_000  # largest neighbourhood in the app
OWN = "own-"  # prefix of the name of an uploaded neighbourhood
KNOWN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MOST_KEPT = 200  # uploaded neighbourhoods to keep; the oldest are deleted first
TOLD = ("title", "text", "watch", "question")


def folder() -> Path:
    """Return the folder of uploaded neighbourhoods."""
    return cache_root() / "app"


def names() -> list[str]:
    """Return the names of shipped scenarios of at most `MOST_RESIDENTS` residents, the default first."""
    found = [path.stem for path in sorted(SCENARIOS.glob("*.toml"))]
    found = [name for name in found if case(name).residents <= MOST_RESIDENTS]
    return sorted(found, key=lambda name: name != "default")


@lru_cache(maxsize=64)
def case(name: str) -> Case:
    """Return the case of a name in a link; a link cannot name a file. Raises BadInput for an unknown name."""
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
    """Store an uploaded case; return its name in links. Raises BadInput if it is too large or cannot be stored."""
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


def told(name: str, found: Case) -> Mapping[str, object]:
    """Return the description of a scenario for the page, in both languages."""
    return {"name": name, **{key: in_both(getattr(found, key)) for key in TOLD}, "residents": found.residents, "weeks": found.weeks}
