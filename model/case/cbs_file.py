"""Read a CBS file into a table of cells, one row for each area.

This module detects the encoding, the column separator and the header line. `model.case.cbs` gives the
patterns of the columns, for headers normalised by `plain_header`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from model.errors import BadInput

LARGEST_FILE = 200_000_000  # bytes; the whole country with every column takes about 20 million
KINDS = {"NL": "Land", "GM": "Gemeente", "WK": "Wijk", "BU": "Buurt"}
CODE = re.compile(r"(NL|GM|WK|BU)\d{1,8}")
READABLE = 'a text file "Kerncijfers wijken en buurten" of CBS, with columns separated by ; , or tab'

Patterns = Mapping[str, Sequence[str]]  # by role of the column; the first pattern found wins


@dataclass(frozen=True)
class Area:
    """One area of a file. `kind` is Land, Gemeente, Wijk or Buurt; "" if the file does not say."""

    code: str  # such as BU03639600
    name: str  # the code, if the file has no names
    kind: str
    municipality: str  # its name, or its code if the file has no names


class Row(NamedTuple):
    line: int
    area: Area
    cells: dict[str, str]  # by role of their column


class Head(NamedTuple):
    columns: dict[str, int]  # by role
    labels: list[str]
    rows: int  # to skip before the first area
    title: str


class Table(NamedTuple):
    path: Path
    head: Head
    rows: list[Row]

    def bad(self, row: Row, figure: str, allowed: str) -> BadInput:
        label = self.head.labels[self.head.columns[figure]].strip()[:120]
        where = f"{self.path}: line {row.line}, {row.area.name}: column {label!r}"
        return BadInput(where, figure, row.cells[figure][:60], allowed)


def read_table(path: Path, patterns: Patterns) -> Table:
    """Return the areas of a file with their cells in the recognised columns. Raises BadInput if it cannot be read."""
    text = _text(path)
    heads = [(_head(text, delimiter, patterns), delimiter) for delimiter in ";\t,|"]
    head, delimiter = max(heads, key=lambda pair: len(pair[0].columns))
    if not {"area", "code"} & set(head.columns):
        raise BadInput(str(path), "no column with names or codes of areas", allowed=READABLE)
    if "residents" not in head.columns:
        raise BadInput(str(path), "no column with residents", allowed="a file with AantalInwoners_5, a_inw or alike")
    rows, width = [], len(head.labels)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader):
            foot = len(cells) < width and not any(cells[1:])  # such as "Bron: CBS"
            if number < head.rows or foot or cells[0].lower().startswith(("bron:", "source:")):
                continue
            if len(cells) < width or any(cells[width:]):
                where, given = f"{path}: line {reader.line_num}", f"{len(cells)} cells"
                raise BadInput(where, "row", given, f"{width} cells, as the header has")
            kept = {role: cells[column] for role, column in head.columns.items()}
            area = _area(kept)
            if area.name:
                rows.append(Row(reader.line_num, area, kept))
    except csv.Error as error:
        raise BadInput(f"{path}: line {reader.line_num}", f"no table ({error})", allowed=READABLE) from None
    if not rows:
        raise BadInput(str(path), "no areas under the header", allowed=READABLE)
    return Table(path, head, rows)


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise BadInput(str(path), "not a file" if path.exists() else "no such file", allowed=READABLE)
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise BadInput(str(path), "size", f"{size / 1e6:.0f} MB", f"at most {LARGEST_FILE / 1e6:.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read ({error.strerror})", allowed=READABLE) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # encoding of older files; it can decode anything
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise BadInput(str(path), "not a text file", allowed=f"{READABLE}; save a spreadsheet as CSV first")
    if not text.strip():
        raise BadInput(str(path), "the file is empty", allowed=READABLE)
    return text


def _head(text: str, delimiter: str, patterns: Patterns) -> Head:
    """Return the header: the line, or two lines (topic and unit), with the most recognised columns."""
    best, rows = Head({}, [], 0, ""), []
    with suppress(csv.Error):  # `read_table` reports a broken row further on
        rows.extend(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 20))
    for number, row in enumerate(rows):
        unit = rows[number + 1] if number + 1 < len(rows) else []
        joined = [" ".join(pair) for pair in zip_longest(row, unit, fillvalue="")]
        for labels, used in ((joined, 2), (row, 1)) if {"aantal", "%"} & set(unit) else ((row, 1),):
            columns = _columns(labels, patterns)
            if len(columns) > len(best.columns):
                title = " ".join(" ".join(above) for above in rows[:number])
                best = Head(columns, labels, number + used, title)
    return best


def _columns(labels: list[str], patterns: Patterns) -> dict[str, int]:
    plain = [plain_header(label[:300]) for label in labels[:2000]]  # CBS has some 120 columns
    columns: dict[str, int] = {}
    for role, wanted in patterns.items():
        fits = [column for pattern in wanted for column, label in enumerate(plain) if re.search(pattern, label)]
        columns |= {role: fits[0]} if fits else {}
    return columns


def plain_header(header: str) -> str:
    """Return a header for matching: words of a key separated, lower case, no accents, signs or key number."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])", " ", header)
    words = re.sub(r"[^a-z0-9]+", " ", name_key(parted)).strip()
    return re.sub(r"(?<=[a-z]) \d{1,3}$", "", words) if re.search(r"[a-zA-Z]_\d{1,3}\s*$", header) else words


def _area(cells: dict[str, str]) -> Area:
    roles = ("code", "area", "municipality", "kind")
    code, name, municipality, kind = (" ".join(cells.get(role, "").split()) for role in roles)
    code, kind = code.upper(), kind.capitalize()
    if CODE.fullmatch(name.upper()):  # the API writes codes where others write names
        code, name = code or name.upper(), ""
    kind = KINDS[code[:2]] if CODE.fullmatch(code) else kind or "Land" * (name == "Nederland")
    if kind in ("Land", "Gemeente"):
        name = name or municipality
    if CODE.fullmatch(code):
        municipality = municipality or f"GM{code[2:6]}"
    return Area(code, name or code, kind, "" if kind == "Land" else municipality)


def name_key(text: str) -> str:
    """Return a name for comparing: lower case, no accents, single blanks."""
    plain = text.casefold() if text.isascii() else unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
