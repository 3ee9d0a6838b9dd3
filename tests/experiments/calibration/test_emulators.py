"""Emulators, doubt and draws, against values worked out by hand and against scikit-learn, SciPy, statsmodels and emcee."""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace
from typing import Any

import emcee
import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, norm
from sklearn import gaussian_process
from threadpoolctl import threadpool_info

from experiments.calibration import emulators as tested
from experiments.calibration.emulators import Emulators, Trials, chance_met, draws, log_between, one_thread, share_left, short, trials
from experiments.patterns.measure import Part
from model.errors import BadInput

GaussianProcess: Any = gaussian_process.GaussianProcessRegressor
kernels: Any = gaussian_process.kernels
GOALS = [Part("a", 4.0, 6.0), Part("b", 0.0, 1.0)]


class Known:
    """In the place of a Gaussian process: says the same of every row."""

    def __init__(self, mean: float, sd: float) -> None:
        self.said = mean, sd

    def predict(self, x: np.ndarray, return_std: bool = False) -> Any:
        mean, sd = np.full(len(x), self.said[0]), np.full(len(x), self.said[1])
        return (mean, sd) if return_std else mean


def known(*said: tuple[float, float], luck: Any = (16.0, 1.0), discrepancy: Any = (12.0, 0.0), goals: Any = GOALS) -> Emulators:
    """Emulators of which what they say is given."""
    one = Emulators.__new__(Emulators)
    one.goals, one.discrepancy = list(goals), np.array(discrepancy)
    one.low, one.high = np.array([goal.low for goal in goals]), np.array([goal.high for goal in goals])
    one.trials = Trials(np.zeros((1, 1)), np.zeros((1, 2)), np.ones(1, int), np.array(luck))
    one.each = [Known(*each) for each in said]
    return one


# --- what was run --------------------------------------------------------------------------------------------------


def test_the_luck_of_a_seed_is_the_residual_variance_of_an_analysis_of_variance():
    of = np.array([4, 1, 1, 4, 1, 2, 0, 0, 0, 0])
    y = np.array([[3.0], [1.0], [2.5], [7.0], [0.5], [100.0], [6.0], [6.5], [9.0], [7.0]])
    found = trials(np.arange(10.0).reshape(5, 2), y, of)
    several = of != 2  # one seed says nothing of luck
    groups = (of[several, None] == np.unique(of[several])).astype(float)
    assert found.luck == pytest.approx([sm.OLS(y[several, 0], groups).fit().mse_resid])
    assert found.n.tolist() == [4, 3, 1, 2]
    assert found.y[:, 0] == pytest.approx([7.125, 4 / 3, 100.0, 5.0])
    assert found.x.tolist() == [[0, 1], [2, 3], [4, 5], [8, 9]]  # set 3 was not run
    assert len(found) == 4


def test_two_seeds_of_one_set_are_enough_to_know_luck():
    found = trials(np.zeros((2, 1)), np.array([[1.0], [4.0], [9.0]]), np.array([0, 0, 1]))
    assert found.luck == pytest.approx([4.5])  # (1.5**2 + 1.5**2) / 1


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_without_sets_of_several_seeds_luck_is_a_tenth_of_the_variance_and_never_nothing():
    y = np.array([[1.0, 3.0], [3.0, 3.0], [math.nan, 3.0]])
    assert trials(np.zeros((3, 1)), y, np.arange(3)).luck == pytest.approx([0.1, 1e-12], rel=1e-9)


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_a_seed_that_gave_nothing_is_left_out_of_the_mean_and_a_set_that_gave_nothing_has_none():
    y = np.array([[1.0, 2.0], [3.0, math.nan], [math.nan, math.nan], [math.nan, math.nan], [5.0, 1.0], [9.0, 3.0]])
    found = trials(np.zeros((3, 1)), y, np.array([0, 0, 1, 1, 2, 2]))
    assert found.y.tolist()[0] == [2.0, 2.0]
    assert np.isnan(found.y[1]).all()
    assert found.luck == pytest.approx([(2.0 + 8.0) / 3, 2.0 / 3])  # sums of squares where both seeds are known


