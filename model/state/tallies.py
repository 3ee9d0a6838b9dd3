"""Every counter of a run and every sum of a week, declared once, with its meaning and unit.

A counter is a place in `tally` and counts from the start of the run. A sum is a place in `sums` and is computed again each
week (`measures.weekly.measure`). A week's record holds all sums, then all counters, in the order declared here: add new
ones at the end of their list.
"""

from __future__ import annotations

from model.engine.declared import Place, declared


class Counter(Place):
    """A place in `tally`: a count since the start of the run."""


class Sum(Place):
    """A place in `sums`: the week's sum over all residents, initiatives, problems, departments or accounts."""


# --- reports ---------------------------------------------------------------------------------------------------------
FILED = Counter("reports that residents filed", "reports")
REGISTERED = Counter("reports that the desk dealt with", "reports")
CLOSED_ON_TIME = Counter("reports fixed within the promised time", "reports")
CLOSED_LATE = Counter("reports fixed after the promised time", "reports")
CLOSED_EMPTY = Counter("reports after which a visit found nothing", "reports")
CLOSED_IGNORED = Counter("reports dropped as stale, without an answer", "reports")
CLOSED_GONE = Counter("reports whose problem was gone without a case", "reports")
CLOSED_BADLY = Counter("reports fixed by a plan with a flaw", "reports")

# --- problems and the ward official ------------------------------------------------------------------------------------
SOLVED_BY_CASE = Counter("problems solved by a case", "problems")
SOLVED_BY_RESIDENTS = Counter("problems solved by an initiative", "problems")
RETURNED = Counter("problems that returned because their cause was left", "problems")
FADED_AWAY = Counter("problems that faded away by themselves", "problems")
VISITS = Counter("doors that an official knocked at", "visits")
OPENED_DOORS = Counter("doors that opened to an official", "conversations")
EXCEPTIONS = Counter("cases in which a rule was bent", "cases")
FLAWED = Counter("cases carried out by a plan with a flaw", "cases")

# --- initiatives -------------------------------------------------------------------------------------------------------
STARTED = Counter("initiatives founded", "initiatives")
DELIVERED = Counter("results that initiatives delivered", "results")
FAILED = Counter("initiatives that gave up disappointed", "initiatives")
WITHERED = Counter("initiatives that withered", "initiatives")
JOINS = Counter("times that a resident joined an initiative", "residents")
QUITS = Counter("times that a resident left an initiative", "residents")
ASKS = Counter("times that a member asked a neighbour to join", "residents")
HAND_OVERS = Counter("times that a stuck initiative changed between residents and officials in the lead", "times")

# --- promises, moves, hours of residents -------------------------------------------------------------------------------
MADE = Counter("promises made to residents", "promises")
KEPT = Counter("promises kept", "promises")
BROKEN = Counter("promises broken", "promises")
TOLD = Counter("promises of which it was told in time that they would not be met", "promises")
VOID = Counter("promises that became void: who had them moved away, or nothing was left to keep", "promises")
MOVES = Counter("households that moved out and were replaced", "households")
OFFICIALS_LEFT = Counter("ward officials known to residents who left", "officials")
RESIDENT_HOURS = Counter("time that residents gave to initiatives, bargains and groups of friends", "minutes")
UNREGISTERED = Counter("reports that wait for the desk: up with each filed, down with each dealt with or closed", "reports")

# --- money and founders ------------------------------------------------------------------------------------------------
INITIATIVE_CENTS = Counter("money granted to initiatives", "cents")
BARGAINS = Counter("cases bargained out face to face by those concerned", "cases")
FOUNDED_WITH_EXAMPLE = Counter("initiatives founded with the example of another", "initiatives")
FOUNDER_MEANS = Counter("means of all founders, added up, in thousandths", "thousandths")

# --- the town hall's own agenda ----------------------------------------------------------------------------------------
AGENDA_BEGUN = Counter("projects of the town hall's agenda begun", "projects")
AGENDA_LANDED = Counter("projects of the town hall's agenda carried out", "projects")
AGENDA_STOPPED = Counter("projects of the town hall's agenda called off", "projects")
AGENDA_ADDRESSED = Counter("households to whose doors landed projects came", "households")
AGENDA_TAKEN_UP = Counter("households that took up what a landed project offered", "households")
AGENDA_GOAL = Counter("households taken up times the share of the goal that was left, in thousandths", "thousandths")
OBJECTIONS = Counter("objections of residents to projects", "objections")
VARIANTS = Counter("projects let through in a local variant", "projects")

