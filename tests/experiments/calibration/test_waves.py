"""What a calibration draws, whom it gives more seeds, and what it calls a fit: against values worked out by hand and SciPy."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import norm, qmc

from experiments.calibration import waves
from experiments.calibration.emulators import Emulators, Trials
from experiments.calibration.schema import checked
from experiments.calibration.waves import AGAIN, Calibration, Stage, told
from experiments.running.ledger import OK, Answer, Ledger
from experiments.study.results import hash_of
from model.engine.chance import join
from model.errors import BadInput
from model.regimes import BASELINE

DATA: dict[str, Any] = {
    "seed": 3,
    "runs": {"residents": 200, "weeks": 20, "forks": [5], "twin_residents": 100, "twin_weeks": 160, "burn_in": 8},
    "waves": {"sizes": [4, 3], "repeated": 2, "seeds": 3, "cutoff": 2.5},
    "confirm": {"seeds": 3, "forks": [6, 7], "batch": 4, "wanted": 2, "at_most": 8, "least": 0.3},
    "parameters": {
        "report_habit": {"low": 0.0015, "high": 0.006, "log": True},
        "trust_step": {"low": 0.05, "high": 0.25},
        "loss_aversion": {"low": 1.0, "high": 4.0},
    },
    "targets": {
        "P1.rate": {"low": 0.1, "high": 0.2, "discrepancy": 0.001},
        "moves.share": {"low": 0.05, "high": 0.15, "discrepancy": 0.003},
    },
}  # fmt: skip
PLAN = checked(DATA)
GOOD, BAD = (0.15, 0.1), (0.3, 0.1)


class Known:
    """In the place of a Gaussian process: a straight line in the first share, and one doubt everywhere."""

    def __init__(self, at: float, slope: float, sd: float) -> None:
        self.at, self.slope, self.sd = at, slope, sd

    def predict(self, x: np.ndarray, return_std: bool = False) -> Any:
        mean = self.at + self.slope * x[:, 0]
        return (mean, np.full(len(x), self.sd)) if return_std else mean


def known(of: Trials, luck: tuple[float, float] = (0.0004, 0.0001), each: Sequence[Known] | None = None) -> Any:
    """Emulators of which what they say, and how far they miss, is given."""
    one: Any = Emulators.__new__(Emulators)
    one.goals, one.discrepancy = PLAN.goals, PLAN.discrepancy
    one.low, one.high = np.array([0.1, 0.05]), np.array([0.2, 0.15])
    one.trials = Trials(of.x, of.y, of.n, np.array(luck))
    one.each = list(each or [Known(0.05, 0.25, 0.03), Known(0.1, 0.0, 0.01)])
    one.typical = lambda: np.array([0.02, 0.005])
    return one


def some(rows: int) -> np.ndarray:
    """Shares, all of them allowed."""
    return np.random.default_rng(rows).random((rows, 3)) * [1.0, 0.5, 0.5]


@pytest.fixture
def one(tmp_path):
    """A calibration of which nothing has been drawn."""
    waves.begin(PLAN, tmp_path / "here")
    with Ledger(tmp_path / "here") as ledger:
        yield Calibration(ledger, tmp_path / "here")


def put(one: Calibration, name: str, x: np.ndarray, seeds: Sequence[int], **facts: Any) -> None:
    one.put(Stage(name, x, tuple(seeds), (5,), facts))


def live(one: Calibration, values: dict[int, Any]) -> None:
    """What waits ends well; values: by number of the set, for each seed, or the same for all."""
    for entry in list(one.ledger.waiting()):
        given = np.array(values[entry.point])
        own = given if given.ndim == 1 else given[entry.replication]
        one.ledger.record([Answer(entry.id, OK, 0.1, "code", outcomes=dict(zip(PLAN.targets, own.tolist(), strict=True)))])


# --- drawing -------------------------------------------------------------------------------------------------------


def test_the_first_wave_is_a_latin_hypercube_less_what_the_model_refuses_and_its_first_sets_have_several_seeds(one):
    stage = one.first()
    drawn = qmc.LatinHypercube(d=3, rng=3).random(12)
    product = (0.05 + 0.2 * drawn[:, 1] + PLAN.case.behaviour.trust_fast) * (1 + 3 * drawn[:, 2])
    assert (product[:4] > 1.0).any()
    assert np.array_equal(stage.x, drawn[product <= 1.0][:4])
    assert (stage.name, stage.seeds, stage.forks, stage.facts) == ("wave 1", (3, 3, 1, 1), (5,), {"left": 1.0})


def test_half_of_a_later_wave_lies_anywhere_that_is_not_implausible_and_half_where_targets_are_likely_met(one, monkeypatch):
    asked, said = [], []
    anywhere, likely = some(9), some(7)[::-1]
    emulators = object()
    monkeypatch.setattr(one, "emulators", lambda: emulators)
    monkeypatch.setattr(one, "likely", lambda *given: asked.append(given) or likely)
    monkeypatch.setattr(waves, "share_left", lambda *given: asked.append(given) or (0.12345, anywhere))
    stage = one.next(1, said.append)
    assert np.array_equal(stage.x, np.concatenate([anywhere[:1], likely[:2]]))
    assert asked == [(emulators, one.plan.allowed, 2.5, 12_000, 4), (emulators, 3, 1)]
    assert said == ["wave 2: 12.3 % of the box is not implausible; 3 sets are drawn from it"]
    assert (stage.name, stage.seeds, stage.forks, stage.facts) == ("wave 2", (1, 1, 1), (5,), {"left": 0.12345})
    monkeypatch.setattr(waves, "share_left", lambda *_: (0.0, anywhere[:0]))
    assert np.array_equal(one.next(1, said.append).x, likely[:3])  # where nothing is left anywhere


def test_a_share_of_the_box_is_told_or_that_it_is_less_than_one_draw_of_all():
    assert told(0.12345, 12_000) == "12.3 %"
    assert told(1.0, 12_000) == "100 %"
    assert told(0.0, 12_000) == "less than 0.0083 %"


def test_likely_sets_are_drawn_in_proportion_to_the_chance_that_all_targets_are_met(one, monkeypatch):
    asked: list[Any] = []
    monkeypatch.setattr(waves, "draws", lambda *given: asked.append(given) or some(5))
    x = some(30)
    emulators = known(Trials(x, np.zeros((30, 2)), np.ones(30, int), np.zeros(2)))
    assert np.array_equal(one.likely(emulators, 11, 2), some(5))
    ((density, start, wanted, seed),) = asked
    assert (wanted, seed) == (11, 2003)
    at = np.array([[0.2, 0.1, 0.1], [0.6, 0.1, 0.1], [0.5, 1.0, 1.0], [1.1, 0.1, 0.1]])  # the third is refused, the last outside
    doubt = np.sqrt(np.array([0.02**2 + 0.001**2 + 0.0004 / 3, 0.005**2 + 0.003**2 + 0.0001 / 3]))

    def logarithm(rows: np.ndarray) -> np.ndarray:
        mean = np.column_stack([0.05 + 0.25 * rows[:, 0], np.full(len(rows), 0.1)])
        return np.log(norm.cdf([0.2, 0.15], mean, doubt) - norm.cdf([0.1, 0.05], mean, doubt)).sum(axis=1)

    assert density(at)[:2] == pytest.approx(logarithm(at[:2]))
    assert density(at)[2:].tolist() == [-math.inf, -math.inf]
    assert density(at[2:]).tolist() == [-math.inf, -math.inf]
    best = x[np.argsort(-logarithm(x))[:12]]
    assert np.array_equal(start, best)


def test_sets_to_confirm_are_chosen_in_proportion_to_their_chance_once_more_and_the_default_is_the_first(one, monkeypatch):
    asked: list[Any] = []
    drawn = some(20)
    monkeypatch.setattr(one, "likely", lambda *given: asked.append(given) or drawn)
    emulators = known(Trials(drawn, np.zeros((20, 2)), np.ones(20, int), np.zeros(2)))
    mean = np.column_stack([0.05 + 0.25 * drawn[:, 0], np.full(20, 0.1)])
    doubt = np.sqrt([0.03**2 + 0.0004 / 3, 0.01**2 + 0.0001 / 3])
    chance = np.maximum((norm.cdf([0.2, 0.15], mean, doubt) - norm.cdf([0.1, 0.05], mean, doubt)).prod(axis=1), 1e-12)
    for batch in (0, 2):
        stage = one.to_confirm(emulators, batch)
        chosen = np.random.default_rng(join(3, batch)).choice(20, 4, replace=False, p=chance / chance.sum())
        assert np.array_equal(stage.x[1:], drawn[chosen][1:])
        first = PLAN.shares(PLAN.default) if batch == 0 else drawn[chosen[0]]
        assert stage.x[0] == pytest.approx(first)
        assert stage.facts == {"expected": pytest.approx(chance[chosen].mean()), "looked": False}
        assert (stage.name, stage.seeds, stage.forks) == (f"confirm {batch + 1}", (1, 1, 1, 1), (6, 7))
    assert asked == [(emulators, 240, 100), (emulators, 240, 102)]


def test_sets_of_which_none_has_a_chance_are_chosen_evenly_and_fewer_than_a_batch_all(one, monkeypatch):
    monkeypatch.setattr(one, "likely", lambda *_: some(3))
    emulators = known(Trials(some(3), np.zeros((3, 2)), np.ones(3, int), np.zeros(2)), each=[Known(90.0, 0.0, 0.01), Known(0.1, 0.0, 0.01)])
    stage = one.to_confirm(emulators, 1)
    assert stage.facts["expected"] == pytest.approx(1e-12)
    assert sorted(stage.x[:, 0]) == sorted(some(3)[:, 0])


# --- more seeds ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_after_one_seed_the_chance_of_the_mean_over_all_seeds_decides_who_gets_the_others(one):
    """What is expected (0.05 + 0.25 share, sd 0.03) and what one seed showed (luck 0.02) make a posterior; the mean over three seeds is
    normal about it, one third known and two seeds of luck to come."""
    put(one, "wave 1", some(4), (1, 1, 1, 1))
    put(one, "confirm 1", some(6), (1,) * 6, looked=False, expected=0.5)
    shown = [0.19, 0.22, 0.235, 0.25, 0.3, math.nan]
    live(one, dict.fromkeys(range(4), GOOD) | {4 + k: (value, 0.1) for k, value in enumerate(shown)})
    before = known(one.trials(4))
    luck, prior = norm(0, 0.02), 0.03**2
    chances = []
    for share, value in zip(some(6)[:, 0], shown, strict=True):
        expected = 0.05 + 0.25 * share
        precision = 1 / prior + 1 / luck.var()
        posterior = (expected / prior + value / luck.var()) / precision
        mean, variance = (value + 2 * posterior) / 3, 4 / 9 / precision + 2 / 9 * luck.var()
        second = 4 / 9 / (1 / 0.0001 + 1 / 0.0001) + 2 / 9 * 0.0001
        other = norm.cdf(0.05 / math.sqrt(second)) - norm.cdf(-0.05 / math.sqrt(second))
        chances.append((norm.cdf(0.2, mean, math.sqrt(variance)) - norm.cdf(0.1, mean, math.sqrt(variance))) * other)
    for least in [*np.array(chances[:5]) * 0.999, *np.array(chances[:5]) * 1.001]:
        one.plan = checked(DATA | {"confirm": DATA["confirm"] | {"least": float(least)}})
        stage = one.looked(before)
        go_on = [chance >= least for chance in np.nan_to_num(chances)]
        assert stage.seeds == tuple(3 if go else 1 for go in go_on)
        assert stage.facts == {"looked": True, "expected": 0.5, "went on": sum(go_on)}
        assert (stage.name, stage.forks) == ("confirm 1", (5,))
    assert max(chances[:5]) > 0.5 > 0.01 > min(chances[:5])


def test_the_default_goes_on_whatever_it_showed_but_only_the_first_set_of_the_first_batch_is_it(one):
    put(one, "wave 1", some(4), (1,) * 4)
    put(one, "wave 2", some(3), (1,) * 3)
    put(one, "confirm 1", some(2), (1, 1), looked=False)
    live(one, dict.fromkeys(range(7), GOOD) | {7: BAD, 8: (0.9, 0.1)})
    assert one.looked(known(one.trials(7))).seeds == (3, 1)
    assert one.looked(known(one.trials(7))).facts["went on"] == 1
    one.put(one.looked(known(one.trials(7))), instead=True)
    put(one, "confirm 2", some(2), (1, 1), looked=False)
    live(one, {7: BAD, 9: (0.9, 0.1), 10: GOOD})
    assert one.looked(known(one.trials(9))).seeds == (1, 3)


# --- what was run --------------------------------------------------------------------------------------------------


def test_a_stage_that_is_written_down_has_a_point_for_each_set_and_a_run_for_each_seed(one):
    put(one, "wave 1", some(2), (2, 1), left=1.0)
    put(one, "wave 2", some(1), (1,))
    (first, second), points = one.stages, one.ledger.points()
    assert (first.name, first.seeds, first.forks, first.facts) == ("wave 1", (2, 1), (5,), {"left": 1.0})
    assert np.array_equal(first.x, some(2))
    assert np.array_equal(second.x, some(1))
    assert [(point[0], point[1], point[2], point[3], point[5], point[6]) for point in points] == [
        (0, "wave 1", "baseline", "", "[5]", {}), (1, "wave 1", "baseline", "", "[5]", {}), (2, "wave 2", "baseline", "", "[5]", {}),
    ]  # fmt: skip
    assert points[1][4] == pytest.approx(PLAN.values(some(2)[1]))
    waiting = sorted((entry.point, entry.replication, entry.seed) for entry in one.ledger.waiting())
    assert waiting == [(p, r, join(join(3, p), r) & (2**63 - 1)) for p, r in ((0, 0), (0, 1), (1, 0), (2, 0))]
    names = {entry.point: entry.name for entry in one.ledger.waiting()}
    seed = join(join(3, 2), 0) & (2**63 - 1)
    assert names[2] == hash_of(json.dumps([PLAN.values(some(1)[0]), seed, [5]]))[:20]


def test_instead_of_the_last_stage_another_is_put_and_what_was_run_of_it_stays(one):
    put(one, "wave 1", some(2), (1, 1))
    put(one, "confirm 1", some(3), (1, 1, 1))
    live(one, dict.fromkeys(range(5), GOOD))
    one.put(Stage("confirm 1", some(3), (3, 1, 1), (5,), {}), instead=True)
    assert [stage.name for stage in one.stages] == ["wave 1", "confirm 1"]
    assert sorted((entry.point, entry.replication) for entry in one.ledger.waiting()) == [(2, 1), (2, 2)]


def test_means_are_over_the_seeds_of_each_set_and_may_be_of_the_first_sets_alone(one):
    put(one, "wave 1", some(3), (2, 1, 1))
    live(one, {0: [(0.1, 0.1), (0.2, 0.3)], 1: GOOD, 2: BAD})
    x, y, of = one.runs()
    assert np.array_equal(x, some(3))
    assert sorted(map(tuple, np.column_stack([of, y]).tolist())) == [(0, 0.1, 0.1), (0, 0.2, 0.3), (1, *GOOD), (2, *BAD)]
    assert one.trials().y.tolist() == [pytest.approx([0.15, 0.2]), list(GOOD), list(BAD)]
    assert one.trials(2).y.tolist() == [pytest.approx([0.15, 0.2]), list(GOOD)]
    assert one.trials().luck == pytest.approx([0.005, 0.02])
    assert one.emulators(of=2).trials.y.tolist() == one.trials(2).y.tolist()
    like = one.emulators()
    assert one.emulators(of=2, like=like).each[0].kernel_ == like.each[0].kernel_


def test_a_target_is_met_at_the_ends_of_its_range_and_all_must_be(one):
    assert one.met(np.array([0.1, 0.15]))
    assert not one.met(np.array([0.0999, 0.15]))
    assert not one.met(np.array([0.1, 0.1501]))
    assert not one.met(np.array([0.15, math.nan]))


def test_a_set_is_confirmed_when_the_means_over_all_seeds_meet_every_target(one):
    put(one, "wave 1", some(2), (3, 1))
    put(one, "confirm 1", some(3), (3, 1, 3))
    put(one, AGAIN, some(1), (3,))
    live(one, {0: GOOD, 1: GOOD, 2: [(0.25, 0.1), (0.2, 0.1), (0.12, 0.1)], 3: GOOD, 4: BAD, 5: GOOD})
    found = one.confirmed()
    assert [(number, met) for number, met, _ in found] == [(2, True), (3, False), (4, False), (5, True)]  # one seed is not enough
    assert found[0][2] == pytest.approx([0.19, 0.1])


def test_the_default_is_the_first_set_to_confirm_or_the_one_that_was_tried_last(one):
    put(one, "wave 1", some(4), (1,) * 4)
    assert one.default_tried() is None
    put(one, "confirm 1", some(3), (1,) * 3)
    put(one, "confirm 2", some(2), (1,) * 2)
    assert one.default_tried() == 4
    put(one, AGAIN, some(1), (3,))
    assert one.default_tried() == 9
    put(one, AGAIN, some(1), (3,))
    put(one, "confirm 3", some(2), (1,) * 2)
    assert one.default_tried() == 10


def test_trials_know_their_parameters_seeds_and_what_is_wanted(one, monkeypatch):
    put(one, "wave 1", some(2), (1, 1))
    asked: list[Any] = []
    monkeypatch.setattr(waves, "work_off", lambda ledger, groups, *more: asked.extend([list(groups), more]) or live(one, {0: GOOD, 1: BAD}))
    pool: Any = object()
    one.work(pool, None)
    (first, second), given = asked
    assert given == (pool, 900.0, None, waves.each_trial)
    entries = {trial.seed: trial for trial in (first, second)}
    trial = entries[join(join(3, 1), 0) & (2**63 - 1)]
    assert trial.case.behaviour.trust_step == pytest.approx(PLAN.values(some(2)[1])["trust_step"])
    assert (trial.weeks, trial.forks, trial.targets, trial.sizes) == (20, (5,), ("P1.rate", "moves.share"), PLAN.runs)
    ((number, practices),) = trial.runs
    assert (practices, trial.seeds, trial.code) == (BASELINE, {number: trial.seed}, one.code)


def test_a_trial_that_fails_stops_all_and_is_told(one, monkeypatch):
    put(one, "wave 1", some(2), (1, 1))

    def fail(ledger: Ledger, *_: Any) -> None:
        for entry in list(ledger.waiting()):
            ledger.record([Answer(entry.id, "failed", reason=f"broke at {entry.point}")])

    monkeypatch.setattr(waves, "work_off", fail)
    with pytest.raises(BadInput, match=r"2 trials did not end well, the first: broke at 0; once more: leefwereld calibrate resume"):
        one.work(cast(Any, None), None)


# --- from start to end ---------------------------------------------------------------------------------------------


def test_the_folder_is_named_by_the_day_and_by_what_results_follow_from():
    named = waves.default_folder(PLAN)
    assert named.parent == Path("results")
    assert named.name.startswith(f"calibration-{date.today().isoformat()}-")
    assert len(named.name.rpartition("-")[2]) == 8
    assert named == waves.default_folder(checked(DATA))
    assert named != waves.default_folder(checked(DATA | {"seed": 4}))


def test_a_folder_that_holds_something_is_refused_and_a_new_one_knows_its_plan(tmp_path):
    (tmp_path / "empty").mkdir()
    waves.begin(PLAN, tmp_path / "empty")
    manifest = json.loads((tmp_path / "empty/manifest.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("kind", "schema", "finished")} == {
        "kind": "leefwereld calibration", "schema": 1, "finished": False,
    }  # fmt: skip
    assert (tmp_path / "empty/calibration.toml").is_file()
    with pytest.raises(BadInput, match="a new or empty folder; to go on: leefwereld calibrate resume"):
        waves.begin(PLAN, tmp_path / "empty")
    bare = checked(DATA, tmp_path / "none.toml")
    waves.begin(bare, tmp_path / "bare")
    assert not (tmp_path / "bare/calibration.toml").exists()
    with Ledger(tmp_path / "bare") as ledger:
        assert Calibration(ledger, tmp_path / "bare").plan.model_dump() == PLAN.model_dump()
        ledger.set_meta(plan="")
        with pytest.raises(BadInput, match="the folder of a calibration"):
            Calibration(ledger, tmp_path / "bare")
