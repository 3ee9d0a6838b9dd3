"""The story: dated, the same in both languages, about exactly who or what is asked for, and of whole sentences only."""

from __future__ import annotations

import re
from typing import Any

import pytest

from model.case.case import load
from model.case.layout import STREET_NAMES, street_name
from model.errors import BadInput
from model.kinds import DEPARTMENTS, KINDS
from model.neighbourhood import Neighbourhood
from model.regimes import PRACTICES
from model.story.names import Names, founder
from model.story.teller import Teller, heading, tell_story
from model.story.words import WORDS, ordinal
from model.week.initiative_founding import DONE
from model.week.promises import PENDING, WAS_VOID
from model.week.reports import OPEN

SMALL = load("default").replaced(residents=150, burn_in=10, problem_rate=3)
LANGUAGES = tuple(WORDS)


def lived(weeks: int = 120, seed: int = 3, **changes: Any) -> Neighbourhood:
    """A small neighbourhood in which much is started, that has lived so many weeks."""
    case = SMALL.replaced(**{"found_base": 0.002, "moves_per_year": 0.3, "years_in_post": 1.0, **changes})
    return Neighbourhood(case, "leapfrog", seed=seed).run(weeks)


@pytest.fixture(scope="module")
def hood() -> Neighbourhood:
    """One that everybody here may read, with something planned of every kind."""
    place = Neighbourhood(SMALL.replaced(found_base=0.002, example_push=0.06, moves_per_year=0.3, years_in_post=1.0), "leapfrog", seed=3)
    place.intervene(5, "practice", name="mandate_rules", value=0.75)
    place.intervene(6, "official_leaves")
    place.intervene(7, "problem", name="traffic", value=0.5, street=1)
    place.intervene(8, "initiative", street=2)
    place.intervene(9, "shock", value=1.0)
    return place.run(120)


def weeks_of(story: list[str]) -> list[int]:
    """The weeks of the sentences."""
    return [int(line.split(":")[0].removeprefix("week ")) for line in story]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("everything", [False, True])
def test_every_sentence_is_dated_in_order_and_complete(hood, lang, everything):
    story = tell_story(hood.world, everything, lang)
    assert weeks_of(story) == sorted(weeks_of(story))
    assert set(weeks_of(story)) <= set(range(1, 121))
    for line in story:
        assert re.fullmatch(r"week \d+: \S.*[\w.]", line.replace("”", "").replace(")", "")), line
        assert not re.search(r"None|-1|  |[{}]|nan| ,|_", line), line


def test_both_languages_tell_the_same_in_the_same_weeks(hood):
    options: dict[str, Any]
    for options in ({}, {"everything": True}, {"street": street_name(0)}, {"initiative": 1}):
        english, dutch = tell_story(hood.world, lang="en", **options), tell_story(hood.world, lang="nl", **options)
        assert weeks_of(english) == weeks_of(dutch)
        assert all(one.split(": ", 1)[1] != other.split(": ", 1)[1] for one, other in zip(english, dutch, strict=True))
    assert hood.story == tell_story(hood.world)


def test_no_english_words_stand_in_the_dutch_story(hood):
    english = re.compile(
        r"\b(the|and|of|report|reports|with|started|ward|official|street|about|others)\b(?! een regel)"
    )  # "geld of een regel" is Dutch
    assert not [line for line in tell_story(hood.world, True, "nl") + tell_story(hood.world, lang="nl") if english.search(line)]


def test_each_text_of_one_language_exists_in_the_other_with_the_same_gaps():
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(part) for key, part in value.items()}
        if isinstance(value, tuple):
            return [shape(part) for part in value]
        return set(re.findall(r"\{(\w+)\}", value))

    assert shape(WORDS["en"]) == shape(WORDS["nl"])


def test_there_are_words_for_all_kinds_departments_practices_and_streets():
    for text in WORDS.values():
        assert set(text["kind"]) == {kind.name for kind in KINDS}
        assert set(text["idea"]) == {kind.name for kind in KINDS} | set(DEPARTMENTS)
        assert set(PRACTICES) <= set(text["practice"])
        assert all(sum(street.endswith(ending) for ending in text["where"]) == 1 for street in STREET_NAMES)