# --- requests ----------------------------------------------------------------------------------------------------------
REQUESTED = Counter("requests of residents for help, a permit or a provision", "requests")
HELPED_COUNT = Counter("requests granted, by the standard or made to measure", "requests")
REFUSED_COUNT = Counter("requests refused", "requests")
TAILORED = Counter("requests granted in a way made to measure", "requests")
CHECKED_COUNT = Counter("requests that were checked", "requests")
MISUSED = Counter("requests in bad faith that were granted", "requests")
CAUGHT = Counter("requests in bad faith that a check found out", "requests")
ENVIED = Counter("times that a neighbour saw a favour in what somebody was given", "times")

# --- meetings, colleagues ----------------------------------------------------------------------------------------------
GROUP_MEETINGS = Counter("meetings of an official with a group", "meetings")
GROUP_VISITORS = Counter("residents who came to such meetings", "residents")
MATES_LEFT = Counter("colleagues of ward officials who left", "officials")

# --- entrepreneurs, upkeep, news, the lead -----------------------------------------------------------------------------
EXCHANGES = Counter("exchanges of an initiative with entrepreneurs", "exchanges")
ENTERPRISES = Counter("results delivered by initiatives that are an enterprise", "results")
UPKEEP_CENTS = Counter("money of departments for the upkeep of what residents made", "cents")
BURNED_OUT_COUNT = Counter("members who quit worn out", "residents")
TAKEN_AS_INPUT = Counter("initiatives that the town hall took as input for its policy", "initiatives")
PUBLISHED = Counter("events that became public", "events")
GUIDED = Counter("initiatives that were shown their way at the town hall", "initiatives")
LED_BY_OFFICIALS = Counter("results delivered under the lead of an official", "results")
PRESSURE_MINUTES = Counter("time that groups of friends put into pressure on the town hall", "minutes")

# --- what was planned to happen ----------------------------------------------------------------------------------------
GIVEN = Counter("residents who were given something made to measure, as planned", "residents")
HEARD = Counter("residents whose old hurt was heard out, as planned", "residents")
TAKEN_BACK = Counter("exceptions that were taken back, as planned", "exceptions")

# --- work on cases -----------------------------------------------------------------------------------------------------
WORK_MINUTES = Counter("time that was put into carrying cases out", "minutes")
SILENT_MINUTES = Counter("of it, in streets without a report in half a year", "minutes")
NUISANCE_VISITS = Counter("visits of enforcers or police about nuisance", "visits")
FOUND_NOTHING = Counter("of them, visits that found nothing", "visits")
PLANS_APPROVED = Counter("plans approved by case workers", "plans")
PLAN_WEEKS = Counter("weeks from opening a case to approval of its plan, added up", "weeks")
PLANS_ON_THE_SPOT = Counter("plans decided on the spot, from the mandate", "plans")
BUILT_ON = Counter("streets in which a project built on what was there", "streets")
STARTED_OVER = Counter("streets in which a project started over beside what was there", "streets")
HURT_HEARD = Counter("times that a resident's old hurt was heard out", "times")
CASES_FRIENDS = Counter("cases closed in streets with a group of friends", "cases")
WEEKS_FRIENDS = Counter("weeks that those cases took, added up", "weeks")
CASES_OTHERS = Counter("cases closed in other streets", "cases")
WEEKS_OTHERS = Counter("weeks that those cases took, added up", "weeks")
KEPT_FRIENDS = Counter("promises kept in streets with a group of friends", "promises")
ENDED_FRIENDS = Counter("promises kept, broken or told early in those streets", "promises")
RULES_CLEARED = Counter("initiatives for which an official cleared a rule out of the way", "initiatives")
RULE_WEEKS = Counter("weeks that initiatives stood still before a rule", "weeks")
EXCHANGE_MINUTES = Counter("time that members of initiatives gave back to entrepreneurs", "minutes")
EXCHANGE_CONTACTS = Counter("members of initiatives that met an entrepreneur in an exchange", "contacts")
BOUNDARIES = Counter("cases between two departments that an official brought together", "cases")

