"""Bundle the page's modules into one ES module without imports.

Each module becomes a function that is called once, after its imports, and returns its exports. So names of modules cannot
clash, and no JavaScript tool is needed to serve the page. Modules may only use the forms in `FORMS`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TypedDict

from model.errors import BadInput
from model.story.words import WORDS

HERE = Path(__file__).parents[1]
ENTRY = HERE / "player" / "page" / "page.js"
FORMS = 'import { a, b } from "./c.js"; export function f, export async function f, export function* f, export class C, export const c'

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default .*\Z", re.MULTILINE | re.DOTALL)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)


class PackWords(TypedDict):
    """Words of the index of a folder of pages."""

    title: str
    intro: str
    works: str
    worksNot: str
    leftOut: str
    size: str
    weeks: list[str]


class Words(TypedDict):
    """The words of a page in one language, as in texts.json. A list: for one, for more."""

    lang: str
    appName: str
    invented: str
    ui: dict[str, str]
    tabs: dict[str, str]
    colours: dict[str, str]
    regimes: dict[str, str]
    regimeText: dict[str, str]
    kinds: dict[str, str]
    states: dict[str, str]
    lead: dict[str, str]
    charts: dict[str, str]
    story: dict[str, str | list[str]]
    change: dict[str, str]
    luck: dict[str, str]
    bets: dict[str, str]
    own: dict[str, str]
    take: dict[str, str]
    legend: dict[str, str]
    spoken: dict[str, str | list[str]]
    guide: dict[str, str]
    pack: PackWords
    groups: dict[str, str]
    practices: dict[str, dict[str, str]]


@cache
def script() -> str:
    """Return the player as one ES module without imports."""
    return bundle(ENTRY)


def bundle(entry: Path) -> str:
    """Return a module and all its imports as one module with the entry's default export. Raises BadInput."""
    entry = entry.resolve()
    order: list[Path] = []
    _visit(entry, [], order)
    names = {path: f"module_{number}" for number, path in enumerate(order)}
    *modules, last = (_joined(path, names, path == entry) for path in order)
    return "\n".join([*modules, last])


def _visit(path: Path, above: list[Path], order: list[Path]) -> None:
    """Append a module to `order`, after all its imports. Raises BadInput for a cycle or a missing module."""
    if path in above:
        circle = " -> ".join(one.name for one in [*above[above.index(path) :], path])
        raise BadInput(path.name, f"circular imports ({circle})", allowed="imports in one direction")
    if path in order:
        return
    if not path.is_file():
        raise BadInput(above[-1].name if above else "bundle", f"no module {path.name}", allowed="existing modules")
    for _, where in _IMPORT.findall(path.read_text(encoding="utf-8")):
        _visit((path.parent / where).resolve(), [*above, path], order)
    order.append(path)


def _joined(path: Path, names: dict[Path, str], is_entry: bool) -> str:
    """Return a module as a constant with its exports; the entry as code with its default export. Raises BadInput."""
    text = path.read_text(encoding="utf-8")

    def taken(found: re.Match[str]) -> str:
        source = (path.parent / found[2]).resolve()
        wanted = [name.strip() for name in found[1].split(",") if name.strip()]
        there = _EXPORT.findall(source.read_text(encoding="utf-8"))
        for name in wanted:
            if name not in there:
                raise BadInput(path.name, f"{source.name} exports no {name}", allowed=", ".join(there) or "nothing")
        return f"const {{ {', '.join(wanted)} }} = {names[source]};"

    code = _EXPORT.sub("", _IMPORT.sub(taken, text))
    default = _DEFAULT.search(code) if is_entry else None
    body = code[: default.start()] if default else code
    if other := _OTHER.search(body):
        raise BadInput(path.name, other[0], allowed=FORMS)
    if default:
        return f"// {path.name}\n{body}{default[0]}"
    exported = ", ".join(_EXPORT.findall(text))
    return f"// {path.name}\nconst {names[path]} = (() => {{\n{body}return {{ {exported} }};\n}})();"


@cache
def style() -> str:
    """Return the player's style sheet."""
    return (HERE / "player.css").read_text(encoding="utf-8")


@cache
def texts() -> dict[str, Words]:
    """Return all words of the page, by language; practices are called as in the story."""
    found: dict[str, Words] = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
    for lang, words in found.items():
        for name, text in words["practices"].items():
            text["label"] = WORDS[lang]["practice"][name]
    return found
