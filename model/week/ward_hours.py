"""How ward officials divide their hours: by what is asked of them, and what nobody asks goes back to the field."""

from __future__ import annotations

from model.engine.loops import loop
from model.rules import hours_lost
from model.state.accounts import (
    COORDINATION_HOURS,
    HALF_DAY,
    INSIDE_HOURS,
    STREET_HOURS,
    SUPPORT_HOURS,
    WARD_DESK_HOURS,
    fresh_minutes,
)
from model.week.initiative_founding import ON_HOLD
from model.week.problems import STOPPED

HOUR_INSIDE = 60  # minutes inside the town hall for one case stopped by a rule


@loop
def waits_inside(
    week, par, problem_count, problem_case, initiative_count, initiative_state, initiative_known, initiative_needs_rule,
    initiative_lead, initiative_led_until,
):  # fmt: skip
    """Return the minutes of work that waits for ward officials inside the town hall: cases stopped by a rule, and initiatives."""
    minutes = 0
    for q in range(problem_count[0]):
        if problem_case[q] == STOPPED:
            minutes += HOUR_INSIDE
    for k in range(initiative_count[0]):
        if initiative_state[k] != ON_HOLD:
            continue
        if initiative_needs_rule[k] == 1 and initiative_known[k] == 1:
            minutes += HOUR_INSIDE
        if initiative_lead[k] == 1 and week >= initiative_led_until[k]:
            minutes += int(par[0].lead_minutes)
    return minutes


@loop
def give(a, minutes, account_left, account_endowed, account_endowed_ever):
    """Let this account have so many minutes this week: what it had left, and more or less of the role's."""
    account_endowed_ever[a] += minutes - account_left[a]
    account_left[a] = minutes
    account_endowed[a] = minutes


@loop
def divide_ward_hours(
    turn: int, week, ward_minutes, supported, hours_switching, hours_in_step, par, practice, problem_count, problem_case, initiative_count,
    initiative_state, initiative_known, initiative_needs_rule, initiative_lead, initiative_led_until, account_endowed, account_left,
    account_spent, account_endowed_ever, account_lapsed_ever,
):  # fmt: skip
    """Ward officials divide the new week's hours: some are lost, a share is kept for who asks, and the field has the rest.

    What is kept waits, up to half a day or a week's share; what nobody asked beyond that goes back to the field. Work that
    waits inside the town hall is set apart from it first, up to the share `inside_work`.
    """
    g = practice[0]
    minutes = fresh_minutes(turn, ward_minutes, 1)
    lost = int(minutes * hours_lost(
        min(account_spent[STREET_HOURS], 1), min(account_spent[SUPPORT_HOURS], 1), min(account_spent[INSIDE_HOURS], 1),
        min(account_spent[WARD_DESK_HOURS], 1), g.pairing, hours_switching, hours_in_step,
    ))  # fmt: skip
    for a in (STREET_HOURS, COORDINATION_HOURS, WARD_DESK_HOURS):
        account_lapsed_ever[a] += account_left[a]
        account_left[a] = 0
    for a in (STREET_HOURS, COORDINATION_HOURS, WARD_DESK_HOURS, SUPPORT_HOURS, INSIDE_HOURS):
        account_spent[a] = 0
    before = account_left[SUPPORT_HOURS] + account_left[INSIDE_HOURS]
    share = par[0].on_call * ward_minutes
    kept = min(before + int(par[0].on_call * (minutes - lost)), int(max(share, HALF_DAY)) if share > 0.0 else 0)
    waits = waits_inside(
        week, par, problem_count, problem_case, initiative_count, initiative_state, initiative_known, initiative_needs_rule,
        initiative_lead, initiative_led_until,
    )  # fmt: skip
    inside = min(waits, int(g.inside_work * kept))
    support = kept - inside if supported == 1 else 0
    field = before + minutes - lost - inside - support
    street = int(g.presence * field + 0.5)
    give(COORDINATION_HOURS, lost, account_left, account_endowed, account_endowed_ever)
    give(SUPPORT_HOURS, support, account_left, account_endowed, account_endowed_ever)
    give(INSIDE_HOURS, inside, account_left, account_endowed, account_endowed_ever)
    give(STREET_HOURS, street, account_left, account_endowed, account_endowed_ever)
    give(WARD_DESK_HOURS, field - street, account_left, account_endowed, account_endowed_ever)


@loop
def do_papers(account_left, account_spent):
    """What is left of the week at the own desk is spent on papers of one's own."""
    account_spent[WARD_DESK_HOURS] += account_left[WARD_DESK_HOURS]
    account_left[WARD_DESK_HOURS] = 0
