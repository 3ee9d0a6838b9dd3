"""Fixtures that tests of the command share: an empty folder to work in, and a small case.

A file takes those that it uses, as `here = working_folder.here`: other files in this folder have a `here` of their own.
"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; beside it a folder of things that cannot be used."""
    given = tmp_path / "given"
    (given / "full").mkdir(parents=True)
    (given / "full" / "thesis.docx").touch()
    (given / "file").touch()
    (given / "broken.toml").write_text("residents = = 3")
    (given / "unknown-key.toml").write_text("inhabitants = 3")
    (given / "figures.csv").write_text("not;what\nit;should be\n")
    (given / "no-rule.py").write_text("x = 1\n")
    (given / "broken.py").write_text("def will_report(:\n")
    working = tmp_path / "here"
    working.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.delenv("COLUMNS", raising=False)
    return working


@pytest.fixture
def small_file(here: Path, small) -> str:
    """The small case as a scenario file."""
    path = here.parent / "given" / "small.toml"
    path.write_text(f'title = "A small street"\nburn_in = {small.burn_in}\n[place]\nresidents = {small.residents}\n')
    return str(path)
