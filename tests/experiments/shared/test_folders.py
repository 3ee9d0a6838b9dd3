"""The folder: whole or absent, and the same when it is read back."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments import compare, load
from experiments.comparison import folder as comparison_folder
from experiments.reporting.comparison import Comparison
from experiments.running.groups import run_group
from experiments.running.ledger import FAILED, Answer
from experiments.running.pairs import Failure
from experiments.shared import folders as results
from experiments.study import work as study_work
from model.case.case import Case
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

FILES = {
    *("runs.parquet", "weekly.parquet", "classes.parquet", "strata.parquet", "differences.parquet", "ledger.parquet"),
    *("manifest.json", "table.txt", "figure.svg", "figure.png", "page.html", "runs.sqlite", "runs.lock", "outcomes.csv"),
    *(f"strata-{n}.{kind}" for n in range(1, 5) for kind in ("svg", "png")),
}


@pytest.fixture(scope="module")
def written(small: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "one"
    compare(small, pairs=3, weeks=12, workers=1, out=folder, command="leefwereld compare --pairs 3")
    return folder


def test_all_files_are_there_and_nothing_else(written):
    assert {path.name for path in written.iterdir()} == FILES
    assert [path.name for path in written.parent.iterdir()] == ["one"]


def test_what_is_read_back_is_what_was_written(written, lived):
    back = load(written)
    assert isinstance(back, Comparison)
    for name in comparison_folder.FRAMES:
        assert getattr(back, name).equals(getattr(lived, name), null_equal=True), name
    assert (back.case, back.regimes, back.weeks, back.seeds) == (lived.case, lived.regimes, lived.weeks, lived.seeds)
    assert (back.endowment, back.equal_means) == (lived.endowment, lived.equal_means)
    assert back.loaded_from == written


def test_failures_are_read_back_too(small, tmp_path, monkeypatch):
    def second_fails(group):
        reason = "it broke" if group.seed == 2 else ""
        yield from (Answer(one.id, FAILED, reason=reason, traceback="Traceback …") if reason else one for one in run_group(group))

    work = study_work.work
    monkeypatch.setattr(study_work, "work", lambda *given, **more: work(*given, **more, function=second_fails))
    hurt = compare(small, ["top_down"], pairs=2, weeks=2, out=tmp_path / "x")
    back = load(tmp_path / "x")
    assert isinstance(back, Comparison)
    assert back.failures == hurt.failures == (Failure(2, "it broke", "Traceback …"),)


def test_the_manifest_says_how_to_get_the_numbers_again(written, lived):
    facts = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert facts["command"] == "leefwereld compare --pairs 3"
    assert facts["schema"] == comparison_folder.SCHEMA
    assert facts["seeds"] == [1, 2, 3]
    assert facts["case"]["name"] == lived.case.name
    assert list(facts["regimes"]) == ["no_government", "top_down", "relational", "leapfrog", "service"]
    assert facts["outcomes_hash"] == comparison_folder.outcomes_hash(lived.runs)
    assert facts["code_hash"]
    assert {"numpy", "numba", "mesa"} <= set(facts["packages"])
    assert {"date", "seconds", "python", "platform", "notes", "rules"} <= set(facts)


def test_the_hash_is_of_the_outcomes_and_of_nothing_else(lived):
    runs, name = lived.runs, next(iter(OUTCOMES))
    same = comparison_folder.outcomes_hash(runs)
    assert comparison_folder.outcomes_hash(runs.reverse().with_columns(pl.lit("other").alias("identity"))) == same
    assert comparison_folder.outcomes_hash(runs.with_columns(pl.col(name).fill_nan(0.0) + 1e-12)) != same


def test_all_undefined_numbers_hash_alike(lived):
    name = next(iter(OUTCOMES))
    plain = lived.runs.with_columns(pl.lit(float("nan")).alias(name))
    other = np.full(len(plain), np.uint64(0xFFF8000000000001)).view(np.float64)
    assert comparison_folder.outcomes_hash(plain.with_columns(pl.Series(name, other))) == comparison_folder.outcomes_hash(plain)


@pytest.mark.parametrize("by_an_older_version", [False, True])
def test_an_earlier_result_is_replaced_whole(written, small, tmp_path, by_an_older_version):
    folder = tmp_path / "again"
    shutil.copytree(written, folder)
    (folder / "left-over").touch()
    if by_an_older_version:
        (folder / "runs.sqlite").unlink()
    compare(small, pairs=2, weeks=12, workers=1, out=folder)
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def write_half(folder: Path, error: BaseException) -> None:
    """Begin to write a folder, and be stopped."""
    before = folder.exists()
    with results.new_folder(folder) as fresh:
        (fresh / "half").touch()
        assert folder.exists() == before
        raise error


def test_a_writer_that_is_stopped_leaves_the_earlier_result_alone(written, tmp_path):
    folder = tmp_path / "kept"
    shutil.copytree(written, folder)
    with pytest.raises(KeyboardInterrupt):
        write_half(folder, KeyboardInterrupt())
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_writer_that_is_stopped_leaves_no_folder_where_there_was_none(tmp_path):
    with pytest.raises(RuntimeError):
        write_half(tmp_path / "new", RuntimeError())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_one_line(tmp_path):
    with pytest.raises(BadInput, match="No space left") as caught:
        write_half(tmp_path / "new", OSError(28, "No space left on device"))
    assert "\n" not in str(caught.value)


def test_only_new_empty_and_earlier_folders_are_written_to(written, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").touch()
    (tmp_path / "empty").mkdir()
    for bad in ("file", "full", "file/below", "x" * 300):
        with pytest.raises(BadInput, match="--out"):
            results.check_target(tmp_path / bad)
    for good in (tmp_path / "new" / "deeper", tmp_path / "empty", written):
        results.check_target(good)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]


@pytest.mark.parametrize("lost", ["runs.parquet", "weekly.parquet", "manifest.json"])
def test_an_incomplete_folder_is_refused(written, tmp_path, lost):
    folder = shutil.copytree(written, tmp_path / "copy")
    os.remove(folder / lost)
    with pytest.raises(BadInput):
        load(folder)


def test_altered_outcomes_a_strange_schema_and_a_torn_file_are_refused(written, lived, tmp_path):
    folder = shutil.copytree(written, tmp_path / "copy")
    lived.runs.with_columns(pl.col(next(iter(OUTCOMES))) + 1).write_parquet(folder / "runs.parquet")
    with pytest.raises(BadInput, match="altered"):
        load(folder)
    (folder / "runs.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(BadInput, match="altered"):
        load(folder)
    (folder / "manifest.json").write_text('{"kind": "leefwereld comparison", "schema": 99}')
    with pytest.raises(BadInput, match="schema = 99"):
        load(folder)
