"""The schema of a study file: every key with its type, range and default. study_template.toml explains the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self, overload

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from experiments.running.pairs import Rules
from model.case.case import Case
from model.parameters import Section
from model.regimes import PRACTICES, Practices

MOST_POINTS, MOST_RUNS = 100_000, 10_000_000
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def squeezed(text: str) -> str:
    """Return a label without spaces: blend(a, b, 0.5) as blend(a,b,0.5)."""
    return "".join(text.split())


Label = Annotated[str, AfterValidator(squeezed)]
Kind = Literal["list", "grid", "oat", "lhs", "sobol", "morris", "swap", "shapley", "box", "ensemble"]
TAKES = {
    "list": ("points",),
    "grid": ("levels",),
    "oat": ("levels",),
    "lhs": ("size", "around"),
    "sobol": ("size", "second_order"),
    "morris": ("size", "levels"),
    "swap": ("base",),
    "shapley": ("base", "size"),
    "box": ("size",),
    "ensemble": ("file", "size", "points"),  # the points are read from the file
}


class Factor(Section):
    """A factor: from low to high (default for a practice: its range), or the given values."""

    low: Number | None = None
    high: Number | None = None
    values: tuple[Number, ...] = ()


class Design(Section):
    """The experimental design; see `experiments.study.designs`."""

    kind: Kind = "list"
    points: tuple[dict[str, Number], ...] = ()
    levels: int = Field(default=4, strict=True, ge=2, le=1000)
    size: int = Field(default=0, strict=True, ge=0, le=MOST_POINTS)
    second_order: bool = Field(default=False, strict=True)
    around: float = Field(default=0.0, strict=True, ge=0, le=1, allow_inf_nan=False)
    base: tuple[Label, ...] = ()
    file: str = ""


class Until(Section):
    """Stop when the half-width of the 95 % interval of a paired difference (or each contrast) is at most `precision`."""

    outcome: str
    first: Label = ""
    second: Label = ""
    contrasts: tuple[str, ...] = ()
    precision: float = Field(strict=True, gt=0, allow_inf_nan=False)

    @property
    def named(self) -> str:
        """The difference, as text."""
        return f"{self.outcome}, {'; '.join(self.contrasts) or f'{self.second} - {self.first}'}"


class Replications(Section):
    """The number of replications of every point, each with its own seed, or a stopping rule."""

    number: int = Field(default=20, strict=True, ge=1, le=100_000)
    until: Until | None = None
    at_most: int = Field(default=200, strict=True, ge=2, le=100_000)
    batch: int = Field(default=10, strict=True, ge=1, le=10_000)


@dataclass(frozen=True)
class Given:
    """What the names of a study stand for that was made in Python: nothing is looked up. rules: those of all its runs.

    at_start: conditions that begin with the regime, by label, of labels that have some of their own.
    """

    cases: Mapping[str, Case]
    practices: Mapping[str, Practices]
    rules: Mapping[str, Rules]
    at_start: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])


class Study(Section):
    """A study, as in its file; keys left out have their default."""

    name: str = Field(min_length=1, max_length=80, pattern=r"^\w[\w .-]*$", description="a name for its folder")
    question: str = Field(min_length=1, description="what you want to know")
    text: str = ""
    seed: int = Field(default=1, strict=True, ge=0, le=2**63 - 1)
    first_seed: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)] | None = None
    weeks: int = Field(default=260, strict=True, ge=1, le=5200)
    timeout: float = Field(default=600.0, strict=True, ge=1, le=604_800)
    quick: bool = Field(default=False, strict=True)
    scenarios: tuple[str, ...] = ("default",)
    regimes: tuple[Label, ...] = ()
    practices: dict[str, dict[str, object]] = Field(default_factory=dict)
    arms: dict[str, dict[str, object]] = Field(default_factory=dict)
    rules: tuple[str, ...] = ()
    staffing: Literal["equal", "own"] = "equal"
    conditions: dict[str, Number] = Field(default_factory=dict)
    factors: dict[str, Factor] = Field(default_factory=dict)
    design: Design = Field(default_factory=Design)
    replications: Replications = Field(default_factory=Replications)
    outcomes: tuple[str, ...] = ()
    keep: tuple[Literal["end", "weekly", "streets", "groups", "residents", "accounts", "story", "people", "classes"], ...] = ("end",)
    residents_at: tuple[Annotated[int, Field(strict=True, ge=1)], ...] = ()
    checks: tuple[str, ...] = ()
    _file: Path = PrivateAttr(default=Path("study"))
    _given: Given | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        """Accept one text for a list, `factors = "practices"`, and problems.NAME as a table."""
        if not isinstance(data, dict):
            return data
        given: dict[str, Any] = {**data}
        for key in ("scenarios", "regimes", "rules", "outcomes", "keep", "checks"):
            if isinstance(given.get(key), str):
                given[key] = (given[key],)
        if given.get("factors") == "practices":
            given["factors"] = {name: {} for name in PRACTICES}
        for key in ("factors", "conditions"):
            given[key] = flat(given.get(key, {}))
        match given.get("design"):
            case {"points": [*points], **more}:
                given["design"] = {**more, "points": [flat(point) for point in points]}
            case _:
                pass
        return given

    def placed(self, file: Path | None = None, given: Given | None = None) -> Self:
        """Say which file it is of, or what its names stand for; return the study."""
        self._file, self._given = file or self._file, given or self._given
        return self

    @property
    def given(self) -> Given | None:
        """What its names stand for, when it was made in Python."""
        return self._given

    @property
    def where(self) -> str:
        """The study's file, for messages."""
        return str(self._file)

    @property
    def folder(self) -> Path:
        """The folder of files that the study names."""
        return self._file.parent


@overload
def flat(given: Mapping[str, object]) -> dict[str, object]: ...
@overload
def flat(given: object) -> object: ...
def flat(given: object) -> object:
    """Return {problems: {noise: x}} as {"problems.noise": x}; other data unchanged."""
    same = given
    whole: dict[str, Any] = {**given} if isinstance(given, dict) else {}
    if not isinstance(whole.get("problems"), dict):
        return same
    problems: dict[str, Any] = whole.pop("problems")
    return whole | {f"problems.{name}": value for name, value in problems.items()}
