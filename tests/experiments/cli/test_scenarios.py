"""Scenarios on the command line: shown in two languages, written as a file that explains itself, checked with what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.cli import main as cli
from model.case.case import Conditions, Place, load


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_every_scenario_is_listed_with_the_ten_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scenarios", "--json"]) == 0
    names = [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert len(names) >= 12
    assert {"default", "city", "kolping", "malburgen"} <= set(names)
    assert cli.main(["scenarios"]) == 0
    assert "Singelpark" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "nl",
            [
                "koikarpers",
                "Elly: van de corporatie",
                "Waar je op let",
                "week 28",
                "de renovatie begint",
                "In het model",
                "niet te zien",
                "conditions.ward_hours",
            ],
        ),
        (
            "en",
            [
                "koi carp",
                "Elly: of the corporation",
                "Watch",
                "week 28",
                "the renovation begins",
                "In the model",
                "does not show",
                "conditions.ward_hours",
            ],
        ),
    ],
)
def test_a_case_is_shown_whole(lang: str, words: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scenarios", "show", "kolping", "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == []


def test_a_case_is_shown_as_data_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scenarios", "show", "malburgen", "--json"]) == 0
    facts, case = json.loads(capsys.readouterr().out), load("malburgen")
    assert facts["title"] == {"nl": case.title.nl, "en": str(case.title)}
    assert facts["neighbourhoods"] == ["Malburgen", "Oosterbeek"]
    assert len(facts["checks"]) == len(case.checks)
    assert facts["events"][0]["text"]["nl"]


def test_a_new_file_is_the_usual_neighbourhood_and_names_every_figure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["scenarios", "new", "mine"]) == 0
    text, case = (here / "mine.toml").read_text(encoding="utf-8"), load(here / "mine.toml")
    assert (case.place, case.conditions, case.weeks, case.name) == (load("default").place, Conditions(), load("default").weeks, "mine")
    assert [name for name in (*Place.model_fields, *Conditions.model_fields) if f"{name} = " not in text] == []
    assert [*here.iterdir()] == [here / "mine.toml"]
    assert cli.main(["scenarios", "check", "mine.toml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["without_source"] == []


def test_examples_in_a_new_file_work_when_the_remark_sign_is_taken_away(here: Path) -> None:
    assert cli.main(["scenarios", "new", "mine"]) == 0
    lines = (here / "mine.toml").read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("# [[events]]"))
    bare = [line.removeprefix("# ") if n >= first and (" = " in line or "[[" in line) else line for n, line in enumerate(lines)]
    (here / "mine.toml").write_text("\n".join(bare), encoding="utf-8")
    case = load(here / "mine.toml")
    assert [event.kind for event in case.events] == ["problem", "giving", "practice"]
    assert [person.name for person in case.people] == ["Joop"]
    assert len(case.checks) == 1


HEADER = "gwb_code_10,regio,gm_naam,recs,a_inw,a_hh,g_hhgro,bev_dich,p_koopw,p_huurw,p_wcorpw,p_ov_hw,p_hh_li"
FIGURES = f"""{HEADER},a_00_14,a_15_24,a_25_44,a_45_64,a_65_oo
NL00,Nederland,Nederland,Land,9000000,4000000,2.2,400,55,44,30,14,40,1500000,1000000,2400000,2500000,1600000
GM9901,Voorbeeldstad,Voorbeeldstad,Gemeente,100000,48000,2.1,2000,40,60,40,20,45.5,16000,12000,30000,25000,17000
BU99010101,Café-buurt,Voorbeeldstad,Buurt,2500,1200,2.1,6200,25,74,64,10,62.5,500,250,750,625,375
"""  # invented


def test_a_new_file_takes_real_figures(here: Path) -> None:
    (here / "kwb.csv").write_text(FIGURES, encoding="utf-8")
    assert cli.main(["scenarios", "new", "haven", "--kwb", "kwb.csv", "--area", "BU99010101"]) == 0
    case = load(here / "haven.toml")
    assert (case.residents, case.place.low_income_share, case.place.association_share) == (2500, 0.625, 0.64)
    assert "Café-buurt" in case.title
    assert "CBS" in case.sources[0].source


@pytest.mark.parametrize("name", ["mine", "mine.toml"])
def test_a_file_that_exists_is_left_alone(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.toml").write_text("mine", encoding="utf-8")
    assert cli.main(["scenarios", "new", name]) == 2
    assert "'mine.toml'; allowed: a new name; this file exists, and is left alone" in one_line(capsys)
    assert [path.read_text() for path in here.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "kolpings"], "scenario: name = 'kolpings'; allowed: "),
        (["show"], "NAME|FILE"),
        (["new"], "NAME"),
        (["new", "nowhere/mine"], "nowhere/mine.toml"),
        (["new", "mine", "--kwb", "kwb.csv"], "say which area of it with --area"),
        (["check", "nowhere.toml"], "nowhere.toml: file; allowed: a readable TOML file"),
        (["check", "broken.toml"], "broken.toml: place.residents = 0; allowed: "),
        (["check", "kolping", "--write"], "--count"),
        (["nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(arguments: list[str], says: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "broken.toml").write_text("[place]\nresidents = 0\n", encoding="utf-8")
    assert cli.main(["scenarios", *arguments]) == 2
    assert says in one_line(capsys)


CASE = """
burn_in = 4
weeks = 20
sources = [{ key = "weeks", source = "assumption: short", low = 10, high = 30 }]
[place]
residents = 84
[[checks]]
sentence = "Mensen vertrouwen ze, instanties niet."
en = "They trust people, not institutions."
essay = "S2"
regime = "relational"
outcome = "trust_official"
than = 2.0
shows = true
found = 20
"""


def test_a_check_says_what_has_no_source_and_what_speaks_one_language(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.toml").write_text(CASE, encoding="utf-8")
    assert cli.main(["scenarios", "check", "mine.toml"]) == 0
    said = capsys.readouterr().out
    assert "mine is well: 84 residents" in said
    assert "Without a source, or an assumption without a range: burn_in, place.residents." in said
    assert "Not in both languages: text, watch, question." in said


def test_a_checklist_that_is_not_as_noted_gives_status_one_and_can_be_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = here / "mine.toml"
    path.write_text(CASE, encoding="utf-8")
    assert cli.main(["scenarios", "check", "mine.toml", "--count", "--json"]) == 1
    counted = json.loads(capsys.readouterr().out)["counted"]
    assert [(one["seeds"], one["shows"], one["noted"]) for one in counted] == [(0, False, True)]
    assert path.read_text(encoding="utf-8") == CASE
    assert cli.main(["scenarios", "check", "mine.toml", "--count", "--write"]) == 0
    assert path.read_text(encoding="utf-8") == CASE.replace("shows = true\nfound = 20", "shows = false\nfound = 0")
    assert cli.main(["scenarios", "check", "mine.toml", "--count"]) == 0


def test_a_case_runs_for_as_long_as_it_says_unless_asked_otherwise(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.toml").write_text(CASE, encoding="utf-8")
    for more, weeks in (([], 20), (["--weeks", "7"], 7), (["--quick"], 52)):
        assert cli.main(["run", "--scenario", "mine.toml", "--no-story", "--json", *more]) == 0
        assert json.loads(capsys.readouterr().out)["weeks"] == weeks
