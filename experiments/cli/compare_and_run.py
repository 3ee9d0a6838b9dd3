"""What the commands of `experiments.cli.main` do. Importing this takes a second or two, so `--help` does not."""

from __future__ import annotations

import json as jsonlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from experiments.cli import listings as lists
from experiments.comparison import compare as comparison
from experiments.comparison import practice_ends
from experiments.comparison.compare import resolve_regimes
from experiments.reporting import side_by_side as report
from experiments.running.pairs import check_last_seed
from experiments.shared import folders as results
from experiments.shared.telling import Telling
from experiments.shared.text import PLAIN_WIDTH, counted, plain, show_one
from experiments.study.staffing import Staffing
from model import regimes as governing
from model import warm_up
from model.case import case as cases
from model.case.case import Case
from model.engine import modules as engine
from model.errors import BadInput
from model.rule_check import check_apart

Source = tuple[str | None, Path | None, str | None]
FULL, QUICK = {"pairs": 20, "weeks": 260}, {"pairs": 4, "weeks": 52}


def compare(
    source: Source,
    *,
    regimes: str,
    seed: int,
    weeks: int | None,
    pairs: int | None,
    workers: int | None,
    rules: Path | None,
    out: Path | None,
    quick: bool,
    json: bool,
    everything: bool,
    reference: bool = True,
    staffing: Staffing = "equal",
    reach: bool = False,
) -> int:
    """Check the input, run, write and print. Returns 1 when some pairs failed, else 0."""
    from experiments.shared.progress import shown

    pairs = pairs or (QUICK if quick else FULL)["pairs"]
    check_last_seed(seed, pairs)
    practices = resolve_regimes(split_list(regimes))
    case = build_case(source)
    weeks = weeks or (QUICK["weeks"] if quick else case.weeks)
    read_rules(rules)
    folder = out or comparison.usual_folder(comparison.study_of(case, practices, pairs, weeks, seed, rules, reference, staffing))
    results.check_target(folder)
    say_notes(case, weeks)
    if reach:
        measure_range(case, weeks, rules, workers)
    with said_when_stopped(folder, "the same command, or "), shown("pairs", pairs) as progress:
        found = comparison.compare(
            case, practices, pairs, weeks, seed, workers, rules, progress, say, folder, command(), reference, staffing
        )
    if json:
        print_json(report.as_json(found, folder))
    else:
        put(lambda console: report.show(found, console, everything, folder))
    for failure in found.failures:
        say(f"leefwereld: seed {failure.seed} failed and is left out: {failure.reason}")
    if found.failures:
        say(found.failures[0].traceback)
    return 1 if found.failures else 0


def measure_range(case: Case, weeks: int, rules: Path | None, workers: int | None) -> None:
    """Measure what can be attained in the case, unless that is kept; stopped with Ctrl-C, the same command goes on with it."""
    from experiments.comparison import attainable
    from experiments.shared.progress import shown

    try:
        with shown("runs of mixes", attainable.MIXES * attainable.PAIRS) as progress:
            attainable.measure(case, weeks, rules, workers, progress, say)
    except KeyboardInterrupt:
        say("leefwereld: stopped with Ctrl-C; the runs so far are kept; go on: the same command")
        raise SystemExit(130) from None


@contextmanager
def said_when_stopped(folder: Path, how: str = "") -> Iterator[None]:
    """When Ctrl-C ends the block, say which runs of the study are stored and how to resume it; exit with 130."""
    from experiments.running.ledger import FILE, Ledger
    from experiments.study.work import has_rules

    try:
        yield
    except KeyboardInterrupt:
        if not (folder / FILE).is_file():
            raise
        with Ledger(folder, reading=True) as ledger:
            counts, trust = ledger.counts(), " --trust-rules" if has_rules(ledger) else ""
        kept = f"{counts['ok']:,} of {sum(counts.values()):,} runs are kept"
        say(f"leefwereld: stopped with Ctrl-C; {kept}; go on: {how}leefwereld study resume {shlex.quote(str(folder))}{trust}")
        raise SystemExit(130) from None


