"""What tests of a city share: a rich and a poor neighbourhood, and how they are lived."""

from __future__ import annotations

from typing import Any

from model.case.case import Case, load
from model.neighbourhood import Neighbourhood

RICH: dict[str, Any] = {"name": "Oost", "residents": 60, "owner_share": 0.9, "association_share": 0.0, "low_income_share": 0.1}
POOR: dict[str, Any] = {"name": "West", "residents": 45, "owner_share": 0.0, "association_share": 0.9, "low_income_share": 0.8}
TWO = load("default").replaced(neighbourhoods=[RICH, POOR], burn_in=2, problem_rate=6)


def live(case: Case, weeks: int = 0, regime: str = "relational", seed: int = 1) -> Neighbourhood:
    return Neighbourhood(case, regime, seed=seed, compiled=False).run(weeks)
