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
    noise: float, attention: float, attention_weight: float, tie: float, intensity: float, trust: float, creaming: float, turn: float
) -> float:
    """Doors are ranked: by luck, by the street and its turn, back to people already known, and the easy doors a little first."""
    return noise + attention_weight * attention + turn + intensity * tie + creaming * (trust - 0.5)


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


def meeting_score(noise: float, attention: float, turn: float) -> float:
    """A meeting is held in the street that draws most attention or has its turn, and a little by chance."""
    return noise + attention + turn


def invitation_weight(here: float, scale: float, street_people: float, area_people: float) -> float:
    """At the scale of a street its own people are invited to meet, at that of a district people from all over the area."""
    return scale * here / street_people + (1.0 - scale) / area_people


def speaks_up(draw: float, chance: float, public: float, private: float) -> bool:
    """In company people speak of what is wrong for all, and less of want at home."""
    return draw < chance * (0.25 + 0.75 * public / max(public + private, 1e-9))


def company_eases(severity: float, relief: float) -> float:
    """Loneliness in a street eases a little with everybody who comes and meets others."""
    return severity * (1.0 - relief)


def hours_of_practice(hours: float, pairing: float) -> float:
    """Alike, two officials share every task half and half; as a pair each does all of one side, and gets the practice."""
    return hours * (0.5 + 0.5 * pairing)


def share_kept(handover: float, pairing: float) -> float:
    """What was handed over stays when somebody leaves, and half of the rest where the colleague did the same work."""
    return 1.0 - (1.0 - handover) * (0.5 + 0.5 * pairing)


def hour_inside(skill: float) -> float:
    """An hour inside the town hall counts for more when it is put in by somebody who knows the way there."""
    return 0.75 + 0.5 * skill


def style_of(draw: float, spread: float) -> float:
    """Officials differ: one crosses from department to department, another stays within the own (0 to 2, 1 on the mean)."""
    return 1.0 + spread * (2.0 * draw - 1.0)


def ripened(readiness: float, rest: float, pull: float) -> float:
    """What a household has seen and been asked of late makes it riper for a project than it is of itself."""
    return pull * max(readiness - rest, 0.0)


def strain_moves(strain: float, load: float, rate: float) -> float:
    """Strain slowly follows the work that came or waits, in weeks of work: one full week of it makes a strain of one half."""
    return strain + rate * (load / (1.0 + load) - strain)


def official_leaves(draw: float, years_in_post: float, strain: float) -> bool:
    """An official changes post, sooner under strain: at a strain of one half the mean stay is `years_in_post`."""
    return draw < (0.5 + strain) / (52.0 * years_in_post)


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


def boundary_clears(draw: float, openness: float, strictness: float, inside_hours: float, base: float) -> bool:
    """What lies between two departments is cleared only where somebody crosses over, and as fast as the less open one allows."""
    return draw < 1.0 - math.exp(-base * (0.2 + openness) * (1.5 - strictness) * inside_hours)


def will_bend(draw: float, mandate: float, strictness: float, strain: float) -> bool:
    """An official with room to decide makes an exception to a rule, less so where rules are strict, more so under strain."""
    return draw < 0.25 * mandate * (1.0 - 0.5 * strictness) * (0.5 + strain)


def visit_finds(draw: float, presence: float) -> bool:
    """An enforcer finds the nuisance only if it happens to be going on."""
    return draw < presence


# --- requests -----------------------------------------------------------------------------------------------------


def will_request(draw: float, needs: float, weeks: float, precedents: float, pull: float, half: float) -> bool:
    """Residents turn to an institution as their needs a year bring it, and more when exceptions for others were seen.

    `weeks` is the time since its doors were last open.
    """
    return draw < needs * weeks / 52.0 * (1.0 + pull * precedents / (precedents + half))


def standard_fits(draw: float, means: float, burden: float, base: float) -> bool:
    """The standard provision fits most people, less so those of small means or with more troubles at a time."""
    return draw < base * (0.7 + 0.6 * means) * (1.0 - 0.5 * burden)


