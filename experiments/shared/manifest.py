"""The types of manifest.json, which says of a result folder what was run, how it ended, and on which machine."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Surroundings(TypedDict):
    """The software and the machine."""

    code_hash: str
    packages: dict[str, str]
    python: str
    platform: str
    machine: str


class Range(TypedDict):
    """A factor of a study."""

    low: float | None
    high: float | None
    values: list[float]


class Design(TypedDict):
    """The design of a study."""

    kind: str
    points: list[dict[str, float]]
    levels: int
    size: int
    second_order: bool
    around: float
    base: list[str]
    file: str


class Until(TypedDict):
    """A rule for when to stop."""

    outcome: str
    first: str
    second: str
    contrasts: list[str]
    precision: float


class Replications(TypedDict):
    """How many replications of each point."""

    number: int
    until: Until | None
    at_most: int
    batch: int


class Content(TypedDict):
    """A study as in its file, with every default; see `experiments.study.schema` (here are the keys that a report reads)."""

    name: str
    question: str
    seed: int
    first_seed: int | None
    weeks: int
    quick: bool
    arms: dict[str, dict[str, object]]
    conditions: dict[str, float]
    factors: dict[str, Range]
    design: Design
    replications: Replications
    outcomes: list[str]


class Git(TypedDict, total=False):
    """The commit of the model's checkout; empty outside a checkout."""

    commit: str
    changed: bool


class Manifest(Surroundings):
    """The manifest of a study. That of another kind of folder has only kind and schema for certain, so look at its kind first."""

    kind: str
    schema: int
    study: str
    question: str
    quick: bool
    content: Content
    identity: str
    finished: bool
    begun: str
    ended: str
    seconds_here: float
    run_seconds: float
    points: int
    counts: dict[str, int]
    results: str
    replications: int
    until: dict[str, object] | None
    half_width: float | None
    seeds: list[int]
    rules: dict[str, str]
    codes: dict[str, int]
    git: Git
    unfinished: list[dict[str, object]]
    files: NotRequired[dict[str, str]]


class Failed(TypedDict):
    """A pair of a comparison that failed."""

    seed: int
    reason: str
    traceback: str


class Compared(TypedDict):
    """What is added for a comparison. case, regimes: as they are declared, with every value."""

    kind: str
    schema: int
    command: str
    date: str
    seconds: float
    case: dict[str, object]
    notes: list[str]
    regimes: dict[str, dict[str, float]]
    weeks: int
    at_rest: bool  # whether the burn-in lasts until the main series are at rest
    seeds: list[int]
    endowment: dict[str, float]
    equal_means: bool
    staffing: NotRequired[str]
    failures: list[Failed]
    rules: dict[str, str]
    outcomes_hash: str
    attainable: dict[str, list[float]]  # lowest and highest by outcome; empty when not computed
    smallest_of_interest: dict[str, float]


class ComparisonManifest(Manifest, Compared):
    """The manifest of a comparison."""
