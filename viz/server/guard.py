"""Who may ask the server what: every request and every frame is checked here before anything else sees it."""

from __future__ import annotations

import hmac
import logging
import re
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

from viz.server.frames import Frames

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "leefwereld-token"
ID = r"[\w.-]{1,64}"
CLOSE, CDN, KERNELS = "/_solara/api/close/", "/_solara/cdn/", "/jupyter/api/kernels/"
PATHS = ("/static/", "/jupyter/nbextensions/", CDN)  # what a page needs beside itself
EXACT = ("/", "/readyz", "/favicon.ico")
LINE, GOODBYE = re.compile(f"{KERNELS}{ID}/channels"), re.compile(f"{CLOSE}{ID}")
MOST_PATH, MOST_NAME = 2_000, 255  # characters of a path, and of each of its parts
SOURCES = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; form-action 'none'"
HEADERS = [
    (b"content-security-policy", SOURCES),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
# what a web server in front may say of itself is not believed: `--public-url` says it once and for all
FORWARDED = (b"x-forwarded-", b"forwarded", b"script-name", b"x-script-name")
NOTHING, UNKNOWN = (404, "There is nothing here."), (400, "This request is not understood.")

say = logging.getLogger("leefwereld")


class Guard:
    """Lets in who asks under a name that is ours, from a page that is ours, and with the token where there is one.

    hosts: what the Host of a request may be. origins: where a page that asks may be from (scheme and host). prefix: the path under
    which a web server in front hands requests on, such as "/class"; it may hand them on with the prefix or without.
    """

    def __init__(
        self, app: ASGIApp, hosts: set[str], token: str, assets: Path,
        origins: set[str] | None = None, prefix: str = "",
    ) -> None:  # fmt: skip
        self.app, self.hosts, self.token, self.assets, self.prefix = app, hosts, token, assets, prefix
        self.origins = {f"http://{host}" for host in hosts} if origins is None else origins
        self.is_secure = any(origin.startswith("https:") for origin in self.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one line to a page; whatever goes wrong is one line in the log and a status."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        path = self._without_prefix(scope["path"])
        if self.prefix and scope["path"] == self.prefix:
            await refuse(scope, receive, send, 308, "This page ends in a slash.", f"{self.prefix}/" + (f"?{query}" if query else ""))
            return
        status, reason = self.verdict(path, headers, query, scope["type"], scope.get("method", "GET"))
        if status != 200:
            await refuse(scope, receive, send, status, reason)
            return
        kept = [(name, value) for name, value in scope["headers"] if not name.startswith(FORWARDED)]
        inner = {**scope, "path": path, "raw_path": path.encode(), "headers": kept}
        answer = _Answer(send, [*HEADERS, *self._cookie(parse_qs(query))], self.prefix, self.is_secure)
        try:
            await self.app(inner, Frames(receive) if scope["type"] == "websocket" else receive, answer)
        except Exception as error:  # of the page server, at something that no page sends
            say.warning("%s could not be answered: %s", path[:80], in_one_line(error))
            if not answer.begun:
                await refuse(scope, receive, send, 500, "This request could not be answered.")

    def _without_prefix(self, path: str) -> str:
        return path.removeprefix(self.prefix) if self.prefix and path.startswith(f"{self.prefix}/") else path

    def verdict(self, path: str, headers: dict[str, str], query: str, kind: str = "http", method: str = "GET") -> tuple[int, str]:
        """Return 200, or another status and why."""
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "This server does not answer under that name."
        origin = headers.get("origin")
        if (kind == "websocket" or origin is not None) and (origin or "").lower() not in self.origins:
            return 403, "Another page may not use this server."
        found = self._route(path, query, kind, method)
        if found[0] != 200:
            return found
        if self.token and path != "/readyz" and not self._knows(headers, query):
            return 403, "Open the whole link, with its token, as the server printed it."
        return 200, ""

    def _route(self, path: str, query: str, kind: str, method: str) -> tuple[int, str]:
        """Whether anything is there, and may be asked in this way."""
        if len(path) > MOST_PATH or any(len(part) > MOST_NAME for part in path.split("/")) or not path.isprintable():
            return NOTHING
        is_line, is_goodbye = LINE.fullmatch(path) is not None, GOODBYE.fullmatch(path) is not None
        if is_line or is_goodbye:
            if kind == ("http" if is_line else "websocket"):
                return NOTHING
            if re.fullmatch(ID, parse_qs(query).get("session_id", [""])[-1]) is None:
                return UNKNOWN
        elif kind == "websocket" or (path not in EXACT and not path.startswith(PATHS) and re.fullmatch(KERNELS + ID, path) is None):
            return NOTHING
        if path.startswith(CDN) and not self._have(path.removeprefix(CDN)):
            return NOTHING  # the page server would go and look for it outside
        allowed = ("POST",) if is_goodbye else ("GET", "HEAD")
        return (200, "") if kind == "websocket" or method in allowed else (405, f"Only {' and '.join(allowed)} here.")

    def _have(self, path: str) -> bool:
        found = (self.assets / path).resolve()
        return found.is_relative_to(self.assets.resolve()) and found.is_file()

    def _knows(self, headers: dict[str, str], query: str) -> bool:
        given = parse_qs(query).get("token", [""])
        with suppress(CookieError):
            morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
            given.append(morsel.value if morsel else "")
        return any(hmac.compare_digest(each.encode(), self.token.encode()) for each in given)

    def _cookie(self, query: dict[str, list[str]]) -> list[tuple[bytes, bytes]]:
        if not self.token or self.token not in query.get("token", []):
            return []
        secure = "; Secure" if self.is_secure else ""
        return [(b"set-cookie", f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path={self.prefix}/{secure}".encode())]


class _Answer:
    """Sends an answer on, with headers of ours, and cookies that stay below our path."""

    def __init__(self, send: Send, more: list[tuple[bytes, bytes]], prefix: str, is_secure: bool) -> None:
        self.send, self.more, self.prefix, self.is_secure = send, more, prefix, is_secure
        self.begun = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        if message["type"] == "http.response.start":
            headers = [(name, self._kept(value) if name == b"set-cookie" else value) for name, value in message.get("headers", [])]
            message = {**message, "headers": [*headers, *self.more]}
        await self.send(message)

    def _kept(self, cookie: bytes) -> bytes:
        """The page server's own cookie: for this path alone, and with https for https alone."""
        value = re.sub(rb"(?i); *(secure|samesite=\w+|path=[^;]*)", b"", cookie)
        return value + f"; Path={self.prefix}/; SameSite=Lax".encode() + (b"; Secure" if self.is_secure else b"")


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str, location: str = "") -> None:
    """Answer with a status and one line."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    headers += [(b"location", location.encode())] if location else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode() + b"\n"})


def in_one_line(error: BaseException) -> str:
    """Return what went wrong in one short line, the innermost where many came together."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


class OneLine(logging.Formatter):
    """One line a message: what the page server finds wrong with somebody's request is no reason for a page of traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the message, and the error it is about if there is one."""
        text = " ".join(record.getMessage().split())
        error = record.exc_info[1] if record.exc_info else None
        return f"leefwereld: {text[:300]}" + (f" ({in_one_line(error)})" if error is not None else "")
