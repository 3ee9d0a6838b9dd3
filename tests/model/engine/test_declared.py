"""What is declared once: counters, sums, accounts and pots are numbered by their declaration, and each says what it means."""

from __future__ import annotations

import pickle

import pytest

from model import kinds
from model.engine.declared import Place, declared
from model.engine.modules import generated_source
from model.state import accounts, experiences, tallies

CLASSES = [
    (tallies, tallies.Counter), (tallies, tallies.Sum), (accounts, accounts.Account), (accounts, accounts.Pot),
    (kinds, kinds.Department), (experiences, experiences.Experience), (experiences, experiences.Addressee),
]  # fmt: skip


@pytest.mark.parametrize(("module", "kind"), CLASSES)
def test_places_follow_each_other_and_leave_no_gap(module, kind):
    places = list(declared(vars(module), kind).values())
    widths = {tallies.TRUST_ALL: 5, tallies.TRUST_TOUCHED: 5, tallies.PERCENTILES: 6} if kind is tallies.Sum else {}
    expected = 0
    for place in places:
        assert place == expected
        expected += widths.get(place, 1)
    assert kind.total == expected


@pytest.mark.parametrize(("module", "kind"), CLASSES)
def test_each_place_says_what_it_means(module, kind):
    for name, place in declared(vars(module), kind).items():
        assert place.meaning, name
        assert place.unit or kind in (kinds.Department, experiences.Experience, experiences.Addressee), name


def test_loops_know_a_declared_place_by_its_number():
    constants: dict[str, object] = {}
    exec("\n".join(line for line in generated_source().splitlines() if line.split(" = ")[0].isupper()), constants)
    for module, kind in CLASSES:
        used = {name: place for name, place in declared(vars(module), kind).items() if name.upper() in constants}
        assert used, kind
        for name, place in used.items():
            assert constants[name.upper()] == int(place)
            assert type(constants[name.upper()]) is int


def test_how_good_an_event_is_is_known_to_loops_by_its_value():
    source = generated_source()
    assert "FELT_TOLD = 0.45\n" in source
    assert all(0.0 <= value <= 1.0 and value.meaning and value.source for value in experiences.FELT_VALUES.values())
    assert (experiences.FELT_SHOCK.expected, experiences.FELT_WITHDRAWN.expected, experiences.FELT_TOLD.expected) == (-1.0, 0.9, -1.0)
    held_out = {name: value.expected for name, value in experiences.FELT_VALUES.items() if value.expected != experiences.USUAL}
    assert held_out == {"felt_withdrawn": 0.9}  # only where an announcement set an expectation for that matter


def test_those_of_the_municipality_come_first_among_accounts():
    assert all(account.whose == accounts.TOWN for account in accounts.ACCOUNTS[: accounts.MUNICIPAL])
    assert not any(account.whose == accounts.TOWN for account in accounts.ACCOUNTS[accounts.MUNICIPAL :])


def test_a_place_kept_in_a_file_is_a_plain_number():
    kept = pickle.loads(pickle.dumps(tallies.REGISTERED))
    assert kept == 1
    assert type(kept) is int


def test_a_class_of_its_own_counts_from_zero():
    class Shelf(Place):
        pass

    assert [Shelf("one", width=3), Shelf("two"), Shelf("three")] == [0, 3, 4]
