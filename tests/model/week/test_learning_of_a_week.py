"""What residents learn from a week, worked out by hand on a street of a few residents."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from model.state.experiences import (
    CORPORATION,
    EXPERIENCES,
    IGNORED,
    MET,
    NEIGHBOURS,
    OFFICIAL,
    POLICE,
)
from model.week.learning import (
    ASKED_BY,
    SEEN_ACT,
)
from tests.model.week.a_street import PEOPLE, Street

# --- learning -----------------------------------------------------------------------------------------------------


def test_a_good_experience_raises_trust_for_good_and_for_weeks_what_is_usual_and_evidence() -> None:
    """Gain 0.5 of weight 1 at trust 0.5, hurt 0.2, evidence 2; a gain counts 1 - 0.5 * 0.2.

    The lasting step is 0.02 + 0.08 * 6/8 = 0.08: 0.5 + 0.08 * 0.5 * 0.9 = 0.536, then a tenth of the way to 0.6. The fast step is
    0.05: 0.05 * 0.5 * 0.9 = 0.0225, of which a fifth fades at once.
    """
    street = Street((MET, 1, POLICE, 1.0, -1.0, 1.0))
    street.trust[1, POLICE] = 0.5
    street.gather().learn()
    assert street.recent[1, POLICE] == pytest.approx(0.8 * 0.0225)
    assert street.trust[1, POLICE] == pytest.approx(0.9 * 0.536 + 0.06 + 0.8 * 0.0225)
    assert street.usual[1, POLICE] == pytest.approx(0.5 + 0.5 * (1.0 - 0.5) / 2.0)
    assert street.evidence[1, POLICE] == pytest.approx(3.0 * 0.75)
    assert street.grievance[1, POLICE] == pytest.approx(0.2 * 0.8)


def test_a_bad_experience_lowers_trust_twice_as_much_and_leaves_hurt() -> None:
    """Ignored at trust 0.5: steps of 0.08 and 0.05, times 2 * 0.5; hurt 0.2 + 0.15 * 0.8, and a fifth of that fades."""
    street = Street((IGNORED, 1, POLICE, 0.0, -1.0, 1.0))
    street.trust[1, POLICE] = 0.5
    street.gather().learn()
    assert street.recent[1, POLICE] == pytest.approx(-0.8 * 0.05)
    assert street.trust[1, POLICE] == pytest.approx(0.9 * 0.42 + 0.06 - 0.8 * 0.05)
    assert street.usual[1, POLICE] == pytest.approx(0.5 - 0.5 * 0.5 / 2.0)
    assert street.grievance[1, POLICE] == pytest.approx(0.32 * 0.8)


def test_hurt_that_is_heard_out_is_healed_by_half() -> None:
    street = Street((EXPERIENCES["heard_out"], 1, POLICE, 1.0, -1.0, 1.0)).gather()
    street.learn()
    assert street.grievance[1, POLICE] == pytest.approx(0.2 * 0.5 * 0.8)
    assert street.grievance[1, CORPORATION] == pytest.approx(0.2 * 0.8)


def test_many_experiences_in_a_week_move_trust_as_one_whole_experience_and_are_all_remembered() -> None:
    """Five of value 1 or 0 at trust 0.5 pull as one does: 0.5 up (at 0.9 for hurt) or 0.5 down (twice)."""
    for value, pull in ((1.0, 0.5 * 0.9), (0.0, -0.5 * 2.0)):
        street = Street(*[(MET, 1, POLICE, value, -1.0, 1.0)] * 5)
        street.trust[1, POLICE] = 0.5
        street.gather().learn()
        assert street.recent[1, POLICE] == pytest.approx(0.8 * 0.05 * pull)
        assert street.trust[1, POLICE] == pytest.approx(0.9 * (0.5 + 0.08 * pull) + 0.06 + 0.8 * 0.05 * pull)
        assert street.usual[1, POLICE] == pytest.approx(0.5 + 0.5 * 5 * (value - 0.5) / 6.0)
        assert street.evidence[1, POLICE] == pytest.approx(7.0 * 0.75)


def test_good_and_bad_of_one_week_count_by_their_share_and_hearsay_by_its_weight() -> None:
    """Three good and one bad at trust 0.5: gain 1.5 / 4, loss 0.5 / 4. Hearsay of weight 0.2: gain 0.2 * 0.5, divided by nothing."""
    own = [(MET, 1, POLICE, 1.0, -1.0, 1.0)] * 3 + [(MET, 1, POLICE, 0.0, -1.0, 1.0)]
    street = Street(*own, (MET, 2, POLICE, 1.0, -1.0, 0.2))
    street.trust[:, POLICE] = 0.5
    street.gather().learn()
    for resident, pull, evidence in ((1, 0.375 * 0.9 - 0.125 * 2.0, 6.0), (2, 0.1 * 0.9, 2.2)):
        assert street.trust[resident, POLICE] == pytest.approx(0.9 * (0.5 + 0.08 * pull) + 0.06 + 0.8 * 0.05 * pull)
        assert street.evidence[resident, POLICE] == pytest.approx(evidence * 0.75)


def test_the_lasting_step_falls_to_its_floor_and_the_fast_one_never() -> None:
    """Evidence 1e9: a lasting step of 0.02. At a floor above the step (0.3): 0.3 whatever the evidence. Without steps: nothing."""
    for changed, lasting, fast in (({}, 0.02, 0.05), ({"trust_floor": 0.3}, 0.3, 0.05), ({"trust_fast": 0.0}, 0.02, 0.0)):
        street = Street((MET, 1, POLICE, 1.0, -1.0, 1.0), **changed)
        street.trust[1, POLICE], street.evidence[1, POLICE], street.grievance[1, POLICE] = 0.5, 1e9, 0.0
        street.gather().learn()
        assert street.recent[1, POLICE] == pytest.approx(0.8 * fast * 0.5)
        assert street.trust[1, POLICE] == pytest.approx(0.9 * (0.5 + lasting * 0.5) + 0.06 + 0.8 * fast * 0.5)
    still = Street((MET, 1, POLICE, 1.0, -1.0, 1.0), trust_step=0.0, trust_floor=0.0, trust_fast=0.0).gather()
    still.learn()
    assert still.trust[1].tolist() == pytest.approx([0.42] * 5)
    assert still.recent[1].tolist() == [0.0] * 5


def test_what_is_recent_fades_by_itself_and_only_the_rest_of_trust_returns() -> None:
    """Trust 0.4 of which 0.1 is recent: 0.3 goes a tenth of the way to 0.6, and a fifth of 0.1 fades; likewise below."""
    street = Street()
    street.recent[0], street.recent[1] = 0.1, -0.1
    street.learn()
    assert street.trust[:, POLICE].tolist() == pytest.approx([0.33 + 0.08, 0.51 - 0.08, 0.42])
    assert street.recent[:, POLICE].tolist() == pytest.approx([0.08, -0.08, 0.0])


def test_trust_stays_between_0_and_1_where_what_is_recent_fades_more_slowly_than_the_rest_returns() -> None:
    """-0.28 * 0.9 + 0.8 * 0.3 is below 0, and 0.1 + 1.28 * 0.9 - 0.8 * 0.3 above 1."""
    street = Street()
    for resident, trust, recent, rest in ((0, 0.02, 0.3, 0.0), (1, 0.98, -0.3, 1.0)):
        street.trust[resident], street.recent[resident], street.rest[resident] = trust, recent, rest
    street.learn()
    assert street.trust[0].tolist() == [0.0] * 5
    assert street.trust[1].tolist() == [1.0] * 5


def test_only_in_the_rival_form_what_is_usual_returns_to_rest() -> None:
    for habituation, usual in ((0.0, 0.5), (0.01, 0.51), (1.0, 0.51)):
        street = Street(habituation=habituation)
        street.learn()
        assert street.usual == pytest.approx(np.full((PEOPLE, 5), usual))
        assert street.trust == pytest.approx(np.full((PEOPLE, 5), 0.42))
    met = Street((MET, 1, POLICE, 1.0, -1.0, 1.0), habituation=1.0).gather()
    met.learn()
    assert met.usual[1, POLICE] == pytest.approx(0.9 * (0.5 + 0.5 * 0.5 / 2.0) + 0.06)


def test_a_week_in_which_nothing_happens_drifts_back_and_fades() -> None:
    street = Street()
    street.reporting[:], street.acting[:] = 0.3, 0.7
    street.learn()
    assert street.trust == pytest.approx(np.full((PEOPLE, 5), 0.42))
    assert street.evidence == pytest.approx(np.full((PEOPLE, 5), 1.5))
    assert street.grievance == pytest.approx(np.full((PEOPLE, 5), 0.16))
    assert street.usual == pytest.approx(np.full((PEOPLE, 5), 0.5))
    assert not street.recent.any()
    assert street.readiness == pytest.approx(np.full(PEOPLE, 0.4 + 0.1 * (0.2 - 0.4)))
    assert (street.reporting.tolist(), street.acting.tolist()) == ([0.3] * PEOPLE, [0.7] * PEOPLE)


def test_beliefs_follow_what_helped_and_what_did_not() -> None:
    """At one half: reporting 0.5 + 0.2 * (0.9 - 0.4), acting 0.5 + 0.1 * (0.7 - 0.2)."""
    street = Street()
    street.nudge[1] = [0.9, 0.4, 0.7, 0.2, 0.0, 0.0]
    street.stirred[1] = 1
    street.learn()
    assert street.reporting.tolist() == pytest.approx([0.5, 0.6, 0.5])
    assert street.acting.tolist() == pytest.approx([0.5, 0.55, 0.5])


def test_being_asked_and_seeing_others_make_readier() -> None:
    """Pushes of 0.5 * 2 and 0.25 * 2; from 0.38, which readiness fades to, 1 - e^-push of the 0.54 that is left."""
    street = Street()
    street.nudge[0, ASKED_BY] = street.nudge[1, SEEN_ACT] = 2.0
    street.learn()
    assert street.readiness.tolist() == pytest.approx([0.38 + 0.54 * (1 - exp(-1.0)), 0.38 + 0.54 * (1 - exp(-0.5)), 0.38])


def test_what_was_learned_from_is_cleared_and_counts_no_second_time() -> None:
    street = Street((IGNORED, 0, OFFICIAL, 0.0, -1.0, 1.0), (EXPERIENCES["saw_result"], 2, POLICE, 0.9, -1.0, 1.0)).gather()
    street.learn()
    assert not street.tally.any()
    assert not street.nudge.any()
    assert not street.stirred.any()


def test_what_was_only_heard_of_without_weight_changes_neither_trust_nor_what_is_usual() -> None:
    street = Street((EXPERIENCES["was_asked"], 1, NEIGHBOURS, 0.9, -1.0, 1.0)).gather()
    street.learn()
    assert street.trust[1].tolist() == pytest.approx([0.42] * 5)
    assert street.usual[1].tolist() == [0.5] * 5
    assert street.recent[1].tolist() == [0.0] * 5
    assert street.evidence[1].tolist() == [1.5] * 5


def test_only_rows_that_hold_a_resident_learn() -> None:
    street = Street()
    street.learn(people=2)
    assert street.trust[:, 0].tolist() == pytest.approx([0.42, 0.42, 0.4])
