"""Each rule at its edges: legal inputs keep results in range, and draws decide as they should."""

from __future__ import annotations

import ast
import inspect
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import rules
from model.engine.modules import RULES
from model.rule_ranges import ANSWERS, ARGUMENTS, LAST, allowed_together, answers_of, ranges_of

SURELY = settings(max_examples=100, deadline=None, derandomize=True)

YES_OR_NO = [name for name in RULES if answers_of(name) is None]
FROM_0_TO_1 = [name for name, limits in ANSWERS.items() if limits == (0.0, 1.0)]


def inputs_of(name: str) -> st.SearchStrategy[dict[str, float]]:
    found = st.fixed_dictionaries({key: st.floats(low, high) for key, (low, high) in ranges_of(name).items()})
    return found.map(brought_together) if name == "update_trust" else found


def brought_together(values: dict[str, float]) -> dict[str, float]:
    """Values of `update_trust` as they may occur together (see `allowed_together`)."""
    trust, most = values["trust"], 1.0 / values["aversion"]
    together = {"gain": values["gain"] * (1.0 - trust), "loss": values["loss"] * trust, "step": min(values["step"], most)}
    return values | together


def syntax(name: str) -> ast.FunctionDef:
    function = ast.parse(inspect.getsource(RULES[name])).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


# --- what a rule is -----------------------------------------------------------------------------------------------


