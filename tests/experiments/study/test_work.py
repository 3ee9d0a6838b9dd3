"""A study from its file to its folder and back: pairing, replications on purpose, resuming, verifying, replaying, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import experiments
from experiments.cli.main import main
from experiments.reporting.findings import Findings
from experiments.running.ledger import OK, Ledger, content_hash
from experiments.study import work as study_work
from experiments.study.points import load_study, seed_of
from experiments.study.results import StudyResults
from model.errors import BadInput
from model.measures.weekly import OUTCOMES

STUDY = """
question = "Does it work?"
weeks = 12
regimes = [{regimes}]
outcomes = ["burden", "openness"]
keep = ["end", "weekly", "streets", "groups", "residents"]
residents_at = [3, 12]
checks = ["hours_and_euros_add_up", "reports_have_one_fate"]
[conditions]
residents = 40
burn_in = 2
[factors]
presence = {{ values = [0.1, 0.3] }}
[design]
kind = "grid"
[replications]
number = {number}
"""
TWO = '"top_down", "leapfrog"'
KEPT = ("weekly", "streets", "groups", "residents", "checks")


def write(path: Path, regimes: str = TWO, number: int = 2) -> Path:
    path.write_text(STUDY.format(regimes=regimes, number=number))
    return path


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of four points and two replications, run on one worker."""
    place = tmp_path_factory.mktemp("lived")
    assert main(["study", "run", str(write(place / "small.toml")), "--out", str(place / "out"), "--workers", "1"]) == 0
    return place / "out"


@pytest.fixture
def found(lived) -> StudyResults:
    back = experiments.load(lived)
    assert isinstance(back, StudyResults)
    return back


def last_line(capsys) -> str:
    return capsys.readouterr().err.splitlines()[-1]


def contents(folder: Path) -> dict[tuple, str]:
    """Hash of what each run left, by what it is and not by its number."""
    runs = experiments.load(folder).runs
    columns = ["scenario", "regime", "rules", *[name for name in runs.columns if name.startswith("factor_")], "replication"]
    return {row[:-1]: row[-1] for row in runs.select(*columns, "content").rows()}


def test_every_table_is_there_for_pandas_too(found):
    runs = found.pandas()
    assert list(runs.columns) == found.runs.columns
    assert runs["burden"].tolist() == pytest.approx(found.runs["burden"].to_list(), nan_ok=True)
    assert runs["regime"].tolist() == found.runs["regime"].to_list()
    assert len(found.pandas("weekly")) == found.weekly.collect().height
    with pytest.raises(BadInput, match="allowed: runs, points"):
        found.pandas("nothing")


def test_the_folder_has_what_others_read(lived, found):
    assert {path.name for path in lived.iterdir()} == {
        *("runs.sqlite", "runs.lock", "points.parquet", "runs.parquet", "study.toml", "manifest.json", "outcomes.csv"),
        *KEPT,
    }
    labels = ["row", "scenario", "rules", "regime", "factor_presence"]
    assert found.points.columns == ["point", *labels]
    assert found.points.select("row", "regime").rows() == [(0, "top_down"), (0, "leapfrog"), (1, "top_down"), (1, "leapfrog")]
    first = ["run", "point", "replication", "seed", "seconds", "identity", "content"]
    assert found.runs.columns == [*first, *OUTCOMES, *labels]
    assert len(found.runs) == 8
    for what in KEPT:
        frame = getattr(found, what).collect()
        assert set(frame["run"]) == set(found.runs["run"])
        assert frame.columns[-5:] == labels
    assert found.weekly is not None
    last = found.weekly.filter(pl.col("week") == 12).collect().join(found.runs, on="run", suffix="_end")
    assert last["initiatives_started"].to_list() == last["initiatives_started_end"].to_list()
    assert found.residents is not None
    assert set(found.residents.collect()["week"]) == {3, 12}


