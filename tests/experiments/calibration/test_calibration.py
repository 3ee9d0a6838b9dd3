"""Calibration: what its file may say, what emulators and draws do, and a whole one on a model whose answer is known."""

from __future__ import annotations

import json
import math
import shutil
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from experiments.calibration import report as calibrate_report
from experiments.calibration import waves as calibrate_work
from experiments.calibration import work as calibration_work
from experiments.calibration.emulators import Emulators, Trials, draws, log_between, trials
from experiments.calibration.schema import ENSEMBLE, FILE, Plan, checked, read
from experiments.calibration.trials import Trial, each_trial, measured
from experiments.cli import main as cli
from experiments.patterns.declared import Part
from experiments.running.ledger import FAILED, OK, Answer, Ledger
from experiments.study.points import load_study, points
from model import identity, warm_up
from model.case.case import load
from model.errors import BadInput
from model.regimes import BASELINE, NAMED

DATA: dict[str, Any] = {
    "seed": 3,
    "runs": {"residents": 200, "weeks": 20, "forks": [5], "twin_residents": 100, "twin_weeks": 160, "burn_in": 8},
    "waves": {"sizes": [40, 24], "repeated": 6, "seeds": 3},
    "confirm": {"seeds": 3, "forks": [5], "batch": 12, "wanted": 10, "at_most": 36, "least": 0.6},
    "parameters": {
        "report_habit": {"low": 0.0015, "high": 0.006, "log": True},
        "moves_per_year": {"low": 0.07, "high": 0.13},
        "trust_step": {"low": 0.05, "high": 0.17},
        "loss_aversion": {"low": 1.0, "high": 4.0},
        "dampening": {"low": 0.3, "high": 0.8},
    },
    "targets": {
        "P1.rate": {"low": 0.11, "high": 0.13, "discrepancy": 0.001},
        "moves.share": {"discrepancy": 0.001},
        "P11.fall": {"low": -0.16, "high": -0.10, "discrepancy": 0.002},
        "P11.low_after_shock": {"discrepancy": 0.005},
    },
}
PLAN = checked(DATA)


def truth(values: dict[str, float]) -> dict[str, float]:
    """The known model: two targets know one parameter each, two know two together, and one parameter is in none."""
    fall = -0.35 * values["trust_step"] * (1 + values["loss_aversion"])
    return {
        "P1.rate": 40 * values["report_habit"], "moves.share": values["moves_per_year"], "P11.fall": fall,
        "P11.low_after_shock": 0.3 - 2.2 * fall + 0.23 * (values["trust_step"] - 0.1),
    }  # fmt: skip


def simulate(ledger: Ledger, groups: Any, *_: Any) -> None:
    """In the place of workers: the known model, and some luck of each seed."""
    for trial in groups:
        answers = []
        for number, _practices in trial.runs:
            luck = np.random.default_rng(trial.seeds[number]).normal(0, 1, 4) * [0.009, 0.002, 0.004, 0.01]
            names = {name: getattr(trial.case.behaviour, name) for name in DATA["parameters"]}
            values = {name: value + float(z) for (name, value), z in zip(truth(names).items(), luck, strict=True)}
            answers.append(Answer(number, OK, 0.1, "code", outcomes=values))
        ledger.record(answers)


def patched(patch: pytest.MonkeyPatch) -> None:
    """The known model in the place of the neighbourhood, and fewer steps of the walkers."""
    patch.setattr(calibrate_work, "work_off", simulate)
    patch.setattr(calibrate_work, "draws", partial(draws, steps=160))
    patch.setattr(warm_up, "ensure_compiled", lambda *_: None)


