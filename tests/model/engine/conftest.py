"""What is done for tests of rules of one's own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.engine.own_rules import Write, forget


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Puts a text into a file of rules. Helper files that a test wrote are no modules of the next test."""

    def write(content: str, name: str = "my_rules.py") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(content), encoding="utf-8")
        return path

    yield write
    forget(tmp_path)
