"""What a calibration file may say, and how shares of the box and values turn into each other."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np
import pytest

from experiments.calibration import schema
from experiments.calibration.schema import ENSEMBLE, FILE, Confirm, Free, Plan, Runs, Target, Waves, checked, declared, part_of, read
from experiments.patterns.measure import Part, patterns
from model.case.case import load
from model.errors import BadInput

DATA: dict[str, Any] = {
    "parameters": {"report_habit": {"low": 0.002, "high": 0.008, "log": True}, "trust_step": {"low": 0.03, "high": 0.1}},
    "targets": {"P1.rate": {"discrepancy": 0.005}, "P11.fall": {"low": -0.3}, "moves.share": {"high": 0.2}},
}


def free(name: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """One free parameter."""
    return {"parameters": {name: {"low": low, "high": high} | more}}


def test_what_is_left_out_of_a_file_is_the_method_of_the_one_that_shipped_first():
    plan = checked(DATA)
    assert (plan.seed, plan.scenario) == (1, "default")
    assert plan.runs.model_dump() == {
        "residents": 20_000, "weeks": 260, "forks": (65,), "twin_residents": 3_000, "twin_weeks": 364, "burn_in": None,
    }  # fmt: skip
    assert plan.waves.model_dump() == {"sizes": (170, 110, 110, 110), "repeated": 8, "seeds": 4, "cutoff": 3.0}
    assert plan.confirm.model_dump() == {"seeds": 3, "forks": (26, 65, 104), "batch": 24, "wanted": 60, "at_most": 192, "least": 0.1}
    assert plan.parameters["trust_step"] == Free(low=0.03, high=0.1, log=False, why="")
    assert plan.targets["P11.fall"] == Target(low=-0.3, high=None, discrepancy=0.0)
    assert plan._file == FILE
    assert (FILE.name, ENSEMBLE.name, FILE.parent) == ("calibration.toml", "ensemble.json", ENSEMBLE.parent)


@pytest.mark.parametrize(
    ("section", "good", "bad"),
    [
        (Runs, {"residents": 1}, {"residents": 0}),
        (Runs, {"residents": 1_000_000}, {"residents": 1_000_001}),
        (Runs, {"residents": 5}, {"residents": 5.0}),
        (Runs, {"burn_in": 0}, {"burn_in": -1}),
        (Runs, {"burn_in": 5200}, {"burn_in": 5201}),
        (Runs, {"burn_in": 8}, {"burn_in": 8.0}),
        (Waves, {"repeated": 2}, {"repeated": 1}),
        (Waves, {"repeated": 3}, {"repeated": 3.0}),
        (Waves, {"seeds": 2}, {"seeds": 1}),
        (Waves, {"seeds": 3}, {"seeds": 3.0}),
        (Waves, {"cutoff": 0.01}, {"cutoff": 0.0}),
        (Waves, {"cutoff": 0.5}, {"cutoff": "0.5"}),
        (Confirm, {"least": 0.0}, {"least": -0.01}),
        (Confirm, {"least": 1.0}, {"least": 1.01}),
        (Confirm, {"least": 0.5}, {"least": "0.5"}),
        (Target, {"discrepancy": 0.0}, {"discrepancy": -0.001}),
        (Target, {"discrepancy": 0.1}, {"discrepancy": "0.1"}),
        (Target, {"low": 1.0}, {"low": math.inf}),
        (Target, {"high": 1.0}, {"high": "1"}),
    ],
)
def test_numbers_have_limits_and_are_numbers(section, good, bad):
    section.model_validate(good)
    with pytest.raises(ValueError, match=next(iter(bad))):
        section.model_validate(bad)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": -1}, "seed = -1"),
        ({"seed": 2**62 + 1}, "seed"),
        ({"seed": 1.0}, "seed = 1.0"),
        ({"parameters": {}}, "parameters"),
        ({"targets": {}}, "targets"),
        (
            {"parameters": {"trust_step": {"low": 0.1, "high": 0.1}}},
            "parameters.trust_step = 0.1 to 0.1; allowed: low below high, within 0 to",
        ),
        (
            {"parameters": {"report_habit": {"low": -1.0, "high": 0.1}}},
            "parameters.report_habit = -1 to 0.1; allowed: low below high, within",
        ),
        (
            {"parameters": {"fade_bonding": {"low": 0.0, "high": 1.0, "log": True}}},
            "parameters.fade_bonding.low = 0; allowed: above 0 on a",
        ),
        (
            {"parameters": {"residents": {"low": 1, "high": 2}}},
            "parameters.residents; allowed: a number of [behaviour] that need not be whole (model/parameters.py)",
        ),
        ({"targets": {"P99.rate": {}}}, "targets.P99.rate; allowed: P1.rate, P2.top_tenth"),
        ({"targets": {"P1.speed": {}}}, "targets.P1.speed; allowed: P1.rate"),
        ({"targets": {"P1": {}}}, "targets.P1; allowed: P1.rate"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_is_wrong_is_told_with_file_key_and_what_is_allowed(change, told, tmp_path):
    with pytest.raises(BadInput) as caught:
        checked(DATA | change, tmp_path / "mine.toml")
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "mine.toml"))
    assert "\n" not in str(caught.value)


def test_limits_themselves_are_allowed():
    plan = checked(DATA | {"seed": 2**62})
    assert plan.seed == 2**62
    assert checked(DATA | {"seed": 0}).seed == 0
    low, high = declared("trust_step")
    checked(DATA | {"parameters": {"trust_step": {"low": low, "high": high}}})
    checked(DATA | {"parameters": {"fade_bonding": {"low": 0.0, "high": 1.0}}})  # 0 is no matter on an even scale


def test_the_declared_range_of_a_parameter_is_that_of_the_model():
    from model.parameters import Behaviour

    for name in ("trust_step", "report_habit", "loss_aversion"):
        with_limits = {type(one).__name__: one for one in Behaviour.model_fields[name].metadata}
        assert declared(name) == (with_limits["Ge"].ge, with_limits["Le"].le)
        assert all(type(end) is float for end in declared(name))


def test_goals_are_the_ranges_of_the_patterns_but_for_ends_of_ones_own():
    plan, known = checked(DATA), {id: {part.name: part for part in one.parts} for id, one in patterns().items()}
    assert plan.goals == [
        Part("P1.rate", known["P1"]["rate"].low, known["P1"]["rate"].high),
        Part("P11.fall", -0.3, known["P11"]["fall"].high),
        Part("moves.share", known["moves"]["share"].low, 0.2),
    ]
    assert part_of("P2.once") == known["P2"]["once"]
    assert plan.discrepancy.tolist() == [0.005, 0.0, 0.0]
    assert plan.names == ["report_habit", "trust_step"]


def test_shares_are_even_on_a_plain_or_a_logarithmic_scale():
    plan = checked(DATA)
    assert plan.values([0.0, 0.0]) == pytest.approx({"report_habit": 0.002, "trust_step": 0.03})
    assert plan.values([1.0, 1.0]) == pytest.approx({"report_habit": 0.008, "trust_step": 0.1})
    assert plan.values([0.5, 0.5]) == pytest.approx({"report_habit": 0.004, "trust_step": 0.065})
    assert plan.values([0.25, 0.2]) == pytest.approx({"report_habit": 0.002 * math.sqrt(2), "trust_step": 0.044})
    assert plan.shares({"report_habit": 0.004, "trust_step": 0.044}) == pytest.approx([0.5, 0.2])
    assert plan.shares({"report_habit": 0.002, "trust_step": 0.03}).tolist() == [0.0, 0.0]
    assert plan.shares({"report_habit": 0.032, "trust_step": 0.17}) == pytest.approx([2.0, 2.0])  # outside the box
    with pytest.raises(ValueError, match="shorter"):
        plan.values([0.5])


def test_rows_within_the_box_are_allowed_unless_steps_of_trust_and_loss_aversion_together_go_too_far():
    plan = checked(DATA)
    rows = np.array([[0.0, 0.0], [1.0, 1.0], [-0.01, 0.5], [0.5, 1.01], [0.5, 0.5]])
    assert plan.allowed(rows).tolist() == [True, True, False, False, True]
    free = {"trust_step": {"low": 0.0625, "high": 0.125, "log": True}, "trust_floor": {"low": 0.0, "high": 0.25}}
    free |= {"trust_fast": {"low": 0.0, "high": 0.25}, "loss_aversion": {"low": 1.0, "high": 5.0}}
    all_four = checked(DATA | {"parameters": free})
    at = np.array([
        [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.5, 1.0], [1.0, 0.0, 0.5, 0.75], [1.0, 0.0, 0.5, 0.76], [1.0, 0.0, 0.52, 0.75],
        [0.0, 0.5, 0.5, 0.75], [0.0, 0.52, 0.5, 0.75], [0.5, 0.0, 0.4, 1.0], [0.5, 0.0, 0.5, 1.0],
    ])  # fmt: skip
    step, aversion = 0.0625 * 2 ** at[:, 0], 1 + 4 * at[:, 3]
    assert all_four._column(at, "trust_step") == pytest.approx(step)
    assert all_four._column(at, "trust_floor") == pytest.approx(0.25 * at[:, 1])
    assert all_four._column(at, "trust_fast") == pytest.approx(0.25 * at[:, 2])
    assert all_four._column(at, "loss_aversion") == pytest.approx(aversion)
    # (the larger of step and floor + fast) * aversion: 1 itself is allowed
    assert all_four.allowed(at).tolist() == [True, True, True, False, False, True, False, True, False]
    own = load("default").behaviour
    two = checked(DATA | {"parameters": {"trust_step": {"low": 0.05, "high": 0.3}, "loss_aversion": {"low": 1.0, "high": 5.0}}})
    limit = (1.0 / (0.3 + own.trust_fast) - 1.0) / 4.0  # of the others the scenario's own count
    assert two.allowed(np.array([[1.0, limit - 1e-9], [1.0, limit + 1e-9], [0.0, 0.0]])).tolist() == [True, False, True]
    habit = checked(DATA | {"parameters": {"report_habit": {"low": 0.002, "high": 0.008}}})
    assert habit._column(np.zeros((3, 1)), "trust_fast").tolist() == [own.trust_fast] * 3
    assert habit._column(np.zeros((3, 1)), "loss_aversion").tolist() == [own.loss_aversion] * 3


def test_the_case_and_the_default_are_those_of_the_scenario():
    plan = checked(DATA)
    assert plan.case == load("default")
    assert checked(DATA | {"runs": {"burn_in": 7}}).case == load("default").replaced(burn_in=7)
    assert checked(DATA | {"runs": {"burn_in": 0}}).case.burn_in == 0
    own = load("default").behaviour
    assert plan.default == {"report_habit": own.report_habit, "trust_step": own.trust_step}


def test_the_identity_follows_from_all_that_results_follow_from_and_not_from_words():
    plan = checked(DATA)
    case = plan.case.model_dump(mode="json", exclude={"title", "text", "notes"})
    facts = json.dumps([plan.model_dump(mode="json"), case], sort_keys=True)
    assert plan.identity == hashlib.sha256(facts.encode()).hexdigest()[:16]
    assert len({plan.identity, checked(DATA | {"seed": 2}).identity, checked(DATA | {"runs": {"burn_in": 7}}).identity}) == 3


def test_a_file_is_read_and_remembered(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[parameters]\ntrust_step = { low = 0.03, high = 0.1 }\n[targets]\n"P1.rate" = {}\n', encoding="utf-8")
    plan = read(path)
    assert (plan.names, plan._file) == (["trust_step"], path)
    assert isinstance(read(), Plan)
    path.write_text("[parameters\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.toml"):
        read(path)
    with pytest.raises(BadInput, match="nowhere"):
        checked(DATA | {"scenario": "nowhere"})
    assert FILE.parent == schema.HOME
