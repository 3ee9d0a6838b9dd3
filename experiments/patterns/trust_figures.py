"""Draw what trust does in the long run, before and after its repair: `python -m experiments.patterns.trust_figures FOLDER`.

Two figures for docs/world/trust.md, made with the rules alone (one resident, one person, week by week):
`treadmill`, the same good official under the former form of trust and under the present one, and
`break-even`, at which share of bad meetings more contact lowers trust.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from experiments.shared.style import COLOURS, DASHES, STYLE
from model.parameters import Behaviour
from model.rules import return_to_rest, step_of_trust, surprise, update_trust, what_is_expected

YEARS, REST = 20, 0.52
GOOD, BAD = 0.72, 0.2  # quality of a good and of a bad meeting (assumption)
Meets = Callable[[int], float | None]  # week -> quality of the meeting, or None


def every(yearly: float, quality: float) -> Meets:
    """Return meetings of one quality, evenly spread."""
    return lambda week: quality if int(week * yearly / 52.0) > int((week - 1) * yearly / 52.0) else None


def now(meets: Meets, p: Behaviour, rest: float = REST, years: int = YEARS) -> np.ndarray:
    """Return trust (0-1) at the end of each week by the rules of today, of a resident with that resting level and without old hurt."""
    trust, recent, usual, evidence = rest, 0.0, rest, 0.0
    found = np.empty(52 * years)
    for week in range(1, 52 * years + 1):
        quality = meets(week)
        if quality is not None:
            pull = surprise(quality, what_is_expected(trust, usual, p.habituation), trust)
            step = step_of_trust(evidence, p.trust_step, p.trust_floor, p.trust_prior) + p.trust_fast
            moved = update_trust(trust, 0.0, max(pull, 0.0), max(-pull, 0.0), step, p.dampening, p.loss_aversion)
            recent += (moved - trust) * p.trust_fast / step
            trust, evidence = moved, evidence + 1.0
            usual += p.usual_step * (quality - usual) / 2.0
        fading = recent * (1.0 - p.fast_fade)
        trust, recent = return_to_rest(trust - recent, rest, p.trust_return) + fading, fading
        usual, evidence = return_to_rest(usual, rest, p.usual_return), evidence * (1.0 - p.evidence_fade)
        found[week - 1] = trust
    return found


def formerly(meets: Meets, years: int = YEARS) -> np.ndarray:
    """Return trust at the end of each week by the former form: only surprise counted, and what was usual caught up."""
    trust, usual, evidence = REST, REST, 0.0
    found = np.empty(52 * years)
    for week in range(1, 52 * years + 1):
        quality = meets(week)
        if quality is not None:
            undecided, unlike = 4.0 * trust * (1.0 - trust), quality - usual
            weight = 1.0 if unlike > 0 else 1.0 + undecided  # losses count double
            trust += 0.07 * 6.0 / (6.0 + evidence) * undecided * weight * unlike
            usual, evidence = usual + 0.1 * unlike / 2.0, evidence + 1.0
        trust, evidence = trust + 0.0044 * (REST - trust), evidence * (1.0 - 0.0044)
        found[week - 1] = trust
    return found


def treadmill(p: Behaviour) -> Figure:
    """Draw twenty years with an official of constant good quality, before and after."""
    figure = Figure(figsize=(7.09, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for number, yearly in enumerate((1, 4, 12, 52)):
        for axes, path in ((left, formerly(every(yearly, 0.77))), (right, now(every(yearly, 0.77), p))):
            yearly_means = path.reshape(YEARS, 52).mean(axis=1)
            axes.plot(np.arange(YEARS) + 0.5, yearly_means, color=COLOURS[number], linestyle=DASHES[number], label=f"{yearly} a year")
    for axes, title in ((left, "before: what was gained is taken back"), (right, "now: what was gained stays")):
        axes.axhline(0.77, color="0.6", linewidth=0.6)
        axes.axhline(REST, color="0.6", linewidth=0.6)
        axes.set_title(title)
        axes.set_xlabel("years with the same official")
    left.set_ylabel("trust in the official, mean of a year")
    left.legend(title="meetings", loc="center right")
    left.annotate("quality of the meetings", (0.2, 0.755), fontsize="small", color="0.35")
    right.annotate("resting level", (14.5, REST + 0.004), fontsize="small", color="0.35")
    return figure


def mixed(yearly: float, bad: float, seed: int) -> Meets:
    """Return meetings of which a share is bad, at random."""
    lucky, well = np.random.default_rng(seed).random(52 * YEARS + 1), every(yearly, GOOD)
    return lambda week: None if well(week) is None else (BAD if lucky[week] < bad else GOOD)


def break_even(p: Behaviour) -> Figure:
    """Draw where trust settles by the share of bad meetings, for few and many of them, and for three neutral points."""
    figure = Figure(figsize=(7.09, 3.0), layout="constrained")
    shares = np.linspace(0.0, 0.6, 13)
    panels = figure.subplots(1, 3, sharey=True)
    for axes, neutral in zip(panels, (-0.15, 0.0, 0.15), strict=True):
        for number, yearly in enumerate((1, 4, 12)):
            ends = [np.mean([now(shifted(mixed(yearly, bad, s), neutral), p)[-260:].mean() for s in range(12)]) for bad in shares.tolist()]
            axes.plot(100 * shares, ends, color=COLOURS[number], linestyle=DASHES[number], label=f"{yearly} a year")
        axes.axhline(REST, color="0.6", linewidth=0.6)
        axes.set_title(f"neutral point {neutral:+.2f}")
        axes.set_xlabel("bad meetings, %")
    panels[0].set_ylabel("trust in the last five of 20 years")
    panels[2].legend(title="meetings")
    return figure


def shifted(meets: Meets, neutral: float) -> Meets:
    """Return meetings as they are felt when the neutral point lies so much higher."""
    return lambda week: None if (quality := meets(week)) is None else min(max(quality - neutral, 0.0), 1.0)


def main(folder: str) -> None:
    """Write both figures into a folder, as SVG."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": "trust"}):
        for name, figure in (("treadmill", treadmill(Behaviour())), ("break-even", break_even(Behaviour()))):
            figure.savefig(Path(folder) / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main(sys.argv[1])
