"""What a Dutch page says about bad input is Dutch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model.errors import BadInput
from tests.viz.server import test_wire as wired
from viz.recording import library
from viz.server import tasks, wire
from viz.server.dutch import in_dutch, is_english
from viz.server.memory import in_words


def lived(text: str) -> Callable[[], object]:
    def tried() -> object:
        state, left_out = wire.read_state(text)
        for each in left_out:
            raise each
        return wire.sides_of(state, library.case(state.scenario))

    return tried


def event(**facts: Any) -> str:
    return json.dumps({"sides": [{"regime": "top_down", "events": [{"week": 3, **facts}]}]})


def tried() -> Iterator[Callable[[], object]]:
    """All that can go wrong by a link, a message or a file, as far as the tests know it."""
    (views,), (texts,), (messages,) = (
        [mark.args[1] for mark in test.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
        for test in (
            wired.test_a_view_that_cannot_be_is_refused_in_one_line,
            wired.test_a_link_that_is_no_view_is_refused,
            wired.test_a_message_that_nobody_understands_is_refused,
        )
    )
    yield from (lived(json.dumps(wired.changed(path, value))) for path, value in views)
    yield from (lived(json.dumps(wired.changed(key, value))) for key, values in wired.BAD_LOOKS.items() for value in values)
    yield from (lived(text) for text in (*texts, '{"sides":5}', '{"sides":[5]}', '{"sides":[{"regime":"top_down","practices":5}]}'))
    yield from (lambda data=data: wire.read_message(data) for data in messages)
    for facts in (
        {"kind": "problem"}, {"kind": "problem", "name": "litter", "value": 5}, {"kind": "project", "name": "litter"},
        {"kind": "shock", "value": -1}, {"kind": "condition", "name": "x"},
        {"kind": "giving", "street": 999, "value": 4}, {"kind": "promise", "name": "zz"},
    ):  # fmt: skip
        yield lived(event(**facts))
    for text in (
        "rules = 'rules.py'", "title = 'no end", "[place]\nresidents = 99999999", "[place]\nresidents = 'x'", "[behaviour]\nbanana = 1",
        "[[events]]\nweek = 3", "title = 5", "[place]\nxx = 1", "weeks = 0",
        f"title = '{'x' * 999}'", "[[events]]\nweek = 3\nkind = 'project'\nvalue = 1.0\n" * 2_001,
    ):  # fmt: skip
        yield lambda text=text: tasks.neighbourhood("scenario", text.encode(), "")
    head = "gwb_code;regio;gm_naam;recs;a_inw;a_hh"
    one, other = "BU00010001;Ons;E;Buurt;640;300", "BU00010002;Ons;E;Buurt;5;2"
    for table, area in (
        ("", ""), ("a;b\n1;2\n", ""), ("\0", ""), (f"{head}\n", ""), (f"{head}\n{one};1;2\n", ""), (f"{head}\n{one}\n{other}\n", "Nergens"),
        (f"{head}\n{one}\n{other}\n", "Ons"),
    ):  # fmt: skip
        yield lambda table=table, area=area: tasks.neighbourhood("kwb", table.encode(), area)
    yield lambda: library.keep(library.case("default").replaced(residents=20_000))


def test_every_line_about_bad_input_that_a_page_can_bring_about_is_dutch():
    lines: list[tuple[str, str]] = []
    for act in tried():
        try:
            act()
        except BadInput as error:
            lines.append(in_words(error))
    assert len(lines) > 100
    assert all(in_dutch(en) == nl for nl, en in lines)
    english = [nl for nl, _ in lines if is_english(nl) or "in het Engels" in nl]
    assert not english, "\n".join(english)


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("link: week = 'for and or'; allowed: a week of the view", "link: week = 'for and or'; toegestaan: een week van de weergave"),
        ("app: tabs = 64; allowed: at most 64 at once; close one and try again",
         "app: tabs = 64; toegestaan: hoogstens 64 tegelijk; sluit er een en probeer het opnieuw"),
        ("pairs: pairs = 200; allowed: at most 12 for so many residents and weeks",
         "paren: pairs = 200; toegestaan: hoogstens 12 bij zoveel bewoners en weken"),
        ("file; allowed: 1 byte to 32 MB", "bestand; toegestaan: 1 byte tot 32 MB"),
        ("case: events.value = 5.0 for litter; allowed: 0.0 to 1.0", "buurt: events.value = 5.0 voor litter; toegestaan: 0.0 tot 1.0"),
        ("place: the well should not run dry", "dit wordt niet aangenomen (in het Engels: place: the well should not run dry)"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_line_is_told_in_dutch_and_names_stay_as_they_are(english: str, dutch: str):
    assert in_dutch(english) == dutch
