"""Cache of measured patterns in the user's cache folder, by a hash of everything that determines them."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.patterns.declared import Value
from experiments.shared.files import replacing
from model import identity
from model.engine import modules as engine
from model.engine.meaning import meaning

if TYPE_CHECKING:
    from model.case.case import Case


@functools.cache
def own_hash() -> str:
    """Return a hash of the code that measures patterns."""
    sources = sorted(path for path in Path(__file__).parent.glob("*.py") if path.stem not in ("words", "show"))
    return hashlib.sha256("\n".join(meaning(path.read_text(encoding="utf-8")) for path in sources).encode()).hexdigest()


def cache() -> Path:
    """Return the folder of cached measurements."""
    return engine.cache_root() / "patterns"


def kept_at(id: str, case: Case, residents: int, weeks: int, seed: int) -> Path:
    """Return the cache file of a measurement, named by a hash of everything that determines it."""
    facts = [identity.code_hash(), own_hash(), case.model_dump(mode="json"), residents, weeks, seed]
    short = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    return cache() / f"{id}-{short}.json"


def read(path: Path) -> dict[str, Value] | None:
    """Return cached numbers, or None if there are none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write(path: Path, values: Mapping[str, Value]) -> None:
    """Cache numbers, completely or not at all; write errors are ignored."""
    with suppress(OSError), replacing(path) as fresh:
        fresh.write_text(json.dumps(values), encoding="utf-8")
