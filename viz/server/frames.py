"""What a page may say on its line: frames of the page server's protocol, with the few messages that our page sends."""

from __future__ import annotations

import itertools
import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Message, Receive

CONTROL = "solara.control"
TARGETS = (CONTROL, "jupyter.widget.control")  # what a page opens by itself
METHODS = ("run", "app-status")  # of the control
KINDS = ("comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request", "shutdown_request")
MOST_PARTS = 64  # arrays in one frame
MOST_ADDRESS = 40_000  # characters; a link as it is written in an address


class Frames:
    """Receives for a line: a frame that no page sends ends the line, as if the page had gone."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.controls: set[str] = set()
        self.ended = False

    async def __call__(self) -> Message:
        """Return the next message."""
        if self.ended:
            return {"type": "websocket.disconnect", "code": 1007}
        message = await self.receive()
        if message["type"] == "websocket.receive":
            data = message.get("text")
            if not self.is_frame(message.get("bytes") or b"" if data is None else data):
                self.ended = True
                return {"type": "websocket.disconnect", "code": 1007}
        return message

    def is_frame(self, data: str | bytes) -> bool:
        """Whether this is a frame that a page sends."""
        try:
            said = json.loads(data if isinstance(data, str) else _words(data))
            return self._is_message(said)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error):
            return False

    def _is_message(self, said: dict[str, Any]) -> bool:
        header, content = said["header"], said["content"]
        if not all(isinstance(part, dict) for part in (header, content, said["parent_header"], said["metadata"])):
            return False
        kind = header["msg_type"]
        if kind not in KINDS or not isinstance(header["msg_id"], str) or not isinstance(said["channel"], str):
            return False
        if not kind.startswith("comm_") or kind == "comm_info_request":
            return True
        name = content["comm_id"]
        if not isinstance(name, str) or not isinstance(content.get("data", {}), dict):
            return False
        if kind == "comm_open":
            if content["target_name"] == CONTROL:
                self.controls.add(name)
            return content["target_name"] in TARGETS
        return kind == "comm_close" or name not in self.controls or _is_control(content.get("data", {}))


def _is_control(data: dict[str, Any]) -> bool:
    if data["method"] not in METHODS:
        return False
    if data["method"] != "run":
        return True
    given = data["args"]
    path, themes = given.get("path", ""), given.get("themes")
    fits = isinstance(path, str) and len(path) <= MOST_ADDRESS and isinstance(themes, dict)
    return fits and not given.get("appName") and isinstance(given.get("dark", False), bool)


def _words(data: bytes) -> bytes:
    """The words of a frame that has arrays beside them; struct.error or ValueError when it is none."""
    count = struct.unpack_from("!I", data)[0]
    if not 1 <= count <= MOST_PARTS:
        raise ValueError("parts")
    places = (*struct.unpack_from(f"!{count}I", data, 4), len(data))
    if places[0] != 4 * (count + 1) or any(one > other for one, other in itertools.pairwise(places)):
        raise ValueError("places")
    return data[places[0] : places[1]]
