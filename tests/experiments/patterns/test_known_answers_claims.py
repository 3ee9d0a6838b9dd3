"""Patterns of practitioners' claims, measured on runs whose outcomes were made up: the numbers are worked out in the tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.patterns import claims
from experiments.patterns.measure import patterns
from experiments.patterns.observed import Lived
from model.regimes import BASELINE, NAMED


def lived(outcomes: dict[str, float] | None = None, begun: int = 0, survived: int = 0, **counts: float) -> Lived:
    """What a run left; every count is 7, but for these."""
    tally = np.full(200, 7.0)
    for name, count in counts.items():
        tally[getattr(claims, name)] = count
    return Lived(outcomes or {}, tally, begun, survived)


class World(SimpleNamespace):
    """A neighbourhood that gives what it is told to under the practices it is asked for; keeps what it was asked."""

    def __init__(self, answer: Callable[[Any], Lived]) -> None:
        self.asked: list[Any] = []
        self.answer = answer

    def under(self, practices: Any) -> Lived:
        self.asked.append(practices)
        return self.answer(practices)


def differs(practices: Any, other: Any) -> dict[str, float]:
    """Where practices differ from others."""
    mine, theirs = practices.model_dump(), other.model_dump()
    return {name: value for name, value in mine.items() if value != theirs[name]}


def by(name: str, runs: dict[float, Lived]) -> Any:
    """A world under the baseline but for one practice."""

    def answer(practices: Any) -> Lived:
        changed = differs(practices, BASELINE)
        assert set(changed) == {name}
        return runs[changed[name]]

    return World(answer)


# --- P3 -----------------------------------------------------------------------------------------------------------

# bridging with intensity, reciprocity and truthfulness at the least (0) or the most (1) in the box of any regime
BRIDGING = {
    (0, 0, 0): 0.10, (1, 0, 0): 0.13, (0, 1, 0): 0.12, (0, 0, 1): 0.11, (1, 1, 0): 0.19, (1, 0, 1): 0.16, (0, 1, 1): 0.14, (1, 1, 1): 0.31,
}  # fmt: skip
LEAST, MOST = (0.1, 0.0, 0.6), (2.0, 1.0, 0.8)


def leapfrogging(top_down: float, relational: float) -> World:
    def answer(practices: Any) -> Lived:
        for name, value in (("top_down", top_down), ("relational", relational)):
            if practices == NAMED[name]:
                return lived({"bridging": value})
        at = tuple(getattr(practices, name) for name in ("intensity", "reciprocity", "truthfulness"))
        assert set(differs(practices, NAMED["leapfrog"])) <= {"intensity", "reciprocity", "truthfulness"}
        assert all(value in ends for value, ends in zip(at, zip(LEAST, MOST, strict=True), strict=True))
        return lived({"bridging": BRIDGING[tuple(int(value == most) for value, most in zip(at, MOST, strict=True))]})  # type: ignore[index]

    return World(answer)


@pytest.mark.parametrize("pure", [(0.15, 0.18), (0.18, 0.15)])
def test_what_each_quality_of_leapfrog_adds_and_what_all_three_add_together(pure: tuple[float, float]) -> None:
    """All three 0.31; without intensity 0.14, reciprocity 0.16, truthfulness 0.19. Together: 0.31 - (0.14 + 0.16 + 0.19) + (0.13 +
    0.12 + 0.11) - 0.10. The better pure regime has 0.18."""
    world = leapfrogging(*pure)
    assert claims.leapfrog(world) == pytest.approx(  # type: ignore[arg-type]
        {
            "more_intensity": 0.17, "more_reciprocity": 0.15, "more_truthfulness": 0.12, "together": 0.08, "beats_pure": 0.13,
            "without_one": 0.01,
        }
    )  # fmt: skip
    assert len(world.asked) == 10


# --- P13 ----------------------------------------------------------------------------------------------------------


def test_the_share_of_the_effect_that_is_left_without_mandate_and_links() -> None:
    """Results 2, 5 and 12, problems 10, 40 and 70 with neither, with the street side alone and with both."""
    street = (
        "presence", "group_approach", "build_on_existing", "support_desk", "listening_first", "intensity", "truthfulness", "scale",
    )  # fmt: skip
    system = ("inside_work", "mandate_euro", "mandate_rules", "approval_lag")
    top, good = NAMED["top_down"], NAMED["relational"]
    sides = {
        "neither": top.model_copy(update={"inside_work": 0.0}),
        "street": top.model_copy(update={name: getattr(good, name) for name in street} | {"inside_work": 0.0}),
        "both": top.model_copy(update={name: getattr(good, name) for name in street + system}),
    }
    numbers = {"neither": (2.0, 10.0), "street": (5.0, 40.0), "both": (12.0, 70.0)}

    def answer(practices: Any) -> Lived:
        (side,) = [name for name, value in sides.items() if value == practices]
        return lived(dict(zip(("initiatives_delivered", "problems_solved"), numbers[side], strict=True)))

    assert claims.system_link(World(answer)) == {  # type: ignore[arg-type]
        "delivered": (3.0, 10.0), "delivered_whole": 10.0, "solved": (30.0, 60.0), "solved_whole": 60.0,
    }  # fmt: skip


# --- P14 ----------------------------------------------------------------------------------------------------------


def test_survival_of_what_is_supported_and_of_what_is_launched_anew_and_for_each_thousand_euro() -> None:
    """6 of 10 for 3,000 euro, and 8 of 32 for 16,000."""
    world = by("build_on_existing", {
        1.0: lived(begun=10, survived=6, INITIATIVE_CENTS=300_000), 0.0: lived(begun=32, survived=8, INITIATIVE_CENTS=1_600_000),
    })  # fmt: skip
    assert claims.existing_first(world) == pytest.approx(
        {"survival": 0.35, "per_euro": 1.5, "survive_existing": 0.6, "survive_new": 0.25}
    )  # fmt: skip


def test_survival_is_not_known_where_nothing_began_nor_for_money_where_none_was_given() -> None:
    world = by("build_on_existing", {1.0: lived(begun=0, INITIATIVE_CENTS=0), 0.0: lived(begun=4, survived=1, INITIATIVE_CENTS=100_000)})
    found = claims.existing_first(world)
    assert np.isnan(found["survive_existing"])
    assert np.isnan(found["per_euro"])
    assert found["survive_new"] == 0.25


# --- P15 ----------------------------------------------------------------------------------------------------------


def test_withered_for_each_begun_and_left_for_each_who_joined_slow_minus_fast() -> None:
    """Slow 12 of 30 and 20 of 50, fast 5 of 20 and 30 of 100."""
    world = by("approval_lag", {
        26.0: lived(WITHERED=12, STARTED=30, QUITS=20, JOINS=50), 0.0: lived(WITHERED=5, STARTED=20, QUITS=30, JOINS=100),
    })  # fmt: skip
    assert claims.lost_in_translation(world) == pytest.approx({"withered": 0.15, "quit": 0.1, "withered_long": 0.4})
    none = by("approval_lag", {26.0: lived(STARTED=0, JOINS=0), 0.0: lived()})
    assert all(np.isnan(value) for value in claims.lost_in_translation(none).values())


# --- P20 ----------------------------------------------------------------------------------------------------------


def test_the_goal_reached_for_each_project_begun_and_for_each_finished() -> None:
    """With residents 20 begun, 8 landed, 12 streets' worth of goal; without 10, 9 and 4.5."""
    world = by("conditional_on_residents", {
        1.0: lived(AGENDA_BEGUN=20, AGENDA_LANDED=8, AGENDA_GOAL=12_000), 0.0: lived(AGENDA_BEGUN=10, AGENDA_LANDED=9, AGENDA_GOAL=4_500),
    })  # fmt: skip
    assert claims.conditional(world) == pytest.approx(
        {"goal_begun": 0.6 - 0.45, "goal_finished": 1.5 - 0.5, "landed_with": 0.4, "landed_without": 0.9}
    )


