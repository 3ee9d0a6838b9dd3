"""Agenda projects from announcement to landing: residents respond, objections are weighed, finished projects reach households."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model.engine.chance import AGENDA, ATTEND, COUPLE, OBJECT, UPTAKE, VARIANT, draw, join
from model.engine.loops import loop
from model.rules import ripened, will_attend, will_object, will_take_up
from model.state.accounts import CASE_HOURS, PROGRAMME_HOURS
from model.state.experiences import (
    FELT_CROSSED,
    FELT_INVOLVED,
    FELT_RELEVANT,
    FELT_TAKEN_UP,
    MUNICIPALITY,
    OFFICIAL,
    OWN,
    TOOK_UP,
    USUAL,
    WAS_CROSSED,
    WAS_INVOLVED,
    tell,
)
from model.state.tallies import AGENDA_ADDRESSED, AGENDA_GOAL, AGENDA_LANDED, AGENDA_TAKEN_UP, BUILT_ON, OBJECTIONS, STARTED_OVER, VARIANTS
from model.week.agenda_planning import ANNOUNCED, AT_WORK, HAS_LANDED, LOT, OBJECTED_TO, call_off, in_state, reserve, spend
from model.week.initiative_founding import DONE

if TYPE_CHECKING:
    from model.state.world import World


@loop
def answer_project(
    row: int, keys, par, agenda_name, agenda_first, agenda_span, agenda_with_residents, street_start, street_stop, resident_name,
    resident_head, resident_readiness, resident_trust, resident_grievance, resident_involved, resident_touched, event_count,
    event_what, event_size,
):  # fmt: skip
    """Invited households attend or not; those not involved may object. Return the number of objections, -1 if too few came."""
    p = par[0]
    first = street_start[agenda_first[row]]
    last = street_stop[agenda_first[row] + agenda_span[row] - 1]
    if agenda_with_residents[row] == 1:
        households = 0
        came = 0
        for i in range(first, last):
            if resident_head[i] == 0:
                continue
            households += 1
            involved = 1.0 if resident_involved[i] == row else 0.0
            u = draw(keys[ATTEND], join(agenda_name[row], resident_name[i]))
            if will_attend(u, float(resident_readiness[i]), float(resident_trust[i, MUNICIPALITY]), involved, p.attend_base):
                came += 1
                resident_involved[i] = row
                resident_touched[i] |= 2
                tell(event_count, event_what, event_size, WAS_INVOLVED, i, MUNICIPALITY, -1, FELT_INVOLVED, USUAL, OWN)
        if came < max(p.attend_enough * households, 1.0):
            return -1
    objections = 0
    for i in range(first, last):
        hurt = max(float(resident_grievance[i, OFFICIAL]), float(resident_grievance[i, MUNICIPALITY]))  # by official or municipality
        involved = 1.0 if resident_involved[i] == row else 0.0
        u = draw(keys[OBJECT], join(agenda_name[row], resident_name[i]))
        trust = float(resident_trust[i, MUNICIPALITY])
        if resident_head[i] == 1 and will_object(u, hurt, trust, involved, p.object_base, p.object_slope):
            objections += 1
    return objections


@loop
def land_project(
    row: int, keys, par, practice, kind, tally, agenda_name, agenda_kind, agenda_first, agenda_span, agenda_concern, agenda_coupled,
    agenda_variant, agenda_with_residents, agenda_addressed, agenda_taken, agenda_crossed, street_start, street_stop,
    street_first, street_project, resident_name, resident_head, resident_means, resident_trust, resident_contact,
    resident_readiness, resident_eager, problem_kind, problem_severity, problem_next,
    initiative_name, initiative_topic, initiative_state, initiative_vigour, initiative_next,
    event_count, event_what, event_size,
):  # fmt: skip
    """Offer a project to the households of its streets: they take it up or not, or see it ignore a worse problem."""
    p = par[0]
    g = practice[0]
    name = agenda_name[row]
    own_kind = int(agenda_kind[row])
    joined_kind = int(problem_kind[agenda_concern[row]]) if agenda_coupled[row] == 1 else own_kind
    fit = float(agenda_with_residents[row]) + 0.5 * float(agenda_variant[row])
    near = 1.0 / math.sqrt(float(agenda_span[row]))  # in a project for one street, residents know the official
    for s in range(agenda_first[row], agenda_first[row] + agenda_span[row]):
        own = 0.0
        joined = 0.0
        other = 0.0
        q = street_first[s]
        while q >= 0:
            severity = float(problem_severity[q])
            if problem_kind[q] == own_kind:
                own = max(own, severity)
            elif problem_kind[q] == joined_kind:
                joined = max(joined, severity)
            else:
                other = max(other, severity)
            q = problem_next[q]
        across = agenda_coupled[row] == 0 and other > own
        brought = 0.0
        k = street_project[s]
        while k >= 0:  # the project builds on existing initiatives on the same topic, or starts over beside them
            if initiative_state[k] < DONE and initiative_topic[k] == int(kind[own_kind].department):
                vigour = float(initiative_vigour[k])
                if draw(keys[COUPLE], join(name, initiative_name[k])) < g.build_on_existing:
                    brought = 1.0  # members of the initiative bring the project
                    initiative_vigour[k] = vigour + p.project_push * (1.0 - vigour)
                    tally[BUILT_ON] += 1
                else:
                    initiative_vigour[k] = vigour - p.project_push * vigour
                    tally[STARTED_OVER] += 1
            k = initiative_next[k]
        households = 0
        taken = 0
        for i in range(street_start[s], street_stop[s]):
            if resident_head[i] == 0:
                continue
            households += 1
            want = 1.0 - float(resident_means[i])
            relevance = min(own * (kind[own_kind].public + want * kind[own_kind].private), 1.0)
            relevance = max(relevance, min(joined * (kind[joined_kind].public + want * kind[joined_kind].private), 1.0))
            known = max(near, brought, float(resident_contact[i]))
            ripe = ripened(float(resident_readiness[i]), float(resident_eager[i]), p.uptake_ripe)
            trust = float(resident_trust[i, MUNICIPALITY])
            door = join(name, resident_name[i])
            if will_take_up(draw(keys[UPTAKE], door), relevance, trust, fit + ripe, known, p.uptake_base, p.uptake_relevance):
                taken += 1
                felt = FELT_TAKEN_UP + FELT_RELEVANT * relevance
                tell(event_count, event_what, event_size, TOOK_UP, i, MUNICIPALITY, -1, felt, USUAL, OWN)
            elif across and draw(keys[UPTAKE], join(door, 1)) < p.notice:
                agenda_crossed[row] += 1
                tell(event_count, event_what, event_size, WAS_CROSSED, i, MUNICIPALITY, -1, FELT_CROSSED, USUAL, OWN)
        agenda_addressed[row] += households
        agenda_taken[row] += taken
        q = street_first[s]
        while q >= 0:
            if households > 0 and (problem_kind[q] == own_kind or problem_kind[q] == joined_kind):
                problem_severity[q] = float(problem_severity[q]) * (1.0 - p.project_effect * taken / households)
            q = problem_next[q]


def residents_answer(world: World) -> None:
    """Residents respond to announced projects; some projects stop, some change to a local variant."""
    p, a = world.case.behaviour, world.agenda.arrays
    for row in in_state(world, ANNOUNCED):
        reserve(world, row)
        objections = int(world.loops.call(answer_project, row=row))
        a["answered"][row] = world.week
        if objections < 0:
            call_off(world, row)
            continue
        concern, name = int(a["concern"][row]), int(a["name"][row])
        beside = concern >= 0 and not a["coupled"][row] and world.problems.kind[concern] != a["kind"][row]
        if (objections or beside) and world.draw(VARIANT, name) < world.practices.yielding:
            a["variant"][row] = 1
            world.tally[VARIANTS] += 1
            objections = int(objections * (1.0 - p.variant_calms) + world.draw(VARIANT, join(name, 1)))  # random rounding
        a["objections"][row] = objections
        a["owed"][row] = int(objections * p.objection_minutes)
        a["ready"][row] = world.week + (int(p.objection_weeks) if objections else 0)
        a["state"][row] = OBJECTED_TO if objections else AT_WORK
        world.tally[OBJECTIONS] += objections
        world.departments.arrays["objections"][world.kind_departments[a["kind"][row]]] += objections


def projects_go_first(world: World) -> bool:
    """Return whether the agenda gets hours before cases this week: in a random half of the weeks."""
    return len(world.agenda) > 0 and world.draw(AGENDA, LOT) < 0.5


def weigh_objections(world: World) -> None:
    """Case workers handle objections within their hours; the project waits for this and for the legal term."""
    a = world.agenda.arrays
    for row in in_state(world, OBJECTED_TO):
        a["owed"][row] -= spend(world, CASE_HOURS, int(a["owed"][row]))
        if a["owed"][row] == 0 and world.week >= a["ready"][row]:
            a["state"][row] = AT_WORK
        elif world.week > a["launched"][row] + world.case.behaviour.project_patience:
            call_off(world, row)


def work_on_projects(world: World) -> None:
    """Spend programme hours on projects at work, oldest first; finished projects land."""
    a = world.agenda.arrays
    for row in in_state(world, AT_WORK):
        done = spend(world, PROGRAMME_HOURS, int(a["minutes"][row]))
        a["minutes"][row] -= done
        span = int(a["span"][row])
        world.streets.arrays["minutes"][a["first"][row] : a["first"][row] + span] += done // span
        if a["minutes"][row] == 0:
            reserve(world, row)
            world.loops.call(land_project, row=row)
            a["state"][row] = HAS_LANDED
            a["ended"][row] = world.week
            goal = world.case.behaviour.variant_goal if a["variant"][row] else 1.0
            world.tally[AGENDA_LANDED] += 1
            world.tally[AGENDA_ADDRESSED] += a["addressed"][row]
            world.tally[AGENDA_TAKEN_UP] += a["taken"][row]
            world.tally[AGENDA_GOAL] += int(1000 * int(a["taken"][row]) * goal)
        elif world.week > a["launched"][row] + world.case.behaviour.project_patience:
            call_off(world, row)
