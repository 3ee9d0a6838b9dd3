"""Outcomes: each declared once, with unit, definition, direction, smallest effect of interest and how a run is summed up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model.outcomes_dutch import DUTCH

SHOCK = 0.5  # bad news about the municipality at half the weight of own experience: the keyed shock of `Resilience`
RECOVERED = 0.5  # recovered when the gap that it made is below this share of its greatest
LEAST_WEEKS = 104  # of a run, for a shock to be followed long enough
CLOSE_TIE = 0.3  # with an official: one good conversation makes 0.26, so that it takes more than one
OPEN_DEPARTMENT = 0.5  # openness from which a department counts as open


@dataclass(frozen=True)
class Outcome:
    """One outcome: name, label, heading, unit, which direction is good, how a run is summed up, and what it means.

    smallest: the smallest effect of interest, in the outcome's unit: less would not be noticed by who works there
    (an assumption, each of them). A difference whose whole 95 % interval is smaller is of no interest, however certain.
    """

    name: str
    label: str
    heading: str
    unit: str
    good: str  # "up", "down" or "none"
    smallest: float
    summary: str  # "last year": mean of the last 52 weeks; "run": over the whole run; "end": in its last week
    meaning: str
    weekly: bool = True
    headline: bool = False
    nl: str = ""  # its label in Dutch
    meaning_nl: str = ""

    @property
    def digits(self) -> int:
        """Decimals that its value is shown with."""
        return UNITS[self.unit].digits if self.unit in UNITS else 1

    def said(self, lang: str) -> str:
        """Return its label in a language: nl or en."""
        return self.nl if lang == "nl" else self.label

    def negligible(self, low: float, high: float) -> bool:
        """Does a whole interval of a difference lie within what is of interest? (Not when it is unknown.)"""
        return -self.smallest < low and high < self.smallest


@dataclass(frozen=True)
class Unit:
    """A unit, as it is said in both languages, and the decimals that a value in it is shown with."""

    nl: str
    en: str
    digits: int


UNITS = {  # those that are shown in both languages
    "0-1": Unit("0–1", "0–1", 3),
    "ties": Unit("band per bewoner", "tie per resident", 3),
    "share": Unit("aandeel", "share", 3),
    "per 1,000": Unit("per 1.000 bewoners", "per 1,000 residents", 1),
    "per 1,000 a year": Unit("per 1.000 bewoners per jaar", "per 1,000 residents a year", 1),
    "weeks": Unit("weken", "weeks", 1),
    "days": Unit("dagen", "days", 1),
    "hours/1,000/week": Unit("uur per 1.000 per week", "hours per 1,000 a week", 1),
    "euro/resident/year": Unit("euro per bewoner per jaar", "euro per resident a year", 2),
    "foundings": Unit("vervolginitiatieven", "foundings", 1),
}

LAST, RUN, END = "last year", "run", "end"
UP, DOWN, NONE = "up", "down", "none"
YEARLY = "per 1,000 a year"


def _both(name: str, label: str, heading: str, unit: str, good: str, smallest: float) -> list[Outcome]:
    met = f"{label}, of those who met an official, took part or reported since the start"
    return [
        Outcome(f"{name}_touched", f"{label}, touched", heading, unit, good, smallest, LAST, met),
        Outcome(f"{name}_untouched", f"{label}, not touched", heading, unit, good, smallest, LAST, f"{label}, of all others"),
    ]


def _trust(who: str, words: str, headline: bool = True) -> list[Outcome]:
    label = f"trust in {words}"
    whole = Outcome(f"trust_{who}", label, "Trust", "0-1", UP, 0.01, LAST, f"mean trust of residents in {words}", True, headline)
    return [whole, *_both(f"trust_{who}", label, "Trust", "0-1", UP, 0.01)]


def _o(
    heading: str, name: str, label: str, unit: str, good: str, smallest: float, summary: str, meaning: str, weekly: bool = True,
    headline: bool = False,
) -> Outcome:  # fmt: skip
    return Outcome(name, label, heading, unit, good, smallest, summary, meaning, weekly and summary != END, headline)


T, C, S, B, P, R, H, K, A, M = (
    *("Trust", "Social capital", "Snowball", "Burden", "Promises", "Requests", "Shares", "Resilience", "Agenda", "Costs"),
)
OUTCOMES: dict[str, Outcome] = {
    o.name: replace(o, nl=DUTCH[o.name][0], meaning_nl=DUTCH[o.name][1])
    for o in (
        *_trust("neighbours", "neighbours"),
        *_trust("official", "the official"),
        *_trust("municipality", "the municipality"),
        *_trust("corporation", "the housing corporation", False),
        *_trust("police", "the police", False),
        *(
            _o(T, f"trust_{who}_p{p}", f"trust in {who}, {p}th percentile", "0-1", UP, 0.02, LAST, f"{p} % of residents trust {who} less than this")
            for who in ("neighbours", "official", "municipality") for p in (10, 90)
        ),
        *(
            _o(T, f"trust_{who}_groups", f"trust in {who}, between groups", "0-1", DOWN, 0.02, END, f"mean trust in {who} of the group that trusts most, minus that of the group that trusts least")
            for who in ("neighbours", "official", "municipality")
        ),
        _o(T, "trust_municipality_streets", "trust in municipality, between streets", "0-1", DOWN, 0.01, END, "standard deviation over streets of the mean trust of who lives there"),
        _o(T, "trust_official_known", "trust in the official, if known", "0-1", UP, 0.02, LAST, "mean of those with a live tie to the official"),
        _o(T, "low_trust_municipality", "low trust in the municipality", "share", DOWN, 0.02, LAST, "residents whose trust in the municipality is below 0.4"),
        _o(T, "grievance", "old hurt", "0-1", DOWN, 0.01, LAST, "mean grievance towards official and municipality", True, True),
        *_both("grievance", "old hurt", T, "0-1", DOWN, 0.01),
        _o(C, "bonding", "bonding", "ties", UP, 0.05, LAST, "strength of ties within the group, added up, per resident", True, True),
        *_both("bonding", "bonding", C, "ties", UP, 0.05),
        _o(C, "bridging", "bridging", "ties", UP, 0.02, LAST, "strength of ties across groups, added up, per resident", True, True),
        *_both("bridging", "bridging", C, "ties", UP, 0.02),
        _o(C, "bridging_share", "bridging share", "share", UP, 0.01, LAST, "bridging as a share of all tie strength"),
        _o(C, "linking", "linking", "share", UP, 0.01, LAST, "residents with a live tie (0.1 or more) to their ward official", True, True),
        _o(C, "linking_close", "close linking", "share", UP, 0.005, END, f"residents with a close tie ({CLOSE_TIE} or more) to their ward official: more than one conversation of late"),
        _o(C, "efficacy", "collective efficacy", "0-1", UP, 0.01, LAST, "trust in neighbours times the belief that acting helps, mean", True, True),
        *_both("efficacy", "collective efficacy", C, "0-1", UP, 0.01),
        _o(C, "readiness", "readiness", "0-1", UP, 0.01, LAST, "mean readiness to take part"),
        *_both("readiness", "readiness", C, "0-1", UP, 0.01),
        _o(S, "initiatives_alive", "initiatives alive", "per 1,000", UP, 1, LAST, "living initiatives per 1,000 residents", True, True),
        _o(S, "initiatives_waiting", "initiatives waiting", "share", DOWN, 0.05, END, "mean share of its life so far or in all that an initiative of the run has waited at the town hall"),
        _o(S, "initiatives_started", "initiatives started", "per 1,000", UP, 2, RUN, "since the start, per 1,000 residents", True, True),
        _o(S, "initiatives_delivered", "results delivered", "per 1,000", UP, 2, RUN, "results of initiatives since the start, per 1,000 residents", True, True),
        _o(S, "initiatives_failed", "initiatives failed", "per 1,000", DOWN, 2, RUN, "disappointed or withered since the start, per 1,000 residents"),
        _o(S, "success_rate", "success per effort begun", "share", UP, 0.05, RUN, "initiatives with a result, of those begun at least a year before the end", False),
        _o(S, "reproduction", "reproduction number", "foundings", UP, 0.05, RUN, "foundings owed to one initiative's example: mean of the cohort with 104 weeks of follow-up", False, True),
        _o(S, "snowball_multiplier", "snowball multiplier", "foundings", UP, 0.25, RUN, "foundings that follow from one initiative more, by the same run with one inserted at a quarter of its length", False, True),
        _o(S, "cascade_largest", "largest cascade", "initiatives", UP, 2, END, "initiatives of the run in the largest tree of examples"),
        _o(S, "cascade_mean", "mean cascade", "initiatives", UP, 0.2, END, "initiatives of the run for each tree of examples; an initiative without example and without followers is a tree of one"),
        _o(S, "oil_slick", "oil-slick radius", "metres", UP, 20, END, "mean distance from the street of an initiative with an example to the street where its tree began"),
        _o(S, "active", "taking part", "share", UP, 0.01, LAST, "residents who are a member of an initiative", True, True),
        _o(S, "streets_reached", "streets reached", "share", UP, 0.05, RUN, "streets that have had an initiative since the start"),
        _o(S, "enterprises", "results of enterprises", "per 1,000", UP, 0.5, RUN, "results of initiatives that are an enterprise since the start, per 1,000 residents"),
        _o(S, "taken_as_input", "taken as input for policy", YEARLY, NONE, 0.5, RUN, "initiatives of residents that the town hall took as input for its policy"),
        _o(S, "in_the_news", "in the news", YEARLY, NONE, 0.5, RUN, "events that became public"),
        _o(S, "guided", "initiatives guided", "share", NONE, 0.05, RUN, "initiatives shown their way at the town hall, of those started"),
        _o(S, "led_by_officials", "results led by officials", "share", NONE, 0.05, RUN, "results delivered under the lead of an official, of all results of initiatives"),
        _o(S, "upkeep_support", "support for upkeep", "0-1", UP, 0.05, END, "share of the upkeep of what residents made that the council has departments pay, mean over departments"),
        _o(S, "openness", "openness of departments", "0-1", UP, 0.02, LAST, "mean openness of departments to what comes from the street"),
        _o(S, "departments_open", "open departments", "share", UP, 0.2, END, "departments whose openness is above one half: the snowball inside the town hall"),
        _o(B, "burden", "burden felt", "0-1", DOWN, 0.01, LAST, "mean burden of residents", True, True),
        _o(B, "burden_hidden", "burden hidden", "0-1", DOWN, 0.01, LAST, "burden in streets without a report in 26 weeks, over all residents", True, True),
        *_both("burden", "burden felt", B, "0-1", DOWN, 0.01),
        _o(B, "burden_streets", "burden, between streets", "0-1", DOWN, 0.01, END, "standard deviation over streets of the mean burden of who lives there"),
        _o(B, "problems_open", "problems open", "per 1,000", DOWN, 2, LAST, "living problems per 1,000 residents"),
        _o(B, "problems_solved", "problems solved", YEARLY, UP, 5, RUN, "solved by a case or by residents, per 1,000 residents a year", True, True),
        _o(B, "problems_returned", "problems returned", YEARLY, DOWN, 2, RUN, "returned because only the symptom was treated"),
        _o(B, "reports", "reports", YEARLY, NONE, 10, RUN, "reports per 1,000 residents a year", True, True),
        _o(B, "handling_days", "handling time", "days", DOWN, 2, RUN, "mean days until somebody dealt with a report, over its first year; Kaplan-Meier, with open ones and those dropped or gone censored", True, True),
        _o(B, "on_time", "reports on time", "share", UP, 0.05, RUN, "reports that somebody dealt with within the promised days; Kaplan-Meier likewise"),
        _o(B, "nothing_found", "nothing found", "share", DOWN, 0.02, RUN, "reports after which a visit found nothing, of those that somebody dealt with"),
        _o(B, "closed_unsolved", "closed, not solved", "share", DOWN, 0.02, RUN, "reports after which a visit found nothing or a plan was flawed, of those that somebody dealt with"),
        _o(B, "ignored", "reports never answered", "share", DOWN, 0.02, RUN, "reports dropped as stale, of those dropped or dealt with"),
        _o(B, "overdue", "reports overdue", "share", DOWN, 0.01, LAST, "reports open for longer than promised, of a year's reports"),
        _o(B, "reporters_told", "reporters told", "share", UP, 0.05, RUN, "reporters told what came of it, of those whose report was closed or dropped"),
        _o(B, "reporters_pleased", "reporters satisfied", "share", UP, 0.05, RUN, "reporters who know that it was fixed within the promised days, of those whose report was closed or dropped"),
        _o(P, "promises_made", "promises made", YEARLY, NONE, 5, RUN, "by officials to residents", True, True),
        _o(P, "promises_kept", "promises kept", "share", UP, 0.05, RUN, "kept, of those that ended as kept, broken or told early", True, True),
        _o(P, "promises_broken", "promises broken", "share", DOWN, 0.05, RUN, "broken, of those that ended as kept, broken or told early"),
        _o(A, "agenda_landed", "agenda projects landed", YEARLY, UP, 0.2, RUN, "projects of the town hall's own agenda carried out"),
        _o(A, "agenda_stopped", "agenda projects stopped", YEARLY, DOWN, 0.2, RUN, "projects of the town hall's own agenda given up"),
        _o(A, "agenda_goal", "agenda goal reached", "share", UP, 0.02, RUN, "of what landed projects aimed at: uptake, less what local variants give up"),
        _o(A, "agenda_reach", "reach of the agenda", YEARLY, UP, 10, RUN, "households to whose doors projects of the town hall's own agenda came"),
        _o(A, "agenda_weeks", "agenda projects: weeks", "weeks", DOWN, 4, END, "mean time from launch to landing of the projects that landed in the run"),
        _o(A, "uptake", "uptake of agenda projects", "share", UP, 0.05, RUN, "residents who took up what they were offered, of those addressed"),
        _o(A, "objections", "objections", YEARLY, DOWN, 1, RUN, "objections of residents to agenda projects"),
        _o(A, "local_variants", "local variants", YEARLY, NONE, 0.2, RUN, "agenda projects let through in a local variant"),
        _o(R, "requests", "requests", YEARLY, NONE, 10, RUN, "residents' requests for help, a permit or a provision"),
        _o(R, "helped", "requests helped", "share", UP, 0.02, RUN, "of all requests"),
        _o(R, "refused", "requests refused", "share", DOWN, 0.02, RUN, "of all requests"),
        _o(R, "tailored", "requests tailored", "share", NONE, 0.02, RUN, "helped in a way made to measure, of all requests"),
        _o(R, "checked", "requests checked", "share", NONE, 0.02, RUN, "of all requests"),
        _o(R, "misuse_caught", "misuse caught", "share", UP, 0.05, RUN, "requests in bad faith that were found out, of those found out or granted"),
        _o(R, "misuse", "misuse", YEARLY, DOWN, 1, RUN, "requests in bad faith that were granted"),
        _o(R, "envy", "envy", YEARLY, DOWN, 2, RUN, "times that a neighbour saw something given that was neither explained nor evidently needed"),
        _o(H, "founder_means", "means of founders", "ratio", NONE, 0.05, RUN, "mean means of founders over mean means of residents (above 1: an elite)", False),
        _o(H, "elite_founders", "elite share of founders", "share", DOWN, 0.05, END, "initiatives of the run whose founder has means in the top fifth, of those whose founder still lives there"),
        _o(H, "elite_members", "elite share of members", "share", DOWN, 0.05, END, "members of initiatives whose means are in the top fifth"),
        _o(H, "gini_reports", "concentration of reports", "Gini", NONE, 0.02, END, "Gini of reports filed since the start over residents (0: all alike, 1: one files all)"),
        _o(H, "gini_foundings", "concentration of foundings", "Gini", NONE, 0.02, END, "Gini of initiatives started over residents' places"),
        _o(H, "gini_members", "concentration of memberships", "Gini", NONE, 0.02, END, "Gini of memberships of initiatives over residents"),
        _o(H, "gain_burden", "who gains: burden", "0-1", NONE, 0.01, END, "change of burden since the start, mean of the half with most means minus mean of the other half; who has stayed (below 0: the better-off are relieved more)"),
        _o(H, "gain_trust", "who gains: trust", "0-1", NONE, 0.01, END, "change of trust in the municipality since the start, mean of the half with most means minus mean of the other half; who has stayed"),
        _o(K, "shock_depth", "depth of a shock", "0-1", DOWN, 0.005, RUN, f"greatest gap in mean weekly trust in the municipality between the run and the same run with bad news of size {SHOCK} at a quarter of its length (runs of {LEAST_WEEKS} weeks and more)", False),
        _o(K, "recovery_weeks", "recovery from a shock", "weeks", DOWN, 8, RUN, f"from that news until the gap is below {RECOVERED} of its greatest for the first time after it; all weeks left if never", False),
        _o(M, "conversations", "conversations", YEARLY, NONE, 10, RUN, "doors that opened to an official"),
        _o(M, "group_meetings", "group meetings", YEARLY, NONE, 1, RUN, "meetings of an official with a group"),
        _o(M, "exchanges", "exchanges", YEARLY, NONE, 0.5, RUN, "times that both sides gave and took"),
        _o(M, "burned_out", "burned out", "per 1,000", DOWN, 1, RUN, "members who left an initiative tired out since the start, per 1,000 residents"),
        _o(M, "exceptions", "exceptions made", YEARLY, NONE, 1, RUN, "rules bent"),
        _o(M, "hours_spent", "official hours spent", "hours/1,000/week", NONE, 0.2, RUN, "of municipality, corporation and police", True, True),
        _o(M, "hours_used", "hours used", "share", NONE, 0.02, RUN, "hours spent, of those endowed; the rest lapsed", True, True),
        _o(M, "euro_spent", "euros spent", "euro/resident/year", NONE, 0.5, RUN, "on problems and initiatives", True, True),
        _o(M, "euro_used", "euros used", "share", NONE, 0.02, RUN, "euros spent, of those endowed", True),
        _o(M, "upkeep_euro", "upkeep", "euro/resident/year", NONE, 0.5, RUN, "euros that departments paid for the upkeep of what residents made and keep going"),
        _o(M, "resident_hours", "resident hours", "hours/1,000/week", NONE, 2, RUN, "given to initiatives", True, True),
        _o(M, "resident_value", "resident hours, at 15 euro", "euro/resident/year", NONE, 1, RUN, "resident hours priced at 15 euro an hour (assumption; at 0 they cost nothing)"),
        _o(M, "resident_value_30", "resident hours, at 30 euro", "euro/resident/year", NONE, 2, RUN, "resident hours priced at 30 euro an hour (assumption)"),
        _o(T, "trust_person", "person over institution", "0-1", NONE, 0.01, LAST, "trust in the official minus trust in the municipality, mean of those with a live tie to the official"),
        _o(S, "vigour", "vigour of initiatives", "per 1,000", UP, 0.5, LAST, "vigour of living initiatives, added up, per 1,000 residents"),
        _o(S, "rule_weeks", "held up by rules", YEARLY, DOWN, 2, RUN, "weeks in which a rule stood in the way of an initiative, nothing else before it"),
        _o(S, "built_on", "built on", YEARLY, NONE, 0.1, RUN, "times that a project of the town hall built on an initiative about the same in its streets"),
        _o(S, "started_over", "started over", YEARLY, NONE, 0.1, RUN, "times that such a project began anew beside the initiative"),
        _o(B, "burden_silent", "burden in silent streets", "0-1", DOWN, 0.01, LAST, "mean burden of who lives in a street without a report in 26 weeks"),
        _o(B, "attention_silent", "attention to silent streets", "ratio", UP, 0.1, RUN, "their share of the work of carrying out, over their share of the burden (1: as much as burden asks for)"),
        _o(B, "visits_in_vain", "visits in vain", "share", DOWN, 0.05, RUN, "visits for nuisance that found nothing, of all such visits"),
        _o(B, "approval_weeks", "weeks to approval", "weeks", DOWN, 1, RUN, "mean time from opening a case to the approval of its plan"),
        _o(B, "on_the_spot", "decided on the spot", YEARLY, NONE, 0.5, RUN, "plans decided by the official in the area, without central approval"),
        _o(B, "case_weeks_friends", "weeks a case takes, with friends", "weeks", DOWN, 1, RUN, "mean time from opening a case to carrying it out or closing it administratively, in streets where residents may have a friends' group"),
        _o(B, "case_weeks_others", "weeks a case takes, elsewhere", "weeks", DOWN, 1, RUN, "the same in all other streets"),
        _o(B, "local_knowledge", "local knowledge", "share", UP, 0.02, LAST, "living problems and initiatives that the ward official knows, of all"),
        _o(P, "promises_kept_friends", "promises kept, with friends", "share", UP, 0.05, RUN, "kept, of those that ended as kept, broken or told early, in streets where residents may have a friends' group"),
        _o(P, "promises_kept_others", "promises kept, elsewhere", "share", UP, 0.05, RUN, "the same in all other streets"),
        _o(P, "hurt_heard", "old hurt heard out", YEARLY, NONE, 1, RUN, "times that an official heard a resident's old hurt out"),
        _o(A, "picture_gap", "departments' picture of the neighbourhood", "share", DOWN, 0.05, END, "of what departments take to be wrong, the share that they place in another field than it is in"),
        _o(H, "means", "means of residents", "0-1", UP, 0.005, LAST, "mean means of residents"),
        _o(C, "belief_acting", "belief that acting helps", "0-1", UP, 0.01, END, "mean belief that acting together helps"),
        _o(C, "belief_acting_active", "belief that acting helps, took part", "0-1", NONE, 0.01, END, "mean of those who took part in an initiative or project since the start"),
        _o(C, "belief_reporting", "belief that reporting helps", "0-1", UP, 0.01, END, "mean belief that reporting helps"),
        _o(S, "way_hours", "hours lost to finding one's way", "hours/result", DOWN, 1, END, "hours that an initiative of the run lost to finding its way at the town hall, for each result or finished try"),
        _o(S, "upkeep_alone", "upkeep carried alone", "share", DOWN, 0.05, END, "initiatives whose upkeep members carry alone, of those that go on after a result"),
        _o(S, "hand_overs", "hand-overs of the lead", YEARLY, NONE, 0.2, RUN, "times that the lead of a blocked step passed to officials or back to residents"),
        _o(B, "boundaries_crossed", "boundaries crossed", YEARLY, UP, 0.5, RUN, "cases between two departments that got on because an official crossed over"),
        _o(B, "problems_beyond", "problems beyond residents", "per 1,000", DOWN, 1, END, "living problems that residents cannot take up by themselves, per 1,000 residents"),
        _o(M, "exchange_euro", "euros from entrepreneurs", "euro/resident/year", NONE, 0.1, END, "what entrepreneurs gave initiatives in exchange, since the start"),
        _o(M, "exchange_hours", "hours back to entrepreneurs", YEARLY, NONE, 2, RUN, "hours that members of initiatives gave entrepreneurs back"),
        _o(M, "exchange_contacts", "contacts by exchange", YEARLY, NONE, 2, RUN, "members of initiatives who came to know an entrepreneur by an exchange: new customers, on the other side"),
        _o(M, "moved", "residents who moved", "share a year", NONE, 0.005, RUN, "residential turnover (the same luck in every regime)"),
    )
}  # fmt: skip
WEEKLY = tuple(name for name, o in OUTCOMES.items() if o.weekly)
