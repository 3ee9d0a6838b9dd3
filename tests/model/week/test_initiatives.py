"""Initiatives at the town hall as a whole: all of it happens, is told, and leaves others alone."""

from __future__ import annotations

import numpy as np
import pytest

from model import regimes
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import ENTREPRENEUR_POT
from model.state.tallies import EXCHANGES, GUIDED, HAND_OVERS, PUBLISHED, TAKEN_AS_INPUT, UPKEEP_CENTS
from model.story.teller import tell_story

BUSY = load("default").replaced(
    residents=120, burn_in=4, problem_rate=3, found_base=0.006, energy=1.2, ward_hours=20, case_hours=4, entrepreneur_budget=20,
    structural_budget=60, publicity=0.3, continuing_share=1, moves_per_year=0.3, take_over=1,
)  # fmt: skip
ENDS = ("lead_switching", "harvest", "reciprocity", "control", "support_desk", "letting_go")


def busy(seed: int = 1, **practices: float) -> Neighbourhood:
    chosen = BASELINE.model_copy(update={"presence": 0.8, **practices})
    return Neighbourhood(BUSY.replaced(broker=0.3), chosen, seed=seed, compiled=False)


@pytest.fixture(scope="module")
def lived() -> Neighbourhood:
    """A busy neighbourhood in which everything here happens; the ledger is closed each week."""
    hood = busy(**dict.fromkeys(ENDS, 0.6))
    for _ in range(120):
        hood.step()
        assert not [fault for table in hood.world.tables.values() for fault in table.out_of_bounds()]
        for table in (hood.world.accounts, hood.world.purses):
            assert np.array_equal(table.endowed_ever, table.spent_ever + table.lapsed_ever + table.left)
            assert (table.left >= 0).all()
    return hood


def test_everything_happens_and_the_ledger_closes_each_week(lived):
    names = (HAND_OVERS, EXCHANGES, UPKEEP_CENTS, TAKEN_AS_INPUT, PUBLISHED, GUIDED)
    assert all(lived.world.tally[name] > 0 for name in names)
    assert lived.world.tally[EXCHANGES] * 60_000 == lived.world.purses.spent_ever[ENTREPRENEUR_POT]
    assert lived.broker.guided + int((lived.world.initiatives.guided == 1).sum()) >= lived.world.tally[GUIDED]


def test_the_story_tells_of_it_in_both_languages(lived):
    told = {lang: " ".join(tell_story(lived.world, lang=lang)) for lang in ("en", "nl")}
    for words in ("the lead", "taken as input", "came to a deal with", "the council spoke", "local paper", "upkeep"):
        assert words in told["en"], words
    for words in ("voortouw", "input voor beleid", "ruilden", "de raad heeft gesproken", "wijkkrant", "beheer"):
        assert words in told["nl"], words


def test_practices_at_nought_leave_no_trace_of_what_they_do():
    hood = busy(**dict.fromkeys(ENDS, 0.0)).run(60)
    assert len(hood.world.initiatives) > 5
    for name in (HAND_OVERS, EXCHANGES, TAKEN_AS_INPUT, GUIDED):
        assert hood.world.tally[name] == 0
    assert (hood.world.initiatives.to_check == 0).all()


def test_one_initiative_more_leaves_the_luck_of_the_others_alone():
    hoods = [busy(lead_switching=0.5, harvest=0.5), busy(lead_switching=0.5, harvest=0.5)]
    hoods[1].intervene(3, "initiative", street=0)
    for hood in hoods:
        hood.run(70)
    tables = [h.world.initiatives for h in hoods]
    first, second = ({(int(n), int(b)): int(e) for n, b, e in zip(i.name, i.born, i.enterprise, strict=True)} for i in tables)
    both = set(first) & set(second)
    assert len(both) > 5
    assert all(first[name] == second[name] for name in both)


def test_all_the_practices_here_are_wired():
    assert all(regimes.PRACTICES[name].wired for name in ENDS)
