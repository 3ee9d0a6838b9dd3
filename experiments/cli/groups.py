"""Groups of commands in `leefwereld --help`, by kind of user, and old command names that still work."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:  # typer carries a click of its own
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

USERS = {
    "Show it (trainers)": ("app", "export", "scenarios", "run"),
    "Compare and study (researchers)": ("compare", "study", "replay", "shapley", "robustness", "discover", "patterns", "calibrate"),
    "Look inside (students)": ("regimes", "practices", "outcomes", "rules", "mechanisms"),
    "Look after it": ("bench",),
}
RENAMED = {"headline": "robustness", "regions": "discover", "pack": "export"}  # since 0.2; a later version removes the old names


class ByUser(TyperGroup):
    """A command group whose help lists commands by kind of user."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write one list for each kind of user; other commands come last."""
        left = {name: command for name in self.list_commands(ctx) if (command := self.get_command(ctx, name)) and not command.hidden}
        width = max(map(len, left), default=0)
        for title, names in {**USERS, "Other": tuple(left)}.items():
            rows = [(f"{name:<{width}}", left.pop(name).get_short_help_str(120)) for name in names if name in left]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def renamed[**Given, Answer](app: typer.Typer, old: str, function: Callable[Given, Answer]) -> None:
    """Add a hidden command with the old name, which prints the new name."""

    @functools.wraps(function)
    def command(*args: Given.args, **given: Given.kwargs) -> Answer:
        print(f"leefwereld: {old} is now called {RENAMED[old]}; the old name will be removed", file=sys.stderr)
        return function(*args, **given)

    app.command(old, hidden=True)(command)
