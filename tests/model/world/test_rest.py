"""A burn-in lasts until the neighbourhood is at rest, by a stated rule, and its end is kept: a second time costs nothing."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from experiments.patterns.rest import SERIES, lived, trends, year_of_rest
from experiments.shared.text import burn_in_of
from model import Neighbourhood, burnt_in
from model.case.case import TO_REST, load
from model.outcomes import OUTCOMES
from model.regimes import BASELINE

CASE = load("default").replaced(residents=120, burn_in=12, problem_rate=3)
MOVED = BASELINE.model_copy(update={"presence": 0.9})


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Burn-ins of these tests are kept apart, however small."""
    monkeypatch.setattr(burnt_in, "folder", lambda: tmp_path / "burn-ins")
    monkeypatch.setattr(burnt_in, "WORTH", 0)
    return tmp_path / "burn-ins"


def steps_of(monkeypatch, place: Neighbourhood) -> int:
    """The weeks that a burn-in really takes."""
    taken, live = [], place.schedule.live_week
    monkeypatch.setattr(place.schedule, "live_week", lambda: (taken.append(1), live()))
    place.burn_in()
    return len(taken)


# --- until it is at rest ------------------------------------------------------------------------------------------


def test_after_the_old_two_years_trust_still_falls_and_after_the_new_ten_it_is_at_rest():
    """The fault: 104 weeks. Trust in the municipality went on falling under every regime alike for six years more."""
    years = lived(load("default"), range(1, 5), years=15)
    n = SERIES.index("trust_municipality")
    change, error = trends(years)
    assert change[2, n] + 2 * error[2, n] < -0.5 * OUTCOMES["trust_municipality"].smallest
    after = change[TO_REST // 52]
    smallest = np.array([OUTCOMES[name].smallest for name in SERIES])
    assert (np.abs(after) <= np.maximum(4 * error[TO_REST // 52], 0.5 * smallest)).all()
    assert (year_of_rest(years)["trust_municipality"] or 0) > 2
    assert (year_of_rest(years)["all"] or 99) * 52 <= TO_REST


def test_the_rule_tells_a_trend_from_rest_and_from_noise():
    flat = np.zeros((8, 12, len(SERIES)))
    assert set(year_of_rest(flat).values()) == {0}
    falling = flat.copy()
    falling[:, :, 0] = np.maximum(1.0 - 0.1 * np.arange(12), 0.4)
    found = year_of_rest(falling)
    assert found[SERIES[0]] == found["all"] == 6
    assert year_of_rest(flat + 0.1 * np.arange(12)[:, None])["all"] is None
    noisy = flat + np.random.default_rng(1).normal(0, 0.5, flat.shape)
    assert (year_of_rest(noisy)["all"] or 0) <= 2


def test_left_out_a_burn_in_is_to_rest_and_a_number_stays_a_number():
    assert load("default").burn_in == TO_REST
    assert burn_in_of(load("default")) == f"{TO_REST} weeks of burn-in, until it is at rest"
    assert burn_in_of(CASE) == "12 weeks of burn-in (set; not until it is at rest)"


# --- kept -----------------------------------------------------------------------------------------------------------


def test_the_second_time_no_week_is_lived_and_everything_is_as_it_was(cache, monkeypatch):
    assert steps_of(monkeypatch, Neighbourhood(CASE, MOVED, seed=3)) == 12
    assert len(list(cache.iterdir())) == 1
    assert steps_of(monkeypatch, Neighbourhood(CASE, MOVED, seed=3)) == 0
    monkeypatch.undo()
    fetched, fresh = Neighbourhood(CASE, MOVED, seed=3), Neighbourhood(CASE, MOVED, seed=3)
    fresh.burn_in(kept=False)
    fetched.run(30)
    fresh.run(30)
    assert fetched.identity == fresh.identity
    assert fetched.measures.equals(fresh.measures, null_equal=True)
    assert fetched.story == fresh.story
    assert np.array_equal(list(fetched.outcomes().values()), list(fresh.outcomes().values()), equal_nan=True)


def test_what_was_chosen_and_planned_beforehand_stays(cache):
    Neighbourhood(CASE, BASELINE, seed=3).burn_in()
    other = Neighbourhood(CASE, MOVED, seed=3)
    other.intervene(4, "practice", "presence", 0.1)
    other.run(2)
    assert other.practices.presence == 0.9
    other.run(3)
    assert other.practices.presence == 0.1
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("hurt", [b"", b"x" * 500, None])
def test_a_file_that_was_cut_off_or_altered_is_ignored_and_made_again(cache, monkeypatch, hurt):
    Neighbourhood(CASE, seed=3).burn_in()
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"xxxxxxxxx" if hurt is None else hurt)
    assert steps_of(monkeypatch, Neighbourhood(CASE, seed=3)) == 12
    monkeypatch.undo()
    assert burnt_in.read(path) is not None


def test_a_state_of_another_make_is_ignored_and_made_again(cache, monkeypatch):
    place = Neighbourhood(CASE, seed=3)
    state = place.checkpoint()
    state["tables"].pop("resident")
    burnt_in.write(burnt_in.kept_at(place), state)
    assert steps_of(monkeypatch, Neighbourhood(CASE, seed=3)) == 12
    assert steps_of(monkeypatch, Neighbourhood(CASE, seed=3)) == 0


def test_a_name_follows_from_all_that_determines_a_burn_in_and_from_no_more(monkeypatch):
    def name(case=CASE, regime=BASELINE, seed=3) -> str:
        return burnt_in.kept_at(Neighbourhood(case, regime, seed=seed)).name

    assert name() == name(regime=MOVED) == name(CASE.replaced(weeks=9, title="x"))
    others = [name(seed=4), name(CASE.replaced(found_base=0.01)), name(CASE.replaced(burn_in=13))]
    monkeypatch.setattr(burnt_in.identity, "code_hash", lambda: "other")
    assert len({name(), *others}) == 4


def test_what_is_of_ones_own_or_watched_is_always_lived(cache):
    class Own(Neighbourhood):
        pass

    Own(CASE, seed=3).burn_in()
    Neighbourhood(CASE, seed=3, keep_events=True).burn_in()
    Neighbourhood(CASE, seed=3, compiled=False).burn_in()
    Neighbourhood(CASE, seed=3, checked=True).burn_in()
    begun = Neighbourhood(CASE, seed=3)
    begun.step()
    begun.burn_in()
    assert not cache.exists()


def test_two_that_write_at_once_leave_one_whole_file(cache):
    place = Neighbourhood(CASE, seed=3)
    state, path = place.checkpoint(), burnt_in.kept_at(place)
    writers = [threading.Thread(target=burnt_in.write, args=(path, state)) for _ in range(8)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.name for one in cache.iterdir()] == [path.name]
    assert burnt_in.read(path) is not None


def test_what_was_not_used_for_longest_makes_room(tmp_path):
    import os

    for n in range(5):
        (tmp_path / str(n)).write_bytes(bytes(100))
        os.utime(tmp_path / str(n), (n, n))
    os.utime(tmp_path / "0", (9, 9))  # it was read again
    burnt_in.make_room(tmp_path, 250)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["0", "4"]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(burnt_in, "folder", lambda: tmp_path / "file")
    place = Neighbourhood(CASE, seed=3)
    place.burn_in()
    assert place.week == 0
