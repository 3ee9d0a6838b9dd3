"""The file of a ledger: opened for one writer or for readers, with a lock and transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from model.errors import BadInput

FILE, LOCK = "runs.sqlite", "runs.lock"

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
CREATE INDEX run_place ON run (wanted, status, point, replication); -- avoids sorting in a temporary file
CREATE TABLE kept (run INTEGER NOT NULL, what TEXT NOT NULL, frame BLOB NOT NULL, PRIMARY KEY (run, what)) WITHOUT ROWID;
"""


class LedgerFile:
    """The open file, as a context manager; opening for writing locks the folder against other processes.

    new: create it. reading: read only, without lock. Raises BadInput if it does not exist, is locked, or cannot be used.
    """

    def __init__(self, folder: Path, *, new: bool = False, reading: bool = False) -> None:
        self.path = folder / FILE
        if not new and not self.path.is_file():
            raise BadInput(str(folder), allowed=f"allowed: the folder of a study, with its {FILE}")
        self._lock = None if reading else _locked(folder)
        self._db: sqlite3.Connection | None = None
        try:
            if reading:
                self._db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=10.0)
            else:
                self._db = sqlite3.connect(self.path, isolation_level=None, timeout=10.0)
                self.db.execute("PRAGMA journal_mode=WAL")  # allows reading while runs are written
                self.db.execute("PRAGMA synchronous=FULL")
            if new:
                self.db.executescript(f"BEGIN;{_TABLES}COMMIT;")
            self.names: list[str] = json.loads(self.meta("outcomes", "[]"))
        except (sqlite3.DatabaseError, ValueError) as error:
            self.close()
            raise BadInput(str(self.path), allowed=f"{'room to write' if new else 'a ledger that can be used'} ({error})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):  # reading can also need disk space
            raise BadInput(str(self.path), allowed=f"a ledger and a disk that can be used; what finished is kept ({error})") from error

    @property
    def db(self) -> sqlite3.Connection:
        """The open database."""
        assert self._db is not None
        return self._db

    def close(self) -> None:
        """Close the file and release the lock; all data are then in one file."""
        for connection, held in ((self._db, self._lock is not None), (self._lock, False)):
            if connection is None:
                continue
            if held:
                with suppress(sqlite3.DatabaseError):  # another process still reads
                    connection.execute("PRAGMA journal_mode=DELETE")
            connection.close()

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Cursor]:
        """Run a transaction; a nested one joins the outer. Raises BadInput if it cannot be written, e.g. disk full; earlier data stay."""
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
        """Return a fact about the study."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def set_meta(self, **facts: str) -> None:
        """Write facts about the study."""
        with self.transaction() as cursor:
            cursor.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
        self.names = json.loads(self.meta("outcomes", "[]"))


def _locked(folder: Path) -> sqlite3.Connection:
    """Lock the folder until the process ends. Raises BadInput if another process holds it, or it is not writable."""
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
    """Return whether a process holds the folder's lock; changes nothing."""
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
