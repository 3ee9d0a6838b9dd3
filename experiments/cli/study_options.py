"""The commands `leefwereld study ...`; `experiments.cli.study` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.options import EPILOG, HELP, Json, Quick, TrustRules, Workers, done_in, option, whole

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a study.", show_default=False)]
MaxRuns = Annotated[int, option(metavar="N", says="Refuse a study with more runs (default: 100000).", reads=whole(1, 10_000_000))]
StudyName = Annotated[str, typer.Argument(metavar="FILE|NAME", help="A study file, or a shipped study.", show_default=False)]

work = done_in("cli.study")
study_app = typer.Typer(
    rich_markup_mode=None,
    context_settings=HELP,
    epilog=EPILOG
    + "  leefwereld study list\n  leefwereld study new mine.toml\n  leefwereld study plan mine.toml --workers 2\n"
    + "  leefwereld study run mine.toml --out results/mine\n  leefwereld study resume results/mine",
)


@study_app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Studies: one file says what to compare, over which factors, how often. Plan, run, resume and check it."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@study_app.command(epilog=EPILOG + "  leefwereld study new\n  leefwereld study new mine.toml")
def new(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Its name (default: study.toml).", show_default=False)] = Path(
        "study.toml"
    ),
) -> None:
    """Write a valid study file that explains every key. An existing file is not changed."""
    work().new(file)


@study_app.command("list", epilog=EPILOG + "  leefwereld study list\n  leefwereld study list --json")
def list_(json: Json = False) -> None:
    """List the shipped studies: name, question, and number of runs."""
    work().list_studies(json=json)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study plan regime_map\n"
    + "  leefwereld study plan regime_map --quick\n"
    + "  leefwereld study plan mine.toml --workers 16 --json"
)
def plan(
    study: StudyName,
    workers: Workers = None,
    quick: Quick = False,
    json: Json = False,
) -> None:
    """Check a study, and print its points, runs, and time estimated by a pilot. Writes nothing."""
    work().plan(study, workers=workers, quick=quick, json=json)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study run regime_map --quick\n"
    + "  leefwereld study run mine.toml --out results/mine --workers 16\n"
    + "After a stop: leefwereld study resume DIR"
)
def run(
    study: StudyName,
    out: Annotated[
        Path | None, option("--out", metavar="DIR", says="Folder for the results (default: results/study-NAME-DATE-HASH).")
    ] = None,
    workers: Workers = None,
    quick: Quick = False,
    max_runs: MaxRuns = 100_000,
    json: Json = False,
) -> int:
    """Run a study. Every finished run is saved at once; Ctrl-C stops it, and `study resume` continues."""
    return work().run(study, out=out, workers=workers, quick=quick, max_runs=max_runs, json=json)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study resume results/mine\n"
    + '  leefwereld study resume results/mine --again "failed,timed out"\n'
    + "  leefwereld study resume results/mine --changed-study"
)
def resume(
    folder: Folder,
    workers: Workers = None,
    again: Annotated[str, option(metavar="LIST", says='Also repeat runs with this status: failed, "timed out", or both.')] = "",
    changed_study: Annotated[
        bool, option("--changed-study", says="Continue with the edited study file; runs of both versions stay.")
    ] = False,
    changed_code: Annotated[bool, option("--changed-code", says="Continue although the model's code has changed.")] = False,
    trust_rules: TrustRules = False,
    max_runs: MaxRuns = 100_000,
    json: Json = False,
) -> int:
    """Resume a study; only missing runs are run. Refuses if the study or the model's code was edited."""
    changed = {"changed_study": changed_study, "changed_code": changed_code}
    return work().resume(folder, workers=workers, again=again, trust_rules=trust_rules, max_runs=max_runs, json=json, **changed)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study status results/mine\n"
    + "  duckdb -c \"SELECT regime, avg(trust_municipality) FROM 'results/mine/runs.parquet' GROUP BY regime\"\n"
    + "The last line reads a finished study in SQL; points.parquet and weekly/*.parquet can be joined to it."
)
def status(folder: Folder, json: Json = False) -> None:
    """Show the progress of a study: counts, and the latest errors. Works while it runs."""
    work().status(folder, json=json)


@study_app.command(epilog=EPILOG + "  leefwereld study verify results/mine\n  leefwereld study verify results/mine --sample 50")
def verify(
    folder: Folder,
    sample: Annotated[int, option(metavar="N", says="Number of runs, 1-100000 (default: 5).", reads=whole(1, 100_000))] = 5,
    trust_rules: TrustRules = False,
    json: Json = False,
) -> int:
    """Repeat a sample of runs and compare; exit status 1 if any differs. Writes nothing."""
    return work().verify(folder, sample=sample, trust_rules=trust_rules, json=json)


@study_app.command(
    epilog=EPILOG
    + "  leefwereld study export results/mine --csv\n"
    + "  leefwereld study export results/mine --csv --out tables\n"
    + "  leefwereld study export results/mine --ema mine.tar.gz"
)
def export(
    folder: Folder,
    csv: Annotated[bool, option("--csv", says="As CSV files; undefined values are empty.")] = False,
    ema: Annotated[
        Path | None, option("--ema", metavar="FILE", says="In EMAworkbench's format (FILE.tar.gz), for PRIM and similar tools.")
    ] = None,
    out: Annotated[Path | None, option("--out", metavar="DIR", says="Where to write CSV (default: csv/ in the folder).")] = None,
) -> None:
    """Write the tables of a finished study in another format: runs, points, and other tables kept."""
    if not csv and ema is None:
        raise typer.BadParameter("not given; allowed: --csv, --ema FILE, or both", param_hint="'--csv'")
    work().export(folder, out=out, csv=csv, ema=ema)


@study_app.command(
    epilog=EPILOG + "  leefwereld study report results/mine\n  leefwereld study report results/mine --csv --out paper --json"
)
def report(
    folder: Folder,
    out: Annotated[Path | None, option("--out", metavar="FOLDER", says="Folder for the report (default: DIR/report).")] = None,
    csv: Annotated[bool, option("--csv", says="Write every table as CSV too.")] = False,
    json: Json = False,
) -> None:
    """Write the report of a study: one offline page, and figures as SVG and PNG."""
    work().report(folder, out=out, csv=csv, json=json)
