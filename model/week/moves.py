"""Moves: households leave with their ties; newcomers take their places without ties."""

from __future__ import annotations

from model.engine.chance import MOVE, draw
from model.engine.loops import loop
from model.rules import household_moves
from model.state.tallies import MOVES
from model.week.ties import drop_tie, find_tie


@loop
def move_households(
    keys, par, tally, resident_count, resident_home, resident_age, resident_occupant, resident_member, resident_contact,
    resident_promise, resident_touched, resident_meetings, resident_filed, resident_requested, resident_helped, resident_foundings,
    resident_tired, resident_degree, resident_tie, resident_strength, resident_kin, resident_involved, moved_list,
):  # fmt: skip
    """Whole households leave; return the number of residents to replace, listed in `moved_list`."""
    p = par[0]
    moved = 0
    for i in range(resident_count[0]):  # all members of a household share one draw and one age (the head's)
        if not household_moves(draw(keys[MOVE], resident_home[i]), p.moves_per_year, float(resident_age[i])):
            continue
        tally[MOVES] += 1
        while resident_degree[i] > 0:
            j = resident_tie[i, 0]
            drop_tie(j, find_tie(j, i, resident_degree, resident_tie), resident_degree, resident_tie, resident_strength, resident_kin)
            drop_tie(i, 0, resident_degree, resident_tie, resident_strength, resident_kin)
        resident_member[i, 0] = -1
        resident_member[i, 1] = -1
        resident_contact[i] = 0.0
        resident_involved[i] = -1
        resident_promise[i] = -1
        resident_touched[i] = 0
        resident_meetings[i] = 0
        resident_filed[i] = 0
        resident_requested[i] = 0
        resident_helped[i] = 0
        resident_foundings[i] = 0
        resident_tired[i] = 0.0
        resident_occupant[i] += 1
        moved_list[moved] = i
        moved += 1
    return moved
