"""Mechanisms: what a declaration may say, and what its experiment compares."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.cli import main as cli
from experiments.mechanisms import runs as mechanism_runs
from experiments.mechanisms.declared import NUMBER, load, load_all
from experiments.running.ledger import OK, Ledger
from experiments.study.contrasts import read as contrast
from experiments.study.names import needs_twins
from experiments.study.points import points
from model.errors import BadInput
from tests.experiments.mechanisms.own_declarations import BASE, CROSSED

pytestmark = pytest.mark.usefixtures("one_worker")

ROOT = Path(__file__).parents[3]


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


@pytest.mark.parametrize("events", ['"official_leaves"', "3", "{ week = 1 }"], ids=["a word", "a number", "a table"])
def test_events_of_an_arm_of_an_interaction_that_are_no_list_are_refused_in_one_line(events, folder, capsys):
    path, old = folder / "interactions" / "A1xA2.toml", "a = { presence = 1 }"
    assert old in CROSSED
    path.write_text(CROSSED.replace(old, f"a = {{ presence = 1, events = {events} }}"))
    assert cli.main(["mechanisms", "A1xA2", "--no-run"]) == 2
    out, err = capsys.readouterr()
    assert err == f"leefwereld: {path}: experiment.arms.a.events; allowed: a list of events, each in {{ }}\n"
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
