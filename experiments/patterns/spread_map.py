"""A map of the reproduction number and of where a snowball stops, over strength of example, offer and asking.

    python -m experiments.patterns.spread_map docs/pictures/spread-map.png

All else is the shared baseline; 10,000 residents, ten years, seed 1. It takes about two minutes.
"""

from __future__ import annotations

import sys
from itertools import product

import matplotlib as mpl
import numpy as np

from experiments.shared.style import STYLE
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE

RESIDENTS, WEEKS, FOLLOWED = 10_000, 520, 104
TIMES, OFFERS, ASKING = (0.5, 1.0, 1.5, 2.0), (0.0, 0.5, 1.0), (0.0, 1.0)
BAND = (0.10, 0.35)  # of streets in a year (P16)


def spread(times: float, offer: float, asking: float) -> tuple[float, float]:
    """Return the reproduction number of initiatives with two years of follow-up, and the share of streets with one in the last year."""
    behaviour = load("default").behaviour
    case = load("default").replaced(residents=RESIDENTS, streets=0, example_push=times * behaviour.example_push)
    practices = BASELINE.model_copy(update={"standing_offer": offer, "asking": asking})
    world = Neighbourhood(case, practices, seed=1).run(WEEKS).world
    k = world.initiatives
    cohort = (k.born > 0) & (k.born <= WEEKS - FOLLOWED)
    last = np.unique(k.street[k.born > WEEKS - 52])
    return float(k.offspring[cohort].sum() / max(cohort.sum(), 1)), len(last) / len(world.streets)


def draw(path: str) -> None:
    """Measure every point and draw the map to `path`: colour and number are R, below it the share of streets; framed: in the band."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.patches import Rectangle

    found = {point: spread(*point) for point in product(TIMES, OFFERS, ASKING)}
    with mpl.rc_context(STYLE):
        figure, panels = plt.subplots(1, len(ASKING), figsize=(9, 3.6), sharey=True, layout="constrained")
        for panel, asking in zip(panels, ASKING, strict=True):
            grid = np.array([[found[times, offer, asking][0] for times in TIMES] for offer in OFFERS])
            panel.imshow(grid, origin="lower", cmap="viridis", vmin=0, vmax=1.4, aspect="auto")
            for (y, offer), (x, times) in product(enumerate(OFFERS), enumerate(TIMES)):
                number, streets = found[times, offer, asking]
                stops = number >= 0.9 and BAND[0] <= streets <= BAND[1]
                ink = "black" if number > 0.8 else "white"
                panel.text(
                    x, y, f"{number:.2f}\n{100 * streets:.0f} %", ha="center", va="center", color=ink, weight="bold" if stops else "normal"
                )
                if stops:
                    panel.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, fill=False, edgecolor="black", linewidth=2))
            panel.set_xticks(range(len(TIMES)), [f"×{times:g}" for times in TIMES])
            panel.set_yticks(range(len(OFFERS)), [f"{offer:g}" for offer in OFFERS])
            panel.set(title=f"asking {asking:g}", xlabel="strength of example")
        panels[0].set_ylabel("standing offer")
        figure.colorbar(panels[0].images[0], ax=panels, label="reproduction number")
        figure.savefig(path, dpi=150)


if __name__ == "__main__":
    draw(sys.argv[1])
