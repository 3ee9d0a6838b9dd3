"""Mesa agents whose data are in the tables of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mesa import Agent, Model

from model.engine.tables import unknown

if TYPE_CHECKING:
    from model.state.world import World


class WorldAgent(Agent):
    """An agent of a world. What is set on it is set in the world, or refused."""

    held: ClassVar[tuple[str, ...]] = ("model", "unique_id", "pos", "world")  # what an agent itself holds

    def __init__(self, model: Model, world: World) -> None:
        super().__init__(model)
        self.world = world

    def __setattr__(self, name: str, value: object) -> None:
        if name not in self.held:
            raise unknown(f"the {type(self).__name__}", name, [])
        object.__setattr__(self, name, value)


class RowAgent(WorldAgent):
    """An agent that is a row of a table; each column is an attribute, read on access."""

    table: ClassVar[str]
    called: ClassVar[str]
    prefix: ClassVar[str] = ""  # prefix of its columns
    held: ClassVar[tuple[str, ...]] = (*WorldAgent.held, "row")

    def __init__(self, model: Model, world: World, row: int) -> None:
        super().__init__(model, world)
        self.row = row

    def __setattr__(self, name: str, value: object) -> None:
        """Set a column of the row; raises BadInput on a value that it cannot hold, AttributeError when there is no such column."""
        if name in self.held:
            object.__setattr__(self, name, value)
            return
        table = self.world.tables[self.table]
        for column in (self.prefix + name, name):
            if column in table.columns and not hasattr(type(self), name):
                array = table.arrays[column]
                array[self.row] = table.columns[column].fitting(self.called, value, array[self.row].shape)
                return
        raise unknown(self.called, name, [column.removeprefix(self.prefix) for column in table.columns])

    def __getattr__(self, name: str) -> float:
        columns = self.world.tables[self.table].arrays if "row" in self.__dict__ else {}
        for column in (self.prefix + name, name):
            if column in columns:
                return columns[column][self.row].item()
        raise AttributeError(f"{self.called} has no {name!r}")
