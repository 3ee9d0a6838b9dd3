"""The council: hears what is reported, put in and objected to; decides what comes first on the agenda, and on upkeep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent

from model.engine.chance import COUNCIL
from model.kinds import DEPARTMENTS, KINDS
from model.rules import council_weighs
from model.week.agenda_planning import AGENDA_KINDS
from model.week.problems import LIVING

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

AGENDA_FIELDS = sorted({KINDS[row].department for row in AGENDA_KINDS})
COUNCIL_WEEKS = 13  # a quarter


class Council(Agent):
    """The council: hears reports, input and objections once a quarter; decides on the agenda and on upkeep."""

    model: Neighbourhood

    def __init__(self, model: Neighbourhood) -> None:
        super().__init__(model)
        model.departments.arrays["weight"][:] = 0.5
        model.departments.arrays["upkeep"][:] = model.case.conditions.upkeep_support

    @property
    def agenda(self) -> dict[str, float]:
        """How much each department's field weighs in what is taken up next."""
        return dict(zip(DEPARTMENTS, self.model.departments.weight.tolist(), strict=True))

    @property
    def first_field(self) -> int:
        """The department in whose field a next project is likeliest."""
        return max(AGENDA_FIELDS, key=lambda row: float(self.model.departments.weight[row]))

    def step(self) -> None:
        """Meet once a quarter."""
        if self.model.week % COUNCIL_WEEKS == 0:
            self.meet()

    def meet(self) -> None:
        """Move the agenda and the support for upkeep with what was heard, and note it when another field comes first."""
        model, p = self.model, self.model.case.behaviour
        d: dict[str, Any] = model.departments.arrays
        before, thousands = self.first_field, len(model.residents_table) / 1000.0
        open_reports = np.bincount(model.kind_departments[model.problems.kind], model.problems.reports, len(DEPARTMENTS))
        found = self.learn_in_the_field()
        upkeep, weighs = model.conditions.upkeep_support, model.rules.get("council_weighs", council_weighs)
        for row in range(len(DEPARTMENTS)):
            asked, objected = float(d["input"][row]) / thousands, float(d["objections"][row]) / thousands
            voiced = asked + p.council_reports * (float(open_reports[row]) + p.field_learning * float(found[row])) / thousands
            mood = 0.4 + 0.2 * model.draw(COUNCIL, row)  # the fashion of the day
            d["weight"][row] = weighs(float(d["weight"][row]), mood, voiced, objected, p.council_step)
            d["upkeep"][row] = weighs(float(d["upkeep"][row]), upkeep, asked, objected, p.council_step)
        d["input"][:] = 0.0
        d["objections"][:] = 0.0
        if self.first_field != before:
            model.note("council", field=self.first_field)

    def learn_in_the_field(self) -> np.ndarray:
        """Departments learn what is wrong from reports, and in part from what ward officials know that nobody has reported.

        Returns how many problems of each field are known from the street alone.
        """
        model, p, q = self.model, self.model.case.behaviour, self.model.problems
        field, living, reported = model.kind_departments[q.kind], q.state == LIVING, q.reports > 0
        street = living & ~reported & (q.known == 1)
        reached = 1.0 * np.bincount(field, q.severity * (living & reported), len(DEPARTMENTS))
        reached += p.field_learning * np.bincount(field, q.severity * street, len(DEPARTMENTS))
        picture = model.departments.arrays["picture"]
        picture += (p.picture_step * (reached - picture)).astype(picture.dtype)
        return np.bincount(field, street, len(DEPARTMENTS))
