"""Reading a ledger: the design, progress, and results of finished runs."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

import numpy as np

from experiments.running.ledger_file import LedgerFile
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

PENDING, RUNNING, OK, FAILED, TIMED_OUT = STATES = ("pending", "running", "ok", "failed", "timed out")
PAGE = 1_000  # rows in memory at a time


def content_hash(values: Sequence[float] | np.ndarray, kept: Mapping[str, bytes] | None = None) -> str:
    """Return the SHA-256 of outcome values (in the order of their names) and tables; equal for equal results."""
    numbers = np.array(values, dtype="<f8")
    with np.errstate(invalid="ignore"):  # bytes that were altered may be a NaN that signals
        numbers[numbers == 0] = 0.0  # -0 becomes 0
        numbers[np.isnan(numbers)] = np.nan  # one bit pattern for NaN
    digest = hashlib.sha256(numbers.tobytes())
    for what, frame in sorted((kept or {}).items()):
        digest.update(what.encode() + frame)
    return digest.hexdigest()


@dataclass(frozen=True)
class Entry:
    """One run of a study: its row, its name (a hash of what determines it), point of the design, replication and seed."""

    id: int
    name: str
    point: int
    replication: int
    seed: int
    attempts: int = 0


class Unfinished(TypedDict):
    """A run that failed or took too long."""

    run: str
    point: int
    replication: int
    seed: int
    status: str
    attempts: int
    reason: str
    traceback: str


class FoundRun(TypedDict):
    """A run that was looked for: what it is, and how it ended."""

    run: str
    point: int
    replication: int
    seed: int
    status: str
    code: str
    identity: str
    content: str
    reason: str


class Reader(LedgerFile):
    """Read access to a ledger."""

    # --- design and progress ----------------------------------------------------------------------------------------

    def points(self) -> list[tuple[int, str, str, str, dict[str, float], str, dict[str, float]]]:
        """Return the points as stored, factors and practices as dicts."""
        rows = self.db.execute("SELECT number, scenario, regime, rules, factors, content, practices FROM point ORDER BY number")
        return [(*row[:4], json.loads(row[4]), row[5], json.loads(row[6])) for row in rows]

    def source(self, digest: str) -> str:
        """Return a stored text (case or rule file) by its hash. Raises BadInput if it is missing."""
        row = self.db.execute("SELECT text FROM source WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise BadInput(str(self.path), "source", digest, "a ledger that is complete; this one lacks a text")
        return str(row[0])

    def waiting(self) -> Iterator[Entry]:
        """Yield pending runs, replication by replication, so that a stopped study is balanced."""
        select = (
            "SELECT id, name, point, replication, seed, attempts FROM run WHERE wanted = 1 AND status = ? "
            "AND (replication, point) > (?, ?) ORDER BY replication, point LIMIT ?"
        )
        last = (-1, -1)
        while rows := self.db.execute(select, (PENDING, *last, PAGE)).fetchall():
            for row in rows:
                yield Entry(row[0], row[1], row[2], row[3], int(row[4]), row[5])
            last = (rows[-1][3], rows[-1][2])

    def counts(self) -> dict[str, int]:
        """Return the number of planned runs in each state."""
        found = dict(self.db.execute("SELECT status, count(*) FROM run WHERE wanted = 1 GROUP BY status"))
        return {state: found.get(state, 0) for state in STATES}

    # --- results of finished runs -----------------------------------------------------------------------------------

    def outcomes(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return one row for every successful run, by point and replication: run, point, replication, seed, seconds, outcomes."""
        import polars as pl

        return pl.concat(list(self.outcome_batches(columns)))

    def outcome_batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the same in frames of `PAGE` rows, to bound memory; at least one frame."""
        cursor = self.db.execute(
            "SELECT name, point, replication, seed, seconds, identity, content, outcomes FROM run "
            "WHERE wanted = 1 AND status = ? ORDER BY point, replication",
            (OK,),
        )
        wanted = list(self.names if columns is None else columns)
        yield self._batch(rows := cursor.fetchmany(PAGE), wanted)
        while len(rows) == PAGE:
            yield self._batch(rows := cursor.fetchmany(PAGE), wanted)

    def _batch(self, rows: list[Any], wanted: Sequence[str]) -> pl.DataFrame:
        import polars as pl

        numbers = np.frombuffer(b"".join(row[7] for row in rows), dtype="<f8").reshape(len(rows), len(self.names))
        facts = {
            "run": pl.Series([row[0] for row in rows], dtype=pl.String),
            "point": pl.Series([row[1] for row in rows], dtype=pl.Int64),
            "replication": pl.Series([row[2] for row in rows], dtype=pl.Int64),
            "seed": pl.Series([int(row[3]) for row in rows], dtype=pl.Int64),
            "seconds": pl.Series([row[4] for row in rows], dtype=pl.Float64),
            "identity": pl.Series([row[5] for row in rows], dtype=pl.String),
            "content": pl.Series([row[6] for row in rows], dtype=pl.String),
        }
        places = {name: place for place, name in enumerate(self.names)}
        return pl.DataFrame(facts | {name: pl.Series(numbers[:, places[name]].copy()) for name in wanted})

    def results_hash(self) -> str:
        """Return a hash of all results, independent of the order of runs and of timing."""
        digest = hashlib.sha256()
        for name, content in self.db.execute("SELECT name, content FROM run WHERE wanted = 1 AND status = ? ORDER BY name", (OK,)):
            digest.update(f"{name} {content}\n".encode())
        return digest.hexdigest()

    def check(self) -> None:
        """Raise BadInput when the file is damaged, or a run's outcomes and tables are not those that were recorded."""
        if (found := self.db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise BadInput(str(self.path), allowed=f"a ledger that is whole; this file was damaged ({found})")
        for run, name, content, outcomes in self.db.execute(
            "SELECT id, name, content, outcomes FROM run WHERE wanted = 1 AND status = ? ORDER BY id", (OK,)
        ):
            kept = dict(self.db.execute("SELECT what, frame FROM kept WHERE run = ?", (run,)))
            if outcomes is None or len(outcomes) % 8 or content_hash(np.frombuffer(outcomes, "<f8"), kept) != content:
                says = "allowed: what it left when it was run; this was altered, so have it run again from its beginning in a new folder"
                raise BadInput(str(self.path), "run", name, says)

    def run_seconds(self) -> float:
        """Return the total seconds of all successful runs."""
        return float(self.db.execute("SELECT total(seconds) FROM run WHERE wanted = 1 AND status = ?", (OK,)).fetchone()[0])

    def seeds(self) -> list[int]:
        """Return the seeds of the replications, in order."""
        rows = self.db.execute("SELECT DISTINCT replication, seed FROM run WHERE wanted = 1 ORDER BY replication")
        return [int(seed) for _, seed in rows]

    def unfinished(self) -> list[Unfinished]:
        """Return every run that failed or timed out: name, point, replication, seed, status, attempts, reason, traceback."""
        rows = self.db.execute(
            "SELECT name, point, replication, seed, status, attempts, reason, traceback FROM run "
            "WHERE wanted = 1 AND status IN (?, ?) ORDER BY point, replication",
            (FAILED, TIMED_OUT),
        )
        return [
            {
                "run": run, "point": point, "replication": replication, "seed": int(seed), "status": status, "attempts": attempts,
                "reason": reason, "traceback": traceback,
            }
            for run, point, replication, seed, status, attempts, reason, traceback in rows
        ]  # fmt: skip

    def tables(self, what: str, batch: int = 500) -> Iterator[pl.DataFrame]:
        """Yield the tables of one kind of all successful runs, `batch` runs in one frame, to bound memory."""
        import polars as pl

        cursor = self.db.execute(
            "SELECT run.name, run.point, run.replication, kept.frame FROM run CROSS JOIN kept ON kept.run = run.id "
            "WHERE run.wanted = 1 AND run.status = ? AND kept.what = ? ORDER BY run.point, run.replication",
            (OK, what),
        )
        while rows := cursor.fetchmany(batch):
            yield pl.concat(
                pl.read_ipc(io.BytesIO(frame)).select(
                    pl.lit(name).alias("run"), pl.lit(point).alias("point"), pl.lit(replication).alias("replication"), pl.all()
                )
                for name, point, replication, frame in rows
            )

    def kinds_kept(self) -> list[str]:
        """Return the kinds of stored tables."""
        select = "SELECT DISTINCT what FROM kept JOIN run ON kept.run = run.id WHERE run.wanted = 1 AND run.status = ? ORDER BY what"
        return [row[0] for row in self.db.execute(select, (OK,))]

    def find(self, text: str) -> FoundRun:
        """Return one run, by (the beginning of) its name or by "point.replication". Raises BadInput unless exactly one fits."""
        keys = ("run", "point", "replication", "seed", "status", "code", "identity", "content", "reason")
        select = f"SELECT name, {', '.join(keys[1:])} FROM run WHERE "
        point, dot, replication = text.partition(".")
        if dot and point.isdecimal() and replication.isdecimal():
            rows = self.db.execute(select + "point = ? AND replication = ? AND wanted = 1", (int(point), int(replication))).fetchall()
        else:
            rows = self.db.execute(select + "substr(name, 1, ?) = ?", (len(text), text)).fetchall() if text else []
        if len(rows) != 1:
            found = "several fit" if rows else "none fits"
            raise BadInput(
                str(self.path), "run", text, f"allowed: the name of one run, enough of it to know which, or POINT.REPLICATION ({found})"
            )
        return cast("FoundRun", dict(zip(keys, rows[0], strict=True)) | {"seed": int(rows[0][3])})
