"""What residents take from the week, worked out by hand on a street of a few residents: what is told, and what it adds up to."""

from __future__ import annotations

from types import SimpleNamespace

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
from tests.model.week.a_street import PAR, PEOPLE, Street

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
