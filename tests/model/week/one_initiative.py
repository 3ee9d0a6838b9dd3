"""What tests of initiatives share: a quiet neighbourhood with one initiative, and a week of its life."""

from __future__ import annotations

from typing import Any

from model.case.case import Event, load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import MANDATE_POT
from model.week.initiative_founding import ON_HOLD, WORKING
from model.week.interventions import happen
from model.week.ties import renew_ties

QUIET = load("default").replaced(
    residents=60, streets=3, burn_in=0, problem_rate=0, found_base=0, ask_rate=0, ask_gathering=0, quit_base=0, moves_per_year=0,
    needs_money=0, needs_exception=0, enterprise_share=0, publicity=0, take_over=0, example_push=0, members_to_start=1,
)  # fmt: skip
NOTHING = {"harvest": 0, "letting_go": 0, "lead_switching": 0, "control": 0, "reciprocity": 0, "support_desk": 0, "mandate_euro": 0}
MEMBERS = 6


def one(
    state: int = ON_HOLD, changes: dict[str, Any] | None = None, columns: dict[str, Any] | None = None, **practices: Any
) -> Neighbourhood:
    """A quiet neighbourhood with one initiative of six members, hours and euros in every account, at the town hall in week 2."""
    chosen = BASELINE.model_copy(update={"approval_lag": 12, **NOTHING, **practices})
    hood = Neighbourhood(QUIET.replaced(**(changes or {})), chosen, seed=4, compiled=False, keep_events=True)
    hood.schedule.begin_week()
    happen(hood.world, Event.model_validate({"week": 1, "kind": "initiative", "name": "", "value": 0.0, "street": 0, "weeks": 0}))
    i = hood.world.initiatives
    founder = int(i.founder[0])
    hood.world.residents.member[[n for n in range(MEMBERS) if n != founder][: MEMBERS - 1], 0] = 0
    for name, value in {"state": state, "known": 1, "vigour": 0.7, **(columns or {})}.items():
        i.arrays[name][0] = value
    week(hood)
    return hood


def week(hood: Neighbourhood, minutes: int = 600, cents: int = 10**6) -> list[int]:
    """Live a week of initiatives and learning with so much in each account and purse; return the kinds of event."""
    hood.schedule.begin_week()
    hood.world.accounts.arrays["left"][:] = minutes
    hood.world.purses.arrays["left"][:] = cents
    hood.world.purses.arrays["left"][MANDATE_POT] = 0
    hood.schedule.initiatives_live()
    hood.schedule.promises_fall_due()
    kinds = hood.world.events.what[:, 0].tolist()
    hood.schedule.residents_learn()
    hood.world.loops.call(renew_ties)
    return kinds


def spent(hood: Neighbourhood, account: int) -> int:
    """Minutes spent from an account this week."""
    return int(hood.world.accounts.spent[account])


def result(lead: int, **columns: Any) -> tuple[Neighbourhood, list[int]]:
    """One that is about to deliver, with its events."""
    hood = one(WORKING, {"fail_base": 0}, {"lead": lead, "progress": 0, **columns})
    hood.world.initiatives.arrays["progress"][0] = 77.9
    return hood, week(hood)
