"""The app in a real browser: it plays, goes back, changes what lies ahead, is reached again by its link, and leaves nothing behind."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, App
from tests.browser.loop import in_a_loop
from viz.benchmarks import app_client
from viz.export.player_script import texts

NL, EN = texts()["nl"], texts()["en"]
WEEKS = 60
VIEW = {"scenario": "default", "seed": 8, "weeks": WEEKS, "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}], "lang": "nl"}

INSIDE = "[...document.querySelectorAll('*')].find((one) => one.leefwereld).leefwereld"


@pytest.fixture(autouse=True)
def patient() -> None:
    expect.set_options(timeout=PATIENCE * 1000)


def link(server: App, **changes: object) -> str:
    return f"{server.address}/?view={json.dumps(VIEW | changes)}"


def opened(page: Page, address: str, weeks: int = WEEKS) -> Page:
    """Open a page and wait until all weeks are there."""
    page.goto(address)
    expect(page.get_by_role("slider", name=NL["ui"]["scrub"])).to_have_attribute("max", str(weeks), timeout=60_000)
    expect(page.get_by_text(NL["ui"]["weekOf"].format(n=1, of=weeks)).first).to_be_visible()
    return page


def here(page: Page) -> int:
    """The week that is shown."""
    return int(page.get_by_role("slider", name=NL["ui"]["scrub"]).input_value())


def seek(page: Page, week: int) -> None:
    page.get_by_role("slider", name=NL["ui"]["scrub"]).fill(str(week))


def tab(page: Page, name: str) -> None:
    """Turn to a tab, as a hand would: again if the page was just being built anew under it."""
    one = page.get_by_role("tab", name=NL["tabs"][name])
    for _ in range(3):
        one.click()
        if one.get_attribute("aria-selected") == "true":
            return
    raise AssertionError(f"the tab {name} does not open")


def settled(page: Page) -> None:
    """Wait until every week of every neighbourhood is there."""
    page.wait_for_function(
        f"""() => {{ const app = {INSIDE}, s = app.store;
        return s.run === app.run && s.have === s.header.weeks && s.sides.every((one) => one.done && !one.stale); }}"""
    )


def changed(page: Page, act: Callable[[], Any]) -> None:
    """Do something that makes it go otherwise, and wait for the weeks that come of it."""
    run = page.evaluate(f"{INSIDE}.run")
    act()
    page.wait_for_function(f"() => {INSIDE}.run > {run}")
    settled(page)


def numbers(page: Page) -> dict[tuple[int, str], tuple[str, ...]]:
    """Every outcome by week and side, as the page saves them, once all weeks of both sides are there."""
    tab(page, "take")
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for _ in range(100):
        with page.expect_download() as saved:
            page.get_by_role("button", name=NL["take"]["csv"]).click()
        rows = csv.reader(io.StringIO(Path(str(saved.value.path())).read_text(encoding="utf-8")))
        next(rows)
        found = {(int(row[0]), row[2]): tuple(row[3:-1]) for row in rows if row}
        if len(found) == 2 * WEEKS:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(found)} rows came")


def test_the_page_opens_by_itself_plays_and_can_be_gone_back_in(server: App, page: Page):
    opened(page, server.address, 260)
    expect(page.locator("canvas").nth(1)).to_be_visible()
    page.get_by_role("button", name=NL["ui"]["play"], exact=True).click()
    page.wait_for_function("() => Number(document.querySelector('.lw-scrub').value) > 4")
    page.mouse.wheel(0, 700)
    expect(page.get_by_role("button", name=NL["ui"]["pause"], exact=True)).to_be_in_viewport()  # always at hand
    page.get_by_role("button", name=NL["ui"]["pause"], exact=True).click()
    seek(page, 2)
    assert here(page) == 2
    page.get_by_role("button", name=NL["ui"]["forward"]).click()
    expect(page.get_by_text(NL["ui"]["weekOf"].format(n=3, of=260)).first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(NL["ui"]["weekOf"].format(n=2, of=260)).first).to_be_visible()


def test_something_made_to_happen_in_week_24_changes_later_weeks_alone(server: App, page: Page):
    opened(page, link(server))
    before = numbers(page)
    assert {week for week, _ in before} == set(range(1, WEEKS + 1))
    seek(page, 23)
    tab(page, "change")
    page.get_by_label(NL["change"]["side"]).select_option("1")
    slider = page.get_by_role("slider", name=re.compile(re.escape(NL["practices"]["presence"]["label"])))
    changed(page, lambda: slider.fill("1"))
    page.wait_for_url(lambda url: '"week":24' in unquote(url))
    after = numbers(page)
    assert {key: row for key, row in after.items() if key[0] < 24} == {key: row for key, row in before.items() if key[0] < 24}
    assert all(after[week, "top_down"] == before[week, "top_down"] for week in range(1, WEEKS + 1))
    assert all(after[week, "leapfrog"] != before[week, "leapfrog"] for week in range(30, WEEKS + 1))


def test_the_link_of_a_view_opens_the_same_view_elsewhere_and_the_address_is_a_link(server: App, new_tab: Callable[[], Page]):
    changed = [VIEW["sides"][0], {"regime": "leapfrog", "changes": [{"week": 12, "practice": "presence", "value": 0.9}]}]
    first = opened(new_tab(), link(server, sides=changed))
    kept = numbers(first)
    seek(first, 17)
    first.wait_for_url(lambda url: '"week":17' in unquote(url))
    second = new_tab()
    second.goto(first.url)
    expect(second.get_by_text(NL["ui"]["weekOf"].format(n=17, of=WEEKS)).first).to_be_visible()
    assert numbers(second) == kept
    state = json.loads(parse_qs(urlsplit(first.url).query)["view"][0])
    assert state["sides"][1]["changes"] == changed[1]["changes"]


def test_a_link_that_holds_nonsense_says_so_and_shows_the_usual_neighbourhood(server: App, page: Page):
    opened(page, f'{server.address}/?view={{"scenario":"../../etc/passwd","sides":[{{"regime":"top_down"}}]}}', 260)
    expect(page.get_by_role("alert")).to_contain_text("scenario")


def test_a_link_with_something_odd_in_it_shows_the_rest_and_says_what_was_left_out(server: App, page: Page):
    odd = {"selected": {"type": "resident", "id": "abc"}, "week": 999, "colour": "red", "tab": 7, "sidez": []}
    opened(page, link(server, **odd))
    for key in ("selected", "abc", "week = 999", "colour = 'red'", "tab = 7", "sidez"):
        expect(page.get_by_role("alert")).to_contain_text(key)
    tab(page, "take")
    seek(page, 9)
    page.wait_for_url(lambda url: '"week":9' in unquote(url) and "sidez" not in url and "abc" not in url)


def test_a_page_that_is_loaded_again_stands_where_it_stood_in_the_language_that_was_chosen(server: App, page: Page):
    opened(page, link(server))
    seek(page, 17)
    tab(page, "luck")
    page.get_by_role("button", name="English").click()
    for _ in range(2):
        expect(page.get_by_role("button", name=EN["ui"]["play"], exact=True)).to_be_visible()
        expect(page.get_by_role("tab", name=EN["tabs"]["luck"])).to_have_attribute("aria-selected", "true")
        expect(page.get_by_text(EN["ui"]["weekOf"].format(n=17, of=WEEKS)).first).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "en"
        page.wait_for_url(lambda url: all(part in unquote(url) for part in ('"week":17', '"tab":"luck"', '"lang":"en"')))
        page.reload()


def test_a_page_outlives_its_server_and_goes_on_with_the_next(server: App, browser: Browser):
    changed_sides = [VIEW["sides"][0], {"regime": "leapfrog", "changes": [{"week": 12, "practice": "presence", "value": 0.9}]}]
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="nl-NL")  # its requests to nobody are no fault here
    context.set_default_timeout(PATIENCE * 1000)
    page = opened(context.new_page(), link(server, sides=changed_sides))
    lost = page.locator(".lw-lost")
    settled(page)
    kept = numbers(page)
    tab(page, "bets")
    page.locator(".lw-bet button").click()
    expect(lost).to_be_hidden()
    server.end()
    try:
        expect(lost).to_have_text(NL["ui"]["lost"])
        seek(page, 5)
        page.get_by_role("button", name=NL["ui"]["play"], exact=True).click()  # nothing lies over it
        page.wait_for_function("() => Number(document.querySelector('.lw-scrub').value) > 6")
        page.get_by_role("button", name=NL["ui"]["pause"], exact=True).click()
        assert not re.search("disconnected|refresh|session", page.locator("body").inner_text(), re.IGNORECASE)
        page.wait_for_url(lambda url: '"week":' in unquote(url))  # the address follows all the same
    finally:
        server.begin()
    expect(lost).to_be_hidden()  # by itself
    assert numbers(page) == kept
    seek(page, 30)
    tab(page, "change")
    slider = page.get_by_role("slider", name=NL["practices"]["presence"]["label"], exact=True)
    changed(page, lambda: slider.fill("0.6"))
    page.wait_for_url(lambda url: "0.6" in unquote(url))
    page.reload()
    expect(page.get_by_role("slider", name=NL["ui"]["scrub"])).to_have_attribute("max", str(WEEKS))
    settled(page)
    tab(page, "bets")
    expect(page.locator(".lw-betlist li")).to_have_count(1)
    tab(page, "change")
    changed(page, lambda: page.get_by_role("button", name=NL["change"]["undo"]).click())
    assert numbers(page) == kept
    other = opened(context.new_page(), link(server, sides=changed_sides))
    settled(other)
    assert numbers(other) == kept
    context.close()


def test_a_file_with_wicked_names_shows_them_as_they_are_written(server: App, page: Page, tmp_path: Path):
    wicked = '<img src=x onerror="document.title=1">'
    opened(page, link(server))
    tab(page, "own")
    (tmp_path / "wicked.toml").write_text(f"title = '{wicked}'\nburn_in = 0\n[place]\nresidents = 84\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(tmp_path / "wicked.toml")
    page.get_by_role("button", name=NL["own"]["load"]).click()
    expect(page.get_by_text(wicked).first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    tab(page, "own")
    (tmp_path / "rules.py").write_text("import os\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(tmp_path / "rules.py")
    page.get_by_role("button", name=NL["own"]["load"]).click()
    expect(page.get_by_text(re.compile(r"\.toml")).first).to_be_visible()


def test_pages_opened_and_closed_leave_no_thread_worker_or_memory_behind(server: App, new_tab: Callable[[], Page]):
    address, process = server.address, server.process

    def now() -> tuple[int, int, float]:
        assert keeper.request.get(f"{address}/static/main-vuetify.js").ok  # the server ends its idle threads when it uses one
        return process.num_threads(), len(process.children(recursive=True)), process.memory_info().rss / 1e6

    def visit(goodbye: bool) -> None:
        tab = opened(new_tab(), link(server))
        tab.get_by_role("button", name=NL["ui"]["play"], exact=True).click()
        tab.close(run_before_unload=goodbye)  # or as if the computer had been switched off

    async def visit_by_line(goodbye: bool) -> None:
        """The same without a browser: what pages leave behind, they leave at the server."""
        page = app_client.Client(address)
        await page.open({**app_client.VIEW, "weeks": WEEKS})
        assert (await page.watch({**app_client.VIEW, "weeks": WEEKS})).errors == []
        if goodbye:
            await page.close()
        else:
            page.line.transport.abort()

    keeper = new_tab()
    for goodbye in (True, False):  # what is loaded at first stays
        visit(goodbye)
        in_a_loop(visit_by_line(goodbye))
    before, since = now(), time.monotonic()
    while time.monotonic() - since < 2.5:  # what is left of earlier pages goes, then threads that have nothing to do
        keeper.wait_for_timeout(250)
        if now()[0] != before[0]:
            before, since = now(), time.monotonic()
    threads, workers, memory = before
    for n in range(12):
        in_a_loop(visit_by_line(n % 2 == 0))
    for goodbye in (True, False):
        visit(goodbye)
    deadline = time.monotonic() + PATIENCE  # what stays, stays; on a busy machine it goes later
    while now()[0] > threads and time.monotonic() < deadline:
        keeper.wait_for_timeout(250)
    after = now()
    assert after[0] <= threads, f"{threads} threads became {after[0]}"
    assert after[1] == workers
    assert after[2] - memory < 30
