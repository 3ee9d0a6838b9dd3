"""Emulators: predict targets at parameter sets that were not run, and draw sets with them.

One Gaussian process for each target (scikit-learn), on parameters scaled to 0-1; draws by an ensemble of walkers (emcee).
Independent of the model.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

from model.errors import BadInput

if TYPE_CHECKING:
    from experiments.patterns.declared import Part

LEARN = 260  # sets for learning length scales; all are used to predict
WALKERS, STEPS, THIN = 160, 600, 25
Array = np.ndarray


@dataclass(frozen=True)
class Trials:
    """Results of runs. x: shares, (sets, parameters); y: means over seeds, (sets, targets); n: seeds; luck: variance of one seed."""

    x: Array
    y: Array
    n: Array
    luck: Array

    def __len__(self) -> int:
        return len(self.x)

    def without(self, row: int) -> Trials:
        """Return the trials without one set."""
        keep = np.arange(len(self)) != row
        return Trials(self.x[keep], self.y[keep], self.n[keep], self.luck)


def trials(x: Array, y: Array, of: Array) -> Trials:
    """Return means over seeds. x: shares of each set; y: (runs, targets); of: set of each run. Seed variance is pooled over sets."""
    sets = np.unique(of)
    means = np.array([np.nanmean(y[of == s], axis=0) if np.isfinite(y[of == s]).any() else y[of == s][0] for s in sets])
    n = np.array([(of == s).sum() for s in sets])
    several = [y[of == s] for s, k in zip(sets, n, strict=True) if k > 1]
    with np.errstate(invalid="ignore"):
        squares = np.array([((rows - np.nanmean(rows, axis=0)) ** 2).sum(axis=0) for rows in several]).reshape(-1, y.shape[1])
        freedom = sum(len(rows) - 1 for rows in several)
        luck = np.nansum(squares, axis=0) / freedom if freedom else np.nanvar(y, axis=0) * 0.1
    return Trials(x[sets], means, n, np.maximum(luck, 1e-12))


class Emulators:
    """One emulator per target. goals: target ranges; discrepancy: standard deviations of the model's misfit."""

    def __init__(self, of: Trials, goals: Sequence[Part], discrepancy: Array, like: Emulators | None = None) -> None:
        self.goals, self.discrepancy, self.trials = list(goals), np.asarray(discrepancy), of
        self.low, self.high = np.array([goal.low for goal in goals]), np.array([goal.high for goal in goals])
        kernels = [None] * len(self.goals) if like is None else [one.kernel_ for one in like.each]
        with one_thread():
            self.each = [_process(of, place, kernel) for place, kernel in enumerate(kernels)]

    def mean(self, x: Array) -> Array:
        """Return expected values, shape (rows, targets)."""
        return np.column_stack([one.predict(x) for one in self.each])

    def both(self, x: Array) -> tuple[Array, Array]:
        """Return expected values and emulator variances, each of shape (rows, targets)."""
        found = [one.predict(x, return_std=True) for one in self.each]
        return np.column_stack([mean for mean, _ in found]), np.column_stack([sd**2 for _, sd in found])

    def implausibility(self, x: Array) -> Array:
        """Return the implausibility of each row: the largest distance over targets of the expected value from its range, in
        standard deviations of emulator, seed and model discrepancy together."""
        with one_thread():
            mean, variance = self.both(x)
        outside = np.maximum(np.maximum(self.low - mean, mean - self.high), 0.0)
        return (outside / np.sqrt(variance + self.trials.luck + self.discrepancy**2)).max(axis=1)

    def typical(self) -> Array:
        """Return the leave-one-out standard deviation of each emulator (by formula, without learning again)."""
        found = []
        for place, one in enumerate(self.each):
            known = np.isfinite(self.trials.y[:, place])
            scale = float(self.trials.y[known, place].std())
            inverse = np.linalg.inv(one.kernel_(one.X_train_) + np.diag(one.alpha))
            missed = (inverse @ one.y_train_) / np.diag(inverse) * scale
            luck = self.trials.luck[place] / self.trials.n[known]
            found.append(math.sqrt(max(float(np.mean(missed**2 - luck)), (0.02 * scale) ** 2)))
        return np.array(found)

    def log_fit(self, x: Array, doubt: Array) -> Array:
        """Return the log probability that all targets are met, from expected values and standard deviations `doubt`."""
        mean = self.mean(x)
        return log_between((self.low - mean) / doubt, (self.high - mean) / doubt).sum(axis=1)


