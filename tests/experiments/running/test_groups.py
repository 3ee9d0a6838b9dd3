"""Workers of a study: groups, what is lost, what hangs, what raises, and a stop; counted once and blamed rightly."""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from experiments.running import groups as study_run
from experiments.running import work_off as working
from experiments.running.groups import GROUP_SIZE, Group, Keep, Work, run_group
from experiments.running.ledger import FAILED, OK, PENDING, RUNNING, TIMED_OUT, Ledger
from experiments.running.pool import Pool
from model.measures.weekly import OUTCOMES
from model.neighbourhood import Neighbourhood
from model.regimes import NAMED

STAND_INS = '''
"""Stand-ins for run_group, in a file that a worker process can import."""
import os, signal, time
from pathlib import Path
from experiments.running.ledger import FAILED, OK, Answer

def tried(number):
    with open(Path(os.environ["MARKS"]) / "tried", "a") as file:
        file.write(f"{number}\\n")

def well(group):
    for number, _ in group.runs:
        tried(number)
        yield Answer(number, OK, 0.0, "code", "identity", {"value": float(number)})

def before(number, what):
    def function(group):
        yield None
        for answer in well(group):
            if answer.id == number:
                what()
            yield answer
    return function

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def die_once():
    mark = Path(os.environ["MARKS"]) / "once"
    if not mark.exists():
        mark.touch()
        die()

def killed_once(group):
    yield from before(5, die_once)(group)

def killed_always(group):
    yield from before(5, die)(group)

def hangs(group):
    yield from before(5, lambda: time.sleep(600))(group)

def never_begins(group):
    die()
'''


