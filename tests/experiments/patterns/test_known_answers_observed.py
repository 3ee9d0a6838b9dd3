"""What patterns are measured on, looked at in a town whose weeks are scripted: each week does one simple thing, and is counted by hand."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.patterns import observed
from experiments.patterns.observed import CORPORATION, FIXED, IGNORED, MUNICIPALITY, OFFICIAL, POLICE, Seen
from model.engine.chance import WITNESS, draw, key_of
from model.regimes import BASELINE, NAMED
from model.state.experiences import MET
from model.state.tallies import PEOPLE, TRUST_ALL

NOISE, OTHER = observed.NOISE, observed.NOISE + 1
CREW = 999  # whose hours: neither the corporation's nor the police's


class Rows:
    """A table: columns, of which the first `count` rows are in use."""

    def __init__(self, **columns: Any) -> None:
        self.arrays = {name: np.array(column) for name, column in columns.items()}
        self.count = np.array([len(next(iter(self.arrays.values())))])

    def __len__(self) -> int:
        return int(self.count[0])

    def __getattr__(self, name: str) -> np.ndarray:
        if name in ("arrays", "count") or name.startswith("__"):
            raise AttributeError(name)
        return self.arrays[name][: len(self)]

    def reserve(self, more: int) -> None:
        for name, array in self.arrays.items():
            self.arrays[name] = np.concatenate([array[: len(self)], np.full((more, *array.shape[1:]), -9, array.dtype)])

    def add(self, **row: Any) -> None:
        self.reserve(1)
        self.count[0] += 1
        for name, value in row.items():
            self.arrays[name][len(self) - 1] = value


class Town:
    """Four residents in two streets. Every week trust in the municipality rises by 0.01, public load is the week and twice the week.

    Who heard of a fixed problem files a report two weeks later; a resident moves out in the third week.
    """

    made: list[Town]

    def __init__(self, case: Any, practices: Any, seed: int) -> None:
        self.case, self.seed, self.week = case, seed, -2
        self.log: list[Any] = [("practices", practices)]
        self.residents = Rows(
            name=np.arange(100, 104), trust=np.full((4, 5), 0.5), rest=np.full((4, 5), 0.5), contact=np.zeros(4), street=[0, 0, 1, 1],
        )  # fmt: skip
        self.streets = Rows(public=np.zeros(2))
        self.problems = Rows(
            street=[0, 0, 1, 1], kind=[NOISE, OTHER, NOISE, NOISE], account=[CREW, observed.CORPORATION_HOURS, observed.POLICE_HOURS, CREW],
            state=[observed.LIVING] * 4, last_report=[2, 1, 3, -1], reports=[2, 1, 1, 0], case=[5, 6, 7, 8], ended=[0] * 4, cause=[1] * 4,
        )  # fmt: skip
        self.reports = Rows(
            person=[100, 101, 102, 103], reporter=[0, 1, 2, 3], problem=[0, 1, 0, 2], fate=[0] * 4, closed=[0] * 4, registered=[1, 1, 0, 0],
            next=[-1, -1, 0, -1], week=[-1, 0, 0, 0], days=[20.0, 13.0, 14.5, 13.5],
        )  # fmt: skip
        self.events = Rows(what=np.zeros((0, 4), np.int64), size=np.zeros((0, 3)))
        self.initiatives = Rows(
            born=[1, 2, 3, 0, 5, 10, 20], state=[observed.DONE, observed.DONE + 1, observed.DONE - 1, 0, observed.DONE, observed.DONE, 0],
            ended=[52, 53, 90, 0, 57, 61, 0], results=[0, 0, 0, 0, 0, 1, 0],
        )  # fmt: skip
        self.tally = np.full(200, 50)
        self.record = np.zeros((0, 200))
        self.planned: list[tuple[int, str, float]] = []
        self.told: list[tuple[int, int]] = []
        type(self).made.append(self)

    @property
    def world(self) -> Town:
        """So small a town is its own world."""
        return self

    def checkpoint(self) -> dict[str, Any]:
        return copy.deepcopy(vars(self))

    def restore(self, state: dict[str, Any]) -> None:
        vars(self).update(copy.deepcopy(state))

    def burn_in(self) -> None:
        self.week = 0

    def set_regime(self, practices: Any) -> None:
        self.log.append(("regime", practices))

    def intervene(self, week: int, kind: str, value: float = 0.0) -> None:
        self.planned.append((week, kind, value))

    def run(self, weeks: int) -> None:
        for _ in range(weeks):
            self.step()

    def outcomes(self) -> dict[str, float]:
        return {"weeks": float(self.week)}

    def step(self) -> None:
        self.week += 1
        self.streets.arrays["public"][:] = (self.week, 2 * self.week)
        trust = self.residents.arrays["trust"]
        trust[:, MUNICIPALITY] += 0.01
        for kind, person, to, _ in self.events.what:
            trust[person, to] += 0.1 if kind in (FIXED, MET) else -0.2
            if kind == FIXED:
                self.told.append((self.week + 2, int(self.residents.name[person])))
        self.events.count[0] = 0
        for week, person in self.told:
            if week == self.week:
                self.reports.add(person=person, reporter=person - 100, problem=3, fate=0, week=self.week)
        for week, kind, value in self.planned:
            if week == self.week:
                trust[:, OFFICIAL if kind == "official_leaves" else MUNICIPALITY] -= value or 0.3
                self.residents.arrays["contact"][:] = 0.0 if kind == "official_leaves" else 7.0
        if self.week == 3:
            self.residents.arrays["name"][2] = 555
        row = np.zeros((1, 200))
        row[0, PEOPLE], row[0, TRUST_ALL : TRUST_ALL + 5] = 4, trust.sum(axis=0)
        self.record = np.concatenate([self.record, row])


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> type[Town]:
    """Patterns look at such a town."""
    Town.made = []
    monkeypatch.setattr(observed, "Neighbourhood", Town)
    return Town


def seen(weeks: int, **more: Any) -> Seen:
    case: Any = SimpleNamespace()
    return Seen(case, 7, weeks, **more)


def now(world: Seen) -> Any:
    """The town as it stands."""
    return world.start[0]


# --- the years ----------------------------------------------------------------------------------------------------


def test_the_load_is_added_up_by_half_of_the_run_and_street(town: type[Town]) -> None:
    """Of five weeks 1 and 2 are the first half, 3, 4 and 5 the second."""
    years = seen(5, visits=False).years
    assert years.load.tolist() == [[3.0, 6.0], [12.0, 24.0]]
    assert seen(4, visits=False).years.load.tolist() == [[3.0, 6.0], [7.0, 14.0]]
    assert (years.visits, years.forks, years.weeks) == ([], {}, 5)


def test_all_is_lived_under_the_baseline_with_the_seed_and_once(town: type[Town]) -> None:
    world = seen(2)
    assert world.years is world.years
    assert world.end_of_years().week == 2
    (model,) = town.made
    assert (model.seed, model.case) == (7, world.case)
    assert model.log == [("practices", BASELINE), ("regime", BASELINE)]


def test_the_end_of_the_years_is_gone_back_to_after_something_else_was_lived(town: type[Town]) -> None:
    world = seen(3)
    assert world.end_of_years().week == 3
    world.path({}, 9)
    assert now(world).week == 9
    assert world.end_of_years().week == 3


def test_forks_are_kept_at_their_weeks_before_the_end(town: type[Town]) -> None:
    world = seen(4, forks=(1, 3, 4, 9))
    assert world.forks == (1, 3)
    assert {week: state["week"] for week, state in world.years.forks.items()} == {1: 1, 3: 3}
    assert seen(300).forks == (26, 65, 104)  # and a second report counts for two years
    assert seen(300).followed == 104
    assert seen(300).visits


def test_visits_about_noise_are_seen_with_what_was_waited_and_how_trust_in_who_came_changed(
    town: type[Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Week 2: report 0 found empty by the crew, 1 is not about noise, 3 ended by the police; all others' trust in both rose by 0.04."""

    def step(self: Town) -> None:
        self.week += 1
        if self.week != 2:
            return
        self.reports.arrays["fate"][:] = (observed.EMPTY, observed.ON_TIME, observed.DROPPED, observed.ON_TIME + 1)
        trust = self.residents.arrays["trust"]
        trust[:, [MUNICIPALITY, POLICE]] += 0.04
        trust[0, MUNICIPALITY] -= 0.4
        trust[3, POLICE] += 0.2
        self.reports.add(person=103, reporter=3, problem=0, fate=observed.ON_TIME, week=2)  # filed and closed at once: not seen

    monkeypatch.setattr(Town, "step", step)
    first, last = seen(3).years.visits
    # who came: the municipality; trust -0.36 against a mean change of 0.04 - 0.1
    assert first == pytest.approx((1.0, 20.0, -0.36 + 0.06))
    assert last == pytest.approx((0.0, 13.5, 0.24 - 0.09))
    assert seen(3, visits=False).years.visits == []


