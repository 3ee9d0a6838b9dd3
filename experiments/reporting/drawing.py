"""Shared parts of a study's figures: size and layout, labels and notes, and writing them to files."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.reporting.findings import Findings
from experiments.shared.style import COLOURS, DASHES, STYLE, places, readable
from experiments.study.keys import KEYS
from model.measures.weekly import OUTCOMES

WIDTH = 7.09  # inches: 180 mm
NOTE, NOTE_ID, NOTE_LINE = 150, "note", 8.3  # characters in a line of the note; its name in the SVG; points a line
MARKS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++")
GREY, PALE = "#5a5f64", "#e9ebed"
MOST_MAPS = 9  # slices of a grid of more than two factors
TALL = 9.2  # largest height of a figure in inches


@dataclass(frozen=True)
class Drawing:
    """A figure with its texts. name: of its files; caption: what is shown, with n and interval; alt: its content in words."""

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure

    @property
    def facts(self) -> dict[str, str]:
        """Return the texts without the figure."""
        return {"name": self.name, "title": self.title, "caption": self.caption, "alt": self.alt}


def write(drawing: Drawing, folder: Path) -> str:
    """Write SVG and PNG; return the SVG. The same study gives the same bytes."""
    svg = folder / f"{drawing.name}.svg"
    with mpl.rc_context({**STYLE, "svg.hashsalt": drawing.name}):
        FigureCanvasSVG(drawing.figure).print_svg(svg, metadata={"Date": None, "Title": drawing.title})
        FigureCanvasAgg(drawing.figure)
        drawing.figure.savefig(folder / f"{drawing.name}.png", format="png", dpi=300, metadata={"Title": drawing.title})
    return svg.read_text(encoding="utf-8")


def frame(
    rows: int, columns: int, height: float, *, left: float, top: float, lines: float, gap: float, between: float, right: float = 0.1
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels; sizes in inches. lines: of the note below; gap: between columns; between: between rows."""
    below = 0.42 + 0.115 * lines
    gap = max(gap, 0.12)
    total = top + rows * height + (rows - 1) * between + below
    figure = Figure(figsize=(WIDTH, total))
    width = (WIDTH - left - right - (columns - 1) * gap) / columns
    axes = []
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        x = left + column * (width + gap)
        y = total - top - row * (height + between) - height
        axes.append(figure.add_axes((x / WIDTH, y / total, width / WIDTH, height / total)))
    return figure, axes


def note(figure: Figure, text: str, keys: str = "") -> None:
    """Write a note below a figure, which a page may remove; `keys`: a line above it that always stays."""
    lines, x, y = textwrap.wrap(text, NOTE), 0.012, 0.06
    look: dict[str, Any] = {"fontsize": 6.2, "color": "#444444", "va": "bottom", "linespacing": 1.32}
    figure.text(x, y / figure.get_figheight(), "\n".join(lines), gid=NOTE_ID, **look)
    y += len(lines) * NOTE_LINE / 72
    figure.text(x, y / figure.get_figheight(), "\n".join(textwrap.wrap(keys, NOTE, break_on_hyphens=False)), **look)


def legend(figure: Figure, handles: Sequence[Artist]) -> None:
    figure.legend(
        handles=handles, loc="upper center", ncols=min(len(handles), 4), frameon=False, fontsize=7.5, handlelength=2.4,
        bbox_to_anchor=(0.5, 1 - 0.03 / figure.get_figheight()), borderaxespad=0.0,
    )  # fmt: skip


def regime_legend(figure: Figure, labels: Sequence[str], regimes: Sequence[str]) -> None:
    if len(labels) < 2:
        return
    own = places(regimes)
    legend(
        figure,
        [
            Line2D(
                [],
                [],
                color=COLOURS[p % len(COLOURS)],
                linestyle=DASHES[p % len(DASHES)],
                marker=MARKS[p % len(MARKS)],
                markersize=3.5,
                label=readable(label),
            )
            for label in labels
            for p in (own[label],)
        ],
    )


def outcome_labels(ax: Axes, names: Sequence[str]) -> None:
    side_labels(ax, [OUTCOMES[name].label + ("°" if OUTCOMES[name].good == "none" else "") for name in names])


def side_labels(ax: Axes, labels: Sequence[str]) -> None:
    """Write labels left of a panel, one a line; long ones are shortened."""
    ax.set_yticks(range(len(labels)), [short(label, 34) for label in labels], fontsize=6.5)
    ax.tick_params(axis="y", length=0)


def bare(ax: Axes, *without: str) -> None:
    ax.spines[["top", "right", *without]].set_visible(False)


def hide(axes: Sequence[Axes]) -> None:
    for ax in axes:
        ax.set_visible(False)


def apart(places: Sequence[float], least: float) -> list[float]:
    """Return positions between 0 and 1, moved so that any two are at least `least` apart; the order stays."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for k in range(1, len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + least)
    ceiling = 0.9
    for k in reversed(range(len(moved))):
        moved[k] = ceiling = min(moved[k], ceiling)
        ceiling -= least
    found = dict(zip(order, moved, strict=True))
    return [found[i] for i in range(len(places))]


def better(ax: Axes, name: str) -> None:
    sign = {"up": "↑", "down": "↓"}.get(OUTCOMES[name].good)
    if sign:
        ax.text(1.0, 1.0, sign, transform=ax.transAxes, ha="right", va="top", fontsize=7, color=GREY)


def wash(place: int) -> str:
    """Return a regime's colour, light enough to read a letter on."""
    red, green, blue = to_rgb(COLOURS[place % len(COLOURS)])
    return to_hex((0.55 + 0.45 * red, 0.55 + 0.45 * green, 0.55 + 0.45 * blue))


def title(name: str) -> str:
    return wrapped(OUTCOMES[name].label + ("°" if OUTCOMES[name].good == "none" else ""), 24)


def wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def words(factor: str) -> str:
    return factor.removeprefix("problems.").replace("_", " ")


def with_unit(factor: str) -> str:
    """Return the factor's name with its unit."""
    unit = KEYS[factor].unit if factor in KEYS else ""
    return f"{words(factor)}" + (f" ({unit})" if unit else "")


def slug(text: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in text).strip("-").lower()[:40]


def levels(group: pl.DataFrame, factor: str) -> list[float]:
    return [float(value) for value in group[factor].unique().sort()]


def where(found: Findings, scenario: str, rules: str) -> str:
    """Return the scenario, if the study has several, and the rule file, if there is one."""
    several = found.points["scenario"].n_unique() > 1
    return (f", scenario {scenario}" if several else "") + (f", rules {rules}" if rules else "")


def family(found: Findings) -> int:
    return len(found.outcomes)


def listed(names: Sequence[str]) -> str:
    return "nothing" if not names else ", ".join(names)


def signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−") if math.isfinite(value) else "–"


def chunks[Item](items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    """Split into the fewest parts of at most `most` items, of sizes as equal as possible."""
    number = -(-len(items) // most)
    start = 0
    for part in range(number):
        size = (len(items) - start) // (number - part)
        yield items[start : start + size]
        start += size
