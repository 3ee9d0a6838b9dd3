"""Reading TOML files, and writing files completely or not at all."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from model.errors import BadInput

FOR_ALL, FOR_OWNER = 0o644, 0o600  # file modes


@contextmanager
def replacing(path: Path, mode: int = FOR_OWNER) -> Generator[Path]:
    """Yield an empty temporary file beside `path` (creating the folder); it replaces `path` if the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
        fresh.chmod(mode)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def put(path: Path, text: str) -> Path:
    """Write a text completely or not at all, readable for all users; return the path. Raises BadInput if it cannot be written."""
    try:
        with replacing(path, FOR_ALL) as fresh:
            fresh.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(str(path), "file", None, f"a place that can be written ({error.strerror})") from None
    return path


def read_toml(path: Path, called: str = "") -> dict[str, object]:
    """Return the content of a TOML file. Raises BadInput if it cannot be read; `called`: its name in the message."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a byte order mark in front
    except OSError as error:
        raise BadInput(called or str(path), "file", None, f"a readable TOML file ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(called or str(path), "file", None, f"valid TOML ({str(error)[:200]})") from None
