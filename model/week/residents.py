"""Residents: their initial characteristics, and the Mesa agents made from rows on demand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from mesa import Agent, Model
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy

from model.engine.chance import SETTLE, draw, gauss, join, key_of
from model.engine.loops import loop
from model.engine.tables import unknown
from model.errors import BadInput
from model.state.experiences import ADDRESSEES
from model.state.people import EXAMPLES

if TYPE_CHECKING:
    import numpy as np

    from model.state.world import World


@loop
def rest_of(mean, z, means, slope):
    """Return a resident's resting trust (0-1): `mean` shifted by `z` and means, in log odds."""
    return 1.0 / (1.0 + math.exp(-(math.log(mean / (1.0 - mean)) + z + slope * (means - 0.5))))


@loop
def settle(
    count: int, moved_list, week, seed, place, par, street_area, resident_street, resident_name, resident_place, resident_home,
    resident_occupant, resident_arrived, resident_size, resident_group, resident_owner, resident_means, resident_age,
    resident_energy, resident_habit, resident_sensitivity, resident_needs, resident_burden, resident_trust, resident_rest,
    resident_recent, resident_usual, resident_evidence, resident_grievance, resident_reporting, resident_acting,
    resident_readiness, resident_eager, resident_burden_start, resident_trust_start, resident_urged, resident_example,
    resident_shown,
):  # fmt: skip
    """Draw the characteristics of newcomers, from the names of their place and household and the number of moves."""
    p = par[0]
    key = key_of(seed, SETTLE, 0)
    for n in range(count):
        i = moved_list[n]
        c = place[street_area[resident_street[i]]]
        low_owner = c.low_income_share / (c.owner_share / 3.0 + 1.0 - c.owner_share) / 3.0  # owners: a third of the renters' probability
        low_renter = min(3.0 * low_owner, 0.98)
        if c.owner_share > 0.0:
            low_owner = min(1.0, max(0.0, (c.low_income_share - (1.0 - c.owner_share) * low_renter) / c.owner_share))
        house = join(resident_home[i], resident_occupant[i] + 1)
        name = join(resident_place[i], resident_occupant[i] + 1)
        resident_name[i] = name
        resident_arrived[i] = week
        owner = draw(key, join(resident_home[i], 3)) < c.owner_share  # a property of the dwelling, for all occupants
        resident_owner[i] = 1 if owner else 0
        low = draw(key, join(house, 4)) < (low_owner if owner else low_renter)
        rank = draw(key, join(house, 5))
        means = 0.4 * rank if low else 0.4 + 0.6 * rank
        resident_means[i] = means
        young = c.young
        adult = c.adult
        middle = c.middle
        old = c.old
        if resident_occupant[i] > 0:  # newcomers are as young as leavers (`household_moves`): ages stay stable
            young *= 2.3
            adult *= 1.44
            middle *= 0.5
            old *= 0.33
        u = draw(key, join(house, 6)) * (young + adult + middle + old)
        v = draw(key, join(house, 7))
        if u < young:
            age = 15.0 + 10.0 * v
        elif u < young + adult:
            age = 25.0 + 20.0 * v
        elif u < young + adult + middle:
            age = 45.0 + 20.0 * v
        else:
            age = 65.0 + 25.0 * v
        resident_age[i] = age
        standing = means + (0.25 if owner else 0.0) + (0.1 if resident_size[i] > 2 else 0.0)
        resident_group[i] = 0 if standing < 0.45 else (1 if standing < 0.85 else 2)
        resident_energy[i] = (
            p.energy * math.exp(p.energy_spread * gauss(key, join(name, 8))) * (1.0 - 0.5 * p.energy_means + p.energy_means * means)
        )
        habit = p.report_habit * math.exp(p.report_spread * gauss(key, join(name, 9)) - 0.5 * p.report_spread * p.report_spread)
        if draw(key, join(name, 10)) < p.habitual_share:
            habit = p.report_habit * p.habitual_factor
        resident_habit[i] = habit
        resident_sensitivity[i] = p.sensitivity * math.exp(p.sensitivity_spread * gauss(key, join(name, 11)))
        spread = p.needs_spread * gauss(key, join(name, 50)) - 0.5 * p.needs_spread * p.needs_spread
        needs = p.needs_rate * math.exp(spread + p.needs_means * (0.5 - means))
        resident_needs[i] = min(needs * (1.0 if owner else p.needs_renter), 520.0)
        resident_burden[i] = 0.0
        resident_urged[i] = 0.0
        for m in range(EXAMPLES):
            resident_example[i, m] = -1
            resident_shown[i, m] = 0.0
        own = 0.7 * gauss(key, join(name, 12))  # general trust: half of the variance is shared between addressees
        for a in range(5):
            mean = p.rest_neighbours
            if a == 1:
                mean = p.rest_official
            elif a == 2:
                mean = p.rest_municipality
            elif a == 3:
                mean = p.rest_corporation
            elif a == 4:
                mean = p.rest_police
            z = p.rest_spread * (own + 0.7141428428542850 * gauss(key, join(name, 20 + a)))
            rest = rest_of(mean, z, means, p.rest_means)
            resident_rest[i, a] = rest
            resident_trust[i, a] = rest
            resident_recent[i, a] = 0.0
            resident_usual[i, a] = rest
            resident_evidence[i, a] = 6.0 * draw(key, join(name, 30 + a)) if a != 1 else 0.0
            resident_grievance[i, a] = 0.25 * draw(key, join(name, 40 + a)) * (1.0 - rest)
        resident_burden_start[i] = 0.0
        resident_trust_start[i] = resident_rest[i, 2]
        resident_reporting[i] = 0.3 + 0.4 * draw(key, join(name, 13))
        resident_acting[i] = 0.3 + 0.4 * draw(key, join(name, 14))
        eager = 0.05 + 0.35 * draw(key, join(name, 15))
        resident_eager[i] = eager
        resident_readiness[i] = eager


