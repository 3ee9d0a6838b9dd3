"""leefwereld: an agent-based model of a neighbourhood and the officials who work with it, in weekly steps.

from model import Neighbourhood
hood = Neighbourhood("default", regime="relational", seed=1).run(260)
hood.measures, hood.outcomes(), hood.story

Importing this package is cheap: what it offers is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.case.case import Case, load
    from model.errors import BadInput
    from model.neighbourhood import Neighbourhood
    from model.regimes import NAMED, PRACTICES, Practices, blend

__all__ = ["NAMED", "PRACTICES", "BadInput", "Case", "Neighbourhood", "Practices", "blend", "load"]

_HOMES = {
    "BadInput": "model.errors",
    "Case": "model.case.case",
    "NAMED": "model.regimes",
    "Neighbourhood": "model.neighbourhood",
    "PRACTICES": "model.regimes",
    "Practices": "model.regimes",
    "blend": "model.regimes",
    "load": "model.case.case",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that `import model` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
