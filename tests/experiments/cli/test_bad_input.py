"""The command: bad input takes one line, and nothing is written."""

from __future__ import annotations

import pytest

from experiments.cli import main as cli
from tests.experiments.cli import working_folder

here = working_folder.here
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
