"""The headline: sides, sureness and luck are told apart over sets of parameters; a study over an ensemble goes on after any end."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.cli import main as cli
from experiments.reporting.findings import Findings
from experiments.robustness import ensemble_comparison as headline
from experiments.robustness import ensemble_show as headline_show
from experiments.robustness.ensemble_comparison import PARTS, common, judged, majority, share, variances
from experiments.robustness.ensemble_words import DUTCH, ENGLISH
from experiments.study import work as study_work
from experiments.study.ensemble import missing
from experiments.study.points import checked, identity, points, shipped
from experiments.study.results import StudyResults
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED

pytestmark = pytest.mark.usefixtures("one_worker")

REGIMES = ("top_down", "relational")
LIMIT = OUTCOMES["trust_municipality"].smallest


def judge(d, outcome="trust_municipality"):
    return judged(np.array(d, dtype=np.float64), outcome, "default", REGIMES)


@pytest.fixture
def ensemble(tmp_path):
    """Four sets of two parameters, as a calibration writes them."""
    path = tmp_path / "ensemble.json"
    members = [{"parameters": {"report_habit": 0.002 + 0.001 * k, "trust_step": 0.03 + 0.02 * k}, "number": k} for k in range(4)]
    path.write_text(json.dumps({"kind": "leefwereld ensemble", "members": members}), encoding="utf-8")
    return path


@pytest.fixture
def tiny(tmp_path):
    """A neighbourhood of fifty."""
    path = tmp_path / "tiny.toml"
    path.write_text('title = "A tiny street"\nburn_in = 2\n[place]\nresidents = 50\n', encoding="utf-8")
    return str(path)


# --- what is counted ---------------------------------------------------------------------------------------------------


def test_sets_are_counted_by_side_sureness_and_size():
    one = judge([
        [5 * LIMIT, 5.1 * LIMIT, 4.9 * LIMIT],  # sure, and of interest
        [0.1 * LIMIT, 0.11 * LIMIT, 0.09 * LIMIT],  # sure, and too small to matter
        [9 * LIMIT, -8 * LIMIT, 3 * LIMIT],  # the same side, open
        [-5 * LIMIT, -5.1 * LIMIT, -4.9 * LIMIT],  # sure, on the other side
    ])  # fmt: skip
    assert (one.side, one.better, one.sets, one.pairs) == (1, "relational", 4, 3)
    assert (one.same, one.sure, one.against, one.small) == (0.75, 0.5, 0.25, 0.25)
    assert one.matters == 0.5
    assert one.pairs_same == pytest.approx((1 + 1 + 2 / 3 + 0) / 4)
    assert one.pairs_against == pytest.approx((0 + 0 + 1 / 3 + 1) / 4)
    assert dict(zip(PARTS, one.parts, strict=True)) == {
        "first sure": 0.25, "first open": 0.0, "too small": 0.25, "second open": 0.25, "second sure": 0.25
    }  # fmt: skip


def test_of_an_outcome_that_should_be_low_the_lower_regime_is_better():
    limit = OUTCOMES["burden"].smallest
    one = judge([[5 * limit, 5.1 * limit], [6 * limit, 6.1 * limit]], "burden")
    assert (one.side, one.better, one.sure) == (1, "top_down", 1.0)
    assert one.parts == (1.0, 0.0, 0.0, 0.0, 0.0)


def test_what_is_undefined_or_does_not_differ_is_no_side():
    assert judge(np.full((3, 4), np.nan)).sets == 0
    nothing = judge(np.zeros((3, 4)))
    assert (nothing.side, nothing.better, nothing.small, sum(nothing.parts)) == (0, "", 0.0, 1.0)  # all alike: no interval
    holes = judge([[1.0, np.nan, 1.2], [np.nan] * 3, [2.0, 2.1, np.nan]])
    assert (holes.sets, holes.pairs, holes.same) == (2, 2, 1.0)
    assert all(x is None or np.isfinite(x) for x in headline.plain(nothing).values() if isinstance(x, float | None))


def test_as_many_on_either_side_are_judged_by_their_sum():
    assert majority(np.array([1.0, 2.0, -9.0])) == 1
    assert majority(np.array([1.0, -9.0])) == -1


# --- parameters and luck told apart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sd", [(0.0, 1.0, 2.0), (1.5, 0.5, 1.0), (1.0, 0.0, 0.0)], ids=["luck alone", "both", "sets alone"])
def test_the_variance_between_sets_is_found_without_the_part_of_luck(sd):
    between, shared, own = sd
    luck = np.random.default_rng(5)
    d = 3 + between * luck.normal(size=(600, 1)) + shared * luck.normal(size=(1, 60)) + own * luck.normal(size=(600, 60))
    found = variances(d)
    assert found[0] == pytest.approx(between**2, abs=0.2)
    assert found[1] == pytest.approx(shared**2 + own**2, abs=0.5)
    assert found[2] == pytest.approx(shared**2, abs=0.4)
    assert share(found[0], found[1]) == pytest.approx(between**2 / (between**2 + shared**2 + own**2), abs=0.08)


def test_the_estimate_is_that_of_a_two_way_analysis_of_variance_and_bears_holes():
    d = np.random.default_rng(2).normal(size=(7, 4)) + np.arange(7)[:, None]
    rows, columns, all_ = d.mean(axis=1, keepdims=True), d.mean(axis=0, keepdims=True), d.mean()
    of_sets = 4 * ((rows - all_) ** 2).sum() / 6
    rest = ((d - rows - columns + all_) ** 2).sum() / (6 * 3)
    assert common(d) == pytest.approx((of_sets - rest) / 4)
    holes = np.where(np.random.default_rng(3).random((7, 4)) < 0.2, np.nan, d)
    assert common(holes) == pytest.approx(common(d), rel=0.5)
    assert np.isnan(common(d[:1]))
    assert np.isnan(common(d[:, :1]))


def test_luck_alone_is_not_taken_for_parameters():
    luck = np.random.default_rng(8)
    shares = [share(*variances(luck.normal(size=(50, 8)))[:2]) for _ in range(40)]
    assert np.mean(shares) < 0.05


# --- the design -------------------------------------------------------------------------------------------------------------


def given(ensemble, **design):
    return {
        "name": "sets", "question": "?", "regimes": list(REGIMES), "conditions": {"residents": 50},
        "design": {"kind": "ensemble", "file": ensemble.name} | design,
    }  # fmt: skip


def test_every_set_of_the_file_is_run_under_every_regime_and_is_part_of_what_the_study_is(ensemble):
    study = checked(given(ensemble), ensemble.parent / "study.toml")
    found = points(study)
    assert len(found) == 8
    assert [point.case.behaviour.report_habit for point in found[::2]] == pytest.approx([0.002, 0.003, 0.004, 0.005])
    few = checked(given(ensemble, size=2), ensemble.parent / "study.toml")
    assert [point.factors["trust_step"] for point in points(few)[::2]] == pytest.approx([0.03, 0.09])
    before = identity(study)
    ensemble.write_text(ensemble.read_text(encoding="utf-8").replace("0.002", "0.0021"), encoding="utf-8")
    assert identity(checked(given(ensemble), ensemble.parent / "study.toml")) != before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "kind"),
        ("not json", "valid JSON"),
        ('{"kind": "leefwereld ensemble", "members": []}', "at least one set"),
        ('{"kind": "leefwereld ensemble", "members": [{"parameters": {"trust_step": "high"}}]}', "members.0"),
        ('{"kind": "leefwereld ensemble", "members": [{"parameters": {"trust_stepp": 0.1}}]}', "trust_step"),
        ('{"kind": "leefwereld ensemble", "members": [{"parameters": {"trust_step": 99}}]}', "trust_step"),
    ],
)
def test_an_ensemble_that_is_none_is_told_in_one_line_and_nothing_is_written(ensemble, tmp_path, capsys, text, says):
    ensemble.write_text(text, encoding="utf-8")
    assert cli.main(["robustness", "--scenario", "default", "--ensemble", str(ensemble), "--out", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err
    assert not (tmp_path / "out").exists()


def test_a_missing_ensemble_and_other_keys_are_told(ensemble):
    with pytest.raises(BadInput, match="calibrate run"):
        checked(given(ensemble, file="none.json"), ensemble.parent / "study.toml")
    with pytest.raises(BadInput, match="levels"):
        checked(given(ensemble, levels=3), ensemble.parent / "study.toml")
    with pytest.raises(BadInput, match="factors"):
        checked(given(ensemble) | {"factors": {"presence": {}}}, ensemble.parent / "study.toml")


# --- the command ------------------------------------------------------------------------------------------------------------


def test_it_is_run_written_and_gone_on_with_after_a_stop(ensemble, tiny, tmp_path, capsys):
    folder = tmp_path / "out"
    asked = ["robustness", "--scenario", tiny, "--ensemble", str(ensemble), "--out", str(folder), "--quick", "--workers", "1"]
    study = headline.study([tiny], ensemble=ensemble, quick=True)
    study_work.begin(study, folder)  # begun and stopped
    assert cli.main([*asked, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    rows = first["rows"]
    assert {row["outcome"] for row in rows} == {name for name in COMPARED if name not in headline_twins()}
    assert len({(row["first"], row["second"]) for row in rows}) == 10
    assert max(row["sets"] for row in rows) == 4
    assert max(row["pairs"] for row in rows) == 2
    names = {path.name for path in (folder / "headline").iterdir()}
    assert names == {"headline.json", "headline.csv", "table.txt", "headline-tiny.svg", "headline-tiny.png", "manifest.json"}
    assert pl.read_csv(folder / "headline" / "headline.csv", infer_schema_length=None).height == len(rows)
    assert "4 sets of parameters, 2 seeds" in (folder / "headline" / "headline-tiny.svg").read_text(encoding="utf-8")
    assert cli.main([*asked, "--lang", "nl"]) == 0
    out, err = capsys.readouterr()
    assert "relational − top-down" in out
    assert "vertrouwen in de gemeente" in out
    assert "40 of 40" in err, "nothing is run again"
    assert cli.main([*asked, "--sets", "2"]) == 2, "another study does not take this folder"
    assert cli.main(["study", "report", str(folder)]) == 0


def test_several_scenarios_give_a_summary_and_a_figure_each(ensemble, tiny, tmp_path, capsys):
    other = tmp_path / "elsewhere" / "tiny.toml"  # of the same name
    other.parent.mkdir()
    other.write_bytes((tmp_path / "tiny.toml").read_bytes() + b"[conditions]\nward_hours = 9.0\n")
    asked = ["--scenario", tiny, "--scenario", str(other), "--ensemble", str(ensemble), "--sets", "2", "--workers", "1", "--quick"]
    assert cli.main(["robustness", *asked, "--out", str(tmp_path / "out")]) == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if "leapfrog − relational" in line]) == 2
    figures = {path.name for path in (tmp_path / "out" / "headline").glob("*.svg")}
    assert figures == {"headline-01-tiny.svg", "headline-02-tiny.svg"}


def headline_twins():
    from experiments.study.names import TWINS

    return TWINS


def test_another_study_is_not_read(tmp_path):
    frame = pl.DataFrame({"point": [0], "scenario": ["default"], "regime": ["top_down"], "rules": [""]})
    runs = pl.DataFrame({"run": ["0"], "point": [0], "replication": [0], "burden": [0.2]})
    manifest: Any = {"content": {"design": {"kind": "list"}, "outcomes": ["burden"]}, "identity": "invented"}
    with pytest.raises(BadInput, match="ensemble"):
        headline.headline(Findings(StudyResults(tmp_path, manifest, frame, runs, None, None, None, None)))


def test_the_study_that_ships_takes_all_regimes_and_scenarios_and_what_is_asked_for_comes_in_its_place(ensemble):
    study = headline.study(ensemble=ensemble)
    assert study.regimes == ("no_government", "top_down", "relational", "leapfrog", "service")
    assert study.scenarios == ("all",)
    assert len(study.design.points) == 4
    assert study.replications.number >= 8
    asked = headline.study(["kolping"], pairs=3, sets=2, ensemble=ensemble)
    assert (asked.scenarios, asked.replications.number, len(asked.design.points)) == (("kolping",), 3, 2)
    assert headline.study(quick=True, ensemble=ensemble).scenarios == ("default",)


def test_a_study_is_not_listed_while_its_ensemble_is_not_there(ensemble):
    file = ensemble.parent / "study.toml"
    file.write_text('question = "?"\n[design]\nkind = "ensemble"\nfile = "ensemble.json"\n', encoding="utf-8")
    assert not missing(file)
    ensemble.unlink()
    assert missing(file)
    assert all(not missing(path) for path in shipped())


def test_both_languages_say_the_same_things():
    assert set(ENGLISH) == set(DUTCH)
    assert all(outcome.nl for outcome in OUTCOMES.values() if outcome.headline)
    assert headline_show.name_of("reports", "nl") == "meldingen°"
