"""Record one week of a neighbourhood: a byte for each resident and column, and what changed. Only reads the world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NotRequired, TypedDict

import numpy as np

from model.state.accounts import INSIDE_HOURS, SUPPORT_HOURS, WARD_DESK_HOURS
from model.state.experiences import HEARD_OUT, MUNICIPALITY, NEIGHBOURS, OFFICIAL
from model.week.initiative_founding import DONE
from model.week.problems import LIVING

if TYPE_CHECKING:
    from model.neighbourhood import Neighbourhood
    from viz.recording.story import Event, Known

COLUMNS = ("trust_neighbours", "trust_official", "trust_municipality", "burden", "readiness", "grievance")
LEVELS = 255
STATES = ("gathering", "waiting", "working", "continuing", "done", "disappointed", "withered")
LEADS = ("residents", "officials")
SHOWN_STEP = 6  # out of 255: smaller changes of severity or vigour are not sent


def levels(model: Neighbourhood) -> np.ndarray:
    """Return residents' values as integers 0-255, shape (columns, residents)."""
    r = model.world.residents
    values = np.empty((len(COLUMNS), len(r)), np.float32)
    values[0], values[1], values[2] = r.trust[:, NEIGHBOURS], r.trust[:, OFFICIAL], r.trust[:, MUNICIPALITY]
    values[3], values[4] = r.burden, r.readiness
    values[5] = 0.5 * (r.grievance[:, OFFICIAL] + r.grievance[:, MUNICIPALITY])
    return np.rint(np.clip(values, 0.0, 1.0) * LEVELS).astype(np.uint8)


class Kept(TypedDict, total=False):
    """What later weeks need of earlier ones."""

    named: list[int]  # initiatives whose name was sent


class InitiativeNow(TypedDict):
    """An initiative that changed; at first also who began it, what it is called, and when it began."""

    id: int
    street: int
    parent: int
    state: str
    vigour: float
    members: int
    lead: str
    founder: NotRequired[int]
    name: NotRequired[Mapping[str, str] | None]  # by language; `Recorder` fills it in
    born: NotRequired[int]  # before week 1: during the burn-in


class OfficialWeek(TypedDict):
    """A post's minutes of a week by activity; those in the field as [street, minutes]."""

    id: int
    name: str
    desk: int
    inside: int
    support: int
    street: list[list[int]]


class Week(TypedDict):
    """What happened in a week, as the page is told."""

    week: int
    reports: list[int]
    problems: list[list[int]]
    initiatives: list[InitiativeNow]
    officials: list[OfficialWeek]
    events: list[Event]  # `Recorder` fills them in
    moves: NotRequired[list[list[int | str]]]
    full: NotRequired[int]  # 1: lists everything that is alive


