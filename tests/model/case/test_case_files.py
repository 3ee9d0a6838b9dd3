"""Files of cases: what is read, what may be left out, and what is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from model.case.case import SCENARIOS, Case, Conditions, Place, available, checked, load
from model.parameters import Behaviour
from tests.model.case.refusals import message

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str, name: str = "my.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_every_scenario_that_ships_loads_and_is_listed() -> None:
    shipped = sorted(path.stem for path in SCENARIOS.glob("*.toml"))
    assert "default" in shipped
    assert [name for name, _ in available()] == shipped
    for name, title in available():
        case = load(name)
        assert case.name == name
        assert case.title == title != ""
        assert case == load(SCENARIOS / f"{name}.toml")


def test_the_default_scenario_is_the_declared_defaults() -> None:
    case = load("default")
    assert (case.place, case.conditions, case.behaviour) == (Place.model_validate({}), Conditions(), Behaviour())
    assert case.residents == 1000


def test_a_case_can_be_written_and_read_again() -> None:
    events = [{"week": 5, "kind": "shock", "value": 0.5}, {"week": 9, "kind": "problem", "name": "noise", "value": 0.4, "street": 2}]
    case = load("default").replaced(residents=300, problems={"litter": 2.5}, events=events, notes=["a", "b"], spill=0.3)
    assert checked(case.model_dump(), "again") == case
    assert checked(case.model_dump(mode="json"), "again") == case
    assert checked(json.loads(json.dumps(case.model_dump(mode="json"))), "again") == case


def test_a_file_sets_what_it_names_and_keeps_the_defaults_of_the_rest(write: Write) -> None:
    case = load(write("""
        title = "Eén straat"
        [place]
        residents = 40
        [problems]
        litter = 3
        [[events]]
        week = 52
        kind = "official_leaves"
    """, "street.toml"))  # fmt: skip
    assert (case.name, case.title, case.residents) == ("street", "Eén straat", 40)
    assert (case.problems, case.events[0].week) == ({"litter": 3.0}, 52)
    assert (case.behaviour, case.place.household_size) == (Behaviour(), 2.14)
    assert load(str(write("", "empty.toml"))) == Case.model_validate({"name": "empty"})


def test_a_bad_number_in_a_file_names_file_and_key(write: Write) -> None:
    path = write("[place]\nresidents = 0\n")
    text = message(lambda: load(path))
    assert text.startswith(f"{path}: place.residents = 0; allowed: ")


@pytest.mark.parametrize(
    "content",
    [
        b"residents = ", b"[place\nresidents = 5", b"[place]\n[place]\n", b"place.residents = 1\n[place]\nresidents = 2", b"\x00",
        b"residents: 5", b'{"place": {"residents": 5}}', 'title = "Eén straat"'.encode("latin-1"), 'title = "x"'.encode("utf-16"),
        b"a = " + b"9" * 5000, b"a = " + b"[" * 5000, b"[place]\nresidents = 2024-13-45",
    ],
    ids=[
        "no_value", "open_bracket", "twice", "redefined", "zero_byte", "yaml", "json", "latin_1", "utf_16",
        "endless_number", "deeply_nested", "no_date",
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_one_line(content: bytes, write: Write) -> None:
    path = write(content)
    text = message(lambda: load(path))
    assert text.startswith(f"{path}: file; ")
    assert "TOML" in text


def test_a_file_with_a_byte_order_mark_is_read(write: Write) -> None:
    assert load(write("[place]\nresidents = 40\n".encode("utf-8-sig"))).residents == 40


def test_what_is_too_long_is_refused_in_a_short_line(write: Write) -> None:
    path = write(f'title = "{"x" * 200_000}"')
    assert message(lambda: load(path)) == f"{path}: title, of 200,000 characters; allowed: at most 200"
    event = '[[events]]\nweek = 1\nkind = "problem"\nname = "litter"\nvalue = 0.5\n'
    path = write(event * 2_001)
    assert message(lambda: load(path)) == f"{path}: events; allowed: at most 2,000 of them, not 2,001"
    path = write(f'name = "{"x" * 200_000}"')
    assert len(message(lambda: load(path))) < 400


def test_dates_and_other_values_that_toml_knows_are_refused_where_a_number_belongs(write: Write) -> None:
    for value in ("2024-01-01", "07:30:00", "nan", "inf", "[1]", "{a = 1}"):
        assert "place.density" in message(lambda v=value: load(write(f"[place]\ndensity = {v}\n"))), value


def test_a_file_that_is_missing_or_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for path in (tmp_path / "nowhere.toml", tmp_path / "folder.toml", tmp_path / "nowhere" / "x.toml", tmp_path / f"{'x' * 300}.toml"):
        text = message(lambda p=path: load(p))
        assert text.startswith(f"{path}: file; allowed: a readable TOML file (")


@pytest.mark.parametrize("name", ["", "defualt", "default.tml", "../default", "DEFAULT", "scenarios/default", "default.toml.bak"])
def test_an_unknown_name_lists_the_scenarios_that_ship(name: str) -> None:
    text = message(lambda: load(name))
    assert repr(name) in text
    assert "default" in text
    assert "path of a .toml file" in text
