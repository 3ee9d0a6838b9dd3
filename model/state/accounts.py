"""Accounts of hours and pots of euros, each declared once, and the tables of what is endowed, left and spent.

Each role has hours of its own. Ward officials alone divide theirs over several accounts (`week.ward_hours`).
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np

from model.engine.declared import Place, declared
from model.engine.loops import loop
from model.engine.tables import Column

HALF_DAY = 240  # minutes: staff plan half-days, so small endowments come in blocks of four hours, to be used until the next
AN_HOUR = 60  # minutes: counter work is planned by the hour


class Account(Place):
    """A row of the accounts table: an organisation's working time for one activity."""

    label: str
    whose: str  # organisation
    role: str  # who works these hours, in `ROLES`
    block: int  # minutes: smallest amount endowed at once

    def __new__(cls, label: str, whose: str, role: str, meaning: str, block: int = HALF_DAY) -> Self:
        """Take the next row of the table."""
        made = super().__new__(cls, meaning, "minutes")
        made.label, made.whose, made.role, made.block = label, whose, role, block
        return made


class Pot(Place):
    """A row of the purses table: an organisation's budget."""

    label: str
    whose: str

    def __new__(cls, label: str, whose: str, meaning: str) -> Self:
        """Take the next row of the table."""
        made = super().__new__(cls, meaning, "cents")
        made.label, made.whose = label, whose
        return made


TOWN = "municipality"
LANDLORD = "housing corporation"
WARD = "ward officials"
ROLES = {  # each role, and the condition that says its hours
    WARD: "ward_hours", "desk": "desk_hours", "crews": "crew_hours", "enforcers": "enforcer_hours", "case workers": "case_hours",
    "counter": "counter_hours", "programmes": "programme_hours", "corporation": "corporation_hours", "police": "police_hours",
    "broker": "broker_hours", "go-between": "go_between",
}  # fmt: skip

# the municipality's accounts come first
DESK_HOURS = Account("desk", TOWN, "desk", "dealing with reports and showing initiatives their way", AN_HOUR)
STREET_HOURS = Account("street", TOWN, WARD, "ward officials at doors and at meetings with groups")
SUPPORT_HOURS = Account("support", TOWN, WARD, "support of initiatives, hearing out, explaining, bargaining")
INSIDE_HOURS = Account("inside", TOWN, WARD, "work inside the town hall: across departments, and leading")
PROGRAMME_HOURS = Account("programmes", TOWN, "programmes", "programmes and projects of the town hall's agenda")
CREW_HOURS = Account("crews", TOWN, "crews", "crews that repair and clean")
ENFORCER_HOURS = Account("enforcers", TOWN, "enforcers", "visits about nuisance")
CASE_HOURS = Account("case work", TOWN, "case workers", "weighing plans, objections and grants")
COORDINATION_HOURS = Account("coordination", TOWN, WARD, "switching between tasks and keeping in step")
COUNTER_HOURS = Account("counter", TOWN, "counter", "residents' requests, and checks of them", AN_HOUR)
WARD_DESK_HOURS = Account("own desk", TOWN, WARD, "ward officials at the desk: the desk's work, then their own papers")
CORPORATION_HOURS = Account("corporation", LANDLORD, "corporation", "cases and requests at the housing corporation")
POLICE_HOURS = Account("police", "police", "police", "visits of the police about nuisance")
BROKER_HOURS = Account("broker", "broker", "broker", "showing initiatives their way, outside government", AN_HOUR)
GO_BETWEEN_HOURS = Account("go-between", "go-between", "go-between", "going along streets, outside government")
ACCOUNTS = tuple(declared(globals(), Account).values())
MUNICIPAL = sum(account.whose == TOWN for account in ACCOUNTS)
OFFICIAL_ACCOUNTS = int(BROKER_HOURS)  # the accounts before this one are of government, corporation and police
OF_WARD = np.array([account.role == WARD for account in ACCOUNTS])

CENTRAL_POT = Pot("central", TOWN, "spent on what was weighed and approved")
MANDATE_POT = Pot("mandate", TOWN, "spent by ward officials on the spot")
CORPORATION_POT = Pot("corporation", LANDLORD, "spent on the corporation's own cases and requests")
ENTREPRENEUR_POT = Pot("entrepreneurs", "entrepreneurs", "given in exchanges with initiatives")
OFFER_POT = Pot("small grants", TOWN, "given to founders on a standing offer, with little paper")
POTS = tuple(declared(globals(), Pot).values())

