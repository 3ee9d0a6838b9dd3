"""Read a study: a TOML file with the comparison, conditions, replications and outputs.

`load_study("regime_map")` or `load_study("mine.toml")` reads and checks it; `points(study)` returns all points, each run once
per replication. Nothing here runs or writes anything. `leefwereld study new` writes a file that explains each key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from experiments.running.pairs import Rules
from experiments.shared.files import read_toml
from experiments.study import boxes, coalitions, designs
from experiments.study.arms import arm_cases, arms_of
from experiments.study.check import check
from experiments.study.designs import Row
from experiments.study.ensemble import filled, missing
from experiments.study.keys import KEYS, first_error, one_of
from experiments.study.labels import at_start_of, labels_of
from experiments.study.names import cases_of, changed, ranges_of, rules_of, value_in
from experiments.study.schema import Replications, Study
from experiments.study.staffing import mix_of, staffed
from model.case.case import Case
from model.engine.chance import join
from model.engine.rule_files import load_rules, rules_hash
from model.regimes import PRACTICES, Practices
from model.regimes import practices as checked_practices

STUDIES = Path(__file__).parent / "studies"
QUICK = {"weeks": 26, "burn_in": 8, "replications": 2, "points": 24}
AROUND = "around"  # prefix of a practice's name: its shift from the regime's value
LATER = ("arms", "checks", "first_seed")  # newer keys: if not set, they are left out of the hash, so that older hashes stay valid
TEXTS = ("name", "title", "question", "text", "notes", "timeout")  # keys that do not affect results


@dataclass(frozen=True)
class Point:
    """One point of a design, run once per replication. Points of one case share the Case object, and thus a burn-in.

    number: its index in the list; scenario, regime, rules: labels; factors: value of every factor; at_start: conditions that
    begin with the regime.
    """

    number: int
    scenario: str
    regime: str
    rules: str
    factors: dict[str, float]
    case: Case
    practices: Practices
    rules_file: Rules = None
    at_start: Mapping[str, float] = field(default_factory=dict[str, float])


def load_study(name: str | Path, quick: bool = False) -> Study:
    """Return a shipped study by name, or your own by the path of its file. Raises BadInput."""
    path = Path(name)
    if path.suffix != ".toml":
        names = [file.stem for file in sorted(STUDIES.glob("*.toml"))]
        one_of("study", "name", str(name), names, ", ".join(names) + ", or the path of a .toml file")
        path = STUDIES / f"{name}.toml"
    data = read_toml(path, str(name))
    data.setdefault("name", path.stem)
    return checked(data, path, quick)


def shipped() -> list[Path]:
    """Return the files of shipped studies, except those whose ensemble file does not exist."""
    return [file for file in sorted(STUDIES.glob("*.toml")) if not missing(file)]


def checked(data: Mapping[str, object], file: Path = Path("study"), quick: bool = False) -> Study:
    """Return the study in `data`; its files are looked up beside `file`. Raises BadInput."""
    try:
        study = Study.model_validate(filled(data, file)).placed(file)
    except ValidationError as error:
        raise first_error(Study, error, str(file)) from None
    check(study)
    return shrunk(study) if quick or study.quick else study


def shrunk(study: Study) -> Study:
    """Return a quick version: fewer weeks, two replications, a short burn-in, and few points (see `points`)."""
    weeks = min(study.weeks, QUICK["weeks"])
    fewer = Replications(number=min(study.replications.number, QUICK["replications"]))
    design = study.design
    if design.kind in designs.ORDERED:
        design = design.model_copy(update={"size": min(design.size, 2)})
    elif design.kind in ("shapley", "box"):
        design = design.model_copy(update={"size": min(design.size or 2, 2)})
    at = tuple(dict.fromkeys(min(week, weeks) for week in study.residents_at))
    return study.model_copy(update={"quick": True, "weeks": weeks, "replications": fewer, "design": design, "residents_at": at})


def points(study: Study) -> list[Point]:
    """Return all points, in the order of scenarios, rule files, rows of the design, and labels.

    Duplicates within a scenario, rule file and label are dropped (not in ordered designs). A quick study selects scenarios,
    then rows, evenly: about two dozen points, always with the first row. Raises BadInput.
    """
    cases, rules, rows, arms = cases_of(study), rules_of(study), rows_of(study), arms_of(study)
    begun = at_start_of(study)
    contexts = [(scenario, label) for scenario in cases for label in rules]
    if study.quick:
        room = QUICK["points"] // (1 if study.design.kind in designs.BETWEEN else len(labels_of(study)))
        contexts = [contexts[i] for i in designs.evenly(len(contexts), room)]
        rows = designs.thinned(study.design.kind, rows, room // len(contexts))
        cases = {name: changed(study.where, case, {"burn_in": min(case.burn_in, QUICK["burn_in"])}) for name, case in cases.items()}
    found: list[Point] = []
    for scenario, label in contexts:
        for regime, factors, case, practices in _runs(study, cases[scenario], rows):
            own = (arms[regime].rules, arms[regime].rules_file) if regime in arms else (label, rules[label])
            found.append(Point(len(found), scenario, regime, own[0], factors, case, practices, own[1], begun.get(regime, {})))
    return found


def _runs(study: Study, base: Case, rows: list[Row]) -> Iterator[tuple[str, dict[str, float], Case, Practices]]:
    """Yield label, factors, case and practices of every row under every label, from one case."""
    labels, varied = labels_of(study), varied_in(study, rows)
    bases = dict.fromkeys(labels, base) | arm_cases(study, arms_of(study), base)
    cases: dict[tuple[object, ...], Case] = {}
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        moved = {name: value for name, value in row.values.items() if KEYS[name].practice}
        beside = {f"{AROUND}.{name}": value for name, value in row.around.items()}
        others = {name: value for name, value in row.values.items() if not KEYS[name].practice}
        for label in [row.label] if row.label else labels:
            own = bases[label]
            given = {name: value for name, value in others.items() if value != value_in(own, name)}
            mix = mix_of(label, labels[label]) if study.staffing == "own" and not study.arms else {}
            key = (id(own), tuple(mix.items()), tuple(sorted(given.items())))
            if key not in cases:
                cases[key] = staffed(changed(study.where, own, given), mix)
            drawn = around(labels[label].model_dump(), row.around, study.design.around) | moved
            practices = checked_practices(drawn, study.where) if moved or row.around else labels[label]
            name = (label, key, tuple(practices.model_dump().values()))
            if name in seen and study.design.kind not in designs.ORDERED:
                continue
            seen.add(name)
            factors = {name: getattr(practices, name) if KEYS[name].practice else value_in(cases[key], name) for name in varied}
            yield label, factors | beside, cases[key], practices


def around(practices: dict[str, float], moved: Mapping[str, float], share: float) -> dict[str, float]:
    """Return practices shifted from a regime's: each by `moved` (-1 to 1) times a share of its range, within the range."""
    found = dict(practices)
    for name, by in moved.items():
        p = PRACTICES[name]
        value = min(p.high, max(p.low, found[name] + by * share * (p.high - p.low)))
        found[name] = float(int(value + 0.5)) if p.whole else value
    return found


