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
    """A new problem arises in a street at the rate of its kind."""
    return draw < rate


def problem_changes(severity: float, grows: float, fades: float) -> float:
    """An untreated problem grows towards severity 1 or fades, at the rates of its kind (every problem fades in the end)."""
    return severity + grows * severity * (1.0 - severity) - fades * severity


def problem_returns(draw: float, chance_a_week: float) -> bool:
    """A problem returns after some time when only its symptom was treated."""
    return draw < chance_a_week


def feel_burden(public_load: float, private_load: float, means: float, sensitivity: float) -> float:
    """Burden (0-1) rises with the problems in the street; private hardship weighs more on residents of small means."""
    return 1.0 - math.exp(-sensitivity * (public_load + (1.0 - means) * private_load))


# --- reports ------------------------------------------------------------------------------------------------------


def will_report(draw: float, habit: float, burden: float, belief: float, owner: float, owner_ratio: float, reach: float) -> bool:
    """A bothered resident reports when it has helped before; owners report more than renters, and a few report out of habit.

    `habit`: reports a week at full burden. `belief` (0-1) multiplies it by 1/reach at 0, by 1 at 0.5, by reach at 1.
    """
    tenure = owner_ratio if owner > 0.5 else 1.0
    return draw < habit * tenure * burden * math.exp((2.0 * belief - 1.0) * math.log(reach))


# --- officials ----------------------------------------------------------------------------------------------------


def street_draws_attention(reports: float, seen: float, steering: float) -> float:
    """A street draws an official by its reports or by what the official observed there; `steering` weighs the two."""
    return steering * reports + (1.0 - steering) * seen


def visit_score(
    noise: float, attention: float, attention_weight: float, tie: float, intensity: float, trust: float, creaming: float, turn: float
) -> float:
    """Doors are ranked by chance, by the street's attention and turn, by known residents, and slightly by how easy they are."""
    return noise + attention_weight * attention + turn + intensity * tie + creaming * (trust - 0.5)


def door_opens(draw: float, trust: float, grievance: float, base: float, slope: float) -> bool:
    """A resident opens the door more often with more trust in the official, less often with more grievance."""
    return draw < 1.0 / (1.0 + math.exp(-(base + slope * (trust - 0.5 - 0.5 * grievance))))


def quality_of_contact(draw: float, skill: float, strain: float, unmet: float, hurry: float, usual: float, spread: float) -> float:
    """A meeting goes better with a skilled official, worse under strain, in a hurry, and when nothing can be done; some go wrong.

    `unmet`: burden that the official has no room to do anything about; `hurry`: share of the usual minutes that is missing.
    `usual`, `spread`: in log odds of the quality (0-1), for an official of middling skill and strain.
    """
    odds = math.exp(usual + skill - strain - unmet - 0.5 * hurry) * (draw / (1.0 - draw)) ** spread
    return odds / (1.0 + odds)


def quality_felt(quality: float, neutral: float) -> float:
    """What a meeting says about an official, on the scale of trust: its quality less the shift of the neutral point."""
    return min(max(quality - neutral, 0.0), 1.0)


def will_promise(draw: float, burden: float, boldness: float) -> bool:
    """An official who hears of a problem makes a promise, more often the bolder the practice."""
    return draw < burden * (0.15 + 0.85 * boldness)


def will_tell_early(draw: float, truthfulness: float) -> bool:
    """An official who sees that a promise will be broken says so in time, with the probability of truthfulness."""
    return draw < truthfulness


def meeting_score(noise: float, attention: float, turn: float) -> float:
    """Streets are ranked for a group meeting by attention, by whose turn it is, and by chance."""
    return noise + attention + turn


def invitation_weight(here: float, scale: float, street_people: float, area_people: float) -> float:
    """At street scale a meeting invites the street's residents; at district scale it invites residents of the whole area."""
    return scale * here / street_people + (1.0 - scale) / area_people


def speaks_up(draw: float, chance: float, public: float, private: float) -> bool:
    """In a group, people mention public problems more often than hardship at home."""
    return draw < chance * (0.25 + 0.75 * public / max(public + private, 1e-9))


