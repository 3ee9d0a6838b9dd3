"""Repeat runs of a study: a sample to verify the results, or one run to read its story."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from experiments.running.groups import Group, Start, begin, live, rule_sets, run_group
from experiments.running.ledger import OK, Ledger, content_hash
from experiments.running.worker import described
from experiments.shared.own_model import check_model
from experiments.shared.telling import Telling
from experiments.study.results import check_finished
from experiments.study.work import check_trust, keep_of, points_of, study_of
from model.errors import BadInput, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.study.points import Point, Study


@dataclass(frozen=True)
class Replayed:
    """One repeated run. status, kept: its state and content hash (or reason) in the study; now: its content hash or reason now.

    same: whether both are equal; None if the study has nothing to compare with.
    """

    run: str
    point: Point
    replication: int
    seed: int
    status: str
    kept: str
    now: str
    same: bool | None
    story: list[str]
    code_changed: bool


class Verified(TypedDict):
    """One repeated run: whether it is the same, the hash of its content then, and now (or why it failed)."""

    run: str
    point: int
    replication: int
    same: bool
    kept: str
    now: str


def verify(folder: Path, sample: int = 5, trust_rules: bool = False, tell: Callable[[int, int, int], None] | None = None) -> list[Verified]:
    """Repeat an even sample of successful runs; return a row for each. Raises BadInput."""
    from model import warm_up
    from model.engine import modules as engine

    check_model()
    with Ledger(folder, reading=True) as ledger:
        ledger.check()
        check_finished(folder)
        check_trust(ledger, folder, trust_rules)
        study, points, names = study_of(ledger), points_of(ledger, folder), ledger.names
        runs = ledger.outcomes([]).select("run", "point", "replication", "seed", "content")
    if not len(runs):
        raise BadInput(str(folder), allowed="a study with at least one run that ended well")
    taken = sorted({i * len(runs) // sample for i in range(min(sample, len(runs)))} if sample < len(runs) else range(len(runs)))
    for rules in rule_sets(points[int(runs["point"][i])] for i in taken).values():
        warm_up.ensure_compiled(engine.load_rules(rules))
    rows: list[Verified] = []
    for done, i in enumerate(taken, start=1):
        run, point, replication, seed, kept = runs.row(i)
        answer = run_group(group_of(study, points[int(point)], int(seed)))[0]
        now = answer.reason if answer.outcomes is None else content_hash([answer.outcomes[name] for name in names], answer.kept)
        rows.append({"run": run, "point": point, "replication": replication, "same": now == kept, "kept": kept, "now": now})
        if tell:
            tell(done, len(taken), sum(not row["same"] for row in rows))
    return rows


def replay(folder: Path, run: str, telling: Telling, trust_rules: bool = False) -> Replayed:
    """Repeat one run of a study and tell its story. Raises BadInput."""
    from model import identity, warm_up
    from model.story.teller import tell_story

    check_model()
    with Ledger(folder, reading=True) as ledger:
        study, names = study_of(ledger), ledger.names
        found = ledger.find(run)
        rules = next(rules for number, _, _, rules, *_ in ledger.points() if number == found["point"])
        if rules:
            check_trust(ledger, folder, trust_rules)
        point = points_of(ledger, folder, found["point"])[0]
    warm_up.ensure_compiled() if point.rules_file is None else None
    group = group_of(study, point, found["seed"])
    start: list[Start] = []
    story: list[str] = []
    try:
        place = begin(group, point.practices, start)
        kept = live(place, group)
        outcomes = place.outcomes()
        now = content_hash([outcomes[name] for name in names], kept)
        story = tell_story(place.world, **asdict(telling))
    except (Exception, SystemExit) as error:
        if isinstance(error, BadInput) and not isinstance(error, OutOfRange):
            raise
        now = described(error)[0]
        if start:
            story = tell_story(start[0][0].world, **asdict(telling))
    was = found["content"] if found["status"] == OK else found["reason"]
    same = now == was if was else None
    facts = (found["run"], point, found["replication"], found["seed"], found["status"], was or "", now, same, story)
    return Replayed(*facts, code_changed=found["code"] not in (None, "", identity.code_hash()))


def group_of(study: Study, point: Point, seed: int) -> Group:
    """Return a group with one run."""
    from experiments.study.names import needs_twins

    own = {0: point.at_start} if point.at_start else {}
    runs = ((0, point.practices),)
    return Group(point.case, seed, study.weeks, runs, point.rules_file, keep_of(study), needs_twins(study), at_start=own)
