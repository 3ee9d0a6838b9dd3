"""Show patterns as a table, plain data, a figure and a folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import matplotlib as mpl
from rich.text import Text

from experiments.patterns.declared import CALIBRATED, CHECK, REPORTED, Part
from experiments.patterns.measure import Found, Measured
from experiments.patterns.words import WORDS
from experiments.reporting import drawing as study_drawing
from experiments.reporting.cells import interval, value
from experiments.shared import folders as results
from experiments.shared.style import COLOURS, STYLE
from experiments.shared.text import empty_table, number

if TYPE_CHECKING:
    from rich.console import RenderableType

KINDS = (CALIBRATED, CHECK, REPORTED)
KIND, SCHEMA = "leefwereld patterns", 1


def shown(found: Mapping[str, Found], lang: str = "en") -> Iterator[RenderableType]:
    """Yield a table for each kind of pattern, and notes on the measurement."""
    words = WORDS[lang]
    for kind in KINDS:
        of = [one for one in found.values() if one.pattern.kind == kind]
        if of:
            yield Text(f"\n{words[kind]}", style="bold")
            yield _table(of, words)
    if len(found) == 1:
        one = next(iter(found.values()))
        yield Text(f"\n{one.pattern.text}")
        yield Text(f"{words['source']}: {one.pattern.source}", style="dim")
    yield Text("\n" + "\n".join(notes(found, lang)), style="dim")


def _table(of: list[Found], words: Mapping[str, str]) -> RenderableType:
    heads = [words[key] for key in ("measured", "interval")]
    made = empty_table(words["part"], words["target"], *heads, words["met"], right=heads)
    for one in of:
        made.add_row(Text(f"{one.pattern.id}  {words[one.pattern.id]}", style="bold"), "", "", "", words[verdict(one)])
        for part in one.parts.values():
            name = words[f"{one.pattern.id}.{part.part.name}"]
            state = words[verdict(part)] if part.part.scored else words["shown"]
            half = (part.high - part.low) / 2
            cells = target(part.part, words), value(part.estimate, half), interval(part.low, part.high, "")
            made.add_row(Text(f"  {name}", style="" if part.part.scored else "dim"), *cells, state)
    return made


def verdict(of: Found | Measured) -> str:
    """Return yes, no, either with a question mark if uncertain, or unknown."""
    if of.met is None:
        return "unknown"
    return ("yes" if of.met else "no") + ("" if of.sure else "?")


def target(part: Part, words: Mapping[str, str]) -> str:
    """Return the expected range, as text."""
    if math.isfinite(part.low) and math.isfinite(part.high):
        return words["between"].format(_plain(part.low), _plain(part.high))
    if math.isfinite(part.low):
        return words["above"].format(_plain(part.low))
    return words["below"].format(_plain(part.high)) if math.isfinite(part.high) else ""


def _plain(x: float) -> str:
    return number(x, 0 if x == int(x) else 2)


def notes(found: Mapping[str, Found], lang: str = "en") -> list[str]:
    """Return notes: how many are met, how they were measured, and limits."""
    words = WORDS[lang]
    kinds = [(kind, [one for one in found.values() if one.pattern.kind == kind]) for kind in KINDS]
    counts = ", ".join(f"{words[kind].split(':')[0].lower()} {sum(one.met is True for one in of)}/{len(of)}" for kind, of in kinds if of)
    lines = [words["total"].format(met=sum(one.met is True for one in found.values()), all=len(found), kinds=counts)]
    hows = {words["how"].format(seeds=one.seeds, residents=f"{one.residents:,}", weeks=one.weeks): [] for one in found.values()}
    for one in found.values():
        hows[words["how"].format(seeds=one.seeds, residents=f"{one.residents:,}", weeks=one.weeks)].append(one.pattern.id)
    lines += [f"{', '.join(ids)}: {how}." for how, ids in hows.items()]
    return [*lines, *([words["small"]] if any(one.small for one in found.values()) else []), words["caveat"]]


class PartFacts(TypedDict):
    """One number of a pattern as plain data; an open end of a range and what is not defined are None."""

    name: str
    text: str
    scored: bool
    met: bool | None
    sure: bool
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    expected_low: float | None
    expected_high: float | None


class PatternFacts(TypedDict):
    """A pattern as plain data."""

    id: str
    name: str
    kind: str
    definition: str
    source: str
    met: bool | None
    sure: bool
    seeds: int
    residents: int
    weeks: int
    small: bool
    parts: list[PartFacts]


def facts(found: Mapping[str, Found], lang: str = "en") -> list[PatternFacts]:
    """Return every pattern as plain data; open ends and undefined values are None."""
    words = WORDS[lang]
    return [
        {
            "id": one.pattern.id, "name": words[one.pattern.id], "kind": one.pattern.kind, "definition": one.pattern.text,
            "source": one.pattern.source, "met": one.met, "sure": one.sure, "seeds": one.seeds, "residents": one.residents,
            "weeks": one.weeks, "small": one.small, "parts": [_part(one, part, words) for part in one.parts.values()],
        }
        for one in found.values()
    ]  # fmt: skip


def _part(of: Found, part: Measured, words: Mapping[str, str]) -> PartFacts:
    return {
        "name": part.part.name, "text": words[f"{of.pattern.id}.{part.part.name}"], "scored": part.part.scored,
        "met": part.met if part.part.scored else None, "sure": part.sure, "n": part.n,
        "estimate": _finite(part.estimate), "low": _finite(part.low), "high": _finite(part.high),
        "expected_low": _finite(part.part.low), "expected_high": _finite(part.part.high),
    }  # fmt: skip


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def write(found: Mapping[str, Found], folder: Path, command: str, lang: str = "en") -> Path:
    """Write patterns.json, patterns.csv, patterns.svg and .png, manifest.json, completely or not at all. Raises BadInput."""
    import polars as pl

    results.check_target(folder)
    rows = facts(found, lang)
    flat = [
        {"id": row["id"], "pattern": row["name"], "kind": row["kind"], **part, "source": row["source"]}
        for row in rows
        for part in row["parts"]
    ]
    with results.new_folder(folder) as fresh:
        results.write_json(fresh / "patterns.json", rows)
        pl.DataFrame(flat, infer_schema_length=None).write_csv(fresh / "patterns.csv")
        study_drawing.write(drawn(found, lang), fresh)
        results.write_json(fresh / results.MANIFEST, {"kind": KIND, "schema": SCHEMA, "command": command} | results.surroundings())
    return folder


def drawn(found: Mapping[str, Found], lang: str = "en") -> study_drawing.Drawing:
    """Return a figure: each scored part as a point with its interval and expected range, on its own scale."""
    words = WORDS[lang]
    rows = [(one, part) for one in found.values() for part in one.scored if math.isfinite(part.estimate)]
    caption = " ".join(notes(found, lang))
    with mpl.rc_context(STYLE):
        lines = -(-len(caption) // study_drawing.NOTE) + 1
        figure, (ax,) = study_drawing.frame(1, 1, 0.3 + 0.16 * len(rows), left=3.1, top=0.15, lines=lines, gap=0, between=0)
        for row, (_, part) in enumerate(rows):
            band, place = scaled(part)
            ax.barh(row, band[1] - band[0], left=band[0], height=0.72, color=study_drawing.PALE)
            if math.isfinite(part.low):
                ax.plot([place(part.low), place(part.high)], [row, row], color="black", linewidth=0.9)
            ax.plot(place(part.estimate), row, study_drawing.MARKS[0], color=COLOURS[2] if part.met else COLOURS[1], markersize=3.5,
                    markerfacecolor=None if part.met else "white")  # fmt: skip
        names = [f"{one.pattern.id}  {words[f'{one.pattern.id}.{part.part.name}']}" for one, part in rows]
        ax.set_yticks(range(len(rows)), [study_drawing.short(name, 62) for name in names], fontsize=6.5)
        ax.tick_params(axis="y", length=0)
        ax.set(ylim=(len(rows) - 0.4, -0.6), xlim=(-1.1, 2.1), xticks=[])
        study_drawing.bare(ax, "left", "bottom")
        study_drawing.note(figure, caption, words["figure"])
    told = "; ".join(f"{one.pattern.id} {words[one.pattern.id]}: {words[verdict(one)]}" for one in found.values())
    return study_drawing.Drawing("patterns", words["title"], caption, told, figure)


def scaled(part: Measured) -> tuple[tuple[float, float], Callable[[float], float]]:
    """Return the expected range on its own scale (0 to 1, or from 0 if one-sided), and that scale as a function."""
    low, high = part.part.low, part.part.high
    if math.isfinite(low) and math.isfinite(high):
        return (0.0, 1.0), lambda x: min(2.1, max(-1.1, (x - low) / (high - low)))
    end, ahead = (low, 1) if math.isfinite(low) else (high, -1)
    reach = max(abs(x - end) for x in (part.low, part.high, part.estimate) if math.isfinite(x)) or 1.0
    return (0.0, 2.1), lambda x: ahead * (x - end) / reach