def test_one_set_is_left_out():
    of = Trials(np.arange(6.0).reshape(3, 2), np.array([[1.0], [2.0], [3.0]]), np.array([1, 4, 2]), np.array([0.5]))
    rest = of.without(1)
    assert (rest.x.tolist(), rest.y.tolist(), rest.n.tolist(), rest.luck.tolist()) == ([[0, 1], [4, 5]], [[1.0], [3.0]], [1, 2], [0.5])


# --- Gaussian processes --------------------------------------------------------------------------------------------


@pytest.fixture
def of() -> Trials:
    """Thirty sets in two dimensions, with one to three seeds, and a value that is missing."""
    luck = np.random.default_rng(5)
    x = luck.random((30, 2))
    n = luck.integers(1, 4, 30)
    y = np.column_stack([3 * x[:, 0] + x[:, 1] ** 2, np.sin(5 * x[:, 1])]) + luck.normal(0, 0.05, (30, 2)) / np.sqrt(n)[:, None]
    y[7, 1] = math.nan
    return Trials(x, y, n, np.array([0.0025, 0.04]))


def learnt(x: np.ndarray, y: np.ndarray, alpha: np.ndarray) -> Any:
    """Length scales as scikit-learn finds them: from 2, between 0.2 and 50, in at most 25 steps."""

    def optimizer(function: Any, start: Any, bounds: Any) -> tuple[Any, float]:
        found = minimize(function, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 25})
        return found.x, found.fun

    begin = kernels.ConstantKernel(1.0, (1e-2, 1e3)) * kernels.RBF([2.0, 2.0], (0.2, 50.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a length at its bound
        return GaussianProcess(begin, alpha=alpha, optimizer=optimizer, normalize_y=True).fit(x, y).kernel_


def test_an_emulator_is_a_gaussian_process_of_scikit_learn_with_the_luck_of_each_mean_as_noise(of):
    emulators = Emulators(of, GOALS, np.zeros(2))
    at = np.random.default_rng(6).random((5, 2))
    mean, variance = emulators.both(at)
    for place in range(2):
        there = np.isfinite(of.y[:, place])
        x, y, n = of.x[there], of.y[there, place], of.n[there]
        alpha = of.luck[place] / n / y.var() + 1e-6
        kernel = learnt(x, y, alpha)
        assert emulators.each[place].kernel_.theta == pytest.approx(kernel.theta, rel=1e-9)
        theirs, sd = GaussianProcess(kernel, alpha=alpha, optimizer=None, normalize_y=True).fit(x, y).predict(at, return_std=True)
        assert mean[:, place] == pytest.approx(theirs, rel=1e-9)
        assert variance[:, place] == pytest.approx(sd**2, rel=1e-9)
        assert emulators.mean(at)[:, place] == pytest.approx(theirs, rel=1e-9)
        whole = y.mean() + kernel(at, x) @ np.linalg.solve(kernel(x) + np.diag(alpha), y - y.mean())  # by the formula itself
        assert mean[:, place] == pytest.approx(whole, rel=1e-6)


def test_length_scales_are_learnt_on_sets_spread_evenly_over_all_when_there_are_many(of, monkeypatch):
    monkeypatch.setattr(tested, "LEARN", 12)
    few = np.array([0, 3, 5, 8, 11, 13, 16, 18, 21, 24, 26, 29])  # twelve of thirty
    y = of.y[:, 0]
    alpha = of.luck[0] / of.n / y.var() + 1e-6
    emulators = Emulators(of, GOALS[:1], np.zeros(1))
    assert emulators.each[0].kernel_.theta == pytest.approx(learnt(of.x[few], y[few], alpha[few]).theta, rel=1e-9)
    assert len(emulators.each[0].X_train_) == 30  # all are used to predict
    assert tested.LEARN == 12


def test_length_scales_that_were_learnt_before_are_used_again(of):
    before = Emulators(of, GOALS, np.zeros(2))
    after = Emulators(of.without(3), GOALS, np.zeros(2), like=before)
    assert [one.kernel_ for one in after.each] == [one.kernel_ for one in before.each]
    assert [len(one.X_train_) for one in after.each] == [29, 28]


def test_values_that_are_all_the_same_can_be_learnt():
    flat = Trials(np.linspace(0, 1, 5)[:, None], np.full((5, 1), 0.3), np.ones(5, int), np.array([1e-12]))
    assert Emulators(flat, GOALS[:1], np.zeros(1)).mean(np.array([[0.4]])) == pytest.approx(np.array([[0.3]]))


def test_what_is_typical_is_what_leaving_sets_out_one_by_one_comes_to(of):
    emulators = Emulators(of, GOALS, np.zeros(2))
    found = []
    for place, one in enumerate(emulators.each):
        there = np.isfinite(of.y[:, place])
        x, y, n = of.x[there], of.y[there, place], of.n[there]
        alpha = of.luck[place] / n / y.var() + 1e-6
        missed = []
        for row in range(len(x)):
            keep = np.arange(len(x)) != row
            weights = np.linalg.solve(one.kernel_(x[keep]) + np.diag(alpha[keep]), y[keep] - y.mean())
            missed.append(y[row] - y.mean() - (one.kernel_(x[[row]], x[keep]) @ weights)[0])
        found.append(math.sqrt(max(np.mean(np.square(missed) - of.luck[place] / n), (0.02 * y.std()) ** 2)))
    assert emulators.typical() == pytest.approx(found, rel=1e-5)


def test_emulators_are_never_better_than_a_fiftieth_of_the_spread():
    x = np.linspace(0, 1, 12)[:, None]
    of = Trials(x, 2.0 + 3.0 * x, np.ones(12, int), np.array([0.5]))  # luck that is larger than what was missed
    assert Emulators(of, GOALS[:1], np.zeros(1)).typical() == pytest.approx([0.02 * 3.0 * x.std()])


def test_looking_for_length_scales_ends_after_25_steps():
    def steep(x: np.ndarray) -> tuple[float, np.ndarray]:  # Rosenbrock's valley, which takes longer than that
        a, gap = x[0], x[1] - x[0] ** 2
        return float(100 * gap**2 + (1 - a) ** 2), np.array([-400 * a * gap - 2 * (1 - a), 200 * gap])

    bounds = np.array([[-2.0, 2.0], [-2.0, 2.0]])
    theirs = minimize(steep, [-1.9, 1.9], jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 25})
    assert theirs.nit == 25
    x, value = short(steep, np.array([-1.9, 1.9]), bounds)
    assert x == pytest.approx(theirs.x, rel=1e-12)
    assert value == pytest.approx(theirs.fun)


def test_linear_algebra_uses_one_thread_while_it_lasts():
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}


