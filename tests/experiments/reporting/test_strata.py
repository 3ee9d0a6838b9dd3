"""Regimes are compared over the same residents: by what is fixed beforehand, by principal strata, by meetings; never touched ones alone."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from experiments.comparison.compare import compare, resolve_regimes, study_of
from experiments.comparison.folder import is_comparison, read
from experiments.reporting.side_by_side import as_json, plain_text
from experiments.reporting.strata import LEAST, STRATA, no_strata, strata
from experiments.reporting.strata_shown import duels
from experiments.running.people import FIXED, MOST, OF_EACH, stayers, terciles
from experiments.shared.folders import read_manifest
from experiments.study.check import check
from experiments.study.names import outcomes_of
from experiments.study.schema import Study
from model import Neighbourhood
from model.case.case import load
from model.errors import BadInput
from model.outcomes import COMPARED, OUTCOMES
from model.regimes import NAMED

MOVED = {"usual": NAMED["top_down"], "moved": NAMED["top_down"].model_copy(update={"presence": 0.8})}  # one practice moved


def people(regime: str, seed: int, touched: list[int], meetings: list[int], trust: list[float]) -> pl.DataFrame:
    n = len(trust)
    plain = dict.fromkeys(OF_EACH, np.full(n, 0.5)) | {"trust_official": np.array(trust)}
    fixed = {name: np.arange(n) * 3 // n for name in FIXED}
    return pl.DataFrame({"seed": seed, "regime": regime, "name": np.arange(n), **fixed, "touched": touched, "meetings": meetings, **plain})


def of(frame: pl.DataFrame, lens: str, outcome: str = "trust_official") -> dict[str, dict[str, float]]:
    return {row["stratum"]: row for row in frame.filter(lens=lens, outcome=outcome).to_dicts()}


def test_outcomes_of_whom_a_run_touched_are_no_outcomes_of_a_comparison(lived, small):
    described = {name for name, outcome in OUTCOMES.items() if outcome.described}
    assert described == {name for name in OUTCOMES if name.endswith(("_touched", "_untouched"))}
    assert len(described) == 22
    assert not described & set(COMPARED)
    assert not described & set(lived.differences["outcome"])
    assert not described & set(outcomes_of(study_of(small, resolve_regimes(["top_down"]), 2, 4)))
    text, data = plain_text(lived, everything=True), json.loads(json.dumps(as_json(lived)))
    assert "not touched" not in text
    assert not described & {row["name"] for row in data["outcomes"]}


def test_a_study_that_compares_may_not_ask_for_them_and_one_that_describes_may():
    def made(*regimes: str) -> Study:
        return Study.model_validate({"name": "x", "question": "?", "regimes": regimes, "outcomes": ["trust_official_touched"]})

    check(made("top_down"))
    with pytest.raises(BadInput, match="the same people under each regime"):
        check(made("top_down", "baseline"))


def test_other_people_touched_make_no_difference_where_nobody_changes():
    """The fault: whoever trusts most is touched under one regime, whoever trusts least under the other; each person's trust is the same."""
    n = 30
    trust = np.linspace(0.2, 0.8, n).tolist()
    frames = [
        frame
        for seed in range(6)
        for frame in (
            people("a", seed, [1] * 15 + [0] * 15, [1] * 15 + [0] * 15, trust),
            people("b", seed, [0] * 15 + [1] * 15, [0] * 15 + [1] * 15, trust),
        )
    ]
    found = strata(pl.concat(frames), ["a", "b"])
    assert set(found["difference"].drop_nans().to_list()) == {0.0}
    parts = of(found, "touched")
    assert [parts[name]["people"] for name in STRATA["touched"]] == [0, 15, 15, 0]


