"""A study's folder from start to end: begun, worked off, stopped, resumed, finished, verified; and any run of it replayed.

runs.sqlite holds the design and every run (see `ledger`); what is read by others is made of it at the end:
points.parquet  runs.parquet  weekly/ streets/ groups/ residents/ (parts of Parquet)  study.toml  manifest.json
"""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import check_model
from experiments.ledger import FAILED, FILE, OK, PENDING, TIMED_OUT, Ledger, content_hash
from experiments.study_run import Group, Keep, Tell, Work, run_group, work_off
from model.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from experiments.study import Point, Study

KIND, SCHEMA = "leefwereld study", 1
FIRST_LOOK = 20  # replications before a study that stops by precision looks for the first time
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ended:
    """How a study ended: its folder, counts by state, replications done, the half-width reached (nan: none was asked for)."""

    folder: Path
    counts: dict[str, int]
    replications: int
    half_width: float
    seconds: float


def begin(study: Study, folder: Path, source: Path | None = None, max_runs: int = 100_000) -> None:
    """Make the folder of a study, with its design and all its runs pending. Raises BadInput; then nothing is left behind."""
    from experiments.results import check_target, new_folder
    from experiments.study import content, identity, points

    check_model()
    check_target(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise BadInput("--out", "folder", str(folder), "a new or empty folder; to go on with a study: leefwereld study resume DIR")
    found = points(study)
    runs = len(found) * _most(study)
    if runs > max_runs:
        raise BadInput(study.name, "runs", runs, f"at most {max_runs}; allow more with --max-runs")
    with new_folder(folder) as fresh:
        with Ledger(fresh, new=True) as ledger:
            _put(ledger, study, found)
            ledger.set_meta(
                study=json.dumps(content(study)), identity=identity(study), source=str(source.resolve()) if source else "",
                begun=_now(), kind=KIND, schema=str(SCHEMA),
            )  # fmt: skip
        if source:
            (fresh / "study.toml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        _write_manifest(fresh, {"kind": KIND, "schema": SCHEMA, "study": study.name, "finished": False})


def _put(ledger: Ledger, study: Study, found: Sequence[Point]) -> None:
    """The outcomes, the points, and the runs of the first look (all replications when their number is fixed)."""
    from model.measures import OUTCOMES

    cases: dict[int, str] = {}
    texts: dict[str, str] = {}
    rows = []
    for point in found:
        if id(point.case) not in cases:
            text = json.dumps(point.case.model_dump(mode="json"), sort_keys=True)
            cases[id(point.case)] = _hash(text)
            texts[_hash(text)] = text
        rules = ""
        if point.rules_file:
            source = Path(point.rules_file).read_text(encoding="utf-8")
            rules = _hash(source)
            texts[rules] = source
        practices = json.dumps(point.practices.model_dump())
        key = json.dumps([cases[id(point.case)], rules])
        rows.append((point.number, point.scenario, point.regime, point.rules, json.dumps(point.factors), key, practices))
    ledger.set_meta(outcomes=json.dumps(list(OUTCOMES)))
    ledger.put_points(rows, texts)
    first = study.replications.number if study.replications.until is None else _looks(study)[0]
    _want(ledger, study, rows, first)


def _want(ledger: Ledger, study: Study, rows: Iterable[Sequence[Any]], replications: int) -> None:
    from experiments.study import seed_of

    rows = list(rows)
    settings = json.dumps([study.weeks, list(study.keep), list(study.residents_at)])

    def runs() -> Iterator[tuple[str, int, int, int]]:
        for replication in range(replications):
            seed = seed_of(study, replication)
            for row in rows:
                practices = row[6] if isinstance(row[6], str) else json.dumps(row[6])
                yield _hash(f"{row[5]} {practices} {seed} {settings}")[:20], row[0], replication, seed

    ledger.want(runs())


def work(
    folder: Path,
    workers: int | None = None,
    tell: Tell | None = None,
    say: Say = print,
    *,
    again: Sequence[str] = (),
    changed_code: bool = False,
    changed_study: Study | None = None,
    trust_rules: bool = False,
    function: Callable[[Group], Any] = run_group,
) -> Ended:
    """Run what is missing in a study's folder, then finish it. Safe to call again after any end.

    again: states whose runs are to be tried again ("failed", "timed out"). changed_code: go on although the model's code is
    not the one that began. changed_study: the study as it now is; runs that it shares with the old one stay.
    trust_rules: rule files that the folder carries along may be run. Raises BadInput, KeyboardInterrupt.
    """
    from model import engine

    check_model()
    began = time.perf_counter()
    with Ledger(folder) as ledger:
        code = engine.code_hash()
        before = ledger.meta("code")
        if before and before != code and not changed_code:
            raise BadInput(str(folder), "code", code, f"the model's code that began it, {before}; go on anyway with --changed-code")
        if changed_study is not None:
            from experiments.study import content, identity, points

            _put(ledger, changed_study, points(changed_study))
            ledger.set_meta(study=json.dumps(content(changed_study)), identity=identity(changed_study))
        ledger.set_meta(code=code)
        ledger.release(again)
        study = study_of(ledger)
        found = points_of(ledger, folder, trust_rules)
        for file in {point.rules_file for point in found}:
            engine.ensure_compiled(engine.load_rules(file), say)
        keep = Keep("weekly" in study.keep, "streets" in study.keep, "groups" in study.keep, tuple(study.residents_at))
        plan = Work(found, study.weeks, keep, needs_interventions(study), code)
        reached = float("nan")
        if study.replications.until is None:
            done = study.replications.number
            work_off(ledger, plan.groups(ledger.waiting()), workers, study.timeout, tell, function)
        else:
            done, reached = _until_precise(ledger, study, plan, workers, tell, say, function)
        ledger.set_meta(ended=_now())
        ended = Ended(folder, ledger.counts(), done, reached, time.perf_counter() - began)
        finish(ledger, folder, study, found, ended)
    return ended


def _until_precise(
    ledger: Ledger, study: Study, plan: Work, workers: int | None, tell: Tell | None, say: Say, function: Callable
) -> tuple[int, float]:
    """More replications until the half-width of the named paired difference is small enough, or the budget is spent.

    The rule looks at the spread of the differences and never at their mean: for normal differences the two are
    independent, so looking does not pull the mean. It makes the interval cover a little less than it says (a small
    spread stops sooner), so at least 20 pairs are run before the first look, and the variance is raised by 1/n (Chow
    and Robbins 1965; Starr 1966: coverage of 95 % intervals stays above some 93 %).
    """
    until = study.replications.until
    rows = ledger.points()
    half = float("nan")
    done = 0
    for done in _looks(study):
        _want(ledger, study, rows, done)
        work_off(ledger, plan.groups(ledger.waiting()), workers, study.timeout, tell, function)
        half = max(half_widths(ledger, study), default=float("nan"))
        say(f"{done} pairs: half-width of {until.outcome}, {until.second} − {until.first}: {half:.3g} (wanted {until.precision:g})")
        if half <= until.precision:
            break
    return done, half


def _looks(study: Study) -> list[int]:
    """After how many replications the stopping rule looks: 20 at least, then every batch, up to the budget."""
    r = study.replications
    first = min(FIRST_LOOK, r.at_most)
    return sorted({*range(first, r.at_most, r.batch), r.at_most})


def _most(study: Study) -> int:
    return study.replications.number if study.replications.until is None else study.replications.at_most


def half_widths(ledger: Ledger, study: Study) -> list[float]:
    """Half-widths of the 95 % interval of the named difference, one for every combination of scenario, rules and factors."""
    import numpy as np
    from scipy import stats

    until = study.replications.until
    values = ledger.outcomes([until.outcome])
    sides: dict[str, dict[str, int]] = {}
    for number, scenario, regime, rules, factors, *_ in ledger.points():
        if regime in (until.first, until.second):
            sides.setdefault(json.dumps([scenario, rules, factors]), {})[regime] = number
    widths = []
    for pair in sides.values():
        if len(pair) < 2:
            continue
        first, second = (values.filter(values["point"] == pair[side]) for side in (until.first, until.second))
        both = first.join(second, on="replication", suffix="|second")
        d = (both[f"{until.outcome}|second"] - both[until.outcome]).to_numpy()
        d = d[np.isfinite(d)]
        n = len(d)
        widths.append(float(stats.t.ppf(0.975, n - 1)) * math.sqrt((d.var(ddof=1) + 1e-12) / n * (1 + 1 / n)) if n > 1 else math.inf)
    return widths


def needs_interventions(study: Study) -> bool:
    """Does the study ask for an outcome that takes the same run once more (multiplier, recovery)?"""
    from model.measures import OUTCOMES

    asked = set(study.outcomes)
    return bool(asked & {"snowball_multiplier", "recovery_weeks", "shock_depth", "all"}) or (
        not asked and any(OUTCOMES[name].headline for name in ("snowball_multiplier",))
    )


def study_of(ledger: Ledger) -> Study:
    """The study as it was begun, from the ledger."""
    from experiments.study import Study

    return Study.model_validate(json.loads(ledger.meta("study")))


def points_of(ledger: Ledger, folder: Path, trust_rules: bool) -> list[Point]:
    """The points as they were begun. A rule file that came with the folder is code of somebody's: it must be trusted."""
    from experiments.study import Point
    from model.regimes import practices as checked_practices
    from model.scenario import checked

    cases: dict[str, Any] = {}
    files: dict[str, Path] = {}
    study = json.loads(ledger.meta("study"))
    found = []
    for number, scenario, regime, rules, factors, key, values in ledger.points():
        case_hash, rules_hash = json.loads(key)
        if case_hash not in cases:
            cases[case_hash] = checked(json.loads(ledger.source(case_hash)), scenario)
        if rules_hash and rules_hash not in files:
            files[rules_hash] = _rule_file(ledger, folder, rules, rules_hash, trust_rules, study)
        file = files.get(rules_hash)
        found.append(Point(number, scenario, regime, rules, factors, cases[case_hash], checked_practices(values, str(folder)), file))
    return found


def _rule_file(ledger: Ledger, folder: Path, label: str, digest: str, trust: bool, study: dict[str, Any]) -> Path:
    """The user's own file when it is still what it was; else the copy that the folder carries, if that is trusted."""
    with suppress(OSError, UnicodeDecodeError):
        base = Path(ledger.meta("source")).parent
        for own in (Path(label), base / label):
            if own.is_file() and _hash(own.read_text(encoding="utf-8")) == digest:
                return own
    if not trust:
        raise BadInput(str(folder), "rules", label, "the file as it was; to run the copy in the folder, which is code, give --trust-rules")
    copy = folder / "rules" / f"{digest[:12]}.py"
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(ledger.source(digest), encoding="utf-8")
    return copy


# --- the end ------------------------------------------------------------------------------------------------------


def finish(ledger: Ledger, folder: Path, study: Study, found: Sequence[Point], ended: Ended) -> None:
    """Make the files that others read, each whole or not at all; what fails is told with its reason in the manifest."""
    import polars as pl

    from experiments.results import surroundings

    labels = pl.DataFrame(
        [{"point": p.number, "scenario": p.scenario, "regime": p.regime, "rules": p.rules} | p.factors for p in found],
        infer_schema_length=None,
    )
    _whole(folder / "points.parquet", labels.write_parquet)
    runs = labels.join(ledger.outcomes(), on="point").sort("point", "replication")
    _whole(folder / "runs.parquet", runs.write_parquet)
    for what in ledger.kinds_kept():
        (folder / what).mkdir(exist_ok=True)
        for part, frame in enumerate(ledger.tables(what)):
            _whole(folder / what / f"part-{part:05}.parquet", frame.write_parquet)
    facts = {
        "kind": KIND, "schema": SCHEMA, "study": study.name, "content": json.loads(ledger.meta("study")),
        "identity": ledger.meta("identity"), "finished": ended.counts[PENDING] == 0,
        "begun": ledger.meta("begun"), "ended": ledger.meta("ended"),
        "seconds_here": round(ended.seconds, 3), "run_seconds": round(float(runs["seconds"].sum()), 3), "counts": ended.counts,
        "replications": ended.replications, "half_width": None if math.isnan(ended.half_width) else ended.half_width,
        "seeds": sorted(set(runs["seed"].to_list())), "results": results_hash(runs), "git": git_state(),
        "unfinished": [{k: v for k, v in row.items() if k != "traceback"} for row in ledger.unfinished()],
    } | surroundings()  # fmt: skip
    _write_manifest(folder, facts)


def results_hash(runs: pl.DataFrame) -> str:
    """A hash of all results: of the content of every run, by its name; the order, the files and the seconds do not matter."""
    return _hash("\n".join(f"{name} {content}" for name, content in sorted(runs.select("run", "content").rows())))


def git_state() -> dict[str, Any]:
    """Commit and whether files differ from it, of the checkout that the model runs from; empty outside a checkout."""
    import model

    home = Path(model.__file__).parent.parent
    with suppress(OSError, subprocess.SubprocessError):
        ask = {"cwd": home, "capture_output": True, "text": True, "timeout": 10, "check": True}
        commit = subprocess.run(["git", "rev-parse", "HEAD"], **ask).stdout.strip()
        changed = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"], **ask).stdout.strip()
        return {"commit": commit, "changed": bool(changed)}
    return {}


def verify(folder: Path, sample: int = 5, trust_rules: bool = False) -> list[dict[str, Any]]:
    """Run a sample again, evenly taken from all that ended well, here and one by one; returns one row for each: run, same, both hashes."""
    from model import engine

    check_model()
    with Ledger(folder, reading=True) as ledger:
        study, found = study_of(ledger), points_of(ledger, folder, trust_rules)
        keep = Keep("weekly" in study.keep, "streets" in study.keep, "groups" in study.keep, tuple(study.residents_at))
        runs = ledger.outcomes([]).select("run", "point", "replication", "seed", "content")
        names = ledger.names
    if not len(runs):
        raise BadInput(str(folder), allowed="a study with at least one run that ended well")
    step = max(1, len(runs) // max(sample, 1))
    rows = []
    for row in runs[::step].head(sample).to_dicts():
        point = found[row["point"]]
        group = Group(point.case, row["seed"], study.weeks, ((0, point.practices),), point.rules_file, keep, needs_interventions(study))
        engine.ensure_compiled(engine.load_rules(point.rules_file))
        answer = run_group(group)[0]
        now = content_hash([answer.outcomes[name] for name in names], answer.kept) if answer.outcomes is not None else answer.reason
        rows.append({"run": row["run"], "point": row["point"], "replication": row["replication"], "same": now == row["content"],
                     "kept": row["content"], "now": now})  # fmt: skip
    return rows


def check_study(folder: Path) -> str | None:
    """The name of the study whose folder this is, or None."""
    from experiments.results import read_manifest

    facts = read_manifest(folder)
    return str(facts.get("study")) if facts and facts.get("kind") == KIND and (folder / FILE).is_file() else None


def _whole(path: Path, write: Callable[[Any], Any]) -> None:
    """Write a file under another name first, then give it its own."""
    fresh = path.with_name(f".{path.name}.partial")
    try:
        write(fresh)
        fresh.replace(path)
    except OSError as error:
        raise BadInput(str(path), allowed=f"room to write ({error.strerror or error})") from error
    finally:
        fresh.unlink(missing_ok=True)


def _write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    _whole(folder / "manifest.json", lambda path: path.write_text(text, encoding="utf-8"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


__all__ = ["FAILED", "OK", "TIMED_OUT", "Ended", "begin", "check_study", "finish", "results_hash", "verify", "work"]
