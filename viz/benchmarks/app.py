"""Benchmark of the app against Mesa's SolaraViz, with the same model on the same machine. It only reports.

Both draw a thousand residents: the app two neighbourhoods and six charts, SolaraViz one and two charts. Browser, server and
measurement share the machine, so times are overestimates.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

from experiments.shared import folders as results
from experiments.shared.machine import cpu_name, say
from viz.benchmarks import app_client as clients
from viz.benchmarks import app_process as started
from viz.benchmarks.app_client import VIEW, seeded
from viz.benchmarks.app_found import App, Found, Large, Looked, Playing, SolaraViz, Spread, as_text
from viz.benchmarks.app_scripts import ALL_THERE, COUNT_PICTURES, DRAG, NEXT_DRAW, STEP, WATCH
from viz.export.player_script import texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

KIND, SCHEMA = "leefwereld bench of the app", 1
AT_ONCE, CYCLES, LOOK, TRIES = 20, 100, 6.0, 7  # parallel pages; consecutive pages; seconds of playing; timed clicks
LARGE = 5_000  # residents of the larger neighbourhood
QUICK_AT_ONCE, QUICK_CYCLES, QUICK_LOOK, QUICK_TRIES = 4, 10, 2.0, 3


def bench(out: Path | None = None, quick: bool = False, json: bool = False, echo: Callable[[str], None] = print) -> Found:
    """Measure, print a table (or JSON), write bench-app.json into `out`, and return the results. Raises BadInput."""
    if out is not None:
        results.check_target(out)
    at_once, cycles, look, tries = (QUICK_AT_ONCE, QUICK_CYCLES, QUICK_LOOK, QUICK_TRIES) if quick else (AT_ONCE, CYCLES, LOOK, TRIES)
    date, load = datetime.now().astimezone().isoformat(timespec="seconds"), os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with started.chromium() as browser:
        say("bench: the app ...")
        app = _app(browser, at_once, cycles, look, tries)
        say("bench: Mesa's SolaraViz ...")
        solara_viz = _solara_viz(browser, look, tries)
    found: Found = {
        "kind": KIND, "schema": SCHEMA, "date": date, "cpu": cpu_name(), "cores": os.cpu_count(),
        "load": None if load is None else round(load, 1), "app": app, "solara_viz": solara_viz,
    }  # fmt: skip
    kept = {**found, **results.surroundings()}
    if out is not None:
        with results.new_folder(out) as fresh:
            results.write_json(fresh / "bench-app.json", kept)
            (fresh / "bench-app.md").write_text(as_text(found) + "\n", encoding="utf-8")
            results.write_json(fresh / results.MANIFEST, {key: kept[key] for key in ("kind", "schema", "date", "code_hash", "packages")})
    echo(jsonlib.dumps(kept, indent=2, ensure_ascii=False, allow_nan=False) if json else as_text(found))
    return found


# --- the app --------------------------------------------------------------------------------------------------------


def _app(browser: Browser, at_once: int, cycles: int, look: float, tries: int) -> App:
    began = time.perf_counter()
    with started.app("--lang", "en") as (address, process):
        server = psutil.Process(process.pid)
        ready = round(time.perf_counter() - began, 2)
        _run(clients.visit(address, seeded(900)))  # workers are warm from here on
        looked = _looked_at(browser, address, server, look, tries)
        say(f"bench: 2 x {LARGE:,} residents ...")
        large = _large(browser, address, server, look)
        say(f"bench: {at_once} pages open one link ...")
        seen = _run(clients.together(address, seeded(901), at_once))
        mb_per_page = _mb_per_page(address, server, at_once)
        say(f"bench: {cycles} pages opened and closed ...")
        _run(clients.one_after_the_other(address, VIEW, max(3, cycles // 5)))
        before = _mb(server)
        _run(clients.one_after_the_other(address, VIEW, cycles))
        return {
            "ready_seconds": ready, **looked, "large": large, "pages_at_once": at_once,
            "first_weeks_seconds": _spread([one.first for one in seen]), "whole_run_seconds": _spread([one.whole for one in seen]),
            "errors": sum(len(one.errors) for one in seen), "mb_per_page": mb_per_page, "cycles": cycles,
            "mb_before_cycles": before, "mb_after_cycles": _mb(server), "threads_after": server.num_threads(),
        }  # fmt: skip


def _looked_at(browser: Browser, address: str, server: psutil.Process, look: float, tries: int) -> Looked:
    """Measure one page in a browser: time to first picture, frames per second, and delay of a slider."""
    words = texts()["en"]
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(WATCH)
    page.set_default_timeout(started.PATIENCE * 1000)
    began = time.perf_counter()
    page.goto(f"{address}?view={jsonlib.dumps(VIEW)}")
    scrub = page.get_by_role("slider", name=words["ui"]["scrub"])
    scrub.wait_for()
    opened = round(time.perf_counter() - began, 2)
    page.wait_for_function("() => { const n = watched.messages.length; return n > 44 }")
    payload = round(page.evaluate("watched.bytes") / 1e6, 2)
    page.get_by_label(words["ui"]["speed"], exact=True).select_option("16")
    page.get_by_role("button", name=words["ui"]["play"], exact=True).click()
    page.wait_for_timeout(500)
    playing = _playing(page, server, look)
    page.get_by_role("button", name=words["ui"]["pause"], exact=True).click()
    scrub.fill("23")
    page.get_by_role("tab", name=words["tabs"]["change"]).click()
    slider, waited = page.get_by_role("slider", name=words["practices"]["presence"]["label"]), list[tuple[float, float]]()
    for n in range(tries):
        page.wait_for_timeout(1500)
        slider.evaluate(DRAG, str(0.2 + 0.1 * n))
        waited.append(page.evaluate(NEXT_DRAW, page.evaluate("window.touchedAt")))
    page.close()
    return {
        "page_seconds": opened, "payload_mb": payload, **playing,
        "slider_to_answer_ms": _spread([answer for answer, _ in waited], 0),
        "slider_to_redraw_ms": _spread([drawn for _, drawn in waited], 0),
    }  # fmt: skip


def _large(browser: Browser, address: str, server: psutil.Process, look: float) -> Large:
    """Measure an uploaded, larger neighbourhood: time of a whole run, and frames per second."""
    words = texts()["en"]
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(WATCH)
    page.set_default_timeout(started.PATIENCE * 1000)
    page.goto(f"{address}?view={jsonlib.dumps(VIEW)}")
    page.get_by_role("tab", name=words["tabs"]["own"]).click()
    data = f"[place]\nresidents = {LARGE}\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "large.toml", "mimeType": "text/plain", "buffer": data})
    began = time.perf_counter()
    page.get_by_role("button", name=words["own"]["load"]).click()
    page.wait_for_function(ALL_THERE, arg=LARGE)
    seconds = round(time.perf_counter() - began, 1)
    page.get_by_label(words["ui"]["speed"], exact=True).select_option("16")
    page.get_by_role("button", name=words["ui"]["play"], exact=True).click()
    page.wait_for_timeout(500)
    playing = _playing(page, server, look)
    page.close()
    return {"residents": LARGE, "whole_run_seconds": seconds, **playing}


def _playing(page: Page, server: psutil.Process, look: float) -> Playing:
    """Return drawn frames per second, and the server's work per frame."""
    page.evaluate("Object.assign(watched, { frames: 0, drawn: 0, longest: 0, bytes: 0 })")
    cpu, began = _cpu(server), time.perf_counter()
    page.wait_for_timeout(1000 * look)
    seconds = time.perf_counter() - began
    seen = page.evaluate("watched")
    spent = _cpu(server) - cpu
    return {
        "frames_per_second": round(seen["drawn"] / seconds, 1),
        "longest_frame_ms": round(seen["longest"]),
        "server_ms_per_frame": round(1000 * spent / max(1, seen["drawn"]), 2),
        "kb_per_frame": round(seen["bytes"] / 1000 / max(1, seen["drawn"]), 2),
    }


