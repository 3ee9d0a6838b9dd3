"""Learning: the only file that updates residents' trust, grievance, beliefs and readiness (`residents.settle` sets them first).

It reads events and the resident's own state, never practices. So replaying a run's events under other practices gives
the same residents (`Neighbourhood.replay`). `state.experiences` declares the events and their values.
"""

from __future__ import annotations

from model.engine.chance import HEARSAY, draw, join
from model.engine.loops import loop
from model.rules import (
    credit_or_blame,
    passes_on,
    return_to_rest,
    step_of_trust,
    surprise,
    update_belief,
    update_grievance,
    update_readiness,
    update_trust,
    what_is_expected,
)
from model.state.experiences import MUNICIPALITY, NEW_OFFICIAL, OFFICIAL, USUAL, tell

GAIN, LOSS, HURT_FELT, HEALED, VALUE, WEIGHT = range(6)  # places in a resident's tally, for each of five addressees
REPORT_BETTER, REPORT_WORSE, ACT_BETTER, ACT_WORSE, ASKED_BY, SEEN_ACT = range(6)  # places in a resident's nudges


@loop
def most_seen(
    problem_count, problem_street, problem_case, initiative_count, initiative_street, initiative_state, street_start, street_stop,
):  # fmt: skip
    """Return the largest number of "seen" events this week: each resident sees each case and initiative of the street once."""
    seen = 0
    for q in range(problem_count[0]):
        if problem_case[q] != 0:
            seen += street_stop[problem_street[q]] - street_start[problem_street[q]]
    for k in range(initiative_count[0]):
        if initiative_state[k] < 4:
            seen += street_stop[initiative_street[k]] - street_start[initiative_street[k]]
    return seen


@loop
def count_listeners(event_count, event_what, event_size, effect, resident_degree):
    """Return the largest number of times that contacts can hear of this week's events."""
    listeners = 0
    for n in range(event_count[0]):
        if effect[event_what[n, 0]].talk > 0.0 and event_size[n, 2] >= 1.0:
            listeners += resident_degree[event_what[n, 1]]
    return listeners


@loop
def spread_word(keys, par, effect, event_count, event_what, event_size, resident_name, resident_degree, resident_tie, resident_strength):
    """Residents tell their contacts about their events; hearsay has less weight than own experience."""
    p = par[0]
    for n in range(event_count[0]):
        kind = event_what[n, 0]
        talk = effect[kind].talk * p.talk
        if talk <= 0.0 or event_size[n, 2] < 1.0:
            continue
        i = event_what[n, 1]
        story = join(join(resident_name[i], kind), event_what[n, 2])  # never a row number, which differs between runs
        weight = p.hearsay_weight
        if event_what[n, 2] >= MUNICIPALITY:
            weight = p.hearsay_weight * credit_or_blame(float(event_size[n, 0]), p.credit, p.blame)
        for d in range(resident_degree[i]):
            j = resident_tie[i, d]
            if passes_on(draw(keys[HEARSAY], join(story, resident_name[j])), float(resident_strength[i, d]), talk):
                tell(
                    event_count, event_what, event_size, kind, j, event_what[n, 2], event_what[n, 3],
                    event_size[n, 0], USUAL, weight,
                )  # fmt: skip


