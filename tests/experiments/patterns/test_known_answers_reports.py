"""Patterns of reports, measured on tables filled by hand: the numbers are worked out in the tests."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.patterns import reports
from experiments.patterns.measure import patterns


class Rows(SimpleNamespace):
    """A table by its columns; as long as the first."""

    def __init__(self, **columns: Any) -> None:
        super().__init__(**{name: np.asarray(column) for name, column in columns.items()})

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))


def seen(**facts: Any) -> Any:
    """What a pattern is measured on, at its end in this state; weeks, forks and so on as given."""
    model = SimpleNamespace(**{name: facts.pop(name) for name in list(facts) if name not in KEPT})
    model.world = model  # all that is looked at in a neighbourhood is in its tables here
    return SimpleNamespace(end_of_years=lambda: model, **facts)


KEPT = ("weeks", "followed", "forks", "flipped", "years", "case")
DROPPED, EMPTY = 90, 91  # other fates of a report than fixed on time or late


def tally(**counts: int) -> np.ndarray:
    """Every count is 7, but for these."""
    found = np.full(200, 7)
    for name, count in counts.items():
        found[getattr(reports, name)] = count
    return found


# --- P1 and moves: how many a year ----------------------------------------------------------------------------------


def test_the_rate_of_reports_is_for_each_resident_and_year() -> None:
    """45 reports of 8 residents in 130 weeks, two and a half years."""
    world = seen(tally=tally(FILED=45), residents=Rows(name=range(8)), weeks=130)
    assert reports.report_rate(world) == {"rate": 2.25}


def test_turnover_is_the_share_of_residents_who_move_in_a_year() -> None:
    world = seen(tally=tally(MOVES=5), residents=Rows(name=range(20)), weeks=26)
    assert reports.turnover(world) == {"share": 0.5}


# --- P2: concentration --------------------------------------------------------------------------------------------


def filed(*counts: tuple[int, int, int], week: int, own: float = 1.0) -> Any:
    """A world in which each (person, week, number) filed so many; a share of the reports is about the own street."""
    person = np.repeat([p for p, _, _ in counts], [n for _, _, n in counts])
    weeks = np.repeat([w for _, w, _ in counts], [n for _, _, n in counts])
    n = len(person)
    home = np.arange(n) < round(own * n)
    return seen(
        week=week, reports=Rows(person=person, week=weeks, problem=np.where(home, 0, 1), reporter=np.zeros(n, int)),
        problems=Rows(street=[3, 4]), residents=Rows(street=[3]),
    )  # fmt: skip


def test_the_busiest_tenth_of_those_who_reported_in_two_years_and_who_filed_just_one() -> None:
    """In the last 104 weeks 20 people filed: 10, 4 and eighteen times one, together 32; the busiest two 14. Over the whole run after
    the burn-in 30 filed: 13, 5 (the fourth had filed 4 more), 4 and 27 singles, together 49; the busiest three 22."""
    window = [(1, 47, 9), (1, 150, 1), (2, 100, 4), *((n, 60, 1) for n in range(3, 21))]
    earlier = [(1, 46, 3), (3, 1, 4), *((n, 30, 1) for n in range(21, 31))]
    world = filed(*earlier, *window, (99, 0, 5), (98, -3, 1), week=150, own=0.75)
    assert reports.concentration(world) == pytest.approx(
        {"top_tenth": 14 / 32, "once": 18 / 20, "top_tenth_all": 22 / 49, "once_all": 27 / 30, "near_home": 41 / 55}
    )
    assert reports.WINDOW == 104  # two years, as in Boston (O'Brien 2015)


@pytest.mark.parametrize(("people", "busiest"), [(4, 1), (14, 1), (16, 2), (24, 2), (26, 3)])
def test_a_tenth_of_the_people_is_rounded_to_whole_people(people: int, busiest: int) -> None:
    """The first four filed 2 each, all others 1."""
    found = reports.concentration(filed(*((n, 5, 2 if n < 4 else 1) for n in range(people)), week=104))
    assert found["top_tenth"] == pytest.approx(2 * busiest / (people + 4))


def test_of_a_few_who_reported_the_busiest_tenth_is_one() -> None:
    found = reports.concentration(filed((1, 5, 2), (2, 6, 1), (3, 7, 1), week=104))
    assert (found["top_tenth"], found["once"]) == (0.5, pytest.approx(2 / 3))


def test_concentration_is_not_known_where_nobody_reported_of_late() -> None:
    found = reports.concentration(filed((1, 5, 2), (2, 6, 1), week=120))
    assert np.isnan(found["top_tenth"])
    assert np.isnan(found["once"])
    assert (found["top_tenth_all"], found["once_all"], found["near_home"]) == (pytest.approx(2 / 3), 0.5, 1.0)


# --- P4: a first report that was fixed ----------------------------------------------------------------------------


def histories(*people: tuple[str, list[tuple[int, int]]], gone: str = "") -> dict[str, Any]:
    """Reports in the order of weeks; of each person (week, fate), told it all. Who is gone has made way for somebody else."""
    names = [ord(name) for name, _ in people]
    rows = sorted((week, place, fate) for place, (_, history) in enumerate(people) for week, fate in history)
    week, place, fate = (list(column) for column in zip(*rows, strict=True))
    table = Rows(person=[names[p] for p in place], week=week, fate=fate, reporter=place, told=[1] * len(place))
    return {"reports": table, "residents": Rows(name=[0 if chr(name) in gone else name for name in names])}


def test_who_reported_first_and_was_helped_reports_again_more_often_as_association() -> None:
    """Followed for 20 weeks, at week 100. Fixed at first: a (again after 20 weeks), b (after 21: too late), c (in time), d (never).
    Not fixed: e (again in time), f, g and h never. Not counted: i, first at week 81; j, who has moved."""
    on_time, late = reports.ON_TIME, reports.LATE
    world = histories(
        ("a", [(10, on_time), (30, DROPPED)]), ("b", [(10, late), (31, on_time)]), ("c", [(60, late), (61, DROPPED), (62, DROPPED)]),
        ("d", [(80, on_time)]), ("e", [(20, DROPPED), (25, on_time)]), ("f", [(5, DROPPED)]), ("g", [(7, EMPTY)]), ("h", [(80, 0)]),
        ("i", [(81, on_time), (82, on_time)]), ("j", [(5, on_time), (6, on_time)]), gone="j",
    )  # fmt: skip
    found = reports.fixed_first_report(seen(week=100, **world, followed=20, forks=(), flipped=None))
    assert found["association"] == (2 / 4, 1 / 4)
    world["reports"].told[world["reports"].person == ord("d")] = 0  # d never hears of it, and counts as one of the others
    assert reports.fixed_first_report(seen(week=100, **world, followed=20, forks=(), flipped=None))["association"] == (2 / 3, 1 / 5)


def test_the_last_reporter_of_all_counts_as_one_who_did_not_report_again() -> None:
    world = histories(("a", [(1, reports.LATE), (2, DROPPED)]), ("b", [(3, DROPPED)]))
    found = reports.fixed_first_report(seen(week=100, **world, followed=20, forks=(), flipped=None))
    assert found["association"] == (1.0, 0.0)
    nobody = reports.fixed_first_report(seen(week=100, **histories(("a", [(1, DROPPED)])), followed=20, forks=(), flipped=None))
    assert np.isnan(nobody["association"]).tolist() == [True, False]


def test_as_intervention_those_who_stayed_are_counted_over_all_forks() -> None:
    """After the first fork 3 of 4 stay: 2 report again when fixed, 1 when ignored; after the second 2: 2 and 0."""
    flips = {
        26: ([1, 1, 0, 1], [0, 1, 0, 1], [1, 1, 1, 0]),
        65: ([1, 1], [0, 0], [1, 1]),
    }
    world = histories(("a", [(1, DROPPED)]))
    lived = seen(week=100, **world, followed=20, forks=(26, 65), flipped=lambda week: tuple(np.array(x, bool) for x in flips[week]))
    found = reports.fixed_first_report(lived)
    assert (found["intervention"], found["again_fixed"], found["again_ignored"]) == ((4, 1), (4, 5), (1, 5))


# --- P5: silent streets -------------------------------------------------------------------------------------------


def quiet_and_loud(first: list[int], second: list[int], **changed: Any) -> Any:
    """Eight streets of 10 residents (the last of 20), with so many reports in either half of 100 weeks, a load of 2 and 4 in each."""
    people = np.array([10] * (len(first) - 1) + [20])
    start = np.cumsum(people) - people
    streets = np.arange(len(first))
    problem = np.concatenate([np.repeat(streets, first), np.repeat(streets, second), streets])
    half = sum(first)
    week = np.concatenate([np.resize([1, 50], half), np.resize([51, 100], sum(second)), np.zeros(len(first), int)])  # some in the burn-in
    load = changed.get("load", np.array([[2.0] * len(first), [4.0] * len(first)]))
    arisen = changed.get("arisen", [(int(street), 60, 0) for street in streets])
    street, born, nth = (np.array(column) for column in zip(*[(int(street), 1, 0) for street in streets], *arisen, strict=True))
    return seen(
        weeks=100, years=SimpleNamespace(load=load), streets=Rows(start=start, stop=start + people),
        reports=Rows(week=week, problem=problem),
        problems=Rows(street=street, born=born, nth=nth),
        residents=Rows(street=np.repeat(streets, people), owner=changed.get("owner", np.zeros(people.sum()))),
    )  # fmt: skip


FIRST, SECOND = [5, 1, 6, 7, 2, 9, 7, 19], [9, 3, 9, 9, 2, 12, 9, 15]  # for each resident 0.5 .1 .6 .7 .2 .9 .7 .95 in the first half


def test_the_gap_is_of_reports_for_a_like_load_in_the_second_half_of_streets_ranked_in_the_first() -> None:
    """Silent: streets 1 and 4, 5 reports on 20 * 4 of load; loud: 5 and 7, 27 on 30 * 4."""
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND))["gap"] == pytest.approx((27 / 120) / (5 / 80))


def test_streets_are_ranked_by_reports_for_each_bit_of_load() -> None:
    """With a tenth of the load street 0 reports most for a like load; loud are 0 (load 8 later) and 7: 24 on 10 * 8 + 20 * 4."""
    load = np.array([[0.2, 2, 2, 2, 2, 2, 2, 2], [8.0, 4, 4, 4, 4, 4, 4, 4]])
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, load=load))["gap"] == pytest.approx((24 / 160) / (5 / 80))
    load[0, 0] = 0.0  # no load at all, and reports: loud still
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, load=load))["gap"] == pytest.approx((24 / 160) / (5 / 80))


def test_unmet_need_is_load_left_for_each_problem_that_arose_in_the_second_half() -> None:
    """Problems of the second half, not returned ones. Silent: street 1 one and 4 three; loud: 5 one and 7 one. Load 8 on 4 over 8 on 2."""
    arisen = [(1, 51, 0), (4, 60, 0), (4, 60, 0), (4, 99, 0), (5, 51, 0), (7, 100, 0), (0, 60, 0)]
    not_counted = [(1, 50, 0), (4, 60, 1), (5, 60, 2), (7, 3, 0)]
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, arisen=arisen + not_counted))["unmet"] == pytest.approx((8 / 4) / (8 / 2))
    load = np.array([[2.0] * 8, [4.0, 7.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]])  # of the second half: 11 in the silent streets
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, arisen=arisen, load=load))["unmet"] == pytest.approx((11 / 4) / (8 / 2))


def test_owners_are_compared_as_shares_of_the_people_of_both_quarters() -> None:
    """Silent: 2 of 20 own; loud: 12 of 30."""
    owner = np.zeros(90)
    owner[[10, 45]] = 1.0  # streets 1 and 4
    owner[[50, 51, *range(70, 80)]] = 1.0  # streets 5 and 7
    owner[0:10] = 1.0  # street 0, in neither
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, owner=owner))["owners"] == pytest.approx(0.4 / 0.1)
    owner[[10, 45]] = 0.0
    assert reports.silent_streets(quiet_and_loud(FIRST, SECOND, owner=owner))["owners"] == pytest.approx(0.4 / 1e-9)


def test_of_three_streets_a_quarter_is_one_and_a_street_without_reports_leaves_the_gap_open() -> None:
    found = reports.silent_streets(quiet_and_loud([1, 2, 8], [1, 5, 8]))
    assert found["gap"] == pytest.approx((8 / 80) / (1 / 40))
    assert np.isnan(reports.silent_streets(quiet_and_loud([1, 2, 8], [0, 5, 8]))["gap"])
    none_in_the_last = reports.silent_streets(quiet_and_loud([1, 2, 0], [1, 5, 0]))  # street 2 is silent, and gives no rate
    assert np.isnan(none_in_the_last["gap"])


def test_reports_from_the_first_week_to_the_middle_rank_streets_and_those_before_and_after_do_not() -> None:
    """Weeks 1 and 50 count for streets 2 and 1, 0 and 51 not: with 5, 4 and 0 reports street 2 is loud and street 0 silent."""
    world = quiet_and_loud([0, 4, 5], [3, 1, 2])
    at = world.end_of_years().reports
    for street, week in ((1, 50), (2, 1)):
        at.week[(at.problem == street) & (at.week > 0) & (at.week <= 50)] = week
    at.week[(at.problem == 0) & (at.week > 50)] = 51
    assert reports.silent_streets(world)["gap"] == pytest.approx((2 / 80) / (3 / 40))


# --- P7: the visit finds nothing ----------------------------------------------------------------------------------


def test_visits_that_find_nothing_by_how_long_was_waited_and_what_they_do_to_trust() -> None:
    """With a norm of 6 weeks: late 2 of 3 find nothing, in time 1 of 2."""
    visits = [(1, 7, -0.1), (1, 20, -0.3), (0, 8, 0.5), (1, 6, -0.2), (0, 1, 0.1)]
    case = SimpleNamespace(behaviour=SimpleNamespace(promised_days=6.0))
    found = reports.finds_nothing(SimpleNamespace(years=SimpleNamespace(visits=visits), case=case))  # type: ignore[arg-type]
    assert found == pytest.approx({"nothing_found": 3 / 5, "late": 2 / 3 - 1 / 2, "trust": -0.2, "trust_ended": 0.3})
    none = reports.finds_nothing(SimpleNamespace(years=SimpleNamespace(visits=[]), case=case))  # type: ignore[arg-type]
    assert all(np.isnan(value) for value in none.values())


# --- what is expected ---------------------------------------------------------------------------------------------


def test_the_ranges_expected_of_reports_are_those_that_the_sources_give() -> None:
    expected = {
        "P1": {"rate": (0.10, 0.32)},  # DoeMee 2019: 99-317 per 1,000
        "P2": {"top_tenth": (0.5, 0.7), "once": (2 / 3, 1), "near_home": (0.75, 1)},  # mySociety 62 %, two thirds; O'Brien 76 %, 80 %
        "P4": {"association": (1.4, 1.7), "intervention": (1.4, 1.7)},  # Sjoberg 2017: +57 %
        "P5": {"gap": (2, 4), "unmet": (1, math.inf)},  # Liu 2023: 3 times as fast
        "P7": {"nothing_found": (0.5, 1), "late": (0, math.inf), "trust": (-math.inf, 0)},  # a claim
        "moves": {"share": (0.09, 0.11)},  # clo.nl 2015: 10 %
    }
    known = patterns()
    assert {id: {part.name: (part.low, part.high) for part in known[id].parts if part.scored} for id in expected} == expected
    assert {known[id].on for id in expected} == {"large"}
    beside = {id: [part.name for part in known[id].parts if not part.scored] for id in expected}
    assert {id: names for id, names in beside.items() if names} == {
        "P2": ["top_tenth_all", "once_all"], "P4": ["again_fixed", "again_ignored"], "P5": ["owners"], "P7": ["trust_ended"],
    }  # fmt: skip
