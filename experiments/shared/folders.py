"""Result folders: written completely or not at all, with a manifest."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeGuard

from experiments.shared.manifest import Manifest, Surroundings
from model.errors import BadInput

MANIFEST = "manifest.json"
PACKAGES = ("mesa", "numpy", "numba", "scipy", "polars", "pydantic", "matplotlib")


def surroundings() -> Surroundings:
    """Return package versions, code hash and machine, for a manifest."""
    from model.identity import code_hash

    return {
        "code_hash": code_hash(),
        "packages": {name: _version(name) for name in ("leefwereld", *PACKAGES)},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
    }


def check_target(folder: Path) -> None:
    """Raise BadInput unless results can be written here: a new or empty folder, or an earlier result."""
    try:
        folder = folder.resolve()
        if folder.exists() and not folder.is_dir():
            raise BadInput("--out", "folder", str(folder), "allowed: the name of a folder; this is a file")
        if folder.is_dir() and any(folder.iterdir()) and read_manifest(folder) is None:
            raise BadInput("--out", "folder", str(folder), "a new, empty or earlier result folder; this holds other things")
        trial = next(parent for parent in folder.parents if parent.exists()) / f".{folder.name}.trial-{os.getpid()}"
        trial.mkdir()  # the only way to test write access
        trial.rmdir()
    except OSError as error:
        raise BadInput("--out", "folder", str(folder), f"a place that can be written ({error.strerror})") from error


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of an earlier result, or None."""
    try:
        facts: object = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if _is_ours(facts) else None


def _is_ours(facts: object) -> TypeGuard[Manifest]:
    match facts:
        case {"kind": str(kind)}:
            return kind.startswith("leefwereld")
        case _:
            return False


@contextmanager
def new_folder(target: Path) -> Generator[Path]:
    """Yield a temporary folder; it replaces `target` if the block succeeds, and is deleted otherwise. Raises BadInput."""
    target = target.resolve()
    fresh = target.parent / f".{target.name}.partial-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir()
        yield fresh
        for path in [*sorted(fresh.iterdir()), fresh]:
            _sync(path)
        _take_name(fresh, target)
    except OSError as error:
        raise BadInput(str(target), allowed=f"a place that can be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _take_name(fresh: Path, target: Path) -> None:
    """Rename `fresh` to `target`, then delete the old folder."""
    old = fresh.with_name(fresh.name.replace(".partial-", ".old-"))
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Flush a file or folder to disk. Windows cannot sync a folder, nor a file opened for reading."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: object) -> None:
    """Write indented JSON, UTF-8, without NaN."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
