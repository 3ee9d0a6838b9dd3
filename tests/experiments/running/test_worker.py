"""How a worker starts: forked from a process that has loaded the model, or fresh; and what it takes along."""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil
import pytest

from experiments.running.pool import Pool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every worker starts fresh")


def parent_of(pid: int) -> int:
    return psutil.Process(pid).ppid()


def test_workers_are_forked_from_one_process_that_does_not_belong_to_a_pool():
    with Pool(2) as one, Pool(1) as other:
        parents = {parent_of(pool.submit(os.getpid).result(60)) for pool in (one, other)}
    assert len(parents) == 1
    assert parents.isdisjoint({os.getpid()})


def test_a_pool_goes_on_when_the_process_that_workers_are_forked_from_is_killed():
    with Pool(1) as pool:
        first = pool.submit(os.getpid).result(60)
        os.kill(parent_of(first), signal.SIGKILL)
        until = time.monotonic() + 30
        while psutil.pid_exists(first) and time.monotonic() < until:  # the worker ends with it
            time.sleep(0.01)
        assert pool.submit(os.getpid, tries=3).result(60) != first


def test_a_worker_has_todays_environment_and_folder(monkeypatch, tmp_path):
    with Pool(1) as pool:
        pool.submit(os.getpid).result(60)
    monkeypatch.setenv("LEEFWERELD_TRIED", "now")
    monkeypatch.chdir(tmp_path)
    with Pool(1) as pool:
        assert pool.submit(os.getenv, "LEEFWERELD_TRIED").result(60) == "now"
        assert pool.submit(os.getcwd).result(60) == str(tmp_path)


def test_variables_that_libraries_read_when_they_are_imported_make_a_worker_start_fresh(monkeypatch):
    with Pool(1) as pool:
        pool.submit(os.getpid).result(60)
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    with Pool(1) as pool:
        assert parent_of(pool.submit(os.getpid).result(60)) == os.getpid()


def test_nothing_that_was_loaded_for_workers_has_threads_of_its_own():
    """A lock that another thread held while a worker was forked would never be free again."""
    with Pool(1) as pool:
        loaded = pool.submit(eval, "sorted(__import__('sys').modules)").result(60)
    assert "model.neighbourhood" in loaded
    assert "polars" not in loaded
