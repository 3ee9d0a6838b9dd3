"""Mesa's SolaraViz shows a neighbourhood in a real browser: a click on step lives a week, a click on reset begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.case.case import load
from model.neighbourhood import Neighbourhood
from tests.browser.conftest import PATIENCE, served

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def lived() -> dict[tuple[str, int], str]:
    """What the page must say by regime and week: the same neighbourhoods, lived here; so they are compiled before the page is opened."""
    case, said = load("default").replaced(residents=60, burn_in=0, problem_rate=8), {}
    for regime in ("top_down", "relational"):
        model = Neighbourhood(case=case, regime=regime, seed=7)
        for week in range(3):
            burden = model.world.residents.burden.mean(dtype=float)
            said[regime, week] = f"week {week}: {len(model.agents)} agents, presence {model.practices.presence}, burden {burden:.9f}"
            model.step()
    return said


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, lived: dict) -> Iterator[str]:
    """The address of the page, served by a process of its own that can reach no other machine."""
    options = ("--host", "127.0.0.1", "--port", "0", "--production", "--no-open", "--no-check-version")
    with served(tmp_path_factory.mktemp("solara"), "solara", "run", str(HERE / "page.py"), *options) as (found, _):
        yield found


def test_step_lives_a_week_and_reset_begins_anew_with_the_chosen_regime(address: str, page: Page, lived: dict, tmp_path: Path):
    expect.set_options(timeout=PATIENCE * 1000)
    step, reset = page.get_by_role("button", name="Step", exact=True), page.get_by_role("button", name="Reset", exact=True)
    plots = page.locator("img")

    def shows(regime: str, week: int) -> None:
        expect(page.get_by_text(f"Time: {week}.0", exact=True)).to_be_visible()
        expect(page.get_by_text(lived[regime, week], exact=True)).to_be_visible()
        expect(plots).to_have_count(2)
        page.screenshot(path=tmp_path / f"{regime}-{week}.png")

    page.goto(address)
    shows("top_down", 0)
    empty = plots.first.get_attribute("src") or ""
    for week in (1, 2):
        step.click()
        shows("top_down", week)
    expect(plots.first).not_to_have_attribute("src", empty)  # drawn again
    assert plots.first.evaluate("plot => plot.naturalWidth") > 200
    reset.click()
    shows("top_down", 0)
    page.get_by_role("button", name="Regime").click()
    page.get_by_role("option", name="relational").click()
    reset.click()
    shows("relational", 0)
    step.click()
    shows("relational", 1)
