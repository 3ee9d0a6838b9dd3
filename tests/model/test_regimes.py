"""Practices and regimes: four presets inside their boxes, mixtures between them, equal means, and names in one file."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
from model.case.case import Conditions, load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import (
    BASELINE,
    GROUPS,
    NAMED,
    OPEN_TO_ALL,
    PRACTICES,
    REGIMES,
    Practice,
    Practices,
    blend,
    box,
    centre,
    practices,
    resolve,
)
from model.state.accounts import ACCOUNTS, MUNICIPAL, ROLES, STREET_HOURS, TOWN, WARD
from model.state.means import role_hours, weekly_means

FOUR = ("top_down", "relational", "leapfrog", "service")
PAIRS = [(a, b) for a in FOUR for b in FOUR]
SOURCES = sorted(Path(model.__file__).parent.rglob("*.py"))
TINY = load("default").replaced(residents=30, burn_in=0)

any_practices = st.builds(Practices, **{p.name: st.floats(p.low, p.high) for p in PRACTICES.values()})
any_hours = st.builds(
    Conditions, **{name: st.floats(0, 100) for name in Conditions.model_fields if name.endswith("_hours")}, years_in_post=st.floats(0.1, 50)
)


def message(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    text = str(caught.value)
    assert "\n" not in text
    return text


# --- presets ------------------------------------------------------------------------------------------------------


def test_there_are_exactly_four_named_regimes() -> None:
    assert tuple(NAMED) == FOUR == REGIMES


@pytest.mark.parametrize("name", FOUR)
def test_a_preset_sets_every_practice_within_its_range_and_nothing_else(name: str) -> None:
    preset = NAMED[name]
    assert preset.model_fields_set == set(PRACTICES)
    for p in PRACTICES.values():
        value = getattr(preset, p.name)
        assert p.low <= value <= p.high, p.name
        assert not p.whole or value == int(value), p.name


def test_no_two_regimes_are_alike_and_the_baseline_is_none_of_them() -> None:
    sets = [tuple(preset.model_dump().values()) for preset in (*NAMED.values(), BASELINE)]
    assert len(set(sets)) == 5


# --- boxes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUR)
def test_a_box_says_a_range_of_every_practice_within_what_is_possible_and_its_centre_is_shown(name: str) -> None:
    spans = box(name)
    assert list(spans) == list(PRACTICES)
    for p in PRACTICES.values():
        (low, high), shown = spans[p.name], getattr(NAMED[name], p.name)
        assert p.low <= low <= high <= p.high, p.name
        assert abs(shown - (low + high) / 2) <= (0.5 if p.whole else 1e-9), p.name
        assert low <= shown <= high, p.name


def test_the_centre_of_a_box_is_rounded_half_up_where_a_practice_is_a_whole_number() -> None:
    spans = box("service") | {"approval_lag": (1, 4), "presence": (0.1, 0.4)}
    assert (centre(spans).approval_lag, centre(spans).presence) == (3, 0.25)


def test_what_any_town_hall_can_do_is_open_to_all_alike() -> None:
    """No regime is a bundle of vices: truth, promises, reasons, a case for every report and small grants are alike."""
    assert {"truthfulness", "promise_boldness", "transparency", "report_threshold", "standing_offer"} <= set(OPEN_TO_ALL)
    for name in OPEN_TO_ALL:
        assert len({box(regime)[name] for regime in FOUR}) == 1, name


def test_service_is_complaint_driven_and_good_at_it() -> None:
    service, others = NAMED["service"], [NAMED[name] for name in FOUR if name != "service"]
    assert service.complaint_steering == NAMED["top_down"].complaint_steering == max(one.complaint_steering for one in others)
    assert service.approval_lag < min(one.approval_lag for one in others)
    assert service.report_threshold == 1
    assert service.control == min(one.control for one in others)
    assert service.presence < min(one.presence for one in others)
    assert service.tailoring == NAMED["top_down"].tailoring


def test_every_practice_is_in_one_group() -> None:
    members = [name for names in GROUPS.values() for name in names]
    assert sorted(members) == sorted(PRACTICES)


@pytest.mark.parametrize("name", FOUR)
def test_the_documentation_says_of_every_practice_in_every_box_what_it_stands_for(name: str) -> None:
    text = (Path(model.__file__).parents[1] / "docs" / "world" / "regimes.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(" `"): cells[2:-1] for line in text.splitlines() if len(cells := line.split("|")) == 8 and "`" in cells[1]}
    place = REGIMES.index(name)
    for practice, (low, high) in box(name).items():
        said = f"{low:g}" if low == high else f"{low:g}–{high:g}"
        cells = rows[practice]
        assert cells[place].strip() == said, (practice, name)
        assert len(cells[-1].split()) >= 8, practice  # what it stands for


# --- what a practice says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", PRACTICES.values(), ids=lambda p: p.name)
def test_every_practice_says_what_both_ends_are_and_what_the_high_end_buys_and_costs(p: Practice) -> None:
    assert p.low < p.high
    assert p.low <= p.default <= p.high
    assert all(text.strip() for text in (p.unit, p.at_low, p.at_high, p.buys, p.costs))
    assert not p.whole or (p.low == int(p.low) and p.high == int(p.high) and p.default == int(p.default))
    assert getattr(BASELINE, p.name) == p.default


def test_a_practice_is_called_wired_exactly_when_a_process_reads_it() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    read = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {p.name for p in PRACTICES.values() if p.wired} == read & set(PRACTICES)


def test_no_practice_has_the_name_of_a_condition() -> None:
    assert not set(PRACTICES) & set(Conditions.model_fields)


# --- blends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_a_blend_of_nothing_or_all_is_one_of_the_ends(a: str, b: str) -> None:
    assert blend(NAMED[a], NAMED[b], 0) == NAMED[a]
    assert blend(NAMED[a], NAMED[b], 1) == NAMED[b]
    assert blend(NAMED[a], NAMED[b], 0.3).model_fields_set == set(PRACTICES)


@settings(deadline=None, derandomize=True)
@given(any_practices, any_practices, st.floats(0, 1))
def test_a_blend_lies_between_its_ends_and_whole_numbers_round_to_the_nearest(a: Any, b: Any, share: float) -> None:
    mixed = blend(a, b, share)
    for p in PRACTICES.values():
        first, second, value = getattr(a, p.name), getattr(b, p.name), getattr(mixed, p.name)
        between = (1 - share) * first + share * second
        assert p.low <= value <= p.high, p.name
        if p.whole:
            assert value == int(value)
            assert abs(value - between) <= 0.5 + 1e-9
        else:
            assert value == pytest.approx(between)


@settings(deadline=None, derandomize=True)
@given(st.sampled_from(PAIRS), st.integers(0, 64))
def test_a_blend_is_the_same_from_either_side(pair: tuple[str, str], part: int) -> None:
    a, b = NAMED[pair[0]], NAMED[pair[1]]
    assert blend(a, b, part / 64) == blend(b, a, 1 - part / 64)


@pytest.mark.parametrize("share", [-0.001, 1.001, float("nan"), float("inf"), -1, 2])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    text = message(lambda: blend(NAMED["top_down"], NAMED["leapfrog"], share))
    assert "share" in text
    assert "0 to 1" in text


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUR)
def test_a_name_gives_its_regime(name: str) -> None:
    assert resolve(name) is NAMED[name]


@pytest.mark.parametrize(
    "text",
    [
        "blend(top_down, leapfrog, 0.25)", "blend(top_down,leapfrog,.25)",
        " blend( top_down , leapfrog , 2.5e-1 ) ", "blend(leapfrog, top_down, 0.75)",
    ],
)  # fmt: skip
def test_a_blend_can_be_written_as_text(text: str) -> None:
    assert resolve(text) == blend(NAMED["top_down"], NAMED["leapfrog"], 0.25)


@pytest.mark.parametrize(
    "text",
    [
        "", "topdown", "TOP_DOWN", "top_down relational", "top_down\n", "__class__", "blend(top_down, leapfrog)",
        "blend(top_down, nowhere, 0.5)", "blend top_down leapfrog 0.5", "blend(top_down, leapfrog, 0.5) + 1",
    ],
)  # fmt: skip
def test_an_unknown_regime_is_refused_with_the_names_that_there_are(text: str) -> None:
    said = message(lambda: resolve(text))
    assert all(name in said for name in FOUR)
    assert "blend(" in said


@pytest.mark.parametrize("share", ["half", "0x1", "1e", "--1", "1_000"])
def test_a_share_that_is_no_number_from_0_to_1_is_refused_by_name(share: str) -> None:
    said = message(lambda: resolve(f"blend(top_down, leapfrog, {share})"))
    assert "share" in said
    assert "0 to 1" in said


# --- bad practices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Conditions.model_fields)
def test_a_condition_among_the_practices_is_refused_by_name(name: str) -> None:
    said = message(lambda: practices({"presence": 0.5, name: 5}))
    assert name in said
    assert "condition" in said
    assert "presence" in said  # what is allowed


def test_an_unknown_practice_is_refused_by_name() -> None:
    assert "precense" in message(lambda: practices({"precense": 0.5}, "my.toml"))
    assert "my.toml" in message(lambda: practices({"precense": 0.5}, "my.toml"))


@pytest.mark.parametrize("p", PRACTICES.values(), ids=lambda p: p.name)
def test_a_practice_out_of_its_range_is_refused_with_name_and_range(p: Practice) -> None:
    little = 1e-6 * (p.high - p.low)
    bad: list[Any] = [p.low - little, p.high + little, float("nan"), float("inf"), -float("inf"), "much", None, [0.5]]
    for value in bad:
        said = message(lambda v=value: practices({p.name: v}))
        assert f"practices: {p.name}" in said
        assert f"{p.low:g} to {p.high:g}" in said
    for value in (p.low, p.high):
        assert getattr(practices({p.name: value}), p.name) == value


def test_practices_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        NAMED["top_down"].presence = 1.0


# --- equal means --------------------------------------------------------------------------------------------------


@settings(deadline=None, derandomize=True, max_examples=300)
@given(any_practices, any_hours)
def test_each_role_has_the_hours_of_its_own_condition_under_any_practices(chosen: Any, conditions: Conditions) -> None:
    minutes = weekly_means(TINY, conditions, chosen).minutes
    hours = role_hours(TINY, conditions)
    assert np.isfinite(minutes).all()
    assert (minutes >= 0).all()
    for role in ROLES:
        of_role = sum(minutes[account] for account in ACCOUNTS if account.role == role)
        assert of_role == pytest.approx(60 * hours[role])
    assert minutes[STREET_HOURS] <= 60 * hours[WARD] * max(chosen.presence, 1e-9)
    assert sum(account.whose == TOWN for account in ACCOUNTS) == MUNICIPAL


@pytest.fixture(scope="module")
def hood() -> Neighbourhood:
    return Neighbourhood(TINY, regime=BASELINE, compiled=False)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(any_practices)
def test_the_endowment_is_equal_under_any_practices(hood: Neighbourhood, chosen: Any) -> None:
    hood.world.set_practices(BASELINE)
    expected = hood.endowment
    hood.world.set_practices(chosen)
    assert hood.endowment == pytest.approx(expected, rel=1e-12)
    assert (hood.world.minutes_a_week >= 0).all()
    assert (hood.world.cents_a_week >= 0).all()


@pytest.mark.parametrize("name", FOUR)
def test_every_named_regime_gets_the_hours_and_euros_of_the_case(name: str) -> None:
    c = TINY.conditions
    hours = c.ward_hours + c.crew_hours + c.enforcer_hours + c.case_hours + c.desk_hours + c.programme_hours + c.counter_hours
    hours += c.police_hours + c.corporation_hours * TINY.place.association_share
    euros = c.structural_budget + c.entrepreneur_budget + c.corporation_budget * TINY.place.association_share
    got = Neighbourhood(TINY, regime=name, compiled=False).endowment
    assert got == pytest.approx({"hours_per_year": 52 * hours * 0.03, "euros_per_year": euros * 30})


# --- names in one file --------------------------------------------------------------------------------------------


def regime_names_in(path: Path) -> list[tuple[str, str]]:
    """Every name, string or comment of a source that has a regime's name in it, by kind of token."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return [(tokenize.tok_name[t.type], t.string) for t in tokens if any(name in t.string.lower() for name in (*FOUR, "top-down"))]


def test_only_one_file_of_the_model_knows_a_regime_by_name() -> None:
    """What may say a name: the default of the constructor, and the example in the text that opens the package."""
    found = {path.name: regime_names_in(path) for path in SOURCES if path.name != "regimes.py"}
    assert found.pop("neighbourhood.py") == [("STRING", '"top_down"')]
    opening = found.pop("__init__.py")
    assert [kind for kind, _ in opening] in ([], ["STRING"])
    assert all(text.startswith('"""leefwereld:') for _, text in opening)
    assert {name: tokens for name, tokens in found.items() if tokens} == {}


def test_the_constructor_is_the_only_place_where_a_regime_stands_as_default() -> None:
    tree = ast.parse((Path(model.__file__).parent / "neighbourhood.py").read_text(encoding="utf-8"))
    made = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    assert [d.value for d in made.args.defaults if isinstance(d, ast.Constant) and d.value in FOUR] == ["top_down"]