def test_who_has_moved_or_was_dropped_is_no_visit_and_a_visit_in_time_is(town: type[Town], monkeypatch: pytest.MonkeyPatch) -> None:
    def step(self: Town) -> None:
        self.week += 1
        self.reports.arrays["fate"][:] = (observed.ON_TIME, 0, observed.EMPTY, observed.DROPPED)
        self.residents.arrays["name"][2] = 555

    monkeypatch.setattr(Town, "step", step)
    assert seen(1).years.visits == [(0.0, 20.0, 0.0)]
    assert seen(2).years.visits == [(0.0, 20.0, 0.0)]  # closed once


# --- the same weeks with one thing changed ------------------------------------------------------------------------


def test_whose_first_report_is_fixed_reports_again_within_what_is_followed_and_who_is_ignored_does_not(town: type[Town]) -> None:
    """Open first reports at week 1: 100 (street 0, or 101), 103 (street 1); 100 and 102 reported the same problem, and both hear."""
    world = seen(2, forks=(1,), followed=3)
    world.years.model.world.reports.arrays["fate"][:] = observed.DROPPED  # what came later does not count
    fixed, ignored, stayed = world.flipped(1)
    assert (fixed.tolist(), ignored.tolist(), stayed.tolist()) == ([True, True], [False, False], [True, True])
    short = seen(2, forks=(1,), followed=2)
    assert short.flipped(1)[0].tolist() == [False, False]
    assert now(world).week == 1 + 3


