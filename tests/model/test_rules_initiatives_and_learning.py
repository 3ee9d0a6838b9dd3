"""Rules of initiatives, learning and ties, and of coming and going: what makes each likelier, and what each comes to."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import rules
from model.case.case import load
from tests.model.chances import USUAL, chance_of, rising

SURELY = settings(max_examples=100, deadline=None, derandomize=True)


# --- initiatives --------------------------------------------------------------------------------------------------


def test_energy_readiness_belief_burden_and_example_each_make_founding_likelier() -> None:
    usual = {"energy": 0.5, "readiness": 0.3, "belief": 0.5, "burden": 0.2, "example": 0.001, "base": 0.001}
    for key in usual:
        assert rising([chance_of(rules.will_found, **{**usual, key: v}) for v in (0.0, 0.1, 0.3, 0.9)]), key


def test_a_crowd_raises_joining_most_around_the_threshold() -> None:
    def joining(crowd: float, threshold: float = 2.0, tie: float = 0.5, readiness: float = 0.5) -> float:
        more = {"base": 1.0, "floor": 0.05, "threshold": threshold}
        return chance_of(rules.will_join, tie=tie, readiness=readiness, active_contacts=crowd, **more)

    assert rising([joining(crowd) for crowd in (0, 1, 2, 3, 10)])
    assert joining(0) == pytest.approx(0.25 * 0.05)
    assert joining(2) == pytest.approx(0.25 * (0.05 + 0.95 / 2))  # half of the crowd effect at the threshold
    assert joining(2) - joining(1) > joining(1) - joining(0)  # the second and third count for more than the first
    assert rising([joining(2, threshold) for threshold in (10, 3, 1, 0.1)])
    assert rising([joining(2, tie=tie) for tie in (0.0, 0.3, 1.0)])
    assert rising([joining(2, readiness=ready) for ready in (0.0, 0.3, 1.0)])


def test_hours_are_divided_over_memberships_and_grow_with_belief() -> None:
    assert rules.hours_given(2.0, 1.0, 0.5) == pytest.approx(rules.hours_given(2.0, 0.0, 0.5) / 2)
    assert rising([rules.hours_given(2.0, 0.0, belief) for belief in (0.0, 0.5, 1.0)])
    assert rules.hours_given(0.0, 0.0, 1.0) == 0.0


def test_vigour_lives_on_hours_and_suffers_from_waiting_and_too_few_hands() -> None:
    def after(hours: float = 1.0, waiting: float = 0.0) -> float:
        return rules.vigour_changes(0.5, hours, USUAL.weekly_need, waiting, USUAL.wear)

    assert rising([after(hours) for hours in (0.0, 0.5, 1.5, 2.5)])
    assert after(2.5) == after(100.0)  # more than is needed does not help
    assert after(waiting=1.0) < after(waiting=0.0)
    assert after(0.0) < 0.5 < after(2.5)


@SURELY
@given(st.floats(0, 1), st.floats(0, 100), st.floats(0, 1))
def test_vigour_stays_between_0_and_1_at_the_default_wear(vigour: float, hours: float, waiting: float) -> None:
    assert 0.0 <= rules.vigour_changes(vigour, hours, USUAL.weekly_need, waiting, USUAL.wear) <= 1.0


def test_members_leave_what_falters_and_trials_with_room_fail_more() -> None:
    assert rising([chance_of(rules.will_quit, vigour=v, belief=0.5, tired=0.3, base=0.005) for v in (1.0, 0.5, 0.0)])
    assert rising([chance_of(rules.will_quit, vigour=0.5, belief=b, tired=0.3, base=0.005) for b in (1.0, 0.5, 0.0)])
    assert rising([chance_of(rules.trial_fails, room=room, base=0.15) for room in (0.0, 0.5, 1.0)])


# --- learning -----------------------------------------------------------------------------------------------------


def whole_step(evidence: float = 0.0) -> float:
    """The lasting step of trust and the one that fades within weeks."""
    return rules.step_of_trust(evidence, USUAL.trust_step, USUAL.trust_floor, USUAL.trust_prior) + USUAL.trust_fast


def trust_moves(trust: float = 0.5, gain: float = 0.0, loss: float = 0.0, evidence: float = 0.0, **changed: float) -> float:
    usual = {"grievance": 0.0, "step": whole_step(evidence), "dampening": USUAL.dampening, "aversion": USUAL.loss_aversion}
    return rules.update_trust(trust, gain=gain, loss=loss, **{**usual, **changed}) - trust


def drawn_by(quality: float, trust: float = 0.5, expected: float | None = None, evidence: float = 0.0) -> float:
    """By how much one experience moves trust; it is held against trust itself unless something was held out."""
    pull = rules.surprise(quality, trust if expected is None else expected, trust)
    return trust_moves(trust, max(pull, 0.0), max(-pull, 0.0), evidence)


@SURELY
@given(st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_trust_stays_between_0_and_1_at_the_default_parameters(
    trust: float, evidence: float, grievance: float, gain: float, loss: float
) -> None:
    """A week's gain is at most the way to 1, its loss at most the way to 0."""
    after = trust + trust_moves(trust, gain * (1 - trust), loss * trust, evidence, grievance=grievance)
    assert -1e-12 <= after <= 1.0 + 1e-12


