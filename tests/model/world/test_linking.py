"""The tie with an official grows by the hours shared, at the door, in a group or at a table."""

from __future__ import annotations

import numpy as np
import pytest

from model import Neighbourhood
from model.case.case import load
from model.parameters import Behaviour
from model.regimes import BASELINE
from model.rules import hours_that_count, minutes_each, renew_tie
from model.state.experiences import MET, MET_IN_GROUP
from model.state.tallies import LIVE_CONTACT

P = Behaviour()
PLACE = load("default").replaced(
    residents=1000, burn_in=0, problem_rate=0, ward_hours=20, fade_linking=0, moves_per_year=0, agenda_rate=0, years_in_post=50
)  # fmt: skip


def tie_after(minutes: float, times: int = 1) -> float:
    tie = 0.0
    for _ in range(times):
        tie = renew_tie(tie, hours_that_count(minutes, P.visit_minutes, P.contact_hours), P.hours_to_friend)
    return tie


def new_ties(group_approach: float, weeks: int = 12, **given: float) -> np.ndarray:
    """Ties of those met just once, where nothing fades; 0 where the official has left since is left out."""
    practices = BASELINE.model_copy(update={"group_approach": group_approach, "listening_first": 0.0, "asking": 0.0, "scale": 0.0})
    hood = Neighbourhood(PLACE.replaced(**given), practices, seed=3, keep_events=True)
    hood.run(weeks)
    what = np.concatenate([what for _, what, _ in hood.world.event_log])
    met = what[np.isin(what[:, 0], (MET, MET_IN_GROUP)), 1]
    who, times = np.unique(met, return_counts=True)
    ties = hood.world.residents.contact[who[times == 1]]
    return ties[ties > 0]


def test_the_same_minutes_make_the_same_tie_wherever_they_are_shared():
    """The faults: a meeting of two hours made .095 of a tie, and a quarter of an hour at the door .26."""
    assert tie_after(minutes_each(P.group_minutes, P.group_hours, P.group_size)) == pytest.approx(tie_after(P.visit_minutes), abs=1e-12)
    assert tie_after(60.0) == pytest.approx(tie_after(15.0, times=4), abs=1e-12)
    assert tie_after(15.0) == pytest.approx(0.2592, abs=1e-4)


def test_an_officials_time_at_a_meeting_is_divided_over_those_who_came():
    assert [minutes_each(150, 2, n) for n in (1, 4, 8, 24)] == [120, 30, 15, 5]
    assert minutes_each(60, 2, 4) == 15  # never more than the meeting took
    assert minutes_each(150, 0, 4) == 0


def test_in_a_run_whoever_was_met_once_in_a_full_group_has_the_tie_of_one_visit():
    doors = new_ties(0.0)
    groups = new_ties(1.0, group_invited=200, group_comes=1.0)  # all places are taken
    assert min(len(doors), len(groups)) > 50
    assert np.median(groups) == pytest.approx(np.median(doors), abs=1e-6)
    assert (groups >= LIVE_CONTACT).mean() == (doors >= LIVE_CONTACT).mean() == 1.0


def test_in_a_run_meetings_as_they_are_make_a_live_tie_of_everybody_met():
    groups = new_ties(1.0)
    assert len(groups) > 50
    assert (groups >= LIVE_CONTACT).mean() == 1.0
