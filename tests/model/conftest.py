"""What the tests of CBS files share: invented areas, a file to put them in, and the text of a refusal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from model.errors import BadInput

# Invented figures under short names. Counts of residents by age, percentages of tenure and income, hectares of land.
# fmt: off
HEADER = [
    "gwb_code_10", "regio", "gm_naam", "recs", "a_inw", "a_hh", "a_woning", "g_hhgro", "bev_dich", "a_lan_ha",
    "p_koopw", "p_huurw", "p_wcorpw", "p_ov_hw", "p_hh_li", "a_00_14", "a_15_24", "a_25_44", "a_45_64", "a_65_oo",
]
TWIN = [1500, 700, 690, 2.1, 7000, 22, 35, 65, 50, 15, 51, 300, 150, 450, 375, 225]
ROWS: list[list] = [
    ["NL00", "Nederland", "Nederland", "Land",
     9000000, 4000000, 3900000, 2.2, 400, 2250000, 55, 44, 30, 14, 40, 1500000, 1000000, 2400000, 2500000, 1600000],
    ["GM9901", "Voorbeeldstad", "Voorbeeldstad", "Gemeente",
     100000, 48000, 47000, 2.1, 2000, 5000, 40, 60, 40, 20, 45.5, 16000, 12000, 30000, 25000, 17000],
    ["WK990101", "Wijk 01 Havenkwartier", "Voorbeeldstad", "Wijk",
     8000, 4000, 3900, 2, 5000, 160, 30, 70, 60, 10, 55, 1200, 1000, 2800, 2000, 1000],
    ["BU99010101", "Café-buurt", "Voorbeeldstad", "Buurt",
     2500, 1200, 1150, 2.1, 6200, 40, 25, 74, 64, 10, 62.5, 500, 250, 750, 625, 375],
    ["BU99010102", "Havenkwartier", "Voorbeeldstad", "Buurt", *TWIN],
    ["WK990102", "Havenkwartier", "Voorbeeldstad", "Wijk", *TWIN],
]
# fmt: on


@pytest.fixture(scope="session")
def sheet() -> Sequence[Sequence]:
    """The header and six areas; row 4 is the Café-buurt, BU99010101."""
    return (HEADER, *ROWS)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Puts bytes, a text or the rows of a table into a file."""

    def put(content: bytes | str | Sequence[Sequence], name: str = "kwb2031_invented.csv") -> Path:
        path, text = tmp_path / name, io.StringIO()
        if not isinstance(content, bytes | str):
            csv.writer(text, lineterminator="\n").writerows(content)
            content = text.getvalue()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def message() -> Callable[[Callable[[], object]], str]:
    """Does what must be refused; returns the one line that says why."""

    def refusal(action: Callable[[], object]) -> str:
        with pytest.raises(BadInput) as caught:
            action()
        text = str(caught.value)
        assert "\n" not in text
        return text

    return refusal
