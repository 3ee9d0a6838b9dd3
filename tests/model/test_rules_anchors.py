"""Three anchors for each rule about problems, residents, officials, institutions and requests: inputs, and the number they give.

Each value is worked out by hand from the formula that the rule's sentence states; the numbers in a rule are assumptions unless a
source is given. Initiatives, projects, learning and ties: see `test_rules_anchors_together`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from math import exp, inf, log, nextafter
from pathlib import Path

import pytest

from model import rules

Row = tuple[float, ...]
ANCHORS: list[tuple[Callable[..., float], str, tuple[Row, ...]]] = [
    # rule, its inputs, and rows of inputs with the value (of yes or no: the chance) last
    (rules.problem_arises, "rate", ((0, 0), (0.25, 0.25), (1.5, 1))),
    # S + grows S (1 - S) - fades S
    (rules.problem_changes, "severity grows fades", ((0.5, 0, 0, 0.5), (0.4, 0.5, 0, 0.52), (0.4, 0.5, 0.25, 0.42), (1, 0.5, 0.25, 0.75))),
    (rules.problem_returns, "chance_a_week", ((0, 0), (1 / 30, 1 / 30), (0.5, 0.5))),
    # want counts for what means lack: 1 + 0.4 * 0.5 = 1.2
    (
        rules.feel_burden, "public_load private_load means sensitivity",
        ((0, 0, 0.5, 0.35, 0), (1, 0, 0.6, 0.35, 1 - exp(-0.35)), (1, 0.5, 0.6, 0.5, 1 - exp(-0.6)), (0, 2, 1, 3, 0)),
    ),
    # owners report three times as often as renters (O'Brien 2015); belief multiplies by 1/reach, 1 and reach at 0, 0.5 and 1
    (
        rules.will_report, "habit burden belief owner owner_ratio reach",
        (
            (0.25, 0, 0.5, 1, 3, 6.3, 0), (0.01, 1, 0.5, 0, 3, 6.3, 0.01), (0.01, 0.5, 0.5, 1, 3, 6.3, 0.015),
            (0.01, 1, 1, 0, 3, 6.3, 0.063), (0.063, 1, 0, 0, 3, 6.3, 0.01), (0.01, 1, 0.75, 0, 3, 4, 0.02),
            (0.25, 1, 0.5, 0.5, 3, 6.3, 0.25),
        ),
    ),
    (rules.street_draws_attention, "reports seen steering", ((0.8, 0.2, 0, 0.2), (0.8, 0.2, 1, 0.8), (0.8, 0.2, 0.25, 0.35))),
    # 0.5 + 0.25 * 0.4 + 0.5 + 0.6 * 0.5 + 0.2 * (0.75 - 0.5)
    (
        rules.visit_score, "noise attention attention_weight tie intensity trust creaming turn",
        ((0, 0, 0, 0, 0, 0.5, 1, 0, 0), (0.5, 0.4, 0.25, 0.5, 0.6, 0.75, 0.2, 0.5, 1.45), (0, 0, 0, 0, 0, 0, 0.15, 0, -0.075)),
    ),
    # log odds: base at trust one half without old hurt; full hurt counts as half of full trust
    (
        rules.door_opens, "trust grievance base slope",
        (
            (0.5, 0, 0, 2, 0.5), (0.5, 0, -0.3, 2, 1 / (1 + exp(0.3))), (0.75, 0, -0.3, 2, 1 / (1 + exp(-0.2))),
            (0.5, 1, 0, 2, 1 / (1 + exp(1))), (1, 1, 0, 2, 0.5),
        ),
    ),
    # log odds: skill for, strain and what nothing can be done about against, half of the hurry; chance on top, by its spread
    (
        rules.quality_of_contact, "draw skill strain unmet hurry usual spread",
        (
            (0.5, 0.5, 0.5, 0, 0, 0, 0.54, 0.5), (0.5, 0.5, 0.5, 0, 0, log(3), 0.54, 0.75), (0.75, 0.4, 0.4, 0, 0, 0, 1, 0.75),
            (0.8, 0.2, 0.2, 0, 0, 0, 0.5, 2 / 3), (0.2, 0.2, 0.2, 0, 0, 0, 0.5, 1 / 3), (0.5, 1, 0, 0, 0, 0, 2, 1 / (1 + exp(-1))),
            (0.5, 0, 1, 0, 0, 0, 2, 1 / (1 + exp(1))), (0.5, 0, 0, 1, 0, 0, 2, 1 / (1 + exp(1))),
            (0.5, 0, 0, 0, 1, 0, 2, 1 / (1 + exp(0.5))), (0.8, 1, 0.5, 0.25, 0.5, 0.8, 0.5, 1 / (1 + 0.5 * exp(-0.8))),
            (0, 1, 0, 0, 0, 3, 0.54, 0), (0.1, 0.5, 0.5, 0, 0, 0, 0, 0.5),
        ),
    ),
    (rules.quality_felt, "quality neutral", ((0.7, 0, 0.7), (0.7, 0.1, 0.6), (0.7, -0.1, 0.8), (0.1, 0.3, 0), (0.9, -0.3, 1))),
    (rules.will_promise, "burden boldness", ((0, 1, 0), (1, 0, 0.15), (0.5, 1, 0.5), (0.8, 0.4, 0.392))),
    (rules.will_tell_early, "truthfulness", ((0, 0), (0.5, 0.5), (1, 1))),
    (rules.meeting_score, "noise attention turn", ((0, 0, 0, 0), (0.25, 0.5, 0, 0.75), (0.25, 0.5, 1, 1.75))),
    # at the scale of the street one in 40 of its people, at that of the district one in 1,000
    (rules.invitation_weight, "here scale street_people area_people", (
        (1, 1, 40, 1000, 0.025), (0, 1, 40, 1000, 0), (1, 0, 40, 1000, 0.001), (1, 0.6, 40, 1000, 0.0154), (0, 0.6, 40, 1000, 0.0004),
    )),
    # a quarter of the chance for want at home alone, all of it for what is wrong for all
    (
        rules.speaks_up, "chance public private",
        ((0.3, 0, 0, 0.075), (0.3, 1, 0, 0.3), (0.5, 0, 2, 0.125), (0.4, 1, 1, 0.25), (0, 1, 1, 0), (1, 5e-10, 0, 0.625)),
    ),
    (rules.company_eases, "severity relief", ((0.8, 0, 0.8), (0.8, 0.1, 0.72), (0.8, 1, 0))),
    (rules.hours_of_practice, "hours pairing", ((4, 0, 2), (4, 1, 4), (4, 0.5, 3))),
    (rules.share_kept, "handover pairing", ((0, 0, 0.5), (0.4, 1, 0.4), (0.4, 0, 0.7), (1, 0.3, 1), (0.4, 0.5, 0.55))),
    (rules.hour_inside, "skill", ((0, 0.75), (0.5, 1), (1, 1.25))),
    # four kinds of task: three times a switch; of a pair each has two kinds, and both keep in step
    (
        rules.hours_lost, "street support inside desk pairing switching in_step",
        ((1, 0, 0, 0, 0, 2, 3, 0), (1, 1, 1, 1, 0, 2, 3, 6 / 36), (1, 1, 1, 1, 1, 2, 3, 5 / 36)),
    ),
    (rules.style_of, "draw spread", ((0.5, 0.8, 1), (0, 0.5, 0.5), (0.75, 0.5, 1.25))),
    (rules.ripened, "readiness rest pull", ((0.2, 0.2, 2, 0), (0.5, 0.2, 2, 0.6), (0.1, 0.2, 2, 0), (0.75, 0.25, 1, 0.5))),
    # strain goes a part of the way to load / (1 + load): one full week of work is a strain of one half
    (rules.strain_moves, "strain load rate", ((0.3, 0, 1, 0), (0.3, 1, 1, 0.5), (0.25, 3, 0.1, 0.3), (0.5, 1, 0.05, 0.5))),
    # a post is held 1 / chance / 52 years: at a strain of one half the years declared (5.9: VNG 2022, 17 % of posts a year)
    (
        rules.official_leaves, "years_in_post strain",
        ((5.9, 0.5, 1 / 306.8), (1, 0, 1 / 104), (1, 1, 1.5 / 52), (1 / 26, 0.5, 0.5)),
    ),
    # 0.5 log 3 + 0.25 + 0.125 + 0.05 * 4 + 0.01 * 0.5: twenty weeks of waiting weigh as much as full pressure
    (
        rules.case_score, "reports pressure pull age steering noise",
        (
            (0, 0, 0, 0, 1, 0, 0), (2, 0.25, 0.125, 4, 0.5, 0.5, 0.5 * log(3) + 0.58), (0, 0, 0, 20, 1, 0, 1),
            (9, 0, 0, 0, 1, 1, log(10) + 0.01),
        ),
    ),
    # half come before 0.69 of the usual days; the turn comes with the share of the week's hours, but not before it is due
    (rules.days_until_there, "draw usual", ((0, 20, 0), (0.5, 20, 20 * log(2)), (1 - exp(-1), 9, 9), (0.5, 0, 0))),
    (rules.day_done, "day due share", ((14, 10, 0, 14), (14, 10, 0.5, 17.5), (14, 20, 0.5, 20))),
    (rules.will_tell, "feedback", ((0, 0), (0.5, 0.5), (0.7, 0.7))),
    (rules.pressure_carried, "wanted ready needed", ((0.8, 0, 20, 0), (0.8, 5, 20, 0.2), (0.8, 20, 20, 0.8), (0.8, 50, 20, 0.8))),
    # of 1 - 1/e of the flawed plans the flaw is found within the scale (design: 4-16 weeks)
    (rules.approval_catches_flaw, "lag scale", ((0, 8, 0), (8, 8, 1 - exp(-1)), (6, 12, 1 - exp(-0.5)))),
    # 0.08 * (0.2 + 0.3) * (1.5 - 0.5) * (0.25 + 1)
    (
        rules.rule_clears, "openness strictness inside_hours base",
        (
            (0.3, 0.5, 1, 0, 0), (0.3, 0.5, 0, 0.08, 1 - exp(-0.01)), (0.3, 0.5, 1, 0.08, 1 - exp(-0.05)),
            (0.8, 0.5, 1, 0.08, 1 - exp(-0.1)), (0.3, 1, 1, 0.08, 1 - exp(-0.025)),
        ),
    ),
    (
        rules.boundary_clears, "openness strictness inside_hours base",
        (
            (1, 0, 0, 0.08, 0), (0.3, 0.5, 1, 0.08, 1 - exp(-0.04)), (0.8, 0.5, 2, 0.08, 1 - exp(-0.16)),
            (0.3, 1, 1, 0.08, 1 - exp(-0.02)), (0, 0.5, 1, 0.5, 1 - exp(-0.1)),
        ),
    ),
    (
        rules.will_bend, "mandate strictness strain",
        ((0, 0, 1, 0), (1, 0, 0.5, 0.25), (1, 1, 0.5, 0.125), (1, 0, 0, 0.125), (0.8, 0.5, 1, 0.225)),
    ),
    # what was seen draws half of the most there is at `half`; who was asked, helped or offered founds in proportion to trust or knowledge
    (rules.example_shows, "what start failure", ((1, 0.3, 0.5, 0.3), (2, 0.3, 0.5, 1), (3, 0.3, 0.5, -0.5))),
    (
        rules.example_draws, "seen half push known eases",
        ((1, 1, 0.004, 0, 6, 0.002), (3, 1, 0.004, 0.5, 6, 0.012), (-0.5, 1, 0.004, 1, 6, 0), (0, 1, 1, 1, 1, 0)),
    ),
    (rules.example_deters, "seen", ((-0.5, exp(-0.5)), (0, 1), (2, 1))),
    (rules.asked_draws, "asked trust push", ((1, 0.5, 0.13, 0.065), (0.5, 0.8, 0.1, 0.04), (0, 1, 1, 0))),
    (rules.help_draws, "desk trust push", ((1, 0.5, 0.0002, 0.0001), (0.2, 0.5, 0.001, 0.0001), (0, 1, 1, 0))),
    (rules.offer_draws, "known push", ((0.5, 0.0002, 0.0001), (1, 0.001, 0.001), (0, 1, 0))),
    (
        rules.campaign_reaches, "known weeks reach fade",
        ((0, 1, 0.02, 0.01, 1 - exp(-0.02)), (0.5, 0, 0.02, 0.01, 0.495), (0.5, 2, 0.1, 0, 1 - 0.5 * exp(-0.2))),
    ),
    (
        rules.street_allows, "openness memory weary busy remembers",
        ((1, 0, 0, 1, 0.5, 1), (2, 1, 0.25, 1, 0.5, 1.5 * exp(0.5)), (1, -1, 0, 0.25, 0.5, 0.25 * exp(-0.5)), (3, 0, 1, 1, 0.5, 0)),
    ),
    (rules.street_recalls, "memory result step", ((0, 1, 0.5, 0.5), (0.5, -1, 0.5, -0.25), (0.2, 1, 0, 0.2))),
    (rules.visit_finds, "presence", ((0, 0), (0.5, 0.5), (1, 1))),
    # 0.52 needs a year over 10 weeks is a tenth; as many precedents as `half` bring half of the pull
    (
        rules.will_request, "needs weeks precedents pull half",
        ((0, 10, 5, 1, 10, 0), (0.52, 10, 0, 1, 10, 0.1), (0.52, 10, 10, 1, 10, 0.15), (1.04, 5, 30, 2, 10, 0.25), (26, 1, 0, 1, 10, 0.5)),
    ),
    # 0.7 to 1.3 times the base by means, and half of it under full burden
    (
        rules.standard_fits, "means burden base",
        ((1, 0, 0, 0), (0.5, 0, 0.8, 0.8), (0, 0, 0.8, 0.56), (1, 1, 0.4, 0.26), (0.5, 0.5, 0.8, 0.6)),
    ),
    # all as practised at openness and trust one half and strictness one half; a quarter more or less by strictness
    (
        rules.will_tailor, "tailoring openness trust strictness",
        ((0, 1, 1, 0, 0), (0.5, 0.5, 0.5, 0.5, 0.5), (0.4, 0, 0, 0, 0.25), (0.4, 1, 0.5, 1, 0.375), (0.4, 0.5, 1, 0.5, 0.5)),
    ),
    (rules.will_check, "control trust", ((0, 0, 0), (0.5, 0.5, 0.5), (0.5, 1, 0.25), (0.4, 0, 0.6))),
    (rules.check_refuses, "means base", ((1, 0.05, 0), (0.5, 0.05, 0.05), (0, 0.05, 0.1), (0.5, 0.5, 0.5))),
    (rules.seen_as_favour, "notice evident", ((1, 1, 0), (0.3, 0, 0.3), (0.3, 0.75, 0.075), (0.5, 0, 0.5))),
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


def test_every_rule_has_anchors_here_or_in_the_other_file() -> None:
    told = "".join(
        Path(__file__).with_name(name).read_text("utf-8") for name in ("test_rules_anchors.py", "test_rules_anchors_together.py")
    )
    own = [name for name, rule in inspect.getmembers(rules, inspect.isfunction) if rule.__module__ == rules.__name__]
    assert len(own) > 60
    assert [name for name in own if not re.search(rf"rules\.{name}\b", told)] == []
