"""A study: one TOML file that says what is compared, under which conditions, how often, and what is kept.

`load_study("regime_map")` or `load_study("mine.toml")` reads and checks it; `points(study)` is everything that will be run,
once for each replication. Nothing here runs or writes anything. `leefwereld study new` writes a file that explains each key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.shared.files import read_toml
from experiments.study import designs
from experiments.study.arms import arm_cases, arms_of
from experiments.study.check import check
from experiments.study.designs import Row
from experiments.study.ensemble import filled, missing
from experiments.study.keys import KEYS, first_error, one_of
from experiments.study.labels import labels_of
from experiments.study.names import cases_of, changed, ranges_of, rules_of, value_in
from experiments.study.schema import Replications, Study
from model.case.case import Case
from model.engine.chance import join
from model.engine.rule_files import load_rules, rules_hash
from model.regimes import PRACTICES, Practices
from model.regimes import practices as checked_practices

STUDIES = Path(__file__).parent / "studies"
QUICK = {"weeks": 26, "burn_in": 8, "replications": 2, "points": 24}
AROUND = "around"  # before the name of a practice: by how much it lies beside the regime's
LATER = ("arms", "checks")  # keys that an older study does not have: empty, they leave its hash as it was
TEXTS = ("name", "title", "question", "text", "notes", "timeout")  # what a result does not depend on


@dataclass(frozen=True)
class Point:
    """One thing to run, once per replication. Points of one case hold the same Case object, so that they can share a burn-in.

    number: its place in the list; scenario, regime, rules: labels; factors: the value of every factor here.
    """

    number: int
    scenario: str
    regime: str
    rules: str
    factors: dict[str, float]
    case: Case
    practices: Practices
    rules_file: Path | None = None


def load_study(name: str | Path, quick: bool = False) -> Study:
    """A study that ships, by name, or one of your own, by the path of its file; checked. BadInput when anything is wrong."""
    path = Path(name)
    if path.suffix != ".toml":
        names = [file.stem for file in sorted(STUDIES.glob("*.toml"))]
        one_of("study", "name", str(name), names, ", ".join(names) + ", or the path of a .toml file")
        path = STUDIES / f"{name}.toml"
    data = read_toml(path, str(name))
    data.setdefault("name", path.stem)
    return checked(data, path, quick)


def shipped() -> list[Path]:
    """The files of the studies that ship, but those over an ensemble that is not there."""
    return [file for file in sorted(STUDIES.glob("*.toml")) if not missing(file)]


def checked(data: Mapping[str, Any], file: Path = Path("study"), quick: bool = False) -> Study:
    """The study in `data`, with everything it names looked up beside `file`; or BadInput."""
    try:
        study = Study.model_validate(filled(data, file))
    except ValidationError as error:
        raise first_error(Study, error, str(file)) from None
    study._file = file
    check(study)
    return shrunk(study) if quick or study.quick else study


def shrunk(study: Study) -> Study:
    """A small version: fewer weeks, two replications, a short burn-in, and few points, evenly taken (see `points`)."""
    weeks = min(study.weeks, QUICK["weeks"])
    fewer = Replications(number=min(study.replications.number, QUICK["replications"]))
    design = study.design
    if design.kind in designs.ORDERED:
        design = design.model_copy(update={"size": min(design.size, 2)})
    at = tuple(dict.fromkeys(min(week, weeks) for week in study.residents_at))
    return study.model_copy(update={"quick": True, "weeks": weeks, "replications": fewer, "design": design, "residents_at": at})


def points(study: Study) -> list[Point]:
    """Everything to run, in the order of scenarios, rule files, rows of the design, and labels.

    What is equal within a scenario, rule file and label is taken once (not in designs that are reckoned with as a whole).
    A quick study takes its scenarios, then its rows, evenly: some two dozen points, the first row always. Raises BadInput.
    """
    cases, rules, rows, arms = cases_of(study), rules_of(study), rows_of(study), arms_of(study)
    contexts = [(scenario, label) for scenario in cases for label in rules]
    if study.quick:
        room = QUICK["points"] // (1 if study.design.kind == "swap" else len(labels_of(study)))
        contexts = [contexts[i] for i in designs.evenly(len(contexts), room)]
        rows = designs.thinned(study.design.kind, rows, room // len(contexts))
        cases = {name: changed(study.where, case, {"burn_in": min(case.burn_in, QUICK["burn_in"])}) for name, case in cases.items()}
    found = []
    for scenario, label in contexts:
        for regime, factors, case, practices in _runs(study, cases[scenario], rows):
            own = (arms[regime].rules, arms[regime].rules_file) if regime in arms else (label, rules[label])
            found.append(Point(len(found), scenario, regime, own[0], factors, case, practices, own[1]))
    return found


def _runs(study: Study, base: Case, rows: list[Row]) -> Iterator[tuple[str, dict[str, float], Case, Practices]]:
    """Label, factors, case and practices of every row under every label, from one case."""
    labels, varied = labels_of(study), varied_in(study, rows)
    bases = dict.fromkeys(labels, base) | arm_cases(study, arms_of(study), base)
    cases: dict[tuple, Case] = {}
    seen: set[tuple] = set()
    for row in rows:
        moved = {name: value for name, value in row.values.items() if KEYS[name].practice}
        beside = {f"{AROUND}.{name}": value for name, value in row.around.items()}
        others = {name: value for name, value in row.values.items() if not KEYS[name].practice}
        for label in [row.label] if row.label else labels:
            own = bases[label]
            given = {name: value for name, value in others.items() if value != value_in(own, name)}
            key = (id(own), tuple(sorted(given.items())))
            if key not in cases:
                cases[key] = changed(study.where, own, given)
            drawn = around(labels[label].model_dump(), row.around, study.design.around) | moved
            practices = checked_practices(drawn, study.where) if moved or row.around else labels[label]
            name = (label, key, tuple(practices.model_dump().values()))
            if name in seen and study.design.kind not in designs.ORDERED:
                continue
            seen.add(name)
            factors = {name: getattr(practices, name) if KEYS[name].practice else value_in(cases[key], name) for name in varied}
            yield label, factors | beside, cases[key], practices


def around(practices: dict[str, float], moved: Mapping[str, float], share: float) -> dict[str, float]:
    """Practices beside those of a regime: each moved by -1 to 1 times a share of its range, and kept within it."""
    found = dict(practices)
    for name, by in moved.items():
        p = PRACTICES[name]
        value = min(p.high, max(p.low, found[name] + by * share * (p.high - p.low)))
        found[name] = float(int(value + 0.5)) if p.whole else value
    return found


def rows_of(study: Study) -> list[Row]:
    """The rows of the design; they follow from the file alone."""
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
    return designs.listed(design.points)


def varied_in(study: Study, rows: list[Row]) -> list[str]:
    """The factors of a study: those it names, or those that its rows name."""
    return list(study.factors) or list(dict.fromkeys(name for row in rows for name in row.values))


def seed_of(study: Study, replication: int) -> int:
    """The seed of a run: from the study's seed and the replication alone, so that all points of a replication share people and luck."""
    return join(study.seed, replication) & (2**63 - 1)


