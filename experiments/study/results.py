"""The result files of a study: written from its ledger, each completely or not at all, and read.

points.parquet (point, row of the design, scenario, regime, rules, factor_NAME ...)  runs.parquet (run, point, replication, seed,
seconds, identity, content, outcomes ..., and the columns of points)  weekly/ streets/ groups/ residents/ checks/ (parts, with the
columns of points)  outcomes.csv (what every outcome is)  study.toml  manifest.json (with the SHA-256 of each of these files)

What is undefined is null. No column needs quotes in SQL.
"""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.running.ledger import FAILED, FILE, PAGE, PENDING, TIMED_OUT, Ledger
from experiments.shared import dictionary
from experiments.shared.folders import read_manifest
from experiments.study.precision import Precision
from model.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs] - it has no types of its own
    import polars as pl

    from experiments.shared.manifest import Git, Manifest
    from experiments.study.schema import Study

KIND, COMPARISON, SCHEMA = "leefwereld study", "leefwereld comparison", 2
LABELS = ("scenario", "rules", "regime")
PREFIX = "factor_"
TABLES = ("weekly", "streets", "groups", "residents", "checks", "accounts", "endowment", "story", "people", "classes")


def finish(ledger: Ledger, folder: Path, study: Study, ended: Ended) -> None:
    """Write the result files and the manifest."""
    import polars as pl

    ledger.check()
    labels = labels_of(ledger)
    whole(folder / "points.parquet", labels.write_parquet)
    _write_parts(folder / "runs", (_labelled(frame, labels) for frame in ledger.outcome_batches()))
    parts, about = pl.scan_parquet(folder / "runs" / "*.parquet", low_memory=True), dictionary.metadata(ledger.names)
    whole(folder / "runs.parquet", lambda path: parts.sink_parquet(path, row_group_size=PAGE, metadata=about))  # to bound memory
    _write_parts(folder / "runs", iter(()))
    kept = ledger.kinds_kept()
    for what in TABLES:
        _write_parts(folder / what, (_labelled(frame, labels) for frame in ledger.tables(what)) if what in kept else iter(()))
    dictionary.write(folder, ledger.names)
    write_manifest(folder, {**facts_of(ledger, study, ended), "files": hashes(folder)})


def labels_of(ledger: Ledger) -> pl.DataFrame:
    """Return the points: number, row of the design, labels, and a column for every factor."""
    import polars as pl

    rows = [
        {"point": number, "scenario": scenario, "regime": regime, "rules": rules} | {column(name): v for name, v in factors.items()}
        for number, scenario, regime, rules, factors, *_ in ledger.points()
    ]
    arms = bool(json.loads(ledger.meta("study")).get("arms"))  # then rules belong to the label
    points = pl.DataFrame(rows, infer_schema_length=None)
    return numbered(points.with_columns(rules=pl.lit("")) if arms else points).with_columns(points.sort("point")["rules"])


def column(factor: str) -> str:
    """Return the name of a factor's column in the files; outcomes of the same name may stand beside it."""
    return PREFIX + factor.replace(".", "_")


