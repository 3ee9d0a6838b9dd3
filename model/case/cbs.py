"""Figures of one area from the neighbourhood files of Statistics Netherlands (CBS).

Source: CBS, "Kerncijfers wijken en buurten", one table a year (licence CC BY 4.0). The files have many
layouts: exports of StatLine, its API, sheets with short names, files written by R. Columns are recognised
by the patterns below, not by layout, so a new year can usually be read without changes.
A missing figure is filled in, and `AreaFigures.notes` says how.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from model.case.cbs_file import CODE, KINDS, LARGEST_FILE, READABLE, Area, Row, Table, name_key, plain_header, read_table
from model.errors import BadInput

__all__ = ["AGES", "CODE", "FIGURES", "FOLLOWS", "KINDS", "LABELS", "LARGEST_FILE", "MISSING", "PER_DWELLING", "READABLE"]
__all__ += ["Area", "AreaFigures", "Figure", "areas", "read_area"]

AGES = ("0-15", "15-25", "25-45", "45-65", "65+")  # years; the upper bound is not included
MISSING = {"", ".", "..", "-", "–", "x", "na", "n/a", "#n/a", "nan", "null", "none"}


class Figure(NamedTuple):
    """One figure: the pattern of its column, its range, and the national figure as replacement."""

    header: str  # regular expression, searched in the result of `plain_header`
    unit: str  # in the file; % becomes a share (0-1)
    lowest: float
    highest: float
    national: float | None = None  # in the unit used here


# National: CBS, Kerncijfers wijken en buurten 2019, row Nederland; household_size (there rounded to 2.1):
# CBS, huishoudens 2020; low_income_share: by definition. "Met een laag inkomen" is another, lower bound.
# fmt: off
FIGURES = {
    "residents": Figure(r"\b(a inw|aant inw|(?<!van )aantal inwoners)( aantal)?$", "residents", 1, 20e6),
    "households": Figure(r"\b(a hh|aant(al)? hh|aantal (part )?huishoudens|huishoudens totaal)( aantal)?$"
                         r"|^particuliere huishoudens( aantal)?$", "households", 0, 20e6),
    "dwellings": Figure(r"\b(a woning(en)?|aantal woningen|woningvoorraad)( aantal)?$", "dwellings", 0, 20e6),
    "household_size": Figure(r"\b(g hhgro|gem hh gr|gemiddelde huishoud(en)?s ?grootte)( aantal)?$",
                             "residents per household", 1, 20, 2.14),
    "density": Figure(r"\b(bev dich|bevolkin\w*dichtheid)", "residents per km2", 0, 200_000, 513),
    "land": Figure(r"\b(a lan ha|oppervlakte land)\b(?!.*\bkm)", "hectares", 0, 5e6),
    "owner_share": Figure(r"^(?!aantal).*\b(p koopw(on)?|(?<!van )koopwoningen)$", "%", 0, 100, 0.57),
    "rent_share": Figure(r"^(?!aantal).*\b(p huurw(on)?|(?<!van )huurwoningen( totaal)?)$", "%", 0, 100, 0.42),
    "association_share": Figure(r"^(?!aantal).*\b(p wcorpw|p huurcorp|in bezit (van )?woningcorporaties?)$",
                                "%", 0, 100, 0.29),
    "other_landlord_share": Figure(r"^(?!aantal).*\b(p ov hw|p huurovvh|in bezit (van )?overige verhuurders?)$",
                                   "%", 0, 100, 0.13),
    "low_income_share": Figure(r"\b(p hh li|huishoudens met (het )?laagste inkomen)$", "%", 0, 100, 0.40),
    "0-15": Figure(r"^[ap] 00 14( jr)?$|\b0 tot 15 jaar( aantal)?$", "residents or %", 0, 20e6, 0.159),
    "15-25": Figure(r"^[ap] 15 24( jr)?$|\b15 tot 25 jaar( aantal)?$", "residents or %", 0, 20e6, 0.123),
    "25-45": Figure(r"^[ap] 25 44( jr)?$|\b25 tot 45 jaar( aantal)?$", "residents or %", 0, 20e6, 0.246),
    "45-65": Figure(r"^[ap] 45 64( jr)?$|\b45 tot 65 jaar( aantal)?$", "residents or %", 0, 20e6, 0.280),
    "65+": Figure(r"^[ap] 65 (oo|eo)( jr)?$|\b65 jaar (of|en) ouder( aantal)?$", "residents or %", 0, 20e6, 0.192),
}
PER_DWELLING = 7_924_691 / 7_814_912  # households per dwelling: the same row Nederland

# Columns that name an area: the first pattern found wins, which is the smallest kind of area in the file.
LABELS = {
    "area": [r"^(onderwerp )?wijken en buurten$", r"^(regio|(gwb|stat) ?naam)$", r"^(bu|buurt) ?naam$",
             r"^(wk|wijk) ?naam$", r"^(gm|gemeente) ?naam$"],
    "code": [r"\bcodering( code)?$", r"^gwb ?code 1\d$", r"^((gwb|stat|regio) ?)?code$", r"^(bu|buurt) ?code$",
             r"^(wk|wijk) ?code$", r"^(gm|gemeente) ?code$"],
    "municipality": [r"\b(gm|gemeente) ?naam( naam)?$"],
    "kind": [r"^recs$|\bsoort regio( omschrijving)?$"],
    "year": [r"^(jaar|perioden?)$"],
} | {name: [figure.header] for name, figure in FIGURES.items()}

# How to compute a figure from others of the area, in this order: figure, its inputs, formula.
FOLLOWS: list[tuple[str, tuple[str, ...], Callable[..., float | None]]] = [
    ("density", ("residents", "land"), lambda residents, land: 100 * residents / land),  # 100 hectares a km2
    ("rent_share", ("owner_share",), lambda owner: 1 - owner),
    ("owner_share", ("rent_share",), lambda rent: 1 - rent),
    ("association_share", ("rent_share", "other_landlord_share"), lambda rent, other: max(0, rent - other)),
    ("other_landlord_share", ("rent_share", "association_share"), lambda rent, assoc: max(0, rent - assoc)),
    ("households", ("residents", "household_size"), lambda residents, size: residents / size),
    # assumption: only with 1.2 to 4 residents a dwelling do dwellings indicate the number of households
    ("households", ("residents", "dwellings"), lambda residents, dwellings: dwellings * PER_DWELLING
     if 1.2 * dwellings <= residents <= 4 * dwellings else None),
    ("household_size", ("residents", "households"), lambda residents, households: residents / households
     if households else None),
    ("dwellings", ("households",), lambda households: households / PER_DWELLING),
]
# fmt: on


@dataclass(frozen=True)
class AreaFigures(Area):
    """The figures of one area. Shares are 0-1: of dwellings (tenure), households (income), residents (age)."""

    year: int | None  # year of the figures: from a column, the title, or the file name
    source: str  # one line for captions and manifests
    residents: int
    households: int
    dwellings: int
    household_size: float  # mean residents per household
    density: float  # residents per km2 of land
    owner_share: float  # owner-occupied
    rent_share: float  # with owner_share less than 1 if CBS does not know some owners
    association_share: float  # rented from a housing association
    other_landlord_share: float  # rented from others
    low_income_share: float  # in the lowest 40 % of household incomes of the country
    age_shares: tuple[float, ...]  # in the order of AGES; they add up to 1
    notes: tuple[str, ...]  # one sentence for every figure that was filled in


def areas(path: str | Path) -> list[Area]:
    """Return every area of a CBS file, in the file's order. Raises BadInput if it cannot be read."""
    return [row.area for row in read_table(Path(path), LABELS).rows]


