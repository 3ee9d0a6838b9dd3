"""The course of a comparison: both files, all panels and labels, text as text, the same bytes twice, and its words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from experiments.reporting import course
from experiments.reporting.comparison import Comparison
from experiments.reporting.drawing import write
from experiments.shared import style
from model.measures.weekly import OUTCOMES

SVG = "{http://www.w3.org/2000/svg}"


def put(comparison: Comparison, folder: Path, name: str = "a") -> str:
    """Write the figure; returns the SVG."""
    return write(course.drawing(comparison, name), folder)


@pytest.fixture(scope="module")
def drawn(invented, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("figure")
    put(invented, folder)
    return folder


def test_every_panel_shows_a_weekly_outcome_that_exists():
    for panel in course.PANELS:
        assert OUTCOMES[panel.outcome].weekly, panel.outcome


def test_the_svg_holds_all_labels_as_text(drawn, invented):
    root = ElementTree.parse(drawn / "a.svg").getroot()
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert {panel.title for panel in course.PANELS} <= words
    assert {panel.unit for panel in course.PANELS} <= words
    assert {"top-down", "relational", "leapfrog", "years after the burn-in", *"abcdefghi"} <= words
    note = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert "12 pairs" in note
    assert "Invented people; a model, no forecast." in note


def test_the_png_has_300_dots_an_inch_at_180_millimetres(drawn):
    data = (drawn / "a.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(data[16:20])
    assert width == pytest.approx(180 / 25.4 * 300, rel=0.01)


def test_drawing_again_gives_the_same_bytes_and_no_date(drawn, invented):
    (drawn / "again").mkdir()
    put(invented, drawn / "again")
    assert (drawn / "a.svg").read_bytes() == (drawn / "again" / "a.svg").read_bytes()
    assert (drawn / "a.png").read_bytes() == (drawn / "again" / "a.png").read_bytes()
    assert b"<dc:date>" not in (drawn / "a.svg").read_bytes()


def test_a_line_can_be_told_by_its_dashes_alone():
    assert len(set(map(str, style.DASHES))) == len(set(style.COLOURS)) == len(style.COLOURS)


def test_undefined_weeks_and_a_single_run_are_drawn_too(invented, tmp_path):
    name = course.PANELS[0].outcome
    weekly = invented.weekly.filter(pl.col("seed") == 1).with_columns(pl.lit(math.nan).alias(name))
    one = replace(invented, weekly=weekly, runs=invented.runs.filter(seed=1))
    assert "n = 1 pair." in put(one, tmp_path)
    assert "Trust in neighbours (0–1): top-down from – to –" in course.alt(one)


def test_long_runs_are_averaged_over_blocks_and_say_so(invented, tmp_path):
    assert [course.block_length(weeks) for weeks in (1, 103, 104, 260, 5200)] == [1, 1, 4, 4, 10]
    long = replace(invented, weeks=260)
    assert "averages over 4 weeks" in put(long, tmp_path)


def test_a_small_difference_does_not_fill_a_panel(invented):
    axes = course.draw(invented).axes
    for panel, ax in zip(course.PANELS, axes, strict=True):
        low, high = ax.get_ylim()
        assert high - low >= panel.span * 0.999


def test_the_words_and_numbers_of_the_figure_say_where_each_line_begins_and_ends(invented):
    mean = {row["regime"]: row["mean"] for row in invented.means.filter(outcome="burden").to_dicts()}  # invented weeks are all alike
    table = course.numbers(invented)
    assert len(table.heads) == 1 + 2 * 3
    (line,) = (row for row in table.groups[0][1] if row[0][0] == "Burden felt (0–1)")
    assert [cell for cell, _ in line[1:]] == [f"{mean[label]:.3f}" for label in invented.regimes for _ in range(2)]
    way = ", ".join(f"{style.readable(label)} from {mean[label]:.3f} to {mean[label]:.3f}" for label in invented.regimes)
    assert f"Burden felt (0–1): {way}." in course.alt(invented)
