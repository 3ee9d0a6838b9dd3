"""Trust can be moved and stays moved: at the rules, and in a run of twenty years in which only meetings happen."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest

from experiments.patterns.observed import befall
from experiments.patterns.trust_figures import every, now
from model import Neighbourhood
from model.case.case import load
from model.parameters import Behaviour
from model.rules import surprise, update_trust, what_is_expected
from model.state.experiences import MET, NEW_OFFICIAL, OFFICIAL, USUAL

QUALITIES = (0.3, 0.5, 0.77, 0.95)
YEARLY = (0.2, 1, 4, 12, 52)  # contacts a year
YEARS = 20
# only what a test does: no problems, hours, requests, initiatives, gossip or moving
STILL = {
    "burn_in": 0, "problem_rate": 0.0, "ward_hours": 0.0, "needs_rate": 0.0, "found_base": 0.0, "agenda_rate": 0.0, "talk": 0.0,
    "moves_per_year": 0.0,
}  # fmt: skip


def by_the_rules(quality: float, yearly: float, rest: float, **changed: float) -> np.ndarray:
    """Trust at the end of each week, of one resident in one person, worked out with the rules alone."""
    return now(every(yearly, quality), Behaviour(**changed), rest, YEARS)


@cache
def in_a_run(years: int = YEARS) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Quality and contacts a year of each resident, resting trust, and trust at the end of each year, (years, residents)."""
    model = Neighbourhood(load("default").replaced(residents=400, **STILL), seed=3)
    arms = list(product(QUALITIES, YEARLY))
    arm = np.arange(400) % len(arms)
    kept = []
    for week in range(1, 52 * years + 1):
        for number, (quality, yearly) in enumerate(arms):
            if every(yearly, quality)(week) is not None:
                befall(model, np.flatnonzero(arm == number), MET, OFFICIAL, quality, USUAL)
        model.step()
        if week % 52 == 0:
            kept.append(model.world.residents.trust[:, OFFICIAL].astype(float))
    r = model.world.residents
    return np.array([arms[n][0] for n in arm]), np.array([arms[n][1] for n in arm]), r.rest[:, OFFICIAL].astype(float), np.array(kept)


# --- constant quality ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", QUALITIES)
def test_by_the_rules_trust_settles_between_rest_and_quality_closer_the_more_often_they_meet(quality):
    rest = 0.6
    ends = [np.mean(by_the_rules(quality, yearly, rest)[-260:]) for yearly in YEARLY]
    low, high = sorted((rest, quality))
    assert all(low < end < high for end in ends)
    assert np.all(np.diff([abs(end - quality) for end in ends]) < 0)


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("yearly", YEARLY[1:])
def test_by_the_rules_trust_stays_where_it_settled(quality, yearly):
    years = by_the_rules(quality, yearly, 0.6).reshape(YEARS, 52).mean(axis=1)
    assert np.ptp(years[-5:]) < 0.01
    moved = (years - 0.6) / (quality - 0.6)
    assert moved[-1] > 0.9 * moved.max(), "hardly anything is taken back: experience only makes each further one weigh less"


def test_in_a_run_trust_of_everybody_settles_between_rest_and_quality_and_stays():
    quality, yearly, rest, years = in_a_run()
    end, low, high = years[-1], np.minimum(rest, quality), np.maximum(rest, quality)
    assert np.all(end > low - 1e-4)
    assert np.all(end < high + 1e-4)
    distance = [[np.abs(end - quality)[(quality == q) & (yearly == f)].mean() for f in YEARLY] for q in QUALITIES]
    assert np.all(np.diff(distance, axis=1) < 0)
    often = yearly >= 1
    assert np.abs(years[-1] - years[-6])[often].max() < 0.02


def test_in_a_run_nobody_whom_nothing_happens_to_changes():
    model = Neighbourhood(load("default").replaced(residents=400, **STILL), seed=3)
    model.run(104)
    r = model.world.residents
    assert np.allclose(r.trust, r.rest, atol=1e-5)


