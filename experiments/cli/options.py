"""How options of the command line are declared and read, by all its modules. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.shared.own_model import check_model

EPILOG = "\b\nExamples:\n"  # \b: keep these lines as they are
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def whole(low: int, high: int) -> Callable[[str | int], int]:
    """A reader of whole numbers from low to high; its error names the option, what was given and what is allowed."""

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
    """A reader of one of a few words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise typer.BadParameter(f"{text}; allowed: {' or '.join(allowed)}")
        return text

    return read


def option(*names: str, metavar: str | None = None, says: str, reads: Callable[[Any], Any] | None = None) -> Any:
    """An option of several commands, with the house's way of showing defaults: in its help text."""
    return typer.Option(*names, metavar=metavar, help=says, parser=reads, show_default=False)


Json = Annotated[bool, option("--json", says="Print JSON on stdout, and nothing else there.")]
Quick = Annotated[bool, option("--quick", says="Seconds instead of minutes, to see that it works.")]
Workers = Annotated[
    int | None, option(metavar="N", says="Processes at once, 1-256 (default: one a core, or one for little work).", reads=whole(1, 256))
]
TrustRules = Annotated[bool, option("--trust-rules", says="Run the rule files of the study too; they are programs, so look at them first.")]
Kwb = Annotated[Path | None, option("--kwb", metavar="FILE", says="Statistics Netherlands' neighbourhood figures (CSV).")]
Area = Annotated[str | None, option(metavar="NAME|CODE", says="Which area of that file.")]
Lang = Annotated[str, option(metavar="nl|en", says="Language of the story (default: en).", reads=one_of("nl", "en"))]
Scenario = Annotated[
    str | None,
    option(metavar="NAME|FILE", says="A scenario that ships (default: default), or a TOML file."),
]
Out = Annotated[Path | None, option("--out", metavar="DIR", says="Folder for the results.")]
Seed = Annotated[int, option(metavar="N", says="Seed of the run or of the first pair (default: 1).", reads=whole(0, 2**63 - 1))]
Rules = Annotated[Path | None, option("--rules", metavar="FILE", says="Python file with rules that replace ours.")]
Weeks = Annotated[
    int | None,
    option(metavar="N", says="Weeks after the burn-in, 1-5200 (default: 260, or what a case says; quick: 52).", reads=whole(1, 5_200)),
]
Pairs = Annotated[
    int | None,
    option(metavar="N", says="Pairs, that is seeds, 1-100000 (default: 20; quick: 4).", reads=whole(1, 100_000)),
]
PriceWeeks = Annotated[
    int | None, option("--weeks", metavar="N", says="Weeks after the burn-in, 1-5200 (default: 260).", reads=whole(1, 5_200))
]
PricePairs = Annotated[
    int | None, option("--pairs", metavar="N", says="Pairs, that is seeds, 1-100000 (default: 20).", reads=whole(1, 100_000))
]
Story = Annotated[bool, option("--story/--no-story", says="Tell the story, or only the outcomes (default: the story).")]
Everything = Annotated[bool, option("--everything", says="Tell the daily routine as well, not added up by quarter.")]
Resident = Annotated[str | None, option(metavar="NAME", says="Tell all about one resident: a name as told, or a row number.")]
Official = Annotated[str | None, option(metavar="NAME", says="Tell all about one ward official.")]
Initiative = Annotated[
    int | None, option(metavar="N", says="Tell all about one initiative, by the number told with it.", reads=whole(0, 2**31 - 1))
]
Street = Annotated[str | None, option(metavar="NAME", says="Tell all about one street.")]
Regimes = Annotated[str, option(metavar="LIST", says="Regimes with commas between (default: all three); blend(A,B,SHARE) mixes two.")]


def done_in(name: str) -> Callable[[], Any]:
    """A function that imports the module of this package that does the work: a command calls it when it needs it (a second or two)."""

    def work() -> Any:
        check_model()
        return import_module(f"experiments.{name}")

    return work


def source_of(scenario: str | None, kwb: Path | None, area: str | None) -> tuple[str | None, Path | None, str | None]:
    """Where the neighbourhood comes from: a scenario, or an area of a file; not both, and not half of it."""
    if kwb is not None and scenario is not None:
        raise typer.BadParameter(f"{kwb}; allowed: --kwb or --scenario, not both", param_hint="'--kwb'")
    if kwb is not None and area is None:
        raise typer.BadParameter(f"{kwb}; say which area of it with --area", param_hint="'--kwb'")
    if area is not None and kwb is None:
        raise typer.BadParameter(f"{area}; say of which file with --kwb", param_hint="'--area'")
    return scenario, kwb, area
