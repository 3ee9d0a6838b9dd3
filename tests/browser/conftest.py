"""A real browser for pages: one Chromium, tabs in which every error and every request to another machine fails the test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

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


@contextmanager
def served(home: Path, *arguments: str, env: dict[str, str] | None = None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yields address and process of a server that can reach no other machine; it must end without having tried to, or a traceback."""
    log = home / "log.txt"
    settings = {**os.environ, "SOLARA_HOME": str(home), "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "PYTHONUNBUFFERED": "1", **(env or {})}
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, str(HERE / "serve.py"), *arguments],
            cwd=HERE.parents[1],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=settings,
        )
        try:
            yield when_ready(server, log), server
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


def when_ready(server: subprocess.Popen[bytes], log: Path) -> str:
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that resolves no name."""
    path = find_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()


@pytest.fixture
def new_tab(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens tabs of a context in which errors, and requests to other machines, are noted and fail the test."""
    wrong: list[str] = []

    def stay_here(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.hostname == "127.0.0.1" or url.scheme in ("data", "blob"):
            route.continue_()
        else:
            wrong.append(f"request to {route.request.url}")
            route.abort()

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that goes waits for nothing more
            wrong.append(f"failed: {request.url} {request.failure}")

    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="nl-NL", accept_downloads=True)
    context.set_default_timeout(PATIENCE * 1000)
    context.route("**/*", stay_here)

    def opened() -> Page:
        tab = context.new_page()
        tab.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        tab.on("requestfailed", failed)
        tab.on("websocket", lambda socket: None if urlsplit(socket.url).hostname == "127.0.0.1" else wrong.append(socket.url))
        return tab

    yield opened
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(new_tab: Callable[[], Page]) -> Page:
    """One such tab."""
    return new_tab()
