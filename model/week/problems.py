"""Problems: what goes wrong in a street, how it grows, fades and returns, and the burden that residents feel."""

from __future__ import annotations

from model.engine.chance import ARISE, RETURN, draw, join, key_of
from model.engine.loops import loop
from model.engine.tables import Column
from model.rules import feel_burden, problem_arises, problem_changes, problem_returns
from model.state.tallies import FADED_AWAY, RETURNED

NO_CASE, WAITING, STOPPED, READY = range(4)  # a case waits for approval, is stopped by a rule, or may be carried out
LIVING, SOLVED, FADED = range(3)  # states of a problem

PROBLEM_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "(street, kind, week, count), or (root, return)"),
    Column("root", "uint64", "-", 0, 2**64, "name of the first of its line"),
    Column("nth", "int32", "times", 0, 10**6, "how often it has returned"),
    Column("street", "int32", "row", 0, 10**7, "where"),
    Column("kind", "uint8", "kind", 0, 7, "what"),
    Column("severity", "float32", "0-1", 0, 1, "how bad"),
    Column("state", "uint8", "-", 0, 2, "living, solved or faded away"),
    Column("cause", "uint8", "0/1", 0, 1, "the cause is still there after a solution"),
    Column("born", "int32", "week", -(10**6), 10**6, "when it arose"),
    Column("ended", "int32", "week", -(10**6), 10**6, "when it was solved or faded"),
    Column("next", "int32", "row", -1, 2**31 - 1, "next living problem of the street", fill=-1),
    Column("last_report", "int32", "row", -1, 2**31 - 1, "latest open report about it", fill=-1),
    Column("reports", "int32", "reports", 0, 10**9, "open reports that the desk has registered"),
    Column("seen", "float32", "0-1", 0, 1, "own observation by an official"),
    Column("known", "uint8", "0/1", 0, 1, "known to the ward official"),
    Column("case", "uint8", "-", 0, 3, "no case, waiting, stopped by a rule, or ready"),
    Column("opened", "int32", "week", -(10**6), 10**6, "when the case was opened"),
    Column("ready", "int32", "week", -(10**6), 10**6, "when the decision falls due"),
    Column("flaw", "uint8", "0/1", 0, 1, "the plan has a flaw"),
    Column("bent", "uint8", "0/1", 0, 1, "an exception was made"),
    Column("account", "uint8", "account", 0, 11, "whose hours carry it out"),
    Column("minutes", "int32", "minutes", 0, 10**6, "work still to do"),
    Column(
        "defended",
        "int32",
        "week",
        -(10**6),
        10**6,
        "last week in which friends held a promise about it up to the town hall",
        fill=-(10**6),
    ),
    Column("ordered", "int32", "week", -(10**6), 10**6, "last week in which a visit was ordered there", fill=-(10**6)),
)

STREET_COLUMNS = (
    Column("name", "uint64", "-", 0, 2**64, "name of the street"),
    Column("x", "float32", "metres", -1e8, 1e8, "east"),
    Column("y", "float32", "metres", -1e8, 1e8, "north"),
    Column("rate", "float32", "times", 0, 1e6, "multiplies the rates of problems"),
    Column("start", "int32", "row", 0, 2**31 - 1, "first resident"),
    Column("stop", "int32", "row", 0, 2**31 - 1, "one past the last resident"),
    Column("post", "int32", "row", 0, 2**31 - 1, "the ward official's post"),
    Column("public", "float32", "load", 0, 1e9, "what is wrong for all"),
    Column("private", "float32", "load", 0, 1e9, "what is wrong for those of small means"),
    Column("first", "int32", "row", -1, 2**31 - 1, "first living problem", fill=-1),
    Column("project", "int32", "row", -1, 2**31 - 1, "first living initiative", fill=-1),
    Column("reported", "float32", "reports", 0, 1e9, "recent reports, fading by a quarter a week"),
    Column("silent", "int32", "weeks", 0, 10**6, "weeks since the last report"),
    Column("attention", "float64", "0-1", 0, 1, "how much it draws the official"),
    Column("turn", "float64", "score", 0, 5, "whether it has its turn this quarter"),
    Column("example", "float32", "1/week", 0, 1e6, "founding pull of initiatives near"),
    Column("reached", "uint8", "0/1", 0, 1, "has had an initiative since the start"),
    Column("near_start", "int32", "place", 0, 2**31 - 1, "where its list of near streets begins"),
    Column("near_stop", "int32", "place", 0, 2**31 - 1, "where it ends"),
    Column("area", "int32", "row", 0, 2**31 - 1, "neighbourhood"),
    Column("friends", "float64", "0-1", 0, 1, "how far an organised friends' group of residents stands up for it"),
    Column("pressure", "float64", "score", 0, 10, "that group's pressure this week on the places of its cases in queues"),
    Column("minutes", "int64", "minutes", 0, 2**60, "of carrying out here since the start: crews, visits, programmes, projects"),
    Column("cents", "int64", "cents", 0, 2**60, "spent here since the start: on cases, initiatives, things made to measure"),
    Column("venue", "int32", "row", -1, 2**31 - 1, "nearest school, club and community centre of the neighbourhood; -1: none", 3, fill=-1),
    Column("centre", "uint8", "0/1", 0, 1, "a community centre within five minutes' walk"),
)


