"""Benchmark of speed and memory against a plain Mesa model that calls the same rules. It only reports.

Every model and size has its own process, to measure its memory. All are built and burnt in one after the other; then they run rounds in
turn, so that other load on the machine affects all: a ratio is the median over rounds. A round of ours repeats the same weeks from the
checkpoint after the burn-in. The plain model (`plain_mesa`) is slow, so its rounds are shorter, and large sizes are left out.
"""

from __future__ import annotations

import json as jsonlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from experiments.benchmarks.report import Bench, Row, as_markdown, as_text
from experiments.benchmarks.subjects import REGIME, Compiler, Ours, Plain, Worker, workers
from experiments.shared.machine import cpu_name, say

KIND, SCHEMA = "leefwereld bench", 1
SIZES, WEEKS, ROUNDS = (1_000, 10_000, 100_000), 260, 5
QUICK_SIZES, QUICK_WEEKS, QUICK_ROUNDS = (1_000, 10_000), 52, 3
PLAIN_MOST, QUICK_PLAIN_MOST = 10_000, 1_000  # largest size (residents) of the plain model
PLAIN_WEEKS, PLAIN_LOAD = 26, 50_000  # limits of its rounds: weeks, and resident-weeks
OURS, PLAIN = "leefwereld", "plain Mesa"
GUARD_HINT = "a process ended before it began (out of memory?); in a script, call bench() under `if __name__ == '__main__':`"


def bench(
    residents: Sequence[int] = (),
    weeks: int | None = None,
    out: Path | None = None,
    quick: bool = False,
    json: bool = False,
    echo: Callable[[str], None] = print,
) -> Bench:
    """Measure, print a table (or JSON), write bench.json and bench.md into `out`, and return the results. Raises BadInput."""
    from experiments.shared import folders as results

    if out is not None:
        results.check_target(out)
    sizes = sorted(set(residents or (QUICK_SIZES if quick else SIZES)))
    weeks = weeks or (QUICK_WEEKS if quick else WEEKS)
    with _cache(quick) as cache:
        compiling = None if quick else _measure_compiling(cache)
        limits = (QUICK_ROUNDS, QUICK_PLAIN_MOST) if quick else (ROUNDS, PLAIN_MOST)
        rows, costs, notes = _measure(sizes, weeks, *limits, cache)
    found: Bench = {
        "kind": KIND,
        "schema": SCHEMA,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "regime": REGIME,
        "compiling": compiling,
        "rows": rows,
        "cost_by_size": costs,
        "notes": notes,
        **results.surroundings(),
    }
    if out is not None:
        with results.new_folder(out) as fresh:
            results.write_json(fresh / "bench.json", found)
            (fresh / "bench.md").write_text(as_markdown(found), encoding="utf-8")
            results.write_json(fresh / results.MANIFEST, {key: found[key] for key in ("kind", "schema", "date", "code_hash", "packages")})
    echo(jsonlib.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) if json else as_text(found, out))
    return found


# --- measuring ----------------------------------------------------------------------------------------------------


@contextmanager
def _cache(quick: bool) -> Iterator[str | None]:
    """Yield an empty cache folder; with `quick` None, for the usual one."""
    if quick:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="leefwereld-bench-", ignore_cleanup_errors=True) as folder:
        yield folder


def _measure_compiling(cache: str | None) -> dict[str, float]:
    say("bench: compiling in an empty cache ...")
    with workers() as start:
        return start(Compiler, 1_000, 26, cache).prepare()


def _measure(
    sizes: list[int], weeks: int, rounds: int, plain_most: int, cache: str | None
) -> tuple[list[Row], list[dict[str, float]], list[str]]:
    """Build all models, run the rounds in turn, and summarise."""
    notes: list[str] = []
    built: dict[tuple[str, int], dict[str, float]] = {}
    spent: dict[tuple[str, int], list[float]] = {}
    with workers() as start:
        running: dict[tuple[str, int], Worker] = {}
        plain = [n for n in sizes if n <= plain_most]
        for kind, n in [(OURS, n) for n in sizes] + [(PLAIN, n) for n in plain]:
            say(f"bench: {kind}, {n:,} residents: building and burning in ...")
            length = weeks if kind == OURS else max(1, min(weeks, PLAIN_WEEKS, PLAIN_LOAD // n))
            try:
                worker = start(Ours if kind == OURS else Plain, n, length, cache)
                built[kind, n] = worker.prepare() | {"weeks": length}
                running[kind, n], spent[kind, n] = worker, []
            except EOFError:
                notes.append(f"{kind} at {n:,} residents was lost: its process ended (out of memory?)")
                say(f"bench: {notes[-1]}")
        if not running:
            raise RuntimeError(GUARD_HINT)
        order = sorted(running, key=lambda key: (key[1], key[0]))
        for turn in range(rounds):
            say(f"bench: round {turn + 1} of {rounds} ...")
            for key in order:
                spent[key].append(running[key].round())
    if len(plain) < len(sizes):
        notes.append(f"the plain Mesa model was run up to {plain_most:,} residents only, because it is slow")
    cost = {key: [seconds * 1e9 / built[key]["weeks"] / key[1] for seconds in times] for key, times in spent.items()}
    rows = [_row(key, built[key], spent[key], cost) for key in sorted(order, key=lambda key: (key[0] == PLAIN, key[1]))]
    ours = [n for kind, n in sorted(order, key=lambda key: key[1]) if kind == OURS]
    costs = [
        {"residents": large, "against": small} | _summed([a / b for a, b in zip(cost[OURS, large], cost[OURS, small], strict=True)])
        for small, large in pairwise(ours)
    ]
    return rows, costs, notes


def _row(key: tuple[str, int], facts: Mapping[str, float], times: list[float], cost: Mapping[tuple[str, int], list[float]]) -> Row:
    kind, n = key
    ns = _summed(cost[key])
    ratio: dict[str, float] = {}
    if kind == OURS and (PLAIN, n) in cost:
        ratio = _summed([plain / ours for plain, ours in zip(cost[PLAIN, n], cost[key], strict=True)])
    return Row(
        model=kind,
        residents=n,
        burn_in=int(facts["burn_in"]),
        weeks=int(facts["weeks"]),
        rounds=len(times),
        build_seconds=facts["build_seconds"],
        round_seconds=median(times),
        resident_weeks_per_second=1e9 / ns["median"],
        ns_per_resident_week=ns["median"],
        ns_low=ns["low"],
        ns_high=ns["high"],
        seconds_1000x260=ns["median"] * 260_000 / 1e9,
        peak_mb=facts["peak_mb"],
        mb_per_1000=max(0.0, facts["peak_mb"] - facts["before_mb"]) / n * 1000,
        ratio=ratio.get("median"),
        ratio_low=ratio.get("low"),
        ratio_high=ratio.get("high"),
    )


def _summed(values: list[float]) -> dict[str, float]:
    return {"median": median(values), "low": min(values), "high": max(values)}
