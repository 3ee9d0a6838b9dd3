"""What a study survives, tried for real on the command line: kills, a full disk, Ctrl-C, runs that raise and runs that hang.

Nothing finished is lost, nothing is counted twice, no worker stays, and what comes out in the end is what an uninterrupted study gives.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import psutil
import pytest

import experiments
from experiments.cli.main import main
from experiments.running.ledger import FAILED, OK, PENDING, RUNNING, TIMED_OUT, Ledger
from experiments.study.results import KIND
from model.errors import BadInput

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")

STUDY = """
question = "Does it come through?"
weeks = 6
regimes = ["top_down", "leapfrog"]
outcomes = ["burden"]
keep = ["end", "weekly"]
[conditions]
residents = 40
burn_in = 2
[replications]
number = 90
"""
RUNS = 180
ROOM = 122_880  # bytes of the largest file: a few runs, wherever the study stands
STARTED: list[subprocess.Popen[str]] = []
FAULTY = """
question = "What if rules raise or hang?"
weeks = 6
timeout = 1.5
rules = ["rules.py"]
outcomes = ["burden"]
[conditions]
residents = 40
burn_in = 2
problem_rate = 20
[factors]
owner_ratio = { values = [1.0, 2.0, 5.0] }
[design]
kind = "grid"
[replications]
number = 2
"""
RULES = """
def will_report(draw, habit, burden, belief, owner, owner_ratio, reach):
    if draw > 0.95:
        burden = burden / (owner_ratio - 2.0) * (owner_ratio - 2.0)
    while owner_ratio == 5.0 and draw > 0.95:
        draw += 1.0
    return draw < habit * burden
"""

KILLS = """
import json, os, signal, sys
from pathlib import Path
from experiments import compare
from experiments.running.groups import each_run
from experiments.study import work
from model.case.case import load

def deadly(group):
    for answer in each_run(group):
        if answer is not None and group.seed == 2:
            with open(Path(sys.argv[1]) / "tried", "a") as file:
                file.write("2")
            os.kill(os.getpid(), signal.SIGKILL)
        yield answer

if __name__ == "__main__":
    whole = work.work
    work.work = lambda *given, **more: whole(*given, **more, function=deadly)
    small = load("default").replaced(residents=40, burn_in=2)
    found = compare(small, ["top_down"], pairs=4, weeks=4, workers=2, reference=False)
    print(json.dumps({"seeds": found.runs["seed"].to_list(), "failed": [[one.seed, one.reason] for one in found.failures]}))
