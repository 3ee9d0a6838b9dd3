"""A study file: what is wrong with it takes one line, and nothing is written by looking."""

from __future__ import annotations

import pytest

from experiments.cli import main as cli
from experiments.study.points import load_study, points
from model.errors import BadInput
from tests.experiments.study.small_studies import GRID, Q, study

BAD = {
    "unknown key": ("wekks = 3", "wekks; not a known key; did you mean weeks?"),
    "no question": ("", "question; allowed: a study needs it"),
    "not a whole number": (Q + "weeks = 2.5", "weeks = 2.5; allowed: whole numbers 1 to 5,200"),
    "too many weeks": (Q + "weeks = 5201", "weeks = 5201; allowed: whole numbers 1 to 5,200"),
    "a number in quotes": (Q + 'seed = "1"', "seed = '1'; allowed: whole numbers 0 to"),
    "name of a path": (Q + 'name = "../x"', "name = '../x'; allowed: letters"),
    "a question that is none": ("question = 3", "question = 3; allowed: text, in quotes"),
    "missing scenario": (Q + 'scenarios = ["defalt"]', "scenarios = 'defalt'; did you mean default? allowed: "),
    "missing scenario file": (Q + 'scenarios = ["no.toml"]', "scenarios = 'no.toml'; allowed: a .toml file beside the study; there is no"),
    "no scenario": (Q + "scenarios = []", "scenarios = []; allowed: at least one"),
    "a scenario twice": (Q + 'scenarios = ["default", "all"]', "scenarios = 'default'; allowed: each one once"),
    "unknown regime": (Q + 'regimes = ["leapfrg"]', "regimes = 'leapfrg'; did you mean leapfrog? allowed: baseline, "),
    "a regime twice": (Q + 'regimes = ["leapfrog", "leap frog"]', "regimes = 'leapfrog'; allowed: each one once"),
    "a blend of too much": (Q + 'regimes = ["blend(top_down, leapfrog, 2)"]', "regimes = 'blend(top_down,leapfrog,2)'; allowed: "),
    "missing rules": (Q + 'rules = ["no.py"]', "rules = 'no.py'; allowed: a Python file beside the study; there is no such file"),
    "a label that is taken": (Q + "[practices.leapfrog]\npresence = 0", "practices.leapfrog; allowed: a label of its own"),
    "of nobody": (Q + '[practices.x]\nof = "nobody"', "practices.x.of = 'nobody'; allowed: baseline, top_down"),
    "unknown practice": (Q + "[practices.x]\npresense = 0", "practices.x.presense; not a practice; did you mean presence?"),
    "practice out of range": (Q + "[practices.x]\npresence = 2", "practices.x: presence = 2; allowed: 0 to 1 0-1"),
    "unknown condition": (Q + "[conditions]\nward_hour = 2", "conditions.ward_hour; not a known key; did you mean ward_hours?"),
    "condition out of range": (Q + "[conditions]\nward_hours = 101", "conditions.ward_hours = 101.0; allowed: 0 to 100 hours"),
    "half a resident": (Q + "[conditions]\nresidents = 10.5", "conditions.residents = 10.5; allowed: whole numbers 1 to 2e+07 people"),
    "practice as condition": (Q + "[conditions]\npresence = 1", "conditions.presence; not a condition but a practice"),
    "conditions that clash": (Q + "[conditions]\nowner_share = 0.9", "scenario default with owner_share = 0.9: place.owner_share + "),
    "unknown second factor": (
        Q + "[factors]\npresence = {low = 0, high = 1}\npresense = {low = 0, high = 1}\n" + GRID,
        "factors.presense; not a known key; did you",
    ),
    "two spellings of a blend": (
        Q + 'regimes = ["blend(top_down, leapfrog, 0.5)", "blend(top_down,leapfrog,.50)"]',
        "regimes = 'blend(top_down,leapfrog,.50)'; allowed: each regime once; blend(top_down,leapfrog,0.5) is the same",
    ),
    "a blend that is a regime": (Q + 'regimes = ["leapfrog", "blend(top_down, leapfrog, 1)"]', "each regime once; leapfrog is the same"),
    "unknown factor": (Q + "[factors]\npresense = {}\n" + GRID, "factors.presense; not a known key; did you mean presence? allowed: a pr"),
    "factor beyond its range": (Q + "[factors]\npresence = {low = -1}\n" + GRID, "factors.presence.low = -1.0; allowed: 0 to 1 0-1"),
    "value beyond its range": (Q + "[factors]\npresence = {values = [2]}\n" + GRID, "factors.presence.values = 2.0; allowed: 0 to 1"),
    "a value twice": (Q + "[factors]\npresence = {values = [1, 1.0]}\n" + GRID, "presence.values = '1.0'; allowed: each one once"),
    "turned round": (
        Q + "[factors]\npresence = {low = 0.5, high = 0.2}\n" + GRID,
        "presence.low = 0.5; allowed: less than high, 0.2",
    ),
    "values and low": (
        Q + "[factors]\npresence = {low = 0, values = [1]}\n" + GRID,
        "factors.presence; allowed: either values, or",
    ),
    "condition without range": (
        Q + "[factors]\nward_hours = {}\n" + GRID,
        "factors.ward_hours; allowed: low and high, or values",
    ),
    "factor as a number": (Q + "[factors]\npresence = 3\n" + GRID, "factors.presence = 3; allowed: a table of KEY = VALUE, in { }"),
    "half an approval": (
        Q + "[factors]\napproval_lag = {low = 0.5}\n" + GRID,
        "approval_lag.low = 0.5; allowed: whole numbers 0 to 52",
    ),
    "factor and condition": (
        Q + "[conditions]\nward_hours = 2\n[factors]\nward_hours = {low = 1, high = 2}\n" + GRID,
        "factors.ward_hours; allowed: as a factor or under [conditions], not both",
    ),
    "factor and practice": (
        Q + "[practices.x]\npresence = 1\n[factors]\npresence = {}\n" + GRID,
        "factors.presence; allowed: as a factor or under [practices.x], not both",
    ),
    "unknown kind": (Q + '[design]\nkind = "gird"', "design.kind = 'gird'; did you mean grid? allowed: list, grid, oat, lhs"),
    "empty design": (Q + GRID, 'factors; allowed: at least one, for design.kind = "grid"'),
    "factors without kind": (Q + "[factors]\npresence = {}", 'factors; allowed: none, as design.kind = "list" names values in its points'),
    "empty point": (Q + "[design]\npoints = [{}]", "design.points.0; allowed: at least one NAME = VALUE"),
    "unknown in a point": (Q + "[design]\npoints = [{presense = 1}]", "design.points.0.presense; not a known key; did you mean presence?"),
    "point out of range": (Q + "[design]\npoints = [{presence = 3}]", "design.points.0.presence = 3.0; allowed: 0 to 1 0-1"),
    "size of a grid": (Q + "[factors]\npresence = {}\n" + GRID + "size = 4", 'design.size; allowed: with kind = "grid" only levels'),
    "no size": (
        Q + '[factors]\npresence = {}\n[design]\nkind = "lhs"',
        "design.size = 0; allowed: whole numbers 1 to 100",
    ),
    "odd size": (Q + '[factors]\npresence = {}\n[design]\nkind = "sobol"\nsize = 6', "design.size = 6; allowed: a power of two"),
    "odd levels": (
        Q + '[factors]\npresence = {}\n[design]\nkind = "morris"\nsize = 6\nlevels = 3',
        "levels = 3; allowed: an even number",
    ),
    "values in a draw": (
        Q + '[factors]\npresence = {values = [1]}\n[design]\nkind = "lhs"\nsize = 6',
        "presence.values; allowed: low and",
    ),
    "one end": (
        Q + '[design]\nkind = "swap"\nbase = ["top_down"]',
        "design.base = 'top_down'; allowed: two different regimes",
    ),
    "third end": (
        Q + 'regimes = ["relational"]\n[design]\nkind = "swap"\nbase = ["top_down", "leapfrog"]',
        "regimes = 'relational'; allowed: only the two of design.base: top_down, leapfrog",
    ),
    "too many points": (
        Q + 'factors = "practices"\n[design]\nkind = "grid"\nlevels = 10',
        "allowed: at most 100,000; fewer levels",
    ),
    "too many runs": (
        Q + '[factors]\npresence = {}\n[design]\nkind = "lhs"\nsize = 100_000\n[replications]\nnumber = 1000',
        "runs = 100000000; allowed: at most 10,000,000; fewer points or replications",
    ),
    "no replications": (Q + "[replications]\nnumber = 0", "replications.number = 0; allowed: whole numbers 1 to 100,000"),
    "batches of a number": (Q + "[replications]\nbatch = 5", "replications.batch; allowed: only together with replications.until"),
    "until nothing known": (
        Q + '[replications]\nuntil = {outcome = "trust_municpality", first = "a", second = "b", precision = 1}',
        "replications.until.outcome = 'trust_municpality'; did you mean trust_municipality? allowed: the name of an outcome",
    ),
    "until without labels": (
        Q + '[replications]\nuntil = {outcome = "burden", first = "a", second = "baseline", precision = 1}',
        "replications.until.first = 'a'; allowed: baseline",
    ),
    "until against itself": (
        Q + '[replications]\nuntil = {outcome = "burden", first = "baseline", second = "baseline", precision = 1}',
        "replications.until.second = 'baseline'; allowed: another label than first",
    ),
    "until half": (
        Q + '[replications]\nuntil = {outcome = "burden", precision = 1}',
        "replications.until.first; allowed: a study needs it",
    ),
    "until never": (
        Q + '[replications]\nuntil = {outcome = "burden", first = "a", second = "b", precision = 0}',
        "replications.until.precision = 0; allowed: greater than 0",
    ),
    "unknown outcome": (Q + 'outcomes = ["burdn"]', "outcomes = 'burdn'; did you mean burden? allowed: "),
    "keep what is not there": (
        Q + 'keep = ["ends"]',
        "keep.0 = 'ends'; did you mean end? allowed: end, weekly, streets, groups, residents",
    ),
    "residents when": (Q + 'keep = ["residents"]', "residents_at; allowed: at least one week, 1 to 260"),
    "residents too late": (Q + 'keep = ["residents"]\nresidents_at = [261]', "residents_at = 261; allowed: weeks 1 to 260"),
    "weeks of nothing": (Q + "residents_at = [2]", 'residents_at; allowed: only when keep has "residents"'),
    "no TOML": ("question = = 3", "file; allowed: valid TOML"),
}


