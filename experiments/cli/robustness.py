"""The work of `leefwereld robustness`; importing this takes a second or two."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from experiments.cli.compare_and_run import command, print_json, say, show
from experiments.reporting.findings import findings
from experiments.robustness import ensemble_comparison as headline
from experiments.robustness import ensemble_show as headline_show
from experiments.robustness.ensemble_words import WORDS
from experiments.shared.progress import studied
from experiments.study import work as study_work
from experiments.study.ensemble import warning
from experiments.study.points import identity
from experiments.study.results import hash_of
from model.identity import code_hash


def run(
    scenarios: Sequence[str], *, pairs: int | None, sets: int | None, ensemble: Path | None, out: Path | None, workers: int | None,
    quick: bool, lang: str, json: bool,
) -> int:  # fmt: skip
    """Run what is missing, write and print the results. Return 1 if a run failed or timed out."""
    study = headline.study(scenarios, pairs, sets, ensemble, quick)
    if line := warning(study):
        say(f"leefwereld: {line}")
    folder = out or Path("results") / f"headline-{hash_of(identity(study) + code_hash())[:8]}"
    if not study_work.begun(study, folder):
        study_work.begin(study, folder)
    well = worked(folder, workers)
    found = findings(folder)
    rows = headline.headline(found)
    target = headline_show.write(rows, found, folder / "headline", command(), lang)
    if json:
        print_json({"folder": str(folder), "study": found.facts["identity"], "rows": headline_show.facts(rows)})
    else:
        show(*headline_show.shown(rows, found, lang), Text("\n" + WORDS[lang]["written"].format(target)))
    return 0 if well else 1


def worked(folder: Path, workers: int | None) -> bool:
    """Run what is missing in the folder of a study; return whether all runs succeeded."""
    try:
        with studied(study_work.planned_runs(folder)) as tell:
            ended = study_work.work(folder, workers, tell, say)
    except KeyboardInterrupt:
        say("leefwereld: stopped with Ctrl-C; what ended is kept in "
            f"{shlex.quote(str(folder))}; the same command with --out {shlex.quote(str(folder))} goes on")  # fmt: skip
        raise SystemExit(130) from None
    if not ended.well:
        again = f"leefwereld study resume {shlex.quote(str(folder))}"
        say(f'leefwereld: some runs did not end well; once more: {again} --again "failed,timed out"')
    return ended.well
