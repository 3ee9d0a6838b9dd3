"""What is printed: complete, honest about luck, and readable on narrow screens."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from io import StringIO
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from experiments.reporting import side_by_side as report
from experiments.running.pairs import Failure
from experiments.shared.text import CAVEAT, number, shares, spanned
from experiments.shared.verdicts import mark
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED


def printed(comparison, width: int, everything: bool = True) -> str:
    """The report at a width, without line ends that do not show."""
    file = StringIO()
    report.show(comparison, Console(file=file, width=width, color_system=None), everything)
    return file.getvalue()


def test_the_sentence_above_names_what_was_compared_and_the_equal_means(invented):
    text = report.opening(invented)
    assert "12 pairs of 60 weeks" in text
    assert invented.case.title in text
    assert "same endowment: 1,600 hours, 25,000 euro a year" in text


def test_unequal_means_are_not_passed_off_as_equal(invented):
    assert "NOT" in report.opening(replace(invented, equal_means=False))


def test_failed_seeds_are_named(invented):
    assert "seeds 3, 8" in report.opening(replace(invented, failures=(Failure(3, "x"), Failure(8, "y"))))


def test_a_file_gets_one_table_within_120_columns_and_no_colours(invented):
    text = report.plain_text(invented, everything=True)
    assert max(map(len, text.splitlines())) <= 120
    assert "\x1b" not in text
    assert text.count("outcome ") == 1
    for outcome in (OUTCOMES[name] for name in COMPARED):
        assert outcome.label.split()[0] in text
    for words in ("Trust", "top_down", "relational", "leapfrog", CAVEAT, "Luck is large", "Holm"):
        assert words in text


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_nothing_is_wider_than_the_screen_or_cut_off(invented, width):
    text = printed(invented, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_a_narrow_screen_gets_a_table_for_each_two_regimes_with_the_interval_spelled_out(invented):
    text = printed(invented, 80)
    for title in ("relational − top_down", "leapfrog − top_down", "leapfrog − relational"):
        assert title in text
    row = invented.differences.row(0, named=True)
    assert number(row["low"], 3, "+")[:5] in text
    assert " to " in text


def test_only_headlines_are_shown_unless_all_are_asked_for(invented):
    rest = [OUTCOMES[name] for name in COMPARED if not OUTCOMES[name].headline]
    short = printed(invented, 200, everything=False)
    assert ("--all" in short) == bool(rest)
    full = printed(invented, 200)
    assert all(outcome.label[:20] in full for outcome in rest)


def test_one_regime_and_one_pair_still_make_a_table(small, invented):
    one = replace(
        invented,
        regimes={"top_down": invented.regimes["top_down"]},
        runs=invented.runs.filter(seed=1, regime="top_down"),
        differences=invented.differences.clear(),
    )
    text = printed(one, 80)
    assert "1 pair of" in text
    assert "one pair shows no more than that it runs" in text


def test_the_star_needs_holm_and_the_shares_name_the_winning_side_first():
    row = dict[str, Any](outcome="reports", low=9.0, high=30.0, n=20, share_first=0.1, share_second=0.85, p_holm=0.049)
    assert (mark(row), shares(row)) == ("*", "85:10")
    assert mark(dict[str, Any](row, p_holm=0.05)) == " "
    assert mark(dict[str, Any](row, p_holm=math.nan)) == " "
    assert shares(dict[str, Any](row, n=0)) == "–"


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [(1.0, 9.9, "≈"), (-9.9, 9.9, "≈"), (1.0, 10.0, "*"), (-10.1, -1.0, "*"), (-30.0, 30.0, "*"), (math.nan, math.nan, "*")],
)
def test_a_difference_that_is_surely_smaller_than_of_interest_is_marked_as_such(low, high, sign):
    assert OUTCOMES["reports"].smallest == 10
    assert mark(dict[str, Any](outcome="reports", low=low, high=high, p_holm=0.001)) == sign


def test_an_undefined_outcome_is_a_dash_and_is_explained(invented):
    name = next(outcome.name for outcome in OUTCOMES.values() if outcome.headline)
    holes = invented.runs.with_columns(pl.when(pl.col("seed") < 4).then(math.nan).otherwise(pl.col(name)).alias(name))
    text = printed(replace(invented, runs=holes), 120)
    assert "†" in text
    assert "undefined in some runs" in text
    assert number(math.nan, 2) == "–"


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [
        *((0.0123, 3, "+", "+0.012"), (-0.0123, 3, "", "−0.012"), (-0.0001, 3, "+", "0.000")),
        *((375000.0, 0, "", "375,000"), (math.inf, 2, "", "–")),
    ],
)
def test_numbers_are_written_for_people(value, decimals, sign, text):
    assert number(value, decimals, sign) == text


def test_json_holds_the_same_and_no_nan(invented):
    name = next(iter(OUTCOMES))
    holes = replace(invented, runs=invented.runs.with_columns(pl.lit(math.nan).alias(name)))
    facts = json.loads(json.dumps(report.as_json(holes), allow_nan=False))
    assert [outcome["name"] for outcome in facts["outcomes"]] == list(COMPARED)
    assert facts["outcomes"][0]["means"]["top_down"]["mean"] is None
    second = facts["outcomes"][1]
    assert [(row["first"], row["second"]) for row in second["differences"]] == [
        *(("top_down", "relational"), ("top_down", "leapfrog"), ("relational", "leapfrog"))
    ]
    assert {"low", "high", "share_first", "share_second", "p_holm", "n_independent"} <= set(second["differences"][0])
    assert all(outcome["smallest"] == OUTCOMES[outcome["name"]].smallest for outcome in facts["outcomes"])
    assert {row["negligible"] for outcome in facts["outcomes"] for row in outcome["differences"]} == {True, False}
    assert facts["pairs"] == 12


def test_names_with_square_brackets_are_printed_as_they_are(small, invented):
    strange = replace(invented, case=small.replaced(title="[bold]West[/bold] :smile:"))
    assert "[bold]West[/bold] :smile:" in printed(strange, 120)


@pytest.mark.parametrize(
    ("counts", "says"), [([1], "1 pair"), ([20, 20], "20 pairs"), ([1, 3], "1 to 3 pairs"), ([], "0 pairs"), ([1200], "1,200 pairs")]
)
def test_one_of_something_is_in_the_singular(counts, says):
    assert spanned(counts, "pair") == says
    assert spanned(counts) == says.removesuffix(" pairs").removesuffix(" pair")
