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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from model import warm_up
from tests.browser.serve import IDLE

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


class App:
    """The app in a process of its own, which can end, and begin again on the same port."""

    address: str
    process: psutil.Process

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.begun, self.running = home, "0", 0, ExitStack()

    def begin(self) -> None:
        """Start a server. A tab that lost its network is forgotten, and an idle thread ends, after ten minutes or seconds: here at once."""
        self.begun += 1
        home = self.home / str(self.begun)
        home.mkdir()
        soon = {"SOLARA_KERNEL_CULL_TIMEOUT": "1s", IDLE: "1"}
        asked = served(home, "leefwereld", "app", "--port", self.port, "--no-browser", env=soon)
        self.address, process = self.running.enter_context(asked)
        self.port, self.process = self.address.rsplit(":", 1)[1], psutil.Process(process.pid)

    def end(self) -> None:
        """End it, if it runs."""
        self.running.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, for all tests of it; it can reach no other machine, nor can its workers."""
    warm_up.ensure_compiled()
    app = App(tmp_path_factory.mktemp("app"))
    app.begin()
    yield app
    app.end()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that resolves no name."""
    path = find_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window for all tests: what one page loaded, the next need not load again."""
    made = browser.new_context(viewport={"width": 1400, "height": 900}, locale="nl-NL", accept_downloads=True)
    made.set_default_timeout(PATIENCE * 1000)
    yield made
    made.close()


@contextmanager
def tabs_of(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Opens tabs in which errors, and requests to other machines, are noted; closes them, and fails if there were any."""
    wrong: list[str] = []

    def stays_here(request: Request) -> None:
        url = urlsplit(request.url)
        if url.hostname != "127.0.0.1" and url.scheme not in ("data", "blob"):
            wrong.append(f"request to {request.url}")  # it came to nothing: the browser resolves no name

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that goes waits for nothing more
            wrong.append(f"failed: {request.url} {request.failure}")

    opened: list[Page] = []

    def new() -> Page:
        tab = context.new_page()
        opened.append(tab)
        tab.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        tab.on("request", stays_here)
        tab.on("requestfailed", failed)
        tab.on("websocket", lambda socket: None if urlsplit(socket.url).hostname == "127.0.0.1" else wrong.append(socket.url))
        return tab

    yield new
    for tab in opened:
        tab.close()
    context.clear_cookies()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def new_tab(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Opens tabs in which errors, and requests to other machines, fail the test."""
    with tabs_of(context) as new:
        yield new


@pytest.fixture
def page(new_tab: Callable[[], Page]) -> Page:
    """One such tab."""
    return new_tab()
