"""Fill the tables at the start, before residents move in: streets, homes, neighbourhoods, posts, departments."""

from __future__ import annotations

import math

import numpy as np

from model.case.case import Case
from model.case.layout import area_names, name_streets, street_name
from model.engine import chance
from model.engine.rule_files import Rules
from model.engine.tables import Table
from model.kinds import DEPARTMENTS
from model.rules import style_of
from model.state.accounts import ACCOUNT_COLUMNS, ACCOUNTS, DEPARTMENT_COLUMNS, POTS, PURSE_COLUMNS
from model.state.experiences import CORPORATION, EVENT_COLUMNS
from model.state.matters import (
    ACT_COLUMNS,
    AGENDA_COLUMNS,
    DEED_COLUMNS,
    INITIATIVE_COLUMNS,
    PROBLEM_COLUMNS,
    PROMISE_COLUMNS,
    REPORT_COLUMNS,
    REQUEST_COLUMNS,
)
from model.state.people import OFFICIAL_COLUMNS, RESIDENT_COLUMNS
from model.state.streets import AREA_COLUMNS, CENTRE, STREET_COLUMNS, VENUE_COLUMNS, VENUES

RESIDENTS_PER_POST = 10_000  # Amersfoort (DSP): areas of about 10,000
COURT = 40.0  # metres: side of a courtyard (assumption)
WALK = 400.0  # metres: five minutes

COLUMNS = {
    "resident": RESIDENT_COLUMNS, "street": STREET_COLUMNS, "problem": PROBLEM_COLUMNS, "report": REPORT_COLUMNS,
    "initiative": INITIATIVE_COLUMNS, "promise": PROMISE_COLUMNS, "official": OFFICIAL_COLUMNS, "department": DEPARTMENT_COLUMNS,
    "account": ACCOUNT_COLUMNS, "purse": PURSE_COLUMNS, "event": EVENT_COLUMNS, "request": REQUEST_COLUMNS,
    "agenda": AGENDA_COLUMNS, "area": AREA_COLUMNS, "venue": VENUE_COLUMNS, "act": ACT_COLUMNS, "deed": DEED_COLUMNS,
}  # fmt: skip


def make_tables(case: Case, venues: int) -> dict[str, Table]:
    """Return all tables by name, with the rows whose number is fixed for the run."""
    n, streets = case.residents, case.place.street_count
    fixed = {
        "resident": n, "street": streets, "department": len(DEPARTMENTS), "account": len(ACCOUNTS), "purse": len(POTS),
        "official": min(max(1, round(n / RESIDENTS_PER_POST)), streets) if case.conditions.ward_hours > 0 else 0,
        "area": len(case.areas), "venue": venues,
    }  # fmt: skip
    rooms = {**fixed, "request": 256, "agenda": 64, "act": 16, "deed": 64}
    tables = {name: Table(name, parts, rooms.get(name, max(256, 2 * n))) for name, parts in COLUMNS.items()}
    for name, rows in fixed.items():
        tables[name].count[0] = rows
    return tables


def fill_tables(
    case: Case,
    seed: int,
    rules: Rules,
    tables: dict[str, Table],
    streets: dict[str, np.ndarray],
    homes: dict[str, np.ndarray],
    venues: dict[str, list[int]],
) -> None:
    """Fill in streets, homes, neighbourhoods, meeting places, departments and posts."""
    for name, column in streets.items():
        tables["street"].arrays[name][:] = column
    for name, column in homes.items():
        tables["resident"].arrays[name][:] = column
    place_streets(case, seed, tables, homes["street"])
    place_areas(case, tables, venues)
    share_posts(tables)
    fill_posts(case, seed, rules, tables["official"])
    place_departments(case, tables["department"])