@pytest.mark.parametrize(("text", "line"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_takes_one_line_that_names_file_key_and_what_is_allowed(text, line, beside, capsys):
    (beside / "bad.toml").write_text(text)
    before = sorted(beside.iterdir())
    assert cli.main(["study", "plan", "bad.toml"]) == 2
    out, err = capsys.readouterr()
    assert err.startswith("leefwereld: bad.toml: ")
    assert line in err
    assert err.count("\n") == 1
    assert out == ""
    assert sorted(beside.iterdir()) == before


def test_what_is_wrong_in_a_scenario_file_names_that_file(beside):
    (beside / "study.toml").write_text(Q + 'scenarios = ["broken.toml"]')
    with pytest.raises(BadInput, match=r"broken\.toml: place\.inhabitants; not a known key"):
        load_study("study.toml")


def test_a_point_that_is_not_a_legal_case_says_which():
    clash = study(factors={"owner_share": {"low": 0.1, "high": 0.9}}, design={"kind": "grid", "levels": 2})
    with pytest.raises(BadInput, match=r"scenario default with owner_share = 0\.9: place\.owner_share \+ place\.association_share"):
        points(clash)


def test_no_such_study_and_no_such_file():
    with pytest.raises(BadInput, match=r"study: name = 'regime_mop'; did you mean regime_map\? allowed: .*, or the path of a \.toml file"):
        load_study("regime_mop")
    with pytest.raises(BadInput, match=r"nowhere\.toml: file; allowed: a readable TOML file \(No such file"):
        load_study("nowhere.toml")