def numbered(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with `row`, their row of the design: points of one row differ in the regime alone.

    It is their place under each regime; where rows that were equal for one regime were taken once there, their values.
    """
    import polars as pl

    factors = [name for name in points.columns if name not in ("point", *LABELS)]
    points = points.sort("point").with_columns(row=pl.int_range(pl.len()).over(LABELS))
    if factors and points.group_by(LABELS).len()["len"].n_unique() > 1:
        values = points.select(factors).unique(maintain_order=True).with_row_index("row")
        points = points.drop("row").join(values, on=factors, nulls_equal=True, maintain_order="left")
    return points.select("point", pl.col("row").cast(pl.Int64), *LABELS, *factors)


def _labelled(frame: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the columns of its point, and null for what is undefined."""
    import polars as pl

    return frame.with_columns(pl.col(pl.Float64, pl.Float32).fill_nan(None)).join(labels, on="point", how="left", maintain_order="left")


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every table in a result folder, by its path there."""
    found = [*folder.glob("*.parquet"), *folder.glob("*.csv"), *(part for name in TABLES for part in (folder / name).glob("*.parquet"))]
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in sorted(found) if not path.name.startswith(".")}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, facts: Manifest) -> None:
    """Raise BadInput when a table was altered or is gone, or has parts that were not written; other files may stand beside them."""
    written, now = facts.get("files", {}), hashes(folder)
    for name in sorted({*written, *(name for name in now if "/" in name)}):
        if written.get(name) != now.get(name):
            what = "is gone" if name not in now else "was altered" if name in written else "is not one of them"
            says = f"allowed: the tables as they were written; this one {what} (write them anew: leefwereld study resume {folder})"
            raise BadInput(str(folder / name), allowed=says)


def check_finished(folder: Path) -> None:
    """Raise BadInput when a study that was finished has a table that is not as it was written."""
    facts = read_manifest(folder)
    if facts is not None and "files" in facts:
        check_files(folder, facts)


def facts_of(ledger: Ledger, study: Study, ended: Ended) -> Manifest:
    """Return the manifest of a study: what was run, how it ended, and on which machine."""
    from experiments.shared.folders import surroundings

    codes = "SELECT code, count(*) FROM run WHERE wanted = 1 AND code IS NOT NULL GROUP BY code"
    half = ended.precision.half_width if ended.precision else math.nan
    return {
        "kind": KIND, "schema": SCHEMA, "study": study.name, "question": study.question, "quick": study.quick,
        "content": json.loads(ledger.meta("study")), "identity": ledger.meta("identity"), "finished": ended.counts[PENDING] == 0,
        "begun": ledger.meta("begun"), "ended": ledger.meta("ended"), "seconds_here": round(ended.seconds, 3),
        "run_seconds": round(ledger.run_seconds(), 3), "points": len(ledger.points()), "counts": ended.counts,
        "results": ledger.results_hash(),
        "replications": ended.replications, "until": ended.precision and ended.precision.facts(),
        "half_width": half if math.isfinite(half) else None,
        "seeds": ledger.seeds(), "rules": _rules(ledger), "codes": dict(ledger.db.execute(codes)), "git": git_state(),
        "unfinished": [{key: value for key, value in row.items() if key != "traceback"} for row in ledger.unfinished()], **surroundings(),
    }  # fmt: skip


def _rules(ledger: Ledger) -> dict[str, str]:
    """Return the hash of each rule set by label; for the model's own rules, the hash of no replacement."""
    from model.engine.rule_files import rules_hash

    return {rules: json.loads(key)[1] or rules_hash({}) for _, _, _, rules, _, key, _ in ledger.points()}


def _write_parts(folder: Path, frames: Iterator[pl.DataFrame]) -> None:
    """Write each frame as a part; delete earlier parts, and the folder if it is empty."""
    written: set[Path] = set()
    for number, frame in enumerate(frames):
        folder.mkdir(exist_ok=True)
        part = folder / f"part-{number:05}.parquet"
        whole(part, frame.write_parquet)
        written.add(part)
    if folder.is_dir():
        for part in set(folder.glob("part-*.parquet")) - written:
            part.unlink()
        if not written:
            folder.rmdir()


def whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name, then rename it. Raises BadInput."""
    import polars as pl

    fresh = path.with_name(f".{path.name}.partial")
    try:
        write(fresh)
        fresh.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)[:200]
        raise BadInput(str(path), allowed=f"room to write; all runs are kept in {FILE} ({reason})") from error
    finally:
        fresh.unlink(missing_ok=True)


def write_manifest(folder: Path, facts: Mapping[str, object]) -> None:
    """Write the manifest of a study, completely or not at all."""
    text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    whole(folder / "manifest.json", lambda path: path.write_text(text, encoding="utf-8"))


def git_state() -> Git:
    """Return the commit of the model's checkout, and whether files differ from it; empty outside a checkout."""
    import model

    home = Path(model.__file__).parent.parent
    with suppress(OSError, subprocess.SubprocessError):
        tracked = _git(home, "ls-files", "model/__init__.py")
        if tracked:
            return {"commit": _git(home, "rev-parse", "HEAD"), "changed": bool(_git(home, "status", "--porcelain", "-uno"))}
    return {}


def _git(home: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=home, capture_output=True, text=True, timeout=10, check=True).stdout.strip()


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> str:
    """Return the date and time, with time zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StudyResults:
    """A finished study. runs: one row for each successful run, with outcomes and labels; points: the design.

    weekly, streets, groups, residents, checks, accounts, endowment, story, people, classes: lazy frames (`.collect()`); None if not kept.
    """

    folder: Path
    manifest: Manifest
    points: pl.DataFrame
    runs: pl.DataFrame
    weekly: pl.LazyFrame | None
    streets: pl.LazyFrame | None
    groups: pl.LazyFrame | None
    residents: pl.LazyFrame | None
    checks: pl.LazyFrame | None = None
    accounts: pl.LazyFrame | None = None
    endowment: pl.LazyFrame | None = None
    story: pl.LazyFrame | None = None
    people: pl.LazyFrame | None = None
    classes: pl.LazyFrame | None = None

    def pandas(self, name: str = "runs") -> pd.DataFrame:
        """Return one table as a pandas frame (Mesa depends on pandas). Raises BadInput for a table that was not kept."""
        import pandas as pd  # pyright: ignore[reportMissingTypeStubs]

        kept = [what for what in ("runs", "points", *TABLES) if getattr(self, what) is not None]
        if name not in kept:
            raise BadInput(str(self.folder), "table", name, ", ".join(kept))
        frame = getattr(self, name).lazy().collect()
        return pd.DataFrame({column.name: column.to_numpy() if column.dtype.is_numeric() else column.to_list() for column in frame})


def read(folder: Path, facts: Manifest) -> StudyResults:
    """Read the folder of a finished study. Raises BadInput if it is unfinished, incomplete, altered, or of another version."""
    import polars as pl

    if "results" not in facts:
        raise BadInput(str(folder), allowed=f"a study that was finished; go on with it: leefwereld study resume {folder}")
    if facts.get("schema") != SCHEMA:
        says = f"{SCHEMA}; write its files anew: leefwereld study resume {folder}"
        raise BadInput(str(folder / "manifest.json"), "schema", facts.get("schema"), says)
    check_files(folder, facts)
    try:
        points, runs = (pl.read_parquet(folder / f"{name}.parquet") for name in ("points", "runs"))
        lines = "".join(f"{name} {content}\n" for name, content in sorted(runs.select("run", "content").rows()))
        tables = {what: pl.scan_parquet(folder / what / "*.parquet") if (folder / what).is_dir() else None for what in TABLES}
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(str(folder), allowed=f"a complete result; this one cannot be read ({error})") from error
    if hash_of(lines) != facts["results"]:
        raise BadInput(str(folder / "runs.parquet"), allowed="allowed: the results that were written; these were altered")
    return StudyResults(folder, facts, points, runs, **tables)


def of_ledger(ledger: Ledger, folder: Path, facts: Manifest, tables: Sequence[str] = TABLES) -> StudyResults:
    """What a ledger holds, as it is read back from the files of a study; tables: which of them. BadInput when it has not ended."""
    import polars as pl

    if "results" not in facts:
        raise BadInput(str(folder), allowed=f"a comparison that was finished; go on with it: leefwereld study resume {folder}")
    labels = labels_of(ledger)
    runs = pl.concat(_labelled(frame, labels) for frame in ledger.outcome_batches())
    kept = set(ledger.kinds_kept()).intersection(tables)
    frames = {
        what: pl.concat(_labelled(frame, labels) for frame in ledger.tables(what)).lazy() if what in kept else None for what in TABLES
    }
    return StudyResults(folder, facts, labels, runs, **frames)


def export_csv(folder: Path, found: StudyResults, out: Path) -> list[Path]:
    """Every table as a CSV file in `out`; returns the files. Memory stays flat however many weeks there are."""
    import polars as pl

    frames = {"points": found.points.lazy(), "runs": found.runs.lazy()}
    frames |= {what: frame for what in TABLES if (frame := getattr(found, what)) is not None}
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("--out", "folder", str(out), f"a place that can be written ({error.strerror})") from error
    for name, frame in frames.items():
        flat = frame.with_columns(pl.col(pl.Float64, pl.Float32).fill_nan(None))
        whole(out / f"{name}.csv", flat.sink_csv)
    return [out / f"{name}.csv" for name in frames]


@dataclass(frozen=True)
class Ended:
    """The end of a study: folder, counts by state, replications, precision, seconds of this process."""

    folder: Path
    counts: dict[str, int]
    replications: int
    precision: Precision | None
    seconds: float

    @property
    def well(self) -> bool:
        """Whether all runs succeeded."""
        return not any(self.counts[state] for state in (PENDING, FAILED, TIMED_OUT))