def test_who_moves_while_followed_has_not_stayed(town: type[Town], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed, "first_reports_open", lambda model: (np.array([2, 3]), np.array([102, 103])))
    fixed, _, stayed = seen(2, forks=(1,), followed=4).flipped(1)
    assert (fixed.tolist(), stayed.tolist()) == ([True, True], [False, True])


def test_acts_befall_the_chosen_in_their_weeks_and_their_trust_is_given_back(town: type[Town]) -> None:
    world = seen(1)
    rows = np.array([1, 3])
    trust = world.acted([(0, MET, OFFICIAL, 0.9, 0.5), (1, IGNORED, POLICE, 0.0, -1.0), (2, MET, CORPORATION, 0.9, 0.5)], rows, 2)
    assert trust == pytest.approx(np.tile([0.5, 0.6, 0.52, 0.5, 0.3], (2, 1)))
    assert now(world).residents.trust[[0, 2]] == pytest.approx(np.tile([0.5, 0.5, 0.52, 0.5, 0.5], (2, 1)))
    assert world.acted([], rows, 3, prior=0.05) == pytest.approx(np.tile([0.5, 0.05, 0.53, 0.5, 0.5], (2, 1)))
    table = now(world).residents
    assert table.rest[:, OFFICIAL].tolist() == [0.5, 0.05, 0.5, 0.05]
    assert table.trust[:, OFFICIAL].tolist() == [0.5, 0.05, 0.5, 0.05]
    assert now(world).log[-1] == ("regime", BASELINE)


def test_a_path_gives_trust_in_the_municipality_of_all_and_the_mean_in_everybody_week_by_week(town: type[Town]) -> None:
    """Rising by 0.01 a week, and shocked by 0.25 in week 2."""
    world = seen(1)
    all_of_them, means = world.path({2: 0.25}, 3)
    assert all_of_them == pytest.approx(np.repeat([[0.51], [0.27], [0.28]], 4, axis=1))
    assert means == pytest.approx(np.array([[0.5, 0.5, x, 0.5, 0.5] for x in (0.51, 0.27, 0.28)]))
    assert now(world).planned == [(2, "shock", 0.25)]
    assert now(world).log[1:] == [("regime", BASELINE)]
    assert world.path({}, 2)[0][:, 0].tolist() == pytest.approx([0.51, 0.52])  # from the start again


def test_officials_leave_in_the_week_that_is_said_or_stay(town: type[Town]) -> None:
    world = seen(1)
    now(world).residents.arrays["contact"][:] = 0.6
    kept: Any = world.start[1]
    kept["residents"].arrays["contact"][:] = 0.6
    trust, rest, contact = world.left(4, 2, True)
    assert now(world).planned == [(4, "official_leaves", 0.0)]
    assert now(world).log[1:] == [("regime", BASELINE)]
    assert now(world).week == 5
    assert trust == pytest.approx(np.tile([0.5, 0.2, 0.55, 0.5, 0.5], (4, 1)))
    assert (rest == 0.5).all()
    assert (contact == 0.0).all()
    trust, _, contact = world.left(4, 2, False)
    assert trust == pytest.approx(np.tile([0.5, 0.5, 0.55, 0.5, 0.5], (4, 1)))
    assert (contact == 0.6).all()
    assert now(world).planned == []


