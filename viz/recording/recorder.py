"""Run and record sides in stretches of twelve weeks, each named by a hash of everything that determines it.

A *side* is one neighbourhood of a view: case, seed, practices and events. Two sides with the same beginning share the
names of those stretches, so no stretch runs twice, and a change in week 24 starts from the state saved after week 12.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

import numpy as np

from model.case.case import Case
from model.identity import code_hash
from model.measures.weekly import WEEKLY
from viz.recording.envelope import pack
from viz.recording.packets import SHOWN, STRETCH, header
from viz.recording.week import COLUMNS, Kept, Watch, Week, levels

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood
    from model.regimes import Practices

Event = tuple[tuple[str, object], ...]  # as in a scenario file: keys and values, by key
TEXTS = {"title", "text", "watch", "question", "weeks", "notes", "sources", "checks"}  # keys of a case that do not affect a run
MOST_AT_HAND = 4  # neighbourhoods that a worker keeps in memory


class Planned(TypedDict):
    """An event, as `Neighbourhood.intervene` takes it."""

    week: int
    kind: str
    name: NotRequired[str]
    value: NotRequired[float]
    street: NotRequired[int]
    weeks: NotRequired[int]
    text: NotRequired[dict[str, str]]
    called: NotRequired[dict[str, str]]
    who: NotRequired[str]
    minutes: NotRequired[int]
    needs: NotRequired[dict[str, object]]


class Beside(TypedDict):
    """What is kept beside a state: the names that were given to residents and officials, and what was sent."""

    names: tuple[dict[int, str], dict[int, str]]
    watch: Kept


@dataclass(frozen=True)
class Side:
    """One neighbourhood of a view: everything that determines its run. events: as in a scenario file, by week."""

    case: Case
    seed: int
    practices: Practices
    events: tuple[Event, ...] = ()

    @cached_property
    def start(self) -> str:
        """Name of the state at the end of the burn-in, shared by all sides of a case and seed."""
        facts = self.case.model_dump(mode="json", exclude=TEXTS)
        return _name("start", facts, self.seed, code_hash(), STRETCH)

    def names(self, weeks: int) -> list[str]:
        """Return the name of the state at the end of each stretch."""
        name, names = _name(self.start, self.practices.model_dump()), list[str]()
        for first, last in stretches(weeks):
            name = _name(name, last, self.between(first, last))
            names.append(name)
        return names

    @property
    def planned(self) -> list[Planned]:
        """The events, each by its keys."""
        return [cast("Planned", dict(event)) for event in self.events]

    def between(self, first: int, last: int) -> list[Planned]:
        """Return the events of weeks `first` to `last`."""
        return [event for event in self.planned if first <= event["week"] <= last]


def side(case: Case, seed: int, practices: Practices, events: Iterable[Mapping[str, object]] = ()) -> Side:
    """Return a side, with its events sorted by week."""
    ordered = sorted(events, key=lambda event: int(str(event["week"])))
    return Side(case, seed, practices, tuple(tuple(sorted(event.items())) for event in ordered))


def stretches(weeks: int) -> list[tuple[int, int]]:
    """Return first and last week of each stretch of a run."""
    return [(first, min(first + STRETCH - 1, weeks)) for first in range(1, weeks + 1, STRETCH)]


def _name(*facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=list).encode()).hexdigest()[:24]


class Recorder:
    """Runs and records sides; stores states in memory and, for other processes, in `folder`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.starts: dict[str, str] = {}  # by name of state: that of its beginning
        self.spare: tuple[str, Neighbourhood] | None = None  # one that is in no state that anybody asks for, and its start
        self.models: OrderedDict[str, tuple[Neighbourhood, Beside]] = OrderedDict()  # by the name of their state

    def header(self, side: Side) -> bytes:
        """Return the constant data of a run, packed (see the function `header`)."""
        model, kept = self._begun(side)
        self._hold(side, side.start, model, kept)
        return pack({"header": header(model, kept["names"][0])})

    def chunk(self, side: Side, weeks: int, number: int) -> bytes:
        """Return stretch `number` of a side, packed: residents, series and events."""
        names = side.names(weeks)
        model, kept = self._before(side, names, weeks, number)
        packet, kept = self._record(model, side, stretches(weeks)[number], kept)
        self._hold(side, names[number], model, kept)
        self._save(names[number], model, kept)
        return packet

    def ties(self, side: Side, weeks: int, week: int, row: int) -> list[list[float]]:
        """Return a resident's ties at the end of a week as [row of the contact, strength], strongest first."""
        number = next(n for n, (first, last) in enumerate(stretches(weeks)) if first <= week <= last)
        names, (first, last) = side.names(weeks), stretches(weeks)[number]
        if week == last and (found := self._taken(side, names[number])):
            model, kept = found
            self._hold(side, names[number], model, kept)
        else:
            model, _ = self._before(side, names, weeks, number)
            self._live(model, side, first, week)
        r = model.world.residents
        count = int(r.degree[row])
        pairs = zip(r.tie[row, :count].tolist(), r.strength[row, :count].tolist(), strict=True)
        return [[other, round(strength, 3)] for other, strength in sorted(pairs, key=lambda pair: -pair[1])]

    # --- states ---------------------------------------------------------------------------------------------------

    def _before(self, side: Side, names: list[str], weeks: int, number: int) -> tuple[Neighbourhood, Beside]:
        """Return the neighbourhood at the start of a stretch, computed from the nearest saved state."""
        found, at = None, number
        while found is None and at > 0:
            at -= 1
            found = self._taken(side, names[at])
        if found is None:
            at, found = -1, self._begun(side)
            found[0].set_regime(side.practices)
        model, kept = found
        for first, last in stretches(weeks)[at + 1 : number]:
            _, kept = self._record(model, side, (first, last), kept)
        return model, kept

    def _hold(self, side: Side, name: str, model: Neighbourhood, kept: Beside) -> None:
        self.models[name] = (model, kept)
        self.starts[name] = side.start
        while len(self.models) > MOST_AT_HAND:
            old, (unused, _) = self.models.popitem(last=False)
            self.spare = (self.starts.pop(old), unused)

    def _save(self, name: str, model: Neighbourhood, kept: Beside) -> None:
        """Save a state for other processes; without disk space it is computed again when needed."""
        if self.folder is None:
            return
        with suppress(OSError):
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    pickle.dump((model.checkpoint(), kept), file, 5)
                os.replace(temporary, self.folder / name)
            except OSError:
                Path(temporary).unlink(missing_ok=True)

    def _taken(self, side: Side, name: str) -> tuple[Neighbourhood, Beside] | None:
        """Return a neighbourhood in a saved state, and remove it from memory; None if not saved."""
        if name in self.models:
            self.starts.pop(name)
            return self.models.pop(name)
        if self.folder is None:
            return None
        try:  # written by our workers, in a folder that only this user can access
            with (self.folder / name).open("rb") as file:
                saved, kept = pickle.load(file)
        except OSError:  # never written, or deleted
            return None
        spare, self.spare = self.spare, None
        model = spare[1] if spare is not None and spare[0] == side.start else self._built(side)  # building takes long
        model.restore(saved)
        return model, kept

    def _begun(self, side: Side) -> tuple[Neighbourhood, Beside]:
        """Return the neighbourhood at the end of its burn-in."""
        from viz.recording.story import Known

        if found := self._taken(side, side.start):
            return found
        model = self._built(side)
        model.burn_in()
        kept: Beside = {"names": Known(model).keep(), "watch": {}}
        self._save(side.start, model, kept)
        return model, kept

    @staticmethod
    def _built(side: Side) -> Neighbourhood:
        from model.neighbourhood import Neighbourhood

        return Neighbourhood(side.case, side.practices, side.seed)

    # --- weeks ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _plan(model: Neighbourhood, side: Side, first: int, last: int) -> None:
        for event in side.between(first, last):
            model.intervene(**event)

    def _live(self, model: Neighbourhood, side: Side, first: int, last: int) -> None:
        self._plan(model, side, first, last)
        for _ in range(first, last + 1):
            model.step()

    def _record(self, model: Neighbourhood, side: Side, span: tuple[int, int], kept: Beside) -> tuple[bytes, Beside]:
        """Run a stretch; return it packed, and the data to keep beside the state."""
        from viz.recording.story import Known, Story

        first, last = span
        known = Known(model, kept["names"])
        self._plan(model, side, first, last)
        watch = Watch(model, known, kept["watch"])
        frames = np.empty((last - first + 1, len(COLUMNS), len(model.world.residents)), np.uint8)
        weeks: list[Week] = []
        for n in range(len(frames)):
            weeks.append(watch.week())
            frames[n] = levels(model)
        story = Story(model, known)
        events = story.weeks(first, last)
        for week in weeks:
            week["events"] = events.get(week["week"], [])
            for said in week["initiatives"]:
                if "name" in said:
                    said["name"] = {lang: teller.word("initiative", said["id"]) for lang, teller in story.tellers.items()}
        frames[1:] -= frames[:-1].copy()  # differences from the week before, modulo 256
        series = model.series[-len(frames) :, [WEEKLY.index(name) for name in SHOWN]].astype("<f4")
        return pack({"weeks": weeks}, (frames.tobytes(), series.tobytes())), {"names": known.keep(), "watch": watch.keep()}
