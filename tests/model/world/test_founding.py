"""What makes residents found initiatives: officials, a go-between, the desk, an offer, and what was seen; and where it stops."""

from __future__ import annotations

import numpy as np
import pytest

from model import rules
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.regimes import BASELINE
from model.state.accounts import OFFER_POT, PROGRAMME_HOURS
from model.state.experiences import (
    DELIVERED_TOGETHER,
    JOINED,
    MET,
    NEIGHBOURS,
    READ_GOOD_NEWS,
    SAW_FAILURE,
    SAW_INITIATIVE,
    SAW_RESULT,
)
from model.state.people import EXAMPLES
from model.state.tallies import (
    ASKED_TO_START,
    CAMPAIGN_MINUTES,
    FOUNDED_ASKED,
    FOUNDED_BETWEEN,
    FOUNDED_DESK,
    FOUNDED_OFFER,
    SMALL_GRANTS,
    VISITS,
)
from model.week.examples import notice_examples
from model.week.interventions import happen

NOBODY = {"asking": 0.0, "support_desk": 0.0, "standing_offer": 0.0}
ALL = dict.fromkeys(NOBODY, 1.0)


def town(residents: int, seed: int = 1, practices: dict[str, float] | None = None, **changes) -> Neighbourhood:
    """A default neighbourhood of that size; the practices of the burn-in, changed."""
    case = load("default").replaced(residents=residents, streets=0, **changes)
    return Neighbourhood(case, BASELINE.model_copy(update=practices or {}), seed=seed)


def born(hood: Neighbourhood, first: int, last: int) -> int:
    """Initiatives founded from week `first` to `last`."""
    weeks = hood.world.initiatives.born
    return int(((weeks >= first) & (weeks <= last)).sum())


# --- government can cause an initiative, at a price -----------------------------------------------------------------


def test_foundings_fall_when_nobody_asks_helps_or_offers_any_more() -> None:
    gone = [{"week": 157, "kind": "practice", "name": name, "value": 0.0} for name in NOBODY]
    before = after = 0
    for seed in (1, 2):
        hood = town(4000, seed, ALL, ward_hours=8, desk_hours=1, events=gone).run(364)
        before, after = before + born(hood, 53, 156), after + born(hood, 261, 364)
    assert before > 40
    assert after < 0.6 * before


@pytest.mark.parametrize(
    ("practice", "because", "changes"),
    [
        ("asking", FOUNDED_ASKED, {"ward_hours": 10}),
        ("support_desk", FOUNDED_DESK, {"desk_hours": 3}),
        ("standing_offer", FOUNDED_OFFER, {}),
    ],
)
def test_each_adds_to_founding_by_itself(practice, because, changes) -> None:
    given = {"found_base": 0, "example_push": 0, "energy": 3, **changes}
    with_it = town(1000, practices=NOBODY | {practice: 1.0}, **given).run(260)
    without = town(1000, practices=NOBODY, **given).run(260)
    assert int(without.world.tally[because]) == born(without, 1, 260) == 0
    assert int(with_it.world.tally[because]) == born(with_it, 1, 260) > 0


def test_asking_takes_time_at_the_door() -> None:
    visits = {
        share: town(1000, practices={"asking": share}, ward_hours=10).run(52).world.tally[[VISITS, ASKED_TO_START]] for share in (0, 1)
    }
    assert visits[0][1] == 0 < visits[1][1]
    assert visits[1][0] < 0.9 * visits[0][0]


def test_a_standing_offer_takes_euros_and_programme_hours() -> None:
    none, full = (town(1000, practices={"standing_offer": share}, found_base=0.002).run(104) for share in (0.0, 1.0))
    assert none.world.tally[SMALL_GRANTS] == none.world.tally[CAMPAIGN_MINUTES] == none.world.purses.endowed_ever[OFFER_POT] == 0
    grants, euros = int(full.world.tally[SMALL_GRANTS]), float(full.world.purses.spent_ever[OFFER_POT]) / 100
    assert euros == grants * full.case.behaviour.offer_euro > 0
    assert full.endowment["euros_per_year"] == pytest.approx(none.endowment["euros_per_year"])
    assert full.world.cents_a_week[:2].sum() < none.world.cents_a_week[:2].sum()  # central and mandate
    assert 0 < full.world.tally[CAMPAIGN_MINUTES] <= full.world.accounts.spent_ever[PROGRAMME_HOURS]
    assert full.world.initiatives.needs_money[full.world.initiatives.granted == 1].sum() == 0


