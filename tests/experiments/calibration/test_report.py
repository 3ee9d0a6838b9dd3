"""What a calibration's report says of the sets that fit, against hand-made sets whose numbers are known, and the lines that it prints."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from experiments.calibration import report, waves
from experiments.calibration.waves import Calibration, Stage
from experiments.running.ledger import OK, Answer, Ledger
from experiments.study.points import load_study, points
from model import identity
from model.errors import BadInput
from tests.experiments.calibration.one_plan import PLAN, X

TRIED = np.array([[0.25, 0.5], [0.5, 0.1], [0.75, 0.9]])
GIVEN: dict[int, Any] = {  # by set, for each seed or for all
    0: [(0.14, 0.7), (0.16, 0.7)], 1: (0.3, 0.9), 2: (0.12, math.nan),
    3: [(0.12, 0.5), (0.14, 0.7)], 4: (0.5, 0.9), 5: (0.15, 0.8),
}  # fmt: skip


@pytest.fixture
def one(tmp_path):
    """A wave and a batch of sets to confirm; the first and the last of these fit."""
    waves.begin(PLAN, tmp_path / "here")
    with Ledger(tmp_path / "here") as ledger:
        made = Calibration(ledger, tmp_path / "here")
        made.put(Stage("wave 1", X, (2, 2, 1), (5,), {"left": 1.0}))
        made.put(Stage("confirm 1", TRIED, (2, 1, 2), (5,), {"looked": True}))
        for entry in list(ledger.waiting()):
            given = np.array(GIVEN[entry.point])
            own = (given if given.ndim == 1 else given[entry.replication]).tolist()
            ledger.record([Answer(entry.id, OK, 1.25, "code", outcomes=dict(zip(PLAN.targets, own, strict=True)))])
        yield made


def lines(found: Any, width: int = 250) -> list[str]:
    """What is printed, line by line, without the spaces between columns."""
    console = Console(width=width, no_color=True)
    with console.capture() as caught:
        for part in found:
            console.print(part)
    return ["  ".join(cell.strip() for cell in line.split("  ") if cell.strip()) for line in caught.get().splitlines() if line.strip()]


# --- the ensemble --------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_the_ensemble_holds_the_sets_that_fit_with_what_they_gave(one):
    facts = report.ensemble(one)
    luck = math.sqrt((2 * 0.01**2 + 2 * 0.01**2) / 4)  # four sets of two seeds, two of which differ by 0.02
    luck_low = math.sqrt(2 * 0.1**2 / 4)
    assert facts | {"targets": None, "parameters": None} == {
        "kind": "leefwereld ensemble", "code": identity.code_hash(), "date": date.today().isoformat(), "plan": PLAN.identity, "seed": 3,
        "scenario": "default", "seeds": 2, "residents": 2_500, "weeks": 20, "targets": None, "parameters": None,
        "waves": [
            {"name": "wave 1", "sets": 3, "fit": 1, "left": 1.0},
            {"name": "confirm 1", "sets": 3, "fit": 2, "looked": True},
        ],
        "tried": 3,
        "default": {
            "number": 3, "parameters": pytest.approx({"report_habit": 0.002 * math.sqrt(2), "trust_step": 0.05}), "fits": True,
            "misses": [], "measured": pytest.approx({"P1.rate": 0.13, "P11.low_after_shock": 0.6}),
        },
        "nearest_to_default": 0,
        "members": [
            {"parameters": pytest.approx({"report_habit": 0.002 * math.sqrt(2), "trust_step": 0.05}), "number": 3,
             "measured": pytest.approx({"P1.rate": 0.13, "P11.low_after_shock": 0.6})},
            {"parameters": pytest.approx({"report_habit": 0.004 * math.sqrt(2), "trust_step": 0.09}), "number": 5,
             "measured": {"P1.rate": 0.15, "P11.low_after_shock": 0.8}},
        ],
    }  # fmt: skip
    assert facts["targets"] == {
        "P1.rate": {"low": 0.1, "high": 0.2, "discrepancy": 0.001, "luck": pytest.approx(luck)},
        "P11.low_after_shock": {"low": 0.6, "high": 0.8, "discrepancy": 0.0, "luck": pytest.approx(luck_low)},
    }
    assert facts["parameters"] == {
        "report_habit": {"low": 0.002, "high": 0.008, "log": True}, "trust_step": {"low": 0.0, "high": 0.1, "log": False},
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_before_anything_was_confirmed_the_default_is_only_named(tmp_path):
    waves.begin(PLAN, tmp_path / "here")
    with Ledger(tmp_path / "here") as ledger:
        one = Calibration(ledger, tmp_path / "here")
        one.put(Stage("wave 1", X, (1, 1, 1), (5,), {"left": 1.0}))
        assert report._default(one, list(PLAN.targets)) == {"parameters": PLAN.default, "fits": None}
        assert report._nearest(one, []) is None


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_a_default_that_does_not_fit_says_what_it_misses_and_which_set_is_nearest(one):
    one.put(Stage("confirm default", np.array([[0.6, 0.7]]), (2,), (5,), {"looked": True}))
    for entry in list(one.ledger.waiting()):
        one.ledger.record([Answer(entry.id, OK, 1.0, "code", outcomes={"P1.rate": 0.4, "P11.low_after_shock": 0.7})])
    default: Any = report._default(one, list(PLAN.targets))
    assert (default["number"], default["fits"], default["misses"]) == (6, False, ["P1.rate"])
    assert default["measured"] == {"P1.rate": 0.4, "P11.low_after_shock": 0.7}
    assert report._nearest(one, [3, 5]) == 1  # (0.75, 0.9) and not (0.25, 0.5)
    assert report._nearest(one, [5, 3]) == 0
    assert report._nearest(one, [5, 3, 6]) == 2


def test_what_is_not_finite_is_null_and_no_digit_is_lost():
    assert report._plain(np.array([0.1, math.nan, -math.inf])) == [0.1, None, None]
    assert (report._open(math.inf), report._open(-0.5)) == (None, -0.5)
    assert report.rounded({"a": 1 / 3}) == {"a": 1 / 3}


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_a_calibration_at_its_end_has_an_ensemble_and_a_manifest(one):
    report.finish(one, 12.345)
    kept = json.loads((one.folder / "ensemble.json").read_text(encoding="utf-8"))
    assert [member["number"] for member in kept["members"]] == [3, 5]
    manifest = json.loads((one.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("kind", "schema", "finished", "code", "plan", "fit", "seconds_here", "run_seconds")} == {
        "kind": "leefwereld calibration", "schema": 1, "finished": True, "code": identity.code_hash(), "plan": PLAN.identity, "fit": 2,
        "seconds_here": 12.3, "run_seconds": 12.5,
    }  # fmt: skip
    assert not list(one.folder.glob(".*partial"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "allowed: the ensemble.json of a calibration \\("),
        ("[]", "with at least one set that fits"),
        ("{", "allowed: the ensemble.json of a calibration \\("),
        ('{"kind": "leefwereld ensemble", "members": []}', "with at least one set that fits"),
        ('{"kind": "other", "members": [1]}', "with at least one set that fits"),
        ('{"kind": "comparison", "members": [1]}', "with at least one set that fits"),
    ],
)
def test_what_is_no_ensemble_is_refused_in_one_line(text, told, tmp_path):
    if text is not None:
        (tmp_path / "ensemble.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=told) as caught:
        report.read_ensemble(tmp_path / "ensemble.json")
    assert "\n" not in str(caught.value)


def test_an_ensemble_is_read_as_it_stands(tmp_path):
    facts = {"kind": "leefwereld ensemble", "members": [{"number": 1}]}
    (tmp_path / "ensemble.json").write_text(json.dumps(facts), encoding="utf-8")
    assert report.read_ensemble(tmp_path / "ensemble.json") == facts


def test_the_study_of_the_sets_that_fit_has_one_point_for_each_set_and_regime(tmp_path):
    members = [{"parameters": {"trust_step": 0.05, "moves_per_year": 0.1}}, {"parameters": {"trust_step": 0.06, "moves_per_year": 0.09}}]
    facts: Any = {"members": members, "date": "2025-01-02", "plan": "p1", "code": "c2", "scenario": "default"}
    text = report.study_text(facts)
    assert text.splitlines()[0] == "# The 2 sets of parameters that fit, of a calibration of 2025-01-02 (plan p1, code c2)."
    assert "  { trust_step = 0.05, moves_per_year = 0.1 }," in text.splitlines()
    (tmp_path / "fits.toml").write_text(text, encoding="utf-8")
    study = load_study(tmp_path / "fits.toml")
    found = points(study)
    assert [point.regime for point in found] == ["top_down", "relational", "leapfrog", "service"] * 2
    assert [point.case.behaviour.moves_per_year for point in found] == [0.1] * 4 + [0.09] * 4
    assert study.replications.number == 10


# --- what is printed -----------------------------------------------------------------------------------------------

FACTS: Any = {
    "seeds": 3, "residents": 20_000, "tried": 31, "nearest_to_default": 1,
    "members": [{"measured": {"P1.rate": 0.15, "moves.share": 0.1}}, {"measured": {"P1.rate": 0.13, "moves.share": 0.11}}],
    "waves": [{"name": "wave 1", "sets": 40, "left": 0.12345, "fit": 2}, {"name": "confirm 1", "sets": 12, "fit": 11}],
    "targets": {
        "P1.rate": {"low": 0.1, "high": 0.3, "discrepancy": 0.005, "luck": 0.0123},
        "moves.share": {"low": None, "high": 0.12, "discrepancy": 0.0, "luck": 0.001},
        "P11.fall": {"low": 0.5, "high": None, "discrepancy": 0.0, "luck": 0.001},
    },
    "default": {"fits": False, "misses": ["P1.rate", "moves.share"], "measured": {"P1.rate": 0.35, "moves.share": None}},
}  # fmt: skip
for member in FACTS["members"]:
    member["measured"]["P11.fall"] = 0.75
ROW: Any = {"name": "trust_step", "low": 0.0, "high": 0.1, "default": 0.05, "p5": 0.0123, "median": 0.05, "p95": 0.09, "ratio": 0.756,
       "state": "narrowed"}  # fmt: skip
AGAIN: Any = {"name": "trust_step", "correlation": 0.876, "covered": 0.9375}


def test_the_report_says_what_fits_what_each_wave_left_targets_default_and_parameters():
    found: Any = {"ensemble": FACTS, "parameters": [ROW], "recovery": [AGAIN]}
    assert [line for line in lines(report.shown(found)) if not set(line) <= set("─ ")] == [
        "2 of 31 sets that were tried fit (3 seeds of 20,000 residents; one where that left no hope).",
        "stage  sets  box left  fit",
        "wave 1  40  12.3 %  2",
        "confirm 1  12  11",
        "target  expected  luck of a seed  discrepancy  default  sets that fit",
        "P1.rate  reports a resident a year  0.10 to 0.30  0.01230  0.00500  0.3500  0.1300 to 0.1500",
        "moves.share  residents who move in a year  below 0.12  0.00100  0.0  –  0.1000 to 0.1100",
        "P11.fall  change of mean trust by then  above 0.50  0.00100  0.0  –  0.750 to 0.750",
        "The default does not fit: it misses P1.rate, moves.share. The set that fits and is nearest to it is number 1.",
        "parameter  low  high  default  5 %  median  95 %  spread  found again  inside 90 %",
        "trust_step  0.0  0.1000  0.0500  0.01230  0.0500  0.0900  0.76  r = 0.88  94 %  narrowed",
    ]


def test_the_report_of_a_default_that_fits_without_recovery_and_of_no_set_at_all():
    fits = FACTS | {"default": {"fits": True, "measured": {"P1.rate": 0.2}}}
    told = lines(report.shown({"ensemble": fits, "parameters": [ROW], "recovery": None}))
    assert "The default fits." in told
    assert "parameter  low  high  default  5 %  median  95 %  spread" in told
    assert "trust_step  0.0  0.1000  0.0500  0.01230  0.0500  0.0900  0.76  narrowed" in told
    none = FACTS | {"members": [], "default": {"parameters": {}, "fits": False, "misses": ["P1.rate"]}, "nearest_to_default": None}
    told = lines(report.shown({"ensemble": none, "parameters": [], "recovery": None}))
    assert "The default does not fit: it misses P1.rate." in told
    assert "P1.rate  reports a resident a year  0.10 to 0.30  0.01230  0.00500  –  –" in told
    untried = FACTS | {"default": {"parameters": {}, "fits": None}}
    told = lines(report.shown({"ensemble": untried, "parameters": [], "recovery": None}))
    assert not any(line.startswith("The default") for line in told)


def test_columns_of_numbers_stand_at_the_right():
    found = list(report.shown({"ensemble": FACTS, "parameters": [ROW], "recovery": [AGAIN]}))
    tables: list[Any] = [found[1], found[2], found[-1]]
    right = [[str(column.header) for column in table.columns if column.justify == "right"] for table in tables]
    assert right == [
        ["sets", "box left", "fit"],
        ["luck of a seed", "discrepancy", "default", "sets that fit"],
        ["low", "high", "default", "5 %", "median", "95 %", "spread", "found again", "inside 90 %"],
    ]


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_the_report_reckons_recovery_once_and_keeps_it(one, monkeypatch):
    folder = one.folder
    with pytest.raises(BadInput, match="a calibration that is done; go on: leefwereld calibrate resume"):
        report.report(folder)
    report.finish(one, 1.0)
    reckoned: list[Any] = []
    monkeypatch.setattr(report, "recovery", lambda of: reckoned.append(of) or [AGAIN])
    found = report.report(folder, recover=False)
    assert (found["recovery"], reckoned) == (None, [])
    assert not (folder / "recovery.json").exists()
    assert [row["name"] for row in found["parameters"]] == ["report_habit", "trust_step"]
    for _ in range(2):
        found = report.report(folder)
        assert found["recovery"] == [AGAIN]
    assert len(reckoned) == 1
    assert found["ensemble"]["tried"] == 3
    assert found["parameters"][1]["median"] == pytest.approx(0.07)
