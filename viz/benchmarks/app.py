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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from experiments.shared import folders as results
from experiments.shared.machine import cpu_name, say
from viz.benchmarks import app_client as clients
from viz.benchmarks import app_process as started
from viz.benchmarks.app_scripts import ALL_THERE, COUNT_PICTURES, DRAG, NEXT_DRAW, STEP, WATCH
from viz.export.player_script import texts

KIND, SCHEMA = "leefwereld bench of the app", 1
VIEW: dict[str, Any] = {"scenario": "default", "seed": 1, "weeks": 260, "lang": "en",
                        "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}]}  # fmt: skip
AT_ONCE, CYCLES, LOOK, TRIES = 20, 100, 6.0, 7  # parallel pages; consecutive pages; seconds of playing; timed clicks
LARGE = 5_000  # residents of the larger neighbourhood
QUICK_AT_ONCE, QUICK_CYCLES, QUICK_LOOK, QUICK_TRIES = 4, 10, 2.0, 3


def bench(out: Path | None = None, quick: bool = False, json: bool = False, echo: Callable[[str], None] = print) -> dict[str, Any]:
    """Measure, print a table (or JSON), write bench-app.json into `out`, and return the results. Raises BadInput."""
    if out is not None:
        results.check_target(out)
    at_once, cycles, look, tries = (QUICK_AT_ONCE, QUICK_CYCLES, QUICK_LOOK, QUICK_TRIES) if quick else (AT_ONCE, CYCLES, LOOK, TRIES)
    found: dict[str, Any] = {
        "kind": KIND, "schema": SCHEMA, "date": datetime.now().astimezone().isoformat(timespec="seconds"), "cpu": cpu_name(),
        "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }  # fmt: skip
    with started.chromium() as browser:
        say("bench: the app ...")
        found["app"] = _app(browser, at_once, cycles, look, tries)
        say("bench: Mesa's SolaraViz ...")
        found["solara_viz"] = _solara_viz(browser, look, tries)
    found |= results.surroundings()
    if out is not None:
        with results.new_folder(out) as fresh:
            results.write_json(fresh / "bench-app.json", found)
            (fresh / "bench-app.md").write_text(as_text(found) + "\n", encoding="utf-8")
            results.write_json(fresh / results.MANIFEST, {key: found[key] for key in ("kind", "schema", "date", "code_hash", "packages")})
    echo(jsonlib.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) if json else as_text(found))
    return found


# --- the app --------------------------------------------------------------------------------------------------------


def _app(browser: Any, at_once: int, cycles: int, look: float, tries: int) -> dict[str, Any]:
    began = time.perf_counter()
    with started.app("--lang", "en") as (address, process):
        server = psutil.Process(process.pid)
        found: dict[str, Any] = {"ready_seconds": round(time.perf_counter() - began, 2)}
        _run(clients.visit(address, VIEW | {"seed": 900}))  # workers are warm from here on
        found |= _looked_at(browser, address, server, look, tries)
        say(f"bench: 2 x {LARGE:,} residents ...")
        found["large"] = _large(browser, address, server, look)
        say(f"bench: {at_once} pages open one link ...")
        seen = _run(clients.together(address, VIEW | {"seed": 901}, at_once))
        found |= {
            "pages_at_once": at_once,
            "first_weeks_seconds": _spread([one.first for one in seen]),
            "whole_run_seconds": _spread([one.whole for one in seen]),
            "errors": sum(len(one.errors) for one in seen),
        }
        found["mb_per_page"] = _mb_per_page(address, server, at_once)
        say(f"bench: {cycles} pages opened and closed ...")
        _run(clients.one_after_the_other(address, VIEW, max(3, cycles // 5)))
        before = _mb(server)
        _run(clients.one_after_the_other(address, VIEW, cycles))
        found |= {"cycles": cycles, "mb_before_cycles": before, "mb_after_cycles": _mb(server), "threads_after": server.num_threads()}
    return found


def _looked_at(browser: Any, address: str, server: psutil.Process, look: float, tries: int) -> dict[str, Any]:
    """Measure one page in a browser: time to first picture, frames per second, and delay of a slider."""
    words = texts()["en"]
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(WATCH)
    page.set_default_timeout(started.PATIENCE * 1000)
    began = time.perf_counter()
    page.goto(f"{address}?view={jsonlib.dumps(VIEW)}")
    scrub = page.get_by_role("slider", name=words["ui"]["scrub"])
    scrub.wait_for()
    found: dict[str, Any] = {"page_seconds": round(time.perf_counter() - began, 2)}
    page.wait_for_function("() => { const n = watched.messages.length; return n > 44 }")
    found["payload_mb"] = round(page.evaluate("watched.bytes") / 1e6, 2)
    page.get_by_label(words["ui"]["speed"], exact=True).select_option("16")
    page.get_by_role("button", name=words["ui"]["play"], exact=True).click()
    page.wait_for_timeout(500)
    found |= _playing(page, server, look)
    page.get_by_role("button", name=words["ui"]["pause"], exact=True).click()
    scrub.fill("23")
    page.get_by_role("tab", name=words["tabs"]["change"]).click()
    slider, waited = page.get_by_role("slider", name=words["practices"]["presence"]["label"]), []
    for n in range(tries):
        page.wait_for_timeout(1500)
        slider.evaluate(DRAG, str(0.2 + 0.1 * n))
        waited.append(page.evaluate(NEXT_DRAW, page.evaluate("window.touchedAt")))
    found["slider_to_answer_ms"] = _spread([each[0] for each in waited], 0)
    found["slider_to_redraw_ms"] = _spread([each[1] for each in waited], 0)
    page.close()
    return found


def _large(browser: Any, address: str, server: psutil.Process, look: float) -> dict[str, Any]:
    """Measure an uploaded, larger neighbourhood: time of a whole run, and frames per second."""
    words = texts()["en"]
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(WATCH)
    page.set_default_timeout(started.PATIENCE * 1000)
    page.goto(f"{address}?view={jsonlib.dumps(VIEW)}")
    page.get_by_role("tab", name=words["tabs"]["own"]).click()
    file = {"name": "large.toml", "mimeType": "text/plain", "buffer": f"[place]\nresidents = {LARGE}\n".encode()}
    page.locator("input[type=file]").set_input_files(file)
    began = time.perf_counter()
    page.get_by_role("button", name=words["own"]["load"]).click()
    page.wait_for_function(ALL_THERE, arg=LARGE)
    found = {"residents": LARGE, "whole_run_seconds": round(time.perf_counter() - began, 1)}
    page.get_by_label(words["ui"]["speed"], exact=True).select_option("16")
    page.get_by_role("button", name=words["ui"]["play"], exact=True).click()
    page.wait_for_timeout(500)
    found |= _playing(page, server, look)
    page.close()
    return found


def _playing(page: Any, server: psutil.Process, look: float) -> dict[str, Any]:
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
        before, opened = _mb(server), []
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


def _solara_viz(browser: Any, look: float, tries: int) -> dict[str, Any]:
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
            found: dict[str, Any] = {"ready_seconds": round(time.perf_counter() - began, 2)}
            server = psutil.Process(process.pid)
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.add_init_script(WATCH)
            page.set_default_timeout(started.PATIENCE * 1000)
            began = time.perf_counter()
            page.goto(address)
            page.locator("img").nth(2).wait_for()
            found["page_seconds"] = round(time.perf_counter() - began, 2)
            waited = [_step(page) for _ in range(tries)]
            found["step_to_redraw_ms"] = _spread(waited, 0)
            page.evaluate(COUNT_PICTURES)
            page.get_by_role("button", name="▶", exact=True).or_(page.get_by_role("button", name="Play")).first.click()
            page.wait_for_timeout(500)
            found |= _pictures(page, server, look)
            page.close()
    return found


def _step(page: Any) -> float:
    """Return milliseconds from a click on Step until the picture of the residents changes."""
    page.wait_for_timeout(1500)
    return page.evaluate(STEP)


def _pictures(page: Any, server: psutil.Process, look: float) -> dict[str, Any]:
    page.evaluate("window.pictures = 0; watched.bytes = 0")
    cpu, began = _cpu(server), time.perf_counter()
    page.wait_for_timeout(1000 * look)
    seconds, spent, count = time.perf_counter() - began, _cpu(server) - cpu, page.evaluate("window.pictures")
    return {
        "frames_per_second": round(count / seconds, 1),
        "server_ms_per_frame": round(1000 * spent / max(1, count), 2),
        "kb_per_frame": round(page.evaluate("watched.bytes") / 1000 / max(1, count), 2),
    }


def _run(doing: Any) -> Any:
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


def _spread(values: list[float], digits: int = 2) -> dict[str, float]:
    return {"median": round(median(values), digits), "low": round(min(values), digits), "high": round(max(values), digits)}


def as_text(found: dict[str, Any]) -> str:
    """Return a Markdown table of both, and sentences for results without counterpart."""
    a, m = found["app"], found["solara_viz"]

    def s(spread: dict[str, float], unit: str) -> str:
        return f"{spread['median']:g} ({spread['low']:g}-{spread['high']:g}) {unit}"

    rows = [
        ("", "the app", "SolaraViz"),
        ("shows", "2 x 1,000 residents, 6 charts", "1,000 residents, 2 charts"),
        ("page opens, to the first picture", f"{a['page_seconds']:g} s", f"{m['page_seconds']:g} s"),
        ("frames a second while playing", f"{a['frames_per_second']:g}", f"{m['frames_per_second']:g}"),
        ("processor time of the server per frame", f"{a['server_ms_per_frame']:g} ms", f"{m['server_ms_per_frame']:g} ms"),
        ("sent per frame", f"{a['kb_per_frame']:g} kB", f"{m['kb_per_frame']:g} kB"),
        ("slider / step to redraw", s(a["slider_to_redraw_ms"], "ms"), s(m["step_to_redraw_ms"], "ms")),
        ("sent for a whole run (SolaraViz: 260 frames)", f"{a['payload_mb']:g} MB", f"{260 * m['kb_per_frame'] / 1000:.1f} MB"),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" + ("\n| --- | ---: | ---: |" if n == 0 else "") for n, row in enumerate(rows))
    large = a["large"]
    lines = [
        f"2 x {large['residents']:,} residents: {large['frames_per_second']:g} frames a second while playing, "
        f"whole runs {large['whole_run_seconds']:g} s after loading the file.",
        f"{a['pages_at_once']} pages open one link at once: first weeks of both after {s(a['first_weeks_seconds'], 's')}, "
        f"whole runs after {s(a['whole_run_seconds'], 's')}; {a['errors']} errors.",
        f"An open page costs the server {a['mb_per_page']:g} MB.",
        f"{a['cycles']} pages opened, sent a whole run and closed one after the other: memory of the server from "
        f"{a['mb_before_cycles']:g} to {a['mb_after_cycles']:g} MB.",
        f"{found['cpu']}, {found['cores']} cores shared by server, workers and browser; load {found['load']} when it began.",
    ]
    return table + "\n\n" + "\n".join(f"* {line}" for line in lines)
