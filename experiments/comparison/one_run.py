"""One run: its dated story and its outcomes. A single run shows one possible course, never a difference between regimes."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.comparison.run_words import WORDS, digits, row, unit
from experiments.comparison.run_words import heading as heading_of
from experiments.running.pairs import Rules
from experiments.shared import folders as results
from experiments.shared.telling import Telling
from experiments.shared.text import CAVEAT, number, show_one
from model.case.bilingual import in_language
from model.measures.weekly import OUTCOMES
from model.neighbourhood import Neighbourhood
from model.story.teller import heading, tell_story, words

if TYPE_CHECKING:
    import polars as pl

    from model.case.case import Case
    from model.regimes import Practices

KIND, SCHEMA = "leefwereld run", 1
USUAL = Telling()


NEIGHBOURHOOD_ROWS = (  # columns of `Neighbourhood.by_neighbourhood`
    "residents", "trust_neighbours", "trust_official", "trust_municipality", "trust_corporation", "trust_police", "burden", "burden_hidden",
    "reports", "solved", "hours", "euros", "burden_share", "hours_share", "met", "linking", "bonding", "bridging", "initiatives_started",
    "uptake",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """The result of one run. weekly: one row a week after the burn-in; story: dated sentences, None when not requested.

    neighbourhoods, streets: one row each, at the end of the run.
    """

    case: Case
    regime: str
    practices: Practices
    seed: int
    weeks: int
    rules: str
    identity: str
    outcomes: dict[str, float]
    story: list[str] | None
    weekly: pl.DataFrame
    ledger: pl.DataFrame
    neighbourhoods: pl.DataFrame
    streets: pl.DataFrame
    endowment: dict[str, float]
    lang: str = "en"


def live(
    case: Case,
    regime: str,
    practices: Practices,
    seed: int,
    weeks: int,
    rules: Rules = None,
    telling: Telling | None = USUAL,
    checked: bool = False,
) -> Run:
    """Build a neighbourhood, burn it in, and run `weeks` under the practices, as in a comparison.

    Raises BadInput when `telling` names an unknown resident, official, initiative or street.
    """
    place = Neighbourhood(case, seed=seed, rules=rules, checked=checked)
    place.burn_in()
    place.set_regime(practices)
    place.run_with_multiplier(weeks)
    story = None if telling is None else tell_story(place.world, **asdict(telling))
    frames = (place.measures, place.ledger, place.by_neighbourhood, place.by_street)
    facts = (place.outcomes(), story, *frames, dict(place.endowment))
    return Run(case, regime, practices, seed, weeks, str(rules or ""), place.identity, *facts, lang=telling.lang if telling else "en")


def show(run: Run, console: Console, folder: Path | None = None) -> None:
    """Print the story, then the main outcomes, in the language of the story."""
    said = WORDS[run.lang]
    hours, euros = (digits(f"{run.endowment[name]:,.0f}", run.lang) for name in ("hours_per_year", "euros_per_year"))
    weeks = said["week"][run.weeks != 1].format(n=digits(f"{run.weeks:,}", run.lang))
    before = said["week"][run.case.burn_in != 1].format(n=digits(f"{run.case.burn_in:,}", run.lang))
    rest = said["rest"][run.case.at_rest].format(n=before)
    facts = {"title": _title(run), "weeks": weeks, "burn_in": rest, "regime": run.regime, "seed": run.seed}
    facts |= {"hours": hours, "euros": euros}
    show_one(console, Text(said["about"].format(**facts) + "\n"))
    for line in _told(run):
        console.print(Text(line), soft_wrap=True)  # one sentence a line, so that grep can search it
    show_one(console, outcome_table(run))
    if len(run.neighbourhoods) > 1:
        show_one(console, neighbourhood_table(run))
    show_one(console, Text(said["last"], style="dim"))
    if folder is not None:
        console.print(Text("\n" + said["written"].format(folder=folder)), soft_wrap=True)


def _title(run: Run) -> str:
    """The title, with the number of residents unless the title names it."""
    title, n = in_language(run.case.title, run.lang), digits(f"{run.case.residents:,}", run.lang)
    return title if n in title else WORDS[run.lang]["residents"].format(title=title, n=n)


def _told(run: Run) -> list[str]:
    """Return the story below the line that says what is invented; empty when none was requested."""
    return [] if run.story is None else [heading(run.lang), *(run.story or [str(words(run.lang)["text"]["nothing"])])]


def outcome_table(run: Run) -> Table:
    """Return the headline outcomes under their headings."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(WORDS[run.lang]["outcome"])
    table.add_column(run.regime, justify="right")
    table.add_column(WORDS[run.lang]["unit"], style="dim")
    shown = [outcome for outcome in OUTCOMES.values() if outcome.headline]
    for title, group in groupby(shown, key=lambda outcome: outcome.heading):
        table.add_row(Text(heading_of(title, run.lang), style="bold"))
        for outcome in group:
            value = run.outcomes[outcome.name]
            places = 3 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
            table.add_row(f"  {outcome.said(run.lang)}", digits(number(value, places), run.lang), unit(outcome.unit, run.lang))
    return table


def neighbourhood_table(run: Run) -> Table:
    """Return the neighbourhoods of a city side by side at the end of the run; they share one queue and one budget."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(WORDS[run.lang]["each"])
    for name in run.neighbourhoods["name"]:
        table.add_column(Text(name), justify="right", overflow="fold")
    table.add_column(WORDS[run.lang]["unit"], style="dim")
    for name in NEIGHBOURHOOD_ROWS:
        label, what, places = row(name, run.lang)
        table.add_row(label, *(digits(number(value, places), run.lang) for value in run.neighbourhoods[name]), what)
    return table


def as_json(run: Run, folder: Path | None = None) -> dict[str, object]:
    """Return the run as data for JSON; undefined values are null."""
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "scenario": run.case.name,
        "title": run.case.title,
        "residents": run.case.residents,
        "notes": list(run.case.notes),
        "regime": run.regime,
        "practices": run.practices.model_dump(mode="json"),
        "seed": run.seed,
        "weeks": run.weeks,
        "burn_in": run.case.burn_in,
        "at_rest": run.case.at_rest,
        "rules": run.rules,
        "identity": run.identity,
        "endowment": run.endowment,
        "outcomes": {name: value if math.isfinite(value) else None for name, value in run.outcomes.items()},
        "neighbourhoods": run.neighbourhoods.fill_nan(None).to_dicts(),
        "story": run.story,
        "story_note": None if run.story is None else heading(run.lang),
        "folder": str(folder) if folder else None,
        "caveat": CAVEAT,
    }


def write(run: Run, folder: Path, command: str = "") -> Path:
    """Write story.txt (if asked for), weekly, ledger, neighbourhoods and streets (.parquet), manifest.json; all or none.

    Raises BadInput as in results.
    """
    results.check_target(folder)
    with results.new_folder(folder) as fresh:
        for name in ("weekly", "ledger", "neighbourhoods", "streets"):
            getattr(run, name).write_parquet(fresh / f"{name}.parquet")
        if run.story is not None:
            (fresh / "story.txt").write_text("\n".join(_told(run)) + "\n", encoding="utf-8")
        facts = as_json(run) | {"case": run.case.model_dump(mode="json"), "command": command} | results.surroundings()
        results.write_json(fresh / results.MANIFEST, facts)
    return folder
