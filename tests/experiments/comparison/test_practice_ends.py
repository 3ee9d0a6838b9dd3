"""What practices buy and cost: measured at both ends, kept in a cache, told at the command line; and each has both."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from experiments.cli import main as cli
from experiments.comparison import practice_ends as prices
from experiments.comparison.practice_ends import SURE, Price, ends, measure, negligible, strongest
from experiments.running.ledger import OK, Answer
from experiments.running.pairs import Failure
from model.case.case import load
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import BASELINE, PRACTICES

TINY = load("default").replaced(residents=60, burn_in=4)
SHORT: dict[str, Any] = {"pairs": 2, "weeks": 30, "workers": 1}
# A small neighbourhood where much goes on: more problems, hours, initiatives and departures than usual, for each process to be at work.
BUSY = load("default").replaced(
    residents=400, burn_in=26, problem_rate=2, ward_hours=8, crew_hours=6, case_hours=1, desk_hours=0.8, structural_budget=40,
    notice=0.6, years_in_post=1.5, found_base=0.003, needs_exception=0.6, habitual_share=0.03, agenda_rate=8,
)  # fmt: skip
SIDES = ("better", "worse")
WEEKS, SOON = 156, {"pairing": 40}  # of a run; what acts most in the first months
FIRST = 2001  # seed
# Of each practice, what is better and what is worse most clearly at its high end: found with seeds up to 1020, looked for in others.
CLEAREST = {
    "presence": ("local_knowledge", "refused"),
    "complaint_steering": ("handling_days", "problems_solved"),
    "report_threshold": ("case_weeks_others", "ignored"),
    "approval_lag": ("ignored", "case_weeks_others"),
    "mandate_euro": ("problems_returned", "ignored"),
    "mandate_rules": ("ignored", "trust_municipality"),
    "inside_work": ("problems_returned", "helped"),
    "pairing": ("trust_official", "local_knowledge"),
    "group_approach": ("bridging", "linking"),
    "build_on_existing": ("grievance", "refused"),
    "support_desk": ("way_hours", "refused"),
    "face_to_face_bargaining": ("envy", "refused"),
    "conditional_on_residents": ("uptake", "agenda_stopped"),
    "harvest": ("upkeep_support", "initiatives_waiting"),
    "listening_first": ("grievance", "linking"),
    "promise_boldness": ("trust_municipality_groups", "trust_official"),
    "truthfulness": ("promises_broken", "trust_official_groups"),
    "reciprocity": ("envy", "helped"),
    "intensity": ("linking_close", "linking"),
    "lead_switching": ("belief_acting", "refused"),
    "tailoring": ("helped", "envy"),
    "transparency": ("trust_municipality", "refused"),
    "control": ("misuse_caught", "helped"),
    "coupling": ("trust_municipality", "agenda_reach"),
    "yielding": ("objections", "agenda_goal"),
    "scale": ("objections", "local_knowledge"),
    "letting_go": ("initiatives_waiting", "bonding"),
    "warm_handover": ("linking", "grievance"),
    "asking": ("initiatives_started", "linking"),
    "standing_offer": ("initiatives_started", "agenda_landed"),
    "feedback": ("belief_reporting", "way_hours"),
}
LOOKS = (6, 9, 13, 18, 25, 36, 80)  # pairs; at the last one all outcomes are looked at
FEW = 9  # pairs for practices of which an end is known to be unsure
EARLY = 0.0016  # at each look, for the one outcome of a side
LATE = SURE - 2 * len(LOOKS) * EARLY  # after Holm over all outcomes; together what is allowed is SURE
TO_SPARE = "hours are led by what is asked, and those who give them had some to spare: what waits for it is too little to see in 80 pairs"
EXCEPTIONS: dict[str, str] = {  # practice: why one of its ends has nothing to say for it
    "support_desk": TO_SPARE,
    "face_to_face_bargaining": "few reports are about a conflict of interests now, so neither end is sure in 80 pairs",
    "pairing": "what it bought was a trace of trust in the first weeks, and is not sure since ties grow by hours",
    "truthfulness": "the loss of bad news now is not sure beside what it saves in promises broken",
    "reciprocity": TO_SPARE,
    "lead_switching": TO_SPARE,
    "asking": "those who are asked and found something are few beside the luck of it, so neither end is sure in 80 pairs",
}


def short(**changes: Any) -> Price:
    """`measure` on very little, but for the changes."""
    given: dict[str, Any] = {"name": "presence", "case": TINY, **SHORT, **changes}
    name = given.pop("name")
    return measure([name], **given)[name]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty place for measurements; rules stay compiled where they are."""
    monkeypatch.setattr(prices, "engine", SimpleNamespace(cache_root=lambda: tmp_path))
    return tmp_path


