"""Meetings with officials can go wrong, as often as people say they do, and for reasons that are not the regime's."""

from __future__ import annotations

import ast
import inspect

import numpy as np
import pytest

from model import Neighbourhood
from model.case.case import load
from model.parameters import Behaviour
from model.regimes import BASELINE, PRACTICES
from model.rules import quality_felt, quality_of_contact
from model.state.experiences import MET
from model.week import contacts

P = Behaviour()
LUCK = (np.arange(2000) + 0.5) / 2000


def qualities(skill: float = 0.5, strain: float = 0.5, unmet: float = 0.0, hurry: float = 0.0) -> np.ndarray:
    return np.array([quality_of_contact(u, skill, strain, unmet, hurry, P.contact_usual, P.contact_spread) for u in LUCK.tolist()])


def test_in_a_run_one_meeting_in_ten_goes_wrong_and_two_in_three_go_well():
    """Below 0.4 stands for dissatisfied and above 0.6 for satisfied (assumption): 10 % and 67 % were measured."""
    model = Neighbourhood(load("default").replaced(residents=6000), BASELINE, seed=2, keep_events=True)
    model.run(208)
    kept = [(what, size) for _, what, size in model.world.event_log]
    what, size = (np.concatenate([each[n] for each in kept]) for n in (0, 1))
    quality = size[(what[:, 0] == MET) & (size[:, 2] >= 1.0), 0]
    assert len(quality) > 500
    assert (quality < 0.4).mean() == pytest.approx(0.10, abs=0.03)
    assert (quality > 0.6).mean() == pytest.approx(0.67, abs=0.05)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"skill": 0.9}, {"skill": 0.1}),
        ({"strain": 0.1}, {"strain": 0.9}),
        ({"unmet": 0.0}, {"unmet": 0.8}),
        ({"hurry": 0.0}, {"hurry": 0.8}),
    ],
)
def test_skill_makes_bad_meetings_rarer_and_strain_hurry_and_what_stays_unmet_more_frequent(better, worse):
    assert (qualities(**better) < 0.4).mean() < (qualities(**worse) < 0.4).mean() - 0.02


def test_the_best_official_has_bad_meetings_and_the_worst_has_good_ones():
    assert 0.0 < (qualities(1.0, 0.0) < 0.4).mean() < 0.05
    assert (qualities(0.0, 1.0, 1.0, 1.0) > 0.6).mean() > 0.015


def test_the_neutral_point_shifts_what_every_meeting_says_over_both_signs():
    assert [quality_felt(0.6, shift) for shift in (-0.3, 0.0, 0.3)] == pytest.approx([0.9, 0.6, 0.3])
    assert (quality_felt(0.9, -0.3), quality_felt(0.1, 0.3)) == (1.0, 0.0)
    limits = Behaviour.model_fields["contact_neutral"].metadata
    assert min(one.ge for one in limits if hasattr(one, "ge")) == -max(one.le for one in limits if hasattr(one, "le"))


def test_of_practices_only_the_room_to_act_enters_the_quality_of_a_meeting():
    for loop in (contacts.knock, contacts.meet_group):
        tree = ast.parse(inspect.getsource(loop))
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("unmet", "quality")]
        used = {node.attr for one in named for node in ast.walk(one) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "g"}
        assert len(named) == 2
        assert used & set(PRACTICES) == {"mandate_rules"}