def test_what_is_undefined_is_null_and_the_dictionary_says_what_each_outcome_is(lived, found):
    for frame in (found.runs, found.weekly.collect()):
        assert not any(column.is_nan().any() for column in frame.select(pl.col(pl.Float64)))
    assert found.runs["snowball_multiplier"].null_count() == 8
    book = pl.read_csv(lived / "outcomes.csv")
    assert book["name"].to_list() == list(OUTCOMES)
    row = book.row(by_predicate=pl.col("name") == "burden", named=True)
    assert (row["unit"], row["good"], row["label_nl"]) == ("0-1", "down", "last die men voelt")
    told = json.loads(pl.read_parquet_metadata(lived / "runs.parquet")["leefwereld.outcomes"])
    assert [one["name"] for one in told] == list(OUTCOMES)


def test_the_manifest_says_how_the_numbers_came_about(lived, found):
    facts = found.manifest
    study = load_study(lived.parent / "small.toml")
    assert facts["finished"]
    assert facts["counts"][OK] == 8
    assert facts["content"]["weeks"] == 12
    assert facts["seeds"] == [seed_of(study, 0), seed_of(study, 1)]
    assert list(facts["codes"].values()) == [8]
    assert {"git", "packages", "python", "platform", "code_hash", "begun", "ended", "schema", "rules", "identity"} <= set(facts)


def test_the_seed_of_a_run_follows_from_study_and_replication_alone(found):
    assert found.runs.group_by("replication").agg(pl.col("seed").n_unique())["seed"].to_list() == [1, 1]
    assert found.runs["seed"].n_unique() == 2


def test_another_regime_and_other_workers_leave_every_other_run_as_it_was(lived, tmp_path):
    file = write(tmp_path / "more.toml", f'"baseline", {TWO}')
    assert main(["study", "run", str(file), "--out", str(tmp_path / "more"), "--workers", "2"]) == 0
    before, after = contents(lived), contents(tmp_path / "more")
    assert len(after) == 12
    assert before.items() <= after.items()
    names = [set(experiments.load(folder).runs["run"]) for folder in (lived, tmp_path / "more")]
    assert names[0] < names[1]


def test_an_edited_study_is_refused_unless_meant_and_then_only_what_is_new_is_run(tmp_path, capsys):
    file, out = write(tmp_path / "grows.toml", number=1), str(tmp_path / "out")
    assert main(["study", "run", str(file), "--out", out, "--workers", "1"]) == 0
    before = contents(tmp_path / "out")
    file.write_text(file.read_text().replace("Does it work?", "Does it really work?"))
    capsys.readouterr()
    assert main(["study", "resume", out, "--json"]) == 0  # a text is no part of what results follow from
    assert json.loads(capsys.readouterr().out)["counts"][OK] == 4
    write(file, number=2)
    assert main(["study", "resume", out]) == 2
    assert "--changed-study" in last_line(capsys)
    with Ledger(tmp_path / "out") as ledger:
        ledger.db.execute("UPDATE run SET seconds = -1")
    assert main(["study", "resume", out, "--changed-study", "--workers", "1"]) == 0
    assert before.items() <= contents(tmp_path / "out").items()
    assert (experiments.load(out).runs["seconds"] < 0).sum() == 4  # these were not run again


RULE = "def will_report(draw, habit, burden, belief, owner, owner_ratio, reach):\n    return draw < {}\n"


def test_an_edited_rule_file_or_scenario_is_named_itself(tmp_path, capsys):
    text = STUDY.format(regimes=TWO, number=1).replace("weeks = 12", 'weeks = 12\nrules = ["own.py"]\nscenarios = ["own.toml"]')
    for name, first, then in (
        ("own.py", RULE.format(0.1), RULE.format(0.2)),
        ("own.toml", 'title = "A"\n', "[place]\nhousehold_size = 2.0\n"),
    ):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / "own.py").write_text(RULE.format(0.1))
        (folder / "own.toml").write_text('title = "A"\n')
        (folder / "study.toml").write_text(text)
        study_work.begin(load_study(folder / "study.toml"), folder / "out", folder / "study.toml")
        assert (folder / name).read_text() == first
        (folder / name).write_text(then)
        assert main(["study", "resume", str(folder / "out"), "--trust-rules"]) == 2
        assert last_line(capsys).startswith(f"leefwereld: {folder / name}; the study as it was begun; this was edited")


