"""Cases: every number says what it is, and every mistake in a file is told in one line that names file and key."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.case.case import SCENARIOS, Case, Conditions, Event, Place, available, checked, load
from model.errors import BadInput
from model.kinds import KINDS
from model.parameters import Behaviour, Section
from model.regimes import PRACTICES

SECTIONS: dict[str, type[Section]] = {"place": Place, "conditions": Conditions, "behaviour": Behaviour}
FIELDS = [(section, key) for section, model in SECTIONS.items() for key in model.model_fields]
NAMES = [f"{section}.{key}" for section, key in FIELDS]
each_field = pytest.mark.parametrize(("section", "key"), FIELDS, ids=NAMES)

Write = Callable[..., Path]


def limits(section: str, key: str) -> tuple[float, float]:
    marks = SECTIONS[section].model_fields[key].metadata
    return next(m.ge for m in marks if hasattr(m, "ge")), next(m.le for m in marks if hasattr(m, "le"))


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


def takes(section: str, key: str, value: object) -> bool:
    try:
        checked({section: {"association_share": 0, key: value} if key == "owner_share" else {key: value}}, "my.toml")
    except BadInput:
        return False
    return True


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str, name: str = "my.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- declarations -------------------------------------------------------------------------------------------------


@each_field
def test_every_declared_number_has_unit_meaning_and_source_or_assumption(section: str, key: str) -> None:
    field = SECTIONS[section].model_fields[key]
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    assert str(extra["unit"]).strip()
    assert len(str(extra["source"])) >= len("design")
    assert len(field.description or "") >= 5
    low, high = limits(section, key)
    assert low < high
    assert low <= field.default <= high


def test_the_burn_in_is_declared_like_every_other_number() -> None:
    field = Case.model_fields["burn_in"]
    assert field.description
    assert isinstance(field.json_schema_extra, dict), "burn_in has no unit and no source"
    assert {"unit", "source"} <= set(field.json_schema_extra)


def test_no_key_stands_in_two_sections() -> None:
    keys = [key for _, key in FIELDS] + list(Case.model_fields)
    assert len(set(keys)) == len(keys)


def test_every_declared_number_is_read_somewhere() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in SCENARIOS.parents[1].rglob("*.py")}
    del sources["parameters.py"]
    unread = [key for _, key in FIELDS if not any(f".{key}" in text for text in sources.values())]
    by_name = {f"rest_{who}" for who in ("neighbours", "official", "municipality", "corporation", "police")}
    assert set(unread) <= by_name


# --- numbers ------------------------------------------------------------------------------------------------------


@each_field
def test_a_number_at_either_end_of_its_range_is_taken(section: str, key: str) -> None:
    for value in limits(section, key):
        rest: dict[str, float] = {"owner_share": 0.0, "association_share": 0.0} if key in ("owner_share", "association_share") else {}
        if key == "streets":
            rest = {"residents": 20_000_000}
        if key in ("trust_step", "loss_aversion"):  # together at most 0.25
            rest = {"trust_step": 0.05, "loss_aversion": 2.0}
        assert getattr(getattr(checked({section: {**rest, key: value}}, "x"), section), key) == value


@each_field
def test_a_number_out_of_range_or_no_number_is_refused_in_one_line_naming_the_key(section: str, key: str) -> None:
    low, high = limits(section, key)
    whole = SECTIONS[section].model_fields[key].annotation is int
    little = 1 if whole else 1e-6 * (high - low)
    bad = [low - little, high + little, math.nan, math.inf, -math.inf, "veel", "", None, [low], {"value": low}]
    for value in [*bad, *([low + 0.5] if whole else [])]:
        text = refused({section: {key: value}})
        assert text.startswith(f"my.toml: {section}.{key}"), text
        assert "allowed:" in text, text


def test_a_number_in_quotes_is_refused_as_no_number() -> None:
    taken = [name for name, (section, key) in zip(NAMES, FIELDS, strict=True) if takes(section, key, str(limits(section, key)[0]))]
    assert taken == []


def test_yes_and_no_are_refused_as_no_number() -> None:
    """`residents = true` must not make a neighbourhood of one."""
    ones = [name for name, (section, key) in zip(NAMES, FIELDS, strict=True) if takes(section, key, True)]
    noughts = [name for name, (section, key) in zip(NAMES, FIELDS, strict=True) if takes(section, key, False)]
    assert ones + noughts == []


def test_a_message_says_what_was_given_and_what_is_allowed() -> None:
    assert refused({"place": {"owner_share": 1.5}}) == "my.toml: place.owner_share = 1.5; allowed: less than or equal to 1"


@pytest.mark.parametrize("value", [-1, 5201, 1.5, math.nan, "long", None])
def test_a_burn_in_out_of_range_is_refused(value: object) -> None:
    assert refused({"burn_in": value}).startswith("my.toml: burn_in")


@pytest.mark.parametrize("name", ["", "x" * 81, 5, None])
def test_a_name_must_be_a_short_text(name: object) -> None:
    assert refused({"name": name}).startswith("my.toml: name")


def test_shares_of_tenure_add_up_to_one_at_most() -> None:
    text = refused({"place": {"owner_share": 0.8, "association_share": 0.3}})
    assert "owner_share" in text
    assert "association_share" in text
    assert checked({"place": {"owner_share": 0.7, "association_share": 0.3}}, "x").place.owner_share == 0.7


def test_a_neighbourhood_has_a_street_for_every_42_residents_and_at_least_one() -> None:
    counts = {
        residents: checked({"place": {"residents": residents}}, "x").place.street_count for residents in (1, 20, 42, 1000, 20_000_000)
    }
    assert counts == {1: 1, 20: 1, 42: 1, 1000: 24, 20_000_000: 476_190}
    assert checked({"place": {"residents": 10, "streets": 3}}, "x").place.street_count == 3


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTIONS)
def test_an_unknown_key_of_a_section_names_those_allowed(section: str) -> None:
    names = list(SECTIONS[section].model_fields)
    text = refused({section: {f"{names[3]}s": 1}})
    assert text.startswith(f"my.toml: {section}.{names[3]}s; ")
    if len(names) <= 60:
        assert text.endswith("allowed: " + ", ".join(names))
    else:
        assert f"allowed: {names[3]}, " in text
        assert f" and {len(names) - 5} more " in text


def test_an_unknown_section_names_those_allowed() -> None:
    text = refused({"behavior": {"spill": 0.1}})
    assert text.startswith("my.toml: behavior; ")
    assert text.endswith("allowed: " + ", ".join(Case.model_fields))


def test_an_unknown_key_of_an_event_names_those_allowed() -> None:
    text = refused({"events": [{"week": 1, "kind": "official_leaves"}, {"week": 2, "kind": "official_leaves", "when": 3}]})
    assert text.startswith("my.toml: events.1.when; ")
    assert text.endswith("allowed: " + ", ".join(Event.model_fields))


@pytest.mark.parametrize("section", [*SECTIONS, "problems", "events"])
@pytest.mark.parametrize("value", [5, "text", True, None, [1, 2]])
def test_a_section_that_is_no_table_is_refused_by_name(section: str, value: object) -> None:
    assert refused({section: value}).startswith(f"my.toml: {section}")


@pytest.mark.parametrize("data", [None, 5, "text", [], [{"place": {}}]])
def test_a_case_that_is_no_table_is_refused(data: Any) -> None:
    assert message(lambda: checked(data, "my.toml")).startswith("my.toml")


# --- problems and events ------------------------------------------------------------------------------------------


def test_an_unknown_kind_of_problem_names_the_kinds() -> None:
    text = refused({"problems": {"litter": 2, "graffiti": 1}})
    assert "problems.graffiti" in text
    assert all(kind.name in text for kind in KINDS)


@pytest.mark.parametrize("factor", [-0.1, 10_000.1, math.nan, math.inf, "often", None, {"rate": 2}])
def test_a_factor_of_a_kind_of_problem_out_of_range_is_refused(factor: object) -> None:
    assert "problems.litter" in refused({"problems": {"litter": factor}})


@pytest.mark.parametrize(
    ("event", "key", "allowed"),
    [
        ({"kind": "shock", "value": 0.5}, "events.0.week", "required"),
        ({"week": 3}, "events.0.kind", "required"),
        ({"week": 0, "kind": "shock"}, "events.0.week", "greater than or equal to 1"),
        ({"week": 100_001, "kind": "shock"}, "events.0.week", "less than or equal to 100000"),
        ({"week": 1.5, "kind": "shock"}, "events.0.week", "integer"),
        ({"week": "soon", "kind": "shock"}, "events.0.week", "integer"),
        ({"week": 3, "kind": "party"}, "events.0.kind", "official_leaves"),
        ({"week": 3, "kind": "shock", "value": 1.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "shock", "value": -0.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "shock", "value": math.nan}, "events.0.value", "finite"),
        ({"week": 3, "kind": "shock", "value": "big"}, "events.0.value", "number"),
        ({"week": 3, "kind": "problem", "name": "litter", "value": 1.1}, "events.value", "0 to 1"),
        ({"week": 3, "kind": "problem", "name": "graffiti", "value": 0.5}, "events.name", "litter"),
        ({"week": 3, "kind": "problem", "value": 0.5}, "events.name", "litter"),
        ({"week": 3, "kind": "problem", "name": "litter", "value": 0.5, "street": 24}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "initiative", "street": 99}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "initiative", "street": -1}, "events.street", "0 to 23"),
        ({"week": 3, "kind": "shock", "street": -2}, "events.0.street", "greater than or equal to -1"),
        ({"week": 3, "kind": "practice", "name": "years_in_post", "value": 3}, "events.name", "presence"),
        ({"week": 3, "kind": "practice", "value": 0.5}, "events.name", "presence"),
        ({"week": 3, "kind": "practice", "name": "presence", "value": 1.01}, "events.value", "0.0 to 1.0"),
        ({"week": 3, "kind": "practice", "name": "report_threshold", "value": 0}, "events.value", "1"),
    ],
)  # fmt: skip
def test_an_impossible_event_is_refused_with_what_is_allowed(event: dict[str, Any], key: str, allowed: str) -> None:
    text = refused({"events": [event]})
    assert text.startswith(f"my.toml: {key}"), text
    assert allowed in text


@pytest.mark.parametrize("name", PRACTICES)
def test_every_practice_can_be_switched_within_its_range(name: str) -> None:
    p = PRACTICES[name]
    for value in (p.low, p.high):
        case = checked({"events": [{"week": 52, "kind": "practice", "name": name, "value": value}]}, "x")
        assert case.events[0].value == value


def test_events_that_contradict_each_other_are_refused() -> None:
    event = {"week": 52, "kind": "practice", "name": "presence", "value": 0.1}
    text = refused({"events": [event, {**event, "value": 0.9}]})
    assert "week 52" in text
    assert "presence" in text
    assert len(checked({"events": [event, {**event, "week": 53, "value": 0.9}]}, "x").events) == 2
    assert len(checked({"events": [event, {**event, "name": "intensity"}]}, "x").events) == 2


def test_a_practice_cannot_take_two_values_in_one_week_whatever_street_is_named() -> None:
    event = {"week": 52, "kind": "practice", "name": "presence", "value": 0.1, "street": 0}
    assert "week 52" in refused({"events": [event, {**event, "value": 0.9, "street": 1}]})


# --- files --------------------------------------------------------------------------------------------------------


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


# --- changing a number --------------------------------------------------------------------------------------------


@each_field
def test_replacing_a_number_changes_that_number_and_no_other(section: str, key: str) -> None:
    usual = load("default")
    value = limits(section, key)[0]
    case = usual.replaced(**{key: value})
    expected = usual.model_dump()
    expected[section][key] = value
    assert case.model_dump() == expected
    assert usual == load("default")


def test_replacing_works_for_the_case_itself_and_for_several_numbers() -> None:
    case = load("default").replaced(burn_in=0, residents=60, problem_rate=2, title="x")
    assert (case.burn_in, case.residents, case.conditions.problem_rate, case.title) == (0, 60, 2.0, "x")
    assert load("default").replaced() == load("default")


def test_replacing_an_unknown_key_or_by_a_bad_value_is_refused_by_name() -> None:
    text = message(lambda: load("default").replaced(burn_in=0, residence=5))
    assert "residence = 5" in text
    assert "place, conditions or behaviour" in text
    assert "place.residents = -1" in message(lambda: load("default").replaced(residents=-1))
    assert "events" in message(lambda: load("default").replaced(events=5))


def test_a_case_cannot_be_changed_in_place() -> None:
    case = load("default")
    with pytest.raises(ValueError, match="frozen"):
        case.burn_in = 5  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        case.place.residents = 5  # type: ignore[misc]
