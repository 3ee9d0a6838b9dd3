"""Export a finished study in the format of EMAworkbench: a DataFrame of experiments and a dict of outcomes in one tar.gz.

    from ema_workbench import load_results
    experiments, outcomes = load_results("mine.tar.gz")     # then PRIM, CART, feature scoring ... of `ema_workbench.analysis`

One experiment is one point of the design, with its factors as columns; `policy` is the regime, `scenario` the row of the design
(and the scenario and rule file where there are several), `model` this one. An outcome is its mean over the replications.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.reporting.findings import Findings
from experiments.reporting.frames import LABELS
from model.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

ENDING = ".tar.gz"


def export(found: Findings, file: Path) -> Path:
    """Write a study for EMAworkbench, completely or not at all. Raises BadInput when it is not installed or `file` cannot be written."""
    if not file.name.endswith(ENDING):
        raise BadInput("--ema", "file", str(file), f"a name that ends in {ENDING}")
    save = _library()
    handle, fresh = 0, ""
    try:
        handle, fresh = tempfile.mkstemp(dir=file.resolve().parent, suffix=ENDING)
        os.close(handle)
        save(tables(found), fresh)
        os.chmod(fresh, 0o644)
        os.replace(fresh, file)
    except OSError as error:
        raise BadInput("--ema", "file", str(file), f"a place that can be written ({error.strerror})") from error
    finally:
        if fresh:
            Path(fresh).unlink(missing_ok=True)
    return file


def tables(found: Findings) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return experiments and outcomes, one row for each point with runs, in order."""
    import pandas as pd
    import polars as pl

    means = found.runs.group_by("point").agg(pl.col(found.outcomes).fill_nan(None).mean())
    frame = found.points.join(means, on="point", how="inner").sort("point")
    columns: dict[str, Any] = {name: frame[name].cast(pl.Float64).to_numpy() for name in found.factors}
    several = [name for name in LABELS if name != "regime" and found.points[name].n_unique() > 1]
    scenario = [" ".join([f"row {row['row']}", *(f"{name} {row[name] or 'own'}" for name in several)]) for row in frame.to_dicts()]
    columns |= {"scenario": pd.Categorical(scenario), "policy": pd.Categorical(frame["regime"].to_list())}
    columns["model"] = pd.Categorical(["leefwereld"] * len(frame))
    outcomes = {name: frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in found.outcomes}
    return pd.DataFrame(columns), outcomes


def _library() -> Any:
    """Return a function that saves results with EMAworkbench, one number for each outcome. Raises BadInput when not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about optional parallel packages, not needed here
            from ema_workbench import ScalarOutcome, save_results
    except ImportError:
        raise BadInput("--ema", allowed="with EMAworkbench: uv run --extra ema leefwereld study export DIR --ema FILE") from None

    def save(results: tuple[pd.DataFrame, dict[str, np.ndarray]], file: str) -> None:
        for name in results[1]:
            ScalarOutcome(name)  # registers its name, so that the outcome is saved as plain numbers
        save_results(results, file)

    return save
