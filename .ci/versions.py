"""The installed versions must be those that pyproject.toml says were tried together."""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
wrong, checked = [], 0
for constraint in project["tool"]["uv"]["constraint-dependencies"]:
    name, _, version = constraint.partition(";")[0].partition("==")
    if not version:
        wrong.append(f"{constraint}: allowed: NAME==VERSION")
        continue
    try:
        installed = metadata.version(name.strip())
    except metadata.PackageNotFoundError:
        continue  # of a group or an extra that is not installed here
    checked += 1
    if installed != version.strip():
        wrong.append(f"{name.strip()}: installed {installed}, pyproject.toml says {version.strip()}")
if not checked:
    wrong.append("no constraint in pyproject.toml is of an installed package")
print("\n".join(wrong) or f"{checked} installed versions are those of pyproject.toml")
sys.exit(bool(wrong))
