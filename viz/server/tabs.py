"""The open tabs: as many as the machine can serve."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

from model.errors import BadInput
from viz.server.memory import Workers
from viz.server.sessions import Send, Session

MOST_TABS = 64  # whose page is connected
MOST_HELD = 256  # with those whose page is not: asleep, or gone without a word


class OpenTabs:
    """Lets tabs in, as many as the machine can serve. Those whose page has gone, and that are about to close, do not count."""

    def __init__(self) -> None:
        self.open: dict[int, Session] = {}
        self.lock = threading.Lock()
        self.count = itertools.count(1)

    def enter(self, workers: Workers, send: Send, is_there: Callable[[], bool] = lambda: True) -> Session:
        """Return a session for a tab that opens. BadInput when there are too many."""
        with self.lock:
            there = sum(each.is_there() for each in self.open.values())
            if there >= MOST_TABS or len(self.open) >= MOST_HELD:
                raise BadInput("app", "tabs", there, f"at most {MOST_TABS} at once; close one and try again")
            number = next(self.count)
            self.open[number] = session = Session(workers, send, str(number), is_there)
        return session

    def leave(self, session: Session) -> None:
        """Close the session of a tab and remove it."""
        session.close()
        with self.lock:
            self.open = {number: each for number, each in self.open.items() if each is not session}
