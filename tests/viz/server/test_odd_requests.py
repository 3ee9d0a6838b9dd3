"""What no page of ours sends is answered with a status or ends the line, and never prints a traceback."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
import websockets

from model import warm_up
from tests.browser.conftest import served
from tests.browser.loop import in_a_loop
from viz.benchmarks import app_client
from viz.server.frames import Frames


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port of the app; it must end without having printed a traceback (see `served`), nor more than a line for each."""
    warm_up.ensure_compiled()
    home = tmp_path_factory.mktemp("odd")
    with served(home, "leefwereld", "app", "--port", "0", "--no-browser") as (link, _):
        yield link.removeprefix("http://")
    lines = (home / "log.txt").read_text(encoding="utf-8").splitlines()
    assert all(
        line.startswith("leefwereld: ") or line in ("Only this computer can open it. Ctrl-C stops it.", "Stopped.") for line in lines
    )


def status(address: str, path: str, method: str = "GET", headers: str = "") -> int:
    """Ask as no library would."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(f"{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n".encode("latin-1"))
        answer = line.makefile("rb").read()
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "path",
    [
        "/static/%00", "/static/assets/%00", "/static/public/%00", "/jupyter/nbextensions/%00", "/_solara/cdn/%00", "/%00",
        "/static/%ff%fe",
        "/_solara/cdn/" + "x" * 300, "/_solara/cdn/" + "x/" * 3000, "/static/" + "a" * 5000, "/static/" + "a" * 300, "/static/..%2f..%2fx",
        "/static//etc/passwd", "/static/", "/static/assets", "/static/a%0d%0ab", "/jupyter/api/kernels",
        "/jupyter/api/kernels/%00/channels",
        "/jupyter/api/kernels/x/channels?session_id=y", "/_solara/api/evict/x", "/resourcez", "/nowhere", "/_solara/cdn/", "/_solara/cdn",
    ],
)  # fmt: skip
def test_where_nothing_is_there_is_nothing(address: str, path: str):
    assert status(address, path) == 404


@pytest.mark.parametrize(
    ("path", "method", "headers", "expected"),
    [
        ("/?view=%00&view=%ff", "GET", "", 200),
        ("/?" + "a=1&" * 100, "GET", "", 200),
        ("/", "DELETE", "", 405),
        ("/static/main-vuetify.js", "PUT", "", 405),
        ("/_solara/api/close/x?session_id=y", "GET", "", 405),
        ("/_solara/api/close/x", "POST", "", 400),
        ("/_solara/api/close/%00?session_id=y", "POST", "", 404),
        ("/_solara/api/close/x?session_id=y", "POST", "", 200),
        ("/", "GET", "X-Forwarded-Host: evil\r\nX-Forwarded-Proto: ftp\r\nX-Script-Name: /evil\r\nForwarded: for=x\r\n", 200),
        ("/", "GET", "Cookie: ;;;=\xff\r\n", 200),
        ("/static/main-vuetify.js", "GET", "Range: bytes=5-1\r\nIf-Modified-Since: x\r\n", 400),
    ],
)
def test_what_is_asked_oddly_gets_a_proper_status(address: str, path: str, method: str, headers: str, expected: int):
    assert status(address, path, method, headers) == expected


def test_a_header_of_a_stranger_moves_no_page(address: str):
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: {address}\r\nX-Script-Name: /evil\r\nConnection: close\r\n\r\n".encode())
        assert b"/evil/" not in line.makefile("rb").read()


def said(kind: str, channel: Any = "shell", **content: Any) -> str:
    """A frame as a page sends it."""
    head = {"msg_id": "1", "msg_type": kind, "session": "s", "username": "", "version": "5.3", "date": ""}
    return json.dumps({"header": head, "parent_header": {}, "metadata": {}, "content": content, "channel": channel, "buffers": []})


CONTROL = said("comm_open", comm_id="c", target_name="solara.control", data={})
BROKEN: list[tuple[str | bytes, ...]] = [
    ("",), ("x",), ("{}",), ("[]",), ("null",), ("1",), ('{"header":1}',), ("[" * 100_000,), ("{" * 100_000,), (b"",), (b"\x00",),
    (b"\xff" * 40,),
    (b"\x00\x00\x00\x01",), (b"\x00\x00\x00\x01\x00\x00\x00\x08{}",), (struct.pack("!II", 1, 999),), (struct.pack("!III",
    2, 12, 4) + b"{}",),
    (said("comm_open"),), (said("comm_msg"),), (said("comm_close"),), (said("nonsense"),), (said("comm_msg", comm_id=1, data={}),),
    (said("comm_msg", comm_id="x", data=[]),), (said("comm_msg", channel=None, comm_id="x", data={}),),
    (said("comm_open", comm_id="x", target_name="evil", data={}),), (said("comm_open", comm_id="x", target_name="jupyter.widget",
    data={}),),
    (CONTROL, said("comm_msg", comm_id="c", data={})), (CONTROL, said("comm_msg", comm_id="c", data={"method": "evict"})),
    (CONTROL, said("comm_msg", comm_id="c", data={"method": "run"})), (CONTROL, said("comm_msg", comm_id="c", data={"method": "run",
    "args": []})),
    (CONTROL, said("comm_msg", comm_id="c", data={"method": "run", "args": {"path": 5, "themes": {}}})),
    (CONTROL, said("comm_msg", comm_id="c", data={"method": "run", "args": {"path": "", "appName": "evil", "themes": {}}})),
]  # fmt: skip


@pytest.mark.parametrize("frames", BROKEN, ids=lambda frames: repr(frames[-1])[:60])
def test_a_frame_that_no_page_sends_is_seen(frames: tuple[str | bytes, ...]):
    async def nothing() -> dict[str, Any]:
        return {}

    line = Frames(nothing)
    *before, last = frames
    assert all(line.is_frame(one) for one in before)
    assert not line.is_frame(last)


def test_a_broken_frame_ends_its_line_and_no_other(address: str):
    async def line(number: int, frames: tuple[str | bytes, ...]) -> Any:
        where = f"ws://{address}/jupyter/api/kernels/k{number}/channels?session_id=s{number}"
        cookie = {"Cookie": f"solara-session-id=x{number}"}
        async with websockets.connect(where, origin=websockets.Origin(f"http://{address}"), additional_headers=cookie) as one:
            for frame in frames:
                await one.send(frame)
            while True:  # until the server hangs up
                await asyncio.wait_for(one.recv(), 60)

    async def all_of_them() -> None:
        found = await asyncio.gather(*(line(number, frames) for number, frames in enumerate(BROKEN)), return_exceptions=True)
        assert all(isinstance(one, websockets.ConnectionClosed) for one in found), found

    in_a_loop(all_of_them())
    assert status(address, "/") == 200


def test_a_line_to_nowhere_is_refused(address: str):
    async def tried(path: str) -> None:
        async with websockets.connect(f"ws://{address}{path}", origin=websockets.Origin(f"http://{address}")):
            pass

    ways = ("channels", "channels?session_id=", "other?session_id=s", f"channels?session_id={'x' * 99}", "channels?session_id=%00")
    for path in (*(f"/jupyter/api/kernels/k/{way}" for way in ways), "/", "/static/x", "/jupyter/api/kernels/?session_id=s"):
        with pytest.raises(websockets.InvalidStatus, match="403"):
            in_a_loop(tried(path))


def test_a_page_that_borrows_the_line_of_another_is_one_line_in_the_log(address: str):
    async def both() -> None:
        where = f"ws://{address}/jupyter/api/kernels/kk/channels?session_id="
        origin = websockets.Origin(f"http://{address}")
        async with websockets.connect(where + "a", origin=origin, additional_headers={"Cookie": "solara-session-id=a"}) as mine:
            await mine.send(said("kernel_info_request"))
            await mine.recv()
            async with websockets.connect(where + "b", origin=origin, additional_headers={"Cookie": "solara-session-id=b"}) as other:
                assert "mismatch" in str(await asyncio.wait_for(other.recv(), 60))
                with pytest.raises(websockets.ConnectionClosed):
                    await asyncio.wait_for(other.recv(), 60)

    in_a_loop(both())


def test_forty_pages_that_reload_together_are_all_let_in(address: str):
    view: app_client.View = {**app_client.VIEW, "weeks": 24}

    async def begun() -> app_client.Client:
        page = app_client.Client(f"http://{address}")
        await page.open(view)
        assert (await page.watch(view)).errors == []
        return page

    async def reloaded(page: app_client.Client) -> app_client.Client:
        await page.line.close()  # what is left of it on the server takes its time to go
        return await begun()

    async def a_class() -> None:
        pages = await asyncio.gather(*(begun() for _ in range(40)))
        pages = await asyncio.gather(*(reloaded(page) for page in pages))
        await asyncio.gather(*(page.close() for page in pages))

    in_a_loop(a_class())
