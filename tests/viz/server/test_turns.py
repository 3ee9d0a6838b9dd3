"""Of quick wishes only those are lived whose turn comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from tests.viz.server.pages import PATIENCE, Tab, state
from viz.server.turns import Turns


class Slow:
    """Workers that do one thing at a time, and only when told: what was asked of them, and its answer."""

    def __init__(self) -> None:
        self.turns = Turns(1)
        self.asked: list[tuple[Any, int]] = []
        self.answers: list[Future[bytes]] = []
        self.warm: Future[None] = Future()
        self.warm.set_result(None)

    def header(self, side: Any) -> Future[bytes]:
        ready: Future[bytes] = Future()
        ready.set_result(b"header")
        return ready

    def chunk(self, side: Any, weeks: int, number: int, name: str) -> Future[bytes]:
        self.asked.append((side.practices.presence, number))
        self.answers.append(Future())
        return self.answers[-1]


def test_of_a_hundred_moves_of_a_slider_only_those_are_lived_whose_turn_comes():
    slow = Slow()
    tab = Tab(slow)  # type: ignore[arg-type]
    for run in range(1, 121):
        tab.ask("view", run=run, state=state({"regime": "leapfrog", "practices": {"presence": run / 200}}, seed=5, weeks=24))
        tab.wait(
            lambda run=run: tab.session.view and tab.session.view.run == run
        )  # each move is heard by itself, as the moves of a hand are
    assert [presence for presence, _ in slow.asked] == [1 / 200]  # somebody is at the first; the others wait in one place
    slow.answers[0].set_result(b"first")
    tab.wait(lambda: len(slow.asked) == 2)
    assert slow.asked[1] == (120 / 200, 0)
    slow.answers[1].set_result(b"last")
    tab.wait(lambda: len(slow.asked) == 3)
    slow.answers[2].set_result(b"last")
    tab.wait(lambda: tab.of("done", 120))
    assert [(m["run"], m["from"]) for m in tab.of("chunk")] == [(120, 1), (120, 13)]
    tab.session.close()


def test_moves_that_come_faster_than_they_are_heard_count_as_one():
    slow = Slow()
    tab = Tab(slow)  # type: ignore[arg-type]
    hold = threading.Event()
    tab.session.inbox.put(lambda: hold.wait(PATIENCE))
    for run in range(1, 121):
        tab.ask("view", run=run, state=state({"regime": "leapfrog", "practices": {"presence": run / 200}}, seed=5, weeks=24))
    hold.set()
    tab.wait(lambda: tab.of("header", 120))
    heard = [message["run"] for message in tab.of("header")]
    assert heard == [120]
    tab.session.close()


def test_those_who_wait_take_turns_and_a_place_is_kept_by_who_wants_something_else():
    turns, served, running = Turns(1), [], []

    def asks(name: str) -> Callable[[], Future[Any]]:
        def ask() -> Future[Any]:
            served.append(wish.get(name, name))
            running.append(Future())
            return running[-1]

        return ask

    wish: dict[str, str] = {}
    for name in ("a", "b", "c"):
        turns.wait(asks(name))
    wish["b"] = "something else"
    turns.wait(lambda: served.append("nothing"))  # type: ignore[arg-type,return-value]
    turns.wait(asks("d"))
    for n in range(4):
        running[n].set_result(None)
    assert served == ["a", "something else", "c", "nothing", "d"]
