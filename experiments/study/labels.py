"""The practices behind every label of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.shared.text import hint
from experiments.study.arms import arms_of
from experiments.study.keys import once
from experiments.study.names import BASE, regime_of
from experiments.study.schema import Study, squeezed
from model.case.at_start import without_government
from model.errors import BadInput
from model.regimes import BASELINE, NAMED, NO_GOVERNMENT, PRACTICES, Practices
from model.regimes import practices as checked_practices


def labels_of(study: Study) -> dict[str, Practices]:
    """Return the practices of every label: regimes, blends, custom practices, arms; the baseline if none is named. Raises BadInput."""
    if study.given:
        return dict(study.given.practices)
    where = study.where
    if study.arms:
        return {label: arm.practices for label, arm in arms_of(study).items()}
    found: dict[str, Practices] = {}
    once(where, "regimes", study.regimes)
    for text in study.regimes:
        found[text] = BASELINE if text == NO_GOVERNMENT else regime_of(where, "regimes", text)
        if text != NO_GOVERNMENT and (twin := same_as(text, found)):
            raise BadInput(where, "regimes", text, f"each regime once; {twin} is the same")
    for label, given in study.practices.items():
        found[label] = _own(where, label, given, found)
    for text in study.design.base:
        found[text] = found[text] if text in found else regime_of(where, "design.base", text, study.practices)
    return found or {BASE: BASELINE}


def same_as(label: str, practices: Mapping[str, Practices]) -> str | None:
    """Another label whose practices are the same: two spellings of one blend, or a blend that is a regime."""
    others = (other for other, own in practices.items() if own == practices[label])
    return next((other for other in others if other not in (label, NO_GOVERNMENT)), None)


def at_start_of(study: Study) -> dict[str, dict[str, float]]:
    """Return the conditions that begin with the regime, by label, of labels that have some: no government, and arms that say so."""
    if study.given:
        return {label: dict(values) for label, values in study.given.at_start.items() if values}
    if study.arms:
        return {label: arm.at_start for label, arm in arms_of(study).items() if arm.at_start}
    return {NO_GOVERNMENT: without_government()} if NO_GOVERNMENT in study.regimes else {}


def _own(where: str, label: str, given: Mapping[str, Any], taken: Mapping[str, Any]) -> Practices:
    """Return custom practices: those of a regime (or the baseline), with changes."""
    key = f"practices.{label}"
    if label in (BASE, NO_GOVERNMENT, *NAMED, *taken) or label != squeezed(label):
        raise BadInput(where, key, None, "allowed: a label of its own, without spaces and not the name of a regime")
    of = given.get("of", BASE)
    if not isinstance(of, str):
        raise BadInput(where, f"{key}.of", of, f"{BASE}, {', '.join(NAMED)}, or blend(A, B, SHARE)")
    own = {name: value for name, value in given.items() if name != "of"}
    for name in own:
        if name not in PRACTICES:
            says = "not a practice; " + hint(name, PRACTICES, "of, and what `leefwereld practices` lists")
            raise BadInput(where, f"{key}.{name}", None, says)
    return checked_practices(regime_of(where, f"{key}.of", squeezed(of)).model_dump() | own, f"{where}: {key}")
