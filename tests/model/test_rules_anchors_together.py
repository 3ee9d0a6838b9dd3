"""Three anchors for each rule about initiatives, projects, learning and ties: inputs, and the number they give.

Each value is worked out by hand from the formula that the rule's sentence states; the numbers in a rule are assumptions unless a
source is given. The rule of founding is to be replaced: what is held of it is its form. The other rules: see `test_rules_anchors`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from math import exp, inf, nextafter

import pytest

from model import rules

Row = tuple[float, ...]
ANCHORS: list[tuple[Callable[..., float], str, tuple[Row, ...]]] = [
    # rule, its inputs, and rows of inputs with the value (of yes or no: the chance) last
    # crowd: a^3 / (a^3 + threshold^3), one half at the threshold; the threshold itself 1-3 (Centola 2010, in kind)
    (
        rules.will_join, "tie readiness active_contacts base floor threshold",
        (
            (0, 1, 2, 1, 0.08, 2, 0), (0.5, 0.5, 0, 1, 0.08, 2, 0.02), (0.5, 0.5, 2, 1, 0.08, 2, 0.135), (1, 1, 2, 1, 0, 2, 0.5),
            (1, 0.5, 2, 0.9, 0.1, 1, 0.45 * (0.1 + 0.9 * 8 / 9)), (1, 1, 1, 1, 0, 2, 1 / 9),
        ),
    ),
    (rules.hours_given, "energy memberships belief", ((0, 0, 1, 0), (2, 0, 0.5, 2), (2, 1, 0.5, 1), (3, 2, 0.25, 0.75))),
    # half the hours it needs, half of the time waiting: 0.5 + 0.2 * 0.5 * 0.5 * 0.5 - 0.1 * 0.5 * (0.5 + 0.5 + 0.5)
    (
        rules.vigour_changes, "vigour hours need waiting wear",
        (
            (0.5, 1.25, 2.5, 0.5, 0.1, 0.45), (0.5, 2.5, 2.5, 0, 0.04, 0.59), (0.5, 9, 2.5, 0, 0.04, 0.59), (0.8, 0, 2.5, 1, 0.1, 0.6),
            (1, 2.5, 2.5, 0, 0.04, 0.98), (0, 2.5, 2.5, 1, 0.04, 0),
        ),
    ),
    # `quit_base` for a rested member of a lively thing that half believes in it is halved; four times as much when vigour is gone
    (
        rules.will_quit, "vigour belief tired base",
        (
            (0, 0, 1, 0, 0), (1, 0.5, 0, 0.008, 0.004), (1, 1, 1, 0.01, 0.01), (0, 0.5, 0, 0.008, 0.016),
            (0.5, 0.75, 0.5, 0.01, 0.0234375), (1, 0.5, 0, 1, 0.5),
        ),
    ),
    (
        rules.grow_tired, "tired load tire rest",
        ((0, 1, 0.02, 0.04, 0.02), (0.5, 0, 0.02, 0.04, 0.48), (0.5, 2, 0.02, 0.04, 0.5), (1, 5, 0.2, 0.1, 0.9)),
    ),
    # half of it when approved, one and a half times when tried without
    (rules.trial_fails, "room base", ((0, 0, 0), (0, 0.15, 0.075), (1, 0.15, 0.225), (0.5, 0.15, 0.15), (0.5, 0.5, 0.5))),
    (rules.takes_over, "letting_go eagerness", ((1, 0.5, 0), (0, 0.5, 0.5), (0.25, 0.4, 0.3))),
    (rules.is_guided, "desk trust", ((0, 1, 0), (1, 0.5, 0.5), (0.6, 0.4, 0.24))),
    (rules.will_exchange, "reciprocity", ((0, 0), (0.5, 0.5), (1, 1))),
    (rules.credit_or_blame, "value credit blame", ((1, 0.3, 0.9, 0.3), (0, 0.3, 0.9, 0.9), (0.5, 0.3, 0.9, 0.9), (0.6, 0.3, 0.9, 0.3))),
    (rules.project_pull, "attention seen steering", ((0, 0, 0.5, 0.05), (0.4, 0.5, 1, 0.45), (0.4, 0.5, 0.25, 0.825))),
    # a district has 130 streets: all of it, one street, and half way between (its root)
    (rules.project_span, "streets scale", ((130, 0, 130), (130, 1, 1), (144, 0.5, 12), (16, 0.25, 8))),
    (
        rules.will_attend, "readiness trust involved base",
        ((0, 1, 1, 0.5, 0), (1, 0.5, 0, 0.5, 0.5), (0.5, 0, 0, 0.5, 0.125), (0.4, 1, 0.5, 0.5, 0.45)),
    ),
    # log odds: base at trust one half without old hurt; who was involved (from one half on) does not object
    (
        rules.will_object, "grievance trust involved base slope",
        (
            (0, 0.5, 0, 0, 4, 0.5), (0, 0.5, 0, -5, 4, 1 / (1 + exp(5))), (0.5, 0.25, 0.49, -2, 4, 1 / (1 + exp(-1))),
            (1, 0, 0.5, 5, 4, 0), (1, 0, 1, 5, 4, 0), (0.25, 0.75, 0, 0, 4, 0.5),
        ),
    ),
    # log odds: -2.5 + 3 * 0.5 + 2 * (0.75 - 0.5) + 0.25 + 0.5
    (
        rules.will_take_up, "relevance trust fit known base slope",
        (
            (0, 0.5, 0, 0, 0, 3, 0.5), (0, 0.5, 0, 0, -2.5, 3, 1 / (1 + exp(2.5))), (0.5, 0.75, 0.25, 0.5, -2.5, 3, 1 / (1 + exp(-0.25))),
            (1, 0, 0, 0, -2.5, 3, 1 / (1 + exp(0.5))),
        ),
    ),
    # what is wanted lies 0.5 * (3 - 1) / (1 + 3 + 1) = 0.2 above the mood, and between 0 and 1
    (
        rules.council_weighs, "weight rest voiced objections step",
        (
            (0.5, 0.4, 0, 0, 0.3, 0.47), (0.2, 0.4, 3, 1, 0.5, 0.4), (0.2, 0.4, 1, 3, 0.5, 0.2), (0.5, 0.1, 0, 9, 1, 0),
            (0.5, 0.9, 9, 0, 1, 1), (0.6, 0.4, 3, 1, 0.3, 0.6),
        ),
    ),
    # hurt takes a part of what is not hurt yet, one week's hurt counting once; healing and fading take their parts of that
    (
        rules.update_grievance, "grievance hurt acknowledged healing fade",
        (
            (0.4, 0, 0, 0.5, 0, 0.4), (0.4, 0.25, 0, 0.5, 0, 0.55), (0.4, 7, 0, 0.5, 0, 1), (0.4, 0, 0.5, 0.5, 0, 0.3),
            (0.4, 0, 9, 0.5, 0, 0.2), (0.5, 0, 0, 0.5, 0.1, 0.45), (0.4, 0.25, 1, 0.5, 0.2, 0.22),
        ),
    ),
    # the whole step at one half, three quarters of it at 0.25 and 0.75, none at 0 and 1 (+57 % after a first fix: Sjoberg 2017)
    (
        rules.update_belief, "belief better worse step",
        (
            (0.5, 1, 0, 0.15, 0.65), (0.5, 0, 1, 0.15, 0.35), (0.25, 1, 0, 0.2, 0.4), (0.75, 0.5, 1, 0.2, 0.675), (0.5, 9, 0.5, 0.2, 0.6),
            (0.5, 0, 9, 0.2, 0.3), (0, 1, 0, 0.2, 0), (1, 0, 1, 0.2, 1),
        ),
    ),
    # 0.5 - 0.1 * 0.3, and of the rest of the way, less the fading, 1 - e^-0.5
    # trust itself at habituation 0, what is usual at 1
    (
        rules.what_is_expected, "trust usual habituation",
        ((0.4, 0.8, 0, 0.4), (0.4, 0.8, 1, 0.8), (0.4, 0.8, 0.25, 0.5), (0.7, 0.3, 0.5, 0.5)),
    ),
    # value - expected, and never further than to an end: 1 - trust up, trust down
    (
        rules.surprise, "value expected trust",
        ((0.9, 0.5, 0.5, 0.4), (0.2, 0.5, 0.5, -0.3), (0, 0.9, 0.4, -0.4), (1, 0.1, 0.7, 0.3), (0.5, 0.5, 0.2, 0), (0.6, 0.9, 0.4, -0.3)),
    ),
    # 0.03 + 0.09 * 6 / (6 + n): half of what is above the floor at the prior, a quarter at three times the prior
    (
        rules.step_of_trust, "evidence step floor prior",
        ((0, 0.12, 0.03, 6, 0.12), (6, 0.12, 0.03, 6, 0.075), (18, 0.12, 0.03, 6, 0.0525), (2, 0.1, 0, 2, 0.05), (10, 0.02, 0.05, 6, 0.05)),
    ),
    # T + step [gain (1 - dampening G) - (1 + (aversion - 1) 4 T (1 - T)) loss]; at T 0.9 and aversion 3 a loss weighs 1.72
    (
        rules.update_trust, "trust grievance gain loss step dampening aversion",
        (
            (0.5, 0, 0.4, 0, 0.24, 0.5, 2, 0.596), (0.5, 0, 0, 0.4, 0.24, 0.5, 2, 0.308), (0.5, 0.4, 0.4, 0, 0.1, 0.5, 2, 0.532),
            (0.9, 0, 0, 0.5, 0.2, 0.5, 3, 0.728), (0.2, 1, 0.5, 0.1, 0.1, 0.4, 2, 0.2136), (1, 0, 0, 1, 0.2, 0.5, 3, 0.8),
            (0, 0, 1, 0, 0.2, 0.5, 3, 0.2),
        ),
    ),
    (
        rules.update_readiness, "readiness rest asked seen fade",
        (
            (0.2, 0.2, 0, 0, 0.01, 0.2), (0.5, 0.2, 0, 0, 0.1, 0.47), (0.2, 0.2, 0.1, 0.2, 0, 0.2 + 0.8 * (1 - exp(-0.3))),
            (0.5, 0.2, 0.5, 0, 0.1, 0.47 + 0.45 * (1 - exp(-0.5))),
        ),
    ),
    (rules.passes_on, "tie talk", ((0, 1, 0), (1, 0.5, 0.5), (0.6, 0.25, 0.15))),
    # 1-4 % a year within a group (Roy 2022), most of a bridge (Burt 2002); gone below one hundredth
    (
        rules.fade_tie, "strength yearly_rate",
        ((0.5, 0, 0.5), (0.5, 0.52, 0.5 * exp(-0.01)), (0.01, 0, 0.01), (0.0105, 5.2, 0), (0.0099, 0, 0)),
    ),
    # some fifty hours make a casual friend (Hall 2018): 1 - 1/e of the way
    (
        rules.renew_tie, "strength hours hours_to_friend",
        ((0.2, 0, 50, 0.2), (0, 50, 50, 1 - exp(-1)), (0.2, 25, 50, 0.2 + 0.8 * (1 - exp(-0.5)))),
    ),
    # a quarter of an hour at the door counts for 15; two hours with eight are a quarter of an hour each
    (rules.hours_that_count, "minutes visit_minutes contact_hours", ((0, 15, 15, 0), (15, 15, 15, 15), (60, 15, 15, 60), (10, 20, 30, 15))),
    (rules.minutes_each, "minutes hours people", ((150, 2, 8, 15), (150, 2, 1, 120), (60, 2, 4, 15), (150, 2, 0, 120), (150, 0, 3, 0))),
    (rules.strikes_up, "same_group homophily", ((1, 0.4, 1), (0, 0.4, 0.6), (0.5, 0.5, 0.5), (0, 1, 0), (0.6, 0.4, 1))),
    (rules.draws_to_centre, "load", ((0, 1), (2.5, 3.5), (10, 11), (50, 11))),
    # 2.3, 1.15, 0.5 and 0.33 times the country's rate (10 % a year: clo.nl 2015), under 30, 45 and 65 and above
    (
        rules.household_moves, "rate age",
        (
            (0, 20, 0), (0.52, 29.9, 0.023), (0.52, 30, 0.0115), (0.52, 44.9, 0.0115), (0.52, 45, 0.005), (0.52, 64.9, 0.005),
            (0.52, 65, 0.0033), (52, 50, 0.5),
        ),
    ),
]  # fmt: skip


def chance_of(rule: Callable[..., float], **given: float) -> float:
    """The lowest draw at which a rule says no, to the last bit: its chance."""
    if not rule(draw=0.0, **given):
        return 0.0
    low, high = 0.0, 1.0
    while nextafter(low, inf) < high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rule(draw=middle, **given) else (low, middle)
    return high


@pytest.mark.parametrize(("rule", "inputs", "rows"), ANCHORS, ids=[rule.__name__ for rule, _, _ in ANCHORS])
def test_a_rule_gives_the_number_that_its_formula_gives_by_hand(rule: Callable[..., float], inputs: str, rows: tuple[Row, ...]) -> None:
    names, asks = inputs.split(), inspect.signature(rule)
    yes_or_no = asks.return_annotation in ("bool", bool)
    assert names == [name for name in asks.parameters if name != "draw" or not yes_or_no]
    assert len(rows) >= 3
    for *values, expected in rows:
        given = {name: float(value) for name, value in zip(names, values, strict=True)}
        value = chance_of(rule, **given) if yes_or_no else rule(**given)
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-14), given
        if yes_or_no and expected in (0, 0.5):
            assert value == expected, given  # a draw that is just the chance says no


# --- form only: a rule that is to be replaced -----------------------------------------------------------------------


def founding(
    energy: float = 1.0, readiness: float = 1.0, belief: float = 1.0, burden: float = 0.0, example: float = 0.0, base: float = 0.001
) -> float:
    return chance_of(rules.will_found, energy=energy, readiness=readiness, belief=belief, burden=burden, example=example, base=base)


def test_founding_is_at_its_declared_rate_for_an_hour_of_energy_without_trouble_or_example() -> None:
    """`found_base`: founding without any example, per hour of energy."""
    assert founding() == 0.001
    assert founding(base=0.0) == 0.0
    assert founding(base=0.5) == 0.5
    assert founding(base=5.0) == 1.0


@pytest.mark.parametrize("what", ["energy", "readiness", "belief"])
def test_founding_is_nothing_without_energy_readiness_or_belief_and_in_proportion_to_each(what: str) -> None:
    assert founding(**{what: 0.0}) == 0.0
    assert founding(**{what: 0.5}) == pytest.approx(0.0005)
    assert founding(**{what: 0.5}, burden=1.0, example=0.002) == pytest.approx(0.5 * founding(burden=1.0, example=0.002))


def test_a_trouble_multiplies_founding_and_an_example_adds_to_it_with_or_without_trouble() -> None:
    assert founding(burden=1.0) > founding(burden=0.5) > founding()
    assert founding(burden=0.5) / founding() == pytest.approx(founding(burden=0.5, base=0.01) / founding(base=0.01))
    assert founding(burden=1.0) - founding(burden=0.5) == pytest.approx(founding(burden=0.5) - founding())
    for burden in (0.0, 0.7):
        assert founding(burden=burden, example=0.002) == pytest.approx(founding(burden=burden) + 0.002)
    assert founding(base=0.0, example=0.25) == 0.25


# --- form of trust ----------------------------------------------------------------------------------------------------


def moved(trust: float = 0.5, gain: float = 0.0, loss: float = 0.0, **changed: float) -> float:
    """By how much trust moves; a step of 1 and no aversion, grievance or dampening unless given."""
    usual = {"grievance": 0.0, "step": 1.0, "dampening": 0.0, "aversion": 1.0}
    return rules.update_trust(trust, gain=gain, loss=loss, **(usual | changed)) - trust


def drawn(trust: float, quality: float, step: float = 0.25, **changed: float) -> float:
    """Trust after one experience of this quality that is held against trust itself."""
    pull = rules.surprise(quality, rules.what_is_expected(trust, 0.9, 0.0), trust)
    return trust + moved(trust, gain=max(pull, 0.0), loss=max(-pull, 0.0), step=step, **changed)


def test_a_full_experience_moves_trust_by_the_step_either_way_and_none_leaves_it() -> None:
    """`trust_step`: lasting step of trust towards a full experience; whatever trust is, where losses weigh as gains."""
    for trust in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert moved(trust, gain=1.0, step=0.07) == pytest.approx(0.07)
        assert moved(trust, loss=1.0, step=0.07) == pytest.approx(-0.07)
        assert moved(trust) == 0.0
    assert moved(gain=0.6, loss=0.2) == pytest.approx(0.4)
    assert moved(gain=0.4, loss=0.4) == pytest.approx(0.0)
    assert moved(gain=0.5) == pytest.approx(0.5 * moved(gain=1.0))
    assert moved(gain=0.5, step=0.0) == moved(loss=0.5, step=0.0) == 0.0


def test_experience_draws_trust_a_share_of_the_way_to_its_quality_and_never_past_it() -> None:
    """A quarter of the way from 0.4 to 0.8, from 0.9 to 0.5, and from either end; at its quality trust stays."""
    assert drawn(0.4, 0.8) == pytest.approx(0.5)
    assert drawn(0.9, 0.5) == pytest.approx(0.8)
    assert drawn(0.0, 1.0) == pytest.approx(0.25)
    assert drawn(1.0, 0.0) == pytest.approx(0.75)
    for trust in (0.0, 0.1, 0.5, 0.9, 1.0):
        for aversion in (1.0, 4.0):
            assert drawn(trust, trust, aversion=aversion) == trust
            for quality in (0.0, 0.2, 0.6, 1.0):
                low, high = sorted((trust, quality))
                assert low <= drawn(trust, quality, aversion=aversion) <= high  # a quarter times four: to it at most


def test_a_promise_counts_against_what_it_held_out_and_moves_trust_to_an_end_at_most() -> None:
    """`surprise`: what was held out goes before trust; no pull is larger than the way to 1 or 0."""
    assert rules.surprise(0.6, 0.9, 0.4) == pytest.approx(-0.3)  # though better than trust
    assert rules.surprise(0.6, 0.4, 0.8) == pytest.approx(0.2)  # though worse than trust
    assert rules.surprise(0.0, 1.0, 0.3) == -0.3
    assert rules.surprise(1.0, 0.0, 0.3) == 0.7
    assert rules.surprise(0.0, 1.0, 0.0) == rules.surprise(1.0, 0.0, 1.0) == 0.0
    for trust in (0.1, 0.5, 0.9):
        assert rules.surprise(0.8, trust, trust) == pytest.approx(0.8 - trust)  # what nothing was held out for is never cut off


def test_a_habit_takes_the_place_of_trust_by_its_share() -> None:
    """`habituation`: 0 holds experience against trust, 1 against what is usual."""
    for usual in (0.0, 0.3, 1.0):
        assert rules.what_is_expected(0.6, usual, 0.0) == 0.6
        assert rules.what_is_expected(0.6, usual, 1.0) == pytest.approx(usual)
        assert rules.what_is_expected(0.6, usual, 0.5) == pytest.approx(0.3 + 0.5 * usual)
        assert rules.what_is_expected(usual, usual, 0.7) == pytest.approx(usual)


def test_experience_of_the_prior_halves_the_step_above_its_floor_and_without_end_leaves_the_floor() -> None:
    """`trust_prior`: experience at which a further event counts half; `trust_floor`: the step after very many."""
    assert rules.step_of_trust(0.0, 0.12, 0.02, 6.0) == pytest.approx(0.12)
    assert rules.step_of_trust(6.0, 0.12, 0.02, 6.0) == pytest.approx(0.07)
    assert rules.step_of_trust(2.0, 0.12, 0.0, 2.0) == pytest.approx(0.06)
    assert rules.step_of_trust(1.0, 0.12, 0.02, 6.0) > rules.step_of_trust(2.0, 0.12, 0.02, 6.0)
    assert rules.step_of_trust(1e9, 0.12, 0.02, 6.0) == pytest.approx(0.02, abs=1e-8)
    assert rules.step_of_trust(1e9, 0.12, 0.0, 6.0) < 1e-8
    for evidence in (0.0, 6.0, 1e6):  # a floor above the step is the step
        assert rules.step_of_trust(evidence, 0.02, 0.1, 6.0) == pytest.approx(0.1)


def test_losses_move_trust_alike_as_far_from_either_end_and_most_in_the_middle_and_gains_alike_everywhere() -> None:
    for trust in (0.0, 0.1, 0.25, 0.4):
        for aversion in (1.0, 2.0):
            assert moved(trust, gain=0.5, aversion=aversion) == pytest.approx(0.5)
            assert moved(1.0 - trust, gain=0.5, aversion=aversion) == pytest.approx(0.5)
            assert moved(trust, loss=0.5, aversion=aversion) == pytest.approx(moved(1.0 - trust, loss=0.5, aversion=aversion))
    assert moved(0.1, loss=1.0, aversion=2.0) > moved(0.25, loss=1.0, aversion=2.0) > moved(0.5, loss=1.0, aversion=2.0)
    for end in (0.0, 1.0):
        assert moved(end, loss=1.0, aversion=3.0) == -1.0


def test_a_loss_weighs_its_aversion_at_middling_trust_and_as_much_as_a_gain_at_the_ends() -> None:
    """`loss_aversion`: a loss weighs this much more than a gain at middling trust."""
    assert moved(loss=0.25, aversion=2.5) == pytest.approx(-0.625)
    assert moved(gain=0.25, aversion=2.5) == pytest.approx(0.25)
    near = 1e-6
    assert moved(near, loss=0.5, aversion=2.5) / moved(near, gain=0.5) == pytest.approx(-1.0, abs=1e-4)
    weights = [-moved(trust, loss=0.5, aversion=2.5) / moved(trust, gain=0.5) for trust in (0.1, 0.3, 0.5)]
    assert weights == sorted(weights)
    assert weights == pytest.approx([1.54, 2.26, 2.5])  # 1 + 1.5 * 4 T (1 - T)


def test_old_hurt_takes_the_dampened_share_of_gains_and_none_of_losses() -> None:
    """`dampening`: how much full grievance dampens gains."""
    assert moved(gain=0.5, grievance=1.0, dampening=0.4) == pytest.approx(0.6 * moved(gain=0.5))
    assert moved(gain=0.5, grievance=0.5, dampening=0.4) == pytest.approx(0.8 * moved(gain=0.5))
    assert moved(gain=0.5, grievance=1.0, dampening=1.0) == 0.0
    assert moved(loss=0.5, grievance=1.0, dampening=1.0) == moved(loss=0.5)


def test_trust_goes_its_share_of_the_way_back_to_rest_from_either_side() -> None:
    """`trust_return`: return to the resting level, a share a week."""
    assert rules.return_to_rest(0.2, 0.6, 0.25) == pytest.approx(0.3)
    assert rules.return_to_rest(0.8, 0.6, 0.25) == pytest.approx(0.75)
    assert rules.return_to_rest(0.6, 0.6, 0.25) == 0.6
    assert rules.return_to_rest(0.2, 0.6, 0.0) == 0.2
    assert rules.return_to_rest(0.2, 0.6, 1.0) == pytest.approx(0.6)
