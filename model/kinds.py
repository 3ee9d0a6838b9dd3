"""Kinds of problem and the departments that deal with them, declared once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.engine.declared import Place, declared


class Department(Place):
    """A department, or the housing corporation, named by its field of work."""


PUBLIC_SPACE = Department("public space")
SOCIAL = Department("social")
PLANNING = Department("spatial planning")
SAFETY = Department("safety")
HOUSING = Department("housing corporation")
DEPARTMENTS = tuple(place.meaning for place in declared(globals(), Department).values())

BY_CREW, BY_VISIT, BY_PROGRAMME, BY_CORPORATION, BY_NOBODY = range(5)  # who carries a case out


@dataclass(frozen=True)
class Kind:
    """A kind of problem. Rates, loads and days are assumptions, chosen so that reports match P1 and P6; all can be varied.

    What the kinds of maintenance stand for (Pijnacker-Nootdorp 2010): `litter` for street cleaning, waste and what is broken in and
    around municipal buildings; `paving` for roads, pavements and blocked drains; `green` for green and play; `lighting` for lamps.
    """

    name: str
    label: str
    rate: float  # new problems a street a year
    severity: float  # at the start, 0-1
    grows: float  # share a week of the distance to severity 1
    fades: float  # share a week of the severity
    public: float  # load on all residents of the street
    private: float  # load on residents of small means
    reportable: float  # of residents who would report, the share who make a report of this kind; 0: it cannot be reported
    presence: float  # probability that a visit finds it
    department: int
    solver: int
    planned: float  # 1: a plan must be approved before it is carried out; 0: routine
    minutes: int  # to carry out a solution
    days: float  # mean, from the decision until whoever carries it out can be there: rounds, parts, a contractor
    euro: int
    conflict: float  # share of cases that meet a rule conflict
    symptom: float  # share of routine solutions that leave the cause
    by_residents: float  # 1: residents can solve it themselves
    concerned: float  # 1: a conflict of interests, which the parties can settle by bargaining
    spans: int = -1  # the other department that must agree; -1: none


KINDS = (
    Kind("litter", "litter and broken things", 4.0, 0.20, 0.04, 0.07, 0.6, 0.0, 1, 1.0, PUBLIC_SPACE, BY_CREW, 0, 60, 5, 20, 0.02, 0.25, 1, 0),
    Kind("noise", "noise and nuisance", 0.8, 0.40, 0.02, 0.05, 1.0, 0.0, 0.05, 0.25, SAFETY, BY_VISIT, 0, 60, 7, 0, 0.0, 0.60, 0, 1),
    Kind("traffic", "unsafe traffic", 0.15, 0.30, 0.01, 0.015, 1.0, 0.0, 0.02, 1.0, PLANNING, BY_CREW, 1, 600, 60, 1500, 0.3, 0.20, 0, 0),
    Kind("energy", "energy poverty", 0.15, 0.40, 0.01, 0.02, 0.0, 1.2, 0, 1.0, SOCIAL, BY_PROGRAMME, 1, 480, 30, 800, 0.5, 0.40, 1, 0, HOUSING),
    Kind("loneliness", "loneliness", 0.2, 0.35, 0.01, 0.02, 0.1, 0.6, 0, 1.0, SOCIAL, BY_NOBODY, 0, 0, 0, 0, 0.0, 0.0, 1, 0),
    Kind("design", "a flaw in the design of the place", 0.05, 0.45, 0.0, 0.006, 1.0, 0.0, 0.02, 1.0, PLANNING, BY_CREW, 1, 360, 60, 900, 0.3, 1.0, 0, 1),
    Kind("neglect", "neglected public space", 0.3, 0.30, 0.02, 0.02, 1.0, 0.0, 0.02, 1.0, HOUSING, BY_CORPORATION, 1, 420, 30, 500, 0.25, 0.35, 1, 0),
    Kind("youth", "youth with nothing to do", 0.3, 0.35, 0.02, 0.035, 0.8, 0.0, 0.02, 0.5, SOCIAL, BY_PROGRAMME, 1, 360, 30, 400, 0.2, 0.50, 1, 1),
    Kind("paving", "loose paving and blocked drains", 1.9, 0.20, 0.02, 0.03, 0.6, 0.0, 1, 1.0, PUBLIC_SPACE, BY_CREW, 0, 90, 15, 50, 0.02, 0.10, 0, 0),
    Kind("green", "overgrown green and broken play things", 1.0, 0.20, 0.03, 0.05, 0.6, 0.0, 1, 1.0, PUBLIC_SPACE, BY_CREW, 0, 60, 11, 20, 0.02, 0.20, 1, 0),
    Kind("lighting", "broken street lamps", 1.0, 0.20, 0.0, 0.02, 0.6, 0.0, 1, 1.0, PUBLIC_SPACE, BY_CREW, 0, 60, 18, 30, 0.02, 0.05, 0, 0),
)  # fmt: skip
KIND_ROWS = {kind.name: row for row, kind in enumerate(KINDS)}
HIDDEN_AFTER = 26  # weeks without a report that make a street silent


def kinds_record(factors: dict[str, float]) -> np.ndarray:
    """Return the kinds as a record array for the loops; `factors` multiplies rates, by kind."""
    names = [name for name in Kind.__dataclass_fields__ if name not in ("name", "label")]
    record = np.zeros(len(KINDS), dtype=[(name, np.float64) for name in names])
    for row, kind in enumerate(KINDS):
        for name in names:
            record[name][row] = getattr(kind, name)
        record["rate"][row] *= factors.get(kind.name, 1.0)
    return record
