"""What residents take from the week, worked out by hand on a street of a few residents."""

from __future__ import annotations

from math import exp
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.engine.chance import HEARSAY, draw, join
from model.state.experiences import (
    CORPORATION,
    EFFECTS,
    EXPERIENCES,
    IGNORED,
    MET,
    MUNICIPALITY,
    NEIGHBOURS,
    NEW_OFFICIAL,
    OFFICIAL,
    POLICE,
    Experience,
    tell,
)
from model.week import learning
from model.week.learning import (
    ACT_BETTER,
    ACT_WORSE,
    ASKED_BY,
    GAIN,
    HEALED,
    HURT_FELT,
    LOSS,
    REPORT_BETTER,
    REPORT_WORSE,
    SEEN_ACT,
    VALUE,
    WEIGHT,
)

ROOM = 8  # events there is room for
PEOPLE = 3
PAR = SimpleNamespace(
    talk=0.5, hearsay_weight=0.2, credit=0.3, blame=0.9, spill=0.25, trust_step=0.1, trust_prior=6.0, dampening=0.5, loss_aversion=2.0,
    trust_floor=0.02, trust_fast=0.05, fast_fade=0.2, habituation=0.0, usual_return=0.1, usual_step=0.5, trust_return=0.1,
    evidence_fade=0.25, healing=0.5, grievance_fade=0.2, asked_push=0.5, seen_push=0.25, readiness_fade=0.1, report_step=0.2,
    act_step=0.1,
)  # fmt: skip


class Street:
    """Three residents, in a street whose official works for the corporation (a second street: for the municipality)."""

    def __init__(self, *events: tuple[int, int, int, float, float, float], **changed: float) -> None:
        self.par = [SimpleNamespace(**(vars(PAR) | changed)), None]
        self.count = np.array([0, -99])  # the first cell counts
        self.what, self.size = np.full((ROOM, 4), -7, np.int64), np.full((ROOM, 3), -7.0)
        for kind, resident, addressee, value, expected, weight in events:
            tell(self.count, self.what, self.size, kind, resident, addressee, 40 + resident, value, expected, weight)
        self.trust, self.rest, self.usual = (np.full((PEOPLE, 5), value) for value in (0.4, 0.6, 0.5))
        self.recent = np.zeros((PEOPLE, 5))
        self.evidence, self.grievance = np.full((PEOPLE, 5), 2.0), np.full((PEOPLE, 5), 0.2)
        self.tally, self.nudge, self.stirred = np.zeros((PEOPLE, 30)), np.zeros((PEOPLE, 6)), np.zeros(PEOPLE, np.int64)
        self.reporting, self.acting, self.readiness, self.eager = (np.full(PEOPLE, value) for value in (0.5, 0.5, 0.4, 0.2))

    def gather(self, effects: Any = EFFECTS) -> Street:
        learning.gather_experience(
            self.par, effects, self.count, self.what, self.size, self.trust, self.rest, self.recent, self.usual, self.evidence,
            self.grievance, self.tally, self.nudge, self.stirred, np.array([0, 0, 1]), np.array([1, 0]),
            np.array([MUNICIPALITY, CORPORATION]),
        )  # fmt: skip
        return self

    def learn(self, people: int = PEOPLE) -> None:
        learning.learn(
            self.par, np.array([people, 99]), self.trust, self.rest, self.recent, self.usual, self.evidence, self.grievance,
            self.reporting, self.acting, self.readiness, self.eager, self.tally, self.nudge, self.stirred,
        )  # fmt: skip

    def felt(self, resident: int, addressee: int) -> dict[int, float]:
        """What of a resident's tally about an addressee is not 0."""
        return {k: self.tally[resident, 6 * addressee + k] for k in range(6) if self.tally[resident, 6 * addressee + k]}

    def nudged(self, resident: int) -> dict[int, float]:
        return {k: x for k, x in enumerate(self.nudge[resident]) if x}


# --- what is told -------------------------------------------------------------------------------------------------


def test_what_can_be_seen_is_every_matter_of_a_street_by_everybody_who_lives_there() -> None:
    """Streets of 3 and 5 residents: two problems have a case, one has none; of three initiatives one is over."""
    seen = learning.most_seen(
        np.array([3, 99]), np.array([0, 1, 1, 1]), np.array([1, 2, 0, 1]), np.array([3, 99]), np.array([1, 0, 1, 1]),
        np.array([3, 4, 0, 0]), np.array([10, 20]), np.array([13, 25]),
    )  # fmt: skip
    assert seen == 3 + 5 + 5 + 5