@dataclass(frozen=True)
class Place:
    """As much of a point of a design as running needs."""

    number: int
    case: Any
    practices: Any
    rules_file: Path | None = None
    at_start: dict[str, float] = field(default_factory=dict)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "stand_in_for_groups.py").write_text(STAND_INS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("MARKS", str(tmp_path))
    yield importlib.import_module("stand_in_for_groups")
    sys.modules.pop("stand_in_for_groups", None)


@pytest.fixture
def points(small):
    return [Place(n, small, NAMED["top_down"]) for n in range(4)]


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger(tmp_path, new=True) as opened:
        opened.set_meta(outcomes='["value"]')
        opened.want([(f"{p}.{r}", p, r, 100 + r) for r in range(3) for p in range(4)])
        yield opened


def work_off(ledger: Ledger, groups: Any, workers: int, **given: Any) -> None:
    with Pool(workers) as pool:
        working.work_off(ledger, groups, pool, **given)


def tried(folder: Path) -> Counter:
    return Counter(int(line) for line in (folder / "tried").read_text().split())


def test_runs_with_one_case_and_seed_are_grouped_and_no_group_is_large(small, points):
    from experiments.running.ledger import Entry

    other = small.replaced(residents=small.residents + 1)
    many = [*points, *(Place(n, other, NAMED["leapfrog"]) for n in range(4, 30))]
    entries = [Entry(100 * r + p.number, "", p.number, r, 7 + r) for r in range(2) for p in many]
    groups = list(Work(many, 4).groups(iter(entries)))
    assert sorted(number for group in groups for number, _ in group.runs) == [entry.id for entry in entries]
    assert max(len(group.runs) for group in groups) == GROUP_SIZE
    for group in groups:
        assert {number // 100 + 7 for number, _ in group.runs} == {group.seed}
        assert len({many[number % 100].case.residents for number, _ in group.runs}) == 1


def test_all_runs_end_well_each_tried_once(ledger, points, stand_in, tmp_path):
    told = []
    work_off(
        ledger, Work(points, 4).groups(ledger.waiting()), 2, tell=lambda pace: told.append((pace.done, pace.total)), function=stand_in.well
    )
    assert ledger.counts()[OK] == 12
    assert set(tried(tmp_path).values()) == {1}
    assert told[-1] == (12, 12)


def test_workers_that_never_begin_end_the_work_in_one_line_and_blame_no_run(ledger, points, stand_in):
    from model.errors import BadInput

    with pytest.raises(BadInput, match="ended before they began"):
        work_off(ledger, Work(points, 4).groups(ledger.waiting()), 2, function=stand_in.never_begins)
    assert ledger.counts()[PENDING] == 12
    assert {entry.attempts for entry in ledger.waiting()} == {0}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_worker_killed_once_costs_nothing(ledger, points, stand_in, tmp_path):
    work_off(ledger, Work(points, 4).groups(ledger.waiting()), 2, function=stand_in.killed_once)
    assert ledger.counts()[OK] == 12
    assert sorted(ledger.outcomes()["value"].to_list()) == list(range(1, 13))
    assert {number: times for number, times in tried(tmp_path).items() if times > 1} == {5: 2}  # what the others had done stays


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_run_that_kills_its_worker_fails_alone(ledger, points, stand_in):
    work_off(ledger, Work(points, 4).groups(ledger.waiting()), 2, function=stand_in.killed_always)
    assert ledger.counts()[OK] == 11
    assert [row["reason"] for row in ledger.unfinished()] == ["its worker process was lost (out of memory, or killed?)"]


def test_a_run_that_hangs_is_killed_and_blamed_alone(ledger, points, stand_in):
    work_off(ledger, Work(points, 4).groups(ledger.waiting()), 2, timeout=0.5, function=stand_in.hangs)
    counts = ledger.counts()
    assert (counts[OK], counts[TIMED_OUT], counts[FAILED]) == (11, 1, 0)
    assert "more than 0.5 seconds" in ledger.unfinished()[0]["reason"]


def test_a_stop_leaves_nothing_running_and_the_rest_is_done_later(ledger, points, stand_in, tmp_path):
    def stop(pace):
        if pace.done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_off(ledger, Work(points, 4).groups(ledger.waiting()), 1, tell=stop, function=stand_in.well)
    counts = ledger.counts()
    assert counts[OK] >= 4
    assert counts[RUNNING] == 0
    work_off(ledger, Work(points, 4).groups(ledger.waiting()), 1, function=stand_in.well)
    assert ledger.counts()[OK] == 12
    assert ledger.counts()[PENDING] == 0


def test_a_group_leaves_the_outcomes_of_single_runs_and_one_that_raises_spoils_no_other(small):
    chosen = [(1, NAMED["top_down"]), (2, NAMED["leapfrog"]), (3, "no practices"), (4, NAMED["relational"])]
    together = run_group(Group(small, 5, 6, tuple(chosen)))
    assert [a.status for a in together] == [OK, OK, FAILED, OK]
    assert "Traceback" in together[2].traceback
    for number, practices in (chosen[1], chosen[3]):
        single = run_group(Group(small, 5, 6, ((number, practices),)))[0]
        same = next(a for a in together if a.id == number)
        assert json.dumps(single.outcomes) == json.dumps(same.outcomes)
        assert single.identity == same.identity
    assert list(together[0].outcomes or ()) == list(OUTCOMES)


def test_a_group_lives_by_the_rules_of_its_file(small, tmp_path, monkeypatch):
    # plainly: to compile all loops for one run takes half a minute
    monkeypatch.setattr(Neighbourhood, "__init__", partialmethod(Neighbourhood.__init__, compiled=False))
    monkeypatch.setattr(study_run, "_warm", lambda _: None)
    rules = tmp_path / "odd.py"
    rules.write_text("def will_report(draw, habit, burden, belief, owner, owner_ratio, reach):\n    return False\n")
    case, chosen = small.replaced(problem_rate=20, report_habit=0.2), ((1, NAMED["top_down"]),)
    usual, quiet = (run_group(Group(case, 5, 6, chosen, file))[0].outcomes for file in (None, str(rules)))
    assert usual is not None
    assert quiet is not None
    assert usual["reports"] > 0
    assert quiet["reports"] == 0


def test_what_is_kept_travels_as_arrow(small):
    import io

    import polars as pl

    answer = run_group(Group(small, 5, 6, ((1, NAMED["leapfrog"]),), keep=Keep(weekly=True, residents_at=(2, 6, 99))))[0]
    assert answer.kept is not None
    assert pl.read_ipc(io.BytesIO(answer.kept["weekly"]))["week"].to_list() == [1, 2, 3, 4, 5, 6]
    residents = pl.read_ipc(io.BytesIO(answer.kept["residents"]))
    assert residents["week"].unique().sort().to_list() == [2, 6]
    assert len(residents) == 2 * small.residents


def test_edited_sources_stop_the_work(small):
    from model.errors import BadInput

    with pytest.raises(BadInput, match="edited"):
        run_group(Group(small, 5, 6, ((1, NAMED["leapfrog"]),), code="another"))


def test_residents_are_kept_in_a_run_whose_twins_are_lived_and_change_nothing_in_it(small):
    plain = Group(small, 5, 12, ((1, NAMED["leapfrog"]),), twins=True)
    looked_on = Group(small, 5, 12, ((1, NAMED["leapfrog"]),), keep=Keep(residents_at=(2, 7, 12)), twins=True)
    one, other = run_group(plain)[0], run_group(looked_on)[0]
    assert one.outcomes is not None
    assert one.outcomes["snowball_multiplier"] == one.outcomes["snowball_multiplier"]
    assert json.dumps(one.outcomes) == json.dumps(other.outcomes)
    assert list(other.kept or ()) == ["residents"]


def test_groups_of_residents_add_up_to_all_of_them(small):
    place = Neighbourhood(small, "leapfrog").run(20)
    groups = place.by_group
    assert groups["name"].to_list() == ["A", "B", "C"]
    assert groups["residents"].sum() == small.residents
    people = groups["residents"]
    for name, column in (("burden", "burden"), ("readiness", "readiness"), ("means", "means")):
        assert (groups[name] * people).sum() / small.residents == pytest.approx(getattr(place.world.residents, column).mean(), abs=1e-5)
    assert (groups["reports"] * people).sum() / 52_000 * place.weeks_done == pytest.approx((place.world.reports.week > 0).sum())


def test_memory_stays_flat_from_a_hundred_runs_to_thousands():
    from experiments.benchmarks.studies import _in_a_process

    few, many = (_in_a_process("stand-ins", runs, 1) for runs in (100, 2_000))
    assert many["steady_runs"] == 1_999
    assert many["parent_mb"] - few["parent_mb"] < 40


def test_the_benchmark_of_studies_says_what_a_run_costs_beside_itself():
    from experiments.benchmarks import studies as bench_studies

    row = {"runs": 1000, "with": "study run", "workers": 2, "seconds": 6.0, "steady_seconds": 4.0, "steady_runs": 800}
    row = bench_studies._row(row | {"parent_mb": 300.0, "worker_mb": 290.0}, alone=0.008, smallest=2.0)
    assert row["runs_per_second"] == 200
    assert row["overhead_ms"] == pytest.approx(2.0)
    assert row["efficiency"] == pytest.approx(0.8)
    found: Any = {"rows": [row], "cpu": "a cpu", "cores": 2, "residents": 50, "weeks": 4, "seconds_alone": 0.008}
    told = bench_studies.as_text(found)
    assert "| 1,000 | study run | 2 | 6.0 | 200 | 2.00 | 0.80 | 300 | 290 |" in told