def company_eases(severity: float, relief: float) -> float:
    """Each resident who comes to a meeting reduces loneliness in the street a little."""
    return severity * (1.0 - relief)


def hours_of_practice(hours: float, pairing: float) -> float:
    """Two similar officials each gain half the practice in every task; a specialised pair gains all of it on their own side."""
    return hours * (0.5 + 0.5 * pairing)


def hours_lost(street: float, support: float, inside: float, desk: float, pairing: float, switching: float, in_step: float) -> float:
    """Each further kind of task costs an official a share of the week; a pair with two roles switches less, but keeps in step.

    `street`, `support`, `inside`, `desk`: 1 if done, else 0; of a pair, one does the first two, the other the rest. A week has 36 hours.
    """
    alike = max(street + support + inside + desk - 1.0, 0.0)
    paired = 0.5 * (max(street + support - 1.0, 0.0) + max(inside + desk - 1.0, 0.0))
    both = min(street + support, 1.0) * min(inside + desk, 1.0)
    return (switching * (alike + pairing * (paired - alike)) + in_step * pairing * both) / 36.0


def share_kept(handover: float, pairing: float) -> float:
    """When an official leaves, handed-over knowledge stays, and half of the rest if the colleague did the same work."""
    return 1.0 - (1.0 - handover) * (0.5 + 0.5 * pairing)


def hour_inside(skill: float) -> float:
    """An hour of work inside the town hall has more effect when the official is skilled there."""
    return 0.75 + 0.5 * skill


def style_of(draw: float, spread: float) -> float:
    """Officials differ in how much they work across departments (0 to 2, mean 1)."""
    return 1.0 + spread * (2.0 * draw - 1.0)


def ripened(readiness: float, rest: float, pull: float) -> float:
    """Readiness above its resting level makes a household more willing to take up a project."""
    return pull * max(readiness - rest, 0.0)


def strain_moves(strain: float, load: float, rate: float) -> float:
    """Strain slowly follows the workload, new and waiting, in weeks of work: a load of one week tends to a strain of 0.5."""
    return strain + rate * (load / (1.0 + load) - strain)


def official_leaves(draw: float, years_in_post: float, strain: float) -> bool:
    """An official leaves the post, sooner under strain: at a strain of 0.5 the mean stay is `years_in_post`."""
    return draw < (0.5 + strain) / (52.0 * years_in_post)


# --- institutions -------------------------------------------------------------------------------------------------


def case_score(reports: float, pressure: float, pull: float, age: float, steering: float, noise: float) -> float:
    """A department ranks cases by number of reports, outside pressure, help from an official inside, and waiting time."""
    return steering * math.log(1.0 + reports) + pressure + pull + 0.05 * age + 0.01 * noise


def days_until_there(draw: float, usual: float) -> float:
    """Whoever carries a case out comes after some days, `usual` on average: by the next round, with the next parts."""
    return -usual * math.log(1.0 - draw)


def day_done(day: float, due: float, share: float) -> float:
    """Work is done when its turn comes in the week, after this share of the week's hours, and not before it was due."""
    return max(day + 7.0 * share, due)


def will_tell(draw: float, feedback: float) -> bool:
    """The desk tells a reporter what came of a report, with the probability of the practice."""
    return draw < feedback


def pressure_carried(wanted: float, ready: float, needed: float) -> float:
    """A friends' group presses at full strength when enough residents are ready to help, and proportionally less otherwise."""
    return wanted * min(1.0, ready / needed)


def approval_catches_flaw(draw: float, lag: float, scale: float) -> bool:
    """The longer the approval of a plan takes, the more likely a flaw is found before it is carried out."""
    return draw < 1.0 - math.exp(-lag / scale)


def rule_clears(draw: float, openness: float, strictness: float, inside_hours: float, base: float) -> bool:
    """A rule conflict is resolved sooner in an open department, and when an official works on it from inside."""
    return draw < 1.0 - math.exp(-base * (0.2 + openness) * (1.5 - strictness) * (0.25 + inside_hours))


