"""Handle SIGINT (Ctrl-C) and SIGTERM at safe moments."""

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
    """Context manager that defers a signal to stop until `check` is called or the block ends.

    An exception between two arbitrary bytecodes can leave libraries in an inconsistent state, or be lost in one of them. Only the
    main thread receives signals; in others this does nothing. patient: False lets a second signal stop at once, wherever that is.
    Raises KeyboardInterrupt (SIGINT) or SystemExit(143) (SIGTERM).
    """

    def __init__(self, *, patient: bool = True) -> None:
        self.patient = patient
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
        again, self.asked = self.asked is not None, sign
        if again and not self.patient:
            self.check()

    def check(self) -> None:
        """Raise the deferred KeyboardInterrupt or SystemExit, if any."""
        asked, self.asked = self.asked, None
        if asked is not None:
            sys.unraisablehook = _without_messages(sys.unraisablehook)
        if asked == signal.SIGINT:
            raise KeyboardInterrupt
        if asked is not None:
            raise SystemExit(143)


def _without_messages(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return a hook that ignores the remains of a message to a worker that was killed."""

    def tell(unraisable: Any) -> None:
        if not (isinstance(unraisable.object, io.BytesIO) and isinstance(unraisable.exc_value, BufferError)):
            hook(unraisable)

    return tell


def ignore_ctrl_c() -> None:
    """In a worker: ignore Ctrl-C, which a terminal sends to all processes; the parent ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_with_parent() -> None:
    """In a worker: exit as soon as the parent process ends, even in the middle of a run."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: also works within compiled code
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
