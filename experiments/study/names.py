"""Resolve the names in a study: scenarios, regimes, rule files, factors. Unknown names raise BadInput."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from experiments.running.pairs import Rules
from experiments.shared.text import hint
from experiments.study.designs import Range
from experiments.study.keys import KEYS, in_range, once, one_of, settable
from experiments.study.schema import Study
from model.case import case as scenario
from model.case.case import Case
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.outcomes import COMPARED
from model.regimes import BASELINE, NAMED, NO_GOVERNMENT, Practices, resolve

TWINS = {"snowball_multiplier", "shock_depth", "recovery_weeks"}
WHOLE = {"all": COMPARED, "without_twins": tuple(name for name in COMPARED if name not in TWINS)}  # names for many outcomes
BASE = "baseline"  # label of the practices of every burn-in


@cache
def shipped() -> dict[str, Case]:
    """Return the shipped scenarios by name."""
    return {name: scenario.load(name) for name, _ in scenario.available()}


def cases_of(study: Study) -> dict[str, Case]:
    """Return every scenario, with the study's conditions, by label."""
    if study.given:
        return dict(study.given.cases)
    where, names = study.where, list(shipped())
    for name, value in study.conditions.items():
        in_range(where, f"conditions.{name}", settable(where, "conditions", name, practices=False), value)
    labels = [label for given in study.scenarios for label in (names if given == "all" else [given])]
    once(where, "scenarios", labels)
    if not labels:
        raise BadInput(where, "scenarios", [], 'at least one, such as "default"')
    found: dict[str, Case] = {}
    for label in labels:
        if label.endswith(".toml"):
            file = study.folder / label
            if not file.is_file():
                raise BadInput(where, "scenarios", label, "a .toml file beside the study; there is no such file")
            found[label] = changed(where, scenario.load(file), study.conditions)
        else:
            one_of(where, "scenarios", label, names, ", ".join(names) + ', "all", or a .toml file beside the study')
            found[label] = changed(where, shipped()[label], study.conditions)
    return found


def changed(where: str, case: Case, values: Mapping[str, float]) -> Case:
    """Return the case with some numbers changed; the same object if nothing changes. Raises BadInput."""
    new = {name: int(value) if KEYS[name].whole else value for name, value in values.items() if value != value_in(case, name)}
    if not new:
        return case
    problems = {name.removeprefix("problems."): new.pop(name) for name in list(new) if name.startswith("problems.")}
    try:
        return case.replaced(**new, **({"problems": {**case.problems, **problems}} if problems else {}))
    except BadInput as error:
        told = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        raise BadInput(f"{where}: scenario {case.name} with {told}: {str(error).removeprefix('case: ')}") from None


def value_in(case: Case, name: str) -> float:
    """Return the case's value of a key."""
    if name.startswith("problems."):
        return case.problems.get(name.removeprefix("problems."), 1.0)
    homes = (case, case.place, case.conditions, case.behaviour)
    return float(next(getattr(home, name) for home in homes if name in type(home).model_fields))


def regime_of(where: str, key: str, label: str, others: Mapping[str, object] | None = None) -> Practices:
    """Return the practices of a regime, a blend or the baseline. Raises BadInput."""
    if label == BASE:
        return BASELINE
    try:
        return resolve(label)
    except BadInput:
        names = [BASE, *NAMED, *([NO_GOVERNMENT] if key == "regimes" else []), *(others or {})]
        raise BadInput(
            where, key, label, hint(label, names, ", ".join(names) + ", or blend(A, B, SHARE) of two regimes, SHARE from 0 to 1")
        ) from None


def rules_of(study: Study) -> Mapping[str, Rules]:
    """Return the rules of every label, usually a file; the empty label is the model's own rules."""
    if study.given:
        return study.given.rules
    once(study.where, "rules", study.rules)
    found = {label: study.folder / label if label else None for label in study.rules or ("",)}
    for label, file in found.items():
        if file is not None and not file.is_file():
            raise BadInput(study.where, "rules", label, "a Python file beside the study; there is no such file")
    return found


def outcomes_of(study: Study) -> tuple[str, ...]:
    """Return the names of the study's outcomes (default: headline outcomes)."""
    if not study.outcomes:
        return tuple(name for name, outcome in OUTCOMES.items() if outcome.headline)
    return named(study.outcomes)


def named(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, with "all" and "without_twins" expanded."""
    for word, of in WHOLE.items():
        if word in names:
            return of
    return tuple(names)


def needs_twins(study: Study) -> bool:
    """Return whether an outcome of the study needs counterfactual runs (see `model.measures.counterfactual`)."""
    until = study.replications.until
    return bool(TWINS & {*outcomes_of(study), until.outcome if until else ""})


def ranges_of(study: Study) -> dict[str, Range]:
    """Return every factor with its range."""
    found: dict[str, Range] = {}
    for name, factor in study.factors.items():
        key = KEYS[name]
        low = key.low if factor.low is None else factor.low
        high = key.high if factor.high is None else factor.high
        found[name] = Range(low, high, factor.values, key.whole)
    return found
