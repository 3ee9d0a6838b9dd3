"""Practitioners' claims: no rule states them and nothing was fitted to them, so they emerge or they do not.

Each pattern runs the same people with the same luck and means under practices that differ in the subject of the claim.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from experiments.patterns.declared import REGIMES, REPORTED, Part, Value, pattern
from model.regimes import BASELINE, NAMED, box
from model.state.tallies import AGENDA_BEGUN, AGENDA_GOAL, AGENDA_LANDED, INITIATIVE_CENTS, JOINS, QUITS, STARTED, WITHERED

if TYPE_CHECKING:
    import numpy as np

    from experiments.patterns.observed import Lived, Seen
    from model.regimes import Practices

INTERPLAY = ("intensity", "reciprocity", "truthfulness")
STREET_SIDE = ("presence", "group_approach", "build_on_existing", "support_desk", "listening_first", "intensity", "truthfulness", "scale")
SYSTEM_SIDE = ("inside_work", "mandate_euro", "mandate_rules", "approval_lag")


def lived(seen: Seen, **changes: float) -> Lived:
    """Return a run under the baseline with changed practices; each is run once."""
    return _once(seen, BASELINE.model_copy(update=changes))


def _once(seen: Seen, practices: Practices) -> Lived:
    kept = seen.__dict__.setdefault("kept_runs", {})
    key = tuple(practices.model_dump().values())
    if key not in kept:
        kept[key] = seen.under(practices)
    return kept[key]


def _ends(name: str) -> tuple[float, float]:
    """Return the lowest and highest value of a practice in the boxes of the named regimes."""
    spans = [box(regime)[name] for regime in NAMED]
    return min(low for low, _ in spans), max(high for _, high in spans)


@pattern(
    "P3", REPORTED, REGIMES, "S3 (practitioner's claim)",
    *(Part(f"more_{name}", 0.0) for name in INTERPLAY), Part("together", 0.0), Part("beats_pure", 0.0),
    Part("without_one", -math.inf, 0.0),
)  # fmt: skip
def leapfrog(seen: Seen) -> dict[str, Value]:
    """Bridging (tie strength across groups) under leapfrog, with its three qualities each at the lowest or highest of any box.

    Each alone: highest minus lowest, with the other two at their highest. Together: the three-way interaction (above 0: they
    strengthen each other). Beats pure: all three, minus the better of top-down and relational. Without one: the best result of
    leapfrog with one quality at its lowest, minus the same; the claim is that it then does not beat them.
    """
    y = {}
    for most in product((0, 1), repeat=3):
        chosen = {name: _ends(name)[end] for name, end in zip(INTERPLAY, most, strict=True)}
        y[most] = _once(seen, NAMED["leapfrog"].model_copy(update=chosen)).outcomes["bridging"]
    pure = max(_once(seen, NAMED[name]).outcomes["bridging"] for name in ("top_down", "relational"))
    all_three, lacking = y[1, 1, 1], {(0, 1, 1): INTERPLAY[0], (1, 0, 1): INTERPLAY[1], (1, 1, 0): INTERPLAY[2]}
    alone: dict[str, Value] = {f"more_{name}": all_three - y[most] for most, name in lacking.items()}
    together = sum((1 if sum(most) % 2 else -1) * value for most, value in y.items())
    return alone | {"together": together, "beats_pure": all_three - pure, "without_one": max(y[most] for most in lacking) - pure}


@pattern(
    "P13", REPORTED, REGIMES, "S2: 'werkt maar half' (practitioner's claim)",
    Part("delivered", 0.3, 0.7), Part("solved", 0.3, 0.7), Part("delivered_whole", scored=False),
    Part("solved_whole", scored=False),
)  # fmt: skip
def system_link(seen: Seen) -> dict[str, Value]:
    """A good official in the street without mandate and links inside: the share of the effect of both that remains.

    The street side of the relational regime (presence, groups, support, listening ...), with its system side (mandates, inside
    work, lag) and with that of top-down and no inside work; both against top-down on both sides. Of results delivered by
    initiatives and of problems solved; also the whole effect. About half is expected.
    """
    top, good = NAMED["top_down"], NAMED["relational"]
    weak = {name: getattr(top, name) for name in SYSTEM_SIDE} | {"inside_work": 0.0}
    strong = {name: getattr(good, name) for name in SYSTEM_SIDE}
    street = {name: getattr(good, name) for name in STREET_SIDE}
    neither, half, both = (_once(seen, top.model_copy(update=given)).outcomes for given in (weak, street | weak, street | strong))
    found: dict[str, Value] = {}
    for part, name in (("delivered", "initiatives_delivered"), ("solved", "problems_solved")):
        found[part] = half[name] - neither[name], both[name] - neither[name]
        found[f"{part}_whole"] = both[name] - neither[name]
    return found


@pattern(
    "P14", REPORTED, REGIMES, "S0, S4 (practitioners' claim)",
    Part("survival", 0.0), Part("per_euro", 0.0), Part("survive_existing", scored=False), Part("survive_new", scored=False),
)  # fmt: skip
def existing_first(seen: Seen) -> dict[str, Value]:
    """Supporting existing initiatives (instead of own programmes) against launching new ones, all else at the baseline.

    Survival: difference in the share of initiatives that are alive, or have delivered, a year after they began. Per euro:
    difference in survivors for each 1,000 euro given to initiatives.
    """
    existing, new = lived(seen, build_on_existing=1.0), lived(seen, build_on_existing=0.0)
    share, per_euro = (
        [run.survived / below if below else math.nan for run, below in zip((existing, new), sizes, strict=True)]
        for sizes in ((existing.begun, new.begun), [run.tally[INITIATIVE_CENTS] / 1e5 for run in (existing, new)])
    )
    return {
        "survival": share[0] - share[1],
        "per_euro": per_euro[0] - per_euro[1],
        "survive_existing": share[0],
        "survive_new": share[1],
    }


@pattern(
    "P15", REPORTED, REGIMES, "S0 (practitioner's claim)", Part("withered", 0.0), Part("quit", 0.0), Part("withered_long", scored=False),
)  # fmt: skip
def lost_in_translation(seen: Seen) -> dict[str, Value]:
    """Decisions that take half a year against immediate ones, all else at the baseline: is energy lost?

    Withered: initiatives that ended without a result, for each one begun. Quit: members who left, for each who joined.
    """
    slow, fast = lived(seen, approval_lag=26.0).tally, lived(seen, approval_lag=0.0).tally

    def share(tally: np.ndarray, part: int, whole: int) -> float:
        return tally[part] / tally[whole] if tally[whole] else math.nan

    withered = [share(tally, WITHERED, STARTED) for tally in (slow, fast)]
    return {
        "withered": withered[0] - withered[1],
        "quit": share(slow, QUITS, JOINS) - share(fast, QUITS, JOINS),
        "withered_long": withered[0],
    }


@pattern(
    "P20", REPORTED, REGIMES, "S1, after Van Twist et al. (practitioner's claim)",
    Part("goal_begun", 0.0), Part("goal_finished", scored=False), Part("landed_with", scored=False),
    Part("landed_without", scored=False),
)  # fmt: skip
def conditional(seen: Seen) -> dict[str, Value]:
    """Agenda projects that stop unless residents take part against projects that go on regardless, all else at the baseline.

    Goal: goal reached (in streets) for each project *begun*, with minus without; among finished projects it is arithmetic, and
    only shown. Landed: share of projects begun that were carried out.
    """
    runs = [lived(seen, conditional_on_residents=value) for value in (1.0, 0.0)]
    begun, landed, goal = ([float(run.tally[part]) for run in runs] for part in (AGENDA_BEGUN, AGENDA_LANDED, AGENDA_GOAL))

    def each(parts: list[float], wholes: list[float]) -> list[float]:
        return [part / whole if whole else math.nan for part, whole in zip(parts, wholes, strict=True)]

    with_them, without = each([g / 1000 for g in goal], begun)
    finished = each([g / 1000 for g in goal], landed)
    carried = each(landed, begun)
    return {
        "goal_begun": with_them - without,
        "goal_finished": finished[0] - finished[1],
        "landed_with": carried[0],
        "landed_without": carried[1],
    }