def read_area(path: str | Path, area: str) -> AreaFigures:
    """Return the figures of the area with this code or name, ignoring case, accents and outer blanks.

    A missing figure is computed from the area's other figures if possible, else taken from its municipality,
    the country, or the national figure. Raises BadInput for an unreadable file, an unknown or ambiguous area,
    an area without residents, or a figure outside its range.
    """
    table = read_table(Path(path), LABELS)
    row = _find(table, area)
    notes: list[str] = []
    figures = _given(table, row, notes)
    if not figures["residents"]:
        raise table.bad(row, "residents", "1 or more, it cannot be filled: take a larger area")
    _complete(figures, row.area.name, notes)
    _fill(figures, table, row, notes)
    _complete(figures, row.area.name, notes)
    known: dict[str, Any] = {figure: value for figure, value in figures.items() if figure != "land"}
    if known["households"] > known["residents"] + 5:  # CBS rounds counts to fives
        raise table.bad(row, "residents", f"at least its {known['households']:.0f} households")
    tenure = ("owner_share", "rent_share", 1.0), ("association_share", "other_landlord_share", known["rent_share"])
    for one, two, whole in tenure:
        if abs((total := known[one] + known[two]) - whole) > 0.0201:  # more than rounding to 1 % explains
            notes.append(f"{one} and {two}: add up to {total:.2f} for {row.area.name}, not {whole:.2f}, kept")
    found = re.search(r"(?:19|20)\d\d", f"{row.cells.get('year', '')} {table.head.title} {table.path.stem}")
    year = int(found.group()) if found else None
    return AreaFigures(
        **vars(row.area),
        year=year,
        source=f"CBS, Kerncijfers wijken en buurten {year or ''} ({table.path.name})".replace("  ", " "),
        residents=round(known.pop("residents")),
        households=round(known.pop("households")),
        dwellings=round(known.pop("dwellings")),
        age_shares=tuple(known.pop(age) for age in AGES),
        notes=tuple(notes),
        **known,
    )


