"""Verdicts on mechanisms, from paired statistics with Holm's correction over all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.mechanisms.rows import Row
from experiments.shared.statistics import holm
from model.measures.weekly import OUTCOMES

FEWEST = 10  # smallest number of pairs for a verdict
SURE = 0.05  # after Holm's correction over all mechanisms (or all contrasts of interactions)
EMERGES, OPPOSITE, SMALLER, UNSETTLED = "emerges", "opposite", "smaller than d", "unsettled"
IS_THERE = "is there"  # as "emerges", of what is written in as a local rule: its size and reach are found, not that it is true
UP, DOWN = "up", "down"
HOLDS, DOES_NOT_HOLD = "holds", "does not hold"
RULE = (
    "W and O, by the paired difference on the outcome, mechanism on minus off (same people, same luck; 95 % interval by Student's t; p "
    "adjusted by Holm over all mechanisms). Emerges: surely (adjusted p below 0.05) in the direction that the essay claims, and not "
    "smaller than d; of a W this is called: is there, for what is written in cannot emerge. Opposite: as surely the other way. Smaller "
    "than d: the whole interval lies within the outcome's smallest effect of "
    "interest, d. Unsettled: none of these, or fewer than 10 pairs in which both sides have a value, or all of them alike, for then the "
    "spread is not known. Where the essay leaves the direction "
    "open: up or down. D holds when its accounts add up in every run and the trace surely moves with the switch, in the direction "
    "claimed. Pairs are added by 20 until half of the interval is at most d, or 400 are spent; the rule looks at the spread of the "
    "differences, never at their mean."
)


def adjusted(p: Sequence[float | None]) -> list[float | None]:
    """Return Holm's adjusted p-values; None stays None and is not counted."""
    found = holm([math.nan if one is None else one for one in p])
    return [None if math.isnan(one) else float(one) for one in found]


def verdict(row: Row, expected: str, outcome: str, p_holm: float | None) -> str:
    """Return the verdict of a paired difference on a claim. row: n, difference, low, high (None: undefined)."""
    low, high, difference = row["low"], row["high"], row["difference"]
    if low is None or high is None or difference is None or p_holm is None or row["n"] < FEWEST:
        return UNSETTLED  # also when all pairs are alike: then nothing is known of the spread
    if OUTCOMES[outcome].negligible(low, high):
        return SMALLER
    if not p_holm < SURE:
        return UNSETTLED
    found = UP if difference > 0 else DOWN
    if expected == "open":
        return found
    return EMERGES if found == expected else OPPOSITE


def definition(row: Row, expected: str, p_holm: float | None) -> tuple[str, str]:
    """Return whether a definition holds, and why not. row: also `checked` (number of audited runs) and `faults`."""
    if row["faults"]:
        return DOES_NOT_HOLD, f"its accounts do not add up: {row['faults'][0]}"
    if not row["checked"]:
        return DOES_NOT_HOLD, "no accounts were looked at"
    if row["n"] < FEWEST:
        return UNSETTLED, f"its accounts add up; {row['n']} pairs are too few to see whether the trace moves"
    difference = row["difference"]
    if p_holm is None or difference is None or not p_holm < SURE:
        return DOES_NOT_HOLD, "its accounts add up, but the trace does not surely move with the switch"
    if expected != "open" and (difference > 0) != (expected == UP):
        return DOES_NOT_HOLD, "its accounts add up, but the trace moves the other way"
    return HOLDS, ""


def _still(row: Row) -> str:
    """A switch that moves nothing in any pair: not connected, or what it acts on does not happen there."""
    if row["n"] < FEWEST or row["difference"] != 0 or row["sd"] != 0:
        return ""
    return f"not one of {row['n']} pairs differs: what it acts on does not happen in this experiment, or it does not reach so far"


def _with(row: Row, **more: object) -> dict[str, Any]:
    return {**row, **more}


def judged(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the rows of all mechanisms with p_holm, verdict and why; all are one family."""
    family = dict(zip(rows, adjusted([row["p"] for row in rows.values()]), strict=True))
    found: dict[str, Row] = {}
    for name, row in rows.items():
        p = family[name]
        if row["class"] == "D":
            says, why = definition(row, row["expected"], p)
        else:
            says, why = verdict(row, row["expected"], row["outcome"], p), _still(row)
            if row["class"] == "W" and says == EMERGES:
                says = IS_THERE
        found[name] = _with(row, p_holm=p, verdict=says, why=why)
    return found


def judged_crossings(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the rows of interactions with p_holm and verdict; all contrasts are one family."""
    family = [(name, contrast) for name, row in rows.items() for contrast in row["contrasts"]]
    holms = adjusted([rows[name]["contrasts"][contrast]["p"] for name, contrast in family])
    found: dict[str, Row] = {name: _with(row, contrasts=dict(row["contrasts"])) for name, row in rows.items()}
    for (name, contrast), p in zip(family, holms, strict=True):
        own = rows[name]["contrasts"][contrast]
        says = verdict(own, own["expected"], rows[name]["outcome"], p)
        found[name]["contrasts"][contrast] = _with(own, p_holm=p, verdict=says)
    return found
