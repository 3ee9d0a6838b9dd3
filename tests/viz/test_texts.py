"""The words of the page: every practice has one name, wherever it is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.regimes import PRACTICES
from model.story.words import WORDS
from viz.export import player_script


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_practice_is_called_the_same_in_sliders_and_stories(lang: str):
    kept = json.loads((Path(player_script.HERE) / "texts.json").read_text(encoding="utf-8"))[lang]["practices"]
    shown = player_script.texts()[lang]["practices"]
    assert set(kept) == set(shown) == set(PRACTICES) == set(WORDS[lang]["practice"])
    assert not any("label" in text for text in kept.values())  # declared once: in the words of the story
    assert {name: text["label"] for name, text in shown.items()} == WORDS[lang]["practice"]
    assert len(set(WORDS[lang]["practice"].values())) == len(PRACTICES)


def test_the_glossary_and_the_patterns_know_no_other_names():
    root = Path(__file__).parents[2]
    text = "".join((root / name).read_text(encoding="utf-8") for name in ("docs/glossary.md", "experiments/patterns/words.py"))
    for old in (
        "eerst zoet en zuur, dan zout |",
        "meer waarachtigheid",
        "| laat los | laat los",
        "| wijken |",
        "opgaven koppelen aan de straat",
    ):
        assert old not in text
