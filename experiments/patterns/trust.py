"""Patterns of trust: order of trust, promises, grievance, inertia and shock, and the departure of an official."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.patterns.declared import CALIBRATED, CHECK, LARGE, TWINS, Part, Value, pattern
from experiments.patterns.observed import some_residents
from model.state.experiences import HEARD_OUT, MET, MUNICIPALITY, NEIGHBOURS, OFFICIAL, PROMISE_BROKEN, PROMISE_KEPT
from model.state.tallies import LIVE_CONTACT

if TYPE_CHECKING:
    from experiments.patterns.observed import Act, Seen

SAMPLE = 0.1  # share of residents who get an event: so few that they hardly influence each other
NEWS, EVERY, TIMES = 0.5, 13, 8  # shock: bad news at half the weight of own experience, every quarter for two years
CALM = 52  # weeks before it
LATEST = 5.0  # years within which half of the fall should be recovered


@pattern(
    "P8", CALIBRATED, LARGE, "S2; LKO 2016: mayor 61 %, council 53 %; CBS 2022: 66 % trust people",
    Part("neighbours_over_official", 0.0), Part("official_over_municipality", 0.0), Part("widens", scored=False),
    Part("know_an_official", scored=False),
)  # fmt: skip
def trust_order(seen: Seen) -> dict[str, Value]:
    """Mean trust at the end of residents with a live tie to an official: neighbours minus official, official minus municipality.

    Always the same residents, because those who open the door trust more anyway. The order can come from resting levels. Widens:
    the gap between official and municipality beyond that of resting levels, of residents with a tie minus those without.
    """
    r = seen.end_of_years().world.residents
    trust, known = r.trust.astype(np.float64), r.contact >= LIVE_CONTACT
    official = _mean(trust[known, OFFICIAL])
    moved = trust - r.rest
    wider = moved[:, OFFICIAL] - moved[:, MUNICIPALITY]
    return {
        "neighbours_over_official": _mean(trust[known, NEIGHBOURS]) - official,
        "official_over_municipality": official - _mean(trust[known, MUNICIPALITY]),
        "widens": _mean(wider[known]) - _mean(wider[~known]),
        "know_an_official": float(known.mean()),
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


@pattern(
    "P9", CHECK, TWINS, "Naurin, Soroka and Markwat 2019; Slovic 1993; conditional on firm priors: Poortinga and Pidgeon 2004",
    Part("middling", 1.2, 5.0), Part("extreme", 0.7, 1.5),
)  # fmt: skip
def broken_and_kept(seen: Seen) -> dict[str, Value]:
    """Trust in the official lost by a broken promise over that gained by a kept one, with equal surprise.

    One in ten residents gets a prior: middling (0.5) or extreme (0.05 and 0.95). At the extremes at most 1.5 is expected.
    """
    middling, extreme = _loss_and_gain(seen, 0.5), np.add(_loss_and_gain(seen, 0.05), _loss_and_gain(seen, 0.95))
    return {"middling": middling, "extreme": (float(extreme[0]), float(extreme[1]))}


def _loss_and_gain(seen: Seen, prior: float) -> tuple[float, float]:
    rows = some_residents(seen.start[0], SAMPLE)
    untouched, kept, broken = (
        seen.acted([(0, kind, OFFICIAL, value, 0.5)] if kind else [], rows, 1, prior)[:, OFFICIAL]
        for kind, value in ((0, 0.0), (PROMISE_KEPT, 1.0), (PROMISE_BROKEN, 0.0))
    )
    return float((untouched - broken).mean()), float((kept - untouched).mean())


@pattern(
    "P10", CHECK, TWINS, "S0, S2; Crisis and Correction (Political Behavior 2025): correction fails after an earlier failure",
    Part("after_failures", -math.inf, 1.0), Part("acknowledged", 1.0), Part("restored", scored=False),
)  # fmt: skip
def old_hurt(seen: Seen) -> dict[str, Value]:
    """Gain of trust in the official by a good contact: after three broken promises half a year ago, over without them.

    Acknowledged: if an official has heard the grievance out, over if not. Restored: acknowledged, over without failures.
    """
    rows = some_residents(seen.start[0], SAMPLE)
    failures: list[Act] = [(week, PROMISE_BROKEN, OFFICIAL, 0.0, 0.7) for week in (0, 4, 8)]
    heard: list[Act] = [(34, HEARD_OUT, OFFICIAL, 1.0, -1.0)]
    good: list[Act] = [(36, MET, OFFICIAL, 0.9, 0.5)]

    def gain(before: list[Act]) -> float:
        after, without = (seen.acted(before + act, rows, 37)[:, OFFICIAL] for act in (good, []))
        return float((after - without).mean())

    clean, hurt, healed = gain([]), gain(failures), gain(failures + heard)
    return {"after_failures": (hurt, clean), "acknowledged": (healed, hurt), "restored": (healed, clean)}


@pattern(
    "P11", CALIBRATED, TWINS,
    "Devine and Valgardsson (EJPR): shocks fade in a few years; Kieskompas on Delfzijl: low trust 30 to 70 % in 2 years",
    Part("drift", 0.0, 0.01), Part("low_after_shock", 0.60, 0.80), Part("fall", -0.25, -0.10), Part("half_back", 1.5, LATEST),
    Part("low_before", scored=False),
)  # fmt: skip
def inertia_and_shock(seen: Seen) -> dict[str, Value]:
    """Drift: the largest yearly trend of mean trust in neighbours, official or municipality when nothing happens (at most 0.01).

    Shock: after a calm year, bad news about the municipality reaches everybody every quarter for two years, at half the weight of
    own experience. Low trust: below the 30th percentile before the shock (in the same run without news). Expected: about 70 % low
    after two years, a fall of the mean by 0.10 to 0.25, and half of the gap in the mean closed 1.5 to 5 years later.
    """
    weeks = seen.weeks
    calm, means = seen.path({}, weeks)
    upset, _ = seen.path({CALM + 1 + EVERY * n: NEWS for n in range(TIMES)}, weeks)
    end = min(CALM + EVERY * TIMES, weeks) - 1
    limit = np.quantile(calm[CALM - 1], 0.3)
    gap = (calm - upset).mean(axis=1)[end:]
    slopes = [np.polyfit(np.arange(weeks - CALM) / 52, means[CALM:, a], 1)[0] for a in (NEIGHBOURS, OFFICIAL, MUNICIPALITY)]
    return {
        "drift": float(np.abs(slopes).max()),
        "low_before": float((calm[CALM - 1] < limit).mean()),
        "low_after_shock": float((upset[end] < limit).mean()),
        "fall": float(-gap[0]),
        "half_back": years_back(gap),
    }


def years_back(gap: np.ndarray) -> float:
    """Return the years until half of a weekly gap is closed. If never: the whole length if beyond `LATEST`, otherwise NaN."""
    back = np.flatnonzero(gap < 0.5 * gap[0])
    if len(back):
        return float(back[0]) / 52
    return len(gap) / 52 if len(gap) > 52 * LATEST else math.nan


@pattern(
    "P12", CHECK, TWINS, "S1, S2; VNG 2022: 17 % of posts change hands a year",
    Part("linking_lost", 0.5, 1.0), Part("personal_lost", 0.5, 1.0), Part("institution", -0.01, 0.01),
)  # fmt: skip
def rotation(seen: Seen) -> dict[str, Value]:
    """All ward officials leave after a year without hand-over, against the same run in which they stay.

    Among residents with a live tie: Linking: the share whose tie is lost a week later. Personal: the share of the distance of their
    trust in the official from its resting level that is lost. Institution: change of their trust in the municipality.
    """
    trust, rest, contact = seen.left(CALM, 1, False)
    after, _, ties = seen.left(CALM, 1, True)
    known = contact >= LIVE_CONTACT
    apart = np.abs(trust - rest)[known, OFFICIAL], np.abs(after - rest)[known, OFFICIAL]
    return {
        "linking_lost": 1.0 - float((ties[known] >= LIVE_CONTACT).sum()) / max(float(known.sum()), 1.0),
        "personal_lost": (float(apart[0].sum() - apart[1].sum()), float(apart[0].sum())),
        "institution": _mean((after - trust)[known, MUNICIPALITY]),
    }
