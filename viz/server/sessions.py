"""The session of one tab: its latest request, what it was sent, and a thread that answers it, until the tab closes."""

from __future__ import annotations

import itertools
import json
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import numpy as np

from model.errors import BadInput
from viz.recording import library
from viz.recording.pairs import spread, wins
from viz.recording.recorder import Side, stretches
from viz.server import wire
from viz.server.memory import Workers, in_words

MOST_TABS = 64
MOST_WAITING = 200  # unhandled messages of a page; more are dropped
TELL_EVERY = 10  # number of pairs between updates of the spread

say = logging.getLogger("leefwereld")
Send = Callable[[Mapping[str, object], list[bytes]], None]


class RequestedView:
    """The view a tab requested: its sides, and how much of each was sent."""

    def __init__(self, run: int, state: wire.State, sides: list[Side]) -> None:
        self.run, self.state, self.sides, self.weeks = run, state, sides, state.weeks
        self.spans = stretches(state.weeks)
        self.names = [side.names(state.weeks) for side in sides]
        self.sent = [0] * len(sides)  # number of stretches of each side sent to the page
        self.begun = False

    def continues(self, other: RequestedView) -> bool:
        """Return whether a page that shows this view can keep the stretches it shares with `other`."""
        alike = self.sides[0].start == other.sides[0].start and self.state.scenario == other.state.scenario
        return self.begun and alike and self.weeks == other.weeks and len(self.sides) == len(other.sides)


class RequestedPairs:
    """The paired runs a tab requested, and those that are done."""

    def __init__(self, run: int, weeks: int, of: int) -> None:
        self.run, self.weeks, self.of = run, weeks, of
        self.found: list[np.ndarray] = []
        self.waiting: list[Future[Any]] = []
        self.failed = 0


