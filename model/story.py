"""The story of a run: its own records as dated sentences. Names of people and streets are invented, and stay the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from model.initiatives import DEAD, DISAPPOINTED, DONE
from model.places import street_name
from model.problems import FADED, KINDS, LIVING
from model.promises import WAS_BROKEN, WAS_KEPT, WAS_TOLD
from model.reports import DROPPED, EMPTY, LATE, ON_TIME

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

FIRST_NAMES = (
    "Joop", "Bets", "Amina", "Henk", "Fatma", "Sjoerd", "Lidia", "Ruben", "Noor", "Piet", "Yasmin", "Wim", "Truus",
    "Mehmet", "Anja", "Kees", "Soraya", "Jan", "Ilse", "Omar", "Greet", "Bas", "Naima", "Dirk", "Els", "Hassan", "Mieke",
    "Tom", "Rachida", "Gerrit", "Lotte", "Ali", "Ria", "Sem", "Zeynep", "Cor",
)  # fmt: skip
ROUTINE = {0: "problems turned up", 1: "reports were filed", 3: "reports were answered in time", 4: "problems were solved", 5: "wore off"}
LETTERS = "ABCDEFGHJKLMNPRSTVWZ"


def resident_name(name: int) -> str:
    """Return the invented name that belongs to a resident's 64-bit name."""
    return f"{FIRST_NAMES[name % len(FIRST_NAMES)]} {LETTERS[(name >> 20) % len(LETTERS)]}."


def official_name(name: int) -> str:
    """Return the invented name of a ward official."""
    return f"ward official {FIRST_NAMES[(name >> 7) % len(FIRST_NAMES)]}"


def tell_story(model: Neighbourhood, everything: bool = False) -> list[str]:
    """Return what happened since the start of the run, in order, each sentence with its week.

    Daily routine (a problem turns up or wears off, a report is filed, or answered in time) is added up by quarter,
    unless `everything` is asked for.
    """
    lines: list[tuple[int, int, str]] = []
    for part in (_problems, _reports, _promises, _initiatives, _people):
        lines += part(model)
    routine = Counter(((week - 1) // 13, order) for week, order, _ in lines if order in ROUTINE)
    if not everything:
        lines = [line for line in lines if line[1] not in ROUTINE]
        last = (model.week - 1) // 13
        for quarter in range(last + 1):
            counts = [f"{routine[quarter, order]} {words}" for order, words in ROUTINE.items()]
            lines.append((min(13 * quarter + 13, model.week), 9, f"this quarter: {', '.join(counts)}"))
    return [f"week {week}: {text}" for week, _, text in sorted(lines) if 0 < week <= model.week]


def _what(model: Neighbourhood, q: int) -> str:
    problems = model.problems
    return f"{KINDS[problems.kind[q]].label} in the {street_name(int(problems.street[q]))}"


def _problems(model: Neighbourhood) -> list[tuple[int, int, str]]:
    p, lines = model.problems, []
    for q in range(len(p)):
        again = f", for the {_nth(int(p.nth[q]) + 1)} time" if p.nth[q] else ""
        lines.append((int(p.born[q]), 6 if p.nth[q] else 0, f"{_what(model, q)}{again}"))
        if p.state[q] == FADED:
            lines.append((int(p.ended[q]), 5, f"{_what(model, q)} wore off by itself"))
        elif p.state[q] != LIVING:
            left = ", but the cause is still there" if p.cause[q] else ""
            lines.append((int(p.ended[q]), 7 if left else 4, f"{_what(model, q)} was solved{left}"))
    return lines


def _nth(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}.get(n, f"{n}th")


def _reports(model: Neighbourhood) -> list[tuple[int, int, str]]:
    r, lines = model.reports, []
    ends = {
        ON_TIME: "dealt with in time",
        LATE: "dealt with late",
        EMPTY: "a visit found nothing",
        DROPPED: "dropped without an answer",
    }
    closed: dict[tuple[int, int, int], list[int]] = {}
    for n in range(len(r)):
        who, what = resident_name(int(r.person[n])), _what(model, int(r.problem[n]))
        lines.append((int(r.week[n]), 1, f"{who} reported {what}"))
        if int(r.fate[n]) in ends:
            closed.setdefault((int(r.closed[n]), int(r.problem[n]), int(r.fate[n])), []).append(n)
    for (week, q, fate), rows in closed.items():
        who = resident_name(int(r.person[rows[0]]))
        others = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        since = f"week {int(r.week[rows[0]])}" if r.week[rows[0]] > 0 else "before the start"
        lines.append((week, 3 if fate == ON_TIME else 7, f"reported by {who}{others} ({since}), {_what(model, q)}: {ends[fate]}"))
    return lines


def _promises(model: Neighbourhood) -> list[tuple[int, int, str]]:
    m, lines = model.promises, []
    ends = {WAS_KEPT: "was kept", WAS_BROKEN: "was broken", WAS_TOLD: "could not be kept, and the official came to say so"}
    for n in range(len(m)):
        who, whom, what = official_name(int(m.maker[n])), resident_name(int(m.person[n])), _what(model, int(m.problem[n]))
        lines.append((int(m.made[n]), 2, f"{who} promised {whom} that {what} would be seen to by week {int(m.due[n])}"))
        if int(m.fate[n]) in ends:
            week = int(m.due[n]) - (2 if m.fate[n] == WAS_TOLD else 0)
            if m.fate[n] == WAS_KEPT:
                week = min(max(int(model.problems.ended[m.problem[n]]), int(m.made[n])), int(m.due[n]))
            lines.append((week, 6, f"the promise of {who} to {whom} about {what} {ends[int(m.fate[n])]}"))
    return lines


def _initiatives(model: Neighbourhood) -> list[tuple[int, int, str]]:
    i, r, lines = model.initiatives, model.residents_table, []
    for k in range(len(i)):
        street = street_name(int(i.street[k]))
        founder = resident_name(int(r.name[i.founder[k]]))
        about = f"to do something about {_what(model, int(i.problem[k]))}" if i.problem[k] >= 0 else "out of a wish of their own"
        parent = int(i.parent[k])
        after = f", after what was done in the {street_name(int(i.street[parent]))}" if parent >= 0 else ""
        lines.append((int(i.born[k]), 6, f"{founder} and neighbours in the {street} started something {about}{after}"))
        ends = {DONE: f"ended well, with {int(i.results[k])} result(s)", DISAPPOINTED: "came to a disappointing end", DEAD: "withered"}
        if int(i.state[k]) in ends:
            lines.append(
                (int(i.ended[k]), 7, f"what {founder} had started in the {street} (week {int(i.born[k])}) {ends[int(i.state[k])]}")
            )
    return lines


def _people(model: Neighbourhood) -> list[tuple[int, int, str]]:
    lines = []
    for week, kind, facts in model.happenings:
        if kind == "official_leaves":
            lines.append((week, 8, f"the ward official left for another post; {official_name(model.official_name(facts['post']))} came"))
        elif kind == "planned":
            lines.append((week, 8, f"planned: {facts['what']} {facts['name']} {facts['value']:g}".rstrip(" 0")))
    return lines