def test_one_is_singular_and_any_other_number_plural(hood):
    for lang in LANGUAGES:
        teller = Teller(hood.world, Names(hood.world), lang)
        pairs = [pair for part in ("text", "counts", "reports") for pair in WORDS[lang][part].values() if isinstance(pair, tuple)]
        facts = {"name": "N", "who": "W", "week": 3, "official": "O", "where": "S", "what": "Q", "due": 9}
        facts |= {"practice": "P", "condition": "C", "value": 1, "hours": 2, "hours_meant": 9}
        for pair in pairs:
            assert pair[0] != pair[1]
            assert teller.number(pair, 1, facts | {"n": 1}) == pair[0].format(**facts, n=1)
            for n in (0, 2):
                assert teller.number(pair, n, facts | {"n": n}) == pair[1].format(**facts, n=n)
    told = " ".join([*tell_story(hood.world), *tell_story(hood.world, lang="nl")])
    assert not re.search(r"\b1 (reports|problems|results|members|others|initiatives|meldingen|problemen|resultaten|anderen)\b", told)
    assert not re.search(r"\b([02-9]|\d\d+) (report|problem|result|member|other|initiative|melding|probleem|resultaat|ander)\b", told)
    assert [ordinal(n, "en") for n in (2, 3, 4, 11, 21, 112)] == ["2nd", "3rd", "4th", "11th", "21st", "112th"]
    assert ordinal(2, "nl") == "2e"


def test_the_quarters_add_up_to_the_routine(hood):
    told = [line for line in hood.story if "this quarter" in line]
    assert len(told) == 10
    filed = sum(int(n) for line in told for n in re.findall(r"(\d+) reports? (?:was|were) filed", line))
    assert filed == int((hood.world.reports.week > 0).sum())


def test_about_a_street_everything_is_told_and_nothing_else(hood):
    whole = tell_story(hood.world, everything=True)
    for row in range(len(hood.world.streets)):
        told = tell_story(hood.world, street=street_name(row).upper())
        assert told == [line for line in whole if re.search(rf"\b{street_name(row)}\b", line)]
        here = hood.world.problems.street[hood.world.reports.problem] == row
        assert sum(". reported " in line for line in told) == int((here & (hood.world.reports.week > 0)).sum()) > 0


def test_the_short_story_keeps_to_one_street_and_to_what_concerned_everybody(hood):
    whole, short = tell_story(hood.world), tell_story(hood.world, short=14)
    assert len(short) == 14
    assert set(short) < set(whole)
    assert weeks_of(short) == sorted(weeks_of(short))
    streets = [{s for s in map(street_name, range(len(hood.world.streets))) if re.search(rf"\b{s}\b", line)} for line in short]
    assert len(set.intersection(*[s for s in streets if s])) == 1
    assert any(not s for s in streets)  # an official who left, bad news
    assert tell_story(hood.world, short=10**6) != short
    here = tell_story(hood.world, short=14, street="Merelplein")
    assert set(here) < set(whole)
    assert sum("Merelplein" in line for line in here) > 3
    assert tell_story(hood.world, short=5) == [line for line in short if line in tell_story(hood.world, short=5)]


def test_about_a_resident_everything_is_told_and_nothing_else(hood):
    names, r, m, i = Names(hood.world), hood.world.reports, hood.world.promises, hood.world.initiatives
    founders = [founder(hood.world, k) for k in range(len(i))]
    there = set(hood.world.residents.name.tolist())
    asked = [*sorted(set(r.person.tolist()))[:15], *sorted(set(m.person.tolist()))[:5], *founders[:5]]
    for person in asked:
        count = int(((r.person == person) & (r.week > 0)).sum())
        count += int(((r.person == person) & (r.fate != OPEN) & (r.closed > 0)).sum())
        count += int((hood.world.requests.person == person).sum())
        mine = m.person == person
        count += int((mine & (m.made > 0)).sum()) + int((mine & (m.fate != PENDING) & (m.fate != WAS_VOID) & (m.due > 2)).sum())
        voided = 0 if person not in there else int((mine & (m.fate == WAS_VOID)).sum())
        for k in (k for k, name in enumerate(founders) if name == person):
            count += int(i.born[k] > 0) + int(i.state[k] < DONE or i.ended[k] > 0)
            voided += sum(int(column[k] > 0) for column in (i.worn_out, i.to_officials, i.to_residents))  # may be told of it too
        told = tell_story(hood.world, resident=names.residents[person])
        early = int((mine & (m.made <= 0) & (m.fate != PENDING)).sum())  # may have ended before the start
        assert count - early <= len(told) <= count + voided
        assert all(names.residents[person] in line for line in told)


def test_about_an_official_everything_is_told_and_nothing_else(hood):
    whole, names = tell_story(hood.world, everything=True), Names(hood.world)
    assert len(names.officials) > 1
    for name, printed in names.officials.items():
        told = tell_story(hood.world, official=f"ward official {printed}")
        assert told == tell_story(hood.world, official=printed.lower()) == tell_story(hood.world, official=f"Wijkambtenaar {printed}")
        assert told == [line for line in whole if re.search(rf"ward official {re.escape(printed)}(?! \w\.)", line)]
        assert sum(" promised " in line for line in told) == int(
            ((hood.world.promises.maker == name) & (hood.world.promises.made > 0)).sum()
        )


