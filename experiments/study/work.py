"""Run a study in its folder: begin, run, stop, resume and finish.

runs.sqlite holds the design and every run (see `ledger`); at the end, `results` writes the result files from it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.running.groups import Keep, RunGroup, Work, compile_rules, each_run, rule_sets
from experiments.running.ledger import FILE, Ledger
from experiments.running.pairs import Rules
from experiments.running.pool import Pool, Workers
from experiments.running.work_off import work_off, work_off_here
from experiments.running.worker import usable_cores
from experiments.shared.files import put
from experiments.shared.own_model import check_model
from experiments.shared.progress import Tell
from experiments.study.precision import Precision, looks
from experiments.study.results import KIND, SCHEMA, Ended, finish, hash_of, now, write_manifest
from model.errors import BadInput

if TYPE_CHECKING:
    from experiments.study.points import Point, Study

MAX_RUNS = 100_000
Finish = Callable[[Ledger, Path, "Study", Ended], object]


def default_folder(study: Study, what: str = "") -> Path:
    """Return results/study-<name>-<date>-<hash>, with a hash of everything that determines the results. what: replaces study-<name>."""
    from experiments.study.points import identity
    from model.identity import code_hash

    name = what or f"study-{'-'.join(study.name.split())}"
    return Path("results") / f"{name}-{date.today().isoformat()}-{hash_of(identity(study) + code_hash())[:8]}"


def begun(study: Study, folder: Path, code: str = "") -> bool:
    """Return whether the folder holds this same study, to resume. code: whether it was also begun with this model code."""
    from experiments.study.points import identity

    if not (folder / FILE).is_file():
        return False
    with Ledger(folder, reading=True) as ledger:
        return ledger.meta("identity") == identity(study) and (not code or ledger.meta("code", code) == code)


def planned_runs(folder: Path) -> int:
    """Return the number of planned runs of a study (with a stopping rule: until its first look)."""
    with Ledger(folder, reading=True) as ledger:
        return sum(ledger.counts().values())


def begin(study: Study, folder: Path, source: Path | None = None, max_runs: int = MAX_RUNS, kind: str = KIND, **facts: str) -> None:
    """Create the folder of a study, with its design and all runs pending. Raises BadInput, and then leaves nothing behind.

    source: its file. kind, facts: also stored in its ledger.
    """
    from experiments.shared.folders import check_target, new_folder
    from experiments.study.points import points

    check_model()
    check_target(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise BadInput("--out", "folder", str(folder), f"a new or empty folder; to go on with a study: leefwereld study resume {folder}")
    found = points(study)
    _check_runs(study, found, max_runs)
    with new_folder(folder) as fresh:
        with Ledger(fresh, new=True) as ledger:
            _put(ledger, study, found)
            ledger.set_meta(source=str(source.resolve()) if source else "", begun=now(), kind=kind, schema=str(SCHEMA), **facts)
        if source:
            (fresh / "study.toml").write_bytes(source.read_bytes())
        write_manifest(fresh, {"kind": kind, "schema": SCHEMA, "study": study.name, "finished": False})


def _check_runs(study: Study, found: Sequence[Point], most: int) -> None:
    given = study.replications
    runs = len(found) * (given.number if given.until is None else given.at_most)
    if runs > most:
        raise BadInput(study.name, "runs", runs, f"at most {most}; allow more with --max-runs")


def _put(ledger: Ledger, study: Study, found: Sequence[Point]) -> None:
    """Store the study, its outcomes and points, and plan the runs of the first look (all, if their number is fixed)."""
    from experiments.study.points import content, identity
    from model.engine.rule_files import load_rules, rules_hash
    from model.measures.weekly import OUTCOMES

    cases: dict[int, str] = {}
    rules: dict[str, str] = {"None": ""}
    texts: list[tuple[str, str]] = []
    rows: list[tuple[int, str, str, str, str, str, str]] = []
    for point in found:
        if id(point.case) not in cases:
            whole = point.case.model_dump(mode="json")
            text = json.dumps({name: value for name, value in whole.items() if name not in ("title", "text", "notes")}, sort_keys=True)
            cases[id(point.case)] = hash_of(text)
            texts.append((hash_of(text), json.dumps(whole)))
        if (name := str(point.rules_file)) not in rules:
            rules[name] = rules_hash(load_rules(point.rules_file))
            functions = isinstance(point.rules_file, dict)  # which have no text that could be run again
            texts.append((rules[name], "" if functions else Path(name).read_text(encoding="utf-8")))
        practices = json.dumps(point.practices.model_dump())
        key = json.dumps([cases[id(point.case)], rules[name], *([dict(point.at_start)] if point.at_start else [])])
        rows.append((point.number, point.scenario, point.regime, point.rules, json.dumps(point.factors), key, practices))
    with ledger.transaction():
        facts = {"study": json.dumps(content(study)), "identity": identity(study), "outcomes": json.dumps(list(OUTCOMES))}
        ledger.set_meta(**facts)
        ledger.put_points(rows, texts)
        given = study.replications
        want(ledger, study, given.number if given.until is None else looks(given)[0])


def want(ledger: Ledger, study: Study, replications: int) -> None:
    """Plan `replications` runs of every point. A run's name is a hash of everything that determines it.

    Equal points (in ordered designs) are distinguished by a count.
    """
    from experiments.study.names import needs_twins
    from experiments.study.points import seed_of

    settings: list[object] = [study.weeks, sorted(study.keep), sorted(set(study.residents_at)), needs_twins(study)]
    if study.checks:
        settings.append(sorted(study.checks))
    seen: Counter[str] = Counter()
    keys: list[tuple[int, str]] = []
    for number, *_, key, practices in ledger.points():
        text = json.dumps([key, practices, settings])
        keys.append((number, hash_of(f"{text} {seen[text]}")))
        seen[text] += 1

    def runs() -> Iterator[tuple[str, int, int, int]]:
        for replication in range(replications):
            seed = seed_of(study, replication)
            for number, key in keys:
                yield hash_of(f"{key} {seed}")[:20], number, replication, seed

    ledger.want(runs())


def work(
    folder: Path,
    workers: int | None = None,
    tell: Tell | None = None,
    say: Callable[[str], None] = print,
    *,
    again: Sequence[str] = (),
    changed_code: bool = False,
    changed_study: bool = False,
    trust_rules: bool = False,
    max_runs: int = MAX_RUNS,
    function: RunGroup = each_run,
    pool: Workers | None = None,
    here: bool = False,
    study: Study | None = None,
    finish: Finish = finish,
) -> Ended:
    """Run the missing runs of a study's folder, then write its results. Can be called again after any interruption.

    again: states of runs to try again ("failed", "timed out"). changed_code: continue although the model's code has changed.
    changed_study: continue with the edited study file; runs of both versions stay. trust_rules: allow running rule files.
    pool: existing workers, which stay open. here: run in this process, without workers. study: the study, if it was made in Python.
    finish: writes the result files. Raises BadInput, KeyboardInterrupt.
    """
    from experiments.study.names import needs_twins
    from experiments.study.points import points
    from model.identity import code_hash

    check_model()
    began = time.perf_counter()
    with Ledger(folder) as ledger:
        code, before = code_hash(), ledger.meta("code")
        if before and before != code and not changed_code:
            raise BadInput(str(folder), "code", code, f"the model's code that began it, {before}; go on anyway with --changed-code")
        ledger.check()
        check_trust(ledger, folder, trust_rules)
        if study is not None:
            found = points(study)
            _put(ledger, study, found)  # its texts may be others
        else:
            study = _study_now(ledger, folder, changed_study, max_runs)
            found = points_of(ledger, folder)
        ledger.set_meta(code=code)
        ledger.release(again)
        write_manifest(folder, {"kind": ledger.meta("kind"), "schema": SCHEMA, "study": study.name, "finished": False})
        compile_rules(rule_sets(found).values(), say)
        plan = Work(found, study.weeks, keep_of(study), needs_twins(study), code)

        with nullcontext(pool) if pool is not None or here else Pool(workers or usable_cores()) as crew:

            def run_all() -> None:
                if crew is None:
                    work_off_here(ledger, plan.groups(ledger.waiting()), tell, function)
                else:
                    work_off(ledger, plan.groups(ledger.waiting()), crew, study.timeout, tell, function)

            if study.replications.until is None:
                done, precision = study.replications.number, None
                run_all()
            else:
                done, precision = _until_precise(ledger, study, run_all, say)
        ledger.set_meta(ended=now())
        ended = Ended(folder, ledger.counts(), done, precision, time.perf_counter() - began)
        finish(ledger, folder, study, ended)
    return ended


def _study_now(ledger: Ledger, folder: Path, changed: bool, max_runs: int) -> Study:
    """Return the study to resume: from its file, if it still exists. Raises BadInput if it changed without `changed`."""
    from experiments.study.points import content, identity, load_study, points

    study = study_of(ledger)
    source = Path(ledger.meta("source") or folder / "study.toml")
    if not source.is_file() or source.parent == folder:
        return study
    present = load_study(source, quick=study.quick)
    if identity(present) == ledger.meta("identity"):
        ledger.set_meta(study=json.dumps(content(present)))  # its texts and timeout may differ
        return present
    if not changed:
        says = "the study as it was begun; this was edited: go on with it as it is by --changed-study"
        raise BadInput(str(_edited(ledger, study, present, source)), allowed=says)
    found = points(present)
    _check_runs(present, found, max_runs)
    _put(ledger, present, found)
    return present


def _edited(ledger: Ledger, before: Study, present: Study, source: Path) -> Path:
    """Return the file that differs from what the study was begun with: its own, or one that it names."""
    from experiments.study.names import cases_of, rules_of
    from experiments.study.points import content

    if content(before) != content(present):
        return source
    kept = {label: ledger.source(json.loads(key)[0]) for _, label, *_, key, _ in ledger.points()}
    for label, case in cases_of(present).items():
        if label.endswith(".toml") and label in kept and json.loads(kept[label]) != case.model_dump(mode="json"):
            return present.folder / label
    texts = {label: ledger.source(json.loads(key)[1]) for *_, label, _, key, _ in ledger.points() if label}
    for label, file in rules_of(present).items():
        if isinstance(file, Path) and label in texts and file.read_text(encoding="utf-8") != texts[label]:
            return file
    return present.folder / present.design.file if present.design.file else source


def _until_precise(ledger: Ledger, study: Study, run_all: Callable[[], None], say: Callable[[str], None]) -> tuple[int, Precision]:
    """Add replications until the paired difference is precise enough, or the budget is spent (see `precision`)."""
    precision = Precision.of(study)
    done = 0
    for done in looks(study.replications):
        want(ledger, study, done)
        run_all()
        precision = precision.looked(ledger, done)
        say(precision.line)
        if precision.reached:
            break
    return done, precision


# --- reading a study -----------------------------------------------------------------------------------------------


def study_of(ledger: Ledger) -> Study:
    """Return the study as stored in the ledger, without looking up names."""
    from experiments.study.points import Study

    study = Study.model_validate(json.loads(ledger.meta("study")))
    return study.placed(Path(ledger.meta("source") or study.name))


def keep_of(study: Study) -> Keep:
    """What its runs leave."""
    from experiments.study.points import seed_of

    weekly, streets, groups, accounts, people = (what in study.keep for what in ("weekly", "streets", "groups", "accounts", "people"))
    told = seed_of(study, 0) if "story" in study.keep else None
    return Keep(weekly, streets, groups, tuple(study.residents_at), study.checks, accounts, told, people, "classes" in study.keep)


def has_rules(ledger: Ledger) -> bool:
    """Return whether a study runs rule files."""
    return ledger.db.execute("SELECT count(*) FROM point WHERE rules != ''").fetchone()[0] > 0


def check_trust(ledger: Ledger, folder: Path, trusted: bool) -> None:
    """Raise BadInput if the study has rule files, which are programs, and the user does not trust them."""
    if has_rules(ledger) and not trusted:
        raise BadInput(str(folder), "rules", None, "run only with --trust-rules: they are a program in a file; look at it first")


def points_of(ledger: Ledger, folder: Path, only: int | None = None) -> list[Point]:
    """Return the points as stored, or only one. Executes their rule files: call `check_trust` first."""
    from experiments.study.points import Point
    from model.case.at_start import checked_at_start
    from model.case.case import Case, checked
    from model.regimes import practices as checked_practices

    cases: dict[str, Case] = {}
    files: dict[str, Rules] = {"": None}
    found: list[Point] = []
    for number, scenario, regime, rules, factors, key, values in ledger.points():
        if only not in (None, number):
            continue
        case, digest, *begun = json.loads(key)
        if case not in cases:
            cases[case] = checked(json.loads(ledger.source(case)), scenario)
        if digest not in files:
            files[digest] = _rule_file(ledger, folder, rules, digest)
        practices, at_start = checked_practices(values, str(folder)), checked_at_start(begun[0], str(folder)) if begun else {}
        found.append(Point(number, scenario, regime, rules, factors, cases[case], practices, files[digest], at_start))
    return found


def _rule_file(ledger: Ledger, folder: Path, label: str, digest: str) -> Path:
    """Return the rule file beside the study if unchanged; otherwise the folder's copy. Raises BadInput."""
    from model.engine.rule_files import load_rules, rules_hash

    own = Path(ledger.meta("source")).parent / label
    copy = folder / "rules" / f"{digest}.py"
    text = ledger.source(digest)
    if not text:
        raise BadInput(str(folder), "rules", label, "the call in Python that began it, once more: functions are not kept in a folder")
    if own.is_file() and own.read_text(encoding="utf-8", errors="replace") == text and rules_hash(load_rules(own)) == digest:
        return own
    put(copy, text)
    if rules_hash(load_rules(copy)) != digest:
        raise BadInput(str(folder), "rules", label, "the rules as they were; a file that they import was edited, or is gone")
    return copy
