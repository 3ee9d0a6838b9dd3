"""Outcomes: declared in full; shares, gaps, cascades and recovery counted as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model import kinds
from model.case.case import load
from model.measures import counterfactual as twins
from model.measures import end_of_run as shares
from model.measures.weekly import OUTCOMES, WEEKLY, weekly_values
from model.neighbourhood import Neighbourhood
from model.outcomes import LEAST_WEEKS, RECOVERED
from model.outcomes_dutch import HEADINGS
from model.state import tallies
from model.state.accounts import ENTREPRENEUR_POT
from model.state.experiences import MUNICIPALITY
from model.state.tallies import SUMS, TALLIES
from model.week import problems
from model.week.initiative_founding import CONTINUING, DISAPPOINTED, DONE

SMALL = load("default").replaced(residents=120, burn_in=6, problem_rate=3, found_base=0.01)


@pytest.fixture(scope="module")
def lived() -> Neighbourhood:
    return Neighbourhood(SMALL, "leapfrog", seed=4, compiled=False).run(30)


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda outcome: outcome.name)
def test_an_outcome_says_all_about_itself(outcome):
    assert outcome.good in ("up", "down", "none")
    assert outcome.summary in ("last year", "run", "end")
    assert math.isfinite(outcome.smallest)
    assert outcome.smallest > 0
    assert outcome.smallest < 0.5 or outcome.unit not in ("0-1", "share", "Gini")
    assert all((outcome.label, outcome.heading, outcome.unit, outcome.meaning))


def test_a_difference_is_negligible_only_when_its_whole_interval_is():
    trust = OUTCOMES["trust_municipality"]
    assert trust.negligible(-0.5 * trust.smallest, 0.9 * trust.smallest)
    assert not trust.negligible(-0.5 * trust.smallest, trust.smallest)
    assert not trust.negligible(-2 * trust.smallest, 0.0)
    assert not trust.negligible(math.nan, math.nan)


def test_every_outcome_of_a_run_is_a_number_or_nan_and_before_the_first_week_none_is_known(lived):
    assert list(lived.outcomes()) == list(OUTCOMES)
    assert all(isinstance(value, float) for value in lived.outcomes().values())
    fresh = Neighbourhood(SMALL, seed=4, compiled=False).outcomes()
    known = {name for name, value in fresh.items() if not math.isnan(value)}
    assert known == set()


@pytest.mark.parametrize(
    ("counts", "outcome", "value"),
    [
        *(({"AGENDA_LANDED": 3}, "agenda_landed", 3), ({"AGENDA_STOPPED": 3}, "agenda_stopped", 3)),
        ({"AGENDA_ADDRESSED": 8, "AGENDA_TAKEN_UP": 6}, "uptake", 0.75),
        ({"AGENDA_ADDRESSED": 8, "AGENDA_GOAL": 4000}, "agenda_goal", 0.5),
        *(({"OBJECTIONS": 2}, "objections", 2), ({"VARIANTS": 2}, "local_variants", 2)),
        *(({"REQUESTED": 40, "HELPED_COUNT": 30}, "helped", 0.75), ({"REQUESTED": 40, "REFUSED_COUNT": 10}, "refused", 0.25)),
        *(({"REQUESTED": 40, "TAILORED": 10}, "tailored", 0.25), ({"REQUESTED": 40, "CHECKED_COUNT": 4}, "checked", 0.1)),
        *(
            ({"REQUESTED": 40}, "requests", 40),
            ({"MISUSED": 1, "CAUGHT": 3}, "misuse_caught", 0.75),
            ({"MISUSED": 4}, "misuse", 4),
            ({"ENVIED": 7}, "envy", 7),
        ),
        *(({"GROUP_MEETINGS": 5}, "group_meetings", 5), ({"EXCHANGES": 5}, "exchanges", 5), ({"ENTERPRISES": 2}, "enterprises", 2)),
        *(({"UPKEEP_CENTS": 700_000}, "upkeep_euro", 7), ({"BURNED_OUT_COUNT": 4}, "burned_out", 4)),
        *(({"TAKEN_AS_INPUT": 4}, "taken_as_input", 4), ({"PUBLISHED": 4}, "in_the_news", 4)),
        *(({"STARTED": 8, "GUIDED": 2}, "guided", 0.25), ({"DELIVERED": 8, "LED_BY_OFFICIALS": 2}, "led_by_officials", 0.25)),
        ({"CLOSED_ON_TIME": 5, "CLOSED_LATE": 3, "CLOSED_EMPTY": 1, "CLOSED_BADLY": 1}, "closed_unsolved", 0.2),
        ({"CLOSED_ON_TIME": 6, "CLOSED_EMPTY": 2, "CLOSED_IGNORED": 2}, "nothing_found", 0.25),
        ({"CLOSED_ON_TIME": 6, "CLOSED_BADLY": 2, "CLOSED_IGNORED": 2}, "ignored", 0.2),
        ({"REPORTERS": 8, "REPORTERS_TOLD": 6}, "reporters_told", 0.75),
        ({"REPORTERS": 8, "REPORTERS_PLEASED": 4}, "reporters_pleased", 0.5),
        *(({"HAND_OVERS": 5}, "hand_overs", 5), ({"BOUNDARIES": 5}, "boundaries_crossed", 5)),
        *(({"EXCHANGE_CONTACTS": 5}, "exchange_contacts", 5), ({"EXCHANGE_MINUTES": 300}, "exchange_hours", 5)),
        ({"RESIDENT_HOURS": 60_000}, "resident_value", 15),
        ({"RESIDENT_HOURS": 60_000}, "resident_value_30", 30),
    ],
)
def test_a_tally_of_a_year_of_1000_residents_is_counted_as_declared(counts, outcome, value):
    record = np.zeros((52, SUMS + TALLIES))
    record[:, 5 - 1] = 1000  # residents
    for name, count in counts.items():
        record[:, SUMS + getattr(tallies, name)] = count
    assert weekly_values(record)[-1, WEEKLY.index(outcome)] == pytest.approx(value)


@pytest.mark.parametrize(
    ("amounts", "value"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 8], 0.75), ([0, 1, 2, 3], 5 / 12), ([0, 0], math.nan), ([5], 0.0)]
)
def test_gini_is_nought_when_all_have_alike_and_near_one_when_one_has_all(amounts, value):
    assert shares.gini(np.array(amounts)) == pytest.approx(value, nan_ok=True)
    assert shares.gini(np.array(amounts[::-1])) == pytest.approx(value, nan_ok=True)


def test_the_root_of_a_tree_is_found_over_any_number_of_followers():
    parent = np.array([-1, 0, 1, 2, -1, 4, 3, -1])
    assert shares.roots(parent).tolist() == [0, 0, 0, 0, 4, 4, 0, 7]
    assert shares.roots(np.array([], np.int32)).tolist() == []


def add_initiatives(hood: Neighbourhood, rows: list[tuple[int, int, int]]) -> None:
    """Ended initiatives as (parent, street, founder), started in week 1."""
    table = hood.world.initiatives
    table.reserve(len(rows))
    for row, (parent, street, founder) in enumerate(rows):
        values = {"parent": parent, "street": street, "founder": founder, "born": 1, "state": DONE}
        for column, value in values.items():
            table.arrays[column][row] = value
    table.count[0] = len(rows)


def test_cascades_are_the_trees_of_examples_and_the_oil_slick_their_reach():
    hood = Neighbourhood(SMALL.replaced(streets=4), seed=1, compiled=False)
    add_initiatives(hood, [(-1, 0, 0), (0, 1, 1), (1, 2, 2), (-1, 3, 3)])
    found = shares.spread_of_initiatives(hood.world)
    s = hood.world.streets
    away = [math.hypot(s.x[k] - s.x[0], s.y[k] - s.y[0]) for k in (1, 2)]
    assert found["cascade_largest"] == 3
    assert found["cascade_mean"] == 2
    assert found["oil_slick"] == pytest.approx(sum(away) / 2)
    assert found["departments_open"] == 0
    hood.world.departments.arrays["openness"][:2] = 0.6
    assert shares.spread_of_initiatives(hood.world)["departments_open"] == pytest.approx(0.4)


def test_the_elite_share_counts_founders_who_still_live_there():
    hood = Neighbourhood(SMALL, seed=1, compiled=False)
    r = hood.world.residents
    by_means = np.argsort(r.means)
    poor, rich, gone = int(by_means[0]), int(by_means[-1]), int(by_means[-2])
    add_initiatives(hood, [(-1, 0, rich), (-1, 0, poor), (-1, 0, gone)])
    r.arrays["arrived"][gone] = 20
    assert shares.who_carries(hood.world)["elite_founders"] == 0.5
    r.arrays["member"][[rich, poor, int(by_means[1])], 0] = 0
    assert shares.who_carries(hood.world)["elite_members"] == pytest.approx(1 / 3)
    assert shares.who_carries(hood.world)["gini_members"] == pytest.approx(1 - 3 / 120)


def test_hours_lost_on_the_way_upkeep_and_what_is_beyond_residents_are_counted():
    hood = Neighbourhood(SMALL, seed=1, compiled=False).run(1)
    add_initiatives(hood, [(-1, 0, 0), (-1, 0, 1), (-1, 0, 2)])
    i, q = hood.world.initiatives.arrays, hood.world.problems
    i["results"][:3], i["guided"][:3], i["upkeep"][:3] = (2, 1, 0), (0, 1, 0), (1, 0, 0)
    i["state"][:3] = (CONTINUING, CONTINUING, DISAPPOINTED)
    found = shares.what_it_takes(hood.world)
    assert found["way_hours"] == pytest.approx((2 * 18 + 3.6 + 18) / 4)  # of four tries, one was shown the way
    assert found["upkeep_alone"] == 0.5
    not_theirs = ("noise", "traffic", "design", "paving", "lighting")
    beyond = sum(kinds.KINDS[kind].name in not_theirs for kind in q.kind[q.state == problems.LIVING])
    assert found["problems_beyond"] == pytest.approx(beyond * 1000 / 120)
    hood.world.purses.arrays["spent_ever"][ENTREPRENEUR_POT] = 12_000
    assert shares.what_it_takes(hood.world)["exchange_euro"] == pytest.approx(52)


def test_what_helps_is_asked_of_all_and_of_who_took_part():
    hood = Neighbourhood(SMALL, seed=1, compiled=False).run(1)
    r = hood.world.residents.arrays
    r["acting"][:], r["reporting"][:], r["touched"][:] = 0.5, 0.25, 0
    assert math.isnan(shares.what_helps(hood.world)["belief_acting_active"])
    r["acting"][0], r["touched"][:2] = 0.9, (2, 6)
    found = shares.what_helps(hood.world)
    assert found["belief_acting_active"] == pytest.approx(0.7)
    assert found["belief_acting"] == pytest.approx(0.5 + 0.4 / 120)
    assert found["belief_reporting"] == 0.25


def test_free_hours_follow_means_as_far_as_the_case_says():
    def gap(slope: float) -> float:
        r = Neighbourhood(SMALL.replaced(residents=2000, energy_means=slope, energy_spread=0), seed=1, compiled=False).world.residents
        return float(r.energy[r.means > 0.5].mean() / r.energy[r.means <= 0.5].mean())

    assert gap(0.0) == pytest.approx(1)
    assert 1 < gap(0.6) < gap(1.2)


def test_gaps_between_groups_and_streets_are_those_of_their_means():
    hood = Neighbourhood(SMALL.replaced(streets=2), seed=1, compiled=False)
    r = hood.world.residents
    r.arrays["trust"][:, 0] = np.where(r.group == 0, 0.25, np.where(r.group == 1, 0.5, 0.75))
    r.arrays["trust"][:, MUNICIPALITY] = np.where(r.street == 0, 0.25, 0.75)
    r.arrays["burden"][:] = 0.5
    found = shares.spread_of_trust(hood.world)
    assert found["trust_neighbours_groups"] == pytest.approx(0.5)
    assert found["trust_municipality_streets"] == pytest.approx(0.25)
    assert found["burden_streets"] == 0
    alone = Neighbourhood(SMALL.replaced(residents=1), seed=1, compiled=False)
    assert all(math.isnan(value) for value in shares.spread_of_trust(alone.world).values())


def test_a_close_tie_with_the_official_takes_more_than_one_conversation(lived):
    contact = lived.world.residents.arrays["contact"]
    before = contact.copy()
    contact[:] = 0.26
    contact[:30] = 0.31
    assert shares.shares(lived.world)["linking_close"] == 0.25
    contact[:] = before


def test_who_gains_is_the_change_since_the_start_of_who_has_stayed():
    hood = Neighbourhood(SMALL, seed=1, compiled=False)
    r = hood.world.residents
    rich = r.means >= np.median(r.means)
    r.arrays["trust_start"][:], r.arrays["burden_start"][:] = 0.5, 0.5
    r.arrays["trust"][:, MUNICIPALITY] = np.where(rich, 0.75, 0.5)
    r.arrays["burden"][:] = np.where(rich, 0.25, 0.5)
    r.arrays["arrived"][0], r.arrays["trust"][0, MUNICIPALITY] = 3, 0.0  # a newcomer does not count
    assert shares.who_gains(hood.world) == {"gain_burden": pytest.approx(-0.25), "gain_trust": pytest.approx(0.25)}


def test_the_start_is_remembered_when_the_run_starts_and_newcomers_bring_their_own(lived):
    hood = Neighbourhood(SMALL, seed=4, compiled=False)
    hood.burn_in()
    burden, trust = hood.world.residents.burden.copy(), hood.world.residents.trust[:, MUNICIPALITY].copy()
    hood.run(30)
    r = hood.world.residents
    stayed = r.arrived <= 0
    assert 0 < (~stayed).sum() < len(r)
    assert np.array_equal(r.burden_start[stayed], burden[stayed])
    assert np.array_equal(r.trust_start[stayed], trust[stayed])
    assert np.array_equal(r.trust_start[~stayed], r.rest[~stayed, MUNICIPALITY])
    assert (r.burden_start[~stayed] == 0).all()


@pytest.mark.parametrize(
    ("gap", "depth", "weeks"),
    [
        ([0.04, 0.08, 0.06, 0.039, 0.05, 0.01], 0.08, 4),  # the first week after the greatest gap counts
        ([0.08, 0.07, 0.06], 0.08, 3),  # never: all weeks left
        ([0.0, 0.0], 0.0, 0),
        ([-0.02, -0.01], 0.0, 0),
    ],
)
def test_recovery_is_when_the_gap_is_small_again(gap, depth, weeks):
    assert RECOVERED == 0.5
    assert twins.recovery(np.array(gap)) == (depth, weeks)


def test_a_shock_is_lived_beside_the_run_and_leaves_it_as_it_was():
    case = SMALL.replaced(residents=60)
    found = Neighbourhood(case, "relational", seed=3, compiled=False).run_with_multiplier(LEAST_WEEKS)
    alone = Neighbourhood(case, "relational", seed=3, compiled=False).run(LEAST_WEEKS)
    assert np.array_equal(found.world.record, alone.world.record)
    assert found.identity == alone.identity
    assert found.world.happenings == alone.world.happenings
    assert found.outcomes()["shock_depth"] > 0.02
    assert 4 < found.outcomes()["recovery_weeks"] <= LEAST_WEEKS * 3 / 4  # most of one shock is the step that fades within weeks
    assert math.isnan(alone.outcomes()["shock_depth"])


def test_what_is_put_in_is_as_old_as_the_week_says(monkeypatch):
    weeks = []
    monkeypatch.setattr(twins, "happen", lambda model, event: weeks.append((event.kind, event.week, model.week)))
    Neighbourhood(SMALL.replaced(residents=60), seed=3, compiled=False).run_with_multiplier(LEAST_WEEKS)
    assert weeks == [("initiative", LEAST_WEEKS // 4, LEAST_WEEKS // 4), ("shock", LEAST_WEEKS // 4, LEAST_WEEKS // 4)]


def test_a_short_run_has_no_recovery_but_a_multiplier():
    short = Neighbourhood(SMALL.replaced(residents=60), seed=3, compiled=False).run_with_multiplier(12)
    assert math.isnan(short.outcomes()["recovery_weeks"])
    assert not math.isnan(short.outcomes()["snowball_multiplier"])


def test_every_outcome_has_label_and_definition_in_both_languages():
    for one in OUTCOMES.values():
        assert all((one.label, one.nl, one.meaning, one.meaning_nl, HEADINGS[one.heading])), one.name
    assert len({one.nl for one in OUTCOMES.values()}) == len({one.label for one in OUTCOMES.values()}) == len(OUTCOMES)
