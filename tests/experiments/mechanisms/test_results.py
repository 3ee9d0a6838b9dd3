"""Mechanisms: what is kept of them and shown, and the results that ship."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from experiments.cli import main as cli
from experiments.mechanisms import declared as mechanisms
from experiments.mechanisms import pages as mechanism_pages
from experiments.mechanisms import results as mechanism_results
from experiments.mechanisms import runs as mechanism_runs
from experiments.mechanisms.declared import load, load_all, names
from experiments.mechanisms.text import difference
from experiments.mechanisms.verdicts import judged
from experiments.reporting.findings import findings
from experiments.study.names import needs_twins
from experiments.study.results import file_hash
from tests.experiments.mechanisms.own_declarations import BASE, CROSSED

pytestmark = pytest.mark.usefixtures("one_worker")

# --- what is kept ----------------------------------------------------------------------------------------------------


def test_all_are_run_kept_and_written_into_the_documentation_and_a_short_try_touches_none_of_it(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(mechanisms, "MOST", 20)
    (folder / "A2.toml").write_text(BASE.replace('"A1"', '"A2"').replace('expected = "up"', 'expected = "down"'))
    (folder / "interactions" / "A1xA2.toml").write_text(CROSSED)
    out = ["--workers", "1", "--out", str(tmp_path / "runs")]
    assert cli.main(["mechanisms", "--all", "--pairs", "2", "--weeks", "10", *out]) == 0
    assert not (folder / "results.json").exists()
    assert json.loads((tmp_path / "runs" / "results.json").read_text())["mechanisms"]["A1"]["pairs"] == 2
    assert cli.main(["mechanisms", "--all", *out]) == 0
    kept = mechanism_results.read()
    assert {name: row["verdict"] for name, row in kept["mechanisms"].items()} == {"A1": "is there", "A2": "opposite"}
    capsys.readouterr()
    assert cli.main(["mechanisms", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["kept"] for one in shown["mechanisms"]] == list(kept["mechanisms"].values())
    assert {one["status"] for one in shown["mechanisms"] + shown["interactions"]} == {""}
    assert cli.main(["mechanisms", "--lang", "nl"]) == 0
    table = capsys.readouterr().out
    assert "aanwezig" in table  # a narrow screen wraps it
    assert "not run" not in table
    assert f"| {difference(kept['mechanisms']['A1'])} | 20 |" in mechanism_pages.PAGE.read_text()
    first = (folder / "results.json").read_bytes()
    assert cli.main(["mechanisms", "--all", *out]) == 0  # nothing is left to run, and the same comes out
    assert (folder / "results.json").read_bytes() == first


def test_what_was_not_run_or_is_of_older_code_or_another_declaration_is_said(folder, tmp_path, capsys):
    assert cli.main(["mechanisms"]) == 0
    assert "not run" in capsys.readouterr().out
    row: Any = mechanism_runs.run(load("A1", pairs=2), tmp_path / "runs", 1, say=lambda _: None)
    full = row | {"declaration": load("A1").identity}
    for changed, says in ((full, ""), (full | {"code": "0123"}, "older code"), (row, "older declaration")):
        mechanism_results.write(mechanism_results.made({"A1": changed}, {}))
        assert cli.main(["mechanisms"]) == 0
        out = capsys.readouterr().out
        assert (says or "older") in out or not says
        assert ("older" in out) == bool(says)


def test_one_is_shown_in_full_and_run_live_and_kept(folder, tmp_path, capsys):
    given = ["mechanisms", "A1", "--pairs", "3", "--workers", "1", "--out", str(tmp_path / "runs")]
    assert cli.main(given) == 0
    out = capsys.readouterr().out
    for part in (
        "Who is there is known.",
        "model/week/contacts.py: knock",
        "presence = 1",
        "conversations",
        "linking",
        "3 pairs of 20 weeks",
    ):
        assert part in out
    assert cli.main([*given, "--json"]) == 0
    live = json.loads(capsys.readouterr().out)["live"]
    assert live["difference"] > 0
    assert live["n"] == 3
    assert len(list((tmp_path / "runs").iterdir())) == 1


# --- what ships ------------------------------------------------------------------------------------------------------


def test_the_tables_in_the_documentation_are_those_of_the_results_that_ship():
    found, crossed = load_all()
    kept = mechanism_results.read()
    table = mechanism_pages.overview_table(found, kept)
    assert mechanism_pages.PAGE.read_text(encoding="utf-8") == mechanism_pages.page(found, crossed, kept)
    assert table in mechanism_pages.page(found, crossed, kept)
    for name, row in kept["mechanisms"].items():
        assert f"| {name} | " in table
        assert difference(row) in table
        assert row["verdict"].split(" than ")[0] in table


def test_verdicts_that_ship_follow_from_the_numbers_beside_them():
    kept: Any = mechanism_results.read()
    assert kept["mechanisms"]
    bare = {
        name: {key: value for key, value in row.items() if key not in ("verdict", "why", "p_holm")}
        for name, row in kept["mechanisms"].items()
    }
    assert judged(bare) == kept["mechanisms"]


def clear_ones(most: int = 3) -> list[str]:
    """Mechanisms whose difference is large beside its spread, by the results that ship, and whose runs are cheap."""
    rows: dict[str, Any] = {**mechanism_results.read()["mechanisms"]}
    known = {name: row for name, row in rows.items() if name in names() and row["sd"] and row["weeks"] <= 260}
    known = {name: row for name, row in known.items() if row["declaration"] == load(name).identity and not needs_twins(load(name).study)}
    sure = {
        name: abs(row["difference"]) / row["sd"]
        for name, row in known.items()
        if row["verdict"] in ("emerges", "is there", "opposite", "holds")
    }
    return sorted(sure, key=lambda name: -sure[name])[:most]


def test_what_is_clear_in_the_results_that_ship_shows_again_in_a_few_pairs(tmp_path, crew):
    chosen = clear_ones()
    assert len(chosen) >= 2, "no results of the declarations as they are: leefwereld mechanisms --all"
    kept = mechanism_results.read()["mechanisms"]
    for name in chosen:
        row: Any = mechanism_runs.run(load(name, pairs=3), tmp_path, 1, say=lambda _: None, pool=crew)
        assert row["difference"] * kept[name]["difference"] > 0, name
        assert not row["faults"]


def test_a_study_of_arms_is_reported_with_its_difference_whatever_rules_the_arms_have(tmp_path):
    text = (
        'question = "why?"\nweeks = 52\noutcomes = ["conversations", "burden"]\nchecks = "hours_and_euros_add_up"\n'
        "[arms.open]\npresence = 1\n[arms.shut]\npresence = 0\n"
        "[conditions]\nresidents = 120\nburn_in = 4\n"
        '[replications]\nuntil = {outcome = "conversations", contrasts = ["open - shut"], precision = 900}\nat_most = 20\n'
    )
    (tmp_path / "arms.toml").write_text(text)
    out = tmp_path / "out"
    assert cli.main(["study", "run", str(tmp_path / "arms.toml"), "--out", str(out), "--workers", "1"]) == 0
    labels = pl.read_parquet(out / "points.parquet")
    labels.with_columns(rules=pl.Series(["", "shut.py"])).write_parquet(out / "points.parquet")  # as if one had a rule file
    facts = json.loads((out / "manifest.json").read_text())
    facts["files"]["points.parquet"] = file_hash(out / "points.parquet")
    (out / "manifest.json").write_text(json.dumps(facts))
    found = findings(out)
    rows = found.tables["differences"].filter(outcome="conversations")
    assert len(rows) == 1
    assert rows["difference"][0] < 0  # shut minus open
    assert found.of.checks is not None
    assert (found.of.checks.collect()["fault"] == "").all()
