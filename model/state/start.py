"""What stands in the tables at the start, before anybody has moved in."""

from __future__ import annotations

import numpy as np

from model.case.case import Case
from model.case.layout import area_names
from model.engine.tables import Table
from model.state.streets import CENTRE, VENUES

WALK = 400.0  # metres: five minutes


def place_areas(case: Case, tables: dict[str, Table], venues: dict[str, list[int]]) -> None:
    """Write down neighbourhoods and meeting places, who has friends, and which meeting place is nearest to each street."""
    places, a, s = tables["venue"], tables["area"].arrays, tables["street"].arrays
    for column, values in venues.items():
        places.arrays[column][: len(values)] = np.array(values, dtype=places.columns[column].dtype)
    rows = np.arange(len(tables["area"]))
    a["name"][:] = area_names(case)
    a["from_street"][:] = np.searchsorted(s["area"], rows, side="left")
    a["to_street"][:] = np.searchsorted(s["area"], rows, side="right")
    a["from"][:], a["to"][:] = s["start"][a["from_street"]], s["stop"][a["to_street"] - 1]
    if case.neighbourhoods:
        s["friends"][:] = np.array([area.friends for area in case.neighbourhoods])[s["area"]]
    else:
        s["friends"][: (len(tables["street"]) + 1) // 2] = 1.0
    standing, kinds = places.street, places.kind
    for row in rows.tolist():
        span = slice(int(a["from_street"][row]), int(a["to_street"][row]))
        here = np.flatnonzero((standing >= span.start) & (standing < span.stop)) if len(rows) > 1 else np.arange(len(standing))
        for kind in range(len(VENUES)):
            _nearest(s, span, kind, here[kinds[here] == kind], standing)


def _nearest(s: dict[str, np.ndarray], span: slice, kind: int, found: np.ndarray, standing: np.ndarray) -> None:
    best = np.full(span.stop - span.start, np.inf)
    for venue in found.tolist():
        away = np.hypot(s["x"][span] - s["x"][standing[venue]], s["y"][span] - s["y"][standing[venue]])
        closer = away < best
        s["venue"][span, kind][closer] = venue
        best[closer] = away[closer]
    if kind == CENTRE:
        s["centre"][span] = best <= WALK
