"""Cases: every number says what it is, and every mistake in a file is told in one line that names file and key."""

from __future__ import annotations

import math
from typing import Any

import pytest

from model.case.case import SCENARIOS, Case, Conditions, Event, Place, checked, load
from model.errors import BadInput
from model.parameters import Behaviour, Section
from tests.model.case.refusals import message, refused

SECTIONS: dict[str, type[Section]] = {"place": Place, "conditions": Conditions, "behaviour": Behaviour}
FIELDS = [(section, key) for section, model in SECTIONS.items() for key in model.model_fields]
NAMES = [f"{section}.{key}" for section, key in FIELDS]
STEPS_OF_TRUST = ("trust_step", "trust_floor", "trust_fast", "loss_aversion")
each_field = pytest.mark.parametrize(("section", "key"), FIELDS, ids=NAMES)


def limits(section: str, key: str) -> tuple[float, float]:
    marks = SECTIONS[section].model_fields[key].metadata
    return next(m.ge for m in marks if hasattr(m, "ge")), next(m.le for m in marks if hasattr(m, "le"))


def takes(section: str, key: str, value: object) -> bool:
    try:
        checked({section: {"association_share": 0, key: value} if key == "owner_share" else {key: value}}, "my.toml")
    except BadInput:
        return False
    return True


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
        if key in STEPS_OF_TRUST:  # together at most 1
            rest = {"trust_step": 0.05, "trust_floor": 0.0, "trust_fast": 0.05, "loss_aversion": 2.0}
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


@pytest.mark.parametrize(
    ("step", "floor", "fast", "aversion", "most"),
    [
        (0.125, 0.0, 0.125, 4.0, None), (0.0, 0.125, 0.125, 4.0, None), (0.0, 0.0, 0.25, 4.0, None), (0.2, 0.2, 0.0, 5.0, None),
        (0.126, 0.0, 0.125, 4.0, "1.004"), (0.0, 0.126, 0.125, 4.0, "1.004"), (0.125, 0.0, 0.126, 4.0, "1.004"),
        (0.125, 0.125, 0.125, 4.1, "1.025"), (0.3, 0.3, 0.3, 5.0, "3"),
    ],
)  # fmt: skip
def test_steps_of_trust_that_a_loss_could_take_below_nothing_are_refused(
    step: float, floor: float, fast: float, aversion: float, most: str | None
) -> None:
    """The larger of step and floor, and the fast step, times loss aversion: 1 at most."""
    given = {"behaviour": dict(zip(STEPS_OF_TRUST, (step, floor, fast, aversion), strict=True))}
    if most is None:
        assert checked(given, "my.toml").behaviour.loss_aversion == aversion
    else:
        assert refused(given) == f"my.toml: (trust_step or trust_floor + trust_fast) * loss_aversion = {most}; allowed: at most 1"


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
