"""Promises: each one made ends as kept, broken, told early or void."""

from __future__ import annotations

from model.engine.chance import CANDOUR, PUBLIC, draw, join
from model.engine.loops import loop
from model.rules import will_tell_early
from model.state.experiences import FELT_BROKEN, FELT_KEPT, FELT_TOLD, OFFICIAL, OWN, PROMISE_BROKEN, PROMISE_KEPT, TOLD_EARLY, tell
from model.state.tallies import BROKEN, ENDED_FRIENDS, KEPT, KEPT_FRIENDS, PUBLISHED, TOLD, VOID
from model.week.problems import FADED, LIVING, READY

PENDING, WAS_KEPT, WAS_BROKEN, WAS_TOLD, WAS_VOID = range(5)


@loop
def fall_due(
    week, keys, par, practice, tally, first_pending: int, resident_name, resident_promise, problem_state, problem_case, promise_count,
    promise_maker, promise_recipient, promise_person, promise_problem, promise_due, promise_expected, promise_fate,
    promise_published, problem_street, street_friends, news_count, news_name, news_good, news_about, event_count,
    event_what, event_size,
):  # fmt: skip
    """Promises are kept when the problem is solved; otherwise told early, or broken when due. Return the first pending row."""
    p = par[0]
    g = practice[0]
    first = promise_count[0]
    for m in range(first_pending, promise_count[0]):
        if promise_fate[m] != PENDING:
            continue
        i = promise_recipient[m]
        q = promise_problem[m]
        fate = PENDING
        event = PROMISE_KEPT
        value = FELT_KEPT
        if resident_name[i] != promise_person[m] or problem_state[q] == FADED:  # resident moved, or problem faded
            fate = WAS_VOID
            tally[VOID] += 1
        elif problem_state[q] != LIVING:
            fate = WAS_KEPT
            tally[KEPT] += 1
        elif week >= promise_due[m]:
            fate = WAS_BROKEN
            event = PROMISE_BROKEN
            value = FELT_BROKEN
            tally[BROKEN] += 1
            about = join(promise_maker[m], promise_person[m])
            if draw(keys[PUBLIC], about) < p.publicity:
                promise_published[m] = 1
                tally[PUBLISHED] += 1
                news_name[news_count[0]] = about
                news_good[news_count[0]] = 0
                news_about[news_count[0]] = -1
                news_count[0] += 1
        elif (
            week == promise_due[m] - 2
            and problem_case[q] != READY
            and will_tell_early(draw(keys[CANDOUR], join(promise_maker[m], promise_person[m])), g.truthfulness)
        ):
            fate = WAS_TOLD
            event = TOLD_EARLY
            value = FELT_TOLD
            tally[TOLD] += 1
        if fate == PENDING:
            first = min(first, m)
            continue
        promise_fate[m] = fate
        if resident_name[i] == promise_person[m]:
            resident_promise[i] = -1
        if fate != WAS_VOID:
            if street_friends[problem_street[q]] > 0.0:
                tally[ENDED_FRIENDS] += 1
                tally[KEPT_FRIENDS] += 1 if fate == WAS_KEPT else 0
            tell(event_count, event_what, event_size, event, i, OFFICIAL, m, value, float(promise_expected[m]), OWN)
    return first
