"""The city: neighbourhoods that share crews, case workers and budget, friends' groups that press, and places where people meet.

Nothing is divided over neighbourhoods beforehand: there is one queue and one purse, and what each gets of them is measured.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent

from model.engine import chance
from model.engine.loops import loop
from model.rules import pressure_carried
from model.state.accounts import POLICE_HOURS
from model.state.experiences import ADDRESSEES, MUNICIPALITY, POLICE
from model.state.streets import CENTRE, CLUB, SCHOOL, VENUES
from model.state.tallies import PRESSURE_MINUTES, RESIDENT_HOURS
from model.week.problems import LIVING, NO_CASE, SOLVED
from model.week.promises import PENDING

if TYPE_CHECKING:
    import polars as pl

    from model.case.case import Case
    from model.neighbourhood import Neighbourhood
    from model.week.residents import Resident

GROUPS = ("A", "B", "C")  # made from household, tenure and income
SMALLEST = 200  # residents of a neighbourhood that has at least one of each
WALK = 400.0  # metres: five minutes
DEFEND_WEEKS = 3  # before it falls due, a promise is held up to the town hall
FAMILY = 3  # people of a household that has to do with a school (assumption)


# --- how a city is laid out ---------------------------------------------------------------------------------------


def area_names(case: Case) -> list[int]:
    """Return the 64-bit names of the neighbourhoods, made from their names: order and number do not matter. The only one: 0."""
    if not case.neighbourhoods:
        return [0]
    return [_number(area.name.strip().lower()) for area in case.neighbourhoods]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") | 1


def name_streets(case: Case) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Return name, neighbourhood, and what multiplies the rate of problems, of every street."""
    counts = [place.street_count for place in case.areas]
    names = [
        chance.join(11 if not area else chance.join(11, area), s)
        for area, n in zip(area_names(case), counts, strict=True)
        for s in range(n)
    ]
    times = [area.problem_rate for area in case.neighbourhoods] or [1.0]
    return names, np.repeat(np.arange(len(counts)), counts), np.repeat(times, counts)


def place_venues(case: Case, seed: int) -> dict[str, list[int]]:
    """Return kind, street and name of every school, club and community centre, each in a keyed street of its neighbourhood."""
    c, key = case.conditions, chance.key_of(seed, chance.VENUE, 0)
    made: dict[str, list[int]] = {"kind": [], "street": [], "name": []}
    first = 0
    for area, place in zip(area_names(case), case.areas, strict=True):
        for kind, rate in enumerate((c.schools, c.clubs, c.centres)):
            least = 1 if rate > 0 and place.residents >= SMALLEST else 0
            for nth in range(max(least, round(rate * place.residents / 1000.0))):
                name = chance.join(chance.join(area, 1000 + kind), nth)
                street = first + int(chance.draw(key, name) * place.street_count)
                for column, value in (("kind", kind), ("street", street), ("name", name)):
                    made[column].append(value)
        first += place.street_count
    return made


