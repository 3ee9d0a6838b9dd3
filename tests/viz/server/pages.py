"""What tests of sessions share: a page without a browser, and what it asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from viz.server.memory import Workers
from viz.server.sessions import Session

PATIENCE = 300.0  # a ceiling: on a busy machine new worker processes take long to begin
WEEKS = 40


class Tab:
    """A page without a browser: it keeps what it is sent."""

    def __init__(self, workers: Workers) -> None:
        self.got: list[tuple[Mapping[str, Any], list[bytes]]] = []
        self.session = Session(workers, lambda message, buffers: self.got.append((message, buffers)))

    def ask(self, kind: str, buffers: tuple[bytes, ...] = (), **given: Any) -> None:
        self.session.hear({"kind": kind, **given}, list(buffers))

    def wait(self, enough: Callable[[], Any]) -> Any:
        """Wait until it has come."""
        deadline = time.monotonic() + PATIENCE
        while not (found := enough()):
            assert time.monotonic() < deadline, self.got[-3:]
            time.sleep(0.005)
        return found

    def of(self, kind: str, run: int | None = None) -> list[Mapping[str, Any]]:
        return [message for message, _ in list(self.got) if message["kind"] == kind and run in (None, message.get("run"))]

    def view(self, run: int, state: dict[str, Any]) -> list[tuple[int, int]]:
        """Ask for a run and wait for all of it; returns side and first week of every stretch that was sent."""
        self.ask("view", run=run, state=state)
        self.wait(lambda: len(self.of("done", run)) == len(state["sides"]))
        return sorted((message["side"], message["from"]) for message in self.of("chunk", run))


def state(*sides: dict[str, Any], seed: int = 11, weeks: int = WEEKS) -> dict[str, Any]:
    return {"scenario": "default", "seed": seed, "weeks": weeks, "sides": list(sides)}


DOWN, LEAP = {"regime": "top_down"}, {"regime": "leapfrog"}