def test_no_project_begun_leaves_the_goal_unknown() -> None:
    world = by("conditional_on_residents", {1.0: lived(AGENDA_BEGUN=0, AGENDA_LANDED=0, AGENDA_GOAL=0), 0.0: lived()})
    found = claims.conditional(world)
    assert all(np.isnan(found[name]) for name in ("goal_begun", "goal_finished", "landed_with"))
    assert found["landed_without"] == 1.0


# --- all of them --------------------------------------------------------------------------------------------------


def test_runs_under_the_same_practices_are_lived_once_for_all_patterns() -> None:
    world: Any = World(lambda practices: lived(begun=1, survived=1))
    first = claims.lived(world, approval_lag=3.0)
    assert claims.lived(world, approval_lag=3.0) is first
    assert claims.lived(world, approval_lag=4.0) is not first
    assert [practices.approval_lag for practices in world.asked] == [3.0, 4.0]


def test_the_ranges_expected_of_claims_are_what_the_claims_say() -> None:
    more, less = (0.0, math.inf), (-math.inf, 0.0)
    expected = {
        "P3": {
            "more_intensity": more, "more_reciprocity": more, "more_truthfulness": more, "together": more, "beats_pure": more,
            "without_one": less,
        },
        "P13": {"delivered": (0.3, 0.7), "solved": (0.3, 0.7)},  # about half
        "P14": {"survival": more, "per_euro": more},
        "P15": {"withered": more, "quit": more},
        "P20": {"goal_begun": more},
    }  # fmt: skip
    known = patterns()
    assert {id: {part.name: (part.low, part.high) for part in known[id].parts if part.scored} for id in expected} == expected
    assert {(known[id].on, known[id].kind) for id in expected} == {("regimes", "reported")}
    assert {part.name for id in expected for part in known[id].parts if not part.scored} == {
        "delivered_whole", "solved_whole", "survive_existing", "survive_new", "withered_long", "goal_finished", "landed_with",
        "landed_without",
    }  # fmt: skip