class Watch:
    """Runs weeks one by one, and returns what changed in each."""

    def __init__(self, model: Neighbourhood, known: Known, saved: Kept) -> None:
        self.model, self.known = model, known
        self.named: set[int] = set(saved.get("named", ()))  # initiatives whose name was sent
        self.severity: dict[int, int] = {}  # last severity sent, by row of living problem
        self.shown: dict[int, tuple[int, int, int, float] | None] = dict.fromkeys(
            np.flatnonzero(model.world.initiatives.state < DONE).tolist()
        )
        self._note()

    def keep(self) -> Kept:
        """Return the data that later weeks need."""
        return {"named": sorted(self.named)}

    def _note(self) -> None:
        """Save the state before a week, to compare with afterwards."""
        model = self.model
        self.people = model.world.residents.name.copy()
        self.visits = model.world.officials.visits.copy()
        self.reports, self.happenings = len(model.world.reports), len(model.world.happenings)
        model.world.event_log = []

    def week(self) -> Week:
        """Run one week; return what happened in it."""
        model = self.model
        model.world.keep_events = True
        model.step()
        said: Week = {
            "week": model.week, "reports": model.world.reports.reporter[self.reports :].tolist(),
            "problems": self._problems(), "initiatives": self._initiatives(), "officials": self._officials(), "events": [],
        }  # fmt: skip
        moved = np.flatnonzero(model.world.residents.name != self.people).tolist()
        if moved:
            said["moves"] = [[row, self.known.resident(int(model.world.residents.name[row]))] for row in moved]
        self._note()
        return said

    def _problems(self) -> list[list[int]]:
        """Return living problems that changed visibly as [row, street, kind, severity (0: gone)]."""
        p, changed = self.model.world.problems, list[list[int]]()
        living = np.flatnonzero(p.state == LIVING)
        severity = np.maximum(1, np.rint(p.severity[living] * LEVELS)).astype(int)
        gone = self.severity.keys() - set(living.tolist())
        for row in sorted(gone):
            del self.severity[row]
            changed.append([row, int(p.street[row]), int(p.kind[row]), 0])
        for row, now in zip(living.tolist(), severity.tolist(), strict=True):
            if abs(now - self.severity.get(row, -LEVELS)) >= SHOWN_STEP:
                self.severity[row] = now
                changed.append([row, int(p.street[row]), int(p.kind[row]), now])
        return changed

    def _initiatives(self) -> list[InitiativeNow]:
        """Return initiatives that changed visibly; those that ended once."""
        i, changed = self.model.world.initiatives, list[InitiativeNow]()
        for row in np.flatnonzero((i.state < DONE) | np.isin(np.arange(len(i)), list(self.shown))).tolist():
            state, lead, vigour = int(i.state[row]), int(i.lead[row]), round(float(i.vigour[row]), 2)
            now, before = (state, lead, int(i.members[row])), self.shown.get(row)
            if before is not None and now == before[:3] and abs(vigour - before[3]) * LEVELS < SHOWN_STEP:
                continue
            self.shown[row] = (*now, vigour)
            if state >= DONE:
                del self.shown[row]
            changed.append(self._initiative(row, state, lead, vigour))
        return changed

    def _initiative(self, row: int, state: int, lead: int, vigour: float) -> InitiativeNow:
        i = self.model.world.initiatives
        said: InitiativeNow = {
            "id": row, "street": int(i.street[row]), "parent": int(i.parent[row]), "state": STATES[state], "vigour": vigour,
            "members": int(i.members[row]), "lead": LEADS[lead],
        }  # fmt: skip
        if row not in self.named:
            self.named.add(row)
            said["founder"], said["name"], said["born"] = int(i.founder[row]), None, int(i.born[row])
        return said

    def _officials(self) -> list[OfficialWeek]:
        """Return each post's minutes of the week by activity; field minutes by street."""
        model, posts = self.model, len(self.model.world.officials)
        if not posts:
            return []
        spent = model.world.accounts.spent
        desk, inside, support = (int(spent[account]) // posts for account in (WARD_DESK_HOURS, INSIDE_HOURS, SUPPORT_HOURS))
        streets = self._street_minutes()
        said: list[OfficialWeek] = []
        for post in range(posts):
            there = [[street, minutes] for (whose, street), minutes in sorted(streets.items()) if whose == post]
            name = self.known.official(int(model.world.officials.name[post]))
            said.append({"id": post, "name": name, "desk": desk, "inside": inside, "support": support, "street": there})
        return said

    def _street_minutes(self) -> dict[tuple[int, int], int]:
        """Return minutes of visits, hearing out and meetings, by (post, street)."""
        model, o, p = self.model, self.model.world.officials, self.model.case.behaviour
        minutes: dict[tuple[int, int], int] = {}
        heard: set[int] = set()

        def add(post: int, street: int, more: float) -> None:
            minutes[post, street] = minutes.get((post, street), 0) + int(more)

        street_of = model.world.residents.street
        for _, what, _ in model.world.event_log[-1:]:
            heard = set(what[(what[:, 0] == HEARD_OUT) & (what[:, 2] == OFFICIAL), 1].tolist())
        for post in range(len(o)):
            for row in self._doors(post):
                add(post, int(street_of[row]), p.visit_minutes + (p.hurt_minutes if row in heard else 0.0))
        for _, kind, facts in model.world.happenings[self.happenings :]:
            if kind == "group_meeting":
                add(facts["post"], facts["street"], p.group_minutes)  # pyright: ignore[reportTypedDictNotRequiredAccess]
        return minutes

    def _doors(self, post: int) -> list[int]:
        """Return the rows of residents visited: the top of the week's ranking, as many as the official counted."""
        model, o = self.model, self.model.world.officials
        first, knocked = int(o.arrays["from"][post]), int(o.visits[post] - self.visits[post])
        if not knocked:
            return []
        rank = model.world.standing["visit_rank"][first : int(o.arrays["to"][post])]
        return (first + np.argpartition(-rank, knocked - 1)[:knocked]).tolist()
