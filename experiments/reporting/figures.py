"""The figures of a study's report, ready for a paper: SVG with text as text, and PNG at 300 dots an inch.

Each is drawn from a table of the report. The note below a figure gives n and the kind of interval. Which regime is ahead
shows in the colour and in a letter, sign or hatching, so that nothing depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import matplotlib as mpl

from experiments.reporting import figures_factors as factors
from experiments.reporting import figures_indices as indices
from experiments.reporting import figures_regimes as regimes
from experiments.reporting.course import drawing as course
from experiments.reporting.drawing import Drawing
from experiments.reporting.findings import Findings
from experiments.reporting.strata_shown import drawings as drawings_of_strata
from experiments.reporting.tables import wins
from experiments.shared.style import STYLE


def drawings(found: Findings) -> Iterator[Drawing]:
    """Yield every figure that fits the design, numbered in the file names."""
    with mpl.rc_context(STYLE):
        if found.is_comparison and found.comparison is not None:
            yield course(found.comparison, "figure")
            yield from drawings_of_strata(found.comparison.strata, found.regimes)
            return
        for number, drawing in enumerate(_all(found), 1):
            yield replace(drawing, name=f"figure-{number:02}-{drawing.name}")


def _all(found: Findings) -> Iterator[Drawing]:
    tables = found.tables
    if found.comparison is not None and not found.comparison.weekly.is_empty():
        yield course(found.comparison)
    if "differences" in tables and not found.wide:
        yield from regimes.differences(found, tables["differences"])
    if "regime_map" in tables:
        yield from regimes.maps(found, tables["regime_map"])
    if "practice_ends" in tables:
        yield from factors.two_sides(found, tables["practice_ends"])
    if "dose_response" in tables:
        yield from factors.doses(found, tables["dose_response"])
    if "decomposition" in tables:
        yield from factors.parts(found, tables["decomposition"])
    if "differences" in tables and found.wide:
        yield from regimes.shares_of_rows(found, wins(tables["differences"]))
    if "rank_correlations" in tables:
        yield from indices.correlations(found, tables["rank_correlations"])
    if "sobol" in tables:
        yield from indices.indices(found, tables["sobol"])
    if "morris" in tables:
        yield from indices.screening(found, tables["morris"])
