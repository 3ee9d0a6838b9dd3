"""Show the comparison over sets as tables, plain data, a figure for each scenario and a folder."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.patches import Patch
from rich.text import Text

from experiments.reporting import drawing
from experiments.reporting.cells import value
from experiments.robustness.ensemble_comparison import PARTS, Row, frame, plain
from experiments.robustness.ensemble_words import WORDS
from experiments.shared import folders as results
from experiments.shared.style import COLOURS, STYLE, places, readable
from experiments.shared.text import empty_table, show_one
from experiments.shared.text import plain as printed
from model.measures.weekly import OUTCOMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import RenderableType

    from experiments.reporting.findings import Findings

KIND, SCHEMA = "leefwereld headline", 1
MOST = 0.9  # share of sets that counts as "most", in the summary of several scenarios
FEW = {"sets": 20, "pairs": 4}  # fewer than these are reported as few
WIDE = 170


# --- words ---------------------------------------------------------------------------------------------------------


def name_of(outcome: str, lang: str) -> str:
    """Return an outcome's label, with ° if it has no better side."""
    own = OUTCOMES[outcome]
    return own.said(lang) + ("°" if own.good == "none" else "")


def scenario_name(label: str) -> str:
    """Return a scenario's name, or the name of its file."""
    return Path(label).stem if label.endswith(".toml") else label


def percent(x: float) -> str:
    """Return a share as a percentage: 0.345 as "34 %"."""
    return f"{100 * x:.0f} %" if math.isfinite(x) else "–"


def duel(row: Row, lang: str) -> str:
    """Return two regimes as text, such as "relational − top-down"."""
    return WORDS[lang]["against"].format(first=readable(row.first), second=readable(row.second))


def counts(rows: Sequence[Row], weeks: int, lang: str) -> str:
    """Return the numbers of sets, seeds and weeks, and the scenario, as text."""
    scenarios = dict.fromkeys(row.scenario for row in rows)
    of = WORDS[lang]["of_scenario"].format(scenario_name(next(iter(scenarios)))) if len(scenarios) == 1 else ""
    sets, pairs = (max(getattr(row, key) for row in rows) for key in ("sets", "pairs"))
    return WORDS[lang]["n"].format(sets=sets, pairs=pairs, scenario=of, weeks=weeks)


def notes(rows: Sequence[Row], found: Findings, lang: str) -> Iterator[str]:
    """Yield notes: the meaning of the columns, and limits."""
    words = WORDS[lang]
    yield words["columns"]
    yield words["shared"]
    if found.facts.get("quick") or any(max(getattr(row, key) for row in rows) < least for key, least in FEW.items()):
        yield words["few"]
    yield words["caveat"]


# --- tables --------------------------------------------------------------------------------------------------------


def shown(rows: Sequence[Row], found: Findings, lang: str = "en", everything: bool = False) -> Iterator[RenderableType]:
    """Yield tables for each two regimes; for several scenarios a summary, and with `everything` also the tables."""
    words, weeks = WORDS[lang], int(found.study["weeks"])
    yield Text(words["title"], style="bold")
    scenarios = _by(rows, "scenario")
    if len(scenarios) > 1:
        yield Text("\n" + words["summary"].format(outcomes=len(found.outcomes), least=f"{100 * MOST:.0f}"))
        yield _summary(rows, lang)
    for own in scenarios if everything or len(scenarios) == 1 else []:
        yield Text("\n" + counts(own, weeks, lang))
        for pair in _duels(own):
            yield Text(f"\n{duel(pair[0], lang)}", style="bold")
            yield _table([row for row in pair if everything or row.outcome in found.headline], lang)
    yield Text("\n" + " ".join(notes(rows, found, lang)), style="dim")


def _by(rows: Sequence[Row], *keys: str) -> list[list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, key) for key in keys), []).append(row)
    return list(found.values())


def _duels(rows: Sequence[Row]) -> list[list[Row]]:
    return _by(rows, "first", "second")


def _table(rows: Sequence[Row], lang: str) -> RenderableType:
    words = WORDS[lang]
    heads = [words[key] for key in ("mean", "same", "sure", "small", "pairs", "between")]
    made = empty_table(words["outcome"], words["better"], *heads, right=heads)
    for row in rows:
        half = (row.high - row.low) / 2
        sides = f"{100 * row.pairs_same:.0f}:{100 * row.pairs_against:.0f}" if row.side else words["none"]
        mean = f"{value(row.mean, half, '+')} ±{value(half, half)}" if math.isfinite(half) else words["none"]
        made.add_row(
            Text(name_of(row.outcome, lang)), Text(readable(row.better) or words["none"]), mean,
            percent(row.same), percent(row.sure), percent(row.small), sides, percent(row.share_between),
        )  # fmt: skip
    return made


def _summary(rows: Sequence[Row], lang: str) -> RenderableType:
    words = WORDS[lang]
    heads = [words[key] for key in ("agree", "sure", "small")]
    made = empty_table(words["scenario"], words["compared"], *heads, right=heads)
    for own in _by(rows, "scenario", "first", "second"):
        most = [str(sum(getattr(row, key) >= MOST for row in own)) for key in ("same", "sure", "small")]
        made.add_row(Text(scenario_name(own[0].scenario)), Text(duel(own[0], lang)), *most)
    return made


