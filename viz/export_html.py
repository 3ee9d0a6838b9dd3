"""One HTML file that plays recordings by itself: no server, no network, nothing but the file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from viz.bundle import script, style, texts

LEVELS = 64  # of what residents are coloured by, in a file: finer than eyes can tell apart
SLACK = 0.8  # of such a level: smaller moves are left out, so that a value on a border does not tremble

LOADER = """
const packed = document.getElementById("data").textContent;
const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const data = await new Response(stream).arrayBuffer();
const view = new DataView(data);
const head = view.getUint32(0, true);
const told = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, head)));
let at = 4 + head;
const take = (size) => data.slice(at, (at += size));
for (const message of told.messages) message.buffers = (message.sizes || []).map(take);
const heard = [];
const model = {
  get: (name) => name === "tiesOf" ? (side, resident) => (told.ties ? told.ties[side]?.[resident] ?? [] : null) : told.traits[name],
  set() {}, save_changes() {},
  on(name, act) { if (name === "msg:custom") heard.push(act); },
  off() {},
  send(message) {
    if (message.kind !== "ready") return;
    for (const one of told.messages) for (const act of heard) act(one.message, one.buffers);
  },
};
player.render({ model, el: document.getElementById("page") });
"""


def coarse(values: np.ndarray) -> np.ndarray:
    """Return (weeks, columns, residents) of 0-255 in fewer levels, moving only when a value has really moved."""
    step = 255.0 / LEVELS
    out = np.empty_like(values)
    now = np.rint(values[0] / step)
    for week, row in enumerate(values):
        moved = np.abs(row - now * step) > SLACK * step
        now = np.where(moved, np.rint(row / step), now)
        out[week] = np.rint(np.clip(now * step, 0, 255))
    return out


Chunk = tuple[dict[str, Any], Sequence[bytes]]  # its message, and the arrays of residents and of series


def join_chunks(chunks: Sequence[Chunk], columns: int, n: int, width: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return the chunks of one side as a single one, its residents coarser."""
    weeks, values, series = [], [], []
    for message, buffers in chunks:
        raw = np.frombuffer(buffers[0], np.uint8).reshape(message["count"], columns, n)
        values.append(np.cumsum(raw, axis=0, dtype=np.uint8))
        series.append(np.frombuffer(buffers[1], np.float32).reshape(message["count"], width))
        weeks += [message["weeks"][0] | {"full": 1}, *message["weeks"][1:]]  # the first week of a stretch tells all that lives
    shown = coarse(np.concatenate(values).astype(np.float64)).astype(np.uint8)
    changes = shown.copy()
    changes[1:] -= shown[:-1]
    first = chunks[0][0]
    message = {"kind": "chunk", "run": first["run"], "side": first["side"], "from": 1, "count": len(weeks), "weeks": weeks}
    return message, [changes.tobytes(), np.concatenate(series).astype("<f4").tobytes()]


def export(
    header: dict[str, Any],
    sides: Sequence[Sequence[Chunk]],
    state: dict[str, Any] | None = None,
    choices: dict[str, Any] | None = None,
    ties: Sequence[dict[int, list]] | None = None,
    lang: str = "nl",
) -> str:
    """Return a page that plays what was recorded. sides: for each side its chunks, as they are sent to a page."""
    run, columns, width = 1, len(header["columns"]), len(header["series"])
    messages: list[dict[str, Any]] = [{"message": {"kind": "header", "run": run, "header": header}}]
    buffers: list[bytes] = []
    for index, chunks in enumerate(sides):
        message, parts = join_chunks(chunks, columns, header["n"], width)
        messages.append({"message": {**message, "run": run, "side": index}, "sizes": [len(part) for part in parts]})
        messages.append({"message": {"kind": "done", "run": run, "side": index}})
        buffers += parts
    told = {"traits": {"texts": texts(), "choices": choices or {}, "live": False, "state": state or {}}, "messages": messages, "ties": ties}
    return page(told, buffers, header.get("title", ""), lang)


def page(told: dict[str, Any], buffers: Sequence[bytes], title: str | dict[str, str], lang: str = "nl") -> str:
    """Return the whole HTML file: style, data, script, and a policy that lets nothing else in."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    data = base64.b64encode(gzip.compress(b"".join([struct.pack("<I", len(text)), text, *buffers]), 9, mtime=0)).decode()
    code = script().replace("export default { render };", "const player = { render };") + LOADER
    looks = "html, body { margin: 0 }\n" + style()
    allowed = [f"script-src '{_hash(code)}'", f"style-src '{_hash(looks)}'", "img-src data: blob:", "media-src blob:"]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    name = title if isinstance(title, str) else title.get(lang) or next(iter(title.values()), "")
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{lang}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(name)} – Leefwereld</title>",
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


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
