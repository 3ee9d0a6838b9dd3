"""The tasks of a worker process; each depends only on its arguments."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from model.case.case import Case, checked, from_figures
from model.errors import BadInput
from viz.recording.recorder import Recorder, Side

if TYPE_CHECKING:
    import numpy as np

    from viz.export.html import PageHeader

LONGEST_COMPILING = 240.0  # seconds

_recorder = Recorder()


def begin(folder: str) -> None:
    """Initialise a worker: set the folder of states, and compile or load the rules before the first request."""
    from model import warm_up
    from model.engine import modules as engine

    _recorder.folder = Path(folder)
    if engine.is_compiled():
        warm_up.ensure_compiled()
        return
    with _alone(Path(folder) / "compiling"):  # a process that waited finds everything compiled
        warm_up.ensure_compiled(echo=lambda text: print(f"leefwereld: {text}", file=sys.stderr, flush=True))


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Hold a lock file; one older than `LONGEST_COMPILING` seconds is taken over."""
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LONGEST_COMPILING:
                    path.unlink()
            time.sleep(0.2)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def nothing() -> None:
    """Do nothing; its result shows that the worker is ready."""


def header(side: Side) -> bytes:
    """Return the packed constant data of runs of a case and seed."""
    return _recorder.header(side)


def chunk(side: Side, weeks: int, number: int) -> bytes:
    """Return one packed stretch of a side."""
    return _recorder.chunk(side, weeks, number)


def ties(side: Side, weeks: int, week: int, resident: int) -> list[list[float]]:
    """Return a resident's ties at the end of a week."""
    return _recorder.ties(side, weeks, week, resident)


def pair(sides: list[Side], weeks: int) -> np.ndarray:
    """Run every side of a view with common random numbers; return shape (sides, weeks, series)."""
    from viz.recording.pairs import live_pair

    return live_pair(sides, weeks)


def html(
    sides: list[Side], weeks: int, state: Mapping[str, object], choices: Mapping[str, object], lang: str,
    spread: Mapping[str, object] | None = None,
) -> bytes:  # fmt: skip
    """Return one HTML file that plays a view offline."""
    from viz.export.folder import recordings
    from viz.export.html import export
    from viz.recording.packets import header_in

    header: PageHeader = {**header_in(_recorder.header(sides[0])), "sides": state["sides"], "weeks": weeks}
    runs, ties = recordings(_recorder, sides, weeks)
    return export(header, runs, state, choices, ties, lang, spread).encode()


def neighbourhood(kind: str, data: bytes, area: str) -> Case | list[str]:
    """Return the case in an uploaded file, or the names of its areas. Raises BadInput."""
    return _scenario(data) if kind == "scenario" else _area(data, area)


def _scenario(data: bytes) -> Case:
    try:
        facts = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput("scenario", "file", None, f"valid TOML ({str(error)[:160]})") from None
    facts.setdefault("name", "scenario")
    return checked(facts, "scenario")


def _area(data: bytes, area: str) -> Case | list[str]:
    from model.case import cbs

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kwb.csv"
        path.write_bytes(data)
        try:
            found = cbs.areas(path)
            if area:
                word = area.split(" ", 1)[0]
                codes = {each.code for each in found}
                return from_figures(cbs.read_area(path, word if word in codes else area))
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), "CBS")) from None
    return [f"{each.code} {each.name} ({each.municipality})" for each in found]
