"""The layout of a case: streets, near streets, homes, meeting places. All are invented; their numbers follow the case."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Sequence

import numpy as np

from model.case.case import Case, Place
from model.engine import chance
from model.engine.chance import join, key_of

HOUSEHOLD_SIZES = (1, 2, 3, 4, 5)
SMALLEST = 200  # residents from which a neighbourhood has at least one of each kind of meeting place
STREET_NAMES = (
    "Lijsterstraat", "Merelplein", "Spreeuwenhof", "Vinkenweg", "Reigerstraat", "Zwaluwlaan", "Kievitstraat", "Mezenhof",
    "Uilenpad", "Wulpstraat", "Eksterhof", "Duivenlaan", "Kwartelstraat", "Gruttoplein", "Fazantweg", "Sijsjeshof",
    "Puttersteeg", "Havikstraat", "Kraanvogelhof", "Leeuwerikstraat", "Nachtegaalplein", "Ooievaarstraat", "Patrijsweg",
    "Snippenhof", "Tureluurstraat", "Winterkoninghof",
)  # fmt: skip


def street_name(row: int, own: Sequence[str] = ()) -> str:
    """Return the name of a street: of the case's `own` names, or else an invented one that no other street has."""
    if row < len(own):
        return own[row]
    if own:
        return _spare_name(row - len(own), own)
    turn, place = divmod(row, len(STREET_NAMES))
    return STREET_NAMES[place] + (f" {turn + 1}" if turn else "")


def _spare_name(nth: int, own: Sequence[str]) -> str:
    """Return the nth invented name that is not among the case's own."""
    given = {name.lower() for name in own}
    free = (name for name in map(street_name, itertools.count()) if name.lower() not in given)
    return next(itertools.islice(free, nth, None))


def lay_out_streets(place: Place, example_distance: float) -> dict[str, np.ndarray]:
    """Return columns x, y (metres) of streets on a grid by density, and lists of near streets with weights and probabilities.

    A street is near within four times `example_distance` (metres); its weight is exp(-distance / example_distance).
    Probabilities are cumulative, of meeting somebody in another near street.
    """
    count = place.street_count
    side = max(1, math.ceil(math.sqrt(count)))
    spacing = 1000.0 * math.sqrt(place.residents / place.density / count)
    row, column = np.divmod(np.arange(count), side)
    column = np.where(row % 2 == 1, side - 1 - column, column)  # alternate direction, so that adjacent rows of the table are neighbours
    x, y = column * spacing, row * spacing
    reach = min(int(4.0 * example_distance / spacing), 12)  # at most 12 streets away: 625 neighbours
    steps = [(dr, dc) for dr in range(-reach, reach + 1) for dc in range(-reach, reach + 1)]
    distances = np.array([math.hypot(dr, dc) * spacing for dr, dc in steps])
    steps = [step for step, d in zip(steps, distances, strict=True) if d <= 4.0 * example_distance]
    grid_row, grid_column = row, column
    near, weight, chance, start, stop = [], [], [], np.zeros(count, np.int32), np.zeros(count, np.int32)
    offsets = np.array(steps, np.int64).reshape(-1, 2)
    filled = 0
    for s in range(count):
        r, c = grid_row[s] + offsets[:, 0], grid_column[s] + offsets[:, 1]
        other = r * side + np.where(r % 2 == 1, side - 1 - c, c)
        ok = (r >= 0) & (c >= 0) & (c < side) & (other < count)
        d = np.hypot(offsets[ok, 0], offsets[ok, 1]) * spacing
        near.append(other[ok])
        weight.append(np.exp(-d / example_distance))
        elsewhere = np.cumsum(np.where(other[ok] == s, 0.0, weight[-1]))
        chance.append(elsewhere / elsewhere[-1] if elsewhere[-1] > 0 else np.ones(len(elsewhere)))
        start[s], filled = filled, filled + int(ok.sum())
        stop[s] = filled
    return {
        "x": x.astype(np.float32), "y": y.astype(np.float32), "near_start": start, "near_stop": stop,
        "near_street": np.concatenate(near).astype(np.int32),
        "near_chance": np.concatenate(chance), "near_weight": np.concatenate(weight).astype(np.float32),
    }  # fmt: skip


def lay_out_city(places: Sequence[Place], example_distance: float) -> dict[str, np.ndarray]:
    """Return the columns of `lay_out_streets` for neighbourhoods in rows from west to east.

    They are at least 600 metres apart and so far that no street is near one of another neighbourhood.
    """
    gap = max(600.0, 4.1 * example_distance)
    blocks = [lay_out_streets(place, example_distance) for place in places]
    sizes = [float(max(block["x"].max(), block["y"].max())) + gap for block in blocks]
    wide = math.sqrt(sum(size * size for size in sizes))
    east, north, deep, first, filled = 0.0, 0.0, 0.0, 0, 0
    for block, size in zip(blocks, sizes, strict=True):
        if east > 0 and east + size > wide:
            east, north, deep = 0.0, north + deep, 0.0
        block["x"] += np.float32(east)
        block["y"] += np.float32(north)
        east, deep = east + size, max(deep, size)
        block["near_street"] += first
        block["near_start"] += filled
        block["near_stop"] += filled
        first, filled = first + len(block["x"]), filled + len(block["near_street"])
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def size_chances(mean: float) -> np.ndarray:
    """Return the probabilities of household sizes 1 to 5 with a given mean (1-4.8), from a geometric distribution."""
    mean = min(max(mean, 1.0), 4.8)
    low, high = 1e-9, 50.0
    sizes = np.array(HOUSEHOLD_SIZES, float)
    for _ in range(60):
        tilt = math.sqrt(low * high)
        chances = tilt ** (sizes - 1.0)
        if (chances * sizes).sum() / chances.sum() < mean:
            low = tilt
        else:
            high = tilt
    chances = high ** (sizes - 1.0)
    return np.asarray(chances / chances.sum())


