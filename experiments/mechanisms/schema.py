"""The schema of a mechanism's file: the claim, its place in the model, and its experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from experiments.shared.files import read_toml
from experiments.study.keys import first_error
from experiments.study.schema import Label
from model.parameters import Section

Expected = Literal["up", "down", "open"]
Class = Literal["D", "W", "O"]
MEANING: dict[str, str] = {
    "D": "a definition: that it is there, and adds up",
    "W": "written in as a local rule: shows how far this reaches, not that it is true",
    "O": "the small rule is in, the large outcome is open",
}


class Words(Section):
    """A text in both languages."""

    nl: str = Field(min_length=1, description="in Dutch")
    en: str = Field(min_length=1, description="in English")


class Accounting(Section):
    """An invariant of every run: the name of a check in experiments/running/audit_institutions.py."""

    check: str = Field(min_length=1, description="the name of a check")


class Setting(Section):
    """The setting of an experiment: scenario, regime, weeks, shared settings and events."""

    scenario: str = "default"
    regime: Label = "baseline"
    weeks: int = Field(default=260, strict=True, ge=1, le=5200)
    both: dict[str, object] = Field(default_factory=dict)
    events: tuple[dict[str, object], ...] = ()


class Experiment(Setting):
    """One mechanism switched off and on: settings, events and rule files of each side, and of both."""

    off: dict[str, object] = Field(default_factory=dict)
    on: dict[str, object] = Field(default_factory=dict)
    off_events: tuple[dict[str, object], ...] = ()
    on_events: tuple[dict[str, object], ...] = ()
    rules: str = ""
    off_rules: str = ""
    on_rules: str = ""


class Crossing(Setting):
    """Several mechanisms together and apart: arms, and contrasts of them."""

    arms: dict[str, dict[str, object]] = Field(min_length=2, description="at least two arms")
    contrast: dict[str, str | tuple[str, ...]] = Field(min_length=1, description="at least one contrast")


class Declared(Section):
    """The keys that mechanisms and interactions share."""

    id: str = Field(min_length=1, description="the name of the file")
    essay: tuple[str, ...] = Field(min_length=1, description="S0 to S4, the essays that claim it")
    term: Words
    claim: str = Field(min_length=1, description="what the essay says")
    process: tuple[str, ...] = Field(min_length=1, description="FILE: FUNCTION, where it stands in the model")
    switch: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    outcome: str = Field(min_length=1, description="the outcome that it leaves its trace in")
    also: tuple[str, ...] = ()
    found: Words | None = None
    _file: Path = PrivateAttr(default=Path("mechanism"))

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        """Accept one text for a list."""
        if isinstance(data, dict):
            lists = ("essay", "process", "also", "switch", "event")
            data = data | {key: (data[key],) for key in lists if isinstance(data.get(key), str)}
        return data

    @property
    def where(self) -> str:
        """Its file, for messages."""
        return str(self._file)


class Mechanism(Declared):
    """One mechanism, as in its file."""

    class_: Class = Field(alias="class", description="D, W or O")
    switch: tuple[str, ...] = Field(min_length=1, description="the practice, condition, parameter or event that turns it on and off")
    event: tuple[str, ...] = Field(min_length=1, description="the event or tally that it makes")
    expected: Expected
    experiment: Experiment
    accounting: Accounting | None = None


class Interaction(Declared):
    """An interaction of two mechanisms, as in its file. expected: by contrast."""

    expected: dict[str, Expected] = Field(min_length=1, description="up, down or open, for every contrast")
    experiment: Crossing

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, data: object) -> object:
        """Accept one text for all contrasts."""
        if isinstance(data, dict) and isinstance(data.get("expected"), str) and isinstance(data.get("experiment"), dict):
            named = data["experiment"].get("contrast")
            if isinstance(named, dict):
                data = data | {"expected": dict.fromkeys(named, data["expected"])}
        return data


def read[Some: Declared](path: Path, kind: type[Some]) -> Some:
    """Return the declaration in a file. Raises BadInput."""
    return declared(read_toml(path), path, kind)


def declared[Some: Declared](data: object, path: Path, kind: type[Some]) -> Some:
    """Return the declaration in `data`, without looking up names. Raises BadInput."""
    try:
        found = kind.model_validate(data)
    except ValidationError as error:
        raise first_error(kind, error, str(path), "a declaration") from None
    found._file = path
    return found
