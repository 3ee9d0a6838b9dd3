"""Practices, the three named regimes, and blends: the only file in `model` that knows a regime's name.

A regime is a set of practices and nothing else. Conditions (hours, money, years in post, rates of problems) belong to
the case and are equal under every regime.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from model.errors import BadInput
from model.parameters import Section, number


@dataclass(frozen=True)
class Practice:
    """One practice: range, default, meaning of both ends, benefits and costs of the high end, and whether it has an effect yet."""

    name: str
    low: float
    high: float
    default: float
    unit: str
    at_low: str
    at_high: str
    buys: str
    costs: str
    wired: bool
    whole: bool = False


def practice(
    ends: str,
    buys: str,
    costs: str,
    default: float,
    unit: str = "0-1",
    high: float = 1.0,
    wired: bool = True,
    low: float = 0.0,
    whole: bool = False,
) -> float:
    """Declare one practice: meaning of both ends ("low -> high"), benefits and costs of the high end, default, unit, range."""
    at_low, at_high = ends.split(" -> ")
    return number(default, low, high, unit, ends, at_low=at_low, at_high=at_high, buys=buys, costs=costs, wired=wired, whole=whole)


class Practices(Section):
    """The practices of a regime: one validated number each."""

    # fmt: off
    presence: float = practice("field hours at the desk -> in the street", "discovery, ties, early problems", "slower desk, reports wait", 0.4)
    complaint_steering: float = practice("by own observation -> by number of reports", "effort where it is asked for, equal rules", "silent streets are not seen", 0.5)
    report_threshold: float = practice("every report opens a case -> many are needed", "crews for what many feel", "single reporters give up", 2, "reports", 20, low=1, whole=True)
    approval_lag: float = practice("at once -> after a central decision", "flaws caught", "waiting, promises late", 6, "weeks", 52, whole=True)
    mandate_euro: float = practice("nothing on the spot -> much", "speed", "plans that nobody checked, less money for the rest", 0.1, "share of the pot")
    mandate_rules: float = practice("no exceptions -> much room", "speed", "more exceptions, seen by neighbours", 0.2)
    inside_work: float = practice("no hours -> enough hours for departments", "rule conflicts cleared, known cases pulled forward", "hours off the street", 0.4)
    pairing: float = practice("alike -> one street side, one system side", "practice at the door and inside, less switching", "hours to keep in step; who leaves takes all along", 0.0)
    group_approach: float = practice("one by one -> groups", "ties among residents, loneliness eased", "fewer doors: want at home, old hurt and promises wait", 0.3)
    build_on_existing: float = practice("own programme -> support what runs", "survival, ownership", "areas where nothing runs get little", 0.4)
    support_desk: float = practice("find your own way -> guided", "hours saved for initiators who trust who runs it", "desk hours", 0.2)
    face_to_face_bargaining: float = practice("the organisation weighs -> those concerned meet", "causes solved", "hours of all, open conflict", 0.2)
    conditional_on_residents: float = practice("goes on regardless -> only with residents", "fit, ownership: projects taken up by more, without objections of who took part", "hours to meet; projects that stop for want of residents leave the burden", 0.2)
    harvest: float = practice("residents act -> input for policy", "money by the council, influence on its agenda", "waiting till the council meets, energy lost", 0.4)
    listening_first: float = practice("at once -> giving, then old hurt, then the project", "grievance healed, fewer objections to projects", "weeks and hours first", 2, "weeks", 26, whole=True)
    promise_boldness: float = practice("only what is sure -> what pleases", "quick goodwill", "expectations, broken promises", 0.5)
    truthfulness: float = practice("bad news hidden -> told early", "expectations fit", "a loss now", 0.5)
    reciprocity: float = practice("one side gives -> both give and take", "money from entrepreneurs, ties across groups", "hours to arrange, members' hours back", 0.3)
    intensity: float = practice("seldom -> often", "relation with those who are known, early warning", "fewer others are met", 0.5, "contacts/month", 4)
    lead_switching: float = practice("one side leads -> who can move now leads", "blocked steps go on, residents lead their own work", "hours for each hand-over", 0.2)
    tailoring: float = practice("standard provision or none -> made to measure where that does not fit", "needs met", "counter hours and money; envy; like requests rise", 0.3)
    transparency: float = practice("silent -> exceptions and refusals explained", "envy avoided, refusals understood", "hours to explain", 0.4)
    control: float = practice("on trust -> requests are checked", "misuse caught", "counter hours, so that others come too late; hours of initiatives; honest people who cannot prove their need", 0.4)
    coupling: float = practice("agenda alone -> joined to street concerns", "uptake, less felt as passing by what matters", "more weeks and hours, half the streets", 0.3)
    yielding: float = practice("as decided -> local variant", "objections withdrawn, uptake", "most of the agenda goal missed", 0.2)
    scale: float = practice("district -> street", "known faces, a larger share takes part in projects", "few streets at a time, more separate efforts: more hours a street, fewer households reached", 0.5)
    letting_go: float = practice("approval for each trial -> room for trials", "many small tries, residents keep the lead", "more failures, seen by neighbours", 0.2)
    warm_handover: float = practice("cold -> overlap", "knowledge and ties kept", "weeks of double posts", 0.2)
    asking: float = practice("waits for who comes -> asks residents to start something", "initiatives where nothing runs", "time at the door: fewer doors", 0.0)
    standing_offer: float = practice("no offer -> small grants with little paper, made known", "initiatives of who would not have begun", "programme hours, and money that is then not there for the rest", 0.0)
    feedback: float = practice("not told -> told what came of a report", "belief that reporting helps, trust of who reported", "minutes at the desk, which registers and answers less", 0.4)
    # fmt: on


def _declared(name: str, field: FieldInfo) -> Practice:
    """Return the declaration of a practice as a record."""
    low, high = (next(getattr(part, end) for part in field.metadata if hasattr(part, end)) for end in ("ge", "le"))
    given = cast("dict[str, Any]", field.json_schema_extra)
    rest = {key: value for key, value in given.items() if key != "source"}
    return Practice(name, low, high, field.default, **rest)


PRACTICES: dict[str, Practice] = {name: _declared(name, field) for name, field in Practices.model_fields.items()}
BASELINE = Practices()

NAMED: dict[str, Practices] = {
    "top_down": Practices(
        presence=0.1, complaint_steering=0.9, report_threshold=2, approval_lag=12, mandate_euro=0.02, mandate_rules=0.05, inside_work=0.4, pairing=0, group_approach=0.1,
        build_on_existing=0.1, support_desk=0.1, face_to_face_bargaining=0.0, conditional_on_residents=0.0, harvest=0.8, listening_first=0, promise_boldness=0.5, truthfulness=0.4, reciprocity=0.1,
        intensity=0.25, lead_switching=0.0, tailoring=0.1, transparency=0.4, control=0.8, coupling=0.1, yielding=0.1, scale=0.2, letting_go=0.05, warm_handover=0.1,
        asking=0.1, standing_offer=0.2, feedback=0.3,
    ),
    "relational": Practices(
        presence=0.8, complaint_steering=0.2, report_threshold=1, approval_lag=4, mandate_euro=0.25, mandate_rules=0.5, inside_work=0.4, pairing=0.5, group_approach=0.7,
        build_on_existing=0.8, support_desk=0.5, face_to_face_bargaining=0.5, conditional_on_residents=0.6, harvest=0.2, listening_first=8, promise_boldness=0.4, truthfulness=0.7, reciprocity=0.5,
        intensity=1.5, lead_switching=0.2, tailoring=0.6, transparency=0.5, control=0.2, coupling=0.6, yielding=0.6, scale=0.9, letting_go=0.6, warm_handover=0.6,
        asking=0.3, standing_offer=0.2, feedback=0.4,
    ),
    "leapfrog": Practices(
        presence=0.5, complaint_steering=0.5, report_threshold=2, approval_lag=5, mandate_euro=0.2, mandate_rules=0.4, inside_work=0.8, pairing=0.8, group_approach=0.6,
        build_on_existing=0.6, support_desk=0.6, face_to_face_bargaining=0.7, conditional_on_residents=0.5, harvest=0.3, listening_first=4, promise_boldness=0.5, truthfulness=0.9, reciprocity=0.9,
        intensity=1.0, lead_switching=0.9, tailoring=0.5, transparency=0.8, control=0.3, coupling=0.8, yielding=0.5, scale=0.6, letting_go=0.5, warm_handover=0.5,
        asking=0.3, standing_offer=0.2, feedback=0.6,
    ),
}  # fmt: skip


def practices(values: dict[str, float], where: str = "practices") -> Practices:
    """Return validated practices from a dict. Raises BadInput, also for a condition of the case."""
    for name, value in values.items():
        if name in PRACTICES and PRACTICES[name].whole and isinstance(value, float) and not value.is_integer():
            p = PRACTICES[name]
            raise BadInput(where, name, value, f"whole numbers from {p.low:g} to {p.high:g} {p.unit}")
    try:
        return Practices.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "extra_forbidden":
            raise BadInput(where, key, None, f"not a practice (a condition belongs to the case); allowed: {', '.join(PRACTICES)}") from None
        if key in PRACTICES:
            raise BadInput(
                where, key, first.get("input"), f"{PRACTICES[key].low:g} to {PRACTICES[key].high:g} {PRACTICES[key].unit}"
            ) from None
        raise BadInput(where, key, first.get("input"), first["msg"]) from None


def blend(first: Practices, second: Practices, share: float) -> Practices:
    """Return the weighted mean with weight `share` (0-1) on `second`; whole-number practices are rounded. Raises BadInput."""
    if not 0 <= share <= 1:
        raise BadInput("blend", "share", share, "0 to 1")
    mixed: dict[str, float] = {}
    for p in PRACTICES.values():
        value = (1 - share) * getattr(first, p.name) + share * getattr(second, p.name)
        mixed[p.name] = float(int(value + 0.5)) if p.whole else min(p.high, max(p.low, value))
    return Practices(**mixed)


def resolve(text: str) -> Practices:
    """Return the practices of a named regime (`relational`) or a blend (`blend(top_down, leapfrog, 0.25)`). Raises BadInput."""
    if text in NAMED:
        return NAMED[text]
    mix = re.fullmatch(r"blend\(\s*(\w+)\s*,\s*(\w+)\s*,\s*([-+.\w]+)\s*\)", text.strip())
    if mix and mix[1] in NAMED and mix[2] in NAMED:
        try:
            share = float(mix[3])
        except ValueError:
            raise BadInput("regime", "share", mix[3], "a number from 0 to 1") from None
        return blend(NAMED[mix[1]], NAMED[mix[2]], share)
    raise BadInput("regime", "name", text, f"{', '.join(NAMED)}, or blend(A, B, SHARE)")