def run(
    source: Source,
    *,
    regime: str,
    seed: int,
    weeks: int | None,
    rules: Path | None,
    out: Path | None,
    quick: bool,
    json: bool,
    telling: Telling | None = None,
    checked: bool = False,
) -> None:
    """Print one run: the dated story and a short table of outcomes. telling: None for no story."""
    from experiments.comparison import one_run
    from model.story.names import find_street

    practices = governing.resolve(regime)
    case = build_case(source)
    weeks = weeks or (QUICK["weeks"] if quick else case.weeks)
    if telling and telling.street is not None:  # report an unknown street before the run, not after it
        find_street(telling.street, case.place.street_count)
    replaced = read_rules(rules)
    if out is not None:
        results.check_target(out)
    say_notes(case, weeks)
    warm_up.ensure_compiled(replaced, say)
    told = one_run.live(case, regime, practices, seed, weeks, rules, telling, checked)
    if out is not None:
        one_run.write(told, out, command())
    if json:
        print_json(one_run.as_json(told, out))
    else:
        put(lambda console: one_run.show(told, console, out))


def profile(source: Source, *, regime: str, seed: int, weeks: int | None, rules: Path | None, quick: bool, json: bool) -> None:
    """Print the week of one run as a table: its steps, the loops in each, and their time."""
    from model.neighbourhood import Neighbourhood

    practices, case, replaced = governing.resolve(regime), build_case(source), read_rules(rules)
    say_notes(case)
    warm_up.ensure_compiled(replaced, say)
    found = Neighbourhood(case, practices, seed, rules).profile(weeks or (QUICK["weeks"] if quick else 52))
    if json:
        print_json(found.to_dicts())
    else:
        show(lists.week(found.iter_rows(named=True)))


def scenarios(*, json: bool) -> None:
    """Print the included scenarios: name, residents, title."""
    rows = [{"name": name, "title": title, "residents": cases.load(name).residents} for name, title in cases.available()]
    if json:
        print_json(rows)
    else:
        show(lists.scenarios(rows))


def practices(
    name: str | None, source: Source, *, seed: int, weeks: int | None, pairs: int | None, workers: int | None, measured: bool, json: bool
) -> None:
    """Print all practices as a table, or one in full. measured: with what they improve and what they cost."""
    from experiments.shared.progress import shown

    found = governing.PRACTICES
    if name is not None and name not in found:
        raise BadInput("practices", "name", name, ", ".join(found))
    weeks, pairs = weeks or FULL["weeks"], pairs or FULL["pairs"]
    check_last_seed(seed, pairs)
    case = build_case(source)
    asked = [found[name]] if name is not None else list(found.values())
    acting = [practice.name for practice in asked if practice.wired] if measured else []
    if acting:
        say_notes(case)
    with shown("pairs", pairs) as progress:
        price = practice_ends.measure(acting, pairs, weeks, case, seed, workers, progress, say)
    if json:
        rows = [lists.practice_facts(practice, price.get(practice.name)) for practice in asked]
        print_json(rows if name is None else rows[0])
    elif name is None:
        show(*lists.practices(asked, price))
    else:
        show(*lists.practice(found[name], price.get(name)))


def patterns(
    names: Sequence[str] | None, source: Source, *, seed: int, workers: int | None, out: Path | None, quick: bool, lang: str, json: bool
) -> None:
    """Measure the named patterns (default: all); print them, and write them when a folder is given."""
    from experiments.patterns import measure as measuring
    from experiments.patterns import show as patterns_show
    from experiments.shared.progress import shown

    case = build_case(source)
    if out is not None:
        results.check_target(out)
    total = len(measuring.planned(names or None, case, quick, seed).jobs)
    say_notes(case)
    with shown("seeds", total) as tell:
        found = measuring.measure(names or None, case, quick, seed, workers, tell, say)
    if out is not None:
        patterns_show.write(found, out, command(), lang)
    if json:
        print_json(patterns_show.facts(found, lang))
    else:
        show(*patterns_show.shown(found, lang))
        if out is not None:
            say(f"Written to {out}")


def regimes(source: Source, *, json: bool, boxes: bool = False) -> None:
    """Print the preset regimes side by side, and the conditions of the case, which all regimes share; or their boxes."""
    case = build_case(source)
    say_notes(case)
    if json:
        print_json(lists.regimes_facts(case))
    else:
        show(*(lists.boxes() if boxes else lists.regimes(case)))