def test_listeners_are_counted_for_own_experiences_that_are_worth_telling() -> None:
    degree = np.array([2, 5, 11])
    met, hearsay = (MET, 0, OFFICIAL, 0.9, -1.0, 1.0), (MET, 1, OFFICIAL, 0.9, -1.0, 0.99)
    untold = (EXPERIENCES["saw_repair"], 1, MUNICIPALITY, 0.9, -1.0, 1.0)
    street = Street(met, hearsay, untold, (IGNORED, 2, MUNICIPALITY, 0.0, -1.0, 1.0))
    assert learning.count_listeners(street.count, street.what, street.size, EFFECTS, degree) == 2 + 11
    faint = [SimpleNamespace(talk=0.0)] * IGNORED + [SimpleNamespace(talk=0.5)]
    assert learning.count_listeners(street.count, street.what, street.size, [*faint, *faint, *faint], degree) == 11


# --- hearsay ------------------------------------------------------------------------------------------------------

NAMES = np.array([901, 77, 5], np.uint64)
KEYS = np.arange(1, 100, dtype=np.uint64)


def told(street: Street, talk: float, strength: float = 1.0) -> list[tuple[list[int], list[float]]]:
    """What is added to the events when both neighbours of everybody are so close; talk: of every kind."""
    ties, close = np.array([[1, 2], [0, 2], [0, 1]]), np.full((PEOPLE, 2), strength)
    own = int(street.count[0])
    par = SimpleNamespace(**(vars(PAR) | {"talk": 0.5}))
    effect = [SimpleNamespace(talk=talk / 0.5)] * len(EFFECTS)
    learning.spread_word(KEYS, [par, None], effect, street.count, street.what, street.size, NAMES, np.array([2, 2, 1]), ties, close)
    return [(street.what[n].tolist(), street.size[n].tolist()) for n in range(own, int(street.count[0]))]


def test_hearsay_reaches_each_neighbour_with_the_value_and_a_fifth_of_the_weight_and_goes_no_further() -> None:
    heard = told(Street((MET, 0, OFFICIAL, 0.75, 0.25, 1.0), (MET, 1, OFFICIAL, 0.75, 0.25, 0.99)), talk=1.0)
    assert [what for what, _ in heard] == [[MET, 1, OFFICIAL, 40], [MET, 2, OFFICIAL, 40]]
    assert [size for _, size in heard] == [[0.75, -1.0, 0.2]] * 2
    assert [what[1] for what, _ in told(Street((MET, 2, OFFICIAL, 0.75, 0.25, 1.0)), talk=1.0)] == [0]  # one neighbour is known


def test_nothing_is_told_of_what_is_not_worth_telling_nor_to_strangers() -> None:
    assert told(Street((MET, 0, OFFICIAL, 0.75, 0.25, 1.0)), talk=0.0) == []
    assert told(Street((MET, 0, OFFICIAL, 0.75, 0.25, 1.0)), talk=1.0, strength=0.0) == []
    both = told(Street((MET, 0, OFFICIAL, 0.5, -1.0, 0.5), (MET, 2, OFFICIAL, 0.5, -1.0, 1.0)), talk=1.0)
    assert [what[1] for what, _ in both] == [0]  # hearsay before it does not end the telling


def test_what_is_not_worth_telling_does_not_silence_what_comes_after_it() -> None:
    street = Street((0, 0, OFFICIAL, 0.5, -1.0, 1.0), (1, 2, OFFICIAL, 0.5, -1.0, 1.0))
    effect = [SimpleNamespace(talk=0.0), SimpleNamespace(talk=0.6)]
    ties, close = np.array([[1, 2], [0, 2], [0, 1]]), np.ones((PEOPLE, 2))
    par = SimpleNamespace(**(vars(PAR) | {"talk": 2.0}))
    learning.spread_word(KEYS, [par, None], effect, street.count, street.what, street.size, NAMES, np.array([2, 2, 1]), ties, close)
    assert street.what[2 : street.count[0], 1].tolist() == [0]


@pytest.mark.parametrize(
    ("addressee", "value", "weight"),
    [(NEIGHBOURS, 0.9, 0.2), (OFFICIAL, 0.1, 0.2), (MUNICIPALITY, 0.9, 0.06), (MUNICIPALITY, 0.1, 0.18), (POLICE, 0.6, 0.06)],
)
def test_institutions_are_written_out_of_successes_and_blamed_for_failures_in_hearsay(addressee: int, value: float, weight: float) -> None:
    """A fifth (0.2), times 0.3 for a success and 0.9 for a failure of an institution."""
    for _, size in told(Street((MET, 0, addressee, value, -1.0, 1.0)), talk=1.0):
        assert size == pytest.approx([value, -1.0, weight])


