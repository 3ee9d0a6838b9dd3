"""The words around one run: what stands beside its story, in both languages."""

from __future__ import annotations

from model.measures.weekly import OUTCOMES
from model.outcomes import UNITS

HEADINGS = {  # of the headline outcomes
    "Trust": "Vertrouwen", "Social capital": "Sociaal kapitaal", "Snowball": "Sneeuwbal", "Burden": "Last", "Promises": "Beloften",
    "Requests": "Aanvragen", "Shares": "Aandelen", "Resilience": "Veerkracht", "Agenda": "Agenda", "Costs": "Kosten",
}  # fmt: skip
WORDS = {
    "en": {
        "about": "{title}: {weeks} after {burn_in}, regime {regime}, seed {seed}; {hours} hours and {euros} euro a year.",
        "rest": ("{n} of burn-in (set; not until it is at rest)", "{n} of burn-in, until it is at rest"),
        "residents": "{title}, {n} residents",
        "week": ("{n} week", "{n} weeks"),
        "outcome": "outcome",
        "unit": "unit",
        "each": "each neighbourhood",
        "last": "One run, and luck is large: `leefwereld compare` takes 20 pairs. Invented people; a model, no forecast.",
        "written": "Written to {folder}",
    },
    "nl": {
        "about": "{title}: {weeks} na {burn_in}, regime {regime}, seed {seed}; {hours} uur en {euros} euro per jaar.",
        "rest": ("{n} aanloop (opgegeven; niet tot rust)", "{n} aanloop, tot rust"),
        "residents": "{title}, {n} bewoners",
        "week": ("{n} week", "{n} weken"),
        "outcome": "uitkomst",
        "unit": "eenheid",
        "each": "elke wijk",
        "last": "Eén run, en het toeval is groot: `leefwereld compare` neemt 20 paren. Verzonnen mensen; een model, geen voorspelling.",
        "written": "Geschreven in {folder}",
    },
}
ROWS = {  # of a table of neighbourhoods, beside those of outcomes: column, label and unit in English and Dutch, digits
    "residents": ("residents", "bewoners", "people", "mensen", 0),
    "solved": ("problems solved", "opgeloste problemen", "per 1,000 a year", "per 1.000 per jaar", 1),
    "hours": ("hours of crews, visits and programmes", "uren van ploegen en programma’s", "per 1,000 a year", "per 1.000 per jaar", 1),
    "euros": ("euros on cases", "euro’s aan zaken", "per 1,000 a year", "per 1.000 per jaar", 0),
    "burden_share": ("share of all burden", "aandeel in alle last", "share", "aandeel", 3),
    "hours_share": ("share of all those hours", "aandeel in al die uren", "share", "aandeel", 3),
    "met": ("met the official", "kwamen de ambtenaar tegen", "share", "aandeel", 3),
}  # fmt: skip


def digits(text: str, lang: str) -> str:
    """Return a number that is written the English way as it is written in the language."""
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def unit(name: str, lang: str) -> str:
    """Return what a unit is called in a table: the short English name that it is declared by, or its Dutch one."""
    return UNITS[name].nl if lang == "nl" and name in UNITS else name


def heading(name: str, lang: str) -> str:
    """Return the heading of a group of outcomes."""
    return HEADINGS[name] if lang == "nl" else name


def row(name: str, lang: str) -> tuple[str, str, int]:
    """Return label, unit and digits of a row of a table of neighbourhoods."""
    if name in ROWS:
        label, etiket, english, dutch, places = ROWS[name]
        return (etiket, dutch, places) if lang == "nl" else (label, english, places)
    outcome = OUTCOMES[name]
    return outcome.said(lang), unit(outcome.unit, lang), outcome.digits
