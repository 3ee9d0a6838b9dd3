"""Outcomes computed at the end of a run: distribution of trust, burden, gains and participation; spread of initiatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.kinds import KINDS
from model.outcomes import CLOSE_TIE, OPEN_DEPARTMENT
from model.state.accounts import ENTREPRENEUR_POT
from model.state.experiences import ADDRESSEES, MUNICIPALITY
from model.week.agenda_planning import HAS_LANDED
from model.week.initiative_founding import CONTINUING, DISAPPOINTED, DONE
from model.week.problems import LIVING

if TYPE_CHECKING:
    from model.state.world import World

NAN = float("nan")


def gini(amounts: np.ndarray) -> float:
    """Return the Gini coefficient of amounts: 0 when all are equal, near 1 when one has all; NaN when the total is 0."""
    ordered = np.sort(np.asarray(amounts, dtype=np.float64))
    total = ordered.sum()
    if not total > 0:
        return NAN
    n = len(ordered)
    return float((2.0 * (np.arange(1, n + 1) * ordered).sum() / total - n - 1.0) / n)


def means_by(of: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean of `values` in each non-empty class of `of`."""
    people = np.bincount(of)
    return (np.bincount(of, weights=values.astype(np.float64)) / np.maximum(people, 1))[people > 0]


def share_of_top_fifth(means: np.ndarray, who: np.ndarray) -> float:
    """Return the share of `who` (rows of residents, may repeat) whose means are in the top fifth of all residents."""
    return float((means[who] > np.quantile(means, 0.8)).mean()) if len(who) else NAN


def roots(parent: np.ndarray) -> np.ndarray:
    """Return for each initiative the row of the root of its tree of examples."""
    root = np.where(parent < 0, np.arange(len(parent)), parent)
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


def spread_of_trust(world: World) -> dict[str, float]:
    """Return the differences in trust and burden between groups and between streets (NaN with fewer than two)."""
    r, found = world.residents, {}
    for a, who in enumerate(ADDRESSEES[:3]):
        by_group = means_by(r.group, r.trust[:, a])
        found[f"trust_{who}_groups"] = float(np.ptp(by_group)) if len(by_group) > 1 else NAN
    for name, values in (("trust_municipality_streets", r.trust[:, MUNICIPALITY]), ("burden_streets", r.burden)):
        by_street = means_by(r.street, values)
        found[name] = float(by_street.std()) if len(by_street) > 1 else NAN
    return found


def who_gains(world: World) -> dict[str, float]:
    """Return the change of burden and trust of the better-off half minus that of the other half, among residents who stayed."""
    r = world.residents
    stayed = r.arrived <= 0
    rich = r.means >= np.median(r.means)
    found = {}
    for name, change in (("gain_burden", r.burden - r.burden_start), ("gain_trust", r.trust[:, MUNICIPALITY] - r.trust_start)):
        halves = [change[stayed & half].astype(np.float64) for half in (rich, ~rich)]
        found[name] = float(halves[0].mean() - halves[1].mean()) if all(len(half) for half in halves) else NAN
    return found


def who_carries(world: World) -> dict[str, float]:
    """Return how concentrated reports, foundings and memberships are, and the elite's share of them."""
    r, n = world.residents, len(world.residents)
    k = world.initiatives
    founders = k.founder[k.born > 0]
    still = founders[r.arrived[founders] <= k.born[k.born > 0]]  # founders who still live there, so that their means are known
    members = np.nonzero(r.member >= 0)[0]
    return {
        "gini_reports": gini(r.filed),
        "gini_foundings": gini(np.bincount(founders, minlength=n)),
        "gini_members": gini((r.member >= 0).sum(axis=1)),
        "elite_founders": share_of_top_fifth(r.means, still),
        "elite_members": share_of_top_fifth(r.means, members),
    }


