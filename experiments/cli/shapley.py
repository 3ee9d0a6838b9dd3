"""The work of `leefwereld shapley`: divide the difference between two regimes over groups of practices."""

from __future__ import annotations

from pathlib import Path

from experiments.cli.compare_and_run import Source, build_case, put, say, say_notes
from experiments.cli.robustness import worked
from experiments.reporting import report
from experiments.reporting.findings import findings
from experiments.shared.style import readable
from experiments.study import work as study_work
from experiments.study.check import check
from experiments.study.schema import Design, Given, Replications, Study
from model.case.case import Case
from model.errors import BadInput
from model.regimes import NO_GOVERNMENT, resolve

FULL, QUICK = {"pairs": 20, "orders": 8}, {"pairs": 3, "orders": 4}
QUICK_WEEKS = 52


def study_of(case: Case, first: str, second: str, pairs: int, weeks: int, seed: int, orders: int) -> Study:
    """Return the study: both regimes, and mixtures along `orders` orders, half of them the reverses of the others (0: all)."""
    labels = tuple("".join(name.split()) for name in (first, second))
    if NO_GOVERNMENT in labels:
        raise BadInput("shapley", "regime", NO_GOVERNMENT, "two regimes that differ in practices; this differs in hours and money")
    practices = {label: resolve(label) for label in labels}
    if len(set(practices.values())) < len(labels):
        raise BadInput("shapley", "regime", labels[1], "two regimes that differ")
    question = f"What is the difference between {readable(labels[0])} and {readable(labels[1])} owed to, by groups of practices?"
    study = Study(
        name="shapley", question=question, weeks=weeks, design=Design(kind="shapley", base=labels, size=orders // 2), first_seed=seed,
        replications=Replications(number=pairs), outcomes=("without_twins",),
    )  # fmt: skip
    study = study.placed(given=Given({case.name: case}, practices, {"": None}))
    check(study)
    return study


def run(
    source: Source, first: str, second: str, *, pairs: int | None, weeks: int | None, seed: int, orders: int | None, out: Path | None,
    workers: int | None, quick: bool, json: bool,
) -> int:  # fmt: skip
    """Run what is missing, write the report and print it. Return 1 if a run did not end well."""
    from experiments.cli.compare_and_run import print_json

    usual = QUICK if quick else FULL
    drawn = usual["orders"] if orders is None else orders
    if drawn % 2:
        raise BadInput("--orders", "orders", drawn, "an even number, as each order has its reverse; 0: all orders")
    case = build_case(source)
    weeks = weeks or (QUICK_WEEKS if quick else case.weeks)
    study = study_of(case, first, second, pairs or usual["pairs"], weeks, seed, drawn)
    folder = out or study_work.default_folder(study, "shapley")
    say_notes(case, weeks)
    if not study_work.begun(study, folder):
        study_work.begin(study, folder)
    well = worked(folder, workers)
    found, target = findings(folder), folder / "report"
    figures = report.write(found, target)
    if json:
        print_json(report.as_json(found, figures, target))
    else:
        put(lambda console: report.show(found, console, target))
    if found.unfinished:
        say(f"leefwereld: {len(found.unfinished)} runs did not end well; a pair counts only with all its mixtures")
    return 0 if well else 1
