"""What is done once for all tests."""

from __future__ import annotations

import pytest

from model import warm_up
from model.engine import modules as engine


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the loops once, with all cores, before there are workers: each of them would compile the same ones beside the others."""
    if not hasattr(session.config, "workerinput") and not session.config.option.collectonly and not engine.is_compiled():
        warm_up.ensure_compiled(echo=print)