def boundary_clears(draw: float, openness: float, strictness: float, inside_hours: float, base: float) -> bool:
    """A case between two departments advances only when an official works across both, at the pace of the less open one."""
    return draw < 1.0 - math.exp(-base * (0.2 + openness) * (1.5 - strictness) * inside_hours)


def will_bend(draw: float, mandate: float, strictness: float, strain: float) -> bool:
    """An official with discretion makes an exception to a rule, less often where rules are strict, more often under strain."""
    return draw < 0.25 * mandate * (1.0 - 0.5 * strictness) * (0.5 + strain)


def visit_finds(draw: float, presence: float) -> bool:
    """An enforcement visit finds the nuisance only if it is going on at that moment."""
    return draw < presence


# --- requests -----------------------------------------------------------------------------------------------------


def will_request(draw: float, needs: float, weeks: float, precedents: float, pull: float, half: float) -> bool:
    """Residents make requests at the rate of their yearly needs, and more often after seeing exceptions for others.

    `weeks`: weeks since the institution last took requests.
    """
    return draw < needs * weeks / 52.0 * (1.0 + pull * precedents / (precedents + half))


def standard_fits(draw: float, means: float, burden: float, base: float) -> bool:
    """The standard provision fits most people, less often those with small means or a high burden."""
    return draw < base * (0.7 + 0.6 * means) * (1.0 - 0.5 * burden)


def will_tailor(draw: float, tailoring: float, openness: float, trust: float, strictness: float) -> bool:
    """When the standard does not fit, a department that is open and trusts residents offers a tailored provision."""
    return draw < tailoring * (0.5 + 0.5 * openness + 0.5 * trust) * (1.25 - 0.5 * strictness)


def will_check(draw: float, control: float, trust: float) -> bool:
    """Requests are checked at the rate of the practice, more often when the department trusts residents less."""
    return draw < control * (1.5 - trust)


def check_refuses(draw: float, means: float, base: float) -> bool:
    """A check refuses an honest resident who cannot prove the need, more often at smaller means."""
    return draw < base * 2.0 * (1.0 - means)


def seen_as_favour(draw: float, notice: float, evident: float) -> bool:
    """A neighbour who sees what somebody got, but not why, considers it a favour."""
    return draw < notice * (1.0 - evident)


# --- initiatives --------------------------------------------------------------------------------------------------


def will_found(draw: float, energy: float, readiness: float, belief: float, burden: float, example: float, base: float) -> bool:
    """A resident with spare energy founds an initiative: from a wish, a problem, or what others ask, offer and show (`example`)."""
    return draw < energy * readiness * belief * (base * (1.0 + burden) + example)


def example_shows(what: float, start: float, failure: float) -> float:
    """A result (2) shows most, a mere start (1) less, and a failure (3) speaks against founding."""
    return 1.0 if what == 2.0 else (start if what == 1.0 else -failure)


def example_draws(seen: float, half: float, push: float, known: float, eases: float) -> float:
    """What was seen of others draws towards founding, less and less as it adds up, and is easier to follow with a known offer."""
    return push * (1.0 + eases * known) * max(seen, 0.0) / (max(seen, 0.0) + half)


def example_deters(seen: float) -> float:
    """Who has seen failures rather than results founds less of one's own accord (a factor, 1 at most)."""
    return math.exp(min(seen, 0.0))


def asked_draws(asked: float, trust: float, push: float) -> float:
    """Who was lately asked to start something does so more, the more they trust who asked."""
    return push * asked * trust


def help_draws(desk: float, trust: float, push: float) -> float:
    """A known desk makes founding likelier, in proportion to its capacity and the trust in whoever runs it."""
    return push * desk * trust


def offer_draws(known: float, push: float) -> float:
    """A standing offer draws those who know of it; `known`: their share."""
    return push * known


def campaign_reaches(known: float, weeks: float, reach: float, fade: float) -> float:
    """A campaign of so many full weeks reaches part of who did not know; others forget."""
    return 1.0 - (1.0 - known * (1.0 - fade)) * math.exp(-reach * weeks)


