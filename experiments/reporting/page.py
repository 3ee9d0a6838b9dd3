"""A study as one page that needs no network: page.html, from the template page.html.j2.

Everything that comes from a file is escaped by Jinja2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from experiments.reporting.course import TITLE, numbers
from experiments.reporting.drawing import NOTE_ID, NOTE_LINE, words
from experiments.reporting.findings import Findings
from experiments.reporting.people import by_people
from experiments.reporting.sections import method, sections, shown_regimes
from experiments.reporting.strata_shown import shown as tables_of_strata
from experiments.reporting.tables_shown import failed, ledger, shown
from experiments.shared.pages import template
from experiments.shared.style import readable
from experiments.shared.text import CAVEAT, counted
from experiments.study.keys import KEYS
from model.case.case import Conditions, Place
from model.parameters import Behaviour
from model.regimes import PRACTICES

TEMPLATE = "reporting/page.html.j2"
PAGE = "page.html"
PARTS = {"design": "Design", "tables": "Tables", "figures": "Figures", "failed": "Runs that failed", "ledger": "Ledger of means",
         "repeat": "How to repeat it"}  # fmt: skip
SIDE_BY_SIDE = {"people": "People and places", "design": "How it was compared", "tables": "Outcomes", "figures": "Figures",
                "failed": "Runs that failed", "ledger": "Hours and euros", "practices": "What each regime does",
                "story": "The story of one pair", "repeat": "How to repeat it"}  # fmt: skip
KINDS = {
    "list": "the points that were written down",
    "ensemble": "sets of parameters that all fit, from a calibration",
    "grid": "every level of each factor with every level of the others",
    "oat": "one factor at a time: the base, then each factor alone at each of its levels",
    "lhs": "a Latin hypercube: each factor is drawn once from each equal part of its range",
    "sobol": "Saltelli’s design for Sobol’ indices",
    "morris": "Morris’ walks: each moves every factor once",
    "shapley": "both regimes, then mixtures on the way between, by groups of practices, in random orders and their reverses",
    "box": "the point shown of each regime, then draws from its box by a Latin hypercube",
    "swap": "both regimes, then each practice in which they differ alone, in both directions",
}


def render(found: Findings, figures: Sequence[tuple[dict[str, str], str]]) -> str:
    """Return the page as HTML. figures: name, title, caption and alt text of each, with its SVG. Empty sections are left out."""
    comparison = found.comparison
    kind = "a comparison" if found.is_comparison else "report of a study"
    told = {
        "study": found.study,
        "facts": {"command": "", "packages": {"leefwereld": ""}} | found.facts,
        "caveat": CAVEAT,
        "kicker": f"{kind}, {found.facts['ended'][:10]}" if found.facts.get("ended") else kind,
        "title": comparison.case.title if comparison and found.is_comparison else found.study["name"],
        "regimes": list(shown_regimes(found.regimes)),
        "factors": list(factor_rows(found)),
        "figures": [facts | {"svg": inline(svg, facts["name"]), "numbers": None} for facts, svg in figures],
        "failed": failed(found),
        "counted_runs": counted_runs(found),
        "origin": list(origin(found)),
        "folder": found.folder.as_posix(),
        "manifest": json.dumps(
            {key: value for key, value in found.facts.items() if key not in ("unfinished", "files")}, indent=1, ensure_ascii=False
        ),
    }
    if comparison is None:
        told |= {"comparison": None, "accounts": [], "told": 0, "notes": list(notes(found)), "tables": list(shown(found))}
    else:
        told |= sections(comparison) | {"tables": [*tables_of_strata(comparison.strata), *by_people(comparison)]}
        for figure in told["figures"]:
            figure["numbers"] = numbers(comparison) if figure["title"] == TITLE else None
    if not told["accounts"]:
        told |= {"ledger": ledger(found), "equal": equal_means(found)}
    empty = {part for part, there in {"failed": found.unfinished, "story": told["told"]}.items() if not there}
    parts = {part: name for part, name in (SIDE_BY_SIDE if comparison else PARTS).items() if part not in empty}
    return template(TEMPLATE).render(told, parts=parts, design=list(design(found)))


def design(found: Findings) -> Iterator[tuple[str, str]]:
    """Yield what was run, as terms and descriptions."""
    if found.comparison is not None:
        yield from method(found.comparison)
    else:
        yield from _design(found)
    yield "Runs", counted_runs(found)
    if found.study.get("quick"):
        yield "Quick", "This is a quick version, with few points, weeks and replications: it shows that the study works, nothing else."
    if not found.facts.get("finished", True):
        yield "Not finished", "Some runs are still to be done: leefwereld study resume goes on."


def _design(found: Findings) -> Iterator[tuple[str, str]]:
    study, points = found.study, found.points
    yield "Kind", f"{found.kind}: {KINDS.get(found.kind, '')}"
    yield "Scenarios", ", ".join(points["scenario"].unique(maintain_order=True))
    yield "Regimes", ", ".join(map(readable, found.regimes))
    if any(points["rules"].to_list()):
        yield "Rules", ", ".join(label or "the model’s own" for label in points["rules"].unique(maintain_order=True))
    yield "Points", f"{points.height:,}, each with its own scenario, rules, regime and factors"
    yield "Replications", _replications(found)
    yield "Time", f"{counted(study['weeks'], 'week')} a run, after a burn-in that the points of one case and replication share"
    if study.get("conditions"):
        yield "Set for all", ", ".join(f"{words(name)} {value:g}" for name, value in study["conditions"].items())
    yield "Outcomes", f"{len(found.outcomes)}" + ("" if study.get("outcomes") else ", the main ones")
    yield "Pairs", "Points of one replication share people and luck; every difference is taken within a replication."


def _replications(found: Findings) -> str:
    number = found.facts.get("replications", found.runs["replication"].n_unique())
    until = found.study["replications"].get("until")
    if not until:
        return f"{number} of every point"
    half = found.facts.get("half_width")
    reached = f"{half:.3g}" if half is not None else "unknown"
    return (
        f"{number} of every point; sequentially, until the 95 % interval of {until['outcome']}, {readable(until['second'])} − "
        f"{readable(until['first'])}, is at most {until['precision']:g} to either side (reached: {reached})"
    )


def factor_rows(found: Findings) -> Iterator[dict[str, str]]:
    """Yield every factor with its values, unit and meaning."""
    for name in found.factors:
        levels = [f"{value:.3g}" for value in found.points[name].unique().sort()]
        values = ", ".join(levels) if len(levels) <= 8 else f"{levels[0]} to {levels[-1]}, {len(levels):,} values"
        yield {"name": words(name), "values": values, "unit": KEYS[name].unit if name in KEYS else "", "meaning": meaning(name)}


def meaning(name: str) -> str:
    """Return what the low and high end of a practice mean, or what a parameter of the case means."""
    if name in PRACTICES:
        return f"{PRACTICES[name].at_low} → {PRACTICES[name].at_high}"
    fields = Place.model_fields | Conditions.model_fields | Behaviour.model_fields
    return (fields[name].description or "") if name in fields else "problems of this kind, times as often as usual" if "." in name else ""


def notes(found: Findings) -> Iterator[str]:
    """Yield notes: how to read the tables, and what they do not show."""
    yield "Intervals are 95 %. ° neither more nor less of this outcome is better; what is called better or ahead is then merely higher."
    if "scores" in found.tables:
        yield (
            "Differences are means of differences within pairs (Student’s t). dz: that mean over the standard deviation between pairs. "
            "Pairs 85:15: "
            "per cent of pairs that are better under the first-named : the other regime. r: correlation of the two runs of a pair. Runs "
            "if unpaired: how "
            "many independent runs of each regime would have been needed for an interval as narrow."
        )
    if "scores" in found.tables or "practice_ends" in found.tables:
        yield (
            f"* zero lies outside also after Holm’s correction over the {counted(len(found.outcomes), 'outcome')} of one "
            "comparison. ≈ the whole "
            f"interval is smaller "
            "than anybody there would notice (our assumption for each outcome). The correction does not reach across scenarios, rows, "
            "factors or "
            "pairs of regimes: of many comparisons without any difference, some will still carry a star."
        )
    else:
        yield "Nothing here is adjusted for how many numbers are looked at: of those that are mere chance, one in twenty looks like more."


def counted_runs(found: Findings) -> str:
    """Return the number of runs in each state."""
    counts = found.facts.get("counts", {})
    told = ", ".join(f"{number:,} {state}" for state, number in counts.items() if number)
    return f"Of {counted(sum(counts.values()), 'run')}: {told}." if counts else f"{counted(found.runs.height, 'run')} ended well."


def equal_means(found: Findings) -> str:
    """Return whether the hours and euros of the regimes are equal."""
    rows = [row for row in found.tables["ledger"].to_dicts() if row.get("endowed") is not None]
    spread = 0.0
    for means in {(row["scenario"], row["rules"], row["means"]) for row in rows}:
        given = [row["endowed"] for row in rows if (row["scenario"], row["rules"], row["means"]) == means]
        spread = max(spread, (max(given) - min(given)) / max(given) if max(given) > 0 else 0.0)
    if not rows:
        return "What the regimes were endowed with is not among the outcomes."
    if len(found.regimes) == 1:
        return "One regime; its means are those of the case at each point."
    if spread < 0.005:
        told = "are the same; a regime only divides them"
    else:
        told = f"are not the same but differ by up to {100 * spread:.1f} %: look at what is spent before you compare"
    return f"Endowments of the regimes, averaged over all runs, {told}. Endowed: spent over the share used."


def origin(found: Findings) -> Iterator[tuple[str, str]]:
    """Yield seeds, hashes and versions."""
    facts, seeds = found.facts, found.facts["seeds"]
    if found.study.get("first_seed") is not None:
        yield "Seeds", f"{seeds[0]}" + (f" to {seeds[-1]}" if len(seeds) > 1 else "")
    else:
        yield "Seed of the study", f"{found.study['seed']}; each replication has its own, {counted(len(seeds), 'seed')} in runs.parquet"
    for key, name in {
        "begun": "Begun",
        "ended": "Ended",
        "identity": "Study, hash",
        "results": "Results, SHA-256",
        "outcomes_hash": "Outcomes, SHA-256",
        "code_hash": "Code of the model",
    }.items():
        if facts.get(key):
            yield name, str(facts[key])
    if facts.get("git"):
        yield "Commit", facts["git"].get("commit", "") + (", with changes" if facts["git"].get("changed") else "")
    if facts.get("run_seconds"):
        yield "Time of all runs", f"{facts['run_seconds']:,.0f} seconds"
    if found.comparison is not None and found.comparison.rules:
        yield "Replaced rules", f"{found.comparison.rules} {found.comparison.rules_hash}"
    packages = ", ".join(f"{name} {version}" for name, version in facts.get("packages", {}).items())
    yield "Versions", f"{packages}, Python {facts.get('python', '')}"
    yield "Machine", str(facts.get("platform", ""))
    if found.is_comparison and not facts.get("command"):
        yield "To repeat it", "experiments.compare in Python; case and regimes stand in full in the manifest"
    elif not found.is_comparison:
        yield "To repeat it", "leefwereld study run study.toml"
    yield "To check it", "leefwereld study verify runs a sample again and compares"


def inline(svg: str, name: str) -> Markup:
    """Return a figure for use in a page: without head and style rules, with unique ids. Its texts were escaped when drawn."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<(metadata|style|title)\b.*?</\1>", "", svg, flags=re.DOTALL)
    svg, height = _without_note(svg)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    width = re.search(r'viewBox="0 0 ([\d.]+) ', svg)
    names = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-words"'
    head = f'<svg viewBox="0 0 {width[1] if width else 510} {height:.1f}" {names}>'
    return Markup(re.sub(r"<svg\b[^>]*>", head, svg, count=1))


def _without_note(svg: str) -> tuple[str, float]:
    """Return the figure without its note (the page has that as text), and the height of the rest in points."""
    box = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)
    height = float(box[1]) if box else 400.0
    note = re.search(rf' *<g id="{NOTE_ID}">.*?</g>\n', svg, re.DOTALL)
    if note is None:
        return svg, height
    return svg.replace(note[0], ""), height - NOTE_LINE * note[0].count("<text") - 4
