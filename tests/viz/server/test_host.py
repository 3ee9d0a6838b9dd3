"""Who may ask the server anything: only under its own names, from its own pages, with the token where there is one, and nothing else."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import BadInput
from viz.server import host
from viz.server.host import Guard

NAMES = {"127.0.0.1:8765", "localhost:8765"}
OURS = {"host": "127.0.0.1:8765"}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    (tmp_path / "cdn").mkdir()
    (tmp_path / "cdn" / "part.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")
    return Guard(lambda *_: None, NAMES, "", tmp_path / "cdn")


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
        ("/jupyter/api/kernels/x", OURS | {"origin": "http://127.0.0.1:8765"}, "websocket", 200),
        ("/jupyter/api/kernels/x", OURS | {"origin": "http://evil.example"}, "websocket", 403),
        ("/jupyter/api/kernels/x", OURS, "websocket", 403),  # browsers always say where a page is from
        ("/resourcez", OURS, "http", 404),
        ("/docs", OURS, "http", 404),
        ("/_solara/cdn/part.js", OURS, "http", 200),
        ("/_solara/cdn/other@1.0/x.js", OURS, "http", 404),  # would be looked for outside
        ("/_solara/cdn/../secret.txt", OURS, "http", 404),
        ("/_solara/cdn//etc/passwd", OURS, "http", 404),
    ],
)
def test_the_guard_lets_in_who_may_and_nobody_else(guard: Guard, path: str, headers: dict[str, str], kind: str, status: int):
    assert guard.verdict(path, headers, "", kind)[0] == status


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


def test_the_address_of_a_view_keeps_the_token_and_nothing_else():
    from viz.server.app import address, asked_for

    view = {"scenario": "default", "seed": 4, "weeks": 52, "sides": [{"regime": "top_down"}]}
    there = address("token=abc123&x=1", view)
    assert there.startswith("/?token=abc123&view=")
    assert "x=1" not in there
    state, wrong = asked_for(there.split("?", 1)[1])
    assert (state["seed"], wrong) == (4, None)
    assert address("token=a%26b=c", view).startswith("/?view=")
    for bad in ("view=%7B", "view=" + "a" * 9000, "view=%7B%22sides%22%3A3%7D", "%ff=%00&" * 5, "view=null"):
        state, wrong = asked_for(bad)
        assert state["scenario"] == "default"
    assert wrong is not None


def test_help_is_given_without_loading_anything_heavy():
    code = "import sys; import viz.command; print([m for m in ('solara', 'numba', 'numpy', 'mesa', 'polars') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
