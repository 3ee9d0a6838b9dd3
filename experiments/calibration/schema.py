"""The schema of a calibration file: free parameters, targets, and sizes of runs."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, PrivateAttr, ValidationError, model_validator

from experiments.patterns.declared import Part
from experiments.patterns.measure import patterns
from experiments.shared.files import read_toml
from experiments.study.keys import first_error
from model.case.case import Case, load
from model.errors import BadInput
from model.parameters import Behaviour, Section

HOME = Path(__file__).parent
FILE, ENSEMBLE = HOME / "calibration.toml", HOME / "ensemble.json"
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Free(Section):
    """A free parameter: its range, whether its prior is uniform on a log scale, and why it is free."""

    low: Number
    high: Number
    log: bool = False
    why: str = ""


class Target(Section):
    """The target range of a part of a pattern, and the model's discrepancy (a standard deviation)."""

    low: Number | None = None
    high: Number | None = None
    discrepancy: float = Field(default=0.0, strict=True, ge=0)


class Runs(Section):
    """The size of one trial."""

    residents: Whole = 20_000
    weeks: Whole = 260
    forks: tuple[Whole, ...] = (65,)
    twin_residents: Whole = 3_000
    twin_weeks: Whole = 364
    burn_in: int | None = Field(default=None, strict=True, ge=0, le=5200)


class Waves(Section):
    """Sets per wave; repeated sets of the first wave and their seeds; cutoff of implausibility."""

    sizes: tuple[Whole, ...] = (170, 110, 110, 110)
    repeated: int = Field(default=8, strict=True, ge=2)
    seeds: int = Field(default=4, strict=True, ge=2)
    cutoff: float = Field(default=3.0, strict=True, gt=0)


class Confirm(Section):
    """The test of likely sets: seeds, forks, sets per batch, sets wanted, most sets.

    least: probability to fit, after one seed, below which a set gets no further seeds.
    """

    seeds: Whole = 3
    forks: tuple[Whole, ...] = (26, 65, 104)
    batch: Whole = 24
    wanted: Whole = 60
    at_most: Whole = 192
    least: float = Field(default=0.1, strict=True, ge=0, le=1)


class Plan(Section):
    """A calibration, as in its file."""

    seed: int = Field(default=1, strict=True, ge=0, le=2**62)
    scenario: str = "default"
    runs: Runs = Runs()
    waves: Waves = Waves()
    confirm: Confirm = Confirm()
    parameters: dict[str, Free] = Field(min_length=1)
    targets: dict[str, Target] = Field(min_length=1)
    _file: Path = PrivateAttr(default=FILE)

    @model_validator(mode="after")
    def _known(self) -> Plan:
        for name, free in self.parameters.items():
            low, high = declared(name)
            if not low <= free.low < free.high <= high:
                raise ValueError(f"parameters.{name} = {free.low:g} to {free.high:g}; allowed: low below high, within {low:g} to {high:g}")
            if free.log and free.low <= 0:
                raise ValueError(f"parameters.{name}.low = {free.low:g}; allowed: above 0 on a logarithmic scale")
        for name in self.targets:
            part_of(name)
        return self

    # --- scaling between shares (0-1) and values -----------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in order."""
        return list(self.parameters)

    @property
    def goals(self) -> list[Part]:
        """Targets, in order, with full names and ranges."""
        found = []
        for name, target in self.targets.items():
            part = part_of(name)
            low = part.low if target.low is None else target.low
            high = part.high if target.high is None else target.high
            found.append(Part(name, low, high))
        return found

    @property
    def discrepancy(self) -> np.ndarray:
        """Standard deviations of the model's discrepancy, in the order of the targets."""
        return np.array([target.discrepancy for target in self.targets.values()])

    def values(self, shares: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Return parameter values at shares (0-1) of the way from low to high."""
        found = {}
        for (name, free), share in zip(self.parameters.items(), shares, strict=True):
            if free.log:
                found[name] = free.low * (free.high / free.low) ** float(share)
            else:
                found[name] = free.low + float(share) * (free.high - free.low)
        return found

    def shares(self, values: Mapping[str, float]) -> np.ndarray:
        """Return the shares (0-1) of parameter values."""
        found = []
        for name, free in self.parameters.items():
            value = values[name]
            if free.log:
                found.append(math.log(value / free.low) / math.log(free.high / free.low))
            else:
                found.append((value - free.low) / (free.high - free.low))
        return np.array(found)

    def allowed(self, shares: np.ndarray) -> np.ndarray:
        """Return a mask of rows in the box that the model allows (limit on the steps of trust times loss_aversion)."""
        inside = ((shares >= 0) & (shares <= 1)).all(axis=1)
        names = ("trust_step", "trust_floor", "trust_fast", "loss_aversion")
        step, floor, fast, aversion = (self._column(shares, name) for name in names)
        return inside & ((np.maximum(step, floor) + fast) * aversion <= 1.0)

    def _column(self, shares: np.ndarray, name: str) -> np.ndarray:
        if name not in self.parameters:
            return np.full(len(shares), getattr(self.case.behaviour, name))
        free, share = self.parameters[name], shares[:, self.names.index(name)]
        return free.low * (free.high / free.low) ** share if free.log else free.low + share * (free.high - free.low)

    @property
    def case(self) -> Case:
        """The scenario, with its own parameters."""
        case = load(self.scenario)
        return case if self.runs.burn_in is None else case.replaced(burn_in=self.runs.burn_in)

    @property
    def default(self) -> dict[str, float]:
        """The scenario's values of the free parameters."""
        return {name: float(getattr(self.case.behaviour, name)) for name in self.parameters}

    @property
    def identity(self) -> str:
        """A hash of everything that determines the results."""
        facts = [self.model_dump(mode="json"), self.case.model_dump(mode="json", exclude={"title", "text", "notes"})]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def declared(name: str) -> tuple[float, float]:
    """Return the declared range of a parameter. Raises ValueError for an unknown name."""
    field = Behaviour.model_fields.get(name)
    if field is None or field.annotation is not float:  # a whole number would be rounded where the emulators take it for continuous
        raise ValueError(f"parameters.{name}; allowed: a number of [behaviour] that need not be whole (model/parameters.py)")
    low, high = (next(getattr(m, end) for m in field.metadata if hasattr(m, end)) for end in ("ge", "le"))
    return float(low), float(high)


def part_of(name: str) -> Part:
    """Return the part of a pattern that a target names. Raises ValueError for an unknown name."""
    id, _, part = name.partition(".")
    found = next((one for one in patterns()[id].parts if one.name == part), None) if id in patterns() else None
    if found is None:
        raise ValueError(f"targets.{name}; allowed: {', '.join(f'{p.id}.{part.name}' for p in patterns().values() for part in p.parts)}")
    return found


def read(path: Path = FILE) -> Plan:
    """Return a calibration from its file. Raises BadInput."""
    return checked(read_toml(path), path)


def checked(data: Mapping[str, object], path: Path = FILE) -> Plan:
    """Return the calibration in `data`. Raises BadInput."""
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "value_error":
            raise BadInput(str(path), first["msg"].removeprefix("Value error, ")) from None
        raise first_error(Plan, error, str(path)) from None
    plan._file = path
    plan.case  # noqa: B018 - raises BadInput now for an unknown scenario
    return plan
