"""Kept results are carried over when a cell of each comes out as kept, and only then."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from experiments.mechanisms import results as kept_results
from experiments.mechanisms.carry_over import carry_over, cell_of
from experiments.mechanisms.declared import load
from experiments.mechanisms.results import CURRENT, OLDER_CODE, kept_row, status
from model import identity

ONE = "A7"


@pytest.fixture(scope="module")
def found():
    return load(ONE)


@pytest.fixture
def kept():
    """What ships, of which one result alone is of an older code."""
    found: Any = kept_results.read()
    for part in ("mechanisms", "interactions"):
        for row in found[part].values():
            row["code"] = identity.code_hash()
    found["mechanisms"][ONE]["code"] = found["code"] = "older"
    return found


def test_every_kept_result_has_a_cell_by_which_it_can_be_tried_again():
    kept: Any = kept_results.read()
    assert all(set(row["cell"]) == {"point", "seed", "content"} for part in ("mechanisms", "interactions") for row in kept[part].values())


def test_a_result_whose_cell_comes_out_the_same_is_of_this_code(found, kept):
    told = []
    results, left = carry_over([found], kept, lambda name, same: told.append((name, same)))
    assert (left, told) == ([], [(ONE, True)])
    assert status(found, kept_row(found, kept)) == OLDER_CODE
    assert status(found, kept_row(found, results)) == CURRENT
    assert results["code"] == identity.code_hash()


def test_a_result_whose_cell_comes_out_otherwise_stays_of_the_older_code(found, kept):
    kept["mechanisms"][ONE]["cell"]["content"] = "0" * 24
    before = copy.deepcopy(kept)
    results, left = carry_over([found], kept, lambda *_: None)
    assert left == [ONE]
    assert results == before


def test_a_result_without_a_cell_has_to_be_run_again(found, kept):
    del kept["mechanisms"][ONE]["cell"]
    assert carry_over([found], kept, lambda *_: None)[1] == [ONE]


def test_a_cell_is_another_when_the_world_is_another(found, kept, monkeypatch):
    from experiments.running import groups

    def twice_as_many(group, *given, whole=groups.begin):
        return whole(replace(group, case=group.case.replaced(problem_rate=2.0)), *given)

    monkeypatch.setattr(groups, "begin", twice_as_many)
    assert cell_of(found) != kept["mechanisms"][ONE]["cell"]