def test_about_an_initiative_everything_is_told_and_nothing_else(hood):
    whole, followed = tell_story(hood.world, everything=True), 0
    for k in range(len(hood.world.initiatives)):
        told = tell_story(hood.world, initiative=k)
        assert told == [line for line in whole if f"(initiative {k})" in line]
        assert told == tell_story(hood.world, initiative=f"initiatief {k}")
        children = int(((hood.world.initiatives.parent == k) & (hood.world.initiatives.born > 0)).sum())
        assert sum(", after the " in line and line.endswith(f"(initiative {k})") for line in told) >= children
        followed += children
    assert followed > 0


def test_an_initiative_is_first_told_with_who_started_it(hood):
    names, whole = Names(hood.world), tell_story(hood.world, everything=True)
    for k in range(len(hood.world.initiatives)):
        if hood.world.initiatives.born[k] > 0:
            first = next(line for line in whole if f"(initiative {k})" in line)
            assert names.residents[founder(hood.world, k)] in first
            assert "started something" in first
            assert (", after the " in first) == (hood.world.initiatives.parent[k] >= 0)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"street": "Lijsterstrat"}, "did you mean Lijsterstraat?"),
        ({"street": "Dam"}, "streets such as Lijsterstraat"),
        ({"resident": "150"}, "rows 0 to 149"),
        ({"resident": "-1"}, "rows 0 to 149"),
        ({"resident": "Xqz"}, "or a name as told"),
        ({"official": "Qqqqqq"}, "a name as told"),
        ({"initiative": "the play street"}, "numbers 0 to "),
        ({"initiative": 100_000}, "numbers 0 to "),
        ({"initiative": ""}, "numbers 0 to "),
        ({"lang": "fr"}, "en or nl"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is_near_or_allowed(hood, asked, says):
    with pytest.raises(BadInput, match=re.escape(says)) as error:
        tell_story(hood.world, **asked)
    assert next(iter(asked)) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_misspelled_person_is_answered_with_near_names(hood):
    names = Names(hood.world)
    resident, official = next(iter(names.residents.values())), next(iter(names.officials.values()))
    with pytest.raises(BadInput, match="did you mean"):
        tell_story(hood.world, resident="x" + resident)
    with pytest.raises(BadInput, match="did you mean"):
        tell_story(hood.world, official="x" + official)


def test_a_row_number_means_who_lives_there_now(hood):
    names = Names(hood.world)
    for row in (0, 70, 149):
        printed = names.residents[int(hood.world.residents.name[row])]
        assert (
            tell_story(hood.world, resident=row)
            == tell_story(hood.world, resident=str(row))
            == tell_story(hood.world, resident=printed.rstrip("."))
        )


def test_names_are_stable_and_each_a_different_one(hood):
    names = Names(hood.world)
    assert len(set(names.residents.values())) == len(names.residents) > 150
    assert len(set(names.officials.values())) == len(names.officials)
    assert set(hood.world.residents.name.tolist()) | set(hood.world.reports.person.tolist()) <= set(names.residents)
    assert set(hood.world.promises.maker.tolist()) <= set(names.officials)
    young = Names(Neighbourhood(SMALL, "top_down", seed=3).world)
    assert young.residents.items() <= names.residents.items()
    assert tell_story(lived(40).world, True) == tell_story(lived(40).world, True)


def test_a_founder_who_moved_away_keeps_the_name(hood):
    i, there = hood.world.initiatives, hood.world.residents.name
    moved = [k for k in range(len(i)) if founder(hood.world, k) != int(there[i.founder[k]])]
    assert moved
    assert all(founder(hood.world, k) in Names(hood.world).residents for k in moved)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_weeks_give_no_sentences(lang):
    place = Neighbourhood(SMALL, "relational", seed=2)
    assert tell_story(place.world, lang=lang) == []
    assert tell_story(place.run(0).world, True, lang) == []
    assert tell_story(place.world, lang=lang, resident=3) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_resident_alone_has_a_story_of_quarters_at_least(lang):
    place = Neighbourhood(load("default").replaced(residents=1, burn_in=2, ward_hours=0), "top_down", seed=1).run(30)
    assert len(tell_story(place.world, lang=lang)) >= 3
    assert isinstance(tell_story(place.world, lang=lang, resident="0"), list)
    with pytest.raises(BadInput):
        tell_story(place.world, lang=lang, official="Truus")


def test_the_heading_says_that_names_are_invented():
    assert "invented" in heading("en")
    assert "verzonnen" in heading("nl")
