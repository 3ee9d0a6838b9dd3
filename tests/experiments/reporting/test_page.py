"""The page: whole in itself, the same numbers as the table, and nothing from a file taken for markup."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from experiments import compare, load
from experiments.cli.main import main
from experiments.comparison import folder as folder_of
from experiments.comparison.compare import study_of
from experiments.reporting import sections
from experiments.reporting import side_by_side as report
from experiments.reporting.comparison import Comparison
from experiments.reporting.findings import Findings
from experiments.running.groups import Group, Keep, run_group
from experiments.running.pairs import Failure
from experiments.shared import folders as results
from experiments.shared.text import CAVEAT, number, shares
from experiments.shared.verdicts import mark
from experiments.study.points import content
from experiments.study.results import StudyResults, numbered
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED
from model.regimes import NAMED, PRACTICES, blend
from tests.experiments.reporting.reader import Reader

pytestmark = pytest.mark.usefixtures("one_worker")

HOSTILE = '</h1><script>alert("West")</script><img src=https://evil.example/x onerror=alert(1)> & Oost, at $x^$'
HEADLINES = [outcome for outcome in OUTCOMES.values() if outcome.headline]


def drawn(comparison: Comparison, folder: Path) -> str:
    """The page of a comparison, with its own figure."""
    labels = list(comparison.regimes)
    points = numbered(
        pl.DataFrame({"point": range(len(labels)), "scenario": comparison.case.name, "regime": labels, "rules": comparison.rules})
    )
    runs = comparison.runs.join(points, on="regime").with_columns(replication=pl.col("seed") - 1)
    study = study_of(comparison.case, comparison.regimes, len(comparison.seeds), comparison.weeks, comparison.seeds[0])
    facts: Any = {"content": content(study), "ended": "2026-01-01", "unfinished": [vars(failure) for failure in comparison.failures]}
    facts |= {**folder_of.manifest(comparison, "leefwereld compare --pairs 12"), **results.surroundings()}
    none = dict.fromkeys(("weekly", "streets", "groups", "residents"))
    folder_of.put(comparison, Findings(StudyResults(folder, facts, points, runs, **none), comparison), folder)
    return (folder / "page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text(invented: Comparison, tmp_path_factory: pytest.TempPathFactory) -> str:
    return drawn(invented, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def read(text: str) -> Reader:
    return Reader(text)


def test_nothing_is_fetched_and_nothing_runs(text, read):
    assert "http:" not in text
    assert "https:" not in text
    assert text.count("url(") == text.count("url(#")
    assert "@import" not in text
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "iframe", "object", "embed", "base", "form", "img", "image", "foreignobject"}
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href"):
                assert (value or "").startswith(("#", "data:,")), (tag, value)
    assert "default-src 'none'" in text


def test_every_tag_is_closed_in_order_and_no_name_is_given_twice(read):
    assert (read.errors, read.open) == ([], [])
    names = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {str(a.get("href"))[1:] for tag, a in read.tags if tag == "a"}
    described = {str(a[key]) for _, a in read.tags for key in ("aria-labelledby", "aria-describedby") if key in a}
    assert targets | described <= set(names)


def test_the_parts_come_in_the_order_in_which_one_reads(read):
    heads = [attributes.get("id") for tag, attributes in read.tags if tag == "section"]
    assert heads == ["people", "design", "tables", "figures", "ledger", "practices", "story", "repeat"]
    question = "under three ways of governing: top-down, relational and leapfrog?"
    assert read.text.index(question) < read.text.index("People and places")
    assert read.text.endswith(CAVEAT)


def test_head_cells_have_a_scope_and_whatever_scrolls_can_be_reached_with_the_keyboard(read):
    assert ("html", {"lang": "en"}) in read.tags
    assert all("scope" in attributes for tag, attributes in read.tags if tag == "th")
    scrolling = [attributes for _, attributes in read.tags if attributes.get("class") == "scroll"]
    assert scrolling
    assert all(attributes["tabindex"] == "0" and attributes["aria-label"] for attributes in scrolling)
    assert sum(tag == "caption" for tag, _ in read.tags) == sum(tag == "table" for tag, _ in read.tags)
    assert sum(tag == "summary" for tag, _ in read.tags) == sum(tag == "details" for tag, _ in read.tags)


@pytest.fixture(scope="module")
def printed(invented) -> str:
    """The printed table in one line."""
    return " ".join(report.plain_text(invented).split())


@pytest.mark.parametrize("name", [outcome.name for outcome in HEADLINES])
def test_every_headline_outcome_has_the_numbers_of_the_printed_table(read, invented, printed, name):
    outcome, found = OUTCOMES[name], report.Found(invented)
    sign = "°" if outcome.good == "none" else ""
    row = read.row(f"{outcome.label}{sign} {outcome.unit}")
    decimals = found.decimals(name)
    for regime in found.regimes:
        mean = number(found.mean[name, regime]["mean"], decimals)
        assert mean in row
        assert mean in printed
    decimals = found.decimals(name, difference=True)
    for first, second in combinations(found.regimes, 2):
        facts = found.difference[name, first, second]
        size = number(facts["difference"], decimals, "+")
        assert f"{size} ±" in printed
        interval = f"{number(facts['low'], decimals, '+')} to {number(facts['high'], decimals, '+')}"
        assert f"{size}{mark(facts).strip()} {interval} {shares(facts)}" in row


def test_all_outcomes_are_there_with_their_meaning(read):
    for outcome in (OUTCOMES[name] for name in COMPARED):
        assert outcome.label in read.text
        assert outcome.meaning in read.text


def test_what_a_file_says_is_never_taken_for_markup(invented, tmp_path):
    case = invented.case.replaced(name="<b>x", title=HOSTILE, text=HOSTILE, notes=[f"filled for {HOSTILE}"])
    hurt = replace(invented, case=case, failures=(Failure(9, HOSTILE),), rules=HOSTILE, rules_hash="abc")
    hurt = replace(hurt, stories={label: [f"week 2: {HOSTILE}"] for label in hurt.regimes})
    page_of_it = Reader(drawn(hurt, tmp_path))
    assert (page_of_it.errors, page_of_it.open) == ([], [])
    assert not {"script", "img", "b"} & {tag for tag, _ in page_of_it.tags}
    assert page_of_it.text.count('<script>alert("West")</script>') >= 7


def test_the_story_of_the_first_pair_is_told_under_each_regime(read, invented):
    assert list(invented.stories) == list(invented.regimes)
    assert "Seed 1: the same people" in read.text
    for label in invented.regimes:
        assert f"week 55 only under {label}" in read.text
    assert read.text.count("week 3 = the same everywhere") == 3
    assert "Year 2 weeks 53–60; top-down 1, relational 1, leapfrog 1 sentences" in read.text


def test_a_long_story_is_shortened_and_says_so(invented, tmp_path, monkeypatch):
    monkeypatch.setattr(sections, "MOST_SENTENCES", 1)
    assert "Only the first sentences are told here" in Reader(drawn(invented, tmp_path)).text


def test_the_first_seed_alone_keeps_a_story_and_its_outcomes_are_those_of_a_silent_run(lived, small):
    assert set(lived.stories) == set(lived.regimes)
    assert all(line.startswith("week ") for story in lived.stories.values() for line in story)
    group = Group(small, 1, 12, ((0, NAMED["leapfrog"]),), keep=Keep(story_of=1), twins=True)
    (told,), (silent,) = run_group(group), run_group(replace(group, keep=Keep(story_of=2)))
    assert told.kept is not None
    assert pl.read_ipc(io.BytesIO(told.kept["story"]))["sentence"].to_list() == lived.stories["leapfrog"]
    assert silent.kept == {}
    assert silent.outcomes == pytest.approx(told.outcomes, nan_ok=True, abs=0)


def test_a_folder_holds_the_page_and_a_loaded_comparison_makes_it_again_without_a_story(small, tmp_path):
    folder = tmp_path / "found"
    compare(small, pairs=3, weeks=12, workers=1, out=folder, command="leefwereld compare --pairs 3")
    first = Reader((folder / "page.html").read_text(encoding="utf-8"))
    assert "Seed 1: the same people" in first.text
    assert "leefwereld compare --pairs 3" in first.text
    back, facts = load(folder), results.read_manifest(folder)
    assert isinstance(back, Comparison)
    assert back.stories == {}
    assert folder_of.is_comparison(facts)
    again = Reader(drawn(back, tmp_path))
    assert "Seed 1: the same people" not in again.text
    assert "story" not in [attributes.get("id") for tag, attributes in again.tags if tag == "section"]
    assert (again.errors, again.open) == ([], [])
    assert facts["outcomes_hash"] in first.text


def test_a_comparison_and_the_report_of_its_study_are_the_same_page(small, tmp_path, capsys, monkeypatch):
    """Also the report of a study file that says the same; but for what such a study has more: its name and a figure."""
    monkeypatch.delenv("COLUMNS", raising=False)  # printed as wide as in a file
    folder = tmp_path / "found"
    compare(small, pairs=3, weeks=12, workers=1, out=folder)
    assert main(["study", "report", str(folder)]) == 0
    assert (folder / "report" / "page.html").read_bytes() == (folder / "page.html").read_bytes()
    printed = capsys.readouterr().out
    (tmp_path / "same.toml").write_text(
        'question = "The same?"\nweeks = 12\nfirst_seed = 1\nregimes = ["no_government", "top_down", "relational", "leapfrog", "service"]\n'
        'outcomes = "all"\n'
        'keep = ["weekly", "accounts", "story", "people", "classes"]\n[conditions]\nresidents = 120\n'
        "burn_in = 8\n[replications]\nnumber = 3\n"
    )
    assert main(["study", "run", str(tmp_path / "same.toml"), "--out", str(tmp_path / "study"), "--workers", "1"]) == 0
    assert main(["study", "report", str(tmp_path / "study")]) == 0
    table = report.plain_text(compare(small, pairs=3, weeks=12, workers=1)).split("\n\n")[1]
    assert table in printed
    assert table in capsys.readouterr().out
    one, other = (Reader((place / "page.html").read_text(encoding="utf-8")) for place in (folder, tmp_path / "study" / "report"))
    assert "Figure 2." in other.text
    for start, end in (("People and places Twenty", "Figures"), ("Mean of one run", "How to repeat it"), ("Seed 1: the same", "How to")):
        assert one.text[one.text.index(start) :].split(end)[0] == other.text[other.text.index(start) :].split(end)[0]


def test_a_study_of_one_row_that_kept_end_values_only_shows_what_it_has(tmp_path):
    (tmp_path / "ends.toml").write_text(
        'question = "Ends?"\nweeks = 6\nregimes = ["top_down", "leapfrog"]\noutcomes = ["burden", "bonding"]\n'
        "[conditions]\nresidents = 40\nburn_in = 2\n[replications]\nnumber = 3\n"
    )
    assert main(["study", "run", str(tmp_path / "ends.toml"), "--out", str(tmp_path / "out"), "--workers", "1"]) == 0
    assert main(["study", "report", str(tmp_path / "out")]) == 0
    told = Reader((tmp_path / "out" / "report" / "page.html").read_text(encoding="utf-8"))
    assert [attributes.get("id") for tag, attributes in told.tags if tag == "section"] == [
        *("people", "design", "tables", "figures", "ledger", "practices", "repeat")
    ]
    assert (told.errors, told.open) == ([], [])
    assert "Holm's correction over all 2 outcomes" in told.text
    assert "Hours and euros, means over all runs" in told.text


def test_the_ledger_adds_up_per_regime_and_is_a_mean_over_pairs(read):
    assert read.row("municipality: desk") == "municipality: desk 10 6 2 10 7 2 10 8 2"
    assert read.row("together") == "together 10 6 2 10 7 2 10 8 2"
    assert "Left at the end: top-down 2, relational 1, leapfrog 0 hours" in read.text
    assert read.row("municipality: central pot") == "municipality: central pot" + 3 * " 900 500 300"


def test_every_practice_stands_side_by_side_and_says_whether_it_acts(read, invented):
    for practice in PRACTICES.values():
        row = read.row(practice.name.replace("_", " ") + " ")
        values = [f"{getattr(practices, practice.name):.3g}" for practices in invented.regimes.values()]
        assert " ".join(values) in row
        assert row.endswith("yes" if practice.wired else "not yet")


def test_the_figure_has_words_beside_it(read):
    drawing = next(attributes for tag, attributes in read.tags if tag == "svg" and "role" in attributes)
    assert drawing["role"] == "img"
    assert (drawing["aria-labelledby"], drawing["aria-describedby"]) == ("figure-title", "figure-words")
    row = read.row("Trust in neighbours")
    assert row.startswith("Trust in neighbours (0–1)")
    assert len(row.split()) == 4 + 6


def test_how_to_repeat_it_names_seeds_versions_hashes_and_identities(read, invented):
    facts = {**folder_of.manifest(invented), **results.surroundings()}
    for words in (
        "leefwereld compare --pairs 12",
        "1 to 12",
        facts["code_hash"],
        facts["outcomes_hash"],
        "numpy " + facts["packages"]["numpy"],
    ):
        assert words in read.text
    assert read.row("12 12-top_down") == "12 12-top_down 12-relational 12-leapfrog"


def test_what_a_case_sets_apart_and_unequal_means_are_told(invented, tmp_path):
    event = {"week": 5, "kind": "practice", "name": "presence", "value": 0.9}
    case = invented.case.replaced(notes=["income filled from the country"], trust_step=0.05, problems={"litter": 2.0}, events=[event])
    told = Reader(drawn(replace(invented, case=case, equal_means=False), tmp_path)).text
    assert "income filled from the country" in told
    assert "trust_step is 0.05 instead of" in told
    assert "problems of the kind litter arise 2 times as often as usual" in told
    assert "planned in week 5: practice presence 0.9" in told
    assert "The regimes do not have the same endowment" in told


def test_one_regime_one_pair_and_a_blend_make_a_page_too(invented, tmp_path):
    mixed = blend(NAMED["top_down"], NAMED["leapfrog"], 0.5)
    label = "blend(top_down,leapfrog,0.5)"
    runs, weekly, ledger = (
        frame.filter(seed=1, regime="leapfrog").with_columns(pl.lit(label).alias("regime"))
        for frame in (invented.runs, invented.weekly, invented.ledger)
    )
    one = replace(invented, regimes={label: mixed}, runs=runs, weekly=weekly, ledger=ledger, differences=invented.differences.clear())
    told = Reader(drawn(replace(one, stories={}), tmp_path))
    assert (told.errors, told.open) == ([], [])
    assert f"under one way of governing: {label}?" in told.text
    assert "Difference within pairs" not in told.text
