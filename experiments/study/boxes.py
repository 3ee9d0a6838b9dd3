"""The design "box": the point that is shown of each regime, and then draws from its box, so that the spread over the box shows."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.study.designs import Range, Row
from model.regimes import PRACTICES, REGIMES, box


def rows(labels: Sequence[str], size: int, seed: int) -> list[Row]:
    """Return the point shown of every regime, then `size` draws from its box.

    A Latin hypercube over the box of each regime by itself, so that a claim is tried against any town hall of either kind.
    """
    import numpy as np
    from scipy.stats import qmc

    found = [Row(label=label) for label in labels]
    for label in labels:
        spans = {name: Range(low, high, whole=PRACTICES[name].whole) for name, (low, high) in box(label).items() if low < high}
        shares = qmc.LatinHypercube(d=len(spans), rng=np.random.default_rng([seed, REGIMES.index(label)])).random(size)
        for row in shares.tolist():
            found.append(Row({name: span.at(share) for (name, span), share in zip(spans.items(), row, strict=True)}, label))
    return found
