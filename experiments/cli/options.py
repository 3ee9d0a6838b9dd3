"""Shared options of the command line, without heavy imports."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer
from typer.models import OptionInfo

from experiments.shared.own_model import check_model

EPILOG = "\b\nExamples:\n"  # \b: keep these lines as they are
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def whole(low: int, high: int) -> Callable[[str | int], int]:
    """Return a parser of whole numbers from low to high; it raises BadParameter with what is allowed."""

    def read(text: str | int) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise typer.BadParameter(f"{text}; allowed: whole numbers {low} to {high}")
        return value

    return read


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return a parser that accepts only the allowed words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise typer.BadParameter(f"{text}; allowed: {' or '.join(allowed)}")
        return text

    return read


def option(*names: str, metavar: str | None = None, says: str, reads: Callable[[str], object] | None = None) -> OptionInfo:
    """Return a typer option whose default is shown in its help text."""
    return typer.Option(*names, metavar=metavar, help=says, parser=reads, show_default=False)


Json = Annotated[bool, option("--json", says="Print JSON on stdout, and nothing else.")]
Quick = Annotated[bool, option("--quick", says="A short test: seconds instead of minutes.")]
Workers = Annotated[
    int | None, option(metavar="N", says="Parallel processes, 1-256 (default: one per core, or one for little work).", reads=whole(1, 256))
]
TrustRules = Annotated[bool, option("--trust-rules", says="Run the study's rule files; they are programs, so read them first.")]
Kwb = Annotated[Path | None, option("--kwb", metavar="FILE", says="Statistics Netherlands' neighbourhood figures (CSV).")]
Area = Annotated[str | None, option(metavar="NAME|CODE", says="Which area of that file.")]
Lang = Annotated[str, option(metavar="nl|en", says="Language of the story (default: en).", reads=one_of("nl", "en"))]
Staffing = Annotated[
    str,
    option(
        metavar="equal|own",
        says="Hours of each role: equal (default), or the mix that each regime would staff itself, at the same total cost.",
        reads=one_of("equal", "own"),
    ),
]
Scenario = Annotated[
    str | None,
    option(metavar="NAME|FILE", says="A shipped scenario (default: default), or a TOML file."),
]
Out = Annotated[Path | None, option("--out", metavar="DIR", says="Folder for the results.")]
Seed = Annotated[int, option(metavar="N", says="Seed of the run or of the first pair (default: 1).", reads=whole(0, 2**63 - 1))]
Rules = Annotated[Path | None, option("--rules", metavar="FILE", says="Python file with rules that replace the model's.")]
Weeks = Annotated[
    int | None,
    option(metavar="N", says="Weeks after the burn-in, 1-5200 (default: 260, or what a case says; quick: 52).", reads=whole(1, 5_200)),
]
Pairs = Annotated[
    int | None,
    option(metavar="N", says="Pairs (seeds), 1-100000 (default: 20; quick: 4).", reads=whole(1, 100_000)),
]
PriceWeeks = Annotated[
    int | None, option("--weeks", metavar="N", says="Weeks after the burn-in, 1-5200 (default: 260).", reads=whole(1, 5_200))
]
PricePairs = Annotated[int | None, option("--pairs", metavar="N", says="Pairs (seeds), 1-100000 (default: 20).", reads=whole(1, 100_000))]
Story = Annotated[bool, option("--story/--no-story", says="Tell the story, or only the outcomes (default: the story).")]
Everything = Annotated[bool, option("--everything", says="Also tell daily routine, instead of sums by quarter.")]
Resident = Annotated[str | None, option(metavar="NAME", says="Tell all about one resident: a name from the story, or a row number.")]
Official = Annotated[str | None, option(metavar="NAME", says="Tell all about one ward official.")]
Initiative = Annotated[
    int | None, option(metavar="N", says="Tell all about one initiative, by its number in the story.", reads=whole(0, 2**31 - 1))
]
Street = Annotated[str | None, option(metavar="NAME", says="Tell all about one street.")]
Regimes = Annotated[str, option(metavar="LIST", says="Regimes, separated by commas (default: all four); blend(A,B,SHARE) mixes two.")]


def done_in(name: str) -> Callable[[], ModuleType]:
    """Return a function that imports a module of this package when called (takes a second or two)."""

    def work() -> ModuleType:
        check_model()
        return import_module(f"experiments.{name}")

    return work


def source_of(scenario: str | None, kwb: Path | None, area: str | None) -> tuple[str | None, Path | None, str | None]:
    """Return the source of the neighbourhood: a scenario, or a file and its area. Raises BadParameter."""
    if kwb is not None and scenario is not None:
        raise typer.BadParameter(f"{kwb}; allowed: --kwb or --scenario, not both", param_hint="'--kwb'")
    if kwb is not None and area is None:
        raise typer.BadParameter(f"{kwb}; say which area of it with --area", param_hint="'--kwb'")
    if area is not None and kwb is None:
        raise typer.BadParameter(f"{area}; say of which file with --kwb", param_hint="'--area'")
    return scenario, kwb, area
