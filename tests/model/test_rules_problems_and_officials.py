"""Rules of problems, reports, officials and institutions: what makes each likelier, and what each comes to."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from model import rules
from model.case.case import load
from model.kinds import KINDS
from model.neighbourhood import Neighbourhood
from model.rule_ranges import LAST
from model.state.experiences import MET, MET_IN_GROUP
from tests.model.chances import USUAL, chance_of, rising

# --- problems and burden ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_problem_left_alone_comes_to_rest_below_the_worst(kind: Any) -> None:
    severity = kind.severity
    for _ in range(5200):
        severity = rules.problem_changes(severity, kind.grows, kind.fades)
        assert 0.0 <= severity < 1.0
    assert severity == pytest.approx(max(0.0, 1.0 - kind.fades / kind.grows) if kind.grows else 0.0, abs=0.02)


def test_burden_grows_with_load_and_want_weighs_on_small_means_only() -> None:
    assert rules.feel_burden(0.0, 0.0, 0.0, 5.0) == 0.0
    assert rising([rules.feel_burden(load, 0.0, 0.5, 0.35) for load in (0, 0.5, 1, 2, 5)])
    assert rising([rules.feel_burden(0.0, 1.0, means, 0.35) for means in (1.0, 0.7, 0.3, 0.0)])
    assert rules.feel_burden(1.0, 0.0, 0.1, 0.35) == rules.feel_burden(1.0, 0.0, 0.9, 0.35)
    assert rules.feel_burden(1.0, 3.0, 1.0, 0.35) == rules.feel_burden(1.0, 0.0, 1.0, 0.35)


# --- reports ------------------------------------------------------------------------------------------------------


def reporting(belief: float = 0.5, owner: float = 0.0, burden: float = 0.5, reach: float = 4.0) -> float:
    given = {"habit": 0.001, "burden": burden, "belief": belief, "owner": owner, "owner_ratio": 3.0, "reach": reach}
    return chance_of(rules.will_report, **given)


def test_owners_report_as_many_times_as_declared_and_burden_counts_in_proportion() -> None:
    assert reporting(owner=1.0) / reporting(owner=0.0) == pytest.approx(3.0)
    assert reporting(burden=0.8) / reporting(burden=0.2) == pytest.approx(4.0)


def test_belief_that_reporting_helps_multiplies_the_rate_by_a_quarter_to_four() -> None:
    even = reporting(belief=0.5)
    assert even == pytest.approx(0.001 * 0.5)
    assert reporting(belief=0.0) / even == pytest.approx(0.25)
    assert reporting(belief=1.0) / even == pytest.approx(4.0)
    assert rising([reporting(belief=b) for b in (0.0, 0.2, 0.5, 0.7, 1.0)])
    assert reporting(belief=0.0, reach=1.0) == pytest.approx(reporting(belief=1.0, reach=1.0))


def test_one_full_success_multiplies_the_rate_of_reports_by_about_what_first_fixes_do() -> None:
    """Sjoberg, Mellon and Peixoto 2017: +57 % after a first fix; P4 takes 1.4 to 1.7 for it. Who was told is surer."""
    usual, step = USUAL.belief_reach, USUAL.report_step
    times = reporting(belief=rules.update_belief(0.5, 1.0, 0.0, step), reach=usual) / reporting(belief=0.5, reach=usual)
    assert 1.4 < times < 1.7
    failed = reporting(belief=rules.update_belief(0.5, 0.0, 1.0, step), reach=usual) / reporting(belief=0.5, reach=usual)
    assert failed == pytest.approx(1.0 / times)


# --- officials ----------------------------------------------------------------------------------------------------


def test_steering_by_complaints_shifts_attention_from_what_is_seen_to_what_is_reported() -> None:
    assert rules.street_draws_attention(0.9, 0.2, 1.0) == 0.9
    assert rules.street_draws_attention(0.9, 0.2, 0.0) == 0.2
    silent = [rules.street_draws_attention(0.0, 0.8, steering) for steering in (1.0, 0.6, 0.3, 0.0)]
    assert rising(silent)


def test_doors_are_ranked_by_street_by_tie_and_the_easy_ones_a_little_first() -> None:
    usual = {"noise": 0.5, "attention": 0.5, "attention_weight": 0.25, "tie": 0.2, "intensity": 0.1, "trust": 0.5}
    usual |= {"creaming": USUAL.creaming, "turn": 0.3}
    for key in ("noise", "attention", "tie", "trust", "turn"):
        assert rising([rules.visit_score(**{**usual, key: value}) for value in (0.0, 0.5, 1.0)]), key
    spread = rules.visit_score(**{**usual, "trust": 1.0}) - rules.visit_score(**{**usual, "trust": 0.0})
    assert spread < 0.5  # luck, which spans 1, decides more


def opening(trust: float, grievance: float = 0.0) -> float:
    given = {"trust": trust, "grievance": grievance, "base": USUAL.door_base, "slope": USUAL.door_slope}
    return chance_of(rules.door_opens, **given)


def test_doors_open_to_who_is_trusted_and_stay_shut_by_old_hurt() -> None:
    assert rising([opening(trust) for trust in (0.0, 0.3, 0.6, 1.0)])
    assert rising([opening(0.5, grievance) for grievance in (1.0, 0.6, 0.3, 0.0)])


def test_of_a_resting_population_two_doors_in_five_open() -> None:
    """Peyton and others 2019: 412 of 1,007 doors."""
    hood = Neighbourhood(load("default").replaced(burn_in=0), compiled=False)
    r = hood.world.residents
    hurt = r.grievance[:, 1:3].max(axis=1)
    mean = np.mean([opening(float(trust), float(g)) for trust, g in zip(r.trust[:, 1], hurt, strict=True)])
    assert 0.38 <= mean <= 0.44


def meeting(draw: float = 0.5, **changed: float) -> float:
    """Quality of a meeting with an official of middling skill and strain, unhurried, with nothing unmet, unless given otherwise."""
    usual = {"skill": 0.5, "strain": 0.5, "unmet": 0.0, "hurry": 0.0, "usual": USUAL.contact_usual, "spread": USUAL.contact_spread}
    return rules.quality_of_contact(draw, **{**usual, **changed})


def test_most_meetings_satisfy_and_some_go_wrong_as_usual_and_spread_say() -> None:
    """A middling official, nothing unmet: log odds are usual + spread * logit of the draw, so the share above q is worked out by hand."""
    qualities = np.array([meeting(u) for u in (np.arange(1000) + 0.5) / 1000])
    for q in (0.4, 0.5, 0.6, 0.8):
        odds = math.exp((USUAL.contact_usual - math.log(q / (1 - q))) / USUAL.contact_spread)
        assert np.mean(qualities > q) == pytest.approx(odds / (1 + odds), abs=1.1e-3)
    assert np.mean(qualities > 0.6) > 0.65
    assert 0.05 < np.mean(qualities < 0.4) < 0.15
    assert np.mean(qualities > 0.5) > 0.8
    assert np.median(qualities) == pytest.approx(1 / (1 + math.exp(-USUAL.contact_usual)), abs=1e-3)


def test_in_a_run_two_in_three_who_met_the_official_are_satisfied_and_one_in_ten_is_not() -> None:
    """Politiewaardering 2021, Veiligheidsmonitor 2021 and 2023; satisfied: above 0.6, dissatisfied: below 0.4 (assumption)."""
    hood = Neighbourhood(load("default").replaced(residents=8000), seed=1, keep_events=True)
    hood.run(260)
    own = [size[((what[:, 0] == MET) | (what[:, 0] == MET_IN_GROUP)) & (size[:, 2] >= 1.0), 0] for _, what, size in hood.world.event_log]
    felt = np.concatenate(own)
    assert len(felt) > 500
    assert np.mean(felt > 0.6) == pytest.approx(0.67, abs=0.06)
    assert np.mean(felt < 0.4) == pytest.approx(0.10, abs=0.04)


def test_a_meeting_goes_better_by_skill_and_worse_by_strain_hurry_and_what_nothing_can_be_done_about() -> None:
    assert rising([meeting(skill=skill) for skill in (0.0, 0.5, 1.0)])
    for against in ("strain", "unmet", "hurry"):
        assert rising([meeting(**{against: value}) for value in (1.0, 0.5, 0.0)]), against
    assert rising([meeting(u) for u in (0.0, 0.5, LAST)])
    assert 0.5 - meeting(0.01, skill=1.0, strain=0.0) > 0.0, "some meetings with the best official go wrong"
    assert meeting(0.99, skill=0.0, strain=1.0, hurry=1.0) > 0.6, "some meetings with the worst go well"
    assert meeting(0.1, spread=0.0) == meeting(0.9, spread=0.0)
    assert rising([meeting(0.9, spread=spread) - meeting(0.1, spread=spread) for spread in (0.0, 0.5, 2.0)])


def test_what_a_meeting_says_of_an_official_shifts_with_the_neutral_point_and_stays_within_the_scale() -> None:
    assert rules.quality_felt(0.7, USUAL.contact_neutral) == 0.7  # satisfaction is taken for trust as it is
    assert rising([rules.quality_felt(0.5, neutral) for neutral in (0.3, 0.1, 0.0, -0.1, -0.3)])
    assert [rules.quality_felt(quality, 0.3) for quality in (0.0, 0.2)] == [0.0, 0.0]
    assert [rules.quality_felt(quality, -0.3) for quality in (0.8, 1.0)] == [1.0, 1.0]


def test_the_bold_promise_more_often_and_the_bothered_hear_more_promises() -> None:
    assert rising([chance_of(rules.will_promise, burden=0.5, boldness=b) for b in (0.0, 0.4, 0.7, 1.0)])
    assert rising([chance_of(rules.will_promise, burden=b, boldness=0.5) for b in (0.0, 0.3, 0.6, 1.0)])
    assert chance_of(rules.will_promise, burden=1.0, boldness=0.0) == pytest.approx(0.15)


@pytest.mark.parametrize("years", [0.1, 1.0, 5.9, 50.0])
def test_officials_stay_as_long_on_average_as_the_case_says(years: float) -> None:
    """At a constant hazard the mean stay is one over the share of draws that make somebody leave."""
    draws = (np.arange(520_000) + 0.5) / 520_000
    left = sum(rules.official_leaves(u, years, 0.5) for u in draws.tolist())
    assert 520_000 / left / 52 == pytest.approx(years, rel=0.01)


def test_under_strain_officials_leave_sooner_and_bend_rules_more() -> None:
    assert rising([chance_of(rules.official_leaves, years_in_post=2.0, strain=s) for s in (0.0, 0.5, 1.0)])
    assert rising([chance_of(rules.will_bend, mandate=0.5, strictness=0.5, strain=s) for s in (0.0, 0.5, 1.0)])
    assert rising([rules.strain_moves(0.3, load, 0.05) for load in (0.0, 0.5, 1.0, 10.0)])


def test_invitations_go_to_one_street_or_all_over_the_area_and_add_up_to_one() -> None:
    assert rules.invitation_weight(0.0, 1.0, 40, 1000) == 0.0
    assert rules.invitation_weight(0.0, 0.0, 40, 1000) == rules.invitation_weight(1.0, 0.0, 40, 1000)
    total = 40 * rules.invitation_weight(1.0, 0.6, 40, 1000) + 960 * rules.invitation_weight(0.0, 0.6, 40, 1000)
    assert total == pytest.approx(1.0)


def test_what_stays_when_somebody_leaves_and_what_makes_practice_are_turned_about_by_roles() -> None:
    assert rules.share_kept(0.0, 0.0) == 0.5
    assert rules.share_kept(0.3, 1.0) == pytest.approx(0.3)
    assert rules.share_kept(1.0, 0.4) == 1.0
    assert rising([rules.share_kept(0.2, pairing) for pairing in (1.0, 0.5, 0.0)])
    assert rising([rules.hours_of_practice(4.0, pairing) for pairing in (0.0, 0.5, 1.0)])


# --- institutions -------------------------------------------------------------------------------------------------


def test_a_case_comes_first_by_reports_pressure_pull_and_age() -> None:
    usual = {"reports": 2.0, "pressure": 0.1, "pull": 0.2, "age": 4.0, "steering": 0.5, "noise": 0.5}
    for key in usual:
        assert rising([rules.case_score(**{**usual, key: value}) for value in (0.0, 0.5, 1.0)]), key
    unsteered = {**usual, "steering": 0.0}
    assert rules.case_score(**unsteered) == rules.case_score(**{**unsteered, "reports": 50.0})


def test_the_longer_a_plan_is_weighed_the_more_flaws_are_found() -> None:
    assert rising([chance_of(rules.approval_catches_flaw, lag=lag, scale=8.0) for lag in (0, 2, 6, 12, 52)])
    assert chance_of(rules.approval_catches_flaw, lag=8.0, scale=8.0) == pytest.approx(1.0 - math.exp(-1.0))
    assert rising([chance_of(rules.approval_catches_flaw, lag=6.0, scale=scale) for scale in (52, 16, 8, 0.5)])


def test_rules_clear_sooner_where_departments_are_open_and_somebody_works_inside() -> None:
    usual = {"openness": 0.3, "strictness": 0.5, "inside_hours": 0.0, "base": 0.08}
    assert rising([chance_of(rules.rule_clears, **{**usual, "openness": v}) for v in (0.0, 0.5, 1.0)])
    assert rising([chance_of(rules.rule_clears, **{**usual, "inside_hours": v}) for v in (0.0, 1.0, 2.0)])
    assert rising([chance_of(rules.rule_clears, **{**usual, "strictness": v}) for v in (1.0, 0.5, 0.0)])


def test_a_mandate_bends_rules_less_where_they_are_strict() -> None:
    assert rising([chance_of(rules.will_bend, mandate=m, strictness=0.5, strain=0.5) for m in (0.0, 0.2, 0.6, 1.0)])
    assert rising([chance_of(rules.will_bend, mandate=0.5, strictness=s, strain=0.5) for s in (1.0, 0.5, 0.0)])
