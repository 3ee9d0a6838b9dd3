"""The command: help at once, one line for bad input, and nothing half-written."""

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
from experiments.cli import compare_and_run as commands
from experiments.cli import main as cli
from experiments.cli.compare_and_run import split_list
from experiments.cli.groups import RENAMED, USERS
from experiments.running.groups import run_group
from experiments.running.ledger import FAILED, Answer, Ledger
from experiments.study import work as study_work
from model.errors import BadInput

ROOT = Path(__file__).parents[3]
COMMANDS = (
    ["compare"],
    ["run"],
    ["scenarios"],
    ["practices"],
    ["regimes"],
    ["bench"],
    ["rules"],
    ["rules", "check"],
    ["mechanisms"],
    ["robustness"],
)
QUICK = ["--pairs", "2", "--weeks", "6", "--workers", "1"]

BAD_CASE = [
    ["--scenario", "nowhere"],
    ["--scenario", "nowhere.toml"],
    ["--scenario", "{given}/broken.toml"],
    ["--scenario", "{given}/unknown-key.toml"],
    ["--kwb", "{given}/figures.csv"],
    ["--area", "Holendrecht West"],
    ["--kwb", "nowhere.csv", "--area", "Holendrecht West"],
    ["--kwb", "{given}/figures.csv", "--area", "Holendrecht West"],
    ["--kwb", "{given}/figures.csv", "--area", "X", "--scenario", "default"],
]
BAD_RUN = [
    *BAD_CASE,
    *(["--seed", "-1"], ["--seed", "9223372036854775808"], ["--seed", "one"], ["--seed"]),
    *(["--weeks", "0"], ["--weeks", "5201"], ["--weeks", "1.5"], ["--weeks", ""]),
    *(["--rules", "nowhere.py"], ["--rules", "{given}/no-rule.py"], ["--rules", "{given}/broken.py"]),
    *(["--out", "{given}/file"], ["--out", "{given}/full"], ["--out", "{given}/file/below"]),
    *(["--unknown"], ["surplus"], ["--json=yes"]),
]
BAD = [
    *(["mechanisms", *more] for more in (["A99"], ["A13", "--all"], ["A13", "--pairs", "1"], ["--weeks", "4"], ["--lang", "fr"])),
    *(
        ["robustness", *more]
        for more in (["--pairs", "1"], ["--sets", "-1"], ["--lang", "fr"], ["--ensemble", "nowhere.json"], ["surplus"])
    ),
    *(["compare", *more] for more in BAD_RUN),
    *(["compare", "--pairs", value] for value in ("0", "100001", "-3", "many", "1e3")),
    *(["compare", "--workers", value] for value in ("0", "257", "all")),
    *(["compare", "--regimes", value] for value in ("", "nowhere", "top_down,", "top_down,top_down", "blend(top_down)")),
    *(["compare", "--regimes", f"blend(top_down,relational,{share})"] for share in ("2", "-0.1", "nan", "half")),
    ["compare", "--seed", "9223372036854775807", "--pairs", "2"],
    *(["run", *more] for more in BAD_RUN),
    *(["run", "--regime", value] for value in ("", "nowhere", "top_down,relational")),
    *(["run", "--lang", value] for value in ("", "fr", "NL")),
    *(["run", "--street", value] for value in ("", "Lijsterstrat")),
    *(["run", "--initiative", value] for value in ("-1", "the play street")),
    *(
        ["run", "--no-story", *more]
        for more in (["--resident", "3"], ["--official", "Truus"], ["--initiative", "0"], ["--street", "Vinkenweg"])
    ),
    *(["run", "--pairs", "3"], ["regimes", "surplus"], *(["regimes", *more] for more in BAD_CASE)),
    *(
        ["run", "--short", "0"],
        ["run", "--short", "5", "--everything"],
        ["run", "--short", "5", "--no-story"],
        ["run", "--profile", "--short", "5"],
        ["run", "--profile", "--everything"],
        ["run", "--profile", "--out", "one"],
        ["run", "--short", "5", "--resident", "3"],
        ["practices", "nowhere"],
        ["practices", "presence", "surplus"],
        ["practices", "presence", "--pairs", "0"],
        ["practices", "presence", "--scenario", "nowhere"],
        ["scenarios", "surplus"],
        ["scenarios", "--unknown"],
    ),
    *(
        ["rules", "check"],
        ["rules", "check", "nowhere.py"],
        ["rules", "check", "{given}/no-rule.py"],
        ["rules", "nowhere"],
    ),
    *(["bench", "--residents", value] for value in ("0", "20000001", "many")),
    *(["bench", "--weeks", "0"], ["bench", "surplus"], ["nowhere"], ["--unknown"]),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; beside it a folder of things that cannot be used."""
    given = tmp_path / "given"
    (given / "full").mkdir(parents=True)
    (given / "full" / "thesis.docx").touch()
    (given / "file").touch()
    (given / "broken.toml").write_text("residents = = 3")
    (given / "unknown-key.toml").write_text("inhabitants = 3")
    (given / "figures.csv").write_text("not;what\nit;should be\n")
    (given / "no-rule.py").write_text("x = 1\n")
    (given / "broken.py").write_text("def will_report(:\n")
    working = tmp_path / "here"
    working.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.delenv("COLUMNS", raising=False)
    return working


@pytest.fixture
def small_file(here: Path, small) -> str:
    """The small case as a scenario file."""
    path = here.parent / "given" / "small.toml"
    path.write_text(f'title = "A small street"\nburn_in = {small.burn_in}\n[place]\nresidents = {small.residents}\n')
    return str(path)


@pytest.mark.parametrize("arguments", BAD, ids=lambda arguments: " ".join(arguments))
def test_bad_input_takes_one_line_status_2_and_writes_nothing(arguments, here, capsys):
    given = here.parent / "given"
    before = sorted(given.rglob("*"))
    status = cli.main([part.replace("{given}", str(given)) for part in arguments])
    out, err = capsys.readouterr()
    assert status == 2, err
    assert err.startswith("leefwereld: ")
    assert err.count("\n") == 1
    assert "import model" not in err
    assert out == ""
    assert list(here.iterdir()) == []
    assert sorted(path for path in given.rglob("*") if "__pycache__" not in str(path)) == before


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command, capsys):
    assert cli.main([*command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert "Examples:\n" in out
    assert f"  leefwereld {' '.join(command)}" in out
    assert err == ""


def test_no_command_at_all_shows_the_help(capsys):
    assert cli.main([]) == 0
    assert "compare" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["compare", "--help"], ["mechanisms", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments):
    program = (
        "import sys; from experiments.cli.main import main; status = main(sys.argv[1:]);"
        "heavy = {'mesa', 'numba', 'matplotlib', 'numpy', 'polars', 'scipy', 'model'} & set(sys.modules);"
        "sys.exit(status or (str(heavy) if heavy else 0))"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


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
    assert list(facts["regimes"]) == ["top_down", "blend(top_down,leapfrog,0.5)"]
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


def test_a_bug_shows_a_traceback(here, monkeypatch):
    def bug(*_, **__):
        raise KeyError("bug")

    monkeypatch.setattr(commands, "scenarios", bug)
    with pytest.raises(KeyError):
        cli.main(["scenarios"])


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
    assert "relational, seed 3" in out
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
    row = experiments.load("found").runs.row(by_predicate=None, index=5, named=True)
    assert (row["seed"], row["regime"]) == (2, "leapfrog")
    for name, value in one["outcomes"].items():
        assert value == pytest.approx(row[name], rel=0, abs=0) if value is not None else row[name] != row[name]
    assert one["identity"] == row["identity"]


def test_lists_are_complete_as_tables_and_as_json(here, capsys):
    from model.case.case import available
    from model.engine.modules import RULES
    from model.outcomes import OUTCOMES
    from model.regimes import PRACTICES

    wanted = {
        "scenarios": [name for name, _ in available()], "practices": list(PRACTICES), "rules": list(RULES), "outcomes": list(OUTCOMES),
    }  # fmt: skip
    for command, names in wanted.items():
        given = [command]
        assert cli.main(given) == 0
        out = capsys.readouterr().out
        assert all(name in out for name in names)
        assert max(map(len, out.splitlines())) <= 120
        assert cli.main([*given, "--json"]) == 0
        assert [row["name"] for row in json.loads(capsys.readouterr().out)] == names


def test_outcomes_are_told_in_both_languages_and_an_unknown_name_gets_the_nearest(here, capsys):
    assert cli.main(["outcomes", "linking", "--lang", "nl"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("Sociaal kapitaal", "banden met de ambtenaar", "hoger", "levende band"))
    assert cli.main(["outcomes", "linkin"]) == 2
    assert capsys.readouterr().err.startswith("leefwereld: outcomes: name = 'linkin'; did you mean linking?")


def test_one_practice_is_shown_in_full(here, capsys):
    assert cli.main(["practices", "presence"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("presence", "in the street", "leapfrog", "buys", "costs"))


def test_regimes_shows_the_presets_and_what_they_share(here, capsys):
    assert cli.main(["regimes"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("top_down", "relational", "leapfrog", "presence", "years_in_post", "equal"))
    assert cli.main(["regimes", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert set(facts["regimes"]) == {"top_down", "relational", "leapfrog"}
    assert any(fact["name"] == "structural_budget" for fact in facts["conditions"])


def test_rules_check_names_the_rules_that_a_file_replaces(here, capsys):
    Path("mine.py").write_text("def passes_on(draw, tie, talk):\n    return draw < 0.5 * tie * talk\n", encoding="utf-8")
    assert cli.main(["rules", "check", "mine.py"]) == 0
    assert "mine.py replaces 1 rule: passes_on" in capsys.readouterr().out


def test_a_model_of_somebody_else_is_named_in_one_line(tmp_path):
    (tmp_path / "model.py").write_text("mine = True\n")
    path = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; "
    program = path + "from experiments.cli.main import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program, "scenarios"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert str(tmp_path / "model.py") in done.stderr
    assert done.stderr.count("\n") == 1


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
    said = f"leefwereld: stopped with Ctrl-C; {counts['ok']:,} of 15,000 runs are kept; go on: the same command, or leefwereld study resume"
    assert sign == signal.SIGTERM or err.splitlines()[-1] == f"{said} {folder.relative_to(here)}"


def test_commands_are_listed_by_who_uses_them_and_none_is_left_out():
    from typer.main import get_command

    from viz.command import app as whole

    listed = {name for names in USERS.values() for name in names}
    shown = {name for name, command in get_command(whole).commands.items() if not command.hidden}  # type: ignore[attr-defined]
    assert shown == listed
    assert not listed & set(RENAMED)


def test_an_old_name_of_a_command_goes_on_working_and_says_what_it_is_called_now(capsys):
    assert cli.main(["headline", "--sets", "-1"]) == 2
    assert cli.main(["regions", "nowhere"]) == 2
    said = capsys.readouterr().err
    assert "regions is now called discover" in said
    assert cli.main(["--help"]) == 0
    assert "headline" not in capsys.readouterr().out
