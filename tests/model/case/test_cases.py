"""The ten cases from practitioners' essays: each loads, says where its figures come from, speaks two languages, and happens."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.case.bilingual import Words, in_language
from model.case.case import Case, checked, load
from model.case.event import IN_FORCE
from model.case.sources import COLUMNS, figures, without_source
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.story.teller import tell_story
from model.week.planned_acts import ACTS

CASES = (
    *("poelenburg", "hanzeland", "energy_transition", "play_streets", "echoing_courtyard"),
    *("kolping", "youth_policy", "singelpark", "hanzelab", "malburgen"),
)
LANGUAGES = ("nl", "en")
DID_NOT = {"nl": "gebeurde niet", "en": "did not happen"}  # what needs a practice that is not there
each_case = pytest.mark.parametrize("name", CASES)
Write = Callable[..., Path]
CHECK = {
    "sentence": "Mensen vertrouwen ze, instanties niet.",
    "en": "They trust people, not institutions.",
    "essay": "S2",
    "regime": "relational",
}


@pytest.fixture(scope="module")
def lived() -> Callable[[str], Neighbourhood]:
    """Each case lived once, to its end."""
    kept: dict[str, Neighbourhood] = {}

    def live(name: str) -> Neighbourhood:
        if name not in kept:
            case = load(name)
            kept[name] = Neighbourhood(case, "relational", 1).run(case.weeks)
        return kept[name]

    return live


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@each_case
def test_a_case_is_small_enough_to_run_in_seconds(name: str) -> None:
    case = load(name)
    assert 300 <= case.residents <= 3000
    assert 52 < case.weeks <= 260
    assert 4 <= len(case.checks) <= 8
    assert all(event.week <= case.weeks for event in case.events)


@each_case
def test_every_figure_of_a_case_has_a_source_or_is_an_assumption_with_a_range(name: str) -> None:
    case = load(name)
    assert without_source(case) == []
    assert len(figures(case, given=True)) >= 10
    for source in case.sources:
        assert not source.assumed or source.low is not None, source.key


@each_case
def test_a_case_speaks_both_languages(name: str) -> None:
    case = load(name)
    for text in (case.title, case.text, case.watch, case.question, *(check.here for check in case.checks)):
        assert text.complete, text
    for event in case.events:
        assert set(event.text) == set(LANGUAGES), event
        assert event.text["nl"] != event.text["en"], event


@each_case
def test_everything_that_is_planned_in_a_case_happens_and_is_told(name: str, lived: Callable[[str], Neighbourhood]) -> None:
    place = lived(name)
    told, done = tell_story(place.world), [event for event in place.case.events if event in place.world.planned]
    for lang, lines in (("en", told), ("nl", tell_story(place.world, lang="nl"))):
        for event in place.case.events:
            said = event.text[lang] if event in done else f"{DID_NOT[lang]}: {event.text[lang]}"
            assert any(line.startswith(f"week {event.week}: {said}") for line in lines), event
    acts = [event for event in done if event.kind in ACTS]
    assert sorted(event.kind for event in acts) == sorted(ACTS[kind] for kind in place.world.acts.kind)
    assert {ACTS[kind] for kind in place.world.acts.kind[place.world.acts.times > 0]} == {event.kind for event in acts}
    idle = int((place.world.acts.times == 0).sum())  # a street without a problem cannot be promised anything
    assert idle <= len(acts) // 4
    assert (
        len([line for line in tell_story(place.world, lang=LANGUAGES[-1]) if line.split(": ", 1)[1].startswith("nothing came of")]) == idle
    )


@each_case
def test_what_is_planned_makes_a_difference(name: str, lived: Callable[[str], Neighbourhood]) -> None:
    case = load(name)
    kinds = {event.kind for event in case.events} - set(IN_FORCE)
    assert kinds, "something is done, not only put in force"
    quiet = Neighbourhood(case.replaced(events=[]), "relational", 1).run(case.weeks)
    assert quiet.outcomes() != lived(name).outcomes()


def test_the_table_of_neighbourhoods_has_the_columns_that_a_check_may_name(lived: Callable[[str], Neighbourhood]) -> None:
    place = lived("malburgen")
    assert set(COLUMNS) == {*place.by_neighbourhood.columns} - {"name"}
    uptake = place.by_neighbourhood["uptake"].drop_nans()  # undefined where no project came
    taken, addressed = place.world.agenda.taken, place.world.agenda.addressed
    assert len(uptake) > 0
    assert (uptake > 0).all()
    assert (uptake < 1).all()
    assert uptake.min() <= taken.sum() / addressed.sum() <= uptake.max()


# --- texts --------------------------------------------------------------------------------------------------------


def test_a_text_is_plain_text_that_knows_its_dutch() -> None:
    case = checked({"title": {"nl": "Een straat", "en": "A street"}, "text": "One."}, "my.toml")
    assert case.title == "A street"
    assert f"{case.title}!" == "A street!"
    assert (in_language(case.title, "nl"), in_language(case.title, "en"), in_language("Any", "nl")) == ("Een straat", "A street", "Any")
    assert in_language(case.text, "nl") == "One."
    assert case.title != Words("A street", "Een laan")


def test_a_text_survives_writing_and_reading_again() -> None:
    case = load("kolping")
    for again in (pickle.loads(pickle.dumps(case)), checked(case.model_dump(mode="json"), "again"), case.replaced(problem_rate=1.0)):
        assert again == case
        assert again.title.nl == case.title.nl != case.title
    assert load("default").replaced(title="x").title == "x"


@pytest.mark.parametrize("text", [5, None, ["a"], {"nl": "a"}, {"nl": "a", "en": "b", "de": "c"}, {"nl": "a", "en": 5}])
def test_a_text_that_is_none_is_refused_by_name(text: Any) -> None:
    said = refused(lambda: checked({"watch": text}, "my.toml"))
    assert said.startswith("my.toml: watch: a text, or a table with two texts")


# --- sources and checks -------------------------------------------------------------------------------------------


def file_of(write: Write, body: str) -> Callable[[], Case]:
    path = write(f"[place]\nresidents = 84\n{body}", "my.toml")
    return lambda: load(path)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('key = "place.inhabitants"\nsource = "CBS"', "sources.0.key = 'place.inhabitants'; allowed: a figure of the case"),
        ('key = "place.residents"\nsource = "CBS"\nlow = 5', "sources.0: low and high; allowed: both"),
        ('key = "place.residents"\nsource = "CBS"\nlow = 90\nhigh = 5', "sources.0: low and high; allowed: both, low not above high"),
        ('key = "place.residents"\nsource = "assumption"\nlow = 90\nhigh = 99', "place.residents = 84 lies outside low = 90 to high = 99"),
        ('key = "place.residents"\nsource = ""', "sources.0.source"),
        ('key = "place.residents"\nsource = "CBS"\nwhence = "CBS"', "sources.0.whence; not a known key; allowed: key, source, low, high"),
    ],
)
def test_a_source_that_leads_nowhere_is_refused_in_one_line(source: str, says: str, write: Write) -> None:
    said = refused(file_of(write, f"[[sources]]\n{source}\n"))
    assert "my.toml" in said
    assert says in said


def test_an_assumption_without_a_range_counts_as_no_source(write: Write) -> None:
    both = '[[sources]]\nkey = "place.residents"\nsource = "assumption"\n'
    assert without_source(file_of(write, both)()) == ["place.residents"]
    assert without_source(file_of(write, both + "low = 40\nhigh = 200\n")()) == []
    assert without_source(file_of(write, '[[sources]]\nkey = "place"\nsource = "CBS 2024"\n')()) == []


def test_a_study_may_go_beyond_what_a_source_says() -> None:
    assert load("kolping").replaced(residents=5000, events=[]).residents == 5000


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({}, "looks at nothing; allowed: one of outcome, story, column"),
        ({"outcome": "burden"}, "compares with nothing; allowed: one of than"),
        ({"outcome": "burden", "story": "empty", "than": 0.0}, "looks at outcome and story"),
        ({"outcome": "burden", "than": 0.0, "than_regime": "leapfrog"}, "compares with than and than_regime"),
        ({"outcome": "burdens", "than": 0.0}, "'burdens' is no outcome"),
        ({"story": "never", "than": 0.0}, "'never' is never told"),
        ({"column": "trust", "area": "A", "than": 0.0}, "'trust'; allowed: residents"),
        ({"column": "burden", "than": 0.0}, "allowed: one of area, street"),
        ({"outcome": "burden", "regime": "strict", "than": 0.0}, "top_down, relational, leapfrog, service"),
        ({"outcome": "promises_kept", "street": 1, "than": 0.0}, "street with a column or a story"),
        ({"outcome": "elite_members", "week": 20, "than": 0.0}, "measured every week"),
        ({"outcome": "burden", "than_week": 20}, "than_week needs week"),
        ({"outcome": "burden", "than": 0.0, "shows": False}, "shows = false with found = 20"),
        ({"outcome": "burden", "than": 0.0, "found": 14}, "shows = true with found = 14 of 20, at_least = 15"),
        ({"outcome": "burden", "than": 0.0, "essay": "S9"}, "essay"),
    ],
)
def test_a_check_that_cannot_be_counted_is_refused_in_one_line(keys: dict[str, Any], says: str) -> None:
    said = refused(lambda: checked({"checks": [CHECK | keys]}, "my.toml"))
    assert said.startswith("my.toml: checks.0")
    assert says in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('outcome = "burden"\nthan_without = ["visit"]', "checks.0.than_without = 'visit'; allowed: kinds of its events, shock"),
        ('column = "burden"\narea = "Noord"\nthan = 0', "checks.0.area = 'Noord'; allowed: none, for there is one neighbourhood"),
        ('column = "burden"\nstreet = 2\nthan = 0', "checks.0.street = 2; allowed: 0 to 1"),
        ('outcome = "burden"\nweek = 300\nthan = 0', "checks.0.week = 300; allowed: 13 to the weeks of the case, 260"),
    ],
)
def test_a_check_of_what_is_not_there_is_refused_in_one_line(line: str, says: str, write: Write) -> None:
    words = "\n".join(f'{key} = "{text}"' for key, text in CHECK.items())
    assert says in refused(file_of(write, f'[[events]]\nweek = 3\nkind = "shock"\nvalue = 0.5\n[[checks]]\n{words}\n{line}\n'))