def test_other_code_is_refused_unless_meant(lived, tmp_path, capsys):
    import shutil

    folder = shutil.copytree(lived, tmp_path / "copy")
    with Ledger(folder) as ledger:
        ledger.set_meta(code="0123")
    assert main(["study", "resume", str(folder)]) == 2
    assert "--changed-code" in last_line(capsys)
    assert main(["study", "resume", str(folder), "--changed-code"]) == 0


def test_verify_runs_a_sample_again_and_names_what_differs(lived, tmp_path, capsys):
    assert main(["study", "verify", str(lived), "--sample", "3"]) == 0
    assert "3 of 3 runs" in capsys.readouterr().out
    folder = shutil.copytree(lived, tmp_path / "copy")
    with Ledger(folder) as ledger:
        name = ledger.find("1.0")["run"]
        was = ledger.db.execute("SELECT outcomes FROM run WHERE name = ?", (name,)).fetchone()[0]
        values = np.frombuffer(was, "<f8") + 1.0
        kept = dict(ledger.db.execute("SELECT what, frame FROM kept JOIN run ON run.id = kept.run WHERE name = ?", (name,)))
        given = values.tobytes(), content_hash(values, kept), name  # as if it had come out like this
        ledger.db.execute("UPDATE run SET outcomes = ?, content = ? WHERE name = ?", given)
    assert main(["study", "verify", str(folder), "--sample", "8"]) == 1
    assert f"run {name} (point 1, replication 0) differs" in last_line(capsys)


DAMAGE = ("UPDATE run SET outcomes = randomblob(length(outcomes)) WHERE id = 3", "UPDATE kept SET frame = randomblob(80) WHERE run = 3",
          "DELETE FROM kept WHERE run = 3 AND what = 'streets'", "UPDATE run SET outcomes = NULL WHERE id = 3")  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_value_that_was_overwritten_in_the_ledger_is_seen_by_all_who_read_it(lived, tmp_path, capsys, damage):
    folder = shutil.copytree(lived, tmp_path / "copy")
    with Ledger(folder) as ledger:
        ledger.db.execute(damage)
    for command, *more in (["status"], ["verify"], ["report"], ["export", "--csv"], ["resume"]):
        assert main(["study", command, str(folder), *more]) == 2, command
        line = last_line(capsys)
        assert "runs.sqlite: run = " in line
        assert "altered" in line
    assert not (folder / "report").exists()


def test_regimes_side_by_side_are_not_read_from_a_ledger_that_was_altered(tmp_path):
    text = write(tmp_path / "row.toml").read_text()
    (tmp_path / "row.toml").write_text(text[: text.index("[factors]")] + text[text.index("[replications]") :])
    found = experiments.run_study(tmp_path / "row.toml", tmp_path / "row", workers=1, progress=False)
    assert Findings(found).comparison is not None
    with Ledger(tmp_path / "row") as ledger:
        ledger.db.execute(DAMAGE[0])
    with pytest.raises(BadInput, match="altered"):
        _ = Findings(found).comparison