"""


def start(*words: object, limit: int = 0) -> subprocess.Popen[str]:
    """The command line in a process group of its own; `limit`: the most bytes that a file may have."""
    command = [sys.executable, "-m", "experiments.cli.main", *map(str, words)]
    if limit:
        command = ["sh", "-c", f'ulimit -f {limit // 512}; exec "$@"', "sh", *command]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    STARTED.append(process)
    return process


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    """What a test that fails has started ends with it."""
    yield
    while STARTED:
        process = STARTED.pop()
        if process.poll() is None:
            process.kill()
            process.communicate()


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


def counts(folder: Path) -> dict[str, int]:
    try:
        with Ledger(folder, reading=True) as ledger:
            return ledger.counts()
    except BadInput:  # not made yet
        return dict.fromkeys((OK, FAILED, TIMED_OUT, PENDING, RUNNING), 0)


def wait_until(process: subprocess.Popen[str], folder: Path, well: int) -> None:
    """Until so many runs ended well."""
    while process.poll() is None and counts(folder)[OK] < well:
        time.sleep(0.02)
    assert process.poll() is None, f"over before {well} runs were seen: {counts(folder)}, {finish(process)}"


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def all_gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def contents(folder: Path) -> dict[str, str]:
    with Ledger(folder, reading=True) as ledger:
        return dict(ledger.outcomes([]).select("run", "content").rows())


def results(folder: Path) -> str:
    facts = json.loads((folder / "manifest.json").read_text())
    assert facts["kind"] == KIND
    assert facts["counts"][OK] == RUNS
    return facts["results"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("studies") / "through.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def uninterrupted(file: Path) -> str:
    """What comes out when nothing goes wrong, in this process."""
    experiments.run_study(file, out=file.parent / "uninterrupted", workers=1)
    return results(file.parent / "uninterrupted")


def test_parents_and_workers_killed_at_random_moments_lose_nothing_and_leave_nobody_behind(file, tmp_path, uninterrupted):
    moments, folder, kept = random.Random(int(os.environ.get("MOMENTS", "7"))), tmp_path / "killed", {}
    process = start("study", "run", file, "--out", folder, "--workers", 2)
    for workers in (1, 1, 2):
        wait_until(process, folder, len(kept) + moments.randrange(1, 30))
        time.sleep(moments.uniform(0, 0.05))
        children = family(process)
        process.kill()
        finish(process)
        assert all_gone(children)
        found = contents(folder)
        assert kept.items() <= found.items()
        assert len(found) < RUNS
        kept = found
        process = start("study", "resume", folder, "--workers", workers)
    for _ in range(2):
        wait_until(process, folder, counts(folder)[OK] + moments.randrange(1, 15))
        time.sleep(moments.uniform(0, 0.05))
        for worker in family(process):
            with suppress(psutil.Error):  # one that was killed before may not be cleared away yet
                told = " ".join(worker.cmdline())
                if "main(" in told and "resource_tracker" not in told and moments.random() < 0.7:
                    worker.kill()
    status, _, err = finish(process)
    assert kept.items() <= contents(folder).items()
    again = counts(folder)
    assert sum(again.values()) == RUNS
    if again[FAILED]:  # the same run was hit twice
        assert status == 1
        status, _, err = finish(start("study", "resume", folder, "--again", "failed"))
    assert status == 0, err
    assert results(folder) == uninterrupted


def test_ctrl_c_and_then_a_full_disk_end_in_one_line_and_the_rest_is_done_later(file, tmp_path, uninterrupted):
    folder = tmp_path / "stopped"
    process = start("study", "run", file, "--out", folder, "--workers", 2)
    wait_until(process, folder, 10)
    workers = family(process)
    os.killpg(process.pid, signal.SIGINT)
    status, out, err = finish(process)
    kept = contents(folder)
    assert (status, out) == (130, ""), err
    last = err.splitlines()[-1]
    assert last == f"leefwereld: stopped with Ctrl-C; {len(kept)} of {RUNS} runs are kept; go on: leefwereld study resume {folder}"
    assert "Traceback" not in err
    assert all_gone(workers)
    assert counts(folder)[RUNNING] == 0

    status, out, err = finish(start("study", "resume", folder, "--workers", 1, limit=ROOM))
    more = contents(folder)
    assert (status, out) == (2, "")
    assert "room to write" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert kept.items() <= more.items()
    assert len(kept) < len(more) < RUNS
    assert {path.suffix for path in folder.iterdir()} <= {".sqlite", ".lock", ".toml", ".json", ".sqlite-wal", ".sqlite-shm"}

    status, out, err = finish(start("study", "resume", folder, "--workers", 2))
    assert status == 0, err
    assert results(folder) == uninterrupted


def test_a_run_that_raises_and_one_that_hangs_are_told_with_their_reason_and_the_others_end_well(file, tmp_path):
    (tmp_path / "rules.py").write_text(RULES)
    (tmp_path / "faulty.toml").write_text(FAULTY)
    folder = tmp_path / "faulty"
    status, out, err = finish(start("study", "run", tmp_path / "faulty.toml", "--out", folder, "--workers", 2))
    assert status == 1, err
    assert "2 ok, 2 failed, 2 timed out" in out
    assert {number: counts(folder)[number] for number in (OK, FAILED, TIMED_OUT)} == {OK: 2, FAILED: 2, TIMED_OUT: 2}
    with Ledger(folder, reading=True) as ledger:
        lost = {row["point"]: row for row in ledger.unfinished()}
    assert "loop file_reports with your will_report; not ZeroDivisionError: " in lost[1]["reason"]
    assert "Traceback" in lost[1]["traceback"]
    assert lost[2]["reason"] == "took more than 1.5 seconds; its worker was killed"
    status, out, err = finish(start("replay", folder, "0.1"))
    assert (status, out) == (2, "")
    assert "--trust-rules" in err
    status, out, err = finish(start("replay", folder, "1.1", "--trust-rules", "--short", 3))
    assert status == 0, err
    assert "it came out as it was kept (OutOfRange: week " in err


def test_where_there_is_no_room_to_begin_nothing_is_left_behind(file, tmp_path):
    status, out, err = finish(start("study", "run", file, "--out", tmp_path / "out", limit=20_480))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "room to write" in err
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_room_to_finish_all_runs_are_kept_and_it_finishes_with_room(file, tmp_path, uninterrupted):
    folder = shutil.copytree(file.parent / "uninterrupted", tmp_path / "copy")
    for path in folder.rglob("*.parquet"):
        path.unlink()
    status, out, err = finish(start("study", "resume", folder, limit=ROOM))
    assert (status, out) == (2, ""), err
    assert "room to write; all runs are kept" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert counts(folder)[OK] == RUNS
    status, _, err = finish(start("study", "resume", folder))
    assert status == 0, err
    assert results(folder) == uninterrupted
    assert len(experiments.load(folder).runs) == RUNS


def test_a_comparison_whose_parent_is_killed_goes_on_with_the_same_command_or_as_a_study_and_nothing_is_run_twice(tmp_path, capsys):
    (tmp_path / "street.toml").write_text("burn_in = 2\n[place]\nresidents = 40\n")
    folder, whole, pairs = tmp_path / "killed", tmp_path / "whole", 40
    command = ["compare", "--scenario", tmp_path / "street.toml", "--pairs", pairs, "--weeks", 60, "--json"]
    assert main([*map(str, command), "--workers", "1", "--out", str(whole)]) == 0
    out = capsys.readouterr().out
    kept: dict[str, str] = {}
    for workers, more in ((2, 12), (1, 12)):
        process = start(*command, "--workers", workers, "--out", folder)
        wait_until(process, folder, len(kept) + more)
        children = family(process)
        process.kill()
        finish(process)
        assert all_gone(children)
        assert kept.items() < contents(folder).items()
        kept = contents(folder)
        assert len(kept) < 5 * pairs
        assert not {path.suffix for path in folder.iterdir()} & {".parquet", ".html", ".txt", ".svg", ".png"}
        with pytest.raises(BadInput, match="go on with it: leefwereld study resume"):
            experiments.load(folder)
    assert main(["study", "status", str(folder)]) == 0
    assert f"{len(kept)} of {5 * pairs} done" in capsys.readouterr().out
    with Ledger(folder, reading=True) as ledger:
        seconds = dict(ledger.outcomes([]).select("run", "seconds").rows())
    status, again, err = finish(start(*command, "--workers", 2, "--out", folder))
    assert status == 0, err
    assert {**json.loads(again), "folder": ""} == {**json.loads(out), "folder": ""}
    assert contents(folder) == contents(whole)
    with Ledger(folder, reading=True) as ledger:
        rows = ledger.outcomes([]).select("run", "seconds").rows()
        assert ledger.db.execute("SELECT max(attempts) FROM run").fetchone() == (1,)
    assert seconds.items() <= dict(rows).items(), "what had ended was not run again"
    for name in ("runs", "weekly", "ledger", "differences"):
        assert pl.read_parquet(folder / f"{name}.parquet").equals(pl.read_parquet(whole / f"{name}.parquet"), null_equal=True), name
    assert (folder / "table.txt").read_text() == (whole / "table.txt").read_text()
    assert main(["study", "verify", str(folder), "--sample", "3"]) == 0
    assert capsys.readouterr().out == "3 of 3 runs came out as they were kept.\n"


@pytest.mark.parametrize("workers", [1, 2])  # in the process itself, and in others
def test_a_comparison_is_finished_by_resume_with_all_its_files(tmp_path, workers):
    (tmp_path / "street.toml").write_text("burn_in = 2\n[place]\nresidents = 40\n")
    folder = tmp_path / "stopped"
    given = ("--scenario", tmp_path / "street.toml", "--pairs", 16, "--weeks", 150)  # seconds of work, for there to be a middle
    process = start("compare", *given, "--workers", workers, "--out", folder)
    wait_until(process, folder, 4)
    os.killpg(process.pid, signal.SIGINT)
    status, out, err = finish(process)
    assert (status, out) == (130, ""), err
    assert "Traceback" not in err
    assert f"{len(contents(folder))} of 80 runs are kept; go on: the same command, or" in err.splitlines()[-1]
    assert counts(folder)[RUNNING] == 0
    status, _, err = finish(start("study", "resume", folder, "--workers", 1))
    assert status == 0, err
    found = experiments.load(folder)
    assert isinstance(found, experiments.Comparison)
    assert found.pairs == 16
    assert {"page.html", "table.txt", "figure.svg", "figure.png"} < {path.name for path in folder.iterdir()}


def test_a_pair_that_kills_its_worker_is_run_once_more_and_then_left_out_and_named(tmp_path):
    compare = tmp_path / "compare.py"
    compare.write_text(KILLS)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(tmp_path), *sys.path]))}
    words = [sys.executable, compare, tmp_path]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"seeds": [1, 3, 4], "failed": [[2, "its worker process was lost (out of memory, or killed?)"]]}
    assert (tmp_path / "tried").read_text() == "22"
