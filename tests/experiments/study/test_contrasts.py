"""Sums and differences of labels: how they are read, and what they come to for each replication."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from experiments.shared.statistics import paired
from experiments.study.contrasts import read, sides
from model.errors import BadInput

LABELS = ["none", "a", "b", "both"]


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("a - none", {"a": 1, "none": -1}),
        ("a-none", {"a": 1, "none": -1}),
        ("-none + a", {"none": -1, "a": 1}),
        ("+ both - a", {"both": 1, "a": -1}),
        ("both - a - b + none", {"both": 1, "a": -1, "b": -1, "none": 1}),
    ],
)
def test_labels_are_added_and_taken_off(text, weights):
    assert read(text, LABELS, "file", "key") == weights


@pytest.mark.parametrize(
    "text", ["", "a", "a + b", "a - c", "a - a", "a - none - b", "a none", "a - ", "a - - b", "both - a - b", "* a - b"]
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(BadInput) as caught:
        read(text, LABELS, "file.toml", "contrasts")
    assert str(caught.value).startswith("file.toml: contrasts = ")
    assert "labels with + and - between, as many of each, such as 'a - none'; labels: none, a, b, both" in str(caught.value)


def test_both_sides_are_summed_for_each_replication_that_all_labels_have():
    values = {
        "none": {1: 1.0, 2: 2.0, 3: 3.0, 9: 4.0},
        "a": {3: 30.0, 2: 20.0, 1: 10.0},
        "b": {1: 100.0, 3: 300.0, 4: 400.0},
        "both": {1: 1000.0, 2: 2000.0, 3: 3000.0},
    }
    off, on = sides(values, {"both": 1, "a": -1, "b": -1, "none": 1})
    assert off.tolist() == [110.0, 330.0]  # replications 1 and 3
    assert on.tolist() == [1001.0, 3003.0]
    off, on = sides(values, {"a": 1, "none": -1})
    assert (off.tolist(), on.tolist()) == ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])


def test_a_contrast_is_paired_like_any_other_difference():
    values = {
        "none": {1: 1.0, 2: 2.5, 3: 3.0, 4: 2.0, 5: 1.5},
        "a": {1: 2.0, 2: 3.0, 3: 5.0, 4: 2.5, 5: 3.5},
        "b": {1: 1.0, 2: 4.0, 3: 2.0, 4: 3.0, 5: 2.5},
        "both": {1: 4.0, 2: 3.0, 3: 5.5, 4: 6.0, 5: 3.0},
    }
    found = paired(*sides(values, read("both - a - b + none", LABELS, "", "")))
    interplay = [4 - 2 - 1 + 1, 3 - 3 - 4 + 2.5, 5.5 - 5 - 2 + 3, 6 - 2.5 - 3 + 2, 3 - 3.5 - 2.5 + 1.5]
    test: Any = stats.ttest_1samp(interplay, 0.0)
    assert found["difference"] == pytest.approx(sum(interplay) / 5)
    assert (found["low"], found["high"]) == pytest.approx(test.confidence_interval(0.95))
    assert found["p"] == pytest.approx(test.pvalue)