def test_who_hears_depends_on_who_tells_whom_about_what_kind_and_addressee_and_on_nothing_else() -> None:
    for kind, addressee in ((MET, OFFICIAL), (IGNORED, MUNICIPALITY), (MET, NEIGHBOURS), (IGNORED, POLICE)):
        for teller in range(2):
            story = join(join(NAMES[teller], kind), addressee)
            luck = {j: draw(KEYS[HEARSAY], join(story, NAMES[j])) for j in range(PEOPLE) if j != teller}
            for strength in (0.2, 0.5, 0.9):
                heard = told(Street((kind, teller, addressee, 0.9, -1.0, 1.0)), talk=0.9, strength=strength)
                assert [what[1] for what, _ in heard] == [j for j, u in luck.items() if u < 0.9 * strength]


# --- a week's experience ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [kind for kind in EXPERIENCES.values() if kind != NEW_OFFICIAL], ids=[name for name in EXPERIENCES if name != "new_official"]
)
def test_an_own_experience_counts_for_what_its_kind_declares(kind: Experience) -> None:
    """Value 0.9 against a trust of 0.4: a gain of 0.5, times the weight of the kind; what is usual (0.5) is no matter."""
    e = kind.effect
    street = Street((kind, 1, POLICE, 0.9, -1.0, 1.0)).gather()
    felt = {GAIN: 0.5 * e.weight, VALUE: 0.9 * e.weight, WEIGHT: e.weight, HURT_FELT: e.hurt, HEALED: 0.9 * e.heals}
    assert street.felt(1, POLICE) == pytest.approx({k: x for k, x in felt.items() if x})
    nudges = {
        REPORT_BETTER: 0.9 * e.report_better, REPORT_WORSE: e.report_worse, ACT_BETTER: e.act_better, ACT_WORSE: e.act_worse,
        ASKED_BY: e.asked, SEEN_ACT: e.seen,
    }  # fmt: skip
    assert street.nudged(1) == pytest.approx({k: x for k, x in nudges.items() if x})
    assert street.stirred.tolist() == [0, 1, 0]
    assert np.count_nonzero(street.tally) == len(street.felt(1, POLICE))


def test_worse_than_held_out_is_a_loss_and_what_was_held_out_goes_before_trust() -> None:
    """At trust 0.4: 0.5 where 0.7 was held out loses 0.2, though it is better than trust; 0.3 without that loses 0.1."""
    street = Street((MET, 0, POLICE, 0.5, 0.7, 1.0), (MET, 0, POLICE, 0.3, -1.0, 1.0), (MET, 2, POLICE, 0.0, 0.0, 1.0)).gather()
    assert street.felt(0, POLICE) == pytest.approx({LOSS: 0.2 + 0.1, VALUE: 0.8, WEIGHT: 2.0})
    assert street.felt(2, POLICE) == pytest.approx({WEIGHT: 1.0})  # nothing was held out, and nothing came


def test_no_promise_pulls_further_than_to_no_trust_or_full_trust() -> None:
    """At trust 0.4: nothing where 0.9 was held out loses 0.4, all where 0.1 was held out gains 0.6."""
    street = Street((MET, 0, POLICE, 0.0, 0.9, 1.0), (MET, 1, POLICE, 1.0, 0.1, 0.5), (MET, 2, POLICE, 1.0, 0.6, 1.0)).gather()
    assert street.felt(0, POLICE) == pytest.approx({LOSS: 0.4, WEIGHT: 1.0})
    assert street.felt(1, POLICE) == pytest.approx({GAIN: 0.5 * 0.6, VALUE: 0.5, WEIGHT: 0.5})
    assert street.felt(2, POLICE) == pytest.approx({GAIN: 0.4, VALUE: 1.0, WEIGHT: 1.0})


