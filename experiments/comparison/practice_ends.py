"""What each practice improves and what it costs: its high end against its low end, all else at the shared baseline.

    from experiments.comparison.practice_ends import measure
    price = measure(["presence"], pairs=20, weeks=260)["presence"]
    price.better, price.worse               # rows of `experiments.shared.statistics.differences`, high end minus low end

The people, the luck and the means are the same at both ends. Every run is done once, so outcomes that need part of it
repeated (snowball multiplier, recovery from a shock) are undefined here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from experiments.running.groups import Group, run_group
from experiments.running.ledger import Answer
from experiments.running.pairs import Failure, check_last_seed, check_limit, run_all
from experiments.shared.files import replacing
from experiments.shared.own_model import check_model
from experiments.shared.progress import Progress
from experiments.shared.rows import Row
from experiments.shared.statistics import differences, holm
from experiments.shared.verdicts import is_price, negligible
from model import identity, warm_up
from model.case.case import Case, load
from model.engine import modules as engine
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import BASELINE, PRACTICES

SCHEMA = 1  # version of a cached measurement; raise it when what is measured here changes
SURE = 0.05  # after Holm's correction over all outcomes that can be a price
CAPS = {"approval_lag": 26, "report_threshold": 8}  # the rest of their range is unrealistic
LOW, HIGH = "low", "high"

Prices = dict[str, "Price"]


@dataclass(frozen=True)
class Price:
    """One practice at both ends. rows: one for each outcome, see `experiments.shared.statistics`; the difference is high minus low end."""

    name: str
    rows: pl.DataFrame = field(repr=False)
    weeks: int
    scenario: str

    @property
    def pairs(self) -> int:
        """Pairs that were run to the end."""
        return int(self.rows["n"].to_numpy().max())

    @property
    def better(self) -> list[Row]:
        """Outcomes significantly better at the high end: effects of interest first, then by standardised effect."""
        return self._sure(1)

    @property
    def worse(self) -> list[Row]:
        """Outcomes significantly worse at the high end."""
        return self._sure(-1)

    def _sure(self, sign: int) -> list[Row]:
        way = {"up": sign, "down": -sign}
        priced = [row for row in self.rows.to_dicts() if is_price(row["outcome"])]
        rows = [row for row in priced if row["p_holm"] < SURE and way[row["good"]] * row["difference"] > 0]
        return sorted(rows, key=lambda row: (negligible(row), -abs(row["effect"])))


def strongest(rows: Sequence[Row], most: int) -> list[Row]:
    """Return the first `most` rows, keeping one form of each outcome (mean or percentile)."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(family(row["outcome"]), row)
    return list(first.values())[:most]


def family(name: str) -> str:
    """Return the name without its form: trust_official_p10 -> trust_official."""
    for end in ("_p10", "_p90"):
        name = name.removesuffix(end)
    return name.removeprefix("low_")


def ends(name: str) -> tuple[float, float]:
    """Return the low and high value at which a practice is measured: its range, capped at what is realistic."""
    practice = PRACTICES[name]
    return practice.low, min(practice.high, CAPS.get(name, practice.high))


def measure(
    names: Sequence[str] | None = None,
    pairs: int = 20,
    weeks: int = 260,
    case: Case | str = "default",
    first_seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    echo: Callable[[str], None] | None = None,
    keep: bool = True,
) -> Prices:
    """Measure the named practices (default: all that a rule uses); read measurements of the same code from the cache.

    One pair is one seed: the same people, burnt in once, then run with both ends of each practice.
    keep: read and write the user's cache. workers, progress and echo as in `compare`.
    Raises BadInput; RuntimeError when every pair failed.
    """
    check_model()
    names = [name for name, practice in PRACTICES.items() if practice.wired] if names is None else list(names)
    for name in names:
        if name not in PRACTICES:
            raise BadInput("practices", "name", name, ", ".join(PRACTICES))
    for key, value in ({"pairs": pairs, "weeks": weeks, "first_seed": first_seed} | ({"workers": workers} if workers else {})).items():
        check_limit(key, value)
    check_last_seed(first_seed, pairs)
    case = load(case) if isinstance(case, str) else case
    path = {name: kept_at(name, case, pairs, weeks, first_seed) for name in names}
    frames = {name: frame for name in names if keep and (frame := read(path[name])) is not None}
    missing = [name for name in names if name not in frames]
    if missing:
        warm_up.ensure_compiled({}, echo)
        answers = run_all(run_seed, groups(missing, pairs, weeks, case, first_seed), workers, progress)
        for name, frame in compared(missing, answers).items():
            frames[name] = frame
            if keep and not any(isinstance(answer, Failure) for answer in answers):
                write(frame, path[name])
    return {name: Price(name, frames[name], weeks, case.name) for name in names}


def groups(names: Sequence[str], pairs: int, weeks: int, case: Case, first_seed: int) -> list[Group]:
    """Return one group for each seed: both ends of every practice, the low end first."""
    runs = tuple(enumerate(BASELINE.model_copy(update={name: float(value)}) for name in names for value in ends(name)))
    return [Group(case, first_seed + pair, weeks, runs, code=identity.code_hash()) for pair in range(pairs)]


def run_seed(group: Group) -> list[Answer] | Failure:
    """Return the answer of each run of a seed, or a Failure when one failed."""
    answers = run_group(group)
    bad = next((answer for answer in answers if answer.outcomes is None), None)
    return answers if bad is None else Failure(group.seed, bad.reason, bad.traceback)


def compared(names: Sequence[str], answers: Sequence[list[Answer] | Failure]) -> dict[str, pl.DataFrame]:
    """Return the paired differences of each practice. Raises RuntimeError when every pair failed."""
    done = [answer for answer in answers if not isinstance(answer, Failure)]
    if not done:
        first = next(answer for answer in answers if isinstance(answer, Failure))
        raise RuntimeError(f"not one pair could be run; seed {first.seed}: {first.reason}\n{first.traceback}")
    good = {name: outcome.good for name, outcome in OUTCOMES.items() if not outcome.described}
    schema = {"seed": pl.Int64, "regime": pl.String} | dict.fromkeys(OUTCOMES, pl.Float64)
    found: dict[str, pl.DataFrame] = {}
    for i, name in enumerate(names):
        rows = [
            {"seed": pair, "regime": end} | (runs[2 * i + side].outcomes or {})
            for pair, runs in enumerate(done)
            for side, end in enumerate((LOW, HIGH))
        ]
        frame = differences(pl.DataFrame(rows, schema=schema), good, [LOW, HIGH])
        tried = [p if is_price(outcome) else math.nan for outcome, p in frame.select("outcome", "p").rows()]
        found[name] = frame.with_columns(p_holm=pl.Series(holm(tried)))
    return found


def kept_at(name: str, case: Case, pairs: int, weeks: int, first_seed: int) -> Path:
    """Return the cache file of a measurement; its name holds a hash of everything that determines the result."""
    facts = [SCHEMA, identity.code_hash(), case.model_dump(mode="json"), ends(name), pairs, weeks, first_seed]
    short = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    return engine.cache_root() / "prices" / f"{name}-{short}.parquet"


def read(path: Path) -> pl.DataFrame | None:
    """Return a cached measurement; None when it is missing or unreadable."""
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return None


def write(frame: pl.DataFrame, path: Path) -> None:
    """Cache a measurement, completely or not at all. Errors are ignored: a missing cache only costs time."""
    with suppress(OSError), replacing(path) as fresh:
        frame.write_parquet(fresh)
