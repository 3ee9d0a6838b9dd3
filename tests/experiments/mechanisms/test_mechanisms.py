"""Mechanisms: what a declaration may say, what an experiment compares, what a verdict follows from, and what is kept of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.cli import main as cli
from experiments.mechanisms import declared as mechanisms
from experiments.mechanisms import pages as mechanism_pages
from experiments.mechanisms import results as mechanism_results
from experiments.mechanisms import runs as mechanism_runs
from experiments.mechanisms.declared import NUMBER, load, load_all, names
from experiments.mechanisms.text import difference
from experiments.mechanisms.verdicts import adjusted, definition, judged, verdict
from experiments.reporting.findings import findings
from experiments.running.ledger import OK, Ledger
from experiments.running.pool import Pool
from experiments.shared.statistics import paired
from experiments.study.contrasts import read as contrast
from experiments.study.names import needs_twins
from experiments.study.points import points
from experiments.study.precision import half_width, looks
from experiments.study.results import file_hash
from experiments.study.schema import Replications
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

ROOT = Path(__file__).parents[3]
BASE = """
id = "A1"
class = "W"
essay = ["S0"]
term = { nl = "aanwezig zijn", en = "presence" }
claim = "Who is there is known."
process = ["model/week/contacts.py: knock"]
switch = "presence"
event = "opened_doors"
outcome = "conversations"
expected = "up"
also = ["linking"]

[experiment]
weeks = 20
both = { residents = 120, burn_in = 8 }
off = { presence = 0 }
on = { presence = 1 }
"""
CROSSED = """
id = "A1xA2"
essay = ["S0"]
term = { nl = "samen", en = "together" }
claim = "Two do more than one and one."
process = ["model/week/contacts.py: knock"]
outcome = "conversations"
expected = { interaction = "open", a_alone = "up" }

[experiment]
weeks = 20
both = { residents = 120, burn_in = 8 }
arms = { none = { presence = 0 }, a = { presence = 1 }, b = { presence = 0, ward_hours = 6 }, both = { presence = 1, ward_hours = 6 } }
contrast = { interaction = ["both - a", "b - none"], a_alone = "a - none" }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of declarations of one's own, that stands in the place of those that ship."""
    home = tmp_path / "mechanisms"
    (home / "interactions").mkdir(parents=True)
    (home / "A1.toml").write_text(BASE)
    monkeypatch.setattr(mechanisms, "FOLDER", home)
    monkeypatch.setattr(mechanism_pages, "PAGE", tmp_path / "mechanisms.md")
    return home


# --- declarations ----------------------------------------------------------------------------------------------------


def test_every_mechanism_of_the_essays_is_declared_and_all_that_it_names_is_there():
    found, crossed = load_all()
    assert [one.id for one in found] == [f"A{n}" for n in range(1, NUMBER + 1)]
    assert crossed
    for one in [*found, *crossed]:
        assert len(points(one.study)) == len(one.study.arms)


