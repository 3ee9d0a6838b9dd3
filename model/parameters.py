"""Every number of the behaviour, declared once: default, range, unit, meaning, source or "assumption".

Constructor, validation, the records that rules read and the tables in the documentation all come from here.
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
    """A checked group of numbers; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Behaviour(Section):
    """How residents, officials and institutions behave (the same in every regime)."""

    # fmt: off
    # reporting
    report_habit: float = number(0.0031, 0, 0.2, "reports/week", "occasional reporter's mean rate at full burden", "fitted to P1: 0.10-0.32 reports a resident a year (DoeMee 2019)")
    report_spread: float = number(1.1, 0, 2, "log sd", "spread of that rate over residents", "fitted to P2: concentration (mySociety; O'Brien 2015)")
    habitual_share: float = number(0.018, 0, 0.2, "share", "residents who report out of habit", "fitted to P2 (mySociety)")
    habitual_factor: float = number(100.0, 1, 500, "times", "how much more habitual reporters report: over half of all reports", "fitted to P2 (mySociety)")
    owner_ratio: float = number(3.0, 1, 6, "times", "owners report this many times as often as renters", "O'Brien 2015")
    belief_reach: float = number(6.3, 1.0, 10, "times", "belief that reporting helps multiplies the rate by 1/this to this", "fitted to P4 (Sjoberg 2017)")
    report_step: float = number(0.15, 0, 0.25, "belief", "step of that belief at one half, for a full success", "fitted to P4: +57 % after a first fix (Sjoberg 2017)")
    act_step: float = number(0.06, 0, 0.25, "belief", "step of the belief that acting helps")
    sensitivity_spread: float = number(0.5, 0, 1.5, "log sd", "spread of how easily residents are bothered")
    sensitivity: float = number(0.35, 0, 5, "1/load", "how fast burden rises with what is wrong in the street")
    # trust
    trust_step: float = number(0.07, 0.0, 0.1, "trust", "largest step of trust for one whole surprise", "design: 0.03-0.1")
    loss_aversion: float = number(2.0, 1, 5, "times", "a loss weighs this much more than a gain at middling trust", "fitted to P11, within 1-5 (Slovic 1993 in kind)")
    trust_prior: float = number(6.0, 0.5, 50, "events", "experience at which a further event counts half", "design")
    evidence_fade: float = number(0.0044, 0, 0.1, "1/week", "fading of past experience: half-life 3 years")
    trust_return: float = number(0.0044, 0, 0.1, "1/week", "return to the resting level: half-life 3 years", "Devine & Valgardsson (EJPR): shocks fade in a few years")
    dampening: float = number(0.5, 0, 1, "share", "how much full grievance dampens gains", "design: 0.3-0.8")
    grievance_fade: float = number(0.0027, 0, 0.1, "1/week", "fading of old hurt: half-life 5 years", "design: 3-10 years")
    healing: float = number(0.5, 0, 1, "share", "old hurt taken away when it is acknowledged in full truth", "design: 0.3-0.7")
    spill: float = number(0.15, 0, 1, "share", "of an experience with an official that touches trust in the employer", "assumption: a little (design)")
    usual_step: float = number(0.1, 0, 1, "share", "how fast what is usual follows what happens")
    hearsay_weight: float = number(0.2, 0, 1, "share", "weight of hearsay against own experience", "design: 0.1-0.3")
    rest_neighbours: float = number(0.64, 0.02, 0.98, "trust", "resting trust in neighbours at middling means", "CBS 2022: 66 % trust other people")
    rest_official: float = number(0.52, 0.02, 0.98, "trust", "resting trust in an official as a person at middling means", "assumption between CBS 2022 civil servants 42.5 % and LKO 2016 mayor 61 %")
    rest_municipality: float = number(0.47, 0.02, 0.98, "trust", "resting trust in the municipality at middling means", "CBS 2022: council 50.6 %, civil servants 42.5 %")
    rest_corporation: float = number(0.47, 0.02, 0.98, "trust", "resting trust in the housing corporation at middling means", "assumption: as the municipality")
    rest_police: float = number(0.70, 0.02, 0.98, "trust", "resting trust in the police at middling means", "CBS 2022: 77 % trust the police")
    rest_spread: float = number(0.7, 0, 2, "log odds", "spread of resting trust over residents")
    rest_means: float = number(1.2, 0, 4, "log odds", "resting trust rises this much from lowest to highest means", "CBS 2022: primary school 40 %, university 89 % trust people")
    # readiness, initiatives
    energy: float = number(0.45, 0, 20, "hours/week", "median of the free hours residents have for the neighbourhood")
    energy_spread: float = number(1.0, 0, 2, "log sd", "spread of those hours: a few carry much")
    asked_push: float = number(0.1, 0, 1, "readiness", "being asked once", "design; SCP 2014: few are ever asked")
    seen_push: float = number(0.03, 0, 1, "readiness", "seeing others do it once", "design")
    readiness_fade: float = number(0.01, 0, 1, "1/week", "fading of readiness", "design")
    found_base: float = number(0.0007, 0, 1, "1/week", "founding without any example, per hour of energy")
    example_push: float = number(0.00025, 0, 1, "1/week", "founding by the example of one vigorous initiative next door", "assumption (peer effect: solar panels, strongest within 200 m)")
    example_distance: float = number(200.0, 10, 5000, "metres", "distance over which an example fades", "German solar-panel study: strongest within 200 m")
    example_halflife: float = number(52.0, 1, 1000, "weeks", "time in which an example loses half its pull")
    join_base: float = number(1.0, 0, 1, "chance", "joining when a close friend asks a ready person in a full crowd")
    join_floor: float = number(0.08, 0, 1, "share", "of that when nobody around takes part", "design: 0.02-0.1")
    join_threshold: float = number(1.0, 0.1, 10, "contacts", "active contacts at which half of the crowd effect is there", "design: 1-3 (Centola 2010 in kind)")
    ask_rate: float = number(0.3, 0, 1, "1/week", "chance that a member asks somebody this week", "assumption: few are ever asked (SCP 2014: municipalities approached 5-14 % in two years)")
    ask_gathering: float = number(0.8, 0, 1, "1/week", "the same, while an initiative still gathers its first members")
    quit_base: float = number(0.005, 0, 1, "1/week", "leaving a vigorous initiative at middling belief in acting (half of it at full belief)")
    wear: float = number(0.035, 0, 0.4, "1/week", "wear of vigour", "assumption: 20-60 % of initiatives end in a year")
    members_to_start: float = number(3.0, 1, 50, "members", "members before work starts")
    initiative_hours: float = number(60.0, 1, 5000, "hours", "member hours for each result")
    paperwork_share: float = number(0.3, 0, 1, "share", "more hours, lost to finding one's way at the town hall")
    weekly_need: float = number(2.5, 0.1, 100, "hours/week", "hours that keep an initiative lively")
    initiative_euro: float = number(600.0, 0, 100000, "euro", "money an initiative that needs money asks for")
    needs_money: float = number(0.5, 0, 1, "share", "of initiatives that need money")
    needs_exception: float = number(0.35, 0, 1, "share", "of initiatives that meet a rule conflict")
    continuing_share: float = number(0.4, 0, 1, "share", "of delivered initiatives that go on, times 0.5 to 1.5 by their vigour")
    fail_base: float = number(0.15, 0, 1, "share", "of finished tries that disappoint: half of it when approved, one and a half times when tried without")
    # officials and institutions
    door_base: float = number(-0.3, -5, 5, "log odds", "door opening at trust one half and no grievance: 41 % open on the mean", "Peyton 2019: 412 of 1,007 doors")
    door_slope: float = number(2.0, 0, 10, "log odds", "difference that full trust makes at the door")
    visit_minutes: float = number(15.0, 1, 480, "minutes", "one visit", "evidence 5: visit length in a trial")
    hurt_minutes: float = number(45.0, 0, 480, "minutes", "hearing out old hurt")
    report_minutes: float = number(8.0, 0.1, 480, "minutes", "registering and answering one report at the desk")
    approval_minutes: float = number(60.0, 1, 4800, "minutes", "case work for one approval")
    support_minutes: float = number(60.0, 1, 480, "minutes", "one session with an initiative")
    handover_minutes: float = number(120.0, 1, 480, "minutes", "passing the lead of a step", "design: 1-4 hours")
    handover_weeks: float = number(8.0, 0, 52, "weeks", "in which half a new official's street hours go into a full warm hand-over")
    explain_minutes: float = number(30.0, 0, 480, "minutes", "explaining one exception to neighbours")
    flaw_scale: float = number(8.0, 0.5, 52, "weeks", "time in which most flaws of a plan are found", "design: 4-16 weeks")
    flaw_share: float = number(0.3, 0, 1, "share", "of plans with a flaw before approval")
    clear_base: float = number(0.08, 0, 1, "1/week", "clearing of a rule conflict")
    case_norm: float = number(6.0, 1, 104, "weeks", "handling within this time is on time", "Telegraaf/Decos 2018: 4-22 days, and approval")
    stale_reports: float = number(26.0, 1, 520, "weeks", "reports that made no case are dropped after this")
    return_weeks: float = number(30.0, 1, 520, "weeks", "mean time after which a problem returns whose cause was left")
    police_share: float = number(0.4, 0, 1, "share", "of visits for noise that the police make, not the enforcers")
    notice: float = number(0.3, 0, 1, "chance", "a resident notices a repair, an exception or a result in the own street")
    bargain_minutes: float = number(180.0, 1, 4800, "minutes", "support for those concerned to bargain until they agree")
    bargain_hours: float = number(3.0, 0, 200, "hours", "each resident who comes to the table gives")
    bargain_conflict: float = number(0.3, 0, 1, "share", "of those who come for whom it is open conflict with neighbours")
    stale_weeks: float = number(40.0, 4, 520, "weeks", "cases still waiting or stopped after this are closed administratively")
    discover_chance: float = number(0.3, 0, 1, "chance", "an open door reveals a given problem of the street")
    attention_weight: float = number(0.25, 0, 5, "score", "pull of a street's troubles on where an official goes")
    contact_hours: float = number(15.0, 0, 200, "hours", "shared hours that one good conversation at the door counts for, in the tie with the official")
    creaming: float = number(0.15, 0, 2, "score", "easy doors first")
    skill_hours: float = number(400.0, 1, 10000, "hours", "street hours until half of the skill is there")
    open_step: float = number(0.05, 0, 1, "openness", "of the way to full openness, for each success per 1,000 residents that a department sees")
    open_return: float = number(0.004, 0, 1, "1/week", "return of openness to its rest")
    # ties, coming and going
    fade_bonding: float = number(0.03, 0, 5, "1/year", "fading of ties within group and street", "Roy 2022: 1-4 % a year")
    fade_bridging: float = number(0.7, 0, 5, "1/year", "fading of ties across groups or streets", "Burt 2002: bridges, in kind")
    fade_linking: float = number(0.7, 0, 5, "1/year", "fading of ties with an official", "design")
    hours_to_friend: float = number(50.0, 1, 1000, "hours", "shared hours that make a casual friend", "Hall 2018")
    encounter_rate: float = number(0.125, 0, 1, "1/week", "weeks in which a resident spends time with somebody of the neighbourhood")
    encounter_known: float = number(0.7, 0, 1, "share", "of such weeks in which it is somebody known already")
    encounter_hours: float = number(12.0, 0, 100, "hours", "hours that this comes to")
    encounter_far: float = number(0.35, 0, 1, "share", "of those meetings outside the own street (school, shop, club)")
    homophily: float = number(0.4, 0, 1, "share", "of chance meetings across groups that lead to nothing", "assumption (Hipp & Perrin 2007 in kind)")
    neighbour_ties: float = number(12.0, 0, 30, "ties", "neighbours of the street known at the start, near rest; the burn-in does the remainder")
    talk: float = number(0.25, 0, 1, "chance", "telling a close friend about an event worth telling")
    moves_per_year: float = number(0.10, 0, 1, "share/year", "residents who move house", "clo.nl 2015: 1.68 million moves, 10 %")
    # requests
    needs_rate: float = number(0.4, 0, 50, "1/year", "requests to institutions of an owner of middling means: some 0.5 a resident")
    needs_means: float = number(1.5, 0, 5, "log rate", "those needs rise this much from highest to lowest means")
    needs_renter: float = number(1.3, 0.1, 10, "times", "renters have this many times the needs of owners")
    needs_spread: float = number(0.7, 0, 2, "log sd", "spread of needs over residents")
    request_landlord: float = number(0.35, 0, 1, "share", "of the requests of the housing corporation's tenants that go to it")
    request_social: float = number(0.7, 0, 1, "share", "of the other requests that ask for help; the rest is about the place, and goes to public space and planning")
    request_minutes: float = number(12.0, 1, 480, "minutes", "answering one request at the counter")
    fit_base: float = number(0.8, 0, 1, "chance", "the standard provision fits, at middling means and without other troubles")
    tailor_minutes: float = number(45.0, 0, 480, "minutes", "a provision made to measure")
    tailor_euro: float = number(100.0, 0, 100000, "euro", "that provision; and what is paid without right to it")
    refusal_minutes: float = number(8.0, 0, 480, "minutes", "explaining one refusal")
    check_minutes: float = number(20.0, 0, 480, "minutes", "checking one request")
    unproven: float = number(0.05, 0, 1, "share", "of honest requests that fail a check, at middling means: who is most in need can prove least")
    precedent_pull: float = number(1.0, 0, 10, "times", "like requests more, at most, by exceptions that were seen")
    precedent_half: float = number(10.0, 0.1, 1000, "cases", "exceptions seen of late, for 1,000 residents, at which half of that is there")
    precedent_fade: float = number(0.077, 0, 1, "1/week", "fading of precedents: a quarter of a year")
    caught_step: float = number(0.05, 0, 1, "trust", "of the way to none, a department's trust in residents, for each misuse caught per 1,000 residents")
    honest_step: float = number(0.0025, 0, 1, "trust", "of the way to full trust, for each check that found nothing: in balance at 5 % misuse")
    result_step: float = number(0.02, 0, 1, "trust", "of the way up or down, for each initiative that delivered or failed")
    # --
    # agenda projects
    district_streets: float = number(130.0, 1, 100000, "streets", "a district: the widest that a project goes", "assumption: some 5,500 residents")
    project_minutes: float = number(240.0, 0, 100000, "minutes", "programme work for a project, however small")
    project_street_minutes: float = number(40.0, 0, 10000, "minutes", "and for each of its streets")
    project_patience: float = number(104.0, 4, 520, "weeks", "a project that has not got anywhere after this is called off")
    meeting_minutes: float = number(120.0, 0, 4800, "minutes", "support for asking residents to shape a project together")
    attend_base: float = number(0.5, 0, 1, "chance", "a household fully ready, at trust one half, comes when asked", "assumption: some 12 % come (Vogelwijk energy group: 12 % active)")
    attend_enough: float = number(0.1, 0, 1, "share", "of households that must come, where the project is conditional on residents")
    object_base: float = number(-5.0, -20, 5, "log odds", "objecting without old hurt, at trust one half")
    object_slope: float = number(4.0, 0, 20, "log odds", "difference that full old hurt or distrust makes")
    objection_minutes: float = number(120.0, 0, 10000, "minutes", "case work on one objection")
    objection_weeks: float = number(6.0, 0, 52, "weeks", "term for deciding on objections", "law: Awb 7:10, six weeks")
    variant_calms: float = number(0.6, 0, 1, "share", "of objections withdrawn when a local variant is allowed")
    variant_goal: float = number(0.4, 0, 1, "share", "of the project's goal that a local variant counts for")
    uptake_base: float = number(-2.5, -20, 5, "log odds", "taking up a project of a whole district that is about nothing that bothers")
    uptake_relevance: float = number(3.0, 0, 20, "log odds", "difference when it is about what bothers most")
    couple_minutes: float = number(180.0, 0, 100000, "minutes", "more programme work to join a project to a concern of the street")
    couple_weeks: float = number(8.0, 0, 104, "weeks", "more preparation to do so")
    project_effect: float = number(0.6, 0, 1, "share", "of a problem that goes when the whole street takes part")
    project_push: float = number(0.1, 0, 1, "share", "of an initiative's vigour (or of what it lacks) that a project beside it takes (or adds)")
    council_step: float = number(0.3, 0, 1, "share", "of the way to what it has heard that the council moves in a quarter")
    council_reports: float = number(0.05, 0, 10, "times", "an open report counts for the council as so many inputs")
    # --
    # officials in pairs and groups
    group_minutes: float = number(150.0, 15, 960, "minutes", "one meeting with a group, with inviting and preparing")
    group_size: float = number(8.0, 2, 40, "people", "places at such a meeting")
    group_invited: float = number(20.0, 2, 200, "people", "invited to it")
    group_comes: float = number(0.5, 0, 1, "share", "of the invited who would open the door that also come out: so an hour reaches about as many as at doors")
    group_hours: float = number(2.0, 0, 10, "hours", "that each spends there with those on both sides")
    group_relief: float = number(0.1, 0, 1, "share", "of the loneliness in a street taken away when all places are taken by people who live there")
    street_turn: float = number(1.0, 0, 5, "score", "pull of a street that has its turn this quarter, at the scale of the street")
    strain_rate: float = number(0.05, 0, 1, "1/week", "how fast an official's strain follows the work that waits")
    key_figures: float = number(0.25, 0, 1, "share", "of problems and initiatives known to those who stay (teachers, club boards) and so to a new official")
    # --
    # initiatives, exchange and the news
    take_over: float = number(0.5, 0, 1, "chance", "officials take over the dealings with the town hall of an initiative they know, without any letting go")
    lead_minutes: float = number(120.0, 1, 4800, "minutes", "officials' work that keeps them in the lead of a step for some weeks")
    lead_weeks: float = number(4.0, 1, 52, "weeks", "so many weeks")
    helper_share: float = number(0.8, 0, 1, "share", "of members' hours that counts where officials lead the work: helpers own it less")
    tire_rate: float = number(0.02, 0, 0.2, "1/week", "tiring by giving all free hours, and as much again by being kept waiting")
    rest_rate: float = number(0.04, 0, 1, "1/week", "recovering from it")
    burned_out_from: float = number(0.45, 0, 1, "0-1", "who leaves as tired as this has burned out")
    upkeep_euro: float = number(200.0, 0, 100000, "euro/year", "upkeep of what an initiative made and keeps going")
    unpaid_need: float = number(1.5, 1, 5, "times", "hours that it takes where nobody pays the upkeep")
    enterprise_share: float = number(0.1, 0, 1, "share", "of initiatives that are enterprises")
    enterprise_rules: float = number(1.5, 0, 10, "times", "enterprises meet rule conflicts this many times as often")
    enterprise_gain: float = number(0.03, 0, 1, "share", "of the way to full means that a result of an enterprise brings its members")
    exchange_minutes: float = number(90.0, 0, 4800, "minutes", "bringing an initiative and an entrepreneur together")
    exchange_hours: float = number(6.0, 0, 1000, "hours", "that members give an entrepreneur back")
    guide_minutes: float = number(30.0, 0, 4800, "minutes", "guiding one initiative at the desk")
    grant_check_hours: float = number(10.0, 0, 1000, "hours", "that an initiative loses when its grant is checked")
    grant_check_minutes: float = number(30.0, 0, 4800, "minutes", "case work for checking a grant")
    publicity: float = number(0.05, 0, 1, "chance", "a result, a disappointment or a broken promise gets into the local news")
    readers: float = number(0.2, 0, 1, "share", "of residents who read a piece of local news")
    credit: float = number(0.3, 0, 1, "share", "weight of a success for the municipality in the news, and for institutions in hearsay: written out of it")
    blame: float = number(1.0, 0, 1, "share", "weight of a failure there")
    # --
    # the city
    pressure_weight: float = number(1.0, 0, 10, "score", "pressure of a friends' group at full strength on the place of a case in the queue: that of 20 weeks of waiting")
    pressure_needs: float = number(0.02, 0.001, 1, "share", "residents, ready and with their hands free, that a friends' group at full strength takes")
    pressure_ready: float = number(0.25, 0, 1, "readiness", "readiness from which a resident lends the friends' group a hand")
    pressure_minutes: float = number(15.0, 0, 600, "minutes/week", "what each of those who carry the friends' group spends on it")
    act_patience: float = number(13.0, 0, 520, "weeks", "what was planned and has no weeks of its own waits this long for hours, and then comes to nothing", "assumption: a quarter")
    mixing: float = number(0.5, 0, 1, "share", "by which the threshold between groups is lower at school, club or community centre", "assumption: worlds mix where they share a place (A27)")
    # --
    # what is found on a visit, and what departments know
    intermittence: float = number(1.0, 0, 1, "share", "of the time for which nuisance is gone, by its kind, that it is gone from a visit too: 0, it is always there when somebody comes")
    field_learning: float = number(0.5, 0, 1, "share", "of what ward officials know from the street that reaches departments; the rest they know from reports alone")
    picture_step: float = number(0.5, 0, 1, "share", "of the way to what reached it that a department's picture of what is wrong moves in a quarter")
    policy_weeks: float = number(0.0, 0, 104, "weeks", "in which input of residents is made into policy, before the council can decide on it at its next meeting")
    # --
    # how people differ
    energy_means: float = number(0.6, 0, 2, "share", "free hours rise by this share from the lowest to the highest means")
    style_spread: float = number(0.5, 0, 1, "times", "officials differ this much in how far an hour of theirs crosses from department to department")
    uptake_ripe: float = number(2.0, 0, 20, "log odds", "difference for taking up a project that being fully riper than one is of oneself would make")
    # --
    # fmt: on

    @model_validator(mode="after")
    def _keep_trust_within_bounds(self) -> Behaviour:
        if self.trust_step * self.loss_aversion > 0.25 + 1e-12:  # then a whole loss could take trust below 0
            raise ValueError(f"trust_step * loss_aversion = {self.trust_step * self.loss_aversion:g}; allowed: at most 0.25")
        return self
