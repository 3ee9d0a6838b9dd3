"""What residents can experience: addressees, kinds of event with their effects, and the value of each event.

An event records what happened to whom, whom the resident holds responsible (the addressee), its value (0 bad, 1 good),
and the expected value, where a promise or an announcement set one for that matter (else `USUAL`). Experience draws trust
towards itself (`week.learning`).
Each value is declared here once and used by name in the loops.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from model.engine.declared import Place, declared
from model.engine.loops import loop
from model.engine.tables import Column


class Addressee(Place):
    """Whom residents hold responsible for an event; they have trust in each addressee."""


NEIGHBOURS = Addressee("neighbours")
OFFICIAL = Addressee("official")
MUNICIPALITY = Addressee("municipality")
CORPORATION = Addressee("corporation")
POLICE = Addressee("police")
ADDRESSEES = tuple(place.meaning for place in declared(globals(), Addressee).values())
SORE = 0.05  # grievance from which there is old hurt to hear out (assumption)


@dataclass(frozen=True)
class Effect:
    """The effects of a kind of event at full weight (assumptions; tests check only their signs)."""

    weight: float = 0.0  # of the experience; 1: a full one
    hurt: float = 0.0  # grievance added
    heals: float = 0.0  # grievance acknowledged, times the value of the event
    report_better: float = 0.0
    report_worse: float = 0.0
    act_better: float = 0.0
    act_worse: float = 0.0
    asked: float = 0.0
    seen: float = 0.0
    talk: float = 0.0  # how much it is worth telling a neighbour


class Experience(Place):
    """A kind of event that a resident can experience, and its effects."""

    effect: Effect

    def __new__(cls, meaning: str, effect: Effect) -> Self:
        """Take the next number."""
        made = super().__new__(cls, meaning)
        made.effect = effect
        return made


MET = Experience("spoke with the official at the door", Effect(weight=1.0, talk=0.2))
HEARD_OUT = Experience("was heard out about old hurt", Effect(weight=0.3, heals=1.0, talk=0.5))
PROMISED = Experience("was promised something", Effect(weight=0.1))
PROMISE_KEPT = Experience("saw a promise kept", Effect(weight=1.0, talk=0.5))
PROMISE_BROKEN = Experience("saw a promise broken", Effect(weight=1.0, hurt=0.25, talk=1.0))
TOLD_EARLY = Experience("was told in time that a promise will not be met", Effect(weight=0.5, talk=0.3))
FIXED = Experience("saw fixed what was reported", Effect(weight=1.0, report_better=1.0, talk=0.4))
FIXED_BADLY = Experience("saw badly fixed what was reported", Effect(weight=1.0, hurt=0.05, report_worse=0.5, talk=0.5))
NOTHING_FOUND = Experience("heard that a visit found nothing", Effect(weight=1.0, hurt=0.08, report_worse=1.0, talk=0.7))
IGNORED = Experience("never heard anything about a report", Effect(weight=1.0, hurt=0.15, report_worse=1.0, talk=0.8))
SAW_REPAIR = Experience("saw something repaired in the street", Effect(weight=0.05))
SAW_EXCEPTION = Experience("saw a rule bent, without a reason given", Effect(weight=0.2, hurt=0.03, talk=0.6))
WAS_ASKED = Experience("was asked to take part", Effect(asked=1.0))
JOINED = Experience("joined an initiative", Effect(weight=0.2, talk=0.3))
TOOK_PART = Experience("spent hours on an initiative, or beside a neighbour", Effect(weight=0.04, act_better=0.02))
DELIVERED_TOGETHER = Experience("delivered a result together", Effect(weight=0.5, act_better=1.0, seen=2.0, talk=1.0))
GAVE_UP = Experience("saw the own initiative fail or wither", Effect(weight=0.3, act_worse=1.0, talk=0.6))
SAW_INITIATIVE = Experience("saw an initiative at work", Effect(weight=0.05, seen=1.0))
SAW_RESULT = Experience("saw a result of an initiative", Effect(weight=0.1, act_better=0.2, seen=1.0, talk=0.2))
SAW_FAILURE = Experience("saw an initiative fail", Effect(weight=0.05, act_worse=0.2))
NEW_OFFICIAL = Experience("got another official; the value is what was handed over", Effect())
PUBLIC_SHOCK = Experience("heard bad news about the municipality that everybody hears", Effect(weight=1.0))
LEFT_WAITING = Experience("saw the own initiative wither at the town hall", Effect(weight=0.2, hurt=0.05, act_worse=0.3, talk=0.4))
HELPED = Experience("got what was asked for", Effect(weight=0.5, talk=0.3))
REFUSED = Experience("was refused without a reason", Effect(weight=1.0, hurt=0.06, talk=0.6))
REFUSED_EXPLAINED = Experience("was refused, and told why", Effect(weight=0.6, hurt=0.01, talk=0.3))
WAS_CHECKED = Experience("was checked, and had nothing to hide", Effect(weight=0.3, hurt=0.02, talk=0.3))
SAW_FAVOUR = Experience("saw a neighbour favoured", Effect(weight=0.2, hurt=0.03, talk=0.6))
TOOK_UP = Experience("took up what a project of the town hall offered", Effect(weight=0.5, talk=0.3))
WAS_CROSSED = Experience("saw a project pass over what is worse in the street", Effect(weight=0.5, hurt=0.05, talk=0.6))
WAS_INVOLVED = Experience("had a say in a plan, or in a bargain", Effect(weight=0.3, act_better=0.2, talk=0.2))
MET_IN_GROUP = Experience("met the official in a group", Effect(weight=0.5, talk=0.2))
EXCHANGED = Experience("exchanged something with somebody of another kind", Effect(weight=0.3, talk=0.3))
DELIVERED_FOR = Experience("saw an official deliver the initiative's result", Effect(weight=0.4, seen=1.0, talk=0.6))
BURNED_OUT = Experience("quit an initiative worn out", Effect(act_worse=0.5))
READ_GOOD_NEWS = Experience("read of a success", Effect(weight=0.3))
READ_BAD_NEWS = Experience("read of a failure or a broken promise", Effect(weight=0.3))
CLASHED = Experience("clashed with others at the table", Effect(weight=0.5, talk=0.5))

EXPERIENCES = declared(globals(), Experience)
EFFECTS = tuple(kind.effect for kind in EXPERIENCES.values())

# --- values of events -----------------------------------------------------------------------------------------------------
USUAL = -1.0  # expected: nothing in particular; the experience is held against trust itself
OWN = 1.0  # weight of one's own experience; hearsay has less (`hearsay_weight`)


class Felt(float):
    """The value of an event for the resident (0 bad, 1 good), and the expected value."""

    meaning: str
    expected: float
    source: str

    def __new__(cls, value: float, meaning: str, expected: float = USUAL, source: str = "assumption") -> Self:
        """Declare a value; `expected` is `USUAL` unless the resident expects something else."""
        made = float.__new__(cls, value)
        made.meaning, made.expected, made.source = meaning, expected, source
        return made

    def __reduce__(self) -> tuple[type[float], tuple[float]]:  # pickled as a plain number
        return float, (float(self),)


FELT_FIXED = Felt(0.9, "what was reported is fixed within the promised time")
FELT_LATE = Felt(0.6, "share of it that is left when it is fixed after the promised time")
FELT_BAD = Felt(0.3, "it is fixed by a plan with a flaw")
FELT_EMPTY = Felt(0.15, "a visit finds nothing")
FELT_DROPPED = Felt(0.0, "a report is dropped, without an answer")
FELT_UNTOLD = Felt(0.1, "one is not told what came of a report, and does not see it")
FELT_REPAIR = Felt(0.8, "something is repaired in the street")
FELT_EXCEPTION = Felt(0.0, "a rule is bent for others, without a reason given")
FELT_PROMISED = Felt(0.5, "what a careful promise holds out")
FELT_BOLD = Felt(0.4, "added to that by the boldest promise")
FELT_KEPT = Felt(1.0, "a promise is kept; held out is what the promise held out")
FELT_BROKEN = Felt(0.0, "a promise is broken; held out is what the promise held out")
FELT_TOLD = Felt(0.45, "it is told in time that a promise will not be met; held out is what the promise held out")
FELT_WITHDRAWN = Felt(0.0, "an exception one had counted on is taken back", expected=0.9)
FELT_SAW_WITHDRAWN = Felt(0.0, "an exception given to a neighbour is taken back")
FELT_HEARD = Felt(0.4, "one is heard out about old hurt by an official who promises what others will not do")
FELT_TRUTHFUL = Felt(0.6, "added to that at full truthfulness")
FELT_SHOCK = Felt(0.0, "bad news about the municipality that everybody hears")
FELT_GOOD_NEWS = Felt(0.85, "one reads of a success")
FELT_BAD_NEWS = Felt(0.15, "one reads of a failure or a broken promise")
FELT_HELPED = Felt(0.7, "one gets what the standard provides")
FELT_MEASURED = Felt(0.9, "one gets something made to measure")
FELT_REFUSED = Felt(0.1, "one is refused without a reason")
FELT_EXPLAINED = Felt(0.35, "one is refused and told why")
FELT_CHECKED = Felt(0.4, "one is checked and had nothing to hide")
FELT_FAVOUR = Felt(0.0, "a neighbour is favoured")
FELT_TAKEN_UP = Felt(0.55, "one takes up what a project offers, relevant or not")
FELT_RELEVANT = Felt(0.35, "added to that at full relevance")
FELT_CROSSED = Felt(0.25, "a project passes over what is worse in the street")
FELT_INVOLVED = Felt(0.7, "one has a say in a plan of the town hall")
FELT_BARGAIN = Felt(0.75, "one comes to terms with others at the table")
FELT_CLASH = Felt(0.25, "one clashes with others at the table")
FELT_ASKED = Felt(0.5, "one is asked to take part: neither good nor bad")
FELT_JOINED = Felt(0.8, "one joins an initiative")
FELT_TOOK_PART = Felt(0.75, "one spends hours together")
FELT_EXCHANGED = Felt(0.8, "one exchanges something with somebody of another kind")
FELT_DELIVERED = Felt(0.85, "an initiative delivers a result: for members and for who sees it")
FELT_FAILED = Felt(0.3, "an initiative fails: for who sees it")
FELT_WITHERED = Felt(0.15, "an initiative withers in the week of a result: for who sees it")
FELT_GAVE_UP = Felt(0.3, "the own initiative fails or withers")
FELT_AT_WORK = Felt(0.7, "an initiative is seen at work")
FELT_WORN_OUT = Felt(0.3, "one quits worn out")
FELT_VALUES = {name.lower(): value for name, value in list(globals().items()) if isinstance(value, Felt)}

EVENT_COLUMNS = (
    Column("what", "int64", "-", -1, 2**62, "kind, resident (row), addressee, about (row of problem, promise or initiative)", 4),
    Column("size", "float32", "0-1", -1, 1, "value, expected (-1: nothing), weight (1: own experience)", 3),
)


@loop("void(i8[::1], i8[:, ::1], f4[:, ::1], i8, i8, i8, i8, f8, f8, f8)")
def tell(event_count, event_what, event_size, kind, resident, addressee, about, value, expected, weight):
    """Add one event to the events table."""
    n = event_count[0]
    event_what[n, 0] = kind
    event_what[n, 1] = resident
    event_what[n, 2] = addressee
    event_what[n, 3] = about
    event_size[n, 0] = value
    event_size[n, 1] = expected
    event_size[n, 2] = weight
    event_count[0] = n + 1


def effects_record() -> np.ndarray:
    """Return the effects as a record array for the loops, one row for each kind of event."""
    names = [field.name for field in fields(Effect)]
    record = np.zeros(len(EFFECTS), dtype=[(name, np.float64) for name in names])
    for row, effect in enumerate(EFFECTS):
        for name in names:
            record[name][row] = getattr(effect, name)
    return record
