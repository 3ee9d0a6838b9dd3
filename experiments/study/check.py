"""Checks of a study before it runs: factors, design, replications, outcomes and size."""

from __future__ import annotations

from collections.abc import Collection

from experiments.running.audit_institutions import CHECKS
from experiments.study import contrasts, designs
from experiments.study.arms import arm_cases, arms_of, not_in_arms
from experiments.study.keys import Key, in_range, once, one_of, settable
from experiments.study.labels import labels_of
from experiments.study.names import WHOLE, cases_of, ranges_of, rules_of
from experiments.study.schema import MOST_POINTS, MOST_RUNS, TAKES, Factor, Study
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import GROUPS, PRACTICES, REGIMES
from model.rule_check import checked

WITHOUT_FACTORS = {
    "list": "names values in its points", "ensemble": "takes the sets of its file", "swap": "moves what differs between design.base",
    "shapley": "moves what differs between design.base", "box": "draws every practice from the box of each regime",
}  # fmt: skip


def check(study: Study) -> None:
    """Raise BadInput unless everything that the study names exists and is consistent."""
    _check_arms(study)
    where, labels = study.where, labels_of(study)
    cases = cases_of(study)
    rules = rules_of(study)
    for file in rules.values():
        checked(file)
    _check_design(study, labels)
    for name in study.factors:
        settable(where, "factors", name)
    for name, factor in study.factors.items():
        _check_factor(study, name, factor)
    _check_points(study)
    _check_replications(study, labels)
    once(where, "outcomes", study.outcomes)
    for name in study.outcomes:
        if name not in WHOLE:
            says = "names of outcomes as in the manifest of a comparison, all, or without_twins"
            one_of(where, "outcomes", name, OUTCOMES, says)
            if OUTCOMES[name].described and len(labels) > 1:
                raise BadInput(
                    where, "outcomes", name, "outcomes of the same people under each regime; this says who was touched in one run"
                )
    _check_keep(study)
    if study.staffing == "own" and (study.arms or study.design.kind == "swap"):
        raise BadInput(where, "staffing", "own", "equal, with [arms] and with a design that swaps practices: they have no mix of roles")
    once(where, "checks", study.checks)
    for name in study.checks:
        one_of(where, "checks", name, CHECKS)
    _check_size(study, len(cases) * len(rules), len(labels))


def _check_arms(study: Study) -> None:
    """Check that arms replace regimes and rule files, and that each makes a valid case."""
    if not study.arms:
        return
    taken = {"regimes": study.regimes, "practices": study.practices, "rules": study.rules, "design.base": study.design.base}
    for name, given in taken.items():
        if given:
            raise BadInput(study.where, name, None, "allowed: none beside [arms], which say what they differ in")
    arms = arms_of(study)
    for case in cases_of(study).values():
        arm_cases(study, arms, case)
    for arm in arms.values():
        checked(arm.rules_file)


def _check_design(study: Study, labels: Collection[str]) -> None:
    """Check that the design has the keys of its kind, and no others."""
    where, design = study.where, study.design
    plain = type(design)()
    for name in type(design).model_fields:
        if name != "kind" and name not in TAKES[design.kind] and getattr(design, name) != getattr(plain, name):
            raise BadInput(where, f"design.{name}", None, f'allowed: with kind = "{design.kind}" only {", ".join(TAKES[design.kind])}')
    if design.kind in WITHOUT_FACTORS:
        if study.factors:
            takes = WITHOUT_FACTORS[design.kind]
            kinds = ", ".join(kind for kind in TAKES if kind not in WITHOUT_FACTORS)
            raise BadInput(where, "factors", None, f'allowed: none, as design.kind = "{design.kind}" {takes}; or another kind: {kinds}')
    elif not study.factors:
        raise BadInput(where, "factors", None, f'allowed: at least one, for design.kind = "{design.kind}"')
    if design.kind in designs.SAMPLED and design.size < 1:
        raise BadInput(where, "design.size", design.size, f'whole numbers 1 to {MOST_POINTS}, for design.kind = "{design.kind}"')
    if design.kind == "sobol" and (design.size < 2 or design.size & (design.size - 1)):
        raise BadInput(where, "design.size", design.size, "a power of two, such as 64, from 2")
    if design.kind == "morris" and design.levels % 2:
        raise BadInput(where, "design.levels", design.levels, "an even number, such as 4")
    if design.kind in designs.BETWEEN:
        ends = set(design.base)
        if len(ends) != 2 or len(design.base) != 2:
            raise BadInput(where, "design.base", ", ".join(design.base), "two different regimes, blends or labels of [practices]")
        surplus = [label for label in labels if label not in ends]
        if surplus:
            raise BadInput(where, "regimes", surplus[0], f"only the two of design.base: {', '.join(design.base)}")
    if design.kind == "box":
        for label in labels:
            if label not in REGIMES:
                raise BadInput(where, "regimes", label, f"regimes that have a box: {', '.join(REGIMES)}")
        if design.size < 1:
            raise BadInput(where, "design.size", design.size, f'whole numbers 1 to {MOST_POINTS}, for design.kind = "box"')


