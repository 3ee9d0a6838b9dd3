"""The ledger: a run is there whole or not at all, counted once, whatever happens to workers, disk and parent."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from experiments.running.ledger import ATTEMPTS, FAILED, OK, PENDING, RUNNING, TIMED_OUT, Answer, Ledger, content_hash
from model.errors import BadInput

NAMES = ["trust", "burden"]


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger(tmp_path, new=True) as opened:
        opened.set_meta(outcomes=json.dumps(NAMES))
        opened.want([(f"run{n}", n % 3, n // 3, 100 + n // 3) for n in range(9)])
        yield opened


def ended_well(number: int, trust: float = 0.5) -> Answer:
    return Answer(number, OK, 0.1, "code", "identity", {"trust": trust, "burden": float("nan")})


def test_runs_wait_replication_by_replication(ledger):
    assert [(e.replication, e.point) for e in ledger.waiting()] == [(r, p) for r in range(3) for p in range(3)]


def test_a_run_goes_from_waiting_through_running_to_ok(ledger):
    ledger.start([1])
    assert ledger.counts()[RUNNING] == 1
    ledger.record([ended_well(1)])
    assert ledger.counts() == {PENDING: 8, RUNNING: 0, OK: 1, FAILED: 0, TIMED_OUT: 0}
    frame = ledger.outcomes()
    assert frame["trust"].to_list() == [0.5]
    assert np.isnan(frame["burden"].to_list()[0])


def test_wanting_the_same_runs_again_adds_none_and_keeps_what_is_done(ledger):
    ledger.start([1])
    ledger.record([ended_well(1)])
    assert ledger.want([(f"run{n}", n % 3, n // 3, 100 + n // 3) for n in range(12)]) == 3
    assert ledger.counts()[OK] == 1
    assert sum(ledger.counts().values()) == 12
    ledger.want([("run5", 2, 1, 101)])
    assert sum(ledger.counts().values()) == 1


def test_a_lost_run_is_tried_once_more_then_has_failed(ledger):
    for attempt in range(1, ATTEMPTS + 1):
        ledger.start([1])
        assert ledger.record_lost([1], "killed") == ([1] if attempt < ATTEMPTS else [])
    assert ledger.unfinished()[0]["reason"] == "killed"
    assert ledger.unfinished()[0]["status"] == FAILED


def test_what_was_under_way_waits_again_after_a_stop(ledger):
    ledger.start([1, 2])
    ledger.requeue([2])
    assert ledger.release() == 1
    assert ledger.counts()[PENDING] == 9
    assert {entry.attempts for entry in ledger.waiting()} == {0}  # that the parent died is no run's fault


def test_one_transaction_within_another_is_part_of_it(ledger):
    def both():
        with ledger.transaction():
            ledger.record([ended_well(1)])
            ledger.record([Answer(2, OK, outcomes={"trust": 1.0})])

    with pytest.raises(KeyError):
        both()
    assert ledger.counts()[OK] == 0
    with ledger.transaction():
        ledger.record([ended_well(1)])
        ledger.start([2])
    assert (ledger.counts()[OK], ledger.counts()[RUNNING]) == (1, 1)


def test_pages_are_turned_without_a_gap(ledger, monkeypatch):
    from experiments.running import ledger_read as module

    monkeypatch.setattr(module, "PAGE", 2)
    assert len(list(ledger.waiting())) == 9
    ledger.record([ended_well(n) for n in range(1, 5)])
    assert [len(frame) for frame in ledger.outcome_batches()] == [2, 2, 0]
    assert len(ledger.outcomes()) == 4


def test_failed_runs_are_tried_again_only_when_asked(ledger):
    ledger.record([Answer(1, FAILED, reason="x", traceback="y"), Answer(2, TIMED_OUT, reason="slow")])
    ledger.release()
    assert ledger.counts()[FAILED] == 1
    ledger.release([FAILED])
    assert (ledger.counts()[FAILED], ledger.counts()[TIMED_OUT]) == (0, 1)


def test_a_second_process_is_refused_while_the_first_is_at_work(ledger):
    code = "import sys; from pathlib import Path; from experiments.running.ledger import Ledger\nLedger(Path(sys.argv[1]))"
    other = subprocess.run([sys.executable, "-c", code, ledger.path.parent], capture_output=True, text=True, check=False)
    assert "one process at a time" in other.stderr


def test_somebody_may_read_while_runs_come_in(ledger):
    ledger.record([ended_well(1)])
    with Ledger(ledger.path.parent, reading=True) as reader:
        assert reader.counts()[OK] == 1
        ledger.record([ended_well(2)])
        assert reader.counts()[OK] == 2
        with pytest.raises(BadInput):
            reader.record([ended_well(3)])


def test_a_transaction_that_breaks_off_leaves_nothing(ledger):
    with pytest.raises(KeyError):
        ledger.record([ended_well(1), Answer(2, OK, outcomes={"trust": 1.0})])
    assert ledger.counts()[OK] == 0


def test_content_is_the_same_for_equal_results_and_differs_for_others():
    one = content_hash([0.0, float("nan")])
    assert content_hash([-0.0, -float("nan")]) == one
    signals = np.frombuffer(bytes(8) + bytes.fromhex("010000000000f07f"), "<f8")  # a NaN that signals
    assert content_hash(signals) == one
    assert content_hash([0.0, 1e-300]) != one
    assert content_hash([0.0, float("nan")], {"weekly": b"x"}) != one


def test_a_run_is_found_by_name_beginning_or_place(ledger):
    assert ledger.find("run4")["point"] == 1
    assert ledger.find("1.1")["run"] == "run4"
    for text in ("run", "nobody", "7.7", ""):
        with pytest.raises(BadInput):
            ledger.find(text)


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be looked at" * 20])
def test_a_file_that_is_no_ledger_is_refused(tmp_path, content):
    (tmp_path / "runs.sqlite").write_bytes(content)
    with pytest.raises((BadInput, sqlite3.OperationalError)) as caught, Ledger(tmp_path) as opened:
        opened.counts()
    assert str(caught.value)


FULL = """
    import json, resource, signal, sys
    from pathlib import Path
    from experiments.running.ledger import OK, Answer, Ledger
    from model.errors import BadInput
    folder = Path(sys.argv[1])
    with Ledger(folder) as ledger:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for number in range(1, 200):
            try:
                ledger.record([Answer(number, OK, kept={"weekly": bytes(5000)}, outcomes={"trust": 0.5, "burden": number})])
            except BadInput as error:
                print(number, error)
                break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the resource module")
