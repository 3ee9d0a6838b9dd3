"""The design "ensemble": the parameter sets of a calibration's ensemble.json, or some of them, evenly selected."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.study.designs import evenly
from model.errors import BadInput
from model.identity import code_hash

if TYPE_CHECKING:
    from experiments.study.schema import Study

KIND = "leefwereld ensemble"


def filled(data: Mapping[str, object], study: Path) -> Mapping[str, object]:
    """Return the study's data with the sets of its ensemble as points. Raises BadInput."""
    design = data.get("design")
    if not isinstance(design, dict) or design.get("kind") != "ensemble" or design.get("points"):
        return data
    name, size = design.get("file"), design.get("size", 0)
    if not isinstance(name, str) or not name:
        raise BadInput(str(study), "design.file", None, 'allowed: the ensemble.json of a calibration, for design.kind = "ensemble"')
    found = sets(study.parent / name)
    if isinstance(size, int) and size > 0:
        found = [found[i] for i in evenly(len(found), size)]
    return {**data, "design": {**design, "points": found}}


def missing(study: Path) -> bool:
    """Return whether a study's ensemble file does not exist."""
    name = tomllib.loads(study.read_text(encoding="utf-8")).get("design", {}).get("file")
    return bool(name) and not (study.parent / name).is_file()


def warning(study: Study) -> str:
    """Return a line about an ensemble that was fitted with other code than the model's present code ("" if there is none)."""
    if study.design.kind != "ensemble":
        return ""
    path = Path(study.where).parent / str(study.design.file)
    code = json.loads(path.read_text(encoding="utf-8")).get("code", "unknown")
    if code == code_hash():
        return ""
    return f"the sets of {path.name} were fitted with other code ({code}), so they may not fit now; fit anew: leefwereld calibrate run"


def sets(path: Path) -> list[dict[str, float]]:
    """Return the parameters of every set of an ensemble, in the order of the file. Raises BadInput."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        allowed = f"the ensemble.json that `leefwereld calibrate run` writes ({error.strerror})"
        raise BadInput(str(path), "file", None, allowed) from None
    except (ValueError, RecursionError) as error:
        raise BadInput(str(path), "file", None, f"valid JSON ({str(error)[:200]})") from None
    members = facts.get("members") if isinstance(facts, dict) and facts.get("kind") == KIND else None
    if not isinstance(members, list):
        raise BadInput(str(path), "kind", None, f'allowed: "{KIND}", as `leefwereld calibrate run` writes it')
    if not members:
        raise BadInput(str(path), "members", None, "allowed: at least one set; the calibration found none that fits")
    found = [one.get("parameters") if isinstance(one, dict) else None for one in members]
    for place, one in enumerate(found):
        if not isinstance(one, dict) or not one or not all(isinstance(x, int | float) for x in one.values()):
            raise BadInput(str(path), f"members.{place}.parameters", None, "allowed: a table of NAME: NUMBER")
    return [{name: float(x) for name, x in one.items()} for one in found if one]
