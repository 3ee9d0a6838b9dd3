"""The session of one tab: its latest request, what it was sent, and a thread that answers it, until the tab closes."""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Unpack, cast

import numpy as np

from model.case.case import Case
from model.errors import BadInput
from viz.recording import library
from viz.recording.pairs import attained, spread, wins
from viz.recording.recorder import Side
from viz.server import answers, wire
from viz.server.memory import Workers, in_words
from viz.server.requests import RequestedPairs, RequestedView

MOST_WAITING = 200  # messages of a page that are not dealt with yet; more are not heard
TELL_EVERY = 10  # pairs after which the spread so far is told

say = logging.getLogger("leefwereld")
Send = Callable[[answers.Answer, list[bytes]], None]


def _without_link(words: tuple[str, str]) -> dict[str, str]:
    """What was left out of a link, where it is plain that it is about the link."""
    return {lang: text.removeprefix("link: ") for lang, text in zip(("nl", "en"), words, strict=True)}


def _value(data: object, key: str) -> object:
    """What a message says under a key, before it is known what it is."""
    return cast("dict[str, object]", data).get(key) if isinstance(data, dict) else None


class Session:
    """A tab. `send(message, buffers)` reaches its page, and may raise once it is gone; `is_there()`: whether its page is connected."""

    def __init__(self, workers: Workers, send: Send, name: str = "", is_there: Callable[[], bool] = lambda: True) -> None:
        self.workers, self.send, self.is_there = workers, send, is_there
        self.inbox: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self.view: RequestedView | None = None
        self.pairs: RequestedPairs | None = None
        self.left_out: list[BadInput] = []  # of the link; told once the page shows something
        self.waiting = self.places = 0  # messages that are not dealt with; places in the row for the workers
        self.newest: object = None  # the last view that the page asked for
        self.lock = threading.Lock()  # of the places, and of what is asked for
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._live, name=f"leefwereld-tab-{name}", daemon=True)
        self.thread.start()

    # --- from the page ----------------------------------------------------------------------------------------------

    def hear(self, data: object, buffers: list[bytes]) -> None:
        """Queue a message of the page; this tab's thread handles messages in order."""
        if self.closed.is_set() or self.waiting >= MOST_WAITING:
            return
        if _value(data, "kind") == "view":
            self.newest = data
        self.waiting += 1
        self.inbox.put(partial(self._heard, data, buffers))

    def close(self) -> None:
        """Stop the thread and cancel the tab's pairs."""
        if not self.closed.is_set():
            self.closed.set()
            self._stop_pairs()
            self.inbox.put(None)

    def _live(self) -> None:
        while (act := self.inbox.get()) is not None and not self.closed.is_set():
            try:
                act()
            except Exception as error:  # the page closed meanwhile, or a bug: other tabs continue
                if not self.closed.is_set():
                    say.warning("a tab could not be answered: %s: %s", type(error).__name__, error)
        self.view = self.pairs = None

    def _then[Found, *Given](self, future: Future[Found], act: Callable[[Future[Found], *Given], object], *given: Unpack[Given]) -> None:
        """Call `act` with a worker's result in this tab's thread."""
        future.add_done_callback(lambda done: self.inbox.put(lambda: act(done, *given)))

    def _heard(self, data: object, buffers: list[bytes]) -> None:
        self.waiting -= 1
        if _value(data, "kind") == "view" and data is not self.newest:
            return  # another view was asked for meanwhile
        run = _value(data, "run")
        try:
            asked = wire.read_message(data)
            getattr(self, f"_{type(asked).__name__.lower()}")(asked, buffers)
        except BadInput as error:
            self._error(error, run if isinstance(run, int) else None)

    def _error(self, error: BaseException, run: int | None = None) -> None:
        nl, en = in_words(error)
        failed: answers.Failed = {"kind": "error", "text": {"nl": nl, "en": en}}
        self.send(failed if run is None else {**failed, "run": run}, [])

    def _ready(self, _: wire.Ready, __: list[bytes]) -> None:
        self.view = None  # a page that begins has nothing yet, or says what it has
        self._stop_pairs()

    # --- a run --------------------------------------------------------------------------------------------------------

    def _view(self, asked: wire.View, _: list[bytes]) -> None:
        """Send what this view is made of, except what the page has already."""
        sides = wire.sides_of(asked.state, library.case(asked.state.scenario))
        before, view = self.view, RequestedView(asked.run, asked.state, sides)
        if before is None:
            view.had(asked.has)
        elif not asked.fresh and before.continues(view):
            view.had([names[:count] for names, count in zip(before.names, before.sent, strict=True)])
        self.view = view
        if not self.workers.warm.done():
            text = {"nl": "De simulatie wordt klaargezet …", "en": "The simulation is being made ready …"}
            self.send({"kind": "wait", "run": asked.run, "text": text}, [])
        self._queue()

    def _queue(self) -> None:
        """Wait in the row for what is lacking. Places of an older view are kept: a hand that goes on moving does not fall behind."""
        with self.lock:
            more = len(self.view.open()) - self.places if self.view is not None else 0
            self.places += max(0, more)
        for _ in range(more):
            self.workers.turns.wait(self._turn)

    def _turn(self) -> Future[bytes] | None:
        """Our turn has come: ask for what is view by now. Called in any thread."""
        with self.lock:
            self.places -= 1
            view = self.view
            lacking = view.open() if view is not None and not self.closed.is_set() else []
            if view is None or not lacking:
                return None
            n = lacking[0]
            view.asked.add(n)
            number = view.sent[n] if n >= 0 else 0
        if n < 0:
            future = self.workers.header(view.sides[0])
            self._then(future, self._begin, view)
        else:
            future = self.workers.chunk(view.sides[n], view.weeks, number, view.names[n][number])
            self._then(future, self._stretch, view, n, number)
        return future

    def _begin(self, done: Future[bytes], view: RequestedView) -> None:
        """The header has come: send it with what this view calls its sides, and ask for what the page lacks."""
        if view is not self.view:
            return None
        if (error := done.exception()) is not None:
            return self._error(error, view.run)
        sides = [{"label": one.label, "regime": one.regime} for one in view.state.sides]
        begin: answers.Begin = {
            "kind": "header", "run": view.run, "packed": 1, "sides": [*sides], "weeks": view.weeks, "seed": view.state.seed,
        }  # fmt: skip
        self.send(begin, [done.result()])
        for n, count in enumerate(view.sent):
            kept = view.spans[count - 1][1] if count else 0
            self.send({"kind": "keep", "run": view.run, "side": n, "weeks": kept}, [])
        view.begun = True
        self._queue()
        for n in range(len(view.sides)):
            self._say_when_done(view, n)
        return None

    def _stretch(self, done: Future[bytes], view: RequestedView, n: int, number: int) -> None:
        """A stretch has come: send it, and ask for the next."""
        if view is not self.view:
            return
        if (error := done.exception()) is not None:
            self._error(error, view.run)
            return
        first, last = view.spans[number]
        chunk: answers.Chunk = {
            "kind": "chunk", "run": view.run, "side": n, "from": first, "count": last + 1 - first, "packed": 1,
            "name": view.names[n][number],
        }  # fmt: skip
        with self.lock:
            view.sent[n] = number + 1
            view.asked.discard(n)
        self._queue()  # before sending, which may take a while where the network is slow
        self.send(chunk, [done.result()])
        self._say_when_done(view, n)

    def _say_when_done(self, view: RequestedView, n: int) -> None:
        if view.sent[n] == len(view.spans):
            self.send({"kind": "done", "run": view.run, "side": n}, [])
        if self.left_out and any(view.sent):
            self.send({"kind": "left_out", "items": [_without_link(in_words(one)) for one in self.left_out]}, [])
            self.left_out.clear()

    # --- other requests -----------------------------------------------------------------------------------------------

    def _ties(self, asked: wire.Ties, _: list[bytes]) -> None:
        view = self.view
        if view is None or asked.run != view.run or asked.side >= len(view.sides):
            return
        if asked.week > view.weeks or asked.resident >= view.sides[0].case.residents:
            raise BadInput("ties", "week" if asked.week > view.weeks else "resident", None, "a week and a resident of this run")
        self._then(self.workers.ties(view.sides[asked.side], view.weeks, asked.week, asked.resident), self._known, asked)

    def _known(self, done: Future[list[list[float]]], asked: wire.Ties) -> None:
        if (error := done.exception()) is not None:
            self._error(error, asked.run)
            return
        about: answers.TiesOf = {
            "kind": "ties", "run": asked.run, "side": asked.side, "week": asked.week, "resident": asked.resident, "ties": done.result(),
        }  # fmt: skip
        self.send(about, [])

    def _load(self, asked: wire.Load, buffers: list[bytes]) -> None:
        data = bytes(buffers[0]) if buffers else b""
        if not 0 < len(data) <= wire.MOST_FILE:
            raise BadInput("file", allowed=f"1 byte to {wire.MOST_FILE >> 20} MB")
        if asked.file == "scenario" and not asked.name.lower().endswith(".toml"):
            raise BadInput("file", "name", asked.name[:80], "a scenario as a .toml file; rules in Python are for the command line only")
        self._then(self.workers.neighbourhood(asked.file, data, asked.area), self._loaded)

    def _loaded(self, done: Future[Case | list[str]]) -> None:
        if (error := done.exception()) is not None:
            return self._error(error)
        found = done.result()
        if isinstance(found, list):
            self.send({"kind": "areas", "areas": found}, [])
            return None
        try:
            self.send({"kind": "loaded", "scenario": library.told(library.keep(found), found)}, [])
        except BadInput as refused:
            self._error(refused)
        return None

    def _html(self, asked: wire.Html, _: list[bytes]) -> None:
        """Make one file of a view, to keep and to play without a server."""
        state = wire.read_state(json.dumps(asked.state))[0]
        sides = wire.sides_of(state, library.case(state.scenario))
        work = sides[0].case.residents * state.weeks * len(sides)
        if work > wire.MOST_IN_FILE:
            raise BadInput("file", allowed=f"at most {wire.MOST_IN_FILE // (work // state.weeks)} weeks for so many residents")
        shown = {"scenarios": [library.told(state.scenario, sides[0].case)]}
        spread = asked.spread.model_dump() if asked.spread is not None else None
        answer: answers.File = {"kind": "file", "name": f"leefwereld-{state.scenario}.html", "mime": "text/html"}
        self._then(self.workers.html(sides, state.weeks, state.data, shown, asked.lang, spread), self._file, answer)

    def _file(self, done: Future[bytes], answer: answers.File) -> None:
        if (error := done.exception()) is not None:
            self._error(error)
        else:
            self.send(answer, [done.result()])

    # --- pairs --------------------------------------------------------------------------------------------------------

    def _pairs(self, asked: wire.Pairs, _: list[bytes]) -> None:
        """Run the view with many seeds, at lower priority than clicks."""
        self._stop_pairs()
        state = asked.state
        sides = wire.sides_of(state, library.case(state.scenario))
        work = sides[0].case.residents * (state.weeks * (len(sides) + 1) + sides[0].case.burn_in)
        if work * asked.pairs > wire.MOST_WORK:
            raise BadInput("pairs", "pairs", asked.pairs, f"at most {wire.MOST_WORK // work} for so many residents and weeks")
        self.pairs = pairs = RequestedPairs(asked.run, state.weeks, asked.pairs, sides[0].case)
        for n in range(asked.pairs):
            other = [Side(one.case, state.seed + n, one.practices, one.events) for one in sides]
            future = self.workers.pair(other, state.weeks)
            pairs.waiting.append(future)
            self._then(future, self._pair, pairs)

    def _pair(self, done: Future[np.ndarray], pairs: RequestedPairs) -> None:
        if pairs is not self.pairs or done.cancelled():
            return None
        if (error := done.exception()) is not None:
            self._error(error, pairs.run)
            return self._stop_pairs()
        pairs.found.append(done.result())
        count = len(pairs.found)
        message: answers.PairsDone = {"kind": "pairs", "run": pairs.run, "done": count, "of": pairs.of}
        if count == pairs.of or count % TELL_EVERY == 0:
            runs = np.array(pairs.found)
            message["spread"] = {**spread(runs), "wins": wins(runs), "reach": attained(pairs.case, pairs.weeks)}
        self.send(message, [])
        return None

    def _halt(self, _: wire.Halt, __: list[bytes]) -> None:
        self._stop_pairs()

    def _stop_pairs(self) -> None:
        pairs, self.pairs = self.pairs, None
        for future in pairs.waiting if pairs else ():
            future.cancel()
