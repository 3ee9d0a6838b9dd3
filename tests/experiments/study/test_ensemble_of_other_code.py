"""A study over an ensemble says when its sets were fitted with other code."""

from __future__ import annotations

import json

import pytest

from experiments.cli import main as cli
from experiments.study.ensemble import warning
from experiments.study.points import load_study
from model import identity

STUDY = """
question = "Does it say so?"
weeks = 2
regimes = ["top_down"]
outcomes = ["burden"]
[conditions]
residents = 40
burn_in = 2
[design]
kind = "ensemble"
file = "sets.json"
[replications]
number = 1
"""


@pytest.mark.parametrize(("code", "said"), [("0123456789abcdef", True), (None, False)])
def test_sets_that_were_fitted_with_other_code_are_run_with_a_warning(tmp_path, capsys, code, said):
    kept = {"kind": "leefwereld ensemble", "code": code or identity.code_hash(), "members": [{"parameters": {"trust_step": 0.05}}]}
    (tmp_path / "sets.json").write_text(json.dumps(kept))
    (tmp_path / "mine.toml").write_text(STUDY)
    assert bool(warning(load_study(str(tmp_path / "mine.toml")))) == said
    assert cli.main(["study", "run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out"), "--workers", "1"]) == 0
    assert ("fitted with other code (0123456789abcdef), so they may not fit now" in capsys.readouterr().err) == said
