"""`compare`: the same people with the same luck under several regimes. It is a study with one row of regimes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.comparison.folder import KIND, finish, set_aside
from experiments.reporting.comparison import Comparison, gather, question
from experiments.running.ledger import Ledger
from experiments.running.pairs import Rules, check_last_seed, check_limit, processes
from experiments.shared.folders import read_manifest
from experiments.shared.own_model import check_model
from experiments.shared.progress import Pace, Progress, Tell
from experiments.study import work as study_work
from experiments.study.labels import same_as
from experiments.study.results import Ended
from experiments.study.schema import MOST_RUNS, Given, Replications, Study
from experiments.study.staffing import Staffing
from model import identity, warm_up
from model.case.at_start import without_government
from model.case.case import Case, load
from model.engine.modules import is_compiled
from model.errors import BadInput
from model.regimes import BASELINE, NAMED, NO_GOVERNMENT, REGIMES, Practices, resolve
from model.rule_check import checked as checked_rules

PATIENCE = 604_800.0  # time limit of a run in seconds: a week, because a comparison may be of a whole city


def compare(
    case: Case | str = "default",
    regimes: Sequence[str] | Mapping[str, Practices] = REGIMES,
    pairs: int = 20,
    weeks: int = 260,
    first_seed: int = 1,
    workers: int | None = None,
    rules: Rules = None,
    progress: Progress | None = None,
    echo: Callable[[str], None] | None = None,
    out: str | Path | None = None,
    command: str = "",
    reference: bool = True,
    staffing: Staffing = "equal",
) -> Comparison:
    """Run every regime on the same populations with the same luck; one pair for each seed from `first_seed` on.

    case: a Case, the name of a scenario, or a TOML file. regimes: names or "blend(a,b,0.5)", or practices by label.
    weeks: after the burn-in. workers: processes, None for one a core. rules: a rule file, or functions by name.
    progress(done, total, failed) is called when a pair ends; echo(line) when rules are compiled.
    reference: also run the town without any government, as `no_government`.
    out: the result folder; the same call resumes an interrupted comparison. command: the command line, for the manifest.
    staffing: "equal" hours for each role under every regime, or each regime's "own" mix of roles at the same total cost.
    Raises BadInput; RuntimeError when every pair failed.
    """
    check_model()
    given = {"pairs": pairs, "weeks": weeks, "first_seed": first_seed} | ({} if workers is None else {"workers": workers})
    for name, value in given.items():
        check_limit(name, value)
    check_last_seed(first_seed, pairs)
    case = load(case) if isinstance(case, str) else case
    study = study_of(case, resolve_regimes(regimes), pairs, weeks, first_seed, rules, reference, staffing)
    functions = checked_rules(rules)
    if not is_compiled(functions):
        warm_up.ensure_compiled(functions, echo)
    if out is not None:
        return run(study, Path(out), workers, progress, echo, command)
    with TemporaryDirectory(prefix="leefwereld-") as place:
        return run(study, Path(place) / "comparison", workers, progress, echo)


def study_of(
    case: Case, practices: Mapping[str, Practices], pairs: int, weeks: int, first_seed: int = 1, rules: Rules = None,
    reference: bool = True, staffing: Staffing = "equal",
) -> Study:  # fmt: skip
    """Return a comparison as a study: one row of regimes, after the town without government; pair i has the seed first_seed + i."""
    if reference or NO_GOVERNMENT in practices:
        practices = {NO_GOVERNMENT: BASELINE} | dict(practices)
    rules = Path(rules) if isinstance(rules, str) else rules
    governed = [label for label in practices if label != NO_GOVERNMENT]
    study = Study(
        name="comparison", question=question(governed or list(practices)), weeks=weeks, timeout=PATIENCE, regimes=tuple(practices),
        first_seed=first_seed, staffing=staffing, replications=Replications(number=pairs), outcomes=("all",),
        keep=("end", "weekly", "accounts", "story", "people", "classes"),
    )  # fmt: skip
    at_start = {NO_GOVERNMENT: without_government()} if NO_GOVERNMENT in practices else {}
    return study.placed(given=Given({case.name: case}, practices, {describe_rules(rules): rules}, at_start))


def run(
    study: Study, folder: Path, workers: int | None = None, progress: Progress | None = None, echo: Callable[[str], None] | None = None,
    command: str | None = None,
) -> Comparison:  # fmt: skip
    """Start or resume the comparison in a folder and return its result. command: None keeps the command stored in the ledger."""
    given = study.given
    assert given is not None
    (case,), (rules,), labels = given.cases.values(), given.rules.values(), list(given.practices)
    if not study_work.begun(study, folder, identity.code_hash()):
        set_aside(folder)
        study_work.begin(study, folder, None, MOST_RUNS, KIND, command=command or "")
    pairs = study.replications.number
    wanted = processes(workers, pairs * case.residents * (case.burn_in + study.weeks * len(labels)), pairs, rules)
    found: list[Comparison] = []

    def end(ledger: Ledger, folder: Path, study: Study, ended: Ended) -> None:
        found.append(gather(ledger, study, ended.seconds) if command is None else finish(ledger, folder, study, ended))

    study_work.work(
        folder, wanted, _in_pairs(progress, len(labels), pairs), echo or (lambda _: None), again=("failed", "timed out"), trust_rules=True,
        here=wanted == 1, study=study, finish=end,
    )  # fmt: skip
    return found[0]


def _in_pairs(progress: Progress | None, regimes: int, pairs: int) -> Tell | None:
    """Report progress in pairs, as they end."""
    told = 0

    def tell(pace: Pace) -> None:
        nonlocal told
        if progress is not None and pace.done // regimes > told:
            told = pace.done // regimes
            progress(told, pairs, len(pace.lost))

    return tell if progress else None


def usual_folder(study: Study) -> Path:
    """Return results/compare-<date>-<hash>; the folder of an earlier day when the same comparison is unfinished there."""
    folder = study_work.default_folder(study, "compare")
    for begun in sorted(folder.parent.glob(f"compare-*-{folder.name.rpartition('-')[2]}"), reverse=True):
        facts = read_manifest(begun)
        if facts is not None and not facts.get("finished", True):
            return begun
    return folder


def resolve_regimes(regimes: Sequence[str] | Mapping[str, Practices]) -> dict[str, Practices]:
    """Return practices by label, in the given order. Raises BadInput for an unknown regime, or one named twice."""
    if isinstance(regimes, Mapping):
        return dict(regimes)
    if isinstance(regimes, str) or not regimes:
        raise BadInput("compare", "regimes", regimes, "a list of regimes, such as " + ", ".join(NAMED))
    labels = ["".join(text.split()) for text in regimes]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise BadInput("compare", "regimes", twice[0], "each regime once")
    found = {label: BASELINE if label == NO_GOVERNMENT else resolve(label) for label in labels}
    for label in labels:
        if label != NO_GOVERNMENT and (twin := same_as(label, found)):
            raise BadInput("compare", "regimes", label, f"each regime once; {twin} is the same")
    return found


def describe_rules(rules: Rules) -> str:
    """Return the rule file, or the names of the replaced rules; "" for the model's own rules."""
    if rules is None:
        return ""
    return str(rules) if isinstance(rules, str | Path) else ", ".join(sorted(rules))
