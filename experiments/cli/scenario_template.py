"""The text of a new scenario file: all figures of the place with meaning and source, and examples as comments."""

from __future__ import annotations

import json
import textwrap

from experiments.study.keys import declared
from model.case.bilingual import in_language
from model.case.case import Case, Place
from model.case.event import SORTS
from model.kinds import KINDS
from model.regimes import PRACTICES

WIDTH = 130
HEAD = """
A neighbourhood for leefwereld. Lines that begin with # are comments or examples: remove the # to use them.
Try it:    leefwereld scenarios check {name}.toml
           leefwereld run --scenario {name}.toml --lang nl
           leefwereld compare --scenario {name}.toml --quick
"""
EXAMPLES = """
# Several neighbourhoods that share officials, crews and one purse: each with its own residents, and with any figure of [place].
# Then leave out residents and streets under [place].
# [[neighbourhoods]]
# name = "Noord"
# residents = 600
# friends = 1.0          # an organised friends' group of residents; presses as far as conditions.counter_pressure goes

# What happens in a given week. Kinds: {kinds}
# [[events]]
# week = 26
# kind = "problem"
# name = "noise"         # one of {problems}
# street = 3             # counted from 0
# value = 0.5            # how bad, 0 to 1

# Somebody of the tale, called so in story and map: the resident of that street who fits best, or who holds its post.
# [[people]]
# name = "Joop"
# street = 3
# tenure = "tenant"      # or owner; also means (0 to 1), energy (free hours a week), age, and lives_with (a name)
# is_a = "resident"      # or official, or colleague

# Without what it needs an event does not happen, and the story says so.
# [[events]]
# week = 8
# kind = "giving"
# street = 3
# value = 4.0            # hours a week
# weeks = 12
# needs = {{ practice = "listening_first", at_least = 6.0, role = "ward officials", hours = 6.0, euro = 50.0 }}

# [[events]]
# week = 52
# kind = "practice"      # from now on, under every regime
# name = "presence"      # one of {practices}
# value = 0.9

# A sentence that should show in a run: counted over 20 seeds with  leefwereld scenarios check {name}.toml --count
# [[checks]]
# sentence = "Mensen vertrouwen ze, instanties niet."
# en = "They trust people, not institutions."
# essay = "S2"
# regime = "relational"
# outcome = "trust_official"
# than_outcome = "trust_municipality"
# shows = true
# found = 20
"""


def file_text(case: Case, name: str, measured: bool) -> str:
    """Return the text of a valid scenario file with a case's figures; `measured`: they are from Statistics Netherlands."""
    lines = [f"# {line}" for line in HEAD.strip().format(name=name).splitlines()]
    lines += [f"# {note}" for note in case.notes]
    lines += ["", *_texts(case), "", *_sources(case, measured), "", "[place]", *_place(case), "", *_conditions(case), ""]
    lines += ["# [problems]             # times the usual rate, by kind", *(f"# {kind.name} = 1.0" for kind in KINDS)]
    return "\n".join(lines) + "\n" + _examples(name)


def _texts(case: Case) -> list[str]:
    both = {key: {lang: in_language(getattr(case, key), lang) for lang in ("nl", "en")} for key in ("title", "text")}
    made = [f"{key} = {{ nl = {_quoted(text['nl'])}, en = {_quoted(text['en'])} }}" for key, text in both.items()]
    made.append('# watch = { nl = "Waar je op let.", en = "What to watch." }')
    made.append('# question = { nl = "Om over te praten.", en = "To talk about." }')
    return [*made, f"weeks = {case.weeks}"]


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)


def _sources(case: Case, measured: bool) -> list[str]:
    """Return the lines of sources; an assumption needs a range."""
    place = "Statistics Netherlands (Bron: CBS), " + str(case.title) if measured else "see the remark behind each figure"
    rows = [("place", place), ("weeks", "design: a usual run")]
    made = [f"    {{ key = {_quoted(key)}, source = {_quoted(source)} }}," for key, source in rows]
    example = '    # { key = "place.density", source = "assumption: ...", low = 3000, high = 9000 },'
    return ["sources = [", *made, example, "]"]


def _place(case: Case) -> list[str]:
    usual = {fact["name"]: f"usual: {_number(fact['value'])}, {fact['source']}" for fact in declared(Place.model_validate({}))}
    return [_line(f"{fact['name']} = {_number(fact['value'])}", fact["meaning"], usual[fact["name"]]) for fact in declared(case.place)]


def _line(setting: str, meaning: str, source: str) -> str:
    return f"{setting:<28} # {meaning} ({source})"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}" if "." in f"{value:.6g}" or "e" in f"{value:.6g}" else f"{value:.1f}"


def _conditions(case: Case) -> list[str]:
    made = ["# [conditions]           # what is given, and equal under every regime; here are the usual values"]
    for fact in declared(case.conditions):
        made.append(_line(f"# {fact['name']} = {_number(fact['value'])}", f"{fact['unit']}: {fact['meaning']}", fact["source"]))
    return made


def _examples(name: str) -> str:
    text = EXAMPLES.format(
        name=name, kinds=", ".join(SORTS), problems=", ".join(kind.name for kind in KINDS), practices=", ".join(PRACTICES)
    )
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="#     ", break_long_words=False) for line in text.splitlines()) + "\n"
