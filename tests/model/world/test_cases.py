"""Cases show what they tell: events need a practice, people and streets are called as in the tale. Fails on code before."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from model import regimes
from model.case.case import SCENARIOS, Case, checked, load
from model.case.sources import without_source
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.state.named import choose_people
from model.story.names import Names
from model.story.teller import Teller, tell_story
from model.week.planned_acts import GIVING, OLD_HURT, WITHDRAW
from viz.recording.packets import header
from viz.recording.story import Known

KOLPING = load("kolping")
LISTENS = regimes.NAMED["relational"]  # one mix of practices; only one of them is moved below
PEOPLE = ("Joop", "Bets", "Bert", "Elly")


def but(**moved: float) -> regimes.Practices:
    """The same mix with these moved."""
    return regimes.practices(LISTENS.model_dump() | moved)


def lived(practices: regimes.Practices, weeks: int = 44, seed: int = 1, case: Case = KOLPING) -> Neighbourhood:
    return Neighbourhood(case, practices, seed).run(weeks)


def said(place: Neighbourhood, *words: str, lang: str = "en") -> list[str]:
    return [line for line in tell_story(place.world, lang=lang) if all(word in line for word in words)]


@pytest.fixture(scope="module")
def listening() -> Neighbourhood:
    return lived(LISTENS)


# --- events need a practice, hours, money -------------------------------------------------------------------------


def test_giving_and_old_hurt_happen_where_listening_comes_first_and_not_where_it_does_not(listening: Neighbourhood) -> None:
    assert {GIVING, OLD_HURT, WITHDRAW} <= set(listening.world.acts.kind)
    at_once = lived(but(listening_first=0))
    assert OLD_HURT not in at_once.world.acts.kind
    assert said(at_once, "week 1: did not happen: sweet", "at least 6, and here it stands at 0")
    assert said(at_once, "week 17: did not happen: sour")
    assert said(at_once, "week 17: gebeurde niet: zuur", lang="nl")
    assert not said(listening, "did not happen")


def test_the_same_renovation_starts_in_the_same_week_under_any_practice(listening: Neighbourhood) -> None:
    for place in (listening, lived(but(listening_first=0, pairing=0.0, mandate_rules=0.0))):
        assert place.world.agenda.launched[place.world.agenda.launched > 0].tolist() == [28]


def test_giving_reaches_two_in_five_of_those_concerned_when_the_hours_are_there() -> None:
    reached = [lived(LISTENS, 16, seed).world.acts.reached[0] / KOLPING.residents for seed in (1, 2, 3, 4)]
    assert np.mean(reached) > 0.35, reached


def test_giving_goes_as_far_as_the_hours_reach_and_the_story_says_so() -> None:
    few = lived(LISTENS, 17, case=KOLPING.replaced(ward_hours=11.0))
    assert 0 < few.world.acts.reached[0] < 100
    (line,) = said(few, "hours or money fell short everywhere")
    assert f"and {600 - int(few.world.acts.reached[0])} residents got nothing" in line or "residents got nothing" in line
    assert said(few, "schoten overal tekort", lang="nl")


def test_the_carp_are_moved_where_exceptions_may_be_made_and_only_then_go_back(listening: Neighbourhood) -> None:
    there = np.flatnonzero(listening.world.acts.kind == WITHDRAW)
    assert listening.world.acts.times[there].tolist() == [1]
    strict = lived(but(mandate_rules=0.05))
    assert said(strict, "week 36: did not happen: Bert moves the koi carp", "mandate over rules")
    assert said(strict, "week 40: did not happen: the carp of Joop and Bets go back")
    assert WITHDRAW not in strict.world.acts.kind


EVENT: dict[str, Any] = {"week": 2, "kind": "gathering", "street": 1, "value": 8.0}
SMALL = checked({"place": {"residents": 120, "streets": 4}, "burn_in": 3, "conditions": {"ward_hours": 60.0}}, "small")


@pytest.mark.parametrize(
    ("needs", "says"),
    [
        ({"practice": "presence", "at_least": 0.9}, "that takes “presence in the street” of at least 0.9, and here it stands at 0.8"),
        ({"practice": "presence", "at_most": 0.5}, "that takes “presence in the street” of at most 0.5, and here it stands at 0.8"),
        ({"role": "police", "hours": 5.0}, "that takes 5 hours a week of the police, and there are 0.02"),
        ({"euro": 90000.0}, "that takes 90000 euros to be spent on the spot"),
        ({"after": "giving"}, "for doing something for people had reached nobody there"),
    ],
)
def test_what_an_event_lacks_is_told_in_a_sentence_of_its_own(needs: dict[str, Any], says: str) -> None:
    place = lived(LISTENS, 4, case=SMALL.replaced(events=[EVENT | {"needs": needs}]))
    (line,) = said(place, "did not happen: sitting down together")
    assert line.startswith("week 2: ")
    assert says in line
    assert len(place.world.acts) == 0
    assert len(said(place, "gebeurde niet: het samen aanschuiven", lang="nl")) == 1


def test_an_event_that_has_what_it_needs_is_the_event_without_needs_but_for_its_price() -> None:
    free = {"practice": "presence", "at_least": 0.5, "role": "police", "hours": 0.01}
    plain, needy = (lived(LISTENS, 6, case=SMALL.replaced(events=[EVENT | more])) for more in ({}, {"needs": free}))
    assert plain.outcomes() == pytest.approx(needy.outcomes(), nan_ok=True)
    calm = SMALL.replaced(problem_rate=0.0)  # no other money goes to a street
    spent = [lived(LISTENS, 6, case=calm.replaced(events=[EVENT | more])).world.streets.cents[1] for more in ({}, {"needs": {"euro": 2.0}})]
    assert spent[1] == spent[0] + 200


def test_a_practice_that_needs_another_stays_as_it_was_without_it() -> None:
    event = {"week": 2, "kind": "practice", "name": "pairing", "value": 1.0, "needs": {"practice": "presence", "at_least": 0.9}}
    assert lived(LISTENS, 4, case=SMALL.replaced(events=[event])).world.practices.pairing == LISTENS.pairing
    assert lived(but(presence=0.95), 4, case=SMALL.replaced(events=[event])).world.practices.pairing == 1.0


# --- named people --------------------------------------------------------------------------------------------------


def test_people_of_the_tale_are_called_so_in_story_and_map(listening: Neighbourhood) -> None:
    assert set(listening.world.named) == set(PEOPLE)
    story = " ".join(tell_story(listening.world))
    assert "ward official Bert" in story
    assert said(listening, "what Joop had got", "was taken back")
    place = lived(LISTENS, 0)
    shown = header(place, Known(place).residents)
    named = {str(one["name"]): one["row"] for one in shown["named"]}
    assert set(named) == {"Joop", "Bets"}
    for name, row in named.items():
        assert cast("list[str]", shown["residents"]["name"])[cast("int", row)] == name
        assert cast("list[int]", shown["residents"]["street"])[cast("int", row)] == 3


def test_joop_and_bets_share_a_home_and_fit_what_is_said_of_them() -> None:
    for seed in (1, 2, 3):
        place = Neighbourhood(KOLPING, LISTENS, seed)
        place.burn_in()
        r, row = place.world.residents, {name: place.world.residents.name.tolist().index(place.world.named[name]) for name in PEOPLE[:2]}
        assert r.home[row["Joop"]] == r.home[row["Bets"]]
        assert not r.owner[row["Joop"]]
        assert r.street[row["Joop"]] == r.street[row["Bets"]] == 3
        assert choose_people(place.world) == place.world.named


def test_nobody_else_bears_a_name_of_the_tale() -> None:
    for seed in (1, 2, 3):
        place = lived(LISTENS, 60, seed)
        names = Names(place.world)
        both = [*names.residents.values(), *names.officials.values()]
        assert [sum(text.split()[0] == name for text in both) for name in PEOPLE] == [1, 1, 1, 1]
        assert len(set(names.residents.values())) == len(names.residents)
        known = Known(place)
        assert all(known.resident(n).split()[0] not in PEOPLE for n in range(1, 3000))


def test_naming_people_and_streets_changes_nothing_in_a_run() -> None:
    quiet = {"events": [], "burn_in": 20}
    named = lived(LISTENS, 30, case=KOLPING.replaced(**quiet, street_names=["Karperhof"]))
    bare = lived(LISTENS, 30, case=KOLPING.replaced(**quiet, people=[]))
    assert named.outcomes() == pytest.approx(bare.outcomes(), nan_ok=True)


def test_names_are_kept_with_a_checkpoint() -> None:
    place = lived(LISTENS, 2)
    other = Neighbourhood(KOLPING, LISTENS, 1)
    other.restore(place.checkpoint())
    assert other.world.named == place.world.named


# --- the renovation, the courtyards --------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "word", "not_so"), [("en", "the renovation", "greening"), ("nl", "de renovatie", "vergroening")])
def test_the_renovation_is_called_renovation(listening: Neighbourhood, lang: str, word: str, not_so: str) -> None:
    assert Teller(listening.world, Names(listening.world), lang).word("project", 0).startswith(f"{word} ")
    assert said(listening, "week 28:", word, lang=lang)
    assert not said(listening, not_so, lang=lang)


def test_the_echoing_courtyard_consists_of_courtyards() -> None:
    place = Neighbourhood("echoing_courtyard", LISTENS, 1)
    streets = header(place, Known(place).residents)["streets"]
    assert len(streets) == 8
    assert all(str(street["name"]).endswith("hof") for street in streets)  # a hof: homes around a garden, on the map too
    r = place.world.residents
    for s in range(8):
        here = r.street == s
        x, y = r.x[here] - r.x[here].mean(), r.y[here] - r.y[here].mean()
        middle = (np.abs(x) < 0.4 * np.abs(x).max()) & (np.abs(y) < 0.4 * np.abs(y).max())
        assert not middle.any(), "nobody lives in the garden"


# --- the front line -------------------------------------------------------------------------------------------------

FRONT = ("ward_hours", "programme_hours", "corporation_hours", "police_hours", "enforcer_hours")


def test_the_whole_front_line_differs_from_the_default_in_the_hours_of_five_roles_and_nothing_else() -> None:
    front, usual = load("front_line"), load("default")
    assert {key for key, value in front.conditions if value != getattr(usual.conditions, key)} == set(FRONT)
    assert all(getattr(front.conditions, key) > getattr(usual.conditions, key) for key in FRONT)
    assert (front.place, front.behaviour, front.problems, front.events) == (usual.place, usual.behaviour, usual.problems, usual.events)


def test_each_role_of_the_front_line_has_a_source_and_is_told_in_both_languages() -> None:
    front = load("front_line")
    assert without_source(front) == []
    assert {source.key for source in front.sources} == {f"conditions.{key}" for key in FRONT}
    assert all(text.complete for text in (front.title, front.text, front.watch, front.question))
    for hours in (getattr(front.conditions, key) for key in FRONT):
        assert f"{hours:g}" in front.text, "the text says what differs"
        assert f"{hours:g}".replace(".", ",") in front.text.nl


# --- errors of an author -------------------------------------------------------------------------------------------

SHOCK = '[[events]]\nweek = 2\nkind = "shock"\n'
BAD = [
    (SHOCK + 'needs = { practice = "kindness", at_least = 1 }', "events.needs.practice = 'kindness'; allowed: presence"),
    (SHOCK + 'needs = { practice = "presence" }', "events.needs.practice = 'presence'; allowed: with at_least or at_most"),
    (SHOCK + 'needs = { practice = "presence", at_least = 6.0 }', "events.needs.at_least = 6; allowed: 0 to 1"),
    (SHOCK + 'needs = { role = "boss", hours = 1.0 }', "events.needs.role = 'boss'; allowed: ward officials, desk"),
    (SHOCK + 'needs = { hours = 1.0 }', "events.needs.hours = 1; allowed: with a role"),
    (SHOCK + 'needs = { hour = 1.0 }', "events.0.needs.hour; not a known key; allowed: practice, at_least"),
    (SHOCK + 'needs = { after = "giving" }', "events.0.needs.after = 'giving'; allowed: nothing"),
    (SHOCK + 'who = "Joop"', "events.who = 'Joop' for shock; allowed for: giving, withdraw, initiative"),
    ('[[events]]\nweek = 2\nkind = "withdraw"\nwho = "Joop"', "events.who = 'Joop'; allowed: nobody"),
    (SHOCK + 'called = "it"', "for shock; allowed for: project, programme"),
    ('[[people]]\nname = "A"\nstreet = 9', "people.0.street = 9; allowed: 0 to 1"),
    ('[[people]]\nname = "A"\n[[people]]\nname = "a"', "people.1.name = 'a'; allowed: a name that nobody else in the list has"),
    ('[[people]]\nname = "A"\nlives_with = "B"', "people.0.lives_with = 'B'; allowed: nobody, for there is none"),
    ('[[people]]\nname = "A"\nis_a = "official"\nmeans = 0.5', "people.0.means = 0.5; allowed: for a resident"),
    ('[[people]]\nname = "A"\nmeans = 2.0', "people.0.means = 2"),
    ('[[people]]\nname = "A"\ntenure = "squatter"', "people.0.tenure = 'squatter'"),
    ('[[people]]\nname = "A"\nhair = 1', "people.0.hair; not a known key; allowed: name, is_a"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "says"), BAD)
def test_a_mistake_of_an_author_gives_one_line_with_key_value_and_what_is_allowed(lines: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"{lines}\n[place]\nresidents = 84\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["Karperstad"], "street_names.0 = 'Karperstad'; allowed: a name that ends in straat"),
        (["Ahof", "ahof"], "street_names.1 = 'ahof'; allowed: a name that no other street has"),
        (["Ahof", "Bhof", "Chof"], "street_names, 3 of them; allowed: at most 2"),
    ],
)
def test_names_of_streets_that_cannot_be_are_refused(names: list[str], says: str) -> None:
    with pytest.raises(BadInput, match="street_names") as caught:
        checked({"place": {"residents": 84}, "street_names": names}, "my.toml")
    assert says in str(caught.value)


def test_every_shipped_scenario_loads() -> None:
    for path in SCENARIOS.glob("*.toml"):
        load(path.stem)