def test_without_money_in_the_pot_there_is_no_offer() -> None:
    hood = town(500, practices={"standing_offer": 1.0}, offer_share=0, energy=3).run(104)
    assert hood.world.areas.offer_known[0] == 0  # what cannot be given is not made known
    assert hood.world.tally[FOUNDED_OFFER] == hood.world.tally[SMALL_GRANTS] == 0


def test_who_trusts_who_asks_founds_more_and_it_fades() -> None:
    assert rules.asked_draws(1, 0.8, 0.1) == pytest.approx(2 * rules.asked_draws(1, 0.4, 0.1)) == pytest.approx(0.08)
    hood = town(200, practices=NOBODY, found_base=0, example_push=0, urge_push=0)
    hood.world.residents.arrays["urged"][:] = 1.0
    for _ in range(12):
        hood.step()
    left = hood.world.residents.urged[hood.world.residents.arrived < hood.week - 12]
    assert left == pytest.approx(0.25, abs=0.01)  # two half-lives of six weeks


# --- only what was seen, and the more of it the less ----------------------------------------------------------------


def tell(hood: Neighbourhood, kind: int, i: int, about: int, share: float = 1.0) -> None:
    """Let one event happen to resident i, and be noticed."""
    hood.world.events.reserve(1)
    e = hood.world.events.arrays
    e["what"][0] = (kind, i, NEIGHBOURS, about)
    e["size"][0] = (0.5, -1.0, share)
    hood.world.events.count[0] = 1
    hood.world.loops.call(notice_examples)
    hood.world.events.count[0] = 0


@pytest.fixture
def planted() -> Neighbourhood:
    """A quiet neighbourhood in which four initiatives were planted, that nobody has seen."""
    hood = town(200, practices=NOBODY, found_base=0, burn_in=0)
    hood.schedule.begin_week()
    for street in range(4):
        happen(hood.world, load("default").replaced(events=[{"week": 1, "kind": "initiative", "street": street}]).events[0])
    return hood


def test_a_success_shows_more_than_a_start_and_a_failure_speaks_against(planted) -> None:
    r, p = planted.world.residents, planted.case.behaviour
    for i, kind in enumerate((SAW_RESULT, SAW_INITIATIVE, SAW_FAILURE, MET)):
        tell(planted, kind, i, 0)
    assert r.shown[:4, 0].tolist() == pytest.approx([1.0, p.example_start, -p.example_failure, 0.0])
    pulls = [rules.example_draws(float(seen), 1.0, 0.01, 0.0, 1.0) for seen in r.shown[:4, 0]]
    assert pulls[0] > pulls[1] > pulls[2] == pulls[3] == 0
    assert rules.example_deters(float(r.shown[2, 0])) < 1 == rules.example_deters(float(r.shown[0, 0]))
    assert (r.example[4:] == -1).all()  # nobody else has seen anything


def test_what_is_heard_along_a_tie_shows_less_and_a_failure_replaces_what_was_hoped(planted) -> None:
    r, p = planted.world.residents, planted.case.behaviour
    tell(planted, DELIVERED_TOGETHER, 0, 1, share=p.hearsay_weight)
    assert r.shown[0, 0] == pytest.approx(p.example_heard)
    tell(planted, JOINED, 1, 1)
    tell(planted, SAW_FAILURE, 1, 1)
    assert r.shown[1].tolist() == pytest.approx([-p.example_failure, 0, 0])


def test_attention_saturates(planted) -> None:
    r = planted.world.residents
    for about in range(4):
        tell(planted, SAW_RESULT, 0, about)
    assert len(set(r.example[0].tolist())) == EXAMPLES == 3
    draws = [rules.example_draws(float(n), 1.0, 1.0, 0.0, 1.0) for n in range(4)]
    assert draws[0] == 0
    assert draws[1] - draws[0] > draws[2] - draws[1] > draws[3] - draws[2] > 0


