"""The state of a calibration in its folder: waves of trials, and batches that test likely sets. Can be stopped and resumed.

runs.sqlite is a ledger as of a study: a point is a parameter set, a replication a seed. The sets of a wave follow from the
file and from earlier runs, and are stored before they run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.stats import qmc

from experiments.calibration.emulators import Emulators, Trials, chance_met, draws, share_left, trials
from experiments.calibration.schema import Plan, checked
from experiments.calibration.trials import Trial, each_trial
from experiments.running.groups import RunGroup
from experiments.running.ledger import Ledger
from experiments.running.work_off import work_off
from experiments.shared import folders as results
from experiments.shared.own_model import check_model
from experiments.shared.progress import Tell
from experiments.study.results import hash_of, now, write_manifest
from model import identity
from model.engine.chance import join
from model.errors import BadInput
from model.regimes import BASELINE

if TYPE_CHECKING:
    from experiments.running.ledger import Entry
    from experiments.running.pool import Workers

KIND, SCHEMA = "leefwereld calibration", 1
TIMEOUT = 900.0  # time limit of one trial in seconds
DRAWN = 12_000  # random sets to estimate the share of the box left
CONFIRM = "confirm"
AGAIN = f"{CONFIRM} default"  # the default, tested again after a change


@dataclass(frozen=True)
class Stage:
    """Sets that are run together: name, sets, seeds of each, and weeks at which first reports are flipped."""

    name: str
    x: np.ndarray
    seeds: tuple[int, ...]
    forks: tuple[int, ...]
    facts: dict[str, float]  # what is known of it, for the ensemble's file


def default_folder(plan: Plan) -> Path:
    """Return results/calibration-<date>-<hash>."""
    return Path("results") / f"calibration-{date.today().isoformat()}-{hash_of(plan.identity + identity.code_hash())[:8]}"


def begin(plan: Plan, folder: Path) -> None:
    """Create the folder of a calibration. Raises BadInput, and then leaves nothing behind."""
    check_model()
    results.check_target(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise BadInput("--out", "folder", str(folder), f"a new or empty folder; to go on: leefwereld calibrate resume {folder}")
    with results.new_folder(folder) as fresh:
        with Ledger(fresh, new=True) as ledger:
            ledger.set_meta(
                plan=plan.model_dump_json(), outcomes=json.dumps(list(plan.targets)), stages="[]", code=identity.code_hash(), begun=now()
            )
        if plan._file.is_file():
            (fresh / "calibration.toml").write_bytes(plan._file.read_bytes())
        write_manifest(fresh, {"kind": KIND, "schema": SCHEMA, "finished": False})


class Calibration:
    """An open calibration: its plan, its ledger and the results of each stage."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        if not ledger.meta("plan"):
            raise BadInput(str(folder), allowed="allowed: the folder of a calibration")
        self.ledger, self.folder = ledger, folder
        self.plan = checked(json.loads(ledger.meta("plan")), folder / "calibration.toml")
        self.code = ledger.meta("code")

    # --- results --------------------------------------------------------------------------------------------------

    @property
    def stages(self) -> list[Stage]:
        """The stages so far."""
        return [
            Stage(one["name"], np.array(one["x"]), tuple(one["seeds"]), tuple(one["forks"]), one["facts"])
            for one in json.loads(self.ledger.meta("stages"))
        ]

    def runs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return shares (sets, parameters); targets (runs, targets) and the set of each successful run."""
        x = np.concatenate([stage.x for stage in self.stages])
        frame = self.ledger.outcomes()
        return x, frame.select(list(self.plan.targets)).to_numpy(), frame["point"].to_numpy()

    def trials(self, first: int | None = None) -> Trials:
        """Return means over seeds of each set, or of the `first` sets."""
        x, y, of = self.runs()
        part = of < (len(x) if first is None else first)
        return trials(x, y[part], of[part])

    def emulators(self, of: int | None = None, like: Emulators | None = None) -> Emulators:
        """Return emulators from all runs, or from the first `of` sets. like: emulators whose length scales to use."""
        return Emulators(self.trials(of), self.plan.goals, self.plan.discrepancy, like)

    # --- drawing and running --------------------------------------------------------------------------------------

    def put(self, stage: Stage, instead: bool = False) -> None:
        """Store a stage with its runs pending, after the last one or `instead` of it."""
        stages = [*(self.stages[:-1] if instead else self.stages), stage]
        rows, texts, runs, number = [], [], [], 0
        for one in stages:
            for shares, seeds in zip(one.x, one.seeds, strict=True):
                values = self.plan.values(shares)
                rows.append((number, one.name, "baseline", "", json.dumps(values), json.dumps(list(one.forks)), "{}"))
                for r in range(seeds):
                    seed = join(join(self.plan.seed, number), r) & (2**63 - 1)
                    runs.append((hash_of(json.dumps([values, seed, one.forks]))[:20], number, r, seed))
                number += 1
        plain = [{"name": s.name, "x": s.x.tolist(), "seeds": list(s.seeds), "forks": list(s.forks), "facts": s.facts} for s in stages]
        with self.ledger.transaction():
            self.ledger.set_meta(stages=json.dumps(plain))
            self.ledger.put_points(rows, texts)
            self.ledger.want(runs)

    def work(self, pool: Workers, tell: Tell | None) -> None:
        """Run all pending trials. Raises BadInput if one fails."""
        work_off(self.ledger, self._trials(), pool, TIMEOUT, tell, cast(RunGroup, each_trial))
        if lost := self.ledger.unfinished():
            reason = (
                f"{len(lost)} trials did not end well, the first: {lost[0]['reason']}; once more: leefwereld calibrate resume {self.folder}"
            )
            raise BadInput(str(self.folder), allowed=f"trials that end ({reason})")

    def _trials(self) -> Iterator[Trial]:
        points = self.ledger.points()
        case, sizes, targets = self.plan.case, self.plan.runs, tuple(self.plan.targets)

        def one(entry: Entry) -> Trial:
            values, forks = points[entry.point][4], tuple(json.loads(points[entry.point][5]))
            return Trial(
                case.replaced(**values), entry.seed, sizes.weeks, ((entry.id, BASELINE),), code=self.code, sizes=sizes, forks=forks,
                seeds={entry.id: entry.seed}, targets=targets,
            )  # fmt: skip

        return (one(entry) for entry in self.ledger.waiting())

    def first(self) -> Stage:
        """Return the first wave: a Latin hypercube over the box, some sets with several seeds."""
        waves, names = self.plan.waves, self.plan.names
        drawn = qmc.LatinHypercube(d=len(names), rng=self.plan.seed).random(3 * waves.sizes[0])
        x = drawn[self.plan.allowed(drawn)][: waves.sizes[0]]
        seeds = (waves.seeds,) * waves.repeated + (1,) * (len(x) - waves.repeated)
        return Stage("wave 1", x, seeds, self.plan.runs.forks, {"left": 1.0})

    def next(self, wave: int, say: Callable[[str], None]) -> Stage:
        """Return a later wave: half from everywhere not implausible, half where all targets are likely to be met."""
        emulators, size = self.emulators(), self.plan.waves.sizes[wave]
        left, good = share_left(emulators, self.plan.allowed, self.plan.waves.cutoff, DRAWN, self.plan.seed + wave)
        likely = self.likely(emulators, size, wave)
        half = good[: size // 2]
        x = np.concatenate([half, likely[: size - len(half)]])
        say(f"wave {wave + 1}: {told(left, DRAWN)} of the box is not implausible; {len(x)} sets are drawn from it")
        return Stage(f"wave {wave + 1}", x, (1,) * len(x), self.plan.runs.forks, {"left": left})

    def likely(self, emulators: Emulators, wanted: int, wave: int) -> np.ndarray:
        """Return sets drawn in proportion to the probability that all targets are met."""
        luck = emulators.trials.luck / self.plan.confirm.seeds
        doubt = np.sqrt(emulators.typical() ** 2 + self.plan.discrepancy**2 + luck)
        best = emulators.trials.x[np.argsort(-emulators.log_fit(emulators.trials.x, doubt))[:12]]

        def density(x: np.ndarray) -> np.ndarray:
            allowed = self.plan.allowed(x)
            found = np.full(len(x), -np.inf)
            if allowed.any():
                found[allowed] = emulators.log_fit(x[allowed], doubt)
            return found

        return draws(density, best, wanted, self.plan.seed + 1000 * wave)

    # --- fitting sets -------------------------------------------------------------------------------------------

    def confirmed(self) -> list[tuple[int, bool, np.ndarray]]:
        """Return the tested sets: number, whether means over all seeds meet every target, and the means."""
        number, found = 0, []
        of = self.trials()
        for stage in self.stages:
            for seeds in stage.seeds:
                if stage.name.startswith(CONFIRM):
                    whole = seeds == self.plan.confirm.seeds
                    found.append((number, whole and self.met(of.y[number]), of.y[number]))
                number += 1
        return found

    def default_tried(self) -> int | None:
        """Return the number of the set with the default when last tested; None before."""
        number, found = 0, None
        for stage in self.stages:
            if stage.name == AGAIN or (found is None and stage.name.startswith(CONFIRM)):
                found = number
            number += len(stage.x)
        return found

    def met(self, means: np.ndarray) -> bool:
        """Return whether every target is in its range."""
        return all(goal.holds(float(value)) for goal, value in zip(self.plan.goals, means, strict=True))

    def to_confirm(self, emulators: Emulators, batch: int) -> Stage:
        """Return a batch of likely sets, first with one seed each; the first batch begins with the default.

        Sets are drawn in proportion to their probability to fit, and selected from these in proportion to it again. So fewer
        runs fail, and fitting sets lie more in the middle of the fitting region than at its edges.
        """
        given = self.plan.confirm
        drawn = self.likely(emulators, 60 * given.batch, 100 + batch)
        mean, variance = emulators.both(drawn)
        doubt = np.sqrt(variance + emulators.trials.luck / given.seeds)
        chance = np.maximum(chance_met(mean, doubt, emulators.low, emulators.high), 1e-12)
        luck = np.random.default_rng(join(self.plan.seed, batch))
        chosen = luck.choice(len(drawn), min(given.batch, len(drawn)), replace=False, p=chance / chance.sum())
        x = drawn[chosen]
        if batch == 0:
            x = np.concatenate([self.plan.shares(self.plan.default)[None], x[1:]])
        facts = {"expected": float(chance[chosen].mean()), "looked": False}
        return Stage(f"{CONFIRM} {batch + 1}", x, (1,) * len(x), given.forks, facts)

    def looked(self, before: Emulators) -> Stage:
        """Return the last stage after one seed, with the other seeds for sets that can still fit. before: emulators that drew it."""
        stage, given = self.stages[-1], self.plan.confirm
        first = len(before.trials)
        value = self.trials().y[first:]
        mean, variance = before.both(stage.x)
        luck, k = before.trials.luck, given.seeds
        weight = variance / (variance + luck)  # weight of the seed's result against the expectation
        rest = mean + weight * (value - mean)
        doubt = np.sqrt(((k - 1) / k) ** 2 * variance * (1 - weight) + (k - 1) / k**2 * luck + 1e-18)
        chance = chance_met((value + (k - 1) * rest) / k, doubt, before.low, before.high)
        go_on = np.nan_to_num(chance) >= given.least
        if len(self.stages) == len(self.plan.waves.sizes) + 1:
            go_on[0] = True  # the default
        seeds = tuple(k if go else 1 for go in go_on)
        return Stage(stage.name, stage.x, seeds, stage.forks, stage.facts | {"looked": True, "went on": int(go_on.sum())})


def told(left: float, of: int) -> str:
    """Return a share of the box as text."""
    return f"{100 * left:.3g} %" if left else f"less than {100 / of:.2g} %"
