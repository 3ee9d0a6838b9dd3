"""The checklist of a case: in how many of 20 seeds does what an essay says show in a run? Counted, never tuned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.case_notes import SEEDS, Check
from model.measures import WEEKLY
from model.neighbourhood import Neighbourhood
from model.story_moments import PARTS

if TYPE_CHECKING:
    from experiments.runner import Progress
    from model.scenario import Case

QUARTER = 13  # weeks over which a weekly outcome is averaged
LIVED_AGAIN = ("snowball_multiplier", "shock_depth", "recovery_weeks")  # outcomes for which part of a run is lived again
Way = tuple[str, tuple[str, ...]]  # a regime, and the kinds of events that are left out


@dataclass(frozen=True)
class Found:
    """One check with what was found: in how many seeds it shows, and the mean difference over those in which there is one."""

    check: Check
    seeds: int
    difference: float

    @property
    def shows(self) -> bool:
        """Does it show in as many seeds as it should?"""
        return self.seeds >= self.check.at_least

    @property
    def as_noted(self) -> bool:
        """Is that what the file says?"""
        return self.shows == self.check.shows


def count_all(case: Case, progress: Progress | None = None, seeds: Sequence[int] = range(1, SEEDS + 1)) -> list[Found]:
    """Run the case with every seed, in every regime and without every kind of event that its checks name, and count."""
    found: list[list[float]] = [[] for _ in case.checks]
    for done, seed in enumerate(seeds, 1):
        lived: dict[Way, Neighbourhood] = {}
        for differences, check in zip(found, case.checks, strict=True):
            differences.append(_difference(case, check, seed, lived))
        if progress is not None:
            progress(done, len(seeds), 0)
    return [_found(check, values) for check, values in zip(case.checks, found, strict=True)]


def _found(check: Check, differences: list[float]) -> Found:
    known = [value for value in differences if math.isfinite(value)]
    right = sum(value > 0 if check.sign == "more" else value < 0 for value in known)
    return Found(check, right, sum(known) / len(known) if known else math.nan)


def _difference(case: Case, check: Check, seed: int, lived: dict[Way, Neighbourhood]) -> float:
    """What is looked at, minus what it is compared with; not a number when one of them is not defined."""
    again = check.outcome in LIVED_AGAIN
    one = _live(case, (check.regime, ()), seed, lived, again)
    value = _value(one, check, check.area, check.week)
    if check.than is not None:
        return value - check.than
    if check.than_regime:
        return value - _value(_live(case, (check.than_regime, ()), seed, lived, again), check, check.area, check.week)
    if check.than_without:
        return value - _value(_live(case, (check.regime, check.than_without), seed, lived, again), check, check.area, check.week)
    if check.than_area:
        return value - _value(one, check, check.than_area, check.week)
    if check.than_outcome:
        return value - _outcome(one, check.than_outcome, check.week)
    return value - _value(one, check, check.area, check.than_week)


def _live(case: Case, way: Way, seed: int, lived: dict[Way, Neighbourhood], again: bool) -> Neighbourhood:
    """One run of the case, lived once for all checks of a seed."""
    if way not in lived or (again and math.isnan(lived[way].multiplier)):
        regime, left_out = way
        kept = [event.model_dump(mode="json") for event in case.events if event.kind not in left_out]
        place = Neighbourhood(case.replaced(events=kept) if left_out else case, regime, seed)
        lived[way] = place
        if again:
            place.run_with_multiplier(case.weeks)
        else:
            place.run(case.weeks)
    return lived[way]


def _value(place: Neighbourhood, check: Check, area: str, week: int | None) -> float:
    if check.outcome:
        return _outcome(place, check.outcome, week)
    if check.story:
        return float(_told(place, check.story, check.street))
    rows = place.by_neighbourhood if area else place.by_street
    names = [a.name for a in place.case.neighbourhoods]
    return float(rows[check.column][names.index(area) if area else check.street or 0])


def _outcome(place: Neighbourhood, name: str, week: int | None) -> float:
    if week is None:
        return place.outcomes()[name]
    return float(place.series[week - QUARTER : week, WEEKLY.index(name)].mean())


def _told(place: Neighbourhood, key: str, street: int | None) -> int:
    """How often the story would tell this, of one street or of all."""
    from model.story import about_street

    moments = [moment for part in PARTS for moment in part(place) if moment.key == key and 0 < moment.week <= place.week]
    return sum(street is None or about_street(place, moment, street) for moment in moments)


def renew(path: Path, found: Sequence[Found]) -> None:
    """Write what was found into the file: `found` and `shows` of each check, in order; all else stays as it is."""
    row, lines = -1, path.read_text(encoding="utf-8").splitlines(keepends=True)
    for n, line in enumerate(lines):
        row += line.strip() == "[[checks]]"
        if row >= 0:
            now = found[row]
            line = re.sub(r"^(\s*found\s*=\s*)\d+", rf"\g<1>{now.seeds}", line)
            lines[n] = re.sub(r"^(\s*shows\s*=\s*)\w+", rf"\g<1>{str(now.shows).lower()}", line)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(path)