@loop
def week_keys(seed, week, keys):
    """Set the week's random key of every decision."""
    for decision in range(keys.shape[0]):
        keys[decision] = key_of(seed, decision, week)


@loop
def new_problem(
    problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind, problem_severity, problem_cause,
    problem_born, problem_last_report, problem_next, problem_account, name, root, nth, street, kind_row, severity, week,
):  # fmt: skip
    """Write down one problem (all other columns of a new row stand at their default)."""
    n = problem_count[0]
    problem_name[n] = name
    problem_root[n] = root
    problem_nth[n] = nth
    problem_street[n] = street
    problem_kind[n] = kind_row
    problem_severity[n] = severity
    problem_cause[n] = 1
    problem_born[n] = week
    problem_last_report[n] = -1
    problem_next[n] = -1
    problem_account[n] = 0
    problem_count[0] = n + 1


@loop
def arise(
    week, keys, kind, kinds, street_count, street_name, street_rate, problem_count, problem_name, problem_root, problem_nth,
    problem_street, problem_kind, problem_severity, problem_cause, problem_born, problem_last_report, problem_next,
    problem_account,
):  # fmt: skip
    """New problems turn up, each a named candidate (street, kind, week, count); stops early when the table is full."""
    for s in range(street_count[0]):
        for k in range(kinds):
            rate = kind[k].rate * float(street_rate[s]) / 52.0
            tries = 1 + int(2.0 * rate)
            place = join(street_name[s], k)
            for t in range(tries):
                name = join(place, join(week, t))
                if problem_arises(draw(keys[ARISE], name), rate / tries):
                    if problem_count[0] >= problem_name.shape[0]:
                        return
                    new_problem(
                        problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
                        problem_severity, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
                        name, name, 0, s, k, kind[k].severity, week,
                    )  # fmt: skip


@loop
def come_back(
    week, keys, par, tally, kind, problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
    problem_severity, problem_state, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
):  # fmt: skip
    """A solved problem whose cause was left returns, by the name (root, how often)."""
    for q in range(problem_count[0]):
        if problem_state[q] != SOLVED or problem_cause[q] == 0:
            continue
        nth = problem_nth[q] + 1
        name = join(problem_root[q], nth)
        if problem_returns(draw(keys[RETURN], name), 1.0 / par[0].return_weeks):
            if problem_count[0] >= problem_name.shape[0]:
                return
            problem_cause[q] = 0
            tally[RETURNED] += 1
            new_problem(
                problem_count, problem_name, problem_root, problem_nth, problem_street, problem_kind,
                problem_severity, problem_cause, problem_born, problem_last_report, problem_next, problem_account,
                name, problem_root[q], nth, problem_street[q], problem_kind[q], kind[problem_kind[q]].severity, week,
            )  # fmt: skip


@loop
def change_problems(
    week, kind, tally, problem_count, problem_kind, problem_severity, problem_state, problem_cause, problem_ended, problem_case,
    problem_street, problem_next, street_count, street_public, street_private, street_first, street_reported, street_silent,
):  # fmt: skip
    """Problems grow and fade; each street gets its list of living problems and the load they make."""
    for s in range(street_count[0]):
        street_public[s] = 0.0
        street_private[s] = 0.0
        street_first[s] = -1
        street_reported[s] = 0.75 * float(street_reported[s])
        street_silent[s] += 1
    for q in range(problem_count[0]):
        if problem_state[q] != LIVING:
            continue
        k = problem_kind[q]
        severity = problem_changes(float(problem_severity[q]), kind[k].grows, kind[k].fades)
        problem_severity[q] = severity
        if severity < 0.05 and problem_case[q] == NO_CASE:
            problem_state[q] = FADED
            problem_cause[q] = 0
            problem_ended[q] = week
            tally[FADED_AWAY] += 1
            continue
        s = problem_street[q]
        street_public[s] = float(street_public[s]) + severity * kind[k].public
        street_private[s] = float(street_private[s]) + severity * kind[k].private
        problem_next[q] = street_first[s]
        street_first[s] = q


@loop
def feel_burdens(resident_count, resident_street, resident_means, resident_sensitivity, resident_burden, street_public, street_private):
    """Everybody is bothered by what is wrong in the own street."""
    for i in range(resident_count[0]):
        s = resident_street[i]
        resident_burden[i] = feel_burden(
            float(street_public[s]), float(street_private[s]), float(resident_means[i]), float(resident_sensitivity[i])
        )
