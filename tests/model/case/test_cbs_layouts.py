"""The reader of CBS files: every layout, what is no such file, and whatever else may be in one."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.case import cbs_file
from model.case.cbs import AreaFigures, areas, read_area
from model.errors import BadInput

Sheet = Sequence[Sequence]  # the header and the areas of the fixture
Write = Callable[..., Path]
Message = Callable[[Callable[[], object]], str]
Folder = pytest.TempPathFactory

# A figure a line, in the order of the sheet: keys of the API, names of older years.
API, OLD = zip(
    *(
        line.split()
        for line in """
    Codering_3                          BU_CODE
    WijkenEnBuurten                     BU_NAAM
    Gemeentenaam_1                      GM_NAAM
    SoortRegio_2                        RECS
    AantalInwoners_5                    AANT_INW
    HuishoudensTotaal_29                AANTAL_HH
    Woningvoorraad_35                   WONINGVOORRAAD
    GemiddeldeHuishoudensgrootte_33     GEM_HH_GR
    Bevolkingsdichtheid_34              BEV_DICHTH
    OppervlakteLand_123                 OPP_LAND
    Koopwoningen_41                     P_KOOPWON
    HuurwoningenTotaal_42               P_HUURWON
    InBezitWoningcorporatie_43          P_HUURCORP
    InBezitOverigeVerhuurders_44        P_HUUROVVH
    k_40HuishoudensMetLaagsteInkomen_76 P_HH_LI
    k_0Tot15Jaar_8                      P_00_14_JR
    k_15Tot25Jaar_9                     P_15_24_JR
    k_25Tot45Jaar_10                    P_25_44_JR
    k_45Tot65Jaar_11                    P_45_64_JR
    k_65JaarOfOuder_12                  P_65_EO_JR""".strip().split("\n")
    ),
    strict=True,
)
# fmt: off
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


def statline(sheet: Sheet, decimal_comma: bool) -> bytes:
    body = table(UNITS, sheet[1:], ";", decimal_comma, quote=True, end="\r\n")
    topics = table(TOPICS, [], ";", quote=True, end="\r\n")
    title = '"Kerncijfers wijken en buurten 2031"\r\n""\r\n"";"Onderwerp"\r\n'
    return (title + topics + body + '"Bron: CBS"\r\n').encode("utf-8-sig")


def written_by_r(sheet: Sheet) -> bytes:
    dotted = [f"{topic}|({unit})".replace("²", "") for topic, unit in zip(TOPICS, UNITS, strict=True)]
    dotted = ["".join(sign if sign.isalnum() else "." for sign in text) for text in dotted]
    dotted[1] = "Wijken.en.buurten"
    padded = [[index, f"{row[0]:<10}", row[1], f"{row[2]:<40}", f"{row[3]:<10}", *row[4:]]
              for index, row in enumerate(sheet[1:], 1)]  # fmt: skip
    return table(["", *dotted], padded, ",", comma=True).encode()


def api(sheet: Sheet) -> bytes:
    return table(API, [[row[0], row[0], *row[2:]] for row in sheet[1:]]).encode()


def in_percent(header: Sequence[str], sheet: Sheet) -> bytes:
    return table(header, [[*row[:15], *(100 * count / row[4] for count in row[15:])] for row in sheet[1:]]).encode()


def with_decoys(sheet: Sheet) -> bytes:
    decoys = [77.7] * len(DECOYS)
    return table([*DECOYS, *sheet[0]], [[*decoys, *row] for row in sheet[1:]]).encode()


LAYOUTS: dict[str, Callable[[Sheet], bytes]] = {
    "statline_decimal_comma": lambda sheet: statline(sheet, True),
    "statline_decimal_point": lambda sheet: statline(sheet, False),
    "written_by_r": written_by_r,
    "short_names": lambda sheet: table(sheet[0], sheet[1:]).encode(),
    "short_names_before_2013": lambda sheet: table([h.replace("a_00_14", "p_00_14_jr") for h in sheet[0][:16]],
                                             [[*row[:15], 20] for row in sheet[1:]]).encode(),
    "tabs_latin_1_crlf": lambda sheet: table(sheet[0], sheet[1:], "\t", comma=True, end="\r\n").encode("latin-1"),
    "old_mac_line_ends": lambda sheet: table(sheet[0], sheet[1:], ";", comma=True, end="\r").encode(),
    "api_keys": api,
    "long_labels": lambda sheet: in_percent(LONG, sheet),
    "older_years": lambda sheet: in_percent(OLD, sheet),
    "maps": lambda sheet: in_percent(MAP, sheet),
    "among_columns_that_come_close": with_decoys,
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_figures(layout: str, sheet: Sheet, write: Write) -> None:
    figures = read_area(write(LAYOUTS[layout](sheet)), "BU99010101")
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
def test_every_layout_lists_its_areas(layout: str, sheet: Sheet, write: Write) -> None:
    listed = areas(write(LAYOUTS[layout](sheet)))
    assert [(area.code, area.kind) for area in listed] == [(row[0], row[3]) for row in sheet[1:]]
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
def test_a_file_that_is_no_table_of_areas_is_refused(content: bytes, part: str, write: Write, message: Message) -> None:
    path = write(content)
    text = message(lambda: read_area(path, "BU99010109"))
    assert str(path) in text
    assert part in text


def test_a_path_that_is_no_file_is_refused(tmp_path: Path, message: Message) -> None:
    assert "no such file" in message(lambda: read_area(tmp_path / "none.csv", "x"))
    assert "not a file" in message(lambda: areas(tmp_path))
    assert "no such file" in message(lambda: areas("nul\0byte"))
    assert "cannot be read" in message(lambda: areas("n" * 5000))


def test_a_file_of_50_megabytes_is_read_and_a_larger_one_than_200_refused(
    write: Write, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"BU{place:08d},Buurt {place}," + "1234," * 100 + "900\n" for place in range(10_000))
    content = "gwb_code,regio," + "".join(f"g_{place}," for place in range(100)) + "a_inw\n" + rows  # 5 megabytes
    path = write(content)
    start = time.perf_counter()
    assert read_area(path, "buurt 9999").residents == 900
    assert time.perf_counter() - start < 6  # ten times as much within a minute, on a slow machine
    monkeypatch.setattr(cbs_file, "LARGEST_FILE", 100_000)
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
    layout: str, edits: list[tuple[float, int, bytes]], area: str, sheet: Sheet, tmp_path_factory: Folder
) -> None:
    content = LAYOUTS[layout](sheet)
    for where, cut, put in edits:
        place = round(where * len(content))
        content = content[:place] + put + content[place + cut :]
    path = tmp_path_factory.getbasetemp() / "mangled.csv"
    path.write_bytes(content)
    check_figures_or_bad_input(path, area)


CELLS = st.sampled_from([".", "", "0", "100", "50", "0,5", "-9", "1e9", "x", "veel", "101", "5", "2500"]) | st.text(max_size=4)


@settings(max_examples=300, deadline=None)
@given(cells=st.dictionaries(st.tuples(st.integers(0, 3), st.integers(4, 19)), CELLS, max_size=12))
def test_any_cells_give_figures_or_bad_input(cells: dict[tuple[int, int], str], sheet: Sheet, tmp_path_factory: Folder) -> None:
    rows = [list(row) for row in sheet[1:]]
    for (row, column), cell in cells.items():
        rows[row][column] = cell
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_text(table(sheet[0], rows), encoding="utf-8")
    check_figures_or_bad_input(path, "BU99010101")