def _given(table: Table, row: Row, notes: list[str]) -> dict[str, float | None]:
    """Return the figures of the row itself, percentages as shares; None if missing."""
    figures: dict[str, float | None] = {name: _value(table, row, name) for name in FIGURES}
    ages = [figures[age] for age in AGES]
    total = sum(age or 0.0 for age in ages)
    if None in ages or not total:
        return figures | dict.fromkeys(AGES)  # shares of a whole: use all or none
    label = table.head.labels[table.head.columns[AGES[0]]]
    percent = "%" in label or plain_header(label).startswith(("p ", "perc"))
    whole = 100.0 if percent else figures["residents"] or total
    for age in AGES:
        if (figures[age] or 0) > whole:
            raise table.bad(row, age, f"0 to {whole:.0f}{' %' if percent else ', its residents'}")
        figures[age] = (figures[age] or 0) / total
    if abs(total - whole) > max(3 if percent else 25, 0.05 * whole):  # CBS rounds to 1 % or 5 residents
        notes.append(f"ages: add up to {total:.0f} for {row.area.name}, not {whole:.0f}, scaled to shares of 1")
    return figures


def _complete(figures: dict[str, float | None], area: str, notes: list[str]) -> None:
    """Compute missing figures from the area's other figures, in place."""
    for figure, sources, follow in FOLLOWS:
        needs = [figures[source] for source in sources]
        if figures[figure] is None and None not in needs:
            value = follow(*needs)
            if value is not None and FIGURES[figure].lowest <= value <= FIGURES[figure].highest:
                figures[figure] = value
                notes.append(f"{figure}: missing for {area}, computed from its {' and '.join(sources)}: {value:.4g}")


