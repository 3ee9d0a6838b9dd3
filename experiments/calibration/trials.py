"""Trials of parameter sets: a run of the large neighbourhood and of the small one with counterfactuals; returns targets."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import LARGE, TWINS
from experiments.patterns.measure import patterns
from experiments.running.groups import EDITED, Group
from experiments.running.ledger import FAILED, OK, Answer
from experiments.running.worker import described
from model.errors import BadInput

if TYPE_CHECKING:
    from experiments.calibration.schema import Runs
    from model.case.case import Case


@dataclass(frozen=True)
class Trial(Group):
    """Trials of one parameter set, one for each run. seeds: by id in the ledger. targets: names of parts of patterns."""

    sizes: Runs | None = None
    forks: tuple[int, ...] = ()
    seeds: Mapping[int, int] = field(default_factory=dict)
    targets: tuple[str, ...] = ()


def each_trial(trial: Trial) -> Iterator[Answer | None]:
    """Run trials. Yield None when everything is loaded, then an answer for each; a failed one has a traceback. Raises BadInput."""
    from model import identity, warm_up

    if trial.code not in ("", identity.code_hash()):
        raise BadInput("model", allowed=EDITED)
    warm_up.ensure_compiled({})
    yield None
    assert trial.sizes is not None
    for number, _ in trial.runs:
        began = time.perf_counter()
        try:
            values = measured(trial.case, trial.seeds[number], trial.sizes, trial.forks, trial.targets)
            yield Answer(number, OK, time.perf_counter() - began, identity.code_hash(), outcomes=values)
        except (Exception, SystemExit) as error:
            reason, trace = described(error)
            yield Answer(number, FAILED, time.perf_counter() - began, identity.code_hash(), reason=reason, traceback=trace)


def measured(case: Case, seed: int, sizes: Runs, forks: tuple[int, ...], targets: tuple[str, ...]) -> dict[str, float]:
    """Return the targets of one parameter set and one seed (NaN where undefined)."""
    from experiments.patterns.observed import Seen

    seen = {
        LARGE: Seen(
            case.replaced(residents=sizes.residents, streets=0), seed, sizes.weeks, forks, min(104, sizes.weeks // 2), visits=False
        ),
        TWINS: Seen(case.replaced(residents=sizes.twin_residents, streets=0), seed, sizes.twin_weeks),
    }
    known, found = patterns(), {}
    with np.errstate(all="ignore"):
        for id in dict.fromkeys(name.partition(".")[0] for name in targets):
            found |= {f"{id}.{part}": value for part, value in known[id].measure(seen[known[id].on]).items()}
    return {name: single(found[name]) for name in targets}


def single(value: float | tuple[float, float]) -> float:
    """Return a number, or the ratio of a pair."""
    if isinstance(value, tuple):
        return value[0] / value[1] if value[1] else math.nan
    return float(value)