# --- what made residents found -----------------------------------------------------------------------------------------
ASKED_TO_START = Counter("residents whom an official asked to start something", "residents")
ASKED_BY_BETWEEN = Counter("residents whom the go-between asked to start something", "residents")
FOUNDED_ASKED = Counter("initiatives founded because an official had asked", "initiatives")
FOUNDED_BETWEEN = Counter("initiatives founded because the go-between had asked", "initiatives")
FOUNDED_DESK = Counter("initiatives founded because of the desk", "initiatives")
FOUNDED_OFFER = Counter("initiatives founded because of the standing offer", "initiatives")
SMALL_GRANTS = Counter("small grants given on the standing offer", "grants")
CAMPAIGN_MINUTES = Counter("time put into making the standing offer known", "minutes")

# --- what reporters hear -----------------------------------------------------------------------------------------------
REPORTERS_TOLD = Counter("reporters told what came of their report", "reporters")
REPORTERS_SAW = Counter("reporters who were not told and saw it", "reporters")
REPORTERS_PLEASED = Counter("reporters for whom it was fixed within the promised time, and who know it", "reporters")
REPORTERS = Counter("reporters, still living there, whose report was closed or dropped", "reporters")

COUNTERS = declared(globals(), Counter)
TALLIES = Counter.total

# --- sums of the week: ties, then people -------------------------------------------------------------------------------
BONDING = Sum("strength of ties within the group", "ties")
BRIDGING = Sum("strength of ties across groups", "ties")
BONDING_TOUCHED = Sum("the same within the group, of the touched: those who met an official, took part or reported", "ties")
BRIDGING_TOUCHED = Sum("the same across groups, of the touched", "ties")
PEOPLE = Sum("residents", "residents")
TOUCHED = Sum("residents who met an official, took part or reported since the start", "residents")
BURDEN = Sum("burden of residents", "0-1")
HIDDEN = Sum("burden of residents of silent streets", "0-1")
READY_SUM = Sum("readiness to take part", "0-1")
ACTING = Sum("belief that acting helps", "0-1")
EFFICACY = Sum("trust in neighbours times the belief that acting helps", "0-1")
LINKED = Sum("residents with a live tie to their ward official", "residents")
ACTIVE = Sum("residents who are a member of an initiative", "residents")
ALIVE = Sum("living initiatives", "initiatives")
OPEN_PROBLEMS = Sum("living problems", "problems")
HURT_SUM = Sum("grievance, mean of that towards the official and the municipality", "0-1")
TRUST_KNOWN = Sum("trust in the official, of those with a live tie to the official", "0-1")
MEANS_SUM = Sum("means of residents", "0-1")
TRUST_ALL = Sum("trust in each of the five addressees", "0-1", width=5)
TRUST_TOUCHED = Sum("trust in each of the five addressees, of the touched", "0-1", width=5)
BURDEN_TOUCHED = Sum("burden of the touched", "0-1")
OPENNESS = Sum("openness of departments", "0-1")
LOW_TRUST = Sum("residents whose trust in the municipality is low", "residents")
PERCENTILES = Sum("10th and 90th percentile of trust in neighbours, in the official, in the municipality", "0-1", width=6)
MINUTES_SPENT = Sum("working time spent since the start", "minutes")
MINUTES_ENDOWED = Sum("working time that there was since the start", "minutes")
CENTS_SPENT = Sum("money spent since the start", "cents")
CENTS_ENDOWED = Sum("money that there was since the start", "cents")
REACHED = Sum("share of streets that have had an initiative since the start", "share")
EFFICACY_TOUCHED = Sum("trust in neighbours times the belief that acting helps, of the touched", "0-1")
HURT_TOUCHED = Sum("grievance of the touched", "0-1")
READY_TOUCHED = Sum("readiness of the touched", "0-1")
SILENT_PEOPLE = Sum("residents of silent streets", "residents")
MATTERS = Sum("living initiatives and problems", "matters")
MATTERS_KNOWN = Sum("of them, those known to the ward official", "matters")
INSTITUTION_KNOWN = Sum("trust in the municipality, of those with a live tie to the official", "0-1")
VIGOUR_SUM = Sum("vigour of living initiatives", "0-1")
OVERDUE = Sum("reports open for longer than promised", "reports")
HANDLING_DAYS = Sum("mean time to handling by Kaplan-Meier, as last computed", "days")
HANDLED_IN_TIME = Sum("share handled within the promised time by Kaplan-Meier, as last computed", "share")

SUMS = Sum.total
BINS = 200  # of trust from 0 to 1, for its percentiles
LIVE_CONTACT = 0.1  # strength from which a tie with an official counts as live (assumption)
