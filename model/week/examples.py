"""Examples: which initiatives residents have seen or heard of, and what these showed. It reads events, never practices.

Only what was seen counts: in the own street, told along a tie, met at a place where people meet, read in the news. Each
resident has a few in mind (`EXAMPLES`); a result shows more than a mere start, a failure speaks against founding.
"""

from __future__ import annotations

from model.engine.chance import NEWS_SEEN, SEE, draw, join
from model.engine.loops import loop
from model.rules import example_shows
from model.state.experiences import (
    DELIVERED_FOR,
    DELIVERED_TOGETHER,
    GAVE_UP,
    JOINED,
    LEFT_WAITING,
    READ_BAD_NEWS,
    READ_GOOD_NEWS,
    SAW_FAILURE,
    SAW_INITIATIVE,
    SAW_RESULT,
    WAS_ASKED,
)
from model.state.people import EXAMPLES

CLOSE_BY = 0.3678  # weight of a near street at `example_distance`
NO_EXAMPLE, A_START, A_RESULT, A_FAILURE = range(4)  # what an event shows of an initiative


@loop("i8(i8)")
def what_is_shown(kind):
    """Return what an event shows of the initiative that it is about."""
    if kind in (SAW_RESULT, DELIVERED_TOGETHER, DELIVERED_FOR, READ_GOOD_NEWS):
        return A_RESULT
    if kind in (SAW_FAILURE, GAVE_UP, LEFT_WAITING, READ_BAD_NEWS):
        return A_FAILURE
    if kind in (SAW_INITIATIVE, JOINED, WAS_ASKED):
        return A_START
    return NO_EXAMPLE


@loop("void(i8, i8, f8, u8[::1], i4[:, ::1], f4[:, ::1])")
def keep_in_mind(i, k, shown, initiative_name, resident_example, resident_shown):
    """Resident i keeps initiative k in mind, by what it last showed; what showed least is forgotten for it."""
    least = 0
    for m in range(EXAMPLES):
        if resident_example[i, m] == k:
            if shown < 0.0 or shown >= float(resident_shown[i, m]):
                resident_shown[i, m] = shown
            return
        now = abs(float(resident_shown[i, m])) if resident_example[i, m] >= 0 else -1.0
        low = abs(float(resident_shown[i, least])) if resident_example[i, least] >= 0 else -1.0
        if now < low or (
            now == low and now >= 0.0 and initiative_name[resident_example[i, m]] < initiative_name[resident_example[i, least]]
        ):
            least = m
    kept = resident_example[i, least]
    held = abs(float(resident_shown[i, least]))
    if kept < 0 or abs(shown) > held or (abs(shown) == held and initiative_name[k] > initiative_name[kept]):
        resident_example[i, least] = k
        resident_shown[i, least] = shown


@loop
def hear_of(i, j, par, resident_member, initiative_name, resident_example, resident_shown):
    """Two who meet, along a tie or where people meet, each hear what the other takes part in."""
    if resident_member[j, 0] >= 0:
        keep_in_mind(i, resident_member[j, 0], par[0].example_start, initiative_name, resident_example, resident_shown)
    if resident_member[i, 0] >= 0:
        keep_in_mind(j, resident_member[i, 0], par[0].example_start, initiative_name, resident_example, resident_shown)


@loop
def seen_in_passing(
    k, s, shown, keys, par, street_start, street_stop, street_near_start, street_near_stop, near_street, near_chance, near_weight,
    initiative_name, initiative_results, resident_example, resident_shown,
):  # fmt: skip
    """Some residents of near streets pass by and see what came of initiative k in street s, nearer ones more often."""
    for n in range(int(par[0].passers_by)):
        lot = join(join(initiative_name[k], initiative_results[k]), 1000 + n)
        low = street_near_start[s]
        high = street_near_stop[s] - 1
        u = draw(keys[SEE], lot)
        while low < high:  # the first near street whose cumulative chance exceeds the draw
            middle = (low + high) // 2
            if near_chance[middle] > u:
                high = middle
            else:
                low = middle + 1
        t = near_street[low]
        people = street_stop[t] - street_start[t]
        if people > 0 and near_weight[low] >= CLOSE_BY:
            i = street_start[t] + int(people * draw(keys[SEE], join(lot, 1)))
            keep_in_mind(i, k, shown, initiative_name, resident_example, resident_shown)


@loop
def notice_examples(
    keys, par, event_count, event_what, event_size, resident_count, resident_name, initiative_name, resident_example, resident_shown,
):  # fmt: skip
    """Residents keep in mind what the week's events showed them of initiatives."""
    p = par[0]
    for n in range(event_count[0]):
        kind = event_what[n, 0]
        what = what_is_shown(kind)
        k = event_what[n, 3]
        if what == NO_EXAMPLE or k < 0:
            continue
        i = event_what[n, 1]
        if kind in (READ_GOOD_NEWS, READ_BAD_NEWS):  # of a large town, few items are about near by
            if draw(keys[NEWS_SEEN], join(initiative_name[k], resident_name[i])) * resident_count[0] >= p.news_reach:
                continue
        elif float(event_size[n, 2]) < 1.0:
            keep_in_mind(
                i, k, p.example_heard * example_shows(float(what), p.example_start, p.example_failure), initiative_name, resident_example,
                resident_shown,
            )  # fmt: skip
            continue
        keep_in_mind(
            i, k, example_shows(float(what), p.example_start, p.example_failure), initiative_name, resident_example, resident_shown
        )