# --- doubt ---------------------------------------------------------------------------------------------------------


def test_implausibility_is_the_worst_distance_from_a_range_in_standard_deviations_of_all_doubt_together():
    at = np.zeros((2, 1))
    assert known((9.0, 3.0), (0.5, 0.0)).implausibility(at) == pytest.approx([3 / 13] * 2)  # sqrt(3**2 + 16 + 12**2) = 13
    assert known((5.0, 3.0), (-2.0, 0.0)).implausibility(at) == pytest.approx([2.0] * 2)  # below b, with the luck of one seed alone
    assert known((0.0, 3.0), (3.0, math.sqrt(3))).implausibility(at) == pytest.approx([1.0] * 2)  # max(4 / 13, 2 / sqrt(3 + 1))
    assert known((4.0, 3.0), (1.0, 0.0)).implausibility(at).tolist() == [0.0, 0.0]  # at the ends
    assert known((9.0, 3.0), (0.5, 0.0), luck=(0.0, 1.0)).implausibility(at) == pytest.approx([3 / math.sqrt(153)] * 2)
    assert known((9.0, 3.0), (0.5, 0.0), discrepancy=(0.0, 0.0)).implausibility(at) == pytest.approx([3 / 5] * 2)


def test_emulators_know_the_ends_of_the_ranges_and_the_discrepancy(of):
    made = Emulators(of, GOALS, np.array([0.1, 0.2]))
    assert (made.low.tolist(), made.high.tolist(), made.discrepancy.tolist()) == ([4.0, 0.0], [6.0, 1.0], [0.1, 0.2])
    assert (made.goals, made.trials) == (GOALS, of)


