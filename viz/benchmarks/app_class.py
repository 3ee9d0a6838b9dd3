"""A class of fifty, each with a slider in hand: how soon everybody sees something, and everything. `python -m viz.benchmarks.app_class`.

Each page has the same link open; then all drag one slider at once, thirty moves in three and a half seconds, each to a value of its own,
from the start of the run, so that no two pages share a week. Pages, server and workers share the machine.

What it printed on two cores with nothing else to do:

50 pages, 30 moves each; 0 errors; 2 cores; load 1.4
first redraw after the first move: 0.8 s, the last of them 1.1 s (wanted: 5)
whole run after the last move: 14.1 s, the last of them 14.5 s (wanted: 20)

Before a page waited for an answer between two moves (7.1 s and 21.6 s), the server spent eight seconds on reading 1,500 questions.
"""

from __future__ import annotations

import asyncio
import os
import sys
from statistics import median

from viz.benchmarks import app_client as clients
from viz.benchmarks import app_process as started

PAGES, MOVES, APART = 50, 30, 0.12  # seconds between two moves, as a page sends them
FIRST, WHOLE = 5.0, 20.0  # seconds after the first and after the last move that nobody should wait longer than


def as_text(found: list[clients.Dragged]) -> str:
    """Return what was measured, in three lines."""
    first, whole = [one.first for one in found], [one.whole - one.moved for one in found]
    errors = sum(len(one.errors) for one in found)
    load = f"; load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return "\n".join([
        f"{len(found)} pages, {MOVES} moves each; {errors} errors; {os.cpu_count()} cores{load}",
        f"first redraw after the first move: {median(first):.1f} s, the last of them {max(first):.1f} s (wanted: {FIRST:g})",
        f"whole run after the last move: {median(whole):.1f} s, the last of them {max(whole):.1f} s (wanted: {WHOLE:g})",
    ])  # fmt: skip


def main() -> None:
    """Measure, and print."""
    with started.app("--lang", "en") as (address, _):
        asyncio.run(clients.visit(address, clients.seeded(900)))  # workers are warm from here on
        pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
        print(as_text(asyncio.run(clients.a_class_drags(address, clients.VIEW, pages, MOVES, APART))))


if __name__ == "__main__":
    main()
