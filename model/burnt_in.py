"""The end of a burn-in, kept in the user's cache: the same case, seed, rules and code need not live it twice.

A file is named by everything that determines it, and begins with a hash of its content: one that is cut off, altered or of another
version is ignored, and made again. It is written beside and put in place in one step, so two processes may write at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from model import identity
from model.engine import modules as engine

if TYPE_CHECKING:
    from model.state.kept import Checkpoint
    from model.state.world import World

VERSION = 1  # of the file
MOST = 1_000_000_000  # bytes of all files together; the ones not used for longest go first
WORTH = 100_000  # resident-weeks from which it is worth keeping: some tenths of a second
UNTOLD = {"title", "text", "watch", "question", "notes", "sources", "checks", "name", "weeks"}  # of a case: they change no week


class Start(Protocol):
    """A neighbourhood before its burn-in."""

    world: World

    def checkpoint(self) -> Checkpoint:
        """Return its state."""
        ...

    def restore(self, saved: Checkpoint) -> None:
        """Return to a state."""
        ...


def fetch_or_live(place: Start, live: Callable[[], None]) -> None:
    """Bring a neighbourhood to the end of its burn-in: from the cache, else by `live`, after which it is kept."""
    world = place.world
    if world.case.burn_in * world.case.residents < WORTH or os.environ.get("LEEFWERELD_BURN_INS") == "0":
        live()
        return
    path, before = kept_at(place), place.checkpoint()
    chosen, planned, changes = world.chosen, world.planned, world.changes
    saved = read(path)
    if saved is not None:
        try:
            place.restore(saved)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError):  # of another make, though its name denies it
            place.restore(before)
            saved = None
        world.chosen, world.planned, world.changes = chosen, planned, changes
    if saved is None:
        live()
        write(path, place.checkpoint())


def kept_at(place: Start) -> Path:
    """Return the file of a burn-in; its name holds a hash of code, compiler and machine, case, seed and rules."""
    world = place.world
    facts = [
        VERSION, identity.code_hash(), engine.source_file(world.rules or {}).parent.name,
        world.case.model_dump(mode="json", exclude=UNTOLD), world.seed,
    ]  # fmt: skip
    return folder() / hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def folder() -> Path:
    """Return where burn-ins are kept."""
    return engine.cache_root() / "burn-ins"


def read(path: Path) -> Checkpoint | None:
    """Return the state in a file; None when there is none, or when it is not what was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[32:]).digest() != data[:32]:  # nothing is unpacked that was not written whole
        return None
    with suppress(OSError):
        os.utime(path)
    try:
        return cast("Checkpoint", pickle.loads(zlib.decompress(data[32:])))
    except (zlib.error, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, ValueError):
        return None


def write(path: Path, state: Checkpoint) -> None:
    """Keep a state, completely or not at all; what was not used for longest makes room. Errors only cost time later."""
    packed = zlib.compress(pickle.dumps(state, protocol=pickle.HIGHEST_PROTOCOL), 1)
    if len(packed) > MOST // 4:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(packed).digest() + packed)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        make_room(path.parent)


def make_room(place: Path, most: int | None = None) -> None:
    """Delete the files that were not used for longest until the rest takes at most `most` bytes (default: MOST)."""
    found: list[tuple[float, int, Path]] = []
    for path in place.iterdir():
        with suppress(OSError):  # another process deleted it
            about = path.stat()
            found.append((about.st_mtime, about.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= (MOST if most is None else most):
            return
        with suppress(OSError):
            path.unlink()
        total -= size