def test_the_chance_that_all_targets_are_met_is_that_of_independent_normal_values():
    mean, doubt = np.array([[3.0, 0.5], [5.5, -1.0]]), np.array([[2.0, 0.5], [1.0, 2.0]])
    low, high = np.array([4.0, 0.0]), np.array([6.0, 1.0])
    single = norm.cdf(high, mean, doubt) - norm.cdf(low, mean, doubt)
    assert chance_met(mean, doubt, low, high) == pytest.approx(single[:, 0] * single[:, 1])
    joint: Any = multivariate_normal
    box = [joint.cdf(high, m, np.diag(s**2), lower_limit=low) for m, s in zip(mean, doubt, strict=True)]
    assert chance_met(mean, doubt, low, high) == pytest.approx(np.array(box), abs=1e-5)


def test_the_logarithm_of_the_chance_that_all_are_met_is_a_sum_over_targets():
    found = known((9.0, 3.0), (0.5, 0.0)).log_fit(np.zeros((3, 1)), np.array([2.0, 0.25]))
    first = norm.cdf(-1.5) - norm.cdf(-2.5)  # 4 to 6 about 9
    second = norm.cdf(2.0) - norm.cdf(-2.0)  # 0 to 1 about 0.5
    assert found == pytest.approx([math.log(first * second)] * 3)


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 1.0), (0.5, 2.0), (-2.0, -0.5), (0.0, 1.0), (-1.0, 0.0), (-math.inf, 0.3), (0.3, math.inf)]
)
def test_the_logarithm_of_a_normal_share_is_scipys(low, high):
    assert log_between(np.array([low]), np.array([high])) == pytest.approx([math.log(norm.cdf(high) - norm.cdf(low))], rel=1e-12)


def test_shares_far_out_are_those_of_the_nearer_end():
    assert log_between(np.array([60.0]), np.array([61.0])) == pytest.approx([norm.logsf(60.0)], rel=1e-12)
    assert log_between(np.array([-61.0]), np.array([-60.0])) == pytest.approx([norm.logsf(60.0)], rel=1e-12)
    near, rare = norm.logsf([30.0, 30.01])
    assert log_between(np.array([30.0]), np.array([30.01])) == pytest.approx([near + math.log1p(-math.exp(rare - near))], rel=1e-9)
    assert log_between(np.array([2.0]), np.array([2.0])) == pytest.approx([norm.logcdf(-2.0) + math.log(1e-12)], rel=1e-4)  # no width


# --- draws ---------------------------------------------------------------------------------------------------------


def box(x: np.ndarray) -> np.ndarray:
    """A normal density in the half of the square where the first is not above one half."""
    return np.where((x[:, 0] <= 0.5) & (x >= 0).all(axis=1) & (x <= 1).all(axis=1), -0.5 * (((x - 0.4) / 0.15) ** 2).sum(axis=1), -np.inf)