@pytest.fixture
def known_model(monkeypatch):
    patched(monkeypatch)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A calibration of the known model, run to its end."""
    folder = tmp_path_factory.mktemp("done") / "here"
    with pytest.MonkeyPatch.context() as patch:
        patched(patch)
        calibrate_work.begin(PLAN, folder)
        calibration_work.work(folder, say=lambda _: None)
    return folder


def test_the_file_that_ships_is_valid_and_gives_a_reason_for_every_free_parameter():
    plan = read()
    assert 10 <= len(plan.parameters) <= 20
    assert all(free.why for free in plan.parameters.values())
    assert {name.partition(".")[0] for name in plan.targets} == {"P1", "P2", "P4", "P8", "P11", "moves"}
    assert plan.runs.residents >= 20_000
    assert ENSEMBLE.parent == FILE.parent


def test_the_ensemble_that_ships_was_made_by_the_file_that_ships_and_every_set_in_it_meets_every_target():
    plan, facts = read(), calibrate_report.read_ensemble()
    assert len(facts["members"]) >= 50
    assert list(facts["targets"]) == list(plan.targets)
    assert facts["parameters"].keys() == plan.parameters.keys()
    for member in facts["members"]:
        assert all(goal.holds(member["measured"][goal.name]) for goal in plan.goals)
        assert plan.allowed(plan.shares(member["parameters"])[None]).all()
        plan.case.replaced(**member["parameters"])
    numbers = {member["number"]: member["parameters"] for member in facts["members"]}
    fitted, default = numbers[facts["default"].get("number", -1)], dict(plan.default)
    # chosen anew for the door trial (docs/world/trust.md), and for P1, P2 and P4 with reports about routine matters (docs/world/service.md)
    for name in ("trust_step", "report_habit", "habitual_share", "habitual_factor", "belief_reach"):
        default[name] = fitted[name]
    assert fitted == pytest.approx(default), "see leefwereld calibrate default"


def test_shares_and_values_turn_into_each_other():
    shares = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    assert PLAN.shares(PLAN.values(shares)) == pytest.approx(shares)
    assert PLAN.values(np.full(5, 0.5))["report_habit"] == pytest.approx(0.003)  # the middle of a logarithmic scale


def test_sets_that_the_model_refuses_are_not_drawn():
    x, p = np.random.default_rng(1).random((200, 5)), load("default").behaviour
    for row, good in zip(x, PLAN.allowed(x), strict=True):
        values = PLAN.values(row)
        assert good == ((values["trust_step"] + p.trust_fast) * values["loss_aversion"] <= 1.0)
        try:
            load("default").replaced(**values)
        except BadInput:
            assert not good
        else:
            assert good
    assert 0 < PLAN.allowed(x).sum() < 200
    assert not PLAN.allowed(np.array([[0.5, 0.5, 0.5, 0.1, 1.2]]))[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"parameters": {"report_step": {"low": 0.1, "high": 0.9}}}, "within 0 to 0.25"),
        ({"parameters": {"nonsense": {"low": 0.1, "high": 0.9}}}, "nonsense"),
        ({"targets": {"P1.speed": {}}}, "P1.rate"),
        ({"waves": {"sizes": [0]}}, "sizes"),
        ({"scenario": "nowhere"}, "nowhere"),
        ({"parameters": {"fade_bonding": {"low": 0.0, "high": 1.0, "log": True}}}, "logarithmic"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_one_line(change, told):
    with pytest.raises(BadInput) as caught:
        checked(DATA | change)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_chance_to_lie_in_a_range_is_right_near_and_far():
    low, high = np.array([-1.0, 2.0, -9.0]), np.array([1.0, 3.0, -8.0])
    assert np.exp(log_between(low, high)) == pytest.approx(ndtr(high) - ndtr(low), rel=1e-6)
    assert math.isfinite(log_between(np.array([60.0]), np.array([61.0]))[0])
    assert log_between(np.array([60.0]), np.array([61.0]))[0] < log_between(np.array([50.0]), np.array([51.0]))[0]


def test_luck_is_pooled_over_sets_that_were_run_with_several_seeds():
    y = np.array([[1.0], [3.0], [5.0], [7.0], [9.0]])
    found = trials(np.zeros((3, 2)), y, np.array([0, 0, 1, 1, 2]))
    assert found.n.tolist() == [2, 2, 1]
    assert found.y[:, 0].tolist() == [2.0, 6.0, 9.0]
    assert found.luck[0] == pytest.approx(2.0)  # two sets with variance 2 each


def test_nothing_inside_its_range_is_implausible_and_what_is_far_outside_is():
    x = np.random.default_rng(2).random((80, 2))
    of = Trials(x, x[:, :1] * 10.0, np.ones(80, int), np.array([0.01]))
    emulators = Emulators(of, [Part("a", 4.0, 6.0)], np.array([0.1]))
    at = np.array([[0.5, 0.5], [0.45, 0.1], [0.75, 0.5], [0.98, 0.5]])
    assert emulators.mean(at)[:, 0] == pytest.approx([5.0, 4.5, 7.5, 9.8], abs=0.15)
    inside, also, outside, far = emulators.implausibility(at)
    assert inside == also == 0
    assert 3 < outside < far


def test_sets_that_fit_are_found_and_what_no_target_tells_stays_free(done):
    facts = json.loads((done / "ensemble.json").read_text(encoding="utf-8"))
    assert len(facts["members"]) >= 10
    for member in facts["members"]:
        really = truth(member["parameters"])
        for goal in PLAN.goals:
            assert goal.holds(member["measured"][goal.name])
            assert goal.low - 0.01 < really[goal.name] < goal.high + 0.01
    assert facts["waves"][1]["left"] < 0.7
    with Ledger(done, reading=True) as ledger:
        rows = {row["name"]: row for row in calibrate_report.parameters(calibrate_work.Calibration(ledger, done))}
    assert rows["report_habit"]["state"] != "free"
    assert rows["moves_per_year"]["ratio"] < 0.8
    assert rows["dampening"]["ratio"] > 0.6
    assert rows["dampening"]["ratio"] > 1.3 * rows["moves_per_year"]["ratio"]


def test_sets_without_hope_after_one_seed_get_no_more_and_do_not_fit(done):
    with Ledger(done, reading=True) as ledger:
        one = calibrate_work.Calibration(ledger, done)
        seeds = [k for stage in one.stages if stage.name.startswith("confirm") for k in stage.seeds]
        tried = one.confirmed()
    assert set(seeds) == {1, 3}
    assert seeds[0] == 3  # the default
    assert not any(met for k, (_, met, _) in zip(seeds, tried, strict=True) if k == 1)
    assert sum(met for _, met, _ in tried) == len(json.loads((done / "ensemble.json").read_text(encoding="utf-8"))["members"])


def test_the_default_is_tried_and_told_to_miss_what_it_misses(done):
    default = json.loads((done / "ensemble.json").read_text(encoding="utf-8"))["default"]
    assert default["parameters"]["loss_aversion"] == pytest.approx(load("default").behaviour.loss_aversion)
    assert default["fits"] is all(goal.holds(default["measured"][goal.name]) for goal in PLAN.goals)
    assert default["misses"] == [goal.name for goal in PLAN.goals if not goal.holds(default["measured"][goal.name])]


def test_a_default_that_was_changed_is_tried_again_and_belongs_to_the_ensemble_when_it_fits(done, tmp_path, known_model, monkeypatch):
    folder = shutil.copytree(done, tmp_path / "here")
    before = json.loads((folder / "ensemble.json").read_text(encoding="utf-8"))
    middle = {name: float(np.median([one["parameters"][name] for one in before["members"]])) for name in PLAN.names}
    monkeypatch.setattr(Plan, "default", property(lambda _: middle))
    calibration_work.try_default(folder, say=lambda _: None)
    after = json.loads((folder / "ensemble.json").read_text(encoding="utf-8"))
    assert after["default"]["parameters"] == pytest.approx(middle)
    assert after["default"]["fits"] is True
    assert after["members"][:-1] == before["members"]
    assert after["members"][-1]["number"] == after["default"]["number"]
    monkeypatch.setattr(Plan, "default", property(lambda _: middle | {"dampening": 0.1}))
    with pytest.raises(BadInput, match="dampening"):
        calibration_work.try_default(folder, say=lambda _: None)


def test_known_parameters_are_found_again_as_far_as_targets_tell_them(done):
    with Ledger(done, reading=True) as ledger:
        rows = {row["name"]: row for row in calibrate_report.recovery(calibrate_work.Calibration(ledger, done), truths=8, steps=160)}
    assert rows["report_habit"]["correlation"] > 0.9
    assert rows["moves_per_year"]["correlation"] > 0.9
    assert rows["report_habit"]["spread"] < 0.3
    assert rows["dampening"]["spread"] > 0.8
    covered = [row["covered"] for row in rows.values()]  # of middles of 90 %, with eight truths
    assert sum(covered) / len(covered) >= 0.75
    assert min(covered) >= 0.5


def test_a_calibration_that_was_stopped_goes_on_and_comes_out_the_same(tmp_path, known_model, monkeypatch, done):
    calls = [0]

    def stopped(ledger: Ledger, groups: Any, *_: Any) -> None:
        for trial in groups:
            calls[0] += 1
            if calls[0] in (17, 75, 90):
                raise KeyboardInterrupt
            simulate(ledger, [trial])

    monkeypatch.setattr(calibrate_work, "work_off", stopped)
    calibrate_work.begin(PLAN, tmp_path / "here")
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            calibration_work.work(tmp_path / "here", say=lambda _: None)
        assert not (tmp_path / "here" / "ensemble.json").exists()
    calibration_work.work(tmp_path / "here", say=lambda _: None)
    again, once = (json.loads((folder / "ensemble.json").read_text(encoding="utf-8")) for folder in (tmp_path / "here", done))
    assert again["members"] == once["members"]
    assert again["tried"] == once["tried"]


def test_another_code_is_refused_unless_it_is_meant(tmp_path, known_model, monkeypatch):
    calibrate_work.begin(PLAN, tmp_path / "here")
    monkeypatch.setattr(identity, "code_hash", lambda: "another")
    with pytest.raises(BadInput, match="changed-code"):
        calibration_work.work(tmp_path / "here", say=lambda _: None)


def test_a_real_trial_measures_every_target_and_one_that_raises_says_why():
    plan = Plan.model_validate(DATA)
    values = measured(plan.case.replaced(report_habit=0.02), 1, plan.runs, (5,), tuple(plan.targets))
    assert list(values) == list(plan.targets)
    assert all(math.isfinite(value) for value in values.values())
    runs = ((7, BASELINE), (8, BASELINE))
    trial = Trial(plan.case, 1, 20, runs, sizes=plan.runs, forks=(5,), seeds={7: 1}, targets=("P1.rate",))
    begun, well, failed = each_trial(trial)
    assert begun is None
    assert well is not None
    assert well.outcomes is not None
    assert failed is not None
    assert (well.status, list(well.outcomes)) == (OK, ["P1.rate"])
    assert (failed.status, "KeyError" in failed.reason) == (FAILED, True)


def test_the_commands_refuse_what_is_no_calibration_and_report_one_that_is(done, tmp_path, capsys):
    assert cli.main(["calibrate", "report", str(tmp_path)]) == 2
    assert cli.main(["calibrate", "run", str(tmp_path / "none.toml")]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert cli.main(["calibrate", "report", str(done), "--no-recover"]) == 0
    told = capsys.readouterr().out
    assert "sets that were tried fit (3 seeds" in told
    assert "dampening" in told
    assert cli.main(["calibrate", "report", str(done), "--no-recover", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ensemble"]["members"]
    assert cli.main(["calibrate", "run", "--out", str(done)]) == 2
    assert "resume" in capsys.readouterr().err


def test_the_sets_that_fit_become_a_study_of_regimes(done, tmp_path, capsys):
    file = tmp_path / "fits.toml"
    assert cli.main(["calibrate", "study", str(file), "--from", str(done)]) == 0
    members = json.loads((done / "ensemble.json").read_text(encoding="utf-8"))["members"]
    found = points(load_study(file))
    assert len(found) == len(NAMED) * len(members)
    assert found[0].case.behaviour.trust_step == members[0]["parameters"]["trust_step"]
    assert cli.main(["calibrate", "study", str(file), "--from", str(done)]) == 2  # it is there
    assert cli.main(["calibrate", "study", str(tmp_path / "other.toml"), "--from", str(tmp_path)]) == 2
    assert sum(line.startswith("leefwereld: ") for line in capsys.readouterr().err.splitlines()) == 2


def test_draws_stay_where_they_may_be_and_follow_the_density():
    centre = np.array([0.3, 0.7, 0.5, 0.5, 0.5])

    def density(x: np.ndarray) -> np.ndarray:
        found, allowed = np.full(len(x), -np.inf), PLAN.allowed(x)
        found[allowed] = -0.5 * (((x[allowed] - centre) / 0.1) ** 2).sum(axis=1)
        return found

    drawn = draws(density, np.array([[0.3, 0.7, 0.9, 0.9, 0.5], centre]), 5000, 1, steps=400)  # the first start is forbidden
    assert PLAN.allowed(drawn).all()
    assert drawn[:, 0].mean() == pytest.approx(0.3, abs=0.03)
    assert drawn[:, 0].std() == pytest.approx(0.1, abs=0.03)
