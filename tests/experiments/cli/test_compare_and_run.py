"""The commands compare and run: a table, a folder, a story, and how to go on after a stop."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import experiments
from experiments.cli import main as cli
from experiments.cli.compare_and_run import split_list
from experiments.running.groups import run_group
from experiments.running.ledger import FAILED, Answer, Ledger
from experiments.study import work as study_work
from model.errors import BadInput
from tests.experiments.cli import working_folder

here, small_file = working_folder.here, working_folder.small_file
ROOT = Path(__file__).parents[3]
QUICK = ["--pairs", "2", "--weeks", "6", "--workers", "1"]


def test_compare_prints_a_table_and_writes_a_folder(here, small_file, capsys):
    assert cli.main(["compare", "--scenario", small_file, "--out", "found", *QUICK]) == 0
    out, err = capsys.readouterr()
    assert "A small street" in out
    assert "Written to found" in out
    assert "2 of 2" in err
    assert {path.name for path in here.iterdir()} == {"found"}
    table = (here / "found" / "table.txt").read_text(encoding="utf-8")
    assert out.splitlines()[0] == table.splitlines()[0]
    found = experiments.load("found")
    assert isinstance(found, experiments.Comparison)
    assert found.pairs == 2


def test_compare_without_out_writes_below_results(here, small_file, capsys):
    regimes = "top_down,blend(top_down,leapfrog,0.5)"
    assert cli.main(["compare", "--scenario", small_file, "--regimes", regimes, "--json", *QUICK]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert list(facts["regimes"]) == ["no_government", "top_down", "blend(top_down,leapfrog,0.5)"]
    folder = Path(facts["folder"])
    assert folder.parent.name == "results"
    assert folder.name.startswith("compare-")
    assert (folder / "figure.svg").exists()


def test_quick_is_a_default_that_explicit_numbers_override(here, small_file, capsys):
    assert cli.main(["compare", "--scenario", small_file, "--quick", "--json", *QUICK]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["pairs"], facts["weeks"]) == (2, 6)


def test_a_failed_pair_gives_status_1_its_seed_and_its_traceback(here, small_file, capsys, monkeypatch):
    def second_fails(group):
        answers = run_group(group)
        if group.seed == 2:
            answers[1] = Answer(answers[1].id, FAILED, reason="KeyError: 'x'", traceback="Traceback: the place")
        yield from answers

    work = study_work.work
    monkeypatch.setattr(study_work, "work", lambda *given, **more: work(*given, **more, function=second_fails))
    assert cli.main(["compare", "--scenario", small_file, "--out", "found", *QUICK]) == 1
    out, err = capsys.readouterr()
    assert "seeds 2" in out
    assert "seed 2 failed and is left out: KeyError: 'x'" in err
    assert "Traceback: the place" in err
    found = experiments.load("found")
    assert isinstance(found, experiments.Comparison)
    assert found.failures[0].seed == 2


def test_run_tells_a_story_and_writes_it(here, small_file, capsys):
    arguments = [
        "run",
        "--scenario",
        small_file,
        "--regime",
        "relational",
        "--seed",
        "3",
        "--weeks",
        "20",
        "--out",
        "one",
    ]
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    story = (here / "one" / "story.txt").read_text(encoding="utf-8").splitlines()
    assert "relational, seed 3" in " ".join(out.split())
    assert "luck is large" in out
    assert all(line[:40] in out for line in story)
    assert {path.name for path in (here / "one").iterdir()} >= {"weekly.parquet", "manifest.json"}


def test_the_story_is_told_in_dutch_about_one_street(here, small_file, capsys):
    whole = ["run", "--scenario", small_file, "--weeks", "30", "--lang", "nl", "--everything"]
    assert cli.main(whole) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("week ")]
    assert cli.main([*whole, "--street", "merelplein", "--out", "one"]) == 0
    out = capsys.readouterr().out
    story = (here / "one" / "story.txt").read_text(encoding="utf-8").splitlines()
    assert "zijn verzonnen" in story[0]
    assert story[0] in out
    assert [line for line in story[1:] if "Merelplein" in line] == [line for line in told if "Merelplein" in line]
    assert all("Merelplein" in line or "en omgeving" in line for line in story[1:])  # a project of several streets names one
    assert 0 < len(story[1:]) < len(told)


def test_the_story_is_told_short(here, small_file, capsys):
    assert cli.main(["run", "--scenario", small_file, "--weeks", "30", "--short", "5"]) == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if line.startswith("week ")]) <= 5


def test_run_without_a_story_tells_none_and_writes_none(here, small_file, capsys):
    assert cli.main(["run", "--scenario", small_file, "--weeks", "6", "--no-story", "--out", "one"]) == 0
    out = capsys.readouterr().out
    assert "invented" not in out
    assert not [line for line in out.splitlines() if line.startswith("week ")]
    assert not (here / "one" / "story.txt").exists()
    assert cli.main(["run", "--scenario", small_file, "--weeks", "6", "--no-story", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["story"] is None


@pytest.mark.parametrize("asked", [["--resident", "Nobody Q."], ["--official", "Nobody"], ["--initiative", "99999"]], ids=" ".join)
def test_a_story_about_nobody_takes_one_line_and_writes_nothing(asked, here, small_file, capsys):
    assert cli.main(["run", "--scenario", small_file, "--weeks", "6", "--out", "one", *asked]) == 2
    out, err = capsys.readouterr()
    assert err.splitlines()[-1].startswith(f"leefwereld: story: {asked[0][2:]} = ")
    assert "Traceback" not in err
    assert out == ""
    assert list(here.iterdir()) == []


def test_the_week_is_printed_as_a_table_of_its_steps_and_loops(here, small_file, capsys):
    assert cli.main(["run", "--scenario", small_file, "--weeks", "6", "--profile"]) == 0
    lines = capsys.readouterr().out.splitlines()
    steps = [line for line in lines if re.match(r" [a-z][a-z ]+  6 ", line)]
    assert [line.split("  ")[0] for line in (steps[0], steps[-1])] == [" begin week", " take measures"]
    assert len(steps) == 13
    assert next(line for line in lines if line.startswith("   arise ")).split()[1] == "6"
    assert cli.main(["run", "--scenario", small_file, "--weeks", "6", "--profile", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len([row for row in rows if row["loop"] is None]) == 13
    assert list(here.iterdir()) == []


def test_run_is_the_same_as_one_run_of_a_comparison(here, small_file, small, capsys):
    assert cli.main(["run", "--scenario", small_file, "--regime", "leapfrog", "--seed", "2", "--weeks", "6", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert cli.main(["compare", "--scenario", small_file, "--out", "found", *QUICK]) == 0
    row = experiments.load("found").runs.row(by_predicate=None, index=8, named=True)
    assert (row["seed"], row["regime"]) == (2, "leapfrog")
    for name, value in one["outcomes"].items():
        assert value == pytest.approx(row[name], rel=0, abs=0) if value is not None else row[name] != row[name]
    assert one["identity"] == row["identity"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        ("a, b", ["a", "b"]),
        ("a,blend(a, b,0.5),c", ["a", "blend(a, b,0.5)", "c"]),
        ("a,", ["a", ""]),
        ("", [""]),
    ],
)
def test_commas_within_parentheses_do_not_divide(text, parts):
    assert split_list(text) == parts


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group of processes")
@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_comparison_says_how_to_go_on_and_shows_no_half_result(here, small_file, sign, status):
    program = "import sys; from experiments.cli.main import main; sys.exit(main())"
    arguments = ["compare", "--scenario", small_file, "--pairs", "5000", "--workers", "2", "--weeks", "100"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a group of its own, as a terminal makes for a command
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    while first and not first.startswith("pairs:"):
        first = process.stderr.readline()
    time.sleep(0.2)
    os.killpg(process.pid, sign)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in err
    assert out == ""
    (folder,) = (here / "results").iterdir()
    assert not {path.suffix for path in folder.iterdir()} & {".parquet", ".html", ".txt", ".svg", ".png"}
    with pytest.raises(BadInput, match="a comparison that was finished"):
        experiments.load(folder)
    with Ledger(folder, reading=True) as ledger:
        counts = ledger.counts()
    assert counts["ok"] >= 3
    said = f"leefwereld: stopped with Ctrl-C; {counts['ok']:,} of 25,000 runs are kept; go on: the same command, or leefwereld study resume"
    assert sign == signal.SIGTERM or err.splitlines()[-1] == f"{said} {folder.relative_to(here)}"
