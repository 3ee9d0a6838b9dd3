"""How fast and how large: our week beside a plain Mesa model that calls the same rules. It reports; it judges nothing.

Every model of every size lives in a process of its own, so that its memory is its own. All are built and burnt in one after the other;
then they take turns, round after round, so that a busy moment of the machine meets all of them: a ratio is the median over rounds.
A round of ours is the same weeks again, from the checkpoint after the burn-in. The plain model (`plain_mesa`) is slow, so its rounds are
shorter, and it is left out where it would take minutes.
"""

from __future__ import annotations

import json as jsonlib
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

KIND, SCHEMA = "leefwereld bench", 1
REGIME, SEED = "leapfrog", 1
SIZES, WEEKS, ROUNDS = (1_000, 10_000, 100_000), 260, 5
QUICK_SIZES, QUICK_WEEKS, QUICK_ROUNDS = (1_000, 10_000), 52, 3
PLAIN_MOST, QUICK_PLAIN_MOST = 10_000, 1_000  # residents: beyond, the plain model is not run
PLAIN_WEEKS, PLAIN_LOAD = 26, 50_000  # weeks of its rounds at most, and resident-weeks at most
OURS, PLAIN = "leefwereld", "plain Mesa"
GUARD_HINT = "a process ended before it began (out of memory?); in a script, call bench() under `if __name__ == '__main__':`"


@dataclass(frozen=True)
class Row:
    """One model at one size. Times of rounds: median, lowest and highest. ratio: cost of the plain model over ours, where both were run."""

    model: str
    residents: int
    burn_in: int  # weeks lived before, not timed
    weeks: int  # of a round
    rounds: int
    build_seconds: float  # the neighbourhood at its first week, residents, ties and all
    round_seconds: float
    resident_weeks_per_second: float
    ns_per_resident_week: float
    ns_low: float
    ns_high: float
    seconds_1000x260: float  # 1,000 residents over 260 weeks at this pace
    peak_mb: float  # the whole process, Python and packages with it
    mb_per_1000: float  # of that what came with the neighbourhood, for 1,000 residents
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None


