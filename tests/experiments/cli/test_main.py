"""The command: help at once, lists of what there is, and names old and new."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import compare_and_run as commands
from experiments.cli import main as cli
from experiments.cli.groups import RENAMED, USERS
from tests.experiments.cli import working_folder

here = working_folder.here
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


def test_a_bug_shows_a_traceback(here, monkeypatch):
    def bug(*_, **__):
        raise KeyError("bug")

    monkeypatch.setattr(commands, "scenarios", bug)
    with pytest.raises(KeyError):
        cli.main(["scenarios"])


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


def test_regimes_lists_the_box_of_each_practice_and_its_group(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    assert cli.main(["regimes", "--box"]) == 0
    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.split()[:1] == ["approval_lag"])
    assert line.split() == ["approval_lag", "4–8", "2–6", "3–7", "0–2", "weeks", "procedure"]
    assert "truthfulness" in printed
    assert "(all alike)" in printed
    assert cli.main(["regimes", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["boxes"]["service"]["approval_lag"] == [0, 2]
    assert facts["groups"]["provision"] == ["tailoring", "control"]


def test_regimes_shows_the_presets_and_what_they_share(here, capsys):
    assert cli.main(["regimes"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("top_down", "relational", "leapfrog", "presence", "years_in_post", "equal"))
    assert cli.main(["regimes", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert set(facts["regimes"]) == {"top_down", "relational", "leapfrog", "service"}
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
