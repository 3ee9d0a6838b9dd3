"""The same residents under two regimes: by what is fixed before the regimes part, by whom either touches, and by meetings.

Who was touched (met an official, took part or reported) is a result of a regime. So those touched under one are other people
than those touched under another, and their means are not compared. What is compared here is each resident with himself or herself:

street, need, means, trust   terciles fixed at the end of the burn-in (`experiments.running.people`): an effect, within the stratum
touched                      principal strata of the pair: touched under both, under one only, under neither
meetings                     by how many meetings more the resident had under the second regime: a dose and its response

The last two are not fixed beforehand: they say where a difference sits, and not that being touched or met made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import polars as pl

from experiments.running.people import FIXED, OF_EACH
from experiments.shared.statistics import paired
from model.outcomes import OUTCOMES

LEAST = 5  # residents of a stratum in a pair; a pair with fewer does not count there (assumption)
THIRDS: tuple[str, ...] = ("lowest third", "middle third", "highest third")
STRATA: Mapping[str, tuple[str, ...]] = dict.fromkeys(FIXED, THIRDS) | {
    "touched": ("under both", "under the first only", "under the second only", "under neither"),
    "meetings": ("at least 3 fewer", "1 or 2 fewer", "as many", "1 or 2 more", "at least 3 more"),
}
LENSES = {  # what each is called
    "street": "street, by its burden at the start", "need": "need: own burden at the start", "means": "means",
    "trust": "trust in the municipality at the start", "touched": "touched", "meetings": "meetings with an official, second − first",
}  # fmt: skip
NUMBERS = ("mean_first", "mean_second", "difference", "low", "high")
_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("first", "second", "lens", "stratum", "outcome", "good"), pl.String), "people": pl.Float64, "n": pl.Int64,
    **dict.fromkeys(NUMBERS, pl.Float64), "negligible": pl.Boolean,
}  # fmt: skip


def no_strata() -> pl.DataFrame:
    """Return the frame of strata without rows."""
    return pl.DataFrame(schema=_SCHEMA)


def strata(people: pl.DataFrame, regimes: Sequence[str]) -> pl.DataFrame:
    """Return a row for every two regimes, lens, stratum and outcome: the mean difference of the same residents, interval over pairs.

    people: rows of `stayers` with seed and regime; empty when they were not stored. people (a column): residents a pair;
    n: pairs with at least `LEAST` residents in the stratum; low, high: 95 %, not corrected for how many are looked at.
    """
    if people.is_empty() or len(regimes) < 2:
        return no_strata()
    rows = [row for first, second in combinations(regimes, 2) for row in _of_two(people, first, second)]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _of_two(people: pl.DataFrame, first: str, second: str) -> Iterator[dict[str, object]]:
    """Yield the rows of two regimes."""
    both = people.filter(regime=first).join(people.filter(regime=second), on=("seed", "name"), suffix="|second")
    more = pl.col("meetings|second").cast(pl.Int64) - pl.col("meetings").cast(pl.Int64)
    here, there = pl.col("touched") > 0, pl.col("touched|second") > 0
    both = both.with_columns(
        touched=pl.when(here & there).then(0).when(here).then(1).when(there).then(2).otherwise(3),
        meetings=pl.when(more <= -3).then(0).when(more < 0).then(1).when(more == 0).then(2).when(more < 3).then(3).otherwise(4),
    )
    for lens, names in STRATA.items():
        sides = [pl.col(f"{name}{side}").cast(pl.Float64).mean() for name in OF_EACH for side in ("", "|second")]
        means = both.group_by("seed", lens).agg(pl.len().alias("people"), *sides).sort("seed")
        for code, stratum in enumerate(names):
            own = means.filter(pl.col(lens) == code, pl.col("people") >= LEAST)
            size = float(own["people"].cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]
            for name in OF_EACH:
                found = paired(own[name].to_numpy(), own[f"{name}|second"].to_numpy(), OUTCOMES[name].good)
                yield {
                    "first": first, "second": second, "lens": lens, "stratum": stratum, "outcome": name, "good": OUTCOMES[name].good,
                    "people": size, "n": int(found["n"]), **{key: found[key] for key in NUMBERS},
                    "negligible": OUTCOMES[name].negligible(found["low"], found["high"]),
                }  # fmt: skip
