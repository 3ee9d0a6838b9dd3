"""Pictures of the app for the documentation: laptop, large screen and telephone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from experiments.shared import folders as results
from viz.benchmarks.app_process import PATIENCE, app, chromium
from viz.export.player_script import texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = {"laptop": (1366, 768), "screen": (1920, 1080), "telephone": (390, 844)}
VIEW = {
    "scenario": "default", "seed": 1, "weeks": 260,
    "sides": [{"regime": "top_down"}, {"regime": "relational"}],
}  # fmt: skip
WEEK = 120
PANELS = ("story", "change")  # panels beside the neighbourhoods; each has a picture for the laptop


def take(folder: Path, lang: str = "nl") -> list[Path]:
    """Make all pictures in `folder`, creating it if needed; return their paths. Raises BadInput."""
    results.check_target(folder)
    made: list[str] = []
    with results.new_folder(folder) as fresh, app("--lang", lang) as (address, _), chromium() as browser:
        for name, (width, height) in SIZES.items():
            for panel in PANELS if name == "laptop" else PANELS[:1]:
                file = f"{name}-{width}x{height}{'' if panel == PANELS[0] else '-' + panel}.png"
                print(f"app: {file} ...", file=sys.stderr, flush=True)
                _picture(browser, address, lang, (width, height), panel, fresh / file)
                made.append(file)
        results.write_json(fresh / results.MANIFEST, {"kind": "leefwereld pictures", "schema": 1, "files": made} | results.surroundings())
    return [folder / file for file in made]


def _picture(browser: Browser, address: str, lang: str, size: tuple[int, int], panel: str, path: Path) -> None:
    words = texts()[lang]
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.goto(f"{address}?view={quote(json.dumps(VIEW | {'lang': lang, 'week': WEEK}))}")
    page.get_by_text(words["ui"]["weekOf"].format(n=WEEK, of=VIEW["weeks"])).first.wait_for()
    tab = page.get_by_role("tab", name=words["tabs"][panel])
    if tab.count() and tab.first.is_visible():
        tab.first.click()
    page.wait_for_timeout(1000)  # wait for late drawing
    page.screenshot(path=path)
    context.close()
