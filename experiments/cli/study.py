"""The work of `leefwereld study ...`; importing this takes a second or two."""

from __future__ import annotations

import json as jsonlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from experiments.cli.compare_and_run import print_json, said_when_stopped, say, show
from experiments.running.worker import usable_cores
from experiments.shared.text import counted, empty_table
from experiments.study.ensemble import warning
from experiments.study.plan import Pilot, Plan, pilot, plan_of, tried
from experiments.study.points import load_study, points, shipped
from experiments.study.schema import Study
from model.errors import BadInput

if TYPE_CHECKING:
    from experiments.study.results import Ended

TEMPLATE = Path(__file__).parents[1] / "study" / "template.toml"


def new(file: Path) -> None:
    """Write a study file that explains every key. Raises BadInput."""
    if file.suffix != ".toml":
        raise BadInput("study new", "file", str(file), "a name that ends in .toml")
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(TEMPLATE.read_text(encoding="utf-8"))
    except FileExistsError:
        raise BadInput("study new", "file", str(file), "a new name; this file exists, and is left alone") from None
    except OSError as error:
        raise BadInput("study new", "file", str(file), f"a place that can be written ({error.strerror})") from None
    say(f"Written: {file}. It is valid as it stands; `leefwereld study plan {file}` says what it takes.")


def list_studies(*, json: bool) -> None:
    """Print the shipped studies: name, question, points, runs."""
    rows = []
    for path in shipped():
        study = load_study(path.stem)
        plan = plan_of(study, points(study))
        rows.append({"name": study.name, "question": study.question, "points": plan.points, "runs": plan.runs})
    if json:
        print_json(rows)
        return
    made = empty_table("study", "question", "points", "runs", right=["points", "runs"])
    for row in rows:
        made.add_row(row["name"], row["question"], f"{row['points']:,}", f"{row['runs']:,}")
    show(made, Text("See what one takes: leefwereld study plan NAME. A file of your own: leefwereld study new"))


def plan(name: str, *, workers: int | None, quick: bool, json: bool) -> None:
    """Check a study, run a pilot, and print the plan."""
    from experiments.shared.progress import shown

    study = load_study(name, quick)
    found = points(study)
    made = plan_of(study, found)
    workers = workers or usable_cores()
    chosen = tried(found)
    with shown("pilot runs", len(chosen)) as tell:
        measured = pilot(study, chosen, tell)
    if json:
        print_json(facts(study, made, measured, workers))
    else:
        show(Text(f"{study.name}: {study.question}\n"), table(study, made, measured, workers))


def run(name: str, *, out: Path | None, workers: int | None, quick: bool, max_runs: int, json: bool) -> int:
    """Begin a study and run it. Return 1 if a run failed or timed out."""
    from experiments.study import work as study_work

    study = load_study(name, quick)
    if line := warning(study):
        say(f"leefwereld: {line}")
    folder = out or study_work.default_folder(study)
    study_work.begin(study, folder, Path(study.where), max_runs)
    return _go_on(folder, json, workers=workers, trust_rules=True, max_runs=max_runs)


def resume(
    folder: Path, *, again: str, json: bool, workers: int | None, trust_rules: bool, max_runs: int, changed_study: bool, changed_code: bool
) -> int:
    """Resume a study. Return 1 if a run failed or timed out. Raises BadInput."""
    from experiments.running.ledger import FAILED, TIMED_OUT

    states = [state.strip() for state in again.split(",") if state.strip()]
    for state in states:
        if state not in (FAILED, TIMED_OUT):
            raise BadInput("--again", "state", state, f"{FAILED}, {TIMED_OUT}, or both with a comma between")
    return _go_on(
        folder, json, again=states, workers=workers, trust_rules=trust_rules, max_runs=max_runs, changed_study=changed_study,
        changed_code=changed_code,
    )  # fmt: skip


