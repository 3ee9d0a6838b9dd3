"""A tab asks, and gets what it asked for: no more than it lacks, shared with others who ask the same, and nothing once it is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from tests.viz.server.pages import DOWN, LEAP, PATIENCE, WEEKS, Tab, state
from viz.recording import library
from viz.recording.packets import SHOWN, header_in
from viz.recording.pairs import spread, wins
from viz.server import tabs, wire
from viz.server.memory import Workers
from viz.server.tabs import OpenTabs


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Two workers, for all tests here."""
    made = Workers(2)
    made.warm.result(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def tab(workers: Workers) -> Iterator[Tab]:
    made = Tab(workers)
    yield made
    made.session.close()
    made.session.thread.join(PATIENCE)


LATER = {"regime": "leapfrog", "changes": [{"week": 24, "practice": "presence", "value": 1.0}]}


def test_a_view_is_sent_whole_once_and_then_only_what_changed(tab: Tab):
    everything = [(side, first) for side in (0, 1) for first in (1, 13, 25, 37)]
    assert tab.view(1, state(DOWN, LEAP)) == everything
    assert header_in(tab.got[[m["kind"] for m, _ in tab.got].index("header")][1][0])["n"] == 1000
    assert tab.view(2, state(DOWN, LATER)) == [(1, 13), (1, 25), (1, 37)]
    assert [m["weeks"] for m in tab.of("keep", 2)] == [WEEKS, 12]
    assert [m["kind"] for m, _ in tab.got if m.get("run") == 2 and m.get("side") == 1][-2:] == ["chunk", "done"]
    assert tab.view(3, state(DOWN, LATER, seed=12)) == everything
    assert tab.view(5, state(DOWN, LATER, LEAP, seed=12, weeks=24)) == [(side, first) for side in (0, 1, 2) for first in (1, 13)]
    assert tab.view(6, state(DOWN, LATER, seed=12)) == everything
    tab.ask("ready")  # the page was loaded again
    assert tab.view(4, state(DOWN, LATER, seed=12)) == everything


def test_a_class_that_opens_one_link_costs_one_simulation(workers: Workers):
    before, tabs = workers.simulated, [Tab(workers) for _ in range(8)]
    for one in tabs:
        one.ask("view", run=1, state=state(DOWN, LEAP, seed=77))
    for one in tabs:
        one.wait(lambda one=one: len(one.of("done")) == 2)
        one.session.close()
    assert workers.simulated - before == 1 + 2 * 4  # the header, and four stretches of two sides
    packets = [[b for m, b in one.got if m["kind"] == "chunk" and m["side"] == 0] for one in tabs]
    assert all(each == packets[0] for each in packets)


def test_only_the_last_of_quick_wishes_is_followed_up(tab: Tab):
    for run in range(1, 12):
        tab.ask("view", run=run, state=state(DOWN, {"regime": "leapfrog", "practices": {"presence": run / 20}}, seed=5, weeks=260))
    tab.wait(lambda: len(tab.of("done", 11)) == 2)
    assert not tab.of("done", 3)
    assert sum(len(tab.of("chunk", run)) for run in range(1, 11)) < 5 * 22  # not all of them were lived


def test_a_page_that_comes_back_is_sent_what_it_lacks_and_nothing_else(tab: Tab, workers: Workers):
    everything = tab.view(1, state(DOWN, LEAP))
    names = [[m["name"] for m in tab.of("chunk") if m["side"] == side] for side in (0, 1)]
    again = Tab(workers)
    again.ask("ready")
    again.ask("view", run=1, state=state(DOWN, LEAP), has=names)
    again.wait(lambda: len(again.of("done")) == 2)
    assert not again.of("chunk")
    assert [(m["side"], m["weeks"]) for m in again.of("keep")] == [(0, WEEKS), (1, WEEKS)]
    again.session.close()
    later = Tab(workers)
    later.ask("ready")
    later.ask("view", run=1, state=state(DOWN, LATER), has=[["nonsense", *names[0]], names[1][:-1]])
    later.wait(lambda: len(later.of("done")) == 2)
    sent = [(m["side"], m["from"]) for m in later.of("chunk")]
    assert [one for one in sorted(sent) if one[0] == 0] == [one for one in everything if one[0] == 0]
    later.session.close()


def test_a_lost_worker_costs_a_moment_and_nothing_else(tab: Tab, workers: Workers):
    import os
    import signal

    whole = tab.view(1, state(LEAP, seed=41, weeks=120))
    tab.ask("view", run=2, state=state(LEAP, seed=42, weeks=120))
    tab.wait(lambda: tab.of("chunk", 2))
    for pid in workers.pool.pids:
        os.kill(pid, signal.SIGKILL)
    tab.wait(lambda: tab.of("done", 2))
    assert sorted((m["side"], m["from"]) for m in tab.of("chunk", 2)) == whole
    assert not tab.of("error")


def test_what_cannot_be_is_answered_in_both_languages_and_the_tab_goes_on(tab: Tab):
    tab.ask("view", run=1, state=state({"regime": "anarchy"}))
    error = tab.wait(lambda: tab.of("error"))[0]
    assert error["run"] == 1
    assert "anarchy" in error["text"]["nl"]
    assert "top_down" in error["text"]["en"]
    tab.ask("nonsense")
    tab.wait(lambda: len(tab.of("error")) == 2)
    assert tab.view(2, state(DOWN))


def test_ties_of_a_resident_come_from_the_week_that_is_looked_at(tab: Tab):
    tab.view(1, state(DOWN, LEAP))
    tab.ask("ties", run=1, side=1, week=30, resident=20)
    tab.ask("ties", run=1, side=1, week=WEEKS + 1, resident=20)
    found = tab.wait(lambda: tab.of("ties"))[0]
    assert found["ties"]
    assert all(0 <= other < 1000 and 0 < strength <= 1 for other, strength in found["ties"])
    tab.wait(lambda: tab.of("error"))


def test_pairs_run_behind_tell_how_far_they_are_and_stop_when_told(tab: Tab):
    tab.ask("pairs", run=1, state=state(DOWN, LEAP, weeks=60), pairs=12)
    last = tab.wait(lambda: [m for m in tab.of("pairs") if m["done"] == 12])[0]
    assert [m["done"] for m in tab.of("pairs")] == list(range(1, 13))
    band = last["spread"]["series"]["trust_municipality"]["sides"][0]
    assert len(band["low"]) == len(last["spread"]["weeks"])
    assert len(last["spread"]["series"]["trust_municipality"]["reference"]["middle"]) == len(last["spread"]["weeks"])
    assert all(low <= middle <= high for low, middle, high in zip(band["low"], band["middle"], band["high"], strict=True))
    counts = last["spread"]["wins"]["linking"]
    assert sum(counts["sides"]) + counts["level"] == 12
    tab.ask("pairs", run=2, state=state(DOWN, LEAP, weeks=260), pairs=200)
    tab.wait(lambda: tab.of("pairs", 2))
    pairs = tab.session.pairs
    assert pairs is not None
    tab.ask("stop")
    tab.wait(lambda: tab.session.pairs is None)
    stopped = len(tab.of("pairs", 2))
    tab.wait(lambda: all(one.done() for one in pairs.waiting))  # the one that runs ends, the others are called off
    tab.view(3, state(DOWN, weeks=12))  # what came of it has been heard by now
    assert len(tab.of("pairs", 2)) == stopped < 200
    assert sum(one.cancelled() for one in pairs.waiting) > 150


def test_a_click_does_not_wait_for_pairs(tab: Tab, workers: Workers):
    other = Tab(workers)
    other.ask("pairs", run=1, state=state(DOWN, LEAP, weeks=260), pairs=200)
    other.wait(lambda: other.of("pairs"))
    began = time.monotonic()
    tab.ask("view", run=1, state=state(DOWN, LEAP, seed=99))
    tab.wait(lambda: tab.of("chunk"))
    waited = time.monotonic() - began
    other.session.close()
    assert len(other.of("pairs")) < 200
    assert waited < 3.0  # the pairs would take half a minute


def test_more_pairs_than_the_machine_should_do_are_refused_with_the_number_that_it_will(tab: Tab, monkeypatch):
    monkeypatch.setattr(wire, "MOST_WORK", 1_500_000)
    tab.ask("pairs", run=1, state=state(DOWN, LEAP, weeks=260), pairs=10)
    assert "at most 1 for" in tab.wait(lambda: tab.of("error"))[0]["text"]["en"]


@pytest.fixture
def mine(tmp_path, monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    yield
    library.case.cache_clear()


def test_a_scenario_of_ones_own_is_read_as_data_and_can_be_looked_at(tab: Tab, mine):
    text = b'title = "<b>Mine</b>"\nburn_in = 10\n[place]\nresidents = 90\n'
    tab.ask("load", (text,), file="scenario", name="../../mine.toml")
    loaded = tab.wait(lambda: tab.of("loaded"))[0]["scenario"]
    assert loaded["title"] == {"nl": "<b>Mine</b>", "en": "<b>Mine</b>"}
    assert tab.view(1, state(DOWN) | {"scenario": loaded["name"]})
    assert header_in(tab.got[[m["kind"] for m, _ in tab.got].index("header")][1][0])["n"] == 90


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rules.py", b"import os", ".toml"),
        ("x.toml", b"rules = 'rules.py'", "not a known key"),
        ("x.toml", b"title = 'no end", "TOML"),
        ("x.toml", b"[place]\nresidents = 99999999", "residents"),
        ("x.toml", b"[place]\nresidents = 200000", "command line"),
        ("x.toml", b"", "1 byte"),
        ("x.toml", b"\xff\xfe\x00", "TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tab: Tab, mine, name: str, data: bytes, says: str):
    tab.ask("load", (data,), file="scenario", name=name)
    text = tab.wait(lambda: tab.of("error"))[0]["text"]["en"]
    assert says in text
    assert "\n" not in text
    assert not tab.of("loaded")


def test_an_area_of_a_file_of_statistics_netherlands_becomes_a_neighbourhood(tab: Tab, mine):
    head = "gwb_code;regio;gm_naam;recs;a_inw;a_hh;g_hhgro;bev_dich;p_koopw;p_huurw;p_wcorpw;p_hh_li"
    rows = [
        "BU00010001;Ons Dorp;Ergens;Buurt;640;300;2,1;4000;50;50;40;42",
        "BU00010002;Andersom;Ergens;Buurt;510;250;2,0;3000;60;40;20;30",
    ]
    data = "\n".join([head, *rows]).encode()
    tab.ask("load", (data,), file="kwb", name="kwb.csv")
    areas = tab.wait(lambda: tab.of("areas"))[0]["areas"]
    assert areas == ["BU00010001 Ons Dorp (Ergens)", "BU00010002 Andersom (Ergens)"]
    tab.ask("load", (data,), file="kwb", name="kwb.csv", area=areas[0])
    loaded = tab.wait(lambda: tab.of("loaded"))[0]["scenario"]
    assert loaded["residents"] == 640
    assert "Ons Dorp" in loaded["title"]["nl"]
    tab.ask("load", (b"a;b\n1;2\n",), file="kwb", name="kwb.csv")
    assert "/" not in tab.wait(lambda: tab.of("error"))[0]["text"]["en"].split("allowed")[0]


def test_a_view_becomes_one_file_that_plays_by_itself(tab: Tab):
    tab.ask("html", state={**state(DOWN, LEAP, weeks=24), "week": 3}, lang="nl")
    tab.wait(lambda: tab.of("file"))
    message, (data,) = next((m, b) for m, b in tab.got if m["kind"] == "file")
    assert message["name"] == "leefwereld-default.html"
    assert data.startswith(b"<!doctype html>")
    assert b"http://" not in data.replace(b"http://www.w3.org", b"")
    tab.ask("html", state=state(DOWN, LEAP, weeks=1040) | {"scenario": "city"}, lang="nl")
    assert "weeks" in tab.wait(lambda: tab.of("error"))[0]["text"]["en"]


def test_closing_tabs_leaves_no_thread_and_no_wish_behind(workers: Workers):
    open_tabs, before = OpenTabs(), threading.active_count()
    for _ in range(10):
        got: list[Mapping[str, Any]] = []
        session = open_tabs.enter(workers, lambda message, _, got=got: got.append(message))
        session.hear({"kind": "view", "run": 1, "state": state(DOWN, LEAP, seed=3, weeks=260)}, [])
        session.hear({"kind": "pairs", "run": 1, "state": state(DOWN, LEAP, weeks=260), "pairs": 50}, [])
        deadline = time.monotonic() + PATIENCE
        while not got and time.monotonic() < deadline:
            time.sleep(0.005)
        open_tabs.leave(session)
        session.thread.join(PATIENCE)
    assert not open_tabs.open
    assert threading.active_count() == before
    assert workers.pool.waiting == 0


def test_no_more_tabs_than_the_machine_can_serve(workers: Workers, monkeypatch):
    monkeypatch.setattr(tabs, "MOST_TABS", 2)
    open_tabs = OpenTabs()
    opened = [open_tabs.enter(workers, lambda *_: None) for _ in range(2)]
    with pytest.raises(ValueError, match="at most 2 at once"):
        open_tabs.enter(workers, lambda *_: None)
    open_tabs.leave(opened[0])
    open_tabs.leave(open_tabs.enter(workers, lambda *_: None))
    open_tabs.leave(opened[1])


def test_tabs_whose_page_has_gone_do_not_keep_others_out(workers: Workers, monkeypatch):
    """As when a whole class loads its pages again: the old ones are closed only once everybody has come."""
    monkeypatch.setattr(tabs, "MOST_TABS", 3)
    open_tabs, there = OpenTabs(), dict.fromkeys(range(3), True)
    old = [open_tabs.enter(workers, lambda *_: None, lambda n=n: there[n]) for n in there]
    with pytest.raises(ValueError, match="at most 3 at once"):
        open_tabs.enter(workers, lambda *_: None)
    there.update(dict.fromkeys(there, False))
    new = [open_tabs.enter(workers, lambda *_: None) for _ in old]
    with pytest.raises(ValueError, match="at most 3 at once"):
        open_tabs.enter(workers, lambda *_: None)
    monkeypatch.setattr(tabs, "MOST_HELD", 6)  # who never closes is not held without end
    open_tabs.leave(new.pop())
    new.append(open_tabs.enter(workers, lambda *_: None))
    there.update(dict.fromkeys(there, False))
    with pytest.raises(ValueError, match="at most 3 at once"):
        open_tabs.enter(workers, lambda *_: None)
    for session in (*old, *new):
        open_tabs.leave(session)


def test_who_comes_out_best_follows_what_is_good_and_what_matters():
    runs = np.zeros((4, 3, 60, len(SHOWN)), np.float32)  # two sides, and the town without government, which wins nothing
    runs[:, 2] = 9.0
    trust, burden = SHOWN.index("trust_municipality"), SHOWN.index("burden")
    runs[:, 1, :, trust] = [[0.5], [0.5], [0.001], [-0.5]]
    runs[:, 1, :, burden] = 0.2
    counted = wins(runs)
    assert counted["trust_municipality"] == {"sides": [1, 2], "level": 1}
    assert counted["burden"] == {"sides": [4, 0], "level": 0}
    assert "reports" not in counted  # neither good nor bad
    told: Any = spread(runs)
    assert told["weeks"][-1] == 60
    assert [len(told["series"]["burden"]["sides"]), told["series"]["burden"]["reference"]["middle"][0]] == [2, 9.0]
