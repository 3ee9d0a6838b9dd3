"""What can be attained at all in a scenario: the extremes of an outcome over mixes of practices, as kept in the user's cache.

`experiments.comparison.attainable` measures them. A smallest effect of interest that is larger than the whole range cannot be reached by
any practice there: a difference is then not too small, it is impossible.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

from model import identity
from model.case.case import Case
from model.engine.modules import cache_root
from model.outcomes import OUTCOMES

MIXES = 200  # rows of the Latin hypercube over all practices
PAIRS = 2  # seeds of each mix; its mean over them counts
SCHEMA = 1  # of the file; raise it when what is measured changes
UNTOLD = {"title", "text", "watch", "question", "notes", "sources", "checks", "name", "weeks"}  # of a case: they change no run

Reach = Mapping[str, tuple[float, float]]


def kept_at(case: Case, weeks: int, rules: str = "", mixes: int = MIXES, pairs: int = PAIRS) -> Path:
    """Return the file of a range; its name holds a hash of everything that determines it. rules: their hash, "" for the model's own."""
    facts = [SCHEMA, identity.code_hash(), case.model_dump(mode="json", exclude=UNTOLD), weeks, rules, mixes, pairs]
    return cache_root() / "ranges" / f"{hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]}.json"


def known(case: Case, weeks: int, rules: str = "") -> dict[str, tuple[float, float]]:
    """Return lowest and highest value by outcome; empty when it was not computed, or cannot be read."""
    try:
        found = json.loads(kept_at(case, weeks, rules).read_text(encoding="utf-8"))
        return checked(found)
    except (OSError, ValueError):
        return {}


def checked(found: object) -> dict[str, tuple[float, float]]:
    """Return a range as it was read. Raises ValueError when it is none."""
    if not isinstance(found, dict):
        raise ValueError("a range by outcome")
    made: dict[str, tuple[float, float]] = {}
    for name, pair in found.items():
        if name not in OUTCOMES or not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ValueError(f"the range of {name}")
        low, high = (float(value) for value in pair)
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise ValueError(f"the range of {name}")
        made[name] = (low, high)
    return made


def impossible(reach: Reach, name: str) -> bool:
    """Return whether no mix of practices differs from another one by as much as is of interest. (Not when that is unknown.)"""
    return name in reach and reach[name][1] - reach[name][0] < OUTCOMES[name].smallest
