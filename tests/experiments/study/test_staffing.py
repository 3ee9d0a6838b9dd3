"""The mix of roles that a regime staffs itself: at the same cost, from the first week, with the same people and luck."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparison.compare import compare, study_of
from experiments.reporting.side_by_side import as_json, opening
from experiments.study.points import checked, identity, points
from experiments.study.staffing import EURO_AN_HOUR, MIXES, cost, hours_of, mix_of, staffed, unstaffed
from model import Neighbourhood
from model.case.case import available, load
from model.errors import BadInput
from model.regimes import BASELINE, NAMED, resolve
from model.state.accounts import ROLES

SMALL = load("default").replaced(residents=200, burn_in=10)


def own(case):
    return {name: getattr(case.conditions, name) for name in EURO_AN_HOUR}


def test_every_named_regime_has_a_mix_of_municipal_roles_and_they_differ() -> None:
    assert set(NAMED) <= set(MIXES)
    assert set(EURO_AN_HOUR) < set(ROLES.values())
    assert all(set(mix) <= set(EURO_AN_HOUR) and all(times > 0 for times in mix.values()) for mix in MIXES.values())
    assert len({tuple(sorted(mix.items())) for mix in MIXES.values()}) == len(MIXES)


@pytest.mark.parametrize("scenario", [name for name, _ in available()])
@pytest.mark.parametrize("name", MIXES)
def test_a_mix_costs_what_the_scenario_costs(scenario: str, name: str) -> None:
    case = load(scenario)
    hours = hours_of(case, MIXES[name])
    assert cost(hours) == pytest.approx(cost(own(case)), rel=1e-12)
    assert staffed(case, MIXES[name]).conditions == case.conditions  # of the burn-in
    assert unstaffed(staffed(case, MIXES[name])) == case


def test_a_blend_blends_the_mixes_and_given_practices_have_none() -> None:
    first, second = mix_of("top_down"), mix_of("leapfrog")
    for name, times in mix_of("blend(top_down, leapfrog, 0.25)").items():
        assert times == pytest.approx(0.75 * first[name] + 0.25 * second[name])
    assert mix_of("baseline") == mix_of("mine") == {}
    assert mix_of("relational", BASELINE) == {}  # a name for other practices
    assert mix_of("relational", resolve("relational")) == mix_of("relational") != {}
    assert staffed(SMALL, {}) is SMALL


def test_population_and_luck_are_shared_until_the_mix_begins() -> None:
    usual = Neighbourhood(SMALL, "relational", seed=3)
    hired = Neighbourhood(staffed(SMALL, mix_of("relational")), "relational", seed=3)
    for hood in (usual, hired):
        hood.burn_in()
    for table in ("resident", "problem", "account"):
        for name, column in usual.world.tables[table].arrays.items():
            assert np.array_equal(column, hired.world.tables[table].arrays[name], equal_nan=True), (table, name)
    usual.run(1)
    hired.run(1)
    assert {name: getattr(hired.world.conditions, name) for name in EURO_AN_HOUR} == hours_of(SMALL, mix_of("relational"))
    assert usual.world.conditions == SMALL.conditions
    hired.run(20)
    usual.run(20)
    assert np.array_equal(usual.world.residents.occupant, hired.world.residents.occupant)


def test_an_event_of_the_scenario_about_hours_holds_from_its_week() -> None:
    event = {"week": 5, "kind": "condition", "name": "ward_hours", "value": 9.0}
    hood = Neighbourhood(staffed(SMALL.replaced(events=[event]), mix_of("leapfrog")), "leapfrog", seed=1)
    assert hood.run(4).world.conditions.ward_hours == hours_of(SMALL, mix_of("leapfrog"))["ward_hours"]
    assert hood.run(1).world.conditions.ward_hours == 9.0


def test_a_study_says_which_staffing_and_equal_is_what_it_always_was() -> None:
    given = {"name": "s", "question": "?", "regimes": ["relational", "blend(relational,leapfrog,0.5)", "baseline"]}
    equal, its_own = checked(given), checked({**given, "staffing": "own"})
    assert identity(equal) == identity(checked({**given, "staffing": "equal"})) != identity(its_own)
    assert all(point.case.events == load("default").events for point in points(equal))
    hours = [{e.name: e.value for e in point.case.events} for point in points(its_own)]
    assert hours[0] != hours[1] != {} == hours[2]
    with pytest.raises(BadInput, match="staffing"):
        checked({"name": "s", "question": "?", "staffing": "own", "arms": {"on": {"of": "relational"}}})


def test_hours_that_a_study_varies_are_what_the_mix_starts_from() -> None:
    given = {"name": "s", "question": "?", "regimes": ["relational"], "staffing": "own"}
    factors = {"factors": {"ward_hours": {"values": [1.0, 4.0]}}, "design": {"kind": "grid"}}
    low, high = points(checked({**given, **factors}))
    for point, hours in ((low, 1.0), (high, 4.0)):
        assert point.factors == {"ward_hours": hours}
        found = hours_of(load("default").replaced(ward_hours=hours), mix_of("relational"))
        assert {e.name: e.value for e in point.case.events} == {n: h for n, h in found.items() if h != getattr(point.case.conditions, n)}


def test_a_comparison_says_so_in_its_first_line_and_its_manifest(tmp_path) -> None:
    found = compare(SMALL, ["relational"], pairs=1, weeks=8, workers=1, out=tmp_path / "own", staffing="own")
    assert found.staffing == "own" == as_json(found)["staffing"]
    assert "its own mix of roles, at the same total cost" in opening(found)
    assert found.case == SMALL
    from experiments.comparison.folder import is_comparison, read
    from experiments.shared.folders import read_manifest

    facts = read_manifest(tmp_path / "own")
    assert is_comparison(facts)
    assert facts.get("staffing") == "own"
    assert read(tmp_path / "own", facts).staffing == "own"
    assert study_of(SMALL, {"relational": NAMED["relational"]}, 1, 8).staffing == "equal"
