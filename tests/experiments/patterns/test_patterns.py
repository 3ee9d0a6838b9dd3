"""Patterns: measured by code from runs, judged against a range, kept by the hash of the code, told in two languages."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from experiments.cli import main as cli
from experiments.patterns import cache as patterns_kept
from experiments.patterns import declared
from experiments.patterns import measure as patterns
from experiments.patterns import show as patterns_show
from experiments.patterns.declared import LARGE, REGIMES, SERVICE, SPREAD, TWINS, Part
from experiments.patterns.measure import Found, Measured, Size, estimated, judged, measure
from experiments.patterns.observed import Seen, answer, first_reports_open
from experiments.patterns.trust import LATEST, years_back
from experiments.patterns.words import DUTCH, ENGLISH
from model.case.case import load
from model.errors import BadInput
from model.state.experiences import FIXED, IGNORED

TINY = {LARGE: Size(300, 30, 2), TWINS: Size(200, 200, 2), REGIMES: Size(100, 12, 2), SPREAD: Size(100, 104, 2)}
TINY[SERVICE] = Size(200, 30, 2)
CASE = load("default").replaced(burn_in=26)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Little of everything, and an empty place for measurements."""
    monkeypatch.setattr(patterns, "SMALL", TINY)
    monkeypatch.setattr(patterns_kept, "cache", lambda: tmp_path / "cache")
    return tmp_path


def test_every_pattern_and_part_has_words_in_both_languages():
    assert ENGLISH.keys() == DUTCH.keys()
    asked = {key for id, one in patterns.patterns().items() for key in (id, *(f"{id}.{part.name}" for part in one.parts))}
    assert asked <= ENGLISH.keys()
    assert {key for key in ENGLISH if key.startswith("P")} <= asked


def test_all_patterns_asked_for_exist_and_say_what_they_measure():
    known = patterns.patterns()
    numbered = [f"P{n}" for n in (*range(1, 19), 20)]
    assert list(known) == [*numbered, "moves"]
    fitted = {id for id, one in known.items() if one.kind == declared.CALIBRATED}
    assert fitted == {"P1", "P2", "P4", "P6", "P8", "P11", "P16", "P17", "P18", "moves"}
    assert {id for id, one in known.items() if one.kind == declared.CHECK} == {"P9", "P10", "P12"}
    assert all(len(one.text) > 40 and one.source and any(part.scored for part in one.parts) for one in known.values())


def test_a_ratio_of_sums_and_its_interval_come_out_as_by_hand():
    plain = estimated(Part("x", 1, 3), [1.0, 2.0, 3.0])
    assert plain.estimate == pytest.approx(2.0)
    assert plain.high - plain.low == pytest.approx(2 * 4.302652730 / math.sqrt(3))  # t(0.975, 2), sd 1
    ratio = estimated(Part("x"), [(2.0, 1.0), (4.0, 2.0), (6.0, 3.0)])
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx((2.0, 2.0, 2.0))
    assert estimated(Part("x"), [math.nan]).met is None


def test_a_fall_that_is_never_made_good_is_late_or_unknown_but_never_in_time():
    assert years_back(np.linspace(0.2, 0.0, 105)) == pytest.approx(53 / 52)
    assert years_back(np.full(261, 0.2)) > LATEST
    assert math.isnan(years_back(np.full(260, 0.2)))


def test_no_effect_does_not_count_as_an_effect():
    above = Part("x", 0.0)
    assert not Measured(above, 0.0, -0.1, 0.1, 5).met
    sure = Measured(above, 0.2, 0.1, 0.3, 5)
    assert sure.met
    assert sure.sure
    assert not Measured(above, 0.2, -0.1, 0.5, 5).sure
    surely_not = Measured(Part("x", 1.4, 1.7), 1.2, 1.1, 1.3, 5)
    assert surely_not.met is False
    assert surely_not.sure


def test_a_pattern_is_met_when_all_its_scored_parts_are():
    rows = [{"top_tenth": 0.6, "once": 0.5, "near_home": 1.0, "top_tenth_all": 0.1, "once_all": 0.0}] * 3
    found = judged(patterns.patterns()["P2"], rows, CASE, Size(1_000, 52, 3))
    assert found.met is False
    assert found.small
    assert judged(patterns.patterns()["P2"], [row | {"once": 0.7} for row in rows], CASE, Size(1_000, 52, 3)).met is True