TRUSTS = tuple(f"trust_{who}" for who in ADDRESSEES)


class Resident(Agent):
    """One resident as a Mesa agent: every column of the table is an attribute, read on access.

    Created on demand and not registered; `unique_id` is the row plus one. Setting a column writes to the table; a value
    outside its range raises BadInput.
    """

    world: World
    row: int
    if TYPE_CHECKING:  # columns with several numbers a row; all others are one number
        trust: np.ndarray
        rest: np.ndarray
        recent: np.ndarray
        usual: np.ndarray
        evidence: np.ndarray
        grievance: np.ndarray
        member: np.ndarray
        tie: np.ndarray
        strength: np.ndarray
        kin: np.ndarray
        tally: np.ndarray
        nudge: np.ndarray

    def __init__(self, model: Model, world: World, row: int) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "world", world)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "unique_id", row + 1)
        object.__setattr__(self, "pos", None)

    def __getattr__(self, name: str) -> float:
        table = object.__getattribute__(self, "world").residents
        if name in TRUSTS:
            return table.arrays["trust"][self.row, ADDRESSEES.index(name[6:])].item()
        if name not in table.arrays:
            raise AttributeError(f"a resident has no {name!r}")
        value = table.arrays[name][self.row]
        return value.item() if value.ndim == 0 else value.copy()

    def __setattr__(self, name: str, value: object) -> None:
        """Set a column; raises BadInput on a value that it cannot hold, AttributeError when there is no such column."""
        table, person = self.world.residents, f"resident {self.row}"
        if name in TRUSTS:
            array, place, column = table.arrays["trust"], (self.row, ADDRESSEES.index(name[6:])), table.columns["trust"]
            array[place] = replace(column, name=name, width=1).fitting(person, value, ())
        elif name in table.columns:
            array = table.arrays[name]
            hint = f"; or one of {', '.join(TRUSTS)}" if name == "trust" else ""
            array[self.row] = table.columns[name].fitting(person, value, array[self.row].shape, hint)
        else:
            raise unknown("a resident", name, [*table.columns, *TRUSTS])

    def step(self) -> None:
        """A resident's week is lived in loops over all of them; raises BadInput."""
        raise BadInput("resident", "step", None, "use Neighbourhood.step(): residents live their week together, in loops")

    def advance(self) -> None:
        """The same."""
        raise BadInput("resident", "advance", None, "use Neighbourhood.step(): residents live their week together, in loops")

    @property
    def neighbours(self) -> list[Resident]:
        """Residents with whom there is a tie."""
        return [Resident(self.model, self.world, int(j)) for j in self.tie[: self.degree]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resident) and other.model is self.model and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def remove(self) -> None:
        """Not supported: residents leave by moving, and their row stays."""
        raise NotImplementedError("a resident's place stays; somebody else moves in (see model/week/moves.py)")


