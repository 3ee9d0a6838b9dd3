"""The server: by default for this computer only; on a network it requires the link's token. It fetches nothing from outside."""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import secrets
import socket
import sys
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from model.errors import BadInput
from viz.server.guard import Guard, OneLine, in_one_line

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PORT = 8765
TOKEN = "LEEFWERELD_TOKEN"  # in the environment: the token of the link, for a server that is started again under the same links
LOST = {"SOLARA_KERNEL_CULL_TIMEOUT": "10m"}  # tabs that lost their network go after so long, unless the environment says otherwise
SETTINGS = {  # of the server of pages: nothing to outside
    "SOLARA_APP": "viz.server.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_KERNEL_MAX_COUNT": "512",  # lines to pages, of which some may be closing; how many pages there may be, the door says
    "SOLARA_THEME_TITLE": "leefwereld",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_LOADER": "plain",
}
MOST_MESSAGE = 40 * 2**20  # bytes of one message of a page: an uploaded file and some more

say = logging.getLogger("leefwereld")


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

    found: list[str] = []
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


def links(host: str, port: int, token: str, public: Public | None = None) -> list[str]:
    """Return the links under which the app can be opened, best first."""
    query = f"?token={token}" if token else ""
    if public is not None:
        return [f"{public.origin}{public.prefix}/{query}"]
    numbers = own_addresses() if host in ("0.0.0.0", "::") else [host]
    numbers = [number for number in numbers if not is_loopback(number)] or ["127.0.0.1"]
    shown = [f"[{number}]" if ":" in number else number for number in numbers]
    return [f"http://{number}:{port}/{query}" for number in shown]


def names(host: str, port: int) -> set[str]:
    """Return the allowed Host headers of a request."""
    numbers = {"127.0.0.1", "localhost", "[::1]"}
    if not is_loopback(host):
        numbers |= {*own_addresses(), socket.gethostname().lower(), f"{socket.gethostname().lower()}.local", host}
    return {f"{number}:{port}" for number in numbers} | (numbers if port == 80 else set())


@dataclass(frozen=True)
class Public:
    """The address of a web server that hands requests on to us. scheme: http or https. prefix: its path, without a slash at the end."""

    scheme: str
    host: str
    prefix: str

    @property
    def origin(self) -> str:
        """Where its pages are from, as browsers say it."""
        return f"{self.scheme}://{self.host}"


def public(address: str) -> Public:
    """Return the public address in a text such as https://host/prefix. BadInput for anything else."""
    allowed = "https://host or https://host/prefix (http for a network of your own), without question mark, user or token"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadInput("app", "--public-url", address, allowed) from None
    prefix = parts.path.rstrip("/")
    host = parts.netloc.lower()
    name = host.rsplit(":", 1)[0] if port else host
    fits = parts.scheme in ("http", "https") and re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:]+\]", name)
    if not fits or "?" in address or "#" in address or re.fullmatch(r"(/[\w.~-]+)*", prefix) is None or ".." in prefix:
        raise BadInput("app", "--public-url", address, allowed)
    usual = port == {"http": 80, "https": 443}[parts.scheme]
    return Public(parts.scheme, name if usual else host, prefix)


def qr(text: str) -> str:
    """Return a link as a QR code for the terminal."""
    import io

    import segno

    out = io.StringIO()
    segno.make(text, micro=False).terminal(out=out, compact=True)
    return out.getvalue()


# --- serving --------------------------------------------------------------------------------------------------------