@SURELY
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(1, 5), st.floats(0, 1), st.floats(0, 1))
def test_trust_stays_between_0_and_1_at_every_step_that_is_allowed(
    trust: float, grievance: float, gain: float, loss: float, aversion: float, part: float, dampening: float
) -> None:
    """Allowed: a whole step times loss aversion of 1 at most."""
    given_: dict[str, float] = {"grievance": grievance, "aversion": aversion, "dampening": dampening}
    after = trust + trust_moves(trust, gain * (1 - trust), loss * trust, step=min(part, 0.6) / aversion, **given_)
    assert -1e-12 <= after <= 1.0 + 1e-12
    most = 1.0 / aversion
    assert trust + trust_moves(trust, loss=trust, step=most, **given_) >= -1e-12
    assert trust + trust_moves(trust, gain=1.0 - trust, step=most, **given_) <= 1.0 + 1e-12


def test_a_loss_moves_trust_more_than_an_equal_gain_at_middling_trust_and_about_equally_at_the_extremes() -> None:
    def ratio(trust: float) -> float:
        return -trust_moves(trust, loss=0.5) / trust_moves(trust, gain=0.5)

    assert ratio(0.5) == pytest.approx(USUAL.loss_aversion)
    assert ratio(0.02) == pytest.approx(ratio(0.98)) == pytest.approx(1.0, abs=0.15)
    assert rising([ratio(trust) for trust in (0.02, 0.1, 0.25, 0.5)])
    assert -trust_moves(loss=0.5, aversion=1.0) == pytest.approx(trust_moves(gain=0.5, aversion=1.0))


def test_trust_moves_towards_the_quality_of_an_experience_and_less_with_firm_priors_and_near_that_quality() -> None:
    assert rising([trust_moves(gain=gain) for gain in (0.0, 0.3, 1.0)])
    assert rising([trust_moves(loss=loss) for loss in (1.0, 0.3, 0.0)])
    assert rising([drawn_by(quality) for quality in (0.0, 0.3, 0.5, 0.7, 1.0)])
    assert rising([drawn_by(0.8, trust) for trust in (0.8, 0.7, 0.5, 0.1)])
    assert drawn_by(0.8, 0.8) == drawn_by(0.0, 0.0) == drawn_by(1.0, 1.0) == 0.0
    assert drawn_by(0.8, 0.5) == pytest.approx(0.3 * whole_step())
    assert rising([trust_moves(gain=0.5, evidence=evidence) for evidence in (100.0, 20.0, 6.0, 0.0)])
    lasting = [whole_step(evidence) - USUAL.trust_fast - USUAL.trust_floor for evidence in (0.0, USUAL.trust_prior)]
    assert lasting[1] == pytest.approx(lasting[0] / 2)  # the prior is 6 events
    assert trust_moves(gain=0.5, evidence=1e9) == pytest.approx(0.5 * (USUAL.trust_floor + USUAL.trust_fast))  # what is never lost


def test_a_promise_that_held_out_more_than_trust_makes_of_the_same_experience_a_loss() -> None:
    assert drawn_by(0.6) > 0.0 > drawn_by(0.6, expected=0.9)
    assert drawn_by(1.0, expected=0.9) > 0.0
    assert drawn_by(1.0, expected=0.5) > drawn_by(1.0, expected=0.9)  # who held out little surprises more
    assert rising([drawn_by(0.0, trust, expected=0.9) + trust for trust in (0.1, 0.5, 0.9)])
    assert all(0.0 <= trust + drawn_by(0.0, trust, expected=1.0) <= trust for trust in (0.0, 0.05, 0.5, 1.0))


def test_old_hurt_dampens_gains_and_not_losses() -> None:
    assert rising([trust_moves(gain=0.5, grievance=grievance) for grievance in (1.0, 0.5, 0.0)])
    assert trust_moves(loss=0.5, grievance=1.0) == trust_moves(loss=0.5, grievance=0.0)
    assert trust_moves(gain=0.5, grievance=1.0, dampening=1.0) == 0.0


def test_trust_returns_to_its_rest_by_half_in_three_years() -> None:
    trust = 0.2
    for _ in range(3 * 52):
        trust = rules.return_to_rest(trust, 0.6, USUAL.trust_return)
    assert trust == pytest.approx(0.4, abs=0.01)
    assert rules.return_to_rest(0.6, 0.6, 0.1) == 0.6


def test_grievance_grows_by_hurt_fades_over_years_and_heals_when_acknowledged() -> None:
    def after(hurt: float = 0.0, acknowledged: float = 0.0, grievance: float = 0.4) -> float:
        return rules.update_grievance(grievance, hurt, acknowledged, USUAL.healing, USUAL.grievance_fade)

    assert after() < 0.4
    assert rising([after(hurt) for hurt in (0.0, 0.1, 0.5, 1.0)])
    assert after(1.0) == after(7.0)  # one week's hurt counts once
    assert rising([after(acknowledged=a) for a in (1.0, 0.6, 0.3, 0.0)])
    assert after(acknowledged=1.0) == pytest.approx(0.4 * (1 - USUAL.healing), rel=0.01)
    assert after(grievance=0.0) == 0.0
    hurt = 0.4
    for _ in range(5 * 52):
        hurt = after(grievance=hurt)
    assert hurt == pytest.approx(0.2, abs=0.01)  # half-life five years


