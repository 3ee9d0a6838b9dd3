"""What the page is told of a run: the constant data, and stretches of weeks with what happened, residents and series."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np

from model.case.layout import street_name
from model.kinds import KINDS
from model.outcomes import OUTCOMES, UNITS, Outcome
from model.state.streets import VENUES
from viz.recording.envelope import unpack
from viz.recording.week import COLUMNS, LEVELS, Week

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

STRETCH = 12  # weeks recorded, stored and sent together
SHOWN = (
    "trust_neighbours", "trust_official", "trust_municipality", "grievance", "low_trust_municipality", "bonding", "bridging", "linking",
    "efficacy", "readiness", "initiatives_alive", "initiatives_started", "initiatives_delivered", "initiatives_failed", "active",
    "streets_reached", "openness", "burden", "burden_hidden", "problems_open", "problems_solved", "reports", "handling_days", "on_time",
    "promises_made", "promises_kept", "promises_broken", "agenda_landed", "agenda_stopped", "objections", "uptake", "helped", "envy",
    "conversations", "group_meetings", "hours_spent", "hours_used", "euro_spent", "resident_hours", "burned_out",
)  # fmt: skip
PLACES = ("school", "club", "centre")
assert len(PLACES) == len(VENUES)


class Header(TypedDict):
    """The constant data of a run: streets, places, residents, and the meaning of columns and series. Texts by language."""

    schema: int
    scenario: str
    title: dict[str, str]
    text: dict[str, str]
    n: int  # residents
    streets: list[Mapping[str, object]]
    areas: list[Mapping[str, str]]
    places: list[Mapping[str, object]]
    residents: Mapping[str, object]
    columns: list[str]
    levels: int
    kinds: list[Mapping[str, str]]
    stretch: int
    series: list[Mapping[str, object]]


class Stretch(NamedTuple):
    """Some weeks of a side: what happened, and bytes of residents (differences from the week before) and of series."""

    weeks: list[Week]
    residents: bytes
    series: bytes


def header_in(packet: bytes) -> Header:
    """Return what `Recorder.header` packed."""
    return json.loads(unpack(packet)[0])["header"]


def stretch_in(packet: bytes) -> Stretch:
    """Return what `Recorder.chunk` packed."""
    facts, residents, series = unpack(packet)
    return Stretch(json.loads(facts)["weeks"], residents, series)


def header(model: Neighbourhood, names: dict[int, str]) -> Header:
    """Return the constant data of a run."""
    r, s, v, case = model.world.residents, model.world.streets, model.world.venues, model.case
    home = np.concatenate(([0], np.cumsum(r.home[1:] != r.home[:-1])))
    return {
        "schema": 1, "scenario": case.name, "title": in_both(case.title), "text": in_both(case.text), "n": len(r),
        "streets": [
            {"name": street_name(row), "x": round(float(s.x[row]), 1), "y": round(float(s.y[row]), 1), "area": int(s.area[row])}
            for row in range(len(s))
        ],
        "areas": [{"name": area.name} for area in case.neighbourhoods] or [{"name": ""}],
        "places": [{"kind": PLACES[kind], "street": street} for kind, street in zip(v.kind.tolist(), v.street.tolist(), strict=True)],
        "residents": {
            "street": r.street.tolist(), "home": home.tolist(), "group": r.group.tolist(),
            "name": [names[name] for name in r.name.tolist()],
        },
        "columns": list(COLUMNS), "levels": LEVELS, "kinds": [{"name": kind.name} for kind in KINDS],
        "stretch": STRETCH,
        "series": [_series(OUTCOMES[name]) for name in SHOWN],
    }  # fmt: skip


def _series(outcome: Outcome) -> Mapping[str, object]:
    """Return an outcome's labels and unit for the page."""
    unit = UNITS[outcome.unit]
    return {
        "name": outcome.name,
        "label": {lang: outcome.said(lang) for lang in ("nl", "en")},
        "unit": outcome.unit,
        "unit_label": {"nl": unit.nl, "en": unit.en},
    }


def in_both(text: str) -> dict[str, str]:
    """Return a text of a case by language; without a Dutch text the same for both."""
    return {"nl": str(getattr(text, "nl", text)), "en": str(text)}
