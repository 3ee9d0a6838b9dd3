"""The documentation's site: `python -m uv run --group docs sphinx-build -W docs results/site`, then open results/site/index.html."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

_about = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = _about["name"]
release = version = _about["version"]
author = copyright = _about["authors"][0]["name"]
language = "en"
highlight_language = "none"

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = "leefwereld"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # summaries are fetched, which a page opened from a file may not do
html_copy_source = False
html_show_copyright = False

LOADED = re.compile(r"""<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=["'](?:https?:)?//""")
FETCHED = re.compile(r"""(?:@import\s+|url\(\s*)["']?(?:https?:)?//""")


def no_page_loads_from_outside(app: Sphinx, exception: Exception | None) -> None:
    """Stop the build when a page or style sheet would load something from the internet: the site is read offline."""
    if exception is None and app.builder.format == "html":
        for pattern, ending in ((LOADED, "html"), (FETCHED, "css")):
            for path in sorted(Path(app.outdir).rglob(f"*.{ending}")):
                found = pattern.search(path.read_text(encoding="utf-8"))
                if found:
                    raise ExtensionError(f"{path.relative_to(app.outdir)} loads from outside: {found[0]}...; allowed: files of the site")


def setup(app: Sphinx) -> None:
    """Hook the check on to the end of a build."""
    app.connect("build-finished", no_page_loads_from_outside)
