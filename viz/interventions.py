"""The interventions as the page offers them; the page draws its forms from this.

What an event consists of and may be stands in `model.case.event`. Here stands what the page adds: what things are called, where a
number begins, and where the page offers less than is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from model.case.case import Case, load
from model.case.event import SORTS, allowed
from model.kinds import KINDS
from model.story.words import WORDS

Words = tuple[str, str]  # Dutch, English


@dataclass(frozen=True)
class Number:
    """A number that a form asks for. Its default, and limits that are narrower than an event's own, are assumptions."""

    label: Words
    default: float | None = None  # None: empty at first
    low: float | None = None  # None: what the event allows
    high: float | None = None
    step: float = 1.0
    empty: Words | None = None  # meaning of an empty number, which is sent as 0; None: must be filled


@dataclass(frozen=True)
class Form:
    """A form for one intervention."""

    name: str
    label: Words
    value: Number | None = None
    weeks: Number | None = None
    kind: str = ""  # of event; empty: called as the form
    fixed: str = ""  # the practice or condition that has another value; empty: asked for, if the event has a name
    nameless: bool = False  # does not ask for the name that the event can have


def _degree(nl: str, en: str, default: float = 0.5) -> Number:
    return Number((f"{nl} (0–1)", f"{en} (0–1)"), default, step=0.1)


def _weeks(default: int, high: int = 104, nl: str = "Hoeveel weken", en: str = "How many weeks") -> Number:
    return Number((nl, en), default, 1, high)


STREETS = Number(("Hoeveel straten", "How many streets"), 3, 1, 20)
HOURS = Number(("Uren per week", "Hours a week"), 4, 0.5, 40, 0.5)
HOURS_EACH = Number(("Uren per 1.000 bewoners per week", "Hours per 1,000 residents a week"), 4, step=0.1)
OR_STAY = Number(("Hoeveel weken (0: voorgoed)", "How many weeks (0: for good)"), 0, 0, 260)
BY_PRACTICE = ("volgens de werkwijze", "by practice")
ANNOUNCED = Number(
    ("Aangekondigd na hoeveel weken luisteren", "Announced after how many weeks of listening"), None, 1, 104, empty=BY_PRACTICE
)
FORMS = (
    Form("official_leaves", ("De wijkambtenaar vertrekt; er komt een ander", "The ward official leaves; another comes")),
    Form("giving", ("Weken van geven (zoet)", "Weeks of giving (sweet)"), HOURS, _weeks(8)),
    Form("old_hurt", ("Oud zeer op tafel (zuur)", "Bring up old hurt (sour)"), HOURS, _weeks(8)),
    Form("project", ("Een project van het stadhuis (zout)", "A project of the town hall (salt)"), STREETS, ANNOUNCED),
    Form(
        "approval",
        ("Minder (of meer) weken tot akkoord", "Fewer (or more) weeks of approval"),
        Number(("Weken tot akkoord", "Weeks of approval"), 1),
        OR_STAY,
        "practice",
        "approval_lag",
    ),
    Form(
        "promise",
        ("Een belofte aan een straat", "A promise to a street"),
        _degree("Hoe gewaagd", "How bold"),
        _weeks(8, 52, "Binnen hoeveel weken", "Within how many weeks"),
    ),
    Form("break_promise", ("Breek een belofte", "Break a promise")),
    Form("problem", ("Een nieuw probleem", "A new problem"), _degree("Hoe erg", "How bad", 0.8)),
    Form("initiative", ("Een initiatief erbij", "One initiative more"), nameless=True),
    Form("condition", ("Meer of minder uren, voor iedereen gelijk", "More or fewer hours, for all alike"), HOURS_EACH, OR_STAY),
    Form(
        "friends",
        ("Een vriendengroep van bewoners zet druk", "A friends’ group of residents presses"),
        _degree("Hoe hard", "How hard", 1.0),
        OR_STAY,
        "condition",
        "counter_pressure",
    ),
    Form("stop_support", ("Stop met steun aan initiatieven", "Stop supporting initiatives"), None, OR_STAY),
    Form(
        "gathering",
        ("Een etentje over groepen heen", "A dinner across groups"),
        Number(("Hoeveel mensen", "How many people"), 20, high=200),
        _weeks(1),
    ),
    Form("visit", ("Handhaving komt langs", "Enforcement comes by")),
    Form("withdraw", ("Een toezegging wordt teruggedraaid", "An exception is taken back")),
    Form("programme", ("Een nieuw programma naast wat er loopt", "A new programme beside what runs"), STREETS),
    Form("shock", ("Slecht nieuws over de gemeente", "Bad news about the municipality"), _degree("Hoe groot", "How large")),
)


# --- as the page is told -------------------------------------------------------------------------------------------


class Choice(TypedDict):
    """One of the answers that a field takes; without label: a kind of problem."""

    value: str
    label: NotRequired[dict[str, str]]


class Field(TypedDict):
    """A field of a form. type: street, choice, or number from min to max."""

    name: str  # key of the event: street, name, value, weeks
    label: dict[str, str]
    type: str
    choices: NotRequired[list[Choice]]
    min: NotRequired[float]
    max: NotRequired[float]
    step: NotRequired[float]
    default: NotRequired[float | None]
    empty: NotRequired[dict[str, str]]


class FormTold(TypedDict):
    """A form. fixed: sent without being asked."""

    name: str
    label: dict[str, str]
    kind: str
    fixed: dict[str, str]
    fields: list[Field]


def interventions() -> list[FormTold]:
    """Return all forms as plain data for the page, with the limits of the default neighbourhood."""
    case = load("default")
    return [
        {
            "name": form.name, "label": _said(form.label), "kind": form.kind or form.name,
            "fixed": {"name": form.fixed} if form.fixed else {}, "fields": _fields(form, case),
        }
        for form in FORMS
    ]  # fmt: skip


def _fields(form: Form, case: Case) -> list[Field]:
    """Return a field for each thing that an event of this kind has."""
    kind, fields = form.kind or form.name, list[Field]()
    choices = [] if form.fixed or form.nameless else _choices(kind, allowed(kind, "", case)[0])
    if SORTS[kind].placed:
        fields.append({"name": "street", "label": _said(("Straat", "Street")), "type": "street"})
    if choices:
        fields.append({"name": "name", "label": _said(("Wat", "What")), "type": "choice", "choices": choices})
    if form.value is not None:
        names = [choice["value"] for choice in choices] or [form.fixed]
        limits = [allowed(kind, name, case)[1:] for name in names]
        fields.append(_number("value", form.value, max(low for low, _ in limits), min(high for _, high in limits)))
    if form.weeks is not None:
        fields.append(_number("weeks", form.weeks, 0, 0))  # events may last longer than anybody plays: the form says how long
    return fields


def _choices(kind: str, names: tuple[str, ...]) -> list[Choice]:
    """Of conditions those that are hours; else kinds of problem."""
    if kind == "condition":
        hours = [name for name in names if name.endswith("_hours")]
        return [{"value": name, "label": {lang: words["condition"][name] for lang, words in WORDS.items()}} for name in hours]
    return [{"value": one.name} for one in KINDS if one.name in names]


def _number(name: str, number: Number, low: float, high: float) -> Field:
    field: Field = {
        "name": name, "label": _said(number.label), "type": "number", "min": low if number.low is None else number.low,
        "max": high if number.high is None else number.high, "step": number.step, "default": number.default,
    }  # fmt: skip
    return {**field, "empty": _said(number.empty)} if number.empty else field


def _said(words: Words) -> dict[str, str]:
    return dict(zip(("nl", "en"), words, strict=True))
