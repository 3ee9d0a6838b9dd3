"""What tests of mechanisms share: a mechanism and an interaction of one's own, as files would declare them."""

from __future__ import annotations

BASE = """
id = "A1"
class = "W"
essay = ["S0"]
term = { nl = "aanwezig zijn", en = "presence" }
claim = "Who is there is known."
process = ["model/week/contacts.py: knock"]
switch = "presence"
event = "opened_doors"
outcome = "conversations"
expected = "up"
also = ["linking"]

[experiment]
weeks = 20
both = { residents = 120, burn_in = 8 }
off = { presence = 0 }
on = { presence = 1 }
"""
CROSSED = """
id = "A1xA2"
essay = ["S0"]
term = { nl = "samen", en = "together" }
claim = "Two do more than one and one."
process = ["model/week/contacts.py: knock"]
outcome = "conversations"
expected = { interaction = "open", a_alone = "up" }

[experiment]
weeks = 20
both = { residents = 120, burn_in = 8 }
arms = { none = { presence = 0 }, a = { presence = 1 }, b = { presence = 0, ward_hours = 6 }, both = { presence = 1, ward_hours = 6 } }
contrast = { interaction = ["both - a", "b - none"], a_alone = "a - none" }
"""