def log_between(low: Array, high: Array) -> Array:
    """Return log(Phi(high) - Phi(low)), accurate in the tails."""
    flip = low > 0  # use symmetry if both are in the upper tail
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    with np.errstate(divide="ignore"):
        gap = np.log1p(-np.exp(np.minimum(log_ndtr(a) - log_ndtr(b), -1e-12)))
    return log_ndtr(b) + gap


def _process(of: Trials, place: int, kernel: Any) -> Any:
    """Return a Gaussian process for one target; length scales are learnt unless a kernel is given."""
    GaussianProcessRegressor, kernels, _ = _library()  # noqa: N806
    known = np.isfinite(of.y[:, place])
    x, y = of.x[known], of.y[known, place]
    spread = max(float(np.std(y)), 1e-12)
    alpha = of.luck[place] / of.n[known] / spread**2 + 1e-6
    if kernel is None:
        few = np.linspace(0, len(x) - 1, min(len(x), LEARN)).round().astype(int)
        begin = kernels.ConstantKernel(1.0, (1e-2, 1e3)) * kernels.RBF(np.full(x.shape[1], 2.0), (0.2, 50.0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an irrelevant parameter has its length scale at the bound
            kernel = GaussianProcessRegressor(begin, alpha=alpha[few], optimizer=short, normalize_y=True).fit(x[few], y[few]).kernel_
    return GaussianProcessRegressor(kernel, alpha=alpha, optimizer=None, normalize_y=True).fit(x, y)


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which linear algebra uses one thread, which is faster for many small products."""
    _library()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def short(function: Callable[[Array], tuple[float, Array]], start: Array, bounds: Array) -> tuple[Array, float]:
    """Optimise length scales with at most 25 steps (200 gave the same result)."""
    found = minimize(function, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 25})
    return found.x, found.fun


def _library() -> tuple[Any, Any, Any]:
    try:
        import emcee
        from sklearn.gaussian_process import GaussianProcessRegressor, kernels
    except ImportError:
        raise BadInput("calibrate", allowed="with scikit-learn and emcee: uv run --extra calibration leefwereld calibrate ...") from None
    return GaussianProcessRegressor, kernels, emcee


def draws(log_density: Callable[[Array], Array], start: Array, wanted: int, seed: int, steps: int = STEPS) -> Array:
    """Draw `wanted` sets from an unnormalised log density over the box, by walkers that start around `start`.

    The log density is -inf where sets are forbidden; no walker starts or goes there. Raises BadInput.
    """
    emcee = _library()[2]
    luck = np.random.default_rng(seed)
    walkers = max(WALKERS, 2 * start.shape[1] + 2)
    around = start[luck.integers(len(start), size=20 * walkers)] + luck.normal(0, 0.03, (20 * walkers, start.shape[1]))
    around = np.clip(around, 0.001, 0.999)
    first = around[np.isfinite(log_density(around))][:walkers]
    if len(first) < walkers:
        raise BadInput("calibrate", "draws", len(first), f"at least {walkers} places to begin from; the box is nearly all forbidden")
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.StretchMove(), 0.2)]
    sampler = emcee.EnsembleSampler(walkers, start.shape[1], log_density, vectorize=True, moves=moves)
    state = emcee.State(first, random_state=np.random.RandomState(seed % 2**32).get_state())
    with one_thread():
        sampler.run_mcmc(state, steps)
    kept = sampler.get_chain(discard=steps // 2, thin=THIN, flat=True)
    kept = np.unique(kept, axis=0)
    return kept[luck.permutation(len(kept))[:wanted]]


def share_left(emulators: Emulators, allowed: Callable[[Array], Array], cutoff: float, number: int, seed: int) -> tuple[float, Array]:
    """Return the share of the box that is not implausible, and random sets in it."""
    x = np.random.default_rng(seed).random((number, emulators.trials.x.shape[1]))
    x = x[allowed(x)]
    good = x[np.concatenate([emulators.implausibility(part) <= cutoff for part in np.array_split(x, max(1, len(x) // 2000))])]
    return len(good) / max(len(x), 1), good


def chance_met(mean: Array, doubt: Array, low: Array, high: Array) -> Array:
    """Return the probability that all targets are met, shape (rows,)."""
    return (ndtr((high - mean) / doubt) - ndtr((low - mean) / doubt)).prod(axis=1)
