"""What a server keeps goes when it goes, and what a closed one is asked is an error."""

from __future__ import annotations

import pytest

from model.case.case import load
from viz.server.memory import Workers


def test_what_a_killed_server_left_behind_is_removed_by_the_next_and_nothing_else(tmp_path, monkeypatch):
    import os

    from viz.server import memory as module

    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path))
    gone, alive, other = f"{module.FOLDER}4194399-x", f"{module.FOLDER}{os.getpid()}-x", f"{module.FOLDER}mine-x"
    for name in (gone, alive, other):
        (tmp_path / name).mkdir()
    module.sweep()
    assert {path.name for path in tmp_path.iterdir()} == {alive, other}


def test_the_answers_of_a_closed_crew_are_errors_and_not_silence():
    workers = Workers(1)
    workers.close()
    with pytest.raises(RuntimeError, match="stops"):
        workers.neighbourhood("scenario", b"", "").result(5)
    assert not workers.folder.exists()
    assert load("default").residents == 1000
