"""A page as a Mesa user would write it: `solara run tests/browser/page.py`. Nothing of ours beside the neighbourhood itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import solara
from mesa.visualization import SolaraViz, make_plot_component

from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

CASE = load("default").replaced(residents=60, burn_in=0, problem_rate=8)
model_params = {
    "case": CASE,
    "regime": {"type": "Select", "label": "Regime", "value": "top_down", "values": list(NAMED)},
    "seed": 7,  # fixed: no control for it
}


def census(model: Neighbourhood):
    """What the test knows a neighbourhood by."""
    burden = model.residents.agg("burden", np.mean)
    solara.Text(f"week {model.week}: {len(model.agents)} agents, presence {model.practices.presence}, burden {burden:.9f}")


# Any: what Mesa annotates `components` with does not admit what its own make_plot_component returns
components: list[Any] = [census, make_plot_component(["trust_neighbours", "trust_municipality"]), make_plot_component("problems_open")]
page = SolaraViz(
    Neighbourhood(case=CASE, regime="top_down", seed=7), components=components, model_params=model_params, name="A neighbourhood"
)
