"""Whatever a page or a link says is checked before anything is done with it, and refused in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from model.case.case import load
from model.errors import BadInput
from viz.recording import library
from viz.server import wire

GOOD: dict[str, Any] = {
    "scenario": "default", "seed": 3, "weeks": 52, "week": 7, "lang": "nl",
    "sides": [
        {"regime": "top_down"},
        {"regime": "leapfrog", "practices": {"presence": 0.9}, "changes": [{"week": 24, "practice": "presence", "value": 0.1}],
         "events": [{"week": 30, "kind": "problem", "name": "litter", "value": 0.5, "street": 2}]},
    ],
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good view with one thing in it changed."""
    state = json.loads(json.dumps(GOOD))
    *way, last = path.split(".")
    place: Any = state
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    place[int(last) if last.isdigit() else last] = value
    return state


LOOK = {"colour": "burden", "tab": "luck", "selected": {"type": "resident", "id": 5}}


def test_a_view_survives_the_way_through_an_address():
    state, left_out = wire.read_state(json.dumps(GOOD | LOOK))
    assert state.data == GOOD | LOOK
    assert not left_out
    one, other = wire.sides_of(state, library.case(state.scenario))
    assert one.seed == other.seed == 3
    assert other.practices.presence == 0.9
    assert [dict(event)["kind"] for event in other.events] == ["practice", "problem"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("scenario", "../../etc/passwd"), ("scenario", "/etc/passwd.toml"), ("scenario", "default.toml"), ("scenario", "nowhere"),
        ("scenario", "own-0000"), ("scenario", 7), ("seed", -1), ("seed", "1; import os"), ("seed", float("nan")), ("weeks", 0),
        ("weeks", 10**9), ("sides", []), ("sides", [{"regime": "top_down"}] * 5), ("sides.0.regime", "__import__('os')"),
        ("sides.0.regime", "blend(top_down,leapfrog,9)"), ("sides.0.practices", {"presence": 7}), ("sides.0.practices", {"wealth": 1}),
        ("sides.1.practices.presence", float("inf")), ("sides.1.changes.0.week", 0), ("sides.1.changes.0.practice", "ward_hours"),
        ("sides.1.changes.0.value", -3), ("sides.1.events.0.kind", "earthquake"), ("sides.1.events.0.street", 99_999),
        ("sides.1.events.0.name", "x" * 1000), ("sides.1.events", [{"week": 1, "kind": "official_leaves"}] * 1000),
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_is_refused_in_one_line(path: str, value: Any):
    def asked() -> None:
        state, _ = wire.read_state(json.dumps(changed(path, value)))
        wire.sides_of(state, library.case(state.scenario))

    with pytest.raises(BadInput) as refused:
        asked()
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 2000


IDS = ("abc", None, -1, 1.5, True, "5", [5], 10**9)
BAD_LOOKS: dict[str, tuple[Any, ...]] = {
    "selected": (
        *({"type": "resident", "id": id} for id in IDS), {"type": "resident"}, {"type": "god", "id": 5}, {"type": "initiative", "id": 5},
        {"type": "initiative", "id": "x.y"}, {"id": 5}, "abc", [], 5, {},
    ),
    "week": (0, -3, "soon", 53, 1.5, [], 10**12),
    "colour": ("red", 5, {}),
    "lang": ("fr", 1),
    "tab": ("nowhere", [], 0),
    "scenaro": ("kolping",), "sides.1.practces": ({},), "sides.1.changes.0.til": (9,), "sides.1.events.0.who": (9,), "__proto__": ({},),
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD_LOOKS.items() for value in values])
def test_what_cannot_be_of_how_a_view_is_looked_at_is_left_out_and_named(key: str, value: Any):
    state, left_out = wire.read_state(json.dumps(changed(key, value)))
    assert len(left_out) == 1
    assert str(left_out[0]).startswith(f"link: {key}")
    assert "allowed: " in str(left_out[0]) or "not a known key" in str(left_out[0])
    assert state.data == {name: one for name, one in GOOD.items() if name != key}
    assert wire.sides_of(state, library.case(state.scenario))


def test_a_number_in_quotes_becomes_a_number_for_the_page_too():
    state, _ = wire.read_state(json.dumps(GOOD | {"week": "7", "seed": "3"}))
    assert (state.data["week"], state.data["seed"]) == (7, 3)


def test_tabs_of_a_link_are_those_of_the_page():
    source = (Path(wire.__file__).parents[1] / "player" / "shared" / "state.js").read_text(encoding="utf-8")
    assert re.findall(r'"(\w+)"', re.findall(r"TABS = \[(.*?)\]", source)[0]) == list(wire.TABS)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}" * 5000, '{"scenario":' * 2000, "\x00", '{"sides":[{}]}'])
def test_a_link_that_is_no_view_is_refused(text: str):
    with pytest.raises(BadInput):
        wire.read_state(text)


@pytest.mark.parametrize(
    "data",
    [
        None, [], "ready", {}, {"kind": "eval", "code": "1"}, {"kind": "view"}, {"kind": "view", "run": -1, "state": GOOD},
        {"kind": "pairs", "run": 1, "state": GOOD, "pairs": 10**6}, {"kind": "ties", "run": 1, "side": 9, "week": 1, "resident": 1},
        {"kind": "ties", "run": 1, "side": 0, "week": 1, "resident": 10**9}, {"kind": "load", "file": "rules", "name": "rules.py"},
        {"kind": "load", "file": "../x", "name": "x"}, {"kind": "state", "state": "text"},
    ],
)  # fmt: skip
def test_a_message_that_nobody_understands_is_refused(data: Any):
    with pytest.raises(BadInput):
        wire.read_message(data)


def test_what_a_page_leaves_open_may_be_null():
    given = {"kind": "view", "run": 1, "state": changed("sides.1.events.0", {"week": 3, "kind": "shock", "value": 0.5, "street": None})}
    asked = wire.read_message(given)
    assert isinstance(asked, wire.View)
    assert wire.sides_of(asked.state, library.case("default"))[1].events


def test_a_neighbourhood_too_large_to_look_at_is_refused_and_the_way_out_is_named():
    state, _ = wire.read_state(json.dumps(GOOD))
    with pytest.raises(BadInput, match="command line"):
        wire.sides_of(state, load("default").replaced(residents=wire.MOST_RESIDENTS + 1))


def test_a_neighbourhood_of_ones_own_is_there_again_tomorrow_and_no_link_names_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv("LEEFWERELD_CACHE", str(tmp_path))
    mine = load("default").replaced(residents=321)
    name = library.keep(mine)
    library.case.cache_clear()
    assert library.case(name) == mine
    (tmp_path / "secret.json").write_text(json.dumps(mine.model_dump(mode="json")))
    for other in ("own-../secret", "../secret", "own-", f"{name}.json", name.upper()):
        with pytest.raises(BadInput):
            library.case(other)
    library.case.cache_clear()
