"""The app behind a web server, as the guide describes it: nginx with https, a name and a path of its own, and the line to the page."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, expect

from model import warm_up
from tests.browser.conftest import PATIENCE, served
from tests.browser.test_app import INSIDE, NL, WEEKS, patient, settled, tab
from viz.server.guard import COOKIE

waits = patient  # as long as in the tests of the app
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "host.md"
PREFIX, TOKEN, NAME = "/buurt", "0123456789abcdef0123456789abcdef", "klas.example.org"


def program(name: str) -> str:
    """A program that Debian brings; web servers are not on everybody's path."""
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/usr/local/bin:/bin")
    if found is None:
        pytest.fail(f"no {name} for the test of hosting; on Debian: apt-get install --no-install-recommends nginx-light openssl")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def location(app_port: str) -> str:
    """The part of nginx's configuration that the guide gives, for another port."""
    snippet = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]
    assert "127.0.0.1:8765" in snippet
    return snippet.replace("127.0.0.1:8765", f"127.0.0.1:{app_port}")


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port on which nginx answers with https, and hands on to the app."""
    nginx, openssl, home = program("nginx"), program("openssl"), tmp_path_factory.mktemp("hosting")
    warm_up.ensure_compiled()
    port = free_port()
    certificate = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={NAME}",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
    ]
    subprocess.run([openssl, *certificate], cwd=home, check=True, capture_output=True)
    address = f"https://127.0.0.1:{port}{PREFIX}"
    with served(home, "leefwereld", "app", "--port", "0", "--no-browser", "--public-url", address, env={"LEEFWERELD_TOKEN": TOKEN}) as (
        app,
        _,
    ):
        said = (home / "log.txt").read_text(encoding="utf-8")
        assert f"leefwereld: {address}/?token={TOKEN}" in said
        (home / "nginx.conf").write_text(
            f"""
            daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
            events {{ worker_connections 256; }}
            http {{
              access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
              server {{
                listen 127.0.0.1:{port} ssl; server_name _; ssl_certificate cert.pem; ssl_certificate_key key.pem;
                {location(app.rsplit(":", 1)[1])}
              }}
            }}
            """,
            encoding="utf-8",
        )
        with (home / "nginx.txt").open("wb") as out:
            server = subprocess.Popen([nginx, "-p", str(home), "-c", "nginx.conf"], stdout=out, stderr=out)
            try:
                asked(port, f"{PREFIX}/readyz")
                yield port
            finally:
                server.terminate()
                server.wait(20)


class Answer:
    """What nginx answered."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.cookies = answer.status, answer.headers.get_all("set-cookie") or []


def asked(port: int, path: str, **headers: str) -> Answer:
    """Ask nginx, once it answers."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + PATIENCE
    while True:
        with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=careless)) as line:
            try:
                line.request("GET", path, headers=headers)
                return Answer(line.getresponse())
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)


def test_behind_nginx_the_guard_and_the_token_are_as_strict(public: int):
    root = f"{PREFIX}/"
    assert asked(public, f"{PREFIX}/readyz").status == 200
    assert asked(public, root).status == 403
    assert asked(public, f"{root}?token=wrong").status == 403
    assert asked(public, f"{root}?token={TOKEN}", Host=NAME).status == 421
    assert asked(public, f"{root}?token={TOKEN}", Origin="https://evil.example").status == 403
    assert asked(public, f"{root}?token={TOKEN}", Origin=f"http://127.0.0.1:{public}").status == 403
    whole = asked(public, f"{root}?token={TOKEN}")
    assert whole.status == 200
    cookies = whole.cookies
    assert len(cookies) == 2
    assert all(f"Path={PREFIX}/" in cookie and "Secure" in cookie for cookie in cookies)
    assert any(cookie.startswith(f"{COOKIE}={TOKEN}") and "SameSite=Strict" in cookie and "HttpOnly" in cookie for cookie in cookies)
    assert not any("samesite=none" in cookie.lower() for cookie in cookies)
    assert asked(public, f"{root}resourcez?token={TOKEN}").status == 404
    assert asked(public, f"{PREFIX}?token={TOKEN}").status in (301, 308)
    assert asked(public, f"{root}static/%00?token={TOKEN}").status in (400, 404)


def test_behind_nginx_the_page_plays_and_what_is_changed_comes_over_the_line(public: int, browser: Browser):
    context = browser.new_context(ignore_https_errors=True, locale="nl-NL", viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("websocket", lambda line: None if line.url.startswith(f"wss://127.0.0.1:{public}{PREFIX}/") else wrong.append(line.url))
    sides = '[{"regime":"top_down"},{"regime":"leapfrog"}]'
    page.goto(f'https://127.0.0.1:{public}{PREFIX}/?token={TOKEN}&view={{"seed":8,"weeks":{WEEKS},"sides":{sides},"tab":"change"}}')
    slider = page.get_by_role("slider", name=NL["practices"]["presence"]["label"], exact=True)
    expect(slider).to_be_visible(timeout=PATIENCE * 1000)
    settled(page)
    run = page.evaluate(f"{INSIDE}.run")
    slider.fill("0.9")
    page.wait_for_function(f"() => {INSIDE}.run > {run}")
    settled(page)
    page.wait_for_url(lambda url: url.startswith(f"https://127.0.0.1:{public}{PREFIX}/?token={TOKEN}&view=") and "0.9" in url)
    tab(page, "take")
    page.wait_for_url(lambda url: '"tab":"take"' in unquote(url))
    page.reload()
    expect(page.get_by_role("tab", name=NL["tabs"]["take"])).to_have_attribute("aria-selected", "true")
    context.close()
    assert not wrong, "\n".join(wrong)
