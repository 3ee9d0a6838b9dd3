"""What tests of a calibration's report share: a plan of two parameters and two targets, and three sets of a wave."""

from __future__ import annotations

import numpy as np

from experiments.calibration.schema import checked

PLAN = checked(
    {
        "seed": 3,
        "runs": {"residents": 2_500, "weeks": 20, "burn_in": 8},
        "waves": {"sizes": [3], "repeated": 2, "seeds": 2},
        "confirm": {"seeds": 2, "forks": [5], "batch": 3, "wanted": 2, "at_most": 8},
        "parameters": {
            "report_habit": {"low": 0.002, "high": 0.008, "log": True, "why": "the level"},
            "trust_step": {"low": 0.0, "high": 0.1},
        },
        "targets": {"P1.rate": {"low": 0.1, "high": 0.2, "discrepancy": 0.001}, "P11.low_after_shock": {}},
    }
)
X = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
