"""The city: neighbourhoods that share one queue and one purse, and what each of them gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.case.case import Area, checked, load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from tests.model.week.two_neighbourhoods import POOR, RICH, TWO, live


def people_of(hood: Neighbourhood, area: int) -> dict[str, np.ndarray]:
    r, here = hood.world.residents, hood.world.streets.area[hood.world.residents.street] == area
    return {c: getattr(r, c)[here] for c in ("name", "home", "means", "energy", "rest", "owner", "habit", "occupant")}


def refused(data: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        checked(data, "my.toml")
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith("my.toml: ")
    return text


# --- several neighbourhoods in one world --------------------------------------------------------------------------


def test_a_city_counts_its_residents_and_streets_from_its_neighbourhoods():
    case = checked({"neighbourhoods": [RICH, POOR | {"streets": 9}]}, "x")
    assert (case.residents, case.place.street_count) == (105, 1 + 9)
    assert checked({"place": {"residents": 105}, "neighbourhoods": [RICH, POOR]}, "x").residents == 105
    assert checked(case.model_dump(mode="json"), "again") == case
    assert case.association_share == pytest.approx(45 * 0.9 / 105)
    assert case.replaced(neighbourhoods=[]).residents == 1000
    assert [place.owner_share for place in case.areas] == [0.9, 0.0]
    assert [place.household_size for place in case.areas] == [2.14, 2.14]  # left out: as in the place


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            {"neighbourhoods": [RICH | {"nonsense": 1}]},
            "neighbourhoods.0.nonsense; not a known key; allowed: " + ", ".join(Area.model_fields),
        ),
        ({"neighbourhoods": [RICH, POOR | {"name": " oost"}]}, "neighbourhoods.1.name = ' oost'; allowed: a name that no other"),
        ({"neighbourhoods": [{"name": "A"}]}, "neighbourhoods.0.residents; not given, but required"),
        ({"neighbourhoods": [{"residents": 5}]}, "neighbourhoods.0.name; not given, but required"),
        ({"neighbourhoods": [RICH | {"residents": 0}]}, "neighbourhoods.0.residents = 0; allowed: greater than or equal to 1"),
        ({"neighbourhoods": [RICH | {"residents": 2.5}]}, "neighbourhoods.0.residents = 2.5; allowed: "),
        ({"neighbourhoods": [RICH | {"streets": 61}]}, "neighbourhoods.0.streets = 61; allowed: at most the number of its residents, 60"),
        ({"neighbourhoods": [RICH | {"association_share": 0.3}]}, "neighbourhoods.0.owner_share + neighbourhoods.0.association_share"),
        ({"neighbourhoods": [RICH | {"friends": 2.0}]}, "neighbourhoods.0.friends = 2.0; allowed: less than or equal to 1"),
        ({"neighbourhoods": [RICH | {"problem_rate": -1.0}]}, "neighbourhoods.0.problem_rate = -1.0; allowed: greater than"),
        ({"neighbourhoods": [RICH | {"name": "  "}]}, "neighbourhoods.0.name"),
        ({"neighbourhoods": 5}, "neighbourhoods"),
        ({"neighbourhoods": [5]}, "neighbourhoods.0"),
        ({"place": {"residents": 50}, "neighbourhoods": [RICH]}, "place.residents = 50; allowed: 60, what the neighbourhoods have"),
        ({"place": {"streets": 7}, "neighbourhoods": [RICH]}, "place.streets = 7; allowed: 1, what the neighbourhoods have together"),
        ({"conditions": {"counter_pressure": 0.5}, "neighbourhoods": [RICH]}, "conditions.counter_pressure = 0.5; allowed: 0, or give"),
        ({"conditions": {"counter_pressure": 1.5}}, "conditions.counter_pressure = 1.5; allowed: less than or equal to 1"),
        ({"conditions": {"ward_hours": 200}}, "conditions.ward_hours = 200; allowed: less than or equal to 100"),
        ({"neighbourhoods": [RICH, POOR], "events": [{"week": 1, "kind": "initiative", "street": 2}]}, "events.street = 2; allowed: 0 to"),
        (
            {"events": [{"week": 1, "kind": "practice", "name": "presence", "value": v} for v in (0.1, 0.2)]},
            "events: two for week 1 contradict each other (practice presence)",
        ),
    ],
)  # fmt: skip
def test_bad_input_takes_one_line_naming_key_value_and_what_is_allowed(data, says):
    assert refused(data).startswith(f"my.toml: {says}")


def test_friends_may_be_yes_or_no():
    case = checked({"neighbourhoods": [RICH | {"friends": True}, POOR | {"friends": False}]}, "x")
    assert [area.friends for area in case.neighbourhoods] == [1.0, 0.0]


def test_residents_are_numbered_along_streets_and_each_is_made_from_the_own_neighbourhood():
    hood = live(TWO.replaced(neighbourhoods=[RICH | {"residents": 900}, POOR | {"residents": 800}], burn_in=0))
    r, s, a = hood.world.residents, hood.world.streets, hood.world.areas
    assert (np.diff(r.street) >= 0).all()
    assert (np.diff(s.area) >= 0).all()
    assert list(zip(a.arrays["from"], a.arrays["to"], strict=True)) == [(0, 900), (900, 1700)]
    assert np.array_equal(np.bincount(s.area[r.street]), [900, 800])
    rich, poor = people_of(hood, 0), people_of(hood, 1)
    assert rich["owner"].mean() == pytest.approx(0.9, abs=0.05)
    assert poor["owner"].sum() == 0
    assert rich["means"].mean() > poor["means"].mean() + 0.2
    assert len(set(r.name.tolist())) == 1700


def test_neighbourhoods_lie_apart_and_no_street_is_near_one_of_another():
    hood = live(TWO.replaced(neighbourhoods=[RICH | {"streets": 5}, POOR | {"streets": 4}, POOR | {"name": "Zuid"}], burn_in=0))
    s, near = hood.world.streets, hood.world.standing["near_street"]
    for street in range(len(s)):
        listed = near[s.near_start[street] : s.near_stop[street]]
        assert street in listed
        assert (s.area[listed] == s.area[street]).all()
        others = s.area != s.area[street]
        assert np.hypot(s.x[others] - s.x[street], s.y[others] - s.y[street]).min() >= 600


def test_the_people_of_a_neighbourhood_do_not_depend_on_which_others_there_are_or_in_which_order():
    straight, turned = live(TWO), live(TWO.replaced(neighbourhoods=[POOR, RICH]))
    more = live(TWO.replaced(neighbourhoods=[RICH, POOR | {"residents": 46}, POOR | {"name": "Zuid"}]))
    for other, rich, poor in ((turned, 1, 0), (more, 0, 1)):
        assert all(np.array_equal(v, people_of(other, rich)[c]) for c, v in people_of(straight, 0).items())
        before, after = people_of(straight, 1), people_of(other, poor)
        assert set(before["name"].tolist()) <= set(after["name"].tolist())


def test_without_neighbourhoods_people_and_streets_are_as_they_always_were():
    hood = live(load("default").replaced(residents=90, burn_in=0))
    from model.engine.chance import join, key_of

    assert hood.world.streets.name.tolist() == [join(11, 0), join(11, 1)]
    assert int(hood.world.residents.home[0]) == join(key_of(0, 77, 0), 0)
    assert (hood.world.streets.area == 0).all()


def test_a_factor_of_a_neighbourhood_multiplies_its_problems_and_no_others():
    usual = live(TWO.replaced(burn_in=0), 40)
    many = live(TWO.replaced(neighbourhoods=[RICH, POOR | {"problem_rate": 3.0}], burn_in=0), 40)

    def arisen(hood: Neighbourhood, area: int) -> set[int]:
        p = hood.world.problems
        return set(p.name[(hood.world.streets.area[p.street] == area) & (p.nth == 0) & (p.born > 0)].tolist())

    assert arisen(usual, 0) == arisen(many, 0)
    assert len(arisen(many, 1)) > 1.8 * len(arisen(usual, 1))


# --- what each gets -----------------------------------------------------------------------------------------------


def test_what_neighbourhoods_and_streets_get_adds_up_to_what_was_spent_and_filed():
    case = TWO.replaced(case_hours=5, crew_hours=20, structural_budget=100.0, found_base=0.0)
    hood = live(case, 52, "top_down")
    whole, streets = hood.by_neighbourhood, hood.by_street
    assert whole["name"].to_list() == ["Oost", "West"]
    assert set(streets["neighbourhood"]) == {"Oost", "West"}
    assert whole["residents"].sum() == streets["residents"].sum() == 105
    for frame in (whole, streets):
        yearly = frame["residents"] / 1000.0 * hood.weeks_done / 52
        assert (frame["reports"] * yearly).sum() == pytest.approx((hood.world.reports.week > 0).sum())
        assert (frame["euros"] * yearly).sum() == pytest.approx(hood.world.purses.spent_ever.sum() / 100.0)  # no initiatives: all on cases
        assert (frame["hours"] * yearly).sum() == pytest.approx(hood.world.streets.minutes.sum() / 60.0)
        assert frame["burden_share"].sum() == pytest.approx(frame["hours_share"].sum()) == pytest.approx(1.0)
        for name, column in (("burden", hood.world.residents.burden), ("trust_police", hood.world.residents.trust[:, 4])):
            assert (frame[name] * frame["residents"]).sum() / 105 == pytest.approx(column.mean(), abs=1e-5)
    assert 0 < hood.world.streets.minutes.sum() <= hood.world.accounts.spent_ever.sum()
    one = live(load("default").replaced(residents=60, burn_in=0), 3).by_neighbourhood
    assert len(one) == 1
    assert one["hours_share"][0] in (1.0,) or np.isnan(one["hours_share"][0])


def test_counts_of_what_is_spent_begin_with_the_run():
    hood = Neighbourhood(TWO.replaced(crew_hours=20, burn_in=30), seed=1, compiled=False)
    hood.burn_in()
    assert hood.world.streets.minutes.sum() > 0
    hood.step()
    assert hood.world.streets.minutes.sum() <= hood.world.accounts.spent.sum()


def test_nothing_is_divided_over_neighbourhoods_beforehand():
    """Nobody reports and nobody looks in one of them: what it leaves goes to the other."""
    plenty = {"desk_hours": 20.0, "case_hours": 20.0, "structural_budget": 2000.0, "report_habit": 0.05}
    busy = TWO.replaced(crew_hours=5.0, ward_hours=0.0, agenda_rate=0.0, **plenty)  # it is the crew that is short
    quiet, both = busy.replaced(neighbourhoods=[RICH, POOR | {"problem_rate": 0.0}]), busy
    first = [Neighbourhood(case, BASELINE, 1).run(80).by_neighbourhood for case in (quiet, both)]
    assert first[0]["hours"][1] == 0
    assert first[0]["hours"][0] > first[1]["hours"][0]


@pytest.mark.parametrize(
    "changes",
    [
        {"neighbourhoods": [], "residents": 200, "streets": 200},
        {"neighbourhoods": [], "residents": 200, "streets": 1, "counter_pressure": 1.0, "centres": 20.0},
        {"neighbourhoods": [], "residents": 1, "counter_pressure": 1.0, "schools": 20.0},
        {"neighbourhoods": [RICH | {"friends": 1}, POOR, {"name": "Een", "residents": 1, "friends": 1}], "counter_pressure": 1.0},
        {"neighbourhoods": [RICH, POOR | {"problem_rate": 100.0, "density": 1.0}], "example_distance": 5000.0},
    ],
    ids=["200 streets of one home", "one street", "one resident", "a neighbourhood of one", "far apart and overrun"],
)
@pytest.mark.filterwarnings("error")
def test_extreme_places_live_within_bounds_and_the_ledger_closes(changes):
    hood = live(TWO.replaced(**changes))
    for _ in range(25):
        hood.step()
        assert [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()] == []
        for table in (hood.world.accounts, hood.world.purses):
            assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left)
            assert (table.left >= 0).all()
    assert len(hood.by_neighbourhood) == len(hood.world.areas)
    assert len(hood.by_street) == len(hood.world.streets)


def test_no_post_is_without_a_street(monkeypatch):
    monkeypatch.setattr("model.state.start.RESIDENTS_PER_POST", 10)
    hood = live(load("default").replaced(residents=60, streets=2, burn_in=0), 2)
    areas = list(zip(hood.world.officials.arrays["from"], hood.world.officials.to, strict=True))
    assert areas == [(0, 30), (30, 60)]


def test_the_city_that_ships_has_contrast_and_says_that_it_is_invented():
    case = load("city")
    assert [area.residents for area in case.neighbourhoods] == [1200, 1500, 900]
    assert "invented" in case.text
    assert case.conditions == load("default").conditions
    assert len({place.low_income_share for place in case.areas}) == 3