def test_the_engine_knows_exactly_the_public_functions_of_the_rule_file() -> None:
    tree = ast.parse(inspect.getsource(rules)).body
    public = [node.name for node in tree if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    assert list(RULES) == public
    assert all(RULES[name] is getattr(rules, name) for name in public)


def test_every_argument_of_every_rule_has_a_declared_range_and_every_number_that_is_answered_too() -> None:
    for name, rule in RULES.items():
        assert {"draw", *ARGUMENTS[name]} >= set(inspect.signature(rule).parameters) >= set(ARGUMENTS[name]), name
        assert all(low < high for low, high in ranges_of(name).values()), name
    assert set(ANSWERS) == set(RULES) - set(YES_OR_NO)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_opens_with_a_sentence(name: str) -> None:
    first = (inspect.getdoc(RULES[name]) or "").splitlines()[0]
    assert first[0].isupper()
    assert first.endswith(".")
    assert len(first.split()) >= 5


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_at_most_a_dozen_lines(name: str) -> None:
    body = syntax(name).body
    assert (body[-1].end_lineno or 0) - (body[0].end_lineno or 0) <= 12


@pytest.mark.parametrize("name", RULES)
def test_a_rule_takes_plain_numbers_and_gives_one(name: str) -> None:
    arguments = syntax(name).args
    others = [arguments.defaults, arguments.kwonlyargs, arguments.vararg, arguments.kwarg, arguments.posonlyargs]
    assert not any(others)
    assert {a.annotation and ast.unparse(a.annotation) for a in arguments.args} == {"float"}
    assert inspect.signature(RULES[name]).return_annotation in (float, bool)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_uses_nothing_but_its_arguments_and_plain_mathematics(name: str) -> None:
    function = syntax(name)
    known = set(inspect.signature(RULES[name]).parameters) | {"math", "min", "max", "abs"}
    for node in ast.walk(ast.Module(function.body, [])):
        forbidden = ast.For | ast.While | ast.Import | ast.ImportFrom | ast.Global | ast.Lambda | ast.FunctionDef
        assert not isinstance(node, forbidden)
        if isinstance(node, ast.Name):
            known |= {node.id} if isinstance(node.ctx, ast.Store) else set()
    read = [n.id for n in ast.walk(ast.Module(function.body, [])) if isinstance(n, ast.Name)]
    assert set(read) <= known


# --- ranges and draws ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
def test_a_rule_gives_a_finite_number_or_yes_or_no_for_all_legal_inputs(name: str) -> None:
    @SURELY
    @given(inputs_of(name))
    def holds(values: dict[str, float]) -> None:
        result = RULES[name](**values)
        assert isinstance(result, bool if name in YES_OR_NO else float)
        assert math.isfinite(result)

    holds()


@pytest.mark.parametrize("name", FROM_0_TO_1)
def test_what_is_a_share_stays_one_for_all_legal_inputs(name: str) -> None:
    @SURELY
    @given(inputs_of(name))
    def holds(values: dict[str, float]) -> None:
        assert -1e-12 <= RULES[name](**values) <= 1.0 + 1e-12  # but for rounding

    holds()


@pytest.mark.parametrize("name", FROM_0_TO_1)
def test_what_is_a_share_stays_one_at_every_corner_of_the_legal_inputs(name: str) -> None:
    """Hypothesis may miss a corner; nine values of what changes, and both ends of all else, do not."""
    state = next(key for key in ranges_of(name) if key != "draw")
    ends = [list(np.linspace(*pair, 9)) if key == state else pair for key, pair in ranges_of(name).items()]
    for corner in itertools.product(*ends):
        values = dict(zip(ranges_of(name), map(float, corner), strict=True))
        if not allowed_together(name, values):
            continue
        assert -1e-12 <= RULES[name](**values) <= 1.0 + 1e-12, values


@pytest.mark.parametrize("name", YES_OR_NO)
def test_a_lower_draw_never_turns_yes_into_no(name: str) -> None:
    @SURELY
    @given(inputs_of(name), st.floats(0, LAST))
    def holds(values: dict[str, float], other: float) -> None:
        low, high = sorted((values.pop("draw"), other))
        assert RULES[name](draw=low, **values) >= RULES[name](draw=high, **values)

    holds()


CERTAIN: list[tuple[str, dict[str, float], bool]] = [
    ("problem_arises", {"rate": 0.0}, False),
    ("problem_arises", {"rate": 1.0}, True),
    ("problem_returns", {"chance_a_week": 0.0}, False),
    ("problem_returns", {"chance_a_week": 1.0}, True),
    ("will_report", {"habit": 0.0, "burden": 1, "belief": 1, "owner": 1, "owner_ratio": 6, "reach": 10}, False),
    ("will_report", {"habit": 0.2, "burden": 0, "belief": 1, "owner": 1, "owner_ratio": 6, "reach": 10}, False),
    ("will_report", {"habit": 1.0, "burden": 1, "belief": 0.5, "owner": 0, "owner_ratio": 6, "reach": 10}, True),
    ("will_promise", {"burden": 0.0, "boldness": 1.0}, False),
    ("will_promise", {"burden": 1.0, "boldness": 1.0}, True),
    ("will_tell_early", {"truthfulness": 0.0}, False),
    ("will_tell_early", {"truthfulness": 1.0}, True),
    ("approval_catches_flaw", {"lag": 0.0, "scale": 0.5}, False),
    ("approval_catches_flaw", {"lag": 52.0, "scale": 0.5}, True),
    ("rule_clears", {"openness": 1.0, "strictness": 0.0, "inside_hours": 2.0, "base": 0.0}, False),
    ("boundary_clears", {"openness": 1.0, "strictness": 0.0, "inside_hours": 0.0, "base": 1.0}, False),
    ("will_request", {"needs": 0.0, "weeks": 52, "precedents": 9, "pull": 9, "half": 1}, False),
    ("will_request", {"needs": 99.0, "weeks": 0, "precedents": 9, "pull": 9, "half": 1}, False),
    ("will_request", {"needs": 52.0, "weeks": 1, "precedents": 0, "pull": 0, "half": 1}, True),
    ("standard_fits", {"means": 1.0, "burden": 0.0, "base": 0.0}, False),
    ("standard_fits", {"means": 0.5, "burden": 0.0, "base": 1.0}, True),
    ("will_tailor", {"tailoring": 0.0, "openness": 1, "trust": 1, "strictness": 0}, False),
    ("will_check", {"control": 0.0, "trust": 0.0}, False),
    ("will_check", {"control": 1.0, "trust": 0.5}, True),
    ("check_refuses", {"means": 0.0, "base": 0.0}, False),
    ("check_refuses", {"means": 1.0, "base": 1.0}, False),
    ("seen_as_favour", {"notice": 1.0, "evident": 1.0}, False),
    ("seen_as_favour", {"notice": 1.0, "evident": 0.0}, True),
    ("will_bend", {"mandate": 0.0, "strictness": 0.0, "strain": 1.0}, False),
    ("speaks_up", {"chance": 0.0, "public": 1.0, "private": 0.0}, False),
    ("speaks_up", {"chance": 1.0, "public": 1.0, "private": 0.0}, True),
    ("visit_finds", {"presence": 0.0}, False),
    ("visit_finds", {"presence": 1.0}, True),
    ("will_found", {"energy": 0, "readiness": 1, "belief": 1, "burden": 1, "example": 9, "base": 1}, False),
    ("will_found", {"energy": 9, "readiness": 0, "belief": 1, "burden": 1, "example": 9, "base": 1}, False),
    ("will_found", {"energy": 9, "readiness": 1, "belief": 0, "burden": 1, "example": 9, "base": 1}, False),
    ("will_found", {"energy": 1, "readiness": 1, "belief": 1, "burden": 0, "example": 0, "base": 1}, True),
    ("will_join", {"tie": 0, "readiness": 1, "active_contacts": 32, "base": 1, "floor": 1, "threshold": 1}, False),
    ("will_join", {"tie": 1, "readiness": 0, "active_contacts": 32, "base": 1, "floor": 1, "threshold": 1}, False),
    ("will_join", {"tie": 1, "readiness": 1, "active_contacts": 0, "base": 1, "floor": 0, "threshold": 1}, False),
    ("will_join", {"tie": 1, "readiness": 1, "active_contacts": 0, "base": 1, "floor": 1, "threshold": 1}, True),
    ("will_quit", {"vigour": 0.0, "belief": 0.0, "tired": 1.0, "base": 0.0}, False),
    ("takes_over", {"letting_go": 1.0, "eagerness": 1.0}, False),
    ("takes_over", {"letting_go": 0.0, "eagerness": 1.0}, True),
    ("is_guided", {"desk": 0.0, "trust": 1.0}, False),
    ("is_guided", {"desk": 1.0, "trust": 1.0}, True),
    ("will_exchange", {"reciprocity": 0.0}, False),
    ("trial_fails", {"room": 1.0, "base": 0.0}, False),
    ("trial_fails", {"room": 1.0, "base": 1.0}, True),
    ("passes_on", {"tie": 0.0, "talk": 1.0}, False),
    ("passes_on", {"tie": 1.0, "talk": 0.0}, False),
    ("passes_on", {"tie": 1.0, "talk": 1.0}, True),
    ("strikes_up", {"same_group": 1.0, "homophily": 1.0}, True),
    ("strikes_up", {"same_group": 0.0, "homophily": 1.0}, False),
    ("strikes_up", {"same_group": 0.0, "homophily": 0.0}, True),
    ("household_moves", {"rate": 0.0, "age": 20.0}, False),
]


@pytest.mark.parametrize(("name", "values", "answer"), CERTAIN)
def test_what_cannot_happen_does_not_at_draw_0_and_what_must_happen_does_at_the_last_draw(
    name: str, values: dict[str, float], answer: bool
) -> None:
    assert RULES[name](draw=0.0, **values) is answer
    assert RULES[name](draw=LAST, **values) is answer
