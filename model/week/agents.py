"""What Mesa holds: agents whose numbers stand in the tables of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mesa import Agent, Model

if TYPE_CHECKING:
    from model.state.world import World


class WorldAgent(Agent):
    """An agent that lives in a world."""

    def __init__(self, model: Model, world: World) -> None:
        super().__init__(model)
        self.world = world


class RowAgent(WorldAgent):
    """One that is a row of a table: every column is an attribute, read afresh."""

    table: ClassVar[str]
    called: ClassVar[str]
    prefix: ClassVar[str] = ""  # of its own columns

    def __init__(self, model: Model, world: World, row: int) -> None:
        super().__init__(model, world)
        self.row = row

    def __getattr__(self, name: str) -> float:
        columns = self.world.tables[self.table].arrays if "row" in self.__dict__ else {}
        for column in (self.prefix + name, name):
            if column in columns:
                return columns[column][self.row].item()
        raise AttributeError(f"{self.called} has no {name!r}")
