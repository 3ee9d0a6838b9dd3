"""Who lived in a neighbourhood from the start of a run to its end: what was fixed beforehand, whom they met, what came of it.

Households move by the same luck under every regime, so the same residents stay under each: they are known again by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.state.experiences import ADDRESSEES, MUNICIPALITY, OFFICIAL
from model.state.tallies import LIVE_CONTACT

if TYPE_CHECKING:
    import polars as pl

    from model.neighbourhood import Neighbourhood

MOST = 5_000  # residents of a run that are stored: those of the smallest names, which are as good as drawn by lot
FIXED = ("street", "need", "means", "trust")  # fixed at the end of the burn-in: terciles 0, 1, 2
OF_EACH = ("trust_neighbours", "trust_official", "trust_municipality", "grievance", "burden", "readiness", "linking")


def stayers(place: Neighbourhood) -> pl.DataFrame:
    """Return a row for each resident who stayed: name; thirds by what was fixed at the start; `touched` and `meetings`; what came of it.

    street: mean burden of the street at the start; need: own burden; means; trust: in the municipality. Then the outcomes `OF_EACH`
    in the last week, on their own scales (linking: 1 for a live tie, else 0).
    """
    import polars as pl

    r = place.world.residents
    there = np.flatnonzero(r.arrived <= 0)
    burden, means, trust = (getattr(r, name)[there].astype(np.float64) for name in ("burden_start", "means", "trust_start"))
    _, street = np.unique(r.street[there], return_inverse=True)
    around = (np.bincount(street, burden) / np.maximum(np.bincount(street), 1))[street] if len(there) else burden
    fixed = {name: terciles(values) for name, values in zip(FIXED, (around, burden, means, trust), strict=True)}
    grievance = 0.5 * (r.grievance[there, OFFICIAL] + r.grievance[there, MUNICIPALITY])
    found = {f"trust_{who}": r.trust[there, a] for a, who in enumerate(ADDRESSEES[:3])} | {
        "grievance": grievance, "burden": r.burden[there], "readiness": r.readiness[there], "linking": r.contact[there] >= LIVE_CONTACT,
    }  # fmt: skip
    columns = {"name": r.name[there], **fixed, "touched": r.touched[there], "meetings": r.meetings[there]}
    frame = pl.DataFrame(columns | {name: found[name].astype(np.float32) for name in OF_EACH})
    return frame.sort("name").head(MOST)


def terciles(values: np.ndarray) -> np.ndarray:
    """Return for each value the third of all that it lies in: 0 lowest, 2 highest. Equal values lie in one third, shape (people,)."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    return np.minimum(3 * below // max(2 * len(values), 1), 2).astype(np.uint8)
