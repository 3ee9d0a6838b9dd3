"""What Mesa's own tools (`batch_run`, the plots of `SolaraViz`) read from a neighbourhood."""

from __future__ import annotations

import inspect

from mesa import DataCollector, Model

from model.measures.weekly import WEEKLY, weekly_values
from model.state.world import World


class Collected(DataCollector):
    """The weekly measures as a Mesa DataCollector, read from the world's record instead of collected again."""

    def __init__(self, world: World) -> None:
        super().__init__(model_reporters=dict.fromkeys(WEEKLY, "measures"))
        self.model_vars = dict(zip(WEEKLY, weekly_values(world.record).T, strict=True))
        self._collection_steps = list(range(1, world.weeks_done + 1))

    def collect(self, model: Model) -> None:
        """Do nothing: the world's record already holds every week."""


class _Unsaid(int):
    """A number that stands where nobody gave one."""


UNSAID = _Unsaid(1)  # the usual seed


class SignatureWithoutSeed:
    """What `inspect.signature` finds of a class: its arguments but for `seed`.

    `mesa.batch_run` puts its own `rng` in the place of an argument that is called so, in silence; otherwise it gives it as `rng`,
    and a `seed` among its parameters stays what it was.
    """

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        if "__init__" in vars(owner) and "__signature__" not in vars(owner):
            raise AttributeError("__signature__")  # a class of one's own says itself what it takes
        found = inspect.signature(owner.__init__)
        return found.replace(parameters=[each for name, each in found.parameters.items() if name not in ("self", "seed")])