def test_a_known_effect_stands_in_the_stratum_that_it_is_in():
    n = 60
    before, touched = np.full(n, 0.5), np.zeros(n, int)
    luck = np.random.default_rng(1)
    frames = []
    for seed in range(8):
        after = before.copy()
        after[40:] += 0.1 + 0.01 * luck.normal()  # the highest third gains, and is met more
        frames += [
            people("a", seed, touched.tolist(), touched.tolist(), before.tolist()),
            people("b", seed, [0] * 40 + [1] * 20, [0] * 40 + [4] * 20, after.tolist()),
        ]
    found = strata(pl.concat(frames), ["a", "b"])
    for lens in FIXED:
        rows = of(found, lens)
        assert rows["highest third"]["difference"] == pytest.approx(0.1, abs=0.02)
        assert rows["highest third"]["low"] > 0.05
        assert rows["lowest third"]["difference"] == rows["middle third"]["difference"] == 0
    assert of(found, "touched")["under the second only"]["difference"] == pytest.approx(0.1, abs=0.02)
    assert of(found, "touched")["under neither"]["difference"] == 0
    dose = of(found, "meetings")
    assert dose["at least 3 more"]["difference"] == pytest.approx(0.1, abs=0.02)
    assert dose["at least 3 more"]["people"] == 20
    assert dose["as many"]["difference"] == 0
    assert dose["1 or 2 more"]["n"] == 0


def test_a_pair_with_too_few_in_a_stratum_does_not_count_there():
    n = 30
    few = [1] * (LEAST - 1) + [0] * (n - LEAST + 1)
    frames = [people(name, seed, few, few, [0.5] * n) for seed in range(3) for name in ("a", "b")]
    assert of(strata(pl.concat(frames), ["a", "b"]), "touched")["under both"]["n"] == 0


@pytest.mark.parametrize("values", [np.arange(9.0), np.zeros(9), np.array([])])
def test_thirds_are_as_equal_as_ties_allow(values):
    found = terciles(values)
    assert len(found) == len(values)
    expected = [3, 3, 3] if len(np.unique(values)) > 1 else [0, len(values), 0]
    assert np.bincount(found, minlength=3).tolist() == expected


def test_the_same_residents_stay_under_both_and_are_in_the_same_thirds():
    case = load("default").replaced(residents=300, burn_in=10, moves_per_year=0.5)
    first, second = (stayers(Neighbourhood(case, practices, seed=2).run(30)) for practices in MOVED.values())
    assert 0 < len(first) < 300
    assert first.select("name", *FIXED).equals(second.select("name", *FIXED))
    assert len(first) <= MOST
    model = Neighbourhood(case, MOVED["moved"], seed=2).run(30)
    r = model.world.residents
    assert second["meetings"].sum() == r.meetings[r.arrived <= 0].sum() > 0
    assert ((r.meetings > 0) <= ((r.touched & 1) > 0)).all()


def test_strata_stand_in_the_table_the_page_the_folder_and_the_figure(tmp_path, small):
    out = tmp_path / "found"
    found = compare(small, MOVED, pairs=3, weeks=12, workers=1, out=out)
    lenses = set(STRATA)
    assert set(found.strata["lens"]) == lenses
    facts = read_manifest(out)
    assert is_comparison(facts)
    again = read(out, facts)
    assert again.strata.equals(found.strata, null_equal=True)
    text, page = (out / "table.txt").read_text(), (out / "page.html").read_text()
    assert "The same residents: moved − usual" in text
    assert "under the second only" in text
    assert "meetings with an official" in page
    assert (out / "strata-1.svg").is_file()
    assert len(json.loads(json.dumps(as_json(found)))["strata"]) == found.strata.height


def test_of_many_regimes_the_first_is_shown_against_each(invented):
    one = {"lens": "touched", "stratum": "under both", "outcome": "burden", "good": "down", "people": 9.0, "n": 0}
    rows = [one | {"first": a, "second": b} for a, b in (("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d"))]
    assert duels(pl.DataFrame(rows), list("abcd")) == [("a", "b"), ("a", "c"), ("a", "d")]
    assert no_strata().is_empty()
    assert "The same residents" not in plain_text(invented)
