"""What is done for tests of mechanisms."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.mechanisms import declared as mechanisms
from experiments.mechanisms import pages as mechanism_pages
from tests.experiments.mechanisms.own_declarations import BASE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of declarations of one's own, that stands in the place of those that ship."""
    home = tmp_path / "mechanisms"
    (home / "interactions").mkdir(parents=True)
    (home / "A1.toml").write_text(BASE)
    monkeypatch.setattr(mechanisms, "FOLDER", home)
    monkeypatch.setattr(mechanism_pages, "PAGE", tmp_path / "mechanisms.md")
    return home
