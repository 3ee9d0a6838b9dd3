"""The command for studies: those that ship, the one that `new` writes, help, list and plan."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import main as cli
from experiments.cli.study import TEMPLATE, duration
from experiments.study.points import Study, content, load_study, points, shipped
from experiments.study.schema import Design, Factor, Replications, Until
from tests.experiments.study.small_studies import Q, rule_text

ROOT = Path(__file__).parents[3]


# --- studies that ship, and the one that `new` writes ------------------------------------------------------------------


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
@pytest.mark.parametrize("quick", [False, True], ids=["whole", "quick"])
def test_studies_that_ship_have_legal_points(path, quick):
    found = points(load_study(path.stem, quick))
    assert len(found) > 1
    assert [point.number for point in found] == list(range(len(found)))
    assert len({tuple(point.factors) for point in found}) == 1
    for point in found:
        type(point.case).model_validate(point.case.model_dump())
        type(point.practices).model_validate(point.practices.model_dump())


def test_at_least_these_ship():
    wanted = {"regimes", "regime_map", "practices", "dose_response", "decomposition", "hypercube"}
    assert wanted <= {path.stem for path in shipped()}
    assert {load_study(name).design.kind for name in wanted} == {"list", "grid", "oat", "swap", "lhs"}


def test_new_writes_a_file_that_is_valid_and_explains_every_key_and_overwrites_nothing(beside, capsys):
    assert cli.main(["study", "new", "mine.toml"]) == 0
    found = load_study("mine.toml")
    assert Study.model_validate(content(found)).model_dump() == found.model_dump()
    text = (beside / "mine.toml").read_text(encoding="utf-8")
    keys = {name for model in (Study, Factor, Design, Replications, Until) for name in model.model_fields}
    assert not {key for key in keys if key not in text}
    (beside / "mine.toml").write_text("mine")
    assert cli.main(["study", "new", "mine.toml"]) == 2
    assert "a new name; this file exists, and is left alone" in capsys.readouterr().err
    assert (beside / "mine.toml").read_text() == "mine"
    assert cli.main(["study", "new"]) == 0
    assert (beside / "study.toml").exists()
    assert cli.main(["study", "new", "mine.docx"]) == 2
    assert cli.main(["study", "new", "nowhere/mine.toml"]) == 2


@pytest.mark.parametrize("instead", [False, True], ids=["besides", "instead of a number"])
def test_what_the_file_of_new_shows_in_comments_is_valid_too(instead, beside):
    text = TEMPLATE.read_text(encoding="utf-8").replace('keep = ["end"]', 'keep = ["residents"]')
    shown = ["name", "rules", "residents_at", "[practices.listeners]", "of", "listening_first", "residents", "problems.noise"]
    shown += ["structural_budget", "presence", *(["until", "at_most", "batch"] if instead else [])]
    for start in shown:
        text, times = re.subn(rf"(?m)^# {re.escape(start)}(?= =|$)", start, text)
        assert times == 1, start
    if instead:
        text = text.replace("number = 20", "")
    (beside / "my_rules.py").write_text(rule_text())
    (beside / "mine.toml").write_text(text)
    found = load_study(beside / "mine.toml")
    assert len(points(found)) == 4 * 3 * 4 * 5 * 2  # years, budgets, presence, labels, rules
    assert (found.replications.until is not None) == instead


# --- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["study"], ["study", "new"], ["study", "list"], ["study", "plan"]], ids=" ".join)
def test_every_command_has_help_with_an_example(command, capsys):
    assert cli.main([*command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert "Examples:\n" in out
    assert f"  leefwereld {' '.join(command)}" in out
    assert err == ""


def test_help_imports_nothing_heavy():
    program = (
        "import sys; from experiments.cli.main import main; status = main(['study', 'plan', '--help']);"
        "heavy = {'mesa', 'numba', 'matplotlib', 'numpy', 'polars', 'scipy', 'SALib', 'model'} & set(sys.modules);"
        "sys.exit(status or (str(heavy) if heavy else 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_list_tells_name_question_and_runs(beside, capsys):
    assert cli.main(["study", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == [path.stem for path in shipped()]
    assert next(row for row in rows if row["name"] == "regime_map")["runs"] == 5 * 5 * 4 * 40
    assert cli.main(["study", "list"]) == 0
    assert "4,000" in capsys.readouterr().out


def test_plan_counts_and_tries_a_few_runs_and_writes_nothing(beside, capsys):
    (beside / "study.toml").write_text(
        Q + 'scenarios = ["small.toml"]\nweeks = 30\nregimes = ["top_down", "leapfrog"]\n[factors]\napproval_lag = {}\n'
        '[design]\nkind = "oat"\nlevels = 3\n[replications]\nnumber = 7\n'
    )
    before = sorted(beside.iterdir())
    assert cli.main(["study", "plan", "study.toml", "--workers", "2", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["points"], facts["replications"], facts["runs"]) == (8, 7, 56)
    assert facts["pilot"]["runs"] == 3
    assert 0 < facts["pilot"]["seconds_run"] < 10
    assert facts["notes"][0] == "approval_lag: rounded to whole numbers"
    assert facts["notes"][1].startswith("snowball_multiplier: part of every run is lived again")
    assert cli.main(["study", "plan", "study.toml", "--quick"]) == 0
    out, err = capsys.readouterr()
    assert "quick: 26 weeks, burn-in 8, 2 replications; 8 of 8 points" in " ".join(out.split())
    assert "16 of 26 weeks" in out
    assert "pilot runs: 3 of 3" in err
    assert sorted(beside.iterdir()) == before


def test_a_duration_is_told_in_what_fits():
    assert [duration(s) for s in (45.2, 700, 3 * 3600)] == ["about 45 s", "about 12 min", "about 3.0 hours"]