def test_a_ledger_with_random_bytes_in_its_middle_is_seen_by_status(lived, tmp_path, capsys):
    folder = shutil.copytree(lived, tmp_path / "copy")
    data = bytearray((folder / "runs.sqlite").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8192] = np.random.default_rng(1).bytes(8192)
    (folder / "runs.sqlite").write_bytes(data)
    assert main(["study", "status", str(folder)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_any_run_is_replayed_told_and_compared(lived, found, capsys):
    run = found.runs["run"][5]
    assert main(["replay", str(lived), run[:9], "--lang", "nl"]) == 0
    told = capsys.readouterr()
    assert run in told.out
    assert "verzonnen" in told.out
    assert "it came out as it was kept" in told.err
    assert main(["replay", str(lived), "0.1", "--json", "--street", "nowhere"]) == 2
    assert main(["replay", str(lived), "99.1"]) == 2


def test_a_run_that_fails_when_replayed_is_told_up_to_there(lived, found, monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise ValueError("on purpose")

    monkeypatch.setattr("experiments.study.replay.content_hash", fail)
    assert main(["replay", str(lived), found.runs["run"][5]]) == 1
    told = capsys.readouterr()
    assert "now ValueError: on purpose" in told.err
    assert "week " in told.out


def test_altered_results_are_noticed(lived, tmp_path, capsys):
    folder = shutil.copytree(lived, tmp_path / "copy")
    runs = pl.read_parquet(folder / "runs.parquet")
    runs.with_columns(trust_municipality=pl.lit(99.0)).write_parquet(folder / "runs.parquet")
    for command in ("status", "verify", "report"):
        assert main(["study", command, str(folder)]) == 2
        assert "runs.parquet; allowed: the tables as they were written; this one was altered" in last_line(capsys)
    assert main(["study", "resume", str(folder)]) == 0  # from the ledger
    experiments.load(folder)
    (folder / "notes.csv").write_text("mine")  # what somebody puts beside the tables is no table
    experiments.load(folder)
    part = next((folder / "weekly").iterdir())
    shutil.copy(part, part.with_name("part-99999.parquet"))
    with pytest.raises(BadInput, match="not one of them"):
        experiments.load(folder)
    part.with_name("part-99999.parquet").unlink()
    for change, says in ((lambda: part.write_bytes(part.read_bytes()[:-1] + b"x"), "altered"), (part.unlink, "is gone")):
        change()
        with pytest.raises(BadInput, match=says):
            experiments.load(folder)


def test_tables_are_written_as_csv(lived, found, tmp_path):
    assert main(["study", "export", str(lived), "--csv", "--out", str(tmp_path / "csv")]) == 0
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == {"points", "runs", *KEPT}
    back = pl.read_csv(tmp_path / "csv" / "runs.csv")
    assert back["burden"].to_list() == found.runs["burden"].to_list()


def test_status_counts_whether_at_work_or_not(lived, capsys):
    assert main(["study", "status", str(lived)]) == 0
    assert "8 of 8 done" in capsys.readouterr().out
    with Ledger(lived):
        assert main(["study", "status", str(lived), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
    assert told["at_work"]
    assert told["counts"][OK] == 8


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["missing.toml"], "missing.toml"),
        (["FILE", "--max-runs", "7"], "at most 7"),
        (["FILE", "--out", "LIVED"], "leefwereld study resume"),
        (["FILE", "--out", "OTHER"], "other things"),
        (["FILE", "--out", "FILE"], "this is a file"),
        (["FILE", "--out", "FILE/below"], "can be written"),
        (["WRONG"], "burdn"),
    ],
)
def test_what_cannot_be_is_one_line_and_nothing_is_written(lived, tmp_path, capsys, change, says):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    file = write(tmp_path / "small.toml")
    (tmp_path / "wrong.toml").write_text(file.read_text().replace('"burden"', '"burdn"'))
    stands = {"LIVED": lived, "OTHER": tmp_path / "other", "WRONG": tmp_path / "wrong.toml", "FILE": file}
    words = []
    for word in change:
        for name, value in stands.items():
            word = word.replace(name, str(value))
        words.append(word)
    before = {path: path.stat().st_mtime_ns for path in (*tmp_path.rglob("*"), *lived.rglob("*"))}
    if "--out" not in words:
        words += ["--out", str(tmp_path / "new")]
    assert main(["study", "run", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert says in told.err
    assert {path: path.stat().st_mtime_ns for path in (*tmp_path.rglob("*"), *lived.rglob("*"))} == before


def test_a_folder_that_is_no_study_is_refused_by_all(tmp_path, capsys):
    for words in (["study", "resume"], ["study", "status"], ["study", "verify"], ["study", "export", "--csv"], ["replay"]):
        assert main([*words, str(tmp_path), *(["1.1"] if words == ["replay"] else [])]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
