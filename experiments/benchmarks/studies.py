"""Benchmark of the overhead of a study, compared with mesa.batch_run on the same model. It only reports.

The model is our neighbourhood, tiny on purpose to show the overhead: 50 residents, four weeks. Every measurement has its own
process with its own workers. The cost of a run itself is measured as a plain loop in one process; overhead is a worker's time
per run minus that. Times start at the first finished run, as starting workers takes the same few seconds for any number;
mesa.batch_run reports nothing before its end, so for it the time of the smallest batch is subtracted instead.
"""

from __future__ import annotations

import json as jsonlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from experiments.shared.manifest import Surroundings

if TYPE_CHECKING:
    from experiments.running.groups import Group, RunGroup
    from experiments.running.ledger import Answer
    from experiments.shared.progress import Pace
    from model.case.case import Case

KIND, SCHEMA = "leefwereld bench of studies", 1
SIZES, QUICK_SIZES = (100, 1_000, 10_000), (100, 1_000)
ONE_MOST = 1_000  # most runs measured with one worker
RESIDENTS, WEEKS = 50, 4
OURS, MESA = "study run", "mesa.batch_run"
HEADS = (
    "runs",
    "with",
    "workers",
    "seconds",
    "runs per second",
    "overhead, ms a run",
    "efficiency",
    "parent, peak MB",
    "a worker, peak MB",
)
ONE = "import sys; from experiments.benchmarks.studies import measure; measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))"


class Row(Protocol):
    """One measurement, a number None where it is unknown."""

    @overload
    def __getitem__(self, key: Literal["with"], /) -> str: ...
    @overload
    def __getitem__(self, key: Literal["runs", "workers"], /) -> int: ...
    @overload
    def __getitem__(
        self, key: Literal["seconds", "alone", "runs_per_second", "overhead_ms", "efficiency", "parent_mb", "worker_mb"], /
    ) -> float | None: ...


class Bench(Surroundings):
    """The results of the benchmark."""

    kind: str
    schema: int
    date: str
    cpu: str
    cores: int
    residents: int
    weeks: int
    rows: Sequence[Row]
    seconds_alone: float


def bench(quick: bool = False, json: bool = False, out: Path | None = None, echo: Callable[[str], None] = print) -> Bench:
    """Measure, print a table (or JSON), write bench.json and bench.md into `out`, and return the results. Raises BadInput."""
    from experiments.running.worker import usable_cores
    from experiments.shared import folders as results
    from experiments.shared.machine import cpu_name, say

    if out is not None:
        results.check_target(out)
    sizes = QUICK_SIZES if quick else SIZES
    rows = []
    workers = min(2, usable_cores())
    for kind in (OURS, MESA):
        small: dict[int, float] = {}
        for runs in sizes:
            for crew in sorted({1, workers}):
                if crew < workers and runs > ONE_MOST:
                    continue
                say(f"bench: {kind}, {runs:,} runs on {crew} ...")
                alone = _in_a_process("loop", 200, 1)["seconds"] / 200  # measured each time, as the load of the machine may change
                row = _in_a_process(kind, runs, crew)
                small.setdefault(crew, row["seconds"])
                rows.append(_row(row, alone, small[crew]))
    found: Bench = {
        "kind": KIND, "schema": SCHEMA, "date": datetime.now().astimezone().isoformat(timespec="seconds"), "cpu": cpu_name(),
        "cores": usable_cores(), "residents": RESIDENTS, "weeks": WEEKS, "rows": rows,
        "seconds_alone": median(row["alone"] for row in rows), **results.surroundings(),
    }  # fmt: skip
    if out is not None:
        with results.new_folder(out) as fresh:
            results.write_json(fresh / "bench.json", found)
            (fresh / "bench.md").write_text(as_text(found), encoding="utf-8")
            results.write_json(fresh / results.MANIFEST, {key: found[key] for key in ("kind", "schema", "date", "code_hash", "packages")})
    echo(jsonlib.dumps(found, indent=2, allow_nan=False) if json else as_text(found))
    return found


def _in_a_process(kind: str, runs: int, workers: int) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", ONE, kind, str(runs), str(workers)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"a process of the benchmark failed:\n{done.stderr}")
    return jsonlib.loads(done.stdout.splitlines()[-1])


def _row(row: dict[str, Any], alone: float, smallest: float) -> dict[str, Any]:
    """Add to a row: pace without the start, overhead per run, and the workers' efficiency."""
    steady = row.get("steady_seconds", row["seconds"] - smallest)
    ran = row.get("steady_runs", row["runs"] - SIZES[0])
    pace = ran / steady if ran > 0 and steady > 0 else None
    row |= {"alone": alone, "runs_per_second": pace, "overhead_ms": pace and 1000.0 * (row["workers"] / pace - alone)}
    return row | {"efficiency": pace and pace * alone / row["workers"]}