def content(study: Study) -> dict[str, Any]:
    """The study as plain data, with every default filled in; `Study.model_validate` reads it back."""
    return study.model_dump(mode="json")


def identity(study: Study) -> str:
    """A hash of everything in the file that results follow from: what its names stand for included, its texts not."""
    determines: dict[str, Any] = {
        "study": content(study),
        "order": list(study.factors),  # which column of a drawn design is whose
        "cases": {label: case.model_dump(mode="json") for label, case in cases_of(study).items()},
        "regimes": {label: practices.model_dump(mode="json") for label, practices in labels_of(study).items()},
        "rules": {label: rules_hash(load_rules(file)) if file else "" for label, file in rules_of(study).items()},
    }
    if study.arms:
        determines["arm rules"] = {label: rules_hash(load_rules(arm.rules_file)) for label, arm in arms_of(study).items()}
    for name in LATER:
        if not determines["study"][name]:
            del determines["study"][name]
    del determines["study"]["design"]["file"]  # its sets are the points
    if not study.design.around:  # a key that an older study does not have either
        del determines["study"]["design"]["around"]
    for part in (determines["study"], *determines["cases"].values()):
        for name in TEXTS:
            part.pop(name, None)
    return hashlib.sha256(json.dumps(determines, sort_keys=True).encode()).hexdigest()[:16]
