"""What kinds of event there are, what each does to who lives it, and how one is written down."""

from __future__ import annotations

import numpy as np

from model.state import experiences
from model.state.experiences import CORPORATION, EFFECTS, EXPERIENCES, IGNORED, MET, MUNICIPALITY, NEIGHBOURS, OFFICIAL, POLICE, Effect

# Each kind of event as declared: what it does at full weight (assumptions). Weight, hurt, heals, report better and worse,
# act better and worse, asked, seen, talk.
DECLARED = {
    "met": (1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0.2),
    "heard_out": (0.3, 0, 1.0, 0, 0, 0, 0, 0, 0, 0.5),
    "promised": (0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "promise_kept": (1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5),
    "promise_broken": (1.0, 0.25, 0, 0, 0, 0, 0, 0, 0, 1.0),
    "told_early": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "fixed": (1.0, 0, 0, 1.0, 0, 0, 0, 0, 0, 0.4),
    "fixed_badly": (1.0, 0.05, 0, 0, 0.5, 0, 0, 0, 0, 0.5),
    "nothing_found": (1.0, 0.08, 0, 0, 1.0, 0, 0, 0, 0, 0.7),
    "ignored": (1.0, 0.15, 0, 0, 1.0, 0, 0, 0, 0, 0.8),
    "saw_repair": (0.05, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "saw_exception": (0.2, 0.03, 0, 0, 0, 0, 0, 0, 0, 0.6),
    "was_asked": (0, 0, 0, 0, 0, 0, 0, 1.0, 0, 0),
    "joined": (0.2, 0, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "took_part": (0.04, 0, 0, 0, 0, 0.02, 0, 0, 0, 0),
    "delivered_together": (0.5, 0, 0, 0, 0, 1.0, 0, 0, 2.0, 1.0),
    "gave_up": (0.3, 0, 0, 0, 0, 0, 1.0, 0, 0, 0.6),
    "saw_initiative": (0.05, 0, 0, 0, 0, 0, 0, 0, 1.0, 0),
    "saw_result": (0.1, 0, 0, 0, 0, 0.2, 0, 0, 1.0, 0.2),
    "saw_failure": (0.05, 0, 0, 0, 0, 0, 0.2, 0, 0, 0),
    "new_official": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "public_shock": (1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "left_waiting": (0.2, 0.05, 0, 0, 0, 0, 0.3, 0, 0, 0.4),
    "helped": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "refused": (1.0, 0.06, 0, 0, 0, 0, 0, 0, 0, 0.6),
    "refused_explained": (0.6, 0.01, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "was_checked": (0.3, 0.02, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "saw_favour": (0.2, 0.03, 0, 0, 0, 0, 0, 0, 0, 0.6),
    "took_up": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "was_crossed": (0.5, 0.05, 0, 0, 0, 0, 0, 0, 0, 0.6),
    "was_involved": (0.3, 0, 0, 0, 0, 0.2, 0, 0, 0, 0.2),
    "met_in_group": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.2),
    "exchanged": (0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0.3),
    "delivered_for": (0.4, 0, 0, 0, 0, 0, 0, 0, 1.0, 0.6),
    "burned_out": (0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0),
    "read_good_news": (0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "read_bad_news": (0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "clashed": (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5),
}


def test_an_event_is_written_on_the_next_row_and_counted() -> None:
    count, what, size = np.array([0, -99]), np.full((3, 4), -7), np.full((3, 3), -7.0)
    experiences.tell(count, what, size, MET, 2, OFFICIAL, 42, 0.75, -1.0, 1.0)
    experiences.tell(count, what, size, IGNORED, 0, POLICE, -1, 0.0, 0.5, 0.2)
    assert count[0] == 2
    assert what.tolist() == [[MET, 2, OFFICIAL, 42], [IGNORED, 0, POLICE, -1], [-7] * 4]
    assert size.tolist() == [[0.75, -1.0, 1.0], [0.0, 0.5, 0.2], [-7.0] * 3]


def test_the_effects_of_every_kind_of_event_are_as_declared() -> None:
    assert list(EXPERIENCES) == list(DECLARED)
    assert experiences.effects_record().dtype.names == (
        "weight", "hurt", "heals", "report_better", "report_worse", "act_better", "act_worse", "asked", "seen", "talk",
    )  # fmt: skip
    assert {name: tuple(row) for name, row in zip(EXPERIENCES, experiences.effects_record().tolist(), strict=True)} == DECLARED
    assert Effect() == Effect(*[0.0] * 10)
    assert len(EFFECTS) == len(DECLARED)
    hash(EFFECTS)  # effects are values: they stay as declared


def test_a_row_holds_four_whole_numbers_and_three_shares() -> None:
    what, size = experiences.EVENT_COLUMNS
    assert [(column.name, column.width, column.low, column.high) for column in (what, size)] == [("what", 4, -1, 2**62), ("size", 3, -1, 1)]


def test_the_numbers_of_kinds_and_addressees_are_their_places() -> None:
    for place, name in enumerate(EXPERIENCES):
        assert getattr(experiences, name.upper()) == place
    assert experiences.ADDRESSEES == ("neighbours", "official", "municipality", "corporation", "police")
    assert [NEIGHBOURS, OFFICIAL, MUNICIPALITY, CORPORATION, POLICE] == [0, 1, 2, 3, 4]
    assert experiences.SORE == 0.05  # assumption: grievance from which old hurt is there to be heard out
