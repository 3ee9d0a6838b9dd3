"""The figures of an area of a CBS file: how it is found, what is missing, what is wrong, and the real files."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from model.case.cbs import AGES, FIGURES, areas, read_area
from model.errors import BadInput

FIELDS = [  # as these tests call them, in the order of the sheet
    *("code", "name", "municipality", "kind", "residents", "households", "dwellings", "household_size", "density"),
    *("land", "owner", "rent", "association", "other", "low", *AGES),
]

Sheet = Sequence[Sequence]  # the header and the areas of the fixture
Write = Callable[..., Path]
Message = Callable[[Callable[[], object]], str]


@pytest.fixture
def invented(sheet: Sheet, write: Write) -> Write:
    """Writes the invented areas, with some figures of the Café-buurt replaced."""

    def changed(**figures: object) -> Path:
        rows = [list(row) for row in sheet]
        for field, value in figures.items():
            rows[4][FIELDS.index(field)] = value
        return write(rows)

    return changed


@pytest.mark.parametrize("area", ["BU99010101", " bu99010101 ", "Café-buurt", "CAFE-BUURT", "cafe-buurt  "])
def test_an_area_is_found_whatever_its_capitals_accents_and_blanks(area: str, invented: Write) -> None:
    assert read_area(invented(), area).code == "BU99010101"


def test_an_unknown_area_lists_near_names(invented: Write, message: Message) -> None:
    path = invented()
    text = message(lambda: read_area(path, "cafébuurt"))
    assert "Café-buurt" in text
    assert "did you mean" in text
    assert "one of its 6 areas, such as NL00" in message(lambda: read_area(path, "¿?"))
    assert "one of its 6 areas" in message(lambda: read_area(path, "  "))
    assert len(message(lambda: read_area(path, "x" * 100_000))) < 1000


def test_a_name_of_two_areas_lists_their_codes(invented: Write, message: Message) -> None:
    text = message(lambda: read_area(invented(), "havenkwartier"))
    assert "BU99010102 (Buurt, Voorbeeldstad)" in text
    assert "WK990102 (Wijk, Voorbeeldstad)" in text


def test_an_area_that_is_there_twice_is_refused(sheet: Sheet, write: Write, message: Message) -> None:
    path = write([*sheet, *sheet[1:]])
    assert "lines 5, 11" in message(lambda: read_area(path, "BU99010101"))
    assert "lines 5, 11" in message(lambda: read_area(path, "Café-buurt"))


@pytest.mark.parametrize("missing", [".", "", "   ", "NA", "NULL", "nan", "x", "-99999999", "-99997", "-1", "-0,5"])
def test_a_missing_figure_comes_from_the_municipality_with_a_note(missing: str, invented: Write) -> None:
    figures = read_area(invented(low=missing), "BU99010101")
    assert figures.low_income_share == 0.455
    assert figures.notes == ("low_income_share: missing for Café-buurt, filled with Voorbeeldstad (municipality): 0.46",)


def test_what_the_municipality_misses_too_comes_from_the_country(sheet: Sheet, write: Write) -> None:
    rows = [list(row) for row in sheet]
    rows[2][FIELDS.index("low")] = rows[4][FIELDS.index("low")] = "."
    figures = read_area(write(rows), "BU99010101")
    assert figures.low_income_share == 0.4
    assert "Nederland (country)" in figures.notes[0]


def test_without_a_row_of_the_municipality_the_country_gives(sheet: Sheet, write: Write) -> None:
    figures = read_area(write([*sheet[:2], [*sheet[4][:14], ".", *sheet[4][15:]]]), "BU99010101")
    assert figures.notes == ("low_income_share: missing for Café-buurt, filled with Nederland (country): 0.40",)


def test_what_no_row_has_comes_from_the_national_figures(write: Write) -> None:
    figures = read_area(write("gwb_code,a_inw\nBU99010101,1000\n"), "BU99010101")
    assert figures.age_shares == tuple(FIGURES[age].national for age in AGES)
    assert (figures.owner_share, figures.association_share, figures.household_size) == (0.57, 0.29, 2.14)
    assert (figures.households, figures.dwellings) == (467, 461)
    assert all("missing for BU99010101" in note for note in figures.notes)
    filled = [note.split(":")[0] for note in figures.notes]
    ages = [f"share aged {age}" for age in AGES]
    assert sorted(filled) == sorted([*(set(FIGURES) - {"residents", "land", *AGES}), *ages])


def test_tenure_that_is_all_missing_is_the_municipalitys(invented: Write) -> None:
    figures = read_area(invented(owner=".", rent=".", association=".", other="."), "BU99010101")
    tenure = (figures.owner_share, figures.rent_share, figures.association_share, figures.other_landlord_share)
    assert tenure == pytest.approx((0.4, 0.6, 0.4, 0.2))
    assert len(figures.notes) == 4


def test_missing_landlords_keep_the_areas_own_rented_share(invented: Write) -> None:
    for owner, association, other in ((10, 0.6, 0.3), (100, 0, 0)):
        figures = read_area(invented(owner=owner, rent=".", association=".", other="."), "BU99010101")
        assert figures.rent_share == pytest.approx(1 - owner / 100)
        assert (figures.association_share, figures.other_landlord_share) == pytest.approx((association, other))
        assert any(note.endswith(f"in proportion to rent_share: {association:.2f}") for note in figures.notes)
    assert read_area(invented(other="."), "BU99010101").other_landlord_share == pytest.approx(0.1)


def test_missing_density_is_computed_from_land(invented: Write) -> None:
    figures = read_area(invented(density="."), "BU99010101")
    assert figures.density == 6250
    assert "density: missing for Café-buurt, computed from its residents and land: 6250" in figures.notes
    assert read_area(invented(density=".", land="0"), "BU99010101").density == 2000


def test_missing_households_and_dwellings_follow_from_each_other(invented: Write) -> None:
    assert read_area(invented(households=".", household_size="2.5"), "BU99010101").households == 1000
    assert read_area(invented(household_size="."), "BU99010101").household_size == pytest.approx(2500 / 1200)
    assert read_area(invented(dwellings="."), "BU99010101").dwellings == 1183
    figures = read_area(invented(households=".", household_size="."), "BU99010101")
    assert (figures.households, round(figures.household_size, 2)) == (1166, 2.14)
    figures = read_area(invented(households=".", household_size=".", dwellings="9000"), "BU99010101")
    assert (figures.households, figures.dwellings, figures.household_size) == (1190, 9000, 2.1)
    assert len(figures.notes) == 2
    figures = read_area(invented(households="0", household_size="0", dwellings="0"), "BU99010101")
    assert (figures.households, figures.dwellings, figures.household_size) == (0, 0, 2.1)


def test_ages_are_filled_all_or_none(sheet: Sheet, write: Write) -> None:
    figures = read_area(write([*sheet[:4], [*sheet[4][:15], 500, ".", 750, 625, 375]]), "BU99010101")
    assert figures.age_shares == pytest.approx((0.16, 0.12, 0.3, 0.25, 0.17))
    assert sum("share aged" in note for note in figures.notes) == 5


@pytest.mark.parametrize("residents", [".", "", "0", "-99997"])
def test_an_area_without_residents_is_refused(residents: str, invented: Write, message: Message) -> None:
    text = message(lambda: read_area(invented(residents=residents), "BU99010101"))
    for part in ("kwb2031_invented.csv", "line 5", "Café-buurt", "a_inw", f"residents = {residents!r}", "1 or more"):
        assert part in text


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("owner", "104", "%, 0 to 100"),
        ("low", "veel", "%, 0 to 100"),
        ("low", "1e5", "%, 0 to 100"),
        ("low", "inf", "%, 0 to 100"),
        ("residents", "2.915", "a whole number of residents"),
        ("residents", "9999999999999999999999999999", "a whole number of residents"),
        ("household_size", "0.4", "residents per household, 1 to 20"),
        ("density", "900000", "residents per km2, 0 to 200000"),
        ("households", "3000", "at least its 3000 households"),
    ],
)
def test_a_figure_outside_its_range_is_refused(field: str, value: str, allowed: str, invented: Write, message: Message) -> None:
    text = message(lambda: read_area(invented(**{field: value}), "BU99010101"))
    for part in ("kwb2031_invented.csv", "line 5", "Café-buurt", "column", allowed):
        assert part in text


def test_an_age_group_larger_than_the_area_is_refused(sheet: Sheet, write: Write, message: Message) -> None:
    path = write([sheet[0], [*sheet[4][:15], 2600, 250, 750, 625, 375]])
    assert "0 to 2500, its residents" in message(lambda: read_area(path, "BU99010101"))


def test_a_bad_figure_of_another_area_does_no_harm(invented: Write) -> None:
    assert read_area(invented(owner="104"), "WK990101").owner_share == 0.3


def test_unknown_ownership_is_kept_and_noted(invented: Write) -> None:
    figures = read_area(invented(owner="20", rent="74"), "BU99010101")
    assert (figures.owner_share, figures.rent_share) == (0.2, 0.74)
    assert figures.notes == ("owner_share and rent_share: add up to 0.94 for Café-buurt, not 1.00, kept",)


def real(name: str) -> Path:
    """A file of the shared folder beside the project; not part of it, for its licence and its size."""
    path = Path(__file__).parents[3].parent / "shared" / "data" / name
    if not path.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the real CBS file {path}, and it is missing")
        pytest.skip(f"the real CBS file {path} is missing; SOURCES.md beside it says where it comes from")
    return path


def test_holendrecht_west_2019_is_read_as_published() -> None:
    figures = read_area(real("kwb2019_amsterdam_statline.csv"), "Holendrecht West")
    assert (figures.code, figures.kind, figures.municipality) == ("BU03639600", "Buurt", "Amsterdam")
    assert (figures.residents, figures.households, figures.dwellings) == (2915, 1485, 1383)
    assert (figures.owner_share, figures.rent_share, figures.association_share) == (0, 1, 1)
    assert (figures.low_income_share, figures.density, figures.year) == (0.724, 8322, 2019)
    assert figures.age_shares == pytest.approx((655 / 2915, 440 / 2915, 650 / 2915, 700 / 2915, 470 / 2915))
    assert figures.notes == ()


def test_the_national_figures_are_those_of_the_row_nederland() -> None:
    country = read_area(real("kwb2019_amsterdam_statline.csv"), "Nederland")
    assert country.kind == "Land"
    for name in (
        "owner_share",
        "rent_share",
        "association_share",
        "other_landlord_share",
        "low_income_share",
        "density",
    ):
        assert getattr(country, name) == FIGURES[name].national
    assert [FIGURES[age].national for age in AGES] == [round(share, 3) for share in country.age_shares]


def test_amsterdam_2019_is_read_or_refused_for_want_of_residents() -> None:
    path = real("kwb2019_amsterdam_statline.csv")
    listed = areas(path)
    kinds = [area.kind for area in listed]
    assert [kinds.count(kind) for kind in ("Land", "Gemeente", "Wijk", "Buurt")] == [1, 1, 99, 479]
    sample, refused = listed[::15], []
    for area in sample:
        try:
            read_area(path, area.code)
        except BadInput as error:
            refused.append(str(error))
    assert all("residents = " in text for text in refused)
    assert len(refused) <= 0.1 * len(sample)


def test_a_suppressed_figure_of_amsterdam_2019_is_amsterdams() -> None:
    path = real("kwb2019_amsterdam_statline.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owner, inhabited = "Wonen.Woningen.naar.eigendom.Koopwoningen....", "Bevolking.Aantal.inwoners..aantal."
    row = next(row for row in rows if row[owner] in (".", "NA", "") and row[inhabited] not in (".", "NA", "", "0"))
    figures = read_area(path, row["Regioaanduiding.Codering..code."])
    assert (figures.owner_share, figures.rent_share) == (0.3, 0.7)
    assert f"owner_share: missing for {figures.name}, filled with Amsterdam (municipality): 0.30" in figures.notes


def test_poelenburg_2024_is_known_by_its_code_alone_and_its_tenure_is_national(message: Message) -> None:
    path = real("kwb2024_gemeenten_wijken_NL.csv")
    figures = read_area(path, "wk047912")
    assert (figures.residents, figures.dwellings, figures.density) == (8665, 3356, 8443)
    assert (figures.name, figures.kind, figures.municipality, figures.year) == ("WK047912", "Wijk", "GM0479", 2024)
    assert (figures.owner_share, figures.association_share) == (0.57, 0.29)
    assert "owner_share: missing for WK047912, filled with the national figure: 0.57" in figures.notes
    assert "areas" in message(lambda: read_area(path, "Poelenburg"))


def test_zaanstad_2020_is_read_from_long_labels() -> None:
    figures = read_area(real("kwb2020_gemeenten_NL.csv"), "zaanstad")
    assert (figures.code, figures.kind, figures.residents, figures.households) == ("GM0479", "Gemeente", 156794, 70358)
    assert (figures.owner_share, figures.association_share, figures.low_income_share) == (0.55, 0.37, 0.398)
    assert (figures.age_shares, figures.density, figures.notes) == ((0.16, 0.12, 0.26, 0.28, 0.18), 2123, ())


def test_an_export_without_residents_is_refused(message: Message) -> None:
    assert "no column with residents" in message(lambda: areas(real("kwb2015_amsterdam_income_ORIGINAL.csv")))


def test_other_tables_of_the_same_areas_are_refused(message: Message) -> None:
    for name in ("leefbaarometer3_buurten_2020_NL.csv", "rivm_health_2020_18plus_targets.csv", "SOURCES.md"):
        assert "no column with" in message(lambda name=name: areas(real(name)))
