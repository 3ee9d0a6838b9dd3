"""Who may ask the server anything: only under its own names, from its own pages, with the token where there is one, and nothing else."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import BadInput
from viz.server import host
from viz.server.guard import Guard

NAMES = {"127.0.0.1:8765", "localhost:8765"}
OURS = {"host": "127.0.0.1:8765"}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    (tmp_path / "cdn").mkdir()
    (tmp_path / "cdn" / "part.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")

    async def nothing(*_: object) -> None:
        pass

    return Guard(nothing, NAMES, "", tmp_path / "cdn")


@pytest.mark.parametrize(
    ("path", "headers", "kind", "status"),
    [
        ("/", OURS, "http", 200),
        ("/", {"host": "LOCALHOST:8765"}, "http", 200),
        ("/", {"host": "evil.example"}, "http", 421),  # a name of theirs that leads here
        ("/", {"host": "127.0.0.1:9999"}, "http", 421),
        ("/", {}, "http", 421),
        ("/", OURS | {"origin": "http://evil.example"}, "http", 403),
        ("/", OURS | {"origin": "null"}, "http", 403),
        ("/jupyter/api/kernels/x/channels", OURS | {"origin": "http://127.0.0.1:8765"}, "websocket", 200),
        ("/jupyter/api/kernels/x/channels", OURS | {"origin": "http://evil.example"}, "websocket", 403),
        ("/jupyter/api/kernels/x/channels", OURS, "websocket", 403),  # browsers always say where a page is from
        ("/jupyter/api/kernels/x/channels", OURS | {"origin": "https://127.0.0.1:8765"}, "websocket", 403),  # a page of another scheme
        ("/jupyter/api/kernels/x/channels", OURS, "http", 404),
        ("/", OURS | {"origin": "http://127.0.0.1:8765"}, "websocket", 404),
        ("/resourcez", OURS, "http", 404),
        ("/docs", OURS, "http", 404),
        ("/_solara/cdn/part.js", OURS, "http", 200),
        ("/_solara/cdn/other@1.0/x.js", OURS, "http", 404),  # would be looked for outside
        ("/_solara/cdn/../secret.txt", OURS, "http", 404),
        ("/_solara/cdn//etc/passwd", OURS, "http", 404),
    ],
)
def test_the_guard_lets_in_who_may_and_nobody_else(guard: Guard, path: str, headers: dict[str, str], kind: str, status: int):
    assert guard.verdict(path, headers, "session_id=s", kind)[0] == status


def test_with_a_token_nobody_gets_in_without_it(guard: Guard):
    guard.token = "abc123"
    assert guard.verdict("/", OURS, "")[0] == 403
    assert guard.verdict("/", OURS, "token=abc124")[0] == 403
    assert guard.verdict("/", OURS, "token=abc123&view=%7B%7D")[0] == 200
    assert guard.verdict("/static/x.js", OURS | {"cookie": "a=b; leefwereld-token=abc123"}, "")[0] == 200
    assert guard.verdict("/static/x.js", OURS | {"cookie": "leefwereld-token=é"}, "")[0] == 403
    assert guard.verdict("/readyz", OURS, "")[0] == 200


def test_only_this_computer_is_answered_unless_told_otherwise():
    server = host.Server(port=0)
    try:
        assert server.socket.getsockname()[0] == "127.0.0.1"
        assert server.token == ""
        assert server.links == [f"http://127.0.0.1:{server.port}/"]
        assert "Only this computer" in "\n".join(host.told(server))
    finally:
        server.socket.close()


def test_on_the_network_the_link_has_a_token_and_comes_as_a_square_and_in_words():
    server = host.Server("0.0.0.0", 0)
    try:
        said = "\n".join(host.told(server))
        assert len(server.token) == 16
        assert all(link.endswith(f"?token={server.token}") for link in server.links)
        assert "Open to the network" in said
        assert "▄" in said
        assert all(not link.startswith("http://0.0.0.0") for link in server.links)
    finally:
        server.socket.close()


def test_a_port_that_is_taken_is_said_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadInput, match="free port"):
            host.listen("127.0.0.1", taken.getsockname()[1])
    for wrong in ("256.1.1.1", "nowhere.invalid", ""):
        with pytest.raises(BadInput):
            host.listen(wrong or "not an address", 0)


def test_an_address_without_a_view_shows_the_usual_neighbourhood():
    from viz.server.app import asked_for

    state, left_out = asked_for("token=abc123&x=1")
    assert (state["scenario"], left_out) == ("default", [])
    view = '{"scenario":"default","seed":4,"weeks":52,"sides":[{"regime":"top_down"}],"selected":{"type":"resident","id":1000}}'
    state, left_out = asked_for(f"view={view}")
    assert (state["seed"], "selected" in state) == (4, False)
    assert "selected.id" in str(left_out[0])
    for bad in ("view=%7B", "view=" + "a" * 9000, "view=%7B%22sides%22%3A3%7D", "%ff=%00&" * 5, "view=null", "a=1&" * 500, "view=%00"):
        state, left_out = asked_for(bad)
        assert state["scenario"] == "default"
        assert len(left_out) == (1 if bad.startswith("view") else 0)


def test_help_is_given_without_loading_anything_heavy():
    code = "import sys; import viz.command; print([m for m in ('solara', 'numba', 'numpy', 'mesa', 'polars') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("lacks", ["uvicorn", "anywidget", "segno"])
@pytest.mark.parametrize("options", [["app", "--no-browser", "--port", "0"]])
def test_without_the_parts_of_the_page_one_line_says_what_to_install(lacks: str, options: list[str]):
    """As after `pip install leefwereld` alone: what the extra brings is not there."""
    code = f"""
