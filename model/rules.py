"""How people and institutions behave: small pure functions of plain numbers. This is the file that students change.

Every rule is called once for each resident, problem, case or initiative it is about. `draw` is a number in [0, 1) that
belongs to this person, this decision and this week (see `chance`). Write `if` where a person would say "if"; use
`math`, but no arrays, no randomness of your own, no state. The same source runs compiled and as plain Python.
Replace a rule without touching the package: `leefwereld run --rules my_rules.py`, or
`Neighbourhood(case, rules={"will_report": my_rule})`.
"""

import math

# --- problems and burden ------------------------------------------------------------------------------------------


def problem_arises(draw: float, rate: float) -> bool:
    """A problem of a kind turns up in a street at the rate of its kind."""
    return draw < rate


def problem_changes(severity: float, grows: float, fades: float) -> float:
    """A problem that is left alone gets worse towards 1 or wears off, by the rates of its kind (all wear off in the end)."""
    return severity + grows * severity * (1.0 - severity) - fades * severity


def problem_returns(draw: float, chance_a_week: float) -> bool:
    """A problem of which only the symptom was treated comes back after a while."""
    return draw < chance_a_week


def feel_burden(public_load: float, private_load: float, means: float, sensitivity: float) -> float:
    """A resident is bothered by what is wrong in the street, and the more so by want when means are small."""
    return 1.0 - math.exp(-sensitivity * (public_load + (1.0 - means) * private_load))


# --- reports ------------------------------------------------------------------------------------------------------


def will_report(draw: float, habit: float, burden: float, belief: float, owner: float, owner_ratio: float, reach: float) -> bool:
    """A bothered resident reports when it has helped before; owners do so more than renters, a few out of habit.

    `habit` is reports a week at full burden; `belief` 0-1 multiplies it by 1/reach to reach, by 1 at one half.
    """
    tenure = owner_ratio if owner > 0.5 else 1.0
    return draw < habit * tenure * burden * math.exp((2.0 * belief - 1.0) * math.log(reach))


# --- officials ----------------------------------------------------------------------------------------------------


def street_draws_attention(reports: float, seen: float, steering: float) -> float:
    """An official goes where many reports come from, or where own observation says that something is wrong."""
    return steering * reports + (1.0 - steering) * seen


def visit_score(
    noise: float, attention: float, attention_weight: float, tie: float, intensity: float, trust: float, creaming: float
) -> float:
    """Doors are ranked: by luck, by the street, back to people already known, and the easy doors a little first."""
    return noise + attention_weight * attention + intensity * tie + creaming * (trust - 0.5)


def door_opens(draw: float, trust: float, grievance: float, base: float, slope: float) -> bool:
    """A door opens more readily to who trusts the official, less to who carries old hurt."""
    return draw < 1.0 / (1.0 + math.exp(-(base + slope * (trust - 0.5 - 0.5 * grievance))))


def quality_of_contact(draw: float, skill: float) -> float:
    """A friendly conversation is usually better than neutral; how good depends on the day and the official's skill."""
    return 0.45 + 0.4 * draw + 0.15 * skill


def will_promise(draw: float, burden: float, boldness: float) -> bool:
    """An official who hears of a problem promises something, the bolder the more often."""
    return draw < burden * (0.15 + 0.85 * boldness)


def will_tell_early(draw: float, truthfulness: float) -> bool:
    """An official who sees that a promise will not be met says so in time, or keeps silent."""
    return draw < truthfulness


def official_leaves(draw: float, years_in_post: float) -> bool:
    """An official changes post at a constant hazard: the mean stay is `years_in_post`."""
    return draw < 1.0 / (52.0 * years_in_post)


# --- institutions -------------------------------------------------------------------------------------------------


def case_score(reports: float, pressure: float, pull: float, age: float, steering: float, noise: float) -> float:
    """A department takes first what many report, what is pressed for, what an insider pulls, and what has waited."""
    return steering * math.log(1.0 + reports) + pressure + pull + 0.05 * age + 0.01 * noise


def pressure_carried(wanted: float, ready: float, needed: float) -> float:
    """A friends' group presses as hard as it wants when enough residents are ready to carry it; fewer carry less."""
    return wanted * min(1.0, ready / needed)


def approval_catches_flaw(draw: float, lag: float, scale: float) -> bool:
    """The longer a plan is weighed, the likelier that a flaw in it is found before it is carried out."""
    return draw < 1.0 - math.exp(-lag / scale)


def rule_clears(draw: float, openness: float, strictness: float, inside_hours: float, base: float) -> bool:
    """A rule conflict is cleared sooner in an open department, and where an official works on it inside."""
    return draw < 1.0 - math.exp(-base * (0.2 + openness) * (1.5 - strictness) * (0.25 + inside_hours))


def will_bend(draw: float, mandate: float, strictness: float) -> bool:
    """An official with room to decide makes an exception to a rule, less so where rules are strict."""
    return draw < 0.25 * mandate * (1.0 - 0.5 * strictness)


def visit_finds(draw: float, presence: float) -> bool:
    """An enforcer finds the nuisance only if it happens to be going on."""
    return draw < presence


