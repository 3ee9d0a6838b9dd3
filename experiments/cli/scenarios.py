"""The work of `leefwereld scenarios ...`: show a case with its sources and checklist, write a new file, check one."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from experiments.cli.compare_and_run import print_json, say, show
from experiments.cli.scenario_template import file_text
from experiments.comparison.case_checklist import Found, count_all, renew, within_one_regime
from experiments.shared.text import counted, empty_table
from model import warm_up
from model.case import case as cases
from model.case.bilingual import in_language
from model.case.case import Case, Event
from model.case.sources import ESSAYS, SEEDS, Check, figures, without_source
from model.engine import modules as engine
from model.errors import BadInput
from model.story.words import WORDS

WORD = {
    "en": {
        "watch": "Watch", "question": "To talk about", "people": "Who is who", "events": "What happens",
        "sources": "Where the figures come from",
        "checks": "What the essay says, and whether it shows in a run", "week": "week", "street": "street", "streets": "everywhere",
        "weeks": "weeks", "residents": "residents", "yes": "shows", "no": "does not show",
        "uncounted": "compares regimes, not counted anew",
        "small": "shows, but smaller than anybody would notice", "assumption": "assumption",
        "of": "of {n} seeds", "essay": "essay", "range": "range", "figure": "figure", "source": "source",
        "here": "In the model", "honest": "A sentence that does not show stays in the list. Nothing is tuned until it does.",
    },
    "nl": {
        "watch": "Waar je op let", "question": "Om over te praten", "people": "Wie is wie", "events": "Wat er gebeurt",
        "sources": "Waar de cijfers vandaan komen",
        "checks": "Wat het essay zegt, en of het in een run te zien is", "week": "week", "street": "straat", "streets": "overal",
        "weeks": "weken", "residents": "bewoners", "yes": "te zien", "no": "niet te zien",
        "uncounted": "vergelijkt werkwijzen, niet opnieuw geteld",
        "small": "te zien, maar zo klein dat niemand het merkt", "assumption": "aanname",
        "of": "van {n} keer", "essay": "essay", "range": "speelruimte", "figure": "cijfer", "source": "bron",
        "here": "In het model", "honest": "Een zin die niet te zien is, blijft in de lijst staan. Er wordt niets bijgesteld tot het lukt.",
    },
}  # fmt: skip


def show_case(name: str, *, lang: str, json: bool) -> None:
    """Print texts, events, sources and checks of a case."""
    case = cases.load(name)
    if json:
        print_json(facts(case))
    else:
        show(*told(case, lang))


def facts(case: Case) -> dict[str, object]:
    """Return a case as plain data, with texts in both languages."""
    texts = {key: {lang: in_language(getattr(case, key), lang) for lang in WORDS} for key in ("title", "text", "watch", "question")}
    numbers = {"name": case.name, "residents": case.residents, "weeks": case.weeks, "neighbourhoods": [a.name for a in case.neighbourhoods]}
    rest = {key: [entry.model_dump(mode="json") for entry in getattr(case, key)] for key in ("people", "events", "sources", "checks")}
    return {**numbers, **texts, **rest, "without_source": without_source(case)}


def told(case: Case, lang: str) -> Iterator[RenderableType]:
    """Yield a case for reading: texts, then tables."""
    word = WORD[lang]
    yield Text(in_language(case.title, lang), style="bold")
    size = f"{case.residents:,} {word['residents']}, {case.weeks} {word['weeks']}"
    yield Text(size.replace(",", ".", 1) if lang == "nl" and case.residents > 999 else size, style="dim")
    for key in ("text", "watch", "question"):
        if words := in_language(getattr(case, key), lang):
            yield Text(f"\n{word[key]}: {words}" if key in word else f"\n{words}")
    if case.people:
        yield Text(f"\n{word['people']}", style="bold")
        yield from (Text(f"{person.name}: {in_language(person.role, lang)}") for person in case.people)
    if case.events:
        yield Text(f"\n{word['events']}", style="bold")
        yield _events(case, lang)
    if case.checks:
        yield Text(f"\n{word['checks']}", style="bold")
        yield _checks(case, lang)
        for essay in dict.fromkeys(check.essay for check in case.checks):
            yield Text(f"{essay}: {in_language(ESSAYS[essay], lang)}", style="dim")
        yield Text(word["honest"], style="dim")
    if case.sources:
        yield Text(f"\n{word['sources']}", style="bold")
        yield _sources(case, lang)


def _events(case: Case, lang: str) -> Table:
    made = Table.grid(padding=(0, 2))
    for event in sorted(case.events, key=lambda event: event.week):
        made.add_row(f"{WORD[lang]['week']} {event.week}", Text(event_text(event, lang)))
    return made


def event_text(event: Event, lang: str) -> str:
    """Return an event's own text, or else its kind, name and value."""
    name = f" {event.name}" if event.name else ""
    return event.text.get(lang) or f"{event.kind}{name} {event.value:g}"