def how_long(world: World) -> dict[str, float]:
    """Return the mean share of its life that an initiative waited, and the mean weeks from launch to landing of projects."""
    k, a = world.initiatives, world.agenda
    ours = k.born > 0
    alive = k.state < DONE
    lived = np.maximum(np.where(alive, world.week, k.ended) - k.born, 1)
    landed = (a.state == HAS_LANDED) & (a.ended > 0)
    return {
        "initiatives_waiting": float((k.waited / lived)[ours].mean()) if ours.any() else NAN,
        "agenda_weeks": float((a.ended - a.launched)[landed].mean()) if landed.any() else NAN,
    }


def spread_of_initiatives(world: World) -> dict[str, float]:
    """Return the sizes of the trees of examples, the mean distance to their roots, and the share of open departments."""
    k, s = world.initiatives, world.streets
    root, ours = roots(k.parent), k.born > 0
    sizes = np.unique(root[ours], return_counts=True)[1]
    followers = np.flatnonzero(ours & (k.parent >= 0))
    here, there = k.street[followers], k.street[root[followers]]
    away = np.hypot(s.x[here].astype(np.float64) - s.x[there], s.y[here].astype(np.float64) - s.y[there])
    return {
        "cascade_largest": float(sizes.max()) if len(sizes) else 0.0,
        "cascade_mean": float(sizes.mean()) if len(sizes) else NAN,
        "oil_slick": float(away.mean()) if len(away) else NAN,
        "departments_open": float((world.departments.openness > OPEN_DEPARTMENT).mean()),
    }


def picture_gap(world: World) -> float:
    """Return the distance (0-1) between departments' picture of problems by field and the true one; NaN if either is empty."""
    p = world.problems
    true = np.bincount(world.kind_departments[p.kind], p.severity * (p.state == LIVING), len(world.departments))
    picture = world.departments.picture.astype(np.float64)
    if not (true.sum() > 0 and picture.sum() > 0):
        return NAN
    return float(0.5 * np.abs(picture / picture.sum() - true / true.sum()).sum())


def what_helps(world: World) -> dict[str, float]:
    """Return mean belief that acting helps (all, and those who took part) and that reporting helps."""
    r = world.residents
    active = (r.touched & 2) > 0
    return {
        "belief_acting": float(r.acting.mean()),
        "belief_acting_active": float(r.acting[active].mean()) if active.any() else NAN,
        "belief_reporting": float(r.reporting.mean()),
    }


def what_it_takes(world: World) -> dict[str, float]:
    """Return hours lost at the town hall, unpaid upkeep, gifts of entrepreneurs, and problems that residents cannot solve."""
    k, p, b, people = world.initiatives, world.problems, world.case.behaviour, len(world.residents)
    tries = np.where(k.born > 0, k.results + (k.state == DISAPPOINTED), 0)
    lost = b.initiative_hours * b.paperwork_share * np.where(k.guided > 0, 0.2, 1.0)
    kept = k.state == CONTINUING
    beyond = np.array([kind.by_residents == 0 for kind in KINDS])[p.kind] & (p.state == LIVING)
    euros = float(world.purses.spent_ever[ENTREPRENEUR_POT]) / 100.0
    return {
        "way_hours": float((lost * tries).sum() / tries.sum()) if tries.any() else NAN,
        "upkeep_alone": float((k.upkeep[kept] == 0).mean()) if kept.any() else NAN,
        "problems_beyond": float(beyond.sum()) * 1000.0 / people,
        "exchange_euro": euros * 52.0 / (people * max(world.weeks_done, 1)),
    }


def shares(world: World) -> dict[str, float]:
    """Return every outcome that is computed in the last week only; NaN before week 1."""
    found = spread_of_trust(world) | who_gains(world) | who_carries(world) | spread_of_initiatives(world)
    found |= how_long(world) | what_helps(world) | what_it_takes(world)
    found["upkeep_support"] = float(world.departments.upkeep.mean())
    found["picture_gap"] = picture_gap(world)
    found["linking_close"] = float((world.residents.contact >= CLOSE_TIE).mean())
    return found if world.weeks_done else dict.fromkeys(found, NAN)
