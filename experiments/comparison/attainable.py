"""Measure what can be attained in a scenario: extremes over Latin-hypercube mixes of practices, the same people and luck under each.

It is a study, kept in the user's cache while it is unfinished: stopped, the same call goes on with it. What is found is cached, and a
comparison of the same scenario, weeks and rules shows it (see `experiments.shared.reach`). The mixes are no regimes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress

import polars as pl

from experiments.comparison.practice_ends import CAPS
from experiments.running.ledger import Ledger
from experiments.running.pairs import Rules, processes
from experiments.shared.files import replacing
from experiments.shared.progress import Progress
from experiments.shared.reach import MIXES, PAIRS, kept_at, known
from experiments.study import work as study_work
from experiments.study.results import Ended
from experiments.study.schema import MOST_RUNS, Design, Factor, Given, Replications, Study
from model import identity, warm_up
from model.case.case import Case
from model.engine.modules import is_compiled
from model.engine.rule_files import load_rules, rules_hash
from model.outcomes import COMPARED
from model.regimes import BASELINE, PRACTICES

FIRST_SEED = 1_000_001  # far from those of comparisons
PATIENCE = 604_800.0


def study_of(case: Case, weeks: int, rules: Rules = None, mixes: int = MIXES, pairs: int = PAIRS) -> Study:
    """Return the study: a Latin hypercube over the range of every practice, capped at what is realistic."""
    factors = {name: Factor(low=one.low, high=min(one.high, CAPS.get(name, one.high))) for name, one in PRACTICES.items()}
    study = Study(
        name="attainable range", question="What can be attained at all here, by any mix of practices?", weeks=weeks, timeout=PATIENCE,
        regimes=("mix",), factors=factors, design=Design(kind="lhs", size=mixes), first_seed=FIRST_SEED,
        replications=Replications(number=pairs), outcomes=("without_twins",),
    )  # fmt: skip
    return study.placed(given=Given({case.name: case}, {"mix": BASELINE}, {"" if rules is None else "own": rules}))


def measure(
    case: Case, weeks: int, rules: Rules = None, workers: int | None = None, progress: Progress | None = None,
    echo: Callable[[str], None] | None = None, mixes: int = MIXES, pairs: int = PAIRS,
) -> dict[str, tuple[float, float]]:  # fmt: skip
    """Return lowest and highest mean over `pairs` seeds by outcome; from the cache, else by running what is not run yet.

    Outcomes that need part of a run repeated are left out. Luck is in the extremes too, so the range is rather too wide than too narrow.
    """
    functions = load_rules(rules)
    short = rules_hash(functions) if functions else ""
    path = kept_at(case, weeks, short, mixes, pairs)
    if mixes == MIXES and pairs == PAIRS and (found := known(case, weeks, short)):
        return found
    if not is_compiled(functions):
        warm_up.ensure_compiled(functions, echo)
    study, folder = study_of(case, weeks, rules, mixes, pairs), path.with_suffix(".study")
    if not study_work.begun(study, folder, identity.code_hash()):
        shutil.rmtree(folder, ignore_errors=True)
        study_work.begin(study, folder, None, MOST_RUNS)
    reach: dict[str, tuple[float, float]] = {}

    def end(ledger: Ledger, _: object, __: Study, ___: Ended) -> None:
        reach.update(extremes(ledger.outcomes()))

    wanted = processes(workers, pairs * case.residents * (case.burn_in + weeks * mixes), pairs * mixes, rules)
    tell = (lambda pace: progress(pace.done, mixes * pairs, len(pace.lost))) if progress else None
    study_work.work(
        folder, wanted, tell, echo or (lambda _: None), again=("failed", "timed out"), trust_rules=True, here=wanted == 1, study=study,
        finish=end,
    )  # fmt: skip
    with suppress(OSError):
        with replacing(path) as fresh:
            fresh.write_text(json.dumps(reach), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
    return reach


def extremes(runs: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest mean of a point by outcome, of points where it is defined in every run."""
    names = [name for name in COMPARED if name in runs.columns]
    values = {name: pl.col(name).cast(pl.Float64) for name in names}  # a nan in one seed leaves the point out: luck would not be shared
    means = runs.group_by("point").agg(*(value.mean().fill_nan(None) for value in values.values()))
    found = {name: (means[name].min(), means[name].max()) for name in names}
    return {name: (float(low), float(high)) for name, (low, high) in found.items() if low is not None and high is not None}  # type: ignore[arg-type]
