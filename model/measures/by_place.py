"""Tables of the present state and totals of neighbourhoods, streets and groups, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.case.layout import street_name
from model.kinds import HIDDEN_AFTER
from model.state.experiences import ADDRESSEES, MUNICIPALITY, OFFICIAL
from model.state.tallies import LIVE_CONTACT
from model.week.problems import SOLVED
from model.week.ties import ACROSS

if TYPE_CHECKING:
    import polars as pl

    from model.state.world import World

GROUPS = ("A", "B", "C")  # made from household, tenure and income
TENURES = ("tenants", "owners")
THIRDS = ("lowest third", "middle third", "highest third")


def by_neighbourhood(world: World) -> pl.DataFrame:
    """Return one row for each neighbourhood; compare `hours_share` with `burden_share` to see who gets less than its burden."""
    areas = world.case.neighbourhoods
    names = [area.name for area in areas] or [world.case.title]
    return _frame(world, {"name": names}, world.streets.area)


def by_street(world: World) -> pl.DataFrame:
    """Return one row for each street."""
    areas = [area.name for area in world.case.neighbourhoods] or [world.case.title]
    names = {
        "name": [street_name(s, world.case.street_names) for s in range(len(world.streets))],
        "neighbourhood": [areas[a] for a in world.streets.area],
    }
    return _frame(world, names, np.arange(len(world.streets)))


def by_group(world: World) -> pl.DataFrame:
    """Return one row for each group of residents (by household, tenure and income), also for empty groups.

    touched: met an official, took part or reported since the start; low_trust: trust in the municipality below 0.4.
    """
    import polars as pl

    r, i, filed = world.residents, world.initiatives, world.reports.week > 0
    home, count = r.group, len(GROUPS)
    bonding, bridging = _ties(r)

    def total(what: Any, where: np.ndarray = home) -> np.ndarray:
        return np.bincount(where, weights=what, minlength=count)

    people = total(None).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: dict[str, Any] = {"name": list(GROUPS), "residents": people.astype(int)}
        found |= {name: total(getattr(r, name)) / people for name in ("means", "age", "owner")}
        found |= {f"trust_{who}": total(r.trust[:, a]) / people for a, who in enumerate(ADDRESSEES)}
        found |= {name: total(getattr(r, name)) / people for name in ("burden", "reporting", "acting", "readiness")}
        found |= {
            "low_trust": total(r.trust[:, MUNICIPALITY] < 0.4) / people, "grievance": total(r.grievance[:, MUNICIPALITY]) / people,
            "active": total(r.member[:, 0] >= 0) / people, "met": total(r.touched & 1) / people,
            "touched": total(r.touched > 0) / people, "linking": total(r.contact >= LIVE_CONTACT) / people,
            "bonding": total(bonding) / people, "bridging": total(bridging) / people,
            "reports": total(None, home[world.reports.reporter[filed]]) * 1000.0 * 52.0 / (people * world.weeks_done),
            "initiatives_started": total(None, home[i.founder[i.born > 0]]) * 1000.0 / people,
        }  # fmt: skip
    return pl.DataFrame(found)


def by_people(world: World) -> pl.DataFrame:
    """Return outcomes by tenure, means (thirds of the national ranks of income) and group: a row for each class, also for empty ones.

    active: is a member of an initiative. helped: share of the requests since the start, or since moving in, that were helped.
    """
    import polars as pl

    r = world.residents
    third = np.minimum((3.0 * r.means.astype(float)).astype(int), 2)
    splits = {"tenure": (TENURES, r.owner), "means": (THIRDS, third), "group": (GROUPS, r.group)}
    frames: list[pl.DataFrame] = []
    for split, (names, of) in splits.items():

        def total(what: Any = None, of: np.ndarray = of, count: int = len(names)) -> np.ndarray:
            return np.bincount(of, weights=what, minlength=count)

        people = total().astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: dict[str, Any] = {"split": [split] * len(names), "class": list(names), "residents": people.astype(int)}
            found |= {f"trust_{who}": total(r.trust[:, a]) / people for a, who in enumerate(ADDRESSEES[:3])}
            found |= {
                "grievance": total(0.5 * (r.grievance[:, OFFICIAL] + r.grievance[:, MUNICIPALITY])) / people,
                "burden": total(r.burden) / people,
                "linking": total(r.contact >= LIVE_CONTACT) / people, "active": total(r.member[:, 0] >= 0) / people,
                "helped": total(r.helped) / total(r.requested),
            }  # fmt: skip
        frames.append(pl.DataFrame(found))
    return pl.concat(frames)


def _frame(world: World, names: dict[str, list[str]], group: np.ndarray) -> pl.DataFrame:
    """Return the table of places; `group` gives the row of each street."""
    import polars as pl

    r, s, count = world.residents, world.streets, len(names["name"])
    home = group[r.street]
    people = np.bincount(home, minlength=count).astype(float)
    burden, quiet = r.burden.astype(float), s.silent[r.street] >= HIDDEN_AFTER
    bonding, bridging = _ties(r)

    def total(where: np.ndarray, what: Any = None) -> np.ndarray:
        return np.bincount(where, weights=what, minlength=count)

    with np.errstate(invalid="ignore", divide="ignore"):
        yearly = 1000.0 * 52.0 / (people * world.weeks_done)  # per 1,000 residents a year; NaN before the start
        found: dict[str, Any] = dict(names) | {"residents": people.astype(int)}
        found |= {f"trust_{who}": total(home, r.trust[:, a]) / people for a, who in enumerate(ADDRESSEES)}
        found |= {"burden": total(home, burden) / people, "burden_hidden": total(home, burden * quiet) / people}
        hours, felt = total(group, s.minutes / 60.0), total(home, burden)
        ended, filed = (world.problems.state == SOLVED) & (world.problems.ended > 0), world.reports.week > 0
        place = group[world.problems.street]
        landed = (world.agenda.addressed > 0) & (world.agenda.ended > 0)
        at = group[world.agenda.street[landed]]  # a project counts for its target neighbourhood
        found |= {
            "burden_share": felt / felt.sum(), "hours_share": hours / hours.sum(),
            "reports": total(place[world.reports.problem[filed]]) * yearly, "solved": total(place[ended]) * yearly,
            "hours": hours * yearly, "euros": total(group, s.cents / 100.0) * yearly,
            "met": total(home, r.touched & 1) / people, "linking": total(home, r.contact >= LIVE_CONTACT) / people,
            "bonding": total(home, bonding) / people, "bridging": total(home, bridging) / people,
            "initiatives_started": total(group[world.initiatives.street[world.initiatives.born > 0]]) * 1000.0 / people,
            "uptake": total(at, world.agenda.taken[landed]) / total(at, world.agenda.addressed[landed]),
        }  # fmt: skip
    return pl.DataFrame(found)


def _ties(residents: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return each resident's strength of ties within and across groups; in chunks, to save memory."""
    within, across = np.zeros(len(residents)), np.zeros(len(residents))
    for first in range(0, len(residents), 100_000):
        part = slice(first, first + 100_000)
        strength, other = residents.strength[part], residents.kin[part] == ACROSS
        across[part] = (strength * other).sum(axis=1)
        within[part] = strength.sum(axis=1) - across[part]
    return within, across
