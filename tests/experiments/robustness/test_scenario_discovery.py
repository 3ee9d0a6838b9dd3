"""Where each regime wins: a region that is there is found and judged by rows not used to find it; luck is not taken for one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom
from sklearn.model_selection import KFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier
from statsmodels.stats.proportion import proportion_confint

from experiments.cli import main as cli
from experiments.reporting.findings import Findings
from experiments.robustness import discovery_show as regions_show
from experiments.robustness import scenario_discovery as regions
from experiments.robustness.scenario_discovery import NOBODY, Region, one_sided, wilson
from experiments.study import work as study_work
from experiments.study.designs import Range, latin_hypercube
from experiments.study.points import around, checked, points
from experiments.study.results import StudyResults, numbered
from model.errors import BadInput
from model.regimes import NAMED, PRACTICES

REGIMES = ["top_down", "relational", "leapfrog"]


def invent(tmp_path, rows: int = 200, outcomes: Any = None, luck_of_a_run: float = 0.002) -> Findings:
    """A study whose outcomes are known functions of two of five factors."""
    luck = np.random.default_rng(4)
    x = luck.random((rows, 5))
    names = ["a", "b", "c", "d", "e"]
    frame, runs = [], []
    for row in range(rows):
        for place, regime in enumerate(REGIMES):
            point = len(frame)
            frame.append({"point": point, "scenario": "default", "regime": regime, "rules": ""} | dict(zip(names, x[row], strict=True)))
            for replication in range(2):
                values = {name: make(x[row], place) + luck.normal(0, luck_of_a_run) for name, make in outcomes.items()}
                runs.append({"run": f"{point}.{replication}", "point": point, "replication": replication} | values)
    study = {"design": {"kind": "lhs"}, "factors": {}, "outcomes": list(outcomes)}
    manifest: Any = {"content": study, "identity": "invented"}
    return Findings(StudyResults(tmp_path, manifest, numbered(pl.DataFrame(frame)), pl.DataFrame(runs), None, None, None, None))


OUTCOMES_KNOWN = {
    # relational is ahead where a > 0.6 and b < 0.7, top-down elsewhere
    "trust_municipality": lambda x, place: 0.4 + 0.05 * (place == (1 if x[0] > 0.6 and x[1] < 0.7 else 0)),
    # leapfrog everywhere: lower is better
    "burden": lambda x, place: 0.3 - 0.05 * (place == 2),
    # nothing to choose between them
    "grievance": lambda x, place: 0.2 + 0.001 * place,
}


@pytest.fixture
def known(tmp_path):
    return invent(tmp_path, outcomes=OUTCOMES_KNOWN)


def test_a_region_that_is_there_is_found_with_its_limits(known):
    found = {one.outcome: one for one in regions.regions(known)}
    here = found["trust_municipality"]
    assert here.found
    box = next(region for region in here.regions if region.winner == "relational")
    assert box.limits["a"][0] == pytest.approx(0.6, abs=0.05)
    assert box.limits["b"][1] == pytest.approx(0.7, abs=0.08)
    assert set(box.limits) == {"a", "b"}
    assert box.density > 0.85
    assert box.coverage > 0.85
    assert box.low < box.density <= box.high
    assert box.share == pytest.approx(0.28, abs=0.08)


def test_the_same_winner_everywhere_is_no_region_and_too_little_is_nobody(known):
    found = {one.outcome: one for one in regions.regions(known)}
    assert found["burden"].ahead["leapfrog"] == 1.0
    assert not found["burden"].found
    assert found["grievance"].ahead[NOBODY] == 1.0
    assert not found["grievance"].found
    told = " ".join(regions_show.notes(list(found.values()), known))
    assert "old hurt" in told.split("Too small to matter")[1]


def test_luck_is_not_taken_for_a_region(tmp_path):
    luck = np.random.default_rng(9)
    drawn = {name: (lambda x, place: 0.4 + luck.normal(0, 0.05)) for name in ("trust_municipality", "trust_official", "burden", "active")}
    maps = regions.regions(invent(tmp_path, outcomes=drawn))
    assert not any(one.found for one in maps)


def test_every_row_has_one_leader_or_nobody(known):
    _, rows = regions.places(known)
    ahead = regions.leads(known, "trust_municipality", rows)
    assert len(ahead) == 200
    x, _ = regions.places(known)
    assert (ahead == np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.7), 1, 0)).all()


def test_intervals_and_chances_come_out_as_in_tables():
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    assert one_sided(np.array([1.0] * 5 + [0.0] * 7)) == pytest.approx(1 / 32)
    assert one_sided(np.zeros(4)) == 1.0


def test_limits_are_told_in_words():
    box = Region("leapfrog", {"ward_hours": (-np.inf, 3.25), "around.presence": (-0.5, 0.25)}, 0.1, 0.9, 0.8, 1.0, 0.3, 0.4, 20)
    assert regions_show.limits(box) == "ward hours ≤ 3.25 and −0.5 < presence (beside the preset, −1 to 1) ≤ 0.25"


def test_a_folder_is_written_with_a_figure(known, tmp_path):
    maps = regions.regions(known)
    regions_show.write(maps, known, tmp_path / "out", "leefwereld regions")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"regions.json", "regions.csv", "regions.svg", "regions.png", "manifest.json"}
    rows = json.loads((tmp_path / "out" / "regions.json").read_text(encoding="utf-8"))
    assert rows[0]["regions"][0]["text"]


def test_practices_are_drawn_beside_those_of_each_regime():
    rows = latin_hypercube({"a": Range(0, 1)}, 50, 1, ["presence", "approval_lag"])
    moved = np.array([row.around["presence"] for row in rows])
    assert -1 <= moved.min() < -0.9 < 0.9 < moved.max() <= 1
    assert len(set(np.floor((moved + 1) / 2 * 50))) == 50  # once in each of 50 equal parts
    beside = around(NAMED["top_down"].model_dump(), {"presence": 0.5, "approval_lag": 1.0, "mandate_rules": -1.0}, 0.2)
    assert beside["presence"] == pytest.approx(0.2)
    assert beside["approval_lag"] == 16.0  # 6 + 0.2 * 52, rounded
    assert beside["mandate_rules"] == 0.0  # not below its range


def test_a_study_takes_regimes_as_boxes_and_every_run_knows_where_it_lies(tmp_path):
    data = {
        "name": "boxes", "question": "?", "weeks": 8, "regimes": REGIMES[:2], "conditions": {"residents": 50, "burn_in": 2},
        "factors": {"ward_hours": {"low": 1.0, "high": 5.0}}, "design": {"kind": "lhs", "size": 20, "around": 0.2},
        "replications": {"number": 1}, "outcomes": ["burden"],
    }  # fmt: skip
    found = points(checked(data))
    assert len(found) == 40
    for point in found:
        for name, practice in PRACTICES.items():
            away = abs(getattr(point.practices, name) - getattr(NAMED[point.regime], name))
            assert away <= 0.2 * (practice.high - practice.low) + 0.5 * practice.whole + 1e-9
            assert -1 <= point.factors[f"around.{name}"] <= 1
    one, other = (next(p for p in found if p.regime == regime) for regime in REGIMES[:2])
    assert one.factors == other.factors
    with pytest.raises(BadInput, match="around"):
        checked(data | {"design": {"kind": "grid", "around": 0.2}})
    folder = tmp_path / "study"
    study_work.begin(checked(data), folder)
    study_work.work(folder, workers=1, say=lambda _: None)
    assert cli.main(["study", "report", str(folder)]) == 0
    assert cli.main(["discover", str(folder)]) == 2  # too few rows
    assert cli.main(["discover", str(tmp_path)]) == 2


def test_the_study_that_ships_is_a_box_of_conditions_and_practices():
    from experiments.study.points import load_study

    study = load_study("regions")
    assert study.design.around == 0.2
    assert len(study.factors) >= 10
    assert study.design.size >= 200


# --- against libraries ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hits", "n"), [(0, 12), (1, 12), (7, 30), (30, 30), (99, 400)])
def test_the_interval_of_a_share_is_wilsons_as_statsmodels_has_it(hits, n):
    assert wilson(hits, n) == pytest.approx(proportion_confint(hits, n, 0.05, "wilson"), abs=1e-9)


def test_of_no_rows_there_is_no_interval():
    assert np.isnan(wilson(0, 0)).all()


@pytest.mark.parametrize(("won", "lost"), [(1, 0), (3, 1), (8, 9), (0, 4), (20, 6)])
def test_the_chance_of_gains_by_luck_is_that_of_a_sign_test(won, lost):
    gains = np.array([1.0] * won + [-1.0] * lost + [0.0] * 5)
    assert one_sided(gains) == pytest.approx(binom.sf(won - 1, won + lost, 0.5))


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.05), (2, 0.2), (3, 0.45)])
def test_a_tree_has_the_fewest_leaves_within_one_standard_error_of_the_best(seed, noise):
    luck = np.random.default_rng(seed)
    x = luck.random((120, 3))
    y = ((x[:, 0] > 0.5) * 1 + (x[:, 1] > 0.6) * 1) % 2
    y = np.where(luck.random(120) < noise, 1 - y, y)
    folds = KFold(5, shuffle=True, random_state=0)
    scores = {1: np.array([(np.bincount(y[train]).argmax() == y[test]).mean() for train, test in folds.split(x)])}  # says the commonest
    for leaves in (2, 3, 4, 5, 6, 8):
        tree = DecisionTreeClassifier(max_leaf_nodes=leaves, min_samples_leaf=6, random_state=0)
        scores[leaves] = cross_val_score(tree, x, y, cv=folds)
    best = max(scores.values(), key=lambda each: each.mean())
    least = best.mean() - best.std(ddof=1) / np.sqrt(5)
    expected = next(leaves for leaves, each in scores.items() if each.mean() >= least)
    made = regions.grown(x, y)
    assert made.get_n_leaves() == expected
    if expected > 1:
        again = DecisionTreeClassifier(max_leaf_nodes=expected, min_samples_leaf=6, random_state=0).fit(x, y)
        assert np.array_equal(made.predict(x), again.predict(x))


@pytest.mark.parametrize(("rows", "least"), [(200, 10), (201, 11), (40, 3)])
def test_every_region_holds_a_twentieth_of_the_rows_at_least_and_never_fewer_than_three(rows, least):
    x = np.random.default_rng(5).random((rows, 2))
    assert regions.grown(x, (x[:, 0] > 0.5).astype(int)).min_samples_leaf == least


def test_what_a_region_holds_is_counted_in_the_other_half_alone():
    ahead = np.array([1, 1, 0, 1, -1, 1, 0, 1, 1, 0])
    inside, judged = np.array([0, 1, 2, 3, 4, 5]), np.array([1, 2, 3, 8, 9])
    box = regions._region("relational", 1, {"a": (0.5, 1.0)}, inside, ahead, judged)
    assert (box.winner, box.limits, box.share, box.n) == ("relational", {"a": (0.5, 1.0)}, 0.6, 3)
    assert (box.density, box.usual, box.coverage) == pytest.approx((2 / 3, 3 / 5, 2 / 3))
    assert (box.low, box.high) == pytest.approx(proportion_confint(2, 3, 0.05, "wilson"), abs=1e-9)
    none = regions._region("relational", 1, {}, np.array([0]), ahead, judged)
    assert np.isnan(none.density)
    assert none.coverage == 0.0
    never = regions._region("leapfrog", 2, {}, inside, ahead, judged)
    assert (never.density, never.usual) == (0.0, 0.0)
    assert np.isnan(never.coverage)


def test_a_lead_is_at_least_the_smallest_difference_of_interest_to_the_next(tmp_path):
    least = regions.OUTCOMES["burden"].smallest
    rows = [(0.3, 0.3 - 1.01 * least, 0.4), (0.3, 0.3 - 0.99 * least, 0.4), (0.2, 0.3, np.nan), (0.3, 0.3 - least, 0.3 - 2.1 * least)]
    given = iter([value for row in rows for value in row for _ in range(2)])  # lower is better; two replications of each
    found = invent(tmp_path, rows=4, outcomes={"burden": lambda x, place: next(given)}, luck_of_a_run=0.0)
    assert regions.leads(found, "burden", regions.places(found)[1]).tolist() == [1, -1, -1, 2]
