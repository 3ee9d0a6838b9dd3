"""One HTML file that plays recorded runs without server or network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import struct
from collections.abc import Mapping, Sequence
from typing import NotRequired

import numpy as np

from viz.export.player_script import script, style, texts
from viz.recording.packets import Header, Stretch
from viz.recording.week import Week

LEVELS = 40  # colour levels of residents in a file: finer than the eye can see
SLACK = 1.0  # share of a level: smaller changes are dropped, so that values near a border do not flicker

LOADER = """
const bytes = Uint8Array.from(atob(document.getElementById("data").textContent), (one) => one.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const data = await new Response(stream).arrayBuffer();
const size = new DataView(data).getUint32(0, true);
const told = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, size)));
const { header, sides, weeks } = told;
const frame = header.columns.length * header.n;
let at = 4 + size;
const residents = sides.map(() => new Uint8Array(weeks.length * frame));
weeks.forEach((_, week) => residents.forEach((all) => { all.set(new Uint8Array(data, at, frame), week * frame); at += frame; }));
const long = 4 * weeks.length * header.series.length;
const series = sides.map((_, side) => data.slice(at + side * long, at + (side + 1) * long));
at += sides.length * long;
const ties = told.ties && { at, index: told.ties };
const heard = [];
const tiesOf = (side, resident) => {
  if (!ties) return null;
  const view = new DataView(data);
  const from = ties.index[side];
  const count = (k) => view.getUint8(at + from + k);
  let place = at + from + header.n;
  for (let k = 0; k < resident; k++) place += 3 * count(k);
  return Array.from({ length: count(resident) }, (_, k) => [view.getUint16(place + 3 * k, true), view.getUint8(place + 3 * k + 2) / 255]);
};
const model = {
  get: (name) => (name === "tiesOf" ? tiesOf : told.traits[name]),
  set() {}, save_changes() {}, off() {},
  on(name, act) { if (name === "msg:custom") heard.push(act); },
  send(message) {
    if (message.kind !== "ready") return;
    const say = (one, buffers = []) => heard.forEach((act) => act({ ...one, run: 1 }, buffers));
    say({ kind: "header", header });
    sides.forEach((_, side) => {
      const mine = weeks.map((week) => week[side]);
      say({ kind: "chunk", side, from: 1, count: weeks.length, weeks: mine }, [residents[side].buffer, series[side]]);
      say({ kind: "done", side });
    });
  },
};
player.render({ model, el: document.getElementById("page") });
"""


def coarse(values: np.ndarray) -> np.ndarray:
    """Return values (weeks, columns, residents; 0-255) in `LEVELS` levels, without small changes."""
    step = 255.0 / LEVELS
    out = np.empty_like(values)
    now: np.ndarray = np.rint(values[0] / step)
    for week, row in enumerate(values):
        moved = np.abs(row - now * step) > SLACK * step
        now = np.where(moved, np.rint(row / step), now)
        out[week] = np.rint(np.clip(now * step, 0, 255))
    return out


class PageHeader(Header):
    """The constant data of the runs of a page. sides: what the view says of each."""

    sides: object
    weeks: int
    seed: NotRequired[int]


def join_stretches(stretches: Sequence[Stretch], columns: int, n: int, width: int) -> tuple[list[Week], np.ndarray, np.ndarray]:
    """Return one side's weeks, residents (coarse, as differences from the week before) and series."""
    weeks, values, series = list[Week](), list[np.ndarray](), list[np.ndarray]()
    for one in stretches:
        raw = np.frombuffer(one.residents, np.uint8).reshape(len(one.weeks), columns, n)
        values.append(np.cumsum(raw, axis=0, dtype=np.uint8))
        series.append(np.frombuffer(one.series, np.uint32).reshape(len(one.weeks), width) & np.uint32(0xFFFFF000))  # three digits
        weeks.extend([{**one.weeks[0], "full": 1}, *one.weeks[1:]])
    shown = coarse(np.concatenate(values).astype(np.float64)).astype(np.uint8)
    changes = shown.copy()
    changes[1:] -= shown[:-1]
    return weeks, changes, np.concatenate(series)


def export(
    header: PageHeader,
    sides: Sequence[Sequence[Stretch]],
    state: Mapping[str, object] | None = None,
    choices: Mapping[str, object] | None = None,
    ties: Sequence[Sequence[Sequence[tuple[int, float]]]] | None = None,
    lang: str = "nl",
    spread: Mapping[str, object] | None = None,
) -> str:
    """Return an HTML page that plays recorded runs.

    sides: stretches of each side. state: the view with which it opens. spread: pairs of runs. ties: for each side
    and resident, (row, strength) of the contacts.
    """
    joined = [join_stretches(each, len(header["columns"]), header["n"], len(header["series"])) for each in sides]
    weeks = [list(week) for week in zip(*(weeks for weeks, _, _ in joined), strict=True)]  # by week, which compresses better
    arrays = [changes[week].tobytes() for week in range(len(weeks)) for _, changes, _ in joined]
    arrays += [series.tobytes() for _, _, series in joined]
    packed = [_ties(each) for each in ties or ()]
    starts = [sum(len(one) for one in packed[:k]) for k in range(len(packed))]
    traits = {"texts": texts(), "choices": choices or {}, "live": False, "state": state or {}, "spread": spread}
    told = {"traits": traits, "header": header, "sides": header["sides"], "weeks": weeks, "ties": starts or None}
    return page(told, [*arrays, *packed], header["title"], lang)


def _ties(residents: Sequence[Sequence[tuple[int, float]]]) -> bytes:
    """Return the number of ties of each resident (bytes), then contact (u16) and strength (0-255) of each tie."""
    counts = bytes(min(len(known), 255) for known in residents)
    known = (struct.pack("<HB", row, round(255 * strength)) for each in residents for row, strength in each[:255])
    return counts + b"".join(known)


def page(told: Mapping[str, object], buffers: Sequence[bytes], title: Mapping[str, str], lang: str = "nl") -> str:
    """Return the whole HTML file: style, data, script, and a content security policy."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    data = base64.b64encode(gzip.compress(b"".join([struct.pack("<I", len(text)), text, *buffers]), 9, mtime=0)).decode()
    code = script().replace("export default { render };", "const player = { render };") + LOADER
    looks = "html, body { margin: 0 }\n" + style()
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{lang}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(code, looks)}">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(title[lang])} – Leefwereld</title>",
            '<link rel="icon" href="data:,">',
            f"<style>{looks}</style>",
            "</head>",
            "<body>",
            '<div id="page"></div>',
            f'<script type="application/octet-stream" id="data">{data}</script>',
            f'<script type="module">{code}</script>',
            "</body>",
            "</html>\n",
        ]
    )


def policy(code: str, looks: str) -> str:
    """Return a content security policy that allows only this script and this style."""
    allowed = [f"script-src '{_hash(code)}'", f"style-src '{_hash(looks)}'", "img-src data: blob:", "media-src blob:"]
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