def _fill(figures: dict[str, float | None], table: Table, row: Row, notes: list[str]) -> None:
    """Fill figures still missing from the municipality, else the country, else the national figures, in place."""
    givers = [giver for kind in ("Gemeente", "Land") if (giver := _upper(table, row, kind))]
    for giver in (*givers, None):
        missing = [name for name, figure in FIGURES.items() if figure.national is not None and figures[name] is None]
        theirs: dict[str, float | None] = {name: FIGURES[name].national for name in FIGURES}
        text = "the national figure"
        if giver and missing:
            theirs = _given(table, giver, [])
            _complete(theirs, "", [])
            text = f"{giver.area.name} ({'municipality' if giver.area.kind == 'Gemeente' else 'country'})"
        for name in missing:
            value, rent, their_rent = theirs[name], figures["rent_share"], theirs["rent_share"]
            if value is None:
                continue
            what, how = f"share aged {name}" if name in AGES else name, ""
            landlords = name in ("association_share", "other_landlord_share")
            if landlords and rent is not None and their_rent and rent != their_rent:
                value, how = min(1.0, value * rent / their_rent), ", in proportion to rent_share"
            figures[name] = value
            number = f"{value:.2f}" if value < 10 else f"{value:.0f}"
            notes.append(f"{what}: missing for {row.area.name}, filled with {text}{how}: {number}")


def _upper(table: Table, row: Row, kind: str) -> Row | None:
    """Return the row of the area's municipality or country (`kind`), None if the file has none."""
    if row.area.kind in ("Land", kind):
        return None
    home = name_key(row.area.municipality)
    above = (upper for upper in table.rows if upper.area.kind == kind)
    return next((upper for upper in above if kind == "Land" or (home and name_key(upper.area.municipality) == home)), None)


def _value(table: Table, row: Row, name: str) -> float | None:
    """Return one cell as a number, a percentage as a share; None if missing. Raises BadInput outside its range."""
    figure, number = FIGURES[name], _number(row.cells.get(name, ""))
    if number is None or (number == 0 and name in ("residents", "household_size", "land")):
        return None
    whole = figure.unit in ("residents", "households", "dwellings")
    if not figure.lowest <= number <= figure.highest or (whole and number % 1):  # nan fails the first
        kind = "a whole number of " if whole else ""
        raise table.bad(row, name, f"{kind}{figure.unit}, {figure.lowest:.0f} to {figure.highest:.0f}; . is missing")
    return round(number / 100, 6) if figure.unit == "%" else number


def _number(cell: str) -> float | None:
    """Return a cell as a number; None if missing or negative (a code); NaN if it is not a number."""
    text = "".join(cell.split()).lower().rstrip("*")  # blanks separate thousands; * marks a provisional figure
    if text in MISSING:
        return None
    if "," in text and "." in text:
        text = text.replace(min(",.", key=text.index), "")  # the first of the two separates thousands
    text = text.replace(",", ".")
    number = float(text) if re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]*)?(e[+-]?[0-9]{1,2})?", text) else float("nan")
    return None if number < 0 else number


def _find(table: Table, wanted: str) -> Row:
    key = name_key(wanted[:100])
    found = [row for row in table.rows if key == name_key(row.area.code)] if key else []
    found = found or [row for row in table.rows if key == name_key(row.area.name)]
    if len(found) == 1:
        return found[0]
    if len({row.area.code for row in found}) == 1 and found[0].area.code:
        advice = f"the file has it on lines {', '.join(str(row.line) for row in found[:8])}: keep one"
    elif found:
        which = [f"{at.code or f'line {line}'} ({at.kind}, {at.municipality})" for line, at, _ in found[:8]]
        advice = f"use a code, as {len(found)} areas have this name: {', '.join(which)}{', ...' * (len(found) > 8)}"
    else:
        names = {name_key(text): text for row in table.rows[:20_000] for text in (row.area.code, row.area.name) if text}
        near = [names[match] for match in difflib.get_close_matches(key, names, n=5, cutoff=0.6)]
        such = ", ".join(list(names.values())[:5])
        advice = f"did you mean {', '.join(near)}?" if near else f"one of its {len(table.rows)} areas, such as {such}"
    raise BadInput(str(table.path), "area", wanted[:100], advice)
