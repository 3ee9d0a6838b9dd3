"""The reader of CBS files: every layout, what is missing, what is wrong, and the real files."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import cbs
from model.cbs import AGES, FIGURES, AreaFigures, areas, read_area
from model.errors import BadInput

# Invented figures. Counts of residents by age, percentages of tenure and income, hectares of land.
FIELDS = [
    *("code", "name", "municipality", "kind", "residents", "households", "dwellings", "household_size", "density"),
    *("land", "owner", "rent", "association", "other", "low", *AGES),
]
TWIN = [1500, 700, 690, 2.1, 7000, 22, 35, 65, 50, 15, 51, 300, 150, 450, 375, 225]
# fmt: off
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
# A figure a line, in the order of FIELDS: short names, keys of the API, names of older years.
SHORT, API, OLD = zip(
    *(
        line.split()
        for line in """
    gwb_code_10  Codering_3                          BU_CODE
    regio        WijkenEnBuurten                     BU_NAAM
    gm_naam      Gemeentenaam_1                      GM_NAAM
    recs         SoortRegio_2                        RECS
    a_inw        AantalInwoners_5                    AANT_INW
    a_hh         HuishoudensTotaal_29                AANTAL_HH
    a_woning     Woningvoorraad_35                   WONINGVOORRAAD
    g_hhgro      GemiddeldeHuishoudensgrootte_33     GEM_HH_GR
    bev_dich     Bevolkingsdichtheid_34              BEV_DICHTH
    a_lan_ha     OppervlakteLand_123                 OPP_LAND
    p_koopw      Koopwoningen_41                     P_KOOPWON
    p_huurw      HuurwoningenTotaal_42               P_HUURWON
    p_wcorpw     InBezitWoningcorporatie_43          P_HUURCORP
    p_ov_hw      InBezitOverigeVerhuurders_44        P_HUUROVVH
    p_hh_li      k_40HuishoudensMetLaagsteInkomen_76 P_HH_LI
    a_00_14      k_0Tot15Jaar_8                      P_00_14_JR
    a_15_24      k_15Tot25Jaar_9                     P_15_24_JR
    a_25_44      k_25Tot45Jaar_10                    P_25_44_JR
    a_45_64      k_45Tot65Jaar_11                    P_45_64_JR
    a_65_oo      k_65JaarOfOuder_12                  P_65_EO_JR""".strip().split("\n")
    ),
    strict=True,
)
# Long labels and names on maps; topics and units of StatLine.
LONG, MAP = zip(*(line.strip().split(" = ") for line in """
    BU_CODE = buurtcode
    BU_NAAM = buurtnaam
    Gemeentenaam = gemeentenaam
    Soort regio = soort_regio
    Aantal inwoners = aantal_inwoners
    Aantal huishoudens = aantal_huishoudens
    Aantal woningen = woningvoorraad
    Gemiddelde huishoudensgrootte = gemiddelde_huishoudsgrootte
    Bevolkinsdichtheid (aantal inwoners per km2) = bevolkingsdichtheid_inwoners_per_km2
    Oppervlakte land (hectaren) = oppervlakte_land_in_ha
    Koopwoningen (%) = percentage_koopwoningen
    Huurwoningen (%) = percentage_huurwoningen
    Woningen in bezit woningcorporatie (%) = perc_huurwoningen_in_bezit_woningcorporaties
    Woningen in bezit overige verhuurders (%) = perc_huurwoningen_in_bezit_overige_verhuurders
    Huishoudens met laagste inkomen (%) = percentage_huishoudens_met_laagste_inkomen
    Personen 0 tot 15 jaar (%) = percentage_personen_0_tot_15_jaar
    Personen 15 tot 25 jaar (%) = percentage_personen_15_tot_25_jaar
    Personen 25 tot 45 jaar (%) = percentage_personen_25_tot_45_jaar
    Personen 45 tot 65 jaar (%) = percentage_personen_45_tot_65_jaar
    Personen 65 jaar en ouder (%) = percentage_personen_65_jaar_en_ouder""".strip().split("\n")), strict=True)
TOPICS, UNITS = zip(*(line.strip().split("=") for line in """
    Regioaanduiding|Codering=code
    =Wijken en buurten
    Regioaanduiding|Gemeentenaam=naam
    Regioaanduiding|Soort regio=omschrijving
    Bevolking|Aantal inwoners=aantal
    Bevolking|Particuliere huishoudens|Huishoudens totaal=aantal
    Wonen|Woningvoorraad=aantal
    Bevolking|Particuliere huishoudens|Gemiddelde huishoudensgrootte=aantal
    Bevolking|Bevolkingsdichtheid=aantal inwoners per km²
    Oppervlakte|Oppervlakte land=ha
    Wonen|Woningen naar eigendom|Koopwoningen=%
    Wonen|Woningen naar eigendom|Huurwoningen|Huurwoningen totaal=%
    Wonen|Woningen naar eigendom|Huurwoningen|In bezit woningcorporatie=%
    Wonen|Woningen naar eigendom|Huurwoningen|In bezit overige verhuurders=%
    Inkomen|Inkomen van huishoudens|40% huishoudens met laagste inkomen=%
    Bevolking|Leeftijdsgroepen|0 tot 15 jaar=aantal
    Bevolking|Leeftijdsgroepen|15 tot 25 jaar=aantal
    Bevolking|Leeftijdsgroepen|25 tot 45 jaar=aantal
    Bevolking|Leeftijdsgroepen|45 tot 65 jaar=aantal
    Bevolking|Leeftijdsgroepen|65 jaar of ouder=aantal""".strip().split("\n")), strict=True)
# fmt: on
# Other columns of the real files whose names come close; none of them may be taken for a figure.
DECOYS = [
    *("Westerse migratieachtergrond (% van aantal inwoners)", "Gemiddelde WOZ-waarde van koopwoningen"),
    *("Huishoudens met een laag inkomen", "Gemiddeld inkomen per inwoner", "Aantal inkomensontvangers"),
    *("Oppervlakte water", "40% personen met laagste inkomen", "Mediaan vermogen van particuliere huishoudens"),
    *("Eenpersoonshuishoudens", "Indelingswijziging wijken en buurten", "Jongeren tot 18 jaar"),
    "aantal_huurwoningen_in_bezit_woningcorporaties",
]

Write = Callable[..., Path]
Folder = pytest.TempPathFactory


def table(
    header: Sequence[str],
    rows: Sequence[Sequence],
    delimiter: str = ",",
    comma: bool = False,
    quote: bool = False,
    end: str = "\n",
) -> str:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    for row in [header, *rows]:
        writer.writerow([f"{cell:g}".replace(".", ",") if comma and isinstance(cell, float) else cell for cell in row])
    return out.getvalue()


def statline(decimal_comma: bool) -> bytes:
    body = table(UNITS, ROWS, ";", decimal_comma, quote=True, end="\r\n")
    topics = table(TOPICS, [], ";", quote=True, end="\r\n")
    title = '"Kerncijfers wijken en buurten 2031"\r\n""\r\n"";"Onderwerp"\r\n'
    return (title + topics + body + '"Bron: CBS"\r\n').encode("utf-8-sig")


def written_by_r() -> bytes:
    dotted = [f"{topic}|({unit})".replace("²", "") for topic, unit in zip(TOPICS, UNITS, strict=True)]
    dotted = ["".join(sign if sign.isalnum() else "." for sign in text) for text in dotted]
    dotted[1] = "Wijken.en.buurten"
    padded = [[index, f"{row[0]:<10}", row[1], f"{row[2]:<40}", f"{row[3]:<10}", *row[4:]]
              for index, row in enumerate(ROWS, 1)]  # fmt: skip
    return table(["", *dotted], padded, ",", comma=True).encode()


def api() -> bytes:
    return table(API, [[row[0], row[0], *row[2:]] for row in ROWS]).encode()


def in_percent(header: Sequence[str]) -> bytes:
    return table(header, [[*row[:15], *(100 * count / row[4] for count in row[15:])] for row in ROWS]).encode()


def with_decoys() -> bytes:
    decoys = [77.7] * len(DECOYS)
    return table([*DECOYS, *SHORT], [[*decoys, *row] for row in ROWS]).encode()


LAYOUTS: dict[str, Callable[[], bytes]] = {
    "statline_decimal_comma": lambda: statline(True),
    "statline_decimal_point": lambda: statline(False),
    "written_by_r": written_by_r,
    "short_names": lambda: table(SHORT, ROWS).encode(),
    "short_names_before_2013": lambda: table([h.replace("a_00_14", "p_00_14_jr") for h in SHORT[:16]],
                                             [[*row[:15], 20] for row in ROWS]).encode(),
    "tabs_latin_1_crlf": lambda: table(SHORT, ROWS, "\t", comma=True, end="\r\n").encode("latin-1"),
    "old_mac_line_ends": lambda: table(SHORT, ROWS, ";", comma=True, end="\r").encode(),
    "api_keys": api,
    "long_labels": lambda: in_percent(LONG),
    "older_years": lambda: in_percent(OLD),
    "maps": lambda: in_percent(MAP),
    "among_columns_that_come_close": with_decoys,
}  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str, name: str = "kwb2031_invented.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def short(**changed: object) -> str:
    """The short-name layout, with some figures of the Café-buurt replaced."""
    rows = [list(row) for row in ROWS]
    for field, value in changed.items():
        rows[3][FIELDS.index(field.replace("aged_", "").replace("_to_", "-"))] = value
    return table(SHORT, rows)


def message(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_figures(layout: str, write: Write) -> None:
    figures = read_area(write(LAYOUTS[layout]()), "BU99010101")
    named = layout != "api_keys"
    assert (figures.code, figures.kind, figures.municipality) == ("BU99010101", "Buurt", "Voorbeeldstad")
    assert figures.name == ("Café-buurt" if named else "BU99010101")
    assert (figures.residents, figures.households, figures.dwellings) == (2500, 1200, 1150)
    assert (figures.household_size, figures.density, figures.year) == (2.1, 6200, 2031)
    assert (figures.owner_share, figures.rent_share) == (0.25, 0.74)
    assert (figures.association_share, figures.other_landlord_share, figures.low_income_share) == (0.64, 0.1, 0.625)
    if layout != "short_names_before_2013":  # which lacks four of the ages here
        assert figures.age_shares == pytest.approx((0.2, 0.1, 0.3, 0.25, 0.15))
        assert figures.notes == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_lists_its_areas(layout: str, write: Write) -> None:
    listed = areas(write(LAYOUTS[layout]()))
    assert [(area.code, area.kind) for area in listed] == [(row[0], row[3]) for row in ROWS]
    assert listed[1].name == "Voorbeeldstad"


def test_a_file_of_neighbourhoods_is_read_by_its_smallest_areas(write: Write) -> None:
    header = ["GM_CODE", "GM_NAAM", "WK_CODE", "BU_CODE", "BU_NAAM", "AANT_INW"]
    path = write(table(header, [["GM9901", "Voorbeeldstad", "WK990101", "BU99010101", "De Vlieten", 900]]))
    assert read_area(path, "de vlieten").code == "BU99010101"


def test_a_file_without_codes_is_read_by_name(write: Write) -> None:
    lines = '"Wijken en buurten";"Aantal inwoners";"Koopwoningen"\n"Nederland";"9000";"50"\n"De Vlieten";"900";"."\n'
    figures = read_area(write(lines), "de vlieten")
    assert (figures.code, figures.kind, figures.residents, figures.owner_share) == ("", "", 900, 0.5)


def test_the_year_comes_from_a_column_before_the_name_of_the_file(write: Write) -> None:
    assert read_area(write("regio,a_inw,JAAR\nDe Vlieten,900,2029\n"), "De Vlieten").year == 2029
    assert read_area(write("regio,a_inw\nDe Vlieten,900\n", "figures.csv"), "De Vlieten").year is None


@pytest.mark.parametrize("area", ["BU99010101", " bu99010101 ", "Café-buurt", "CAFE-BUURT", "cafe-buurt  "])
def test_an_area_is_found_whatever_its_capitals_accents_and_blanks(area: str, write: Write) -> None:
    assert read_area(write(short()), area).code == "BU99010101"


def test_an_unknown_area_lists_near_names(write: Write) -> None:
    path = write(short())
    text = message(lambda: read_area(path, "cafébuurt"))
    assert "Café-buurt" in text
    assert "did you mean" in text
    assert "one of its 6 areas, such as NL00" in message(lambda: read_area(path, "¿?"))
    assert "one of its 6 areas" in message(lambda: read_area(path, "  "))
    assert len(message(lambda: read_area(path, "x" * 100_000))) < 1000


def test_a_name_of_two_areas_lists_their_codes(write: Write) -> None:
    text = message(lambda: read_area(write(short()), "havenkwartier"))
    assert "BU99010102 (Buurt, Voorbeeldstad)" in text
    assert "WK990102 (Wijk, Voorbeeldstad)" in text


def test_an_area_that_is_there_twice_is_refused(write: Write) -> None:
    path = write(short() + short().split("\n", 1)[1])
    assert "lines 5, 11" in message(lambda: read_area(path, "BU99010101"))
    assert "lines 5, 11" in message(lambda: read_area(path, "Café-buurt"))


@pytest.mark.parametrize("missing", [".", "", "   ", "NA", "NULL", "nan", "x", "-99999999", "-99997", "-1", "-0,5"])
def test_a_missing_figure_comes_from_the_municipality_with_a_note(missing: str, write: Write) -> None:
    figures = read_area(write(short(low=missing)), "BU99010101")
    assert figures.low_income_share == 0.455
    assert figures.notes == ("low_income_share: missing for Café-buurt, filled with Voorbeeldstad (municipality): 0.46",)


def test_what_the_municipality_misses_too_comes_from_the_country(write: Write) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][FIELDS.index("low")] = rows[3][FIELDS.index("low")] = "."
    figures = read_area(write(table(SHORT, rows)), "BU99010101")
    assert figures.low_income_share == 0.4
    assert "Nederland (country)" in figures.notes[0]


def test_without_a_row_of_the_municipality_the_country_gives(write: Write) -> None:
    figures = read_area(write(table(SHORT, [ROWS[0], [*ROWS[3][:14], ".", *ROWS[3][15:]]])), "BU99010101")
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


def test_tenure_that_is_all_missing_is_the_municipalitys(write: Write) -> None:
    figures = read_area(write(short(owner=".", rent=".", association=".", other=".")), "BU99010101")
    tenure = (figures.owner_share, figures.rent_share, figures.association_share, figures.other_landlord_share)
    assert tenure == pytest.approx((0.4, 0.6, 0.4, 0.2))
    assert len(figures.notes) == 4


def test_missing_landlords_keep_the_areas_own_rented_share(write: Write) -> None:
    for owner, association, other in ((10, 0.6, 0.3), (100, 0, 0)):
        figures = read_area(write(short(owner=owner, rent=".", association=".", other=".")), "BU99010101")
        assert figures.rent_share == pytest.approx(1 - owner / 100)
        assert (figures.association_share, figures.other_landlord_share) == pytest.approx((association, other))
        assert any(note.endswith(f"in proportion to rent_share: {association:.2f}") for note in figures.notes)
    assert read_area(write(short(other=".")), "BU99010101").other_landlord_share == pytest.approx(0.1)


def test_missing_density_is_computed_from_land(write: Write) -> None:
    figures = read_area(write(short(density=".")), "BU99010101")
    assert figures.density == 6250
    assert "density: missing for Café-buurt, computed from its residents and land: 6250" in figures.notes
    assert read_area(write(short(density=".", land="0")), "BU99010101").density == 2000


def test_missing_households_and_dwellings_follow_from_each_other(write: Write) -> None:
    assert read_area(write(short(households=".", household_size="2.5")), "BU99010101").households == 1000
    assert read_area(write(short(household_size=".")), "BU99010101").household_size == pytest.approx(2500 / 1200)
    assert read_area(write(short(dwellings=".")), "BU99010101").dwellings == 1183
    figures = read_area(write(short(households=".", household_size=".")), "BU99010101")
    assert (figures.households, round(figures.household_size, 2)) == (1166, 2.14)
    figures = read_area(write(short(households=".", household_size=".", dwellings="9000")), "BU99010101")
    assert (figures.households, figures.dwellings, figures.household_size) == (1190, 9000, 2.1)
    assert len(figures.notes) == 2
    figures = read_area(write(short(households="0", household_size="0", dwellings="0")), "BU99010101")
    assert (figures.households, figures.dwellings, figures.household_size) == (0, 0, 2.1)


def test_ages_are_filled_all_or_none(write: Write) -> None:
    content = table(SHORT, [*ROWS[:3], [*ROWS[3][:15], 500, ".", 750, 625, 375]])
    figures = read_area(write(content), "BU99010101")
    assert figures.age_shares == pytest.approx((0.16, 0.12, 0.3, 0.25, 0.17))
    assert sum("share aged" in note for note in figures.notes) == 5


@pytest.mark.parametrize("residents", [".", "", "0", "-99997"])
def test_an_area_without_residents_is_refused(residents: str, write: Write) -> None:
    text = message(lambda: read_area(write(short(residents=residents)), "BU99010101"))
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
def test_a_figure_outside_its_range_is_refused(field: str, value: str, allowed: str, write: Write) -> None:
    text = message(lambda: read_area(write(short(**{field: value})), "BU99010101"))
    for part in ("kwb2031_invented.csv", "line 5", "Café-buurt", "column", allowed):
        assert part in text


def test_an_age_group_larger_than_the_area_is_refused(write: Write) -> None:
    path = write(table(SHORT, [[*ROWS[3][:15], 2600, 250, 750, 625, 375]]))
    assert "0 to 2500, its residents" in message(lambda: read_area(path, "BU99010101"))


def test_a_bad_figure_of_another_area_does_no_harm(write: Write) -> None:
    assert read_area(write(short(owner="104")), "WK990101").owner_share == 0.3


def test_unknown_ownership_is_kept_and_noted(write: Write) -> None:
    figures = read_area(write(short(owner="20", rent="74")), "BU99010101")
    assert (figures.owner_share, figures.rent_share) == (0.2, 0.74)
    assert figures.notes == ("owner_share and rent_share: add up to 0.94 for Café-buurt, not 1.00, kept",)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "the file is empty"),
        (b"PK\x03\x04\x14\x00 a zipped spreadsheet", "save a spreadsheet as CSV"),
        (b"hello\nworld\n", "no column with names or codes"),
        (b"{}", "no column with names or codes"),
        (b"a_inw,a_hh\n100,50\n", "no column with names or codes"),
        (b"gwb_code,a_hh\nBU99010101,50\n", "no column with residents"),
        (b"gwb_code,a_inw\n", "no areas under the header"),
        (b"gwb_code,a_inw\nBron: CBS\n", "no areas under the header"),
        (b"gwb_code,a_inw,a_hh\nBU99010101,900,400\nBU99010102,900\n", "line 3: row = '2 cells'"),
        (b"gwb_code,a_inw\nBU99010101,900,400\n", "line 2: row = '3 cells'; allowed: 2 cells"),
        (b'gwb_code,a_inw\n"BU99010101,900\nBU99010102,900\n', "no table"),
    ],
)
def test_a_file_that_is_no_table_of_areas_is_refused(content: bytes, part: str, write: Write) -> None:
    path = write(content)
    text = message(lambda: read_area(path, "BU99010109"))
    assert str(path) in text
    assert part in text


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in message(lambda: read_area(tmp_path / "none.csv", "x"))
    assert "not a file" in message(lambda: areas(tmp_path))
    assert "no such file" in message(lambda: areas("nul\0byte"))
    assert "cannot be read" in message(lambda: areas("n" * 5000))


def test_a_file_of_50_megabytes_is_read_and_a_larger_one_than_200_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"BU{place:08d},Buurt {place}," + "1234," * 100 + "900\n" for place in range(10_000))
    content = "gwb_code,regio," + "".join(f"g_{place}," for place in range(100)) + "a_inw\n" + rows  # 5 megabytes
    path = write(content)
    start = time.perf_counter()
    assert read_area(path, "buurt 9999").residents == 900
    assert time.perf_counter() - start < 6  # ten times as much within a minute, on a slow machine
    monkeypatch.setattr(cbs, "LARGEST_FILE", 100_000)
    assert "MB" in message(lambda: read_area(path, "buurt 1"))


def read_or_refuse(path: Path, area: str) -> AreaFigures | str:
    try:
        areas(path)
        return read_area(path, area)
    except BadInput as error:
        return str(error)


def check_figures_or_bad_input(path: Path, area: str) -> None:
    figures = read_or_refuse(path, area)
    if isinstance(figures, str):
        assert figures.startswith(str(path))
        assert len(figures.splitlines()) == 1
        return
    assert figures.residents >= 1
    assert figures.households >= 0
    assert figures.dwellings >= 0
    assert figures.household_size >= 1
    assert figures.density >= 0
    assert sum(figures.age_shares) == pytest.approx(1)
    shares = (figures.owner_share, figures.rent_share, figures.association_share, figures.other_landlord_share)
    assert all(0 <= share <= 1 for share in (*shares, figures.low_income_share, *figures.age_shares))


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode), area=st.text(max_size=10))
def test_random_bytes_never_give_a_traceback(content: bytes, area: str, tmp_path_factory: Folder) -> None:
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes(content)
    check_figures_or_bad_input(path, area)


PIECES = [b"\0", b'"', b";", b",", b"\t", b"\r\n", b"-", b".", b"9" * 30, b"1e309", b"\xff", b"%", "é".encode(), b"0",
          b"NL00", b"GM9901", b"BU99010101", b"Land", b"Gemeente", b"  ", b"a_inw", b"\f", "²½٣".encode()]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from([b"", *PIECES]) | st.binary(max_size=4)),
        min_size=1,
        max_size=8,
    ),
    area=st.sampled_from(["BU99010101", "Café-buurt", "Voorbeeldstad", "NL00"]),
)
def test_a_mangled_file_never_gives_a_traceback(
    layout: str, edits: list[tuple[float, int, bytes]], area: str, tmp_path_factory: Folder
) -> None:
    content = LAYOUTS[layout]()
    for where, cut, put in edits:
        place = round(where * len(content))
        content = content[:place] + put + content[place + cut :]
    path = tmp_path_factory.getbasetemp() / "mangled.csv"
    path.write_bytes(content)
    check_figures_or_bad_input(path, area)


CELLS = st.sampled_from([".", "", "0", "100", "50", "0,5", "-9", "1e9", "x", "veel", "101", "5", "2500"]) | st.text(max_size=4)


@settings(max_examples=300, deadline=None)
@given(cells=st.dictionaries(st.tuples(st.integers(0, 3), st.integers(4, 19)), CELLS, max_size=12))
def test_any_cells_give_figures_or_bad_input(cells: dict[tuple[int, int], str], tmp_path_factory: Folder) -> None:
    rows = [list(row) for row in ROWS]
    for (row, column), cell in cells.items():
        rows[row][column] = cell
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_text(table(SHORT, rows), encoding="utf-8")
    check_figures_or_bad_input(path, "BU99010101")


def real(name: str) -> Path:
    """A file of the shared folder beside the project; not part of it, for its licence and its size."""
    path = Path(__file__).parents[2].parent / "shared" / "data" / name
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
    outcomes = [read_or_refuse(path, area.code) for area in listed[::15]]
    refused = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert all("residents = " in text for text in refused)
    assert len(refused) <= 0.1 * len(outcomes)


def test_a_suppressed_figure_of_amsterdam_2019_is_amsterdams() -> None:
    path = real("kwb2019_amsterdam_statline.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owner, inhabited = "Wonen.Woningen.naar.eigendom.Koopwoningen....", "Bevolking.Aantal.inwoners..aantal."
    row = next(row for row in rows if row[owner] in (".", "NA", "") and row[inhabited] not in (".", "NA", "", "0"))
    figures = read_area(path, row["Regioaanduiding.Codering..code."])
    assert (figures.owner_share, figures.rent_share) == (0.3, 0.7)
    assert f"owner_share: missing for {figures.name}, filled with Amsterdam (municipality): 0.30" in figures.notes


def test_poelenburg_2024_is_known_by_its_code_alone_and_its_tenure_is_national() -> None:
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


def test_an_export_without_residents_is_refused() -> None:
    assert "no column with residents" in message(lambda: areas(real("kwb2015_amsterdam_income_ORIGINAL.csv")))


def test_other_tables_of_the_same_areas_are_refused() -> None:
    for name in ("leefbaarometer3_buurten_2020_NL.csv", "rivm_health_2020_18plus_targets.csv", "SOURCES.md"):
        assert "no column with" in message(lambda name=name: areas(real(name)))
