"""The file of a ledger: opened for one writer or for readers, locked, and written in transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
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
CREATE INDEX run_place ON run (wanted, status, point, replication); -- so that nothing is sorted in a temporary file
CREATE TABLE kept (run INTEGER NOT NULL, what TEXT NOT NULL, frame BLOB NOT NULL, PRIMARY KEY (run, what)) WITHOUT ROWID;
"""


class LedgerFile:
    """The open file. Use as a context: a folder that is open for writing is locked against a second process.

    new: make it. reading: change nothing, lock nothing. Raises BadInput when it is not there, is held, or cannot be used.
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
                self.db.execute("PRAGMA journal_mode=WAL")  # readers may look on while runs come in
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
