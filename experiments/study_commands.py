"""What the commands of `experiments.study_cli` do. Importing this takes a second or two; `--help` never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from experiments import lists
from experiments.commands import print_json, say, show
from experiments.report import counted
from experiments.runner import usable_cores
from experiments.study import load_study, points, shipped
from experiments.study_file import Study
from experiments.study_plan import Pilot, Plan, pilot, plan_of, tried
from model.errors import BadInput

TEMPLATE = Path(__file__).parent / "study_template.toml"


def new(file: Path) -> None:
    """Write the study file that explains every key."""
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
    """What ships: name, question, runs."""
    rows = []
    for path in shipped():
        study = load_study(path.stem)
        plan = plan_of(study, points(study))
        rows.append({"name": study.name, "question": study.question, "points": plan.points, "runs": plan.runs})
    if json:
        print_json(rows)
        return
    made = lists.table("study", "question", "points", "runs", right=["points", "runs"])
    for row in rows:
        made.add_row(row["name"], row["question"], f"{row['points']:,}", f"{row['runs']:,}")
    show(made, Text("See what one takes: leefwereld study plan NAME. A file of your own: leefwereld study new"))


def plan(name: str, *, workers: int | None, quick: bool, json: bool) -> None:
    """Check a study, try a few runs, and say what all of it takes."""
    from experiments.progress import shown

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


def facts(study: Study, plan: Plan, measured: Pilot, workers: int) -> dict[str, Any]:
    """The plan as plain data."""
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
        "pilot": {
            "runs": measured.runs,
            "seconds_burn_in": measured.burn_in * measured.residents / measured.runs,
            "seconds_run": measured.run * measured.residents / measured.runs,
        },
        "workers": workers,
        "expected_seconds": plan.seconds(measured, workers),
        "memory_mb_per_worker": measured.memory,
        "notes": list(plan.notes),
    }


def table(study: Study, plan: Plan, measured: Pilot, workers: int) -> Table:
    """The plan to read."""
    known = facts(study, plan, measured, workers)
    of = f"{counted(plan.rows, 'row')} of the design ({study.design.kind}), {counted(plan.labels, 'regime')}, {counted(plan.cases, 'case')}"
    most = "at most " if study.replications.until else ""
    took = f"{known['pilot']['seconds_run']:.2g} s, and {known['pilot']['seconds_burn_in']:.2g} s for a burn-in that runs of one case share"
    lines = {
        "points": f"{plan.points:,}   ({of})",
        "replications": f"{most}{plan.replications:,}",
        "runs": f"{most}{plan.runs:,} of {counted(study.weeks, 'week')}",
        "pilot": f"{counted(measured.runs, 'run')}: {took}",
        "expected": f"{most}{duration(known['expected_seconds'])} on {counted(workers, 'worker')}",
        "memory": f"about {measured.memory:,.0f} MB for each worker",
    }
    made = Table.grid(padding=(0, 2))
    for key, value in lines.items():
        made.add_row(Text(key, style="bold"), Text(value))
    for note in plan.notes:
        made.add_row(Text("note", style="bold"), Text(note))
    return made


def duration(seconds: float) -> str:
    """45 s, 12 min, 3.5 hours."""
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} hours"