import sys
class Lacking:
    def find_spec(self, name, *_):
        if name.split(".")[0] == {lacks!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name={lacks!r})
sys.meta_path.insert(0, Lacking())
sys.argv = ["leefwereld", *{options!r}]
from viz.command import main
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("leefwereld: app; use the extra 'offline'")
    assert f"{lacks} is not installed" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("address", "origin", "prefix"),
    [
        ("https://klas.example.org/buurt", "https://klas.example.org", "/buurt"),
        ("https://Klas.Example.org", "https://klas.example.org", ""),
        ("https://klas.example.org:443/", "https://klas.example.org", ""),
        ("https://klas.example.org:8443/a/b/", "https://klas.example.org:8443", "/a/b"),
        ("http://[::1]:8080/x", "http://[::1]:8080", "/x"),
    ],
)
def test_a_public_address_says_origin_and_prefix(address: str, origin: str, prefix: str):
    found = host.public(address)
    assert (found.origin, found.prefix) == (origin, prefix)


@pytest.mark.parametrize(
    "address", ["klas.example.org", "ftp://klas.example.org", "https://", "https://a:b@c.example", "https://c.example/?x=1",
    "https://c.example/#x",
                "https://c.example/../x", "https://c.example/a b", "https://c.example:x/", "https://c.example//x", "https://c ex/",
                "x" * 5000]
)  # fmt: skip
def test_a_public_address_that_is_none_is_refused(address: str):
    with pytest.raises(BadInput, match="--public-url"):
        host.public(address)


def test_behind_a_web_server_the_link_is_the_public_one_with_a_token_and_only_its_pages_may_ask(monkeypatch):
    server = host.Server(port=0, public_url="https://klas.example.org/buurt")
    server.socket.close()
    guard = server.server.config.app
    assert isinstance(guard, Guard)
    assert server.links == [f"https://klas.example.org/buurt/?token={server.token}"]
    assert len(server.token) == 16
    assert not any("Only this computer" in line for line in host.told(server))
    there, line = {"host": "klas.example.org"}, f"token={server.token}&session_id=s"
    path = "/jupyter/api/kernels/x/channels"
    assert guard.verdict("/", there, f"token={server.token}")[0] == 200
    assert guard.verdict("/", there, "")[0] == 403
    assert guard.verdict("/", {"host": "other.example.org"}, line)[0] == 421
    assert guard.verdict(path, there | {"origin": "https://klas.example.org"}, line, "websocket")[0] == 200
    for wrong in (
        "http://klas.example.org",
        "https://klas.example.org:444",
        "https://evil.example",
        "https://klas.example.org.evil.example",
    ):
        assert guard.verdict(path, there | {"origin": wrong}, line, "websocket")[0] == 403
    monkeypatch.setenv(host.TOKEN, "a" * 32)
    assert host.token_of("127.0.0.1", None) == "a" * 32
    for wrong in ("short", "x" * 200, "a b" * 10, "é" * 16):
        monkeypatch.setenv(host.TOKEN, wrong)
        with pytest.raises(BadInput, match=host.TOKEN):
            host.token_of("127.0.0.1", None)
