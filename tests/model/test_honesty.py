"""What makes the comparison honest: nothing that learns knows a practice; no means come from nowhere."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import model
from model import regimes
from model.case.case import load
from model.neighbourhood import Neighbourhood
from model.state.experiences import EXPERIENCES
from model.state.tallies import OPENED_DOORS, VISITS
from model.week import learning

CASE = load("default").replaced(residents=300, burn_in=10, problem_rate=3, ward_hours=20)
LEARNED = ("trust", "rest", "recent", "usual", "evidence", "grievance", "reporting", "acting", "readiness", "name")


@pytest.mark.parametrize("played_by", ["top_down", "leapfrog"])
def test_the_events_of_one_regime_replayed_under_anothers_practices_give_the_same_residents(played_by):
    lived = Neighbourhood(CASE, "relational", seed=8, keep_events=True).run(120)
    replayed = Neighbourhood(CASE, played_by, seed=8)
    replayed.replay(lived.world.event_log)
    assert sum(len(what) for _, what, _ in lived.world.event_log) > 500
    for column in LEARNED:
        assert np.array_equal(getattr(lived.world.residents, column), getattr(replayed.world.residents, column)), column


def test_the_replay_can_tell_one_event_more():
    lived = Neighbourhood(CASE, "relational", seed=8, keep_events=True).run(30)
    week, what, size = next(entry for entry in lived.world.event_log if len(entry[1]))
    lived.world.event_log[week - 1] = (week, what[:-1], size[:-1])
    replayed = Neighbourhood(CASE, "top_down", seed=8)
    replayed.replay(lived.world.event_log)
    assert not all(np.array_equal(getattr(lived.world.residents, c), getattr(replayed.world.residents, c)) for c in LEARNED)


def test_only_learning_and_settling_write_what_is_learned_and_they_read_no_practice():
    writers = set()
    for path in Path(model.__file__).parent.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for statement in ast.walk(node):
                targets = (
                    statement.targets
                    if isinstance(statement, ast.Assign)
                    else [statement.target]
                    if isinstance(statement, ast.AugAssign)
                    else []
                )
                for target in targets:
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                        column = target.value.id.removeprefix("resident_")
                        if target.value.id.startswith("resident_") and column in (
                            "trust",
                            "grievance",
                            "reporting",
                            "acting",
                            "readiness",
                            "recent",
                            "usual",
                            "evidence",
                        ):
                            writers.add((path.stem, node.name))
                            assert "practice" not in [a.arg for a in node.args.args], f"{path.stem}.{node.name} reads practices"
    assert writers == {("learning", "gather_experience"), ("learning", "learn"), ("residents", "settle")}


def test_learning_does_not_mention_practices():
    source = inspect.getsource(learning)
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)
    }
    assert not names & {"practice", "practices", *regimes.PRACTICES}


def test_no_kind_of_event_is_named_after_a_practice_or_a_regime():
    words = {*regimes.PRACTICES, *regimes.NAMED}
    assert not words & set(EXPERIENCES)


@pytest.mark.parametrize("regime", list(regimes.NAMED))
def test_without_field_hours_nobody_is_met(regime):
    hood = Neighbourhood(CASE.replaced(ward_hours=0), regime, seed=2).run(60)
    assert hood.world.tally[VISITS] == 0
    assert hood.world.tally[OPENED_DOORS] == 0
    assert (hood.world.residents.contact == 0).all()
    assert (hood.world.residents.touched & 1 == 0).all()
    without_presence = Neighbourhood(CASE, regimes.NAMED[regime].model_copy(update={"presence": 0.0}), seed=2).run(60)
    assert without_presence.world.tally[VISITS] == 0


def test_conversations_stay_within_what_hours_allow():
    hood = Neighbourhood(load("default").replaced(residents=10_000, burn_in=0), "relational", seed=2).run(52)
    assert 0 < hood.world.tally[OPENED_DOORS] <= 1500 * 1.3  # one official per 10,000: at most some 1,500 conversations a year
    assert hood.world.tally[OPENED_DOORS] / hood.world.tally[VISITS] == pytest.approx(0.41, abs=0.1)
