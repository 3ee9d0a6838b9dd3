"""The runs that patterns are measured on: a neighbourhood observed every week, and repeated with one thing changed.

All runs use the shared baseline of practices, except for patterns about practices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from model.engine.chance import WITNESS, draw, key_of
from model.kinds import KINDS
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import CORPORATION_HOURS, POLICE_HOURS
from model.state.experiences import ADDRESSEES, CORPORATION, FIXED, IGNORED, MUNICIPALITY, OFFICIAL, POLICE
from model.state.tallies import UNREGISTERED
from model.week.initiative_founding import DONE
from model.week.problems import LIVING, NO_CASE, SOLVED
from model.week.reports import DROPPED, EMPTY, ON_TIME

if TYPE_CHECKING:
    from model.case.case import Case
    from model.regimes import Practices
    from model.state.kept import Checkpoint

NOISE = next(n for n, kind in enumerate(KINDS) if kind.name == "noise")
FORKS = (26, 65, 104)  # weeks at which the answers to first reports are flipped
FOLLOWED = 104  # weeks in which a second report counts

Act = tuple[int, int, int, float, float]  # weeks from now, kind of event, addressee, value, expected (-1: nothing in particular)


@dataclass
class Years:
    """A run observed every week. load: summed public load, by half of the run and street.

    visits: one row for each report about noise that a visit closed: found nothing (0/1), days waited, and by how much
    the reporter's trust in who came changed that week, less the mean change of all residents.
    """

    model: Neighbourhood
    weeks: int
    load: np.ndarray
    visits: list[tuple[float, float, float]] = field(default_factory=list)
    forks: dict[int, Checkpoint] = field(default_factory=dict)


@dataclass(frozen=True)
class Lived:
    """Results of a run: outcomes, tallies, and numbers of initiatives begun at least a year ago, and of those that survived a year."""

    outcomes: dict[str, float]
    tally: np.ndarray
    begun: int
    survived: int


class Seen:
    """One neighbourhood with one seed; each run is made on first use, and once. visits: record them (for P7)."""

    def __init__(
        self, case: Case, seed: int, weeks: int, forks: tuple[int, ...] = FORKS, followed: int = FOLLOWED, visits: bool = True
    ) -> None:
        self.case, self.seed, self.weeks, self.followed, self.visits = case, seed, weeks, followed, visits
        self.forks = tuple(week for week in forks if week < weeks)

    @cached_property
    def start(self) -> tuple[Neighbourhood, Checkpoint]:
        """The neighbourhood at the end of its burn-in, and its checkpoint."""
        model = Neighbourhood(self.case, BASELINE, seed=self.seed)
        model.burn_in()
        return model, model.checkpoint()

    @cached_property
    def years(self) -> Years:
        """The run under the baseline; the model stays at its end until another run."""
        model, start = self.start
        model.restore(start)
        model.set_regime(BASELINE)
        found = Years(model, self.weeks, np.zeros((2, len(model.world.streets))))
        for week in range(1, self.weeks + 1):
            before = (model.world.residents.trust.copy(), model.world.reports.fate.copy()) if self.visits else None
            model.step()
            found.load[int(2 * week > self.weeks)] += model.world.streets.public
            found.visits += _visits(model, *before) if before else []
            if week in self.forks:
                found.forks[week] = model.checkpoint()
        self._end = model.checkpoint()
        return found

    def end_of_years(self) -> Neighbourhood:
        """Return the neighbourhood in its state at the end of `years`."""
        model = self.years.model
        model.restore(self._end)
        return model

    def after(self, practices: Practices) -> Neighbourhood:
        """Return the neighbourhood after the run's weeks under other practices."""
        model, start = self.start
        model.restore(start)
        model.set_regime(practices)
        return model.run(self.weeks)

    # --- counterfactual runs --------------------------------------------------------------------------------------

    def flipped(self, week: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Flip the answers to some first reports; return masks of who reports again if fixed, if ignored, and who stayed.

        At most one report per street: its problem is solved and its reporters hear of it, or it is dropped without an answer.
        """
        model, fork = self.years.model, self.years.forks[week]
        model.restore(fork)
        rows, persons = first_reports_open(model)
        again = []
        for fixed in (True, False):
            model.restore(fork)
            answer(model, rows, fixed)
            known = len(model.world.reports)
            for _ in range(self.followed):
                model.step()
            again.append(np.isin(persons, model.world.reports.person[known : len(model.world.reports)]))
        stayed = np.isin(persons, model.world.residents.name)
        return again[0], again[1], stayed

    def acted(self, acts: Iterable[Act], rows: np.ndarray, weeks: int, prior: float | None = None) -> np.ndarray:
        """Return the trust of some residents after `weeks` weeks with events `acts` (empty: none), shape (rows, addressees).

        prior: initial trust in the official.
        """
        model, start = self.start
        model.restore(start)
        model.set_regime(BASELINE)
        if prior is not None:
            r = model.world.residents.arrays
            r["trust"][rows, OFFICIAL] = r["rest"][rows, OFFICIAL] = prior
        for week in range(weeks):
            for at, kind, addressee, value, expected in acts:
                if at == week:
                    befall(model, rows, kind, addressee, value, expected)
            model.step()
        return model.world.residents.trust[rows].astype(np.float64)

    def path(self, shocks: Mapping[int, float], weeks: int) -> tuple[np.ndarray, np.ndarray]:
        """Return residents' trust in the municipality, (weeks, residents), and mean trust, (weeks, addressees).

        shocks: size of bad news for everybody, by week.
        """
        model, start = self.start
        model.restore(start)
        model.set_regime(BASELINE)
        for week, size in shocks.items():
            model.intervene(week, "shock", value=size)
        rows = []
        for _ in range(weeks):
            model.step()
            rows.append(model.world.residents.trust[:, MUNICIPALITY].copy())
        return np.array(rows), _mean_trust(model, weeks)

    def left(self, week: int, weeks: int, leave: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return trust, resting trust and contact of all residents, `weeks` after all ward officials left (or stayed)."""
        model, start = self.start
        model.restore(start)
        model.set_regime(BASELINE)
        if leave:
            model.intervene(week, "official_leaves")
        for _ in range(week - 1 + weeks):
            model.step()
        r = model.world.residents
        return r.trust.astype(np.float64), r.rest.astype(np.float64), r.contact.astype(np.float64)

    def under(self, practices: Practices) -> Lived:
        """Return the results of a run with the same people, luck and weeks under other practices."""
        model, start = self.start
        model.restore(start)
        model.set_regime(practices)
        model.run(self.weeks)
        t = model.world.initiatives
        old = (t.born > 0) & (t.born <= model.week - 52)
        ended = (t.state >= DONE) & (t.ended - t.born < 52) & (t.results == 0)
        return Lived(model.outcomes(), model.world.tally.copy(), int(old.sum()), int((old & ~ended).sum()))


def _mean_trust(model: Neighbourhood, weeks: int) -> np.ndarray:
    """Return mean trust in every addressee, (weeks, addressees)."""
    from model.state.tallies import PEOPLE, TRUST_ALL

    record = model.world.record[-weeks:]
    return record[:, TRUST_ALL : TRUST_ALL + len(ADDRESSEES)] / record[:, [PEOPLE]]


def _visits(model: Neighbourhood, before: np.ndarray, fates: np.ndarray) -> list[tuple[float, float, float]]:
    """Return a row (see `Years`) for each report about noise that a visit closed this week."""
    reports, problems, r = model.world.reports, model.world.problems, model.world.residents
    known = len(fates)
    rows = np.flatnonzero((reports.fate[:known] != fates) & (problems.kind[reports.problem[:known]] == NOISE))
    found = []
    for row in rows:
        i, q = int(reports.reporter[row]), int(reports.problem[row])
        if reports.fate[row] not in (ON_TIME, ON_TIME + 1, EMPTY) or r.name[i] != reports.person[row]:
            continue
        to = came(int(problems.account[q]))
        change = float(r.trust[i, to]) - float(before[i, to])
        usual = float((r.trust[:, to] - before[:, to]).mean())
        found.append((float(reports.fate[row] == EMPTY), float(reports.days[row]), change - usual))
    return found


def came(account: int) -> int:
    """Return the addressee for an account of hours."""
    return {int(CORPORATION_HOURS): CORPORATION, int(POLICE_HOURS): POLICE}.get(account, MUNICIPALITY)


def befall(model: Neighbourhood, rows: np.ndarray, kind: int, addressee: int, value: float | np.ndarray, expected: float) -> None:
    """Add an event for some residents, as own experience of the coming week; value: one for all, or one for each."""
    n = len(rows)
    model.world.events.reserve(n)
    first = len(model.world.events)
    what, size = model.world.events.arrays["what"], model.world.events.arrays["size"]
    what[first : first + n] = np.column_stack([np.full(n, kind), rows, np.full(n, addressee), np.full(n, -1)])
    size[first : first + n, 0] = value
    size[first : first + n, 1:] = (expected, 1.0)
    model.world.events.count[0] += n


def some_residents(model: Neighbourhood, share: float) -> np.ndarray:
    """Return the rows of a random sample of residents (common random numbers)."""
    key = key_of(model.seed, WITNESS, -1)
    return np.array([i for i, name in enumerate(model.world.residents.name) if draw(key, int(name)) < share])


def first_reports_open(model: Neighbourhood) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and persons of open first reports about a living problem, one per street."""
    reports, problems = model.world.reports, model.world.problems
    n = len(reports)
    persons, first = np.unique(reports.person[:n], return_index=True)
    here = reports.person[first] == model.world.residents.name[reports.reporter[first]]
    problem = reports.problem[first]
    good = here & (reports.fate[first] == 0) & (problems.state[problem] == LIVING)
    rows, streets = first[good], problems.street[problem[good]]
    _, chosen = np.unique(streets, return_index=True)  # persons are random numbers, so the choice per street is random
    return rows[chosen], persons[good][chosen]


def answer(model: Neighbourhood, rows: np.ndarray, fixed: bool) -> None:
    """Close the cases of some reports, as fixed or dropped; their reporters learn of it in the coming week."""
    reports, problems = model.world.reports.arrays, model.world.problems.arrays
    for row in rows:
        q = int(reports["problem"][row])
        told, r = [], int(problems["last_report"][q])
        while r >= 0:
            reports["fate"][r], reports["closed"][r] = ON_TIME if fixed else DROPPED, model.week
            model.world.tally[UNREGISTERED] -= int(reports["registered"][r] == 0)
            i = int(reports["reporter"][r])
            if model.world.residents.name[i] == reports["person"][r]:
                told.append(i)
            r = int(reports["next"][r])
        to = came(int(problems["account"][q]))
        problems["last_report"][q], problems["reports"][q], problems["case"][q] = -1, 0, NO_CASE
        if fixed:
            problems["state"][q], problems["ended"][q], problems["cause"][q] = SOLVED, model.week, 0
        befall(model, np.array(told, np.int64), FIXED if fixed else IGNORED, to, 0.9 if fixed else 0.0, -1.0)