@pytest.mark.parametrize(("habituation", "gain"), [(0.0, 0.5), (0.5, 0.35), (1.0, 0.2)])
def test_in_the_rival_form_experience_is_held_against_what_is_usual_and_a_promise_against_what_it_held_out(
    habituation: float, gain: float
) -> None:
    """Value 0.9 against trust 0.4, what is usual 0.7, or half of both (0.55)."""
    street = Street((MET, 0, POLICE, 0.9, -1.0, 1.0), (MET, 1, POLICE, 0.9, 0.8, 1.0), habituation=habituation)
    street.usual[:, POLICE] = 0.7
    street.gather()
    assert street.felt(0, POLICE) == pytest.approx({GAIN: gain, VALUE: 0.9, WEIGHT: 1.0})
    assert street.felt(1, POLICE) == pytest.approx({GAIN: 0.1, VALUE: 0.9, WEIGHT: 1.0})


def test_of_an_experience_with_an_official_a_quarter_touches_the_employer_of_the_street() -> None:
    """Residents 0 and 1 have the corporation's official, resident 2 the municipality's; trust in the employer counts there."""
    street = Street((MET, 0, OFFICIAL, 0.9, -1.0, 1.0), (MET, 2, OFFICIAL, 0.1, -1.0, 1.0))
    street.trust[0, CORPORATION] = 0.8
    street.gather()
    assert street.felt(0, OFFICIAL) == pytest.approx({GAIN: 0.5, VALUE: 0.9, WEIGHT: 1.0})
    assert street.felt(0, CORPORATION) == pytest.approx({GAIN: 0.025, VALUE: 0.225, WEIGHT: 0.25})
    assert street.felt(2, MUNICIPALITY) == pytest.approx({LOSS: 0.075, VALUE: 0.025, WEIGHT: 0.25})
    assert street.felt(0, MUNICIPALITY) == street.felt(2, CORPORATION) == {}


@pytest.mark.parametrize("addressee", [NEIGHBOURS, MUNICIPALITY])
def test_an_experience_with_others_touches_no_employer(addressee: int) -> None:
    street = Street((MET, 0, addressee, 0.9, -1.0, 1.0)).gather()
    assert np.count_nonzero(street.tally) == 3


def test_hearsay_counts_by_its_weight_and_neither_hurts_nor_heals() -> None:
    kinds = (IGNORED, EXPERIENCES["heard_out"], EXPERIENCES["fixed"], EXPERIENCES["delivered_together"])
    street = Street(*[(kind, 1, POLICE, 0.5, 0.0, 0.2) for kind in kinds]).gather()
    weight = 0.2 * (1.0 + 0.3 + 1.0 + 0.5)
    assert street.felt(1, POLICE) == pytest.approx({GAIN: 0.5 * weight, VALUE: 0.5 * weight, WEIGHT: weight})
    assert street.nudged(1) == pytest.approx({REPORT_BETTER: 0.1, REPORT_WORSE: 0.2, ACT_BETTER: 0.2, SEEN_ACT: 0.4})
    doubt = Street((EXPERIENCES["gave_up"], 1, POLICE, 0.5, 0.0, 0.2), (EXPERIENCES["was_asked"], 1, 0, 0, 0, 0.2)).gather()
    assert doubt.nudged(1) == pytest.approx({ACT_WORSE: 0.2, ASKED_BY: 0.2})


def test_of_trust_in_an_official_who_left_only_what_was_handed_over_remains() -> None:
    """A quarter handed over: 0.6 - 0.25 * 0.2, likewise of what is usual (0.6 - 0.25 * 0.1), and a quarter of what is recent,
    of experience and of hurt; the resident is not stirred by that.
    """
    street = Street((NEW_OFFICIAL, 1, OFFICIAL, 0.25, -1.0, 1.0), (MET, 2, POLICE, 0.9, -1.0, 1.0))
    street.recent[:] = -0.08
    street.gather()
    assert street.trust[1].tolist() == pytest.approx([0.4, 0.55, 0.4, 0.4, 0.4])
    assert street.recent[1].tolist() == pytest.approx([-0.08, -0.02, -0.08, -0.08, -0.08])
    assert street.usual[1].tolist() == pytest.approx([0.5, 0.575, 0.5, 0.5, 0.5])
    assert street.evidence[1].tolist() == [2.0, 0.5, 2.0, 2.0, 2.0]
    assert street.grievance[1].tolist() == pytest.approx([0.2, 0.05, 0.2, 0.2, 0.2])
    assert street.stirred.tolist() == [0, 0, 1]  # and what comes after it is still counted
    assert street.felt(2, POLICE)
    assert (street.trust[[0, 2]] == 0.4).all()
    assert (street.recent[[0, 2]] == -0.08).all()
    assert (street.usual[[0, 2]] == 0.5).all()


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