class Session:
    """The session of a tab. `send(message, buffers)` sends to its page; `push(state)` sets its address; both may raise after it closed."""

    def __init__(self, workers: Workers, send: Send, push: Callable[[Mapping[str, object]], None], name: str = "") -> None:
        self.workers, self.send, self.push = workers, send, push
        self.inbox: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]] | None] = queue.SimpleQueue()
        self.view: RequestedView | None = None
        self.pairs: RequestedPairs | None = None
        self.notice: BadInput | None = None  # sent once the page shows something
        self.waiting = 0
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._live, name=f"leefwereld-tab-{name}", daemon=True)
        self.thread.start()

    # --- from the page ----------------------------------------------------------------------------------------------

    def hear(self, data: object, buffers: list[bytes]) -> None:
        """Queue a message of the page; this tab's thread handles messages in order."""
        if self.closed.is_set() or self.waiting >= MOST_WAITING:
            return
        self.waiting += 1
        self.inbox.put((self._heard, (data, buffers)))

    def close(self) -> None:
        """Stop the thread and cancel the tab's pairs."""
        if not self.closed.is_set():
            self.closed.set()
            self._stop_pairs()
            self.inbox.put(None)

    def _live(self) -> None:
        while (item := self.inbox.get()) is not None and not self.closed.is_set():
            act, given = item
            try:
                act(*given)
            except Exception as error:  # the page closed meanwhile, or a bug: other tabs continue
                if not self.closed.is_set():
                    say.warning("a tab could not be answered: %s: %s", type(error).__name__, error)
        self.view = self.pairs = None

    def _then(self, future: Future[Any], act: Callable[..., None], *given: Any) -> None:
        """Call `act` with a worker's result in this tab's thread."""
        future.add_done_callback(lambda done: self.inbox.put((act, (done, *given))))

    def _heard(self, data: object, buffers: list[bytes]) -> None:
        self.waiting -= 1
        run = data.get("run") if isinstance(data, dict) else None
        try:
            asked = wire.read_message(data)
            getattr(self, f"_{type(asked).__name__.lower()}")(asked, buffers)
        except BadInput as error:
            self._error(error, run if isinstance(run, int) else None)

    def _error(self, error: BaseException, run: int | None = None) -> None:
        nl, en = in_words(error)
        self.send({"kind": "error", **({} if run is None else {"run": run}), "text": {"nl": nl, "en": en}}, [])

    def _ready(self, _: wire.Ready, __: list[bytes]) -> None:
        self.view = None  # a new page has received nothing yet
        self._stop_pairs()

    def _link(self, asked: wire.Link, _: list[bytes]) -> None:
        wire.link(asked.state)
        self.push(asked.state)

    # --- a run --------------------------------------------------------------------------------------------------------

    def _view(self, asked: wire.View, _: list[bytes]) -> None:
        """Send the data of a view, except what the page already has."""
        sides = wire.sides_of(asked.state, library.case(asked.state.scenario))
        before, view = self.view, RequestedView(asked.run, asked.state, sides)
        if before is not None and not asked.fresh and before.continues(view):
            for n, names in enumerate(view.names):
                pairs = zip(names, before.names[n][: before.sent[n]], strict=False)
                view.sent[n] = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        self.view = view
        if not self.workers.warm.done():
            text = {"nl": "De simulatie wordt klaargezet …", "en": "The simulation is being made ready …"}
            self.send({"kind": "wait", "run": asked.run, "text": text}, [])
        self._then(self.workers.header(sides[0]), self._begin, view)

    def _begin(self, done: Future[bytes], view: RequestedView) -> None:
        """Send the header with the labels of the sides, and request the first stretches."""
        if view is not self.view:
            return None
        if (error := done.exception()) is not None:
            return self._error(error, view.run)
        sides = [{"label": one.label, "regime": one.regime} for one in view.state.sides]
        message = {"kind": "header", "run": view.run, "packed": 1, "sides": sides, "weeks": view.weeks, "seed": view.state.seed}
        self.send(message, [done.result()])
        view.begun = True
        for n, count in enumerate(view.sent):
            kept = view.spans[count - 1][1] if count else 0
            self.send({"kind": "keep", "run": view.run, "side": n, "weeks": kept}, [])
        for n in range(len(view.sides)):
            self._ask(view, n)
        return None

    def _ask(self, view: RequestedView, n: int) -> None:
        number = view.sent[n]
        if number < len(view.spans):
            self._then(self.workers.chunk(view.sides[n], view.weeks, number), self._stretch, view, n, number)
        else:
            self.send({"kind": "done", "run": view.run, "side": n}, [])

    def _stretch(self, done: Future[bytes], view: RequestedView, n: int, number: int) -> None:
        """Send a stretch, and request the next."""
        if view is not self.view:
            return
        if (error := done.exception()) is not None:
            self._error(error, view.run)
            return
        first, last = view.spans[number]
        message = {"kind": "chunk", "run": view.run, "side": n, "from": first, "count": last + 1 - first, "packed": 1}
        view.sent[n] = number + 1
        last_one = view.sent[n] == len(view.spans)
        if not last_one:
            self._ask(view, n)  # before sending, which can take time on a slow network
        self.send(message, [done.result()])
        if last_one:
            self._ask(view, n)
        if self.notice is not None:
            self._error(self.notice)
            self.notice = None

    # --- other requests -----------------------------------------------------------------------------------------------

    def _ties(self, asked: wire.Ties, _: list[bytes]) -> None:
        view = self.view
        if view is None or asked.run != view.run or asked.side >= len(view.sides):
            return
        if asked.week > view.weeks or asked.resident >= view.sides[0].case.residents:
            raise BadInput("ties", "week" if asked.week > view.weeks else "resident", None, "a week and a resident of this run")
        answer = {"kind": "ties", "run": asked.run, "side": asked.side, "week": asked.week, "resident": asked.resident}
        self._then(self.workers.ties(view.sides[asked.side], view.weeks, asked.week, asked.resident), self._answer, answer, "ties")

    def _answer(self, done: Future[Any], answer: dict[str, Any], key: str) -> None:
        if (error := done.exception()) is not None:
            self._error(error, answer.get("run"))
        else:
            self.send(answer | {key: done.result()}, [])

    def _load(self, asked: wire.Load, buffers: list[bytes]) -> None:
        data = bytes(buffers[0]) if buffers else b""
        if not 0 < len(data) <= wire.MOST_FILE:
            raise BadInput("file", allowed=f"1 byte to {wire.MOST_FILE >> 20} MB")
        if asked.file == "scenario" and not asked.name.lower().endswith(".toml"):
            raise BadInput("file", "name", asked.name[:80], "a scenario as a .toml file; rules in Python are for the command line only")
        self._then(self.workers.neighbourhood(asked.file, data, asked.area), self._loaded)

    def _loaded(self, done: Future[Any]) -> None:
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
        """Make one HTML file of a view that plays without a server."""
        state, data = wire.read_state(json.dumps(asked.state))
        sides = wire.sides_of(state, library.case(state.scenario))
        work = sides[0].case.residents * state.weeks * len(sides)
        if work > wire.MOST_IN_FILE:
            raise BadInput("file", allowed=f"at most {wire.MOST_IN_FILE // (work // state.weeks)} weeks for so many residents")
        shown = {"scenarios": [library.told(state.scenario, sides[0].case)]}
        answer = {"kind": "file", "name": f"leefwereld-{state.scenario}.html", "mime": "text/html"}
        self._then(self.workers.html(sides, state.weeks, data, shown, asked.lang), self._file, answer)

    def _file(self, done: Future[bytes], answer: dict[str, Any]) -> None:
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
        work = sides[0].case.residents * (state.weeks * len(sides) + sides[0].case.burn_in)
        if work * asked.pairs > wire.MOST_WORK:
            raise BadInput("pairs", "pairs", asked.pairs, f"at most {wire.MOST_WORK // work} for so many residents and weeks")
        self.pairs = pairs = RequestedPairs(asked.run, state.weeks, asked.pairs)
        for n in range(asked.pairs):
            other = [Side(one.case, state.seed + n, one.practices, one.events) for one in sides]
            future = self.workers.pair(other, state.weeks)
            pairs.waiting.append(future)
            self._then(future, self._pair, pairs)

    def _pair(self, done: Future[Any], pairs: RequestedPairs) -> None:
        if pairs is not self.pairs or done.cancelled():
            return None
        if (error := done.exception()) is not None:
            self._error(error, pairs.run)
            return self._stop_pairs()
        pairs.found.append(done.result())
        count = len(pairs.found)
        message: dict[str, object] = {"kind": "pairs", "run": pairs.run, "done": len(pairs.found), "of": pairs.of}
        if count == pairs.of or count % TELL_EVERY == 0:
            runs = np.array(pairs.found)
            message["spread"] = {**spread(runs), "wins": wins(runs)}
        self.send(message, [])
        return None

    def _halt(self, _: wire.Halt, __: list[bytes]) -> None:
        self._stop_pairs()

    def _stop_pairs(self) -> None:
        pairs, self.pairs = self.pairs, None
        for future in pairs.waiting if pairs else ():
            future.cancel()


class OpenTabs:
    """The open tabs, at most `MOST_TABS`."""

    def __init__(self) -> None:
        self.open: dict[int, Session] = {}
        self.lock = threading.Lock()
        self.count = itertools.count(1)

    def enter(self, workers: Workers, send: Send, push: Callable[[Mapping[str, object]], None]) -> Session:
        """Return a session for a new tab. Raises BadInput if there are too many."""
        with self.lock:
            if len(self.open) >= MOST_TABS:
                raise BadInput("app", "tabs", len(self.open), f"at most {MOST_TABS} at once; close one and try again")
            number = next(self.count)
            self.open[number] = session = Session(workers, send, push, str(number))
        return session

    def leave(self, session: Session) -> None:
        """Close the session of a tab and remove it."""
        session.close()
        with self.lock:
            self.open = {number: each for number, each in self.open.items() if each is not session}
