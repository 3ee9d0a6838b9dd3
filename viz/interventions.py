"""The interventions that the page offers, declared once; the page draws its forms from this. `model.case.event` has the limits.

Each form fills in one kind of event. A field has a type: `street`, `choice` (one of its choices) or `number` (from min to max).
A number that may be empty is then sent as 0, with the meaning `empty`. `fixed` values are sent without being asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from model.case.event import SORTS
from model.kinds import KINDS

Words = tuple[str, str]  # Dutch, English


@dataclass(frozen=True)
class Field:
    """A field of a form: its label and possible answers. Limits and defaults are assumptions."""

    name: str  # key of the event: street, name, value, weeks
    label: Words
    type: str = "number"
    low: float = 0.0
    high: float = 1.0
    default: float | None = None  # None: empty at first
    step: float = 1.0
    empty: Words | None = None  # meaning of an empty field; None: must be filled
    choices: tuple[tuple[str, Words | None], ...] = ()  # without label: a kind of problem


@dataclass(frozen=True)
class Form:
    """A form for one intervention."""

    name: str
    label: Words
    kind: str
    fields: tuple[Field, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


def _kinds(kind: str) -> Field:
    """Return a field for the kind of problem of an event."""
    problems = [one.name for one in KINDS]
    return Field("name", ("Wat", "What"), "choice", choices=tuple((name, None) for name in problems if name in SORTS[kind].names))


def _degree(nl: str, en: str, default: float = 0.5) -> Field:
    return Field("value", (f"{nl} (0–1)", f"{en} (0–1)"), default=default, step=0.1)


def _weeks(default: int, high: int = 104, nl: str = "Hoeveel weken", en: str = "How many weeks") -> Field:
    return Field("weeks", (nl, en), low=1, high=high, default=default)


STREET = Field("street", ("Straat", "Street"), "street")
STREETS = Field("value", ("Hoeveel straten", "How many streets"), low=1, high=20, default=3)
HOURS = Field("value", ("Uren per week", "Hours a week"), low=0.5, high=40, default=4, step=0.5)
OR_STAY = Field("weeks", ("Hoeveel weken (0: voorgoed)", "How many weeks (0: for good)"), high=260, default=0)
BY_PRACTICE = ("volgens de werkwijze", "by practice")
ANNOUNCED = ("Aangekondigd na hoeveel weken luisteren", "Announced after how many weeks of listening")
POSTS: tuple[tuple[str, Words], ...] = (
    ("ward_hours", ("wijkambtenaren", "ward officials")),
    ("crew_hours", ("buitendienst", "crews")),
    ("enforcer_hours", ("handhavers", "enforcers")),
    ("case_hours", ("behandelaars op het stadhuis", "case workers at the town hall")),
    ("desk_hours", ("meldpunt", "the desk for reports")),
    ("programme_hours", ("eigen programma’s", "own programmes")),
    ("counter_hours", ("balie voor aanvragen", "the counter for requests")),
    ("corporation_hours", ("woningcorporatie", "housing corporation")),
    ("police_hours", ("politie", "police")),
)
HOURS_EACH = Field("value", ("Uren per 1.000 bewoners per week", "Hours per 1,000 residents a week"), high=100, default=4, step=0.1)

FORMS = (
    Form("official_leaves", ("De wijkambtenaar vertrekt; er komt een ander", "The ward official leaves; another comes"), "official_leaves"),
    Form("giving", ("Weken van geven (zoet)", "Weeks of giving (sweet)"), "giving", (STREET, _weeks(8), HOURS)),
    Form("old_hurt", ("Oud zeer op tafel (zuur)", "Bring up old hurt (sour)"), "old_hurt", (STREET, _weeks(8), HOURS)),
    Form(
        "project",
        ("Een project van het stadhuis (zout)", "A project of the town hall (salt)"),
        "project",
        (STREET, _kinds("project"), STREETS, Field("weeks", ANNOUNCED, low=1, high=104, empty=BY_PRACTICE)),
    ),
    Form(
        "approval",
        ("Minder (of meer) weken tot akkoord", "Fewer (or more) weeks of approval"),
        "practice",
        (Field("value", ("Weken tot akkoord", "Weeks of approval"), high=52, default=1), OR_STAY),
        (("name", "approval_lag"),),
    ),
    Form(
        "promise",
        ("Een belofte aan een straat", "A promise to a street"),
        "promise",
        (STREET, _degree("Hoe gewaagd", "How bold"), _weeks(8, 52, "Binnen hoeveel weken", "Within how many weeks")),
    ),
    Form("break_promise", ("Breek een belofte", "Break a promise"), "break_promise", (STREET,)),
    Form("problem", ("Een nieuw probleem", "A new problem"), "problem", (_kinds("problem"), STREET, _degree("Hoe erg", "How bad", 0.8))),
    Form("initiative", ("Een initiatief erbij", "One initiative more"), "initiative", (STREET,)),
    Form(
        "condition",
        ("Meer of minder uren, voor iedereen gelijk", "More or fewer hours, for all alike"),
        "condition",
        (Field("name", ("Wat", "What"), "choice", choices=POSTS), HOURS_EACH, OR_STAY),
    ),
    Form(
        "friends",
        ("Een vriendengroep van bewoners zet druk", "A friends’ group of residents presses"),
        "condition",
        (_degree("Hoe hard", "How hard", 1.0), OR_STAY),
        (("name", "counter_pressure"),),
    ),
    Form("stop_support", ("Stop met steun aan initiatieven", "Stop supporting initiatives"), "stop_support", (OR_STAY,)),
    Form(
        "gathering",
        ("Een etentje over groepen heen", "A dinner across groups"),
        "gathering",
        (STREET, Field("value", ("Hoeveel mensen", "How many people"), low=2, high=200, default=20), _weeks(1)),
    ),
    Form("visit", ("Handhaving komt langs", "Enforcement comes by"), "visit", (STREET, _kinds("visit"))),
    Form("withdraw", ("Een toezegging wordt teruggedraaid", "An exception is taken back"), "withdraw", (STREET,)),
    Form(
        "programme",
        ("Een nieuw programma naast wat er loopt", "A new programme beside what runs"),
        "programme",
        (STREET, _kinds("programme"), STREETS),
    ),
    Form("shock", ("Slecht nieuws over de gemeente", "Bad news about the municipality"), "shock", (_degree("Hoe groot", "How large"),)),
)


class Choice(TypedDict):
    """One of the answers that a field takes; without label: a kind of problem."""

    value: str
    label: NotRequired[dict[str, str]]


class FieldTold(TypedDict):
    """A field as the page is told it; a number has the last five, if it may be empty also what that means."""

    name: str
    label: dict[str, str]
    type: str
    choices: NotRequired[list[Choice]]
    min: NotRequired[float]
    max: NotRequired[float]
    step: NotRequired[float]
    default: NotRequired[float | None]
    empty: NotRequired[dict[str, str]]


class FormTold(TypedDict):
    """A form as the page is told it."""

    name: str
    label: dict[str, str]
    kind: str
    fixed: dict[str, str]
    fields: list[FieldTold]


def interventions() -> list[FormTold]:
    """Return all forms as plain data for the page."""
    return [_form(form) for form in FORMS]


def _form(form: Form) -> FormTold:
    fields = [_field(one) for one in form.fields]
    return {"name": form.name, "label": _said(form.label), "kind": form.kind, "fixed": dict(form.fixed), "fields": fields}


def _field(field: Field) -> FieldTold:
    told: FieldTold = {"name": field.name, "label": _said(field.label), "type": field.type}
    if field.type == "choice":
        told["choices"] = [{"value": value, "label": _said(label)} if label else {"value": value} for value, label in field.choices]
    if field.type == "number":
        told = {**told, "min": field.low, "max": field.high, "step": field.step, "default": field.default}
        if field.empty:
            told["empty"] = _said(field.empty)
    return told


def _said(words: Words) -> dict[str, str]:
    return dict(zip(("nl", "en"), words, strict=True))
