"""The neighbourhood in Mesa's SolaraViz, as in its documentation: the comparison for the benchmark of the app."""
# solara declares neither its exports nor all of its types:
# pyright: standard, reportPrivateImportUsage=false

from __future__ import annotations

import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

CASE = load("default")
MODEL_PARAMS = {
    "case": CASE,
    "regime": {"type": "Select", "label": "Regime", "value": "top_down", "values": list(NAMED)},
    "seed": 1,
}


@solara.component
def streets(model: Neighbourhood) -> None:
    """Map of residents, coloured by trust in the municipality."""
    update_counter.get()
    figure = Figure()
    table = model.world.residents
    figure.subplots().scatter(table.x, table.y, c=table.trust[:, 2], s=8, vmin=0, vmax=1)
    solara.FigureMatplotlib(figure)


components = [streets, make_plot_component(["trust_neighbours", "trust_municipality"]), make_plot_component("problems_open")]
page = SolaraViz(Neighbourhood(case=CASE, regime="top_down", seed=1), components=components, model_params=MODEL_PARAMS)
