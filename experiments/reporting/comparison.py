"""Regimes side by side: the result of a study with one row of regimes (such as `compare`), read from its ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import isclose
from pathlib import Path

import polars as pl

from experiments.reporting.strata import no_strata, strata
from experiments.running.ledger import Ledger
from experiments.running.pairs import Failure
from experiments.shared.reach import Reach, known
from experiments.shared.statistics import differences, means
from experiments.shared.style import readable
from experiments.study.names import outcomes_of
from experiments.study.schema import Study
from experiments.study.staffing import unstaffed
from model.case.case import Case, checked
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED
from model.regimes import NO_GOVERNMENT, Practices
from model.regimes import practices as checked_practices

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison. Frames are sorted by seed, then regime in the order asked for, then week.

    runs: one row a run: seed, regime, identity, then every outcome (nan where undefined).
    weekly: seed, regime, week (1..weeks, after the burn-in), then every weekly outcome.
    ledger: seed, regime, organisation, activity, hours and euros of the run.
    classes: seed, regime, split (tenure, means, group), class, residents, and outcomes of them; empty when it was not kept.
    differences: one row for each outcome and two regimes, see `experiments.shared.statistics`.
    endowment: hours and euros a year, equal under every regime when `equal_means` (the town without government apart).
    staffing: equal, or each regime's own mix of roles.
    stories: dated sentences of the first seed, by regime; written to page.html, not read from a folder.
    outcomes: names of the studied outcomes, over which p-values are corrected.
    strata: the same residents under two regimes, by what is fixed beforehand and by who met whom, see `experiments.reporting.strata`.
    reach: lowest and highest value of an outcome that any mix of practices attains there; empty when not computed.
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
    classes: pl.DataFrame = field(default_factory=pl.DataFrame)
    failures: tuple[Failure, ...] = ()
    rules: str = ""
    rules_hash: str = ""
    seconds: float = 0.0
    stories: dict[str, list[str]] = field(default_factory=dict, compare=False)
    loaded_from: Path | None = field(default=None, compare=False)
    staffing: str = "equal"
    outcomes: tuple[str, ...] = COMPARED
    strata: pl.DataFrame = field(default_factory=no_strata)
    reach: Reach = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        """Number of seeds run to the end under every regime."""
        return self.runs["seed"].n_unique()

    @property
    def governed(self) -> list[str]:
        """Labels of the regimes: all but the town without government, which is the reference."""
        return [label for label in self.regimes if label != NO_GOVERNMENT] or list(self.regimes)

    @property
    def duels(self) -> list[tuple[str, str]]:
        """Every two regimes, and then each regime against the town without government, if there is one."""
        against = [(NO_GOVERNMENT, label) for label in self.governed] if len(self.regimes) > len(self.governed) else []
        return [*combinations(self.governed, 2), *against]

    @cached_property
    def means(self) -> pl.DataFrame:
        """Mean, sd, 10th and 90th percentile over runs, by outcome and regime."""
        return means(self.runs, list(COMPARED), list(self.regimes))


def gather(ledger: Ledger, study: Study, seconds: float = 0.0) -> Comparison:
    """Return the runs of a ledger as frames, with their statistics. Pairs with a failed run are left out.

    Tables that were not stored are empty: weekly series, hours and euros, stories, endowments.
    Raises RuntimeError when no pair is left, BadInput when the input was the cause.
    """
    points, seeds = ledger.points(), ledger.seeds()
    regimes: dict[str, Practices] = {label: checked_practices(values, label) for _, _, label, *_, values in points}
    case, rules, *_ = json.loads(points[0][5])
    failures: dict[int, Failure] = {}
    for row in sorted(ledger.unfinished(), key=lambda row: (row["replication"], row["point"])):
        failures.setdefault(row["seed"], Failure(row["seed"], row["reason"], row["traceback"] or ""))
    labels = pl.DataFrame({"point": [number for number, *_ in points], "regime": list(regimes)})
    done = ledger.outcomes().filter(pl.len().over("seed") == len(points)).join(labels, on="point").sort("replication", "point")
    if done.is_empty():
        _raise_first(failures[seeds[0]])
    keys, kinds = done.select("run", "seed", "regime"), ledger.kinds_kept()

    def table(what: str) -> pl.DataFrame:
        """Return the stored table of each of these runs, in their order; empty when none was stored."""
        if what not in kinds:
            return keys.clear().drop("run")
        kept = pl.concat(list(ledger.tables(what))).drop("point", "replication")
        return keys.join(kept, on="run", maintain_order="left_right").drop("run")

    runs = done.select("seed", "regime", "identity", *OUTCOMES)
    given = table("endowment")
    governed = given.filter(pl.col("regime") != NO_GOVERNMENT)
    endowments = (given if governed.is_empty() else governed).drop("seed", "regime").to_dicts() or [{}]
    told, outcomes = table("story").filter(seed=seeds[0]), outcomes_of(study)
    own = unstaffed(checked(json.loads(ledger.source(case)), points[0][1]))
    return Comparison(
        case=own,
        staffing=study.staffing,
        regimes=regimes,
        weeks=study.weeks,
        seeds=tuple(seeds),
        runs=runs,
        weekly=table("weekly"),
        ledger=table("accounts"),
        classes=table("classes"),
        differences=differences(runs, {name: OUTCOMES[name].good for name in outcomes}, list(regimes)),
        endowment=endowments[0],
        equal_means=all(_same(endowment, endowments[0]) for endowment in endowments),
        failures=tuple(failures.values()),
        rules=points[0][3],
        rules_hash=rules,
        seconds=seconds,
        stories={} if told.is_empty() else {label: told.filter(regime=label)["sentence"].to_list() for label in regimes},
        outcomes=outcomes,
        strata=strata(table("people"), list(regimes)),
        reach=known(own, study.weeks, rules),
    )


def _raise_first(first: Failure) -> None:
    """Raise the error of the first pair, because no pair is left."""
    kind, _, reason = first.reason.partition(": ")
    if kind in ("BadInput", "OutOfRange"):
        raise BadInput(reason)
    raise RuntimeError(f"not one pair could be run; seed {first.seed}: {first.reason}\n{first.traceback}")


def _same(first: Mapping[str, float], second: Mapping[str, float]) -> bool:
    """Return whether two endowments are equal, up to rounding in the last digits."""
    return first.keys() == second.keys() and all(isclose(first[key], second[key], rel_tol=1e-9) for key in first)


def question(labels: Sequence[str]) -> str:
    """Return the question of a comparison in one sentence."""
    count, names = len(labels), [readable(label) for label in labels]
    ways = f"{NUMBERS[count] if count < len(NUMBERS) else count} way{'s' if count != 1 else ''} of governing"
    listed = names[0] if count == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"What happens to trust, ties, initiatives, burdens and costs in one neighbourhood under {ways}: {listed}?"
