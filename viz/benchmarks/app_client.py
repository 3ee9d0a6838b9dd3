"""A page client without a browser, for measurements and tests: it speaks the server's protocol and counts what it receives."""

from __future__ import annotations

import asyncio
import json
import struct
import time
import urllib.request
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

PATIENCE = 1.5  # seconds; as in the page's script
LINE = "/jupyter/api/kernels/{kernel}/channels?session_id={session}"


class ViewSide(TypedDict):
    """A side of a view."""

    regime: str
    practices: NotRequired[dict[str, float]]


class View(TypedDict):
    """A view, as a link has it."""

    scenario: str
    seed: int
    weeks: int
    lang: NotRequired[str]
    sides: list[ViewSide]


VIEW: View = {"scenario": "default", "seed": 1, "weeks": 260, "lang": "en", "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}]}


def seeded(seed: int) -> View:
    """Return the view with another seed."""
    return {**VIEW, "seed": seed}


@dataclass
class Seen:
    """What one page received: seconds until the first stretch of every side and until the whole run; bytes, chunks, errors."""

    first: float = 0.0
    whole: float = 0.0
    bytes: int = 0
    chunks: int = 0
    errors: list[str] = field(default_factory=list[str])


@dataclass
class Dragged:
    """What came of a dragged slider, in seconds after the first move: the last move, the first redraw, all weeks of the last value."""

    moved: float = 0.0
    first: float = 0.0
    whole: float = 0.0
    chunks: int = 0
    errors: list[str] = field(default_factory=list[str])


class Client:
    """One page; call `open`, `watch`, `close`."""

    def __init__(self, address: str) -> None:
        self.base = f"http://{urlsplit(address).netloc}"
        self.kernel, self.session = str(uuid.uuid4()), str(uuid.uuid4())
        self.player = ""  # id of the page's widget
        self.line: ClientConnection
        self.began = 0.0
        self.seen = Seen()

    async def open(self, view: View) -> None:
        """Fetch the page and connect as a browser does, until the widget exists."""
        import websockets

        self.began = time.perf_counter()
        path = f"/?view={quote(json.dumps(view))}"
        cookies = await asyncio.to_thread(self._fetch, path)
        where = self.base.replace("http", "ws", 1) + LINE.format(kernel=self.kernel, session=self.session)
        headers = {"Origin": self.base, "Cookie": cookies}
        self.line = await websockets.connect(where, additional_headers=headers, max_size=None, open_timeout=60)
        control = uuid.uuid4().hex
        await self._say("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        run: dict[str, object] = {
            "method": "run",
            "args": {"path": path.removeprefix("/"), "appName": None, "themes": THEMES, "dark": False},
        }
        await self._say("comm_msg", {"comm_id": control, "data": run})
        while not self.player:
            await self._hear()

    def _fetch(self, path: str) -> str:
        with urllib.request.urlopen(self.base + path, timeout=60) as answer:
            answer.read()
            return "; ".join(value.split(";", 1)[0] for name, value in answer.headers.items() if name.lower() == "set-cookie")

    async def ask(self, **message: object) -> None:
        """Send a message as the page's widget."""
        await self._say("comm_msg", {"comm_id": self.player, "data": {"method": "custom", "content": message}})

    async def watch(self, view: View, run: int = 1) -> Seen:
        """Ask for a view and receive all of it."""
        await self.ask(kind="ready")
        await self.ask(kind="view", run=run, state=view)
        done, sides, first = 0, len(view["sides"]), set[int]()
        while done < sides and not self.seen.errors:
            for message in await self._hear():
                if message["kind"] == "chunk" and message["run"] == run:
                    first.add(message["side"])
                    self.seen.chunks += 1
                    if len(first) == sides and not self.seen.first:
                        self.seen.first = time.perf_counter() - self.began
                done += message["kind"] == "done" and message["run"] == run
                if message["kind"] == "error":
                    self.seen.errors.append(message["text"]["en"])
        self.seen.whole = time.perf_counter() - self.began
        return self.seen

    async def drag(self, views: Sequence[View], apart: float, run: int) -> Dragged:
        """Ask for one view after the other, as a hand does that drags a slider, until all of the last one has come.

        As a page does: nothing more is asked before something of the last one came, or `PATIENCE` has passed; the last move always counts.
        """
        found, began, asked = Dragged(), time.perf_counter(), run
        answered = asyncio.Event()

        async def move() -> None:
            nonlocal asked
            since = -PATIENCE
            for number, view in enumerate(views):
                if number == len(views) - 1:
                    found.moved = time.perf_counter() - began
                    with suppress(TimeoutError):
                        await asyncio.wait_for(answered.wait(), max(0.0, since + PATIENCE - time.perf_counter()))
                if answered.is_set() or time.perf_counter() - since >= PATIENCE:
                    asked, since = run + number, time.perf_counter()
                    answered.clear()
                    await self.ask(kind="view", run=asked, state=view)
                await asyncio.sleep(apart)

        moving, done, sides = asyncio.create_task(move()), 0, len(views[-1]["sides"])
        last = run + len(views) - 1
        while done < sides and not found.errors:
            for message in await self._hear():
                now = time.perf_counter() - began
                if message["kind"] == "chunk" and message["run"] == asked:  # to older ones a page does not listen
                    found.first = found.first or now
                    found.chunks += 1
                    answered.set()
                done += message["kind"] == "done" and message["run"] == last
                if message["kind"] == "error":
                    found.errors.append(message["text"]["en"])
        found.whole = time.perf_counter() - began
        await moving
        return found

    async def close(self) -> None:
        """Close the page as a browser does: notify the server and disconnect."""
        url = f"{self.base}/_solara/api/close/{self.kernel}?session_id={self.session}"
        await asyncio.to_thread(lambda: urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60).read())
        await self.line.close()

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session, "username": "", "version": "5.3", "date": ""}
        message: dict[str, object] = {
            "header": head,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        await self.line.send(json.dumps(message))

    async def _hear(self) -> list[dict[str, Any]]:
        """Receive one message; return its content for the page's widget, if any."""
        data = await asyncio.wait_for(self.line.recv(), 300)
        self.seen.bytes += len(data)
        message = json.loads(data) if isinstance(data, str) else _opened(data)
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open" and content.get("data", {}).get("state", {}).get("_model_module") == "anywidget":
            self.player = content["comm_id"]
        if kind == "comm_msg" and content["comm_id"] == self.player and content["data"].get("method") == "custom":
            return [content["data"]["content"]]
        return []


THEMES: dict[str, dict[str, str]] = {"light": {}, "dark": {}}


def _opened(data: bytes) -> dict[str, Any]:
    """Return the JSON part of a binary message."""
    count = struct.unpack("!i", data[:4])[0]
    offsets = struct.unpack(f"!{count}I", data[4 : 4 * (count + 1)])
    end = offsets[1] if count > 1 else None
    return json.loads(data[offsets[0] : end])


async def visit(address: str, view: View, wait: float = 0.0) -> Seen:
    """Open a page, receive all of a view, wait `wait` seconds, and close it."""
    client = Client(address)
    await client.open(view)
    seen = await client.watch(view)
    await asyncio.sleep(wait)
    await client.close()
    return seen


async def together(address: str, view: View, count: int) -> list[Seen]:
    """Let `count` pages open the same link at once."""
    return list(await asyncio.gather(*(visit(address, view) for _ in range(count))))


async def one_after_the_other(address: str, view: View, count: int) -> None:
    """Open and close `count` pages, one after the other."""
    for _ in range(count):
        await visit(address, view)


async def a_class_drags(address: str, view: View, pages: int, moves: int, apart: float) -> list[Dragged]:
    """So many pages open one link; then each drags a slider of the second side, each to another value, all at once."""
    clients = [Client(address) for _ in range(pages)]
    await asyncio.gather(*(client.open(view) for client in clients))
    await asyncio.gather(*(client.watch(view) for client in clients))

    def moved(page: int, move: int) -> View:
        value = round((page + 1) / (pages + 1) * 0.5 + 0.5 * (move + 1) / moves, 4)
        first, second, *rest = view["sides"]
        return {**view, "sides": [first, {**second, "practices": {"presence": min(1.0, value)}}, *rest]}

    views = [[moved(page, move) for move in range(moves)] for page in range(pages)]
    found = await asyncio.gather(*(client.drag(views[page], apart, 2) for page, client in enumerate(clients)))
    await asyncio.gather(*(client.close() for client in clients))
    return list(found)
