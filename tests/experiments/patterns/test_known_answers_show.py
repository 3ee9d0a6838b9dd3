"""Patterns as text, as plain data and as a figure: of two patterns with made-up numbers, every number told is checked."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from rich.console import Console

from experiments.patterns import show
from experiments.patterns.measure import Found, Measured, Part, patterns

INF, NAN = math.inf, math.nan
mpl.use("Agg")


def made_up() -> dict[str, Found]:
    """P1 met, and surely; P15 surely not met in one part, not known in another."""
    known = patterns()
    rate = Measured(known["P1"].parts[0], 0.20, 0.15, 0.25, 8)
    withered = Measured(Part("withered", 0.0), -0.02, -0.03, -0.01, 4)
    quit_ = Measured(Part("quit", 0.0), NAN, NAN, NAN, 0)
    beside = Measured(Part("withered_long", scored=False), 0.4, 0.3, 0.5, 4)
    return {
        "P1": Found(known["P1"], {"rate": rate}, 8, 20_000, 260),
        "P15": Found(known["P15"], {"withered": withered, "quit": quit_, "withered_long": beside}, 4, 1_000, 78, small=True),
    }


def text_of(found: dict[str, Found], lang: str = "en") -> str:
    console = Console(width=200)
    with console.capture() as caught:
        for part in show.shown(found, lang):
            console.print(part)
    return caught.get()


def test_a_verdict_is_yes_or_no_with_a_question_mark_when_not_sure() -> None:
    told = {(1.5, 1.2, 1.8): "yes", (1.5, 0.5, 1.8): "yes?", (0.5, 0.2, 0.8): "no", (0.5, 0.2, 1.8): "no?", (NAN, NAN, NAN): "unknown"}
    assert {numbers: show.verdict(Measured(Part("x", 1.0, 2.0), *numbers, 5)) for numbers in told} == told


def test_a_range_is_told_by_its_ends_with_two_decimals_where_it_needs_them() -> None:
    words = {"between": "from {} to {}", "above": "over {}", "below": "under {}"}
    told = {(0.1, 2.0): "from 0.10 to 2", (1.25, INF): "over 1.25", (-INF, -0.5): "under −0.50", (0.0, INF): "over 0", (-INF, INF): ""}
    assert {ends: show.target(Part("x", *ends), words) for ends in told} == told


def test_the_notes_count_what_is_met_and_say_how_it_was_measured() -> None:
    assert show.notes(made_up())[1:-2] == [
        "P1: 8 seeds of 20,000 residents, 260 weeks after the burn-in.",
        "P15: 4 seeds of 1,000 residents, 78 weeks after the burn-in.",
    ]
    first, *_, small, caveat = show.notes(made_up())
    assert first.startswith("1 of 2 patterns are met (calibrated 1/1, reported")
    assert first.endswith(" 0/1).")
    assert small.startswith("Measured on little")
    assert caveat.startswith("Invented people")
    alike = {"P1": made_up()["P1"], "moves": Found(patterns()["moves"], {}, 8, 20_000, 260)}
    assert show.notes(alike)[1:-1] == ["P1, moves: 8 seeds of 20,000 residents, 260 weeks after the burn-in."]
    assert show.notes(made_up(), "nl")[1] == "P1: 8 trekkingen van 20,000 bewoners, 260 weken na de aanloop."


def test_a_table_tells_each_part_with_its_range_number_interval_and_verdict() -> None:
    lines = [" ".join(line.split()) for line in text_of(made_up()).splitlines()]
    assert "reports a resident a year 0.10 to 0.32 0.200 0.150 to 0.250 yes" in lines
    assert "withered for each begun, slow minus fast above 0 −0.020 −0.030 to −0.010 no" in lines
    assert "left for each who joined, slow minus fast above 0 – – not defined" in lines
    assert "withered for each begun, slow decisions 0.40 0.30 to 0.50" in lines
    assert "P1 Report rate yes" in lines
    assert "P15 Energy lost in translation no" in lines
    heads = [line for line in lines if line.startswith("what is measured")]
    assert heads == ["what is measured expected measured 95 % interval met"] * 2
    assert not any("Source" in line or "source:" in line for line in lines)


def test_one_pattern_alone_is_told_with_what_is_measured_and_its_source() -> None:
    one = {"P1": made_up()["P1"]}
    told = " ".join(text_of(one).split())
    assert "Reports per resident and year, over the whole run." in told
    assert f"source: {patterns()['P1'].source}" in told
    assert "Practitioners" not in told
    assert "Geijkt" in text_of(one, "nl")


def test_plain_data_hold_every_number_and_null_for_an_open_end_and_what_is_not_known() -> None:
    rate, energy = show.facts(made_up())
    parts = {"name": "rate", "text": "reports a resident a year", "scored": True, "met": True, "sure": True, "n": 8,
             "estimate": 0.2, "low": 0.15, "high": 0.25, "expected_low": 0.10, "expected_high": 0.32}  # fmt: skip
    assert rate == {
        "id": "P1", "name": "Report rate", "kind": "calibrated", "definition": patterns()["P1"].text, "source": patterns()["P1"].source,
        "met": True, "sure": True, "seeds": 8, "residents": 20_000, "weeks": 260, "small": False, "parts": [parts],
    }  # fmt: skip
    withered, quit_, beside = energy["parts"]
    assert (energy["met"], energy["sure"], energy["small"]) == (False, True, True)
    assert (withered["met"], withered["sure"], withered["expected_high"], withered["estimate"]) == (False, True, None, -0.02)
    assert (quit_["met"], quit_["estimate"], quit_["low"], quit_["n"]) == (None, None, None, 0)
    assert (beside["met"], beside["scored"], beside["expected_low"], beside["estimate"]) == (None, False, None, 0.4)


def test_a_folder_holds_the_data_as_json_and_csv_the_figure_and_what_made_it(tmp_path: Path) -> None:
    import polars as pl

    folder = show.write(made_up(), tmp_path / "here", "the command")
    assert {path.name for path in folder.iterdir()} == {"patterns.json", "patterns.csv", "patterns.svg", "patterns.png", "manifest.json"}
    assert json.loads((folder / "patterns.json").read_text("utf-8")) == show.facts(made_up())
    flat = pl.read_csv(folder / "patterns.csv")
    assert flat.columns[:4] == ["id", "pattern", "kind", "name"]
    assert flat.columns[-1] == "source"
    assert flat["id"].to_list() == ["P1", "P15", "P15", "P15"]
    assert flat["estimate"].to_list() == [0.2, -0.02, None, 0.4]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["kind"], manifest["schema"], manifest["command"]) == ("leefwereld patterns", 1, "the command")


# --- the figure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "band", "places"),
    [
        (10.0, 20.0, (0.0, 1.0), {10.0: 0.0, 15.0: 0.5, 30.0: 2.0, 40.0: 2.1, 5.0: -0.5, -10.0: -1.1}),
        (1.0, INF, (0.0, 2.1), {1.0: 0.0, 5.0: 1.0, 3.0: 0.5, 0.0: -0.25}),  # as far as the interval goes: 5
        (-INF, 8.0, (0.0, 2.1), {8.0: 0.0, 2.0: 1.0, 5.0: 0.5, 9.5: -0.25}),  # the other way: 2
    ],
)
def test_the_range_lies_between_0_and_1_or_from_0_on(
    low: float, high: float, band: tuple[float, float], places: dict[float, float]
) -> None:
    found, place = show.scaled(Measured(Part("x", low, high), 3.0, 2.0, 5.0, 3))
    assert found == band
    assert {x: place(x) for x in places} == pytest.approx(places)


def test_without_an_interval_the_scale_goes_as_far_as_the_estimate_and_never_to_nothing() -> None:
    _, place = show.scaled(Measured(Part("x", 1.0), 3.0, NAN, NAN, 1))
    assert place(3.0) == 1.0
    _, place = show.scaled(Measured(Part("x", 1.0), 1.0, NAN, NAN, 1))
    assert place(2.0) == 1.0


def test_the_figure_draws_each_known_part_that_is_judged_as_a_point_with_its_interval_by_the_range() -> None:
    """P1: range 0.10 to 0.32, of 0.22; P15: beyond 0, scaled by the 0.03 that the interval goes."""
    drawing: Any = show.drawn(made_up())
    (ax,) = drawing.figure.axes
    bars = [(bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in ax.patches]
    assert bars == [(0.0, 1.0, pytest.approx(0.0)), (0.0, pytest.approx(2.1), pytest.approx(1.0))]
    lines = [([*map(float, line.get_xdata())], [*map(float, line.get_ydata())]) for line in ax.lines]
    assert lines == [
        (pytest.approx([0.05 / 0.22, 0.15 / 0.22]), [0.0, 0.0]), (pytest.approx([0.1 / 0.22]), [0.0]),
        (pytest.approx([-1.0, -1 / 3]), [1.0, 1.0]), (pytest.approx([-2 / 3]), [1.0]),
    ]  # fmt: skip
    points = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [point.get_markerfacecolor() == "white" for point in points] == [False, True]
    assert points[0].get_color() == show.COLOURS[2]
    assert points[1].get_color() == show.COLOURS[1]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "P1  reports a resident a year",
        "P15  withered for each begun, slow minus fast",
    ]
    assert ax.get_ylim() == (1.6, -0.6)
    assert ax.get_xlim() == (-1.1, 2.1)
    assert [*ax.get_xticks()] == []
    assert drawing.name == "patterns"
    assert drawing.title == "Patterns measured in the world, and what the model does"
