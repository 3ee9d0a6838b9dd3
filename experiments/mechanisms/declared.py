"""The mechanisms of the essays: each declared in a file, with its place in the model and its experiment.

    from experiments.mechanisms.declared import load
    found = load("A13")
    found.declared.claim                    # what the essay says
    found.study                             # its experiment, as a study: the mechanism off and on

The files are in `declarations/`, those of interactions in `declarations/interactions/`. Nothing here runs or writes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments.mechanisms.names import check_names
from experiments.mechanisms.schema import Crossing, Experiment, Interaction, Mechanism, read
from experiments.shared.text import hint
from experiments.study import contrasts
from experiments.study.contrasts import Weights
from experiments.study.points import checked, identity
from experiments.study.schema import Study, flat
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

FOLDER = Path(__file__).parent / "declarations"
NUMBER = 44
MOST, BATCH = 400, 20  # pairs
OFF, ON = "off", "on"


@dataclass(frozen=True)
class Tried[D: (Mechanism, Interaction)]:
    """A declaration with its experiment. contrasts: weights of arms by name; for a mechanism `on` minus `off`."""

    declared: D
    study: Study
    contrasts: dict[str, Weights]

    @property
    def id(self) -> str:
        """Its id, such as A13 or A5xA20."""
        return self.declared.id

    @property
    def smallest(self) -> float:
        """The smallest effect of interest of the outcome."""
        return OUTCOMES[self.declared.outcome].smallest

    @cached_property
    def identity(self) -> str:
        """A hash of everything in the declaration that determines its results."""
        return identity(self.study)


def names(folder: Path | None = None) -> list[str]:
    """Return the ids of the declared mechanisms, by number."""
    return sorted((path.stem for path in (folder or FOLDER).glob("*.toml")), key=_number)


def interactions(folder: Path | None = None) -> list[str]:
    """Return the ids of the declared interactions."""
    return sorted((path.stem for path in ((folder or FOLDER) / "interactions").glob("*.toml")), key=_number)


def _number(name: str) -> tuple[list[int], str]:
    digits = "".join(sign if sign.isdigit() else " " for sign in name)
    return [int(part) for part in digits.split()], name


def load(
    name: str, pairs: int | None = None, weeks: int | None = None, folder: Path | None = None
) -> Tried[Mechanism] | Tried[Interaction]:
    """Return a mechanism or an interaction by id. pairs, weeks: sizes of a short test. Raises BadInput."""
    folder = folder or FOLDER
    if name in names(folder):
        found = read(folder / f"{name}.toml", Mechanism)
        check_names(found)
        return _mechanism(found, pairs, weeks)
    if name in interactions(folder):
        crossed = read(folder / "interactions" / f"{name}.toml", Interaction)
        check_names(crossed)
        return _interaction(crossed, pairs, weeks)
    known = [*names(folder), *interactions(folder)]
    raise BadInput("mechanisms", "id", name, hint(name, known, ", ".join(known)))


def load_all(
    pairs: int | None = None, weeks: int | None = None, folder: Path | None = None
) -> tuple[list[Tried[Mechanism]], list[Tried[Interaction]]]:
    """Return all mechanisms and all interactions."""
    found = [load(name, pairs, weeks, folder) for name in [*names(folder), *interactions(folder)]]
    return [one for one in found if isinstance(one.declared, Mechanism)], [one for one in found if isinstance(one.declared, Interaction)]  # type: ignore[misc]


def _mechanism(found: Mechanism, pairs: int | None, weeks: int | None) -> Tried[Mechanism]:
    e = found.experiment
    arms = {
        label: _arm(found.where, e, own, (*e.events, *events), rules or e.rules)
        for label, own, events, rules in ((OFF, e.off, e.off_events, e.off_rules), (ON, e.on, e.on_events, e.on_rules))
    }
    if arms[OFF] == arms[ON]:
        raise BadInput(found.where, "experiment.on", None, "allowed: settings, events or rules that differ from experiment.off")
    checks = [found.accounting.check] if found.accounting else []
    contrast = {"on - off": {ON: 1, OFF: -1}}
    return Tried(found, _study(found, e, arms, contrast, checks, pairs, weeks), contrast)


def _interaction(found: Interaction, pairs: int | None, weeks: int | None) -> Tried[Interaction]:
    e = found.experiment
    arms = {}
    for label, given in e.arms.items():
        own = {name: value for name, value in given.items() if name not in ("events", "rules")}
        events = given.get("events", ())
        if not isinstance(events, list | tuple):
            raise BadInput(found.where, f"experiment.arms.{label}.events", None, "allowed: a list of events, each in { }")
        arms[label] = _arm(found.where, e, own, (*e.events, *events), given.get("rules", ""))
    contrast = {name: _combined(found, name, given, list(arms)) for name, given in e.contrast.items()}
    return Tried(found, _study(found, e, arms, contrast, [], pairs, weeks), contrast)


def _combined(found: Interaction, name: str, given: str | tuple[str, ...], labels: list[str]) -> Weights:
    """Return the weights of a contrast: one combination of arms, or the first minus the second of two."""
    where, key = found.where, f"experiment.contrast.{name}"
    texts = (given,) if isinstance(given, str) else given
    if not 1 <= len(texts) <= 2:
        raise BadInput(where, key, ", ".join(texts), "one combination of arms, or two, of which the second is taken off the first")
    sums = [contrasts.read(text, labels, where, key) for text in texts]
    whole = dict(sums[0])
    for label, sign in (sums[1] if len(sums) == 2 else {}).items():
        if label in whole:
            raise BadInput(where, key, ", ".join(texts), "every arm once")
        whole[label] = -sign
    return whole


def _arm(where: str, setting: Experiment | Crossing, own: Mapping[str, Any], events: Any, rules: Any) -> dict[str, Any]:
    """Return one arm: the shared settings and its own. Raises BadInput if a key occurs twice."""
    both, more = flat(dict(setting.both)), flat(dict(own))
    for name in both:
        if name in more:
            raise BadInput(where, f"experiment.both.{name}", None, "allowed: in both or in a side, not in the two")
    return {"of": setting.regime, **both, **more, "events": [dict(event) for event in events], "rules": rules}


def _study(
    found: Mechanism | Interaction, setting: Experiment | Crossing, arms: dict[str, Any], contrast: dict[str, Weights],
    checks: list[str], pairs: int | None, weeks: int | None,
) -> Study:  # fmt: skip
    """Return the experiment as a study: until each contrast is as precise as the smallest effect of interest, or 400 pairs."""
    until = {"outcome": found.outcome, "contrasts": [_text(w) for w in contrast.values()], "precision": OUTCOMES[found.outcome].smallest}
    often = {"until": until, "at_most": MOST, "batch": BATCH} if pairs is None else {"number": pairs}
    data = {
        "name": found.id, "question": found.claim, "weeks": weeks or setting.weeks, "scenarios": [setting.scenario], "arms": arms,
        "replications": often, "outcomes": [found.outcome, *found.also], "checks": checks,
    }  # fmt: skip
    try:
        return checked(data, found._file)
    except BadInput as error:
        raise BadInput(str(error).replace("arms.", "experiment.arms." if isinstance(setting, Crossing) else "experiment.", 1)) from None


def _text(weights: Weights) -> str:
    """Return a contrast as text, such as "both - a - b + none"."""
    words = sorted(weights.items(), key=lambda item: -item[1])
    return " ".join(f"{'+' if sign > 0 else '-'} {label}" for label, sign in words).removeprefix("+ ")