def test_draws_are_those_of_emcees_walkers_with_these_moves():
    start = np.array([[0.02, 0.98], [0.4, 0.4]])
    luck = np.random.default_rng(9)
    around = np.clip(start[luck.integers(2, size=3200)] + luck.normal(0, 0.03, (3200, 2)), 0.001, 0.999)
    first = around[np.isfinite(box(around))][:160]
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.StretchMove(), 0.2)]
    sampler = emcee.EnsembleSampler(160, 2, box, vectorize=True, moves=moves)
    sampler.run_mcmc(emcee.State(first, random_state=np.random.RandomState(9).get_state()), 101)
    chain: Any = sampler.get_chain()
    kept = np.unique(np.concatenate(chain[74::25]), axis=0)  # the second half, every 25th step
    expected = kept[luck.permutation(len(kept))[:50]]
    assert draws(box, start, 50, 9, steps=101) == pytest.approx(expected)


def test_without_a_word_walkers_take_600_steps_of_which_12_of_the_second_half_are_kept(monkeypatch):
    asked: list[Any] = []

    class Walkers:
        def __init__(self, walkers: int, parameters: int, *_: Any, **__: Any) -> None:
            asked.append((walkers, parameters))

        def run_mcmc(self, state: Any, steps: int) -> None:
            asked.append((state.coords.shape, steps))

        def get_chain(self, **how: Any) -> np.ndarray:
            asked.append(how)
            return np.random.default_rng(1).random((500, 90))

    monkeypatch.setattr(emcee, "EnsembleSampler", Walkers)
    found = draws(lambda x: np.zeros(len(x)), np.full((1, 90), 0.5), 30, 2**40 + 1)
    assert asked == [(182, 90), ((182, 90), 600), {"discard": 300, "thin": 25, "flat": True}]  # twice the parameters and two
    assert found.shape == (30, 90)


def test_a_box_that_is_nearly_all_forbidden_is_refused_in_one_line():
    with pytest.raises(BadInput, match="draws = 0; allowed: at least 160 places to begin from; the box is nearly all forbidden"):
        draws(lambda x: np.full(len(x), -np.inf), np.array([[0.5, 0.5]]), 10, 1)


def test_exactly_as_many_places_as_walkers_are_enough():
    seen = []

    def few(x: np.ndarray) -> np.ndarray:
        seen.append(len(x))
        return np.where(np.arange(len(x)) < 160, 0.0, -np.inf)

    assert len(draws(few, np.array([[0.5, 0.5]]), 5, 1, steps=50)) == 5
    assert seen[0] == 20 * 160


def test_what_is_left_is_the_share_of_the_allowed_box_that_is_not_implausible():
    asked = []

    def implausibility(x: np.ndarray) -> np.ndarray:
        asked.append(len(x))
        return np.round(6 * x[:, 0])  # whole numbers, so that some lie just at what is given up

    of: Any = SimpleNamespace(trials=SimpleNamespace(x=np.zeros((1, 3))), implausibility=implausibility)
    x = np.random.default_rng(4).random((9000, 3))
    half = x[x[:, 1] <= 0.5]
    expected = half[np.round(6 * half[:, 0]) <= 3]
    left, good = share_left(of, lambda rows: rows[:, 1] <= 0.5, 3.0, 9000, 4)
    assert left == pytest.approx(len(expected) / len(half))
    assert left == pytest.approx(3.5 / 6, abs=0.02)
    assert np.array_equal(good, expected)
    assert asked == [len(half) // 2 + len(half) % 2, len(half) // 2]  # some 2,000 at a time


def test_of_a_box_without_anything_allowed_nothing_is_left():
    of: Any = SimpleNamespace(trials=SimpleNamespace(x=np.zeros((1, 2))), implausibility=lambda x: np.zeros(len(x)))
    left, good = share_left(of, lambda rows: np.zeros(len(rows), bool), 3.0, 100, 4)
    assert (left, good.shape) == (0.0, (0, 2))
    one = share_left(of, lambda rows: np.arange(len(rows)) == 0, 3.0, 100, 4)
    assert (one[0], one[1].shape) == (1.0, (1, 2))


def test_without_the_extra_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "emcee", None)
    with pytest.raises(BadInput, match="uv run --extra calibration leefwereld calibrate"):
        one_thread()