def rows_of(study: Study) -> list[Row]:
    """Return the rows of the design; they depend only on the study file."""
    design, factors = study.design, ranges_of(study)
    match design.kind:
        case "grid":
            return designs.grid(factors, design.levels)
        case "oat":
            return designs.one_at_a_time(factors, design.levels)
        case "lhs":
            beside = [name for name in PRACTICES if name not in factors] if design.around else []
            return designs.latin_hypercube(factors, design.size, study.seed, beside)
        case "sobol":
            return designs.sobol(factors, design.size, study.seed, design.second_order)
        case "morris":
            return designs.morris(factors, design.size, design.levels, study.seed)
        case "swap":
            first, second = design.base
            labels = labels_of(study)
            return designs.swap(first, second, labels[first].model_dump(), labels[second].model_dump())
        case "shapley":
            first, second = design.base
            labels = labels_of(study)
            return coalitions.rows(first, second, labels[first].model_dump(), labels[second].model_dump(), design.size, study.seed)
        case "box":
            return boxes.rows(list(labels_of(study)), design.size, study.seed)
        case "list" | "ensemble":
            return designs.listed(design.points)


def varied_in(study: Study, rows: list[Row]) -> list[str]:
    """Return the names of a study's factors: as declared, or those in its rows."""
    return list(study.factors) or list(dict.fromkeys(name for row in rows for name in row.values))


def seed_of(study: Study, replication: int) -> int:
    """Return the seed of a replication; all points share it, for common random numbers."""
    if study.first_seed is not None:
        return study.first_seed + replication
    return join(study.seed, replication) & (2**63 - 1)


def content(study: Study) -> dict[str, object]:
    """Return the study as plain data with all defaults; `Study.model_validate` reads it."""
    return study.model_dump(mode="json")


def identity(study: Study) -> str:
    """Return a hash of everything that determines the results, including what names refer to, without texts."""
    given = study.model_dump(mode="json")
    cases = {label: case.model_dump(mode="json") for label, case in cases_of(study).items()}
    determines: dict[str, object] = {
        "study": given,
        "order": list(study.factors),  # order of the columns of a sampled design
        "cases": cases,
        "regimes": {label: practices.model_dump(mode="json") for label, practices in labels_of(study).items()},
        "rules": {label: rules_hash(load_rules(file)) if file else "" for label, file in rules_of(study).items()},
    }
    if begun := at_start_of(study):
        determines["at start"] = begun
    if study.arms:
        determines["arm rules"] = {label: rules_hash(load_rules(arm.rules_file)) for label, arm in arms_of(study).items()}
    if study.staffing == "equal":  # also a newer key
        del given["staffing"]
    for name in LATER:
        if given[name] in ({}, [], None):
            del given[name]
    del given["design"]["file"]  # its sets are in the points
    if not study.design.around:  # also a newer key
        del given["design"]["around"]
    for part in (given, *cases.values()):
        for name in TEXTS:
            part.pop(name, None)
    return hashlib.sha256(json.dumps(determines, sort_keys=True).encode()).hexdigest()[:16]
