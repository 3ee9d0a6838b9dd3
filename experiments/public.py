"""The public face of `experiments`, done here so that importing it stays cheap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.comparison import folder as folder_of_comparison
from experiments.shared.folders import read_manifest
from experiments.study import results as study_folder
from model.errors import BadInput


def load(folder: str | Path) -> Any:
    """Read a folder back: a Comparison, or the StudyResults of a study.

    BadInput when it is no result, is incomplete, was altered, or is of another version.
    """
    folder = Path(folder)
    facts = read_manifest(folder)
    if facts is not None and facts.get("kind") == study_folder.KIND:
        return study_folder.read(folder, facts)
    if facts is None or facts.get("kind") != folder_of_comparison.KIND:
        raise BadInput(str(folder), allowed="allowed: the folder of an earlier comparison or study, with its manifest.json")
    return folder_of_comparison.read(folder, facts)
