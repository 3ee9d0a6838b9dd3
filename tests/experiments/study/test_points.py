"""A study file becomes points: what is crossed with what, by which seeds, and under which identity."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.study.labels import labels_of
from experiments.study.names import outcomes_of
from experiments.study.points import checked, content, identity, load_study, points, seed_of, shipped
from model.case.case import TO_REST, load
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED
from model.regimes import BASELINE, NAMED, PRACTICES, blend
from tests.experiments.study.small_studies import rule_text, study

# --- points ------------------------------------------------------------------------------------------------------------


def test_everything_is_crossed_in_the_order_scenario_rules_row_label(beside):
    given = {"scenarios": ["small.toml", "default"], "rules": ["", "mine.py"], "regimes": ["top_down", "leapfrog"]}
    given |= {"factors": {"presence": {}}, "design": {"kind": "grid", "levels": 2}}
    (beside / "mine.py").write_text("def door_opens(*a):\n    return 0\n")
    with pytest.raises(BadInput, match=r"mine\.py"):
        checked({"name": "x", "question": "q"} | given, beside / "study.toml")
    (beside / "mine.py").write_text(rule_text())
    found = points(checked({"name": "x", "question": "q"} | given, beside / "study.toml"))
    labels = [(p.scenario, p.rules, p.factors["presence"], p.regime) for p in found]
    names = given["scenarios"], given["rules"], (0.0, 1.0), given["regimes"]
    assert labels == [(a, b, c, d) for a in names[0] for b in names[1] for c in names[2] for d in names[3]]
    assert found[0].case.residents == 60
    assert found[0].rules_file is None
    assert found[4].rules_file == beside / "mine.py"
    assert len({id(p.case) for p in found if p.scenario == "default"}) == 1, "one case, one burn-in"


def test_a_factor_replaces_the_practice_of_each_label_and_the_number_of_the_case():
    given = {"factors": {"approval_lag": {"values": [9]}, "ward_hours": {"values": [5]}, "problems.noise": {"values": [2]}}}
    for point in points(study(regimes=["top_down", "leapfrog"], design={"kind": "grid"}, **given)):
        expected = NAMED[point.regime].model_dump() | {"approval_lag": 9}
        assert point.practices.model_dump() == expected
        assert point.case.conditions.ward_hours == 5
        assert point.case.problems == {"noise": 2}
        assert point.factors == {"approval_lag": 9, "ward_hours": 5, "problems.noise": 2}


def test_conditions_hold_for_every_point_and_whole_numbers_stay_whole():
    given = {
        "conditions": {"residents": 300, "burn_in": 5, "problems": {"noise": 2.0}},
        "design": {"points": [{"streets": 3}, {"streets": 4}]},
    }
    found = points(study(**given))
    assert [(p.case.residents, p.case.burn_in, p.case.problems, p.case.place.streets) for p in found] == [
        (300, 5, {"noise": 2}, 3),
        (300, 5, {"noise": 2}, 4),
    ]


def test_one_at_a_time_moves_each_label_from_its_own_base_and_runs_what_is_equal_once():
    found = points(study(regimes=["top_down", "leapfrog"], factors="practices", design={"kind": "oat", "levels": 2}))
    for label in ("top_down", "leapfrog"):
        own = [point for point in found if point.regime == label]
        base = NAMED[label].model_dump()
        assert own[0].practices.model_dump() == base
        moved = [{name for name, value in point.practices.model_dump().items() if value != base[name]} for point in own[1:]]
        assert all(len(names) == 1 for names in moved)
        assert len(own) == 1 + sum((base[p.name] != p.low) + (base[p.name] != p.high) for p in PRACTICES.values())


def test_a_swap_leads_from_one_regime_to_the_other_and_back():
    found = points(load_study("decomposition"))
    ends = {label: NAMED[label].model_dump() for label in ("top_down", "leapfrog")}
    differ = [name for name, value in ends["top_down"].items() if value != ends["leapfrog"][name]]
    assert [point.regime for point in found] == ["top_down", "leapfrog"] * (1 + len(differ))
    for place, name in enumerate(differ, start=1):
        for point, own, other in zip(found[2 * place :], ends.values(), reversed(ends.values()), strict=False):
            assert point.practices.model_dump() == own | {name: other[name]}


def test_labels_are_regimes_blends_own_practices_and_the_baseline_when_there_is_none():
    assert labels_of(study()) == {"baseline": BASELINE}
    own = {"door": {"presence": 1}, "soft": {"of": "blend(top_down, leapfrog, 0.5)", "control": 0.0}}
    found = labels_of(study(regimes=["blend(top_down, relational, 0.25)", "baseline"], practices=own))
    assert list(found) == ["blend(top_down,relational,0.25)", "baseline", "door", "soft"]
    assert found["door"].model_dump() == BASELINE.model_dump() | {"presence": 1}
    half = blend(NAMED["top_down"], NAMED["leapfrog"], 0.5)
    assert found["soft"].model_dump() == half.model_dump() | {"control": 0}


def test_outcomes_are_the_main_ones_all_or_those_named():
    assert outcomes_of(study()) == tuple(name for name, outcome in OUTCOMES.items() if outcome.headline)
    assert outcomes_of(study(outcomes="all")) == COMPARED
    assert outcomes_of(study(outcomes=["burden"])) == ("burden",)


def kinds() -> list[dict]:
    factors = {"presence": {}, "approval_lag": {"high": 3}, "ward_hours": {"low": 1, "high": 4}}
    return [
        {"design": {"points": [{"presence": 0.1}, {"ward_hours": 4}]}},
        *(
            {"factors": factors, "design": design}
            for design in ({"kind": "grid", "levels": 2}, {"kind": "oat"}, {"kind": "lhs", "size": 12})
        ),
        *({"factors": factors, "design": {"kind": kind, "size": 4}} for kind in ("sobol", "morris")),
    ]


@pytest.mark.parametrize("given", kinds(), ids=lambda given: given["design"].get("kind", "list"))
def test_one_more_regime_leaves_all_other_points_as_they_were(given):
    def but_for_numbers(found):
        return [(p.scenario, p.regime, p.rules, p.factors, p.case, p.practices) for p in found]

    before = but_for_numbers(points(study(regimes=["top_down", "leapfrog"], **given)))
    after = but_for_numbers(points(study(regimes=["relational", "top_down", "leapfrog"], **given)))
    assert [point for point in after if point[1] != "relational"] == before
    assert len(after) > len(before)


@pytest.mark.parametrize("given", kinds(), ids=lambda given: given["design"].get("kind", "list"))
def test_points_follow_from_the_file_alone(given):
    assert points(study(**given)) == points(study(**given))


# --- seeds, identity, quick --------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)  # reads every scenario that ships
@given(seed=st.integers(0, 2**63 - 1), replication=st.integers(0, 10**6))
def test_a_seed_follows_from_the_studys_seed_and_the_replication_alone(seed, replication):
    small, large = study(seed=seed), study(seed=seed, regimes=["leapfrog"], weeks=3, scenarios="all")
    assert seed_of(small, replication) == seed_of(large, replication)
    assert 0 <= seed_of(small, replication) < 2**63
    assert len({seed_of(small, replication + i) for i in range(20)}) == 20
    assert seed_of(small, replication) != seed_of(study(seed=(seed + 1) % 2**63), replication)


def test_identity_is_of_what_determines_results_and_not_of_texts(beside):
    def named(file: str = "study.toml", **more: Any) -> str:
        return identity(checked({"name": "x", "question": "q", "scenarios": ["small.toml"]} | more, beside / file))

    first = named()
    assert named("other.toml", name="y", question="another", text="more", timeout=5.0) == first
    others: list[dict[str, Any]] = [
        {"seed": 2},
        {"weeks": 259},
        {"keep": ["weekly"]},
        {"replications": {"number": 21}},
        {"regimes": ["leapfrog"]},
    ]
    for other in others:
        assert named(**other) != first
    factors = {"presence": {}, "intensity": {}}
    turned = dict(reversed(factors.items()))
    assert named(factors=factors, design={"kind": "lhs", "size": 3}) != named(factors=turned, design={"kind": "lhs", "size": 3})
    (beside / "small.toml").write_text('title = "new title"\nburn_in = 20\n[place]\nresidents = 60\n')
    assert named() == first
    (beside / "small.toml").write_text("burn_in = 20\n[place]\nresidents = 61\n")
    assert named() != first
    (beside / "rule.py").write_text(rule_text())
    second = named(rules=["rule.py"])
    (beside / "rule.py").write_text(rule_text() + "\nchanged = 1\n")
    assert named(rules=["rule.py"]) != second


def test_content_is_plain_data_that_reads_back_as_the_same_study():
    for path in shipped():
        whole = load_study(path.stem)
        back = checked(json.loads(json.dumps(content(whole))), path)
        assert identity(back) == identity(whole)
        assert points(back) == points(whole)


def test_quick_shrinks_any_study():
    for path in shipped():
        small = load_study(path.stem, quick=True)
        found = points(small)
        assert small.weeks == 26
        assert small.replications.number == 2
        assert all(point.case.burn_in == 8 for point in found)
        assert len(found) <= 24 or small.design.kind in ("sobol", "morris")
        assert len(found) <= 64
        assert points(checked(json.loads(json.dumps(content(small))), path)) == found, "a quick study stays one"
    kept = study(keep=["residents"], residents_at=[10, 100, 200], quick=True)
    assert kept.residents_at == (10, 26)
    assert points(study(conditions={"burn_in": 3}, quick=True))[0].case.burn_in == 3
    assert load("default").burn_in == TO_REST