def bench(
    residents: Sequence[int] = (),
    weeks: int | None = None,
    out: Path | None = None,
    quick: bool = False,
    json: bool = False,
    echo: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Measure, print a table (or JSON), write bench.json and bench.md into `out`, and return all of it. Raises BadInput."""
    from experiments import results
    from experiments.bench_report import as_markdown, as_text

    if out is not None:
        results.check_target(out)
    sizes = sorted(set(residents or (QUICK_SIZES if quick else SIZES)))
    weeks = weeks or (QUICK_WEEKS if quick else WEEKS)
    with _cache(quick) as cache:
        compiling = None if quick else _measure_compiling(cache)
        limits = (QUICK_ROUNDS, QUICK_PLAIN_MOST) if quick else (ROUNDS, PLAIN_MOST)
        rows, costs, notes = _measure(sizes, weeks, *limits, cache)
    found = {
        "kind": KIND,
        "schema": SCHEMA,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "regime": REGIME,
        "compiling": compiling,
        "rows": [asdict(row) for row in rows],
        "cost_by_size": costs,
        "notes": notes,
    } | results.surroundings()
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
    """A cache folder of our own, empty at first; with `quick`, the usual one."""
    if quick:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="leefwereld-bench-", ignore_cleanup_errors=True) as folder:
        yield folder


def _measure_compiling(cache: str | None) -> dict[str, float]:
    say("bench: compiling in an empty cache ...")
    with _workers() as start:
        return start(_Compiler, 1_000, 26, cache).ask("prepare")


def _measure(
    sizes: list[int], weeks: int, rounds: int, plain_most: int, cache: str | None
) -> tuple[list[Row], list[dict[str, float]], list[str]]:
    """Build everything, take turns, and sum up."""
    notes: list[str] = []
    built: dict[tuple[str, int], dict[str, float]] = {}
    spent: dict[tuple[str, int], list[float]] = {}
    with _workers() as start:
        running: dict[tuple[str, int], _Worker] = {}
        plain = [n for n in sizes if n <= plain_most]
        for kind, n in [(OURS, n) for n in sizes] + [(PLAIN, n) for n in plain]:
            say(f"bench: {kind}, {n:,} residents: building and burning in ...")
            length = weeks if kind == OURS else max(1, min(weeks, PLAIN_WEEKS, PLAIN_LOAD // n))
            try:
                worker = start(_Ours if kind == OURS else _Plain, n, length, cache)
                built[kind, n] = worker.ask("prepare") | {"weeks": length}
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
                spent[key].append(running[key].ask("round"))
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


# --- in processes of their own ------------------------------------------------------------------------------------


class _Worker:
    """A process that holds one model and does what it is asked, one thing at a time."""

    def __init__(self, kind: type[_Subject], residents: int, weeks: int, cache: str | None) -> None:
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, kind, residents, weeks, cache), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, what: str) -> Any:
        """The answer of the subject's method. EOFError when the process is lost; RuntimeError with its traceback when it failed."""
        try:
            self.line.send(what)
            well, answer = self.line.recv()
        except OSError as error:
            raise EOFError from error
        if not well:
            raise RuntimeError(f"a process of the benchmark failed:\n{answer}")
        return answer

    def stop(self) -> None:
        """End the process."""
        self.line.close()
        self.process.terminate()
        self.process.join()


@contextmanager
def _workers() -> Iterator[Callable[..., _Worker]]:
    """Yields a function that starts workers; all of them have ended after the block."""
    started: list[_Worker] = []

    def start(*given: Any) -> _Worker:
        started.append(_Worker(*given))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            worker.stop()


def _serve(line: Connection, kind: type[_Subject], residents: int, weeks: int, cache: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    if cache is not None:
        os.environ["LEEFWERELD_CACHE"] = cache
    subject = kind(residents, weeks)
    while True:
        try:
            what = line.recv()
        except EOFError:
            return
        try:
            answer = True, getattr(subject, what)()
        except Exception:
            answer = False, traceback.format_exc()
        line.send(answer)


class _Subject:
    """What a worker holds."""

    def __init__(self, residents: int, weeks: int) -> None:
        from model.scenario import load

        self.case = load("default").replaced(residents=residents)
        self.weeks = weeks
        self.place: Any = None

    def prepare(self) -> dict[str, float]:
        """Build and burn in; returns how long the building took and how much memory there was."""
        raise NotImplementedError

    def round(self) -> float:
        """Live the weeks of a round; returns seconds."""
        raise NotImplementedError


class _Ours(_Subject):
    """Our neighbourhood."""

    def prepare(self) -> dict[str, float]:
        from model import engine
        from model.neighbourhood import Neighbourhood

        engine.ensure_compiled(None, say)
        Neighbourhood("default", REGIME, SEED).run(self.weeks)  # so that what is loaded or compiled at the first use is not counted
        before = memory_now()
        began = time.perf_counter()
        self.place = Neighbourhood(self.case, REGIME, SEED)
        spent = time.perf_counter() - began
        self.place.run(self.weeks)
        peak = memory_peak()
        self.place = Neighbourhood(self.case, REGIME, SEED)  # once more: a checkpoint is no part of the memory of a run
        self.place.burn_in()
        self.start = self.place.checkpoint()
        return {"build_seconds": spent, "burn_in": self.case.burn_in, "peak_mb": peak, "before_mb": before}

    def round(self) -> float:
        self.place.restore(self.start)
        began = time.perf_counter()
        self.place.run(self.weeks)
        return time.perf_counter() - began


class _Plain(_Subject):
    """The plain Mesa model; it cannot be turned back, so it just goes on."""

    def prepare(self) -> dict[str, float]:
        from experiments.plain_mesa import PlainNeighbourhood

        PlainNeighbourhood(self.case.replaced(residents=50), REGIME, SEED).step()
        before = memory_now()
        began = time.perf_counter()
        self.place = PlainNeighbourhood(self.case, REGIME, SEED)
        spent = time.perf_counter() - began
        for _ in range(self.case.burn_in):
            self.place.step()
        return {"build_seconds": spent, "burn_in": self.case.burn_in, "peak_mb": memory_peak(), "before_mb": before}

    def round(self) -> float:
        self.place.step()  # not timed: ours comes warm from its checkpoint, so let this one warm up too
        began = time.perf_counter()
        for _ in range(self.weeks):
            self.place.step()
        return time.perf_counter() - began


class _Compiler(_Subject):
    """The first run on a machine."""

    def prepare(self) -> dict[str, float]:
        began = time.perf_counter()
        from model import engine

        engine.ensure_compiled()
        announced = time.perf_counter() - began
        late = max(0.0, self.round() - self.round())  # what the first life takes longer than the second was still compiled in it
        return {"seconds": announced + late, "late_seconds": late}

    def round(self) -> float:
        from model.neighbourhood import Neighbourhood

        began = time.perf_counter()
        Neighbourhood(self.case, REGIME, SEED).run(self.weeks)
        return time.perf_counter() - began


def memory_now() -> float:
    """Megabytes that this process has in memory now; on Linux the peak begins anew."""
    if sys.platform == "linux":
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        return _linux_mb("VmRSS")
    import psutil

    return psutil.Process().memory_info().rss / 1e6


def memory_peak() -> float:
    """Megabytes that this process had in memory at most.

    Linux: VmHWM, because ru_maxrss begins with what the parent had when it started this process.
    """
    if sys.platform == "linux":
        return _linux_mb("VmHWM")
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS


def _linux_mb(name: str) -> float:
    for row in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if row.startswith(f"{name}:"):
            return int(row.split()[1]) * 1024 / 1e6
    return 0.0


def cpu_name() -> str:
    """The processor's name, as far as the system tells."""
    try:
        for row in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if row.startswith("model name"):
                return row.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def say(line: str) -> None:
    """How far it is, on stderr."""
    print(line, file=sys.stderr, flush=True)
