"""Ctrl-C is heard where the work can be left, and once."""

from __future__ import annotations

import os
import signal

import pytest

from experiments.shared.stopping import ASKED, Stop


def ask(sign: int = signal.SIGINT) -> None:
    """What a terminal does."""
    os.kill(os.getpid(), sign)


def test_a_signal_waits_for_the_check_and_is_heard_once() -> None:
    with Stop() as stop:
        ask()
        ask()
        with pytest.raises(KeyboardInterrupt):
            stop.check()
        stop.check()


def test_a_signal_without_a_check_is_heard_at_the_end_of_the_block() -> None:
    before = [signal.getsignal(sign) for sign in ASKED]
    with pytest.raises(SystemExit) as ended, Stop():
        ask(signal.SIGTERM)
    assert ended.value.code == 143
    assert [signal.getsignal(sign) for sign in ASKED] == before


def test_a_second_signal_stops_at_once_where_work_has_no_end_in_sight() -> None:
    reached: list[int] = []

    def work() -> None:
        for number in range(4):
            ask()
            reached.append(number)

    with pytest.raises(KeyboardInterrupt), Stop(patient=False):
        work()
    assert reached == [0]
