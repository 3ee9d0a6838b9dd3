"""What the file of a mechanism may say: who claims what, where it stands in the model, and the experiment that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

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
    """What must hold in every run: the name of a check in experiments/running/audit_institutions.py."""

    check: str = Field(min_length=1, description="the name of a check")


class Setting(Section):
    """What an experiment is done in, for mechanisms and interactions alike."""

    scenario: str = "default"
    regime: Label = "baseline"
    weeks: int = Field(default=260, strict=True, ge=1, le=5200)
    both: dict[str, Any] = Field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()


class Experiment(Setting):
    """One mechanism switched off and on: settings, events and rule files of each side, and of both."""

    off: dict[str, Any] = Field(default_factory=dict)
    on: dict[str, Any] = Field(default_factory=dict)
    off_events: tuple[dict[str, Any], ...] = ()
    on_events: tuple[dict[str, Any], ...] = ()
    rules: str = ""
    off_rules: str = ""
    on_rules: str = ""


class Crossing(Setting):
    """Mechanisms together and apart: any number of arms, and contrasts of them."""

    arms: dict[str, dict[str, Any]] = Field(min_length=2, description="at least two arms")
    contrast: dict[str, str | tuple[str, ...]] = Field(min_length=1, description="at least one contrast")


class Declared(Section):
    """What mechanisms and interactions both declare."""

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
    def _shorthand(cls, data: Any) -> Any:
        """One word where a list is asked for."""
        if isinstance(data, dict):
            lists = ("essay", "process", "also", "switch", "event")
            data = data | {key: (data[key],) for key in lists if isinstance(data.get(key), str)}
        return data

    @property
    def where(self) -> str:
        """The file that it was read from, for messages."""
        return str(self._file)


class Mechanism(Declared):
    """One mechanism as its file declares it."""

    class_: Class = Field(alias="class", description="D, W or O")
    switch: tuple[str, ...] = Field(min_length=1, description="the practice, condition, parameter or event that turns it on and off")
    event: tuple[str, ...] = Field(min_length=1, description="the event or tally that it makes")
    expected: Expected
    experiment: Experiment
    accounting: Accounting | None = None


class Interaction(Declared):
    """Two mechanisms together, as a file declares it. expected: by contrast."""

    expected: dict[str, Expected] = Field(min_length=1, description="up, down or open, for every contrast")
    experiment: Crossing

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, data: Any) -> Any:
        """One word for every contrast."""
        if isinstance(data, dict) and isinstance(data.get("expected"), str) and isinstance(data.get("experiment"), dict):
            named = data["experiment"].get("contrast")
            if isinstance(named, dict):
                data = data | {"expected": dict.fromkeys(named, data["expected"])}
        return data


def read[Some: Declared](path: Path, kind: type[Some]) -> Some:
    """The declaration in a file; BadInput when it cannot be read or says something that no declaration says."""
    return declared(read_toml(path), path, kind)


def declared[Some: Declared](data: Any, path: Path, kind: type[Some]) -> Some:
    """The declaration in `data`, or BadInput; what it names is not looked up."""
    try:
        found = kind.model_validate(data)
    except ValidationError as error:
        raise first_error(kind, error, str(path), "a declaration") from None
    found._file = path
    return found
