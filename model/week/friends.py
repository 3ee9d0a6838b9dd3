"""Friends' groups: organised residents who press the town hall for the cases and promises of their street."""

from __future__ import annotations

import math

from model.engine.loops import loop
from model.rules import pressure_carried
from model.state.tallies import PRESSURE_MINUTES, RESIDENT_HOURS
from model.week.promises import PENDING

DEFEND_WEEKS = 3  # weeks before its due date in which friends defend a promise


@loop
def press(
    week, par, tally, counter_pressure, first_pending: int, area_count, area_from, area_to, area_from_street, area_to_street,
    area_carriers, resident_street, resident_readiness, resident_member, street_friends, street_pressure, promise_count,
    promise_problem, promise_due, promise_fate, problem_street, problem_defended,
):  # fmt: skip
    """Residents who are ready and free carry their friends' group, which presses for its streets' cases and promises."""
    p = par[0]
    for a in range(area_count[0]):
        carriers = 0
        friends = 0.0
        people = 0
        for i in range(area_from[a], area_to[a]):
            if street_friends[resident_street[i]] > 0.0:
                people += 1
                friends = max(friends, street_friends[resident_street[i]])
                if resident_readiness[i] >= p.pressure_ready and resident_member[i, 0] < 0:
                    carriers += 1
        wanted = counter_pressure * friends
        most = math.ceil(wanted * p.pressure_needs * people)  # the group has no work for more
        area_carriers[a] = min(carriers, most)
        strength = pressure_carried(wanted, float(carriers), wanted * p.pressure_needs * people) if most > 0 else 0.0
        minutes = int(area_carriers[a] * p.pressure_minutes)
        tally[PRESSURE_MINUTES] += minutes
        tally[RESIDENT_HOURS] += minutes
        for s in range(area_from_street[a], area_to_street[a]):
            street_pressure[s] = strength * p.pressure_weight if street_friends[s] > 0.0 else 0.0
    for m in range(first_pending, promise_count[0]):
        q = promise_problem[m]
        ahead = promise_due[m] - week
        if promise_fate[m] == PENDING and 0 <= ahead <= DEFEND_WEEKS and street_pressure[problem_street[q]] > 0.0:
            problem_defended[q] = week
