"""What tests of cases share: the one line by which a mistake is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.case.case import checked
from model.errors import BadInput


def message(action: Callable[[], object]) -> str:
    """The one line that bad input gives."""
    with pytest.raises(BadInput) as caught:
        action()
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 2000
    return text


def refused(data: dict[str, Any]) -> str:
    text = message(lambda: checked(data, "my.toml"))
    assert text.startswith("my.toml: ")
    return text
