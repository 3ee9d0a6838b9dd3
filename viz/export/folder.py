"""Export a folder with one offline page for each scenario, and an index page."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.shared.files import FOR_ALL, replacing
from model import regimes
from model.case.case import SCENARIOS
from model.errors import BadInput
from viz.export.html import PageHeader, export, policy
from viz.export.player_script import PackWords, texts
from viz.recording import library
from viz.recording.packets import Stretch, header_in, in_both, stretch_in
from viz.recording.recorder import Recorder, Side, side, stretches

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood

HERE = Path(__file__).parents[1]
CLOSEST = 12  # strongest ties of each resident, kept in a page
LANGUAGES = ("nl", "en")
Ties = list[list[tuple[int, float]]]  # for each resident: (row of the contact, strength)


@dataclass(frozen=True)
class Showing:
    """A scenario's page in the folder."""

    name: str
    title: dict[str, str]
    text: dict[str, str]
    residents: int
    weeks: int
    size: int


def recordings(recorder: Recorder, sides: Sequence[Side], weeks: int) -> tuple[list[list[Stretch]], list[Ties]]:
    """Run every side to the end; return the stretches of each, and each resident's ties at the end."""
    found, ties = list[list[Stretch]](), list[Ties]()
    for one in sides:
        found.append([stretch_in(recorder.chunk(one, weeks, n)) for n in range(len(stretches(weeks)))])
        ties.append(_ties(recorder.models[one.names(weeks)[-1]][0]))
    return found, ties


def _ties(model: Neighbourhood) -> Ties:
    r, found = model.world.residents, list[list[tuple[int, float]]]()
    for row in range(len(r)):
        count = int(r.degree[row])
        known = zip(r.tie[row, :count].tolist(), r.strength[row, :count].tolist(), strict=True)
        found.append(sorted(known, key=lambda tie: -tie[1])[:CLOSEST])
    return found


def page_of(name: str, seed: int = 1, names: Sequence[str] = tuple(regimes.NAMED), weeks: int | None = None, lang: str = "nl") -> str:
    """Return the HTML page of a scenario with its recorded runs."""
    case = library.case(name)
    weeks = case.weeks if weeks is None else weeks
    recorder = Recorder()
    sides = [side(case, seed, regimes.resolve(each)) for each in names]
    labels = [{"label": "", "regime": each} for each in names]
    header: PageHeader = {**header_in(recorder.header(sides[0])), "sides": labels, "weeks": weeks, "seed": seed}
    runs, ties = recordings(recorder, sides, weeks)
    state = {"scenario": name, "seed": seed, "weeks": weeks, "sides": [{"regime": each} for each in names]}
    return export(header, runs, state, {"scenarios": [library.told(name, case)]}, ties, lang)


def write(text: str, path: Path) -> int:
    """Write a file completely or not at all; return its size in bytes."""
    data = text.encode()
    with replacing(path, FOR_ALL) as fresh:
        fresh.write_bytes(data)
    return len(data)


def pack(
    folder: Path, names: Sequence[str] = (), seed: int = 1, weeks: int | None = None, tell: Callable[[int, int], None] | None = None
) -> list[Showing]:
    """Write a page for each scenario and an index into a folder; `tell(done, of)` reports progress. Raises BadInput."""
    chosen = list(names) or library.names()
    cases = {name: library.case(name) for name in chosen}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done: list[Showing] = []
        for n, (name, case) in enumerate(cases.items()):
            size = write(page_of(name, seed, weeks=weeks), folder / f"{name}.html")
            done.append(Showing(name, in_both(case.title), in_both(case.text), case.residents, weeks or case.weeks, size))
            if tell is not None:
                tell(n + 1, len(cases))
        left_out = [] if names else sorted({path.stem for path in SCENARIOS.glob("*.toml")} - set(chosen))
        write(index(done, left_out), folder / "index.html")
    except OSError as error:
        raise BadInput("pack", "DIR", str(folder), f"a folder with room that can be written ({error.strerror})") from None
    return done


# --- the index ----------------------------------------------------------------------------------------------------


def index(showings: Sequence[Showing], left_out: Sequence[str] = ()) -> str:
    """Return the index page in both languages: it lists the other pages and says what works in them."""
    looks, code = ((HERE / name).read_text(encoding="utf-8") for name in ("index.css", "index.js"))
    bodies = [f'<div data-lang="{lang}" lang="{lang}">{_body(showings, left_out, lang)}</div>' for lang in LANGUAGES]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="nl">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(code, looks)}">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(texts()['nl']['pack']['title'])}</title>",
            '<link rel="icon" href="data:,">',
            f"<style>{looks}</style>",
            "</head>",
            "<body>",
            "<main>",
            '<p><button type="button" lang="nl">Nederlands</button> <button type="button" lang="en">English</button></p>',
            *bodies,
            "</main>",
            f"<script>{code}</script>",
            "</body>",
            "</html>\n",
        ]
    )


def _body(showings: Sequence[Showing], left_out: Sequence[str], lang: str) -> str:
    words = texts()[lang]["pack"]
    parts = [f"<h1>{html.escape(words['title'])}</h1>", f'<p class="invented">{html.escape(texts()[lang]["invented"])}</p>']
    parts += [f"<p>{html.escape(words[key])}</p>" for key in ("intro", "works", "worksNot")]
    parts += ["<ul>", *(_item(showing, words, lang) for showing in showings), "</ul>"]
    if left_out:
        parts.append(f'<p class="dim">{html.escape(words["leftOut"].format(names=", ".join(left_out)))}</p>')
    return "\n".join(parts)


def _item(showing: Showing, words: PackWords, lang: str) -> str:
    length = words["weeks"][showing.weeks != 1].format(n=showing.weeks, m=showing.residents)
    size = words["size"].format(n=round(showing.size / 1000))
    return (
        f'<li><h2><a href="{html.escape(showing.name, quote=True)}.html">{html.escape(showing.title[lang])}</a></h2>'
        f'<p>{html.escape(showing.text[lang])}</p><p class="dim">{html.escape(length)} · {html.escape(size)}</p></li>'
    )


def told(showings: Sequence[Showing], folder: Path) -> str:
    """Return the text to print when the export is done."""
    return "\n".join([*(f"{folder / (one.name + '.html')}  {one.size / 1e6:.2f} MB" for one in showings), f"open {folder / 'index.html'}"])


def as_json(showings: Sequence[Showing]) -> str:
    """Return the result as JSON."""
    return json.dumps([one.__dict__ for one in showings], ensure_ascii=False)