def test_every_pattern_is_measured_and_read_back_the_second_time(tiny, monkeypatch):
    found = measure(case=CASE, quick=True, workers=1)
    scored = [part for id in ("P1", "P8", "P9", "P10", "P11", "P12", "moves") for part in found[id].scored]
    assert all(math.isfinite(part.estimate) for part in scored if part.part.name != "half_back")  # it wants five years more
    assert set(found) == set(patterns.patterns())
    monkeypatch.setattr(patterns, "look", lambda job: pytest.fail("measured again"))
    again = measure(case=CASE, quick=True, workers=1)
    assert patterns_show.facts(again) == patterns_show.facts(found)
    assert not patterns.planned(None, CASE, True, 1).jobs
    assert [(job.on, job.seed) for job in patterns.planned(["P1", "P9"], CASE, True, 2).jobs] == [(LARGE, 3), (TWINS, 3)]


def test_a_broken_promise_weighs_no_more_without_loss_aversion():
    even, usual = (
        judged(patterns.patterns()["P9"], [patterns.patterns()["P9"].measure(seen)], CASE, Size(400, 1, 1))
        for seen in (Seen(CASE.replaced(residents=400, loss_aversion=value), 1, 1) for value in (1.0, 2.5))
    )
    assert even.parts["middling"].estimate == pytest.approx(1.0, abs=0.05)
    assert usual.parts["middling"].estimate > 2.0


def test_answered_reports_are_closed_and_their_reporters_told():
    seen = Seen(CASE.replaced(residents=2000, report_habit=0.02), 3, 4, forks=(3,), followed=2)
    model, fork = seen.years.model, seen.years.forks[3]
    for fixed, kind in ((True, FIXED), (False, IGNORED)):
        model.restore(fork)
        rows, persons = first_reports_open(model)
        assert len(rows) > 5
        streets = model.world.problems.street[model.world.reports.problem[rows]]
        assert len(set(streets)) == len(rows)
        earlier = [np.isin(persons, model.world.reports.person[:row]) & (np.arange(len(persons)) == n) for n, row in enumerate(rows)]
        assert not np.any(earlier)
        answer(model, rows, fixed)
        assert (model.world.reports.fate[rows] > 0).all()
        assert set(model.world.events.what[:, 0]) == {kind}
        assert set(model.world.reports.reporter[rows]) <= set(model.world.events.what[:, 1])
        model.step()
        assert (model.world.problems.last_report[model.world.reports.problem[rows]] < 0).all() or not fixed


def test_answers_matter_less_when_beliefs_do_not_move():
    more = []
    for step in (0.25, 0.0):
        case = CASE.replaced(residents=12_000, report_habit=0.01, report_step=step)
        fixed, ignored, _ = Seen(case, 1, 11, forks=(10,), followed=52).flipped(10)
        more.append(int(fixed.sum()) - int(ignored.sum()))
    assert more[0] > more[1] + 5


def test_the_command_prints_patterns_in_dutch_and_writes_a_folder(tiny, capsys):
    assert cli.main(["patterns", "P9", "P1", "--quick", "--lang", "nl", "--out", str(tiny / "here"), "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "Een gebroken belofte weegt zwaarder" in told
    assert "Controle van de bouw" in told
    written = {path.name for path in (tiny / "here").iterdir()}
    assert written == {"patterns.json", "patterns.csv", "patterns.svg", "patterns.png", "manifest.json"}
    rows = json.loads((tiny / "here" / "patterns.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == ["P9", "P1"]
    assert cli.main(["patterns", "P9", "--quick", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts[0]["kind"] == "check"
    assert facts[0]["parts"][0]["estimate"] == pytest.approx(rows[0]["parts"][0]["estimate"])


def test_a_name_that_is_no_pattern_is_refused_in_one_line(tiny, capsys):
    assert cli.main(["patterns", "P19", "--quick"]) == 2
    assert "P19" in (error := capsys.readouterr().err)
    assert error.count("\n") == 1
    with pytest.raises(BadInput):
        measure(["P99"], quick=True)


def test_the_scale_of_the_figure_puts_the_range_between_0_and_1():
    band, place = patterns_show.scaled(Measured(Part("x", 10.0, 20.0), 15.0, 14.0, 16.0, 3))
    assert band == (0.0, 1.0)
    assert (place(10.0), place(15.0)) == (0.0, 0.5)
    _, below = patterns_show.scaled(Measured(Part("x", -math.inf, 0.0), -2.0, -4.0, 1.0, 3))
    assert below(-2.0) == 0.5
    assert below(1.0) < 0


def test_what_is_not_defined_is_told_as_such():
    found = Found(patterns.patterns()["P1"], {"rate": estimated(Part("rate", 0.1, 0.3), [])}, 0, 0, 0)
    assert found.met is None
    assert patterns_show.verdict(found) == "unknown"
