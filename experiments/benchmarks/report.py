"""The report of a benchmark: a table and notes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypedDict

from experiments.shared.manifest import Surroundings

HEADS = (
    "model",
    "residents",
    "build s",
    "resident-weeks/s",
    "ns per resident-week",
    "1,000 x 260 weeks, s",
    "peak MB",
    "MB per 1,000",
    "plain / ours",
)


class Row(TypedDict):
    """One model at one size. Times of rounds: median, lowest, highest. ratio: cost of the plain model over ours, if both were run."""

    model: str
    residents: int
    burn_in: int  # weeks before, not timed
    weeks: int  # of a round
    rounds: int
    build_seconds: float  # time to build the neighbourhood with residents and ties
    round_seconds: float
    resident_weeks_per_second: float
    ns_per_resident_week: float
    ns_low: float
    ns_high: float
    seconds_1000x260: float  # 1,000 residents over 260 weeks at this pace
    peak_mb: float  # of the whole process, with Python and packages
    mb_per_1000: float  # added by the neighbourhood, per 1,000 residents
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None


class Bench(Surroundings):
    """The results of a benchmark. cost_by_size: of a resident-week, by that at the next smaller size."""

    kind: str
    schema: int
    date: str
    cpu: str
    cores: int | None
    regime: str
    compiling: dict[str, float] | None
    rows: list[Row]
    cost_by_size: list[dict[str, float]]
    notes: list[str]


def cells(row: Row) -> tuple[str, ...]:
    """Return one row of the table as texts."""
    ratio = f"{row['ratio']:.1f} ({row['ratio_low']:.1f}-{row['ratio_high']:.1f})" if row["ratio"] else ""
    return (
        row["model"],
        f"{row['residents']:,}",
        f"{row['build_seconds']:.3f}",
        f"{row['resident_weeks_per_second']:,.0f}",
        f"{row['ns_per_resident_week']:,.0f} ({row['ns_low']:,.0f}-{row['ns_high']:,.0f})",
        f"{row['seconds_1000x260']:.3f}",
        f"{row['peak_mb']:,.0f}",
        f"{row['mb_per_1000']:.2f}",
        ratio,
    )


def sentences(found: Bench) -> list[str]:
    """Return notes to the table."""
    told = []
    if found["compiling"]:
        took = found["compiling"]
        late = f", {took['late_seconds']:.1f} s of it after it was said to be done" if took["late_seconds"] >= 0.5 else ""
        told.append(f"First run on a machine, empty cache: {took['seconds']:.1f} s until everything is compiled{late}.")
    for cost in found["cost_by_size"]:
        told.append(
            f"Cost per resident-week at {cost['residents']:,} residents against {cost['against']:,}: "
            f"{cost['median']:.2f} ({cost['low']:.2f}-{cost['high']:.2f})."
        )
    for row in found["rows"]:
        what = f"{row['rounds']} rounds of {row['weeks']} weeks, after {row['burn_in']} weeks of burn-in"
        told.append(f"{row['model']} at {row['residents']:,} residents: {what}.")
    told.append("Rounds in turn: median (lowest-highest); a ratio is of one round of each. 1,000 x 260 weeks: seconds at the row's pace.")
    told.append("Peak MB is of the whole process, with Python and packages; MB per 1,000 is what the neighbourhood added.")
    return [*told, *(note[0].upper() + note[1:] + "." for note in found["notes"])]


def heading(found: Bench) -> str:
    """Return machine, versions, date and regime as text."""
    packages = ", ".join(
        f"{name} {version}" for name, version in found["packages"].items() if name in ("leefwereld", "mesa", "numba", "numpy")
    )
    return f"{found['cpu']}, {found['cores']} cores; Python {found['python']}, {packages}; {found['date'][:10]}; regime {found['regime']}."


def as_text(found: Bench, out: Path | None = None) -> str:
    """Return the table and notes as plain text."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from experiments.shared.text import plain, show_one

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for n, head in enumerate(HEADS):
        table.add_column(head, justify="left" if n == 0 else "right")
    for row in found["rows"]:
        table.add_row(*cells(row))
    lines = [*sentences(found), *([f"Written to {out}"] if out else [])]

    def put(console: Console) -> None:
        show_one(console, Text(heading(found)), table, *(Text(line) for line in lines))

    return plain(put, max(100, shutil.get_terminal_size((140, 24)).columns)).rstrip("\n")


def as_markdown(found: Bench) -> str:
    """Return the table and notes as Markdown."""
    rows = [HEADS, ("---", *("---:" for _ in HEADS[1:])), *(cells(row) for row in found["rows"])]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join(["# Benchmark", "", heading(found), "", table, "", *(f"* {line}" for line in sentences(found))]) + "\n"
