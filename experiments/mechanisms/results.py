"""The stored results of mechanisms (declarations/results.json): read, judged together, and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeGuard

from experiments.mechanisms import declared as mechanisms
from experiments.mechanisms.rows import Results, Row
from experiments.mechanisms.runs import Trial
from experiments.mechanisms.schema import Mechanism
from experiments.mechanisms.verdicts import judged, judged_crossings
from experiments.shared.files import put
from model import identity
from model.errors import BadInput

KIND, SCHEMA = "leefwereld mechanisms", 1
FILE = "results.json"
NOT_RUN, OLDER_CODE, OLDER_DECLARATION, CURRENT = "not run", "older code", "older declaration", ""


def read(folder: Path | None = None) -> Results:
    """Return the stored results, empty if nothing was run yet. Raises BadInput if they cannot be read."""
    path = (folder or mechanisms.FOLDER) / FILE
    if not path.is_file():
        return {"kind": KIND, "schema": SCHEMA, "date": "", "code": "", "mechanisms": {}, "interactions": {}}
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(str(path), "file", None, f"readable JSON ({str(error)[:200]})") from None
    if not _is_ours(found):
        raise BadInput(str(path), "kind", None, f"allowed: {KIND!r}, schema {SCHEMA}; renew it: leefwereld mechanisms --all")
    return found


def _is_ours(found: object) -> TypeGuard[Results]:
    return isinstance(found, dict) and (found.get("kind"), found.get("schema")) == (KIND, SCHEMA)


def made(rows: Mapping[str, Row], crossings: Mapping[str, Row]) -> Results:
    """Return the results of all experiments, judged together."""
    return {
        "kind": KIND, "schema": SCHEMA, "date": date.today().isoformat(), "code": identity.code_hash(),
        "mechanisms": judged(rows), "interactions": judged_crossings(crossings),
    }  # fmt: skip


def alone(one: Trial, row: Row, kept: Results) -> Row:
    """Return one row, judged together with the other stored rows."""
    if isinstance(one.declared, Mechanism):
        others = {name: other for name, other in kept["mechanisms"].items() if name != one.id}
        return judged({**others, one.id: row})[one.id]
    others = {name: other for name, other in kept["interactions"].items() if name != one.id}
    return judged_crossings({**others, one.id: row})[one.id]


def kept_row(one: Trial, kept: Results) -> Row | None:
    """Return the stored row of a mechanism or an interaction, or None."""
    return (kept["mechanisms"] if isinstance(one.declared, Mechanism) else kept["interactions"]).get(one.id)


def status(one: Trial, row: Row | None) -> str:
    """Return "" if a row is of the present code and declaration, otherwise what is outdated."""
    if row is None:
        return NOT_RUN
    if row["declaration"] != one.identity:
        return OLDER_DECLARATION
    return CURRENT if row["code"] == identity.code_hash() else OLDER_CODE


def stale(found: Iterable[Trial], kept: Results) -> dict[str, list[str]]:
    """Return the ids of outdated rows, by status."""
    told: dict[str, list[str]] = {}
    for one in found:
        if word := status(one, kept_row(one, kept)):
            told.setdefault(word, []).append(one.id)
    return told


def write(results: Results, folder: Path | None = None) -> Path:
    """Write the results, completely or not at all."""
    return put((folder or mechanisms.FOLDER) / FILE, json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