@loop
def gather_experience(
    par, effect, event_count, event_what, event_size, resident_trust, resident_rest, resident_recent, resident_usual,
    resident_evidence, resident_grievance, resident_tally, resident_nudge, resident_stirred, resident_street, street_post,
    official_employer,
):  # fmt: skip
    """Add up the week's events of each resident; their order does not matter."""
    p = par[0]
    for n in range(event_count[0]):
        kind = event_what[n, 0]
        i = event_what[n, 1]
        a = event_what[n, 2]
        value = float(event_size[n, 0])
        expected = float(event_size[n, 1])
        share = float(event_size[n, 2])
        e = effect[kind]
        if kind == NEW_OFFICIAL:  # trust is personal: only the share handed over remains for the new official
            rest = float(resident_rest[i, a])
            resident_trust[i, a] = rest + value * (float(resident_trust[i, a]) - rest)
            resident_recent[i, a] = value * float(resident_recent[i, a])
            resident_usual[i, a] = rest + value * (float(resident_usual[i, a]) - rest)
            resident_evidence[i, a] = value * float(resident_evidence[i, a])
            resident_grievance[i, a] = value * float(resident_grievance[i, a])
            continue
        resident_stirred[i] = 1
        if e.weight > 0.0:
            for step in range(2):
                to = a if step == 0 else official_employer[street_post[resident_street[i]]]
                if step == 1 and a != OFFICIAL:
                    break
                weight = e.weight * share * (1.0 if step == 0 else p.spill)
                trust = float(resident_trust[i, to])
                held_against = expected if expected >= 0.0 else what_is_expected(trust, float(resident_usual[i, to]), p.habituation)
                pull = surprise(value, held_against, trust)
                resident_tally[i, 6 * to + GAIN] += weight * max(pull, 0.0)
                resident_tally[i, 6 * to + LOSS] += weight * max(-pull, 0.0)
                resident_tally[i, 6 * to + VALUE] += weight * value
                resident_tally[i, 6 * to + WEIGHT] += weight
        if share >= 1.0:
            resident_tally[i, 6 * a + HURT_FELT] += e.hurt
            resident_tally[i, 6 * a + HEALED] += e.heals * value
        resident_nudge[i, REPORT_BETTER] += e.report_better * share * value
        resident_nudge[i, REPORT_WORSE] += e.report_worse * share
        resident_nudge[i, ACT_BETTER] += e.act_better * share
        resident_nudge[i, ACT_WORSE] += e.act_worse * share
        resident_nudge[i, ASKED_BY] += e.asked * share
        resident_nudge[i, SEEN_ACT] += e.seen * share


@loop
def learn(
    par, resident_count, resident_trust, resident_rest, resident_recent, resident_usual, resident_evidence, resident_grievance,
    resident_reporting, resident_acting, resident_readiness, resident_eager, resident_tally, resident_nudge, resident_stirred,
):  # fmt: skip
    """Update each resident's trust, grievance, beliefs and readiness from the week, and move them towards rest."""
    p = par[0]
    for i in range(resident_count[0]):
        stirred = resident_stirred[i] == 1
        for a in range(5):
            trust = float(resident_trust[i, a])
            recent = float(resident_recent[i, a])
            rest = float(resident_rest[i, a])
            hurt = 0.0
            healed = 0.0
            evidence = float(resident_evidence[i, a])
            if stirred:
                t = 6 * a
                hurt = resident_tally[i, t + HURT_FELT]
                healed = resident_tally[i, t + HEALED]
                weight = resident_tally[i, t + WEIGHT]
                if weight > 0.0:
                    whole = max(weight, 1.0)  # a week counts as one full experience at most
                    lasting = step_of_trust(evidence, p.trust_step, p.trust_floor, p.trust_prior)
                    step = lasting + p.trust_fast
                    moved = update_trust(
                        trust, float(resident_grievance[i, a]), resident_tally[i, t + GAIN] / whole, resident_tally[i, t + LOSS] / whole,
                        step, p.dampening, p.loss_aversion,
                    )  # fmt: skip
                    recent += (moved - trust) * p.trust_fast / max(step, 1e-9)
                    trust = moved
                    usual = float(resident_usual[i, a])
                    resident_usual[i, a] = usual + p.usual_step * (resident_tally[i, t + VALUE] - usual * weight) / (1.0 + weight)
                    evidence += weight
                for k in range(6):
                    resident_tally[i, t + k] = 0.0
            fading = recent * (1.0 - p.fast_fade)
            resident_recent[i, a] = fading
            resident_trust[i, a] = min(max(return_to_rest(trust - recent, rest, p.trust_return) + fading, 0.0), 1.0)
            if p.habituation > 0.0:
                resident_usual[i, a] = return_to_rest(float(resident_usual[i, a]), rest, p.usual_return)
            resident_evidence[i, a] = evidence * (1.0 - p.evidence_fade)
            resident_grievance[i, a] = update_grievance(float(resident_grievance[i, a]), hurt, healed, p.healing, p.grievance_fade)
        asked = p.asked_push * resident_nudge[i, ASKED_BY]
        seen = p.seen_push * resident_nudge[i, SEEN_ACT]
        resident_readiness[i] = update_readiness(float(resident_readiness[i]), float(resident_eager[i]), asked, seen, p.readiness_fade)
        if stirred:
            better = resident_nudge[i, REPORT_BETTER]
            resident_reporting[i] = update_belief(float(resident_reporting[i]), better, resident_nudge[i, REPORT_WORSE], p.report_step)
            better = resident_nudge[i, ACT_BETTER]
            resident_acting[i] = update_belief(float(resident_acting[i]), better, resident_nudge[i, ACT_WORSE], p.act_step)
            for k in range(6):
                resident_nudge[i, k] = 0.0
            resident_stirred[i] = 0
