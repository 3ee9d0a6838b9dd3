"""Mutation testing: small changes to the code, each of which the nearest tests should notice. Outside CI; needs cosmic-ray.

    python -m uv run --group test --group mutation python tests/mutation/run.py FOLDER

Draws mutants by a seed over all files of nearest.toml, out of all that cosmic-ray can make of them; runs each in a copy of the
source tree against the nearest tests; prints what was killed and the difference that each survivor makes. The same command goes on
where it was stopped. `--again` takes the tests as they are now and tries the survivors once more. FOLDER/session.sqlite is a session
of cosmic-ray, for cr-report and cr-html.
"""

from __future__ import annotations

import argparse
import compileall
import filecmp
import itertools
import os
import py_compile
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatch
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cosmic_ray.commands import init  # pyright: ignore[reportMissingImports]
from cosmic_ray.mutating import mutate_and_test  # pyright: ignore[reportMissingImports]
from cosmic_ray.work_db import WorkDB, use_db  # pyright: ignore[reportMissingImports]
from cosmic_ray.work_item import WorkerOutcome, WorkResult  # pyright: ignore[reportMissingImports]

HOME = Path(__file__).resolve().parents[2]
SOURCES = ("model", "experiments", "viz")
WHOLE = (*SOURCES, "tests", "pyproject.toml", "README.md")
PYTEST = "-m pytest -n 0 -x -q -p no:cacheprovider --hypothesis-seed=0"  # plain: nothing is compiled, for conftest.py is passed over


def nearest(tree: Path) -> dict[str, list[str]]:
    """The files to mutate, and the tests nearest to each, in order."""
    given = tomllib.loads((HOME / "tests/mutation/nearest.toml").read_text(encoding="utf-8"))["nearest"]
    found: dict[str, list[str]] = {}
    for pattern, tests in given.items():
        for path in paths(tree, pattern):
            named = [each.format(name=Path(path).stem) for each in tests]
            found[path] = list(dict.fromkeys(test for each in named for test in paths(tree, each)))
    return found


def paths(tree: Path, pattern: str) -> list[str]:
    """Files below the tree, relative to it."""
    return sorted(str(path.relative_to(tree)) for path in tree.glob(pattern))


def command(tests: Iterable[str]) -> str:
    """How tests are run; conftest.py of the whole suite, which compiles, lies above what is read."""
    tests = list(tests)
    return f"{sys.executable} {PYTEST} --confcutdir={Path(tests[0]).parent} {' '.join(tests)}"


def draw(folder: Path, number: int, seed: int, only: str) -> None:
    """Copy the source tree, list every mutant, and mark all but those drawn as skipped."""
    shutil.rmtree(folder / "tree", ignore_errors=True)
    (folder / "tree").mkdir(parents=True)
    for name in WHOLE:
        copy(HOME / name, folder / "tree" / name)
    os.chdir(folder / "tree")
    fresh = folder / "session.partial"
    fresh.unlink(missing_ok=True)
    with use_db(str(fresh)) as db:
        init([Path(path) for path in nearest(folder / "tree") if fnmatch(path, only)], db, {})
        every = sorted(db.work_items, key=lambda item: (str(of(item).module_path), of(item).operator_name, of(item).occurrence))
        drawn = {item.job_id for item in random.Random(seed).sample(every, min(number, len(every)))}
        skipped = WorkResult(worker_outcome=WorkerOutcome.SKIPPED)
        db.set_multiple_results([item.job_id for item in every if item.job_id not in drawn], skipped)
    fresh.rename(folder / "session.sqlite")
    compiled(folder)
    print(f"{len(drawn)} of {len(every)} mutants drawn by seed {seed}")