def as_text(found: Bench) -> str:
    """Return a Markdown table with a note."""

    def number(value: float | None, digits: int = 2) -> str:
        return "-" if value is None else f"{value:,.{digits}f}"

    lines: list[Sequence[str]] = [HEADS, ["---"] * len(HEADS)]
    for row in found["rows"]:
        cells = [f"{row['runs']:,}", row["with"], str(row["workers"]), number(row["seconds"], 1), number(row["runs_per_second"], 0)]
        cells += [number(row["overhead_ms"]), number(row["efficiency"]), number(row["parent_mb"], 0), number(row["worker_mb"], 0)]
        lines.append(cells)
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    told = (
        f"{found['cpu']}, {found['cores']} cores. A run of {found['residents']} residents and {found['weeks']} weeks takes "
        f"{1000 * found['seconds_alone']:.2f} ms in a plain loop. Seconds are of everything, from an empty folder to a finished one; "
        "runs per second, overhead and efficiency (runs per second times the time of a run in the plain loop, over workers) are "
        "without the start."
    )
    return f"{table}\n\n{told}\n"


# --- in a separate process -----------------------------------------------------------------------------------------


def measure(kind: str, runs: int, workers: int) -> None:
    """Measure once, and print the result as JSON."""
    from experiments.shared.machine import memory_peak

    done = threading.Event()
    largest = [0.0]
    watch = threading.Thread(target=_watch_workers, args=(done, largest))
    watch.start()
    try:
        found = {"loop": _loop, OURS: _ours, MESA: _mesa, "stand-ins": _stand_ins}[kind](runs, workers)
    finally:
        done.set()
        watch.join()
    facts = {"runs": runs, "with": kind, "workers": workers} | found
    print(jsonlib.dumps(facts | {"parent_mb": memory_peak(), "worker_mb": largest[0] or None}))


def _watch_workers(done: threading.Event, largest: list[float]) -> None:
    """Record the largest memory (MB) of any worker."""
    import psutil

    this = psutil.Process()
    while not done.wait(0.05):  # underestimates short-lived workers
        for child in this.children(recursive=True):
            with suppress(psutil.Error):
                largest[0] = max(largest[0], child.memory_info().rss / 1e6)


def _case() -> Case:
    from model.case.case import load

    return load("default").replaced(residents=RESIDENTS, burn_in=0)


def _loop(runs: int, _workers: int) -> dict[str, float]:
    from model.neighbourhood import Neighbourhood

    case = _case()
    for seed in range(20):
        Neighbourhood(case, "leapfrog", seed).run(WEEKS).outcomes()
    began = time.perf_counter()
    for seed in range(runs):
        Neighbourhood(case, "leapfrog", seed).run(WEEKS).outcomes()
    return {"seconds": time.perf_counter() - began}


def _mesa(runs: int, workers: int) -> dict[str, float]:
    import mesa

    from model.neighbourhood import Neighbourhood

    began = time.perf_counter()
    parameters = {"case": [_case()], "regime": "leapfrog"}
    seeds = list(range(1, runs + 1))
    mesa.batch_run(Neighbourhood, parameters, number_processes=workers, rng=seeds, max_steps=WEEKS, display_progress=False)
    return {"seconds": time.perf_counter() - began}


def _ours(runs: int, workers: int) -> dict[str, float]:
    from experiments.running.groups import each_run

    return _study(runs, workers, each_run)


def _stand_ins(runs: int, workers: int) -> dict[str, float]:
    return _study(runs, workers, answered)


def answered(group: Group) -> Iterator[Answer]:
    """Return answers at once, with outcomes and a table of usual size, instead of running."""
    from experiments.running.ledger import OK, Answer
    from model.measures.weekly import OUTCOMES

    for number, _ in group.runs:
        kept = {"weekly": _series()} if group.keep.weekly else None
        yield Answer(number, OK, 0.0, "code", "identity", {name: float(number) for name in OUTCOMES}, kept)


def _series() -> bytes:
    import io

    import polars as pl

    file = io.BytesIO()
    pl.DataFrame({"week": range(1, 53), "burden": [0.5] * 52}).write_ipc(file)
    return file.getvalue()


def _study(runs: int, workers: int, function: RunGroup) -> dict[str, float]:
    from experiments.study import work as study_work
    from experiments.study.points import checked

    data = {"name": "bench", "question": "?", "weeks": WEEKS, "regimes": ["leapfrog"], "outcomes": ["burden"]}
    data |= {"conditions": {"residents": RESIDENTS, "burn_in": 0}, "replications": {"number": runs}}
    if function is answered:
        data["keep"] = ["end", "weekly"]
    first: list[tuple[float, int]] = []
    last: list[tuple[float, int]] = []

    def tell(pace: Pace) -> None:
        if pace.here and not first:
            first.append((time.perf_counter(), pace.here))
        last[:] = [(time.perf_counter(), pace.here)]

    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="leefwereld-bench-", ignore_cleanup_errors=True) as folder:
        study_work.begin(checked(data), Path(folder) / "study", max_runs=runs)
        study_work.work(Path(folder) / "study", workers, tell, lambda _line: None, function=function)
    steady = {"steady_seconds": last[0][0] - first[0][0], "steady_runs": last[0][1] - first[0][1]}
    return {"seconds": time.perf_counter() - began} | steady