class Residents[Kind: Agent](AbstractAgentSet[Kind]):
    """All agents of the model as a lazy AgentSet: residents from rows, then the agents that Mesa stores."""

    def __init__(self, model: Model, world: World, kept: list[Resident], others: AbstractAgentSet[Kind] | None = None) -> None:
        self.model, self.world, self._kept = model, world, kept
        self._others: Any = () if others is None else others
        self.random = model.random

    @property
    def rows(self) -> int:
        """Number of residents."""
        return len(self.world.residents)

    def __len__(self) -> int:
        return self.rows + len(self._others)

    def __iter__(self) -> Iterator[Kind]:
        for row in range(self.rows):
            yield cast("Kind", Resident(self.model, self.world, row))
        yield from self._others

    @overload
    def __getitem__(self, item: int) -> Kind: ...
    @overload
    def __getitem__(self, item: slice) -> list[Kind]: ...
    def __getitem__(self, item: int | slice) -> Kind | list[Kind]:
        if isinstance(item, slice):
            return [self[n] for n in range(*item.indices(len(self)))]
        if item < 0:
            item += len(self)
        return cast("Kind", Resident(self.model, self.world, item)) if item < self.rows else list(self._others)[item - self.rows]

    def __contains__(self, agent: object) -> bool:
        return (isinstance(agent, Resident) and agent.model is self.model) or agent in self._others

    @property
    def _agents(self) -> dict[Agent, None]:  # where Mesa's own methods look for the agents
        return dict.fromkeys(self)

    @overload
    def get(self, attr_names: str, handle_missing: Literal["error", "default"] = "error", default_value: object = None) -> list[object]: ...
    @overload
    def get(
        self, attr_names: list[str], handle_missing: Literal["error", "default"] = "error", default_value: object = None
    ) -> list[list[object]]: ...
    def get(
        self, attr_names: str | list[str], handle_missing: Literal["error", "default"] = "error", default_value: object = None
    ) -> list[object] | list[list[object]]:
        """Return attributes as a list; a column of residents alone is read directly from the table."""
        if isinstance(attr_names, str) and not len(self._others):
            if attr_names in TRUSTS:
                return self.world.residents.trust[:, TRUSTS.index(attr_names)].tolist()
            if attr_names in self.world.residents.arrays:
                values = getattr(self.world.residents, attr_names)
                return values.tolist() if values.ndim == 1 else list(values.copy())
        return super().get(attr_names, handle_missing, default_value)  # type: ignore[arg-type]

    def _update(self, agents: Iterable[Kind]) -> AgentSet[Kind]:
        return AgentSet(agents, random=self.random)

    def to_agent_set(self) -> AgentSet[Kind]:
        """Return an ordinary Mesa AgentSet of the same agents (residents are kept, as an AgentSet holds weak references)."""
        kept = self._kept
        for row in range(len(kept), self.rows):
            kept.append(Resident(self.model, self.world, row))
        return AgentSet([*cast("list[Kind]", kept), *self._others], random=self.random)

    def _apart(self, inplace: bool) -> AgentSet[Kind]:
        """Return an ordinary AgentSet, unless this one is to be changed: it is made anew each time, so that would do nothing."""
        if inplace:
            raise BadInput("residents", "inplace", True, "False: use the set that is returned")
        return self.to_agent_set()

    def select(
        self,
        filter_func: Callable[[Kind], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[Kind] | None = None,
    ) -> AbstractAgentSet[Kind]:
        """Select as in Mesa; returns an ordinary AgentSet. Raises BadInput when asked to do so in place."""
        return self._apart(inplace).select(filter_func, at_most, agent_type=agent_type)

    def groupby(self, by: Callable[[Kind], object] | str, result_type: Literal["agentset", "list"] = "agentset") -> GroupBy:
        """Group as in Mesa."""
        return self.to_agent_set().groupby(by, result_type)

    def copy(self) -> AgentSet[Kind]:
        """Return the agents as an ordinary AgentSet."""
        return self.to_agent_set()

    __copy__ = copy

    def _registered(self, what: str) -> Any:
        """Return the agents that Mesa holds, where they are part of this set; raises BadInput."""
        if not hasattr(self._others, what):
            raise BadInput("residents", what, None, "not for residents, who live in the table (see model/week/moves.py)")
        return self._others

    def add(self, agent: Kind) -> None:
        """Add an official or institution (residents live in the table); raises BadInput where there are residents alone."""
        self._registered("add").add(agent)

    def discard(self, agent: Kind) -> None:
        """Remove an official or institution; raises BadInput where there are residents alone."""
        self._registered("discard").discard(agent)

    def remove(self, agent: Kind) -> None:
        """Remove an official or institution; raises BadInput where there are residents alone."""
        self._registered("remove").remove(agent)

    def shuffle(self, inplace: bool = False) -> AgentSet[Kind]:
        """Return the agents in random order, as an ordinary AgentSet; raises BadInput when asked to do so in place."""
        return self._apart(inplace).shuffle(inplace=True)

    def sort(self, key: Callable[[Kind], object] | str, ascending: bool = False, inplace: bool = False) -> AgentSet[Kind]:
        """Return the agents sorted, as an ordinary AgentSet; raises BadInput when asked to do so in place."""
        return self._apart(inplace).sort(key, ascending)

    def do(self, method: str | Callable[..., object], *args: object, **kwargs: object) -> Residents[Kind]:
        """Call a method of every agent."""
        for agent in self:
            getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., object], *args: object, **kwargs: object) -> Residents[Kind]:
        """Call a method of every agent, in random order."""
        agents = list(self)
        self.random.shuffle(agents)
        for agent in agents:
            getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., object], *args: object, **kwargs: object) -> list[object]:
        """Return the results of calling a method of every agent."""
        return [getattr(a, method)(*args, **kwargs) if isinstance(method, str) else method(a, *args, **kwargs) for a in self]
