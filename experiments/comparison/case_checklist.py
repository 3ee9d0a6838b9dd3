"""The checklist of a case: in how many of 20 seeds does a run show what an essay claims? Counted, never tuned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.shared.files import put
from model import regimes
from model.case.sources import SEEDS, Check
from model.measures.weekly import WEEKLY
from model.neighbourhood import Neighbourhood
from model.outcomes import OUTCOMES
from model.story.moments import PARTS
from model.story.teller import about_street

if TYPE_CHECKING:
    from experiments.shared.progress import Progress
    from model.case.case import Case, Event

QUARTER = 13  # weeks over which a weekly outcome is averaged
LIVED_AGAIN = ("snowball_multiplier", "shock_depth", "recovery_weeks")  # outcomes that need part of the run to be repeated


@dataclass(frozen=True)
class Way:
    """One way to run a case: a regime, and the events that are left out."""

    regime: str
    without: tuple[str, ...] = ()

    def keeps(self, event: Event) -> bool:
        """Return whether this event happens."""
        return event.kind not in self.without and f"{event.kind} {event.name}" not in self.without


@dataclass(frozen=True)
class Look:
    """What is measured in a run: an outcome (at the end or in a week), the number of story sentences of a kind, or a column."""

    outcome: str = ""
    story: str = ""
    column: str = ""
    area: str = ""
    street: int | None = None
    week: int | None = None

    def until(self, weeks: int) -> int:
        """Return the last week that matters for it, in a run of `weeks` weeks."""
        return self.week if self.outcome and self.week is not None else weeks

    def at(self, place: Neighbourhood) -> float:
        """Return the number."""
        if self.outcome and self.week is not None:
            return float(place.series[self.week - QUARTER : self.week, WEEKLY.index(self.outcome)].mean())
        if self.outcome:
            return place.outcomes()[self.outcome]
        if self.story:
            return float(self._told(place))
        names = [area.name for area in place.case.neighbourhoods]
        rows = place.by_neighbourhood if self.area else place.by_street
        return float(rows[self.column][names.index(self.area) if self.area else self.street or 0])

    def _told(self, place: Neighbourhood) -> int:
        moments = [moment for part in PARTS for moment in part(place.world) if moment.key == self.story and 0 < moment.week <= place.week]
        return sum(self.street is None or about_street(place.world, moment, self.street) for moment in moments)


Seen = tuple[Way, Look]


@dataclass(frozen=True)
class Found:
    """One check and its result: the number of seeds in which it shows, and the mean difference over seeds where it is defined."""

    check: Check
    seeds: int
    difference: float

    @property
    def shows(self) -> bool:
        """Return whether it shows in the required number of seeds."""
        return self.seeds >= self.check.at_least

    @property
    def small(self) -> bool:
        """Return whether the mean difference is too small to notice."""
        known = self.check.outcome in OUTCOMES and self.check.than is None and not self.check.than_outcome
        return known and abs(self.difference) < OUTCOMES[self.check.outcome].smallest

    @property
    def as_noted(self) -> bool:
        """Return whether the case file states the same result."""
        return self.shows == self.check.shows


def sides(check: Check) -> tuple[Seen, Seen | float]:
    """Return what a check measures, and what it is compared with."""
    way = Way(check.regime)
    look = Look(check.outcome, check.story, check.column, check.area, check.street, check.week)
    if check.than is not None:
        return (way, look), check.than
    if check.than_regime:
        return (way, look), (Way(check.than_regime), look)
    if check.than_without:
        return (way, look), (Way(check.regime, check.than_without), look)
    if check.than_outcome:
        return (way, look), (way, Look(check.than_outcome, week=check.week))
    area, week = check.than_area or check.area, check.than_week or check.week
    return (way, look), (way, Look(check.outcome, check.story, check.column, area, check.street, week))


def within_one_regime(case: Case) -> list[Check]:
    """Return the checks of a case that look at one regime only."""
    return [check for check in case.checks if not check.than_regime]


def count_all(
    case: Case, progress: Progress | None = None, seeds: Sequence[int] = range(1, SEEDS + 1), checks: Sequence[Check] | None = None
) -> list[Found]:
    """Run the case for every seed in each way that its checks (or some of them) need; count the seeds in which each shows."""
    checks = case.checks if checks is None else checks
    pairs = [sides(check) for check in checks]
    wanted = list(dict.fromkeys(side for pair in pairs for side in pair if isinstance(side, tuple)))
    found: list[list[float]] = [[] for _ in pairs]
    for done, seed in enumerate(seeds, 1):
        seen = live(case, seed, wanted)
        for differences, (one, other) in zip(found, pairs, strict=True):
            differences.append(seen[one] - (seen[other] if isinstance(other, tuple) else other))
        if progress is not None:
            progress(done, len(seeds), 0)
    return [_found(check, differences) for check, differences in zip(checks, found, strict=True)]


def _found(check: Check, differences: list[float]) -> Found:
    known = [value for value in differences if math.isfinite(value)]
    right = sum(value > 0 if check.sign == "more" else value < 0 for value in known)
    return Found(check, right, sum(known) / len(known) if known else math.nan)


def live(case: Case, seed: int, wanted: Sequence[Seen]) -> dict[Seen, float]:
    """Run one seed in every requested way, all from the same burn-in; return what was measured."""
    place = Neighbourhood(case, seed=seed)
    place.burn_in()
    start = place.checkpoint()
    seen: dict[Seen, float] = {}
    for way in dict.fromkeys(way for way, _ in wanted):
        looks = [look for other, look in wanted if other == way]
        place.restore(start)
        place.world.planned = [event for event in case.events if way.keeps(event)]
        place.set_regime(regimes.resolve(way.regime))
        if any(look.outcome in LIVED_AGAIN for look in looks):
            place.run_with_multiplier(case.weeks)
        else:
            place.run(max(look.until(case.weeks) for look in looks))
        seen |= {(way, look): look.at(place) for look in looks}
    return seen


def renew(path: Path, case: Case, found: Sequence[Found]) -> None:
    """Write the results into the case's file: `shows`, `found` and `small` of each check; one not counted now says so."""
    row = -1
    by_row = {case.checks.index(one.check): one for one in found}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        row += line.strip() == "[[checks]]"
        key = (re.match(r"(shows|found|small|counted)\s*=", line) or ("", ""))[1] if row >= 0 else ""
        if key and row not in by_row:
            lines += [line, *(["counted = false\n"] if key == "found" else [])] if key != "counted" else []
        elif key == "found":
            one = by_row[row]
            lines += [f"shows = {_yes(one.shows)}\n", f"found = {one.seeds}\n", *(["small = true\n"] if one.small and one.shows else [])]
        elif not key:
            lines.append(line)
    put(path, "".join(lines))


def _yes(flag: bool) -> str:
    return str(flag).lower()
