"""`compare`: the same people with the same luck under several regimes, and what differs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any

import polars as pl

from experiments.running.pairs import Failure, Result, Rules, Spec, check_last_seed, check_limit, run_all
from experiments.shared.own_model import check_model
from experiments.shared.progress import Progress
from experiments.shared.statistics import differences, means
from model import identity, warm_up
from model.case.case import Case, load
from model.engine import modules as engine
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import NAMED, Practices, resolve

REGIMES = ("top_down", "relational", "leapfrog")


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. Frames are sorted by seed, then regime in the order asked for, then week.

    runs: one row a run: seed, regime, identity, then every outcome (nan where undefined).
    weekly: seed, regime, week (1..weeks, after the burn-in), then every weekly outcome.
    ledger: seed, regime, organisation, activity, hours and euros of the run.
    differences: one row for each outcome and two regimes, see `experiments.shared.statistics`.
    endowment: hours and euros a year, equal under every regime when `equal_means`.
    stories: dated sentences of the first seed, by regime; they stand in page.html and are not read back from a folder.
    """

    case: Case
    regimes: dict[str, Practices]
    weeks: int
    seeds: tuple[int, ...]
    runs: pl.DataFrame
    weekly: pl.DataFrame
    ledger: pl.DataFrame
    differences: pl.DataFrame
    endowment: dict[str, float]
    equal_means: bool
    failures: tuple[Failure, ...] = ()
    rules: str = ""
    rules_hash: str = ""
    seconds: float = 0.0
    stories: dict[str, list[str]] = field(default_factory=dict, compare=False)
    loaded_from: Path | None = field(default=None, compare=False)

    @property
    def pairs(self) -> int:
        """Seeds that were run to the end under every regime."""
        return self.runs["seed"].n_unique()

    @property
    def means(self) -> pl.DataFrame:
        """Mean, sd, 10th and 90th percentile over runs, by outcome and regime."""
        return means(self.runs, list(OUTCOMES), list(self.regimes))


def compare(
    case: Case | str = "default",
    regimes: Sequence[str] | Mapping[str, Practices] = REGIMES,
    pairs: int = 20,
    weeks: int = 260,
    first_seed: int = 1,
    workers: int | None = None,
    rules: Rules = None,
    progress: Progress | None = None,
    echo: Callable[[str], None] | None = None,
) -> Comparison:
    """Run every regime on the same populations with the same luck; one pair for each seed from `first_seed` on.

    case: a Case, the name of a scenario, or a TOML file. regimes: names or "blend(a,b,0.5)", or practices by label.
    weeks: after the burn-in. workers: processes, None for one a core. rules: a rule file, or functions by name.
    progress(done, total, failed) is called after every pair; echo(line) when rules are compiled.
    Raises BadInput; RuntimeError when not one pair could be run.
    """
    check_model()
    given = {"pairs": pairs, "weeks": weeks, "first_seed": first_seed} | ({} if workers is None else {"workers": workers})
    for name, value in given.items():
        check_limit(name, value)
    check_last_seed(first_seed, pairs)
    case = load(case) if isinstance(case, str) else case
    practices = resolve_regimes(regimes)
    replaced = engine.load_rules(rules)
    began = time.perf_counter()
    warm_up.ensure_compiled(replaced, echo)
    specs = [Spec(case, practices, first_seed + pair, weeks, rules, identity.code_hash(), story=pair == 0) for pair in range(pairs)]
    answers = run_all(specs, workers, progress)
    return gather(specs, answers, time.perf_counter() - began, engine.rules_hash(replaced) if replaced else "")


def resolve_regimes(regimes: Sequence[str] | Mapping[str, Practices]) -> dict[str, Practices]:
    """Practices by label, in the order asked for. Raises BadInput for an unknown regime, or one named twice."""
    if isinstance(regimes, Mapping):
        return dict(regimes)
    if isinstance(regimes, str) or not regimes:
        raise BadInput("compare", "regimes", regimes, "a list of regimes, such as " + ", ".join(NAMED))
    labels = ["".join(text.split()) for text in regimes]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise BadInput("compare", "regimes", twice[0], "each regime once")
    return {label: resolve(label) for label in labels}


def gather(specs: Sequence[Spec], answers: Sequence[Result | Failure], seconds: float = 0.0, rules_hash: str = "") -> Comparison:
    """Put the answers of `run_all` into frames; the statistics are made here. RuntimeError when all have failed."""
    done = [answer for answer in answers if isinstance(answer, Result)]
    failures = tuple(answer for answer in answers if isinstance(answer, Failure))
    if not done:
        first = failures[0]
        raise RuntimeError(f"not one pair could be run; seed {first.seed}: {first.reason}\n{first.traceback}")
    spec, labels = specs[0], list(specs[0].regimes)
    each = [(result.seed, label, result.runs[label]) for result in done for label in labels]
    columns: dict[str, Any] = {
        "seed": pl.Series([seed for seed, _, _ in each], dtype=pl.Int64),
        "regime": [label for _, label, _ in each],
        "identity": [run.identity for _, _, run in each],
    }
    columns |= {name: pl.Series([run.outcomes[name] for *_, run in each], dtype=pl.Float64) for name in OUTCOMES}
    runs = pl.DataFrame(columns)
    endowments = [run.endowment for _, _, run in each]
    return Comparison(
        case=spec.case,
        regimes=dict(spec.regimes),
        weeks=spec.weeks,
        seeds=tuple(s.seed for s in specs),
        runs=runs,
        weekly=pl.concat([_labelled(run.weekly, seed, label) for seed, label, run in each]),
        ledger=pl.concat([_labelled(run.ledger, seed, label) for seed, label, run in each]),
        differences=differences(runs, {name: outcome.good for name, outcome in OUTCOMES.items()}, labels),
        endowment=endowments[0],
        equal_means=all(_same(endowment, endowments[0]) for endowment in endowments),
        failures=failures,
        rules=describe_rules(spec.rules),
        rules_hash=rules_hash,
        seconds=seconds,
        stories={label: run.story for seed, label, run in each if seed == spec.seed and run.story is not None},
    )


def _same(first: Mapping[str, float], second: Mapping[str, float]) -> bool:
    """Are two endowments equal, but for the last digits that adding up shares leaves?"""
    return first.keys() == second.keys() and all(isclose(first[key], second[key], rel_tol=1e-9) for key in first)


def _labelled(frame: pl.DataFrame, seed: int, regime: str) -> pl.DataFrame:
    """The frame with the seed and the regime in front."""
    return frame.select(pl.lit(seed, pl.Int64).alias("seed"), pl.lit(regime).alias("regime"), pl.all())


def describe_rules(rules: Rules) -> str:
    """The rule file, or the names of the rules that were replaced; empty for the model's own."""
    if rules is None:
        return ""
    return str(rules) if isinstance(rules, str | Path) else ", ".join(sorted(rules))
