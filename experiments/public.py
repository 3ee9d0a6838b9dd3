"""The public functions of `experiments`, in a separate module so that importing the package stays fast."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from experiments.comparison import folder as folder_of_comparison
from experiments.reporting.comparison import Comparison
from experiments.reporting.findings import findings
from experiments.reporting.page import PAGE
from experiments.reporting.report import write as write_report
from experiments.shared.folders import read_manifest
from experiments.shared.progress import studied
from experiments.study import results as study_folder
from experiments.study.points import checked, load_study
from experiments.study.results import StudyResults
from experiments.study.schema import Study
from experiments.study.work import begin, begun, default_folder, planned_runs, work
from model.errors import BadInput


def run_study(
    study: str | Path | Mapping[str, object] | Study, out: str | Path | None = None, workers: int | None = None, progress: bool = True
) -> StudyResults:
    """Run a study, or its missing runs, and return the results.

    study: the name of a shipped study, the path of a TOML file, or the content of such a file as a dict.
    out: its folder (default: results/study-NAME-DATE-HASH). If it holds this same study, the study is resumed, so the same call
    finishes a stopped study. Rule files of the study are executed.
    workers: processes, None: one per core; in a script, call this under `if __name__ == "__main__":`. progress: show progress.
    Raises BadInput.
    """
    asked, source = _read(study)
    folder = default_folder(asked) if out is None else Path(out)
    if not begun(asked, folder):
        begin(asked, folder, source)
    with studied(planned_runs(folder)) if progress else nullcontext() as tell:
        work(folder, workers, tell, _say if progress else _be_quiet, again=("failed", "timed out"), trust_rules=True)
    found = load(folder)
    assert isinstance(found, StudyResults)
    return found


def load(folder: str | Path) -> Comparison | StudyResults:
    """Read the folder of a comparison or of a finished study.

    Raises BadInput if it is no result, incomplete, altered, or of another version.
    """
    folder = Path(folder)
    facts = read_manifest(folder)
    if facts is not None and facts.get("kind") == study_folder.KIND:
        return study_folder.read(folder, facts)
    if not folder_of_comparison.is_comparison(facts):
        raise BadInput(str(folder), allowed="allowed: the folder of an earlier comparison or study, with its manifest.json")
    return folder_of_comparison.read(folder, facts)


def report(folder: str | Path, out: str | Path | None = None, csv: bool = False) -> Path:
    """Write the report of a finished study (page, figures, and with `csv` its tables); return the path of the page.

    out: folder (default: `report` in the study's folder). For a comparison, return the page in its folder. Raises BadInput.
    """
    folder = Path(folder)
    facts = read_manifest(folder)
    if out is None and not csv and folder_of_comparison.is_comparison(facts):
        return folder / PAGE
    target = folder / "report" if out is None else Path(out)
    write_report(findings(folder), target, csv)
    return target / PAGE


def _read(study: str | Path | Mapping[str, object] | Study) -> tuple[Study, Path | None]:
    """Return the study, and its file if it has one."""
    if isinstance(study, Study):
        return study, Path(study.where) if Path(study.where).is_file() else None
    if isinstance(study, Mapping):
        return checked({"name": "study", **study}), None
    found = load_study(str(study))
    return found, Path(found.where)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _be_quiet(_: str) -> None:
    pass