def _check_factor(study: Study, name: str, factor: Factor) -> None:
    """Check that a factor exists, lies within its declared range, and is not fixed elsewhere."""
    where, key, at = study.where, settable(study.where, "factors", name), f"factors.{name}"
    _not_fixed(study, "factors", key)
    for end, value in (("low", factor.low), ("high", factor.high)):
        if value is not None:
            in_range(where, f"{at}.{end}", key, value)
    if factor.values:
        if factor.low is not None or factor.high is not None:
            raise BadInput(where, at, None, "allowed: either values, or low and high")
        if study.design.kind in designs.SAMPLED:
            raise BadInput(where, f"{at}.values", None, f'allowed: low and high, for design.kind = "{study.design.kind}"')
        for value in factor.values:
            in_range(where, f"{at}.values", key, value)
        once(where, f"{at}.values", map(str, factor.values))
    elif not key.practice and (factor.low is None or factor.high is None):
        raise BadInput(where, at, None, f"allowed: low and high, or values, within {key.allowed}")
    else:
        found = ranges_of(study)[name]
        if not found.low < found.high:
            raise BadInput(where, f"{at}.low", found.low, f"less than high, {found.high:g}")


def _not_fixed(study: Study, section: str, key: Key) -> None:
    """Check that a factor is not fixed elsewhere."""
    if key.name in study.conditions:
        raise BadInput(study.where, f"{section}.{key.name}", None, "allowed: as a factor or under [conditions], not both")
    not_in_arms(study, section, key.name)
    for label, given in study.practices.items():
        if key.name in given:
            raise BadInput(study.where, f"{section}.{key.name}", None, f"allowed: as a factor or under [practices.{label}], not both")


def _check_points(study: Study) -> None:
    """Check that every point of a list only names settable keys."""
    for number, point in enumerate(study.design.points):
        if not point:
            raise BadInput(study.where, f"design.points.{number}", None, "allowed: at least one NAME = VALUE")
        for name, value in point.items():
            key = settable(study.where, f"design.points.{number}", name)
            _not_fixed(study, f"design.points.{number}", key)
            in_range(study.where, f"design.points.{number}.{name}", key, value)


def _check_replications(study: Study, labels: Collection[str]) -> None:
    """Check the number of replications, or the stopping rule."""
    where, given = study.where, study.replications
    until, plain = given.until, type(given)()
    if until is None:
        for name in ("at_most", "batch"):
            if getattr(given, name) != getattr(plain, name):
                raise BadInput(where, f"replications.{name}", None, "allowed: only together with replications.until")
        return
    if given.number != plain.number:
        raise BadInput(where, "replications.number", given.number, "either number, or until with at_most and batch")
    one_of(where, "replications.until.outcome", until.outcome, OUTCOMES, "the name of an outcome")
    if until.contrasts:
        if until.first or until.second:
            raise BadInput(where, "replications.until.contrasts", None, "allowed: either contrasts, or first and second")
        for text in until.contrasts:
            contrasts.read(text, list(labels), where, "replications.until.contrasts")
        return
    for side in ("first", "second"):
        if not getattr(until, side):
            raise BadInput(where, f"replications.until.{side}", None, "allowed: a study needs it (first and second, or contrasts)")
        one_of(where, f"replications.until.{side}", getattr(until, side), labels)
    if until.first == until.second:
        raise BadInput(where, "replications.until.second", until.second, "another label than first")


def _check_keep(study: Study) -> None:
    """Check that weeks for residents exist, and are given if and only if residents are kept."""
    where = study.where
    once(where, "keep", study.keep)
    highest = 2**63 - (given.number if (given := study.replications).until is None else given.at_most)
    if study.first_seed is not None and study.first_seed > highest:
        raise BadInput(where, "first_seed", study.first_seed, f"at most {highest}, so that every replication has a seed")
    if "residents" in study.keep and not study.residents_at:
        raise BadInput(where, "residents_at", None, f'allowed: at least one week, 1 to {study.weeks}, as keep has "residents"')
    if study.residents_at and "residents" not in study.keep:
        raise BadInput(where, "residents_at", None, 'allowed: only when keep has "residents"')
    for week in study.residents_at:
        if week > study.weeks:
            raise BadInput(where, "residents_at", week, f"weeks 1 to {study.weeks}")


def _check_size(study: Study, contexts: int, labels: int) -> None:
    """Check the size of the study, before any row is made."""
    design = study.design
    if design.kind in ("list", "ensemble"):
        most = contexts * labels * max(1, len(design.points))
    elif design.kind == "swap":
        most = contexts * 2 * (1 + len(PRACTICES))
    elif design.kind == "shapley":
        most = contexts * 2 ** len(GROUPS)
    elif design.kind == "box":
        most = contexts * labels * (1 + design.size)
    else:
        most = contexts * labels * designs.rows_of(design.kind, ranges_of(study), design.size, design.levels, design.second_order)
    if most > MOST_POINTS:
        raise BadInput(study.where, "points", most, f"at most {MOST_POINTS:,}; fewer levels, factors, rows, regimes or scenarios")
    given = study.replications
    runs = most * (given.number if given.until is None else given.at_most)
    if runs > MOST_RUNS:
        raise BadInput(study.where, "runs", runs, f"at most {MOST_RUNS:,}; fewer points or replications")
