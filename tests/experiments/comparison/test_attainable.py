"""What can be attained at all: extremes over mixes of practices, kept, resumed, and shown beside the smallest effect of interest."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from experiments.comparison import attainable
from experiments.comparison.folder import manifest
from experiments.reporting.sections import attainable as beside
from experiments.reporting.side_by_side import IMPOSSIBLE, as_json, plain_text
from experiments.shared import reach
from experiments.study.points import points
from model.case.case import load
from model.outcomes import OUTCOMES
from model.regimes import PRACTICES
from viz.recording.pairs import attained

CASE = load("default").replaced(residents=60, burn_in=2)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(reach, "cache_root", lambda: tmp_path)
    return tmp_path / "ranges"


def test_every_practice_is_drawn_over_its_range_once_in_each_part_of_it():
    made = points(attainable.study_of(CASE, 4, mixes=20))
    assert len(made) == 20
    for name, practice in PRACTICES.items():
        if practice.whole or name in attainable.CAPS:
            continue
        span = practice.high - practice.low
        places = sorted(int(20 * (getattr(one.practices, name) - practice.low) / span) for one in made)
        assert places == list(range(20)), name
    assert max(one.practices.approval_lag for one in made) <= attainable.CAPS["approval_lag"]


def test_extremes_are_of_means_over_seeds_where_all_are_defined():
    rows = [(0, 0.2, 1.0), (0, 0.4, 3.0), (1, 0.5, float("nan")), (1, 0.7, 9.0), (2, 0.1, 5.0), (2, 0.1, 5.0)]
    runs = pl.DataFrame(rows, schema=["point", "burden", "handling_days"], orient="row")
    found = attainable.extremes(runs)
    assert found["burden"] == pytest.approx((0.1, 0.6))
    assert found["handling_days"] == (2.0, 5.0)


def test_it_is_measured_once_and_a_stopped_one_goes_on(cache, monkeypatch):
    monkeypatch.setattr(attainable, "MIXES", 4)
    monkeypatch.setattr(attainable, "PAIRS", 1)
    monkeypatch.setattr(attainable, "known", lambda case, weeks, rules: reach.known(case, weeks, rules))
    told = []

    def stop(done: int, of: int, lost: int) -> None:
        told.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attainable.measure(CASE, 4, workers=1, progress=stop, mixes=4, pairs=1)
    assert len(list(cache.glob("*.study"))) == 1
    found = attainable.measure(CASE, 4, workers=1, mixes=4, pairs=1)
    assert found["burden"][0] <= found["burden"][1]
    assert [one.suffix for one in cache.iterdir()] == [".json"]
    path = reach.kept_at(CASE, 4, mixes=4, pairs=1)
    assert reach.checked(json.loads(path.read_text())) == found


def test_a_file_that_is_not_a_range_counts_as_none(cache):
    path = reach.kept_at(CASE, 4)
    path.parent.mkdir(parents=True)
    for text in ("", "[]", '{"burden": [2, 1]}', '{"nonsense": [1, 2]}', '{"burden": [1]}', '{"burden": ["x", 2]}'):
        path.write_text(text)
        assert reach.known(CASE, 4) == {}
    path.write_text('{"burden": [0.1, 0.2]}')
    assert reach.known(CASE, 4) == {"burden": (0.1, 0.2)}
    assert reach.known(CASE, 5) == reach.known(CASE.replaced(found_base=0.01), 4) == {}


def test_too_small_is_told_from_impossible(invented):
    smallest = OUTCOMES["burden"].smallest
    some = replace(invented, reach={"burden": (0.3, 0.3 + 0.9 * smallest), "linking": (0.1, 0.4)})
    assert reach.impossible(some.reach, "burden")
    assert not reach.impossible(some.reach, "linking")
    assert not reach.impossible(some.reach, "bonding")
    text = plain_text(some)
    line = next(line for line in text.splitlines() if line.startswith(" burden felt") and "0.3" in line)
    assert IMPOSSIBLE in line
    assert "not computed" in text
    assert beside(some, OUTCOMES["burden"]).endswith("impossible here")
    assert beside(some, OUTCOMES["linking"]) == "attainable here 0.1 to 0.4"
    rows = {row["name"]: row for row in json.loads(json.dumps(as_json(some)))["outcomes"]}
    assert (rows["burden"]["impossible"], rows["linking"]["impossible"], rows["bonding"]["attainable"]) == (True, False, None)
    assert manifest(some)["attainable"]["linking"] == [0.1, 0.4]


def test_without_it_a_comparison_says_how_to_compute_it(invented):
    text = plain_text(invented)
    assert "compare --range" in text
    assert beside(invented, OUTCOMES["burden"]) == "what can be attained here was not computed"


def test_the_app_has_it_beside_its_pairs(cache):
    told = json.loads(json.dumps(attained(CASE, 4)))
    assert set(told["burden"]) == {"smallest", "low", "high", "impossible"}
    assert (told["burden"]["low"], told["burden"]["impossible"]) == (None, False)
    path = reach.kept_at(CASE, 4)
    path.parent.mkdir(parents=True)
    path.write_text('{"burden": [0.1, 0.1001]}')
    told = json.loads(json.dumps(attained(CASE, 4)))
    assert told["burden"] == {"smallest": OUTCOMES["burden"].smallest, "low": 0.1, "high": 0.1001, "impossible": True}