ACCOUNT_COLUMNS = (
    Column("endowed", "int64", "minutes", 0, 2**60, "this week's hours, with what is left of earlier ones"),
    Column("left", "int64", "minutes", 0, 2**60, "of them not yet spent"),
    Column("spent", "int64", "minutes", 0, 2**60, "of them spent"),
    Column("endowed_ever", "int64", "minutes", 0, 2**60, "since the start of the run"),
    Column("spent_ever", "int64", "minutes", 0, 2**60, "since the start of the run"),
    Column("lapsed_ever", "int64", "minutes", 0, 2**60, "since the start of the run"),
)
PURSE_COLUMNS = (
    Column("left", "int64", "cents", 0, 2**60, "in the pot"),
    Column("endowed_ever", "int64", "cents", 0, 2**60, "since the start of the run"),
    Column("spent_ever", "int64", "cents", 0, 2**60, "since the start of the run"),
    Column("lapsed_ever", "int64", "cents", 0, 2**60, "since the start of the run, at the ends of years"),
)


@loop
def fresh_minutes(turn, minutes, block):
    """Return the whole minutes endowed this week, for so many weeks at once: exact over time."""
    if turn % block != 0:
        return 0
    when = turn // block
    return int(math.floor(minutes * block * (when + 1)) - math.floor(minutes * block * when))


@loop
def endow(
    turn: int, minutes_a_week, blocks, of_ward, cents_a_week, account_count, account_endowed, account_left, account_spent,
    account_endowed_ever, account_lapsed_ever, purse_count, purse_left, purse_endowed_ever, purse_lapsed_ever,
):  # fmt: skip
    """Endow minutes (the rest lapses; that of who serves a whole city, at their next hours) and cents; not of ward officials."""
    for a in range(account_count[0]):
        if of_ward[a]:
            continue
        account_spent[a] = 0
        shared = a in (CASE_HOURS, ENFORCER_HOURS, POLICE_HOURS)
        if turn % blocks[a] != 0 and shared:
            account_endowed[a] = account_left[a]
            continue
        account_lapsed_ever[a] += account_left[a]
        fresh = fresh_minutes(turn, minutes_a_week[a], blocks[a])
        account_endowed[a] = fresh
        account_left[a] = fresh
        account_endowed_ever[a] += fresh
    for b in range(purse_count[0]):
        if turn % 52 == 0:
            purse_lapsed_ever[b] += purse_left[b]
            purse_left[b] = 0
        fresh = int(math.floor(cents_a_week[b] * (turn + 1)) - math.floor(cents_a_week[b] * turn))
        purse_left[b] += fresh
        purse_endowed_ever[b] += fresh


@loop("b1(i8, i8, i8[::1], i8[::1])")
def find_minutes(account, minutes, account_left, account_spent):
    """Take minutes from an account if it has them left; return whether it had."""
    if account_left[account] < minutes:
        return False
    account_left[account] -= minutes
    account_spent[account] += minutes
    return True


DEPARTMENT_COLUMNS = (
    Column("openness", "float32", "0-1", 0, 1, "how open to what comes from the street"),
    Column("strictness", "float32", "0-1", 0, 1, "how strictly rules are kept"),
    Column("successes", "int32", "times", 0, 10**9, "initiatives of its field that it saw deliver"),
    Column("trust", "float32", "0-1", 0, 1, "its trust in residents"),
    Column("precedents", "float32", "cases", 0, 1e9, "exceptions that were seen, fading over a quarter"),
    Column("weight", "float32", "0-1", 0, 1, "what its field weighs in the council's agenda"),
    Column("upkeep", "float32", "0-1", 0, 1, "the council's support for the upkeep of what residents made in its field"),
    Column("input", "float32", "count", 0, 1e9, "what residents put in, since the council last met"),
    Column("objections", "float32", "count", 0, 1e9, "to projects in its field, since the council last met"),
    Column("picture", "float32", "load", 0, 1e9, "how much it takes to be wrong in its field: severity of what reached it, added up"),
)