def regions_of(folder: Path, *, out: Path | None, json: bool) -> None:
    """Print and write where each regime is ahead in a study: tables, a figure, a folder."""
    from experiments.reporting.findings import findings
    from experiments.robustness import discovery_show as regions_show
    from experiments.robustness import scenario_discovery as regions

    found = findings(folder)
    target = out or folder / "regions"
    results.check_target(target)
    maps = regions.regions(found)
    regions_show.write(maps, found, target, command())
    if json:
        print_json(regions_show.facts(maps))
    else:
        show(*regions_show.shown(maps, found))
        say(f"Written to {target}")


def bench(residents: Sequence[int] | None, weeks: int | None, *, out: Path | None, quick: bool, json: bool) -> None:
    """Measure speed and memory; see `experiments.benchmarks.speed`."""
    from experiments.benchmarks.speed import bench as measure

    measure(residents=list(residents or ()), weeks=weeks, out=out, quick=quick, json=json)


def bench_studies(*, out: Path | None, quick: bool, json: bool) -> None:
    """Measure the overhead of a study beyond its runs; see `experiments.benchmarks.studies`."""
    from experiments.benchmarks.studies import bench as measure

    measure(quick=quick, json=json, out=out)


def outcomes(names: Sequence[str], *, lang: str, json: bool) -> None:
    """The data dictionary, whole or in part."""
    from experiments.shared import dictionary

    rows = dictionary.rows(names)
    if json:
        print_json(rows)
    else:
        show(lists.outcomes(rows, lang))


def rules(*, json: bool) -> None:
    """Print the replaceable rules with their first line and signature."""
    if json:
        print_json([lists.rule_facts(name, rule) for name, rule in engine.RULES.items()])
    else:
        show(*lists.rules(engine.RULES))


def read_rules(file: Path | None) -> engine.Rules:
    """The rules of a file, checked in a process of their own when that was not done before: they may not come to an end."""
    if file is not None:
        check_apart(file)
    return engine.load_rules(file)


def check_rules(file: Path, *, json: bool) -> None:
    """Check a rule file and print which rules it replaces."""
    found = check_apart(file)
    if json:
        print_json({"file": str(file), "replaces": found})
    else:
        show(Text(f"{file} replaces {counted(len(found), 'rule')}: {', '.join(found)}"))


def build_case(source: Source) -> Case:
    """Return the case of a scenario, or of an area in a file of Statistics Netherlands."""
    scenario, kwb, area = source
    if kwb is None:
        return cases.load(scenario or "default")
    from model.case.cbs import read_area

    return cases.from_figures(read_area(kwb, area or ""))


def say_notes(case: Case, weeks: int | None = None) -> None:
    """Print on stderr what was filled in or left out when the case was made, and what is planned after the last of the weeks."""
    for note in case.notes:
        say(f"note: {note}")
    late = [event for event in case.events if weeks is not None and event.week > weeks]
    if late:
        first = min(late, key=lambda event: event.week)
        what = f"{counted(len(late), 'event')} of the case after week {weeks}, the last, will not happen"
        say(f"note: {what} (first: {first.kind} in week {first.week})")


def split_list(text: str) -> list[str]:
    """Split at commas outside parentheses: "a,blend(a,b,0.5)" -> ["a", "blend(a,b,0.5)"]."""
    return list(_parts(text))


def _parts(text: str) -> Iterator[str]:
    part, depth = "", 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip()


def put(printer: Callable[[Console], None]) -> None:
    """Print on stdout: in colour at the width of the terminal; as plain text of width COLUMNS or `PLAIN_WIDTH` in a file or pipe."""
    if sys.stdout.isatty():
        printer(Console())
    else:
        columns = os.environ.get("COLUMNS", "")
        print(plain(printer, int(columns) if columns.isdecimal() else PLAIN_WIDTH), end="")


def show(*things: RenderableType) -> None:
    """Print tables or texts on stdout."""
    put(lambda console: show_one(console, *things))


def say(line: str) -> None:
    """Print a remark on stderr, unless it is empty."""
    if line:
        print(line, file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """Print JSON on stdout."""
    print(jsonlib.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def command() -> str:
    """Return the command line as typed, for the manifest."""
    return shlex.join(["leefwereld", *sys.argv[1:]])
