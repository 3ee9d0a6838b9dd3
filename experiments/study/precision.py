"""Sequential stopping: replications until the interval of a paired difference is narrow enough."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from experiments.study.contrasts import Weights, read, sides

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.running.ledger import Ledger
    from experiments.study.schema import Replications, Study, Until

FIRST_LOOK = 20  # replications before the first look
RULE = (
    "After 20 pairs, and then after every batch, it looks at the spread of the paired differences, never at their mean; it stops when "
    "the 95 % interval, its variance raised by a part 1/n, is narrow enough wherever both are run, or when the budget is spent. "
    "For normal differences mean and spread are independent, so that the mean is not pulled by it. The interval covers a little less "
    "than it says, because a spread that is small by luck stops it sooner (Chow and Robbins 1965; Starr 1966)."
)


def looks(given: Replications) -> list[int]:
    """Return the numbers of replications at which to look: after 20, then every batch, up to the budget."""
    return sorted({*range(min(FIRST_LOOK, given.at_most), given.at_most, given.batch), given.at_most})


@dataclass(frozen=True)
class Precision:
    """The requested precision, and the looks so far: (replications, half-width of the widest interval)."""

    until: Until
    at_most: int
    looked_at: tuple[tuple[int, float], ...] = ()

    @classmethod
    def of(cls, study: Study) -> Precision:
        """Return the precision that a study requests."""
        assert study.replications.until is not None
        return cls(study.replications.until, study.replications.at_most)

    @property
    def half_width(self) -> float:
        """Half-width of the widest interval at the last look; NaN before the first."""
        return self.looked_at[-1][1] if self.looked_at else math.nan

    @property
    def reached(self) -> bool:
        """Whether the requested precision is reached."""
        return self.half_width <= self.until.precision

    @property
    def line(self) -> str:
        """The last look, as one line of text."""
        until, n = self.until, self.looked_at[-1][0]
        end = "" if self.reached or n < self.at_most else "; the budget is spent"
        return f"{n} pairs: half-width of {until.named}: {self.half_width:.3g} (wanted {until.precision:g}){end}"

    def looked(self, ledger: Ledger, replications: int) -> Precision:
        """Return self with one more look."""
        widest = max(half_widths(ledger, self.until), default=math.nan)
        return replace(self, looked_at=(*self.looked_at, (replications, widest)))

    def facts(self) -> dict[str, Any]:
        """Return plain data for the manifest; an infinite half-width is null."""
        seen = [{"pairs": n, "half_width": width if math.isfinite(width) else None} for n, width in self.looked_at]
        return self.until.model_dump() | {"rule": RULE, "at_most": self.at_most, "reached": self.reached, "looks": seen}


def half_widths(ledger: Ledger, until: Until) -> list[float]:
    """Return half-widths of the 95 % intervals of the named differences, for every combination of scenario, rules and factors."""
    return [half_width(on - off) for off, on in compared(ledger, until.outcome, weights_of(ledger, until))]


def weights_of(ledger: Ledger, until: Until) -> list[Weights]:
    """Return the weights of labels: second minus first, or every contrast."""
    if not until.contrasts:
        return [{until.second: 1, until.first: -1}]
    labels = list(dict.fromkeys(point[2] for point in ledger.points()))
    return [read(text, labels, str(ledger.path), "contrasts") for text in until.contrasts]


def compared(ledger: Ledger, outcome: str, weights: Sequence[Weights]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield both sides of every contrast, paired by replication, for each combination that has all its labels."""
    values: dict[int, dict[int, float]] = {}
    for point, replication, value in ledger.outcomes([outcome]).select("point", "replication", outcome).iter_rows():
        values.setdefault(point, {})[replication] = value
    arms = bool(json.loads(ledger.meta("study")).get("arms"))  # then the label determines the rules
    places: dict[str, dict[str, dict[int, float]]] = {}
    for number, scenario, label, rules, factors, *_ in ledger.points():
        place = json.dumps([scenario, "" if arms else rules, factors])
        places.setdefault(place, {})[label] = values.get(number, {})
    for of in places.values():
        yield from (sides(of, each) for each in weights if set(each) <= set(of))


def half_width(differences: np.ndarray) -> float:
    """Return the half-width of the 95 % t-interval of the mean, with variance times (1 + 1/n); NaN values are dropped."""
    d = differences[np.isfinite(differences)]
    n = len(d)
    return float(stats.t.ppf(0.975, n - 1)) * math.sqrt(float(d.var(ddof=1)) / n * (1.0 + 1.0 / n)) if n > 1 else math.inf