# --- initiatives --------------------------------------------------------------------------------------------------


def will_found(draw: float, energy: float, readiness: float, belief: float, burden: float, example: float, base: float) -> bool:
    """A resident with energy to spare starts something: out of a wish, a problem, or a neighbour's example."""
    return draw < energy * readiness * belief * (base * (1.0 + burden) + example)


def will_join(draw: float, tie: float, readiness: float, active_contacts: float, base: float, floor: float, threshold: float) -> bool:
    """Who is asked by somebody known joins, above all when several people around take part already."""
    crowd = active_contacts * active_contacts * active_contacts
    seen = crowd / (crowd + threshold * threshold * threshold)
    return draw < base * tie * readiness * (floor + (1.0 - floor) * seen)


def hours_given(energy: float, memberships: float, belief: float) -> float:
    """A member gives about the free hours of the week, divided over memberships, more when acting seems to help."""
    return energy * (0.5 + belief) / (1.0 + memberships)


def vigour_changes(vigour: float, hours: float, need: float, waiting: float, wear: float) -> float:
    """An initiative keeps its vigour when members give what it needs, and loses it by too few hands or by waiting."""
    supply = min(hours / need, 1.0)
    return vigour + 0.2 * supply * (1.0 - vigour) * (1.0 - waiting) - wear * vigour * (0.5 + waiting + (1.0 - supply))


def will_quit(draw: float, vigour: float, belief: float, base: float) -> bool:
    """A member burns out or leaves, sooner when the thing falters and acting does not seem to help."""
    return draw < base * (1.0 + 3.0 * (1.0 - vigour)) * (1.5 - belief)


def trial_fails(draw: float, room: float, base: float) -> bool:
    """A try without prior approval fails more often."""
    return draw < base * (0.5 + room)


# --- learning -----------------------------------------------------------------------------------------------------


def update_trust(
    trust: float,
    evidence: float,
    grievance: float,
    gain: float,
    loss: float,
    step: float,
    prior: float,
    dampening: float,
    aversion: float,
) -> float:
    """Better than expected raises trust, worse lowers it more; old hurt dampens gains; firm priors move little.

    `gain` and `loss` are the week's weighted surprises, each at most 1. Losses weigh most at middling trust.
    """
    undecided = 4.0 * trust * (1.0 - trust)
    weight = 1.0 + (aversion - 1.0) * undecided
    change = gain * (1.0 - dampening * grievance) - weight * loss
    return trust + step * prior / (prior + evidence) * undecided * change


def return_to_rest(trust: float, rest: float, pull: float) -> float:
    """Trust drifts back to a person's own resting level over a few years."""
    return trust + pull * (rest - trust)


def update_grievance(grievance: float, hurt: float, acknowledged: float, healing: float, fade: float) -> float:
    """Being ignored or let down leaves old hurt; it fades over years, sooner when it is truly acknowledged."""
    after = grievance + min(hurt, 1.0) * (1.0 - grievance)
    return after * (1.0 - healing * min(acknowledged, 1.0)) * (1.0 - fade)


def update_belief(belief: float, better: float, worse: float, step: float) -> float:
    """What one does seems to help when it helped, and not when it did not; beliefs near 0 or 1 move little."""
    room = 4.0 * belief * (1.0 - belief)
    return belief + step * room * (min(better, 1.0) - min(worse, 1.0))


def update_readiness(readiness: float, rest: float, asked: float, seen: float, fade: float) -> float:
    """Being asked and seeing others do it make a resident readier to act; otherwise it fades to a personal level."""
    push = 1.0 - math.exp(-(asked + seen))
    return readiness + fade * (rest - readiness) + push * (1.0 - readiness) * (1.0 - fade)


def passes_on(draw: float, tie: float, talk: float) -> bool:
    """A resident tells a neighbour what happened, the sooner the closer they are and the more there is to tell."""
    return draw < tie * talk


# --- ties, coming and going ---------------------------------------------------------------------------------------


def fade_tie(strength: float, yearly_rate: float) -> float:
    """A tie fades unless it is renewed; below one hundredth it is gone."""
    left = strength * math.exp(-yearly_rate / 52.0)
    return left if left >= 0.01 else 0.0


def renew_tie(strength: float, hours: float, hours_to_friend: float) -> float:
    """Hours spent together bring people closer: some fifty make a casual friend."""
    return strength + (1.0 - strength) * (1.0 - math.exp(-hours / hours_to_friend))


def strikes_up(draw: float, same_group: float, homophily: float) -> bool:
    """People who meet get talking, less often across groups."""
    return draw < (1.0 if same_group > 0.5 else 1.0 - homophily)


def draws_to_centre(load: float) -> float:
    """Everybody comes to the community centre now and then, most of all from streets where homes have much to bear."""
    return 1.0 + min(load, 10.0)


def household_moves(draw: float, rate: float, age: float) -> bool:
    """Households move, young ones far more than old ones."""
    if age < 30:
        factor = 2.3
    elif age < 45:
        factor = 1.15
    elif age < 65:
        factor = 0.5
    else:
        factor = 0.33
    return draw < rate * factor / 52.0
