"""The city: neighbourhoods that share one queue and one purse, friends' groups that press, and places where people meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import rules
from model.case.case import Area, Case, checked, load
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from model.state.streets import CENTRE, CLUB, FAMILY, SCHOOL
from model.state.tallies import PRESSURE_MINUTES, RESIDENT_HOURS
from model.story.teller import tell_story
from model.week.case_delivery import carry_out
from model.week.friends import press
from model.week.places_to_meet import MeetingPlace
from model.week.police import Police
from model.week.problems import NO_CASE, READY
from model.week.ties import meet_by_chance

RICH: dict[str, Any] = {"name": "Oost", "residents": 60, "owner_share": 0.9, "association_share": 0.0, "low_income_share": 0.1}
POOR: dict[str, Any] = {"name": "West", "residents": 45, "owner_share": 0.0, "association_share": 0.9, "low_income_share": 0.8}
TWO = load("default").replaced(neighbourhoods=[RICH, POOR], burn_in=2, problem_rate=6)


def live(case: Case, weeks: int = 0, regime: str = "relational", seed: int = 1) -> Neighbourhood:
    return Neighbourhood(case, regime, seed=seed, compiled=False).run(weeks)


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
    busy = TWO.replaced(crew_hours=2.0, ward_hours=0.0, agenda_rate=0.0, **plenty)  # it is the crew that is short
    quiet, both = busy.replaced(neighbourhoods=[RICH, POOR | {"problem_rate": 0.0}]), busy
    first = [live(case, 80, "top_down").by_neighbourhood for case in (quiet, both)]
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


# --- friends who press --------------------------------------------------------------------------------------------

BUSY = load("default").replaced(
    neighbourhoods=[RICH | {"name": "A", "residents": 150, "friends": 1.0}, RICH | {"name": "B", "residents": 150}],
    burn_in=8, problem_rate=6, crew_hours=8.0, case_hours=1.0, structural_budget=60.0,
)  # fmt: skip


def waited(hood: Neighbourhood, area: int) -> float:
    """Mean weeks that cases of a neighbourhood took that ended by being carried out, or are still open."""
    p = hood.world.problems
    here = (hood.world.streets.area[p.street] == area) & (p.opened > 0)
    open_case, done = here & (p.case != NO_CASE), here & (p.case == NO_CASE) & (p.ended > 0)
    return float(np.concatenate([hood.week - p.opened[open_case], (p.ended - p.opened)[done]]).mean())


def test_friends_press_as_hard_as_they_want_if_enough_are_ready():
    assert rules.pressure_carried(0.5, 10.0, 5.0) == 0.5
    assert rules.pressure_carried(0.5, 1.0, 5.0) == pytest.approx(0.1)
    assert rules.pressure_carried(0.5, 0.0, 5.0) == 0.0
    assert rules.pressure_carried(0.0, 10.0, 5.0) == 0.0


def test_where_friends_press_cases_are_served_faster_and_elsewhere_slower():
    served = {}
    for pressure in (0.0, 1.0):
        hoods = [
            Neighbourhood(BUSY.replaced(counter_pressure=pressure, pressure_weight=5.0), "top_down", seed=s).run(104) for s in range(16)
        ]
        served[pressure] = (
            [[waited(hood, area) for hood in hoods] for area in (0, 1)],
            [hood.by_neighbourhood["hours_share"][0] for hood in hoods],
        )
    (here, there), share = served[0.0]
    (pressed, displaced), share_pressed = served[1.0]
    assert np.mean(pressed) < np.mean(here)
    assert np.mean(displaced) > np.mean(there)
    assert np.mean(share_pressed) > np.mean(share)


def test_compiled_and_plain_live_the_same_weeks_in_a_city_with_friends_and_meeting_places():
    case = BUSY.replaced(counter_pressure=1.0, ward_hours=20.0, schools=10.0, clubs=10.0, centres=10.0)
    one, other = (Neighbourhood(case, "leapfrog", seed=5, compiled=compiled).run(40) for compiled in (True, False))
    for name, table in one.world.tables.items():
        for column in table.arrays:
            assert np.array_equal(getattr(table, column), getattr(other.world.tables[name], column)), f"{name}.{column}"
    assert one.world.venues.visits.min() > 0
    assert one.world.tally[PRESSURE_MINUTES] > 0
    saved = one.checkpoint()
    one.run(10)
    after = one.by_street
    one.restore(saved)
    assert one.run(10).by_street.equals(after, null_equal=True)


def test_pressing_costs_residents_hours_and_takes_people_who_are_ready_and_free():
    silent, pressing = live(BUSY, 20), live(BUSY.replaced(counter_pressure=1.0), 20)
    assert silent.world.tally[PRESSURE_MINUTES] == 0
    assert 0 < pressing.world.tally[PRESSURE_MINUTES] <= 20 * 3 * 15  # at most 2 % of 150 residents, 15 minutes a week
    assert pressing.world.tally[RESIDENT_HOURS] >= pressing.world.tally[PRESSURE_MINUTES]
    assert pressing.world.areas.carriers.tolist()[1] == 0
    s = pressing.world.streets
    assert (s.pressure[s.area == 0] > 0).all()
    assert (s.pressure[s.area == 1] == 0).all()
    half = live(BUSY.replaced(counter_pressure=0.5), 20)
    assert 0 < half.world.tally[PRESSURE_MINUTES] < pressing.world.tally[PRESSURE_MINUTES]
    nobody = live(BUSY.replaced(counter_pressure=1.0, pressure_ready=1.0), 20)
    assert nobody.world.tally[PRESSURE_MINUTES] == 0
    assert (nobody.world.streets.pressure == 0).all()


def test_members_of_initiatives_have_no_hands_free_to_press():
    hood = live(BUSY.replaced(counter_pressure=1.0, ward_hours=0.0, found_base=0.0))
    hood.step()
    assert hood.world.areas.carriers[0] == 3
    hood.world.residents.member[:, 0] = 0
    hood.world.loops.call(press, first_pending=0)
    assert hood.world.areas.carriers[0] == 0
    assert (hood.world.streets.pressure == 0).all()


def test_friends_hold_promises_up_in_the_three_weeks_before_they_fall_due():
    hood = live(BUSY.replaced(counter_pressure=1.0, ward_hours=60.0), 60)
    p, m = hood.world.problems, hood.world.promises
    defended = np.flatnonzero(p.defended > -(10**6))
    assert len(defended) > 0
    assert (hood.world.streets.area[p.street[defended]] == 0).all()
    assert all(any(0 <= due - p.defended[q] <= 3 for due in m.due[m.problem == q]) for q in defended)
    assert any("held the promise to" in line for line in hood.story)
    assert any("friends’ group that presses" in line for line in hood.story)
    assert any("vriendengroep" in line for line in tell_story(hood.world, lang="nl"))


def test_a_defended_promise_puts_its_case_before_a_like_one_of_the_same_street():
    hood = live(BUSY.replaced(counter_pressure=1.0, burn_in=0, problem_rate=0.0))
    hood.step()
    hood.intervene(2, "problem", "litter", 0.5, street=0)
    hood.intervene(2, "problem", "traffic", 0.5, street=0)
    hood.step()
    p = hood.world.problems
    p.case[:], p.account[:], p.minutes[:], p.opened[:], p.kind[:] = READY, 5, 60, 1, 0
    for first in (0, 1):
        p.case[:], p.minutes[:], p.state[:] = READY, 60, 0
        p.defended[:] = -(10**6)
        p.defended[first] = hood.week
        hood.world.streets.pressure[:] = 1.0
        hood.world.accounts.arrays["left"][5] = 60
        hood.world.loops.call(carry_out)
        assert p.case[first] == NO_CASE
        assert p.case[1 - first] == READY


def test_a_neighbourhood_alone_has_friends_in_its_first_half():
    hood = live(load("default").replaced(residents=210, burn_in=0, counter_pressure=1.0), 3)
    assert hood.world.streets.friends.tolist() == [1, 1, 1, 0, 0]
    assert (hood.world.streets.pressure > 0).tolist() == [True, True, True, False, False]
    assert any("in the streets around" in line for line in hood.story)


# --- where people meet --------------------------------------------------------------------------------------------

LIVELY = load("default").replaced(residents=220, streets=5, burn_in=0, encounter_rate=1.0, encounter_far=1.0, encounter_known=0.0)


def test_each_neighbourhood_of_some_size_has_a_school_a_club_and_a_community_centre():
    areas = [RICH | {"residents": 3000}, POOR | {"residents": 200}, POOR | {"name": "Klein", "residents": 199}]
    hood = live(TWO.replaced(neighbourhoods=areas, burn_in=0))
    v, s = hood.world.venues, hood.world.streets
    found = [[int(((v.kind == kind) & (s.area[v.street] == area)).sum()) for kind in (SCHOOL, CLUB, CENTRE)] for area in range(3)]
    assert found == [[2, 2, 2], [1, 1, 1], [0, 0, 0]]
    assert len(set(v.name.tolist())) == len(v)
    for kind in (SCHOOL, CLUB, CENTRE):
        nearest = s.venue[:, kind]
        assert (nearest[s.area == 2] == -1).all()
        near = s.area < 2
        assert (v.kind[nearest[near]] == kind).all()
        assert (s.area[v.street[nearest[near]]] == s.area[near]).all()
    away = np.hypot(s.x - s.x[v.street[s.venue[:, CENTRE]]], s.y - s.y[v.street[s.venue[:, CENTRE]]])
    assert np.array_equal(s.centre == 1, (away <= 400) & (s.venue[:, CENTRE] >= 0))
    assert len(live(TWO.replaced(neighbourhoods=areas, burn_in=0, schools=0.0, clubs=0.0, centres=0.0)).world.venues) == 0


def test_at_school_are_parents_at_the_club_the_active_and_at_the_centre_everybody():
    rates = {"schools": 0.0, "clubs": 0.0, "centres": 0.0}
    for kind, name in ((SCHOOL, "schools"), (CLUB, "clubs"), (CENTRE, "centres")):
        hood = live(LIVELY.replaced(**rates | {name: 5.0}))
        r, energy = hood.world.residents, hood.case.behaviour.energy
        hood.schedule.begin_week()
        hood.world.standing["new_count"][0] = 0
        hood.world.loops.call(meet_by_chance)
        n = int(hood.world.standing["new_count"][0])
        pairs = np.column_stack([hood.world.standing["new_first"][:n], hood.world.standing["new_second"][:n]])
        met = {SCHOOL: r.size >= FAMILY, CLUB: r.energy >= energy, CENTRE: np.ones(len(r), bool)}[kind]
        together = met[pairs].all(axis=1).sum()
        assert hood.world.venues.visits.sum() >= 2 * together > 0
        goers = np.isin(pairs[:, 0], np.flatnonzero(met))
        assert met[pairs[goers, 1]].all()  # who goes there meets who goes there
        place = hood.meeting_places[0]
        assert isinstance(place, MeetingPlace)
        assert place.title == ("school", "club", "community centre")[kind]
        assert met[place.visitors].all()


def test_meeting_places_let_groups_mix():
    def bridging(mixing: float) -> float:
        case = LIVELY.replaced(encounter_rate=0.3, schools=5.0, clubs=5.0, centres=5.0, homophily=0.9, mixing=mixing)
        return float(live(case, 25).by_neighbourhood["bridging"][0])

    assert bridging(1.0) > 1.1 * bridging(0.0)


def test_streets_with_much_to_bear_come_to_the_community_centre_most():
    assert rules.draws_to_centre(0.0) == 1.0
    assert rules.draws_to_centre(2.0) > rules.draws_to_centre(0.5)
    visits = []
    for load_on_homes in (0.0, 8.0):
        hood = live(LIVELY.replaced(schools=5.0, clubs=5.0, centres=5.0))
        hood.schedule.begin_week()
        hood.world.streets.private[:] = load_on_homes
        hood.world.loops.call(meet_by_chance)
        visits.append(hood.world.venues.visits[hood.world.venues.kind == CENTRE].sum() / hood.world.venues.visits.sum())
    assert visits[1] > visits[0]


def test_without_meeting_places_people_of_near_streets_meet_as_before():
    """How groups mix at meeting places then has no say at all."""
    none = {"schools": 0.0, "clubs": 0.0, "centres": 0.0}
    one, other = (live(LIVELY.replaced(**none, mixing=m), 5) for m in (0.0, 1.0))
    assert np.array_equal(one.world.residents.strength, other.world.residents.strength)
    assert one.world.residents.degree.sum() > 0


def test_a_meeting_place_more_leaves_the_others_where_they_are():
    few, more = (live(LIVELY.replaced(schools=5.0, clubs=5.0, centres=c)) for c in (5.0, 10.0))
    before, after = ({int(v.name[k]): int(v.street[k]) for k in range(len(v))} for v in (few.world.venues, more.world.venues))
    assert before.items() < after.items()


def test_key_figures_come_there_and_know_most_people():
    hood = live(LIVELY.replaced(schools=5.0), 10)
    for place in hood.meeting_places:
        found, degree = place.key_figures, hood.world.residents.degree
        rows = [figure.row for figure in found]
        assert set(rows) <= set(place.visitors.tolist())
        rest = sorted(set(place.visitors.tolist()) - set(rows))
        assert min(degree[rows]) >= max(degree[rest], default=0)


def test_police_and_meeting_places_are_agents():
    hood = live(LIVELY.replaced(problem_rate=5), 10)
    kinds = {type(agent) for agent in hood.agents}
    assert {Police, MeetingPlace} <= kinds
    assert len({agent.unique_id for agent in hood.agents}) == len(hood.agents)
    assert hood.police.trust == pytest.approx(hood.world.residents.trust[:, 4].mean())
    assert hood.police.hours >= 0
    assert hood.police.queue >= 0
    with pytest.raises(AttributeError, match="nonsense"):
        hood.meeting_places[0].nonsense  # noqa: B018
