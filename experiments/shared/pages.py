"""Pages that open anywhere, without a network."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def template(name: str) -> Template:
    """A template of this package; what comes from a file is escaped, and a name that nobody gives is an error."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template(name)
