"""Plain lines outside a terminal: few, and with the time left once a pace is known."""

from __future__ import annotations

from experiments.shared import progress


def test_outside_a_terminal_there_are_a_few_plain_lines(capsys, monkeypatch):
    clock = iter([0.0, 6.0, 7.0, 16.0, 26.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.shown("pairs", 4) as tell:
        for done, failed in ((1, 0), (2, 0), (3, 1), (4, 1)):
            tell(done, 4, failed)
    assert capsys.readouterr().err.splitlines() == [
        *("pairs: 1 of 4", "pairs: 3 of 4, 1 failed, about 5 s left", "pairs: 4 of 4, 1 failed, 26.0 s")
    ]


def test_a_study_tells_done_failed_pace_and_time_left_now_and_then_and_at_the_end(capsys, monkeypatch):
    from experiments.shared.progress import Pace

    clock = iter([0.0, 1.0, 6.0, 6.0, 7.0, 8.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.studied(1000) as tell:
        tell(Pace(1000, 10, 0, here=10, seconds=1.0))
        tell(Pace(1000, 60, 2, here=60, seconds=6.0))
        tell(Pace(1000, 70, 2, here=70, seconds=7.0))
        tell(Pace(1000, 1000, 2, here=1000, seconds=100.0))
        tell(Pace(1000, 1000, 2, here=1000, seconds=101.0))
    assert capsys.readouterr().err.splitlines() == [
        "runs: 60 of 1000, 2 failed, 10 per second, about 2 min left",
        "runs: 1000 of 1000, 2 failed, 10 per second",
    ]