def facts(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return every row as plain data; None where undefined."""
    return [plain(row) for row in rows]


# --- the figure ----------------------------------------------------------------------------------------------------


def drawings(rows: Sequence[Row], found: Findings, lang: str = "en") -> Iterator[drawing.Drawing]:
    """Yield a figure for each scenario: shares of sets by verdict, for every main outcome and two regimes."""
    scenarios = _by(rows, "scenario")
    for number, own in enumerate(scenarios, 1):
        before = f"headline-{number:02}" if len(scenarios) > 1 else "headline"
        with mpl.rc_context(STYLE):
            yield _drawn([row for row in own if row.outcome in found.headline], found, lang, before)


def _drawn(rows: Sequence[Row], found: Findings, lang: str, before: str) -> drawing.Drawing:
    words, duels = WORDS[lang], _duels(rows)
    names = [row.outcome for row in duels[0]]
    told = [counts(rows, int(found.study["weeks"]), lang), words["figure"], *list(notes(rows, found, lang))[1:]]
    caption = " ".join(told)
    lines = -(-len(caption) // drawing.NOTE) + 1
    figure, axes = drawing.frame(1, len(duels), 0.165 * len(names), left=1.8, top=0.75, lines=lines, gap=0.42, between=0, right=0.4)
    for ax, own in zip(axes, duels, strict=True):
        _panel(ax, own, found.regimes, lang)
    drawing.side_labels(axes[0], [name_of(name, lang) for name in names])
    _legend(figure, found.regimes, words)
    drawing.note(figure, caption)
    label = scenario_name(rows[0].scenario)
    return drawing.Drawing(f"{before}-{drawing.slug(label)}", f"{words['title']}: {label}", caption, _alt(duels, lang), figure)


def _panel(ax: Axes, rows: Sequence[Row], regimes: Sequence[str], lang: str) -> None:
    """Draw stacked bars: first regime sure, open, too small, open, second regime sure."""
    for y, row in enumerate(rows):
        start = 0.0
        for part, width in zip(PARTS, row.parts, strict=True):
            if width > 0:
                ax.barh(y, width, left=start, height=0.74, **_look(part, (row.first, row.second), regimes))
                start += width
        ax.text(1.03, y, percent(row.share_between), fontsize=5.6, va="center", color=drawing.GREY)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -0.6), xticks=[0, 0.5, 1], yticks=[])
    ax.set_xticklabels(["0", "50 %", "100 %"])
    ax.set_title(duel(rows[0], lang), fontsize=7.5, pad=4)
    drawing.bare(ax, "left")


def _look(part: str, pair: tuple[str, str], regimes: Sequence[str]) -> dict[str, Any]:
    """Return the colour and hatching of a part: the regime's colour, hatched if not sure; grey if too small."""
    if part == "too small":
        return {"facecolor": "#d4d8dc", "linewidth": 0}
    place = places(regimes)[pair[part.startswith("second")]]
    if part.endswith("sure"):
        return {"facecolor": COLOURS[place % len(COLOURS)], "linewidth": 0}
    hatch = drawing.HATCHES[1 + place % (len(drawing.HATCHES) - 1)]
    return {"facecolor": "white", "edgecolor": drawing.wash(place), "hatch": hatch, "linewidth": 0}


def _legend(figure: Figure, regimes: Sequence[str], words: dict[str, str]) -> None:
    handles = [
        Patch(**_look(f"first {state}", (regime, regime), regimes), label=words[f"is {state}"].format(readable(regime)))
        for regime in regimes
        for state in ("sure", "open")
    ]
    handles.append(Patch(**_look("too small", ("", ""), regimes), label=words["too small"]))
    drawing.legend(figure, handles)


def _alt(duels: Sequence[Sequence[Row]], lang: str) -> str:
    """Return a text of the outcomes that are sure in most sets."""
    parts = []
    for rows in duels:
        sure = [f"{name_of(row.outcome, lang)} ({readable(row.better)})" for row in rows if row.sure >= MOST]
        parts.append(f"{duel(rows[0], lang)}, {WORDS[lang]['sure']} ≥ {100 * MOST:.0f} %: {', '.join(sure) or WORDS[lang]['none']}.")
    return " ".join(parts)


# --- the folder ----------------------------------------------------------------------------------------------------


def write(rows: Sequence[Row], found: Findings, folder: Path, command: str, lang: str = "en") -> Path:
    """Write headline.json, headline.csv, table.txt, figures and a manifest, completely or not at all. Raises BadInput."""
    results.check_target(folder)
    with results.new_folder(folder) as fresh:
        results.write_json(fresh / "headline.json", facts(rows))
        frame(rows).write_csv(fresh / "headline.csv")
        text = printed(lambda console: show_one(console, *shown(rows, found, lang, everything=True)), WIDE)
        (fresh / "table.txt").write_text(text, encoding="utf-8")
        figures = []
        for one in drawings(rows, found, lang):
            drawing.write(one, fresh)
            figures.append(one.facts)
        origin = {"kind": KIND, "schema": SCHEMA, "command": command, "study": found.facts["identity"], "results": found.facts["results"]}
        results.write_json(fresh / results.MANIFEST, origin | {"figures": figures} | results.surroundings())
    return folder