def street_allows(openness: float, memory: float, weary: float, busy: float, remembers: float) -> float:
    """How easily something starts in a street: by its openness, its memory of what it had, how much that was, and what is going on."""
    return openness * math.exp(remembers * memory) * (1.0 - weary) * busy


def street_recalls(memory: float, result: float, step: float) -> float:
    """A street remembers how an initiative ended: well (1) or badly (-1)."""
    return memory + step * (result - memory)


def will_join(draw: float, tie: float, readiness: float, active_contacts: float, base: float, floor: float, threshold: float) -> bool:
    """A resident asked by an acquaintance joins, especially when several contacts already take part."""
    crowd = active_contacts * active_contacts * active_contacts
    seen = crowd / (crowd + threshold * threshold * threshold)
    return draw < base * tie * readiness * (floor + (1.0 - floor) * seen)


def hours_given(energy: float, memberships: float, belief: float) -> float:
    """A member divides the week's free hours over memberships, and gives more when acting seems to help."""
    return energy * (0.5 + belief) / (1.0 + memberships)


def vigour_changes(vigour: float, hours: float, need: float, waiting: float, wear: float) -> float:
    """An initiative keeps its vigour when members give the hours it needs, and loses it through too few hours or waiting."""
    supply = min(hours / need, 1.0)
    return vigour + 0.2 * supply * (1.0 - vigour) * (1.0 - waiting) - wear * vigour * (0.5 + waiting + (1.0 - supply))


def will_quit(draw: float, vigour: float, belief: float, tired: float, base: float) -> bool:
    """A member leaves, sooner when vigour is low, acting does not seem to help, and the member is tired."""
    return draw < base * (1.0 + 3.0 * (1.0 - vigour)) * (1.5 - belief) * (0.5 + 1.5 * tired)


def grow_tired(tired: float, load: float, tire: float, rest: float) -> float:
    """Giving hours tires members and waiting tires them more; without load they recover. `load` 1: all free hours."""
    return tired + tire * load * (1.0 - tired) - rest * tired


def trial_fails(draw: float, room: float, base: float) -> bool:
    """A trial without prior approval fails more often."""
    return draw < base * (0.5 + room)


def takes_over(draw: float, letting_go: float, eagerness: float) -> bool:
    """Officials take over an initiative's dealings with the town hall, unless they let go."""
    return draw < eagerness * (1.0 - letting_go)


def is_guided(draw: float, desk: float, trust: float) -> bool:
    """A founder is guided by the support desk, in proportion to its capacity and the founder's trust in whoever runs it."""
    return draw < desk * trust


def will_exchange(draw: float, reciprocity: float) -> bool:
    """An entrepreneur makes an exchange with an initiative this quarter, with the probability of reciprocity."""
    return draw < reciprocity


def credit_or_blame(value: float, credit: float, blame: float) -> float:
    """News and hearsay give institutions little credit for success and much blame for failure."""
    return credit if value > 0.5 else blame


# --- agenda projects ----------------------------------------------------------------------------------------------


def project_pull(attention: float, seen: float, steering: float) -> float:
    """A municipal project goes to streets with many reports, or to where officials observed the problem it addresses."""
    return 0.05 + attention + (1.0 - steering) * seen


def project_span(streets: float, scale: float) -> float:
    """The number of streets of a project falls from a whole district (`scale` 0) to one street (`scale` 1)."""
    return streets ** (1.0 - scale)


def will_attend(draw: float, readiness: float, trust: float, involved: float, base: float) -> bool:
    """A household invited to shape a project comes when it is ready and trusts the official, especially if heard before."""
    return draw < base * readiness * (0.5 + trust) * (1.0 + involved)


def will_object(draw: float, grievance: float, trust: float, involved: float, base: float, slope: float) -> bool:
    """Households that were not involved in a project object, more often with grievance and distrust."""
    likely = 1.0 / (1.0 + math.exp(-(base + slope * (grievance + 0.5 - trust))))
    return involved < 0.5 and draw < likely