def place_streets(case: Case, seed: int, tables: dict[str, Table], street_of: np.ndarray) -> None:
    """Fill in each street's name, residents and problem rate, and the positions of its homes."""
    s, rows = tables["street"].arrays, np.arange(len(tables["street"]))
    s["start"][:] = np.searchsorted(street_of, rows, side="left")
    s["stop"][:] = np.searchsorted(street_of, rows, side="right")
    name_key = chance.key_of(seed, chance.PLACE, 0)
    s["name"][:], s["area"][:], times = name_streets(case)
    s["rate"][:] = [t * math.exp(0.5 * chance.gauss(name_key, int(name)) - 0.125) for name, t in zip(s["name"], times, strict=True)]
    spread = case.behaviour.street_spread
    s["openness"][:] = [math.exp(spread * chance.gauss(name_key, chance.join(int(name), 2)) - 0.5 * spread**2) for name in s["name"]]
    r = tables["resident"].arrays
    along = np.arange(len(street_of)) - s["start"][street_of]
    r["x"][:] = s["x"][street_of] + 6.0 * (along // 2)
    r["y"][:] = s["y"][street_of] + 12.0 * (along % 2)
    for row in range(len(rows)):
        if street_name(row, case.street_names).lower().endswith("hof"):
            here = slice(int(s["start"][row]), int(s["stop"][row]))
            r["x"][here], r["y"][here] = around_a_court(float(s["x"][row]), float(s["y"][row]), here.stop - here.start)


def around_a_court(x: float, y: float, homes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of homes along the four sides of a square garden (metres) with one corner at x, y."""
    side, along = np.divmod(4.0 * np.arange(homes) / max(homes, 1), 1.0)
    sides, end = [side == k for k in range(4)], np.ones(homes)
    east = np.select(sides, [along, end, 1.0 - along, 0.0 * end])
    north = np.select(sides, [0.0 * end, along, end, 1.0 - along])
    return x + COURT * east, y + COURT * north


def place_areas(case: Case, tables: dict[str, Table], venues: dict[str, list[int]]) -> None:
    """Fill in neighbourhoods, meeting places, friends' groups, and the nearest meeting place of each street."""
    places, a, s = tables["venue"], tables["area"].arrays, tables["street"].arrays
    for column, values in venues.items():
        places.arrays[column][: len(values)] = np.array(values, dtype=places.columns[column].dtype)
    rows = np.arange(len(tables["area"]))
    a["name"][:] = area_names(case)
    a["from_street"][:] = np.searchsorted(s["area"], rows, side="left")
    a["to_street"][:] = np.searchsorted(s["area"], rows, side="right")
    a["from"][:], a["to"][:] = s["start"][a["from_street"]], s["stop"][a["to_street"] - 1]
    if case.neighbourhoods:
        s["friends"][:] = np.array([area.friends for area in case.neighbourhoods])[s["area"]]
    else:
        s["friends"][: (len(tables["street"]) + 1) // 2] = 1.0
    standing, kinds = places.street, places.kind
    for row in rows.tolist():
        span = slice(int(a["from_street"][row]), int(a["to_street"][row]))
        here = np.flatnonzero((standing >= span.start) & (standing < span.stop)) if len(rows) > 1 else np.arange(len(standing))
        for kind in range(len(VENUES)):
            _nearest(s, span, kind, here[kinds[here] == kind], standing)


def _nearest(s: dict[str, np.ndarray], span: slice, kind: int, found: np.ndarray, standing: np.ndarray) -> None:
    best = np.full(span.stop - span.start, np.inf)
    for venue in found.tolist():
        away = np.hypot(s["x"][span] - s["x"][standing[venue]], s["y"][span] - s["y"][standing[venue]])
        closer = away < best
        s["venue"][span, kind][closer] = venue
        best[closer] = away[closer]
    if kind == CENTRE:
        s["centre"][span] = best <= WALK


def share_posts(tables: dict[str, Table]) -> None:
    """Divide the streets over the posts of ward officials."""
    o, s, posts = tables["official"].arrays, tables["street"].arrays, len(tables["official"])
    edges = [round(k * len(tables["street"]) / posts) for k in range(posts + 1)] if posts else [0]
    for post in range(posts):
        s["post"][edges[post] : edges[post + 1]] = post
        o["from"][post] = s["start"][edges[post]]
        o["to"][post] = s["stop"][edges[post + 1] - 1]


def official_name(post: int, nth: int) -> int:
    """Return the 64-bit name of an incumbent of a post: (post, nth incumbent)."""
    return chance.join(chance.join(13, post), nth)


def fill_posts(case: Case, seed: int, rules: Rules, officials: Table) -> None:
    """Give every post its first two officials and their employer: the corporation employs its share, the first posts."""
    o, posts = officials.arrays, len(officials)
    for post in range(posts):
        o["name"][post] = official_name(post, 0)
        o["mate_name"][post] = chance.join(chance.join(17, post), 0)
        u = chance.draw(chance.key_of(seed, chance.MATE, 0), chance.join(int(o["mate_name"][post]), 1))
        o["mate_style"][post] = rules.get("style_of", style_of)(u, case.behaviour.style_spread)
    o["since"][:] = o["mate_since"][:] = -case.burn_in
    people = np.maximum(o["to"].astype(np.float64) - o["from"], 1.0)
    o["whole"][:posts] = np.maximum(1.0, RESIDENTS_PER_POST / people[:posts])
    o["employer"][: int(case.conditions.corporation_posts * posts + 0.5)] = CORPORATION


def place_departments(case: Case, departments: Table) -> None:
    """Set departments' initial openness, strictness and trust from the case; they have equal weight."""
    d = departments.arrays
    d["openness"][:] = case.conditions.openness
    d["strictness"][:] = case.conditions.strictness
    d["trust"][:] = case.conditions.department_trust
    d["weight"][:] = 0.5
    d["upkeep"][:] = case.conditions.upkeep_support
