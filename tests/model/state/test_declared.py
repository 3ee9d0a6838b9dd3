"""What is declared once: counters, sums, accounts and pots are numbered by their declaration, and each says what it means."""

from __future__ import annotations

import pickle

import pytest

from model import kinds
from model.engine.modules import generated_source
from model.state import accounts, tallies
from model.state.declared import Place, declared

CLASSES = [
    (tallies, tallies.Counter), (tallies, tallies.Sum), (accounts, accounts.Account), (accounts, accounts.Pot),
    (kinds, kinds.Department),
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
        assert place.unit or kind is kinds.Department, name


def test_loops_know_a_declared_place_by_its_number():
    constants: dict[str, object] = {}
    exec("\n".join(line for line in generated_source().splitlines() if line.split(" = ")[0].isupper()), constants)
    for module, kind in CLASSES:
        for name, place in declared(vars(module), kind).items():
            assert constants[name.upper()] == int(place)
            assert type(constants[name.upper()]) is int


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