def will_take_up(draw: float, relevance: float, trust: float, fit: float, known: float, base: float, slope: float) -> bool:
    """A household takes up a project's offer when it addresses its problems, fits, and comes from a known official."""
    return draw < 1.0 / (1.0 + math.exp(-(base + slope * relevance + 2.0 * (trust - 0.5) + fit + known)))


def council_weighs(weight: float, rest: float, voiced: float, objections: float, step: float) -> float:
    """The council moves towards what residents ask for, away from what they object to, and otherwise to its resting level."""
    wanted = rest + 0.5 * (voiced - objections) / (1.0 + voiced + objections)
    return weight + step * (min(max(wanted, 0.0), 1.0) - weight)


# --- learning -----------------------------------------------------------------------------------------------------


def what_is_expected(trust: float, usual: float, habituation: float) -> float:
    """People hold an experience against their trust, or (the rival form, at habituation 1) against what they are used to."""
    return trust + habituation * (usual - trust)


def surprise(value: float, expected: float, trust: float) -> float:
    """How far an experience lies above (or below) what was expected; it pulls trust no further than to 1 (or 0)."""
    return min(max(value - expected, -trust), 1.0 - trust)


def step_of_trust(evidence: float, step: float, floor: float, prior: float) -> float:
    """The lasting step of trust falls with past evidence, from `step` towards `floor`; half of it at `prior` events."""
    return floor + max(step - floor, 0.0) * prior / (prior + evidence)


def update_trust(trust: float, grievance: float, gain: float, loss: float, step: float, dampening: float, aversion: float) -> float:
    """Experience draws trust towards itself; losses weigh more, most at middling trust; old hurt dampens gains.

    `gain`, `loss`: how far the week's experience lies above and below what was expected (at most 1 in all).
    """
    weight = 1.0 + (aversion - 1.0) * 4.0 * trust * (1.0 - trust)
    return trust + step * (gain * (1.0 - dampening * grievance) - weight * loss)


def return_to_rest(trust: float, rest: float, pull: float) -> float:
    """Trust drifts back to a person's own resting level over a few years."""
    return trust + pull * (rest - trust)


def update_grievance(grievance: float, hurt: float, acknowledged: float, healing: float, fade: float) -> float:
    """Being ignored or let down raises grievance; it fades over years, sooner when it is acknowledged."""
    after = grievance + min(hurt, 1.0) * (1.0 - grievance)
    return after * (1.0 - healing * min(acknowledged, 1.0)) * (1.0 - fade)


def update_belief(belief: float, better: float, worse: float, step: float) -> float:
    """Belief that an action helps rises after success and falls after failure; beliefs near 0 or 1 change little."""
    room = 4.0 * belief * (1.0 - belief)
    return belief + step * room * (min(better, 1.0) - min(worse, 1.0))


def update_readiness(readiness: float, rest: float, asked: float, seen: float, fade: float) -> float:
    """Being asked and seeing others act raise readiness; otherwise it returns to a personal resting level."""
    push = 1.0 - math.exp(-(asked + seen))
    return readiness + fade * (rest - readiness) + push * (1.0 - readiness) * (1.0 - fade)


def passes_on(draw: float, tie: float, talk: float) -> bool:
    """A resident tells a contact what happened, more often the stronger the tie and the more there is to tell."""
    return draw < tie * talk


# --- ties, coming and going ---------------------------------------------------------------------------------------


def fade_tie(strength: float, yearly_rate: float) -> float:
    """A tie fades unless it is renewed; below 0.01 it ends."""
    left = strength * math.exp(-yearly_rate / 52.0)
    return left if left >= 0.01 else 0.0


def renew_tie(strength: float, hours: float, hours_to_friend: float) -> float:
    """Hours spent together strengthen a tie: about fifty make a casual friend (Hall 2018)."""
    return strength + (1.0 - strength) * (1.0 - math.exp(-hours / hours_to_friend))


def strikes_up(draw: float, same_group: float, homophily: float) -> bool:
    """Two people who meet form a tie, less often across groups."""
    return draw < (1.0 if same_group > 0.5 else 1.0 - homophily)


def draws_to_centre(load: float) -> float:
    """Everybody visits the community centre now and then, most often from streets with a high private load."""
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