def _mb_per_page(address: str, server: psutil.Process, count: int) -> float:
    """Return the server's memory (MB) per open page that has received a whole run."""

    async def measured() -> float:
        before, opened = _mb(server), list[clients.Client]()
        for _ in range(count):
            opened.append(clients.Client(address))
            await opened[-1].open(VIEW)
            await opened[-1].watch(VIEW)
        after = _mb(server)
        for client in opened:
            await client.close()
        return (after - before) / count

    return round(_run(measured()), 2)


# --- SolaraViz --------------------------------------------------------------------------------------------------------


def _solara_viz(browser: Browser, look: float, tries: int) -> SolaraViz:
    """Measure the same model in Mesa's SolaraViz, at its own pace."""
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            "-m",
            "solara",
            "run",
            "viz.benchmarks.solara_page",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--production",
            "--no-open",
            "--no-check-version",
        ]
        env = {"SOLARA_HOME": home, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
        began = time.perf_counter()
        with started.process(command, env) as (address, process):
            ready = round(time.perf_counter() - began, 2)
            server = psutil.Process(process.pid)
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.add_init_script(WATCH)
            page.set_default_timeout(started.PATIENCE * 1000)
            began = time.perf_counter()
            page.goto(address)
            page.locator("img").nth(2).wait_for()
            opened = round(time.perf_counter() - began, 2)
            waited = [_step(page) for _ in range(tries)]
            page.evaluate(COUNT_PICTURES)
            page.get_by_role("button", name="▶", exact=True).or_(page.get_by_role("button", name="Play")).first.click()
            page.wait_for_timeout(500)
            playing = _pictures(page, server, look)
            page.close()
            return {"ready_seconds": ready, "page_seconds": opened, "step_to_redraw_ms": _spread(waited, 0), **playing}


def _step(page: Page) -> float:
    """Return milliseconds from a click on Step until the picture of the residents changes."""
    page.wait_for_timeout(1500)
    return page.evaluate(STEP)


def _pictures(page: Page, server: psutil.Process, look: float) -> Playing:
    page.evaluate("window.pictures = 0; watched.bytes = 0")
    cpu, began = _cpu(server), time.perf_counter()
    page.wait_for_timeout(1000 * look)
    seconds, spent, count = time.perf_counter() - began, _cpu(server) - cpu, page.evaluate("window.pictures")
    return {
        "frames_per_second": round(count / seconds, 1),
        "server_ms_per_frame": round(1000 * spent / max(1, count), 2),
        "kb_per_frame": round(page.evaluate("watched.bytes") / 1000 / max(1, count), 2),
    }


def _run[Answer](doing: Coroutine[object, object, Answer]) -> Answer:
    """Run a coroutine in another thread, because the browser's driver uses this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, doing).result()


# --- numbers ----------------------------------------------------------------------------------------------------------


def _cpu(process: psutil.Process) -> float:
    """Return the processor time (seconds) of a server and its workers so far."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            times = each.cpu_times()
            total += times.user + times.system
    return total


def _mb(process: psutil.Process) -> float:
    return round(process.memory_info().rss / 1e6, 1)


def _spread(values: list[float], digits: int = 2) -> Spread:
    return {"median": round(median(values), digits), "low": round(min(values), digits), "high": round(max(values), digits)}