def test_news_of_a_large_town_is_seldom_about_near_by() -> None:
    shares = []
    for residents in (500, 4000):
        hood = town(residents, practices=NOBODY, burn_in=0)
        hood.schedule.begin_week()
        happen(hood.world, load("default").replaced(events=[{"week": 1, "kind": "initiative", "street": 0}]).events[0])
        for i in range(400):
            tell(hood, READ_GOOD_NEWS, i, 0)
        shares.append(float((hood.world.residents.example[:400, 0] == 0).mean()))
    assert shares[0] == 1.0
    assert shares[1] == pytest.approx(0.25, abs=0.07)


# --- streets -------------------------------------------------------------------------------------------------------


def test_a_street_is_untouched_or_has_one_going_or_remembers_how_it_ended_and_tires() -> None:
    def allows(memory: float = 0.0, weary: float = 0.0, busy: float = 1.0, openness: float = 1.0) -> float:
        return rules.street_allows(openness, memory, weary, busy, 0.5)

    assert allows(memory=-1) < allows() == 1 < allows(memory=1)
    assert allows(busy=0.25) == 0.25
    assert allows(weary=0.3) == pytest.approx(0.7)
    assert rules.street_recalls(0.0, -1.0, 0.5) == -0.5
    hood = town(2000, practices=NOBODY, energy=2, found_base=0.002).run(104)
    s, k = hood.world.streets, hood.world.initiatives
    ended = (k.ended > 0) & (k.ended > hood.week - 26)
    good, bad = (np.unique(k.street[ended & ((k.results > 0) == well)]) for well in (True, False))
    assert s.weary[good].mean() > s.weary.mean() > 0
    assert s.memory[np.setdiff1d(good, bad)].mean() > s.memory.mean() > s.memory[np.setdiff1d(bad, good)].mean()
    assert 0.8 < np.log(s.openness).std() < 1.6  # streets differ


# --- where it stops, and the edge ----------------------------------------------------------------------------------


def test_twice_and_four_times_the_example_is_no_explosion() -> None:
    takes_part = []
    for factor in (1, 2, 4):
        hood = town(2000, example_push=factor * load("default").behaviour.example_push).run(468)
        ever = np.zeros(2000, bool)
        for _ in range(52):
            hood.step()
            ever |= hood.world.residents.member[:, 0] >= 0
        takes_part.append(float(ever.mean()))
    assert takes_part[0] < takes_part[1] < takes_part[2] < 0.3  # 2.5, 16 and 67 % before


def test_the_reproduction_number_hardly_grows_with_the_size_of_the_map() -> None:
    found = []
    for residents, seeds in ((500, 8), (8000, 1)):
        owed = begun = 0.0
        for seed in range(1, seeds + 1):
            k = town(residents, seed, {"standing_offer": 1.0}).run(416).world.initiatives
            cohort = (k.born > 0) & (k.born <= 312)
            owed, begun = owed + float(k.offspring[cohort].sum()), begun + float(cohort.sum())
        found.append(owed / begun)
    assert found[0] == pytest.approx(found[1], abs=0.2)  # .12 and .5 before


# --- the go-between ------------------------------------------------------------------------------------------------


def test_the_format_of_the_go_between_falls_to_a_fifth_when_it_leaves() -> None:
    leaves = [{"week": 209, "kind": "condition", "name": "go_between", "value": 0.0}]
    there = gone = 0
    for seed in (1, 2):
        k = town(4000, seed, go_between=1.5, events=leaves).run(312).world.initiatives
        there += int(((k.format == 1) & (k.born > 0) & (k.born <= 208)).sum())
        gone += int(((k.format == 1) & (k.born > 260)).sum())
    assert there > 30
    assert gone <= 0.2 * there / 4


def test_nobody_asks_where_there_is_no_go_between() -> None:
    hood = town(500, practices=NOBODY).run(104)
    assert hood.world.tally[FOUNDED_BETWEEN] == 0
    assert (hood.world.residents.urged == 0).all()
    assert hood.world.initiatives.format.sum() == 0
