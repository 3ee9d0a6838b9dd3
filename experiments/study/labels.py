"""The practices behind every label of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.shared.text import hint
from experiments.study.arms import arms_of
from experiments.study.keys import once
from experiments.study.names import BASE, regime_of
from experiments.study.schema import Study, squeezed
from model.errors import BadInput
from model.regimes import BASELINE, NAMED, PRACTICES, Practices
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
        found[text] = regime_of(where, "regimes", text)
        if twin := same_as(text, found):
            raise BadInput(where, "regimes", text, f"each regime once; {twin} is the same")
    for label, given in study.practices.items():
        found[label] = _own(where, label, given, found)
    for text in study.design.base:
        found[text] = found[text] if text in found else regime_of(where, "design.base", text, study.practices)
    return found or {BASE: BASELINE}


def same_as(label: str, practices: Mapping[str, Practices]) -> str | None:
    """Another label whose practices are the same: two spellings of one blend, or a blend that is a regime."""
    return next((other for other, own in practices.items() if other != label and own == practices[label]), None)


def _own(where: str, label: str, given: Mapping[str, Any], taken: Mapping[str, Any]) -> Practices:
    """Return custom practices: those of a regime (or the baseline), with changes."""
    key = f"practices.{label}"
    if label in (BASE, *NAMED, *taken) or label != squeezed(label):
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