def fill_city(places: Sequence[Place], names: Sequence[int], key: int) -> dict[str, np.ndarray]:
    """Return the columns of `fill_homes` for all neighbourhoods, in order; `names`: their 64-bit names (0: the only one)."""
    parts, first = [], 0
    for place, name in zip(places, names, strict=True):
        parts.append(fill_homes(place, key, name))
        parts[-1]["street"] += first
        first += place.street_count
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}


def fill_homes(place: Place, key: int, area: int = 0) -> dict[str, np.ndarray]:
    """Return columns street, home and place (names), head and size for all residents, street by street.

    Every street gets an equal number of residents; its homes get random sizes by name until that number is reached. One
    more resident is added at the end of one street, and renames nobody. `area`: 64-bit name of the neighbourhood in a
    city, so that its residents do not depend on the other neighbourhoods.
    """
    count, streets = place.residents, place.street_count
    quota = np.full(streets, count // streets)
    quota[: count % streets] += 1
    limits = np.cumsum(size_chances(place.household_size))
    street = np.repeat(np.arange(streets), quota)
    most = int(quota.max())
    homes = np.arange(most, dtype=np.uint64)  # no street has more homes than residents
    home = np.zeros(count, np.uint64)
    person = np.zeros(count, np.uint64)
    head = np.zeros(count, np.uint8)
    size = np.ones(count, np.uint8)
    row = 0
    for s in range(streets):
        n = int(quota[s])
        if n == 0:
            continue
        names = join_all(np.uint64(key_of(join(area, s) if area else s, 77, 0)), homes[:n])
        drawn = (join_all(np.uint64(key), names) >> np.uint64(11)).astype(np.float64) * 1.1102230246251565e-16
        sizes = np.searchsorted(limits[:-1], drawn, side="right") + 1
        used = int(np.searchsorted(np.cumsum(sizes), n)) + 1
        owner_of = np.repeat(np.arange(used), sizes[:used])[:n]
        first = np.concatenate(([0], np.cumsum(sizes[:used])))[:used]
        home[row : row + n] = names[owner_of]
        person[row : row + n] = (np.arange(n) - first[owner_of]).astype(np.uint64)
        size[row : row + n] = sizes[owner_of]
        row += n
    head[:] = person == 0
    return {"street": street.astype(np.int32), "home": home, "place": join_all_pairs(home, person), "head": head, "size": size}


def _mix(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def join_all_pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return `chance.join` of two columns of names, entry by entry."""
    first, second = np.atleast_1d(first.astype(np.uint64)), np.atleast_1d(second.astype(np.uint64))
    return _mix(_mix(first) + np.uint64(0x9E3779B97F4A7C15) * second + np.uint64(0x632BE59BD9B4E019))


def join_all(first: np.uint64, second: np.ndarray) -> np.ndarray:
    """Return `chance.join` of one name with each entry of a column."""
    return join_all_pairs(np.full(len(second), first, np.uint64), second)


def area_names(case: Case) -> list[int]:
    """Return the neighbourhoods' 64-bit names, each a hash of its own name only; [0] if the case has no neighbourhoods."""
    if not case.neighbourhoods:
        return [0]
    return [_number(area.name.strip().lower()) for area in case.neighbourhoods]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") | 1


def name_streets(case: Case) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Return for every street its name, its neighbourhood, and the factor of its problem rates."""
    counts = [place.street_count for place in case.areas]
    names = [
        chance.join(11 if not area else chance.join(11, area), s)
        for area, n in zip(area_names(case), counts, strict=True)
        for s in range(n)
    ]
    times = [area.problem_rate for area in case.neighbourhoods] or [1.0]
    return names, np.repeat(np.arange(len(counts)), counts), np.repeat(times, counts)


def place_venues(case: Case, seed: int) -> dict[str, list[int]]:
    """Return kind, street and name of every school, club and community centre, each in a random street of its neighbourhood."""
    c, key = case.conditions, chance.key_of(seed, chance.VENUE, 0)
    made: dict[str, list[int]] = {"kind": [], "street": [], "name": []}
    first = 0
    for area, place in zip(area_names(case), case.areas, strict=True):
        for kind, rate in enumerate((c.schools, c.clubs, c.centres)):
            least = 1 if rate > 0 and place.residents >= SMALLEST else 0
            for nth in range(max(least, round(rate * place.residents / 1000.0))):
                name = chance.join(chance.join(area, 1000 + kind), nth)
                street = first + int(chance.draw(key, name) * place.street_count)
                for column, value in (("kind", kind), ("street", street), ("name", name)):
                    made[column].append(value)
        first += place.street_count
    return made