def will_tailor(draw: float, tailoring: float, openness: float, trust: float, strictness: float) -> bool:
    """Where the standard does not fit, a department that is open and trusts residents makes something to measure."""
    return draw < tailoring * (0.5 + 0.5 * openness + 0.5 * trust) * (1.25 - 0.5 * strictness)


def will_check(draw: float, control: float, trust: float) -> bool:
    """Requests are checked as is the practice, and more often the less residents are trusted."""
    return draw < control * (1.5 - trust)


def check_refuses(draw: float, means: float, base: float) -> bool:
    """An honest resident cannot prove the need; who has least, has least on paper."""
    return draw < base * 2.0 * (1.0 - means)


def seen_as_favour(draw: float, notice: float, evident: float) -> bool:
    """A neighbour who sees what somebody got, and not why, takes it for a favour."""
    return draw < notice * (1.0 - evident)


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


def will_quit(draw: float, vigour: float, belief: float, tired: float, base: float) -> bool:
    """A member leaves, sooner when the thing falters, acting does not seem to help, and the member is tired."""
    return draw < base * (1.0 + 3.0 * (1.0 - vigour)) * (1.5 - belief) * (0.5 + 1.5 * tired)


def grow_tired(tired: float, load: float, tire: float, rest: float) -> float:
    """Giving hours tires and being kept waiting tires more; who is left in peace recovers. `load` 1: all free hours."""
    return tired + tire * load * (1.0 - tired) - rest * tired


def trial_fails(draw: float, room: float, base: float) -> bool:
    """A try without prior approval fails more often."""
    return draw < base * (0.5 + room)


def takes_over(draw: float, letting_go: float, eagerness: float) -> bool:
    """Officials take the dealings with the town hall out of residents' hands, unless they let go."""
    return draw < eagerness * (1.0 - letting_go)


def is_guided(draw: float, desk: float, trust: float) -> bool:
    """Who founds something lets the desk show the way, as far as there is a desk and who runs it is trusted."""
    return draw < desk * trust


def will_exchange(draw: float, reciprocity: float) -> bool:
    """This quarter an entrepreneur has something for an initiative, where give and take is the custom."""
    return draw < reciprocity


def credit_or_blame(value: float, credit: float, blame: float) -> float:
    """Institutions are written out of what went well and enlarged in what went wrong."""
    return credit if value > 0.5 else blame


# --- agenda projects ----------------------------------------------------------------------------------------------


def project_pull(attention: float, seen: float, steering: float) -> float:
    """A project of the municipality goes where many complain, or where officials have seen its own matter."""
    return 0.05 + attention + (1.0 - steering) * seen


def project_span(streets: float, scale: float) -> float:
    """The smaller its scale, the fewer streets a project takes on: from a whole district down to one street."""
    return streets ** (1.0 - scale)


def will_attend(draw: float, readiness: float, trust: float, involved: float, base: float) -> bool:
    """A household asked to shape a project comes when it is ready and trusts who asks, above all when it was heard before."""
    return draw < base * readiness * (0.5 + trust) * (1.0 + involved)


def will_object(draw: float, grievance: float, trust: float, involved: float, base: float, slope: float) -> bool:
    """What is done for people without them is against them: old hurt and distrust object, who was involved does not."""
    likely = 1.0 / (1.0 + math.exp(-(base + slope * (grievance + 0.5 - trust))))
    return involved < 0.5 and draw < likely


def will_take_up(draw: float, relevance: float, trust: float, fit: float, known: float, base: float, slope: float) -> bool:
    """A household takes up what a project brings when it is about what bothers it, fits, and comes by a known face."""
    return draw < 1.0 / (1.0 + math.exp(-(base + slope * relevance + 2.0 * (trust - 0.5) + fit + known)))


def council_weighs(weight: float, rest: float, voiced: float, objections: float, step: float) -> float:
    """The council moves towards what residents ask for and away from what they object to, and else back to its mood."""
    wanted = rest + 0.5 * (voiced - objections) / (1.0 + voiced + objections)
    return weight + step * (min(max(wanted, 0.0), 1.0) - weight)


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
