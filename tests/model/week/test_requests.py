"""Requests: needs bring encounters; help, refusal, checks, misuse, envy and precedent, each with its price."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import regimes, rules
from model.case.case import load
from model.kinds import HOUSING, KINDS, SOCIAL
from model.neighbourhood import Neighbourhood
from model.state import experiences
from model.state.accounts import CORPORATION_HOURS, COUNTER_HOURS, INSIDE_HOURS
from model.state.tallies import CAUGHT, CHECKED_COUNT, ENVIED, HELPED_COUNT, MISUSED, REFUSED_COUNT, REQUESTED, TAILORED
from model.week.case_delivery import clear_rules
from model.week.problems import READY, STOPPED

SMALL = load("default").replaced(
    residents=90, streets=3, burn_in=0, needs_rate=8, counter_hours=60, corporation_hours=60, structural_budget=600
)
USUAL = {"tailoring": 0.5, "control": 0.3, "transparency": 0.3}


def practices(**values: float) -> Any:
    return regimes.BASELINE.model_copy(update=USUAL | values)


def lived(weeks: int = 40, seed: int = 1, changes: dict[str, Any] | None = None, **values: float) -> Neighbourhood:
    """A small busy neighbourhood, some weeks on, with its events kept."""
    case = SMALL.replaced(**(changes or {}))
    return Neighbourhood(case, practices(**values), seed, keep_events=True).run(weeks)


def told(hood: Neighbourhood, kind: int) -> int:
    """How many events of a kind were told at first hand."""
    return sum(int(((what[:, 0] == kind) & (size[:, 2] >= 1.0)).sum()) for _, what, size in hood.world.event_log)


# --- rules --------------------------------------------------------------------------------------------------------


def test_needs_open_doors_and_precedents_bring_requests() -> None:
    def asks(**changed: float) -> bool:
        return rules.will_request(**({"draw": 0.02, "needs": 1.0, "weeks": 1.0, "precedents": 0.0, "pull": 1.0, "half": 10.0} | changed))

    assert not asks()
    assert asks(needs=2.0)
    assert asks(weeks=2.0)
    assert asks(precedents=10.0)
    assert not asks(precedents=10.0, pull=0.0)


def test_small_means_and_troubles_fit_the_standard_less_and_are_proven_less() -> None:
    assert rules.standard_fits(0.6, 1.0, 0.0, 0.6)
    assert not rules.standard_fits(0.6, 0.2, 0.0, 0.6)
    assert not rules.standard_fits(0.6, 1.0, 0.8, 0.6)
    assert rules.check_refuses(0.05, 0.1, 0.05)
    assert not rules.check_refuses(0.05, 0.6, 0.05)


def test_distrust_means_more_checks_and_less_made_to_measure() -> None:
    assert rules.will_check(0.5, 0.4, 0.1)
    assert not rules.will_check(0.5, 0.4, 0.9)
    assert rules.will_tailor(0.5, 0.5, 0.3, 0.9, 0.5)
    assert not rules.will_tailor(0.5, 0.5, 0.3, 0.1, 0.5)
    assert not rules.will_tailor(0.5, 0.5, 0.3, 0.9, 1.0)


def test_what_is_evident_raises_no_envy() -> None:
    assert rules.seen_as_favour(0.2, 0.3, 0.1)
    assert not rules.seen_as_favour(0.2, 0.3, 0.9)


# --- what happens -------------------------------------------------------------------------------------------------


def test_every_request_has_one_end_and_those_who_ask_are_told() -> None:
    hood = lived()
    t = hood.world.tally
    assert t[REQUESTED] > 200
    assert t[REQUESTED] == t[HELPED_COUNT] + t[REFUSED_COUNT] + t[MISUSED] + t[CAUGHT]
    assert told(hood, experiences.HELPED) == t[HELPED_COUNT]
    assert told(hood, experiences.REFUSED) + told(hood, experiences.REFUSED_EXPLAINED) == t[REFUSED_COUNT]
    assert told(hood, experiences.WAS_CHECKED) == t[CHECKED_COUNT] - t[CAUGHT]
    assert min(t[TAILORED], t[CHECKED_COUNT], t[MISUSED], t[CAUGHT], t[ENVIED], told(hood, experiences.REFUSED_EXPLAINED)) > 0
    assert told(hood, experiences.SAW_FAVOUR) >= t[ENVIED]
    assert len(hood.world.requests) == t[TAILORED] + t[MISUSED] + t[CAUGHT]


def test_the_ledger_closes_every_week_while_the_counter_is_busy() -> None:
    hood = Neighbourhood(SMALL, practices(tailoring=1.0, control=1.0), 2)
    for _ in range(30):
        hood.step()
        for table in (hood.world.accounts, hood.world.purses):
            assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left)
            assert (table.left >= 0).all()
        assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]
    assert hood.world.accounts.spent_ever[COUNTER_HOURS] > 0


def test_without_hours_everybody_comes_too_late() -> None:
    hood = lived(changes={"counter_hours": 0, "corporation_hours": 0}, transparency=1.0)
    assert hood.world.tally[REQUESTED] == hood.world.tally[REFUSED_COUNT] == told(hood, experiences.REFUSED) > 0
    assert hood.world.tally[[TAILORED, CHECKED_COUNT, MISUSED]].sum() == 0


def test_without_money_nothing_is_made_to_measure_and_nothing_paid_without_right() -> None:
    hood = lived(changes={"structural_budget": 0, "corporation_budget": 0}, tailoring=1.0)
    assert hood.world.tally[HELPED_COUNT] > 0
    assert hood.world.tally[TAILORED] == hood.world.tally[MISUSED] == 0


def test_those_of_small_means_meet_institutions_more_often() -> None:
    hood = Neighbourhood(load("default").replaced(residents=1000, burn_in=0), seed=1)
    r = hood.world.residents
    assert r.needs[r.means < 0.3].mean() > 1.5 * r.needs[r.means > 0.7].mean()
    assert 0.35 < r.needs.mean() < 0.75


def test_help_raises_trust_in_who_gave_it_and_refusal_lowers_it() -> None:
    helped = lived(changes={"fit_base": 1.0, "misuse": 0.0, "talk": 0.0}, control=0.0, tailoring=1.0)
    refused = lived(changes={"fit_base": 0.0, "misuse": 0.0, "talk": 0.0}, control=0.0, tailoring=0.0)
    gap = helped.world.residents.trust.mean(axis=0) - refused.world.residents.trust.mean(axis=0)
    assert gap[experiences.MUNICIPALITY] > 0.05
    assert gap[experiences.CORPORATION] > 0.01
    assert abs(gap[experiences.POLICE]) < 0.02


def test_an_explained_refusal_hurts_less() -> None:
    silent, explained = (lived(changes={"fit_base": 0.0}, tailoring=0.0, transparency=v) for v in (0.0, 1.0))
    for hood in (silent, explained):
        assert hood.world.tally[HELPED_COUNT] == 0
    assert explained.world.residents.trust[:, 2].mean() > silent.world.residents.trust[:, 2].mean()
    assert explained.world.residents.grievance[:, 2].mean() < silent.world.residents.grievance[:, 2].mean()


def test_an_exception_that_is_seen_brings_like_requests() -> None:
    hood = Neighbourhood(SMALL, practices(), 3)
    hood.world.departments.arrays["precedents"][SOCIAL] = 50.0
    plain = Neighbourhood(SMALL, practices(), 3)
    for each in (hood, plain):
        each.run(6)
    assert hood.world.tally[REQUESTED] > 1.15 * plain.world.tally[REQUESTED]
    hood.run(100)
    fading = Neighbourhood(SMALL.replaced(notice=0.0), practices(mandate_rules=0.0), 3)
    fading.world.departments.arrays["precedents"][SOCIAL] = 50.0
    assert fading.run(26).world.departments.precedents[SOCIAL] == pytest.approx(50 * (1 - 0.077) ** 26, rel=1e-4)


def test_misuse_that_is_caught_makes_departments_check_more() -> None:
    honest, abused = (lived(52, changes={"misuse": share}, control=0.6) for share in (0.0, 0.4))
    assert abused.world.tally[CAUGHT] > 10
    assert abused.world.departments.trust[SOCIAL] < 0.5 < honest.world.departments.trust[SOCIAL]
    checks = [hood.world.tally[CHECKED_COUNT] / hood.world.tally[REQUESTED] for hood in (honest, abused)]
    assert checks[1] > checks[0]


# --- both ends of the practices -----------------------------------------------------------------------------------

TIGHT = {"counter_hours": 28, "corporation_hours": 28, "structural_budget": 400, "residents": 150, "streets": 4}


def ends(practice: str, changes: dict[str, Any] | None = None, **values: float) -> tuple[dict[str, float], dict[str, float]]:
    """What a practice at its low and at its high end brings, added up over paired seeds, at equal means."""
    found = []
    for end in (0.0, 1.0):
        hoods = [lived(52, seed, TIGHT | (changes or {}), **{**values, practice: end}) for seed in (1, 2, 3)]
        r = {name: float(sum(h.world.tally[place] for h in hoods)) for name, place in (
            ("asked", REQUESTED), ("helped", HELPED_COUNT), ("tailored", TAILORED), ("misused", MISUSED), ("envied", ENVIED)
        )}  # fmt: skip
        r["counter"] = float(sum(h.world.accounts.spent_ever[COUNTER_HOURS] for h in hoods))
        r["euros"] = float(sum(h.world.purses.spent_ever[:3].sum() for h in hoods))
        assert len({round(sum(h.endowment.values()), 6) for h in hoods}) == 1
        found.append(r)
    return found[0], found[1]


def test_tailoring_meets_needs_and_costs_hours_money_envy_and_like_requests() -> None:
    low, high = ends("tailoring", control=0.0)
    assert high["tailored"] > 50 > low["tailored"]
    assert high["envied"] > low["envied"]
    assert high["asked"] > 1.02 * low["asked"]
    assert high["euros"] > low["euros"]
    assert high["counter"] > low["counter"]


def test_control_stops_misuse_and_costs_needy_residents_help() -> None:
    low, high = ends("control", tailoring=0.3)
    assert high["misused"] < 0.5 * low["misused"]
    assert high["helped"] < low["helped"]
    assert high["counter"] > low["counter"]


def test_transparency_avoids_envy_and_costs_hours_of_others() -> None:
    low, high = ends("transparency", {"precedent_pull": 0.0}, tailoring=1.0)  # else fewer ask, too
    assert high["asked"] == low["asked"]
    assert high["envied"] < 0.7 * low["envied"]
    assert high["helped"] < low["helped"]


# --- what lies between departments --------------------------------------------------------------------------------


def boundary_case(inside: int) -> int:
    """What becomes of a case of energy poverty in a year, with so many inside minutes a week."""
    hood = Neighbourhood(SMALL.replaced(openness=0.9, strictness=0.1), practices(mandate_rules=1.0), 1)
    hood.intervene(1, "problem", "energy", 0.9)
    hood.run(1)
    is_energy = np.array([kind.name == "energy" for kind in KINDS])[hood.world.problems.kind]
    q = int(np.flatnonzero((hood.world.problems.born == 1) & is_energy)[-1])
    hood.world.problems.arrays["case"][q] = STOPPED
    for _ in range(60):
        hood.schedule.begin_week()
        hood.world.problems.arrays["opened"][q] = hood.week
        hood.world.accounts.arrays["left"][INSIDE_HOURS] = inside
        hood.schedule.reserve_events()
        hood.world.loops.call(clear_rules)
        if hood.world.problems.case[q] == READY:
            break
        hood.world.problems.arrays["case"][q] = STOPPED
    return int(hood.world.problems.case[q])


def test_a_problem_between_departments_waits_for_somebody_who_crosses_over() -> None:
    energy = next(kind for kind in KINDS if kind.name == "energy")
    assert (energy.department, energy.spans) == (SOCIAL, HOUSING)
    assert boundary_case(0) == STOPPED
    assert boundary_case(600) == READY


# --- luck ---------------------------------------------------------------------------------------------------------


def test_with_room_enough_one_persons_request_leaves_the_others_alone() -> None:
    def asked(needs: float) -> list[tuple[int, ...]]:
        hood = Neighbourhood(SMALL.replaced(talk=0.0, counter_hours=100), practices(tailoring=0.0, control=0.0), 4, keep_events=True)
        hood.world.residents.arrays["needs"][7] = needs
        hood.run(4)
        kinds = (experiences.HELPED, experiences.REFUSED, experiences.REFUSED_EXPLAINED)
        return sorted((week, int(row[1]), int(row[0])) for week, what, _ in hood.world.event_log for row in what if row[0] in kinds)

    without, much = asked(0.0), asked(500.0)
    assert [entry for entry in much if entry[1] != 7] == without
    assert len([entry for entry in much if entry[1] == 7]) == 4


def test_the_corporation_answers_its_tenants_only() -> None:
    hood = lived(changes={"association_share": 0.0, "owner_share": 0.4})
    assert hood.world.accounts.endowed_ever[CORPORATION_HOURS] == 0
    assert all(
        (what[np.isin(what[:, 0], (experiences.HELPED, experiences.REFUSED)), 2] != experiences.CORPORATION).all()
        for _, what, _ in hood.world.event_log
    )
    assert (hood.world.requests.department != HOUSING).all()


def test_the_story_tells_of_help_envy_and_misuse_in_both_languages() -> None:
    from model.story.teller import tell_story

    hood = lived()
    for lang, words in (
        ("en", ("made to measure", "without a right", "for help were granted")),
        ("nl", ("maatwerk", "zonder er recht", "toegekend")),
    ):
        whole = " ".join(tell_story(hood.world, lang=lang))
        assert all(word in whole for word in words), lang
