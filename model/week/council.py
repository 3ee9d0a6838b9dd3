"""The council: sets the weights of the agenda and the support for upkeep from reports, input and objections."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.engine.chance import COUNCIL
from model.kinds import DEPARTMENTS, KINDS
from model.rules import council_weighs
from model.week.agenda_planning import AGENDA_KINDS
from model.week.agents import WorldAgent
from model.week.problems import LIVING

AGENDA_FIELDS = sorted({KINDS[row].department for row in AGENDA_KINDS})
COUNCIL_WEEKS = 13  # a quarter


class Council(WorldAgent):
    """The council: once a quarter it hears reports, input and objections, and decides on the agenda and on upkeep."""

    @property
    def agenda(self) -> dict[str, float]:
        """Weight of each department's field (0-1) in the choice of new projects."""
        return dict(zip(DEPARTMENTS, self.world.departments.weight.tolist(), strict=True))

    @property
    def first_field(self) -> int:
        """Row of the department whose field is most likely for a new project."""
        return max(AGENDA_FIELDS, key=lambda row: float(self.world.departments.weight[row]))

    def step(self) -> None:
        """Hold the meeting of the quarter, if it is due."""
        if self.world.week % COUNCIL_WEEKS == 0:
            self.meet()

    def meet(self) -> None:
        """Update the weights of the agenda and the support for upkeep; record a change of the first field."""
        world, p = self.world, self.world.case.behaviour
        d: dict[str, Any] = world.departments.arrays
        before, thousands = self.first_field, len(world.residents) / 1000.0
        open_reports = np.bincount(world.kind_departments[world.problems.kind], world.problems.reports, len(DEPARTMENTS))
        found = self.learn_in_the_field()
        upkeep, weighs = world.conditions.upkeep_support, world.rules.get("council_weighs", council_weighs)
        for row in range(len(DEPARTMENTS)):
            asked, objected = float(d["input"][row]) / thousands, float(d["objections"][row]) / thousands
            voiced = asked + p.council_reports * (float(open_reports[row]) + p.field_learning * float(found[row])) / thousands
            mood = 0.4 + 0.2 * world.draw(COUNCIL, row)  # random variation between meetings
            d["weight"][row] = weighs(float(d["weight"][row]), mood, voiced, objected, p.council_step)
            d["upkeep"][row] = weighs(float(d["upkeep"][row]), upkeep, asked, objected, p.council_step)
        d["input"][:] = 0.0
        d["objections"][:] = 0.0
        if self.first_field != before:
            world.note("council", field=self.first_field)

    def learn_in_the_field(self) -> np.ndarray:
        """Update departments' pictures from reports, and partly from unreported problems that ward officials know.

        Returns the number of problems per field known only from the street, shape (departments,).
        """
        world, p, q = self.world, self.world.case.behaviour, self.world.problems
        field, living, reported = world.kind_departments[q.kind], q.state == LIVING, q.reports > 0
        street = living & ~reported & (q.known == 1)
        reached = 1.0 * np.bincount(field, q.severity * (living & reported), len(DEPARTMENTS))
        reached += p.field_learning * np.bincount(field, q.severity * street, len(DEPARTMENTS))
        picture = world.departments.arrays["picture"]
        picture += (p.picture_step * (reached - picture)).astype(picture.dtype)
        return np.bincount(field, street, len(DEPARTMENTS))
