"""The ledger of a study: one SQLite file with the status of every run and the results of finished runs.

Only one process writes, the parent of all workers. A finished run is written in one transaction, so after a kill, a power
cut or a full disk it is stored completely or not at all. Outcomes are stored as float64 bytes in the order of the names
in `meta`; tables (weeks, streets, groups, residents) as Arrow files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.running.ledger_file import FILE, at_work
from experiments.running.ledger_read import FAILED, OK, PAGE, PENDING, RUNNING, STATES, TIMED_OUT, Entry, Reader, content_hash

__all__ = ["ATTEMPTS", "FAILED", "FILE", "OK", "PAGE", "PENDING", "RUNNING", "STATES", "TIMED_OUT", "Answer", "Entry", "Ledger",
           "at_work", "content_hash"]  # fmt: skip

ATTEMPTS = 2  # attempts at a run whose worker was lost


@dataclass(frozen=True)
class Answer:
    """The result of a run: outcomes and tables if it succeeded; otherwise a reason and the traceback."""

    id: int
    status: str
    seconds: float = 0.0
    code: str = ""
    identity: str = ""
    outcomes: dict[str, float] | None = None
    kept: Mapping[str, bytes] | None = None
    reason: str = ""
    traceback: str = ""


class Ledger(Reader):
    """The open ledger of a folder: planned runs and their results. Arguments as for `LedgerFile`."""

    def put_points(self, rows: Iterable[tuple[int, str, str, str, str, str, str]], sources: Iterable[tuple[str, str]]) -> None:
        """Replace the points of the design: (number, scenario, regime, rules, factors, hashes of case and rules, practices).

        sources: (hash, text) of the cases (JSON) and rule files that the points use."""
        with self.transaction() as cursor:
            cursor.execute("DELETE FROM point")
            cursor.executemany("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            cursor.executemany("INSERT OR REPLACE INTO source VALUES (?, ?)", sources)

    def want(self, runs: Iterable[tuple[str, int, int, int]]) -> int:
        """Plan exactly these runs (name, point, replication, seed); earlier results stay. Return the number of new runs."""
        with self.transaction() as cursor:
            before = cursor.execute("SELECT count(*) FROM run").fetchone()[0]
            cursor.execute("UPDATE run SET wanted = 0")
            cursor.executemany(
                "INSERT INTO run (name, point, replication, seed) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET wanted = 1, point = excluded.point, replication = excluded.replication",
                ((name, point, replication, str(seed)) for name, point, replication, seed in runs),
            )
            return int(cursor.execute("SELECT count(*) FROM run").fetchone()[0] - before)

    def release(self, again: Sequence[str] = ()) -> int:
        """Set interrupted runs, and runs in a state of `again`, to pending; return the number of interrupted runs."""
        with self.transaction() as cursor:
            cursor.execute("UPDATE run SET status = ?, attempts = max(attempts - 1, 0) WHERE status = ?", (PENDING, RUNNING))
            lost = cursor.rowcount
            for state in again:
                cursor.execute(
                    "UPDATE run SET status = ?, attempts = 0, reason = NULL, traceback = NULL WHERE status = ? AND wanted = 1",
                    (PENDING, state),
                )
        return lost

    def start(self, ids: Sequence[int]) -> None:
        """Set these runs to running."""
        with self.transaction() as cursor:
            cursor.executemany("UPDATE run SET status = ?, attempts = attempts + 1 WHERE id = ?", ((RUNNING, i) for i in ids))

    def record_lost(self, ids: Sequence[int], reason: str) -> list[int]:
        """Record a lost worker: its runs are pending again, or failed after `ATTEMPTS`. Return those pending."""
        with self.transaction() as cursor:
            for i in ids:
                cursor.execute(
                    "UPDATE run SET status = CASE WHEN attempts < ? THEN ? ELSE ? END, reason = ? WHERE id = ?",
                    (ATTEMPTS, PENDING, FAILED, reason, i),
                )
            rows = [cursor.execute("SELECT status FROM run WHERE id = ?", (i,)).fetchone()[0] for i in ids]
        return [i for i, status in zip(ids, rows, strict=True) if status == PENDING]

    def requeue(self, ids: Sequence[int]) -> None:
        """Set these runs to pending after a stop; the attempt does not count."""
        with self.transaction() as cursor:
            cursor.executemany("UPDATE run SET status = ?, attempts = max(attempts - 1, 0) WHERE id = ?", ((PENDING, i) for i in ids))

    def record(self, answers: Sequence[Answer]) -> None:
        """Store the results of runs in one transaction."""
        with self.transaction() as cursor:
            for a in answers:
                values = None if a.outcomes is None else np.array([a.outcomes[name] for name in self.names], dtype="<f8")
                content = None if values is None else content_hash(values, a.kept)
                cursor.execute(
                    "UPDATE run SET status = ?, seconds = ?, code = ?, identity = ?, reason = ?, traceback = ?, content = ?, outcomes = ? "
                    "WHERE id = ?",
                    (
                        *(a.status, a.seconds, a.code, a.identity, a.reason or None, a.traceback or None, content),
                        *(None if values is None else values.tobytes(), a.id),
                    ),
                )
                rows = ((a.id, what, frame) for what, frame in (a.kept or {}).items())
                cursor.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
