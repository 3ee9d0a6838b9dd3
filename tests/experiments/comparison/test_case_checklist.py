"""The checklists of the cases, counted anew: what an essay says, in how many of 20 seeds it shows, as the files say."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from experiments.comparison.case_checklist import Found, Look, Way, count_all, live, renew, sides, within_one_regime
from model.case.case import SCENARIOS, Case, checked, load
from model.case.sources import SEEDS, Check
from model.neighbourhood import Neighbourhood

CASES = sorted(path.stem for path in SCENARIOS.glob("*.toml") if load(path.stem).checks)
SAID: dict[str, Any] = {"sentence": "Mensen vertrouwen ze, instanties niet.", "en": "They trust people, not institutions.", "essay": "S2"}
OUTCOME = {"regime": "top_down", "outcome": "burden"}


def small(*checks: dict[str, Any], **more: Any) -> Case:
    """A street or two with some checks; `shows` is not looked at here."""
    wanted = [SAID | {"shows": True, "found": SEEDS} | check for check in checks]
    shock = {"week": 3, "kind": "shock", "value": 1.0}
    return checked({"place": {"residents": 84}, "burn_in": 26, "weeks": 30, "events": [shock], "checks": wanted} | more, "small")


def decided(case: Case) -> list[Found]:
    """As `count_all`, but a check is followed no longer than it is open: until it has shown, or failed to, often enough."""
    pairs, seen, right = [sides(check) for check in case.checks], [0] * len(case.checks), [0] * len(case.checks)
    for seed in range(1, SEEDS + 1):
        still_open = [
            n for n, check in enumerate(case.checks) if check.counted and check.at_least - (SEEDS - seen[n]) <= right[n] < check.at_least
        ]
        if not still_open:
            break
        values = live(case, seed, list(dict.fromkeys(side for n in still_open for side in pairs[n] if isinstance(side, tuple))))
        for n in still_open:
            one, other = pairs[n]
            difference = values[one] - (values[other] if isinstance(other, tuple) else other)
            right[n] += difference > 0 if case.checks[n].sign == "more" else difference < 0
            seen[n] += 1
    return [Found(check, count, math.nan) for check, count in zip(case.checks, right, strict=True) if check.counted]


@pytest.mark.parametrize("name", CASES)
def test_what_an_essay_says_shows_as_often_as_the_file_says(name: str) -> None:
    other = [f"noted {one.check.found} of {SEEDS}: {one.check.en}" for one in decided(load(name)) if not one.as_noted]
    assert other == [], f"the model has changed; see `leefwereld scenarios check {name} --count`, and --write when it is meant"


def test_a_check_that_is_followed_no_longer_than_it_is_open_is_judged_as_when_all_seeds_are_counted() -> None:
    changing = [OUTCOME | {"than_regime": "leapfrog", "sign": sign, "week": week} for sign in ("more", "less") for week in (14, 26)]
    case = small(*changing, OUTCOME | {"than": -1.0}, OUTCOME | {"than_outcome": "burden"})
    assert [one.shows for one in decided(case)] == [one.shows for one in count_all(case)]


def test_the_list_holds_what_shows_and_what_does_not() -> None:
    checks = [check for name in CASES for check in load(name).checks]
    assert len(CASES) == 10
    assert {check.essay for check in checks} == {"S0", "S1", "S2", "S3", "S4"}
    assert {check.shows for check in checks} == {True, False}
    assert {check.at_least for check in checks} == {15}, "one measure for all, set beforehand"


def test_a_check_that_is_always_so_is_found_in_every_seed_and_its_opposite_in_none() -> None:
    always, never = OUTCOME | {"than": -1.0}, OUTCOME | {"than": -1.0, "sign": "less"}
    alike = OUTCOME | {"than_outcome": "burden"}
    found = count_all(small(always, never, alike), seeds=range(1, 6))
    assert [one.seeds for one in found] == [5, 0, 0]
    assert [one.shows for one in found] == [False, False, False]  # 5 are not 15
    assert found[2].difference == 0.0


def test_a_shock_shows_only_beside_the_run_without_it() -> None:
    hurt = {"regime": "top_down", "outcome": "trust_municipality", "week": 16, "sign": "less", "than_without": ["shock"]}
    whole, other = count_all(small(hurt, hurt | {"outcome": "moved", "week": None}), seeds=range(1, 6))
    assert whole.seeds == 5
    assert other.seeds == 0


def test_all_ways_of_a_seed_are_lived_as_if_each_were_lived_alone() -> None:
    case, look = load("kolping").replaced(weeks=50), Look("trust_official")
    ways = [Way("relational"), Way("top_down"), Way("relational", ("giving", "practice pairing")), Way("relational")]
    seen = live(case, 3, [(way, look) for way in ways])
    for way in ways:
        kept = [event.model_dump() for event in case.events if way.keeps(event)]
        assert len(kept) == len(case.events) - (3 if way.without else 0)
        alone = Neighbourhood(case.replaced(events=kept), way.regime, 3).run(50)
        assert seen[way, look] == alone.outcomes()["trust_official"], way


def test_a_run_ends_with_the_last_week_that_is_looked_at_and_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    case, way, early, late = small(), Way("relational"), Look("burden", week=14), Look("burden", week=20)
    lived: list[int] = []
    run = Neighbourhood.run
    monkeypatch.setattr(Neighbourhood, "run", lambda place, weeks: lived.append(weeks) or run(place, weeks))
    seen = live(case, 3, [(way, early), (way, late)])
    whole = live(case, 3, [(way, early), (way, late), (way, Look("burden"))])
    assert lived == [20, case.weeks]
    assert seen == {key: whole[key] for key in seen}


def test_a_week_a_story_a_street_and_a_neighbourhood_can_be_looked_at() -> None:
    place = Neighbourhood("malburgen", "top_down", 1).run(60)
    burden = place.measures["burden"]
    assert Look("burden", week=40).at(place) == pytest.approx(burden[27:40].to_numpy().mean())
    assert Look(story="project_begun").at(place) == len(place.world.agenda.launched[place.world.agenda.launched > 0])
    assert Look(story="project_begun", street=3).at(place) == 2
    assert Look(column="burden", area="Oosterbeek").at(place) == place.by_neighbourhood["burden"][1]
    assert Look(column="burden", street=7).at(place) == place.by_street["burden"][7]


def test_what_cannot_be_known_counts_as_not_found() -> None:
    unknown = {"regime": "top_down", "outcome": "uptake", "than": 0.0, "sign": "less"}
    found = count_all(small(unknown, conditions={"agenda_rate": 0.0}), seeds=(1, 2))[0]
    assert (found.seeds, math.isnan(found.difference)) == (0, True)


def test_a_difference_that_nobody_would_notice_is_called_small() -> None:
    check = Check.model_validate(SAID | OUTCOME | {"than_regime": "leapfrog"})
    assert Found(check, 20, 0.009).small
    assert not Found(check, 20, -0.011).small
    assert not Found(Check.model_validate(SAID | OUTCOME | {"than": 0.5}), 20, 0.001).small


def test_what_was_found_is_written_into_the_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (SCENARIOS / "kolping.toml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    before = load(path)
    found = [Found(check, n, 0.0001) for n, check in enumerate(before.checks, 10)]
    renew(path, before, found)
    after = load(path)
    assert [check.found for check in after.checks] == list(range(10, 17))
    assert [check.shows for check in after.checks] == [False] * 5 + [True] * 2
    assert [check.sentence for check in after.checks] == [check.sentence for check in before.checks]
    assert after.model_copy(update={"checks": ()}) == before.model_copy(update={"checks": (), "name": "mine"})
    assert [*tmp_path.iterdir()] == [path]
    renew(path, after, [Found(check, old.found, 1.0) for check, old in zip(after.checks, before.checks, strict=True)])
    assert [check.found for check in load(path).checks] == [check.found for check in before.checks]


def test_sentences_that_compare_regimes_can_be_left_uncounted_and_the_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((SCENARIOS / "kolping.toml").read_text(encoding="utf-8"), encoding="utf-8")
    before = load(path)
    some = within_one_regime(before)
    assert 0 < len(some) < len(before.checks)
    renew(path, before, [Found(check, 20, 1.0) for check in some])
    after = load(path)
    assert [check.counted for check in after.checks] == [not check.than_regime for check in after.checks]
    assert [check.found for check in after.checks] == [before.checks[n].found if c.than_regime else 20 for n, c in enumerate(after.checks)]
    renew(path, after, [Found(check, 20, 1.0) for check in after.checks])
    assert all(check.counted for check in load(path).checks)