def place_areas(model: Neighbourhood, venues: dict[str, list[int]]) -> None:
    """Write down neighbourhoods and meeting places, who has friends, and which meeting place is nearest to each street."""
    case, a, s = model.case, model.areas.arrays, model.streets.arrays
    for column, values in venues.items():
        model.venues.arrays[column][: len(values)] = np.array(values, dtype=model.venues.columns[column].dtype)
    rows = np.arange(len(model.areas))
    a["name"][:] = area_names(case)
    a["from_street"][:] = np.searchsorted(s["area"], rows, side="left")
    a["to_street"][:] = np.searchsorted(s["area"], rows, side="right")
    a["from"][:], a["to"][:] = s["start"][a["from_street"]], s["stop"][a["to_street"] - 1]
    if case.neighbourhoods:
        s["friends"][:] = np.array([area.friends for area in case.neighbourhoods])[s["area"]]
    else:
        s["friends"][: (len(model.streets) + 1) // 2] = 1.0
    standing, kinds = model.venues.street, model.venues.kind
    for row in rows.tolist():
        span = slice(int(a["from_street"][row]), int(a["to_street"][row]))
        here = np.flatnonzero((standing >= span.start) & (standing < span.stop)) if len(rows) > 1 else np.arange(len(standing))
        for kind in range(len(VENUES)):
            _nearest(s, span, kind, here[kinds[here] == kind], standing)


def _nearest(s: dict[str, np.ndarray], span: slice, kind: int, found: np.ndarray, standing: np.ndarray) -> None:
    best = np.full(span.stop - span.start, np.inf)
    for venue in found.tolist():
        away = np.hypot(s["x"][span] - s["x"][standing[venue]], s["y"][span] - s["y"][standing[venue]])
        closer = away < best
        s["venue"][span, kind][closer] = venue
        best[closer] = away[closer]
    if kind == CENTRE:
        s["centre"][span] = best <= WALK


# --- friends who press --------------------------------------------------------------------------------------------


@loop
def press(
    week, par, tally, counter_pressure, first_pending: int, area_count, area_from, area_to, area_from_street, area_to_street,
    area_carriers, resident_street, resident_readiness, resident_member, street_friends, street_pressure, promise_count,
    promise_problem, promise_due, promise_fate, problem_street, problem_defended,
):  # fmt: skip
    """Where residents have a friends' group, those who are ready and free carry it: their street's cases and promises are pressed for."""
    p = par[0]
    for a in range(area_count[0]):
        carriers = 0
        friends = 0.0
        people = 0
        for i in range(area_from[a], area_to[a]):
            if street_friends[resident_street[i]] > 0.0:
                people += 1
                friends = max(friends, street_friends[resident_street[i]])
                if resident_readiness[i] >= p.pressure_ready and resident_member[i, 0] < 0:
                    carriers += 1
        wanted = counter_pressure * friends
        most = math.ceil(wanted * p.pressure_needs * people)  # no more than the group has work for
        area_carriers[a] = min(carriers, most)
        strength = pressure_carried(wanted, float(carriers), wanted * p.pressure_needs * people) if most > 0 else 0.0
        minutes = int(area_carriers[a] * p.pressure_minutes)
        tally[PRESSURE_MINUTES] += minutes
        tally[RESIDENT_HOURS] += minutes
        for s in range(area_from_street[a], area_to_street[a]):
            street_pressure[s] = strength * p.pressure_weight if street_friends[s] > 0.0 else 0.0
    for m in range(first_pending, promise_count[0]):
        q = promise_problem[m]
        ahead = promise_due[m] - week
        if promise_fate[m] == PENDING and 0 <= ahead <= DEFEND_WEEKS and street_pressure[problem_street[q]] > 0.0:
            problem_defended[q] = week


# --- what each gets -----------------------------------------------------------------------------------------------


def by_neighbourhood(model: Neighbourhood) -> pl.DataFrame:
    """One row for each neighbourhood; `hours_share` beside `burden_share` shows whose silence costs it its part."""
    areas = model.case.neighbourhoods
    names = [area.name for area in areas] or [model.case.title]
    return _frame(model, {"name": names}, model.streets.area)


def by_street(model: Neighbourhood) -> pl.DataFrame:
    """One row for each street."""
    from model.case.layout import street_name

    areas = [area.name for area in model.case.neighbourhoods] or [model.case.title]
    names = {"name": [street_name(s) for s in range(len(model.streets))], "neighbourhood": [areas[a] for a in model.streets.area]}
    return _frame(model, names, np.arange(len(model.streets)))


def by_group(model: Neighbourhood) -> pl.DataFrame:
    """One row for each group that residents belong to by household, tenure and income; empty groups too.

    touched: met an official, took part or reported since the start; low_trust: trust in the municipality below 0.4.
    """
    import polars as pl

    from model.state.tallies import LIVE_CONTACT

    r, i, filed = model.residents_table, model.initiatives, model.reports.week > 0
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
            "reports": total(None, home[model.reports.reporter[filed]]) * 1000.0 * 52.0 / (people * model.weeks_done),
            "initiatives_started": total(None, home[i.founder[i.born > 0]]) * 1000.0 / people,
        }  # fmt: skip
    return pl.DataFrame(found)