def prepare(lang: str = "", where: Public | None = None) -> ASGIApp:
    """Return the application that serves the page, with nothing to outside. Before anything else of it is imported.

    where: the public address, if a web server in front hands requests on. BadInput when the parts of the page are not installed.
    """
    here = {"SOLARA_ROOT_PATH": where.prefix, "SOLARA_BASE_URL": f"{where.origin}{where.prefix}/"} if where else {"SOLARA_ROOT_PATH": ""}
    os.environ.update(LOST | dict(os.environ) | SETTINGS | here)
    warnings.filterwarnings("ignore", message="Cookies with samesite=none", category=UserWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of what it imports
            for part in ("segno", "uvicorn"):  # together with the others: who lacks one is told in one line
                import_module(part)
            from solara.server.starlette import app

            from viz.server.app import shared
    except ImportError as error:
        use = "use the extra 'offline', as in: pip install 'leefwereld[offline]', or uv run --extra offline leefwereld app"
        raise BadInput("app", allowed=f"{use} ({error.name} is not installed)") from None

    shared.lang = lang
    return app


def assets() -> Path:
    """Return the folder of the page's third-party assets."""
    from solara.server import settings

    return Path(settings.assets.proxy_cache_dir)


def token_of(host: str, where: Public | None) -> str:
    """Return the token that a link needs: none for this computer alone. BadInput for one in the environment that is no token."""
    given = os.environ.get(TOKEN, "")
    if given and re.fullmatch(r"[A-Za-z0-9]{16,128}", given) is None:
        raise BadInput("app", TOKEN, None, "16-128 letters and digits, as `openssl rand -hex 16` makes them")
    return given or ("" if is_loopback(host) and where is None else secrets.token_hex(8))


class Server:
    """The app on a port, in this process.

    token: what a link must hold; None: as `token_of` says. public_url: where a web server in front of it is asked.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = PORT, lang: str = "", token: str | None = None, public_url: str = "") -> None:
        self.public = public(public_url) if public_url else None
        self.token = token_of(host, self.public) if token is None else token
        app = prepare(lang, self.public)
        import uvicorn

        self.socket = listen(host, port)
        self.host, self.port = host, int(self.socket.getsockname()[1])
        ours = names(host, self.port)
        origins = {f"http://{name}" for name in ours}
        prefix = ""
        if self.public is not None:
            ours, origins, prefix = ours | {self.public.host}, origins | {self.public.origin}, self.public.prefix
        guard = Guard(app, ours, self.token, assets(), origins, prefix)
        config = uvicorn.Config(
            guard, ws_max_size=MOST_MESSAGE, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False,
            ws_per_message_deflate=False,  # packets come compressed
            proxy_headers=False,  # what a web server in front says of itself is not believed
        )  # fmt: skip
        self.server = uvicorn.Server(config)

    @property
    def links(self) -> list[str]:
        """The links under which the app can be opened, best first."""
        return links(self.host, self.port, self.token, self.public)

    def run(self) -> None:
        """Serve until stopped."""
        from viz.server.app import shared

        shared.workers  # noqa: B018 - starts the workers before the first page
        try:
            self.server.run(sockets=[self.socket])
        finally:
            shared.close()
            self.socket.close()


def serve(host: str, port: int, lang: str, browser: bool, echo: Callable[[str], None] = print, public_url: str = "") -> None:
    """Serve the app until Ctrl-C; say where it can be opened."""
    speak_plainly()
    server = Server(host, port, lang, public_url=public_url)
    for line in told(server):
        echo(line)
    if browser:
        threading.Thread(target=_open, args=(server,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run()
    echo("Stopped.")


def speak_plainly() -> None:
    """Log in lines, also what goes wrong in a thread: a server's log is read by somebody who did not write it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    threading.excepthook = lambda given: say.error("something went wrong in the thread %s: %s", given.thread and given.thread.name,
                                                   in_one_line(given.exc_value or RuntimeError()))  # fmt: skip


def told(server: Server) -> list[str]:
    """Return the lines to print when the server starts."""
    lines = [f"leefwereld: {server.links[0]}"]
    if server.public is not None:
        lines += [f"            behind a web server, which hands on to http://{server.host}:{server.port}"]
        return [*lines, "Who has the whole link can look, load files and let it work. Ctrl-C stops it.", qr(server.links[0])]
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
