"""Service is not starved: reports are about what real ones are about, and are handled in days, as measured by municipalities."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from model import Neighbourhood
from model.case.case import load
from model.kinds import KINDS
from model.regimes import BASELINE
from model.week.reports import DROPPED

STARVED = "planned works are a third of reports and wait for months; dropped reports count as handled (docs/world)"


@cache
def run() -> Neighbourhood:
    model = Neighbourhood(load("default").replaced(residents=2000), BASELINE, seed=1)
    return model.run(208)


@pytest.mark.xfail(strict=True, reason=STARVED)
def test_nearly_all_reports_are_about_routine_matters():
    """Pijnacker-Nootdorp 2010: some 95 % are about roads, waste, green, lighting, buildings and sewer."""
    reports, problems = run().world.reports, run().world.problems
    planned = np.array([kind.planned for kind in KINDS])[problems.kind[reports.problem[: len(reports)]]]
    assert planned.mean() < 0.15


@pytest.mark.xfail(strict=True, reason=STARVED)
def test_reports_are_handled_in_10_to_25_days_on_the_mean():
    """Benchmark of municipalities 13; 16.3, 20, 14.8-25.6 elsewhere (P6)."""
    assert 10.0 <= 7.0 * run().outcomes()["handling_weeks"] <= 25.0


@pytest.mark.xfail(strict=True, reason=STARVED)
def test_hardly_any_report_is_dropped_without_an_answer():
    reports = run().world.reports
    fates = reports.fate[: len(reports)]
    assert (fates[fates != 0] == DROPPED).mean() < 0.05