# --- noise, losses and gains --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("aversion", "most"), [(2.0, 0.04), (1.0, 0.004)])
def test_noise_about_rest_hardly_lowers_trust(aversion, most):
    """2,000 residents, one meeting a year for twenty years, its quality about the resident's own rest with an sd of 0.15."""
    people = 2000
    model = Neighbourhood(load("default").replaced(residents=people, loss_aversion=aversion, **STILL), seed=5)
    r, luck, everybody = model.world.residents, np.random.default_rng(11), np.arange(people)
    rest = r.rest[:, OFFICIAL].astype(float)
    offsets = []
    for week in range(1, 52 * YEARS + 1):
        i = everybody[everybody % 52 == week % 52]
        room = np.minimum(rest[i], 1.0 - rest[i])  # noise is cut off alike on both sides, so that it stays zero on the mean
        befall(model, i, MET, OFFICIAL, rest[i] + np.clip(luck.normal(0.0, 0.15, len(i)), -room, room), USUAL)
        model.step()
        if week > 52 * (YEARS - 5):
            offsets.append(float((r.trust[:, OFFICIAL] - rest).mean()))
    assert abs(np.mean(offsets)) < most


def test_losses_weigh_most_at_middling_trust_and_nearly_alike_at_the_extremes():
    p = Behaviour()
    ratios = []
    for trust in (0.03, 0.25, 0.5, 0.75, 0.97):
        gap = 0.03
        up, down = (update_trust(trust, 0.0, g, loss, 0.1, p.dampening, p.loss_aversion) - trust for g, loss in ((gap, 0.0), (0.0, gap)))
        ratios.append(-down / up)
    assert max(ratios) == pytest.approx(p.loss_aversion)
    assert ratios[2] == max(ratios)
    assert max(ratios[0], ratios[-1]) < 1.0 + 0.2 * (p.loss_aversion - 1.0)


def test_old_hurt_dampens_gains_until_it_is_acknowledged():
    p = Behaviour()
    gains = [update_trust(0.5, hurt, 0.4, 0.0, 0.1, p.dampening, p.loss_aversion) - 0.5 for hurt in (0.0, 0.3, 1.0)]
    assert gains[0] > gains[1] > gains[2] > 0
    losses = [update_trust(0.5, hurt, 0.0, 0.4, 0.1, p.dampening, p.loss_aversion) for hurt in (0.0, 1.0)]
    assert losses[0] == losses[1]


def test_a_promise_sets_what_is_expected_of_its_matter_and_of_nothing_else():
    trust = 0.5
    assert surprise(1.0, 0.9, trust) == pytest.approx(0.1)
    assert surprise(0.0, 0.9, trust) == -trust
    assert surprise(0.3, 0.9, trust) < surprise(0.3, what_is_expected(trust, 0.9, 0.0), trust)
    assert what_is_expected(trust, 0.9, 0.0) == trust, "outside the promise, experience is held against trust itself"


# --- replacement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("habituation", [0.0, 1.0])
def test_a_new_official_starts_without_the_standard_of_the_former(habituation):
    """Those who met a very good official for years take a successor as those who met nobody do."""
    model = Neighbourhood(load("default").replaced(residents=400, habituation=habituation, **STILL), seed=4)
    spoiled = np.arange(200)
    for week in range(260):
        if week % 4 == 0:
            befall(model, spoiled, MET, OFFICIAL, 0.95, USUAL)
        model.step()
    befall(model, np.arange(400), NEW_OFFICIAL, OFFICIAL, 0.0, USUAL)
    model.step()
    r = model.world.residents
    before = r.trust[:, OFFICIAL].astype(float)
    assert np.allclose(before, r.rest[:, OFFICIAL], atol=1e-4)
    befall(model, np.arange(400), MET, OFFICIAL, 0.7, USUAL)
    model.step()
    change = r.trust[:, OFFICIAL] - before
    rest, hurt = r.rest[:, OFFICIAL], r.grievance[:, OFFICIAL]
    expected = [
        (update_trust(t, g, max(0.7 - t, 0), max(t - 0.7, 0), 0.24, 0.5, 2.0) - t)
        for t, g in zip(rest.tolist(), hurt.tolist(), strict=True)
    ]
    assert np.abs(change - expected).max() < 0.03
    assert np.abs(change[spoiled].mean() - change[200:].mean()) < 0.01


# --- the rival form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", [0.77, 0.95])
def test_in_the_rival_form_too_a_good_official_keeps_what_was_gained(quality):
    years = by_the_rules(quality, 12, 0.52, habituation=1.0).reshape(YEARS, 52).mean(axis=1)
    assert years[-1] > 0.52 + 0.3 * (quality - 0.52)
    assert np.ptp(years[-5:]) < 0.01
