"""The behaviour parameters, each declared once: default, range, unit, meaning, source or "assumption".

The constructor, validation, the records that rules read and the documentation tables all use these declarations.
Sources are abbreviated as in docs/references.md.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator


def number[Number: float | None](
    default: Number, low: float, high: float, unit: str, meaning: str, source: str = "assumption", **more: JsonValue
) -> Number:
    """Declare one number with its range, unit, meaning and source; `more`: what else is declared of it.

    It stands where a class has the number itself; pydantic reads it, as it reads its own `Field`.
    """
    facts: dict[str, JsonValue] = {"unit": unit, "source": source, **more}
    return Field(default, ge=low, strict=True, le=high, allow_inf_nan=False, description=meaning, json_schema_extra=facts)


class Section(BaseModel):
    """A validated group of parameters; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Behaviour(Section):
    """Behaviour of residents, officials and institutions (equal under every regime)."""

    # fmt: off
    # reporting
    report_habit: float = number(0.0031, 0, 0.2, "reports/week", "occasional reporter's mean rate at full burden", "fitted to P1: 0.10-0.32 reports a resident a year (DoeMee 2019)")
    report_spread: float = number(1.1, 0, 2, "log sd", "spread of that rate over residents", "fitted to P2: concentration (mySociety; O'Brien 2015)")
    habitual_share: float = number(0.018, 0, 0.2, "share", "residents who report out of habit", "fitted to P2 (mySociety)")
    habitual_factor: float = number(100.0, 1, 500, "times", "how much more habitual reporters report: over half of all reports", "fitted to P2 (mySociety)")
    owner_ratio: float = number(3.0, 1, 6, "times", "reports of owners, relative to renters", "O'Brien 2015")
    belief_reach: float = number(6.3, 1.0, 10, "times", "belief that reporting helps multiplies the rate by 1/reach (belief 0) to reach (belief 1)", "fitted to P4 (Sjoberg 2017)")
    report_step: float = number(0.15, 0, 0.25, "belief", "step of that belief at 0.5, after a full success", "fitted to P4: +57 % after a first fix (Sjoberg 2017)")
    act_step: float = number(0.06, 0, 0.25, "belief", "step of the belief that acting helps")
    sensitivity_spread: float = number(0.5, 0, 1.5, "log sd", "spread of how easily residents are bothered")
    sensitivity: float = number(0.35, 0, 5, "1/load", "how fast burden rises with what is wrong in the street")
    # trust
    trust_step: float = number(0.10, 0.0, 0.3, "share", "lasting step of trust towards a full experience, without earlier ones", "chosen for the door trial and zero-mean noise (docs/world/trust.md)")
    trust_floor: float = number(0.03, 0.0, 0.3, "share", "lasting step of trust after very many experiences")
    trust_fast: float = number(0.20, 0.0, 0.3, "share", "step of trust towards a full experience that fades within weeks", "chosen for the door trial: 3 against 21 days (Peyton 2019)")
    fast_fade: float = number(0.15, 0.0, 1, "1/week", "fading of that fast step", "chosen for the door trial: 3 against 21 days (Peyton 2019)")
    habituation: float = number(0.0, 0, 1, "share", "0: experience is held against trust; 1: against what is usual (the rival form, disconfirmation)", "both forms are shown in every main result")
    loss_aversion: float = number(2.0, 1, 5, "times", "weight of a loss relative to a gain, at trust 0.5", "fitted to P11, within 1-5 (Slovic 1993 in kind)")
    trust_prior: float = number(6.0, 0.5, 50, "events", "number of past events at which a further event counts half", "design")
    evidence_fade: float = number(0.0044, 0, 0.1, "1/week", "fading of past experience: half-life 3 years")
    trust_return: float = number(0.0044, 0, 0.1, "1/week", "return to the resting level: half-life 3 years", "Devine & Valgardsson (EJPR): shocks fade in a few years")
    dampening: float = number(0.5, 0, 1, "share", "reduction of trust gains at full grievance", "design: 0.3-0.8")
    grievance_fade: float = number(0.0027, 0, 0.1, "1/week", "fading of old hurt: half-life 5 years", "design: 3-10 years")
    healing: float = number(0.5, 0, 1, "share", "share of grievance removed when it is acknowledged with full truthfulness", "design: 0.3-0.7")
    spill: float = number(0.15, 0, 1, "share", "weight of an experience with an official for trust in the employer", "assumption: a little (design)")
    usual_step: float = number(0.1, 0, 1, "share", "step of usual experience towards new experience (rival form)")
    usual_return: float = number(0.0044, 0, 0.1, "1/week", "return of usual experience to resting trust (rival form): half-life 3 years")
    contact_usual: float = number(0.9, -3, 3, "log odds", "quality of a meeting at middling skill and strain, unhurried, with nothing unmet", "two in three satisfied, one in ten not, in a run of the default (Politiewaardering 2021; Veiligheidsmonitor 2021, 2023)")
    contact_spread: float = number(0.54, 0, 2, "log odds", "spread of the quality of meetings", "likewise: 10 % below 0.4 and 67 % above 0.6, which stand for dissatisfied and satisfied (assumption)")
    contact_neutral: float = number(0.0, -0.3, 0.3, "trust", "shift of the quality at which a meeting neither raises nor lowers trust", "free over both signs: satisfaction is not on trust's scale")
    hearsay_weight: float = number(0.2, 0, 1, "share", "weight of hearsay relative to own experience", "design: 0.1-0.3")
    rest_neighbours: float = number(0.64, 0.02, 0.98, "trust", "resting trust in neighbours at middling means", "CBS 2022: 66 % trust other people")
    rest_official: float = number(0.52, 0.02, 0.98, "trust", "resting trust in an official as a person at middling means", "assumption between CBS 2022 civil servants 42.5 % and LKO 2016 mayor 61 %")
    rest_municipality: float = number(0.47, 0.02, 0.98, "trust", "resting trust in the municipality at middling means", "CBS 2022: council 50.6 %, civil servants 42.5 %")
    rest_corporation: float = number(0.47, 0.02, 0.98, "trust", "resting trust in the housing corporation at middling means", "assumption: as the municipality")
    rest_police: float = number(0.70, 0.02, 0.98, "trust", "resting trust in the police at middling means", "CBS 2022: 77 % trust the police")
    rest_spread: float = number(0.7, 0, 2, "log odds", "spread of resting trust over residents")
    rest_means: float = number(1.2, 0, 4, "log odds", "rise of resting trust from lowest to highest means", "CBS 2022: primary school 40 %, university 89 % trust people")
    # readiness, initiatives
    energy: float = number(0.45, 0, 20, "hours/week", "median free hours of residents for the neighbourhood")
    energy_spread: float = number(1.0, 0, 2, "log sd", "spread of those hours over residents")
    asked_push: float = number(0.1, 0, 1, "readiness", "push of being asked once", "design; SCP 2014: few are ever asked")
    seen_push: float = number(0.03, 0, 1, "readiness", "push of seeing others take part once", "design")
    readiness_fade: float = number(0.01, 0, 1, "1/week", "fading of readiness", "design")
    found_base: float = number(0.0007, 0, 1, "1/week", "rate of founding without an example, per hour of energy")
    example_push: float = number(0.00025, 0, 1, "1/week", "rate of founding by the example of one vigorous initiative next door", "assumption (peer effect: solar panels, strongest within 200 m)")
    example_distance: float = number(200.0, 10, 5000, "metres", "distance at which an example has 37 % of its pull", "German solar-panel study: strongest within 200 m")
    example_halflife: float = number(52.0, 1, 1000, "weeks", "time in which an example loses half its pull")
    join_base: float = number(1.0, 0, 1, "chance", "probability of joining when a close friend asks a ready resident with many active contacts")
    join_floor: float = number(0.08, 0, 1, "share", "share of that probability without active contacts", "design: 0.02-0.1")
    join_threshold: float = number(1.0, 0.1, 10, "contacts", "active contacts at which the effect is one half", "design: 1-3 (Centola 2010 in kind)")
    ask_rate: float = number(0.3, 0, 1, "1/week", "probability that a member asks somebody this week", "assumption: few are ever asked (SCP 2014: municipalities approached 5-14 % in two years)")
    ask_gathering: float = number(0.8, 0, 1, "1/week", "the same, while an initiative gathers its first members")
    quit_base: float = number(0.005, 0, 1, "1/week", "rate of leaving a vigorous initiative at belief 0.5 (half of it at belief 1)")
    wear: float = number(0.035, 0, 0.4, "1/week", "wear of vigour", "assumption: 20-60 % of initiatives end in a year")
    members_to_start: float = number(3.0, 1, 50, "members", "members before work starts")
    initiative_hours: float = number(60.0, 1, 5000, "hours", "member hours for each result")
    paperwork_share: float = number(0.3, 0, 1, "share", "extra hours, lost to finding the way at the town hall")
    weekly_need: float = number(2.5, 0.1, 100, "hours/week", "hours that keep an initiative's vigour")
    initiative_euro: float = number(600.0, 0, 100000, "euro", "money that an initiative asks for, if it needs any")
    needs_money: float = number(0.5, 0, 1, "share", "share of initiatives that need money")
    needs_exception: float = number(0.35, 0, 1, "share", "share of initiatives that meet a rule conflict")
    continuing_share: float = number(0.4, 0, 1, "share", "share of delivered initiatives that continue, times 0.5 to 1.5 by their vigour")
    fail_base: float = number(0.15, 0, 1, "share", "share of finished trials that fail: times 0.5 with approval, times 1.5 without")
    # officials and institutions
    door_base: float = number(-0.3, -5, 5, "log odds", "opening the door at trust 0.5 without grievance: 41 % open on average", "Peyton 2019: 412 of 1,007 doors")
    door_slope: float = number(2.0, 0, 10, "log odds", "effect of trust on opening the door, per unit of trust")
    visit_minutes: float = number(15.0, 1, 480, "minutes", "one visit", "evidence 5: visit length in a trial")
    hurt_minutes: float = number(45.0, 0, 480, "minutes", "hearing out old hurt")
    report_minutes: float = number(8.0, 0.1, 480, "minutes", "registering and answering one report at the desk")
    approval_minutes: float = number(60.0, 1, 4800, "minutes", "case work for one approval")
    support_minutes: float = number(60.0, 1, 480, "minutes", "one session with an initiative")
    handover_minutes: float = number(120.0, 1, 480, "minutes", "passing the lead of a step", "design: 1-4 hours")
    handover_weeks: float = number(8.0, 0, 52, "weeks", "weeks in which a full warm hand-over takes half of a new official's street hours")
    explain_minutes: float = number(30.0, 0, 480, "minutes", "explaining one exception to neighbours")
    flaw_scale: float = number(8.0, 0.5, 52, "weeks", "time in which most flaws of a plan are found", "design: 4-16 weeks")
    flaw_share: float = number(0.3, 0, 1, "share", "share of plans with a flaw before approval")
    clear_base: float = number(0.08, 0, 1, "1/week", "base rate of resolving a rule conflict")
    case_norm: float = number(6.0, 1, 104, "weeks", "norm: handling within this time is on time", "Telegraaf/Decos 2018: 4-22 days, and approval")
    stale_reports: float = number(26.0, 1, 520, "weeks", "age at which reports without a case are dropped")
    return_weeks: float = number(30.0, 1, 520, "weeks", "mean time until a problem returns if its cause remains")
    police_share: float = number(0.4, 0, 1, "share", "share of visits about noise made by the police instead of enforcers")
    notice: float = number(0.3, 0, 1, "chance", "probability that a resident notices a repair, an exception or a result in their street")
    bargain_minutes: float = number(180.0, 1, 4800, "minutes", "support for one bargain between the parties")
    bargain_hours: float = number(3.0, 0, 200, "hours", "hours that each resident spends in a bargain")
    bargain_conflict: float = number(0.3, 0, 1, "share", "share of bargaining residents who have an open conflict with neighbours")
    stale_weeks: float = number(40.0, 4, 520, "weeks", "age at which waiting or stopped cases are closed administratively")
    discover_chance: float = number(0.3, 0, 1, "chance", "probability that a visit reveals a given problem of the street")
    attention_weight: float = number(0.25, 0, 5, "score", "weight of a street's attention in the choice of doors")
    contact_hours: float = number(15.0, 0, 200, "hours", "shared hours that one conversation at the door counts for, in the tie with the official")
    creaming: float = number(0.15, 0, 2, "score", "preference for easy doors")
    skill_hours: float = number(400.0, 1, 10000, "hours", "street hours at which skill is one half")
    open_step: float = number(0.05, 0, 1, "openness", "step towards full openness, for each success per 1,000 residents that a department sees")
    open_return: float = number(0.004, 0, 1, "1/week", "return of openness to its resting level")
    # ties, coming and going
    fade_bonding: float = number(0.03, 0, 5, "1/year", "fading of ties within group and street", "Roy 2022: 1-4 % a year")
    fade_bridging: float = number(0.7, 0, 5, "1/year", "fading of ties across groups or streets", "Burt 2002: bridges, in kind")
    fade_linking: float = number(0.7, 0, 5, "1/year", "fading of ties with an official", "design")
    hours_to_friend: float = number(50.0, 1, 1000, "hours", "shared hours that make a casual friend", "Hall 2018")
    encounter_rate: float = number(0.125, 0, 1, "1/week", "rate at which a resident spends time with somebody of the neighbourhood")
    encounter_known: float = number(0.7, 0, 1, "share", "share of these meetings with a contact")
    encounter_hours: float = number(12.0, 0, 100, "hours", "hours of one such meeting")
    encounter_far: float = number(0.35, 0, 1, "share", "share of the other meetings outside the own street (school, shop, club)")
    homophily: float = number(0.4, 0, 1, "share", "share of chance meetings across groups that form no tie", "assumption (Hipp & Perrin 2007 in kind)")
    neighbour_ties: float = number(12.0, 0, 30, "ties", "ties to neighbours of the street before the burn-in")
    talk: float = number(0.25, 0, 1, "chance", "probability of telling a close friend about a notable event")
    moves_per_year: float = number(0.10, 0, 1, "share/year", "residents who move house", "clo.nl 2015: 1.68 million moves, 10 %")
    # requests
    needs_rate: float = number(0.4, 0, 50, "1/year", "requests of an owner with means 0.5; about 0.5 per resident on average")
    needs_means: float = number(1.5, 0, 5, "log rate", "rise of needs from highest to lowest means")
    needs_renter: float = number(1.3, 0.1, 10, "times", "needs of renters, relative to owners")
    needs_spread: float = number(0.7, 0, 2, "log sd", "spread of needs over residents")
    request_landlord: float = number(0.35, 0, 1, "share", "share of the corporation's tenants' requests that go to the corporation")
    request_social: float = number(0.7, 0, 1, "share", "share of the other requests that ask for help; the rest goes to public space and planning")
    request_minutes: float = number(12.0, 1, 480, "minutes", "answering one request at the counter")
    fit_base: float = number(0.8, 0, 1, "chance", "probability that the standard provision fits, at means 0.5 without burden")
    tailor_minutes: float = number(45.0, 0, 480, "minutes", "one tailored provision")
    tailor_euro: float = number(100.0, 0, 100000, "euro", "cost of a tailored provision, or of misuse")
    refusal_minutes: float = number(8.0, 0, 480, "minutes", "explaining one refusal")
    check_minutes: float = number(20.0, 0, 480, "minutes", "checking one request")
    unproven: float = number(0.05, 0, 1, "share", "share of honest requests that fail a check, at means 0.5; more at smaller means")
    precedent_pull: float = number(1.0, 0, 10, "times", "largest increase of requests after visible exceptions")
    precedent_half: float = number(10.0, 0.1, 1000, "cases", "recent visible exceptions per 1,000 residents at which the increase is one half")
    precedent_fade: float = number(0.077, 0, 1, "1/week", "fading of precedents: a quarter of a year")
    caught_step: float = number(0.05, 0, 1, "trust", "step of a department's trust in residents towards 0, for each misuse caught per 1,000 residents")
    honest_step: float = number(0.0025, 0, 1, "trust", "step of that trust towards 1, for each check without misuse; in balance at 5 % misuse")
    result_step: float = number(0.02, 0, 1, "trust", "step of that trust towards 1 or 0, for each initiative that delivered or failed")
    # agenda projects
    district_streets: float = number(130.0, 1, 100000, "streets", "streets in a district, the largest span of a project", "assumption: some 5,500 residents")
    project_minutes: float = number(240.0, 0, 100000, "minutes", "programme work for a project, fixed part")
    project_street_minutes: float = number(40.0, 0, 10000, "minutes", "programme work for each street of a project")
    project_patience: float = number(104.0, 4, 520, "weeks", "age at which a project without progress is called off")
    meeting_minutes: float = number(120.0, 0, 4800, "minutes", "support for a meeting with residents about a project")
    attend_base: float = number(0.5, 0, 1, "chance", "probability that a fully ready household attends, at trust 0.5", "assumption: some 12 % come (Vogelwijk energy group: 12 % active)")
    attend_enough: float = number(0.1, 0, 1, "share", "share of households that must attend, if the project is conditional on residents")
    object_base: float = number(-5.0, -20, 5, "log odds", "objecting without grievance, at trust 0.5")
    object_slope: float = number(4.0, 0, 20, "log odds", "effect of full grievance or distrust on objecting")
    objection_minutes: float = number(120.0, 0, 10000, "minutes", "case work on one objection")
    objection_weeks: float = number(6.0, 0, 52, "weeks", "term for deciding on objections", "law: Awb 7:10, six weeks")
    variant_calms: float = number(0.6, 0, 1, "share", "share of objections withdrawn after a local variant")
    variant_goal: float = number(0.4, 0, 1, "share", "share of the project's goal that a local variant reaches")
    uptake_base: float = number(-2.5, -20, 5, "log odds", "uptake of a district-wide project without relevance")
    uptake_relevance: float = number(3.0, 0, 20, "log odds", "effect of full relevance on uptake")
    couple_minutes: float = number(180.0, 0, 100000, "minutes", "extra programme work to couple a project to a concern of the street")
    couple_weeks: float = number(8.0, 0, 104, "weeks", "extra preparation to do so")
    project_effect: float = number(0.6, 0, 1, "share", "share of a problem's severity removed when the whole street takes part")
    project_push: float = number(0.1, 0, 1, "share", "share of an initiative's vigour that a project beside it removes, or of the missing vigour that it adds")
    council_step: float = number(0.3, 0, 1, "share", "step of the council per quarter towards what it has heard")
    council_reports: float = number(0.05, 0, 10, "times", "weight of an open report for the council, relative to input")
    # officials in pairs and groups
    group_minutes: float = number(150.0, 15, 960, "minutes", "one group meeting, with invitations and preparation")
    group_size: float = number(8.0, 2, 40, "people", "places at such a meeting")
    group_invited: float = number(20.0, 2, 200, "people", "residents invited to it")
    group_comes: float = number(0.5, 0, 1, "share", "share of the invited who come, of those who would open the door; an hour then reaches about as many as visits")
    group_hours: float = number(2.0, 0, 10, "hours", "hours that each visitor spends there with two others")
    group_relief: float = number(0.1, 0, 1, "share", "share of a street's loneliness removed when its residents take all places")
    street_turn: float = number(1.0, 0, 5, "score", "weight of a street's turn this quarter, at street scale")
    strain_rate: float = number(0.05, 0, 1, "1/week", "rate at which an official's strain follows the workload")
    key_figures: float = number(0.25, 0, 1, "share", "share of problems and initiatives that a new official learns from key figures (teachers, club boards)")
    # initiatives, exchange and the news
    take_over: float = number(0.5, 0, 1, "chance", "probability that officials take over an initiative they know, without letting go")
    lead_minutes: float = number(120.0, 1, 4800, "minutes", "officials' work for leading a step during `lead_weeks`")
    lead_weeks: float = number(4.0, 1, 52, "weeks", "weeks of lead for that work")
    helper_share: float = number(0.8, 0, 1, "share", "share of members' hours that counts when officials lead the work")
    tire_rate: float = number(0.02, 0, 0.2, "1/week", "tiring by giving all free hours, and the same again by waiting")
    rest_rate: float = number(0.04, 0, 1, "1/week", "recovery from tiredness")
    burned_out_from: float = number(0.45, 0, 1, "0-1", "tiredness from which a leaving member counts as burned out")
    upkeep_euro: float = number(200.0, 0, 100000, "euro/year", "upkeep of a continuing initiative's result")
    unpaid_need: float = number(1.5, 1, 5, "times", "need for hours if nobody pays the upkeep")
    enterprise_share: float = number(0.1, 0, 1, "share", "share of initiatives that are enterprises")
    enterprise_rules: float = number(1.5, 0, 10, "times", "rule conflicts of enterprises, relative to other initiatives")
    enterprise_gain: float = number(0.03, 0, 1, "share", "step of members' means towards 1, for each result of an enterprise")
    exchange_minutes: float = number(90.0, 0, 4800, "minutes", "bringing an initiative and an entrepreneur together")
    exchange_hours: float = number(6.0, 0, 1000, "hours", "hours that members give an entrepreneur in return")
    guide_minutes: float = number(30.0, 0, 4800, "minutes", "guiding one initiative at the desk")
    grant_check_hours: float = number(10.0, 0, 1000, "hours", "hours that an initiative loses to a check of its grant")
    grant_check_minutes: float = number(30.0, 0, 4800, "minutes", "case work for checking a grant")
    publicity: float = number(0.05, 0, 1, "chance", "probability that a result, a failure or a broken promise gets into the local news")
    readers: float = number(0.2, 0, 1, "share", "share of residents who read a local news item")
    credit: float = number(0.3, 0, 1, "share", "weight of a success, for the municipality in the news and for institutions in hearsay")
    blame: float = number(1.0, 0, 1, "share", "weight of a failure, likewise")
    # the city
    pressure_weight: float = number(1.0, 0, 10, "score", "pressure of a friends' group at full strength on a case's rank in the queue; equals 20 weeks of waiting")
    pressure_needs: float = number(0.02, 0.001, 1, "share", "share of residents, ready and without membership, that a friends' group at full strength needs")
    pressure_ready: float = number(0.25, 0, 1, "readiness", "readiness from which a resident helps the friends' group")
    pressure_minutes: float = number(15.0, 0, 600, "minutes/week", "time that each active member of the friends' group spends on it")
    act_patience: float = number(13.0, 0, 520, "weeks", "time that a planned act without duration waits for hours before it is cancelled", "assumption: a quarter")
    mixing: float = number(0.5, 0, 1, "share", "reduction of homophily at school, club or community centre", "assumption: worlds mix where they share a place (A27)")
    # what is found on a visit, and what departments know
    intermittence: float = number(1.0, 0, 1, "share", "share of a nuisance's absence (by its kind) that visits meet; 0: visits always find it")
    field_learning: float = number(0.5, 0, 1, "share", "share of ward officials' street knowledge that reaches departments, beside reports")
    picture_step: float = number(0.5, 0, 1, "share", "step per quarter of a department's picture of problems towards what reached it")
    policy_weeks: float = number(0.0, 0, 104, "weeks", "time to turn residents' input into policy, before the council's next meeting can decide on it")
    # how people differ
    energy_means: float = number(0.6, 0, 2, "share", "rise of free hours from lowest to highest means")
    style_spread: float = number(0.5, 0, 1, "times", "spread over officials of how much their work crosses departments")
    uptake_ripe: float = number(2.0, 0, 20, "log odds", "effect on uptake of readiness above its resting level")
    # fmt: on

    @model_validator(mode="after")
    def _keep_trust_within_bounds(self) -> Behaviour:
        most = (max(self.trust_step, self.trust_floor) + self.trust_fast) * self.loss_aversion
        if most > 1.0 + 1e-12:  # otherwise one full loss could take trust below 0
            raise ValueError(f"(trust_step + trust_fast) * loss_aversion = {most:g}; allowed: at most 1")
        return self
