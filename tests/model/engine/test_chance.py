"""Keyed luck: known vectors, plain equals compiled, evenly spread, and unrelated between neighbours."""

from __future__ import annotations

import itertools
import random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats

from model.engine import chance
from model.engine import modules as engine

# SplitMix64 from seed 0: its states are multiples of the golden gamma, its outputs are published (Vigna, splitmix64.c).
GAMMA = 0x9E3779B97F4A7C15
SPLITMIX64 = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC, 0x1B39896A51A8749B)
EDGES = (0, 1, 2, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1)
N = 40_000


# --- another implementation, on wrapping unsigned numbers of NumPy ------------------------------------------------


def u64(values: Any) -> np.ndarray:
    """Whole numbers, negative ones by two's complement, as unsigned 64-bit numbers."""
    return np.array([int(v) % 2**64 for v in np.ravel(np.array(values, object))], np.uint64)


def mixed(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return mixed(mixed(first) + np.uint64(GAMMA) * second + np.uint64(0x632BE59BD9B4E019))


def drawn(key: np.ndarray, name: np.ndarray) -> np.ndarray:
    return (mixed(key ^ mixed(name)) >> np.uint64(11)).astype(float) / 2.0**53


def normal(key: np.ndarray, name: np.ndarray) -> np.ndarray:
    angle = 2.0 * np.pi * drawn(key, joined(name, u64([1])))
    return np.sqrt(-2.0 * np.log(1.0 - drawn(key, name))) * np.cos(angle)


def key_for(seed: Any, decision: Any, week: Any) -> np.ndarray:
    return joined(joined(u64(seed), u64(decision)), u64(week))


def names(count: int = N) -> np.ndarray:
    """Names of dwellings in one street, as places make them."""
    return joined(u64([12345]), np.arange(count, dtype=np.uint64))


@pytest.fixture(scope="module")
def numbers() -> list[int]:
    """Edges, and a few thousand 64-bit numbers."""
    generator = random.Random(20)
    return [*EDGES, *(generator.getrandbits(64) for _ in range(3000))]


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    return engine.module(compiled=True)


# --- vectors ------------------------------------------------------------------------------------------------------


def test_mix_gives_the_published_numbers_of_splitmix64() -> None:
    assert tuple(chance.mix(GAMMA * n % 2**64) for n in range(1, 6)) == SPLITMIX64
    assert chance.mix(0) == 0


def test_every_function_has_its_test_vector() -> None:
    """Never change these: every run that was ever published would have other luck."""
    assert chance.join(1, 2) == 0x26C3287EBE7AE79A
    assert chance.key_of(1, chance.REPORT, 52) == 0xA5C952E924ABDA16
    assert chance.draw(chance.key_of(1, chance.REPORT, 52), 77) == 0.3600696082308299
    assert chance.gauss(chance.key_of(1, chance.REPORT, 52), 77) == pytest.approx(-0.34136677214053895, rel=1e-14)


def test_the_plain_functions_agree_with_an_independent_implementation(numbers: list[int]) -> None:
    first, second = u64(numbers), u64(numbers[::-1])
    pairs = list(zip(numbers, reversed(numbers), strict=True))
    assert [chance.mix(a) for a in numbers] == mixed(first).tolist()
    assert [chance.join(a, b) for a, b in pairs] == joined(first, second).tolist()
    assert [chance.draw(a, b) for a, b in pairs] == drawn(first, second).tolist()
    assert [chance.gauss(a, b) for a, b in pairs] == pytest.approx(normal(first, second).tolist(), rel=1e-9, abs=1e-12)
    assert [chance.key_of(a, 3, -b) for a, b in pairs] == key_for(numbers, 3, [-b for b in numbers[::-1]]).tolist()


def test_names_of_places_are_joined_as_chance_joins() -> None:
    from model.case.layout import join_all, join_all_pairs

    second = u64(EDGES)
    expected = [chance.join(2**63 + 5, b) for b in EDGES]
    assert join_all(np.uint64(2**63 + 5), second).tolist() == expected
    assert join_all_pairs(second, second[::-1]).tolist() == [chance.join(a, b) for a, b in zip(EDGES, reversed(EDGES), strict=True)]


# --- plain equals compiled ----------------------------------------------------------------------------------------


def test_the_plain_module_holds_the_functions_of_this_file() -> None:
    plain = engine.module(compiled=False)
    for name in ("mix", "join", "pair", "draw", "gauss", "key_of"):
        assert getattr(plain, name) is getattr(chance, name)


def test_plain_equals_compiled_on_thousands_of_values(compiled: ModuleType, numbers: list[int]) -> None:
    pairs = list(zip(numbers, reversed(numbers), strict=True))
    for a, b in pairs:
        wide, other = np.uint64(a), np.uint64(b)
        assert compiled.mix(wide) == chance.mix(a)
        assert compiled.join(wide, other) == chance.join(a, b)
        assert compiled.pair(wide, other) == chance.pair(a, b)
        assert compiled.draw(wide, other) == chance.draw(a, b)
        assert compiled.gauss(wide, other) == chance.gauss(a, b)


def test_plain_equals_compiled_for_signed_weeks_and_counts(compiled: ModuleType) -> None:
    for seed, decision, week in itertools.product((0, 1, 2**62, 2**63 - 1), (0, 44), (-5200, -104, -1, 0, 1, 260)):
        assert int(compiled.key_of(seed, decision, week)) == chance.key_of(seed, decision, week)
        assert int(compiled.join(np.uint64(7), week)) == chance.join(7, week)


def test_narrow_numbers_from_columns_count_as_the_same_whole_numbers(compiled: ModuleType) -> None:
    """Columns hold names in 64 bits, counts and rows in 32: all come to one name, plain and compiled."""
    for value in (0, 1, 41, 2**31 - 1):
        expected = chance.join(9, value)
        assert chance.join(np.uint64(9), np.int32(value)) == expected
        assert int(compiled.join(np.uint64(9), np.int32(value))) == expected
        assert int(compiled.join(np.uint64(9), value)) == expected


def test_quick_names_of_pairs_are_different_for_the_two_orders_and_draws_by_them_are_even() -> None:
    people = names(300).tolist()
    made = {chance.pair(a, b) for a in people for b in people}
    assert len(made) == 300 * 300
    draws = np.array([chance.draw(9, chance.pair(a, b)) for a in people[:60] for b in people])
    assert stats.kstest(draws, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.03


# --- spread and independence --------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [chance.REPORT, chance.DOOR, chance.KNOWN])
def test_draws_are_evenly_spread_from_0_to_1(decision: int) -> None:
    draws = drawn(key_for(1, decision, 10), names())
    assert draws.min() >= 0.0
    assert draws.max() < 1.0
    assert stats.kstest(draws, "uniform").pvalue > 0.001
    assert stats.chisquare(np.bincount((draws * 100).astype(int), minlength=100)).pvalue > 0.001
    low_bits = (draws * 2**53).astype(np.uint64) % np.uint64(64)  # the last ones that a draw keeps
    assert stats.chisquare(np.bincount(low_bits.astype(int), minlength=64)).pvalue > 0.001


@pytest.mark.parametrize("what", ["week", "seed", "name"])
def test_draws_are_as_even_along_weeks_seeds_and_plain_numbers_as_names(what: str) -> None:
    counting = np.arange(N)
    key = key_for(counting, 3, 1) if what == "seed" else key_for(1, 3, counting if what == "week" else 5)
    draws = drawn(key, counting.astype(np.uint64) if what == "name" else u64([99]))
    assert stats.kstest(draws, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 4 / np.sqrt(N)


def test_gauss_is_standard_normal_and_always_finite() -> None:
    plain = np.array([chance.gauss(chance.key_of(1, 0, 0), int(name)) for name in names(20_000)])
    assert np.isfinite(plain).all()
    assert stats.kstest(plain, "norm").pvalue > 0.001
    assert stats.kstest(normal(key_for(1, 7, 3), names()), "norm").pvalue > 0.001


def unrelated(first: np.ndarray, second: np.ndarray) -> bool:
    """No correlation, and an even spread over the hundred squares of the plane."""
    squares = np.bincount((first * 10).astype(int) * 10 + (second * 10).astype(int), minlength=100)
    weak = abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(len(first))
    return bool(weak and stats.chisquare(squares).pvalue > 0.0005)


def test_neighbouring_weeks_decisions_and_seeds_have_unrelated_luck() -> None:
    here = drawn(key_for(1, 10, 50), names())
    for seed, decision, week in ((1, 10, 51), (1, 10, 49), (1, 11, 50), (1, 9, 50), (2, 10, 50), (10, 1, 50), (50, 10, 1)):
        assert unrelated(here, drawn(key_for(seed, decision, week), names())), (seed, decision, week)


def test_neighbouring_names_have_unrelated_luck() -> None:
    key = key_for(1, 10, 50)
    draws = drawn(key, names())
    assert unrelated(draws[1:], draws[:-1])
    counted = drawn(key, np.arange(N, dtype=np.uint64))
    assert unrelated(counted[1:], counted[:-1])
    one_bit = drawn(key, names() ^ np.uint64(1 << 63))
    assert unrelated(draws, one_bit)


def test_a_pair_has_other_luck_in_the_other_order() -> None:
    key, first = key_for(1, 10, 50), names()
    second = mixed(first + np.uint64(1))
    assert unrelated(drawn(key, joined(first, second)), drawn(key, joined(second, first)))


def test_all_decisions_of_a_week_and_their_keys_differ_from_each_other() -> None:
    keys = [chance.key_of(seed, d, week) for seed in (1, 2) for d in range(chance.DECISIONS) for week in range(-104, 260)]
    assert len(set(keys)) == len(keys)
    table = np.array([drawn(u64([key]), names(4000)) for key in keys[: 364 * chance.DECISIONS : 364]])
    related = np.corrcoef(table)[np.triu_indices(chance.DECISIONS, 1)]
    assert np.abs(related).max() < 5 / np.sqrt(4000)  # about a thousand pairs


def test_one_flipped_bit_flips_half_of_the_mixed_bits() -> None:
    x = names(2000)
    flips = [np.bitwise_count(mixed(x) ^ mixed(x ^ np.uint64(1 << bit))).mean() for bit in range(64)]
    assert min(flips) > 31
    assert max(flips) < 33


def test_a_draw_does_not_depend_on_what_was_drawn_before() -> None:
    key, order = chance.key_of(5, chance.JOIN, 7), list(range(500))
    inward = {name: chance.draw(key, name) for name in order}
    random.Random(3).shuffle(order)
    again = {name: (chance.gauss(key, name + 1), chance.draw(key, name))[1] for name in order}
    assert again == inward


# --- decisions ----------------------------------------------------------------------------------------------------


def test_every_decision_has_its_own_number_below_the_count() -> None:
    kept = {"MASK", "DECISIONS", "COMPILED"}
    numbers = {name: value for name, value in vars(chance).items() if name.isupper() and name not in kept}
    assert sorted(numbers.values()) == list(range(chance.DECISIONS))


def test_no_decision_was_renumbered() -> None:
    """The numbers are part of every draw; new ones come at the end."""
    first = [chance.SETTLE, chance.ARISE, chance.RETURN, chance.REPORT, chance.WHICH, chance.VISIT]
    assert first == list(range(6))
    later = [chance.INVITE, chance.BEND, chance.QUIT, chance.MOVE, chance.NEEDS, chance.KNOWN]
    assert later == [10, 20, 30, 39, 40, 44]
