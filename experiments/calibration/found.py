"""What a calibration leaves behind, key by key: the ensemble as its file has it, and the rows of its tables."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Goal(TypedDict):
    """A target: the range that is expected (None: open), its discrepancy, and the luck of one seed as a standard deviation."""

    low: float | None
    high: float | None
    discrepancy: float
    luck: float


class Range(TypedDict):
    """The range of a free parameter, on a logarithmic scale or not."""

    low: float
    high: float
    log: bool


class Wave(TypedDict):
    """A stage: its sets, those that fit by one seed, and the share of the box that was left when it was drawn."""

    name: str
    sets: int
    fit: int
    left: NotRequired[float]


class Member(TypedDict):
    """A set that fits, and what it was measured to give."""

    parameters: dict[str, float]
    measured: dict[str, float]
    number: int


class Default(TypedDict):
    """The parameters that were the default, whether they fit (None: not tried), and which targets they miss."""

    parameters: dict[str, float]
    fits: bool | None
    number: NotRequired[int]
    misses: NotRequired[list[str]]
    measured: NotRequired[dict[str, float | None]]


class Ensemble(TypedDict):
    """The file: the sets that fit, and where they come from."""

    kind: str
    code: str
    date: str
    plan: str
    seed: int
    scenario: str
    seeds: int
    residents: int
    weeks: int
    targets: dict[str, Goal]
    parameters: dict[str, Range]
    waves: list[Wave]
    tried: int
    default: Default
    nearest_to_default: int | None
    members: list[Member]


class ParameterRow(TypedDict):
    """A free parameter: range, default, percentiles of the sets that fit, and their spread over the range's."""

    name: str
    low: float
    high: float
    default: float
    p5: float
    median: float
    p95: float
    ratio: float
    state: str
    why: str


class RecoveryRow(TypedDict):
    """A parameter that was found again, or not; `spread` and `covered` as in `report.recovery`."""

    name: str
    truths: int
    correlation: float
    spread: float
    covered: float


class Report(TypedDict):
    """Everything that a calibration found."""

    ensemble: Ensemble
    parameters: list[ParameterRow]
    recovery: list[RecoveryRow] | None
