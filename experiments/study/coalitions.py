"""The design "shapley": two regimes, and between them mixtures in which whole groups of practices are already the second's.

A *coalition* is a set of groups that have the second regime's values, all others the first's. An *order* brings the groups
over one at a time, from none to all. What a group adds, averaged over all orders, is its Shapley value: its part of the
difference, whatever works only together. SALib's Shapley effects divide variance over single inputs, and `shap` explains
the predictions of a fitted model: neither divides a paired difference over groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from experiments.study.designs import Row
from model.regimes import GROUPS

Coalition = frozenset[str]
Order = tuple[str, ...]


def players(at_first: Mapping[str, float], at_second: Mapping[str, float]) -> list[str]:
    """Return the groups in which two regimes differ; what does not differ has no part in the difference."""
    return [group for group, names in GROUPS.items() if any(at_first[name] != at_second[name] for name in names)]


def orders(groups: Sequence[str], pairs: int, seed: int) -> list[Order]:
    """Return `pairs` random orders of the groups, each followed by its reverse (antithetic); none at all when pairs is 0."""
    import numpy as np

    luck, found = np.random.default_rng(seed), list[Order]()
    for _ in range(pairs):
        places: list[int] = luck.permutation(len(groups)).tolist()
        order: Order = tuple(groups[place] for place in places)
        found += [order, tuple(reversed(order))]
    return found


def coalitions(groups: Sequence[str], pairs: int, seed: int) -> list[Coalition]:
    """Return every coalition that the orders pass through, none and all first; with pairs 0 every coalition there is."""
    if pairs:
        passed = [frozenset(order[:length]) for order in orders(groups, pairs, seed) for length in range(len(order) + 1)]
    else:
        passed = [frozenset(some) for size in range(len(groups) + 1) for some in combinations(groups, size)]
    return list(dict.fromkeys([frozenset(), frozenset(groups), *passed]))


def rows(first: str, second: str, at_first: Mapping[str, float], at_second: Mapping[str, float], pairs: int, seed: int) -> list[Row]:
    """Return both regimes, then the mixtures: the first regime with the second's values of some groups."""
    groups = players(at_first, at_second)
    found = [Row(label=first), Row(label=second)]
    for some in coalitions(groups, pairs, seed)[2:]:
        moved = [name for group in groups if group in some for name in GROUPS[group] if at_first[name] != at_second[name]]
        found.append(Row({name: at_second[name] for name in moved}, first))
    return found


def coalition_of(practices: Mapping[str, float], at_first: Mapping[str, float], at_second: Mapping[str, float]) -> Coalition:
    """Return the groups in which these practices are the second regime's."""
    differ = {group: [name for name in names if name in practices and at_first[name] != at_second[name]] for group, names in GROUPS.items()}
    return frozenset(group for group, names in differ.items() if names and all(practices[name] == at_second[name] for name in names))