def _frame(model: Neighbourhood, names: dict[str, list[str]], group: np.ndarray) -> pl.DataFrame:
    """Add up residents, reports, problems and initiatives by the group of their street."""
    import polars as pl

    from model.kinds import HIDDEN_AFTER
    from model.state.tallies import LIVE_CONTACT

    r, s, count = model.residents_table, model.streets, len(names["name"])
    home = group[r.street]
    people = np.bincount(home, minlength=count).astype(float)
    burden, quiet = r.burden.astype(float), s.silent[r.street] >= HIDDEN_AFTER
    bonding, bridging = _ties(r)

    def total(where: np.ndarray, what: Any = None) -> np.ndarray:
        return np.bincount(where, weights=what, minlength=count)

    with np.errstate(invalid="ignore", divide="ignore"):
        yearly = 1000.0 * 52.0 / (people * model.weeks_done)  # per 1,000 residents a year; not a number before the start
        found: dict[str, Any] = dict(names) | {"residents": people.astype(int)}
        found |= {f"trust_{who}": total(home, r.trust[:, a]) / people for a, who in enumerate(ADDRESSEES)}
        found |= {"burden": total(home, burden) / people, "burden_hidden": total(home, burden * quiet) / people}
        hours, felt = total(group, s.minutes / 60.0), total(home, burden)
        ended, filed = (model.problems.state == SOLVED) & (model.problems.ended > 0), model.reports.week > 0
        place = group[model.problems.street]
        landed = (model.agenda.addressed > 0) & (model.agenda.ended > 0)
        at = group[model.agenda.street[landed]]  # a project counts for the neighbourhood that it was aimed at
        found |= {
            "burden_share": felt / felt.sum(), "hours_share": hours / hours.sum(),
            "reports": total(place[model.reports.problem[filed]]) * yearly, "solved": total(place[ended]) * yearly,
            "hours": hours * yearly, "euros": total(group, s.cents / 100.0) * yearly,
            "met": total(home, r.touched & 1) / people, "linking": total(home, r.contact >= LIVE_CONTACT) / people,
            "bonding": total(home, bonding) / people, "bridging": total(home, bridging) / people,
            "initiatives_started": total(group[model.initiatives.street[model.initiatives.born > 0]]) * 1000.0 / people,
            "uptake": total(at, model.agenda.taken[landed]) / total(at, model.agenda.addressed[landed]),
        }  # fmt: skip
    return pl.DataFrame(found)


def _ties(residents: Any) -> tuple[np.ndarray, np.ndarray]:
    """Strength of ties within and across groups, by resident; in pieces, so that a country fits."""
    from model.week.ties import ACROSS

    within, across = np.zeros(len(residents)), np.zeros(len(residents))
    for first in range(0, len(residents), 100_000):
        part = slice(first, first + 100_000)
        strength, other = residents.strength[part], residents.kin[part] == ACROSS
        across[part] = (strength * other).sum(axis=1)
        within[part] = strength.sum(axis=1) - across[part]
    return within, across


# --- as Mesa agents -----------------------------------------------------------------------------------------------


class MeetingPlace(Agent):
    """A school, a club or a community centre: where it stands, how many met there, and who knows most people."""

    model: Neighbourhood

    def __init__(self, model: Neighbourhood, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        try:
            return self.model.venues.arrays[name][self.row].item()
        except (KeyError, AttributeError):
            raise AttributeError(f"a meeting place has no {name!r}") from None

    @property
    def title(self) -> str:
        """School, club or community centre."""
        return VENUES[self.kind]

    @property
    def visitors(self) -> np.ndarray:
        """Rows of the residents who come here when they meet somebody away from their street."""
        r = self.model.residents_table
        here = self.model.streets.venue[r.street, self.kind] == self.row
        if self.kind == SCHOOL:
            here &= r.size >= FAMILY
        elif self.kind == CLUB:
            here &= r.energy >= self.model.case.behaviour.energy
        return np.flatnonzero(here)

    @property
    def key_figures(self) -> list[Resident]:
        """The three who come here and know most people, of two who know as many the one who has lived here longest."""
        r, rows = self.model.residents_table, self.visitors
        order = np.lexsort((r.name[rows], r.arrived[rows], -r.degree[rows]))
        return [self.model.residents[int(row)] for row in rows[order[:3]]]


class Police(Agent):
    """The police as far as they deal with nuisance here: hours, cases that wait for them, and residents' trust."""

    model: Neighbourhood

    @property
    def hours(self) -> float:
        """Hours endowed this week."""
        return self.model.accounts.endowed[POLICE_HOURS].item() / 60.0

    @property
    def queue(self) -> int:
        """Cases that wait for a visit by the police."""
        problems = self.model.problems
        mine = (problems.state == LIVING) & (problems.case != NO_CASE) & (problems.account == POLICE_HOURS)
        return int(mine.sum())

    @property
    def trust(self) -> float:
        """Mean trust of residents in the police."""
        return float(self.model.residents_table.trust[:, POLICE].mean())
