"""The check of trust in who leaves: silent where trust and ties go along, and it speaks where they stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from experiments.running.audit_institutions import Auditor
from model.case.case import Case, load
from model.neighbourhood import Neighbourhood
from model.state.tallies import OFFICIALS_LEFT
from model.state.world import World
from model.week import interventions, officials
from model.week.officials import leave_post

CASE = load("default").replaced(residents=120, burn_in=6, ward_hours=60, years_in_post=50).replaced(
    events=[{"week": 20, "kind": "official_leaves"}]
)  # fmt: skip


OFTEN = CASE.replaced(years_in_post=0.1, events=[])


def fault(case: Case = CASE, check: str = "trust_goes_with_the_person") -> str:
    hood, auditor = Neighbourhood(case, "relational", seed=2, compiled=False), Auditor([check])
    auditor.run(hood, 24)
    assert hood.world.officials.nth.sum() > 0
    return auditor.frame(hood)["fault"][0]


def leave_instead(monkeypatch: pytest.MonkeyPatch, leave: Callable[[World, int], None]) -> None:
    """Let officials leave in another way, whether they were to leave or it came to that."""
    for module in (interventions, officials):
        monkeypatch.setattr(module, "leave_post", leave)


@pytest.mark.parametrize("case", [CASE, OFTEN], ids=["as planned", "now and then"])
@pytest.mark.parametrize("check", ["trust_goes_with_the_person", "who_leaves_takes_it_along"])
def test_all_adds_up_when_an_official_leaves(case, check):
    assert fault(case, check) == ""


def test_knowledge_that_stays_when_nobody_told_it_is_found(monkeypatch):
    def leave(world: World, post: int) -> None:
        leave_post(world, post)
        world.problems.arrays["known"][: len(world.problems)] = 1

    leave_instead(monkeypatch, leave)
    assert "knows more" in fault(OFTEN, "who_leaves_takes_it_along")


@pytest.mark.parametrize(
    ("stays", "said"), [("meet_new_official", "stayed"), ("tally", "the tally says")], ids=["trust and ties stay", "not counted"]
)
def test_what_stays_when_it_should_go_is_found(monkeypatch, stays, said):
    def leave(world: World, post: int) -> None:
        r, tally = world.residents.arrays, world.tally
        contact, count, events = r["contact"].copy(), int(tally[OFFICIALS_LEFT]), len(world.events)
        leave_post(world, post)
        if stays == "tally":
            tally[OFFICIALS_LEFT] = count
        else:
            r["contact"][:] = contact
            world.events.count[0] = events

    leave_instead(monkeypatch, leave)
    assert said in fault()