def look(name: str, answers: list[list[Answer] | Failure], last: bool) -> set[str]:
    """The sides on which something is sure."""
    rows = prices.compared([name], answers)[name]
    sides = set[str]()
    for side, sign, outcome in zip(SIDES, (1, -1), CLEAREST[name], strict=True):
        row = rows.filter(outcome=outcome).row(0, named=True)
        gain = row["difference"] * {"up": 1, "down": -1}[row["good"]]
        if row["p"] < EARLY and gain * sign > 0:
            sides.add(side)
    price = Price(name, rows.filter(rows["p_holm"] < LATE), WEEKS, "busy")
    return sides | {side for side, some in zip(SIDES, (price.better, price.worse), strict=True) if last and some}


def of_weeks(names: Iterable[str]) -> dict[int, list[str]]:
    """The practices by the weeks in which they are measured."""
    found: dict[int, list[str]] = {}
    for name in names:
        found.setdefault(SOON.get(name, WEEKS), []).append(name)
    return found


@pytest.fixture(scope="module")
def measured() -> dict[str, set[str]]:
    """The sides of all practices on the busy case; one whose two sides are sure at an early look is measured no further."""
    found: dict[str, set[str]] = {name: set() for name in PRACTICES}
    answers: dict[str, list[list[Answer] | Failure]] = {name: [] for name in PRACTICES}
    for before, pairs in itertools.pairwise((0, *LOOKS)):
        for weeks, names in of_weeks(
            name for name in PRACTICES if len(found[name]) < len(SIDES) and (pairs <= FEW or name not in EXCEPTIONS)
        ).items():
            lived = [prices.run_seed(group) for group in prices.groups(names, pairs - before, weeks, BUSY, FIRST + before)]
            assert not [one for one in lived if isinstance(one, Failure)]
            for i, name in enumerate(names):
                answers[name] += [one[2 * i : 2 * i + 2] for one in lived if not isinstance(one, Failure)]
                found[name] |= look(name, answers[name], pairs == LOOKS[-1])
    return found


@pytest.mark.parametrize("name", list(PRACTICES))
def test_a_practice_has_a_price_at_both_ends(measured, name):
    missing = [side for side in SIDES if side not in measured[name]]
    assert bool(missing) == (name in EXCEPTIONS), f"{name}: nothing {' or '.join(missing)} at the high end"


def invent(effects: dict[str, float], pairs: int = 12) -> Price:
    """A price whose differences are given, with a little luck of their own."""

    def lived(seed: int, end: int) -> Answer:
        values = {name: 1.0 + end * effect * (1 + 0.01 * (-1) ** seed) for name, effect in effects.items()}
        return Answer(end, OK, outcomes=dict.fromkeys(OUTCOMES, 1.0) | values)

    answers = [[lived(seed, end) for end in (0, 1)] for seed in range(pairs)]
    return Price("presence", prices.compared(["presence"], answers)["presence"], 30, "default")


def test_the_sides_follow_the_direction_of_the_outcome_and_what_has_none_is_on_no_side():
    price = invent({"trust_police": 0.2, "burden": 0.1, "on_time": -0.1, "grievance": -0.2, "reports": 50.0})
    assert {row["outcome"] for row in price.better} == {"trust_police", "grievance"}
    assert {row["outcome"] for row in price.worse} == {"burden", "on_time"}


def test_a_part_of_the_residents_that_differs_between_the_ends_is_no_price():
    price = invent({"trust_official_touched": 0.2, "trust_official_untouched": -0.2, "trust_official_known": -0.1, "linking": 0.1})
    assert [row["outcome"] for row in price.better] == ["linking"]
    assert price.worse == []


def test_what_is_smaller_than_of_interest_comes_last_and_of_each_outcome_one_form_is_shown():
    price = invent({"burden": -0.002, "trust_official": 0.2, "trust_official_p10": 0.1, "linking": 0.1})
    assert [negligible(row) for row in price.better] == [False, False, False, True]
    assert len(strongest(price.better, 6)) == 3
    assert len(strongest(price.better, 1)) == 1


