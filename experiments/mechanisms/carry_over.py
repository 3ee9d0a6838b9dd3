"""Keep stored results valid after code was moved or reworded without changing results.

The rule: each result stores a hash of all outcomes of one cell (the last point of its experiment, the seed of its first
replication). The cell is repeated with the present code; if every outcome is equal to the last digit, the result is valid
for this code. Otherwise it remains of the older code, and its experiment must be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from experiments.mechanisms.results import OLDER_CODE, kept_row, status
from experiments.mechanisms.rows import Cell, Results, Row
from experiments.mechanisms.runs import Trial, content_of
from experiments.study.names import needs_twins
from model import identity


def cell_of(one: Trial) -> Cell:
    """Run one cell of an experiment; return its point, its seed, and a hash of all outcomes."""
    from experiments.running.groups import Group, run_group
    from experiments.study.points import points, seed_of
    from experiments.study.work import keep_of

    point = points(one.study)[-1]
    seed = seed_of(one.study, 0)
    runs = ((0, point.practices),)
    answer = run_group(Group(point.case, seed, one.study.weeks, runs, point.rules_file, keep_of(one.study), needs_twins(one.study)))[0]
    return {"point": point.number, "seed": seed, "content": content_of(answer.outcomes) if answer.outcomes else answer.reason}


def carry_over(found: Iterable[Trial], kept: Results, tell: Callable[[str, bool], None]) -> tuple[Results, list[str]]:
    """Repeat the cell of every result of older code; return the results, with equal ones marked as of this code.

    Also returns the ids of results that differ or have no cell. `tell(id, same)` is called for each.
    """
    left: list[str] = []
    rows: dict[str, Row] = {}
    for one in found:
        row = kept_row(one, kept)
        if row is None or status(one, row) != OLDER_CODE:
            continue
        same = row.get("cell") is not None and cell_of(one) == row["cell"]
        tell(one.id, same)
        if same:
            again: dict[str, Any] = {**row, "code": identity.code_hash()}
            rows[one.id] = again
        else:
            left.append(one.id)
    mechanisms, interactions = ({name: rows.get(name, row) for name, row in kept[part].items()} for part in ("mechanisms", "interactions"))
    whole = all(row["code"] == identity.code_hash() for row in (*mechanisms.values(), *interactions.values()))
    code = identity.code_hash() if whole else kept["code"]
    return {**kept, "mechanisms": mechanisms, "interactions": interactions, "code": code}, left