def test_under_other_practices_initiatives_of_a_year_ago_are_counted_and_those_alive_after_that_year(town: type[Town]) -> None:
    """At week 62 those born in weeks 1 to 10 are a year old: five (born 0: none). Ended within a year without a result: the first (51
    weeks) and the second (51 weeks); the third goes on, the fifth ended after a year, the sixth left a result."""
    world = seen(62)
    found = world.under(NAMED["relational"])
    assert (found.begun, found.survived) == (5, 3)
    assert found.outcomes == {"weeks": 62.0}
    assert found.tally.tolist() == [50] * 200
    assert now(world).log[-1] == ("regime", NAMED["relational"])
    assert seen(61).under(BASELINE).begun == 4
    assert world.under(BASELINE).outcomes == {"weeks": 62.0}  # from the start again


# --- small parts --------------------------------------------------------------------------------------------------


def test_who_came_is_told_by_whose_hours_it_cost() -> None:
    assert [observed.came(account) for account in (observed.CORPORATION_HOURS, observed.POLICE_HOURS, CREW)] == [
        CORPORATION, POLICE, MUNICIPALITY,
    ]  # fmt: skip


def test_an_event_befalls_residents_as_their_own_experience_behind_what_was_told_already(town: type[Town]) -> None:
    model: Any = Town(None, None, 1)
    model.events.add(what=[1, 1, 1, 1], size=[1, 1, 1])
    observed.befall(model, np.array([2, 0]), MET, OFFICIAL, 0.75, -1.0)
    assert model.events.what[1:].tolist() == [[MET, 2, OFFICIAL, -1], [MET, 0, OFFICIAL, -1]]
    assert model.events.size[1:].tolist() == [[0.75, -1.0, 1.0]] * 2


def test_a_sample_of_residents_goes_by_their_names_and_the_seed() -> None:
    names = np.arange(5000, 5400)
    model: Any = SimpleNamespace(seed=11, world=SimpleNamespace(residents=SimpleNamespace(name=names)))
    key = key_of(11, WITNESS, -1)
    assert observed.some_residents(model, 0.1).tolist() == [i for i, name in enumerate(names) if draw(key, int(name)) < 0.1]
    assert observed.some_residents(model, 1.0).tolist() == list(range(400))
    assert len(observed.some_residents(model, 0.0)) == 0
    share = draw(key, 5007)
    assert 7 not in observed.some_residents(model, share)
    assert 7 in observed.some_residents(model, np.nextafter(share, 1.0))


def test_open_first_reports_about_living_problems_are_taken_one_a_street(town: type[Town]) -> None:
    model: Any = Town(None, None, 1)
    rows, persons = observed.first_reports_open(model)
    assert (rows.tolist(), persons.tolist()) == ([0, 3], [100, 103])
    model.reports.add(person=103, reporter=3, problem=1, fate=0, week=1)  # her second: does not count
    model.reports.arrays["fate"][0] = observed.ON_TIME  # no longer open: then 101, who stands next in street 0
    assert observed.first_reports_open(model)[1].tolist() == [101, 103]
    model.residents.arrays["name"][1] = 555  # has moved: then 102, about the same street
    assert observed.first_reports_open(model)[1].tolist() == [102, 103]
    model.problems.arrays["state"][2] = observed.SOLVED
    assert observed.first_reports_open(model)[1].tolist() == [102]


@pytest.mark.parametrize("fixed", [True, False])
def test_an_answer_closes_all_reports_about_the_problem_and_tells_who_filed_them(town: type[Town], fixed: bool) -> None:
    """Problem 0 was reported by 100 and, unregistered, by 102, who has moved; the crew came. Problem 2 by 103, unregistered: the police."""
    model: Any = Town(None, None, 1)
    model.week = 9
    model.residents.arrays["name"][2] = 555
    observed.answer(model, np.array([2, 3]), fixed)
    fate = observed.ON_TIME if fixed else observed.DROPPED
    assert model.reports.fate.tolist() == [fate, 0, fate, fate]
    assert model.reports.closed.tolist() == [9, 0, 9, 9]
    assert (model.tally == np.where(np.arange(200) == observed.UNREGISTERED, 48, 50)).all()
    table = model.problems
    assert table.last_report.tolist() == [-1, 1, -1, -1]
    assert table.reports.tolist() == [0, 1, 0, 0]
    assert table.case.tolist() == [observed.NO_CASE, 6, observed.NO_CASE, 8]
    ended = [observed.SOLVED, observed.LIVING, observed.SOLVED, observed.LIVING] if fixed else [observed.LIVING] * 4
    assert table.state.tolist() == ended
    assert table.ended.tolist() == ([9, 0, 9, 0] if fixed else [0] * 4)
    assert table.cause.tolist() == ([0, 1, 0, 1] if fixed else [1] * 4)
    kind, value = (FIXED, 0.9) if fixed else (IGNORED, 0.0)
    assert model.events.what.tolist() == [[kind, 0, MUNICIPALITY, -1], [kind, 3, POLICE, -1]]
    assert model.events.size.tolist() == [[value, -1.0, 1.0]] * 2