def _go_on(folder: Path, json: bool, **given: Any) -> int:
    from experiments.comparison import folder as comparison
    from experiments.running.ledger import Ledger
    from experiments.shared.progress import studied
    from experiments.study import results
    from experiments.study import work as study_work

    with Ledger(folder, reading=True) as ledger:
        counts, kind = ledger.counts(), ledger.meta("kind")
        trust = " --trust-rules" if study_work.has_rules(ledger) else ""
    finish = comparison.finish if kind == comparison.KIND else results.finish
    with said_when_stopped(folder), studied(sum(counts.values())) as tell:
        ended = study_work.work(folder, tell=tell, say=say, finish=finish, **given)
    with Ledger(folder, reading=True) as ledger:
        lost = ledger.unfinished()
    if json:
        print_json(_ended_facts(ended))
    else:
        show(_ended_table(ended))
    for row in lost[:3]:
        say(f"leefwereld: run {row['run']} (point {row['point']}, replication {row['replication']}) {row['status']}: {row['reason']}")
    if lost:
        say(f"leefwereld: {counted(len(lost), 'run')} did not end well; once more: "
            f'leefwereld study resume {shlex.quote(str(folder))}{trust} --again "failed,timed out"')  # fmt: skip
    return 0 if ended.well else 1


def _ended_facts(ended: Ended) -> dict[str, Any]:
    precision = ended.precision.facts() if ended.precision else None
    return {"folder": str(ended.folder), "counts": ended.counts, "replications": ended.replications, "until": precision,
            "seconds": round(ended.seconds, 3)}  # fmt: skip


def _ended_table(ended: Ended) -> Table:
    counts = ended.counts
    lines = {
        "runs": ", ".join(f"{number:,} {state}" for state, number in counts.items() if number),
        "replications": f"{ended.replications:,}",
        "seconds": f"{ended.seconds:,.1f}",
        "folder": str(ended.folder),
        "read it": f"leefwereld study report {shlex.quote(str(ended.folder))}",
    }
    if ended.precision:
        until = ended.precision.until
        lines["replications"] += f", by the rule: until {until.named}, is known to {until.precision:g}"
        lines["half-width"] = f"{ended.precision.half_width:.3g}" + (
            "" if ended.precision.reached else ": not reached; the budget is spent"
        )
    return _grid(lines)


def _grid(lines: dict[str, str]) -> Table:
    made = Table.grid(padding=(0, 2))
    for key, value in lines.items():
        made.add_row(Text(key, style="bold"), Text(value, overflow="fold"))
    return made


def status(folder: Path, *, json: bool) -> None:
    """Print the progress of a study."""
    from experiments.running.ledger import Ledger, at_work
    from experiments.study.results import check_finished

    with Ledger(folder, reading=True) as ledger:
        counts, lost = ledger.counts(), ledger.unfinished()
        known = {name: ledger.meta(name) for name in ("begun", "ended")}
        study = jsonlib.loads(ledger.meta("study"))
        busy = at_work(folder)
        if not busy:
            ledger.check()
            check_finished(folder)
    if json:
        print_json({"study": study["name"], "counts": counts, "at_work": busy} | known | {"unfinished": lost})
        return
    done = sum(counts.values()) - counts["pending"] - counts["running"]
    waits = counts["pending"] + counts["running"]
    lines = {
        "study": f"{study['name']}: {study['question']}",
        "runs": f"{done:,} of {sum(counts.values()):,} done: " + ", ".join(f"{number:,} {state}" for state, number in counts.items()),
        "begun": known["begun"],
        "now": "at work" if busy else "finished " + known["ended"] if not waits else f"stopped; go on: leefwereld study resume {folder}",
    }
    for row in lost[-5:]:
        lines[f"{row['point']}.{row['replication']}"] = f"{row['run']} {row['status']}: {row['reason']}"
    show(_grid(lines))


def verify(folder: Path, *, sample: int, trust_rules: bool, json: bool) -> int:
    """Repeat a sample of runs. Return 1 if any differs."""
    from experiments.shared.progress import shown
    from experiments.study import replay as study_again

    with shown("runs again", sample) as tell:
        rows = study_again.verify(folder, sample, trust_rules, tell)
    different = [row for row in rows if not row["same"]]
    if json:
        print_json(rows)
    else:
        show(Text(f"{len(rows) - len(different)} of {counted(len(rows), 'run')} came out as they were kept."))
    for row in different:
        say(f"leefwereld: run {row['run']} (point {row['point']}, replication {row['replication']}) differs: kept {row['kept'][:12]}, "
            f"now {row['now'][:60]}")  # fmt: skip
    return 1 if different else 0


def export(folder: Path, *, out: Path | None, csv: bool, ema: Path | None) -> None:
    """Write the tables as CSV files, or the results in EMAworkbench's format. Raises BadInput."""
    from experiments.reporting import export_ema as study_ema
    from experiments.reporting.findings import findings
    from experiments.study import results as study_folder

    if ema is not None:
        say(f"Written: {study_ema.export(findings(folder), ema)}")
    if not csv:
        return
    for file in study_folder.export_csv(folder, findings(folder).of, out or folder / "csv"):
        say(f"Written: {file}")


