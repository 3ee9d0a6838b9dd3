"""Places where people meet: a school, a club and a community centre, who comes there, and whom they meet."""

from __future__ import annotations

import numpy as np
import pytest

from model import rules
from model.case.case import load
from model.state.streets import CENTRE, CLUB, FAMILY, SCHOOL
from model.week.places_to_meet import MeetingPlace
from model.week.police import Police
from model.week.ties import meet_by_chance
from tests.model.week.two_neighbourhoods import POOR, RICH, TWO, live

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
