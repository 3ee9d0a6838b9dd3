"""What is recorded is what was lived: the same weeks, whoever asks, from whichever kept state, with changes at any week."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.case.case import Case, load
from model.measures.weekly import WEEKLY
from model.neighbourhood import Neighbourhood
from model.outcomes import OUTCOMES, UNITS
from model.regimes import NAMED
from model.state.accounts import WARD_DESK_HOURS
from viz.recording.envelope import pack, unpack
from viz.recording.packets import SHOWN, STRETCH, stretch_in
from viz.recording.recorder import Recorder, Side, side, stretches
from viz.recording.week import COLUMNS, LEVELS, Week, levels

WEEKS = 40
CHANGES = [
    {"week": 24, "kind": "practice", "name": "presence", "value": 0.9},
    {"week": 24, "kind": "problem", "name": "litter", "value": 0.8, "street": 2},
    {"week": 30, "kind": "official_leaves"},
    {"week": 31, "kind": "shock", "value": 0.7},
]


@pytest.fixture(scope="module")
def case() -> Case:
    return load("default").replaced(residents=220, burn_in=26, problem_rate=3)


def parts(packet: bytes, residents: int) -> tuple[list[Week], np.ndarray, np.ndarray]:
    """The weeks, levels and series of a packet."""
    weeks, frames, series = stretch_in(packet)
    seen = np.frombuffer(frames, np.uint8).reshape(-1, len(COLUMNS), residents)
    return weeks, np.cumsum(seen, axis=0, dtype=np.uint8), np.frombuffer(series, "<f4").reshape(-1, len(SHOWN))


def whole(recorder: Recorder, one: Side, weeks: int = WEEKS) -> list[bytes]:
    return [recorder.chunk(one, weeks, number) for number in range(len(stretches(weeks)))]


def planned(case: Case, events: list[dict[str, Any]]) -> Neighbourhood:
    """The same, with everything planned from the start and lived in one go."""
    model = Neighbourhood(case, "leapfrog", 7)
    for event in events:
        model.intervene(**event)
    return model


def test_a_packet_gives_back_what_was_put_in():
    facts, arrays = {"text": "één", "n": [1, 2]}, [b"\x01\x02\x03", b"", bytes(range(8))]
    said, *found = unpack(pack(facts, arrays))
    assert (json.loads(said), found) == (facts, arrays)


@pytest.mark.parametrize("events", [[], CHANGES], ids=["as it is", "with changes"])
def test_recorded_weeks_are_those_of_the_same_run_planned_from_the_start_and_lived_in_one_go(case: Case, events, tmp_path: Path):
    packets = whole(Recorder(tmp_path), side(case, 7, NAMED["leapfrog"], events))
    model = planned(case, events)
    model.burn_in()
    for packet in packets:
        said, seen, series = parts(packet, case.residents)
        for week, frame in zip(said, seen, strict=True):
            model.step()
            assert week["week"] == model.week
            assert np.array_equal(frame, levels(model))
        assert np.array_equal(series, model.series[-len(seen) :, [WEEKLY.index(n) for n in SHOWN]].astype("<f4"), equal_nan=True)
    assert model.week == WEEKS


def test_going_on_from_a_kept_state_in_another_process_is_the_same_to_the_last_byte(case: Case, tmp_path: Path):
    one = side(case, 7, NAMED["leapfrog"], CHANGES)
    first = whole(Recorder(None), one)
    whole(Recorder(tmp_path), side(case, 7, NAMED["leapfrog"], CHANGES[:1]))  # another future from week 24 on, kept in between
    assert [Recorder(tmp_path).chunk(one, WEEKS, number) for number in range(len(first))] == first


def test_a_change_in_week_24_leaves_earlier_weeks_and_earlier_stretches_as_they_were(case: Case):
    plain, changed = side(case, 7, NAMED["top_down"]), side(case, 7, NAMED["top_down"], CHANGES[:1])
    assert [a == b for a, b in zip(plain.names(WEEKS), changed.names(WEEKS), strict=True)] == [True, False, False, False]
    recorder = Recorder(None)
    (_, before, _), (_, after, _) = (parts(recorder.chunk(one, WEEKS, 1), case.residents) for one in (plain, changed))
    (_, long_before, _), (_, long_after, _) = (parts(recorder.chunk(one, WEEKS, 3), case.residents) for one in (plain, changed))
    assert np.array_equal(before[: 24 - STRETCH - 1], after[: 24 - STRETCH - 1])
    assert not np.array_equal(long_before, long_after)


def test_who_knows_a_stretch_by_its_name_knows_what_is_in_it(case: Case):
    """Anything that determines a run is in the name; what does not is not."""
    base = side(case, 7, NAMED["top_down"])
    others = [
        side(case, 8, NAMED["top_down"]),
        side(case, 7, NAMED["leapfrog"]),
        side(case.replaced(density=9000.0), 7, NAMED["top_down"]),
        side(case, 7, NAMED["top_down"], [{"week": 3, "kind": "shock", "value": 0.5}]),
    ]
    assert not {other.names(12)[0] for other in others} & {base.names(12)[0]}
    assert side(case.replaced(title="Anders"), 7, NAMED["top_down"]).names(12) == base.names(12)
    assert side(case, 7, NAMED["top_down"], CHANGES).names(60) == side(case, 7, NAMED["top_down"], CHANGES[2:] + CHANGES[:2]).names(60)


def test_the_weeks_say_what_the_tables_say(case: Case):
    """Reports, problems and initiatives can be followed from week to week, and minutes in the street add up to those spent."""
    recorder, one = Recorder(None), side(case, 7, NAMED["relational"])
    model = Neighbourhood(case, "relational", 7)
    model.burn_in()
    filed, minutes = 0, 0
    for packet in whole(recorder, one):
        weeks, _, _ = parts(packet, case.residents)
        alive: dict[int, int] = {}
        for week in weeks:
            model.step()
            filed += len(week["reports"])
            assert len(week["reports"]) == int((model.world.reports.week == model.week).sum())
            alive.update({row: severity for row, _, _, severity in week["problems"]})
            assert {row for row, severity in alive.items() if severity} == set(np.flatnonzero(model.world.problems.state == 0).tolist())
            minutes += sum(each for official in week["officials"] for _, each in official["street"])
            assert sum(official["desk"] for official in week["officials"]) <= int(model.world.accounts.spent[WARD_DESK_HOURS])
            assert all(said.get("born") == model.world.initiatives.born[said["id"]] for said in week["initiatives"] if "name" in said)
            assert all(0 <= row < case.residents for event in week["events"] for row in event["about"].get("residents", ()))
            assert all(set(event["text"]) == {"nl", "en"} for event in week["events"])
    assert filed > 20
    assert 0.5 * minutes < int(model.ledger["spent"][1] * 60) <= minutes + 15 * 60


def test_every_event_of_a_week_is_told_once_and_in_its_week(case: Case):
    from model.story.teller import tell_story

    one = side(case, 7, NAMED["leapfrog"])
    told = {(w["week"], e["text"]["en"]) for p in whole(Recorder(None), one) for w in parts(p, case.residents)[0] for e in w["events"]}
    model = planned(case, []).run(WEEKS)
    lines = {
        (int(line.split(":")[0][5:]), line.split(": ", 1)[1]) for line in tell_story(model.world, everything=True) if ": now " not in line
    }
    here = {(week, text) for week, text in lines if "followed its example" not in text}
    assert len(told & here) > 0.95 * len(here)  # a problem whose cause came back is told otherwise afterwards
    assert len(told) > 100


def test_ties_are_those_at_the_end_of_the_week_asked_for(case: Case, tmp_path: Path):
    model = Neighbourhood(case, "leapfrog", 7).run(17)
    r, row = model.world.residents, 33
    recorder, one = Recorder(tmp_path), side(case, 7, NAMED["leapfrog"])
    whole(recorder, one)
    found = recorder.ties(one, WEEKS, 17, row)
    assert [other for other, _ in found]
    assert {other for other, _ in found} == set(r.tie[row, : int(r.degree[row])].tolist())
    assert LEVELS == 255


def test_every_series_has_a_label_and_a_unit_in_both_languages():
    for name in SHOWN:
        outcome = OUTCOMES[name]
        assert outcome.nl, name
        assert outcome.said("nl") != outcome.said("en"), name
        assert outcome.unit in UNITS, name


def test_sides_that_take_turns_are_recorded_as_if_each_were_alone(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """More of them than a worker holds at hand: neighbourhoods are put into the states of others."""
    events = [(), (CHANGES[2],), (CHANGES[0], CHANGES[3])]
    sides = [side(case, 5, NAMED[name], planned) for name in ("top_down", "leapfrog") for planned in events]
    spans = range(len(stretches(WEEKS)))
    turns, built = Recorder(tmp_path), []

    def counted(one: Side) -> Neighbourhood:
        built.append(one)
        return Neighbourhood(one.case, one.practices, one.seed)

    monkeypatch.setattr(Recorder, "_built", staticmethod(counted))
    found = {(n, k): turns.chunk(one, WEEKS, n) for n in spans for k, one in enumerate(sides)}
    assert len(built) < len(found)  # not one for each
    for k, one in enumerate(sides):
        alone = Recorder()
        assert [alone.chunk(one, WEEKS, n) for n in spans] == [found[n, k] for n in spans]
