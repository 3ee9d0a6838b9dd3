"""The server: by default for this computer only; on a network it requires the link's token. It fetches nothing from outside."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import secrets
import socket
import sys
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from model.errors import BadInput

PORT = 8765
COOKIE = "leefwereld-token"
PATHS = (
    "/static/",
    "/jupyter/api/kernels",
    "/jupyter/nbextensions/",
    "/_solara/cdn/",
    "/_solara/api/close/",
)  # paths that a page needs
CDN = "/_solara/cdn/"
EXACT = ("/", "/readyz", "/favicon.ico")
SOURCES = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; form-action 'none'"
HEADERS = [
    (b"content-security-policy", SOURCES),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
LOST = {"SOLARA_KERNEL_CULL_TIMEOUT": "10m"}  # when to drop tabs that lost their network, unless the environment says otherwise
SETTINGS = {  # settings of solara: no requests to outside
    "SOLARA_APP": "viz.server.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_KERNEL_MAX_COUNT": "96",
    "SOLARA_THEME_TITLE": "leefwereld",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_LOADER": "plain",
}
MOST_MESSAGE = 40 * 2**20  # bytes of one message of a page: an uploaded file and some more


class Guard:
    """Accepts requests only for our host names, from our pages, and with the token if there is one."""

    def __init__(self, app: Callable[..., Any], hosts: set[str], token: str, assets: Path) -> None:
        self.app, self.hosts, self.token, self.assets = app, hosts, token, assets

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request or one websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, reason = self.verdict(scope["path"], headers, scope["query_string"].decode("latin-1"), scope["type"])
        if status != 200:
            await refuse(scope, receive, send, status, reason)
            return
        await self.app(scope, receive, self._with_headers(send, parse_qs(scope["query_string"].decode("latin-1"))))

    def verdict(self, path: str, headers: dict[str, str], query: str, kind: str = "http") -> tuple[int, str]:
        """Return (200, ""), or another status and the reason."""
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "This server does not answer under that name."
        origin = headers.get("origin")
        if (kind == "websocket" or origin is not None) and urlsplit(origin or "").netloc.lower() not in self.hosts:
            return 403, "Another page may not use this server."
        if path not in EXACT and not path.startswith(PATHS):
            return 404, "There is nothing here."
        if path.startswith(CDN) and not self._have(path.removeprefix(CDN)):
            return 404, "There is nothing here."  # solara would fetch it from outside
        if self.token and path != "/readyz" and not self._knows(headers, query):
            return 403, "Open the whole link, with its token, as the server printed it."
        return 200, ""

    def _have(self, path: str) -> bool:
        found = (self.assets / path).resolve()
        return found.is_relative_to(self.assets.resolve()) and found.is_file()

    def _knows(self, headers: dict[str, str], query: str) -> bool:
        given = parse_qs(query).get("token", [""])
        with suppress(CookieError):
            morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
            given.append(morsel.value if morsel else "")
        return any(hmac.compare_digest(each.encode(), self.token.encode()) for each in given)

    def _with_headers(self, send: Any, query: dict[str, list[str]]) -> Any:
        more = list(HEADERS)
        if self.token and self.token in query.get("token", []):
            more.append((b"set-cookie", f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/".encode()))

        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        return answer


async def refuse(scope: dict[str, Any], receive: Any, send: Any, status: int, reason: str) -> None:
    """Answer with a status and one line."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]})
    await send({"type": "http.response.body", "body": reason.encode() + b"\n"})


# --- addresses ----------------------------------------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Return whether a name or address is loopback."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def own_addresses() -> list[str]:
    """Return the IP addresses of this machine on the network."""
    import psutil

    found = []
    for name, addresses in psutil.net_if_addrs().items():
        up = psutil.net_if_stats().get(name)
        found += [a.address for a in addresses if a.family == socket.AF_INET and not is_loopback(a.address) and (up is None or up.isup)]
    return found


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises BadInput if the address is not available."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(128)
    except (OSError, OverflowError) as error:
        found.close()
        allowed = f"an address of this computer with a free port ({getattr(error, 'strerror', None) or error}); try --port 0 for any"
        raise BadInput("app", "host and port", f"{host}:{port}", allowed) from None
    return found


