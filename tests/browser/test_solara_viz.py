"""Mesa's SolaraViz shows a neighbourhood in a real browser: a click on step lives a week, a click on reset begins anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from model.neighbourhood import Neighbourhood
from model.scenario import load

HERE = Path(__file__).parent
PATIENCE = 120.0  # seconds; a machine that does other work besides is slow
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # fmt: skip


def find_chromium() -> str:
    """The browser that Debian brings; Playwright's own cannot be downloaded everywhere."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium for the browser tests; on Debian: apt-get install --no-install-recommends chromium fonts-dejavu-core")


@pytest.fixture(scope="module")
def lived() -> dict[tuple[str, int], str]:
    """What the page must say by regime and week: the same neighbourhoods, lived here; so they are compiled before the page is opened."""
    case, said = load("default").replaced(residents=60, burn_in=0, problem_rate=8), {}
    for regime in ("top_down", "relational"):
        model = Neighbourhood(case=case, regime=regime, seed=7)
        for week in range(3):
            burden = model.residents_table.burden.mean(dtype=float)
            said[regime, week] = f"week {week}: {len(model.agents)} agents, presence {model.practices.presence}, burden {burden:.9f}"
            model.step()
    return said


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, lived: dict) -> Iterator[str]:
    """The address of the page, served by a process of its own that can reach no other machine."""
    home = tmp_path_factory.mktemp("solara")
    log = home / "log.txt"
    command = [sys.executable, str(HERE / "serve.py"), "run", str(HERE / "page.py"), "--host", "127.0.0.1", "--port", "0"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--production", "--no-open", "--no-check-version"],
            cwd=HERE.parents[1],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SOLARA_HOME": str(home), "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "PYTHONUNBUFFERED": "1"},
        )
        try:
            yield when_ready(server, log)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "refused to reach" not in said, said
    assert "Traceback" not in said, said


def when_ready(server: subprocess.Popen, log: Path) -> str:
    """Wait until the server answers; return its address."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8", errors="replace"))
        if found:
            try:
                with urllib.request.urlopen(found[0] + "/readyz", timeout=10) as answer:
                    if answer.status == 200:
                        return found[0]
            except OSError:
                pass  # not yet
        time.sleep(0.1)
    pytest.fail(f"the server does not answer (exit status {server.poll()}):\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that resolves no name."""
    path = find_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which errors, and requests to other machines, are noted and fail the test."""
    wrong: list[str] = []

    def stay_here(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.hostname == "127.0.0.1" or url.scheme in ("data", "blob"):
            route.continue_()
        else:
            wrong.append(f"request to {route.request.url}")
            route.abort()

    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    context.route("**/*", stay_here)
    tab = context.new_page()
    tab.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("requestfailed", lambda request: wrong.append(f"failed: {request.url} {request.failure}"))
    tab.on("websocket", lambda socket: None if urlsplit(socket.url).hostname == "127.0.0.1" else wrong.append(socket.url))
    yield tab
    context.close()
    assert not wrong, "\n".join(wrong)


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
