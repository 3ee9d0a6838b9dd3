"""Each role has its own hours: more of one takes nothing from another, and no practice moves hours between roles."""

from __future__ import annotations

import numpy as np
import pytest

from model import Neighbourhood
from model.case.case import load
from model.regimes import BASELINE, PRACTICES
from model.state.accounts import ACCOUNTS, BROKER_HOURS, GO_BETWEEN_HOURS, ROLES, SUPPORT_HOURS, WARD

PLACE = {"residents": 400, "burn_in": 26, "broker": 0.5, "broker_hours": 0.2, "go_between": 1.0}


def lived(weeks: int, practices: dict[str, float], **given: float) -> Neighbourhood:
    """A run under the shared baseline, with some practices and conditions moved."""
    return Neighbourhood(load("default").replaced(**{**PLACE, **given}), BASELINE.model_copy(update=practices), seed=1).run(weeks)


def hours_of(hood: Neighbourhood) -> dict[str, int]:
    """The minutes endowed to each role over a run."""
    ever = hood.world.accounts.endowed_ever
    return {role: sum(int(ever[account]) for account in ACCOUNTS if account.role == role) for role in ROLES}


@pytest.mark.parametrize("practices", [{}, {"presence": 0.8, "intensity": 3.0}])
@pytest.mark.parametrize("role", ROLES)
def test_twice_the_hours_of_one_role_leave_every_other_role_its_hours(role, practices):
    usual = getattr(load("default").replaced(**PLACE).conditions, ROLES[role])
    start = {"burn_in": 0}  # afterwards what is left of the burn-in counts too, and that differs
    once, twice = (hours_of(lived(52, practices, **start, **more)) for more in ({}, {ROLES[role]: 2 * usual}))
    for other in ROLES:
        if other == role:
            assert twice[other] > 1.4 * once[other]  # in 52 weeks blocks of half a day do not divide evenly
        else:
            assert twice[other] == once[other] > 0, other


@pytest.mark.parametrize("name", PRACTICES)
def test_no_practice_moves_hours_between_roles(name):
    low, high = (lived(52, {name: end}) for end in (PRACTICES[name].low, PRACTICES[name].high))
    for role, minutes in hours_of(low).items():
        kept = 240 if role == WARD else 0  # what ward officials keep for who asks
        assert abs(hours_of(high)[role] - minutes) <= kept, role


def test_broker_and_go_between_work_from_hours_of_their_own():
    hood = lived(104, {"support_desk": 1.0}, found_base=0.002, energy=2.0, residents=1000)
    accounts = hood.world.accounts
    for account, minutes in ((BROKER_HOURS, 60 * 0.2), (GO_BETWEEN_HOURS, 60 * 1.0)):
        assert 0 < accounts.spent_ever[account] <= accounts.endowed_ever[account]
        assert accounts.endowed_ever[account] == pytest.approx(minutes * 104, rel=0.05)
    ledger = hood.ledger.filter(hood.ledger["unit"] == "hours")
    assert np.allclose(ledger["endowed"], ledger["spent"] + ledger["lapsed"] + ledger["left"])
    quiet = lived(104, {}, broker=0.0, go_between=0.0)
    assert quiet.world.accounts.endowed_ever[BROKER_HOURS] == quiet.world.accounts.endowed_ever[GO_BETWEEN_HOURS] == 0


def test_what_nobody_asks_of_ward_officials_goes_back_to_the_field():
    nobody = {"problem_rate": 0.0, "energy": 0.0, "agenda_rate": 0.0}
    hood = lived(104, {}, **nobody)
    ward = [account for account in ACCOUNTS if account.role == WARD]
    kept = int(hood.world.accounts.left[SUPPORT_HOURS])
    assert 0 < kept <= 240
    assert sum(hood.world.accounts.lapsed_ever[account] for account in ward) == 0
    spent = {account.label: int(hood.world.accounts.spent_ever[account]) for account in ward}
    assert spent["support"] == spent["inside"] == 0
    in_the_field = spent["street"] + spent["own desk"]
    assert spent["street"] / in_the_field == pytest.approx(hood.practices.presence, abs=0.01)