def compiled(folder: Path) -> None:
    """Keep bytecode that is checked against the text itself; the usual kind can hide a change made within the same second."""
    compileall.compile_dir(folder / "tree", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


def copy(source: Path, target: Path, bytecode: bool = False) -> None:
    """A file, or a folder, with bytecode or without."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=None if bytecode else shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def of(item: Any) -> Any:
    """The one mutation of a work item."""
    return item.mutations[0]


def again(folder: Path, db: WorkDB) -> None:
    """Take the tests as they are now, and try the survivors once more."""
    changed = [path for path in nearest(HOME) if not filecmp.cmp(HOME / path, folder / "tree" / path, shallow=False)]
    if changed:
        sys.exit(f"{', '.join(changed)}: changed since the mutants were drawn; draw into a new folder")
    shutil.rmtree(folder / "tree/tests")
    copy(HOME / "tests", folder / "tree/tests")
    compiled(folder)
    for item, result in judged(db):
        if not result.is_killed:
            forget(folder, item.job_id)


def forget(folder: Path, job: str) -> None:
    """Cosmic-ray's session has no call for it."""
    import sqlite3

    with sqlite3.connect(folder / "session.sqlite") as connection:
        connection.execute("delete from work_results where job_id = ?", (job,))
    connection.close()


def limits(folder: Path, tests: Iterable[str]) -> dict[str, float]:
    """Seconds that each test file takes without a mutation. Stops when one of its tests fails then."""
    found = {}
    for one in sorted(set(tests)):
        began = time.perf_counter()
        ran = subprocess.run(command([one]).split(), cwd=folder / "tree", capture_output=True, text=True, check=False)
        if ran.returncode < 0:  # ended from outside
            ran = subprocess.run(command([one]).split(), cwd=folder / "tree", capture_output=True, text=True, check=False)
        found[one] = time.perf_counter() - began
        if ran.returncode:
            sys.exit(f"{one}\n{ran.stdout[-3000:]}{ran.stderr[-1000:]}these tests fail without a mutation (status {ran.returncode})")
        print(f"{found[one]:6.1f} s without a mutation: {one}", flush=True)
    return found


def work(folder: Path, db: WorkDB, workers: int) -> None:
    """Run all mutants that wait, each worker in a copy of the tree of its own."""
    tests = nearest(folder / "tree")
    waiting = sorted(db.pending_work_items, key=lambda item: (str(of(item).module_path), of(item).start_pos))
    if not waiting:
        return
    if bare := sorted({str(of(item).module_path) for item in waiting if not tests[str(of(item).module_path)]}):
        sys.exit(f"nearest.toml: {', '.join(bare)}: allowed: tests that are there")
    takes = limits(folder, [test for item in waiting for test in tests[str(of(item).module_path)]])
    context = get_context("spawn")
    trees = context.Queue()
    for number in range(workers):
        shutil.rmtree(folder / f"worker-{number}", ignore_errors=True)
        copy(folder / "tree", folder / f"worker-{number}", bytecode=True)
        trees.put(str(folder / f"worker-{number}"))
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, context, initializer=enter, initargs=(trees,)) as pool:
        asked = {}
        for item in waiting:
            mine = tests[str(of(item).module_path)]
            asked[pool.submit(tried, item.mutations, command(mine), 60 + 4 * sum(takes[test] for test in mine))] = item
        for done, future in zip(itertools.count(1), as_completed(asked)):
            item, result = asked[future], future.result()
            db.set_result(item.job_id, result)
            where = f"{of(item).module_path}:{of(item).start_pos[0]} {of(item).operator_name.removeprefix('core/')}"
            state = "killed" if result.is_killed else "SURVIVED"
            print(f"{done}/{len(waiting)} {time.perf_counter() - began:6.0f} s  {state}  {where}", flush=True)
    for number in range(workers):
        shutil.rmtree(folder / f"worker-{number}", ignore_errors=True)


def tried(mutations: Any, how: str, seconds: float) -> Any:
    """Cosmic-ray's verdict. Tests that were ended from outside before they said anything are run again: that is no verdict."""
    result = mutate_and_test(mutations, how, seconds)
    for _ in range(2):
        if not result.is_killed or re.search(r"failed|error|timeout", result.output or "", re.IGNORECASE):
            break
        result = mutate_and_test(mutations, how, seconds)
    return result


def enter(trees: Any) -> None:
    """A worker goes into its own copy."""
    os.chdir(trees.get())


def judged(db: WorkDB) -> Iterator[tuple[Any, Any]]:
    """What was drawn and run."""
    return ((item, result) for item, result in db.completed_work_items if result.worker_outcome != WorkerOutcome.SKIPPED)


def report(db: WorkDB) -> Iterator[str]:
    """Drawn, killed and survived for each file and in all; then the survivors, with what they change."""
    rows = sorted(judged(db), key=lambda row: (str(of(row[0]).module_path), of(row[0]).start_pos))
    states = Counter((str(of(item).module_path), "killed" if result.is_killed else "survived") for item, result in rows)
    late = Counter(str(of(item).module_path) for item, result in rows if result.output == "timeout")
    files = sorted({path for path, _ in states})
    wide = max(map(len, [*files, "file"]))
    yield f"{'file':<{wide}}  drawn  killed  (of these by time)  survived    rate"
    for path in [*files, ""]:
        killed, survived = (
            sum(n for (at, state), n in states.items() if state == which and path in ("", at)) for which in ("killed", "survived")
        )
        timed = sum(n for at, n in late.items() if path in ("", at))
        drawn = killed + survived
        yield f"{path or 'all':<{wide}}  {drawn:5}  {killed:6}  {timed:18}  {survived:8}  {100 * killed / max(drawn, 1):5.1f} %"
    if waiting := len(db.pending_work_items):
        yield f"{waiting} have not been run yet"
    for item, result in rows:
        if not result.is_killed:
            one = of(item)
            yield f"\n{one.module_path}:{one.start_pos[0]} in {one.definition_name or 'the module'}, {one.operator_name}"
            yield "\n".join(line for line in (result.diff or "").splitlines() if line[:1] in "+-" and line[:3] not in ("---", "+++"))


def main() -> None:
    """Draw, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where mutants and results are kept; new, or one to go on with")
    parser.add_argument("--number", type=int, default=400, help="mutants to draw (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (1)")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="draw from files like this alone, to try something out")
    parser.add_argument("--workers", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--again", action="store_true", help="try the survivors once more with the tests as they are now")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what is known")
    given = parser.parse_args()
    folder = given.folder.resolve()
    if not (folder / "session.sqlite").is_file():
        draw(folder, given.number, given.seed, given.only)
    with use_db(str(folder / "session.sqlite"), WorkDB.Mode.open) as db:
        if given.again:
            again(folder, db)
        if not given.report:
            work(folder, db, given.workers)
        text = "\n".join(report(db))
    (folder / "report.txt").write_text(text + "\n", encoding="utf-8")
    print(f"\n{text}")


if __name__ == "__main__":
    main()
