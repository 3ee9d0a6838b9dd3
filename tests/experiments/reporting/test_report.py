"""The report of a study: every design's tables and figures, the numbers of `statistics`, one file that needs nothing else."""

from __future__ import annotations

import csv
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments import load
from experiments.cli.main import main
from experiments.reporting import report as study_report
from experiments.reporting.findings import Findings, findings
from experiments.reporting.page import inline
from experiments.reporting.tables_shown import shown
from experiments.running.ledger import FAILED, OK, TIMED_OUT, Answer, Ledger
from experiments.shared.statistics import differences, holm, paired
from experiments.shared.text import CAVEAT
from experiments.study import results as study_folder
from experiments.study import work as study_work
from experiments.study.points import Point, Study, checked, points
from experiments.study.results import numbered
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import PRACTICES
from tests.experiments.reporting.reader import Reader

FITS = {  # which tables a design has besides means, ledger and failed, and the fewest figures
    "regimes": ({"differences", "scores"}, 2),
    "grid": ({"differences", "scores", "regime_map"}, 2),
    "oat": ({"dose_response", "practice_ends"}, 5),
    "practices": ({"dose_response", "practice_ends"}, 2),
    "swap": ({"differences", "scores", "decomposition"}, 2),
    "lhs": ({"differences", "scores", "rank_correlations"}, 2),
    "sobol": ({"sobol"}, 1),
    "morris": ({"morris"}, 1),
}


ENDS = {"top_down": -0.5, "relational": 0.5, "leapfrog": 1.0}
DESIGNS: dict[str, dict[str, Any]] = {
    "regimes": {
        "scenarios": ["default", "city"], "regimes": ["top_down", "relational", "leapfrog"], "replications": {"number": 20},
    },
    "grid": {
        "regimes": ["top_down", "relational", "leapfrog"], "design": {"kind": "grid"}, "replications": {"number": 6},
        "factors": {"years_in_post": {"values": [0.5, 1, 2, 4, 8]}, "structural_budget": {"values": [2, 5, 10, 20, 40]}},
    },
    "oat": {
        "design": {"kind": "oat", "levels": 5}, "replications": {"number": 12},
        "factors": {"presence": {}, "mandate_euro": {"low": 0.0, "high": 0.5}, "approval_lag": {"low": 0, "high": 24}},
    },
    "practices": {"design": {"kind": "oat", "levels": 2}, "replications": {"number": 6}, "factors": "practices"},
    "swap": {"design": {"kind": "swap", "base": ["top_down", "leapfrog"]}, "replications": {"number": 6}},
    "lhs": {
        "regimes": ["top_down", "leapfrog"], "design": {"kind": "lhs", "size": 30}, "replications": {"number": 4},
        "factors": {"years_in_post": {"low": 1, "high": 10}, "structural_budget": {"low": 5, "high": 40}, "warm_handover": {},
                    "openness": {"low": 0.1, "high": 0.9}},
    },
    "sobol": {
        "design": {"kind": "sobol", "size": 16}, "replications": {"number": 2},
        "factors": {"presence": {}, "approval_lag": {"low": 0, "high": 24}, "truthfulness": {}},
    },
    "morris": {"design": {"kind": "morris", "size": 6, "levels": 4}, "replications": {"number": 2}, "factors": "practices"},
}  # fmt: skip
SOME = ("trust_municipality", "bonding", "burden", "reports", "hours_spent", "hours_used")


