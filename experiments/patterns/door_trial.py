"""The one randomised trial there is of a visit at the door, repeated in the model: what a single good visit does, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import CALIBRATED, TWINS, Part, Value, pattern
from experiments.patterns.observed import befall
from model.engine.chance import WITNESS, draw, join, key_of
from model.rules import door_opens, quality_felt, quality_of_contact
from model.state.experiences import MET, OFFICIAL, USUAL

if TYPE_CHECKING:
    from experiments.patterns.observed import Seen
    from model.neighbourhood import Neighbourhood

OFFERED = 400  # residents who are offered a visit
SKILL, STRAIN = 0.9, 0.1  # of who visits (assumption: chosen and prepared officials, with time and without a case)
CHOICE, OPENS, QUALITY = range(3)  # which draw of the trial


@pattern(
    "P18", CALIBRATED, TWINS,
    "Peyton, Sierra-Arevalo and Rand 2019 (PNAS 116:19894): t about 7 after 3 days and 3.9 after 21, 412 of 1,007 doors opened",
    Part("offered", 0.1, 0.3), Part("lasts", 0.3, 0.85), Part("spread", 0.12, 0.22), Part("opened", scored=False),
)  # fmt: skip
def door_visit(seen: Seen) -> dict[str, Value]:
    """400 residents are offered one visit, without a request and without a case; the same people without it are the control.

    Offered: the gain of trust in the official after 3 days, in standard deviations between residents, of all who were offered the
    visit. Lasts: the gain after 21 days over that after 3. Spread: that standard deviation. Opened: the share who opened the door.
    The visit is taken to be in the middle of a week: the end of that week stands for 3 days, and halfway between the ends of the
    second and the third week after it for 21 days.
    """
    model, start = seen.start
    rows, quality = _visited(model)
    trust = {}
    for visit in (False, True):
        model.restore(start)
        for week in range(4):
            if visit and week == 0:
                befall(model, rows[quality >= 0.0], MET, OFFICIAL, quality[quality >= 0.0], USUAL)
            model.step()
            trust[visit, week] = model.world.residents.trust[:, OFFICIAL].astype(np.float64)
    gain = [float((trust[True, week] - trust[False, week])[rows].mean()) for week in range(4)]
    spread = float(trust[False, 0].std())
    return {
        "offered": gain[0] / spread,
        "lasts": (0.5 * (gain[2] + gain[3]), gain[0]),
        "spread": spread,
        "opened": float((quality >= 0.0).mean()),
    }


def _visited(model: Neighbourhood) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of those who are offered a visit, and the quality of the meeting (-1: the door stays shut)."""
    r, p, key = model.world.residents, model.case.behaviour, key_of(model.seed, WITNESS, -2)

    def luck(row: int, what: int) -> float:
        return draw(key, join(int(r.name[row]), what))

    rows = np.array(sorted(sorted(range(len(r)), key=lambda row: luck(row, CHOICE))[:OFFERED]))
    quality = np.full(len(rows), -1.0)
    for n, row in enumerate(rows.tolist()):
        if door_opens(luck(row, OPENS), float(r.trust[row, OFFICIAL]), float(r.grievance[row, OFFICIAL]), p.door_base, p.door_slope):
            met = quality_of_contact(luck(row, QUALITY), SKILL, STRAIN, 0.0, 0.0, p.contact_usual, p.contact_spread)
            quality[n] = quality_felt(met, p.contact_neutral)
    return rows, quality
