"""Tables of a world: its weekly measures, and the ledger of hours and euros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.measures.weekly import WEEKLY, weekly_values
from model.state.accounts import ACCOUNTS, POTS

if TYPE_CHECKING:
    import polars as pl

    from model.state.world import World


def measures_frame(world: World) -> pl.DataFrame:
    """Return the weekly outcomes: `week`, and a column for each name in `WEEKLY`."""
    import polars as pl

    frame = pl.DataFrame(weekly_values(world.record), schema=list(WEEKLY), orient="row")
    return frame.insert_column(0, pl.Series("week", np.arange(1, world.weeks_done + 1)))


def ledger(world: World) -> pl.DataFrame:
    """Return hours by account and euros by pot since the start: endowed, spent, lapsed, left."""
    import polars as pl

    a, p = world.accounts, world.purses
    hours: dict[str, list[Any]] = {
        "organisation": [account.whose for account in ACCOUNTS],
        "activity": [account.label for account in ACCOUNTS],
        "unit": ["hours"] * len(ACCOUNTS),
    }
    for name in ("endowed", "spent", "lapsed"):
        hours[name] = list(getattr(a, f"{name}_ever") / 60.0)
    hours["left"] = list(a.left / 60.0)
    euros: dict[str, list[Any]] = {
        "organisation": [pot.whose for pot in POTS],
        "activity": [f"{pot.label} pot" for pot in POTS],
        "unit": ["euro"] * len(POTS),
    }
    for name in ("endowed", "spent", "lapsed"):
        euros[name] = list(getattr(p, f"{name}_ever") / 100.0)
    euros["left"] = list(p.left / 100.0)
    return pl.concat([pl.DataFrame(hours), pl.DataFrame(euros)])