def _checks(case: Case, lang: str) -> Table:
    word, made = WORD[lang], Table.grid(padding=(0, 2))
    for check in case.checks:
        said = f"‘{check.sentence if lang == 'nl' else check.en}’\n{word['here']}: {in_language(check.here, lang) or _compared(check)}\n"
        how = word["no"] if not check.shows else word["small"] if check.small else word["yes"]
        result = f"{check.found} {word['of'].format(n=SEEDS)}: {how}" if check.counted else word["uncounted"]
        made.add_row(Text(check.essay), Text(said), Text(result, style="" if check.shows else "bold"))
    return made


def _compared(check: Check) -> str:
    """Return what a check compares, from its keys, if it has no text."""
    facts = check.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{key} {facts[key]}" for key in facts if key not in ("sentence", "en", "here", "essay", "found", "shows", "small"))


def _sources(case: Case, lang: str) -> Table:
    word = WORD[lang]
    made = empty_table(word["figure"], word["range"], word["source"])
    for source in case.sources:
        span = "" if source.low is None else f"{source.low:g} – {source.high:g}"
        made.add_row(source.key, span, source.source)
    return made


def new(name: str, source: tuple[str | None, Path | None, str | None], *, json: bool) -> None:
    """Write a commented scenario file; an existing file is not changed. Raises BadInput."""
    from experiments.cli.compare_and_run import build_case

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if path.exists():
        raise BadInput("scenarios new", "file", str(path), "a new name; this file exists, and is left alone")
    case = build_case(source)
    text = file_text(case, path.stem, measured=source[1] is not None)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8")
        try:
            os.link(fresh, path)  # fails if the name exists
        finally:
            fresh.unlink()
    except FileExistsError:
        raise BadInput("scenarios new", "file", str(path), "a new name; this file exists, and is left alone") from None
    except OSError as error:
        raise BadInput("scenarios new", "file", str(path), f"a place that can be written ({error.strerror})") from None
    if json:
        print_json({"file": str(path), "residents": case.residents})
    else:
        say(f"Written: {path}. It is valid as it stands; `leefwereld scenarios check {path}` says what is well.")


def check(name: str, *, count: bool, write: bool, json: bool, alone: bool = False) -> int:
    """Print what a file has and what is missing. With `count`, run its checklist; return 1 if it differs from the file.

    `alone`: leave sentences uncounted that compare regimes.
    """
    from experiments.shared.progress import shown

    case = cases.load(name)
    path = Path(name) if name.endswith(".toml") else cases.SCENARIOS / f"{name}.toml"
    found: list[Found] = []
    if count and case.checks:
        warm_up.ensure_compiled(engine.load_rules(None), say)
        with shown("seeds", SEEDS) as progress:
            found = count_all(case, progress, checks=within_one_regime(case) if alone else None)
        if write:
            renew(path, case, found)
    if json:
        print_json(_well(case) | {"counted": [_count(one) for one in found]})
    else:
        show(*_report(case, found))
    return int(any(not one.as_noted for one in found) and not write)


def _well(case: Case) -> dict[str, Any]:
    given, bare = dict(figures(case, given=True)), without_source(case)
    texts = [key for key in ("title", "text", "watch", "question") if not getattr(case, key).complete]
    return {
        "name": case.name, "residents": case.residents, "weeks": case.weeks, "neighbourhoods": max(1, len(case.neighbourhoods)),
        "events": len(case.events), "figures": len(given), "without_source": bare, "not_in_both_languages": texts,
        "checks": len(case.checks),
    }  # fmt: skip


def _count(one: Found) -> dict[str, Any]:
    return {
        "sentence": one.check.sentence,
        "regime": one.check.regime,
        "seeds": one.seeds,
        "at_least": one.check.at_least,
        "shows": one.shows,
        "noted": one.check.shows,
        "small": one.small,
        "difference": one.difference if math.isfinite(one.difference) else None,
    }


def _report(case: Case, found: Sequence[Found]) -> Iterator[RenderableType]:
    well = _well(case)
    yield Text(f"{case.name} is well: {counted(case.residents, 'resident')}, {counted(well['neighbourhoods'], 'neighbourhood')}, ")
    parts = [counted(well["events"], "event"), f"{counted(well['checks'], 'check')} of what an essay says"]
    yield Text(f"  {', '.join(parts)}, {counted(well['figures'], 'figure')} of its own.")
    if well["without_source"]:
        yield Text(f"  Without a source, or an assumption without a range: {', '.join(well['without_source'])}.")
    if well["not_in_both_languages"]:
        yield Text(f"  Not in both languages: {', '.join(well['not_in_both_languages'])}.")
    if found:
        made = empty_table("seeds", "shows", "noted", "regime", "mean difference", "what shows", right=["seeds", "mean difference"])
        for one in found:
            shows, noted = ("yes" if flag else "no" for flag in (one.shows, one.check.shows))
            shows += ", small" if one.shows and one.small else ""
            sentence = in_language(one.check.here, "en") or one.check.en
            made.add_row(f"{one.seeds} of {SEEDS}", shows, noted, one.check.regime, f"{one.difference:+.4g}", sentence)
        yield made
