"""leefwereld: an agent-based model of a neighbourhood and the officials who work with it, in weekly steps.

from model import Neighbourhood
hood = Neighbourhood("default", regime="relational", seed=1).run(260)
hood.measures, hood.outcomes(), hood.story
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.case.case import Case, load
    from model.errors import BadInput
    from model.neighbourhood import Neighbourhood
    from model.regimes import NAMED, PRACTICES, Practices, blend

__all__ = ["NAMED", "PRACTICES", "BadInput", "Case", "Neighbourhood", "Practices", "blend", "load"]
_HOMES = {"BadInput": "errors", "Neighbourhood": "neighbourhood", "Case": "case.case", "load": "case.case"}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `import model` stays fast."""
    if name not in __all__:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"model.{_HOMES.get(name, 'regimes')}"), name)
