"""Outcomes by tenure, means and group: who is counted where, and the tables, on invented numbers and on runs."""

from __future__ import annotations

import io
from dataclasses import replace

import polars as pl
import pytest
from rich.console import Console

from experiments.reporting.comparison import Comparison
from experiments.reporting.people import SHOWN, SPLITS, by_people, differences_by_people, people_table
from model.case.case import Case
from model.measures.by_place import GROUPS, TENURES, THIRDS
from model.measures.weekly import OUTCOMES
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE, NO_GOVERNMENT, REGIMES


def test_classes_of_each_split_add_up_to_all_residents_and_their_outcomes(small: Case) -> None:
    place = Neighbourhood(small.replaced(counter_hours=40.0), BASELINE, 3).run(30)
    table, r, found = place.by_people, place.world.residents, place.outcomes()
    assert list(zip(table["split"], table["class"], strict=True)) == [
        *(("tenure", name) for name in TENURES), *(("means", name) for name in THIRDS), *(("group", name) for name in GROUPS)
    ]  # fmt: skip
    for (_,), own in table.group_by("split"):
        people = own["residents"]
        assert people.sum() == small.residents
        for name in ("trust_municipality", "burden", "linking", "active", "grievance"):
            whole = (own[name].fill_nan(0) * people).sum() / small.residents
            assert whole == pytest.approx(place.measures[name][-1], abs=1e-6), name
    owners = table.row(1, named=True)
    assert owners["burden"] == pytest.approx(float(r.burden[r.owner == 1].mean()))
    poor = table.row(2, named=True)
    assert poor["residents"] == int((r.means < 1 / 3).sum())
    assert int(r.requested.sum()) > 0
    assert (r.helped <= r.requested).all()
    stayed = Neighbourhood(small.replaced(moves_per_year=0.0), BASELINE, 3).run(30)
    own = stayed.world.residents
    assert own.helped.sum() / own.requested.sum() == pytest.approx(stayed.outcomes()["helped"])
    assert set(SHOWN) <= set(OUTCOMES) & set(table.columns)
    assert found["helped"] > 0


def test_requests_are_counted_from_the_start_of_the_run(small: Case) -> None:
    hood = Neighbourhood(small, BASELINE, 3)
    hood.burn_in()
    assert hood.world.residents.requested.sum() > 0
    hood.run(1)
    assert hood.world.residents.requested.sum() <= 10


def test_a_comparison_has_paired_differences_of_every_class_between_every_two(lived: Comparison) -> None:
    table = differences_by_people(lived)
    assert table.height == (len(TENURES) + len(THIRDS) + len(GROUPS)) * len(SHOWN) * len(lived.duels)
    row = table.filter(split="tenure", outcome="burden", first=NO_GOVERNMENT, second="service").row(0, named=True)
    owners = lived.classes.filter(pl.col("split") == "tenure", pl.col("class") == row["class"])
    sides = [owners.filter(regime=label)["burden"].to_numpy().mean() for label in (NO_GOVERNMENT, "service")]
    assert row["difference"] == pytest.approx(sides[1] - sides[0])
    assert row["n"] == 3


def test_the_page_has_a_folded_table_for_every_two_and_the_print_one_for_each_split(lived: Comparison) -> None:
    shown = list(by_people(lived))
    assert len(shown) == len(lived.duels)
    assert all(table.folded and len(table.groups) == len(SHOWN) for table in shown)
    for split in SPLITS:
        console = Console(file=io.StringIO(), width=200)
        for thing in people_table(lived, split):
            console.print(thing)
        text = console.file.getvalue()  # type: ignore[attr-defined]
        assert f"By {SPLITS[split]}" in text
        assert all(f"{name} −" in text for name in REGIMES)


def test_what_was_not_kept_is_not_shown(lived: Comparison) -> None:
    bare = replace(lived, classes=pl.DataFrame())
    assert not len(differences_by_people(bare))
    assert list(by_people(bare)) == []
    assert list(people_table(bare, "tenure")) == []
