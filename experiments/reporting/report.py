"""The report of a study: one page to read, figures for a paper, and every table as CSV or JSON.

page.html  figure-NN-NAME.svg  figure-NN-NAME.png  manifest.json  and, on request, NAME.csv of every table
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.reporting.cells import Shown
from experiments.reporting.drawing import write as write_drawing
from experiments.reporting.figures import drawings
from experiments.reporting.findings import Findings
from experiments.reporting.page import PAGE, counted_runs, render
from experiments.reporting.side_by_side import show as show_side_by_side
from experiments.reporting.tables_shown import failed, ledger, shown
from experiments.shared.folders import check_target, new_folder, read_manifest, surroundings
from experiments.shared.style import readable
from experiments.shared.text import CAVEAT, counted, empty_table, show_one
from experiments.study.results import export_csv, write_manifest
from model.errors import BadInput

KIND, SCHEMA = "leefwereld study report", 1
PRINTED = ("scores", "differences", "wins", "ends", "shapley", "over-box")  # tables that are printed
MOST_PRINTED = 4
WIDE, LEFT_OUT = 112, ("dz", "ahead", "r")  # width of a terminal in characters; what a narrower one leaves out


def write(found: Findings, folder: Path, csv: bool = False) -> list[dict[str, str]]:
    """Write the report into `folder`, completely or not at all; return name, title, caption and alt text of every figure.

    Replaces an earlier report; raises BadInput when the folder holds anything else, and leaves that unchanged.
    """
    check_place(found, folder)
    facts: list[dict[str, str]] = []
    with new_folder(folder) as fresh:
        figures = [(drawing.facts, write_drawing(drawing, fresh)) for drawing in drawings(found)]
        facts = [told for told, _ in figures]
        (fresh / PAGE).write_text(render(found, figures), encoding="utf-8")
        if csv:
            write_csv(found, fresh)
        origin = {"kind": KIND, "schema": SCHEMA, "study": found.study["name"], "results": found.facts.get("results"), "figures": facts}
        write_manifest(fresh, origin | surroundings())
    return facts


def check_place(found: Findings, folder: Path) -> None:
    """Raise BadInput when the report would overwrite the study itself or another result."""
    check_target(folder)
    there = read_manifest(folder)
    if there is not None and there.get("kind") != KIND:
        raise BadInput("--out", "folder", str(folder), "a new, empty or earlier report folder; this holds another result")
    if found.folder.resolve().is_relative_to(folder.resolve()):
        raise BadInput("--out", "folder", str(folder), "a folder that does not hold the study itself")


def write_csv(found: Findings, folder: Path) -> None:
    """Write every table of the report, runs, points and other stored tables as CSV; undefined values are empty."""
    export_csv(found.folder, found.of, folder)
    for name, frame in found.tables.items():
        frame.with_columns(pl.col(pl.Float64).fill_nan(None)).write_csv(folder / f"{name}.csv")


def as_json(found: Findings, figures: list[dict[str, str]], folder: Path | None = None) -> dict[str, object]:
    """Return the report as data for JSON: every table as rows; undefined values are null."""
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "study": found.study["name"],
        "question": found.study["question"],
        "design": found.study["design"],
        "counts": found.facts.get("counts", {}),
        "tables": {name: [plain(row) for row in frame.iter_rows(named=True)] for name, frame in found.tables.items()},
        "figures": figures,
        "folder": str(folder) if folder else None,
        "caveat": CAVEAT,
    }


def plain(row: dict[str, object]) -> dict[str, object]:
    """Return a row for JSON, which has neither nan nor infinity."""
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}


def show(found: Findings, console: Console, folder: Path) -> None:
    """Print the main tables, the failed runs, and the paths of the other files."""
    regimes = ", ".join(map(readable, found.regimes))
    show_one(console, Text(f"{found.study['name']}: {found.study['question']}", style="bold"))
    show_one(console, Text(f"{found.kind}, {counted(found.points.height, 'point')}; {regimes}. {counted_runs(found)} {CAVEAT}"))
    if found.comparison is not None:
        show_side_by_side(found.comparison, console, rest="the page shows the rest")
    tables = [] if found.comparison else [table for table in shown(found) if table.name in PRINTED]
    for table in tables[:MOST_PRINTED]:
        show_one(console, *_printed(table, console.width))
    if len(tables) > MOST_PRINTED:
        show_one(console, Text(f"{len(tables) - MOST_PRINTED} more comparisons stand in the page."))
    if found.comparison is None:
        show_one(console, *_printed(ledger(found), console.width))
    if found.unfinished:
        show_one(console, *_printed(failed(found, 20), console.width))
    console.print(Text(f"\nWritten to {folder / PAGE}"), soft_wrap=True)


def _printed(table: Shown, width: int) -> Iterator[Text | Table]:
    """Yield the caption and the table for the terminal."""
    yield Text(f"\n{table.caption}.", style="dim")
    columns = table.printed or [(place, text) for place, (text, _) in enumerate(table.heads)]
    narrow = width < WIDE and any(text in LEFT_OUT for _, text in columns)
    if narrow:
        columns = [(place, text) for place, text in columns if text not in LEFT_OUT]
    right = [head for place, head in columns if "num" in table.heads[place][1]]
    made = empty_table(*(head or "outcome" for _, head in columns), right=right)
    for heading, lines in table.groups:
        if heading:
            made.add_row(Text(heading, style="bold"))
        for line in lines:
            first, *others = (line[place][0] for place, _ in columns)
            made.add_row(Text(first.split(" (")[0] if table.printed else first), *map(Text, others))
    yield made
    if narrow:
        yield Text(
            f"Left out for want of room: {', '.join(LEFT_OUT)}. They stand in the page, and are printed on {WIDE} columns.", style="dim"
        )