BAD = {
    "unknown key": ('id = "A1"', 'id = "A1"\nclaims = "x"', "claims; not a known key; did you mean claim?"),
    "missing key": ('claim = "Who is there is known."', "", "claim; allowed: a declaration needs it (what the essay says)"),
    "another id": ('id = "A1"', 'id = "A2"', "id = 'A2'; allowed: the name of its file, A1"),
    "unknown class": ('class = "W"', 'class = "X"', "class = 'X'; allowed: D, W, O"),
    "unknown essay": ('essay = ["S0"]', 'essay = ["S7"]', "essay = 'S7'; allowed: S0, S1"),
    "one language": (', en = "presence"', "", "term.en; allowed: a declaration needs it (in English)"),
    "no such file": ("model/week/contacts.py: knock", "model/contact.py: knock", "process = 'model/contact.py: knock'; allowed: FILE"),
    "no such function": ("contacts.py: knock", "contacts.py: knok", "process = 'knok'; did you mean knock? allowed: a function of model"),
    "no such switch": ('switch = "presence"', 'switch = "presense"', "switch = 'presense'; did you mean presence? allowed: a practice, "),
    "an idle switch": ('switch = "presence"', 'switch = "tailoring"', "switch = 'tailoring'; allowed: something in which experiment.off"),
    "no such event": ('event = "opened_doors"', 'event = "open_doors"', "event = 'open_doors'; did you mean opened_doors? allowed: a kind"),
    "no such outcome": ('outcome = "conv', 'outcome = "konv', "outcome = 'konversations'; did you mean conversations? allowed: the name"),
    "no such outcome beside": ('also = ["linking"]', 'also = ["linkin"]', "also = 'linkin'; did you mean linking? allowed: the name"),
    "no such direction": ('expected = "up"', 'expected = "more"', "expected = 'more'; allowed: up, down, open"),
    "no such scenario": ("weeks = 20", 'weeks = 20\nscenario = "defalt"', "scenarios = 'defalt'; did you mean default? allowed: "),
    "no such regime": ("weeks = 20", 'weeks = 20\nregime = "leapfrg"', "experiment.off.of = 'leapfrg'; did you mean leapfrog? allowed: "),
    "no such setting": ("on = {", "on = { presense = 1, ", "experiment.on.presense; not a known key; did you mean presence? allowed: "),
    "beyond its range": ("presence = 1", "presence = 2", "experiment.on.presence = 2; allowed: 0 to 1 0-1"),
    "a setting in words": ("presence = 1", 'presence = "much"', "experiment.on.presence = 'much'; allowed: a number, 0 to 1"),
    "twice": ("residents = 120", "presence = 0.5", "experiment.both.presence; allowed: in both or in a side, not in the two"),
    "nothing differs": ("presence = 1", "presence = 0", "switch = 'presence'; allowed: something in which experiment.off and"),
    "no such rules": ("weeks = 20", 'weeks = 20\non_rules = "no.py"', "experiment.on.rules = 'no.py'; allowed: a Python file beside the"),
    "no such week": ("weeks = 20", "weeks = 0", "experiment.weeks = 0; allowed: whole numbers 1 to 5,200"),
    "an event that is none": ("weeks = 20", 'weeks = 20\non_events = [{ week = 1, kind = "x" }]', "experiment.on: events.0.kind = 'x';"),
    "accounts of a W": ("[experiment]", '[accounting]\ncheck = "mandate_is_kept"\n[experiment]', 'accounting; allowed: with class = "D"'),
    "a D without accounts": ('class = "W"', 'class = "D"', 'accounting; allowed: with class = "D", which needs it'),
    "no TOML": ('id = "A1"', 'id = "A1', "file; allowed: valid TOML ("),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_takes_one_line_that_names_file_key_and_what_is_allowed(old, new, line, folder, capsys):
    assert old in BASE
    (folder / "A1.toml").write_text(BASE.replace(old, new))
    assert cli.main(["mechanisms", "A1", "--no-run"]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"leefwereld: {folder / 'A1.toml'}: ")
    assert line in err
    assert len(err.splitlines()) == 1
    assert out == ""


@pytest.mark.parametrize("given", [["A99"], ["A1", "--all"], ["--pairs", "3"], ["A1", "--pairs", "1"], ["--all", "--no-run"]])
def test_a_command_that_makes_no_sense_is_refused_in_one_line(given, folder, capsys):
    assert cli.main(["mechanisms", *given]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- experiments -----------------------------------------------------------------------------------------------------


def test_sides_may_differ_in_practices_conditions_behaviour_problems_events_and_rules(folder):
    (folder / "mine.py").write_text("def door_opens(*a):\n    return 0\n")
    extra = 'on_events = [{ week = 3, kind = "official_leaves" }]\non_rules = "mine.py"\n'
    (folder / "mine.py").write_text((ROOT / "model" / "rules.py").read_text())
    sides = "on = { presence = 1, ward_hours = 6, trust_step = 0.05, problems.noise = 2 }"
    (folder / "A1.toml").write_text(BASE.replace("on = { presence = 1 }", extra + sides))
    off, on = points(load("A1").study)
    assert (off.regime, on.regime) == ("off", "on")
    assert [point.practices.model_dump()["presence"] for point in (off, on)] == [0, 1]
    assert (on.case.conditions.ward_hours, on.case.behaviour.trust_step, on.case.problems) == (6, 0.05, {"noise": 2})
    assert [event.kind for event in on.case.events] == ["official_leaves"]
    assert off.case.events == ()
    assert (off.rules_file, on.rules_file) == (None, folder / "mine.py")


def test_sides_that_differ_in_practices_alone_share_a_burn_in(folder):
    off, on = points(load("A1").study)
    assert off.case is on.case
    (folder / "A1.toml").write_text(BASE.replace("presence = 1", "presence = 1, ward_hours = 6"))
    off, on = points(load("A1").study)
    assert off.case is not on.case


def test_a_contrast_takes_off_as_many_arms_as_it_adds(folder):
    (folder / "interactions" / "A1xA2.toml").write_text(CROSSED)
    one = load("A1xA2")
    assert one.contrasts == {"interaction": {"both": 1, "a": -1, "b": -1, "none": 1}, "a_alone": {"a": 1, "none": -1}}
    for text in ("both", "a + b", "a - a", "a - x", "a b", "- ", "a - b - none"):
        with pytest.raises(BadInput, match="as many of each"):
            contrast(text, ["none", "a", "b", "both"], "here", "contrast")


def test_an_interaction_is_the_difference_of_differences(folder, tmp_path):
    (folder / "interactions" / "A1xA2.toml").write_text(CROSSED)
    one = load("A1xA2", pairs=3)
    row = mechanism_runs.run(one, tmp_path / "runs", workers=1)
    with Ledger(mechanism_runs.folder_of(one, tmp_path / "runs"), reading=True) as ledger:
        frame = ledger.outcomes(["conversations"]).sort("replication")
    arm = {label: frame.filter(frame["point"] == n)["conversations"].to_numpy() for n, label in enumerate(one.study.arms)}
    by_hand = (arm["both"] - arm["a"]) - (arm["b"] - arm["none"])
    assert row["contrasts"]["interaction"]["difference"] == pytest.approx(by_hand.mean())
    assert row["contrasts"]["a_alone"]["difference"] == pytest.approx((arm["a"] - arm["none"]).mean())
    assert (arm["a"] - arm["none"]).mean() > 0  # who is in the street more meets more


def test_outcomes_that_are_lived_again_cost_twins_only_where_they_are_asked_for(folder):
    assert not needs_twins(load("A1").study)
    (folder / "A1.toml").write_text(BASE.replace('also = ["linking"]', 'also = ["snowball_multiplier"]'))
    assert needs_twins(load("A1").study)


def test_a_kill_loses_nothing_that_had_finished(folder, tmp_path):
    text = BASE.replace("weeks = 20", "weeks = 150")
    (folder / "A1.toml").write_text(text)
    one, home = load("A1", pairs=16), tmp_path / "runs"
    code = (
        "from pathlib import Path; from experiments.mechanisms import declared, runs;"
        f"declared.FOLDER = Path({str(folder)!r});"
        f"runs.run(declared.load('A1', pairs=16), Path({str(home)!r}), 1)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    done, until = 0, time.monotonic() + 300
    while done < 4 and time.monotonic() < until:
        time.sleep(0.02)
        if (mechanism_runs.folder_of(one, home) / "runs.sqlite").is_file():
            with Ledger(mechanism_runs.folder_of(one, home), reading=True) as ledger:
                done = ledger.counts()[OK]
    process.kill()
    process.wait()
    assert 4 <= done < 32
    with Ledger(mechanism_runs.folder_of(one, home)) as ledger:
        ledger.db.execute("UPDATE run SET seconds = -1 WHERE status = 'ok'")
        kept = ledger.counts()[OK]
    row = mechanism_runs.run(one, home, 1, say=lambda _: None)
    with Ledger(mechanism_runs.folder_of(one, home), reading=True) as ledger:
        assert ledger.db.execute("SELECT count(*) FROM run WHERE seconds < 0").fetchone()[0] == kept  # these were not run again
    assert row["n"] == 16
    again = mechanism_runs.run(one, tmp_path / "whole", 1, say=lambda _: None)
    assert row == again


# --- verdicts --------------------------------------------------------------------------------------------------------

D = OUTCOMES["handling_weeks"].smallest  # one week


def row_of(values: np.ndarray, expected: str = "down", letter: str = "W", **more: Any) -> dict[str, Any]:
    """A row as an experiment leaves it, of differences that are given."""
    found = paired(np.zeros(len(values)), values)
    numbers = {name: found[name] for name in ("n", "difference", "low", "high", "p", "sd")}
    return numbers | {"class": letter, "expected": expected, "outcome": "handling_weeks", "faults": [], "checked": len(values)} | more


def around(mean: float, spread: float = 1.0, n: int = 20) -> np.ndarray:
    """Differences with exactly this mean and spread."""
    x = np.random.default_rng(1).normal(size=n)
    return mean + spread * (x - x.mean()) / x.std(ddof=1)


@pytest.mark.parametrize(
    ("values", "expected", "says"),
    [
        (around(-2 * D, 0.5), "down", "emerges"),
        (around(-2 * D, 0.5), "up", "opposite"),
        (around(-2 * D, 0.5), "open", "down"),
        (around(2 * D, 0.5), "open", "up"),
        (around(-0.5 * D, 0.2), "down", "smaller than d"),  # sure, and of no interest
        (around(0.0, 0.2), "down", "smaller than d"),
        (np.zeros(20), "down", "unsettled"),  # nothing moves at all: it may still do so in 3 of 20
        (around(-0.4 * D, 5.0), "down", "unsettled"),
        (around(-2 * D, 0.5, 3)[:1], "down", "unsettled"),  # one pair says nothing
        (np.full(9, -2 * D), "down", "unsettled"),  # nine say too little, however alike they are
        (np.full(20, -2 * D), "down", "unsettled"),
    ],
)
def test_a_verdict_follows_from_interval_direction_and_smallest_effect(values, expected, says):
    row: dict[str, Any] = {
        key: None if value != value else value for key, value in row_of(values, expected).items() if key not in ("faults",)
    }
    assert verdict(row, expected, "handling_weeks", row["p"]) == says


def test_a_difference_that_is_sure_alone_may_not_be_sure_among_many():
    lone = row_of(around(-3 * D, 5.5))
    assert 0.02 < lone["p"] < 0.05
    assert judged({"A1": lone})["A1"]["verdict"] == "emerges"
    others = {f"A{n}": row_of(around(0.0, 5.5)) for n in range(2, 45)}
    assert judged({"A1": lone} | others)["A1"]["verdict"] == "unsettled"


def test_a_definition_holds_when_its_accounts_add_up_and_the_trace_moves():
    moved = row_of(around(-2 * D, 0.5), letter="D")
    assert judged({"A1": moved})["A1"]["verdict"] == "holds"
    assert definition(dict[str, Any](moved, faults=["3 reports too many"]), "down", 0.0)[0] == "does not hold"
    assert "3 reports too many" in definition(dict[str, Any](moved, faults=["3 reports too many"]), "down", 0.0)[1]
    assert definition(dict[str, Any](moved, checked=0), "down", 0.0)[0] == "does not hold"
    assert definition(dict[str, Any](moved, n=4), "down", 0.0)[0] == "unsettled"
    assert definition(moved, "up", 0.0) == ("does not hold", "its accounts add up, but the trace moves the other way")
    assert definition(moved, "open", 0.0)[0] == "holds"
    assert judged({"A1": row_of(np.zeros(20), letter="D")})["A1"]["verdict"] == "does not hold"


def test_a_switch_that_moves_no_pair_at_all_is_named_as_such():
    assert "not one of 20 pairs differs" in judged({"A1": row_of(np.zeros(20))})["A1"]["why"]
    assert judged({"A1": row_of(around(0.0, 0.2))})["A1"]["why"] == ""


def test_where_nothing_is_true_the_whole_table_seldom_says_that_something_emerges():
    """The error over all 44 together, under the very rule that stops: 20 pairs, then 20 more while the interval is too wide."""
    luck, given = np.random.default_rng(7), Replications(at_most=200, batch=20)
    families, wrong, unadjusted = 250, 0, 0
    for _ in range(families):
        p = []
        for _ in range(NUMBER):
            values = luck.normal(scale=luck.uniform(1.0, 4.0) * D, size=200)
            n = next((n for n in looks(given) if half_width(values[:n]) <= D), 200)
            p.append(paired(np.zeros(n), values[:n])["p"])
        wrong += min(one for one in adjusted(p) if one is not None) < 0.05
        unadjusted += min(p) < 0.05
    assert wrong / families < 0.10  # 0.05, and what luck of 250 families and the sequential rule add
    assert unadjusted / families > 0.7  # so that the adjustment is what keeps it down


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
    assert {name: row["verdict"] for name, row in kept["mechanisms"].items()} == {"A1": "emerges", "A2": "opposite"}
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
    sure = {name: abs(row["difference"]) / row["sd"] for name, row in known.items() if row["verdict"] in ("emerges", "opposite", "holds")}
    return sorted(sure, key=lambda name: -sure[name])[:most]


def test_what_is_clear_in_the_results_that_ship_shows_again_in_a_few_pairs(tmp_path):
    chosen = clear_ones()
    assert len(chosen) >= 2, "no results of the declarations as they are: leefwereld mechanisms --all"
    kept = mechanism_results.read()["mechanisms"]
    with Pool(1) as pool:
        for name in chosen:
            row: Any = mechanism_runs.run(load(name, pairs=3), tmp_path, 1, say=lambda _: None, pool=pool)
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
