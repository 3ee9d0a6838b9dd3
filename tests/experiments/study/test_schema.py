"""A study file: what is wrong with it takes one line, what is right with it becomes points, and nothing is written by looking."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.cli import main as cli
from experiments.cli.study import TEMPLATE, duration
from experiments.study.labels import labels_of
from experiments.study.names import outcomes_of
from experiments.study.points import Study, checked, content, identity, load_study, points, seed_of, shipped
from experiments.study.schema import Design, Factor, Replications, Until
from model import rules
from model.case.case import load
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import BASELINE, NAMED, PRACTICES, blend

ROOT = Path(__file__).parents[3]
Q = 'question = "why?"\n'
GRID = '[design]\nkind = "grid"\n'


def study(**more: object) -> Study:
    return checked({"name": "test", "question": "why?"} | more)


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small scenario and a rule file, to work in."""
    (tmp_path / "small.toml").write_text("burn_in = 20\n[place]\nresidents = 60\n")
    (tmp_path / "broken.toml").write_text("[place]\ninhabitants = 60\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
    assert len(points(found)) == 4 * 3 * 4 * 4 * 2  # years, budgets, presence, labels, rules
    assert (found.replications.until is not None) == instead


# --- points ------------------------------------------------------------------------------------------------------------


def test_everything_is_crossed_in_the_order_scenario_rules_row_label(beside):
    given = {"scenarios": ["small.toml", "default"], "rules": ["", "mine.py"], "regimes": ["top_down", "leapfrog"]}
    given |= {"factors": {"presence": {}}, "design": {"kind": "grid", "levels": 2}}
    (beside / "mine.py").write_text("def door_opens(*a):\n    return 0\n")
    with pytest.raises(BadInput, match=r"mine\.py"):
        checked({"name": "x", "question": "q"} | given, beside / "study.toml")
    (beside / "mine.py").write_text(rule_text())
    found = points(checked({"name": "x", "question": "q"} | given, beside / "study.toml"))
    labels = [(p.scenario, p.rules, p.factors["presence"], p.regime) for p in found]
    names = given["scenarios"], given["rules"], (0.0, 1.0), given["regimes"]
    assert labels == [(a, b, c, d) for a in names[0] for b in names[1] for c in names[2] for d in names[3]]
    assert found[0].case.residents == 60
    assert found[0].rules_file is None
    assert found[4].rules_file == beside / "mine.py"
    assert len({id(p.case) for p in found if p.scenario == "default"}) == 1, "one case, one burn-in"


def rule_text() -> str:
    name = next(iter(name for name, f in vars(rules).items() if inspect.isfunction(f)))
    return "import math\n" + inspect.getsource(getattr(rules, name))


def test_a_factor_replaces_the_practice_of_each_label_and_the_number_of_the_case():
    given = {"factors": {"approval_lag": {"values": [9]}, "ward_hours": {"values": [5]}, "problems.noise": {"values": [2]}}}
    for point in points(study(regimes=["top_down", "leapfrog"], design={"kind": "grid"}, **given)):
        expected = NAMED[point.regime].model_dump() | {"approval_lag": 9}
        assert point.practices.model_dump() == expected
        assert point.case.conditions.ward_hours == 5
        assert point.case.problems == {"noise": 2}
        assert point.factors == {"approval_lag": 9, "ward_hours": 5, "problems.noise": 2}


def test_conditions_hold_for_every_point_and_whole_numbers_stay_whole():
    given = {
        "conditions": {"residents": 300, "burn_in": 5, "problems": {"noise": 2.0}},
        "design": {"points": [{"streets": 3}, {"streets": 4}]},
    }
    found = points(study(**given))
    assert [(p.case.residents, p.case.burn_in, p.case.problems, p.case.place.streets) for p in found] == [
        (300, 5, {"noise": 2}, 3),
        (300, 5, {"noise": 2}, 4),
    ]


def test_one_at_a_time_moves_each_label_from_its_own_base_and_runs_what_is_equal_once():
    found = points(study(regimes=["top_down", "leapfrog"], factors="practices", design={"kind": "oat", "levels": 2}))
    for label in ("top_down", "leapfrog"):
        own = [point for point in found if point.regime == label]
        base = NAMED[label].model_dump()
        assert own[0].practices.model_dump() == base
        moved = [{name for name, value in point.practices.model_dump().items() if value != base[name]} for point in own[1:]]
        assert all(len(names) == 1 for names in moved)
        assert len(own) == 1 + sum((base[p.name] != p.low) + (base[p.name] != p.high) for p in PRACTICES.values())


def test_a_swap_leads_from_one_regime_to_the_other_and_back():
    found = points(load_study("decomposition"))
    ends = {label: NAMED[label].model_dump() for label in ("top_down", "leapfrog")}
    differ = [name for name, value in ends["top_down"].items() if value != ends["leapfrog"][name]]
    assert [point.regime for point in found] == ["top_down", "leapfrog"] * (1 + len(differ))
    for place, name in enumerate(differ, start=1):
        for point, own, other in zip(found[2 * place :], ends.values(), reversed(ends.values()), strict=False):
            assert point.practices.model_dump() == own | {name: other[name]}


def test_labels_are_regimes_blends_own_practices_and_the_baseline_when_there_is_none():
    assert labels_of(study()) == {"baseline": BASELINE}
    own = {"door": {"presence": 1}, "soft": {"of": "blend(top_down, leapfrog, 0.5)", "control": 0.0}}
    found = labels_of(study(regimes=["blend(top_down, relational, 0.25)", "baseline"], practices=own))
    assert list(found) == ["blend(top_down,relational,0.25)", "baseline", "door", "soft"]
    assert found["door"].model_dump() == BASELINE.model_dump() | {"presence": 1}
    half = blend(NAMED["top_down"], NAMED["leapfrog"], 0.5)
    assert found["soft"].model_dump() == half.model_dump() | {"control": 0}


def test_outcomes_are_the_main_ones_all_or_those_named():
    assert outcomes_of(study()) == tuple(name for name, outcome in OUTCOMES.items() if outcome.headline)
    assert outcomes_of(study(outcomes="all")) == tuple(OUTCOMES)
    assert outcomes_of(study(outcomes=["burden"])) == ("burden",)


def kinds() -> list[dict]:
    factors = {"presence": {}, "approval_lag": {"high": 3}, "ward_hours": {"low": 1, "high": 4}}
    return [
        {"design": {"points": [{"presence": 0.1}, {"ward_hours": 4}]}},
        *(
            {"factors": factors, "design": design}
            for design in ({"kind": "grid", "levels": 2}, {"kind": "oat"}, {"kind": "lhs", "size": 12})
        ),
        *({"factors": factors, "design": {"kind": kind, "size": 4}} for kind in ("sobol", "morris")),
    ]


@pytest.mark.parametrize("given", kinds(), ids=lambda given: given["design"].get("kind", "list"))
def test_one_more_regime_leaves_all_other_points_as_they_were(given):
    def but_for_numbers(found):
        return [(p.scenario, p.regime, p.rules, p.factors, p.case, p.practices) for p in found]

    before = but_for_numbers(points(study(regimes=["top_down", "leapfrog"], **given)))
    after = but_for_numbers(points(study(regimes=["relational", "top_down", "leapfrog"], **given)))
    assert [point for point in after if point[1] != "relational"] == before
    assert len(after) > len(before)


@pytest.mark.parametrize("given", kinds(), ids=lambda given: given["design"].get("kind", "list"))
def test_points_follow_from_the_file_alone(given):
    assert points(study(**given)) == points(study(**given))


# --- seeds, identity, quick --------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)  # reads every scenario that ships
@given(seed=st.integers(0, 2**63 - 1), replication=st.integers(0, 10**6))
def test_a_seed_follows_from_the_studys_seed_and_the_replication_alone(seed, replication):
    small, large = study(seed=seed), study(seed=seed, regimes=["leapfrog"], weeks=3, scenarios="all")
    assert seed_of(small, replication) == seed_of(large, replication)
    assert 0 <= seed_of(small, replication) < 2**63
    assert len({seed_of(small, replication + i) for i in range(20)}) == 20
    assert seed_of(small, replication) != seed_of(study(seed=(seed + 1) % 2**63), replication)


def test_identity_is_of_what_determines_results_and_not_of_texts(beside):
    def named(file: str = "study.toml", **more: Any) -> str:
        return identity(checked({"name": "x", "question": "q", "scenarios": ["small.toml"]} | more, beside / file))

    first = named()
    assert named("other.toml", name="y", question="another", text="more", timeout=5.0) == first
    others: list[dict[str, Any]] = [
        {"seed": 2},
        {"weeks": 259},
        {"keep": ["weekly"]},
        {"replications": {"number": 21}},
        {"regimes": ["leapfrog"]},
    ]
    for other in others:
        assert named(**other) != first
    factors = {"presence": {}, "intensity": {}}
    turned = dict(reversed(factors.items()))
    assert named(factors=factors, design={"kind": "lhs", "size": 3}) != named(factors=turned, design={"kind": "lhs", "size": 3})
    (beside / "small.toml").write_text('title = "new title"\nburn_in = 20\n[place]\nresidents = 60\n')
    assert named() == first
    (beside / "small.toml").write_text("burn_in = 20\n[place]\nresidents = 61\n")
    assert named() != first
    (beside / "rule.py").write_text(rule_text())
    second = named(rules=["rule.py"])
    (beside / "rule.py").write_text(rule_text() + "\nchanged = 1\n")
    assert named(rules=["rule.py"]) != second


def test_content_is_plain_data_that_reads_back_as_the_same_study():
    for path in shipped():
        whole = load_study(path.stem)
        back = checked(json.loads(json.dumps(content(whole))), path)
        assert identity(back) == identity(whole)
        assert points(back) == points(whole)


def test_quick_shrinks_any_study():
    for path in shipped():
        small = load_study(path.stem, quick=True)
        found = points(small)
        assert small.weeks == 26
        assert small.replications.number == 2
        assert all(point.case.burn_in == 8 for point in found)
        assert len(found) <= 24 or small.design.kind in ("sobol", "morris")
        assert len(found) <= 64
        assert points(checked(json.loads(json.dumps(content(small))), path)) == found, "a quick study stays one"
    kept = study(keep=["residents"], residents_at=[10, 100, 200], quick=True)
    assert kept.residents_at == (10, 26)
    assert points(study(conditions={"burn_in": 3}, quick=True))[0].case.burn_in == 3
    assert load("default").burn_in == 104


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
    assert next(row for row in rows if row["name"] == "regime_map")["runs"] == 5 * 5 * 3 * 40
    assert cli.main(["study", "list"]) == 0
    assert "3,000" in capsys.readouterr().out


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