def test_with_no_room_left_what_finished_before_is_kept_and_it_goes_on_with_room(tmp_path):
    with Ledger(tmp_path, new=True) as ledger:
        ledger.set_meta(outcomes=json.dumps(NAMES))
        ledger.want([(f"run{n}", n, 0, 1) for n in range(200)])
    code = textwrap.dedent(FULL)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, env=environment, check=False)
    number, _, message = ran.stdout.partition(" ")
    assert "room to write" in message, ran
    assert "\n" not in message.strip()
    with Ledger(tmp_path) as ledger:
        assert ledger.counts()[OK] == int(number) - 1 > 5
        assert ledger.outcomes()["burden"].to_list() == [float(n) for n in range(1, int(number))]
        ledger.record([ended_well(150)])
        assert ledger.counts()[OK] == int(number)
        assert ledger.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_nothing_that_is_read_in_order_is_sorted_in_a_temporary_file(ledger):
    asked = []
    ledger.db.set_trace_callback(asked.append)
    ledger.record([ended_well(1)])
    for frames in (ledger.outcome_batches(), ledger.tables("weekly"), ledger.waiting()):
        list(frames)
    ledger.db.set_trace_callback(None)
    read = [text for text in asked if text.startswith("SELECT") and "ORDER BY" in text]
    assert len(read) >= 3
    for text in read:
        assert not [row for row in ledger.db.execute(f"EXPLAIN QUERY PLAN {text}") if "TEMP" in row[3]], text


def test_an_error_of_the_database_anywhere_is_one_line(tmp_path):
    with Ledger(tmp_path, new=True):
        pass
    with pytest.raises(BadInput, match="can be used"), Ledger(tmp_path) as ledger:
        ledger.db.execute("SELECT nothing FROM nowhere")