def test_the_ends_are_those_of_the_range_and_the_rest_is_the_baseline():
    assert ends("presence") == (0, 1)
    assert ends("approval_lag") == (0, 26)
    assert ends("report_threshold") == (1, 8)
    (group,) = prices.groups(["presence"], 1, 30, TINY, 5)
    assert [regime.model_dump()["presence"] for _, regime in group.runs] == [0.0, 1.0]
    others = set(PRACTICES) - {"presence"}
    assert all(getattr(regime, name) == getattr(BASELINE, name) for _, regime in group.runs for name in others)


def test_a_measurement_is_kept_and_read_back_and_one_of_something_else_is_not(cache, monkeypatch):
    first = short()
    assert first.pairs == 2
    assert len(list((cache / "prices").iterdir())) == 1

    def refuse(*_):
        raise AssertionError("measured again")

    with monkeypatch.context() as m:
        m.setattr(prices, "run_all", refuse)
        assert short().rows.equals(first.rows)
        seed, smaller = {"first_seed": 2}, {"case": TINY.replaced(residents=61)}
        others: tuple[dict[str, Any], ...] = ({"weeks": 31}, {"pairs": 3}, seed, smaller, {"name": "intensity"})
        for other in others:
            with pytest.raises(AssertionError, match="measured again"):
                short(**other)
    (path,) = (cache / "prices").iterdir()
    path.write_bytes(b"half a file")
    assert short().rows.equals(first.rows)


def test_some_practices_are_measured_together_as_each_alone(cache):
    both = measure(["presence", "intensity"], case=TINY, keep=False, **SHORT)
    alone = measure(["intensity"], case=TINY, keep=False, **SHORT)
    assert both["intensity"].rows.equals(alone["intensity"].rows)
    assert not (cache / "prices").exists()


def test_a_failed_pair_is_left_out_and_what_is_left_is_not_kept(cache, monkeypatch):
    monkeypatch.setattr(prices, "run_all", lambda lived, groups, *_: [lived(groups[0]), Failure(2, "KeyError: 'x'")])
    assert short().pairs == 1
    assert not (cache / "prices").exists()
    monkeypatch.setattr(prices, "run_all", lambda *_: [Failure(1, "KeyError: 'x'")])
    with pytest.raises(RuntimeError, match="not one pair"):
        short()


@pytest.mark.parametrize("bad", [{"name": "presents"}, {"pairs": 0}, {"weeks": 0}, {"first_seed": -1}, {"workers": 257}])
def test_bad_input_is_refused_before_anything_runs(cache, monkeypatch, bad):
    monkeypatch.setattr(prices, "run_all", None)
    with pytest.raises(BadInput):
        short(**bad)


@pytest.fixture
def file(tmp_path) -> str:
    path = tmp_path / "tiny.toml"
    path.write_text("burn_in = 4\n[place]\nresidents = 60\n")
    return str(path)


def test_one_practice_is_told_with_both_sides(cache, file, capsys):
    assert cli.main(["practices", "presence", "--measure", "--scenario", file, "--pairs", "2", "--weeks", "30"]) == 0
    out = capsys.readouterr().out
    assert all(words in out for words in ("better at the high end", "worse at the high end", "2 pairs of 30 weeks", "the high end buys"))
    assert cli.main(["practices", "presence", "--measure", "--scenario", file, "--pairs", "2", "--weeks", "30", "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "", "the second time it was kept"
    facts = json.loads(out)["measured"]
    assert (facts["low_end"], facts["high_end"], facts["pairs"], facts["weeks"]) == (0, 1, 2, 30)
    assert isinstance(facts["better"], list)


def test_the_list_tells_the_strongest_of_both_sides_of_what_acts(cache, file, capsys, monkeypatch):
    told = invent({"linking": 0.3, "burden": -0.001, "on_time": -0.2})
    monkeypatch.setattr(prices, "measure", lambda names, *_: dict.fromkeys(names, told))
    monkeypatch.setenv("COLUMNS", "900")  # each practice on a line
    assert cli.main(["practices", "--measure", "--scenario", file]) == 0
    text = " ".join(capsys.readouterr().out.split())
    acting = sum(practice.wired for practice in PRACTICES.values())
    assert text.count("→ linking +0.3") == text.count("→ reports on time −0.2") == acting
    assert "Holm" in text
    assert cli.main(["practices", "--measure", "--scenario", file, "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert all(("measured" in rows[name]) == practice.wired for name, practice in PRACTICES.items())
    better = rows["presence"]["measured"]["better"]
    assert [(row["outcome"], row["negligible"]) for row in better] == [("linking", False), ("burden", True)]
    assert all(value is None or not isinstance(value, float) or math.isfinite(value) for row in better for value in row.values())