def value(outcome: str, place: int, point: Point, shared: float, own: float) -> float:
    """An invented outcome: people's luck is shared by all points of a replication, practices and factors push a little."""
    weight = np.sin(np.arange(1, len(PRACTICES) + 1) * (place + 1.3))
    shares = [(getattr(point.practices, p.name) - p.low) / (p.high - p.low) for p in PRACTICES.values()]
    around = sum(
        np.cos(place + i) * np.log1p(v) for i, (name, v) in enumerate(point.factors.items()) if name not in PRACTICES
    ) * ENDS.get(point.regime, 0.2)  # fmt: skip
    level = 1.0 + 0.015 * float(weight @ np.array(shares)) + 0.01 * float(around) + 0.05 * shared + 0.006 * own
    if outcome.endswith("_used"):
        return min(level * 0.8, 1.0)
    return abs(level) * {"0-1": 0.5, "share": 0.3}.get(OUTCOMES[outcome].unit, 100 * OUTCOMES[outcome].smallest)


def invent_study(folder: Path, data: dict[str, Any], lost: bool = True, name: str = "invented") -> Path:
    """Begin a study in `folder`, write down invented outcomes, with two runs lost, and finish it."""
    study: Study = checked({"name": name, "question": "What would invented numbers <b>look</b> like?", "weeks": 52} | data)
    found = points(study)
    study_work.begin(study, folder)
    with Ledger(folder) as ledger:
        entries = list(ledger.waiting())
        bad = {1: FAILED, 4: TIMED_OUT} if lost else {}
        reasons = {FAILED: "ZeroDivisionError: <i>nobody</i> left", TIMED_OUT: "more than 600 seconds"}
        answers = []
        for place, entry in enumerate(entries):
            shared = np.random.default_rng(entry.seed % 2**32).normal(size=len(OUTCOMES))
            own = np.random.default_rng([entry.point, entry.replication]).normal(size=len(OUTCOMES))
            numbers = {name: value(name, i, found[entry.point], shared[i], own[i]) for i, name in enumerate(OUTCOMES)}
            if place in bad:
                answers.append(Answer(entry.id, bad[place], reason=reasons[bad[place]], traceback="Traceback"))
            else:
                answers.append(Answer(entry.id, OK, 0.5, "code", f"identity-{entry.id}", numbers))
        ledger.record(answers)
        ledger.set_meta(ended="2026-01-01T00:00:00+01:00")
        ended = study_work.Ended(folder, ledger.counts(), study.replications.number, None, 1.0)
        study_folder.finish(ledger, folder, study, ended)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of every design with invented numbers; the report of each stands in it."""
    root = tmp_path_factory.mktemp("studies")
    made = {}
    for name, data in DESIGNS.items():
        asked = {} if name == "regimes" else {"outcomes": list(SOME)}
        made[name] = invent_study(root / name, data | asked, name=name)
        study_report.write(findings(made[name]), made[name] / "report")
    return made


@pytest.fixture(scope="module")
def regimes(folders: dict[str, Path]) -> Findings:
    return findings(folders["regimes"])


def page(folder: Path) -> str:
    return (folder / "report" / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", FITS)
def test_every_design_has_the_tables_and_figures_that_fit_it(kind, folders):
    tables, fewest = FITS[kind]
    assert set(findings(folders[kind]).tables) == tables | {"means", "ledger", "failed"}
    drawn = {path.stem for path in (folders[kind] / "report").glob("figure-*.svg")}
    assert len(drawn) >= fewest
    assert drawn == {path.stem for path in (folders[kind] / "report").glob("figure-*.png")}


@pytest.mark.parametrize("kind", FITS)
def test_the_page_is_whole_in_itself_and_nothing_from_a_file_is_markup(kind, folders):
    text = page(folders[kind])
    read = Reader(text)
    assert (read.errors, read.open) == ([], [])
    assert "http:" not in text
    assert "https:" not in text
    assert "@import" not in text
    assert text.count("url(") == text.count("url(#")
    assert not {tag for tag, _ in read.tags} & {"script", "iframe", "object", "img", "image", "foreignobject", "b", "base", "form"}
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href"):
                assert (value or "").startswith(("#", "data:,")), (tag, value)
    names = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(names) == len(set(names))
    used = {
        str(value)[1:] for _, a in read.tags for key, value in a.items() if key in ("href", "xlink:href") and str(value).startswith("#")
    }
    described = {str(a[key]) for _, a in read.tags for key in ("aria-labelledby", "aria-describedby") if key in a}
    assert used | described <= set(names)
    assert "What would invented numbers <b>look</b> like?" in read.text
    assert "ZeroDivisionError: <i>nobody</i> left" in read.text
    assert read.text.count(CAVEAT) >= 2


@pytest.mark.parametrize("kind", FITS)
def test_every_table_and_figure_says_its_n_and_can_be_reached_with_the_keyboard(kind, folders):
    found = findings(folders[kind])
    read = Reader(page(folders[kind]))
    for table in shown(found):
        assert "n = " in table.caption or "n" in [head for head, _ in table.heads], table.caption
        assert all(len(line) == len(table.heads) for _, lines in table.groups for line in lines)
    figures = json.loads((folders[kind] / "report" / "manifest.json").read_text(encoding="utf-8"))["figures"]
    for figure in figures:
        assert figure["caption"].startswith("n = ")
        assert "interval" in figure["caption"]
        assert CAVEAT in figure["caption"]
        assert len(figure["alt"]) > 30
        assert " ".join(figure["alt"].split()) in read.text
    assert sum(tag == "caption" for tag, _ in read.tags) == sum(tag == "table" for tag, _ in read.tags)
    assert all("scope" in attributes for tag, attributes in read.tags if tag == "th")
    scrolling = [attributes for _, attributes in read.tags if attributes.get("class") == "scroll"]
    assert all(attributes["tabindex"] == "0" and attributes["aria-label"] for attributes in scrolling)
    assert sum(tag == "svg" and attributes.get("role") == "img" for tag, attributes in read.tags) == len(figures)


def test_the_parts_come_in_the_order_in_which_one_reads(folders):
    heads = [attributes.get("id") for tag, attributes in Reader(page(folders["regimes"])).tags if tag == "section"]
    assert heads == ["design", "tables", "figures", "failed", "ledger", "repeat"]


def test_differences_are_those_of_statistics_on_the_frames(regimes):
    good = {name: OUTCOMES[name].good for name in regimes.outcomes}
    for scenario in ("default", "city"):
        own = regimes.tables["differences"].filter(scenario=scenario)
        plain = differences(regimes.runs.filter(scenario=scenario), good, ["top_down", "relational", "leapfrog"])
        assert own.select(plain.columns).equals(plain)


def test_the_page_holds_the_numbers_of_the_table_and_who_is_ahead_on_either_side(regimes, folders):
    read = Reader(page(folders["regimes"]))
    rows = regimes.tables["differences"].filter(scenario="default", first="top_down", second="leapfrog")
    tables = [table for table in shown(regimes) if table.caption.startswith("leapfrog − top-down, scenario default")]
    lines = [line for _, group in tables[0].groups for line in group]
    assert len(lines) == len(rows) == 25
    for row, line in zip(rows.to_dicts(), lines, strict=True):
        cells = [cell for cell, _ in line]
        assert cells[7] == f"{100 * row['share_second']:.0f}:{100 * row['share_first']:.0f}"
        shown_difference = float(cells[3].rstrip("*≈").replace("−", "-").replace(",", ""))
        assert shown_difference == pytest.approx(row["difference"], abs=(row["high"] - row["low"]) / 20)
        assert cells[3].endswith("≈" if row["negligible"] else "*" if row["p_holm"] < 0.05 else tuple("0123456789"))
        assert cells[6].strip("()") == {"second": "leapfrog", "first": "top-down", "open": "open"}[row["ahead"]]
        assert " ".join(" ".join(cells).split()) in read.text
    assert {"second", "first"} <= set(rows["ahead"])  # the invented numbers have both


def test_scores_add_up_and_leave_out_what_has_no_better_side(regimes):
    for row in regimes.tables["scores"].to_dicts():
        assert row["second_ahead"] + row["first_ahead"] + row["open"] + row["too_small"] == row["compared"]
        assert row["compared"] == sum(OUTCOMES[name].good != "none" for name in regimes.outcomes)


def test_failed_runs_are_told_with_what_was_run_and_why(regimes, folders):
    rows = regimes.tables["failed"].to_dicts()
    assert [(row["status"], row["point"]) for row in rows] == [("failed", 1), ("timed out", 4)]
    assert rows[0]["regime"] == "relational"
    read = Reader(page(folders["regimes"]))
    assert "118 ok, 1 failed, 1 timed out" in read.text
    assert "more than 600 seconds" in read.text
    assert regimes.tables["differences"]["n"].min() == 19


def test_the_ledger_of_means_is_the_mean_over_runs(regimes):
    row = regimes.tables["ledger"].filter(scenario="city", regime="leapfrog", means="official hours").to_dicts()[0]
    own = regimes.runs.filter(scenario="city", regime="leapfrog")
    assert row["spent"] == pytest.approx(own["hours_spent"].mean())
    assert row["endowed"] == pytest.approx((own["hours_spent"] / own["hours_used"]).mean())


def test_ends_are_paired_between_the_highest_and_the_lowest_level(folders):
    found = findings(folders["oat"])
    row = found.tables["practice_ends"].filter(factor="presence", outcome="burden").to_dicts()[0]
    at = {level: found.points.filter(presence=level, mandate_euro=0.1, approval_lag=6)["point"][0] for level in (0.0, 1.0)}
    low, high = (found.runs.filter(point=at[level]).select("replication", "burden") for level in (0.0, 1.0))
    both = low.join(high, on="replication", suffix="|high")
    expected = paired(both["burden"].to_numpy(), both["burden|high"].to_numpy(), "down")
    assert (row["difference"], row["low"], row["n"]) == pytest.approx((expected["difference"], expected["low"], expected["n"]))
    family = found.tables["practice_ends"].filter(factor="presence")
    assert family["p_holm"].to_list() == pytest.approx(holm(family["p"].to_numpy()).tolist())
    side = {True: "better", False: "worse"}[row["difference"] < 0] if row["high"] < 0 or row["low"] > 0 else "open"
    assert row["side"] == side


def test_rank_correlations_are_spearmans_and_lie_in_their_interval(folders):
    from scipy import stats

    found = findings(folders["lhs"])
    table = found.tables["rank_correlations"]
    means = found.runs.group_by("point").agg(pl.col("bonding").mean())
    own = found.points.filter(regime="leapfrog").join(means, on="point")
    row = table.filter(regime="leapfrog", factor="structural_budget", outcome="bonding").to_dicts()[0]
    assert row["rho"] == pytest.approx(float(np.corrcoef(*(stats.rankdata(own[name]) for name in ("structural_budget", "bonding")))[0, 1]))
    assert row["n"] == 30
    assert (table["low"] <= table["rho"]).all()
    assert (table["rho"] <= table["high"]).all()
    assert "openness" in table["factor"].to_list()  # a factor that shares its name with an outcome


def test_an_undefined_outcome_has_no_correlation(folders):
    found = findings(folders["lhs"])
    lost = Findings(replace(found.of, runs=found.runs.with_columns(bonding=pl.lit(math.nan))))
    table = lost.tables["rank_correlations"]
    assert table.filter(outcome="bonding")["rho"].is_nan().all()
    assert table.filter(outcome="burden")["rho"].is_not_nan().all()
    figures = study_report.write(lost, folders["lhs"].parent / "undefined")
    assert figures


def test_rows_are_matched_by_place_or_where_some_were_taken_once_by_value():
    points = pl.DataFrame({"point": range(4), "scenario": "s", "rules": "", "regime": ["a", "b", "a", "b"], "x": [0.1, 0.9, 0.5, 0.5]})
    assert numbered(points)["row"].to_list() == [0, 0, 1, 1]
    rows = numbered(points.filter(pl.col("point") != 1))
    assert rows.filter(x=0.5)["row"].n_unique() == 1
    assert rows.filter(x=0.1)["row"][0] != rows.filter(x=0.5)["row"][0]


def test_the_same_study_gives_the_same_page_and_figures(folders, tmp_path):
    found = findings(folders["swap"])
    study_report.write(found, tmp_path / "again")
    for path in (folders["swap"] / "report").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_figure_in_the_page_has_names_of_its_own_and_no_note():
    svg = (
        '<?xml?><svg viewBox="0 0 510 300"><style>*{}</style><g id="a"/><use xlink:href="#a"/><g id="n" clip-path="url(#a)"/>'
        '\n  <g id="note">\n<text>one</text>\n<text>two</text>\n</g>\n<g id="z"/></svg>'
    )
    text = inline(svg, "f1")
    assert 'id="f1-a"' in text
    assert 'href="#f1-a"' in text
    assert "url(#f1-a)" in text
    assert "one" not in text
    assert "style" not in text
    assert 'viewBox="0 0 510 279.4"' in text


def test_the_command_prints_writes_and_replaces_its_own_report(folders, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    out = shutil.copytree(folders["regimes"] / "report", tmp_path / "paper")  # an earlier report
    (out / "page.html").write_text("of before")
    assert not main(["study", "report", str(folders["regimes"]), "--out", str(out), "--csv"])
    printed = capsys.readouterr().out
    assert "leapfrog − top-down, scenario default; n = 20 pairs" in printed
    for head in ("difference", "95 % interval", "dz", "ahead", "pairs", "unpaired"):
        assert head in printed
    assert "1 timed out" in printed
    with (out / "differences.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = findings(folders["regimes"]).tables["differences"]
    assert [float(row["difference"]) for row in rows] == table["difference"].to_list()
    assert (out / "page.html").read_text(encoding="utf-8") == page(folders["regimes"])
    assert {"runs.csv", "points.csv", "means.csv", "failed.csv", "page.html"} <= {path.name for path in out.iterdir()}


def test_json_is_printed_alone_with_every_table(folders, tmp_path, capsys):
    assert not main(["study", "report", str(folders["grid"]), "--out", str(tmp_path / "r"), "--json"])
    told = json.loads(capsys.readouterr().out)
    found = findings(folders["grid"])
    assert {name: len(rows) for name, rows in told["tables"].items()} == {name: frame.height for name, frame in found.tables.items()}
    assert told["tables"]["regime_map"][0]["winner"] == found.tables["regime_map"]["winner"][0]
    assert told["caveat"] == CAVEAT


@pytest.mark.parametrize("what", ["nothing", "comparison", "begun"])
def test_a_folder_that_is_no_finished_study_takes_one_line_and_status_2(what, tmp_path, capsys):
    if what != "nothing":
        kind = {"comparison": "leefwereld comparison", "begun": "leefwereld study"}[what]
        (tmp_path / "manifest.json").write_text(json.dumps({"kind": kind, "schema": 1, "study": "x", "finished": False}))
    assert main(["study", "report", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "report").exists()


def test_a_report_never_takes_the_place_of_a_study_or_of_another_result(folders):
    found = findings(folders["sobol"])
    for place in (folders["sobol"], folders["grid"], folders["sobol"].parent):
        with pytest.raises(BadInput):
            study_report.write(found, place)
    assert (folders["sobol"] / "runs.parquet").is_file()


def test_frames_are_reached_from_python_and_by_sql(folders):
    runs = load(folders["regimes"]).runs
    mean = pl.sql(
        f"SELECT regime, avg(trust_municipality) AS m FROM read_parquet('{folders['regimes']}/runs.parquet') GROUP BY regime"
    ).collect()
    for row in mean.to_dicts():
        assert row["m"] == pytest.approx(np.mean(runs.filter(regime=row["regime"])["trust_municipality"].to_numpy()))