def test_beliefs_follow_what_helped_and_move_little_near_the_ends() -> None:
    assert rules.update_belief(0.5, 1.0, 0.0, 0.1) == pytest.approx(0.6)
    assert rules.update_belief(0.5, 0.0, 1.0, 0.1) == pytest.approx(0.4)
    assert rules.update_belief(0.5, 1.0, 1.0, 0.1) == 0.5
    assert rules.update_belief(0.5, 9.0, 0.0, 0.1) == pytest.approx(0.6)  # a week counts as one experience at most
    assert rules.update_belief(0.0, 1.0, 0.0, 0.25) == 0.0
    assert rules.update_belief(1.0, 0.0, 1.0, 0.25) == 1.0
    steps = [rules.update_belief(belief, 1.0, 0.0, 0.1) - belief for belief in (0.02, 0.1, 0.5)]
    assert rising(steps)


def test_readiness_grows_by_being_asked_and_by_seeing_and_fades_to_its_rest() -> None:
    def after(asked: float = 0.0, seen: float = 0.0, readiness: float = 0.2) -> float:
        return rules.update_readiness(readiness, 0.2, asked, seen, USUAL.readiness_fade)

    assert after() == pytest.approx(0.2)
    assert rising([after(asked) for asked in (0.0, 0.1, 0.2, 1.0)])
    assert rising([after(seen=seen) for seen in (0.0, 0.03, 0.1, 1.0)])
    assert after(asked=USUAL.asked_push) > after(seen=USUAL.seen_push)
    assert after(0.1) - 0.2 == pytest.approx(0.1 * 0.8, rel=0.1)
    assert 0.2 < after(readiness=0.9) < 0.9
    assert after(readiness=0.1) > 0.1


def test_news_travels_along_close_ties() -> None:
    assert rising([chance_of(rules.passes_on, tie=tie, talk=0.2) for tie in (0.0, 0.3, 1.0)])
    assert rising([chance_of(rules.passes_on, tie=0.5, talk=talk) for talk in (0.0, 0.3, 1.0)])


# --- ties, coming and going ---------------------------------------------------------------------------------------


def test_a_tie_fades_at_its_yearly_rate_and_is_gone_below_one_hundredth() -> None:
    strength = 1.0
    for _ in range(52):
        strength = rules.fade_tie(strength, 0.7)
    assert strength == pytest.approx(math.exp(-0.7))
    assert rules.fade_tie(0.01, 0.0) == 0.01
    assert rules.fade_tie(0.01, 0.01) == 0.0
    assert rules.fade_tie(0.0099, 0.0) == 0.0
    assert rising([rules.fade_tie(0.5, rate) for rate in (5.0, 0.7, 0.03, 0.0)])


def test_shared_hours_bring_people_closer_each_hour_less_than_the_one_before() -> None:
    closer = [rules.renew_tie(0.2, hours, 50.0) for hours in (0, 5, 10, 50, 200)]
    assert rising(closer)
    assert closer[0] == 0.2
    assert closer[2] - closer[1] < closer[1] - closer[0]
    twice = rules.renew_tie(rules.renew_tie(0.2, 5.0, 50.0), 5.0, 50.0)
    assert twice == pytest.approx(closer[2])  # in one go or in two
    assert rules.renew_tie(0.0, 50.0, 50.0) == pytest.approx(1 - math.exp(-1))


def test_people_get_talking_less_across_groups() -> None:
    assert chance_of(rules.strikes_up, same_group=1.0, homophily=0.4) == pytest.approx(1.0)
    assert chance_of(rules.strikes_up, same_group=0.0, homophily=0.4) == pytest.approx(0.6)


def moving(age: float, rate: float = USUAL.moves_per_year) -> float:
    return chance_of(rules.household_moves, rate=rate, age=age)


def test_households_move_less_the_older_they_are() -> None:
    chances = [moving(age) for age in range(15, 101)]
    assert all(a >= b for a, b in itertools.pairwise(chances))
    assert moving(20) > 2 * moving(50) > 2 * moving(80) > 0
    assert moving(29.99) > moving(30) > moving(45) > moving(65)


def test_the_ages_of_the_country_move_as_often_as_declared() -> None:
    place = load("default").place
    groups = [(place.young, 15, 25), (place.adult, 25, 45), (place.middle, 45, 65), (place.old, 65, 90)]
    means = [np.mean([moving(age) for age in np.arange(low, high, 0.5)]) for _, low, high in groups]
    mean = np.average(means, weights=[share for share, _, _ in groups])
    assert 52 * mean == pytest.approx(USUAL.moves_per_year, rel=0.02)