def report(folder: Path, *, out: Path | None, csv: bool, json: bool) -> None:
    """Write the report: page and figures."""
    from experiments.cli.compare_and_run import put
    from experiments.reporting import report as study_report
    from experiments.reporting.findings import findings

    found, target = findings(folder), out or folder / "report"
    figures = study_report.write(found, target, csv)
    if json:
        print_json(study_report.as_json(found, figures, target))
    else:
        put(lambda console: study_report.show(found, console, target))


def replay(folder: Path, name: str, *, lang: str, short: int | None, street: str | None, trust_rules: bool, json: bool) -> int:
    """Repeat one run and tell its story. Return 1 if the result differs from the study's."""
    from experiments.shared.telling import Telling
    from experiments.study import replay as study_again
    from model.story.teller import heading

    found = study_again.replay(folder, name, Telling(lang, short=short or 0, street=street), trust_rules)
    point = found.point
    facts = {"run": found.run, "point": point.number, "replication": found.replication, "seed": found.seed, "scenario": point.scenario,
             "regime": point.regime, "rules": point.rules, "factors": point.factors, "status": found.status, "kept": found.kept,
             "now": found.now, "same": found.same}  # fmt: skip
    if json:
        print_json(facts | {"story": found.story})
    else:
        told = ", ".join([point.scenario, point.regime, *([point.rules] if point.rules else [])])
        factors = "".join(f", {name} {value:g}" for name, value in point.factors.items())
        show(Text(f"run {found.run} (point {point.number}, replication {found.replication}, seed {found.seed}): {told}{factors}\n"))
        print("\n".join([heading(lang), *found.story]))
    if found.same is None:
        say(f"leefwereld: this run is {found.status} in the study; there is nothing to compare with")
        return 0
    if found.same:
        say(f"leefwereld: it came out as it was kept ({found.now[:60]})")
        return 0
    why = "; the model's code is another than the one that made it" if found.code_changed else ""
    say(f"leefwereld: it came out otherwise: kept {found.kept[:60]}, now {found.now[:60]}{why}")
    return 1


def facts(study: Study, plan: Plan, measured: Pilot, workers: int) -> dict[str, object]:
    """Return the plan as plain data."""
    return {
        "study": study.name,
        "question": study.question,
        "design": study.design.kind,
        "points": plan.points,
        "rows": plan.rows,
        "cases": plan.cases,
        "labels": plan.labels,
        "replications": plan.replications,
        "runs": plan.runs,
        "weeks": study.weeks,
        "quick": study.quick,
        "pilot": _pilot(measured),
        "workers": workers,
        "expected_seconds": plan.seconds(measured, workers),
        "memory_mb_per_worker": measured.memory,
        "notes": list(plan.notes),
    }


def _pilot(measured: Pilot) -> dict[str, float]:
    return {
        "runs": measured.runs,
        "seconds_burn_in": measured.burn_in * measured.residents / measured.runs,
        "seconds_run": measured.run * measured.residents / measured.runs,
    }


def table(study: Study, plan: Plan, measured: Pilot, workers: int) -> Table:
    """Return the plan as a table."""
    pilot = _pilot(measured)
    of = f"{counted(plan.rows, 'row')} of the design ({study.design.kind}), {counted(plan.labels, 'regime')}, {counted(plan.cases, 'case')}"
    most = "at most " if study.replications.until else ""
    took = f"{pilot['seconds_run']:.2g} s, and {pilot['seconds_burn_in']:.2g} s for a burn-in that runs of one case share"
    lines = {
        "points": f"{plan.points:,}   ({of})",
        "replications": f"{most}{plan.replications:,}",
        "runs": f"{most}{plan.runs:,} of {counted(study.weeks, 'week')}",
        "pilot": f"{counted(measured.runs, 'run')}: {took}",
        "expected": f"{most}{duration(plan.seconds(measured, workers))} on {counted(workers, 'worker')}",
        "memory": f"about {measured.memory:,.0f} MB for each worker",
    }
    made = Table.grid(padding=(0, 2))
    for key, value in lines.items():
        made.add_row(Text(key, style="bold"), Text(value))
    for note in plan.notes:
        made.add_row(Text("note", style="bold"), Text(note))
    return made


def duration(seconds: float) -> str:
    """Return a duration as text, such as "about 45 s", "about 12 min", "about 3.5 hours"."""
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} hours"
