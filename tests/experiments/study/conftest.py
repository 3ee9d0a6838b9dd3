"""What is done for tests of studies."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small scenario and a rule file, to work in."""
    (tmp_path / "small.toml").write_text("burn_in = 20\n[place]\nresidents = 60\n")
    (tmp_path / "broken.toml").write_text("[place]\ninhabitants = 60\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path
