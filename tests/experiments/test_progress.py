"""Plain lines outside a terminal: few, and with the time left once a pace is known."""

from __future__ import annotations

from experiments import progress


def test_outside_a_terminal_there_are_a_few_plain_lines(capsys, monkeypatch):
    clock = iter([0.0, 6.0, 7.0, 16.0, 26.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.shown("pairs", 4) as tell:
        for done, failed in ((1, 0), (2, 0), (3, 1), (4, 1)):
            tell(done, 4, failed)
    assert capsys.readouterr().err.splitlines() == [
        *("pairs: 1 of 4", "pairs: 3 of 4, 1 failed, about 5 s left", "pairs: 4 of 4, 1 failed, 26.0 s")
    ]
