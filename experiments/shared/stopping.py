"""Stopping with Ctrl-C or a request to end, at a moment when nothing is half-done."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from types import FrameType
from typing import Any

ASKED = [signal.SIGINT, signal.SIGTERM]


class Stop:
    """As a context: a signal to stop is remembered, and raised where `check` is called or at the end of the block.

    An exception that breaks in between two bytecodes leaves libraries in states that they report later. Only the main
    thread can hear signals; elsewhere nothing happens. Raises KeyboardInterrupt, or SystemExit(143) when asked to end.
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            self._before = {sign: signal.signal(sign, self._hear) for sign in ASKED}
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for sign, before in self._before.items():
            signal.signal(sign, before)
        if kind is None:
            self.check()

    def _hear(self, sign: int, _frame: FrameType | None) -> None:
        self.asked = sign

    def check(self) -> None:
        """Raise what was asked for, if anything was."""
        asked, self.asked = self.asked, None
        if asked is not None:
            sys.unraisablehook = _without_messages(sys.unraisablehook)
        if asked == signal.SIGINT:
            raise KeyboardInterrupt
        if asked is not None:
            raise SystemExit(143)


def _without_messages(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """A hook that passes over what is left of a message that was on its way to a worker when that was ended."""

    def tell(unraisable: Any) -> None:
        if not (isinstance(unraisable.object, io.BytesIO) and isinstance(unraisable.exc_value, BufferError)):
            hook(unraisable)

    return tell


def deaf() -> None:
    """In a worker: the parent alone hears Ctrl-C, which a terminal sends to all; it ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_with_parent() -> None:
    """In a worker: end at once when the parent is gone, however it went; nobody else would end a run that hangs."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: heard even within compiled code
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
