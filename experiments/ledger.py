"""The ledger of a study: one SQLite file that knows what became of every run, and keeps what finished runs left.

One process writes, the parent of all workers. Everything about a finished run is one transaction: after a kill, a power
cut or a full disk a run is there whole or not at all. Outcomes are kept as the bytes of float64 numbers in the order
of the names in `meta`; tables (weeks, streets, groups, residents) as Arrow files.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

FILE, LOCK = "runs.sqlite", "runs.lock"
PENDING, RUNNING, OK, FAILED, TIMED_OUT = STATES = ("pending", "running", "ok", "failed", "timed out")
ATTEMPTS = 2  # a run whose worker was lost is tried once more
PAGE = 1_000  # rows in memory at once

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, point INTEGER NOT NULL, replication INTEGER NOT NULL, seed TEXT NOT NULL,
    wanted INTEGER NOT NULL DEFAULT 1, status TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0,
    seconds REAL, code TEXT, identity TEXT, reason TEXT, traceback TEXT, content TEXT, outcomes BLOB
);
CREATE TABLE point (
    number INTEGER PRIMARY KEY, scenario TEXT NOT NULL, regime TEXT NOT NULL, rules TEXT NOT NULL, factors TEXT NOT NULL,
    content TEXT NOT NULL, practices TEXT NOT NULL
);
CREATE TABLE source (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX run_status ON run (wanted, status, replication, point);
CREATE INDEX run_place ON run (wanted, status, point, replication); -- so that nothing is sorted in a temporary file
CREATE TABLE kept (run INTEGER NOT NULL, what TEXT NOT NULL, frame BLOB NOT NULL, PRIMARY KEY (run, what)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Entry:
    """One run of a study: its row, its name (a hash of what determines it), point of the design, replication and seed."""

    id: int
    name: str
    point: int
    replication: int
    seed: int
    attempts: int = 0


@dataclass(frozen=True)
class Answer:
    """What became of a run: outcomes and tables when it ended well; else a reason and the traceback."""

    id: int
    status: str
    seconds: float = 0.0
    code: str = ""
    identity: str = ""
    outcomes: dict[str, float] | None = None
    kept: Mapping[str, bytes] | None = None
    reason: str = ""
    traceback: str = ""


def content_hash(values: Sequence[float] | np.ndarray, kept: Mapping[str, bytes] | None = None) -> str:
    """SHA-256 of outcome values (in the order of their names) and of the tables kept; the same for equal results."""
    numbers = np.asarray(values, dtype="<f8") + 0.0  # -0 becomes 0
    numbers[np.isnan(numbers)] = np.nan  # one bit pattern for all that is undefined
    digest = hashlib.sha256(numbers.tobytes())
    for what, frame in sorted((kept or {}).items()):
        digest.update(what.encode() + frame)
    return digest.hexdigest()


class Ledger:
    """The open ledger of a folder. Use as a context: a folder that is open for writing is locked against a second process.

    new: make it. reading: change nothing, lock nothing. Raises BadInput when it is not there, is held, or cannot be used.
    """

    def __init__(self, folder: Path, *, new: bool = False, reading: bool = False) -> None:
        self.path = folder / FILE
        if not new and not self.path.is_file():
            raise BadInput(str(folder), allowed=f"the folder of a study, with its {FILE}")
        self._lock = None if reading else _locked(folder)
        self._db: sqlite3.Connection | None = None
        try:
            if reading:
                self._db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=10.0)
            else:
                self._db = sqlite3.connect(self.path, isolation_level=None, timeout=10.0)
                self.db.execute("PRAGMA journal_mode=WAL")  # readers may look on while runs come in
                self.db.execute("PRAGMA synchronous=FULL")
            if new:
                self.db.executescript(f"BEGIN;{_TABLES}COMMIT;")
            self.names: list[str] = json.loads(self.meta("outcomes", "[]"))
        except (sqlite3.DatabaseError, ValueError) as error:
            self.close()
            raise BadInput(str(self.path), allowed=f"{'room to write' if new else 'a ledger that can be used'} ({error})") from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):  # reading needs room too, now and then
            raise BadInput(str(self.path), allowed=f"a ledger and a disk that can be used; what finished is kept ({error})") from error

    @property
    def db(self) -> sqlite3.Connection:
        """The open database."""
        assert self._db is not None
        return self._db

    def close(self) -> None:
        """Let go of the file and the lock; what was written stands in one file again."""
        for connection, held in ((self._db, self._lock is not None), (self._lock, False)):
            if connection is None:
                continue
            if held:
                with suppress(sqlite3.DatabaseError):  # somebody still reads
                    connection.execute("PRAGMA journal_mode=DELETE")
            connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """All of it or nothing; one within another is part of it. A full disk is BadInput: one line, and what was there stays."""
        cursor = self.db.cursor()
        if self.db.in_transaction:
            yield cursor
            return
        try:
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._undo()
            raise BadInput(str(self.path), allowed=f"room to write; what finished before is kept ({error})") from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def meta(self, key: str, default: str = "") -> str:
        """A fact about the study."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def set_meta(self, **facts: str) -> None:
        """Write facts about the study."""
        with self.transaction() as cursor:
            cursor.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
        self.names = json.loads(self.meta("outcomes", "[]"))

    # --- the design -------------------------------------------------------------------------------------------------

    def put_points(self, rows: Iterable[tuple[int, str, str, str, str, str, str]], sources: Iterable[tuple[str, str]]) -> None:
        """Keep the points of the design, (number, scenario, regime, rules, factors, hashes of case and rules, practices), and
        the texts that they name: cases as JSON and rule files, by hash. What stood there before is replaced."""
        with self.transaction() as cursor:
            cursor.execute("DELETE FROM point")
            cursor.executemany("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            cursor.executemany("INSERT OR REPLACE INTO source VALUES (?, ?)", sources)

    def points(self) -> list[tuple[int, str, str, str, dict[str, float], str, dict[str, float]]]:
        """The points as they were put in, factors and practices as dicts."""
        rows = self.db.execute("SELECT number, scenario, regime, rules, factors, content, practices FROM point ORDER BY number")
        return [(*row[:4], json.loads(row[4]), row[5], json.loads(row[6])) for row in rows]

    def source(self, digest: str) -> str:
        """A text that was put in, by its hash."""
        row = self.db.execute("SELECT text FROM source WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise BadInput(str(self.path), "source", digest, "a ledger that is complete; this one lacks a text")
        return str(row[0])

    # --- what is to be run ------------------------------------------------------------------------------------------

    def want(self, runs: Iterable[tuple[str, int, int, int]]) -> int:
        """Make sure that each (name, point, replication, seed) has a row, and that no other is wanted. Returns how many are new."""
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
        """Runs that were under way when a parent died wait again; so do those that ended in a state of `again`."""
        with self.transaction() as cursor:
            cursor.execute("UPDATE run SET status = ?, attempts = max(attempts - 1, 0) WHERE status = ?", (PENDING, RUNNING))
            lost = cursor.rowcount
            for state in again:
                cursor.execute(
                    "UPDATE run SET status = ?, attempts = 0, reason = NULL, traceback = NULL WHERE status = ? AND wanted = 1",
                    (PENDING, state),
                )
        return lost

    def waiting(self) -> Iterator[Entry]:
        """Runs still to do, replication by replication, so that a study that is stopped halfway is balanced."""
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
        """How many wanted runs are in each state."""
        found = dict(self.db.execute("SELECT status, count(*) FROM run WHERE wanted = 1 GROUP BY status"))
        return {state: found.get(state, 0) for state in STATES}

    # --- what became of it ------------------------------------------------------------------------------------------

    def start(self, ids: Sequence[int]) -> None:
        """These runs are under way."""
        with self.transaction() as cursor:
            cursor.executemany("UPDATE run SET status = ?, attempts = attempts + 1 WHERE id = ?", ((RUNNING, i) for i in ids))

    def lose(self, ids: Sequence[int], reason: str) -> list[int]:
        """The worker of these runs was lost: they wait again, or have failed when that happened twice. Returns those that wait."""
        with self.transaction() as cursor:
            for i in ids:
                cursor.execute(
                    "UPDATE run SET status = CASE WHEN attempts < ? THEN ? ELSE ? END, reason = ? WHERE id = ?",
                    (ATTEMPTS, PENDING, FAILED, reason, i),
                )
            rows = [cursor.execute("SELECT status FROM run WHERE id = ?", (i,)).fetchone()[0] for i in ids]
        return [i for i, status in zip(ids, rows, strict=True) if status == PENDING]

    def put_back(self, ids: Sequence[int]) -> None:
        """These runs were interrupted by no fault of theirs (a stop): they wait, and the attempt does not count."""
        with self.transaction() as cursor:
            cursor.executemany("UPDATE run SET status = ?, attempts = max(attempts - 1, 0) WHERE id = ?", ((PENDING, i) for i in ids))

    def record(self, answers: Sequence[Answer]) -> None:
        """Write down what became of runs, all in one transaction."""
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

    # --- reading ----------------------------------------------------------------------------------------------------

    def outcomes(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """One row for every wanted run that ended well, by point and replication: run, point, replication, seed, seconds, outcomes."""
        import polars as pl

        return pl.concat(list(self.outcome_batches(columns)))

    def outcome_batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The same, some thousand rows at a time, so that memory stays flat; at least one frame."""
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
        """A hash of all results: of the content of every run, by its name; order, files and seconds do not matter."""
        digest = hashlib.sha256()
        for name, content in self.db.execute("SELECT name, content FROM run WHERE wanted = 1 AND status = ? ORDER BY name", (OK,)):
            digest.update(f"{name} {content}\n".encode())
        return digest.hexdigest()

    def run_seconds(self) -> float:
        """Seconds that all runs together took."""
        return float(self.db.execute("SELECT total(seconds) FROM run WHERE wanted = 1 AND status = ?", (OK,)).fetchone()[0])

    def seeds(self) -> list[int]:
        """Seeds of the replications, in their order."""
        rows = self.db.execute("SELECT DISTINCT replication, seed FROM run WHERE wanted = 1 ORDER BY replication")
        return [int(seed) for _, seed in rows]

    def unfinished(self) -> list[dict[str, Any]]:
        """Every wanted run that failed or took too long: name, point, replication, seed, status, reason, traceback."""
        keys = ("run", "point", "replication", "seed", "status", "attempts", "reason", "traceback")
        rows = self.db.execute(
            "SELECT name, point, replication, seed, status, attempts, reason, traceback FROM run "
            "WHERE wanted = 1 AND status IN (?, ?) ORDER BY point, replication",
            (FAILED, TIMED_OUT),
        )
        return [dict(zip(keys, row, strict=True)) | {"seed": int(row[3])} for row in rows]

    def tables(self, what: str, batch: int = 500) -> Iterator[pl.DataFrame]:
        """The tables of one kind of all runs that ended well, many runs in one frame, so that memory stays flat."""
        import io

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
        """Which tables there are."""
        select = "SELECT DISTINCT what FROM kept JOIN run ON kept.run = run.id WHERE run.wanted = 1 AND run.status = ? ORDER BY what"
        return [row[0] for row in self.db.execute(select, (OK,))]

    def find(self, text: str) -> dict[str, Any]:
        """One run, by its name or the beginning of it, or by "point.replication". BadInput when none or several fit."""
        keys = ("run", "point", "replication", "seed", "status", "code", "identity", "content", "reason")
        select = f"SELECT name, {', '.join(keys[1:])} FROM run WHERE "
        point, dot, replication = text.partition(".")
        if dot and point.isdecimal() and replication.isdecimal():
            rows = self.db.execute(select + "point = ? AND replication = ? AND wanted = 1", (int(point), int(replication))).fetchall()
        else:
            rows = self.db.execute(select + "substr(name, 1, ?) = ?", (len(text), text)).fetchall() if text else []
        if len(rows) != 1:
            found = "several fit" if rows else "none fits"
            raise BadInput(str(self.path), "run", text, f"the name of one run, enough of it to know which, or POINT.REPLICATION ({found})")
        return dict(zip(keys, rows[0], strict=True)) | {"seed": int(rows[0][3])}


def _locked(folder: Path) -> sqlite3.Connection:
    """Hold the folder; the lock ends with the process, however that ends. BadInput when another has it, or it cannot be written."""
    lock = None
    try:
        lock = sqlite3.connect(folder / LOCK, isolation_level=None, timeout=0.0)
        lock.execute("BEGIN EXCLUSIVE")
        lock.execute("CREATE TABLE IF NOT EXISTS held (by INTEGER)")
    except sqlite3.DatabaseError as error:
        if lock is not None:
            lock.close()
        allowed = "one process at a time; another is at work on it" if "locked" in str(error) else f"a folder that can be written ({error})"
        raise BadInput(str(folder), allowed=allowed) from error
    return lock


def at_work(folder: Path) -> bool:
    """Does a process hold the folder? Nothing is changed by asking."""
    try:
        lock = sqlite3.connect(f"{(folder / LOCK).resolve().as_uri()}?mode=ro", uri=True, timeout=0.0)
    except sqlite3.DatabaseError:
        return False
    try:
        lock.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return "locked" in str(error)
    finally:
        lock.close()
    return False