def links(host: str, port: int, token: str) -> list[str]:
    """Return the links to the app, best first."""
    numbers = own_addresses() if host in ("0.0.0.0", "::") else [host]
    numbers = [number for number in numbers if not is_loopback(number)] or ["127.0.0.1"]
    shown = [f"[{number}]" if ":" in number else number for number in numbers]
    return [f"http://{number}:{port}/" + (f"?token={token}" if token else "") for number in shown]


def names(host: str, port: int) -> set[str]:
    """Return the allowed Host headers of a request."""
    numbers = {"127.0.0.1", "localhost", "[::1]"}
    if not is_loopback(host):
        numbers |= {*own_addresses(), socket.gethostname().lower(), f"{socket.gethostname().lower()}.local", host}
    return {f"{number}:{port}" for number in numbers} | (numbers if port == 80 else set())


def qr(text: str) -> str:
    """Return a link as a QR code for the terminal."""
    import io

    import segno

    out = io.StringIO()
    segno.make(text, micro=False).terminal(out=out, compact=True)
    return out.getvalue()


# --- serving --------------------------------------------------------------------------------------------------------


def prepare(lang: str = "") -> Any:
    """Return the application that serves the page. Call it before importing solara; raises BadInput without its extra."""
    os.environ.update(LOST | dict(os.environ) | SETTINGS)
    warnings.filterwarnings("ignore", message="Cookies with samesite=none", category=UserWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # raised by its imports
            from solara.server.starlette import app
    except ImportError as error:
        use = "use the extra 'offline', as in: uv run --extra offline leefwereld app"
        raise BadInput("app", allowed=f"{use} ({error.name} is not installed)") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from viz.server.app import shared

    shared.lang = lang
    return app


def assets() -> Path:
    """Return the folder of the page's third-party assets."""
    from solara.server import settings

    return Path(settings.assets.proxy_cache_dir)


class Server:
    """The app on a port, served by this process."""

    def __init__(self, host: str = "127.0.0.1", port: int = PORT, lang: str = "", token: str | None = None) -> None:
        import uvicorn

        app = prepare(lang)
        self.socket = listen(host, port)
        self.host, self.port = host, int(self.socket.getsockname()[1])
        self.token = (secrets.token_hex(8) if not is_loopback(host) else "") if token is None else token
        guard = Guard(app, names(host, self.port), self.token, assets())
        config = uvicorn.Config(
            guard, ws_max_size=MOST_MESSAGE, log_level="warning", access_log=False, timeout_graceful_shutdown=2, server_header=False,
            ws_per_message_deflate=False,  # packets come compressed
        )  # fmt: skip
        self.server = uvicorn.Server(config)

    @property
    def links(self) -> list[str]:
        """The links to the app, best first."""
        return links(self.host, self.port, self.token)

    def run(self) -> None:
        """Serve until stopped."""
        from viz.server.app import shared

        shared.workers  # noqa: B018 - starts the workers before the first page
        try:
            self.server.run(sockets=[self.socket])
        finally:
            shared.close()
            self.socket.close()


def serve(host: str, port: int, lang: str, browser: bool, echo: Callable[[str], None] = print) -> None:
    """Serve the app until Ctrl-C; print its links."""
    logging.basicConfig(level=logging.WARNING, format="leefwereld: %(message)s", stream=sys.stderr)
    server = Server(host, port, lang)
    for line in told(server):
        echo(line)
    if browser:
        threading.Thread(target=_open, args=(server,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run()
    echo("Stopped.")


def told(server: Server) -> list[str]:
    """Return the lines to print when the server starts."""
    lines = [f"leefwereld: {server.links[0]}"]
    if is_loopback(server.host):
        return [*lines, "Only this computer can open it. Ctrl-C stops it."]
    lines += [f"            {link}" for link in server.links[1:]]
    lines += [
        f"Open to the network: anyone who can reach this computer on port {server.port} and has the whole link can watch, upload files and",
        "start runs, but not read other files or run commands. The connection is not encrypted. Ctrl-C stops it.",
        qr(server.links[0]),
    ]
    return lines


def _open(server: Server) -> None:
    """Open the browser once the server has started."""
    deadline = time.monotonic() + 60
    while not server.server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    if server.server.started:
        webbrowser.open(server.links[0])
