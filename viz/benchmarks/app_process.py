"""The app in a separate process, and a headless browser: for pictures and measurements."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from model.errors import BadInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE = 180.0  # seconds to wait for a server; it may have to compile first
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # fmt: skip


@contextmanager
def process(command: list[str], env: dict[str, str] | None = None) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """Start a server; yield the address it prints, once it answers, and its process. The process ends after the block."""
    settings = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings)
    try:
        yield _answering(server), server
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def app(*options: str, env: dict[str, str] | None = None) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """Start the app on any free port; yields as `process`."""
    with process([sys.executable, "-m", "viz.command", "app", "--port", "0", "--no-browser", *options], env) as served:
        yield served


def _answering(server: subprocess.Popen[str]) -> str:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(server, lines), daemon=True).start()
    said, link, deadline = "", "", time.monotonic() + PATIENCE
    while time.monotonic() < deadline and (server.poll() is None or not lines.empty()):
        with suppress(queue.Empty):
            said += lines.get(timeout=0.2)
        found = re.search(r"http://127\.0\.0\.1:\d+/?", said)
        link = found[0].rstrip("/") if found else ""
        with suppress(OSError):
            if link and urllib.request.urlopen(f"{link}/readyz", timeout=5).status == 200:
                return f"{link}/"
    raise BadInput("app", allowed=f"a server that answers; this one said: {' '.join(said.split())[-300:]}")


def _read(server: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    for line in server.stdout or ():
        lines.put(line)


@contextmanager
def chromium() -> Generator[Browser]:
    """Yield a headless browser that can reach only this computer. Raises BadInput without Chromium or Playwright."""
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if path is None or find_spec("playwright") is None:
        raise BadInput("app", allowed="a computer with Chromium and Playwright (on Debian: apt-get install chromium; uv run --group test)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=PATIENCE * 1000)
        yield browser
        browser.close()
