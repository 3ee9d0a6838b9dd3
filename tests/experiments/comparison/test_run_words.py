"""What stands beside the story of one run is in the language of the story."""

from __future__ import annotations

import re

import pytest

from experiments.comparison import one_run, run_words
from experiments.shared.text import plain
from model.case.case import load
from model.measures.weekly import OUTCOMES
from model.outcomes import UNITS
from model.regimes import resolve

ENGLISH = re.compile(r"\b(outcome|unit|trust|burden|week after|hours|residents|the|a year|reports|luck is|of all)\b")


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    case = load("default").replaced(residents=60, burn_in=4)
    found = {}
    for lang in ("nl", "en"):
        run = one_run.live(case, "top_down", resolve("top_down"), 1, 6, telling=one_run.Telling(lang=lang))
        found[lang] = plain(lambda console, run=run: one_run.show(run, console))
    return found


def test_a_dutch_run_has_dutch_headings_units_and_numbers(shown: dict[str, str]):
    assert not ENGLISH.findall(shown["nl"])
    assert "6 weken na 4 weken aanloop (opgegeven; niet tot rust), regime top_down, seed 1" in " ".join(shown["nl"].split())
    for word in ("uitkomst", "eenheid", "Vertrouwen", "Sociaal kapitaal", "vertrouwen in buren", "band per bewoner", "het toeval is groot"):
        assert word in shown["nl"], word
    assert re.search(r"vertrouwen in buren +0,\d{3}", shown["nl"])


def test_an_english_run_is_as_it_was(shown: dict[str, str]):
    assert "6 weeks after 4 weeks of burn-in (set; not until it is at rest), regime top_down, seed 1" in " ".join(shown["en"].split())
    assert re.search(r"trust in neighbours +0\.\d{3}   0-1", shown["en"])


def test_every_headline_and_row_has_words_in_both_languages():
    for outcome in OUTCOMES.values():
        if outcome.headline:
            assert outcome.nl
            assert outcome.unit in UNITS
            assert outcome.heading in run_words.HEADINGS
    for name in one_run.NEIGHBOURHOOD_ROWS:
        assert run_words.row(name, "nl")[0] != run_words.row(name, "en")[0]
    assert run_words.digits("1,234.5", "nl") == "1.234,5"
